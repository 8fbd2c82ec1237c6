"""What a verifier would ask about rows: what passes between processes, and what is shared among them.

Each check is a small generator over an installation, its law and its report; :mod:`cbam_xl.checks` runs them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from math import fsum

from .. import boundary, reference
from ..emissions import by_stream
from ..equations import reconciliation_factor
from ..factors import makers_of_nitric_acid
from ..findings import amount, issue, sheet_for
from ..law import Law
from ..model import (
    CEMENT,
    DIRECT_LINE,
    GRID,
    HEAT,
    MASS_BALANCE,
    NITRIC_ACID,
    OUTSIDE,
    PURCHASE_AGREEMENT,
    SHAPED,
    SHARED,
    SUBMETER,
    UREA,
    WASTE_GAS,
    Cell,
    Electricity,
    Flow,
    Installation,
    Issue,
    Measured,
    Pfc,
    Share,
    Stream,
    Transfer,
    fold,
)
from ..report import Report

Emitting = Stream | Measured | Pfc
TIGHT = 1e-9  # relative: what counts as equal
MADE_OF = (CEMENT, UREA, NITRIC_ACID, *SHAPED)
"""Categories whose goods are always made of a precursor of another category."""
METERS, UNITS = 0.05, 10  # meters further apart are no matter of precision; by such a factor, their units differ
THOUSANDS, NEAR = (1e-3, 1e3), 3  # units a thousand apart, as 1000 and a million Nm3; then meters are this near


def emitting(installation: Installation) -> list[Emitting]:
    """All rows that emit, in the order of their sheets."""
    return [*installation.streams, *installation.measured, *installation.pfc]


def label(row: Emitting) -> str:
    """What a row that emits is called in messages and on Shared streams."""
    return row.technology if isinstance(row, Pfc) else row.name


def carbon(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 12: a tonne holds at most a tonne of carbon; more was typed in per cent."""
    rows: list[Stream | Flow] = [*(s for s in installation.streams if s.unit == "t"), *installation.flows]
    for row in rows:
        content = row.carbon_content
        if content is not None and content > 1:
            factor = law.carbon_factor
            meant = f"or {content / factor:.4g} if it is t CO2 per t" if content <= factor else ""
            yield issue("carbon-share", f"“Carbon content” is {content:g} t C per t: it is a share of at most 1. Type "
                        f"{content / 100:g} if {content:g} is meant in per cent{meant and ', '}{meant}.", row.at,
                        "carbon_content", installation.origin)  # fmt: skip


@cache
def _relevant(category: str, included: tuple[str, ...]) -> frozenset[str]:
    """The relevant precursors of a process that makes these categories (II 3)."""
    return frozenset().union(*map(reference.relevant, (category, *included)))


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
                yield issue("by-product-carbon", f"“{f.material}” from “{f.source}” has no carbon content: it moves no "
                            "emissions and is only a mass.", f.at, "carbon_content", origin)  # fmt: skip
            continue
        if f.source in precursors:
            used.add(f.source)
        if target is None or source is None or not f.quantity:
            continue
        if f.source == f.target:
            yield issue("flow-to-self", f"“{f.source}” is entered as its own precursor: what is used inside the same "
                        "process has no row.", f.at, "target", origin)  # fmt: skip
        elif target.is_cbam and target.category and source.category and not law.definitive:
            relevant = _relevant(target.category, target.included)
            if source.category not in relevant:
                names = ", ".join(sorted(relevant)) or "none"
                yield issue("not-a-precursor", f"{source.category} (“{f.source}”) isn't a relevant precursor of "
                            f"{target.category} (“{f.target}”). Relevant: {names}.", f.at, "source",
                            origin)  # fmt: skip
    yield from _lacking(installation)
    for p in installation.precursors:
        if p.name not in used:
            yield issue("precursor-unused",
                        f"“{p.name}” goes to no process: enter its consumption on "
                        f"{sheet_for(p.at, 'Material flows')}.", p.at,
                        "name", origin)  # fmt: skip
    taken = {(s.process, fold(s.name)) for s in installation.streams
             if s.method == MASS_BALANCE and s.quantity is not None and s.quantity < 0}  # fmt: skip
    for f in installation.flows:
        if f.material and f.carbon_content and (f.source, fold(f.material)) in taken:
            yield issue("by-product-twice", f"“{f.material}” leaves “{f.source}” here and as a negative mass balance "
                        "stream: its carbon is taken off twice. Keep one.", f.at, "material", origin)  # fmt: skip


def _lacking(installation: Installation) -> Iterator[Issue]:
    """A process without any precursor, beside one whose goods it could use and which says nothing of where they go."""
    goods = [f for f in installation.flows if not f.material]
    fed, told = {f.target for f in goods}, {f.source for f in goods}
    silent = [p for p in installation.processes if p.is_cbam and p.name not in told and p.quantity]
    for p in installation.processes if installation.origin == "workbook" else ():
        wanted = reference.relevant(p.category) - {p.category} if p.is_cbam and not p.included else frozenset()
        maker = next((q for q in silent if q.category in wanted), None)
        if not wanted or p.name in fed or not p.quantity:
            continue
        if maker:
            yield issue("precursor-lacking", f"“{p.name}” takes no precursor, while all {maker.category} of "
                        f"“{maker.name}” counts as sold: enter on Material flows what goes where.", p.at,
                        "name")  # fmt: skip
        elif p.category in MADE_OF:
            yield issue("precursor-none", f"“{p.name}” makes {p.category} of no precursor: enter what it uses on "
                        "Material flows, with its supplier on Precursors if it is bought.", p.at, "name")  # fmt: skip


def energy(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III C, D, F.1: every heat and power transfer has a factor; nothing for heat of nitric acid."""
    origin = installation.origin
    units = {u.name for u in installation.units}
    nitric = makers_of_nitric_acid(installation)
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
        if t.kind == WASTE_GAS and t.source == t.target != OUTSIDE:
            yield issue("gas-to-self", f"The waste gas of “{t.source}” goes to itself: what a process burns of its own "
                        "gas isn't passed on. Clear the row.", t.at, "target", origin)  # fmt: skip
    inside = units | {p.name for p in installation.processes} | {SHARED}
    rows: list[Transfer | Electricity] = [*installation.transfers, *installation.electricity]
    for row in rows:
        if row.source not in inside and row.target in (OUTSIDE, "") and row.quantity:
            yield issue("ends-outside", f"From “{row.source}” to the outside: this row moves nothing. Name the process "
                        "or energy unit at one of its ends.", row.at, "target", origin)  # fmt: skip
    supplies = inside | {OUTSIDE, GRID, PURCHASE_AGREEMENT, DIRECT_LINE}
    told = {e.source for e in installation.electricity if e.ef is not None}
    listed = {p.name for p in installation.processes if law.direct_only and boundary.direct_only(p.category)}
    for e in installation.electricity if told <= supplies else ():  # a misspelt source has a factor for others
        if e.source in units or e.source in told or e.quantity == 0 or e.target in listed:
            continue
        told.add(e.source)  # typed once it holds for all rows of the source
        if law.definitive and e.source == GRID:
            yield issue("grid-factor-missing", "The grid has no emission factor: take it from 2025/2621, Annex II "
                        "(eur-lex.europa.eu) and enter it here or on Own figures; its licence forbids shipping it.",
                        e.at, "ef", origin)  # fmt: skip
        else:
            yield issue("factor-missing", f"The electricity from “{e.source}” has no emission factor: type it with its "
                        "source (III D.4).", e.at, "ef", origin)  # fmt: skip


def electricity(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III D: a plant without any electricity is rare; a sheet that was forgotten isn't."""
    if not installation.electricity and installation.origin == "workbook":
        made = (p for p in installation.processes if not (law.direct_only and boundary.direct_only(p.category)))
        p = next((p for p in made if p.is_cbam and p.quantity and p.quantity_unit == "t"), None)
        if p is not None:
            words = (
                f"Sheet Electricity is empty: “{p.name}” and all others get no indirect emissions. Enter their power."
            )
            yield issue("electricity-missing", words, Cell("Electricity", 7))
    fed = {e.target for e in installation.electricity} | {s.process for s in installation.shares}
    asked = [p for p in installation.processes if p.is_cbam and p.quantity and p.quantity_unit == "t"
             and not (law.direct_only and boundary.direct_only(p.category))]  # fmt: skip
    dark = [p for p in asked if p.name not in fed] if installation.origin == "workbook" else []
    for p in dark if len(dark) * 2 < len(asked) else ():
        yield issue("electricity-none", f"“{p.name}” has no electricity, while most others have: enter its "
                    "consumption, unless it has none.", p.at, "name")  # fmt: skip


def shares(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III F.3, F.4: shared streams are split, keys have a reason, streams without a process are told."""
    origin = installation.origin
    split = by_stream(installation.shares)
    shared: dict[str, tuple[str, Cell, str]] = {}
    meters: dict[str, list[float | None]] = defaultdict(list)
    for row in emitting(installation):
        if row.process == SHARED:
            shared[fold(label(row))] = (label(row), row.at, "process")
            meters[fold(label(row))].append(row.quantity if isinstance(row, Stream) else None)
    for e in installation.electricity:
        if e.target == SHARED:
            shared[fold(e.source)] = (e.source, e.at, "target")
            meters[fold(e.source)].append(e.quantity)
    for key, (name, at, field) in shared.items():
        if key in split and all(s.weight == 0 for s in split[key]):
            yield issue("share-missing", f"The amounts of “{name}” on Shared streams are all 0: enter who uses how "
                        "much.", split[key][0].at, "weight", origin)  # fmt: skip
        elif key in split:
            yield from _reconciled(name, meters[key], split[key], origin)
        else:
            yield issue("share-missing", f"“{name}” is Shared but has no rows on Shared streams: enter who uses how "
                        "much.", at, field, origin)  # fmt: skip
    for s in installation.shares:
        if s.stream and fold(s.stream) not in shared:
            known = ", ".join(f"“{name}”" for name, _, _ in [*shared.values()][:3]) or "none"
            yield issue("not-shared", f"“{s.stream}” isn't a stream, emission point or supply that says “Shared” "
                        f"(there are: {known}): correct the name, or write “Shared” there.", s.at, "stream",
                        origin)  # fmt: skip
        if s.basis and s.basis != SUBMETER and not s.note:
            yield issue("share-reason", f"“{s.stream}” is split by {s.basis.lower()}: say in “Evidence, note” why this "
                        "key is sound (III F.3).", s.at, "basis", origin)  # fmt: skip
    if origin == "workbook":
        for row in emitting(installation):
            if not row.process:
                yield issue("stream-unassigned", f"“{label(row)}” has no process: it counts for the installation "
                            "only.", row.at, "process", origin)  # fmt: skip


def _reconciled(name: str, meters: list[float | None], rows: list[Share], origin: str) -> Iterator[Issue]:
    """Sub-meters that differ from their main meter; in other units than its own they can't be compared."""
    meters = meters if rows[0].meter is None else [rows[0].meter]
    main, parts = [x for x in meters if x is not None], [s.weight for s in rows if s.weight is not None]
    if len(main) < len(meters) or len(parts) < len(rows) or any(s.basis != SUBMETER for s in rows) or not fsum(parts):
        return
    factor = reconciliation_factor(fsum(main), parts)
    sums = f"sum to {amount(fsum(parts))}, the main meter shows {amount(fsum(main))}"
    scaled = next((factor * by for by in THOUSANDS if 1 / NEAR < factor * by < NEAR), None)
    if scaled and abs(scaled - 1) > METERS:
        why = "Is a user of this meter missing" if scaled > 1 else "Does one count twice"
        yield issue("meters-apart", f"“{name}”: sub-meters {sums}, {100 * abs(scaled - 1):.0f} % apart in units a "
                    f"thousand apart. {why}, or are digits wrong?", rows[0].at, "weight", origin)  # fmt: skip
    apart = abs(factor - 1)
    if apart > METERS and 1 / UNITS < factor < UNITS:
        why = "Is a user of this meter missing" if factor > 1 else "Does one count twice"
        yield issue("meters-apart", f"“{name}”: sub-meters {sums}. {why}, or are the units not the same? Each is "
                    f"multiplied by RecF = {factor:.6g}.", rows[0].at, "weight", origin)  # fmt: skip
    elif TIGHT < apart <= METERS:
        yield issue("reconciled", f"“{name}”: sub-meters {sums}; each is multiplied by RecF = {factor:.6g}.",
                    rows[0].at, "weight", origin)  # fmt: skip


CHECKS = (carbon, flows, energy, electricity, shares)
