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

CHOICES: Mapping[str, tuple[str, str]] = MappingProxyType({
    "waste_gas_without_evidence": (NOT_DEDUCTED, DEDUCTED),
    "inherited_indirect": (COUNTED, NOT_COUNTED),
    "discarded_co_products": (LEFT_OUT, COUNTED),
    "default_value_rounding": (HALF_UP, UNROUNDED),
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
        rounded_defaults=chosen(site, "default_value_rounding") == HALF_UP,
        default_edition=site.text("default_value_edition"),
    )
