"""Data validation: what a cell accepts, the list it offers, and the help that shows when it is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from cbam_xl.model import REMAINING, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from cbam_xl.sheets.declare import Column

TITLE, TEXT = 32, 255  # longest title and text that Excel accepts in a validation
HUGE = "1000000000000000"


def help_text(column: Column) -> str:
    """Help, what blank means, and the rule: at most 255 characters."""
    blank = f"Blank: {column.default}." if column.default else ""
    for lines in ((column.help, blank, column.rule), (column.help, column.rule)):
        text = "\n".join(line for line in lines if line)
        if len(text) <= TEXT:
            return text
    raise ValueError(f"The help of {column.header} is longer than {TEXT} characters.")


def note(column: Column) -> Comment:
    """The note of a header: what the input message says too."""
    return Comment(help_text(column), "cbam_xl", height=110, width=320)


def validation(column: Column, cell: str, ranges: Mapping[str, str], place: str) -> DataValidation:
    """The validation of one column. ``cell`` is its first data cell, ``place`` its sheet and field ("Goods.cn_code");
    ``ranges`` has the source of each choice list, and of those that belong to one place."""
    rule = DataValidation(allow_blank=True, showInputMessage=True, showErrorMessage=True)
    rule.promptTitle, rule.prompt = short(column.header), help_text(column)
    rule.errorTitle = rule.promptTitle
    source = ranges.get(place) or ranges.get(column.choices, "")
    if source:
        listed(rule, column, source)
    elif column.kind == "key":
        rule.type, rule.formula1 = "custom", f"COUNTIF({ranges['reserved']},TRIM({cell}))=0"
        rule.error = f"This word is reserved: {', '.join(WORDS)}. Please choose another name."
    elif column.kind == "amount":
        rule.type, rule.formula1 = "custom", f'OR(ISNUMBER({cell}),LOWER(TRIM({cell}))="{REMAINING}")'
        rule.error = f"Please enter a number, or the word {REMAINING}."
    elif column.kind == "percent":
        between(rule, "decimal", "0", "100")
        rule.error = "Please enter a percentage between 0 and 100 as a number: 95 means 95 %."
    elif column.kind == "number":
        between(rule, "decimal", "-" + HUGE if column.signed else "0", HUGE)
        rule.error = "Please enter a number without its unit; the unit stands beside it or in row 6."
        rule.error += "" if column.signed else " It can’t be negative."
    elif column.kind == "date":
        between(rule, "date", "43831", "73050")
        rule.error = "Please enter a date, e.g. 2025-01-01."
    if not rule.type:
        rule.showErrorMessage, rule.errorTitle = False, None
    return rule


def short(header: str) -> str:
    """A header that fits into the title of an input message.

    >>> short("Coordinates of the main emission source (latitude)")
    'Coordinates of the main…'
    """
    return header if len(header) <= TITLE else header[: TITLE - 1].rsplit(" ", 1)[0] + "…"


def listed(rule: DataValidation, column: Column, source: str) -> None:
    """Offer a list: strict for choices, a question for CN codes, a mere proposal where other text is welcome."""
    rule.type, rule.formula1 = "list", source
    rule.error = "Please choose from the list."
    if column.kind == "ref":
        rule.error = "This name isn’t known yet. First enter it on its own sheet, then choose it from the list here."
    elif column.kind == "unit":
        rule.error = "Please choose a unit from the list; sheet Lists shows all units that are understood."
    elif column.kind == "code":
        rule.errorStyle = "warning"
        rule.error = "This code isn’t in the list of the category of the process."
    elif column.kind in ("open", "value"):
        rule.showErrorMessage, rule.errorTitle, rule.error = False, None, None


def between(rule: DataValidation, kind: str, low: str, high: str) -> None:
    rule.type, rule.operator, rule.formula1, rule.formula2 = kind, "between", low, high  # type: ignore[assignment]


def add(ws: Worksheet, rule: DataValidation, cells: str) -> None:
    rule.add(cells)
    ws.add_data_validation(rule)
