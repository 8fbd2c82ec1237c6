"""Heat, waste gas and electricity: what each row takes off one end and adds to the other (III C, D, F.1)."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from typing import NamedTuple

from . import equations as eq
from .emissions import Assigned
from .factors import Supply, Unit, makers_of_nitric_acid, of_units, power_ef, transfer_ef, waste_gas_ef
from .findings import issue
from .law import Law
from .model import ELECTRICITY, HEAT, RENEWABLE_POWER, WASTE_GAS, Electricity, Installation, Issue, Transfer
from .report import or_nan


class Moved(NamedTuple):
    """One row of heat, waste gas or electricity. ``off`` leaves the direct emissions of its source, ``added`` comes to
    those of its target, ``indirect`` and ``mwh`` to the electricity of its target; t CO2e, and MWh."""

    kind: str  # HEAT, WASTE_GAS or ELECTRICITY
    row: Transfer | Electricity
    source: str
    target: str
    quantity: float  # TJ, or MWh
    ef: float  # t CO2/TJ, or t CO2/MWh
    off: float
    added: float
    indirect: float = 0.0
    mwh: float = 0.0


def balance(
    installation: Installation, law: Law, assigned: Iterable[Assigned], supplies: list[Supply]
) -> tuple[list[Moved], dict[str, Unit], list[Issue]]:
    """All rows (heat, waste gas, electricity) and the energy units; what a unit uses itself is no output and no row.

    An amount of 0 moves nothing, whatever its factor.
    """
    nitric = makers_of_nitric_acid(installation)
    units, issues = of_units(installation, law, assigned, supplies, nitric)
    moved = []
    for row in installation.transfers:
        if row.kind == HEAT and not (row.source == row.target and row.source in units):
            moved.append(_heat(row, units, law, nitric))
            if row.ef is not None and row.source in units and not isnan(row.ef):
                issues.append(_ignored(row, row.ef, moved[-1].ef, "TJ"))
    moved += [_waste_gas(row, units, law) for row in installation.transfers if row.kind == WASTE_GAS]
    own_ef = power_ef(s.row for s in supplies)
    for s in supplies:
        unit = units.get(s.row.source)
        if unit is None:
            ef = direct = own_ef(s.row)
        elif s.row.source != s.target:
            ef, direct = (unit.direct + unit.indirect) * unit.per_mwh, unit.direct * unit.per_mwh
            typed = or_nan(s.row.ef)
            if not isnan(typed) and not (typed == 0 and unit.unit.kind == RENEWABLE_POWER):
                issues.append(_ignored(s.row, typed, ef, "MWh"))
        else:
            continue
        off, indirect = (eq.electricity_emissions(s.mwh, x) if s.mwh else 0.0 for x in (direct, ef))
        moved.append(Moved(ELECTRICITY, s.row, s.row.source, s.target, s.mwh, ef, off, 0.0, indirect, s.mwh))
    return moved, units, issues


def _ignored(row: Transfer | Electricity, typed: float, ef: float, per: str) -> Issue:
    worked_out = f" ({ef:.6g} tCO2/{per})" if ef == ef else ""
    return issue("factor-ignored", f"The factor of “{row.source}” is computed from its fuels{worked_out}; the typed "
                 f"{typed:g} isn't used.", row.at, "ef")  # fmt: skip


def _heat(row: Transfer, units: dict[str, Unit], law: Law, nitric: frozenset[str]) -> Moved:
    """Eq. 52, with what a unit consumes of electricity behind its heat."""
    quantity, unit = or_nan(row.quantity), units.get(row.source)
    if unit is None:
        ef = transfer_ef(row, law, nitric)
        indirect, mwh = 0.0, 0.0
    else:
        ef = unit.direct * unit.per_tj
        indirect, mwh = quantity * unit.indirect * unit.per_tj, quantity * unit.mwh * unit.per_tj
    value = eq.heat_transfer(quantity, ef) if quantity else 0.0
    return Moved(HEAT, row, row.source, row.target, quantity, ef, value, value, indirect, mwh)


def _waste_gas(row: Transfer, units: dict[str, Unit], law: Law) -> Moved:
    """Eq. 53 for who takes it, a unit with the capped factor in its fuel mix (C.2); Eq. 54 for who gives it."""
    quantity, unit = or_nan(row.quantity), units.get(row.target)
    off = eq.waste_gas_export(quantity, law.natural_gas_ef, law.waste_gas_correction)
    if law.waste_gas_evidence and not row.note:
        off = 0.0
    if unit is None:
        ef, added = law.natural_gas_ef, eq.waste_gas_import(quantity, law.natural_gas_ef)
    else:
        ef = waste_gas_ef(row, unit.unit.kind, law)
        added = quantity * ef if unit.unit.emissions_fuel is None else 0.0
    return Moved(WASTE_GAS, row, row.source, row.target, quantity, ef, 0.0 if row.source in units else off, added)
