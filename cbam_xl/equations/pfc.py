"""Perfluorocarbons of primary aluminium: Eq. 20 to 26 (2023/1773 Annex III B.7; 2025/2547 Annex II B.7).

The chain of the slope method is Eq. 23, 21, 22, 26, 20; that of the overvoltage method Eq. 24, 25, 26, 20. As Eq. 20
is linear it may stand at the end, on the CO2e, or before it, on each gas.
"""

from __future__ import annotations

from cbam_xl.equations.form import cites
from cbam_xl.errors import CbamError
from cbam_xl.units import (
    anode_effects,
    kg_per_t,
    millivolts,
    minutes_per_cell_day,
    minutes_per_effect,
    overvoltage_factor,
    percent,
    share,
    slope_factor,
    tAl,
    tC2F6,
    tC2F6_per_tCF4,
    tCF4,
    tCO2e,
    tCO2e_per_tC2F6,
    tCO2e_per_tCF4,
)

KG_PER_T: kg_per_t = 1000.0


@cites(transitional="III B.7, Eq. 20", definitive="II B.7, Eq. 20")
def pfc_total(duct: tCO2e, collection: share) -> tCO2e:
    """PFC of the cells, fugitive ones included, from what passes the duct.

    PFC_total = PFC_duct / collection efficiency; the efficiency is a share: 0.98, not 98 (CbamError).

    >>> round(pfc_total(1_291_817.709 + 263_858.15106, 0.98), 3)
    1587424.347
    """
    if collection <= 0 or collection > 1:
        raise CbamError(
            f"The collection efficiency is {collection:g}: it is a share above 0 and at most 1 (98 % = 0.98)."
        )
    return duct / collection


@cites(transitional="III B.7.1, Eq. 21", definitive="II B.7.1, Eq. 21")
def cf4_slope(aem: minutes_per_cell_day, sef: slope_factor, aluminium: tAl) -> tCF4:
    """CF4 that passes the duct, by the slope method.

    CF4 = AEM · (SEF_CF4 / 1000) · Pr_Al; AEM in anode effect minutes per cell-day,
    SEF in (kg CF4/t Al)/(anode effect minutes/cell-day), Pr_Al in t.

    >>> round(cf4_slope(0.6, 0.143, 100_000), 9)  # CWPB cells
    8.58
    """
    return aem * (sef / KG_PER_T) * aluminium


@cites(transitional="III B.7.1, Eq. 22; III B.7.2, Eq. 25", definitive="II B.7.1, Eq. 22; II B.7.2, Eq. 25")
def c2f6(cf4: tCF4, ratio: tC2F6_per_tCF4) -> tC2F6:
    """C2F6 that comes with the CF4, in both methods.

    C2F6 = CF4 · F_C2F6; F is the weight fraction in t C2F6/t CF4.

    >>> round(c2f6(8.58, 0.121), 9)
    1.03818
    """
    return cf4 * ratio


@cites(transitional="III B.7.1, Eq. 23", definitive="II B.7.1, Eq. 23")
def anode_effect_minutes(frequency: anode_effects, duration: minutes_per_effect) -> minutes_per_cell_day:
    """Anode effect minutes per cell-day.

    AEM = frequency · average duration; anode effects per cell-day and minutes per anode effect.

    >>> anode_effect_minutes(0.3, 2)
    0.6
    """
    return frequency * duration


@cites(transitional="III B.7.2, Eq. 24", definitive="II B.7.2, Eq. 24")
def cf4_overvoltage(ovc: overvoltage_factor, aeo: millivolts, current_efficiency: percent, aluminium: tAl) -> tCF4:
    """CF4 that passes the duct, by the overvoltage method.

    CF4 = OVC · (AEO / CE) · Pr_Al · 0.001; OVC in kg CF4/t Al per mV, AEO in mV, Pr_Al in t. CE enters as the number
    of percent: 95 and not 0.95, which would give a hundred times too much (CbamError).

    >>> round(cf4_overvoltage(1.16, 10, 95, 100_000), 7)
    12.2105263
    """
    if current_efficiency <= 1.5 or current_efficiency > 100:
        raise CbamError(
            f"The current efficiency is {current_efficiency:g}: Eq. 24 takes it in percent (95 for 95 %),"
            " above 1.5 and at most 100."
        )
    return ovc * (aeo / current_efficiency) * aluminium / KG_PER_T


@cites(transitional="III B.7.3, Eq. 26", definitive="II B.7.3, Eq. 26")
def pfc_co2e(cf4: tCF4, c2f6: tC2F6, gwp_cf4: tCO2e_per_tCF4, gwp_c2f6: tCO2e_per_tC2F6) -> tCO2e:
    """PFC as CO2 equivalent.

    PFC = CF4 · GWP_CF4 + C2F6 · GWP_C2F6; gases in t, global warming potentials in t CO2e per t of the gas.

    >>> round(pfc_co2e(8.58, 1.03818, 6_630, 11_100), 6)
    68409.198
    """
    return cf4 * gwp_cf4 + c2f6 * gwp_c2f6
