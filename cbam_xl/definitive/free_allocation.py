"""Specific embedded free allocation of every process and good (IR (EU) 2025/2620 Annex): the graph of the SEE again.

A process has the benchmark of its own goods (column A); precursors bring theirs, a bought one what its supplier
states, else the benchmark of its whole chain (column B).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from math import fsum, isnan
from typing import NamedTuple

from .. import options, reference, solver
from ..errors import CbamError
from ..findings import issue
from ..law import Law
from ..model import DEFAULT_VALUE, Good, Installation, Issue, Precursor, Process, fold
from ..report import NAN, or_nan
from . import benchmarks, bought, defaults, functional_units


def own_of_good(good: Good, process: Process, year: int) -> float:
    """Free allocation of the process of a good, by its CN code and route (Eq. 2); CbamError where that isn't known."""
    route = good.benchmark_route or benchmarks.letter_of(process.routes, process.category)
    return benchmarks.free_allocation(good.cn_code, year, route=route)


@cache
def of_category(category: str, year: int, route: str = "") -> float:
    """Free allocation of a process that sells nothing, where all CN codes of its category agree; NaN otherwise.

    >>> of_category("Pig iron", 2026), of_category("Unwrought aluminium", 2026)
    (1.061775, nan)
    """
    found = set()
    for row in reference.rows("cn_codes"):
        if row["category"] == category and row["in_template"] == "yes":
            try:
                found.add(benchmarks.free_allocation(row["cn_code"], year, route=route))
            except CbamError:
                return NAN
            if len(found) > 1:
                return NAN
    return found.pop() if found else NAN


def of_bought(p: Precursor, year: int, law: Law) -> float:
    """SEFA of a bought precursor: exempt or as verified; else column B with the route of its default value; or NaN."""
    if defaults.exempt(p.country):
        return 0.0
    if p.sefa is not None and p.verification and fold(p.see_direct_source) != fold(DEFAULT_VALUE):
        return p.sefa
    code = p.cn_code or bought.only_code(p.category)
    try:
        value = bought.value_of(p, year, law)
        return benchmarks.free_allocation(
            (value.cn_code if value and len(value.cn_code) > 8 else code)[:8], year, column=benchmarks.DEFAULT,
            route=value.route if value else "")  # fmt: skip
    except CbamError:
        return NAN


class Allocation(NamedTuple):
    """Free allocation in t CO2e/t: SEFA of every process, the part of its own benchmark, that part of every good."""

    of_process: Mapping[str, float]
    own_of_process: Mapping[str, float]
    own_of_good: Mapping[str, float]
    issues: Sequence[Issue]


def of_processes(installation: Installation, law: Law, year: int) -> Allocation:
    """SEFA of every process (Eq. 2 to 5), and what is missing."""
    goods: dict[str, list[Good]] = defaultdict(list)
    for g in installation.goods:
        goods[g.process].append(g)
    place = {p.name: i for i, p in enumerate(installation.processes)}
    precursors = {p.name: p for p in installation.precursors}
    used = [f for f in installation.flows if f.target in place and not f.material and f.quantity]
    feeding = {f.source for f in used}
    by_mass = options.chosen(installation.site, "mixed_benchmark_routes") == options.BY_MASS
    issues: list[Issue] = []
    own: dict[str, float] = {}
    of_good: dict[str, float] = {}
    for p in installation.processes:
        own[p.name], found, lacking = _own(p, goods[p.name], year, p.name in feeding, by_mass)
        of_good |= found
        issues += lacking
    levels = [p.quantity or NAN for p in installation.processes]
    rows = [{i: level} for i, level in enumerate(levels)]
    sides = [[level * own[p.name]] for level, p in zip(levels, installation.processes, strict=True)]
    for f in used:
        i, mass = place[f.target], or_nan(f.quantity)
        if f.source in place:
            j = place[f.source]
            rows[i][j] = rows[i].get(j, 0.0) - mass
        elif f.source in precursors:
            sefa = of_bought(precursors[f.source], year, law)
            sides[i][0] += mass * sefa
            if isnan(sefa):
                code = precursors[f.source].cn_code
                hint = benchmarks.listed_instead(code, year) or (
                    "fill in its CN code of eight digits, or the SEFA of its verification report.")  # fmt: skip
                issues.append(issue("benchmark-missing", f"“{f.source}” has no known free allocation: {hint}",
                                    precursors[f.source].at, "cn_code", installation.origin))  # fmt: skip
        else:
            sides[i][0] = NAN
    found_all, _ = solver.solve(rows, sides)
    of = {p.name: x[0] for p, x in zip(installation.processes, found_all, strict=True)}
    return Allocation(of, own, of_good, issues)


def _own(
    p: Process, goods: Sequence[Good], year: int, feeds: bool, by_mass: bool
) -> tuple[float, Mapping[str, float], list[Issue]]:
    """Free allocation of the process itself, the mean of its goods by mass; that of each good; what is missing."""
    if not p.is_cbam:
        return 0.0, {}, []
    if not goods:
        value = of_category(p.category, year, benchmarks.letter_of(p.routes, p.category))
        lacking = [issue("benchmark-missing", f"The benchmark of “{p.name}” isn't known: enter what it makes on Goods, "
                         "with CN code and benchmark route.", p.at, "name")]  # fmt: skip
        return value, {}, lacking if isnan(value) and feeds else []
    found: dict[str, float] = {}
    issues: list[Issue] = []
    for g in goods:
        try:
            found[g.name] = own_of_good(g, p, year)
        except CbamError as error:
            found[g.name] = NAN
            field = "benchmark_route" if benchmarks.of_code(g.cn_code, year) else "cn_code"
            issues.append(issue("benchmark-missing", f"“{g.name}”: {error}", g.at, field))
    if p.included:
        issues.append(issue("joint-allocation", f"The joint process “{p.name}” has the free allocation of its goods "
                            f"alone: none is added for {', '.join(p.included)}. A process of its own would add it.",
                            p.at, "category"))  # fmt: skip
    alike: dict[str, list[Good]] = defaultdict(list)
    for g in goods:
        alike["".join(g.cn_code.split())].append(g)
    for code, rows in alike.items():
        if len({found[g.name] for g in rows}) > 1:
            letters = sorted({g.benchmark_route for g in rows if g.benchmark_route})
            found |= dict.fromkeys((g.name for g in rows), _shared(rows, found, by_mass))
            how = "their mean by mass" if by_mass else "that of the route of the largest mass"
            issues.append(issue("routes-weighed", f"CN code {code} of “{p.name}” has the benchmark routes "
                                f"{', '.join(letters)}: its free allocation is {how}, provisional until an act says "
                                "how.", p.at, "name"))  # fmt: skip
    return _shared(goods, found, by_mass=True), found, issues


def _shared(goods: Sequence[Good], found: Mapping[str, float], by_mass: bool) -> float:
    """One benchmark for several goods: the mean by mass, or that which most of their mass has; NaN is unknown."""
    masses: dict[float, float] = defaultdict(float)
    for g in goods:
        masses[found[g.name]] += or_nan(g.quantity)
    if len(masses) == 1:
        return found[goods[0].name]
    whole = fsum(masses.values())
    if not whole or isnan(whole):
        return NAN
    return fsum(value * m for value, m in masses.items()) / whole if by_mass else max(masses, key=lambda v: masses[v])


def of_goods(installation: Installation, law: Law, year: int) -> tuple[Mapping[str, float], Sequence[Issue]]:
    """SEFA of every good by name: the benchmark of its CN code and route, and its part of precursors (Eq. 4)."""
    found = of_processes(installation, law, year)
    part = functional_units.richness(installation)
    brought = {name: found.of_process[name] - found.own_of_process[name] for name in found.of_process}
    return {g.name: found.own_of_good.get(g.name, NAN) + brought.get(g.process, NAN) * part[g.name]
            for g in installation.goods}, found.issues  # fmt: skip
