"""A child process that runs commands on hostile files, one after the other, under caps of memory.

Each line of standard input is a job, each line of standard output what became of it (both JSON).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MEMORY = 3 << 30
"""Most bytes of address space; a sound workbook takes a tenth."""
OFFICIAL = ("A_InstData", "B_EmInst", "C_Emissions&Energy", "D_Processes", "E_PurchPrec", "F_Tools")
"""Sheets of the Commission's template in which figures are typed."""


def main() -> None:
    """Serve jobs until standard input ends."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError):
        pass
    _read_reference_sheets_from(os.environ["CBAM_FUZZ_REFERENCE"])
    jobs, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in jobs:
        answers.write(json.dumps(_served(json.loads(line))) + "\n")
        answers.flush()


def _read_reference_sheets_from(folder: str) -> None:
    """What ``update-defaults`` writes goes into a copy."""
    from cbam_xl import reference

    reference.folder = lambda: folder


def _served(job: dict[str, Any]) -> dict[str, Any]:
    """Run one job: the command, and when asked for a look at what was read and computed."""
    from cbam_xl.__main__ import main as command

    start = time.process_time()
    answer: dict[str, Any] = {"status": None, "crash": ""}
    with _streams() as (out, err):
        try:
            answer["status"] = command(job["arguments"])
        except SystemExit as left:
            answer["status"] = left.code
        except BaseException:
            answer["crash"] = traceback.format_exc()[-1500:]
        answer["seconds"] = time.process_time() - start
        if job["look"] and answer["status"] in (0, 1):
            try:
                answer |= _look(job["look"], job.get("plain", False))
            except BaseException:
                answer["crash"] = traceback.format_exc()[-1500:]
        sys.stdout.flush()
        sys.stderr.flush()
        answer |= {"out": _text(out), "err": _text(err)}
    answer["memory"] = _memory()
    return answer


@contextmanager
def _streams() -> Iterator[tuple[io.FileIO, io.FileIO]]:
    """Standard output and error as files, down to what other languages write there."""
    with tempfile.TemporaryFile(buffering=0) as out, tempfile.TemporaryFile(buffering=0) as err:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8")
        yield out, err


def _text(file: io.FileIO) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")[:4000]


def _memory() -> int:
    """The most bytes this process ever held."""
    try:
        import resource
    except ImportError:
        return 0
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) << 10


def _look(path: str, plain: bool) -> dict[str, Any]:
    """Digests of figures, trace and records, the findings, and where cells were read as the file doesn't say them.

    ``plain``: read by the standard library alone, as in a browser.
    """
    from cbam_xl import books, road
    from cbam_xl.attribution import recalculate
    from cbam_xl.errors import CbamError

    known = books._has_calamine
    if plain:
        books._has_calamine = lambda: False  # type: ignore[assignment]
    try:
        book = books.FileBook(path)
        installation = road.read_book(book, book.package.name)
        report = recalculate(installation)
        unread, cells = _held_against_the_file(book)
    except CbamError as error:
        return {"refused": str(error)}
    finally:
        books._has_calamine = known
    whole: dict[str, Any] = dict(report.json())
    issues: Any = whole.pop("issues")
    return {
        "figures": _digest(whole),
        "trace": _digest(report.terms[:]),
        "records": _digest(installation._replace(issues=())),
        "cells": _digest(cells),
        "findings": sorted(f"{i['level']} {i['code']} {i['sheet']}!{i['cell']}" for i in issues),
        "unread": unread,
    }


def _digest(value: object) -> str:
    return hashlib.sha1(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _held_against_the_file(book: Any) -> tuple[str, Any]:
    """Where the cells of the input sheets aren't those of the file (nothing is ""), and the cells of the file."""
    from cbam_xl.sheets import inputs

    from . import witness

    package = book.package
    if "content.xml" in package.entries:
        return "", ()
    parts = _Parts(package)
    try:
        places = witness.sheets_of(parts)
    except witness.Unsound as error:
        return f"the workbook is unsound ({error})", ()
    seen = []
    for sheet in book.names:
        if sheet not in inputs.BY_NAME and sheet not in OFFICIAL:
            continue
        try:
            told = witness.cells_of(parts, places.get(sheet, ""))
        except witness.Unsound as error:
            return f"sheet {sheet} is unsound ({error})", ()
        seen.append((sheet, sorted(told.items())))
        read = {(r, c): value for r, row in enumerate(book.rows(sheet), 1) for c, value in enumerate(row, 1)
                if value != ""}  # fmt: skip
        faults = book.faults(sheet)
        for place in told.keys() | read.keys():
            if place not in told or place not in read or not witness.same(read[place], told[place]):
                address = f"{_letters(place[1])}{place[0]}"
                if place not in read and address in faults:
                    continue
                shown = (repr(read.get(place))[:60], repr(told.get(place))[:60])
                return f"{sheet}!{address} was read as {shown[0]}, the file says {shown[1]}", ()
    return "", seen


def _letters(column: int) -> str:
    from cbam_xl.package import column_letters

    return column_letters(column)


class _Parts(dict[str, bytes]):
    """The parts of a package, unpacked when they are asked for."""

    def __init__(self, package: Any) -> None:
        super().__init__(dict.fromkeys(package.entries, b""))
        self._package = package

    def __getitem__(self, name: str) -> bytes:
        return bytes(self._package.read(name)) if name in self else b""

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
