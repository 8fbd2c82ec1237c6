"""Elements of a part found and replaced, each at the place that the standard gives it (ECMA-376, Part 1, annex A)."""

from __future__ import annotations

import re
from typing import NamedTuple

from .cell_xml import escaped
from .locks import BookError

WORKSHEET = (
    " sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations "
    "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches "
    "ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst "
)
"""Elements of a sheet part in their order."""

WORKBOOK = (
    " fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
    "definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing "
    "fileRecoveryPr webPublishObjects extLst "
)
"""Elements of the workbook part in their order."""


class _Child(NamedTuple):
    """An element right below the root, and where it stands in the part."""

    name: str
    attributes: dict[str, str]
    start: int
    end: int


def elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """The local name and the attributes, by local name, of every element of a small part.

    Raises:
        BookError: the part is not well-formed.
    """
    from xml.parsers import expat

    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        found.append((name.rpartition(" ")[2], local))

    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = start
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise BookError(f"The workbook is damaged ({error}): open it in Excel and save it.") from error
    return found


def _children(xml: bytes) -> list[_Child]:
    """The elements right below the root; the rows of a sheet are skipped, not parsed."""
    from xml.parsers import expat

    opening = re.search(rb"<sheetData(?:\s[^>]*[^/])?>", xml)
    rows_end = xml.rfind(b"</sheetData>")
    start, end = (opening.end(), rows_end) if opening and rows_end > 0 else (len(xml), len(xml))
    found: list[_Child] = []
    depth = 0
    parser = expat.ParserCreate("utf-8")

    def place() -> int:
        at = parser.CurrentByteIndex
        return at if at < start else at + end - start

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 2:
            found.append(_Child(name, attributes, place(), -1))

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 1:
            at = place()
            tag = xml[at : xml.find(b">", at) + 1]
            closes = tag[:-1].rstrip() == b"</" + name.encode()  # not so after <name/>
            found[-1] = found[-1]._replace(end=at + len(tag) if closes else at)

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    try:
        parser.Parse(xml[:start] + xml[end:], True)
    except expat.ExpatError as error:
        raise BookError(f"The workbook is damaged ({error}): open it in Excel and save it.") from error
    return found


def replace_element(xml: bytes, name: str, element: bytes) -> bytes:
    """The part with one element below the root replaced, or put where the standard wants it; b'' removes it.

    >>> replace_element(b"<worksheet><sheetData/><pageMargins/></worksheet>", "hyperlinks", b"<hyperlinks/>")
    b'<worksheet><sheetData/><hyperlinks/><pageMargins/></worksheet>'
    """
    children = _children(xml)
    for child in children:
        if child.name == name:
            return xml[: child.start] + element + xml[child.end :]
    order = WORKSHEET if any(child.name == "sheetData" for child in children) else WORKBOOK
    own = order.find(f" {name} ")
    if own < 0 or not any(f" {child.name} " in order for child in children):
        raise BookError(f"The workbook is written in an unusual way ({name}): open it in Excel and save it.")
    place = next((child.start for child in children if order.find(f" {child.name} ") > own), xml.rfind(b"</"))
    return xml[:place] + element + xml[place:]


def full_calc_on_load(xml: bytes) -> bytes:
    """The workbook part that asks the program to calculate every formula when it opens the file."""
    for child in _children(xml):
        if child.name == "calcPr":
            attributes = child.attributes | {"fullCalcOnLoad": "1"}
            text = " ".join(f'{key}="{escaped(value)}"' for key, value in attributes.items())
            return xml[: child.start] + f"<calcPr {text}/>".encode() + xml[child.end :]
    return replace_element(xml, "calcPr", b'<calcPr fullCalcOnLoad="1"/>')


def sheet_index(xml: bytes, sheet: str) -> int:
    """The place of a sheet among the tabs, 0 for the first, by which names that belong to a sheet refer to it."""
    titles = [attributes.get("name") for name, attributes in elements(xml) if name == "sheet"]
    if sheet not in titles:
        raise BookError(f"The workbook has no sheet {sheet!r}.")
    return titles.index(sheet)


def set_defined_name(xml: bytes, name: str, ref: str, sheet: str | None = None) -> bytes:
    """The workbook part with a defined name that refers to `ref`; `sheet` for one that belongs to a sheet.

    The print area of a sheet is its name `_xlnm.Print_Area`; `ref` is like `Results!$A$1:$F$20`.
    """
    index = None if sheet is None else str(sheet_index(xml, sheet))
    attribute = "" if index is None else f' localSheetId="{index}"'
    new = f'<definedName name="{escaped(name)}"{attribute}>{escaped(ref)}</definedName>'.encode()
    names = next((child for child in _children(xml) if child.name == "definedNames"), None)
    if names is None or not xml.endswith(b"</definedNames>", 0, names.end):
        return replace_element(xml, "definedNames", b"<definedNames>" + new + b"</definedNames>")
    for match in re.finditer(rb"(<definedName\b[^>]*>)[^<]*</definedName>", xml[names.start : names.end]):
        attributes = elements(match[1] + b"</definedName>")[0][1]
        if attributes.get("name", "").casefold() == name.casefold() and attributes.get("localSheetId") == index:
            start, end = names.start + match.end(1), names.start + match.end() - len(b"</definedName>")
            return xml[:start] + escaped(ref).encode() + xml[end:]
    close = names.end - len(b"</definedNames>")
    return xml[:close] + new + xml[close:]


def without(xml: bytes, mark: str) -> bytes:
    """A list part (content types, relations) without the entry that names a part."""
    gone = [child for child in _children(xml) if any(value.endswith(mark) for value in child.attributes.values())]
    for child in reversed(gone):
        xml = xml[: child.start] + xml[child.end :]
    return xml
