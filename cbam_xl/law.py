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
    clinker_ef_minimum: float  # t CO2/t
    other_materials_threshold: float  # share of mass (II 3.16, 3.18)
    alloying_threshold: float  # share of mass (II 3.17, 3.18)
    estimate_share_limit: float  # share of total embedded emissions (Art. 5)
    molar_mass_o2: float  # kg/kmol
    molar_mass_h2: float
    molar_mass_cl2: float
    molar_mass_naoh: float
    molar_mass_naclo3: float
    see_decimals: int = 5  # output only (III A.1(5))
    floor_at_zero: bool = True  # Eq. 48, last sentence


@cache
def transitional() -> Law:
    """Implementing Regulation (EU) 2023/1773: goods produced up to 31 December 2025."""
    figures = {
        field: reference.parameter(field).value
        for field in Law._fields
        if field not in ("act", "valid_from", "valid_to", "see_decimals", "floor_at_zero")
    }
    return Law("2023/1773", date(2023, 10, 1), date(2025, 12, 31), **figures)


def on(end: date | None) -> Law:
    """The act for a reporting period that ends on this day (unknown: the transitional act)."""
    return transitional()
