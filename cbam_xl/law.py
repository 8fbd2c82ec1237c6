"""What the reporting period selects: the act and its parameters, each from a row of reference sheet parameters.csv."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from . import reference


class Law(NamedTuple):
    """One act. A number here is a legal parameter; what it does is said by the equations that take it."""

    act: str
    valid_from: date
    valid_to: date
    carbon_factor: float  # t CO2 per t C
    natural_gas_ef: float  # t CO2/TJ, EF_NG of Eq. 53 and 54 and the cap of waste gas in a fuel mix
    waste_gas_correction: float  # Corr_eta of Eq. 54
    gwp_n2o: float
    gwp_cf4: float
    gwp_c2f6: float
    boiler_efficiency: float  # share, behind a standard heat factor (C.2.3)
    chp_heat_efficiency: float  # share, where it can't be determined (C.2.2)
    chp_electricity_efficiency: float
    other_materials_threshold: float  # share of mass (II 3.16, 3.18)
    alloying_threshold: float  # share of mass (II 3.17, 3.18)
    molar_mass_o2: float  # kg/kmol
    molar_mass_h2: float
    molar_mass_cl2: float
    molar_mass_naoh: float
    molar_mass_naclo3: float
    floor_at_zero: bool = True  # Eq. 48, last sentence


@cache
def transitional() -> Law:
    """Implementing Regulation (EU) 2023/1773: goods produced up to 31 December 2025."""

    def figure(id: str) -> float:
        return reference.parameter(id).value

    return Law(
        act="2023/1773",
        valid_from=date(2023, 10, 1),
        valid_to=date(2025, 12, 31),
        carbon_factor=figure("carbon_factor"),
        natural_gas_ef=figure("natural_gas_ef"),
        waste_gas_correction=figure("waste_gas_correction"),
        gwp_n2o=figure("gwp_n2o"),
        gwp_cf4=figure("gwp_cf4"),
        gwp_c2f6=figure("gwp_c2f6"),
        boiler_efficiency=figure("boiler_efficiency"),
        chp_heat_efficiency=figure("chp_heat_efficiency"),
        chp_electricity_efficiency=figure("chp_electricity_efficiency"),
        other_materials_threshold=figure("other_materials_threshold"),
        alloying_threshold=figure("alloying_threshold"),
        molar_mass_o2=figure("molar_mass_o2"),
        molar_mass_h2=figure("molar_mass_h2"),
        molar_mass_cl2=figure("molar_mass_cl2"),
        molar_mass_naoh=figure("molar_mass_naoh"),
        molar_mass_naclo3=figure("molar_mass_naclo3"),
    )


def on(end: date | None) -> Law:
    """The act for a reporting period that ends on this day (unknown: the transitional act)."""
    return transitional()
