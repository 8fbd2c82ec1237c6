"""Functional units (2025/2547 Art. 4, Annex III B): goods by CN code, per tonne of clinker or kg of nitrogen contained.

The engine works in tonnes; a process whose goods differ in composition spreads its emissions over what they contain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from math import fsum, isnan

from .. import equations as eq
from .. import options, reference
from ..findings import issue
from ..model import Good, Installation, Issue, fold
from ..report import NAN, Balance, GoodResult, Report

TONNE, CLINKER, NITROGEN, KWH = "t", "t clinker", "kg N", "kWh"
POTASSIUM_NITRATE = "28342100"

_NITROGEN = ("% N as ammonium (NH4+)", "% N as nitrate (NO3–)", "% N as Urea", "% N in other (organic) forms")


@cache
def unit_of(cn_code: str, potassium_nitrate: str = NITROGEN) -> str:
    """The functional unit of a CN code, by the longest code that fits; a tonne of the goods for most.

    ``potassium_nitrate``: the unit of CN 2834 21 00, which the act leaves open.

    >>> unit_of("2523 29 00"), unit_of("31021019"), unit_of("72083800")
    ('t clinker', 'kg N', 't')
    """
    digits = "".join(cn_code.split())
    if digits == POTASSIUM_NITRATE:
        return potassium_nitrate
    rows = {row["cn_code"]: row["unit"] for row in reference.rows("functional_units")}
    return next((rows[digits[:n]] for n in range(8, 3, -1) if digits[:n] in rows), TONNE)


def content_of(good: Good, category: str, parameters: Mapping[str, object], unit: str) -> float:
    """Functional units in a tonne of a good (t clinker, kg N; kWh per MWh): entered, or from its parameters; or NaN.

    >>> from cbam_xl.model import Cell, Good
    >>> round(content_of(Good(Cell(""), "NH3", cn_code="28141000"), "Ammonia", {}, NITROGEN), 1)
    822.4
    """
    if unit in (TONNE, KWH):
        return 1.0 if unit == TONNE else 1000.0
    if good.content is not None:
        return good.content
    if unit == CLINKER:
        return 1.0 if category == "Cement clinker" else _percent(parameters, "Clinker factor") / 100
    match category:
        case "Ammonia":
            concentration = _percent(parameters, "Concentration, if hydrous solution", 100.0)
            return 10 * concentration * _mass_share("molar_mass_nh3")
        case "Nitric acid":
            return 10 * _percent(parameters, "% nitric acid") * _mass_share("molar_mass_hno3")
        case "Urea":
            return 10 * _percent(parameters, "% N contained")
    known = [_percent(parameters, name, 0.0) for name in _NITROGEN]
    return 10 * fsum(known) if any(known) else NAN


def _mass_share(molecule: str) -> float:
    """The share of nitrogen in the mass of a molecule that holds one atom of it."""
    return reference.parameter("molar_mass_n").value / reference.parameter(molecule).value


def _percent(parameters: Mapping[str, object], name: str, blank: float = NAN) -> float:
    value = parameters.get(name)
    return value if isinstance(value, float) else blank


def units(installation: Installation) -> dict[str, str]:
    """Name of each good -> its functional unit."""
    potassium_nitrate = options.chosen(installation.site, "potassium_nitrate_unit")
    return {g.name: unit_of(g.cn_code, potassium_nitrate) for g in installation.goods}


def contents(installation: Installation, unit: Mapping[str, str]) -> dict[str, float]:
    """Name of each good -> functional units in a tonne of it."""
    given: dict[str, dict[str, object]] = defaultdict(dict)
    for row in installation.parameters:
        given[fold(row.target)][row.parameter] = row.value
    category = {p.name: p.category for p in installation.processes}
    return {
        g.name: content_of(g, category.get(g.process, ""), given[fold(g.process)] | given[fold(g.name)], unit[g.name])
        for g in installation.goods
    }


def applied(report: Report, installation: Installation) -> tuple[Report, list[Issue]]:
    """The Report with functional units: per process, and for each good by its composition (Eq. 64 to 66)."""
    unit, of_process = units(installation), defaultdict[str, list[Good]](list)
    known = contents(installation, unit)
    for g in installation.goods:
        of_process[g.process].append(g)
    balances = {b.name: _with_unit(b, of_process[b.name], known, unit) for b in report.processes}
    means = {name: _mean(rows, known) for name, rows in of_process.items()}
    goods = tuple(
        _by_composition(g, balances.get(g.process), known[g.name], means[g.process], unit[g.name]) for g in report.goods
    )
    issues = [
        *_missing(installation, known, means, unit),
        *_ranges(installation, known, unit),
        *_split(installation, report),
    ]
    return report._replace(processes=tuple(balances.values()), goods=goods), issues


def richness(installation: Installation) -> dict[str, float]:
    """Name of each good -> its functional units per tonne over those of a mean tonne of its process; 1 for most.

    What comes with precursors goes to the goods in this proportion.
    """
    known, of_process = contents(installation, units(installation)), defaultdict[str, list[Good]](list)
    for g in installation.goods:
        of_process[g.process].append(g)
    means = {name: _mean(rows, known) for name, rows in of_process.items()}
    return {g.name: 1.0 if known[g.name] == means[g.process] else _per(known[g.name], means[g.process])
            for g in installation.goods}  # fmt: skip


def _mean(goods: Iterable[Good], known: Mapping[str, float]) -> float:
    """Functional units in a mean tonne of the goods of a process, weighted by their masses; NaN if unknown."""
    values = [(known[g.name], g.quantity) for g in goods]
    if len({value for value, _ in values}) == 1:
        return values[0][0]
    mass = fsum(q for _, q in values if q is not None)
    if not mass or any(q is None for _, q in values):
        return NAN
    return fsum(value * (q or 0.0) for value, q in values) / mass


def _with_unit(b: Balance, goods: list[Good], known: Mapping[str, float], unit: Mapping[str, str]) -> Balance:
    """A process with the functional unit of its goods, and its emissions per unit (Eq. 59)."""
    found = {unit[g.name] for g in goods} or {TONNE}
    if len(found) > 1:
        return b._replace(functional_unit="")
    mean = _mean(goods, known) if goods else 1.0
    return b._replace(functional_unit=found.pop(), see_direct_per_unit=_per(b.see_direct, mean),
                      see_indirect_per_unit=_per(b.see_indirect, mean))  # fmt: skip


def _per(see: float, content: float) -> float:
    return see / content if content else NAN


def _by_composition(g: GoodResult, b: Balance | None, content: float, mean: float, unit: str) -> GoodResult:
    """A good per functional unit and, by its own composition, per tonne."""
    if b is None:
        return g._replace(functional_unit=unit, content=content)
    if b.functional_unit != unit:  # goods of several units in one process: there is no common key
        return g._replace(functional_unit=unit, content=content, see_direct_per_unit=_per(g.see_direct, content),
                          see_indirect_per_unit=_per(g.see_indirect, content))  # fmt: skip
    per_unit = b.see_direct_per_unit, b.see_indirect_per_unit
    if content == mean:
        direct, indirect = g.see_direct, g.see_indirect
    else:
        direct, indirect = (eq.see_of_composition(see, content) for see in per_unit)
    total = direct + indirect
    return g._replace(functional_unit=unit, content=content, see_direct_per_unit=per_unit[0],
                      see_indirect_per_unit=per_unit[1], see_direct=direct, see_indirect=indirect, see_total=total,
                      embedded_tco2e=g.mass_t * total)  # fmt: skip


def _missing(
    installation: Installation, known: Mapping[str, float], means: Mapping[str, float], unit: Mapping[str, str]
) -> Iterable[Issue]:
    """Goods whose composition isn't known, and those whose masses are needed to weigh it."""
    for g in installation.goods:
        if not g.cn_code:
            continue
        if isnan(known[g.name]):
            what = "clinker" if unit[g.name] == CLINKER else "nitrogen"
            yield issue("content-missing", f"“{g.name}” is reported per {unit[g.name]}: enter its {what} content here, "
                        "or its parameters on Goods parameters.", g.at, "content", installation.origin)  # fmt: skip
        elif isnan(means[g.process]) and g.quantity is None:
            yield issue("content-missing", f"The goods of “{g.process}” differ in composition: type the Mass sold of "
                        f"“{g.name}”, so that they can be weighed.", g.at, "quantity",
                        installation.origin)  # fmt: skip


def _ranges(installation: Installation, known: Mapping[str, float], unit: Mapping[str, str]) -> Iterable[Issue]:
    """Compositions that are too far apart for one row, and the code whose unit the act leaves open."""
    widest = reference.parameter("composition_range").value
    relative = options.chosen(installation.site, "composition_range") == options.RELATIVE
    for g in installation.goods:
        tonne = {CLINKER: 1.0, NITROGEN: 1000.0}.get(unit[g.name], 0.0)
        whole = known[g.name] if relative else tonne
        if tonne and g.content_range is not None and g.content_range > widest * whole * (1 + 1e-9):
            yield issue("composition-range", f"“{g.name}”: its goods differ by {g.content_range:g} {unit[g.name]}/t, "
                        f"more than the {widest * whole:g} of one composition: divide it into several goods.", g.at,
                        "content_range", installation.origin)  # fmt: skip
        if "".join(g.cn_code.split()) == POTASSIUM_NITRATE and not installation.site.text("potassium_nitrate_unit"):
            yield issue("unit-open", f"“{g.name}” is reported per {unit[g.name]}, but the act is unclear for CN 2834 "
                        "21 00: choose its functional unit on sheet Installation.", g.at, "cn_code",
                        installation.origin)  # fmt: skip


def _split(installation: Installation, report: Report) -> Iterable[Issue]:
    """Art. 4(6): goods of one CN code are one functional unit and one process, whatever their routes."""
    balances = {b.name: b for b in report.processes}
    makers: dict[str, dict[str, Balance]] = defaultdict(dict)
    for g in installation.goods:
        if g.process in balances and g.cn_code:
            makers[g.cn_code][g.process] = balances[g.process]
    for code, found in makers.items():
        if len(found) > 1:
            mass = fsum(b.activity_level_t for b in found.values())
            mean = fsum(b.activity_level_t * b.see_total for b in found.values()) / mass if mass else NAN
            at = next(g.at for g in installation.goods if g.cn_code == code)
            together = "" if isnan(mean) else f" Together they have {mean:.5f} t CO2e/t."
            yield issue("unit-split", f"CN code {code} leaves {len(found)} processes; the act wants one over all "
                        f"routes (Art. 4(6)).{together} Give them one name.", at, "cn_code",
                        installation.origin)  # fmt: skip
