"""Balances: what the law itself makes is explained and the line closes; what a user forgot stays open."""

from __future__ import annotations

from math import isnan, nan

import pytest
from conftest import near
from plants import (
    GAP,
    Record,
    bought,
    burns,
    chp,
    codes,
    emits,
    flow,
    heat,
    power,
    process,
    share,
    solved,
    unit,
    waste_gas,
)

from cbam_xl import model as m
from cbam_xl.report import Closure, Report


def lines(report: Report, balance: str) -> list[Closure]:
    return [line for line in report.closure if line.balance == balance]


def direct(report: Report) -> Closure:
    (line,) = lines(report, "direct emissions")
    return line


def closed(line: Closure) -> bool:
    return abs(line.unexplained) <= 1e-9 * line.scale


A, B, N = process("A"), process("B"), process("N", None, m.NOT_CBAM)
HYDROGEN = process("H", 1000.0, "Hydrogen")
CASES: dict[str, tuple[tuple[Record, ...], dict[str, float]]] = {
    "nothing": ((A, B, emits("A", 100)), {}),
    "a process that makes no CBAM good": ((A, N, emits("A", 100), emits("N", 40)), {}),
    "heat inside": ((A, B, emits("A", 1000), heat("A", "B", 10, 60.0)), {}),
    "heat to outside": ((A, emits("A", 1000), heat("A", m.OUTSIDE, 10, 60.0)), {"heat to outside": -600}),
    "heat from outside": ((A, heat(m.OUTSIDE, "A", 10, 60.0)), {"heat from outside": 600}),
    "heat of nitric acid": ((process("A", category="Nitric acid"), B, emits("A", 9), heat("A", "B", 10)), {}),
    "waste gas inside": ((A, B, emits("A", 9000), waste_gas("A", "B", 10)), {"waste gas": 10 * GAP}),
    "waste gas to its own process": ((A, emits("A", 9000), waste_gas("A", "A", 10)), {"waste gas": 10 * GAP}),
    "waste gas to outside": ((A, emits("A", 9000), waste_gas("A", m.OUTSIDE, 10)), {"waste gas": -374.187}),
    "waste gas from outside": ((A, waste_gas(m.OUTSIDE, "A", 10)), {"waste gas": 561}),
    "own power": ((A, B, emits("A", 900), power("A", "B", 100, 0.4)), {"electricity produced": -40}),
    "own power to outside": ((A, emits("A", 900), power("A", m.OUTSIDE, 100, 0.4)), {"electricity produced": -40}),
    "own power of its own": ((A, emits("A", 900), power("A", "A", 100, 0.4)), {"electricity produced": -40}),
    "floor": ((A, B, emits("A", 10), emits("B", 9), heat("A", "B", 1, 60.0)), {"floor at zero": 50}),
    "carbon inside": ((A, B, emits("A", 900), flow("A", "B", 10, "Slag", 0.1)), {}),
    "carbon to the market": ((A, emits("A", 900), flow("A", m.MARKET, 10, "Slag", 0.1)),
                             {"carbon of by-products": -3.664}),
    "oxygen": ((HYDROGEN, emits("H", 900), flow("H", m.MARKET, 7936.01, "Oxygen")),
               {"co-products of hydrogen": -900 * (1 - 0.66666672)}),
    "boiler": ((A, unit("U"), burns("U", 10), heat("U", "A", 8)), {}),
    "boiler with losses": ((A, unit("U", heat=9.0), burns("U", 10), heat("U", "A", 8)), {}),
    "boiler with grid power": ((A, unit("U"), burns("U", 10), power(m.GRID, "U", 5, 0.5), heat("U", "A", 8)), {}),
    "boiler for the neighbour": ((A, unit("U"), burns("U", 10), heat("U", "A", 6), heat("U", m.OUTSIDE, 2)),
                                 {"heat to outside": -140.25}),
    "boiler on waste gas": ((A, unit("U"), burns("U", 10, 260.0, "BFG"), heat("U", "A", 8)),
                            {"waste gas in a fuel mix": -2039}),
    "power plant": ((A, unit("U", m.POWER_PLANT), burns("U", 10), power("U", "A", 90)), {"electricity produced": -561}),
    "CHP": ((A, chp("U"), burns("U", 100, 56.3), heat("U", "A", 45), power("U", "A", 8000)),
            {"electricity produced": -8000 * 0.39430163152}),
    "power plant on waste gas": (
        (A, B, emits("A", 9000), unit("U", m.POWER_PLANT), waste_gas("A", "U", 10, 260.0), power("U", "B", 90)),
        {"waste gas": 10 * GAP, "electricity produced": -561}),
    "power plant that drives a boiler": (
        (A, unit("U", m.POWER_PLANT), unit("V"), burns("U", 10), burns("V", 20), power("U", "V", 90),
         heat("V", "A", 8)),
        {"electricity produced": -561}),
    "shared with a unit": (
        (A, unit("U"), burns(m.SHARED, 100, name="G"), share("G", "A", 1), share("G", "U", 1), heat("U", "A", 8)), {}),
    "unit with entered emissions": (
        (A, unit("U", emissions_fuel=700.0, emissions_fgc=9.0), burns("U", 10), heat("U", "A", 8)), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_line_of_direct_emissions_closes_and_says_why(case: str) -> None:
    records, explained = CASES[case]
    report = solved(*records)
    line = direct(report)
    assert dict(line.explained) == pytest.approx(explained, rel=1e-8)
    assert closed(line)
    assert line.difference == pytest.approx(sum(line.explained.values()), abs=1e-6)
    assert line.installation == report.installation.direct_tco2e
    assert all(closed(each) for each in lines(report, "waste gas"))
    assert "balance-open" not in codes(report)
    floored = line.explained.get("floor at zero", 0.0)
    assert direct(solved(*records, floor=False)).difference == pytest.approx(line.difference - floored, abs=1e-6)


@pytest.mark.parametrize(("case", "explained"), [
    ("waste gas inside", {"Eq. 53 and 54, 18.6813 t/TJ inside": 10 * GAP}),
    ("waste gas to outside", {"to outside": -374.187}),
    ("waste gas from outside", {"from outside": 561}),
    ("power plant on waste gas", {"Eq. 53 and 54, 18.6813 t/TJ inside": 10 * GAP}),
])  # fmt: skip
def test_the_line_of_waste_gas_says_where_the_gap_comes_from(case: str, explained: dict[str, float]) -> None:
    (line,) = lines(solved(*CASES[case][0]), "waste gas")
    assert dict(line.explained) == pytest.approx(explained)
    assert closed(line)


def test_without_waste_gas_there_is_no_such_line() -> None:
    assert lines(solved(A, emits("A", 9)), "waste gas") == []


@pytest.mark.parametrize(("records", "open_by"), [
    ((A, emits("A", 100), emits("", 20)), -20),
    ((A, emits("A", 100), emits(m.SHARED, 20)), -20),
    ((process("A", direct_entered=130.0), emits("A", 100)), 30),
    ((A, emits("A", 100), unit("U"), burns("U", 10)), -561),
    ((A, emits("A", 100), unit("U", emissions_fgc=7.0)), -7),
    ((A, B, emits("A", 1000), unit("U"), heat("A", "U", 10, 60.0)), -600),
    ((A, B, emits("A", 1000), unit("U"), waste_gas("A", "U", 10)), -561),
    ((A, chp("U", heat=45.0), burns("U", 100, 56.3), power("U", "A", 8000)), -45 * 55.01304329),
])  # fmt: skip
def test_emissions_that_reach_no_process_stay_open(records: tuple[Record, ...], open_by: float) -> None:
    assert direct(solved(*records)).unexplained == near(open_by)


@pytest.mark.parametrize(("entered", "told"), [(104.0, False), (106.0, True), (94.0, True), (96.0, False)])
def test_an_open_balance_is_told_where_it_is_material(entered: float, told: bool) -> None:
    report = solved(process("A", direct_entered=entered), emits("", 100))
    assert ("balance-open" in codes(report)) == told


def test_an_unknown_figure_makes_the_line_unknown_and_no_finding() -> None:
    report = solved(A, emits("A", None))
    assert isnan(direct(report).unexplained)
    assert "balance-open" not in codes(report)


def test_typed_indirect_emissions_are_a_line() -> None:
    report = solved(A, power(m.GRID, "A", 10, 0.5), indirect_entered=4.0)
    (line,) = lines(report, "indirect emissions")
    assert (line.installation, line.attributed, line.unexplained) == (4, near(5), near(1))
    assert "balance-open" in codes(report)
    assert "balance-open" not in codes(solved(A, power(m.GRID, "A", 10, 0.5), indirect_entered=5.0))
    assert lines(solved(A, power(m.GRID, "A", 10, 0.5)), "indirect emissions") == []


def test_fuel_energy_is_a_line() -> None:
    (line,) = lines(solved(A, burns("A", 10), burns("", 2)), "fuel energy")
    assert (line.installation, line.attributed, line.unexplained) == (12, 10, -2)
    (line,) = lines(solved(A, unit("U"), burns(m.SHARED, 10, name="G"), share("G", "A", 1), share("G", "U", 3)),
                    "fuel energy")  # fmt: skip
    assert closed(line)
    assert lines(solved(A, emits("A", 3)), "fuel energy") == []


def test_outputs_of_units_are_lines() -> None:
    records = (A, chp("U", heat=50.0, electricity=9000.0), burns("U", 100), heat("U", "A", 45), power("U", "A", 8000),
               heat("U", "U", 3))  # fmt: skip
    report = solved(*records)
    (line,) = lines(report, "heat")
    assert (line.of, line.installation, line.attributed) == ("U", 50, 45)
    assert closed(line)
    assert list(line.explained) == ["losses, spread (F.5)"]
    assert codes(report).count("heat-losses") == 1
    (line,) = lines(report, "electricity")
    assert (line.installation, line.attributed, line.unexplained) == (9000, 8000, -1000)
    more = solved(A, unit("U", heat=40.0), burns("U", 100), heat("U", "A", 45))
    assert lines(more, "heat")[0].unexplained == 5


def test_mass_is_a_line_per_process_and_precursor() -> None:
    report = solved(process("A", 1000.0), process("B", 500.0), N, bought("X", quantity=80.0), flow("A", "B", 300),
                    flow("A", m.MARKET, 700), flow("A", m.MARKET, 9, "Slag"), flow("N", m.MARKET, 3),
                    flow("X", "A", 70), flow("X", m.OTHER_USE, 4))  # fmt: skip
    found = {line.of: line for line in lines(report, "mass")}
    assert set(found) == {"A", "X"}
    assert closed(found["A"])
    assert found["X"].unexplained == near(-6)
    (issue,) = [i for i in report.issues if i.code == "mass-open"]
    assert "6 are open" in issue.message
    assert issue.sheet == "precursors"


def test_a_line_knows_its_size() -> None:
    assert Closure("", "", "", 3.0, -7.0, {"x": -9.0}).scale == 9
    assert Closure("", "", "", 0.0, 0.0, {}).scale > 0
    assert isnan(Closure("", "", "", nan, 1.0, {}).unexplained)
