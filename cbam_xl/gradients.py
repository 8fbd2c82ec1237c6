"""How every typed figure acts on the network of a Report: the derivative of its own row, and of nothing else.

What a change at a node does to a SEE is the adjoint solution of that SEE. So the derivatives of every SEE by every
input take one adjoint solution per SEE, and no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from math import fsum, isnan
from typing import Any, NamedTuple

from . import boundary, co_products, emissions, reference
from .emissions import by_stream, split
from .energy_gradients import Input, Mains, Slopes, division, known, of_transfers, of_units
from .factors import capped, power_ef
from .law import Law
from .model import DEFAULT_VALUE, SHARED, Flow, Measured, Pfc, Precursor, Process, Stream, fold
from .network import BURNT, DIRECT, SEE_DIRECT, SEE_INDIRECT, Edge, Node
from .precursors import alloy_shares, per_tonne, per_tonne_of_alloys
from .report import NAN, or_nan
from .terms import Trail

SHARED_PART = "all of a shared stream"
STEP = 1e-5
"""Relative step of a difference: the equations of a row are linear in most figures, and smooth in the others."""


def inputs(trail: Trail) -> tuple[list[Input], list[Edge]]:
    """Every figure of the installation on which a SEE may depend, and the nodes of their own on which they act.

    Unknown and blank figures are none, nor is an amount that stands as “remaining”: it follows its total and the
    other amounts.
    """
    i = trail.installation
    shares = by_stream(i.shares)
    mains = Mains([(row, split(row.source, row.target, shares)) for row in i.electricity], trail)
    gets = {name: (BURNT, name) for name, u in trail.units.items() if u.unit.emissions_fuel is None}
    gets |= {p.name: (DIRECT, p.name) for p in i.processes if p.direct_entered is None and p.name not in trail.units}
    emitting = _emitting(trail)
    whole = _shared(trail, emitting, mains, gets)
    edges = [*division(trail)]
    for stream, parts in whole.items():
        edges += [(node, (SHARED_PART, stream), part * slope) for part, slopes in parts for node, slope in slopes]
    found = [
        *(figure for each in emitting for figure in _emission(each, gets, trail)),
        *_shares(trail, whole),
        *of_units(trail),
        *of_transfers(trail),
        *mains.inputs(),
        *_precursors(trail),
        *_flows(trail, gets),
        *_processes(trail),
        *_alloys(trail),
    ]
    return [each for each in _remaining(found, emitting, mains, trail) if each.slopes], edges


def _remaining(found: list[Input], emitting: list[_Emitting], mains: Mains, trail: Trail) -> Iterable[Input]:
    """The inputs with what “remaining” amounts make of them: the total moves them up, the other amounts down."""
    place = {(id(each.at), each.field): each for each in found}
    for rest in trail.installation.rests:
        moved = place.pop((id(rest.at), rest.field), None)
        if moved is None:
            continue
        follows = [((id(other), rest.field), -1.0) for other in rest.others]
        if rest.field == "weight":  # the parts of a meter, in whatever unit, sum to what all its rows hold
            name = fold(moved.name.rpartition(": ")[0])
            rows = [(e.row.at, e.row.quantity) for e in emitting
                    if isinstance(e.row, Stream) and e.row.process == SHARED and fold(e.name) == name]  # fmt: skip
            rows += [(e.at, e.quantity) for e, _ in mains.rows if e.target == SHARED and fold(e.source) == name]
            weights = fsum(place[key].value for key, _ in follows if key in place) + moved.value
            total = fsum(or_nan(quantity) for _, quantity in rows)
            follows += [((id(at), "quantity"), weights / total) for at, _ in rows] if total else []
        else:
            follows.append(((id(rest.total), rest.total_field), 1.0))
        for key, sign in follows:
            if key in place:
                more = tuple((node, sign * slope) for node, slope in moved.slopes)
                place[key] = place[key]._replace(slopes=place[key].slopes + more)
    return place.values()


def slope(value: float, of: Callable[[float], float]) -> float:
    """Derivative of a row's own equation by one of its figures: a difference to both sides, or to the possible one.

    >>> round(slope(50.0, lambda efficiency: 100 / efficiency), 9)
    -0.04
    """
    h = STEP * (abs(value) or 1.0)
    low, high = of(value - h), of(value + h)
    if isnan(high):
        return (3 * of(value) - 4 * low + of(value - 2 * h)) / (2 * h)
    if isnan(low):
        return (4 * high - 3 * of(value) - of(value + 2 * h)) / (2 * h)
    return (high - low) / (2 * h)


# Emissions: what a row emits, and who gets it

Row = Stream | Measured | Pfc


class _Emitting(NamedTuple):
    """A row that emits, and who gets which part of it."""

    row: Row
    name: str
    parts: list[tuple[str, float]]

    def counted(self, row: Row, target: str, trail: Trail) -> float:
        """What all of the row, or of another in its place, is at a target in t CO2e: an energy unit caps a waste gas
        in its fuel mix (C.2)."""
        if isinstance(row, Stream):
            emission = emissions.stream(row, trail.law)
        else:
            emission = (
                emissions.measured(row, trail.law) if isinstance(row, Measured) else emissions.pfc(row, trail.law)
            )
        if target not in trail.units:
            return emission.fossil
        return capped(emission, trail.units[target].unit.kind, trail.law)

    def changed(self, field: str, target: str, trail: Trail, value: float) -> float:
        """The same with another figure in one of its fields."""
        row: Any = self.row
        return self.counted(row._replace(**{field: value}), target, trail)


def _emitting(trail: Trail) -> list[_Emitting]:
    """All rows that emit."""
    i, shares = trail.installation, by_stream(trail.installation.shares)
    rows: list[tuple[Row, str]] = [*((s, s.name) for s in i.streams), *((e, e.name) for e in i.measured),
                                   *((p, p.technology) for p in i.pfc)]  # fmt: skip
    return [_Emitting(row, name, split(name, row.process, shares)) for row, name in rows]


def _emission(each: _Emitting, gets: Mapping[str, Node], trail: Trail) -> Iterator[Input]:
    """The figures of one row."""
    row: Any = each.row
    kinds = {target in trail.units: target for target, _ in each.parts}
    for field, value in row._asdict().items():
        if isinstance(value, float | int):
            by = {kind: slope(value, partial(each.changed, field, to, trail)) for kind, to in kinds.items()}
            slopes = [(gets[to], part * by[to in trail.units]) for to, part in each.parts if to in gets]
            yield from known(row.at, field, each.name, value, slopes)


_Whole = Mapping[str, list[tuple[float, Slopes]]]
"""Of a shared stream or meter, for each row of Shared streams: its part, and what all of the stream would do there."""


def _shared(trail: Trail, emitting: list[_Emitting], mains: Mains, gets: Mapping[str, Node]) -> _Whole:
    """Streams, emission points and supplies that are shared; several of one name are shared alike."""
    found: dict[str, list[tuple[float, Slopes]]] = {}

    def kept(name: str, parts: list[tuple[str, float]]) -> Iterator[tuple[Slopes, str]]:
        rows = found.setdefault(fold(name), [(part, []) for _, part in parts])
        for (_, slopes), (target, _) in zip(rows, parts, strict=True):
            yield slopes, target

    for each in emitting:
        if each.row.process == SHARED:
            for slopes, to in kept(each.name, each.parts):
                slopes += [(gets[to], each.counted(each.row, to, trail))] if to in gets else []
    factor = power_ef(trail.installation.electricity)
    for row, parts in mains.rows:
        if row.target == SHARED:
            for slopes, to in kept(row.source, parts):
                by_mwh = mains.per_mwh(row, to, factor(row))
                slopes += [(node, or_nan(row.quantity) * by) for node, by in by_mwh]
    return found


def _shares(trail: Trail, whole: _Whole) -> Iterator[Input]:
    """Amounts on Shared streams: more for one is less for all (Eq. 55, 56)."""
    for stream, rows in by_stream(trail.installation.shares).items():
        total = fsum(or_nan(row.weight) for row in rows)
        for row, (_, slopes) in zip(rows, whole.get(stream, ()), strict=False):
            if total:
                acting = [*slopes, ((SHARED_PART, stream), -1.0)]
                yield from known(row.at, "weight", f"{row.stream}: {row.process}", row.weight,
                                 [(node, each / total) for node, each in acting])  # fmt: skip


# Goods and precursors


def _sees(name: str, by: float, see: tuple[float, ...]) -> Slopes:
    """So many times a SEE (direct, indirect) among what is embedded in a process."""
    return [((SEE_DIRECT, name), by * see[0]), ((SEE_INDIRECT, name), by * see[1])]


def _precursors(trail: Trail) -> Iterator[Input]:
    """The SEE of bought precursors, and the electricity in them (Eq. 58)."""
    used: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for name, flows in trail.grouped.flows.items():
        for f in flows:
            used[f.source].append((name, or_nan(f.quantity)))
    for p in trail.installation.precursors:
        for field, see in _acting(p, trail.law).items():
            slopes = [each for name, mass in used[p.name] for each in _sees(name, mass, see)]
            yield from known(p.at, field, p.name, getattr(p, field), slopes)
        yield from known(p.at, "quantity", p.name, p.quantity, [])  # what is used stands on Material flows


def _acting(p: Precursor, law: Law) -> dict[str, tuple[float, float]]:
    """What the figures of a bought precursor do to its SEE, direct and indirect: those that count (II E).

    From 2026 a default value or zero may count in the place of all of them, or zero in that of the indirect ones.
    """
    if (law.verified_precursors and fold(p.see_direct_source) == fold(DEFAULT_VALUE)) or (
        law.exempt_origins and reference.find("exempt_origins", p.country)
    ):
        return {}
    if p.see_indirect is None:
        mwh, ef = or_nan(p.electricity), or_nan(p.electricity_ef)
        return {"see_direct": (1.0, 0.0), "electricity": (0.0, ef), "electricity_ef": (0.0, mwh)}
    listed = law.listed_precursors and boundary.direct_only(p.category)
    return {"see_direct": (1.0, 0.0)} if listed else {"see_direct": (1.0, 0.0), "see_indirect": (0.0, 1.0)}


def _flows(trail: Trail, gets: Mapping[str, Node]) -> Iterator[Input]:
    """What one more t of a precursor brings; of a by-product its carbon (Eq. 12), and its part of co-products."""
    see = {p.name: per_tonne(p, trail.law)[:2] for p in trail.installation.precursors}
    see |= {b.name: (b.see_direct, b.see_indirect) for b in trail.balances}
    keeps = {b.name for b in trail.balances if not trail.law.inherited_indirect and boundary.direct_only(b.category)}
    alloys = alloy_shares(trail.installation, trail.law)
    made = _by_products(trail)
    for f in trail.installation.flows:
        if not f.quantity:
            continue
        words = f"{f.material or f.source} → {f.target}"
        slopes: Slopes = []
        if f.material:
            signs = [(gets[end], sign) for end, sign in ((f.source, -1.0), (f.target, 1.0))
                     if end in gets and end not in trail.units]  # fmt: skip
            factor = trail.law.carbon_factor
            slopes = [(node, sign * factor * (f.carbon_content or 0.0)) for node, sign in signs]
            yield from known(f.at, "carbon_content", words, f.carbon_content,
                             [(node, sign * factor * f.quantity) for node, sign in signs])  # fmt: skip
            if f.source in see and boundary.off_spec_sold(f, trail.law):
                slopes += _sees(f.source, -1.0, see[f.source])
            if f.source in made:
                slopes += _of_share(trail, made[f.source][0], f, made[f.source][1])
        elif f.target in trail.grouped.flows and f.source in see:
            direct, indirect = see[f.source]
            slopes = _sees(f.target, 1.0, (direct, 0.0 if f.source in keeps else indirect))
            if trail.alloys.get(f.target):
                slopes += _sees(f.target, -alloys.get(f.source, 0.0), per_tonne_of_alloys())
        yield from known(f.at, "quantity", words, f.quantity, slopes)


def _by_products(trail: Trail) -> dict[str, tuple[Process, list[Flow]]]:
    """The processes whose attributed emissions are shared with co-products, with their flows."""
    found: dict[str, tuple[Process, list[Flow]]] = {
        p.name: (p, []) for p in trail.installation.processes if p.name in trail.co_products}  # fmt: skip
    for f in trail.installation.flows if found else ():
        if f.source in found:
            found[f.source][1].append(f)
    return found


def _of_share(trail: Trail, p: Process, changed: Flow | Process, flows: list[Flow]) -> Slopes:
    """What an amount does to the part that co-products leave (Eq. 1 to 3)."""
    co = trail.co_products[p.name]

    def share(amount: float) -> float:
        if changed is p:
            found = co_products.share(p._replace(quantity=amount), flows, trail.law)
        else:
            rows = (f._replace(quantity=amount) if f is changed else f for f in flows)
            found = co_products.share(p, rows, trail.law)
        return found[0] if found else NAN

    by = slope(or_nan(changed.quantity), share)
    floored = any(b.name == p.name and b.floored_tco2e > 0 for b in trail.balances)
    return _sees(p.name, by, (0.0 if floored else co.direct, co.indirect))


def _processes(trail: Trail) -> Iterator[Input]:
    """Activity levels (Eq. 57 to 61), and DirEm* that was entered."""
    alloys, made = alloy_shares(trail.installation, trail.law), _by_products(trail)
    off_spec = boundary.off_spec(trail.installation, trail.law)
    for p, b in zip(trail.installation.processes, trail.balances, strict=True):
        yield from known(p.at, "direct_entered", p.name, p.direct_entered, [((DIRECT, p.name), 1.0)])
        if p.quantity:
            slopes = _sees(p.name, -1.0, (b.see_direct, b.see_indirect))
            if p.name in made:
                slopes += _of_share(trail, p, p, made[p.name][1])
            if trail.alloys.get(p.name):
                slopes += _sees(p.name, alloys[p.name], per_tonne_of_alloys())
            typed = p.quantity - off_spec.get(p.name, 0.0)
            yield from known(p.at, "quantity", p.name, typed, slopes)


def _alloys(trail: Trail) -> Iterator[Input]:
    """Per cent of alloying elements that count as primary aluminium (II 3.17, 3.18)."""
    if not trail.alloys:
        return
    shares = alloy_shares(trail.installation, trail.law)
    of_good = {g.name: g.process for g in trail.installation.goods}
    level = {p.name: or_nan(p.quantity) for p in trail.installation.processes}
    for row in trail.installation.parameters:
        name = of_good.get(row.target, row.target)
        if isinstance(row.value, float) and row.value / 100 == shares.get(name):
            slopes = _sees(name, level[name] / 100, per_tonne_of_alloys()) if trail.alloys.get(name) else []
            for user in trail.alloys:
                held = fsum(or_nan(f.quantity) for f in trail.grouped.flows[user] if f.source == name)
                if trail.alloys[user]:
                    slopes += _sees(user, -held / 100, per_tonne_of_alloys())
            yield from known(row.at, "value", f"{row.target}: {row.parameter}", row.value, slopes)
