"""What a sheet and a column are. One declaration makes the template, the reader, the help and the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

HEADER_ROW, UNIT_ROW, FIRST_ROW, LAST_ROW = 5, 6, 7, 506
"""Rows of every table: headers, units, and the rows laid out for data."""

IMPORTED = "imported_communication"
"""Defined name that marks a workbook as the content of a Commission file: what that file accepts is a warning there."""
IMPORTED_HANDLE = f"cbam1:{IMPORTED}"
"""What says the same in a block of handles."""

PART = 30_000
"""Characters of a handle in one cell, which holds 32,767."""

REQUIRED, OPTIONAL = "required", "optional"
MISSING, NUMBER, REASON = "missing", "number", "reason"
"""What 0 means in a column: the same as blank, a number, or a number only beside a reason (source or evidence)."""


class When(NamedTuple):
    """A column is asked for when ``field`` of the same row is one of ``values`` (no values: when it is filled)."""

    words: str
    field: str
    values: tuple[str, ...] = ()

    def holds(self, row: Mapping[str, object]) -> bool:
        """Whether the column is asked for in this row."""
        value = row.get(self.field)
        value = "" if value is None else value
        return value in self.values if self.values else value != ""


class Column(NamedTuple):
    """One column. ``kind``: text, key, ref, choice, open (list proposed, other text accepted), number, percent,
    amount (number or the word "remaining"), date, code, unit. Widths in characters, help at most 200 of them."""

    header: str
    field: str
    kind: str = "text"
    need: str | When = OPTIONAL
    unit: str = ""  # fixed unit of the column
    unit_in: str = ""  # or: field of the column that holds it
    choices: str = ""
    default: str = ""
    help: str = ""
    rule: str = ""
    width: float = 12
    format: str = "General"
    zero: str = NUMBER
    whole: bool = False  # a percentage: a value above 0 and up to 1 is probably a fraction
    signed: bool = False  # may be negative
    asked: When | None = None  # where it doesn't hold the cell is grey: the row's method or kind has no use for it
    later: bool = False  # workbooks made before the column existed are read without it

    @property
    def used(self) -> When | None:
        """In which rows the column has a use; None: in all."""
        return self.asked or (self.need if isinstance(self.need, When) else None)

    @property
    def needed(self) -> str:
        """In words when it must be filled."""
        return self.need.words if isinstance(self.need, When) else self.need

    @property
    def numeric(self) -> bool:
        return self.kind in ("number", "percent", "amount")


class Sheet(NamedTuple):
    """One input sheet: a table, or the form (label and value beside it)."""

    name: str
    group: str
    purpose: str
    row: str
    columns: tuple[Column, ...]
    when: str = "always"
    continued: bool = False  # a further row with the same name needs only what it adds
    sections: tuple[tuple[str, str, tuple[str, ...]], ...] = ()  # form only: title, side (L or R), fields
    later: bool = False  # workbooks made before the sheet existed are read without it

    @property
    def range_name(self) -> str:
        """Defined name of the input range, header row included.

        >>> Sheet("Source streams", "Emissions", "", "", ()).range_name
        'in_source_streams'
        """
        return "in_" + self.name.lower().replace(" ", "_")

    def column(self, field: str) -> Column:
        """The column of a field; StopIteration when the sheet has none."""
        return next(c for c in self.columns if c.field == field)
