"""The ribbon's buttons, end to end through ``xw.Book`` over a workbook file: read and written in blocks, and undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xl_engine
import xlwings as xw
from cbam_udfs import ribbon
from cbam_udfs.open_book import OpenBook, written
from live_books import filled, recalculated

from cbam_xl import attribution, road
from cbam_xl.books import FileBook
from cbam_xl.hosts.excel.doctor import differences, excel_line
from cbam_xl.report import Report
from cbam_xl.sheets import inputs, live, outputs
from cbam_xl.sheets.declare import FIRST_ROW, LAST_ROW

Open = tuple[xw.Book, xl_engine.App]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """A filled live workbook, not recalculated, open in the program."""
    app = xl_engine.started()
    return xw.Book(str(filled(tmp_path / "plant.xlsm"))), app


@pytest.fixture(scope="module")
def as_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """The same workbook, recalculated by the command line."""
    return recalculated(tmp_path_factory.mktemp("file") / "plant.xlsm")


def cells(book: xw.Book) -> dict[str, list[list[Any]]]:
    """Everything that the output sheets show, from their first row on."""
    source = OpenBook(book)
    return {o.name: source.rows(o.name)[FIRST_ROW - 1 :] for o in outputs.OUTPUTS} | {"Start": source.rows("Start")}


def below(rows: list[list[Any]], first: int = FIRST_ROW) -> list[list[Any]]:
    """The rows from one on, from column B, without blank ends and blank rows."""
    found = []
    for row in rows[first - 1 :]:
        kept = list(row[1:])
        while kept and kept[-1] in ("", None):
            kept.pop()
        if kept:
            found.append(kept)
    return found


def test_the_button_writes_what_the_command_line_writes(opened: Open, as_file: tuple[Path, Report]) -> None:
    book, app = opened
    path, report = as_file
    message = ribbon.recalculate_installation(book)
    assert app.alerts == [message]
    assert f"{report.processes[0].name}: {report.processes[0].see_total:.5f}" in message
    shown, wanted = OpenBook(book), FileBook(path)
    for sheet in ("Balances", "Trace", "Issues"):
        assert below(shown.rows(sheet)) == below(wanted.rows(sheet)), sheet
    assert below(shown.rows("Results"), live.GOODS_ROW) == below(wanted.rows("Results"), live.GOODS_ROW)
    start, kept = book.sheets["Start"], wanted.rows("Start")
    for row in range(outputs.START_ROWS, outputs.START_ROWS + len(inputs.SHEETS)):
        assert start.range(f"F{row}:G{row}").value == [kept[row - 1][5], kept[row - 1][6]]
    for row in range(outputs.SHARES_ROW, outputs.SHARES_ROW + len(report.processes)):
        assert start.range(f"I{row}:M{row}").options(empty="").value == kept[row - 1][8:13]
    assert start.range(live.STAMPED).value == kept[21][15]


def test_a_plant_of_2026_gets_its_sheets_of_2026(tmp_path: Path) -> None:
    path, _ = recalculated(tmp_path / "file.xlsm", "cement_2026")
    xl_engine.started()
    book = xw.Book(str(filled(tmp_path / "plant.xlsm", "cement_2026")))
    ribbon.recalculate_installation(book)
    shown, wanted = OpenBook(book), FileBook(path)
    for sheet in ("Cost", "Report items"):
        assert below(shown.rows(sheet)) == below(wanted.rows(sheet)) != [], sheet
    ribbon.undo(book)
    assert not any(below(OpenBook(book).rows(sheet)) for sheet in ("Cost", "Report items"))


def test_formulas_stay_formulas(opened: Open) -> None:
    book, _ = opened
    before = book.sheets["Results"].range(f"B{FIRST_ROW}:R{LAST_ROW}").formula
    handles = book.sheets["Start"].range("P6:S20").formula
    headline = book.sheets["Start"].range("I6:M13").formula
    ribbon.recalculate_installation(book)
    assert book.sheets["Results"].range(f"B{FIRST_ROW}:R{LAST_ROW}").formula == before
    assert book.sheets["Start"].range("P6:S20").formula == handles
    assert book.sheets["Start"].range("I6:M13").formula == headline


def test_blocks_are_read_and_written_never_cell_by_cell(opened: Open) -> None:
    book, _ = opened
    book.impl.reads = book.impl.writes = 0
    ribbon.recalculate_installation(book)
    assert book.impl.reads < 40
    assert book.impl.writes < 40


def test_the_status_bar_tells_the_steps_and_is_given_back(opened: Open) -> None:
    book, app = opened
    ribbon.recalculate_installation(book)
    words = [str(s) for s in app.statuses]
    assert [w.partition(": ")[2].split()[0] for w in words[:-1]] == ["reading", "solving", "writing", "writing"]
    assert app.status_bar is False
    assert (app.calculation, app.screen_updating) == ("automatic", True)


def test_undo_puts_back_what_stood_there(opened: Open) -> None:
    book, _ = opened
    ribbon.recalculate_installation(book)
    first = cells(book)
    book.sheets["Source streams"].range("E7").value = 1.0
    ribbon.recalculate_installation(book)
    second = cells(book)
    assert second["Trace"] != first["Trace"]
    assert "as they were" in ribbon.undo(book)
    assert cells(book) == first
    link = book.sheets["Trace"].range(f"I{FIRST_ROW}:I200").formula
    assert any("=HYPERLINK" in str(f) for f in link)
    assert "nothing to undo" in ribbon.undo(book)
    assert cells(book) == first


def test_undo_of_the_first_recalculation_leaves_the_sheets_empty(opened: Open) -> None:
    book, _ = opened
    before = cells(book)
    ribbon.recalculate_installation(book)
    assert cells(book) != before
    ribbon.undo(book)
    after = cells(book)
    for sheet in before:
        assert below(after[sheet], 1) == below(before[sheet], 1), sheet


@pytest.mark.parametrize("fault", ["text", "#DIV/0!", "past the end"])
def test_with_errors_only_the_findings_and_the_mark_are_written(opened: Open, fault: str) -> None:
    book, _ = opened
    ribbon.recalculate_installation(book)
    before = cells(book)
    cell = f"B{LAST_ROW + 1}" if fault == "past the end" else "E7"
    book.sheets["Source streams"].range(cell).value = "Late" if fault == "past the end" else fault
    message = ribbon.recalculate_installation(book)
    assert message.startswith("Nothing was written: 1 error")
    after = cells(book)
    for sheet in ("Results", "Balances", "Trace"):
        assert after[sheet] == before[sheet]
    assert after["Issues"][0][1] == "error"
    assert cell in after["Issues"][0][3]
    changed = [k for k, (a, b) in enumerate(zip(after["Start"], before["Start"], strict=True), 1) if a != b]
    state = outputs.START_ROWS + list(inputs.BY_NAME).index("Source streams")
    assert changed == [int(outputs.START_BAND[1][1:]), state]
    assert "earlier run" in after["Start"][2][1]


def test_check_writes_the_findings_and_no_figure(opened: Open) -> None:
    book, app = opened
    before = cells(book)
    assert ribbon.check_inputs(book) == "Findings: 1 note. See sheet Issues."
    after = cells(book)
    assert after["Issues"] != before["Issues"]
    assert all(after[s] == before[s] for s in ("Results", "Balances", "Trace"))
    assert len(app.alerts) == 1


def test_explain_takes_the_selected_row(opened: Open) -> None:
    book, app = opened
    ribbon.recalculate_installation(book)
    name = FileBook(road.example("cement")).rows("Processes")[6][1]

    def told(sheet: str, cell: str) -> str:
        app.chosen = book.sheets[sheet].range(cell).impl
        return str(ribbon.explain_cell(book))

    stream = told("Source streams", "E7")
    assert "Source streams!" in stream
    assert "Eq." in stream
    assert told("Processes", "D7").startswith(str(name))
    assert told("Trace", "C9").startswith(str(name))
    assert "names no process" in told("Glossary", "B9")
    app.chosen = None
    assert "Select a cell" in ribbon.explain_cell(book)


def test_new_from_example_has_the_examples_inputs(opened: Open, tmp_path: Path) -> None:
    book, _ = opened
    path = tmp_path / "steel.xlsm"
    message = ribbon.new_from_example(book, "steel_eaf", str(path))
    assert "steel.xlsm has the inputs" in message
    new = xw.Book(str(path))
    reading = attribution.recalculate(road.read_book(OpenBook(new)))
    wanted = attribution.recalculate(road.read(road.example("steel_eaf")))
    assert reading.processes == wanted.processes
    assert reading.goods == wanted.goods
    assert differences(FileBook(path).rows("Results"), wanted) == []
    assert "exists already" in ribbon.new_from_example(book, "steel_eaf", str(path))
    assert "There is no example" in ribbon.new_from_example(book, "nothing", str(tmp_path / "x.xlsm"))


def test_another_workbook_is_refused_in_a_sentence(opened: Open, tmp_path: Path) -> None:
    _, app = opened
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    message = ribbon.recalculate_installation(xw.Book(str(tmp_path / "other.xlsx")))
    assert "neither an installation workbook" in message
    assert app.status_bar is False


def test_the_macro_finds_its_book_as_the_caller(opened: Open) -> None:
    book, _ = opened
    book.set_mock_caller()
    try:
        assert ribbon.check_inputs(xw.Book.caller()).startswith("Findings")
    finally:
        del xw.Book._mock_caller  # type: ignore[attr-defined]


def test_doctor_compares_the_live_cells_of_an_open_workbook(as_file: tuple[Path, Report]) -> None:
    xl_engine.started()
    book = xw.Book(str(as_file[0]))
    assert excel_line(book).well is True
    book.sheets["Source streams"].range("E7").value = 1.0
    line = excel_line(book)
    assert line.well is False
    assert "not " in line.words


@pytest.mark.parametrize(("value", "handed"), [
    ("25231000", "'25231000"), ("= Heat", "'= Heat"), ("-", "'-"), ("true", "'true"), ("1-2", "'1-2"), ("'a", "''a"),
    ("Kiln", "Kiln"), ("", None), (None, None), (1.5, 1.5), (float("nan"), None), (float("inf"), None),
])  # fmt: skip
def test_texts_stay_texts(value: Any, handed: Any) -> None:
    assert written(value) == handed
