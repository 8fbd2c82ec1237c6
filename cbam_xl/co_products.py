"""Hydrogen made together with oxygen, or with chlorine and lye, or with chlorate keeps its molar part (II 3.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from . import equations as eq
from .law import Law
from .model import WASTE, Flow, Process, fold
from .report import or_nan


class CoProducts(NamedTuple):
    """The part of a process that belongs to its hydrogen, and what all its products were attributed (t CO2e)."""

    share: float
    cites: str
    direct: float
    indirect: float


def share(p: Process, flows: Iterable[Flow], law: Law) -> tuple[float, str] | None:
    """Eq. 1 to 3, from 2026 Eq. 43: the molar part of hydrogen, and its provision; None where it is made alone."""
    if law.co_products_by_moles:
        part = by_moles(p, flows, law)
        return None if part == 1.0 else (part, "III A.2, Eq. 43")
    made: dict[str, float] = defaultdict(float)
    sold: dict[str, float] = defaultdict(float)
    for f in flows:
        if f.source == p.name and f.material:
            made[fold(f.material)] += or_nan(f.quantity)
            if f.target != WASTE:
                sold[fold(f.material)] += or_nan(f.quantity)
    level = or_nan(p.quantity)
    hydrogen = level + made["hydrogen"]
    if made["chlorine"] or made["sodium hydroxide"]:
        return eq.chloralkali_share(level, hydrogen, made["chlorine"], made["sodium hydroxide"], law.molar_mass_h2,
                                    law.molar_mass_cl2, law.molar_mass_naoh), "II 3.6, Eq. 2"  # fmt: skip
    if made["sodium chlorate"]:
        return eq.chlorate_share(level, hydrogen, made["sodium chlorate"], law.molar_mass_h2,
                                 law.molar_mass_naclo3), "II 3.6, Eq. 3"  # fmt: skip
    if sold["oxygen"]:
        return eq.electrolysis_share(hydrogen, made["oxygen"], sold["oxygen"], law.molar_mass_h2,
                                     law.molar_mass_o2), "II 3.6, Eq. 1"  # fmt: skip
    return None


def by_moles(p: Process, flows: Iterable[Flow], law: Law) -> float:
    """Eq. 43: the part of the emissions that hydrogen bears, by moles of all that is made with it.

    The law names the molar masses of oxygen, chlorine, lye and chlorate; other by-products bear nothing.
    """
    molar = {"oxygen": law.molar_mass_o2, "chlorine": law.molar_mass_cl2, "sodium hydroxide": law.molar_mass_naoh,
             "sodium chlorate": law.molar_mass_naclo3, "hydrogen": law.molar_mass_h2}  # fmt: skip
    made = [(or_nan(f.quantity), molar[fold(f.material)]) for f in flows
            if f.source == p.name and fold(f.material) in molar
            and (f.target != WASTE or law.discarded_co_products)]  # fmt: skip
    level = or_nan(p.quantity)
    return eq.molar_share(level, law.molar_mass_h2, [(level, law.molar_mass_h2), *made]) if made else 1.0
