"""LibreOffice with the extension: buttons, saving, names, no handle, tables, errors, wizard, installation."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree
from zipfile import is_zipfile

import pytest
from cbam_udfs import FUNCTIONS, call
from libreoffice import LibreOffice
from live_books import filled, recalculated
from live_office import EXACT, Plant, expected, live_cells, output_values, plain, same, shown, spoiled, trimmed

import cbam_xl
from cbam_xl import attribution, libreoffice, road
from cbam_xl.__main__ import main
from cbam_xl.books import FileBook
from cbam_xl.hosts.libreoffice import declaration, doctor, extension, install
from cbam_xl.package import Package
from cbam_xl.sheets import live, outputs
from cbam_xl.sheets.declare import FIRST_ROW

EXAMPLE = "fertiliser_npk"


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
    sheet, cells = str(linked).split("!")
    first, *more = cells.split(", ")
    area = ":".join((first, *more[-1:]))
    assert office.ask("formulas", "Trace", "I7") == [[f'=HYPERLINK("#\'{sheet}\'!{area}";"{linked}")']]
    assert office.ask("protected") == closed
    assert {"Functions", "Glossary", "Lists"} <= set(closed)


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


def test_without_the_handle_a_workbook_without_live_cells_answers_too(office: LibreOffice) -> None:
    office.ask("open", str(road.example("cement")))
    office.ask("put", "Processes", "Z20", '=CBAM_SEE_TOTAL("clinker kiln")')
    assert office.cell("Processes", "Z20") == pytest.approx(
        Plant(road.example("cement")).report().processes[0].see_total
    )
    office.ask("put", "Source streams", "E7", 100_000.0)
    changed = Plant(road.example("cement"))
    changed.put("Source streams", "E7", 100_000.0)
    assert office.cell("Processes", "Z20") == pytest.approx(changed.report().processes[0].see_total, rel=EXACT)
    office.ask("close")
    office.ask("open", str(road.example("cement")))  # what was watched went with its document
    office.ask("put", "Processes", "Z20", '=CBAM_SEE_TOTAL("clinker kiln")')
    assert office.cell("Processes", "Z20") == pytest.approx(
        Plant(road.example("cement")).report().processes[0].see_total
    )


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


def test_faults_are_error_values_where_it_is_set_so(soffice: str, office: LibreOffice, tmp_path: Path) -> None:
    with LibreOffice(soffice, tmp_path / "office", CBAM_XL_ERRORS="#N/A") as other:
        other.ask("open", str(formula_book(tmp_path)))
        formulas = (
            '=CBAM_CONVERT(2;"furlong";"GJ")',
            '=ISNA(CBAM_CONVERT(2;"furlong";"GJ"))',
            "=CBAM_COMBUSTION(2;3;4)",
        )
        other.ask("fill", "Sheet", "B1:B3", [[formula] for formula in formulas])
        assert other.ask("get", "Sheet", "B1:B3") == [["#N/A"], [1.0], [pytest.approx(0.024)]]


def test_the_function_wizard_explains_every_function(office: LibreOffice) -> None:
    told = office.ask("functions")
    for function in FUNCTIONS:
        words, *arguments = told[function.name]
        assert words.startswith(function.description)
        assert len(arguments) == len(function.arguments)
        for line, argument in zip(arguments, function.arguments, strict=True):
            assert line.startswith(f"{argument.name}: {argument.help}")
    assert len(told) == 3 * len(FUNCTIONS)


def test_the_file_can_be_installed_and_works(
    soffice: str, office: LibreOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adder = libreoffice.program("unopkg")
    assert adder
    oxt = tmp_path / "cbam_xl.oxt"
    oxt.write_bytes(extension.build())
    layer = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    shared = f"-env:UNO_SHARED_PACKAGES_CACHE={(tmp_path / 'shared').as_uri()}"
    (before,) = doctor.examine(layer, shared)
    assert before.well is None
    assert before.words.endswith("without the extension for live cells: cbam-xl install --libreoffice")
    install.add(oxt, adder, layer, shared)
    listed = subprocess.run([adder, "list", *(["--shared"] if os.geteuid() == 0 else []), layer, shared],
                            capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert extension.IDENTIFIER in listed
    assert "is registered: yes" in listed
    subprocess.run([soffice, layer, shared, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path),
                    str(formula_book(tmp_path))], check=True, capture_output=True, timeout=120)  # fmt: skip
    assert (tmp_path / "formula.csv").read_text().strip() == "827820"
    (same,) = doctor.examine(layer, shared)
    assert same.well is True
    assert same.words.endswith(f" with the extension {cbam_xl.__version__}")
    monkeypatch.setattr(cbam_xl, "__version__", "99")
    (other,) = doctor.examine(layer, shared)
    assert other.well is False
    assert other.words.endswith("but this is 99: cbam-xl install --libreoffice")


def formula_book(folder: Path) -> Path:
    """A workbook with one function and no stored value."""
    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0]["A1"] = "=CBAM_COMBUSTION(252000,45,73)"
    book.save(folder / "formula.xlsx")
    return folder / "formula.xlsx"


def test_without_libreoffice_the_file_is_left_to_be_added_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "program", lambda name: None)
    for already in (False, True):
        assert main(["install", "--libreoffice", "--folder", str(tmp_path)]) == 0
        said = capsys.readouterr().out
        assert f"Tools > Extensions > Add, {tmp_path / install.EXTENSION}" in said
        assert ("Left alone" in said) is already
    assert is_zipfile(tmp_path / install.EXTENSION)
    assert road.read(tmp_path / install.WORKBOOK).origin == "workbook"


def program_that_says(path: Path, words: str, status: int = 0) -> str:
    path.write_text(f'#!/bin/sh\necho "{words}"\nexit {status}\n')
    path.chmod(0o755)
    return str(path)


def test_an_old_libreoffice_and_one_that_refuses_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = program_that_says(tmp_path / "soffice", "LibreOffice 7.4.7.2 40(Build:2)")
    adder = program_that_says(tmp_path / "unopkg", "the profile is locked", 1)
    monkeypatch.setattr(install, "program", {"soffice": office, "unopkg": adder}.get)
    assert main(["install", "--libreoffice", "--folder", str(tmp_path)]) == 2
    assert "LibreOffice 7.4.7.2 doesn't find the functions" in capsys.readouterr().err
    program_that_says(tmp_path / "soffice", "LibreOffice 25.2.3.2")
    assert main(["install", "--libreoffice", "--folder", str(tmp_path)]) == 2
    assert "the profile is locked" in capsys.readouterr().err
    monkeypatch.setattr(doctor, "program", {"soffice": office, "unopkg": adder}.get)
    assert [(line.well, "the profile is locked" in line.words) for line in doctor.examine()] == [(None, True)]
    program_that_says(tmp_path / "soffice", "LibreOffice 7.4.7.2 40(Build:2)")
    assert [str(line) for line in doctor.examine()] == ["· LibreOffice 7.4.7.2: live cells need 25.2 or newer"]
    monkeypatch.setattr(doctor, "program", lambda name: None)
    assert [str(line) for line in doctor.examine()] == ["· LibreOffice wasn't found here"]


def test_the_extension_is_self_contained_and_built_alike() -> None:
    parts = extension.parts()
    assert extension.build() == extension.build()
    assert "pythonpath/cbam_xl/attribution.py" in parts
    assert "pythonpath/cbam_udfs/ribbon.py" in parts
    assert "pythonpath/cbam_xl/_data/reference_sheets/fuels.csv" in parts
    assert not [path for path in parts if "hosts/excel" in path or "__pycache__" in path]
    listed = parts["META-INF/manifest.xml"].decode()
    assert all(f'"{path}"' in listed for path in parts if path.endswith((".xcu", ".idl", ".components")))
    for path, content in parts.items():
        if path.endswith((".xml", ".xcu", ".components")):
            ElementTree.fromstring(content)
