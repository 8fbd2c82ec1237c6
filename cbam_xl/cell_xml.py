"""Rows, cells and links of a sheet as XML text, written fast.

What a person typed stays text: it is written as an inline string, never as a formula, and reads back as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain
from math import isfinite
from typing import Any, TypeAlias

Value: TypeAlias = float | str | bool | date | datetime | time | timedelta
"""What a cell holds; a blank one is the text '' when read, '' or None when written."""

MAX_TEXT = 32_767
"""Most characters in a cell, counted as Excel does (UTF-16)."""

CELL = rb"(?s)<c\b([^>]*?)(?:/>|>(.*?)</c>)"
"""The pattern of a cell in a part: its attributes, and its content if it has any."""

# Patterns are compiled when first used, which keeps the import short.
_ILLEGAL = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
_ESCAPE = "_(?=x[0-9A-Fa-f]{4}_)"
_KINDS = {float, int, bool, str, type(None)}


def escaped(text: str) -> str:
    """Text for use in XML, in an attribute too; characters XML can't hold are dropped.

    >>> escaped('"a" < b')
    '&quot;a&quot; &lt; b'
    """
    if _is_plain(text) and '"' not in text:
        return text
    text = re.sub(_ILLEGAL, "", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _is_plain(text: str) -> bool:
    """Whether a text stands in XML as it is, as nearly all do: no mark-up, escapes, loose blanks, odd letters."""
    odd = "&" in text or "<" in text or ">" in text or "_x" in text or "  " in text
    return not odd and text.isprintable() and text == text.strip()


def string(text: str) -> str:
    """A text as it stands in a cell's XML, to be read back as typed.

    Line ends become Excel's, characters XML can't hold are dropped, a text longer than a cell holds ends in "…".

    >>> string("a_x000D_<b>")
    'a_x005F_x000D_&lt;b&gt;'
    """
    if _is_plain(text) and len(text) <= MAX_TEXT // 2:
        return text
    if not text.isprintable():
        text = re.sub(_ILLEGAL, "", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > MAX_TEXT // 2 and len(wide := text.encode("utf-16-le")) > 2 * MAX_TEXT:
        text = wide[: 2 * MAX_TEXT - 2].decode("utf-16-le", "ignore") + "…"
    text = re.sub(_ESCAPE, "_x005F_", text) if "_x" in text else text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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
    return f'<c r="{letters}{row}"' + ("" if style is None else f' s="{style}"') + _ending(value, date1904)


def _ending(value: Value | None, date1904: bool = False) -> str:
    """How the element of a cell goes on after its style."""
    if type(value) not in _KINDS:
        value = simple(value, date1904)
    if value is None or value == "":
        return "/>"
    if isinstance(value, str):
        return f' t="inlineStr"><is>{_element(value)}</is></c>'
    if isinstance(value, bool):
        return f' t="b"><v>{int(value)}</v></c>'
    return f"><v>{value!r}</v></c>" if isfinite(value) else "/>"  # type: ignore[arg-type]


def row_xml(row: int, cells: Iterable[tuple[str, Value | None, int | None]], date1904: bool = False) -> str:
    """The XML of one row from (column letters, value, style); columns ascend.

    >>> row_xml(7, [("A", 1.5, None)])
    '<row r="7"><c r="A7"><v>1.5</v></c></row>'
    """
    return f'<row r="{row}">{"".join(cell(a, row, value, style, date1904) for a, value, style in cells)}</row>'


def rows_xml(
    first_row: int,
    rows: Iterable[Sequence[Value | None]],
    columns: Sequence[tuple[str, int | None]],
    date1904: bool = False,
) -> bytes:
    """The XML of consecutive rows that share their (column letters, style); every row has a value per column."""
    rows = list(rows)
    return columns_xml(first_row, list(zip(*rows, strict=True)), columns, date1904) if rows else b""


def columns_xml(
    first_row: int,
    values: Sequence[Sequence[Value | None]],
    columns: Sequence[tuple[str, int | None]],
    date1904: bool = False,
) -> bytes:
    """The XML of consecutive rows, from the values of neighbouring columns.

    Only the first cell of a row says where it stands, the others follow it; a plain text is written in the short form
    of a formula's result. Both are half as long, and as valid, as what Excel writes.

    >>> columns_xml(7, [[1.5], ["x"]], [("A", None), ("B", 3)])
    b'<row r="7"><c r="A7"><v>1.5</v></c><c s="3" t="str"><v>x</v></c></row>'
    """
    count = len(values[0]) if values else 1
    letters = columns[0][0]
    places = [f'<row r="{row}"><c r="{letters}{row}"' for row in range(first_row, first_row + count)]
    openings = [*["<c"] * (len(columns) - 1), "</row>"]
    pieces = [
        _pieces(column, "" if style is None else f' s="{style}"', opening, date1904)
        for column, (_, style), opening in zip(values, columns, openings, strict=True)
    ]
    return "".join(chain.from_iterable(zip(places, *pieces, strict=True))).encode()


def _pieces(values: Sequence[Value | None], style: str, following: str, date1904: bool) -> Iterable[str]:
    """For each value of a column the rest of its cell, and what opens the next one."""
    kinds = set(map(type, values))
    if kinds == {float} and isfinite(sum(values)):  # type: ignore[arg-type]
        before, after = f"{style}><v>", f"</v></c>{following}"
        return [f"{before}{value!r}{after}" for value in values]
    if kinds <= {str, type(None)}:
        texts: set[Any] = set(values)
        ready = {text: f"{style}{ending}{following}" for text, ending in _endings(texts).items()}
        return map(ready.__getitem__, values)  # type: ignore[arg-type]
    return [f"{style}{_ending(value, date1904)}{following}" for value in values]


def _endings(texts: set[str | None]) -> dict[str | None, str]:
    """How a cell goes on after its style, for each text of a column; nearly all are plain, so all are tried at once."""
    filled = [text for text in texts if text]
    joined = "|".join(filled)
    short = max(map(len, filled), default=0) <= MAX_TEXT // 2
    if short and _is_plain(joined) and "| " not in joined and " |" not in joined:
        return {text: f' t="str"><v>{text}</v></c>' if text else "/>" for text in texts}
    return {text: _ending(text) for text in texts}


def hyperlinks_xml(links: Iterable[tuple[str, str, str]]) -> bytes:
    """The `<hyperlink>` elements of links within a workbook, from (cell, sheet it leads to, cell there).

    >>> hyperlinks_xml([("D7", "Source streams", "E12")]).decode()
    '<hyperlink ref="D7" location="\\'Source streams\\'!E12"/>'
    """
    names: dict[str, str] = {}
    found = []
    for cell, sheet, place in links:
        name = names.get(sheet)
        if name is None:
            name = names[sheet] = escaped(sheet.replace("'", "''"))
        found.append(f'<hyperlink ref="{cell}" location="\'{name}\'!{place}"/>')
    return "".join(found).encode()
