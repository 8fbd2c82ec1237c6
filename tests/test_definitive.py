"""The act of 2026 on whole installations: the constructed cases D01 to D28 and E01 to E03 of the method notes."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from conftest import near
from plants import (
    Record,
    balances,
    bought,
    burns,
    chp,
    codes,
    emits,
    explained,
    flow,
    heat,
    plant,
    power,
    process,
    solved,
    terms,
    unit,
    waste_gas,
)

from cbam_xl import attribution, law
from cbam_xl import equations as eq
from cbam_xl import model as m
from cbam_xl.definitive import benchmarks, cost, defaults, free_allocation
from cbam_xl.errors import CbamError
from cbam_xl.report import Balance, Cost, GoodResult, Report
from cbam_xl.sheets import outputs, report_items

STEEL, CRUDE, PIG, SINTER = "Iron or steel products", "Crude steel", "Pig iron", "Sintered Ore"
CLINKER, HYDROGEN, AMMONIA = "Cement clinker", "Hydrogen", "Ammonia"
PRICE = 75.36
VERIFIED: dict[str, Any] = {"verification": "VR-1, Bureau X", "country": "TR"}


def printed(value: float) -> Any:
    """Equal to a figure printed with twelve decimals."""
    return pytest.approx(value, rel=1e-9, abs=1e-11)


def of(year: int) -> dict[str, Any]:
    return {"period_start": date(year, 1, 1), "period_end": date(year, 12, 31), "default_justification": None,
            "country": "Türkiye"}  # fmt: skip


def in_2026(*records: Record, year: int = 2026, **site: Any) -> Report:
    return solved(*records, **{**of(year), **site})


def good(cn_code: str, of: str = "P", quantity: float | None = None, name: str = "", **more: Any) -> m.Good:
    return m.Good(m.Cell(""), name or f"Good of {of}, {cn_code}", of, cn_code, quantity, **more)


def lot(name: str, see: float | None, mwh: float = 0.0, category: str = STEEL, **more: Any) -> m.Precursor:
    """A precursor with a factor of 1 t/MWh, so that mwh is SEE (indirect)."""
    return bought(name, see, mwh, 1.0, category)._replace(**more)


def made(report: Report, name: str) -> Balance:
    return balances(report)[name]


def goods(report: Report) -> dict[str, GoodResult]:
    return {g.name: g for g in report.goods}


def costs(report: Report) -> dict[str, Cost]:
    return {c.good: c for c in report.costs}


# --- which act -----------------------------------------------------------------------------------------------------


def test_the_period_picks_the_act_and_both_can_be_forced() -> None:
    records = (process("P"), emits("P", 5.0))
    assert solved(*records, **of(2025)).law == eq.TRANSITIONAL
    assert in_2026(*records).law == eq.DEFINITIVE
    assert in_2026(*records, law="transitional").law == eq.TRANSITIONAL
    assert solved(*records, **of(2025), law="2025/2547").law == eq.DEFINITIVE
    with pytest.raises(CbamError, match="No act is called 'roman'"):
        solved(*records, law="roman")


def test_the_later_act_is_what_it_changes_and_every_change_is_explained() -> None:
    before, after = law.transitional()._asdict(), law.definitive()._asdict()
    changed = {field for field, value in after.items() if before[field] != value}
    told = [field for change in law.CHANGES for field in change.fields]
    assert changed - {"act", "valid_from", "valid_to"} == set(told)
    assert len(told) == len(set(told))
    assert all(change.words and change.cites for change in law.CHANGES)


def test_nothing_cites_the_earlier_act() -> None:
    from cbam_xl import reference
    from cbam_xl.definitive import provisions

    old = {row["provision_2023"] for row in reference.rows("provisions")}
    new = {row["provision_2026"] for row in reference.rows("provisions")}
    records = (
        process("P", category=CLINKER), burns("P", 5.0, biomass=0.1), emits("P", 5.0), chp(), heat("CHP", "P", 5.0),
        power("CHP", "P", 500.0), burns("CHP", 20.0), waste_gas("P", m.OUTSIDE, 1.0), unit("B"), burns("B", 3.0),
        heat("B", "P", 1.0), process("Q", category="Cement"), flow("P", "Q", 10.0), power(m.GRID, "Q", 5.0, 0.4),
        m.Measured(m.Cell(""), "Stack", "P", "N2O", 1.0, 10.0, 1.0),
        m.Stream(m.Cell(""), "Coke", "P", m.MASS_BALANCE, 5.0, "t", carbon_content=0.8),
    )  # fmt: skip
    cited = {t.cites for t in solved(*records).terms} - {""}
    assert cited <= old | {"IV 2", "956 Annex I"}
    later = {t.cites for t in in_2026(*records).terms} - {""}
    assert later <= new | {"IV 2", "956 Annex I", "956 Annex II; I 3.1"}
    assert provisions.later()["III G, Eq. 58"] == "III B, Eq. 60"


# --- functional units ----------------------------------------------------------------------------------------------


def test_d01_cement_by_clinker_content() -> None:
    cements = good("25232900", "Mill", 400_000.0, "CEM I"), good("25239000", "Mill", 380_000 / 0.7, "CEM II")
    share = {"CEM I": 95.0, "CEM II": 70.0}
    report = in_2026(
        process("Kiln", 760_000.0, CLINKER, direct_entered=0.82 * 760_000), power(m.GRID, "Kiln", 30_400.0, 1.0),
        process("Mill", 400_000 + 380_000 / 0.7, "Cement"), emits("Mill", 12_000.0),
        power(m.DIRECT_LINE, "Mill", 45_000.0, 0.6), flow("Kiln", "Mill", 760_000.0), *cements,
        *(m.Parameter(m.Cell(""), name, "Clinker factor", value) for name, value in share.items()),
    )  # fmt: skip
    mill, found = made(report, "Mill"), goods(report)
    assert mill.functional_unit == "t clinker"
    assert [mill.see_direct_per_unit, mill.see_indirect_per_unit] == [printed(0.835789473684), printed(0.075526315789)]
    one, two = found["CEM I"], found["CEM II"]
    assert [one.see_direct, one.see_indirect, one.see_total] == [near(0.794), near(0.07175), near(0.86575)]
    assert [two.see_direct, two.see_indirect, two.see_total] == [
        printed(0.585052631579), printed(0.052868421053), printed(0.637921052632)]  # fmt: skip
    assert (one.functional_unit, one.content) == ("t clinker", 0.95)
    assert one.embedded_tco2e == near(400_000 * 0.86575)


UREA = (
    process("Urea", 400_000.0, "Urea"), emits("Urea", 60_000.0), power(m.GRID, "Urea", 44_000.0, 0.5),
    good("31021019", "Urea", 400_000.0, "Urea", content=460.0),
)  # fmt: skip


def test_d02_urea_per_kg_of_nitrogen() -> None:
    # ammonia with 0.0023 and 0.0002 t CO2e per kg N, 822 kg N per t
    ammonia = lot("NH3", 0.0023 * 822, 0.0002 * 822, AMMONIA, **VERIFIED)
    report = in_2026(*UREA, ammonia, flow("NH3", "Urea", 232_000.0))
    urea = made(report, "Urea")
    assert urea.functional_unit == "kg N"
    assert [urea.see_direct_per_unit, urea.see_indirect_per_unit] == [
        pytest.approx(0.002709886956522, rel=1e-9), pytest.approx(0.000326852173913, rel=1e-9)]  # fmt: skip
    assert (urea.see_direct, urea.see_indirect) == (near(1.246548), near(0.150352))
    assert report.goods[0].see_direct == near(1.246548)
    assert report.goods[0].see_direct != pytest.approx(1.2466, abs=1e-9)


def test_d02c_a_default_value_is_per_tonne() -> None:
    report = in_2026(*UREA, lot("NH3", None, category=AMMONIA, country="CN", cn_code="28141000",
                                see_direct_source="Default"), flow("NH3", "Urea", 232_000.0))  # fmt: skip
    urea = made(report, "Urea")
    assert urea.see_total - urea.own_see_indirect == near(2.70432)
    assert (urea.own_see_indirect, urea.default_share) == (near(0.055), near((232 / 400 * 4.404) / (2.70432 + 0.055)))


def test_d22_and_d22b_multifunctional_processes() -> None:
    steel = in_2026(process("P", 200_000.0), emits("P", 90_000.0), good("72142000", quantity=120_000.0),
                    good("72149910", quantity=80_000.0))  # fmt: skip
    assert [g.see_direct for g in steel.goods] == [near(0.45), near(0.45)]
    mixed = in_2026(process("P", 150_000.0, "Mixed fertilisers"), emits("P", 90_000.0),
                    good("31024010", quantity=100_000.0, content=335.0),
                    good("31024090", quantity=50_000.0, content=270.0))  # fmt: skip
    assert made(mixed, "P").see_direct_per_unit == printed(0.001914893617021)
    assert [g.see_direct for g in mixed.goods] == [printed(0.641489361702), printed(0.517021276596)]


def test_d25_nitric_acid() -> None:
    stack = m.Measured(m.Cell(""), "Stack", "P", "N2O", 812.345 * 1e3 / 8000, 8000.0, 1.0)
    report = in_2026(process("P", 180_000.0, "Nitric acid"), stack, emits("P", 4000.0), good("28080000", content=222.3))
    assert made(report, "P").attributed_direct_tco2e == near(4000 + 812.345 * 265)
    assert near(219_271.425) == 4000 + 812.345 * 265
    acid = report.goods[0]
    assert (acid.functional_unit, acid.content) == ("kg N", 222.3)
    assert acid.see_direct == near(219_271.425 / 180_000)
    assert acid.see_direct_per_unit == near(219_271.425 / 180_000 / 222.3)


@pytest.mark.parametrize(
    ("category", "code", "parameters", "content"),
    [
        (CLINKER, "25231000", {}, 1.0), ("Cement", "25232900", {"Clinker factor": 72.0}, 0.72),
        ("Aluminous cement", "25233000", {}, 1.0), (AMMONIA, "28142000", {"Concentration, if hydrous solution": 25.0},
        10 * 25 * 14.007 / 17.031), ("Nitric acid", "28080000", {"% nitric acid": 60.0}, 10 * 60 * 14.007 / 63.012),
        ("Urea", "31021019", {"% N contained": 46.0}, 460.0),
        ("Mixed fertilisers", "31052010", {"% N as ammonium (NH4+)": 9.0, "% N as Urea": 6.0}, 150.0),
        ("Electricity (export to EU)", "27160000", {}, 1000.0), (STEEL, "72142000", {}, 1.0),
    ],
)  # fmt: skip
def test_contents_from_parameters(category: str, code: str, parameters: dict[str, float], content: float) -> None:
    rows = [m.Parameter(m.Cell(""), "P", name, value) for name, value in parameters.items()]
    report = in_2026(process("P", 1000.0, category), emits("P", 500.0), good(code), *rows)
    assert report.goods[0].content == near(content)
    assert report.goods[0].see_direct == near(0.5)
    assert report.goods[0].see_direct_per_unit == near(0.5 / content)


def test_goods_of_several_units_in_one_process_have_no_common_key() -> None:
    report = in_2026(process("P", 1000.0, "Cement"), emits("P", 500.0), good("25232900", content=0.8),
                     good("25233000"))  # fmt: skip
    assert made(report, "P").functional_unit == ""
    assert [g.functional_unit for g in report.goods] == ["t clinker", "t"]
    assert [g.see_direct_per_unit for g in report.goods] == [near(0.5 / 0.8), near(0.5)]
    assert [g.see_direct for g in report.goods] == [0.5, 0.5]


def test_an_unknown_composition_is_an_error_and_unknown() -> None:
    report = in_2026(process("P", 1000.0, "Cement"), emits("P", 500.0), good("25232900"))
    assert "content-missing" in codes(report)
    assert report.failed
    assert report.goods[0].see_direct_per_unit != report.goods[0].see_direct_per_unit
    assert made(report, "P").see_direct == 0.5
    two = in_2026(process("P", 1000.0, "Cement"), emits("P", 500.0), good("25232900", content=0.9),
                  good("25239000", content=0.7))  # fmt: skip
    assert codes(two).count("content-missing") == 2  # their masses


# --- attribution ---------------------------------------------------------------------------------------------------


def test_d03_floor() -> None:
    report = in_2026(process("P"), emits("P", 5000.0), heat("P", m.OUTSIDE, 120.0, 60.0))
    assert (made(report, "P").attributed_direct_tco2e, made(report, "P").floored_tco2e) == (0.0, 2200.0)


PIG_IRON = (
    process("Pig", 1_000_000.0, PIG), emits("Pig", 1_400_000.0), power(m.GRID, "Pig", 100_000.0, 0.6),
    lot("Sinter", 0.25, 0.03, SINTER, **VERIFIED), flow("Sinter", "Pig", 1_500_000.0),
)  # fmt: skip
CRUDE_STEEL = (process("Steel", 1_000_000.0, CRUDE), emits("Steel", 200_000.0), flow("Pig", "Steel", 950_000.0))


def test_d04_sinter_hands_its_indirect_emissions_on_over_two_steps() -> None:
    report = in_2026(*PIG_IRON, *CRUDE_STEEL)
    pig, steel = made(report, "Pig"), made(report, "Steel")
    assert (pig.see_direct, pig.see_indirect, pig.see_total) == (near(1.775), near(0.045), near(1.82))
    assert (pig.attributed_indirect_tco2e, pig.outside_indirect_tco2e) == (0.0, near(60_000))
    assert (steel.see_direct, steel.see_indirect, steel.see_total) == (near(1.88625), near(0.04275), near(1.929))
    assert [t.value for t in terms(report, "Pig", "Electricity")] == [near(60_000), near(-60_000)]
    one_step = in_2026(*PIG_IRON, *CRUDE_STEEL, inherited_indirect="Not counted")
    assert (made(one_step, "Pig").see_indirect, made(one_step, "Steel").see_indirect) == (near(0.045), 0.0)


@pytest.mark.parametrize("own", [True, False])
def test_d05_hydrogen_keeps_its_indirect_emissions(own: bool) -> None:
    ammonia = (process("NH3", 500_000.0, AMMONIA), emits("NH3", 40_000.0), power(m.GRID, "NH3", 300_000.0, 0.45),
               good("28141000", "NH3", content=822.0), flow("H2", "NH3", 90_000.0))  # fmt: skip
    maker: tuple[Record, ...] = (lot("H2", 9.5, 2.4, HYDROGEN, **VERIFIED),)
    if own:
        maker = (process("H2", 100_000.0, HYDROGEN), emits("H2", 950_000.0), power(m.DIRECT_LINE, "H2", 240_000.0, 1.0))
    report = in_2026(*ammonia, *maker)
    found = made(report, "NH3")
    assert (found.see_direct, found.see_indirect, found.see_total) == (near(1.79), near(0.27), near(2.06))
    assert (found.see_direct_per_unit, found.see_indirect_per_unit) == (
        printed(0.002177615571776), printed(0.000328467153285))  # fmt: skip


def test_d06_precursors_from_the_union_count_zero_but_their_mass_stays() -> None:
    report = in_2026(
        process("P", 48_000.0), emits("P", 8_000.0), lot("EU coil", 1.9, country="DE", quantity=30_000.0),
        lot("TR coil", 2.1, **VERIFIED), flow("EU coil", "P", 30_000.0), flow("TR coil", "P", 20_000.0))  # fmt: skip
    assert made(report, "P").see_direct == printed(1.041666666667)
    assert (eq.mass_share(30_000, 48_000), eq.mass_share(20_000, 48_000)) == (0.625, printed(0.416666666667))
    assert any(line.of == "EU coil" for line in in_2026(
        process("P", 48_000.0), lot("EU coil", 1.9, country="DE", quantity=30_000.0),
        flow("EU coil", "P", 30_000.0)).closure)  # fmt: skip


@pytest.mark.parametrize(("year", "marked"), [(2026, 3.506), (2027, 3.824), (2028, 4.143)])
def test_d07_a_precursor_without_verification_has_its_default_value(year: int, marked: float) -> None:
    coil = lot("Coil", 1.1, 0.7, country="CN", cn_code="72083800")
    report = in_2026(process("P", 50_000.0), emits("P", 4_000.0), coil, flow("Coil", "P", 52_500.0), year=year)
    found = made(report, "P")
    assert found.see_direct == near((4_000 + 52_500 * marked) / 50_000)
    assert (found.see_indirect, "precursor-unverified" in codes(report)) == (0.0, True)
    if year == 2026:
        assert (found.see_direct, found.default_share) == (near(3.7613), printed(0.978730757983))
    term = next(t for t in report.terms if t.step == "Precursors")
    assert (term.value, term.cites) == (marked, "IR (EU) 2025/2621, Annex I (edition 2025-12-31)")
    verified = in_2026(process("P", 50_000.0), emits("P", 4_000.0), coil._replace(verification="VR 7"),
                       flow("Coil", "P", 52_500.0), year=year)  # fmt: skip
    assert made(verified, "P").see_direct == near(0.08 + 1.05 * 1.1)
    assert "precursor-unverified" not in codes(verified)


def test_figures_of_a_commission_file_are_taken_as_verified_and_that_is_told() -> None:
    coil = lot("Coil", 1.1, country="CN")
    report = in_2026(process("P", 1.0), emits("P", 0.0), coil, flow("Coil", "P", 1.0), origin="communication")
    assert made(report, "P").see_direct == 1.1
    assert "verification-unknown" in codes(report)


def test_d07b_unknown_origin() -> None:
    coil = lot("Coil", None, country=m.UNKNOWN_ORIGIN, cn_code="72083800", see_direct_source="Default")
    report = in_2026(process("P", 1.0), emits("P", 0.0), coil, flow("Coil", "P", 1.0))
    assert made(report, "P").see_direct == 9.053
    assert not report.failed


def test_a_default_value_that_cannot_be_found_is_an_error_and_unknown() -> None:
    coil = lot("Coil", 1.0, country="CN")
    report = in_2026(process("P", 1.0), emits("P", 0.0), coil, flow("Coil", "P", 1.0))
    assert "default-missing" in codes(report)
    assert report.failed
    assert made(report, "P").see_direct != made(report, "P").see_direct
    clinker = lot("Clinker", 1.0, country="CN", category=CLINKER)
    grey = in_2026(process("P", 1.0, "Cement"), clinker, flow("Clinker", "P", 1.0))
    assert "default-missing" in codes(grey)  # white or grey?
    told = in_2026(process("P", 1.0, "Cement"), clinker._replace(cn_code="2523100090"), flow("Clinker", "P", 1.0))
    assert made(told, "P").see_total == near(1.529)


def test_d11_heat_bought() -> None:
    gas, coal = (
        made(in_2026(process("P"), m.Transfer(m.Cell(""), m.HEAT, m.OUTSIDE, "P", 120.0, None, fuel)), "P")
        for fuel in ("Natural gas", "Other bituminous coal")
    )
    assert (gas.heat_in_tco2e, coal.heat_in_tco2e) == (near(7480), near(12613.333333333333))


def test_d12_boiler_and_method_3() -> None:
    assert eq.heat_from_efficiency(0.7, 129.0) == near(90.3)
    report = in_2026(
        process("P"), process("Q"), unit("B", emissions_fgc=130.0, heat=90.3),
        m.Stream(m.Cell(""), "Coal", "B", m.COMBUSTION, 5000.0, "t", 0.0258, 94.6),
        heat("B", "P", 60.0), heat("B", "Q", 30.3))  # fmt: skip
    assert report.units[0].emissions_tco2e == near(12333.4)
    assert made(report, "P").heat_in_tco2e == near(8194.950166112957)


def test_d13_chp() -> None:
    cogeneration = chp(ref_heat=0.87, ref_power=0.53, emissions_fgc=60.0, heat=180.0, electricity=32_000.0)
    report = in_2026(process("P"), process("Q"), cogeneration, burns("CHP", 400.0), heat("CHP", "P", 70.0),
                     heat("CHP", "Q", 110.0), power("CHP", "P", 32_000.0))  # fmt: skip
    found = report.units[0]
    assert found.emissions_tco2e == near(22_500)
    assert (found.heat_share, found.ef_heat, found.ef_electricity) == (
        printed(0.487670224512), printed(60.958778064041), printed(0.36023187339))  # fmt: skip
    assert made(report, "P").heat_in_tco2e == near(4267.114464482886)
    assert eq.chp_heat_share(0.45, 0.288, 0.92, 0.53) == printed(0.473721844834)
    assert eq.chp_heat_share(0.55, 0.25, 0.87, 0.53) == printed(0.572691552063)


def test_d13b_waste_gas_is_capped_in_a_fuel_mix() -> None:
    report = in_2026(process("P"), unit("B"), burns("B", 100.0), heat("B", "P", 400.0),
                     waste_gas(m.OUTSIDE, "B", 300.0, 260.0))  # fmt: skip
    assert report.units[0].ef_heat == near(56.1)


def gas_passed_on(note: str, **site: Any) -> Report:
    gas = waste_gas("Producer", "Consumer", 1650.0, 260.0)._replace(note=note)
    return in_2026(process("Producer"), process("Consumer"), emits("Producer", 429_000.0),
                   emits("Producer", 900_000.0, "Other"), emits("Consumer", 20_000.0), gas, **site)  # fmt: skip


def test_d14_waste_gas_needs_evidence() -> None:
    report = gas_passed_on("meter 7, contract")
    assert made(report, "Producer").attributed_direct_tco2e == near(1_267_259.145)
    assert made(report, "Consumer").attributed_direct_tco2e == near(112_565)
    assert sum(explained(report).values()) == near(30_824.145)
    without = gas_passed_on("")
    assert made(without, "Producer").attributed_direct_tco2e == near(1_329_000)
    assert "waste-gas-evidence" in codes(without)
    assert all(abs(line.unexplained) < 1e-6 for line in without.closure)
    read_otherwise = gas_passed_on("", waste_gas_without_evidence="Deducted")
    assert made(read_otherwise, "Producer").attributed_direct_tco2e == near(1_267_259.145)
    assert "waste-gas-evidence" not in codes(read_otherwise)


def test_d15_joint_process() -> None:
    joint = process("P", 1_050_000.0, CRUDE, included=(PIG,))
    records = (emits("P", 1_650_000.0), lot("Pig", 1.7, category=PIG, **VERIFIED), flow("Pig", "P", 120_000.0))
    report = in_2026(joint, *records)
    assert made(report, "P").see_direct == printed(1.765714285714)
    assert "joint-leaves" not in codes(report)
    assert "joint-leaves" in codes(in_2026(joint._replace(leaving=(PIG, CRUDE)), *records))
    assert "joint-leaves" in codes(in_2026(joint, *records, good("72011011")))


CHLORINE = (process("P", 5_687.0, HYDROGEN), emits("P", 50_000.0), flow("P", m.MARKET, 200_000.0, "Chlorine"),
            flow("P", m.OTHER_USE, 225_647.0, "Sodium hydroxide"))  # fmt: skip


def test_d16_co_products_by_moles() -> None:
    found = made(in_2026(*CHLORINE), "P")
    assert found.attributed_direct_tco2e == near(12_500.448226880978)
    assert found.see_direct == near(2.19807424422)
    assert found.attributed_direct_tco2e + found.co_products_tco2e == near(50_000)
    assert eq.mass_share_of(5_687, (5_687, 200_000, 225_647)) == printed(0.013184678231)
    old = eq.chloralkali_share(1_200, 5_687, 200_000, 225_647, 2.016, 70.902, 39.997)
    assert (old, old * 50_000) == (printed(0.052753781861), near(2637.689093064388))


@pytest.mark.parametrize(("to", "choice", "share"), [
    (m.MARKET, None, 0.666666720003), (m.WASTE, None, 1.0), (m.WASTE, "Counted", 0.666666720003)])  # fmt: skip
def test_d16b_vented_oxygen_is_left_out(to: str, choice: str | None, share: float) -> None:
    found = made(in_2026(process("P", 1000.0, HYDROGEN), emits("P", 900.0), flow("P", to, 7936.01, "Oxygen"),
                         discarded_co_products=choice), "P")  # fmt: skip
    assert found.attributed_direct_tco2e == near(900 * share)


def test_d17_one_process_over_all_routes() -> None:
    both = in_2026(process("P", 4e6, CRUDE, routes=("Basic oxygen steelmaking", "Electric arc furnace"),
                           direct_entered=3e6 * 2.05 + 1e6 * 0.42), good("72071111"))  # fmt: skip
    assert made(both, "P").see_direct == near(1.6425)
    assert not {"route-mixed", "unit-split"} & set(codes(both))
    split = in_2026(process("BOF", 3e6, CRUDE, direct_entered=3e6 * 2.05), good("72071111", "BOF"),
                    process("EAF", 1e6, CRUDE, direct_entered=1e6 * 0.42), good("72071111", "EAF"))  # fmt: skip
    told = next(i for i in split.issues if i.code == "unit-split")
    assert "1.64250" in told.message


def test_d18_lots_of_a_precursor_are_weighed() -> None:
    lots = (lot("A", 1.9, **VERIFIED), lot("B", 2.4, **VERIFIED), flow("A", "P", 12_000.0), flow("B", "P", 8_000.0))
    assert made(in_2026(process("P", 20_000.0), *lots), "P").see_direct == near(2.1)
    assert made(in_2026(process("P", 8_000.0), *lots[1::2]), "P").see_direct == near(2.4)  # Art. 14(3): a single source
    more = (lot("C", 1.5, country="FR"), flow("C", "P", 5_000.0))
    assert made(in_2026(process("P", 25_000.0), *lots, *more), "P").see_direct == near(1.68)


def test_d19_scrap_has_no_emissions_and_its_share_is_reported() -> None:
    records = (process("P", 600_000.0, CRUDE), emits("P", 60_000.0), process("Q", 900_000.0, m.NOT_CBAM),
               flow("Q", "P", 650_000.0, "Scrap"), good("72071111"),
               m.Parameter(m.Cell(""), "P", "t scrap per t steel", 650_000 / 600_000),
               m.Parameter(m.Cell(""), "P", "% pre-consumer scrap", 100 * 90_000 / 650_000))  # fmt: skip
    report = in_2026(*records)
    assert made(report, "P").see_direct == near(0.1)
    items = report_items.items(plant(*records, **of(2026)), report)
    told = next(i.says for i in items if (i.part, i.number) == ("report", "35"))
    assert told == "P: t scrap per t steel 1.08333; P: % pre-consumer scrap 13.84615"


def test_d20_sources_of_electricity() -> None:
    rows = [power(m.GRID, "P", 24_000.0, 0.605), power(m.PURCHASE_AGREEMENT, "P", 10_000.0, 0.0),
            power(m.DIRECT_LINE, "P", 6_000.0, 0.36)]  # fmt: skip
    report = in_2026(process("P", 1000.0, "Cement"), *rows)
    assert made(report, "P").attributed_indirect_tco2e == near(40_000 * 0.417)


def test_d21_reconciliation() -> None:
    factor = eq.reconciliation_factor(1000, (420, 310, 240))
    assert factor == printed(1.030927835052)
    assert [eq.reconciled(part, factor) for part in (420, 310, 240)] == [
        near(432.989690721649), near(319.587628865979), near(247.422680412371)]  # fmt: skip


def test_d26_mass_balance_of_an_electric_arc_furnace() -> None:
    rows = zip((650_000, 1200, 9000, -600_000, -60_000), (0.0109, 0.8188, 0.8297, 0.0015, 0.001), strict=True)
    streams = [m.Stream(m.Cell(""), f"S{i}", "P", m.MASS_BALANCE, float(ad), "t", carbon_content=cc)
               for i, (ad, cc) in enumerate(rows)]  # fmt: skip
    found = made(in_2026(process("P", 600_000.0, CRUDE), *streams), "P")
    assert found.direct_emissions_tco2e == near(53402.28704)


def test_d27_heat_goes_before_moles() -> None:
    found = made(in_2026(*CHLORINE, heat("P", m.OUTSIDE, 30.0, 62.333333333333)), "P")
    assert found.attributed_direct_tco2e == pytest.approx(12_032.931463195629, rel=1e-9)
    assert found.see_direct == near(2.115866267486)


def test_d28_losses_go_to_all_users() -> None:
    report = in_2026(process("P"), process("Q"), unit("B", heat=200.0), burns("B", 250.0), heat("B", "P", 120.0),
                     heat("B", "Q", 70.0))  # fmt: skip
    assert [b.heat_in_tco2e for b in report.processes] == [near(8857.894736842105), near(5167.105263157895)]


def test_finishing_steps_in_and_out() -> None:
    def of_step(step: str) -> Report:
        return in_2026(process("Coil", 1100.0), emits("Coil", 2200.0), process("Cut", 1000.0, finishing=step),
                       emits("Cut", 50.0), power(m.GRID, "Cut", 10.0, 0.5), flow("Coil", "Cut", 1100.0))  # fmt: skip

    out, within = of_step("Cutting"), of_step("Galvanising")
    assert made(out, "Cut").see_direct == near(2.2)  # mass before cutting, emissions without it
    assert made(out, "Cut").outside_direct_tco2e == 50.0
    assert made(within, "Cut").see_direct == near(2.25)
    assert explained(out) == {"outside the boundary": -50.0}
    assert all(abs(line.unexplained) < 1e-9 for line in out.closure)


def test_alloying_elements_are_no_primary_aluminium_any_more() -> None:
    records = (process("P", 1000.0, "Unwrought aluminium"), emits("P", 500.0),
               m.Parameter(m.Cell(""), "P", m.NON_ALUMINIUM, 8.0))  # fmt: skip
    assert made(in_2026(*records), "P").see_direct == 0.5
    assert "alloying-elements" not in codes(in_2026(*records))
    assert made(solved(*records), "P").see_direct > 0.5


# --- electricity factors that can't be shipped ---------------------------------------------------------------------


def test_a_missing_grid_factor_says_where_to_get_it_and_a_table_of_ones_own_fills_it() -> None:
    records = (process("P", 1000.0, "Cement"), emits("P", 1.0), power(m.GRID, "P", 100.0))
    report = in_2026(*records)
    told = next(i for i in report.issues if i.code == "grid-factor-missing")
    assert "2025/2621, Annex II" in told.message
    assert report.failed
    rows = [m.OwnFigure(m.Cell(""), m.GRID_FACTOR, country, value, year, "2025/2621 Annex II")
            for country, value, year in (("TR", 0.41, 2025.0), ("Türkiye", 0.44, 2026.0), ("DE", 0.3, 2026.0),
                                         ("TR", 9.9, 2027.0))]  # fmt: skip
    filled = in_2026(*records, *rows)
    assert made(filled, "P").attributed_indirect_tco2e == near(44)
    assert "grid-factor-missing" not in codes(filled)
    assert "grid-factor-missing" not in codes(in_2026(process("P"), emits("P", 1.0), power(m.GRID, "P", 100.0)))


# --- free allocation, certificates, cost ---------------------------------------------------------------------------

CHAIN: tuple[Record, ...] = (
    process("Sinter", 1567.5, SINTER), process("Pig", 1045.0, PIG), process("Crude", 1100.0, CRUDE),
    process("Coil", 1000.0), flow("Sinter", "Pig", 1567.5), flow("Pig", "Crude", 1045.0), flow("Crude", "Coil", 1060.0),
    good("72061000", "Crude", benchmark_route="C"), good("72083800", "Coil"),
    *(emits(name, 100.0) for name in ("Sinter", "Pig", "Crude", "Coil")),
)  # fmt: skip


@pytest.mark.parametrize(("year", "sefa"), [
    (2026, (0.08385, 1.18755, 1.2744225, 1.39378785)), (2028, (0.0774, 1.0962, 1.17639, 1.2865734)),
    (2034, (0.0, 0.0, 0.0, 0.0))])  # fmt: skip
def test_d08_free_allocation_along_a_chain(year: int, sefa: tuple[float, ...]) -> None:
    records = tuple(r._replace(quantity=1100.0) if isinstance(r, m.Process) and r.name == "Crude" else r for r in CHAIN)
    records = tuple(r._replace(quantity=1045.0) if isinstance(r, m.Flow) and r.source == "Pig" else r for r in records)
    records = tuple(r._replace(quantity=1045.0) if isinstance(r, m.Process) and r.name == "Pig" else r for r in records)
    found, _, _, issues = free_allocation.of_processes(plant(*CHAIN, **of(year)), law.definitive(), year)
    assert list(found.values()) == [near(x) if x else 0.0 for x in sefa]
    assert not issues
    coil = costs(in_2026(*CHAIN, year=year))["Good of Coil, 72083800"]
    assert coil.sefa == (near(sefa[3]) if sefa[3] else 0.0)


def test_free_allocation_of_a_joint_process_is_that_of_its_goods_and_that_is_told() -> None:
    joint = process("P", 1000.0, CRUDE, included=(PIG,))
    report = in_2026(joint, emits("P", 1900.0), good("72061000", benchmark_route="C"))
    assert report.costs[0].sefa == near(0.975 * 0.150)
    assert next(i.message for i in report.issues if i.code == "joint-allocation") == (
        "The joint process “P” has the free allocation of its goods alone: none is added for Pig iron. A process of "
        "its own would add it.")  # fmt: skip


def test_free_allocation_follows_the_clinker_content() -> None:
    goods_of = [good("25232900", "Mill", 400.0, name, content=share) for name, share in (("I", 0.95), ("II", 0.7))]
    report = in_2026(process("Kiln", 660.0, CLINKER), emits("Kiln", 500.0), process("Mill", 800.0, "Cement"),
                     flow("Kiln", "Mill", 660.0), good("25231000", "Kiln", benchmark_route="A"), *goods_of)  # fmt: skip
    clinker = 0.975 * 0.666
    assert [costs(report)[name].sefa for name in ("I", "II")] == [near(0.95 * clinker), near(0.7 * clinker)]


def test_d08b_free_allocation_of_bought_precursors() -> None:
    slab = lot("TR slab", 2.0, category=CRUDE, cn_code="72071210", **{**VERIFIED, "verification": ""})
    two_lots = plant(
        process("P", 48_000.0), good("72083800"), lot("EU slab", 1.0, country="DE"), slab,
        flow("EU slab", "P", 30_000.0), flow("TR slab", "P", 20_000.0), **of(2026))  # fmt: skip
    found, _, _, _ = free_allocation.of_processes(two_lots, law.definitive(), 2026)
    value = defaults.look_up("TR", "72071210", 2026)
    assert value is not None
    column_b = benchmarks.benchmark("72071210", 2026, column="B", route=value.route)
    assert found["P"] == near(0.975 * (0.044 + 20 / 48 * column_b))
    assert eq.specific_free_allocation(0.975 * 0.044, ((0.625, 0), (0.416666666667, 0.975 * 1.364))) == pytest.approx(
        0.597025, rel=1e-9)  # fmt: skip
    stated = slab._replace(verification="VR 1", sefa=1.1)
    with_it, _, _, _ = free_allocation.of_processes(
        plant(process("P", 48_000.0), good("72083800"), stated, flow("TR slab", "P", 20_000.0), **of(2026)),
        law.definitive(), 2026)  # fmt: skip
    assert with_it["P"] == near(0.975 * 0.044 + 20 / 48 * 1.1)


@pytest.mark.parametrize(("year", "see", "sefa", "due"), [
    (2026, 3.506, 1.33575, 2.17025), (2027, 3.824, 1.3015, 2.5225), (2028, 4.143, 1.233, 2.91)])  # fmt: skip
def test_d09_certificates_by_default(year: int, see: float, sefa: float, due: float) -> None:
    value = defaults.look_up("CN", "72083800", year)
    assert value is not None
    assert value.marked == see
    assert cost.default_allocation(value, "72083800", year) == near(sefa)
    assert cost.certificates(see, sefa) == near(due)
    if year == 2026:
        assert round(cost.cost(see, sefa, PRICE), 2) == 163.55
    china = in_2026(process("P", 1.0), emits("P", 1.0), good("72083800"), year=year, country="China").costs[0]
    assert (china.default_see, china.default_sefa, china.default_certificates) == (see, near(sefa), near(due))


def test_d10_what_is_below_zero_offsets_nothing() -> None:
    dues = [cost.certificates(0.05, 0.0702, 1000), cost.certificates(2.9, 1.2558, 500)]
    assert dues == [0.0, near(822.1)]
    assert sum(dues) != pytest.approx(801.9, abs=1)


def test_d23_carbon_price_paid_is_provisional_and_a_choice() -> None:
    assert cost.certificates(2.0, 1.2558, 1000) == near(744.2)
    assert cost.certificates(2.0, 1.2558, 1000, paid=20_000, price=PRICE) == near(478.807218683652)
    paid = m.CarbonPrice(m.Cell(""), "Good of P, 72083800", price=10.0, per="tCO2e", currency="EUR", share=1.0)
    records = (process("P", 1000.0), emits("P", 2000.0), good("72083800"))
    no_deduction: dict[str, Any] = {"carbon_price_paid": "Not deducted"}
    period: dict[str, Any] = {"certificate_price_period": "2026 Q1"}
    with_it, without, chosen = (
        in_2026(*records, *more, **period, **site).costs[0]
        for more, site in (((paid,), {}), ((), {}), ((paid,), no_deduction))
    )
    assert (with_it.carbon_price, without.certificates - with_it.certificates) == (20.0, near(20 / PRICE))
    assert chosen.certificates == without.certificates
    in_liras = paid._replace(currency="TRY", price=460.0)
    liras = in_2026(*records, in_liras, **period)
    told = next(i for i in liras.issues if i.code == "exchange-rate-missing")
    assert "ECB" in told.message
    assert liras.costs[0].carbon_price != liras.costs[0].carbon_price  # unknown stays unknown
    assert "exchange-rate-missing" not in codes(in_2026(*records, in_liras, **no_deduction))
    rate = m.OwnFigure(m.Cell(""), m.EXCHANGE_RATE, "TRY", 46.0, 2026.0, "ECB, mean of 2026")
    for row, currency in ((in_liras, None), (in_liras._replace(currency=""), "TRY")):
        rated = in_2026(*records, row, rate, **period, currency=currency)
        assert rated.costs[0].carbon_price == near(20.0)
        assert rated.costs[0].certificates == near(with_it.certificates)
    term = next(t for t in rated.terms if t.quantity.endswith("72083800: carbon price paid") and t.field == "price")
    assert (term.value, term.numbers, term.unit) == (near(10.0), (1.0, 460.0, 46.0), "EUR/t CO2e")
    old = in_2026(*records, in_liras, rate._replace(year=2025.0), **period)
    assert "exchange-rate-missing" in codes(old)


def test_a_carbon_price_on_a_process_counts_for_its_own_emissions() -> None:
    records = (process("P", 1000.0), emits("P", 2000.0), lot("Coil", 1.0, **VERIFIED), flow("Coil", "P", 500.0),
               good("72083800"))  # fmt: skip
    price = m.CarbonPrice(m.Cell(""), "P", price=10.0, currency="EUR", share=0.5, rebate=2.0, rebate_share=0.5)
    report = in_2026(*records, price)
    assert report.costs[0].carbon_price == near(2.0 * (10 * 0.5 - 2 * 0.5))
    assert "carbon-price-open" not in codes(report)
    on_precursor = in_2026(*records, price._replace(target="Coil"))
    assert on_precursor.costs[0].carbon_price == near(0.5 * 1.0 * 4.0)
    per_tonne = in_2026(*records, price._replace(target="Coil", per="t"), price._replace(per="t"))
    assert per_tonne.costs[0].carbon_price == near(0.5 * 4.0 + 4.0)
    unverified = lot("Coil", 1.0, country="TR", cn_code="72083800")
    by_default = in_2026(*records[:2], unverified, *records[3:], price._replace(target="Coil"))
    assert (by_default.costs[0].carbon_price, "carbon-price-open" in codes(by_default)) == (0.0, True)
    exempt = in_2026(*records[:2], lot("Coil", 1.0, country="DE"), *records[3:], price._replace(target="Coil"))
    assert exempt.costs[0].carbon_price == 0.0
    refunded = in_2026(*records, price._replace(rebate=20.0, rebate_share=None))
    assert refunded.costs[0].carbon_price == 0.0
    mills = in_2026(process("Slabs", 2000.0, CRUDE), emits("Slabs", 3000.0), flow("Slabs", "P", 1200.0), *records,
                    price._replace(target="Slabs"))  # fmt: skip
    assert mills.costs[0].carbon_price == near(1.2 * 1.5 * 4.0)  # along the chain, as emissions
    with pytest.raises(CbamError, match="no default value of CN code 99999999"):
        cost.default_cost("CN", "99999999", 2026, PRICE)


def test_d24_what_must_be_held_each_quarter() -> None:
    value = defaults.look_up("CN", "72083800", 2027)
    assert value is not None
    hold = 0.5 * cost.certificates(value.total, cost.default_allocation(value, "72083800", 2027), 1000)
    assert hold == near(942.75)


@pytest.mark.parametrize(("country", "code", "route", "tonnes", "n", "euro"), [
    ("DZ", "2523100090", "A", 100, 75.865, 5717.19), ("IN", "72061000", "C", 100, 164.82, 12420.84),
    ("DZ", "76011010", "L", 30, 9.21825, 694.69)])  # fmt: skip
def test_e01_to_e03_public_figures(country: str, code: str, route: str, tonnes: float, n: float, euro: float) -> None:
    value = defaults.look_up(country, code, 2026)
    assert value is not None
    assert value.route == route
    sefa = cost.default_allocation(value, code, 2026)
    assert cost.certificates(value.marked, sefa, tonnes) == near(n)
    assert round(cost.default_cost(country, code, 2026, PRICE, tonnes), 2) == euro
    if country == "IN":
        assert round(cost.cost(2.31, sefa, PRICE, tonnes), 2) == 7944.45


def test_cost_of_a_good_against_its_default_value() -> None:
    report = in_2026(*PIG_IRON, *CRUDE_STEEL, good("72071210", "Steel", benchmark_route="C"),
                     certificate_price_period="2026 Q1")  # fmt: skip
    found = report.costs[0]
    assert (found.year, found.price, found.price_period) == (2026, 75.36, "2026 Q1")
    assert found.see == near(1.929)
    assert found.euro == near(max(found.see - found.sefa, 0) * 75.36)
    assert found.saving == near(found.default_euro - found.euro)
    assert found.default_cites.startswith("IR (EU) 2025/2621, Annex I")


@pytest.mark.parametrize(("country", "code", "why"), [
    (None, "72083800", "Unknown: sheet Installation names no country"),
    ("Turkye", "72083800", "Unknown: sheet Installation names no country"),
    ("Germany", "72083800", "None: goods that originate in this country"),
    ("China", "25239000", "Unknown: CN code 25239000 has several default values: say the benchmark route"),
    ("China", "99999999", "None: there is no default value of CN code 99999999."),
])  # fmt: skip
def test_a_good_without_default_value_says_why(country: str | None, code: str, why: str) -> None:
    report = in_2026(process("P", 1.0), emits("P", 3.0), good(code, content=0.7), country=country)
    found = report.costs[0]
    assert all(x != x for x in (found.default_see, found.default_euro, found.saving))
    assert found.default_cites.startswith(why)
    term = next(t for t in report.terms if t.quantity.endswith("certificates by default value"))
    assert (term.note, "Unknown" in term.cites or "None" in term.cites) == (found.default_cites, False)
    if code == "72083800":
        assert found.euro == near((3 - 0.975 * 0.044) * 75.28)


def test_results_name_the_share_of_default_values_as_both_acts_do() -> None:
    """It is one of SEE (direct) until 2025 and of SEE (total) since; one column holds either."""
    column = next(c for c in outputs.RESULTS.blocks[0][1] if c.field == "default_share")
    assert column.unit == "% of SEE"
    assert outputs.RESULTS.note.endswith("share of SEE (direct), from 2026 of SEE (total).")


def test_prices_last_known_chosen_or_of_ones_own() -> None:
    def price(*rows: Record, **site: Any) -> tuple[float, str]:
        return cost.price_of(plant(*rows, **{**of(2026), **site}), 2026)

    own = m.OwnFigure(m.Cell(""), m.CERTIFICATE_PRICE, "2026 Q3", 80.0, 2026.0, "Commission, 2026-10-05")
    assert price() == (75.28, "2026 Q2")
    assert price(own) == (80.0, "2026 Q3")
    assert price(own, certificate_price_period="2026 Q1") == (75.36, "2026 Q1")
    assert "price-missing" in codes(in_2026(process("P"), emits("P", 1.0), good("72083800"), year=2027))


def test_a_benchmark_that_is_not_known_is_told_and_nothing_is_invented() -> None:
    report = in_2026(process("P", category="Unwrought aluminium"), emits("P", 1.0), good("76011010"))
    assert "benchmark-missing" in codes(report)
    assert report.costs[0].euro != report.costs[0].euro
    urea = in_2026(process("P", category="Urea"), emits("P", 1.0), good("31021010"))
    told = next(i.message for i in urea.issues if i.code == "benchmark-missing")
    assert told.endswith("for 2026: the list has 31021012, 31021015, 31021019. Enter the one that fits the good.")
    smelter = process("P", category="Unwrought aluminium", routes=("Primary (electrolytic) smelting",))
    assert in_2026(smelter, emits("P", 1.0), good("76011010")).costs[0].sefa == near(0.975 * 1.423)


def test_routes_are_weighed_by_mass() -> None:  # B23, provisional
    both = (process("P", 400.0, CRUDE), emits("P", 1.0), good("72061000", "P", 300.0, "BOF", benchmark_route="C"),
            good("72061000", "P", 100.0, "EAF", benchmark_route="E"))  # fmt: skip
    report = in_2026(*both)
    found = free_allocation.of_processes(plant(*both, **of(2026)), law.definitive(), 2026).of_process
    assert "routes-weighed" in codes(report)
    parts = [benchmarks.free_allocation("72061000", 2026, route=letter) for letter in "CE"]
    assert found["P"] == near((3 * parts[0] + parts[1]) / 4)
    assert [c.sefa for c in report.costs] == [near((3 * parts[0] + parts[1]) / 4)] * 2  # one functional unit
    largest = in_2026(*both, mixed_benchmark_routes="Route of the largest mass")
    assert [c.sefa for c in largest.costs] == [near(parts[0])] * 2
    assert "routes-weighed" in codes(largest)
    apart = in_2026(both[0], both[1], both[2], both[3]._replace(cn_code="72071210"))  # another functional unit
    assert [c.sefa for c in apart.costs] == [
        near(benchmarks.free_allocation(code, 2026, route=letter)) for code, letter in (("72061000", "C"),
                                                                                        ("72071210", "E"))]  # fmt: skip
    assert "routes-weighed" not in codes(apart)
    unweighed = in_2026(*both[:2], both[2]._replace(quantity=None), both[3])
    assert all(c.sefa != c.sefa for c in unweighed.costs)  # unknown stays unknown


def test_an_edition_of_default_values_is_one_that_is_there() -> None:
    coil = lot("Coil", None, country="OTHER", cn_code="72262000", see_direct_source="Default")._replace(country="AQ")
    records = (process("P", 1.0), emits("P", 0.0), coil, flow("Coil", "P", 1.0))
    old, new = (made(in_2026(*records, default_value_edition=day), "P") for day in ("2025-12-31", None))
    assert (old.see_direct, new.see_direct) == (6.147, 6.05)
    assert "edition-unknown" in codes(in_2026(*records, default_value_edition="2025"))


def test_goods_that_differ_in_shape_only_are_told() -> None:
    def of_mills(second: float) -> list[str]:
        mills = [process(name, 100.0) for name in ("Bars", "Rods")]
        coil = lot("Coil", 1.0, country="DE")
        return codes(in_2026(*mills, emits("Bars", 1.0), emits("Rods", 1.0), coil, flow("Coil", "Bars", 104.0),
                             flow("Coil", "Rods", second)))  # fmt: skip

    assert "goods-alike" in of_mills(104.0)
    assert "goods-alike" not in of_mills(109.0)


def test_scrap_is_asked_of_steel_products_too() -> None:
    def lacking(report: Report) -> str:
        return next((i.message for i in report.issues if i.code == "parameter-missing"), "")

    records = (process("P"), emits("P", 1.0), good("72142000"))
    assert "% pre-consumer scrap" in lacking(in_2026(*records))
    assert "% pre-consumer scrap" not in lacking(solved(*records))
    assert "Steel mill" not in lacking(in_2026(*records))


def test_power_is_missed_only_where_it_counts() -> None:
    steel, cement = (in_2026(process("P", 1.0, category), emits("P", 1.0)) for category in (STEEL, CLINKER))
    assert ("electricity-missing" in codes(steel), "electricity-missing" in codes(cement)) == (False, True)


def test_a_default_value_that_is_not_typed_is_missing_under_the_earlier_act() -> None:
    blank = lot("Coil", None, country="CN", cn_code="72083800", see_direct_source="Default")
    records = (process("P", 1.0), emits("P", 0.0), blank, flow("Coil", "P", 1.0))
    told = next(i for i in solved(*records).issues if i.code == "value-missing")
    assert (told.level, told.cell) == ("error", "see_direct7")
    assert "value-missing" not in codes(in_2026(*records))


def test_a_plant_of_before_2026_does_not_wait_for_it() -> None:
    code = (
        "import sys, cbam_xl; cbam_xl.recalculate(cbam_xl.read(cbam_xl.example('cement')));"
        "print(*(m for m in sys.modules if m.startswith('cbam_xl.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True).stdout
    assert "cbam_xl.law" in loaded.split()
    later = ("definitive", "definitive.cost", "definitive.defaults", "definitive.checks", "sheets.report_items")
    assert not {f"cbam_xl.{name}" for name in later} & set(loaded.split())


def test_nothing_of_it_under_the_earlier_act() -> None:
    report = solved(*PIG_IRON, *CRUDE_STEEL, good("72071210", "Steel"))
    assert report.costs == ()
    assert made(report, "Pig").attributed_indirect_tco2e == near(60_000)
    assert attribution.recalculate(plant(*PIG_IRON), law="definitive").costs == ()
