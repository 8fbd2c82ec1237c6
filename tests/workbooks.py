"""Workbook files for tests: a rich one, one made of raw XML, and copies with parts changed."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from cbam_xl.package import Package, set_cells

NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def rich_workbook(path: Path) -> Path:
    """Two sheets with most of what a workbook can hold, and parts that openpyxl doesn't know."""
    book = openpyxl.Workbook()
    data = book.active
    assert data is not None
    data.title = "Data & more"
    rows: list[list[str | float]] = [["Name", "Value"], ["a", 1.0], ["b", 2.5], ["c", "=B2+B3"]]
    for row in rows:
        data.append(row)
    validation = DataValidation(type="list", formula1='"a,b,c"')
    validation.add("A2:A500")
    data.add_data_validation(validation)
    data.conditional_formatting.add("B2:B9", FormulaRule(["B2>2"]))  # type: ignore[no-untyped-call]
    data.add_table(Table(displayName="Values", ref="A1:B4"))
    results = book.create_sheet("Results")
    results.append(["Process", "SEE"])
    results.append(["old", 1.0])
    results.append(["older", 2.0])
    results.conditional_formatting.add("B2:B9", DataBarRule("min", 0, "max", 1, "FF0000"))  # type: ignore[no-untyped-call]
    results.print_area = "A1:B3"
    chart = BarChart()
    chart.add_data(Reference(results, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    results.add_chart(chart, "E2")
    book.defined_names["see"] = DefinedName("see", attr_text="Results!$B$2:$B$3")
    book.save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/vbaProject.bin", os.urandom(3000))
        file.writestr(zipfile.ZipInfo("customXml/item1.xml", (2001, 2, 3, 4, 5, 6)), b"<own/>")
    return path


def raw_workbook(path: Path, rows: bytes, head: bytes = b"", tail: bytes = b"", root: bytes = b"") -> Path:
    """A workbook with one sheet "S" whose `<sheetData>` holds `rows`."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "S"
    start = root or b'<worksheet xmlns="' + NAMESPACE + b'">'
    xml = start + head + b"<sheetData>" + rows + b"</sheetData>" + tail + b"</worksheet>"
    stream = io.BytesIO()
    book.save(stream)
    return altered(stream, path, {SHEET: lambda _: xml})


def altered(
    source: Path | io.BytesIO,
    target: Path,
    changes: Mapping[str, Callable[[bytes], bytes | None]],
    added: Mapping[str, bytes] | None = None,
) -> Path:
    """A copy of a workbook in which some parts are changed, left out (None) or added."""
    content = io.BytesIO(source.read_bytes() if isinstance(source, Path) else source.getvalue())
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part: bytes | None = old.read(entry)
            if entry.filename in changes:
                assert part is not None
                part = changes[entry.filename](part)
            if part is not None:
                new.writestr(entry.filename, part)
        for name, part in (added or {}).items():
            new.writestr(name, part)
    return target


def raw_parts(path: Path) -> dict[str, bytes]:
    """Every part as it lies in the file: local header, packed bytes, descriptor; in the order of the file."""
    package = Package(path)
    return {name: package.data[entry.start : entry.end] for name, entry in package.entries.items()}


def edited(path: Path, changes: Mapping[str, Mapping[str, Any]]) -> Path:
    """A workbook with some cells changed, formulas too, by sheet and address."""
    book = Package(path)
    for sheet, cells in changes.items():
        part = book.part(sheet)
        book.replace(part, set_cells(book.read(part), cells, keep_formula=False))
    book.save(path)
    return path
