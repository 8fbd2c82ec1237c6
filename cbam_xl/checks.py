"""What a verifier would ask: small generators over an installation and its report, each a handful of rules.

A false alarm is worse than a miss: what the law leaves open is a warning. Faults of single cells are found on reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from math import fsum, isnan

from . import reference
from .equations import reconciliation_factor
from .findings import issue
from .law import Law
from .model import (
    ERROR,
    HEAT,
    MARKET,
    MASS_BALANCE,
    NOTE,
    SHARED,
    SUBMETER,
    WARNING,
    WASTE_GAS,
    Cell,
    Installation,
    Issue,
    Measured,
    Pfc,
    Process,
    Share,
    Stream,
    fold,
)
from .report import Report

Check = Callable[[Installation, Law, Report], Iterator[Issue]]
Emitting = Stream | Measured | Pfc
LEVELS = {ERROR: 0, WARNING: 1, NOTE: 2}
TIGHT, OPEN, MATERIAL = 1e-9, 1e-3, 0.05  # relative: equal; worth a look; what a verifier must find
FAR = 0.25  # relative: a larger difference means that the readings have another unit
ANY_ROUTE = "All production routes"


def run(installation: Installation, law: Law, report: Report) -> list[Issue]:
    """The findings of all checks."""
    return [found for check in CHECKS for found in check(installation, law, report)]


def sort(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Errors, warnings, notes; each in the order in which they were found; the same finding once."""
    return tuple(sorted(dict.fromkeys(issues), key=lambda i: LEVELS[i.level]))


def period(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III A.1(3): a year, or at least three months; and the act that applies to it."""
    at, origin = installation.site.at, installation.origin
    start, end = report.period
    if start and end:
        days = (end - start).days + 1
        if days <= 0:
            yield issue("period-order", f"The reporting period ends on {end} before it begins on {start}: correct the "
                        "dates.", at, "period_end", origin)  # fmt: skip
        elif not 88 <= days <= 400:
            yield issue("period-short", f"The reporting period has {days} days: a year is the rule, an MRV period of "
                        "at least three months is allowed.", at, "period_start", origin)  # fmt: skip
    if isinstance(end, date) and end > law.valid_to:
        yield issue("period-act", f"The period ends on {end}: from 2026 Regulation (EU) 2025/2547 applies. These "
                    f"figures follow {law.act}; don't communicate them.", at, "period_end", origin)  # fmt: skip


def processes(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III A.4 and F.2: categories, routes, joint processes, activity levels, DirEm*."""
    origin = installation.origin
    if not any(p.is_cbam for p in installation.processes):
        yield issue("no-process", "There is no production process of a CBAM good: enter at least one on Processes.",
                    installation.processes[0].at if installation.processes else None, "name", origin)  # fmt: skip
    balances = {b.name: b for b in report.processes}
    emitting = _emitting(installation)
    shared = {fold(_label(e)) for e in emitting if e.process == SHARED}
    with_rows = {e.process for e in emitting} | {s.process for s in installation.shares if fold(s.stream) in shared}
    for p in installation.processes:
        b = balances[p.name]
        if p.is_cbam and p.quantity is None:
            yield issue("production-missing", f"“{p.name}” has no total production: without its activity level no SEE "
                        "can be computed. Type the net saleable mass.", p.at, "quantity", origin)  # fmt: skip
        elif p.is_cbam and p.quantity == 0:
            yield issue("idle-process", f"“{p.name}” produced nothing in the period: it has no SEE.", p.at, "quantity",
                        origin)  # fmt: skip
        if isnan(b.direct_emissions_tco2e) and p.direct_entered is None and p.name not in with_rows and p.is_cbam:
            yield issue("emissions-missing", f"“{p.name}” has neither DirEm* nor emission rows, while emissions stand "
                        "there without a process: assign them, or type DirEm* (0 if none).", p.at, "direct_entered",
                        origin)  # fmt: skip
        if p.direct_entered is not None and p.name in with_rows:
            yield issue("stated-and-streams", f"“{p.name}”: DirEm* {p.direct_entered:,.10g} is entered and counts, "
                        "although emission rows are assigned to it. Clear one of the two.", p.at, "direct_entered",
                        origin)  # fmt: skip
        yield from _routes(p, origin)
        yield from _joint(p, installation)
        if not isnan(b.see_direct) and b.see_direct < 0:
            yield issue("negative-see", f"“{p.name}” has a SEE (direct) of {b.see_direct:.5f}: check what is taken off "
                        "it.", p.at, "name", origin)  # fmt: skip


def _emitting(installation: Installation) -> list[Emitting]:
    """All rows that emit, in the order of their sheets."""
    return [*installation.streams, *installation.measured, *installation.pfc]


def _label(row: Emitting) -> str:
    return row.technology if isinstance(row, Pfc) else row.name


def _routes(p: Process, origin: str) -> Iterator[Issue]:
    known = reference.routes(p.category) if p.is_cbam else ()
    for route in p.routes if p.is_cbam else ():
        if route not in known and fold(route) != fold(ANY_ROUTE):
            yield issue("route-free", f"“{route}” isn't a route of {p.category}: it is communicated as “Other "
                        "production routes”.", p.at, "route", origin)  # fmt: skip
    if len(p.routes) > 1 and len(known) > 1:
        yield issue("route-mixed", f"“{p.name}” has {len(p.routes)} production routes of {p.category}: the act wants "
                    "one process per route (III A.4(b)).", p.at, "route", origin)  # fmt: skip


def _joint(p: Process, installation: Installation) -> Iterator[Issue]:
    """Joint processes: only for precursors that aren't sold, and for the iron and steel and aluminium sets."""
    origin = installation.origin
    allowed = reference.joint(p.category) if p.is_cbam else {}
    for each in p.included:
        if each not in allowed:
            yield issue("joint-not-allowed", f"“{p.name}”: {each} can't be made inside a joint process of "
                        f"{p.category}; make it a process of its own.", p.at, "category", origin)  # fmt: skip
    others = [c for c in p.leaving if c != p.category]
    if others:
        foreign = [c for c in others if c not in allowed]
        if foreign:
            yield issue("bubble-indicative", f"“{p.name}” shares its emissions out by output over "
                        f"{', '.join(p.leaving)}: indicative, not for communication (III A.4).", p.at, "category",
                        origin)  # fmt: skip
        else:
            yield issue("joint-sold", f"{', '.join(others)} leaves the joint process “{p.name}”: a precursor that is "
                        "sold should be a process of its own.", p.at, "category", origin)  # fmt: skip
    goods = installation.goods if p.included else ()
    sold = {reference.category_of(g.cn_code) for g in goods if g.process == p.name}
    for each in p.included:
        if each in sold:
            yield issue("joint-sold", f"{each} is made inside the joint process “{p.name}” and sold as a good: it "
                        "should be a process of its own.", p.at, "category", origin)  # fmt: skip


def goods(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """956 Annex I, II 2, IV 2: CN codes fit the process; parameters that the category asks for."""
    origin = installation.origin
    processes = {p.name: p for p in installation.processes}
    given = {(fold(r.target), r.parameter) for r in installation.parameters}
    sold: dict[str, list[float]] = defaultdict(list)
    for g in installation.goods:
        p = processes.get(g.process)
        category = reference.category_of(g.cn_code) if g.cn_code else None
        if g.cn_code and (category is None or len(g.cn_code) != 8):
            yield issue("cn-unknown",
                        f"CN code {g.cn_code} isn't a CBAM good of eight digits (Annex I): correct it.", g.at,
                        "cn_code", origin)  # fmt: skip
        elif p and category and category not in (*p.leaving, p.category, *p.included):
            yield issue("cn-category", f"CN code {g.cn_code} is {category}, but process “{p.name}” makes {p.category}: "
                        "correct the code or the process.", g.at, "cn_code", origin)  # fmt: skip
        if g.quantity is not None:
            sold[g.process].append(g.quantity)
        if p and p.is_cbam and origin == "workbook":
            asked = [r["parameter"] for r in reference.goods_parameters(p.category) if _always(r)]
            missing = [a for a in asked if not {(fold(g.name), a), (fold(p.name), a)} & given]
            if missing:
                yield issue("parameter-missing", f"“{g.name}” ({p.category}) lacks on Goods parameters: "
                            f"{', '.join(missing)}.", g.at, "name", origin)  # fmt: skip
    market: dict[str, list[float]] = defaultdict(list)
    for f in installation.flows:
        if f.target == MARKET and not f.material and f.quantity is not None:
            market[f.source].append(f.quantity)
    for name, amounts in sold.items():
        p = processes.get(name)
        made = fsum(market[name]) if name in market else p.quantity if p else None
        total = fsum(amounts)
        if p and made is not None and total > made * (1 + OPEN):
            yield issue("sold-open", f"The goods of “{name}” sum to {total:,.10g} t sold, but {made:,.10g} t go to the "
                        "market: check Goods and Material flows.", p.at, "quantity", origin)  # fmt: skip


def _always(row: reference.Row) -> bool:
    """Whether a parameter is asked for whatever the good: not only "if known" or above some content."""
    conditional = ", if " in row["parameter"] or row["note"].startswith("Asked when")
    return row["in_template"] == "yes" and not conditional


def parameters(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """II 3.16 to 3.18: other materials and alloying elements above 5 %."""
    categories = {p.name: p.category for p in installation.processes}
    of_good = {g.name: g.process for g in installation.goods}
    for row in installation.parameters:
        category = categories.get(of_good.get(row.target, row.target), "")
        if not isinstance(row.value, float):
            continue
        if row.parameter == "% other materials" and row.value > law.other_materials_threshold * 100:
            yield issue("other-materials", f"“{row.target}” holds {row.value:g} % other materials, more than 5 %: "
                        "Total production must be the mass of the metal only.", row.at, "value",
                        installation.origin)  # fmt: skip
        elif (row.parameter == "% non-aluminium elements" and "luminium" in category
              and row.value > law.alloying_threshold * 100):  # fmt: skip
            how = ("they count as primary aluminium with its default value, unless the route is primary smelting."
                   if installation.origin == "workbook" else
                   "that workbook doesn't add them as primary aluminium.")  # fmt: skip
            yield issue("alloying-elements", f"“{row.target}” holds {row.value:g} % other elements, more than 5 %: if "
                        f"they are alloying elements, {how}", row.at, "value", installation.origin)  # fmt: skip


def carbon(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 12: a tonne holds at most a tonne of carbon; more was typed in per cent."""
    by_mass = (s for s in installation.streams if s.unit == "t")
    for row in (*by_mass, *installation.flows):
        content = row.carbon_content
        if content is not None and content > 1:
            yield issue("carbon-share", f"“Carbon content” is {content:g} t C per t: it is a share of at most 1. Type "
                        f"{content / 100:g} if {content:g} is meant in per cent.", row.at, "carbon_content",
                        installation.origin)  # fmt: skip


def flows(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """II 3, III F.2, G: relevant precursors only; what is made goes somewhere; by-products once."""
    origin = installation.origin
    processes = {p.name: p for p in installation.processes}
    precursors = {p.name: p for p in installation.precursors}
    used: set[str] = set()
    for f in installation.flows:
        target, source = processes.get(f.target), processes.get(f.source) or precursors.get(f.source)
        if f.material:
            if f.carbon_content is None and target is not None:
                yield issue("by-product-carbon", f"{f.material} from “{f.source}” has no carbon content: it moves no "
                            "emissions and is only a mass.", f.at, "carbon_content", origin)  # fmt: skip
            continue
        if f.source in precursors:
            used.add(f.source)
        if target is None or source is None or not f.quantity:
            continue
        if f.source == f.target:
            yield issue("flow-to-self", f"“{f.source}” is entered as its own precursor: what is used inside the same "
                        "process has no row.", f.at, "target", origin)  # fmt: skip
        elif target.is_cbam and source.category:
            relevant = frozenset().union(*(reference.relevant(c) for c in (target.category, *target.included)))
            if source.category not in relevant:
                names = ", ".join(sorted(relevant)) or "none"
                yield issue("not-a-precursor", f"{source.category} (“{f.source}”) isn't a relevant precursor of "
                            f"{target.category} (“{f.target}”). Relevant: {names}.", f.at, "source",
                            origin)  # fmt: skip
    for p in installation.precursors:
        if p.name not in used:
            yield issue("precursor-unused",
                        f"“{p.name}” goes to no process: enter its consumption on Material flows.", p.at,
                        "name", origin)  # fmt: skip
    taken = {(s.process, fold(s.name)) for s in installation.streams
             if s.method == MASS_BALANCE and s.quantity is not None and s.quantity < 0}  # fmt: skip
    for f in installation.flows:
        if f.material and f.carbon_content and (f.source, fold(f.material)) in taken:
            yield issue("by-product-twice", f"{f.material} leaves “{f.source}” here and as a negative mass balance "
                        "stream: its carbon is taken off twice. Keep one.", f.at, "material", origin)  # fmt: skip


def energy(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III C, D, F.1: every heat and power transfer has a factor; nothing for heat of nitric acid."""
    origin = installation.origin
    units = {u.name for u in installation.units}
    nitric = {p.name for p in installation.processes if p.category == "Nitric acid"}
    for t in installation.transfers:
        if t.kind == HEAT and t.source not in units:
            if t.ef is None and not t.fuel and t.source not in nitric and t.quantity != 0:
                yield issue("factor-missing", f"The heat from “{t.source}” has no emission factor: type the supplier's "
                            "or your own, or choose the common fuel.", t.at, "ef", origin)  # fmt: skip
            if t.source in nitric and (t.ef or (t.ef is None and t.fuel)):
                yield issue("nitric-heat", f"Heat from “{t.source}” (nitric acid) isn't accounted: its factor is 0. "
                            "Clear the factor and the fuel.", t.at, "ef" if t.ef else "fuel", origin)  # fmt: skip
        elif t.kind == WASTE_GAS and t.source in units:
            yield issue("unit-output", f"“{t.source}” is an energy unit and can't give waste gas: name the process "
                        "whose gas it is as From.", t.at, "source", origin)  # fmt: skip
    known = {e.source for e in installation.electricity if e.ef is not None}
    for e in installation.electricity:
        if e.source not in units and e.source not in known and e.quantity != 0:
            yield issue("factor-missing", f"The electricity from “{e.source}” has no emission factor: type it with its "
                        "source (III D.4).", e.at, "ef", origin)  # fmt: skip


def shares(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III F.3, F.4: shared streams are split, keys have a reason, streams without a process are told."""
    origin = installation.origin
    split: dict[str, list[Share]] = defaultdict(list)
    for s in installation.shares:
        split[fold(s.stream)].append(s)
    shared: dict[str, tuple[str, Cell, str]] = {}
    meters: dict[str, list[float | None]] = defaultdict(list)
    for row in _emitting(installation):
        if row.process == SHARED:
            shared[fold(_label(row))] = (_label(row), row.at, "process")
            meters[fold(_label(row))].append(row.quantity if isinstance(row, Stream) else None)
    for e in installation.electricity:
        if e.target == SHARED:
            shared[fold(e.source)] = (e.source, e.at, "target")
            meters[fold(e.source)].append(e.quantity)
    for key, (name, at, field) in shared.items():
        if key in split:
            yield from _reconciled(name, meters[key], split[key], origin)
        else:
            yield issue("share-missing", f"“{name}” is Shared but has no rows on Shared streams: enter who uses how "
                        "much.", at, field, origin)  # fmt: skip
    for s in installation.shares:
        if s.stream and fold(s.stream) not in shared:
            yield issue("name-unknown", f"“{s.stream}” isn't a stream, emission point or supply that says “Shared”: "
                        "correct the name, or write “Shared” there.", s.at, "stream", origin)  # fmt: skip
        if s.basis and s.basis != SUBMETER and not s.note:
            yield issue("share-reason", f"“{s.stream}” is split by {s.basis.lower()}: say in “Evidence, note” why this "
                        "key is sound (III F.3).", s.at, "basis", origin)  # fmt: skip
    if origin == "workbook":
        for row in _emitting(installation):
            if not row.process:
                yield issue("stream-unassigned", f"“{_label(row)}” has no process: it counts for the installation "
                            "only.", row.at, "process", origin)  # fmt: skip


def _reconciled(name: str, meters: list[float | None], rows: list[Share], origin: str) -> Iterator[Issue]:
    """Sub-meters that differ from their main meter, by little: with other units than its own they can't be compared."""
    main, parts = [x for x in meters if x is not None], [s.weight for s in rows if s.weight is not None]
    if len(main) < len(meters) or len(parts) < len(rows) or any(s.basis != SUBMETER for s in rows) or not fsum(parts):
        return
    factor = reconciliation_factor(fsum(main), parts)
    if TIGHT < abs(factor - 1) < FAR:
        yield issue("reconciled", f"“{name}”: sub-meters sum to {fsum(parts):,.6g}, the main meter shows "
                    f"{fsum(main):,.6g}; each is multiplied by RecF = {factor:.6g}.", rows[0].at, "weight",
                    origin)  # fmt: skip


def defaults(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """IV 1: a default value needs its justification."""
    if installation.origin == "workbook" and not installation.site.text("default_justification"):
        for p in installation.precursors:
            if fold(p.see_direct_source) == "default" and not p.justification:
                yield issue("default-justification", f"“{p.name}” rests on a default value: choose a justification, "
                            "here or on Installation.", p.at, "justification")  # fmt: skip


def closure(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Open balances: mass must close, emissions should (III F.2, A.4(e))."""
    origin = installation.origin
    at = {p.name: p.at for p in installation.precursors} | {p.name: p.at for p in installation.processes}
    for line in report.closure:
        rest = line.unexplained
        if isnan(rest) or abs(rest) <= TIGHT * line.scale:
            continue
        if line.balance == "mass":
            yield issue("mass-open", f"“{line.of}”: {line.installation:,.10g} {line.unit} made or bought, "
                        f"{line.attributed:,.10g} handed on; {-rest:,.6g} are open. Use “remaining”, or correct a row.",
                        at.get(line.of), "quantity", origin)  # fmt: skip
        elif abs(rest) > MATERIAL * line.scale and line.balance in ("direct emissions", "indirect emissions"):
            yield issue("balance-open", f"{line.balance.capitalize()}: {line.installation:,.6g} t of the installation, "
                        f"{line.attributed:,.6g} t of its processes; {rest:,.6g} t are unexplained. See Balances.",
                        None, "", origin)  # fmt: skip


CHECKS: tuple[Check, ...] = (period, processes, goods, parameters, carbon, flows, energy, shares, defaults, closure)

