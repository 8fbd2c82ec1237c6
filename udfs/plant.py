"""From handles to a Report, once per changed input however many cells ask."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cbam_xl.model import ERROR, fold

from .cells import canonical, rows_of
from .function import CellError
from .handle import KEY, HandleBook, pack, unpack

if TYPE_CHECKING:
    from cbam_xl.model import Installation
    from cbam_xl.report import Balance, Report

KEPT = 32
"""Solved installations that are remembered; the one that wasn't asked for longest is forgotten first."""
LONG = 200


class Plant(NamedTuple):
    """A solved installation, with the book it was read from and its balances by folded name."""

    book: HandleBook
    installation: "Installation"
    report: "Report"
    balances: "Mapping[str, Balance]"

    def balance(self, process: str) -> "Balance":
        """The balance of a process by its name, without regard to case and blanks. Raises CellError."""
        found = self.balances.get(process) or self.balances.get(fold(process))
        if found is None:
            raise CellError("name-unknown", self._unknown(process))
        return found

    def _unknown(self, process: str) -> str:
        from cbam_xl.sheets.cells import nearest

        names = [b.name for b in self.report.processes]
        hint = nearest(process, names) or f" There are: {', '.join(names) or 'none'}."
        return shortened(f"There is no process “{process[:60]}”.{hint}")

    def why(self, process: str, what: str) -> CellError:
        """What a cell says of a figure that isn't known: the first finding on the process, or the first error."""
        issues = self.report.issues
        mine = [i for i in issues if f"“{process}”" in i.message and i.level != "note"]
        cause = next(iter(mine), None) if process else None
        cause = cause or next((i for i in issues if i.level == ERROR), None)
        if cause is None:
            return CellError("unknown", f"{what} of “{process}” isn’t known: =CBAM_EXPLAIN tells which figure lacks.")
        place = f"{cause.sheet}!{cause.cell}: " if cause.cell else ""
        return CellError(cause.code, shortened(f"{place}{cause.message}"))


def shortened(sentence: str) -> str:
    """A sentence that fits a cell."""
    return sentence if len(sentence) <= LONG else f"{sentence[: LONG - 1]}…"


_plants: dict[tuple[str, ...], Plant] = {}
_latest: tuple[tuple[str, ...], Plant | None] = ((), None)


def plant(block: object) -> Plant:
    """The solved installation of a block of handles. Raises CellError when a handle is missing or damaged.

    What stands before the packed data is the key: nothing large is compared or hashed.
    """
    global _latest
    rows: Any = block if type(block) is tuple and block and type(block[0]) is tuple else rows_of(block)
    try:
        key = tuple([text[:KEY] for row in rows for text in row if text])
    except TypeError:
        odd = next(cell for row in rows for cell in row if cell and not isinstance(cell, str))
        raise CellError("handle", f"A cell of the block named installation shows {canonical(odd)}: it takes "
                        "=CBAM_READ(sheet, range) and nothing else.") from None  # fmt: skip
    last, found = _latest
    if found is not None and key == last:
        return found
    found = _plants.pop(key, None) or _solved([text for row in rows for text in row if text])
    _plants[key] = found
    if len(_plants) > KEPT:
        _plants.pop(next(iter(_plants)), None)
    _latest = key, found
    return found


def handles(book: Mapping[str, object]) -> list[list[str]]:
    """The block of handles of a workbook, from the ranges of its input sheets by their names."""
    return [list(pack(sheet, rows)) for sheet, rows in book.items()]


def _solved(texts: list[str]) -> Plant:
    """Unpack, read, solve."""
    from cbam_xl.attribution import recalculate
    from cbam_xl.sheets import records

    if not texts:
        raise CellError("handle", "The cells named installation are empty: recalculate the workbook (Ctrl+Alt+F9).")
    book = HandleBook(unpack(texts))
    read = records.read(book)
    report = recalculate(read)
    balances: dict[str, Balance] = {}
    for b in report.processes:
        balances.setdefault(fold(b.name), b)
        balances.setdefault(b.name, b)
    return Plant(book, read, report, balances)
