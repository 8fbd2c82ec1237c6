"""Where a provision of the act of 2023 stands in that of 2026: what terms and findings cite under the later act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from .. import reference
from ..report import Report, Term

UNITS = {"share of SEE_Dir": "share of SEE"}
"""Unit of a term that the act of 2026 takes of something else (IV 1.1, point 15(d))."""


@cache
def later() -> Mapping[str, str]:
    """Provision of 2023/1773 as it is cited -> the same in 2025/2547; what isn't here is cited alike.

    >>> later()["III F.1, Eq. 48"]
    'III A.3, Eq. 55'
    """
    return {row["provision_2023"]: row["provision_2026"] for row in reference.rows("provisions")}


class Cited(NamedTuple):
    """A trail whose terms cite the act of 2026."""

    trail: Callable[[], Iterator[Term]]

    def __call__(self) -> Iterator[Term]:
        """The terms of the trail."""
        now = later()
        for t in self.trail():
            yield t._replace(cites=now[t.cites], unit=UNITS.get(t.unit, t.unit)) if t.cites in now else t


def of_2026(report: Report) -> Report:
    """A Report whose terms and findings cite the act of 2026."""
    now = later()
    return report._replace(
        trail=Cited(report.trail),  # type: ignore[arg-type]  # it can be called
        issues=tuple(i._replace(cites=now[i.cites]) if i.cites in now else i for i in report.issues),
    )
