"""What a book hands over: rows of cells, and in the cells texts, dates and figures as people type them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from . import units

_DAY_0 = date(1899, 12, 30)  # of Excel's day numbers
APOSTROPHES = "'’ʼ´`"


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
