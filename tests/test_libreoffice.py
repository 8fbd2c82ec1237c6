"""LibreOffice computes the live workbooks: each cell is the engine's, changes reach what depends on them, nothing else.

Stored values are spoiled before a workbook is opened, so that no figure can come from the file.
"""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from declared import examples
from libreoffice import LibreOffice
from live_books import recalculated
from live_office import EXACT, LIVE_CELL, Plant, expected, place, same, shown, spoiled

from cbam_xl import road
from cbam_xl.package import Package
from cbam_xl.sheets import inputs, live, outputs
from cbam_xl.sheets.declare import LAST_ROW


@pytest.mark.parametrize("name", [pytest.param("", id="template"), *examples()])
def test_every_live_cell_is_the_engines(office: LibreOffice, tmp_path: Path, name: str) -> None:
    path = tmp_path / "live.xlsx"
    if name:
        recalculated(path, name)
    else:
        path.write_bytes((road.templates() / "cbam_installation_live.xlsx").read_bytes())
    stored = {(sheet, cell): value for sheet, part in Package(path).sheets.items()
              for cell, _, _, value in LIVE_CELL.findall(Package(path).read(part).decode())}  # fmt: skip
    office.ask("open", str(spoiled(path)))
    plant = Plant(path)
    same(shown(office), expected(plant))
    sheets = {
        sheet: office.ask("get", sheet, office.ask("used", sheet)) for sheet in dict.fromkeys(s for s, _ in stored)
    }
    for (sheet, cell), value in stored.items():
        found = sheets[sheet][int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1][place(cell.rstrip("0123456789"))]
        if isinstance(found, float):
            assert found == pytest.approx(float(value), rel=EXACT, abs=EXACT), (sheet, cell)
        else:  # a handle is the same to its digest; what follows depends on the version of zlib
            assert found.split("/")[0][:60] == unescape(value).split("/")[0][:60], (sheet, cell)
    assert len(stored) > 8_000
    wanted = live.STATE_WORDS[1 if name else 0]
    assert office.cell("Start", live.BAND_STATE) == wanted


HANDLE_CELLS = f"P{outputs.START_ROWS}:P{outputs.START_ROWS + len(inputs.SHEETS) - 1}"
CHANGES = [
    pytest.param("Source streams", "E9", 1900.0, ["Nitric acid plant", "NPK granulation"], id="stream"),
    pytest.param("Source streams", "F11", "Nm3", ["NPK granulation"], id="unit"),
    pytest.param("Heat and waste gas", "E8", 560.0, ["Urea plant", "NPK granulation"], id="heat"),
    pytest.param("Precursors", "J8", 0.5, ["NPK granulation"], id="precursor"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "moving"), CHANGES)
def test_a_changed_input_moves_exactly_what_depends_on_it(
    office: LibreOffice, opened: Path, sheet: str, cell: str, value: float | str, moving: list[str]
) -> None:
    office.ask("open", str(opened))
    plant, before, handles = Plant(opened), shown(office), office.ask("get", "Start", HANDLE_CELLS)
    office.ask("put", sheet, cell, value)
    plant.put(sheet, cell, value)
    after = shown(office)
    same(after, expected(plant))
    moved = [new[0] for old, new in zip(before, after, strict=True) if old != new]
    assert moved == moving
    packed = office.ask("get", "Start", HANDLE_CELLS)
    changed = [s.name for s, old, new in zip(inputs.SHEETS, handles, packed, strict=True) if old != new]
    assert changed == [sheet]
    assert office.cell("Start", live.BAND_STATE) == live.STATE_WORDS[2]


def test_a_process_is_renamed(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    plant, before = Plant(opened), shown(office)
    places = [
        (sheet, f"{chr(ord('A') + column)}{row}")
        for sheet, rows in plant.rows.items()
        for row, cells in enumerate(rows, 1)
        for column, cell in enumerate(cells)
        if cell == "Urea plant"
    ]
    assert len(places) > 4
    for number, (sheet, cell) in enumerate(places):
        office.ask("put", sheet, cell, "Urea works")
        plant.put(sheet, cell, "Urea works")
        if number == 0:  # the others still name the old one: every world says so
            same(shown(office), expected(plant))
    assert shown(office) == [[str(row[0]).replace("plant", "works") if row[0] == "Urea plant" else row[0], *row[1:]]
                             for row in before]  # fmt: skip


BAD = [
    pytest.param("Source streams", "E9", "many", "#CBAM number-expected", id="text"),
    pytest.param("Source streams", "F9", "furlong", "#CBAM unit", id="unit"),
    pytest.param("Source streams", "C9", "Nitric acid plnt", "", id="name"),
    pytest.param("Source streams", "K9", None, "#CBAM", id="missing"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "text"), BAD)
def test_bad_input_shows_a_text_until_it_is_mended(
    office: LibreOffice, opened: Path, sheet: str, cell: str, value: float | str | None, text: str
) -> None:
    office.ask("open", str(opened))
    plant, before, good = Plant(opened), shown(office), office.cell(sheet, cell)
    office.ask("put", sheet, cell, value)
    plant.put(sheet, cell, "" if value is None else value)
    same(shown(office), expected(plant))
    assert shown(office) != before
    nitric = shown(office)[2]
    assert any(str(v).startswith(text) for v in nitric)
    status = str(office.cell("Start", live.STATUS))
    assert status.startswith("✖")
    assert "Source streams!" in status
    office.ask("put", sheet, cell, good)
    assert shown(office) == before
    assert not str(office.cell("Start", live.STATUS)).startswith("✖")


def test_an_error_value_is_told_beside_the_handle(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    before, good = shown(office), office.cell("Source streams", "E9")
    office.ask("put", "Source streams", "E9", "=1/0")
    row = outputs.START_ROWS + [s.name for s in inputs.SHEETS].index("Source streams")
    assert office.cell("Start", f"{live.WORDS}{row}") == "✖ an error value"
    assert office.cell("Start", live.BAND_STATE) == live.STATE_WORDS[3]
    assert "Err:" in str(office.cell("Results", "M9")) or str(office.cell("Results", "M9")).startswith("#")
    office.ask("put", "Source streams", "E9", good)
    assert shown(office) == before


def test_a_row_past_the_end_is_told(office: LibreOffice, opened: Path) -> None:
    office.ask("open", str(opened))
    row = outputs.START_ROWS + [s.name for s in inputs.SHEETS].index("Source streams")
    assert office.cell("Start", f"{live.WORDS}{row}") == "5 rows"
    office.ask("put", "Source streams", f"B{LAST_ROW + 1}", "Coal")
    assert office.cell("Start", f"{live.WORDS}{row}") == f"✖ filled below row {LAST_ROW}"
    office.ask("put", "Source streams", f"B{LAST_ROW + 1}", None)
    assert office.cell("Start", f"{live.WORDS}{row}") == "5 rows"
