"""The filled template recalculated by LibreOffice: every stored case and worked example, and what goes wrong."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import commission
import pytest
from commission import CASES, KNOWN

from cbam_xl import exchange, libreoffice
from cbam_xl.__main__ import main
from cbam_xl.books import FileBook
from cbam_xl.communication import cells as c
from cbam_xl.communication.fill import Expected
from cbam_xl.communication.prove import differences
from cbam_xl.errors import CbamError
from cbam_xl.road import example

LOOPS = {"r00", "r01", "r03", "r04", "r05", "s3_loop_two_way"}
"""Cases in which goods come back to their process: the share of default values may differ there."""
LINKED = ("aluminium", "fertiliser_npk", "hydrogen", "cement_900_kt", "steel_bf_bof", "steel_eaf")
"""Worked examples with what no Commission file holds: transfers with two ends, energy units, co-products."""


def errors(path: str) -> set[tuple[str, str]]:
    """The cells of a recalculated file that show an error."""
    book = FileBook(path)
    return {(sheet, address) for sheet in book.names for address in book.faults(sheet)}


@pytest.mark.parametrize("name", CASES)
def test_a_case_recalculated_shows_our_results(
    shared: Path, official: Path, soffice: str, tmp_path: Path, name: str
) -> None:
    """From the Commission's file to an installation workbook, to a filled template, to LibreOffice."""
    inputs = commission.case(shared, name)["inputs"]
    filled = commission.saved(official, commission.cells_of(shared, inputs), tmp_path / "case.xlsx")
    exchange.import_communication(filled, tmp_path / "plant.xlsx")
    sent = exchange.communicate(
        tmp_path / "plant.xlsx", official, tmp_path / "sent.xlsx", prove=True, acknowledge=KNOWN
    )
    assert [str(d) for d in sent.differences if not d.expected.defect] == []
    assert sent.written
    busy = sum(bool(sum(x or 0 for x in p["production_by_route"])) for p in inputs["processes"])
    assert sent.compared >= 7 * busy + 3 * len(inputs["products"])
    assert not sent.differences or name in LOOPS


@pytest.mark.parametrize("name", LINKED)
def test_an_example_recalculated_shows_our_results(official: Path, soffice: str, tmp_path: Path, name: str) -> None:
    plant = tmp_path / "plant.xlsx"
    plant.write_bytes(example(name).read_bytes())
    sent = exchange.communicate(plant, official, tmp_path / "sent.xlsx", prove=True, acknowledge=KNOWN)
    assert [str(d) for d in sent.differences if not d.expected.defect] == []
    assert sent.written
    assert sent.compared > 10


def test_a_filled_file_shows_no_error_that_the_empty_one_lacks(official: Path, soffice: str, tmp_path: Path) -> None:
    plant = tmp_path / "plant.xlsx"
    plant.write_bytes(example("fertiliser_npk").read_bytes())
    exchange.communicate(plant, official, tmp_path / "sent.xlsx", acknowledge=KNOWN)
    found = []
    for number, path in enumerate((official, tmp_path / "sent.xlsx")):
        (tmp_path / str(number)).mkdir()
        found.append(errors(libreoffice.recalculated(path, tmp_path / str(number))))
    new = found[1] - found[0]
    # LibreOffice gives #N/A for COUNTIF(…, NA()) in the columns of error marks beside tables 4b and 5, in any file
    marks = {cell for cell in new if cell[0] == c.INSTALLATION and cell[1].rstrip("0123456789") in ("N", "AG")}
    assert new == marks


def test_a_difference_names_its_cell(
    official: Path, soffice: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    """A result of ours is changed on the way: the command fails, and nothing is written."""
    from cbam_xl.communication import fill as filling

    def wrong(*arguments: Any) -> tuple[Expected, ...]:
        first, *rest = right(*arguments)
        return first._replace(value=first.value * (1 + 2e-9)), *rest

    right = filling._expected
    monkeypatch.setattr(filling, "_expected", wrong)
    plant = tmp_path / "plant.xlsx"
    plant.write_bytes(example("cement").read_bytes())
    out = tmp_path / "sent.xlsx"
    assert main(["communicate", str(plant), "--template", str(official), "-o", str(out), "--prove"]) == 1
    printed = capsys.readouterr()
    assert printed.err.splitlines()[-1].startswith("C_Emissions&Energy!L27 shows")
    assert "1 differ" in printed.out
    assert not out.exists()


def test_differences_of_text_errors_and_blanks(shared: Path) -> None:
    cells: commission.Cells = {(c.PROCESS_SUMMARY, "H102"): "text", (c.PROCESS_SUMMARY, "J102"): 1.0 + 5e-10}
    book = commission.book(shared, cells, {(c.PROCESS_SUMMARY, "G102"): "#VALUE!"})
    figures = {"H102": 1.0, "J102": 1.0, "G102": 0.0, "K102": 0.0, "I102": 1e-13, "L102": 2.0}
    expected = [Expected(c.PROCESS_SUMMARY, address, value, "x") for address, value in figures.items()]
    found = differences(book, expected)
    assert [d.expected.address for d in found] == ["H102", "G102", "L102"]
    assert str(found[1]) == "Summary_Processes!G102 shows #VALUE!, ours is 0: x"
    assert "known defect of that workbook: loops" in str(
        found[2]._replace(expected=expected[5]._replace(defect="loops"))
    )


def program(path: Path, text: str) -> None:
    path.write_text(f"#!{sys.executable}\n{text}", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_libreoffice_that_is_missing_slow_or_silent(tmp_path: Path, monkeypatch: Any) -> None:
    """Real programs in its place: none at all, one that never ends (with a child of its own), one that does nothing."""
    monkeypatch.setattr(libreoffice, "FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CbamError, match=r"LibreOffice isn't installed.*leave out --prove"):
        libreoffice.recalculated(example("cement"), tmp_path / "a")
    (tmp_path / "b").mkdir()
    sleeper = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {CHILD!r}, {str(tmp_path / 'pid')!r}])\n"
    program(tmp_path / "soffice", sleeper)
    with pytest.raises(CbamError, match=r"needed more than 1.5 seconds for cement\.xlsx and was stopped"):
        libreoffice.recalculated(example("cement"), tmp_path / "b", deadline=1.5)
    assert gone(int((tmp_path / "pid").read_text()))
    (tmp_path / "c").mkdir()
    program(tmp_path / "soffice", "print('no display')\n")
    with pytest.raises(CbamError, match=r"gave no recalculated cement\.xlsx: no display"):
        libreoffice.recalculated(example("cement"), tmp_path / "c")


CHILD = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"


def gone(process: int) -> bool:
    """Whether a process has ended, within two seconds."""
    from time import sleep

    for _ in range(20):
        try:
            os.kill(process, 0)
            if Path(f"/proc/{process}/stat").read_text().split()[2] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        sleep(0.1)
    return False


def test_a_folder_of_ours_is_left_behind_by_nothing(official: Path, soffice: str, tmp_path: Path) -> None:
    import tempfile

    before = set(os.listdir(tempfile.gettempdir()))
    plant = tmp_path / "plant.xlsx"
    plant.write_bytes(example("cement_bubble").read_bytes())
    exchange.communicate(plant, official, tmp_path / "sent.xlsx", prove=True, acknowledge=KNOWN)
    assert not {name for name in os.listdir(tempfile.gettempdir()) if name.startswith("cbam_xl_")} - before
