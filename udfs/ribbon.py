"""What the ribbon's buttons do, in a workbook that is open. Each takes an ``xlwings.Book`` and tells its outcome.

The road is the one of the command line; only the Book differs. With errors nothing is written but the findings and the
mark that the results are older.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from math import isnan
from typing import TYPE_CHECKING, Any

from cbam_xl.attribution import recalculate
from cbam_xl.checks import sort
from cbam_xl.errors import CbamError
from cbam_xl.findings import one_line
from cbam_xl.locks import BookError
from cbam_xl.model import Installation, Issue, fold
from cbam_xl.report import Report
from cbam_xl.reporting import counts, explanation
from cbam_xl.road import example, now, read_book, templates
from cbam_xl.sheets import inputs, live, outputs, records, results, write
from cbam_xl.sheets.declare import FIRST_ROW, IMPORTED

from .call import call
from .open_book import OpenBook, Snapshot, XlBook, block, fill, put, put_formulas, restore, snapshot, written

if TYPE_CHECKING:
    from cbam_xl.exchange import Imported

TITLE = "CBAM"
MOST_LINES = 40
"""Lines that a message box can show."""
NOTHING_BOUGHT = "Nothing was added: no process of the file has goods and known specific embedded emissions."

_before: dict[str, Snapshot] = {}
"""The output sheets before the last recalculation, by the path of the workbook."""


def recalculate_installation(book: XlBook) -> str:
    """Read, check, solve, and fill the output sheets."""
    return _told(book, _recalculate)


def check_inputs(book: XlBook) -> str:
    """Write the findings onto sheet Issues; no figure is touched."""
    return _told(book, _check)


def undo_recalculation(book: XlBook) -> str:
    """Put back what stood on the output sheets before the last recalculation."""
    return _told(book, _undo)


def switch_on_live_formulas(book: XlBook) -> str:
    """Write every live formula anew, now that the functions are there."""
    return _told(book, _switch_on)


def explain_cell(book: XlBook) -> str:
    """How the figures of the selected row come about."""
    return _told(book, _explain)


def new_from_example(book: XlBook, name: str, path: str) -> str:
    """A new workbook with the inputs of a worked example, opened beside this one."""
    return _told(book, lambda _: _new(book, name, path))


def communicate(book: XlBook, template: str, out: str) -> str:
    """Fill a downloaded template of the Commission with the inputs as they are now in the open workbook."""
    return _told(book, lambda _: _communicate(book, template, out))


def import_template(book: XlBook, filled: str, path: str) -> str:
    """A new installation workbook with the content of a filled template, opened beside this one."""
    return _told(book, lambda _: _import(book, filled, path))


def import_supplier(book: XlBook, filled: str) -> str:
    """Add the goods of a supplier's filled template below the rows of sheet Precursors."""
    return _told(book, lambda _: _add_precursors(book, filled))


def _told(book: XlBook, work: Callable[[XlBook], str]) -> str:
    """Do one thing and show its outcome; a fault is a sentence, and the status bar is given back."""
    try:
        message = work(book)
    except CbamError as error:
        message = str(error)
    finally:
        _status(book, False)
    book.app.alert(message, TITLE)
    return message


def _solved(book: XlBook) -> tuple[OpenBook, Installation, Report]:
    source, installation = _read(book)
    _progress(book, f"solving {len(installation.processes)} processes")
    return source, installation, recalculate(installation)


def _read(book: XlBook) -> tuple[OpenBook, Installation]:
    _progress(book, "reading the inputs")
    source = OpenBook(book)
    installation = read_book(source, book.name)
    if not records.recognised(source):
        raise BookError("This is no installation workbook: open one made with “cbam-xl new”.")
    return source, installation


def _progress(book: XlBook, words: str) -> None:
    _status(book, f"{TITLE}: {words} …")


def _status(book: XlBook, words: str | bool) -> None:
    """The status bar, where the program has one: xlwings Lite hasn't."""
    with suppress(NotImplementedError):
        book.app.status_bar = words


@contextmanager
def _writing(book: XlBook) -> Iterator[None]:
    """Writing without calculation and drawing in between; xlwings Lite writes everything at once anyway."""
    with ExitStack() as settings:
        for setting in ({"calculation": "manual"}, {"screen_updating": False}):
            with suppress(NotImplementedError):
                settings.enter_context(book.app.properties(**setting))
        yield


def _recalculate(book: XlBook) -> str:
    source, installation, report = _solved(book)
    if report.failed:
        _write_findings(book, installation, report)
        return f"Nothing was written: {counts(report.issues)}. Correct the errors on sheet Issues first."
    is_live = _is_live(book)
    start = results.start_values(installation, report, now())
    if is_live:
        block_of = live.handles({name: source.cells(area) for name, area in source.areas().items()}, call)
        start = {cell: value for cell, value in start.items() if not _is_headline(cell)}
        start[live.STAMPED] = live.fingerprint(block_of)
    first = live.GOODS_ROW if is_live else FIRST_ROW
    sheets = [(outputs.RESULTS.name, first), *((o.name, FIRST_ROW) for o in outputs.OUTPUTS[1:])]
    _before[book.fullname] = snapshot(book, {outputs.START: start}, sheets)
    with _writing(book):
        _progress(book, "writing the results")
        fill(book.sheets[outputs.RESULTS.name], first, results.goods_columns(report) if is_live
             else results.result_columns(report), {})  # fmt: skip
        fill(book.sheets[outputs.BALANCES.name], FIRST_ROW, results.balance_columns(report), {})
        _progress(book, "writing the trace")
        _fill_linked(book, outputs.TRACE, *results.trace_columns(report))
        _fill_linked(book, outputs.ISSUES, *results.issue_columns(report.issues))
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


def _fill_linked(book: XlBook, output: outputs.Output, columns: Any, links: Any) -> None:
    """Rows with their links, which are formulas here: one block can hold them."""
    places = {cell: f"'{sheet.replace(chr(39), chr(39) * 2)}'!{place}" for cell, sheet, place in links}
    fill(book.sheets[output.name], FIRST_ROW, columns, places)


def _check(book: XlBook) -> str:
    _, installation, report = _solved(book)
    _write_findings(book, installation, report)
    return f"Findings: {counts(report.issues)}. See sheet Issues."


def _write_findings(book: XlBook, installation: Installation, report: Report) -> None:
    """Sheet Issues, and on Start the states of the sheets and the mark that the results are older."""
    earlier = any(cell != "" for row in block(book.sheets[outputs.RESULTS.name], FIRST_ROW) for cell in row)
    with _writing(book):
        _fill_linked(book, outputs.ISSUES, *results.issue_columns(report.issues))
        put(book.sheets[outputs.START], results.check_values(installation, report, now(), earlier))


def _write_issues(book: XlBook, issues: Sequence[Issue]) -> None:
    with _writing(book):
        _fill_linked(book, outputs.ISSUES, *results.issue_columns(issues))


def _undo(book: XlBook) -> str:
    before = _before.pop(book.fullname, None)
    if before is None:
        return "There is nothing to undo: no recalculation since Python was started."
    with _writing(book):
        restore(book, before)
    return "The output sheets are as they were before the last recalculation."


def _switch_on(book: XlBook) -> str:
    """For xlwings Lite: a function that wasn't known when the file was opened is found when its formula is written."""
    if not _is_live(book):
        raise BookError("This workbook has no live cells: begin with one made with “cbam-xl new FILE --live”.")
    source = OpenBook(book)
    texts = live.formulas(source.areas(), blanks_are_zeros=True, imported=source.last_row(IMPORTED) is not None)
    with _writing(book):
        for sheet, formulas in texts.items():
            put_formulas(book.sheets[sheet], formulas)
    return f"{sum(map(len, texts.values())):,} live formulas are written: figures follow the inputs from now on."


def _explain(book: XlBook) -> str:
    """The terms behind the selected input row; else of the process or energy unit that the row names."""
    cell = book.selection
    if cell is None:
        return "Select a cell first: one of an input row, or of a row that names a process."
    sheet, row = cell.sheet.name, int(cell.row)
    _, _, report = _solved(book)
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
    return "\n".join(_short(lines, "All of it: sheet Trace, filtered by this process.")).strip()


def _short(lines: Sequence[str], rest: str) -> list[str]:
    """As many lines as a message box can show; ``rest`` says where the others are."""
    return list(lines) if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], "…", rest]


def _communicate(book: XlBook, template: str, out: str) -> str:
    """The open workbook is read, not its file, so that nothing has to be saved; only sheet Issues is written."""
    from cbam_xl import exchange

    exchange.apart(out, book.fullname)
    _, installation, report = _solved(book)
    _progress(book, "filling the template")
    sent = exchange.send(installation, report, template, out)
    if report.failed:
        _write_findings(book, installation, report)
        return f"{exchange.outcome(sent, out)} {counts(report.issues)}, on sheet Issues."
    _write_issues(book, sort((*report.issues, *sent.changed)))
    changes = _short([str(change) for change in sent.changed], "All of them: sheet Issues.")
    return "\n".join((*changes, "", exchange.outcome(sent, out))).strip()


def _import(book: XlBook, filled: str, path: str) -> str:
    """An .xlsm gets ribbon and macros; live cells come with ``cbam-xl refresh`` when Excel has calculated its lists."""
    from cbam_xl import exchange

    _progress(book, "reading the template")
    if path.lower().endswith(".xlsm"):
        found = _imported_with_macros(filled, path)
    else:
        found = exchange.import_communication(filled, path)
    _progress(book, "opening the workbook")
    book.app.books.open(path)
    lines = _short([str(issue) for issue in found.issues], "All of them: sheet Issues of the new workbook.")
    return "\n".join((*lines, "", exchange.made(found, path))).strip()


def _imported_with_macros(filled: str, path: str) -> "Imported":
    from tempfile import TemporaryDirectory

    from cbam_xl import __version__, exchange
    from cbam_xl.hosts.excel import bake
    from cbam_xl.locks import check_free, write_atomically
    from cbam_xl.package import Package

    from .registry import FUNCTIONS

    check_free(path)
    with TemporaryDirectory(prefix="cbam_xl_") as folder:
        plain = os.path.join(folder, "plant.xlsx")
        found = exchange.import_communication(filled, plain)
        write_atomically(path, [bake.baked(Package(plain), FUNCTIONS, __version__)])
    return found


def _add_precursors(book: XlBook, filled: str) -> str:
    from cbam_xl import exchange

    sheet = write.PRECURSORS
    source, buyer = _read(book)
    _progress(book, "reading the supplier's file")
    found, rows = exchange.supplied(filled, buyer)
    new = write.added(source, book.name, sheet, rows, os.path.basename(filled))
    if rows and new.last > write.end(source, sheet):
        raise BookError(f"Sheet “{sheet.name}” has no room for {len(rows)} more rows: insert rows above its last one.")
    with _writing(book):
        for first, last in _neighbours(new.columns):
            cells = [[written(value) for value in row[first : last + 1]] for row in new.cells]
            if cells:
                area = book.sheets[sheet.name].range((new.first, new.columns[first]))
                area.resize(len(cells), last - first + 1).value = cells
    issues = _short([str(issue) for issue in found.issues], f"and {len(found.issues) - MOST_LINES} more.")
    taken = [exchange.bought(precursor) for precursor in found.installation.precursors] if rows else [NOTHING_BOUGHT]
    return "\n".join((*issues, "", *taken)).strip()


def _neighbours(columns: Sequence[int]) -> list[tuple[int, int]]:
    """First and last place of the columns that stand side by side.

    >>> _neighbours([2, 3, 4, 6])
    [(0, 2), (3, 3)]
    """
    first = [n for n, column in enumerate(columns) if n == 0 or columns[n - 1] != column - 1]
    return [(n, after - 1) for n, after in zip(first, [*first[1:], len(columns)], strict=True)]


def _new(book: XlBook, name: str, path: str) -> str:
    """Copy the template with macros, and fill its input sheets block by block."""
    from cbam_xl.books import FileBook
    from cbam_xl.locks import check_free, write_atomically

    source = FileBook(example(name))
    check_free(path)
    write_atomically(path, [(templates() / "cbam_installation.xlsm").read_bytes()])
    new = book.app.books.open(path)
    for sheet in inputs.SHEETS:
        area = new.sheets[sheet.name].range(sheet.range_name)
        top = area.row + 1 if sheet.sections else FIRST_ROW
        rows = source.rows(sheet.name)[top - 1 :]
        width = max(map(len, rows), default=0)
        for first, last in ((3, 3), (6, 6)) if sheet.sections else ((2, width),):
            cells = [[written(row[k - 1] if k <= len(row) else "") for k in range(first, last + 1)] for row in rows]
            if cells:
                new.sheets[sheet.name].range((top, first)).resize(len(cells), last - first + 1).value = cells
    return f"{new.name} has the inputs of “{name}”. Press Recalculate installation there."
