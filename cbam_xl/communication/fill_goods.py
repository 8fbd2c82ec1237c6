"""Summary_Products and the carbon price tool from goods, parameters and carbon prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import TypeAlias

from ..findings import one_line
from ..model import CarbonPrice, Good, Installation, Parameter, fold
from ..report import Balance
from . import cells as c
from .draft import Draft, rounded
from .grid import match_word
from .names import Names, Slot

PER_CO2 = "tCO2e"
Product: TypeAlias = tuple[Good, Mapping[str, Parameter], CarbonPrice | None]


def products(draft: Draft, installation: Installation, names: Names, balances: Mapping[str, Balance]) -> list[str]:
    """Every good of a CBAM process with its parameters and its price; the process of each row that was written."""
    slots = {slot.name: slot for slot in names.processes}
    prices = {fold(price.target): price for price in installation.prices}
    rows: list[Product] = []
    for good in installation.goods:
        if good.process in slots:
            rows.append((good, _parameters(installation.parameters, good), prices.get(fold(good.name))))
        else:
            draft.say("not-sent", f"“{one_line(good.name, 60)}” isn't sent: its process makes no CBAM good.", good.at,
                      "process")  # fmt: skip
    if len(rows) > c.PRODUCTS.size:
        rows = _joined(draft, rows)
    if len(rows) > c.PRODUCTS.size:
        draft.say("no-room", f"{len(rows)} goods differ in process, CN code, parameters or price; the Commission's "
                  f"file holds {c.PRODUCTS.size}. Send two files, each with some of the goods.",
                  rows[c.PRODUCTS.size][0].at, "name")  # fmt: skip
        return []
    for index, (good, parameters, price) in enumerate(rows):
        slot = slots[good.process]
        draft.row(c.PRODUCTS, index, process=slot.typed, cn_code=good.cn_code, name=good.alias or good.name)
        for parameter in parameters.values():
            _parameter(draft, index, parameter)
        if price:
            _price(draft, index, price, installation.site.text("currency"), balances[good.process])
    return [good.process for good, *_ in rows]


def _joined(draft: Draft, rows: Sequence[Product]) -> list[Product]:
    """Goods that differ in nothing but their names become one row with all names."""
    groups: dict[object, list[Product]] = {}
    for row in rows:
        good, parameters, price = row
        values = frozenset((name, p.value) for name, p in parameters.items())
        groups.setdefault((good.process, good.cn_code, values, price and price[2:-1]), []).append(row)
    found: list[Product] = []
    for members in groups.values():
        good, parameters, price = members[0]
        if len(members) > 1:
            names = "; ".join(dict.fromkeys(each.alias or each.name for each, *_ in members))
            draft.say("sent-packed", f"{len(members)} goods of CN code {good.cn_code} that differ in their names only "
                      f"are one row of the Commission's file: {one_line(names, 60)}.", good.at, "name")  # fmt: skip
            good = good._replace(alias=names)
        found.append((good, parameters, price))
    return found


def _parameters(rows: Iterable[Parameter], good: Good) -> dict[str, Parameter]:
    """The parameters of a good: those of its process, and before them its own."""
    of_process = {p.parameter: p for p in rows if fold(p.target) == fold(good.process)}
    return of_process | {p.parameter: p for p in rows if fold(p.target) == fold(good.name)}


def _parameter(draft: Draft, index: int, p: Parameter) -> None:
    """One qualifying parameter: per cent as a fraction, a number of digits as a number, as the template has them."""
    name = match_word(p.parameter, c.PARAMETERS)
    if not name:
        draft.say("not-sent", f"“{p.parameter}” has no column in the Commission's file.", p.at, "parameter")
        return
    column, kind = c.PARAMETERS[name]
    value = p.value
    match kind:
        case c.PER_CENT if isinstance(value, float | int):
            value = rounded(value / 100)
        case c.YES_NO if isinstance(value, str):
            value = {"yes": True, "no": False, "true": True, "false": False}.get(fold(value), value)
        case c.TEXT if isinstance(value, str) and value.isdecimal() and len(value) < 16 and value[0] != "0":
            value = float(value)
    draft.put(c.PRODUCT_SUMMARY, f"{column}{c.PRODUCTS.first + index}", value)


def _price(draft: Draft, index: int, price: CarbonPrice, currency: str, balance: Balance) -> None:
    """The price of a good per t (MWh); one per t CO2e is worked out with the SEE of the good."""
    due, rebate = price.price, price.rebate
    if price.per == PER_CO2:
        if not isfinite(balance.see_total):
            return
        covered = balance.see_total * (1.0 if price.share is None else price.share)
        due, rebate = (None if figure is None else figure * covered for figure in (due, rebate))
        draft.say("sent-packed", f"The carbon price of “{one_line(price.target, 60)}” per t CO2e is written per t of "
                  f"it, for {covered:.6g} t CO2e.", price.at, "price")  # fmt: skip
    draft.row(c.PRODUCT_PRICES, index, instrument=price.instrument, share=rounded(price.share),
              currency=price.currency or currency, price=due, rebate_type=price.rebate_type,
              rebate_share=rounded(price.rebate_share), rebate=rebate)  # fmt: skip


def prices(draft: Draft, installation: Installation, names: Names) -> None:
    """The carbon price tool: prices per t CO2e of processes and precursors, all in one currency."""
    own = installation.site.text("currency")
    places = [
        (c.PROCESS_PRICES, {fold(slot.name): slot for slot in names.processes}),
        (c.PRECURSOR_PRICES, {fold(slot.name): slot for slot in names.precursors}),
    ]
    currencies = set()
    for price in installation.prices:
        found: tuple[c.Table, Slot] | None = next(
            ((table, slots[fold(price.target)]) for table, slots in places if fold(price.target) in slots), None
        )
        if found is None:
            continue
        table, slot = found
        if price.per not in ("", PER_CO2):
            draft.say("no-room", f"The carbon price of “{one_line(price.target, 60)}” is per {price.per}; that of a "
                      "process or precursor is per tCO2e there. Give it per tCO2e.", price.at, "per")  # fmt: skip
        currencies.add(price.currency or own)
        draft.row(table, slot.place, share=rounded(price.share), price=price.price, rebate=price.rebate)
        more = (price.instrument, price.rebate_type, price.rebate_share)
        if any(more):
            draft.say("not-sent", f"Instrument and type of rebate of “{one_line(price.target, 60)}” have no place: "
                      "that file asks for them with goods only.", price.at, "instrument")  # fmt: skip
    if len(currencies) > 1:
        draft.say("no-room", f"Carbon prices of processes and precursors are in {', '.join(sorted(currencies))}; the "
                  "Commission's file has one currency for them. Convert them to one.", installation.site.at,
                  "currency")  # fmt: skip
    draft.put(c.TOOLS, c.SITE[c.TOOLS]["currency"], own or next(iter(currencies), ""))
