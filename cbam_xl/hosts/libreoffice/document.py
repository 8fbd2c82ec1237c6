"""An open LibreOffice spreadsheet with those members of xlwings' Book that the buttons use.

So the buttons are the ones of the ribbon: ``cbam_udfs.ribbon`` takes either. Rows and columns are counted from 1, and
values go in whole blocks. UNO itself isn't imported: the program hands the document over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import url2pathname

Uno: TypeAlias = Any
"""An object of LibreOffice."""
Tell = Callable[[str, str], None]
"""Shows a message with a title."""
Place = str | tuple[int, int]

ERRORS = {503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
"""LibreOffice's numbers of the errors that every spreadsheet program has."""
ANY_ERROR = "#VALUE!"
DAY_ZERO = datetime(1899, 12, 30)
DATE_FORMAT = 2
CONTENTS = 1 | 2 | 4 | 16
"""Numbers, dates, texts and formulas: what "clear contents" clears."""
_LINK = re.compile(r'(=HYPERLINK\("[^"]*"),')


class Document:
    """The spreadsheet. ``tell`` shows a message to the user."""

    def __init__(self, model: Uno, tell: Tell) -> None:
        self._model = model
        self.sheets = Sheets(model)
        self.app = App(model, tell)
        self.name: str = model.Title
        self.fullname: str = _path(model.URL) or f"{model.Title} {model.RuntimeUID}"

    @property
    def names(self) -> list[Name]:
        """The defined names."""
        return [Name(name) for name in self._model.NamedRanges.ElementNames]

    @property
    def selection(self) -> Range | None:
        """The selected cells; None when something else is selected."""
        chosen = self._model.CurrentSelection
        if chosen is None or not hasattr(chosen, "RangeAddress"):
            return None
        sheet = Sheet(self._model, chosen.Spreadsheet)
        at = chosen.RangeAddress
        return Range(sheet, at.StartRow + 1, at.StartColumn + 1, at.EndRow + 1, at.EndColumn + 1)


class Name:
    """A defined name."""

    def __init__(self, name: str) -> None:
        self.name = name


class App:
    """The program around the spreadsheet."""

    def __init__(self, model: Uno, tell: Tell) -> None:
        self._model = model
        self._indicator: Uno = None
        self.alert = tell
        self.books = Books(model)

    def __setattr__(self, name: str, value: object) -> None:
        if name == "status_bar":
            self._show(value)
        else:
            super().__setattr__(name, value)

    def _show(self, words: object) -> None:
        """Text in the status bar; False gives the bar back."""
        controller = self._model.CurrentController
        if self._indicator is None and controller is not None:
            self._indicator = controller.Frame.createStatusIndicator()
        if self._indicator is not None and words:
            self._indicator.start(str(words), 0)
        elif self._indicator is not None:
            self._indicator.end()

    @contextmanager
    def properties(self, **_: object) -> Iterator[None]:
        """While the output sheets are written: no calculation, no repainting, no protection."""
        model = self._model
        automatic = model.isAutomaticCalculationEnabled()
        closed = [sheet for sheet in model.Sheets if sheet.isProtected()]
        model.lockControllers()
        model.enableAutomaticCalculation(False)
        try:
            for sheet in closed:
                sheet.unprotect("")
            yield
        finally:
            for sheet in closed:
                sheet.protect("")
            model.enableAutomaticCalculation(automatic)
            model.unlockControllers()


class Books:
    """The open documents."""

    def __init__(self, model: Uno) -> None:
        self._model = model

    def open(self, path: str) -> None:
        """Open a workbook in a window of its own, hidden if the one of this workbook is."""
        hidden = [p for p in self._model.Args if p.Name == "Hidden"]
        desktop = self._model.CurrentController.Frame.Creator
        desktop.loadComponentFromURL(Path(path).absolute().as_uri(), "_blank", 0, tuple(hidden))


class Sheets:
    """The sheets, in their order and by name."""

    def __init__(self, model: Uno) -> None:
        self._model = model

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self._model, sheet) for sheet in self._model.Sheets)

    def __getitem__(self, name: str) -> Sheet:
        return Sheet(self._model, self._model.Sheets.getByName(name))


class Sheet:
    """One sheet."""

    def __init__(self, model: Uno, sheet: Uno) -> None:
        self.model, self.uno = model, sheet
        self.name: str = sheet.Name

    @property
    def used_range(self) -> Range:
        """From A1 to the last cell in use."""
        cursor = self.uno.createCursor()
        cursor.gotoEndOfUsedArea(False)
        return Range(self, 1, 1, cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1)

    def range(self, first: Place, last: tuple[int, int] | None = None) -> Range:
        """Cells by address or defined name, by row and column, or between two corners."""
        if isinstance(first, tuple):
            return Range(self, *first, *(last or first))
        at = self.uno.getCellRangeByName(first).RangeAddress
        return Range(self, at.StartRow + 1, at.StartColumn + 1, at.EndRow + 1, at.EndColumn + 1)


class Range:
    """A block of cells."""

    api = None

    def __init__(self, sheet: Sheet, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet, self.row, self.column = sheet, top, left
        self._bottom, self._right = bottom, right

    @property
    def last_cell(self) -> Range:
        """Its last cell."""
        return Range(self.sheet, self._bottom, self._right, self._bottom, self._right)

    def resize(self, rows: int, columns: int) -> Range:
        """As many rows and columns from the same first cell."""
        return Range(self.sheet, self.row, self.column, self.row + rows - 1, self.column + columns - 1)

    def options(self, **_: object) -> Range:
        """Values always are rows of cells, with '' for a blank and the text of an error."""
        return self

    @property
    def _uno(self) -> Uno:
        return self.sheet.uno.getCellRangeByPosition(self.column - 1, self.row - 1, self._right - 1, self._bottom - 1)

    @property
    def value(self) -> list[list[Any]]:
        """The values; dates as such."""
        cells = self._uno
        rows: list[list[Any]] = [list(row) for row in cells.DataArray]
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is None:
                    row[place] = ERRORS.get(cells.getCellByPosition(place, number).getError(), ANY_ERROR)
        for top, left, bottom, right in self._dates(cells):
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [
                    DAY_ZERO + timedelta(days=v) if isinstance(v, float) else v for v in row[left : right + 1]
                ]
        return rows

    @value.setter
    def value(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write values; a text is never taken for a number or formula, but what begins with "=" is a formula."""
        cells = self._uno
        cells.DataArray = tuple(tuple(_plain(value) for value in row) for row in rows)
        for place in range(self._right - self.column + 1):
            for first, run in _formula_runs([row[place] for row in rows]):
                area = cells.getCellRangeByPosition(place, first, place, first + len(run) - 1)
                area.FormulaArray = tuple((_LINK.sub(r"\1;", formula),) for formula in run)

    @property
    def formula(self) -> Sequence[Sequence[str]]:
        """The cells as they are typed."""
        formulas: Sequence[Sequence[str]] = self._uno.FormulaArray
        return formulas

    def clear_contents(self) -> None:
        """Empty the cells; their looks stay."""
        self._uno.clearContents(CONTENTS)

    def _dates(self, cells: Uno) -> Iterator[tuple[int, int, int, int]]:
        """The parts of the range that show dates: top, left, bottom, right, counted from 0 inside it."""
        formats = self.sheet.model.NumberFormats
        for group in cells.UniqueCellFormatRanges:
            if formats.getByKey(group.getByIndex(0).NumberFormat).Type & DATE_FORMAT:
                for at in group.RangeAddresses:
                    left, top = at.StartColumn - self.column + 1, at.StartRow - self.row + 1
                    yield top, left, at.EndRow - self.row + 1, at.EndColumn - self.column + 1


def _path(url: str) -> str:
    """The path of a file on this machine; of another place its address.

    >>> _path("https://host/a.xlsx"), _path("")
    ('https://host/a.xlsx', '')
    """
    return url2pathname(urlsplit(url).path) if url.startswith("file:///") else url


def _plain(value: Any) -> Any:
    """A value as LibreOffice stores it: '' is an empty cell, the mark of a text goes, a formula comes later."""
    if isinstance(value, str):
        return "" if value.startswith("=") else value.removeprefix("'")
    return "" if value is None else float(value)


def _formula_runs(column: Sequence[Any]) -> Iterator[tuple[int, list[str]]]:
    """Formulas that stand below each other, and the row of the first, counted from 0."""
    run: list[str] = []
    for row, value in enumerate((*column, None)):
        if isinstance(value, str) and value.startswith("="):
            run.append(value)
        elif run:
            yield row - len(run), run
            run = []


def input_ranges(model: Uno, names: Mapping[str, str]) -> dict[str, Uno]:
    """The cells of the input ranges by sheet; ``names`` gives the defined name of each. Without those that lack."""
    known = model.NamedRanges
    found = {sheet: known.getByName(name).ReferredCells for sheet, name in names.items() if known.hasByName(name)}
    return {sheet: cells for sheet, cells in found.items() if cells is not None}
