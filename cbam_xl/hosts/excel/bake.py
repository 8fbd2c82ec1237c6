"""VBA project and ribbon put into a workbook, and its function sheets renewed; every value stays as it is.

The same code makes the .xlsm of the templates and repairs a workbook that came by mail or from an older version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...locks import BookError
from ...package import RELATIONS, TYPES, WORKBOOK, Package, replace_rows, rows_xml
from ...part_xml import without
from ...sheets.results import Styles
from ..container import container
from . import buttons
from . import functions as wording
from . import vba_project as vba

if TYPE_CHECKING:
    from cbam_udfs.function import Function

PROJECT = "xl/vbaProject.bin"
RIBBON = "customUI/customUI14.xml"
ROOT_RELATIONS = "_rels/.rels"
FUNCTIONS_SHEET = "Functions"
FIRST_FUNCTION = 7
"""Row of the first function on sheet Functions."""

_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_BIN = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
_RELATION = '<Relationship Id="rIdCbam" Type="http://schemas.microsoft.com/office/{}" Target="{}"/>'


def baked(book: Package, functions: Sequence[Function], version: str) -> bytes:
    """The workbook as an .xlsm file with our VBA modules, ribbon and function texts; macros of others are kept.

    Raises:
        BookError: it has user forms or other macros that can't be kept, or it is damaged.
    """
    parts = {name: book.read(name) for name in book.entries}
    _renew_function_sheets(parts, book.sheets, functions)
    own = [*_documents(parts, book.sheets), *modules(functions, version)]
    old = vba.unpacked(parts[PROJECT]) if PROJECT in parts else vba.Project(())
    parts[PROJECT] = vba.packed(vba.with_own(old, own))
    parts[RIBBON] = ribbon().encode()
    parts[TYPES] = parts[TYPES].replace(_PLAIN, _MACROS)
    if b'Extension="bin"' not in parts[TYPES]:
        parts[TYPES] = re.sub(rb"<Types\b[^>]*>", lambda tag: tag[0] + _BIN, parts[TYPES], count=1)
    _relate(parts, RELATIONS, "2006/relationships/vbaProject", "vbaProject.bin")
    _relate(parts, ROOT_RELATIONS, "2007/relationships/ui/extensibility", RIBBON)
    return container(dict(sorted(parts.items(), key=lambda part: part[0] != TYPES)))


def modules(functions: Sequence[Function], version: str) -> list[vba.Module]:
    """Our modules of procedures: the bridge to Python as the installed xlwings has it, the ribbon, the wrappers.

    Raises:
        BookError: xlwings isn't installed.
    """
    from importlib.util import find_spec
    from pathlib import Path

    from cbam_udfs.buttons import BUTTONS

    spec = find_spec("xlwings")
    if spec is None or spec.origin is None:
        raise BookError("xlwings isn't installed, whose VBA module connects Excel with Python: pip install cbam_xl.")
    folder = Path(spec.origin).parent

    def text(path: Path) -> str:
        return path.read_text(encoding=vba.CODE_PAGE, errors="replace").replace("\ufffd", "?")

    bridge = text(folder / "xlwings.bas").replace(
        'PROJECT_NAME As String = "xlwings"', 'PROJECT_NAME As String = "cbam_xl"'
    )
    dictionary = re.sub(r"(?s)\AVERSION.*?\nEND\s*\n", "", text(folder / "addin" / "Dictionary.cls"))
    return [
        vba.Module("xlwings", vba.PROCEDURES, bridge),
        vba.Module("Dictionary", vba.CLASS, dictionary),
        vba.Module("CbamRibbon", vba.PROCEDURES, text(Path(__file__).with_name("CbamRibbon.bas"))),
        vba.procedures("CbamButtons", buttons.macros(BUTTONS)),
        vba.procedures("CbamFunctions", wording.wrapped(functions, version)),
    ]


def ribbon() -> str:
    """The ribbon's XML, with a button for each worked example."""
    from cbam_udfs.buttons import BUTTONS

    from ...road import examples

    return buttons.ribbon(BUTTONS, examples())


def _relate(parts: dict[str, bytes], where: str, kind: str, target: str) -> None:
    """One relation of a kind, in place of the one that may stand there."""
    relations = without(parts[where], target)
    new = _RELATION.format(kind, target).encode()
    parts[where] = relations.replace(b"</Relationships>", new + b"</Relationships>")


def _documents(parts: dict[str, bytes], sheets: Mapping[str, str]) -> list[vba.Module]:
    """A module for the workbook and for every sheet, by their code names; those that have none get one."""
    parts[WORKBOOK], name = _code_name(parts[WORKBOOK], rb"<workbookPr\b[^>]*>", "ThisWorkbook")
    documents = [vba.document(name, workbook=True)]
    taken = {
        m[1].decode()
        for part in sheets.values()
        if (m := re.search(rb'<sheetPr\b[^>]*\bcodeName="([^"]+)"', parts[part]))
    }
    free = (f"Sheet{n}" for n in range(1, 10_000) if f"Sheet{n}" not in taken)
    for part in sheets.values():
        if not re.search(rb"<sheetPr\b", parts[part]):
            parts[part] = re.sub(rb"<worksheet\b[^>]*>", lambda tag: tag[0] + b"<sheetPr/>", parts[part], count=1)
        parts[part], name = _code_name(parts[part], rb"<sheetPr\b[^>]*>", free)
        documents.append(vba.document(name))
    return documents


def _code_name(xml: bytes, tag: bytes, new: str | object) -> tuple[bytes, str]:
    """A part whose element says its code name, and that name."""
    found = re.search(tag, xml)
    if found is None:
        raise BookError("The workbook is written in an unusual way (no workbookPr): open it in Excel and save it.")
    if known := re.search(rb'\bcodeName="([^"]+)"', found[0]):
        return xml, known[1].decode()
    name = new if isinstance(new, str) else next(new)  # type: ignore[call-overload]
    element = re.sub(rb"\s*(/?)>$", rb' codeName="%b"\1>' % name.encode(), found[0])
    return xml[: found.start()] + element + xml[found.end() :], name


def _renew_function_sheets(parts: dict[str, bytes], sheets: Mapping[str, str], functions: Sequence[Function]) -> None:
    """The texts on sheets Functions and _IntelliSense_, where the workbook has them."""
    for sheet, first, rows in (
        (FUNCTIONS_SHEET, FIRST_FUNCTION, wording.listed_rows(functions)),
        (wording.INTELLISENSE, 1, wording.wizard_rows(functions)),
    ):
        if sheet in sheets:
            xml = parts[sheets[sheet]]
            width = max(map(len, rows))
            full = [row + [""] * (width - len(row)) for row in rows]
            columns = Styles(xml).columns(width, 1 if first == 1 else 2)
            parts[sheets[sheet]] = replace_rows(xml, first, rows_xml(first, full, columns))
