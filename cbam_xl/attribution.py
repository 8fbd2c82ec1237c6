"""The whole installation as one calculation: terms per process, then one linear system (III F, G)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import fsum, isnan
from typing import NamedTuple

from . import (
    acknowledgements,
    boundary,
    checks,
    closure,
    co_products,
    emissions,
    energy,
    missing,
    precursors,
    reference,
    solver,
)
from . import equations as eq
from .co_products import CoProducts
from .collector import paused
from .emissions import Assigned, Emission, split
from .energy import Moved
from .errors import CbamError
from .factors import Supply
from .findings import amount, issue
from .law import Law, named, on
from .model import ELECTRICITY, HEAT, HYDROGEN, OUTSIDE, WASTE_GAS, Flow, Installation, Issue, Process
from .precursors import BOUGHT, DEFAULT, DIRECT, INDIRECT, POWER
from .report import NAN, Balance, Closure, GoodResult, Report, Term, Totals, or_nan
from .terms import Grouped, Trail

UNKNOWN = (NAN,) * 5
"""What a precursor brings of which nothing is known."""

ENTERED = (
    ("CO2", "co2_entered", "Total CO2 emissions"),
    ("N2O", "n2o_entered", "Total N2O emissions"),
    ("PFC", "pfc_entered", "Total PFC emissions"),
    ("biomass", "biomass_entered", "Biomass emissions"),
    ("energy", "fuel_total", "Total fuel input"),
)
"""Totals that a field of the form may replace: what, field, label."""


class Solved(NamedTuple):
    """Every figure of an installation, and what the checks and the closure lines are made of when they are asked for.

    The Report holds the issues that were found on the way, and no closure lines yet.
    """

    report: Report
    read: Installation
    law: Law
    closing: Callable[[], tuple[Closure, ...]]


class Attributed(NamedTuple):
    """What is attributed to one process (Eq. 48, 49), with the MWh behind it, before any precursor."""

    balance: Balance
    mwh: float
    co_products: CoProducts | None


def recalculate(installation: Installation, *, floor: bool = True, law: str = "") -> Report:
    """Solve an installation under the act of its reporting period, or under the act that ``law`` names.

    ``floor=False`` as the Commission's workbook. CbamError for a law that isn't known.
    """
    if not isinstance(installation, Installation):
        raise CbamError("recalculate takes what read gives: cbam_xl.recalculate(cbam_xl.read(FILE)).")
    return solve(installation, applying(installation, law), floor=floor)


def applying(installation: Installation, law: str = "") -> Law:
    """The act of the reporting period, or the one that is named. CbamError for a law that isn't known."""
    return named(law) if law else on(installation.site.day("period_end"))


@paused()
def solve(installation: Installation, law: Law, *, floor: bool = True) -> Report:
    """Every balance, closure line, term and issue of an installation. Unknown figures are NaN, never 0."""
    return checked(figures(installation, law, floor=floor))


def checked(solved: Solved) -> Report:
    """The Report with its closure lines and with what the checks find."""
    law, report = solved.law, solved.report._replace(closure=solved.closing())
    found = checks.sort((*report.issues, *checks.run(solved.read, law, report)))
    report = report._replace(issues=acknowledgements.kept(found, solved.read.acknowledged))
    if law.definitive:
        from . import definitive

        return definitive.cited(report)
    return report


def figures(installation: Installation, law: Law, *, floor: bool = True) -> Solved:
    """Every balance and term: all that a figure needs."""
    taken_over: tuple[Term, ...] = ()
    read, issues = installation, list(installation.issues)
    if law.changed:
        from . import definitive  # only then: a live cell under the act of 2023 doesn't wait for it

        read, law = definitive.read_as_chosen(installation, law)
        installation, found, counted = definitive.counted(read, law)
        issues += found
        taken_over = tuple(counted)
    installation = missing.with_unknowns(installation)
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

    grouped = _by_name(installation, law, assigned, moved)
    attributed, found = _attributed(installation, grouped, law, floor)
    issues += found
    alloys = precursors.alloying(installation, law, grouped.flows)
    balances, found = _specific(installation, attributed, grouped.flows, alloys, law)
    issues += found
    totals, found = _totals(installation, assigned, emitted, balances)
    issues += found
    goods = tuple(_goods(installation, {b.name: b for b in balances}))
    period = installation.site.day("period_start"), installation.site.day("period_end")
    shared = {name: a.co_products for name, a in attributed.items() if a.co_products}
    trail = Trail(installation, law, grouped, units, balances, shared, alloys, taken_over)
    report = Report(
        law.act, period, totals, balances, goods, tuple(u.result for u in units.values()), (),
        trail,  # type: ignore[arg-type]  # a named tuple that can be called, which mypy doesn't see
        (), reference.editions(law.definitive))  # fmt: skip
    if law.changed:
        report, found = definitive.of_goods(report, read, law)
        issues += found
    closing = partial(closure.lines, installation, law, totals, balances, assigned, moved, grouped.carbon)
    return Solved(report._replace(issues=tuple(issues)), read, law, closing)


def _by_name(installation: Installation, law: Law, assigned: Iterable[Assigned], moved: Iterable[Moved]) -> Grouped:
    """All rows under the processes and energy units at their ends."""
    streams: dict[str, list[Assigned]] = defaultdict(list)
    for a in assigned:
        streams[a.target].append(a)
    taken: dict[str, list[Moved]] = defaultdict(list)
    given: dict[str, list[Moved]] = defaultdict(list)
    for m in moved:
        taken[m.target].append(m)
        given[m.source].append(m)
    return Grouped(streams, _carbon(installation, law), taken, given, precursors.used(installation))


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
    installation: Installation, grouped: Grouped, law: Law, floor: bool
) -> tuple[dict[str, Attributed], list[Issue]]:
    """Eq. 48 and 49 of every process, co-products taken off, then the floor at zero."""
    issues = []
    # a process without any row of its own has nothing, unless there are some that nobody was given
    ends = {OUTSIDE, *(p.name for p in installation.processes), *(u.name for u in installation.units)}
    blank = NAN if installation.origin == "communication" or grouped.streams.keys() - ends else 0.0
    taken = grouped.taken
    dark = NAN if any(m.kind == ELECTRICITY for end in taken.keys() - ends for m in taken[end]) else 0.0
    found = {}
    for p in installation.processes:
        name, comes = p.name, taken.get(p.name, ())
        direct = [e.fossil * part for e, _, part in grouped.streams.get(name, ())]
        direct += [value for _, value in grouped.carbon.get(name, ())]
        balance = _own(p, direct, comes, grouped.given.get(name, ()), blank, dark)
        mwh = fsum(m.mwh for m in comes)
        co = None
        if p.category == HYDROGEN and (part := co_products.share(p, installation.flows, law)):
            co = CoProducts(*part, balance.attributed_direct_tco2e, balance.attributed_indirect_tco2e)
            balance = balance._replace(co_products_tco2e=co.direct * (1 - co.share),
                                       attributed_direct_tco2e=co.direct * co.share,
                                       attributed_indirect_tco2e=co.indirect * co.share)  # fmt: skip
            mwh *= co.share
        balance = boundary.within(p, balance, law)
        attributed = balance.attributed_direct_tco2e
        if attributed < 0 and floor and law.floor_at_zero:
            issues.append(issue("floored", f"The attributed direct emissions of “{name}” are {amount(attributed)} t: "
                                "the act sets them to zero. Check what is passed on.", p.at, "name",
                                installation.origin))  # fmt: skip
            balance = balance._replace(floored_tco2e=-attributed, attributed_direct_tco2e=eq.floored(attributed))
        elif isnan(attributed) and floor:
            balance = balance._replace(floored_tco2e=NAN)
        found[name] = Attributed(balance, mwh, co)
    return found, issues


def _own(
    p: Process, direct: Sequence[float], taken: Sequence[Moved], given: Sequence[Moved], blank: float, dark: float
) -> Balance:
    """Eq. 48 and 49 of one process, before co-products and the floor.

    ``blank`` is DirEm* of a process that has no emission row and none entered, ``dark`` its indirect emissions
    where it has no row of electricity.
    """
    entered = p.direct_entered
    attributable = entered if entered is not None else fsum(direct) if direct or not p.is_cbam else blank
    heat_in, gas_in = (fsum(m.added for m in taken if m.kind == kind) for kind in (HEAT, WASTE_GAS))
    heat_out, gas_out, power_out = (
        fsum(m.off for m in given if m.kind == kind) for kind in (HEAT, WASTE_GAS, ELECTRICITY)
    )
    consumed = [m.indirect for m in taken]
    if not any(m.kind == ELECTRICITY for m in taken):
        consumed.append(dark)
    return Balance(
        p.name, p.category, or_nan(p.quantity), attributable, heat_in, heat_out, gas_in, gas_out, power_out,
        attributed_direct_tco2e=eq.attributed_direct(attributable, heat_in, heat_out, gas_in, gas_out, power_out),
        attributed_indirect_tco2e=eq.attributed_indirect(fsum(consumed)),
    )  # fmt: skip


def _specific(
    installation: Installation,
    attributed: Mapping[str, Attributed],
    flows: Mapping[str, list[Flow]],
    alloys: Mapping[str, float],
    law: Law,
) -> tuple[tuple[Balance, ...], list[Issue]]:
    """Eq. 57 to 61 for all processes at once: ``AL·SEE - Σ M·SEE = attributed + bought``."""
    own = [a.balance for a in attributed.values()]
    levels = [b.activity_level_t if b.activity_level_t > 0 else NAN for b in own]
    rows = [{i: level} for i, level in enumerate(levels)]
    sides = [[b.attributed_direct_tco2e, b.attributed_indirect_tco2e, a.mwh, 0.0, 0.0]
             for b, a in zip(own, attributed.values(), strict=True)]  # fmt: skip
    place = {b.name: i for i, b in enumerate(own)}
    bought = {p.name: precursors.per_tonne(p, law) for p in installation.precursors}
    for i, b in enumerate(own):
        brought = []
        for f in flows[b.name]:
            j, mass = place.get(f.source), or_nan(f.quantity)
            if j is None:
                brought.append((mass, bought.get(f.source, UNKNOWN)))
                continue
            rows[i][j] = rows[i].get(j, 0.0) - mass
            if isnan(mass):
                brought.append((mass, UNKNOWN))
        if b.name in alloys:
            brought.append((alloys[b.name], precursors.per_tonne_of_alloys()))
        for mass, sees in brought:
            sides[i] = [side + mass * see for side, see in zip(sides[i], sees, strict=True)]
    found, endless = solver.solve(rows, sides)
    if not law.inherited_indirect:
        listed = {i for i, b in enumerate(own) if boundary.direct_only(b.category)}
        cut = [{j: value for j, value in row.items() if j == i or j not in listed} for i, row in enumerate(rows)]
        for x, alone in zip(found, solver.solve(cut, [[side[INDIRECT]] for side in sides])[0], strict=True):
            x[INDIRECT] = alone[0]
    at = {p.name: p.at for p in installation.processes}
    issues = []
    for loop in endless:
        names = ", ".join(f"“{own[i].name}”" for i in loop)
        issues.append(issue("loop-endless", f"{names}: around this loop at least as much is used as is made, so the "
                            "embedded emissions have no end. Correct the amounts on Material flows.",
                            at[own[loop[0]].name]))  # fmt: skip
    indicative = {p.name for p in installation.processes if not law.definitive and boundary.not_joinable(p)}
    return tuple(
        b._replace(
            see_direct=x[DIRECT],
            see_indirect=x[INDIRECT],
            see_total=x[DIRECT] + x[INDIRECT],
            own_see_direct=eq.own_see(b.attributed_direct_tco2e, level),
            own_see_indirect=eq.own_see(b.attributed_indirect_tco2e, level),
            embedded_electricity_mwh_per_t=x[POWER],
            default_share=x[DEFAULT] / whole if (whole := precursors.rated(x, law)) else NAN,
            bought_see_total=x[BOUGHT],
            see_direct_per_unit=x[DIRECT],
            see_indirect_per_unit=x[INDIRECT],
            indicative=b.name in indicative,
        )
        for b, level, x in zip(own, levels, found, strict=True)
    ), issues


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
