"""Names made to do harm: in no file that is written does one become a formula, a link, or markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from cbam_xl import default_editions
from cbam_xl.__main__ import main
from cbam_xl.books import FileBook
from cbam_xl.errors import CbamError

from . import cells, container, witness
from .sources import TEMPLATE, Source, default_values, ours

NAMES = [
    name
    for name in cells.NASTY
    if len(name) < 300 and "\ud800" not in name and name not in ("Market", "remaining", " ", "\u00a0")
]
SOURCES = {source.name: source for source in ours() if "cement" in source.name}
NAMED = {"cement.xlsx": ("Clinker kiln", "Cement mill", "Petcoke"), "cement_2026.xlsx": ("Clinker kiln", "Cement mill"),
         "live_cement.xlsm": ("Clinker kiln", "Cement mill")}  # fmt: skip


def nasty(source: Source, name: str, path: Path) -> Path:
    """An example in which every text that may be any text holds the name, each a little different."""
    changed = source
    for old in NAMED[source.name]:
        changed = Source(source.kind, source.name, cells.renamed(changed, old, f"{name}{old}"))
    path.write_bytes(changed.data)
    return path


def formulas(parts: Mapping[str, bytes]) -> set[str]:
    """Every formula of the cells, of the conditions and of the names."""
    found = set()
    for part, xml in parts.items():
        if part.startswith(("xl/worksheets/sheet", "xl/workbook")):
            for element in ElementTree.fromstring(xml).iter():
                if element.tag.rpartition("}")[2] in ("f", "formula", "formula1", "formula2", "definedName"):
                    found.add("".join(element.itertext()))
    return found


def links(parts: Mapping[str, bytes]) -> list[str]:
    """Every link that leaves the workbook."""
    outside = [f"{part}: {found.decode()}" for part, xml in parts.items() if part.endswith(".rels")
               for found in re.findall(rb'<Relationship [^>]*TargetMode="External"[^>]*>', xml)]  # fmt: skip
    inside = [f"{part}: {found.decode()}" for part, xml in parts.items() if part.startswith("xl/worksheets/sheet")
              for found in re.findall(rb"<hyperlink [^>]*>", xml) if b" location=" not in found]  # fmt: skip
    return sorted(outside + inside)


def harmless(written: Path, origin: bytes, name: str) -> None:
    """Nothing of the name is more than text, in the parts that aren't as they were."""
    before = container.parts_of(origin)
    parts = {part: xml for part, xml in container.parts_of(written.read_bytes()).items() if before.get(part) != xml}
    assert parts
    quoted = name.replace('"', '""')
    new = formulas(parts) - formulas({part: before.get(part, b"<a/>") for part in parts})
    assert [
        formula for formula in new if name in re.sub(r'"(?:[^"]|"")*"', "", formula) or quoted != name in formula
    ] == []
    assert set(links(parts)) <= set(links(before))
    for part in parts:
        if part.startswith("xl/worksheets/sheet"):
            witness.cells_of({**before, **parts}, part)


@pytest.mark.parametrize(("source", "name"), [
    *(("cement.xlsx", name) for name in NAMES), *(("cement_2026.xlsx", name) for name in NAMES[:5]),
    *(("live_cement.xlsm", name) for name in NAMES[:5]),
])  # fmt: skip
def test_results(source: str, name: str, tmp_path: Path) -> None:
    file = nasty(SOURCES[source], name, tmp_path / f"plant{SOURCES[source].ending}")
    origin = file.read_bytes()
    assert main(["recalculate", str(file)]) in (0, 1)
    harmless(file, origin, name)


@pytest.mark.parametrize("name", NAMES[:5], ids=NAMES[:5])
def test_the_commissions_file_and_back(shared: Path, name: str, tmp_path: Path) -> None:
    file = nasty(SOURCES["cement.xlsx"], name, tmp_path / "plant.xlsx")
    sent, plant = tmp_path / "sent.xlsx", tmp_path / "again.xlsx"
    assert main(["communicate", str(file), "--template", str(TEMPLATE), "-o", str(sent)]) == 0
    harmless(sent, TEMPLATE.read_bytes(), name)
    assert main(["import", str(sent), "-o", str(plant)]) in (0, 1)
    harmless(plant, SOURCES["cement.xlsx"].data, name)


@pytest.mark.parametrize("text", ["=1+1", "@SUM(1)", "-1+1", "+1", "\t=1", "=A", "http://x.invalid/C"])
def test_the_file_of_default_values(text: str, tmp_path: Path) -> None:
    """Texts of the Commission's workbook enter the reference sheet only as codes, letters of routes, and figures."""
    file = tmp_path / "DVs.xlsx"
    for sheet, cell in (("China", "B3"), ("China", "F3"), ("China", "E3"), ("China", "A3"), ("Annex IV", "C2")):
        file.write_bytes(default_values().data)
        book = openpyxl.load_workbook(file)
        book[sheet][cell].value = text
        book[sheet][cell].data_type = "s"
        book.save(file)
        try:
            found = default_editions.read(FileBook(file))
        except CbamError:
            continue
        assert not any(value.startswith(("=", "+", "@", "\t", "-")) and not value.lstrip("-").replace(".", "").isdigit()
                       for entry in found for value in entry)  # fmt: skip
        assert not any("http" in value for entry in found for value in entry)
