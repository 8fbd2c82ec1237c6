"""``python -m tests.benchmarks [--quick]``: every figure beside its floor; ``--quick`` is the smoke test of the CI."""

from __future__ import annotations

import platform
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path

from cbam_xl import libreoffice

from . import cells, goals, installations, spreadsheet
from .measure import table


def main() -> None:
    """Measure, and print one table per group as it is ready."""
    parser = ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small workbooks and few rounds: less than a minute")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="P", help="numbers of processes")
    options = parser.parse_args()
    sizes = options.sizes or ([10, 100] if options.quick else [10, 100, 1000, 10_000])
    start = time.perf_counter()
    machine = f"{platform.system()} {platform.machine()}"
    print(f"Python {platform.python_version()}, {machine}. Medians of interleaved rounds.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            rounds = 3 if options.quick or size >= 10_000 else 21 if size <= 100 else 7
            case = goals.Case(size, Path(folder) / f"{size}.xlsx", Path(folder) / f"{size}-out.xlsx", rounds)
            installations.write(case.path, installations.draw(size))
            show(goals.whole(case))
            show(goals.cold(case))
            if size <= 1000:
                show(goals.against_openpyxl(case))
    show(goals.imports(5 if options.quick else 31))
    show(cells.first_import(5 if options.quick else 15))
    show(cells.live(9 if options.quick else 31))
    show(goals.conversion(3 if options.quick else 9))
    show(goals.exactness(20 if options.quick else 200))
    spreadsheets(options.quick)
    print(f"\n{time.perf_counter() - start:.0f} s")


def spreadsheets(quick: bool) -> None:
    """The figures of LibreOffice, where it is installed."""
    soffice = libreoffice.program("soffice")
    if soffice is None:
        print("\nLibreOffice isn't installed: its figures are left out.")
        return
    with tempfile.TemporaryDirectory() as folder:
        show(spreadsheet.whole(soffice, Path(folder), quick))


def show(lines: Iterable[goals.Line]) -> None:
    """Print a table of lines."""
    print("\n" + table(("Goal", "P", "Measured", "Time", "Floor", "Ratio", "Wanted"), list(lines)), flush=True)


if __name__ == "__main__":
    main()
