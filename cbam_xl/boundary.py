"""What lies inside the boundary of a process: joint processes (III A.4), and what the act of 2026 leaves out.

The provisions of 2026 are 2025/2547 Annex I 3 and Annex III A.2.
"""

from __future__ import annotations

from functools import cache

from . import reference
from .law import Law
from .model import MARKET, OFF_SPEC, Cell, Flow, Installation, Process, fold
from .report import Balance, or_nan


@cache
def direct_only(category: str) -> bool:
    """Whether goods of this category have direct emissions only from 2026 on (Annex II of 956).

    >>> direct_only("Pig iron"), direct_only("Sintered Ore")
    (True, False)
    """
    row = reference.find("categories", category) if category else None
    return row is not None and row["scope_from_2026"] == "direct"


@cache
def step_counts(category: str, step: str) -> bool:
    """Whether a finishing step lies inside the boundary of a category; one that the act doesn't name does.

    >>> step_counts("Iron or steel products", "Cutting"), step_counts("Aluminium products", "Plating")
    (False, True)
    """
    row = reference.find("finishing_steps", category, step)
    return row is None or row["counts"] == "yes"


def not_joinable(p: Process) -> list[str]:
    """Categories that leave a process together with its own, which III A.4(c), (d) doesn't let be joined with it."""
    others = [c for c in p.leaving if c != p.category]
    allowed = reference.joint(p.category) if others and p.is_cbam else {}
    return [c for c in others if c not in allowed]


def off_spec_sold(f: Flow, law: Law) -> bool:
    """Whether a row of Material flows is off-spec product that counts as a good, because it is sold (II F)."""
    return law.off_spec_sold and f.target == MARKET and fold(f.material) == fold(OFF_SPEC)


def off_spec(installation: Installation, law: Law) -> dict[str, float]:
    """Name of each process -> t of off-spec product that it sells and that counts."""
    sold: dict[str, float] = {}
    for f in installation.flows:
        if off_spec_sold(f, law):
            sold[f.source] = sold.get(f.source, 0.0) + or_nan(f.quantity)
    return sold


def with_off_spec(installation: Installation, law: Law) -> Installation:
    """The installation whose processes also make the off-spec product that they sell.

    A row of goods to the market beside it keeps the balance of what a process makes and where it goes.
    """
    sold = off_spec(installation, law)
    if not sold:
        return installation
    told = {f.source for f in installation.flows if not f.material}
    goods = [f._replace(at=Cell(*f.at), material="", carbon_content=None) for f in installation.flows
             if off_spec_sold(f, law) and f.source in told]  # fmt: skip
    return installation._replace(
        flows=(*installation.flows, *goods),
        processes=tuple(
            p if p.quantity is None else p._replace(quantity=p.quantity + sold.get(p.name, 0.0))
            for p in installation.processes
        ),
    )


def left_out(p: Process, law: Law) -> tuple[bool, bool]:
    """Whether a process is a finishing step that doesn't count, and whether its goods have direct emissions only."""
    excluded = law.excluded_steps and p.finishing != "" and not step_counts(p.category, p.finishing)
    return excluded, law.direct_only and direct_only(p.category)


def within(p: Process, b: Balance, law: Law) -> Balance:
    """A process without what its boundary leaves out: an excluded finishing step, indirect emissions of listed goods.

    What is taken off stands in the fields ``outside_direct_tco2e`` and ``outside_indirect_tco2e``.
    """
    excluded, listed = left_out(p, law)
    if not (excluded or listed):
        return b
    direct = b.attributed_direct_tco2e
    return b._replace(
        attributed_direct_tco2e=0.0 if excluded else direct, outside_direct_tco2e=direct if excluded else 0.0,
        attributed_indirect_tco2e=0.0, outside_indirect_tco2e=b.attributed_indirect_tco2e,
    )  # fmt: skip
