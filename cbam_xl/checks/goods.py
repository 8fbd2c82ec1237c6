"""What every good and bought precursor has: CN code, parameters, default values with their reason (II, III E, IV)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum

from .. import reference
from ..findings import issue, sheet_for
from ..law import Law
from ..model import ALUMINIUM, DEFAULT_VALUE, MARKET, NON_ALUMINIUM, Installation, Issue, fold
from ..report import Report, or_nan

OPEN = 1e-3  # relative: worth a look


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
        if f.target == MARKET and not f.material:
            market[f.source].append(or_nan(f.quantity))
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


def stated(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III E.3: a default value that is nowhere to be looked up must be typed."""
    looked_up = law.verified_precursors and installation.origin == "workbook"
    for p in installation.precursors if not looked_up else ():
        if fold(p.see_direct_source) == fold(DEFAULT_VALUE) and None in (p.see_direct, p.electricity, p.electricity_ef):
            lacking = next(f for f in ("see_direct", "electricity", "electricity_ef") if getattr(p, f) is None)
            yield issue("value-missing", f"“{p.name}” rests on a default value: type all of it, SEE (direct), and its "
                        "SEE (indirect) as electricity consumption with factor 1.", p.at, lacking,
                        installation.origin)  # fmt: skip


def defaults(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """IV 1: a default value needs its justification."""
    if installation.origin == "workbook" and not installation.site.text("default_justification"):
        for p in installation.precursors:
            if fold(p.see_direct_source) == fold(DEFAULT_VALUE) and not p.justification:
                yield issue("default-justification", f"“{p.name}” rests on a default value: choose a justification, "
                            "here or on Installation.", p.at, "justification")  # fmt: skip


CHECKS = (goods, parameters, stated)
TRANSITIONAL_CHECKS = (defaults,)
