"""Names are keys: unique on their sheets, and found again without case and blanks wherever a row mentions them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..entries import nearest
from ..model import ODD, RESERVED, Cell, fold
from . import choices
from .cells import shown
from .declare import Column, Sheet
from .read import Table

HINTS = 20
"""Most unknown names of a column for which the nearest known one is looked up."""
NAMED = ("Processes", "Energy units", "Precursors", "Goods")
"""Sheets whose rows bear names."""

COMMUNICATED = ("Processes", "Precursors")
"""Sheets whose names the Commission's formulas look up; further rows with the same name continue the first."""


class Names(NamedTuple):
    """The names of processes, energy units, precursors and goods, as they were first typed."""

    known: Mapping[str, Mapping[str, str]]
    """By sheet: folded name -> name."""
    unread: frozenset[str]
    """Sheets that can't be read."""

    def resolve(self, table: Table) -> None:
        """Every name that a row mentions as it was first typed; one that stands nowhere is an error."""
        for column in table.sheet.columns:
            if column.kind == "open":
                self._ends(table, column)
            if column.kind != "ref":
                continue
            allowed = choices.NAMES[column.choices]
            known = {fold(w): w for w in allowed.words}
            for sheet in allowed.sheets:
                known.update(self.known[sheet])
                known.update((name, name) for name in self.known[sheet].values())
            values = table.columns[column.field]
            unknown: dict[str, str] = {}
            blind = not self.unread.isdisjoint(allowed.sheets)
            for row, value in enumerate(values):
                if not value:
                    values[row] = column.default if (row, column.field) not in table.faulty else ""
                elif name := known.get(value) or known.get(fold(value)):
                    values[row] = name
                elif not blind:  # a name can't be called unknown while a sheet with names can't be read
                    if value not in unknown:
                        known_here = known if len(unknown) < HINTS else {}
                        unknown[value] = _misplaced(value, table.sheet, column) or _unknown(value, allowed, known_here)
                    table.fault("name-unknown", row, column, unknown[value])

    def _ends(self, table: Table, column: Column) -> None:
        """Free text that is a word for an end of the row, in the wrong column."""
        ends = {
            fold(word): c for c in table.sheet.columns if c.kind == "ref" for word in choices.NAMES[c.choices].words
        }
        values = table.columns[column.field]
        if ends.keys().isdisjoint(map(fold, set(values))):
            return
        for row, value in enumerate(values):
            if end := ends.get(fold(value)):
                values[row] = ""
                table.fault("name-reserved", row, column, f"says “{shown(value)}”, which belongs in “{end.header}”: "
                            "enter it there.")  # fmt: skip


def of(*tables: Table) -> tuple[Names, dict[str, Table]]:
    """The names on the sheets that bear them, and those tables again: their names written alike, with what is wrong."""
    mine = {table.sheet.name: table.copy() for table in tables}
    taken: dict[str, Cell] = {}
    known = {sheet: _names(table, taken) for sheet, table in mine.items()}
    return Names(known, frozenset(sheet for sheet, table in mine.items() if not table.places)), mine


def _names(table: Table, taken: dict[str, Cell]) -> dict[str, str]:
    """Folded name -> name of one sheet; ``taken``: where the names stand that came before, of all sheets."""
    mine: dict[str, str] = {}
    for row, name in enumerate(table.columns["name"]):
        if not name:
            continue
        key, text = fold(name), shown(name)
        if key in RESERVED:
            table.say("name-reserved", row, "name", f"“{text}” is a reserved word: choose another name.")
        elif key in mine and table.sheet.name not in COMMUNICATED:
            table.say("name-twice", row, "name", f"“{text}” stands here twice (first in {taken[key].address('name')}): "
                      "names must differ.")  # fmt: skip
        elif key in mine and mine[key] != name:
            table.say("name-twice", row, "name", f"“{text}” and “{shown(mine[key])}” are the same name written in two "
                      "ways: write them alike, or rename one.")  # fmt: skip
            table.columns["name"][row] = mine[key]
        elif key in taken and key not in mine:
            place = taken[key]
            table.say("name-twice", row, "name", f"“{text}” is also a name on {place.sheet} ({place.address('name')}): "
                      "rename one of them.")  # fmt: skip
        if key not in mine and table.sheet.name in COMMUNICATED:
            field = "alias" if table.columns["alias"][row] else "name"
            written = table.columns[field][row]
            if any(letter in ODD for letter in written):
                table.say("name-odd", row, field, f"“{shown(written)}” holds one of _ * ? ~: the Commission's formulas "
                          "may take it for another name. Leave these characters out.")  # fmt: skip
        mine.setdefault(key, name)
        taken.setdefault(key, table.at[row])
    return mine


def _misplaced(word: str, sheet: Sheet, column: Column) -> str:
    """What to do about a word of another column or sheet; "" when it is none."""
    shared = {fold(w): reason for w, reason in choices.NAMES[column.choices].instead.items()}
    if reason := shared.get(fold(word)):
        return f"says “{shown(word)}”: {reason}."
    for other in sheet.columns:
        names = choices.NAMES.get(other.choices)
        words = names.words if names else choices.entries(other.choices) if other.kind == "open" else ()
        if fold(word) in map(fold, words):
            return f"says “{shown(word)}”, which belongs in “{other.header}”: enter it there, and a name here."
    return ""


def _either(sheets: tuple[str, ...]) -> str:
    """“A, B or C”."""
    return " or ".join(part for part in (", ".join(sheets[:-1]), sheets[-1]) if part)


def _unknown(name: str, allowed: choices.Names, known: Mapping[str, str]) -> str:
    """What to do about a name that stands nowhere: the nearest one, else the words that may stand there."""
    hint = nearest(name, known.values())
    words = "" if hint else "".join(f", nor “{word}”" for word in allowed.words)
    rest = f", which isn't on {_either(allowed.sheets)}{words}: correct it, or add its row there.{hint}"
    return f"names “{shown(name, 168 - len(rest))}”{rest}"
