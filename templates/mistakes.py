"""Mistakes planted into a worked example: what was typed, the finding that must say so, and where it stands.

An example that ``extends`` another has a list of mistakes instead of sheets. Rows keep their places: a row that was
deleted is blank, a new one stands below the last.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import rules

from cbam_xl.sheets.declare import FIRST_ROW
from cbam_xl.sheets.inputs import BY_NAME, INSTALLATION

Data = dict[str, Any]
"""An example: rows by sheet and field name, the form as “Installation”."""

ORIGINS = {"field": "seen in the field", "unseen": "a stranger’s", "ours": "ours"}
"""Whose idea a mistake was; a stranger had seen none of the rules."""

NAME = "tutorial_mistakes"
BEGIN, END = "<!-- mistakes: made by templates/build.py -->", "<!-- end of mistakes -->"


class Edit(NamedTuple):
    """What was done to one row: cells typed anew, a row added, or one deleted.

    ``row``: fields by which it is found; none on the form, and for a row that is added. ``cells``: None deletes it.
    """

    sheet: str
    row: Mapping[str, object]
    cells: Mapping[str, object] | None

    @property
    def adds(self) -> bool:
        return not self.row and self.sheet != INSTALLATION.name


class Mistake(NamedTuple):
    """A mistake as a plant engineer would tell it, what was typed, and its finding: code and place.

    ``brings``: codes of findings that the same mistake brings elsewhere.
    """

    story: str
    origin: str
    edits: tuple[Edit, ...]
    code: str
    seen: tuple[str, Mapping[str, object], str]  # sheet, fields by which the row is found, field
    brings: tuple[str, ...]


def read(path: Path) -> tuple[Mistake, ...]:
    """The mistakes of an example that extends another; () for one that doesn't. KeyError for a key that lacks."""
    return tuple(map(_mistake, tomllib.loads(path.read_text(encoding="utf-8")).get("mistake", ())))


def _mistake(entry: Data) -> Mistake:
    """The finding stands at the first cell that was typed, unless “seen” says otherwise."""
    edits = tuple(_edit(e) for e in entry["edits"])
    first = edits[0]
    found = first.row or first.cells or {}
    seen = entry.get("seen") or {"column": next(iter(first.cells or {}), "")}
    return Mistake(entry["story"], entry["from"], edits, entry["code"],
                   (seen.get("sheet", first.sheet), seen.get("row", found), seen["column"]),
                   tuple(entry.get("brings", ())))  # fmt: skip


def _edit(entry: Data) -> Edit:
    if "add" in entry:
        return Edit(entry["sheet"], {}, entry["add"])
    return Edit(entry["sheet"], entry.get("row", {}), None if entry.get("delete") else entry["set"])


def base(path: Path) -> Data:
    """An example by its file; of one that extends another, that one."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return base(path.with_name(f"{data['extends']}.toml")) if "extends" in data else data


def example(path: Path) -> Data:
    """An example by its file, with its mistakes."""
    return planted(base(path), read(path))


def planted(data: Data, mistakes: Iterable[Mistake]) -> Data:
    """A copy of an example with mistakes in it."""
    found = copy.deepcopy(data)
    typed: dict[tuple[str, int], Data] = {}
    for mistake in mistakes:
        for edit in mistake.edits:
            if edit.adds:
                found.setdefault(edit.sheet, []).append(dict(edit.cells or {}))
            else:  # rows are found in the example as it was, because a mistake may change a name
                typed.setdefault((edit.sheet, position(data, edit.sheet, edit.row)), {}).update(
                    dict.fromkeys(data[edit.sheet][position(data, edit.sheet, edit.row)], "")
                    if edit.cells is None else edit.cells)  # fmt: skip
    for (sheet, row), cells in typed.items():
        (found[sheet] if sheet == INSTALLATION.name else found[sheet][row]).update(cells)
    return found


def position(data: Data, sheet: str, row: Mapping[str, object]) -> int:
    """Where a row stands, from 0. ValueError when none or several are like that."""
    if sheet == INSTALLATION.name:
        return 0
    places = [n for n, entry in enumerate(data.get(sheet, ())) if row.items() <= entry.items()]
    if len(places) != 1:
        raise ValueError(f"{len(places)} rows of {sheet} are {dict(row)}")
    return places[0]


def place(mistake: Mistake, data: Data, wrong: Data) -> str:
    """Where the finding stands, as Sheet!Cell: ``data`` as it was, ``wrong`` with the mistake."""
    sheet, row, field = mistake.seen
    if any(edit.adds and edit.sheet == sheet and edit.cells == row for edit in mistake.edits):
        place = max(n for n, entry in enumerate(wrong[sheet]) if entry == row)
    else:
        place = position(data, sheet, row)
    return f"{sheet}!{rules.letter(BY_NAME[sheet], field)}{place + FIRST_ROW}"


def written(readme: Path) -> str:
    """The text of a README with the list of mistakes of the example beside it made anew."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{table(readme.with_name(f'{NAME}.toml'))}{END}{after}"


def table(path: Path) -> str:
    """The mistakes of an example as a table: what happened, where the finding stands, its code, who thought of it."""
    data, mistakes = base(path), read(path)
    wrong = planted(data, mistakes)
    lines = ["| | What happened | Where Check points to | Finding | Whose idea |", "|---:|---|---|---|---|"]
    for number, mistake in enumerate(mistakes, 1):
        at = place(mistake, data, wrong)
        lines.append(f"| {number} | {mistake.story} | {at} | `{mistake.code}` | {ORIGINS[mistake.origin]} |")
    return "\n".join(lines) + "\n"
