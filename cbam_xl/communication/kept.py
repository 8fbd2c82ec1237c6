"""What an import keeps: the input cells of the file beside those that the imported workbook fills again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose

from ..addresses import parted
from ..attribution import recalculate
from ..entries import Book, as_date, words
from ..findings import issue, one_line
from ..model import MARKET, OTHER_USE, ROUNDING, Cell, Flow, Installation, Issue
from . import cells as c
from . import names
from .fill import fill
from .grid import ORIGIN, Grid, place
from .template import input_cells

Inputs = Mapping[tuple[str, str], object]


def with_zeros(read: Installation, book: Book) -> Installation:
    """The installation with a flow for each 0 that the file states where all of a good goes to the market.

    Such a 0 moves nothing; it is kept so that sending gives back the same cells. Elsewhere zeros are written anyway.
    """
    tables, data, tools = (Grid(book, sheet, []) for sheet in (c.INSTALLATION, c.PROCESS_DATA, c.TOOLS))
    named = names.read(tables, tools)
    handed_on = {f.source for f in read.flows if f.quantity and f.target != MARKET}
    sold = {f.source: f.quantity for f in read.flows if f.target == MARKET}
    made = {p.name: p.quantity for p in read.processes}
    blocks, found = c.PROCESS_BLOCKS, []
    for slot in named.processes:
        if slot.name in handed_on or sold.get(slot.name) != made[slot.name]:
            continue
        others = map(named.process, c.receivers(slot.place))
        for first, end in (
            *zip(blocks.series["consumed"], others, strict=True),
            (blocks.cells["other_use"], OTHER_USE),
        ):
            address = blocks.shift(first, slot.place)
            if end and data.value(address) == 0:
                at = Cell(blocks.sheet, blocks.first + blocks.stride * slot.place, {"quantity": address})
                found.append(Flow(at, slot.name, "", end, 0.0))
    return read._replace(flows=(*read.flows, *found))


def lost(book: Book, read: Installation, again: Installation) -> tuple[Issue, ...]:
    """What reading found, and every input of the file that the imported workbook ``again`` doesn't give back.

    Names are kept as they are, a blank cell of D_Processes and E_PurchPrec is a 0, and rows close up where some were
    left out; none of that is a loss.
    """
    filled = fill(again, recalculate(again, floor=False)).cells
    tables = {address: value for address, value in filled.get(c.INSTALLATION, {}).items() if place(address)[0] > 60}
    listed = {c.ONLY_DIRECT, *(words(value).strip() for value in tables.values())}
    moved = _moved(read)
    found = list(read.issues)
    for (sheet, address), value in _inputs(book).items():
        if sheet == c.INSTALLATION and place(address)[0] > 60 and words(value).strip() in listed:
            continue  # tables 4 and 5 in another order
        if not _same(address, sheet, value, filled.get(sheet, {}).get(_there(moved, sheet, address))):
            found.append(issue("not-kept", f"“{one_line(words(value), 60)}” has no place in the installation workbook. "
                               "Keep it with your evidence, or enter it again after sending.",
                               Cell(sheet, place(address)[0] + 1, {"": address}), "", ORIGIN))  # fmt: skip
    return tuple(found)


def _inputs(book: Book) -> Inputs:
    """The input cells that hold something; names and the references of unused CHP tools aside."""
    aside = {(c.TOOLS, tool[field]) for tool in c.CHP for field in c.CHP_REFERENCES}
    aside |= {(t.sheet, t.address("name", i)) for t in (c.PROCESSES, c.PRECURSORS, c.MEASURED, c.PRODUCTS)
              for i in range(t.size)}  # fmt: skip
    aside |= {(c.PRODUCT_SUMMARY, c.PRODUCTS.address("process", i)) for i in range(c.PRODUCTS.size)}
    found = {}
    for sheet, addresses in input_cells().items():
        rows: Sequence[Sequence[object]] = book.rows(sheet) if sheet in book.names else ()
        faults = book.faults(sheet) if sheet in book.names else {}
        for address in addresses:
            row, column = place(address)
            value = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
            blank = value is None or (isinstance(value, str) and not value.strip())
            if (sheet, address) not in aside and not (blank or address in faults):
                found[sheet, address] = value
    return dict(sorted(found.items(), key=lambda item: (c.SHEETS.index(item[0][0]), place(item[0][1]))))


def _moved(read: Installation) -> dict[tuple[str, int], int]:
    """Row of the file (or first row of a block) -> the row where sending writes it, which closes up gaps."""
    found: dict[tuple[str, int], int] = {}
    made = {p.name for p in read.processes}
    tables: tuple[tuple[c.Table, list[int]], ...] = (
        (c.STREAMS, [r.at.row for r in read.streams]), (c.MEASURED, [r.at.row for r in read.measured]),
        (c.PFC, [r.at.row for r in read.pfc]),
        (c.PRODUCTS, [g.at.row for g in read.goods if g.process in made]))  # fmt: skip
    for table, rows in tables:
        found |= {(table.sheet, row): table.first + i for i, row in enumerate(rows)}
    for blocks, rows in ((c.PROCESS_BLOCKS, [p.at.row for p in read.processes]),
                         (c.PRECURSOR_BLOCKS, [q.at.row for q in read.precursors])):  # fmt: skip
        found |= {(blocks.sheet, row): blocks.first + blocks.stride * i for i, row in enumerate(rows)}
    return found


def _there(moved: Mapping[tuple[str, int], int], sheet: str, address: str) -> str:
    """The address at which sending writes what stood at an address."""
    letters, row = parted(address)
    for blocks in (c.PROCESS_BLOCKS, c.PRECURSOR_BLOCKS):
        if sheet == blocks.sheet:
            first = blocks.first + (row - blocks.first) // blocks.stride * blocks.stride
            return f"{letters}{row - first + moved.get((sheet, first), first)}"
    return f"{letters}{moved.get((sheet, row), row)}"


def _same(address: str, sheet: str, value: object, again: object) -> bool:
    if again is None:
        return sheet in (c.PROCESS_DATA, c.PRECURSOR_DATA) and not isinstance(value, str) and not value
    if isinstance(value, float) and isinstance(again, float):
        if again == 0:
            return -ROUNDING < value <= 0
        efficiency = sheet == c.EMISSIONS and address.startswith(c.PFC.columns["current_efficiency"])
        return any(isclose(value * by, again, rel_tol=1e-14) for by in ((1, 100) if efficiency else (1,)))
    if (day := as_date(value)) and day == as_date(again):
        return True
    return "".join(words(value).split()).casefold() == "".join(words(again).split()).casefold()
