"""Buttons that read or write other files: the Commission's template, a supplier's file, a worked example."""

import os
from typing import TYPE_CHECKING

from cbam_xl.addresses import column_letters
from cbam_xl.locks import BookError, check_new, write_atomically
from cbam_xl.reporting import counts
from cbam_xl.sheets import write

from .open_book import XlBook, as_stands, over, spans, written
from .screen import MOST_LINES, progress, read, short, solved, write_findings, write_issues, writing
from .undo import remember

if TYPE_CHECKING:
    from cbam_xl.exchange import Imported

AS_BEFORE = "Sheet “{}” is as it was before the supplier's file was imported."
NOTHING_BOUGHT = "Nothing was added: no process of the file has goods and known specific embedded emissions."


def communicate(book: XlBook, template: str, out: str) -> str:
    """Fill a template: the open workbook is read, not its file, so nothing has to be saved; only Issues is written."""
    from cbam_xl import exchange

    exchange.apart(out, book.fullname)
    _, installation, report = solved(book)
    progress(book, "filling the template")
    sent = exchange.send(installation, report, template, out)
    if report.failed:
        write_findings(book, installation, report)
        return f"{exchange.outcome(sent, out)} {counts(report.issues)}, on sheet Issues."
    write_issues(book, exchange.told(installation, sent))
    changes = short([str(change) for change in sent.changed], "All of them: sheet Issues.")
    return "\n".join((*changes, "", exchange.outcome(sent, out))).strip()


def import_template(book: XlBook, filled: str, path: str) -> str:
    """Make an installation workbook of a filled template and open it; an .xlsm gets ribbon, macros and live cells."""
    from cbam_xl import exchange

    progress(book, "reading the template")
    if path.lower().endswith(".xlsm"):
        found = _imported_with_macros(filled, path)
    else:
        found = exchange.import_communication(filled, path)
    progress(book, "opening the workbook")
    book.app.books.open(path)
    lines = short([str(issue) for issue in found.issues], "All of them: sheet Issues of the new workbook.")
    return "\n".join((*lines, "", exchange.made(found, path))).strip()


def _imported_with_macros(filled: str, path: str) -> "Imported":
    from tempfile import TemporaryDirectory

    from cbam_xl import exchange
    from cbam_xl.hosts.excel.refresh import refreshed

    check_new(path)
    with TemporaryDirectory(prefix="cbam_xl_") as folder:
        plain = os.path.join(folder, f"{os.path.splitext(os.path.basename(path))[0]}.xlsx")
        found = exchange.import_communication(filled, plain)
        write_atomically(path, [refreshed(plain)])
    return found


def import_supplier(book: XlBook, filled: str) -> str:
    """Add rows for a supplier's goods to sheet Precursors, as the command line does; they can be taken back."""
    from cbam_xl import exchange

    sheet = write.PRECURSORS
    source, buyer = read(book)
    progress(book, "reading the supplier's file")
    found, rows = exchange.supplied(filled, buyer)
    new = write.added(source, book.name, sheet, rows, os.path.basename(filled))
    if rows and new.last > write.end(source, sheet):
        raise BookError(f"Sheet “{sheet.name}” has no room for {len(rows)} more rows: insert rows above its last one.")
    if rows:
        _write_added(book, sheet.name, new)
    issues = short([str(issue) for issue in found.issues], f"and {len(found.issues) - MOST_LINES} more.")
    taken = [exchange.bought(precursor) for precursor in found.installation.precursors] if rows else [NOTHING_BOUGHT]
    return "\n".join((*issues, "", *taken)).strip()


def _write_added(book: XlBook, name: str, new: write.Added) -> None:
    """Write rows at the foot of an input sheet; Undo clears them while their names stand where they were written."""
    sheet, letters = book.sheets[name], [column_letters(column) for column in new.columns]
    cells = [[written(value) for value in row] for row in new.cells]
    areas = [(f"{letters[first]}{new.first}", [row[first : last + 1] for row in cells])
             for first, last in spans(new.columns)]  # fmt: skip
    before = [(at, as_stands(over(sheet, at, rows))) for at, rows in areas]
    names = [(f"{letters[0]}{new.first}", [[row[0]] for row in new.cells])]
    remember(book, {name: before}, AS_BEFORE.format(name), {name: names})
    with writing(book):
        for at, rows in areas:
            over(sheet, at, rows).value = rows


def new_from_example(book: XlBook, name: str, path: str) -> str:
    """Write a worked example with ribbon, macros and live cells, and open it."""
    from cbam_xl.road import write_example

    check_new(path)
    progress(book, "writing the example")
    write_example(name, "cbam_installation.xlsm", path)
    new = book.app.books.open(path)
    return f"{new.name} has the inputs of “{name}” and their results."
