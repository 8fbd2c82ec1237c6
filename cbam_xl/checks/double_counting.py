"""What is entered twice in two disguises: a fuel and its heat, waste gas and its stream, carbon and its precursor.

Equal amounts are asked for: two rows that mean the same thing were typed from the same meter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import fsum, isclose

from .. import reference
from ..findings import amount, issue
from ..law import Law
from ..model import COMBUSTION, HEAT, MASS_BALANCE, OUTSIDE, WASTE_GAS, Installation, Issue, Stream, Transfer, fold
from ..report import Report

SAME, ABOUT = 1e-9, 0.01  # relative: the same figure; the same gas on two meters


def _energy(s: Stream) -> float | None:
    """Energy of a fuel in TJ; None when it isn't known."""
    return s.quantity if s.unit == "TJ" else s.quantity * s.ncv if s.quantity and s.ncv else None


def _figure(value: float) -> str:
    """A figure as it is compared: what was typed in two units is the same."""
    return f"{value:.9g}"


def fuel(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III F.1: the fuel of an energy unit that is a stream of a process as well; its emissions come with the heat."""
    units = {u.name for u in installation.units}
    burnt = [s for s in installation.streams if s.method == COMBUSTION and s.quantity]
    of_units = {(fold(s.name), s.quantity, s.unit): s.process for s in burnt if s.process in units}
    fed = {s.process for s in burnt}
    typed = {_figure(u.fuel): u.name for u in installation.units if u.name not in fed and u.fuel}
    processes = {p.name for p in installation.processes if p.direct_entered is None}
    for s in burnt:
        if s.process not in processes:
            continue
        energy = _energy(s) if typed else None
        name = of_units.get((fold(s.name), s.quantity, s.unit)) or (typed.get(_figure(energy)) if energy else None)
        if name:
            yield issue("fuel-twice", f"“{s.name}” of “{s.process}” is the same amount as the fuel of “{name}”, whose "
                        "heat or power brings its emissions: keep one of the two.", s.at, "quantity",
                        installation.origin)  # fmt: skip


def heat(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 52: the same amount of heat for one process, from outside and from inside."""
    rows: dict[tuple[str, float], list[Transfer]] = defaultdict(list)
    for t in installation.transfers:
        if t.kind == HEAT and t.quantity and t.target != OUTSIDE:
            rows[t.target, t.quantity].append(t)
    for (target, tj), found in rows.items():
        outside = next((t for t in found if t.source == OUTSIDE), None)
        inside = next((t for t in found if t.source != OUTSIDE), None)
        if outside and inside:
            yield issue("heat-twice", f"“{target}” gets {amount(tj)} TJ from outside and as much from "
                        f"“{inside.source}”: if it is the same heat, keep the row of its real source.", outside.at,
                        "quantity", installation.origin)  # fmt: skip


def gas(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 53: waste gas that was taken over, and is a fuel stream of whoever burns it as well."""
    passed = [t for t in installation.transfers if t.kind == WASTE_GAS and t.quantity and t.source != t.target]
    burnt: dict[str, list[Stream]] = defaultdict(list)
    for s in installation.streams if passed else ():
        row = reference.fuel(s.name) if s.method == COMBUSTION else None
        if row and row.get("waste_gas") == "yes":
            burnt[s.process].append(s)
    for t in passed:
        for s in burnt[t.target] if t.target != OUTSIDE else ():
            energy = _energy(s)
            if energy and t.quantity and isclose(energy, t.quantity, rel_tol=ABOUT):
                yield issue("gas-twice", f"“{s.name}” of “{t.target}” is the waste gas that it takes over from "
                            f"“{t.source}” ({amount(t.quantity)} TJ): clear the stream, the transfer counts.", s.at,
                            "quantity", installation.origin)  # fmt: skip


def carbon(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 12: carbon of a precursor that is a stream of its user, and isn't taken off where it is made."""
    balanced = [s for s in installation.streams if s.method == MASS_BALANCE and s.quantity]
    lets_go = {s.process for s in balanced if (s.quantity or 0.0) < 0}
    lets_go |= {f.source for f in installation.flows if f.material and f.carbon_content}
    makers = {p.name: p for p in installation.processes}
    called: dict[str, set[str]] = defaultdict(set)
    for p in installation.processes:
        called[p.name] |= {fold(p.name), fold(p.category)}
    for g in installation.goods:
        called[g.process].add(fold(g.name))
    uses: dict[str, dict[str, None]] = defaultdict(dict)
    for f in installation.flows:
        if not f.material and f.source in makers and f.source != f.target and f.quantity:
            uses[f.target][f.source] = None
    for s in balanced:
        for source in uses[s.process] if (s.quantity or 0.0) > 0 else ():
            bears = makers[source].direct_entered is None and source not in lets_go
            if bears and fold(s.name) in called[source]:
                yield issue("carbon-twice", f"The carbon of “{s.name}” counts in “{s.process}”, and already where it "
                            f"is made: take it off “{source}” as a negative mass balance stream.", s.at, "quantity",
                            installation.origin)  # fmt: skip


def sign(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 12: all that a process makes, or sells, among what brings carbon into it; what leaves is negative."""
    sold: dict[str, list[float]] = defaultdict(list)
    for g in installation.goods:
        sold[g.process].append(g.quantity or 0.0)
    made = {p.name: (p.quantity, fsum(sold[p.name])) for p in installation.processes
            if p.quantity and p.quantity_unit == "t" and p.direct_entered is None}  # fmt: skip
    taken: dict[str, list[float]] = defaultdict(list)
    for f in installation.flows:
        taken[f.target].append(f.quantity or 0.0)
    for s in installation.streams:
        enters = s.quantity if s.method == MASS_BALANCE and s.unit == "t" else None
        if enters and _among(enters, made.get(s.process, ())) and not _among(enters, taken[s.process]):
            yield issue("carbon-sign", f"“{s.name}” brings carbon into “{s.process}”, and is just as much as it "
                        f"makes or sells: if it is what leaves, type {-enters:,.10g}.", s.at, "quantity",
                        installation.origin)  # fmt: skip


def _among(figure: float, figures: Iterable[float]) -> bool:
    return any(isclose(figure, known, rel_tol=SAME) for known in figures)


CHECKS = (fuel, heat, gas, carbon, sign)
