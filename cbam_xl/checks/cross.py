"""What two sheets say of the same thing, and say differently: tonnes, metal, default values, countries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from math import fsum, isclose, isnan

from .. import reference
from ..findings import amount, issue
from ..law import Law
from ..model import (
    DEFAULT_VALUE,
    MASS_BALANCE,
    SHAPED,
    UNKNOWN_ORIGIN,
    WASTE_GAS,
    Flow,
    Installation,
    Issue,
    Pfc,
    Precursor,
    Stream,
    fold,
)
from ..report import Report, or_nan

APART, METAL, GAINED = 0.01, 0.05, 0.02
"""Relative: the same tonnes on two scales; metal tapped above metal cast; coating and precision."""
PRINTED = 0.006
"""t CO2e/t: what rounding may do to a default value of two decimals."""
UNCOATED = frozenset({"7208", "7209", "7211", "7213", "7214", "7215", "7216", "7219", "7220", "7221", "7222", "7604",
                      "7606", "7607"})  # fmt: skip
"""Headings of goods that are shaped, not coated or joined: none weighs more than what it is made of."""
CONCENTRATION = "Concentration, if hydrous solution"
ANHYDROUS, AQUEOUS, PURE = "28141000", "28142000", 99.0
"""CN codes of ammonia, and the concentration in per cent that parts them."""


def metal(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 21, 24: the aluminium of all rows of a smelter is what it makes; alloying elements make it less, not more."""
    rows: dict[str, list[Pfc]] = defaultdict(list)
    for row in installation.pfc:
        if row.aluminium:
            rows[row.process].append(row)
    for p in installation.processes:
        tapped = fsum(row.aluminium or 0.0 for row in rows[p.name])
        if p.quantity and tapped > p.quantity * (1 + METAL):
            largest = max(rows[p.name], key=lambda row: row.aluminium or 0.0)
            yield issue("pfc-metal", f"PFC rows of “{p.name}” sum to {amount(tapped)} t of aluminium, the process "
                        f"makes {amount(p.quantity)} t: is a potline counted twice?", largest.at, "aluminium",
                        installation.origin)  # fmt: skip


def _balanced(installation: Installation) -> Mapping[str, Mapping[str, list[Stream]]]:
    """Mass balance streams in t by process, and by folded name."""
    found: dict[str, dict[str, list[Stream]]] = defaultdict(lambda: defaultdict(list))
    for s in installation.streams:
        if s.method == MASS_BALANCE and s.quantity and s.unit == "t":
            found[s.process][fold(s.name)].append(s)
    return found


def tonnes(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 12, 58: what leaves one process and enters another as a stream weighs what the flow between the two says."""
    streams = _balanced(installation)
    if not streams:
        return
    flows: dict[tuple[str, str], list[Flow]] = defaultdict(list)
    for f in installation.flows:
        if not f.material:
            flows[f.source, f.target].append(f)
    for (source, target), rows in flows.items():
        told = fsum(or_nan(f.quantity) for f in rows)
        for name, entering in streams.get(target, {}).items():
            leaving = streams.get(source, {}).get(name, ())
            comes = fsum(s.quantity or 0.0 for s in entering)
            leaves = leaving and min(s.quantity or 0.0 for s in leaving) < 0
            if told > 0 and leaves and comes > 0 and not isclose(comes, told, rel_tol=APART):
                yield issue("tonnes-apart", f"{amount(told)} t go from “{source}” to “{target}”, but stream “"
                            f"{entering[0].name}” of “{target}” is {amount(comes)} t: correct one of them.",
                            rows[0].at, "quantity", installation.origin)  # fmt: skip


def gas(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 54: waste gas stays in DirEm* of its process; the transfer takes off what is exported."""
    givers = {t.source for t in installation.transfers if t.kind == WASTE_GAS}
    for s in installation.streams:
        if s.method == MASS_BALANCE and (s.quantity or 0.0) < 0 and s.process in givers:
            fuel = reference.fuel(s.name)
            if fuel and fuel.get("waste_gas") == "yes":
                yield issue("gas-taken-off", f"The carbon of “{s.name}” is taken off “{s.process}” here, and its "
                            "emissions by Eq. 54 on Heat and waste gas: clear this row.", s.at, "quantity",
                            installation.origin)  # fmt: skip


def gained(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III F.2: rolled and drawn goods and their scrap weigh no more than the metal that they are made of."""
    headings: dict[str, set[str]] = defaultdict(set)
    for g in installation.goods:
        headings[g.process].add(g.cn_code[:4])
    brought: dict[str, list[float]] = defaultdict(list)
    left: dict[str, list[float]] = defaultdict(list)
    for f in installation.flows:
        (left[f.source] if f.material else brought[f.target]).append(or_nan(f.quantity))
    for p in installation.processes:
        if not p.quantity or p.category not in SHAPED or p.included or not headings[p.name] <= UNCOATED:
            continue
        comes, scrap = fsum(brought[p.name]), fsum(left[p.name])
        if headings[p.name] and 0 < comes * (1 + GAINED) < p.quantity + scrap:
            yield issue("mass-gained", f"“{p.name}” makes {amount(p.quantity)} t and {amount(scrap)} t of by-products "
                        f"of {amount(comes)} t of precursors. Is production gross, or does a precursor lack?", p.at,
                        "quantity", installation.origin)  # fmt: skip


@cache
def _published(category: str) -> tuple[tuple[float, float], ...]:
    """Default values (direct, indirect) of the goods of a category, in t CO2e/t."""
    values = (reference.default_value(row["cn_code"]) for row in reference.rows("cn_codes")
              if row["category"] == category)  # fmt: skip
    return tuple(sorted({(value.direct.value, value.indirect.value) for value in values if value}))


def defaults(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III E.3: of a default value both parts are published; its total isn't SEE (direct), the indirect no MWh."""
    for p in installation.precursors if not law.verified_precursors else ():
        if fold(p.see_direct_source) != fold(DEFAULT_VALUE) or not p.see_direct:
            continue
        yield from _default(p, p.see_direct, installation.origin)


def _default(p: Precursor, direct: float, origin: str) -> Iterator[Issue]:
    values = _published(p.category)
    parts = [indirect for known, indirect in values if isclose(known, direct, abs_tol=PRINTED)]
    total = next(((d, i) for d, i in values if i and isclose(d + i, direct, abs_tol=PRINTED)), None)
    if total and not parts:
        yield issue("default-differs", f"“{p.name}”: {direct:g} is the total of a default value; its SEE (direct) is "
                    f"{total[0]:g}, its indirect part {total[1]:g}.", p.at, "see_direct", origin)  # fmt: skip
    indirect = or_nan(p.electricity) * or_nan(p.electricity_ef)
    if parts and not isnan(indirect) and not any(isclose(indirect, known, abs_tol=PRINTED) for known in parts):
        field = "electricity" if p.electricity_ef == 1 else "electricity_ef"
        yield issue("default-differs", f"“{p.name}”: its SEE (indirect) is read as {indirect:.4g}, the default value "
                    f"with SEE (direct) {direct:g} has {parts[0]:g}. Enter it as consumption with factor 1.", p.at,
                    field, origin)  # fmt: skip


@cache
def _countries() -> Mapping[tuple[str, ...], str]:
    """Words of each name of a country -> its code."""
    return {tuple(fold(name).split()): row["code"] for row in reference.rows("countries")
            for name in (row["name"], *row["also_called"].split(";")) if name}  # fmt: skip


def country(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III E.2: a precursor that is called after one country and is said to be from another."""
    for p in installation.precursors:
        words = "".join(c if c.isalnum() else " " for c in fold(p.name)).split()
        parts = {tuple(words[n : n + length]) for n in range(len(words)) for length in (1, 2, 3)}
        named = {_countries()[part] for part in parts if part in _countries()}
        if len(named) == 1 and p.country and p.country not in named and p.country != UNKNOWN_ORIGIN:
            yield issue("country-named", f"“{p.name}” is from {p.country} here, by its name from {named.pop()}: "
                        "correct the country code, or the name.", p.at, "country", installation.origin)  # fmt: skip


def ammonia(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """956 Annex I: ammonia in water has a CN code of its own."""
    typed = {fold(r.target): r.value for r in installation.parameters
             if r.parameter == CONCENTRATION and isinstance(r.value, float) and r.value > 1}  # fmt: skip
    for g in installation.goods:
        value = typed.get(fold(g.name), typed.get(fold(g.process)))
        meant = None if value is None else ANHYDROUS if value >= PURE else AQUEOUS
        if meant and g.cn_code in (ANHYDROUS, AQUEOUS) and g.cn_code != meant:
            yield issue("cn-parameter", f"CN code {g.cn_code} of “{g.name}” is {reference.cn_name(g.cn_code)}, but its "
                        f"concentration is {value:g} %: should it be {meant}?", g.at, "cn_code",
                        installation.origin)  # fmt: skip


CHECKS = (metal, tonnes, gas, gained, defaults, country, ammonia)
