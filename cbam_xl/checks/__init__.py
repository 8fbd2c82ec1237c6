"""What a verifier would ask: small generators over an installation and its report, each a handful of rules.

A false alarm is worse than a miss: what the law leaves open is a warning. Faults of single cells are found on reading,
those of energy units while their factors are worked out; what only the act of 2026 asks stands in its own package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..law import Law
from ..model import ERROR, NOTE, WARNING, Installation, Issue
from ..report import Report
from . import balances, chemistry, cross, double_counting, goods, plausibility, processes, rows, site
from .balances import MATERIAL as MATERIAL
from .causes import without_consequences

Check = Callable[[Installation, Law, Report], Iterator[Issue]]
LEVELS = {ERROR: 0, WARNING: 1, NOTE: 2}
CHECKS: tuple[Check, ...] = (
    *site.CHECKS, *processes.CHECKS, *goods.CHECKS, *plausibility.CHECKS, *double_counting.CHECKS, *cross.CHECKS,
    *chemistry.CHECKS, *rows.CHECKS, *balances.CHECKS,
)  # fmt: skip


def run(installation: Installation, law: Law, report: Report) -> list[Issue]:
    """The findings of all checks; a cell whose fault was told on reading isn't called missing as well."""
    told = {(i.sheet, i.cell) for i in installation.issues if i.level == ERROR}
    more: tuple[Check, ...] = goods.TRANSITIONAL_CHECKS
    if law.definitive:
        from ..definitive import checks as of_2026

        more = of_2026.CHECKS
    found = [f for check in (*CHECKS, *more) for f in check(installation, law, report)]
    return [f for f in found if not (f.code.endswith("-missing") and (f.sheet, f.cell) in told)]


def sort(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Errors, warnings, notes; each in the order in which they were found; the same finding, and one cause, once."""
    return tuple(sorted(dict.fromkeys(without_consequences(issues)), key=lambda i: LEVELS[i.level]))
