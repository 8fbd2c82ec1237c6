"""Rows of a sheet become columns of converted values; every fault of a cell becomes an issue, none stops the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Protocol

from ..findings import issue
from ..model import REMAINING, Cell, Issue, fold
from . import choices
from .declare import FIRST_ROW, HEADER_ROW, LAST_ROW, MISSING, REASON, UNIT_ROW, Column, Sheet

BLANK = ""


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


def header_text(value: object) -> str:
    """A header as it is compared: folded, without the mark of a required column.

    >>> header_text("Good *")
    'good'
    """
    return fold(str(value).removesuffix("*"))


def nearest(text: str, known: Iterable[str]) -> str:
    """“did you mean …?” for a text that isn't on a list, or nothing."""
    import difflib

    found = difflib.get_close_matches(fold(text), by_fold := {fold(k): k for k in known}, 1, 0.6)
    return f" Did you mean “{by_fold[found[0]]}”?" if found else ""


def text_of(value: object) -> str:
    """A cell as text: numbers without a trailing .0, dates in ISO form.

    >>> text_of(34000.0), text_of("  Kiln "), text_of(date(2024, 1, 31))
    ('34000', 'Kiln', '2024-01-31')
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


class Table:
    """The used rows of one input sheet, column by column.

    ``columns[field]`` is a list of converted values (None: blank or unknown), ``at`` the cell of each row.
    """

    def __init__(self, sheet: Sheet, book: Book, issues: list[Issue]) -> None:
        self.sheet, self.issues = sheet, issues
        self.columns: dict[str, list[Any]] = {c.field: [] for c in sheet.columns}
        self.at: list[Cell] = []
        self.faulty: set[tuple[int, str]] = set()  # row position and field of cells that show an error
        if sheet.name not in book.names:
            issues.append(issue("sheet-missing", f"There is no sheet “{sheet.name}”: copy it from a new workbook "
                                "(cbam-xl new FILE), or undo its renaming.", Cell(sheet.name)))  # fmt: skip
            return
        rows = book.rows(sheet.name)
        places = self._headers(rows[HEADER_ROW - 1] if len(rows) >= HEADER_ROW else [])
        last = book.last_row(sheet.range_name) or LAST_ROW
        self._below(rows, last, places)
        self._collect(rows[UNIT_ROW:last], places, book.faults(sheet.name))

    def __len__(self) -> int:
        return len(self.at)

    def say(self, code: str, row: int, field: str, message: str) -> None:
        self.issues.append(issue(code, message, self.at[row], field))

    def _headers(self, row: Sequence[object]) -> dict[str, int]:
        """Field -> position, by header text; a column may have been moved."""
        found: dict[str, int] = {}
        wanted = {header_text(c.header): c for c in self.sheet.columns}
        for position, value in enumerate(row):
            text = header_text(value)
            if text in wanted:
                column = wanted[text]
                if column.field in found:
                    self.issues.append(issue("header-twice", f"Two columns are headed “{column.header}”: rename one of "
                                             "them.", Cell(self.sheet.name, HEADER_ROW, {"": letters(position)})))  # fmt: skip
                found.setdefault(column.field, position)
        free = [str(v).removesuffix("*").strip() for v in row if isinstance(v, str) and header_text(v) not in wanted and v]
        for text, column in wanted.items():
            if column.field not in found:
                self.issues.append(issue("header-missing", f"Row {HEADER_ROW} has no column “{column.header}”: write this "
                                         f"header back.{nearest(text, free).replace('Did you mean', 'Is it')}",
                                         Cell(self.sheet.name, HEADER_ROW, {"": "B"})))  # fmt: skip
        return found

    def _below(self, rows: list[list[Any]], last: int, places: dict[str, int]) -> None:
        for number, row in enumerate(rows[last:], last + 1):
            for field, position in places.items():
                if position < len(row) and row[position] != BLANK:
                    at = Cell(self.sheet.name, number, {field: letters(position)})
                    self.issues.append(issue("rows-below", f"Row {number} is below the last laid-out row {last}: move it "
                                             "up; live cells don't read it.", at, field))  # fmt: skip
                    return

    def _collect(self, data: list[list[Any]], places: dict[str, int], faults: dict[str, str]) -> None:
        sheet = self.sheet
        if not places:
            return
        fields = [c.field for c in sheet.columns if c.field in places]
        positions = [places[f] for f in fields]
        width = max(positions) + 1
        pick: Callable[[Sequence[Any]], tuple[Any, ...]] = (
            itemgetter(*positions) if len(positions) > 1 else lambda row: (row[positions[0]],))  # fmt: skip
        blank = (BLANK,) * len(fields)
        own = [i for i, f in enumerate(fields) if not sheet.column(f).default]
        columns_map = {f: letters(p) for f, p in zip(fields, positions, strict=True)}
        fault_rows: dict[int, dict[str, str]] = {}
        if faults:
            by_letter = {letter: f for f, letter in columns_map.items()}
            for address, text in faults.items():
                letter = address.rstrip("0123456789")
                number = int(address[len(letter) :] or 0)
                if letter in by_letter and UNIT_ROW < number <= UNIT_ROW + len(data):
                    fault_rows.setdefault(number, {})[by_letter[letter]] = text
        used = []
        for number, row in enumerate(data, FIRST_ROW):
            if len(row) < width:
                row = [*row, *[BLANK] * (width - len(row))]
            values = pick(row)
            if values == blank and number not in fault_rows:
                continue
            if number not in fault_rows and not any(
                values[i] != BLANK and (not isinstance(values[i], str) or values[i].strip()) for i in own
            ):
                continue
            for field, text in fault_rows.get(number, {}).items():
                self.faulty.add((len(used), field))
                at = Cell(sheet.name, number, columns_map)
                code = "not-calculated" if text.startswith("not") else "cell-error"
                words = ("holds a formula without a value: open the file in Excel or LibreOffice, let it calculate, and "
                         "save it.") if code == "not-calculated" else f"shows {text}: correct the formula or type the figure."  # fmt: skip
                self.issues.append(issue(code, f"“{sheet.column(field).header}” {words}", at, field))
            used.append(values)
            self.at.append(Cell(sheet.name, number, columns_map))
        by_field = dict(zip(fields, zip(*used, strict=True) if used else [()] * len(fields), strict=True))
        for column in sheet.columns:
            raw = by_field.get(column.field, (BLANK,) * len(used))
            self.columns[column.field] = self._convert(column, raw)
        self._needs()

    def _convert(self, column: Column, raw: Sequence[Any]) -> list[Any]:
        match column.kind:
            case "number" | "percent" | "amount":
                return self._numbers(column, raw)
            case "choice":
                return self._choices(column, raw)
            case "date":
                return self._dates(column, raw)
            case "value":
                return [None if v == BLANK else v.strip() if isinstance(v, str) else v for v in raw]
            case "code":
                return ["".join(c for c in text_of(v) if c.isdigit()) or text_of(v) if v != BLANK else "" for v in raw]
        return [v.strip() if isinstance(v, str) else text_of(v) for v in raw]

    def _numbers(self, column: Column, raw: Sequence[Any]) -> list[Any]:
        field, found = column.field, []
        plain = column.signed and column.zero != MISSING and column.kind == "number"
        for row, value in enumerate(raw):
            if type(value) is float:
                if plain or value > 0:
                    pass
                elif value == 0:
                    if column.zero == MISSING:
                        self._zero(column, row)
                        found.append(None)
                        continue
                elif value != value or not column.signed:
                    self.say("negative", row, field, f"“{column.header}” is {value:,.10g}: it can't be negative. Type what "
                             "it really is, or enter the movement in the other direction.")  # fmt: skip
                    found.append(None)
                    continue
                found.append(value)
            elif value == BLANK:
                found.append(None)
            else:
                found.append(self._other(column, row, value))
        return self._percent(column, found) if column.kind == "percent" else found

    def _other(self, column: Column, row: int, value: object) -> object:
        """A cell of a number column that holds no number."""
        if isinstance(value, str):
            text = value.strip()
            if not text:
                return None
            if column.kind == "amount" and fold(text) == REMAINING:
                return REMAINING
            shown = text if len(text) <= 30 else text[:29] + "…"
            hint = "Type it as a number, without blanks and units."
            if column.kind == "amount":
                hint = "Type a number, or the word “remaining”."
            self.faulty.add((row, column.field))
            self.say("number-expected", row, column.field, f"“{column.header}” holds the text “{shown}”. {hint}")
        elif isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        else:
            kind = "yes/no" if isinstance(value, bool) else "a date or time"
            self.faulty.add((row, column.field))
            self.say("number-expected", row, column.field, f"“{column.header}” holds {kind} ({text_of(value)}) where a number "
                     "belongs: type the figure and give the cell a number format.")  # fmt: skip
        return None

    def _zero(self, column: Column, row: int) -> None:
        if column.need == "optional":
            self.say("zero-missing", row, column.field, f"“{column.header}” is 0, which counts as missing: leave the cell "
                     "blank or type the figure.")  # fmt: skip

    def _percent(self, column: Column, values: list[Any]) -> list[Any]:
        """Per cent as typed becomes a share; fractions and impossible figures are reported."""
        for row, value in enumerate(values):
            if value is None:
                continue
            if value > 100:
                self.say("number-range", row, column.field, f"“{column.header}” is {value:g} %: more than 100 % isn't "
                         "possible.")  # fmt: skip
                values[row] = None
                continue
            if column.whole and 0 < value <= 1:
                self.say("fraction-typed", row, column.field, f"“{column.header}” is {value:g} %. If it is meant as a "
                         f"fraction, type {value * 100:g}.")  # fmt: skip
            values[row] = value / 100
        return values

    def _dates(self, column: Column, raw: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        for row, value in enumerate(raw):
            found.append(day := as_date(value))
            if day is None and value != BLANK:
                self.say("date-expected", row, column.field, f"“{column.header}” holds “{text_of(value)}”: type a date such "
                         "as 2024-12-31.")  # fmt: skip
        return found

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
                self.faulty.add((row, column.field))
                self.say("choice-unknown", row, column.field, f"“{text}” isn't on the list of “{column.header}”: choose from "
                         f"the list.{nearest(text, exact)}")  # fmt: skip
            found.append(entry or "")
        return found

    def _needs(self) -> None:
        """Required cells that are blank; rules that look at several columns are the record builders' matter."""
        for column in self.sheet.columns:
            if column.need == "optional" or isinstance(column.need, str) and column.need != "required":
                continue
            values = self.columns[column.field]
            if column.need == "required" and None not in values and "" not in values:
                continue
            for row, value in enumerate(values):
                if value not in (None, "") or (row, column.field) in self.faulty:
                    continue
                if column.default and column.kind in ("ref", "unit"):
                    continue
                if column.required({f: v[row] for f, v in self.columns.items()}):
                    self.missing(column, row)

    def missing(self, column: Column, row: int, why: str = "") -> None:
        words = why or ("" if column.need == "required" else f" ({column.needed})")
        zero = " 0 counts as missing here." if column.zero == MISSING else ""
        self.say("value-missing", row, column.field, f"“{column.header}” is missing{words}.{zero} Fill in the cell.")


def as_date(value: object) -> date | None:
    """A cell as a day: a date, or a text in ISO form; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def zero_reasons(table: Table, field: str, reasons: Iterable[str]) -> None:
    """A factor of 0 counts only beside a reason: a source or an evidence note in the same row."""
    column = table.sheet.column(field)
    if column.zero != REASON or 0.0 not in table.columns[field]:
        return
    for row, value in enumerate(table.columns[field]):
        if value == 0 and not any(table.columns[r][row] for r in reasons):
            table.say("zero-reason", row, field, f"“{column.header}” is 0: say in “Evidence, note” or the source why, e.g. "
                      "renewable origin under contract; else leave it blank.")  # fmt: skip
