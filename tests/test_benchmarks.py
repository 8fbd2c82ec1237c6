"""The benchmarks measure what they say: valid workbooks, right figures, and a road without heavy libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import goals, installations
from benchmarks.measure import CHECKOUT, interleaved, table

from cbam_xl import attribution, road
from cbam_xl.sheets import records


@pytest.mark.parametrize("size", [1, 12])
def test_the_workbook_has_no_findings_and_gives_the_figures_of_a_dense_solve(tmp_path: Path, size: int) -> None:
    drawn = installations.draw(size, seed=3, back=0.3)
    installations.write(tmp_path / "a.xlsx", drawn)
    report = attribution.recalculate(road.read(tmp_path / "a.xlsx"))
    assert not [str(i) for i in report.issues if i.level != "note"]
    for field, side in (("see_direct", drawn.direct), ("see_indirect", drawn.indirect)):
        exact = [float(see) for see in goals.solve_exactly(drawn, side)]
        assert [getattr(b, field) for b in report.processes] == pytest.approx(exact, rel=1e-12)


def test_more_rows_than_the_template_lays_out_are_read(tmp_path: Path) -> None:
    drawn = installations.draw(110)
    installations.write(tmp_path / "a.xlsx", drawn)
    installation = road.read(tmp_path / "a.xlsx")
    assert len(installation.streams) == 550
    assert len(installation.flows) == len(drawn.rows["Material flows"]) > 500


def test_a_ring_without_end_is_told_and_gives_no_figure() -> None:
    drawn = installations.endless(4, 0)
    report = attribution.recalculate(records.read(installations.book(drawn)))
    assert [i.code for i in report.issues if i.level == "error"] == ["loop-endless"]
    assert all(b.see_direct != b.see_direct for b in report.processes)


def test_only_the_result_sheets_are_written(tmp_path: Path) -> None:
    case = goals.Case(3, tmp_path / "a.xlsx", tmp_path / "b.xlsx", 1)
    installations.write(case.path, installations.draw(3))
    goals.recalculate(case)
    assert goals.changed_parts(case) == []


def test_a_cold_recalculation_imports_no_heavy_library(tmp_path: Path) -> None:
    installations.write(tmp_path / "a.xlsx", installations.draw(3))
    code = goals.COMMAND + "\nimport sys; print(done, *sys.modules)"
    command = [sys.executable, "-c", code, "recalculate", str(tmp_path / "a.xlsx"), "-o", str(tmp_path / "b.xlsx")]
    done = subprocess.run(command, cwd=CHECKOUT, env=dict(os.environ), check=True, capture_output=True, text=True)
    status, *modules = done.stdout.splitlines()[-1].split()
    assert status == "0"
    assert "python_calamine" in modules
    assert not {"pandas", "numpy", "scipy", "pint", "openpyxl", "xlwings", "pathlib", "dataclasses"} & set(modules)


def test_ratios_are_those_of_the_rounds() -> None:
    timings = interleaved({"floor": lambda: sum(range(1000)), "more": lambda: sum(range(50_000))}, 5, "floor")
    assert timings["floor"].ratio == 1
    assert timings["more"].ratio > 5


def test_the_table_is_aligned() -> None:
    assert table(("a", "bbb"), [("1", "2")]) == "| a | bbb |\n|---|-----|\n| 1 | 2   |"
