"""``cbam-xl refresh``: macros, ribbon, functions and, where they lack, live cells put into an existing workbook."""

from __future__ import annotations

from ... import __version__
from ...locks import BookError, StrPath
from ...look import NOT_CALCULATED, find_faults
from ...package import Package
from ...sheets import live, used_names
from . import bake


def refreshed(path: StrPath) -> bytes:
    """The workbook as an .xlsm of this version, live cells and all; no value that was typed or computed is lost.

    Raises:
        BookError: it is no installation workbook, has formulas that were never calculated, or macros that can't be
            kept.
    """
    from cbam_udfs import FUNCTIONS

    book = Package(path)
    if not live.is_live(book):
        _make_live(book)
    return bake.baked(book, FUNCTIONS, __version__)


def _make_live(book: Package) -> None:
    """Give a workbook live cells with their stored values."""
    from cbam_udfs import call

    from ...attribution import recalculate
    from ...books import FileBook
    from ...road import read_book

    if f'name="{live.NAMES}"'.encode() not in book.read("xl/workbook.xml"):
        raise BookError(f"{book.name} has no list named {live.NAMES}: it is no installation workbook of this version. "
                        "Make one with cbam-xl new, and copy the input rows.")  # fmt: skip
    source = FileBook(book.path)
    report = recalculate(read_book(source, book.name))
    used_names.fill(book, source)
    live.write(book, source, report, call, stamp=False)
    for sheet, part in book.sheets.items():
        if NOT_CALCULATED in find_faults(book.read(part)).values():
            raise BookError(f"{book.name} has formulas on sheet “{sheet}” that were never calculated: open it in "
                            "Excel, save it, and run the command again.")  # fmt: skip
