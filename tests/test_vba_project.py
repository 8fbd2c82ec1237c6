"""The macros and the ribbon: what is written reads back as text by other programs, and every name in it exists."""

from __future__ import annotations

import inspect
import io
import re
import warnings
from pathlib import Path
from xml.etree import ElementTree

import olefile  # type: ignore[import-untyped]
import pytest
from cbam_udfs import BY_NAME, FUNCTIONS
from cbam_udfs.buttons import BUTTONS
from conftest import CHECKOUT
from hypothesis import given, settings
from hypothesis import strategies as st

from cbam_xl import road
from cbam_xl.hosts.excel import bake, compound, functions, ovba
from cbam_xl.hosts.excel import vba_project as vba
from cbam_xl.locks import BookError
from cbam_xl.package import Package

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # olevba's parser is older than its library
    from oletools.olevba import VBA_Parser, decompress_stream  # type: ignore[import-untyped]

TEMPLATE = road.templates() / "cbam_installation.xlsm"
CALLBACKS = {"onLoad": ("ribbon",), "onAction": ("control",), "getLabel": ("control", "returnedVal")}
"""The arguments that Office hands to the macro that each of these attributes names."""


@pytest.fixture(scope="module")
def project() -> bytes:
    return Package(TEMPLATE).read(bake.PROJECT)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every module as olevba, another project's reader, finds it in the workbook."""
    parser = VBA_Parser(str(TEMPLATE))
    found = {stream.rpartition("/")[2]: code for _, stream, _, code in parser.extract_macros()}
    return {name: code.decode("cp1252") if isinstance(code, bytes) else code for name, code in found.items()}


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=9000), st.text("ab \r\n", max_size=9000).map(str.encode)))
def test_what_is_compressed_decompresses_here_and_in_olevba(data: bytes) -> None:
    packed = ovba.compressed(data)
    for again in (ovba.decompressed(packed), bytes(decompress_stream(bytearray(packed)))):
        assert again[: len(data)] == data
        assert set(again[len(data) :]) <= {0}  # a raw chunk is filled up


def decrypted(project_id: str, text: str) -> bytes:
    """What a protection string says, by the description of the format."""
    code = bytes.fromhex(text)
    seed, key = code[0], code[2] ^ code[0]
    assert code[1] ^ seed == 2
    assert key == sum(project_id.encode()) & 0xFF
    plain, last, before = key, code[2], code[1]
    found = bytearray()
    for byte in code[3:]:
        plain = byte ^ (before + plain & 0xFF)
        before, last = last, byte
        found.append(plain)
    found = found[(seed & 6) // 2 :]
    assert int.from_bytes(found[:4], "little") == len(found) - 4
    return bytes(found[4:])


def test_protection_strings_say_what_those_of_office_say() -> None:
    own = "{5CF9CDAB-B77B-4FE4-BD7E-D29900070E1B}"  # of xlwings' own workbook, whose strings Office wrote
    for office, says in (("8D8FA61394EA98EA98EA98EA98", bytes(4)), ("8D8FA61394EF95EF95EF", bytes(1)),
                         ("8D8FA61394EF95EF9510", b"\xff")):  # fmt: skip
        assert decrypted(own, office) == says
        assert decrypted(own, ovba.encrypted(own, says)) == says


@pytest.mark.parametrize("sizes", [(0, 1, 63, 64, 4095), (4096, 100_000, 5), (600_000,), ()])
def test_a_compound_file_reads_back_here_and_in_olefile_without_a_defect(sizes: tuple[int, ...]) -> None:
    content = {f"stream {n}": bytes([n + 1]) * size for n, size in enumerate(sizes)}
    data = compound.written({"VBA": content, "PROJECT": b"x" * 70})
    assert compound.streams(data) == {f"VBA/{n}": c for n, c in content.items()} | {"PROJECT": b"x" * 70}
    file = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT)
    assert file.parsing_issues == []
    for name, expected in content.items():
        assert file.openstream(["VBA", name]).read() == expected


def test_the_container_of_the_shipped_project_has_no_defect(project: bytes) -> None:
    file = olefile.OleFileIO(io.BytesIO(project), raise_defects=olefile.DEFECT_INCORRECT)
    assert file.parsing_issues == []
    assert file.openstream(["VBA", "_VBA_PROJECT"]).read() == b"\xcc\x61\xff\xff\x00\x00\x00"


def test_olevba_reads_every_module_text_identical(texts: dict[str, str]) -> None:
    wanted = {m.name: vba.lines(m.text) for m in bake.modules(FUNCTIONS, "0.1.0")}
    assert {n: vba.lines(texts[n]) for n in wanted} == wanted
    assert set(texts) - set(wanted) == {
        "ThisWorkbook",
        *(f"Sheet{n}" for n in range(1, len(Package(TEMPLATE).sheets) + 1)),
    }


def test_document_modules_are_the_code_names_of_the_sheets() -> None:
    book = Package(TEMPLATE)
    names = [re.search(rb'<sheetPr[^>]*codeName="(\w+)"', book.read(part)) for part in book.sheets.values()]
    documents = [m.name for m in vba.unpacked(book.read(bake.PROJECT)).modules if m.kind == vba.DOCUMENT]
    assert documents == ["ThisWorkbook", *(n[1].decode() for n in names if n)]
    assert b'codeName="ThisWorkbook"' in book.read("xl/workbook.xml")


def test_nothing_runs_when_the_workbook_opens_but_the_texts_of_the_wizard(texts: dict[str, str]) -> None:
    assert not re.search(r"(?i)Workbook_Open|Auto_Open|Worksheet_", "".join(texts.values()))
    load = texts["CbamRibbon"].partition("Public Sub CbamOnLoad")[2].partition("End Sub")[0]
    assert [line.strip() for line in load.splitlines()[1:] if line.strip()] == [
        "Set mRibbon = ribbon",
        "CbamWizardTexts",
    ]


def test_every_function_has_a_wrapper_with_its_arguments(texts: dict[str, str]) -> None:
    found = dict(re.findall(r"Public Function (CBAM_\w+)\((.*)\)", texts["CbamFunctions"]))
    assert list(found) == list(BY_NAME)
    for name, signature in found.items():
        given_names = [a.removeprefix("Optional ").rstrip("_") for a in signature.split(", ")]
        assert given_names == [a.name for a in BY_NAME[name].arguments]
        assert not {a.removeprefix("Optional ").casefold() for a in signature.split(", ")} & functions.RESERVED
        optional = [a.startswith("Optional ") for a in signature.split(", ")]
        assert optional == sorted(optional), "optional arguments come last"
        assert f'CallUDF("{functions.MODULE}", "{name}", Array(' in texts["CbamFunctions"]


def test_the_editor_takes_every_line(texts: dict[str, str]) -> None:
    for name in ("CbamFunctions", "CbamRibbon", "CbamButtons"):
        assert max(map(len, texts[name].splitlines())) < 1023
    for name, described in re.findall(r'Attribute (CBAM_\w+)\.VB_Description = "(.*)"', texts["CbamFunctions"]):
        assert 0 < len(described.replace('""', '"')) <= 255, name


def test_the_shipped_ribbon_is_made_from_the_buttons() -> None:
    """The macros are compared where every module is; both are renewed by templates/build.py."""
    assert Package(TEMPLATE).read(bake.RIBBON).decode() == bake.ribbon()
    labels = [e.get("label") for e in ElementTree.fromstring(bake.ribbon()).iter() if e.get("screentip")]
    assert labels == [button.label for button in BUTTONS]


def test_a_button_that_is_cancelled_does_nothing(texts: dict[str, str]) -> None:
    for body in re.findall(r"(?s)Public Sub CbamPress\w+\(.*?End Sub", texts["CbamButtons"]):
        asked = re.findall(r"(x\d) = Cbam(?:Open|Save)", body)
        assert re.findall(r"If Len\((x\d)\) = 0 Then Exit Sub", body) == asked
        assert body.index("CbamRun") > max((body.index(f"Len({x})") for x in asked), default=0)


def test_the_notices_of_others_travel_with_their_work() -> None:
    said = {m.name: " ".join(" ".join(re.findall(r"(?m)^'(.*)", m.text)).split()) for m in bake.modules(FUNCTIONS, "")}
    _, xlwings, dictionary = (CHECKOUT / "LICENSE-THIRD-PARTY").read_text("utf-8").split("\n== ")
    assert " ".join("".join(dictionary.partition("Copyright")[1:]).split()) in said["CbamRibbon"]
    conditions = " ".join("".join(xlwings.partition("Redistribution and use")[1:]).split())
    assert conditions in said["xlwings"]


def test_the_ribbon_offers_each_example() -> None:
    root = ElementTree.fromstring(Package(TEMPLATE).read(bake.RIBBON))
    assert {e.get("tag") for e in root.iter() if e.get("tag")} == set(road.examples())


def test_every_macro_that_the_ribbon_names_exists_with_its_arguments(texts: dict[str, str]) -> None:
    root = ElementTree.fromstring(Package(TEMPLATE).read(bake.RIBBON))
    named = {(key, value) for e in root.iter() for key, value in e.attrib.items() if key in CALLBACKS}
    assert len(named) >= 8
    for key, macro in named:
        found = re.search(rf"Public Sub {macro}\((.*)\)", texts["CbamRibbon"] + texts["CbamButtons"])
        assert found, macro
        arguments = [re.sub(r"ByRef | As \w+", "", a) for a in found[1].split(", ")]
        assert tuple(arguments) == CALLBACKS[key], macro


def test_every_python_function_that_a_macro_names_exists(texts: dict[str, str]) -> None:
    from cbam_udfs import ribbon

    calls = re.findall(r'CbamRun "(\w+)"(.*)', texts["CbamRibbon"] + texts["CbamButtons"])
    assert {task for task, _ in calls} == {button.task for button in BUTTONS if button.task}
    for task, given_too in calls:
        assert len(inspect.signature(getattr(ribbon, task)).parameters) == 1 + given_too.count(","), task


def test_no_defined_name_is_the_name_of_a_function() -> None:
    xml = Package(TEMPLATE).read("xl/workbook.xml").decode()
    names = {n.casefold() for n in re.findall(r'<definedName[^>]*name="([^"]+)"', xml)}
    assert {"installation", "process_names", "in_processes"} <= names
    assert not names & {n.casefold() for n in BY_NAME}


def test_macros_of_others_survive_a_refresh(tmp_path: Path) -> None:
    book = Package(TEMPLATE)
    old = vba.unpacked(book.read(bake.PROJECT))
    mine = vba.procedures("Mine", 'Public Sub Hello()\n    MsgBox "grüß dich"\nEnd Sub\n')
    sheet = next(m for m in old.modules if m.name == "Sheet3")
    with_code = sheet._replace(text=sheet.text + "Private Sub Worksheet_Activate()\nEnd Sub\n")
    others = tuple(with_code if m.name == "Sheet3" else m for m in old.modules if m.name != "CbamRibbon")
    library = ovba.record(0x16, b"ADODB") + ovba.record(0x3E, "ADODB".encode("utf-16-le"))
    book.replace(bake.PROJECT, vba.packed(vba.Project((*others, mine), old.references + library)))
    path = tmp_path / "mine.xlsm"
    path.write_bytes(bake.baked(book, FUNCTIONS, "0.1.0"))
    new = vba.unpacked(Package(path).read(bake.PROJECT))
    found = {m.name: m for m in new.modules}
    assert found["Mine"] == mine
    assert "Worksheet_Activate" in found["Sheet3"].text
    assert found["CbamRibbon"] == next(m for m in old.modules if m.name == "CbamRibbon")
    assert b"ADODB" in new.references


def test_a_project_saved_by_another_program_is_read() -> None:
    import xlwings

    book = Package(Path(xlwings.__file__).with_name("quickstart_standalone.xlsm"))
    modules = {m.name: m for m in vba.unpacked(book.read(bake.PROJECT)).modules}
    assert modules["ThisWorkbook"].kind == vba.DOCUMENT
    assert "Function RunPython" in modules["xlwings"].text


def test_forms_damage_and_foreign_letters_are_refused_in_a_sentence(project: bytes) -> None:
    streams = compound.streams(project)
    form = streams["PROJECT"].replace(b"Module=CbamRibbon", b"BaseClass=UserForm1")
    tree: compound.Tree = {
        "VBA": {n.removeprefix("VBA/"): c for n, c in streams.items() if n.startswith("VBA/")},
        "PROJECT": form,
    }
    with pytest.raises(BookError, match="user form"):
        vba.unpacked(compound.written(tree))
    for damaged in (b"", project[:700], b"x" * 5000, project[:512] + b"\xff" * 512 + project[1024:]):
        with pytest.raises(BookError, match="damaged"):
            vba.unpacked(damaged)
    with pytest.raises(BookError, match="VBA doesn't know"):
        vba.packed(vba.Project((vba.procedures("M", "' ✔\n"),)))
