"""The Commission's template filled: cell by cell from every stored case, what is joined or refused, and the package."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date
from math import isnan
from pathlib import Path
from random import Random
from typing import Any

import commission
import pytest
from commission import CASES, KNOWN, Cells
from conftest import missing
from hypothesis import given, settings
from hypothesis import strategies as st
from plants import at, bought, burns, chp, emits, flow, heat, plant, power, process, random_plant, unit, waste_gas
from workbooks import edited

from cbam_xl import exchange
from cbam_xl import model as m
from cbam_xl.attribution import recalculate
from cbam_xl.books import FileBook
from cbam_xl.communication import cells as c
from cbam_xl.communication import template
from cbam_xl.communication.fill import Filled, fill
from cbam_xl.communication.names import LONGEST
from cbam_xl.communication.read import read
from cbam_xl.errors import CbamError
from cbam_xl.locks import BookError
from cbam_xl.model import Installation
from cbam_xl.package import Package
from cbam_xl.report import Report
from cbam_xl.road import example

FLOORED = {"s6_negative_attributed": ("L54",), "t1_cems_and_override": ("L119",)}
"""DirEm* of the cases in which the floor at zero works: written so high that nothing is attributed."""


@pytest.fixture
def examples(shared: Path) -> list[Path]:
    found = sorted((shared / "official" / "examples").glob("*.xlsx"))
    return found or missing("There are no filled examples of the Commission.")


def flat(filled: Filled) -> Cells:
    return {(sheet, address): value for sheet, own in filled.cells.items() for address, value in own.items()}


def filled(installation: Installation) -> tuple[Cells, Report, list[str]]:
    """The cells of an installation, its Report, and the codes of what was changed on the way."""
    report = recalculate(installation)
    found = fill(installation, report)
    assert all(len(issue.message) <= 200 for issue in found.issues)
    return flat(found), report, [issue.code for issue in found.issues]


def plain(value: Any) -> Any:
    """A value as it compares: dates as days, numbers as floats."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def different(given: Mapping[Any, Any], found: Mapping[Any, Any]) -> dict[Any, tuple[Any, Any]]:
    """Cells that differ; a blank one and a 0 are the same where a good goes (sheet D_Processes, rows L27 to L41)."""
    pairs = {key: (plain(given.get(key)), plain(found.get(key))) for key in given.keys() | found.keys()}
    return {
        key: pair
        for key, pair in pairs.items()
        if pair[0] != pair[1] and not (key[0] == c.PROCESS_DATA and {*pair} <= {None, 0.0})
    }


# the stored cases


@pytest.mark.parametrize("name", CASES)
def test_a_case_gives_the_cells_it_came_from(shared: Path, name: str) -> None:
    cells = commission.cells_of(shared, commission.case(shared, name)["inputs"])
    found, _, codes = filled(read(commission.book(shared, cells)))
    wrong = different(cells, found)
    for address in FLOORED.get(name, ()):
        assert wrong.pop((c.PROCESS_DATA, address))[1] > 0
    if name == "s5_aluminium_pfc_methods":
        assert wrong.pop((c.EMISSIONS, "AK100")) == (0.945, 94.5)
    if name == "s7_names_collide":
        assert set(wrong.values()) == {("A_B", "A-B"), ("B_C", "B-C")}
        assert codes == ["sent-renamed", "sent-renamed"]
        wrong = {}
    assert not wrong


@pytest.mark.parametrize("name", CASES)
def test_an_imported_case_is_sent_as_it_came(shared: Path, official: Path, tmp_path: Path, name: str) -> None:
    cells = commission.cells_of(shared, commission.case(shared, name)["inputs"])
    case = commission.saved(official, cells, tmp_path / "case.xlsx")
    imported = exchange.import_communication(case, tmp_path / "plant.xlsx")
    assert not [issue for issue in imported.issues if issue.code == "not-kept"]
    sent = exchange.communicate(tmp_path / "plant.xlsx", official, tmp_path / "sent.xlsx", acknowledge=KNOWN)
    assert sent.written, [str(i) for i in (*sent.report.issues, *sent.changed) if i.level == m.ERROR]
    wrong = different(inputs(case, shared), inputs(tmp_path / "sent.xlsx", shared))
    kinds = {"s7_names_collide": 3, "s5_aluminium_pfc_methods": 1, "s6_negative_attributed": 1,
             "t1_cems_and_override": 1}  # fmt: skip
    noise = {key for key, pair in wrong.items() if isinstance(pair[0], float) and -1e-6 < pair[0] < 0}
    assert len(wrong.keys() - noise) == kinds.get(name, 0), wrong


def inputs(path: Path, shared: Path) -> Cells:
    """The input cells of a file that hold something, at the addresses of the official map."""
    book = FileBook(path)
    rows = {sheet: book.rows(sheet) for sheet in commission.SHEETS}
    found = {}
    for sheet, address in commission.input_addresses(shared):
        row, column = commission.place(address)
        value = rows[sheet][row][column] if row < len(rows[sheet]) and column < len(rows[sheet][row]) else ""
        if value != "":
            found[sheet, address] = value
    return found


def test_the_published_examples_come_back_exactly(
    shared: Path, official: Path, examples: list[Path], tmp_path: Path
) -> None:
    for number, path in enumerate(examples):
        plant_file, sent_file = tmp_path / f"plant{number}.xlsx", tmp_path / f"sent{number}.xlsx"
        assert exchange.import_communication(path, plant_file).issues == ()
        assert exchange.communicate(plant_file, official, sent_file, acknowledge=KNOWN).written
        given, found = inputs(path, shared), inputs(sent_file, shared)
        assert {key: plain(v) for key, v in given.items()} == {key: plain(v) for key, v in found.items()}


# the package


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_only_input_sheets_and_one_attribute_change(official: Path, tmp_path: Path) -> None:
    plant_file = tmp_path / "plant.xlsx"
    plant_file.write_bytes(example("fertiliser_npk").read_bytes())
    assert exchange.communicate(plant_file, official, tmp_path / "sent.xlsx", acknowledge=KNOWN).written
    old, new = parts(official), parts(tmp_path / "sent.xlsx")
    package = Package(official)
    changed = {part for part in old if old[part] != new[part]}
    assert old.keys() == new.keys()
    assert changed <= {"xl/workbook.xml", *(package.part(sheet) for sheet in c.SHEETS)}
    assert new["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"") == old["xl/workbook.xml"]


def test_only_unlocked_cells_without_formula_are_written(official: Path) -> None:
    package = Package(official)
    for sheet, mapped in template.input_cells().items():
        unlocked, formulas = template.open_cells(package, sheet)
        assert mapped == unlocked
        assert not formulas


def test_styles_and_formulas_of_a_filled_sheet_stay(official: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    plant_file = tmp_path / "plant.xlsx"
    plant_file.write_bytes(example("cement").read_bytes())
    exchange.communicate(plant_file, official, tmp_path / "sent.xlsx", acknowledge=KNOWN)
    old, new = (load_workbook(path) for path in (official, tmp_path / "sent.xlsx"))
    for sheet in (c.PROCESS_DATA, c.PRODUCT_SUMMARY):
        mapped = template.input_cells()[sheet]
        for row in old[sheet].iter_rows():
            for cell in row:
                other = new[sheet][cell.coordinate]
                assert cell.style_id == other.style_id
                assert cell.coordinate in mapped or cell.value == other.value


def test_a_template_that_was_filled_before_keeps_nothing_of_it(
    shared: Path, official: Path, examples: list[Path], tmp_path: Path
) -> None:
    """The examples are the copies of v2.1 that there are; another plant is written over one of them."""
    plant_file = tmp_path / "plant.xlsx"
    plant_file.write_bytes(example("cement").read_bytes())
    exchange.communicate(plant_file, official, tmp_path / "into_empty.xlsx", acknowledge=KNOWN)
    exchange.communicate(plant_file, examples[1], tmp_path / "into_filled.xlsx", acknowledge=KNOWN)
    assert inputs(tmp_path / "into_empty.xlsx", shared) == inputs(tmp_path / "into_filled.xlsx", shared)


def changed_template(official: Path, path: Path, sheet: str, cells: Mapping[str, Any]) -> Path:
    path.write_bytes(official.read_bytes())
    return edited(path, {sheet: cells})


def test_an_unknown_version_is_refused_in_words(official: Path, tmp_path: Path) -> None:
    later = changed_template(official, tmp_path / "later.xlsx", c.VERSION_SHEET, {c.VERSION_CELL: date(2027, 1, 1)})
    with pytest.raises(BookError, match=r"version of later\.xlsx isn't known here; known are v2\.1 .*accept-version"):
        exchange.communicate(example("cement"), later, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()
    plant_file = tmp_path / "plant.xlsx"
    plant_file.write_bytes(example("cement").read_bytes())
    assert exchange.communicate(
        plant_file, later, tmp_path / "out.xlsx", accept_version=True, acknowledge=KNOWN
    ).written


def test_a_version_with_other_cells_is_refused_even_if_accepted(official: Path, tmp_path: Path) -> None:
    """A row was inserted above the processes: every input below stands one row lower."""
    package = Package(official)
    part = package.part(c.PROCESS_DATA)
    xml = package.read(part).replace(b'<c r="L54"', b'<c r="QQ54"')
    assert xml != package.read(part)
    package.replace(part, xml)
    package.save(tmp_path / "moved.xlsx")
    for accept in (False, True):
        with pytest.raises(BookError, match=r"moved\.xlsx can't be filled: D_Processes!L54 is locked"):
            exchange.communicate(example("cement"), tmp_path / "moved.xlsx", tmp_path / "o.xlsx", accept_version=accept)


def test_another_file_is_no_template(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="isn't the Commission's communication template"):
        exchange.communicate(example("cement"), example("hydrogen"), tmp_path / "out.xlsx")


def test_what_is_read_is_not_written_over(official: Path, tmp_path: Path) -> None:
    for out in (official, example("cement")):
        with pytest.raises(CbamError, match="can't be written over"):
            exchange.communicate(example("cement"), official, out)


# what the file can't hold


def again(shared: Path, installation: Installation) -> tuple[Report, Report, list[str], Installation]:
    """The Report of an installation, that of what was written for it, and the codes of what was changed."""
    cells, report, codes = filled(installation)
    back = read(commission.book(shared, cells))
    return report, recalculate(back, floor=False), codes, back


def same_see(report: Report, other: Report) -> None:
    """Every CBAM process has the same figures; the file tells them apart by place."""
    own = [b for b in report.processes if b.category != m.NOT_CBAM]
    assert len(own) == len(other.processes)
    for mine, theirs in zip(own, other.processes, strict=True):
        for field in ("see_direct", "see_indirect", "embedded_electricity_mwh_per_t", "default_share",
                      "attributed_direct_tco2e", "attributed_indirect_tco2e"):  # fmt: skip
            if field == "default_share" and abs(mine.see_direct) < 1e-9:
                continue
            x, y = getattr(mine, field), getattr(theirs, field)
            assert (isnan(x) and isnan(y)) or x == pytest.approx(y, rel=1e-9, abs=1e-9), (mine.name, field)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_random_plant_has_the_same_see_in_the_file(shared: Path, seed: int) -> None:
    installation = random_plant(Random(seed))
    report, other, _, _ = again(shared, installation)
    same_see(report, other)
    mine, theirs = report.installation, other.installation
    assert mine.direct_tco2e == pytest.approx(theirs.direct_tco2e, rel=1e-9, abs=1e-9)
    assert mine.energy_tj == pytest.approx(theirs.energy_tj, rel=1e-9, abs=1e-9)


def mills(*more: Any, count: int = 2, **site: Any) -> Installation:
    return plant(*(process(f"Mill {i}", 1000.0 + i, direct_entered=10.0) for i in range(count)), *more, **site)


def test_more_streams_than_rows_are_joined(shared: Path) -> None:
    streams = [emits("Mill 0", 10.0 + i, f"Gas {i}", biomass=0.25 * (i % 3)) for i in range(60)]
    streams += [burns("Mill 1", 5.0 + i, name=f"Fuel {i}", biomass=0.5 * (i % 2)) for i in range(60)]
    report, other, codes, back = again(shared, mills(*streams))
    assert "sent-packed" in codes
    assert len(back.streams) == 75
    kept = [s.name for s in back.streams[:-2]]
    assert kept == [s.name for s in streams if s.name in kept]  # the largest stay, in their order
    assert "Gas 59" in kept
    assert "Gas 0" not in kept
    assert back.streams[-1].name == "47 further rows (biomass)"
    for field in ("direct_tco2e", "biomass_tco2", "energy_tj"):
        assert getattr(other.installation, field) == pytest.approx(getattr(report.installation, field), rel=1e-12)


def test_more_stacks_and_cell_lines_than_rows_are_joined(shared: Path) -> None:
    stacks = [m.Measured(at(""), f"Stack {i}", "Mill 0", "N2O" if i % 2 else "CO2", 10.0 + i, 8000.0 - i, 3.0 + i,
                         0.3 if i % 4 == 0 else None, 5.0 if i % 4 == 0 else None) for i in range(14)]  # fmt: skip
    lines = [m.Pfc(at(""), f"Line {i}", "Mill 1", m.SLOPE, 1000.0 + i, 1.0, 1.2, 0.14, f_c2f6=0.1 + i / 100,
                   collection=0.98 if i % 2 else None) for i in range(12)]  # fmt: skip
    lines.append(m.Pfc(at(""), "Over", "Mill 1", m.OVERVOLTAGE, 10.0, overvoltage=2.0, current_efficiency=95.0,
                       ovc=1.16, f_c2f6=0.12))  # fmt: skip
    report, other, codes, back = again(shared, mills(*stacks, *lines))
    assert codes.count("sent-packed") == 3
    assert (len(back.measured), len(back.pfc)) == (9, 9)
    for field in ("direct_tco2e", "biomass_tco2", "energy_tj", "pfc_tco2e"):
        assert getattr(other.installation, field) == pytest.approx(getattr(report.installation, field), rel=1e-12)


def test_precursors_of_one_process_are_joined(shared: Path) -> None:
    rows: list[Any] = []
    for i in range(25):
        q = bought(f"Billets {i}", 1.0 + i / 10, 0.3 + i / 50, 0.4 + i / 100, quantity=300.0 + i)
        rows += [q, flow(q.name, f"Mill {i % 2}", 200.0 + i), flow(q.name, m.OTHER_USE, 100.0)]
    report, other, codes, back = again(shared, mills(*rows))
    same_see(report, other)
    assert len(back.precursors) == 13
    assert back.precursors[0].name == "Crude steel, 13 suppliers for Mill 0"
    assert "sent-packed" in codes
    assert not [i for i in other.issues if i.code == "mass-open"]


def refused(installation: Installation) -> list[str]:
    cells, _, _ = filled(installation)
    assert cells == {}
    return [i.message for i in fill(installation, recalculate(installation)).issues if i.level == m.ERROR]


def test_what_cannot_be_joined_is_refused() -> None:
    rows: list[Any] = []
    for i in range(21):
        q = bought(f"Billets {i}", 1.0 + i, quantity=300.0)
        rows += [q, flow(q.name, "Mill 0", 200.0), flow(q.name, "Mill 1", 100.0)]
    [message] = refused(mills(*rows))
    assert message.startswith("There are 21 bought precursors that can't be joined without changing a SEE")
    [message] = refused(mills(count=11))
    assert message.startswith("There are 11 processes of CBAM goods; the Commission's file holds 10")
    shared_out = process("Plant", 100.0, "Cement", direct_entered=1.0, leaving=("Cement", "Urea"))
    assert "indicative, not for communication" in refused(plant(shared_out))[0]
    goods = [m.Good(at(""), f"Coil {i}", "Mill 0", f"7208{i:04d}") for i in range(101)]
    assert refused(mills(*goods))[0].startswith("101 goods differ in process, CN code, parameters or price")
    prices = [m.CarbonPrice(at(""), f"Mill {i}", share=0.5, price=1.0, currency="EUR" if i else "TRY") for i in (0, 1)]
    assert "EUR, TRY" in refused(mills(*prices))[0]


def test_goods_that_differ_in_name_only_share_a_row(shared: Path) -> None:
    goods = [m.Good(at(""), f"Screw {i}", f"Mill {i % 2}", "73181542") for i in range(101)]
    goods.append(m.Good(at(""), "Nut", "Mill 0", "73181900"))
    cells, _, codes = filled(mills(*goods, m.Parameter(at(""), "Screw 4", "% Mn", 7.0)))
    names = [value for (sheet, address), value in cells.items() if sheet == c.PRODUCT_SUMMARY and address[0] == "H"]
    assert len(names) == 4
    assert names[0].startswith("Screw 0; Screw 2; Screw 6; ")
    assert cells[c.PRODUCT_SUMMARY, "R12"] == 0.07
    assert codes.count("sent-packed") == 2


def test_odd_and_equal_names(shared: Path) -> None:
    long = "Very long name of a mill " * 8
    names = ["Mill_1", "Mill*1", "mill-1", "What?", long]
    records: list[Any] = [process(name, 100.0, direct_entered=float(i)) for i, name in enumerate(names)]
    precursor = bought("Billets", quantity=50.0)._replace(alias="What-")
    cells, report, codes = filled(plant(*records, precursor, flow("Billets", "What?", 50.0)))
    written = [cells[c.INSTALLATION, f"L{83 + i}"] for i in range(5)]
    assert written == ["Mill-1", "Mill-1 (2)", "mill-1 (3)", "What-", long[:LONGEST].strip()]
    assert cells[c.INSTALLATION, "L102"] == "What- (2)"
    assert codes.count("sent-renamed") == 6
    same_see(report, recalculate(read(commission.book(shared, cells)), floor=False))


def test_the_floor_at_zero_is_written_into_direm(shared: Path) -> None:
    installation = plant(process("Kiln", 100.0, direct_entered=1.0), heat("Kiln", m.OUTSIDE, 10.0, 56.1))
    cells, report, codes = filled(installation)
    assert report.processes[0].see_direct == 0
    assert cells[c.PROCESS_DATA, "L54"] == pytest.approx(561.0)
    assert codes == ["sent-packed"]
    same_see(report, recalculate(read(commission.book(shared, cells)), floor=False))


def test_energy_units_reach_the_file_through_heat_and_power(shared: Path) -> None:
    installation = plant(
        process("Mill 0"), process("Mill 1"), process("Block plant", None, m.NOT_CBAM),
        unit("Boiler"), chp("CHP"), burns("Boiler", 50.0, 60.0), burns("CHP", 100.0),
        heat("Boiler", "Mill 0", 20.0), heat("CHP", "Mill 0", 30.0), heat("Mill 0", "Block plant", 5.0, 70.0),
        power("CHP", "Mill 1", 8000.0), power("Grid", "Mill 1", 500.0, 0.5), power("Grid", "Boiler", 40.0, 0.5),
        waste_gas("Mill 0", "Mill 1", 3.0), emits("Mill 0", 1.0), emits("Mill 1", 2.0),
        flow("Mill 0", "Block plant", 400.0), flow("Mill 0", m.MARKET, 600.0),
    )  # fmt: skip
    report, other, _, back = again(shared, installation)
    same_see(report, other)
    cells, _, _ = filled(installation)
    assert cells[c.PROCESS_DATA, "L41"] == 400.0
    assert cells[c.PROCESS_DATA, "L132"] == "D.4.2"  # the grid supply names no source
    assert (cells[c.TOOLS, "J21"], cells[c.TOOLS, "K21"], cells[c.TOOLS, "L21"]) == (100.0, 30.0, 8000.0)
    assert cells[c.BALANCES, "M26"] == pytest.approx(report.installation.indirect_tco2e)
    assert [p.name for p in back.processes] == ["Mill 0", "Mill 1"]


def test_routes_and_units_in_the_words_of_the_file() -> None:
    rows = (m.Row("Crude steel", "Electric arc furnace", 70.0), m.Row("Crude steel", "Corex", 30.0))
    shop = process(
        "Shop", 100.0, "Crude steel", direct_entered=1.0, rows=rows, routes=("Electric arc furnace", "Corex")
    )
    clay = bought("Clay", category="Calcined clays", quantity=5.0)
    gas = m.Stream(at(""), "CO2 sold", "Shop", m.CO2_TRANSFER, -5.0)
    cells, _, codes = filled(plant(shop, process("Blank", 10.0, "Crude steel", direct_entered=1.0), clay, gas))
    assert [cells.get((c.PROCESS_DATA, f"L{row}")) for row in (16, 17, 18, 19)] == [None, 70.0, 30.0, None]
    assert cells[c.PROCESS_DATA, "L84"] == 10.0  # no route named: the row of unknown routes
    assert [cells[c.INSTALLATION, f"{letter}62"] for letter in "IJK"] == [
        "Electric arc furnace", "Other production routes", "Unknown production routes"]  # fmt: skip
    assert cells[c.INSTALLATION, "E102"] == "Calcined clays "
    assert [cells[c.EMISSIONS, f"{letter}17"] for letter in "DFGJK"] == ["Process emissions", -5.0, "t", 1.0, "tCO2/t"]
    assert codes.count("sent-packed") == 2


def test_prices_and_parameters_in_the_words_of_the_file() -> None:
    price = m.CarbonPrice(at(""), "Mill 0", "Carbon Tax", 0.947, 12.5, "", "tCO2e", rebate=2.0)
    per_t = m.CarbonPrice(at(""), "Coil", "Carbon Tax", 0.6, 50.0, "USD", "t", "Other", 0.3, 20.0)
    per_co2 = m.CarbonPrice(at(""), "Sheet", "", 0.5, 100.0, "", "tCO2e")
    goods = [m.Good(at(""), name, "Mill 0", "72083900") for name in ("Coil", "Sheet")]
    other = m.Good(at(""), "Blocks", "Block plant", "")
    words = {"Coil": (("% Mn", 7.4), ("Calcined or not", "no"), ("t scrap per t steel", 0.3), ("Colour", "red")),
             "Mill 0": (("% Mn", 1.0), ("Steel mill identification number", "623108"))}  # fmt: skip
    parameters = [m.Parameter(at(""), target, name, value) for target, own in words.items() for name, value in own]
    block = process("Block plant", None, m.NOT_CBAM)
    cells, _, codes = filled(mills(block, *goods, other, *parameters, price, per_t, per_co2, currency="EUR"))

    def product(letters: str, row: int) -> list[Any]:
        return [cells.get((c.PRODUCT_SUMMARY, f"{letter}{row}")) for letter in letters.split()]

    assert product("H R AC W Q", 10) == ["Coil", 0.074, False, 0.3, 623108.0]
    assert product("H R AC W Q", 11) == ["Sheet", 0.01, None, None, 623108.0]
    assert product("AL AM AP AR AT AU AX", 10) == ["Carbon Tax", 0.6, "USD", 50.0, "Other", 0.3, 20.0]
    assert product("AM AP AR", 11) == [0.5, "EUR", pytest.approx(100 * 0.5 * 0.01)]  # SEE: 10 t on 1,000 t
    assert product("H", 12) == [None]
    tool = [cells.get((c.TOOLS, address)) for address in ("J97", "H101", "J101", "K101")]
    assert tool == ["EUR", 0.947, 12.5, 2.0]
    # the price per t CO2e, the blocks, the colour, the instrument of a process
    assert (codes.count("sent-packed"), codes.count("not-sent")) == (1, 3)
    assert refused(mills(price._replace(per="t")))[0].startswith("The carbon price of “Mill 0” is per t")


def test_joint_processes_and_their_lists(shared: Path) -> None:
    rows = (m.Row("Sintered Ore"), m.Row("Crude steel", "Basic oxygen steelmaking", 30.0),
            m.Row("Iron or steel products", "", 70.0))  # fmt: skip
    joint = process("Works", 100.0, direct_entered=50.0, leaving=("Crude steel", "Iron or steel products"),
                    included=("Sintered Ore",), rows=rows)  # fmt: skip
    cells, report, codes = filled(plant(joint))
    assert [cells[c.INSTALLATION, f"E{row}"] for row in (62, 63, 64)] == [row.category for row in rows]
    assert cells[c.INSTALLATION, "I63"] == "Basic oxygen steelmaking"
    assert [cells.get((c.INSTALLATION, f"{letter}83")) for letter in "EFGH"] == [
        "Iron or steel products", "Sintered Ore", "Crude steel", None]  # fmt: skip
    assert cells[c.PROCESS_DATA, "L16"] == 100.0
    assert codes == ["sent-packed"]
    same_see(report, recalculate(read(commission.book(shared, cells)), floor=False))


def test_co_products_of_hydrogen_are_taken_off(shared: Path) -> None:
    installation = plant(
        process("Cells", 100.0, "Hydrogen"), burns("Cells", 10.0), power("Grid", "Cells", 5000.0, 0.5),
        power("Direct line", "Cells", 100.0, 0.1), flow("Cells", m.MARKET, 100.0),
        flow("Cells", m.OUTSIDE, 800.0, "Oxygen"),
    )  # fmt: skip
    report, other, codes, _ = again(shared, installation)
    assert report.processes[0].co_products_tco2e > 0
    same_see(report, other)
    assert codes.count("sent-packed") == 3  # the energy, the route, the co-products


def test_alloying_elements_are_a_precursor_with_its_default_value(shared: Path) -> None:
    casthouse = process("Casthouse", 100.0, "Unwrought aluminium", direct_entered=5.0,
                        routes=("Secondary melting (recycling)",))  # fmt: skip
    good = m.Good(at(""), "Slab", "Casthouse", "76012040")
    content = m.Parameter(at(""), "Slab", m.NON_ALUMINIUM, 6.2)
    report, other, _, back = again(shared, plant(casthouse, good, content, country="Türkiye"))
    assert [(q.name, q.country, q.quantity) for q in back.precursors] == [("Alloying elements", "TR", 6.2)]
    for field in ("see_direct", "see_indirect", "default_share"):
        assert getattr(other.processes[0], field) == pytest.approx(getattr(report.processes[0], field), rel=1e-12)
