"""An xlwings engine over workbook files, for tests: macros written for ``xw.Book`` run without a spreadsheet program.

Only what the macros use: values and formulas of ranges, names, the used range, books, and of the program the status
bar, message boxes and settings. Written against xlwings' BSD base classes. A formula keeps the value it was saved with
until it is replaced; nothing is calculated. As in Excel one cell's value is a scalar, a text that begins with "=" is a
formula, and a leading apostrophe marks a text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import xlwings as xw
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import base_classes

NAME = "files"
"""The name of this engine among those of xlwings."""
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
ROWS, COLUMNS = 1_048_576, 16_384


class Engine:
    """What xlwings asks of an engine."""

    name, type = NAME, "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def clean_value_data(
        data: list[list[Any]], datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool
    ) -> list[list[Any]]:
        def one(value: Any) -> Any:
            if value is None:
                return empty_as
            if isinstance(value, str) and value in ERRORS:
                return value if err_to_str else None
            return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

        return [[one(value) for value in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        return None if isinstance(value, float) and value != value else value


class Apps(base_classes.Apps):
    """One running program."""

    app: Any = None

    def __init__(self, engine: Engine) -> None:
        self.app = App(self, engine)

    def __iter__(self) -> Iterator[App]:
        return iter([self.app])

    def __len__(self) -> int:
        return 1

    def __getitem__(self, pid: int) -> App:
        app: App = self.app
        return app

    def keys(self) -> list[int]:
        return [1]


class App(base_classes.App):
    """The program: it remembers what was shown, and every status."""

    version = "16.0"
    pid, screen_updating, calculation, display_alerts, visible = 1, True, "automatic", True, True
    engine: Any = None  # base classes have properties here, which can't be set
    books: Any = None

    def __init__(self, apps: Apps, engine: Engine) -> None:
        self.apps, self.engine = apps, engine
        self.books = Books(self)
        self.alerts: list[str] = []
        self.statuses: list[object] = []
        self.chosen: Range | None = None

    @property
    def selection(self) -> Range | None:
        return self.chosen

    @property
    def status_bar(self) -> object:
        return self.statuses[-1] if self.statuses else False

    @status_bar.setter
    def status_bar(self, value: object) -> None:
        self.statuses.append(value)

    def alert(self, prompt: str, title: str, *_: object) -> str:
        self.alerts.append(prompt)
        return "ok"

    def activate(self, steal_focus: bool = False) -> None:
        return None

    def calculate(self) -> None:
        return None


class Books(base_classes.Books):
    """The open workbooks."""

    app: Any = None

    def __init__(self, app: App) -> None:
        self.app = app
        self.all: list[Book] = []

    @property
    def active(self) -> Book:
        return self.all[-1]

    def open(self, fullname: str, *_: object, **__: object) -> Book:
        self.all.append(Book(self, Path(fullname)))
        return self.all[-1]

    def __iter__(self) -> Iterator[Book]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def __call__(self, name: str | int) -> Book:
        if isinstance(name, int):
            return self.all[name - 1]
        return {key: book for book in self.all for key in (book.name, book.fullname)}[name]


class Book(base_classes.Book):
    """One workbook: formulas, and the values they were saved with."""

    api: Any = None

    def __init__(self, books: Books, path: Path) -> None:
        self.books, self.path = books, path
        self.api = openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm")
        self.saved = openpyxl.load_workbook(path, data_only=True)
        self.reads = self.writes = 0

    app = property(lambda self: self.books.app)
    name = property(lambda self: self.path.name)
    fullname = property(lambda self: str(self.path))
    sheets = property(lambda self: Sheets(self))
    names = property(lambda self: Names(self))

    def save(self, path: str | None = None, password: str | None = None) -> None:
        self.api.save(path or self.path)

    def close(self) -> None:
        self.books.all.remove(self)

    def activate(self) -> None:
        self.books.all.remove(self)
        self.books.all.append(self)


class Names(base_classes.Names):
    """The defined names of a workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def __len__(self) -> int:
        return len(self.book.api.defined_names)

    def __call__(self, index: int | str) -> Name:
        return Name(list(self.book.api.defined_names)[index - 1] if isinstance(index, int) else index)

    def contains(self, name: str) -> bool:
        return name in self.book.api.defined_names


class Name(base_classes.Name):
    name: Any = None

    def __init__(self, name: str) -> None:
        self.name = name


class Sheets(base_classes.Sheets):
    """The worksheets of a workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, sheet) for sheet in self.book.api.worksheets)

    def __len__(self) -> int:
        return len(self.book.api.worksheets)

    def __call__(self, name: str | int) -> Sheet:
        if isinstance(name, int):
            return Sheet(self.book, self.book.api.worksheets[name - 1])
        return Sheet(self.book, self.book.api[name])


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, api: Worksheet) -> None:
        self._book, self._api = book, api

    api: Any = property(lambda self: self._api)
    book: Any = property(lambda self: self._book)
    name: Any = property(lambda self: self._api.title)
    cells = property(lambda self: Range(self, 1, 1, ROWS, COLUMNS))

    @property
    def used_range(self) -> Range:
        filled = [(c.row, c.column) for row in self._api.iter_rows() for c in row if c.value is not None]
        return Range(self, 1, 1, max((r for r, _ in filled), default=1), max((c for _, c in filled), default=1))

    def range(self, first: Any, second: Any = None) -> Range:
        corners = [self._corner(part) for part in (first, second) if part is not None]
        lows, highs = zip(*corners, strict=True)
        return Range(self, min(r for r, _ in lows), min(c for _, c in lows), max(r for r, _ in highs),
                     max(c for _, c in highs))  # fmt: skip

    def _corner(self, part: Any) -> tuple[tuple[int, int], tuple[int, int]]:
        if isinstance(part, Range):
            return (part.r1, part.c1), (part.r2, part.c2)
        if isinstance(part, tuple):
            return part, part
        name = self._book.api.defined_names.get(part)
        if name is not None:
            _, part = next(iter(name.destinations))
        left, top, right, bottom = (edge or 1 for edge in range_boundaries(part.replace("$", "")))
        return (top, left), (bottom, right)


class Range(base_classes.Range):
    def __init__(self, sheet: Sheet, top: int, left: int, bottom: int, right: int) -> None:
        self._sheet, self.options = sheet, None
        self.r1, self.c1, self.r2, self.c2 = top, left, bottom, right

    api = property(lambda self: self._sheet.api)
    sheet = property(lambda self: self._sheet)
    coords = property(lambda self: (self._sheet.name, self.r1, self.c1))
    row = property(lambda self: self.r1)
    column = property(lambda self: self.c1)
    shape = property(lambda self: (self.r2 - self.r1 + 1, self.c2 - self.c1 + 1))
    max_cells_per_read = max_cells_per_write = None
    has_array = False

    def __len__(self) -> int:
        return int(self.shape[0] * self.shape[1])

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = divmod(row - 1, self.shape[1])[0] + 1, (row - 1) % self.shape[1] + 1
        return Range(self._sheet, self.r1 + row - 1, self.c1 + column - 1, self.r1 + row - 1, self.c1 + column - 1)

    @property
    def address(self) -> str:
        first = f"${get_column_letter(self.c1)}${self.r1}"
        return first if len(self) == 1 else f"{first}:${get_column_letter(self.c2)}${self.r2}"

    def get_address(self, *_: object) -> str:
        return self.address

    def _map(self, one: Callable[[int, int], Any]) -> Any:
        rows = [[one(r, c) for c in range(self.c1, self.c2 + 1)] for r in range(self.r1, self.r2 + 1)]
        return rows[0][0] if len(self) == 1 else rows

    @property
    def raw_value(self) -> Any:
        book = self._sheet.book
        book.reads += 1
        saved = book.saved[self._sheet.name]

        def value(row: int, column: int) -> Any:
            cell = self._sheet.api.cell(row, column)
            return saved.cell(row, column).value if cell.data_type == "f" else cell.value

        return self._map(value)

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        book = self._sheet.book
        book.writes += 1
        rows = value if isinstance(value, list | tuple) else [[value] * self.shape[1]] * self.shape[0]
        for row, cells in enumerate(rows, self.r1):
            for column, entry in enumerate(cells, self.c1):
                self._set(row, column, entry)

    def _set(self, row: int, column: int, entry: Any) -> None:
        cell = self._sheet.api.cell(row, column)
        saved = self._sheet.book.saved[self._sheet.name].cell(row, column)
        if isinstance(entry, str) and entry.startswith("'"):
            cell.value = saved.value = entry[1:] or None
            cell.data_type = "s"
            return
        if isinstance(entry, str) and not entry.startswith("="):
            for kind in (float, dt.date.fromisoformat):  # what Excel takes a bare text for
                try:
                    entry = kind(entry)
                    break
                except ValueError:
                    continue
        cell.value = entry
        if cell.data_type == "f":
            saved.value = str(entry).rpartition(',"')[2].removesuffix('")') if "HYPERLINK(" in str(entry) else None

    formula: Any = property(lambda self: self._map(lambda row, column: self._sheet.api.cell(row, column).value))

    def clear_contents(self) -> None:
        for cells in self._sheet.api.iter_rows(self.r1, min(self.r2, self._sheet.api.max_row), self.c1, self.c2):
            for cell in cells:
                cell.value = None
                self._sheet.book.saved[self._sheet.name].cell(cell.row, cell.column).value = None


def started() -> App:
    """The engine made known to xlwings and active; returns its program, with no book open."""
    if NAME not in {engine.name for engine in xw.engines}:
        xw.engines.add(xw.main.Engine(impl=Engine()))
    engine = next(engine for engine in xw.engines if engine.name == NAME)
    engine.activate()
    app: App = engine.impl.apps.app
    app.books.all.clear()
    app.alerts.clear()
    app.statuses.clear()
    app.chosen = None
    return app
