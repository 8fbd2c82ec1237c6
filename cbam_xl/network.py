"""All that a Report rests on as one sparse linear system: emissions come in at nodes, edges hand them on, SEE come out.

Each energy unit has two nodes (what is burnt for it, and what stands behind its electricity), each process four:
attributed emissions (Eq. 48, 49) and embedded ones (Eq. 57 to 61), direct and indirect. The value of an embedded node
is a SEE in t CO2e/t, of every other one t CO2e. Taken apart once, the system answers two questions without another
solution per row: what makes up a SEE (adjoint), and where emissions end (forward). Unknown is NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isnan
from typing import Any, NamedTuple

from .boundary import direct_only, left_out
from .factors import Unit
from .model import ELECTRICITY, HEAT, WASTE_GAS, Cell, Process
from .precursors import Sides, per_tonne, per_tonne_of_alloys
from .report import NAN, Balance, Report, or_nan
from .solver import Factors, factorise
from .terms import DIRECT as DIRECTLY
from .terms import GIVEN, POWER, TAKEN, Trail

Node = tuple[str, str]
"""What it holds, and of which process or energy unit."""

Edge = tuple[Node, Node, float]
"""A user, a maker, and how much one of the maker's adds to the user, t CO2e."""

BURNT, BEHIND = "burnt", "behind its electricity"
DIRECT, INDIRECT = "attributed direct", "attributed indirect"
SEE_DIRECT, SEE_INDIRECT = "embedded direct", "embedded indirect"

FUEL, BOUGHT, CO_PRODUCTS, FLOOR = "Fuel input", "Bought precursors", "Co-products", "Floor at zero"
OUTSIDE = "Outside the boundary"
"""Steps under which emissions come in, with those of the trace."""

Gates = Mapping[str, tuple[float, float]]
"""Of a process: the parts of its attributed direct and indirect emissions that its goods carry; 1 where not listed."""


class Source(NamedTuple):
    """Emissions of one row where they come in: t CO2e at a node, less than zero where they are taken off."""

    owner: str  # process or energy unit
    step: str
    name: str
    value: float
    node: Node
    at: Cell | None = None
    field: str = ""


class Network(NamedTuple):
    """The system: the place of each node in it, its rows ``{column: coefficient}``, and these taken apart."""

    trail: Trail
    place: Mapping[Node, int]
    rows: list[dict[int, float]]
    owners: tuple[str, ...]  # of each place: its process or energy unit
    factors: Factors

    def weights(self, node: Node) -> dict[int, float]:
        """By place: how much the value of a node grows with each t CO2e that comes in there; its ancestors only."""
        return self.factors.adjoint(self.place[node])


def trail_of(report: Report) -> Trail:
    """The records and figures behind a Report."""
    trail: Any = report.trail
    while not isinstance(trail, Trail):  # what the act of 2026 adds lies around it
        trail = trail.trail
    return trail


def build(trail: Trail, gates: Gates, more: Iterable[Edge] = ()) -> Network:
    """The network of a Report; ``more``: edges from nodes of one's own."""
    place: dict[Node, int] = {}
    rows: list[dict[int, float]] = []

    def add(node: Node, diagonal: float) -> None:
        place[node] = len(rows)
        rows.append({place[node]: diagonal})

    for name in trail.units:
        add((BURNT, name), 1.0)
        add((BEHIND, name), 1.0)
    for b in trail.balances:
        level = b.activity_level_t if b.activity_level_t > 0 else NAN
        for kind, diagonal in ((DIRECT, 1.0), (INDIRECT, 1.0), (SEE_DIRECT, level), (SEE_INDIRECT, level)):
            add((kind, b.name), diagonal)
    for user, maker, value in (*_edges(trail, gates), *more):
        if maker not in place:
            add(maker, 1.0)
        if value and user in place:
            row, j = rows[place[user]], place[maker]
            row[j] = row.get(j, 0.0) - value
    return Network(trail, place, rows, tuple(name for _, name in place), factorise(rows))


def gates(trail: Trail) -> dict[str, tuple[float, float]]:
    """What co-products (Eq. 1 to 3), the boundary of 2026 and the floor (Eq. 48) leave of attributed emissions."""
    found = {name: (co.share, co.share) for name, co in trail.co_products.items()}
    for p, b in zip(trail.installation.processes, trail.balances, strict=True):
        direct, indirect = found.get(b.name, (1.0, 1.0))
        excluded, listed = left_out(p, trail.law)
        if excluded or listed or b.floored_tco2e > 0:
            found[b.name] = 0.0 if excluded or b.floored_tco2e > 0 else direct, 0.0 if excluded or listed else indirect
    return found


def ends(trail: Trail, name: str) -> tuple[Node, Node] | None:
    """The nodes at which direct and indirect emissions come to a process or energy unit; None: it is neither."""
    if name in trail.units:
        return (BURNT, name), (BEHIND, name)
    return ((DIRECT, name), (INDIRECT, name)) if name in trail.grouped.flows else None


def _edges(trail: Trail, gates: Gates) -> Iterator[Edge]:
    """Heat and power of energy units, what is embedded of the attributed, and precursors made here."""
    for name in (*trail.units, *(b.name for b in trail.balances)):
        for m in trail.grouped.taken.get(name, ()):
            unit, target = trail.units.get(m.source), ends(trail, name)
            if unit is None or target is None or not m.quantity:
                continue
            burnt, behind = (BURNT, m.source), (BEHIND, m.source)
            if m.kind == HEAT:
                yield target[0], burnt, m.quantity * unit.per_tj
                yield target[1], behind, m.quantity * unit.per_tj
            elif m.kind == ELECTRICITY:
                yield target[1], burnt, m.quantity * unit.per_mwh
                yield target[1], behind, m.quantity * unit.per_mwh
    category = {b.name: b.category for b in trail.balances}
    for b in trail.balances:
        direct, indirect = gates.get(b.name, (1.0, 1.0))
        yield (SEE_DIRECT, b.name), (DIRECT, b.name), direct
        yield (SEE_INDIRECT, b.name), (INDIRECT, b.name), indirect
        for f in trail.grouped.flows[b.name]:
            if f.source in trail.grouped.flows:
                for kind in (SEE_DIRECT, SEE_INDIRECT):
                    if kind == SEE_DIRECT or trail.law.inherited_indirect or not direct_only(category[f.source]):
                        yield (kind, b.name), (kind, f.source), or_nan(f.quantity)


def sources(trail: Trail) -> Iterator[Source]:
    """Everything that comes in, once: at the energy unit or process that gets it."""
    bought = {q.name: per_tonne(q, trail.law) for q in trail.installation.precursors}
    for u in trail.units.values():
        yield from _of_unit(u, trail)
    for p, b in zip(trail.installation.processes, trail.balances, strict=True):
        yield from _attributed(p, b, trail)
        yield from _bought(p, trail, bought)


def corrections(trail: Trail) -> Iterator[Source]:
    """What co-products and the boundary of 2026 take off and the floor adds, for a network without gates."""
    for p, b in zip(trail.installation.processes, trail.balances, strict=True):
        if p.name in trail.co_products:
            co = trail.co_products[p.name]
            for kind, value in ((SEE_DIRECT, co.direct), (SEE_INDIRECT, co.indirect)):
                yield Source(p.name, CO_PRODUCTS, "Of co-products", value * (co.share - 1), (kind, p.name), p.at)
        for kind, value in ((SEE_DIRECT, b.outside_direct_tco2e), (SEE_INDIRECT, b.outside_indirect_tco2e)):
            if value:
                yield Source(p.name, OUTSIDE, "Not counted", -value, (kind, p.name), p.at)
        if b.floored_tco2e > 0:
            yield Source(p.name, FLOOR, FLOOR, b.floored_tco2e, (SEE_DIRECT, p.name), p.at)


def _of_unit(u: Unit, trail: Trail) -> Iterator[Source]:
    """Fuels, what was entered, heat and power that don't come from other units."""
    name, at = u.unit.name, u.unit.at
    burnt = (BURNT, name)
    found = [Source(name, FUEL, t.quantity, t.value, burnt, t.at, t.field) for t in u.fuels if not t.aside]
    for words, field in (("Entered", "emissions_fuel"), ("Flue gas cleaning", "emissions_fgc")):
        if (value := getattr(u.unit, field)) is not None:
            found.append(Source(name, FUEL, words, value, burnt, at, field))
    if isnan(u.own) and not any(isnan(s.value) for s in found):
        found.append(Source(name, FUEL, "Emissions", NAN, burnt, at))
    yield from found
    yield from _taken(name, trail)


def _taken(name: str, trail: Trail) -> Iterator[Source]:
    """Heat, waste gas and power of a process or unit that don't come from an energy unit."""
    nodes = ends(trail, name)
    assert nodes is not None
    for m in trail.grouped.taken.get(name, ()):
        if m.kind == WASTE_GAS and name not in trail.units:  # a unit has it among its fuels
            value, node = m.added, nodes[0]
        elif m.kind != WASTE_GAS and m.source not in trail.units:
            value, node = (m.added, nodes[0]) if m.kind == HEAT else (m.indirect, nodes[1])
        else:
            continue
        yield Source(name, TAKEN[m.kind].step, f"From {m.source}", value, node, m.row.at, "quantity")


def _attributed(p: Process, b: Balance, trail: Trail) -> Iterator[Source]:
    """What Eq. 48 and 49 add up for one process, apart from what energy units bring."""
    name, grouped = p.name, trail.grouped
    node = DIRECT, name
    found = [Source(name, DIRECTLY, a.emission.name, a.emission.fossil * a.part, node, a.emission.at, "name")
             for a in grouped.streams.get(name, ())]  # fmt: skip
    found += [Source(name, DIRECTLY, f"{f.material}: {f.source} → {f.target}", value, node, f.at, "quantity")
              for f, value in grouped.carbon.get(name, ())]  # fmt: skip
    if p.direct_entered is not None:
        found = [Source(name, DIRECTLY, "Entered", p.direct_entered, node, p.at, "direct_entered")]
    elif isnan(b.direct_emissions_tco2e) and not any(isnan(s.value) for s in found):
        found = [Source(name, DIRECTLY, DIRECTLY, NAN, node, p.at, "direct_entered")]
    yield from found
    yield from _taken(name, trail)
    if isnan(b.attributed_indirect_tco2e) and not any(m.kind == ELECTRICITY for m in grouped.taken.get(name, ())):
        yield Source(name, POWER, POWER, NAN, (INDIRECT, name), p.at)
    for m in grouped.given.get(name, ()):
        yield Source(name, GIVEN[m.kind].step, f"To {m.target}", -m.off, node, m.row.at, "quantity")


def _bought(p: Process, trail: Trail, bought: Mapping[str, Sides]) -> Iterator[Source]:
    """Bought precursors and alloying elements (Eq. 58; II 3.17, 3.18)."""
    nodes = (SEE_DIRECT, p.name), (SEE_INDIRECT, p.name)
    for f in trail.grouped.flows[p.name]:
        if f.source not in trail.grouped.flows:
            for node, see in zip(nodes, bought.get(f.source, (NAN, NAN)), strict=False):
                yield Source(p.name, BOUGHT, f.source, or_nan(f.quantity) * see, node, f.at, "quantity")
    if p.name in trail.alloys:
        for node, see in zip(nodes, per_tonne_of_alloys(), strict=False):
            words = "Alloying elements as primary aluminium"
            yield Source(p.name, BOUGHT, words, trail.alloys[p.name] * see, node, p.at, "quantity")
