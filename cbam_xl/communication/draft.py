"""What is to be written into a template: values by sheet and address, and the list of what was changed on the way."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import TypeAlias

from ..findings import issue
from ..model import ERROR, Cell, Issue
from . import cells as c

Value: TypeAlias = float | str | bool | date


def rounded(share: float | None) -> float | None:
    """A share that was typed in per cent, at the digits that were typed.

    >>> rounded(94.7 / 100), 94.7 / 100
    (0.947, 0.9470000000000001)
    """
    return None if share is None else float(f"{share:.15g}")


class Draft:
    """The cells of one filled template. Blank and unknown figures aren't written: a blank cell stays blank."""

    def __init__(self, origin: str) -> None:
        self.cells: dict[str, dict[str, Value]] = {sheet: {} for sheet in c.SHEETS}
        self.issues: list[Issue] = []
        self.origin = origin

    @property
    def refused(self) -> bool:
        """Whether something makes sending impossible."""
        return any(found.level == ERROR for found in self.issues)

    def put(self, sheet: str, address: str, value: object) -> None:
        """A value for a cell; list entries in the template's own spelling."""
        match value:
            case str() if value.strip():
                self.cells[sheet][address] = c.SPELLINGS.get(value, value)
            case bool() | date():
                self.cells[sheet][address] = value
            case int() | float() if isfinite(value):
                self.cells[sheet][address] = float(value)

    def row(self, table: c.Table, index: int, **fields: object) -> None:
        """The fields of one row of a table."""
        for field, value in fields.items():
            self.put(table.sheet, table.address(field, index), value)

    def block(self, blocks: c.Blocks, index: int, **fields: object) -> None:
        """The fields of one block."""
        for field, value in fields.items():
            self.put(blocks.sheet, blocks.address(field, index), value)

    def say(self, code: str, message: str, at: Cell | None = None, field: str = "") -> None:
        """A change on the way, or what makes sending impossible."""
        self.issues.append(issue(code, message, at, field, self.origin))
