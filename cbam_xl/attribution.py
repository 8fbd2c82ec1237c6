"""The whole installation as one calculation: terms per process, then one linear system (III F, G)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from math import fsum, isnan
from typing import NamedTuple

from . import checks, closure, emissions, energy, missing, reference, solver, terms
from . import equations as eq
from .collector import paused
from .emissions import Assigned, Emission, split
from .energy import Moved
from .factors import Supply
from .findings import issue
from .law import Law, on
from .model import (
    ALUMINIUM,
    DEFAULT_VALUE,
    ELECTRICITY,
    HYDROGEN,
    NON_ALUMINIUM,
    OUTSIDE,
    Flow,
    Installation,
    Issue,
    Precursor,
    fold,
)
from .report import NAN, Balance, GoodResult, Report, Term, Totals, or_nan

DIRECT, INDIRECT, POWER, DEFAULT, BOUGHT = range(5)
"""Right-hand sides of the one system: direct, indirect, electricity, direct from default values, all bought."""

ENTERED = (
    ("CO2", "co2_entered", "Total CO2 emissions"),
    ("N2O", "n2o_entered", "Total N2O emissions"),
    ("PFC", "pfc_entered", "Total PFC emissions"),
    ("biomass", "biomass_entered", "Biomass emissions"),
    ("energy", "fuel_total", "Total fuel input"),
)
"""Totals that a field of the form may replace: what, field, label."""


class First(NamedTuple):
    """What is attributed to one process (Eq. 48, 49), with the MWh behind it, before any precursor."""

    balance: Balance
    mwh: float


def recalculate(installation: Installation, *, floor: bool = True) -> Report:
    """Solve an installation under the act of its reporting period; ``floor=False`` as the Commission's workbook."""
    return solve(installation, on(installation.site.day("period_end")), floor=floor)


@paused()
def solve(installation: Installation, law: Law, *, floor: bool = True) -> Report:
    """Every balance, closure line, term and issue of an installation. Unknown figures are NaN, never 0."""
    read, installation = installation, missing.with_unknowns(installation)
    issues = list(read.issues)
    shares = emissions.by_stream(installation.shares)
    emitted = emissions.all_of(installation, law)
    assigned = [Assigned(e, name, part) for e in emitted for name, part in split(e.name, e.process, shares)]
    supplies = [
        Supply(row, name, or_nan(row.quantity) * part)
        for row in installation.electricity
        for name, part in split(row.source, row.target, shares)
    ]
    moved, units, found = energy.balance(installation, law, assigned, supplies)
    issues += found

    taken: dict[str, list[Moved]] = defaultdict(list)
    given: dict[str, list[Moved]] = defaultdict(list)
    for m in moved:
        taken[m.target].append(m)
        given[m.source].append(m)
    trail = [term for unit in units.values() for term in terms.unit(unit, taken[unit.unit.name])]
    carbon = _carbon(installation, law)
    firsts, found = _attributed(installation, assigned, carbon, taken, given, law, floor, trail)
    issues += found
    balances, found = _specific(installation, firsts, law, trail)
    issues += found
    totals, found = _totals(installation, assigned, emitted, balances)
    issues += found
    lines = closure.lines(installation, law, totals, balances, assigned, moved, carbon)
    goods = tuple(_goods(installation, {b.name: b for b in balances}))
    period = installation.site.day("period_start"), installation.site.day("period_end")
    report = Report(law.act, period, totals, balances, goods, tuple(u.result for u in units.values()), lines,
                    tuple(_by_owner(trail, installation)), (), reference.editions())  # fmt: skip
    issues += checks.run(read, law, report)
    return report._replace(issues=checks.sort(issues))


def _by_owner(trail: list[Term], installation: Installation) -> list[Term]:
    """Terms of the installation and its energy units first, then process by process."""
    first: list[Term] = []
    of = {p.name: list[Term]() for p in installation.processes}
    for term in trail:
        of.get(term.owner, first).append(term)
    return [*first, *chain.from_iterable(of.values())]


def _carbon(installation: Installation, law: Law) -> dict[str, list[tuple[Flow, float]]]:
    """Fossil carbon of by-products as t CO2, off its source and added to its target (Eq. 12)."""
    carbon: dict[str, list[tuple[Flow, float]]] = defaultdict(list)
    for f in installation.flows:
        if f.material and f.carbon_content:
            value = eq.mass_balance(or_nan(f.quantity), f.carbon_content, law.carbon_factor)
            carbon[f.source].append((f, -value))
            carbon[f.target].append((f, value))
    return carbon


def _attributed(
    installation: Installation,
    assigned: Iterable[Assigned],
    carbon: Mapping[str, list[tuple[Flow, float]]],
    taken: Mapping[str, list[Moved]],
    given: Mapping[str, list[Moved]],
    law: Law,
    floor: bool,
    trail: list[Term],
) -> tuple[list[First], list[Issue]]:
    """Eq. 48 and 49 of every process, co-products taken off, then the floor at zero."""
    issues = []
    streams: dict[str, list[Assigned]] = defaultdict(list)
    for a in assigned:
        streams[a.target].append(a)
    # a process without any row of its own has nothing, unless there are some that nobody was given
    ends = {OUTSIDE, *(p.name for p in installation.processes), *(u.name for u in installation.units)}
    blank = NAN if installation.origin == "communication" or streams.keys() - ends else 0.0
    dark = NAN if any(m.kind == ELECTRICITY for end in taken.keys() - ends for m in taken[end]) else 0.0
    firsts = []
    for p in installation.processes:
        balance, own = terms.process(p, streams[p.name], carbon.get(p.name, ()), taken[p.name], given[p.name], law,
                                     blank, dark)  # fmt: skip
        mwh = fsum(m.mwh for m in taken[p.name])
        if p.category == HYDROGEN:
            balance, part, more = terms.co_products(p, balance, installation.flows, law)
            own += more
            mwh *= part
        trail += own
        attributed = balance.attributed_direct_tco2e
        if attributed < 0 and floor and law.floor_at_zero:
            issues.append(issue("floored", f"The attributed direct emissions of “{p.name}” are {attributed:,.6g} t: "
                                "the act sets them to zero. Check what is passed on.", p.at, "name",
                                installation.origin))  # fmt: skip
            balance = balance._replace(floored_tco2e=-attributed, attributed_direct_tco2e=eq.floored(attributed))
        elif isnan(attributed) and floor:
            balance = balance._replace(floored_tco2e=NAN)
        firsts.append(First(balance, mwh))
    return firsts, issues


def _specific(
    installation: Installation, firsts: Iterable[First], law: Law, trail: list[Term]
) -> tuple[tuple[Balance, ...], list[Issue]]:
    """Eq. 57 to 61 for all processes at once: ``AL·SEE - Σ M·SEE = attributed + bought``."""
    own = [b for b, _ in firsts]
    levels = [b.activity_level_t if b.activity_level_t > 0 else NAN for b in own]
    rows = [{i: level} for i, level in enumerate(levels)]
    sides = [[b.attributed_direct_tco2e, b.attributed_indirect_tco2e, mwh, 0.0, 0.0] for b, mwh in firsts]
    place = {b.name: i for i, b in enumerate(own)}
    bought = {p.name: p for p in installation.precursors}
    used = [f for f in installation.flows if f.target in place and not f.material and f.quantity != 0]
    for f in used:
        i, j, mass = place[f.target], place.get(f.source), or_nan(f.quantity)
        if j is not None:
            rows[i][j] = rows[i].get(j, 0.0) - mass
        elif f.source in bought:
            trail += _bought(f, bought[f.source], sides[i])
        if isnan(mass) or (j is None and f.source not in bought):
            sides[i] = [NAN] * len(sides[i])
    alloys = _alloying(installation, law)
    for name, share in alloys.items():
        counted = fsum(or_nan(f.quantity) * alloys.get(f.source, 0.0) for f in used if f.target == name)
        trail += _alloyed(name, max(levels[place[name]] * share - counted, 0.0), sides[place[name]])
    found, endless = solver.solve(rows, sides)
    at = {p.name: p.at for p in installation.processes}
    issues = []
    for loop in endless:
        names = ", ".join(f"“{own[i].name}”" for i in loop)
        issues.append(issue("loop-endless", f"{names}: around this loop at least as much is used as is made, so the "
                            "embedded emissions have no end. Correct the amounts on Material flows.",
                            at[own[loop[0]].name]))  # fmt: skip
    indicative = {p.name for p in installation.processes if checks.not_joinable(p)}
    balances = tuple(
        b._replace(
            see_direct=x[DIRECT],
            see_indirect=x[INDIRECT],
            see_total=x[DIRECT] + x[INDIRECT],
            own_see_direct=eq.own_see(b.attributed_direct_tco2e, level),
            own_see_indirect=eq.own_see(b.attributed_indirect_tco2e, level),
            embedded_electricity_mwh_per_t=x[POWER],
            default_share=x[DEFAULT] / x[DIRECT] if x[DIRECT] else NAN,
            bought_see_total=x[BOUGHT],
            indicative=b.name in indicative,
        )
        for b, level, x in zip(own, levels, found, strict=True)
    )
    for f in used:
        if (j := place.get(f.source)) is not None:
            b = balances[j]
            trail += _precursor("Own precursors", f, b.see_direct, b.see_indirect, f.data_source, f.note)
    for p, b in zip(installation.processes, balances, strict=True):
        trail += terms.results(b, p)
    return balances, issues


def _bought(f: Flow, p: Precursor, side: list[float]) -> list[Term]:
    """Adds a bought precursor to the right-hand side of the process that uses it; electricity or factor may be 0."""
    mass, direct, mwh = or_nan(f.quantity), or_nan(p.see_direct), or_nan(p.electricity)
    none = p.electricity == 0 or p.electricity_ef == 0
    indirect = 0.0 if none else eq.electricity_emissions(mwh, or_nan(p.electricity_ef))
    defaulted = direct if fold(p.see_direct_source) == fold(DEFAULT_VALUE) else 0.0
    for column, value in ((DIRECT, direct), (INDIRECT, indirect), (POWER, mwh), (DEFAULT, defaulted),
                          (BOUGHT, direct + indirect)):  # fmt: skip
        side[column] += mass * value
    return _precursor("Bought precursors", f, direct, indirect, f.data_source or p.see_direct_source, f.note or p.note)


def _precursor(step: str, f: Flow, direct: float, indirect: float, source: str, note: str) -> list[Term]:
    """What a precursor brings to the process that uses it: M·SEE."""
    mass = or_nan(f.quantity)
    return [
        Term(f.target, step, f"{f.source}, SEE {words}", mass * see, "t CO2e", "{} t × {} tCO2e/t", (mass, see),
             "III G, Eq. 58", f.at, "quantity", source, note)
        for words, see in (("direct", direct), ("indirect", indirect))
    ]  # fmt: skip


def _alloying(installation: Installation, law: Law) -> dict[str, float]:
    """Processes whose aluminium holds more than 5 % alloying elements, with that share (II 3.17, 3.18).

    What an own precursor brings along was counted there.
    """
    if installation.origin == "communication":
        return {}
    aluminium = {p.name for p in installation.processes if p.category in ALUMINIUM
                 and p.routes != ("Primary (electrolytic) smelting",)}  # fmt: skip
    of_good = {g.name: g.process for g in installation.goods}
    found: dict[str, float] = {}
    for row in installation.parameters:
        name = of_good.get(row.target, row.target)
        if row.parameter == NON_ALUMINIUM and name in aluminium and isinstance(row.value, float):
            found[name] = max(row.value / 100, found.get(name, 0.0))
    return {name: share for name, share in found.items() if not share <= law.alloying_threshold}


def _alloyed(name: str, mass: float, side: list[float]) -> list[Term]:
    """Alloying elements count as so much primary aluminium, with its default value."""
    direct, indirect = reference.primary_aluminium()
    for column, value in ((DIRECT, direct), (INDIRECT, indirect), (DEFAULT, direct), (BOUGHT, direct + indirect)):
        side[column] += mass * value
    return [
        Term(name, "Bought precursors", f"Alloying elements as primary aluminium, SEE {words}", mass * see, "t CO2e",
             "{} t × {} tCO2e/t", (mass, see), "II 3.17, 3.18",
             data_source="Default value, CN 7601")
        for words, see in (("direct", direct), ("indirect", indirect))
    ]  # fmt: skip


def _entered(installation: Installation, assigned: Iterable[Assigned]) -> float:
    """Emissions typed for energy units: beside their streams, or instead of them. A CHP tool of the Commission's file
    is for information: its fuels are streams there."""
    if installation.origin == "communication":
        return 0.0
    burnt: dict[str, list[float]] = defaultdict(list)
    for a in assigned:
        burnt[a.target].append(a.emission.fossil * a.part)
    instead = (u.emissions_fuel - fsum(burnt[u.name]) for u in installation.units if u.emissions_fuel is not None)
    return fsum((*instead, *(u.emissions_fgc or 0.0 for u in installation.units)))


def _totals(
    installation: Installation, assigned: Iterable[Assigned], emitted: list[Emission], balances: Iterable[Balance]
) -> tuple[Totals, list[Issue]]:
    """Eq. 4 for the installation; totals typed by hand replace computed ones, with a warning that shows both."""
    issues = []
    site = installation.site
    sums: dict[str, float] = {gas: fsum(e.fossil for e in emitted if e.gas == gas) for gas in ("CO2", "N2O", "PFC")}
    sums["CO2"] += _entered(installation, assigned)
    sums["biomass"] = fsum(e.biomass for e in emitted)
    sums["energy"] = fsum(e.energy for e in emitted)
    for key, field, words in ENTERED:
        typed = site.number(field)
        if typed is not None:
            if not isnan(typed) and not abs(typed - sums[key]) <= 1e-9 * abs(typed):
                given = "an unknown figure" if isnan(sums[key]) else f"{sums[key]:,.10g}"
                issues.append(issue("total-overridden", f"{words}: {typed:,.10g} is entered and used; the rows give "
                                    f"{given}. Blank the cell to use the rows.", site.at, field,
                                    installation.origin))  # fmt: skip
            sums[key] = typed
    name = site.text("name_en") or site.text("name")
    indirect = fsum(b.attributed_indirect_tco2e for b in balances)
    return Totals(name, fsum((sums["CO2"], sums["N2O"], sums["PFC"])), sums["biomass"], indirect, sums["energy"],
                  sums["PFC"]), issues  # fmt: skip


def _goods(installation: Installation, balances: Mapping[str, Balance]) -> Iterator[GoodResult]:
    """Every good with the specific embedded emissions of its process."""
    for g in installation.goods:
        b = balances.get(g.process)
        mass = or_nan(g.quantity)
        direct, indirect, total = (b.see_direct, b.see_indirect, b.see_total) if b else (NAN, NAN, NAN)
        yield GoodResult(g.cn_code, g.name, g.process, b.category if b else "", reference.cn_name(g.cn_code) or "",
                         mass, direct, indirect, total, mass * total)  # fmt: skip
