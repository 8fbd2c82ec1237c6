"""What a sheet holds, found in its XML before a reader gets it: faults, and how far its used range reaches.

Readers hold the whole used range in memory, so one stray cell in the last corner of a sheet costs gigabytes; and they
read a cell with an error, or with a formula that was never calculated, as blank, which it isn't.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .addresses import column_letters, column_number
from .cell_xml import CELL
from .locks import BookError

NOT_CALCULATED = "not calculated"
"""The fault of a formula that no program has calculated yet."""

KNOWN = frozenset((NOT_CALCULATED, "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
"""The faults with which calamine reads a sheet; it gives up at the newer errors (#SPILL!, #CALC!, ...)."""

CHUNK = 1 << 20
"""Bytes looked through at once."""

_SHAPE = bytes(
    ord('"') if char in "\"'" else ord("0") if char.isdigit() else ord("A") if char.isascii() and char.isalpha() else 32
    for char in map(chr, range(128))
) + bytes(128)
# Patterns are compiled when first used, which keeps the import short.
_LATE_VALUE = rb"[<:](?:v|is)[\s/>]"
_THREE_LETTERS = rb'AAA0+"'
_TWO_LETTERS = rb'AA0+"'

_ROWS_BEGIN = rb"<(?:\w+:)?sheetData\b"
_ROWS_END = rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\b[^>]*/>"
_KIND = rb"""\bt\s*=\s*["'](\w+)["']"""
_ADDRESS = rb"""\br\s*=\s*["']([A-Za-z]+\d+)["']"""
_VALUE = rb"<v\b[^>]*?(?:/>|>([^<]*)</v>)"
_BLANK_END = rb"\s*(?:<v\s*/>\s*|<v>\s*</v>\s*)?</c>"
_NO_VALUE = (rb"</f>" + _BLANK_END, rb"<f\b[^>]*/>" + _BLANK_END)
_NOT_CALCULATED = rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)" + _BLANK_END


class Used(NamedTuple):
    """How far a sheet reaches from A1, and how many of its cells hold something."""

    rows: int
    columns: int
    filled: int
    farthest: str


def is_sheet(xml: bytes) -> bool:
    """Whether a part is one of a sheet, and well-formed; calamine reads a broken one as other cells, or none."""
    ends = xml.rstrip().endswith(b"worksheet>")
    if xml.count(b"sheetData") > 2 and len(re.findall(_ROWS_BEGIN, xml)) > 1:
        return False  # calamine would read the rows of both
    last = max(xml.rfind(b"sheetData") - 80, 0)
    return ends and bool(re.search(_ROWS_BEGIN, xml) and re.compile(_ROWS_END).search(xml, last)) and well_formed(xml)


def well_formed(xml: bytes) -> bool:
    """Whether every element of a part ends where it should."""
    from xml.parsers import expat

    try:
        expat.ParserCreate("utf-8").Parse(xml, True)
    except expat.ExpatError:
        return False
    return True


def looks_wide(xml: bytes) -> bool:
    """Whether a sheet part may hold a value far away: beyond row 99,999 or column ZZ, or beyond row 9,999 and column Z.

    Decided by the shape of the text alone, so that no unusual spelling of the XML hides a cell; formatted empty rows
    and cells below the last value don't count.
    """
    start, end = max(xml.find(b"sheetData"), 0), max(xml.rfind(b"sheetData"), 0)
    last = max(xml.rfind(b"v>", start, end), start)
    if not re.compile(_LATE_VALUE).search(xml, last, end):
        end = last
    for at in range(start, end, CHUNK):
        shape = xml[at : min(at + CHUNK + 32, end)].translate(_SHAPE)
        if b"AAA0" in shape and re.search(_THREE_LETTERS, shape):
            return True
        if b'00000"' in shape and (b'000000"' in shape or re.search(_TWO_LETTERS, shape)):
            return True
    return False


def used_range(xml: bytes) -> Used:
    """How far a sheet part reaches, cell by cell; takes as long as reading it twice.

    Raises:
        BookError: the part is not well-formed.
    """
    from xml.parsers import expat

    row = column = rows = columns = filled = 0
    lowest = rightmost = "A1"
    counted = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, rows, columns, filled, lowest, rightmost, counted
        kind = name.rpartition(":")[2]
        if kind == "c":
            address = attributes.get("r", "")
            letters = address.rstrip("0123456789")
            column = column_number(letters) if letters else column + 1
            row = int(address[len(letters) :] or row)
            counted = False
        elif kind == "row":
            row, column = int(attributes.get("r") or row + 1), 0
        elif kind in ("v", "is") and not counted:
            counted = True
            filled += 1
            if row > rows:
                rows, lowest = row, f"{column_letters(column)}{row}"
            if column > columns:
                columns, rightmost = column, f"{column_letters(column)}{row}"

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise BookError(f"The workbook is damaged ({error}): open it in Excel and save it.") from error
    return Used(rows, columns, filled, rightmost if columns > column_number("ZZ") else lowest)


def find_faults(xml: bytes) -> dict[str, str]:
    """Cells without a value, by address: the error they show, or "not calculated" for a formula never run.

    A formula whose result is the empty text has been calculated.
    """
    xml = _without_prefix(xml)
    faults = {}
    quoted = xml.find(b"'", xml.find(b"sheetData"), xml.rfind(b"sheetData")) >= 0
    for mark in (b't="e"', b"t='e'") if quoted else (b't="e"',):
        for found in re.finditer(mark, xml) if mark in xml else ():
            kind, address, content = _cell_at(xml, found.start())
            if address and kind == "e":
                value = re.search(_VALUE, content)
                faults[address] = ((value and value[1]) or b"#N/A").decode()
    if b"</f>" in xml and any(re.search(pattern, xml) for pattern in _NO_VALUE):
        kind_of, address_of = re.compile(_KIND), re.compile(_ADDRESS)
        for cell in re.finditer(_NOT_CALCULATED, xml):
            stated, place = kind_of.search(cell[1]), address_of.search(cell[1])
            if place and (stated is None or stated[1] not in (b"str", b"e")):
                faults[place[1].decode().upper()] = NOT_CALCULATED
    return faults


def _cell_at(xml: bytes, place: int) -> tuple[str, str, bytes]:
    """Kind, address and content of the cell around a place; no address where there is none."""
    cell = re.compile(CELL).match(xml, max(xml.rfind(b"<c ", 0, place), 0))
    if cell is None or cell.end() < place:
        return "", "", b""
    kind, address = re.search(_KIND, cell[1]), re.search(_ADDRESS, cell[1])
    return kind[1].decode() if kind else "", address[1].decode().upper() if address else "", cell[2] or b""


def _without_prefix(xml: bytes) -> bytes:
    """The part with the sheet's elements named plainly, where they carry a prefix (`x:row`)."""
    at = xml.find(b"sheetData")
    if at < 1 or xml[at - 1 : at] != b":":
        return xml
    prefix = xml[xml.rfind(b"<", 0, at) + 1 : at]
    return xml.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")


def with_known_errors(xml: bytes) -> bytes:
    """The part with `#N/A` in the cells that show an error calamine doesn't know."""

    def known(cell: re.Match[bytes]) -> bytes:
        kind = re.search(_KIND, cell[1])
        value = re.search(_VALUE, cell[2] or b"")
        if kind is None or kind[1] != b"e" or (value and (value[1] or b"").decode() in KNOWN):
            return cell[0]
        return b"<c" + cell[1] + b"><v>#N/A</v></c>"

    return re.sub(CELL, known, _without_prefix(xml))


def ods_sheets(xml: bytes) -> dict[str, tuple[Used, dict[str, str]]]:
    """Used range and faults of every sheet of an OpenDocument spreadsheet, from its part `content.xml`.

    Raises:
        BookError: the part is not well-formed.
    """
    from xml.parsers import expat

    sheets: dict[str, tuple[Used, dict[str, str]]] = {}
    used, faults = Used(0, 0, 0, "A1"), dict[str, str]()
    depth = row = column = repeated_rows = 0
    fault_at, text = "", ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal used, faults, depth, row, column, repeated_rows, fault_at, text
        if name == "table:table":
            depth += 1
            if depth == 1:
                used, faults, row = Used(0, 0, 0, "A1"), {}, 0
                sheets[attributes.get("table:name", "")] = used, faults
        elif depth != 1:
            return
        elif name == "table:table-row":
            repeated_rows, column = int(attributes.get("table:number-rows-repeated", 1)), 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            repeated = int(attributes.get("table:number-columns-repeated", 1))
            if "office:value-type" in attributes:
                end_row, end_column = row + repeated_rows, column + repeated
                place = f"{column_letters(end_column)}{end_row}"
                filled = used.filled + repeated * repeated_rows
                used = Used(max(used.rows, end_row), max(used.columns, end_column), filled, place)
                if attributes.get("calcext:value-type") == "error":
                    fault_at, text = f"{column_letters(column + 1)}{row + 1}", ""
            column += repeated

    def characters(data: str) -> None:
        nonlocal text
        if fault_at:
            text += data

    def end(name: str) -> None:
        nonlocal depth, row, fault_at
        if name == "table:table-cell" and fault_at:
            faults[fault_at], fault_at = text.strip() or "#N/A", ""
        elif name == "table:table-row" and depth == 1:
            row += repeated_rows
        elif name == "table:table":
            depth -= 1
            if depth == 0:
                last = next(reversed(sheets))
                sheets[last] = used, faults

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise BookError(f"The workbook is damaged ({error}): open it in LibreOffice and save it.") from error
    return sheets
