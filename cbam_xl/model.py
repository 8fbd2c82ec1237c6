"""Records: what stands in a workbook, in the law's own units. No behaviour beyond saying where a figure stands.

Every record is a named tuple (frozen, cheap) and its first field ``at`` is the :class:`Cell` it was read from.
Numbers are floats in canonical units (t, 1000Nm3, TJ, MWh, t CO2e, shares 0..1); ``None`` is *unknown*, never zero;
NaN is unknown too: something stands there that can't be read, so that no default may take its place.
A reference to a process, energy unit or precursor is its name exactly as it was first typed; the words of
:data:`WORDS` stand for everything else that can be an end of a row.
"""

# annotations stay values here: as texts, which each named tuple would have to parse, they take half as long again
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

OUTSIDE, SHARED, MARKET, OTHER_USE, WASTE = "Outside", "Shared", "Market", "Non-CBAM use", "Waste"
GRID, PURCHASE_AGREEMENT, DIRECT_LINE = "Grid", "Power purchase agreement", "Direct line"
REMAINING, NOT_CBAM = "remaining", "Not a CBAM good"
WORDS = (OUTSIDE, SHARED, MARKET, OTHER_USE, WASTE, GRID, PURCHASE_AGREEMENT, DIRECT_LINE, REMAINING)
"""Reserved words: no process, energy unit, precursor or good may bear one of these names."""

ODD = "_*?~"
"""Characters that the Commission's formulas, which look names up as patterns, take for others."""

ERROR, WARNING, NOTE = "error", "warning", "note"
BOILER, CHP, POWER_PLANT, RENEWABLE_POWER = "Boiler or heat network", "CHP", "Power plant", "Renewable power"
COMBUSTION, PROCESS_EMISSIONS, MASS_BALANCE, CO2_TRANSFER = (
    "Combustion", "Process emissions", "Mass Balance", "CO2 transfer")  # fmt: skip
SLOPE, OVERVOLTAGE = "Slope method", "Overvoltage method"
HEAT, WASTE_GAS, ELECTRICITY = "Heat", "Waste gas", "Electricity"
SUBMETER = "Sub-meter"
DEFAULT_VALUE = "Default"
VALUE_SOURCES = ("Measured", DEFAULT_VALUE, "Unknown")
UNKNOWN_ORIGIN = "Unknown"
"""In place of the country code of a precursor whose country of production isn't known."""
EF_SOURCES = ("D.4(a)", "D.4(b)", "D.4.1", "D.4.2", "D.4.3.1", "D.4.3.2", "Mix")
"""Where a precursor's figures come from, and the factor of electricity (III D.4); the Commission's words."""

CERTIFICATE_PRICE, GRID_FACTOR, EXCHANGE_RATE = "Certificate price", "Grid emission factor", "Exchange rate"
"""Figures of one's own."""

OFF_SPEC = "Off-spec product"
"""A by-product; from 2026 it counts as a good where it is sold."""
CEMENT, CLINKER = "Cement", "Cement clinker"
HYDROGEN, AMMONIA, UREA, NITRIC_ACID = "Hydrogen", "Ammonia", "Urea", "Nitric acid"
STEEL_PRODUCTS, ALUMINIUM_PRODUCTS = "Iron or steel products", "Aluminium products"
SHAPED, ALUMINIUM = (STEEL_PRODUCTS, ALUMINIUM_PRODUCTS), ("Unwrought aluminium", ALUMINIUM_PRODUCTS)
SMELTING, SECONDARY_MELTING = "Primary (electrolytic) smelting", "Secondary melting (recycling)"
GREEN = (HYDROGEN, AMMONIA, "Direct reduced iron", UREA)  # their goods may have no emissions at all
NON_ALUMINIUM, CLINKER_FACTOR = "% non-aluminium elements", "Clinker factor"
"""Categories, routes of aluminium, and parameters of goods for which the act has rules of their own."""

SMALLEST, LARGEST = 1e-15, 1e18
"""No plant has figures beyond these; sums, products and quotients of those between them stay finite."""

ROUNDING = 1e-6
"""What a difference of figures may fall below zero without meaning anything."""

NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


@lru_cache(1 << 16)
def fold(name: str) -> str:
    """The form in which names are compared: trimmed, inner spaces as one, without case.

    >>> fold("  Clinker   Kiln ") == fold("clinker kiln")
    True
    """
    return " ".join(name.split()).casefold()


RESERVED = frozenset(map(fold, WORDS))
"""The reserved words in the form in which names are compared."""


class Cell(NamedTuple):
    """Where a record stands: sheet, row, and for each of its fields the column letter (or a whole address)."""

    sheet: str
    row: int = 0
    columns: Mapping[str, str] = NO_COLUMNS

    def address(self, field: str = "") -> str:
        """Address of a field of the record; of its first field when none is named.

        >>> Cell("Goods", 12, {"name": "B", "cn_code": "D"}).address("cn_code")
        'D12'
        """
        place = self.columns.get(field) or next(iter(self.columns.values()), "A")
        return place if place[-1].isdigit() else f"{place}{self.row or 1}"


class Issue(NamedTuple):
    """One finding: a stable code, its level (error, warning, note), a sentence of at most 200 characters, its place.

    ``acknowledged``: the reason why it may stay as it is, as typed beside it on sheet Issues.
    """

    code: str
    level: str
    message: str
    sheet: str = ""
    cell: str = ""
    cites: str = ""
    acknowledged: str = ""

    @property
    def place(self) -> str:
        """Sheet and cell, as far as it has them."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        plain = " ".join("".join(c if c.isprintable() else " " for c in self.acknowledged).split())
        reason = f" [acknowledged: {plain}]" if plain else ""
        return f"{place}{self.level.upper()} {self.code} {self.message}{reason}"


class Row(NamedTuple):
    """One row of a process or bought precursor: a category, a route, and the t (MWh) of it; None where not entered."""

    category: str
    route: str = ""
    quantity: float | None = None


class Process(NamedTuple):
    """A production process (III A.4). ``quantity`` is its activity level in t (MWh for electricity)."""

    at: Cell
    name: str
    category: str = ""
    routes: tuple[str, ...] = ()
    quantity: float | None = None
    quantity_unit: str = "t"
    direct_entered: float | None = None
    included: tuple[str, ...] = ()  # categories made and used inside: a joint process
    leaving: tuple[str, ...] = ()  # categories that leave; more than one: shared out by output
    alias: str = ""
    data_source: str = ""
    note: str = ""
    rows: tuple[Row, ...] = ()  # as entered, in their order
    finishing: str = ""  # a finishing step of products, which from 2026 counts or doesn't

    @property
    def is_cbam(self) -> bool:
        """Whether it makes CBAM goods; another process is there to close the balances."""
        return self.category != NOT_CBAM


class Good(NamedTuple):
    """A good by CN code; it has the specific embedded emissions of its process. ``quantity`` in t or MWh."""

    at: Cell
    name: str
    process: str = ""
    cn_code: str = ""
    quantity: float | None = None
    alias: str = ""
    note: str = ""
    content: float | None = None  # t clinker, or kg N, per t; None: from its parameters
    benchmark_route: str = ""  # letter
    content_range: float | None = None  # largest less smallest content of the goods of the row


class Parameter(NamedTuple):
    """A qualifying parameter (Annex IV section 2) of a good, or of all goods of a process; percentages as typed."""

    at: Cell
    target: str
    parameter: str
    value: float | str | bool | None = None
    note: str = ""


class Stream(NamedTuple):
    """A fuel or material (Eq. 5, 11, 12). ``quantity`` in ``unit`` (t, 1000Nm3 or TJ), used in the period."""

    at: Cell
    name: str
    process: str = ""  # process, energy unit, SHARED, or "" (installation only)
    method: str = ""
    quantity: float | None = None
    unit: str = "t"
    ncv: float | None = None  # TJ per unit
    ef: float | None = None  # t CO2 per ef_unit
    ef_unit: str = "TJ"  # TJ, or the unit of the quantity
    carbon_content: float | None = None  # t C per unit
    conversion: float | None = None  # oxidation or conversion factor
    biomass: float | None = None
    data_source: str = ""
    note: str = ""


class Measured(NamedTuple):
    """An emission point with continuous measurement (Eq. 16, 18)."""

    at: Cell
    name: str
    process: str = ""
    gas: str = ""
    concentration: float | None = None  # g/Nm3
    hours: float | None = None
    flow: float | None = None  # 1000Nm3/h
    biomass: float | None = None
    energy_fossil: float | None = None  # TJ
    energy_biomass: float | None = None  # TJ
    data_source: str = ""
    note: str = ""


class Pfc(NamedTuple):
    """Perfluorocarbons of one cell technology (Eq. 20 to 26). ``aluminium`` in t, ``current_efficiency`` in %."""

    at: Cell
    technology: str
    process: str = ""
    method: str = ""
    aluminium: float | None = None
    frequency: float | None = None
    duration: float | None = None
    sef: float | None = None
    overvoltage: float | None = None
    current_efficiency: float | None = None
    ovc: float | None = None
    f_c2f6: float | None = None
    collection: float | None = None  # share
    data_source: str = ""
    note: str = ""


class Share(NamedTuple):
    """The part of a shared stream, emission point or supply that one process gets (Eq. 55, 56; F.3)."""

    at: Cell
    stream: str
    process: str = ""
    weight: float | None = None
    basis: str = ""
    note: str = ""
    meter: float | None = None  # main meter in the unit in which it was typed


class EnergyUnit(NamedTuple):
    """A boiler, heat network, CHP or power plant (Eq. 35 to 47). Blank: taken from its streams and transfers."""

    at: Cell
    name: str
    kind: str = ""
    fuel: float | None = None  # TJ
    heat: float | None = None  # TJ
    electricity: float | None = None  # MWh
    emissions_fuel: float | None = None
    emissions_fgc: float | None = None
    ref_heat: float | None = None  # share
    ref_electricity: float | None = None  # share
    data_source: str = ""
    note: str = ""


class Transfer(NamedTuple):
    """Measurable heat or waste gas from one end to another (Eq. 52 to 54). ``quantity`` in TJ, ``ef`` in t CO2/TJ."""

    at: Cell
    kind: str
    source: str = OUTSIDE
    target: str = OUTSIDE
    quantity: float | None = None
    ef: float | None = None
    fuel: str = ""  # the common fuel whose factor divided by 0.90 stands in for an unknown factor (C.2.3)
    data_source: str = ""
    note: str = ""


class Electricity(NamedTuple):
    """Electricity from one end to another (Eq. 44, 48, 49). ``quantity`` in MWh, ``ef`` in t CO2/MWh."""

    at: Cell
    source: str = GRID
    target: str = ""
    quantity: float | None = None
    ef: float | None = None
    ef_source: str = ""
    data_source: str = ""
    note: str = ""


class Precursor(NamedTuple):
    """A precursor bought from one installation (III E). ``quantity`` = purchased + opening - closing stock, in t."""

    at: Cell
    name: str
    category: str = ""
    country: str = ""
    routes: tuple[str, ...] = ()
    quantity: float | None = None
    see_direct: float | None = None
    see_direct_source: str = ""
    electricity: float | None = None  # MWh/t
    electricity_source: str = ""
    electricity_ef: float | None = None  # t CO2/MWh
    electricity_ef_source: str = ""
    justification: str = ""
    alias: str = ""
    note: str = ""
    rows: tuple[Row, ...] = ()  # as entered, in their order
    cn_code: str = ""
    verification: str = ""  # the verification report of its actual values
    see_indirect: float | None = None  # goes before electricity and its factor
    sefa: float | None = None  # specific embedded free allocation as verified, t CO2e/t


class Flow(NamedTuple):
    """Where a good, a bought precursor or a by-product (``material``) goes. ``quantity`` in t (MWh)."""

    at: Cell
    source: str
    material: str = ""
    target: str = ""
    quantity: float | None = None
    carbon_content: float | None = None  # t C/t
    data_source: str = ""
    note: str = ""


class CarbonPrice(NamedTuple):
    """A carbon price due on a process, precursor (per t CO2e) or good (per t or MWh)."""

    at: Cell
    target: str
    instrument: str = ""
    share: float | None = None
    price: float | None = None
    currency: str = ""
    per: str = ""
    rebate_type: str = ""
    rebate_share: float | None = None
    rebate: float | None = None
    note: str = ""


class OwnFigure(NamedTuple):
    """A figure that isn't shipped: a certificate price (EUR/t CO2e), grid factor (t CO2/MWh) or rate (per EUR)."""

    at: Cell
    kind: str
    of: str = ""  # period such as 2026 Q3, country code or currency
    value: float | None = None
    year: float | None = None
    source: str = ""
    note: str = ""


class Rest(NamedTuple):
    """An amount that stands as “remaining”: a total less the other amounts of its source."""

    at: Cell
    field: str
    total: Cell
    total_field: str
    others: tuple[Cell, ...]


class Site(NamedTuple):
    """Sheet Installation: the form's fields by name, as read (text, float, date or None)."""

    at: Cell
    values: Mapping[str, object] = NO_COLUMNS

    def text(self, field: str) -> str:
        """A field as text, "" when it is blank."""
        value = self.values.get(field)
        return "" if value is None else str(value)

    def number(self, field: str) -> float | None:
        """A figure; None when it is blank, NaN when it can't be read."""
        value = self.values.get(field)
        return value if isinstance(value, float) else None

    def day(self, field: str) -> date | None:
        """A date; None when it is blank or can't be read."""
        value = self.values.get(field)
        return value if isinstance(value, date) else None


class Installation(NamedTuple):
    """Everything that was read. ``origin`` is "workbook" or "communication" (a filled Commission template)."""

    site: Site
    processes: tuple[Process, ...] = ()
    goods: tuple[Good, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    streams: tuple[Stream, ...] = ()
    measured: tuple[Measured, ...] = ()
    pfc: tuple[Pfc, ...] = ()
    shares: tuple[Share, ...] = ()
    units: tuple[EnergyUnit, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    electricity: tuple[Electricity, ...] = ()
    precursors: tuple[Precursor, ...] = ()
    flows: tuple[Flow, ...] = ()
    prices: tuple[CarbonPrice, ...] = ()
    origin: str = "workbook"
    issues: tuple[Issue, ...] = ()  # what reading found
    figures: tuple[OwnFigure, ...] = ()
    rests: tuple[Rest, ...] = ()
    acknowledged: tuple[Issue, ...] = ()  # findings of the last run with a reason beside them

    def names(self) -> list[str]:
        """The names of all that has one: processes, energy units, precursors, goods."""
        return [
            *(p.name for p in self.processes),
            *(u.name for u in self.units),
            *(q.name for q in self.precursors),
            *(g.name for g in self.goods),
        ]
