"""The road from a file to a Report, and back into the file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .collector import paused
from .errors import CbamError
from .locks import StrPath
from .model import Installation
from .report import Report

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from .entries import Book
    from .package import Package
    from .sheets.declare import Sheet


def templates() -> Path:
    """Where the template and the examples lie: inside the installed package, or beside it in a checkout."""
    from pathlib import Path

    inside = Path(__file__).with_name("_data") / "templates"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "templates"


def examples() -> dict[str, str]:
    """Names of the worked examples, and what each is in a line."""
    import tomllib

    sources = sorted((templates() / "examples").glob("*.toml"))
    return {p.stem: tomllib.loads(p.read_text(encoding="utf-8"))["title"] for p in sources}


def example(name: str) -> Path:
    """Path of a worked example by its name; CbamError names those there are."""
    known = {p.stem: p for p in sorted((templates() / "examples").glob("*.xlsx"))}
    if name not in known:
        raise CbamError(f"There is no example “{name}”. There are: {', '.join(known)}.")
    return known[name]


def write_example(name: str, edition: str, out: StrPath) -> None:
    """Write a worked example with live cells: its inputs in a live ``edition`` of the template, recalculated.

    Raises CbamError for another name, BookError when ``out`` can't be written.
    """
    from cbam_udfs import call

    from .attribution import recalculate
    from .books import FileBook
    from .package import Package
    from .sheets import live, results, used_names
    from .sheets import write as inputs

    source, book = FileBook(example(name)), Package(templates() / edition)
    installation = read_book(source)
    report = recalculate(installation)
    inputs.copy(source, book)
    used_names.fill(book, source)
    results.write(book, installation, report, now())
    live.write(book, source, report, call, stamp=True)
    book.save(out, new=True)


def read(path: StrPath) -> Installation:
    """Read an installation workbook, or a filled communication template of the Commission (v2.1, v2.1.1).

    Raises BookError when the file can't be read, or is neither of the two. Faults of its cells never raise: they are
    issues of the Installation, and the figures behind them are unknown.
    """
    from .books import FileBook

    return read_book(FileBook(path), os.path.basename(os.fspath(path)))


@paused()
def read_book(book: Book, name: str = "The workbook") -> Installation:
    """Read any Book: a file, a running Excel, a handful of ranges."""
    from .books import BookError, FileBook
    from .sheets import inputs, reasons, records

    if records.recognised(book):
        if isinstance(book, FileBook):
            book.read_ahead(inputs.BY_NAME)
        return records.read(book)._replace(acknowledged=reasons.read(book))
    from .communication import read as communication

    if communication.recognised(book):
        return communication.read(book)
    shown = ", ".join(f"“{n}”" for n in list(book.names)[:4])
    raise BookError(f"{name} is neither an installation workbook (make one: cbam-xl new FILE) nor a filled "
                    f"communication template v2.1 of the Commission. Its sheets are {shown} …")  # fmt: skip


def from_frames(frames: Mapping[str, pd.DataFrame]) -> Installation:
    """An Installation from pandas DataFrames by sheet name, with the sheets' headers as column names.

    Sheet “Installation” has one row. Blank, None and NaN are blank cells. Positions in messages are those of a sheet.
    """
    from .books import RowsBook
    from .sheets import inputs, records
    from .sheets.declare import UNIT_ROW

    if unknown := set(frames) - set(inputs.BY_NAME):
        raise CbamError(f"No sheet is called {', '.join(sorted(unknown))}; there are: {', '.join(inputs.BY_NAME)}.")
    sheets: dict[str, list[list[Any]]] = {}
    for sheet in inputs.SHEETS:
        headers, rows = _rows(frames[sheet.name], sheet) if sheet.name in frames else ([], [])
        missing = [c.header for c in sheet.columns if c.header not in headers]
        above: list[list[Any]] = [[]] * (UNIT_ROW - 2)
        if sheet.sections:
            values = dict(zip(headers, rows[0], strict=True)) if rows else {}
            sheets[sheet.name] = [*above, *(["", c.header, values.get(c.header, "")] for c in sheet.columns)]
        else:
            body = [["", *row, *[""] * len(missing)] for row in rows]
            sheets[sheet.name] = [*above, ["", *headers, *missing], [], *body]
    return records.read(RowsBook(sheets))


def _rows(frame: pd.DataFrame, sheet: Sheet) -> tuple[list[str], list[list[Any]]]:
    """Headers as declared and rows of cells; CbamError for a column that the sheet doesn't have."""
    from .entries import nearest
    from .sheets.cells import header_text

    declared = {header_text(c.header): c.header for c in sheet.columns}
    headers = []
    for header in map(str, frame.columns):
        if header_text(header) not in declared:
            raise CbamError(f"Sheet “{sheet.name}” has no column “{header}”.{nearest(header, declared.values())}")
        headers.append(declared[header_text(header)])
    cells = frame.astype(object).where(frame.notna(), "").to_numpy().tolist()
    return headers, [[value.item() if hasattr(value, "item") else value for value in row] for row in cells]


@paused()
def write(
    path: StrPath | Package, out: StrPath, installation: Installation, report: Report, *, only_results: bool = False
) -> list[str]:
    """Write a Report into the result sheets of a workbook, atomically; every other part stays byte-identical.

    ``path``: the workbook, or the package of the FileBook that was read; nobody may have changed that file since.
    Returns the user's own live cells that only a spreadsheet program can calculate, as Sheet!Cell.
    Raises BookError (LockedError when the file is open in a spreadsheet program). Nothing is written on errors.
    """
    from .package import Package
    from .sheets import live, results

    book = path if isinstance(path, Package) else Package(path)
    results.write(book, installation, report, now(), only_results=only_results)
    waiting: list[str] = []
    if live.is_live(book):
        from cbam_udfs import call

        from .books import FileBook

        waiting = live.write(book, FileBook(book.path), report, call, stamp=not only_results)
    book.save(out)
    return waiting


def renew_live(path: StrPath) -> None:
    """Renew the stored values of live cells after inputs were written without a spreadsheet program.

    Raises BookError (LockedError when the file is open in a spreadsheet program).
    """
    from .attribution import recalculate
    from .books import FileBook
    from .sheets import live, used_names

    book = FileBook(path)
    if live.is_live(book.package):
        from cbam_udfs import call

        used_names.fill(book.package, book)
        live.write(book.package, book, recalculate(read_book(book)), call, stamp=False)
        book.package.save(path)


def write_check(book: Package, installation: Installation, report: Report) -> None:
    """Write the findings onto sheets Issues and Start of the workbook that was read; Start says that results are older.

    Raises BookError (LockedError when the file is open in a spreadsheet program).
    """
    from .sheets import results

    results.write_check(book, installation, report, now())
    book.save(book.path)


def now() -> str:
    """The stamp of a run."""
    from datetime import datetime

    return f"{datetime.now():%Y-%m-%d %H:%M}"
