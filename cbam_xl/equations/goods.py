"""From processes to goods: Eq. 48 to 61 (2023/1773 Annex III F and G; 2025/2547 Annex III A and B).

The definitive act reads the same equations per functional unit of the good instead of per tonne.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from cbam_xl.equations.form import cites, quotient
from cbam_xl.errors import CbamError
from cbam_xl.units import TJ, Amount, share, t, t_per_t, tCO2, tCO2_per_TJ, tCO2e, tCO2e_per_t

NOTHING_PRODUCED = "The activity level is 0: a process that produced nothing has no specific embedded emissions."


@cites(transitional="III F.1, Eq. 48", definitive="III A.3, Eq. 55")
def attributed_direct(
    direct: tCO2e,
    heat_in: tCO2e,
    heat_out: tCO2e,
    waste_gas_in: tCO2e,
    waste_gas_out: tCO2e,
    electricity_out: tCO2e,
) -> tCO2e:
    """Direct emissions attributed to a production process, before the floor at zero (`floored`).

    AttrEm_Dir = DirEm* + Em_H,imp − Em_H,exp + WG_corr,imp − WG_corr,exp − Em_el,prod; all in t CO2e over the period.

    >>> round(attributed_direct(7_866_044.469877754, 0, 0, 0, waste_gas_export(12_800, 56.1, 0.667), 0), 3)
    7387085.11
    """
    return direct + heat_in - heat_out + waste_gas_in - waste_gas_out - electricity_out


@cites(transitional="III F.1, Eq. 48", definitive="III A.3, Eq. 55")
def floored(value: tCO2e) -> tCO2e:
    """Attributed direct emissions with the act's floor: where AttrEm_Dir is negative it is set to zero.

    >>> floored(5_000 - 120 * 60), floored(12.5)
    (0.0, 12.5)
    """
    return max(value, 0.0)


@cites(transitional="III F.1, Eq. 49", definitive="III A.3, Eq. 56")
def attributed_indirect(consumed: tCO2e) -> tCO2e:
    """Indirect emissions attributed to a production process: those of all electricity it consumes, own one included.

    AttrEm_Indir = Em_el,cons; in t CO2e over the period (Eq. 44).

    >>> attributed_indirect(4_504.5)
    4504.5
    """
    return consumed


@cites(transitional="III F.1, Eq. 50, 51", definitive="III A.3, Eq. 57, 58")
def see(attributed: tCO2e, activity_level: t) -> tCO2e_per_t:
    """Specific embedded emissions of a simple good, direct (Eq. 50) or indirect (Eq. 51).

    SEE_g = AttrEm / AL_g; AttrEm in t CO2e, AL in t of the good. CbamError when nothing was produced.

    >>> round(see(1_037_310, 1_321_052.6315789474), 12)  # cement, as a joint process with its clinker
    0.785214741036
    """
    try:
        return attributed / activity_level
    except ZeroDivisionError:
        raise CbamError(NOTHING_PRODUCED) from None


@cites(transitional="III F.1, Eq. 52", definitive="III A.3, Eq. 52")
def heat_transfer(heat: TJ, ef: tCO2_per_TJ) -> tCO2:
    """Emissions that pass with measurable heat: Em_H,imp of the process that takes it, Em_H,exp of the giving one.

    Em_H = Q · EF_heat; Q in TJ of net heat, EF_heat in t CO2/TJ (C.2). The definitive act prints "Equation 52" twice.

    >>> round(heat_transfer(4.5, 56.1 / 0.9), 9)
    280.5
    """
    return heat * ef


@cites(transitional="III F.1, Eq. 53", definitive="III A.2.3, Eq. 53")
def waste_gas_import(energy: TJ, natural_gas_ef: tCO2_per_TJ) -> tCO2:
    """Emissions that a process takes over with waste gas from another process or installation.

    WG_corr,imp = V_WG · NCV_WG · EF_NG; energy = V · NCV in TJ, EF of natural gas in t CO2/TJ.

    >>> round(waste_gas_import(1_000, 56.1), 9)
    56100.0
    """
    return energy * natural_gas_ef


@cites(transitional="III F.1, Eq. 54", definitive="III A.2.3, Eq. 54")
def waste_gas_export(energy: TJ, natural_gas_ef: tCO2_per_TJ, correction: share) -> tCO2:
    """Emissions that a process takes off for waste gas it gives away; the CO2 of its combustion stays in its DirEm*.

    WG_corr,exp = V_WG,exp · NCV_WG · EF_NG · Corr_η; energy = V · NCV in TJ, EF of natural gas in t CO2/TJ, Corr_η a
    share. Inside one installation import and export differ by EF_NG · (1 − Corr_η) per TJ: the act is made so.

    >>> round(waste_gas_export(1_000, 56.1, 0.667), 9)
    37418.7
    """
    return energy * natural_gas_ef * correction


@cites(transitional="III F.3, Eq. 55", definitive="III A.1, Eq. 41")
def reconciliation_factor(installation: Amount, parts: Iterable[Amount]) -> share:
    """Factor that makes the figures of the processes meet the better one of the whole installation.

    RecF = D_Inst / Σ D_PP; any quantity, all in one unit. CbamError when the processes add up to 0.

    >>> round(reconciliation_factor(1_000, [420, 310, 240]), 12)
    1.030927835052
    """
    return quotient(installation, fsum(parts), "The figures of the processes add up to 0: nothing can be reconciled.")


@cites(transitional="III F.3, Eq. 56", definitive="III A.1, Eq. 42")
def reconciled(part: Amount, factor: share) -> Amount:
    """Figure of a process corrected by the reconciliation factor.

    D_PP,corr = D_PP · RecF; any quantity.

    >>> round(reconciled(420, 1_000 / 970), 12)
    432.989690721649
    """
    return part * factor


@cites(transitional="III G, Eq. 57", definitive="III B, Eq. 59")
def see_complex(attributed: tCO2e, embedded: tCO2e, activity_level: t) -> tCO2e_per_t:
    """Specific embedded emissions of a complex good, direct or indirect.

    SEE_g = (AttrEm_g + EE_InpMat) / AL_g; in t CO2e and t of the good. CbamError when nothing was produced.

    >>> round(see_complex(3_337.95, 20_000 * 1.539, 17_000), 12)  # carbon steel screws and nuts
    2.006938235294
    """
    return quotient(attributed + embedded, activity_level, NOTHING_PRODUCED)


@cites(transitional="III G, Eq. 58", definitive="III B, Eq. 60")
def embedded(precursors: Iterable[tuple[t, tCO2e_per_t]]) -> tCO2e:
    """Embedded emissions of the precursors that a process consumed, direct or indirect.

    EE_InpMat = Σ M_i · SEE_i over pairs of mass (t, with what is cut off, spilt or burnt) and SEE (t CO2e/t). Each
    installation a precursor comes from is a pair of its own.

    >>> embedded([(120_000, 0.719), (69_750, 1.9)])  # urea and ammonia
    218805.0
    """
    return fsum(mass * see for mass, see in precursors)


@cites(transitional="III G, Eq. 59", definitive="III B, Eq. 61")
def mass_share(mass: t, activity_level: t) -> t_per_t:
    """Specific mass consumption of a precursor, which the communication must state.

    m_i = M_i / AL_g; in t of the precursor per t of the good. CbamError when nothing was produced.

    >>> mass_share(120_000, 750_000)
    0.16
    """
    return quotient(mass, activity_level, NOTHING_PRODUCED)


@cites(transitional="III G, Eq. 60", definitive="III B, Eq. 62")
def see_from_shares(own: tCO2e_per_t, precursors: Iterable[tuple[t_per_t, tCO2e_per_t]]) -> tCO2e_per_t:
    """Specific embedded emissions of a complex good from specific mass consumptions.

    SEE_g = ae_g + Σ m_i · SEE_i; own = ae_g in t CO2e/t (Eq. 61), pairs of m_i (t/t, Eq. 59) and SEE_i (t CO2e/t).

    >>> round(see_from_shares(0.017895112356, [(0.16, 0.719), (0.093, 1.9)]), 12)  # mixed fertiliser
    0.309635112356
    """
    return own + fsum(mass * see for mass, see in precursors)


@cites(transitional="III G, Eq. 61", definitive="III B, Eq. 63")
def own_see(attributed: tCO2e, activity_level: t) -> tCO2e_per_t:
    """Specific embedded emissions of a good without those of its precursors.

    ae_g = AttrEm_g / AL_g; in t CO2e and t of the good. CbamError when nothing was produced.

    >>> own_see(3_337.95, 17_000)
    0.19635
    """
    return quotient(attributed, activity_level, NOTHING_PRODUCED)
