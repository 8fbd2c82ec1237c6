"""A VBA project (vbaProject.bin) from the texts of its modules, and back (MS-OVBA).

No compiled code is written: version 0xFFFF makes Office compile the texts when the project is first used, which is how
xlwings ships its own workbook.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...locks import BookError
from . import compound, ovba

PROCEDURES, CLASS, DOCUMENT = "Module", "Class", "Document"
"""Kinds of module, by the words of stream PROJECT; a document module belongs to a sheet or to the workbook."""

NAME = "CbamXl"
CODE_PAGE = "cp1252"
_HEADER = b"\xcc\x61\xff\xff\x00\x00\x00"
_ID = "{6B8F4C51-2F0E-5E0B-9C55-0C8A4D1B7E21}"
_LIBRARIES = (
    ("stdole", r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"),
    ("Office", r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared"
               r"\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library"),
)  # fmt: skip
_WORKBOOK, _SHEET = "00020819-0000-0000-C000-000000000046", "00020820-0000-0000-C000-000000000046"


class Module(NamedTuple):
    """One module of a project; its text begins with the attributes that the editor hides."""

    name: str
    kind: str
    text: str


class Project(NamedTuple):
    """The modules of a project, and its references to libraries as records of the directory (b"": the usual two)."""

    modules: tuple[Module, ...]
    references: bytes = b""


def procedures(name: str, code: str) -> Module:
    """A module of procedures."""
    return Module(name, PROCEDURES, f'Attribute VB_Name = "{name}"\n{code}')


def document(name: str, code: str = "", workbook: bool = False) -> Module:
    """The module of a sheet, or of the workbook."""
    base = _WORKBOOK if workbook else _SHEET
    return Module(name, DOCUMENT, f'Attribute VB_Name = "{name}"\nAttribute VB_Base = "0{{{base}}}"\n'
                  "Attribute VB_GlobalNameSpace = False\nAttribute VB_Creatable = False\n"
                  "Attribute VB_PredeclaredId = True\nAttribute VB_Exposed = True\n"
                  f"Attribute VB_TemplateDerived = False\nAttribute VB_Customizable = True\n{code}")  # fmt: skip


def lines(text: str) -> str:
    """A text as a project stores it: line ends of Windows, one at the end."""
    return "\r\n".join(text.splitlines()) + "\r\n"


def packed(project: Project) -> bytes:
    """The file vbaProject.bin.

    Raises:
        BookError: a text holds letters that the editor doesn't know, or the project is too large.
    """
    vba: dict[str, bytes] = {"_VBA_PROJECT": _HEADER, "dir": ovba.compressed(_directory(project))}
    for module in project.modules:
        vba[module.name] = ovba.compressed(_encoded(lines(module.text)))
    names = b"".join(_encoded(m.name) + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in project.modules) + b"\0\0"
    return compound.written({"VBA": vba, "PROJECT": _encoded(_project(project)), "PROJECTwm": names})


def _encoded(text: str) -> bytes:
    try:
        return text.encode(CODE_PAGE)
    except UnicodeEncodeError as error:
        raise BookError(f"A macro holds {error.object[error.start]!r}, which VBA doesn't know: remove it.") from error


def _directory(project: Project) -> bytes:
    def twice(number: int, wide: int, text: str) -> bytes:
        return ovba.record(number, _encoded(text)) + ovba.record(wide, text.encode("utf-16-le"))

    def number(value: int) -> bytes:
        return struct.pack("<I", value)

    version = struct.pack("<HIIH", 0x09, 4, 0x65BE0257, 17)
    parts = [
        ovba.record(0x01, number(1)), ovba.record(0x02, number(0x409)), ovba.record(0x14, number(0x409)),
        ovba.record(0x03, struct.pack("<H", 1252)), ovba.record(0x04, _encoded(NAME)), twice(0x05, 0x40, ""),
        ovba.record(0x06), ovba.record(0x3D), ovba.record(0x07, number(0)), ovba.record(0x08, number(0)), version,
        twice(0x0C, 0x3C, ""),
    ]  # fmt: skip
    for name, library in _LIBRARIES if not project.references else ():
        content = _encoded(library)
        parts += [twice(0x16, 0x3E, name), ovba.record(0x0D, number(len(content)) + content + bytes(6))]
    parts += [project.references, ovba.record(0x0F, struct.pack("<H", len(project.modules))),
              ovba.record(0x13, b"\xff\xff")]  # fmt: skip
    for module in project.modules:
        kind = ovba.record(0x21 if module.kind == PROCEDURES else 0x22)
        parts += [twice(0x19, 0x47, module.name), twice(0x1A, 0x32, module.name), twice(0x1C, 0x48, ""),
                  ovba.record(0x31, number(0)), ovba.record(0x1E, number(0)), ovba.record(0x2C, b"\xff\xff"), kind,
                  ovba.record(0x2B)]  # fmt: skip
    return b"".join([*parts, ovba.record(0x10)])


def _project(project: Project) -> str:
    """Stream PROJECT: the list of modules, and that nothing is protected."""
    listed = [f"{m.kind}={m.name}{'/&H00000000' if m.kind == DOCUMENT else ''}" for m in project.modules]
    nothing, no_password, visible = (ovba.encrypted(_ID, data) for data in (bytes(4), bytes(1), b"\xff"))
    return lines("\n".join([
        f'ID="{_ID}"', *listed, f'Name="{NAME}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"',
        f'CMG="{nothing}"', f'DPB="{no_password}"', f'GC="{visible}"', "", "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000", "", "[Workspace]",
        *(f"{m.name}=0, 0, 0, 0, C" for m in project.modules)]))  # fmt: skip


def unpacked(data: bytes) -> Project:
    """The project in a file vbaProject.bin.

    Raises:
        BookError: it is damaged, or holds forms, which would be lost when it is written.
    """
    streams = {path.casefold(): content for path, content in compound.streams(data).items()}
    kinds = _kinds(streams)
    directory = ovba.decompressed(streams.get("vba/dir", b""))
    page, name, stream, offset = CODE_PAGE, "", "", 0
    modules: list[Module] = []
    references: list[int] = []
    for number, content, at in ovba.records(directory):
        if number == 0x03:
            page = f"cp{int.from_bytes(content, 'little')}"
        elif number == 0x0C:
            references = [at]
        elif number == 0x3C and len(references) == 1:
            references = [at + 6 + len(content)]
        elif number == 0x0F:
            references.append(at)
        elif number == 0x19:
            name = content.decode(page)
        elif number == 0x1A:
            stream = content.decode(page)
        elif number == 0x31:
            offset = int.from_bytes(content, "little")
        elif number == 0x2B:
            text = ovba.decompressed(streams.get(f"vba/{stream.casefold()}", b"")[offset:]).decode(page)
            modules.append(Module(name, kinds.get(name.casefold(), PROCEDURES), "\n".join(text.splitlines()) + "\n"))
    return Project(tuple(modules), directory[references[0] : references[1]] if len(references) == 2 else b"")


def _kinds(streams: Mapping[str, bytes]) -> dict[str, str]:
    """The kind of each module, by its folded name."""
    text = streams.get("project", b"").decode(CODE_PAGE, "replace")
    found = re.findall(r"(?m)^(Module|Class|Document|BaseClass)=([^/\r\n]+)", text)
    if any(kind == "BaseClass" for kind, _ in found):
        raise BookError("This workbook has a user form among its macros, which can't be kept: move the form to another "
                        "workbook first. Nothing was written.")  # fmt: skip
    return {name.strip().casefold(): kind for kind, name in found}


def with_own(old: Project, own: Sequence[Module]) -> Project:
    """A project in which our modules are new and all others are kept; code in a sheet's module stays."""
    names = {m.name.casefold(): m for m in old.modules}
    kept = [names.get(m.name.casefold(), m) if m.kind == DOCUMENT and _has_code(names.get(m.name.casefold())) else m
            for m in own]  # fmt: skip
    ours = {m.name.casefold() for m in own}
    return Project((*kept, *(m for m in old.modules if m.name.casefold() not in ours)), old.references)


def _has_code(module: Module | None) -> bool:
    """Whether a module holds more than hidden attributes and blank lines."""
    return module is not None and any(x.strip() and not x.startswith("Attribute ") for x in module.text.splitlines())
