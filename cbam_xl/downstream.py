"""Where emissions end: the goods, co-products and outside ends that carry those of a stream, process or energy unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import fsum, isfinite, isnan
from typing import NamedTuple

from .model import ELECTRICITY, HEAT, MARKET, NOT_CBAM, Flow, Good, fold
from .network import (
    BEHIND,
    BURNT,
    CO_PRODUCTS,
    DIRECT,
    FLOOR,
    INDIRECT,
    OUTSIDE,
    SEE_DIRECT,
    SEE_INDIRECT,
    Edge,
    Node,
    Source,
    build,
    gates,
    sources,
    trail_of,
)
from .report import Balance, Report, or_nan
from .terms import DIRECT as DIRECTLY
from .terms import Trail

CARBON = "carbon"
"""What its streams bring to a process before by-products leave it: a node of its own, where any does."""

TIGHT = 1e-12
"""What stays of a whole below this part of it is rounding."""


class End(NamedTuple):
    """Where a part of emissions ends, in t CO2e; NaN is unknown."""

    owner: str  # process or energy unit that it leaves, or in which it stays
    name: str  # good, other use, or outside end
    good: bool
    direct: float
    indirect: float

    @property
    def total(self) -> float:
        """Direct and indirect, t CO2e."""
        return self.direct + self.indirect


class Carried(NamedTuple):
    """Carbon of by-products (Eq. 12) as a part of what the streams of its process bring, not as rows of its own."""

    sources: list[Source]
    edges: list[Edge]
    leaving: list[tuple[str, str, float]]  # process, end that doesn't count it, and the part that goes there


def carried(trail: Trail) -> Carried:
    """All that comes in, and how by-products carry it on from process to process.

    A process whose streams bring less than they carry, or an unknown amount, can't hand on a part of it: there they
    stay rows.
    """
    computed = {p.name for p in trail.installation.processes if p.direct_entered is None}
    out = defaultdict(list)
    brought: dict[str, list[float]] = defaultdict(list)
    for name in computed:
        brought[name] = [a.emission.fossil * a.part for a in trail.grouped.streams.get(name, ())]
        for f, value in trail.grouped.carbon.get(name, ()):
            if f.target == name:
                brought[name].append(value)
            if f.source == name and value < 0:
                out[name].append((f, -value))
    totals = {name: fsum(brought[name]) for name in out}
    whole = {name: total for name, total in totals.items() if isfinite(total) and total > 0
             and fsum(value for _, value in out[name]) <= total}  # fmt: skip
    edges: list[Edge] = []
    onward: list[Edge] = []
    leaving = []
    for name, total in whole.items():
        parts = [(f, value / total) for f, value in out[name]]
        edges.append(((DIRECT, name), (CARBON, name), 1 - fsum(part for _, part in parts)))
        for f, part in parts:
            if f.target in computed:
                onward.append((_gets(f.target, whole), (CARBON, name), part))
            else:
                leaving.append((name, f"Carbon in {f.material} to {f.target}", part))
    rows = {f"{f.material}: {f.source} → {f.target}" for name in whole for f, _ in out[name]}
    found = [
        s._replace(node=_gets(s.owner, whole)) if s.step == DIRECTLY and s.owner in whole else s
        for s in sources(trail)
        if not (s.step == DIRECTLY and s.field == "quantity" and s.name in rows)
    ]
    return Carried(found, [*edges, *onward], leaving)


def _gets(name: str, whole: Iterable[str]) -> Node:
    """The node of a process at which carbon comes in."""
    return (CARBON if name in whole else DIRECT), name


def downstream(report: Report, name: str) -> tuple[End, ...]:
    """Which goods and other ends carry how much of what comes in under a name, the largest first, unknown ones before.

    ``name``: a process or energy unit (all that comes in there, its own rows with their signs), or a fuel, material or
    other row. One forward solution. Where nothing is unknown, the ends sum to what came in; what the floor of Eq. 48
    cuts off is an end of its own. Emissions that a row of heat, waste gas or power of a process passes on with a factor
    are a row of their own at both ends; the carbon of a by-product (Eq. 12) is followed to its user. Raises KeyError
    when nothing comes in under that name.
    """
    trail = trail_of(report)
    wanted = fold(name)
    moved = carried(trail)
    found = [s for s in moved.sources if wanted in (fold(s.name), fold(s.owner))]
    if not found:
        raise KeyError(name)
    totals: dict[tuple[str, str, bool], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for owner, end, good, direct, indirect in _ends(trail, moved, found):
        kept = totals[owner, end, good]
        kept[0] += direct
        kept[1] += indirect
    lines = (End(owner, end, good, *values) for (owner, end, good), values in totals.items())
    return tuple(sorted((e for e in lines if e.total), key=lambda e: (not isnan(e.total), -abs(e.total))))


def _ends(trail: Trail, moved: Carried, found: Iterable[Source]) -> Iterator[End]:
    """Every end with what comes to it."""
    gate = gates(trail)
    network = build(trail, gate, moved.edges)
    sides = [[0.0] for _ in network.rows]
    for s in found:
        sides[network.place[s.node]][0] += s.value
    x = network.factors.solve(sides)

    def at(kind: str, name: str) -> float:
        return x[network.place[kind, name]][0]

    for name in trail.units:
        yield from _of_unit(trail, name, at(BURNT, name), at(BEHIND, name))
    for name, words, part in moved.leaving:
        yield End(name, words, False, _part(at(CARBON, name), part), 0.0)
    goods, flows = defaultdict(list), defaultdict(list)
    for g in trail.installation.goods:
        goods[g.process].append(g)
    for f in trail.installation.flows:
        if not f.material and f.quantity != 0:
            flows[f.source].append(f)
    for b in trail.balances:
        name = b.name
        direct, indirect = at(DIRECT, name), at(INDIRECT, name)
        kept = gate.get(name, (1.0, 1.0))
        left = OUTSIDE if b.outside_direct_tco2e or b.outside_indirect_tco2e else CO_PRODUCTS
        yield End(name, FLOOR if b.floored_tco2e > 0 else left, False, _part(direct, 1 - kept[0]), 0.0)
        yield End(name, left, False, 0.0, _part(indirect, 1 - kept[1]))
        if b.activity_level_t > 0:
            see = at(SEE_DIRECT, name), at(SEE_INDIRECT, name)
            yield from _of_process(trail, b, goods[name], flows[name], see)
        else:  # nothing that could carry it on
            brought = [_part(direct, kept[0]), _part(indirect, kept[1])]
            for k, kind in enumerate((SEE_DIRECT, SEE_INDIRECT)):
                own = [f for f in trail.grouped.flows[name] if f.source in trail.grouped.flows and f.source != name]
                brought[k] += fsum(_part(at(kind, f.source), or_nan(f.quantity)) for f in own)
            words = NOT_CBAM if b.category == NOT_CBAM else "No activity level"
            yield End(name, words, False, *brought)


def _part(amount: float, share: float) -> float:
    """A share of an amount; none of an unknown amount is 0, and so is an unknown share of nothing."""
    return amount * share if amount and share else 0.0


def _of_unit(trail: Trail, name: str, burnt: float, behind: float) -> Iterator[End]:
    """Heat and power to ends that are neither a process nor an energy unit, and what nobody gets."""
    unit = trail.units[name]
    handed = 0.0
    for m in trail.grouped.given.get(name, ()):
        if m.kind not in (HEAT, ELECTRICITY) or not m.quantity:
            continue
        part = m.quantity * (unit.per_tj if m.kind == HEAT else unit.per_mwh)
        handed += part
        if m.target not in trail.units and m.target not in trail.grouped.flows:
            direct, indirect = _part(burnt, part), _part(behind, part)
            yield (End(name, f"{m.kind} to {m.target}", False, direct, indirect) if m.kind == HEAT
                   else End(name, f"{m.kind} to {m.target}", False, 0.0, direct + indirect))  # fmt: skip
    rest = 1 - handed
    if not abs(rest) <= TIGHT:
        yield End(name, "Not handed on", False, _part(burnt, rest), _part(behind, rest))


def _of_process(
    trail: Trail, b: Balance, goods: Iterable[Good], flows: Iterable[Flow], see: tuple[float, float]
) -> Iterator[End]:
    """Goods sold, flows to other ends, and what of the activity level is in neither."""
    name, level = b.name, b.activity_level_t

    def end(words: str, mass: float, good: bool = False) -> End:
        return End(name, words, good, _part(see[0], mass), _part(see[1], mass))

    left, market = [level], 0.0
    for g in goods:
        if g.quantity is not None:
            yield end(g.name or g.cn_code, g.quantity, True)
            market -= g.quantity
            left.append(-g.quantity)
    for f in flows:
        mass = or_nan(f.quantity)
        if f.target in trail.grouped.flows:
            left.append(-mass)
        elif f.target == MARKET:
            market += mass
        else:
            yield end(f.target, mass)
            left.append(-mass)
    if market > 0:  # sold, but on no row of Goods
        yield end(MARKET, market)
        left.append(-market)
    rest = fsum(left)
    if not abs(rest) <= TIGHT * level:
        yield end(NOT_CBAM if b.category == NOT_CBAM else "Stock, or not on Material flows", rest)
