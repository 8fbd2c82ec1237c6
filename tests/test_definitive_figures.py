"""Default values, mark-ups, benchmarks and factors of the definitive act, against the raw tables and spot values."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from cbam_xl import reference
from cbam_xl.definitive import benchmarks, defaults
from cbam_xl.errors import CbamError

DECEMBER, JULY = "2025-12-31", "2026-07-20"


def raw(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- default values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "code", "route", "total"),
    [
        ("CN", "72083800", "C", 3.187), ("CN", "7601 10 10", "", 3.0), ("CN", "28141000", "", 4.36),
        ("IN", "72085120", "", 4.28), ("IN", "72031000", "", 4.2), ("IN", "72142000", "C", 4.27),
        ("IN", "2523100090", "A", 1.44), ("TR", "72071111", "", 2.31), ("TR", "72083800", "", 2.428),
        ("OTHER", "72083800", "", 4.049), ("OTHER", "28041000", "", 17.74), ("UNKNOWN", "72031000", "", 4.2),
        ("UNKNOWN", "72083800", "", 8.23), ("UNKNOWN", "28041000", "", 26.64),
    ],
)  # fmt: skip
def test_spot_values(country: str, code: str, route: str, total: float) -> None:
    found = defaults.look_up(country, code, 2026)
    assert found is not None
    assert (found.total, found.country) == (total, country)
    assert not route or found.route == route


def test_every_value_of_the_raw_table_with_its_mark_ups(shared: Path) -> None:
    codes = {
        "Other Countries and Territories": "OTHER",
        "ANNEX IV - precursor, country of production unknown": "UNKNOWN",
    }
    seen = 0
    for row in raw(shared, "default_values_definitive"):
        country = codes.get(row["country"]) or defaults.country_code(row["country"])
        assert country, row["country"]
        code = row["taric_2026_1740"] or row["cn_code"]
        if not row["total"] or not defaults.sector_of(code):
            continue
        for year in (2026, 2027, 2028):
            found = defaults.look_up(country, code, year)
            assert found is not None
            assert (found.country, found.route, found.total) == (country, row["route"], float(row["total"]))
            if "compounded" not in row["note"]:
                assert found.marked == pytest.approx(float(row[f"markup_{year}"]), abs=1e-12), row
            assert sum(found.parts) == pytest.approx(found.marked, abs=1e-12)
            seen += 1
    assert seen > 33_000


def test_a_country_without_a_value_falls_back_to_the_whole_row_of_other_countries() -> None:
    listed, other = defaults.look_up("AL", "25232100", 2026), defaults.look_up("OTHER", "25232100", 2026)
    assert listed == other
    assert listed is not None
    assert listed.country == defaults.OTHER
    assert defaults.look_up("AQ", "72083800", 2026) == defaults.look_up("OTHER", "72083800", 2026)
    assert defaults.look_up("CN", "99999999", 2026) is None


@pytest.mark.parametrize("country", ["", "Chna", "ZZ", "China"])
def test_what_is_no_country_code_has_no_default_value(country: str) -> None:
    with pytest.raises(CbamError, match="is no country code known here"):
        defaults.look_up(country, "72083800", 2026)


def test_not_applicable_is_no_zero() -> None:
    found = defaults.look_up("CN", "72083800", 2026)
    assert found is not None
    assert found.parts == (3.506, 0.0)
    ammonia = defaults.look_up("CN", "28141000", 2026)
    assert ammonia is not None
    assert ammonia.parts == pytest.approx((4.404 * 4.17 / 4.36, 4.404 * 0.19 / 4.36))


@pytest.mark.parametrize(("year", "marked"), [(2026, 3.506), (2027, 3.824), (2028, 4.143), (2031, 4.143)])
def test_mark_up_by_year(year: int, marked: float) -> None:  # D07
    found = defaults.look_up("CN", "72083800", year)
    assert found is not None
    assert found.marked == marked
    ammonia = defaults.look_up("CN", "28141000", year)
    assert ammonia is not None
    assert ammonia.marked == 4.404  # fertilisers: 1 % in every year


def test_both_editions_stay() -> None:
    assert defaults.editions() == (DECEMBER, JULY)

    def of(code: str, edition: str, country: str = "AO", year: int = 2027) -> Any:
        return defaults.look_up(country, code, year, edition=edition)

    assert (of("2523100090", JULY).marked, of("2523100090", DECEMBER).marked) == (1.512, 1.525)  # D07c
    assert (of("26011200", JULY).country, of("26011200", DECEMBER).country) == ("OTHER", "AO")
    assert (of("26011200", JULY).total, of("26011200", DECEMBER).total) == (0.686, 0.617)
    assert (of("72262000", JULY, "OTHER").total, of("72262000", DECEMBER, "OTHER").total) == (5.5, 5.588)
    assert of("72262000", JULY, "OTHER").edition == JULY
    assert of("72085120", JULY, "IN").edition == DECEMBER  # what an edition doesn't change stays
    assert of("72251990", "", "AU").route == "C"
    assert of("72251990", DECEMBER, "AU").route == "F"


def test_rounding_is_a_choice() -> None:
    found = defaults.look_up("CN", "72083800", 2027, rounded=False)
    assert found is not None
    assert found.marked == pytest.approx(3.8244, abs=1e-12)


def test_white_and_grey_clinker_must_be_told_apart() -> None:
    with pytest.raises(CbamError, match=r"several default values: say the benchmark route, or one of 2523100010 \(B\)"):
        defaults.look_up("CN", "25231000", 2026)
    white, grey = (defaults.look_up("CN", "25231000", 2026, letter) for letter in "BA")
    assert white is not None
    assert grey is not None
    assert (white.total, grey.total) == (1.3, 1.39)
    with pytest.raises(CbamError, match="no mark-up for CN code 72083800 in 2025"):
        defaults.look_up("CN", "72083800", 2025)


def test_exempt_origins_are_the_union_and_four_countries() -> None:
    codes = [row["code"] for row in reference.rows("exempt_origins")]
    assert len(codes) == len(set(codes)) == 31
    assert {"DE", "GR", "IS", "LI", "NO", "CH"} <= set(codes)
    assert not {"GB", "TR", "RS"} & set(codes)


# --- benchmarks and factors ----------------------------------------------------------------------------------------


def test_every_benchmark_of_the_raw_table(shared: Path) -> None:
    rows = raw(shared, "cbam_benchmarks_2620")
    assert len(rows) == len(reference.rows("benchmarks")) == 2465
    for row in rows:
        first, last = map(int, row["production_years"].split("-"))
        for year in range(first, last + 1):
            known = benchmarks.of_code(row["cn_code"], year, row["column"][0])
            assert known[row["route"]] == float(row["benchmark_tco2e_per_t"])


def test_a_route_that_the_benchmark_does_not_know_counts_for_nothing() -> None:
    codes = sorted({r["cn_code"] for r in reference.rows("benchmarks")})
    code = next(c for c in codes if c > "731815" and list(benchmarks.of_code(c, 2026, "B")) == [""])
    assert benchmarks.benchmark(code, 2026, column="B", route="C") == benchmarks.benchmark(code, 2026, column="B")
    two = [benchmarks.benchmark("72083800", 2026, column="B", route=letter) for letter in "EC"]
    assert benchmarks.benchmark("72083800", 2026, column="B", route="E/C") == max(two) > min(two)


def test_what_is_not_laid_down_is_said() -> None:
    with pytest.raises(CbamError, match="depends on the route: say K, L"):
        benchmarks.benchmark("76011010", 2026)
    with pytest.raises(CbamError, match="no CBAM benchmark of CN code 72083800 for 2031"):
        benchmarks.free_allocation("72083800", 2031)
    with pytest.raises(CbamError, match="code 3102 10 10 for 2026: the list has 31021012, 31021015, 31021019"):
        benchmarks.benchmark("3102 10 10", 2026)
    with pytest.raises(CbamError, match="the list has 76012030, 76012040, 76012080"):  # by six digits
        benchmarks.benchmark("76012020", 2026)
    with pytest.raises(CbamError, match="it needs eight digits"):
        benchmarks.benchmark("31023", 2026)
    with pytest.raises(CbamError, match="a year from 2026 to 2030"):
        benchmarks.benchmark("31021010", 2031)
    with pytest.raises(CbamError, match="no column 'C'"):
        benchmarks.benchmark("72083800", 2026, column="C")
    with pytest.raises(CbamError, match="cbam factor for the year 2025"):
        benchmarks.cbam_factor(2025)
    assert benchmarks.free_allocation("72083800", 2034) == 0
    assert benchmarks.free_allocation("27160000", 2026) == 0


def test_factors_of_every_year() -> None:
    assert [benchmarks.cbam_factor(year) for year in range(2026, 2035)] == [
        0.975, 0.95, 0.9, 0.775, 0.515, 0.39, 0.265, 0.14, 0]  # fmt: skip
    assert {benchmarks.cross_sectoral_factor(year) for year in range(2026, 2031)} == {1.0}


# --- every change date is complete -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", ["fuels", "biomass", "carbonates", "materials", "gwp", "pfc", "annex_ix"])
def test_standard_factors_go_on_with_their_new_provision(sheet: str) -> None:
    for row in reference.rows(sheet):
        assert not row["valid_to"]
        assert row["provision_2026"].startswith(("Annex II, ", "Annex III, "))


def test_a_parameter_ends_in_2025_is_carried_over_or_followed() -> None:
    gone = {"recovered_heat_efficiency", "other_materials_threshold", "alloying_threshold", "estimate_share_limit"}
    starts = {(row["id"], row["valid_from"]) for row in reference.rows("parameters")}
    ended = {row["id"] for row in reference.rows("parameters") if row["valid_to"] == "2025-12-31"}
    assert {id for id in ended if (id, "2026-01-01") not in starts} == gone
    for row in reference.rows("parameters"):
        assert (row["provision_2026"] != "") == (row["valid_from"] < "2026" and not row["valid_to"]), row["id"]


def test_the_sectors_have_mark_ups_and_the_categories_their_scope(shared: Path) -> None:
    direct = {row["category"] for row in reference.rows("categories") if row["scope_from_2026"] == "direct"}
    for row in raw(shared, "cn_codes"):
        if row["template_category"] and row["annex_ii_direct_only_from_2026"] in ("yes", "no"):
            assert (row["template_category"] in direct) == (row["annex_ii_direct_only_from_2026"] == "yes"), row
            assert defaults.mark_up(row["cn_code"], 2026) in (0.01, 0.1)


def test_the_report_has_35_items_and_its_summary_16() -> None:
    numbers = {part: [int(r["number"]) for r in reference.rows("report_items") if r["part"] == part]
               for part in ("report", "summary")}  # fmt: skip
    assert numbers == {"report": list(range(1, 36)), "summary": list(range(1, 17))}
