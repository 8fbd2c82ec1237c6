"""Patching a workbook: what must change does, every other byte stays, and no moment exists without a whole file."""

from __future__ import annotations

import io
import math
import os
import random
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook
from workbooks import SHEET, altered, raw_parts, raw_workbook, rich_workbook

from cbam_xl import locks, part_xml
from cbam_xl.package import (
    BookError,
    LockedError,
    Package,
    Value,
    cell,
    column_letters,
    column_number,
    formula_cells,
    full_calc_on_load,
    hyperlinks_xml,
    replace_element,
    replace_rows,
    row_xml,
    rows_xml,
    serial,
    set_cells,
    set_defined_name,
)

posix = pytest.mark.skipif(os.name == "nt", reason="permissions, links and signals of POSIX systems")


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    return rich_workbook(tmp_path / "plant.xlsx")


def calamine(path: Path, sheet: str) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(False)]


def with_rows(path: Path, rows: bytes, out: Path) -> None:
    package = Package(path)
    part = package.part("Results")
    package.replace(part, replace_rows(package.read(part), 2, rows))
    package.save(out)


# --- every other part stays --------------------------------------------------------------------------------------


def test_only_the_replaced_part_changes(rich: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    with_rows(rich, rows_xml(2, [["new", 9.5], ["x", None], ["y", 3.0]], [("A", None), ("B", None)]), out)
    before, after = raw_parts(rich), raw_parts(out)
    part = Package(rich).part("Results")
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {part}
    with zipfile.ZipFile(rich) as old, zipfile.ZipFile(out) as new:
        assert new.testzip() is None
        for one, other in zip(old.infolist(), new.infolist(), strict=True):
            assert (one.date_time, one.external_attr, one.filename) == (
                other.date_time,
                other.external_attr,
                other.filename,
            )
    assert calamine(out, "Results") == [["Process", "SEE"], ["new", 9.5], ["x", ""], ["y", 3.0]]
    book = openpyxl.load_workbook(out)
    assert len(book["Results"]._charts) == 1  # type: ignore[attr-defined]
    assert book["Data & more"].tables.keys() == {"Values"}
    assert book["Data & more"].data_validations.count == 1
    assert len(book["Results"].conditional_formatting) == 1
    assert book.defined_names["see"].attr_text == "Results!$B$2:$B$3"


def test_nothing_replaced_is_the_same_file(rich: Path, tmp_path: Path) -> None:
    Package(rich).save(tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_bytes() == rich.read_bytes()


class Unseekable(io.RawIOBase):
    """A stream like a pipe: a ZIP written into it gets data descriptors behind its parts."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.content += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def test_descriptors_extra_fields_and_wide_sizes_are_copied(rich: Path, tmp_path: Path) -> None:
    stream = Unseekable()
    with zipfile.ZipFile(rich) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for number, entry in enumerate(old.infolist()):
            info = zipfile.ZipInfo(entry.filename, (2020, 1, 2, 3, 4, 6))
            info.extra = b"\x55\x54\x05\x00\x03abcd" if number % 2 else b""
            info.compress_type = zipfile.ZIP_STORED if number % 3 == 0 else zipfile.ZIP_DEFLATED
            with new.open(info, "w", force_zip64=number % 2 == 0) as part:
                part.write(old.read(entry))
    odd, out = tmp_path / "odd.xlsx", tmp_path / "out.xlsx"
    odd.write_bytes(bytes(stream.content))
    with_rows(odd, rows_xml(2, [["n", 1.5]], [("A", None), ("B", None)]), out)
    before, after = raw_parts(odd), raw_parts(out)
    assert {name for name in before if before[name] != after[name]} == {Package(odd).part("Results")}
    with zipfile.ZipFile(out) as file:
        assert file.testzip() is None
    assert calamine(out, "Results") == [["Process", "SEE"], ["n", 1.5]]


def test_wide_offsets_are_moved(rich: Path, tmp_path: Path) -> None:
    """A directory record that keeps its offset in a Zip64 field is valid whatever the size of the file."""
    data = rich.read_bytes()
    package = Package(rich)
    last = max(package.entries.values(), key=lambda entry: entry.start)
    at = data.rindex(last.record)
    name_end = at + 46 + int.from_bytes(last.record[28:30], "little")
    wide = b"\x01\x00\x08\x00" + last.start.to_bytes(8, "little")
    record = data[at : at + 30] + len(wide).to_bytes(2, "little") + data[at + 32 : at + 42] + b"\xff" * 4
    end = data.rindex(b"PK\5\6")
    length = int.from_bytes(data[end + 12 : end + 16], "little") + len(wide)
    tail = data[end : end + 12] + length.to_bytes(4, "little") + data[end + 16 :]
    changed = data[:at] + record + data[at + 46 : name_end] + wide + data[name_end:end] + tail
    odd, out = tmp_path / "odd.xlsx", tmp_path / "out.xlsx"
    odd.write_bytes(changed)
    with_rows(odd, row_xml(2, [("A", "n", None)]).encode() * 1, out)
    assert {k for k, v in raw_parts(odd).items() if v != raw_parts(out)[k]} == {package.part("Results")}
    with zipfile.ZipFile(out) as file:
        assert file.testzip() is None
        assert file.getinfo(last.name).header_offset == Package(out).entries[last.name].start


def test_a_directory_with_wide_counts_is_read(rich: Path, tmp_path: Path) -> None:
    """Programs that write a file as a stream end it with Zip64 records, whatever its size."""
    data = rich.read_bytes()
    end = data.rindex(b"PK\5\6")
    _, _, _, _, count, length, start, _ = struct.unpack("<4s4H2LH", data[end:])
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    marks = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    (tmp_path / "wide.xlsx").write_bytes(data[:end] + wide + locator + marks)
    Package(tmp_path / "wide.xlsx").save(tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_bytes() == data
    (tmp_path / "bad.xlsx").write_bytes(data[:end] + b"x" + wide[1:] + locator + marks)
    with pytest.raises(BookError, match="damaged"):
        Package(tmp_path / "bad.xlsx")


def test_a_sheet_that_is_not_there(rich: Path) -> None:
    with pytest.raises(BookError, match="has no sheet 'Heat'; it has: Data & more, Results"):
        Package(rich).part("Heat")


# --- cells --------------------------------------------------------------------------------------------------------

texts = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=20),
    st.sampled_from(
        ["=1+1", "+A1", "-x", "@SUM(A1)", "_x000D_", "a_x005F_b", "_x0041_", " lead", "a\nb", "\t", "<&>\"'"]
    ),
    st.text("_x0045FD=<&> ", max_size=12),
)
numbers = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53))
values = st.one_of(texts, numbers, st.booleans(), st.none())


def legal(text: str) -> str:
    """What a cell can hold of a text: XML has no control characters."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))


def read_back(out: Path, sheet: str, expected: list[list[Value | None]], top: int) -> None:
    want = [["" if v is None else legal(v) if isinstance(v, str) else v for v in row] for row in expected]
    width = max(len(row) for row in want)
    found = calamine(out, sheet)
    for number, row in enumerate(want, top - 1):
        there = found[number] if number < len(found) else []
        assert (there + [""] * width)[: len(row)] == row
    cells = openpyxl.load_workbook(out)[sheet]
    for number, row in enumerate(want, top):
        for column, value in enumerate(row, 1):
            there_too = cells.cell(number, column).value
            there_too = unescape(there_too) if isinstance(there_too, str) else "" if there_too is None else there_too
            assert there_too == value
            assert cells.cell(number, column).data_type != "f"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(values, min_size=4, max_size=4), min_size=1, max_size=6))
def test_written_rows_read_back_as_typed(rows: list[list[Value | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = raw_workbook(Path(folder, "a.xlsx"), b"")
        package = Package(file)
        part = package.part("S")
        xml = rows_xml(3, rows, [(letter, None) for letter in "ABCD"])
        package.replace(part, replace_rows(package.read(part), 1, xml))
        package.save(file)
        read_back(file, "S", rows, 3)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 30)), values, min_size=1), st.booleans())
def test_single_cells_read_back_and_others_stay(cells: dict[tuple[int, int], Value | None], there: bool) -> None:
    old = {(row, column): float(row * 100 + column) for row in (2, 3, 7) for column in (1, 3, 27)} if there else {}
    rows = b"".join(
        row_xml(row, [(column_letters(c), v, None) for (r, c), v in sorted(old.items()) if r == row]).encode()
        for row in sorted({row for row, _ in old})
    )
    with tempfile.TemporaryDirectory() as folder:
        file = raw_workbook(Path(folder, "a.xlsx"), rows, head=b'<dimension ref="A2:C7"/>')
        package = Package(file)
        part = package.part("S")
        wanted = {f"{column_letters(column)}{row}": value for (row, column), value in cells.items()}
        package.replace(part, set_cells(package.read(part), wanted))
        package.save(file)
        grid: list[list[Value | None]] = [[None] * 30 for _ in range(9)]
        for (row, column), value in {**old, **cells}.items():
            grid[row - 1][column - 1] = value
        read_back(file, "S", grid, 1)


def test_numbers_that_are_not_finite_and_none_are_blank(tmp_path: Path) -> None:
    row: list[Value | None] = [math.nan, math.inf, -math.inf, None, "", 1.0]
    xml = rows_xml(1, [row], [(letter, 3) for letter in "ABCDEF"])
    file = raw_workbook(tmp_path / "a.xlsx", xml)
    assert calamine(file, "S") == [["", "", "", "", "", 1.0]]
    assert b"nan" not in xml
    assert b"inf" not in xml
    assert xml.count(b's="3"') == 6


def test_text_longer_than_a_cell_is_cut_visibly() -> None:
    assert "a" * 32_767 + "</t>" in cell("A", 1, "a" * 32_767)
    long = cell("A", 1, "a" * 32_768)
    assert "a" * 32_766 + "…</t>" in long
    wide = cell("A", 1, "𝄞" * 20_000)
    assert wide.count("𝄞") == 16_383
    assert "…" in wide


def test_dates_and_durations_are_written_as_numbers(tmp_path: Path) -> None:
    moments: list[Value] = [date(2026, 1, 1), datetime(2026, 1, 1, 12), timedelta(1.5), clock(6)]
    xml = row_xml(1, [(letter, moment, None) for letter, moment in zip("ABCD", moments, strict=True)])
    assert calamine(raw_workbook(tmp_path / "a.xlsx", xml.encode()), "S") == [[46023.0, 46023.5, 1.5, 0.25]]
    assert serial(date(2026, 1, 1), date1904=True) == 46023 - 1462


def test_columns_count_in_letters() -> None:
    assert [column_letters(n) for n in (1, 26, 27, 702, 703, 16_384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_number(column_letters(n)) == n for n in range(1, 16_385, 7))


def test_control_characters_and_line_ends() -> None:
    assert cell("A", 1, "a\x00b\x1f\ud800c") == '<c r="A1" t="inlineStr"><is><t>abc</t></is></c>'
    assert ">a\nb\nc<" in cell("A", 1, "a\r\nb\rc")


def test_numpy_like_and_odd_types_are_written() -> None:
    class Number(float):
        pass

    class Text(str):
        __slots__ = ()

    assert row_xml(1, [("A", Number(1.5), None), ("B", Text("x"), 2), ("C", True, None)]) == (
        '<row r="1"><c r="A1"><v>1.5</v></c><c r="B1" s="2" t="inlineStr"><is><t>x</t></is></c>'
        '<c r="C1" t="b"><v>1</v></c></row>'
    )


def test_a_row_has_a_value_for_each_column() -> None:
    with pytest.raises(ValueError, match="zip"):
        rows_xml(1, [[1.0]], [("A", None), ("B", None)])


# --- rows and the used range --------------------------------------------------------------------------------------

HEAD = b'<dimension ref="A1:C5"/>'


@pytest.mark.parametrize(
    ("rows", "dimension"),
    [
        (b"", b'"A1:C2"'),
        (b'<row r="3"/>', b'"A1:C3"'),
        (b'<row r="3"><c r="A3"><v>1</v></c></row>', b'"A1:C3"'),
        (b'<row r="3"><c r="A3"><v>1</v></c></row><row r="9"><c r="F9"><v>1</v></c></row>', b'"A1:F9"'),
    ],
)
def test_rows_below_are_replaced_and_the_used_range_follows(rows: bytes, dimension: bytes) -> None:
    old = b"".join(b'<row r="%d" spans="1:3"><c r="A%d"><v>7</v></c></row>' % (n, n) for n in (1, 2, 4, 5))
    xml = b"<worksheet>" + HEAD + b"<sheetData>" + old + b'</sheetData><mergeCells count="1"/></worksheet>'
    kept = old[: old.index(b'<row r="4"')]
    assert replace_rows(xml, 3, rows) == (
        b"<worksheet><dimension ref=%b/><sheetData>%b%b</sheetData>" % (dimension, kept, rows)
        + b'<mergeCells count="1"/></worksheet>'
    )


def test_rows_into_an_empty_sheet_and_rows_without_numbers() -> None:
    new = b'<row r="4"><c r="A4"><v>1</v></c></row>'
    assert replace_rows(b"<worksheet><sheetData/></worksheet>", 4, new) == (
        b"<worksheet><sheetData>%b</sheetData></worksheet>" % new
    )
    unnumbered = b"<worksheet><sheetData><row/><row><c><v>1</v></c></row><row/></sheetData></worksheet>"
    assert replace_rows(unnumbered, 3, b"") == unnumbered.replace(b"<row/></sheetData>", b"</sheetData>")


@pytest.mark.parametrize(
    "xml",
    [
        b"<x:worksheet><x:sheetData/></x:worksheet>",
        b"<worksheet><!-- a --><sheetData/></worksheet>",
        b"<worksheet><sheetData><row r='1'><c/></sheetData></worksheet>",
        b"<worksheet><sheetData><row r='one'/></sheetData></worksheet>",
    ],
)
def test_an_unusual_part_is_refused(xml: bytes) -> None:
    with pytest.raises(BookError, match="open it in Excel"):
        replace_rows(xml, 1, b"")


def test_cells_keep_their_style_and_rows_their_order() -> None:
    xml = (
        b'<worksheet><sheetData><row r="2" spans="2:3" ht="20"><c r="B2" s="5" t="s"><v>0</v></c>'
        b'<c r="C2" s="6"/></row>'
        b'<row r="5" s="9" customFormat="1"/></sheetData></worksheet>'
    )
    new = set_cells(xml, {"D2": 1.0, "B2": "t", "A2": True, "C5": 2.0, "A3": 3.0, "C2": None})
    assert new == (
        b'<worksheet><sheetData><row r="2" ht="20"><c r="A2" t="b"><v>1</v></c>'
        b'<c r="B2" s="5" t="inlineStr"><is><t>t</t></is></c><c r="C2" s="6"/><c r="D2"><v>1.0</v></c></row>'
        b'<row r="3"><c r="A3"><v>3.0</v></c></row>'
        b'<row r="5" s="9" customFormat="1"><c r="C5" s="9"><v>2.0</v></c></row></sheetData></worksheet>'
    )
    assert set_cells(xml, {}) == xml
    with pytest.raises(BookError, match="is not a cell"):
        set_cells(xml, {"2B": 1.0})


FORMULAS = (
    b'<worksheet><sheetData><row r="1"><c r="A1" s="4" t="str"><f>CBAM_X(B1)</f><v>old</v></c>'
    b'<c r="B1"><f t="shared" ref="B1:B9" si="0">C1</f><v>1</v></c><c><f>1</f></c>'
    b'<c r="D1" cm="1"><f t="array" ref="D1:D1">F()</f><v>1</v></c></row></sheetData></worksheet>'
)


def test_a_formula_keeps_its_text_and_gets_the_result() -> None:
    new = set_cells(FORMULAS, {"A1": 2.5, "B1": " a<b_x000D_", "C1": True, "D1": ""})
    assert b'<c r="A1" s="4"><f>CBAM_X(B1)</f><v>2.5</v></c>' in new
    assert b'<c r="B1" t="str"><f t="shared" ref="B1:B9" si="0">C1</f><v> a&lt;b_x005F_x000D_</v></c>' in new
    assert b'<c r="C1" t="b"><f>1</f><v>1</v></c>' in new
    assert b'<c r="D1" cm="1" t="str"><f t="array" ref="D1:D1">F()</f><v></v></c>' in new
    assert b"<f>CBAM_X(B1)</f></c>" in set_cells(FORMULAS, {"A1": math.nan})
    assert formula_cells(FORMULAS) == formula_cells(set_cells(FORMULAS, {"A1": None})) == {"A1", "B1", "", "D1"}


def test_a_formula_gives_way_unless_others_share_it() -> None:
    new = set_cells(FORMULAS, {"A1": 2.5, "D1": 3.0}, keep_formula=False)
    assert b'<c r="A1" s="4"><v>2.5</v></c>' in new
    assert b'<c r="D1"><v>3.0</v></c>' in new
    with pytest.raises(BookError, match="B1 holds a formula that other cells share"):
        set_cells(FORMULAS, {"B1": 2.5}, keep_formula=False)


def test_the_list_of_formula_cells_goes_with_the_first_of_its_formulas(tmp_path: Path) -> None:
    types = '<Override PartName="/xl/calcChain.xml" ContentType="a/b"/></Types>'
    relation = '<Relationship Id="rId99" Type="x/calcChain" Target="calcChain.xml"/></Relationships>'
    file = altered(
        raw_workbook(tmp_path / "a.xlsx", b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><v>1</v></c></row>'),
        tmp_path / "b.xlsx",
        {
            "[Content_Types].xml": lambda xml: xml.replace(b"</Types>", types.encode()),
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"</Relationships>", relation.encode()),
        },
        {"xl/calcChain.xml": b'<calcChain><c r="A1" i="1"/></calcChain>'},
    )
    package = Package(file)
    package.replace(SHEET, set_cells(package.read(SHEET), {"A1": 3.0, "B1": 4.0}))
    package.save(tmp_path / "kept.xlsx")
    assert "xl/calcChain.xml" in Package(tmp_path / "kept.xlsx").entries
    package.replace(SHEET, set_cells(package.read(SHEET), {"A1": 3.0}, keep_formula=False))
    package.save(tmp_path / "gone.xlsx")
    gone = Package(tmp_path / "gone.xlsx")
    assert "xl/calcChain.xml" not in gone.entries
    assert b"calcChain" not in gone.read("[Content_Types].xml") + gone.read("xl/_rels/workbook.xml.rels")
    assert calamine(tmp_path / "gone.xlsx", "S") == [[3.0, 4.0]]
    assert openpyxl.load_workbook(tmp_path / "gone.xlsx")["S"]["A1"].value == 3


# --- elements of a part -------------------------------------------------------------------------------------------


def test_links_are_put_where_the_standard_wants_them(rich: Path, tmp_path: Path) -> None:
    package = Package(rich)
    part = package.part("Data & more")
    links = b"<hyperlinks>" + hyperlinks_xml([("A2", "Data & more", "B3")]) + b"</hyperlinks>"
    once = replace_element(package.read(part), "hyperlinks", links)
    assert once.index(b"<dataValidations") < once.index(b"<hyperlinks>") < once.index(b"<pageMargins")
    assert replace_element(once, "hyperlinks", b"") == package.read(part)
    assert replace_element(once, "hyperlinks", links) == once
    package.replace(part, once)
    package.save(tmp_path / "out.xlsx")
    link = openpyxl.load_workbook(tmp_path / "out.xlsx")["Data & more"]["A2"].hyperlink
    assert link is not None
    assert link.location == "'Data & more'!B3"


def test_a_nested_element_of_the_same_name_is_not_mistaken() -> None:
    xml = (
        b'<worksheet><sheetData><row r="1"/></sheetData><conditionalFormatting><cfRule><extLst><ext a=">"/></extLst>'
        b"</cfRule></conditionalFormatting><extLst ></extLst ></worksheet>"
    )
    links = b"<hyperlinks/>"
    assert replace_element(xml, "hyperlinks", links) == xml.replace(b"<extLst >", links + b"<extLst >")
    assert replace_element(xml, "extLst", b"<e/>") == xml.replace(b"<extLst ></extLst >", b"<e/>")
    assert replace_element(b"<worksheet><sheetData/></worksheet>", "extLst", b"<e/>") == (
        b"<worksheet><sheetData/><e/></worksheet>"
    )


@pytest.mark.parametrize("xml", [b"<worksheet><sheetData/>", b"<x:worksheet xmlns:x='a'><x:sheetData/></x:worksheet>"])
def test_elements_of_a_broken_or_unusual_part_are_refused(xml: bytes) -> None:
    with pytest.raises(BookError, match="open it in Excel"):
        replace_element(xml, "hyperlinks", b"<hyperlinks/>")
    with pytest.raises(BookError, match="open it in Excel"):
        part_xml.elements(b"<a>")


def test_names_and_print_areas_are_changed_or_made(rich: Path, tmp_path: Path) -> None:
    package = Package(rich)
    xml = package.read("xl/workbook.xml")
    xml = set_defined_name(xml, "_xlnm.Print_Area", "Results!$A$1:$B$99", sheet="Results")
    xml = set_defined_name(xml, "_xlnm.Print_Area", "'Data & more'!$A$1:$B$4", sheet="Data & more")
    xml = set_defined_name(xml, "SEE", "Results!$B$2:$B$99")
    xml = set_defined_name(xml, "own", "Results!$A$1")
    package.replace("xl/workbook.xml", xml)
    package.save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book["Results"].print_area == "'Results'!$A$1:$B$99"
    assert book["Data & more"].print_area == "'Data & more'!$A$1:$B$4"
    assert {name: book.defined_names[name].attr_text for name in book.defined_names} == {
        "see": "Results!$B$2:$B$99",
        "own": "Results!$A$1",
    }
    with pytest.raises(BookError, match="no sheet 'Nowhere'"):
        set_defined_name(xml, "x", "y", sheet="Nowhere")


@pytest.mark.parametrize("names", [b"", b"<definedNames/>", b"<definedNames></definedNames>"])
def test_the_first_name_of_a_workbook(names: bytes) -> None:
    xml = b"<workbook><sheets/>" + names + b"<calcPr calcId='1'/></workbook>"
    new = b'<definedNames><definedName name="a">S!$A$1</definedName></definedNames>'
    assert set_defined_name(xml, "a", "S!$A$1") == b"<workbook><sheets/>" + new + b"<calcPr calcId='1'/></workbook>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"", b'<calcPr fullCalcOnLoad="1"/>'),
        (b'<calcPr calcId="191029"/>', b'<calcPr calcId="191029" fullCalcOnLoad="1"/>'),
        (b'<calcPr fullCalcOnLoad="0" iterate="1"></calcPr>', b'<calcPr fullCalcOnLoad="1" iterate="1"/>'),
    ],
)
def test_calculation_on_load(old: bytes, new: bytes) -> None:
    xml = b"<workbook><sheets/>%b<pivotCaches/></workbook>"
    assert full_calc_on_load(xml % old) == xml % new


def test_the_1904_dates_are_known(rich: Path, tmp_path: Path) -> None:
    assert not Package(rich).date1904
    old = altered(
        rich,
        tmp_path / "b.xlsx",
        {"xl/workbook.xml": lambda x: x.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')},
    )
    assert Package(old).date1904
    xml = set_cells(b"<worksheet><sheetData/></worksheet>", {"A1": date(1904, 1, 2)}, date1904=True)
    assert b"<v>1.0</v>" in xml


# --- saving -------------------------------------------------------------------------------------------------------


def test_saved_twice_and_never_over_the_work_of_others(rich: Path) -> None:
    package = Package(rich)
    part = package.part("Results")
    for number in (1.0, 2.0):
        package.replace(part, set_cells(package.read(part), {"B2": number}))
        package.save(rich)
    assert calamine(rich, "Results")[1][1] == 2.0
    mine = rich.read_bytes()
    rich.write_bytes(mine + b"more")
    with pytest.raises(BookError, match="changed by another program"):
        package.save(rich)
    rich.unlink()
    with pytest.raises(BookError, match="changed by another program"):
        package.save(rich)
    with pytest.raises(BookError, match="has no part"):
        package.replace("xl/none.xml", b"")


@posix
def test_permissions_and_links_stay(rich: Path, tmp_path: Path) -> None:
    rich.chmod(0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(rich.name)
    package = Package(link)
    package.replace(package.part("Results"), set_cells(package.read(package.part("Results")), {"B2": 8.0}))
    package.save(link)
    assert link.is_symlink()
    assert calamine(rich, "Results")[1][1] == 8.0
    assert stat.S_IMODE(rich.stat().st_mode) == 0o640
    new = tmp_path / "new.xlsx"
    old_mask = os.umask(0o027)
    try:
        package.save(new)
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


@pytest.mark.parametrize(("lock", "program"), [("~$plant.xlsx", "Excel"), (".~lock.plant.xlsx#", "LibreOffice")])
def test_a_file_open_elsewhere_is_read_but_not_written(rich: Path, tmp_path: Path, lock: str, program: str) -> None:
    (tmp_path / lock).touch()
    before = rich.read_bytes()
    package = Package(rich)
    with pytest.raises(LockedError, match=f"open in {program}: close it, or press Recalculate there"):
        package.save(rich)
    assert rich.read_bytes() == before
    package.save(tmp_path / "elsewhere.xlsx")


@posix
def test_the_lock_of_the_file_behind_a_link_counts(rich: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.xlsx"
    link.symlink_to(rich)
    locks.check_unlocked(link)
    (tmp_path / "~$plant.xlsx").touch()
    with pytest.raises(LockedError):
        locks.check_unlocked(link)


def test_a_full_disk_leaves_the_file_and_no_remains(
    rich: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, listing = rich.read_bytes(), sorted(os.listdir(tmp_path))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BookError, match="the disk is full"):
        Package(rich).save(rich)
    assert (rich.read_bytes(), sorted(os.listdir(tmp_path))) == (before, listing)


def test_a_failing_or_interrupted_write_leaves_no_remains(rich: Path, tmp_path: Path) -> None:
    def broken(error: BaseException) -> Iterator[bytes]:
        yield b"half"
        raise error

    before, listing = rich.read_bytes(), sorted(os.listdir(tmp_path))
    with pytest.raises(BookError, match="was not written"):
        locks.write_atomically(rich, broken(OSError(5, "Input/output error")))
    with pytest.raises(KeyboardInterrupt):
        locks.write_atomically(rich, broken(KeyboardInterrupt()))
    assert (rich.read_bytes(), sorted(os.listdir(tmp_path))) == (before, listing)


@posix
def test_a_write_that_really_fails(rich: Path, tmp_path: Path) -> None:
    import resource

    before, listing = rich.read_bytes(), sorted(os.listdir(tmp_path))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(BookError, match="was not written"):
            Package(rich).save(rich)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (rich.read_bytes(), sorted(os.listdir(tmp_path))) == (before, listing)


@posix
def test_protected_folders_and_files_are_respected(rich: Path) -> None:
    folder = Path(tempfile.mkdtemp())  # tmp_path is closed to the other user whom the administrator plays here
    file = Path(shutil.copy(rich, folder))
    user = os.geteuid()
    try:
        folder.chmod(0o555)
        file.chmod(0o666)
        package = Package(file)
        if user == 0:
            os.seteuid(65534)
        with pytest.raises(BookError, match="Choose another place"):
            package.save(file)
        if user == 0:
            os.seteuid(0)
        folder.chmod(0o777)
        file.chmod(0o444)
        if user == 0:
            os.setresuid(65534, 65534, 0)
        with pytest.raises(BookError, match="is write-protected: remove the protection"):
            package.save(file)
    finally:
        if user == 0:
            os.setresuid(0, 0, 0)
        folder.chmod(0o777)
    assert file.read_bytes() == rich.read_bytes()
    assert os.listdir(folder) == [file.name]
    shutil.rmtree(folder)


@posix
def test_the_owner_of_the_file_stays(rich: Path) -> None:
    if os.geteuid():
        pytest.skip("only the administrator may give files away")
    os.chown(rich, 1234, 2345)
    Package(rich).save(rich)
    assert (rich.stat().st_uid, rich.stat().st_gid) == (1234, 2345)


@posix
def test_a_file_system_without_locks(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def none(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    before = rich.read_bytes()
    Package(rich).save(rich)
    assert rich.read_bytes() == before
    assert os.listdir(rich.parent) == ["plant.xlsx"]


@posix
def test_a_temporary_file_taken_for_remains_is_given_up(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between making the file and locking it, another program may hold or remove it: the next name is taken."""
    import fcntl

    real, calls = fcntl.flock, []

    def contended(descriptor: int, operation: int) -> None:
        calls.append(descriptor)
        if len(calls) == 1:
            raise BlockingIOError
        if len(calls) == 2:
            os.unlink(next(rich.parent.glob(".cbam-*-1.tmp")))
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", contended)
    locks.write_atomically(rich, [b"whole"])
    assert rich.read_bytes() == b"whole"
    monkeypatch.undo()
    locks.write_atomically(rich, [b"next"])
    assert os.listdir(rich.parent) == ["plant.xlsx"]


def test_places_that_cannot_hold_a_file(rich: Path, tmp_path: Path) -> None:
    package = Package(rich)
    with pytest.raises(BookError, match="is missing"):
        package.save(tmp_path / "no" / "where.xlsx")
    with pytest.raises(BookError, match="is not a file"):
        package.save(tmp_path)


def test_a_program_that_holds_the_file_for_a_moment(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.replace, []

    def held(source: str, target: str) -> None:
        calls.append(source)
        if len(calls) < 3:
            raise PermissionError(13, "in use")
        real(source, target)

    monkeypatch.setattr(os, "replace", held)
    Package(rich).save(rich)
    assert len(calls) == 3
    monkeypatch.setattr(os, "replace", lambda source, target: (_ for _ in ()).throw(PermissionError(13, "in use")))
    with pytest.raises(LockedError, match="held by another program"):
        Package(rich).save(rich)
    assert os.listdir(rich.parent) == ["plant.xlsx"]


def test_saves_at_the_same_time_do_not_disturb_each_other(rich: Path, tmp_path: Path) -> None:
    """A save that begins while another one is under way takes another temporary file; the last one wins."""

    def outer() -> Iterator[bytes]:
        yield b"outer "
        locks.write_atomically(rich, [b"inner"])
        assert rich.read_bytes() == b"inner"
        yield b"whole"

    locks.write_atomically(rich, outer())
    assert rich.read_bytes() == b"outer whole"
    assert os.listdir(tmp_path) == ["plant.xlsx"]


@posix
def test_too_many_saves_at_the_same_time(rich: Path) -> None:
    def nested(depth: int) -> Iterator[bytes]:
        if depth:
            locks.write_atomically(rich, nested(depth - 1))
        yield b"x"

    with pytest.raises(BookError, match="being saved by other programs"):
        locks.write_atomically(rich, nested(locks.SLOTS))


SAVER = """
import sys
from cbam_xl.package import Package
file, one, two = sys.argv[1:]
print("ready", flush=True)
while True:
    for source in (one, two):
        package = Package(source)
        package.save(file)
"""


@posix
def test_killed_at_any_moment(rich: Path, tmp_path: Path) -> None:
    """kill -9 in the middle of saves: the old or the new file is there, whole; the next save clears the remains."""
    sources = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
    for source in sources:
        altered(rich, source, {}, {"xl/media/noise.bin": os.urandom(2_000_000)})
    contents = {source.read_bytes() for source in sources}
    file = tmp_path / "here" / "plant.xlsx"
    file.parent.mkdir()
    shutil.copy(sources[0], file)
    chance = random.Random(1)
    left_behind = 0
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", SAVER, str(file), *map(str, sources)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0, 0.03))
            process.send_signal(signal.SIGKILL)
        assert file.read_bytes() in contents
        left_behind += len(os.listdir(file.parent)) - 1
    assert left_behind > 0, "no save was hit in the middle: the test shows nothing"
    Package(sources[1]).save(file)
    assert os.listdir(file.parent) == ["plant.xlsx"]
    assert file.read_bytes() == sources[1].read_bytes()


# --- other programs, real workbooks -------------------------------------------------------------------------------


def test_libreoffice_reads_the_patched_file(rich: Path, tmp_path: Path, soffice: str) -> None:
    package = Package(rich)
    part = package.part("Results")
    rows = rows_xml(2, [["=1+1", 2.5], ["a_x000D_b", None], ["é<&>", -1e-9]], [("A", None), ("B", None)])
    xml = replace_element(replace_rows(package.read(part), 2, rows), "hyperlinks", hyperlinks_xml([("A2", "see", "s")]))
    package.replace(part, xml)
    workbook = full_calc_on_load(package.read("xl/workbook.xml"))
    package.replace("xl/workbook.xml", workbook)
    package.save(tmp_path / "out.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        "ods",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "out.xlsx"),
    ]
    done = subprocess.run(command, check=True, capture_output=True, timeout=120, text=True)
    assert (tmp_path / "out.ods").exists(), done.stderr
    assert calamine(tmp_path / "out.ods", "Results") == [
        ["Process", "SEE"],
        ["=1+1", 2.5],
        ["a_x000D_b", ""],
        ["é<&>", -1e-9],
    ]
    assert calamine(tmp_path / "out.ods", "Data & more")[3][1] == 3.5


def test_the_commission_s_workbook_keeps_every_other_cell(shared: Path, tmp_path: Path) -> None:
    source = shared / "official" / "cbam_communication_template_v2.1.1_en_20241213_EMPTY.xlsx"
    package = Package(source)
    part = package.part("D_Processes")
    before = calamine(source, "D_Processes")
    wanted: dict[str, Value] = {"L14": 123.5, "E3": "own text", "ZZ900": 1.0}
    package.replace(part, set_cells(package.read(part), wanted))
    package.save(tmp_path / "out.xlsx")
    after = calamine(tmp_path / "out.xlsx", "D_Processes")
    changed = {
        f"{column_letters(c + 1)}{r + 1}": value
        for r, row in enumerate(after)
        for c, value in enumerate(row)
        if value != (before[r][c] if r < len(before) and c < len(before[r]) else "")
    }
    assert changed == wanted
    assert {k for k, v in raw_parts(source).items() if v != raw_parts(tmp_path / "out.xlsx").get(k)} == {part}
