"""Every stored case of the Commission's workbook, solved: its own figures, at a relative 1e-9.

`expected` is what that workbook computes; `right` is the right figure where that workbook has a known defect. It has no
floor at zero, so the floor is off here.
"""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Any

import commission
import pytest
from commission import CASES

from cbam_xl.attribution import recalculate
from cbam_xl.communication.read import read
from cbam_xl.model import ERROR
from cbam_xl.report import Report

FIELDS = {
    "activity": "activity_level_t",
    "dirEm": "direct_emissions_tco2e",
    "se_direct": "own_see_direct",
    "se_indirect": "own_see_indirect",
    "see_direct": "see_direct",
    "see_indirect": "see_indirect",
    "embedded_elec": "embedded_electricity_mwh_per_t",
    "share_default": "default_share",
}
TOTALS = {
    "direct_t": "direct_tco2e",
    "biomass_t": "biomass_tco2",
    "pfc_co2e_t": "pfc_tco2e",
    "fuel_total_tj": "energy_tj",
}


def merged(case: Any, group: str) -> dict[str, Any]:
    """What the workbook computes, with the right figures in place of wrong ones."""
    expected, right = case["expected"][group], case.get("right", {})
    if group == "installation":
        return {**expected, **right.get("installation", {})}
    return {name: {**figures, **right.get(name, {})} for name, figures in expected.items()}


def has_loop(inputs: Any) -> bool:
    """Whether goods of a process come back to it; the workbook's shares of default values are off then."""
    uses = {p["id"]: [k for k, v in p.get("internal", {}).items() if v] for p in inputs["processes"]}

    def reaches(start: str, goal: str, seen: set[str]) -> bool:
        new = [t for t in uses[start] if t not in seen]
        seen.update(new)
        return goal in new or any(reaches(t, goal, seen) for t in new)

    return any(reaches(name, name, set()) for name in uses)


def close(found: float, expected: float) -> bool:
    return found == pytest.approx(expected, rel=1e-9, abs=1e-12)


def compare(report: Report, case: Any) -> int:
    """Asserts every figure of a case; says how many were compared."""
    inputs, compared = case["inputs"], 0
    balances = {b.name: b for b in report.processes}
    results = merged(case, "processes")
    for process in inputs["processes"]:
        balance, figures = balances[process["name"]], results[process["id"]]
        if not figures["activity"]:
            assert isnan(balance.see_direct)
            continue
        for key, field in FIELDS.items():
            found, expected = getattr(balance, field), figures[key]
            if key == "share_default" and (has_loop(inputs) or not isinstance(expected, float)):
                continue
            if key == "share_default" and isnan(found):
                assert balance.see_direct == 0
                continue
            assert close(found, expected), (process["id"], key, found, expected)
            compared += 1
    total = merged(case, "installation")
    for key, field in TOTALS.items():
        assert close(getattr(report.installation, field), total[key] or 0), key
        compared += 1
    return compared


@pytest.mark.parametrize("name", CASES)
def test_case_gives_the_figures_of_the_workbook(shared: Path, name: str) -> None:
    case = commission.case(shared, name)
    report = recalculate(read(commission.book(shared, commission.cells_of(shared, case["inputs"]))), floor=False)
    assert not [issue for issue in report.issues if issue.level == ERROR]
    # every process that isn't idle has at least seven figures beside the four totals
    busy = sum(bool(sum(x or 0 for x in p["production_by_route"])) for p in case["inputs"]["processes"])
    assert compare(report, case) >= 7 * busy + 4


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith(("ec", "s", "t", "no"))])
def test_case_gives_the_same_through_a_file(shared: Path, tmp_path: Path, name: str) -> None:
    """The template filled cell by cell inside its XML, read as a user's file is read."""
    from cbam_xl.books import FileBook
    from cbam_xl.package import Package, set_cells

    case = commission.case(shared, name)
    cells = commission.cells_of(shared, case["inputs"])
    package = Package(shared / "official" / commission.EMPTY)
    for sheet in {sheet for sheet, _ in cells}:
        part = package.part(sheet)
        own = {address: value for (where, address), value in cells.items() if where == sheet}
        package.replace(part, set_cells(package.read(part), own))
    package.save(tmp_path / "filled.xlsx")
    installation = read(FileBook(tmp_path / "filled.xlsx"))
    assert installation == read(commission.book(shared, cells))
    compare(recalculate(installation, floor=False), case)


def test_floor_is_set_unless_switched_off(shared: Path) -> None:
    case = commission.case(shared, "s6_negative_attributed")
    report = recalculate(read(commission.book(shared, commission.cells_of(shared, case["inputs"]))))
    for process, balance in zip(case["inputs"]["processes"], report.processes, strict=True):
        assert close(balance.see_direct, case["with_floor"][process["id"]]["see_direct"])
