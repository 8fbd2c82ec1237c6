"""What a reaction allows: ammonia for nitric acid, oxygen beside hydrogen, CO2 of the carbonates of clinker.

Molar masses and factors are those of reference sheets; the margins are wider than any measurement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum

from .. import reference
from ..findings import amount, issue
from ..law import Law
from ..model import (
    AMMONIA,
    CLINKER,
    HYDROGEN,
    NITRIC_ACID,
    PROCESS_EMISSIONS,
    Flow,
    Installation,
    Issue,
    Precursor,
    Process,
    Stream,
    fold,
)
from ..report import Report, or_nan

OXYGEN = "oxygen"
LITTLE, APART, TIMES = 0.01, 0.05, 1.2
"""Relative: what analyses may hide; how far oxygen may be from its hydrogen; CO2 of carbonates above the standard."""


def nitric_acid(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """II 3.8: NH3 + 2 O2 gives HNO3 + H2O; with less ammonia the tonnes of acid are tonnes of its solution."""
    needed = reference.parameter("molar_mass_nh3").value / reference.parameter("molar_mass_hno3").value
    sources: list[Process | Precursor] = [*installation.processes, *installation.precursors]
    makers = {s.name for s in sources if s.category == AMMONIA}
    used: dict[str, list[float]] = defaultdict(list)
    for f in installation.flows:
        if f.source in makers and not f.material:
            used[f.target].append(or_nan(f.quantity))
    for p in installation.processes:
        ammonia = fsum(used[p.name])
        if p.category == NITRIC_ACID and p.quantity and 0 < ammonia < p.quantity * needed * (1 - LITTLE):
            yield issue("stoichiometry", f"“{p.name}” takes {ammonia / p.quantity:.3f} t of ammonia per t of nitric "
                        f"acid; the reaction needs {needed:.3f}. Is production that of a solution, not of 100 % HNO3?",
                        p.at, "quantity", installation.origin)  # fmt: skip


def oxygen(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """II 3.6, Eq. 1: electrolysis of water gives half a mole of O2 with each mole of H2, sold or vented."""
    per_hydrogen = law.molar_mass_o2 / (2 * law.molar_mass_h2)
    made: dict[str, list[Flow]] = defaultdict(list)
    for f in installation.flows:
        if fold(f.material) in (OXYGEN, "hydrogen"):
            made[f.source].append(f)
    for p in installation.processes:
        rows = [f for f in made[p.name] if fold(f.material) == OXYGEN]
        if p.category != HYDROGEN or not p.quantity or not rows:
            continue
        expected = per_hydrogen * fsum((p.quantity, *(or_nan(f.quantity) for f in made[p.name] if f not in rows)))
        found = fsum(or_nan(f.quantity) for f in rows)
        if abs(found - expected) > APART * expected:
            yield issue("stoichiometry", f"The hydrogen of “{p.name}” comes with {amount(expected)} t of oxygen; its "
                        f"rows sum to {amount(found)} t. Enter what is vented as well (to Waste), and check the unit.",
                        rows[0].at, "quantity", installation.origin)  # fmt: skip


def carbonates(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """II 3.2, III B.9.2: clinker holds no more CaO and MgO than gives the standard 0.525 t CO2 per t, and a little."""
    standard = reference.parameter("clinker_ef_minimum").value
    rows: dict[str, list[tuple[float, Stream]]] = defaultdict(list)
    for s in installation.streams:
        if s.method == PROCESS_EMISSIONS and s.quantity and s.ef and s.ef_unit == "t":
            rows[s.process].append((s.quantity * s.ef, s))
    for p in installation.processes:
        if p.category != CLINKER or not p.quantity or not rows[p.name]:
            continue
        per_t = fsum(amount for amount, _ in rows[p.name]) / p.quantity
        if per_t > TIMES * standard:
            largest = max(rows[p.name], key=lambda row: row[0])[1]
            yield issue("carbonates-many", f"Process emissions of “{p.name}” are {per_t:.3f} t CO2 per t of clinker, "
                        f"usual are {standard:g}. Is the EF of “{largest.name}” per t of clinker? Then AD must be "
                        "clinker.", largest.at, "ef", installation.origin)  # fmt: skip


CHECKS = (nitric_acid, oxygen, carbonates)
