"""One sheet of a filled template: what stands in a cell, as number, share, text or date.

What can't be read becomes an issue and None, so that reading never stops at the first fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from math import isnan

from ..addresses import column_number, parted
from ..entries import Book, as_date, meant, meant_days, words
from ..findings import issue
from ..model import LARGEST, ROUNDING, SMALLEST, WARNING, Cell, Issue
from ..report import NAN

ORIGIN = "communication"


@cache
def place(address: str) -> tuple[int, int]:
    """Row and column of an address, both counted from 0.

    >>> place("AB10")
    (9, 27)
    """
    letters, row = parted(address)
    return row - 1, column_number(letters) - 1


def match_word(text: str, choices: Iterable[str]) -> str:
    """The choice that a text means, whatever its case and blanks; "" when it is none of them.

    >>> match_word("1000 Nm3", ("t", "1000Nm3"))
    '1000Nm3'
    """
    wanted = "".join(text.split()).casefold()
    return next((c for c in choices if "".join(c.split()).casefold() == wanted), "")


def per_cent(share: float) -> float:
    """A fraction in per cent, at the 15 digits a spreadsheet shows: 0.07 is 7, not 7.000000000000001.

    >>> per_cent(0.07)
    7.0
    """
    return float(f"{share * 100:.15g}")


class Grid:
    """A sheet whose cells are read one by one; ``bad`` holds the addresses that couldn't be read."""

    def __init__(self, book: Book, sheet: str, issues: list[Issue]) -> None:
        present = sheet in book.names
        self.sheet, self.issues = sheet, issues
        self.rows = book.rows(sheet) if present else ()
        self.faults = book.faults(sheet) if present else {}
        self.bad: set[str] = set()

    def report(self, code: str, message: str, address: str, level: str = "") -> None:
        """An issue at an address; its level is that of the catalogue unless one is given."""
        row, _ = place(address)
        found = issue(code, message, Cell(self.sheet, row + 1, {"": address}), "", ORIGIN)
        self.issues.append(found._replace(level=level) if level else found)

    def value(self, address: str) -> object:
        """What stands in a cell; None when it is blank. A cell that shows an error or has no value is reported."""
        row, column = place(address)
        if self.faults and address in self.faults:
            if address in self.bad:
                return None
            self.bad.add(address)
            shown = self.faults[address]
            if shown.startswith("#"):
                self.report("cell-error", f"The cell shows {shown}: its figure is unknown. Correct it.", address)
            else:
                self.report("not-calculated", "The formula has no stored value: open the file in Excel, save it, and "
                            "read it again.", address)  # fmt: skip
            return None
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        found = self.rows[row][column]
        return None if isinstance(found, str) and not found.strip() else found

    def number(self, address: str, level: str = "", *, signed: bool = False) -> float | None:
        """A number; None when the cell is blank, NaN when it holds no number, which is reported."""
        found = self.value(address)
        if found is None:
            return NAN if address in self.bad else None
        if isinstance(found, int | float) and not isinstance(found, bool):
            if found == 0 or SMALLEST < abs(found) < LARGEST:
                if found < -ROUNDING and not signed:
                    self.report("negative", f"{found:,.10g} is read, but this figure can't be negative: type what it "
                                "really is.", address)  # fmt: skip
                return float(found)
            self.bad.add(address)
            self.report("number-range", f"{found:g} is a figure that no plant has: type it again.", address, level)
            return NAN
        self.bad.add(address)
        if isinstance(found, str):
            what = f"“{found.strip()[:40]}” is text: type it as a number, without unit or blanks, with the decimal sign"
            figure = f" If {meant(found)} is meant, type that." if meant(found) else ""
            self.report("number-expected", f"{what} that this Excel uses.{figure}", address, level)
        else:
            self.report("number-expected", f"“{words(found)}” is no number: type the number.", address, level)
        return NAN

    def share(self, address: str, whole: float = 1.0, *, complete: bool = False, level: str = "") -> float | None:
        """A number given as a part of ``whole`` (1 or 100), as share; ``complete``: it should be near the whole."""
        found = self.number(address, level, signed=True)
        if found is None or isnan(found):
            return found
        if complete and whole == 100 and 0 < found <= 1:
            self.report("fraction-typed", f"{found:g} % is read. If {found * 100:g} % is meant, type {found * 100:g}.",
                        address)  # fmt: skip
        if not 0 <= found <= whole:
            self.report("number-range", f"{found / whole * 100:g} % isn't between 0 and 100 %: correct the figure.",
                        address, WARNING)  # fmt: skip
        return found / whole

    def text(self, address: str) -> str:
        """A text without blanks at its ends; "" when the cell is blank."""
        return words(self.value(address)).strip()

    def typed(self, address: str) -> str:
        """A text exactly as it was typed; "" when the cell is blank."""
        return words(self.value(address))

    def date(self, address: str) -> date | None:
        """A date, or None. Anything else in a date cell is reported."""
        found = self.value(address)
        if found is None:
            return None
        day = as_date(found)
        if day is None:
            self.bad.add(address)
            self.report("date-expected", f"“{words(found)[:40]}” is no date: type the date so that Excel knows it as "
                        f"one, {meant_days(words(found)) or 'e.g. 2024-12-31'}.", address)  # fmt: skip
        return day
