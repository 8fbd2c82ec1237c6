"""Reading workbooks: true positions, the values a cell holds, and the cells that hold none."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from workbooks import NAMESPACE, SHEET, altered, raw_workbook, rich_workbook

from cbam_xl.books import NOT_CALCULATED, BookError, FileBook, RowsBook
from cbam_xl.entries import Book
from cbam_xl.look import Used, looks_wide, used_range


def written(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Plant & co"
    sheet["C3"], sheet["D3"], sheet["E3"], sheet["F3"] = 1, 2.5, " text ", True
    sheet["C4"], sheet["D4"] = date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5)
    sheet["E4"], sheet["F4"] = time(5, 6), timedelta(days=2, hours=3)
    sheet["C6"], sheet["D6"], sheet["E6"] = "=1+1", "#N/A", '=IF(C3=1,"","x")'
    sheet["D6"].data_type = "e"
    book.create_sheet("Empty")
    book.save(path)
    return path


def test_rows_begin_at_the_first_row_and_column(tmp_path: Path) -> None:
    book = FileBook(written(tmp_path / "a.xlsx"))
    assert book.names == ("Plant & co", "Empty")
    blank = [""] * 6
    expected = [
        blank,
        blank,
        ["", "", 1.0, 2.5, " text ", True],
        ["", "", date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5), time(5, 6), timedelta(days=2, hours=3)],
        blank,
        blank,
    ]
    assert book.rows("Plant & co") == expected
    assert [type(value) for value in book.rows("Plant & co")[2][2:]] == [float, float, str, bool]
    assert book.rows("Plant & co", 3) == expected[:3]
    assert book.rows("Plant & co", 500) == expected
    assert book.rows("Plant & co", 0) == []
    assert not any(book.rows("Empty"))
    with pytest.raises(BookError, match="has no sheet 'Heat'; it has: Plant & co, Empty"):
        book.rows("Heat")


def test_a_file_is_read_once(tmp_path: Path) -> None:
    file = written(tmp_path / "a.xlsx")
    book = FileBook(file)
    file.unlink()
    assert book.rows("Plant & co")[2][3] == 2.5


def test_formulas_never_calculated_and_errors_are_faults(tmp_path: Path) -> None:
    book = FileBook(written(tmp_path / "a.xlsx"))
    assert book.faults("Plant & co") == {"C6": NOT_CALCULATED, "D6": "#N/A", "E6": NOT_CALCULATED}
    assert book.faults("Empty") == {}


def test_no_faults_once_libreoffice_has_calculated(tmp_path: Path, soffice: str) -> None:
    written(tmp_path / "a.xlsx")
    out = tmp_path / "out"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for kind in ("xlsx", "ods"):
        command = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(tmp_path / "a.xlsx")]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        book = FileBook(out / f"a.{kind}")
        assert book.names == ("Plant & co", "Empty")
        assert book.rows("Plant & co", 5)[2][2:5] == [1.0, 2.5, " text "]
        assert book.rows("Plant & co")[5] == ["", "", 2.0, "", "", ""][: len(book.rows("Plant & co")[5])]
        assert book.faults("Plant & co") == {"D6": "#N/A"}


CELLS = {
    b'<c r="A1"><f>1+1</f><v>2</v></c>': None,
    b'<c r="A1"><f>1+1</f><v></v></c>': NOT_CALCULATED,
    b'<c r="A1"><f>1+1</f><v/></c>': NOT_CALCULATED,
    b'<c r="A1"><f>1+1</f>\n  <v />\n </c>': NOT_CALCULATED,
    b'<c r="A1" s="3"><f>1+1</f></c>': NOT_CALCULATED,
    b'<c r="A1" t="n"><f>1+1</f></c>': NOT_CALCULATED,
    b'<c r="A1" t="str"><f>IF(1,"","")</f><v></v></c>': None,
    b'<c r="A1" t="str"><f>IF(1,"","")</f><v>x</v></c>': None,
    b'<c r="A1" t="b"><f>TRUE()</f><v>1</v></c>': None,
    b'<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>': "#DIV/0!",
    b'<c t="e" s="2" r="A1"><v>#REF!</v></c>': "#REF!",
    b"<c r='A1' t='e'><v>#NAME?</v></c>": "#NAME?",
    b'<c r="A1" t="e" vm="1"><v>#SPILL!</v></c>': "#SPILL!",
    b'<c r="A1" t="e"><v></v></c>': "#N/A",
    b'<c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c>': None,
    b'<c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c><c r="C1"><f t="shared" si="0"/><v>1</v></c>': None,
    b'<c r="A1"><f t="array" ref="A1:A1">{1}</f><v>1</v></c>': None,
    b'<c r="A1" t="inlineStr"><is><t>t="e" #N/A</t></is></c>': None,
    b'<c r="A1"><v>1</v></c><c r="B1"/>': None,
}


@pytest.mark.parametrize("prefix", [b"", b"x:"])
@pytest.mark.parametrize("cell", CELLS)
def test_faults_of_a_cell(tmp_path: Path, cell: bytes, prefix: bytes) -> None:
    file = raw_workbook(tmp_path / "a.xlsx", b'<row r="1">' + cell + b"</row>")
    if prefix:
        names = (b"worksheet", b"sheetData", b"row", b"c", b"v", b"f", b"is", b"t")

        def with_prefix(xml: bytes) -> bytes:
            for name in names:
                for end in (b" ", b">", b"/"):
                    xml = xml.replace(b"<" + name + end, b"<x:" + name + end)
                xml = xml.replace(b"</" + name + b">", b"</x:" + name + b">")
            return xml.replace(b"xmlns=", b"xmlns:x=")

        file = altered(file, tmp_path / "b.xlsx", {SHEET: with_prefix})
    book = FileBook(file)
    fault = CELLS[cell]
    assert book.faults("S") == ({} if fault is None else {"A1": fault})
    if not (prefix and fault in ("#SPILL!", "#N/A")):
        first = [*(book.rows("S") or [[]])[0], ""][0]
        assert first == "" or fault is None


def test_a_shared_formula_without_result_is_a_fault(tmp_path: Path) -> None:
    first = b'<c r="A1"><f t="shared" ref="A1:B1" si="0">C1</f><v>1</v></c>'
    row = b'<row r="1">' + first + b'<c r="B1"><f t="shared" si="0"/></c></row>'
    assert FileBook(raw_workbook(tmp_path / "a.xlsx", row)).faults("S") == {"B1": NOT_CALCULATED}


def test_what_looks_like_an_error_outside_of_cells(tmp_path: Path) -> None:
    row = b'<row r="1" t="e"><c r="A1"><v>1</v></c></row><row r="2" t="e"/>'
    assert FileBook(raw_workbook(tmp_path / "a.xlsx", row)).faults("S") == {}


def test_errors_that_calamine_does_not_know_leave_the_sheet_readable(tmp_path: Path) -> None:
    row = b'<row r="1"><c r="A1" t="e"><v>#CALC!</v></c><c r="B1"><v>2</v></c><c r="C1" t="e"><v>#N/A</v></c></row>'
    book = FileBook(raw_workbook(tmp_path / "a.xlsx", row))
    assert book.rows("S") == [["", 2.0, ""]]
    assert book.faults("S") == {"A1": "#CALC!", "C1": "#N/A"}


def test_chart_sheets_are_no_sheets(tmp_path: Path) -> None:
    file = rich_workbook(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(file)
    book.create_chartsheet("Chart", 0)
    book.save(file)
    assert FileBook(file).names == ("Data & more", "Results")


def test_the_last_row_of_a_named_range(tmp_path: Path) -> None:
    file = rich_workbook(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(file)
    book.defined_names["one_cell"] = DefinedName("one_cell", attr_text="Results!$B$2")
    book.save(file)
    found = FileBook(file)
    assert [found.last_row(name) for name in ("see", "see", "one_cell", "none")] == [3, 3, None, None]
    assert RowsBook({}).last_row("see") is None


def test_a_book_of_lists() -> None:
    book: Book = RowsBook({"A": [["x", None, 1.0], []], "B": []})
    assert book.names == ("A", "B")
    assert book.rows("A") == [["x", "", 1.0], []]
    assert book.rows("A", 1) == [["x", "", 1.0]]
    assert (book.rows("B"), book.faults("A")) == ([], {})
    with pytest.raises(BookError, match="no sheet 'C'"):
        book.rows("C")


# --- sheets that reach far ----------------------------------------------------------------------------------------

FIRST = b'<row r="1"><c r="A1"><v>1</v></c></row>'
LAST_ROW = 1_048_576

READER = """
import re, sys, time
from cbam_xl.books import FileBook
start = time.perf_counter()
rows = FileBook(sys.argv[1]).rows("S", 600)
peak = re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())  # its own, not that of who started it
print(len(rows), time.perf_counter() - start, int(peak[1]) >> 10)
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="the peak of memory is known on Linux")
@pytest.mark.parametrize(
    ("row", "last", "rows"),
    [
        ('<row r="{0}" spans="1:16384" s="1" customFormat="1" ht="15" customHeight="1"/>', LAST_ROW, 1),
        ('<row r="{0}"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>', LAST_ROW, 1),
        ('<row r="{0}"><c r="B{0}" t="str"><f>C</f><v></v></c></row>', LAST_ROW // 4, 600),
    ],
    ids=["formatted rows", "formatted cells", "formulas without text"],
)
def test_a_million_rows_with_nothing_in_them(tmp_path: Path, row: str, last: int, rows: int) -> None:
    body = FIRST + "".join(map(row.format, range(2, last + 1))).encode()
    file = raw_workbook(tmp_path / "a.xlsx", body, head=b'<dimension ref="A1:XFD1048576"/>')
    done = subprocess.run([sys.executable, "-c", READER, file], check=True, capture_output=True, text=True)
    count, seconds, megabytes = done.stdout.split()
    assert int(count) == rows
    assert float(seconds) < 10
    assert int(megabytes) < 500


@pytest.mark.parametrize("last", ["A1048576", "XFD1", "XFD1048576", "AA60000", "xfd9", "Z300000"])
@pytest.mark.parametrize("cell", ["<c r='{}'><v>1</v></c>", '<c t="inlineStr" r = "{}"><is><t>x</t></is></c>'])
def test_a_stray_cell_far_away(tmp_path: Path, last: str, cell: str) -> None:
    row = "".join(filter(str.isdigit, last))
    others = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2000"><v>1</v></c></row>'
    body = others + f'<row r="{row}">{cell.format(last)}</row>'.encode()
    book = FileBook(raw_workbook(tmp_path / "a.xlsx", body))
    area = used_range(book.package.read(SHEET))
    if area.rows * area.columns <= 4_000_000:
        assert len(book.rows("S")) == area.rows
    else:
        with pytest.raises(
            BookError, match=f"has a value at {last.upper()}, far away from all others: clear that cell"
        ):
            book.rows("S")


def test_cells_without_an_address_are_counted(tmp_path: Path) -> None:
    body = FIRST + b'<row/><row><c/><c t="s"><v>0</v></c></row><row r="9"><c/><c r="D9"/><c><v>1</v></c></row>'
    xml = b'<worksheet xmlns="' + NAMESPACE + b'"><sheetData>' + body + b"</sheetData></worksheet>"
    assert used_range(xml) == Used(9, 5, 3, "E9")
    with pytest.raises(BookError, match="damaged"):
        used_range(b"<a>")
    with pytest.raises(BookError, match="damaged"):
        used_range(b'<row r="x"/>')


def test_what_looks_wide() -> None:
    def wide(address: str, more: bytes = b"") -> bool:
        cell = f'<row><c r="{address}" s="1"><v>0.123456789</v></c></row>'.encode()
        return looks_wide(b'<worksheet xmlns:r2="x2"><sheetData>' + cell + more + b"</sheetData></worksheet>")

    assert [wide(address) for address in ("A1", "Z99999", "ZZ9999")] == [False] * 3
    assert [wide(address) for address in ("A100000", "AAA1", "AA10000", "aaa1")] == [True] * 4
    assert not wide("A1", b'<row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert wide("A1", b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>')
    assert wide("A1", b"<row r='1048576'><c r='XFD1048576'><v/></c></row>")
    assert not wide("A1", b'<row r="2"><c r="A2" t="inlineStr"><is><t>t CO2 and tCO2/t CO200000</t></is></c></row>')


def test_a_large_dense_sheet_is_read(tmp_path: Path) -> None:
    body = "".join(f'<row r="{n}"><c r="FZ{n}"><v>{n}</v></c></row>' for n in range(1, 30_001)).encode()
    full = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{c}{n}"><v>{n}</v></c>' for c in ("A", "B", "C", "BZ")) + "</row>"
        for n in range(1, 60_001)
    ).encode()
    with pytest.raises(BookError, match="far away"):
        FileBook(raw_workbook(tmp_path / "a.xlsx", body)).rows("S")
    rows = FileBook(raw_workbook(tmp_path / "b.xlsx", full)).rows("S")
    assert (len(rows), rows[-1][77]) == (60_000, 60_000.0)


# --- OpenDocument -------------------------------------------------------------------------------------------------

SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def open_document(path: Path, rows: str, manifest: str = "<m/>") -> Path:
    import zipfile

    content = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", manifest)
        file.writestr("content.xml", content if "<table:table-row" in rows else "")
    return path


def ods_cell(text: str = "1", kind: str = "float", repeat: int = 1) -> str:
    return (
        f'<table:table-cell table:number-columns-repeated="{repeat}" office:value-type="{kind}" office:value="1" '
        f'calcext:value-type="{kind}"><text:p>{text}</text:p></table:table-cell>'
    )


def ods_row(cells: str, repeat: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeat}">{cells}</table:table-row>'


EMPTY = '<table:table-cell table:number-columns-repeated="{}"/>'


def test_an_open_document_and_its_faults(tmp_path: Path) -> None:
    kinds = 'office:value-type="string" calcext:value-type="error"'
    error = f"<table:table-cell {kinds}><text:p>#REF!</text:p></table:table-cell>"
    rows = ods_row(EMPTY.format(16384), 2) + ods_row(EMPTY.format(2) + ods_cell(repeat=2) + error, 2)
    book = FileBook(open_document(tmp_path / "a.ods", rows + ods_row(EMPTY.format(16384), LAST_ROW - 3)))
    assert book.rows("S")[2][:4] == ["", "", 1.0, 1.0]
    assert len(book.rows("S")) == 4
    assert book.faults("S") == {"E3": "#REF!"}
    with pytest.raises(BookError, match="has no sheet 'T'"):
        book.rows("T")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ods_row(ods_cell()) + ods_row(EMPTY.format(9), LAST_ROW - 2) + ods_row(EMPTY.format(99) + ods_cell()),
            "CV1048576",
        ),
        (ods_row(ods_cell(repeat=16384), LAST_ROW), "more than can be read"),
        (ods_row(ods_cell(repeat=10**12), 10**12), "more than can be read"),
        ('<table:table-row table:number-rows-repeated="many"/>', "damaged"),
        ("nothing", "damaged"),
    ],
)
def test_an_open_document_that_reaches_too_far(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(BookError, match=message):
        FileBook(open_document(tmp_path / "a.ods", rows))


def test_an_open_document_without_sheets(tmp_path: Path) -> None:
    file = open_document(tmp_path / "a.ods", ods_row(ods_cell()))
    with pytest.raises(BookError, match="has no sheets"):
        FileBook(altered(file, tmp_path / "b.ods", {"content.xml": lambda _: b"<office/>"}))


def test_an_encrypted_open_document(tmp_path: Path) -> None:
    file = open_document(tmp_path / "a.ods", ods_row(ods_cell()), "<m><manifest:encryption-data/></m>")
    with pytest.raises(BookError, match="protected by a password"):
        FileBook(file)


def test_an_open_document_is_not_patched(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="can be read but not changed here"):
        FileBook(open_document(tmp_path / "a.ods", ods_row(ods_cell()))).package.part("S")


def test_reading_imports_nothing_heavy(tmp_path: Path) -> None:
    file = written(tmp_path / "a.xlsx")
    code = (
        "import sys\nfrom cbam_xl.books import FileBook\nassert 'python_calamine' not in sys.modules\n"
        "FileBook(sys.argv[1]).rows('Plant & co')\n"
        "print(*sorted({'zipfile', 'openpyxl', 'pandas', 'tempfile', 'xml.etree', 'pathlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
