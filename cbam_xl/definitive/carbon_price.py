"""Carbon price paid abroad per tonne of each good, in EUR (Regulation (EU) 2023/956 Art. 9); provisional.

What is due on a process or bought precursor, net of rebates, goes along the chain like its emissions; what is due on a
good comes on top. How it is turned into certificates is left to an act that is a draft.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import fsum
from typing import NamedTuple

from .. import solver
from ..findings import issue
from ..law import Law
from ..model import DEFAULT_VALUE, CarbonPrice, Installation, Issue, fold
from ..precursors import BOUGHT, per_tonne
from ..report import NAN, Report, Term, or_nan
from . import bought, functional_units, own_figures

EURO = "EUR"
PER_EMISSIONS = "tCO2e"


class Paid(NamedTuple):
    """EUR per tonne of each good, what is to be said of it, and the terms behind it."""

    per_tonne: Mapping[str, float]
    issues: list[Issue]
    terms: tuple[Term, ...]


class Due(NamedTuple):
    """A row of sheet Carbon price in EUR, net of its rebate."""

    row: CarbonPrice
    euro: float
    per: str  # tCO2e, t or MWh
    rate: float  # currency per EUR

    def per_tonne(self, see: float) -> float:
        """EUR per tonne of something with this SEE (t CO2e/t)."""
        return self.euro * see if self.per == PER_EMISSIONS else self.euro

    @property
    def term(self) -> Term:
        """The row with its formula."""
        r, currency = self.row, self.row.currency or EURO
        formula = "{} × {}"
        numbers: tuple[float, ...] = (1.0 if r.share is None else r.share, or_nan(r.price))
        if r.rebate:
            formula += " − {} × {}"
            numbers = (*numbers, 1.0 if r.rebate_share is None else r.rebate_share, r.rebate)
        if currency != EURO:
            formula, numbers = f"({formula}) {currency} ÷ {{}} {currency}/{EURO}", (*numbers, self.rate)
        unit = "t CO2e" if self.per == PER_EMISSIONS else self.per
        return Term("", "Cost", f"{r.target}: carbon price paid", self.euro, f"EUR/{unit}", formula, numbers,
                    "956 Art. 9", r.at, "price", r.instrument, r.note, aside=True)  # fmt: skip


def paid(report: Report, installation: Installation, law: Law, year: int) -> Paid:
    """The carbon price in each good. Unknown where the exchange rate of the year of production isn't known."""
    rows: dict[str, list[Due]] = defaultdict(list)
    issues: list[Issue] = []
    for row in installation.prices:
        if row.price is not None:
            rows[row.target].append(_due(row, installation, year, issues))
    if not rows:
        return Paid({g.name: 0.0 for g in report.goods}, [], ())
    of_process = _of_processes(report, installation, law, rows, issues)
    part = functional_units.richness(installation)
    found = {
        g.name: fsum((
            of_process.get(g.process, NAN) * part[g.name], *(due.per_tonne(g.see_total) for due in rows.get(g.name, ()))
        ))
        for g in report.goods
    }  # fmt: skip
    return Paid(found, list(dict.fromkeys(issues)), tuple(due.term for each in rows.values() for due in each))


def _due(row: CarbonPrice, installation: Installation, year: int, issues: list[Issue]) -> Due:
    """A row in EUR: price times the share that bears it, less the rebate; never below zero."""
    currency = row.currency or installation.site.text("currency") or EURO
    rate = 1.0 if currency == EURO else own_figures.exchange_rate(installation, currency, year)
    if rate is None:
        issues.append(issue("exchange-rate-missing", f"No exchange rate of {currency} for {year}: enter it on Own "
                            "figures, currency per EUR, with its source and date. The ECB publishes euro reference "
                            "rates.", row.at, "currency", installation.origin))  # fmt: skip
        rate = NAN
    goods = {g.name for g in installation.goods}
    net = or_nan(row.price) * (1.0 if row.share is None else row.share)
    net -= (row.rebate or 0.0) * (1.0 if row.rebate_share is None else row.rebate_share)
    per = row.per or ("t" if row.target in goods else PER_EMISSIONS)
    return Due(row._replace(currency=currency), max(net, 0.0) / rate, per, rate)


def _of_processes(
    report: Report, installation: Installation, law: Law, rows: Mapping[str, list[Due]], issues: list[Issue]
) -> dict[str, float]:
    """EUR per tonne of what each process makes: its own, and that of its precursors (as Eq. 57 to 62 for the SEE)."""
    of_bought: dict[str, float] = {}
    for p in bought.counted(installation, law)[0].precursors:
        if fold(p.see_direct_source) == fold(DEFAULT_VALUE) and p.name in rows:
            issues.append(issue("carbon-price-open", f"“{p.name}” has a default value: what was paid on it isn't "
                                "deducted on Cost; only a default carbon price could be.", p.at, "name",
                                installation.origin))  # fmt: skip
            continue
        see = per_tonne(p, law)[BOUGHT]
        of_bought[p.name] = fsum(due.per_tonne(see) for due in rows.get(p.name, ())) if see else 0.0
    place = {b.name: i for i, b in enumerate(report.processes)}
    levels = [b.activity_level_t or NAN for b in report.processes]
    system = [{i: level} for i, level in enumerate(levels)]
    sides = [
        [level * fsum(due.per_tonne(b.own_see_direct + b.own_see_indirect) for due in rows.get(b.name, ()))]
        for b, level in zip(report.processes, levels, strict=True)
    ]
    for f in installation.flows:
        if f.target not in place or f.material or not f.quantity:
            continue
        i, mass = place[f.target], or_nan(f.quantity)
        if f.source in place:
            j = place[f.source]
            system[i][j] = system[i].get(j, 0.0) - mass
        else:
            sides[i][0] += mass * of_bought.get(f.source, 0.0)
    found, _ = solver.solve(system, sides)
    return {b.name: x[0] for b, x in zip(report.processes, found, strict=True)}
