"""Every finding of the catalogue: one plant that has it and only it, and one near miss; in memory and as a file."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import commission
import openpyxl
import pytest
from declared import Rows, book_of, cell
from findings_cases import BASES, CASES, ELSEWHERE, Case, Data
from kiln_and_mill import Shows
from openpyxl.utils import column_index_from_string

import cbam_xl
from cbam_xl.attribution import recalculate
from cbam_xl.catalogue import GROUPS, markdown, rows
from cbam_xl.communication import read as communication
from cbam_xl.findings import FINDINGS
from cbam_xl.model import NOTE, Issue
from cbam_xl.sheets import records
from cbam_xl.sheets.declare import IMPORTED


class Faulty(Rows):
    """A book some of whose cells show an error; ``imported``: as import writes it."""

    def __init__(self, sheets: Rows, imported: bool = False) -> None:
        super().__init__(sheets)
        self.shown: dict[str, dict[str, str]] = {}
        self.imported = imported

    def faults(self, sheet: str) -> dict[str, str]:
        return self.shown.get(sheet, {})

    def last_row(self, range_name: str) -> int | None:
        return 1 if self.imported and range_name == IMPORTED else None


def changed(base: Data, change: Data) -> Faulty:
    """The book of a base with a change of :mod:`findings_cases`."""
    data: dict[str, Any] = copy.deepcopy(dict(base))
    deleted: list[tuple[str, int]] = []
    raw: dict[str, Any] = {}
    for key, value in change.items():
        sheet, *place = key.split(":")
        match place:
            case [] if "!" in key:
                raw[key] = value
            case []:
                data[sheet] = copy.deepcopy(value)
            case ["+"]:
                data.setdefault(sheet, []).extend(copy.deepcopy(value))
            case [field] if sheet == "Installation":
                data[sheet][field] = value
            case [number]:
                deleted.append((sheet, int(number)))
            case [number, field]:
                data[sheet][int(number)][field] = value
    for sheet, place_of_row in deleted:
        del data[sheet][place_of_row]
    book = Faulty(book_of(data))
    for key, value in raw.items():
        sheet, address = key.split("!")
        if not address:
            del book[sheet]
            continue
        letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
        if isinstance(value, Shows):
            book.shown.setdefault(sheet, {})[address] = str(value)
            continue
        grid, row, column = book[sheet], int(digits), column_index_from_string(letters)
        grid += [[] for _ in range(row - len(grid))]
        grid[row - 1] += [""] * (column - len(grid[row - 1]))
        grid[row - 1][column - 1] = cell(value)
    return book


def found(base: Data, change: Data) -> list[Issue]:
    return list(recalculate(records.read(changed(base, change))).issues)


def told(issues: list[Issue]) -> list[str]:
    return [str(i) for i in issues]


@pytest.mark.parametrize("name", BASES)
def test_a_base_has_no_finding(name: str) -> None:
    assert told(found(BASES[name], {})) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_plant_has_this_finding_and_no_other(case: Case) -> None:
    issues = found(BASES[case.base], case.change)
    assert {i.code for i in issues} == {case.code, *case.also}, told(issues)
    for i in issues:
        assert i.level == FINDINGS[i.code].level
        assert i.cell or i.code in ("balance-open", "sheet-missing")
        assert len(i.message) <= 200
        assert len(i.message) < 200 or not i.message.endswith("…")
        assert not re.search(r"\de[+-]?\d", i.message)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_near_miss_has_it_not(case: Case) -> None:
    issues = found(BASES[case.base], case.near)
    assert not [i for i in issues if i.code not in case.also], told(issues)


def test_every_finding_of_the_catalogue_has_a_case_or_a_reason() -> None:
    cases = {case.code for case in CASES}
    assert cases | ELSEWHERE.keys() == FINDINGS.keys()
    assert not cases & ELSEWHERE.keys()
    assert len(cases) > 100


@pytest.mark.parametrize(("base", "change", "wanted"), [
    ("cement", {"Installation:period_end": "31/12/2024"}, "holds “31/12/2024”: type 2024-12-31."),
    ("cement", {"Installation:period_start": "02.01.2024"}, ": type 2024-01-02 or 2024-02-01."),
    ("cement", {"Installation:period_start": "soon"}, ": type a date such as 2024-12-31."),
    ("steel_eaf", {"Processes:0:route": "Electric arc furnaces"}, "routes”. Did you mean “Electric arc furnace”?"),
    ("steel_eaf", {"Processes:0:route": "Crucible"}, "it is communicated as “Other production routes”."),
])  # fmt: skip
def test_a_slip_of_the_pen_is_told_with_what_may_be_meant(base: str, change: Data, wanted: str) -> None:
    assert [i.message for i in found(BASES[base], change) if i.message.endswith(wanted)]


FILES = ("cell-error", "fraction-typed", "name-alike", "fuel-twice", "clinker-used", "see-benchmark", "loop-near")


@pytest.mark.parametrize("case", [c for c in CASES if c.code in FILES], ids=lambda case: case.code)
def test_a_file_has_the_same_findings(case: Case, tmp_path: Path) -> None:
    """Through Excel's own format, read as a user's file is read."""
    for name, change in (("found", case.change), ("near", case.near)):
        book = changed(BASES[case.base], change)
        path = tmp_path / f"{name}.xlsx"
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.worksheets[0])
        for sheet, grid in book.items():
            ws = workbook.create_sheet(sheet)
            for r, row in enumerate(grid, 1):
                for c, value in enumerate(row, 1):
                    if value not in ("", None):
                        ws.cell(r, c, value)
            for address, text in book.faults(sheet).items():
                ws[address] = text
                ws[address].data_type = "e"
        workbook.save(path)
        in_file = recalculate(cbam_xl.read(path)).issues
        assert told(list(in_file)) == told(list(recalculate(records.read(book)).issues))
        assert {i.code for i in in_file} == ({case.code} if name == "found" else set())


@pytest.mark.parametrize("name", ["example_1_cement", "example_2_steel1", "example_4_steel3", "example_5_fertiliser"])
def test_no_false_alarm_on_the_published_examples(shared: Path, name: str) -> None:
    (path,) = (shared / "official" / "examples").glob(f"ec_{name}*.xlsx")
    issues = recalculate(cbam_xl.read(path)).issues
    assert {i.code for i in issues} <= {"parameter-missing"}, told(list(issues))
    assert all(i.level == NOTE for i in issues)


@pytest.mark.parametrize("name", commission.CASES)
def test_rules_of_plausibility_only_note_what_the_commission_accepts(shared: Path, name: str) -> None:
    """The constructed cases have toy figures: more than these findings would be a false alarm."""
    cells = commission.cells_of(shared, commission.case(shared, name)["inputs"])
    issues = recalculate(communication.read(commission.book(shared, cells))).issues
    graver = {i.code for i in issues if i.level != NOTE}
    assert graver <= {"balance-open", "floored", "nitric-heat", "name-odd", "idle-process", "total-overridden"}


def test_messages_about_an_imported_workbook_name_its_own_sheets() -> None:
    case = next(c for c in CASES if c.code == "parameter-missing")
    book = changed(BASES[case.base], case.change)
    book.imported = True
    installation = records.read(book)
    assert installation.origin == "communication"
    (issue,) = (i for i in recalculate(installation).issues if i.code == case.code)
    assert "Goods parameters" in issue.message
    assert issue.level == FINDINGS[case.code].in_communication


def test_the_table_of_the_documentation_is_that_of_the_catalogue() -> None:
    readme = (Path(__file__).parents[1] / "cbam_xl" / "README.md").read_text(encoding="utf-8")
    written = readme.partition("## All findings\n")[2]
    assert written.strip() == "\n".join(markdown()).strip(), "run: python -m cbam_xl.catalogue, below the heading"


def test_every_finding_says_what_it_means_and_what_to_do() -> None:
    for group, code, level, _, reason, remedy in rows():
        assert code in GROUPS[group]
        assert level in ("error", "warning", "note")
        for text in (reason, remedy):
            assert text.endswith("."), code
            assert 5 < len(text) <= 130, code
            assert "|" not in text
    assert len(FINDINGS) == sum(len(group) for group in GROUPS.values())
