"""The rows of a sheet from its XML by the standard library alone, for programs whose Python has no calamine.

Slower than calamine, and the same values: blank is '', numbers are floats, dates by the format of the cell. A cell
with an error is blank, as calamine has it; what it shows is found by :mod:`cbam_xl.look`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from .addresses import column_number, parted
from .cell_xml import Value
from .locks import BookError

DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Numbers of the formats for dates and times that every workbook has (ECMA-376, Part 1, 18.8.30)."""
_NO_LETTERS = r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.'
"""Parts of a number format that don't say what it shows: texts, colours and languages, single characters."""
_DAY_0, _DAYS_1904 = datetime(1899, 12, 30), 1462
_ESCAPED = r"_x([0-9A-Fa-f]{4})_"
Attributes = dict[str, str]


def _parsed(xml: bytes, start: Callable[[str, Attributes], None], end: Callable[[str, str], None]) -> None:
    """Go through a part: ``start`` hears each element, ``end`` hears it again with the text since its start."""
    from xml.parsers import expat

    text: list[str] = []

    def begin(name: str, attributes: Attributes) -> None:
        text.clear()
        start(name.rpartition(":")[2], attributes)

    def finish(name: str) -> None:
        end(name.rpartition(":")[2], "".join(text))
        text.clear()

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, finish, text.append
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise BookError(f"The workbook is damaged ({error}): open it in Excel and save it.") from error


def shared_strings(xml: bytes) -> list[str]:
    """The texts of part sharedStrings; those of phonetic guides are left out."""
    found: list[str] = []
    pieces: list[str] = []
    phonetic = False

    def start(name: str, _: Attributes) -> None:
        nonlocal phonetic
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            phonetic = True

    def end(name: str, text: str) -> None:
        nonlocal phonetic
        if name == "t" and not phonetic:
            pieces.append(text)
        elif name == "rPh":
            phonetic = False
        elif name == "si":
            found.append(_unescaped("".join(pieces)))

    _parsed(xml, start, end)
    return found


def date_styles(xml: bytes) -> frozenset[int]:
    """The numbers of the cell styles of part styles that show a number as date or time."""
    known = set(DATE_FORMATS)
    styles: list[int] = []
    inside = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        if name == "numFmt":
            letters = re.sub(_NO_LETTERS, "", attributes["formatCode"]).lower()
            if letters != "general" and re.search("[dmyhs]", letters):
                known.add(int(attributes["numFmtId"]))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(name: str, _: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    _parsed(xml, start, end)
    return frozenset(number for number, style in enumerate(styles) if style in known)


def rows(xml: bytes, strings: list[str], dates: frozenset[int], date1904: bool) -> list[list[Value]]:
    """The rows of a sheet part from row 1 and column A, all as long as the longest.

    Raises:
        BookError: the part is not well-formed, or a cell bears the address of another row.
    """
    cells: dict[int, dict[int, Value]] = {}
    row = column = 0
    kind, style, inline, phonetic = "n", 0, "", False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal row, column, kind, style, inline, phonetic
        if name == "row":
            row, column = int(attributes.get("r") or row + 1), 0
        elif name == "c":
            letters, number = parted(attributes.get("r", ""))
            if number not in (0, row):
                raise BookError(f"The workbook is damaged (cell {letters}{number} stands in row {row}): open it in "
                                "Excel and save it.")  # fmt: skip
            column = column_number(letters) if letters else column + 1
            kind, style, inline = attributes.get("t", "n"), int(attributes.get("s", "0")), ""
        elif name == "rPh":
            phonetic = True

    def end(name: str, text: str) -> None:
        nonlocal inline, phonetic
        if name == "v" and text:
            found = _value(kind, text, strings)
            if isinstance(found, float) and style in dates:
                found = _day(found + _DAYS_1904 * date1904)
            cells.setdefault(row, {})[column] = found
        elif name == "t" and kind == "inlineStr" and not phonetic:
            inline += text
        elif name == "rPh":
            phonetic = False
        elif name == "is":
            cells.setdefault(row, {})[column] = _unescaped(inline)

    _parsed(xml, start, end)
    width = max((max(line) for line in cells.values()), default=0)
    blank: dict[int, Value] = {}
    return [[cells.get(number, blank).get(place, "") for place in range(1, width + 1)]
            for number in range(1, max(cells, default=0) + 1)]  # fmt: skip


def _value(kind: str, text: str, strings: list[str]) -> Value:
    """What a cell of a type holds."""
    try:
        if kind == "s":
            return strings[int(text)]
        if kind == "n":
            return float(text)
    except (ValueError, IndexError) as error:
        raise BookError(f"The workbook is damaged at {text[:20]!r}: open it in Excel and save it.") from error
    if kind == "b":
        return text == "1"
    return "" if kind == "e" else _unescaped(text)


def _day(serial: float) -> Value:
    """Excel's day number as date, with its time if it has one."""
    found = _DAY_0 + timedelta(milliseconds=round(serial * 86_400_000))
    return found.date() if serial.is_integer() else found


def _unescaped(text: str) -> str:
    """A text without the escapes of characters that XML can't hold.

    >>> _unescaped("a_x000D_b")
    'a\\rb'
    """
    return re.sub(_ESCAPED, lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
