"""Live workbooks in LibreOffice: what they show, what they must show, and what files hold of them."""

from __future__ import annotations

import re
from html import unescape
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from cbam_udfs import call
from libreoffice import LibreOffice
from live import ranges

from cbam_xl import attribution
from cbam_xl.addresses import column_number
from cbam_xl.books import FileBook, RowsBook
from cbam_xl.package import Package
from cbam_xl.report import Report
from cbam_xl.sheets import inputs, live, outputs, records
from cbam_xl.sheets.declare import FIRST_ROW

LIVE_CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)><f[^>]*>([^<]*CBAM_[^<]*)</f><v>([^<]*)</v>')
EXACT = 1e-12
RESULTS_CELLS = f"B{FIRST_ROW}:R{FIRST_ROW + 19}"


def spoiled(path: Path) -> Path:
    """The workbook with a wrong stored value in every live cell."""
    book = Package(path)
    for part in book.sheets.values():
        xml = book.read(part)
        if b"CBAM_" in xml:
            book.replace(part, LIVE_CELL.sub(r'<c r="\1"\2><f>\3</f><v>999</v>', xml.decode()).encode())
    book.save(path)
    return path


def live_cells(path: Path) -> dict[tuple[str, str], str]:
    """The formulas with functions by sheet and cell."""
    book = Package(path)
    parts = {name: book.read(part).decode() for name, part in book.sheets.items()}
    return {(name, cell): formula for name, xml in parts.items() for cell, _, formula, _ in LIVE_CELL.findall(xml)}


class Plant:
    """The inputs of a workbook outside the program, to be changed along with it."""

    def __init__(self, path: Path) -> None:
        book = FileBook(path)
        self.rows = {s.name: [list(row) for row in book.rows(s.name)] for s in inputs.SHEETS}

    def put(self, sheet: str, cell: str, value: float | str) -> None:
        column, row = ord(cell[0]) - ord("A"), int(cell[1:]) - 1
        cells = self.rows[sheet][row]
        cells += [""] * (column + 1 - len(cells))
        cells[column] = value

    @property
    def book(self) -> RowsBook:
        return RowsBook(self.rows)

    def report(self) -> Report:
        return attribution.recalculate(records.read(self.book))


def shown(office: LibreOffice) -> list[list[float | str]]:
    """What Results shows of the processes."""
    found: list[list[float | str]] = office.ask("get", "Results", RESULTS_CELLS)
    return [row for row in found if row[0] != ""]


def expected(plant: Plant) -> list[list[float | str]]:
    """What Results must show: figures of the Report, and the text of a function where a figure isn't known."""
    report, given = plant.report(), ranges(plant.book)
    rows = []
    for balance in report.processes:
        row: list[float | str] = [balance.name]
        for column in outputs.RESULTS.blocks[0][1][1:]:
            figure = getattr(balance, column.field)
            if not isnan(figure):
                row.append(100 * figure if column.field == "default_share" else figure)
            else:
                row.append("" if column.field == "default_share" else str(
                    call(live.function_of(column.field), balance.name, book=given)))  # fmt: skip
        rows.append(row)
    return rows


def same(found: list[list[float | str]], wanted: list[list[float | str]]) -> None:
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one == [pytest.approx(v, rel=EXACT, abs=EXACT) if isinstance(v, float) else v for v in other]


def place(letters: str) -> int:
    """The place of a column in a row, counted from 0."""
    return column_number(letters) - 1


def output_values(office: LibreOffice, sheet: str) -> list[list[Any]]:
    """What an output sheet shows, without blank ends."""
    rows = office.ask("get", sheet, office.ask("used", sheet))
    return trimmed(rows)


def trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    kept = [list(row) for row in rows]
    for row in kept:
        while row and row[-1] == "":
            row.pop()
    while kept and not kept[-1]:
        kept.pop()
    return kept


def plain(formula: str) -> str:
    """A formula without what programs write in different ways."""
    return unescape(formula).replace("'", "").replace("$", "").replace(" ", "")
