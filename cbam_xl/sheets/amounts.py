"""Amounts in their rows' units become amounts in the law's: t, 1000Nm3, TJ, MWh; and the word “remaining” a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import fsum, isnan
from typing import NamedTuple

from .. import reference, units
from ..model import REMAINING, Cell, Rest, fold
from ..report import NAN
from .cells import shown
from .read import Table

BY_PRODUCT = "a by-product"
"""Stands in for the category of what has none; counted in t."""


def factor(table: Table, row: int, label: str, to: str, field: str) -> float | None:
    """Factor of a unit spelling to a canonical unit, or None with an issue."""
    try:
        return units.factor(label, to)
    except units.UnitError as error:
        table.faulty.add((row, field))
        table.say("unit-unknown" if units.dimension(label) is None else "unit-unfit", row, field, str(error))
        return None


def convert(table: Table, field: str, unit_field: str, to: str) -> None:
    """A column in the units of its rows to the canonical unit ``to``; an unknown unit makes the figure unknown."""
    labels, values = table.columns[unit_field], table.columns[field]
    factors = {label: _known(label, to) for label in set(labels)}
    if None in factors.values():
        for row, label in enumerate(labels):
            if factors[label] is None:
                factor(table, row, label, to, unit_field)
    if set(factors.values()) != {1.0}:
        by = {label: NAN if known is None else known for label, known in factors.items()}
        table.columns[field] = [
            value * by[label] if isinstance(value, float) else value
            for value, label in zip(values, labels, strict=True)
        ]


def _known(label: str, to: str) -> float | None:
    """Factor of a unit spelling, a blank one meaning ``to`` itself; None if it is unknown or doesn't fit."""
    try:
        return units.factor(label, to) if label else 1.0
    except units.UnitError:
        return None


@cache
def _unit_of() -> Mapping[str, str]:
    """Category -> the unit in which its goods are counted."""
    return {BY_PRODUCT: "t"} | {row["category"]: row["unit"] for row in reference.rows("categories")}


def masses(table: Table, categories: Sequence[str]) -> list[str]:
    """Amounts in t, of electricity as a good in MWh, as the category of each row wants it; the unit of each row."""
    labels, known = table.columns["quantity_unit"], _unit_of()
    wanted = [known.get(category, "") for category in categories]
    if set(labels) <= {"", "t"} and set(wanted) <= {"", "t"}:
        return ["t"] * len(labels)
    fields = [f for f in ("quantity", "opening", "closing") if f in table.columns]
    found = []
    for row, (label, category, unit) in enumerate(zip(labels, categories, wanted, strict=True)):
        label = label or "t"
        kind = units.dimension(label)
        unit = unit or ("MWh" if kind == "energy" else "t")
        found.append(unit)
        if label == unit or all(table.columns[f][row] is None for f in fields):
            continue
        if {kind, units.dimension(unit)} == {"mass", "energy"}:
            table.say("unit-unfit", row, "quantity_unit", f"The unit {label} doesn't fit {category}, which is counted "
                      f"in {unit}: choose {unit}, or correct the category.")  # fmt: skip
            by = None
        else:
            by = factor(table, row, label, unit, "quantity_unit")
        for field in fields:
            if isinstance(table.columns[field][row], float):
                table.columns[field][row] = None if by is None else table.columns[field][row] * by
                if by is None:
                    table.faulty.add((row, field))
    return found


def used(table: Table, row: int) -> float | None:
    """Received + opening - closing stock (III B.4), in the unit of the row."""
    c = table.columns
    received, opening, closing = c["quantity"][row], c["opening"][row], c["closing"][row]
    return None if received is None else float(received + (opening or 0.0) - (closing or 0.0))


class Total(NamedTuple):
    """What the rows of a source sum to, in their unit (None: unknown), and the cell where that stands.

    ``told``: why it is unknown is said by another finding.
    """

    amount: float | None
    at: Cell
    field: str
    told: bool = False


def remaining(
    table: Table,
    by: str,
    field: str,
    totals: Mapping[str, Total],
    apart: Callable[[int], bool] = lambda row: False,
) -> None:
    """The word “remaining” becomes the total of its source less the other rows; later rooms don't know the word.

    ``by``: the column that names the source; ``apart``: rows that aren't taken from that total.
    """
    values, names = table.columns[field], [fold(name) for name in table.columns[by]]
    words: dict[str, list[int]] = defaultdict(list)
    for row, value in enumerate(values):
        if value == REMAINING:
            words[names[row]].append(row)
    if not words:
        return
    groups: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        if not apart(row):
            groups[name].append(row)
    for name, rows in words.items():
        column, typed = table.sheet.column(field), shown(table.columns[by][rows[0]])
        for row in rows:
            values[row] = None
        for row in rows[1:]:
            table.fault("remaining-twice", row, column, f"is “remaining” twice for “{typed}” (first in row "
                        f"{table.at[rows[0]].row}): type an amount in one of them.")  # fmt: skip
        if len(rows) == 1 and (rows[0], by) not in table.faulty:
            total = totals.get(name)
            values[rows[0]] = _rest(table, rows[0], field, typed, total, groups[name])
            if total is not None and values[rows[0]] is not None:
                others = tuple(table.at[r] for r in groups[name] if r != rows[0])
                table.rests.append(Rest(table.at[rows[0]], field, total.at, total.field, others))


def _rest(table: Table, row: int, field: str, name: str, total: Total | None, members: list[int]) -> float | None:
    """The total less the other rows; None, with an issue unless there is one, when that isn't known or negative."""
    column, values = table.sheet.column(field), table.columns[field]
    others = [values[r] for r in members if r != row]
    if row not in members or total is None:
        why = "it is taken from no total"
    elif total.amount is None and not total.told:
        why = f"the total isn't known ({total.at.sheet}!{total.at.address(total.field)})"
    elif total.amount is None or isnan(total.amount) or any(value is None or isnan(value) for value in others):
        table.faulty.add((row, field))  # what can't be read, or lacks, was told where it stands
        return None
    else:
        rest = fsum((total.amount, *(-value for value in others)))
        if rest >= 0 or -rest <= 1e-9 * total.amount:
            return max(rest, 0.0)
        table.fault("remaining-negative", row, column, f"would be {rest:,.10g}: the total of “{name}” is "
                    f"{total.amount:,.10g}, the other rows sum to {fsum(others):,.10g}. Correct one.")  # fmt: skip
        return None
    table.fault("remaining-unknown", row, column, f"is “remaining” of “{name}”, but {why}. Fill that in, or type an "
                "amount.")  # fmt: skip
    return None


def summed(rows: Iterable[tuple[float | None, str]]) -> float | None:
    """The sum of amounts in one unit; None when one is unknown or the units differ."""
    amounts, labels = zip(*rows, strict=True)
    return None if None in amounts or len(set(labels)) > 1 else fsum(a for a in amounts if a is not None)
