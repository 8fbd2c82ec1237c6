"""What the reporting period selects: the act and its parameters, each from a row of reference sheet parameters.csv.

The act of 2026 is written as what it changes of the act of 2023; :data:`CHANGES` says each change in words.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from math import inf
from typing import NamedTuple

from . import reference
from .equations.form import DEFINITIVE, TRANSITIONAL
from .errors import CbamError


class Law(NamedTuple):
    """One act. A number here is a legal parameter; what it does is said by the equations that take it."""

    act: str
    valid_from: date
    valid_to: date
    carbon_factor: float  # t CO2 per t C
    natural_gas_ef: float  # t CO2/TJ, EF_NG of Eq. 53 and 54 and the cap of waste gas in a fuel mix
    waste_gas_correction: float  # Corr_eta of Eq. 54
    gwp_n2o: float
    gwp_cf4: float
    gwp_c2f6: float
    boiler_efficiency: float  # share, behind a standard heat factor (C.2.3)
    chp_heat_efficiency: float  # share, where it can't be determined (C.2.2)
    chp_electricity_efficiency: float
    other_materials_threshold: float  # share of mass (II 3.16, 3.18)
    alloying_threshold: float  # share of mass (II 3.17, 3.18)
    molar_mass_o2: float  # kg/kmol
    molar_mass_h2: float
    molar_mass_cl2: float
    molar_mass_naoh: float
    molar_mass_naclo3: float
    floor_at_zero: bool = True  # Eq. 48, last sentence
    direct_only: bool = False  # goods of Annex II of 956 have no indirect emissions of their own
    excluded_steps: bool = False  # cutting, welding and the like lie outside the boundary of products
    co_products_by_moles: bool = False  # Eq. 43 instead of Eq. 1 to 3
    waste_gas_evidence: bool = False  # Eq. 54 only with evidence
    verified_precursors: bool = False  # bought precursors: actual values only when verified, else default values
    exempt_origins: bool = False  # precursors from the Union and exempt countries count zero
    listed_precursors: bool = False  # bought precursors of Annex II of 956 bring no indirect emissions
    off_spec_sold: bool = False  # off-spec product that is sold is a good too: it belongs to the activity level
    default_share_of_total: bool = False  # the share of default values is one of the total, not of direct emissions
    functional_units: bool = False  # goods by CN code, in functional units; cost
    # how the act of 2026 is read where it is open; sheet Installation chooses
    inherited_indirect: bool = True  # a listed good hands on the indirect emissions of its unlisted precursors (I 3.1)
    chp_gas_capped: bool = True  # a waste gas burnt in a CHP counts at most as natural gas, as in other fuel mixes
    discarded_co_products: bool = False  # co-products that are vented or dumped bear emissions too (Eq. 43)
    rounded_defaults: bool = True  # default values with mark-up, half up on three decimals
    default_edition: str = ""  # of the default values; "": the newest

    @property
    def definitive(self) -> bool:
        """Whether this is the act of 2026."""
        return self.act == DEFINITIVE

    @property
    def changed(self) -> bool:
        """Whether it has any of what the act of 2026 changes."""
        return self != transitional()


class Change(NamedTuple):
    """One change that the act of 2026 makes: the fields of :class:`Law`, in words, and where it stands."""

    fields: tuple[str, ...]
    words: str
    cites: str


CHANGES = (
    Change(("exempt_origins",), "precursors from the Union and exempt countries count zero", "2025/2547 III B, Eq. 60"),
    Change(("verified_precursors",), "bought precursors without verification report: default values with mark-up",
           "2025/2547 II A.1(4), (5); 2025/2621"),
    Change(("listed_precursors",), "bought precursors of Annex II of 956 bring no indirect emissions",
           "2025/2547 I 3.1"),
    Change(("direct_only",), "goods of Annex II of 956 have no indirect emissions of their own",
           "956 Annex II; 2025/2547 I 3.1"),
    Change(("waste_gas_evidence",), "exported waste gas is deducted only with evidence", "2025/2547 III A.2.3, Eq. 54"),
    Change(("excluded_steps",), "cutting, welding and finishing lie outside the boundary", "2025/2547 I 3.16, 3.18"),
    Change(("co_products_by_moles",), "co-products share all emissions by moles produced", "2025/2547 III A.2, Eq. 43"),
    Change(("alloying_threshold", "other_materials_threshold"), "alloying elements don't count as primary aluminium",
           "2025/2547 I 3.17, 3.18"),
    Change(("off_spec_sold",), "off-spec product that is sold belongs to the activity level", "2025/2547 II F"),
    Change(("default_share_of_total",), "the share of default values is one of direct and indirect emissions",
           "2025/2547 IV 1.1, point 15(d)"),
    Change(("functional_units",), "goods by CN code: per functional unit, and per composition of each good",
           "2025/2547 Art. 4; III B, Eq. 64 to 66"),
)  # fmt: skip
"""What the act of 2026 changes in figures, in the order in which a comparison of the two applies it."""


@cache
def transitional() -> Law:
    """Implementing Regulation (EU) 2023/1773: goods produced up to 31 December 2025."""

    def figure(id: str) -> float:
        return reference.parameter(id, on=date(2025, 12, 31)).value

    return Law(
        act=TRANSITIONAL,
        valid_from=date(2023, 10, 1),
        valid_to=date(2025, 12, 31),
        carbon_factor=figure("carbon_factor"),
        natural_gas_ef=figure("natural_gas_ef"),
        waste_gas_correction=figure("waste_gas_correction"),
        gwp_n2o=figure("gwp_n2o"),
        gwp_cf4=figure("gwp_cf4"),
        gwp_c2f6=figure("gwp_c2f6"),
        boiler_efficiency=figure("boiler_efficiency"),
        chp_heat_efficiency=figure("chp_heat_efficiency"),
        chp_electricity_efficiency=figure("chp_electricity_efficiency"),
        other_materials_threshold=figure("other_materials_threshold"),
        alloying_threshold=figure("alloying_threshold"),
        molar_mass_o2=figure("molar_mass_o2"),
        molar_mass_h2=figure("molar_mass_h2"),
        molar_mass_cl2=figure("molar_mass_cl2"),
        molar_mass_naoh=figure("molar_mass_naoh"),
        molar_mass_naclo3=figure("molar_mass_naclo3"),
    )


@cache
def definitive() -> Law:
    """Implementing Regulation (EU) 2025/2547: goods produced since 1 January 2026; what it changes of the act before.

    All constants went over unchanged (a test compares them).
    """
    return transitional()._replace(
        act=DEFINITIVE,
        valid_from=date(2026, 1, 1),
        valid_to=date.max,
        exempt_origins=True,
        verified_precursors=True,
        listed_precursors=True,
        direct_only=True,
        waste_gas_evidence=True,
        excluded_steps=True,
        co_products_by_moles=True,
        alloying_threshold=inf,
        other_materials_threshold=inf,
        off_spec_sold=True,
        default_share_of_total=True,
        functional_units=True,
    )


NAMES = {"transitional": transitional, "definitive": definitive, TRANSITIONAL: transitional, DEFINITIVE: definitive}


def on(end: date | None) -> Law:
    """The act for a reporting period that ends on this day (unknown: the transitional act)."""
    return definitive() if end is not None and end > transitional().valid_to else transitional()


def named(name: str) -> Law:
    """The act by one of its names: transitional, 2023/1773, definitive or 2025/2547. CbamError for another one."""
    if name not in NAMES:
        raise CbamError(f"No act is called {name!r}: say transitional (2023/1773) or definitive (2025/2547).")
    return NAMES[name]()
