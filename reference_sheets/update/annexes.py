"""Any sheet from a CSV or XLSX that has its columns: factors of Annex VIII and IX, default values, parameters.

    python reference_sheets/update/annexes.py fuels.xlsx
    python reference_sheets/update/annexes.py downloaded.csv --sheet default_values_transitional --edition 2024-05-01

SOURCE needs the key columns and those that may have changed; what it leaves out stays as it is. Its rows are the
whole sheet: a row that it doesn't have is removed. Numbers are compared as numbers (3.10 is 3.1).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import changes

from cbam_xl.reference import KEYS


def cells(source: Path) -> list[dict[str, str]]:
    """The rows of a CSV, or of the first sheet of an XLSX, as text."""
    if source.suffix.casefold() == ".csv":
        with source.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    from openpyxl import load_workbook

    table: Iterable[tuple[object, ...]] = (
        load_workbook(source, data_only=True).worksheets[0].iter_rows(values_only=True)
    )
    header, *body = [["" if cell is None else str(cell).strip() for cell in row] for row in table]
    return [dict(zip(header, row, strict=True)) for row in body if any(row)]


def same(one: str, other: str) -> bool:
    """Whether two cells say the same: as text, or as numbers."""
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False


def merged(sheet: str, source: list[dict[str, str]], old: list[dict[str, str]], edition: str) -> list[dict[str, str]]:
    """The rows of SOURCE, completed by the shipped row with the same key; changed and new rows bear the edition."""
    known = {tuple(row[column] for column in KEYS[sheet]): row for row in old}
    rows = []
    for new in source:
        before = known.get(tuple(new[column] for column in KEYS[sheet]), dict.fromkeys(old[0], ""))
        row = {column: was if same(now := new.get(column, was), was) else now for column, was in before.items()}
        rows.append(row if row == before or not edition else row | {"edition": edition})
    return rows


if __name__ == "__main__":
    parser = changes.options(__doc__, "a CSV or XLSX with the columns of a sheet")
    parser.add_argument("--sheet", choices=sorted(KEYS), help="which sheet it is (default: the name of SOURCE)")
    parser.add_argument("--edition", default="", help="edition that changed and new rows get")
    chosen = parser.parse_args()
    name = chosen.sheet or chosen.source.stem
    if name not in KEYS:
        parser.error(f"there is no sheet {name!r}: say --sheet NAME")
    changes.show(name, merged(name, cells(chosen.source), changes.shipped(name, chosen.folder), chosen.edition), chosen)
