"""What a verifier would ask under the act of 2026 only (2025/2547)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from .. import options, reference
from ..findings import issue
from ..law import Law
from ..model import ALUMINIUM, GREEN, GRID_FACTOR, STEEL_PRODUCTS, WASTE_GAS, Installation, Issue
from ..report import Report
from . import benchmarks, bought, defaults

ONE_PROCESS = ("Crude steel", STEEL_PRODUCTS, *ALUMINIUM)
"""Categories whose goods are one process when they differ in size or shape only (II A.4)."""
BELOW = 10  # by what factor a good that isn't green can't be below its benchmark
ALIKE = 3  # decimals of t per t to which the proportion of precursors is compared


def joint(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Art. 4(9): what is made and used inside a joint process neither leaves it nor is sold."""
    stays = options.chosen(installation.site, "joint_process") == options.STAYS
    sold: dict[str, set[str]] = defaultdict(set)
    for g in installation.goods:
        sold[g.process].add(reference.category_of(g.cn_code) or "")
    for p in installation.processes:
        others = [c for c in p.leaving if c != p.category and stays]
        leaves = [*others, *sorted(sold[p.name] & set(p.included))]
        if leaves:
            yield issue("joint-leaves", f"{', '.join(dict.fromkeys(leaves))} leaves the joint process “{p.name}”: a "
                        "precursor may be made in it only if none is sold or used elsewhere. Make it a process of its "
                        "own.", p.at, "category", installation.origin)  # fmt: skip


def alike(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """II A.4: goods of steel and aluminium that use the same precursors in the same proportion are one process."""
    recipes: dict[str, dict[str, float]] = defaultdict(dict)
    levels = {p.name: p.quantity for p in installation.processes if p.category in ONE_PROCESS and p.quantity}
    for f in installation.flows:
        if f.target in levels and not f.material and f.quantity:
            recipes[f.target][f.source] = recipes[f.target].get(f.source, 0.0) + f.quantity / levels[f.target]
    first: dict[tuple[object, ...], str] = {}
    for p in installation.processes:
        if p.name not in recipes or p.finishing:
            continue
        recipe = tuple(sorted((source, round(share, ALIKE)) for source, share in recipes[p.name].items()))
        other = first.setdefault((p.category, p.routes, recipe), p.name)
        if other != p.name:
            yield issue("goods-alike", f"“{other}” and “{p.name}” use the same precursors in the same proportion: if "
                        "their goods differ in size or shape only, they are one process.", p.at, "name",
                        installation.origin)  # fmt: skip


def evidence(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 54: exported waste gas is deducted only with evidence that is good enough for verification."""
    processes = {p.name for p in installation.processes}
    for t in installation.transfers:
        if law.waste_gas_evidence and t.kind == WASTE_GAS and t.source in processes and t.quantity and not t.note:
            yield issue("waste-gas-evidence", f"The waste gas from “{t.source}” isn't deducted: say in “Evidence, "
                        "note” what proves its use (Eq. 54).", t.at, "note", installation.origin)  # fmt: skip


def edition(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """2025/2621, 2026/1740: the edition of default values that sheet Installation asks for is one that is there."""
    if law.default_edition and law.default_edition not in defaults.editions():
        yield issue("edition-unknown", f"Edition “{law.default_edition}” of default values isn't there; there are: "
                    f"{', '.join(defaults.editions())}. Blank means the newest.", installation.site.at,
                    "default_value_edition", installation.origin)  # fmt: skip
    elif law.default_edition and law.default_edition != defaults.editions()[-1]:
        yield issue("edition-old", f"Edition {law.default_edition} of default values is used; the newest, "
                    f"{defaults.editions()[-1]}, applies to the whole of its time: leave the cell blank to use it.",
                    installation.site.at, "default_value_edition", installation.origin)  # fmt: skip


def grid_year(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """II D.4: the newest grid factor of one's own that may be used is older than the year before the period."""
    end, country = report.period[1], reference.country_code(installation.site.text("country"))
    mine = [f for f in installation.figures if f.kind == GRID_FACTOR and f.year is not None
            and end and f.year <= end.year and reference.country_code(f.of) == country]  # fmt: skip
    newest = max(mine, key=lambda f: f.year or 0.0, default=None)
    if end and newest and newest.year is not None and newest.year < end.year - 1:
        yield issue("figure-year", f"The grid factor of {newest.of} is of {newest.year:.0f}, the goods are of "
                    f"{end.year}: enter the newest published factor with its year.", newest.at, "year",
                    installation.origin)  # fmt: skip


def low(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """2025/2620: a SEE far below every benchmark of its CN code; goods that may be made without emissions apart."""
    year = bought.year_of(installation)
    places = {(g.name, g.process): g.at for g in installation.goods}
    for g in report.goods:
        known = benchmarks.of_code(g.cn_code, year) if g.cn_code and g.category not in GREEN else {}
        if known and 0 <= g.see_total < min(known.values()) / BELOW:
            yield issue("see-benchmark", f"“{g.name}” has a SEE of {g.see_total:.5g} t CO2e/t; the benchmark of CN "
                        f"{g.cn_code} is {min(known.values()):g}: check that no emissions or precursors are missing.",
                        places[g.name, g.process], "name", installation.origin)  # fmt: skip


CHECKS = (joint, alike, evidence, edition, grid_year, low)
