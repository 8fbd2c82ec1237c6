"""What the act of 2026 leaves open: each choice of sheet Installation in both positions, and what it does."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import near
from plants import CRUDE, PIG, Record, burns, chp, codes, emits, flow, heat, power, process, unit, waste_gas
from plants import bought as lot
from test_definitive import good, in_2026, made

from cbam_xl import model as m
from cbam_xl import options
from cbam_xl.options import CHOICES
from cbam_xl.report import Report
from cbam_xl.sheets.installation import INSTALLATION


def chosen(*records: Record, field: str, **site: Any) -> tuple[Report, Report, Report]:
    """With the field blank, at its default, and the other way."""
    default, other = CHOICES[field]
    blank, first, second = (in_2026(*records, **{field: word, **site}) for word in (None, default, other))
    assert [p.see_total for p in blank.processes] == pytest.approx([p.see_total for p in first.processes], nan_ok=True)
    return blank, first, second


def test_every_choice_is_on_the_sheet_with_its_default_and_provision() -> None:
    for field, (default, other) in CHOICES.items():
        column = INSTALLATION.column(field)
        assert (column.choices, column.default, column.later) == (field, default, True)
        assert column.rule
        assert column.help
        assert default != other
        assert any(field in fields for _, _, fields in INSTALLATION.sections)


def test_off_spec_product_that_is_sold_is_a_good() -> None:
    records = (process("P", 1000.0, CRUDE), emits("P", 1800.0), flow("P", m.MARKET, 1000.0),
               flow("P", m.MARKET, 200.0, "off-spec  PRODUCT"), flow("P", m.WASTE, 30.0, m.OFF_SPEC),
               flow("P", m.MARKET, 70.0, "Scrap"), good("72061000", benchmark_route="E"))  # fmt: skip
    _, counted, left_out = chosen(*records, field="off_spec_sold")
    assert (made(counted, "P").activity_level_t, made(counted, "P").see_direct) == (1200.0, near(1.5))
    assert (made(left_out, "P").activity_level_t, made(left_out, "P").see_direct) == (1000.0, near(1.8))
    for report in (counted, left_out):
        assert "mass-open" not in codes(report)
    alone = in_2026(process("P", 1000.0, CRUDE), emits("P", 1800.0), flow("P", m.MARKET, 200.0, m.OFF_SPEC))
    assert made(alone, "P").see_direct == near(1.5)
    assert not [line for line in alone.closure if line.balance == "mass"]
    carbon = in_2026(process("P", 1000.0, CRUDE), emits("P", 1800.0), flow("P", m.MARKET, 200.0, m.OFF_SPEC, 0.01))
    assert made(carbon, "P").see_direct == near((1800 - 200 * 0.01 * 3.664) / 1200)
    unknown = in_2026(*records[:3], flow("P", m.MARKET, None, m.OFF_SPEC))
    assert made(unknown, "P").see_direct != made(unknown, "P").see_direct


def test_waste_gas_in_a_chp() -> None:
    records = (process("P"), process("Q"), chp("CHP"), burns("CHP", 100.0), burns("CHP", 50.0, 200.0,
               "Blast furnace gas"), waste_gas(m.OUTSIDE, "CHP", 300.0, 260.0), heat("CHP", "P", 200.0),
               power("CHP", "Q", 30_000.0))  # fmt: skip
    _, as_gas, own = chosen(*records, field="waste_gas_in_chp")
    assert as_gas.units[0].emissions_tco2e == near(100 * 56.1 + 300 * 56.1 + 50 * 56.1)
    assert own.units[0].emissions_tco2e == near(100 * 56.1 + 300 * 260 + 50 * 200)
    assert made(own, "P").heat_in_tco2e > made(as_gas, "P").heat_in_tco2e
    assert "waste-gas-capped" in codes(as_gas)
    assert "waste-gas-capped" not in codes(own)
    assert all(abs(line.unexplained) < 1e-6 for report in (as_gas, own) for line in report.closure)
    boiler = (process("P"), unit("B"), heat("B", "P", 400.0), waste_gas(m.OUTSIDE, "B", 300.0, 260.0))
    assert [r.units[0].ef_heat for r in chosen(*boiler, field="waste_gas_in_chp")] == [near(56.1 * 300 / 400)] * 3


def test_a_precursor_in_a_joint_process() -> None:
    joint = process("P", 1000.0, CRUDE, included=(PIG,), leaving=(PIG, CRUDE))
    _, stays, may_be_used = chosen(joint, emits("P", 1.0), field="joint_process")
    assert ("joint-leaves" in codes(stays), "joint-leaves" in codes(may_be_used)) == (True, False)
    sold = chosen(joint._replace(leaving=(CRUDE,)), emits("P", 1.0), good("72011011"), field="joint_process")
    assert all("joint-leaves" in codes(report) for report in sold)


def test_the_unit_of_potassium_nitrate() -> None:
    records = (process("P", 1000.0, "Mixed fertilisers"), emits("P", 690.0),
               good("2834 21 00", quantity=600.0, content=138.0), good("28342100", name="Weak", quantity=400.0,
                                                                       content=69.0))  # fmt: skip
    blank, nitrogen, tonne = chosen(*records, field="potassium_nitrate_unit")
    assert [g.functional_unit for g in nitrogen.goods] == ["kg N", "kg N"]
    mean = 0.6 * 138 + 0.4 * 69
    assert [g.see_direct for g in nitrogen.goods] == [near(0.69 / mean * 138), near(0.69 / mean * 69)]
    assert [(g.functional_unit, g.content, g.see_direct, g.see_direct_per_unit) for g in tonne.goods] == [
        ("t", 1.0, 0.69, 0.69)] * 2  # fmt: skip
    assert ["unit-open" in codes(report) for report in (blank, nitrogen, tonne)] == [True, False, False]


@pytest.mark.parametrize(("category", "code", "content", "width", "points", "relative"), [
    ("Cement", "25232900", 0.7, 0.10, False, True), ("Cement", "25232900", 0.7, 0.07, False, False),
    ("Cement", "25232900", 0.7, 0.11, True, True), ("Mixed fertilisers", "31052010", 200.0, 50.0, False, True),
    ("Mixed fertilisers", "31052010", 200.0, 101.0, True, True), ("Crude steel", "72061000", None, 900.0, False, False),
])  # fmt: skip
def test_the_range_of_a_composition(
    category: str, code: str, content: float | None, width: float, points: bool, relative: bool
) -> None:
    records = (process("P", 1000.0, category), emits("P", 1.0), good(code, content=content, content_range=width))
    _, first, second = chosen(*records, field="composition_range")
    assert ("composition-range" in codes(first), "composition-range" in codes(second)) == (points, relative)


def test_the_share_of_default_values() -> None:
    clinker = lot("Clinker", 0.0, 0.0, category="Cement clinker")._replace(
        country="TR", cn_code="2523100090", see_direct_source="Default")  # fmt: skip
    records = (process("P", 1000.0, "Cement"), emits("P", 100.0), power(m.GRID, "P", 400.0, 0.5), clinker,
               flow("Clinker", "P", 800.0))  # fmt: skip
    _, total, direct = chosen(*records, field="default_share")
    p = made(total, "P")
    brought = p.see_direct - 0.1, p.see_indirect - 0.2
    assert brought[0] > 0
    assert p.default_share == near(sum(brought) / p.see_total)
    assert made(direct, "P").default_share == near(brought[0] / p.see_direct)


def test_the_choices_that_other_tests_turn_are_all_there_are() -> None:
    """Those of waste gas without evidence, inheritance, vented co-products, rounding, routes, carbon price."""
    here = {"off_spec_sold", "waste_gas_in_chp", "joint_process", "potassium_nitrate_unit", "composition_range",
            "default_share"}  # fmt: skip
    elsewhere = {"waste_gas_without_evidence", "inherited_indirect", "discarded_co_products", "default_value_rounding",
                 "mixed_benchmark_routes", "carbon_price_paid"}  # fmt: skip
    assert here | elsewhere == set(options.CHOICES)
