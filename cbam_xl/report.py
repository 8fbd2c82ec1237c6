"""What comes out: terms, balances, closure lines and issues. The result is its own audit trail."""

# annotations stay values here: as texts, which each named tuple would have to parse, they take half as long again
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from .model import ERROR, Cell, Issue

NAN = float("nan")


def or_nan(value: float | None) -> float:
    """A figure of a record as the equations take it: unknown is NaN, never 0."""
    return NAN if value is None else value


class Term(NamedTuple):
    """One figure on the way to a result, with the formula that made it and the cell behind it."""

    owner: str  # process or energy unit; "" is the installation
    step: str  # heading in the trace; the terms below it sum to its total
    quantity: str
    value: float  # NaN: unknown
    unit: str
    formula: str = ""  # with {} for each of numbers
    numbers: tuple[float, ...] = ()
    cites: str = ""
    at: Cell | None = None
    field: str = ""
    data_source: str = ""
    note: str = ""
    total: bool = False  # sums the terms of its step
    aside: bool = False  # an intermediate result, or a figure that isn't used: no part of that sum
    sources: tuple[tuple[Cell, str], ...] = ()  # further cells behind it: record and field


class Balance(NamedTuple):
    """Every term of one process (Eq. 48, 49, 57 to 61). t CO2e, t CO2e/t and MWh/t; NaN is unknown."""

    name: str
    category: str
    activity_level_t: float = NAN
    direct_emissions_tco2e: float = 0.0
    heat_in_tco2e: float = 0.0
    heat_out_tco2e: float = 0.0
    waste_gas_in_tco2e: float = 0.0
    waste_gas_out_tco2e: float = 0.0
    electricity_out_tco2e: float = 0.0
    co_products_tco2e: float = 0.0  # Eq. 1 to 3: what belongs to the co-products of hydrogen
    floored_tco2e: float = 0.0
    attributed_direct_tco2e: float = 0.0
    attributed_indirect_tco2e: float = 0.0
    see_direct: float = NAN
    see_indirect: float = NAN
    see_total: float = NAN
    own_see_direct: float = NAN
    own_see_indirect: float = NAN
    embedded_electricity_mwh_per_t: float = NAN
    default_share: float = NAN
    bought_see_total: float = NAN  # part of see_total that comes from bought precursors, through the whole graph
    indicative: bool = False  # computed, but not for communication (III A.4)
    outside_direct_tco2e: float = 0.0  # from 2026: of a finishing step that lies outside the boundary
    outside_indirect_tco2e: float = 0.0  # from 2026: of a good with direct emissions only
    functional_unit: str = "t"  # from 2026: of its goods; "" if they differ
    see_direct_per_unit: float = NAN  # t CO2e per functional unit
    see_indirect_per_unit: float = NAN


BALANCE_TERMS: Mapping[str, tuple[str, str, str]] = {
    "activity_level_t": ("AL", "t", "III F.2"),
    "direct_emissions_tco2e": ("DirEm*", "t CO2e", "III F.1, Eq. 48"),
    "heat_in_tco2e": ("Em_H,imp", "t CO2e", "III F.1, Eq. 52"),
    "heat_out_tco2e": ("Em_H,exp", "t CO2e", "III F.1, Eq. 48"),
    "waste_gas_in_tco2e": ("WG_corr,imp", "t CO2e", "III F.1, Eq. 53"),
    "waste_gas_out_tco2e": ("WG_corr,exp", "t CO2e", "III F.1, Eq. 54"),
    "electricity_out_tco2e": ("Em_el,prod", "t CO2e", "III F.1, Eq. 48"),
    "co_products_tco2e": ("co-products", "t CO2e", "II 3.6, Eq. 1–3"),
    "floored_tco2e": ("floor at zero", "t CO2e", "III F.1, Eq. 48"),
    "attributed_direct_tco2e": ("AttrEm_Dir", "t CO2e", "III F.1, Eq. 48"),
    "attributed_indirect_tco2e": ("AttrEm_Indir", "t CO2e", "III F.1, Eq. 49"),
    "own_see_direct": ("ae_Dir", "t CO2e/t", "III G, Eq. 61"),
    "own_see_indirect": ("ae_Indir", "t CO2e/t", "III G, Eq. 61"),
    "see_direct": ("SEE_Dir", "t CO2e/t", "III G, Eq. 57, 60"),
    "see_indirect": ("SEE_Indir", "t CO2e/t", "III G, Eq. 57, 60"),
    "see_total": ("SEE", "t CO2e/t", "III G"),
    "embedded_electricity_mwh_per_t": ("electricity", "MWh/t", "IV 1"),
    "default_share": ("default share", "share of SEE_Dir", "III E.3, IV 1"),
    "bought_see_total": ("bought precursors", "t CO2e/t", "III G, Eq. 58"),
    "outside_direct_tco2e": ("outside the boundary", "t CO2e", "2025/2547 I 3.16, 3.18"),
    "outside_indirect_tco2e": ("not counted", "t CO2e", "956 Annex II; 2025/2547 I 3.1"),
    "see_direct_per_unit": ("SEE_Dir per unit", "t CO2e/unit", "2025/2547 III B, Eq. 59"),
    "see_indirect_per_unit": ("SEE_Indir per unit", "t CO2e/unit", "2025/2547 III B, Eq. 59"),
}
"""Symbol, unit and provision of each field of :class:`Balance`."""


class GoodResult(NamedTuple):
    """A good with the specific embedded emissions of its process; ``embedded_tco2e`` = mass sold x SEE."""

    cn_code: str
    name: str
    process: str
    category: str
    cn_name: str
    mass_t: float
    see_direct: float
    see_indirect: float
    see_total: float
    embedded_tco2e: float
    functional_unit: str = "t"  # from 2026: t, t clinker, kg N or kWh
    content: float = NAN  # functional units per t of the good
    see_direct_per_unit: float = NAN  # t CO2e per functional unit
    see_indirect_per_unit: float = NAN


class Cost(NamedTuple):
    """What one tonne of a good costs under the act of 2026 (MWh of electricity): certificates in t CO2e/t, EUR/t.

    First with actual values, then as if nothing were known of it (the default value); NaN is unknown.
    """

    good: str
    process: str
    cn_code: str
    year: int
    see: float
    sefa: float
    carbon_price: float  # EUR/t paid abroad, provisional
    certificates: float
    price: float  # EUR per t CO2e
    euro: float
    default_see: float
    default_sefa: float
    default_certificates: float
    default_euro: float
    default_cites: str
    price_period: str

    @property
    def saving(self) -> float:
        """EUR/t that actual values save against the default value."""
        return self.default_euro - self.euro


class Closure(NamedTuple):
    """One balance: the installation (or what comes in) against what was attributed (or goes out)."""

    balance: str
    of: str
    unit: str
    installation: float
    attributed: float
    explained: Mapping[str, float]

    @property
    def difference(self) -> float:
        """How much more was attributed than the installation has."""
        return self.attributed - self.installation

    @property
    def unexplained(self) -> float:
        """What stays of the difference when all that the law itself makes is taken off."""
        return self.difference - sum(self.explained.values())

    @property
    def scale(self) -> float:
        """The largest figure of the line, against which a difference is small or not; never 0."""
        return max(abs(self.installation), abs(self.attributed), *map(abs, self.explained.values()), 1e-300)


class Totals(NamedTuple):
    """The installation as a whole (III B, Eq. 4); NaN is unknown."""

    name: str
    direct_tco2e: float
    biomass_tco2: float
    indirect_tco2e: float
    energy_tj: float
    pfc_tco2e: float


class UnitResult(NamedTuple):
    """Factors of an energy unit (Eq. 35 to 47): t CO2/TJ of heat, t CO2/MWh of electricity, share of heat."""

    name: str
    emissions_tco2e: float
    heat_share: float
    ef_heat: float
    ef_electricity: float


class Report(NamedTuple):
    """Balances, closure, issues, the law and the editions used."""

    law: str
    period: tuple[date | None, date | None]
    installation: Totals
    processes: tuple[Balance, ...]
    goods: tuple[GoodResult, ...]
    units: tuple[UnitResult, ...]
    closure: tuple[Closure, ...]
    trail: Callable[[], Iterator[Term]]  # makes the terms; a figure alone needs none of them
    issues: tuple[Issue, ...]
    editions: Mapping[str, str]
    costs: tuple[Cost, ...] = ()  # from 2026

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every figure on the way to the results, made anew each time."""
        return tuple(self.trail())

    def terms_of(self, owner: str) -> tuple[Term, ...]:
        """The terms of a process or an energy unit."""
        return tuple(term for term in self.trail() if term.owner == owner)

    @property
    def failed(self) -> bool:
        """Whether any issue is an error."""
        return any(i.level == ERROR for i in self.issues)

    def json(self) -> dict[str, object]:
        """The Report with the keys and units of the command line's ``--json``; unknown is None."""
        from . import reporting

        return reporting.as_json(self)

    def frames(self) -> dict[str, Any]:
        """The Report as pandas DataFrames: processes, goods, balances, trace, issues; units in the column names."""
        from . import reporting

        return reporting.as_frames(self)
