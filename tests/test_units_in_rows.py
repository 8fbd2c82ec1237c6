"""Units in their rows, stocks, and the word “remaining”: what is typed becomes what the equations want, or an issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from kiln_and_mill import KILN, MILL, PLANT, ROWS, at, balance, changed, codes, plant, read, solved, unknown

from cbam_xl import reference, units
from cbam_xl.model import Stream
from cbam_xl.sheets import choices, inputs

Cells = dict[str, Any]
FUEL = {"name": "Fuel", "process": "Mill", "method": "Combustion", "quantity": 1000.0}


def stream(**cells: Any) -> tuple[Stream, list[tuple[str, str]]]:
    """The record of one fuel, and the codes of what is wrong with it, with their fields."""
    installation = read(plant(Source_streams=[FUEL | cells]))
    fields = {installation.streams[0].at.address(c.field): c.field for c in inputs.STREAMS.columns}
    found = [(i.code, fields[i.cell]) for i in installation.issues if i.sheet == "Source streams"]
    return installation.streams[0], found


@pytest.mark.parametrize(("unit", "cells", "quantity", "basis"), [
    ("t", {}, 1000, "t"), ("", {}, 1000, "t"), ("kg", {}, 1, "t"), ("kt", {}, 1e6, "t"), ("lb", {}, 0.45359237, "t"),
    ("1000Nm3", {}, 1000, "1000Nm3"), ("Nm3", {}, 1, "1000Nm3"), ("TJ", {}, 1000, "TJ"), ("GJ", {}, 1, "TJ"),
    ("MWh", {}, 3.6, "TJ"), ("kWh", {}, 0.0036, "TJ"), ("Gcal", {}, 4.1868, "TJ"), ("MMBtu", {}, 1.05505585262, "TJ"),
    ("MWh (gross)", {"net_per_gross": 0.9}, 3.24, "TJ"), ("GJ (gross)", {"net_per_gross": 0.9}, 0.9, "TJ"),
    ("kWh (gross)", {"net_per_gross": 0.9}, 0.00324, "TJ"),
    ("MMBtu (gross)", {"net_per_gross": 0.9}, 0.949550267358, "TJ"),
    ("l", {"density": 0.84}, 0.84, "t"), ("l", {"density": 840.0, "density_unit": "kg/m3"}, 0.84, "t"),
    ("m3", {"density": 0.84}, 840, "t"), ("m3", {"density": 0.84, "density_unit": "kg/l"}, 840, "t"),
    ("Nm3", {"density": 0.8}, 0.8, "t"), ("1000Nm3", {"density": 0.8, "density_unit": "kg/Nm3"}, 800, "t"),
    ("Nm3", {"density": 0.8, "ncv": 36.0, "ncv_unit": "MJ/Nm3"}, 1, "1000Nm3"),
    ("t", {"density": 0.8}, 1000, "t"), (" k g ", {}, 1, "t"), ("Nm³", {}, 1, "1000Nm3"),
])  # fmt: skip
def test_activity_data_in_every_unit(unit: str, cells: Cells, quantity: float, basis: str) -> None:
    ncv = {"ncv": 40.0} if basis != "TJ" else {}
    found, issues = stream(**{"quantity_unit": unit, "ef": 50.0} | ncv | cells)
    assert issues == []
    assert found.unit == basis
    assert found.quantity == pytest.approx(quantity, rel=1e-12)


def test_every_unit_of_activity_data_on_offer_is_tested_above() -> None:
    tested = {case[0] for case in test_activity_data_in_every_unit.pytestmark[0].args[1]}  # type: ignore[attr-defined]
    assert set(choices.FIXED["ad_units"]) <= tested


@pytest.mark.parametrize(("ad", "cells", "ncv"), [
    ("t", {"ncv_unit": ""}, 0.04), ("1000Nm3", {"ncv_unit": ""}, 0.04), ("t", {"ncv_unit": "GJ/t"}, 0.04),
    ("t", {"ncv_unit": "MJ/kg"}, 0.04), ("kg", {"ncv_unit": "kcal/kg"}, 40 * 4.1868e-6),
    ("t", {"ncv_unit": "MWh/t"}, 0.144), ("Nm3", {"ncv_unit": "GJ/1000Nm3"}, 0.04),
    ("Nm3", {"ncv_unit": "MJ/Nm3"}, 0.04), ("1000Nm3", {"ncv_unit": "kcal/Nm3"}, 40 * 4.1868e-3 / 1000),
    ("1000Nm3", {"ncv_unit": "kWh/Nm3"}, 0.144),
    ("t", {"ncv_unit": "GJ/t (gross)", "net_per_gross": 0.9}, 0.036),
    ("t", {"ncv_unit": "MJ/kg (gross)", "net_per_gross": 0.9}, 0.036),
    ("Nm3", {"ncv_unit": "MJ/Nm3 (gross)", "net_per_gross": 0.9}, 0.036),
    ("Nm3", {"ncv_unit": "kWh/Nm3 (gross)", "net_per_gross": 0.9}, 0.1296),
    ("l", {"ncv_unit": "GJ/t", "density": 0.84}, 0.04),
    ("Nm3", {"ncv_unit": "GJ/t", "density": 0.8}, 0.04),
    ("TJ", {"ncv_unit": "GJ/t"}, None),
])  # fmt: skip
def test_calorific_values_in_every_unit(ad: str, cells: Cells, ncv: float | None) -> None:
    found, issues = stream(**{"quantity_unit": ad, "ncv": 40.0, "ef": 50.0} | cells)
    assert issues == []
    assert found.ncv == (None if ncv is None else pytest.approx(ncv, rel=1e-12))


def test_every_unit_of_calorific_values_on_offer_is_tested_above() -> None:
    cases = test_calorific_values_in_every_unit.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert set(choices.FIXED["ncv_units"]) <= {case[1]["ncv_unit"] for case in cases}


@pytest.mark.parametrize(("ad", "cells", "ef", "basis"), [
    ("t", {"ef_unit": "", "ncv": 40.0}, 50, "TJ"), ("t", {"ef_unit": "tCO2/TJ", "ncv": 40.0}, 50, "TJ"),
    ("t", {"ef_unit": "kgCO2/GJ", "ncv": 40.0}, 50, "TJ"), ("MWh", {"ef_unit": "kgCO2/kWh"}, 50000 / 3.6, "TJ"),
    ("MWh", {"ef_unit": "kgCO2/MWh"}, 50 / 3.6, "TJ"), ("t", {"ef_unit": "tCO2/t"}, 50, "t"),
    ("kg", {"ef_unit": "kgCO2/kg"}, 50, "t"), ("Nm3", {"ef_unit": "tCO2/1000Nm3"}, 50, "1000Nm3"),
    ("1000Nm3", {"ef_unit": "kgCO2/Nm3"}, 50, "1000Nm3"), ("Nm3", {"ef_unit": "tCO2/t", "density": 0.8}, 50, "t"),
    ("l", {"ef_unit": "kgCO2/kg", "density": 0.84}, 50, "t"),
    ("MWh (gross)", {"ef_unit": "kgCO2/MWh (gross)", "net_per_gross": 0.9}, 50 / 3.6 / 0.9, "TJ"),
])  # fmt: skip
def test_emission_factors_in_every_unit(ad: str, cells: Cells, ef: float, basis: str) -> None:
    found, issues = stream(**{"quantity_unit": ad, "ef": 50.0} | cells)
    assert issues == []
    assert found.ef_unit == basis
    assert found.ef == pytest.approx(ef, rel=1e-12)


def test_every_unit_of_emission_factors_on_offer_is_tested_above() -> None:
    cases = test_emission_factors_in_every_unit.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert set(choices.FIXED["ef_units"]) <= {case[1]["ef_unit"] for case in cases}


def test_gross_energy_and_gross_factor_cancel_out() -> None:
    gross = stream(quantity_unit="MWh (gross)", ef=180.0, ef_unit="kgCO2/MWh (gross)", net_per_gross=0.9)[0]
    assert gross.quantity is not None
    assert gross.ef is not None
    assert gross.quantity * gross.ef == pytest.approx(1000 * 0.18)


UNFIT: list[tuple[Cells, list[tuple[str, str]]]] = [
    ({"quantity_unit": "l", "ncv": 43.0}, [("value-missing", "density")]),
    ({"quantity_unit": "m3", "ncv": 43.0}, [("value-missing", "density")]),
    ({"quantity_unit": "l", "ncv": 43.0, "density": "light"}, [("number-expected", "density")]),
    ({"quantity_unit": "Nm3", "ef_unit": "tCO2/t"}, [("unit-unfit", "ef_unit")]),
    ({"quantity_unit": "Nm3", "ncv": 43.0, "ncv_unit": "GJ/t"}, [("unit-unfit", "ncv_unit")]),
    ({"quantity_unit": "t", "ncv": 43.0, "ncv_unit": "MJ/Nm3"}, [("unit-unfit", "ncv_unit")]),
    ({"quantity_unit": "t", "ef_unit": "kgCO2/Nm3"}, [("unit-unfit", "ef_unit")]),
    ({"quantity_unit": "TJ", "ef_unit": "tCO2/t"}, [("unit-unfit", "ef_unit")]),
    ({"quantity_unit": "t", "ef_unit": "t"}, [("unit-unfit", "ef_unit")]),
    ({"quantity_unit": "h", "ncv": 43.0}, [("unit-unfit", "quantity_unit")]),
    ({"quantity_unit": "l", "density": 0.8, "density_unit": "kg/Nm3", "ncv": 43.0}, [("unit-unfit", "density_unit")]),
    ({"quantity_unit": "MWh (gross)"}, [("value-missing", "net_per_gross")]),
    (
        {"quantity_unit": "MWh (gross)", "net_per_gross": 0.0},
        [("zero-missing", "net_per_gross"), ("value-missing", "net_per_gross")],
    ),
    ({"quantity_unit": "MWh (gross)", "net_per_gross": 1.11}, [("number-range", "net_per_gross")]),
    ({"quantity_unit": "t", "ncv": 43.0, "ncv_unit": "MJ/kg (gross)"}, [("value-missing", "net_per_gross")]),
    ({"quantity_unit": "Nm33", "ef_unit": "tCO2/1000Nm3"}, [("unit-unknown", "quantity_unit")]),
    ({"quantity_unit": "t", "ncv": 43.0, "ncv_unit": "GJ per t"}, [("unit-unknown", "ncv_unit")]),
    ({"quantity_unit": "t", "ncv": 43.0, "ef_unit": "tCO2/Tj"}, [("unit-unknown", "ef_unit")]),
    ({"quantity_unit": "t"}, [("value-missing", "ncv")]),
    ({"quantity_unit": "t", "ncv": 0.0}, [("zero-missing", "ncv"), ("value-missing", "ncv")]),
    ({"quantity_unit": "t", "ncv": "much"}, [("number-expected", "ncv")]),
]


@pytest.mark.parametrize(("cells", "wanted"), UNFIT, ids=[str(list(c.values())) for c, _ in UNFIT])
def test_units_that_do_not_fit(cells: Cells, wanted: list[tuple[str, str]]) -> None:
    found, issues = stream(**{"ef": 50.0} | cells)
    assert issues == wanted
    assert any(map(unknown, (found.quantity, found.ncv if found.ef_unit == "TJ" else 1.0, found.ef)))
    report = solved(plant(Source_streams=[*PLANT["Source streams"][:2], FUEL | {"ef": 50.0} | cells]))
    assert report.json()["processes"][1]["see_direct"] is None  # type: ignore[index]


@pytest.mark.parametrize(("sheet", "field", "typed", "meant"), [
    ("Source streams", "quantity_unit", "MWh gross", "MWh (gross)"), ("Source streams", "quantity_unit", "Nm33", "Nm3"),
    ("Source streams", "quantity_unit", "tons", "“metric tons” or “short tons”"),
    ("Source streams", "ncv_unit", "GJ/tt", "GJ/t"),
    ("Source streams", "ef_unit", "tCO2/TJJ", "tCO2/TJ"), ("Heat and waste gas", "quantity_unit", "Gcall", "Gcal"),
    ("Electricity", "quantity_unit", "MWwh", "MWh"), ("Electricity", "ef_unit", "kgCO2/MWw", "kgCO2/MWh"),
    ("Material flows", "quantity_unit", "kgg", "kg"),
])  # fmt: skip
def test_an_unknown_unit_is_told_with_the_nearest_spelling(sheet: str, field: str, typed: str, meant: str) -> None:
    (issue,) = at(read(plant(**{sheet: [ROWS[sheet] | {field: typed}]})).issues, sheet, field)
    assert (issue.code, issue.level) == ("unit-unknown", "error")
    assert "Did you mean" in issue.message
    assert meant in issue.message.split("Possible")[0]


OFFERED: Mapping[tuple[str, str], Mapping[str, float]] = {
    ("Heat and waste gas", "quantity_unit"): {  # 10 of each in TJ, the gas with 3.6 GJ/1000Nm3
        "TJ": 10.0, "GJ": 0.01, "MWh": 0.036, "kWh": 3.6e-5, "Gcal": 0.041868, "MMBtu": 0.0105505585262,
        "1000Nm3": 0.036, "Nm3": 3.6e-5},
    ("Electricity", "quantity_unit"): {"MWh": 10.0, "kWh": 0.01, "GWh": 1e4, "TJ": 1e4 / 3.6, "GJ": 10 / 3.6},
    ("Electricity", "ef_unit"): {"tCO2/MWh": 10.0, "kgCO2/MWh": 0.01, "kgCO2/kWh": 10.0, "gCO2/kWh": 0.01},
}  # fmt: skip


@pytest.mark.parametrize(("sheet", "field", "label", "wanted"), [(*place, *case) for place, cases in OFFERED.items()
                                                                 for case in cases.items()])  # fmt: skip
def test_heat_and_power_in_every_unit_on_offer(sheet: str, field: str, label: str, wanted: float) -> None:
    number = field.replace("quantity_unit", "quantity").replace("ef_unit", "ef")
    row = ROWS[sheet] | {number: 10.0, field: label} | ({"ncv": 3.6} if "ncv" in ROWS[sheet] else {})
    installation = read(plant(**{sheet: [row]}))
    found = installation.electricity if sheet == "Electricity" else installation.transfers
    assert getattr(found[0], number) == pytest.approx(wanted, rel=1e-12)
    assert codes(i for i in installation.issues if i.sheet == sheet) == []


@pytest.mark.parametrize(("sheet", "field"), list(OFFERED))
def test_every_unit_of_heat_and_power_on_offer_is_tested_above(sheet: str, field: str) -> None:
    assert set(choices.FIXED[inputs.BY_NAME[sheet].column(field).choices]) == set(OFFERED[sheet, field])


@pytest.mark.parametrize(("row", "code", "field"), [
    ({"kind": "Heat", "quantity_unit": "Nm3"}, "unit-unfit", "quantity_unit"),
    ({"quantity_unit": "t"}, "unit-unfit", "quantity_unit"),
    ({"quantity_unit": "MWh (gross)"}, "unit-unfit", "quantity_unit"),
    ({"quantity_unit": "Nm3", "ncv": ""}, "value-missing", "ncv"),
    ({"quantity_unit": "Sm3", "ncv": 0.0}, "value-missing", "ncv"),
])  # fmt: skip
def test_heat_and_waste_gas_that_cannot_be_an_energy(row: Cells, code: str, field: str) -> None:
    installation = read(plant(Heat_and_waste_gas=[ROWS["Heat and waste gas"] | row]))
    assert codes(at(installation.issues, "Heat and waste gas", field)) == [code]
    assert installation.transfers[0].quantity is None


# a good is counted in the unit of its category

POWER = "Electricity (export to EU)"
CATEGORIES = [(row["category"], row["unit"]) for row in reference.rows("categories")]


def amount(sheet: str, category: str, unit: str) -> tuple[float | None, list[str]]:
    """An amount of 7 of a category on one of the sheets of goods, as read, and what is wrong with its unit."""
    works = {"name": "Works", "category": category, "quantity": 100.0, "quantity_unit": dict(CATEGORIES)[category]}
    rows: Mapping[str, Cells] = {
        "Processes": {"name": "Works", "category": category, "quantity": 7.0},
        "Goods": {"name": "Good", "process": "Works", "cn_code": "25232900", "quantity": 7.0},
        "Material flows": {"source": "Works", "target": "Market", "quantity": 7.0},
        "Precursors": ROWS["Precursors"] | {"category": category, "quantity": 7.0, "opening": "", "closing": ""},
    }  # fmt: skip
    data = plant(Processes=[works], Goods=[], Goods_parameters=[], Source_streams=[], Electricity=[], Material_flows=[])
    installation = read(data | {sheet: [rows[sheet] | {"quantity_unit": unit}]})
    records = {"Processes": installation.processes, "Goods": installation.goods, "Material flows": installation.flows,
               "Precursors": installation.precursors}  # fmt: skip
    found: Any = records[sheet][0]
    return found.quantity, codes(at(installation.issues, sheet, "quantity_unit"))


@pytest.mark.parametrize("sheet", ["Processes", "Goods", "Material flows", "Precursors"])
@pytest.mark.parametrize(("category", "unit"), CATEGORIES, ids=[c for c, _ in CATEGORIES])
def test_megawatt_hours_are_for_electricity_only(sheet: str, category: str, unit: str) -> None:
    masses, energies = ["t", "", "kg", "lb", "kt"], ["MWh", "kWh", "GWh"]
    fits, unfit = (masses, energies) if unit == "t" else (energies, masses)
    for label in fits:
        found, issues = amount(sheet, category, label)
        assert issues == []
        assert found == pytest.approx(7 * units.factor(label or "t", unit))
    for label in unfit:
        assert amount(sheet, category, label) == (None, ["unit-unfit"])
    assert amount(sheet, category, "Nm3") == (None, ["unit-unfit"])
    assert amount(sheet, category, "tt") == (None, ["unit-unknown"])


def test_electricity_as_a_good_is_counted_in_megawatt_hours() -> None:
    power = {"name": "Power plant 1", "category": POWER, "quantity": 5.0, "quantity_unit": "GWh"}
    data = plant(Processes=[power], Goods=[], Goods_parameters=[], Electricity=[], Material_flows=[], Source_streams=[
        {"name": "Gas", "process": "Power plant 1", "method": "Combustion", "quantity": 50.0, "quantity_unit": "TJ",
         "ef": 56.1}])  # fmt: skip
    report = solved(data)
    assert codes(report.issues) == []
    assert balance(report, "Power plant 1").see_direct == pytest.approx(50 * 56.1 / 5000)


@pytest.mark.parametrize("unit", ["t", "MWh"])
def test_what_is_no_cbam_good_may_be_counted_in_either(unit: str) -> None:
    data = plant()
    data["Processes"].append({"name": "Other", "category": "Not a CBAM good", "quantity": 5.0, "quantity_unit": unit})
    installation = read(data)
    assert (installation.processes[2].quantity_unit, codes(installation.issues)) == (unit, [])


def test_a_by_product_is_a_mass() -> None:
    row = ROWS["Material flows"] | {"quantity_unit": "MWh"}
    (issue,) = at(read(plant(Material_flows=[row])).issues, "Material flows", "quantity_unit")
    assert issue.code == "unit-unfit"


# stocks: used = received + opening - closing


@pytest.mark.parametrize(("opening", "closing", "used"), [(50.0, 20.0, 1030.0), ("", 20.0, 980.0), (50.0, "", 1050.0),
                                                          (0.0, 0.0, 1000.0)])  # fmt: skip
@pytest.mark.parametrize("unit", ["t", "kg"])
def test_stocks_are_in_the_unit_of_the_row(opening: Any, closing: Any, used: float, unit: str) -> None:
    cells = {"quantity": 1000.0, "quantity_unit": unit, "opening": opening, "closing": closing}
    burnt = read(plant(Source_streams=[FUEL | {"ncv": 25.0, "ef": 95.0} | cells])).streams[0]
    bought = read(plant(Precursors=[ROWS["Precursors"] | cells])).precursors[0]
    for quantity in (burnt.quantity, bought.quantity):
        assert quantity == pytest.approx(used * units.factor(unit, "t"))


@pytest.mark.parametrize(("sheet", "row"), [("Source streams", FUEL | {"ncv": 25.0, "ef": 95.0}),
                                            ("Precursors", ROWS["Precursors"])])  # fmt: skip
def test_no_more_can_be_left_than_there_was(sheet: str, row: Cells) -> None:
    installation = read(plant(**{sheet: [row | {"quantity": 10.0, "opening": 5.0, "closing": 20.0}]}))
    (issue,) = at(installation.issues, sheet, "quantity")
    assert (issue.code, "-5" in issue.message) == ("negative", True)
    assert (installation.streams if sheet == "Source streams" else installation.precursors)[0].quantity is None


def test_only_balances_and_transfers_go_out() -> None:
    for method, code in (("Mass Balance", []), ("CO2 transfer", []), ("Combustion", ["negative"])):
        row = FUEL | {"method": method, "quantity": -5.0, "ncv": 25.0, "ef": 95.0, "carbon_content": 0.8}
        assert codes(at(read(plant(Source_streams=[row])).issues, "Source streams", "quantity")) == code


@pytest.mark.parametrize(("cells", "tonnes", "code"), [
    ({"quantity_unit": "t"}, -5.0, []), ({"quantity_unit": "kg"}, -0.005, []),
    ({"quantity_unit": "Nm3", "density": 2.0}, -0.01, []), ({"quantity_unit": "Nm3"}, None, ["unit-unfit"]),
    ({"quantity_unit": "TJ"}, None, ["unit-unfit"]),
])  # fmt: skip
def test_co2_that_is_passed_on_is_counted_in_tonnes(cells: Cells, tonnes: float | None, code: list[str]) -> None:
    found, issues = stream(method="CO2 transfer", **{"quantity": -5.0} | cells)
    assert [i for i, _ in issues] == code
    assert found.quantity == (None if tonnes is None else pytest.approx(tonnes))


def test_shares_that_are_all_zero_share_nothing_out() -> None:
    rows = [{"stream": "Gas", "process": name, "weight": 0.0, "basis": "Sub-meter"} for name in ("Mill", "Kiln")]
    report = solved(plant(Source_streams=SHARED, Shared_streams=rows))
    assert codes(at(report.issues, "Shared streams", "weight")) == ["share-missing"]
    assert balance(report, "Mill").see_direct != balance(report, "Mill").see_direct  # unknown


# "remaining"

UNITS = [{"name": "Boiler", "kind": "Boiler or heat network", "heat": 100.0},
         {"name": "Plant", "kind": "Power plant", "electricity": 1000.0}]  # fmt: skip
SHARED = [{**PLANT["Source streams"][2], "process": "Shared", "quantity": 9e5, "quantity_unit": "kWh"}]
REMAINING: Mapping[str, tuple[str, str, Cells, Cells, float]] = {
    # sheet: field of the amount, its unit, two rows of one source (the second to be filled), the total
    "Material flows": (
        "quantity",
        "kg",
        {"source": "Kiln", "target": "Mill"},
        {"source": "KILN", "target": "Market"},
        1e6,
    ),
    "Heat and waste gas": (
        "quantity",
        "GJ",
        {"kind": "Heat", "source": "Boiler", "target": "Mill"},
        {"kind": "Heat", "source": "Boiler", "target": "Kiln"},
        100.0,
    ),
    "Electricity": (
        "quantity",
        "kWh",
        {"source": "Plant", "target": "Mill"},
        {"source": "Plant", "target": "Kiln"},
        1000.0,
    ),
    "Shared streams": (
        "weight",
        "",
        {"stream": "Gas", "process": "Mill", "basis": "Sub-meter"},
        {"stream": "gas ", "process": "Kiln", "basis": "Sub-meter"},
        9e5,
    ),
}
TO = {"Material flows": "t", "Heat and waste gas": "TJ", "Electricity": "MWh"}
each_sheet = pytest.mark.parametrize("sheet", list(REMAINING))


def left(sheet: str, first: Any, second: Any = "remaining", **sheets: Any) -> tuple[list[Any], list[str], Any]:
    """The two amounts as read, and what is wrong with them."""
    field, unit, one, two, _ = REMAINING[sheet]
    label = {"quantity_unit": unit} if unit else {}
    data = plant(Energy_units=UNITS, Source_streams=SHARED) | sheets
    installation = read(data | {sheet: [one | label | {field: first}, two | {field: second}]})
    records: Mapping[str, Any] = {
        "Material flows": installation.flows, "Heat and waste gas": installation.transfers,
        "Electricity": installation.electricity, "Shared streams": installation.shares}  # fmt: skip
    issues = [i for row in (0, 1) for i in at(installation.issues, sheet, field, row)]
    return [getattr(r, field) for r in records[sheet]], codes(issues), issues


@each_sheet
@pytest.mark.parametrize("word", ["remaining", " Remaining", "REMAINING"])
def test_remaining_is_the_total_less_the_other_rows(sheet: str, word: str) -> None:
    _, unit, _, _, total = REMAINING[sheet]
    by = units.factor(unit, TO[sheet]) if unit else 1.0
    values, found, _ = left(sheet, 400.0, word)
    assert found == []
    assert values == [pytest.approx(400 * by), pytest.approx(total - 400 * by)]
    assert left(sheet, total / by)[0][1] == pytest.approx(0, abs=1e-6)


@each_sheet
def test_remaining_twice(sheet: str) -> None:
    values, found, issues = left(sheet, "remaining")
    assert (values, found) == ([None, None], ["remaining-twice"])
    assert "first in row 7" in issues[0].message


@each_sheet
def test_remaining_below_nothing_shows_the_sum(sheet: str) -> None:
    _, unit, _, _, total = REMAINING[sheet]
    by = units.factor(unit, TO[sheet]) if unit else 1.0
    values, found, issues = left(sheet, 2 * total / by)
    assert (values[1], found) == (None, ["remaining-negative"])
    assert f"{2 * total:,.10g}" in issues[0].message
    assert f"{-total:,.10g}" in issues[0].message


@each_sheet
def test_remaining_of_an_unknown_total_says_where_it_belongs(sheet: str) -> None:
    unknown = {
        "Material flows": {"Processes": [{**PLANT["Processes"][0], "quantity": ""}, PLANT["Processes"][1]]},
        "Heat and waste gas": {"Energy units": [UNITS[0] | {"heat": ""}, UNITS[1]]},
        "Electricity": {"Energy units": [UNITS[0], UNITS[1] | {"electricity": ""}]},
        "Shared streams": {"Source streams": [SHARED[0] | {"quantity": ""}]},
    }[sheet]
    values, found, issues = left(sheet, 5.0, **unknown)
    place = {"Heat and waste gas": "Energy units!E7", "Electricity": "Energy units!F8"}.get(sheet, "")
    assert (values[1], found) == (None, ["remaining-unknown"] if place else [])  # else told where it is missing
    assert all(place in issue.message for issue in issues)


@each_sheet
def test_remaining_beside_an_unknown_amount(sheet: str) -> None:
    values, found, _ = left(sheet, "some")
    assert (values, found) == ([None, None], ["number-expected"])


@pytest.mark.parametrize(("sheet", "row"), [
    ("Electricity", {"source": "Grid", "target": "Mill"}),
    ("Heat and waste gas", {"kind": "Heat", "source": "Outside", "target": "Mill", "ef": 60.0}),
    ("Material flows", {"source": "Kiln", "target": "Mill", "material": "Dust"}),
    ("Shared streams", {"stream": "Nothing", "process": "Mill", "basis": "Sub-meter"}),
    ("Shared streams", {"stream": "Stack", "process": "Mill", "basis": "Sub-meter"}),
])  # fmt: skip
def test_remaining_of_what_has_no_total(sheet: str, row: Cells) -> None:
    field, stack = REMAINING[sheet][0], ROWS["Measured emissions"] | {"process": "Shared"}
    issues = read(plant(Measured_emissions=[stack], **{sheet: [row | {field: "remaining"}]})).issues
    assert codes(at(issues, sheet, field)) == ["remaining-unknown"]


def test_remaining_of_a_bought_precursor_is_what_was_used_less_its_rows() -> None:
    bought = ROWS["Precursors"] | {"quantity": 100.0, "opening": 20.0, "closing": 5.0}
    rows = [{"source": "Clinker from X", "target": "Mill", "quantity": 15.0},
            {"source": "Clinker from X", "target": "Non-CBAM use", "quantity": "remaining"}]  # fmt: skip
    assert read(plant(Precursors=[bought], Material_flows=rows)).flows[1].quantity == pytest.approx(100.0)


def test_a_by_product_takes_nothing_from_remaining() -> None:
    rows = [*PLANT["Material flows"], {"source": "Kiln", "target": "Waste", "material": "Dust", "quantity": 9e9}]
    assert read(plant(Material_flows=rows)).flows[1].quantity == pytest.approx(160000)


def test_remaining_of_a_main_power_meter_is_in_its_own_unit() -> None:
    meter = {"source": "Grid", "target": "Shared", "quantity": 5e6, "quantity_unit": "kWh", "ef": 0.5}
    shares = [{"stream": "Grid", "process": "Mill", "weight": 2e6, "basis": "Sub-meter"},
              {"stream": "Grid", "process": "Kiln", "weight": "remaining", "basis": "Sub-meter"}]  # fmt: skip
    report = solved(plant(Electricity=[meter], Shared_streams=shares))
    assert codes(report.issues) == []
    assert balance(report, "Mill").attributed_indirect_tco2e == pytest.approx(1000)
    assert balance(report, "Kiln").attributed_indirect_tco2e == pytest.approx(1500)


def test_a_main_meter_that_is_itself_what_remains() -> None:
    power = [{"source": "Plant", "target": "Mill", "quantity": 400.0}, {"source": "Plant", "target": "Shared",
                                                                       "quantity": "remaining"}]  # fmt: skip
    shares = [{"stream": "Plant", "process": "Mill", "weight": 100.0, "basis": "Sub-meter"},
              {"stream": "Plant", "process": "Kiln", "weight": "remaining", "basis": "Sub-meter"}]  # fmt: skip
    assert read(plant(Energy_units=UNITS, Electricity=power, Shared_streams=shares)).shares[1].weight == 500.0


def test_the_plant_is_what_its_figures_say() -> None:
    report = solved(changed("Material flows", 0, quantity=8.4e8, quantity_unit="kg"))
    assert (balance(report, "Kiln").see_direct, balance(report, "Mill").see_direct) == pytest.approx((KILN, MILL))
