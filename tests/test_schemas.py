"""The ribbon and the workbooks against Microsoft's schemas: the tables of its Open XML SDK, in package openxml-audit.

Its validator judges elements, their order, and values. In a ribbon it doesn't look for attributes that the schema
lacks, ids that occur twice, and attributes that exclude each other ([MS-CUSTOMUI2], 2.2): that is done here, from the
same tables.
"""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook
from openxml_audit import FileFormat, OpenXmlValidator  # type: ignore[import-untyped]

from cbam_xl import road
from cbam_xl.hosts.container import container
from cbam_xl.hosts.excel import bake
from cbam_xl.package import Package

SPACE = "{http://schemas.microsoft.com/office/2009/07/customui}"
TABLES = "data/openxml/schemas/schemas_microsoft_com_office_2009_07_customui.json"
GETTERS = ("label", "description", "screentip", "supertip", "keytip", "enabled", "visible", "size", "showLabel",
           "showImage", "title")  # fmt: skip
EXCLUSIVE = (("id", "idQ", "idMso"), ("image", "imageMso", "getImage"),
             ("insertAfterMso", "insertBeforeMso", "insertAfterQ", "insertBeforeQ"),
             *((name, f"get{name[0].upper()}{name[1:]}") for name in GETTERS))  # fmt: skip
"""Attributes of which an element has one at most."""


@pytest.fixture(scope="module")
def tables() -> dict[str, Any]:
    """What the schema says of each pair of type and element."""
    read = json.loads(files("openxml_audit").joinpath(TABLES).read_text("utf-8"))
    return {kind["Name"]: kind for kind in read["Types"]}


@pytest.fixture
def workbook(tmp_path: Path) -> Package:
    """A workbook with the ribbon and nothing else."""
    Workbook().save(tmp_path / "empty.xlsx")
    empty = Package(tmp_path / "empty.xlsx")
    parts = {name: empty.read(name) for name in empty.entries}
    bake._relate(parts, bake.ROOT_RELATIONS, "2007/relationships/ui/extensibility", bake.RIBBON)
    parts[bake.RIBBON] = bake.ribbon().encode()
    (tmp_path / "ribbon.xlsx").write_bytes(container(parts))
    return Package(tmp_path / "ribbon.xlsx")


def faults(workbook: Package, tables: dict[str, Any], ribbon: str, folder: Path) -> list[str]:
    """What is wrong with a ribbon."""
    workbook.replace(bake.RIBBON, ribbon.encode())
    workbook.save(folder / "judged.xlsx")
    judged = OpenXmlValidator(file_format=FileFormat.OFFICE_2010).validate(folder / "judged.xlsx")
    found = [error.description for error in judged.errors if error.part_uri == f"/{bake.RIBBON}"]
    root = ElementTree.fromstring(ribbon)
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    found += [f"id {name} occurs {times} times" for name, times in ids.items() if times > 1]
    return [*found, *_attributes(root, tables["mso14:CT_CustomUI/mso14:customUI"], tables)]


def _attributes(element: ElementTree.Element, kind: dict[str, Any], tables: dict[str, Any]) -> list[str]:
    """What is wrong with the attributes of an element and of those in it; unknown elements are the validator's."""
    name = element.tag.removeprefix(SPACE)
    known = {attribute["QName"].lstrip(":") for attribute in kind.get("Attributes", ())}
    found = [f"{name} has no attribute {attribute}" for attribute in element.attrib if attribute not in known]
    for group in EXCLUSIVE:
        found += [f"{name} has {a} and {b}" for a, b in combinations(group, 2) if {a, b} <= set(element.attrib)]
    if "id" in known and not {"id", "idQ", "idMso"} & set(element.attrib):
        found.append(f"{name} has no id")
    children = {child["Name"].partition("/mso14:")[2]: child["Name"] for child in kind.get("Children", ())}
    for child in element:
        if place := children.get(child.tag.removeprefix(SPACE)):
            found += _attributes(child, tables[place], tables)
    return found


def test_the_ribbon_is_valid(workbook: Package, tables: dict[str, Any], tmp_path: Path) -> None:
    assert faults(workbook, tables, bake.ribbon(), tmp_path) == []


SPOILED = [
    ("imageMso=", "imageMos=", "button has no attribute imageMos"),
    ('size="large"', 'size="huge"', "Invalid value for attribute 'size'"),
    ('size="large"', 'size="large" getSize="Big"', "button has size and getSize"),
    ('id="cbamCheck"', 'id="cbam Check"', "Invalid NCName"),
    ('id="cbamCheck"', 'id="cbamUndo"', "id cbamUndo occurs 2 times"),
    ('id="cbamGroup1"', "", "group has no id"),
    ('id="cbamTab"', 'id="cbamTab" idMso="TabHome"', "tab has id and idMso"),
    ('label="Check inputs"', f'label="{"x" * 1025}"', "exceeds maximum 1024"),
    ('label="Check inputs"', 'label="Check inputs" getLabel="Words"', "button has label and getLabel"),
    ('onAction="CbamPressCheck"', 'onAction=""', "less than minimum 1"),
    ('imageMso="Undo"', 'imageMso="Undo" image="own"', "button has image and imageMso"),
    (
        'insertAfterMso="TabData"',
        'insertAfterMso="TabData" insertBeforeMso="TabHome"',
        "insertAfterMso and insertBeforeM",
    ),
    ("<labelControl", "<labelThing", "Unexpected element 'labelThing'"),
    ("<tabs>", "<tabs/><tabs>", "'tabs' exceeds maxOccurs=1"),
    ("<button ", '<menuSeparator id="line"/><button ', "Unexpected element 'menuSeparator'"),
    ('tag="cement"', 'size="large"', "button has no attribute size"),
]


@pytest.mark.parametrize(("old", "new", "fault"), SPOILED)
def test_a_spoiled_ribbon_is_not(
    workbook: Package, tables: dict[str, Any], tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in bake.ribbon()
    found = faults(workbook, tables, bake.ribbon().replace(old, new, 1), tmp_path)
    assert len(found) >= 1
    assert any(fault in words for words in found), found


WORKBOOKS = ["cbam_installation.xlsx", "cbam_installation.xlsm", "cbam_installation_live.xlsx", "examples/cement.xlsx"]


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_part_of_a_workbook_is_valid(name: str) -> None:
    """Two things apart that Excel reads: openpyxl's order of words in a font, and texts that stand in their cells."""
    judged = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365, max_errors=1000).validate(road.templates() / name)
    fonts = "/styleSheet[1]/fonts[1]/font"
    found = [f"{e.part_uri} {e.path}: {e.description}" for e in judged.errors
             if not (e.path or "").startswith(fonts) and "inline-string" not in e.description]  # fmt: skip
    assert found == []
