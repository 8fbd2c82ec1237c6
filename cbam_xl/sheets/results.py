"""The Report onto the output sheets: rows as XML, one part each; every other part of the workbook stays as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from math import isnan
from typing import Any

from .. import package as p
from ..equations.form import TRANSITIONAL
from ..findings import one_line
from ..model import NOT_CBAM, Installation, Issue
from ..report import Balance, Closure, GoodResult, Report, Term
from ..reporting import formula, rows_behind
from . import inputs, outputs, reasons
from .declare import FIRST_ROW, HEADER_ROW, UNIT_ROW
from .outputs import Output

TITLE_ROW = HEADER_ROW - 1
ASKED = {"parameter-missing": "Goods parameters", "share-missing": "Shared streams", "mass-open": "Material flows",
         "precursor-lacking": "Material flows", "precursor-unused": "Material flows"}  # fmt: skip
"""Findings that ask for a row of another sheet than the one on which they stand."""
CN_NAME = 72
"""Most characters of a CN name, which has four columns of sheet Results."""
MAX_LINKS = 65_000  # Excel's limit is 65,530 per sheet
_COL = rb"<col\b[^>]*>"
_LINK_ABOVE = rb'<hyperlink\b[^>]*?\bref="[A-Z]+[1-%d](?::[^"]*)?"[^>]*?/>' % (FIRST_ROW - 1)
_ENTRY = rb'<c r="B%d"[^>]*[^/]>' % FIRST_ROW
_ATTRIBUTE = rb'(\w+)="([^"]*)"'

LINKED = ("I", "L")
"""Columns of sheet Trace with the cells behind a figure: of one row, and of another one."""

BLOCK = 2048  # rows that are made into XML at a time, while those before are deflated

Column = Sequence[p.Value | None]
Link = tuple[str, str, str]  # cell, sheet it leads to, cell there


def write(book: p.Package, installation: Installation, report: Report, run: str, *, only_results: bool = False) -> None:
    """Fill Start, Results, Balances, Trace and Issues of a workbook; ``run`` says when, for the stamp on Start.

    Raises BookError when one of these sheets is missing.
    """
    _write_results(book, report)
    _start(book, start_values(installation, report, run))
    if only_results:
        return
    _replace(book, outputs.BALANCES, balance_columns(report))
    _write_trace(book, report)
    write_issues(book, report.issues)
    for output, columns in of_2026(installation, report):
        if output.name in book.sheets:
            _replace(book, output, columns)


def of_2026(installation: Installation, report: Report) -> Iterator[tuple[Output, list[Column]]]:
    """Sheets Cost and Report items, which workbooks of earlier versions don't have; empty under the earlier act."""
    fields = [c.field for c in outputs.COST.blocks[0][1]]
    yield outputs.COST, _columns([[getattr(c, f) for f in fields] for c in report.costs], outputs.COST.width)
    found: list[tuple[str, ...]] = []
    if report.law != TRANSITIONAL:
        from . import report_items

        found = [tuple(item) for item in report_items.items(installation, report)]
    yield outputs.REPORT_ITEMS, _columns(found, outputs.REPORT_ITEMS.width)


def write_issues(book: p.Package, issues: Sequence[Issue]) -> None:
    """Fill sheet Issues alone; in an older workbook the column of the reasons gets its header."""
    _replace(book, outputs.ISSUES, *issue_columns(issues))
    part = book.part(outputs.ISSUES.name)
    book.replace(part, p.set_cells(book.read(part), {reasons.HEADER_CELL: reasons.HEADER}))


def issue_columns(issues: Sequence[Issue]) -> tuple[list[Column], list[Link]]:
    """The columns of sheet Issues, and a link from each finding to its cell."""
    rows: list[Column] = []
    links: list[Link] = []
    for row, i in enumerate(issues, FIRST_ROW):
        at = p.parted(i.cell)[1]
        rows.append([i.level, i.code, i.place, i.message, i.cites, i.sheet, float(at) or None, i.acknowledged or None])
        if i.sheet in inputs.BY_NAME:
            links.append((f"D{row}", i.sheet, i.cell or "A1"))
    return _columns(rows, outputs.ISSUES.width), links


def write_check(book: p.Package, installation: Installation, report: Report, run: str) -> None:
    """Fill sheet Issues and the states on Start, and mark there that the results are none, or of an earlier run."""
    write_issues(book, report.issues)
    earlier = re.search(_ENTRY, book.read(_part(book, outputs.RESULTS.name))) is not None
    _start(book, check_values(installation, report, run, earlier))


def check_values(installation: Installation, report: Report, run: str, earlier: bool) -> dict[str, p.Value | None]:
    """What sheet Start shows after a check that wrote no results, by cell; ``earlier``: whether there are results."""
    mark = "the results are of an earlier run: recalculate." if earlier else "not calculated yet."
    return _states(installation, report) | {outputs.START_BAND[1]: f"Inputs checked {run}; {mark}"}


def _columns(rows: Iterable[Sequence[Any]], width: int) -> list[Column]:
    """The columns of rows of this width."""
    return list(zip(*rows, strict=True)) or [()] * width


class Styles:
    """Style numbers of an output sheet as the template has them: per column for data, of rows 4 to 6 for headings."""

    def __init__(self, xml: bytes) -> None:
        self.column: dict[int, int] = {}
        above = xml.find(b'<row r="%d"' % FIRST_ROW)
        head = xml[:above] if above >= 0 else xml
        for tag in re.findall(_COL, head):
            found = {k.decode(): int(v) for k, v in re.findall(_ATTRIBUTE, tag) if k in (b"min", b"max", b"style")}
            if "style" in found:
                self.column |= dict.fromkeys(range(found["min"], min(found["max"], 60) + 1), found["style"])
        self._head = head

    def cell(self, letters: str, row: int) -> int | None:
        """The style of a cell above the data."""
        found = re.search(rb'<c r="%b%d"[^>]*?\bs="(\d+)"' % (letters.encode(), row), self._head)
        return int(found[1]) if found else None

    def columns(self, width: int, first: int = 2) -> list[tuple[str, int | None]]:
        """Letters and style of neighbouring columns."""
        return [(p.column_letters(i), self.column.get(i)) for i in range(first, first + width)]


def _replace(book: p.Package, output: Output, values: Sequence[Column], links: Sequence[Link] = ()) -> None:
    """New rows below the header of an output sheet, from their columns, and its links."""
    part, xml = emptied(book, output, links)
    rows = p.columns_xml(FIRST_ROW, values, Styles(xml).columns(output.width))
    book.replace(part, p.replace_rows(xml, FIRST_ROW, rows))


def _part(book: p.Package, sheet: str) -> str:
    """The part of an output sheet; BookError with what to do when the workbook has none."""
    if sheet not in book.sheets:
        raise p.BookError(f"{book.name} has no sheet “{sheet}” to write into: copy it from a new workbook (cbam-xl new "
                          "FILE), or undo its renaming. Nothing was written.")  # fmt: skip
    return book.part(sheet)


def emptied(book: p.Package, output: Output, links: Sequence[Link]) -> tuple[str, bytes]:
    """The part of an output sheet, without the rows that stand there, and with new links for those that will."""
    part = _part(book, output.name)
    xml = p.replace_rows(book.read(part), FIRST_ROW, b"")
    kept = re.findall(_LINK_ABOVE, xml)
    if links or len(kept) < xml.count(b"<hyperlink "):
        new = b"".join(kept) + p.hyperlinks_xml(links[:MAX_LINKS])
        xml = p.replace_element(xml, "hyperlinks", b"<hyperlinks>" + new + b"</hyperlinks>" if new else b"")
    return part, xml


def _write_results(book: p.Package, report: Report) -> None:
    """Both blocks of sheet Results: processes, and below them goods with their own title and header."""
    part, xml = emptied(book, outputs.RESULTS, ())
    styles = Styles(xml)
    count = len(report.processes)
    processes = [column[:count] for column in result_columns(report)]
    rows = p.columns_xml(FIRST_ROW, processes, styles.columns(outputs.RESULTS.width))
    if report.goods:
        rows += goods_xml(report, styles, FIRST_ROW + count + 1)
    book.replace(part, p.replace_rows(xml, FIRST_ROW, rows))


def result_columns(report: Report) -> list[Column]:
    """The columns of sheet Results: processes, and below them the goods."""
    of = dict(zip(Balance._fields, _columns(report.processes, len(Balance._fields)), strict=True))
    of["default_share"] = [100 * b.default_share for b in report.processes]
    processes = [of[c.field] for c in outputs.RESULTS.blocks[0][1]]
    if not report.goods:
        return processes
    return [(*above, None, *below) for above, below in zip(processes, goods_columns(report), strict=True)]


def goods_columns(report: Report) -> list[Column]:
    """The columns of the block of goods: title, header, unit, then one row for each."""
    title, columns = outputs.RESULTS.blocks[1]
    of = dict(zip(GoodResult._fields, _columns(report.goods, len(GoodResult._fields)), strict=True))
    of["cn_name"] = [one_line(g.cn_name, CN_NAME) for g in report.goods]
    blank = (None,) * len(report.goods)
    if report.law == TRANSITIONAL:
        of["see_direct_per_unit"] = of["see_indirect_per_unit"] = blank
    else:
        of["category"] = [f"{g.category}, per {g.functional_unit}" for g in report.goods]
    return [(title if k == 0 else None, c.header, c.unit, *of.get(c.field, blank)) for k, c in enumerate(columns)]


def goods_xml(report: Report, styles: Styles, row: int) -> bytes:
    """The block of goods from a row on."""
    letters, columns = styles.columns(outputs.RESULTS.width), outputs.RESULTS.blocks[1][1]
    values = goods_columns(report)
    heads = [styles.cell(a if c.numeric else "B", HEADER_ROW) for (a, _), c in zip(letters, columns, strict=True)]
    units = [styles.cell(a, UNIT_ROW) for a, _ in letters]
    rows = p.row_xml(row, [("B", values[0][0], styles.cell("B", TITLE_ROW))])
    for below, look in ((1, heads), (2, units)):
        rows += p.row_xml(row + below, [(a, v[below], s) for (a, _), v, s in zip(letters, values, look, strict=True)])
    plain = styles.column.get(2)
    looks = [(a, s if c.numeric else plain) for (a, s), c in zip(letters, columns, strict=True)]
    return rows.encode() + p.columns_xml(row + 3, [v[3:] for v in values], looks)


def balance_columns(report: Report) -> list[Column]:
    """The columns of sheet Balances."""
    return _columns(map(_closure, report.closure), outputs.BALANCES.width)


def _closure(line: Closure) -> Column:
    explained, rest = sum(line.explained.values()), line.unexplained
    share = abs(rest) / line.scale if line.scale > 1e-300 else 0.0
    if isnan(rest) or share <= 1e-9:
        state = "unknown" if isnan(rest) else "✔ closed"
    elif share > 0.05 or line.balance == "mass":
        state = "✖ open"
    else:
        state = "▲ open" if share > 1e-3 else "✔ within 0.1 %"
    words = "; ".join(f"{words} {value:+,.6g}".replace(" -", " −") for words, value in line.explained.items())
    return (line.balance, line.of, line.unit, line.installation, line.attributed, line.difference, words, explained,
            0.0 if share <= 1e-9 else rest, 100 * share, state)  # fmt: skip


def trace_columns(report: Report) -> tuple[list[Column], list[Link]]:
    """The columns of sheet Trace, and a link from each term to the cell behind it."""
    terms = report.terms
    cells, links = _places(terms)
    return _trace(terms, cells), links


def _places(terms: Sequence[Term]) -> tuple[list[tuple[str | None, str | None]], list[Link]]:
    """The cells behind each term, those of its row and those of another one, and the links that lead there."""
    cells: list[tuple[str | None, str | None]] = []
    links: list[Link] = []
    for row, term in enumerate(terms, FIRST_ROW):
        shown: list[str | None] = [None, None]
        for n, (sheet, found) in enumerate(rows_behind(term)[:2]):
            shown[n] = f"{sheet}!{', '.join(found)}"
            if sheet in inputs.BY_NAME:
                links.append((f"{LINKED[n]}{row}", sheet, _area(found)))
        cells.append((shown[0], shown[1]))
    return cells, links


def _area(cells: Sequence[str]) -> str:
    """The cells of a row from the first to the last.

    >>> _area(["E7", "AB7", "H7"]), _area(["E7"])
    ('E7:AB7', 'E7')
    """
    if len(cells) == 1:
        return cells[0]
    inside = sorted(cells, key=lambda cell: p.column_number(p.parted(cell)[0]))
    return f"{inside[0]}:{inside[-1]}"


def _trace(terms: Sequence[Term], cells: Sequence[tuple[str | None, str | None]]) -> list[Column]:
    """The columns of some terms, with the cells behind them."""
    of = dict[str, Any](zip(Term._fields, _columns(terms, len(Term._fields)), strict=True))
    steps = [f"= {step}" if total else step for step, total in zip(of["step"], of["total"], strict=True)]
    own, further = _columns(cells, len(LINKED))
    return [of["owner"], steps, of["quantity"], of["value"], of["unit"], list(map(formula, terms)), of["cites"],
            own, of["data_source"], of["note"], further]  # fmt: skip


def _write_trace(book: p.Package, report: Report) -> None:
    """Sheet Trace, by far the longest: a block of rows at a time."""
    terms = report.terms
    cells, links = _places(terms)
    part, xml = emptied(book, outputs.TRACE, links)
    columns = Styles(xml).columns(outputs.TRACE.width)
    before, after = p.around_rows(xml, FIRST_ROW, FIRST_ROW - 1 + len(terms), outputs.TRACE.width + 1)
    blocks = (
        p.columns_xml(FIRST_ROW + start, _trace(terms[start : start + BLOCK], cells[start : start + BLOCK]), columns)
        for start in range(0, len(terms), BLOCK)
    )
    book.replace(part, chain((before,), blocks, (after,)))


def _start(book: p.Package, values: dict[str, p.Value | None]) -> None:
    part = _part(book, outputs.START)
    book.replace(part, p.set_cells(book.read(part), values))


def start_values(installation: Installation, report: Report, run: str) -> dict[str, p.Value | None]:
    """What sheet Start shows after a run, by cell."""
    site, (start, end) = installation.site, report.period
    where = ", ".join(x for x in (site.text("city"), site.text("country")) if x)
    named, stamped = outputs.START_BAND
    values = _states(installation, report) | {
        named: "   ·   ".join(x for x in (report.installation.name, where) if x),
        stamped: f"{start or 'unknown'} to {end or 'unknown'}   ·   Implementing Regulation (EU) {report.law}   ·   "
        f"recalculated {run}",
    }
    shown = [b for b in report.processes if b.category != NOT_CBAM and not isnan(b.see_total)][: outputs.HEADLINE_ROWS]
    for k in range(outputs.HEADLINE_ROWS):
        b = shown[k] if k < len(shown) else None
        for field, letter in outputs.HEADLINE_COLUMNS.items():
            values[f"{letter}{outputs.HEADLINE_ROW + k}"] = getattr(b, field) if b else None
        bought = b.bought_see_total if b else 0.0
        own = b.own_see_direct + b.own_see_indirect if b else 0.0
        parts: dict[str, p.Value | None] = {} if b is None else {
            "name": b.name, "own_direct": b.own_see_direct, "own_indirect": b.own_see_indirect,
            "own_precursors": max(b.see_total - own - bought, 0.0), "bought_precursors": bought}  # fmt: skip
        for field, letter in outputs.SHARES_COLUMNS.items():
            values[f"{letter}{outputs.SHARES_ROW + k}"] = parts.get(field)
    return values


def _states(installation: Installation, report: Report) -> dict[str, p.Value | None]:
    """How many rows each input sheet has, and what the findings say of it."""
    site = installation.site
    counts = {
        "Installation": sum(v is not None for v in site.values.values()),
        "Processes": len(installation.processes), "Goods": len(installation.goods),
        "Goods parameters": len(installation.parameters), "Source streams": len(installation.streams),
        "Measured emissions": len(installation.measured), "PFC": len(installation.pfc),
        "Shared streams": len(installation.shares), "Energy units": len(installation.units),
        "Heat and waste gas": len(installation.transfers), "Electricity": len(installation.electricity),
        "Precursors": len(installation.precursors), "Material flows": len(installation.flows),
        "Carbon price": len(installation.prices), "Own figures": len(installation.figures),
    }  # fmt: skip
    levels: dict[str, dict[str, int]] = {}
    for i in report.issues:
        for name in {i.sheet, ASKED.get(i.code, i.sheet)}:
            of = levels.setdefault(name, {})
            of[i.level] = of.get(i.level, 0) + 1
    values: dict[str, p.Value | None] = {}
    for k, sheet in enumerate(inputs.SHEETS):
        row = outputs.START_ROWS + k
        values[f"{outputs.START_COLUMNS['rows']}{row}"] = float(counts[sheet.name]) if counts[sheet.name] else "–"
        values[f"{outputs.START_COLUMNS['state']}{row}"] = _state(levels.get(sheet.name, {}), counts[sheet.name])
    return values


def _state(levels: dict[str, int], count: int) -> str:
    for level, mark in (("error", "✖"), ("warning", "▲"), ("note", "i ")):
        if n := levels.get(level):
            return f"{mark} {n} {level}{'s' if n > 1 else ''}"
    return "✔ complete" if count else "not used"
