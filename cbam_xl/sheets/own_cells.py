"""A user's own cells with functions CBAM_: they keep their formula and get a new stored value.

Only a plain call is computed here, such as ``=CBAM_SEE_DIRECT("Kiln", installation)`` or ``=CBAM_ENERGY(B4, 42)``; its
arguments are texts, numbers, cells of input sheets or of the user's, and the names of ranges. Everything else waits for
the spreadsheet program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from .. import package as p
from ..entries import Book
from . import outputs

_CALL = r"\s*(CBAM_\w+)\((.*)\)\s*"
_ARGUMENT = r"""\s*((?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^,"'()])*)\s*(?:,|$)"""
_CELLS = r"(?:(?:'((?:[^']|'')+)'|([\w.]+))!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?"
_PLAIN = rb'<c r="([A-Z]+\d+)"[^>]*><f>([^<]*CBAM_[^<]*)</f>'
_OTHER = rb'<c r="([A-Z]+\d+)"[^>]*><f [^>]*>[^<]*CBAM_'
LIVE = (outputs.START, outputs.RESULTS.name)
"""Sheets whose live cells are the template's; a cell that refers to one of them waits, too."""


class Waits(Exception):
    """A formula that only a spreadsheet program can calculate."""


def update(book: p.Package, source: Book, names: Mapping[str, object], call: Callable[..., object]) -> list[str]:
    """Renew the stored values; returns the cells that wait, as Sheet!Cell. ``names``: what the names of ranges hold."""
    from html import unescape

    waiting: list[str] = []
    for sheet, part in book.sheets.items():
        xml = book.read(part)
        if sheet in LIVE or b"CBAM_" not in xml:
            continue
        values: dict[str, p.Value | None] = {}
        for cell, formula in re.findall(_PLAIN, xml):
            try:
                shown = _value(unescape(formula.decode()), sheet, source, names, call)
            except Waits:
                waiting.append(f"{sheet}!{cell.decode()}")
            else:
                values[cell.decode()] = shown
        waiting += [f"{sheet}!{cell.decode()}" for cell in re.findall(_OTHER, xml)]
        book.replace(part, p.set_cells(xml, values))
    return waiting


def _value(formula: str, sheet: str, source: Book, names: Mapping[str, object], call: Callable[..., object]) -> p.Value:
    """What a plain call gives; Waits for any other formula, and for a table that spills."""
    found = re.fullmatch(_CALL, formula)
    if found is None:
        raise Waits
    arguments = [_argument(text.strip(), sheet, source, names) for text in _split(found[2])]
    try:
        shown = call(found[1], *arguments)
    except KeyError as error:
        raise Waits from error
    if not isinstance(shown, float | str):
        raise Waits
    return shown


def _split(text: str) -> list[str]:
    """The arguments of a call without calls inside.

    >>> _split('"Kiln, north", B4, installation'), _split("")
    (['"Kiln, north"', 'B4', 'installation'], [])
    """
    found, at = [], 0
    while at < len(text):
        match = re.compile(_ARGUMENT).match(text, at)
        if match is None or match.end() == at:
            raise Waits
        found.append(match[1].strip())
        at = match.end()
    return found


def _argument(text: str, sheet: str, source: Book, names: Mapping[str, object]) -> object:
    """A text, a number, a named range, or the cells that a reference names."""
    if text == "":
        return None
    if text in names:
        return names[text]
    if re.fullmatch(r'"(?:[^"]|"")*"', text):
        return text[1:-1].replace('""', '"')
    if re.fullmatch(r"-?[\d.]+(?:[eE][-+]?\d+)?", text):
        return float(text)
    cells = re.fullmatch(_CELLS, text)
    if cells is None:
        raise Waits
    quoted, plain, left, top, right, bottom = cells.groups()
    named = quoted.replace("''", "'") if quoted else plain or sheet
    if named in LIVE or named not in source.names:
        raise Waits
    rows = source.rows(named)
    first, last = p.column_number(left), p.column_number(right or left)
    block = [_row(rows, row, first, last) for row in range(int(top), int(bottom or top) + 1)]
    return block if right else block[0][0]


def _row(rows: Sequence[Sequence[object]], row: int, first: int, last: int) -> list[object]:
    cells = rows[row - 1] if row <= len(rows) else ()
    return [cells[k - 1] if k <= len(cells) else None for k in range(first, last + 1)]
