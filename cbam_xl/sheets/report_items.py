"""What the operator's emissions report must hold (2025/2547 Annex IV 1.1, 35 items) and its summary (1.2, 16 items).

Each item fills itself as far as the data go; what no row gives is called missing, and where to enter it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .. import options, reference
from ..definitive import own_figures
from ..model import WASTE_GAS, Installation
from ..report import Report
from . import report_lines as say
from .report_lines import LACKING, Says

FILLED, MISSING, NONE = "✔ filled", "✖ missing", "– nothing of it"
MOST, LONGEST = 12, 900  # entries of an item, and characters of its text


class Item(NamedTuple):
    """One item: what it must hold, what the data say of it, and where to enter what is missing."""

    part: str
    number: str
    content: str
    says: str
    state: str
    where: str
    cites: str


def items(installation: Installation, report: Report) -> list[Item]:
    """All items of the report, of its summary, and the choices where the act is open."""
    found = []
    installation = own_figures.filled_in(installation)
    unlisted = say.unlisted(installation)
    for row in reference.rows("report_items"):
        key = row["part"], int(row["number"])
        needed, says = WHAT[key] if unlisted or key not in OF_UNLISTED else (False, say.nothing)
        lines = [line for line in says(installation, report) if line]
        text = _joined(lines)
        lacking = any(line.startswith(LACKING) for line in lines) or (needed and not text)
        state = MISSING if lacking else FILLED if text else NONE
        found.append(Item(row["part"], row["number"], row["content"], text, state, row["where"], row["provision"]))
    return [*found, *_choices(installation)]


def _choices(installation: Installation) -> Iterable[Item]:
    from .installation import INSTALLATION

    for field, (default, other) in options.CHOICES.items():
        column = INSTALLATION.column(field)
        chosen = options.chosen(installation.site, field)
        text = f"{chosen} (the default; or: {other})" if chosen == default else f"{chosen} (the default is: {default})"
        yield Item("choice", "", column.header, text, FILLED, "Installation", column.rule)


def _joined(lines: list[str]) -> str:
    more = f"; … and {len(lines) - MOST} more" if len(lines) > MOST else ""
    text = "; ".join(lines[:MOST])
    return (text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…") + more


_OPERATOR = "operator", "operator_registration", "operator_address"
_SITE = "name_en", "registry_id", "unlocode", "street", "post_code", "city", "country", "latitude", "longitude"

OF_UNLISTED = frozenset({*(("report", n) for n in (3, 9, 10, 11, 12)), ("summary", 6)})
"""Items about indirect emissions, which goods of Annex II of 956 don't have."""

WHAT: dict[tuple[str, int], tuple[bool, Says]] = {
    ("report", 1): (True, say.fields(*_OPERATOR, *_SITE)),
    ("report", 2): (True, say.plan),
    ("report", 3): (True, say.power),
    ("report", 4): (False, say.own_power),
    ("report", 5): (False, say.moved(WASTE_GAS)),
    ("report", 6): (False, say.co2),
    ("report", 7): (True, say.total),
    ("report", 8): (False, say.months),
    ("report", 9): (True, say.consumption),
    ("report", 10): (True, say.per_process(listed=False)),
    ("report", 11): (False, say.power),
    ("report", 12): (True, say.power_and_mean),
    ("report", 13): (True, say.goods),
    ("report", 14): (False, say.others),
    ("report", 15): (True, say.see),
    ("report", 16): (True, say.streams),
    ("report", 17): (False, say.balances),
    ("report", 18): (False, say.own_precursors),
    ("report", 19): (False, say.own_precursors),
    ("report", 20): (False, say.bought_totals),
    ("report", 21): (False, say.bought_used),
    ("report", 22): (False, say.by_default),
    ("report", 23): (False, say.actual),
    ("report", 24): (False, say.nothing),
    ("report", 25): (False, say.lots),
    ("report", 26): (False, say.per_process(listed=True)),
    ("report", 27): (False, say.own_precursors),
    ("report", 28): (False, say.origins),
    ("report", 29): (True, say.how),
    ("report", 30): (True, say.levels),
    ("report", 31): (True, say.in_units),
    ("report", 32): (False, say.factors),
    ("report", 33): (False, say.agreements),
    ("report", 34): (True, say.routes),
    ("report", 35): (False, say.parameters),
    ("summary", 1): (True, say.fields(*_OPERATOR)),
    ("summary", 2): (True, say.fields(*_SITE)),
    ("summary", 3): (True, say.plan),
    ("summary", 4): (True, say.with_allocation),
    ("summary", 5): (True, say.total_and_levels),
    ("summary", 6): (False, say.indirect),
    ("summary", 7): (False, say.traded),
    ("summary", 8): (False, say.biomass),
    ("summary", 9): (False, say.moved(WASTE_GAS)),
    ("summary", 10): (False, say.co2),
    ("summary", 11): (False, say.own_power),
    ("summary", 12): (False, say.by_default),
    ("summary", 13): (False, say.actual),
    ("summary", 14): (False, say.nothing),
    ("summary", 15): (False, say.lots),
    ("summary", 16): (False, say.origins),
}
"""Item -> whether every installation must have it, and what the data say of it."""
