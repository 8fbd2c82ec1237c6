"""The last thing that a button wrote, taken back as a whole; it is remembered until Python is restarted."""

from typing import NamedTuple

from cbam_xl.acknowledgements import kept
from cbam_xl.locks import BookError
from cbam_xl.sheets import reasons

from .open_book import OpenBook, Snapshot, XlBook, as_stands, over, restore
from .screen import write_issues, writing

NOTHING = "There is nothing to undo: no recalculation and no import since Python was started."
MOVED = "Sheet “{}” was changed since: the added rows aren't where they were. Delete them there."


class Step(NamedTuple):
    """What stood there before, what to tell when it stands there again, and what must still stand there by then."""

    before: Snapshot
    told: str
    still: Snapshot


_last: dict[str, Step] = {}
"""The last step by the path of its workbook."""


def remember(book: XlBook, before: Snapshot, told: str, still: Snapshot | None = None) -> None:
    """Note what a button is about to write over."""
    _last[book.fullname] = Step(before, told, still or {})


def take_back(book: XlBook) -> str:
    """Put back what stood there. Raises BookError where rows were moved since."""
    step = _last.get(book.fullname)
    if step is None:
        return NOTHING
    for name, areas in step.still.items():
        for first, rows in areas:
            if as_stands(over(book.sheets[name], first, rows)) != rows:
                raise BookError(MOVED.format(name))
    del _last[book.fullname]
    typed = reasons.read(OpenBook(book))
    with writing(book):
        restore(book, step.before)
    shown = reasons.shown(OpenBook(book))
    if (again := kept(shown, typed)) != shown:  # reasons typed since are kept
        write_issues(book, again)
    return step.told
