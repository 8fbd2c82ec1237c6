"""Commission templates for tests: stored cases laid over the empty one, at the addresses of the official cell map.

The addresses come from `template_map.yaml` beside the template, not from the package, so that each checks the other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from conftest import CHECKOUT, missing

Cells = dict[tuple[str, str], Any]
_OFFICIAL = Path(os.environ.get("CBAM_XL_SHARED") or CHECKOUT.parent / "shared") / "official"
CASES = sorted(path.stem for path in (_OFFICIAL / "oracle" / "cases").glob("*.yaml")) or ["no case found"]
"""Names of the stored cases; where there is none, the tests of that one name are skipped for want of the folder."""
EMPTY = "cbam_communication_template_v2.1.1_en_20241213_EMPTY.xlsx"
KNOWN = ["Known, and looked into"]
"""A reason for the warnings of an installation that is sent."""
SHEETS = ("A_InstData", "B_EmInst", "C_Emissions&Energy", "D_Processes", "E_PurchPrec", "F_Tools", "Summary_Processes",
          "Summary_Products", "VersionDocumentation")  # fmt: skip


class LaidOver:
    """The empty template with values laid over its cells: a book as the reader wants it."""

    def __init__(self, empty: Mapping[str, list[list[Any]]], cells: Cells, faults: Cells | None = None) -> None:
        self.names = tuple(empty)
        self.sheets = {name: [row[:] for row in rows] for name, rows in empty.items()}
        self.found = faults or {}
        for (sheet, address), value in cells.items():
            row, column = place(address)
            self.sheets[sheet][row][column] = float(value) if isinstance(value, int) and value is not True else value

    def without(self, *sheets: str) -> LaidOver:
        """The same book with some of its sheets gone."""
        self.names = tuple(name for name in self.names if name not in sheets)
        return self

    def rows(self, sheet: str, last_row: int | None = None) -> list[list[Any]]:
        if sheet not in self.names:
            raise KeyError(sheet)
        return self.sheets[sheet][:last_row]

    def last_row(self, range_name: str) -> int | None:
        return None

    def faults(self, sheet: str) -> dict[str, str]:
        return {address: text for (name, address), text in self.found.items() if name == sheet}


def place(address: str) -> tuple[int, int]:
    letters, row = re.fullmatch(r"([A-Z]+)([0-9]+)", address).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(row) - 1, column - 1


@cache
def empty(shared: Path) -> dict[str, list[list[Any]]]:
    """The rows of the empty template's sheets."""
    from python_calamine import CalamineWorkbook

    path = shared / "official" / EMPTY
    if not path.is_file():
        missing(f"There is no {path}.")
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in SHEETS}


@cache
def official_map(shared: Path) -> Any:
    return yaml.safe_load((shared / "official" / "template_map.yaml").read_text("utf-8"))


@cache
def case(shared: Path, name: str) -> Any:
    return yaml.safe_load((shared / "official" / "oracle" / "cases" / f"{name}.yaml").read_text("utf-8"))


def book(shared: Path, cells: Cells | None = None, faults: Cells | None = None) -> LaidOver:
    return LaidOver(empty(shared), cells or {}, faults)


def shift(address: str, rows: int) -> str:
    column = address.rstrip("0123456789")
    return f"{column}{int(address[len(column) :]) + rows}"


def cells_of(shared: Path, inputs: Mapping[str, Any]) -> Cells:
    """The cells that the inputs of a case fill."""
    return {key: value for key, value in _cells(official_map(shared)["inputs"], inputs) if value is not None}


def _cells(places: Any, inputs: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    for group in ("period", "fuel_balance", "ghg_balance", "installation", "verifier", "quality"):
        for key, value in inputs.get(group, {}).items():
            where = places[group][key]
            sheet, address = (where if isinstance(where, str) else where["cell"]).split("!")
            yield (sheet, address), date.fromisoformat(value) if group == "period" else value
    for key, value in inputs.get("free_text", {}).items():
        sheet, address = places["free_text"][key].split("!")
        yield (sheet, address), value
    for group in ("goods", "processes", "precursors"):
        table = places[group]
        for number, row in enumerate(inputs.get(group) or []):
            index = int(re.sub("[^0-9]", "", row["id"])) - 1 if "id" in row else number
            for key in ("category", "name", "country"):
                if key in table:
                    yield (table["sheet"], f"{table[key]['col']}{table['first_row'] + index}"), row.get(key)
            for key in ("routes", "included"):
                if key in table:
                    for column, text in zip(table[key]["cols"], row.get(key) or [], strict=False):
                        yield (table["sheet"], f"{column}{table['first_row'] + index}"), text
    yield from _blocks(places, inputs)
    for group in ("source_streams", "pfc", "cems"):
        table = places[group]
        for index, row in enumerate(inputs.get(group, [])):
            for key, value in row.items():
                yield (table["sheet"], f"{table['inputs'][key]['col']}{table['first_row'] + index}"), value
    for index, row in enumerate(inputs.get("chp", [])):
        for key, value in row.items():
            sheet, address = places["chp"][index][key].split("!")
            yield (sheet, address), value
    tool, prices = places["carbon_price_tool"], inputs.get("carbon_price_tool") or {}
    yield (tool["sheet"], tool["currency"]), prices.get("currency")
    for identity, row in prices.get("rows", {}).items():
        first = tool["precursor_rows" if identity.startswith("PP") else "process_rows"].split("..")[0]
        for key, value in row.items():
            number = int(first) + int(identity.lstrip("P")) - 1
            yield (tool["sheet"], f"{tool['cols'][key]['col']}{number}"), value
    table = places["products"]
    for index, row in enumerate(inputs.get("products", [])):
        for key, value in row.items():
            yield (table["sheet"], f"{table['cols'][key]['col']}{table['first_row'] + index}"), value


def _blocks(places: Any, inputs: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    """Sheets D and E. Zeros are written where something else is handed on, as that workbook asks for."""
    processes = inputs.get("processes", [])
    table = places["process_data"]
    for row in processes:
        index = int(row["id"][1:]) - 1
        down = table["stride"] * index
        for address, value in zip(table["production_by_route"], row["production_by_route"], strict=False):
            yield (table["sheet"], shift(address, down)), value
        for other in processes:
            target = int(other["id"][1:]) - 1
            if target != index:
                address = table["internal_transfers"][target if target < index else target - 1]
                yield (table["sheet"], shift(address, down)), row.get("internal", {}).get(other["id"], 0)
        for key, where in table["cells"].items():
            yield (table["sheet"], shift(where["cell"], down)), row.get(key)
    table = places["precursor_data"]
    for row in inputs.get("precursors", []):
        down = table["stride"] * (int(row["id"][2:]) - 1)
        for address, value in zip(table["purchased_by_route"], row["purchased_by_route"], strict=False):
            yield (table["sheet"], shift(address, down)), value
        for other in processes:
            value = row.get("consumed", {}).get(other["id"], 0)
            yield (table["sheet"], shift(table["consumed_in_process"][other["id"]], down)), value
        for key, where in table["cells"].items():
            yield (table["sheet"], shift(where["cell"], down)), row.get(key)


def input_addresses(shared: Path) -> set[tuple[str, str]]:
    """Every input cell of the official map."""
    found: set[tuple[str, str]] = set()
    places = official_map(shared)["inputs"]
    for group in ("period", "fuel_balance", "ghg_balance", "installation", "verifier", "quality"):
        for where in places[group].values():
            sheet, address = (where if isinstance(where, str) else where["cell"]).split("!")
            found.add((sheet, address))
    for where in (*places["free_text"].values(), *(a for tool in places["chp"] for a in tool.values())):
        sheet, address = where.split("!")
        found.add((sheet, address))
    for group in ("goods", "processes", "precursors", "source_streams", "pfc", "cems", "products"):
        table = places[group]
        columns = table.get("inputs") or table.get("cols") or {k: v for k, v in table.items() if isinstance(v, dict)}
        for column in columns.values():
            for letter in column.get("cols") or [column["col"]]:
                found |= {(table["sheet"], f"{letter}{table['first_row'] + i}") for i in range(table["rows"])}
    tool = places["carbon_price_tool"]
    found.add((tool["sheet"], tool["currency"]))
    found |= {(tool["sheet"], f"{column['col']}{row}") for column in tool["cols"].values() for row in range(101, 131)}
    for group in ("process_data", "precursor_data"):
        table = places[group]
        addresses = {c["cell"] for c in table["cells"].values()}
        for series in ("production_by_route", "internal_transfers", "purchased_by_route"):
            addresses |= set(table.get(series, ()))
        addresses |= set(table.get("consumed_in_process", {}).values())
        found |= {(table["sheet"], shift(a, table["stride"] * i)) for a in addresses for i in range(table["blocks"])}
    return found


def saved(empty: Path, cells: Cells, path: Path) -> Path:
    """A copy of the empty template with cells set inside its XML."""
    from cbam_xl.package import Package, set_cells

    package = Package(empty)
    for sheet in {sheet for sheet, _ in cells}:
        part = package.part(sheet)
        own = {address: value for (where, address), value in cells.items() if where == sheet}
        package.replace(part, set_cells(package.read(part), own))
    package.save(path)
    return path
