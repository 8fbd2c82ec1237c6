"""What the ribbon's buttons do, in a workbook that is open. Each takes an ``xlwings.Book`` and tells its outcome.

The road is the one of the command line; only the Book differs. With errors nothing is written but the findings and the
mark that the results are older.
"""

from math import isnan

from cbam_xl.findings import one_line
from cbam_xl.locks import BookError
from cbam_xl.model import fold
from cbam_xl.reporting import counts, explanation
from cbam_xl.road import now
from cbam_xl.sheets import inputs, live, outputs, results
from cbam_xl.sheets.declare import FIRST_ROW, IMPORTED

from . import other_files
from .call import call
from .open_book import OpenBook, XlBook, block, fill, put, put_formulas, snapshot
from .screen import MOST_LINES, fill_issues, fill_linked, progress, short, solved, told, write_findings, writing
from .undo import remember, take_back

AS_BEFORE = "The output sheets are as they were before the last recalculation."


def recalculate_installation(book: XlBook) -> str:
    """Read, check, solve, and fill the output sheets."""
    return told(book, _recalculate)


def check_inputs(book: XlBook) -> str:
    """Write the findings onto sheet Issues; no figure is touched."""
    return told(book, _check)


def undo(book: XlBook) -> str:
    """Take back what the last recalculation or the last import of a supplier's file wrote."""
    return told(book, take_back)


def switch_on_live_formulas(book: XlBook) -> str:
    """Write every live formula anew, now that the functions are there."""
    return told(book, _switch_on)


def explain_cell(book: XlBook) -> str:
    """How the figures of the selected row come about."""
    return told(book, _explain)


def new_from_example(book: XlBook, name: str, path: str) -> str:
    """A new workbook with the inputs of a worked example, opened beside this one."""
    return told(book, lambda _: other_files.new_from_example(book, name, path))


def communicate(book: XlBook, template: str, out: str) -> str:
    """Fill a downloaded template of the Commission with the inputs as they are now in the open workbook."""
    return told(book, lambda _: other_files.communicate(book, template, out))


def import_template(book: XlBook, filled: str, path: str) -> str:
    """A new installation workbook with the content of a filled template, opened beside this one."""
    return told(book, lambda _: other_files.import_template(book, filled, path))


def import_supplier(book: XlBook, filled: str) -> str:
    """Add the goods of a supplier's filled template below the rows of sheet Precursors."""
    return told(book, lambda _: other_files.import_supplier(book, filled))


def _recalculate(book: XlBook) -> str:
    source, installation, report = solved(book)
    if report.failed:
        write_findings(book, installation, report)
        return f"Nothing was written: {counts(report.issues)}. Correct the errors on sheet Issues first."
    is_live = _is_live(book)
    start = results.start_values(installation, report, now())
    if is_live:
        block_of = live.handles({name: source.cells(area) for name, area in source.areas().items()}, call)
        start = {cell: value for cell, value in start.items() if not _is_headline(cell)}
        start[live.STAMPED] = live.fingerprint(block_of)
    first = live.GOODS_ROW if is_live else FIRST_ROW
    there = {sheet.name for sheet in book.sheets}  # a workbook of an earlier version lacks some
    sheets = [(outputs.RESULTS.name, first), *((o.name, FIRST_ROW) for o in outputs.OUTPUTS[1:] if o.name in there)]
    remember(book, snapshot(book, {outputs.START: start}, sheets), AS_BEFORE)
    with writing(book):
        progress(book, "writing the results")
        fill(book.sheets[outputs.RESULTS.name], first, results.goods_columns(report) if is_live
             else results.result_columns(report), {})  # fmt: skip
        fill(book.sheets[outputs.BALANCES.name], FIRST_ROW, results.balance_columns(report), {})
        progress(book, "writing the trace")
        fill_linked(book, outputs.TRACE, *results.trace_columns(report))
        fill_issues(book, report.issues)
        for output, columns in results.of_2026(installation, report):
            if output.name in there:
                fill(book.sheets[output.name], FIRST_ROW, columns, {})
        put(book.sheets[outputs.START], start)
    shown = [f"{b.name}: {'unknown' if isnan(b.see_total) else f'{b.see_total:.5f}'}" for b in report.processes]
    more = [f"… and {len(shown) - MOST_LINES} more"] if len(shown) > MOST_LINES else []
    filled = f"Findings: {counts(report.issues)}. Results, Balances, Trace and Issues are filled."
    return "\n".join(["Specific embedded emissions, total, t CO2e/t:", *shown[:MOST_LINES], *more, "", filled])


def _is_live(book: XlBook) -> bool:
    """Whether the workbook has live cells."""
    return any(name.name == live.BLOCK for name in book.names)


def _is_headline(cell: str) -> bool:
    """Whether a cell of Start is a live headline figure."""
    row = int(cell[1:])
    headline = outputs.HEADLINE_ROW <= row < outputs.HEADLINE_ROW + outputs.HEADLINE_ROWS
    return headline and cell[0] in outputs.HEADLINE_COLUMNS.values()


def _check(book: XlBook) -> str:
    _, installation, report = solved(book)
    write_findings(book, installation, report)
    return f"Findings: {counts(report.issues)}. See sheet Issues."


def _switch_on(book: XlBook) -> str:
    """For xlwings Lite: a function that wasn't known when the file was opened is found when its formula is written."""
    if not _is_live(book):
        raise BookError("This workbook has no live cells: begin with one made with “cbam-xl new FILE --live”.")
    source = OpenBook(book)
    texts = live.formulas(source.areas(), blanks_are_zeros=True, imported=source.last_row(IMPORTED) is not None)
    with writing(book):
        for sheet, formulas in texts.items():
            put_formulas(book.sheets[sheet], formulas)
    return f"{sum(map(len, texts.values())):,} live formulas are written: figures follow the inputs from now on."


def _explain(book: XlBook) -> str:
    """The terms behind the selected input row; else of the process or energy unit that the row names."""
    cell = book.selection
    if cell is None:
        return "Select a cell first: one of an input row, or of a row that names a process."
    sheet, row = cell.sheet.name, int(cell.row)
    _, _, report = solved(book)
    own = [t for t in report.terms if t.at and (t.at.sheet, t.at.row) == (sheet, row)]
    names = {fold(n): n for n in (*(b.name for b in report.processes), *(u.name for u in report.units))}
    rows = block(cell.sheet, row)
    named = (names.get(fold(text)) for text in (rows[0] if rows else ()) if isinstance(text, str))
    name = next((n for n in named if n), "")
    if own and sheet in inputs.BY_NAME:
        lines = [line for owner in dict.fromkeys(t.owner for t in own)
                 for line in (f"\n{owner}", *explanation(t for t in own if t.owner == owner))]  # fmt: skip
    elif name:
        lines = [one_line(name), *explanation(report.terms_of(name))]
    else:
        return f"Row {row} of sheet “{sheet}” names no process or energy unit, and no term comes from it."
    return "\n".join(short(lines, "All of it: sheet Trace, filtered by this process.")).strip()
