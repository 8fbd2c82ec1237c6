"""A workbook file calculated in this process: formualizer takes the part of the spreadsheet program.

It reads formulas, defined names and values from the file, knows what depends on what, and calls the functions of the
registry as Excel does: a range is rows in tuples, a blank cell None, a number a float, a date the number of its day, an
error value the number that Excel has for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import unescape

import formualizer
from cbam_udfs import FUNCTIONS, call
from cbam_udfs.cells import ERRORS
from cbam_udfs.function import Function
from openpyxl.utils.cell import coordinate_to_tuple

from cbam_xl.cell_xml import serial
from cbam_xl.package import Package

Place = tuple[str, str]
"""Sheet and address."""
OWN = "Own"
"""An empty sheet for a person's own cells."""
_CELL = r'<c r="([A-Z]+\d+)"([^>]*)><f>([^<]*)</f><v ?(?:/>|>([^<]*)</v>)</c>'
_KINDS = {"Null": "#NULL!", "Div": "#DIV/0!", "Value": "#VALUE!", "Ref": "#REF!", "Name": "#NAME?", "Num": "#NUM!",
          "Na": "#N/A"}  # fmt: skip
_NUMBERS = {text: float(number) for number, text in ERRORS.items()}


class Formula(NamedTuple):
    """A formula, and what the file says that its cell shows."""

    text: str
    stored: float | str


def formulas(path: Path) -> dict[Place, Formula]:
    """Every cell of a file that has a formula."""
    book, found = Package(path), {}
    for sheet, part in book.sheets.items():
        xml = book.read(part).decode()
        cells = re.findall(_CELL, xml)
        assert len(cells) == len(re.findall(r"<f[ >]", xml)), sheet
        for address, attributes, text, value in cells:
            is_text = 't="str"' in attributes
            found[sheet, address] = Formula(
                unescape(text, {"&quot;": '"'}), unescape(value) if is_text else float(value)
            )
    return found


class Calculated:
    """An open workbook: what its cells show, and which functions were asked."""

    def __init__(self, path: Path) -> None:
        settings = formualizer.EvaluationConfig()
        settings.enable_parallel = False
        config = formualizer.WorkbookConfig(eval_config=settings)
        self._book = formualizer.Workbook.from_path(str(path), config=config)
        self._book.add_sheet(OWN)
        self.formulas = formulas(path)
        self.asked: Counter[str] = Counter()
        """How often each function was asked in the last calculation; ``CBAM_READ`` goes by its sheet, too."""
        self.answers: dict[str, Any] = {}
        """What each function answered last."""
        for function in FUNCTIONS:
            self._register(function)
        self._calculate()

    def _register(self, function: Function) -> None:
        def asked(*given: Any) -> Any:
            arguments = [_handed(value) for value in given]
            sheet = f" {arguments[0]}" if function.name == "CBAM_READ" else ""
            self.asked[f"{function.name}{sheet}"] += 1
            self.answers[function.name] = answer = call(function.name, *arguments)
            return answer

        needed = sum(not a.optional for a in function.arguments)
        self._book.register_function(function.name, asked, min_args=needed, max_args=len(function.arguments))

    def _calculate(self) -> None:
        self.asked.clear()
        self._book.evaluate_all()

    def type(self, sheet: str, address: str, value: object) -> None:
        """Type into a cell, as a person does; what depends on it is calculated."""
        row, column = coordinate_to_tuple(address)
        if isinstance(value, str) and value.startswith("="):
            self._book.set_formula(sheet, row, column, value)
        else:
            self._book.set_value(sheet, row, column, value)
        self._calculate()

    def shown(self, sheet: str, address: str) -> Any:
        """What a cell shows; a blank one shows an empty text."""
        value = self._book.get_value(sheet, *coordinate_to_tuple(address))
        return "" if value is None else value

    def all(self) -> dict[Place, Any]:
        """What every cell shows that had a formula when the file was opened."""
        return {place: self.shown(*place) for place in self.formulas}


def differing(one: Mapping[Place, Any], other: Mapping[Place, Any]) -> dict[Place, tuple[Any, Any]]:
    """Cells that show something else; figures are alike to 1e-12."""
    return {place: (value, other[place]) for place, value in one.items() if not _alike(value, other[place])}


def _alike(one: float | str, other: float | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return abs(one - other) <= 1e-12 * max(1.0, abs(one))


def _handed(value: Any) -> Any:
    """An argument as Excel hands it over."""
    if isinstance(value, list):
        return tuple(_handed(v) for v in value)
    if isinstance(value, dict):
        return _NUMBERS[_KINDS[value["kind"]]]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return serial(value) if isinstance(value, date) else value
