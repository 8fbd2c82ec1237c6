"""Rows by the standard library are those of calamine, in our workbooks and in the Commission's."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from cbam_xl import books, road
from cbam_xl.books import BookError, FileBook
from cbam_xl.sheet_rows import rows, shared_strings


def same(path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Compares every cell; how many hold something."""
    fast = FileBook(path)
    wanted = {name: fast.rows(name) for name in fast.names}
    monkeypatch.setattr(books, "_has_calamine", lambda: False)
    plain = FileBook(path)
    filled = 0
    for name in fast.names:
        found = plain.rows(name)
        cells = {(r, c): value for r, row in enumerate(found) for c, value in enumerate(row) if value != ""}
        assert cells == {(r, c): value for r, row in enumerate(wanted[name]) for c, value in enumerate(row)
                         if value != ""}, name  # fmt: skip
        assert {place: type(value) for place, value in cells.items()} == {
            place: type(wanted[name][place[0]][place[1]]) for place in cells
        }, name
        filled += len(cells)
    assert plain._workbook is None
    return filled


@pytest.mark.parametrize("name", ["cbam_installation.xlsx", "cbam_installation_live.xlsx", "examples/steel_eaf.xlsx"])
def test_our_workbooks(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert same(road.templates() / name, monkeypatch) > 5000


def test_the_commissions_workbooks(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (
        sorted((shared / "official").glob("*.xlsx")) + sorted((shared / "official" / "examples").glob("*.xlsx"))[:1]
    ):
        with monkeypatch.context() as patched:
            assert same(path, patched) > 5000


def test_values_of_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for _ in range(2):
        sheet.append([])
    sheet.append([None, 1, 2.5, True, False, " a ", "25231000", date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), "=1/0",
                  "#N/A", "tab\tand\nline", 0.07, -0.0])  # fmt: skip
    sheet["B3"].number_format, sheet["C3"].number_format = '0 "days"', "[Red]0.00"
    book.save(tmp_path / "kinds.xlsx")
    assert same(tmp_path / "kinds.xlsx", monkeypatch) > 9


def test_damage_is_told_in_a_sentence() -> None:
    for xml in (b"<worksheet><row", b'<worksheet><row r="1"><c r="A1" t="s"><v>7</v></c></row></worksheet>'):
        with pytest.raises(BookError, match="damaged"):
            rows(xml, [], frozenset(), False)
    guided = b"<sst><si><r><t>a</t></r><rPh><t>x</t></rPh><r><t xml:space='preserve'> b_x000D_</t></r></si></sst>"
    assert shared_strings(guided) == ["a b\r"]


def test_a_cell_that_bears_the_address_of_another_row_is_damage() -> None:
    with pytest.raises(BookError, match="cell B9 stands in row 6"):
        rows(b'<worksheet><sheetData><row r="6"><c r="B9"><v>1</v></c></row></sheetData></worksheet>', [],
             frozenset(), False)  # fmt: skip


def test_the_phonetic_guide_of_a_text_in_its_cell_is_left_out() -> None:
    text = b"<is><r><t>a</t></r><rPh sb='0' eb='1'><t>x</t></rPh><r><t>b</t></r></is>"
    xml = b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr">' + text + b"</c></row></sheetData></worksheet>"
    assert rows(xml, [], frozenset(), False) == [["ab"]]
