"""Our results beside those that the recalculated template shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..entries import Book
from .fill import Expected
from .grid import place

EXACT, SMALL = 1e-9, 1e-3
"""Relative difference up to which two figures are the same, and the figure below which it is an absolute one."""


class Difference(NamedTuple):
    """A cell of the template that shows another figure than ours, or none."""

    expected: Expected
    shown: object

    def __str__(self) -> str:
        e = self.expected
        shown = f"{self.shown:,.12g}" if isinstance(self.shown, float) else str(self.shown or "nothing")
        why = f" (known defect of that workbook: {e.defect})" if e.defect else ""
        return f"{e.sheet}!{e.address} shows {shown}, ours is {e.value:,.12g}: {e.what}{why}"


def differences(book: Book, expected: Iterable[Expected]) -> list[Difference]:
    """What differs by more than 1e-9; a blank cell shows 0."""
    found = []
    sheets: dict[str, Sequence[Sequence[object]]] = {}
    for e in expected:
        if e.sheet not in sheets:
            sheets[e.sheet] = book.rows(e.sheet)
        shown = _value(sheets[e.sheet], e.address)
        figure = 0.0 if shown in ("", None) else shown
        fault = book.faults(e.sheet).get(e.address)
        if fault or not isinstance(figure, float) or not abs(figure - e.value) <= EXACT * max(abs(e.value), SMALL):
            found.append(Difference(e, fault or shown))
    return found


def _value(rows: Sequence[Sequence[object]], address: str) -> object:
    row, column = place(address)
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None
