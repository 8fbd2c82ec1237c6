"""What every process has: a category, a route, what is made in it, an activity level and emissions (III A.4, F.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import isnan

from .. import reference
from ..boundary import not_joinable
from ..entries import nearest
from ..findings import issue, sheet_for
from ..law import Law
from ..model import CLINKER, COMBUSTION, NITRIC_ACID, SHARED, SMELTING, Cell, Installation, Issue, Process, fold
from ..report import Report
from .rows import emitting, label

ANY_ROUTE = "All production routes"


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
                        f"production routes”.{nearest(route, known)}", p.at, "route", origin)  # fmt: skip
    if len(p.routes) > 1 and len(known) > 1 and not law.definitive:
        yield issue("route-mixed", f"“{p.name}” has {len(p.routes)} production routes of {p.category}: the act wants "
                    "one process per route (III A.4(b)).", p.at, "route", origin)  # fmt: skip


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


def kinds(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """II 3: carbonates of clinker, N2O of nitric acid and PFC of electrolysis are never missing."""
    others = {s.process for s in installation.shares} | {row.process for row in installation.measured}
    methods: dict[str, set[str]] = defaultdict(set)
    for s in installation.streams:
        methods[s.process].add(s.method)
    for p in installation.processes:
        if p.direct_entered is not None or not p.quantity or installation.origin != "workbook":
            continue
        if p.category == CLINKER and methods[p.name] == {COMBUSTION} and p.name not in others:
            yield issue("carbonates-missing", f"“{p.name}” has fuels only: clinker emits CO2 of its carbonates as "
                        "well. Enter the raw meal as process emissions.", p.at, "name")  # fmt: skip
        elif p.category == NITRIC_ACID and not any(row.gas == "N2O" for row in installation.measured):
            yield issue("n2o-missing", f"“{p.name}” has no N2O: nitric acid production emits it. Enter the stack with "
                        "its concentration on Measured emissions.", p.at, "name")  # fmt: skip
        elif SMELTING in p.routes and not installation.pfc and installation.site.number("pfc_entered") is None:
            yield issue("pfc-missing", f"“{p.name}” has no PFC: electrolysis of aluminium emits them. Enter its cells "
                        "on sheet PFC.", p.at, "name")  # fmt: skip


CHECKS = (kinds, processes)
