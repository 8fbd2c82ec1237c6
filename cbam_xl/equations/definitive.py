"""What only the definitive act has: co-products by moles, composition of goods (2025/2547 Annex III A.2, B), and the
free allocation that lowers the certificates (IR (EU) 2025/2620 Annex, its Eq. 1 to 6).

A functional unit (t of clinker, kg of nitrogen, t of goods) is an `Amount` here.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from cbam_xl.equations.form import cites, quotient
from cbam_xl.units import (
    amount_per_t,
    kg_per_kmol,
    share,
    t,
    t_per_t,
    tCO2e,
    tCO2e_per_amount,
    tCO2e_per_t,
)


@cites(definitive="III A.2, Eq. 43")
def molar_share(mass: t, molar_mass: kg_per_kmol, produced: Iterable[tuple[t, kg_per_kmol]]) -> share:
    """Share of the emissions of a process, direct and indirect, that one of its co-products bears.

    Em_i = Em_total · (m_i/M_i) / Σ (m_i/M_i) over all co-products, `mass` among them; masses in t, molar masses in
    kg/kmol. CbamError when nothing was produced.

    >>> round(molar_share(5_687, 2.016, [(5_687, 2.016), (200_000, 70.902), (225_647, 39.997)]), 12)  # chlor-alkali
    0.250008964538
    """
    moles = fsum(m / molar for m, molar in produced)
    return quotient(mass / molar_mass, moles, "Nothing was produced: there is no molar share.")


@cites(definitive="III A.2, Eq. 43")
def mass_share_of(mass: t, produced: Iterable[t]) -> share:
    """Share that a co-product bears where a molar mass isn't known: that of its mass.

    m_i / Σ m_i over all co-products; in t. CbamError when nothing was produced.

    >>> round(mass_share_of(5_687, [5_687, 200_000, 225_647]), 12)
    0.013184678231
    """
    return quotient(mass, fsum(produced), "Nothing was produced: there is no share by mass.")


@cites(definitive="III B, Eq. 64, 65, 66")
def see_of_composition(see: tCO2e_per_amount, content: amount_per_t) -> tCO2e_per_t:
    """Specific embedded emissions of one tonne of a good, from those of its functional unit.

    SEE_g(CK) = SEE_g · CK (t clinker per t), SEE_g(N) = SEE_g · N (kg N per t); direct or indirect.

    >>> round(see_of_composition(0.835789473684, 0.95), 9)  # cement with 95 % clinker
    0.794
    >>> round(see_of_composition(0.002709886956522, 460), 9)  # urea with 460 kg N per t
    1.246548
    """
    return see * content


@cites(free_allocation="Annex, Eq. 2, 6")
def process_free_allocation(cbam_factor: share, cross_sectoral: share, benchmark: tCO2e_per_t) -> tCO2e_per_t:
    """Specific free allocation of one production process (benchmark of column A), or of a good by default (column B).

    SFA = CBAM_y · CSCF_y · BM; benchmark in t CO2e per t of the good.

    >>> round(process_free_allocation(0.975, 1, 1.370), 9)
    1.33575
    """
    return cbam_factor * cross_sectoral * benchmark


@cites(free_allocation="Annex, Eq. 3, 4")
def specific_free_allocation(own: tCO2e_per_t, precursors: Iterable[tuple[t_per_t, tCO2e_per_t]]) -> tCO2e_per_t:
    """Specific embedded free allocation of a good: its own process and what its precursors bring.

    SEFA_g = SFA_Proc + Σ m_i · SEFA_i over pairs of m_i (t/t) and SEFA_i; without precursors a simple good (Eq. 3).

    >>> round(specific_free_allocation(0.975 * 0.044, [(0.625, 0), (0.416666666667, 0.975 * 1.364)]), 6)
    0.597025
    """
    return own + fsum(mass * sefa for mass, sefa in precursors)


@cites(free_allocation="Annex, Eq. 1")
def free_allocation_adjustment(sefa: tCO2e_per_t, mass: t) -> tCO2e:
    """Free allocation adjustment of a quantity of goods: what need not be covered by certificates.

    FAA = SEFA · M; in t CO2e.

    >>> free_allocation_adjustment(1.2558, 500)
    627.9
    """
    return sefa * mass


@cites(definitive="956 Article 22, 31")
def certificates(embedded: tCO2e, free: tCO2e, paid: tCO2e) -> tCO2e:
    """Certificates due for one good: its embedded emissions less free allocation and carbon price paid, never below 0.

    max(0, SEE · M − FAA − paid); all in t CO2e of the same goods. What is below zero can't offset other goods.

    >>> round(certificates(3.506, 1.33575, 0), 9), certificates(50, 70.2, 0)
    (2.17025, 0.0)
    """
    due = embedded - free - paid
    return max(due, due - due)
