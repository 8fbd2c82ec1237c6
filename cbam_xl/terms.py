"""The figures of one process or energy unit, each as a term: value, formula with its numbers, provision, cell.

In a step the terms that are neither a total nor aside sum to its total, which is a field of the Balance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum
from typing import NamedTuple

from .boundary import left_out
from .co_products import CoProducts
from .emissions import Assigned
from .energy import Moved
from .factors import Unit
from .law import Law
from .model import (
    CHP,
    DEFAULT_VALUE,
    ELECTRICITY,
    GRID,
    GRID_FACTOR,
    HEAT,
    SHARED,
    WASTE_GAS,
    Cell,
    Flow,
    Installation,
    Precursor,
    Process,
    Transfer,
    fold,
)
from .precursors import per_tonne, per_tonne_of_alloys
from .report import BALANCE_TERMS, Balance, Term, or_nan

DIRECT, POWER = "DirEm*", "Electricity"
RESULTS = ("attributed_direct_tco2e", "attributed_indirect_tco2e", "own_see_direct", "own_see_indirect", "see_direct",
           "see_indirect", "see_total", "embedded_electricity_mwh_per_t", "default_share")  # fmt: skip
"""Fields of the Balance in the order of Eq. 48 to 61."""

Sources = tuple[tuple[Cell, str], ...]
"""Cells behind a figure: record and field."""

WHOLE = "({} + {} of precursors) t CO2e ÷ {} t"
NOTHING: tuple[str, tuple[float, ...]] = ("", ())
"""The formula of a figure that is solved for with all others."""


class _Way(NamedTuple):
    """What a row of one kind is at one of its ends."""

    step: str
    formula: str
    cites: str


TAKEN = {
    HEAT: _Way("Heat in", "{} TJ × {} tCO2/TJ", "III F.1, Eq. 52"),
    WASTE_GAS: _Way("Waste gas in", "{} TJ × {} tCO2/TJ", "III F.1, Eq. 53"),
    ELECTRICITY: _Way(POWER, "{} MWh × {} tCO2/MWh", "III D.1, Eq. 44"),
}
GIVEN = {
    HEAT: _Way("Heat out", "{} TJ × {} tCO2/TJ", "III F.1, Eq. 48"),
    WASTE_GAS: _Way("Waste gas out", "{} TJ × {} tCO2/TJ × {}", "III F.1, Eq. 54"),
    ELECTRICITY: _Way("Electricity out", "{} MWh × {} tCO2/MWh", "III F.1, Eq. 48"),
}


class Elsewhere(NamedTuple):
    """Cells of other sheets that a row rests on."""

    parts: Mapping[tuple[str, str], Sources]  # of a shared stream or meter, by its folded name and the process
    grid_factors: Mapping[float, Sources]  # of one's own, from 2026 on


class Grouped(NamedTuple):
    """What was entered, grouped by the name of its process or energy unit."""

    streams: Mapping[str, list[Assigned]]
    carbon: Mapping[str, list[tuple[Flow, float]]]
    """By-products that carry carbon, with its t CO2: off their source, added to their target (Eq. 12)."""
    taken: Mapping[str, list[Moved]]
    given: Mapping[str, list[Moved]]
    flows: Mapping[str, list[Flow]]
    """Precursors used."""


class Trail(NamedTuple):
    """All that the terms of a Report are made of, when they are asked for."""

    installation: Installation
    law: Law
    grouped: Grouped
    units: Mapping[str, Unit]
    balances: Sequence[Balance]
    co_products: Mapping[str, CoProducts]
    alloys: Mapping[str, float]  # tonnes of alloying elements that count as primary aluminium
    taken_over: tuple[Term, ...] = ()  # from 2026: what counts for bought precursors

    def __call__(self) -> Iterator[Term]:
        """Every figure behind a Report: energy units first, then process by process in the order of Eq. 48 to 61."""
        yield from self.taken_over
        elsewhere = Elsewhere(
            {(fold(s.stream), s.process): ((s.at, "weight"),) for s in self.installation.shares},
            {or_nan(f.value): ((f.at, "value"),) for f in self.installation.figures if f.kind == GRID_FACTOR},
        )
        for u in self.units.values():
            yield from unit(u, self.grouped.taken.get(u.unit.name, ()), elsewhere)
        see = {b.name: (b.see_direct, b.see_indirect) for b in self.balances}
        bought = {p.name: (p, per_tonne(p, self.law)) for p in self.installation.precursors}
        for p, b in zip(self.installation.processes, self.balances, strict=True):
            name = p.name
            streams, carbon = self.grouped.streams.get(name, ()), self.grouped.carbon.get(name, ())
            yield from _direct(p, streams, carbon, self.law, elsewhere)
            yield Term(name, DIRECT, "DirEm*", b.direct_emissions_tco2e, "t CO2e", cites="III F.1, Eq. 48", at=p.at,
                       total=True)  # fmt: skip
            for m in self.grouped.taken.get(name, ()):
                yield from _taken(name, m, elsewhere)
            for m in self.grouped.given.get(name, ()):
                yield _given(name, m, self.law)
            if name in self.co_products:
                yield from _co_products(p, self.co_products[name])
            if self.law.changed:
                yield from _outside(p, b, self.law)
            own: list[Flow] = []
            brought: list[Term] = []
            for f in self.grouped.flows[name]:
                if f.source in bought:
                    q, (direct, indirect, *_) = bought[f.source]
                    source, note = f.data_source or q.see_direct_source, f.note or q.note
                    brought += _precursor("Bought precursors", f, direct, indirect, source, note, q)
                elif f.source in see:
                    own.append(f)
            if name in self.alloys:
                brought += _alloys(name, self.alloys[name])
            for f in own:
                brought += _precursor("Own precursors", f, *see[f.source], f.data_source, f.note)
            yield from brought
            yield from _results(b, p, [fsum(t.value for t in brought[side::2]) for side in (0, 1)], self.law)


def _direct(
    p: Process, streams: Sequence[Assigned], carbon: Sequence[tuple[Flow, float]], law: Law, elsewhere: Elsewhere
) -> Iterator[Term]:
    """What goes into DirEm*: emissions by their equations, and the carbon of by-products (Eq. 12) with its sign."""
    unused = p.direct_entered is not None
    for a in streams:
        e = a.emission
        for quantity, value, unit, cites in e.steps:
            yield Term(p.name, DIRECT, quantity, value, unit, cites=cites, at=e.at, aside=True)
        by = elsewhere.parts.get((fold(e.name), p.name), ()) if e.process == SHARED else ()
        yield Term(p.name, DIRECT, e.name, e.fossil * a.part, "t CO2e", *a.formula, e.cites, e.at, e.fields[0],
                   e.data_source, e.note, aside=unused, sources=(*e.sources, *by))  # fmt: skip
    for f, value in carbon:
        factor = law.carbon_factor if value > 0 else -law.carbon_factor
        yield Term(p.name, DIRECT, f"{f.material}: {f.source} → {f.target}", value, "t CO2e", "{} t × {} tC/t × {}",
                   (or_nan(f.quantity), or_nan(f.carbon_content), factor), "III B.3.2, Eq. 12", f.at, "quantity",
                   f.data_source, f.note, aside=unused, sources=((f.at, "carbon_content"),))  # fmt: skip
    if p.direct_entered is not None:
        if streams or carbon:
            value = fsum((*(a.emission.fossil * a.part for a in streams), *(value for _, value in carbon)))
            yield Term(p.name, DIRECT, "From the streams (not used: DirEm* is entered)", value, "t CO2e",
                       cites="III F.1", at=p.at, aside=True)  # fmt: skip
        yield Term(p.name, DIRECT, "Entered", p.direct_entered, "t CO2e", cites="III F.1, Eq. 48", at=p.at,
                   field="direct_entered", data_source=p.data_source, note=p.note)  # fmt: skip


def _factor(m: Moved) -> Sources:
    """The cell of the factor of a row; none where it is computed, or the law's own."""
    field = "ef" if m.row.ef is not None else "fuel" if isinstance(m.row, Transfer) and m.row.fuel else ""
    return ((m.row.at, field),) if field and m.kind != WASTE_GAS else ()


def _taken(name: str, m: Moved, elsewhere: Elsewhere) -> Iterator[Term]:
    """What a row brings to its target, and the electricity behind the heat of an energy unit."""
    way = TAKEN[m.kind]
    value = m.indirect if m.kind == ELECTRICITY else m.added
    by = elsewhere.parts.get((fold(m.source), name), ()) if m.row.target == SHARED else ()
    factor = (elsewhere.grid_factors.get(m.ef) if m.source == GRID else None) or _factor(m)
    yield Term(name, way.step, f"From {m.source}", value, "t CO2e", way.formula, (m.quantity, m.ef), way.cites,
               m.row.at, "quantity", m.row.data_source, m.row.note, sources=(*factor, *by))  # fmt: skip
    if m.kind == HEAT and m.indirect:
        yield Term(name, POWER, f"Behind the heat of {m.source}", m.indirect, "t CO2e", "{} MWh × {} tCO2/MWh",
                   (m.mwh, m.indirect / m.mwh), "III D.1, F.5", m.row.at, "quantity")  # fmt: skip


def _given(name: str, m: Moved, law: Law) -> Term:
    """What a row takes off its source."""
    way = GIVEN[m.kind]
    gas = m.kind == WASTE_GAS
    numbers = (m.quantity, law.natural_gas_ef, law.waste_gas_correction) if gas else (m.quantity, m.ef)
    return Term(name, way.step, f"To {m.target}", m.off, "t CO2e", way.formula, numbers, way.cites, m.row.at,
                "quantity", m.row.data_source, m.row.note, sources=_factor(m))  # fmt: skip


def unit(u: Unit, taken: Iterable[Moved], elsewhere: Elsewhere) -> Iterator[Term]:
    """What an energy unit emits and takes from others, its factors, and F_heat of a CHP (Eq. 35 to 47)."""
    name, at, result = u.unit.name, u.unit.at, u.result
    for fuel in u.fuels:
        yield fuel._replace(sources=(*fuel.sources, *elsewhere.parts.get((fold(fuel.quantity), name), ())))
    for quantity, field in (("Entered", "emissions_fuel"), ("Flue gas cleaning", "emissions_fgc")):
        if (value := getattr(u.unit, field)) is not None:
            yield Term(name, "Fuel input", quantity, value, "t CO2e", cites="III C.2, Eq. 36, 37", at=at, field=field,
                       data_source=u.unit.data_source, note=u.unit.note)  # fmt: skip
    for m in taken:
        if m.kind != WASTE_GAS:
            yield from _taken(name, m, elsewhere)
    chp = u.unit.kind == CHP
    yield Term(name, "Energy unit", "Emissions", result.emissions_tco2e, "t CO2e", at=at, total=True,
               cites="III C.2.2, Eq. 37" if chp else "III C.2.1, Eq. 35, 36; D.4.1, Eq. 47")  # fmt: skip
    if chp:
        yield Term(name, "Energy unit", "Share of heat F_heat", u.heat_share, "share", cites="III C.2.2, Eq. 38–41",
                   at=at, field="ref_heat", aside=True, sources=((at, "ref_electricity"),))  # fmt: skip
    if u.per_tj:
        yield Term(name, "Energy unit", "EF heat", result.ef_heat, "t CO2/TJ", "{} t CO2e × {} ÷ {} TJ",
                   (u.direct, u.heat_share, u.heat), "III C.2, Eq. 35, 42", at, aside=True)  # fmt: skip
    if u.per_mwh:
        yield Term(name, "Energy unit", "EF electricity", result.ef_electricity, "t CO2/MWh", "{} t CO2e × {} ÷ {} MWh",
                   (result.emissions_tco2e, 1 - u.heat_share, u.power), "III D.4, Eq. 43, 47", at,
                   aside=True)  # fmt: skip


def _co_products(p: Process, co: CoProducts) -> Iterator[Term]:
    """What belongs to oxygen, chlorine, lye or chlorate and is taken off (Eq. 1 to 3)."""
    off = 1 - co.share
    yield Term(p.name, "Co-products", "Share of hydrogen", co.share, "share", cites=co.cites, at=p.at, aside=True)
    yield Term(p.name, "Co-products", "Direct emissions of co-products", co.direct * off, "t CO2e",
               "{} t CO2e × (1 − {})", (co.direct, co.share), co.cites, p.at)  # fmt: skip
    yield Term(p.name, POWER, "Of co-products", -co.indirect * off, "t CO2e", "−{} t CO2e × (1 − {})",
               (co.indirect, co.share), co.cites, p.at)  # fmt: skip


def _outside(p: Process, b: Balance, law: Law) -> Iterator[Term]:
    """From 2026: an excluded finishing step, and indirect emissions of a good that has direct ones only."""
    excluded, listed = left_out(p, law)
    step = "I 3.16" if p.category.startswith("Iron") else "I 3.18"
    if excluded:
        yield Term(p.name, "Outside the boundary", f"{p.finishing}: direct emissions", b.outside_direct_tco2e,
                   "t CO2e", cites=step, at=p.at, field="finishing")  # fmt: skip
    if (excluded or listed) and b.outside_indirect_tco2e:
        yield Term(p.name, POWER, "Not counted", -b.outside_indirect_tco2e, "t CO2e",
                   cites="956 Annex II; I 3.1" if listed else step, at=p.at, field="category")  # fmt: skip


def _precursor(
    step: str, f: Flow, direct: float, indirect: float, source: str, note: str, bought: Precursor | None = None
) -> Iterator[Term]:
    """What a precursor brings to the process that uses it: M·SEE."""
    mass = or_nan(f.quantity)
    fields = _figures(bought) if bought else ((), ())
    for words, see, own in zip(("direct", "indirect"), (direct, indirect), fields, strict=True):
        cells = tuple((bought.at, field) for field in own) if bought else ()
        yield Term(f.target, step, f"{f.source}, SEE {words}", mass * see, "t CO2e", "{} t × {} tCO2e/t", (mass, see),
                   "III G, Eq. 58", f.at, "quantity", source, note, sources=cells)  # fmt: skip


def _figures(q: Precursor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a bought precursor that hold its direct and indirect figures, or select them from 2026 on."""
    if q.see_indirect is None:
        return ("see_direct",), ("electricity", "electricity_ef")
    if fold(q.see_direct_source) == fold(DEFAULT_VALUE):
        return (("cn_code",),) * 2 if q.cn_code else (("category",),) * 2
    if not (q.see_direct or q.see_direct_source):  # an origin that counts zero
        return (("country",),) * 2
    return ("see_direct",), ("see_indirect",) if q.see_indirect else ("category",)


def _alloys(name: str, mass: float) -> Iterator[Term]:
    """What alloying elements bring along, as primary aluminium."""
    direct, indirect, *_ = per_tonne_of_alloys()
    for words, see in (("direct", direct), ("indirect", indirect)):
        yield Term(name, "Bought precursors", f"Alloying elements as primary aluminium, SEE {words}", mass * see,
                   "t CO2e", "{} t × {} tCO2e/t", (mass, see), "II 3.17, 3.18",
                   data_source="Default value, CN 7601")  # fmt: skip


def _results(b: Balance, p: Process, brought: Sequence[float], law: Law) -> Iterator[Term]:
    """The results of one process, in the order of Eq. 48 to 61; ``brought``: t CO2e of precursors, direct, indirect."""
    formulas = {
        "attributed_direct_tco2e": _attributed(b),
        "own_see_direct": ("{} t CO2e ÷ {} t", (b.attributed_direct_tco2e, b.activity_level_t)),
        "own_see_indirect": ("{} t CO2e ÷ {} t", (b.attributed_indirect_tco2e, b.activity_level_t)),
        "see_direct": (WHOLE, (b.attributed_direct_tco2e, brought[0], b.activity_level_t)),
        "see_total": ("{} + {}", (b.see_direct, b.see_indirect)),
    }
    if law.inherited_indirect:
        formulas["see_indirect"] = (WHOLE, (b.attributed_indirect_tco2e, brought[1], b.activity_level_t))
    for field in RESULTS:
        symbol, unit, cites = BALANCE_TERMS[field]
        yield Term(b.name, "Result", symbol, getattr(b, field), unit, *formulas.get(field, NOTHING), cites, p.at,
                   "name", total=True)  # fmt: skip


def _attributed(b: Balance) -> tuple[str, tuple[float, ...]]:
    """Eq. 48 with its figures; co-products and the floor stand there only where there are any."""
    formula, numbers = "{} + {} − {} + {} − {} − {}", (
        b.direct_emissions_tco2e, b.heat_in_tco2e, b.heat_out_tco2e, b.waste_gas_in_tco2e, b.waste_gas_out_tco2e,
        b.electricity_out_tco2e)  # fmt: skip
    more = (
        (" − {}", b.co_products_tco2e),
        (" − {} (outside)", b.outside_direct_tco2e),
        (" + {} (floor)", b.floored_tco2e),
    )
    return (
        formula + "".join(words for words, value in more if value),
        (*numbers, *(value for _, value in more if value)),
    )
