"""The act of 2026 around the engine: what is taken for what was typed, and what is said of each good.

The engine imports it when the law has one of its changes.
"""

from __future__ import annotations

from .. import boundary, options
from ..law import Law
from ..model import Installation, Issue
from ..report import Report, Term
from . import bought, cost, functional_units, own_figures, provisions


def read_as_chosen(installation: Installation, law: Law) -> tuple[Installation, Law]:
    """The installation with its own grid factors and the off-spec product it sells, and the act as its sheet
    Installation reads it."""
    law = options.as_chosen(law, installation.site)
    return boundary.with_off_spec(own_figures.filled_in(installation), law), law


def counted(installation: Installation, law: Law) -> tuple[Installation, list[Issue], list[Term]]:
    """The installation with its bought precursors as the act counts them."""
    return bought.counted(installation, law)


def of_goods(report: Report, installation: Installation, law: Law) -> tuple[Report, list[Issue]]:
    """The Report with functional units, free allocation and cost of each good."""
    if not law.functional_units:
        return report, []
    report, found = functional_units.applied(report, installation)
    report, more = cost.added(report, installation, law)
    return report, [*found, *more]


def cited(report: Report) -> Report:
    """The Report with provisions of the act of 2026."""
    return provisions.of_2026(report)
