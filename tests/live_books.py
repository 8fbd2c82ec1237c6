"""Live workbooks for tests: the shipped edition with the inputs of a worked example, recalculated like any file."""

from __future__ import annotations

from pathlib import Path

from cbam_xl import attribution, road
from cbam_xl.books import FileBook
from cbam_xl.package import Package, column_letters, replace_rows, rows_xml, set_cells
from cbam_xl.report import Report
from cbam_xl.sheets.declare import FIRST_ROW
from cbam_xl.sheets.inputs import SHEETS

EDITIONS = {".xlsm": "cbam_installation.xlsm", ".xlsx": "cbam_installation_live.xlsx"}


def filled(path: Path, name: str = "cement") -> Path:
    """The live edition with the inputs of an example, not recalculated yet."""
    book, source = Package(road.templates() / EDITIONS[path.suffix]), FileBook(road.example(name))
    for sheet in SHEETS:
        part, rows = book.part(sheet.name), source.rows(sheet.name)
        xml = book.read(part)
        if sheet.sections:
            values = {f"{a}{n}": row[k] for n, row in enumerate(rows, 1) for a, k in (("C", 2), ("F", 5))
                      if n > 5 and len(row) > k and row[k] != ""}  # fmt: skip
            xml = set_cells(xml, values)
        else:
            body = [row[1:] for row in rows[FIRST_ROW - 1 :]]
            width = max(map(len, body), default=0)
            columns = [(column_letters(n), None) for n in range(2, width + 2)]
            full = [[*row, *[""] * (width - len(row))] for row in body]
            xml = replace_rows(xml, FIRST_ROW, rows_xml(FIRST_ROW, full, columns))
        book.replace(part, xml)
    book.save(path)
    return path


def recalculated(path: Path, name: str = "cement") -> tuple[Path, Report]:
    """The same, with results written as by the command line; and the Report."""
    filled(path, name)
    installation = road.read(path)
    report = attribution.recalculate(installation)
    assert not report.failed, report.issues
    road.write(path, path, installation, report)
    return path, report
