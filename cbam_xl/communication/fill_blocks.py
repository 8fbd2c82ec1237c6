"""Tables 4 and 5 of A_InstData with the blocks of D_Processes and E_PurchPrec, from the records and the Report.

Heat, waste gas and electricity of a process are sums over its rows, with the weighted factor; DirEm* is entered or
computed. Zeros are written where the template asks for them; it reads a blank cell there as 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import fsum

from ..emissions import by_stream, split
from ..findings import one_line
from ..model import (
    CHP,
    MARKET,
    WASTE_GAS,
    Cell,
    Flow,
    Installation,
    Precursor,
    Process,
    Row,
)
from ..report import Balance, Report, Term
from . import cells as c
from .blocks import EXPORTED_POWER
from .draft import Draft
from .grid import match_word
from .names import Names, Slot

OTHER, UNKNOWN = c.OTHER_ROUTES
ALL = "All production routes"
Steps = Mapping[tuple[str, str], Sequence[Term]]


def by_step(report: Report) -> Steps:
    """The terms of each process (or energy unit) and step of the trace."""
    found: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for term in report.terms:
        if not term.total:
            found[term.owner, term.step].append(term)
    return found


def route(category: str, named: str, blank: str) -> str:
    """A production route in the template's words; "" for a category that has only one.

    >>> route("Crude steel", "electric arc furnace", UNKNOWN), route("Crude steel", "Corex", UNKNOWN)
    ('Electric arc furnace', 'Other production routes')
    """
    listed = c.ROUTES.get(category, ())
    if not listed:
        return ""
    if not named or match_word(named, (ALL,)):
        return blank
    return match_word(named, listed) or OTHER


def _routes(rows: Iterable[Row], category: str, blank: str) -> dict[str, float | None]:
    """Amount of each route of a category, in the order of its rows; None where a route is only listed."""
    amounts: dict[str, list[float]] = {}
    own = [row for row in rows if row.category == category]
    for row in [row for row in own if row.route or row.quantity is not None] or own:
        found = amounts.setdefault(route(category, row.route, blank), [])
        found += [] if row.quantity is None else [row.quantity]
    return {name: fsum(parts) if parts else None for name, parts in amounts.items()}


def _by_route(draft: Draft, blocks: c.Blocks, index: int, category: str, amounts: Mapping[str, float | None]) -> None:
    listed = c.ROUTES.get(category, ())
    for name, amount in amounts.items():
        place = blocks.series["by_route"][listed.index(name) if name else 0]
        draft.put(blocks.sheet, blocks.shift(place, index), amount)


def tables(draft: Draft, processes: Sequence[Process], precursors: Sequence[Precursor], names: Names) -> None:
    """Table 4a from the categories and routes of all rows, 4b and 5 from the processes and precursors."""
    goods: dict[str, dict[str, None]] = {}
    for p in processes:
        rows = _process_rows(p)
        for category in dict.fromkeys(row.category for row in rows):
            if category == p.category or category in (*p.included, *p.leaving):
                amounts = _routes(rows, category, UNKNOWN if category == p.category else "")
                goods.setdefault(category, {}).update((name, None) for name in amounts if name)
    for index, (category, routes) in enumerate(goods.items()):
        if index == c.GOODS.size:
            draft.say("no-room", f"The processes make {len(goods)} goods categories; table 4a of the Commission's file "
                      f"holds {c.GOODS.size}. Send two files, each with some of the processes.", processes[-1].at,
                      "category")  # fmt: skip
            break
        draft.row(c.GOODS, index, category=category)
        _series(draft, c.GOODS, "routes", index, list(routes), processes[0].at)
    for slot, p in zip(names.processes, processes, strict=True):
        draft.row(c.PROCESSES, slot.place, category=p.category, name=slot.typed)
        listed = [row.category for row in p.rows if row.category in (*p.included, *p.leaving)]
        joint = [each for each in dict.fromkeys((*listed, *p.included)) if each != p.category]
        _series(draft, c.PROCESSES, "included", slot.place, joint or [c.ONLY_DIRECT], p.at)
    for slot, q in zip(names.precursors, precursors, strict=True):
        draft.row(c.PRECURSORS, slot.place, category=q.category, country=q.country, name=slot.typed)
        amounts = _routes(_precursor_rows(q), q.category, next(iter(c.ROUTES.get(q.category, ())), ""))
        _series(draft, c.PRECURSORS, "routes", slot.place, [name for name in amounts if name], q.at)


def _series(draft: Draft, table: c.Table, name: str, index: int, texts: Sequence[str], at: Cell) -> None:
    columns = table.series[name]
    if len(texts) > len(columns):
        lost = ", ".join(one_line(text, 30) for text in texts[len(columns) :])
        draft.say("not-sent", f"Table {table.sheet} has {len(columns)} places for what is listed here; left out: "
                  f"{lost}.", at)  # fmt: skip
    for column, text in zip(columns, texts, strict=False):
        draft.put(table.sheet, f"{column}{table.first + index}", text)


def _process_rows(p: Process) -> tuple[Row, ...]:
    return p.rows or (Row(p.category, next(iter(p.routes), ""), p.quantity),)


def _precursor_rows(q: Precursor) -> tuple[Row, ...]:
    return q.rows or (Row(q.category, next(iter(q.routes), ""), q.quantity),)


def process(
    draft: Draft, p: Process, slot: Slot, balance: Balance, steps: Steps, installation: Installation, names: Names
) -> None:
    """One block of D_Processes."""
    blocks, place = c.PROCESS_BLOCKS, slot.place
    rows = _process_rows(p)
    amounts = _routes(rows, p.category, UNKNOWN)
    if UNKNOWN in amounts and not any(match_word(row.route, (UNKNOWN,)) for row in rows):
        draft.say("sent-packed", f"“{p.name}” has no production route: it is written as “{UNKNOWN}”. Choose the route "
                  "on Processes.", p.at, "category")  # fmt: skip
    if len(p.leaving) > 1 and p.quantity is not None:
        # what leaves a joint process besides its own category counts in its activity level
        amounts = {next(iter(amounts), ""): p.quantity}
        draft.say("sent-packed", f"All that leaves “{p.name}” is written as {p.category}: a process of that file makes "
                  "goods of one category.", p.at, "category")  # fmt: skip
    _by_route(draft, blocks, place, p.category, amounts)
    _deliveries(draft, p, place, installation, names)
    _direct(draft, p, place, balance)
    _heat_and_gas(draft, p, place, steps, installation)
    _electricity(draft, p, place, steps, installation)


def _deliveries(draft: Draft, p: Process, place: int, installation: Installation, names: Names) -> None:
    """Market, other processes, non-CBAM goods. Where all goes to the market only what is entered is written."""
    blocks = c.PROCESS_BLOCKS
    own = [f for f in installation.flows if f.source == p.name and not f.material]
    to: dict[str, list[float]] = {}
    known = {MARKET, *(slot.name for slot in names.processes)}
    for f in own:
        if f.quantity is not None:
            to.setdefault(f.target if f.target in known else "", []).append(f.quantity)
    market = fsum(to.get(MARKET, ())) if own else p.quantity
    draft.block(blocks, place, market=market)
    sold_out = market == p.quantity and not any(any(to[end]) for end in to if end != MARKET)
    for address, receiver in zip(blocks.series["consumed"], c.receivers(place), strict=True):
        end = names.processes[receiver].name if receiver < len(names.processes) else None
        if end in to or (end and not sold_out):
            draft.put(blocks.sheet, blocks.shift(address, place), fsum(to.get(end, ())))
    if "" in to or not sold_out:
        draft.block(blocks, place, other_use=fsum(to.get("", ())))


def _direct(draft: Draft, p: Process, place: int, balance: Balance) -> None:
    """DirEm*, so that the attributed emissions are ours: that workbook knows no co-products and no floor at zero."""
    direct = balance.direct_emissions_tco2e
    if balance.co_products_tco2e:
        direct -= balance.co_products_tco2e
        draft.say("sent-packed", f"DirEm* of “{p.name}” is written less {balance.co_products_tco2e:,.6g} t of its "
                  "co-products, and its electricity without theirs: that workbook lacks Eq. 1 to 3.", p.at,
                  "name")  # fmt: skip
    if balance.floored_tco2e > 0:
        direct += balance.floored_tco2e
        draft.say("sent-packed", f"DirEm* of “{p.name}” is written {balance.floored_tco2e:,.6g} t higher, so that what "
                  "is attributed to it is 0: that workbook lacks the floor of Eq. 48.", p.at, "name")  # fmt: skip
    draft.block(c.PROCESS_BLOCKS, place, direct_entered=direct)


def _summed(terms: Sequence[Term]) -> tuple[float, float | None]:
    """Quantity of the terms, and the factor that gives their sum; the factor of the first where nothing moves."""
    quantity = fsum(t.numbers[0] for t in terms)
    factors = {t.numbers[1] for t in terms}
    if len(factors) == 1:
        return quantity, factors.pop()
    return quantity, fsum(t.value for t in terms) / quantity if quantity else terms[0].numbers[1]


def _heat_and_gas(draft: Draft, p: Process, place: int, steps: Steps, installation: Installation) -> None:
    """Once anything is transferred both ends are written, the idle one as 0; factors of waste gas inform only."""
    ends = {way: steps.get((p.name, f"Heat {way}"), ()) for way in ("in", "out")}
    heat = any(ends.values())
    draft.block(c.PROCESS_BLOCKS, place, heat_applicable=heat)
    for way, terms in ends.items() if heat else ():
        moved, factor = _summed(terms) if terms else (0.0, 0.0)
        draft.block(c.PROCESS_BLOCKS, place, **{f"heat_{way}": moved, f"heat_{way}_ef": factor})
    gases = {way: steps.get((p.name, f"Waste gas {way}"), ()) for way in ("in", "out")}
    gas = any(gases.values())
    draft.block(c.PROCESS_BLOCKS, place, waste_gas_applicable=gas)
    for way, terms in gases.items() if gas else ():
        stated = {t.ef for t in installation.transfers
                  if t.kind == WASTE_GAS and p.name == (t.target if way == "in" else t.source)}  # fmt: skip
        own = stated.pop() if len(stated) == 1 else None
        quantity = fsum(t.numbers[0] for t in terms)
        draft.block(c.PROCESS_BLOCKS, place, **{f"waste_gas_{way}": quantity, f"waste_gas_{way}_ef": own})


def _electricity(draft: Draft, p: Process, place: int, steps: Steps, installation: Installation) -> None:
    """Consumption with the weighted factor, so that the indirect emissions are ours; electricity that leaves."""
    blocks = c.PROCESS_BLOCKS
    taken = [t for t in steps.get((p.name, "Electricity"), ()) if t.numbers]
    if taken:
        quantity, ef = _summed([t for t in taken if not t.quantity.startswith("Of co-products")])
        for share in (t.value for t in steps.get((p.name, "Co-products"), ()) if t.aside):
            quantity *= share
        draft.block(blocks, place, power_in=quantity, power_in_ef=ef,
                    power_in_source=_ef_source(installation, p))  # fmt: skip
    elif p.category != EXPORTED_POWER:
        draft.block(blocks, place, power_in=0.0)
    given = steps.get((p.name, "Electricity out"), ())
    quantity, ef = _summed(given) if given else (0.0, None)
    draft.block(blocks, place, power_out=quantity, power_out_ef=ef)


def _ef_source(installation: Installation, p: Process) -> str:
    """The point of III D.4 behind the factor; "Mix" of several supplies."""
    shares = by_stream(installation.shares)
    chp = {unit.name: "D.4.2" if unit.kind == CHP else "D.4.1" for unit in installation.units}
    sources = {
        row.ef_source or chp.get(row.source, "")
        for row in installation.electricity
        if any(name == p.name for name, _ in split(row.source, row.target, shares))
    }
    return "Mix" if len(sources - {""}) > 1 else next(iter(sources - {""}), "")


def precursor(draft: Draft, q: Precursor, slot: Slot, flows: Iterable[Flow], names: Names) -> None:
    """One block of E_PurchPrec; every process gets its amount, 0 where it uses none."""
    blocks, place = c.PRECURSOR_BLOCKS, slot.place
    first = next(iter(c.ROUTES.get(q.category, ())), "")
    _by_route(draft, blocks, place, q.category, _routes(_precursor_rows(q), q.category, first))
    if first and not q.routes:
        draft.say("sent-packed", f"“{q.name}” has no production route: it is written as “{first}”. Choose the route on "
                  "Precursors.", q.at, "category")  # fmt: skip
    to: dict[str, list[float]] = defaultdict(list)
    known = {each.name for each in names.processes}
    for f in flows:
        if f.source == q.name and f.quantity is not None:
            to[f.target if f.target in known else ""].append(f.quantity)
    for each in names.processes:
        address = blocks.shift(blocks.series["consumed"][each.place], place)
        draft.put(blocks.sheet, address, fsum(to[each.name]))
    draft.block(blocks, place, other_use=fsum(to[""]), see_direct=q.see_direct,
                see_direct_source=q.see_direct_source, electricity=q.electricity,
                electricity_source=q.electricity_source, electricity_ef=q.electricity_ef,
                electricity_ef_source=q.electricity_ef_source, justification=q.justification)  # fmt: skip
