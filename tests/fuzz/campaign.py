"""One file after the other: a sound workbook is changed, a command runs on it, and what became of it is judged.

Three things must never happen. A *crash*: a traceback, a death, no end within seconds, or a refusal without a sentence.
A *silent* wrong figure: one that isn't that of the sound workbook, although nothing is said and the file doesn't say so
either. A *loss*: an original that changed without having been written, a written file that can't be read or whose other
parts aren't what they were, remains.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from . import cells, container, damage, markup, rewrites, sizes, witness
from .pool import CHECKOUT, Worker
from .sources import DEFAULTS, OFFICIAL, OURS, TEMPLATE, Source, everything

Change = Callable[[Random, Source], tuple[bytes, str]]

KINDS: dict[str, tuple[Change, int]] = {
    "bytes": (damage.of_bytes, 3), "container": (damage.of_container, 3), "XML": (markup.of_part, 6),
    "cells": (cells.of_value, 5), "numbers": (cells.of_number, 2), "units": (cells.of_unit, 1),
    "names": (cells.of_name, 2),
    "sizes": (sizes.of_size, 1), "rewritten": (rewrites.of_same, 2),
}  # fmt: skip
"""Each kind of change, and how often it comes."""
TYPED = ("numbers", "units", "names")
"""Kinds of changes for which something has to be typed on our sheets."""
EDITION = "2026-08-06"
WRITES = ("recalculate", "check", "communicate")
"""Commands that write sheets of the workbook that they read: `communicate` only sheet Issues."""
OUTPUTS = frozenset(("Start", "Results", "Balances", "Trace", "Issues", "Cost", "Report items", "Precursors"))
PATCHED = frozenset(("xl/workbook.xml", "xl/calcChain.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"))


class Outcome(NamedTuple):
    """What became of one file."""

    number: int
    kind: str
    source: str
    change: str
    command: str
    ended: str
    """refused, findings, computed; or crash, silent, lost."""
    why: str
    seconds: float
    memory: int

    @property
    def bad(self) -> bool:
        """Whether this may never happen."""
        return self.ended in ("crash", "silent", "lost")


class Campaign:
    """A series of files that a seed determines; each has its number and can be made again alone."""

    def __init__(self, folder: Path, seed: int, keep: Path | None = None) -> None:
        self.folder, self.seed, self.keep = folder, seed, keep
        self.sources = everything()
        self.reference = folder / "reference_sheets"
        shutil.copytree(CHECKOUT / "reference_sheets", self.reference, dirs_exist_ok=True)
        self.worker = Worker(self.reference)
        with (self.reference / "default_values_definitive.csv").open(encoding="utf-8", newline="") as file:
            self._old_defaults = sum(row["edition"] != EDITION for row in csv.DictReader(file))
        self._sound: dict[tuple[str, bool], dict[str, Any]] = {}

    def __enter__(self) -> Campaign:
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.stop()

    def outcomes(self, numbers: Iterator[int] | range, kinds: tuple[str, ...] = tuple(KINDS)) -> Iterator[Outcome]:
        """The files with these numbers, one after the other."""
        for number in numbers:
            yield self.one(number, kinds)

    def one(self, number: int, kinds: tuple[str, ...] = tuple(KINDS)) -> Outcome:
        """The file with this number."""
        chance = Random(f"{self.seed}/{number}")
        kind = chance.choices(kinds, [KINDS[k][1] for k in kinds])[0]
        sources = [s for s in self.sources if kind not in TYPED or getattr(s, kind)]
        weights = [{OURS: 10, OFFICIAL: 3, DEFAULTS: 12}[s.kind] for s in sources]
        source = chance.choices(sources, weights)[0]
        data, change = KINDS[kind][0](chance, source)
        file = self.folder / f"file{source.ending}"
        for old in self.folder.glob("*file*"):
            old.unlink()
        file.write_bytes(data)
        command, ended, why, answer = self._tried(chance, kind, source, file, change)
        outcome = Outcome(number, kind, source.name, change, command, ended, why, answer["seconds"], answer["memory"])
        if outcome.bad and self.keep:
            self.keep.mkdir(parents=True, exist_ok=True)
            (self.keep / f"{self.seed}-{number}{source.ending}").write_bytes(data)
        return outcome

    def _tried(
        self, chance: Random, kind: str, source: Source, file: Path, change: str
    ) -> tuple[str, str, str, dict[str, Any]]:
        """Command, outcome, reason and the worker's answer."""
        arguments, written = self._command(chance, kind, source, file)
        look = str(file) if "--json" in arguments else ""
        plain = bool(look) and chance.random() < 0.25
        before = file.read_bytes()
        there = sorted(os.listdir(self.folder))
        answer = self.worker.run({"arguments": arguments, "look": look, "plain": plain})
        command = f"{arguments[0]}{' (standard library)' * plain}"
        if bad := _crash(answer):
            return command, "crash", bad, answer
        status = answer["status"]
        if status == 2:
            ended, why = "refused", answer["err"].strip()
        else:
            ended, why = ("findings", "") if status else ("computed", "")
        now = sorted(os.listdir(self.folder))
        if set(now) - set(there) - ({written.name} if written and status != 2 else set()):
            return command, "lost", f"remains: {set(now) - set(there)}", answer
        if (arguments[0] not in WRITES or status == 2) and file.read_bytes() != before:
            return command, "lost", "the original changed", answer
        bad = ""
        if source.kind == DEFAULTS:
            bad = self._lost_edition()
        else:
            for place in {file, written or file}:
                if place.exists() and place.read_bytes() != before:
                    bad = bad or self._lost(source, before, place)
        if bad:
            return command, "lost", bad, answer
        if look and status != 2 and (bad := self._silent(kind, source, change, plain, answer)):
            return command, "silent", bad, answer
        return command, ended, why, answer

    def _command(self, chance: Random, kind: str, source: Source, file: Path) -> tuple[list[str], Path | None]:
        """What is run, and the file it may write."""
        path, out = str(file), self.folder / "outfile.xlsx"
        if source.kind == DEFAULTS:
            return ["update-defaults", path, "--edition", EDITION, "--show", "3"], self.reference
        read = ["recalculate", path, "--json"], None
        if kind in ("numbers", "units", "rewritten") or chance.random() < 0.6:
            return read
        if source.kind == OFFICIAL:
            return chance.choice((read, (["import", path, "-o", str(out)], out), (["check", path], None)))
        choices: list[tuple[list[str], Path | None]] = [
            (["recalculate", path], file), (["recalculate", path], file), (["recalculate", path], file),
            (["check", path, "--write"], file), (["materiality", path], None), (["compare-laws", path], None),
            (["explain", path, "Clinker kiln", "--contributions"], None), (["explain", path, "Clinker kiln"], None),
            (["refresh", path, "-o", str(out.with_suffix(".xlsm"))], out.with_suffix(".xlsm")),
        ]  # fmt: skip
        if TEMPLATE.is_file():
            choices.append((["communicate", path, "--template", str(TEMPLATE), "-o", str(out)], out))
        return chance.choice(choices)

    def _lost_edition(self) -> str:
        """What is wrong with the sheet of default values after an update; "" for nothing."""
        with (self.reference / "default_values_definitive.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        old = [row for row in rows if row["edition"] != EDITION]
        if len(old) != self._old_defaults:
            return f"{len(old)} of {self._old_defaults} rows of older editions are there"
        odd = [row for row in rows if row["edition"] == EDITION for key, cell in row.items() if key in ("country",
                                                                                                        "cn_code",
                                                                                                        "route",
                                                                                                        "direct",
                                                                                                        "indirect",
               "total") and not re.fullmatch(r"[A-Z]{0,2}|[A-Z/-]*|\d*(\.\d+)?|N/A|OTHER|UNKNOWN",
                                             cell or "")]  # fmt: skip
        return f"a row holds {odd[0]}" if odd else ""

    def _lost(self, source: Source, before: bytes, written: Path) -> str:
        """What is wrong with a file that was written; "" for nothing."""
        answer = self.worker.run({"arguments": ["recalculate", str(written), "--json"], "look": ""})
        if bad := _crash(answer):
            return f"the written file: {bad}"
        if written.name.startswith("outfile"):  # what can't be read in the original isn't read by `refresh`
            return (
                "" if written.suffix == ".xlsm" or answer["status"] != 2 else f"refused when written: {answer['err']}"
            )
        if answer["status"] == 2:
            return f"refused when written: {answer['err']}"
        old, new = container.packed_parts(before), container.packed_parts(written.read_bytes())
        was, now = container.Lazy(before), container.Lazy(written.read_bytes())
        try:
            sheets = witness.sheets_of(was)
        except witness.Unsound:
            return ""
        own = {part for sheet, part in sheets.items() if sheet in OUTPUTS} | PATCHED
        if source.name.startswith(("live", "cbam_installation_live", "cbam_installation.xlsm")):
            own |= {part for sheet, part in sheets.items() if sheet not in source.inputs}
        changed = [name for name in old.keys() | new.keys() if name not in own and old.get(name) != new.get(name)]
        if changed:
            return f"other parts changed: {changed}"
        for sheet, part in sheets.items():
            if old.get(part) != new.get(part) and _unsound(now, part) and not _unsound(was, part):
                return f"sheet {sheet} was sound and is {_unsound(now, part)}"
        return ""

    def _silent(self, kind: str, source: Source, change: str, plain: bool, answer: dict[str, Any]) -> str:
        """Why figures are wrong without a word; "" when they aren't."""
        if "refused" in answer:
            return "" if plain else f"the second reading is refused: {answer['refused']}"
        sound = self._of_sound(source, plain)
        same = all(answer[key] == sound[key] for key in ("figures", "trace"))
        told = set(answer["findings"]) - set(sound["findings"])
        severe = any(not finding.startswith("note") for finding in told)
        if kind == "rewritten" and not (same and answer["findings"] == sound["findings"]):
            return f"rewritten, it says something else {sorted(told)}"
        if kind in ("numbers", "units") and same and not told:
            if kind == "numbers" and answer["records"] != sound["records"] and cells.HANDED_ON in change:
                return ""
            return "nothing changed, and nothing is said"
        if not same and answer["unread"] and not severe:
            return f"{answer['unread']}; other figures, and nothing is said"
        return ""

    def _of_sound(self, source: Source, plain: bool) -> dict[str, Any]:
        key = source.name, plain
        if key not in self._sound:
            file = self.folder / f"sound{source.ending}"
            file.write_bytes(source.data)
            job = {"arguments": ["recalculate", str(file), "--json"], "look": str(file), "plain": plain}
            self._sound[key] = self.worker.run(job)
            file.unlink()
        return self._sound[key]


def _unsound(parts: Mapping[str, bytes], part: str) -> str:
    try:
        witness.cells_of(parts, part)
    except witness.Unsound as error:
        return str(error)
    return ""


def _crash(answer: dict[str, Any]) -> str:
    """Why this is no way to end; "" when it is one."""
    crash, err, status = str(answer["crash"]), str(answer["err"]), answer["status"]
    if crash:
        return crash
    if "Traceback" in err or "panicked" in err:
        return f"on standard error: {err}"
    if status not in (0, 1, 2):
        return f"exit status {status}"
    lines = err.strip().splitlines()
    if status == 2 and not (lines and lines[-1].startswith("cbam-xl: ") and lines[-1].endswith((".", "!", "?", "”"))):
        return f"no sentence: {err!r}"
    if status == 2 and ("enough memory" in err or "can't be read or written" in err):
        return f"no reason: {err!r}"
    return ""
