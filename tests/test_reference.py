"""The reference sheets: every row with its source, complete against the official lists, and safe to update."""

from __future__ import annotations

import csv
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import CHECKOUT

from cbam_xl import reference, units
from cbam_xl.errors import CbamError

SHEETS = CHECKOUT / "reference_sheets"
SOURCE_SHEETS = sorted(reference.KEYS)
NO_UNIT = {"%", "yes/no", "choice", "text", "t/t", "degC", "years", "EUR", "EUR/tCO2e", "t clinker", "kg N"}
PFC_UNITS = {"(kg CF4/t Al)/(anode effect minutes per cell-day)", "(kg CF4/t Al)/mV"}


@pytest.fixture(scope="session")
def official(shared: Path) -> dict[str, Any]:
    """Lists of the Commission's template, from the map of its cells."""
    lists = yaml.safe_load((shared / "official" / "template_map.yaml").read_text(encoding="utf-8"))["enums"]
    return dict(lists)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the sheets that the package reads instead of its own."""
    copy = shutil.copytree(SHEETS, tmp_path / "reference_sheets")
    cached = [thing for thing in vars(reference).values() if hasattr(thing, "cache_clear")]
    monkeypatch.setattr(reference, "folder", lambda: copy)
    for thing in cached:
        thing.cache_clear()
    yield copy
    for thing in cached:
        thing.cache_clear()


# --- every row has a source and a span ---------------------------------------------------------------------------


def test_every_file_is_a_known_sheet_and_the_other_way_round() -> None:
    assert {path.stem for path in SHEETS.glob("*.csv")} == set(reference.KEYS)


@pytest.mark.parametrize("sheet", SOURCE_SHEETS)
def test_every_row_says_where_it_comes_from(sheet: str) -> None:
    for row in reference.rows(sheet):
        assert row["act"].strip(), row
        assert row["provision"].strip(), row
        assert re.fullmatch(r"\d{4}(-\d\d-\d\d)?", row["edition"]), row
        date.fromisoformat(row["valid_from"])
        assert row[reference.KEYS[sheet][0]], row


@pytest.mark.parametrize("sheet", SOURCE_SHEETS)
def test_validity_has_neither_gap_nor_overlap(sheet: str) -> None:
    for key, found in reference._index(sheet).items():
        spans = sorted((row["valid_from"], row["valid_to"]) for row in found)
        assert all(not end or start <= end for start, end in spans), key
        for (_, end), (following, _) in pairwise(spans):
            assert end, (key, "an open span is followed by another one")
            assert date.fromisoformat(end) + timedelta(days=1) == date.fromisoformat(following), key


@pytest.mark.parametrize("column", ["act", "provision", "edition"])
def test_a_row_without_a_source_is_not_loaded(scratch: Path, column: str) -> None:
    text = (scratch / "gwp.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    rows[2][column] = " "
    with (scratch / "gwp.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(CbamError, match=rf"gwp.csv, line 4: the row has no {column}"):
        reference.rows("gwp")


def test_a_ragged_row_is_not_loaded(scratch: Path) -> None:
    with (scratch / "gwp.csv").open("a", encoding="utf-8") as file:
        file.write("SF6,Sulphur hexafluoride\n")
    with pytest.raises(CbamError, match=r"gwp.csv, line 6: 2 cells"):
        reference.rows("gwp")


def test_with_two_spans_a_day_is_asked_for(scratch: Path) -> None:
    text = (scratch / "gwp.csv").read_text(encoding="utf-8")
    (scratch / "gwp.csv").write_text(text.replace("2023-10-01,,", "2023-10-01,2025-12-31,"), encoding="utf-8")
    with (scratch / "gwp.csv").open("a", encoding="utf-8") as file:
        file.write("N2O,Nitrous oxide,273,tCO2e/t,A later act,Annex,,2027-01-01,2026-01-01,,\n")
    with pytest.raises(CbamError, match="has 2 rows"):
        reference.value("gwp", "N2O")
    assert reference.value("gwp", "N2O", on=date(2025, 12, 31)).value == 265
    later = reference.value("gwp", "N2O", on=date(2026, 1, 1))
    assert (later.value, later.act, later.edition) == (273, "A later act", "2027-01-01")
    with pytest.raises(CbamError, match="no row 'N2O' on 2020-01-01"):
        reference.lookup("gwp", "N2O", on=date(2020, 1, 1))


def test_misuse_says_so() -> None:
    with pytest.raises(CbamError, match="no reference sheet 'colours'"):
        reference.rows("colours")
    with pytest.raises(CbamError, match="no row 'warp_factor'"):
        reference.parameter("warp_factor")
    with pytest.raises(CbamError, match="gives no ncv for 'Waste tyres'"):
        reference.value("fuels", "Waste tyres", column="ncv")


@pytest.mark.parametrize("sheet", SOURCE_SHEETS)
def test_every_unit_of_a_figure_is_readable(sheet: str) -> None:
    registry = units.registry()
    for row in reference.rows(sheet):
        for column in row:
            if sheet == "glossary" or not (column == "unit" or column.endswith("_unit")):
                continue
            unit = row[column]
            if not unit or unit in NO_UNIT | PFC_UNITS or units.dimension(unit):
                continue
            assert registry.parse_expression(unit) is not None, (sheet, unit)


@pytest.mark.parametrize("sheet", SOURCE_SHEETS)
def test_figures_are_numbers_written_plainly(sheet: str) -> None:
    for row in reference.rows(sheet):
        for column in row.keys() & {"value", "ef", "ncv", "carbon_content", "factor", "direct", "indirect", "total"}:
            if row[column] and row[column] != "N/A":
                assert float(row[column]) >= 0, (sheet, row)


# --- complete and right ------------------------------------------------------------------------------------------


def test_the_51_fuels_of_the_mission_are_there(shared: Path) -> None:
    text = next((shared / "mission").glob("001_*")).read_text(encoding="utf-8")
    table = re.findall(r"^\| ([^|]+) \| ([\d.]+) \| ([\d.]+|n\.a\.) \| [^|]+ \|$", text, re.MULTILINE)
    assert len(table) == 51
    rows = set()
    for name, ef, ncv in table:
        row = reference.fuel(name)
        assert row is not None, name
        assert float(row["ef"]) == float(ef), name
        assert row["ncv"] == "" if ncv == "n.a." else float(row["ncv"]) == float(ncv), name
        rows.add(row["fuel"])
    assert len(rows) == 51 == len(reference.rows("fuels")) + len(reference.rows("biomass"))


def test_no_fuel_name_means_two_fuels() -> None:
    names = [
        " ".join(name.split()).casefold()
        for row in reference.rows("fuels") + reference.rows("biomass")
        for name in (row["fuel"], *filter(None, row["also_called"].split(";")))
    ]
    assert len(names) == len(set(names))
    assert {row["fuel"] for row in reference.rows("fuels") if row["waste_gas"] == "yes"} == {
        "Blast furnace gas",
        "Oxygen steel furnace gas",
        "Coke oven gas",
    }


def test_every_code_of_the_official_list_has_its_category(shared: Path) -> None:
    with (shared / "data" / "template_cn_codes.csv").open(encoding="utf-8", newline="") as file:
        official = {row["cn_code"]: row["category"].strip() for row in csv.DictReader(file)}
    assert len(official) == 569
    assert {row["cn_code"] for row in reference.rows("cn_codes") if row["in_template"] == "yes"} == official.keys()
    assert {code: reference.category_of(code) for code in official} == official


def test_prefixes_alone_give_the_same_categories() -> None:
    prefixes = {row["cn_code"]: row for row in reference.rows("cn_codes") if len(row["cn_code"]) < 8}
    listed = [row for row in reference.rows("cn_codes") if len(row["cn_code"]) == 8 and row["excluded"] == "no"]
    for row in listed:
        above = reference._longest(prefixes, row["cn_code"])
        assert above is None or above["excluded"] == "yes" or above["category"] == row["category"], row["cn_code"]


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("7204", None),
        ("72044910", None),
        ("72022100", None),
        ("72023000", None),
        ("72029910", None),
        ("31056000", None),
        ("31052010", "Mixed fertilisers"),
        ("72024910", "Alloys (FeMn, FeCr, FeNi)"),
        ("7318 15 42", "Iron or steel products"),
        ("2523290010", "Cement"),
        ("76011000", "Unwrought aluminium"),
        ("25070080", "Calcined clays"),
        ("10011900", None),
        ("72", None),
        ("", None),
    ],
)
def test_category_by_the_longest_prefix(code: str, category: str | None) -> None:
    assert reference.category_of(code) == category


def test_categories_and_routes_are_the_commissions(official: dict[str, Any]) -> None:
    assert [row["official_text"] for row in reference.rows("categories")] == official["goods"]
    for row in reference.rows("categories"):
        text = row["official_text"]
        assert row["category"] == text.strip()
        assert row["unit"] == official["unit_of_good"][text]
        assert list(reference.routes(row["category"])) == official["production_routes"][text]


def test_precursors_follow_annex_ii_and_include_the_templates(official: dict[str, Any]) -> None:
    for category, precursors in official["relevant_precursors"].items():
        assert {each.strip() for each in precursors} <= reference.relevant(category.strip())
    assert reference.relevant("Iron or steel products") == {
        "Crude steel",
        "Pig iron",
        "Direct reduced iron",
        "Alloys (FeMn, FeCr, FeNi)",
        "Iron or steel products",
    }
    assert {"Crude steel", "Direct reduced iron"} <= reference.relevant("Crude steel")
    assert {"Pig iron", "Direct reduced iron", "Hydrogen"} <= reference.relevant("Pig iron")
    assert "Unwrought aluminium" in reference.relevant("Unwrought aluminium")
    assert "Mixed fertilisers" in reference.relevant("Mixed fertilisers")
    assert not reference.relevant("Cement clinker")
    marked = {
        (r["category"], r["precursor"]) for r in reference.rows("relevant_precursors") if r["in_template"] == "yes"
    }
    assert marked == {(c.strip(), p.strip()) for c, found in official["relevant_precursors"].items() for p in found}


def test_joint_processes_allow_what_the_template_allows(official: dict[str, Any]) -> None:
    for category, members in official["bubble_members"].items():
        assert {each.strip() for each in members} <= reference.joint(category.strip()).keys()
    assert reference.joint("Cement") == {"Cement clinker": True, "Calcined clays": True}
    assert reference.joint("Crude steel")["Pig iron"] is False


def test_goods_parameters_include_the_templates(official: dict[str, Any]) -> None:
    assert len({row["parameter"] for row in reference.rows("goods_parameters")}) == 22
    for category, wanted in official["special_parameters"].items():
        assert set(wanted) <= {row["parameter"] for row in reference.goods_parameters(category.strip())}
    assert {row["unit"] for row in reference.rows("goods_parameters")} == {"%", "t/t", "text", "yes/no", "choice"}


def test_lists_of_the_template_are_complete(shared: Path) -> None:
    for sheet in ("countries", "currencies"):
        with (shared / "data" / f"template_{sheet}.csv").open(encoding="utf-8", newline="") as file:
            wanted = [(row["code"], row["name"]) for row in csv.DictReader(file)]
        assert [(row["code"], row["name"]) for row in reference.rows(sheet)] == wanted


def test_every_standard_factor_is_there(shared: Path) -> None:
    with (shared / "data" / "standard_factors.csv").open(encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    for row in wanted:
        if row["table"].startswith("IX"):
            code, built, *medium = re.sub("^([A-Z0-9]+) [^|]*", r"\1", row["item"]).split("|")
            found = reference.find(
                "annex_ix",
                "electricity" if row["table"].startswith("IX-1") else "heat",
                code,
                built.replace("built", "").replace("2012-2015", "from 2012 to 2015"),
                "direct use of exhaust gas" if "exhaust" in "".join(medium) else "".join(medium),
            )
            figure = reference.figure(found) if found else None
            assert (figure.value if figure else None) == (float(row["value"]) if row["value"] else None), row["item"]
        elif row["table"][0] in "345":
            sheet = "materials" if row["table"][0] == "5" else "carbonates"
            assert reference.value(sheet, row["item"], column="ef").value == float(row["EF"])
            if row["CC"]:
                assert reference.value(sheet, row["item"], column="carbon_content").value == float(row["CC"])
        elif row["table"].startswith("PFC") and row["value"]:
            method = "Slope method" if "slope" in row["table"] else "Overvoltage method"
            column = "c2f6_per_cf4" if "C2F6" in row["table"] else "factor"
            technology = row["item"].split(" (")[0]
            assert float(reference.lookup("pfc", technology, method)[column]) == float(row["value"])
    constants = sorted(float(row["value"]) for row in wanted if row["table"] == "constants")
    ours = [float(row["value"]) for row in reference.rows("parameters")]
    assert [value for value in constants if value not in ours] == []


@pytest.mark.parametrize(
    ("id", "sheet", "key", "column", "scale"),
    [
        ("natural_gas_ef", "fuels", ("Natural gas",), "ef", 1),
        ("gwp_co2", "gwp", ("CO2",), "value", 1),
        ("gwp_n2o", "gwp", ("N2O",), "value", 1),
        ("gwp_cf4", "gwp", ("CF4",), "value", 1),
        ("gwp_c2f6", "gwp", ("C2F6",), "value", 1),
        ("chp_reference_heat", "annex_ix", ("heat", "S1", "before 2016", "hot water"), "value", 0.01),
        ("chp_reference_electricity", "annex_ix", ("electricity", "S1", "before 2012", ""), "value", 0.01),
    ],
)
def test_a_figure_that_stands_twice_is_the_same(
    id: str, sheet: str, key: tuple[str, ...], column: str, scale: float
) -> None:
    assert reference.parameter(id).value == pytest.approx(reference.value(sheet, *key, column=column).value * scale)


def test_factors_fit_their_chemistry() -> None:
    """Slips of transcription would show: EF of a material is carbon content times f, of a carbonate a molar ratio."""
    factor = reference.parameter("carbon_factor").value
    for row in reference.rows("materials"):
        assert float(row["ef"]) == pytest.approx(float(row["carbon_content"]) * factor, abs=0.006), row["material"]
    molar = {"CaCO3": 100.09, "MgCO3": 84.31, "Na2CO3": 105.99, "BaCO3": 197.34, "Li2CO3": 73.89, "K2CO3": 138.21}
    molar |= {"SrCO3": 147.63, "FeCO3": 115.85, "CaO": 56.08, "MgO": 40.30, "BaO": 153.33, "NaHCO3": 84.01}
    for row in reference.rows("carbonates"):
        assert float(row["ef"]) == pytest.approx(44.01 / molar[row["substance"]], abs=0.0011), row["substance"]


def test_default_values_add_up() -> None:
    for row in reference.rows("default_values_transitional"):
        assert float(row["direct"]) + float(row["indirect"]) == pytest.approx(float(row["total"]), abs=0.0101), row
        assert reference.category_of(row["cn_code"].ljust(8, "0")), row["cn_code"]
    found = reference.default_value("7318 15 42")
    assert found is not None
    assert (found.cn_code, found.direct.value, found.indirect.value) == ("731815", 2.10, 1.99)
    assert reference.default_value("72021120") is not None
    assert reference.default_value("27160000") is None
    assert reference.primary_aluminium() == (2.36, 8.14)


def test_names_of_codes() -> None:
    assert reference.cn_name("2808 00 00") == "Nitric acid; sulphonitric acids"
    assert reference.cn_name("99999999") is None


def test_glossary_has_forty_terms_and_names_each_once() -> None:
    terms = [row["term"].casefold() for row in reference.rows("glossary")]
    assert len(terms) >= 40
    assert terms == sorted(set(terms))
    for row in reference.rows("glossary"):
        assert row["meaning"].endswith("."), row["term"]
        assert len(row["meaning"]) <= 200, row["term"]


def test_editions_name_act_and_day() -> None:
    found = reference.editions()
    assert found.keys() >= {"parameters", "default_values"}
    assert found["parameters"] == "IR (EU) 2023/1773 (2024-10-31)"
    later = reference.editions(definitive=True)
    assert later["parameters"].startswith("IR (EU) 2025/2547 (2025-12-22)")
    assert later["default_values"] == "IR (EU) 2025/2621 (2025-12-31); IR (EU) 2026/1740 (2026-07-20)"
    assert later["benchmarks"] == "IR (EU) 2025/2620 (2026-02-06)"


# --- update ------------------------------------------------------------------------------------------------------


def run(script: str, *arguments: str | Path) -> list[str]:
    """Runs a script of reference_sheets/update; its lines."""
    command = [sys.executable, "-W", "ignore", SHEETS / "update" / f"{script}.py", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


CHANGED = [
    "fuels: changed Anthracite / 2023-10-01: ncv: 26.7 -> 26.8",
    "fuels: changed Natural gas / 2023-10-01: ef: 56.1 -> 56.2",
    "fuels: changed Natural gas / 2023-10-01: ncv: 48 -> 49.5",
]


def changed_fuels() -> list[dict[str, str]]:
    """The columns of the fuels that a download would have, with three figures changed and all numbers as 26.70."""
    rows = [{column: row[column] for column in ("fuel", "ef", "ncv")} for row in reference.rows("fuels")]
    for row in rows:
        row["ef"] = f"{float(row['ef']):.2f}"
        if row["fuel"] == "Anthracite":
            row["ncv"] = "26.8"
        if row["fuel"] == "Natural gas":
            row["ef"], row["ncv"] = "56.2", "49.5"
    return rows


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_three_changed_figures_are_three_lines(scratch: Path, tmp_path: Path, kind: str) -> None:
    rows, source = changed_fuels(), tmp_path / f"fuels.{kind}"
    if kind == "csv":
        with source.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    else:
        from openpyxl import Workbook

        book = Workbook()
        assert book.active is not None
        book.active.append(list(rows[0]))
        for row in rows:
            book.active.append([row["fuel"], float(row["ef"]), float(row["ncv"]) if row["ncv"] else None])
        book.save(source)
    before = (scratch / "fuels.csv").read_text(encoding="utf-8")
    assert sorted(run("annexes", source, "--folder", scratch)) == CHANGED
    assert (scratch / "fuels.csv").read_text(encoding="utf-8") == before
    assert sorted(run("annexes", source, "--folder", scratch, "--write")) == CHANGED
    written = {row["fuel"]: row for row in reference.load(scratch / "fuels.csv")}
    assert (written["Natural gas"]["ncv"], written["Natural gas"]["waste_gas"]) == ("49.5", "no")
    assert run("annexes", source, "--folder", scratch) == ["fuels: no difference"]
    assert run("annexes", scratch / "fuels.csv") != ["fuels: no difference"]  # against the checkout's own sheets


def test_a_new_row_without_a_source_is_refused(scratch: Path, tmp_path: Path) -> None:
    source = tmp_path / "gas.csv"
    source.write_text("gas,value\nSF6,23500\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="SF6 has no act and no provision and no edition; nothing was written"):
        run("annexes", source, "--sheet", "gwp", "--folder", scratch, "--write")
    assert len(reference.rows("gwp")) == 4


def test_the_commissions_template_says_what_we_ship(shared: Path, scratch: Path) -> None:
    template = next((shared / "official").glob("*EMPTY.xlsx"))
    for sheet, was, now in (
        ("countries", "TR,Türkiye", "TR,Turkey"),
        ("routes", "Smelting reduction,2", "Smelting,2"),
        ("cn_codes", "25231000,Cement clinkers", "25231000,Clinkers"),
    ):
        path = scratch / f"{sheet}.csv"
        text = path.read_text(encoding="utf-8")
        assert was in text
        path.write_text(text.replace(was, now), encoding="utf-8")
    assert sorted(run("template", template, "--folder", scratch, "--write")) == [
        "cn_codes: changed 25231000 / 2023-10-01: name: Clinkers -> Cement clinkers",
        "countries: changed TR / 2023-10-01: name: Turkey -> Türkiye",
        "currencies: no difference",
        "routes: added Pig iron / Smelting reduction / 2023-10-01",
        "routes: removed Pig iron / Smelting / 2023-10-01",
    ]
    for sheet in ("cn_codes", "countries", "routes"):
        assert (scratch / f"{sheet}.csv").read_bytes() == (SHEETS / f"{sheet}.csv").read_bytes()


def test_pint_works_out_a_new_spelling(scratch: Path) -> None:
    assert run("units", scratch / "units.csv") == ["units: no difference"]
    rows = list(csv.DictReader((scratch / "units.csv").read_text(encoding="utf-8").splitlines()))
    row = next(row for row in rows if row["spelling"] == "Gcal")
    rows.append(row | {"spelling": "Tcal", "pint": "Tcal", "factor": "", "exact": ""})
    source = scratch / "more_units.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert run("units", source, "--folder", scratch, "--write") == ["units: added Tcal / 2023-10-01"]
    assert reference.lookup("units", "Tcal")["exact"] == "10467/2500"


def test_the_page_of_the_sheets_is_not_stale() -> None:
    script = runpy.run_path(str(SHEETS / "update" / "readme.py"))
    assert script["ABOUT"].keys() == reference.KEYS.keys()
    page = (SHEETS / "README.md").read_text(encoding="utf-8")
    assert script["current"](page) == page, "run python reference_sheets/update/readme.py"
