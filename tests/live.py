"""Live cells without a spreadsheet program: the ranges of the input sheets, and the block of handles over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cbam_udfs import call

from cbam_xl.entries import Book
from cbam_xl.sheets import inputs
from cbam_xl.sheets.declare import HEADER_ROW

Range = tuple[tuple[Any, ...], ...]


def ranges(book: Book, blank: object = None) -> dict[str, Range]:
    """What the names in_… hold: from the header row and column B on, as tuples of tuples, with this as blank cell."""
    found = {}
    for name in inputs.BY_NAME:
        rows = book.rows(name)[HEADER_ROW - 1 :]
        width = max(map(len, rows))
        padded = [[*row, *[""] * (width - len(row))][1:] for row in rows]
        found[name] = tuple(tuple(blank if v in ("", None) else v for v in row) for row in padded)
    return found


def block(cells: Mapping[str, Range], read: Callable[..., Any] = call) -> tuple[tuple[str, ...], ...]:
    """The cells named installation: one part per sheet."""
    return tuple((read("CBAM_READ", sheet, rows),) for sheet, rows in cells.items())


def replaced(cells: Mapping[str, Range], sheet: str, row: int, column: int, value: object) -> dict[str, Range]:
    """The ranges with another value in one cell; rows and columns are counted from 0 inside the range."""
    rows = [list(each) for each in cells[sheet]]
    rows[row][column] = value
    return {**cells, sheet: tuple(map(tuple, rows))}
