"""Live cells: the formulas of sheets Start and Results in the editions for Excel, Lite and LibreOffice.

Start packs every input sheet into cells (the block named ``installation``), Results asks the functions CBAM_ for every
process, one row each. All of them carry stored values, so that a reader without Python sees the figures; this module
writes formulas and values, for a new workbook as after a recalculation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .. import package as p
from ..entries import Book
from ..report import Report
from . import inputs, outputs, own_cells, results
from .declare import FIRST_ROW, HEADER_ROW, IMPORTED, IMPORTED_HANDLE, LAST_ROW, PART, Sheet

Call = Callable[..., object]
"""``cbam_udfs.call``: a function's name and its arguments; the answer is what a cell shows."""
Formulas = dict[str, tuple[str, p.Value]]
"""Formula and stored value by address."""

BLOCK, NAMES = "installation", "process_names"
"""Defined names: the block of handles, and the list of process names on sheet Lists."""
HANDLES = ("P", "Q", "R", "S")
"""Columns of Start with the parts of the handles; one part holds some 500 rows."""
WORDS = "O"
NOW, STAMPED, STATE = "P21", "P22", "P23"
"""Cells of Start: fingerprint of the inputs, fingerprint at the last recalculation, and what follows in words."""
STATUS, BAND_STATE = "I2", "I3"
"""Cells in the band of Start that show the findings and whether the results are those of the inputs."""
GOODS_ROW = LAST_ROW + 2
"""Row of Results in which the block of goods begins."""
GOODS_WORDS = f"Goods: from row {GOODS_ROW} ▸"
DIGEST = 16
_SHARE = rb'<c r="%b%d"[^>]*[^/]>' % (outputs.SHARES_COLUMNS["name"].encode(), outputs.SHARES_ROW)
"""The first figure behind the chart on Start, where there is one."""
STATE_WORDS = ("Not recalculated yet", "✔ Up to date with the inputs",
               "▲ Inputs changed since the last run: Balances, Trace and Issues are older; recalculate",
               "▲ Live cells are off: figures are those of the last run")  # fmt: skip


class Area(NamedTuple):
    """An input range: its sheet, rows and columns, counted from 1."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


def is_live(book: p.Package) -> bool:
    """Whether a workbook has live cells."""
    return b'name="%b"' % BLOCK.encode() in book.read("xl/workbook.xml")


def areas(book: p.Package) -> dict[str, Area]:
    """The input ranges of a workbook by sheet. Raises BookError for one that is missing."""
    xml = book.read("xl/workbook.xml").decode()
    found = {}
    for sheet in inputs.SHEETS:
        match = re.search(rf'name="{sheet.range_name}"[^>]*>[^<]*!\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)<', xml)
        if match is None:
            raise p.BookError(f"{book.name} has no range named {sheet.range_name}: copy the sheet “{sheet.name}” from "
                              "a new workbook.")  # fmt: skip
        left, right = p.column_number(match[1]), p.column_number(match[3])
        found[sheet.name] = Area(sheet.name, int(match[2]), left, int(match[4]), right)
    return found


def handles(rows: Mapping[str, Sequence[Sequence[object]]], call: Call, *, imported: bool = False) -> list[list[str]]:
    """The block of handles, one row per input sheet, from the cells of the input ranges."""
    counts = {s.name: _parts(s, imported) for s in inputs.SHEETS}
    block = [[str(call("CBAM_READ", name, rows[name], k, count)) for k in range(1, count + 1)]
             for name, count in counts.items()]  # fmt: skip
    return [[*parts, *[IMPORTED_HANDLE] * (len(HANDLES) - len(parts))] for parts in block]


def _parts(sheet: Sheet, imported: bool) -> int:
    """The cells for the parts of a handle; the last of the form says in an imported workbook that it is one."""
    return len(HANDLES) - (imported and bool(sheet.sections))


def fingerprint(block: Sequence[Sequence[str]]) -> str:
    """What tells whether inputs changed: the digests at the head of the handles."""
    return "".join(row[0][_digest_at(s.name) - 1 :][:DIGEST] for s, row in zip(inputs.SHEETS, block, strict=True))


def write(book: p.Package, source: Book, report: Report, call: Call, *, stamp: bool) -> list[str]:
    """Formulas and stored values of Start and Results, and stored values of a user's own cells.

    Returns the user's cells that only a spreadsheet program can calculate, as Sheet!Cell.

    ``source``: the inputs that the report is made from.
    ``stamp``: the other output sheets were filled from these very inputs.
    """
    found = areas(book)
    ranges = {name: _cells(source, area) for name, area in found.items()}
    imported = source.last_row(IMPORTED) is not None
    block = handles(ranges, call, imported=imported)
    texts = formulas(found, imported=imported)
    _results(book, report, call, block, texts[outputs.RESULTS.name])
    start = book.part(outputs.START)
    old = re.search(rb'<c r="%b"[^>]*>(?:<is><t>|<v>)(\w+)<' % STAMPED.encode(), book.read(start))
    stamped = fingerprint(block) if stamp else old[1].decode() if old else ""
    words = STATE_WORDS[0] if not stamped else STATE_WORDS[1 if stamped == fingerprint(block) else 2]
    xml = book.read(start)
    charted = re.search(_SHARE, xml) is not None
    xml = p.set_cells(xml, {STAMPED: stamped, outputs.CHART_CELL: "" if charted else outputs.CHART_HINT})
    values = _start_values(found, source, report, call, block) | {
        NOW: fingerprint(block), STATE: words, BAND_STATE: words, STATUS: str(call("CBAM_STATUS", block))
    }  # fmt: skip
    cells = {cell: (formula, values[cell]) for cell, formula in texts[outputs.START].items()}
    book.replace(start, with_formulas(xml, cells, {STATUS: "B2", BAND_STATE: "B3"}))
    part = book.part(outputs.RESULTS.name)
    book.replace(part, with_formulas(book.read(part), {"B3": (texts[outputs.RESULTS.name]["B3"], words)}))
    workbook = book.read("xl/workbook.xml")
    first, last = outputs.START_ROWS, outputs.START_ROWS + len(inputs.SHEETS) - 1
    workbook = p.set_defined_name(workbook, BLOCK, f"Start!${HANDLES[0]}${first}:${HANDLES[-1]}${last}")
    workbook = p.set_defined_name(workbook, "_xlnm.Print_Area", print_area(report), outputs.RESULTS.name)
    book.replace("xl/workbook.xml", p.replace_element(workbook, "calcPr", b'<calcPr calcId="191029"/>'))
    names = {inputs.BY_NAME[name].range_name: cells for name, cells in ranges.items()}
    return own_cells.update(book, source, {BLOCK: block, **names}, call)


def _cells(source: Book, area: Area) -> list[list[p.Value]]:
    return [row[area.left - 1 : area.right] for row in source.rows(area.sheet, area.bottom)[area.top - 1 :]]


def _digest_at(sheet: str) -> int:
    """Place of the digest in a handle, counted from 1."""
    return len(f"cbam1:{sheet}:{HEADER_ROW}:") + 1


def formulas(
    found: Mapping[str, Area], *, blanks_are_zeros: bool = False, imported: bool = False
) -> dict[str, dict[str, str]]:
    """Every live formula by sheet and address, without "="; ``found``: the input ranges by sheet.

    ``blanks_are_zeros``: the program hands blank cells to functions as 0; the formulas make empty texts of them.
    ``imported``: the workbook is the content of a Commission file.
    """
    start = _start_formulas(found, 'IF({0}="","",{0})' if blanks_are_zeros else "{0}", imported)
    return {outputs.START: start | _state_formulas(), outputs.RESULTS.name: _results_formulas()}


def _start_formulas(found: Mapping[str, Area], cells: str, imported: bool) -> dict[str, str]:
    """Handles over the ``cells`` of a range, the words beside them, and the headline figures."""
    texts = {}
    for row, sheet in enumerate(inputs.SHEETS, outputs.START_ROWS):
        name, area = sheet.range_name, found[sheet.name]
        count = _parts(sheet, imported)
        for k, letter in enumerate(HANDLES, 1):
            read = f'CBAM_READ("{sheet.name}",{cells.format(name)},{k},{count})'
            before = f"{HANDLES[k - 2]}{row}"  # handing the range over is the costly part of a call
            texts[f"{letter}{row}"] = read if k == 1 else f'IF(LEN({before})<{PART},"",{read})'
        if count < len(HANDLES):
            texts[f"{HANDLES[-1]}{row}"] = f'"{IMPORTED_HANDLE}"'
        left, right = p.column_letters(area.left), p.column_letters(area.right)
        below = f"COUNTA('{sheet.name}'!${left}${area.bottom + 1}:${right}$1048576)"
        names = f"'{sheet.name}'!${left}${FIRST_ROW}:${left}${area.bottom}"
        counted = '"form"' if sheet.sections else f'SUMPRODUCT(--({names}<>""))&" rows"'
        texts[f"{WORDS}{row}"] = (
            f'IF(SUMPRODUCT(--ISERROR({name}))>0,"✖ an error value",IF({below}>0,"✖ filled below row {area.bottom}",'
            f"{counted}))")  # fmt: skip
    letters = {c.field: p.column_letters(n) for n, c in enumerate(outputs.RESULTS.blocks[0][1], 2)}
    for k in range(outputs.HEADLINE_ROWS):
        name = f"Results!$B{FIRST_ROW + k}"
        for field, letter in outputs.HEADLINE_COLUMNS.items():
            cell = f"{letter}{outputs.HEADLINE_ROW + k}"
            texts[cell] = f'IF({name}="","",Results!{letters[field]}{FIRST_ROW + k})'
    return texts


def _state_formulas() -> dict[str, str]:
    """Fingerprint, whether it is that of the last run, and the findings."""
    first = outputs.START_ROWS
    digests = "&".join(
        f"MID({HANDLES[0]}{first + k},{_digest_at(s.name)},{DIGEST})" for k, s in enumerate(inputs.SHEETS)
    )
    never, same, changed, off = STATE_WORDS
    state = f'IF({STAMPED}="","{never}",IF(ISERROR({NOW}),"{off}",IF({NOW}={STAMPED},"{same}","{changed}")))'
    return {NOW: digests, STATE: state, BAND_STATE: STATE, STATUS: f"CBAM_STATUS({BLOCK})"}


def _results_formulas() -> dict[str, str]:
    """One row for each process that can be laid out, the state of the results, and the link to the goods."""
    texts = {"B3": f"Start!${STATE[0]}${STATE[1:]}", "C4": f'HYPERLINK("#Results!B{GOODS_ROW}","{GOODS_WORDS}")'}
    fields = [c.field for c in outputs.RESULTS.blocks[0][1]]
    for k in range(LAST_ROW - FIRST_ROW + 1):
        row = FIRST_ROW + k
        texts[f"B{row}"] = f"INDEX({NAMES},{k + 1})"
        for number, field in enumerate(fields[1:], 3):
            formula = f"{function_of(field)}($B{row},{BLOCK})"
            if field == "default_share":
                formula = f'IFERROR(100*{formula},"")'
            texts[f"{p.column_letters(number)}{row}"] = f'IF($B{row}="","",{formula})'
    return texts


def _start_values(
    found: Mapping[str, Area], source: Book, report: Report, call: Call, block: Sequence[Sequence[str]]
) -> dict[str, p.Value]:
    """What the formulas of ``_start_formulas`` show."""
    values: dict[str, p.Value] = {}
    for row, (sheet, parts) in enumerate(zip(inputs.SHEETS, block, strict=True), outputs.START_ROWS):
        values |= {f"{letter}{row}": part for letter, part in zip(HANDLES, parts, strict=True)}
        area = found[sheet.name]
        count = sum(bool(r and r[0] != "") for r in _cells(source, area)[FIRST_ROW - area.top :])
        values[f"{WORDS}{row}"] = "form" if sheet.sections else f"{count} rows"
    for k in range(outputs.HEADLINE_ROWS):
        balance = report.processes[k] if k < len(report.processes) else None
        for field, letter in outputs.HEADLINE_COLUMNS.items():
            shown: Any = balance.name if balance else ""
            if balance and field != "name":
                shown = call(function_of(field), balance.name, block)
            values[f"{letter}{outputs.HEADLINE_ROW + k}"] = shown
    return values


def function_of(field: str) -> str:
    """The function that gives a field of a balance.

    >>> function_of("embedded_electricity_mwh_per_t"), function_of("heat_in_tco2e"), function_of("see_direct")
    ('CBAM_EMBEDDED_ELECTRICITY', 'CBAM_HEAT_IN', 'CBAM_SEE_DIRECT')
    """
    return "CBAM_" + re.sub("(_mwh_per)?_t(co2e)?$", "", field).upper()


def _results(
    book: p.Package, report: Report, call: Call, block: Sequence[Sequence[str]], texts: Mapping[str, str]
) -> None:
    """The rows of the processes with their formulas and stored values, then the goods."""
    part, xml = results.emptied(book, outputs.RESULTS, ())
    styles = results.Styles(xml)
    columns = styles.columns(outputs.RESULTS.width)
    fields = [c.field for c in outputs.RESULTS.blocks[0][1]]
    rows = []
    for k in range(LAST_ROW - FIRST_ROW + 1):
        row = FIRST_ROW + k
        name = report.processes[k].name if k < len(report.processes) else ""
        cells = []
        for field, (letter, style) in zip(fields, columns, strict=True):
            value: object = name
            if field != "name" and name:
                value = call(function_of(field), name, block)
            if field == "default_share":
                value = 100 * value if isinstance(value, float) else ""
            cells.append(formula_xml(f"{letter}{row}", texts[f"{letter}{row}"], value, style))
        rows.append(f'<row r="{row}">{"".join(cells)}</row>')
    xml = p.replace_rows(xml, FIRST_ROW, "".join(rows).encode() + results.goods_xml(report, styles, GOODS_ROW))
    book.replace(part, with_formulas(xml, {"C4": (texts["C4"], GOODS_WORDS)}))


def print_area(report: Report) -> str:
    """The rows of Results that hold something: processes, and goods."""
    last = p.column_letters(outputs.RESULTS.width + 1)
    areas = [(1, max(FIRST_ROW, FIRST_ROW + len(report.processes) - 1))]
    if report.goods:
        areas.append((GOODS_ROW, GOODS_ROW + 2 + len(report.goods)))
    return ",".join(f"Results!$A${top}:${last}${bottom}" for top, bottom in areas)


def formula_xml(address: str, formula: str, value: object, style: int | None) -> str:
    """The XML of a cell with a formula and its stored value.

    >>> formula_xml("B7", 'IF(A7="","",1)', 1.0, 3)
    '<c r="B7" s="3"><f>IF(A7=&quot;&quot;,&quot;&quot;,1)</f><v>1.0</v></c>'
    """
    head = f'<c r="{address}"' + ("" if style is None else f' s="{style}"')
    kind, shown = ("", repr(value)) if isinstance(value, float) else (' t="str"', p.string(str(value)))
    return f"{head}{kind}><f>{p.escaped(formula)}</f><v>{shown}</v></c>"


def with_formulas(xml: bytes, formulas: Formulas, looks: Mapping[str, str] | None = None) -> bytes:
    """The part with these formulas and stored values; a cell keeps its style, or takes that of another cell."""
    xml = p.set_cells(xml, dict.fromkeys(formulas, ""), keep_formula=False)
    for cell, (formula, value) in formulas.items():
        like = (looks or {}).get(cell, cell)
        shown = re.search(rb'<c r="%b"[^>]*?\bs="(\d+)"' % like.encode(), xml)
        made = formula_xml(cell, formula, value, int(shown[1]) if shown else None).encode()
        xml = re.sub(rb'<c r="%b"[^>]*/>' % cell.encode(), lambda _, made=made: made, xml, count=1)  # type: ignore[misc]
    return xml
