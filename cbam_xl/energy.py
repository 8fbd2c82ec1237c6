"""Heat, waste gas and electricity: the factors of energy units, and what each transfer carries (III C, D).

The emissions of an energy unit leave it with its heat and power, all of them: losses are spread (F.5). Units that feed
each other are solved together. What a unit carries has three parts: what it burns (direct), what the electricity it
buys causes (indirect), and the MWh behind that. Heat hands them on as they are; power is indirect for who consumes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from math import fsum, isnan
from typing import NamedTuple

from . import equations as eq
from . import reference
from .emissions import Emission
from .findings import issue
from .law import Law
from .model import (
    BOILER,
    CHP,
    HEAT,
    POWER_PLANT,
    RENEWABLE_POWER,
    WASTE_GAS,
    Electricity,
    EnergyUnit,
    Installation,
    Issue,
    Transfer,
)
from .report import Term, UnitResult
from .solver import solve

NAN = float("nan")
TJ_PER_MWH = 0.0036
Carried = tuple[float, float, float]  # direct t CO2e, indirect t CO2e, MWh
NOTHING: Carried = (0.0, 0.0, 0.0)


class Supply(NamedTuple):
    """One part of an electricity row after the split of shared meters: MWh from an end to an end."""

    row: Electricity
    target: str
    mwh: float


class Moved(NamedTuple):
    """What one transfer takes off its source and adds to its target; t CO2e (and MWh of electricity behind it)."""

    row: Transfer | Electricity
    source: str
    target: str
    quantity: float
    off: float
    added: float
    indirect: float = 0.0
    mwh: float = 0.0
    ef: float = NAN


def _number(value: float | None) -> float:
    return NAN if value is None else value


class _Unit(NamedTuple):
    """A unit with its outputs: how much of its emissions each TJ of heat and each MWh carries."""

    unit: EnergyUnit
    emissions: Carried
    heat_share: float
    per_tj: float
    per_mwh: float


def capped(emission: Emission, law: Law) -> float:
    """Emissions of a fuel in a mix: a waste gas counts at most with the factor of natural gas (C.2)."""
    fuel = reference.fuel(emission.name)
    if fuel and fuel.waste_gas and emission.energy:
        ef = emission.fossil / emission.energy
        return emission.energy * eq.capped_ef(ef, law.natural_gas_ef)
    return emission.fossil


def transfer_ef(row: Transfer, law: Law, nitric: frozenset[str]) -> float:
    """Factor of heat that doesn't come from an energy unit: typed, or the common fuel's standard factor (C.2.3)."""
    if row.ef is not None:
        return row.ef
    if row.fuel:
        fuel = reference.fuel(row.fuel)
        return eq.standard_heat_ef(fuel.ef.value, law.boiler_efficiency) if fuel else NAN
    return 0.0 if row.source in nitric else NAN


def power_ef(rows: Iterable[Electricity]) -> Callable[[Electricity], float]:
    """Factor of an electricity row: typed, else that of the first row with the same source that has one."""
    first: dict[str, float] = {}
    for row in rows:
        if row.ef is not None:
            first.setdefault(row.source, row.ef)
    return lambda row: row.ef if row.ef is not None else first.get(row.source, NAN)


def balance(
    installation: Installation,
    law: Law,
    streams: Iterable[tuple[Emission, str, float]],
    supplies: list[Supply],
    nitric: frozenset[str],
) -> tuple[list[Moved], list[Moved], list[UnitResult], list[Term], list[Issue]]:
    """Transfers of heat and waste gas, of electricity, and the units' factors.

    ``streams``: emissions with the energy unit they are assigned to and the share of them it gets.
    """
    issues: list[Issue] = []
    terms: list[Term] = []
    units = {u.name: u for u in installation.units}
    heat_rows = [t for t in installation.transfers if t.kind == HEAT]
    gas_rows = [t for t in installation.transfers if t.kind == WASTE_GAS]
    typed_ef = power_ef(s.row for s in supplies)

    burnt: dict[str, list[float]] = defaultdict(list)
    energy: dict[str, list[float]] = defaultdict(list)
    for emission, name, part in streams:
        counted = capped(emission, law) * part
        burnt[name].append(counted)
        energy[name].append(emission.energy * part)
        terms.append(Term(name, "Fuel input", emission.name, counted, "t CO2e", emission.formula, emission.numbers,
                          emission.cites, emission.at, "name", emission.data_source, emission.note))  # fmt: skip
        if counted != emission.fossil * part and not isnan(counted):
            issues.append(issue("waste-gas-capped", f"“{emission.name}” counts with {law.natural_gas_ef:g} tCO2/TJ in the "
                                f"fuel mix of “{name}”, not with its own factor (III C.2).", emission.at, "ef"))  # fmt: skip
    for row in gas_rows:
        if row.target in units:
            ef = eq.capped_ef(_number(row.ef) if row.ef is not None else law.natural_gas_ef, law.natural_gas_ef)
            value = _number(row.quantity) * ef
            burnt[row.target].append(value)
            energy[row.target].append(_number(row.quantity))
            terms.append(Term(row.target, "Fuel input", f"Waste gas from {row.source}", value, "t CO2e",
                              "{} TJ × {} tCO2/TJ", (_number(row.quantity), ef), "III C.2, Eq. 36", row.at, "quantity",
                              row.data_source, row.note))  # fmt: skip

    factors = {name: _outputs(u, installation, law, burnt[name], energy[name], heat_rows, supplies, issues)
               for name, u in units.items()}  # fmt: skip
    carried = _solve_units(factors, law, heat_rows, supplies, typed_ef, nitric)

    moved_heat = []
    for row in heat_rows:
        quantity = _number(row.quantity)
        if row.source in factors:
            per = factors[row.source].per_tj
            direct, indirect, mwh = (x * per for x in carried[row.source])
            if row.ef is not None:
                issues.append(issue("factor-ignored", f"The factor of “{row.source}” is computed from its fuels "
                                    f"({direct:.6g} tCO2/TJ); the typed {row.ef:g} isn't used.", row.at, "ef"))  # fmt: skip
            moved_heat.append(Moved(row, row.source, row.target, quantity, 0.0, eq.heat_transfer(quantity, direct),
                                    quantity * indirect, quantity * mwh, direct))  # fmt: skip
        else:
            ef = transfer_ef(row, law, nitric)
            value = eq.heat_transfer(quantity, ef)
            moved_heat.append(Moved(row, row.source, row.target, quantity, value, value, ef=ef))
    for row in gas_rows:
        quantity = _number(row.quantity)
        moved_heat.append(Moved(
            row, row.source, row.target, quantity,
            eq.waste_gas_export(quantity, law.natural_gas_ef, law.waste_gas_correction),
            eq.waste_gas_import(quantity, law.natural_gas_ef), ef=law.natural_gas_ef))  # fmt: skip

    moved_power = []
    for supply in supplies:
        if supply.row.source in factors:
            per = factors[supply.row.source].per_mwh
            ef = sum(carried[supply.row.source][:2]) * per
            if supply.row.ef is not None and units[supply.row.source].kind != RENEWABLE_POWER:
                issues.append(issue("factor-ignored", f"The factor of “{supply.row.source}” is computed from its fuels "
                                    f"({ef:.6g} tCO2/MWh); the typed {supply.row.ef:g} isn't used.",
                                    supply.row.at, "ef"))  # fmt: skip
        else:
            ef = typed_ef(supply.row)
        value = eq.electricity_emissions(supply.mwh, ef)
        off = 0.0 if supply.row.source in factors else value
        moved_power.append(Moved(supply.row, supply.row.source, supply.target, supply.mwh, off, value, mwh=supply.mwh,
                                 ef=ef))  # fmt: skip

    results = []
    for name, f in factors.items():
        total = sum(carried[name][:2])
        shown = total * f.per_tj if f.per_tj else NAN, total * f.per_mwh if f.per_mwh else NAN
        results.append(UnitResult(name, total, f.heat_share, *shown))
        cites = "III C.2.2, Eq. 37" if f.unit.kind == CHP else "III C.2.1, Eq. 35, 36; D.4.1, Eq. 47"
        terms.append(Term(name, "Energy unit", "Emissions", total, "t CO2e", cites=cites, at=f.unit.at, total=True))
        if f.unit.kind == CHP:
            terms.append(Term(name, "Energy unit", "Share of heat F_heat", f.heat_share, "share",
                              cites="III C.2.2, Eq. 38–41", at=f.unit.at))  # fmt: skip
        for value, unit, eqs, per in zip(shown, ("t CO2/TJ", "t CO2/MWh"), ("35, 42", "43, 47"),
                                         (f.per_tj, f.per_mwh), strict=True):  # fmt: skip
            if per:
                terms.append(Term(name, "Energy unit", "EF heat" if unit.endswith("TJ") else "EF electricity", value,
                                  unit, "{} t CO2e × {} per " + unit[6:], (total, per), f"III C.2, D.4, Eq. {eqs}",
                                  f.unit.at))  # fmt: skip
    return moved_heat, moved_power, results, terms, issues


def _outputs(
    unit: EnergyUnit,
    installation: Installation,
    law: Law,
    burnt: list[float],
    energy: list[float],
    heat_rows: list[Transfer],
    supplies: list[Supply],
    issues: list[Issue],
) -> _Unit:
    """Emissions of a unit before what other units give it, and the part of them in a TJ of heat and in a MWh."""
    origin = installation.origin
    heat_out = fsum(_number(t.quantity) for t in heat_rows if t.source == unit.name)
    power_out = fsum(s.mwh for s in supplies if s.row.source == unit.name)
    heat_in = fsum(_number(t.quantity) for t in heat_rows if t.target == unit.name)
    fuel = unit.fuel if unit.fuel is not None else fsum(energy) + heat_in
    fgc = unit.emissions_fgc or 0.0
    fed = bool(burnt) or heat_in > 0 or unit.emissions_fuel is not None or unit.kind == RENEWABLE_POWER
    own = unit.emissions_fuel if unit.emissions_fuel is not None else fsum(burnt) if fed else NAN
    if not fed and (heat_out or power_out):
        issues.append(issue("unit-without-fuel", f"“{unit.name}” gives heat or power but has no fuel: assign its fuels on "
                            "Source streams, or choose the kind “Renewable power”.", unit.at, "kind", origin))  # fmt: skip
    heat, power = unit.heat or heat_out, unit.electricity or power_out
    if unit.kind == CHP:
        known = fuel > 0
        eta_h = eq.heat_efficiency(heat, fuel) if known and heat else law.chp_heat_efficiency
        eta_e = eq.electricity_efficiency(power, fuel) if known and power else law.chp_electricity_efficiency
        if unit.ref_heat and unit.ref_electricity and not isnan(eta_h + eta_e):
            heat_share = eq.chp_heat_share(eta_h, eta_e, unit.ref_heat, unit.ref_electricity)
        else:
            heat_share = NAN
    else:
        heat_share = 1.0 if unit.kind == BOILER else 0.0
    wrong = (heat_out and unit.kind in (POWER_PLANT, RENEWABLE_POWER), power_out and unit.kind == BOILER)
    if any(wrong):
        issues.append(issue("unit-output", f"“{unit.name}” is a {unit.kind.lower()} but also gives "
                            f"{'heat' if wrong[0] else 'electricity'}: choose the kind CHP.", unit.at, "kind",
                            origin))  # fmt: skip
        heat_share = NAN
    if unit.heat and heat_out and unit.heat > heat_out * (1 + 1e-9):
        issues.append(issue("heat-losses", f"{unit.heat - heat_out:,.6g} of {unit.heat:,.6g} TJ of “{unit.name}” go to "
                            "nobody: they count as losses and are spread over its users (III F.5).", unit.at, "heat",
                            origin))  # fmt: skip
    if unit.electricity and power_out > unit.electricity * (1 + 1e-9):
        issues.append(issue("unit-output", f"“{unit.name}” hands on {power_out:,.6g} MWh but makes "
                            f"{unit.electricity:,.6g}: correct one of them.", unit.at, "electricity", origin))  # fmt: skip
    if unit.heat and heat_out > unit.heat * (1 + 1e-9):
        issues.append(issue("unit-output", f"“{unit.name}” hands on {heat_out:,.6g} TJ but makes {unit.heat:,.6g}: "
                            "correct one of them.", unit.at, "heat", origin))  # fmt: skip
    if fed and own and not heat_out and not power_out and origin != "communication":
        issues.append(issue("unit-unused", f"“{unit.name}” emits {own + fgc:,.6g} t but hands on neither heat nor power: "
                            "enter where they go, on Heat and waste gas or Electricity.", unit.at, "name"))  # fmt: skip
    # what a figure is computed for is what is handed on; an informative unit (CHP tool) shows its own outputs
    per_tj = heat_share / (heat_out or heat) if (heat_out or heat) else 0.0
    per_mwh = (1 - heat_share) / (power_out or power) if (power_out or power) else 0.0
    return _Unit(unit, (own + fgc, 0.0, 0.0), heat_share, per_tj, per_mwh)


def _solve_units(
    factors: dict[str, _Unit],
    law: Law,
    heat_rows: list[Transfer],
    supplies: list[Supply],
    typed_ef: Callable[[Electricity], float],
    nitric: frozenset[str],
) -> dict[str, Carried]:
    """Emissions of each unit, those that come with heat and power from other units included."""
    if not factors:
        return {}
    place = {name: i for i, name in enumerate(factors)}
    rows: list[dict[int, float]] = [{i: 1.0} for i in range(len(place))]
    sides: list[list[float]] = [list(f.emissions) for f in factors.values()]
    for row in heat_rows:
        if row.target in place:
            i, quantity = place[row.target], _number(row.quantity)
            if row.source in place:
                j = place[row.source]
                rows[i][j] = rows[i].get(j, 0.0) - quantity * factors[row.source].per_tj
            else:
                sides[i][0] += quantity * transfer_ef(row, law, nitric)
    for supply in supplies:
        if supply.target in place:
            i = place[supply.target]
            if supply.row.source in place:
                j = place[supply.row.source]
                rows[i][j] = rows[i].get(j, 0.0) - supply.mwh * factors[supply.row.source].per_mwh
            else:
                sides[i][1] += supply.mwh * typed_ef(supply.row)
                sides[i][2] += supply.mwh
    found, _ = solve(rows, sides)
    return {name: (found[i][0], found[i][1], found[i][2]) for name, i in place.items()}
