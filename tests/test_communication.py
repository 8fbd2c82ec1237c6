"""A filled communication template as records: every stored case, the four published examples, and files gone wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import commission
import pytest
from commission import CASES, Cells, LaidOver
from conftest import missing
from hypothesis import given, settings
from hypothesis import strategies as st
from kiln_and_mill import unknown

from cbam_xl import findings, model, reference
from cbam_xl.communication import cells as c
from cbam_xl.communication import names
from cbam_xl.communication.read import read, recognised
from cbam_xl.model import RESERVED, Installation, fold

Fill = Callable[..., Installation]


@pytest.fixture
def fill(shared: Path) -> Fill:
    """Reads the template with the inputs of a case, changed cells over them, and faulty cells."""

    def filled(case: str = "", changed: Cells | None = None, faults: Cells | None = None) -> Installation:
        known = commission.cells_of(shared, commission.case(shared, case)["inputs"]) if case else {}
        return read(commission.book(shared, {**known, **(changed or {})}, faults))

    return filled


def found(installation: Installation, code: str) -> list[tuple[str, str, str]]:
    """Level, sheet and cell of the issues of one code."""
    return [(i.level, i.sheet, i.cell) for i in installation.issues if i.code == code]


# the cell map


def test_every_input_of_the_official_map_has_its_place(shared: Path) -> None:
    computed = {"name", "category", "quantity"}
    mine = {(sheet, address) for sheet, fields in c.SITE.items() for address in fields.values()}
    for table in (c.GOODS, c.PROCESSES, c.PRECURSORS, c.STREAMS, c.PFC, c.MEASURED, c.PROCESS_PRICES,
                  c.PRECURSOR_PRICES, c.PRODUCTS, c.PRODUCT_PRICES):  # fmt: skip
        letters = (*table.columns.values(), *(letter for group in table.series.values() for letter in group))
        mine |= {(table.sheet, f"{letter}{table.first + i}") for letter in letters for i in range(table.size)}
    mine |= {(c.PRODUCT_SUMMARY, f"{column}{c.PRODUCTS.first + i}")
             for column, _ in c.PARAMETERS.values() for i in range(c.PRODUCTS.size)}  # fmt: skip
    for blocks in (c.PROCESS_BLOCKS, c.PRECURSOR_BLOCKS):
        first = {a for field, a in blocks.cells.items() if field not in computed}
        first |= {a for group in blocks.series.values() for a in group}
        mine |= {(blocks.sheet, blocks.shift(a, i)) for a in first for i in range(blocks.size)}
    mine |= {(c.TOOLS, address) for tool in c.CHP for address in tool.values()}
    assert mine == commission.input_addresses(shared)
    assert len(mine) == commission.official_map(shared)["template"]["input_cells"]


def test_parameters_and_routes_are_the_official_ones(shared: Path) -> None:
    enums = commission.official_map(shared)["enums"]
    routes = {k.strip(): tuple(v) for k, v in enums["production_routes"].items() if len(v) > 1}
    assert dict(c.ROUTES) == routes
    assert {p for ps in enums["special_parameters"].values() for p in ps} == set(c.PARAMETERS)
    for category, listed in c.ROUTES.items():
        assert set(reference.routes(category)) >= set(listed)


def test_parameters_are_those_of_the_reference_sheet() -> None:
    units = {row["parameter"]: row["unit"] for row in reference.rows("goods_parameters")}
    for parameter, (_, kind) in c.PARAMETERS.items():
        assert (units[parameter] == "%") == (kind == c.PER_CENT)


# what a case says, record by record


def keys(inputs: Any) -> dict[str, str]:
    return {row["id"]: row["name"] for row in (*inputs.get("processes", []), *(inputs.get("precursors") or []))}


@pytest.mark.parametrize("name", CASES)
class TestCase:
    @pytest.fixture
    def inputs(self, shared: Path, name: str) -> Any:
        return commission.case(shared, name)["inputs"]

    @pytest.fixture
    def read_in(self, fill: Fill, name: str) -> Installation:
        return fill(name)

    def test_nothing_is_wrong_with_it(self, read_in: Installation, name: str) -> None:
        assert read_in.origin == "communication"
        assert not [i for i in read_in.issues if i.level == model.ERROR]
        expected = {"s7_names_collide": {"name-odd"}, "s5_aluminium_pfc_methods": {"efficiency-fraction"}}
        assert {i.code for i in read_in.issues} == expected.get(name, set())

    def test_site(self, read_in: Installation, inputs: Any) -> None:
        site = read_in.site
        assert site.values["period_start"] == date.fromisoformat(inputs["period"]["start"])
        assert site.values["period_end"] == date.fromisoformat(inputs["period"]["end"])
        for key, value in inputs["installation"].items():
            assert site.text({"name_local": "name"}.get(key, key)) == value
        assert site.text("data_quality") == inputs["quality"]["data_quality"]
        typed = {
            "fuel_total": ("fuel_balance", "total_manual"),
            "fuel_cbam": ("fuel_balance", "cbam"),
            "co2_entered": ("ghg_balance", "co2_manual"),
            "indirect_entered": ("ghg_balance", "indirect"),
        }
        for field, (group, key) in typed.items():
            assert site.number(field) == inputs.get(group, {}).get(key)

    def test_processes(self, read_in: Installation, inputs: Any) -> None:
        assert len(read_in.processes) == len(inputs["processes"])
        for record, row in zip(read_in.processes, inputs["processes"], strict=True):
            made = [x for x in row["production_by_route"] if x is not None]
            assert (record.name, record.category, record.alias) == (row["name"], row["category"].strip(), "")
            assert record.quantity == pytest.approx(sum(made), rel=1e-15)
            assert record.direct_entered == row["direct"]
            assert record.included == tuple(x for x in row["included"] if x != "Only direct production")
            assert record.leaving == (record.category,)
            down = 65 * (int(row["id"][1:]) - 1)
            assert record.at.sheet == "D_Processes"
            assert record.at.address("direct_entered") == f"L{54 + down}"

    def test_flows(self, read_in: Installation, inputs: Any) -> None:
        called = keys(inputs)
        expected = []
        for row in inputs["processes"]:
            expected.append((row["name"], model.MARKET, row["market"]))
            expected += [(row["name"], called[k], v) for k, v in row.get("internal", {}).items() if v]
            expected += [(row["name"], model.OTHER_USE, row["non_cbam"])] if row.get("non_cbam") else []
        for row in inputs.get("precursors") or []:
            expected += [(row["name"], called[k], v) for k, v in row["consumed"].items() if v]
            expected += [(row["name"], model.OTHER_USE, row["other"])] if row.get("other") else []
        assert sorted((f.source, f.target, f.quantity) for f in read_in.flows) == sorted(expected)

    def test_heat_and_power(self, read_in: Installation, inputs: Any) -> None:
        transfers, power = [], []
        for row in inputs["processes"]:
            for key, kind in (("heat", model.HEAT), ("wg", model.WASTE_GAS)):
                for way in ("in", "out"):
                    if row.get(f"{key}_{way}_tj"):
                        ends = (model.OUTSIDE, row["name"]) if way == "in" else (row["name"], model.OUTSIDE)
                        transfers.append((kind, *ends, row[f"{key}_{way}_tj"], row.get(f"{key}_{way}_ef")))
            power.append((model.GRID, row["name"], row["elec_mwh"], row["elec_ef"], row["elec_ef_source"]))
            if row.get("elec_export_mwh"):
                power.append((row["name"], model.OUTSIDE, row["elec_export_mwh"], row.get("elec_export_ef"), ""))
        assert [tuple(t[1:6]) for t in read_in.transfers] == transfers
        assert [tuple(e[1:6]) for e in read_in.electricity] == power

    def test_precursors(self, read_in: Installation, inputs: Any) -> None:
        rows = inputs.get("precursors") or []
        assert len(read_in.precursors) == len(rows)
        for record, row in zip(read_in.precursors, rows, strict=True):
            assert record[1:4] == (row["name"], row["category"].strip(), row.get("country") or "")
            bought = sum(x for x in row["purchased_by_route"] if x is not None)
            assert record[5:13] == (bought, row["see_direct"], row["see_direct_source"], row["elec_mwh_t"],
                                    row["elec_source"], row["elec_ef"], row["elec_ef_source"],
                                    row.get("justification", ""))  # fmt: skip
            assert record.at.address("see_direct") == f"L{49 + 44 * (int(row['id'][2:]) - 1)}"

    def test_streams(self, read_in: Installation, inputs: Any) -> None:
        rows = inputs.get("source_streams", [])
        assert len(read_in.streams) == len(rows)
        for number, (record, row) in enumerate(zip(read_in.streams, rows, strict=True)):
            part = {"Combustion": "oxf_pct", "Process emissions": "convf_pct"}.get(row["method"], "")
            assert (record.name, record.process, record.method) == (row["name"], "", row["method"])
            assert (record.quantity, record.unit, record.ef) == (row["ad"], row["ad_unit"], row.get("ef"))
            assert record.ncv == pytest.approx(row["ncv"] / 1000) if "ncv" in row else record.ncv is None
            assert record.ef_unit == row.get("ef_unit", "").removeprefix("tCO2/")
            assert record.carbon_content == row.get("c_content")
            assert record.conversion == (row[part] / 100 if part in row else None)
            assert record.biomass == (row["bio_pct"] / 100 if "bio_pct" in row else None)
            assert (record.at.sheet, record.at.address("quantity")) == ("B_EmInst", f"F{17 + number}")

    def test_measured_and_pfc(self, read_in: Installation, inputs: Any) -> None:
        for point, row in zip(read_in.measured, inputs.get("cems", []), strict=True):
            assert point[1:7] == (row["name"], "", row["ghg"], row["conc_g_nm3"], row["hours"], row["flow_knm3_h"])
            assert point.biomass == (row["bio_pct"] / 100 if "bio_pct" in row else None)
            assert point.energy_fossil == row.get("energy_fossil_tj")
            assert point.energy_biomass == row.get("energy_bio_tj")
        for line, row in zip(read_in.pfc, inputs.get("pfc", []), strict=True):
            assert (line.technology, line.method, line.aluminium) == (row["technology"], row["method"], row["al_t"])
            assert (line.frequency, line.duration, line.sef) == (
                row.get("ae_frequency"), row.get("ae_duration"), row.get("sef_cf4"))  # fmt: skip
            assert (line.overvoltage, line.ovc, line.f_c2f6) == (row.get("aeo_mv"), row.get("ovc"), row["f_c2f6"])
            assert line.current_efficiency == (94.5 if "current_efficiency" in row else None)
            assert line.collection == row.get("collection_efficiency")

    def test_goods(self, read_in: Installation, inputs: Any) -> None:
        assert len(read_in.goods) == len(inputs["products"])
        assert len({fold(g.name) for g in read_in.goods}) == len(read_in.goods)
        for good, row in zip(read_in.goods, inputs["products"], strict=True):
            assert (good.alias or good.name, good.process, good.cn_code) == (row["name"], row["process"], row["cn"])
            given = {r.parameter: r.value for r in read_in.parameters if r.target == good.name}
            if "reducing_agent" in row:
                assert given["The main reducing agent of the precursor, if known"] == row["reducing_agent"]
            if "clinker_factor" in row:
                assert given["Clinker factor"] == pytest.approx(row["clinker_factor"] * 100)
            ours = {"process", "cn", "name"} | {k for k in row if k.startswith(("cp_", "rebate"))}
            assert len(given) == len(set(row) - ours)

    def test_carbon_prices(self, read_in: Installation, inputs: Any) -> None:
        called, tool = keys(inputs), inputs.get("carbon_price_tool") or {}
        expected = [(called[k], v.get("share"), v.get("price"), tool["currency"], "tCO2e", v.get("rebate"))
                    for k, v in tool.get("rows", {}).items()]  # fmt: skip
        given = [(p.target, p.share, p.price, p.currency, p.per, p.rebate) for p in read_in.prices]
        assert sorted(given) == sorted(expected)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ec1_cement_bubble", "ec_example_1_cement"),
        ("ec2_steel_bf_bof_bubble", "ec_example_2_steel1_blast_furnace"),
        ("ec4_steel_screws_nuts", "ec_example_4_steel3_screws_nuts"),
        ("ec5_fertiliser_npk", "ec_example_5_fertiliser"),
    ],
)
def test_published_example_reads_like_its_case(shared: Path, fill: Fill, name: str, file: str) -> None:
    from cbam_xl.books import FileBook

    path = shared / "official" / "examples" / f"{file}_v2.1_FILLED.xlsx"
    if not path.is_file():
        missing(f"There is no {path}.")
    book = FileBook(path)
    assert recognised(book)
    assert read(book) == fill(name)


def test_the_empty_template_is_an_empty_installation(fill: Fill) -> None:
    empty = fill()
    assert not empty.issues
    assert not any(value for field, value in empty._asdict().items() if field not in ("site", "origin"))
    assert not empty.site.values


# what is made of single cells

A, B, C, D, E, F = "A_InstData", "B_EmInst", "C_Emissions&Energy", "D_Processes", "E_PurchPrec", "F_Tools"
PRODUCTS = "Summary_Products"


def test_routes_follow_the_row_of_the_amount(fill: Fill) -> None:
    smelters = {p.name: p.routes for p in fill("s5_aluminium_pfc_methods").processes}
    assert list(smelters.values()) == [
        ("Primary (electrolytic) smelting",), ("Secondary melting (recycling)",), ()]  # fmt: skip
    hydrogen = fill("t1_cems_and_override", {(A, "J62"): "Electrolysis of water", (D, "L16"): ""}).processes[0]
    assert hydrogen.routes == ("Steam reforming and partial oxidation", "Electrolysis of water")
    assert hydrogen.quantity is None


def test_amounts_of_several_routes_are_summed_at_the_total(fill: Fill) -> None:
    smelter = fill("s5_aluminium_pfc_methods", {(D, "L17"): 100.0}).processes[0]
    assert smelter.quantity == 300_100
    assert smelter.at.address("quantity") == "L24"
    alone = fill("s5_aluminium_pfc_methods").processes
    assert [p.at.address("quantity") for p in alone] == ["L16", "L82", "L146"]


def test_an_amount_that_cant_be_read_makes_the_sum_unknown(fill: Fill) -> None:
    smelter = fill("s5_aluminium_pfc_methods", {(D, "L17"): "abc"})
    assert unknown(smelter.processes[0].quantity)
    assert found(smelter, "number-expected") == [("error", D, "L17")]


def test_zero_and_blank(fill: Fill) -> None:
    blanked = {(D, a): "" for a in ("L54", "L27", "L41", "L65", "L66")}
    one = fill("n1_neod00_no_precursor", blanked)
    assert one.processes[0].direct_entered is None
    assert not one.flows
    assert [(e.quantity, e.ef) for e in one.electricity] == [(None, None)]
    assert found(one, "value-missing") == [("error", D, "L65")]
    zeros = {(D, a): 0.0 for a in ("L54", "L27", "L41", "L65")}
    zero = fill("n1_neod00_no_precursor", {**zeros, (D, "L66"): ""})
    assert zero.processes[0].direct_entered == 0
    assert [f.quantity for f in zero.flows] == [0]
    assert not zero.electricity
    assert not zero.issues


def test_electricity_without_a_factor_never_borrows_one(fill: Fill) -> None:
    assert found(fill("t1_cems_and_override", {(D, "L131"): ""}), "factor-missing") == [("error", D, "L131")]


def test_a_precursor_in_use_needs_its_figures(fill: Fill) -> None:
    blanked = {(E, a): "" for a in ("L49", "L50", "L51")}
    gone = fill("n2_neod00_precursor_direct", blanked)
    assert found(gone, "value-missing") == [("error", E, "L49"), ("error", E, "L50"), ("error", E, "L51")]
    assert gone.precursors[0].see_direct is None
    unused = fill("n2_neod00_precursor_direct", {**blanked, (E, "L28"): 0.0})
    assert not unused.issues
    free_of_power = fill("n2_neod00_precursor_direct", {(E, "L50"): 0.0, (E, "L51"): ""})
    assert not free_of_power.issues


def test_words_are_read_in_any_case(fill: Fill) -> None:
    changed = {(E, "M49"): "DEFAULT", (E, "M51"): "mix", (B, "D17"): "combustion", (B, "G17"): "T",
               (B, "K17"): "tco2/t", (B, "F17"): 1.0, (B, "J17"): 2.0, (B, "E17"): "Coal"}  # fmt: skip
    one = fill("n2_neod00_precursor_direct", changed)
    assert (one.precursors[0].see_direct_source, one.precursors[0].electricity_ef_source) == ("Default", "Mix")
    assert (one.streams[0].method, one.streams[0].unit, one.streams[0].ef_unit) == ("Combustion", "t", "t")
    strange = fill("n2_neod00_precursor_direct", {(E, "M49"): "Guessed"})
    assert strange.precursors[0].see_direct_source == "Guessed"
    assert found(strange, "choice-unknown") == [("warning", E, "M49")]


STREAM: Cells = {(B, "D17"): "Combustion", (B, "E17"): "Gas", (B, "F17"): 10.0, (B, "G17"): "t", (B, "H17"): 48.0,
                 (B, "J17"): 56.1, (B, "K17"): "tCO2/TJ"}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "cell"),
    [
        ({"J17": ""}, "J17"),
        ({"H17": ""}, "H17"),
        ({"E17": ""}, "E17"),
        ({"G17": "", "K17": ""}, "G17"),
        ({"D17": ""}, "D17"),
        ({"D17": "Burning"}, "D17"),
        ({"K17": "tCO2/1000Nm3"}, "K17"),
        ({"D17": "Mass Balance"}, "L17"),
    ],
)
def test_a_stream_that_the_workbook_leaves_out_is_an_error(fill: Fill, changed: dict[str, str], cell: str) -> None:
    one = fill("", {**STREAM, **{(B, a): v for a, v in changed.items()}})
    assert found(one, "stream-incomplete") == [("error", B, cell)]
    assert len(one.issues) == 1
    if cell == "K17":
        assert one.streams[0].ef is None


def test_a_stream_with_a_name_only_is_a_warning(fill: Fill) -> None:
    one = fill("", {(B, "E17"): "Remark"})
    assert found(one, "stream-incomplete") == [("warning", B, "D17")]
    assert not one.streams


def test_the_conversion_is_that_of_the_method(fill: Fill) -> None:
    both = {(B, "N17"): 98.0, (B, "P17"): 90.0, (B, "R17"): 15.0}
    fuel = fill("", STREAM | both).streams[0]
    assert (fuel.conversion, fuel.biomass, fuel.at.address("conversion")) == (0.98, 0.15, "N17")
    material = fill("", STREAM | both | {(B, "D17"): "Process emissions"}).streams[0]
    assert (material.conversion, material.at.address("conversion")) == (0.9, "P17")
    assert fill("", STREAM | both | {(B, "D17"): "Mass Balance", (B, "L17"): 0.8}).streams[0].conversion is None


def test_percentages(fill: Fill) -> None:
    one = fill("", STREAM | {(B, "N17"): 0.98})
    assert (one.streams[0].conversion, found(one, "fraction-typed")) == (0.0098, [("warning", B, "N17")])
    assert found(fill("", STREAM | {(B, "R17"): 150.0}), "number-range") == [("warning", B, "R17")]
    small = fill("", STREAM | {(B, "R17"): 0.5})
    assert (small.streams[0].biomass, small.issues) == (0.005, ())


def test_current_efficiency(fill: Fill) -> None:
    s5 = "s5_aluminium_pfc_methods"
    fraction, points = fill(s5), fill(s5, {(B, "AK100"): 94.5})
    assert found(fraction, "efficiency-fraction") == [("note", B, "AK100")]
    assert fraction.pfc[2].current_efficiency == points.pfc[2].current_efficiency == 94.5
    assert not points.issues


def test_pfc_and_cems_lines_name_what_they_lack(fill: Fill) -> None:
    s5 = fill("s5_aluminium_pfc_methods", {(B, "AH98"): "", (B, "AM98"): "", (B, "D99"): "", (B, "AL100"): ""})
    assert found(s5, "value-missing") == [("error", B, "AH98"), ("error", B, "D99"), ("error", B, "AL100")]
    t1 = fill("t1_cems_and_override", {(B, "E113"): "", (B, "X114"): ""})
    assert found(t1, "value-missing") == [("error", B, "E113"), ("error", B, "X114")]


def test_chp_tools_are_units_for_information(fill: Fill) -> None:
    tool: Cells = {(F, "J61"): 100.0, (F, "K61"): 45.0, (F, "L61"): 8000.0, (F, "J64"): 5610.0}
    one = fill("n1_neod00_no_precursor", tool).units
    assert [tuple(u[1:10]) for u in one] == [("CHP 2", model.CHP, 100, 45, 8000, 5610, None, 0.88, 0.442)]
    called_so = fill("n1_neod00_no_precursor", {**tool, (A, "L83"): "CHP 2"})
    assert [u.name for u in called_so.units] == ["CHP 2 (2)"]


# names


def test_equal_names_get_keys_of_their_own(fill: Fill) -> None:
    changed = {(A, "L83"): "Mill", (A, "L84"): " mill ", (A, "L102"): "MILL", (PRODUCTS, "D10"): "mill",
               (PRODUCTS, "H10"): "Mill"}  # fmt: skip
    one = fill("s9_zero_production", changed)
    assert [(p.name, p.alias) for p in one.processes] == [("Mill", ""), (" mill (2)", " mill ")]
    assert [(p.name, p.alias) for p in one.precursors] == [("MILL (3)", "MILL")]
    assert found(one, "name-twice") == [("warning", A, "L84"), ("warning", A, "L102")]
    assert {f.source for f in one.flows} == {"Mill", " mill (2)", "MILL (3)"}
    assert [(g.name, g.alias, g.process) for g in one.goods] == [("Mill (4)", "Mill", "Mill")]


def test_a_typed_suffix_keeps_its_row(fill: Fill) -> None:
    one = fill("s7_names_collide", {(A, "L83"): "X", (A, "L84"): "X", (A, "L85"): "X (2)", (A, "L86"): "Y"})
    assert [p.name for p in one.processes] == ["X", "X (3)", "X (2)", "Y"]


@pytest.mark.parametrize("word", model.WORDS)
def test_reserved_words_are_no_names(fill: Fill, word: str) -> None:
    one = fill("n1_neod00_no_precursor", {(A, "L83"): word, (PRODUCTS, "D10"): word})
    assert [(p.name, p.alias) for p in one.processes] == [(f"{word} (2)", word)]
    assert one.goods[0].process == f"{word} (2)"
    assert found(one, "name-reserved") == [("warning", A, "L83")]


def test_odd_and_missing_names(fill: Fill) -> None:
    assert found(fill("s7_names_collide"), "name-odd") == [("warning", A, "L84"), ("warning", A, "L85")]
    one = fill("n1_neod00_no_precursor", {(A, "L83"): "", (PRODUCTS, "D10"): "P1 - Iron or steel products"})
    assert one.processes[0].name == one.goods[0].process == "P1 - Iron or steel products"
    assert found(one, "value-missing") == [("warning", A, "L83")]
    gone = fill("n1_neod00_no_precursor", {(A, "E83"): ""})
    assert found(gone, "value-missing") == [("error", A, "E83")]


@given(st.lists(st.sampled_from(["a", "A ", "a (2)", "b", "B", "a (2) (2)", "Grid", "grid (2)"]), max_size=8))
def test_keys_are_always_unique(typed: list[str]) -> None:
    taken, others = set(RESERVED), set(map(fold, typed))
    made = [names.unique(name, taken, others) for name in typed]
    taken_words = RESERVED
    assert len({fold(name) for name in made} - taken_words) == len(made)
    folded = [fold(name) for name in typed]
    assert {name for name in typed if folded.count(fold(name)) == 1 and fold(name) not in taken_words} <= set(made)


def test_amounts_for_a_process_that_isnt_listed(fill: Fill) -> None:
    one = fill("n2_neod00_precursor_direct", {(D, "L33"): 5.0, (E, "L31"): 7.0})
    assert found(one, "name-unknown") == [("warning", D, "L33"), ("warning", E, "L31")]
    assert {f.target for f in one.flows} == {model.MARKET, model.OTHER_USE, one.processes[0].name}


# products


def test_parameters_are_per_cent_and_codes_are_text(fill: Fill) -> None:
    row = {"D10": "x", "F10": 25232900.0, "H10": "Cement", "Q10": 623108.0, "R10": 0.07, "W10": 0.3, "AC10": True,
           "AG10": "15 %", "AB10": 95.0}  # fmt: skip
    one = fill("n1_neod00_no_precursor", {(PRODUCTS, a): v for a, v in row.items()})
    assert one.goods[0].cn_code == "25232900"
    given_ = {p.parameter: p.value for p in one.parameters}
    assert given_ == {"Steel mill identification number": "623108", "% Mn": 7.0, "t scrap per t steel": 0.3,
                      "Clinker factor": 9500.0, "Calcined or not": True, "% N contained": None}  # fmt: skip
    assert found(one, "number-expected") == [("warning", PRODUCTS, "AG10")]
    assert found(one, "number-range") == [("warning", PRODUCTS, "AB10")]
    assert found(one, "name-unknown") == [("error", PRODUCTS, "D10")]


def test_prices_of_products(fill: Fill) -> None:
    row = {"AL10": "Carbon Tax", "AM10": 0.6, "AP10": "USD", "AR10": 50.0, "AT10": "Other", "AU10": 0.3, "AX10": 20.0}
    one = fill("n1_neod00_no_precursor", {(PRODUCTS, a): v for a, v in row.items()})
    assert [p[1:10] for p in one.prices] == [
        (one.goods[0].name, "Carbon Tax", 0.6, 50.0, "USD", "t", "Other", 0.3, 20.0)]  # fmt: skip


def test_many_products_of_one_name(fill: Fill) -> None:
    one = fill("r00")
    assert [g.name for g in one.goods][:3] == ["x", "x (2)", "x (3)"]
    assert {g.alias for g in one.goods} == {"", "x"}


# what can be wrong with a file


@pytest.mark.parametrize(
    ("sheet", "address"),
    [(B, "F17"), (B, "R18"), (C, "M26"), (D, "L16"), (D, "L54"), (D, "L57"), (D, "L65"), (E, "L49"), (E, "L28"),
     (F, "J101"), (B, "F98")],
)  # fmt: skip
@pytest.mark.parametrize("value", ["12,5", "1 000", "25", True, date(2024, 5, 1)])
def test_what_is_no_number_is_an_error_and_unknown(fill: Fill, sheet: str, address: str, value: object) -> None:
    one = fill("r00", {(sheet, address): value})
    assert ("error", sheet, address) in found(one, "number-expected")
    assert sum(i.cell == address for i in one.issues) == 1


def test_an_amount_that_cant_be_read_isnt_lost(fill: Fill) -> None:
    one = fill("r00", {(D, "L57"): "12,5", (E, "L28"): "1 000", (D, "L32"): "x"})
    assert sum(unknown(t.quantity) for t in one.transfers) == 1
    assert sum(unknown(f.quantity) for f in one.flows) == 2


def test_error_cells_and_formulas_without_a_value(fill: Fill) -> None:
    one = fill("n2_neod00_precursor_direct", {(D, "L54"): ""}, {(D, "L54"): "#DIV/0!", (E, "L49"): "not calculated"})
    assert found(one, "cell-error") == [("error", D, "L54")]
    assert found(one, "not-calculated") == [("error", E, "L49")]
    assert unknown(one.processes[0].direct_entered)
    assert unknown(one.precursors[0].see_direct)
    assert len(one.issues) == 2


@pytest.mark.parametrize("value", [date(2024, 1, 1), datetime(2024, 1, 1, 12), 45292.0, "2024-01-01"])
def test_dates(fill: Fill, value: object) -> None:
    assert fill("", {(A, "I9"): value}).site.values == {"period_start": date(2024, 1, 1)}


@pytest.mark.parametrize("value", ["01.01.2024", "soon", True, -1.0, 1e9])
def test_what_is_no_date(fill: Fill, value: object) -> None:
    one = fill("", {(A, "I9"): value})
    assert ("as one, 2024-01-01." in one.issues[0].message) == (value == "01.01.2024")
    assert found(one, "date-expected") == [("error", A, "I9")]
    assert not one.site.values


@pytest.mark.parametrize(
    ("value", "known"),
    [(date(2024, 6, 5), True), (date(2024, 12, 13), True), ("2.1.1", True), (date(2024, 3, 19), False), ("", False)],
)
def test_versions(fill: Fill, value: object, known: bool) -> None:
    expected = [] if known else [("warning", "VersionDocumentation", "B3")]
    assert found(fill("", {("VersionDocumentation", "B3"): value}), "version-unknown") == expected


def test_missing_sheets_are_named(shared: Path) -> None:
    known = commission.cells_of(shared, commission.case(shared, "n2_neod00_precursor_direct")["inputs"])
    book = commission.book(shared, known).without("D_Processes", "F_Tools")
    assert recognised(book)
    one = read(book)
    missing = [i for i in one.issues if i.code == "sheet-missing"]
    assert [(i.sheet, i.level) for i in missing] == [("D_Processes", model.ERROR), ("F_Tools", model.ERROR)]
    assert "lacks D_Processes" in missing[0].message
    assert one.processes[0].quantity is None


def test_other_workbooks_arent_recognised() -> None:
    assert recognised(LaidOver({sheet: [] for sheet in c.SHEETS}, {}))
    assert not recognised(LaidOver({"Start": [], "Installation": [], "Processes": []}, {}))
    assert not recognised(LaidOver({"A_InstData": []}, {}))


def test_short_sheets_are_blank_beyond_their_end() -> None:
    one = read(LaidOver({sheet: [["x"]] for sheet in c.SHEETS}, {}))
    assert {i.code for i in one.issues} == {"version-unknown"}


JUNK = st.one_of(
    st.none(), st.floats(-1e12, 1e12), st.booleans(), st.text(max_size=300), st.dates(),
    st.sampled_from(["", "  ", "t", "Mass Balance", "Mix", "#N/A", 0.0, 1.0]),
)  # fmt: skip
PLACES = st.integers(0, 5541)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(PLACES, JUNK, max_size=60), st.sets(PLACES, max_size=5))
def test_nothing_in_a_cell_stops_the_reader(shared: Path, junk: dict[int, Any], faulty: set[int]) -> None:
    addresses = sorted(commission.input_addresses(shared))
    known = commission.cells_of(shared, commission.case(shared, "t1_cems_and_override")["inputs"])
    cells = {**known, **{addresses[i]: "" if v is None else v for i, v in junk.items()}}
    one = read(commission.book(shared, cells, {addresses[i]: "#N/A" for i in faulty}))
    called = [p.name for p in one.processes] + [q.name for q in one.precursors]
    called += [u.name for u in one.units] + [g.name for g in one.goods]
    assert len({fold(name) for name in called} | RESERVED) == len(called) + len(RESERVED)
    for issue in one.issues:
        assert issue.code in findings.FINDINGS
        assert issue.message
        assert len(issue.message) <= 200
        assert issue.cell
    ends = {*called, *model.WORDS}
    assert all(f.source in ends and f.target in ends for f in one.flows)
    assert all(t.source in ends and t.target in ends for t in one.transfers)
    assert all(e.source in ends and e.target in ends for e in one.electricity)
