"""What a cell holds, in words: texts trimmed and compared, values of other kinds named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from ..findings import issue
from ..model import Cell, Issue, fold
from .declare import Sheet

BLANK = ""
LONG = 60
"""A text longer than this is no misspelt name."""


def header_text(value: object) -> str:
    """A header as it is compared: folded, without the mark of a required column.

    >>> header_text("Good * ")
    'good'
    """
    return fold(str(value).strip().removesuffix("*"))


def shown(text: str, most: int = 40) -> str:
    """A text of the user inside a message, which must stay short.

    >>> shown("Clinker kiln number one, north side", 20)
    'Clinker kiln number…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def filled(value: object) -> bool:
    """Whether a cell holds anything but blanks and 0, as which some programs hand a blank cell over.

    >>> filled(" "), filled(0.0), filled(False), filled("0")
    (False, False, True, True)
    """
    return bool(value.strip()) if isinstance(value, str) else value is False or value not in (None, 0)


def nearest(text: str, known: Iterable[str]) -> str:
    """“Did you mean …?” for a text that isn't on a list, or nothing."""
    import difflib

    if len(text) > LONG:
        return ""
    by_fold = {fold(k): k for k in known if len(k) <= LONG}
    found = difflib.get_close_matches(fold(text), by_fold, 1, 0.6)
    return f" Did you mean “{shown(by_fold[found[0]])}”?" if found else ""


def text_of(value: object) -> str:
    """A cell as text: numbers without a trailing .0, dates in ISO form; 0 is a blank cell (see :func:`filled`).

    >>> text_of(34000.0), text_of("  Kiln "), text_of(date(2024, 1, 31)), text_of(0.0)
    ('34000', 'Kiln', '2024-01-31', '')
    """
    if isinstance(value, str):
        return value.strip()
    if not filled(value):
        return BLANK
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def cell_error(text: str) -> tuple[str, str]:
    """Code and words for a cell that shows an error, or holds a formula that was never calculated."""
    if text.startswith("not"):
        return "not-calculated", ("holds a formula without a value: open the file in Excel or LibreOffice, let it "
                                  "calculate, and save it.")  # fmt: skip
    return "cell-error", f"shows {text}: correct the formula or type the entry."


def missing_sheet(sheet: Sheet) -> Issue:
    """The issue of an input sheet that isn't there."""
    return issue("sheet-missing", f"There is no sheet “{sheet.name}”: copy it from a new workbook (cbam-xl new FILE), "
                 "or undo its renaming.", Cell(sheet.name))  # fmt: skip


def kind_of(value: object) -> str:
    """What a value is that is no number and no text."""
    return "yes/no" if isinstance(value, bool) else "a date or time"


def as_date(value: object) -> date | None:
    """A cell as a day: a date, or a text in ISO form; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
