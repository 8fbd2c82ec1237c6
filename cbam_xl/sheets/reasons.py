"""The one input column of an output sheet: reasons for leaving findings as they are, typed on sheet Issues."""

from __future__ import annotations

from ..acknowledgements import readable
from ..addresses import column_letters
from ..entries import Book, words
from ..model import Issue
from . import outputs
from .declare import FIRST_ROW, HEADER_ROW

COLUMNS = outputs.ISSUES.blocks[0][1]
HEADERS = [c.header for c in COLUMNS]
HEADER = HEADERS[-1]
HEADER_CELL = f"{column_letters(outputs.ISSUES.width + 1)}{HEADER_ROW}"


def read(book: Book) -> tuple[Issue, ...]:
    """The findings of the last run beside which a reason stands."""
    return tuple(i for i in shown(book) if i.acknowledged)


def shown(book: Book) -> tuple[Issue, ...]:
    """What sheet Issues shows; nothing in a workbook whose sheet has no column for reasons."""
    if outputs.ISSUES.name not in book.names:
        return ()
    rows = book.rows(outputs.ISSUES.name)
    header = [words(cell).strip() for cell in rows[HEADER_ROW - 1]] if len(rows) >= HEADER_ROW else []
    if not set(HEADERS) <= set(header):
        return ()
    places = [header.index(text) for text in HEADERS]
    found = []
    for row in rows[FIRST_ROW - 1 :]:
        of = dict(zip((c.field for c in COLUMNS), (words(row[k]) if k < len(row) else "" for k in places), strict=True))
        cell = of["where"].rpartition("!")[2] if "!" in of["where"] else ""
        reason = readable(of["acknowledged"])
        found.append(Issue(of["code"], of["level"], of["message"], of["sheet"], cell, of["cites"], reason))
    return tuple(found)
