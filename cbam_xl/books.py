"""Books: anything with rows. A workbook file, or a handful of lists.

What a book has is said by :class:`cbam_xl.entries.Book`. Files are read by python-calamine, which ends the whole
process on some malformed files; therefore everything it is given was looked at before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from .archive import assembled, pack
from .cell_xml import Value
from .locks import BookError, LockedError, StrPath, check_unlocked
from .look import (
    KNOWN,
    NOT_CALCULATED,
    Used,
    find_faults,
    is_sheet,
    looks_wide,
    ods_sheets,
    used_range,
    well_formed,
    with_known_errors,
)
from .package import WORKBOOK, Package

if TYPE_CHECKING:
    from queue import SimpleQueue

    from python_calamine import CalamineWorkbook

    Coming: TypeAlias = SimpleQueue["Rows | BaseException"]

__all__ = ["NOT_CALCULATED", "BookError", "FileBook", "LockedError", "RowsBook", "Value", "check_unlocked"]

Rows: TypeAlias = list[list[Value]]

AHEAD_FROM = 1 << 18
"""Bytes of a file from which on a second thread pays."""
MAX_SPARSE = 4_000_000
"""Most cells in the used range of a sheet of which hardly any is filled."""
MIN_FILLED = 20
"""A larger used range is read when at least one cell in so many is filled."""
MAX_CELLS = 50_000_000
"""Most cells in the used range of any sheet."""
NAMED_RANGE = rb'<(?:\w+:)?definedName\b[^>]*?\bname="(\w+)"[^>]*>[^<]*?:\$?[A-Z]+\$?(\d+)\s*</'
"""Name and last row of a defined name that is a range."""


class RowsBook:
    """A book made of lists, for tests and for ranges handed over by a spreadsheet program."""

    def __init__(self, sheets: Mapping[str, Sequence[Sequence[Value | None]]]) -> None:
        self._sheets = sheets

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sheets."""
        return tuple(self._sheets)

    def rows(self, sheet: str, last_row: int | None = None) -> Rows:
        """The rows of a sheet; None counts as blank."""
        if sheet not in self._sheets:
            raise BookError(f"There is no sheet {sheet!r}; there is: {', '.join(self._sheets)}.")
        return [["" if value is None else value for value in row] for row in self._sheets[sheet][:last_row]]

    def faults(self, sheet: str) -> dict[str, str]:
        """Empty: lists hold no formulas."""
        return {}

    def last_row(self, range_name: str) -> int | None:
        """None: lists have no named ranges."""
        return None


class FileBook:
    """A workbook file: .xlsx, .xlsm, or .ods. It is read once; what another program writes later isn't seen.

    Raises:
        BookError: the file is missing, damaged, protected, too large, or not a workbook.
    """

    names: tuple[str, ...]
    """The names of the worksheets, in the order of the tabs."""

    def __init__(self, path: StrPath) -> None:
        self.package = Package(path)
        self._workbook: CalamineWorkbook | None = None
        self._faults: dict[str, dict[str, str]] = {}
        self._coming: dict[str, Coming] = {}
        self._last_rows: dict[str, int] | None = None
        self._plain: tuple[list[str], frozenset[int]] | None = None  # texts, and styles of dates
        if "mimetype" in self.package.entries and "content.xml" in self.package.entries:
            self._look_into_ods()
            self.names = tuple(self._faults)
            return
        self.names = tuple(self.package.sheets)
        for part in self.package.entries:
            if part.casefold() in ("xl/sharedstrings.xml", "xl/styles.xml"):
                self._check_table(self.package.read(part))

    def rows(self, sheet: str, last_row: int | None = None) -> Rows:
        """All rows of a sheet from row 1 and column A, up to `last_row`: blank is '', numbers are floats.

        Raises:
            BookError: the workbook has no such sheet, or the sheet can't be read.
        """
        if last_row == 0:
            return []
        faults = self.faults(sheet)
        with self._readable(f" at its sheet {sheet!r}"):
            if coming := self._coming.pop(sheet, None):
                if isinstance(rows := coming.get(), BaseException):
                    raise rows
                return rows[:last_row]
            if not _has_calamine():
                return self._plain_rows(sheet)[:last_row]
            source = self._source() if KNOWN.issuperset(faults.values()) else self._open_with_known_errors(sheet)
            return _rows(source, sheet, last_row)

    def read_ahead(self, sheets: Iterable[str]) -> None:
        """Read sheets in a second thread, as calamine allows, while the rows of those before are worked on.

        All are looked into at once. Sheets with faults, and those of short files, wait until their rows are asked for.
        That thread has its own workbook of calamine: two threads can't read from one at the same time.
        """
        if len(self.package.data) < AHEAD_FROM or not _has_calamine():
            return
        from queue import SimpleQueue
        from threading import Thread

        wanted: SimpleQueue[tuple[str, Coming] | None] = SimpleQueue()
        with self._readable(""):
            source = self._open(self.package.data)
        Thread(target=_read_all, args=(source, wanted), daemon=True).start()
        try:
            for sheet in sheets:
                if sheet in self.names and not self.faults(sheet):
                    coming: Coming = SimpleQueue()
                    self._coming[sheet] = coming
                    wanted.put((sheet, coming))
        finally:
            wanted.put(None)

    def _source(self) -> CalamineWorkbook:
        if self._workbook is None:
            self._workbook = self._open(self.package.data)
        return self._workbook

    def faults(self, sheet: str) -> dict[str, str]:
        """Cells that hold no value, by address: the error they show, or "not calculated" for a formula never run."""
        if sheet not in self._faults:
            self._faults[sheet] = self._look(sheet)
        return self._faults[sheet]

    def last_row(self, range_name: str) -> int | None:
        """The last row of a range that bears this name, such as in_goods; None when none does."""
        if self._last_rows is None:
            xml = b"" if WORKBOOK not in self.package.entries else self.package.read(WORKBOOK)
            self._last_rows = {name.decode(): int(row) for name, row in re.findall(NAMED_RANGE, xml)}
        return self._last_rows.get(range_name)

    def _look(self, sheet: str) -> dict[str, str]:
        """Look into a sheet before calamine does; the faults in it."""
        if sheet not in self.names:
            raise BookError(f"{self.package.name} has no sheet {sheet!r}; it has: {', '.join(self.names[:8])}.")
        xml = self.package.read(self.package.part(sheet))
        if not is_sheet(xml):
            raise BookError(f"{self.package.name} is damaged at its sheet {sheet!r}: open it in Excel and save it.")
        if looks_wide(xml):
            self._check_extent(sheet, used_range(xml))
        return find_faults(xml)

    def _look_into_ods(self) -> None:
        if b"encryption-data" in self.package.read("META-INF/manifest.xml"):
            raise BookError(f"{self.package.name} is protected by a password: remove the password and save it.")
        for sheet, (used, faults) in ods_sheets(self.package.read("content.xml")).items():
            self._check_extent(sheet, used)
            self._faults[sheet] = faults
        if not self._faults:
            raise BookError(f"{self.package.name} has no sheets: it is damaged, or not a spreadsheet.")

    def _open(self, data: bytes) -> CalamineWorkbook:
        from io import BytesIO

        from python_calamine import CalamineWorkbook

        return CalamineWorkbook.from_filelike(BytesIO(data))

    def _plain_rows(self, sheet: str) -> Rows:
        """The rows by the standard library, in a program whose Python has no calamine."""
        from . import sheet_rows

        package = self.package
        if self._plain is None:
            strings, styles = (next((part for part in package.entries if part.casefold() == f"xl/{name}.xml"), "")
                               for name in ("sharedstrings", "styles"))  # fmt: skip
            self._plain = (sheet_rows.shared_strings(package.read(strings)) if strings else [],
                           sheet_rows.date_styles(package.read(styles)) if styles else frozenset())  # fmt: skip
        return sheet_rows.rows(package.read(package.part(sheet)), *self._plain, package.date1904)

    def _open_with_known_errors(self, sheet: str) -> CalamineWorkbook:
        part = self.package.part(sheet)
        changed = {part: pack((with_known_errors(self.package.read(part)),))}
        return self._open(b"".join(assembled(self.package.data, self.package.entries.values(), changed)))

    @contextmanager
    def _readable(self, where: str) -> Iterator[None]:
        """Turn what calamine raises into one sentence; a panic in it isn't even an `Exception`."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:
            name = self.package.name
            raise BookError(f"{name} can't be read{where} ({error}): open it in Excel and save it.") from error

    def _check_table(self, xml: bytes) -> None:
        """Refuse a broken table, and one that claims more entries than it has bytes: calamine would reserve room."""
        claim = re.search(rb"""\buniqueCount\s*=\s*["']\s*\+?(\d+)""", xml[:65536])
        if not well_formed(xml) or (claim is not None and int(claim[1]) > len(xml)):
            raise BookError(f"{self.package.name} is damaged at its texts: open it in Excel and save it.")

    def _check_extent(self, sheet: str, used: Used) -> None:
        """Refuse a sheet with a lone cell far away: its whole range would have to be held in memory."""
        area = used.rows * used.columns
        if area > MAX_SPARSE and area > used.filled * MIN_FILLED:
            raise BookError(
                f"Sheet {sheet!r} of {self.package.name} has a value at {used.farthest}, far away from all others: "
                f"clear that cell, or delete the empty rows and columns before it, and save."
            )
        if area > MAX_CELLS:
            raise BookError(
                f"Sheet {sheet!r} of {self.package.name} has {area:,} cells, more than can be read: split it."
            )


@cache
def _has_calamine() -> bool:
    from importlib.util import find_spec

    return find_spec("python_calamine") is not None


def _rows(workbook: CalamineWorkbook, sheet: str, last_row: int | None = None) -> Rows:
    return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=last_row)


def _read_all(workbook: CalamineWorkbook, wanted: SimpleQueue[tuple[str, Coming] | None]) -> None:
    """Read one sheet after the other until there are no more; what is raised is handed over like rows."""
    for sheet, coming in iter(wanted.get, None):
        try:
            coming.put(_rows(workbook, sheet))
        except BaseException as error:  # a panic of calamine isn't an Exception
            coming.put(error)
