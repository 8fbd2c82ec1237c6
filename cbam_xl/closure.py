"""Balances of the installation: what comes in or is emitted against what was attributed or goes out (III F, A.4(e)).

A difference that the law itself makes is *explained*: waste gas (Eq. 53 and 54 aren't equal), heat and power that cross
the fence, the floor at zero. What stays is unexplained and is shown to the user.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import fsum

from . import equations as eq
from .emissions import Assigned
from .energy import Moved
from .factors import capped
from .law import Law
from .model import ELECTRICITY, HEAT, WASTE_GAS, Flow, Installation
from .report import Balance, Closure, Totals, or_nan


def lines(
    installation: Installation,
    law: Law,
    totals: Totals,
    balances: Sequence[Balance],
    assigned: Sequence[Assigned],
    moved: Sequence[Moved],
    carbon: Mapping[str, list[tuple[Flow, float]]],
) -> tuple[Closure, ...]:
    """All closure lines; those without any entry are left out."""
    return (
        _direct(installation, law, totals, balances, assigned, moved, carbon),
        *_waste_gas(installation, law, moved),
        *_indirect(installation, totals, balances),
        *_energy(totals, assigned),
        *_unit_outputs(installation, moved),
        *_mass(installation),
    )


def _direct(
    installation: Installation,
    law: Law,
    totals: Totals,
    balances: Sequence[Balance],
    assigned: Sequence[Assigned],
    moved: Sequence[Moved],
    carbon: Mapping[str, list[tuple[Flow, float]]],
) -> Closure:
    """Emissions of the installation against direct emissions attributed to processes, non-CBAM ones included.

    Emissions of an energy unit that hands on nothing reach no process and stay unexplained.
    """
    processes = {b.name for b in balances}
    givers = {m.source for m in moved}
    units = {u.name: u for u in installation.units}
    inside = processes | units.keys()
    parts: dict[str, list[float]] = defaultdict(list)
    for m in moved:
        comes, goes = m.source not in inside, m.target not in inside
        value = (0.0 if goes else m.added) - (0.0 if comes else m.off)
        if m.kind == WASTE_GAS:
            parts["waste gas"].append(value)
        elif m.kind == ELECTRICITY:
            parts["electricity produced"].append(value)
        elif comes or goes:
            parts["heat from outside" if comes else "heat to outside"].append(value)
    for e, name, part in assigned:
        if name in givers and name in units and units[name].emissions_fuel is None:
            parts["waste gas in a fuel mix"].append((capped(e, units[name].kind, law) - e.fossil) * part)
    for b in balances:
        parts["floor at zero"].append(b.floored_tco2e)
        parts["co-products of hydrogen"].append(-b.co_products_tco2e)
        parts["outside the boundary"].append(-b.outside_direct_tco2e)
    for owner, rows in carbon.items():
        if owner not in processes:
            parts["carbon of by-products"] += [-value for _, value in rows]
    attributed = fsum(b.attributed_direct_tco2e for b in balances)
    return Closure("direct emissions", "installation", "t CO2e", totals.direct_tco2e, attributed, _sums(parts))


def _sums(parts: Mapping[str, list[float]]) -> dict[str, float]:
    """What each cause explains, without those that come to nothing."""
    return {name: total for name, values in parts.items() if (total := fsum(values)) != 0}


def _waste_gas(installation: Installation, law: Law, moved: Sequence[Moved]) -> Iterable[Closure]:
    """The gap that Eq. 53 and 54 have built in: 56.1 × (1 − 0.667) = 18.6813 t for every TJ passed on inside."""
    rows = [m for m in moved if m.kind == WASTE_GAS]
    if not rows:
        return
    processes = {p.name for p in installation.processes}
    inside = processes | {u.name for u in installation.units}
    off = fsum(m.off for m in rows if m.source in processes)
    added = fsum(m.added for m in rows if m.target in inside)
    gap = law.natural_gas_ef * (1 - law.waste_gas_correction)
    parts: dict[str, list[float]] = defaultdict(list)
    for m in rows:
        if m.target not in inside:
            parts["to outside"].append(-m.off if m.source in processes else 0.0)
        elif m.source not in processes:
            parts["from outside"].append(m.added)
        else:
            parts[f"Eq. 53 and 54, {gap:.6g} t/TJ inside"].append(m.quantity * gap)
            parts["in a fuel mix, below natural gas"].append(m.added - m.quantity * law.natural_gas_ef)
            export = eq.waste_gas_export(m.quantity, law.natural_gas_ef, law.waste_gas_correction)
            parts["no evidence for Eq. 54"].append(export - m.off)
    yield Closure("waste gas", "taken off and added", "t CO2e", off, added, _sums(parts))


def _indirect(installation: Installation, totals: Totals, balances: Iterable[Balance]) -> Iterable[Closure]:
    """The total from the electricity bill, where entered, against the sum over the processes."""
    typed = installation.site.number("indirect_entered")
    if typed is not None:
        explained = _sums({"goods with direct emissions only": [-b.outside_indirect_tco2e for b in balances]})
        yield Closure("indirect emissions", "installation", "t CO2e", typed, totals.indirect_tco2e, explained)


def _energy(totals: Totals, assigned: Sequence[Assigned]) -> Iterable[Closure]:
    """Energy of all fuels against that of the fuels which have a process or energy unit."""
    given = fsum(a.emission.energy * a.part for a in assigned if a.target)
    if given:
        yield Closure("fuel energy", "installation", "TJ", totals.energy_tj, given, {})


def _unit_outputs(installation: Installation, moved: Sequence[Moved]) -> Iterable[Closure]:
    """Heat and electricity that an energy unit makes, where entered, against what it hands on."""
    given: dict[tuple[str, str], list[float]] = defaultdict(list)
    for m in moved:
        given[m.source, m.kind].append(m.quantity)
    for u in installation.units:
        heat, power = fsum(given[u.name, HEAT]), fsum(given[u.name, ELECTRICITY])
        if u.heat is not None and heat:
            explained = {"losses, spread (F.5)": heat - u.heat} if heat < u.heat else {}
            yield Closure("heat", u.name, "TJ", u.heat, heat, explained)
        if u.electricity is not None and power:
            yield Closure("electricity", u.name, "MWh", u.electricity, power, {})


def _mass(installation: Installation) -> Iterable[Closure]:
    """What a process makes, or what was bought of a precursor, against where it goes (F.2)."""
    out: dict[str, list[float]] = defaultdict(list)
    for f in installation.flows:
        if not f.material:
            out[f.source].append(or_nan(f.quantity))
    for p in installation.processes:
        if p.name in out and p.is_cbam:
            yield Closure("mass", p.name, p.quantity_unit, or_nan(p.quantity), fsum(out[p.name]), {})
    for q in installation.precursors:
        if q.name in out:
            yield Closure("mass", q.name, "t", or_nan(q.quantity), fsum(out[q.name]), {})
