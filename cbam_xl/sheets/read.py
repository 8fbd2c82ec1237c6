"""Rows of a sheet become columns of converted values; a fault of a cell becomes an issue, none stops the reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Protocol

from ..findings import issue
from ..model import REMAINING, Cell, Issue, fold
from . import choices
from .cells import BLANK, INFINITE, cell_error, filled, header_text, kind_of, missing_sheet, nearest, shown, text_of
from .declare import FIRST_ROW, HEADER_ROW, LAST_ROW, MISSING, OPTIONAL, REQUIRED, UNIT_ROW, Column, Sheet


class Book(Protocol):
    """Anything with rows: a file, a running Excel, a handful of ranges. Positions are true: row 1, column A first."""

    @property
    def names(self) -> Sequence[str]: ...

    def rows(self, sheet: str, last_row: int | None = None) -> list[list[Any]]: ...

    def faults(self, sheet: str) -> dict[str, str]: ...

    def last_row(self, range_name: str) -> int | None: ...


def letters(index: int) -> str:
    """Column letters of a 0-based index.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


class Table:
    """The used rows of one input sheet, column by column.

    ``columns[field]`` is a list of converted values (None: blank or unknown), ``at`` the cell of each row.
    """

    def __init__(self, sheet: Sheet, book: Book, issues: list[Issue]) -> None:
        self.sheet, self.issues = sheet, issues
        self.columns: dict[str, list[Any]] = {c.field: [] for c in sheet.columns}
        self.at: list[Cell] = []
        self.faulty: set[tuple[int, str]] = set()  # row position and field of cells whose fault was told
        if sheet.name not in book.names:
            issues.append(missing_sheet(sheet))
            return
        rows = book.rows(sheet.name)
        places = self._headers(rows[HEADER_ROW - 1] if len(rows) >= HEADER_ROW else [])
        if not places:
            return
        self.own = [f for f in places if not sheet.column(f).default]  # an entry with a default makes no row
        last = book.last_row(sheet.range_name) or LAST_ROW
        self._below(rows, last, places)
        faults = _by_row(book.faults(sheet.name), places, last)
        data = rows[UNIT_ROW:last]
        data += [[]] * (max(faults, default=0) - UNIT_ROW - len(data))  # rows that hold nothing but such cells
        self._collect(data, places, faults)
        self._needs(places)

    def __len__(self) -> int:
        return len(self.at)

    def say(self, code: str, row: int, field: str, message: str) -> None:
        """An issue at a cell of a row."""
        self.issues.append(issue(code, message, self.at[row], field))

    def fault(self, code: str, row: int, column: Column, message: str) -> None:
        """An issue that makes a cell unknown; the cell isn't called missing as well."""
        self.faulty.add((row, column.field))
        self.say(code, row, column.field, f"“{column.header}” {message}")

    def _headers(self, row: Sequence[object]) -> dict[str, int]:
        """Field -> position, by header text; a column may have been moved."""
        found: dict[str, int] = {}
        wanted = {header_text(c.header): c for c in self.sheet.columns}
        for position, value in enumerate(row):
            if column := wanted.get(header_text(value)):
                if column.field in found:
                    at = Cell(self.sheet.name, HEADER_ROW, {"": letters(position)})
                    self.issues.append(issue("header-twice", f"Two columns are headed “{column.header}”: rename one of "
                                             "them.", at))  # fmt: skip
                found.setdefault(column.field, position)
        free = [v.strip() for v in row if isinstance(v, str) and v.strip() and header_text(v) not in wanted]
        for text, column in wanted.items():
            if column.field not in found:
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
                    at = Cell(self.sheet.name, number, {field: letters(position)})
                    self.issues.append(issue("rows-below", f"Row {number} is below the last laid-out row {last}: move "
                                             "it up; live cells don't read it.", at, field))  # fmt: skip
                    return

    def _collect(self, data: list[list[Any]], places: dict[str, int], faults: dict[int, dict[str, str]]) -> None:
        """Keep the used rows, and convert them column by column."""
        fields = [c.field for c in self.sheet.columns if c.field in places]
        positions = [places[f] for f in fields]
        width = max(positions) + 1
        pick: Callable[[Sequence[Any]], tuple[Any, ...]] = (
            itemgetter(*positions) if len(positions) > 1 else lambda row: (row[positions[0]],))  # fmt: skip
        blank = (BLANK,) * len(fields)
        own = [i for i, f in enumerate(fields) if f in self.own]
        columns = {f: letters(p) for f, p in zip(fields, positions, strict=True)}
        used: list[tuple[Any, ...]] = []
        for number, row in enumerate(data, FIRST_ROW):
            if len(row) < width:
                row = [*row, *[BLANK] * (width - len(row))]
            values = pick(row)
            if None in values:
                values = tuple(BLANK if v is None else v for v in values)
            here = faults.get(number)
            if here is None and (values == blank or not any(filled(values[i]) for i in own)):
                continue
            self.at.append(Cell(self.sheet.name, number, columns))
            if here:
                self._errors(len(used), here)
                values = tuple(BLANK if f in here else v for f, v in zip(fields, values, strict=True))
            used.append(values)
        by_field = dict(zip(fields, zip(*used, strict=True) if used else [()] * len(fields), strict=True))
        for column in self.sheet.columns:
            self.columns[column.field] = self._convert(column, by_field.get(column.field, (BLANK,) * len(used)))

    def _errors(self, row: int, texts: dict[str, str]) -> None:
        """Cells of a row that show an error, or a formula that was never calculated."""
        for field, text in texts.items():
            code, words = cell_error(text)
            self.fault(code, row, self.sheet.column(field), words)

    def _convert(self, column: Column, raw: Sequence[Any]) -> list[Any]:
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
            return [value.strip() for value in raw]
        found = [text_of(value) for value in raw]
        for row, value in enumerate(raw):
            if column.kind != "text" and (isinstance(value, bool) or not isinstance(value, str | float | int)):
                found[row] = BLANK
                self.fault("text-expected", row, column, f"holds {kind_of(value)} ({text_of(value)}) where a name "
                           "belongs: give the cell the format Text and type the name again.")  # fmt: skip
        return found

    def _numbers(self, column: Column, raw: Sequence[Any]) -> list[Any]:
        plain = column.signed and column.zero != MISSING
        found: list[Any] = []
        for row, value in enumerate(raw):
            if type(value) is float and (0.0 < value < INFINITE or (plain and -INFINITE < value < INFINITE)):
                found.append(value)
            elif value == BLANK:
                found.append(None)
            else:
                found.append(self._other(column, row, value))
        return self._percent(column, found) if column.kind == "percent" else found

    def _other(self, column: Column, row: int, value: object) -> float | str | None:
        """A cell of a number column that holds 0, a negative number, or no number."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if isinstance(value, str):
            if not (text := value.strip()):
                return None
            if column.kind == "amount" and fold(text) == REMAINING:
                return REMAINING
            hint = "Type it as a number, without blanks and units."
            if column.kind == "amount":
                hint = "Type a number, or the word “remaining”."
            self.fault("number-expected", row, column, f"holds the text “{shown(text, 30)}”. {hint}")
        elif not isinstance(value, float):
            self.fault("number-expected", row, column, f"holds {kind_of(value)} ({text_of(value)}) where a number "
                       "belongs: type the figure and give the cell a number format.")  # fmt: skip
        elif not -INFINITE < value < INFINITE:
            self.fault("number-expected", row, column, "holds a number beyond all bounds: type the figure again.")
        elif value == 0:
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
        if column.need == OPTIONAL:
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
        known = {fold(e): e for e in choices.entries(column.choices)}
        exact = set(known.values())
        found = []
        for row, value in enumerate(raw):
            if value in exact or value == BLANK:
                found.append(value)
                continue
            text = text_of(value)
            entry = known.get(fold(text))
            if entry is None and text:
                self.fault("choice-unknown", row, column, f"holds “{shown(text)}”: choose an entry of its list."
                           f"{nearest(text, exact)}")  # fmt: skip
            found.append(entry or "")
        return found

    def _needs(self, places: dict[str, int]) -> None:
        """Required cells that are blank; rules that look at several columns are the record builders' matter."""
        again = self._again() if self.sheet.continued else frozenset()
        for column in self.sheet.columns:
            if column.field not in places or (isinstance(column.need, str) and column.need != REQUIRED):
                continue
            values = self.columns[column.field]
            if column.need == REQUIRED and None not in values and "" not in values:
                continue
            for row, value in enumerate(values):
                if value not in (None, "") or (row, column.field) in self.faulty or row in again:
                    continue
                if column.default and column.kind in ("ref", "unit"):
                    continue
                if column.required({f: v[row] for f, v in self.columns.items()}):
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


def _by_row(faults: dict[str, str], places: dict[str, int], last: int) -> dict[int, dict[str, str]]:
    """Cells without a value by row and field, from addresses; those of the input range."""
    fields = {letters(position): field for field, position in places.items()}
    found: dict[int, dict[str, str]] = {}
    for address, text in faults.items():
        letter = address.rstrip("0123456789")
        row = int(address[len(letter) :])
        if letter in fields and UNIT_ROW < row <= last:
            found.setdefault(row, {})[fields[letter]] = text
    return found
