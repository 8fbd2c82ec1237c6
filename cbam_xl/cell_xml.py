"""Rows, cells and links of a sheet as XML text, written fast.

What a person typed stays text: it is written as an inline string, never as a formula, and reads back as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias

Value: TypeAlias = float | str | bool | date | datetime | time | timedelta
"""What a cell holds; a blank one is the text '' when read, '' or None when written."""

MAX_TEXT = 32_767
"""Most characters in a cell, counted as Excel does (UTF-16)."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_A_NUMBER = re.compile("<v>(?:nan|-?inf)</v>")


def column_number(letters: str) -> int:
    """The number of a column, 1 for A.

    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The letters of a column, "A" for 1.

    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def escaped(text: str) -> str:
    """Text for use in XML, in an attribute too; characters XML can't hold are dropped.

    >>> escaped('"a" < b')
    '&quot;a&quot; &lt; b'
    """
    text = _ILLEGAL.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def string(text: str) -> str:
    """A text as it stands in a cell's XML, to be read back as typed.

    Line ends become Excel's, characters XML can't hold are dropped, a text longer than a cell holds ends in "…".

    >>> string("a_x000D_<b>")
    'a_x005F_x000D_&lt;b&gt;'
    """
    text = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > MAX_TEXT // 2 and len(wide := text.encode("utf-16-le")) > 2 * MAX_TEXT:
        text = wide[: 2 * MAX_TEXT - 2].decode("utf-16-le", "ignore") + "…"
    return _ESCAPE.sub("_x005F_", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _element(text: str) -> str:
    """The `<t>` element of a text; spaces at its ends are kept."""
    text = string(text)
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""
    return f"<t{space}>{text}</t>"


def serial(moment: date | datetime | time | timedelta, date1904: bool = False) -> float:
    """A date or duration as the number of days that a cell holds; of 1900, or of workbooks that count from 1904.

    >>> serial(date(2026, 1, 1))
    46023.0
    """
    if isinstance(moment, time):
        moment = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    if isinstance(moment, timedelta):
        return moment / timedelta(days=1)
    start = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    return (moment.replace(tzinfo=None) - start) / timedelta(days=1)


def simple(value: Value | None, date1904: bool) -> float | str | None:
    """A value as one of the kinds a cell knows: number, text, yes/no, nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, date | time | timedelta):
        return serial(value, date1904)
    if isinstance(value, str):
        return str(value)
    return value if isinstance(value, int) else float(value)


def cell(letters: str, row: int, value: Value | None, style: int | None = None, date1904: bool = False) -> str:
    """The XML of one cell; None, '' and numbers that aren't finite make a blank one.

    >>> cell("B", 7, "a < b", 3)
    '<c r="B7" s="3" t="inlineStr"><is><t>a &lt; b</t></is></c>'
    """
    text = row_xml(row, [(letters, value, style)], date1904)
    return text[text.index("<c") : -len("</row>")]


def row_xml(row: int, cells: Iterable[tuple[str, Value | None, int | None]], date1904: bool = False) -> str:
    """The XML of one row from (column letters, value, style); columns ascend.

    >>> row_xml(7, [("A", 1.5, None)])
    '<row r="7"><c r="A7"><v>1.5</v></c></row>'
    """
    columns, values = [], []
    for letters, value, style in cells:
        columns.append((letters, style))
        values.append(value)
    return rows_xml(row, [values], columns, date1904).decode()


def rows_xml(
    first_row: int,
    rows: Iterable[Sequence[Value | None]],
    columns: Sequence[tuple[str, int | None]],
    date1904: bool = False,
) -> bytes:
    """The XML of consecutive rows that share their (column letters, style); every row has a value per column.

    Rows whose values are of the same kinds share one layout; a text is escaped once, however often it occurs.
    """
    texts = _Texts()
    layouts: dict[tuple[type, ...], _Layout] = {}
    lines = []
    for number, row in enumerate(rows, first_row):
        kinds = tuple(map(type, row))
        layout = layouts.get(kinds)
        if layout is None:
            if not _KINDS.issuperset(kinds):
                row = [simple(value, date1904) for value in row]
                kinds = tuple(map(type, row))
            layout = layouts[kinds] = _layout(columns, kinds)
        values = list(row)
        for index in layout.texts:
            values[index] = texts[values[index]]  # type: ignore[index]
        lines.append(str(number).join(layout.pieces) % tuple(values))
    return _NOT_A_NUMBER.sub("", "".join(lines)).encode()


class _Texts(dict[str, str]):
    """The end of the cell element for each text met so far; a blank cell for the empty text."""

    def __missing__(self, text: str) -> str:
        self[text] = ending = f' t="inlineStr"><is>{_element(text)}</is></c>' if text else "/>"
        return ending


_ENDINGS = {
    float: "><v>%r</v></c>",
    int: "><v>%d</v></c>",
    bool: ' t="b"><v>%d</v></c>',
    str: "%s",
    type(None): "%.0s/>",
}
"""How a cell element goes on after its style, by the kind of its value; to be filled with `%`."""
_KINDS = frozenset(_ENDINGS)


class _Layout(NamedTuple):
    """The XML of rows whose values are of the same kinds."""

    pieces: list[str]
    """To be joined with the number of the row, then filled with `%`."""
    texts: list[int]
    """Which values are texts."""


def _layout(columns: Sequence[tuple[str, int | None]], kinds: tuple[type, ...]) -> _Layout:
    cells = "".join(
        f'<c r="{letters}\0"' + ("" if style is None else f' s="{style}"') + _ENDINGS[kind]
        for (letters, style), kind in zip(columns, kinds, strict=True)
    )
    texts = [index for index, kind in enumerate(kinds) if kind is str]
    return _Layout(f'<row r="\0">{cells}</row>'.split("\0"), texts)


def hyperlinks_xml(links: Iterable[tuple[str, str, str]]) -> bytes:
    """The `<hyperlinks>` element from (cell, place within the workbook, what a screen reader says); b'' for none.

    >>> hyperlinks_xml([("D7", "'Source streams'!E12", "row 12")]).decode()
    '<hyperlinks><hyperlink ref="D7" location="\\'Source streams\\'!E12" display="row 12"/></hyperlinks>'
    """
    items = "".join(
        f'<hyperlink ref="{ref}" location="{escaped(location)}" display="{escaped(display)}"/>'
        for ref, location, display in links
    )
    return f"<hyperlinks>{items}</hyperlinks>".encode() if items else b""
