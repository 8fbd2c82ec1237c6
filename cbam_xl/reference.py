"""Opens an edition of a reference sheet, looks up a row, returns it with its provenance.

A sheet is a CSV file of the folder `reference_sheets`. Each of its rows says where it comes from (act, provision,
edition: what was published when) and what it applies to (valid_from, valid_to); a row that doesn't isn't loaded.
Keys are compared trimmed and without case.

>>> parameter("carbon_factor")
Figure(value=3.664, unit='tCO2/tC', act='IR (EU) 2023/1773', provision='Annex III, B.3.1.1 and B.3.2', ...)
>>> category_of("7207 11 11"), category_of("7204")
('Crude steel', None)
"""

from __future__ import annotations

import os
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from .errors import CbamError
from .model import fold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    Row = Mapping[str, str]

SOURCE = ("act", "provision", "edition")
DEFINITIVE_FROM = "2026-01-01"
"""First day of the definitive act. ``provision_2026`` of a row: where the same figure stands in that act."""

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "annex_ix": ("output", "code", "built", "medium"),
    "benchmark_routes": ("route",),
    "benchmarks": ("cn_code", "column", "route"),
    "biomass": ("fuel",),
    "carbonates": ("substance",),
    "categories": ("category",),
    "certificate_prices": ("period",),
    "cn_codes": ("cn_code",),
    "countries": ("code",),
    "currencies": ("code",),
    "default_values_definitive": ("country", "cn_code", "edition"),
    "default_values_transitional": ("cn_code",),
    "exempt_origins": ("code",),
    "finishing_steps": ("category", "step"),
    "fuels": ("fuel",),
    "functional_units": ("cn_code",),
    "glossary": ("term",),
    "goods_parameters": ("category", "parameter"),
    "gwp": ("gas",),
    "joint_processes": ("category", "precursor"),
    "mark_ups": ("sector",),
    "materials": ("material",),
    "parameters": ("id",),
    "pfc": ("technology", "method"),
    "provisions": ("provision_2023",),
    "relevant_precursors": ("category", "precursor"),
    "report_items": ("part", "number"),
    "routes": ("category", "route"),
    "units": ("spelling",),
})  # fmt: skip
"""The sheets and the columns that name a row; a row applies from valid_from to valid_to, blank meaning until today."""


class Figure(NamedTuple):
    """A number of a reference sheet and where it comes from."""

    value: float
    unit: str
    act: str
    provision: str
    edition: str

    @property
    def cites(self) -> str:
        """Act and provision in one text."""
        return f"{self.act}, {self.provision}"


class DefaultValue(NamedTuple):
    """Default embedded emissions in tCO2e/t of the code or heading that they are published for."""

    cn_code: str
    direct: Figure
    indirect: Figure


def folder() -> str:
    """Where the sheets lie: inside the installed package, or beside it in a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(here, "_data", "reference_sheets")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(here), "reference_sheets")


@cache
def rows(sheet: str) -> tuple[Row, ...]:
    """All rows of a sheet, in its order. Raises CbamError when there is no such sheet or a row has no source."""
    if sheet not in KEYS:
        raise CbamError(f"There is no reference sheet {sheet!r}; there are {', '.join(KEYS)}.")
    return load(os.path.join(folder(), f"{sheet}.csv"))


@cache
def part(sheet: str, first: str) -> tuple[Row, ...]:
    """The rows of a large sheet whose first cell is this; the others are passed over unread.

    >>> [row["total"] for row in part("default_values_definitive", "CN") if row["cn_code"] == "7208"]
    ['3.187']
    """
    return load(os.path.join(folder(), f"{sheet}.csv"), f"{first},")


def load(path: str | os.PathLike[str], beginning: str = "") -> tuple[Row, ...]:
    """The rows of one CSV file whose line begins like this (blank: all of them).

    Raises CbamError, with file and line, for a row without act, provision or edition.
    """
    import csv

    found = []
    name = os.path.basename(path)
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        if beginning:
            reader = csv.reader(line for line in file if line.startswith(beginning))
        sources = [header.index(column) for column in SOURCE if column in header]
        for cells in reader:
            if len(cells) != len(header):
                raise CbamError(f"{name}, line {reader.line_num}: {len(cells)} cells, but {len(header)} columns.")
            row = dict(zip(header, cells, strict=True))
            if len(sources) < len(SOURCE) or not all(map(str.strip, map(cells.__getitem__, sources))):
                lacking = [column for column in SOURCE if not row.get(column, "").strip()]
                raise CbamError(f"{name}, line {reader.line_num}: the row has no {' and no '.join(lacking)}.")
            found.append(MappingProxyType(row))
    return tuple(found)


def _key(sheet: str, *parts: str) -> tuple[str, ...]:
    """The form in which keys are compared; of units case counts (Mt, MT)."""
    return parts if sheet == "units" else tuple(map(fold, parts))


@cache
def _index(sheet: str) -> Mapping[tuple[str, ...], tuple[Row, ...]]:
    """Key of each row, folded -> its rows, one per span of validity."""
    found: dict[tuple[str, ...], tuple[Row, ...]] = {}
    for row in rows(sheet):
        key = _key(sheet, *(row[column] for column in KEYS[sheet]))
        found[key] = (*found.get(key, ()), row)
    return found


def find(sheet: str, *key: str, on: date | None = None) -> Row | None:
    """The row with this key that applies on a day; None when there is none.

    Without a day the key must have one row only: CbamError otherwise, because nothing may be picked silently.
    """
    found = _index(sheet).get(_key(sheet, *key), ())
    if on is not None:
        found = tuple(row for row in found if row["valid_from"] <= on.isoformat() <= (row["valid_to"] or "9999"))
    if len(found) > 1:
        raise CbamError(f"{' / '.join(key)} has {len(found)} rows on reference sheet {sheet!r}: say which day counts.")
    return found[0] if found else None


def lookup(sheet: str, *key: str, on: date | None = None) -> Row:
    """The row with this key. Raises CbamError when there is none.

    >>> lookup("materials", "pig iron")["carbon_content"]
    '0.0409'
    """
    row = find(sheet, *key, on=on)
    if row is None:
        day = f" on {on.isoformat()}" if on else ""
        raise CbamError(f"Reference sheet {sheet!r} has no row {' / '.join(key)!r}{day}.")
    return row


def figure(row: Row, column: str = "value") -> Figure | None:
    """The number in a column of a row, with the row's source; None when the cell is blank."""
    if not row[column]:
        return None
    unit = row.get(f"{column}_unit") or row.get("unit", "")
    return Figure(float(row[column]), unit, row["act"], row["provision"], row["edition"])


def value(sheet: str, *key: str, column: str = "value", on: date | None = None) -> Figure:
    """The number that a sheet gives for a key. Raises CbamError when there is no such row or no number in it.

    >>> value("gwp", "N2O").value
    265.0
    """
    found = figure(lookup(sheet, *key, on=on), column)
    if found is None:
        raise CbamError(f"Reference sheet {sheet!r} gives no {column} for {' / '.join(key)!r}.")
    return found


def parameter(id: str, on: date | None = None) -> Figure:
    """A constant of the law by its short name, such as carbon_factor (sheet parameters)."""
    return value("parameters", id, on=on)


@cache
def _cn() -> Mapping[str, Row]:
    return {row["cn_code"]: row for row in rows("cn_codes")}


def _longest(codes: Mapping[str, Row], cn_code: str) -> Row | None:
    """The row whose code is the longest beginning of this one; a code has four digits or more."""
    digits = "".join(cn_code.split())
    return next((codes[digits[:n]] for n in range(len(digits), 3, -1) if digits[:n] in codes), None)


def category_of(cn_code: str) -> str | None:
    """The aggregated goods category of a CN code by the longest prefix; None when CBAM doesn't cover it."""
    row = _longest(_cn(), cn_code)
    return (row["category"] or None) if row else None


def cn_name(cn_code: str) -> str | None:
    """What the CN code stands for; None when the list doesn't have it.

    >>> cn_name("25231000")
    'Cement clinkers'
    """
    row = _cn().get("".join(cn_code.split()))
    return row["name"] if row else None


@cache
def country_code(name: str) -> str | None:
    """The two-letter code of a country by its name, a further name or the code itself; None if it isn't known.

    >>> country_code("Viet Nam"), country_code("tr"), country_code("Atlantis")
    ('VN', 'TR', None)
    """
    return _countries().get(fold(name))


@cache
def _countries() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in rows("countries"):
        for name in (row["code"], row["name"], *filter(None, row["also_called"].split("; "))):
            found[fold(name)] = row["code"]
    return found


@cache
def routes(category: str) -> tuple[str, ...]:
    """The production routes of a category, in the Commission's order.

    >>> routes("Crude steel")[:2]
    ('Basic oxygen steelmaking', 'Electric arc furnace')
    """
    return tuple(row["route"] for row in rows("routes") if row["category"] == category)


@cache
def relevant(category: str) -> frozenset[str]:
    """The relevant precursors of a category (Annex II, 3): only these hand on embedded emissions.

    >>> sorted(relevant("Cement"))
    ['Calcined clays', 'Cement clinker']
    """
    return frozenset(row["precursor"] for row in rows("relevant_precursors") if row["category"] == category)


@cache
def joint(category: str) -> Mapping[str, bool]:
    """What a joint process of this category may also make (Annex III, A.4) -> True if none of it may be sold."""
    mine = (row for row in rows("joint_processes") if row["category"] == category)
    return {row["precursor"]: row["only_if_not_sold"] == "yes" for row in mine}


@cache
def goods_parameters(category: str) -> tuple[Row, ...]:
    """The parameters that Annex IV, 2 asks for goods of this category: rows with parameter and unit."""
    return tuple(row for row in rows("goods_parameters") if row["category"] == category)


@cache
def _fuels() -> Mapping[str, Row]:
    """Folded name or further name of each fuel -> its row on sheet fuels or biomass."""
    listed = rows("fuels") + rows("biomass")
    further = {fold(name): row for row in listed for name in row["also_called"].split(";") if name}
    return further | {fold(row["fuel"]): row for row in listed}


def fuel(name: str) -> Row | None:
    """The row of a fuel (Annex VIII, 1) by one of its names; None when the act has none. EF of biomass: preliminary.

    >>> row = fuel("brown coal briquettes")
    >>> row["fuel"], figure(row, "ef").value, figure(row, "ncv").unit
    ('Patent fuel', 97.5, 'GJ/t')
    """
    return _fuels().get(fold(name))


@cache
def _defaults() -> Mapping[str, Row]:
    return {row["cn_code"]: row for row in rows("default_values_transitional")}


def default_value(cn_code: str) -> DefaultValue | None:
    """The transitional default value of a good, of its own code or heading; None when none is published.

    >>> default_value("72081000").direct.value
    2.01
    """
    row = _longest(_defaults(), cn_code)
    direct, indirect = (figure(row, column) for column in ("direct", "indirect")) if row else (None, None)
    return DefaultValue(row["cn_code"], direct, indirect) if row and direct and indirect else None


def primary_aluminium() -> tuple[float, float]:
    """Direct and indirect embedded emissions in tCO2e/t that stand for alloying elements (Annex II, 3.17 and 3.18).

    The default value of unwrought aluminium, heading 7601: the act doesn't say whose primary aluminium counts.
    """
    direct, indirect = (value("default_values_transitional", "7601", column=kind) for kind in ("direct", "indirect"))
    return direct.value, indirect.value


def editions(definitive: bool = False) -> dict[str, str]:
    """What the figures of a calculation rest on: sheet -> act and edition; of the definitive act what it added."""
    named = {"parameters": rows("parameters"), "default_values": rows("default_values_transitional")}
    if definitive:
        named |= {
            "default_values": part("default_values_definitive", "OTHER"), "mark_ups": rows("mark_ups"),
            "benchmarks": part("benchmarks", "25231000"),
        }  # fmt: skip
    return {
        name: "; ".join(dict.fromkeys(f"{row['act']} ({row['edition']})" for row in found
                                      if (row["valid_from"] >= DEFINITIVE_FROM) == definitive))
        for name, found in named.items()
    }  # fmt: skip
