"""What the buttons share: reading and solving an open workbook, the status bar, writing in blocks, message boxes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from cbam_xl.attribution import recalculate
from cbam_xl.errors import CbamError
from cbam_xl.locks import BookError
from cbam_xl.model import Installation, Issue
from cbam_xl.report import Report
from cbam_xl.road import now, read_book
from cbam_xl.sheets import outputs, reasons, records, results
from cbam_xl.sheets.declare import FIRST_ROW

from .open_book import OpenBook, XlBook, block, fill, put

TITLE = "CBAM"
MOST_LINES = 40
"""Lines that a message box can show."""


def told(book: XlBook, work: Callable[[XlBook], str]) -> str:
    """Do one thing and show its outcome; a fault is a sentence, and the status bar is given back."""
    try:
        message = work(book)
    except CbamError as error:
        message = str(error)
    finally:
        status(book, False)
    book.app.alert(message, TITLE)
    return message


def solved(book: XlBook) -> tuple[OpenBook, Installation, Report]:
    source, installation = read(book)
    progress(book, f"solving {len(installation.processes)} processes")
    return source, installation, recalculate(installation)


def read(book: XlBook) -> tuple[OpenBook, Installation]:
    progress(book, "reading the inputs")
    source = OpenBook(book)
    installation = read_book(source, book.name)
    if not records.recognised(source):
        raise BookError("This is no installation workbook: open one made with “cbam-xl new”.")
    return source, installation


def progress(book: XlBook, words: str) -> None:
    status(book, f"{TITLE}: {words} …")


def status(book: XlBook, words: str | bool) -> None:
    """The status bar, where the program has one: xlwings Lite hasn't."""
    with suppress(NotImplementedError):
        book.app.status_bar = words


@contextmanager
def writing(book: XlBook) -> Iterator[None]:
    """Writing without calculation and drawing in between; xlwings Lite writes everything at once anyway."""
    with ExitStack() as settings:
        for setting in ({"calculation": "manual"}, {"screen_updating": False}):
            with suppress(NotImplementedError):
                settings.enter_context(book.app.properties(**setting))
        yield


def short(lines: Sequence[str], rest: str) -> list[str]:
    """As many lines as a message box can show; ``rest`` says where the others are."""
    return list(lines) if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], "…", rest]


def fill_linked(book: XlBook, output: outputs.Output, columns: Any, links: Any) -> None:
    """Rows with their links, which are formulas here: one block can hold them."""
    places = {cell: f"'{sheet.replace(chr(39), chr(39) * 2)}'!{place}" for cell, sheet, place in links}
    fill(book.sheets[output.name], FIRST_ROW, columns, places)


def fill_issues(book: XlBook, issues: Sequence[Issue]) -> None:
    """Sheet Issues; that of an older workbook gets the header of the column for reasons."""
    put(book.sheets[outputs.ISSUES.name], {reasons.HEADER_CELL: reasons.HEADER})
    fill_linked(book, outputs.ISSUES, *results.issue_columns(issues))


def write_findings(book: XlBook, installation: Installation, report: Report) -> None:
    """Sheet Issues, and on Start the states of the sheets and the mark that the results are older."""
    earlier = any(cell != "" for row in block(book.sheets[outputs.RESULTS.name], FIRST_ROW) for cell in row)
    with writing(book):
        fill_issues(book, report.issues)
        put(book.sheets[outputs.START], results.check_values(installation, report, now(), earlier))


def write_issues(book: XlBook, issues: Sequence[Issue]) -> None:
    with writing(book):
        fill_issues(book, issues)
