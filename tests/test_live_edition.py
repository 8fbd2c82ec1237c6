"""Live editions: every live cell has the engine's figure stored, keeps its formula, and says when it is old."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import commission
import pytest
from calculated import Calculated, differing
from cbam_udfs import BY_NAME, call
from live_books import EDITIONS, filled, recalculated
from openpyxl import Workbook, load_workbook

from cbam_xl import attribution, exchange, road
from cbam_xl.__main__ import main
from cbam_xl.books import FileBook
from cbam_xl.hosts.excel.doctor import differences
from cbam_xl.package import Package, set_cells
from cbam_xl.report import Report
from cbam_xl.sheets import inputs, live, outputs
from cbam_xl.sheets.declare import FIRST_ROW, HEADER_ROW, LAST_ROW

sys.path.insert(0, str(Path(__file__).parents[1] / "templates"))

import build

Done = tuple[Path, Report]
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


@pytest.fixture(scope="module", params=sorted(EDITIONS))
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return recalculated(tmp_path_factory.mktemp("live") / f"cement{request.param}")


def formulas(path: Path) -> dict[tuple[str, str], str]:
    book = load_workbook(path)
    return {
        (ws.title, c.coordinate): str(c.value)
        for ws in book
        for row in ws.iter_rows()
        for c in row
        if c.data_type == "f"
    }


def values(path: Path) -> Workbook:
    return load_workbook(path, data_only=True)


def block(book: Workbook) -> list[list[Any]]:
    ws, last = book["Start"], outputs.START_ROWS + len(inputs.SHEETS) - 1
    area = ws[f"{live.HANDLES[0]}{outputs.START_ROWS}:{live.HANDLES[-1]}{last}"]
    return [[cell.value for cell in row] for row in area]


def test_two_builds_are_the_same_and_those_in_the_tree(tmp_path: Path) -> None:
    made = build.build_live(tmp_path)
    assert [p.name for p in made] == [build.LIVE, build.MACROS]
    first = [p.read_bytes() for p in made]
    build.build_live(tmp_path)
    assert [p.read_bytes() for p in made] == first
    for path in made:
        assert build.parts(path) == build.parts(build.HERE / path.name), "run: python templates/build.py"


@pytest.mark.parametrize("name", EDITIONS.values())
def test_every_formula_of_the_template_has_a_stored_value(name: str) -> None:
    book = Package(road.templates() / name)
    for sheet, part in book.sheets.items():
        assert not re.search(rb"</f>(?:<v ?/>)?</c>", book.read(part)), sheet
    assert re.findall(rb"<calcPr[^>]*>", book.read("xl/workbook.xml")) == [b'<calcPr calcId="191029"/>']


@pytest.mark.parametrize("name", EDITIONS.values())
def test_formulas_use_registered_functions_with_a_legal_number_of_arguments(name: str) -> None:
    found = set()
    for formula in formulas(road.templates() / name).values():
        for function, arguments in re.findall(r"(CBAM_\w+)\(([^()]*)\)", formula):
            wanted = BY_NAME[function].arguments
            assert sum(not a.optional for a in wanted) <= len(arguments.split(",")) <= len(wanted)
            assert not BY_NAME[function].spills
            found.add(function)
    assert len(found) >= 18


def test_stored_results_are_the_engines_and_read_back(done: Done) -> None:
    path, report = done
    assert differences(FileBook(path).rows("Results"), report) == []
    assert len(report.processes) == 3
    assert values(path)["Results"]["B10"].value in ("", None)
    reading = attribution.recalculate(road.read(path))
    assert reading.processes == report.processes


def test_every_stored_value_of_results_is_what_its_function_says_of_the_stored_handles(done: Done) -> None:
    path, report = done
    book, kept = values(path), formulas(path)
    handles = block(book)
    for row, balance in enumerate(report.processes, FIRST_ROW):
        asked = 0
        for letter in "CDEFGHIJKLMNOPQR":
            formula = kept["Results", f"{letter}{row}"]
            function = re.search(r"CBAM_\w+", formula)
            assert function
            value = call(function[0], balance.name, handles)
            shown = book["Results"][f"{letter}{row}"].value
            assert shown == (100 * value if "100*" in formula else value)
            asked += 1
        assert asked == 16


def test_recalculating_keeps_every_formula(done: Done) -> None:
    path, _ = done
    assert formulas(path) == formulas(road.templates() / EDITIONS[path.suffix])


def test_own_cells_keep_their_formula_and_get_the_new_figure(
    done: Done, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, report = done
    kiln = report.processes[0]
    formulas_of_mine = {
        "J60": f'CBAM_SEE_DIRECT("{kiln.name}",installation)', "J61": "CBAM_SEE_TOTAL(Processes!$B$7, installation)",
        "J62": 'CBAM_CONVERT(J64,"GJ","TJ")', "J63": "CBAM_STATUS(installation)",
        "J65": 'CBAM_SEE_DIRECT("Nobody, at all",installation)', "J66": "2*CBAM_SEE_DIRECT(Results!B7,installation)",
        "J67": "CBAM_SEE_DIRECT(Results!B7,installation)", "J68": "CBAM_RESULTS(installation)",
        "J69": 'CBAM_READ("Processes",in_processes)',
    }  # fmt: skip
    book = Package(path)
    part = book.part("Glossary")
    xml = set_cells(book.read(part), {"J64": 5.0})
    book.replace(part, live.with_formulas(xml, {cell: (text, "old") for cell, text in formulas_of_mine.items()}))
    book.save(tmp_path / path.name)
    assert main(["recalculate", str(tmp_path / path.name)]) == 0
    assert "Your formulas in Glossary!J66, Glossary!J67, Glossary!J68 are calculated" in capsys.readouterr().out
    ws, kept = values(tmp_path / path.name)["Glossary"], formulas(tmp_path / path.name)
    assert {c: kept["Glossary", c].removeprefix("=") for c in formulas_of_mine} == formulas_of_mine
    assert [ws[c].value for c in ("J60", "J61", "J62")] == [kiln.see_direct, kiln.see_total, 0.005]
    assert ws["J63"].value.startswith("✔ 3 processes")
    assert ws["J65"].value.startswith("#CBAM name-unknown")
    assert [ws[c].value for c in ("J66", "J67", "J68")] == ["old"] * 3
    assert ws["J69"].value == block(values(tmp_path / path.name))[1][0]


def test_goods_stand_below_the_laid_out_rows_and_the_print_area_has_both(done: Done) -> None:
    path, report = done
    ws = values(path)["Results"]
    assert ws[f"B{live.GOODS_ROW}"].value == "By good"
    assert [ws[f"B{live.GOODS_ROW + 3 + k}"].value for k in range(len(report.goods))] == [g.name for g in report.goods]
    assert live.GOODS_ROW > LAST_ROW
    assert "Results!$A$1:$R$9,Results!$A$508" in Package(path).read("xl/workbook.xml").decode()


def test_the_mark_follows_the_inputs(done: Done, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = done
    ws = values(path)["Start"]
    assert ws[live.NOW].value == ws[live.STAMPED].value == live.fingerprint(block(values(path)))
    assert len(ws[live.NOW].value) == live.DIGEST * len(inputs.SHEETS)
    assert values(path)["Results"]["B3"].value == ws[live.BAND_STATE].value == live.STATE_WORDS[1]
    changed = tmp_path / path.name
    book = Package(path)
    part = book.part("Source streams")
    book.replace(part, set_cells(book.read(part), {"E7": 123456.0}))
    book.save(changed)
    assert main(["recalculate", str(changed), "--only", "results"]) == 0
    after = values(changed)
    assert after["Start"][live.NOW].value != after["Start"][live.STAMPED].value == ws[live.STAMPED].value
    assert after["Results"]["B3"].value == live.STATE_WORDS[2]
    differing = [
        s.name for s, old, new in zip(inputs.SHEETS, block(values(path)), block(after), strict=True) if old != new
    ]
    assert differing == ["Source streams"]
    assert main(["recalculate", str(changed)]) == 0
    assert values(changed)["Results"]["B3"].value == live.STATE_WORDS[1]
    assert values(changed)["Results"]["M7"].value != values(path)["Results"]["M7"].value


def test_a_row_past_the_end_is_an_error_in_the_file_and_a_mark_beside_the_handle(
    done: Done, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, _ = done
    book = Package(path)
    part = book.part("Source streams")
    book.replace(part, set_cells(book.read(part), {f"B{LAST_ROW + 1}": "Late coal"}))
    book.save(tmp_path / path.name)
    before = (tmp_path / path.name).read_bytes()
    assert main(["recalculate", str(tmp_path / path.name)]) == 1
    assert f"Source streams!B{LAST_ROW + 1}: ERROR rows-below" in capsys.readouterr().err
    assert (tmp_path / path.name).read_bytes() == before
    row = outputs.START_ROWS + [s.name for s in inputs.SHEETS].index("Source streams")
    assert f"'Source streams'!$B${LAST_ROW + 1}:" in formulas(path)["Start", f"{live.WORDS}{row}"]


def test_libreoffice_calculates_the_plain_formulas_to_their_stored_values(tmp_path: Path, soffice: str) -> None:
    """The mark of a row past the end and the names in use are plain formulas: a spreadsheet program judges them."""
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    empty, late = tmp_path / "empty.xlsx", tmp_path / "late.xlsx"
    empty.write_bytes((road.templates() / build.LIVE).read_bytes())
    book = Package(empty)
    for sheet, cells in (
        ("Goods", {f"B{LAST_ROW + 1}": "x"}),
        ("Processes", {"B7": "Kiln", "B8": "Mill", "B9": "kiln"}),
    ):
        book.replace(book.part(sheet), set_cells(book.read(book.part(sheet)), cells))
    book.save(late)
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to",
               "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(empty), str(late)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    stored, shown = values(empty), values(tmp_path / "out" / "empty.xlsx")
    off = {live.NOW, live.STATE, live.BAND_STATE}  # they need the functions, which aren't there
    for (sheet, cell), formula in formulas(empty).items():
        if "CBAM_" not in formula and cell not in off and cell != "B3":
            assert (shown[sheet][cell].value or "") == (stored[sheet][cell].value or ""), (sheet, cell, formula)
    after = values(tmp_path / "out" / "late.xlsx")
    start = after["Start"]
    assert [start[f"{live.WORDS}{outputs.START_ROWS + k}"].value for k in (1, 2)] == [
        "3 rows",
        "✖ filled below row 506",
    ]
    assert [after["Results"][f"B{row}"].value or "" for row in (7, 8, 9)] == ["Kiln", "Mill", ""]


def test_libreoffice_shows_the_stored_figures(tmp_path: Path, soffice: str, done: Done) -> None:
    path, report = done
    command = [soffice, f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless", "--convert-to", "pdf",
               "--outdir", str(tmp_path), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    assert (tmp_path / f"{path.stem}.pdf").stat().st_size > 50_000
    assert report.processes


def test_new_writes_each_edition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, edition in ((["a.xlsx"], "cbam_installation.xlsx"), (["b.xlsx", "--live"], build.LIVE),
                               (["c.xlsm"], build.MACROS)):  # fmt: skip
        path = tmp_path / arguments[0]
        assert main(["new", str(path), *arguments[1:]]) == 0
        assert path.read_bytes() == (road.templates() / edition).read_bytes()


@pytest.mark.parametrize("arguments", [["plant.xlsm"], ["plant.xlsx", "--live"]])
def test_an_example_with_live_cells_has_its_inputs_its_results_and_every_formula(
    arguments: list[str], tmp_path: Path
) -> None:
    path = tmp_path / arguments[0]
    assert main(["new", str(path), *arguments[1:], "--example", "steel_eaf"]) == 0
    source = FileBook(road.example("steel_eaf"))
    for sheet in inputs.SHEETS:
        assert FileBook(path).rows(sheet.name) == source.rows(sheet.name), sheet.name
    assert formulas(path) == formulas(road.templates() / EDITIONS[path.suffix])
    assert differences(FileBook(path).rows("Results"), attribution.recalculate(road.read(path))) == []
    assert values(path)["Start"][outputs.CHART_CELL].value in ("", None)
    assert main(["new", str(path), "--example", "steel_eaf"]) == 2


def test_refresh_renews_the_macros_and_keeps_every_value(done: Done, tmp_path: Path) -> None:
    path, _ = done
    out = tmp_path / "plant.xlsm"
    assert main(["refresh", str(path), "-o", str(out)]) == 0
    old, new = Package(path), Package(out)
    assert list(old.sheets) == list(new.sheets)
    for sheet in old.sheets:
        before, after = FileBook(path).rows(sheet), FileBook(out).rows(sheet)
        assert after == before, sheet
    assert formulas(out) == formulas(path)
    assert "xl/vbaProject.bin" in new.entries
    again = tmp_path / "again.xlsm"
    assert main(["refresh", str(out), "-o", str(again)]) == 0
    assert build.parts(again) == build.parts(out)


def test_refresh_gives_live_cells_to_a_plain_workbook_whether_calculated_or_not(
    tmp_path: Path, soffice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = tmp_path / "plain.xlsx"
    plain.write_bytes(road.example("cement").read_bytes())
    command = [soffice, f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless", "--convert-to",
               "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "saved"), str(plain)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    saved = tmp_path / "saved" / "plain.xlsx"
    shown = []
    for source in (plain, saved):
        made = source.with_suffix(".xlsm")
        made.unlink(missing_ok=True)
        assert main(["refresh", str(source)]) == 0
        assert differences(FileBook(made).rows("Results"), attribution.recalculate(road.read(source))) == []
        for sheet in inputs.SHEETS:
            assert FileBook(made).rows(sheet.name) == FileBook(source).rows(sheet.name)
        shown.append(names_in_use(made))
        assert main(["refresh", str(source)]) == 2  # the .xlsm is there now
    assert shown[0] == shown[1] == names_in_use(saved)  # as LibreOffice has calculated them


def test_formulas_of_ones_own_that_were_never_calculated_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plain.xlsx"
    book = load_workbook(road.example("cement"))
    book["Own figures"]["Z30"] = "=1+1"
    book.save(path)
    assert main(["refresh", str(path)]) == 2
    assert "formulas on sheet “Own figures” that were never calculated" in capsys.readouterr().err


def test_an_imported_workbook_gets_live_cells_that_show_its_figures(shared: Path, tmp_path: Path) -> None:
    filled_in = next((shared / "official" / "examples").glob("ec_example_5*"))
    plain, made = tmp_path / "plant.xlsx", tmp_path / "plant.xlsm"
    assert main(["import", str(filled_in), "-o", str(plain)]) == 0
    assert main(["refresh", str(plain)]) == 0
    report = attribution.recalculate(road.read(made))
    assert report.processes
    assert differences(FileBook(made).rows("Results"), report) == []
    book = Calculated(made)
    assert differing({place: formula.stored for place, formula in book.formulas.items()}, book.all()) == {}


def test_no_live_cell_of_an_imported_workbook_shows_another_figure_than_the_command_line(
    shared: Path, tmp_path: Path
) -> None:
    """Its content follows the rules of the Commission's workbook, and its block of handles says so."""
    source, sent, plain = (tmp_path / name for name in ("aluminium.xlsx", "sent.xlsx", "plant.xlsx"))
    source.write_bytes(road.example("aluminium").read_bytes())
    template = shared / "official" / commission.EMPTY
    assert exchange.communicate(source, template, sent, acknowledge=commission.KNOWN).written
    exchange.import_communication(sent, plain)
    assert main(["refresh", str(plain)]) == 0
    made = plain.with_suffix(".xlsm")
    assert "xl/vbaProject.bin" in Package(made).entries
    assert live.is_live(Package(made))
    assert differences(FileBook(made).rows("Results"), attribution.recalculate(road.read(made))) == []


def test_a_supplier_added_on_the_command_line_reaches_the_live_cells(shared: Path, tmp_path: Path) -> None:
    path, _ = recalculated(tmp_path / "plant.xlsm", "aluminium")
    supplier = next((shared / "official" / "examples").glob("ec_example_2*"))
    assert main(["import", str(supplier), "-o", str(path), "--as-precursors"]) == 0
    book = Calculated(path)
    assert differing({place: formula.stored for place, formula in book.formulas.items()}, book.all()) == {}
    assert book.shown("Results", "B3") == live.STATE_WORDS[2]
    assert any("Bubble approach (Example Blast Steelworks)" in row for row in names_in_use(path))


def names_in_use(path: Path) -> list[list[Any]]:
    """What the formulas of sheet Lists show; LibreOffice leaves out the blank ends of rows."""
    rows = FileBook(path).rows("Lists")
    first = rows[HEADER_ROW - 1].index("count")
    return [[*row[first:], *[""] * (len(rows[HEADER_ROW - 1]) - len(row))] for row in rows[HEADER_ROW:LAST_ROW]]


def test_what_no_refresh_can_help_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = Workbook()
    book.save(tmp_path / "other.xlsx")
    assert main(["refresh", str(tmp_path / "other.xlsx")]) == 2
    assert "process_names" in capsys.readouterr().err


def test_a_filled_workbook_that_was_never_recalculated_says_so(tmp_path: Path) -> None:
    ws = values(filled(tmp_path / "new.xlsm"))
    assert ws["Results"]["B3"].value == live.STATE_WORDS[0]
