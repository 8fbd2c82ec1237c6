"""Balances of the installation: what comes in or is emitted against what was attributed or goes out (III F, A.4(e)).

A difference that the law itself makes is *explained*: waste gas (Eq. 53 and 54 aren't equal), heat and power that cross
the fence, the floor at zero. What stays is unexplained and is shown to the user.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import fsum
from typing import TYPE_CHECKING

from .energy import Moved, capped
from .law import Law
from .model import OUTSIDE, WASTE_GAS, Flow, Installation
from .report import NAN, Balance, Closure, Totals, UnitResult

if TYPE_CHECKING:
    from .attribution import Assigned


def _number(value: float | None) -> float:
    return NAN if value is None else value


def lines(
    installation: Installation,
    law: Law,
    totals: Totals,
    balances: Iterable[Balance],
    assigned: Iterable[Assigned],
    heat: Iterable[Moved],
    power: Iterable[Moved],
    carbon: Mapping[str, list[tuple[Flow, float]]],
    units: Iterable[UnitResult],
) -> tuple[Closure, ...]:
    """All closure lines; those without any entry are left out."""
    balances, assigned, heat, power = list(balances), list(assigned), list(heat), list(power)
    return (
        _direct(installation, law, totals, balances, assigned, heat, power, carbon),
        *_waste_gas(heat, law),
        *_indirect(installation, totals, balances, power),
        *_energy(totals, assigned),
        *_unit_outputs(installation, heat, power),
        *_mass(installation),
    )


def _direct(
    installation: Installation,
    law: Law,
    totals: Totals,
    balances: list[Balance],
    assigned: list[Assigned],
    heat: list[Moved],
    power: list[Moved],
    carbon: Mapping[str, list[tuple[Flow, float]]],
) -> Closure:
    processes = {b.name for b in balances}
    units = {u.name for u in installation.units}
    parts: dict[str, list[float]] = defaultdict(list)
    for m in heat:
        gas = getattr(m.row, "kind", "") == WASTE_GAS
        if gas:
            if m.target in processes:
                parts["waste gas"].append(m.added)
            elif m.target in units:
                ef = getattr(m.row, "ef", None)
                parts["waste gas"].append(m.quantity * min(law.natural_gas_ef if ef is None else ef, law.natural_gas_ef))
            if m.source in processes:
                parts["waste gas"].append(-m.off)
        elif m.source == OUTSIDE:
            parts["heat from outside"].append(m.added)
        elif m.target == OUTSIDE:
            parts["heat to outside"].append(-m.added if m.source in units else -m.off)
    for m in power:
        if m.source in processes:
            parts["electricity produced"].append(-m.off)
    through_power = _direct_through_power(installation, law, assigned, heat, power)
    if through_power:
        parts["electricity produced"].append(-through_power)
    for a in assigned:
        if a.target in units:
            parts["waste gas in a fuel mix"].append((capped(a.emission, law) - a.emission.fossil) * a.part)
    for u in installation.units:
        if u.emissions_fuel is not None:
            parts["energy units entered"].append(u.emissions_fuel)
        if u.emissions_fgc:
            parts["energy units entered"].append(u.emissions_fgc)
    for b in balances:
        parts["floor at zero"].append(b.floored_tco2e)
        parts["co-products of hydrogen"].append(-b.co_products_tco2e)
    for owner, rows in carbon.items():
        if owner not in processes:
            parts["carbon of by-products"] += [-value for _, value in rows]
    attributed = fsum(b.attributed_direct_tco2e for b in balances)
    explained = {name: total for name, values in parts.items() if (total := fsum(values)) != 0}
    return Closure("direct emissions", "installation", "t CO2e", totals.direct_tco2e, attributed, explained)


def _direct_through_power(
    installation: Installation, law: Law, assigned: list[Assigned], heat: list[Moved], power: list[Moved]
) -> float:
    """Direct emissions of energy units that leave them as electricity, hence are indirect for who consumes it."""
    units = {u.name for u in installation.units}
    if not units:
        return 0.0
    processes = {p.name for p in installation.processes}
    entered = fsum((u.emissions_fuel or 0.0) + (u.emissions_fgc or 0.0) for u in installation.units)
    by_hand = {u.name for u in installation.units if u.emissions_fuel is not None}
    into = [capped(a.emission, law) * a.part for a in assigned if a.target in units and a.target not in by_hand]
    for m in heat:
        if m.target in units and m.source not in units and m.target not in by_hand:
            gas = getattr(m.row, "kind", "") == WASTE_GAS
            ef = getattr(m.row, "ef", None)
            cap = min(law.natural_gas_ef if ef is None else ef, law.natural_gas_ef)
            into.append(m.quantity * cap if gas else m.added)
    out = fsum(m.added for m in heat if m.source in units and (m.target in processes or m.target == OUTSIDE))
    return fsum(into) + entered - out if any(m.source in units for m in power) else 0.0


def _waste_gas(heat: list[Moved], law: Law) -> Iterable[Closure]:
    """The gap that Eq. 53 and 54 have built in: 56.1 × (1 − 0.667) = 18.6813 t for every TJ passed on inside."""
    rows = [m for m in heat if getattr(m.row, "kind", "") == WASTE_GAS]
    if rows:
        off = fsum(m.off for m in rows if m.source != OUTSIDE)
        added = fsum(m.added for m in rows if m.target != OUTSIDE)
        inside = fsum(m.quantity for m in rows if OUTSIDE not in (m.source, m.target))
        gap = law.natural_gas_ef * (1 - law.waste_gas_correction)
        explained = {f"Eq. 53 and 54, {gap:.6g} t/TJ inside": inside * gap}
        crossing = {
            "to outside": -fsum(m.off for m in rows if m.target == OUTSIDE != m.source),
            "from outside": fsum(m.added for m in rows if m.source == OUTSIDE != m.target),
        }
        explained |= {name: value for name, value in crossing.items() if value}
        yield Closure("waste gas", "taken off and added", "t CO2e", off, added, explained)


def _indirect(installation: Installation, totals: Totals, balances: list[Balance], power: list[Moved]) -> Iterable[Closure]:
    typed = installation.site.number("indirect_entered")
    if typed is not None:
        yield Closure("indirect emissions", "installation", "t CO2e", typed, totals.indirect_tco2e, {})


def _energy(totals: Totals, assigned: list[Assigned]) -> Iterable[Closure]:
    given = fsum(a.emission.energy * a.part for a in assigned if a.target)
    if given:
        yield Closure("fuel energy", "installation", "TJ", totals.energy_tj, given, {})


def _unit_outputs(installation: Installation, heat: list[Moved], power: list[Moved]) -> Iterable[Closure]:
    for u in installation.units:
        out = fsum(m.quantity for m in heat if m.source == u.name)
        if u.heat is not None and out:
            explained = {"losses, spread (F.5)": out - u.heat} if out < u.heat else {}
            yield Closure("heat", u.name, "TJ", u.heat, out, explained)
        made = fsum(m.quantity for m in power if m.source == u.name)
        if u.electricity is not None and made:
            yield Closure("electricity", u.name, "MWh", u.electricity, made, {})


def _mass(installation: Installation) -> Iterable[Closure]:
    out: dict[str, list[float]] = defaultdict(list)
    for f in installation.flows:
        if not f.material:
            out[f.source].append(_number(f.quantity))
    for p in installation.processes:
        if p.name in out and p.is_cbam:
            yield Closure("mass", p.name, p.quantity_unit, _number(p.quantity), fsum(out[p.name]), {})
    for q in installation.precursors:
        if q.name in out:
            yield Closure("mass", q.name, "t", _number(q.quantity), fsum(out[q.name]), {})
