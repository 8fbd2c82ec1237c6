"""``cbam-xl refresh``: macros, ribbon, functions and, where they lack, live cells put into an existing workbook."""

from __future__ import annotations

import re

from ... import __version__
from ...locks import BookError, StrPath
from ...package import Package
from ...sheets import live
from . import bake


def refreshed(path: StrPath) -> bytes:
    """The workbook as an .xlsm of this version; no value that was typed or computed is lost.

    Raises:
        BookError: it is no installation workbook, was never calculated, or has macros that can't be kept.
    """
    from cbam_udfs import FUNCTIONS, call

    from ...attribution import recalculate
    from ...books import FileBook
    from ...road import read_book

    book = Package(path)
    if not live.is_live(book):
        _check(book)
        source = FileBook(path)
        live.write(book, source, recalculate(read_book(source, book.name)), call, stamp=False)
    return bake.baked(book, FUNCTIONS, __version__)


def _check(book: Package) -> None:
    """Refuse what live cells can't be laid into."""
    if f'name="{live.NAMES}"'.encode() not in book.read("xl/workbook.xml"):
        raise BookError(f"{book.name} has no list named {live.NAMES}: it is no installation workbook of this version. "
                        "Make one with cbam-xl new, and copy the input rows.")  # fmt: skip
    never = rb"<f>[^<]*</f>(?:<v ?/>|<v></v>)?</c>"
    if any(re.search(never, book.read(part)) for part in book.sheets.values()):
        raise BookError(f"{book.name} was never calculated, so its drop-downs would stay empty: open it in Excel, "
                        "save it, and run the command again.")  # fmt: skip
