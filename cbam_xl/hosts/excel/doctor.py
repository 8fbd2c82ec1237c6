"""``cbam-xl doctor``: what this machine has, and whether a workbook and, where it runs, Excel agree with the engine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import CbamError
from ...locks import BookError, check_unlocked
from .environment import fault, pinned
from .install import WORKBOOK, read_settings

if TYPE_CHECKING:
    from ...report import Report

TOLERANCE = 1e-9
EXAMPLE = "cement"
"""The worked example whose figures are compared when no workbook is named."""


class Line(NamedTuple):
    """One finding; ``well`` is None where there is nothing to judge."""

    well: bool | None
    words: str

    def __str__(self) -> str:
        return f"{'·' if self.well is None else '✔' if self.well else '✖'} {self.words}"


def examine(path: str | None, home: Path, interpreter: Path, own: Path, windows: bool) -> Iterator[Line]:
    """The machine, the set-up, and one workbook: the one that is named, else the template and a worked example."""
    yield from _environment(interpreter)
    if windows:
        yield from _setup(home, interpreter, own)
    else:
        yield Line(None, "Live cells need Excel on Windows, xlwings Lite, or LibreOffice with our extension.")
    from tempfile import TemporaryDirectory

    try:
        with TemporaryDirectory() as folder:
            for workbook in [path] if path else _own(Path(folder)):
                yield from _workbook(workbook)
            if windows:
                yield from _excel(workbook)
    except CbamError as error:
        yield Line(False, str(error))


def _own(folder: Path) -> Iterator[str]:
    """The template as it comes, and a worked example with live cells: only that one has figures to compare."""
    from ...road import example, templates
    from .refresh import refreshed

    yield str(templates() / WORKBOOK)
    live = folder / f"example {EXAMPLE}.xlsm"
    live.write_bytes(refreshed(example(EXAMPLE)))
    yield str(live)


def _environment(interpreter: Path) -> Iterator[Line]:
    from importlib.metadata import PackageNotFoundError, version
    from platform import architecture, platform

    from ... import __version__

    yield Line(sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}, {architecture()[0]}, {platform()}")
    yield Line(None, f"at {interpreter}")
    from cbam_udfs import FUNCTIONS

    yield Line(True, f"cbam_xl {__version__} with {len(FUNCTIONS)} functions")
    try:
        has, wanted = version("xlwings"), pinned()
    except PackageNotFoundError as error:
        yield Line(False, f"{error.name} isn't installed: pip install cbam_xl")
        return
    yield Line(
        has == wanted,
        f"xlwings {has}" + ("" if has == wanted else f", but {wanted} is needed: pip install xlwings=={wanted}"),
    )


def _setup(home: Path, interpreter: Path, own: Path) -> Iterator[Line]:
    """What Excel needs on Windows: the Python that it uses, which need not be the one that runs."""
    settings = read_settings(home)
    python = settings.get("INTERPRETER_WIN", "")
    if not python:
        yield Line(False, f"No settings for Excel in {home}: run cbam-xl install")
        return
    used = Path(python)
    if not used.exists():
        yield Line(False, f"The settings name {python}, which is gone: run cbam-xl install")
        return
    yield Line(None, f"Excel uses {python}" + ("" if used == interpreter else ", another Python than this one"))
    why = fault(used, own)
    yield Line(not why, f"It won't do for Excel: {why}. Run cbam-xl install" if why else "It calculates a cell")


def _workbook(path: str) -> Iterator[Line]:
    """Whether a workbook has the macros of this version, and stored values that the engine gives."""
    from cbam_udfs import FUNCTIONS

    from ... import __version__
    from ...attribution import recalculate
    from ...books import FileBook
    from ...road import read_book
    from ...sheets import live
    from . import bake, vba_project

    book = FileBook(path)
    name = book.package.name
    try:
        check_unlocked(path)
    except BookError as error:
        yield Line(None, str(error))
    parts = book.package.entries
    if bake.PROJECT in parts:
        there = {
            m.name: vba_project.lines(m.text) for m in vba_project.unpacked(book.package.read(bake.PROJECT)).modules
        }
        wanted = {m.name: vba_project.lines(m.text) for m in bake.modules(FUNCTIONS, __version__)}
        other = [module for module, text in wanted.items() if there.get(module) != text]
        words = f"has other macros than this version ({', '.join(other)}): cbam-xl refresh {name}"
        yield Line(not other, f"{name} {words if other else 'has the macros of this version'}")
        yield Line(
            bake.RIBBON in parts,
            f"{name} has {'its ribbon' if bake.RIBBON in parts else 'lost its ribbon: refresh it'}",
        )
    if not live.is_live(book.package):
        yield Line(None, f"{name} has no live cells")
        return
    report = recalculate(read_book(book, name))
    if not report.processes:
        yield Line(None, f"{name} has no processes yet, so there are no figures to compare")
        return
    off = differences(book.rows("Results"), report)
    yield Line(not off, f"{name}: stored values of {len(report.processes)} processes "
               + (f"differ from the engine's: {off[0]}" if off else "equal the engine's"))  # fmt: skip


def differences(rows: list[list[Any]], report: Report) -> list[str]:
    """Where live cells of sheet Results, row by row from row 1, say something else than a report."""
    from ...sheets import outputs
    from ...sheets.declare import FIRST_ROW

    found = []
    for place, balance in enumerate(report.processes, FIRST_ROW - 1):
        row = rows[place] if place < len(rows) else []
        for column, declared in enumerate(outputs.RESULTS.blocks[0][1], 1):
            wanted = getattr(balance, declared.field)
            wanted = 100 * wanted if declared.kind == "percent" else wanted
            value = row[column] if column < len(row) else ""
            if isinstance(wanted, str) or wanted != wanted:
                alike = value == wanted if isinstance(wanted, str) else not isinstance(value, float)
            else:
                alike = isinstance(value, float) and abs(value - wanted) <= TOLERANCE * max(abs(wanted), 1)
            if not alike:
                found.append(f"{balance.name}, {declared.header}: {value!r}, not {wanted!r}")
    return found


def _excel(path: str) -> Iterator[Line]:
    """Excel itself calculates a copy of the workbook."""
    import shutil
    from tempfile import TemporaryDirectory

    import xlwings

    with TemporaryDirectory() as folder:
        copy = Path(folder) / Path(path).name
        shutil.copy(path, copy)
        app = xlwings.App(visible=False, add_book=False)
        try:
            app.display_alerts = False
            yield excel_line(app.books.open(str(copy)))
        finally:
            app.quit()


def excel_line(book: Any) -> Line:
    """What the live cells of a workbook that is open in a spreadsheet program (an ``xlwings.Book``) say."""
    from cbam_udfs.open_book import OpenBook

    from ...attribution import recalculate
    from ...road import read_book

    book.app.calculate()
    source = OpenBook(book)
    report = recalculate(read_book(source, book.name))
    off = differences(source.rows("Results"), report)
    words = f"say something else than the engine: {off[0]}" if off else "equal the engine's figures"
    return Line(not off, f"Excel {book.app.version}: live cells of {len(report.processes)} processes {words}")
