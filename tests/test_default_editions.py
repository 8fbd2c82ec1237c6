"""The Commission's workbook of default values, in both layouts, becomes a new edition; anything else is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import CHECKOUT

from cbam_xl import default_editions, reference
from cbam_xl.__main__ import main
from cbam_xl.books import FileBook
from cbam_xl.definitive import defaults
from cbam_xl.errors import CbamError

HEAD = ["Product CN Code", "Description", "Default Value\n(direct emissions)", "Default Value (indirect emissions)",
        "Default Value (total emissions)"]  # fmt: skip
MARKED = [f"{year} Default Value (Including mark-up)" for year in (2026, 2027, 2028)]
ROUTE = "Production route indicator"
FEBRUARY, AUGUST = [*HEAD, *MARKED, ROUTE], [*HEAD, ROUTE]
ANNEX_IV = {"february": ["CN Code", "Description", "Highest default value", *MARKED, "Production route"],
            "august": ["CN Code", "Description", "Highest default value", "Production route"]}  # fmt: skip


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the sheets that the package reads instead of its own."""
    copy = shutil.copytree(CHECKOUT / "reference_sheets", tmp_path / "reference_sheets")
    cached = [x for module in (reference, defaults) for x in vars(module).values() if hasattr(x, "cache_clear")]
    monkeypatch.setattr(reference, "folder", lambda: str(copy))
    for each in cached:
        each.cache_clear()
    yield copy
    for each in cached:
        each.cache_clear()


def workbook(path: Path, layout: str = "august", **changed: list[list[Any]]) -> Path:
    """A workbook of three tables as the Commission lays them out: title, headings, sectors, rows."""
    wide = layout == "february"
    marks = ["x"] * 3 if wide else []
    code = "2523 10 00" if wide else "2523 10 00 10"
    china: list[list[Any]] = [
        ["Cement"], [code, "White clinker", 1.24, 0.06, 1.3000000000000003, *marks, "(B)"],
        ["2523 10 00" if wide else "2523100090", "Grey clinker", "1,350", "0,040", "1,400", *marks, "(A)"],
        ["Iron and steel"], [7208.0, "Flat-rolled", 3.2, "N/A", 3.2, *marks, "(C)/(F)"],
        ["2808 00 00", "Nitric acid", "–", "–", "–", *marks, ""],
    ]  # fmt: skip
    tables: dict[str, list[list[Any]]] = {
        "China": china, "_Other Countries and Territorie": [["7208", "Flat-rolled", 4.049, "N/A", 4.049, *marks, "C"]],
    }  # fmt: skip
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Overview"
    book.create_sheet("Version History").append(["v1", "2026"])
    for name, rows in (tables | changed).items():
        sheet = book.create_sheet(name)
        sheet.append([name])
        sheet.append(FEBRUARY if wide else AUGUST)
        for row in rows:
            sheet.append(row)
    last = book.create_sheet("Annex IV")
    last.append(ANNEX_IV[layout])
    last.append(["7208", "Flat-rolled", 8.5, *marks, "C"])
    book.save(path)
    return path


@pytest.mark.parametrize("layout", ["february", "august"])
def test_both_layouts_say_the_same(tmp_path: Path, layout: str) -> None:
    found = default_editions.read(FileBook(workbook(tmp_path / "DVs.xlsx", layout)))
    assert [tuple(e) for e in found] == [
        ("CN", "2523100010", "B", "1.240", "0.060", "1.300"), ("CN", "2523100090", "A", "1.350", "0.040", "1.400"),
        ("CN", "7208", "C/F", "3.200", "N/A", "3.200"), ("CN", "28080000", "", "", "", ""),
        ("OTHER", "7208", "C", "4.049", "N/A", "4.049"), ("UNKNOWN", "7208", "C", "", "", "8.500")]  # fmt: skip


def test_an_edition_holds_what_it_changes_and_the_others_stay(
    scratch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert defaults.look_up("CN", "72083800", 2026).total == 3.187  # type: ignore[union-attr]
    file = workbook(tmp_path / "DVs as corrected_v20260806.xlsx")
    before = (scratch / "default_values_definitive.csv").read_bytes()
    assert main(["update-defaults", str(file), "--dry-run", "--show", "2000"]) == 0
    shown = capsys.readouterr().out
    assert "CN 7208: 3.187 (C) -> 3.200 (C/F)" in shown
    assert "CN 28080000: 3.080 -> no value" in shown
    assert "CN 2523100010" not in shown  # 1.3, as before
    assert "UNKNOWN 7208: 8.230 (C) -> 8.500 (C)" in shown
    assert "left as they are: AE, AL" in shown
    assert (scratch / "default_values_definitive.csv").read_bytes() == before
    for _ in range(2):  # a second time it replaces itself
        assert main(["update-defaults", str(file)]) == 0
        assert "Edition 2026-08-06: " in capsys.readouterr().out
        for module in (reference, defaults):
            for each in vars(module).values():
                if hasattr(each, "cache_clear"):
                    each.cache_clear()
        new, old = (defaults.look_up("CN", "72083800", 2026, edition=day) for day in ("", "2026-07-20"))
        assert new is not None
        assert old is not None
        assert (new.total, new.route, new.edition, old.total) == (3.2, "C/F", "2026-08-06", 3.187)
        assert defaults.look_up("CN", "28080000", 2026) is None  # no value any more, nor in other countries
    assert defaults.editions()[-1] == "2026-08-06"


@pytest.mark.parametrize(("sheets", "why"), [
    ({"Atlantis": []}, "Sheet “Atlantis” is no country known here"),
    ({"India": [["7208", "x", "a lot", "", 1.0, ""]]}, "Sheet “India”, row 3: “a lot” is no figure"),
    ({"India": [["72081", "x", 1.0, "", 1.0, ""]]}, "row 3: 72081 is no CN or TARIC code"),
])  # fmt: skip
def test_what_is_not_known_is_refused(tmp_path: Path, sheets: dict[str, Any], why: str) -> None:
    with pytest.raises(CbamError, match=why):
        default_editions.read(FileBook(workbook(tmp_path / "DVs.xlsx", **sheets)))


@pytest.mark.parametrize(("cell", "text", "why"), [
    ("D2", "Uncertainty", "has a column “uncertainty” that isn't known: the layout has changed"),
    ("E2", "", "lacks the columns total"), ("A2", "Code", "has no heading “CN code” in its first rows")])  # fmt: skip
def test_a_changed_layout_is_refused_in_words(
    tmp_path: Path, cell: str, text: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workbook(tmp_path / "DVs_v20260806.xlsx")
    book = openpyxl.load_workbook(path)
    book["China"][cell] = text
    book.save(path)
    assert main(["update-defaults", str(path)]) == 2
    assert why in capsys.readouterr().err


def test_a_file_without_a_day_and_one_that_is_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["update-defaults", str(workbook(tmp_path / "DVs.xlsx"))]) == 2
    assert "say its day, such as --edition 2026-08-06" in capsys.readouterr().err
    other = openpyxl.Workbook()
    other.save(tmp_path / "other.xlsx")
    assert main(["update-defaults", str(tmp_path / "other.xlsx"), "--edition", "2026-08-06"]) == 2
    assert "isn't the Commission's workbook of default values" in capsys.readouterr().err
    old = workbook(tmp_path / "DVs_v20240101.xlsx")
    assert main(["update-defaults", str(old)]) == 2
    assert "older than the act" in capsys.readouterr().err


@pytest.mark.parametrize("value", [-1.24, 1240.0, "NaN", "Infinity", "-0,5"])
def test_a_value_that_no_product_has_is_refused(value: Any, tmp_path: Path) -> None:
    row = ["2523 10 00 10", "White clinker", value, 0.06, 1.3, "(B)"]
    with pytest.raises(CbamError, match=r"China.*row 3.*is no figure"):
        default_editions.read(FileBook(workbook(tmp_path / "DVs.xlsx", China=[row])))
