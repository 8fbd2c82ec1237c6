"""Derivatives of every SEE by every input, against differences of the whole calculation; findings and their weight."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from math import fsum, isnan
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from conftest import near
from hypothesis import given, settings
from hypothesis import strategies as st
from plants import at, burns, chp, emits, flow, heat, plant, power, process, random_plant, seeds, share, unit, waste_gas

import cbam_xl
from cbam_xl import model as m
from cbam_xl import road
from cbam_xl.__main__ import main
from cbam_xl.attribution import recalculate
from cbam_xl.materiality import materiality, sensitivity
from cbam_xl.model import Cell, Installation, fold
from cbam_xl.options import CHOICES

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


Sees = Mapping[str, tuple[float, float]]


def known(found: Sees) -> int:
    return sum(not isnan(x) for both in found.values() for x in both)


def mirrored(here: Sees, low: Sees, lower: Sees) -> dict[str, tuple[float, float]]:
    """One step up, from two steps down."""
    return {b: (3 * here[b][0] - 3 * low[b][0] + lower[b][0], 3 * here[b][1] - 3 * low[b][1] + lower[b][1])
            for b in here}  # fmt: skip


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
        if known(high) < known(low):  # at the edge of what is possible
            high = mirrored(sees(installation), low, sees(changed(installation, table, n, field, -2 * h)))
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


def of_2026(r: Random) -> Installation:
    """A random plant of 2026: goods with and without Annex II, finishing steps, evidence, off-spec product sold;
    precursors with a verification report, a default value or an exempt origin; each open point read either way."""
    old = random_plant(r)
    made = [p._replace(category=category, leaving=(category,), finishing=step) for p in old.processes
            for category, step in [r.choice(KINDS)]]  # fmt: skip
    lots = [p._replace(category=r.choice(("Crude steel", "Sintered Ore", "Ammonia")), **r.choice(ORIGINS))
            for p in old.precursors]  # fmt: skip
    sold = [flow(p.name, m.MARKET, r.uniform(1, 100), m.OFF_SPEC, r.choice((None, 0.01))) for p in made
            if r.random() < 0.3]  # fmt: skip
    proven = [t._replace(note=r.choice(("", "meter 7"))) for t in old.transfers]
    site = {**old.site.values, "period_start": date(2026, 1, 1), "period_end": date(2026, 12, 31)}
    return old._replace(
        processes=tuple(made), precursors=tuple(lots), flows=(*old.flows, *sold), transfers=tuple(proven),
        site=old.site._replace(values=site | {field: r.choice(words) for field, words in CHOICES.items()}),
    )  # fmt: skip


KINDS = (("Cement clinker", ""), ("Pig iron", ""), ("Iron or steel products", ""), ("Ammonia", ""),
         ("Iron or steel products", "Cutting"), ("Iron or steel products", "Galvanising"))  # fmt: skip
ORIGINS: tuple[Mapping[str, Any], ...] = (
    {"verification": "VR 7", "see_direct_source": "Measured"}, {"country": "DE"},
    {"verification": "VR 8", "see_direct_source": "Measured", "see_indirect": 0.3},
    {"country": "CN", "cn_code": "72083800"}, {"country": "Unknown", "cn_code": "28141000"},
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_derivatives_under_the_act_of_2026(seed: int) -> None:
    r = Random(seed)
    installation = of_2026(r)
    chosen = figures(installation)
    assert assert_derivatives(installation, r.sample(chosen, min(25, len(chosen)))) > 0


@pytest.mark.parametrize("name", road.examples())
def test_derivatives_in_every_example(name: str) -> None:
    installation = cbam_xl.read(cbam_xl.example(name))
    chosen = figures(installation)
    assert assert_derivatives(installation, Random(1).sample(chosen, min(80, len(chosen)))) > 0


def test_derivatives_of_what_random_plants_lack() -> None:
    """Cells and stacks, co-products, alloying elements of own precursors, entered figures, waste gas, shared fuels."""
    alloy = "% non-aluminium elements"
    assert_derivatives(plant(
        process("Smelter", 900.0, "Unwrought aluminium"), process("Mill", 800.0, "Aluminium products"),
        m.Parameter(at(""), "Smelter", alloy, 6.0), m.Parameter(at(""), "Mill", alloy, 9.0),
        flow("Smelter", "Mill", 500.0), power(m.GRID, "Smelter", 9e3, 0.5), power(m.GRID, "Mill", 800.0),
        m.Pfc(at(""), "Slope", "Smelter", m.SLOPE, 900.0, 0.5, 2.0, 0.143, f_c2f6=0.121, collection=1.0),
        m.Pfc(at(""), "Overvoltage", "Smelter", m.OVERVOLTAGE, 100.0, overvoltage=3.0, current_efficiency=100.0,
              ovc=1.16, f_c2f6=0.121, collection=0.9),
        m.Measured(at(""), "Stack", "Mill", "N2O", 0.2, 8000.0, 50.0, 0.3)))  # fmt: skip
    assert_derivatives(plant(
        process("Cells", 100.0, m.HYDROGEN), emits("Cells", 900.0), power("Plant", "Cells", 500.0),
        flow("Cells", m.MARKET, 3000.0, "Chlorine"), flow("Cells", m.MARKET, 3400.0, "Sodium hydroxide"),
        unit("Plant", m.POWER_PLANT), burns(m.SHARED, 90.0, 260.0, "Blast furnace gas"),
        share("Blast furnace gas", "Plant", 3.0), share("Blast furnace gas", "Cells", 1.0)))  # fmt: skip
    assert_derivatives(plant(
        process("A", 10.0, direct_entered=50.0), emits("A", 70.0), process("B", 20.0), flow("A", "B", 3.0),
        flow("A", "B", 2.0, "Slag", 0.4), emits("B", 9.0), waste_gas("B", "Boiler", 2.0, 40.0),
        waste_gas("A", "Works", 3.0, 40.0), waste_gas(m.OUTSIDE, "B", 1.0),
        unit("Boiler"), unit("Works", emissions_fuel=80.0, emissions_fgc=5.0), heat("Boiler", "A", 4.0),
        heat("Works", "B", 5.0), heat("Works", "Boiler", 1.0), heat("A", "B", 1.0, 30.0), chp("CHP"),
        burns("CHP", 20.0), heat("CHP", "B", 3.0), power("CHP", "A", 400.0), power("CHP", "Works", 50.0)))  # fmt: skip
    assert_derivatives(plant(process("A", 10.0), process("B", 10.0), flow("A", "B", 2.0),
                             chp("CHP", heat=9.0, electricity=900.0), burns("CHP", 20.0),
                             heat("CHP", "A", 3.0), power("CHP", "B", 400.0)))  # fmt: skip
    assert_derivatives(plant(process("A", 10.0), chp("CHP", fuel=0.0, emissions_fuel=90.0), heat("CHP", "A", 3.0),
                             power("CHP", "A", 400.0), heat("CHP", m.OUTSIDE, 4.0)))  # fmt: skip


def test_one_typed_cell_of_a_workbook(tmp_path: Path) -> None:
    """The file itself: Total production of the kiln, of which the mill gets what remains."""
    see = {}
    for factor in (1 - 1e-6, 1.0, 1 + 1e-6):
        book = openpyxl.load_workbook(cbam_xl.example("cement"))
        cell = book["Processes"]["F7"]
        cell.value = cell.value * factor
        book.save(tmp_path / "changed.xlsx")
        report = recalculate(cbam_xl.read(tmp_path / "changed.xlsx"))
        see[factor] = {b.name: b.see_total for b in report.processes}
    s = sensitivity(recalculate(cbam_xl.read(cbam_xl.example("cement"))))
    for name in see[1.0]:
        (effect,) = (e for e in s.effects(name) if e.input.at.address(e.input.field) == "F7"
                     and e.input.at.sheet == "Processes")  # fmt: skip
        low, whole, high = see.values()
        assert effect.relative == pytest.approx((high[name] - low[name]) / 2e-6 / whole[name], rel=1e-5)


@settings(deadline=None, max_examples=40)
@given(seeds, st.sampled_from((0.05, 0.1, 0.5)))
def test_the_list_has_all_that_is_material_and_nothing_else(seed: int, change: float) -> None:
    report = recalculate(random_plant(Random(seed)))
    listed = {(e.process, id(e.input.at), e.input.field) for e in materiality(report, change).inputs}
    s = sensitivity(report)
    wanted = {(b.name, id(e.input.at), e.input.field) for b in report.processes for e in s.effects(b.name)
              if abs(e.relative) * change >= 0.05}  # fmt: skip
    assert listed == wanted


def test_only_processes_with_goods_where_there_are_goods() -> None:
    good = m.Good(at(""), "Bar", "B", "72139110", 5.0)
    records = (process("A", 10.0), process("B", 10.0), emits("A", 5.0), flow("A", "B", 4.0))
    assert {e.process for e in materiality(recalculate(plant(*records))).inputs} == {"A", "B"}
    found = materiality(recalculate(plant(*records, good))).inputs
    assert {e.process for e in found} == {"B"}
    of = {(e.input.name, e.input.field): e for e in found}
    gas = of["Process gas", "quantity"]
    assert (gas.direct, gas.relative, gas.material_at) == (near(0.4 / 10), near(1.0), near(0.05))
    assert of["B", "quantity"].relative == near(-1.0)


def test_a_finding_weighs_what_its_cell_or_row_does() -> None:
    records = (process("A", 10.0), emits("A", 5.0), burns("A", 1.0, 10.0), process("B", 10.0), emits("B", None, "Oil"))
    report = recalculate(plant(*records))
    cells = {"streams": ("quantity", "name")}
    issues = tuple(m.Issue("x", m.WARNING, "", sheet, f"{field}{row}") for sheet, fields in cells.items()
                   for field in fields for row in (7, 8))  # fmt: skip
    nowhere = m.Issue("y", m.NOTE, "")
    found = {f.issue: f for f in materiality(report._replace(issues=(*issues, nowhere))).findings}
    assert set(found) == {*issues, nowhere}
    gas = found[issues[0]].effect
    assert gas is not None
    assert (gas.process, gas.relative) == ("A", near(1 / 3))
    assert found[nowhere].effect is None
    assert found[nowhere].rank < found[issues[0]].rank


def test_nothing_is_material_where_a_see_is_unknown_or_zero() -> None:
    found = materiality(recalculate(plant(process("A", 10.0), emits("A", None), burns("A", 3.0), process("B", 1.0))))
    assert found.inputs == ()


# On the command line


def test_the_command_prints_inputs_and_findings(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(cbam_xl.example("cement"))
    assert main(["materiality", file]) == 0
    out = capsys.readouterr().out
    assert "Cement mill: SEE 0.68330 t CO2e/t" in out
    assert "+5.58 %   (5 % from ±8.95 %)   Raw meal, Activity data (AD)   Source streams!E7" in out
    assert "Other bituminous coal" not in out
    assert "NOTE by-product-carbon" in out
    assert main(["materiality", file, "--change", "50"]) == 0
    assert "Other bituminous coal" in capsys.readouterr().out


def test_the_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["materiality", str(cbam_xl.example("cement")), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["material"], found["change"]) == (0.05, 0.1)
    first = found["inputs"][0]
    assert (first["process"], first["input"]["sheet"], first["input"]["cell"]) == ("Clinker kiln", "Processes", "F7")
    assert first["relative"] == near(-1.0)
    assert {f["code"] for f in found["findings"]} == {"by-product-carbon"}


def test_the_command_says_so_where_the_data_has_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.load_workbook(cbam_xl.example("cement"))
    book["Source streams"]["K7"] = None
    book.save(tmp_path / "bad.xlsx")
    assert main(["materiality", str(tmp_path / "bad.xlsx")]) == 1
    done = capsys.readouterr()
    assert done.err.endswith("cbam-xl check " + str(tmp_path / "bad.xlsx") + "\n")
    assert re.search(r"unknown of .*Source streams!K7: ERROR", done.out)
    assert "\n  none\n" in done.out
    assert main(["materiality", str(tmp_path / "bad.xlsx"), "--change", "0"]) == 2
