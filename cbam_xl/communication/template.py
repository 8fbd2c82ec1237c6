"""The Commission's template as a package: recognised, checked against its own locked cells, patched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from ..addresses import column_letters
from ..cell_xml import CELL, Value
from ..entries import Book, as_date, words
from ..package import WORKBOOK, BookError, Package, full_calc_on_load, set_cells
from . import cells as c
from .grid import place

_FORMATS = rb"(?s)<cellXfs\b.*?</cellXfs>"
_FORMAT = rb"(?s)<xf\b[^>]*?/>|<xf\b.*?</xf>"
_UNLOCKED = rb'<protection\b[^>]*\blocked="(?:0|false)"'
_MERGED = rb'<mergeCell\b[^>]*\bref="([A-Z]+\d+):([A-Z]+\d+)"'
_ATTRIBUTE = rb'\b%b="([^"]*)"'
STYLES = "xl/styles.xml"


def version(book: Book) -> str:
    """The version of a template, "" if it isn't known here."""
    row, column = int(c.VERSION_CELL[1:]) - 1, 1
    rows = book.rows(c.VERSION_SHEET) if c.VERSION_SHEET in book.names else ()
    found = rows[row][column] if len(rows) > row and len(rows[row]) > column else None
    day = as_date(found)
    text = words(found).strip()
    return c.VERSIONS.get(day.isoformat(), "") if day else text if text in c.VERSIONS.values() else ""


def check(package: Package, book: Book, *, accept_version: bool = False) -> None:
    """Refuses what isn't a template whose cells are known: BookError says why.

    The Commission's untouched file is known by its sha256. Of any other copy the unlocked cells must be those of the
    cell map, none more and none less, so that a version with other cells isn't filled wrongly; in an unknown version
    none may hold a formula either (in a known one it is what somebody typed, and is replaced).
    """
    if lacking := [sheet for sheet in (*c.SHEETS, c.LANGUAGE[0]) if sheet not in package.sheets]:
        raise BookError(f"{package.name} isn't the Commission's communication template: it has no sheet {lacking[0]}.")
    if sha256(package.data).hexdigest() == c.UNTOUCHED:
        return
    known = version(book)
    if not known and not accept_version:
        versions = ", ".join(f"v{name} ({day})" for day, name in c.VERSIONS.items())
        raise BookError(f"The version of {package.name} isn't known here; known are {versions}. Get one of these, or "
                        "let its cells be checked and accepted with --accept-version.")  # fmt: skip
    for sheet, mapped in input_cells().items():
        unlocked, formulas = open_cells(package, sheet)
        if odd := sorted(mapped ^ unlocked) or sorted(() if known else mapped & formulas):
            what = "is locked" if odd[0] in mapped - unlocked else "isn't known or holds a formula"
            raise BookError(f"{package.name} can't be filled: {sheet}!{odd[0]} {what} ({len(odd)} such cells). Its "
                            "inputs stand elsewhere than in v2.1 and v2.1.1.")  # fmt: skip


def input_cells() -> dict[str, set[str]]:
    """Every input cell of the map, by sheet."""
    found: dict[str, set[str]] = {sheet: set(fields.values()) for sheet, fields in c.SITE.items()}
    found |= {sheet: found.get(sheet, set()) for sheet in c.SHEETS}
    for table in (c.GOODS, c.PROCESSES, c.PRECURSORS, c.STREAMS, c.PFC, c.MEASURED, c.PROCESS_PRICES,
                  c.PRECURSOR_PRICES, c.PRODUCTS, c.PRODUCT_PRICES):  # fmt: skip
        letters = {*table.columns.values(), *(letter for group in table.series.values() for letter in group)}
        found[table.sheet] |= {f"{letter}{table.first + i}" for letter in letters for i in range(table.size)}
    found[c.PRODUCT_SUMMARY] |= {f"{letter}{c.PRODUCTS.first + i}"
                                 for letter, _ in c.PARAMETERS.values() for i in range(c.PRODUCTS.size)}  # fmt: skip
    for blocks in (c.PROCESS_BLOCKS, c.PRECURSOR_BLOCKS):
        first = {address for field, address in blocks.cells.items() if field not in c.COMPUTED}
        first |= {address for group in blocks.series.values() for address in group}
        found[blocks.sheet] |= {blocks.shift(address, i) for address in first for i in range(blocks.size)}
    found[c.TOOLS] |= {address for tool in c.CHP for address in tool.values()}
    return found


def open_cells(package: Package, sheet: str) -> tuple[set[str], set[str]]:
    """Addresses of the unlocked cells of a sheet, and of those among them that hold a formula."""
    formats = re.search(_FORMATS, package.read(STYLES))
    styles = re.findall(_FORMAT, formats[0]) if formats else []
    unlocked = {number for number, style in enumerate(styles) if re.search(_UNLOCKED, style)}
    xml = package.read(package.part(sheet))
    covered = _covered(xml)
    found, formulas = set(), set()
    for match in re.finditer(CELL, xml):
        style = re.search(_ATTRIBUTE % b"s", match[1])
        address = re.search(_ATTRIBUTE % b"r", match[1])
        if style and address and int(style[1]) in unlocked and address[1].decode() not in covered:
            found.add(address[1].decode())
            if match[2] and b"<f" in match[2]:
                formulas.add(address[1].decode())
    return found, formulas


def _covered(xml: bytes) -> set[str]:
    """The cells that lie below a merged one: nothing can be entered there."""
    found = set()
    for match in re.finditer(_MERGED, xml):
        first, last = (place(corner.decode()) for corner in match.groups())
        found |= {f"{column_letters(column + 1)}{row + 1}"
                  for row in range(first[0], last[0] + 1) for column in range(first[1], last[1] + 1)}  # fmt: skip
        found.discard(match[1].decode())
    return found


def patch(package: Package, book: Book, cells: Mapping[str, Mapping[str, Value]]) -> None:
    """Writes the cells, and clears the other inputs of a template that was filled before.

    Reference efficiencies of the CHP tools stay as the file has them where nothing is written. The program that opens
    the file is asked to calculate it.
    """
    kept = {(c.TOOLS, tool[field]) for tool in c.CHP for field in c.CHP_REFERENCES}
    for sheet, mapped in input_cells().items():
        values: dict[str, Value | None] = dict(cells.get(sheet, {}))
        rows = book.rows(sheet)
        values |= {address: None for address in mapped - values.keys()
                   if (sheet, address) not in kept and _filled(rows, address)}  # fmt: skip
        if values:
            part = package.part(sheet)
            package.replace(part, set_cells(package.read(part), values, keep_formula=False, date1904=package.date1904))
    package.replace(WORKBOOK, full_calc_on_load(package.read(WORKBOOK)))


def _filled(rows: Sequence[Sequence[object]], address: str) -> bool:
    row, column = place(address)
    return row < len(rows) and column < len(rows[row]) and rows[row][column] not in ("", None)
