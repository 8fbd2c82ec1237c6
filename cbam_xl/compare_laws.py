"""One installation under both acts, and what each change of the act of 2026 does to its figures.

The changes are applied one after the other, so that the differences they make sum to the whole difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import NamedTuple

from .attribution import solve
from .law import CHANGES, definitive, transitional
from .model import Installation
from .report import Balance, GoodResult, Report

FIGURES = ("see_direct", "see_indirect", "see_total", "default_share")
SAME = 1e-12  # relative: what counts as the same figure


class Difference(NamedTuple):
    """What one change does to a figure of a process or good, in its unit."""

    kind: str  # process or good
    name: str
    figure: str
    before: float
    after: float
    why: str
    cites: str


class Comparison(NamedTuple):
    """Both Reports, and the differences in the order of the changes."""

    transitional: Report
    definitive: Report
    differences: tuple[Difference, ...]


def compare(installation: Installation, *, floor: bool = True) -> Comparison:
    """Solve under the act of 2023, then with one change after the other until it is the act of 2026."""
    law, later = transitional(), definitive()
    first = last = solve(installation, law, floor=floor)
    found: list[Difference] = []
    for change in CHANGES:
        law = law._replace(**{field: getattr(later, field) for field in change.fields})
        following = solve(installation, law, floor=floor)
        for kind, name, figure, before, after in _moved(last, following):
            found.append(Difference(kind, name, figure, before, after, change.words, change.cites))
        last = following
    return Comparison(first, solve(installation, later, floor=floor), tuple(found))


def _pairs(one: Report, other: Report) -> Iterator[tuple[str, str, Balance | GoodResult, Balance | GoodResult]]:
    """Kind and name of every process and good, and what two Reports say of it."""
    for b, c in zip(one.processes, other.processes, strict=True):
        yield "process", b.name, b, c
    for g, h in zip(one.goods, other.goods, strict=True):
        yield "good", g.name, g, h


def _moved(one: Report, other: Report) -> Iterator[tuple[str, str, str, float, float]]:
    """Figures that two Reports of one installation have differently."""
    for kind, name, before, after in _pairs(one, other):
        for figure in FIGURES:
            was, now = getattr(before, figure, 0.0), getattr(after, figure, 0.0)
            if isnan(was) != isnan(now) or abs(was - now) > SAME * max(abs(was), abs(now)):
                yield kind, name, figure, was, now


def as_json(found: Comparison) -> dict[str, object]:
    """Both Reports as their own JSON, and the differences; unknown is None."""
    from .reporting import known

    return {
        "transitional": found.transitional.json(),
        "definitive": found.definitive.json(),
        "differences": [{k: known(v) for k, v in d._asdict().items()} for d in found.differences],
    }


def table(found: Comparison) -> Iterator[str]:
    """Both acts side by side, and below each process and good the changes that make its difference."""
    from .findings import one_line

    words = {"see_direct": "direct", "see_indirect": "indirect", "see_total": "total", "default_share": "default share"}
    yield f"{'':34}{'':9}{'2023/1773':>12}{'2025/2547':>12}   because"
    for kind, name, before, after in _pairs(found.transitional, found.definitive):
        for figure in FIGURES[:3]:
            was, now = getattr(before, figure), getattr(after, figure)
            title = f"{kind} {one_line(name, 24)}" if figure == FIGURES[0] else ""
            mine = [d for d in found.differences if (d.kind, d.name, d.figure) == (kind, name, figure)]
            same = "" if mine or isnan(was) else "the same"
            yield f"{title:34}{words[figure]:9}{_number(was):>12}{_number(now):>12}   {same}".rstrip()
            for d in mine if figure != "see_total" else ():
                yield f"{'':43}{_number(d.before):>12}{_number(d.after):>12}   {d.why} ({d.cites})"
    yield ""
    yield "t CO2e per t of good (per MWh for electricity). The changes are applied in the order of the list."


def _number(value: float) -> str:
    return "unknown" if isnan(value) else f"{value:.5f}"
