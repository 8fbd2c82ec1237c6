"""The worked examples: no error, hand-calculated figures, closed balances, other units, a deleted process, the file."""

from __future__ import annotations

import copy
from functools import cache
from random import Random
from typing import Any

import commission
import pytest
from declared import EXAMPLES, Rows, address, book_of, example, examples
from hypothesis import given, settings
from hypothesis import strategies as st
from plants import told
from test_oracle import compare

from cbam_xl.attribution import recalculate
from cbam_xl.model import ERROR, WARNING, WASTE_GAS, fold
from cbam_xl.report import Balance, Report
from cbam_xl.sheets import inputs, records

approx = pytest.approx
NAMES = examples()
OFFICIAL = {
    "cement_bubble": "ec1_cement_bubble",
    "steel_bf_bof_bubble": "ec2_steel_bf_bof_bubble",
    "steel_screws_nuts": "ec4_steel_screws_nuts",
    "fertiliser_npk_ec": "ec5_fertiliser_npk",
}
"""Examples with the figures of a published workbook, and the case that holds its results."""


def solved(data: dict[str, Any]) -> Report:
    return recalculate(records.read(book_of(data)))


@cache
def report(name: str) -> Report:
    return solved(example(name))


def balance(name: str, process: str) -> Balance:
    return next(b for b in report(name).processes if b.name == process)


def test_all_wanted_examples_are_there() -> None:
    wanted = {"cement", "steel_bf_bof", "steel_eaf", "aluminium", "fertiliser_npk", "hydrogen", *OFFICIAL}
    assert wanted | {"cement_900_kt", "cement_950_kt", "cement_link_deleted"} <= set(NAMES)


def test_every_input_sheet_is_used_by_an_example() -> None:
    assert {sheet for name in NAMES for sheet in example(name)} >= set(inputs.BY_NAME)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_warnings_that_the_example_lists(name: str) -> None:
    found = report(name).issues
    assert [str(i) for i in found if i.level == ERROR] == []
    assert {i.code for i in found if i.level == WARNING} == set(example(name).get("allow", {}).get("warnings", []))


@pytest.mark.parametrize("name", NAMES)
def test_figures_of_the_hand_calculation(name: str) -> None:
    expected = example(name)["expect"]
    goods = {p["name"] for p in example(name)["Processes"] if p["category"] != "Not a CBAM good"}
    assert set(expected) == goods
    for process, figures in expected.items():
        assert {"see_direct", "see_indirect"} <= set(figures)
        for field, figure in figures.items():
            assert getattr(balance(name, process), field) == approx(figure, rel=1e-9, abs=0), (process, field)


@pytest.mark.parametrize("name", NAMES)
def test_every_balance_closes_but_those_that_the_example_lists(name: str) -> None:
    lines = report(name).closure
    assert {line.balance for line in lines} >= {"direct emissions"}
    opened = {f"{line.balance}: {line.of}" for line in lines if not abs(line.unexplained) <= 1e-9 * line.scale}
    assert opened == set(example(name).get("allow", {}).get("open", []))


@pytest.mark.parametrize("name", OFFICIAL)
def test_published_example_gives_the_figures_of_its_workbook(shared: Any, name: str) -> None:
    case = commission.case(shared, OFFICIAL[name])
    assert compare(report(name), case) >= 7 * len(case["inputs"]["processes"]) + 4


@pytest.mark.parametrize("name", NAMES)
def test_example_says_where_its_figures_come_from(name: str) -> None:
    title, about = example(name)["title"], example(name)["about"]
    assert "\n" not in title
    assert "made up" in about or (name in OFFICIAL and "published" in about)
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert f"| [`{name}`]({name}.xlsx) | {title} |" in readme


# --- the plant of the platform's manual, in its three states -------------------------------------------------------

CLINKER, CEMENT = "Clinker Production Process", "Cement Production Process"


def test_more_clinker_makes_more_emissions_of_cement() -> None:
    less, more = balance("cement_900_kt", CEMENT), balance("cement_950_kt", CEMENT)
    assert more.see_direct > less.see_direct
    assert more.see_indirect > less.see_indirect
    clinker = balance("cement_900_kt", CLINKER)
    assert balance("cement_950_kt", CLINKER) == clinker
    assert (more.see_total - less.see_total) * 692308 == approx(50000 * clinker.see_total, rel=1e-9)


def test_heat_is_taken_off_one_process_and_added_to_the_other() -> None:
    assert balance("cement_900_kt", CLINKER).heat_out_tco2e == approx(35.74 * 56.1, rel=1e-12)
    assert balance("cement_900_kt", CEMENT).heat_in_tco2e == approx(35.74 * 56.1, rel=1e-12)
    assert balance("cement_900_kt", CEMENT).attributed_direct_tco2e == approx(35.74 * 56.1, rel=1e-12)


def test_deleted_link_leaves_what_the_electricity_causes() -> None:
    cement = balance("cement_link_deleted", CEMENT)
    assert cement.see_direct == 0
    assert cement.attributed_direct_tco2e + cement.attributed_indirect_tco2e == 4500
    assert round(cement.see_indirect, 4) == 0.0065
    assert balance("cement_link_deleted", CLINKER).heat_out_tco2e == 0


def test_deleted_link_can_be_put_back() -> None:
    data, before = copy.deepcopy(example("cement_link_deleted")), example("cement_900_kt")
    assert {k for k in inputs.BY_NAME if data.get(k) != before.get(k)} == {"Heat and waste gas", "Material flows"}
    data["Heat and waste gas"] = before["Heat and waste gas"]
    data["Material flows"].insert(0, before["Material flows"][0])
    assert told(solved(data)) == told(report("cement_900_kt"))


def test_one_amount_makes_the_difference_between_two_states() -> None:
    data = copy.deepcopy(example("cement_900_kt"))
    data["Material flows"][0]["quantity"] = 950000
    assert told(solved(data)) == told(report("cement_950_kt"))


# --- what only some examples show ----------------------------------------------------------------------------------


def test_waste_gas_line_shows_the_gap_of_the_two_equations() -> None:
    """Eq. 53 adds 56.1 t/TJ, Eq. 54 takes off 0.667 of it; coke oven gas to the power plant counts with 44.4 (C.2)."""
    inside = 800 + 2600 + 1600 + 1000 + 2400000 * 3.5 / 1000 + 1900
    line = next(line for line in report("steel_bf_bof").closure if line.balance == "waste gas")
    assert sum(line.explained.values()) == approx(inside * 56.1 * (1 - 0.667) - 1600 * (56.1 - 44.4), rel=1e-9)
    moved = [r for r in example("steel_bf_bof")["Heat and waste gas"] if r["kind"] == WASTE_GAS]
    assert len(moved) == 6


def test_main_meter_and_sub_meters_are_in_the_same_unit() -> None:
    """Sub-meters in the unit of their main meter, also where the law counts in another."""
    data = copy.deepcopy(example("cement"))
    data["Electricity"][0] |= {"quantity": 158.9, "quantity_unit": "GWh"}
    for row in data["Shared streams"]:
        row["weight"] = row["weight"] if isinstance(row["weight"], str) else row["weight"] / 1000
    assert figures(solved(data)) == approx(figures(report("cement")), rel=1e-12)


# --- properties ----------------------------------------------------------------------------------------------------


def mentions(data: dict[str, Any], name: str) -> list[tuple[str, str]]:
    """Sheet and cell of every row that mentions a process, its own rows apart."""
    return [
        (sheet.name, address(sheet.name, column.field, row))
        for sheet in inputs.TABLES
        for row, entry in enumerate(data.get(sheet.name, []))
        for column in sheet.columns
        if column.kind == "ref" and fold(str(entry.get(column.field, ""))) == fold(name)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_deleting_a_process_names_every_row_that_still_mentions_it(name: str) -> None:
    for process in dict.fromkeys(p["name"] for p in example(name)["Processes"]):
        data = copy.deepcopy(example(name))
        data["Processes"] = [p for p in data["Processes"] if p["name"] != process]
        found = [i for i in solved(data).issues if i.code == "name-unknown"]
        assert sorted((i.sheet, i.cell) for i in found) == sorted(mentions(data, process))
        assert found
        assert all(i.level == ERROR and f"“{process[:25]}" in i.message for i in found)  # long names are cut


OTHER_UNITS: dict[str, dict[str, float]] = {
    "t": {"kg": 1000, "kt": 0.001, "lb": 1 / 0.00045359237},
    "kt": {"t": 1000},
    "1000Nm3": {"Nm3": 1000},
    "Nm3": {"1000Nm3": 0.001},
    "l": {"m3": 0.001},
    "TJ": {"GJ": 1000, "MWh": 1 / 0.0036, "kWh": 1 / 0.0000036, "Gcal": 1 / 0.0041868},
    "GJ": {"TJ": 0.001},
    "MWh": {"kWh": 1000, "GWh": 0.001, "TJ": 0.0036},
    "kWh (gross)": {"MWh (gross)": 0.001, "GJ (gross)": 0.0036},
    "GJ/t": {"MJ/kg": 1, "kcal/kg": 1 / 0.0041868, "MWh/t": 1 / 3.6},
    "GJ/1000Nm3": {"MJ/Nm3": 1, "kWh/Nm3": 1 / 3.6},
    "tCO2/TJ": {"kgCO2/GJ": 1, "kgCO2/kWh": 0.0036},
    "tCO2/t": {"kgCO2/kg": 1},
    "tCO2/MWh": {"kgCO2/kWh": 1, "gCO2/kWh": 1000},
    "kg/l": {"kg/m3": 1000},
}
"""What a figure in a unit is multiplied by in another."""

UNIT_COLUMNS = {
    "quantity_unit": ("quantity", "opening", "closing"),
    "ncv_unit": ("ncv",),
    "ef_unit": ("ef",),
    "density_unit": ("density",),
}
GIVEN_NCV = {"1000Nm3": "GJ/1000Nm3", "Nm3": "GJ/1000Nm3"}


def in_other_units(data: dict[str, Any], random: Random) -> dict[str, Any]:
    """The same data, with the units of the rows drawn anew; main meters keep that of their sub-meters."""
    data = copy.deepcopy(data)
    for sheet in inputs.TABLES:
        units = {c.field: c.default for c in sheet.columns if c.field in UNIT_COLUMNS}
        for row in data.get(sheet.name, []):
            if sheet.name == "Source streams" and "ncv" in row:
                units["ncv_unit"] = GIVEN_NCV.get(row.get("quantity_unit", "t"), "GJ/t")
            for field, default in units.items():
                old = row.get(field, default)
                numbers = [f for f in UNIT_COLUMNS[field] if isinstance(row.get(f), int | float)]
                shared = field == "quantity_unit" and "Shared" in (row.get("process"), row.get("target"))
                if numbers and not shared and random.random() < 0.7:
                    row[field], factor = random.choice(list(OTHER_UNITS.get(old, {old: 1}).items()))
                    row.update({f: row[f] * factor for f in numbers})
    return data


def figures(found: Report) -> list[float]:
    return [x for b in found.processes for x in (b.see_direct, b.see_indirect, b.default_share) if x == x]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_other_units_give_the_same_emissions(name: str, random: Random) -> None:
    found = solved(in_other_units(example(name), random))
    assert [str(i) for i in found.issues if i.level == ERROR] == []
    assert figures(found) == approx(figures(report(name)), rel=1e-9, abs=1e-15)
    assert len(found.issues) == len(report(name).issues)


# --- the built workbooks -------------------------------------------------------------------------------------------


def as_written(data: dict[str, Any]) -> Rows:
    """The rows as openpyxl writes them: numbers with 16 digits."""
    book = book_of(data)
    for rows in book.values():
        rows[:] = [[float(f"{v:.16g}") if isinstance(v, float) else v for v in row] for row in rows]
    return book


@pytest.mark.parametrize("name", [n for n in NAMES if (EXAMPLES / f"{n}.xlsx").exists()])
def test_the_built_workbook_gives_the_same_report(name: str) -> None:
    """The same figures, terms, findings and addresses."""
    from cbam_xl.road import read

    found = recalculate(read(EXAMPLES / f"{name}.xlsx"))
    assert told(found) == told(recalculate(records.read(as_written(example(name)))))
