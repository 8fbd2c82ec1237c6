"""CN codes, routes, countries and currencies from the Commission's communication template, as downloaded.

    python reference_sheets/update/template.py "CBAM communication template for installations.xlsx"

Lists are found by their header cells. A code that the template no longer lists stays known, with `in_template` no.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import changes
from openpyxl import load_workbook

from cbam_xl.reference import KEYS

Rows = list[dict[str, str]]


def text(cell: object) -> str:
    """A cell as text, its inner blanks folded."""
    return " ".join(str(cell).split()) if cell is not None else ""


def below(sheet: Any, header: str, *beside: int) -> list[tuple[str, ...]]:
    """The rows under the last cell that says `header`, with the cells that many columns to its right; to a blank."""
    at = [cell for row in sheet.iter_rows() for cell in row if text(cell.value) == header]
    if not at:
        raise SystemExit(f"Sheet {sheet.title} has no cell {header!r}: is this the Commission's template?")
    rows = []
    for number in range(at[-1].row + 1, sheet.max_row + 1):
        found = tuple(text(sheet.cell(number, at[-1].column + offset).value) for offset in beside)
        if not found[0]:
            break
        rows.append(found)
    return rows


def completed(sheet: str, listed: Rows, old: Rows, edition: str) -> Rows:
    """The listed rows with the columns that the template doesn't speak of; source and validity as before."""
    known = {tuple(row[column] for column in KEYS[sheet]): row for row in old}
    source = {column: old[0][column] for column in ("act", "provision", "valid_from", "valid_to")}
    return [
        known.get(tuple(row[column] for column in KEYS[sheet]), dict.fromkeys(old[0], "") | source)
        | row | {"edition": edition} for row in listed
    ]  # fmt: skip


def with_unlisted(listed: Rows, old: Rows, edition: str) -> Rows:
    """The rows of cn_codes: codes of the template, and the known ones that it doesn't list (headings, exclusions)."""
    template = next(row for row in old if row["in_template"] == "yes")
    codes = {row["cn_code"] for row in listed}
    kept = [row | {"in_template": "no"} for row in old if row["cn_code"] not in codes]
    named = {row["cn_code"]: row["annex_ii_name"] for row in old}
    rows = completed("cn_codes", listed, [template, *old], edition)
    for row in rows:
        prefixes = (row["cn_code"][:length] for length in range(8, 3, -1))
        row["annex_ii_name"] = next((named[code] for code in prefixes if code in named), row["category"])
    return sorted(kept + rows, key=lambda row: row["cn_code"])


def read(source: Path, folder: Path) -> dict[str, Rows]:
    """The new rows of each sheet that the template speaks of."""
    book = load_workbook(source, data_only=True)
    edition = str(below(book["VersionDocumentation"], "Info for automatic Version detection", 0, 1)[1][1])[:10]
    codes, lists, constants = (book[name] for name in ("Parameters_CNCodes", "c_CodeLists", "Parameters_Constants"))
    cn = [
        {"cn_code": code, "name": name, "category": category, "excluded": "no", "in_template": "yes"}
        for code, category, name in below(codes, "CNKEY", 3, 4, 7)
    ]
    routes = [
        {"category": category, "route": route, "position": str(position)}
        for category, *named in below(constants, "Production route relevant?", -4, *range(2, 12))
        for position, route in enumerate((name for name in named if name not in ("", "n.a.")), 1)
    ]
    plain = {
        "countries": [{"code": code, "name": name} for name, code in below(lists, "Country Name", 0, -1)],
        "currencies": [{"code": code, "name": name} for name, code in below(lists, "Currency Name", 0, -1)],
        "routes": routes,
    }
    new = {sheet: completed(sheet, rows, changes.shipped(sheet, folder), edition) for sheet, rows in plain.items()}
    return {"cn_codes": with_unlisted(cn, changes.shipped("cn_codes", folder), edition), **new}


if __name__ == "__main__":
    chosen = changes.options(__doc__, "the template, an .xlsx file").parse_args()
    for sheet, rows in read(chosen.source, chosen.folder).items():
        changes.show(sheet, rows, chosen)
