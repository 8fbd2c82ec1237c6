"""From records to specific embedded emissions: the constructed cases of the method notes, and rule by rule.

Section numbers in comments are those of the method notes; provisions are those of Implementing Regulation 2023/1773.
"""

from __future__ import annotations

from math import isnan, nan
from typing import Any

import pytest
from conftest import near
from plants import (
    CRUDE,
    GAP,
    PIG,
    STEEL,
    Record,
    at,
    balances,
    bought,
    burns,
    codes,
    emits,
    flow,
    heat,
    plant,
    power,
    process,
    share,
    solved,
    terms,
    unit,
    waste_gas,
)

from cbam_xl import model as m
from cbam_xl.attribution import recalculate
from cbam_xl.report import Balance, Report


def one(report: Report, name: str = "P") -> Balance:
    return balances(report)[name]


def stream(method: str, quantity: float, unit: str = "t", **more: Any) -> m.Stream:
    return m.Stream(at(""), "S", "P", method, quantity, unit, **more)


# 7.3 and 7.5: lines of the emission sheets, through the engine


def measured(gas: str, concentration: float, hours: float, flow: float, biomass: float | None = None) -> m.Measured:
    return m.Measured(at(""), "Stack", "P", gas, concentration, hours, flow, biomass)


def pfc(method: str, **more: Any) -> m.Pfc:
    return m.Pfc(at(""), "CWPB", "P", method, f_c2f6=more.pop("f_c2f6", 0.121), **more)


LINES: dict[str, tuple[Record, float]] = {
    "combustion": (stream(m.COMBUSTION, 252_000, ncv=0.045, ef=73, conversion=1.0), 827_820),
    "process": (stream(m.PROCESS_EMISSIONS, 121_000, ef=0.08794, ef_unit="t"), 10_640.74),
    "mass balance": (stream(m.MASS_BALANCE, -1_808_226, carbon_content=0.003878), -25_693.068768192),
    "CO2 passed on": (stream(m.CO2_TRANSFER, -500.0), -500),
    "household waste": (stream(m.COMBUSTION, 25_000, ncv=0.020, ef=83, biomass=0.15), 35_275),
    "N2O": (measured("N2O", 64.2925, 4, 265), 18_059.76325),
    "CO2": (measured("CO2", 1_820, 5_000, 50, 0.15), 386_750),
    "slope, as in the template": (
        pfc(m.SLOPE, aluminium=500_000, frequency=2.17, duration=1.23, sef=0.146, f_c2f6=0.122, collection=0.98),
        1_587_424.347),
    "slope": (pfc(m.SLOPE, aluminium=100_000, frequency=0.3, duration=2, sef=0.143), 68_409.198),
    "overvoltage": (
        pfc(m.OVERVOLTAGE, aluminium=100_000, overvoltage=10, current_efficiency=95, ovc=1.16), 97_355.7474),
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_method_notes(line: str) -> None:
    record, expected = LINES[line]
    report = solved(process("P", 1000.0, "Cement clinker"), record, floor=False)
    assert one(report).direct_emissions_tco2e == near(expected)
    assert one(report).see_direct == near(expected / 1000)
    assert report.installation.direct_tco2e == near(expected)
    assert sum(t.value for t in terms(report, "P", "DirEm*")) == near(expected)


@pytest.mark.parametrize("record", [stream("Guess", 5.0, ef=1.0), measured("CH4", 1.0, 1.0, 1.0)])
def test_a_method_or_gas_that_the_act_does_not_know_gives_no_figure(record: Record) -> None:
    assert isnan(one(solved(process("P"), record)).see_direct)


def test_nothing_of_an_unknown_amount_is_biomass_where_no_share_of_it_is() -> None:
    report = solved(process("P"), stream(m.COMBUSTION, 1.0, "TJ", ef=56.1), burns("P", None, biomass=None))
    assert report.installation.biomass_tco2 == 0
    assert isnan(report.installation.direct_tco2e)
    assert isnan(solved(process("P"), burns("P", None, biomass=0.1)).installation.biomass_tco2)
    assert solved(process("P"), burns("P", None, biomass=1.0)).installation.direct_tco2e == 0


def test_biomass_is_counted_beside_the_fossil_part() -> None:
    report = solved(process("P"), LINES["CO2"][0], LINES["household waste"][0])
    assert report.installation.biomass_tco2 == near(68_250 + 6_225)
    assert report.installation.energy_tj == near(500)


def test_pfc_stand_apart_and_their_steps_are_shown_aside() -> None:
    report = solved(process("P"), LINES["overvoltage"][0], emits("P", 10.0))
    assert report.installation.pfc_tco2e == near(97_355.7474)
    assert (report.installation.biomass_tco2, report.installation.energy_tj) == (0, 0)
    steps = {t.quantity.partition(":")[0]: t.value for t in report.terms if t.aside}
    assert steps["CF4"] == near(12.2105263158)
    assert steps["C2F6"] == near(1.4774736842)


@pytest.mark.parametrize(("efficiency", "usable"), [(0.95, False), (1.5, False), (100.0, True), (100.5, False)])
def test_a_current_efficiency_that_is_a_fraction_gives_no_figure(efficiency: float, usable: bool) -> None:
    record = pfc(m.OVERVOLTAGE, aluminium=100_000, overvoltage=10, current_efficiency=efficiency, ovc=1.16)
    assert isnan(one(solved(process("P"), record)).see_direct) != usable


def test_energy_beside_a_measurement_is_fossil_and_biomass() -> None:
    point = measured("CO2", 1.0, 1.0, 1.0)._replace(energy_fossil=5.0, energy_biomass=2.0)
    assert solved(process("P"), point).installation.energy_tj == 7


@pytest.mark.parametrize("collection", [0.0, 1.2, -0.5])
def test_a_collection_efficiency_that_cannot_be_gives_no_figure(collection: float) -> None:
    record = pfc(m.SLOPE, aluminium=1, frequency=0.3, duration=2, sef=0.143, collection=collection)
    assert isnan(one(solved(process("P"), record)).see_direct)


def test_waste_gas_between_processes_leaves_the_gap_of_the_act() -> None:
    # T_wastegas: 1,000 TJ; the importer gets 56,100 t, the exporter is relieved of 37,418.7 t
    found = balances(solved(process("A"), process("B"), emits("A", 300_000), waste_gas("A", "B", 1000, 260.0)))
    assert (found["A"].waste_gas_out_tco2e, found["B"].waste_gas_in_tco2e) == (near(37_418.7), near(56_100))
    assert found["A"].attributed_direct_tco2e + found["B"].attributed_direct_tco2e == near(300_000 + 1000 * GAP)


def test_waste_gas_to_the_outside_is_credited_to_its_source_only() -> None:
    report = solved(process("A", 4_800_000), emits("A", 7_866_044.469877754), waste_gas("A", m.OUTSIDE, 12_800))
    assert one(report, "A").see_direct == near(1.5389760645578654)


def test_waste_gas_from_the_outside_counts_as_natural_gas() -> None:
    assert one(solved(process("P"), waste_gas(m.OUTSIDE, "P", 10, 260.0))).attributed_direct_tco2e == near(561)


def test_standard_heat_by_the_common_fuel() -> None:
    # T_std_heat_NG: 4.5 TJ at 56.1 / 0.90
    report = solved(process("P"), heat(m.OUTSIDE, "P", 4.5, fuel="Natural gas"))
    assert one(report).heat_in_tco2e == near(280.5)
    (term,) = terms(report, "P", "Heat in")
    assert term.numbers == (4.5, near(62.33333333333))


def test_a_typed_factor_goes_before_the_common_fuel() -> None:
    assert one(solved(process("P"), heat(m.OUTSIDE, "P", 4.5, 60.0, "Natural gas"))).heat_in_tco2e == near(270)


def test_a_fuel_that_the_act_does_not_list_gives_no_factor() -> None:
    assert isnan(one(solved(process("P"), heat(m.OUTSIDE, "P", 4.5, fuel="Moonshine"))).heat_in_tco2e)


LOOP = (
    process("P1", 10_000.0, PIG), process("P2", 8_000.0, PIG), emits("P1", 5_000), emits("P2", 800),
    flow("P2", "P1", 500), flow("P1", "P2", 9_000), flow("P1", m.MARKET, 1_000), flow("P2", m.MARKET, 7_500),
)  # fmt: skip


def test_two_processes_that_use_each_others_goods() -> None:
    report = solved(*LOOP)  # T_loop
    assert [b.see_direct for b in report.processes] == [near(0.5350993377483444), near(0.7019867549668874)]
    assert codes(report) == ["electricity-missing"]


CHLORINE = (flow("H", m.MARKET, 200_000.0, "Chlorine"), flow("H", m.MARKET, 225_646.7, "sodium  hydroxide"))


def hydrogen(t: float, *more: Record) -> Report:
    return solved(process("H", t, "Hydrogen"), emits("H", 1000), power(m.GRID, "H", 50_000, 0.5), *more)


def test_chlor_alkali_gives_its_hydrogen_a_molar_part() -> None:
    # T_chloralkali: 5,686.7 t made, of which 1,200 t are sold
    other = (process("Q"), flow("Q", m.MARKET, 10.0, "Chlorine"))
    report = hydrogen(1200.0, *CHLORINE, flow("H", m.WASTE, 4486.7, "Hydrogen"), *other)
    b = one(report, "H")
    assert b.attributed_direct_tco2e == near(1000 * 0.052754512705)
    assert b.attributed_indirect_tco2e == near(25_000 * 0.052754512705)
    assert b.co_products_tco2e == near(1000 * (1 - 0.052754512705))
    assert b.see_indirect == near(b.embedded_electricity_mwh_per_t * 0.5)
    assert sum(t.value for t in terms(report, "H", "Co-products")) == near(b.co_products_tco2e)


@pytest.mark.parametrize(("sold", "expected"), [(0.0, 1.0), (0.5, 0.83333336), (1.0, 0.66666672)])
def test_oxygen_that_is_sold_bears_its_part_and_vented_oxygen_none(sold: float, expected: float) -> None:
    # T_electrolysis
    oxygen = 7936.01
    rows = [flow("H", m.MARKET, oxygen * sold, "Oxygen"), flow("H", m.WASTE, oxygen * (1 - sold), "Oxygen")]
    b = one(hydrogen(1000.0, *(f for f in rows if f.quantity)), "H")
    assert b.attributed_direct_tco2e == near(1000 * expected)
    assert b.attributed_indirect_tco2e == near(25_000 * expected)
    assert b.embedded_electricity_mwh_per_t == near(50 * expected)


def test_oxygen_used_in_another_process_counts_as_sold() -> None:
    rows = (process("Q"), flow("H", "Q", 7936.01, "Oxygen"))
    assert one(hydrogen(1000.0, *rows), "H").see_direct == near(0.66666672)


def test_chlorate_gives_its_hydrogen_a_molar_part() -> None:
    b = one(hydrogen(3 * 2.016, flow("H", m.MARKET, 106.438, "Sodium chlorate")), "H")
    assert b.attributed_direct_tco2e == near(750)


def test_an_unknown_amount_of_a_co_product_leaves_the_split_unknown() -> None:
    b = one(hydrogen(1200.0, *CHLORINE[:1], flow("H", m.MARKET, None, "Sodium hydroxide")), "H")
    assert isnan(b.attributed_direct_tco2e)
    assert isnan(b.attributed_indirect_tco2e)


def test_only_hydrogen_is_split() -> None:
    report = solved(process("P", 1200.0, "Cement clinker"), emits("P", 1000), flow("P", m.MARKET, 5.0, "Oxygen"))
    assert one(report).co_products_tco2e == 0


# Eq. 48 and 49: electricity


@pytest.mark.parametrize("source", [m.GRID, m.PURCHASE_AGREEMENT, m.DIRECT_LINE])
@pytest.mark.parametrize("ef", [0.0, 0.42])
def test_electricity_from_outside_is_indirect(source: str, ef: float) -> None:
    b = one(solved(process("P"), emits("P", 50), power(source, "P", 100, ef)))
    assert (b.attributed_direct_tco2e, b.attributed_indirect_tco2e) == (50, near(100 * ef))
    assert (b.see_indirect, b.embedded_electricity_mwh_per_t) == (near(0.1 * ef), near(0.1))


def test_own_power_leaves_the_direct_emissions_of_its_source_and_is_indirect_for_its_user() -> None:
    found = balances(solved(process("A"), process("B"), emits("A", 500), power("A", "B", 100, 0.4)))
    assert (found["A"].electricity_out_tco2e, found["A"].attributed_direct_tco2e) == (near(40), near(460))
    assert (found["B"].attributed_direct_tco2e, found["B"].attributed_indirect_tco2e) == (0, near(40))


def test_own_power_used_by_its_own_process_is_taken_off_once_and_comes_back_as_indirect() -> None:
    b = one(solved(process("P"), emits("P", 500), power("P", "P", 100, 0.4)))
    assert (b.attributed_direct_tco2e, b.attributed_indirect_tco2e) == (near(460), near(40))


def test_exported_power_is_taken_off() -> None:
    b = one(solved(process("P"), emits("P", 500), power("P", m.OUTSIDE, 100, 0.4)))
    assert (b.attributed_direct_tco2e, b.attributed_indirect_tco2e) == (near(460), 0)


def test_a_row_without_a_factor_takes_that_of_the_first_row_with_the_same_source() -> None:
    rows = (power(m.GRID, "A", 100), power(m.GRID, "B", 50, 0.5), power(m.GRID, "B", 50, 0.7), power("A", "B", 9))
    found = balances(solved(process("A"), process("B"), emits("A", 9), *rows))
    assert found["A"].attributed_indirect_tco2e == near(50)
    assert isnan(found["B"].attributed_indirect_tco2e)
    assert isnan(found["A"].attributed_direct_tco2e)


# Eq. 48: heat


def test_heat_from_a_process_moves() -> None:
    found = balances(solved(process("A"), process("B"), emits("A", 5000), heat("A", "B", 10, 60.0)))
    assert (found["A"].heat_out_tco2e, found["B"].heat_in_tco2e) == (near(600), near(600))
    assert found["A"].attributed_direct_tco2e == near(4400)


def test_heat_of_nitric_acid_has_no_emissions() -> None:
    found = balances(solved(process("A", category="Nitric acid"), process("B"), emits("A", 50), heat("A", "B", 10)))
    assert (found["A"].heat_out_tco2e, found["B"].heat_in_tco2e) == (0, 0)


def test_an_unknown_factor_leaves_both_ends_unknown() -> None:
    found = balances(solved(process("A"), process("B"), process("C"), emits("A", 50), heat("A", "B", 10)))
    assert [isnan(b.attributed_direct_tco2e) for b in found.values()] == [True, True, False]


# The floor (Eq. 48) and DirEm*

ACID = (  # the oracle case s6: 300 TJ at 62.33 t/TJ leave a process that emits 5,000 t
    process("Acid", 100_000.0, "Ammonia"), process("Grain", 150_000.0, "Urea"), emits("Acid", 5_000),
    emits("Grain", 4_000), heat("Acid", m.OUTSIDE, 300, 62.33), flow("Acid", "Grain", 100_000),
    flow("Grain", m.MARKET, 150_000),
)  # fmt: skip


def test_negative_attributed_emissions_are_set_to_zero_and_told() -> None:
    report = solved(*ACID)
    found = balances(report)
    assert found["Acid"].floored_tco2e == near(13_699)
    assert found["Acid"].attributed_direct_tco2e == found["Acid"].see_direct == 0
    assert isnan(found["Acid"].default_share)
    assert found["Grain"].see_direct == near(4_000 / 150_000)
    assert "floored" in codes(report)


def test_without_the_floor_it_is_as_in_the_commissions_workbook() -> None:
    report = solved(*ACID, floor=False)
    found = balances(report)
    assert found["Acid"].floored_tco2e == 0
    assert found["Acid"].see_direct == near(-0.13699)
    assert found["Grain"].see_direct == near((4_000 - 13_699) / 150_000)
    assert "floored" not in codes(report)
    assert "negative-see" in codes(report)


def test_the_floor_comes_after_the_co_products() -> None:
    report = hydrogen(1200.0, *CHLORINE, flow("H", m.WASTE, 4486.7, "Hydrogen"), heat("H", m.OUTSIDE, 100, 60.0))
    b = one(report, "H")
    assert b.floored_tco2e == near(5000 * 0.052754512705)
    assert b.co_products_tco2e == near(-5000 * (1 - 0.052754512705))


def test_an_entered_figure_replaces_the_streams_and_both_are_shown() -> None:
    report = solved(process("P", direct_entered=120.0), emits("P", 100), heat(m.OUTSIDE, "P", 1, 50.0))
    assert one(report).direct_emissions_tco2e == 120
    assert one(report).attributed_direct_tco2e == near(170)
    assert report.installation.direct_tco2e == 100
    step = [t for t in report.terms if t.step == "DirEm*"]
    assert [(t.quantity.partition(" (")[0], t.value, t.aside, t.total) for t in step] == [
        ("Process gas", 100, True, False), ("From the streams", 100, True, False), ("Entered", 120, False, False),
        ("DirEm*", 120, False, True)]  # fmt: skip
    assert "stated-and-streams" in codes(report)


def test_an_entered_zero_is_a_figure() -> None:
    b = one(solved(process("P", direct_entered=0.0), emits("", 100)))
    assert (b.direct_emissions_tco2e, b.see_direct) == (0, 0)


def test_a_process_without_rows_emits_nothing_unless_some_emissions_are_nobodys() -> None:
    for record in (emits("", 10), emits("Typo", 10), emits(m.SHARED, 10)):
        report = solved(process("A"), process("B"), process("N", None, m.NOT_CBAM), emits("A", 5), record)
        found = balances(report)
        assert found["A"].see_direct == near(0.005)
        assert isnan(found["B"].see_direct)
        assert found["N"].direct_emissions_tco2e == 0
        assert "emissions-missing" in codes(report)
    assert one(solved(process("A"), process("B"), emits("A", 5)), "B").see_direct == 0


def test_in_a_commission_file_a_process_without_direm_is_unknown() -> None:
    report = solved(process("A", direct_entered=5.0), process("B"), origin="communication")
    assert [isnan(b.see_direct) for b in report.processes] == [False, True]


# F.3: shares


def test_a_shared_stream_is_split_by_amounts() -> None:
    found = balances(solved(process("A"), process("B"), emits(m.SHARED, 1000, "Gas"), share("gas ", "A", 3),
                            share("Gas", "B", 1)))  # fmt: skip
    assert (found["A"].direct_emissions_tco2e, found["B"].direct_emissions_tco2e) == (near(750), near(250))


def test_sub_meters_are_reconciled_with_the_main_meter() -> None:
    rows = [share("Gas", name, weight) for name, weight in zip("ABC", (420.0, 310.0, 240.0), strict=True)]
    report = solved(*map(process, "ABC"), burns(m.SHARED, 1000, 1.0, "Gas"), *rows)
    factor = 1000 / 970
    assert [b.direct_emissions_tco2e for b in report.processes] == [near(x * factor) for x in (420, 310, 240)]
    note = next(i for i in report.issues if i.code == "reconciled")
    assert "1.03093" in note.message
    (term,) = terms(report, "A", "DirEm*")
    assert term.formula == "({} TJ × {} tCO2/TJ) × {}"
    assert term.numbers == (1000, 1.0, near(0.42 * 1000 / 970))


def test_a_shared_stack_and_a_shared_main_meter() -> None:
    rows = (m.Measured(at(""), "Stack", m.SHARED, "CO2", 1000.0, 10.0, 1.0), power(m.GRID, m.SHARED, 100, 0.5),
            share("Stack", "A", 40, "Share in %"), share("Stack", "B", 60, "Share in %"),
            share(m.GRID, "A", 100, "Operating hours"), share(m.GRID, "U", 300, "Operating hours"))  # fmt: skip
    report = solved(process("A"), process("B"), unit("U"), burns("U", 1), heat("U", "B", 1), *rows)
    found = balances(report)
    assert (found["A"].direct_emissions_tco2e, found["B"].direct_emissions_tco2e) == (near(4), near(6))
    assert (found["A"].attributed_indirect_tco2e, found["B"].attributed_indirect_tco2e) == (near(12.5), near(37.5))


@pytest.mark.parametrize("weight", [None, 0.0])
def test_a_share_that_is_not_known_leaves_all_shares_unknown(weight: float | None) -> None:
    rows = (emits(m.SHARED, 1000, "Gas"), share("Gas", "A", weight), share("Gas", "B", 0.0 if weight == 0 else 1.0))
    found = balances(solved(process("A"), process("B"), process("C"), *rows))
    assert [isnan(b.direct_emissions_tco2e) for b in found.values()] == [True, True, False]


def test_a_shared_meter_without_shares_leaves_those_without_electricity_unknown() -> None:
    report = solved(process("A"), process("B"), emits("A", 5), emits("B", 5), power(m.GRID, m.SHARED, 100, 0.5),
                    power(m.DIRECT_LINE, "A", 10, 0.1))  # fmt: skip
    assert [isnan(b.see_indirect) for b in report.processes] == [False, True]
    assert "share-missing" in codes(report)


# F.2: by-products


def test_carbon_of_a_by_product_leaves_its_source_and_comes_to_its_user_and_nothing_is_embedded() -> None:
    found = balances(solved(process("A"), process("B"), emits("A", 1000), flow("A", "B", 100, "Dust", 0.1)))
    assert found["A"].direct_emissions_tco2e == near(1000 - 36.64)
    assert found["B"].direct_emissions_tco2e == near(36.64)
    assert found["B"].see_direct == near(0.03664)


def test_scrap_has_no_embedded_emissions() -> None:
    found = balances(solved(process("A"), process("B"), emits("A", 1000), flow("A", "B", 100, "Scrap")))
    assert (found["A"].see_direct, found["B"].see_direct) == (near(1), 0)


def test_a_by_product_that_is_sold_takes_its_carbon_along() -> None:
    b = one(solved(process("P"), emits("P", 1000), flow("P", m.MARKET, 100, "Slag", 0.02)))
    assert b.direct_emissions_tco2e == near(1000 - 7.328)


def test_a_by_product_of_unknown_amount() -> None:
    rows = (emits("A", 9), flow("A", "B", None, "Slag", 0.02))
    found = balances(solved(process("A"), process("B"), process("C"), *rows))
    assert [isnan(b.see_direct) for b in found.values()] == [True, True, False]


# III E, G: precursors


def test_each_supplier_counts_with_its_own_figures() -> None:
    report = solved(process("P", 1000.0), emits("P", 100), bought("X", 2.0, 0.5, 0.4), bought("Y", 1.0, 0.2, 0.5),
                    flow("X", "P", 300), flow("Y", "P", 200))  # fmt: skip
    b = one(report)
    assert b.see_direct == near((100 + 600 + 200) / 1000)
    assert b.see_indirect == near((300 * 0.2 + 200 * 0.1) / 1000)
    assert b.embedded_electricity_mwh_per_t == near((150 + 40) / 1000)
    assert b.bought_see_total == near((600 + 200 + 60 + 20) / 1000)
    assert b.own_see_direct == near(0.1)
    assert b.default_share == 0


def test_a_precursor_shows_its_mass_its_figure_and_its_source() -> None:
    rows = (bought("X", 2.0)._replace(note="Letter"), flow("X", "P", 300), flow("X", "Q", 200)._replace(
        data_source="Own meter", note="Scale"), flow("P", "Q", 10))  # fmt: skip
    report = solved(process("P"), process("Q"), emits("P", 100), *rows)
    direct, indirect = terms(report, "P", "Bought precursors")
    assert (direct.quantity, direct.numbers, direct.value) == ("X, SEE direct", (300, 2.0), near(600))
    assert (indirect.quantity, indirect.numbers) == ("X, SEE indirect", (300, near(0.2)))
    assert (direct.data_source, direct.note) == ("Measured", "Letter")
    assert [(t.data_source, t.note) for t in terms(report, "Q", "Bought precursors")] == [("Own meter", "Scale")] * 2
    own = terms(report, "Q", "Own precursors")
    assert [(t.quantity, t.value) for t in own] == [("P, SEE direct", near(7)), ("P, SEE indirect", near(0.6))]
    assert {(t.data_source, t.note) for t in own} == {("", "")}


def test_the_share_of_default_values_goes_through_the_graph() -> None:
    rows = (bought("D", 2.0, source=" DEFAULT"), bought("M", 1.0), flow("D", "A", 100), flow("M", "A", 100))
    found = balances(solved(process("A"), process("B"), emits("A", 200), emits("B", 250), flow("A", "B", 500), *rows))
    assert found["A"].default_share == near(200 / 500)
    assert found["B"].default_share == near(0.5 * 0.2 / 0.5)


def test_the_share_of_default_values_goes_round_a_loop() -> None:
    # P1 = (5000 + 400 + 500 P2) / 10000, P2 = (800 + 9000 P1) / 8000; only the 400 t are default values
    found = balances(solved(*LOOP, bought("D", 4.0, source="Default"), flow("D", "P1", 100)))
    factor = 1 - 500 / 10_000 * 9_000 / 8_000
    p1 = (0.54 + 0.05 * 0.1) / factor
    assert found["P1"].see_direct == near(p1)
    assert found["P1"].default_share == near(0.04 / factor / p1)
    assert found["P2"].default_share == near(9 / 8 * 0.04 / factor / (0.1 + 9 / 8 * p1))


def test_without_direct_emissions_there_is_no_share_of_default_values() -> None:
    assert isnan(one(solved(process("P"), power(m.GRID, "P", 1, 1.0))).default_share)


@pytest.mark.parametrize(("mwh", "ef", "indirect", "power_known"), [
    (0.0, None, 0.0, True), (None, 0.0, 0.0, False), (None, 0.5, nan, False), (0.5, None, nan, True),
])  # fmt: skip
def test_electricity_in_a_precursor(mwh: float | None, ef: float | None, indirect: float, power_known: bool) -> None:
    b = one(solved(process("P"), bought("X", 2.0, mwh, ef), flow("X", "P", 100)))
    assert b.see_direct == near(0.2)
    assert isnan(b.see_indirect) == isnan(indirect)
    assert isnan(b.embedded_electricity_mwh_per_t) != power_known


def test_an_unknown_precursor_leaves_only_what_is_made_of_it_unknown() -> None:
    rows = (bought("X", None), flow("X", "A", 1), flow("A", "B", 1), flow("C", "A", 1))
    report = solved(process("A"), process("B"), process("C"), emits("A", 5), *rows)
    assert [isnan(b.see_direct) for b in report.processes] == [True, True, False]
    assert [b.see_indirect for b in report.processes] == [near(0.0002), near(0.0000002), 0]
    assert report.json()["processes"][0]["see_direct"] is None  # type: ignore[index]


@pytest.mark.parametrize("source", ["", "Nobody"])
def test_a_precursor_that_stands_nowhere_is_unknown_and_not_zero(source: str) -> None:
    found = balances(solved(process("A"), process("B"), emits("A", 5), flow(source, "A", 10)))
    assert isnan(found["A"].see_direct)
    assert isnan(found["A"].see_indirect)
    assert found["B"].see_direct == 0


def test_an_amount_of_zero_hands_nothing_on_not_even_the_unknown() -> None:
    rows = (bought("X", None), flow("X", "A", 0), flow("C", "A", 0))
    found = balances(solved(process("A"), process("C", None), emits("A", 5), *rows))
    assert found["A"].see_direct == near(0.005)


@pytest.mark.parametrize("level", [None, 0.0])
def test_a_process_without_activity_level_has_no_see_and_its_users_neither(level: float | None) -> None:
    report = solved(process("A", level), process("B"), process("C"), emits("A", 5), flow("A", "B", 1))
    assert [isnan(b.see_direct) for b in report.processes] == [True, True, False]
    assert one(report, "A").attributed_direct_tco2e == 5
    assert ("idle-process" if level == 0 else "production-missing") in codes(report)


def test_a_loop_without_an_end_is_reported_with_its_names_and_never_a_number() -> None:
    rows = (process("A"), process("B"), process("C"), process("D"), emits("A", 5), emits("D", 5))
    report = solved(*rows, flow("A", "B", 1000), flow("B", "A", 1000), flow("A", "C", 1))
    assert [isnan(b.see_direct) for b in report.processes] == [True, True, True, False]
    (issue,) = [i for i in report.issues if i.code == "loop-endless"]
    assert issue.level == "error"
    assert issue.message.startswith("“A”, “B”: ")


def test_own_use_stays_in_the_balance_and_is_told() -> None:
    report = solved(process("P"), emits("P", 100), flow("P", "P", 200))
    assert one(report).see_direct == near(100 / 800)
    assert "flow-to-self" in codes(report)
    report = solved(process("P"), emits("P", 100), flow("P", "P", 1000))
    assert isnan(one(report).see_direct)
    assert "loop-endless" in codes(report)


def test_a_good_has_the_figures_of_its_process() -> None:
    goods = (m.Good(at(""), "G", "P", "72081000", 10.0), m.Good(at(""), "H", "Nobody", "72081000", 10.0))
    found = solved(process("P"), emits("P", 500), power(m.GRID, "P", 100, 0.5), *goods).goods
    assert (found[0].see_direct, found[0].see_indirect, found[0].see_total) == (near(0.5), near(0.05), near(0.55))
    assert found[0].embedded_tco2e == near(5.5)
    assert found[0].category == STEEL
    assert found[0].cn_name
    assert found[1].category == ""
    assert isnan(found[1].see_total)


# II 3.16 to 3.18

ALUMINIUM, PRODUCTS = "Unwrought aluminium", "Aluminium products"
ELEMENTS = "% non-aluminium elements"


def aluminium(per_cent: object, category: str = PRODUCTS, origin: str = "workbook", **more: Any) -> Report:
    value = per_cent if isinstance(per_cent, float | str) else None
    return solved(process("P", 1000.0, category, **more), emits("P", 100), m.Good(at(""), "Sheet", "P", "76061191"),
                  m.Parameter(at(""), "Sheet", ELEMENTS, value), origin=origin)  # fmt: skip


def test_more_than_five_per_cent_of_alloying_elements_count_as_primary_aluminium() -> None:
    report = aluminium(6.0)
    b = one(report)
    assert b.see_direct == near(0.1 + 0.06 * 2.36)
    assert b.see_indirect == near(0.06 * 8.14)
    assert b.default_share == near(0.06 * 2.36 / (0.1 + 0.06 * 2.36))
    assert b.bought_see_total == near(0.06 * 10.5)
    assert sum(t.value for t in terms(report, "P", "Bought precursors")) == near(60 * 10.5)
    assert "alloying-elements" in codes(report)


@pytest.mark.parametrize(("per_cent", "more"), [
    (5.0, {}),
    (None, {}),
    ("6", {}),
    (6.0, {"category": ALUMINIUM, "routes": ("Primary (electrolytic) smelting",)}),
    (6.0, {"category": STEEL}),
    (6.0, {"origin": "communication", "direct_entered": 100.0}),
])  # fmt: skip
def test_the_rule_of_alloying_elements_ends_here(per_cent: float | str | None, more: dict[str, Any]) -> None:
    assert one(aluminium(per_cent, **more)).see_direct == near(0.1)


def test_secondary_aluminium_falls_under_it_and_the_highest_content_of_its_goods_counts() -> None:
    report = solved(process("P", 1000.0, ALUMINIUM, routes=("Secondary melting (recycling)",)), emits("P", 100),
                    m.Parameter(at(""), "P", ELEMENTS, 7.0), m.Parameter(at(""), "P", ELEMENTS, 6.0))  # fmt: skip
    assert one(report).see_direct == near(0.1 + 0.07 * 2.36)


def test_alloying_elements_that_an_own_precursor_brings_along_were_counted_there() -> None:
    rows = (process("M", 500.0, ALUMINIUM, routes=("Secondary melting (recycling)",)), process("P", 1000.0, PRODUCTS),
            emits("M", 50), emits("P", 100), m.Parameter(at(""), "M", ELEMENTS, 8.0),
            m.Parameter(at(""), "P", ELEMENTS, 6.0))  # fmt: skip
    found = balances(solved(*rows, flow("M", "P", 500)))
    melt = 0.1 + 0.08 * 2.36
    assert found["M"].see_direct == near(melt)
    assert found["P"].see_direct == near(0.1 + 0.5 * melt + (0.06 - 0.5 * 0.08) * 2.36)
    found = balances(solved(*rows, flow("M", "P", 900)))
    assert found["P"].see_direct == near(0.1 + 0.9 * melt)


def test_other_materials_are_told_and_change_no_figure() -> None:
    report = solved(process("P"), emits("P", 100), m.Parameter(at(""), "P", "% other materials", 6.0))
    assert one(report).see_direct == near(0.1)
    assert "other-materials" in codes(report)


# Totals and joint processes


def test_totals_typed_by_hand_replace_computed_ones_and_are_told() -> None:
    report = solved(process("P"), emits("P", 100), co2_entered=120.0, n2o_entered=3.0, fuel_total=7.0, name="Works")
    assert report.installation.direct_tco2e == 123
    assert report.installation.energy_tj == 7
    assert report.installation.name == "Works"
    assert codes(report).count("total-overridden") == 3
    for entered, told in ((100.0 * (1 + 1e-12), False), (100.0 * (1 + 1e-6), True), (100.0 * (1 - 1e-6), True)):
        assert ("total-overridden" in codes(solved(process("P"), emits("P", 100), co2_entered=entered))) == told


def test_indirect_emissions_of_the_installation_are_those_of_its_processes() -> None:
    report = solved(process("A"), process("B"), power(m.GRID, "A", 10, 0.5), power(m.GRID, "B", 10, 0.25))
    assert report.installation.indirect_tco2e == near(7.5)


def test_emissions_shared_out_over_goods_that_may_not_be_joined_are_indicative() -> None:
    found = balances(solved(process("A", category="Cement", leaving=("Cement", "Urea")),
                            process("B", category=CRUDE, leaving=(PIG, CRUDE))))  # fmt: skip
    assert [b.indicative for b in found.values()] == [True, False]


def test_the_period_selects_the_act_and_stands_in_the_report() -> None:
    report = solved(process("P"))
    assert (report.law, [str(day) for day in report.period]) == ("2023/1773", ["2024-01-01", "2024-12-31"])
    assert recalculate(plant(process("P"), period_start=None, period_end="soon")).period == (None, None)


def test_every_result_is_a_term_with_its_provision() -> None:
    report = solved(*LOOP)
    found = {t.quantity: t for t in report.terms if t.owner == "P1" and t.step == "Result"}
    assert found["AttrEm_Dir"].formula == "{} + {} − {} + {} − {} − {}"
    assert found["SEE_Dir"].value == one(report, "P1").see_direct
    assert found["ae_Dir"].formula.format(*found["ae_Dir"].numbers) == "5000.0 t CO2e ÷ 10000.0 t"
    assert found["ae_Indir"].numbers == (0, 10_000)
    assert all(t.cites and t.total for t in found.values())
    floored = next(t for t in solved(*ACID).terms if t.quantity == "AttrEm_Dir")
    assert floored.formula.endswith(" + {} (floor)")
    assert floored.numbers[-1] == near(13_699)
