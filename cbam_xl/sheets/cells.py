"""What a cell holds, in words: texts trimmed and compared, values of other kinds named."""

from __future__ import annotations

from ..entries import meant, words
from ..findings import issue
from ..model import Cell, Issue, fold
from .declare import Sheet

BLANK = ""


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


def text_of(value: object) -> str:
    """A cell as trimmed text (see :func:`words`); 0 is a blank cell (see :func:`filled`).

    >>> text_of(34000.0), text_of("  Kiln "), text_of(0.0)
    ('34000', 'Kiln', '')
    """
    if isinstance(value, str):
        return value.strip()
    return words(value) if filled(value) else BLANK


def as_number(text: str, also: str = "") -> str:
    """What to do about a text in a cell that holds a number, and ``also`` something else.

    >>> as_number("1 234,5 t")
    'Type it as a number, without blanks and units: 1234.5, if that is meant.'
    """
    figure = meant(text)
    hint = f": {figure}, if that is meant" if figure else ""
    return f"Type it as a number{also}, without blanks and units{hint}."


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
