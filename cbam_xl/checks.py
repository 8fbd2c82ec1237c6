"""What a verifier would ask: small generators over an installation and its report, each a handful of rules.

A false alarm is worse than a miss: what the law leaves open is a warning. Faults of single cells are found on reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import fsum, isnan

from . import balance_checks, chemistry, cross_checks, double_counting, plausibility, reference, site_checks
from .balance_checks import MATERIAL as MATERIAL
from .boundary import direct_only
from .causes import without_consequences
from .findings import issue, sheet_for
from .law import Law
from .model import (
    ALUMINIUM,
    DEFAULT_VALUE,
    ERROR,
    MARKET,
    NON_ALUMINIUM,
    NOTE,
    SHARED,
    WARNING,
    Cell,
    Installation,
    Issue,
    Process,
    fold,
)
from .report import Report
from .row_checks import carbon, emitting, energy, flows, label, shares

Check = Callable[[Installation, Law, Report], Iterator[Issue]]
LEVELS = {ERROR: 0, WARNING: 1, NOTE: 2}
OPEN = 1e-3  # relative: worth a look
MONTHS_3, YEAR = 88, 364  # days at least; a fiscal year may have 52 weeks
ANY_ROUTE = "All production routes"


def run(installation: Installation, law: Law, report: Report) -> list[Issue]:
    """The findings of all checks; a cell whose fault was told on reading isn't called missing as well."""
    told = {(i.sheet, i.cell) for i in installation.issues if i.level == ERROR}
    if law.definitive:
        from .definitive.checks import CHECKS as more
    else:
        more = TRANSITIONAL_CHECKS
    checks = (*CHECKS, *more)
    found = [f for check in checks for f in check(installation, law, report)]
    return [f for f in found if not (f.code.endswith("-missing") and (f.sheet, f.cell) in told)]


def sort(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Errors, warnings, notes; each in the order in which they were found; the same finding, and one cause, once."""
    return tuple(sorted(dict.fromkeys(without_consequences(issues)), key=lambda i: LEVELS[i.level]))


def period(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III A.1(3): a year, or at least three months; and the act that applies to it."""
    at, origin = installation.site.at, installation.origin
    start, end = report.period
    if origin == "communication" and not (start and end):
        yield issue("period-missing", "The reporting period lacks a date: it selects the act. Enter both.", at,
                    "period_end" if start else "period_start", origin)  # fmt: skip
    if start and end:
        days = (end - start).days + 1
        if days <= 0:
            yield issue("period-order", f"The reporting period ends on {end} before it begins on {start}: correct the "
                        "dates.", at, "period_end", origin)  # fmt: skip
        elif law.definitive and ((start.month, start.day), (end.month, end.day)) != ((1, 1), (12, 31)):
            yield issue("period-calendar", f"The reporting period is {start} to {end}: from 2026 it is the calendar "
                        "year of production, 1 January to 31 December.", at, "period_start", origin)  # fmt: skip
        elif not MONTHS_3 <= days <= 400:
            yield issue("period-short", f"The reporting period has {days} days: a year is the rule, an MRV period of "
                        "at least three months is allowed. Correct the dates.", at, "period_start", origin)  # fmt: skip
        elif days < YEAR:
            yield issue("period-part", f"The reporting period has {days} days, less than a year: allowed only if an "
                        "eligible MRV system has this period. Else enter the whole calendar or fiscal year.", at,
                        "period_start", origin)  # fmt: skip
    if end and end.year < law.valid_from.year - 1 and not law.definitive:
        yield issue("period-early", f"The reporting period ends on {end}, long before the act applies "
                    f"({law.valid_from}): correct the dates.", at, "period_end", origin)  # fmt: skip
    if end and law.definitive != (end.year > 2025):
        yield issue("period-act", f"The period ends on {end}, but these figures follow Regulation (EU) {law.act}: they "
                    "are for comparison only.", at, "period_end", origin)  # fmt: skip


def processes(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III A.4 and F.2: categories, routes, joint processes, activity levels, DirEm*."""
    origin = installation.origin
    lost = any(i.code == "sheet-missing" for i in installation.issues)
    if not lost and not any(p.is_cbam for p in installation.processes):
        blank = Cell("Processes", 7, {"name": "B"}) if origin == "workbook" else Cell("A_InstData", 83, {"name": "L"})
        at = installation.processes[0].at if installation.processes else blank
        yield issue("no-process", "There is no production process of a CBAM good: enter at least one on "
                    f"{sheet_for(at, 'Processes')}.", at, "name", origin)  # fmt: skip
    balances = {b.name: b for b in report.processes}
    rows = emitting(installation)
    shared = {fold(label(e)) for e in rows if e.process == SHARED}
    with_rows = {e.process for e in rows} | {s.process for s in installation.shares if fold(s.stream) in shared}
    carried = {end for f in installation.flows if f.material and f.carbon_content for end in (f.source, f.target)}
    for p in installation.processes:
        b = balances[p.name]
        if p.is_cbam and p.quantity is None:
            yield issue("production-missing", f"“{p.name}” has no total production: without its activity level no SEE "
                        "can be computed. Type the net saleable mass.", p.at, "quantity", origin)  # fmt: skip
        elif p.is_cbam and p.quantity == 0:
            yield issue("idle-process", f"“{p.name}” produced nothing in the period: it has no SEE.", p.at, "quantity",
                        origin)  # fmt: skip
        nothing = p.direct_entered is None and p.name not in with_rows and p.name not in carried and not lost
        if nothing and p.is_cbam and isnan(b.direct_emissions_tco2e):
            yield issue("emissions-missing", f"“{p.name}” has neither DirEm* nor emission rows, while emissions stand "
                        "there without a process: assign them, or type DirEm* (0 if none).", p.at, "direct_entered",
                        origin)  # fmt: skip
        if p.direct_entered is not None and not isnan(p.direct_entered) and p.name in with_rows:
            yield issue("stated-and-streams", f"“{p.name}”: DirEm* {p.direct_entered:,.10g} is entered and counts, "
                        "although emission rows are assigned to it. Clear one of the two.", p.at, "direct_entered",
                        origin)  # fmt: skip
        yield from _routes(p, origin, law)
        if not law.definitive:
            yield from _joint(p, installation)
        if not isnan(b.see_direct) and b.see_direct < 0:
            yield issue("negative-see", f"“{p.name}” has a SEE (direct) of {b.see_direct:.5f}: check what is taken off "
                        "it.", p.at, "name", origin)  # fmt: skip


def _routes(p: Process, origin: str, law: Law) -> Iterator[Issue]:
    """Routes that aren't on the list, and several of one category in one process (II 3, III A.4(b))."""
    known = reference.routes(p.category) if p.is_cbam else ()
    for route in p.routes if p.is_cbam and p.category else ():
        if route not in known and fold(route) != fold(ANY_ROUTE):
            yield issue("route-free", f"“{route}” isn't a route of {p.category}: it is communicated as “Other "
                        "production routes”.", p.at, "route", origin)  # fmt: skip
    if len(p.routes) > 1 and len(known) > 1 and not law.definitive:
        yield issue("route-mixed", f"“{p.name}” has {len(p.routes)} production routes of {p.category}: the act wants "
                    "one process per route (III A.4(b)).", p.at, "route", origin)  # fmt: skip


def not_joinable(p: Process) -> list[str]:
    """Categories that leave a process together with its own, which III A.4(c), (d) doesn't let be joined with it."""
    others = [c for c in p.leaving if c != p.category]
    allowed = reference.joint(p.category) if others and p.is_cbam else {}
    return [c for c in others if c not in allowed]


def _joint(p: Process, installation: Installation) -> Iterator[Issue]:
    """Joint processes: only for precursors that aren't sold, and for the iron and steel and aluminium sets."""
    origin = installation.origin
    allowed = reference.joint(p.category) if p.is_cbam else {}
    for each in p.included if p.category else ():
        if each not in allowed:
            yield issue("joint-not-allowed", f"“{p.name}”: {each} can't be made inside a joint process of "
                        f"{p.category}; make it a process of its own.", p.at, "category", origin)  # fmt: skip
    others = [c for c in p.leaving if c != p.category]
    if others:
        if not_joinable(p):
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
            yield issue("cn-unknown", f"“{g.name}”: CN code “{g.cn_code}” isn't a CBAM good of eight digits (Annex I): "
                        "correct it.", g.at, "cn_code", origin)  # fmt: skip
        elif p and p.category and category and category not in (*p.leaving, p.category, *p.included):
            yield issue("cn-category", f"CN code {g.cn_code} is {category}, but process “{p.name}” makes {p.category}: "
                        "correct the code or the process.", g.at, "cn_code", origin)  # fmt: skip
        if g.quantity is not None:
            sold[g.process].append(g.quantity)
        if p and p.is_cbam:
            asked = [r["parameter"] for r in reference.goods_parameters(p.category) if _always(r, law)]
            missing = [a for a in asked if not {(fold(g.name), a), (fold(p.name), a)} & given]
            if missing:
                where = sheet_for(g.at, "Goods parameters")
                yield issue("parameter-missing", f"“{g.name}” ({p.category}) lacks on {where}: {', '.join(missing)}.",
                            g.at, "name", origin)  # fmt: skip
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


def _always(row: reference.Row, law: Law) -> bool:
    """Whether a parameter is asked for whatever the good: not only "if known" or above some content."""
    conditional = ", if " in row["parameter"] or row["note"].startswith("Asked when")
    return not conditional and (row["provision_2026"] != "" if law.definitive else row["in_template"] == "yes")


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
        elif (row.parameter == NON_ALUMINIUM and category in ALUMINIUM
              and row.value > law.alloying_threshold * 100):  # fmt: skip
            how = ("they count as primary aluminium with its default value, unless the route is primary smelting."
                   if installation.origin == "workbook" else
                   "that workbook doesn't add them as primary aluminium.")  # fmt: skip
            yield issue("alloying-elements", f"“{row.target}” holds {row.value:g} % other elements, more than 5 %: if "
                        f"they are alloying elements, {how}", row.at, "value", installation.origin)  # fmt: skip


def electricity(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III D: a plant without any electricity is rare; a sheet that was forgotten isn't."""
    if not installation.electricity and installation.origin == "workbook":
        made = (p for p in installation.processes if not (law.direct_only and direct_only(p.category)))
        p = next((p for p in made if p.is_cbam and p.quantity and p.quantity_unit == "t"), None)
        if p is not None:
            words = (
                f"Sheet Electricity is empty: “{p.name}” and all others get no indirect emissions. Enter their power."
            )
            yield issue("electricity-missing", words, Cell("Electricity", 7))
    fed = {e.target for e in installation.electricity} | {s.process for s in installation.shares}
    asked = [p for p in installation.processes if p.is_cbam and p.quantity and p.quantity_unit == "t"
             and not (law.direct_only and direct_only(p.category))]  # fmt: skip
    dark = [p for p in asked if p.name not in fed] if installation.origin == "workbook" else []
    for p in dark if len(dark) * 2 < len(asked) else ():
        yield issue("electricity-none", f"“{p.name}” has no electricity, while most others have: enter its "
                    "consumption, unless it has none.", p.at, "name")  # fmt: skip


def defaults(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """IV 1: a default value needs its justification."""
    if installation.origin == "workbook" and not installation.site.text("default_justification"):
        for p in installation.precursors:
            if fold(p.see_direct_source) == fold(DEFAULT_VALUE) and not p.justification:
                yield issue("default-justification", f"“{p.name}” rests on a default value: choose a justification, "
                            "here or on Installation.", p.at, "justification")  # fmt: skip


def stated(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III E.3: a default value that is nowhere to be looked up must be typed."""
    looked_up = law.verified_precursors and installation.origin == "workbook"
    for p in installation.precursors if not looked_up else ():
        if fold(p.see_direct_source) == fold(DEFAULT_VALUE) and None in (p.see_direct, p.electricity, p.electricity_ef):
            lacking = next(f for f in ("see_direct", "electricity", "electricity_ef") if getattr(p, f) is None)
            yield issue("value-missing", f"“{p.name}” has no default value here: type its SEE (direct), electricity "
                        "consumption and factor.", p.at, lacking, installation.origin)  # fmt: skip


CHECKS: tuple[Check, ...] = (
    period, *site_checks.CHECKS, processes, goods, parameters, carbon, *plausibility.CHECKS, flows,
    *double_counting.CHECKS, *cross_checks.CHECKS, *chemistry.CHECKS, energy, electricity, shares, stated,
    *balance_checks.CHECKS,
)  # fmt: skip
TRANSITIONAL_CHECKS: tuple[Check, ...] = (defaults,)
