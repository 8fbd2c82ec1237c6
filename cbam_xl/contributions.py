"""What a SEE is made of, row by row, and by which way it came: one adjoint solution per process asked for."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush
from math import isnan
from typing import NamedTuple

from .model import Cell
from .network import SEE_DIRECT, SEE_INDIRECT, Network, Node, Source, build, corrections, sources, trail_of
from .report import Report
from .terms import Trail


class Contribution(NamedTuple):
    """What one row brings to the SEE of a process, in t CO2e/t of its good; NaN is unknown."""

    step: str  # as in the trace
    name: str
    path: tuple[str, ...]  # from where it comes in to the process: the way that carries most
    along: float  # the share that goes that way; the rest goes others, or round a loop
    direct: float
    indirect: float
    at: Cell | None
    field: str

    @property
    def total(self) -> float:
        """Direct and indirect, t CO2e/t."""
        return self.direct + self.indirect

    @property
    def place(self) -> str:
        """The cell behind it."""
        return f"{self.at.sheet}!{self.at.address(self.field)}" if self.at else ""

    @property
    def way(self) -> str:
        """The strongest way in words: ``Boiler → Kiln``, with its share where there are others."""
        return " → ".join(self.path) + (f" ({100 * self.along:.0f} % this way)" if self.along < 0.995 else "")


class Sums(NamedTuple):
    """The network of a Report without gates, and everything that comes in there: made once, asked for any process."""

    network: Network
    sources: tuple[Source, ...]


_latest: tuple[Trail, Sums] | None = None


def sums(report: Report) -> Sums:
    """The network of a Report; that of the last one is kept."""
    global _latest
    trail = trail_of(report)
    if _latest is None or _latest[0] is not trail:
        _latest = trail, Sums(build(trail, {}), (*sources(trail), *corrections(trail)))
    return _latest[1]


def contributions(report: Report, process: str) -> tuple[Contribution, ...]:
    """Every row that reaches the SEE of a process (its name as in the Report), unknown ones first, then the strongest.

    They add up to the SEE: fuels, materials, heat, waste gas, electricity and bought precursors, of the process and of
    all that it uses; what is passed on, what belongs to co-products and what the floor adds are rows of their own.
    Raises KeyError when there is no such process.
    """
    network, found = sums(report)
    ends = (SEE_DIRECT, process), (SEE_INDIRECT, process)
    weights = [network.weights(end) for end in ends]
    merged: dict[tuple[str, str, str, int], list[float]] = {}
    rows: dict[tuple[str, str, str, int], Source] = {}
    for source in found:
        place = network.place[source.node]
        for k, weight in enumerate(weights):
            if source.value and place in weight:
                key = source.owner, source.step, source.name, id(source.at)
                values = merged.setdefault(key, [0.0, 0.0])
                values[k] += source.value * weight[place]
                rows.setdefault(key, source)
    ways = [_ways(network, end, weight) for end, weight in zip(ends, weights, strict=True)]
    lines = []
    for key, (direct, indirect) in merged.items():
        source = rows[key]
        k = int(abs(indirect) > abs(direct))
        path, along = _path(network, source, ends[k], ways[k], process)
        lines.append(Contribution(source.step, source.name, path, along, direct, indirect, source.at, source.field))
    return tuple(sorted(lines, key=lambda c: (not isnan(c.total), -abs(c.total))))


def _ways(network: Network, end: Node, weights: Mapping[int, float]) -> dict[int, tuple[float, int]]:
    """Of each place: the largest share of what comes in there that goes one way to the end, and the next place.

    Of what a place passes on to the end, a user gets the share (coefficient x weight of the user) / weight of the
    place. These are at most 1, so the strongest way is a shortest one (Dijkstra).
    """
    last = network.place[end]
    best: dict[int, tuple[float, int]] = {}
    queue = [(-1.0 / (weights[last] * network.rows[last][last]), last, last)]
    while queue:
        share, place, following = heappop(queue)
        if place in best or isnan(share):
            continue
        best[place] = -share, following
        for maker, value in network.rows[place].items():
            if maker not in best and value < 0 and weights.get(maker, 0.0) > 0:
                part = -value * weights[place] / (weights[maker] * network.rows[maker][maker])
                heappush(queue, (share * part, maker, place))
    return best


def _path(
    network: Network, source: Source, end: Node, ways: Mapping[int, tuple[float, int]], process: str
) -> tuple[tuple[str, ...], float]:
    """The names along the strongest way, and its share; where figures are unknown, both ends of it."""
    names, last = [source.owner], network.place[end]
    owners = network.owners
    place = network.place[source.node]
    if place not in ways:
        other = [] if source.owner == process else [process]
        return (*names, *other), float("nan")
    share = ways[place][0]
    while place != last:
        place = ways[place][1]
        if owners[place] != names[-1]:
            names.append(owners[place])
    return tuple(names), share
