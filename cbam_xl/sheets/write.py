"""An Installation written as the rows of an installation workbook: the way back of :mod:`cbam_xl.sheets.records`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any, NamedTuple

from .. import model as m
from .. import package as p
from ..entries import Book
from ..units import scaled
from . import form, inputs, outputs
from .declare import FIRST_ROW, HEADER_ROW, IMPORTED, LAST_ROW, REASON, Sheet
from .read import Table, sheet_cells
from .results import Styles

Entry = Mapping[str, object]
Entries = Mapping[str, Sequence[Entry]]

PRECURSORS = inputs.BY_NAME["Precursors"]


def entries(installation: m.Installation) -> Entries:
    """The rows of every input table, by field; what is blank or unknown is left out."""
    i = installation
    return {
        "Processes": [row for each in i.processes for row in _process(each)],
        "Goods": [{**_fields(good, "at"), "quantity_unit": None} for good in i.goods],
        "Goods parameters": [_parameter(each) for each in i.parameters],
        "Source streams": [_stream(each) for each in i.streams],
        "Measured emissions": [{**_fields(each), "biomass": scaled(each.biomass, 100)} for each in i.measured],
        "PFC": [{**_fields(each), "collection": scaled(each.collection, 100)} for each in i.pfc],
        "Shared streams": [_fields(each) for each in i.shares],
        "Energy units": [
            {**_fields(each), **{f: scaled(getattr(each, f), 100) for f in ("ref_heat", "ref_electricity")}}
            for each in i.units
        ],
        "Heat and waste gas": [_fields(each) for each in i.transfers],
        "Electricity": [_fields(each) for each in i.electricity],
        "Precursors": [row for each in i.precursors for row in precursor(each)],
        "Material flows": [_fields(each) for each in i.flows],
        "Carbon price": [
            {**_fields(each), **{f: scaled(getattr(each, f), 100) for f in ("share", "rebate_share")}}
            for each in i.prices
        ],
    }


def _fields(record: Any, *left_out: str) -> dict[str, object]:
    """The fields of a record that are columns of its sheet under the same names."""
    return {name: value for name, value in record._asdict().items() if name not in ("at", *left_out)}


def _process(process: m.Process) -> Iterator[Entry]:
    """One row for each category and route, in their order; what belongs to the process stands in the first."""
    whole = {f: getattr(process, f) for f in ("direct_entered", "alias", "data_source", "note")}
    rows = process.rows or (m.Row(process.category, next(iter(process.routes), ""), process.quantity),)
    unit = None if process.quantity_unit == "t" else process.quantity_unit
    for row in rows:
        entered = None if row.quantity is None else unit
        yield {"name": process.name, **row._asdict(), "quantity_unit": entered, **whole}
        whole = {}


def precursor(q: m.Precursor) -> Iterator[Entry]:
    """One row for each route; everything but name, category, route and amount stands in the first."""
    whole = _fields(q, "name", "category", "routes", "rows", "quantity")
    for row in q.rows or (m.Row(q.category, next(iter(q.routes), ""), q.quantity),):
        yield {"name": q.name, **row._asdict(), **whole}
        whole = {}


def _parameter(row: m.Parameter) -> Entry:
    value = {True: "yes", False: "no"}[row.value] if isinstance(row.value, bool) else row.value
    return {**_fields(row), "value": value}


def _stream(s: m.Stream) -> Entry:
    energy = s.unit == "TJ"
    return {
        **_fields(s, "unit"), "quantity_unit": s.unit, "ncv": None if energy else scaled(s.ncv, 1000),
        "ef_unit": f"tCO2/{s.ef_unit}" if s.ef is not None else None,
        **{field: scaled(getattr(s, field), 100) for field in ("conversion", "biomass")},
    }  # fmt: skip


def write(book: Book, package: p.Package, site: m.Site, tables: Entries, reason: str) -> None:
    """Fills the input sheets of an empty workbook; ``reason`` is the evidence of a factor of 0, which needs one."""
    for sheet in inputs.TABLES:
        if rows := tables.get(sheet.name, ()):
            add(book, package, sheet, rows, reason)
    places = form.cells(book.rows(inputs.INSTALLATION.name))
    values = {places[field][0]: _value(value) for field, value in site.values.items() if field in places}
    part = package.part(inputs.INSTALLATION.name)
    package.replace(part, p.set_cells(package.read(part), values, date1904=package.date1904))


class Added(NamedTuple):
    """Rows for the foot of a table: the first row, the columns counted from 1, and the cells."""

    first: int
    columns: list[int]
    cells: list[list[p.Value | None]]

    @property
    def last(self) -> int:
        """The last row."""
        return self.first + len(self.cells) - 1


def added(book: Book, name: str, sheet: Sheet, rows: Sequence[Entry], reason: str = "") -> Added:
    """Where rows go below those that a table has, and their cells.

    Raises BookError when the sheet of the workbook ``name`` lacks one of its columns.
    """
    table = Table(sheet, sheet_cells(book, sheet))
    if lacking := [c.header for c in sheet.columns if c.field not in table.places]:
        raise p.BookError(f"“{sheet.name}” of {name} has no column “{lacking[0]}”: write the header back.")
    places = sorted((position + 1, field) for field, position in table.places.items())
    body = [[_value(row.get(field)) for _, field in places] for row in (_reasoned(sheet, row, reason) for row in rows)]
    return Added(max((at.row for at in table.at), default=FIRST_ROW - 1) + 1, [column for column, _ in places], body)


def end(book: Book, sheet: Sheet) -> int:
    """The last row that a table is laid out for."""
    return book.last_row(sheet.range_name) or LAST_ROW


def add(book: Book, package: p.Package, sheet: Sheet, rows: Sequence[Entry], reason: str = "") -> None:
    """Writes rows below those that a table has; the laid-out range grows with them.

    Raises BookError when the sheet lacks one of its columns.
    """
    new = added(book, package.name, sheet, rows, reason)
    letters = [p.column_letters(number) for number in new.columns]
    part = package.part(sheet.name)
    xml = package.read(part)
    if len(book.rows(sheet.name)) < new.first:
        styles = Styles(xml).column
        columns = [(a, styles.get(number)) for a, number in zip(letters, new.columns, strict=True)]
        xml = p.replace_rows(xml, new.first, p.rows_xml(new.first, new.cells, columns, package.date1904))
    else:  # a user's own cells stand there
        cells = {f"{a}{row}": value for row, values in enumerate(new.cells, new.first)
                 for a, value in zip(letters, values, strict=True)}  # fmt: skip
        xml = p.set_cells(xml, cells, date1904=package.date1904)
    package.replace(part, xml)
    if new.last > end(book, sheet):
        ref = f"'{sheet.name}'!${letters[0]}${HEADER_ROW}:${letters[-1]}${new.last}"
        package.replace(p.WORKBOOK, p.set_defined_name(package.read(p.WORKBOOK), sheet.range_name, ref))


def copy(source: Book, package: p.Package) -> None:
    """Fills the input sheets of an empty workbook with those of another one of the same layout, cell by cell."""
    for sheet in inputs.TABLES:
        part, rows = package.part(sheet.name), source.rows(sheet.name)[FIRST_ROW - 1 :]
        xml, width = package.read(part), max(map(len, rows), default=0)
        cells = [[*row[1:], *[""] * (width - len(row))] for row in rows]
        columns = Styles(xml).columns(width - 1)
        package.replace(part, p.replace_rows(xml, FIRST_ROW, p.rows_xml(FIRST_ROW, cells, columns, package.date1904)))
    part = package.part(inputs.INSTALLATION.name)
    values = {address: _value(value) for address, value in form.cells(source.rows(inputs.INSTALLATION.name)).values()}
    package.replace(part, p.set_cells(package.read(part), values, date1904=package.date1904))


def mark(package: p.Package) -> None:
    """Marks a workbook as the content of a Commission file."""
    ref = f"{outputs.START}!$B$2:$B$3"
    package.replace(p.WORKBOOK, p.set_defined_name(package.read(p.WORKBOOK), IMPORTED, ref))


def _reasoned(sheet: Sheet, row: Entry, reason: str) -> Entry:
    """A row whose factor of 0 has its reason."""
    zero = any(row.get(column.field) == 0 for column in sheet.columns if column.zero == REASON)
    return {**row, "note": reason} if zero and not (row.get("note") or row.get("data_source")) else row


def _value(value: object) -> p.Value | None:
    """What a cell holds; unknown is blank."""
    if isinstance(value, float) and not isfinite(value):
        return None
    return value if isinstance(value, str | float | bool | date) else None
