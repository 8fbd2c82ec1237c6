"""One cause, one finding: what only follows from an entry that can't be read isn't told beside it.

A row that names what doesn't exist reaches nobody, so that something lacks elsewhere; that is told once the row is
mended. Only sheets of our own workbook are named: a Commission file has no names to misspell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..addresses import parted
from ..model import ERROR, Issue

LOST = frozenset({"name-unknown", "name-reserved", "choice-unknown", "value-missing", "text-expected", "cell-error",
                  "not-calculated", "not-shared"})  # fmt: skip
"""Errors after which a row says nothing, or reaches nobody; what emits keeps its process when a figure lacks."""

EMITTING = ("Source streams", "Measured emissions", "PFC")
ENERGY = ("Heat and waste gas", "Electricity")
SAME_ROW: Mapping[str, tuple[str, ...]] = {
    "factor-missing": ENERGY, "ends-outside": ENERGY, "production-missing": ("Processes",),
    "remaining-unknown": ("Shared streams",),
}  # fmt: skip
"""Findings that follow from any error in their own row, on these sheets."""

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "emissions-missing": (*EMITTING, "Shared streams"),
    "unit-without-fuel": (*EMITTING, *ENERGY, "Shared streams"),
    "unit-unused": (*ENERGY, "Shared streams"),
    "heat-losses": ENERGY,
    "balance-open": (*EMITTING, *ENERGY, "Shared streams"),
    "mass-open": ("Material flows",),
    "precursor-unused": ("Material flows",),
    "precursor-lacking": ("Material flows",),
    "precursor-none": ("Material flows",),
    "electricity-none": ("Electricity", "Shared streams"),
    "carbonates-missing": EMITTING,
    "n2o-missing": EMITTING,
    "pfc-missing": EMITTING,
    "parameter-missing": ("Goods parameters",),
    "share-missing": ("Shared streams",),
    "not-shared": (*EMITTING, "Electricity"),
}
"""Findings that follow from a row that is lost on one of these sheets."""


INSTEAD: Mapping[str, tuple[str, ...]] = {
    "floored": ("carbon-open", "gas-left-out"), "negative-see": ("carbon-open", "gas-left-out"),
    "benchmark-missing": ("default-missing",),
}  # fmt: skip
"""Findings that say less than another one in the same row, which is told instead."""


def without_consequences(issues: Iterable[Issue]) -> list[Issue]:
    """The findings whose cause isn't told by another one."""
    found = list(issues)
    errors = [i for i in found if i.level == ERROR]
    rows = {(i.sheet, parted(i.cell)[1]) for i in errors if i.code not in SAME_ROW}
    wrong = {(i.sheet, i.cell) for i in errors}
    lost = {i.sheet for i in errors if i.code in LOST and (i.code != "value-missing" or i.sheet not in EMITTING)}
    said = {(i.code, i.sheet, parted(i.cell)[1]) for i in found}
    return [i for i in found if not (
        any((code, i.sheet, parted(i.cell)[1]) in said for code in INSTEAD.get(i.code, ()))
        or (i.code == "zero-missing" and (i.sheet, i.cell) in wrong)
        or (i.sheet in SAME_ROW.get(i.code, ()) and (i.sheet, parted(i.cell)[1]) in rows)
        or not lost.isdisjoint(ELSEWHERE.get(i.code, ())))]  # fmt: skip
