"""xlwings Lite: what travels in the workbook, functions and scripts under Lite's rules for cells and books."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import lite_host
import pytest
import xl_engine
import xlwings as xw
from cbam_udfs import BY_NAME, FUNCTIONS, call
from cbam_udfs import lite as lite_scripts
from cbam_udfs.buttons import BUTTONS
from cbam_udfs.open_book import OpenBook
from conftest import CHECKOUT
from live import block, ranges
from live_books import filled, recalculated
from openpyxl import load_workbook
from test_functions import CELLS, SAMPLE, entered
from test_ribbon import below, cells

import cbam_xl
from cbam_xl import attribution, road
from cbam_xl.books import FileBook
from cbam_xl.package import Package
from cbam_xl.report import Report
from cbam_xl.sheets import live, outputs
from cbam_xl.sheets.declare import FIRST_ROW

sys.path.insert(0, str(CHECKOUT / "templates"))

import build

BOOK = Package(road.templates() / build.LIVE)
WE = "{http://schemas.microsoft.com/office/webextensions/webextension/2010/11}"
PANE = "{http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11}"
KINDS = "http://schemas.microsoft.com/office/2011/relationships/"
BLANKS = [pytest.param(blank, id=repr(blank)) for blank in (0, None)] + [pytest.param(lite_host.JsNull(), id="null")]
Program = Callable[[str], str]


# ── what travels in the workbook ──


def part(name: str) -> ET.Element:
    return ET.fromstring(BOOK.read(name))


def properties() -> dict[str, Any]:
    found = part("xl/webextensions/webextension1.xml").iter(f"{WE}property")
    return {p.attrib["name"]: json.loads(p.attrib["value"]) for p in found}


def target(relations: str, kind: str) -> tuple[str, str]:
    """Id and target of the one relation of a kind."""
    every = list(part(relations))
    assert len({r.attrib["Id"] for r in every}) == len(every)
    ((number, path),) = [(r.attrib["Id"], r.attrib["Target"]) for r in every if r.attrib["Type"] == KINDS + kind]
    return number, path


def test_the_add_in_is_found_from_the_root_of_the_package() -> None:
    _, panes = target("_rels/.rels", "webextensiontaskpanes")
    pane = part(panes)
    assert [child.tag for child in pane] == [f"{PANE}taskpane"]
    (reference,) = pane[0]
    number, extension = target("xl/webextensions/_rels/taskpanes.xml.rels", "webextension")
    assert list(reference.attrib.values()) == [number]
    types = {
        t.attrib["PartName"]: t.attrib["ContentType"] for t in part("[Content_Types].xml") if "PartName" in t.attrib
    }
    assert types[f"/{panes}"] == "application/vnd.ms-office.webextensiontaskpanes+xml"
    assert types[f"/xl/webextensions/{extension}"] == "application/vnd.ms-office.webextension+xml"


def test_the_extension_has_the_elements_of_a_workbook_that_lite_saved() -> None:
    root = part("xl/webextensions/webextension1.xml")
    names = ["reference", "alternateReferences", "properties", "bindings", "snapshot"]
    assert [child.tag.removeprefix(WE) for child in root] == names
    assert re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", root.attrib["id"])
    for reference in root.iter(f"{WE}reference"):
        assert reference.attrib["id"] == "wa200008175"
        assert reference.attrib["storeType"] == "OMEX"
    assert set(properties()) == {
        "main.py",
        "requirements.txt",
        "pyodideVersion",
        "addinVersion",
        "xlwingsSettingsWorkbook",
    }


def test_it_installs_this_version_and_in_a_browser_nothing_else() -> None:
    import tomllib

    from packaging.requirements import Requirement

    assert f"cbam-xl=={cbam_xl.__version__}" in properties()["requirements.txt"].splitlines()
    wanted = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    for marker in (Requirement(line).marker for line in wanted):
        assert marker is not None
        assert not marker.evaluate({"sys_platform": "emscripten"})
        assert marker.evaluate({"sys_platform": "win32"})


def test_only_the_sheets_that_scripts_write_are_open() -> None:
    written = {"Start", *(o.name for o in outputs.OUTPUTS)}
    macros = Package(road.templates() / build.MACROS)
    protected = {b: {s for s, p in b.sheets.items() if b"<sheetProtection" in b.read(p)} for b in (BOOK, macros)}
    assert protected[BOOK] == protected[macros] - written
    assert written < protected[macros]


def test_nothing_of_xlwings_that_is_not_free_is_imported() -> None:
    sources = [p for folder in ("cbam_xl", "udfs", "templates") for p in (CHECKOUT / folder).rglob("*.py")]
    assert len(sources) > 100
    for source in sources:
        assert not re.search(r"xlwings\.(pro|server)|from xlwings import (pro|server)", source.read_text("utf-8")), (
            source
        )


def test_a_workbook_that_excel_saved_with_lite_is_recalculated_and_keeps_its_code(
    as_file: tuple[Path, Report], tmp_path: Path
) -> None:
    """Excel stores a function of an add-in under another name, in an array formula."""
    path, report = as_file
    saved = tmp_path / path.name
    book = Package(path)
    for sheet in ("Start", "Results"):
        xml = book.read(book.part(sheet))
        added = re.sub(
            rb'<c r="([A-Z]+\d+)"([^>]*)><f>([^<]*)CBAM_',
            rb'<c r="\1"\2 cm="1"><f t="array" ref="\1">\3_xldudf_CBAM_', xml)  # fmt: skip
        assert added.count(b"_xldudf_") > 50
        book.replace(book.part(sheet), added)
    book.save(saved)
    installation = road.read(saved)
    road.write(saved, saved, installation, attribution.recalculate(installation))
    again = Package(saved)
    for sheet in ("Start", "Results"):
        assert formulas(load_workbook(saved)[sheet]) == formulas(load_workbook(path)[sheet])
        assert b"_xldudf_" not in again.read(again.part(sheet))
    extension = "xl/webextensions/webextension1.xml"
    assert again.read(extension) == BOOK.read(extension)
    assert FileBook(saved).rows("Results")[FIRST_ROW - 1][1] == report.processes[0].name


# ── functions ──


@pytest.fixture(scope="module")
def main() -> dict[str, Any]:
    """What Lite finds in the workbook's main.py."""
    code = properties()["main.py"]
    assert len([line for line in code.splitlines() if line]) <= 3
    names: dict[str, Any] = {}
    exec(compile(code, "main.py", "exec"), names)
    return names


def test_every_function_is_described_to_excel(main: dict[str, Any]) -> None:
    listed = {d["name"]: d for d in lite_host.described(main)}
    assert set(listed) == set(BY_NAME)
    for function in FUNCTIONS:
        wanted = [(a.name, a.optional) for a in function.arguments]
        assert [(p["name"], p["optional"]) for p in listed[function.name]["parameters"]] == wanted
        assert listed[function.name]["description"] == function.description


def example(formula: str) -> tuple[str, list[Any]]:
    """A function and its arguments, as the example of the registry writes them."""
    name, texts = re.fullmatch(r"=(\w+)\((.*)\)", formula).groups()  # type: ignore[union-attr]
    found = []
    for text in map(str.strip, texts.split(",")):
        plain = text[1:-1] if text[:1] == '"' else float(text) if re.fullmatch(r"-?[\d.]+", text) else None
        found.append(SAMPLE.get(text, plain))
    return name, found if texts else []


def same(shown: Any) -> Any:
    """A result as rows."""
    return shown if isinstance(shown, list) else [[shown]]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_every_function_gives_there_what_it_gives_here(main: dict[str, Any], function: Any, blank: Any) -> None:
    name, arguments = example(function.example)
    if function.category != "CBAM installation":  # IF(range="","",range), where a blank cell isn't a figure
        arguments = [tuple(tuple("" if v is None else v for v in row) for row in a) if isinstance(a, tuple) else a
                     for a in arguments]  # fmt: skip
    assert lite_host.called(main[name], arguments, blank) == same(entered(function.example))


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("name", road.examples())
def test_live_cells_give_the_reports_figures_however_blanks_arrive(main: dict[str, Any], name: str, blank: Any) -> None:
    """As they are switched on, blank cells are texts; otherwise a 0 that stands for a blank is told, never counted."""
    source = FileBook(road.example(name))
    report = attribution.recalculate(road.read_book(source))
    wanted = [b.see_total for b in report.processes]

    def shown(cells: Any) -> list[Any]:
        packed = [lite_host.called(main["CBAM_READ"], [s, rows], blank)[0] for s, rows in cells.items()]
        return [lite_host.called(main["CBAM_SEE_TOTAL"], [b.name, packed], blank)[0][0] for b in report.processes]

    assert [s for s, w in zip(shown(ranges(source, "")), wanted, strict=True) if s != w == w] == []
    others = [s for s, w in zip(shown(ranges(source)), wanted, strict=True) if s != w == w]
    assert all(str(cell).startswith("#CBAM") for cell in others)
    assert not others or (blank == 0 and name in ("hydrogen", "steel_eaf", "tutorial", "tutorial_mistakes")), (
        "these have factors that are 0 for a reason"
    )


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_factor_is_missing_and_an_error_value_is_told(main: dict[str, Any], blank: Any) -> None:
    combustion = main["CBAM_COMBUSTION"]
    assert lite_host.called(combustion, [252_000, "", 73], blank)[0][0].startswith("#CBAM value-missing: ncv")
    assert "#DIV/0!" in lite_host.called(combustion, [252_000, "#DIV/0!", 73], blank)[0][0]
    rows = [list(row) for row in CELLS["Source streams"]]
    rows[2][3] = "#DIV/0!"
    packed = block(
        {**CELLS, "Source streams": tuple(map(tuple, rows))},
        lambda *a: lite_host.called(main[a[0]], a[1:], blank)[0][0],
    )
    assert "Source streams!E7" in call("CBAM_STATUS", packed)


# ── scripts ──


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, main: dict[str, Any]) -> tuple[xw.Book, Program]:
    """A filled live workbook open in Lite, and what runs one of its scripts and says what it told."""
    app = xl_engine.started()
    book = xw.Book(str(filled(tmp_path / "plant.xlsx")))

    def run(name: str) -> str:
        with lite_host.script(monkeypatch):
            main[name](book)
        return app.alerts[-1]

    return book, run


def test_the_scripts_are_the_buttons_that_ask_for_nothing_and_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, tuple[str, str | None, dict[str, object]]] = {}

    def decorator(name: str, exclude: list[str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
        def take(function: Callable[..., None]) -> Callable[..., None]:
            found[name] = function.__name__, function.__doc__, function.__annotations__
            return function

        return take

    monkeypatch.setattr(xw, "script", decorator)
    for button in lite_scripts.SCRIPTS:
        lite_scripts.script(button)
    asked = [button.label for button in BUTTONS if button.task and not button.asks]
    assert list(found) == [*asked, "Switch on live formulas"]
    assert asked == ["Recalculate installation", "Check inputs", "Explain cell", "Undo"]
    for button in lite_scripts.SCRIPTS:
        name, words, hints = found[button.label]
        assert (name, words) == (button.task, button.tip)
        assert hints == {"book": xw.Book, "return": None}
        assert name in lite_scripts.__all__


@pytest.fixture(scope="module")
def as_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """The same workbook, recalculated by the command line."""
    return recalculated(tmp_path_factory.mktemp("file") / "plant.xlsx")


def test_recalculating_writes_what_the_command_line_writes(
    program: tuple[xw.Book, Program], as_file: tuple[Path, Report]
) -> None:
    book, run = program
    message = run("recalculate_installation")
    path, report = as_file
    assert f"{report.processes[0].name}: {report.processes[0].see_total:.5f}" in message
    shown, wanted = OpenBook(book), FileBook(path)
    for sheet in ("Balances", "Trace", "Issues"):
        assert below(shown.rows(sheet)) == below(wanted.rows(sheet)), sheet
    assert below(shown.rows("Results"), live.GOODS_ROW) == below(wanted.rows("Results"), live.GOODS_ROW)
    assert book.sheets["Start"].range(live.STAMPED).value == wanted.rows("Start")[21][15]


def test_undo_puts_the_values_back(program: tuple[xw.Book, Program]) -> None:
    book, run = program
    run("recalculate_installation")
    first = cells(book)
    book.sheets["Source streams"].range("E7").value = 1.0
    run("recalculate_installation")
    assert cells(book)["Trace"] != first["Trace"]
    assert "as they were" in run("undo")
    after = cells(book)
    assert {s: below(rows, 1) for s, rows in after.items()} == {s: below(rows, 1) for s, rows in first.items()}
    assert "nothing to undo" in run("undo")


def test_with_errors_only_the_findings_are_written(program: tuple[xw.Book, Program]) -> None:
    book, run = program
    before = cells(book)
    book.sheets["Source streams"].range("E7").value = "much"
    assert run("recalculate_installation").startswith("Nothing was written: 1 error")
    after = cells(book)
    assert after["Issues"] != before["Issues"]
    assert all(after[sheet] == before[sheet] for sheet in ("Results", "Balances", "Trace"))


def test_checking_and_explaining_touch_no_figure(program: tuple[xw.Book, Program]) -> None:
    book, run = program
    before = cells(book)
    assert run("check_inputs") == "Findings: 1 note. See sheet Issues."
    book.app.impl.chosen = book.sheets["Source streams"].range("E7").impl
    assert "Source streams!" in run("explain_cell")
    after = cells(book)
    assert all(after[sheet] == before[sheet] for sheet in ("Results", "Balances", "Trace"))


def formulas(ws: Any) -> dict[str, str]:
    return {c.coordinate: c.value for row in ws.iter_rows() for c in row if c.data_type == "f"}


def test_switching_on_writes_each_live_formula_of_the_edition_with_macros(program: tuple[xw.Book, Program]) -> None:
    book, run = program
    macros, plain = (load_workbook(road.templates() / name) for name in (build.MACROS, build.TEMPLATE.name))
    wanted = {sheet: formulas(macros[sheet]) for sheet in ("Start", "Results")}
    for sheet, texts in wanted.items():
        for cell in texts:
            book.sheets[sheet].impl.api[cell].value = "=0"
    message = run("switch_on_live_formulas")
    for sheet, texts in wanted.items():
        shown = formulas(book.sheets[sheet].impl.api)
        left = {cell for cell, formula in shown.items() if formula == "=0"}
        assert left <= set(formulas(plain[sheet])), "formulas that need no function stay"
        blanks = {c: re.sub(r'(READ\("[^"]+",)(\w+)', r'\1IF(\2="","",\2)', f) for c, f in texts.items()}
        assert {c: f for c, f in shown.items() if c not in left} == {c: f for c, f in blanks.items() if c not in left}
        assert not any("CBAM_" in texts[cell] for cell in left)
    assert re.match(r"8,\d{3} live formulas are written", message)
    elsewhere = (c for ws in macros if ws.title not in wanted for c in formulas(ws).values())
    assert not any("CBAM_" in formula for formula in elsewhere)


def test_a_workbook_without_live_cells_is_told_so(
    tmp_path: Path, program: tuple[xw.Book, Program], main: dict[str, Any]
) -> None:
    path = tmp_path / "plain.xlsx"
    path.write_bytes(road.example("cement").read_bytes())
    plain = xw.Book(str(path))
    main["switch_on_live_formulas"](plain)
    assert "no live cells" in plain.app.impl.alerts[-1]
