"""The figures of one process or energy unit, each as a term: value, formula with its numbers, provision, cell.

In a step the terms that are neither a total nor aside sum to its total, which is a field of the Balance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import fsum
from typing import NamedTuple

from . import equations as eq
from .emissions import Assigned
from .energy import Moved
from .factors import Unit
from .law import Law
from .model import CHP, ELECTRICITY, HEAT, WASTE, WASTE_GAS, Flow, Process, fold
from .report import BALANCE_TERMS, Balance, Term, or_nan

DIRECT, POWER = "DirEm*", "Electricity"
RESULTS = ("attributed_direct_tco2e", "attributed_indirect_tco2e", "own_see_direct", "own_see_indirect", "see_direct",
           "see_indirect", "see_total", "embedded_electricity_mwh_per_t", "default_share")  # fmt: skip
"""Fields of the Balance in the order of Eq. 48 to 61."""


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


def process(
    p: Process,
    streams: Sequence[Assigned],
    carbon: Sequence[tuple[Flow, float]],
    taken: Sequence[Moved],
    given: Sequence[Moved],
    law: Law,
    blank: float,
    dark: float,
) -> tuple[Balance, list[Term]]:
    """Eq. 48 and 49 of one process, before co-products and the floor, with the terms behind each figure.

    ``blank`` is DirEm* of a process that has no emission row and none entered, ``dark`` its indirect emissions
    where it has no row of electricity.
    """
    direct = [e.fossil * part for e, _, part in streams] + [value for _, value in carbon]
    terms = list(_direct(p, streams, carbon, law))
    if p.direct_entered is not None:
        attributable = p.direct_entered
        if direct:
            terms.append(Term(p.name, DIRECT, "From the streams (not used: DirEm* is entered)", fsum(direct), "t CO2e",
                              cites="III F.1", at=p.at, aside=True))  # fmt: skip
        terms.append(Term(p.name, DIRECT, "Entered", attributable, "t CO2e", cites="III F.1, Eq. 48", at=p.at,
                          field="direct_entered", data_source=p.data_source, note=p.note))  # fmt: skip
    else:
        attributable = fsum(direct) if direct or not p.is_cbam else blank
    terms.append(Term(p.name, DIRECT, "DirEm*", attributable, "t CO2e", cites="III F.1, Eq. 48", at=p.at, total=True))
    for m in taken:
        terms += _taken(p.name, m)
    terms += [_given(p.name, m, law) for m in given]
    heat_in, gas_in = (fsum(m.added for m in taken if m.kind == kind) for kind in (HEAT, WASTE_GAS))
    heat_out, gas_out, power_out = (
        fsum(m.off for m in given if m.kind == kind) for kind in (HEAT, WASTE_GAS, ELECTRICITY)
    )
    consumed = fsum(m.indirect for m in taken)
    return Balance(
        p.name,
        p.category,
        or_nan(p.quantity),
        attributable,
        heat_in,
        heat_out,
        gas_in,
        gas_out,
        power_out,
        attributed_direct_tco2e=eq.attributed_direct(attributable, heat_in, heat_out, gas_in, gas_out, power_out),
        attributed_indirect_tco2e=eq.attributed_indirect(
            consumed if any(m.kind == ELECTRICITY for m in taken) else consumed + dark
        ),
    ), terms


def _direct(p: Process, streams: Iterable[Assigned], carbon: Iterable[tuple[Flow, float]], law: Law) -> Iterator[Term]:
    """What goes into DirEm*: emissions by their equations, and the carbon of by-products (Eq. 12) with its sign."""
    unused = p.direct_entered is not None
    for a in streams:
        e = a.emission
        for quantity, value, unit, cites in e.steps:
            yield Term(p.name, DIRECT, quantity, value, unit, cites=cites, at=e.at, aside=True)
        yield Term(p.name, DIRECT, e.name, e.fossil * a.part, "t CO2e", *a.formula, e.cites, e.at, "name",
                   e.data_source, e.note, aside=unused)  # fmt: skip
    for f, value in carbon:
        factor = law.carbon_factor if value > 0 else -law.carbon_factor
        yield Term(p.name, DIRECT, f"{f.material}: {f.source} → {f.target}", value, "t CO2e", "{} t × {} tC/t × {}",
                   (or_nan(f.quantity), or_nan(f.carbon_content), factor), "III B.3.2, Eq. 12", f.at, "quantity",
                   f.data_source, f.note, aside=unused)  # fmt: skip


def _taken(name: str, m: Moved) -> Iterator[Term]:
    """What a row brings to its target, and the electricity behind the heat of an energy unit."""
    way = TAKEN[m.kind]
    value = m.indirect if m.kind == ELECTRICITY else m.added
    yield Term(name, way.step, f"From {m.source}", value, "t CO2e", way.formula, (m.quantity, m.ef), way.cites,
               m.row.at, "quantity", m.row.data_source, m.row.note)  # fmt: skip
    if m.kind == HEAT and m.indirect:
        yield Term(name, POWER, f"Behind the heat of {m.source}", m.indirect, "t CO2e", cites="III D.1, F.5",
                   at=m.row.at, field="quantity")  # fmt: skip


def _given(name: str, m: Moved, law: Law) -> Term:
    """What a row takes off its source."""
    way = GIVEN[m.kind]
    gas = m.kind == WASTE_GAS
    numbers = (m.quantity, law.natural_gas_ef, law.waste_gas_correction) if gas else (m.quantity, m.ef)
    return Term(name, way.step, f"To {m.target}", m.off, "t CO2e", way.formula, numbers, way.cites, m.row.at,
                "quantity", m.row.data_source, m.row.note)  # fmt: skip


def unit(u: Unit, taken: Iterable[Moved]) -> Iterator[Term]:
    """What an energy unit emits and takes from others, its factors, and F_heat of a CHP (Eq. 35 to 47)."""
    name, at, result = u.unit.name, u.unit.at, u.result
    yield from u.fuels
    for quantity, field in (("Entered", "emissions_fuel"), ("Flue gas cleaning", "emissions_fgc")):
        if (value := getattr(u.unit, field)) is not None:
            yield Term(name, "Fuel input", quantity, value, "t CO2e", cites="III C.2, Eq. 36, 37", at=at, field=field,
                       data_source=u.unit.data_source, note=u.unit.note)  # fmt: skip
    for m in taken:
        if m.kind != WASTE_GAS:
            yield from _taken(name, m)
    chp = u.unit.kind == CHP
    yield Term(name, "Energy unit", "Emissions", result.emissions_tco2e, "t CO2e", at=at, total=True,
               cites="III C.2.2, Eq. 37" if chp else "III C.2.1, Eq. 35, 36; D.4.1, Eq. 47")  # fmt: skip
    if chp:
        yield Term(name, "Energy unit", "Share of heat F_heat", u.heat_share, "share", cites="III C.2.2, Eq. 38–41",
                   at=at, aside=True)  # fmt: skip
    if u.per_tj:
        yield Term(name, "Energy unit", "EF heat", result.ef_heat, "t CO2/TJ", "{} t CO2e × {} ÷ {} TJ",
                   (u.direct, u.heat_share, u.heat), "III C.2, Eq. 35, 42", at, aside=True)  # fmt: skip
    if u.per_mwh:
        yield Term(name, "Energy unit", "EF electricity", result.ef_electricity, "t CO2/MWh", "{} t CO2e × {} ÷ {} MWh",
                   (result.emissions_tco2e, 1 - u.heat_share, u.power), "III D.4, Eq. 43, 47", at,
                   aside=True)  # fmt: skip


def co_products(p: Process, b: Balance, flows: Iterable[Flow], law: Law) -> tuple[Balance, float, list[Term]]:
    """Eq. 1 to 3: hydrogen made together with oxygen, chlorine and lye, or chlorate keeps its molar part; that part."""
    made: dict[str, float] = defaultdict(float)
    sold: dict[str, float] = defaultdict(float)
    for f in flows:
        if f.source == p.name and f.material:
            made[fold(f.material)] += or_nan(f.quantity)
            if f.target != WASTE:
                sold[fold(f.material)] += or_nan(f.quantity)
    hydrogen = b.activity_level_t + made["hydrogen"]
    if made["chlorine"] or made["sodium hydroxide"]:
        share = eq.chloralkali_share(b.activity_level_t, hydrogen, made["chlorine"], made["sodium hydroxide"],
                                     law.molar_mass_h2, law.molar_mass_cl2, law.molar_mass_naoh)  # fmt: skip
        cites = "II 3.6, Eq. 2"
    elif made["sodium chlorate"]:
        share = eq.chlorate_share(b.activity_level_t, hydrogen, made["sodium chlorate"], law.molar_mass_h2,
                                  law.molar_mass_naclo3)  # fmt: skip
        cites = "II 3.6, Eq. 3"
    elif sold["oxygen"]:
        share = eq.electrolysis_share(hydrogen, made["oxygen"], sold["oxygen"], law.molar_mass_h2, law.molar_mass_o2)
        cites = "II 3.6, Eq. 1"
    else:
        return b, 1.0, []
    direct, indirect = b.attributed_direct_tco2e, b.attributed_indirect_tco2e
    off = direct * (1 - share), indirect * (1 - share)
    found = [
        Term(b.name, "Co-products", "Share of hydrogen", share, "share", cites=cites, at=p.at, aside=True),
        Term(b.name, "Co-products", "Direct emissions of co-products", off[0], "t CO2e", "{} t CO2e × (1 − {})",
             (direct, share), cites, p.at),
        Term(b.name, POWER, "Of co-products", -off[1], "t CO2e", "−{} t CO2e × (1 − {})", (indirect, share), cites,
             p.at),
    ]  # fmt: skip
    return b._replace(co_products_tco2e=off[0], attributed_direct_tco2e=direct * share,
                      attributed_indirect_tco2e=indirect * share), share, found  # fmt: skip


def results(b: Balance, p: Process) -> Iterator[Term]:
    """The results of one process, in the order of Eq. 48 to 61."""
    nothing: tuple[str, tuple[float, ...]] = ("", ())
    formulas = {
        "attributed_direct_tco2e": _attributed(b),
        "own_see_direct": ("{} t CO2e ÷ {} t", (b.attributed_direct_tco2e, b.activity_level_t)),
        "own_see_indirect": ("{} t CO2e ÷ {} t", (b.attributed_indirect_tco2e, b.activity_level_t)),
    }
    for field in RESULTS:
        symbol, unit, cites = BALANCE_TERMS[field]
        formula, numbers = formulas.get(field, nothing)
        yield Term(b.name, "Result", symbol, getattr(b, field), unit, formula, numbers, cites, p.at, "name", total=True)


def _attributed(b: Balance) -> tuple[str, tuple[float, ...]]:
    """Eq. 48 with its figures; co-products and the floor stand there only where there are any."""
    formula, numbers = "{} + {} − {} + {} − {} − {}", (
        b.direct_emissions_tco2e, b.heat_in_tco2e, b.heat_out_tco2e, b.waste_gas_in_tco2e, b.waste_gas_out_tco2e,
        b.electricity_out_tco2e)  # fmt: skip
    more = ((" − {}", b.co_products_tco2e), (" + {} (floor)", b.floored_tco2e))
    return (
        formula + "".join(words for words, value in more if value),
        (*numbers, *(value for _, value in more if value)),
    )
