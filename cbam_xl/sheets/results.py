"""The Report onto the output sheets: rows as XML, one part each; every other part of the workbook stays as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import isnan

from .. import package as p
from ..model import Installation, Issue
from ..report import Closure, Report
from ..reporting import formula, place
from . import inputs, outputs
from .declare import FIRST_ROW, HEADER_ROW, UNIT_ROW
from .outputs import Output

TITLE_ROW = HEADER_ROW - 1
MAX_LINKS = 65_000  # Excel's limit is 65,530 per sheet
_COL = re.compile(rb"<col\b[^>]*>")
_STYLED = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*?\bs="(\d+)"')
_LINK = re.compile(rb"<hyperlink\b[^>]*?/>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')

Values = Sequence[p.Value | None]
Link = tuple[str, str, str]


def write(book: p.Package, installation: Installation, report: Report, run: str, *, only_results: bool = False) -> None:
    """Fill Start, Results, Balances, Trace and Issues of a workbook; ``run`` says when, for the stamp on Start.

    Raises BookError when one of these sheets is missing.
    """
    _replace(book, outputs.RESULTS, *_results(report, _styles(book, outputs.RESULTS)))
    _start(book, installation, report, run)
    if only_results:
        return
    _replace(book, outputs.BALANCES, [list(_closure(line)) for line in report.closure])
    _replace(book, outputs.TRACE, *_trace(report))
    write_issues(book, report.issues)


def write_issues(book: p.Package, issues: Sequence[Issue]) -> None:
    """Fill sheet Issues alone: what a check writes, and all that is written when the data have errors."""
    rows: list[Values] = []
    links: list[Link] = []
    for row, i in enumerate(issues, FIRST_ROW):
        where = f"{i.sheet}!{i.cell}" if i.cell else i.sheet
        number = "".join(c for c in i.cell if c.isdigit())
        rows.append([i.level, i.code, where, i.message, i.cites, i.sheet, float(number) if number else None])
        if i.sheet in inputs.BY_NAME:
            links.append((f"D{row}", _location(i.sheet, i.cell or "A1"), where))
    _replace(book, outputs.ISSUES, rows, links)


def _location(sheet: str, cell: str) -> str:
    return f"'{sheet}'!{cell}"


class Styles:
    """Style numbers of an output sheet as the template has them: per column for data, of rows 4 to 6 for headings."""

    def __init__(self, xml: bytes) -> None:
        self.column: dict[int, int] = {}
        head = xml.partition(b"<sheetData")[0]
        for tag in _COL.findall(head):
            found = {k.decode(): int(v) for k, v in _ATTRIBUTE.findall(tag) if k in (b"min", b"max", b"style")}
            if "style" in found:
                self.column |= dict.fromkeys(range(found["min"], min(found["max"], 60) + 1), found["style"])
        self.cell: dict[tuple[int, str], int] = {}
        end = xml.find(b'<row r="%d"' % FIRST_ROW)
        for letters, row, style in _STYLED.findall(xml[: end if end >= 0 else len(xml)]):
            self.cell[int(row), letters.decode()] = int(style)


def _styles(book: p.Package, output: Output) -> Styles:
    return Styles(book.read(book.part(output.name)))


def _replace(
    book: p.Package, output: Output, rows: list[Values] | bytes, links: Sequence[Link] = ()
) -> None:
    """New rows below the header of an output sheet, its links, and its print area."""
    part = book.part(output.name)
    xml = book.read(part)
    if not isinstance(rows, bytes):
        styles = Styles(xml)
        columns = [(p.column_letters(i), styles.column.get(i)) for i in range(2, output.width + 2)]
        rows = p.rows_xml(FIRST_ROW, rows, columns)
    xml = p.replace_rows(xml, FIRST_ROW, rows)
    if links or b"<hyperlink" in xml:
        kept = [tag for tag in _LINK.findall(xml) if _row_of(tag) < FIRST_ROW]
        new = p.hyperlinks_xml(links[:MAX_LINKS])
        body = new[new.index(b">") + 1 : new.rindex(b"</")] if links else b""
        xml = p.replace_element(xml, "hyperlinks", b"<hyperlinks>" + b"".join(kept) + body + b"</hyperlinks>"
                                if kept or body else b"")  # fmt: skip
    book.replace(part, xml)


def _row_of(link: bytes) -> int:
    reference = dict(_ATTRIBUTE.findall(link)).get(b"ref", b"A1").partition(b":")[0]
    return int(bytes(c for c in reference if 48 <= c <= 57) or b"1")


def _figure(value: float) -> float | None:
    return None if isnan(value) else value


def _results(report: Report, styles: Styles) -> tuple[bytes]:
    """Both blocks of sheet Results: processes, and below them goods with their own title and header."""
    (_, process_columns), (goods_title, good_columns) = outputs.RESULTS.blocks
    letters = [p.column_letters(i) for i in range(2, outputs.RESULTS.width + 2)]
    data = [(a, styles.column.get(i)) for i, a in enumerate(letters, 2)]
    scale = {"default_share": 100.0}
    processes = [
        [getattr(b, c.field) if not c.numeric else _figure(getattr(b, c.field) * scale.get(c.field, 1.0))
         for c in process_columns]
        for b in report.processes
    ]  # fmt: skip
    goods = [
        [None if not c.field else getattr(g, c.field) if not c.numeric else _figure(getattr(g, c.field))
         for c in good_columns]
        for g in report.goods
    ]  # fmt: skip
    row = FIRST_ROW + len(processes) + 1
    plain = styles.column.get(2)
    good_data = [(a, s if c.numeric else plain) for (a, s), c in zip(data, good_columns, strict=True)]
    head = [
        p.row_xml(row, [("B", goods_title, styles.cell.get((TITLE_ROW, "B")))]),
        p.row_xml(row + 1, [(a, c.header, styles.cell.get((HEADER_ROW, a if c.numeric else "B")))
                            for a, c in zip(letters, good_columns, strict=True)]),
        p.row_xml(row + 2, [(a, c.unit, styles.cell.get((UNIT_ROW, a)))
                            for a, c in zip(letters, good_columns, strict=True)]),
    ]  # fmt: skip
    below = "".join(head).encode() + p.rows_xml(row + 3, goods, good_data) if goods else b""
    return (p.rows_xml(FIRST_ROW, processes, data) + below,)


def _closure(line: Closure) -> Iterator[p.Value | None]:
    explained, rest = sum(line.explained.values()), line.unexplained
    share = abs(rest) / line.scale if line.scale > 1e-300 else 0.0
    state = ("unknown" if isnan(rest) else "✔ closed" if share <= 1e-9 else
             "✖ open" if share > 0.05 or line.balance == "mass" else "▲ open" if share > 1e-3 else "✔ within 0.1 %")  # fmt: skip
    yield from (line.balance, line.of, line.unit)
    yield from map(_figure, (line.installation, line.attributed, line.difference))
    yield ", ".join(f"{words} {value:,.6g}" for words, value in line.explained.items()) or None
    yield from map(_figure, (explained, 0.0 if share <= 1e-9 else rest, 100 * share))
    yield state


def _trace(report: Report) -> tuple[list[Values], list[Link]]:
    rows: list[Values] = []
    links: list[Link] = []
    for term in report.terms:
        cell = place(term)
        if term.at and term.at.sheet in inputs.BY_NAME:
            links.append((f"I{FIRST_ROW + len(rows)}", _location(term.at.sheet, term.at.address(term.field)), cell))
        rows.append([term.owner, f"= {term.step}" if term.total else term.step, term.quantity, _figure(term.value),
                     term.unit, formula(term), term.cites, cell, term.data_source, term.note])  # fmt: skip
    return rows, links


def _start(book: p.Package, installation: Installation, report: Report, run: str) -> None:
    """State of every sheet, the headline figures, and the figures behind the chart."""
    part = book.part(outputs.START)
    site, (start, end) = installation.site, report.period
    where = ", ".join(x for x in (site.text("city"), site.text("country")) if x)
    named, stamped = outputs.START_BAND
    values: dict[str, p.Value | None] = {
        named: "   ·   ".join(x for x in (report.installation.name, where) if x),
        stamped: f"{start or '?'} to {end or '?'}   ·   Implementing Regulation (EU) {report.law}   ·   recalculated {run}",
    }
    counts = {
        "Installation": sum(v is not None for v in site.values.values()),
        "Processes": len(installation.processes), "Goods": len(installation.goods),
        "Goods parameters": len(installation.parameters), "Source streams": len(installation.streams),
        "Measured emissions": len(installation.measured), "PFC": len(installation.pfc),
        "Shared streams": len(installation.shares), "Energy units": len(installation.units),
        "Heat and waste gas": len(installation.transfers), "Electricity": len(installation.electricity),
        "Precursors": len(installation.precursors), "Material flows": len(installation.flows),
        "Carbon price": len(installation.prices),
    }  # fmt: skip
    levels: dict[str, dict[str, int]] = {}
    for i in report.issues:
        of = levels.setdefault(i.sheet, {})
        of[i.level] = of.get(i.level, 0) + 1
    for k, sheet in enumerate(inputs.SHEETS):
        row = outputs.START_ROWS + k
        values[f"{outputs.START_COLUMNS['rows']}{row}"] = float(counts[sheet.name]) if counts[sheet.name] else "–"
        values[f"{outputs.START_COLUMNS['state']}{row}"] = _state(levels.get(sheet.name, {}), counts[sheet.name])
    shown = [b for b in report.processes if b.category and not isnan(b.see_total)][: outputs.HEADLINE_ROWS]
    for k in range(outputs.HEADLINE_ROWS):
        b = shown[k] if k < len(shown) else None
        for field, letter in outputs.HEADLINE_COLUMNS.items():
            values[f"{letter}{outputs.HEADLINE_ROW + k}"] = getattr(b, field) if b else None
        bought = b.bought_see_total if b else 0.0
        own = b.own_see_direct + b.own_see_indirect if b else 0.0
        parts = {"name": b.name, "own_direct": b.own_see_direct, "own_indirect": b.own_see_indirect,
                 "own_precursors": max(b.see_total - own - bought, 0.0), "bought_precursors": bought} if b else {}  # fmt: skip
        for field, letter in outputs.SHARES_COLUMNS.items():
            values[f"{letter}{outputs.SHARES_ROW + k}"] = parts.get(field)
    book.replace(part, p.set_cells(book.read(part), values))


def _state(levels: dict[str, int], count: int) -> str:
    for level, mark in (("error", "✖"), ("warning", "▲"), ("note", "i ")):
        if n := levels.get(level):
            return f"{mark} {n} {level}{'s' if n > 1 else ''}"
    return "✔ complete" if count else "not used"
