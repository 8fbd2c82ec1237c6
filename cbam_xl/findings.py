"""Findings are made here: a code of the catalogue, a message that fits a cell, and a place."""

from __future__ import annotations

from collections.abc import Mapping

from .catalogue import GROUPS, Finding
from .model import Cell, Issue

FINDINGS: Mapping[str, Finding] = {code: finding for group in GROUPS.values() for code, finding in group.items()}
"""Code -> entry of the catalogue."""

LONGEST, LONG_NAME = 200, 24
"""Most characters of a message, and of a name in a message that would be longer."""


def one_line(text: str, most: int = 0) -> str:
    """A text of the user as it can be printed: no line ends and no other control characters, at most so long.

    >>> one_line("Kiln\\n\\x1b[31m 1"), one_line("Clinker kiln, north side", 12)
    ('Kiln [31m 1', 'Clinker kil…')
    """
    if not text.isprintable():
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if not most or len(text) <= most else text[: most - 1].rstrip() + "…"


def _fitting(message: str) -> str:
    """A message that is too long with its names shortened, so that it still ends in what to do."""
    if len(message) > LONGEST:
        import re

        message = re.sub(f"“([^”]{{{LONG_NAME + 1},}})”", lambda name: f"“{one_line(name[1], LONG_NAME)}”", message)
    return one_line(message, LONGEST)


def amount(value: float) -> str:
    """An amount in a message as people write it: large ones whole, none with an exponent.

    >>> amount(5512345.6), amount(1234.5678), amount(-0.000012)
    ('5,512,346', '1,234.57', '-0.000012')
    """
    if abs(value) >= 1e5:
        return f"{value:,.0f}"
    text = f"{value:,.6g}"
    return text if "e" not in text else f"{value:.12f}".rstrip("0").rstrip(".")


def issue(code: str, message: str, at: Cell | None = None, field: str = "", origin: str = "workbook") -> Issue:
    """An :class:`Issue` of the catalogue, at a field of a record; at most 200 characters of text."""
    finding = FINDINGS[code]
    level = finding.in_communication if origin == "communication" else finding.level
    message = _fitting(one_line(message))
    if at is None:
        return Issue(code, level, message, cites=finding.cites)
    sheet, _, cell = at.address(field).rpartition("!")  # the form of a Commission file stands on several sheets
    return Issue(code, level, message, sheet or at.sheet, cell, finding.cites)


THEIRS: Mapping[str, str] = {"Processes": "A_InstData", "Material flows": "D_Processes or E_PurchPrec",
                             "Source streams": "B_EmInst", "Goods parameters": "Summary_Products",
                             "Heat and waste gas or Electricity": "D_Processes"}  # fmt: skip
"""Where in a Commission file stands what our workbook has on these sheets."""


def sheet_for(at: Cell | None, ours: str) -> str:
    """The sheet to name in a message about a record: that of the file in which the record stands.

    >>> sheet_for(Cell("Processes", 7), "Material flows"), sheet_for(Cell("D_Processes", 7), "Source streams")
    ('Material flows', 'B_EmInst')
    """
    theirs = at is not None and (at.sheet[1:2] == "_" or at.sheet.startswith("Summary_"))
    return THEIRS[ours] if theirs else ours
