"""Rules of single sectors: hydrogen by electrolysis (Eq. 1 to 3, 2023/1773 Annex II 3.6), cement clinker and nitric
acid (Eq. 27 to 29, 2023/1773 Annex III B.9; 2025/2547 Annex II B.9).

The shares of hydrogen apply to the direct and to the indirect emissions of the process. The definitive act has one
equation over all co-products in their place (its Eq. 43), which counts what is produced and not what is sold.
"""

from __future__ import annotations

from cbam_xl.equations.form import cites, quotient
from cbam_xl.units import (
    Nm3_per_h,
    kgCl2_per_kmol,
    kgH2_per_kmol,
    kgNaClO3_per_kmol,
    kgNaOH_per_kmol,
    kgO2_per_kmol,
    share,
    t,
    t_per_t,
    tCl2,
    tH2,
    tNaClO3,
    tNaOH,
    tO2,
)

NO_HYDROGEN = "Nothing was produced: there is no molar share of hydrogen."


@cites(transitional="II 3.6, Eq. 1")
def electrolysis_share(
    hydrogen: tH2, oxygen: tO2, oxygen_sold: tO2, m_hydrogen: kgH2_per_kmol, m_oxygen: kgO2_per_kmol
) -> share:
    """Share of the emissions of a water electrolysis that its hydrogen bears; all of them where the oxygen is vented.

    Em_H2/Em_total = 1 − (m_O2,sold/M_O2) / (m_H2,prod/M_H2 + m_O2,prod/M_O2); masses in t, molar masses in kg/kmol.
    `oxygen_sold` includes what the installation uses. CbamError when nothing was produced.

    >>> round(electrolysis_share(1_000, 7_936.01, 0.5 * 7_936.01, 2.016, 31.998), 10)
    0.83333336
    """
    return 1 - quotient(oxygen_sold / m_oxygen, hydrogen / m_hydrogen + oxygen / m_oxygen, NO_HYDROGEN)


@cites(transitional="II 3.6, Eq. 2")
def chloralkali_share(
    hydrogen_sold: tH2,
    hydrogen: tH2,
    chlorine: tCl2,
    sodium_hydroxide: tNaOH,
    m_hydrogen: kgH2_per_kmol,
    m_chlorine: kgCl2_per_kmol,
    m_sodium_hydroxide: kgNaOH_per_kmol,
) -> share:
    """Share of the emissions of a chlor-alkali electrolysis that the hydrogen sold or used as precursor bears.

    Em_H2/Em_total = (m_H2,sold/M_H2) / (m_H2,prod/M_H2 + m_Cl2,prod/M_Cl2 + m_NaOH,prod/M_NaOH); masses in t
    (NaOH as 100 %), molar masses in kg/kmol. CbamError when nothing was produced.

    >>> round(chloralkali_share(1_200, 5_686.7, 200_000, 225_646.7, 2.016, 70.902, 39.997), 10)
    0.0527545127
    """
    produced = hydrogen / m_hydrogen + chlorine / m_chlorine + sodium_hydroxide / m_sodium_hydroxide
    return quotient(hydrogen_sold / m_hydrogen, produced, NO_HYDROGEN)


@cites(transitional="II 3.6, Eq. 3")
def chlorate_share(
    hydrogen_sold: tH2,
    hydrogen: tH2,
    sodium_chlorate: tNaClO3,
    m_hydrogen: kgH2_per_kmol,
    m_sodium_chlorate: kgNaClO3_per_kmol,
) -> share:
    """Share of the emissions of a sodium chlorate production that the hydrogen sold or used as precursor bears.

    Em_H2/Em_total = (m_H2,sold/M_H2) / (m_H2,prod/M_H2 + m_NaClO3,prod/M_NaClO3); masses in t (NaClO3 as 100 %),
    molar masses in kg/kmol. CbamError when nothing was produced.

    >>> round(chlorate_share(3 * 2.016, 3 * 2.016, 106.438, 2.016, 106.438), 12)  # NaCl + 3 H2O -> NaClO3 + 3 H2
    0.75
    """
    produced = hydrogen / m_hydrogen + sodium_chlorate / m_sodium_chlorate
    return quotient(hydrogen_sold / m_hydrogen, produced, NO_HYDROGEN)


@cites(transitional="III B.9.2.2, Eq. 27", definitive="II B.9.2.2, Eq. 27")
def clinker_produced(
    cement_delivered: t,
    cement_stock: t,
    clinker_ratio: t_per_t,
    clinker_supplied: t,
    clinker_dispatched: t,
    clinker_stock: t,
) -> t:
    """Clinker produced, from the cement deliveries, where the clinker isn't weighed (Method B).

    Cli_prod = (Cem_deliv − Cem_SV) · CCR − Cli_s + Cli_d − Cli_SV; all in t, CCR in t clinker/t cement. The act doesn't
    give the sign of the stock variations SV: with its minus signs they are opening − closing stock.

    >>> clinker_produced(1_000_000, 5_000, 0.78, 20_000, 15_000, -3_000)
    774100.0
    """
    return (cement_delivered - cement_stock) * clinker_ratio - clinker_supplied + clinker_dispatched - clinker_stock


@cites(transitional="III B.9.2.3, Eq. 28", definitive="II B.9.2.3, Eq. 28")
def dust_ef(clinker_ef: t_per_t, calcination: share) -> t_per_t:
    """Emission factor of cement kiln dust or bypass dust that leaves the kiln, by its degree of calcination.

    EF_CKD = [EF_Cli/(1 + EF_Cli) · d] / [1 − EF_Cli/(1 + EF_Cli) · d]; EF in t CO2 per t clinker and per t dust,
    d from 0 to 1. Clinker and its CO2 add up to raw meal, so CO2 counts here as any other mass.

    >>> round(dust_ef(0.525, 0.5), 10)
    0.2079207921
    """
    released = clinker_ef / (1 + clinker_ef) * calcination
    return quotient(released, 1 - released, "The dust would be all CO2: check the clinker factor and the calcination.")


@cites(transitional="III B.9.3.2, Eq. 29", definitive="II B.9.3.2, Eq. 29")
def flue_gas_flow(air: Nm3_per_h, oxygen: share, air_oxygen: share) -> Nm3_per_h:
    """Flue gas flow of a nitric acid unit from its input air (primary, secondary and seal air), on a dry basis.

    V_flue = V_air · (1 − O2,air) / (1 − O2,flue); flows in Nm3/h, O2 as volume fractions. CbamError at O2,flue = 1.

    >>> round(flue_gas_flow(100_000, 0.03, 0.2095), 5)
    81494.84536
    """
    return quotient(air * (1 - air_oxygen), 1 - oxygen, "The flue gas is all oxygen: enter its O2 as a share (0.03).")
