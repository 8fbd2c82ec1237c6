"""Names: the file tells processes and precursors apart by their place, the records do it by name.

So every row read gets a key of its own. Where the typed text can't be it, a suffix is added and the text stays as
alias. Every row written gets a text that the formulas of the file mistake for no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..findings import one_line
from ..model import ODD, RESERVED, WARNING, Cell, Precursor, Process, fold
from . import cells as c
from .draft import Draft
from .grid import Grid


class Slot(NamedTuple):
    """A process or precursor at its place in the file: ``name`` is its key in the records, ``typed`` its text there."""

    place: int
    name: str
    typed: str
    category: str

    @property
    def alias(self) -> str:
        """The typed text, where the name differs from it."""
        return self.typed if self.typed != self.name else ""


class Names(NamedTuple):
    """Everything that is named. ``tools`` maps the names given to the CHP tools in use to their place."""

    processes: tuple[Slot, ...]
    precursors: tuple[Slot, ...]
    tools: Mapping[str, int]

    def process(self, place: int) -> str:
        """Key of the process at a place; "" when none is listed there."""
        return next((slot.name for slot in self.processes if slot.place == place), "")

    def called(self, typed: str) -> Slot | None:
        """The first process of this name, as the Commission's formulas look it up."""
        return next((slot for slot in self.processes if fold(slot.typed) == fold(typed)), None)

    def taken(self) -> set[str]:
        """All names in the form in which they are compared, reserved words included."""
        return {*RESERVED, *(fold(slot.name) for slot in (*self.processes, *self.precursors)), *map(fold, self.tools)}


def unique(typed: str, taken: set[str], others: Iterable[str] = ()) -> str:
    """The name, with the first free suffix if it is taken; what it becomes is taken from now on.

    >>> taken = {"mill"}
    >>> unique("Mill", taken), unique("mill", taken, {"mill (3)"})
    ('Mill (2)', 'mill (4)')
    """
    name, number = typed, 2
    while fold(name) in taken or (number > 2 and fold(name) in others):
        name, number = f"{typed.rstrip()} ({number})", number + 1
    taken.add(fold(name))
    return name


def read(tables: Grid, tools: Grid) -> Names:
    """Names of tables 4b and 5 of A_InstData, with an issue for each that can't stay as it is."""
    found: list[tuple[c.Table, int, str, str]] = []
    for table, letters in ((c.PROCESSES, "P"), (c.PRECURSORS, "PP")):
        for index in range(table.size):
            category, typed = tables.text(table.address("category", index)), tables.typed(table.address("name", index))
            if not category and not typed:
                continue
            if not category:
                tables.report("value-missing", f"“{typed.strip()[:60]}” has no goods category, so the Commission's "
                              "workbook leaves it out. Choose one or clear the row.",
                              table.address("category", index))  # fmt: skip
            if not typed:
                typed = f"{letters}{index + 1} - {category}"
                tables.report("value-missing", f"The row has no name; it is called “{typed}”.",
                              table.address("name", index), WARNING)  # fmt: skip
            found.append((table, index, category, typed))
    taken, others = set(RESERVED), {fold(typed) for *_, typed in found}
    slots: dict[int, list[Slot]] = {c.PROCESSES.first: [], c.PRECURSORS.first: []}
    for table, index, category, typed in found:
        name = unique(typed, taken, others)
        address, shown = table.address("name", index), typed.strip()[:60]
        if fold(typed) in RESERVED:
            tables.report("name-reserved", f"“{shown}” has a meaning of its own here: the row is read as “{name}”. "
                          "Choose another name.", address)  # fmt: skip
        elif name != typed:
            tables.report("name-twice", f"“{shown}” is there twice: this row is read as “{name}”. Give every process "
                          "and precursor a name of its own.", address)  # fmt: skip
        if any(letter in ODD for letter in typed):
            tables.report("name-odd", f"“{shown}” holds one of _ * ? ~: the Commission's formulas may take it for "
                          "another name. Leave these characters out.", address)  # fmt: skip
        slots[table.first].append(Slot(index, name, typed, category))
    used = {
        unique(f"CHP {index + 1}", taken, others): index
        for index, places in enumerate(c.CHP)
        if any(tools.value(address) is not None for field, address in places.items() if field not in c.CHP_REFERENCES)
    }
    return Names(tuple(slots[c.PROCESSES.first]), tuple(slots[c.PRECURSORS.first]), used)


LONGEST = 110
"""Most characters of a name in the file: its formulas join two of them to a search text of at most 255."""


def written(processes: Iterable[Process], precursors: Iterable[Precursor], draft: Draft) -> Names:
    """The names as they are written: without the letters that the Commission's formulas take for others, and unique."""
    taken: set[str] = set()
    return Names(
        tuple(_slot(i, p.name, p.alias, p.category, p.at, taken, draft) for i, p in enumerate(processes)),
        tuple(_slot(i, q.name, q.alias, q.category, q.at, taken, draft) for i, q in enumerate(precursors)),
        {},
    )


def _slot(place: int, key: str, alias: str, category: str, at: Cell, taken: set[str], draft: Draft) -> Slot:
    """The place of a process or precursor, with its text there; what is renamed is told."""
    typed = alias or key
    plain = "".join("-" if letter in ODD else letter for letter in typed)[:LONGEST].strip()
    name = unique(plain, taken)
    if name != typed:
        why = f"the formulas there mistake _ * ? ~ and names over {LONGEST} letters"
        why = "names there must differ" if plain == typed else why
        draft.say("sent-renamed", f"“{one_line(typed, 50)}” is written as “{one_line(name, 50)}”: {why}.", at,
                  "alias" if alias else "name")  # fmt: skip
    return Slot(place, key, name, category)
