"""Sheet Summary_Products and the carbon price tool: goods, their parameters, and carbon prices."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from ..model import WARNING, CarbonPrice, Cell, Good, Parameter, fold
from . import cells as c
from .blocks import EXPORTED_POWER
from .grid import Grid, match_word, per_cent
from .names import Names, Slot, unique

Read = tuple[tuple[Good, ...], tuple[Parameter, ...], tuple[CarbonPrice, ...]]


def read(grid: Grid, names: Names) -> Read:
    """The products of the file; equal product names get a suffix, since many bear the same one by intention."""
    taken = names.taken()
    others = {fold(grid.text(c.PRODUCTS.address("name", index))) for index in range(c.PRODUCTS.size)}
    goods: list[Good] = []
    parameters: list[Parameter] = []
    prices: list[CarbonPrice] = []
    for index in range(c.PRODUCTS.size):
        at = {field: c.PRODUCTS.address(field, index) for field in c.PRODUCTS.columns}
        typed, process = grid.typed(at["name"]), grid.text(at["process"])
        code = cn_code(grid, at["cn_code"])
        if not (typed or process or code):
            continue
        name = unique(typed or code or f"Product {index + 1}", taken, others)
        made_by = names.called(process)
        if not made_by:
            what = f"“{process[:60]}” is no process of table 4b" if process else "The product has no production process"
            grid.report("name-unknown", f"{what}: its emissions are unknown. Choose the process.", at["process"])
        good = Good(Cell(c.PRODUCT_SUMMARY, c.PRODUCTS.first + index, c.PRODUCTS.columns), name,
                    made_by.name if made_by else process, code, None, typed if typed != name else "")  # fmt: skip
        goods.append(good)
        parameters += _parameters(grid, index, name)
        prices += _price(grid, index, name, made_by)
    return tuple(goods), tuple(parameters), tuple(prices)


def cn_code(grid: Grid, address: str) -> str:
    """A CN code as text of eight digits, also when it was typed as a number or in groups."""
    code = "".join(grid.text(address).split())
    return code.zfill(8) if code.isdigit() and isinstance(grid.value(address), float) else code


def _parameters(grid: Grid, index: int, good: str) -> Iterator[Parameter]:
    """The qualifying parameters of a product, percentages as per cent. They don't enter any figure: no errors here."""
    row = c.PRODUCTS.first + index
    for parameter, (column, kind) in c.PARAMETERS.items():
        address = f"{column}{row}"
        if grid.value(address) is None:
            continue
        value: float | str | bool | None
        match kind:
            case c.PER_CENT:
                share = grid.share(address, level=WARNING)
                value = None if share is None or isnan(share) else per_cent(share)
            case c.RATIO:
                value = grid.number(address, WARNING)
            case c.YES_NO:
                text = grid.text(address)
                value = {"TRUE": True, "FALSE": False}.get(match_word(text, ("TRUE", "FALSE")), text)
            case _:
                value = grid.text(address)
        yield Parameter(Cell(c.PRODUCT_SUMMARY, row, {"value": column}), good, parameter, value)


def _price(grid: Grid, index: int, good: str, process: Slot | None) -> Iterator[CarbonPrice]:
    """The carbon price of a product, per tonne (or MWh) of it."""
    at = {field: c.PRODUCT_PRICES.address(field, index) for field in c.PRODUCT_PRICES.columns}
    if all(grid.value(address) is None for address in at.values()):
        return
    yield CarbonPrice(
        Cell(c.PRODUCT_SUMMARY, c.PRODUCT_PRICES.first + index, c.PRODUCT_PRICES.columns),
        good,
        grid.text(at["instrument"]),
        grid.share(at["share"]),
        grid.number(at["price"]),
        grid.text(at["currency"]),
        "MWh" if process and process.category == EXPORTED_POWER else "t",
        grid.text(at["rebate_type"]),
        grid.share(at["rebate_share"]),
        grid.number(at["rebate"]),
    )


def tool_prices(grid: Grid, names: Names) -> Iterator[CarbonPrice]:
    """The carbon price tool: prices per t CO2e on processes and precursors, handed on through the chain."""
    currency = grid.text(c.SITE[c.TOOLS]["currency"])
    for table, slots in ((c.PROCESS_PRICES, names.processes), (c.PRECURSOR_PRICES, names.precursors)):
        for slot in slots:
            at = {field: table.address(field, slot.place) for field in table.columns}
            if any(grid.value(address) is not None for address in at.values()):
                yield CarbonPrice(Cell(table.sheet, table.first + slot.place, table.columns), slot.name,
                                  share=grid.share(at["share"]), price=grid.number(at["price"]), currency=currency,
                                  per="tCO2e", rebate=grid.number(at["rebate"]))  # fmt: skip
