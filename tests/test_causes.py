"""One cause, one finding: every cell of an example spoilt in turn, and what follows from it isn't told as well."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from declared import address, book_of, example
from kiln_and_mill import changed, codes, plant, solved

from cbam_xl.attribution import recalculate
from cbam_xl.checks.causes import ELSEWHERE, LOST, SAME_ROW
from cbam_xl.findings import FINDINGS
from cbam_xl.model import ERROR, Issue
from cbam_xl.sheets import inputs, records

SPOILT = {"ref": "Nowhere at all", "choice": "Nothing of that", "unit": "furlong", "number": "abc", "amount": "abc",
          "percent": "abc"}  # fmt: skip


def issues(data: dict[str, Any]) -> set[Issue]:
    return set(recalculate(records.read(book_of(data))).issues)


def spoilt(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """An example with one filled cell spoilt, or emptied where it must be filled; and the address of that cell."""
    data = example(name)
    for sheet in inputs.TABLES:
        for row, entry in enumerate(data.get(sheet.name, ())):
            for column in sheet.columns:
                if entry.get(column.field, "remaining") == "remaining":
                    continue
                for value in (SPOILT.get(column.kind), "" if column.numeric else None):
                    if value is not None:
                        worse = copy.deepcopy(data)
                        worse[sheet.name][row][column.field] = value
                        yield f"{sheet.name}!{address(sheet.name, column.field, row)}", worse


@pytest.mark.parametrize("name", ["cement", "hydrogen", "steel_eaf"])
def test_one_spoilt_cell_is_one_error(name: str) -> None:
    before = issues(example(name))
    for cell, data in spoilt(name):
        new = [i for i in issues(data) - before if i.level == ERROR]
        assert len(new) < 2, (cell, [str(i) for i in new])


def test_a_missing_grid_factor_is_told_once() -> None:
    rows = [{"source": "Grid", "target": end, "quantity": 5.0} for end in ("Mill", "Kiln", "Mill")]
    assert codes(solved(plant(Electricity=rows)).issues).count("factor-missing") == 1


@pytest.mark.parametrize(("cells", "cause"), [({"fuel": "Natural gaz"}, "choice-unknown"), ({}, "factor-missing"),
                                              ({"source": "Killn"}, "name-unknown")])  # fmt: skip
def test_what_a_heat_row_lacks(cells: dict[str, str], cause: str) -> None:
    row = {"kind": "Heat", "source": "Outside", "target": "Mill", "quantity": 5.0} | cells
    assert codes(solved(plant(Heat_and_waste_gas=[row])).issues) == [cause]


def test_a_wrong_unit_is_not_a_missing_production() -> None:
    assert codes(solved(changed("Processes", 1, quantity_unit="furlong")).issues) == ["unit-unknown"]


def test_a_missing_production_is_told_where_it_belongs_and_nowhere_else() -> None:
    found = [i for i in solved(changed("Processes", 0, quantity="")).issues if i.level == ERROR]
    assert [(i.code, i.sheet, i.cell) for i in found] == [("production-missing", "Processes", "F7")]


def test_a_zero_that_counts_as_missing_is_told_once() -> None:
    assert codes(solved(changed("Source streams", 0, ncv=0.0)).issues) == ["value-missing"]
    assert codes(solved(changed("Source streams", 0, ncv=0.0, ef_unit="tCO2/t", ef=2.5)).issues) == ["zero-missing"]


def test_a_missing_figure_of_one_stream_hides_no_unit_without_fuel() -> None:
    """The row still belongs to its process, so that no other row may be the one that lacks."""
    unit = {"name": "Boiler", "kind": "Boiler or heat network"}
    row = {"kind": "Heat", "source": "Boiler", "target": "Mill", "quantity": 5.0}
    data = plant(Energy_units=[unit], Heat_and_waste_gas=[row])
    data["Source streams"][0]["quantity"] = ""
    found = {i.code for i in solved(data).issues if i.level == ERROR}
    assert found == {"value-missing", "unit-without-fuel"}


def test_a_misspelt_share_names_those_that_are_shared() -> None:
    gas = {
        "name": "Gas",
        "process": "Shared",
        "method": "Combustion",
        "quantity": 10.0,
        "quantity_unit": "TJ",
        "ef": 56.1,
    }
    share = {"stream": "Gass", "process": "Mill", "weight": 1.0, "basis": "Sub-meter"}
    found = [i for i in solved(plant(Source_streams=[gas], Shared_streams=[share])).issues if i.level == ERROR]
    assert [i.code for i in found] == ["not-shared"]
    assert "“Gas”" in found[0].message


def test_causes_are_errors_and_consequences_are_findings() -> None:
    assert all(FINDINGS[code].level == ERROR for code in LOST)
    assert FINDINGS.keys() >= SAME_ROW.keys() | ELSEWHERE.keys()
    sheets = {s for table in (SAME_ROW, ELSEWHERE) for found in table.values() for s in found}
    assert sheets <= inputs.BY_NAME.keys()
