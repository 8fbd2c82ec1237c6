"""The handle: the same text for the same rows in every program, parts, damage, one solve, and blank versus zero."""

from __future__ import annotations

import zlib
from base64 import b64encode
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import cbam_udfs
import openpyxl
import pytest
from cbam_udfs import call, handle, plant
from hypothesis import given
from hypothesis import strategies as st
from live import Range, block, ranges, replaced

import cbam_xl
from cbam_xl import attribution, road
from cbam_xl.books import FileBook, RowsBook
from cbam_xl.entries import Book
from cbam_xl.law import Law
from cbam_xl.model import Installation
from cbam_xl.sheets import choices, inputs, records
from cbam_xl.sheets.declare import FIRST_ROW, HEADER_ROW, MISSING, OPTIONAL, REASON, UNIT_ROW, Column, Sheet
from cbam_xl.sheets.kept import Kept
from cbam_xl.sheets.read import Table, sheet_cells

CEMENT = FileBook(cbam_xl.example("cement"))
CELLS = ranges(CEMENT)


def forget() -> None:
    """As in a new session: nothing was read and nothing solved yet."""
    handle._reads.clear()
    plant._plants.clear()
    plant._latest = ((), None)
    plant._steps = Kept()


def made(text: bytes, sheet: str = "Installation", first: str = "5") -> str:
    """A handle that somebody made by hand, with the digest of its data."""
    data = b64encode(zlib.compress(text)).decode()
    return f"cbam1:{sheet}:{first}:{blake2b(text, digest_size=8).hexdigest()}:1/1:{data}"


def start(text: str) -> str:
    return text.rsplit(":", 2)[0]


@pytest.mark.parametrize("name", road.examples())
def test_the_block_of_handles_is_read_as_the_file_is(name: str) -> None:
    book = FileBook(cbam_xl.example(name))
    texts = [cell for row in block(ranges(book)) for cell in row]
    assert records.read(handle.HandleBook(handle.unpack(texts))) == records.read(book)


def test_the_text_says_sheet_first_row_and_digest() -> None:
    text = call("CBAM_READ", "processes", CELLS["Processes"])
    assert text.split(":")[:3] == ["cbam1", "Processes", "5"]
    assert len(text.split(":")[3]) == 16
    assert len(start(text)) < handle.KEY
    assert len(text) < 32_767


def test_every_program_hands_cells_over_in_its_own_way_and_gets_the_same_handle() -> None:
    own = start(call("CBAM_READ", "Goods", CELLS["Goods"]))
    blanks = tuple(tuple("" if v is None else v for v in row) for row in CELLS["Goods"])
    lists = [[int(v) if isinstance(v, float) and v.is_integer() else v for v in row] for row in CELLS["Goods"]]
    longer = (*CELLS["Goods"], *((None,) * 7,) * 3)
    assert {start(call("CBAM_READ", "Goods", rows)) for rows in (blanks, lists, longer)} == {own}


def test_days_as_numbers_and_as_dates_are_the_same() -> None:
    row, column = next((r, c) for r, row in enumerate(CELLS["Installation"]) for c, v in enumerate(row)
                       if isinstance(v, date))  # fmt: skip
    day = CELLS["Installation"][row][column]
    number = float((day - date(1899, 12, 30)).days) if not isinstance(day, datetime) else 0.0
    own = start(call("CBAM_READ", "Installation", CELLS["Installation"]))
    for other in (number, datetime(day.year, day.month, day.day), day.isoformat()):
        changed = replaced(CELLS, "Installation", row, column, other)["Installation"]
        assert start(call("CBAM_READ", "Installation", changed)) == own


def test_a_range_that_begins_above_the_header_says_so() -> None:
    rows = tuple(tuple(row[1:]) for row in CEMENT.rows("Processes"))
    text = call("CBAM_READ", "Processes", rows)
    assert text.split(":")[2] == "1"
    found = handle.unpack([text])["Processes"].rows
    assert found[HEADER_ROW - 1][1] == "Production process *"


def test_long_sheets_come_in_parts() -> None:
    rows = [("Production process",), ("",), *((f"{k:09d} {hash((k, 'x')):x} {k * k:x}",) for k in range(8000))]
    first = call("CBAM_READ", "Processes", rows)
    count = int(first.split(":")[4].split("/")[1])
    assert count > 2
    parts = [call("CBAM_READ", "Processes", rows, k, count) for k in range(1, count + 1)]
    assert max(map(len, parts)) < 32_767
    assert call("CBAM_READ", "Processes", rows, count + 1) == ""
    assert call("CBAM_READ", "Processes", rows, count - 1, count - 1).startswith(
        f"#CBAM parts: “Processes” needs {count}"
    )
    handle._reads.clear()
    assert len(handle.unpack(reversed(parts))["Processes"].rows) == 8000 + UNIT_ROW
    with pytest.raises(cbam_udfs.function.CellError, match=f"needs {count} parts, here are {count - 1}"):
        handle.unpack(parts[1:])


@pytest.mark.parametrize(("harm", "told"), [
    (lambda t: t[:-30] + "AAAA" + t[-26:], "is damaged"),
    (lambda t: t[:-30], "is damaged"),
    (lambda t: t.replace(":1/1:", ":1:"), "is damaged"),
    (lambda t: "14 rows read", "is no handle"),
    (lambda t: "#CBAM cell-error: range shows #N/A", "shows #N/A"),
    (lambda t: 7.0, "shows 7.0"),
    (lambda t: -2146826259, "shows #NAME?"),
    (lambda t: made(b"[[1, [2, 3], null, {}]]", "Cellar"), "“Cellar” is no input sheet"),
    (lambda t: made(b"5"), "is damaged"),
    (lambda t: made(b"[5]"), "is damaged"),
    (lambda t: made(b"[" * 100_000), "is damaged"),
    (lambda t: made(b"[]", first="999999999999"), "is damaged"),
    (lambda t: made(b"[]", first="x"), "is damaged"),
    (lambda t: made(b"[" + b"[]," * 30_000_000 + b"[]]"), "is damaged"),
])  # fmt: skip
def test_a_damaged_block_is_told(harm: Any, told: str) -> None:
    rows = block(CELLS)
    forget()
    answer = call("CBAM_SEE_DIRECT", "Clinker kiln", ((harm(rows[0][0]),), *rows[1:]))
    assert answer.startswith("#CBAM handle: ")
    assert told in answer


def test_two_handles_of_one_sheet_are_told() -> None:
    other = replaced(CELLS, "Goods", 2, 0, "Another name")
    both = (*block(CELLS), *block({"Goods": other["Goods"]}))
    assert call("CBAM_STATUS", both).startswith("#CBAM handle: Two different handles of “Goods”")


def test_an_empty_block_asks_for_a_recalculation() -> None:
    assert "recalculate the workbook" in call("CBAM_SEE_DIRECT", "Clinker kiln", ((None,), (None,)))


def test_one_solve_however_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    solved = []
    real = attribution.figures

    def counted(read: Installation, law: Law) -> attribution.Solved:
        solved.append(read)
        return real(read, law)

    monkeypatch.setattr(attribution, "figures", counted)
    forget()
    before, after = block(CELLS), block(replaced(CELLS, "Source streams", 2, 3, 123_456.0))
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
    for rows in (before, after, before):
        for name in ("CBAM_SEE_DIRECT", "CBAM_SEE_TOTAL", "CBAM_HEAT_IN"):
            for process in ("Clinker kiln", "cement  MILL"):
                assert isinstance(call(name, process, rows), float)
    assert len(solved) == 2


def test_equal_ranges_are_packed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    call("CBAM_READ", "Goods", CELLS["Goods"])
    monkeypatch.setattr(handle, "_plain", None)
    copy = tuple(tuple(row) for row in CELLS["Goods"])
    assert call("CBAM_READ", "Goods", copy).startswith("cbam1:Goods:")


@pytest.mark.parametrize(("old", "new"), [(1.0, True), (True, 1.0), (0.0, False)])
def test_yes_and_no_are_told_from_1_and_0(old: object, new: object) -> None:
    """They are equal to each other in Python, and a range is compared with that of the last call."""
    changed = replaced(CELLS, "Goods parameters", 2, 2, old)
    first = call("CBAM_READ", "Goods parameters", changed["Goods parameters"])
    again = replaced(changed, "Goods parameters", 2, 2, new)
    assert start(call("CBAM_READ", "Goods parameters", again["Goods parameters"])) != start(first)


def test_an_error_value_is_told_with_its_cell() -> None:
    """Excel hands errors over as numbers, others as texts."""
    row = next(r for r, cells in enumerate(CELLS["Source streams"][2:], 2) if cells[3])
    column = [header.rstrip(" *") for header in CELLS["Source streams"][0]].index("Activity data (AD)")
    for error in (-2146826281, "#DIV/0!"):
        harmed = block(replaced(CELLS, "Source streams", row, column, error))
        issues = call("CBAM_ISSUES", harmed)
        place = f"Source streams!{chr(66 + column)}{row + HEADER_ROW}"
        assert ["error", "cell-error", place] in [line[:3] for line in issues]
        assert call("CBAM_STATUS", harmed).startswith("✖")


@given(st.lists(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.booleans(),
                         max_size=5), max_size=6))  # fmt: skip
def test_what_is_packed_comes_back(rows: list[list[object]]) -> None:
    text = call("CBAM_READ", "Goods", rows)
    kept = handle.unpack([text])["Goods"]
    handle._reads.clear()
    assert handle.unpack([text])["Goods"] == kept
    assert start(call("CBAM_READ", "Goods", [list(row) for row in rows])) == start(text)


# ── blank is not zero: each column of each table, through every Book ──


def full(column: Column, row: int) -> Any:
    """A value that the column accepts."""
    if column.numeric:
        return 5.0
    listed = choices.entries(column.choices) if column.kind in ("choice", "unit") else ()
    return listed[0] if listed else f"{column.field} {row}"


def tables() -> dict[str, list[list[Any]]]:
    """For each column of each table two rows: in the first its cell is blank, in the second 0."""
    found = {}
    for sheet in inputs.TABLES:
        rows: list[list[Any]] = []
        for empty in sheet.columns:
            for value in (None, 0.0):
                number = len(rows)
                rows.append([value if c is empty else full(c, number) for c in sheet.columns])
        found[sheet.name] = rows
    return found


def laid_out(rows: list[list[Any]], sheet: Sheet, blank: object = None) -> Range:
    """The range of a table: header, units, the rows and some blank ones."""
    width = len(sheet.columns)
    filled: list[list[Any]] = [
        [c.header for c in sheet.columns],
        [c.unit or blank for c in sheet.columns],
        *rows,
        *[[None] * width] * 3,
    ]
    return tuple(tuple(blank if value is None else value for value in row) for row in filled)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Book]:
    """The same tables through every Book."""
    path = tmp_path_factory.mktemp("blank") / "plant.xlsx"
    workbook = openpyxl.load_workbook(road.templates() / "cbam_installation.xlsx")
    for name, rows in tables().items():
        for r, row in enumerate(rows, FIRST_ROW):
            for c, value in enumerate(row, 2):
                workbook[name].cell(r, c).value = value
    workbook.save(path)
    found: dict[str, Book] = {"file": FileBook(path)}
    for words, blank in (("None", None), ("empty text", "")):
        cells = {s.name: laid_out(tables()[s.name], s, blank) for s in inputs.TABLES}
        above: list[list[Any]] = [[]] * (HEADER_ROW - 1)
        found[f"rows, {words}"] = RowsBook({n: [*above, *(["", *row] for row in rows)] for n, rows in cells.items()})
        found[f"handle, {words}"] = handle.HandleBook(handle.unpack(cell for row in block(cells) for cell in row))
    return found


COLUMNS = [pytest.param(s, c, id=f"{s.name}-{c.field}") for s in inputs.TABLES for c in s.columns]


def cells_of(sheet: Sheet, column: Column, book: Book) -> tuple[Any, Any]:
    """What a column reads where it is blank, and where it is 0."""
    read = Table(sheet, sheet_cells(book, sheet)).columns[column.field]
    place = 2 * sheet.columns.index(column)
    return read[place], read[place + 1]


@pytest.mark.parametrize(("sheet", "column"), COLUMNS)
def test_blank_and_zero_in_every_book(sheet: Sheet, column: Column, books: dict[str, Book]) -> None:
    zero = None if not column.numeric or column.zero == MISSING else 0.0
    for words, book in books.items():
        blank, found = cells_of(sheet, column, book)
        assert blank in (None, ""), words
        if column.kind == "value":  # a parameter of a good may be 0
            assert found == 0.0, words
        else:
            assert found in (None, "") if zero is None else found == 0.0, words


@pytest.mark.parametrize(("sheet", "column"), COLUMNS)
def test_a_program_that_hands_blanks_over_as_zero(sheet: Sheet, column: Column, books: dict[str, Book]) -> None:
    """What can be blank is blank; of what must be filled 0 is what the column says."""
    zeros = {sheet.name: laid_out(tables()[sheet.name], sheet, 0)}
    book = handle.HandleBook(handle.unpack(cell for row in block(zeros) for cell in row))
    assert len(Table(sheet, sheet_cells(book, sheet)).at) == 2 * len(sheet.columns)
    blank, zero = cells_of(sheet, column, book)
    assert blank == zero
    if column.numeric and column.need != OPTIONAL and column.zero != MISSING:
        assert zero == 0.0
    else:
        assert zero in (None, "")


def test_such_a_program_leaves_blank_totals_of_the_form_blank() -> None:
    """0 in a field of totals would replace what the rows give."""
    own = call("CBAM_RESULTS", block(CELLS))
    zeros = tuple(tuple(0 if v is None else v for v in row) for row in CELLS["Installation"])
    live = block({**CELLS, "Installation": zeros})
    assert call("CBAM_RESULTS", live) == own
    assert call("CBAM_TOTAL_PFC", live) == call("CBAM_TOTAL_PFC", block(CELLS))
    assert call("CBAM_ISSUES", live) == call("CBAM_ISSUES", block(CELLS))


def test_a_factor_of_zero_needs_its_reason_in_a_live_cell_too() -> None:
    reasons = [(s, c) for s in inputs.TABLES for c in s.columns if c.zero == REASON]
    assert reasons
    for sheet, column in reasons:
        notes = [c.field for c in sheet.columns].index("note")
        rows = [list(row) for row in tables()[sheet.name]]
        row = 2 * sheet.columns.index(column) + 1
        for c, each in enumerate(sheet.columns):
            if each.field in ("note", "data_source"):
                rows[row][c] = None
        told = _codes(sheet, rows, row)
        rows[row][notes] = "renewable, contract of 2024"
        assert "zero-reason" in told
        assert "zero-reason" not in _codes(sheet, rows, row)


def _codes(sheet: Sheet, rows: list[list[Any]], row: int) -> list[str]:
    cells = {**CELLS, sheet.name: laid_out(rows, sheet)}
    issues = call("CBAM_ISSUES", block(cells))
    return [code for _, code, where, *_ in issues
            if where.startswith(f"{sheet.name}!") and where.endswith(str(row + FIRST_ROW))]  # fmt: skip


def test_the_file_and_the_live_cells_find_the_same(tmp_path: Path) -> None:
    """An error value, a blank, 0 and a text in each column of source streams."""
    sheet = inputs.BY_NAME["Source streams"]
    for wrong in (None, 0.0, "about 5"):
        path = tmp_path / "plant.xlsx"
        workbook = openpyxl.load_workbook(cbam_xl.example("cement"))
        for c in range(2, len(sheet.columns) + 2):
            workbook[sheet.name].cell(FIRST_ROW + c % 4, c).value = wrong
        workbook.save(path)
        report = attribution.recalculate(cbam_xl.read(path))
        live = call("CBAM_ISSUES", block(ranges(FileBook(path))))
        assert [line[1:3] for line in live[1:]] == [[i.code, f"{i.sheet}!{i.cell}"] for i in report.issues]


@pytest.mark.parametrize("rows", [1.0, 0.0, (1.0,), [1.0, True], "Good", (), None, ((None,),)])
def test_any_shape_of_range_may_come_twice(rows: object) -> None:
    first = call("CBAM_READ", "Goods", rows)
    assert call("CBAM_READ", "Goods", rows) == first
    assert first.startswith("cbam1:Goods:" if rows is not None else "#CBAM value-missing")


def test_odd_cells_of_a_handle_made_by_hand_are_read_as_text() -> None:
    text = made(b'[["Production process", "Total production"], [], [["a"], {"b": 1}], [null, true]]', "Processes")
    assert call("CBAM_STATUS", ((text,),)).startswith("✖ ")


def test_of_many_installations_the_oldest_is_forgotten() -> None:
    forget()
    blocks = [block(replaced(CELLS, "Goods", 2, 0, f"Good {k}")) for k in range(plant.KEPT + 3)]
    first = call("CBAM_SEE_DIRECT", "Clinker kiln", blocks[0])
    for each in blocks[1:]:
        call("CBAM_SEE_DIRECT", "Clinker kiln", each)
    assert len(plant._plants) == plant.KEPT
    assert call("CBAM_SEE_DIRECT", "Clinker kiln", blocks[0]) == first
