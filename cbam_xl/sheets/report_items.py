"""What the operator's emissions report must hold (2025/2547 Annex IV 1.1, 35 items) and its summary (1.2, 16 items).

Each item fills itself as far as the data go; what no row gives is called missing, and where to enter it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from math import isnan
from typing import NamedTuple

from .. import options, reference
from ..definitive import own_figures
from ..model import (
    CO2_TRANSFER,
    COMBUSTION,
    DEFAULT_VALUE,
    ELECTRICITY,
    HEAT,
    OUTSIDE,
    PURCHASE_AGREEMENT,
    WASTE_GAS,
    Installation,
    fold,
)
from ..report import Report
from ..reporting import number

FILLED, MISSING, NONE = "✔ filled", "✖ missing", "– nothing of it"
MOST, LONGEST = 12, 900  # entries of an item, and characters of its text

Says = Callable[[Installation, Report], Iterable[str]]


class Item(NamedTuple):
    """One item: what it must hold, what the data say of it, and where to enter what is missing."""

    part: str
    number: str
    content: str
    says: str
    state: str
    where: str
    cites: str


def items(installation: Installation, report: Report) -> list[Item]:
    """All items of the report, of its summary, and the choices where the act is open."""
    found = []
    installation = own_figures.filled_in(installation)
    for row in reference.rows("report_items"):
        needed, says = WHAT[row["part"], int(row["number"])]
        text = _joined(says(installation, report))
        state = FILLED if text else MISSING if needed else NONE
        found.append(Item(row["part"], row["number"], row["content"], text, state, row["where"], row["provision"]))
    return [*found, *_choices(installation)]


def _choices(installation: Installation) -> Iterable[Item]:
    from .installation import INSTALLATION

    for field, (default, other) in options.CHOICES.items():
        column = INSTALLATION.column(field)
        chosen = options.chosen(installation.site, field)
        text = f"{chosen} (the default; or: {other})" if chosen == default else f"{chosen} (the default is: {default})"
        yield Item("choice", "", column.header, text, FILLED, "Installation", column.rule)


def _joined(lines: Iterable[str]) -> str:
    known = [line for line in lines if line]
    more = f"; … and {len(known) - MOST} more" if len(known) > MOST else ""
    text = "; ".join(known[:MOST])
    return (text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…") + more


def _n(value: float | None, unit: str = "") -> str:
    return "" if value is None or isnan(value) else f"{number(round(value, 5))} {unit}".rstrip()


def _fields(*names: str) -> Says:
    def says(i: Installation, r: Report) -> Iterable[str]:
        texts = [i.site.text(name) for name in names]
        return [", ".join(t for t in texts if t)] if all(texts[:1]) else []

    return says


def _plan(i: Installation, r: Report) -> Iterable[str]:
    for p in i.processes:
        goods = sorted((g for g in i.goods if g.process == p.name), key=lambda g: -(g.quantity or 0.0))[:5]
        routes = f" ({', '.join(p.routes)})" if p.routes else ""
        names = f": {', '.join(g.name for g in goods)}" if goods else ""
        yield f"{p.name}, {p.category}{routes}{names}"
    fuels = [(s.name, s.quantity * (s.ncv or 1.0)) for s in i.streams if s.method == COMBUSTION and s.quantity]
    yield "largest fuels: " + ", ".join(n for n, _ in sorted(fuels, key=lambda f: -f[1])[:5]) if fuels else ""
    yield (
        "zero-rated: " + ", ".join(s.name for s in i.streams if s.biomass) if any(s.biomass for s in i.streams) else ""
    )


def _power(i: Installation, r: Report) -> Iterable[str]:
    return [f"{e.source} to {e.target}: {_n(e.quantity, 'MWh')} at {_n(e.ef, 't CO2/MWh') or 'a factor of its unit'}"
            for e in i.electricity if e.quantity]  # fmt: skip


def _own_power(i: Installation, r: Report) -> Iterable[str]:
    units = {u.name: u for u in i.units}
    sums: dict[str, float] = defaultdict(float)
    for e in i.electricity:
        if e.source in units:
            sums[e.source] += e.quantity or 0.0
    exported = sum(e.quantity or 0.0 for e in i.electricity if e.target == OUTSIDE)
    yield from (f"{name} ({units[name].kind}): {_n(mwh, 'MWh')}" for name, mwh in sums.items())
    yield f"exported: {_n(exported, 'MWh')}" if exported else ""


def _moved(kind: str) -> Says:
    return lambda i, r: [f"{t.source} to {t.target}: {_n(t.quantity, 'TJ')}" for t in i.transfers if t.kind == kind]


def _traded(i: Installation, r: Report) -> Iterable[str]:
    return [f"{t.source} to {t.target}: {_n(t.quantity, 'TJ')}" for t in i.transfers
            if t.kind == HEAT and OUTSIDE in (t.source, t.target)]  # fmt: skip


def _co2(i: Installation, r: Report) -> Iterable[str]:
    return [f"{s.name}: {_n(s.quantity, 't CO2')}" for s in i.streams if s.method == CO2_TRANSFER]


def _total(i: Installation, r: Report) -> Iterable[str]:
    return [_n(r.installation.direct_tco2e, "t CO2e")]


def _months(i: Installation, r: Report) -> Iterable[str]:
    start, end = r.period
    return [f"{(end.year - start.year) * 12 + end.month - start.month + 1} months"] if start and end else []


def _consumption(i: Installation, r: Report) -> Iterable[str]:
    return [_n(sum(e.quantity or 0.0 for e in i.electricity if e.target != OUTSIDE), "MWh")] if i.electricity else []


def _per_process(i: Installation, r: Report) -> Iterable[str]:
    sums: dict[str, float] = defaultdict(float)
    for e in i.electricity:
        sums[e.target] += e.quantity or 0.0
    return [f"{p.name}: {_n(sums[p.name], 'MWh')}" for p in i.processes if p.name in sums]


def _goods(i: Installation, r: Report) -> Iterable[str]:
    return [f"{g.process}: {g.name}, CN {g.cn_code}, {_n(g.quantity, 't')}" for g in i.goods]


def _units(i: Installation, r: Report) -> Iterable[str]:
    return [f"{g.name}, CN {g.cn_code}: {_n(g.mass_t * g.content, g.functional_unit)}" for g in r.goods
            if not isnan(g.mass_t * g.content)]  # fmt: skip


def _others(i: Installation, r: Report) -> Iterable[str]:
    return [f"{p.name}: {_n(p.quantity, p.quantity_unit) or 'no quantity'}" for p in i.processes if not p.is_cbam]


def _see(i: Installation, r: Report) -> Iterable[str]:
    shares = {b.name: b.default_share for b in r.processes}
    for g in r.goods:
        if not isnan(g.see_total):
            share = shares.get(g.process, 0.0)
            rests = "" if isnan(share) or not share else f", {100 * share:.1f} % of it by default values"
            per = f"{_n(g.see_direct_per_unit + g.see_indirect_per_unit)} per {g.functional_unit}"
            yield f"{g.name}: {g.see_direct:.5f} direct, {g.see_indirect:.5f} indirect t CO2e/t ({per}){rests}"


def _with_allocation(i: Installation, r: Report) -> Iterable[str]:
    free = {c.good: c.sefa for c in r.costs}
    return [f"{text}, SEFA {free[g.name]:.5f} t CO2e/t" if g.name in free and not isnan(free[g.name]) else text
            for g, text in zip((g for g in r.goods if not isnan(g.see_total)), _see(i, r), strict=True)]  # fmt: skip


def _streams(i: Installation, r: Report) -> Iterable[str]:
    yield from (f"{s.name} ({s.method}): {_n(s.quantity, s.unit)}" for s in i.streams)
    yield from (f"{x.name} ({x.gas}), measured" for x in i.measured)
    yield from (f"{x.technology} ({x.method})" for x in i.pfc)


def _balances(i: Installation, r: Report) -> Iterable[str]:
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    for t in i.transfers:
        for end, way in ((t.source, "out"), (t.target, "in")):
            sums[end, f"{t.kind.casefold()} {way}", "TJ"] += t.quantity or 0.0
    for e in i.electricity:
        for end, way in ((e.source, "out"), (e.target, "in")):
            sums[end, f"{ELECTRICITY.casefold()} {way}", "MWh"] += e.quantity or 0.0
    names = {p.name for p in i.processes}
    return [f"{end}: {what} {_n(total, unit)}" for (end, what, unit), total in sums.items() if end in names]


def _own_precursors(i: Installation, r: Report) -> Iterable[str]:
    names = {p.name for p in i.processes}
    return [f"{f.source} to {f.target}: {_n(f.quantity, 't')}" for f in i.flows
            if not f.material and f.source in names and f.target in names]  # fmt: skip


def _bought_totals(i: Installation, r: Report) -> Iterable[str]:
    return [f"{p.name}: {_n(p.quantity, 't')}" for p in i.precursors]


def _bought(i: Installation, r: Report) -> Iterable[str]:
    names = {p.name for p in i.precursors}
    return [f"{f.source} to {f.target}: {_n(f.quantity, 't')}" for f in i.flows if f.source in names and not f.material]


def _by_default(i: Installation, r: Report) -> Iterable[str]:
    taken = [t for t in r.terms if t.step == "Precursors" and t.data_source]
    return [f"{t.quantity}, {_n(t.value, 't CO2e/t')}" for t in taken]


def _actual(i: Installation, r: Report) -> Iterable[str]:
    return [f"{p.name}, CN {p.cn_code or '?'}, {p.country}, report {p.verification}: {_n(p.see_direct, 't CO2e/t')}"
            for p in i.precursors if p.verification and fold(p.see_direct_source) != fold(DEFAULT_VALUE)]  # fmt: skip


def _origins(i: Installation, r: Report) -> Iterable[str]:
    return [f"{p.name}: {p.country}{', ' + p.note if p.note else ''}" for p in i.precursors]


def _how(i: Installation, r: Report) -> Iterable[str]:
    yield from (f"{s.stream} to {s.process} by {s.basis.lower() or 'an unnamed key'}" for s in i.shares)
    yield from (f"{p.name}: directly attributed" for p in i.processes if not i.shares)


def _levels(i: Installation, r: Report) -> Iterable[str]:
    return [f"{b.name}: {_n(b.activity_level_t, 't')}, {_n(b.attributed_direct_tco2e, 't CO2e')} direct, "
            f"{_n(b.attributed_indirect_tco2e, 't CO2e')} indirect" for b in r.processes
            if not isnan(b.activity_level_t)]  # fmt: skip


def _factors(i: Installation, r: Report) -> Iterable[str]:
    return [f"{u.name}: {_n(u.ef_electricity, 't CO2/MWh')}" for u in r.units if not isnan(u.ef_electricity)]


def _agreements(i: Installation, r: Report) -> Iterable[str]:
    return [f"{e.target}: {_n(e.ef, 't CO2/MWh')}" for e in i.electricity if e.source == PURCHASE_AGREEMENT]


def _routes(i: Installation, r: Report) -> Iterable[str]:
    return [f"{p.name}: {', '.join(p.routes) or 'all production routes'}, {_n(p.quantity, p.quantity_unit)}"
            for p in i.processes if p.is_cbam]  # fmt: skip


def _parameters(i: Installation, r: Report) -> Iterable[str]:
    return [f"{x.target}: {x.parameter} {x.value if not isinstance(x.value, float) else _n(x.value)}"
            for x in i.parameters]  # fmt: skip


def _biomass(i: Installation, r: Report) -> Iterable[str]:
    found = [s for s in i.streams if s.biomass]
    return [f"{s.name}: {100 * (s.biomass or 0.0):g} % zero-rated{', ' + s.note if s.note else ''}" for s in found]


def _indirect(i: Installation, r: Report) -> Iterable[str]:
    return [_n(r.installation.indirect_tco2e, "t CO2e")] if r.installation.indirect_tco2e else []


def _nothing(i: Installation, r: Report) -> Iterable[str]:
    return ()


_OPERATOR = _fields("representative", "email", "telephone")
_SITE = _fields("name_en", "name", "street", "post_code", "city", "country", "unlocode", "latitude", "longitude")

WHAT: dict[tuple[str, int], tuple[bool, Says]] = {
    ("report", 1): (True, _SITE), ("report", 2): (True, _plan), ("report", 3): (True, _power),
    ("report", 4): (False, _own_power), ("report", 5): (False, _moved(WASTE_GAS)), ("report", 6): (False, _co2),
    ("report", 7): (True, _total), ("report", 8): (False, _months), ("report", 9): (True, _consumption),
    ("report", 10): (True, _per_process), ("report", 11): (False, _power), ("report", 12): (True, _power),
    ("report", 13): (True, _goods), ("report", 14): (False, _others), ("report", 15): (True, _see),
    ("report", 16): (True, _streams), ("report", 17): (False, _balances), ("report", 18): (False, _own_precursors),
    ("report", 19): (False, _own_precursors), ("report", 20): (False, _bought_totals), ("report", 21): (False, _bought),
    ("report", 22): (False, _by_default), ("report", 23): (False, _actual), ("report", 24): (False, _nothing),
    ("report", 25): (False, _nothing), ("report", 26): (True, _per_process), ("report", 27): (False, _own_precursors),
    ("report", 28): (False, _origins), ("report", 29): (True, _how), ("report", 30): (True, _levels),
    ("report", 31): (True, _units), ("report", 32): (False, _factors), ("report", 33): (False, _agreements),
    ("report", 34): (True, _routes), ("report", 35): (False, _parameters),
    ("summary", 1): (True, _OPERATOR), ("summary", 2): (True, _SITE), ("summary", 3): (True, _plan),
    ("summary", 4): (True, _with_allocation), ("summary", 5): (True, _levels), ("summary", 6): (False, _indirect),
    ("summary", 7): (False, _traded), ("summary", 8): (False, _biomass), ("summary", 9): (False, _moved(WASTE_GAS)),
    ("summary", 10): (False, _co2), ("summary", 11): (False, _own_power), ("summary", 12): (False, _by_default),
    ("summary", 13): (False, _actual), ("summary", 14): (False, _nothing), ("summary", 15): (False, _nothing),
    ("summary", 16): (False, _origins),
}  # fmt: skip
"""Item -> whether every installation must have it, and what the data say of it."""
