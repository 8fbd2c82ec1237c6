"""Figures against those of reference sheets: fuels of Annex VIII, default values, composition (III B.5, E.3).

The bands are wider than anything real, because a false alarm is worse than a miss: what lies outside has another unit
or another name than it seems.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from math import fsum, inf, isnan
from typing import NamedTuple

from .. import reference
from ..findings import amount, issue
from ..law import Law
from ..model import (
    CEMENT,
    CLINKER,
    CLINKER_FACTOR,
    COMBUSTION,
    DEFAULT_VALUE,
    ELECTRICITY,
    GREEN,
    HEAT,
    HYDROGEN,
    NOT_CBAM,
    SHAPED,
    SHARED,
    SMELTING,
    Cell,
    Flow,
    Installation,
    Issue,
    Precursor,
    Process,
    fold,
)
from ..report import Report, or_nan

NCV_TIMES, EF_TIMES = 2.5, 1.5
"""By what factor a fuel may differ from Annex VIII: lignite has half or twice its NCV, no fuel twice its carbon."""
MANY, BOUGHT, FEW, LITTLE = 5.0, 10.0, 500.0, 200.0
"""A SEE is at most so many times a default value, that of a precursor (nickel is an alloy too) so many. At least such a
part of it is the SEE of a precursor, which no green supplier falls below, and that of a good of one's own."""
POWER_USE: Mapping[str, tuple[float, float]] = {
    "Electrolysis of water": (30, 100), "Electric arc furnace": (0.1, 10),
    SMELTING: (10, 25),
}  # fmt: skip
"""MWh of electricity per t that routes need, at least and at most; wider than anything real."""
MOST_POWER, MOST_HEAT = 25.0, 0.1  # MWh/t, TJ/t of other goods
MOST_IN, MOST_OUT = 3.0, 2.0
"""Tonnes of precursors per tonne of a good, and tonnes of a good per tonne of what it is shaped from."""
APART = 0.1
"""By what part of the cement its clinker may differ from the clinker factor."""


class _Limits(NamedTuple):
    """What figures of a kind lie between, in the unit in which people know them; wider than anything real."""

    words: str
    unit: str
    low: float
    high: float
    scale: float = 1.0  # from the unit of the record


NCV = {"t": _Limits("net calorific value", "GJ/t", 0.5, 150, 1000),
       "1000Nm3": _Limits("net calorific value", "GJ/1000Nm3", 0.5, 200, 1000)}  # fmt: skip
EF = {"TJ": _Limits("emission factor", "tCO2/TJ", 5, 400), "t": _Limits("emission factor", "tCO2/t", 0.001, 4),
      "1000Nm3": _Limits("emission factor", "tCO2/1000Nm3", 0.001, 20)}  # fmt: skip
HEAT_EF = _Limits("emission factor of the heat", "tCO2/TJ", 0.5, 300)
POWER_EF = _Limits("emission factor of the electricity", "tCO2/MWh", 0, 3)
SEE = _Limits("SEE (direct)", "tCO2e/t", 0, 100)


def plausible(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Factors that no fuel, supply or precursor has: a unit is wrong, often by a thousand."""
    rows: list[tuple[float | None, _Limits | None, str, str, Cell]] = []
    for s in installation.streams:
        if s.method == COMBUSTION:
            rows += [(s.ncv, NCV.get(s.unit), s.name, "ncv", s.at), (s.ef, EF.get(s.ef_unit), s.name, "ef", s.at)]
    rows += [(t.ef, HEAT_EF, t.source, "ef", t.at) for t in installation.transfers]
    rows += [(e.ef, POWER_EF, e.source, "ef", e.at) for e in installation.electricity]
    for p in installation.precursors:
        rows += [(p.see_direct, SEE, p.name, "see_direct", p.at),
                 (p.electricity_ef, POWER_EF, p.name, "electricity_ef", p.at)]  # fmt: skip
    places = {p.name: p.at for p in installation.processes}
    rows += [(b.see_direct, SEE, b.name, "name", places[b.name]) for b in report.processes if b.category != NOT_CBAM]
    for figure, limits, name, field, at in rows:
        if figure and limits and _outside(figure, limits):
            yield issue("implausible", f"The {limits.words} of “{name}” is read as {amount(figure * limits.scale)} "
                        f"{limits.unit}, not between {limits.low:g} and {limits.high:g}: check the figure and its "
                        "unit.", at, field, installation.origin)  # fmt: skip


def _outside(figure: float, limits: _Limits) -> bool:
    """Whether a figure above zero lies outside its limits; an unknown one doesn't."""
    return figure > 0 and not limits.low <= figure * limits.scale <= limits.high


class _Fuel(NamedTuple):
    """A fuel of Annex VIII: GJ/t, tCO2/TJ (None: not given), and whether it is biomass."""

    name: str
    ncv: float | None
    ef: float | None
    biomass: bool
    provision: str


@lru_cache(1 << 12)
def _fuel(name: str) -> _Fuel | None:
    row = reference.fuel(name)
    if row is None:
        return None
    ncv, ef = reference.figure(row, "ncv"), reference.figure(row, "ef")
    return _Fuel(row["fuel"], ncv and ncv.value, ef and ef.value, "waste_gas" not in row,
                 row["provision"].split(",")[0])  # fmt: skip


def fuels(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III B.5, VIII 1: calorific value and emission factor against the fuel of this name; biomass has its content."""
    for s in installation.streams:
        fuel = _fuel(s.name) if s.method == COMBUSTION else None
        if fuel is None:
            continue
        ncv, ef = s.ncv if s.unit == "t" else None, s.ef if s.ef_unit == "TJ" else None
        figures = (("ncv", "ncv-reference", ncv, fuel.ncv, NCV["t"], NCV_TIMES),
                   ("ef", "ef-reference", ef, fuel.ef, EF["TJ"], EF_TIMES))  # fmt: skip
        for field, code, typed, known, limits, times in figures:
            if not typed or not known or isnan(typed) or _outside(typed, limits):
                continue  # unknown, or told as implausible
            value = typed * limits.scale
            if not known / times <= value <= known * times:
                yield issue(code, f"The {limits.words} of “{s.name}” is read as {amount(value)} {limits.unit}; "
                            f"{fuel.name} has {known:g} ({fuel.provision}): check the figure, its unit and the name.",
                            s.at, field, installation.origin)  # fmt: skip
        if fuel.biomass and s.biomass is None and s.quantity:
            yield issue("biomass-blank", f"“{s.name}” counts as fossil: type its biomass content if it meets the "
                        "sustainability criteria.", s.at, "biomass", installation.origin)  # fmt: skip


@cache
def _defaults(category: str) -> tuple[float, float] | None:
    """The lowest and the highest direct default value of the goods of a category; None where none is published."""
    found = [value.direct.value for row in reference.rows("cn_codes")
             if row["category"] == category and (value := reference.default_value(row["cn_code"]))]  # fmt: skip
    return (min(found), max(found)) if found else None


def see(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III E.3: the SEE of goods and of bought precursors against the default values."""
    places = {(g.name, g.process): g.at for g in installation.goods}
    told = set()
    for g in report.goods:
        value = reference.default_value(g.cn_code) if g.cn_code else None
        if value is None or g.process in told:
            continue
        if value.direct.value * MANY < g.see_direct <= SEE.high:
            words = f"a SEE (direct) of {amount(g.see_direct)}", f"{value.direct.value:g}"
        elif g.category not in GREEN and g.see_total < (value.direct.value + value.indirect.value) / LITTLE:
            words = f"a SEE of {amount(g.see_total)}", f"{value.direct.value + value.indirect.value:g}"
        else:
            continue
        told.add(g.process)
        yield issue("see-default", f"“{g.name}” has {words[0]} t CO2e/t; the default value of CN {value.cn_code} is "
                    f"{words[1]}: check emissions, production and precursors.", places[g.name, g.process], "name",
                    installation.origin)  # fmt: skip
    for p in installation.precursors:
        known = _defaults(p.category) if p.see_direct and p.category else None
        if known is None or not p.see_direct or fold(p.see_direct_source) == fold(DEFAULT_VALUE):
            continue
        low, high = known[0] / FEW, known[1] * BOUGHT
        if 0 < p.see_direct < low or high < p.see_direct <= SEE.high:
            yield issue("precursor-see", f"“{p.name}” has a SEE (direct) of {p.see_direct:.5g} t CO2e/t; default "
                        f"values of {p.category} are {_span(*known)}: check the figure and its unit.", p.at,
                        "see_direct", installation.origin)  # fmt: skip


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def yields(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III G: what goes in against what comes out, in t; the clinker in cement against its clinker factor."""
    sources: list[Process | Precursor] = [*installation.precursors, *installation.processes]
    made = {source.name: source for source in sources}
    brought: dict[str, list[Flow]] = defaultdict(list)
    factors = _clinker_factors(installation)
    for f in installation.flows:
        if not f.material and f.source in made and f.source != f.target and f.quantity != 0:
            brought[f.target].append(f)
    for p in installation.processes:
        if not p.is_cbam or not p.quantity or p.quantity_unit != "t" or not brought[p.name]:
            continue
        taken = fsum(or_nan(f.quantity) for f in brought[p.name])
        if taken > p.quantity * MOST_IN:
            yield issue("yield", f"“{p.name}” takes {amount(taken)} t of precursors for {amount(p.quantity)} t of "
                        "goods: check consumption, production and their units.", p.at, "quantity",
                        installation.origin)  # fmt: skip
        elif p.category in SHAPED and not p.included and taken * MOST_OUT < p.quantity:
            yield issue("yield", f"“{p.name}” makes {amount(p.quantity)} t of goods of {amount(taken)} t of "
                        "precursors: check consumption, production and their units.", p.at, "quantity",
                        installation.origin)  # fmt: skip
        elif p.category == CEMENT and not p.included:
            clinker = fsum(or_nan(f.quantity) for f in brought[p.name] if made[f.source].category == CLINKER)
            yield from _clinker(p, clinker / p.quantity, factors[fold(p.name)], installation.origin)


def _clinker_factors(installation: Installation) -> dict[str, list[float]]:
    """The clinker factors (shares) of each process and of its goods, by folded name of the process."""
    made_in = {fold(g.name): fold(g.process) for g in installation.goods}
    factors: dict[str, list[float]] = defaultdict(list)
    for r in installation.parameters:
        if r.parameter == CLINKER_FACTOR and isinstance(r.value, float) and r.value > 1:
            factors[made_in.get(fold(r.target), fold(r.target))].append(r.value / 100)
    return factors


def _clinker(p: Process, part: float, typed: list[float], origin: str) -> Iterator[Issue]:
    """t clinker per t of cement against the clinker factors of the process and its goods."""
    low, high = (min(typed), max(typed)) if typed else (0.0, 1.0)
    if part < low - APART or part > min(high + APART, 1.0):  # an unknown figure is neither
        said = f"the clinker factor says {_span(100 * low, 100 * high)}" if typed else "at most 100 is possible"
        yield issue("clinker-used", f"“{p.name}” uses {100 * part:.4g} % clinker of its cement; {said}: correct the "
                    "flow, the production or the factor.", p.at, "quantity", origin)  # fmt: skip


def hours(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 16: an emission point runs at most as long as the period lasts."""
    start, end = report.period
    if not start or not end or end < start:
        return
    most = ((end - start).days + 1) * 24
    for row in installation.measured:
        if row.hours is not None and row.hours > most:
            yield issue("hours-many", f"“{row.name}” runs {amount(row.hours)} hours; the period has {most:,}: correct "
                        "the hours, or the period.", row.at, "hours", installation.origin)  # fmt: skip


def uses(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III D, C: electricity and heat per tonne; kWh taken for MWh, or GJ for TJ, are a thousand times as much."""
    taken: dict[tuple[str, str], float] = defaultdict(float)
    for e in installation.electricity:
        taken[ELECTRICITY, e.target] += or_nan(e.quantity)
    for t in installation.transfers:
        if t.kind == HEAT:
            taken[HEAT, t.target] += or_nan(t.quantity)
    for p in installation.processes:
        if not p.is_cbam or not p.quantity or p.quantity_unit != "t":
            continue
        power, heat = (taken[kind, p.name] / p.quantity for kind in (ELECTRICITY, HEAT))
        known = (0.0, MOST_POWER) if p.category != HYDROGEN else (0.0, inf)  # co-products need most of it
        low, high = next((POWER_USE[r] for r in p.routes if r in POWER_USE), known)
        if not power or len(p.routes) > 1 or (ELECTRICITY, SHARED) in taken:
            low = 0.0  # missing, told as such, or not all of it
        if power < low or power > high:  # an unknown figure is neither
            yield issue("energy-use", f"“{p.name}” uses {amount(power)} MWh of electricity per t, not between {low:g} "
                        f"and {high:g}: check the amounts, their units and its production.", p.at, "quantity",
                        installation.origin)  # fmt: skip
        if heat > MOST_HEAT:
            yield issue("energy-use", f"“{p.name}” uses {amount(1000 * heat)} GJ of heat per t: check the amounts, "
                        "their units and its production.", p.at, "quantity", installation.origin)  # fmt: skip


def rebates(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """956 Art. 9: a rebate reduces the price due, at most to nothing."""
    for row in installation.prices:
        price, rebate = ((amount or 0.0) * (1.0 if share is None else share)
                         for amount, share in ((row.price, row.share), (row.rebate, row.rebate_share)))  # fmt: skip
        if rebate > price:
            yield issue("rebate-high", f"The rebate for “{row.target}” ({rebate:,.6g}, its share taken) is more than "
                        f"the price due ({price:,.6g}): check both and what they refer to.", row.at, "rebate",
                        installation.origin)  # fmt: skip


CHECKS = (plausible, fuels, see, yields, uses, hours, rebates)
