"""What careless and malicious people give the program: every mistake told with its cell, no figure silently wrong."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import commission
import openpyxl
import pytest
from commission import LaidOver
from declared import address, book_of, example, examples
from kiln_and_mill import KILN, PLANT, Data, balance, changed, codes, file_of, plant, solved
from workbooks import altered

from cbam_xl import reporting, road
from cbam_xl.__main__ import main
from cbam_xl.attribution import recalculate
from cbam_xl.communication import cells as c
from cbam_xl.communication.read import read as read_template
from cbam_xl.findings import issue
from cbam_xl.model import LARGEST
from cbam_xl.report import Report
from cbam_xl.sheets import inputs, records

Place = tuple[str, int | None, str]
"""Sheet, row from 0 (None: the form), field."""


def run(*arguments: object, **how: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "cbam_xl", *map(str, arguments)], text=True, timeout=60, check=False,
                          capture_output=not how, **how)  # fmt: skip


def figures(report: Report) -> dict[tuple[str, ...], float | None]:
    """Every figure of the JSON by its path; None is unknown."""
    whole: Any = json.loads(json.dumps(report.json(), allow_nan=False))
    rows = [(kind, row["name"], row) for kind in ("processes", "goods", "energy_units") for row in whole[kind]]
    rows += [("closure", f"{row['balance']} {row['of']}", row) for row in whole["closure"]]
    rows += [("installation", "", whole["installation"])]
    return {(kind, name, field): value for kind, name, row in rows for field, value in row.items()
            if value is None or (isinstance(value, int | float) and not isinstance(value, bool))}  # fmt: skip


def put(data: Data, place: Place, value: object) -> Data:
    sheet, row, field = place
    data = copy.deepcopy(data)
    (data[sheet] if row is None else data[sheet][row])[field] = value
    return data


# A figure that can't be read is unknown, and so is all that depends on it


def number_cells(data: Mapping[str, Any]) -> Iterator[tuple[Place, float]]:
    """Every number cell of the rows in use, blank ones included, and a number that may stand there."""
    for sheet in inputs.SHEETS:
        rows = data.get(sheet.name, ())
        for index, row in [(None, rows)] if isinstance(rows, dict) else enumerate(rows):
            for column in sheet.columns if sheet.name != "Carbon price" else ():  # which enters no figure yet
                typed = row.get(column.field)
                if column.numeric and typed != "remaining":
                    yield (sheet.name, index, column.field), float(typed or 40.0)


@pytest.mark.parametrize("name", ["cement", "hydrogen", "steel_bf_bof"])
def test_what_depends_on_a_cell_that_cannot_be_read_is_unknown(name: str) -> None:
    data = dict(example(name))
    for place, number in number_cells(data):
        low, high = (figures(solved(put(data, place, number * part))) for part in (0.9, 0.7))
        moved = {key for key, value in low.items() if value and abs(value - (high.get(key) or 0)) > 1e-9 * abs(value)}
        told = solved(put(data, place, "zzz"))
        left = {key: value for key, value in figures(told).items() if key in moved and value is not None}
        assert (place, left) == (place, {})
        assert (place, told.failed) == (place, True)


def test_in_a_file_of_the_commission_too(shared: Path) -> None:
    known = commission.cells_of(shared, commission.case(shared, "n2_neod00_precursor_direct")["inputs"])
    for place, number in known.items():
        if not isinstance(number, int | float) or isinstance(number, bool) or place[0] in (c.TOOLS, c.PRODUCT_SUMMARY):
            continue
        low, high, told = (
            recalculate(read_template(commission.book(shared, {**known, place: value})))
            for value in (number * 0.9 + 1e-3, number * 0.7 + 2e-3, "zzz")
        )
        moved = {key for key, value in figures(low).items() if value != figures(high).get(key)}
        left = {key: value for key, value in figures(told).items() if key in moved and value is not None}
        assert (place, left) == (place, {})


def without(sheet: str) -> Report:
    book = book_of(example("cement"))
    del book[sheet]
    return recalculate(records.read(book))


SEE = {"direct": ("see_direct",), "indirect": ("see_indirect",), "both": ("see_direct", "see_indirect")}


@pytest.mark.parametrize(("sheet", "unknown"), [
    ("Source streams", "direct"), ("Measured emissions", "direct"), ("PFC", "direct"), ("Shared streams", "both"),
    ("Heat and waste gas", "direct"), ("Electricity", "indirect"), ("Material flows", "both"),
])  # fmt: skip
def test_what_stood_on_a_missing_sheet_is_unknown(sheet: str, unknown: str) -> None:
    report = without(sheet)
    assert [i.code for i in report.issues if i.sheet == sheet and i.level == "error"] == ["sheet-missing"]
    for field in SEE[unknown]:
        assert all(value != value for value in (getattr(b, field) for b in report.processes)), field
    assert "emissions-missing" not in codes(report.issues)


@pytest.mark.parametrize("sheet", ["B_EmInst", "D_Processes", "E_PurchPrec"])
def test_what_stood_on_a_missing_sheet_of_the_commission_is_unknown(shared: Path, sheet: str) -> None:
    known = commission.cells_of(shared, commission.case(shared, "n2_neod00_precursor_direct")["inputs"])
    report = recalculate(read_template(commission.book(shared, known).without(sheet)))
    assert [(i.sheet, i.cell) for i in report.issues if i.code == "sheet-missing"] == [(sheet, "A1")]
    wanted = [report.installation.direct_tco2e] if sheet == "B_EmInst" else [b.see_direct for b in report.processes]
    assert all(value != value for value in wanted)


def test_names_are_not_called_unknown_where_their_sheet_is_missing() -> None:
    report = without("Processes")
    assert {i.code for i in report.issues if i.level == "error"} == {"sheet-missing", "remaining-unknown"}


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_above_the_headers_are_one_error(rows: int) -> None:
    book = book_of(PLANT)
    book["Source streams"] = [[]] * rows + book["Source streams"]
    report = recalculate(records.read(book))
    (found,) = [i for i in report.issues if i.level == "error"]
    assert (found.code, found.sheet, found.cell) == ("sheet-missing", "Source streams", f"B{5 + rows}")
    assert balance(report, "Kiln").see_direct != balance(report, "Kiln").see_direct


def test_a_unit_column_without_its_header_leaves_its_figures_unknown() -> None:
    book = book_of(PLANT)
    headers = book["Source streams"][4]
    headers[headers.index("AD Unit")] = "Unit of it"
    report = recalculate(records.read(book))
    assert all(b.see_direct != b.see_direct for b in report.processes)


# Figures beyond all reason


@pytest.mark.parametrize("value", [1e300, -1e300, 1e-300, float("inf"), float("nan"), LARGEST])
@pytest.mark.parametrize("place", [
    ("Source streams", 0, "quantity"), ("Source streams", 0, "biomass"), ("Processes", 0, "quantity"),
    ("Processes", 0, "direct_entered"), ("Installation", None, "co2_entered"),
])  # fmt: skip
def test_no_figure_grows_beyond_all_bounds(value: float, place: Place) -> None:
    report = solved(put(PLANT, place, value))
    json.dumps(report.json(), allow_nan=False)
    assert report.failed
    assert not any(abs(term.value) == float("inf") for term in report.terms)
    assert all(len(line) < 500 for line in reporting.table(report))


@pytest.mark.parametrize(("cell", "value"), [((c.EMISSIONS, "F17"), 1e308), (("D_Processes", "L16"), 1e-308)])
def test_nor_in_a_file_of_the_commission(shared: Path, cell: tuple[str, str], value: float) -> None:
    known = commission.cells_of(shared, commission.case(shared, "n2_neod00_precursor_direct")["inputs"])
    report = recalculate(read_template(commission.book(shared, {**known, cell: value})))
    assert [(i.sheet, i.cell) for i in report.issues if i.code == "number-range"] == [cell]
    json.dumps(report.json(), allow_nan=False)


def test_a_rest_by_a_formula_may_be_a_hair_below_zero(shared: Path) -> None:
    report = solved(changed("Material flows", 0, quantity=-1e-10))
    assert "negative" not in codes(report.issues)
    known = commission.cells_of(shared, commission.case(shared, "n2_neod00_precursor_direct")["inputs"])
    for value, told in ((-1e-10, False), (-0.5, True)):
        issues = read_template(commission.book(shared, {**known, ("E_PurchPrec", "L49"): value})).issues
        assert ("negative" in codes(issues)) == told


# Rows that say something else than was meant


def stream(**fields: Any) -> Data:
    return changed("Source streams", 0, **fields)


UNIT = {"Energy units": [{"name": "Boiler", "kind": "Boiler or heat network"}]}
FUEL = {"name": "Gas", "process": "Boiler", "method": "Combustion", "quantity": 10.0, "quantity_unit": "TJ", "ef": 56.1}
STEAM = {"kind": "Heat", "source": "Boiler", "target": "Mill", "quantity": 9.0}
GAS = {"kind": "Waste gas", "source": "Kiln", "target": "Mill", "quantity": 10.0}
FED = plant(Source_streams=[*PLANT["Source streams"], FUEL]) | UNIT
POWER = PLANT["Electricity"][0]
BOUGHT = {"name": "X", "category": "Cement clinker", "country": "TR", "quantity": 1.0, "see_direct": 0.9,
          "see_direct_source": "Measured", "electricity": 0.1, "electricity_ef": 0.5}  # fmt: skip
SLAB = {"Processes": [{"name": "Kiln", "category": "Unwrought aluminium", "quantity": 1e6,
                       "route": "Secondary melting (recycling)"}], "Goods": [], "Material flows": []}  # fmt: skip


def parameter(value: object, name: str = "Clinker factor", **more: Any) -> Data:
    return plant() | more | {"Goods parameters": [{"target": "Kiln", "parameter": name, "value": value}]}


CASES: list[tuple[str, Data, Data]] = [  # code, what triggers it, what just doesn't
    ("row-twice", plant(Source_streams=[*PLANT["Source streams"], PLANT["Source streams"][0]]),
     plant(Source_streams=[*PLANT["Source streams"], PLANT["Source streams"][0] | {"note": "second hopper"}])),
    ("precursor-lacking", plant(Material_flows=[]), plant()),
    ("precursor-lacking", plant(Material_flows=[]),
     plant(Material_flows=[{"source": "Kiln", "target": "Market", "quantity": "remaining"}])),
    ("precursor-lacking", plant(Material_flows=[]),
     plant(Precursors=[BOUGHT], Material_flows=[{"source": "X", "target": "Mill", "quantity": 1.0}])),
    ("implausible", stream(ncv=25_000.0), stream(ncv=120.0)),
    ("implausible", stream(ncv=0.025), stream(ncv=0.6)),
    ("implausible", stream(ef=94_600.0), stream(ef=260.0)),
    ("implausible", stream(ef_unit="tCO2/t"), stream(ef=3.2, ef_unit="tCO2/t")),
    ("implausible", stream(quantity_unit="kt"), stream()),
    ("implausible", changed("Electricity", 0, ef=440.0), changed("Electricity", 0, ef=440.0, ef_unit="kgCO2/MWh")),
    ("implausible", plant(Precursors=[BOUGHT | {"see_direct": 852.0}]), plant(Precursors=[BOUGHT])),
    ("implausible", plant(Precursors=[BOUGHT | {"electricity_ef": 450.0}]), plant(Precursors=[BOUGHT])),
    ("implausible", plant(Heat_and_waste_gas=[STEAM | {"source": "Outside", "ef": 62_000.0}]),
     plant(Heat_and_waste_gas=[STEAM | {"source": "Outside", "ef": 290.0}])),
    ("unit-efficiency", FED | {"Heat and waste gas": [STEAM | {"quantity": 12.0}]},
     FED | {"Heat and waste gas": [STEAM | {"quantity": 10.8}]}),
    ("unit-efficiency", FED | {"Heat and waste gas": [STEAM | {"quantity": 12.0}]},
     FED | {"Heat and waste gas": [STEAM | {"quantity": 12.0}], "Electricity": [POWER, POWER | {"target": "Boiler"}]}),
    ("gas-to-self", plant(Heat_and_waste_gas=[GAS | {"target": "Kiln"}]), plant(Heat_and_waste_gas=[GAS])),
    ("ends-outside", plant(Heat_and_waste_gas=[GAS | {"source": "Outside", "target": "Outside"}]),
     plant(Heat_and_waste_gas=[GAS | {"target": "Outside"}])),
    ("ends-outside", plant(Electricity=[POWER, POWER | {"target": "Outside"}]),
     plant(Electricity=[POWER, POWER | {"source": "Kiln", "target": "Outside"}])),
    ("period-early",
     plant(Installation=PLANT["Installation"] | {"period_start": date(1924, 1, 1), "period_end": date(1924, 12, 31)}),
     plant(Installation=PLANT["Installation"] | {"period_start": date(2022, 1, 1), "period_end": date(2022, 12, 31)})),
    ("number-expected", parameter("70 %"), parameter(70.0)),
    ("number-expected", parameter(True), parameter("yes", "Calcined or not")),
    ("number-range", parameter(700.0), parameter(100.0)),
    ("fraction-typed", parameter(0.7), parameter(0.7, "% other materials")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "bad", "good"), CASES, ids=[f"{n}-{code}" for n, (code, _, _) in enumerate(CASES)])
def test_a_slip_is_told_and_what_is_nearly_one_isnt(code: str, bad: Data, good: Data) -> None:
    found = [i for i in solved(bad).issues if i.code == code]
    assert found
    assert all(i.cell[-1:].isdigit() and len(i.message) <= 200 and i.message.endswith(".") for i in found)
    assert code not in [i.code for i in solved(good).issues]


def test_no_example_has_such_a_finding() -> None:
    told = {code for code, _, _ in CASES}
    for name in examples():
        assert not told & {i.code for i in solved(dict(example(name))).issues}


@pytest.mark.parametrize("value", ["6.2", "6,2 %", True, 620.0])
def test_an_alloy_content_that_cannot_be_read_isnt_none(value: object) -> None:
    report = solved(parameter(value, "% non-aluminium elements", **SLAB))
    assert balance(report, "Kiln").see_direct != balance(report, "Kiln").see_direct
    known = solved(parameter(6.2, "% non-aluminium elements", **SLAB))
    assert balance(known, "Kiln").see_direct > KILN


def test_a_blank_category_is_one_error() -> None:
    report = solved(changed("Processes", 1, category=""))
    assert [i.code for i in report.issues if i.level == "error"] == ["value-missing"]


# Texts of people who mean harm, or just type much


def test_a_long_name_leaves_room_for_what_to_do() -> None:
    message = issue("floored", f"The emissions of “{'N' * 300}” and “{'M' * 300}” are wrong: clear the row.").message
    assert len(message) <= 200
    assert message.endswith("are wrong: clear the row.")


NASTY = ["two\nlines\nProcesses!B9: ERROR x", "\x1b[31mred\x07", "‮abc", "a\tb", "=HYPERLINK(\"x\")", "<b>&amp;", "{0}",
         "_x0041_", "N" * 10_000, "😀", "nan"]  # fmt: skip


@pytest.mark.parametrize("name", NASTY, ids=[ascii(name)[:20] for name in NASTY])
def test_names_stay_on_their_line_and_in_their_cell(name: str, tmp_path: Path) -> None:
    data: Any = json.loads(json.dumps(PLANT, default=str).replace('"Kiln"', json.dumps(name)))
    data["Installation"] = PLANT["Installation"] | {"name_en": name}
    data["Heat and waste gas"] = [{"kind": "Heat", "source": name, "target": "Outside", "quantity": 9e9, "ef": 60.0}]
    data["Shared streams"] = [{"stream": name, "process": "Mill", "weight": 1.0, "basis": "Sub-meter"}]
    report = solved(data)
    assert report.processes[0].name == name
    assert all(len(i.message) <= 200 for i in report.issues)
    lines = [*map(str, report.issues), *reporting.table(report)]
    assert all(line.isprintable() and len(line) < 300 for line in lines)
    assert all(part.isprintable() for part in "\n".join(reporting.explanation(report.terms_of(name))).split("\n"))
    file = tmp_path / "plant.xlsx"
    road.write(road.templates() / "cbam_installation.xlsx", file, records.read(book_of(data)), report)
    cell = openpyxl.load_workbook(file)["Results"]["B7"]
    written = "".join(char for char in name if char not in "\x1b\x07")  # which XML can't hold
    assert (cell.data_type, str(cell.value).replace("_x005F_", "_")) == ("s", written)


# The command line


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "plant.xlsx"
    file.write_bytes(road.example("cement").read_bytes())
    return file


@pytest.mark.parametrize(("arguments", "says"), [
    (["-o", ""], "its name is missing"), (["--json", "-o", ""], "its name is missing"),
    (["-o", "notes.txt"], "must end in .xlsx"), (["-o", "other.xlsm"], "must end in .xlsx"),
    (["-o", "no/folder.xlsx"], "is missing"), (["-o", "folder.xlsx"], "is a folder"),
])  # fmt: skip
def test_places_where_no_result_can_go(good: Path, arguments: list[str], says: str, capsys: Any) -> None:
    (good.parent / "notes.txt").write_text("mine")
    (good.parent / "folder.xlsx").mkdir()
    before = good.read_bytes()
    places = [str(good.parent / a) if "." in a else a for a in arguments]
    assert main(["recalculate", str(good), *places]) == 2
    assert says in capsys.readouterr().err
    assert good.read_bytes() == before
    assert (good.parent / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("sheet", ["Start", "Results", "Balances", "Trace", "Issues"])
def test_an_output_sheet_that_is_gone_is_told_before_anything_is_written(good: Path, sheet: str, capsys: Any) -> None:
    title = f'name="{sheet}"'.encode()
    altered(good, good, {"xl/workbook.xml": lambda xml: xml.replace(title, title[:-1] + b' "')})
    before = good.read_bytes()
    assert main(["recalculate", str(good)]) == 2
    told = capsys.readouterr()
    assert f"no sheet “{sheet}”" in told.err
    assert "cbam-xl new" in told.err
    assert good.read_bytes() == before


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_an_output_that_cannot_be_written(good: Path, more: list[str]) -> None:
    with open("/dev/full", "w") as full:
        ran = run("check", good, *more, stdout=full, stderr=subprocess.PIPE)
    assert ran.returncode == 2
    assert "No space left on device" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="closes a stream with the shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams(good: Path, closed: str) -> None:
    command = f'"{sys.executable}" -m cbam_xl recalculate "{good}" {closed}'
    ran = subprocess.run(["sh", "-c", command], timeout=60, check=False, capture_output=True, text=True)
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False)


def test_a_figure_beyond_all_bounds_is_no_conversion(capsys: Any) -> None:
    assert main(["convert", "1e308", "t", "kg"]) == 2
    assert main(["convert", "nan", "t", "kg"]) == 2
    assert "beyond all bounds" in capsys.readouterr().err


def test_a_file_of_the_commission_is_not_told_to_be_written_into(shared: Path, tmp_path: Path, capsys: Any) -> None:
    source = shared / "official" / "examples" / "ec_example_1_cement_v2.1_FILLED.xlsx"

    def text(xml: bytes) -> bytes:
        return xml.replace(b"<v>1255000</v>", b"<v>-1e300</v>")

    part = next(p for name, p in _sheets(source).items() if name == "B_EmInst")
    file = altered(source, tmp_path / "filled.xlsx", {part: text})
    assert main(["recalculate", str(file)]) == 1
    assert "--write" not in capsys.readouterr().out


def _sheets(file: Path) -> Mapping[str, str]:
    from cbam_xl.package import Package

    return Package(file).sheets


# Time


def many(rows: int, name: Callable[[int], str]) -> Data:
    return {
        "Installation": PLANT["Installation"],
        "Processes": [{"name": f"Process {n}", "category": "Cement", "quantity": 5.0} for n in range(rows)],
        "Source streams": [FUEL | {"process": name(n), "ef_unit": name(n), "method": name(n)} for n in range(rows)],
    }


@pytest.mark.parametrize(("rows", "name"), [(500, "Proces {}"), (100, "N" * 5000 + "{}")])
def test_many_misspelt_names_take_no_time(rows: int, name: str) -> None:
    from time import process_time

    start = process_time()
    report = solved(many(rows, name.format))
    assert process_time() - start < 5
    assert len([i for i in report.issues if i.code == "name-unknown"]) == rows


def test_a_book_of_the_commission_with_a_brace_for_a_unit(shared: Path) -> None:
    known = commission.cells_of(shared, commission.case(shared, "n2_neod00_precursor_direct")["inputs"])
    book: LaidOver = commission.book(shared, {**known, (c.EMISSIONS, "G17"): "{x}", (c.EMISSIONS, "K17"): "{}{}"})
    report = recalculate(read_template(book))
    assert [*reporting.table(report)]
    assert all([*reporting.explanation(report.terms_of(b.name))] for b in report.processes)


def test_files_of_our_layout_are_read_as_lists_are(tmp_path: Path) -> None:
    bad = put(PLANT, ("Source streams", 0, "biomass"), "some")
    assert address("Source streams", "biomass", 0) in [i.cell for i in solved(bad).issues]
    assert figures(recalculate(road.read(file_of(bad, tmp_path / "plant.xlsx")))) == figures(solved(bad))
