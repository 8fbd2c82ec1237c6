"""What the cells of a workbook say by the standard, read by ElementTree: slow, strict, and nothing of the package's.

The package's readers are held against it: where a part is sound, both must see the same cells; where it isn't
well-formed, the package may not compute other figures than those of the sound workbook.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DAY_0, MILLISECOND = datetime(1899, 12, 30), 1 / 86_400_000

Cells = dict[tuple[int, int], object]
"""Row and column from 1, and what stands there: float, text, bool; blank cells and errors are left out."""


class Unsound(Exception):
    """A part isn't what the standard asks for; the text says which."""


def sheets_of(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The part of every worksheet, by the sheet's name."""
    targets = {}
    for link in _tree(parts, "xl/_rels/workbook.xml.rels"):
        if link.get("TargetMode") != "External":
            targets[link.get("Id")] = posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
    found: dict[str, str] = {}
    for sheet in _tree(parts, "xl/workbook.xml").iter():
        if _local(sheet) == "sheet":
            name = sheet.get("name", "")
            if name in found or sheet.get(LINK) not in targets:
                raise Unsound(f"sheet {name!r} is named twice, or leads nowhere")
            found[name] = targets[sheet.get(LINK)]
    return found


def cells_of(parts: Mapping[str, bytes], part: str) -> Cells:
    """The cells of a sheet part; Unsound when the part breaks the standard where a value is concerned."""
    texts = _texts(parts.get("xl/sharedStrings.xml", b""))
    return _cells(_content(parts, part), texts)


def said(value: object) -> object:
    """What the package read, as the witness says it: dates as day numbers, a text without what XML can't keep."""
    if isinstance(value, datetime):
        return (value - DAY_0).total_seconds() / 86400
    if isinstance(value, date):
        return float((datetime(value.year, value.month, value.day) - DAY_0).days)
    return value


def same(one: object, other: object) -> bool:
    """Whether the package and the witness mean the same value; dates are read to the millisecond."""
    one = said(one)
    if isinstance(one, float) and isinstance(other, float):
        return one == other or abs(one - other) <= MILLISECOND or (one != one and other != other)
    return type(one) is type(other) and one == other


def _content(parts: Mapping[str, bytes], part: str) -> bytes:
    if part not in parts:
        raise Unsound(f"{part} is missing")
    return parts[part]


def _tree(parts: Mapping[str, bytes], part: str) -> ElementTree.Element:
    return _parsed(_content(parts, part))


def _parsed(xml: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(xml)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Unsound(f"not well-formed: {error}") from error


def _local(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


@lru_cache(4)
def _texts(xml: bytes) -> tuple[str, ...]:
    return tuple(map(_text, _parsed(xml))) if xml else ()


def _text(item: ElementTree.Element) -> str:
    """The text of an item or of an inline string, without its phonetic guides."""
    pieces = []
    for child in item:
        if _local(child) == "t":
            pieces.append(child.text or "")
        elif _local(child) == "r":
            pieces += [each.text or "" for each in child if _local(each) == "t"]
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


@lru_cache(64)
def _cells(xml: bytes, texts: tuple[str, ...]) -> Cells:
    root = _parsed(xml)
    if _local(root) != "worksheet":
        raise Unsound(f"the root is {root.tag}")
    data = [child for child in root if _local(child) == "sheetData"]
    if len(data) != 1:
        raise Unsound("not one sheetData")
    found: Cells = {}
    number = 0
    for row in data[0]:
        stated = row.get("r", "")
        number = int(stated) if stated.isascii() and stated.isdigit() else number + 1
        column = 0
        for cell in row:
            if _local(cell) != "c":
                continue
            place = re.fullmatch(r"([A-Z]{1,3})(\d+)", cell.get("r") or "")
            if place:
                column = 0
                for letter in place[1]:
                    column = column * 26 + ord(letter) - 64
                if int(place[2]) != number:
                    raise Unsound(f"cell {cell.get('r')} in row {number}")
            elif cell.get("r"):
                raise Unsound(f"no address: {cell.get('r')!r}")
            else:
                column += 1
            if (number, column) in found:
                raise Unsound(f"row {number}, column {column} stands there twice")
            value = _value(cell, texts)
            if value not in (None, ""):
                found[number, column] = value
    return found


def _value(cell: ElementTree.Element, texts: tuple[str, ...]) -> object:
    kind = cell.get("t", "n")
    children = {_local(child): child for child in cell}
    if kind == "inlineStr":
        return _text(children["is"]) if "is" in children else None
    if "v" not in children:
        return None
    shown = children["v"].text or ""
    try:
        if kind == "s":
            return texts[int(shown)] if shown else None
        if kind == "n":
            return _number(shown)
    except (ValueError, IndexError) as error:
        raise Unsound(f"a cell holds {shown[:30]!r}") from error
    if kind == "b":
        return {"1": True, "true": True, "0": False, "false": False}.get(shown)
    if kind == "str":
        return _unescaped(shown)
    if kind == "d":
        with suppress(ValueError):
            return said(date.fromisoformat(shown))
    if kind in ("e", "d"):
        return None
    raise Unsound(f"a cell of type {kind!r}")


def _number(shown: str) -> float | None:
    text = shown.strip(" \t\r\n")
    if not text:
        return None
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        raise ValueError(text)
    return float(text)


def checksum(data: bytes) -> int:
    """What two equal contents share."""
    return zlib.crc32(data)
