"""The names in use on sheet Lists, which fill the drop-downs: what their formulas give, as stored values.

A spreadsheet program calculates them as soon as somebody types. A workbook that was made or added to without one needs
their values stored: with older ones a formula that is calculated alone would count on from the wrong number of names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from itertools import accumulate, zip_longest
from typing import Any

from .. import package as p
from ..entries import Book
from .declare import FIRST_ROW, UNIT_ROW

LISTS = "Lists"
_CELL = rb'<c r="([A-Z]+)(\d+)"[^>]*><f(?:[^>]*/>|[^>]*>([^<]*)</f>)'
_ON = r"'?([^'!(,=]+)'?!"
_COUNTED = rf"SUMPRODUCT\(--\({_ON}([A-Z]+)\$[^)]*\)(?:,--\({_ON}([A-Z]+)\$[^=]*=\W*(\w+))?"
"""A running count of different names: sheet and column of the names, and the column that has to say a word."""
_NAMES = r"IF\(ROW\(\)-\d+>([A-Z]+)\$"
"""The names without gaps: the column that counts them."""
_LEAVES = rf"IF\(([A-Z]+)\d+=.*?INDEX\({_ON}\$([A-Z]+)\$.*?,\$([A-Z]+)\$\d+:\$\w+\$\d+,.*,{_ON}\$([A-Z]+)\$"
"""Categories of names: their column; sheet and column of the categories; the names with production; all names."""
_PRODUCED = rf"IF\({_ON}([A-Z]+)\d+=[^,]*,[^,]*,{_ON}([A-Z]+)\d+\)"
"""The names of the rows with production: sheet and column of the amounts, and column of the names."""
_LOOKED_UP = r"VLOOKUP\(([A-Z]+)\d+,\w+!\$([A-Z]+)\$(\d+):\$\w+\$(\d+),(\d+),\w+\),(\d+)\)"
"""A figure of a category: the column of the categories; first column, rows and column of the table; without one."""
_JOINED = r"INDEX\(([A-Z]+)\$"
"""Lists one below the other: their columns."""

Values = list[Any]


def fill(book: p.Package, source: Book) -> None:
    """Store in a workbook what the formulas of sheet Lists give for the inputs of ``source``."""
    part = book.part(LISTS)
    xml = book.read(part)
    rows: dict[str, list[int]] = {}
    formulas: dict[str, str] = {}
    for letters, row, text in ((a.decode(), int(n), f.decode()) for a, n, f in re.findall(_CELL, xml)):
        rows.setdefault(letters, []).append(row)
        if text and row != UNIT_ROW:
            formulas.setdefault(letters, unescape(text))
    stored: dict[str, p.Value | None] = {}
    for letters, column in _columns(formulas, source).items():
        below = [row for row in rows[letters] if row != UNIT_ROW]
        counts = re.search(_COUNTED, formulas[letters]) is not None
        last = max(column, default=0) if counts else ""
        stored |= {f"{letters}{row}": value for row, value in zip_longest(below, column[: len(below)], fillvalue=last)}
        if UNIT_ROW in rows[letters]:
            stored[f"{letters}{UNIT_ROW}"] = last if counts else below[0] - FIRST_ROW + len(column)
    book.replace(part, p.set_cells(xml, stored))


def _columns(formulas: Mapping[str, str], source: Book) -> dict[str, Values]:
    """The values of each of our columns from the first row of its formulas on; a column reads those on its left."""
    found: dict[str, Values] = {}
    for letters, formula in sorted(formulas.items(), key=lambda item: p.column_number(item[0])):
        if match := re.search(_COUNTED, formula):
            found[letters] = list(accumulate(int(name != "") for name in _first(match, source)))
        elif match := re.match(_NAMES, formula):
            counted = _read(_COUNTED, formulas, match[1])
            found[letters] = [name for name in _first(counted, source) if name != ""]
        elif match := re.match(_LEAVES, formula):
            produced = _read(_PRODUCED, formulas, match[4])
            found[letters] = _categories(found.get(match[1], []), match, produced, source)
        elif match := re.search(_LOOKED_UP, formula):
            found[letters] = _figures(found.get(match[1], []), match, source)
        elif match := re.match(_PRODUCED, formula):
            found[letters] = _produced(match, source)
        elif formula.startswith("IF(ROW()"):
            found[letters] = [name for column in re.findall(_JOINED, formula) for name in found.get(column, [])]
    return found


def _read(pattern: str, formulas: Mapping[str, str], letters: str) -> re.Match[str]:
    """What the formula of another column says. Raises BookError when it isn't ours any more."""
    match = re.search(pattern, formulas.get(letters, ""))
    if match is None:
        raise p.BookError(f"Column {letters} of sheet “{LISTS}” was changed: copy the inputs into a new workbook.")
    return match


def _cells(source: Book, sheet: str, letters: str) -> Values:
    """The cells of a column of an input sheet, from the first row of data on."""
    place = p.column_number(letters) - 1
    return [row[place] if place < len(row) else "" for row in source.rows(sheet)[FIRST_ROW - 1 :]]


def _same(value: Any) -> Any:
    """What two cells have in common that a spreadsheet program takes for equal."""
    return value.casefold() if isinstance(value, str) else value


def _first(counted: re.Match[str], source: Book) -> Values:
    """The names of a column where each stands first, "" in the other rows."""
    names = _cells(source, counted[1], counted[2])
    if counted[5]:
        words = _cells(source, counted[3], counted[4])
        names = [name if _same(word) == _same(counted[5]) else "" for name, word in zip(names, words, strict=True)]
    rows = {_same(name): row for row, name in reversed(list(enumerate(names)))}
    return [name if rows[_same(name)] == row else "" for row, name in enumerate(names)]


def _produced(match: re.Match[str], source: Book) -> Values:
    """The names in the rows whose amount is filled; a formula shows 0 for a name that is blank."""
    names, amounts = (_cells(source, match[1], letters) for letters in (match[4], match[2]))
    return ["" if amount == "" else 0 if name == "" else name for name, amount in zip(names, amounts, strict=True)]


def _categories(names: Values, leaves: re.Match[str], produced: re.Match[str], source: Book) -> Values:
    """The category of each name: of its first row with production, else of its first row."""
    categories = _cells(source, leaves[2], leaves[3])
    of: dict[Any, Any] = {}
    for column in (_produced(produced, source), _cells(source, leaves[5], leaves[6])):
        for name, category in zip(column, categories, strict=True):
            of.setdefault(_same(name), category)
    return [of[_same(name)] for name in names]


def _figures(categories: Values, match: re.Match[str], source: Book) -> Values:
    """What a table on sheet Lists says in a column for each category."""
    left, first, last, column = p.column_number(match[2]) - 1, int(match[3]), int(match[4]), int(match[5])
    table = {_same(row[left]): row[left + column - 1] for row in source.rows(LISTS)[first - 1 : last]}
    return [table.get(_same(category), int(match[6])) for category in categories]
