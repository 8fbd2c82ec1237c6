"""Sheets D_Processes and E_PurchPrec: one block of cells per process and per precursor, with tables 4 and 5."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum
from typing import NamedTuple

from ..model import (
    EF_SOURCES,
    GRID,
    HEAT,
    MARKET,
    OTHER_USE,
    OUTSIDE,
    VALUE_SOURCES,
    WARNING,
    WASTE_GAS,
    Cell,
    Electricity,
    Flow,
    Precursor,
    Process,
    Row,
    Transfer,
)
from ..report import or_nan
from . import cells as c
from .grid import Grid, match_word
from .names import Names, Slot

EXPORTED_POWER = "Electricity (export to EU)"
PRECURSOR_TITLES = {"see_direct": "SEE (direct)", "electricity": "specific electricity consumption",
                    "electricity_ef": "electricity emission factor"}  # fmt: skip


def listed_routes(tables: Grid) -> Mapping[str, tuple[str, ...]]:
    """Table 4a: the goods categories in their order, with the routes chosen for each."""
    found: dict[str, dict[str, None]] = {}
    for index in range(c.GOODS.size):
        category = tables.text(c.GOODS.address("category", index))
        routes = found.setdefault(category, {}) if category else {}
        for column in c.GOODS.series["routes"]:
            if route := tables.text(f"{column}{c.GOODS.first + index}"):
                routes[route] = None
    return {category: tuple(routes) for category, routes in found.items()}


def _at(blocks: c.Blocks, slot: Slot, **fields: str) -> Cell:
    """Cell of a record of a block; each field with its name in the cell map."""
    columns = {field: blocks.address(name, slot.place) for field, name in fields.items()}
    return Cell(blocks.sheet, blocks.first + blocks.stride * slot.place, columns)


class _Made(NamedTuple):
    """What stands in the rows "by production route" of a block: the total, its cell, the routes, the rows."""

    total: float | None
    place: str
    routes: tuple[str, ...]
    rows: tuple[Row, ...]


def _by_route(grid: Grid, blocks: c.Blocks, slot: Slot, listed: tuple[str, ...]) -> _Made:
    """Sum over the rows of the routes; it stands in one of them, or in the total's cell."""
    names = c.ROUTES.get(slot.category, ())
    places = [blocks.shift(address, slot.place) for address in blocks.series["by_route"]]
    filled: dict[str, float | None] = {}
    amounts: dict[str, float | None] = {}
    for number, place in enumerate(places):
        amount = grid.number(place)
        if amount is not None or place in grid.bad:
            filled[place] = amount
            if number < len(names):
                amounts[names[number]] = amount
    known = [amount for amount in filled.values() if amount is not None]
    total = fsum(known) if known and len(known) == len(filled) else None
    where = blocks.address("quantity", slot.place) if len(filled) > 1 else next(iter(filled), places[0])
    used = tuple(route for route, amount in amounts.items() if amount)
    routes = tuple(route for route in used if route in listed) or listed or used
    if amounts.keys() >= set(routes) and routes:
        rows = tuple(Row(slot.category, route, amounts[route]) for route in routes)
    else:
        rows = (Row(slot.category, next(iter(routes), ""), total), *(Row(slot.category, r) for r in routes[1:]))
    return _Made(total, where, routes, rows)


def _choice(grid: Grid, address: str, choices: tuple[str, ...]) -> str:
    """A word of a list in the list's spelling; another text is kept and reported."""
    text = grid.text(address)
    found = match_word(text, choices)
    if text and not found:
        grid.report("choice-unknown", f"“{text[:40]}” isn't on the list: {', '.join(choices)}.", address)
    return found or text


def process(data: Grid, tables: Grid, slot: Slot, listed: Mapping[str, tuple[str, ...]]) -> Process:
    """A process with its stated emissions; the categories of the bubble are those made and used inside."""
    made = _by_route(data, c.PROCESS_BLOCKS, slot, listed.get(slot.category, ()))
    row = c.PROCESSES.first + slot.place
    chosen = (tables.text(f"{column}{row}") for column in c.PROCESSES.series["included"])
    included = tuple(dict.fromkeys(t for t in chosen if t and not match_word(t, (c.ONLY_DIRECT,))))
    own = ("name", "category", "quantity", "direct_entered")
    at = _at(c.PROCESS_BLOCKS, slot, **{field: field for field in own})
    order = list(listed)
    inside = [Row(each, route) for each in included for route in listed.get(each) or ("",) if each != slot.category]
    rows = sorted((*inside, *made.rows), key=lambda r: order.index(r.category) if r.category in listed else len(order))
    return Process(
        at._replace(columns={**at.columns, "quantity": made.place, "route": made.place}),
        slot.name,
        slot.category,
        made.routes,
        made.total,
        "MWh" if slot.category == EXPORTED_POWER else "t",
        data.number(at.columns["direct_entered"], signed=True),
        included,
        (slot.category,) if slot.category else (),
        slot.alias,
        rows=tuple(rows),
    )


def _amount(grid: Grid, address: str) -> tuple[bool, float | None]:
    """Whether a cell makes a row, and its figure: blank and 0 make none, what can't be read makes an unknown one."""
    amount = grid.number(address)
    return bool(amount) or address in grid.bad, amount


def transfers(data: Grid, slot: Slot) -> Iterator[Transfer]:
    """Heat and waste gas that a process takes from, and hands to, somewhere outside it."""
    for kind, field in ((HEAT, "heat"), (WASTE_GAS, "waste_gas")):
        for way, source, target in (("in", OUTSIDE, slot.name), ("out", slot.name, OUTSIDE)):
            name = f"{field}_{way}"
            at = _at(c.PROCESS_BLOCKS, slot, quantity=name, ef=f"{name}_ef", kind=name)
            there, quantity = _amount(data, at.columns["quantity"])
            ef = data.number(at.columns["ef"])
            if there or (quantity == 0 and ef):
                yield Transfer(at, kind, source, target, quantity, ef)


def electricity(data: Grid, slot: Slot, made: Process) -> Iterator[Electricity]:
    """What a process consumes, and what leaves it. Blank consumption of a process that made something is an error."""
    at = _at(c.PROCESS_BLOCKS, slot, quantity="power_in", ef="power_in_ef", ef_source="power_in_source")
    quantity, ef = (data.number(at.columns[field]) for field in ("quantity", "ef"))
    there = quantity is not None or at.columns["quantity"] in data.bad
    if not there and made.quantity and made.category != EXPORTED_POWER:
        data.report("value-missing", f"The electricity consumption of “{slot.name}” is unknown: enter it, also if it "
                    "is 0.", at.columns["quantity"])  # fmt: skip
        there = True
    if there and (quantity != 0 or ef is not None):
        _factor(data, at, GRID, quantity, ef)
        source = _choice(data, at.columns["ef_source"], EF_SOURCES)
        yield Electricity(at, GRID, slot.name, quantity, or_nan(ef) if quantity else ef, source)
    at = _at(c.PROCESS_BLOCKS, slot, quantity="power_out", ef="power_out_ef")
    there, quantity = _amount(data, at.columns["quantity"])
    ef = data.number(at.columns["ef"])
    if there or (quantity == 0 and ef):
        _factor(data, at, slot.name, quantity, ef)
        yield Electricity(at, slot.name, OUTSIDE, quantity, or_nan(ef))


def _factor(data: Grid, at: Cell, source: str, quantity: float | None, ef: float | None) -> None:
    """Reports electricity without a factor: in the Commission's file no other row can give it."""
    if quantity and ef is None and at.columns["ef"] not in data.bad:
        data.report("factor-missing", f"The electricity from “{source}” has no emission factor: type it with its "
                    "source (III D.4).", at.columns["ef"])  # fmt: skip


def _flow(grid: Grid, blocks: c.Blocks, slot: Slot, address: str, target: str, *, zero: bool = False) -> Iterator[Flow]:
    there, amount = _amount(grid, address)
    if not (there or (zero and amount == 0)):
        return
    if target:
        at = Cell(blocks.sheet, blocks.first + blocks.stride * slot.place, {"quantity": address})
        yield Flow(at, slot.name, "", target, amount)
    else:
        grid.report("name-unknown", f"“{slot.name}” goes to a process that table 4b of A_InstData doesn't list; the "
                    "amount is left out. Clear it or list the process.", address, WARNING)  # fmt: skip


def deliveries(data: Grid, slot: Slot, names: Names) -> Iterator[Flow]:
    """Where the goods of a process go. An entered 0 for the market is kept: without any row all would go there."""
    blocks = c.PROCESS_BLOCKS
    yield from _flow(data, blocks, slot, blocks.address("market", slot.place), MARKET, zero=True)
    for address, receiver in zip(blocks.series["consumed"], c.receivers(slot.place), strict=True):
        yield from _flow(data, blocks, slot, blocks.shift(address, slot.place), names.process(receiver))
    yield from _flow(data, blocks, slot, blocks.address("other_use", slot.place), OTHER_USE)


def consumption(data: Grid, slot: Slot, names: Names) -> Iterator[Flow]:
    """Where a purchased precursor goes."""
    blocks = c.PRECURSOR_BLOCKS
    for receiver, address in enumerate(blocks.series["consumed"]):
        yield from _flow(data, blocks, slot, blocks.shift(address, slot.place), names.process(receiver))
    yield from _flow(data, blocks, slot, blocks.address("other_use", slot.place), OTHER_USE)


def precursor(data: Grid, tables: Grid, slot: Slot, *, used: bool) -> Precursor:
    """A purchased precursor; if a process uses it, a missing figure of it is an error."""
    row = c.PRECURSORS.first + slot.place
    listed = tuple(r for column in c.PRECURSORS.series["routes"] if (r := tables.text(f"{column}{row}")))
    made = _by_route(data, c.PRECURSOR_BLOCKS, slot, listed)
    own = ("name", "category", "quantity", "see_direct", "see_direct_source", "electricity", "electricity_source",
           "electricity_ef", "electricity_ef_source", "justification")  # fmt: skip
    at = _at(c.PRECURSOR_BLOCKS, slot, **{field: field for field in own})
    places = {**at.columns, "quantity": made.place}
    figures = {field: data.number(places[field]) for field in PRECURSOR_TITLES}
    for field, figure in figures.items():
        needless = field == "electricity_ef" and figures["electricity"] == 0
        if used and figure is None and not needless and places[field] not in data.bad:
            data.report("value-missing", f"The {PRECURSOR_TITLES[field]} of “{slot.name}” is unknown: enter it, also "
                        "if it is 0.", places[field])  # fmt: skip
    return Precursor(
        at._replace(columns=places),
        slot.name,
        slot.category,
        tables.text(c.PRECURSORS.address("country", slot.place)),
        made.routes,
        made.total,
        figures["see_direct"],
        _choice(data, places["see_direct_source"], VALUE_SOURCES),
        figures["electricity"],
        _choice(data, places["electricity_source"], VALUE_SOURCES),
        figures["electricity_ef"],
        _choice(data, places["electricity_ef_source"], EF_SOURCES),
        data.text(places["justification"]),
        slot.alias,
        rows=made.rows,
    )
