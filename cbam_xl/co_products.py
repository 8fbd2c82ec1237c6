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
    """Eq. 1 to 3: the molar part of hydrogen, with its provision; None where nothing is made beside it."""
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
