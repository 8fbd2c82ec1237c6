"""Files that are damaged, wrong or made to do harm: one sentence each, within seconds, never a crash."""

from __future__ import annotations

import os
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import NAMESPACE, SHEET, altered, raw_workbook, rich_workbook

from cbam_xl import road
from cbam_xl.books import AHEAD_FROM, BookError, FileBook
from cbam_xl.errors import CbamError
from cbam_xl.package import Package

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return raw_workbook(tmp_path / "good.xlsx", b'<row r="1"><c r="A1"><v>1</v></c></row>')


@pytest.fixture(autouse=True)
def within_seconds() -> Iterator[None]:
    start = time.perf_counter()
    yield
    assert time.perf_counter() - start < 20


def read_all(path: Path) -> None:
    book = FileBook(path)
    for sheet in book.names:
        book.rows(sheet)
        book.faults(sheet)


def refused(path: Path, message: str) -> None:
    with pytest.raises(BookError, match=message) as found:
        read_all(path)
    text = str(found.value)
    assert isinstance(found.value, CbamError)
    assert text.endswith(".")
    assert text[0].isupper() or text.startswith(("/", path.name))


def test_the_good_one_is_read(good: Path) -> None:
    assert FileBook(good).rows("S") == [[1.0]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"hello", "is not a workbook: give an .xlsx, .xlsm or .ods file"),
        (b"\xef\xbb\xbf <html>", "is a web page or an XML text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "is an old .xls workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        (b"PK\3\4", "is damaged or cut off"),
        (b"PK\3\4" + b"PK\5\6" + bytes(18), "is damaged or cut off"),
        (b"PK\3\4" + b"PK\5\6" + bytes(4) + b"\xff" * 14, "is damaged or cut off"),
    ],
)
def test_files_that_are_no_workbooks(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "plant.xlsx"
    file.write_bytes(content)
    refused(file, message)


def test_places_where_no_workbook_is(tmp_path: Path) -> None:
    refused(tmp_path / "none.xlsx", "does not exist")
    refused(tmp_path, "is a folder")
    refused(tmp_path / "a\0b", "can't be read")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.xlsx")
        refused(tmp_path / "pipe.xlsx", "is not a file")
    with open(tmp_path / "large.xlsx", "wb") as file:
        file.truncate((256 << 20) + 1)
    refused(tmp_path / "large.xlsx", "is larger than 256 MiB")


def test_a_file_one_may_not_read(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", denied)
    with pytest.raises(BookError, match="may not be read"):
        FileBook(good)


def test_cut_off_anywhere(good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    for length in range(4, len(content), 97):
        (tmp_path / "cut.xlsx").write_bytes(content[:length])
        refused(tmp_path / "cut.xlsx", "is damaged or cut off")


DOCTYPE = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("part", [WORKBOOK, RELATIONS, SHEET, "xl/styles.xml"])
@pytest.mark.parametrize("doctype", [DOCTYPE, b'<!DOCTYPE a SYSTEM "file:///etc/passwd">'])
def test_document_types_are_refused_before_parsing(good: Path, tmp_path: Path, part: str, doctype: bytes) -> None:
    def with_doctype(xml: bytes) -> bytes:
        return doctype + xml[xml.index(b"<", 2 if xml.startswith(b"<?") else 0) :].replace(b"<v>1", b"<v>&b;")

    refused(altered(good, tmp_path / "a.xlsx", {part: with_doctype}), "holds a document type")


def edit(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        assert old in xml
        return xml.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        (WORKBOOK, lambda _: None, "is written in an unusual way"),
        (RELATIONS, lambda _: None, "is written in an unusual way"),
        (SHEET, lambda _: None, "is damaged at its sheet"),
        (WORKBOOK, lambda _: b"<workbook><sheets/></workbook>", "has no sheets"),
        (WORKBOOK, lambda xml: xml[:-20], "is damaged"),
        (WORKBOOK, lambda xml: xml.decode().encode("utf-16"), "another encoding than UTF-8"),
        (SHEET, lambda xml: xml.decode().encode("utf-16-le"), "another encoding than UTF-8"),
        (SHEET, lambda xml: xml + b"\xff", "another encoding than UTF-8"),
        (SHEET, lambda xml: xml[: len(xml) // 2], "is damaged at its sheet 'S'"),
        (SHEET, lambda _: b"", "is damaged at its sheet 'S'"),
        (SHEET, lambda _: b"<<<sheetData worksheet>", "is damaged at its sheet 'S'"),
        (SHEET, edit(b"><v>1", b' t="n"><v>12,5'), "can't be read at its sheet 'S'"),
        (SHEET, edit(b"<c ", b'<c t="s" '), "can't be read at its sheet 'S'"),
        (RELATIONS, edit(b"/xl/worksheets/sheet1.xml", b"../../../etc/passwd"), "is damaged at its sheet 'S'"),
        (RELATIONS, edit(b"/xl/worksheets/sheet1.xml", b"file:///etc/passwd"), "is damaged at its sheet 'S'"),
        (RELATIONS, edit(b'/xl/worksheets/sheet1.xml"', b'http://x/" TargetMode="External"'), "has no sheets"),
    ],
)
def test_damaged_parts(
    good: Path, tmp_path: Path, part: str, change: Callable[[bytes], bytes | None], message: str
) -> None:
    refused(altered(good, tmp_path / "a.xlsx", {part: change}), message)


def test_two_sheets_of_one_name(tmp_path: Path) -> None:
    file = rich_workbook(tmp_path / "a.xlsx")
    change = edit(b'name="Results"', b'name="Data &amp; more"')
    refused(altered(file, tmp_path / "b.xlsx", {WORKBOOK: change}), "is damaged at its sheet 'Data & more'")


def test_a_table_of_texts_that_claims_too_much(good: Path, tmp_path: Path) -> None:
    """calamine ends the process when it can't get the memory for as many texts as the table claims to hold."""
    table = b'<sst xmlns="' + NAMESPACE + b'" count="1" uniqueCount="99999999999"><si><t>x</t></si></sst>'
    refused(altered(good, tmp_path / "a.xlsx", {}, {"xl/sharedStrings.xml": table}), "is damaged at its texts")


def test_a_workbook_of_another_kind(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as file:
        file.writestr("a.jpg", b"x")
    refused(tmp_path / "photos.zip", "is a ZIP file, but not a workbook")
    binary = altered(good, tmp_path / "a.xlsx", {WORKBOOK: lambda _: None}, {"xl/workbook.bin": b"x"})
    refused(binary, "is an .xlsb workbook")


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl\\evil.xml", "C:evil.xml", "xl/../../evil.xml"])
def test_names_that_leave_the_workbook(good: Path, tmp_path: Path, name: str) -> None:
    refused(altered(good, tmp_path / "a.xlsx", {}, {name: b"x"}), "a name that leaves the workbook")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [SHEET, SHEET.upper()])
def test_the_same_part_twice(good: Path, tmp_path: Path, name: str) -> None:
    refused(altered(good, tmp_path / "a.xlsx", {}, {name: b"x"}), "twice")


def zeros(path: Path, name: str, sizes: list[int]) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for number, size in enumerate(sizes):
            with file.open(f"{name}{number}", "w", force_zip64=True) as part:
                for _ in range(size):
                    part.write(bytes(1 << 20))
    return path


def test_parts_that_unpack_to_more_than_any_workbook(good: Path, tmp_path: Path) -> None:
    refused(zeros(good, "xl/media/a", [40]), "would unpack one part to 40 MiB")


def test_many_parts_that_are_large_together(tmp_path: Path) -> None:
    file = raw_workbook(tmp_path / "a.xlsx", b"")
    with zipfile.ZipFile(file, "a", zipfile.ZIP_STORED) as archive:
        for number in range(80):
            archive.writestr(f"x{number}", b"")
    content = bytearray(file.read_bytes())
    at = content.index(b"PK\1\2")
    while (at := content.find(b"PK\1\2", at)) >= 0:  # sixteen MiB each is what no single part is refused for
        content[at + 24 : at + 28] = (16 << 20).to_bytes(4, "little")
        at += 4
    file.write_bytes(content)
    refused(file, "would unpack to 1[0-9]{3} MiB")


def central(content: bytes, name: str) -> int:
    at = content.index(b"PK\1\2")
    while content[at + 46 : at + 46 + len(name)] != name.encode():
        at = content.index(b"PK\1\2", at + 4)
    return at


@pytest.mark.parametrize(
    ("offset", "value", "message"),
    [
        (8, struct.pack("<H", 1), "is protected by a password"),
        (10, struct.pack("<H", 12), "is damaged or cut off"),
        (16, struct.pack("<L", 1), "is damaged at xl/worksheets/sheet1.xml"),
        (24, struct.pack("<L", 10), "is damaged at xl/worksheets/sheet1.xml"),
        (24, struct.pack("<L", 1 << 24), "is damaged at xl/worksheets/sheet1.xml"),
        (20, struct.pack("<L", 1 << 24), "is damaged or cut off"),
        (42, struct.pack("<L", 0), "is damaged or cut off"),
        (42, struct.pack("<L", 1 << 30), "is damaged or cut off"),
        (28, struct.pack("<H", 60_000), "is damaged or cut off"),
        (46, b"xl/worksheetz", "is damaged or cut off"),
    ],
    ids=[
        "encrypted",
        "method",
        "checksum",
        "says less",
        "says more",
        "overlap",
        "overlap 2",
        "beyond",
        "name",
        "two names",
    ],
)
def test_directories_that_lie(good: Path, tmp_path: Path, offset: int, value: bytes, message: str) -> None:
    content = bytearray(good.read_bytes())
    at = central(bytes(content), SHEET) + offset
    content[at : at + len(value)] = value
    (tmp_path / "a.xlsx").write_bytes(content)
    refused(tmp_path / "a.xlsx", message)


def test_a_directory_with_more_than_it_counts(good: Path, tmp_path: Path) -> None:
    content = bytearray(good.read_bytes())
    content[content.rindex(b"PK\5\6") + 10] -= 1
    (tmp_path / "a.xlsx").write_bytes(content)
    refused(tmp_path / "a.xlsx", "is damaged or cut off")


def test_an_unknown_packing_and_broken_packed_bytes(good: Path, tmp_path: Path) -> None:
    content = bytearray(good.read_bytes())
    entry = Package(good).entries[SHEET]
    content[entry.body : entry.body + 9] = b"\xff" * 9
    (tmp_path / "a.xlsx").write_bytes(content)
    refused(tmp_path / "a.xlsx", "is damaged at")
    content = bytearray(good.read_bytes())
    for at in (entry.start + 8, central(bytes(content), SHEET) + 10):
        content[at : at + 2] = struct.pack("<H", 12)
    (tmp_path / "b.xlsx").write_bytes(content)
    refused(tmp_path / "b.xlsx", "is damaged at")


def test_bytes_behind_the_end_and_before_the_start(good: Path, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(good.read_bytes() + b"x")
    refused(tmp_path / "a.xlsx", "is damaged or cut off")
    (tmp_path / "b.xlsx").write_bytes(b"PK\3\4" + good.read_bytes())
    refused(tmp_path / "b.xlsx", "is damaged or cut off")


def test_a_panic_of_the_reader_is_one_sentence_too(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """What a Rust library raises when it gives up; not an `Exception`."""

    class Workbook:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise PanicException("index out of bounds")

    monkeypatch.setattr("python_calamine.CalamineWorkbook", Workbook)
    refused(good, "can't be read at its sheet 'S' .index out of bounds.")
    monkeypatch.setattr(Workbook, "from_filelike", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        read_all(good)


NUMBERS = st.sampled_from([b"0", b"-1", b"99999", b"4294967296", b"XFD1048576", b"", b"&amp;", b"<c>", b"\0"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_anything_changed_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    """Bytes of a part, or of the file itself, overwritten anywhere: rows come back or one sentence does."""
    file = tmp_path / "rich.xlsx"
    if not file.exists():
        rich_workbook(file)
    package = Package(file)
    part = data.draw(st.sampled_from([None, *(name for name in package.entries if name.endswith((".xml", ".rels")))]))
    content = bytearray(file.read_bytes() if part is None else package.read(part))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.one_of(NUMBERS, st.binary(max_size=4)))
    out = tmp_path / "out.xlsx"
    if part is None:
        out.write_bytes(content)
    else:
        altered(file, out, {part: lambda _: bytes(content)})
    try:
        read_all(out)
    except BookError:
        return


def test_a_bomb_hidden_behind_a_small_size(good: Path, tmp_path: Path) -> None:
    """A part that says it is small is never unpacked further than it says."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
    content = bytearray(altered(good, tmp_path / "a.xlsx", {}, {"xl/sharedStrings.xml": bytes(0)}).read_bytes())
    entry = Package(tmp_path / "a.xlsx").entries["xl/sharedStrings.xml"]
    at = central(bytes(content), entry.name)
    start = content.index(b"PK\1\2")
    content[at + 20 : at + 28] = struct.pack("<2L", len(bomb), 1000)
    content[at + 10 : at + 12] = content[entry.start + 8 : entry.start + 10] = struct.pack("<H", 8)
    end = content.rindex(b"PK\5\6")
    content[end + 16 : end + 20] = (start - entry.packed + len(bomb)).to_bytes(4, "little")
    (tmp_path / "b.xlsx").write_bytes(content[: entry.body] + bomb + content[start:])
    refused(tmp_path / "b.xlsx", "is damaged at xl/sharedStrings.xml")


def test_a_sheet_with_a_fault_is_read_while_another_thread_reads_ahead(tmp_path: Path) -> None:
    """calamine refuses two threads at once ("Already borrowed"); each has its own workbook."""
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1000, 150_000))
    fault = b'<row r="900"><c r="B900" t="e"><v>#N/A</v></c></row>'
    changes = {"Installation": edit(b"</sheetData>", rows + b"</sheetData>"),
               "Own figures": edit(b"</sheetData>", fault + b"</sheetData>")}  # fmt: skip
    parts = Package(road.example("cement")).sheets
    file = altered(road.example("cement"), tmp_path / "a.xlsx", {parts[name]: how for name, how in changes.items()})
    assert file.stat().st_size > AHEAD_FROM
    book = FileBook(file)
    book.read_ahead(changes)
    assert len(book.rows("Own figures")) == 900
    assert len(book.rows("Installation")) == 149_999


def test_a_workbook_that_calamine_cannot_open_is_a_sentence_also_when_read_ahead(tmp_path: Path) -> None:
    links = edit(
        b'relationships/worksheet" Target="/xl/worksheets/sheet4.xml"', b'x" Target="/xl/worksheets/sheet4.xml"'
    )
    file = altered(road.example("cement"), tmp_path / "a.xlsx", {RELATIONS: links})
    assert file.stat().st_size > AHEAD_FROM
    with pytest.raises(BookError, match="can't be read"):
        road.read(file)


@pytest.mark.parametrize(("old", "new"), [
    (b"</v></c></row>", b"</v></row></c>"), (b"</sheetData>", b'</sheetData><sheetData><row r="1"/></sheetData>'),
], ids=["not well-formed", "twice the rows"])  # fmt: skip
def test_a_sheet_that_calamine_would_read_otherwise_than_it_stands_there(
    good: Path, tmp_path: Path, old: bytes, new: bytes
) -> None:
    refused(altered(good, tmp_path / "a.xlsx", {SHEET: edit(old, new)}), "is damaged at its sheet 'S'")


def test_texts_that_are_not_well_formed(good: Path, tmp_path: Path) -> None:
    table = b'<sst xmlns="' + NAMESPACE + b'"><si><t>x</si></t></sst>'
    refused(altered(good, tmp_path / "a.xlsx", {}, {"xl/sharedStrings.xml": table}), "is damaged at its texts")
