"""The form Installation: a label, its value in the next column; labels are found by their text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..addresses import column_letters
from ..entries import as_date, meant_days
from ..findings import issue
from ..model import LARGEST, SMALLEST, Cell, Issue, Site, fold
from ..report import NAN
from . import choices
from .cells import as_number, cell_error, header_text, missing_sheet, shown, text_of
from .declare import HEADER_ROW, REQUIRED, Column
from .installation import INSTALLATION
from .read import SheetCells


def read(found: SheetCells | None) -> tuple[Site, list[Issue]]:
    """The fields that are filled; a fault becomes an issue, and its field unknown."""
    sheet = INSTALLATION
    issues: list[Issue] = []
    if found is None:
        return Site(Cell(sheet.name)), [missing_sheet(sheet)]
    raw = cells(found.rows)
    faults = found.faults
    at = Cell(sheet.name, 0, {field: address for field, (address, _) in raw.items()})
    values: dict[str, object] = {}
    lacking: list[Column] = []
    for column in sheet.columns:
        if column.field not in raw and column.later:
            values[column.field] = None
            continue
        if column.field not in raw:
            issues.append(issue("header-missing", f"The form has no line “{column.header}”: write this label back.",
                                Cell(sheet.name, HEADER_ROW, {"": "B"})))  # fmt: skip
            values[column.field] = NAN if column.numeric else None
            continue
        address, value = raw[column.field]
        code, words, known = ("", "", None) if address in faults else _value(column, value)
        if address in faults:
            code, words = cell_error(faults[address])
        elif not code and known is None and column.field in ("period_start", "period_end"):
            code, words = "value-missing", "is missing: it selects the act. Type a date such as 2024-12-31."
        if code:
            issues.append(issue(code, f"“{column.header}” {words}", at, column.field))
        elif known is None and column.need == REQUIRED:
            lacking.append(column)
        values[column.field] = NAN if code and column.numeric else known
    if lacking:
        some = ", ".join(f"“{c.header}”" for c in lacking[:3])
        count = "1 field" if len(lacking) == 1 else f"{len(lacking)} fields"
        words = f"The communication still needs {count}, among them {some}."
        issues.append(issue("form-incomplete", words, at, lacking[0].field))
    return Site(at, values), issues


def cells(rows: list[list[Any]]) -> Mapping[str, tuple[str, object]]:
    """Address and value of each field whose label stands somewhere; the first label counts."""
    labels = {header_text(c.header): c.field for c in INSTALLATION.columns}
    found: dict[str, tuple[str, object]] = {}
    for number, row in enumerate(rows[HEADER_ROW - 1 :], HEADER_ROW):
        entry = -1  # the cell beside a label is an entry, whatever it says
        for position, text in enumerate(row):
            field = labels.get(header_text(text)) if isinstance(text, str) and text and position != entry else None
            if field and field not in found:
                entry = position + 1
                found[field] = f"{column_letters(entry + 1)}{number}", row[entry] if entry < len(row) else ""
    return found


def _value(column: Column, value: object) -> tuple[str, str, object]:
    """Code and words of what is wrong ("" if nothing is), and the value; None for a blank one."""
    text = text_of(value)
    if not text and (not column.numeric or value is None or isinstance(value, str)):
        return "", "", None
    if column.kind == "date":
        if (day := as_date(value)) is None:
            what = meant_days(text) or "a date such as 2024-12-31"
            return "date-expected", f"holds “{shown(text)}”: type {what}.", None
        return "", "", day
    if column.numeric:
        if isinstance(value, float | int) and not isinstance(value, bool):
            if value == 0 or SMALLEST < abs(value) < LARGEST:
                return "", "", float(value)
            return "number-range", f"is {shown(text)}, which no plant has: type the figure again.", None
        return "number-expected", f"holds “{shown(text)}”. {as_number(text)} Else leave it blank.", None
    if column.kind == "choice":
        known = {fold(e): e for e in choices.entries(column.choices)}
        if (entry := known.get(fold(text))) is None:
            return "choice-unknown", choices.not_listed(column.choices, column.header, text), None
        return "", "", entry
    return "", "", text
