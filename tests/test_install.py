"""install and doctor: what Excel's macros read, what the user is told, and every fault named."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from live_books import recalculated

from cbam_xl import road
from cbam_xl.__main__ import main
from cbam_xl.books import FileBook
from cbam_xl.hosts.excel import doctor, environment, install
from cbam_xl.package import Package, set_cells


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python as Windows has it, in a folder of its own; that it computes is taken for granted."""
    monkeypatch.setattr(environment, "fault", lambda interpreter, own: "")
    monkeypatch.setattr(doctor, "fault", lambda interpreter, own: "" if interpreter.exists() else "it is gone")
    scripts = tmp_path / "env" / "Scripts"
    scripts.mkdir(parents=True)
    (scripts / "python.exe").touch()
    return scripts / "python.exe"


def test_install_writes_settings_and_a_workbook_and_says_what_to_click(tmp_path: Path, python: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "Documents" / "CBAM"
    told = "\n".join(install.install(folder, home, python, tmp_path / "own", windows=True))
    assert install.read_settings(home) == install.settings(python)
    assert (home / ".cbam_xl" / "cbam_xl.conf").read_text().splitlines()[0] == f'"INTERPRETER_WIN","{python}"'
    workbook = folder / install.WORKBOOK
    assert FileBook(workbook).names == FileBook(road.templates() / install.WORKBOOK).names
    assert "Enable Content" in told
    assert str(workbook) in told
    assert len(told.splitlines()) <= 24
    assert max(map(len, told.splitlines())) <= 200
    workbook.write_bytes(b"mine")
    assert "Left alone" in "\n".join(install.install(folder, home, python, tmp_path / "own", windows=True))
    assert workbook.read_bytes() == b"mine"


def test_the_settings_are_those_that_the_macros_ask_for() -> None:
    import xlwings

    text = Path(xlwings.__file__).with_name("xlwings.bas").read_text(encoding="cp1252")
    for key in install.settings(Path("python.exe")):
        assert f'GetConfig("{key}"' in text
    assert 'Environ("USERPROFILE") & "\\." & PROJECT_NAME & "\\" & PROJECT_NAME & ".conf"' in text


def test_elsewhere_install_explains_what_applies(
    tmp_path: Path, python: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform == "win32":
        pytest.skip("It installs here.")
    assert main(["install", "--folder", str(tmp_path / "CBAM")]) == 0
    assert "Live cells and the ribbon need Excel on Windows." in capsys.readouterr().out
    assert not (tmp_path / "CBAM").exists()


def lines(path: Path | None, home: Path, python: Path, windows: bool = False) -> dict[str, bool | None]:
    return {
        line.words: line.well
        for line in doctor.examine(str(path) if path else None, home, python, home / "own", windows)
    }


def test_doctor_finds_nothing_wrong_with_the_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "✔ cbam_installation.xlsm has the macros of this version" in out
    assert "· cbam_installation.xlsm has no processes yet" in out
    assert "✔ example cement.xlsm: stored values of 3 processes equal the engine's" in out
    assert "✖" not in out


def test_doctor_names_what_is_missing_on_windows(tmp_path: Path, python: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def setup(home: Path) -> list[str]:
        return [line.words for line in doctor._setup(home, python, tmp_path / "own") if line.well is False]

    assert setup(tmp_path / "nobody") == [f"No settings for Excel in {tmp_path / 'nobody'}: run cbam-xl install"]
    install.write_settings(tmp_path, python)
    assert setup(tmp_path) == []
    monkeypatch.setattr(doctor, "fault", lambda interpreter, own: "it has xlwings 0.1, but 0.2 is needed")
    assert setup(tmp_path) == ["It won't do for Excel: it has xlwings 0.1, but 0.2 is needed. Run cbam-xl install"]
    python.unlink()
    assert any("which is gone" in words for words in setup(tmp_path))


def test_doctor_compares_stored_values_with_the_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = recalculated(tmp_path / "plant.xlsm")
    assert main(["doctor", str(path)]) == 0
    assert "stored values of 3 processes equal the engine's" in capsys.readouterr().out
    book = Package(path)
    book.replace(book.part("Results"), set_cells(book.read(book.part("Results")), {"M7": 0.5}))
    book.save(path)
    assert main(["doctor", str(path)]) == 1
    assert "SEE (direct): 0.5, not 0.79" in capsys.readouterr().out


def test_doctor_knows_other_macros_a_plain_workbook_and_no_workbook(tmp_path: Path, python: Path) -> None:
    from cbam_xl.hosts.excel import bake, vba_project

    template = road.templates() / install.WORKBOOK
    book = Package(template)
    project = vba_project.unpacked(book.read(bake.PROJECT))
    older = tuple(m._replace(text=m.text.replace("CBAM: ", "CBAM ")) for m in project.modules)
    book.replace(bake.PROJECT, vba_project.packed(vba_project.Project(older, project.references)))
    book.save(tmp_path / "older.xlsm")
    assert any(
        "other macros than this version (CbamRibbon)" in w for w in lines(tmp_path / "older.xlsm", tmp_path, python)
    )
    assert lines(road.example("cement"), tmp_path, python)["cement.xlsx has no live cells"] is None
    assert any("does not exist" in words and well is False
               for words, well in lines(tmp_path / "none.xlsm", tmp_path, python).items())  # fmt: skip


def test_doctor_says_that_a_workbook_is_open(tmp_path: Path, python: Path) -> None:
    path = tmp_path / "plant.xlsm"
    path.write_bytes((road.templates() / install.WORKBOOK).read_bytes())
    (tmp_path / f"~${path.name}").touch()
    assert any("is open in Excel" in words for words in lines(path, tmp_path, python))
    os.remove(tmp_path / f"~${path.name}")
