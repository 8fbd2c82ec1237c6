"""Measurement-based emissions: Eq. 16 to 19 (2023/1773 Annex III B.6; 2025/2547 Annex II B.6), and CO as CO2.

An hourly table has one row per hour of the period. A blank (None) is a gap, 0 is a measured zero:

* flow blank, concentration blank or 0: nothing was emitted in that hour; it isn't an operating hour;
* flow given, concentration blank: the concentration is substituted by Eq. 19 (fewer than 80 % of its data points);
* flow blank, concentration above 0: a CbamError, as the act wants a flow from a mass or energy balance there.

`cems_hours` · mean of the flows · `cems_mean` is then the same mass as `measured_mass_hourly`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum

from cbam_xl.equations.form import cites, quotient
from cbam_xl.errors import CbamError
from cbam_xl.units import (
    Nm3_per_h,
    g_per_Nm3,
    g_per_t,
    hours,
    kg_per_t,
    kgCO2_per_kmol,
    kgCO_per_kmol,
    kNm3_per_h,
    percent,
    share,
    t,
    tCO,
    tCO2,
    tCO2e,
    tCO2e_per_t,
)

KG_PER_T: kg_per_t = 1000.0
G_PER_T: g_per_t = 1e6
WHOLE: percent = 100.0
ROW: hours = 1.0  # an hourly table: one row is one hour


@cites(transitional="III B.6.2.1, Eq. 16", definitive="II B.6.2.1, Eq. 16")
def measured_mass(concentration: g_per_Nm3, hours: hours, flow: kNm3_per_h) -> t:
    """Mass of a gas from the means of a period with continuous measurement.

    Em = conc · Hours_Op · V, the product of the flow-weighted mean concentration (g/Nm3), the operating hours (h)
    and the mean flow (1000 Nm3/h), is the sum over the hours of Eq. 16.

    >>> round(measured_mass(64.2925, 4, 265), 9)  # N2O
    68.15005
    """
    return concentration * hours * flow / KG_PER_T


@cites(transitional="III B.6.2.1, Eq. 16; III B.6.2.6, Eq. 19", definitive="II B.6.2.1, Eq. 16; II B.6.2.6, Eq. 19")
def measured_mass_hourly(
    concentrations: Sequence[g_per_Nm3 | None],
    flows: Sequence[Nm3_per_h | None],
    substitution: g_per_Nm3 | None = None,
) -> t:
    """Mass of a gas from the hourly table.

    Em = Σ conc_hourly,i · V_hourly,i · 10⁻⁶; conc in g/Nm3, V in Nm3 of each hour. A gap of the concentration takes
    `substitution`, or where that is None the value of Eq. 19 over the same table.

    >>> measured_mass_hourly([2.0, 0.0, 3.0, None], [50_000, 50_000, 100_000, None])
    0.4
    """
    return fsum(c * v for c, v in _operating(concentrations, flows, substitution)) * ROW / G_PER_T


@cites(transitional="III B.6.2.1, Eq. 16; III B.6.2.6, Eq. 19", definitive="II B.6.2.1, Eq. 16; II B.6.2.6, Eq. 19")
def cems_mean(
    concentrations: Sequence[g_per_Nm3 | None],
    flows: Sequence[Nm3_per_h | None],
    substitution: g_per_Nm3 | None = None,
) -> g_per_Nm3:
    """Flow-weighted mean concentration of the hourly table; gaps as in `measured_mass_hourly`.

    Σ conc · V / Σ V. CbamError when no hour has a flow above 0.

    >>> cems_mean([2.0, 0.0, 3.0, None], [50_000, 50_000, 100_000, None])
    2.0
    """
    operating = _operating(concentrations, flows, substitution)
    return quotient(
        fsum(c * v for c, v in operating),
        fsum(v for _, v in operating),
        "No hour has a flue gas flow above 0: there is no mean concentration.",
    )


@cites(transitional="III B.6.2.1, Eq. 16", definitive="II B.6.2.1, Eq. 16")
def cems_hours(concentrations: Sequence[g_per_Nm3 | None], flows: Sequence[Nm3_per_h | None]) -> hours:
    """Operating hours of the hourly table (Hours_Op): those with a flow, substituted ones included.

    >>> cems_hours([2.0, 0.0, None, None], [50_000, 50_000, 100_000, None])
    3.0
    """
    return len(_operating(concentrations, flows, 0.0)) * ROW


def _operating(
    concentrations: Sequence[g_per_Nm3 | None], flows: Sequence[Nm3_per_h | None], substitution: g_per_Nm3 | None
) -> list[tuple[g_per_Nm3, Nm3_per_h]]:
    """Concentration and flow of each operating hour, gaps of the concentration filled."""
    if len(concentrations) != len(flows):
        raise CbamError(
            f"The hourly table has {len(concentrations)} concentrations and {len(flows)} flows: give as many of both."
        )
    operating = []
    for row, (concentration, flow) in enumerate(zip(concentrations, flows, strict=True), start=1):
        if flow is None:
            if concentration:
                raise CbamError(
                    f"Row {row} of the hourly table has a concentration but no flue gas flow:"
                    " enter the flow found by a mass or energy balance (B.6.2.6)."
                )
            continue
        if concentration is None:
            if substitution is None:
                substitution = substitute(concentrations)
            concentration = substitution
        operating.append((concentration, flow))
    return operating


@cites(transitional="III B.6.2.2, Eq. 17", definitive="II B.6.2.2, Eq. 17")
def co2_concentration(others: Iterable[percent]) -> percent:
    """Concentration of CO2 in a flue gas rich in it, by difference from all other components.

    conc = 100 % − Σ conc_i; all in % by volume.

    >>> co2_concentration([3.5, 1.5, 0.25])
    94.75
    """
    return WHOLE - fsum(others)


@cites(transitional="III B.6.2.4, Eq. 18; III B.6.2.3", definitive="II B.6.2.4, Eq. 18; II B.6.2.3")
def co2e(mass: t, gwp: tCO2e_per_t, biomass: share = 0) -> tCO2e:
    """A measured gas as CO2 equivalent, without the CO2 of zero-rated biomass.

    CO2e = Em · GWP · (1 − BF); Em in t of the gas, GWP in t CO2e per t (1 for CO2), BF of measured CO2 as a share.

    >>> round(co2e(68.15005, 265), 9)  # N2O
    18059.76325
    >>> co2e(measured_mass(1_820, 5_000, 50), 1, biomass=0.15)  # CO2
    386750.0
    """
    return mass * gwp * (1 - biomass)


@cites(transitional="III B.6.2.6, Eq. 19", definitive="II B.6.2.6, Eq. 19")
def substitute(concentrations: Sequence[g_per_Nm3 | None]) -> g_per_Nm3:
    """Substitution value of the hours whose concentration is missing.

    C*_subst = C̄ + 2 · σ_c; C̄ is the arithmetic mean of the measured hours, σ_c the act's "best estimate of the standard
    deviation": that of a sample (divisor n − 1), which is never below that of the population. Blanks are left out.
    CbamError with fewer than two measured hours.

    >>> substitute([1.0, None, 2.0, 3.0])
    4.0
    """
    measured = [each for each in concentrations if each is not None]
    if len(measured) < 2:
        raise CbamError(
            f"A substitution value needs at least two measured hours, here {len(measured)}:"
            " use another representative period (B.6.2.6)."
        )
    mean = fsum(measured) / len(measured)
    variance: float = fsum((each - mean) ** 2 for each in measured) / (len(measured) - 1)
    sigma: float = variance**0.5
    return mean + 2 * sigma


@cites(transitional="III A.2(4), III B.6.1", definitive="II B.6.1")
def co_to_co2(co: tCO, m_co2: kgCO2_per_kmol, m_co: kgCO_per_kmol) -> tCO2:
    """Carbon monoxide that reaches the air as the molar equivalent amount of CO2.

    m_CO2 = m_CO · M_CO2 / M_CO; masses in t, molar masses in kg/kmol.

    >>> co_to_co2(14, 44, 28)
    22.0
    """
    return quotient(co * m_co2, m_co, "The molar mass of CO is 0: take it from the reference sheet.")
