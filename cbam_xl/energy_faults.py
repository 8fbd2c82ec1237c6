"""What doesn't fit between an energy unit and the rows that name it (III C, D)."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, isnan
from typing import TYPE_CHECKING

from . import equations as eq
from .findings import amount, issue, sheet_for
from .model import BOILER, CHP, POWER_PLANT, RENEWABLE_POWER, EnergyUnit, Issue

if TYPE_CHECKING:
    from .factors import Outputs, Unit

MOST_HEAT, MOST_POWER = 1.1, 1.0
"""Energy that a unit may give for each TJ of net calorific value that it gets: condensing boilers reach 1.08, what
makes power as well loses more than its flue gas gives back."""


def misfit(unit: EnergyUnit, out: Outputs) -> str:
    """The output that a unit of this kind can't have."""
    if out.heat and unit.kind in (POWER_PLANT, RENEWABLE_POWER):
        return "heat"
    return "electricity" if out.power and unit.kind == BOILER else ""


def _fit(out: Outputs) -> str:
    """The kind that a unit with these outputs has."""
    return (CHP if out.heat else POWER_PLANT) if out.power else BOILER


def faults(found: Unit, energies: list[float], out: Outputs, origin: str) -> Iterator[Issue]:
    """What doesn't fit between a unit and the rows that name it."""
    unit, name = found.unit, found.unit.name
    if not out.fed and (out.heat or out.power):
        yield issue("unit-without-fuel", f"“{name}” gives heat or power but has no fuel: assign its fuels on Source "
                    "streams, or choose the kind “Renewable power”.", unit.at, "kind", origin)  # fmt: skip
    if other := misfit(unit, out):
        yield issue("unit-output", f"“{name}” is a {unit.kind.lower()} but gives {other}: choose the kind "
                    f"“{_fit(out)}”.", unit.at, "kind", origin)  # fmt: skip
    for field, made, given, measure in (
        ("heat", unit.heat, out.heat, "TJ"),
        ("electricity", unit.electricity, out.power, "MWh"),
    ):
        if not made or isnan(made) or origin == "communication":
            continue
        if given > made * (1 + 1e-9):
            yield issue("unit-output", f"“{name}” hands on {amount(given)} {measure} but makes {amount(made)}: correct "
                        "one of them.", unit.at, field, origin)  # fmt: skip
        elif given == 0 and (out.heat or out.power):
            yield issue("unit-unused", f"“{name}” makes {amount(made)} {measure} that go to nobody, so a part of its "
                        "emissions reaches no process: enter where they go.", unit.at, field, origin)  # fmt: skip
        elif field == "heat" and given < made * (1 - 1e-9):
            yield issue("heat-losses", f"{amount(made - given)} of {amount(made)} TJ of “{name}” go to nobody: they "
                        "count as losses and are spread over its users (III F.5).", unit.at, field, origin)  # fmt: skip
        elif given < made * (1 - 1e-9):
            yield issue("power-losses", f"{amount(made - given)} of {amount(made)} MWh of “{name}” go to nobody: they "
                        "count as losses and are spread over its users.", unit.at, field, origin)  # fmt: skip
    if out.fed and found.own > 0 and not out.heat and not out.power and origin != "communication":
        where = sheet_for(unit.at, "Heat and waste gas or Electricity")
        yield issue("unit-unused", f"“{name}” emits {amount(found.own)} t but hands on neither heat nor power: enter "
                    f"where they go, on {where}.", unit.at, "name", origin)  # fmt: skip
    yield from _too_much(unit, energies, out, origin)


def _too_much(unit: EnergyUnit, energies: list[float], out: Outputs, origin: str) -> Iterator[Issue]:
    """More energy out than in; of heat alone, than a condensing boiler; not where power drives a heat pump."""
    energies = energies if unit.fuel is None else [unit.fuel]
    if not energies or not min(energies) > 0 or out.power_in or unit.kind == RENEWABLE_POWER:
        return  # a fuel without calorific value has no energy here
    got = fsum(energies) + out.heat_in
    power = eq.electricity_efficiency(unit.electricity or out.power, got)
    part = eq.heat_efficiency(unit.heat or out.heat, got) + power
    if part > (MOST_POWER * (1 + 1e-9) if power else MOST_HEAT):
        yield issue("unit-efficiency", f"“{unit.name}” gives {amount(part * got)} TJ of heat and power, but gets "
                    f"{amount(got)} TJ: check its fuels, its outputs and their units.", unit.at, "name",
                    origin)  # fmt: skip
