"""A workbook that is open in a spreadsheet program, through xlwings: read as a Book, written block by block.

xlwings itself isn't imported: the program hands the book over.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import isfinite
from typing import Any, TypeAlias

from cbam_xl.addresses import column_letters, column_number, parted
from cbam_xl.package import Value
from cbam_xl.sheets import inputs, live, outputs
from cbam_xl.sheets.declare import FIRST_ROW, IMPORTED

from .cells import ERROR_TEXTS

XlBook: TypeAlias = Any
"""An ``xlwings.Book``."""
Block = list[list[Any]]
Snapshot = dict[str, list[tuple[str, Block]]]
"""What stood in the ranges of each sheet, by the address of their first cell."""

LINK = '=HYPERLINK("'
OUTPUTS = frozenset(o.name for o in outputs.OUTPUTS)
YES_NO = frozenset(("TRUE", "FALSE"))


class OpenBook:
    """The Book protocol over an open workbook; each sheet is read in one block, once."""

    def __init__(self, book: XlBook) -> None:
        self._sheets = {sheet.name: sheet for sheet in book.sheets}
        self._rows: dict[str, Block] = {}
        self._imported = any(name.name == IMPORTED for name in book.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sheets."""
        return tuple(self._sheets)

    def rows(self, sheet: str, last_row: int | None = None) -> Block:
        """The rows of a sheet from row 1 and column A: blank is '', an error value its text."""
        if sheet not in self._rows:
            self._rows[sheet] = block(self._sheets[sheet])
        return self._rows[sheet][:last_row]

    def faults(self, sheet: str) -> dict[str, str]:
        """Cells that show an error, by address."""
        return {
            f"{column_letters(column)}{row}": cell
            for row, cells in enumerate(self.rows(sheet), 1)
            for column, cell in enumerate(cells, 1)
            if isinstance(cell, str) and cell in ERROR_TEXTS
        }

    def last_row(self, range_name: str) -> int | None:
        """The last row of an input range; of the mark of an imported workbook any."""
        if range_name == IMPORTED:
            return FIRST_ROW if self._imported else None
        sheet = next((s.name for s in inputs.SHEETS if s.range_name == range_name), "")
        return int(self._sheets[sheet].range(range_name).last_cell.row) if sheet in self._sheets else None

    def areas(self) -> dict[str, live.Area]:
        """The input ranges by sheet."""
        found = {}
        for sheet in inputs.SHEETS:
            area = self._sheets[sheet.name].range(sheet.range_name)
            last = area.last_cell
            found[sheet.name] = live.Area(sheet.name, area.row, area.column, last.row, last.column)
        return found

    def cells(self, area: live.Area) -> Block:
        """The cells of an input range."""
        return [row[area.left - 1 : area.right] for row in self.rows(area.sheet, area.bottom)[area.top - 1 :]]


def block(sheet: Any, first_row: int = 1) -> Block:
    """The used cells of a sheet from a row on and from column A; [] when nothing stands there."""
    corner = sheet.used_range.last_cell
    if corner.row < first_row:
        return []
    area = sheet.range((first_row, 1), (corner.row, corner.column))
    rows: Block = area.options(ndim=2, err_to_str=True, empty="").value
    return rows


def fill(sheet: Any, first_row: int, columns: Sequence[Sequence[Value | None]], links: Mapping[str, str]) -> None:
    """New rows below the header of an output sheet, in place of those that stand there; ``links`` go by cell."""
    width = len(columns)
    corner = sheet.used_range.last_cell
    if corner.row >= first_row:
        old = sheet.range((first_row, 2), (corner.row, max(corner.column, width + 1)))
        old.clear_contents()
        clear_links = getattr(old.api, "ClearHyperlinks", None)  # those that a file was saved with; Excel only
        if clear_links is not None:
            clear_links()
    rows = [[written(value) for value in row] for row in zip(*columns, strict=True)]
    for cell, location in links.items():
        letters, row = parted(cell)
        column = column_number(letters)
        shown = str(columns[column - 2][row - first_row]).replace('"', '""')
        rows[row - first_row][column - 2] = f'{LINK}#{location}","{shown}")'
    if rows:
        sheet.range((first_row, 2), (first_row + len(rows) - 1, width + 1)).value = rows


def put(sheet: Any, values: Mapping[str, Value | None]) -> None:
    """Single cells, those below each other in one go."""
    for first, cells in _runs(values):
        sheet.range(first).resize(len(cells), 1).value = [[written(values[cell])] for cell in cells]


def put_formulas(sheet: Any, formulas: Mapping[str, str]) -> None:
    """Formulas by cell, those below each other in one go."""
    for first, cells in _runs(formulas):
        sheet.range(first).resize(len(cells), 1).value = [[f"={formulas[cell]}"] for cell in cells]


def snapshot(book: XlBook, cells: Mapping[str, Mapping[str, Any]], sheets: Sequence[tuple[str, int]]) -> Snapshot:
    """What stands in single cells by sheet, and in whole sheets from a row on, to be put back by ``restore``."""
    found: Snapshot = {}
    for name, addresses in cells.items():
        sheet = book.sheets[name]
        found[name] = [(first, as_stands(sheet.range(first).resize(len(run), 1))) for first, run in _runs(addresses)]
    for name, row in sheets:
        sheet = book.sheets[name]
        corner = sheet.used_range.last_cell
        area = sheet.range((row, 2), (max(corner.row, row), max(corner.column, 2)))
        found.setdefault(name, []).append((f"B{row}", as_stands(area)))
    return found


def restore(book: XlBook, before: Snapshot) -> None:
    """Put back what stood there; what was written below it on output sheets since is cleared."""
    for name, areas in before.items():
        sheet = book.sheets[name]
        for first, rows in areas:
            start = sheet.range(first)
            if name in OUTPUTS:
                corner = sheet.used_range.last_cell
                if corner.row >= start.row:
                    sheet.range((start.row, 2), (corner.row, max(corner.column, 2))).clear_contents()
            over(sheet, first, rows).value = [[_again(value) for value in row] for row in rows]


def over(sheet: Any, first: str, rows: Block) -> Any:
    """The range that rows fill from a cell on."""
    return sheet.range(first).resize(len(rows), len(rows[0]))


def written(value: Value | None) -> Any:
    """A value as it is handed to the program: a text that it would take for a number or formula is marked as text.

    >>> written("25231000"), written("= Heat"), written("Kiln"), written(float("nan"))
    ("'25231000", "'= Heat", 'Kiln', None)
    """
    if isinstance(value, str):
        odd = value[:1] in ("=", "+", "-", "@", "'") or value.upper() in YES_NO or any(map(str.isdigit, value))
        return f"'{value}" if odd else value or None
    if isinstance(value, float) and not isfinite(value):
        return None
    return value


def _again(value: Any) -> Any:
    """A value of a snapshot; its links are formulas."""
    return value if isinstance(value, str) and value.startswith(LINK) else written(value)


def as_stands(area: Any) -> Block:
    """The values of a range, with the formulas of its links; xlwings Lite reads no formulas, there they become text."""
    values: Block = area.options(ndim=2, err_to_str=True, empty="").value
    try:
        formulas = area.formula
    except NotImplementedError:
        return values
    rows = formulas if isinstance(formulas, list | tuple) else ((formulas,),)
    return [
        [f if isinstance(f, str) and f.startswith(LINK) else value for value, f in zip_longest(row, texts)]
        for row, texts in zip(values, rows, strict=True)
    ]


def spans(columns: Sequence[int]) -> list[tuple[int, int]]:
    """First and last place of the columns that stand side by side.

    >>> spans([2, 3, 4, 6])
    [(0, 2), (3, 3)]
    """
    first = [n for n, column in enumerate(columns) if n == 0 or columns[n - 1] != column - 1]
    return [(n, after - 1) for n, after in zip(first, [*first[1:], len(columns)], strict=True)]


def _runs(cells: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Addresses that stand below each other, by the first of them."""
    places = sorted(map(parted, cells))
    runs: list[tuple[str, list[str]]] = []
    before = ("", 0)
    for letters, row in places:
        if before != (letters, row - 1):
            runs.append((f"{letters}{row}", []))
        runs[-1][1].append(f"{letters}{row}")
        before = letters, row
    return runs
