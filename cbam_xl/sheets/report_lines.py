"""What the data say of each item of the operator's emissions report (2025/2547 Annex IV 1.1, 1.2): its lines.

A line that begins with :data:`LACKING` names what the item must hold and no row gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from math import fsum, isnan

from .. import model as m
from .. import options
from ..boundary import direct_only
from ..definitive import bought
from ..law import definitive
from ..model import Electricity, Flow, Installation, Stream, fold
from ..precursors import DIRECT, INDIRECT, per_tonne
from ..report import NAN, Balance, GoodResult, Report, or_nan
from ..reporting import number
from .installation import INSTALLATION

Says = Callable[[Installation, Report], Iterable[str]]
LACKING = "missing: "
TOP = 5  # goods, fuels, materials and stacks in the summary of the monitoring plan (IV 1.1, point 2)


def amount(value: float | None, unit: str = "") -> str:
    """A figure with at most five decimals and its unit; "" if it isn't known."""
    return "" if value is None or isnan(value) else f"{number(round(value, 5))} {unit}".rstrip()


def nothing(i: Installation, r: Report) -> Iterable[str]:
    return ()


def unlisted(i: Installation) -> bool:
    """Whether a good is made that has indirect emissions, being outside Annex II of 956."""
    return any(p.is_cbam and not direct_only(p.category) for p in i.processes)


def fields(*names: str) -> Says:
    """Fields of the form in one line, and those of them that are blank."""

    def says(i: Installation, r: Report) -> Iterable[str]:
        yield ", ".join(i.site.text(name) for name in names if i.site.text(name))
        blank = [INSTALLATION.column(name).header for name in names if not i.site.text(name)]
        yield LACKING + ", ".join(blank) if blank else ""

    return says


# the plan, fuels and materials


def plan(i: Installation, r: Report) -> Iterable[str]:
    for p in i.processes:
        goods = sorted((g for g in i.goods if g.process == p.name), key=lambda g: -(g.quantity or 0.0))[:TOP]
        routes = f" ({', '.join(p.routes)})" if p.routes else ""
        names = f": {', '.join(f'{g.name}, CN {g.cn_code}' for g in goods)}" if goods else ""
        yield f"{p.name}, {p.category}{routes}{names}"
    yield _largest("fuels", {s.name: _energy(s) for s in i.streams if s.method == m.COMBUSTION})
    carbon = definitive().carbon_factor
    yield _largest("process materials", {
        s.name: abs(or_nan(s.quantity) * or_nan(s.ef if s.method == m.PROCESS_EMISSIONS else s.carbon_content) *
                    (1.0 if s.method == m.PROCESS_EMISSIONS else carbon))
        for s in i.streams if s.method in (m.PROCESS_EMISSIONS, m.MASS_BALANCE)})  # fmt: skip
    stacks = {f"{x.name} ({x.gas})": or_nan(x.concentration) * or_nan(x.hours) * or_nan(x.flow) for x in i.measured}
    yield _largest("measured sources", stacks)
    yield from (f"zero-rated: {line}" for line in biomass(i, r))
    yield from (f"heat {line}" for line in traded(i, r))


def _energy(s: Stream) -> float:
    return or_nan(s.quantity) * (1.0 if s.unit == "TJ" else or_nan(s.ncv))


def _largest(what: str, sizes: dict[str, float]) -> str:
    """The largest of them by name; those of unknown size come last."""
    names = sorted(sizes, key=lambda name: 0.0 if isnan(sizes[name]) else -sizes[name])[:TOP]
    return f"largest {what}: {', '.join(names)}" if names else ""


def streams(i: Installation, r: Report) -> Iterable[str]:
    for s in i.streams:
        factors = (amount(s.ncv, f"TJ/{s.unit}"), amount(s.ef, f"t CO2/{s.ef_unit}"),
                   amount(s.carbon_content, f"t C/{s.unit}"), _share("OxF or ConvF", s.conversion),
                   _share("zero-rated", s.biomass), "an estimate" if s.data_source == "Estimate" else "")  # fmt: skip
        yield ", ".join(t for t in (f"{s.name} ({s.method}): {amount(s.quantity, s.unit)}", *factors) if t)
    yield from (f"{x.name} ({x.gas}), measured" for x in i.measured)
    yield from (f"{x.technology} ({x.method})" for x in i.pfc)


def _share(what: str, share: float | None) -> str:
    return "" if share is None else f"{what} {100 * share:g} %"


def biomass(i: Installation, r: Report) -> Iterable[str]:
    found = [s for s in i.streams if s.biomass]
    return [f"{s.name}: {100 * (s.biomass or 0.0):g} % zero-rated{', ' + s.note if s.note else ''}" for s in found]


def co2(i: Installation, r: Report) -> Iterable[str]:
    return [f"{s.name}: {amount(s.quantity, 't CO2')}{', ' + s.note if s.note else ''}" for s in i.streams
            if s.method == m.CO2_TRANSFER]  # fmt: skip


# heat, waste gas, electricity


def moved(kind: str) -> Says:
    return lambda i, r: [f"{t.source} to {t.target}: {amount(t.quantity, 'TJ')}" for t in i.transfers if t.kind == kind]


def traded(i: Installation, r: Report) -> Iterable[str]:
    return [f"{t.source} to {t.target}: {amount(t.quantity, 'TJ')}{', ' + t.note if t.note else ''}"
            for t in i.transfers if t.kind == m.HEAT and m.OUTSIDE in (t.source, t.target)]  # fmt: skip


def power(i: Installation, r: Report) -> Iterable[str]:
    for e in i.electricity:
        if e.quantity:
            at = amount(e.ef, "t CO2/MWh") or "a factor of its unit"
            yield f"{e.source} to {e.target}: {amount(e.quantity, 'MWh')} at {at}{', ' + e.note if e.note else ''}"


def power_and_mean(i: Installation, r: Report) -> Iterable[str]:
    """The sources, and the factor of the installation: their mean by consumption (Art. 9(1))."""
    yield from power(i, r)
    made = {u.name: u.ef_electricity for u in r.units}
    used = [(or_nan(e.quantity), made.get(e.source, NAN) if e.ef is None else e.ef) for e in _consumed(i)]
    whole = fsum(mwh for mwh, _ in used)
    mean = fsum(mwh * ef for mwh, ef in used) / whole if whole else NAN
    yield f"all of them: {amount(whole, 'MWh')} at {amount(mean, 't CO2/MWh')}" if not isnan(mean) else ""


def _consumed(i: Installation) -> list[Electricity]:
    """Electricity that processes use, each supply once."""
    names = {p.name for p in i.processes}
    return [e for e in i.electricity if e.target in names and e.source not in names and e.quantity]


def own_power(i: Installation, r: Report) -> Iterable[str]:
    units = {u.name: u for u in i.units}
    sums: dict[str, float] = defaultdict(float)
    for e in i.electricity:
        if e.source in units:
            sums[e.source] += e.quantity or 0.0
    exported = sum(e.quantity or 0.0 for e in i.electricity if e.target == m.OUTSIDE)
    yield from (f"{name} ({units[name].kind}): {amount(mwh, 'MWh')}" for name, mwh in sums.items())
    yield f"exported: {amount(exported, 'MWh')}" if exported else ""


def consumption(i: Installation, r: Report) -> Iterable[str]:
    return (
        [amount(sum(e.quantity or 0.0 for e in i.electricity if e.target != m.OUTSIDE), "MWh")] if i.electricity else []
    )


def per_process(listed: bool) -> Says:
    """What each process uses; without the ``listed`` ones, whose goods have direct emissions only."""

    def says(i: Installation, r: Report) -> Iterable[str]:
        sums: dict[str, float] = defaultdict(float)
        for e in i.electricity:
            sums[e.target] += e.quantity or 0.0
        return [f"{p.name}: {amount(sums[p.name], 'MWh')}" for p in i.processes
                if p.name in sums and (listed or (p.is_cbam and not direct_only(p.category)))]  # fmt: skip

    return says


def factors(i: Installation, r: Report) -> Iterable[str]:
    return [f"{u.name}: {amount(u.ef_electricity, 't CO2/MWh')}" for u in r.units if not isnan(u.ef_electricity)]


def agreements(i: Installation, r: Report) -> Iterable[str]:
    return [f"{e.target}: {amount(e.ef, 't CO2/MWh')}" for e in i.electricity if e.source == m.PURCHASE_AGREEMENT]


def balances(i: Installation, r: Report) -> Iterable[str]:
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    for t in i.transfers:
        for end, way in ((t.source, "out"), (t.target, "in")):
            sums[end, f"{t.kind.casefold()} {way}", "TJ"] += t.quantity or 0.0
    for e in i.electricity:
        for end, way in ((e.source, "out"), (e.target, "in")):
            sums[end, f"{m.ELECTRICITY.casefold()} {way}", "MWh"] += e.quantity or 0.0
    names = {p.name for p in i.processes}
    return [f"{end}: {what} {amount(total, unit)}" for (end, what, unit), total in sums.items() if end in names]


# totals, processes and goods


def total(i: Installation, r: Report) -> Iterable[str]:
    return [amount(r.installation.direct_tco2e, "t CO2e")]


def indirect(i: Installation, r: Report) -> Iterable[str]:
    return [amount(r.installation.indirect_tco2e, "t CO2e")] if r.installation.indirect_tco2e else []


def months(i: Installation, r: Report) -> Iterable[str]:
    """Only where less than a year was monitored: a new installation."""
    start, end = r.period
    found = (end.year - start.year) * 12 + end.month - start.month + 1 if start and end else 12
    return [f"{found} months"] if found < 12 else []


def how(i: Installation, r: Report) -> Iterable[str]:
    yield from (f"{s.stream} to {s.process} by {s.basis.lower() or 'an unnamed key'}" for s in i.shares)
    yield from (f"{p.name}: directly attributed" for p in i.processes if not i.shares)


def levels(i: Installation, r: Report) -> Iterable[str]:
    return [f"{b.name}: {amount(b.activity_level_t, 't')}, {amount(b.attributed_direct_tco2e, 't CO2e')} direct, "
            f"{amount(b.attributed_indirect_tco2e, 't CO2e')} indirect" for b in r.processes
            if not isnan(b.activity_level_t)]  # fmt: skip


def total_and_levels(i: Installation, r: Report) -> Iterable[str]:
    return [f"installation: {line}" for line in total(i, r) if line] + [*levels(i, r)]


def goods(i: Installation, r: Report) -> Iterable[str]:
    return [f"{g.process}: {g.name}, CN {g.cn_code}, {amount(g.quantity, 't')}" for g in i.goods]


def in_units(i: Installation, r: Report) -> Iterable[str]:
    yield from (f"{g.name}, CN {g.cn_code}: {amount(g.mass_t * g.content, g.functional_unit)}" for g in r.goods
                if not isnan(g.mass_t * g.content))  # fmt: skip
    yield from (f"{category}: made and used in “{p.name}”" for p in i.processes for category in p.included)


def others(i: Installation, r: Report) -> Iterable[str]:
    return [f"{p.name}: {amount(p.quantity, p.quantity_unit) or 'no quantity'}" for p in i.processes if not p.is_cbam]


def routes(i: Installation, r: Report) -> Iterable[str]:
    levels = {b.name: b for b in r.processes}
    for p in (p for p in i.processes if p.is_cbam):
        made = (amount(p.quantity, p.quantity_unit), _level_in_units(levels[p.name], r))
        yield f"{p.name}: {', '.join(p.routes) or 'all production routes'}, {', '.join(t for t in made if t)}"


def _level_in_units(b: Balance, r: Report) -> str:
    """The activity level in functional units, by the mean content of what is sold; "" where that is a tonne."""
    sold = [g for g in r.goods if g.process == b.name]
    if not sold or b.functional_unit in ("", "t"):
        return ""
    contents = {g.content for g in sold}
    whole = fsum(g.mass_t for g in sold)
    mean = contents.pop() if len(contents) == 1 else fsum(g.mass_t * g.content for g in sold) / whole if whole else NAN
    return amount(b.activity_level_t * mean, b.functional_unit)


def parameters(i: Installation, r: Report) -> Iterable[str]:
    return [f"{x.target}: {x.parameter} {x.value if not isinstance(x.value, float) else amount(x.value)}"
            for x in i.parameters]  # fmt: skip


def see(i: Installation, r: Report) -> Iterable[str]:
    """Each good, then the quality of the data."""
    yield from (_see(g, i, r) for g in _known(r))
    yield i.site.text("data_quality")


def with_allocation(i: Installation, r: Report) -> Iterable[str]:
    free = {c.good: c.sefa for c in r.costs}
    for g in _known(r):
        sefa = free.get(g.name, NAN)
        yield _see(g, i, r) + ("" if isnan(sefa) else f", SEFA {sefa:.5f} t CO2e/t")


def _known(r: Report) -> list[GoodResult]:
    return [g for g in r.goods if not isnan(g.see_total)]


def _see(g: GoodResult, i: Installation, r: Report) -> str:
    """SEE per t, at most five decimals (II A.1(8)); per functional unit all digits that count; what rests on what."""
    share = next((b.default_share for b in r.processes if b.name == g.process), 0.0)
    text = f"{g.name}: {g.see_direct:.5f} direct, {g.see_indirect:.5f} indirect t CO2e/t"
    if g.functional_unit != "t":
        text += f" ({g.see_direct_per_unit:.6g} and {g.see_indirect_per_unit:.6g} per {g.functional_unit})"
    text += "" if isnan(share) or not share else f", {100 * share:.1f} % of it by default values"
    mwh = [(or_nan(e.quantity), e.source == m.GRID) for e in _consumed(i) if e.target == g.process]
    whole = fsum(x for x, _ in mwh)
    if direct_only(g.category) or not whole or isnan(whole):
        return text
    default = fsum(x for x, grid in mwh if grid) / whole
    return f"{text}, electricity {100 * default:.1f} % by default and {100 - 100 * default:.1f} % by actual factors"


# precursors


def own_precursors(i: Installation, r: Report) -> Iterable[str]:
    names = {p.name for p in i.processes}
    return [f"{f.source} to {f.target}: {amount(f.quantity, 't')}" for f in i.flows
            if not f.material and f.source in names and f.target in names]  # fmt: skip


def bought_totals(i: Installation, r: Report) -> Iterable[str]:
    return [f"{p.name}: {amount(p.quantity, 't')}" for p in i.precursors]


def _bought(i: Installation) -> list[Flow]:
    names, makers = {p.name for p in i.precursors}, {p.name for p in i.processes}
    return [f for f in i.flows if f.source in names and f.target in makers and not f.material]


def bought_used(i: Installation, r: Report) -> Iterable[str]:
    return [f"{f.source} to {f.target}: {amount(f.quantity, 't')}" for f in _bought(i)]


def by_default(i: Installation, r: Report) -> Iterable[str]:
    taken = [t for t in r.terms if t.step == bought.STEP and t.data_source]
    return [f"{t.quantity}, {amount(t.value, 't CO2e/t')}" for t in taken]


def actual(i: Installation, r: Report) -> Iterable[str]:
    for p in i.precursors:
        if p.verification and fold(p.see_direct_source) != fold(m.DEFAULT_VALUE):
            found = per_tonne(p, definitive())
            more = "" if direct_only(p.category) else f" direct, {amount(found[INDIRECT], 't CO2e/t')} indirect"
            yield (f"{p.name}, CN {p.cn_code or '?'}, {p.country}, report {p.verification}: "
                   f"{amount(p.see_direct, 't CO2e/t')}{more}")  # fmt: skip


def lots(i: Installation, r: Report) -> Iterable[str]:
    """Means by mass of the precursors of one CN code that a process has from several installations (Art. 14(2))."""
    law = options.as_chosen(definitive(), i.site)
    counted = {p.name: p for p in bought.counted(i, law)[0].precursors}
    used: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for f in _bought(i):
        if counted[f.source].cn_code:
            used[f.target, counted[f.source].cn_code][f.source] += or_nan(f.quantity)
    for (process, code), masses in used.items():
        whole = fsum(masses.values())
        if len(masses) > 1 and whole:
            see = [(mass, per_tonne(counted[name], law)) for name, mass in masses.items()]
            direct, indirect = (fsum(mass * of[side] for mass, of in see) / whole for side in (DIRECT, INDIRECT))
            yield (f"{process}, CN {code}, {len(masses)} sources by mass (Art. 14(2)): "
                   f"{amount(direct, 't CO2e/t')} direct, {amount(indirect, 't CO2e/t')} indirect")  # fmt: skip


def origins(i: Installation, r: Report) -> Iterable[str]:
    return [f"{p.name}: {p.country}{', ' + p.note if p.note else ''}" for p in i.precursors]
