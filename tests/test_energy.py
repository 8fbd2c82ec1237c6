"""Energy units and what they hand on: Annex III C and D, F.5 of Implementing Regulation 2023/1773."""

from __future__ import annotations

from math import fsum, isnan
from typing import Any

import pytest
from conftest import near
from plants import (
    GAP,
    NATURAL_GAS,
    Record,
    balances,
    burns,
    chp,
    codes,
    emits,
    explained,
    heat,
    power,
    process,
    share,
    solved,
    terms,
    unit,
    waste_gas,
)

from cbam_xl import model as m
from cbam_xl.report import Report, UnitResult


def of(report: Report, name: str) -> UnitResult:
    return next(u for u in report.units if u.name == name)


def closes(report: Report) -> bool:
    """Whether the line of direct emissions closes."""
    line = next(line for line in report.closure if line.balance == "direct emissions")
    return abs(line.unexplained) <= 1e-9 * line.scale


def total(report: Report) -> float:
    """Direct and indirect emissions of all processes."""
    return fsum(b.attributed_direct_tco2e + b.attributed_indirect_tco2e for b in report.processes)


# CHP: 7.5 of the method notes

GAS = burns("CHP", 100, 56.3)  # 5,630 t
HANDED_ON = (heat("CHP", "P", 45), power("CHP", "P", 8000))


@pytest.mark.parametrize(("references", "f_heat", "ef_heat", "ef_power"), [
    ((0.88, 0.442), 0.4397134899, 55.01304329, 0.3943016315),  # T_chp_template_refs
    ((0.87, 0.53), 0.4876702245, 61.01296364, 0.3605520795),  # T_chp_NG_2016
])  # fmt: skip
def test_a_chp_is_split_by_its_efficiencies(
    references: tuple[float, float], f_heat: float, ef_heat: float, ef_power: float
) -> None:
    report = solved(process("P"), chp("CHP", *references), GAS, *HANDED_ON)
    found, b = of(report, "CHP"), balances(report)["P"]
    assert found.heat_share == near(f_heat)
    assert (found.ef_heat, found.ef_electricity) == (near(ef_heat), near(ef_power))
    assert b.heat_in_tco2e == near(45 * ef_heat)
    assert b.attributed_indirect_tco2e == near(8000 * ef_power)
    assert b.attributed_direct_tco2e + b.attributed_indirect_tco2e == near(5630)
    assert b.embedded_electricity_mwh_per_t == near(8)
    assert closes(report)


def test_a_chp_from_entered_figures_is_the_same() -> None:
    entered = chp("CHP", fuel=100.0, heat=45.0, electricity=8000.0, emissions_fuel=5600.0, emissions_fgc=30.0)
    report = solved(process("P"), entered, *HANDED_ON)
    assert of(report, "CHP").ef_heat == near(55.01304329)
    assert of(report, "CHP").emissions_tco2e == near(5630)
    assert report.installation.direct_tco2e == near(5630)
    assert explained(report) == {"electricity produced": near(-3154.413052)}
    assert closes(report)


def test_without_fuel_energy_the_acts_efficiencies_count() -> None:
    report = solved(process("P"), chp(emissions_fuel=5630.0), *HANDED_ON)  # T_chp_default_etas
    assert of(report, "CHP").heat_share == near(0.5249406176)


def test_an_unknown_fuel_is_not_a_missing_one() -> None:
    report = solved(process("P"), chp(emissions_fuel=5630.0), burns("CHP", None), *HANDED_ON)
    assert of(report, "CHP").heat_share == near(0.4397134899)


@pytest.mark.parametrize("references", [(None, 0.442), (0.88, None)])
def test_without_a_reference_efficiency_the_split_is_unknown(references: tuple[float | None, float | None]) -> None:
    report = solved(process("P"), process("Q"), chp("CHP", *references), GAS, *HANDED_ON)
    found = balances(report)
    assert isnan(found["P"].see_direct)
    assert isnan(found["P"].see_indirect)
    assert found["Q"].see_total == 0


def test_a_chp_feeds_several_processes_and_the_outside() -> None:
    report = solved(process("P"), process("Q"), chp(), GAS, heat("CHP", "P", 20), heat("CHP", "Q", 15),
                    heat("CHP", m.OUTSIDE, 10), power("CHP", "P", 3000), power("CHP", "Q", 3000),
                    power("CHP", m.OUTSIDE, 2000))  # fmt: skip
    found = balances(report)
    assert found["Q"].heat_in_tco2e == near(15 * 55.01304329)
    assert found["P"].attributed_indirect_tco2e == near(3000 * 0.3943016315)
    assert total(report) == near(5630 - 10 * 55.01304329 - 2000 * 0.3943016315)
    assert explained(report) == {"heat to outside": near(-550.1304329), "electricity produced": near(-3154.413052)}
    assert closes(report)


@pytest.mark.parametrize(("row", "direct", "indirect"), [
    (heat("CHP", "P", 45), 5630, 0), (power("CHP", "P", 8000), 0, 5630),
])  # fmt: skip
def test_a_chp_that_gives_only_one_of_both_gives_it_everything(row: Record, direct: float, indirect: float) -> None:
    report = solved(process("P"), chp(), GAS, row)
    b = balances(report)["P"]
    assert (b.attributed_direct_tco2e, b.attributed_indirect_tco2e) == (near(direct), near(indirect))
    assert closes(report)


def test_heat_of_a_chp_that_goes_to_nobody_is_told_and_opens_the_balance() -> None:
    report = solved(process("P"), chp(heat=45.0), GAS, power("CHP", "P", 8000))
    assert balances(report)["P"].attributed_indirect_tco2e == near(8000 * 0.3943016315)
    assert "unit-unused" in codes(report)
    assert not closes(report)


# Boilers and networks


def test_heat_of_a_boiler_carries_all_it_emits() -> None:
    report = solved(process("P"), process("Q"), unit("B", emissions_fgc=50.0), burns("B", 100),
                    heat("B", "P", 60), heat("B", "Q", 20))  # fmt: skip
    assert [b.attributed_direct_tco2e for b in report.processes] == [near(5660 * 0.75), near(5660 * 0.25)]
    assert of(report, "B").ef_heat == near(5660 / 80)
    assert isnan(of(report, "B").ef_electricity)
    assert "heat-losses" not in codes(report)
    assert closes(report)


def test_losses_are_spread_over_the_users() -> None:
    report = solved(process("P"), process("Q"), unit("B", heat=90.0), burns("B", 100), heat("B", "P", 60),
                    heat("B", "Q", 20))  # fmt: skip
    assert total(report) == near(5610)
    line = next(line for line in report.closure if line.balance == "heat")
    assert (line.installation, line.attributed, line.explained) == (90, 80, {"losses, spread (F.5)": -10})
    (issue,) = [i for i in report.issues if i.code == "heat-losses"]
    assert issue.message.startswith("10 of 90 TJ of “B” ")
    assert closes(report)


def test_grid_power_of_a_boiler_reaches_the_goods_as_indirect_emissions_of_their_heat() -> None:
    report = solved(process("P"), process("Q"), unit("B"), burns("B", 100), power(m.GRID, "B", 40, 0.5),
                    heat("B", "P", 60), heat("B", "Q", 20))  # fmt: skip
    found = balances(report)
    assert found["P"].attributed_direct_tco2e == near(5610 * 0.75)
    assert found["P"].attributed_indirect_tco2e == near(20 * 0.75)
    assert found["P"].embedded_electricity_mwh_per_t == near(0.030)
    assert sum(t.value for t in terms(report, "P", "Electricity")) == near(15)
    assert closes(report)


def test_heat_made_with_electricity_alone_needs_no_fuel() -> None:
    report = solved(process("P"), unit("B"), power(m.GRID, "B", 1000, 0.5), heat("B", "P", 3.5))
    b = balances(report)["P"]
    assert (b.attributed_direct_tco2e, b.attributed_indirect_tco2e) == (0, near(500))
    assert b.embedded_electricity_mwh_per_t == near(1)
    assert "unit-without-fuel" not in codes(report)


def test_two_units_that_feed_each_other_are_solved_together() -> None:
    # x1 = 5610 + 20/80 x2, x2 = 500 + 10/100 x1
    report = solved(process("P"), unit("U1"), unit("U2"), burns("U1", 100), emits("U2", 500), heat("U1", "U2", 10),
                    heat("U1", "P", 90), heat("U2", "U1", 20), heat("U2", "P", 60))  # fmt: skip
    x1 = (5610 + 0.25 * 500) / (1 - 0.025)
    x2 = 500 + 0.1 * x1
    assert (of(report, "U1").emissions_tco2e, of(report, "U2").emissions_tco2e) == (near(x1), near(x2))
    assert balances(report)["P"].heat_in_tco2e == near(6110)
    assert closes(report)


def test_a_boiler_that_drives_a_chp_that_drives_its_pumps() -> None:
    report = solved(process("P"), unit("B"), chp(), burns("B", 100), GAS, heat("B", "CHP", 20), heat("B", "P", 70),
                    heat("CHP", "P", 45), power("CHP", "P", 7900), power("CHP", "B", 100))  # fmt: skip
    b = balances(report)["P"]
    assert b.attributed_direct_tco2e + b.attributed_indirect_tco2e == near(5610 + 5630)
    # what the CHP burns for the pumps comes back with the heat of the boiler, as indirect emissions
    direct = 5630 + 20 * 5610 / 90
    of_power = direct * (1 - of(report, "CHP").heat_share)
    assert b.attributed_direct_tco2e == near(5610 + 5630 - of_power)
    assert b.embedded_electricity_mwh_per_t > 7.97  # the MWh of the pumps come with the heat of the boiler
    assert closes(report)


def test_units_that_feed_only_each_other_are_reported_with_their_names() -> None:
    report = solved(process("P"), process("Q"), unit("U1"), unit("U2"), burns("U1", 1), burns("U2", 1),
                    heat("U1", "U2", 10), heat("U2", "U1", 20), power("U1", "Q", 0))  # fmt: skip
    (issue,) = [i for i in report.issues if i.code == "loop-endless"]
    assert issue.message.startswith("“U1”, “U2”: ")
    assert issue.level == "error"
    assert isnan(of(report, "U1").emissions_tco2e)
    assert balances(report)["P"].see_total == 0


@pytest.mark.parametrize("own", [(), (heat("B", "B", 15),), (heat("B", "B", 15), heat("B", "B", None))])
def test_a_unit_that_eats_its_own_steam_gives_the_same_to_the_others(own: tuple[Record, ...]) -> None:
    report = solved(process("P"), unit("B"), burns("B", 100), heat("B", "P", 60), *own)
    assert balances(report)["P"].attributed_direct_tco2e == near(5610)
    assert closes(report)


def test_a_chp_counts_the_power_that_it_does_not_use_itself() -> None:
    report = solved(process("P"), chp(electricity=8000.0), GAS, *HANDED_ON, power("CHP", "CHP", 500))
    assert of(report, "CHP").heat_share == near(0.4397134899)
    assert total(report) == near(5630)
    assert "unit-output" not in codes(report)
    assert closes(report)


def test_heat_of_a_process_into_a_unit_moves_through_it() -> None:
    report = solved(process("A"), process("P"), emits("A", 1000), unit("B"), burns("B", 10), heat("A", "B", 5, 60.0),
                    heat(m.OUTSIDE, "B", 1, 50.0), heat("B", "P", 12))  # fmt: skip
    found = balances(report)
    assert (found["A"].attributed_direct_tco2e, found["P"].attributed_direct_tco2e) == (near(700), near(911))
    assert explained(report) == {"heat from outside": near(50)}
    assert closes(report)


@pytest.mark.parametrize("tj", [0.01, 100])
def test_a_unit_that_hands_on_nothing_keeps_its_emissions_and_is_told(tj: float) -> None:
    report = solved(process("P"), emits("P", 0.1), unit("B"), burns("B", tj))
    assert total(report) == 0.1
    assert "unit-unused" in codes(report)
    assert "balance-open" in codes(report)
    assert explained(report) == {}


# Power plants


def test_own_power_is_indirect_for_who_consumes_it() -> None:
    report = solved(process("P"), unit("G", m.POWER_PLANT, emissions_fgc=10.0), burns("G", 100),
                    power("G", "P", 9000), power("G", m.OUTSIDE, 1000))  # fmt: skip
    b = balances(report)["P"]
    assert (b.attributed_direct_tco2e, b.attributed_indirect_tco2e) == (0, near(5620 * 0.9))
    assert of(report, "G").ef_electricity == near(0.562)
    assert isnan(of(report, "G").ef_heat)
    assert report.installation.direct_tco2e == near(5620)
    assert explained(report) == {"electricity produced": near(-5620)}
    assert closes(report)


def test_a_power_plant_on_waste_gas_has_the_factor_of_natural_gas() -> None:
    """The cap of III D.4.1; who gives the gas is relieved by Eq. 54 and keeps the rest."""
    report = solved(process("A"), process("P"), emits("A", 300_000), unit("G", m.POWER_PLANT),
                    waste_gas("A", "G", 1000, 260.0), power("G", "P", 100_000))  # fmt: skip
    found = balances(report)
    assert found["A"].attributed_direct_tco2e == near(300_000 - 37_418.7)
    assert found["P"].attributed_indirect_tco2e == near(56_100)
    assert of(report, "G").ef_electricity == near(0.561)
    assert closes(report)
    line = next(line for line in report.closure if line.balance == "waste gas")
    assert line.explained == {"Eq. 53 and 54, 18.6813 t/TJ inside": near(1000 * GAP)}
    assert abs(line.unexplained) < 1e-6


def test_waste_gas_below_natural_gas_keeps_its_own_factor_in_a_unit() -> None:
    report = solved(process("A"), process("P"), emits("A", 9000), unit("B"), waste_gas("A", "B", 100, 44.4),
                    heat("B", "P", 80))  # fmt: skip
    assert balances(report)["P"].heat_in_tco2e == near(4440)
    assert closes(report)
    line = next(line for line in report.closure if line.balance == "waste gas")
    assert line.explained["in a fuel mix, below natural gas"] == near(4440 - 5610)
    assert abs(line.unexplained) < 1e-9


@pytest.mark.parametrize(("name", "ef", "counted"), [
    ("Blast furnace gas", 260.0, 5610), ("BFG", 260.0, 5610), ("Coke oven gas", 44.4, 4440), ("My gas", 260.0, 26_000),
    ("Natural gas", 60.0, 6000), ("Coke oven gas", 56.1, 5610), ("Charcoal", 112.0, 11_200),
])  # fmt: skip
def test_waste_gas_as_a_stream_of_a_unit_is_capped(name: str, ef: float, counted: float) -> None:
    report = solved(process("P"), unit("B"), burns("B", 100, ef, name), heat("B", "P", 80))
    assert balances(report)["P"].heat_in_tco2e == near(counted)
    assert ("waste-gas-capped" in codes(report)) == (counted != 100 * ef)
    assert report.installation.direct_tco2e == near(100 * ef)
    assert closes(report)


def test_no_false_cap_by_rounding() -> None:
    for i in range(1, 100):
        row = burns("B", 0.1 * i, 44.4 + 0.01 * i, "Coke oven gas", conversion=0.97, biomass=0.01 * i)
        assert "waste-gas-capped" not in codes(solved(process("P"), unit("B"), row, heat("B", "P", 80)))
    rows = (burns(m.SHARED, 10, 44.4, "Coke oven gas"), share("Coke oven gas", "B", 1), share("Coke oven gas", "P", 2))
    assert "waste-gas-capped" not in codes(solved(process("P"), unit("B"), *rows, heat("B", "P", 80)))


def test_waste_gas_of_a_shared_stream_is_capped_in_the_unit_only() -> None:
    report = solved(process("P"), unit("B"), burns(m.SHARED, 100, 260.0, "BFG"), share("BFG", "P", 1),
                    share("BFG", "B", 3), heat("B", "P", 50))  # fmt: skip
    b = balances(report)["P"]
    assert b.direct_emissions_tco2e == near(6500)
    assert b.heat_in_tco2e == near(75 * NATURAL_GAS)
    assert explained(report) == {"waste gas in a fuel mix": near(75 * (NATURAL_GAS - 260))}
    assert closes(report)


def test_an_amount_of_zero_moves_nothing_and_feeds_nothing() -> None:
    rows = (heat(m.OUTSIDE, "P", 0), power(m.GRID, "P", 0), heat(m.OUTSIDE, "B", 0), power(m.GRID, "B", 0))
    report = solved(process("P", category="Pig iron"), unit("B"), burns("B", 10), heat("B", "P", 5),
                    power("B", "P", 0), *rows)  # fmt: skip
    assert balances(report)["P"].see_total == near(0.561)
    assert codes(report) == []
    report = solved(process("P"), unit("B"), heat("B", "P", 5), *rows)
    assert "unit-without-fuel" in codes(report)


def test_power_without_fuel_is_refused() -> None:
    report = solved(process("P"), unit("G", m.POWER_PLANT), power(m.GRID, "G", 5, 0.5), power("G", "P", 100))
    (issue,) = [i for i in report.issues if i.code == "unit-without-fuel"]
    assert issue.level == "error"
    assert isnan(balances(report)["P"].see_indirect)


def test_renewable_power_has_no_fuel() -> None:
    report = solved(process("P"), unit("G", m.RENEWABLE_POWER), power("G", "P", 100, 0.0))
    assert balances(report)["P"].see_indirect == 0
    assert balances(report)["P"].embedded_electricity_mwh_per_t == near(0.1)
    assert of(report, "G").ef_electricity == 0
    assert "unit-without-fuel" not in codes(report)
    assert "factor-ignored" not in codes(report)


@pytest.mark.parametrize("kind", [m.RENEWABLE_POWER, m.POWER_PLANT])
def test_a_typed_factor_of_a_unit_is_ignored_and_told(kind: str) -> None:
    report = solved(process("P"), unit("G", kind), burns("G", 10), power("G", "P", 100, 0.9))
    assert balances(report)["P"].attributed_indirect_tco2e == near(561)
    (issue,) = [i for i in report.issues if i.code == "factor-ignored"]
    assert issue.level == "note"
    assert "5.61 tCO2/MWh" in issue.message
    assert "0.9" in issue.message


def test_a_typed_factor_on_heat_of_a_unit_is_ignored_and_told() -> None:
    report = solved(process("P"), unit("B"), burns("B", 10), heat("B", "P", 8, 10.0))
    assert balances(report)["P"].heat_in_tco2e == near(561)
    assert codes(report).count("factor-ignored") == 1


# What doesn't fit


@pytest.mark.parametrize(("kind", "rows"), [
    (m.POWER_PLANT, [heat("U", "P", 5)]), (m.RENEWABLE_POWER, [heat("U", "P", 5)]), (m.BOILER, [power("U", "P", 5)]),
    ("", [heat("U", "P", 5)]), ("Windmill", [power("U", "P", 5)]),
])  # fmt: skip
def test_an_output_that_a_kind_cannot_have_gives_no_figure(kind: str, rows: list[Record]) -> None:
    report = solved(process("P"), unit("U", kind), burns("U", 10), *rows)
    assert isnan(balances(report)["P"].see_total)
    assert ("unit-output" in codes(report)) == (kind in (m.POWER_PLANT, m.RENEWABLE_POWER, m.BOILER))


@pytest.mark.parametrize(("kind", "rows", "meant"), [
    (m.BOILER, [power("U", "P", 5)], m.POWER_PLANT), (m.BOILER, [power("U", "P", 5), heat("U", "P", 5)], m.CHP),
    (m.POWER_PLANT, [heat("U", "P", 5)], m.BOILER), (m.POWER_PLANT, [power("U", "P", 5), heat("U", "P", 5)], m.CHP),
])  # fmt: skip
def test_the_kind_that_is_asked_for_is_one_that_the_unit_can_be(kind: str, rows: list[Record], meant: str) -> None:
    report = solved(process("P"), unit("U", kind), burns("U", 10), *rows)
    (message,) = (i.message for i in report.issues if i.code == "unit-output")
    assert message.endswith(f"choose the kind “{meant}”.")
    again = solved(process("P"), unit("U", meant), burns("U", 10), *rows)
    assert "unit-output" not in codes(again)


@pytest.mark.parametrize(("field", "made", "error"), [
    ("heat", 44.0, True), ("heat", 45.0, False), ("electricity", 7999.0, True), ("electricity", 8000.0, False),
])  # fmt: skip
def test_a_unit_cannot_hand_on_more_than_it_makes(field: str, made: float, error: bool) -> None:
    outputs: dict[str, Any] = {field: made}
    report = solved(process("P"), chp(**outputs), GAS, *HANDED_ON)
    assert ("unit-output" in codes(report)) == error


def test_an_unknown_output_leaves_all_users_of_the_unit_unknown_and_nobody_else() -> None:
    report = solved(process("P"), process("Q"), process("R"), unit("B"), unit("C"), burns("B", 10), burns("C", 10),
                    heat("B", "P", 5), heat("B", "Q", None), heat("C", "R", 5))  # fmt: skip
    assert [isnan(b.see_direct) for b in report.processes] == [True, True, False]
    assert "unit-without-fuel" not in codes(report)


def test_heat_of_unknown_amount_into_a_unit_is_no_missing_fuel() -> None:
    report = solved(process("P"), unit("B"), heat(m.OUTSIDE, "B", None, 60.0), heat("B", "P", 5))
    assert isnan(balances(report)["P"].see_direct)
    assert "unit-without-fuel" not in codes(report)


def test_waste_gas_of_a_unit_is_refused() -> None:
    report = solved(process("P"), emits("P", 1), unit("B"), burns("B", 10), heat("B", "P", 5), waste_gas("B", "P", 1))
    assert "unit-output" in codes(report)
    assert closes(report)


# Entered emissions of a unit replace its rows; both are shown


def test_entered_emissions_replace_streams_and_waste_gas_but_not_what_others_give() -> None:
    report = solved(process("A"), process("P"), emits("A", 9000), unit("B", emissions_fuel=700.0, emissions_fgc=5.0),
                    burns("B", 10), waste_gas("A", "B", 10), heat("A", "B", 5, 60.0), heat("B", "P", 20))  # fmt: skip
    assert balances(report)["P"].heat_in_tco2e == near(1005)
    assert report.installation.direct_tco2e == near(9705)
    assert explained(report) == {"waste gas": near(-374.187)}
    assert closes(report)
    line = next(line for line in report.closure if line.balance == "waste gas")
    assert abs(line.unexplained) < 1e-9
    used = {t.quantity: t.value for t in terms(report, "B", "Fuel input")}
    assert used == {"Entered": 700, "Flue gas cleaning": 5}
    assert {t.quantity for t in report.terms if t.owner == "B" and t.aside} >= {"Natural gas", "Waste gas from A"}


def test_a_part_of_a_stream_is_replaced_by_entered_emissions_in_part() -> None:
    report = solved(process("P"), unit("B", emissions_fuel=700.0), burns(m.SHARED, 10, name="G"), share("G", "P", 3),
                    share("G", "B", 1), heat("B", "P", 20))  # fmt: skip
    assert report.installation.direct_tco2e == near(420.75 + 700)
    assert closes(report)


def test_a_tool_that_hands_on_nothing_changes_no_balance() -> None:
    """The CHP tools of a Commission file are informative."""
    tool = chp(fuel=100.0, heat=45.0, electricity=8000.0, emissions_fuel=5630.0)
    report = solved(process("P", direct_entered=10.0), emits("", 10), tool, origin="communication")
    assert of(report, "CHP").ef_heat == near(55.01304329)
    assert explained(report) == {}
    assert closes(report)
    assert "unit-unused" not in codes(report)


def test_the_terms_of_a_unit_sum_to_its_emissions() -> None:
    report = solved(process("A"), process("P"), emits("A", 9000), unit("B", emissions_fgc=5.0), unit("C"),
                    burns("B", 10), burns("C", 3), waste_gas("A", "B", 10, 44.4), heat("A", "B", 5, 60.0),
                    heat("C", "B", 1), heat("C", "P", 1), power(m.GRID, "B", 100, 0.5), power(m.GRID, "C", 10, 0.5),
                    heat("B", "P", 20))  # fmt: skip
    parts = [t.value for step in ("Fuel input", "Heat in", "Electricity") for t in terms(report, "B", step)]
    assert fsum(parts) == near(of(report, "B").emissions_tco2e)
    assert of(report, "B").emissions_tco2e == near(561 + 5 + 444 + 300 + 3 * 56.1 / 2 + 50 + 2.5)
    (term,) = [t for t in report.terms if t.owner == "B" and t.quantity == "EF heat"]
    assert term.formula.format(*term.numbers).endswith("× 1.0 ÷ 20.0 TJ")
    assert term.value == near(term.numbers[0] / 20)


def test_the_factors_of_a_chp_show_how_they_were_made() -> None:
    report = solved(process("P"), chp(), GAS, *HANDED_ON)
    shown = {t.quantity: t for t in report.terms if t.owner == "CHP" and t.step == "Energy unit"}
    assert shown["Emissions"].total
    assert shown["Share of heat F_heat"].value == near(0.4397134899)
    for name, ef in (("EF heat", 55.01304329), ("EF electricity", 0.3943016315)):
        emissions, part, output = shown[name].numbers
        assert emissions * part / output == near(ef)
        assert shown[name].value == near(ef)
