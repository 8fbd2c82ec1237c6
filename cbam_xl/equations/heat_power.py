"""Heat and electricity: Eq. 30 to 47 (2023/1773 Annex III C and D; 2025/2547 Annex II C, D and Annex III A.2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum

from cbam_xl.equations.form import cites, quotient
from cbam_xl.errors import CbamError
from cbam_xl.units import (
    TJ,
    Amount,
    MWh,
    TJ_per_amount,
    TJ_per_MWh,
    kg_per_s,
    kJ_per_kg,
    kJ_per_s,
    m3_per_kg,
    m3_per_s,
    share,
    tCO2,
    tCO2_per_MWh,
    tCO2_per_TJ,
)

TJ_PER_MWH: TJ_per_MWh = 0.0036
NO_FUEL = "The energy input is 0: enter the fuels of the unit with their net calorific values."
NO_HEAT_EFFICIENCY = "The efficiency of the heat production is 0: enter it as a share (0.9)."
NO_REFERENCE = "A reference efficiency is 0: take it from the reference sheet (Annex IX) as a share."
NO_SPLIT = "Both efficiencies of the CHP are 0: its emissions can't be split into heat and electricity."


@cites(transitional="III C.1.2.1, Eq. 30", definitive="II C.1.2.1, Eq. 30")
def heat_medium_flow(volume_flow: m3_per_s, specific_volume: m3_per_kg) -> kg_per_s:
    """Mass flow of a heat medium from its metered volume flow.

    ṁ = V̇ / v; V̇ in m3/s, v in m3/kg at the state of the meter.

    >>> heat_medium_flow(2.5, 0.25)
    10.0
    """
    return quotient(volume_flow, specific_volume, "The specific volume of the heat medium is 0: enter it in m3/kg.")


@cites(transitional="III C.1.2.1, Eq. 31", definitive="II C.1.2.1, Eq. 31")
def heat_flow(h_flow: kJ_per_kg, h_return: kJ_per_kg, mass_flow: kg_per_s) -> kJ_per_s:
    """Net measurable heat that a heat medium delivers per second.

    Q̇ = (h_flow − h_return) · ṁ; enthalpies in kJ/kg, ṁ in kg/s. Condensate that isn't returned or whose state is
    unknown counts at 90 °C.

    >>> heat_flow(2_777, 377, 10)
    24000
    """
    return (h_flow - h_return) * mass_flow


@cites(transitional="III C.1.2.2, Eq. 32", definitive="II C.1.2.2, Eq. 32")
def heat_from_efficiency(efficiency: share, energy_input: TJ) -> TJ:
    """Net measurable heat from the fuel input (Method 2; Method 3 with the reference efficiency).

    Q = η_H · E_In; E_In in TJ (Eq. 33).

    >>> round(heat_from_efficiency(0.7, 129), 9)
    90.3
    """
    return efficiency * energy_input


@cites(transitional="III C.1.2.2, Eq. 33", definitive="II C.1.2.2, Eq. 33")
def energy_input(fuels: Iterable[tuple[Amount, TJ_per_amount]]) -> TJ:
    """Energy that the fuels of a unit bring in.

    E_In = Σ AD_i · NCV_i over pairs of quantity (t or 1000 Nm3) and net calorific value (TJ per the same unit).

    >>> energy_input([(5_000, 0.0258), (1_000, 0.036)])
    165.0
    """
    return fsum(quantity * ncv for quantity, ncv in fuels)


@cites(transitional="III C.1.2.2, Eq. 34", definitive="II C.1.2.2, Eq. 34")
def load_factor(energy_input: TJ, maximum: TJ) -> share:
    """Load factor with which the efficiency is read from the part-load curve.

    LF = E_In / E_Max; E_Max is the fuel input at full load through the whole calendar year, in TJ.

    >>> load_factor(129, 172)
    0.75
    """
    return quotient(energy_input, maximum, "The fuel input at full load is 0: enter it in TJ for the whole year.")


@cites(transitional="III C.2.1, Eq. 35", definitive="III A.2.2, Eq. 44")
def heat_emissions(mix_ef: tCO2_per_TJ, heat: TJ, efficiency: share) -> tCO2:
    """Emissions of the heat that a process consumes from a boiler of the installation.

    Em_Heat = EF_mix · Q_consumed / η; EF_mix in t CO2/TJ of fuel (Eq. 36), Q in TJ of net heat. CbamError at η = 0.

    >>> round(heat_emissions(56.1, 90, 0.9), 9)
    5610.0
    """
    return quotient(mix_ef * heat, efficiency, NO_HEAT_EFFICIENCY)


@cites(transitional="III C.2.1, Eq. 36", definitive="III A.2.2, Eq. 45")
def mix_ef(emissions: tCO2, flue_gas_cleaning: tCO2, energy: TJ) -> tCO2_per_TJ:
    """Emission factor of the fuel mix of a heat producer.

    EF_mix = (Σ AD_i · NCV_i · EF_i + Em_FGC) / Σ AD_i · NCV_i; emissions of the fuels and of the flue gas cleaning in
    t CO2, energy in TJ. The factor of a waste gas enters as `capped_ef`. CbamError without fuel.

    >>> round(mix_ef(12_203.4, 130, 129), 12)
    95.607751937984
    """
    return quotient(emissions + flue_gas_cleaning, energy, NO_FUEL)


@cites(transitional="III C.2.1, C.2.2, D.4.1", definitive="III A.2.2, II D.4.1")
def capped_ef(ef: tCO2_per_TJ, natural_gas_ef: tCO2_per_TJ) -> tCO2_per_TJ:
    """Emission factor of a waste gas in the mix of a heat, CHP or power unit: at most that of natural gas.

    >>> capped_ef(260, 56.1), capped_ef(44.4, 56.1)  # blast furnace gas, coke oven gas
    (56.1, 44.4)
    """
    return min(ef, natural_gas_ef)


@cites(transitional="III C.2.2, Eq. 37", definitive="III A.2.2, Eq. 46")
def chp_emissions(emissions: tCO2, flue_gas_cleaning: tCO2) -> tCO2:
    """Emissions of a cogeneration unit.

    Em_CHP = Σ AD_i · NCV_i · EF_i + Em_FGC; both in t CO2. The factor of a waste gas enters as `capped_ef`.

    >>> chp_emissions(22_440, 60)
    22500
    """
    return emissions + flue_gas_cleaning


@cites(transitional="III C.2.2, Eq. 38", definitive="III A.2.2, Eq. 47")
def heat_efficiency(heat: TJ, energy_input: TJ) -> share:
    """Average efficiency of the heat production of a CHP unit.

    η_heat = Q_net / E_In; both in TJ. CbamError without fuel.

    >>> heat_efficiency(45, 100)
    0.45
    """
    return quotient(heat, energy_input, NO_FUEL)


@cites(transitional="III C.2.2, Eq. 39", definitive="III A.2.2, Eq. 48")
def electricity_efficiency(electricity: MWh, energy_input: TJ) -> share:
    """Average efficiency of the electricity production of a CHP unit; mechanical energy counts as electricity.

    η_el = E_el / E_In, with E_el given in MWh and turned into TJ (0.0036 TJ/MWh), E_In in TJ. CbamError without fuel.

    >>> round(electricity_efficiency(8_000, 100), 12)
    0.288
    """
    return quotient(electricity * TJ_PER_MWH, energy_input, NO_FUEL)


@cites(transitional="III C.2.2, Eq. 40", definitive="III A.2.2, Eq. 49")
def chp_heat_share(eta_heat: share, eta_electricity: share, ref_heat: share, ref_electricity: share) -> share:
    """Part of the emissions of a CHP unit that its heat bears.

    F_CHP,Heat = (η_heat/η_ref,heat) / (η_heat/η_ref,heat + η_el/η_ref,el); all shares, the references of Annex IX.

    >>> round(chp_heat_share(0.55, 0.25, 0.88, 0.442), 10)
    0.5249406176
    """
    heat = quotient(eta_heat, ref_heat, NO_REFERENCE)
    return quotient(heat, heat + quotient(eta_electricity, ref_electricity, NO_REFERENCE), NO_SPLIT)


@cites(transitional="III C.2.2, Eq. 41", definitive="III A.2.2, Eq. 50")
def chp_electricity_share(eta_heat: share, eta_electricity: share, ref_heat: share, ref_electricity: share) -> share:
    """Part of the emissions of a CHP unit that its electricity bears.

    F_CHP,El = (η_el/η_ref,el) / (η_heat/η_ref,heat + η_el/η_ref,el); all shares, the references of Annex IX.

    >>> round(chp_electricity_share(0.55, 0.25, 0.88, 0.442), 10)
    0.4750593824
    """
    electricity = quotient(eta_electricity, ref_electricity, NO_REFERENCE)
    return quotient(electricity, quotient(eta_heat, ref_heat, NO_REFERENCE) + electricity, NO_SPLIT)


@cites(transitional="III C.2.2, Eq. 42", definitive="III A.2.2, Eq. 51")
def chp_heat_ef(emissions: tCO2, heat_share: share, heat: TJ) -> tCO2_per_TJ:
    """Emission factor of the heat of a CHP unit.

    EF_CHP,Heat = Em_CHP · F_CHP,Heat / Q_net; Em in t CO2, Q_net in TJ. CbamError when it made no heat.

    >>> round(chp_heat_ef(5_630, chp_heat_share(0.45, 0.288, 0.88, 0.442), 45), 8)
    55.01304329
    """
    return quotient(emissions * heat_share, heat, "The CHP made no heat: its heat has no emission factor.")


@cites(transitional="III C.2.2, Eq. 43", definitive="III A.2.2, Eq. 52")
def chp_electricity_ef(emissions: tCO2, electricity_share: share, electricity: MWh) -> tCO2_per_MWh:
    """Emission factor of the electricity of a CHP unit.

    EF_CHP,El = Em_CHP · F_CHP,El / E_El,prod; Em in t CO2, E in MWh. CbamError when it made no electricity.

    >>> round(chp_electricity_ef(5_630, chp_electricity_share(0.45, 0.288, 0.88, 0.442), 8_000), 10)
    0.3943016315
    """
    return quotient(
        emissions * electricity_share,
        electricity,
        "The CHP made no electricity: its electricity has no emission factor.",
    )


@cites(transitional="III C.2.3", definitive="III A.2.2")
def standard_heat_ef(fuel_ef: tCO2_per_TJ, boiler_efficiency: share) -> tCO2_per_TJ:
    """Standard emission factor of heat from outside the installation (or of exported heat) whose fuel mix is unknown.

    EF_heat = EF of the fuel most commonly used in the industrial sector of the country / boiler efficiency.

    >>> round(standard_heat_ef(56.1, 0.9), 9)
    62.333333333
    """
    return quotient(fuel_ef, boiler_efficiency, NO_HEAT_EFFICIENCY)


@cites(transitional="III D.1, Eq. 44", definitive="II D.1, Eq. 35")
def electricity_emissions(mwh: MWh, ef: tCO2_per_MWh) -> tCO2:
    """Emissions of electricity consumed or produced.

    Em_el = E_el · EF_el; E_el in MWh of active power, EF_el in t CO2/MWh.

    >>> round(electricity_emissions(7_875, 0.572), 9)
    4504.5
    """
    return mwh * ef


@cites(transitional="III D.2.3, Eq. 45", definitive="II D.2.3, Eq. 36")
def import_mix_ef(technologies: Iterable[tuple[tCO2_per_MWh, MWh]]) -> tCO2_per_MWh:
    """Emission factor of one year's electricity from fossil fuels in a country that exports it to the Union.

    Em_el,y = Σ EF_i · E_el,i,y / E_el,y over pairs of factor (t CO2/MWh) and gross generation (MWh) of each fossil
    technology; E_el,y is their total generation. CbamError when nothing was generated.

    >>> import_mix_ef([(0.9, 300), (0.4, 100)])
    0.775
    """
    each = tuple(technologies)
    return quotient(
        fsum(ef * generation for ef, generation in each),
        fsum(generation for _, generation in each),
        "No electricity was generated from fossil fuels: that year has no emission factor.",
    )


@cites(transitional="III D.2.3, Eq. 46", definitive="II D.2.3, Eq. 37")
def five_year_mean(yearly: Sequence[tCO2_per_MWh]) -> tCO2_per_MWh:
    """Emission factor of imported electricity: the mean of the factors of five years, y − 6 to y − 2.

    Em_el = Σ Em_el,i / 5; in t CO2/MWh. CbamError when it isn't five years.

    >>> five_year_mean([0.75, 0.75, 0.5, 0.5, 0.5])
    0.6
    """
    if len(yearly) != 5:
        raise CbamError(f"The moving average needs the factors of five years (y - 6 to y - 2), here are {len(yearly)}.")
    return fsum(yearly) / 5


@cites(transitional="III D.4.1, Eq. 47", definitive="II D.4.1, Eq. 38")
def power_ef(emissions: tCO2, flue_gas_cleaning: tCO2, produced: MWh) -> tCO2_per_MWh:
    """Emission factor of the electricity of an own or directly linked power plant that isn't a CHP unit.

    EF_El = (Σ AD_i · NCV_i · EF_i + Em_FGC) / El_prod; emissions in t CO2, net production in MWh, which may include
    electricity made without fuel. The factor of a waste gas enters as `capped_ef`. CbamError when nothing was produced.

    >>> power_ef(44_000, 1_000, 100_000)
    0.45
    """
    return quotient(
        emissions + flue_gas_cleaning,
        produced,
        "The power plant produced nothing: its electricity has no emission factor.",
    )
