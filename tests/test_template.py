"""The Excel template: every declared column at its place, lists that follow what is typed, the same file every time."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cbam_xl import reference
from cbam_xl.hosts.container import STAMP
from cbam_xl.sheets import choices, live
from cbam_xl.sheets.declare import FIRST_ROW, HEADER_ROW, LAST_ROW, REQUIRED, UNIT_ROW, Column, Sheet
from cbam_xl.sheets.inputs import INSTALLATION, SHEETS, TABLES
from cbam_xl.sheets.outputs import OUTPUTS

sys.path.insert(0, str(Path(__file__).parents[1] / "templates"))

import build
import entry
import form
import rules

INPUTS: dict[str, list[dict[str, object]]] = {"Processes": [{"name": "Kiln", "quantity": 1000000}]}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("template") / "empty.xlsx"
    build.build(made)
    return made


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return load_workbook(path)


def list_of(ws: Worksheet, sheet: Sheet, field: str) -> str:
    return str(rule_of(ws, f"{rules.letter(sheet, field)}{FIRST_ROW}").formula1)


def rule_of(ws: Worksheet, cell: str) -> DataValidation:
    """The validation of a cell."""
    rules_there: list[DataValidation] = ws.data_validations.dataValidation
    return next(r for r in rules_there if cell in r.sqref)


COLUMNS = [(sheet, column) for sheet in TABLES for column in sheet.columns]


def name_of(value: object) -> str:
    return value.name if isinstance(value, Sheet) else value.field if isinstance(value, Column) else str(value)


@pytest.mark.parametrize(("sheet", "column"), COLUMNS, ids=name_of)
def test_every_column_has_its_place_help_unit_and_validation(book: Workbook, sheet: Sheet, column: Column) -> None:
    ws, own = book[sheet.name], rules.letter(sheet, column.field)
    head = ws[f"{own}{HEADER_ROW}"]
    assert head.value == column.header + (" *" if column.need == REQUIRED else "")
    assert column.help in str(head.comment.text)
    assert column.rule in str(head.comment.text)
    long_name_is_cut = ws.column_dimensions[own].alignment.shrink_to_fit is not True
    assert long_name_is_cut == (column.numeric or column is sheet.columns[-1])
    if column.numeric or column.kind == "unit":
        assert ws[f"{own}{UNIT_ROW}"].value or not (column.unit or column.unit_in)
    rule = rule_of(ws, f"{own}{FIRST_ROW}")
    assert str(rule.sqref) == f"{own}{FIRST_ROW}:{own}{LAST_ROW}"
    assert rule.prompt == entry.help_text(column)
    assert rule.showInputMessage
    assert (rule.type == "list") == bool(column.choices or column.kind == "value")


@pytest.mark.parametrize("column", INSTALLATION.columns, ids=name_of)
def test_every_field_of_the_form_has_its_label_and_validation(book: Workbook, column: Column) -> None:
    ws = book[INSTALLATION.name]
    place = next(f for f in form.fields(INSTALLATION) if f.column == column)
    label = ws.cell(place.row, place.label)
    assert str(label.value).removesuffix(" *") == column.header
    assert column.help in str(label.comment.text)  # type: ignore[union-attr]
    assert rule_of(ws, ws.cell(place.row, place.value).coordinate).prompt == entry.help_text(column)
    assert len([f for f in form.fields(INSTALLATION) if (f.row, f.label) == (place.row, place.label)]) == 1


def test_excel_accepts_every_validation(book: Workbook) -> None:
    for ws in book.worksheets:
        for rule in ws.data_validations.dataValidation:
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.errorTitle or "") <= 32
            assert len(rule.prompt or "") <= 255
            assert len(rule.error or "") <= 225
            assert len(str(rule.formula1 or "")) <= 255, rule.formula1
            assert "{" not in str(rule.formula1), "array constants aren't allowed in a validation"


@pytest.mark.parametrize("name", sorted({c.choices for _, c in COLUMNS if c.choices and choices.entries(c.choices)}))
def test_a_drop_down_offers_what_the_list_holds(book: Workbook, name: str) -> None:
    sheets = [(s, c) for s, c in COLUMNS if c.choices == name and (s.name, c.field) not in NARROWED]
    ranges = {list_of(book[s.name], s, c.field) for s, c in sheets} or {whole(book, name)}
    assert len(ranges) == 1
    sheet, cells = ranges.pop().split("!")
    assert [cell.value for (cell,) in book[sheet][cells.replace("$", "")]] == sort_codes(name)


NARROWED = {("Processes", "category"), ("Processes", "route"), ("Precursors", "route"), ("Goods", "cn_code")}


def whole(book: Workbook, name: str) -> str:
    """The range that a narrowed drop-down offers while nothing narrows it."""
    sheet, column = next((s, c) for s, c in COLUMNS if c.choices == name)
    found = re.findall(r"Lists!\$[A-Z]+\$7:\$[A-Z]+\$\d+", list_of(book[sheet.name], sheet, column.field))
    return str(found[{"routes": 1, "cn_codes": 1}.get(name, 0)])


def sort_codes(name: str) -> list[str]:
    """CN codes stand by category, everything else as declared."""
    entries = list(choices.entries(name))
    if name == "cn_codes":
        category = {r["cn_code"]: choices.entries("categories").index(r["category"]) for r in reference.rows("cn_codes")
                    if r["in_template"] == "yes"}  # fmt: skip
        entries.sort(key=lambda code: (category[code], code))
    return entries


def test_no_formula_on_an_input_sheet(path: Path) -> None:
    with zipfile.ZipFile(path) as file:
        for number in range(2, 2 + len(SHEETS)):
            xml = file.read(f"xl/worksheets/sheet{number}.xml")
            assert b"<f>" not in xml
            assert b"<f " not in xml


def test_ranges_and_tables(book: Workbook) -> None:
    assert set(book.defined_names) == {s.range_name for s in SHEETS} | {live.NAMES}
    tables = set()
    for sheet in TABLES:
        last = rules.last_letter(sheet)
        area = book.defined_names[sheet.range_name].attr_text
        assert area == f"'{sheet.name}'!$B${HEADER_ROW}:${last}${LAST_ROW}"
        (table,) = book[sheet.name].tables.values()
        assert (table.ref, table.headerRowCount) == (f"B{FIRST_ROW}:{last}{LAST_ROW}", 0)
        assert [c.name for c in table.tableColumns] == [c.header for c in sheet.columns]
        assert len({c.header.casefold() for c in sheet.columns}) == len(sheet.columns)
        tables.add(table.displayName)
        assert not book[sheet.name].protection.sheet
    assert len(tables) == len(TABLES)


def test_sheets_stand_in_order_and_link_to_sheets_that_exist(book: Workbook) -> None:
    assert book.sheetnames == build.ORDER
    assert book.sheetnames[1 : 1 + len(SHEETS)] == [s.name for s in SHEETS]
    for ws in book.worksheets:
        places = [str(c.hyperlink.location) for row in ws.iter_rows() for c in row if c.hyperlink]
        assert places, ws.title
        assert {re.findall(r"'(.+)'!", p)[0] for p in places} <= set(book.sheetnames)


def test_calamine_reads_the_headers(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    read = CalamineWorkbook.from_path(str(path))
    for sheet in TABLES:
        rows = read.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        assert [str(h).removesuffix(" *") for h in rows[HEADER_ROW - 1][1:]] == [c.header for c in sheet.columns]
        assert len(rows) == UNIT_ROW


def test_output_sheets_have_a_style_for_every_column_and_are_protected(book: Workbook) -> None:
    for output in OUTPUTS:
        ws = book[output.name]
        assert ws.protection.sheet
        assert not ws.protection.password
        for number, column in enumerate(output.blocks[0][1], 2):
            assert ws.cell(HEADER_ROW, number).value == column.header
            assert ws.column_dimensions[get_column_letter(number)].style_id


def test_inputs_are_written_with_the_looks_of_their_column(tmp_path: Path) -> None:
    build.fill(tmp_path / "filled.xlsx", INPUTS, {"name_en": "Works"})
    ws = load_workbook(tmp_path / "filled.xlsx")["Processes"]
    assert [ws["B7"].value, ws["F7"].value] == ["Kiln", 1000000]
    assert ws["F7"].number_format == ws.column_dimensions["F"].number_format
    with pytest.raises(KeyError):
        build.enter(build.workbook(), {"Sheet that isn’t there": []}, {})


def test_two_builds_are_the_same_file_without_a_date(path: Path, tmp_path: Path) -> None:
    build.build(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
    assert path.stat().st_size < 400_000
    with zipfile.ZipFile(path) as file:
        assert {i.date_time for i in file.infolist()} == {STAMP}
        assert build.WHEN.encode() in file.read("docProps/core.xml")


def test_the_file_in_the_tree_is_what_the_sources_give(path: Path) -> None:
    assert build.parts(build.TEMPLATE) == build.parts(path), "run: python templates/build.py"


def test_check_says_that_a_file_is_out_of_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "HERE", tmp_path)
    monkeypatch.setattr(build, "EXAMPLES", tmp_path / "examples")
    assert build.main(["--check"]) == 1


def test_libreoffice_prints_every_sheet(path: Path, tmp_path: Path, soffice: str) -> None:
    subprocess.run([soffice, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
                   check=True, capture_output=True, timeout=180)  # fmt: skip
    pdf = (tmp_path / "empty.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= len(build.ORDER)
