"""CBAM benchmarks, CBAM factor and cross-sectoral factor (IR (EU) 2025/2620): what of the emissions stays free.

Column A is the benchmark of a good's own process, for actual values; column B that of the whole chain, for default
values. A route is a letter: A grey and B white clinker or cement, C to J steel, K primary and L secondary aluminium.

>>> benchmark("72083800", 2026), benchmark("72083800", 2026, column="B", route="C")
(0.044, 1.37)
>>> round(free_allocation("72083800", 2027, column="B", route="C"), 6)
1.3015
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from .. import equations as eq
from .. import reference
from ..errors import CbamError
from ..model import SECONDARY_MELTING, SMELTING

ACTUAL, DEFAULT = "A", "B"
"""Columns of the table of benchmarks."""
SHOWN = 4
"""Most codes that a message names."""


@cache
def of_code(cn_code: str, year: int, column: str = ACTUAL) -> Mapping[str, float]:
    """Route letter ("" where the benchmark has none) -> benchmark in t CO2e/t; empty where none is published.

    >>> of_code("7601 10 10", 2026)
    {'K': 1.423, 'L': 0.091}
    """
    day = date(year, 7, 1).isoformat()
    rows = reference.part("benchmarks", "".join(cn_code.split())[:8])
    return {r["route"]: float(r["value"]) for r in rows
            if r["column"] == column and r["valid_from"] <= day <= (r["valid_to"] or "9999")}  # fmt: skip


def benchmark(cn_code: str, year: int, *, column: str = ACTUAL, route: str = "") -> float:
    """The CBAM benchmark of a good in t CO2e/t; ``route``: its letter, or several as in "C/F", of which the highest.

    A letter counts for nothing where the benchmark has no routes. CbamError where none is published for the year, or
    where the route isn't said and makes a difference.
    """
    if column not in (ACTUAL, DEFAULT):
        raise CbamError(f"There is no column {column!r} of benchmarks: A is for actual values, B for default values.")
    known = of_code(cn_code, year, column)
    if not known:
        hint = listed_instead(cn_code, year) or "it needs eight digits of a CBAM good, and a year from 2026 to 2030."
        raise CbamError(f"There is no CBAM benchmark of CN code {cn_code} for {year}: {hint}")
    if "" in known:
        return known[""]
    if found := [known[letter] for letter in route.upper().split("/") if letter in known]:
        return max(found)
    if len(set(known.values())) > 1:
        raise CbamError(f"The benchmark of CN code {cn_code} depends on the route: say {', '.join(sorted(known))}.")
    return next(iter(known.values()))


@cache
def listed_instead(cn_code: str, year: int) -> str:
    """Which codes the list of benchmarks has in place of one that it doesn't have; "" when none is near.

    A code of an earlier nomenclature was split or renumbered: its successors begin with its first seven or six digits.

    >>> listed_instead("31021010", 2026)
    'the list has 31021012, 31021015, 31021019. Enter the one that fits the good.'
    """
    digits, day = "".join(cn_code.split()), date(year, 7, 1).isoformat()
    codes = dict.fromkeys(r["cn_code"] for r in reference.rows("benchmarks")
                          if r["valid_from"] <= day <= (r["valid_to"] or "9999"))  # fmt: skip
    for length in () if digits[:8] in codes else (7, 6):
        if found := [code for code in codes if len(digits) >= length and code.startswith(digits[:length])]:
            more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            return f"the list has {', '.join(found[:SHOWN])}{more}. Enter the one that fits the good."
    return ""


@cache
def cbam_factor(year: int) -> float:
    """The share of the free allocation that is kept in a year.

    >>> cbam_factor(2026), cbam_factor(2030), cbam_factor(2040)
    (0.975, 0.515, 0.0)
    """
    return _of_year("cbam_factor", year)


@cache
def cross_sectoral_factor(year: int) -> float:
    """The cross-sectoral correction factor of a year; CbamError from 2031 on, for which none is decided."""
    return _of_year("cross_sectoral_factor", year)


def _of_year(id: str, year: int) -> float:
    try:
        return reference.parameter(id, on=date(year, 7, 1)).value
    except CbamError:
        raise CbamError(f"Nothing is laid down about {id.replace('_', ' ')} for the year {year}.") from None


def free_allocation(cn_code: str, year: int, *, column: str = ACTUAL, route: str = "") -> float:
    """Free allocation in t CO2e/t: of a good's own process (column A, Eq. 2), or of its whole chain (column B, Eq. 6).

    Electricity has none. CbamError where a factor or the benchmark isn't known.
    """
    factor = cbam_factor(year)
    if not factor or cn_code.startswith("2716"):
        return 0.0
    known = benchmark(cn_code, year, column=column, route=route)
    return eq.process_free_allocation(factor, cross_sectoral_factor(year), known)


def letter_of(routes: tuple[str, ...], category: str) -> str:
    """The letter that the production route says by itself: of aluminium; "" where it takes more to know it.

    >>> letter_of(("Secondary melting (recycling)",), "Unwrought aluminium")
    'L'
    """
    if category == "Unwrought aluminium" and len(routes) == 1:
        return {SMELTING: "K", SECONDARY_MELTING: "L"}.get(routes[0], "")
    return ""
