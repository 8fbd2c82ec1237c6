"""A small plant to change cell by cell, and files of our layout made with openpyxl."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from declared import address, book_of
from openpyxl.workbook.defined_name import DefinedName
from workbooks import altered

from cbam_xl import model as m
from cbam_xl.attribution import recalculate
from cbam_xl.model import Installation, Issue
from cbam_xl.report import Balance, Report
from cbam_xl.sheets import inputs, records
from cbam_xl.sheets.declare import LAST_ROW

Data = dict[str, Any]

PLANT: Data = {
    "Installation": {
        "period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31), "name_en": "Plant", "street": "Quay 1",
        "post_code": "01000", "po_box": "-", "city": "Izmir", "country": "Türkiye", "unlocode": "TR IZM",
        "latitude": "38.4", "longitude": "27.1", "data_quality": "Mostly measurements & analyses",
        "quality_assurance": "Internal audits"},
    "Processes": [{"name": "Kiln", "category": "Cement clinker", "quantity": 1e6},
                  {"name": "Mill", "category": "Cement", "quantity": 1.2e6}],
    "Goods": [{"name": "CEM I", "process": "Mill", "cn_code": "25232900", "quantity": 1.2e6}],
    "Goods parameters": [{"target": "Mill", "parameter": "Clinker factor", "value": 70.0}],
    "Source streams": [
        {"name": "Coal", "process": "Kiln", "method": "Combustion", "quantity": 1e5, "ncv": 25.0, "ef": 95.0},
        {"name": "Raw meal", "process": "Kiln", "method": "Process emissions", "quantity": 1.5e6, "ef": 0.35,
         "ef_unit": "tCO2/t"},
        {"name": "Gas", "process": "Mill", "method": "Combustion", "quantity": 100.0, "quantity_unit": "TJ",
         "ef": 56.1}],
    "Electricity": [{"source": "Grid", "target": "Mill", "quantity": 50000.0, "ef": 0.5, "ef_source": "D.4(a)"}],
    "Material flows": [{"source": "Kiln", "target": "Mill", "quantity": 840000.0},
                       {"source": "Kiln", "target": "Market", "quantity": "remaining"}],
}  # fmt: skip
"""Kiln: 237 500 + 525 000 t CO2 in 1 Mt; mill: 5 610 t CO2, 25 000 t CO2e of power, 840 kt of clinker in 1.2 Mt."""

KILN, MILL = 0.7625, (5610 + 840000 * 0.7625) / 1.2e6

ROWS: Mapping[str, dict[str, Any]] = {
    "Processes": {"name": "Kiln", "sector": "Cement", "category": "Cement clinker", "route": "Dry kiln",
                  "quantity": 1e6, "quantity_unit": "t", "direct_entered": 8e5},
    "Goods": {"name": "CEM I", "process": "Kiln", "cn_code": "25232900", "quantity": 5.0, "quantity_unit": "t"},
    "Goods parameters": {"target": "Kiln", "parameter": "Clinker factor", "value": 70.0},
    "Source streams": {"name": "Coal", "process": "Kiln", "method": "Combustion", "quantity": 1e5,
                       "quantity_unit": "t", "opening": 5.0, "closing": 6.0, "ncv": 25.0, "ncv_unit": "GJ/t",
                       "ef": 95.0, "ef_unit": "tCO2/TJ", "conversion": 98.0, "biomass": 5.0, "density": 0.8,
                       "density_unit": "kg/l", "net_per_gross": 0.9},
    "Measured emissions": {"name": "Stack", "process": "Kiln", "gas": "CO2", "concentration": 5.0, "hours": 8000.0,
                           "flow": 100.0, "biomass": 2.0, "energy_fossil": 7.0, "energy_biomass": 1.0},
    "PFC": {"technology": "Centre Worked Pre-Bake (CWPB)", "process": "Kiln", "method": "Slope method",
            "aluminium": 5e5, "frequency": 2.0, "duration": 1.2, "sef": 0.14, "overvoltage": 3.0,
            "current_efficiency": 95.0, "ovc": 1.16, "f_c2f6": 0.12, "collection": 98.0},
    "Shared streams": {"stream": "Coal", "process": "Kiln", "weight": 60.0, "basis": "Operating hours"},
    "Energy units": {"name": "CHP 1", "kind": "CHP", "fuel": 100.0, "heat": 45.0, "electricity": 8000.0,
                     "emissions_fuel": 5610.0, "emissions_fgc": 1.0, "ref_heat": 88.0, "ref_electricity": 44.2},
    "Heat and waste gas": {"kind": "Waste gas", "source": "Kiln", "target": "Mill", "quantity": 5.0,
                           "quantity_unit": "Nm3", "ncv": 3.4, "ef": 62.0, "fuel": "Natural gas"},
    "Electricity": {"source": "Grid", "target": "Kiln", "quantity": 5e4, "quantity_unit": "MWh", "ef": 0.5,
                    "ef_unit": "tCO2/MWh", "ef_source": "D.4(a)"},
    "Precursors": {"name": "Clinker from X", "category": "Cement clinker", "country": "TR", "route": "Dry kiln",
                   "quantity": 100.0, "quantity_unit": "t", "opening": 5.0, "closing": 6.0, "see_direct": 0.9,
                   "see_direct_source": "Measured", "electricity": 0.1, "electricity_source": "Measured",
                   "electricity_ef": 0.5, "electricity_ef_source": "D.4(a)", "justification": "Data gaps"},
    "Material flows": {"source": "Kiln", "material": "Dust", "target": "Mill", "quantity": 5.0, "quantity_unit": "t",
                       "carbon_content": 0.1},
    "Carbon price": {"target": "Kiln", "instrument": "Carbon Tax", "share": 60.0, "price": 20.0, "currency": "EUR",
                     "per": "tCO2e", "rebate_type": "Other", "rebate_share": 30.0, "rebate": 2.0},
    "Own figures": {"kind": "Grid emission factor", "of": "TR", "value": 0.44, "year": 2026.0, "source": "Annex II"},
}  # fmt: skip
"""For each table a row in which every column with a rule of its own is filled."""


def plant(**sheets: Any) -> Data:
    """The plant with sheets replaced; the names of the sheets with _ for blanks."""
    return copy.deepcopy(PLANT) | {name.replace("_", " "): rows for name, rows in sheets.items()}


def changed(sheet: str, row: int, **fields: Any) -> Data:
    """The plant with some cells of one row changed."""
    data = copy.deepcopy(PLANT)
    data[sheet][row] |= fields
    return data


def read(data: Data) -> Installation:
    return records.read(book_of(data))


def solved(data: Data) -> Report:
    return recalculate(read(data))


def balance(report: Report, name: str) -> Balance:
    return next(b for b in report.processes if b.name == name)


def unknown(figure: object) -> bool:
    """Whether a figure isn't known: None where nothing stands, NaN where something can't be read."""
    return figure is None or figure != figure


def at(issues: Iterable[Issue], sheet: str, field: str, row: int = 0) -> list[Issue]:
    """The issues at one cell: a field of the row with this number from 0."""
    return [i for i in issues if (i.sheet, i.cell) == (sheet, address(sheet, field, row))]


def codes(issues: Iterable[Issue]) -> list[str]:
    """The codes of errors and warnings, sorted."""
    return sorted(i.code for i in issues if i.level != m.NOTE)


class Shows(str):
    """A cell that shows an error, such as Shows("#N/A")."""


class Formula(str):
    """A formula; ``value`` is its stored result, None when it was never calculated."""

    value: float | str | None

    def __new__(cls, text: str, value: float | str | None = None) -> Formula:
        formula = super().__new__(cls, text)
        formula.value = value
        return formula


def file_of(data: Data, path: Path, ranges: bool = True, change: Callable[[Any], None] | None = None) -> Path:
    """A workbook file of our layout; ``change`` may do something to the openpyxl workbook before it is saved."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    stored: dict[str, dict[bytes, bytes]] = {}
    for index, (name, rows) in enumerate(book_of(data).items(), 1):
        sheet = book.create_sheet(name)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                if value is None or value == "":
                    continue
                cell = sheet.cell(r, c)
                cell.value = str(value) if isinstance(value, Shows | Formula) else value
                if isinstance(value, Shows):
                    cell.data_type = "e"
                elif isinstance(value, Formula) and value.value is not None:
                    part = stored.setdefault(f"xl/worksheets/sheet{index}.xml", {})
                    part[cell.coordinate.encode()] = str(value.value).encode()
        if ranges:
            ref = f"'{name}'!$B$5:$T${LAST_ROW}"
            book.defined_names[inputs.BY_NAME[name].range_name] = DefinedName(
                inputs.BY_NAME[name].range_name, attr_text=ref)  # fmt: skip
    if change:
        change(book)
    content = BytesIO()
    book.save(content)
    return altered(content, path, {part: _storing(values) for part, values in stored.items()})


def _storing(values: Mapping[bytes, bytes]) -> Callable[[bytes], bytes]:
    """Put stored results behind the formulas of a sheet part, as a spreadsheet program does when it saves."""

    def store(match: re.Match[bytes]) -> bytes:
        value = values.get(match[2])
        if value is None:
            return match[0]
        kind = b"" if re.fullmatch(rb"-?[\d.]+(e[+-]?\d+)?", value) else b' t="str"'
        return match[1] + match[2] + b'"' + kind + match[3] + b"<v>" + value + b"</v></c>"

    return lambda xml: re.sub(rb'(<c r=")([A-Z]+\d+)"([^>]*><f>[^<]*</f>)<v\s*/?>(?:</v>)?</c>', store, xml)
