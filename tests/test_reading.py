"""Cells of our workbook become values or issues: every column, every kind of cell, through lists and through files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from declared import book_of, example
from hypothesis import given, settings
from hypothesis import strategies as st
from kiln_and_mill import (
    KILN,
    MILL,
    PLANT,
    ROWS,
    Formula,
    Shows,
    at,
    balance,
    changed,
    codes,
    file_of,
    plant,
    read,
    solved,
    unknown,
)
from openpyxl.workbook.defined_name import DefinedName

import cbam_xl
from cbam_xl import road
from cbam_xl.attribution import recalculate
from cbam_xl.books import FileBook, RowsBook
from cbam_xl.entries import Book
from cbam_xl.errors import CbamError
from cbam_xl.model import NOTE, Issue
from cbam_xl.sheets import inputs, records
from cbam_xl.sheets.declare import FIRST_ROW, HEADER_ROW, LAST_ROW, MISSING, REQUIRED, Column, Sheet, When
from cbam_xl.sheets.read import Table, sheet_cells

DAY = date(2024, 1, 31)
VALUES: Mapping[str, Any] = {
    "blank": "", "none": None, "blanks": "   ", "zero": 0.0, "text": "abc", "yes": True, "date": DAY, "number": 34000.0,
    "negative": -5.0,
}  # fmt: skip
ERRORS: Mapping[str, Any] = {
    "#N/A": Shows("#N/A"), "#REF!": Shows("#REF!"), "#DIV/0!": Shows("#DIV/0!"), "a formula without": Formula("=1+1"),
}  # fmt: skip
COLUMNS = [(sheet, column) for sheet in inputs.TABLES for column in sheet.columns]
each_column = pytest.mark.parametrize(("sheet", "column"), COLUMNS, ids=[f"{s.name}-{c.field}" for s, c in COLUMNS])
Read = dict[str, tuple[Table, list[Issue]]]


def variations(values: Mapping[str, Any]) -> dict[str, Any]:
    """For every table: its full row, with each column in turn changed to each of the values."""
    found: dict[str, list[dict[str, Any]]] = {}
    for sheet in inputs.TABLES:
        cells = [{c.field: value} for c in sheet.columns for value in values.values()]
        key = [{"name": f"Name {n}"} if sheet.continued else {} for n in range(len(cells))]
        found[sheet.name] = [ROWS[sheet.name] | name | cell for name, cell in zip(key, cells, strict=True)]
    return found


def row_of(sheet: Sheet, column: Column, values: Mapping[str, Any], value: str) -> int:
    return sheet.columns.index(column) * len(values) + list(values).index(value)


def tables_of(book: Book) -> Read:
    found: Read = {}
    for sheet in inputs.TABLES:
        table = Table(sheet, sheet_cells(book, sheet))
        found[sheet.name] = table, table.issues
    return found


@pytest.fixture(scope="module", params=["lists", "file"])
def tables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Read:
    data = variations(VALUES)
    if request.param == "lists":
        return tables_of(RowsBook(book_of(data)))
    return tables_of(FileBook(file_of(data, tmp_path_factory.mktemp("variations") / "plant.xlsx")))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return tables_of(FileBook(file_of(variations(ERRORS), tmp_path_factory.mktemp("errors") / "plant.xlsx")))


def expected(column: Column, value: Any, row: Mapping[str, Any]) -> tuple[Any, str]:
    """What a cell is read as, and the code of the issue that it raises."""
    needed = column.need.holds(row) if isinstance(column.need, When) else column.need == REQUIRED
    missing = "value-missing" if needed and not (column.default and column.kind in ("ref", "unit")) else ""
    blank = value is None or (isinstance(value, str) and not value.strip())
    if column.numeric:
        if blank:
            return None, missing
        if not isinstance(value, float):
            return None, "number-expected"
        if value == 0 and column.zero == MISSING:
            return None, missing or ("zero-missing" if not isinstance(column.need, When) else "")
        if value < 0 and not column.signed:
            return None, "negative"
        return (None, "number-range") if column.kind == "percent" and value > 100 else (value, "")
    if column.kind == "value":
        return (None, missing) if blank else (value, "")
    if blank or value == 0.0:  # some programs hand blank cells over as 0
        return "", missing
    if column.kind == "choice":
        return "", "choice-unknown"
    if column.kind in ("key", "ref", "open", "unit") and isinstance(value, bool | date):
        return "", "text-expected"
    text = {True: "TRUE", DAY: "2024-01-31", 34000.0: "34000", -5.0: "-5"}.get(value, value)
    return "".join(filter(str.isdigit, text)) or text if column.kind == "code" else text, ""


@each_column
def test_every_kind_of_cell_in_every_column(tables: Read, sheet: Sheet, column: Column) -> None:
    table, issues = tables[sheet.name]
    for name, value in VALUES.items():
        row = row_of(sheet, column, VALUES, name)
        wanted, code = expected(column, value, ROWS[sheet.name] | {column.field: value})
        found = at(issues, sheet.name, column.field, row)
        assert (name, table.columns[column.field][row]) == (name, wanted)
        assert (name, [i.code for i in found]) == (name, [code] if code else [])
        assert all(f"“{column.header}”" in i.message for i in found)


@each_column
def test_a_cell_without_a_value_is_unknown_and_told_once(faulty: Read, sheet: Sheet, column: Column) -> None:
    table, issues = faulty[sheet.name]
    for name in ERRORS:
        row = row_of(sheet, column, ERRORS, name)
        (found,) = at(issues, sheet.name, column.field, row)
        assert table.columns[column.field][row] in (None, "")
        assert found.code == ("not-calculated" if name.startswith("a") else "cell-error")
        assert name in found.message


@pytest.mark.parametrize("value", [*VALUES.values(), *ERRORS.values()], ids=[*VALUES, *ERRORS])
def test_every_kind_of_cell_in_every_line_of_the_form(tmp_path: Path, value: Any) -> None:
    data = plant(Installation={c.field: value for c in inputs.INSTALLATION.columns})
    installation = records.read(FileBook(file_of(data, tmp_path / "plant.xlsx")))
    for column in inputs.INSTALLATION.columns:
        cell = installation.site.at.address(column.field)
        found = [i for i in installation.issues if (i.sheet, i.cell) == ("Installation", cell) and i.level != NOTE]
        known = installation.site.values[column.field]
        blank = value is None or (isinstance(value, str) and not value.strip()) or (not column.numeric and value == 0)
        if isinstance(value, Shows | Formula):
            wanted: Any = "not-calculated" if isinstance(value, Formula) else "cell-error"
        elif blank:
            wanted = "value-missing" if column.kind == "date" else None
        elif column.kind == "choice":
            wanted = "choice-unknown"
        elif column.kind == "date":
            wanted = None if value == DAY else "date-expected"
        else:
            wanted = "number-expected" if column.numeric and not isinstance(value, float) else None
        assert (column.field, [i.code for i in found]) == (column.field, [wanted] if wanted else [])
        assert unknown(known) == bool(blank or wanted)


@pytest.mark.parametrize("values", [VALUES, ERRORS], ids=["values", "errors"])
def test_messages_say_where_and_fit_a_cell(values: Mapping[str, Any], tmp_path: Path) -> None:
    long = "Rotary kiln number one on the north side with preheater and calciner, built 1998"
    data = variations(values)
    for rows in data.values():
        for row in rows:
            row.update({field: long for field, text in row.items() if text == "Kiln"})
    report = recalculate(records.read(FileBook(file_of(plant(**data), tmp_path / "plant.xlsx"))))
    assert len(report.issues) > 500
    for issue in report.issues:
        assert issue.sheet in inputs.BY_NAME
        assert issue.cell
        assert len(issue.message) <= 200
        assert issue.message[-1] in ".?…)"
        assert not issue.message.endswith("…") or "Possible" in issue.message, issue
    assert report.json()


def number_of(sheet: str, field: str, typed: Any) -> tuple[Any, list[str]]:
    book = book_of({sheet: [ROWS[sheet] | {field: typed}]})
    table = Table(inputs.BY_NAME[sheet], sheet_cells(book, inputs.BY_NAME[sheet]))
    return table.columns[field][0], codes(at(table.issues, sheet, field))


@pytest.mark.parametrize(
    ("sheet", "field", "typed", "value", "code", "hint"),
    [
        ("Source streams", "quantity", "12,5", None, "number-expected", "“12,5”. Type it as a number"),
        ("Source streams", "quantity", "1 000", None, "number-expected", "and units: 1000, if that is meant."),
        ("Source streams", "quantity", "100 t", None, "number-expected", "without blanks and units: 100, if"),
        ("Source streams", "quantity", "1.234,5", None, "number-expected", "1234.5, if that is meant"),
        ("Source streams", "quantity", "1,234", None, "number-expected", "1.234 or 1234, if that is meant"),
        ("Source streams", "conversion", "98 %", None, "number-expected", "98, if that is meant"),
        ("Source streams", "quantity", "n/a", None, "number-expected", "blanks and units."),
        ("Source streams", "quantity", float("inf"), None, "number-range", "which no plant has"),
        ("Source streams", "quantity", float("nan"), None, "number-range", "which no plant has"),
        ("Source streams", "quantity", -1e18, None, "number-range", "which no plant has"),
        ("Source streams", "quantity", 9.9e17, 9.9e17, "", ""),
        ("Source streams", "quantity", -0.0, 0.0, "", ""),
        ("Source streams", "conversion", 98.0, 0.98, "", ""),
        ("Source streams", "conversion", 0.95, 0.0095, "fraction-typed", "type 95"),
        ("Source streams", "conversion", 1.0, 0.01, "fraction-typed", "type 100"),
        ("Source streams", "conversion", 100.0, 1.0, "", ""),
        ("Source streams", "conversion", 100.1, None, "number-range", "more than 100 %"),
        ("Source streams", "conversion", -1.0, None, "negative", "can't be negative"),
        ("Source streams", "biomass", 0.15, 0.0015, "fraction-typed", "type 15"),
        ("PFC", "collection", 0.98, 0.0098, "fraction-typed", "type 98"),
        ("Energy units", "ref_heat", 0.88, 0.0088, "fraction-typed", "type 88"),
        ("Electricity", "quantity", "Remaining ", "remaining", "", ""),
        ("Electricity", "quantity", "rest", None, "number-expected", "a number or the word “remaining”, without"),
        ("Electricity", "quantity", "12'000 MWh", None, "number-expected", "12000, if that is meant"),
        ("Electricity", "ef_source", "d.4(A)", "D.4(a)", "", ""),
        ("Electricity", "ef_source", "D4a", "", "choice-unknown", "Did you mean “D.4(a)”?"),
        ("Source streams", "method", "combustion ", "Combustion", "", ""),
        ("Source streams", "method", "Combusion", "", "choice-unknown", "Did you mean “Combustion”?"),
        ("Goods", "cn_code", 25232900.0, "25232900", "", ""),
        ("Goods", "cn_code", "2523 29 00", "25232900", "", ""),
        ("Goods", "cn_code", "2523.29.00", "25232900", "", ""),
        ("Goods", "name", 42.5, "42.5", "", ""),
        ("Goods parameters", "value", 0.0, 0.0, "", ""),
        ("Goods parameters", "value", False, False, "", ""),
        ("Goods parameters", "value", " 623108 ", "623108", "", ""),
    ],
)  # fmt: skip
def test_what_people_type(sheet: str, field: str, typed: Any, value: Any, code: str, hint: str) -> None:
    assert number_of(sheet, field, typed) == (pytest.approx(value) if isinstance(value, float) else value,
                                              [code] if code else [])  # fmt: skip
    if hint:
        book = book_of({sheet: [ROWS[sheet] | {field: typed}]})
        issues = Table(inputs.BY_NAME[sheet], sheet_cells(book, inputs.BY_NAME[sheet])).issues
        assert hint in at(issues, sheet, field)[0].message


@pytest.mark.parametrize(("typed", "code"), [(0.95, "efficiency-low"), (1.49, "efficiency-low"), (12.0, "number-range"),
                                             (95.0, None), (100.0, None), (101.0, "number-range")])  # fmt: skip
def test_current_efficiency_is_per_cent(typed: float, code: str | None) -> None:
    row = ROWS["PFC"] | {"method": "Overvoltage method", "process": "Kiln", "current_efficiency": typed}
    installation = read(plant(PFC=[row]))
    found = at(installation.issues, "PFC", "current_efficiency")
    assert [i.code for i in found] == ([code] if code else [])
    assert installation.pfc[0].current_efficiency == (None if code else typed)
    if code == "efficiency-low":
        assert "Eq. 24 wants per cent" in found[0].message
        assert found[0].level == "error"


@pytest.mark.parametrize(("kind", "of", "year", "told"), [
    ("Certificate price", "2026 Q3", 2026.0, False), ("Certificate price", "2026 Q3", 2025.0, True),
    ("Certificate price", "2026 Q3", 1681.58, True), ("Grid emission factor", "TR", 2019.0, False),
    ("Grid emission factor", "TR", 2019.5, True), ("Grid emission factor", "TR", 19.0, True),
])  # fmt: skip
def test_the_year_of_an_own_figure(kind: str, of: str, year: float, told: bool) -> None:
    row = {"kind": kind, "of": of, "value": 0.44, "year": year, "source": "Annex II"}
    installation = read(plant(Own_figures=[row]))
    assert [i.code for i in at(installation.issues, "Own figures", "year")] == ["number-range"] * told
    assert installation.figures[0].year == (None if told else year)


@pytest.mark.parametrize(("sheet", "field", "row"), [
    ("Electricity", "ef", {"source": "Grid", "target": "Mill", "quantity": 5.0}),
    ("Heat and waste gas", "ef", {"kind": "Heat", "source": "Outside", "target": "Mill", "quantity": 5.0}),
    ("Precursors", "see_direct", ROWS["Precursors"]),
])  # fmt: skip
def test_a_factor_of_zero_counts_only_with_its_reason(sheet: str, field: str, row: dict[str, Any]) -> None:
    bare, told = (read(plant(**{sheet: [row | {field: 0.0, "note": note}]})) for note in ("", "Hydro power"))
    name = {"Electricity": "electricity", "Heat and waste gas": "transfers", "Precursors": "precursors"}[sheet]
    assert codes(at(bare.issues, sheet, field)) == ["zero-reason"]
    assert unknown(getattr(getattr(bare, name)[0], field))
    assert codes(at(told.issues, sheet, field)) == []
    assert getattr(getattr(told, name)[0], field) == 0.0


def test_the_plant_is_sound_in_lists_and_in_a_file(tmp_path: Path) -> None:
    for report in (solved(PLANT), recalculate(road.read(file_of(PLANT, tmp_path / "plant.xlsx")))):
        assert report.issues == ()
        assert balance(report, "Kiln").see_direct == pytest.approx(KILN)
        assert balance(report, "Mill").see_direct == pytest.approx(MILL)


def test_formulas_with_stored_values_are_read_by_value(tmp_path: Path) -> None:
    data = changed("Source streams", 0, quantity=Formula("=SUM(X1:X9)", 1e5), process=Formula("=Processes!B7", "Kiln"))
    report = recalculate(road.read(file_of(data, tmp_path / "plant.xlsx")))
    assert report.issues == ()
    assert balance(report, "Kiln").see_direct == pytest.approx(KILN)


def test_an_error_in_one_cell_leaves_what_does_not_depend_on_it(tmp_path: Path) -> None:
    data = changed("Source streams", 2, quantity=Shows("#REF!"))
    report = recalculate(road.read(file_of(data, tmp_path / "plant.xlsx")))
    (issue,) = report.issues
    assert str(issue) == ("Source streams!E9: ERROR cell-error “Activity data (AD)” shows #REF!: correct the formula "
                          "or type the entry.")  # fmt: skip
    assert report.json()["processes"][1]["see_direct"] is None  # type: ignore[index]
    assert balance(report, "Kiln").see_direct == pytest.approx(KILN)


@pytest.mark.parametrize("field", ["name", "process", "quantity", "biomass"])
def test_a_last_row_that_holds_nothing_but_an_uncalculated_formula(tmp_path: Path, field: str) -> None:
    data = plant()
    data["Source streams"].append({field: Formula("=1+1")})
    found = at(road.read(file_of(data, tmp_path / "plant.xlsx")).issues, "Source streams", field, 3)
    assert [i.code for i in found] == ["not-calculated"]


# the layout of a sheet


def laid_out(change: Any, sheet: str = "Source streams", data: Any = PLANT) -> Any:
    """The book of the plant after a change to the rows of one sheet."""
    book = book_of(data)
    change(book[sheet])
    return book


def test_columns_are_found_by_their_header_wherever_they_stand() -> None:
    def shuffle(rows: list[list[Any]]) -> None:
        width = len(inputs.STREAMS.columns) + 1
        for row in rows[HEADER_ROW - 1 :]:
            row += [""] * (width - len(row))
            row[1:width] = reversed(row[1:width])
            row.insert(3, "my own column" if row is rows[HEADER_ROW - 1] else "whatever")
            row.append("my own, to the right" if row is rows[HEADER_ROW - 1] else 7.0)

    report = recalculate(records.read(laid_out(shuffle)))
    assert report.issues == ()
    assert balance(report, "Mill").see_direct == pytest.approx(MILL)
    faulty = changed("Source streams", 1, quantity="many")
    (issue,) = records.read(laid_out(shuffle, data=faulty)).issues
    assert issue.cell == "R8"  # 19 columns reversed: E is P; one inserted before it, and column A


@pytest.mark.parametrize("mark", [" *", "*", "  * ", "\n*"])
def test_the_mark_of_a_required_column_is_no_part_of_its_header(mark: str) -> None:
    def marked(rows: list[list[Any]]) -> None:
        rows[HEADER_ROW - 1] = [h and f" {h.upper()}{mark}" for h in rows[HEADER_ROW - 1]]

    assert records.read(laid_out(marked)).issues == ()


def test_a_renamed_header_names_the_column_that_lacks_and_nothing_else() -> None:
    def rename(rows: list[list[Any]]) -> None:
        rows[HEADER_ROW - 1][4] = "Activity Data AD"

    (issue,) = records.read(laid_out(rename)).issues
    assert (issue.code, issue.level, issue.cell) == ("header-missing", "error", "B5")
    assert "“Activity data (AD)”" in issue.message
    assert "Is it “Activity Data AD”?" in issue.message


def test_two_columns_with_one_header() -> None:
    (issue,) = records.read(laid_out(lambda rows: rows[HEADER_ROW - 1].append("activity data  (AD)"))).issues
    assert (issue.code, issue.cell) == ("header-twice", "U5")


@pytest.mark.parametrize("sheet", [s.name for s in inputs.SHEETS])
def test_a_missing_sheet_is_an_error_of_its_name(sheet: str) -> None:
    book = book_of(PLANT)
    del book[sheet]
    found = [i for i in records.read(book).issues if i.code == "sheet-missing"]
    assert [(i.sheet, i.level) for i in found] == ([] if inputs.BY_NAME[sheet].later else [(sheet, "error")])


@pytest.mark.parametrize("sheet", [s.name for s in inputs.SHEETS])
def test_an_empty_sheet_lacks_its_headers_and_breaks_nothing(sheet: str) -> None:
    book = book_of(PLANT)
    book[sheet] = []
    found = [i for i in recalculate(records.read(book)).issues if i.code == "header-missing"]
    assert len(found) == sum(not column.later for column in inputs.BY_NAME[sheet].columns)


def test_a_workbook_of_before_2026_lacks_nothing() -> None:
    book = book_of(PLANT)
    del book["Own figures"]
    for sheet in inputs.TABLES:
        if sheet.name in book:
            last = len([c for c in sheet.columns if not c.later]) + 1
            book[sheet.name] = [row[:last] for row in book[sheet.name]]
    labels = {c.header for c in inputs.INSTALLATION.columns if c.later}
    book["Installation"] = [row for row in book["Installation"] if not labels.intersection(row)]
    assert recalculate(records.read(book)).json() == solved(PLANT).json()


def test_what_the_communication_lacks_is_one_note() -> None:
    site = {f: v for f, v in PLANT["Installation"].items() if f not in ("city", "name_en")}
    notes = [i for i in read(plant(Installation=site)).issues if i.code == "form-incomplete"]
    assert [(i.level, i.sheet) for i in notes] == [(NOTE, "Installation")]
    assert "(English name)" in notes[0].message
    assert "City" in notes[0].message


def test_a_form_label_that_lacks() -> None:
    book = book_of(PLANT)
    book["Installation"] = [row for row in book["Installation"] if "City" not in row]
    (issue,) = (i for i in records.read(book).issues if i.level != NOTE)
    assert (issue.code, "“City”" in issue.message) == ("header-missing", True)


def test_totals_of_the_form_are_numbers() -> None:
    site = PLANT["Installation"] | {"fuel_total": 0.0, "co2_entered": 5, "pfc_entered": 1e300, "n2o_entered": "few"}
    installation = read(plant(Installation=site))
    assert [installation.site.number(f) for f in ("fuel_total", "co2_entered")] == [0.0, 5.0]
    assert all(unknown(installation.site.number(f)) for f in ("pfc_entered", "n2o_entered"))
    assert sorted(codes(installation.issues)) == ["number-expected", "number-range"]


def test_an_entry_that_equals_a_label_is_an_entry() -> None:
    site = read(plant(Installation=PLANT["Installation"] | {"name": "City", "economic_activity": "Email"})).site
    assert (site.text("name"), site.text("city"), site.text("email")) == ("City", "Izmir", "")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_filled_row_below_the_laid_out_range(rows: int) -> None:
    def below(sheet: list[list[Any]]) -> None:
        sheet += [[""] for _ in range(LAST_ROW - len(sheet))]
        sheet += [["", "Coke", "", "", 5.0]] * rows

    (issue,) = records.read(laid_out(below)).issues
    assert (issue.code, issue.cell) == ("rows-below", f"B{LAST_ROW + 1}")


def test_blanks_zeros_defaults_and_own_columns_below_the_range_are_no_rows() -> None:
    def below(sheet: list[list[Any]]) -> None:
        sheet += [[""] for _ in range(LAST_ROW - len(sheet))]
        sheet += [["", " ", "", "", 0.0, "t", *[""] * 14, "my own total"]]

    assert records.read(laid_out(below)).issues == ()


def test_the_range_is_as_long_as_its_name_says(tmp_path: Path) -> None:
    data = plant()
    data["Source streams"] += [{}] * (LAST_ROW - FIRST_ROW) + [PLANT["Source streams"][0] | {"quantity": 5.0}]
    longer = file_of(data, tmp_path / "longer.xlsx", ranges=False)

    def lengthen(book: Any) -> None:
        ref = "'Source streams'!$B$5:$T$900"
        book.defined_names["in_source_streams"] = DefinedName("in_source_streams", attr_text=ref)

    assert [i.code for i in road.read(longer).issues] == ["rows-below"]
    named = road.read(file_of(data, tmp_path / "named.xlsx", ranges=False, change=lengthen))
    assert named.issues == ()
    assert (len(named.streams), named.streams[3].at.row) == (4, LAST_ROW + 3)


def test_hidden_rows_and_columns_count_like_others(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["Source streams"].row_dimensions[7].hidden = True
        book["Source streams"].column_dimensions["H"].hidden = True
        book["Goods"].sheet_state = "hidden"

    assert recalculate(road.read(file_of(PLANT, tmp_path / "plant.xlsx", change=hide))).issues == ()


def test_a_row_with_nothing_but_a_default_is_no_row() -> None:
    data = plant()
    data["Source streams"].append({"quantity_unit": "t", "ncv_unit": "", "biomass": 0.0})
    data["Electricity"].append({"source": "Grid", "quantity_unit": "MWh"})
    assert len(read(data).streams) == 3
    assert len(read(data).electricity) == 1


def test_a_date_with_a_time_is_a_day() -> None:
    data = plant()
    data["Installation"] |= {"period_start": datetime(2024, 1, 1, 12), "period_end": "2024-12-31"}
    assert solved(data).period == (date(2024, 1, 1), date(2024, 12, 31))


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(-9, 10**20), st.dates(), st.datetimes(), st.times(),
    st.text(max_size=8),
    st.sampled_from(["Kiln", "kiln ", "Mill", "Grid", "Outside", "Shared", "remaining", "MWh", "GJ/t", "t",
                     "Combustion", "Cement", "CHP", "#N/A", "=1+1", 0.0, 1.0, -1.0, 9e17, -9e17, 1e-300]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_cell_can_raise(data: st.DataObject) -> None:
    changed = plant()
    for name in data.draw(st.lists(st.sampled_from(list(ROWS)), min_size=1, max_size=4)):
        fields = [c.field for c in inputs.BY_NAME[name].columns]
        cells = data.draw(st.dictionaries(st.sampled_from(fields), ANYTHING, max_size=6))
        rows = changed.setdefault(name, [])
        place = data.draw(st.integers(0, len(rows)))
        base = rows[place] if place < len(rows) else data.draw(st.sampled_from([{}, ROWS[name]]))
        rows[place : place + 1] = [base | cells]
    report = solved(changed)
    json.dumps(report.json(), allow_nan=False)
    assert all(len(i.message) <= 200 for i in report.issues)
    unknown = [b.name for b in report.processes if b.activity_level_t > 0 and isnan(b.see_total)]
    assert report.failed or not unknown  # nothing is unknown without an error that says why


# pandas


def frames(data: Mapping[str, Any]) -> dict[str, Any]:
    import pandas as pd

    found = {}
    for sheet in inputs.SHEETS:
        rows = data.get(sheet.name, [])
        rows = rows if isinstance(rows, list) else [rows]
        found[sheet.name] = pd.DataFrame([[row.get(c.field) for c in sheet.columns] for row in rows],
                                         columns=[c.header for c in sheet.columns])  # fmt: skip
    return found


@pytest.mark.parametrize("data", [PLANT, example("cement")], ids=["plant", "cement"])
def test_frames_give_the_same_report_as_a_workbook(data: Mapping[str, Any]) -> None:
    report = recalculate(cbam_xl.from_frames(frames(data)))
    wanted = recalculate(records.read(book_of(data)))
    assert report.json() == wanted.json()
    got = report.frames()
    assert list(got) == ["processes", "goods", "balances", "trace", "issues"]
    assert [len(got[name]) for name in ("processes", "goods", "issues")] == [
        len(report.processes), len(report.goods), len(report.issues)]  # fmt: skip
    assert {"see_direct_tco2e_per_t", "direct_emissions_tco2e", "activity_level_t"} <= set(got["processes"].columns)
    kiln = got["processes"].set_index("name")["see_direct_tco2e_per_t"].to_dict()
    assert kiln == {b.name: b.see_direct for b in report.processes}


def test_frames_name_what_they_do_not_know() -> None:
    import pandas as pd

    with pytest.raises(CbamError, match="No sheet is called Streams"):
        cbam_xl.from_frames({"Streams": pd.DataFrame()})
    with pytest.raises(CbamError, match=r"“Activity data”.*Did you mean “Activity data .AD.”"):
        cbam_xl.from_frames({"Source streams": pd.DataFrame({"Activity data": [1.0]})})


@pytest.mark.parametrize(
    ("sheet", "field", "typed", "hint"),
    [
        ("Processes", "category", "FeMn", "Did you mean “Alloys (FeMn, FeCr, FeNi)”?"),
        ("Processes", "category", "steel", "Did you mean “Iron or steel products” or “Crude steel”?"),
        ("Processes", "category", "Portland cement", "Did you mean “Cement”?"),
        ("Processes", "category", "Amonia", "Did you mean “Ammonia”?"),
        ("Processes", "category", "xy", "choose an entry of its list."),
        ("Precursors", "country", "India", "Did you mean “IN”?"),
        ("Precursors", "country", "Turkiye", "Did you mean “TR”?"),
        (
            "Energy units",
            "kind",
            "Boiler",
            "CHP, Power plant or Renewable power. Did you mean “Boiler or heat network”?",
        ),
        ("Heat and waste gas", "kind", "Steam", "choose Heat or Waste gas."),
        ("Carbon price", "instrument", "ETS", "choose Carbon Tax, Carbon Levy,"),
    ],
)
def test_a_word_that_people_use_finds_its_entry(sheet: str, field: str, typed: str, hint: str) -> None:
    book = book_of({sheet: [ROWS[sheet] | {field: typed}]})
    (issue,) = at(Table(inputs.BY_NAME[sheet], sheet_cells(book, inputs.BY_NAME[sheet])).issues, sheet, field)
    assert issue.code == "choice-unknown"
    assert hint in issue.message, issue.message
    assert len(issue.message) <= 200


def test_a_form_names_its_short_lists() -> None:
    issues = read(plant(Installation=PLANT["Installation"] | {"quality_assurance": "audit"})).issues
    (issue,) = (i for i in issues if i.code == "choice-unknown")
    assert "Four eyes principle or None. Did you mean “Internal audits”?" in issue.message
