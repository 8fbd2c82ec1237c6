"""How the figures of heat, waste gas, electricity and energy units act on the network of a Report.

A unit divides what it carries: per TJ of its heat and per MWh of its power. How much one more t per TJ or per MWh does
is a node of the network (:data:`PER_TJ`, :data:`PER_MWH`), so that each figure acts on a handful of nodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum, isnan
from typing import NamedTuple

from .factors import Unit, cap, makers_of_nitric_acid, power_ef, transfer_ef, waste_gas_ef
from .model import CHP, HEAT, WASTE_GAS, Cell, Electricity, Transfer
from .network import BEHIND, BURNT, DIRECT, Edge, Node, ends
from .report import or_nan
from .terms import Trail

PER_TJ, PER_MWH = "per TJ", "per MWh"

Slopes = list[tuple[Node, float]]
"""How much more comes to each node, in t CO2e, when a figure grows by one."""


class Input(NamedTuple):
    """A typed figure in the law's units, and how it acts on the network."""

    at: Cell
    field: str
    name: str
    value: float
    slopes: tuple[tuple[Node, float], ...]


def known(at: Cell, field: str, name: str, value: object, slopes: Slopes) -> Iterator[Input]:
    """The input of a field, if a known figure stands there."""
    if isinstance(value, float | int) and not isnan(value):
        yield Input(at, field, name, value, tuple((node, slope) for node, slope in slopes if slope))


def division(trail: Trail) -> Iterator[Edge]:
    """What one more t CO2e per TJ or per MWh of an energy unit brings to those that take its heat and power."""
    for name in (*trail.units, *trail.grouped.flows):
        direct, indirect = ends(trail, name) or ((BURNT, name), (BEHIND, name))
        for m in trail.grouped.taken.get(name, ()):
            unit = trail.units.get(m.source)
            if unit is None or not m.quantity:
                continue
            if m.kind == HEAT:
                yield direct, (PER_TJ, m.source), m.quantity * unit.direct
                yield indirect, (PER_TJ, m.source), m.quantity * unit.indirect
            elif m.kind != WASTE_GAS:
                yield indirect, (PER_MWH, m.source), m.quantity * (unit.direct + unit.indirect)


def heat_share(u: Unit, trail: Trail) -> Mapping[str, Slopes]:
    """What its heat, power and reference efficiencies do to F_heat of a CHP, and that to its factors (Eq. 38 to 43).

    The fuel energy cancels out; where it is 0 the act's efficiencies stand instead, and amounts don't matter (C.2.2).
    """
    share, name = u.heat_share, u.unit.name
    if u.unit.kind != CHP or not 0 < share < 1:
        return {}
    more = share * (1 - share)

    def by(relative: float) -> Slopes:
        return [((PER_TJ, name), more * relative / u.heat), ((PER_MWH, name), -more * relative / u.power)]

    found = {"ref_heat": by(-1 / or_nan(u.unit.ref_heat)), "ref_electricity": by(1 / or_nan(u.unit.ref_electricity))}
    burnt = [a.emission.energy * a.part for a in trail.grouped.streams.get(name, ())]
    burnt += [m.quantity for m in trail.grouped.taken.get(name, ()) if m.kind in (HEAT, WASTE_GAS)]
    if (fsum(burnt) if u.unit.fuel is None else u.unit.fuel) != 0:
        found["heat"], found["electricity"] = by(1 / (u.unit.heat or u.heat)), by(-1 / (u.unit.electricity or u.power))
    return found


def of_units(trail: Trail) -> Iterator[Input]:
    """Emissions that were entered for energy units, and what decides on F_heat."""
    for name, u in trail.units.items():
        by_share = heat_share(u, trail)
        for field in ("emissions_fuel", "emissions_fgc"):
            yield from known(u.unit.at, field, name, getattr(u.unit, field), [((BURNT, name), 1.0)])
        for field in ("heat", "electricity", "ref_heat", "ref_electricity"):
            if getattr(u.unit, field):
                yield from known(u.unit.at, field, name, getattr(u.unit, field), by_share.get(field, []))


def of_transfers(trail: Trail) -> Iterator[Input]:
    """Amounts and factors of heat and waste gas (Eq. 52 to 54)."""
    nitric = makers_of_nitric_acid(trail.installation)
    shares = {name: heat_share(u, trail) for name, u in trail.units.items()}
    for row in trail.installation.transfers:
        if not row.quantity:
            continue
        to = ends(trail, row.target)
        by_amount, by_factor = (_heat(row, to, trail, nitric, shares) if row.kind == HEAT
                                else _waste_gas(row, to, trail))  # fmt: skip
        words = f"{row.kind}: {row.source} → {row.target}"
        yield from known(row.at, "quantity", words, row.quantity, by_amount)
        yield from known(row.at, "ef", words, row.ef, by_factor)


def _heat(
    row: Transfer,
    to: tuple[Node, Node] | None,
    trail: Trail,
    nitric: frozenset[str],
    shares: Mapping[str, Mapping[str, Slopes]],
) -> tuple[Slopes, Slopes]:
    unit = trail.units.get(row.source)
    if unit is None:
        ef, quantity = transfer_ef(row, trail.law, nitric), or_nan(row.quantity)
        signs: Slopes = [(to[0], 1.0)] if to else []
        if row.source in trail.grouped.flows:
            signs.append(((DIRECT, row.source), -1.0))
        return [(node, sign * ef) for node, sign in signs], [(node, sign * quantity) for node, sign in signs]
    if row.source == row.target:  # own use is no output
        return [], []
    part = unit.per_tj
    slopes: Slopes = [((PER_TJ, row.source), -part / unit.heat)]
    if to:
        slopes += [(to[0], part * unit.direct), (to[1], part * unit.indirect)]
    if not unit.unit.heat:
        slopes += shares[row.source].get("heat", [])
    return slopes, []


def _waste_gas(row: Transfer, to: tuple[Node, Node] | None, trail: Trail) -> tuple[Slopes, Slopes]:
    law, quantity = trail.law, or_nan(row.quantity)
    by_amount: Slopes = []
    by_factor: Slopes = []
    if row.target in trail.units:
        if trail.units[row.target].unit.emissions_fuel is None:
            kind = trail.units[row.target].unit.kind
            by_amount.append(((BURNT, row.target), waste_gas_ef(row, kind, law)))
            if row.ef is not None and row.ef < cap(kind, law):
                by_factor.append(((BURNT, row.target), quantity))
    elif to:
        by_amount.append((to[0], law.natural_gas_ef))
    proven = bool(row.note) or not law.waste_gas_evidence
    if proven and row.source in trail.grouped.flows and row.source not in trail.units:
        by_amount.append(((DIRECT, row.source), -law.natural_gas_ef * law.waste_gas_correction))
    return by_amount, by_factor


class Mains(NamedTuple):
    """Electricity rows, each with the parts of its amount and who gets them."""

    rows: list[tuple[Electricity, list[tuple[str, float]]]]
    trail: Trail

    def inputs(self) -> Iterator[Input]:
        """Amounts and factors of electricity (Eq. 44, 49)."""
        by_factor: dict[int, Slopes] = {id(row): [] for row, _ in self.rows}
        first: dict[str, Electricity] = {}
        for row, _ in self.rows:
            if row.ef is not None:
                first.setdefault(row.source, row)
        for row, parts in self.rows:
            used = row if row.ef is not None else first.get(row.source)
            if used is not None and row.source not in self.trail.units and row.quantity:
                for target, part in parts:
                    by_factor[id(used)] += [(n, sign * row.quantity * part) for n, sign in self.signs(row, target)]
        factor = power_ef(row for row, _ in self.rows)
        for row, parts in self.rows:
            words = f"Electricity: {row.source} → {row.target}"
            amount = [
                (n, part * slope) for target, part in parts for n, slope in self.per_mwh(row, target, factor(row))
            ]
            if row.quantity:
                yield from known(row.at, "quantity", words, row.quantity, amount)
            yield from known(row.at, "ef", words, row.ef, by_factor[id(row)])

    def signs(self, row: Electricity, target: str) -> Slopes:
        """What one t CO2e of electricity that no energy unit makes adds to its target and takes off its source."""
        to = ends(self.trail, target)
        taken: Slopes = [((DIRECT, row.source), -1.0)] if row.source in self.trail.grouped.flows else []
        return [*taken, (to[1], 1.0)] if to else taken

    def per_mwh(self, row: Electricity, target: str, ef: float) -> Slopes:
        """What one more MWh of a row does to a target."""
        unit = self.trail.units.get(row.source)
        if unit is None:
            return [(node, sign * ef) for node, sign in self.signs(row, target)]
        if row.source == target:  # own use is no output
            return []
        to, part = ends(self.trail, target), unit.per_mwh
        slopes: Slopes = [((PER_MWH, row.source), -part / unit.power)] if unit.power else []
        if to:
            slopes.append((to[1], part * (unit.direct + unit.indirect)))
        if not unit.unit.electricity:
            slopes += heat_share(unit, self.trail).get("electricity", [])
        return slopes
