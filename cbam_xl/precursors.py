"""What precursors bring along, per tonne and in all: the right-hand sides of Eq. 57 to 61 (III G, E; II 3.17, 3.18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum

from . import equations as eq
from . import reference
from .law import Law
from .model import ALUMINIUM, DEFAULT_VALUE, NON_ALUMINIUM, SMELTING, Flow, Installation, Precursor, fold
from .report import or_nan

Sides = tuple[float, float, float, float, float]
"""Direct, indirect (t CO2e), electricity (MWh), direct from default values, all that is bought (t CO2e)."""

DIRECT, INDIRECT, POWER, DEFAULT, BOUGHT = range(5)


def used(installation: Installation) -> dict[str, list[Flow]]:
    """What each process uses of precursors, own and bought; by-products bring no embedded emissions."""
    flows: dict[str, list[Flow]] = {p.name: [] for p in installation.processes}
    for f in installation.flows:
        if f.target in flows and not f.material and f.quantity != 0:
            flows[f.target].append(f)
    return flows


def rated(see: Sequence[float], law: Law) -> float:
    """The SEE of which the share of default values is one: direct, from 2026 direct and indirect."""
    return see[DIRECT] + see[INDIRECT] if law.default_share_of_total else see[DIRECT]


def per_tonne(p: Precursor, law: Law) -> Sides:
    """What a tonne of a bought precursor brings (Eq. 58); its electricity or the factor of it may be 0 alone."""
    direct, mwh = or_nan(p.see_direct), or_nan(p.electricity)
    if p.see_indirect is not None:
        indirect = p.see_indirect
    elif p.electricity == 0 or p.electricity_ef == 0:
        indirect = 0.0
    else:
        indirect = eq.electricity_emissions(mwh, or_nan(p.electricity_ef))
    defaulted = rated((direct, indirect), law) if fold(p.see_direct_source) == fold(DEFAULT_VALUE) else 0.0
    return direct, indirect, mwh, defaulted, direct + indirect


def per_tonne_of_alloys() -> Sides:
    """Alloying elements count as so much primary aluminium, with its default value."""
    direct, indirect = reference.primary_aluminium()
    return direct, indirect, 0.0, direct, direct + indirect


def alloy_shares(installation: Installation, law: Law) -> dict[str, float]:
    """Shares of alloying elements in the aluminium of each process that holds more than 5 % of them (II 3.17, 3.18)."""
    if installation.origin == "communication":
        return {}
    aluminium = {p.name for p in installation.processes if p.category in ALUMINIUM
                 and p.routes != (SMELTING,)}  # fmt: skip
    of_good = {g.name: g.process for g in installation.goods}
    shares: dict[str, float] = {}
    for row in installation.parameters:
        name = of_good.get(row.target, row.target)
        if row.parameter == NON_ALUMINIUM and name in aluminium and isinstance(row.value, float):
            shares[name] = max(row.value / 100, shares.get(name, 0.0))
    return {name: share for name, share in shares.items() if not share <= law.alloying_threshold}


def alloying(installation: Installation, law: Law, flows: Mapping[str, Iterable[Flow]]) -> dict[str, float]:
    """Tonnes of alloying elements that count as primary aluminium, of each process with more than 5 % of them.

    What an own precursor brings along was counted there.
    """
    shares = alloy_shares(installation, law)
    level = {p.name: or_nan(p.quantity) for p in installation.processes if p.name in shares}
    return {
        name: max(level[name] * share - fsum(or_nan(f.quantity) * shares.get(f.source, 0.0) for f in flows[name]), 0.0)
        for name, share in shares.items()
    }
