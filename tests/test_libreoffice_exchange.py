"""LibreOffice with the extension: the Commission's template from the menu, and the menu from the list of buttons."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from cbam_udfs.buttons import BUTTONS
from commission import EMPTY
from libreoffice import LibreOffice
from live_books import filled
from live_office import Plant, output_values, same

from cbam_xl import attribution, exchange, road
from cbam_xl.books import FileBook
from cbam_xl.hosts.libreoffice import declaration
from cbam_xl.sheets.declare import FIRST_ROW

EXAMPLE = "fertiliser_npk"


def test_the_commissions_template_is_filled_and_imported(office: LibreOffice, shared: Path, tmp_path: Path) -> None:
    """Without any package but ours: the plain reader takes the place of calamine."""
    official, sent, new = shared / "official" / EMPTY, tmp_path / "sent.xlsx", tmp_path / "new plant.xlsx"
    path = filled(tmp_path / "npk.xlsx", EXAMPLE)
    office.ask("open", str(path))
    office.ask("put", "Source streams", "E9", 1900.0)
    plant = Plant(path)
    plant.put("Source streams", "E9", 1900.0)
    wanted = {b.name: pytest.approx(b.see_direct, rel=1e-12) for b in plant.report().processes}
    office.ask("dispatch", f"{declaration.PROTOCOL}communicate", {"Template": str(official), "Output": str(sent)})
    assert {b.name: b.see_direct for b in attribution.recalculate(road.read(sent)).processes} == wanted
    before = sent.read_bytes()
    assert exchange.communicate(saved(office, tmp_path / "now.xlsx"), official, tmp_path / "cli.xlsx").written
    assert (tmp_path / "cli.xlsx").read_bytes() == before
    office.ask("dispatch", f"{declaration.PROTOCOL}import", {"Template": str(sent), "Output": str(new)})
    assert {b.name: b.see_direct for b in attribution.recalculate(road.read(new)).processes} == wanted
    assert new.as_uri() in office.ask("documents")
    office.ask("dispatch", f"{declaration.PROTOCOL}precursors", {"Template": str(sent)})
    exchange.import_precursors(sent, tmp_path / "now.xlsx")
    rows = FileBook(tmp_path / "now.xlsx").rows("Precursors")[FIRST_ROW - 1 : FIRST_ROW + 8]
    bought = office.ask("get", "Precursors", f"B{FIRST_ROW}:R{FIRST_ROW + len(rows) - 1}")
    assert len([row for row in bought if row[0]]) == len([row for row in rows if row[1]]) > 3
    wanted_rows: list[list[Any]] = [row[1:18] for row in rows]
    same(bought, wanted_rows)
    office.ask("put", "Source streams", "F9", "furlong")
    sent.unlink()
    office.ask("dispatch", f"{declaration.PROTOCOL}communicate", {"Template": str(official), "Output": str(sent)})
    assert not sent.exists()
    told = [row[1:4] for row in output_values(office, "Issues")[FIRST_ROW - 1 :]]
    assert ["error", "unit-unknown", "Source streams!F9"] in told


def test_a_warning_goes_out_only_with_a_reason(office: LibreOffice, shared: Path, tmp_path: Path) -> None:
    """The list is the one of the command line, and a reason that was typed there stays."""
    official, sent = shared / "official" / EMPTY, tmp_path / "sent.xlsx"
    files = {"Template": str(official), "Output": str(sent)}
    path = filled(tmp_path / "aluminium.xlsx", "aluminium")
    office.ask("open", str(path))
    office.ask("put", "Installation", "C14", "")
    office.ask("dispatch", f"{declaration.PROTOCOL}check")
    issues = attribution.recalculate(road.read(saved(office, tmp_path / "now.xlsx"))).issues
    wanted = [[i.level, i.code, i.place, i.message] for i in issues]
    assert {i.level for i in issues} == {"warning", "note"}
    assert [row[1:5] for row in output_values(office, "Issues")[FIRST_ROW - 1 :]] == wanted
    office.ask("dispatch", f"{declaration.PROTOCOL}communicate", files)
    assert not sent.exists()
    row = FIRST_ROW + [i.level for i in issues].index("warning")
    office.ask("put", "Issues", f"I{row}", "Melt certificates 1 to 40")
    office.ask("dispatch", f"{declaration.PROTOCOL}recalculate")
    assert office.cell("Issues", f"I{row}") == "Melt certificates 1 to 40"
    office.ask("dispatch", f"{declaration.PROTOCOL}communicate", files)
    assert sent.exists()
    again = attribution.recalculate(road.read(saved(office, tmp_path / "later.xlsx"))).issues
    assert [i.acknowledged for i in again if i.level == "warning"] == ["Melt certificates 1 to 40"]


def saved(office: LibreOffice, path: Path) -> Path:
    office.ask("save", str(path))
    return path


def test_menu_and_toolbar_are_made_from_the_buttons() -> None:
    menu = declaration.menu()
    shown = re.findall(r'commands:(\w+)</value></prop><prop oor:name="Title"><value xml:lang="en">([^<]*)', menu)
    keys = [b.key for b in BUTTONS if b.task and b.key != "examples"]
    assert [key for key, _ in shown] == [*keys, *(b.key for b in BUTTONS if b.toolbar)]
    assert dict(shown) == {b.key: b.label for b in BUTTONS if b.key in keys}
