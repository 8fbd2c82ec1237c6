"""Sheet B_EmInst and the CHP tools from the records; what is more than their rows is joined without changing a sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import fsum
from typing import Any, TypeVar

from .. import reference
from ..emissions import Assigned, Emission
from ..emissions import measured as emission_of_stack
from ..emissions import pfc as emission_of_cells
from ..emissions import stream as emission_of_stream
from ..findings import one_line
from ..law import Law
from ..model import (
    CHP,
    CO2_TRANSFER,
    COMBUSTION,
    HEAT,
    OVERVOLTAGE,
    PROCESS_EMISSIONS,
    SLOPE,
    EnergyUnit,
    Installation,
    Measured,
    Pfc,
    Stream,
)
from ..report import Totals, or_nan
from ..units import scaled
from . import cells as c
from .draft import Draft, rounded
from .streams import GASES

R = TypeVar("R")
AS_MASS = 100.0
"""GJ/t: an amount of energy is written in t with this calorific value if its fuel has no other; one that fuels have."""


def emissions(draft: Draft, installation: Installation, law: Law) -> list[Emission]:
    """The three tables of B_EmInst; what they emit as they are written, for the totals."""
    streams = [_in_its_units(draft, s) for s in installation.streams]
    if energies := [s for s in installation.streams if s.unit == "TJ"]:
        names = one_line(", ".join(dict.fromkeys(s.name for s in energies)), 60)
        draft.say("sent-packed", f"Amounts of energy ({names}) are written in t, by the standard calorific value or "
                  f"{AS_MASS:g} GJ/t: that file knows t and 1000Nm3 only.", energies[0].at, "quantity")  # fmt: skip
    streams = _fitting(draft, streams, c.STREAMS.size, lambda s: emission_of_stream(s, law), _joined_streams)
    for index, s in enumerate(streams):
        _stream(draft, index, s)
    measured = installation.measured
    stacks = _fitting(draft, measured, c.MEASURED.size, lambda m: emission_of_stack(m, law), _joined_stacks)
    for index, m in enumerate(stacks):
        fields = {field: getattr(m, field) for field in c.MEASURED.columns}
        draft.row(c.MEASURED, index, **{**fields, "biomass": scaled(m.biomass, 100)})
    cells = _fitting(draft, installation.pfc, c.PFC.size, lambda p: emission_of_cells(p, law), _joined_cells)
    if over := [p for p in installation.pfc if p.method == OVERVOLTAGE]:
        draft.say("sent-packed", f"The current efficiency of “{one_line(over[0].technology, 40)}” is written in per "
                  "cent into a cell that shows a fraction, 95 as 9500 %: only so its formula is Eq. 24.", over[0].at,
                  "current_efficiency")  # fmt: skip
    for index, p in enumerate(cells):
        fields = {field: getattr(p, field) for field in c.PFC.columns}
        draft.row(c.PFC, index, **{**fields, "collection": rounded(p.collection)})
    return [
        *(emission_of_stream(s, law) for s in streams),
        *(emission_of_stack(m, law) for m in stacks),
        *(emission_of_cells(p, law) for p in cells),
    ]


def _in_its_units(draft: Draft, s: Stream) -> Stream:
    """A stream that the template can hold: in t or 1000Nm3, and CO2 that is passed on as process emissions."""
    if s.method == CO2_TRANSFER:
        draft.say("sent-packed", f"“{one_line(s.name, 60)}” (CO2 passed on, B.8) is written as process emissions with "
                  "1 tCO2/t.", s.at, "method")  # fmt: skip
        return s._replace(method=PROCESS_EMISSIONS, ef=1.0, ef_unit="t", unit="t", ncv=None)
    if s.unit == "TJ":
        fuel = reference.fuel(s.name)
        standard = reference.figure(fuel, "ncv") if fuel else None
        ncv = (standard.value if standard else AS_MASS) / 1000
        return s._replace(quantity=None if s.quantity is None else s.quantity / ncv, unit="t", ncv=ncv)
    return s


def _stream(draft: Draft, index: int, s: Stream) -> None:
    draft.row(c.STREAMS, index, method=s.method, name=s.name, quantity=s.quantity, unit=s.unit,
              ncv=scaled(s.ncv, 1000), carbon_content=s.carbon_content, biomass=scaled(s.biomass, 100))  # fmt: skip
    if s.ef is not None:
        draft.row(c.STREAMS, index, ef=s.ef, ef_unit=f"tCO2/{s.ef_unit}")
    factor = {COMBUSTION: "oxidation", PROCESS_EMISSIONS: "conversion"}.get(s.method)
    if factor:
        draft.row(c.STREAMS, index, **{factor: scaled(s.conversion, 100)})


def _fitting(
    draft: Draft,
    records: Iterable[R],
    size: int,
    emitted: Callable[[R], Emission],
    joined: Callable[[str, Sequence[tuple[R, Emission]]], list[R]],
) -> list[R]:
    """The records, in their order, as many as there are rows; the smallest of too many are joined in the last ones."""
    rows = [(record, emitted(record)) for record in records]
    if len(rows) <= size:
        return [record for record, _ in rows]
    kept = size - 2  # a joined row for each gas, or for fossil and biomass
    by_size = sorted(rows, key=lambda row: -abs(row[1].fossil) - abs(row[1].biomass))
    small = {id(record) for record, _ in by_size[kept:]}
    rest = [row for row in rows if id(row[0]) in small]
    first: Any = rest[0][0]
    names = ", ".join(dict.fromkeys(one_line(e.name, 24) for _, e in rest))
    draft.say("sent-packed", f"There are {len(rows)} rows, and {size} places: the {len(rest)} that emit least are "
              f"joined, with the same emissions and energy: {one_line(names, 60)}.", first.at, "name")  # fmt: skip
    return [*(record for record, _ in rows if id(record) not in small), *joined(f"{len(rest)} further rows", rest)]


def _joined_streams(name: str, rows: Sequence[tuple[Stream, Emission]]) -> list[Stream]:
    """Fossil and zero-rated emissions with their energy, each as one stream."""
    at, found = rows[0][0].at, []
    biomass = [e.energy * (s.biomass or 0.0) for s, e in rows]
    for words, share, emitted, energy in (
        (f"{name} (fossil)", None, fsum(e.fossil for _, e in rows), fsum(e.energy for _, e in rows) - fsum(biomass)),
        (f"{name} (biomass)", 1.0, fsum(e.biomass for _, e in rows), fsum(biomass)),
    ):
        if energy:
            found.append(Stream(at, words, "", COMBUSTION, energy, "t", AS_MASS / 1000, emitted / energy, "TJ",
                                biomass=share))  # fmt: skip
        elif emitted:
            found.append(Stream(at, words, "", PROCESS_EMISSIONS, emitted, "t", ef=1.0, ef_unit="t", biomass=share))
    return found


def _joined_stacks(name: str, rows: Sequence[tuple[Measured, Emission]]) -> list[Measured]:
    """One emission point for each gas: the mass of the gas over the longest hours and the sum of the flows."""
    found = []
    for gas in GASES:
        own = [m for m, _ in rows if m.gas == gas]
        masses = [(m.concentration or 0.0) * (m.hours or 0.0) * (m.flow or 0.0) for m in own]
        if total := fsum(masses):
            hours, flow = max(m.hours or 0.0 for m in own), fsum(m.flow or 0.0 for m in own)
            zero_rated = fsum(mass * (m.biomass or 0.0) for mass, m in zip(masses, own, strict=True)) / total
            found.append(Measured(own[0].at, f"{name} ({gas})", "", gas, total / hours / flow, hours, flow,
                                  zero_rated or None, fsum(m.energy_fossil or 0.0 for m in own),
                                  fsum(m.energy_biomass or 0.0 for m in own)))  # fmt: skip
    return found


def _joined_cells(name: str, rows: Sequence[tuple[Pfc, Emission]]) -> list[Pfc]:
    """One line of the slope method with the same CF4 and C2F6, over all the aluminium."""
    cf4 = [next(v for words, v, *_ in e.steps if words.startswith("CF4:")) / (p.collection or 1.0) for p, e in rows]
    c2f6 = fsum(amount * or_nan(p.f_c2f6) for amount, (p, _) in zip(cf4, rows, strict=True))
    aluminium, total = fsum(or_nan(p.aluminium) for p, _ in rows), fsum(cf4)
    if not total:
        return []
    return [Pfc(rows[0][0].at, name, "", SLOPE, aluminium, 1.0, 1.0, total / aluminium * 1000, f_c2f6=c2f6 / total)]


def chp_tools(draft: Draft, installation: Installation, assigned: Iterable[Assigned]) -> None:
    """The two CHP tools: what is entered, else what the rows of the unit say. They inform; nothing depends on them."""
    units = [unit for unit in installation.units if unit.kind == CHP]
    for unit in units[len(c.CHP) :]:
        draft.say("not-sent", f"“{unit.name}”: the Commission's file has two CHP tools. Its factors are used all the "
                  "same.", unit.at, "name")  # fmt: skip
    energy: dict[str, list[float]] = defaultdict(list)
    burnt: dict[str, list[float]] = defaultdict(list)
    for e, name, part in assigned:
        energy[name].append(e.energy * part)
        burnt[name].append(e.fossil * part)
    for unit, places in zip(units, c.CHP, strict=False):
        heat = [t.quantity for t in installation.transfers
                if t.kind == HEAT and t.source == unit.name and t.quantity]  # fmt: skip
        power = [e.quantity for e in installation.electricity if e.source == unit.name and e.quantity]
        figures = {"fuel": energy[unit.name], "emissions_fuel": burnt[unit.name], "heat": heat, "electricity": power}
        for field, address in places.items():
            figure = _entered(unit, field, figures.get(field, ()))
            draft.put(c.TOOLS, address, rounded(figure) if field in c.CHP_REFERENCES else figure)


def _entered(unit: EnergyUnit, field: str, rows: Sequence[float]) -> float | None:
    entered: float | None = getattr(unit, field)
    return entered if entered is not None or not rows else fsum(rows)


def totals(draft: Draft, installation: Installation, written: Iterable[Emission], ours: Totals) -> None:
    """Totals that were entered stand in the form; where the rows written don't sum to ours, ours replace the sum."""
    sums: dict[str, list[float]] = defaultdict(list)
    for e in written:
        sums[e.gas].append(e.fossil)
        if e.gas != "N2O":  # that workbook counts neither energy nor biomass of an N2O row
            sums["biomass"].append(e.biomass)
            sums["energy"].append(e.energy)
    site = installation.site

    def shown(what: str, field: str) -> float:
        entered = site.number(field)
        return fsum(sums[what]) if entered is None else entered

    n2o, pfc = shown("N2O", "n2o_entered"), shown("PFC", "pfc_entered")
    lacking = ours.direct_tco2e - fsum((shown("CO2", "co2_entered"), n2o, pfc))
    for field, total, scale in (
        ("co2_entered", shown("CO2", "co2_entered") + lacking, ours.direct_tco2e),
        ("biomass_entered", ours.biomass_tco2, ours.biomass_tco2),
        ("fuel_total", ours.energy_tj, ours.energy_tj),
    ):
        what = {"co2_entered": "CO2", "biomass_entered": "biomass", "fuel_total": "energy"}[field]
        if site.number(field) is None and abs(total - shown(what, field)) > 1e-9 * abs(scale):
            address = c.SITE[c.BALANCES][field]
            draft.put(c.BALANCES, address, total)
            draft.say("sent-packed", f"{c.BALANCES} {address} is written as {total:,.10g}: the rows of {c.EMISSIONS} "
                      f"alone sum to {shown(what, field):,.10g}.", site.at, field)  # fmt: skip
