"""Names are keys: unique, found again without case and blanks; several rows of one name; joint processes."""

from __future__ import annotations

from typing import Any

import pytest
from kiln_and_mill import KILN, MILL, PLANT, ROWS, at, balance, changed, codes, plant, read, solved

from cbam_xl.model import WORDS
from cbam_xl.sheets import choices, inputs


@pytest.mark.parametrize("typed", ["Mill", " mill ", "MILL", "mIll", "\tMill\n"])
def test_a_name_is_found_without_case_and_blanks_at_its_ends(typed: str) -> None:
    report = solved(changed("Source streams", 2, process=typed))
    assert report.issues == ()
    assert balance(report, "Mill").see_direct == pytest.approx(MILL)


def test_blanks_inside_a_name_count_once() -> None:
    data = plant(Processes=[{**PLANT["Processes"][0], "name": " Rotary  kiln "}, PLANT["Processes"][1]])
    for sheet, row, field in (("Source streams", 0, "process"), ("Source streams", 1, "process"),
                              ("Material flows", 0, "source"), ("Material flows", 1, "source")):  # fmt: skip
        data[sheet][row][field] = "rotary kiln"
    report = solved(data)
    assert report.issues == ()
    assert balance(report, "Rotary  kiln").see_direct == pytest.approx(KILN)


def test_a_name_may_be_a_number() -> None:
    data = plant(Processes=[{**PLANT["Processes"][0], "name": 7.0}, PLANT["Processes"][1]])
    for sheet, row, field in (("Source streams", 0, "process"), ("Source streams", 1, "process"),
                              ("Material flows", 0, "source"), ("Material flows", 1, "source")):  # fmt: skip
        data[sheet][row][field] = "7" if row else 7.0
    assert balance(solved(data), "7").see_direct == pytest.approx(KILN)


TWICE = [
    ("Processes", {"name": "kiln", "category": "Cement clinker", "route": "Wet kiln"}, "written in two ways"),
    ("Processes", {"name": "Kiln", "category": "Cement clinker", "quantity": 5.0}, "count twice"),
    ("Energy units", {"name": "KILN ", "kind": "Boiler or heat network"}, "also a name on Processes (B7)"),
    ("Precursors", ROWS["Precursors"] | {"name": "Mill"}, "also a name on Processes (B8)"),
    ("Goods", {"name": "cem  i", "process": "Mill", "cn_code": "25232900"}, "stands here twice (first in B7)"),
    ("Goods", {"name": "mill", "process": "Mill", "cn_code": "25232900"}, "also a name on Processes (B8)"),
]


@pytest.mark.parametrize(("sheet", "row", "words"), TWICE, ids=[words for *_, words in TWICE])
def test_two_names_that_are_nearly_equal(sheet: str, row: dict[str, Any], words: str) -> None:
    data = plant()
    rows = data.setdefault(sheet, [])
    rows.append(row)
    (issue,) = at(read(data).issues, sheet, "name", len(rows) - 1)
    assert (issue.code, issue.level) == ("name-twice", "error")
    assert words in issue.message


def test_the_same_energy_unit_twice() -> None:
    rows = [{"name": "Boiler", "kind": "Boiler or heat network"}] * 2
    assert codes(at(read(plant(Energy_units=rows)).issues, "Energy units", "name", 1)) == ["name-twice"]


@pytest.mark.parametrize("word", [*WORDS, "GRID", " remaining"])
@pytest.mark.parametrize("sheet", ["Processes", "Energy units", "Precursors", "Goods"])
def test_reserved_words(sheet: str, word: str) -> None:
    (issue, *_) = at(read(plant(**{sheet: [ROWS[sheet] | {"name": word}]})).issues, sheet, "name")
    assert (issue.code, issue.level) == ("name-reserved", "error")


REFS = [(s.name, c.field, c) for s in inputs.TABLES for c in s.columns if c.kind == "ref"]


@pytest.mark.parametrize(("sheet", "field", "column"), REFS, ids=[f"{s}-{f}" for s, f, _ in REFS])
def test_every_mention_of_an_unknown_name(sheet: str, field: str, column: Any) -> None:
    rows = [ROWS[sheet] | {field: name} for name in ("Killn", "No such thing at all")]
    issues = read(plant(**{sheet: rows})).issues
    near, far = (at(issues, sheet, field, row)[0] for row in (0, 1))
    assert (near.code, near.level, far.code) == ("name-unknown", "error", "name-unknown")
    assert "“Killn”" in near.message
    allowed = choices.NAMES[column.choices]
    assert ("Did you mean “Kiln”?" in near.message) == ("Processes" in allowed.sheets)
    assert all(sheet in far.message for sheet in allowed.sheets)
    assert all(f"nor “{word}”" in far.message for word in allowed.words)


def test_each_mention_of_a_deleted_process_is_an_issue_of_its_own() -> None:
    data = plant()
    del data["Processes"][0]
    found = [(i.sheet, i.cell) for i in solved(data).issues if i.code == "name-unknown"]
    assert sorted(found) == [("Material flows", "B7"), ("Material flows", "B8"), ("Source streams", "C7"),
                             ("Source streams", "C8")]  # fmt: skip


@pytest.mark.parametrize("letter", "_*?~")
@pytest.mark.parametrize(("sheet", "row"), [("Processes", 0), ("Precursors", 0)])
def test_characters_that_the_commissions_formulas_take_for_others(sheet: str, row: int, letter: str) -> None:
    entry = ROWS[sheet] | {"name": f"Line{letter}1"}
    (issue,) = at(read(plant(**{sheet: [entry]})).issues, sheet, "name")
    assert (issue.code, issue.level) == ("name-odd", "warning")
    renamed = read(plant(**{sheet: [entry | {"alias": "Line 1"}]}))
    assert "name-odd" not in codes(renamed.issues)  # the Commission's file gets the other name
    worse = read(plant(**{sheet: [entry | {"alias": f"L{letter}1"}]}))
    assert codes(at(worse.issues, sheet, "alias")) == ["name-odd"]


def test_a_blank_end_is_what_the_column_says() -> None:
    power = {"target": "Mill", "quantity": 5.0, "ef": 0.5}
    heat = {"kind": "Heat", "target": "Mill", "quantity": 5.0, "ef": 60.0}
    installation = read(plant(Electricity=[power], Heat_and_waste_gas=[heat]))
    assert installation.electricity[0].source == "Grid"
    assert codes(installation.issues) == ["value-missing"]  # the two ends of a transfer are never guessed
    assert [i.cell for i in at(installation.issues, "Heat and waste gas", "source")] == ["C7"]


# several rows of one name

CLINKER: dict[str, Any] = ROWS["Precursors"] | {"name": "Clinker from X", "quantity": 100.0}


def test_a_further_row_of_a_precursor_needs_only_what_it_adds() -> None:
    rows = [CLINKER, {"name": "Clinker from X", "route": "Wet kiln", "quantity": 50.0, "closing": 10.0},
            {"name": "Clinker from X", "route": "Shaft kiln"}]  # fmt: skip
    installation = read(plant(Precursors=rows))
    (precursor,) = installation.precursors
    assert codes(i for i in installation.issues if i.sheet == "Precursors") == []
    assert precursor.routes == ("Dry kiln", "Wet kiln", "Shaft kiln")
    assert precursor.quantity == pytest.approx(100 + 5 - 6 + 50 - 10)
    assert (precursor.see_direct, precursor.country) == (0.9, "TR")


@pytest.mark.parametrize(("field", "value", "words"), [("see_direct", 0.8, "different figures"),
                                                       ("category", "Cement", "different categories")])  # fmt: skip
def test_two_suppliers_are_two_precursors(field: str, value: Any, words: str) -> None:
    rows = [CLINKER, {"name": "Clinker from X", "quantity": 5.0, field: value}]
    (issue,) = at(read(plant(Precursors=rows)).issues, "Precursors", "name", 1)
    assert (issue.code, words in issue.message) == ("name-twice", True)


def test_an_unknown_amount_in_a_further_row_makes_the_sum_unknown() -> None:
    rows = [CLINKER, {"name": "Clinker from X", "quantity": "some"}]
    assert read(plant(Precursors=rows)).precursors[0].quantity is None


JOINT: list[dict[str, Any]] = [
    {"name": "Works", "category": "Sintered Ore"},
    {"name": "Works", "category": "Pig iron", "route": "Blast furnace route"},
    {"name": "Works", "category": "Crude steel", "route": "Basic oxygen steelmaking", "note": "from row 3"},
    {"name": "Works", "category": "Iron or steel products", "quantity": 100.0, "quantity_unit": "kt"},
]


@pytest.mark.parametrize("inside", [{}, {"quantity": 0.0}], ids=["blank", "zero"])
def test_a_joint_process_is_what_leaves_and_what_is_made_inside(inside: dict[str, float]) -> None:
    (process,) = read(plant(Processes=[row | inside for row in JOINT[:3]] + JOINT[3:])).processes
    assert (process.category, process.leaving) == ("Iron or steel products", ("Iron or steel products",))
    assert process.included == ("Sintered Ore", "Pig iron", "Crude steel")
    assert (process.quantity, process.quantity_unit, process.at.row) == (100000.0, "t", 10)
    assert process.note == "from row 3"


def test_routes_of_one_category_are_further_rows() -> None:
    rows = [{"name": "Kiln", "category": "Cement clinker", "route": "Dry kiln", "quantity": 6e5},
            {"name": "Kiln", "category": "Cement clinker", "route": "Wet kiln", "quantity": 4e5},
            PLANT["Processes"][1]]  # fmt: skip
    report = solved(plant(Processes=rows))
    assert "error" not in {i.level for i in report.issues}
    assert balance(report, "Kiln").see_direct == pytest.approx(KILN)


def test_several_categories_that_leave_are_shared_out_by_output() -> None:
    rows = [*JOINT[:2], JOINT[2] | {"quantity": 20.0}, JOINT[3]]
    installation = read(plant(Processes=rows))
    (process,) = installation.processes
    assert process.leaving == ("Crude steel", "Iron or steel products")
    assert process.quantity == 100020.0


@pytest.mark.parametrize(("quantity", "code"), [(0.0, "idle-process"), (None, "production-missing")])
def test_a_process_that_stood_still_is_not_one_without_production(quantity: float | None, code: str) -> None:
    report = solved(changed("Processes", 1, quantity=quantity))
    assert code in codes(at(report.issues, "Processes", "quantity", 1))
    assert report.json()["processes"][1]["see_direct"] is None  # type: ignore[index]


def test_unknown_production_stays_unknown_beside_known() -> None:
    rows = [*JOINT[:2], JOINT[2] | {"quantity": "many"}, JOINT[3]]
    assert read(plant(Processes=rows)).processes[0].quantity is None


@pytest.mark.parametrize(
    ("field", "word", "hint"),
    [
        ("source", "Market", "has a row on Precursors"),
        ("source", "outside", "has a row on Precursors"),
        ("source", "Waste", "belongs in “To”"),
        ("source", "Scrap", "belongs in “By-product”"),
        ("target", "Scrap", "belongs in “By-product”"),
        ("target", "Outside", "goes to “Market”"),
    ],
)
def test_a_word_in_the_wrong_column_of_material_flows(field: str, word: str, hint: str) -> None:
    (issue,) = at(read(changed("Material flows", 0, **{field: word})).issues, "Material flows", field)
    assert (issue.code, issue.level) == ("name-unknown", "error")
    assert hint in issue.message


def test_a_fuel_that_stands_where_its_process_belongs() -> None:
    (issue,) = at(read(changed("Source streams", 0, process="Natural gas")).issues, "Source streams", "process")
    assert "belongs in “Source stream name”" in issue.message


def test_a_by_product_cannot_be_called_like_an_end_of_a_row() -> None:
    (issue,) = at(read(changed("Material flows", 0, material="market")).issues, "Material flows", "material")
    assert (issue.code, issue.level) == ("name-reserved", "error")
    assert "belongs in “To”" in issue.message
