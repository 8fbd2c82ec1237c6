"""Reads a filled communication template into records.

Source streams stand at installation level, each process has its stated emissions (DirEm*), every transfer has Outside
as its other end: that is what the file says, and nothing is invented. A blank figure is unknown, also where the
Commission's workbook takes it for 0; a blank transfer, amount sold or amount consumed is no row.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..entries import Book, as_date, words
from ..findings import issue
from ..model import OTHER_USE, Cell, Installation, Issue, Site
from . import blocks, names, products, streams
from . import cells as c
from .grid import ORIGIN, Grid

DATES = ("period_start", "period_end")
NUMBERS = ("fuel_total", "fuel_cbam", "fuel_electricity", "fuel_non_cbam", "co2_entered", "biomass_entered",
           "n2o_entered", "pfc_entered", "indirect_entered")  # fmt: skip


def recognised(book: Book) -> bool:
    """Whether a file is a communication template: most of its input sheets are there, even if one was deleted."""
    return 2 * sum(sheet in book.names for sheet in c.SHEETS) > len(c.SHEETS)


def read(book: Book) -> Installation:
    """The installation that a filled template describes, with what reading found."""
    issues: list[Issue] = []
    for sheet in c.SHEETS:
        if sheet not in book.names:
            issues.append(issue("sheet-missing", f"The file lacks {sheet}: its figures are unknown. No sheet of the "
                                "template may be deleted or renamed.", Cell(sheet), "", ORIGIN))  # fmt: skip
    _version(book, issues)
    grids = {sheet: Grid(book, sheet, issues) for sheet in c.SHEETS}
    tables, data, tools = grids[c.INSTALLATION], grids[c.PROCESS_DATA], grids[c.TOOLS]
    named = names.read(tables, tools)
    listed = blocks.listed_routes(tables)
    processes = tuple(blocks.process(data, tables, slot, listed) for slot in named.processes)
    deliveries = [f for slot in named.processes for f in blocks.deliveries(data, slot, named)]
    consumption = [f for slot in named.precursors for f in blocks.consumption(grids[c.PRECURSOR_DATA], slot, named)]
    used = {flow.source for flow in consumption if flow.target != OTHER_USE}
    goods, parameters, prices = products.read(grids[c.PRODUCT_SUMMARY], named)
    burnt, measured, pfc = streams.read(grids[c.EMISSIONS])
    found = Installation(
        _site(grids),
        processes,
        goods,
        parameters,
        burnt,
        measured,
        pfc,
        units=tuple(streams.unit(tools, name, index) for name, index in named.tools.items()),
        transfers=tuple(t for slot in named.processes for t in blocks.transfers(data, slot)),
        electricity=tuple(
            e for slot, p in zip(named.processes, processes, strict=True) for e in blocks.electricity(data, slot, p)
        ),
        precursors=tuple(
            blocks.precursor(grids[c.PRECURSOR_DATA], tables, slot, used=slot.name in used) for slot in named.precursors
        ),
        flows=(*deliveries, *consumption),
        prices=(*products.tool_prices(tools, named), *prices),
        origin=ORIGIN,
    )
    return found._replace(issues=tuple(issues))


def _version(book: Book, issues: list[Issue]) -> None:
    """Warns when the version cell names none of the versions whose cells are known."""
    found = Grid(book, c.VERSION_SHEET, []).value(c.VERSION_CELL)
    day = as_date(found)
    if (day and day.isoformat() in c.VERSIONS) or words(found).strip() in c.VERSIONS.values():
        return
    known = ", ".join(f"{name} ({date})" for date, name in c.VERSIONS.items())
    shown = f"The version “{words(found)[:30]}”" if found is not None else "A file that doesn't say its version"
    at = Cell(c.VERSION_SHEET, 3, {"": c.VERSION_CELL})
    issues.append(issue("version-unknown", f"{shown} isn't known; known are {known}. It is read as if its cells were "
                        "the same: compare the figures.", at, "", ORIGIN))  # fmt: skip


def _site(grids: Mapping[str, Grid]) -> Site:
    """The fields of the form Installation; the address of one outside A_InstData begins with its sheet."""
    values: dict[str, object] = {}
    columns: dict[str, str] = {}
    for sheet, fields in c.SITE.items():
        grid = grids[sheet]
        for field, address in fields.items():
            columns[field] = address if sheet == c.INSTALLATION else f"{sheet}!{address}"
            value: object = (
                grid.date(address)
                if field in DATES
                else grid.number(address, signed=True)
                if field in NUMBERS
                else grid.text(address) or None
            )
            if value is not None:
                values[field] = value
    return Site(Cell(c.INSTALLATION, 9, columns), values)
