"""Live cells: what a cell costs beside xlwings' own conversion of its arguments (G8, G9), and its first import (G13).

Excel's bridge isn't here; xlwings' conversion is the real one, over a stand-in for the two functions of its Windows
engine that read a cell.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from statistics import median
from types import SimpleNamespace
from typing import Any

from cbam_udfs import call

from cbam_xl.sheets import inputs
from cbam_xl.sheets.declare import HEADER_ROW

from . import installations
from .goals import Line, compared
from .measure import CHECKOUT, Timing, compiled, interleaved

LAID_OUT = 89  # rows of each range, so that all of them have 12,000 cells
AMOUNT = (2, 3)  # place of the first amount inside the range of source streams
CELLS = 100  # cells that are calculated one after the other
Range = tuple[tuple[Any, ...], ...]


def ranges(size: int) -> dict[str, Range]:
    """The input ranges of a synthetic installation as Excel hands them over."""
    book = installations.book(installations.draw(size))
    found = {}
    for sheet in inputs.SHEETS:
        rows = book.rows(sheet.name)[HEADER_ROW - 1 :]
        rows += [[]] * (LAID_OUT - len(rows))
        width = len(sheet.columns) if not sheet.sections else 2
        found[sheet.name] = tuple(_excel_row(row, width) for row in rows)
    return found


def _excel_row(row: list[Any], width: int) -> tuple[Any, ...]:
    """A row of a range: blank is None, a date a number of days."""
    cells = [(v - date(1899, 12, 30)).days * 1.0 if isinstance(v, date) else None if v == "" else v for v in row[1:]]
    return (*cells, *[None] * (width - len(cells)))


def conversion() -> Callable[[object, dict[str, Any]], object]:
    """xlwings' conversion of an argument with these options, as ``call_udf`` makes it."""
    import xlwings
    from xlwings import conversion

    def clean(data: Any, days: Any, empty: object, numbers: Any, errors: bool) -> list[list[object]]:
        return [[_clean(cell, empty, numbers) for cell in row] for row in data]

    xlwings.engines.engines_by_name["excel"] = SimpleNamespace(impl=SimpleNamespace(clean_value_data=clean))
    read: Callable[..., object] = conversion.read
    return lambda value, options: read(None, value, options)


def _clean(cell: object, empty: object, numbers: Callable[[object], object] | None) -> object:
    """What xlwings does to one cell."""
    if cell in ("", None):
        return empty
    if isinstance(cell, date):
        return cell
    return numbers(cell) if numbers is not None and isinstance(cell, float) else cell


def repeat(run: Callable[[], None]) -> None:
    """As many cells as an edit makes the program calculate."""
    for _ in range(CELLS):
        run()


def live(rounds: int, size: int = 10) -> Iterator[Line]:
    """G8 and G9."""
    given = ranges(size)
    block = tuple((call("CBAM_READ", sheet, rows),) for sheet, rows in given.items())
    convert, raw = conversion(), {"convert": "raw"}
    process = given["Processes"][2][0]

    def arguments() -> None:
        convert(process, raw)
        convert(block, raw)

    def cell() -> None:
        call("CBAM_SEE_DIRECT", process, block)

    timings = interleaved({"floor": lambda: repeat(arguments), "cell": lambda: repeat(cell)}, rounds, "floor")
    each, under = (Timing(timings[k].seconds / CELLS, timings[k].ratio) for k in ("cell", "floor"))
    yield compared("G8", size, "cell with a known handle ÷ raw conversion of its arguments", each, under, "≤ 5 µs")

    cells = sum(len(rows) * len(rows[0]) for rows in given.values())
    same = ranges(size), ranges(size)
    turn = iter(range(10**9))

    def changed() -> object:
        row, column = AMOUNT
        rows = list(given["Source streams"])
        rows[row] = (*rows[row][:column], 1e4 + next(turn), *rows[row][column + 1 :])
        return call("CBAM_SEE_DIRECT", process, book=given | {"Source streams": tuple(rows)})

    def default() -> None:
        for rows in given.values():
            convert(rows, {"ndim": 2})

    def unchanged() -> None:
        rows = {name: convert(each, raw) for name, each in same[next(turn) % 2].items()}
        call("CBAM_SEE_DIRECT", process, book=rows)

    what = f"{cells:,} cells"
    timings = interleaved({"floor": lambda: repeat(default), "unchanged": lambda: repeat(unchanged)}, rounds, "floor")
    each, under = (Timing(timings[k].seconds / CELLS, timings[k].ratio) for k in ("unchanged", "floor"))
    yield compared("G9", what, "cell with ranges, unchanged ÷ xlwings' default conversion", each, under, "≤ 0.1")
    timings = interleaved({"floor": default, "changed": changed}, rounds, "floor")
    yield compared("G9", what, f"the same, one amount changed, {size} processes solved", timings["changed"],
                   timings["floor"], "≤ 1")  # fmt: skip


FIRST = """
import time
start = time.perf_counter()
import xlwings
known = time.perf_counter()
import cbam_udfs.excel
ours = time.perf_counter()
import cbam_xl.attribution, cbam_xl.sheets.records
print(known - start, ours - known, time.perf_counter() - known)
"""


def first_import(rounds: int) -> Iterator[Line]:
    """G13: what our modules add to the import of xlwings, before a first live cell; in one process each."""
    command = [sys.executable, "-c", FIRST]
    taken = []
    for _ in range(rounds + 1):
        done = subprocess.run(command, cwd=CHECKOUT, env=compiled(), check=True, capture_output=True, text=True)
        taken.append([float(seconds) for seconds in done.stdout.split()])
    floor, ours, engine = (median(seconds) for seconds in zip(*taken[1:], strict=True))
    ratios = [median(each[k] / each[0] for each in taken[1:]) for k in (1, 2)]
    for seconds, ratio, what in ((ours, ratios[0], "import of the functions after xlwings ÷ import xlwings"),
                                 (engine, ratios[1], "the same with the engine, as at a first figure")):  # fmt: skip
        yield compared("G13", "–", what, Timing(seconds, ratio), Timing(floor, 1.0), "≤ 0.1")
