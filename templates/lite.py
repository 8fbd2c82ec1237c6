"""The live edition for xlwings Lite: its code and packages travel in the workbook, as a web extension of Office.

Lite keeps them as properties of the extension's part, each a text in JSON. Excel offers the add-in when it finds it.
"""

from __future__ import annotations

import json
import re

from cbam_xl.package import TYPES, Package, escaped
from cbam_xl.sheets.outputs import OUTPUTS, START

STORE_ID = "wa200008175"
"""xlwings Lite among the add-ins of Office."""
PYODIDE, ADD_IN = "314.0.0", "1.0.0.0-35"
"""Versions of Python's distribution and of the add-in that the workbook is made for."""
EXTENSION, PANES = "xl/webextensions/webextension1.xml", "xl/webextensions/taskpanes.xml"
PANES_RELATIONS, ROOT_RELATIONS = "xl/webextensions/_rels/taskpanes.xml.rels", "_rels/.rels"

MAIN = '''"""CBAM installation workbook: the functions CBAM_ for cells, and the scripts of this pane."""

from cbam_udfs.lite import *
'''

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KINDS = "http://schemas.microsoft.com/office/2011/relationships/"
_REFERENCE = '<we:reference id="{}" version="1.0.0.0" store="{}" storeType="OMEX"/>'
_EXTENSION = (
    '<we:webextension xmlns:we="http://schemas.microsoft.com/office/webextensions/webextension/2010/11" '
    'id="{{6E7C1B6A-3B5B-4E0C-9C55-0C0A11C0FFEE}}">{}<we:alternateReferences>{}</we:alternateReferences>'
    "<we:properties>{}</we:properties><we:bindings/>"
    '<we:snapshot xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></we:webextension>'
)
_PANES = (
    '<wetp:taskpanes xmlns:wetp="http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11">'
    '<wetp:taskpane dockstate="right" visibility="0" width="438" row="2"><wetp:webextensionref '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/>'
    "</wetp:taskpane></wetp:taskpanes>"
)
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_RELATION = '<Relationship Id="{}" Type="{}{}" Target="{}"/>'
_TYPE = '<Override PartName="/{}" ContentType="application/vnd.ms-office.{}+xml"/>'


def requirements(version: str) -> str:
    """What Lite installs: this version of ours, and xlwings as a new workbook of Lite names it."""
    return f"xlwings<1.0.0\ncbam-xl=={version}\n"


def with_lite(book: Package, version: str) -> dict[str, bytes]:
    """The parts of a workbook with those of the add-in; the sheets that scripts write are open for them.

    Lite can't lift the protection of a sheet for as long as it writes, as the macros do.
    """
    parts = {name: book.read(name) for name in book.entries}
    for sheet in (START, *(o.name for o in OUTPUTS)):
        parts[book.part(sheet)] = re.sub(rb"<sheetProtection\b[^>]*/>", b"", parts[book.part(sheet)])
    values = {
        "main.py": MAIN,
        "requirements.txt": requirements(version),
        "pyodideVersion": PYODIDE,
        "addinVersion": ADD_IN,
        "xlwingsSettingsWorkbook": {"startupBehavior": "taskpane"},
    }
    properties = "".join(
        f'<we:property name="{name}" value="{escaped(json.dumps(value))}"/>' for name, value in values.items()
    )
    references = (_REFERENCE.format(STORE_ID, "en-US"), _REFERENCE.format(STORE_ID, STORE_ID.upper()))
    pane = _RELATION.format("rId1", _KINDS, "webextension", "webextension1.xml")
    root = _RELATION.format("rIdLite", _KINDS, "webextensiontaskpanes", PANES).encode()
    types = _TYPE.format(EXTENSION, "webextension") + _TYPE.format(PANES, "webextensiontaskpanes")
    return {
        **parts,
        TYPES: parts[TYPES].replace(b"</Types>", types.encode() + b"</Types>"),
        ROOT_RELATIONS: parts[ROOT_RELATIONS].replace(b"</Relationships>", root + b"</Relationships>"),
        EXTENSION: (_HEAD + _EXTENSION.format(*references, properties)).encode(),
        PANES: (_HEAD + _PANES).encode(),
        PANES_RELATIONS: (_HEAD + _RELATIONS.format(pane)).encode(),
    }
