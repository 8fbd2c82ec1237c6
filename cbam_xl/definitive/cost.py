"""Certificates and euro per tonne of each good: actual against default values (Regulation (EU) 2023/956 Art. 21, 22).

A verified tonne of CO2e less is worth one certificate. What is negative can't offset other goods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isnan
from typing import NamedTuple

from .. import equations as eq
from .. import options, reference
from ..errors import CbamError
from ..findings import issue
from ..law import Law
from ..model import CERTIFICATE_PRICE, Good, Installation, Issue
from ..report import NAN, Cost, GoodResult, Report, Term
from . import benchmarks, bought, carbon_price, defaults, free_allocation


def certificates(see: float, sefa: float, tonnes: float = 1.0, paid: float = 0.0, price: float = NAN) -> float:
    """Certificates (t CO2e) due for tonnes of one good; SEE and SEFA in t CO2e/t.

    ``paid``: carbon price paid abroad in EUR for all of the goods, turned into certificates by ``price`` (EUR/t CO2e).

    >>> round(certificates(2.0, 1.2558, 1000, paid=20_000, price=75.36), 9)
    478.807218684
    """
    return eq.certificates(see * tonnes, eq.free_allocation_adjustment(sefa, tonnes), paid / price if paid else 0.0)


def cost(see: float, sefa: float, price: float, tonnes: float = 1.0, paid: float = 0.0) -> float:
    """EUR of the certificates due.

    >>> round(cost(3.506, 1.33575, 75.36), 2)
    163.55
    """
    return certificates(see, sefa, tonnes, paid, price) * price


def default_cost(country: str, cn_code: str, year: int, price: float, tonnes: float = 1.0, route: str = "") -> float:
    """EUR that goods cost by their default value; CbamError where no default value or benchmark is known.

    >>> round(default_cost("DZ", "2523100090", 2026, 75.36, 100), 2)
    5717.19
    """
    value = defaults.look_up(country, cn_code, year, route)
    if value is None:
        raise CbamError(f"There is no default value of CN code {cn_code} for {country}.")
    return cost(value.marked, default_allocation(value, cn_code, year), price, tonnes)


def default_allocation(value: defaults.Default, cn_code: str, year: int) -> float:
    """Free allocation that goes with a default value: column B, with the route printed beside the value (Eq. 6)."""
    return benchmarks.free_allocation("".join(cn_code.split())[:8], year, column=benchmarks.DEFAULT, route=value.route)


def price_of(installation: Installation, year: int) -> tuple[float, str]:
    """EUR per certificate and its period: the one that sheet Installation names, else the last known of the year.

    Own figures go before what is shipped. NaN where no price of the year is known.
    """
    known = {r["period"]: float(r["value"]) for r in reference.rows("certificate_prices")}
    known |= {
        f.of.strip(): f.value for f in installation.figures if f.kind == CERTIFICATE_PRICE and f.value is not None
    }
    wanted = installation.site.text("certificate_price_period").strip()
    if wanted:
        return known.get(wanted, NAN), wanted
    last = max((period for period in known if period.startswith(str(year))), default="")
    return (known[last], last) if last else (NAN, "")


class Market(NamedTuple):
    """The year of production, EUR per certificate, and the period of that price."""

    year: int
    price: float
    period: str


class Costed(NamedTuple):
    """A trail with the figures of sheet Cost at its end."""

    trail: Callable[[], Iterator[Term]]
    costs: tuple[Cost, ...]
    goods: tuple[Good, ...]
    prices: tuple[Term, ...]

    def __call__(self) -> Iterator[Term]:
        """The terms of the trail, then carbon prices and the figures of the goods."""
        yield from self.trail()
        yield from self.prices
        for c, good in zip(self.costs, self.goods, strict=True):
            yield from _terms(c, good)


def added(report: Report, installation: Installation, law: Law) -> tuple[Report, list[Issue]]:
    """The Report with what each good costs, and the terms behind it."""
    year = bought.year_of(installation)
    sefa, found = free_allocation.of_goods(installation, law, year)
    issues = list(found)
    market = Market(year, *price_of(installation, year))
    if isnan(market.price) and installation.goods:
        issues.append(issue("price-missing", f"No certificate price is known for {market.period or year}: enter it on "
                            "Own figures, with its source.", installation.site.at,
                            "certificate_price_period", installation.origin))  # fmt: skip
    of_good = {g.name: g for g in installation.goods}
    paid = carbon_price.Paid({g.name: 0.0 for g in report.goods}, [], ())
    if report.goods and options.chosen(installation.site, "carbon_price_paid") == options.DEDUCTED:
        paid = carbon_price.paid(report, installation, law, year)
    issues += paid.issues
    costs = [
        _of_good(g, sefa[g.name], paid.per_tonne[g.name], market,
                 *_by_default(of_good[g.name], installation, law, year)) for g in report.goods
    ]  # fmt: skip
    trail = Costed(report.trail, tuple(costs), tuple(of_good[g.name] for g in report.goods), paid.terms)
    return report._replace(costs=trail.costs, trail=trail), issues  # type: ignore[arg-type]  # it can be called


def _by_default(
    good: Good, installation: Installation, law: Law, year: int
) -> tuple[defaults.Default | None, float, str]:
    """The default value of a good made in the country of the installation, its free allocation, and where it stands.

    None and NaN where there is none, and why.
    """
    country = defaults.country_code(installation.site.text("country"))
    if country is None:
        return None, NAN, "Unknown: sheet Installation names no country of the list."
    if defaults.exempt(country):
        return None, NAN, "None: goods that originate in this country aren't subject to CBAM (956 Art. 2)."
    try:
        value = defaults.look_up(country, good.cn_code, year, good.benchmark_route, edition=law.default_edition,
                                 rounded=law.rounded_defaults)  # fmt: skip
        if value is None:
            return None, NAN, f"None: there is no default value of CN code {good.cn_code}."
        return value, default_allocation(value, good.cn_code, year), value.cites
    except CbamError as error:
        return None, NAN, f"Unknown: {error}"


def _of_good(
    g: GoodResult, sefa: float, paid: float, market: Market, value: defaults.Default | None, free: float, cites: str
) -> Cost:
    """What a tonne of one good costs, by actual and by default values."""
    see = value.marked if value else NAN
    due, by_default = certificates(g.see_total, sefa, 1.0, paid, market.price), certificates(see, free)
    return Cost(
        g.name, g.process, g.cn_code, market.year, g.see_total, sefa, paid, due, market.price, due * market.price, see,
        free, by_default, by_default * market.price, cites, market.period)  # fmt: skip


def _terms(c: Cost, good: Good) -> Iterator[Term]:
    """The figures of a good on sheet Cost, with their formulas."""
    per_t, cites = "t CO2e/t", "956 Art. 22, 31; 2025/2620 Annex, Eq. 1"
    yield Term(c.process, "Cost", f"{c.good}: free allocation", c.sefa, per_t, "", (), "2025/2620 Annex, Eq. 2 to 4",
               good.at, "benchmark_route", aside=True)  # fmt: skip
    if c.carbon_price:
        yield Term(c.process, "Cost", f"{c.good}: carbon price paid", c.carbon_price, "EUR/t", "", (), "956 Art. 9",
                   good.at, "name", note="Provisional: the act on its conversion is a draft.", aside=True)  # fmt: skip
    formula, numbers = "{} − {}", (c.see, c.sefa)
    paid = (c.carbon_price, c.price) if c.carbon_price else ()
    formula += " − {} EUR/t ÷ {} EUR/t CO2e" if paid else ""
    yield Term(c.process, "Cost", f"{c.good}: certificates", c.certificates, per_t, formula, (*numbers, *paid), cites,
               good.at, "cn_code", aside=True)  # fmt: skip
    unknown = isnan(c.default_see)
    yield Term(c.process, "Cost", f"{c.good}: certificates by default value", c.default_certificates, per_t, "{} − {}",
               (c.default_see, c.default_sefa), cites if unknown else f"{cites}; {c.default_cites}", good.at, "cn_code",
               note=c.default_cites if unknown else "", aside=True)  # fmt: skip
    yield Term(c.process, "Cost", f"{c.good}: cost", c.euro, "EUR/t", "{} × {} EUR/t CO2e", (c.certificates, c.price),
               "956 Art. 21", good.at, "cn_code", note=c.price_period, aside=True)  # fmt: skip
