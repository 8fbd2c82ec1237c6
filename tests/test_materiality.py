"""Derivatives of every SEE by every input, against differences of the whole calculation; findings and their weight."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum, isnan
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from plants import random_plant, seeds

import cbam_xl
from cbam_xl import road
from cbam_xl.attribution import recalculate
from cbam_xl.materiality import sensitivity
from cbam_xl.model import Cell, Installation, fold

TABLES = ("processes", "parameters", "streams", "measured", "pfc", "shares", "units", "transfers", "electricity",
          "precursors", "flows")  # fmt: skip


def figures(installation: Installation) -> list[tuple[str, int, str]]:
    """Table, row and field of every known figure that was typed."""
    words = {(id(rest.at), rest.field) for rest in installation.rests}
    return [(table, n, field) for table in TABLES for n, row in enumerate(getattr(installation, table))
            for field, value in row._asdict().items()
            if isinstance(value, float) and not isnan(value) and (id(row.at), field) not in words]  # fmt: skip


def changed(installation: Installation, table: str, n: int, field: str, by: float) -> Installation:
    """The installation with one figure moved by a part of itself (by itself where it is 0)."""
    rows: list[Any] = list(getattr(installation, table))
    value = getattr(rows[n], field)
    rows[n] = rows[n]._replace(**{field: value + by * (abs(value) or 1.0)})
    return _closed(installation, _with(installation, {table: tuple(rows)}))


def _with(installation: Installation, tables: Mapping[str, Any]) -> Installation:
    return installation._replace(**tables)


def _closed(old: Installation, new: Installation) -> Installation:
    """With the “remaining” amounts that the changed figures leave."""
    for rest in old.rests:
        moved = fsum((_moved(old, new, rest.total, rest.total_field, rest.field == "weight"),
                      *(-_moved(old, new, other, rest.field) for other in rest.others)))  # fmt: skip
        new = _with(new, {
            table: tuple(row._replace(**{rest.field: getattr(row, rest.field) + moved}) if row.at is rest.at else row
                         for row in getattr(new, table)) for table in TABLES})  # fmt: skip
    return new


def _moved(old: Installation, new: Installation, at: Cell, field: str, relative: bool = False) -> float:
    """By how much a figure was changed; ``relative``: of a shared stream of which the sheet holds all in its unit."""
    for table in TABLES:
        for before, after in zip(getattr(old, table), getattr(new, table), strict=True):
            if before.at is at and (a := getattr(before, field, None)) is not None:
                by = float(getattr(after, field) - a)
                name = fold(before.name if table == "streams" else before.source) if relative else ""
                whole = fsum(s.weight for s in old.shares if s.weight is not None and fold(s.stream) == name)
                return by / a * whole if relative else by
    return 0.0


def sees(installation: Installation) -> dict[str, tuple[float, float]]:
    return {b.name: (b.see_direct, b.see_indirect) for b in recalculate(installation).processes}


def assert_derivatives(installation: Installation, choose: Any = None) -> int:
    """Every chosen figure moves every SEE as its derivative says; how many were compared."""
    report = recalculate(installation)
    s = sensitivity(report)
    by_cell = {(id(i.at), i.field): i for i in s.inputs}
    weights = {b.name: s.weights(b.name) for b in report.processes}
    compared = 0
    h = 1e-6
    for table, n, field in choose or figures(installation):
        row = getattr(installation, table)[n]
        if getattr(row, field) == 0:
            continue
        low, high = (sees(changed(installation, table, n, field, sign * h)) for sign in (-1, 1))
        i = by_cell.get((id(row.at), field))
        for b in report.processes:
            if isnan(b.see_total):
                continue
            effect = s.effect(i, b, weights[b.name]) if i else None
            for k, (got, see) in enumerate(zip((effect.direct, effect.indirect) if effect else (0.0, 0.0),
                                               (b.see_direct, b.see_indirect), strict=True)):  # fmt: skip
                elasticity = got * abs(getattr(row, field))
                want = (high[b.name][k] - low[b.name][k]) / (2 * h)
                scale = max(abs(see), abs(want), abs(b.see_total))
                assert elasticity == pytest.approx(want, rel=1e-6, abs=1e-6 * scale), (table, row, field, b.name)
                compared += 1
    return compared


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_derivatives_are_the_limits_of_differences(seed: int) -> None:
    r = Random(seed)
    installation = random_plant(r)
    chosen = figures(installation)
    assert assert_derivatives(installation, r.sample(chosen, min(25, len(chosen)))) > 0


@pytest.mark.parametrize("name", road.examples())
def test_derivatives_in_every_example(name: str) -> None:
    installation = cbam_xl.read(cbam_xl.example(name))
    chosen = figures(installation)
    assert assert_derivatives(installation, Random(1).sample(chosen, min(80, len(chosen)))) > 0
