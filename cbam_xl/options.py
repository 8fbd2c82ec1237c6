"""What the act of 2026 leaves open, as choices on sheet Installation; each has a default that the sheet names.

The first of two words is the default. A blank cell, and a workbook that doesn't know the field, means the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .law import Law
from .model import Site

NOT_DEDUCTED, DEDUCTED = "Not deducted", "Deducted"
COUNTED, NOT_COUNTED = "Counted", "Not counted"
LEFT_OUT = "Left out"
HALF_UP, UNROUNDED = "Half up, three decimals", "Not rounded"
PER_KG_N, PER_TONNE = "kg N", "t"
POINTS, RELATIVE = "10 points of content", "10 % of the content"
STAYS, MAY_BE_USED = "Neither sold nor used elsewhere", "Not sold"
AS_GAS, UNCAPPED = "At most as natural gas", "With its own factor"
OF_TOTAL, OF_DIRECT = "Direct and indirect", "Direct only"
BY_MASS, LARGEST = "Mean by mass", "Route of the largest mass"

CHOICES: Mapping[str, tuple[str, str]] = MappingProxyType({
    "waste_gas_without_evidence": (NOT_DEDUCTED, DEDUCTED),
    "inherited_indirect": (COUNTED, NOT_COUNTED),
    "discarded_co_products": (LEFT_OUT, COUNTED),
    "off_spec_sold": (COUNTED, LEFT_OUT),
    "waste_gas_in_chp": (AS_GAS, UNCAPPED),
    "joint_process": (STAYS, MAY_BE_USED),
    "potassium_nitrate_unit": (PER_KG_N, PER_TONNE),
    "composition_range": (POINTS, RELATIVE),
    "default_share": (OF_TOTAL, OF_DIRECT),
    "default_value_rounding": (HALF_UP, UNROUNDED),
    "mixed_benchmark_routes": (BY_MASS, LARGEST),
    "carbon_price_paid": (DEDUCTED, NOT_DEDUCTED),
})  # fmt: skip
"""Field of the form -> its default and the other way to read the act."""


def chosen(site: Site, field: str) -> str:
    """What sheet Installation chooses for a field, or its default."""
    return site.text(field) or CHOICES[field][0]


def as_chosen(law: Law, site: Site) -> Law:
    """The act as sheet Installation reads it."""
    return law._replace(
        waste_gas_evidence=law.waste_gas_evidence and chosen(site, "waste_gas_without_evidence") == NOT_DEDUCTED,
        inherited_indirect=chosen(site, "inherited_indirect") == COUNTED,
        discarded_co_products=chosen(site, "discarded_co_products") == COUNTED,
        off_spec_sold=law.off_spec_sold and chosen(site, "off_spec_sold") == COUNTED,
        chp_gas_capped=chosen(site, "waste_gas_in_chp") == AS_GAS,
        default_share_of_total=law.default_share_of_total and chosen(site, "default_share") == OF_TOTAL,
        rounded_defaults=chosen(site, "default_value_rounding") == HALF_UP,
        default_edition=site.text("default_value_edition"),
    )
