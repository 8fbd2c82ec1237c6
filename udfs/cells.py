"""What spreadsheet programs hand over, made alike: blanks, numbers, texts, error values and ranges."""

from datetime import date, datetime
from math import isfinite

from cbam_xl.sheets.cells import text_of

from .function import Argument, CellError

ERRORS = {
    -2146826288: "#NULL!", -2146826281: "#DIV/0!", -2146826273: "#VALUE!", -2146826265: "#REF!", -2146826259: "#NAME?",
    -2146826252: "#NUM!", -2146826246: "#N/A", -2146826243: "#SPILL!", -2146826238: "#CALC!",
}  # fmt: skip
"""Error values as the numbers that Excel hands over."""
ERROR_TEXTS = frozenset(ERRORS.values())
FIRST_ERROR, LAST_ERROR = min(ERRORS), min(ERRORS) + 100
BOUNDS = "is beyond all bounds: check the figure and its unit."


def canonical(value: object) -> float | str:
    """A cell in one form, whatever the program: numbers are floats, blanks "", dates ISO texts, yes and no words.

    >>> [canonical(v) for v in (None, 3, True, "  Kiln ", date(2024, 1, 31), -2146826281)]
    ['', 3.0, 'yes', 'Kiln', '2024-01-31', '#DIV/0!']
    """
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if FIRST_ERROR <= value <= LAST_ERROR:
            return ERRORS.get(int(value), "#VALUE!")
        return float(value) if abs(value) < 1e308 and isfinite(value) else "#NUM!"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):  # xlwings Lite: an error value, or a figure with a format
        return canonical(value.get("basicValue"))
    return "" if type(value).__name__ == "JsNull" else str(value)  # the blank cell of a browser


def rows_of(value: object) -> list[list[object]]:
    """A range as rows: one cell is one row, a plain list is a column.

    >>> rows_of("a"), rows_of(["a", "b"]), rows_of((("a", "b"),))
    ([['a']], [['a'], ['b']], [['a', 'b']])
    """
    if not isinstance(value, list | tuple):
        return [[value]]
    return [list(row) if isinstance(row, list | tuple) else [row] for row in value]


def single(argument: Argument, value: object) -> object:
    """One argument as its function takes it. Raises CellError when it is missing, an error, or of the wrong kind."""
    if type(value) is str and not argument.unit and (text := value.strip()) and text[0] != "#":
        return text
    while isinstance(value, list | tuple):
        if len(value) != 1:
            raise CellError("one-cell", f"{argument.name} takes one cell, not a range of {len(value)} rows.")
        value = value[0]
    cell = canonical(value)
    if cell in ERROR_TEXTS:
        raise CellError("cell-error", f"{argument.name} shows {cell}: correct that formula or entry first.")
    if not argument.unit:
        cell = text_of(value if isinstance(value, date) else cell)
    if cell == "" or (cell == 0 and argument.never_zero):
        if argument.optional and cell == "":
            return argument.default
        zero = " 0 counts as missing here." if argument.never_zero else ""
        raise CellError("value-missing", f"{argument.name} is missing.{zero} {argument.help}")
    return _number(argument, cell) if argument.unit else cell


def _number(argument: Argument, cell: float | str) -> float:
    """A figure; a share lies between 0 and 1."""
    if isinstance(cell, str):
        raise CellError("number-expected", f"{argument.name} is “{cell[:40]}”, not a number. {argument.help}")
    if argument.unit == "share" and not 0 <= cell <= 1:
        raise CellError("number-range", f"{argument.name} is {cell:g}: it is a share from 0 to 1; type 98 % or 0.98.")
    return cell


def figures(name: str, cells: object) -> list[float | None]:
    """The cells of a range of figures, row by row; a blank cell is None. Raises CellError for a text or an error."""
    found: list[float | None] = []
    for number, row in enumerate(rows_of(cells), 1):
        for value in row:
            cell = canonical(value)
            if isinstance(cell, str) and cell:
                raise CellError("number-expected", f"{name} has “{cell[:40]}” in row {number} of the range: choose the "
                                "cells with figures only, without their header.")  # fmt: skip
            found.append(None if cell == "" else float(cell))
    return found
