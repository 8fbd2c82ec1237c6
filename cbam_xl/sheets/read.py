"""Rows of a sheet become columns of converted values; a fault of a cell becomes an issue, none stops the reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

from ..addresses import column_letters, parted
from ..entries import Book, nearest
from ..findings import issue
from ..model import LARGEST, REMAINING, ROUNDING, SMALLEST, Cell, Issue, Rest, fold
from ..report import NAN
from . import choices
from .cells import BLANK, as_number, cell_error, filled, header_text, kind_of, missing_sheet, shown, text_of
from .declare import FIRST_ROW, HEADER_ROW, LAST_ROW, MISSING, REQUIRED, UNIT_ROW, Column, Sheet, When


class SheetCells(NamedTuple):
    """What a book hands over of one sheet: its rows, its error values by address, the last row laid out for data."""

    rows: list[list[Any]]
    faults: Mapping[str, str]
    last: int


def sheet_cells(book: Book, sheet: Sheet) -> SheetCells | None:
    """What a book hands over of a sheet; None when it has no such sheet."""
    if sheet.name not in book.names:
        return None
    return SheetCells(book.rows(sheet.name), book.faults(sheet.name), book.last_row(sheet.range_name) or LAST_ROW)


class Table:
    """The used rows of one input sheet, column by column.

    ``columns[field]`` is a list of converted values (None: blank or unknown), ``at`` the cell of each row.
    """

    def __init__(self, sheet: Sheet, found: SheetCells | None) -> None:
        self.sheet = sheet
        self.issues: list[Issue] = []
        self.columns: dict[str, list[Any]] = {c.field: [] for c in sheet.columns}
        self.at: list[Cell] = []
        self.rests: list[Rest] = []  # amounts that stand as “remaining”
        self.faulty: set[tuple[int, str]] = set()  # row position and field of cells whose fault was told
        self.places: dict[str, int] = {}  # field -> position of its column; none when the sheet can't be read
        if found is None:
            if not sheet.later:
                self.issues.append(missing_sheet(sheet))
            return
        rows, last = found.rows, found.last
        if self._moved(rows):
            return
        self.places = places = self._headers(rows[HEADER_ROW - 1] if len(rows) >= HEADER_ROW else [])
        if not places:
            return
        self.own = [f for f in places if not sheet.column(f).default]  # an entry with a default makes no row
        self._below(rows, last, places)
        faults = _by_row(found.faults, places, last)
        data = rows[UNIT_ROW:last]
        data += [[]] * (max(faults, default=0) - UNIT_ROW - len(data))  # rows that hold nothing but such cells
        self._collect(data, places, faults)
        self._needs(places)

    def copy(self) -> Table:
        """The same rows, to be worked on; its issues are those that are found from here on."""
        other = Table.__new__(Table)
        vars(other).update(vars(self), issues=[], rests=[], faulty=set(self.faulty),
                           columns={field: values.copy() for field, values in self.columns.items()})  # fmt: skip
        return other

    def say(self, code: str, row: int, field: str, message: str) -> None:
        """An issue at a cell of a row."""
        self.issues.append(issue(code, message, self.at[row], field))

    def fault(self, code: str, row: int, column: Column, message: str) -> None:
        """An issue that makes a cell unknown; the cell isn't called missing as well."""
        self.faulty.add((row, column.field))
        self.say(code, row, column.field, f"“{column.header}” {message}")

    def unknown(self) -> None:
        """An entry that can't be read is NaN from here on, because a blank one may have a default.

        So is a figure whose unit can't be read, and every figure of a column that has lost its header.
        """
        for column in self.sheet.columns:
            if not column.numeric or (column.later and column.field not in self.places):
                continue
            unit = column.unit_in
            lost = column.field not in self.places or (unit != "" and unit not in self.places)
            for row in range(len(self.at)) if lost else {row for row, _ in self.faulty}:
                optional = column.need != REQUIRED and (row, column.field) in self.faulty
                if lost or optional or (row, unit) in self.faulty:
                    self.columns[column.field][row] = NAN

    def _moved(self, rows: Sequence[Sequence[object]]) -> bool:
        """Whether the headers stand in another row than theirs; nothing of the sheet can be read then."""
        wanted = {header_text(c.header) for c in self.sheet.columns}
        row = HEADER_ROW
        if len(rows) >= row and wanted.isdisjoint(map(header_text, rows[row - 1])):
            row = next((n for n, r in enumerate(rows[:20], 1) if len(wanted & set(map(header_text, r))) > 2), row)
        if row == HEADER_ROW:
            return False
        at = Cell(self.sheet.name, row, {"": "B"})
        self.issues.append(issue("sheet-missing", f"The headers of this sheet stand in row {row}, not in row "
                                 f"{HEADER_ROW}: move them there, with all rows below, by deleting or inserting rows "
                                 "above.", at))  # fmt: skip
        return True

    def _headers(self, row: Sequence[object]) -> dict[str, int]:
        """Field -> position, by header text; a column may have been moved."""
        found: dict[str, int] = {}
        wanted = {header_text(c.header): c for c in self.sheet.columns}
        for position, value in enumerate(row):
            if column := wanted.get(header_text(value)):
                if column.field in found:
                    at = Cell(self.sheet.name, HEADER_ROW, {"": column_letters(position + 1)})
                    self.issues.append(issue("header-twice", f"Two columns are headed “{column.header}”: rename one of "
                                             "them.", at))  # fmt: skip
                found.setdefault(column.field, position)
        free = [v.strip() for v in row if isinstance(v, str) and v.strip() and header_text(v) not in wanted]
        for text, column in wanted.items():
            if column.field not in found and not column.later:
                hint = nearest(text, free).replace("Did you mean", "Is it")
                at = Cell(self.sheet.name, HEADER_ROW, {"": "B"})
                self.issues.append(issue("header-missing", f"Row {HEADER_ROW} has no column “{column.header}”: write "
                                         f"this header back.{hint}", at))  # fmt: skip
        return found

    def _below(self, rows: list[list[Any]], last: int, places: dict[str, int]) -> None:
        """A used row below the laid-out range: live cells would lose it."""
        for number, row in enumerate(rows[last:], last + 1):
            for field in self.own:
                position = places[field]
                if position < len(row) and filled(row[position]):
                    at = Cell(self.sheet.name, number, {field: column_letters(position + 1)})
                    self.issues.append(issue("rows-below", f"Row {number} is below the last laid-out row {last}: move "
                                             "it up; live cells don't read it.", at, field))  # fmt: skip
                    return

    def _collect(self, data: list[list[Any]], places: dict[str, int], faults: dict[int, dict[str, str]]) -> None:
        """Keep the used rows, and convert them column by column."""
        width = max(places.values()) + 1
        if min(map(len, data), default=width) < width:
            data = [[*row, *[BLANK] * (width - len(row))] for row in data]
        raw: list[Sequence[Any]] = list(zip(*data, strict=False)) or [()] * width
        unused = set(range(len(data)))
        for field in self.own:
            entries = raw[places[field]]
            unused = {n for n in unused if not filled(entries[n])}
        used = [n for n in range(len(data)) if n not in unused or n + FIRST_ROW in faults]
        columns = {c.field: column_letters(places[c.field] + 1) for c in self.sheet.columns if c.field in places}
        self.at = [Cell(self.sheet.name, n + FIRST_ROW, columns) for n in used]
        for row, at in enumerate(self.at if faults else ()):
            self._errors(row, faults.get(at.row, {}))
        for column in self.sheet.columns:
            field = column.field
            values = raw[places[field]] if field in places else [BLANK] * len(data)
            if len(used) < len(data):
                values = [values[n] for n in used]
            if faults:
                values = [BLANK if (row, field) in self.faulty else value for row, value in enumerate(values)]
            self.columns[field] = self._convert(column, values)

    def _errors(self, row: int, texts: dict[str, str]) -> None:
        """Cells of a row that show an error, or a formula that was never calculated."""
        for field, text in texts.items():
            code, words = cell_error(text)
            self.fault(code, row, self.sheet.column(field), words)

    def _convert(self, column: Column, raw: Sequence[Any]) -> list[Any]:
        if None in raw:
            raw = [BLANK if value is None else value for value in raw]
        if raw.count(BLANK) == len(raw):
            return [None if column.numeric or column.kind == "value" else BLANK] * len(raw)
        match column.kind:
            case "number" | "percent" | "amount":
                return self._numbers(column, raw)
            case "choice":
                return self._choices(column, raw)
            case "value":
                return [(v.strip() or None) if isinstance(v, str) else v for v in raw]
            case "code":
                return ["".join(c for c in text_of(v) if c.isdigit()) or text_of(v) for v in raw]
        return self._texts(column, raw)

    def _texts(self, column: Column, raw: Sequence[Any]) -> list[Any]:
        """Texts and names, trimmed. A name may be a number; a date there was made of it by the spreadsheet program."""
        if set(map(type, raw)) <= {str}:
            return list(map(str.strip, raw))
        found = [text_of(value) for value in raw]
        for row, value in enumerate(raw):
            if column.kind != "text" and (isinstance(value, bool) or not isinstance(value, str | float | int)):
                found[row] = BLANK
                self.fault("text-expected", row, column, f"holds {kind_of(value)} ({text_of(value)}) where a name "
                           "belongs: give the cell the format Text and type the name again.")  # fmt: skip
        return found

    def _numbers(self, column: Column, raw: Sequence[Any]) -> list[Any]:
        if set(map(type, raw)) == {float} and min(raw) > SMALLEST and max(raw) < LARGEST and isfinite(sum(raw)):
            found = list(raw)
        else:
            found = [value if type(value) is float and SMALLEST < value < LARGEST else
                     None if value == BLANK else self._other(column, row, value)
                     for row, value in enumerate(raw)]  # fmt: skip
        return self._percent(column, found) if column.kind == "percent" else found

    def _other(self, column: Column, row: int, value: object) -> float | str | None:
        """A cell of a number column that holds 0, a negative number, or no number."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = float(value) if abs(value) < LARGEST else LARGEST
        if isinstance(value, str):
            if not (text := value.strip()):
                return None
            if column.kind == "amount" and fold(text) == REMAINING:
                return REMAINING
            word = " or the word “remaining”" if column.kind == "amount" else ""
            self.fault("number-expected", row, column, f"holds the text “{shown(text, 30)}”. {as_number(text, word)}")
        elif not isinstance(value, float):
            self.fault("number-expected", row, column, f"holds {kind_of(value)} ({text_of(value)}) where a number "
                       "belongs: type the figure and give the cell a number format.")  # fmt: skip
        elif value != 0 and not SMALLEST < abs(value) < LARGEST:
            self.fault("number-range", row, column, f"is {value:g}, which no plant has: type the figure again.")
        elif value == 0 or (-ROUNDING < value < 0 and not column.signed):
            return self._zero(column, row)
        elif value < 0 and not column.signed:
            self.fault("negative", row, column, f"is {value:,.10g}: it can't be negative. Type what it really is, or "
                       "enter the movement in the other direction.")  # fmt: skip
        else:
            return value
        return None

    def _zero(self, column: Column, row: int) -> float | None:
        if column.zero != MISSING:
            return 0.0
        if column.need != REQUIRED and not isinstance(column.need, When):  # there the cell is called missing
            self.say("zero-missing", row, column.field, f"“{column.header}” is 0, which counts as missing: leave the "
                     "cell blank or type the figure.")  # fmt: skip
        return None

    def _percent(self, column: Column, values: list[Any]) -> list[Any]:
        """Per cent as typed becomes a share; fractions and impossible figures are reported."""
        for row, value in enumerate(values):
            if value is None:
                continue
            if value > 100:
                self.fault("number-range", row, column, f"is {value:g} %: more than 100 % isn't possible. Correct it.")
                values[row] = None
                continue
            if column.whole and 0 < value <= 1:
                self.say("fraction-typed", row, column.field, f"“{column.header}” is {value:g} %. If it is meant as a "
                         f"fraction, type {value * 100:g}.")  # fmt: skip
            values[row] = value / 100
        return values

    def _choices(self, column: Column, raw: Sequence[Any]) -> list[Any]:
        known = choices.by_fold(column.choices)
        exact = set(known.values())
        if exact.union((BLANK,)).issuperset(raw):
            return list(raw)
        found = []
        for row, value in enumerate(raw):
            if value in exact or value == BLANK:
                found.append(value)
                continue
            text = text_of(value)
            entry = known.get(fold(text))
            if entry is None and text:
                self.fault("choice-unknown", row, column, choices.not_listed(column.choices, column.header, text))
            found.append(entry or "")
        return found

    def _needs(self, places: dict[str, int]) -> None:
        """Required cells that are blank; rules that look at several columns are the record builders' matter."""
        again = self._again() if self.sheet.continued else frozenset()
        for column in self.sheet.columns:
            if column.field not in places or (isinstance(column.need, str) and column.need != REQUIRED):
                continue
            values, need = self.columns[column.field], column.need
            if need == REQUIRED and None not in values and "" not in values:
                continue
            if column.default and column.kind in ("ref", "unit"):
                continue
            conditions = self.columns[need.field] if isinstance(need, When) else [REQUIRED] * len(values)
            asking = {c for c in set(conditions) if not isinstance(need, When) or need.holds({need.field: c})}
            for row, value in enumerate(values):
                asked = value in (None, "") and conditions[row] in asking and row not in again
                if asked and (row, column.field) not in self.faulty:
                    self.missing(column, row)

    def _again(self) -> frozenset[int]:
        """Rows whose name stands further up already."""
        names = [fold(name) for name in self.columns["name"]]
        first: dict[str, int] = {}
        return frozenset(row for row, name in enumerate(names) if name and first.setdefault(name, row) != row)

    def missing(self, column: Column, row: int, why: str = "") -> None:
        """The issue of a required cell that is blank."""
        words = why or ("" if column.need == REQUIRED else f" ({column.needed})")
        zero = " 0 counts as missing here." if column.zero == MISSING else ""
        self.say("value-missing", row, column.field, f"“{column.header}” is missing{words}.{zero} Fill in the cell.")


def _by_row(faults: Mapping[str, str], places: dict[str, int], last: int) -> dict[int, dict[str, str]]:
    """Cells without a value by row and field, from addresses; those of the input range."""
    fields = {column_letters(position + 1): field for field, position in places.items()}
    found: dict[int, dict[str, str]] = {}
    for address, text in faults.items():
        letter, row = parted(address)
        if letter in fields and UNIT_ROW < row <= last:
            found.setdefault(row, {})[fields[letter]] = text
    return found
