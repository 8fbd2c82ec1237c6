"""Emission factors of heat and electricity: typed, standard, or worked out for the energy units (III C.2, D.4).

What an energy unit emits leaves it with its heat and power, all of it: losses are spread (F.5), and what it uses itself
is no output. Units that feed each other are solved together. A unit carries what is burnt for it (direct) and what the
electricity that it consumes causes (indirect), with the MWh behind that; heat hands on both as they are, while power
is indirect for whoever consumes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from math import fsum, inf, isinf, isnan
from typing import NamedTuple

from . import energy_faults, reference
from . import equations as eq
from .emissions import Assigned, Emission
from .findings import issue
from .law import Law
from .model import (
    BOILER,
    CHP,
    HEAT,
    NITRIC_ACID,
    POWER_PLANT,
    RENEWABLE_POWER,
    WASTE_GAS,
    Electricity,
    EnergyUnit,
    Installation,
    Issue,
    Transfer,
)
from .report import NAN, Term, UnitResult, or_nan
from .solver import solve


class Supply(NamedTuple):
    """One part of an electricity row after the split of shared meters: MWh from an end to an end."""

    row: Electricity
    target: str
    mwh: float


class Unit(NamedTuple):
    """An energy unit, and how much of what it carries (t CO2e, MWh) goes with each TJ of heat and each MWh of power."""

    unit: EnergyUnit
    fuels: tuple[Term, ...]
    own: float  # t CO2 of its fuels and flue gas cleaning
    heat_share: float  # F_heat: 1 for a boiler, 0 for a power plant
    heat: float  # TJ over which the emissions of its heat are spread
    power: float  # MWh over which those of its power are spread
    direct: float = NAN  # t CO2e: its own, and what came with the heat of others
    indirect: float = NAN  # t CO2e behind the electricity that it consumes
    mwh: float = NAN

    @property
    def per_tj(self) -> float:
        """Part of what the unit carries that goes with one TJ of its heat."""
        return self.heat_share / self.heat if self.heat else 0.0

    @property
    def per_mwh(self) -> float:
        """Part of what the unit carries that goes with one MWh of its power."""
        return (1 - self.heat_share) / self.power if self.power else 0.0

    @property
    def result(self) -> UnitResult:
        """Its factors: direct emissions per TJ of heat (Eq. 35, 42), all its emissions per MWh (Eq. 43, 47)."""
        total = self.direct + self.indirect
        return UnitResult(
            self.unit.name,
            total,
            self.heat_share,
            self.direct * self.per_tj if self.per_tj else NAN,
            total * self.per_mwh if self.per_mwh else NAN,
        )


class _Fuel(NamedTuple):
    """What a unit burns: the term with its t CO2, and the energy in TJ."""

    term: Term
    energy: float


class Outputs(NamedTuple):
    """What the rows say of a unit: TJ and MWh that others get from it, what it gets, and whether it is fed at all."""

    heat: float
    power: float
    heat_in: float
    power_in: float
    fed: bool


def cap(kind: str, law: Law) -> float:
    """The largest factor of a waste gas that an energy unit of this kind burns: that of natural gas (C.2)."""
    return law.natural_gas_ef if law.chp_gas_capped or kind != CHP else inf


def capped(emission: Emission, kind: str, law: Law) -> float:
    """Emissions of a fuel in the mix of an energy unit: a waste gas counts at most as natural gas (C.2)."""
    if isinf(cap(kind, law)):
        return emission.fossil
    fuel = reference.fuel(emission.name)
    ceiling = emission.energy * law.natural_gas_ef
    return ceiling if fuel and fuel.get("waste_gas") == "yes" and emission.fossil > ceiling > 0 else emission.fossil


def makers_of_nitric_acid(installation: Installation) -> frozenset[str]:
    """Processes that make nitric acid: the heat they hand on has no emissions (F.1)."""
    return frozenset(p.name for p in installation.processes if p.category == NITRIC_ACID)


def transfer_ef(row: Transfer, law: Law, nitric: frozenset[str]) -> float:
    """Factor of heat that doesn't come from an energy unit: typed, or the common fuel's standard factor (C.2.3)."""
    if row.ef is not None:
        return row.ef
    if row.fuel:
        fuel = reference.fuel(row.fuel)
        ef = reference.figure(fuel, "ef") if fuel else None
        return eq.standard_heat_ef(ef.value, law.boiler_efficiency) if ef else NAN
    return 0.0 if row.source in nitric else NAN


def waste_gas_ef(row: Transfer, kind: str, law: Law) -> float:
    """Factor of a waste gas that an energy unit burns: its own, at most that of natural gas (C.2)."""
    return law.natural_gas_ef if row.ef is None else eq.capped_ef(row.ef, cap(kind, law))


def power_ef(rows: Iterable[Electricity]) -> Callable[[Electricity], float]:
    """Factor of an electricity row: typed, else that of the first row with the same source that has one."""
    first: dict[str, float] = {}
    for row in rows:
        if row.ef is not None:
            first.setdefault(row.source, row.ef)
    return lambda row: row.ef if row.ef is not None else first.get(row.source, NAN)


def of_units(
    installation: Installation, law: Law, assigned: Iterable[Assigned], supplies: list[Supply], nitric: frozenset[str]
) -> tuple[dict[str, Unit], list[Issue]]:
    """The energy units by name, solved, and what is wrong with them."""
    if not installation.units:
        return {}, []
    issues: list[Issue] = []
    fuels = _fuels(installation, law, assigned, issues)
    outputs = _outputs(installation, supplies, fuels)
    units = {}
    for u in installation.units:
        units[u.name] = _unit(u, fuels[u.name], outputs[u.name], law)
        energies = [f.energy for f in fuels[u.name]]
        issues += energy_faults.faults(units[u.name], energies, outputs[u.name], installation.origin)
    return _solved(units, installation.transfers, supplies, law, nitric, issues), issues


def _fuels(
    installation: Installation, law: Law, assigned: Iterable[Assigned], issues: list[Issue]
) -> dict[str, list[_Fuel]]:
    """What each unit burns: streams that are assigned to it, and waste gas of processes or from outside."""
    fuels: dict[str, list[_Fuel]] = {u.name: [] for u in installation.units}
    by_hand = {u.name for u in installation.units if u.emissions_fuel is not None}
    kinds = {u.name: u.kind for u in installation.units}
    for a in assigned:
        e, name, part = a
        if name not in fuels:
            continue
        counted = capped(e, kinds[name], law)
        (formula, numbers), cites = a.formula, e.cites
        if counted < e.fossil:
            formula, cites = "{} TJ × {} tCO2/TJ", "III C.2, Eq. 36"
            numbers = (e.energy * part, law.natural_gas_ef)
            issues.append(issue("waste-gas-capped", f"“{e.name}” counts with {law.natural_gas_ef:g} tCO2/TJ in the "
                                f"fuel mix of “{name}”, not with its own factor (III C.2).", e.at, "ef"))  # fmt: skip
        fuels[name].append(_Fuel(
            Term(name, "Fuel input", e.name, counted * part, "t CO2e", formula, numbers, cites, e.at, e.fields[0],
                 e.data_source, e.note, aside=name in by_hand, sources=e.sources),
            e.energy * part))  # fmt: skip
    for row in installation.transfers:
        if row.kind == WASTE_GAS and row.target in fuels:
            quantity, ef = or_nan(row.quantity), waste_gas_ef(row, kinds[row.target], law)
            fuels[row.target].append(_Fuel(
                Term(row.target, "Fuel input", f"Waste gas from {row.source}", quantity * ef, "t CO2e",
                     "{} TJ × {} tCO2/TJ", (quantity, ef), "III C.2, Eq. 36", row.at, "quantity", row.data_source,
                     row.note, aside=row.target in by_hand, sources=((row.at, "ef"),) if row.ef is not None else ()),
                quantity))  # fmt: skip
    return fuels


def _outputs(installation: Installation, supplies: list[Supply], fuels: dict[str, list[_Fuel]]) -> dict[str, Outputs]:
    """Heat and power that each unit gives to others and gets from others."""
    heat: dict[str, list[float]] = defaultdict(list)
    power: dict[str, list[float]] = defaultdict(list)
    heat_in: dict[str, list[float]] = defaultdict(list)
    power_in: dict[str, list[float]] = defaultdict(list)
    for row in installation.transfers:
        if row.kind == HEAT and row.source != row.target and row.quantity != 0:
            heat[row.source].append(or_nan(row.quantity))
            heat_in[row.target].append(or_nan(row.quantity))
    for s in supplies:
        if s.row.source != s.target and s.mwh != 0:
            power[s.row.source].append(s.mwh)
            power_in[s.target].append(s.mwh)
    return {
        u.name: Outputs(
            fsum(heat[u.name]),
            fsum(power[u.name]),
            fsum(heat_in[u.name]),
            fsum(power_in[u.name]),
            bool(fuels[u.name] or heat_in[u.name])
            or u.emissions_fuel is not None
            or u.kind == RENEWABLE_POWER
            or (u.kind == BOILER and bool(power_in[u.name])),  # heat made with electricity has no fuel
        )
        for u in installation.units
    }


def _unit(unit: EnergyUnit, fuels: list[_Fuel], out: Outputs, law: Law) -> Unit:
    """A unit before what others give it. What isn't entered is taken from its fuels and from the rows it gives."""
    if unit.emissions_fuel is not None:
        burnt = unit.emissions_fuel
    else:
        burnt = fsum(f.term.value for f in fuels) if out.fed else NAN
    energy = unit.fuel if unit.fuel is not None else fsum(f.energy for f in fuels) + out.heat_in
    heat, power = unit.heat or out.heat, unit.electricity or out.power
    if energy_faults.misfit(unit, out):
        share = NAN
    elif unit.kind == CHP:
        share = _heat_share(unit, energy, heat, power, law)
    else:
        share = {BOILER: 1.0, POWER_PLANT: 0.0, RENEWABLE_POWER: 0.0}.get(unit.kind, NAN)
    # a factor is worked out for what is handed on; a unit that hands on nothing shows it for its own outputs
    return Unit(unit, tuple(f.term for f in fuels), eq.chp_emissions(burnt, unit.emissions_fgc or 0.0), share,
                out.heat or heat, out.power or power)  # fmt: skip


def _heat_share(unit: EnergyUnit, energy: float, heat: float, power: float, law: Law) -> float:
    """F_CHP,Heat (Eq. 38 to 40), with the act's efficiencies where the fuel energy isn't entered at all (C.2.2)."""
    if not heat or not power:
        return 1.0 if heat else 0.0
    if not unit.ref_heat or not unit.ref_electricity:
        return NAN
    if energy == 0:
        eta_heat, eta_power = law.chp_heat_efficiency, law.chp_electricity_efficiency
    else:
        energy = 1.0 if isnan(energy) else energy  # it cancels out below, so that it needn't be known
        eta_heat, eta_power = eq.heat_efficiency(heat, energy), eq.electricity_efficiency(power, energy)
    return eq.chp_heat_share(eta_heat, eta_power, unit.ref_heat, unit.ref_electricity)


def _solved(
    units: dict[str, Unit],
    transfers: Iterable[Transfer],
    supplies: list[Supply],
    law: Law,
    nitric: frozenset[str],
    issues: list[Issue],
) -> dict[str, Unit]:
    """The units with what comes to them from each other and from elsewhere: first by heat, then with the power."""
    place = {name: i for i, name in enumerate(units)}
    all_units = tuple(units.values())
    by_heat: list[dict[int, float]] = [{i: 1.0} for i in range(len(place))]
    by_all: list[dict[int, float]] = [{i: 1.0} for i in range(len(place))]
    direct, indirect, mwh = [u.own for u in all_units], [0.0] * len(place), [0.0] * len(place)
    driven: list[tuple[int, int, float]] = []  # user, maker, part of what the maker carries
    for row in transfers:
        if row.kind != HEAT or row.target not in place or row.source == row.target or row.quantity == 0:
            continue
        i, quantity = place[row.target], or_nan(row.quantity)
        if row.source in place:
            j = place[row.source]
            part = quantity * all_units[j].per_tj
            by_heat[i][j] = by_heat[i].get(j, 0.0) - part
            by_all[i][j] = by_all[i].get(j, 0.0) - part
        else:
            direct[i] += eq.heat_transfer(quantity, transfer_ef(row, law, nitric))
    own_ef = power_ef(s.row for s in supplies)
    for s in supplies:
        if s.target not in place or s.row.source == s.target or s.mwh == 0:
            continue
        i = place[s.target]
        mwh[i] += s.mwh
        if s.row.source in place:
            j = place[s.row.source]
            part = s.mwh * all_units[j].per_mwh
            by_all[i][j] = by_all[i].get(j, 0.0) - part
            driven.append((i, j, part))
        else:
            indirect[i] += eq.electricity_emissions(s.mwh, own_ef(s.row))
    burnt, _ = solve(by_heat, list(zip(direct, mwh, strict=True)))
    for i, j, part in driven:
        indirect[i] += part * burnt[j][0]
    behind, endless = solve(by_all, [[x] for x in indirect])
    for loop in endless:
        names = ", ".join(f"“{all_units[i].unit.name}”" for i in loop)
        issues.append(
            issue(
                "loop-endless",
                f"{names}: these energy units give heat or power only to each other, so "
                "their emissions reach nobody. Correct their amounts.",
                all_units[loop[0]].unit.at,
                "name",
            )
        )
    return {
        name: units[name]._replace(direct=burnt[i][0], indirect=behind[i][0], mwh=burnt[i][1])
        for name, i in place.items()
    }
