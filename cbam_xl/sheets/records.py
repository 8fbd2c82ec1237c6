"""Our workbook becomes an :class:`Installation`: columns to records, units to canonical ones, names to the named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum, isnan
from typing import Any, TypeVar

from .. import model as m
from .. import reference, units
from ..entries import Book
from ..findings import FINDINGS
from ..report import NAN
from . import form, inputs, streams
from .amounts import BY_PRODUCT, Total, convert, factor, masses, remaining, summed, used
from .cells import as_number, shown, text_of
from .declare import IMPORTED, REASON
from .installation import INSTALLATION
from .kept import Steps, anew
from .names import NAMED, Names
from .names import of as names_of
from .read import Table, sheet_cells

R = TypeVar("R")
Rows = list[int]
YEARS = range(2000, 2100)
"""Years for which a figure of one's own may hold."""


def recognised(book: Book) -> bool:
    """Whether a workbook is an installation workbook: it has most of its sheets."""
    names = set(book.names)
    return sum(t.name in names for t in inputs.SHEETS) >= 3 or {"Installation", "Processes"} <= names


def read(book: Book, steps: Steps = anew) -> m.Installation:
    """Read an installation workbook. Never stops at a fault: what can't be read is unknown and becomes an issue.

    ``steps`` may be those of the last reading, kept: then only what follows from a changed sheet is made again.
    """
    site, told = steps("Installation", form.read, sheet_cells(book, INSTALLATION))
    typed = {s.name: steps(f"{s.name} as typed", Table, s, sheet_cells(book, s)) for s in inputs.TABLES}
    names, bearers = steps("names", names_of, *(typed[sheet] for sheet in NAMED))
    t = {sheet: steps(f"{sheet} with names", _named, table, names) for sheet, table in (typed | bearers).items()}
    processes, made = steps("Processes", _processes, t["Processes"])
    precursors, bought = steps("Precursors", _precursors, t["Precursors"])
    burnt, fuels = steps("Source streams", streams.read, t["Source streams"])
    measured = steps("Measured emissions", _plain, m.Measured, t["Measured emissions"])
    energy_units = steps("Energy units", _plain, m.EnergyUnit, t["Energy units"])
    goods, sold = steps("Goods", _goods, t["Goods"], processes)
    flows, moved = steps("Material flows", _flows, t["Material flows"], processes, precursors)
    transfers, heat = steps("Heat and waste gas", _heat, t["Heat and waste gas"], energy_units)
    electricity, power = steps("Electricity", _power, t["Electricity"], energy_units)
    shares, split = steps("Shared streams", _shares, t["Shared streams"], fuels, t["Measured emissions"], power)
    parameters, known = steps("Goods parameters", _parameters, t["Goods parameters"])
    pfc, cells = steps("PFC", _pfc, t["PFC"])
    prices = steps("Carbon price", _plain, m.CarbonPrice, t["Carbon price"])
    own, years = steps("Own figures", _own_figures, t["Own figures"])
    worked_on = (made, bought, fuels, sold, moved, heat, power, split, known, cells, years)
    tables = (*typed.values(), *bearers.values(), *t.values(), *worked_on)
    return _with_origin(book, m.Installation(
        site, processes, goods, parameters, burnt, measured, pfc, shares, energy_units, transfers, electricity,
        precursors, flows, prices, "workbook", (*told, *(i for table in tables for i in table.issues)), own,
        tuple(rest for table in (moved, heat, power, split) for rest in table.rests)))  # fmt: skip


def _named(typed: Table, names: Names) -> Table:
    """A table whose names are those that stand on other sheets, and whose unreadable entries are unknown."""
    table = typed.copy()
    names.resolve(table)
    table.unknown()
    _zero_reasons(table)
    _twice(table)
    return table


def _with_origin(book: Book, read: m.Installation) -> m.Installation:
    """An imported workbook keeps the rules of the Commission's file: what that workbook accepts is a warning."""
    if book.last_row(IMPORTED) is None:
        return read
    issues = (i._replace(level=FINDINGS[i.code].in_communication) for i in read.issues)
    return read._replace(origin="communication", issues=tuple(issues))


def _twice(table: Table) -> None:
    """Rows that say the same in every cell, on a sheet where each counts: one was probably pasted twice."""
    rows = list(zip(*table.columns.values(), strict=True))
    if table.sheet.columns[0].kind == "key" or len(set(rows)) == len(rows):
        return
    first: dict[tuple[Any, ...], int] = {}
    for row, entry in enumerate(rows):
        if first.setdefault(entry, row) != row:
            table.say("row-twice", row, "", f"This row says the same as row {table.at[first[entry]].row}, and both "
                      "count. Delete one, or tell them apart in “Evidence, note”.")  # fmt: skip


def _plain(record: type[R], table: Table) -> tuple[R, ...]:
    """Records whose fields are columns of the same names."""
    kind: Any = record
    columns = [table.at, *(table.columns[f] for f in kind._fields[1:])]
    return tuple(map(kind._make, zip(*columns, strict=True)))


def _by_name(table: Table) -> dict[str, Rows]:
    """The rows of each name; further rows continue the first."""
    rows: dict[str, Rows] = {}
    for row, name in enumerate(table.columns["name"]):
        if name:
            rows.setdefault(name, []).append(row)
    return rows


def _processes(named: Table) -> tuple[tuple[m.Process, ...], Table]:
    """Rows of one name become one process: its routes, and the goods made and used inside (III A.4)."""
    table = named.copy()
    c = table.columns
    counted = masses(table, c["category"])
    found = []
    for name, members in _by_name(table).items():
        entered = [r for r in members if c["quantity"][r] is not None]
        # 0 beside production is a good made and used inside; 0 alone is a process that stood still
        leaving = [r for r in entered if c["quantity"][r] != 0] or entered[-1:]
        main = (leaving or members)[-1]
        _counted_twice(table, name, leaving)
        category = c["category"][main]
        out = tuple(dict.fromkeys(c["category"][r] for r in leaving))
        unknown = any((r, "quantity") in table.faulty for r in members)
        found.append(m.Process(
            table.at[main], name, category,
            tuple(dict.fromkeys(c["route"][r] for r in members if c["category"][r] == category and c["route"][r])),
            fsum(c["quantity"][r] for r in leaving) if leaving and not unknown else None,
            counted[main],
            next((c["direct_entered"][r] for r in members if c["direct_entered"][r] is not None), None),
            tuple(dict.fromkeys(c["category"][r] for r in members if c["category"][r] not in (*out, category, ""))),
            out or (category,), _first(c["alias"], members), _first(c["data_source"], members),
            _first(c["note"], members),
            tuple(m.Row(c["category"][r], c["route"][r], c["quantity"][r]) for r in members),
            _first(c["finishing"], members)))  # fmt: skip
    return tuple(found), table


def _first(values: Sequence[str], rows: Rows) -> str:
    """What belongs to the whole of several rows: the first that is filled."""
    return next((values[r] for r in rows if values[r]), "")


def _counted_twice(table: Table, name: str, leaving: Rows) -> None:
    """Two amounts of one category and route of a process are one too many."""
    seen: dict[tuple[str, str], int] = {}
    for row in leaving:
        key = (table.columns["category"][row], m.fold(table.columns["route"][row]))
        if key in seen:
            first = table.at[seen[key]].row
            table.say("name-twice", row, "name", f"“{shown(name)}” stands here twice with the same category and route "
                      f"(first in row {first}): its production would count twice. Clear one row.")  # fmt: skip
        seen.setdefault(key, row)


def _precursors(named: Table) -> tuple[tuple[m.Precursor, ...], Table]:
    """Rows of one name become one bought precursor with several routes."""
    table = named.copy()
    c = table.columns
    masses(table, c["category"])
    found = []
    for name, members in _by_name(table).items():
        first, text = members[0], shown(name)
        for r in members[1:]:
            if c["category"][r] not in ("", c["category"][first]):
                table.say("name-twice", r, "name", f"“{text}” stands here twice with different categories: one row per "
                          "supplier and precursor, with names that differ.")  # fmt: skip
            elif any(c[f][r] not in (None, c[f][first]) for f in ("see_direct", "electricity", "electricity_ef")):
                table.say("name-twice", r, "name", f"“{text}” stands here twice with different figures: two suppliers "
                          "are two precursors, with names that differ.")  # fmt: skip
        amounts = {r: used(table, r) for r in members}
        for r, amount in amounts.items():
            if amount is not None and amount < 0:
                table.fault("negative", r, table.sheet.column("quantity"), f"+ opening − closing stock is {amount:g}: "
                            "it can't be negative. Correct the purchase or the stocks.")  # fmt: skip
                amounts[r] = None
        known = [a for r, a in amounts.items() if a is not None]
        unknown = any(a is None and (r == first or (r, "quantity") in table.faulty) for r, a in amounts.items())
        values = {f: c[f][first] for f in m.Precursor._fields[1:] if f in c}
        values |= {f: _first(c[f], members) for f in ("cn_code", "verification")}
        values["routes"] = tuple(dict.fromkeys(c["route"][r] for r in members if c["route"][r]))
        values["quantity"] = None if unknown else fsum(known)
        values["rows"] = tuple(m.Row(c["category"][first], c["route"][r], amounts[r]) for r in members)
        found.append(m.Precursor(table.at[first], **values))
    return tuple(found), table


def _goods(named: Table, processes: Iterable[m.Process]) -> tuple[tuple[m.Good, ...], Table]:
    """Masses sold, in the unit of the category of the process, else of the CN code."""
    table = named.copy()
    of = {p.name: p.category for p in processes}
    rows = zip(table.columns["process"], table.columns["cn_code"], strict=True)
    masses(table, [of.get(process) or reference.category_of(code) or "" for process, code in rows])
    return _plain(m.Good, table), table


def _flows(
    named: Table, processes: Iterable[m.Process], precursors: Iterable[m.Precursor]
) -> tuple[tuple[m.Flow, ...], Table]:
    """Amounts in the unit of what flows; “remaining” of production or of the purchase, by-products apart."""
    table = named.copy()
    sources: tuple[m.Process | m.Precursor, ...] = (*processes, *precursors)
    of, materials = {s.name: s.category for s in sources}, table.columns["material"]
    rows = zip(table.columns["source"], materials, strict=True)
    masses(table, [BY_PRODUCT if material else of.get(source, "") for source, material in rows])
    totals = {m.fold(s.name): Total(s.quantity, s.at, "quantity", s.category != m.NOT_CBAM) for s in sources}
    remaining(table, "source", "quantity", totals, lambda row: bool(materials[row]))
    return _plain(m.Flow, table), table


def _heat(named: Table, energy_units: Iterable[m.EnergyUnit]) -> tuple[tuple[m.Transfer, ...], Table]:
    """Energies in TJ, a volume of waste gas times its calorific value; “remaining” of the heat output of a unit."""
    table = named.copy()
    c = table.columns
    for row, label in enumerate(c["quantity_unit"]):
        if label in ("", "TJ"):
            continue
        by = _waste_gas(table, row, label) if units.dimension(label) == "gas volume" else factor(
            table, row, label, "TJ", "quantity_unit")  # fmt: skip
        if isinstance(c["quantity"][row], float):
            c["quantity"][row] = None if by is None else c["quantity"][row] * by
    remaining(table, "source", "quantity", {m.fold(u.name): Total(u.heat, u.at, "heat") for u in energy_units})
    return _plain(m.Transfer, table), table


def _waste_gas(table: Table, row: int, label: str) -> float | None:
    """TJ in a volume of waste gas of this unit."""
    ncv: float | None = table.columns["ncv"][row]
    if table.columns["kind"][row] == m.HEAT:
        table.fault("unit-unfit", row, table.sheet.column("quantity_unit"), f"is {label}: heat is an energy, not a "
                    "volume. Give it in TJ, GJ or MWh.")  # fmt: skip
        return None
    if ncv is None and (row, "ncv") not in table.faulty and label not in ("1000Nm3", "Nm3"):
        table.missing(table.sheet.column("ncv"), row)
    return None if ncv is None else units.factor(label, "1000Nm3") * ncv / 1000


def _power(named: Table, energy_units: Iterable[m.EnergyUnit]) -> tuple[tuple[m.Electricity, ...], Table]:
    """Energies in MWh, factors in t CO2/MWh; “remaining” of the electricity output of a unit."""
    table = named.copy()
    convert(table, "quantity", "quantity_unit", "MWh")
    convert(table, "ef", "ef_unit", "tCO2/MWh")
    totals = {m.fold(u.name): Total(u.electricity, u.at, "electricity") for u in energy_units}
    remaining(table, "source", "quantity", totals)
    return _plain(m.Electricity, table), table


def _shares(named: Table, burnt: Table, measured: Table, power: Table) -> tuple[tuple[m.Share, ...], Table]:
    """Who uses how much of what has one meter; “remaining” of what that meter shows."""
    table = named.copy()
    meters = _meters(burnt, measured, power)
    remaining(table, "stream", "weight", meters)
    read_off = {key: total.amount for key, total in meters.items()}
    table.columns["meter"] = [read_off.get(m.fold(name)) for name in table.columns["stream"]]
    return _plain(m.Share, table), table


def _meters(burnt: Table, measured: Table, power: Table) -> Mapping[str, Total]:
    """Main meters in the units in which they were typed: shared streams by name, shared supplies by source."""
    found: dict[str, Total] = {}
    rows: dict[tuple[str, str], list[tuple[float | None, str]]] = {}
    for row, name in enumerate(measured.columns["name"]):
        if measured.columns["process"][row] == m.SHARED:
            found[m.fold(name)] = Total(None, measured.at[row], "name")
    for table, by, end in ((burnt, "name", "process"), (power, "source", "target")):
        for row, name in enumerate(table.columns[by]):
            if table.columns[end][row] == m.SHARED:
                label = table.columns["quantity_unit"][row]
                amount = used(table, row) if table is burnt else _in(label, table.columns["quantity"][row])
                key = m.fold(name)
                rows.setdefault((by, key), []).append((amount, label))
                unread = any(amount is None for amount, _ in rows[by, key])
                found[key] = Total(summed(rows[by, key]), table.at[row], "quantity", unread)
    return found


def _in(label: str, mwh: float | None) -> float | None:
    """An amount of electricity in the unit of its row again."""
    return mwh if mwh is None or units.dimension(label) != "energy" else mwh / units.factor(label, "MWh")


def _parameters(named: Table) -> tuple[tuple[m.Parameter, ...], Table]:
    """Percentages and ratios are numbers; one that is a text or impossible is unknown."""
    table = named.copy()
    units_of = {row["parameter"]: row["unit"] for row in reference.rows("goods_parameters")}
    column, values = table.sheet.column("value"), table.columns["value"]
    for row, name in enumerate(table.columns["parameter"]):
        value, unit = values[row], units_of.get(name)
        if value is None or unit not in ("%", "t/t"):
            continue
        if isinstance(value, bool) or not isinstance(value, float | int):
            text = text_of(value)
            table.fault("number-expected", row, column, f"holds “{shown(text, 30)}”, but {name} is a figure in {unit}. "
                        f"{as_number(text)}")  # fmt: skip
        elif not 0 <= value <= (100 if unit == "%" else m.LARGEST):
            table.fault("number-range", row, column, f"is {value:g} {unit}, which {name} can't be. Correct it.")
        elif name == m.CLINKER_FACTOR and 0 < value <= 1:
            table.say("fraction-typed", row, "value", f"{name} is {value:g} %. If it is meant as a fraction, type "
                      f"{value * 100:g}.")  # fmt: skip
        values[row] = NAN if (row, "value") in table.faulty else float(value)
    return _plain(m.Parameter, table), table


def _pfc(named: Table) -> tuple[tuple[m.Pfc, ...], Table]:
    """A current efficiency that is a fraction, or impossible, is unknown: Eq. 24 would divide by it."""
    table = named.copy()
    column, values = table.sheet.column("current_efficiency"), table.columns["current_efficiency"]
    for row, value in enumerate(values):
        if value is None or isnan(value) or table.columns["method"][row] != m.OVERVOLTAGE or 50 <= value <= 100:
            continue
        if value < 1.5:
            table.fault("efficiency-low", row, column, f"is {value:g}: Eq. 24 wants per cent. Type {value * 100:g} if "
                        f"{value:g} is a fraction.")  # fmt: skip
        else:
            table.fault("number-range", row, column, f"is {value:g} %: a current efficiency lies between 50 and 100 %. "
                        "Correct it.")  # fmt: skip
        values[row] = None
    return _plain(m.Pfc, table), table


def _own_figures(named: Table) -> tuple[tuple[m.OwnFigure, ...], Table]:
    """A year that is none, or another than that of the price's period, is unknown."""
    table = named.copy()
    columns, years = table.columns, table.columns["year"]
    for row, year in enumerate(years):
        period = text_of(columns["of"][row]).strip()[:4] if columns["kind"][row] == m.CERTIFICATE_PRICE else ""
        if year is None or isnan(year) or (year in YEARS and period in (f"{year:.0f}", "")):
            continue
        other = f", but the price is of {period}" if year in YEARS else ""
        table.fault("number-range", row, table.sheet.column("year"),
                    f"is {year:g}{other}: type the year for which the figure holds.")  # fmt: skip
        years[row] = None
    return _plain(m.OwnFigure, table), table


def _zero_reasons(table: Table) -> None:
    """A factor of 0 counts only beside a reason in the same row: its evidence, or its source."""
    reasons = [table.columns[f] for f in ("note", "data_source") if f in table.columns]
    for column in table.sheet.columns:
        values = table.columns[column.field]
        for row, value in enumerate(values if column.zero == REASON else ()):
            if value == 0 and not any(texts[row] for texts in reasons):
                values[row] = NAN
                table.fault("zero-reason", row, column, "is 0, which counts only with its reason: say in “Evidence, "
                            "note” why, e.g. renewable origin under contract; else leave it blank.")  # fmt: skip
