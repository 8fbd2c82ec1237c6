"""What a book hands over: rows of cells, and in the cells texts, dates and figures as people type them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from . import units
from .findings import one_line
from .model import fold

_DAY_0 = date(1899, 12, 30)  # of Excel's day numbers
APOSTROPHES = "'’ʼ´`"
LONG, HINTS = 60, 2
"""A text longer than this is no misspelt name; at most so many entries are asked about."""


class Book(Protocol):
    """Anything with rows: a file, a running Excel, a handful of ranges. Positions are true: row 1, column A first."""

    @property
    def names(self) -> Sequence[str]: ...

    def rows(self, sheet: str, last_row: int | None = None) -> list[list[Any]]: ...

    def faults(self, sheet: str) -> dict[str, str]: ...

    def last_row(self, range_name: str) -> int | None: ...


def words(value: object) -> str:
    """A value as text; whole numbers without decimals, dates in ISO form, blank as "".

    >>> words(623108.0), words("  "), words(True), words(date(2024, 1, 31))
    ('623108', '', 'TRUE', '2024-01-31')
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    text = str(value)
    return text if text.strip() else ""


def as_date(value: object) -> date | None:
    """A date cell, Excel's day number or an ISO text as date; None when it is none of these.

    >>> as_date(45292.0), as_date("2024-12-31 "), as_date(2024.0)
    (datetime.date(2024, 1, 1), datetime.date(2024, 12, 31), None)
    """
    match value:
        case datetime():
            return value.date()
        case date():
            return value
        case bool():
            return None
        case int() | float() if 36_526 <= value < 73_051:  # 2000 to 2099: a smaller one is a year, or a slip
            return _DAY_0 + timedelta(days=int(value))
        case str():
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                return None
    return None


def meant_days(text: str) -> str:
    """The days that a text may mean, in ISO form: one, or two where day and month may be swapped; "" for none.

    >>> meant_days("31/12/2026"), meant_days("01.02.2026"), meant_days("2026.12.31"), meant_days("end of 2026")
    ('2026-12-31', '2026-02-01 or 2026-01-02', '2026-12-31', '')
    """
    parts = "".join(" " if c in "./-" else c for c in text).split()
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return ""
    a, b, c = parts
    orders = ((a, b, c),) if len(a) == 4 else ((c, b, a), (c, a, b))  # a year of two digits can't be told from a day
    days = (as_date(f"{year}-{month:0>2}-{day:0>2}") for year, month, day in orders)
    return " or ".join(dict.fromkeys(day.isoformat() for day in days if day))


def figures(text: str) -> tuple[float, ...]:
    """The figures that a text may mean: with a decimal comma, separated thousands, a unit behind it; mostly one.

    >>> figures("1.234,5"), figures("1 234,5 t"), figures("1'234"), figures("1,234")
    ((1234.5,), (1234.5,), (1234.0,), (1.234, 1234.0))
    >>> figures("5 to 6"), figures("12.3.2024"), figures("abc")
    ((), (), ())
    """
    text = text.strip().replace("−", "-")
    sign = -1.0 if text.startswith("-") else 1.0
    body = text.lstrip("+-")
    end = next((n for n, c in enumerate(body) if not (c.isdecimal() or c.isspace() or c in ".," + APOSTROPHES)), None)
    rest = "" if end is None else body[end:].strip()
    groups = "".join(" " if c.isspace() or c in APOSTROPHES else c for c in body[:end]).split()
    if not groups or (rest and rest != "%" and units.dimension(rest) is None):
        return ()
    whole = "".join(groups)
    if len(groups) > 1 and not (_grouped([*groups[:-1], groups[-1].replace(",", ".").partition(".")[0]])):
        return ()
    decimal = max(whole.rfind(","), whole.rfind("."))
    if decimal < 0:
        return (sign * float(whole),)
    mark = whole[decimal]
    thousands, fraction = whole[:decimal].split("." if mark == "," else ","), whole[decimal + 1 :]
    once = mark not in whole[:decimal]
    readings = [f"{''.join(thousands)}.{fraction}"] if once and _grouped(thousands) else []
    if len(thousands) == 1 and len(groups) == 1 and _grouped(parts := whole.split(mark)):
        readings.append("".join(parts))
    return tuple(sign * float(reading) for reading in readings if reading.strip("."))


def _grouped(parts: list[str]) -> bool:
    """Whether parts of a whole number are its groups of thousands: three digits each but for the first.

    >>> _grouped(["1", "234"]), _grouped(["1", "23"]), _grouped(["0", "234"]), _grouped([""])
    (True, False, False, True)
    """
    first, *others = parts
    return not others or (0 < len(first) < 4 and first[0] != "0" and all(len(p) == 3 for p in others))


def meant(text: str) -> str:
    """The figures that a text may mean, in words: "1234.5", "1.234 or 1234"; "" when it means none.

    >>> meant("1'234"), meant("1,234"), meant("n/a")
    ('1234', '1.234 or 1234', '')
    """
    return " or ".join(f"{figure:.15g}" for figure in figures(text))


def nearest(text: str, known: Iterable[str] | Mapping[str, str]) -> str:
    """“Did you mean …?” for a text that isn't on a list, or nothing; a mapping says which entry each word means.

    The first entries that hold all its words, or all of whose words it holds, go before the nearest spelling.

    >>> nearest("FeMn", ("Pig iron", "Alloys (FeMn, FeCr, FeNi)")), nearest("Portland cement", ("Cement", "Clinker"))
    (' Did you mean “Alloys (FeMn, FeCr, FeNi)”?', ' Did you mean “Cement”?')
    """
    if len(text) > LONG:
        return ""
    means = known if isinstance(known, Mapping) else {k: k for k in known}
    typed, held = _words(text), {k: _words(k) for k in means if len(k) <= LONG}
    found = [k for k, parts in held.items() if parts == typed]
    found = found or [k for k, parts in held.items() if _begin(typed, parts) or _begin(parts, typed)]
    if not found:
        import difflib

        by_fold = {fold(k): k for k in held}
        found = [by_fold[k] for k in difflib.get_close_matches(fold(text), by_fold, 1, 0.6)]
    names = list(dict.fromkeys(f"“{one_line(means[k], 40)}”" for k in found))[:HINTS]
    return f" Did you mean {' or '.join(names)}?" if names else ""


def _words(text: str) -> list[str]:
    """The words of a text, folded and without signs."""
    return "".join(c if c.isalnum() else " " for c in fold(text)).split()


def _begin(starts: list[str], parts: list[str]) -> bool:
    """Whether each start begins one of the words; starts of one or two letters alone say nothing."""
    return max(map(len, starts), default=0) > 2 and all(any(p.startswith(s) for p in parts) for s in starts)
