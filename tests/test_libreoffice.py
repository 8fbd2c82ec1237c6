"""LibreOffice computes the live workbooks: each cell is the engine's, changes reach what depends on them, nothing else.

One program serves all tests of a worker; each opens its own workbook. Stored values are spoiled before a workbook is
opened, so that no figure can come from the file.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from cbam_udfs import FUNCTIONS, call
from conftest import missing
from libreoffice import SYSTEM_PYTHON, LibreOffice
from live import ranges
from live_books import filled, recalculated

from cbam_xl import attribution, road
from cbam_xl.books import FileBook, RowsBook
from cbam_xl.hosts.libreoffice import declaration, extension, install
from cbam_xl.package import Package
from cbam_xl.report import Report
from cbam_xl.sheets import inputs, live, outputs, records
from cbam_xl.sheets.declare import FIRST_ROW, LAST_ROW

LIVE_CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)><f[^>]*>([^<]*CBAM_[^<]*)</f><v>([^<]*)</v>')
EXACT = 1e-12
RESULTS_CELLS = f"B{FIRST_ROW}:R{FIRST_ROW + 9}"
EXAMPLE = "fertiliser_npk"
Cells = dict[tuple[str, str], float | str]


@pytest.fixture(scope="module")
def office(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibreOffice]:
    """A running LibreOffice with the extension."""
    said = subprocess.run([soffice, "--version"], capture_output=True, text=True).stdout
    if install.version(said) < install.version(extension.OLDEST):
        missing(f"LibreOffice {extension.OLDEST} or newer is needed: {said.strip()}")
    if not Path(SYSTEM_PYTHON).exists() or subprocess.run([SYSTEM_PYTHON, "-c", "import uno"]).returncode:
        missing(f"{SYSTEM_PYTHON} has no module uno (Debian: python3-uno).")
    with LibreOffice(soffice, tmp_path_factory.mktemp("office")) as running:
        yield running


def spoiled(path: Path) -> Path:
    """The workbook with a wrong stored value in every live cell."""
    book = Package(path)
    for part in book.sheets.values():
        xml = book.read(part)
        if b"CBAM_" in xml:
            book.replace(part, LIVE_CELL.sub(r'<c r="\1"\2><f>\3</f><v>999</v>', xml.decode()).encode())
    book.save(path)
    return path


def live_cells(path: Path) -> dict[tuple[str, str], str]:
    """The formulas with functions by sheet and cell."""
    book = Package(path)
    parts = {name: book.read(part).decode() for name, part in book.sheets.items()}
    return {(name, cell): formula for name, xml in parts.items() for cell, _, formula, _ in LIVE_CELL.findall(xml)}


class Plant:
    """The inputs of a workbook outside the program, to be changed along with it."""

    def __init__(self, path: Path) -> None:
        book = FileBook(path)
        self.rows = {s.name: [list(row) for row in book.rows(s.name)] for s in inputs.SHEETS}

    def put(self, sheet: str, cell: str, value: float | str) -> None:
        column, row = ord(cell[0]) - ord("A"), int(cell[1:]) - 1
        cells = self.rows[sheet][row]
        cells += [""] * (column + 1 - len(cells))
        cells[column] = value

    @property
    def book(self) -> RowsBook:
        return RowsBook(self.rows)

    def report(self) -> Report:
        return attribution.recalculate(records.read(self.book))


def shown(office: LibreOffice) -> list[list[float | str]]:
    """What Results shows of the processes."""
    found: list[list[float | str]] = office.ask("get", "Results", RESULTS_CELLS)
    return [row for row in found if row[0] != ""]


def expected(plant: Plant) -> list[list[float | str]]:
    """What Results must show: figures of the Report, and the text of a function where a figure isn't known."""
    report, given = plant.report(), ranges(plant.book)
    rows = []
    for balance in report.processes:
        row: list[float | str] = [balance.name]
        for column in outputs.RESULTS.blocks[0][1][1:]:
            figure = getattr(balance, column.field)
            if not isnan(figure):
                row.append(100 * figure if column.field == "default_share" else figure)
            else:
                row.append("" if column.field == "default_share" else str(
                    call(live.function_of(column.field), balance.name, book=given)))  # fmt: skip
        rows.append(row)
    return rows


def same(found: list[list[float | str]], wanted: list[list[float | str]]) -> None:
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one == [pytest.approx(v, rel=EXACT, abs=EXACT) if isinstance(v, float) else v for v in other]


@pytest.mark.parametrize("name", [pytest.param("", id="template"), *road.examples()])
def test_every_live_cell_is_the_engines(office: LibreOffice, tmp_path: Path, name: str) -> None:
    path = tmp_path / "live.xlsx"
    if name:
        recalculated(path, name)
    else:
        path.write_bytes((road.templates() / "cbam_installation_live.xlsx").read_bytes())
    stored = {(sheet, cell): value for sheet, part in Package(path).sheets.items()
              for cell, _, _, value in LIVE_CELL.findall(Package(path).read(part).decode())}  # fmt: skip
    office.ask("open", str(spoiled(path)))
    plant = Plant(path)
    same(shown(office), expected(plant))
    sheets = {
        sheet: office.ask("get", sheet, office.ask("used", sheet)) for sheet in dict.fromkeys(s for s, _ in stored)
    }
    for (sheet, cell), value in stored.items():
        found = sheets[sheet][int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1][place(cell.rstrip("0123456789"))]
        if isinstance(found, float):
            assert found == pytest.approx(float(value), rel=EXACT, abs=EXACT), (sheet, cell)
        else:  # a handle is the same to its digest; what follows depends on the version of zlib
            assert found.split("/")[0][:60] == unescaped(value).split("/")[0][:60], (sheet, cell)
    assert len(stored) > 8_000
    wanted = live.STATE_WORDS[1 if name else 0]
    assert office.cell("Start", live.BAND_STATE) == wanted


def place(letters: str) -> int:
    """The place of a column in a row, counted from 0."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def unescaped(text: str) -> str:
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(mark, sign)
    return text


@pytest.fixture(scope="module")
def opened(office: LibreOffice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a live workbook with heat links, precursors and chained processes."""
    return spoiled(recalculated(tmp_path_factory.mktemp("book") / "npk.xlsx", EXAMPLE)[0])


CHANGES = [
    pytest.param("Source streams", "E9", 1900.0, ["Nitric acid plant", "NPK granulation"], id="stream"),
    pytest.param("Source streams", "F11", "Nm3", ["NPK granulation"], id="unit"),
    pytest.param("Heat and waste gas", "E8", 560.0, ["Urea plant", "NPK granulation"], id="heat"),
    pytest.param("Precursors", "J8", 0.5, ["NPK granulation"], id="precursor"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "moving"), CHANGES)
def test_a_changed_input_moves_exactly_what_depends_on_it(
    office: LibreOffice, opened: Path, sheet: str, cell: str, value: float | str, moving: list[str]
) -> None:
    office.ask("open", str(opened))
    plant, before, handles = Plant(opened), shown(office), office.ask("get", "Start", "P6:P19")
    office.ask("put", sheet, cell, value)
    plant.put(sheet, cell, value)
    after = shown(office)
    same(after, expected(plant))
    moved = [new[0] for old, new in zip(before, after, strict=True) if old != new]
    assert moved == moving
    changed = [s.name for s, old, new in zip(inputs.SHEETS, handles, office.ask("get", "Start", "P6:P19"), strict=True)
               if old != new]  # fmt: skip
    assert changed == [sheet]
    assert office.cell("Start", live.BAND_STATE) == live.STATE_WORDS[2]


def test_a_process_is_renamed(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    plant, before = Plant(opened), shown(office)
    places = [
        (sheet, f"{chr(ord('A') + column)}{row}")
        for sheet, rows in plant.rows.items()
        for row, cells in enumerate(rows, 1)
        for column, cell in enumerate(cells)
        if cell == "Urea plant"
    ]
    assert len(places) > 4
    for number, (sheet, cell) in enumerate(places):
        office.ask("put", sheet, cell, "Urea works")
        plant.put(sheet, cell, "Urea works")
        if number == 0:  # the others still name the old one: every world says so
            same(shown(office), expected(plant))
    assert shown(office) == [[str(row[0]).replace("plant", "works") if row[0] == "Urea plant" else row[0], *row[1:]]
                             for row in before]  # fmt: skip


BAD = [
    pytest.param("Source streams", "E9", "many", "#CBAM number-expected", id="text"),
    pytest.param("Source streams", "F9", "furlong", "#CBAM unit", id="unit"),
    pytest.param("Source streams", "C9", "Nitric acid plnt", "", id="name"),
    pytest.param("Source streams", "K9", None, "#CBAM", id="missing"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "text"), BAD)
def test_bad_input_shows_a_text_until_it_is_mended(
    office: LibreOffice, opened: Path, sheet: str, cell: str, value: float | str | None, text: str
) -> None:
    office.ask("open", str(opened))
    plant, before, good = Plant(opened), shown(office), office.cell(sheet, cell)
    office.ask("put", sheet, cell, value)
    plant.put(sheet, cell, "" if value is None else value)
    same(shown(office), expected(plant))
    assert shown(office) != before
    nitric = shown(office)[2]
    assert any(str(v).startswith(text) for v in nitric)
    status = str(office.cell("Start", live.STATUS))
    assert status.startswith("✖")
    assert "Source streams!" in status
    office.ask("put", sheet, cell, good)
    assert shown(office) == before
    assert not str(office.cell("Start", live.STATUS)).startswith("✖")


def test_an_error_value_is_told_beside_the_handle(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    before, good = shown(office), office.cell("Source streams", "E9")
    office.ask("put", "Source streams", "E9", "=1/0")
    row = outputs.START_ROWS + [s.name for s in inputs.SHEETS].index("Source streams")
    assert office.cell("Start", f"{live.WORDS}{row}") == "✖ an error value"
    assert office.cell("Start", live.BAND_STATE) == live.STATE_WORDS[3]
    assert "Err:" in str(office.cell("Results", "M9")) or str(office.cell("Results", "M9")).startswith("#")
    office.ask("put", "Source streams", "E9", good)
    assert shown(office) == before


def test_a_row_past_the_end_is_told(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    row = outputs.START_ROWS + [s.name for s in inputs.SHEETS].index("Source streams")
    assert office.cell("Start", f"{live.WORDS}{row}") == "5 rows"
    office.ask("put", "Source streams", f"B{LAST_ROW + 1}", "Coal")
    assert office.cell("Start", f"{live.WORDS}{row}") == f"✖ filled below row {LAST_ROW}"
    office.ask("put", "Source streams", f"B{LAST_ROW + 1}", None)
    assert office.cell("Start", f"{live.WORDS}{row}") == "5 rows"


def output_values(office: LibreOffice, sheet: str) -> list[list[Any]]:
    """What an output sheet shows, without blank ends."""
    rows = office.ask("get", sheet, office.ask("used", sheet))
    return trimmed(rows)


def trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    kept = [list(row) for row in rows]
    for row in kept:
        while row and row[-1] == "":
            row.pop()
    while kept and not kept[-1]:
        kept.pop()
    return kept


def test_the_button_writes_what_the_command_line_writes(office: LibreOffice, tmp_path: Path) -> None:
    path = filled(tmp_path / "npk.xlsx", EXAMPLE)
    office.ask("open", str(path))
    closed = office.ask("protected")
    assert office.cell("Trace", "B7") == ""
    office.ask("dispatch", f"{declaration.PROTOCOL}recalculate")
    done, _ = recalculated(tmp_path / "done.xlsx", EXAMPLE)
    book = FileBook(done)
    for output in outputs.OUTPUTS:
        wanted = trimmed(book.rows(output.name)[FIRST_ROW - 1 :])
        found = output_values(office, output.name)[FIRST_ROW - 1 :]
        assert len(found) == len(wanted), output.name
        for one, other in zip(found, wanted, strict=True):
            assert one == [pytest.approx(v, rel=EXACT, abs=EXACT) if isinstance(v, float) else v for v in other]
    assert office.cell("Start", live.BAND_STATE) == live.STATE_WORDS[1]
    linked = office.cell("Trace", "I7")
    assert "!" in str(linked)
    sheet, cell = str(linked).split("!")
    assert office.ask("formulas", "Trace", "I7") == [[f'=HYPERLINK("#\'{sheet}\'!{cell}";"{linked}")']]
    assert office.ask("protected") == closed
    assert {"Results", "Trace", "Issues"} <= set(closed)


def test_with_errors_the_button_writes_findings_only_and_undo_puts_back(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    trace, issues = output_values(office, "Trace"), output_values(office, "Issues")
    office.ask("put", "Source streams", "F9", "furlong")
    office.ask("dispatch", f"{declaration.PROTOCOL}recalculate")
    assert output_values(office, "Trace")[FIRST_ROW:] == trace[FIRST_ROW:]
    told = output_values(office, "Issues")[FIRST_ROW - 1]
    assert told[1:4] == ["error", "unit-unknown", "Source streams!F9"]
    assert "older" in str(office.cell("Start", "B3")) or "earlier" in str(office.cell("Start", "B3"))
    office.ask("put", "Source streams", "F9", "1000Nm3")
    office.ask("dispatch", f"{declaration.PROTOCOL}check")
    assert output_values(office, "Issues")[FIRST_ROW - 1 :] == issues[FIRST_ROW - 1 :]
    office.ask("put", "Source streams", "E9", 1900.0)
    office.ask("dispatch", f"{declaration.PROTOCOL}recalculate")
    assert output_values(office, "Trace")[FIRST_ROW:] != trace[FIRST_ROW:]
    office.ask("dispatch", f"{declaration.PROTOCOL}undo")
    assert output_values(office, "Trace")[FIRST_ROW:] == trace[FIRST_ROW:]


def plain(formula: str) -> str:
    """A formula without what programs write in different ways."""
    return unescaped(formula).replace("&apos;", "'").replace("'", "").replace("$", "").replace(" ", "")


def test_saving_and_reopening_keeps_every_formula_and_value(office: LibreOffice, opened: Path, tmp_path: Path) -> None:
    office.ask("open", str(opened))
    before, saved = shown(office), tmp_path / "saved.xlsx"
    office.ask("put", "Processes", "Z20", '=CBAM_SEE_TOTAL("Urea plant")')
    office.ask("save", str(saved))
    kept, had = live_cells(saved), live_cells(opened)
    assert {k: plain(v) for k, v in kept.items() if k != ("Processes", "Z20")} == {k: plain(v) for k, v in had.items()}
    assert plain(kept["Processes", "Z20"]) == 'CBAM_SEE_TOTAL("Ureaplant")'
    office.ask("open", str(spoiled(saved)))
    assert shown(office) == before
    assert office.cell("Processes", "Z20") == pytest.approx(before[1][14], rel=EXACT)
    assert attribution.recalculate(road.read(saved)).processes == Plant(opened).report().processes


@pytest.mark.parametrize("prefix", ["_xldudf_", "_xll."])
def test_the_names_of_other_programs_are_live_and_stay(
    office: LibreOffice, opened: Path, tmp_path: Path, prefix: str
) -> None:
    path, saved = tmp_path / "other.xlsx", tmp_path / "saved.xlsx"
    book = Package(opened)
    for part in book.sheets.values():
        xml = book.read(part)
        if b"CBAM_" in xml:
            book.replace(part, re.sub(rb"(<f>[^<]*?)(CBAM_[A-Z_]+\()", rb"\1" + prefix.encode() + rb"\2", xml))
    book.save(path)
    office.ask("open", str(path))
    same(shown(office), expected(Plant(path)))
    office.ask("save", str(saved))
    kept = live_cells(saved)
    assert {k: plain(v) for k, v in kept.items()} == {k: plain(v) for k, v in live_cells(path).items()}
    assert all(f"{prefix}CBAM_" in formula for formula in kept.values())


def test_without_the_handle_a_function_reads_the_workbook_and_follows_it(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    office.ask("put", "Processes", "Z20", '=CBAM_SEE_TOTAL("NPK granulation")')
    office.ask("put", "Processes", "Z21", "=Z20*2")
    office.ask("put", "Processes", "Z22", '=CBAM_SEE_TOTAL("Nitric acid plant")+0')
    for value in (900.0, 1900.0, 2900.0):
        office.ask("put", "Source streams", "E9", value)
        results = shown(office)
        assert office.ask("get", "Processes", "Z20:Z22") == [[results[3][14]], [2 * results[3][14]], [results[2][14]]]
    office.ask("put", "Source streams", "F9", "furlong")
    assert office.cell("Processes", "Z20") == shown(office)[3][14]
    office.ask("put", "Source streams", "F9", "1000Nm3")
    assert office.cell("Processes", "Z20") == shown(office)[3][14]
    office.ask("put", "Processes", "Z23", '=CBAM_SEE_TOTAL("Nitric acid plant";installation)')
    office.ask("put", "Processes", "Z22", "=CBAM_STATUS()")
    assert office.cell("Processes", "Z22") == office.cell("Start", live.STATUS)


def test_tables_fill_fixed_ranges(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    office.ask("array", "Processes", "Z20:AP25", "=CBAM_RESULTS(installation)")
    table = office.ask("get", "Processes", "Z20:AP25")
    assert table[0][0] == "Production process"
    assert [row[0] for row in table[1:5]] == [row[0] for row in shown(office)]
    assert [row[11] for row in table[1:5]] == [row[11] for row in shown(office)]
    assert table[5] == ["#N/A"] * 17


def test_errors_of_arguments_are_true_errors_and_blanks_are_not_zero(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    for row, formula in enumerate((
        "=CBAM_COMBUSTION(252000;45;73)", "=CBAM_COMBUSTION(252000;45;73;;0.15)", "=CBAM_COMBUSTION(252000;45;73;Y1)",
        "=CBAM_COMBUSTION(1/0;45;73)", "=CBAM_COMBUSTION(NA();45;73)", "=ISERROR(CBAM_COMBUSTION(NA();45;73))",
        '=CBAM_CONVERT(2;"furlong";"GJ")', "=CBAM_CEMS(1;2;3;Y1)", '=CBAM_FUEL_EF("Natural gas")',
    ), 30):  # fmt: skip
        office.ask("put", "Processes", f"Z{row}", formula)
    found = [row[0] for row in office.ask("get", "Processes", "Z30:Z38")]
    assert found[:2] == [pytest.approx(827_820.0), pytest.approx(703_647.0)]
    assert str(found[2]).startswith("#CBAM value-missing: oxidation")
    assert found[3:6] == ["#DIV/0!", "#N/A", 1.0]
    assert str(found[6]).startswith("#CBAM units:")
    assert found[7] == pytest.approx(call("CBAM_CEMS", 1.0, 2.0, 3.0))
    assert found[8] == 56.1


def test_the_function_wizard_explains_every_function(office: LibreOffice) -> None:
    told = office.ask("functions")
    for function in FUNCTIONS:
        words, *arguments = told[function.name]
        assert words.startswith(function.description)
        assert len(arguments) == len(function.arguments)
        for line, argument in zip(arguments, function.arguments, strict=True):
            assert line.startswith(f"{argument.name}: {argument.help}")
    assert len(told) == 3 * len(FUNCTIONS)


def test_the_file_can_be_installed_and_works(soffice: str, office: LibreOffice, tmp_path: Path) -> None:
    adder = install.program("unopkg")
    assert adder
    oxt = tmp_path / "cbam_xl.oxt"
    oxt.write_bytes(extension.build())
    layer = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    shared = f"-env:UNO_SHARED_PACKAGES_CACHE={(tmp_path / 'shared').as_uri()}"
    install.add(oxt, adder, layer, shared)
    listed = subprocess.run([adder, "list", *(["--shared"] if os.geteuid() == 0 else []), layer, shared],
                            capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert extension.IDENTIFIER in listed
    assert "is registered: yes" in listed
    subprocess.run([soffice, layer, shared, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path),
                    str(formula_book(tmp_path))], check=True, capture_output=True, timeout=120)  # fmt: skip
    assert (tmp_path / "formula.csv").read_text().strip() == "827820"


def formula_book(folder: Path) -> Path:
    """A workbook with one function and no stored value."""
    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0]["A1"] = "=CBAM_COMBUSTION(252000,45,73)"
    book.save(folder / "formula.xlsx")
    return folder / "formula.xlsx"
