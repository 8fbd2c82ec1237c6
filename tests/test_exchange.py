"""Commands communicate and import: what they print and write, what an import keeps, a supplier's file as precursors."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import commission
import pytest
from commission import KNOWN, Cells
from conftest import missing
from workbooks import edited

import cbam_xl
from cbam_xl import exchange
from cbam_xl import model as m
from cbam_xl.attribution import recalculate
from cbam_xl.books import FileBook
from cbam_xl.communication import cells as c
from cbam_xl.errors import CbamError
from cbam_xl.locks import BookError
from cbam_xl.package import Package, set_cells
from cbam_xl.road import example, read

WHY = ("--acknowledge", KNOWN[0])


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    """A copy of a worked example that holds an amount of energy and CO2 that is passed on."""
    path = tmp_path / "plant.xlsx"
    path.write_bytes(example("aluminium").read_bytes())
    return path


def case(shared: Path, official: Path, path: Path, name: str, changed: Cells | None = None) -> Path:
    """A stored case as a file, with cells changed."""
    cells = commission.cells_of(shared, commission.case(shared, name)["inputs"])
    return commission.saved(official, {**cells, **(changed or {})}, path)


def found_on_issues(path: Path) -> list[str]:
    """Codes on sheet Issues."""
    return [str(row[2]) for row in FileBook(path).rows("Issues")[6:]]


# communicate


def test_the_list_of_changes_is_printed_and_put_onto_issues(run: Any, official: Path, plant: Path) -> None:
    out = plant.with_name("sent.xlsx")
    ran = run("communicate", plant, "--template", official, "-o", out, *WHY)
    assert ran.status == 0
    assert ran.out.splitlines()[-1].startswith(f"{out} written.")
    assert "NOTE sent-packed Amounts of energy (Natural gas) are written in t, by the standard calorific" in ran.out
    assert found_on_issues(plant).count("sent-packed") == ran.out.count("NOTE sent-packed") >= 2
    assert out.is_file()


def test_nothing_is_sent_with_errors_in_the_data(run: Any, official: Path, plant: Path) -> None:
    edited(plant, {"Processes": {"F8": "a lot"}})
    before, out = plant.read_bytes(), plant.with_name("sent.xlsx")
    ran = run("communicate", plant, "--template", official, "-o", out)
    assert ran.status == 1
    assert "Processes!F8: ERROR number-expected" in ran.err
    assert ran.out == "Nothing was written: correct what is named above first.\n"
    assert not out.exists()
    assert plant.read_bytes() == before


def test_what_cannot_be_sent_is_refused_with_its_cell(run: Any, official: Path, plant: Path) -> None:
    """120 goods of one code that differ in a parameter."""
    goods = {f"{letter}{7 + i}": text for i in range(120)
             for letter, text in (("B", f"Coil {i}"), ("C", "Rolling mill"), ("D", "76061191"))}  # fmt: skip
    parameters = {f"{letter}{100 + i}": value for i in range(120)
                  for letter, value in (("B", f"Coil {i}"), ("C", "% pre-consumer scrap"), ("D", i / 2))}  # fmt: skip
    edited(plant, {"Goods": goods, "Goods parameters": parameters})
    ran = run("communicate", plant, "--template", official, "-o", plant.with_name("sent.xlsx"))
    assert ran.status == 1
    assert "Goods!B107: ERROR no-room 120 goods differ in process, CN code, parameters or price" in ran.out
    assert "no-room" in found_on_issues(plant)
    assert not plant.with_name("sent.xlsx").exists()


def test_an_open_workbook_is_sent_and_the_list_stays_off_it(run: Any, official: Path, plant: Path) -> None:
    run("check", plant, "--write", *WHY)
    plant.with_name(f"~${plant.name}").touch()
    before, out = plant.read_bytes(), plant.with_name("sent.xlsx")
    ran = run("communicate", plant, "--template", official, "-o", out)
    assert ran.status == 0
    assert "this list isn't on sheet Issues: plant.xlsx is open in Excel" in ran.err
    assert plant.read_bytes() == before
    assert out.is_file()


def test_misuse_of_communicate(run: Any, official: Path, plant: Path) -> None:
    for arguments, words in (
        (("-o", plant.with_name("sent.pdf")), "must end in .xlsx"),
        (("-o", official), "is read and can't be written over"),
        (("-o", plant), "is read and can't be written over"),
        (("-o", plant.parent / "none" / "sent.xlsx"), "the folder"),
    ):
        ran = run("communicate", plant, "--template", official, *WHY, *arguments)
        assert (ran.status, words in ran.err) == (2, True), ran.err
    ran = run("communicate", plant, "--template", plant.with_name("none.xlsx"), "-o", plant.with_name("sent.xlsx"))
    assert ran.status == 2
    assert run("communicate", plant, "-o", plant.with_name("sent.xlsx")).status == 2


def test_a_filled_template_is_sent_as_well(run: Any, shared: Path, official: Path, tmp_path: Path) -> None:
    """From v2.1 to v2.1.1, say."""
    filled = case(shared, official, tmp_path / "filled.xlsx", "s1_cement_clinker_separate")
    before = filled.read_bytes()
    assert run("communicate", filled, "--template", official, "-o", tmp_path / "sent.xlsx").status == 0
    assert filled.read_bytes() == before
    given, found = (read(path) for path in (filled, tmp_path / "sent.xlsx"))
    assert found.processes == given.processes
    assert found.streams == given.streams


def test_both_are_there_in_python(official: Path, plant: Path) -> None:
    sent = cbam_xl.communicate(plant, official, plant.with_name("sent.xlsx"), acknowledge=KNOWN)
    assert (sent.written, sent.failed, sent.compared) == (True, False, 0)
    assert {issue.code for issue in sent.changed} == {"sent-packed"}
    imported = cbam_xl.import_communication(plant.with_name("sent.xlsx"), plant.with_name("again.xlsx"))
    mine = {b.name: b.see_direct for b in sent.report.processes}
    again = {b.name: b.see_direct for b in recalculate(read(plant.with_name("again.xlsx"))).processes}
    assert again == pytest.approx(mine, rel=1e-12)
    assert imported.issues == ()


# import


def test_an_import_lists_what_has_no_place(run: Any, shared: Path, official: Path, tmp_path: Path) -> None:
    changed = {
        (c.INSTALLATION, "E64"): "Urea",  # a category that no process makes
        (c.EMISSIONS, "P18"): 50.0,  # a conversion factor beside combustion
        (c.BALANCES, "H40"): "My own words",
        (c.PROCESS_DATA, "L62"): 44.0,  # a factor of waste gas without any
        (c.PROCESS_DATA, "L65"): "about 65000",
    }
    filled = case(shared, official, tmp_path / "filled.xlsx", "s1_cement_clinker_separate", changed)
    ran = run("import", filled, "-o", tmp_path / "plant.xlsx")
    assert ran.status == 1  # the text is an error
    assert "D_Processes!L65: ERROR number-expected" in ran.err
    listed = {line.split(":")[0] for line in ran.out.splitlines() if "not-kept" in line}
    assert listed == {f"{sheet}!{address}" for sheet, address in changed}
    assert (tmp_path / "plant.xlsx").is_file()


def test_gaps_close_up_and_are_no_loss(shared: Path, official: Path, tmp_path: Path) -> None:
    far = {(c.EMISSIONS, "D60"): "Combustion", (c.EMISSIONS, "E60"): "Late gas", (c.EMISSIONS, "F60"): 10.0,
           (c.EMISSIONS, "G60"): "1000Nm3", (c.EMISSIONS, "H60"): 36.1, (c.EMISSIONS, "J60"): 56.1,
           (c.EMISSIONS, "K60"): "tCO2/TJ", (c.PRODUCT_SUMMARY, "D90"): "Clinker kiln",
           (c.PRODUCT_SUMMARY, "F90"): "25231000", (c.PRODUCT_SUMMARY, "H90"): "Clinker"}  # fmt: skip
    filled = case(shared, official, tmp_path / "filled.xlsx", "s1_cement_clinker_separate", far)
    assert exchange.import_communication(filled, tmp_path / "plant.xlsx").issues == ()
    installation = read(tmp_path / "plant.xlsx")
    assert installation.streams[-1].name == "Late gas"
    assert installation.goods[-1].name == "Clinker (2)"


def test_a_chp_tool_is_kept_and_counts_for_nothing(shared: Path, official: Path, tmp_path: Path) -> None:
    tool = dict(zip(("J21", "K21", "L21", "J26", "K26", "J41", "K41"),
                    (100.0, 45.0, 8000.0, 5610.0, 12.5, 0.9, 0.45), strict=True))  # fmt: skip
    cells = {(c.TOOLS, address): value for address, value in tool.items()}
    filled = case(shared, official, tmp_path / "filled.xlsx", "ec1_cement_bubble", cells)
    exchange.import_communication(filled, tmp_path / "plant.xlsx")
    plain, imported = recalculate(read(filled)), recalculate(read(tmp_path / "plant.xlsx"))
    assert imported.installation == plain.installation
    sent = exchange.communicate(tmp_path / "plant.xlsx", official, tmp_path / "sent.xlsx", acknowledge=KNOWN)
    assert sent.written
    rows = FileBook(tmp_path / "sent.xlsx").rows(c.TOOLS)
    places = {address: commission.place(address) for address in tool}
    assert {address: rows[row][column] for address, (row, column) in places.items()} == tool


def test_more_rows_than_are_laid_out(shared: Path, official: Path, tmp_path: Path) -> None:
    """100 products with 22 parameters are 2,200 rows of sheet Goods parameters, which has 500."""
    texts = {c.TEXT: "Biogas", c.PER_CENT: 0.07, c.RATIO: 0.3, c.YES_NO: True}
    cells: Cells = {}
    for i in range(100):
        row = c.PRODUCTS.first + i
        cells |= {(c.PRODUCT_SUMMARY, f"D{row}"): "Cement grinding", (c.PRODUCT_SUMMARY, f"F{row}"): "25232900",
                  (c.PRODUCT_SUMMARY, f"H{row}"): f"CEM {i}"}  # fmt: skip
        cells |= {(c.PRODUCT_SUMMARY, f"{column}{row}"): texts[kind] for column, kind in c.PARAMETERS.values()}
    filled = case(shared, official, tmp_path / "filled.xlsx", "s1_cement_clinker_separate", cells)
    assert exchange.import_communication(filled, tmp_path / "plant.xlsx").issues == ()
    installation = read(tmp_path / "plant.xlsx")
    assert len(installation.parameters) == 2200
    assert not [i for i in installation.issues if i.code == "rows-below"]
    assert exchange.communicate(tmp_path / "plant.xlsx", official, tmp_path / "sent.xlsx", acknowledge=KNOWN).written


def test_an_imported_workbook_is_an_ordinary_one(run: Any, shared: Path, official: Path, tmp_path: Path) -> None:
    filled = case(shared, official, tmp_path / "filled.xlsx", "t1_cems_and_override")
    assert run("import", filled, "-o", tmp_path / "plant.xlsx").status == 0
    ran = run("recalculate", tmp_path / "plant.xlsx")
    assert ran.status == 0  # heat from nitric acid is a warning, as in the file it comes from
    assert "nitric-heat" in ran.err
    assert "Results written to" in ran.out
    assert run("check", tmp_path / "plant.xlsx", "--write").status == 0
    sending = ("communicate", tmp_path / "plant.xlsx", "--template", official, "-o", tmp_path / "s.xlsx")
    assert run(*sending).status == 0  # its warnings came with the file, and say so
    shown = {i.code: i.acknowledged for i in read(tmp_path / "plant.xlsx").acknowledged}
    assert shown["nitric-heat"] == "As in filled.xlsx, from which it was imported."
    package = Package(tmp_path / "plant.xlsx")
    part = package.part("Processes")
    package.replace(part, set_cells(package.read(part), {"F7": 12345.0}))
    package.save(tmp_path / "plant.xlsx")
    assert run(*sending).status == 1  # what has other figures since is asked for anew
    assert run(*sending, *WHY).status == 0


def test_an_import_says_what_became_of_it(run: Any, official: Path, tmp_path: Path) -> None:
    ran = run("import", official, "-o", tmp_path / "empty.xlsx")
    assert ran.status == 1
    assert "there was nothing to import" in ran.out


def test_refusals_of_import(run: Any, official: Path, plant: Path) -> None:
    ran = run("import", plant, "-o", plant.with_name("new.xlsx"))
    assert (ran.status, "isn't a filled communication template" in ran.err) == (2, True)
    ran = run("import", official, "-o", plant)
    assert (ran.status, "exists already" in ran.err) == (2, True)
    ran = run("import", official, "-o", plant.with_name("new.ods"))
    assert (ran.status, "must end in .xlsx" in ran.err) == (2, True)
    assert not plant.with_name("new.xlsx").exists()


# a supplier's file


@pytest.fixture
def supplier(shared: Path) -> Path:
    found = sorted((shared / "official" / "examples").glob("ec_example_2*"))
    return found[0] if found else missing("There is no example 2 of the Commission.")


def test_a_supplier_becomes_a_precursor(run: Any, supplier: Path, plant: Path) -> None:
    before = read(plant)
    ran = run("import", supplier, "-o", plant, "--as-precursors")
    assert ran.status == 0
    assert "SEE (direct) 1.53898 tCO2e/t" in ran.out
    installation = read(plant)
    assert installation.precursors[:-1] == before.precursors
    q = installation.precursors[-1]
    assert q.name == "Bubble approach (Example Blast Steelworks)"
    assert (q.category, q.country, q.quantity) == ("Iron or steel products", "CN", None)
    assert q.see_direct == pytest.approx(1.5389759, abs=1e-6)
    assert (q.electricity or 0) * (q.electricity_ef or 0) == pytest.approx(0.203554, abs=1e-6)
    assert (q.see_direct_source, q.electricity_source, q.electricity_ef_source) == ("Measured", "Measured", "Mix")
    stamp = sha256(supplier.read_bytes()).hexdigest()[:16]
    assert q.note == (f"Example Blast Steelworks, CN ABC; 2023-01-01 to 2023-12-31; {supplier.name}, sha256 {stamp}")
    lacking = [i for i in installation.issues if i.level == m.ERROR]
    assert [(i.sheet, i.code) for i in lacking] == [("Precursors", "value-missing")]  # how much was bought


def test_a_supplier_is_added_to_a_workbook_with_macros(run: Any, supplier: Path, plant: Path) -> None:
    macros = plant.rename(plant.with_suffix(".xlsm"))
    assert run("import", supplier, "-o", macros, "--as-precursors").status == 0
    assert read(macros).precursors[-1].country == "CN"


def test_a_supplier_twice_is_refused_with_the_rows_that_are_there(run: Any, supplier: Path, plant: Path) -> None:
    exchange.import_precursors(supplier, plant)
    once = plant.read_bytes()
    ran = run("import", supplier, "-o", plant, "--as-precursors")
    assert ran.status == 2
    row = read(plant).precursors[-1].at.row
    assert f"was imported before: its goods stand on sheet Precursors in B{row}. To import it again, delete" in ran.err
    assert plant.read_bytes() == once
    edited(plant, {"Precursors": {f"{letter}{row}": None for letter in "BCDEFGHIJKLMNOPQRSTUVW"}})
    assert run("import", supplier, "-o", plant, "--as-precursors").status == 0


def test_another_edition_of_a_supplier_gets_another_name_and_own_cells_stay(
    supplier: Path, plant: Path, tmp_path: Path
) -> None:
    edited(plant, {"Precursors": {"T40": "my own remark"}})
    exchange.import_precursors(supplier, plant)
    later = tmp_path / "later.xlsx"
    later.write_bytes(supplier.read_bytes())
    exchange.import_precursors(edited(later, {c.PROCESS_DATA: {"A1": "another edition"}}), plant)
    assert [q.name for q in read(plant).precursors][-1] == "Bubble approach (Example Blast Steelworks) (2)"
    assert FileBook(plant).rows("Precursors")[39][19] == "my own remark"


def test_a_supplier_without_production_adds_nothing_and_says_so(
    run: Any, shared: Path, official: Path, plant: Path, tmp_path: Path
) -> None:
    """Its own bought precursors aren't offered in place of its goods."""
    filled = case(shared, official, tmp_path / "filled.xlsx", "s1_cement_clinker_separate",
                  {(c.PROCESS_DATA, cell): None for cell in ("L16", "L70")})  # fmt: skip
    before = plant.read_bytes()
    ran = run("import", filled, "-o", plant, "--as-precursors")
    assert ran.status == 1
    assert "Nothing was added" in ran.out
    assert "SEE (direct)" not in ran.out
    assert plant.read_bytes() == before


def test_a_year_of_2026_is_not_sent_in_a_template_of_the_transitional_period(
    run: Any, official: Path, tmp_path: Path
) -> None:
    plant, out = tmp_path / "steel.xlsx", tmp_path / "out.xlsx"
    plant.write_bytes(example("steel_2026").read_bytes())
    ran = run("communicate", plant, "--template", official, "-o", out)
    assert (ran.status, out.exists()) == (1, False)
    assert "template-act" in ran.out + ran.err


def test_default_values_and_routes_of_a_supplier(shared: Path, official: Path, plant: Path, tmp_path: Path) -> None:
    filled = case(shared, official, tmp_path / "filled.xlsx", "s5_aluminium_pfc_methods")
    found = exchange.import_precursors(filled, plant).installation.precursors
    [q] = found  # one process sells goods
    assert "default values" in q.note
    assert q.country == "BH"
    own = next(b for b in recalculate(read(filled)).processes if b.name == "Rolling")
    assert q.see_direct == own.see_direct
    assert read(plant).precursors[-1].see_direct == pytest.approx(own.see_direct, rel=1e-15)


def test_a_supplier_is_added_to_a_workbook_only(supplier: Path, official: Path, plant: Path) -> None:
    with pytest.raises(CbamError, match="isn't an installation workbook"):
        exchange.import_precursors(supplier, official)
    edited(plant, {"Precursors": {"B5": "Who"}})
    with pytest.raises(BookError, match="has no column “Precursor”"):
        exchange.import_precursors(supplier, plant)


def test_a_supplier_whose_file_shows_other_figures_is_told(
    shared: Path, official: Path, plant: Path, tmp_path: Path
) -> None:
    filled = case(shared, official, tmp_path / "filled.xlsx", "s1_cement_clinker_separate")
    package = Package(filled)
    part = package.part(c.PRODUCT_SUMMARY)
    package.replace(part, set_cells(package.read(part), {"I10": 0.5}))
    package.save(filled)
    issues = exchange.import_precursors(filled, plant).issues
    told = [i for i in issues if i.code == "not-kept"]
    assert [(i.sheet, i.cell) for i in told] == [(c.PRODUCT_SUMMARY, "I10")]
    assert told[0].message.startswith("The file shows 0.5 for “CEM II”, its own data give")
