"""Live cells of an imported workbook: what a Commission file accepts is a warning for cell, button and file alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xl_engine
import xlwings as xw
from cbam_udfs import call, plant, ribbon
from cbam_udfs.open_book import OpenBook
from live import ranges
from live_books import EDITIONS, filled
from openpyxl import load_workbook

import cbam_xl
from cbam_xl import road
from cbam_xl.books import FileBook
from cbam_xl.hosts.excel.refresh import refreshed
from cbam_xl.model import WARNING
from cbam_xl.package import Package, set_cells
from cbam_xl.report import Report
from cbam_xl.sheets import inputs, live, outputs, write
from cbam_xl.sheets.declare import FIRST_ROW, IMPORTED, IMPORTED_HANDLE

Told = list[tuple[str, str]]


def imported(path: Path) -> Path:
    """A live workbook marked as an import, with a CN code that a Commission file may have, before its first run."""
    filled(path)
    package = Package(path)
    write.mark(package)
    part = package.part("Goods")
    package.replace(part, set_cells(package.read(part), {"D7": "99999999"}))
    package.save(path)
    return path


def levels(report: Report) -> Told:
    return [(i.level, i.code) for i in report.issues]


def in_cells(block: object) -> Told:
    return [(level, code) for level, code, *_ in call("CBAM_ISSUES", block)[1:]]


def stored(path: Path) -> list[list[str]]:
    """The block of handles as it stands in the file."""
    sheet, last = load_workbook(path, data_only=True)["Start"], outputs.START_ROWS + len(inputs.SHEETS) - 1
    area = sheet[f"{live.HANDLES[0]}{outputs.START_ROWS}:{live.HANDLES[-1]}{last}"]
    return [[cell.value or "" for cell in row] for row in area]


@pytest.mark.parametrize("suffix", sorted(EDITIONS))
def test_cell_button_and_file_say_the_same(tmp_path: Path, suffix: str) -> None:
    path = imported(tmp_path / f"plant{suffix}")
    own = cbam_xl.read(path)
    report = cbam_xl.recalculate(own)
    assert (WARNING, "cn-unknown") in levels(report)
    road.write(path, path, own, report)
    block = stored(path)
    assert in_cells(block) == levels(report)
    for b in report.processes:
        assert call("CBAM_SEE_TOTAL", b.name, block) == b.see_total
    xl_engine.started()
    book = xw.Book(str(path))
    ribbon.check_inputs(book)
    assert [(row[1], row[2]) for row in OpenBook(book).rows("Issues")[FIRST_ROW - 1 :]] == levels(report)
    ribbon.switch_on_live_formulas(book)
    assert book.sheets["Start"].range(f"{live.HANDLES[-1]}{outputs.START_ROWS}").formula == f'="{IMPORTED_HANDLE}"'


def test_the_mark_alone_makes_the_difference(tmp_path: Path) -> None:
    cells = ranges(FileBook(imported(tmp_path / "plant.xlsx")))
    assert ("error", "cn-unknown") in in_cells(plant.handles(cells))
    assert (WARNING, "cn-unknown") in in_cells(plant.handles({**cells, IMPORTED: None}))
    assert call("CBAM_STATUS", book=cells) != call("CBAM_STATUS", book={**cells, IMPORTED: None})


def test_an_imported_workbook_without_live_cells_gets_them(tmp_path: Path) -> None:
    path = tmp_path / "plant.xlsx"
    path.write_bytes(cbam_xl.example("cement").read_bytes())
    package = Package(path)
    write.mark(package)
    for part in package.sheets.values():  # as after a first calculation
        package.replace(part, re.sub(rb"</f><v ?/></c>", b"</f><v>0</v></c>", package.read(part)))
    package.save(path)
    made = tmp_path / "plant.xlsm"
    made.write_bytes(refreshed(path))
    assert cbam_xl.read(made).origin == "communication"
    assert in_cells(stored(made)) == levels(cbam_xl.recalculate(cbam_xl.read(path)))
