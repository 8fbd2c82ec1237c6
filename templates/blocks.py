"""A block: a titled table on sheet Lists, or all of Glossary or Findings; headers in row 5, rows from row 7 down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import look
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

TITLE_ROW, HEADER_ROW, HINT_ROW, FIRST_ROW = 4, 5, 6, 7


class Head(NamedTuple):
    """One column of a block. ``code`` "" is text."""

    text: str
    width: float
    hint: str = ""
    code: str = ""
    wrap: bool = False


class Block(NamedTuple):
    """Where a block stands."""

    sheet: str
    title: str
    column: int
    heads: tuple[Head, ...]
    rows: int

    @property
    def end(self) -> int:
        """The number of the block's last column."""
        return self.column + len(self.heads) - 1

    def cells(self, first: int = 0, last: int | None = None) -> str:
        """Absolute reference of the data of one column, or of the columns first to last.

        >>> Block("Lists", "Countries", 2, (Head("Country", 30), Head("Code", 8)), 266).cells(1)
        'Lists!$C$7:$C$272'
        """
        left, right = (get_column_letter(self.column + n) for n in (first, first if last is None else last))
        return f"{self.sheet}!${left}${FIRST_ROW}:${right}${FIRST_ROW + self.rows - 1}"

    def cell(self, number: int, row: int = FIRST_ROW) -> str:
        return f"{self.sheet}!${get_column_letter(self.column + number)}${row}"


def title(ws: Worksheet, column: int, text: str) -> None:
    """The heading over a block."""
    look.dress(look.put(ws, TITLE_ROW, column, text), look.font(12, look.GROUPS["Results"], bold=True), at=look.place())


def lay(ws: Worksheet, column: int, text: str, heads: Sequence[Head], rows: Iterable[Sequence[object]]) -> Block:
    """Write a block from ``column`` to the right and say where it stands."""
    title(ws, column, text)
    count = 0
    for number, head in enumerate(heads, column):
        ws.column_dimensions[get_column_letter(number)].width = head.width
        look.header(look.put(ws, HEADER_ROW, number), head.text, "Results", bool(head.code))
        look.unit_row(look.put(ws, HINT_ROW, number), head.hint, bool(head.code))
    for count, row in enumerate(rows, 1):
        for number, (head, value) in enumerate(zip(heads, row, strict=True), column):
            cell = look.put(ws, FIRST_ROW + count - 1, number, value)
            face = look.font(10, look.INK, bold=number == column and len(heads) > 1)
            at = look.place("right") if head.code else look.place("left", 1, wrap=head.wrap)
            look.dress(cell, face, "", at, look.UNDER, look.pad(head.code) if head.code else "@")
    return Block(ws.title, text, column, tuple(heads), count)


def page(
    ws: Worksheet, heads: Sequence[Head], rows: Iterable[Sequence[object]], purpose: str, remark: str,
    neighbours: look.Links,
) -> Block:  # fmt: skip
    """A reference sheet that is one block without a title, with its band and its frozen headers."""
    look.page(ws, "Reference", titles="5:6")
    ws.column_dimensions["A"].width = 3
    block = lay(ws, 2, "", heads, rows)
    look.band(ws, "Reference", block.end, purpose, remark, neighbours)
    for row, height in ((TITLE_ROW, 7), (HEADER_ROW, 26), (HINT_ROW, 4)):
        ws.row_dimensions[row].height = height
    ws.freeze_panes = f"C{FIRST_ROW}"
    return block
