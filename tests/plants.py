"""Installations for tests: records in a word or two, random plants, and their exact solution beside them.

The exact solution is worked out anew on fractions from the records alone, so that each checks the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st

from cbam_xl import model as m
from cbam_xl.attribution import recalculate
from cbam_xl.model import Installation
from cbam_xl.report import Balance, Report, Term

NATURAL_GAS, CORRECTION, CARBON = 56.1, 0.667, 3.664
GAP = 18.6813  # t CO2e per TJ of waste gas passed on inside: 56.1 x (1 - 0.667)
STEEL, CRUDE, PIG = "Iron or steel products", "Crude steel", "Pig iron"
PERIOD = {"period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31), "default_justification": "Data gaps"}

FIELDS: Mapping[type, str] = {
    m.Process: "processes", m.Good: "goods", m.Parameter: "parameters", m.Stream: "streams", m.Measured: "measured",
    m.Pfc: "pfc", m.Share: "shares", m.EnergyUnit: "units", m.Transfer: "transfers", m.Electricity: "electricity",
    m.Precursor: "precursors", m.Flow: "flows", m.CarbonPrice: "prices",
    m.OwnFigure: "figures",
}  # fmt: skip

Record = (
    m.Process | m.Good | m.Parameter | m.Stream | m.Measured | m.Pfc | m.Share | m.EnergyUnit | m.Transfer
    | m.Electricity | m.Precursor | m.Flow | m.CarbonPrice | m.OwnFigure
)  # fmt: skip


def at(sheet: str, row: int = 7, fields: Iterable[str] = ()) -> m.Cell:
    """A place at which every field stands in a column of its own name."""
    return m.Cell(sheet, row, {field: field for field in fields})


def plant(*records: Record, origin: str = "workbook", **site: Any) -> Installation:
    """An installation of these records, each on its sheet in the order given; ``site``: fields of the form."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        field = FIELDS[type(record)]
        rows[field].append(record._replace(at=at(field, len(rows[field]) + 7, record._fields[1:])))
    values = {**PERIOD, **site}
    form = m.Site(at("Installation", 0, values), values)
    return Installation(form, origin=origin, **{field: tuple(found) for field, found in rows.items()})


def process(name: str, quantity: float | None = 1000.0, category: str = STEEL, **more: Any) -> m.Process:
    return m.Process(at(""), name, category, quantity=quantity, leaving=more.pop("leaving", (category,)), **more)


def emits(to: str, tco2: float | None, name: str = "Process gas", **more: Any) -> m.Stream:
    """Process emissions of so many t CO2."""
    return m.Stream(at(""), name, to, m.PROCESS_EMISSIONS, tco2, "t", ef=1.0, ef_unit="t", **more)


def burns(
    to: str, tj: float | None, ef: float | None = NATURAL_GAS, name: str = "Natural gas", **more: Any
) -> m.Stream:
    """Combustion of so many TJ."""
    return m.Stream(at(""), name, to, m.COMBUSTION, tj, "TJ", ef=ef, **more)


def heat(source: str, target: str, tj: float | None, ef: float | None = None, fuel: str = "") -> m.Transfer:
    return m.Transfer(at(""), m.HEAT, source, target, tj, ef, fuel)


def waste_gas(source: str, target: str, tj: float | None, ef: float | None = None) -> m.Transfer:
    return m.Transfer(at(""), m.WASTE_GAS, source, target, tj, ef)


def power(source: str, target: str, mwh: float | None, ef: float | None = None) -> m.Electricity:
    return m.Electricity(at(""), source, target, mwh, ef)


def unit(name: str, kind: str = m.BOILER, **more: Any) -> m.EnergyUnit:
    return m.EnergyUnit(at(""), name, kind, **more)


def chp(name: str = "CHP", ref_heat: float | None = 0.88, ref_power: float | None = 0.442, **more: Any) -> m.EnergyUnit:
    return m.EnergyUnit(at(""), name, m.CHP, ref_heat=ref_heat, ref_electricity=ref_power, **more)


def bought(name: str, see: float | None = 2.0, mwh: float | None = 0.5, ef: float | None = 0.4, category: str = CRUDE,
           source: str = "Measured", quantity: float | None = None) -> m.Precursor:  # fmt: skip
    return m.Precursor(at(""), name, category, "TR", (), quantity, see, source, mwh, "Measured", ef, "D.4(a)")


def flow(source: str, target: str, t: float | None, material: str = "", carbon: float | None = None) -> m.Flow:
    return m.Flow(at(""), source, material, target, t, carbon)


def share(stream: str, to: str, weight: float | None, basis: str = m.SUBMETER, note: str = "") -> m.Share:
    return m.Share(at(""), stream, to, weight, basis, note)


def solved(*records: Record, floor: bool = True, origin: str = "workbook", law: str = "", **site: Any) -> Report:
    return recalculate(plant(*records, origin=origin, **site), floor=floor, law=law)


def balances(report: Report) -> dict[str, Balance]:
    return {b.name: b for b in report.processes}


def terms(report: Report, owner: str, step: str) -> list[Term]:
    """The terms that sum to a figure of a process or energy unit."""
    return [t for t in report.terms if t.owner == owner and t.step == step and not t.total and not t.aside]


def codes(report: Report) -> list[str]:
    return [i.code for i in report.issues]


def explained(report: Report, balance: str = "direct emissions") -> Mapping[str, float]:
    return next(line for line in report.closure if line.balance == balance).explained


# Random plants


def random_plant(r: Random, *, lasting: bool = False) -> Installation:
    """A valid plant: loops of goods and of energy units, heat, waste gas, own power, shares, by-products, purchases.

    Every figure is known, every stream assigned, no DirEm* entered. ``lasting``: at least two processes that use each
    other's goods.
    """
    names = [f"P{i}" for i in range(r.randint(2 if lasting else 1, 5))]
    units = [f"U{i}" for i in range(r.randint(0, 3))]
    levels = {name: _much(r) for name in names}
    found: list[Record] = [process(name, level) for name, level in levels.items()]
    kinds = {u: r.choice((m.BOILER, m.CHP, m.POWER_PLANT, m.RENEWABLE_POWER)) for u in units}
    for u, kind in kinds.items():
        references = {"ref_heat": r.uniform(0.7, 0.95), "ref_electricity": r.uniform(0.3, 0.55)}
        found.append(unit(u, kind, emissions_fgc=r.choice((None, 20.0)), **references))
    for i, name in enumerate([*names, *(u for u in units if kinds[u] != m.RENEWABLE_POWER)]):
        found += _streams(r, name, i)
        found.append(power(m.GRID, name, r.uniform(10, 500), r.uniform(0.1, 0.9)))
    if r.random() < 0.5:
        found += [burns(m.SHARED, r.uniform(10, 100), name="Common gas"), power(m.DIRECT_LINE, m.SHARED, 300.0, 0.3)]
        for stream, weigh in (("Common gas", 1.0), (m.DIRECT_LINE, 7.0)):
            found += [share(stream, name, weigh * r.uniform(1, 9)) for name in (*names, *units[:1])]
    found += _transfers(r, names, units, kinds)
    found += _goods(r, names, levels, lasting)
    return plant(*found)


def _much(r: Random) -> float:
    return r.uniform(1e3, 1e5)


def _streams(r: Random, name: str, i: int) -> Iterable[m.Stream]:
    yield burns(name, r.uniform(50, 500), r.uniform(50, 110), f"Fuel {i}", biomass=r.choice((None, 0.2)))
    if name.startswith("U") and r.random() < 0.3:
        yield burns(name, r.uniform(5, 50), 260.0, "Blast furnace gas", biomass=r.choice((None, 0.1)))
    if name.startswith("P"):
        yield m.Stream(at(""), f"Coal {i}", name, m.COMBUSTION, _much(r) / 10, "t", r.uniform(0.02, 0.03), 94.6,
                       conversion=r.choice((None, 0.98)))  # fmt: skip
        yield emits(name, _much(r), f"Raw meal {i}")
        yield m.Stream(at(""), f"Coke {i}", name, m.MASS_BALANCE, _much(r) / 10, "t",
                       carbon_content=r.uniform(0.5, 0.9))  # fmt: skip
        yield m.Stream(at(""), f"Slag {i}", name, m.MASS_BALANCE, -_much(r) / 100, "t", carbon_content=0.02)


def _transfers(r: Random, names: list[str], units: list[str], kinds: Mapping[str, str]) -> Iterable[Record]:
    """Heat, waste gas and power between all ends; every unit gives something to a process, so that it has an end."""
    ends = [*names, *(u for u in units if kinds[u] != m.RENEWABLE_POWER), m.OUTSIDE]
    for u in units:
        if kinds[u] in (m.BOILER, m.CHP):
            yield heat(u, r.choice(names), r.uniform(10, 50))
            for _ in range(r.randint(0, 2)):
                yield heat(u, r.choice(ends), r.uniform(1, 20))
        if kinds[u] != m.BOILER:
            yield power(u, r.choice(names), r.uniform(500, 3000))
            for _ in range(r.randint(0, 2)):
                yield power(u, r.choice(ends), r.uniform(10, 500))
    for _ in range(r.randint(0, 3)):
        yield heat(r.choice([*names, m.OUTSIDE]), r.choice(ends), r.uniform(1, 10), r.uniform(40, 80))
    for _ in range(r.randint(0, 3)):
        yield waste_gas(r.choice([*names, m.OUTSIDE]), r.choice(ends), r.uniform(1, 20), r.choice((None, 44.4, 260.0)))
    if r.random() < 0.2:  # a process that gives more than it emits
        yield heat(r.choice(names), m.OUTSIDE, r.uniform(1e3, 1e4), 60.0)
    for _ in range(r.randint(0, 2)):
        yield power(r.choice(names), r.choice([*names, m.OUTSIDE]), r.uniform(1, 200), r.uniform(0.1, 0.9))


def _goods(r: Random, names: list[str], levels: Mapping[str, float], lasting: bool) -> Iterable[Record]:
    """Goods that processes use of each other (at most 90 % of what one makes), purchases, by-products with carbon."""
    for i, source in enumerate(names):
        users = [n for j, n in enumerate(names) if j != i and (r.random() < 0.5 or (lasting and {i, j} == {0, 1}))]
        part = [r.uniform(0.1, 1) for _ in users]
        used = r.uniform(0.3, 0.9) * levels[source]
        for user, weigh in zip(users, part, strict=True):
            yield flow(source, user, used * weigh / sum(part))
    for i in range(r.randint(0, 3)):
        yield bought(f"B{i}", r.uniform(0.1, 3), r.uniform(0.1, 2), r.uniform(0.1, 0.9),
                     source=r.choice(("Measured", "Default")))  # fmt: skip
        for user in names:
            if r.random() < 0.7:
                yield flow(f"B{i}", user, _much(r) / 10)
    if r.random() < 0.5:
        source = r.choice(names)
        target = r.choice([*(n for n in names if n != source), m.MARKET, m.WASTE])
        yield flow(source, target, _much(r) / 100, "Dust", 0.1)


seeds = st.integers(0, 10**9)
"""For hypothesis: a random plant by its number, which is all that a failing test has to show."""


# The exact solution


class Exact(NamedTuple):
    """Of each process: attributed direct and indirect t CO2e without the floor, SEE direct, SEE indirect, MWh/t."""

    attributed: dict[str, tuple[Fraction, Fraction]]
    see: dict[str, tuple[Fraction, Fraction, Fraction]]


def exact(plant: Installation) -> Exact:
    """A random plant on fractions, straight from the records."""
    direct, indirect, mwh = _attributed(plant)
    names = [p.name for p in plant.processes]
    bought = {p.name: p for p in plant.precursors}
    matrix = {name: {name: _f(p.quantity)} for name, p in zip(names, plant.processes, strict=True)}
    sides = {name: [direct[name], indirect[name], mwh[name]] for name in names}
    for f in plant.flows:
        if f.material or f.target not in sides:
            continue
        if f.source in matrix:
            matrix[f.target][f.source] = matrix[f.target].get(f.source, Fraction(0)) - _f(f.quantity)
        else:
            p = bought[f.source]
            see = (_f(p.see_direct), _f(p.electricity) * _f(p.electricity_ef), _f(p.electricity))
            sides[f.target] = [a + _f(f.quantity) * b for a, b in zip(sides[f.target], see, strict=True)]
    found = gauss([[matrix[i].get(j, Fraction(0)) for j in names] for i in names], [sides[i] for i in names])
    return Exact(
        {name: (direct[name], indirect[name]) for name in names},
        {name: (x[0], x[1], x[2]) for name, x in zip(names, found, strict=True)},
    )


def gauss(matrix: Sequence[Sequence[Fraction]], sides: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """The exact solution of a regular system for several right-hand sides, by Gauss and Jordan."""
    size = len(matrix)
    rows = [[*row, *side] for row, side in zip(matrix, sides, strict=True)]
    for k in range(size):
        best = next(i for i in range(k, size) if rows[i][k])
        rows[k], rows[best] = rows[best], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(size):
            if i != k and rows[i][k]:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[size:] for row in rows]


def _f(value: float | None) -> Fraction:
    assert value is not None
    return Fraction(value)


def _emission(s: m.Stream) -> Fraction:
    fossil = 1 - Fraction(s.biomass or 0)
    if s.method == m.MASS_BALANCE:
        return _f(s.quantity) * _f(s.carbon_content) * Fraction(CARBON) * fossil
    return _f(s.quantity) * (_f(s.ncv) if s.unit == "t" and s.ef_unit == "TJ" else 1) * _f(s.ef) * (
        Fraction(1 if s.conversion is None else s.conversion) * fossil)  # fmt: skip


def _split(plant: Installation, name: str, end: str) -> list[tuple[str, Fraction]]:
    if end != m.SHARED:
        return [(end, Fraction(1))]
    rows = [s for s in plant.shares if s.stream == name]
    return [(s.process, _f(s.weight) / sum(_f(x.weight) for x in rows)) for s in rows]


def _attributed(plant: Installation) -> tuple[dict[str, Fraction], dict[str, Fraction], dict[str, Fraction]]:
    """Direct and indirect t CO2e and MWh of every process and unit after all transfers (Eq. 48, 49; C; D)."""
    direct: dict[str, Fraction] = defaultdict(Fraction)
    indirect: dict[str, Fraction] = defaultdict(Fraction)
    mwh: dict[str, Fraction] = defaultdict(Fraction)
    units = {u.name: u for u in plant.units}
    gas, correction = Fraction(NATURAL_GAS), Fraction(CORRECTION)
    for s in plant.streams:
        for name, part in _split(plant, s.name, s.process):
            cap = gas * _f(s.quantity) if name in units and s.name == "Blast furnace gas" else _emission(s)
            direct[name] += min(_emission(s), cap) * part
    for u in plant.units:
        direct[u.name] += Fraction(u.emissions_fgc or 0)
    for f in plant.flows:
        if f.material:
            carbon = _f(f.quantity) * _f(f.carbon_content) * Fraction(CARBON)
            direct[f.source] -= carbon
            direct[f.target] += carbon
    hot = [t for t in plant.transfers if t.kind == m.HEAT and not (t.source == t.target and t.source in units)]
    live = [(e, end, _f(e.quantity) * part) for e in plant.electricity
            for end, part in _split(plant, e.source, e.target) if not (e.source == end and end in units)]  # fmt: skip
    for t in plant.transfers:
        if t.kind == m.WASTE_GAS:
            ef = min(Fraction(t.ef or NATURAL_GAS), gas) if t.target in units else gas
            direct[t.target] += _f(t.quantity) * ef
            direct[t.source] -= _f(t.quantity) * gas * correction
        elif t in hot and t.source not in units:
            direct[t.target] += _f(t.quantity) * _f(t.ef)
            direct[t.source] -= _f(t.quantity) * _f(t.ef)
    for e, end, amount in live:
        mwh[end] += amount
        if e.source not in units:
            direct[e.source] -= amount * _f(e.ef)
            indirect[end] += amount * _f(e.ef)
    # what a unit has is handed on in parts per TJ and per MWh; its own use is no output
    per: dict[tuple[str, str], Fraction] = {}
    for u in plant.units:
        out_heat = sum((_f(t.quantity) for t in hot if t.source == u.name), Fraction(0))
        out_power = sum((amount for e, _, amount in live if e.source == u.name), Fraction(0))
        part = Fraction(1) if u.kind == m.BOILER else Fraction(0)
        if u.kind == m.CHP:  # the fuel energy cancels out of Eq. 40
            a, b = out_heat / _f(u.ref_heat), out_power * Fraction("0.0036") / _f(u.ref_electricity)
            part = a / (a + b)
        per[u.name, "TJ"] = part / out_heat if out_heat else Fraction(0)
        per[u.name, "MWh"] = (1 - part) / out_power if out_power else Fraction(0)
    names = list(units)
    by_heat = [[Fraction(i == j) - sum((_f(t.quantity) * per[j, "TJ"] for t in hot if (t.source, t.target) == (j, i)),
                                       Fraction(0)) for j in names] for i in names]  # fmt: skip
    by_power = [[sum((amount * per[j, "MWh"] for e, end, amount in live if (e.source, end) == (j, i)), Fraction(0))
                 for j in names] for i in names]  # fmt: skip
    burnt = gauss(by_heat, [[direct[i], mwh[i]] for i in names])
    sides = [[indirect[i] + sum(part * x[0] for part, x in zip(row, burnt, strict=True))]
             for i, row in zip(names, by_power, strict=True)]  # fmt: skip
    behind = gauss([[a - b for a, b in zip(*rows, strict=True)] for rows in zip(by_heat, by_power, strict=True)], sides)
    carried = {name: (x[0], y[0], x[1]) for name, x, y in zip(names, burnt, behind, strict=True)}
    for t in hot:
        if t.source in units and t.target not in units:
            part = _f(t.quantity) * per[t.source, "TJ"]
            direct[t.target] += part * carried[t.source][0]
            indirect[t.target] += part * carried[t.source][1]
            mwh[t.target] += part * carried[t.source][2]
    for e, end, amount in live:
        if e.source in units and end not in units:
            indirect[end] += amount * per[e.source, "MWh"] * (carried[e.source][0] + carried[e.source][1])
    return direct, indirect, mwh


def told(report: Report) -> str:
    """A report with its terms as a text, because NaN isn't equal to itself."""
    return repr(({name: value for name, value in report._asdict().items() if name != "trail"}, report.terms))
