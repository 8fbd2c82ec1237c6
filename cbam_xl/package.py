"""An OOXML workbook whose parts can be replaced; every other part stays byte for byte what it was.

package = Package("plant.xlsx")
part = package.part("Results")
package.replace(part, replace_rows(package.read(part), 7, rows_xml(7, rows, columns)))
package.save("plant.xlsx")
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable

from . import archive, locks
from .addresses import column_letters, column_number, parted
from .cell_xml import (
    Value,
    cell,
    columns_xml,
    escaped,
    hyperlinks_xml,
    row_xml,
    rows_xml,
    serial,
    string,
)
from .locks import BookError, LockedError, StrPath, check_unlocked
from .part_xml import elements, full_calc_on_load, replace_element, set_defined_name, sheet_index, without
from .sheet_xml import around_rows, formula_cells, replace_rows, set_cells

__all__ = [
    "BookError",
    "LockedError",
    "Package",
    "Value",
    "around_rows",
    "cell",
    "check_unlocked",
    "column_letters",
    "column_number",
    "columns_xml",
    "escaped",
    "formula_cells",
    "full_calc_on_load",
    "hyperlinks_xml",
    "parted",
    "replace_element",
    "replace_rows",
    "row_xml",
    "rows_xml",
    "serial",
    "set_cells",
    "set_defined_name",
    "sheet_index",
    "string",
]

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
CHAIN = "xl/calcChain.xml"


class Package:
    """The parts of one workbook file, as they were when it was read.

    Raises:
        BookError: the file is missing, damaged, protected, too large, or not a workbook.
    """

    def __init__(self, path: StrPath) -> None:
        self.path = os.fspath(path)
        self.name = os.path.basename(self.path)
        self.data, self._state = archive.load(path)
        self.entries = archive.directory(self.data, self.name)
        self._replaced: dict[str, archive.Packed] = {}
        self._sheets: dict[str, str] | None = None

    @property
    def sheets(self) -> dict[str, str]:
        """The part of every worksheet by the sheet's name, in the order of the tabs; chart sheets are left out."""
        if self._sheets is None:
            self._sheets = self._read_sheets()
        return self._sheets

    def _read_sheets(self) -> dict[str, str]:
        if WORKBOOK not in self.entries or RELATIONS not in self.entries:
            raise BookError(f"{self.name} {self._unlike_a_workbook()}")
        targets = {}
        for name, attributes in elements(self.read(RELATIONS)):
            kind = attributes.get("Type", "").rpartition("/")[2]
            if name == "Relationship" and kind == "worksheet" and attributes.get("TargetMode") != "External":
                path = posixpath.join("/xl", attributes.get("Target", ""))
                targets[attributes.get("Id", "")] = posixpath.normpath(path).lstrip("/")
        sheets: dict[str, str] = {}
        known = {part.casefold(): part for part in self.entries}
        for name, attributes in elements(self.read(WORKBOOK)):
            if name == "sheet":
                target = targets.get(attributes.get("id", ""))
                part = None if target is None else known.get(target.casefold())
                title = attributes.get("name", "")
                if title in sheets or (target is not None and part is None):
                    raise BookError(f"{self.name} is damaged at its sheet {title!r}: open it in Excel and save it.")
                if part is not None:
                    sheets[title] = part
        if not sheets:
            raise BookError(f"{self.name} has no sheets: it is damaged, or not a workbook of this program.")
        return sheets

    def _unlike_a_workbook(self) -> str:
        if "xl/workbook.bin" in self.entries:
            return "is an .xlsb workbook: open it in Excel and save it as .xlsx or .xlsm."
        if "mimetype" in self.entries:
            return "is an OpenDocument file, which can be read but not changed here: save it as .xlsx."
        if any(part.startswith("xl/") for part in self.entries):
            return "is written in an unusual way: open it in Excel or LibreOffice and save it as .xlsx."
        return "is a ZIP file, but not a workbook: give an .xlsx, .xlsm or .ods file."

    def part(self, sheet: str) -> str:
        """The name of the part that holds a sheet.

        Raises:
            BookError: the workbook has no such sheet.
        """
        try:
            return self.sheets[sheet]
        except KeyError:
            listed = ", ".join(list(self.sheets)[:8])
            raise BookError(f"{self.name} has no sheet {sheet!r}; it has: {listed}.") from None

    def read(self, part: str) -> bytes:
        """The content of a part, as replaced last; see `original` for what can go wrong."""
        return archive.unpacked(self._replaced[part]) if part in self._replaced else self.original(part)

    def original(self, part: str) -> bytes:
        """The content of a part as the file has it.

        Raises:
            BookError: the part is missing or damaged, or it is an XML text with a document type or in another
                encoding than UTF-8, which no spreadsheet program writes.
        """
        entry = self.entries.get(part)
        content = None if entry is None else archive.inflate(self.data, entry)
        if content is None:
            raise BookError(f"{self.name} is damaged at {part}: get it again, or open it in Excel and save it.")
        if part.endswith((".xml", ".rels")):
            if b"<!DOCTYPE" in content:  # entities can be declared nowhere else
                raise BookError(f"{self.name} holds a document type in {part}, which no workbook does: don't use it.")
            if b"\0" in content or not _is_utf8(content):
                raise BookError(f"{self.name} has another encoding than UTF-8 in {part}: open it in Excel and save it.")
        return content

    def replace(self, part: str, content: bytes | Iterable[bytes]) -> None:
        """Give a part new content, whole or in pieces; it is written by `save`."""
        if part not in self.entries:
            raise BookError(f"{self.name} has no part {part}.")
        self._replaced[part] = archive.pack((content,) if isinstance(content, bytes) else content)

    @property
    def date1904(self) -> bool:
        """Whether the dates of this workbook count from 1904; `serial` and `set_cells` want to know."""
        found = [attributes for name, attributes in elements(self.read(WORKBOOK)) if name == "workbookPr"]
        return any(attributes.get("date1904") in ("1", "true") for attributes in found)

    def save(self, path: StrPath, *, new: bool = False) -> None:
        """Write the workbook with its replaced parts into a file, in one step: the old or the new file stands there.

        ``new``: only if nothing bears that name.

        Raises:
            LockedError: the file is open in a spreadsheet program, or held by another one.
            BookError: it can't be written there, or it was changed since it was read.
        """
        own = os.path.realpath(path) == os.path.realpath(self.path)

        def check() -> None:
            check_unlocked(path)
            if own:
                archive.check_unchanged(path, self._state)
            elif new:
                locks.check_new(path)

        check()
        replaced, removed = self._without_stale_chain()
        locks.write_atomically(path, archive.assembled(self.data, self.entries.values(), replaced, removed), check)
        if own:
            self._state = archive.state(path)

    def _without_stale_chain(self) -> tuple[dict[str, archive.Packed], frozenset[str]]:
        """The parts to replace and to remove; the list of formula cells goes when it names one that is gone.

        Excel makes that list anew; a list that names a cell without a formula makes it report a damaged workbook.
        """
        sheets = [part for part in self._replaced if part in self.sheets.values()]
        if CHAIN not in self.entries or all(
            formula_cells(self.original(part)) <= formula_cells(self.read(part)) for part in sheets
        ):
            return self._replaced, frozenset()
        lists = {part: without(self.read(part), posixpath.basename(CHAIN)) for part in (TYPES, RELATIONS)}
        return self._replaced | {part: archive.pack((xml,)) for part, xml in lists.items()}, frozenset([CHAIN])


def _is_utf8(content: bytes) -> bool:
    try:
        return content.isascii() or bool(content.decode())
    except UnicodeDecodeError:
        return False
