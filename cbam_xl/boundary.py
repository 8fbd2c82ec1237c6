"""What lies inside the boundary of a process under the act of 2026 (2025/2547 Annex I 3, Annex III A.2)."""

from __future__ import annotations

from functools import cache

from . import reference
from .law import Law
from .model import Process
from .report import Balance


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
