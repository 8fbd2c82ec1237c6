"""Lists and colours of the template, computed by LibreOffice: they follow what is typed, as the declaration says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from cbam_xl import reference
from cbam_xl.sheets import choices
from cbam_xl.sheets.declare import FIRST_ROW, When
from cbam_xl.sheets.inputs import BY_NAME, TABLES

sys.path.insert(0, str(Path(__file__).parents[1] / "templates"))

import build
import rules

FLOWS: dict[str, list[dict[str, object]]] = {
    "Processes": [
        {"name": "Kiln", "sector": "Cement", "category": "Cement clinker", "quantity": 1000000},
        {"name": "Steel", "category": "Sintered Ore"},
        {"name": "Steel", "category": "Pig iron", "route": "Blast furnace route"},
        {"name": "Steel", "category": "Crude steel", "quantity": 4800000},
        {"name": "A* (what?) & ~B", "category": "Not a CBAM good", "quantity": 1.5},
        {"name": "Mill", "category": "Cement", "quantity": 2},
    ],
    "Energy units": [{"name": "CHP 1", "kind": "CHP"}, {"name": "Boiler", "kind": "Boiler or heat network"}],
    "Precursors": [{"name": "Bought clinker", "category": "Cement clinker"}],
    "Goods": [{"name": "CEM II", "process": "Mill"}, {"name": "Billet", "process": "Steel"}, {"name": "?"}],
    "Goods parameters": [{"target": "Billet", "parameter": p} for p in choices.entries("parameters")],
    "Source streams": [
        {"name": "Gas", "process": "Shared", "method": "Combustion"},
        {"name": "Coke", "process": "Steel", "method": "Mass Balance"},
        {"name": "Gas", "process": "Shared"},
    ],
    "Electricity": [{"source": "Grid", "target": "Shared"}, {"source": "Grid", "target": "Kiln"}],
    "PFC": [{"technology": "CWPB", "method": "Slope method"}, {"technology": "SWPB", "method": "Overvoltage method"}],
    "Material flows": [{"source": "Kiln", "material": "Dust"}, {"source": "Kiln"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory, soffice: str) -> dict[str, object]:
    """What LibreOffice answers when the formulas of drop-downs and colours stand in cells of a filled workbook."""
    folder = tmp_path_factory.mktemp("computed")
    wb = build.workbook()
    build.enter(wb, FLOWS, {"name_en": "Works"})
    asked = [*narrowed(wb), *named(wb), *coloured()]
    probe = wb.create_sheet("Probe")
    for row, (_, formula) in enumerate(asked, 1):
        probe.cell(row, 1).value = f"={formula}"
    (folder / "filled.xlsx").write_bytes(build.packed(wb))
    subprocess.run([soffice, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"),
                    str(folder / "filled.xlsx")], check=True, capture_output=True, timeout=180)  # fmt: skip
    values = load_workbook(folder / "out" / "filled.xlsx", data_only=True)["Probe"].iter_rows(values_only=True)
    return {question: row[0] for (question, _), row in zip(asked, values, strict=True)}


def source(wb: Workbook, sheet: str, field: str, row: int = FIRST_ROW) -> str:
    """The formula from which a cell's drop-down is taken, as seen from another sheet."""
    cell = f"{rules.letter(BY_NAME[sheet], field)}{FIRST_ROW}"
    formula = next(str(r.formula1) for r in wb[sheet].data_validations.dataValidation if cell in r.sqref)
    return beyond(sheet, re.sub(r"(?<=\$[A-Z])7(?!\d)", str(row), formula))


def beyond(sheet: str, formula: str) -> str:
    """The formula as seen from another sheet: addresses without a sheet get theirs."""
    return re.sub(r"(?<![A-Za-z!':$])\$([A-Z]{1,2})(\d+)", rf"'{sheet}'!$\1\2", formula)


def narrowed(wb: Workbook) -> list[tuple[str, str]]:
    """Size and first entry of lists that depend on another cell of the row."""
    places = [("Processes", "category", 7), ("Processes", "category", 8), ("Processes", "route", 7),
              ("Processes", "route", 9), ("Processes", "route", 20), ("Goods", "cn_code", 7), ("Goods", "cn_code", 8),
              ("Goods", "cn_code", 9), *(("Goods parameters", "value", 7 + n) for n in range(22))]  # fmt: skip
    asked = []
    for sheet, field, row in places:
        asked.append((f"{sheet}.{field}.{row}.count", f"COUNTA({source(wb, sheet, field, row)})"))
        asked.append((f"{sheet}.{field}.{row}.first", f"INDEX({source(wb, sheet, field, row)},1)"))
    return asked


def named(wb: Workbook) -> list[tuple[str, str]]:
    """Size and first entries of lists of names."""
    asked = []
    for name in (*choices.NAMES, "shared_things"):
        sheet, field = next((s.name, c.field) for s in TABLES for c in s.columns if c.choices == name)
        asked.append((f"{name}.count", f"COUNTA({source(wb, sheet, field)})"))
        asked += [(f"{name}.{n}", f"INDEX({source(wb, sheet, field)},{n})") for n in range(1, 10)]
    return asked


def coloured() -> list[tuple[str, str]]:
    """The conditions behind yellow and grey cells, for every row that is filled."""
    asked = []
    for sheet in TABLES:
        for row in range(FIRST_ROW, FIRST_ROW + len(FLOWS.get(sheet.name, ()))):
            for column in sheet.columns:
                place = f"{sheet.name}.{column.field}.{row}"
                if isinstance(column.need, When):
                    asked.append((f"{place}.holds", beyond(sheet.name, rules.holds(sheet, column.need, row))))
                if column.used:
                    asked.append((f"{place}.idle", beyond(sheet.name, rules.idle(sheet, column.used, row))))
    return asked


def test_lists_follow_the_other_cells_of_the_row(said: dict[str, object]) -> None:
    codes = {c: [r for r in reference.rows("cn_codes") if r["category"] == c and r["in_template"] == "yes"]
             for c in choices.entries("categories")}  # fmt: skip
    routes = [r["route"] for r in reference.rows("routes") if r["category"] == "Pig iron"]
    expected = {
        "Processes.category.7": (4, "Cement"), "Processes.category.8": (len(choices.entries("categories")), "Cement"),
        "Processes.route.7": (1, "All production routes"), "Processes.route.9": (len(routes), routes[0]),
        "Processes.route.20": (len(choices.entries("routes")), choices.entries("routes")[0]),
        "Goods.cn_code.7": (len(codes["Cement"]), min(r["cn_code"] for r in codes["Cement"])),
        "Goods.cn_code.8": (len(codes["Crude steel"]), min(r["cn_code"] for r in codes["Crude steel"])),
        "Goods.cn_code.9": (len(choices.entries("cn_codes")), "25232100"),
    }  # fmt: skip
    found = {key: (said[f"{key}.count"], said[f"{key}.first"]) for key in expected}
    assert found == expected


def test_a_parameter_offers_its_values(said: dict[str, object]) -> None:
    units = {r["parameter"]: r["unit"] for r in reference.rows("goods_parameters")}
    for row, parameter in enumerate(choices.entries("parameters"), FIRST_ROW):
        offered = {"choice": choices.entries("reducing_agents"), "yes/no": ("yes", "no")}.get(units[parameter], ())
        assert said[f"Goods parameters.value.{row}.count"] == len(offered), parameter
        if offered:
            assert said[f"Goods parameters.value.{row}.first"] == offered[0]


@pytest.mark.parametrize("name", [*choices.NAMES, "shared_things"])
def test_names_are_offered_once_each_and_without_gaps(said: dict[str, object], name: str) -> None:
    if name == "shared_things":
        expected = ["Gas", "Grid"]
    else:
        kept = choices.NAMES[name]
        expected = list(kept.words)
        for sheet in kept.sheets:
            expected += dict.fromkeys(str(row["name"]) for row in FLOWS[sheet])
    assert said[f"{name}.count"] == len(expected)
    assert [said[f"{name}.{n}"] for n in range(1, min(len(expected), 9) + 1)] == expected[:9]


def test_colours_ask_what_the_declaration_asks(said: dict[str, object]) -> None:
    asked = 0
    for sheet in TABLES:
        for row, entered in enumerate(FLOWS.get(sheet.name, ()), FIRST_ROW):
            for column in sheet.columns:
                if isinstance(column.need, When):
                    asked += 1
                    holds = column.need.holds(entered)
                    assert bool(said[f"{sheet.name}.{column.field}.{row}.holds"]) == holds, (sheet.name, column.field)
                if column.used:
                    asked += 1
                    said_so = bool(entered.get(column.used.field)) or not column.used.values
                    idle = not column.used.holds(entered) and said_so
                    assert bool(said[f"{sheet.name}.{column.field}.{row}.idle"]) == idle, (sheet.name, column.field)
    assert asked > 20
