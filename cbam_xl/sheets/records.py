"""Our workbook becomes an :class:`Installation`: columns to records, units to canonical ones, names to the named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from math import fsum
from typing import Any

from .. import model as m
from .. import units
from ..findings import issue
from . import choices, inputs
from .declare import HEADER_ROW, Column
from .read import Book, Table, as_date, header_text, letters, nearest, text_of, zero_reasons

Columns = dict[str, list[Any]]


def recognised(book: Book) -> bool:
    """Whether a workbook is an installation workbook: it has most of its sheets."""
    names = set(book.names)
    return sum(t.name in names for t in inputs.SHEETS) >= 3 or {"Installation", "Processes"} <= names


def read(book: Book) -> m.Installation:
    """Read an installation workbook. Never stops at a fault: what can't be read is unknown and becomes an issue."""
    issues: list[m.Issue] = []
    site = _site(book, issues)
    tables = {s.name: Table(s, book, issues) for s in inputs.TABLES}
    names = Names(tables)
    for table in tables.values():
        names.resolve(table)
    streams = _streams(tables["Source streams"])
    measured = _plain(m.Measured, tables["Measured emissions"])
    transfers = _transfers(tables["Heat and waste gas"])
    electricity = _electricity(tables["Electricity"])
    processes = _processes(tables["Processes"])
    precursors = _precursors(tables["Precursors"])
    _masses(tables["Goods"])
    flows_table = tables["Material flows"]
    _masses(flows_table)
    energy_units = _plain(m.EnergyUnit, tables["Energy units"])
    _remaining(flows_table, "source", _made(processes, precursors), lambda c, i: bool(c["material"][i]))
    _remaining(tables["Heat and waste gas"], "source", {u.name: (u.heat, u.at) for u in energy_units})
    _remaining(tables["Electricity"], "source", {u.name: (u.electricity, u.at) for u in energy_units})
    shares = tables["Shared streams"]
    _remaining(shares, "stream", _meters(streams, measured, electricity), folded=True)
    return m.Installation(
        site, processes, _plain(m.Good, tables["Goods"]), _parameters(tables["Goods parameters"]), streams, measured,
        _pfc(tables["PFC"]), _plain(m.Share, shares), energy_units,
        _with(transfers, tables["Heat and waste gas"]), _with(electricity, tables["Electricity"]), precursors,
        _plain(m.Flow, flows_table), _prices(tables["Carbon price"]), "workbook", tuple(issues))  # fmt: skip


def _plain(record: Any, table: Table) -> tuple[Any, ...]:
    """Records whose fields are columns; blanks keep the record's default where that is a text."""
    columns = [table.at, *(table.columns[f] for f in record._fields[1:])]
    return tuple(map(record._make, zip(*columns, strict=True)))


def _site(book: Book, issues: list[m.Issue]) -> m.Site:
    """The form: a label, its value in the next column; labels are found by their text."""
    sheet = inputs.INSTALLATION
    if sheet.name not in book.names:
        issues.append(issue("sheet-missing", f"There is no sheet “{sheet.name}”: copy it from a new workbook "
                            "(cbam-xl new FILE), or undo its renaming.", m.Cell(sheet.name)))  # fmt: skip
        return m.Site(m.Cell(sheet.name))
    rows, faults = book.rows(sheet.name), book.faults(sheet.name)
    values: dict[str, object] = {}
    places: dict[str, str] = {}
    labels = {header_text(c.header): c for c in sheet.columns}
    for number, row in enumerate(rows, 1):
        for position, text in enumerate(row):
            column = labels.get(header_text(text)) if isinstance(text, str) and text else None
            if column is None or column.field in places or number < HEADER_ROW:
                continue
            value = row[position + 1] if position + 1 < len(row) else ""
            places[column.field] = address = f"{letters(position + 1)}{number}"
            at = m.Cell(sheet.name, 0, {column.field: address})
            if address in faults:
                code = "not-calculated" if faults[address].startswith("not") else "cell-error"
                issues.append(issue(code, f"“{column.header}” shows {faults[address]}: correct the formula or type the "
                                    "entry.", at, column.field))  # fmt: skip
            values[column.field] = _form_value(column, value, at, issues, address in faults)
    at = m.Cell(sheet.name, 0, places)
    for column in sheet.columns:
        if column.field not in places:
            issues.append(issue("header-missing", f"The form has no line “{column.header}”: write this label back.",
                                m.Cell(sheet.name, HEADER_ROW, {"": "B"})))  # fmt: skip
        elif column.field in ("period_start", "period_end") and values[column.field] is None:
            if places[column.field] not in faults and not any(i.cell == places[column.field] for i in issues):
                issues.append(issue("value-missing", f"“{column.header}” is missing: it selects the act. Type a date such as "
                                    "2024-12-31.", at, column.field))  # fmt: skip
    return m.Site(at, values)


def _form_value(column: Column, value: object, at: m.Cell, issues: list[m.Issue], faulty: bool) -> object:
    if value == "" or faulty:
        return None
    if column.kind == "date":
        if (day := as_date(value)) is None:
            issues.append(issue("date-expected", f"“{column.header}” holds “{text_of(value)}”: type a date such as "
                                "2024-12-31.", at, column.field))  # fmt: skip
        return day
    if column.numeric:
        if isinstance(value, float):
            return value
        issues.append(issue("number-expected", f"“{column.header}” holds “{text_of(value)}”: type a number, or leave it "
                            "blank.", at, column.field))  # fmt: skip
        return None
    text = text_of(value)
    if column.kind == "choice":
        known = {m.fold(e): e for e in choices.entries(column.choices)}
        if m.fold(text) not in known:
            issues.append(issue("choice-unknown", f"“{text}” isn't on the list of “{column.header}”: choose from the list."
                                f"{nearest(text, known.values())}", at, column.field))  # fmt: skip
        return known.get(m.fold(text))
    return text or None


class Names:
    """The names of processes, energy units, precursors and goods: unique, and found again without case and blanks."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.known: dict[str, dict[str, str]] = {}
        taken: dict[str, tuple[str, m.Cell]] = {}
        for sheet in ("Processes", "Energy units", "Precursors", "Goods"):
            table = tables[sheet]
            mine: dict[str, str] = {}
            for row, name in enumerate(table.columns["name"]):
                if not name:
                    continue
                key = m.fold(name)
                at = table.at[row]
                if key in _RESERVED:
                    table.say("name-reserved", row, "name", f"“{name}” is a reserved word: choose another name.")
                elif key in mine:
                    if sheet in ("Energy units", "Goods"):
                        table.say("name-twice", row, "name", f"“{name}” stands here twice (first in "
                                  f"{taken[key][1].address('name')}): names must differ.")  # fmt: skip
                    elif mine[key] != name:
                        table.say("name-twice", row, "name", f"“{name}” and “{mine[key]}” are the same name written in two "
                                  "ways: write them alike (one process) or rename one.")  # fmt: skip
                        table.columns["name"][row] = mine[key]
                    continue
                elif key in taken:
                    other, place = taken[key]
                    table.say("name-twice", row, "name", f"“{name}” is also a name on {place.sheet} "
                              f"({place.address('name')}): rename one of them.")  # fmt: skip
                mine.setdefault(key, name)
                taken.setdefault(key, (name, at))
            self.known[sheet] = mine

    def resolve(self, table: Table) -> None:
        """Every name that a row mentions as it was first typed; one that stands nowhere is an error."""
        for column in table.sheet.columns:
            if column.kind != "ref":
                continue
            allowed = choices.NAMES[column.choices]
            known = {m.fold(w): w for w in allowed.words}
            for sheet in allowed.sheets:
                known |= self.known[sheet]
            values = table.columns[column.field]
            for row, value in enumerate(values):
                if not value:
                    if column.default:
                        values[row] = column.default
                    continue
                name = known.get(value) or known.get(m.fold(value))
                if name is None:
                    where = " or ".join((*allowed.sheets, *(f"“{w}”" for w in allowed.words)))
                    table.say("name-unknown", row, column.field, f"“{value}” isn't a name of {where}: correct it, or add "
                              f"the missing row there.{nearest(value, known.values())}")  # fmt: skip
                else:
                    values[row] = name


_RESERVED = frozenset(m.fold(w) for w in m.WORDS)


def _factors(table: Table, row: int, value: str, to: str, field: str) -> float | None:
    """Factor of a unit spelling to a canonical unit, or None with an issue."""
    try:
        return units.factor(value, to)
    except units.UnitError as error:
        known = units.dimension(value) is not None
        table.say("unit-unfit" if known else "unit-unknown", row, field, str(error))
        return None


def _convert(table: Table, fields: Iterable[str], unit_field: str, to: str) -> None:
    """Numbers of columns in the unit of their row, in the canonical unit ``to``; unknown units make them unknown."""
    labels, factors = table.columns[unit_field], units.table(to)
    default = table.sheet.column(unit_field).default
    if set(labels) <= {"", to} and default == to:
        return
    found: dict[int, float | None] = {}
    for row, label in enumerate(labels):
        if label not in (to, ""):
            factor = factors.get(label)
            found[row] = factor if factor is not None else _factors(table, row, label, to, unit_field)
    for field in fields:
        values = table.columns[field]
        for row, factor in found.items():
            if isinstance(values[row], float):
                values[row] = None if factor is None else values[row] * factor


def _masses(table: Table) -> None:
    """Amounts in t; MWh (electricity as a good) stays MWh."""
    labels = table.columns["quantity_unit"]
    fields = [f for f in ("quantity", "opening", "closing") if f in table.columns]
    for row, label in enumerate(labels):
        if units.dimension(label) == "energy":
            for field in fields:
                if isinstance(table.columns[field][row], float):
                    table.columns[field][row] *= units.factor(label, "MWh")
            labels[row] = ""
            table.columns.setdefault("electric", [False] * len(labels))[row] = True
    _convert(table, fields, "quantity_unit", "t")


def _used(columns: Columns, row: int) -> float | None:
    """Received + opening - closing stock (III B.4)."""
    received, opening, closing = (columns[f][row] for f in ("quantity", "opening", "closing"))
    return received if received is None else received + (opening or 0.0) - (closing or 0.0)


def _processes(table: Table) -> tuple[m.Process, ...]:
    """Rows of one name become one process: its routes, and the goods made and used inside (III A.4)."""
    _masses(table)
    c = table.columns
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(c["name"]):
        if name:
            rows.setdefault(name, []).append(row)
    electric = c.get("electric", [False] * len(table))
    found = []
    for name, members in rows.items():
        leaving = [r for r in members if c["quantity"][r] is not None]
        main = (leaving or members)[-1]
        seen: dict[tuple[str, str], int] = {}
        for r in leaving:
            key = (c["category"][r], m.fold(c["route"][r]))
            if key in seen:
                table.say("name-twice", r, "name", f"“{name}” stands here twice with the same category and route (first in "
                          f"row {table.at[seen[key]].row}): its production would count twice. Clear one row.")  # fmt: skip
            seen.setdefault(key, r)
        category = c["category"][main]
        out = tuple(dict.fromkeys(c["category"][r] for r in leaving))
        first = {f: next((c[f][r] for r in members if c[f][r] not in (None, "")), d)
                 for f, d in (("direct_entered", None), ("alias", ""), ("data_source", ""), ("note", ""))}  # fmt: skip
        found.append(m.Process(
            table.at[main], name, category,
            tuple(dict.fromkeys(c["route"][r] for r in members if c["category"][r] == category and c["route"][r])),
            fsum(c["quantity"][r] for r in leaving) if leaving else None,
            "MWh" if electric[main] else "t",
            first["direct_entered"],
            tuple(dict.fromkeys(c["category"][r] for r in members if c["category"][r] not in (*out, category, ""))),
            out or (category,), first["alias"], first["data_source"], first["note"]))  # fmt: skip
        for r in members:
            if c["quantity"][r] is None and (r, "quantity") in table.faulty:
                found[-1] = found[-1]._replace(quantity=None)
    return tuple(found)


def _precursors(table: Table) -> tuple[m.Precursor, ...]:
    """Rows of one name become one bought precursor with several routes."""
    _masses(table)
    zero_reasons(table, "see_direct", ("note",))
    c = table.columns
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(c["name"]):
        if name:
            rows.setdefault(name, []).append(row)
    found = []
    for name, members in rows.items():
        first = members[0]
        amounts = [_used(c, r) for r in members]
        for r in members[1:]:
            if c["category"][r] != c["category"][first]:
                table.say("name-twice", r, "name", f"“{name}” stands here twice with different categories: one row per "
                          "supplier and precursor, with names that differ.")  # fmt: skip
            elif any(c[f][r] not in (None, c[f][first]) for f in ("see_direct", "electricity", "electricity_ef")):
                table.say("name-twice", r, "name", f"“{name}” stands here twice with different figures: two suppliers are "
                          "two precursors, with names that differ.")  # fmt: skip
        values = {f: c[f][first] for f in m.Precursor._fields[1:] if f in c}
        values["routes"] = tuple(dict.fromkeys(c["route"][r] for r in members if c["route"][r]))
        values["quantity"] = None if None in amounts else fsum(a for a in amounts if a is not None)
        found.append(m.Precursor(table.at[first], **values))
    return tuple(found)


def _streams(table: Table) -> tuple[m.Stream, ...]:
    """Each row in one of the units t, 1000Nm3 or TJ, with factors that fit it (Eq. 5 to 15, III B.4, B.5)."""
    c = table.columns
    found = []
    for row, at in enumerate(table.at):
        quantity, unit = _quantity(table, row)
        ncv = _ncv(table, row, unit)
        ef, ef_unit = _ef(table, row, unit)
        method = c["method"][row]
        if method in (m.COMBUSTION, m.PROCESS_EMISSIONS) and ef is not None and ef_unit == "TJ" and unit != "TJ":
            if ncv is None and (row, "ncv") not in table.faulty:
                table.missing(table.sheet.column("ncv"), row, " (the emission factor is per TJ)")
        if method != m.MASS_BALANCE and method != m.CO2_TRANSFER and quantity is not None and quantity < 0:
            table.say("negative", row, "quantity", f"“Activity data (AD)” is {quantity:,.10g} {unit}: only a mass balance or "
                      "a CO2 transfer has negative amounts.")  # fmt: skip
            quantity = None
        found.append(m.Stream(at, c["name"][row], c["process"][row], method, quantity, unit, ncv, ef, ef_unit,
                              c["carbon_content"][row], c["conversion"][row], c["biomass"][row], c["data_source"][row],
                              c["note"][row]))  # fmt: skip
    return tuple(found)


_BASIS = {"mass": "t", "gas volume": "1000Nm3", "energy": "TJ", "gross energy": "TJ (gross)", "liquid volume": "m3"}


def _quantity(table: Table, row: int) -> tuple[float | None, str]:
    """Amount used and its canonical unit; volumes of liquids, and of gas where a density stands, become tonnes."""
    c = table.columns
    value, label = _used(c, row), c["quantity_unit"][row] or "t"
    if label in ("t", "1000Nm3", "TJ") and c["density"][row] is None:
        return value, label
    kind = units.dimension(label) or ""
    unit = _BASIS.get(kind, "")
    if not unit:
        _factors(table, row, label, "t", "quantity_unit")
        return None, "t"
    factor = units.factor(label, unit)
    value = None if value is None else value * factor
    if unit == "TJ (gross)":
        ratio = _net(table, row, "quantity_unit", label)
        return (None if value is None or ratio is None else value * ratio), "TJ"
    if unit in ("m3", "1000Nm3"):
        density, per = c["density"][row], c["density_unit"][row] or ("kg/l" if unit == "m3" else "kg/Nm3")
        to = "t/m3" if unit == "m3" else "t/1000Nm3"
        if density is not None:
            mass = _factors(table, row, per, to, "density_unit")
            return (None if value is None or mass is None else value * density * mass), "t"
        if unit == "m3":
            table.say("value-missing", row, "density", f"“Density” is missing: {label} become tonnes only with the density "
                      "of this liquid, e.g. 0.84 kg/l.")  # fmt: skip
            return None, "t"
    return value, unit


def _net(table: Table, row: int, field: str, label: str) -> float | None:
    """Net divided by gross calorific value; needed where a unit says gross."""
    ratio: float | None = table.columns["net_per_gross"][row]
    if ratio is None:
        table.say("value-missing", row, "net_per_gross", f"“Net ÷ gross” is missing: {label} is a gross figure; type the "
                  "fuel's net divided by gross calorific value, e.g. 0.902 for natural gas.")  # fmt: skip
    elif not 0.5 <= ratio <= 1:
        table.say("number-range", row, "net_per_gross", f"“Net ÷ gross” is {ratio:g}: it lies between 0.5 and 1.")
        return None
    return ratio


def _ncv(table: Table, row: int, unit: str) -> float | None:
    """Net calorific value in TJ per unit of the row."""
    c = table.columns
    value: float | None = c["ncv"][row]
    if value is None or unit == "TJ":
        return None
    label = c["ncv_unit"][row]
    if not label:
        return value / 1000
    if "gross" in (units.dimension(label) or ""):
        factor = _factors(table, row, label, f"TJ/{unit} (gross)", "ncv_unit")
        ratio = _net(table, row, "ncv_unit", label)
        factor = None if factor is None or ratio is None else factor * ratio
    else:
        factor = _factors(table, row, label, f"TJ/{unit}", "ncv_unit")
    if factor is None:
        table.faulty.add((row, "ncv"))
        return None
    return value * factor


def _ef(table: Table, row: int, unit: str) -> tuple[float | None, str]:
    """Emission factor and what it refers to: TJ, or the unit of the row."""
    c = table.columns
    value: float | None = c["ef"][row]
    label = c["ef_unit"][row] or "tCO2/TJ"
    if label == "tCO2/TJ":
        return value, "TJ"
    if value is None:
        return None, "TJ"
    if units.dimension(label) == units.dimension("tCO2/TJ"):
        return value * units.factor(label, "tCO2/TJ"), "TJ"
    factor = _factors(table, row, label, f"tCO2/{unit}", "ef_unit")
    return (None if factor is None else value * factor), unit


def _transfers(table: Table) -> tuple[m.Transfer, ...]:
    """Energies in TJ; a volume of waste gas times its calorific value."""
    zero_reasons(table, "ef", ("note", "data_source"))
    c = table.columns
    energy = units.table("TJ")
    for row, label in enumerate(c["quantity_unit"]):
        value = c["quantity"][row]
        if label in ("", "TJ"):
            continue
        if units.dimension(label) == "gas volume":
            ncv = c["ncv"][row]
            if c["kind"][row] == m.HEAT:
                table.say("unit-unfit", row, "quantity_unit", f"Heat is an energy, not a volume: give it in TJ, GJ or MWh "
                          f"instead of {label}.")  # fmt: skip
                ncv = None
            if ncv is None and c["kind"][row] != m.HEAT and (row, "ncv") not in table.faulty:
                if label not in ("1000Nm3", "Nm3"):
                    table.missing(table.sheet.column("ncv"), row)
            factor = None if ncv is None else units.factor(label, "1000Nm3") * ncv / 1000
        else:
            factor = energy.get(label) or _factors(table, row, label, "TJ", "quantity_unit")
        if isinstance(value, float):
            c["quantity"][row] = None if factor is None else value * factor
    return _plain(m.Transfer, table)


def _electricity(table: Table) -> tuple[m.Electricity, ...]:
    _convert(table, ("quantity",), "quantity_unit", "MWh")
    _convert(table, ("ef",), "ef_unit", "tCO2/MWh")
    zero_reasons(table, "ef", ("note", "data_source"))
    return _plain(m.Electricity, table)


def _with(records: tuple[Any, ...], table: Table) -> tuple[Any, ...]:
    """Records anew from their columns, after “remaining” was resolved in them."""
    return tuple(r._replace(quantity=q) for r, q in zip(records, table.columns["quantity"], strict=True))


def _pfc(table: Table) -> tuple[m.Pfc, ...]:
    for row, value in enumerate(table.columns["current_efficiency"]):
        if value is None or table.columns["method"][row] != m.OVERVOLTAGE:
            continue
        if value < 1.5:
            table.say("efficiency-low", row, "current_efficiency", f"“B: CE” is {value:g}: Eq. 24 wants per cent. Type "
                      f"{value * 100:g} if {value:g} is a fraction.")  # fmt: skip
        elif not 50 <= value <= 100:
            table.say("number-range", row, "current_efficiency", f"“B: CE” is {value:g} %: a current efficiency lies between "
                      "50 and 100 %.")  # fmt: skip
        else:
            continue
        table.columns["current_efficiency"][row] = None
    return _plain(m.Pfc, table)


def _parameters(table: Table) -> tuple[m.Parameter, ...]:
    return _plain(m.Parameter, table)


def _prices(table: Table) -> tuple[m.CarbonPrice, ...]:
    return _plain(m.CarbonPrice, table)


def _made(processes: Iterable[m.Process], precursors: Iterable[m.Precursor]) -> dict[str, tuple[float | None, m.Cell]]:
    return {p.name: (p.quantity, p.at) for p in (*processes, *precursors)}


def _meters(
    streams: Iterable[m.Stream], measured: Iterable[m.Measured], electricity: Iterable[m.Electricity]
) -> dict[str, tuple[float | None, m.Cell]]:
    """Main meters: shared streams by name, shared supplies by their source; folded names."""
    found: dict[str, tuple[float | None, m.Cell]] = {}
    sums: dict[str, list[float | None]] = defaultdict(list)
    at: dict[str, m.Cell] = {}
    for s in streams:
        if s.process == m.SHARED:
            sums[m.fold(s.name)].append(s.quantity)
            at[m.fold(s.name)] = s.at
    for point in measured:
        if point.process == m.SHARED:
            found[m.fold(point.name)] = (None, point.at)
    for e in electricity:
        if e.target == m.SHARED:
            sums[m.fold(e.source)].append(e.quantity if isinstance(e.quantity, float) else None)
            at[m.fold(e.source)] = e.at
    for key, values in sums.items():
        found[key] = (None if None in values else fsum(v for v in values if v is not None), at[key])
    return found


def _remaining(
    table: Table,
    by: str,
    totals: Mapping[str, tuple[float | None, m.Cell]],
    apart: Callable[[Columns, int], bool] = lambda columns, row: False,
    *,
    folded: bool = False,
) -> None:
    """The word “remaining” becomes the total of its source less the other rows; later rooms don't know the word."""
    field = "weight" if by == "stream" else "quantity"
    values = table.columns[field]
    if m.REMAINING not in values:
        return
    groups: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(table.columns[by]):
        if not apart(table.columns, row):
            groups[m.fold(name) if folded else name].append(row)
    for row in [r for r, v in enumerate(values) if v == m.REMAINING]:
        name = table.columns[by][row]
        total, at = totals.get(m.fold(name) if folded else name, (None, None))
        members = [] if apart(table.columns, row) else groups[m.fold(name) if folded else name]
        others = [r for r in members if r != row]
        words = [r for r in members if values[r] == m.REMAINING]
        values_known = all(isinstance(values[r], float) for r in others)
        if len(words) > 1:
            for r in words[1:]:
                table.say("remaining-twice", r, field, f"“remaining” stands twice for “{name}” (first in row "
                          f"{table.at[words[0]].row}): type an amount in one of them.")  # fmt: skip
            for r in words:
                values[r] = None
        elif total is None or not values_known:
            where = f"{at.sheet}!{at.address()}" if at else "its sheet"
            missing = "the other amounts aren't all known" if total is not None else f"no total of it is known ({where})"
            table.say("remaining-unknown", row, field, f"“remaining” of “{name}” can't be worked out: {missing}. Fill it in, or "
                      "type an amount here.")  # fmt: skip
            values[row] = None
        else:
            rest = fsum((total, *(-values[r] for r in others)))
            if rest < 0 and -rest <= 1e-9 * abs(total):
                rest = 0.0
            if rest < 0:
                table.say("remaining-negative", row, field, f"“remaining” of “{name}” would be {rest:,.10g}: the total is "
                          f"{total:,.10g}, the other rows sum to {total - rest:,.10g}. Correct one of them.")  # fmt: skip
            values[row] = None if rest < 0 else rest
