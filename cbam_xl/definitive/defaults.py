"""Default values of the definitive act (IR (EU) 2025/2621, corrected by 2026/1740): by origin, code and year.

A value stands in an edition until a later edition says otherwise. Without an edition the newest one counts, because
2026/1740 of July 2026 applies from January 2026. The total with its mark-up is what counts; direct and indirect are
information. What a country's table doesn't give stands in the table of other countries, the whole row of it.

>>> found = look_up("CN", "7208 38 00", 2026)
>>> found.country, found.cn_code, found.route, found.total, found.marked
('CN', '7208', 'C', 3.187, 3.506)
>>> look_up("AQ", "72083800", 2026).country, look_up(UNKNOWN, "72083800", 2026).total
('OTHER', 8.23)
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from .. import reference
from ..errors import CbamError
from ..reference import country_code as country_code

OTHER, UNKNOWN = "OTHER", "UNKNOWN"
"""Tables beside those of the countries: other countries and territories (Annex I), unknown origin (Annex IV)."""

SHEET = "default_values_definitive"
NOT_APPLICABLE = "N/A"


class Default(NamedTuple):
    """A default value in t CO2e/t: the row it stands in, the total without and with mark-up."""

    country: str  # code of the table; OTHER or UNKNOWN
    cn_code: str  # code or heading that the value is printed for
    route: str  # letter of the benchmark that goes with it; "" where the benchmark has no routes
    direct: float  # information; the total where indirect emissions don't apply
    indirect: float
    total: float
    mark_up: float  # share
    marked: float
    act: str
    provision: str
    edition: str

    @property
    def cites(self) -> str:
        """Act, provision and edition in one text."""
        return f"{self.act}, {self.provision} (edition {self.edition})"

    @property
    def parts(self) -> tuple[float, float]:
        """The total with mark-up, split into direct and indirect as the information columns are."""
        known = self.direct + self.indirect
        direct = self.marked * self.direct / known if known else self.marked
        return direct, self.marked - direct


def look_up(
    country: str, cn_code: str, year: int, route: str = "", *, edition: str = "", rounded: bool = True
) -> Default | None:
    """The default value of goods of this origin (two-letter code, OTHER or UNKNOWN) and CN or TARIC code.

    ``route``: letter that picks one of several values of a code (white or grey clinker). None where no table has a
    value. CbamError where a code has several values and nothing says which, the year is before 2026, or the country is
    no country: the values of other countries are those of a country without a table, not of a slip of the pen.
    """
    digits, origin = "".join(cn_code.split()), country.upper()
    if origin not in (OTHER, UNKNOWN) and country_code(origin) != origin:
        raise CbamError(f"“{country[:40]}” is no country code known here: say its two letters, {OTHER}, or {UNKNOWN}.")
    for listed in dict.fromkeys((UNKNOWN,) if origin == UNKNOWN else (origin, OTHER)):
        row = _row(listed, digits, route.upper(), edition)
        if row is not None:
            return _default(row, digits, year, edition, rounded)
    return None


def _row(country: str, digits: str, route: str, edition: str) -> reference.Row | None:
    """The row of a table with the longest code that fits; None where it gives no value."""
    fitting = {code: row for code, row in table(country, edition).items() if digits.startswith(code)}
    if fitting:
        row = fitting[max(fitting, key=len)]
        return row if row["total"] else None
    split = [row for code, row in table(country, edition).items() if len(digits) == 8 and code.startswith(digits)]
    asked = [row for row in split if row["route"] == route] or split
    if len(asked) > 1:
        codes = " or ".join(f"{row['cn_code']} ({row['route'] or 'no route'})" for row in asked)
        raise CbamError(f"CN code {digits} has several default values: say the benchmark route, or one of {codes}.")
    return asked[0] if asked and asked[0]["total"] else None


@cache
def table(country: str, edition: str = "") -> dict[str, reference.Row]:
    """Code -> the row of a table in this edition ("": the newest), which may be that of an earlier one."""
    found: dict[str, reference.Row] = {}
    for row in sorted(reference.part(SHEET, country), key=lambda row: row["edition"]):
        if not edition or row["edition"] <= edition:
            found[row["cn_code"]] = row
    return found


def _default(row: reference.Row, digits: str, year: int, edition: str, rounded: bool) -> Default:
    total, percent = float(row["total"]), mark_up(digits, year)
    indirect = 0.0 if row["indirect"] in ("", NOT_APPLICABLE) else float(row["indirect"])
    printed = row[f"printed_{min(year, 2028)}"] if edition and edition < _without_columns() else ""
    marked = float(printed) if printed else with_mark_up(total, percent, rounded)
    return Default(
        row["country"], row["cn_code"], row["route"], float(row["direct"] or total - indirect), indirect, total,
        percent, marked, row["act"], row["provision"], row["edition"])  # fmt: skip


@cache
def _without_columns() -> str:
    """The edition that deleted the printed columns with mark-up and states percentages."""
    return reference.rows("mark_ups")[0]["edition"]


def with_mark_up(total: float, mark_up: float, rounded: bool = True) -> float:
    """A default value with its mark-up (t CO2e/t); half up on the three decimals that the Registry works on.

    >>> with_mark_up(1.26, 0.2), with_mark_up(2.845, 0.1)
    (1.512, 3.13)
    """
    if not rounded:
        return total * (1 + mark_up)
    thousandths, percent = round(total * 1000), round(mark_up * 100)
    return (thousandths * (100 + percent) + 50) // 100 / 1000


def mark_up(cn_code: str, year: int) -> float:
    """The mark-up on the default value of a good as a share, by its sector and the year.

    CbamError before 2026, and for a code that is no CBAM good.

    >>> mark_up("72083800", 2027), mark_up("28141000", 2027)
    (0.2, 0.01)
    """
    sector = sector_of(cn_code)
    row = reference.find("mark_ups", sector, on=date(year, 1, 1)) if sector else None
    figure = reference.figure(row) if row else None
    if figure is None:
        raise CbamError(f"There is no mark-up for CN code {cn_code} in {year}: it is no CBAM good, or it was made "
                        "before 2026.")  # fmt: skip
    return figure.value


@cache
def sector_of(cn_code: str) -> str:
    """The sector of a CN code ("" if CBAM doesn't cover it).

    >>> sector_of("2523 10 00"), sector_of("7615 10 10")
    ('Cement', '')
    """
    category = reference.category_of(cn_code)
    row = reference.find("categories", category) if category else None
    return row["sector"] if row else ""


def editions() -> tuple[str, ...]:
    """The editions there are, oldest first."""
    return tuple(sorted({row["edition"] for row in reference.rows(SHEET)}))


@cache
def exempt(country: str) -> bool:
    """Whether precursors of this origin count zero: the Union, and Annex III point 1 of Regulation (EU) 2023/956.

    >>> exempt("DE"), exempt("CH"), exempt("TR")
    (True, True, False)
    """
    return reference.find("exempt_origins", country) is not None
