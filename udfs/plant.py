"""From handles to a Report, once per changed input however many cells ask."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cbam_xl.model import ERROR, fold
from cbam_xl.sheets.declare import IMPORTED, IMPORTED_HANDLE
from cbam_xl.sheets.kept import Kept

from .cells import canonical, rows_of
from .function import CellError
from .handle import KEY, HandleBook, pack, unpack

if TYPE_CHECKING:
    from cbam_xl.attribution import Solved
    from cbam_xl.model import Installation
    from cbam_xl.report import Balance, Report, Totals

KEPT = 32
"""Solved installations that are remembered; the one that wasn't asked for longest is forgotten first."""
LONG = 200


class Plant:
    """A solved installation, with the book it was read from. It is checked when somebody asks for what checks find."""

    def __init__(self, book: HandleBook, installation: "Installation", solved: "Solved") -> None:
        self.book, self.installation, self._solved = book, installation, solved
        self.balances: dict[str, Balance] = {}
        """By name and folded name."""
        for b in solved.report.processes:
            self.balances.setdefault(fold(b.name), b)
            self.balances.setdefault(b.name, b)
        self._checked: Report | None = None

    @property
    def totals(self) -> "Totals":
        """The installation as a whole."""
        return self._solved.report.installation

    @property
    def report(self) -> "Report":
        """All figures, closure lines, terms and findings."""
        if self._checked is None:
            from cbam_xl.attribution import checked

            self._checked = checked(self._solved)
        return self._checked

    def balance(self, process: str) -> "Balance":
        """The balance of a process by its name, without regard to case and blanks. Raises CellError."""
        found = self.balances.get(process) or self.balances.get(fold(process))
        if found is None:
            raise CellError("name-unknown", self._unknown(process))
        return found

    def _unknown(self, process: str) -> str:
        from cbam_xl.entries import nearest

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
_steps = Kept()


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
    """The block of handles of a workbook, from the ranges of its input sheets by their names; and its mark, if any."""
    return [[IMPORTED_HANDLE] if sheet == IMPORTED else list(pack(sheet, rows)) for sheet, rows in book.items()]


def _solved(texts: list[str]) -> Plant:
    """Unpack, read, solve; what doesn't follow from a changed sheet is as it was."""
    from cbam_xl.attribution import applying, figures
    from cbam_xl.collector import paused
    from cbam_xl.sheets import records

    if not texts:
        raise CellError("handle", "The cells named installation are empty: recalculate the workbook (Ctrl+Alt+F9).")
    with paused():
        book = HandleBook(unpack(texts), imported=IMPORTED_HANDLE in texts)
        read = records.read(book, _steps)
        return Plant(book, read, figures(read, applying(read)))
