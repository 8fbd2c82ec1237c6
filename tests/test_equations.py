"""The numbered equations against the Commission's examples, constructed cases and properties.

Section numbers are those of the method notes: 7.2 filled examples of the Commission, 7.3 example lines of its
communication template, 7.5 constructed cases; D.. are constructed cases of the definitive act.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from math import isnan, nan
from pathlib import Path
from typing import Any

import pytest
from conftest import near
from hypothesis import given
from hypothesis import strategies as st

from cbam_xl import equations as eq
from cbam_xl.errors import CbamError

F = 3.664  # carbon factor
NATURAL_GAS = 56.1
CORRECTION = 0.667
M_H2, M_O2, M_CL2, M_NAOH, M_NACLO3 = 2.016, 31.998, 70.902, 39.997, 106.438
GWP_N2O, GWP_CF4, GWP_C2F6 = 265, 6_630, 11_100


def printed(value: float) -> Any:
    """Equal to a figure printed with ten decimals."""
    return pytest.approx(value, rel=1e-9, abs=1e-10)


# Which function is which equation

EQUATIONS = {name: getattr(eq, name) for name in eq.__all__ if hasattr(getattr(eq, name), "cites")}

NUMBERS: dict[int, set[str]] = {
    1: {"electrolysis_share"},
    2: {"chloralkali_share"},
    3: {"chlorate_share"},
    4: {"installation_emissions"},
    5: {"combustion", "combustion_by_amount"},
    6: {"energy"},
    7: {"oxidation_factor"},
    8: {"ef_per_energy"},
    9: {"ef_per_amount"},
    10: {"fossil_ef", "combustion", "combustion_by_amount", "process_emissions"},
    11: {"process_emissions"},
    12: {"mass_balance"},
    13: {"carbon_from_energy_ef"},
    14: {"carbon_from_ef"},
    15: {"fossil_carbon", "mass_balance"},
    16: {"measured_mass", "measured_mass_hourly", "cems_mean", "cems_hours"},
    17: {"co2_concentration"},
    18: {"co2e"},
    19: {"substitute", "measured_mass_hourly", "cems_mean"},
    20: {"pfc_total"},
    21: {"cf4_slope"},
    22: {"c2f6"},
    23: {"anode_effect_minutes"},
    24: {"cf4_overvoltage"},
    25: {"c2f6"},
    26: {"pfc_co2e"},
    27: {"clinker_produced"},
    28: {"dust_ef"},
    29: {"flue_gas_flow"},
    30: {"heat_medium_flow"},
    31: {"heat_flow"},
    32: {"heat_from_efficiency"},
    33: {"energy_input"},
    34: {"load_factor"},
    35: {"heat_emissions"},
    36: {"mix_ef"},
    37: {"chp_emissions"},
    38: {"heat_efficiency"},
    39: {"electricity_efficiency"},
    40: {"chp_heat_share"},
    41: {"chp_electricity_share"},
    42: {"chp_heat_ef"},
    43: {"chp_electricity_ef"},
    44: {"electricity_emissions"},
    45: {"import_mix_ef"},
    46: {"five_year_mean"},
    47: {"power_ef"},
    48: {"attributed_direct", "floored"},
    49: {"attributed_indirect"},
    50: {"see"},
    51: {"see"},
    52: {"heat_transfer"},
    53: {"waste_gas_import"},
    54: {"waste_gas_export"},
    55: {"reconciliation_factor"},
    56: {"reconciled"},
    57: {"see_complex"},
    58: {"embedded"},
    59: {"mass_share"},
    60: {"see_from_shares"},
    61: {"own_see"},
}

RENUMBERED = {  # number in 2023/1773 -> number in 2025/2547; 1 to 3 no longer exist
    **{number: number for number in range(4, 35)},
    35: 44,
    36: 45,
    37: 46,
    38: 47,
    39: 48,
    40: 49,
    41: 50,
    42: 51,
    43: 52,
    44: 35,
    45: 36,
    46: 37,
    47: 38,
    48: 55,
    49: 56,
    50: 57,
    51: 58,
    52: 52,
    53: 53,
    54: 54,
    55: 41,
    56: 42,
    57: 59,
    58: 60,
    59: 61,
    60: 62,
    61: 63,
}


def numbers(provision: str) -> set[int]:
    """The equation numbers named in a provision such as `III B.7.1, Eq. 22; III B.7.2, Eq. 25`."""
    return {int(each) for found in re.findall(r"Eq\. ([\d, ]+)", provision) for each in found.split(",")}


@pytest.mark.parametrize("number", range(1, 62))
def test_every_number_of_the_transitional_act_has_exactly_its_functions(number: int) -> None:
    citing = {name for name, each in EQUATIONS.items() if number in numbers(each.cites.get(eq.TRANSITIONAL, ""))}
    assert citing == NUMBERS[number]


@pytest.mark.parametrize("name", [name for name in EQUATIONS if eq.TRANSITIONAL in EQUATIONS[name].cites])
def test_the_definitive_number_follows_from_the_transitional_one(name: str) -> None:
    cited = EQUATIONS[name].cites
    old = numbers(cited[eq.TRANSITIONAL])
    assert numbers(cited.get(eq.DEFINITIVE, "")) == {RENUMBERED[each] for each in old if each in RENUMBERED}


@pytest.mark.parametrize("name", EQUATIONS)
def test_a_provision_is_an_annex_and_a_point(name: str) -> None:
    for act, provision in EQUATIONS[name].cites.items():
        assert act in (eq.TRANSITIONAL, eq.DEFINITIVE, eq.FREE_ALLOCATION)
        assert re.match(r"II(I)? (\d|[A-G])(\.\d)*|Annex, Eq|956 Article", provision), provision


def test_every_number_of_the_definitive_act_has_a_function() -> None:
    cited = {number for each in EQUATIONS.values() for number in numbers(each.cites.get(eq.DEFINITIVE, ""))}
    assert set(range(4, 67)) - cited == {39, 40}  # 36 and 37 over all sources
    of_the_benchmarks = [each.cites.get(eq.FREE_ALLOCATION, "") for each in EQUATIONS.values()]
    assert {number for each in of_the_benchmarks for number in numbers(each)} == {1, 2, 3, 4, 6}


@pytest.mark.parametrize("name", EQUATIONS)
def test_a_docstring_is_a_sentence_with_an_example(name: str) -> None:
    text = EQUATIONS[name].__doc__
    assert f">>> {name}(" in text or f"({name}(" in text, f"{name} has no doctest of its own"
    assert re.split(r"\n\s*\n", text)[0].rstrip().endswith((".", ":")), text


def test_cites_hands_back_the_same_function() -> None:
    def function() -> float:
        return 1.0

    assert eq.cites(transitional="III A")(function) is function
    assert eq.provisions(function) == {"2023/1773": "III A"}
    assert eq.provisions(eq.energy) == eq.energy.cites  # type: ignore[attr-defined]


# What the modules may hold

MODULES = sorted(Path(eq.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_figure_of_the_law_is_written_into_an_equation(path: Path) -> None:
    allowed = {0, 0.5, 1, 2, 5, 1.5, 100, 1000, 1e6, 0.0036}  # the formulas' own, percent, unit conversions
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    found = {each for each in constants if type(each) in (int, float)}
    assert found <= allowed, found - allowed


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_the_standard_library_and_the_unit_hints_are_imported(path: Path) -> None:
    def names() -> Iterator[str]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                yield node.module or ""
            elif isinstance(node, ast.Import):
                yield from (each.name for each in node.names)

    ours = {each for each in names() if each.startswith("cbam_xl")}
    assert set(names()) - ours <= {"__future__", "collections.abc", "math", "typing"}
    assert all(each in ("cbam_xl.units", "cbam_xl.errors") or each.startswith("cbam_xl.equations.") for each in ours)


# 7.2 source streams of the Commission's filled examples: quantity, NCV in GJ per unit, EF, biomass, fossil t, bio t

COMBUSTION = [
    ("Coal", 88_000, 25, 95, 0, 209_000, 0),
    ("Household waste", 25_000, 20, 83, 0.15, 35_275, 6_225),
    ("Heavy fuel oil", 43_000, 40, 78, 0, 134_160, 0),
    ("Natural gas, screws and nuts", 1_837.5, 48, 56.1, 0, 4_948.02, 0),
    ("Natural gas, fertiliser", 6_607, 36.21, 56.1, 0, 13_421.334267, 0),
]
MASS_BALANCE = [  # quantity, carbon content, biomass, fossil t, bio t
    ("Coke fines", 50_000, 0.88, 0, 161_216, 0),
    ("Iron ores", 5_600_000, 0.00023, 0, 4_719.232, 0),
    ("Coke", 2_200_000, 0.88, 0, 7_093_504, 0),
    ("Plastic wastes", 70_000, 0.683571530119101, 0.16, 147_270.8378777555, 28_051.588167191527),
    ("Scrap (external)", 800_000, 0.0021, 0, 6_155.52, 0),
    ("Scrap (internal)", 200_000, 0.0018, 0, 1_319.04, 0),
    ("Lime calcined", 280_000, 0.0027292576419213972, 0, 2_800, 0),
    ("Natural gas", 170_000, 0.75, 0, 467_160, 0),
    ("Other inputs", 40_000, 0.1, 0, 14_656, 0),
    ("Steel", -4_800_000, 0.0018, 0, -31_656.960000000003, 0),
    ("Slags", -1_000_000, 0.0003, 0, -1_099.2, 0),
]


@pytest.mark.parametrize(("quantity", "ncv", "ef", "biomass", "fossil", "bio"), [row[1:] for row in COMBUSTION])
def test_fuels_of_the_commission(
    quantity: float, ncv: float, ef: float, biomass: float, fossil: float, bio: float
) -> None:
    burnt = eq.energy(quantity, ncv / 1_000)
    assert eq.combustion(burnt, ef, biomass=biomass) == near(fossil)
    assert eq.biomass_part(eq.combustion(burnt, ef), biomass) == near(bio)
    assert eq.combustion(burnt, eq.fossil_ef(ef, biomass)) == near(fossil)
    assert eq.combustion_by_amount(quantity, ef * ncv / 1_000, biomass=biomass) == near(fossil)


@pytest.mark.parametrize(("quantity", "carbon", "biomass", "fossil", "bio"), [row[1:] for row in MASS_BALANCE])
def test_carbon_balance_of_the_commission(
    quantity: float, carbon: float, biomass: float, fossil: float, bio: float
) -> None:
    assert eq.mass_balance(quantity, carbon, F, biomass) == near(fossil)
    assert eq.biomass_part(eq.mass_balance(quantity, carbon, F), biomass) == near(bio)
    assert eq.mass_balance(quantity, eq.fossil_carbon(carbon, biomass), F) == near(fossil)
    assert eq.process_emissions(quantity, eq.ef_per_amount(carbon, F), biomass=biomass) == near(fossil)


def test_cement_bubble_of_the_commission() -> None:
    direct = eq.installation_emissions(
        eq.process_emissions(1_255_000, 0.525) + sum(row[5] for row in COMBUSTION[:3]), measured=0
    )
    produced = 1_321_052.6315789474
    assert direct == near(1_037_310)
    assert eq.see(eq.attributed_direct(direct, 0, 0, 0, 0, 0), produced) == near(0.7852147410358565)
    indirect = eq.attributed_indirect(eq.electricity_emissions(193_864.47368421053, 0.833))
    assert eq.see(indirect, produced) == near(0.12224275)


def test_blast_furnace_bubble_of_the_commission_needs_3_664() -> None:
    direct = sum(eq.mass_balance(row[1], row[2], F, row[3]) for row in MASS_BALANCE)
    assert direct == near(7_866_044.469877754)
    exported = eq.waste_gas_export(12_800, NATURAL_GAS, CORRECTION)
    attributed = eq.attributed_direct(direct, 0, 0, 0, exported, 0)
    assert eq.see(attributed, 4_800_000) == near(1.5389760645578654)
    assert eq.see(eq.electricity_emissions(1_658_844, 0.589), 4_800_000) == near(0.20355398249999998)
    exact_molar = sum(eq.mass_balance(row[1], row[2], 44 / 12, row[3]) for row in MASS_BALANCE)
    assert eq.see(exact_molar - exported, 4_800_000) == pytest.approx(1.540169, abs=5e-7)


@pytest.mark.parametrize(
    ("produced", "direct", "precursor", "see_precursor", "expected"),
    [
        (17_000, 3_337.9500000000003, 20_000, 1.539, 2.0069382352941174),
        (8_200, 1_610.0700000000002, 10_000, 1.44, 1.9524475609756098),
        (17_000, 3_400 * 0.833, 20_000, 0.204, 0.4066),
        (8_200, 1_640 * 0.833, 10_000, 1.732, 2.2787951219512195),
    ],
)
def test_screws_and_nuts_of_the_commission(
    produced: float, direct: float, precursor: float, see_precursor: float, expected: float
) -> None:
    bought = eq.embedded([(precursor, see_precursor)])
    assert eq.see_complex(direct, bought, produced) == near(expected)
    shares = [(eq.mass_share(precursor, produced), see_precursor)]
    assert eq.see_from_shares(eq.own_see(direct, produced), shares) == near(expected)


@pytest.mark.parametrize(
    ("own", "urea", "ammonia", "expected"),
    [
        (13_421.334267, 0.719, 1.9, 0.309635112356),
        (7_875 * 0.572, 0.17834999999999998, 0.2079, 0.0538767),
        (7_875, 0.246, 0.825, 0.126585),  # embedded electricity, MWh/t
    ],
)
def test_mixed_fertiliser_of_the_commission(own: float, urea: float, ammonia: float, expected: float) -> None:
    assert eq.see_complex(own, eq.embedded([(120_000, urea), (69_750, ammonia)]), 750_000) == near(expected)
    assert eq.mass_share(120_000, 750_000) == near(0.16)
    assert eq.mass_share(69_750, 750_000) == near(0.093)


# 7.3 example lines of the communication template


def test_template_combustion_process_and_mass_balance() -> None:
    assert eq.energy(252_000, 0.045) == near(11_340)
    assert eq.combustion(11_340, 73, oxidation=1) == near(827_820)
    assert eq.process_emissions(121_000, 0.08794) == near(10_640.74)
    assert eq.mass_balance(-1_808_226, 0.003878, F) == near(-25_693.068768192)


def test_template_pfc_by_slope() -> None:
    cf4 = eq.cf4_slope(eq.anode_effect_minutes(2.17, 1.23), 0.146, 500_000)
    c2f6 = eq.c2f6(cf4, 0.122)
    assert (cf4, c2f6) == (near(194.8443), near(23.7710046))
    assert eq.pfc_co2e(cf4, 0, GWP_CF4, GWP_C2F6) == near(1_291_817.709)
    assert eq.pfc_co2e(0, c2f6, GWP_CF4, GWP_C2F6) == near(263_858.15106)
    assert eq.pfc_total(eq.pfc_co2e(cf4, c2f6, GWP_CF4, GWP_C2F6), 0.98) == pytest.approx(1_587_424.347, abs=5e-4)


def test_template_measured_emissions() -> None:
    nitrous_oxide = eq.measured_mass(64.2925, 4, 265)
    assert nitrous_oxide == near(68.15005)
    assert eq.co2e(nitrous_oxide, GWP_N2O) == near(18_059.76325)
    carbon_dioxide = eq.measured_mass(1_820, 5_000, 50)
    assert eq.co2e(carbon_dioxide, 1, biomass=0.15) == near(386_750)
    assert eq.biomass_part(eq.co2e(carbon_dioxide, 1), 0.15) == near(68_250)


# 7.5 constructed cases


@pytest.mark.parametrize(
    ("ref_heat", "ref_electricity", "heat_share", "heat_ef", "electricity_ef"),
    [(0.88, 0.442, 0.4397134899, 55.01304329, 0.3943016315), (0.87, 0.53, 0.4876702245, 61.01296364, 0.3605520795)],
)
def test_chp(ref_heat: float, ref_electricity: float, heat_share: float, heat_ef: float, electricity_ef: float) -> None:
    efficiencies = eq.heat_efficiency(45, 100), eq.electricity_efficiency(8_000, 100)
    assert efficiencies == (near(0.45), near(0.288))
    heat = eq.chp_heat_share(*efficiencies, ref_heat, ref_electricity)
    electricity = eq.chp_electricity_share(*efficiencies, ref_heat, ref_electricity)
    assert (heat, electricity) == (printed(heat_share), printed(1 - heat_share))
    assert eq.chp_heat_ef(eq.chp_emissions(5_600, 30), heat, 45) == near(heat_ef)
    assert eq.chp_electricity_ef(5_630, electricity, 8_000) == printed(electricity_ef)


def test_chp_default_efficiencies() -> None:
    assert eq.chp_heat_share(0.55, 0.25, 0.88, 0.442) == printed(0.5249406176)


def test_waste_gas_pair_does_not_conserve() -> None:
    taken, given_away = eq.waste_gas_import(1_000, NATURAL_GAS), eq.waste_gas_export(1_000, NATURAL_GAS, CORRECTION)
    assert (taken, given_away) == (near(56_100), near(37_418.7))
    assert taken - given_away == near(18_681.3)


def test_standard_heat() -> None:
    ef = eq.standard_heat_ef(NATURAL_GAS, 0.9)
    assert ef == pytest.approx(62.3333333, abs=5e-8)
    assert eq.heat_transfer(4.5, ef) == near(280.5)


def test_overvoltage() -> None:
    cf4 = eq.cf4_overvoltage(1.16, 10, 95, 100_000)
    c2f6 = eq.c2f6(cf4, 0.121)
    assert cf4 == pytest.approx(12.2105263, abs=5e-8)
    assert c2f6 == pytest.approx(1.4774737, abs=5e-8)
    assert eq.pfc_co2e(cf4, c2f6, GWP_CF4, GWP_C2F6) == pytest.approx(97_355.7474, abs=5e-5)


def test_slope() -> None:
    cf4 = eq.cf4_slope(eq.anode_effect_minutes(0.3, 2), 0.143, 100_000)
    c2f6 = eq.c2f6(cf4, 0.121)
    assert (cf4, c2f6) == (near(8.58), near(1.03818))
    assert eq.pfc_co2e(cf4, c2f6, GWP_CF4, GWP_C2F6) == near(68_409.198)


def test_loop_is_a_fixed_point() -> None:
    first, second = 0.5350993377, 0.7019867550
    assert eq.see_complex(5_000, eq.embedded([(500, second)]), 10_000) == printed(first)
    assert eq.see_complex(800, eq.embedded([(9_000, first)]), 8_000) == printed(second)


def test_hydrogen_shares() -> None:
    share = eq.chloralkali_share(1_200, 5_686.7, 200_000, 225_646.7, M_H2, M_CL2, M_NAOH)
    assert share == printed(0.0527545127)
    share = eq.chloralkali_share(1_200, 5_687, 200_000, 225_647, M_H2, M_CL2, M_NAOH)
    assert share == pytest.approx(0.052753781861, abs=5e-13)  # D16
    oxygen = 7_936.01
    for sold, expected in ((0, 1), (0.5, 0.83333336), (1, 0.66666672)):
        assert eq.electrolysis_share(1_000, oxygen, sold * oxygen, M_H2, M_O2) == printed(expected)
    assert eq.chlorate_share(0.5 * 3 * M_H2, 3 * M_H2, M_NACLO3, M_H2, M_NACLO3) == near(0.375)


@pytest.mark.parametrize(("calcination", "expected"), [(0, 0), (0.5, 0.2079207921), (1, 0.525)])
def test_kiln_dust(calcination: float, expected: float) -> None:
    assert eq.dust_ef(0.525, calcination) == printed(expected)


def test_clinker_and_flue_gas() -> None:
    assert eq.clinker_produced(1_000_000, 5_000, 0.78, 20_000, 15_000, -3_000) == near(774_100)
    assert eq.flue_gas_flow(100_000, 0.03, 0.2095) == near(81_494.84536)


# Constructed cases of the definitive act that use the same equations


def test_heat_by_method_3() -> None:  # D12
    fuel = eq.energy_input([(5_000, 0.0258)])
    ef = eq.mix_ef(eq.combustion(fuel, 94.6), 130, fuel)
    heat = eq.heat_from_efficiency(0.7, fuel)
    assert (fuel, heat, ef) == (near(129), near(90.3), near(95.607751937984))
    assert eq.heat_emissions(ef, heat, 0.7) == near(12_333.4)
    assert eq.heat_emissions(ef, 60, 0.7) == near(8_194.950166112957)


def test_chp_of_the_definitive_act() -> None:  # D13
    emissions = eq.chp_emissions(eq.combustion(400, NATURAL_GAS), 60)
    efficiencies = eq.heat_efficiency(180, 400), eq.electricity_efficiency(32_000, 400)
    heat_share = eq.chp_heat_share(*efficiencies, 0.87, 0.53)
    assert (emissions, heat_share) == (near(22_500), near(0.487670224512))
    heat_ef = eq.chp_heat_ef(emissions, heat_share, 180)
    assert heat_ef == near(60.958778064041)
    assert eq.heat_transfer(70, heat_ef) == near(4_267.114464482886)
    electricity_share = eq.chp_electricity_share(*efficiencies, 0.87, 0.53)
    assert eq.chp_electricity_ef(emissions, electricity_share, 32_000) == near(0.36023187339)
    assert eq.chp_heat_share(0.55, 0.25, 0.87, 0.53) == near(0.572691552063)


def test_waste_gas_in_a_mix_is_capped() -> None:  # D13b
    assert eq.mix_ef(300 * 260 + 100 * NATURAL_GAS, 0, 400) == near(209.025)
    assert eq.mix_ef(300 * eq.capped_ef(260, NATURAL_GAS) + 100 * NATURAL_GAS, 0, 400) == near(56.1)


def test_waste_gas_between_two_processes() -> None:  # D14
    gas = eq.energy(500_000, 0.0033)
    out, taken = eq.waste_gas_export(gas, NATURAL_GAS, CORRECTION), eq.waste_gas_import(gas, NATURAL_GAS)
    assert eq.attributed_direct(429_000 + 900_000, 0, 0, 0, out, 0) == near(1_267_259.145)
    assert eq.attributed_direct(20_000, 0, 0, taken, 0, 0) == near(112_565)


def test_floor() -> None:  # D03
    raw = eq.attributed_direct(5_000, 0, eq.heat_transfer(120, 60), 0, 0, 0)
    assert (raw, eq.floored(raw)) == (near(-2_200), 0)


def test_reconciliation() -> None:  # D21
    factor = eq.reconciliation_factor(1_000, [420, 310, 240])
    assert [eq.reconciled(part, factor) for part in (420, 310, 240)] == [
        near(432.989690721649), near(319.587628865979), near(247.422680412371)]  # fmt: skip


def test_electric_arc_furnace_balance() -> None:  # D26
    quantities, contents = (650_000, 1_200, 9_000, -600_000, -60_000), (0.0109, 0.8188, 0.8297, 0.0015, 0.001)
    total = sum(eq.mass_balance(q, cc, F) for q, cc in zip(quantities, contents, strict=True))
    assert total == near(53_402.28704)


# Equations that no case of the notes covers


def test_analysis_of_a_fuel_and_back() -> None:
    assert eq.oxidation_factor(12, 480) == near(0.975)
    per_energy = eq.ef_per_energy(0.75, 0.048, F)
    assert per_energy == near(0.75 * 3.664 / 0.048)
    assert eq.carbon_from_energy_ef(per_energy, 0.048, F) == near(0.75)
    assert eq.carbon_from_ef(eq.ef_per_amount(0.75, F), F) == near(0.75)


def test_heat_meter() -> None:
    mass_flow = eq.heat_medium_flow(0.05, 0.00104)
    assert mass_flow == near(0.05 / 0.00104)
    assert eq.heat_flow(2_780, 377, 2) == near(4_806)
    assert eq.load_factor(75, 120) == near(0.625)


def test_electricity_factors() -> None:
    assert eq.import_mix_ef([(0.95, 3), (0.4, 1), (0.7, 4)]) == near((2.85 + 0.4 + 2.8) / 8)
    assert eq.five_year_mean([0.7, 0.68, 0.66, 0.64, 0.57]) == near(0.65)
    assert eq.power_ef(44_880, 120, 60_000) == near(0.75)
    assert eq.electricity_emissions(20_000, 0.225) == near(4_500)


def test_each_transfer_has_its_sign() -> None:
    assert eq.attributed_direct(1_000_000, 200_000, 30_000, 4_000, 500, 60) == 1_173_440


def test_limits_of_the_pfc_efficiencies_are_allowed() -> None:
    assert eq.pfc_total(100, 1) == 100
    assert eq.cf4_overvoltage(1.16, 10, 100, 1_000) == near(0.116)


def test_carbon_monoxide_and_co2_by_difference() -> None:
    assert eq.co_to_co2(7, 44, 28) == near(11)
    assert eq.co2_concentration([1.5, 0.3]) == near(98.2)


def test_installation_emissions_add_the_other_methods() -> None:
    assert eq.installation_emissions(10, 5, 2) == 17


# The hourly table: a blank is a gap, 0 is a measured zero

HOURS: tuple[list[float | None], list[float | None]] = (
    [2.0, 0.0, 4.0, None, None, 0.0, None],
    [50_000, 60_000, 0.0, 70_000, None, None, 0.0],
)


def test_hourly_table() -> None:
    filled = 1.5 + 2 * (11 / 3) ** 0.5  # Eq. 19 over 2, 0, 4, 0
    assert eq.substitute(HOURS[0]) == near(filled)
    mass = (2.0 * 50_000 + filled * 70_000) * 1e-6
    assert eq.measured_mass_hourly(*HOURS) == near(mass)
    assert eq.cems_hours(*HOURS) == 5
    assert eq.cems_mean(*HOURS) == near(mass * 1e6 / 180_000)
    assert eq.measured_mass(eq.cems_mean(*HOURS), eq.cems_hours(*HOURS), 180 / 5) == near(mass)


def test_a_zero_counts_and_a_blank_does_not() -> None:
    assert eq.substitute([1, 3, None]) == near(2 + 2 * 2**0.5)
    assert eq.substitute([1, 3, 0]) == near(4 / 3 + 2 * (7 / 3) ** 0.5)
    assert eq.cems_hours([1, 1], [100, 0]) == 2
    assert eq.cems_hours([1, None], [100, None]) == 1


def test_substitution_of_another_period_is_taken() -> None:
    assert eq.measured_mass_hourly([None, 2.0], [1e6, 1e6], substitution=7.0) == near(9)
    assert eq.cems_mean([None, 2.0], [1e6, 1e6], substitution=7.0) == near(4.5)


# What can't be worked out says so

REFUSALS: dict[str, Callable[[], object]] = {
    "no carbon": lambda: eq.oxidation_factor(1, 0),
    "net calorific value is 0": lambda: eq.ef_per_energy(0.7, 0, F),
    "carbon factor f": lambda: eq.carbon_from_ef(2.7, 0),
    "carbon factor f (t CO2/t C) is 0": lambda: eq.carbon_from_energy_ef(56.1, 0.048, 0),
    "no molar share": lambda: eq.electrolysis_share(0, 0, 0, M_H2, M_O2),
    "no molar share of": lambda: eq.chloralkali_share(0, 0, 0, 0, M_H2, M_CL2, M_NAOH),
    "no molar share of hydrogen": lambda: eq.chlorate_share(0, 0, 0, M_H2, M_NACLO3),
    "all CO2": lambda: eq.dust_ef(float("1e300"), 1),
    "all oxygen": lambda: eq.flue_gas_flow(100, 1, 0.2095),
    "molar mass of CO is 0": lambda: eq.co_to_co2(1, 44, 0),
    "6 concentrations and 1 flows": lambda: eq.cems_mean([1.0] * 6, [1.0]),
    "Row 2 of the hourly table": lambda: eq.measured_mass_hourly([1.0, 2.0], [1.0, None]),
    "at least two measured hours, here 1": lambda: eq.substitute([1.0, None]),
    "at least two measured hours, here 0": lambda: eq.measured_mass_hourly([None, None], [1.0, 1.0]),
    "No hour has a flue gas flow": lambda: eq.cems_mean([1.0, None], [0.0, None]),
    "collection efficiency is 98": lambda: eq.pfc_total(100, 98),
    "collection efficiency is 0": lambda: eq.pfc_total(100, 0),
    "current efficiency is 0.95": lambda: eq.cf4_overvoltage(1.16, 10, 0.95, 1_000),
    "current efficiency is 1.5": lambda: eq.cf4_overvoltage(1.16, 10, 1.5, 1_000),
    "current efficiency is 100.5": lambda: eq.cf4_overvoltage(1.16, 10, 100.5, 1_000),
    "specific volume": lambda: eq.heat_medium_flow(1, 0),
    "full load is 0": lambda: eq.load_factor(1, 0),
    "efficiency of the heat production is 0": lambda: eq.heat_emissions(56.1, 1, 0),
    "efficiency of the heat production": lambda: eq.standard_heat_ef(56.1, 0),
    "energy input is 0": lambda: eq.mix_ef(1, 1, 0),
    "energy input is": lambda: eq.heat_efficiency(1, 0),
    "energy input": lambda: eq.electricity_efficiency(1, 0),
    "reference efficiency is 0": lambda: eq.chp_heat_share(0.5, 0.3, 0, 0.5),
    "reference efficiency is": lambda: eq.chp_electricity_share(0.5, 0.3, 0.9, 0),
    "can't be split": lambda: eq.chp_heat_share(0, 0, 0.9, 0.5),
    "can't be split into": lambda: eq.chp_electricity_share(0, 0, 0.9, 0.5),
    "made no heat": lambda: eq.chp_heat_ef(1, 0.5, 0),
    "made no electricity": lambda: eq.chp_electricity_ef(1, 0.5, 0),
    "produced nothing: its electricity": lambda: eq.power_ef(1, 0, 0),
    "No electricity was generated": lambda: eq.import_mix_ef([]),
    "five years (y - 6 to y - 2), here are 4": lambda: eq.five_year_mean([0.5] * 4),
    "add up to 0": lambda: eq.reconciliation_factor(100, [0, 0]),
    "a process that produced nothing": lambda: eq.see(1, 0),
    "process that produced nothing": lambda: eq.see_complex(1, 1, 0),
    "that produced nothing": lambda: eq.mass_share(1, 0),
    "produced nothing has no": lambda: eq.own_see(1, 0),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_what_cannot_be_worked_out_is_a_sentence(reason: str) -> None:
    with pytest.raises(CbamError, match=re.escape(reason)) as refused:
        REFUSALS[reason]()
    message = str(refused.value)
    assert message[0].isupper()
    assert message.endswith((".", ")."))
    assert len(message) <= 200


@pytest.mark.parametrize(
    "result",
    [
        eq.floored(nan),
        eq.capped_ef(nan, NATURAL_GAS),
        eq.pfc_total(100, nan),
        eq.cf4_overvoltage(1.16, 10, nan, 1_000),
        eq.see(nan, 10),
        eq.embedded([(1, nan), (2, 3)]),
        eq.chp_heat_share(nan, 0.3, 0.9, 0.5),
    ],
)
def test_an_unknown_figure_stays_unknown(result: float) -> None:
    assert isnan(result)


# Properties

amounts = st.floats(-1e9, 1e9)
positive = st.floats(1e-3, 1e9)
factors = st.floats(0, 1e3)
shares = st.floats(0, 1)
efficiencies = st.floats(0.01, 1)


@given(amounts, factors, shares, shares, st.floats(-100, 100))
def test_streams_are_linear_in_the_quantity(
    quantity: float, factor: float, conversion: float, biomass: float, times: float
) -> None:
    for stream in (eq.combustion, eq.combustion_by_amount, eq.process_emissions):
        once = stream(quantity, factor, conversion, biomass)
        assert stream(quantity * times, factor, conversion, biomass) == pytest.approx(once * times, rel=1e-9, abs=1e-6)
    once = eq.mass_balance(quantity, conversion, factor, biomass)
    assert eq.mass_balance(quantity * times, conversion, factor, biomass) == pytest.approx(
        once * times, rel=1e-9, abs=1e-6
    )


@given(amounts, factors, shares)
def test_biomass_and_fossil_make_the_whole(quantity: float, factor: float, biomass: float) -> None:
    gross = eq.process_emissions(quantity, factor)
    fossil, bio = eq.process_emissions(quantity, factor, biomass=biomass), eq.biomass_part(gross, biomass)
    assert fossil + bio == pytest.approx(gross, rel=1e-9, abs=1e-6)
    assert eq.process_emissions(quantity, factor, biomass=0) == gross
    assert eq.process_emissions(quantity, factor, biomass=1) == 0


@given(amounts)
def test_the_floor_never_lowers_and_changes_nothing_above_zero(value: float) -> None:
    assert eq.floored(value) >= 0
    assert eq.floored(value) == (value if value > 0 else 0)
    assert eq.floored(eq.floored(value)) == eq.floored(value)


@given(shares, efficiencies, efficiencies, efficiencies)
def test_shares_of_a_chp_make_one(heat: float, electricity: float, ref_heat: float, ref_electricity: float) -> None:
    parts = [
        share(heat, electricity, ref_heat, ref_electricity) for share in (eq.chp_heat_share, eq.chp_electricity_share)
    ]
    assert sum(parts) == pytest.approx(1, abs=1e-12)
    assert all(0 <= part <= 1 for part in parts)


@given(st.floats(0.1, 1e6), efficiencies, efficiencies, efficiencies, efficiencies)
def test_heat_and_electricity_of_a_chp_carry_all_its_emissions(
    emissions: float, heat: float, electricity: float, ref_heat: float, ref_electricity: float
) -> None:
    given_references = heat, electricity, ref_heat, ref_electricity
    with_heat = eq.heat_transfer(50, eq.chp_heat_ef(emissions, eq.chp_heat_share(*given_references), 50))
    electricity_ef = eq.chp_electricity_ef(emissions, eq.chp_electricity_share(*given_references), 7_000)
    assert with_heat + eq.electricity_emissions(7_000, electricity_ef) == pytest.approx(emissions)


@given(st.lists(st.floats(0, 1e4), min_size=2, max_size=20))
def test_a_substitute_is_never_below_the_mean(concentrations: list[float]) -> None:
    mean = sum(concentrations) / len(concentrations)
    assert eq.substitute(concentrations) >= mean * (1 - 1e-12)


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.floats(0, 1e3)), st.floats(1, 1e6)), min_size=3, max_size=20),
    st.floats(0, 1e3),
)
def test_mean_hours_and_flow_give_the_sum_over_the_hours(
    rows: list[tuple[float | None, float]], substitution: float
) -> None:
    concentrations, flows = [row[0] for row in rows], [row[1] for row in rows]
    mean, hours = eq.cems_mean(concentrations, flows, substitution), eq.cems_hours(concentrations, flows)
    product = eq.measured_mass(mean, hours, sum(flows) / hours / 1_000)
    assert product == pytest.approx(eq.measured_mass_hourly(concentrations, flows, substitution), rel=1e-9)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=10), st.floats(1, 1e7))
def test_reconciled_parts_meet_the_installation(parts: list[float], installation: float) -> None:
    factor = eq.reconciliation_factor(installation, parts)
    assert sum(eq.reconciled(part, factor) for part in parts) == pytest.approx(installation)


@given(positive, st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 100)), max_size=6), st.floats(1, 1e6))
def test_both_forms_of_a_complex_good_agree(
    attributed: float, precursors: list[tuple[float, float]], activity_level: float
) -> None:
    whole = eq.see_complex(attributed, eq.embedded(precursors), activity_level)
    per_tonne = [(eq.mass_share(mass, activity_level), see) for mass, see in precursors]
    assert eq.see_from_shares(eq.own_see(attributed, activity_level), per_tonne) == pytest.approx(whole)


@given(factors, factors)
def test_a_capped_factor_is_the_lower_one(ef: float, natural_gas: float) -> None:
    assert eq.capped_ef(ef, natural_gas) == (ef if ef < natural_gas else natural_gas)
