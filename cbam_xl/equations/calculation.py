"""Calculation-based emissions of an installation: Eq. 4 to 15 (2023/1773 Annex III B.2, B.3; 2025/2547 Annex II B)."""

from __future__ import annotations

from cbam_xl.equations.form import cites, quotient
from cbam_xl.units import (
    TJ,
    Amount,
    TJ_per_amount,
    share,
    tC,
    tC_per_amount,
    tCO2,
    tCO2_per_amount,
    tCO2_per_tC,
    tCO2_per_TJ,
    tCO2e,
)

NO_NCV = "The net calorific value is 0: an emission factor per TJ needs one."
NO_CARBON = "The fuel holds no carbon: an oxidation factor needs the total carbon of the fuel."
NO_CARBON_FACTOR = "The carbon factor f (t CO2/t C) is 0: take it from the reference sheet."


@cites(transitional="III B.2, Eq. 4", definitive="II B.2, Eq. 4")
def installation_emissions(calculated: tCO2e, measured: tCO2e, other: tCO2e = 0) -> tCO2e:
    """Direct emissions of the installation: the sums of what is calculated, measured and found by another method.

    Em_Inst = Σ Em_calc,i + Σ Em_meas,j + Σ Em_other,k; all in t CO2e. The definitive act has no Em_other.

    >>> installation_emissions(658_875 + 209_000, 18_059.76325)
    885934.76325
    """
    return calculated + measured + other


@cites(transitional="III B.3.1.1, Eq. 5, 10", definitive="II B.3.1.1, Eq. 5, 10")
def combustion(energy: TJ, ef: tCO2_per_TJ, oxidation: share = 1, biomass: share = 0) -> tCO2:
    """Fossil CO2 of a fuel whose preliminary emission factor is per energy.

    Em = AD · EF · OF with EF = EF_pre · (1 − BF); AD in TJ, EF_pre in t CO2/TJ, OF and BF as shares.

    >>> combustion(energy(252_000, 0.045), 73)  # heavy fuel oil
    827820.0
    >>> combustion(energy(25_000, 0.020), 83, biomass=0.15)  # household waste
    35275.0
    """
    return energy * ef * oxidation * (1 - biomass)


@cites(transitional="III B.3.1.1, Eq. 5, 10", definitive="II B.3.1.1, Eq. 5, 10")
def combustion_by_amount(quantity: Amount, ef: tCO2_per_amount, oxidation: share = 1, biomass: share = 0) -> tCO2:
    """Fossil CO2 of a fuel by the modified standard method: activity data and factor per amount, no calorific value.

    Em = FQ · EF · OF with EF = EF_pre · (1 − BF); FQ in t or 1000 Nm3, EF_pre in t CO2 per the same unit.

    >>> combustion_by_amount(1_000, 2.5, oxidation=0.98)
    2450.0
    """
    return quantity * ef * oxidation * (1 - biomass)


@cites(transitional="III B.3.1.1, Eq. 6", definitive="II B.3.1.1, Eq. 6")
def energy(quantity: Amount, ncv: TJ_per_amount) -> TJ:
    """Activity data of a fuel as energy.

    AD = FQ · NCV; FQ in t or 1000 Nm3, NCV (net calorific value) in TJ per the same unit.

    >>> energy(252_000, 0.045)
    11340.0
    """
    return quantity * ncv


@cites(transitional="III B.3.1.1, Eq. 7", definitive="II B.3.1.1, Eq. 7")
def oxidation_factor(carbon_ash: tC, carbon_total: tC) -> share:
    """Share of a fuel's carbon that burns; the rest stays in ash and flue gas dust.

    OF = 1 − C_ash / C_total; both in t C. OF = 1 may always be used. CbamError when there is no carbon at all.

    >>> oxidation_factor(15, 600)
    0.975
    """
    return 1 - quotient(carbon_ash, carbon_total, NO_CARBON)


@cites(transitional="III B.3.1.1, Eq. 8", definitive="II B.3.1.1, Eq. 8")
def ef_per_energy(carbon_content: tC_per_amount, ncv: TJ_per_amount, carbon_factor: tCO2_per_tC) -> tCO2_per_TJ:
    """Emission factor of a fuel per energy, from its analysis.

    EF = CC · f / NCV; CC in t C and NCV in TJ per t or 1000 Nm3, f in t CO2/t C. CbamError when NCV is 0.

    >>> round(ef_per_energy(0.75, 0.048, 3.664), 12)
    57.25
    """
    return quotient(carbon_content * carbon_factor, ncv, NO_NCV)


@cites(transitional="III B.3.1.1, Eq. 9", definitive="II B.3.1.1, Eq. 9")
def ef_per_amount(carbon_content: tC_per_amount, carbon_factor: tCO2_per_tC) -> tCO2_per_amount:
    """Emission factor of a fuel or material per amount, from its analysis.

    EF = CC · f; CC in t C per t or 1000 Nm3, f in t CO2/t C.

    >>> ef_per_amount(0.75, 3.664)
    2.748
    """
    return carbon_content * carbon_factor


@cites(transitional="III B.3.1.1, Eq. 10", definitive="II B.3.1.1, Eq. 10")
def fossil_ef(preliminary_ef: tCO2_per_TJ, biomass: share) -> tCO2_per_TJ:
    """Emission factor of a mixed fuel after its zero-rated biomass is taken off.

    EF = EF_pre · (1 − BF); BF is 0 where the fuel is fossil, its biomass unknown or not zero-rated (B.3.3).

    >>> fossil_ef(83, 0.15)
    70.55
    """
    return preliminary_ef * (1 - biomass)


@cites(transitional="III B.3.1.2, Eq. 11; III B.3.1.1, Eq. 10", definitive="II B.3.1.2, Eq. 11; II B.3.1.1, Eq. 10")
def process_emissions(quantity: Amount, ef: tCO2_per_amount, conversion: share = 1, biomass: share = 0) -> tCO2:
    """Fossil CO2 that a material gives off in the process.

    Em = AD · EF · CF with EF = EF_pre · (1 − BF); AD in t or 1000 Nm3, EF_pre in t CO2 per the same unit.

    >>> process_emissions(1_255_000, 0.525)  # raw meal for clinker
    658875.0
    """
    return quantity * ef * conversion * (1 - biomass)


@cites(transitional="III B.3.2, Eq. 12, 15", definitive="II B.3.2, Eq. 12, 15")
def mass_balance(
    quantity: Amount, carbon_content: tC_per_amount, carbon_factor: tCO2_per_tC, biomass: share = 0
) -> tCO2:
    """Fossil CO2 of one stream of a carbon balance; what leaves has a negative quantity and takes CO2 off.

    Em = f · AD · CC with CC = CC_pre · (1 − BF); AD in t or 1000 Nm3, CC_pre in t C per the same unit.

    >>> round(mass_balance(-1_808_226, 0.003878, 3.664), 9)  # steel that leaves
    -25693.068768192
    """
    return carbon_factor * quantity * carbon_content * (1 - biomass)


@cites(transitional="III B.3.2, Eq. 13", definitive="II B.3.2, Eq. 13")
def carbon_from_energy_ef(ef: tCO2_per_TJ, ncv: TJ_per_amount, carbon_factor: tCO2_per_tC) -> tC_per_amount:
    """Carbon content of a fuel from its emission factor per energy.

    CC = EF · NCV / f; EF in t CO2/TJ, NCV in TJ per t or 1000 Nm3, f in t CO2/t C.

    >>> round(carbon_from_energy_ef(56.1, 0.048, 3.664), 9)
    0.734934498
    """
    return quotient(ef * ncv, carbon_factor, NO_CARBON_FACTOR)


@cites(transitional="III B.3.2, Eq. 14", definitive="II B.3.2, Eq. 14")
def carbon_from_ef(ef: tCO2_per_amount, carbon_factor: tCO2_per_tC) -> tC_per_amount:
    """Carbon content of a fuel or material from its emission factor per amount.

    CC = EF / f; EF in t CO2 per t or 1000 Nm3, f in t CO2/t C.

    >>> round(carbon_from_ef(0.01, 3.664), 9)  # calcined lime
    0.002729258
    """
    return quotient(ef, carbon_factor, NO_CARBON_FACTOR)


@cites(transitional="III B.3.2, Eq. 15", definitive="II B.3.2, Eq. 15")
def fossil_carbon(preliminary_cc: tC_per_amount, biomass: share) -> tC_per_amount:
    """Carbon content of a mixed fuel or material after its zero-rated biomass is taken off.

    CC = CC_pre · (1 − BF); BF is 0 where the material is fossil, its biomass unknown or not zero-rated (B.3.3).

    >>> fossil_carbon(0.5, 0.25)
    0.375
    """
    return preliminary_cc * (1 - biomass)


@cites(transitional="III B.3.3", definitive="II B.3.3")
def biomass_part(gross: tCO2, biomass: share) -> tCO2:
    """CO2 from zero-rated biomass, shown beside the fossil CO2: its share of what the stream gives with biomass = 0.

    >>> biomass_part(combustion(energy(25_000, 0.020), 83), 0.15)  # household waste
    6225.0
    """
    return gross * biomass
