"""The buttons that fill and import the Commission's template, through ``xw.Book`` over a workbook file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xl_engine
import xlwings as xw
from cbam_udfs import ribbon
from cbam_udfs.open_book import OpenBook
from commission import KNOWN
from conftest import missing
from live_books import filled

from cbam_xl import exchange
from cbam_xl.attribution import recalculate
from cbam_xl.books import FileBook
from cbam_xl.communication import cells
from cbam_xl.hosts.excel import bake
from cbam_xl.hosts.excel.doctor import differences
from cbam_xl.package import Package, set_cells
from cbam_xl.road import read, read_book
from cbam_xl.sheets import live
from cbam_xl.sheets.declare import FIRST_ROW, LAST_ROW


@pytest.fixture
def opened(tmp_path: Path) -> xw.Book:
    """A filled live workbook, open in the program."""
    xl_engine.started()
    return xw.Book(str(filled(tmp_path / "plant.xlsm", "aluminium")))


@pytest.fixture
def supplier(shared: Path) -> str:
    found = sorted((shared / "official" / "examples").glob("ec_example_2*"))
    return str(found[0]) if found else missing("There is no example 2 of the Commission.")


def acknowledged(book: xw.Book) -> xw.Book:
    """The book with a reason beside each of its findings."""
    ribbon.check_inputs(book)
    for row in range(FIRST_ROW, FIRST_ROW + len(issues(book))):
        book.sheets["Issues"].range(f"I{row}").value = KNOWN[0]
    return book


def issues(book: xw.Book) -> list[list[Any]]:
    rows: list[list[Any]] = OpenBook(book).rows("Issues")
    return rows[FIRST_ROW - 1 :]


def test_the_template_is_filled_with_the_inputs_as_they_are_now(
    opened: xw.Book, official: Path, tmp_path: Path
) -> None:
    before, out = Path(opened.fullname).read_bytes(), tmp_path / "sent.xlsx"
    old = opened.sheets["Source streams"].range("E7").value
    opened.sheets["Source streams"].range("E7").value = old + 1000
    message = ribbon.communicate(acknowledged(opened), str(official), str(out))
    assert f"{out} written. Excel calculates it" in message
    assert "NOTE sent-packed Amounts of energy" in message
    assert [row[2] for row in issues(opened)].count("sent-packed") == message.count("sent-packed") >= 2
    open_now = {b.name: b.see_direct for b in recalculate(read_book(OpenBook(opened))).processes}
    assert {b.name: b.see_direct for b in recalculate(read(out)).processes} == pytest.approx(open_now, rel=1e-12)
    assert Path(opened.fullname).read_bytes() == before
    assert opened.app.impl.status_bar is False


def test_with_errors_nothing_is_sent(opened: xw.Book, official: Path, tmp_path: Path) -> None:
    opened.sheets["Processes"].range("F8").value = "a lot"
    message = ribbon.communicate(opened, str(official), str(tmp_path / "sent.xlsx"))
    assert message.startswith("Nothing was written: correct what is named above first. 1 error")
    assert not (tmp_path / "sent.xlsx").exists()
    assert issues(opened)[0][1:4] == ["error", "number-expected", "Processes!F8"]


@pytest.mark.parametrize("out", ["the template", "the workbook", "no template"])
def test_refusals_leave_everything_as_it_was(opened: xw.Book, official: Path, tmp_path: Path, out: str) -> None:
    before = issues(opened)
    given = {
        "the template": (str(official), str(official), "is read and can't be written over"),
        "the workbook": (str(official), opened.fullname, "is read and can't be written over"),
        "no template": (opened.fullname, str(tmp_path / "sent.xlsx"), "isn't the Commission's communication template"),
    }
    template, path, words = given[out]
    assert words in ribbon.communicate(opened, template, path)
    assert issues(opened) == before
    assert not (tmp_path / "sent.xlsx").exists()


def test_an_import_is_a_new_workbook_with_the_buttons_and_is_opened(
    opened: xw.Book, official: Path, tmp_path: Path
) -> None:
    sent, path = tmp_path / "sent.xlsx", tmp_path / "O'Brien.xlsm"
    ribbon.communicate(acknowledged(opened), str(official), str(sent))
    package = Package(sent)
    part = package.part(cells.BALANCES)
    package.replace(part, set_cells(package.read(part), {"H40": "My own words"}))
    package.save(sent)
    message = ribbon.import_template(opened, str(sent), str(path))
    assert "not-kept “My own words” has no place" in message
    assert "O'Brien.xlsm written." in message.splitlines()[-1]
    listed = FileBook(path).rows("Issues")[FIRST_ROW - 1 :]
    assert [row[2:4] for row in listed if row[2] == "not-kept"] == [["not-kept", f"{cells.BALANCES}!H40"]]
    assert all("from which it was imported" in str(row[8]) for row in listed if row[2] != "not-kept")
    new = xw.books.active
    assert new.fullname == str(path)
    assert Package(path).read(bake.RIBBON).decode() == bake.ribbon()
    assert not live.is_live(Package(path)) or not differences(FileBook(path).rows("Results"), recalculate(read(path)))
    mine = {b.name: b.see_direct for b in recalculate(read_book(OpenBook(opened))).processes}
    for found in (read(path), read_book(OpenBook(new))):
        assert found.origin == "communication"
        assert {b.name: b.see_direct for b in recalculate(found).processes} == pytest.approx(mine, rel=1e-12)
    assert "Results, Balances, Trace and Issues are filled" in ribbon.recalculate_installation(new)
    assert OpenBook(new).rows("Results")[FIRST_ROW - 1][1] == next(iter(mine))
    assert "exists already" in ribbon.import_template(opened, str(sent), str(path))


def test_a_supplier_is_added_below_the_rows_of_the_open_workbook(opened: xw.Book, supplier: str) -> None:
    """As the command line adds him to the file."""
    before = Path(opened.fullname).read_bytes()
    message = ribbon.import_supplier(opened, supplier)
    assert "SEE (direct) 1.53898 tCO2e/t. Enter how much was bought" in message
    added = read_book(OpenBook(opened)).precursors
    assert Path(opened.fullname).read_bytes() == before
    exchange.import_precursors(supplier, opened.fullname)
    assert added == read(opened.fullname).precursors
    assert "was imported before" in ribbon.import_supplier(opened, supplier)
    assert read_book(OpenBook(opened)).precursors == added


def precursors(book: xw.Book) -> list[list[Any]]:
    rows: list[list[Any]] = OpenBook(book).rows("Precursors")
    return [row for row in rows if any(cell != "" for cell in row)]


def test_undo_takes_the_whole_supplier_back_and_nothing_else(opened: xw.Book, supplier: str) -> None:
    sheet, row = opened.sheets["Precursors"], len(OpenBook(opened).rows("Precursors")) + 1
    ribbon.recalculate_installation(opened)
    before = precursors(opened)
    ribbon.import_supplier(opened, supplier)
    assert len(precursors(opened)) == len(before) + 1
    sheet.range(f"F{row}").value = 500.0
    sheet.range(f"Z{row + 3}").value = "My own note"
    told = ribbon.undo(opened)
    assert told == "Sheet “Precursors” is as it was before the supplier's file was imported."
    assert sheet.range(f"Z{row + 3}").value == "My own note"
    sheet.range(f"Z{row + 3}").value = None
    assert precursors(opened) == before
    assert "nothing to undo" in ribbon.undo(opened)


def test_undo_leaves_rows_alone_that_were_moved_since(opened: xw.Book, supplier: str) -> None:
    sheet, row = opened.sheets["Precursors"], len(OpenBook(opened).rows("Precursors")) + 1
    ribbon.import_supplier(opened, supplier)
    name = sheet.range(f"B{row}").value
    sheet.range(f"B{row}").value = "Pig iron"
    before = precursors(opened)
    assert "the added rows aren't where they were" in ribbon.undo(opened)
    assert precursors(opened) == before
    sheet.range(f"B{row}").value = name
    assert "as it was before" in ribbon.undo(opened)


def test_a_full_sheet_and_another_file_are_refused(opened: xw.Book, supplier: str) -> None:
    opened.sheets["Precursors"].range(f"B{LAST_ROW}").value = "Last"
    assert "has no room for" in ribbon.import_supplier(opened, supplier)
    assert "isn't a filled communication template" in ribbon.import_supplier(opened, opened.fullname)
