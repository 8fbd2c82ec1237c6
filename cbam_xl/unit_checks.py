"""What doesn't fit between an energy unit and the rows that name it (III C, D)."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, isnan
from typing import TYPE_CHECKING

from . import equations as eq
from .findings import issue
from .model import BOILER, POWER_PLANT, RENEWABLE_POWER, EnergyUnit, Issue

if TYPE_CHECKING:
    from .factors import Outputs, Unit

MOST_OUT = 1.1
"""Energy that a unit may give for each TJ of net calorific value that it gets; condensing boilers reach 1.08."""


def misfit(unit: EnergyUnit, out: Outputs) -> str:
    """The output that a unit of this kind can't have."""
    if out.heat and unit.kind in (POWER_PLANT, RENEWABLE_POWER):
        return "heat"
    return "electricity" if out.power and unit.kind == BOILER else ""


def faults(found: Unit, energies: list[float], out: Outputs, origin: str) -> Iterator[Issue]:
    """What doesn't fit between a unit and the rows that name it."""
    unit, name = found.unit, found.unit.name
    if not out.fed and (out.heat or out.power):
        yield issue("unit-without-fuel", f"“{name}” gives heat or power but has no fuel: assign its fuels on Source "
                    "streams, or choose the kind “Renewable power”.", unit.at, "kind", origin)  # fmt: skip
    if other := misfit(unit, out):
        yield issue("unit-output", f"“{name}” is a {unit.kind.lower()} but also gives {other}: choose the kind CHP.",
                    unit.at, "kind", origin)  # fmt: skip
    for field, made, given, measure in (
        ("heat", unit.heat, out.heat, "TJ"),
        ("electricity", unit.electricity, out.power, "MWh"),
    ):
        if not made or isnan(made) or origin == "communication":
            continue
        if given > made * (1 + 1e-9):
            yield issue("unit-output", f"“{name}” hands on {given:,.6g} {measure} but makes {made:,.6g}: correct one "
                        "of them.", unit.at, field, origin)  # fmt: skip
        elif given == 0 and (out.heat or out.power):
            yield issue("unit-unused", f"“{name}” makes {made:,.6g} {measure} that go to nobody, so a part of its "
                        "emissions reaches no process: enter where they go.", unit.at, field, origin)  # fmt: skip
        elif field == "heat" and given < made * (1 - 1e-9):
            yield issue("heat-losses", f"{made - given:,.6g} of {made:,.6g} TJ of “{name}” go to nobody: they count as "
                        "losses and are spread over its users (III F.5).", unit.at, field, origin)  # fmt: skip
    if out.fed and found.own > 0 and not out.heat and not out.power and origin != "communication":
        yield issue("unit-unused", f"“{name}” emits {found.own:,.6g} t but hands on neither heat nor power: enter "
                    "where they go, on Heat and waste gas or Electricity.", unit.at, "name", origin)  # fmt: skip
    yield from _too_much(unit, energies, out, origin)


def _too_much(unit: EnergyUnit, energies: list[float], out: Outputs, origin: str) -> Iterator[Issue]:
    """More energy out than in, by more than a condensing boiler; not where power drives a heat pump."""
    energies = energies if unit.fuel is None else [unit.fuel]
    if not energies or not min(energies) > 0 or out.power_in or unit.kind == RENEWABLE_POWER:
        return  # a fuel without calorific value has no energy here
    got = fsum(energies) + out.heat_in
    part = eq.heat_efficiency(unit.heat or out.heat, got)
    part += eq.electricity_efficiency(unit.electricity or out.power, got)
    if part > MOST_OUT:
        yield issue("unit-efficiency", f"“{unit.name}” gives {part * got:,.6g} TJ of heat and power, but gets "
                    f"{got:,.6g} TJ: check its fuels, its outputs and their units.", unit.at, "name",
                    origin)  # fmt: skip
