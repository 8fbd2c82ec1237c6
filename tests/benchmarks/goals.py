"""One function per goal: what is measured beside which floor. Ratios are told, nothing is asserted."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from cbam_xl import attribution, checks, road, units
from cbam_xl.books import FileBook
from cbam_xl.law import on
from cbam_xl.model import Installation
from cbam_xl.package import Package
from cbam_xl.report import Report
from cbam_xl.sheets import amounts, inputs, outputs, records

from . import installations
from .measure import Timing, interleaved, peak, python, shown

READ_ONLY = f"""
import sys
from python_calamine import CalamineWorkbook
workbook = CalamineWorkbook.from_path(sys.argv[1])
for sheet in {tuple(s.name for s in inputs.SHEETS)!r}:
    workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
"""
"""The floor under everything: the input sheets read once, nothing done with them."""
COMMAND = "import sys; from cbam_xl.__main__ import main; done = main(sys.argv[1:])"
"""What the installed program ``cbam-xl`` runs."""
OUTPUT_SHEETS = (outputs.START, *(o.name for o in outputs.OUTPUTS))


class Case(NamedTuple):
    """The workbook of ``size`` processes, and where to write."""

    size: int
    path: Path
    out: Path
    rounds: int


class Line(NamedTuple):
    """One row of the table: a case beside its floor, and what the goal says."""

    goal: str
    size: str
    what: str
    taken: str
    floor: str
    ratio: str
    wanted: str


def compared(goal: str, size: int | str, what: str, taken: Timing, floor: Timing, wanted: str = "") -> Line:
    """A case beside its floor."""
    return Line(goal, _size(size), what, shown(taken.seconds), shown(floor.seconds), f"{taken.ratio:.3g}", wanted)


def counted(goal: str, size: int | str, what: str, figure: float, wanted: str) -> Line:
    """A figure that is no time."""
    return Line(goal, _size(size), what, "", "", f"{figure:.3g}", wanted)


def _size(size: int | str) -> str:
    return f"{size:,}" if isinstance(size, int) else size


def read_bare(path: Path) -> None:
    """The input sheets of a workbook by python-calamine alone."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(str(path))
    for sheet in inputs.SHEETS:
        workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)


def recalculate(case: Case, only_results: bool = False) -> tuple[Installation, Report]:
    """The whole road: read, check, attribute, solve, write; as the command does it, in this process."""
    book = FileBook(case.path)
    installation = road.read_book(book)
    report = attribution.recalculate(installation)
    road.write(book.package, case.out, installation, report, only_results=only_results)
    return installation, report


def whole(case: Case) -> Iterator[Line]:
    """G1, G5 and G6: the road in a warm process, its writing, and the part that attribution and solving have in it."""
    installation, report = recalculate(case)
    law = on(report.period[1])
    timings = interleaved({
        "floor": lambda: read_bare(case.path),
        "whole": lambda: recalculate(case),
        "results": lambda: recalculate(case, only_results=True),
        "read": lambda: road.read(case.path),
        "solve": lambda: attribution.recalculate(installation),
        "check": lambda: checks.run(installation, law, report),
        "write": lambda: road.write(case.path, case.out, installation, report),
        "write results": lambda: road.write(case.path, case.out, installation, report, only_results=True),
    }, case.rounds, "floor")  # fmt: skip
    size, floor = case.size, timings["floor"]
    large = size >= 1000
    yield compared("G1", size, "whole recalculation ÷ calamine read", timings["whole"], floor,
                    "≤ 2.5" if size >= 100 else "≤ 3.5")  # fmt: skip
    yield compared("G1", size, "the same, results only", timings["results"], floor, "≤ 1.75")
    yield compared("", size, "… its reading", timings["read"], floor)
    yield compared("", size, "… its solving and checking", timings["solve"], floor)
    yield compared("", size, "… its writing", timings["write"], floor)
    yield compared("G5", size, "writing results ÷ calamine read", timings["write results"], floor,
                    "≤ 0.15" if large else "")  # fmt: skip
    yield counted("G5", size, "parts changed beside the result sheets", len(changed_parts(case)), "0")
    solving, all_of_it = timings["solve"].seconds - timings["check"].seconds, timings["whole"]
    part = Timing(solving, solving / all_of_it.seconds)
    yield compared("G6", size, "attribution and solving ÷ whole recalculation", part, all_of_it,
                    "≤ 0.15" if size <= 1000 else "≤ 0.30")  # fmt: skip
    yield counted("G6", size, "relative residual of the system", residual(installation, report), "≤ 1e-12")


def residual(installation: Installation, report: Report) -> float:
    """Largest ``|AL·SEE - Σ M·SEE - attributed - bought|`` of a process, relative to the largest of these terms."""
    see = {b.name: b.see_direct for b in report.processes} | {p.name: p.see_direct for p in installation.precursors}
    terms = {b.name: [b.activity_level_t * b.see_direct, -b.attributed_direct_tco2e] for b in report.processes}
    for flow in installation.flows:
        if flow.target in terms:
            terms[flow.target].append(-(flow.quantity or 0.0) * (see[flow.source] or 0.0))
    return max(abs(sum(each)) / max(map(abs, each)) for each in terms.values())


def changed_parts(case: Case) -> list[str]:
    """Parts of the written workbook that differ from those read, the result sheets left out."""
    before = Package(case.path)
    results = {before.part(sheet) for sheet in OUTPUT_SHEETS}
    with zipfile.ZipFile(case.path) as old, zipfile.ZipFile(case.out) as new:
        names, kept = set(old.namelist()) | set(new.namelist()), set(old.namelist()) & set(new.namelist())
        return [name for name in names - results if name not in kept or old.read(name) != new.read(name)]


def against_openpyxl(case: Case) -> Iterator[Line]:
    """G5: what openpyxl takes to load and save the workbook, beside writing the results into it."""
    import openpyxl

    installation, report = recalculate(case)
    timings = interleaved({
        "floor": lambda: road.write(case.path, case.out, installation, report, only_results=True),
        "openpyxl": lambda: openpyxl.load_workbook(case.path).save(case.out),
    }, min(case.rounds, 3), "floor")  # fmt: skip
    yield compared("G5", case.size, "openpyxl load and save ÷ writing results", timings["openpyxl"], timings["floor"],
                    "≥ 50" if case.size >= 100 else "")  # fmt: skip


def cold(case: Case) -> Iterator[Line]:
    """G2: a process that recalculates beside one that only reads the file; time and peak memory."""
    file, command = str(case.path), ("recalculate", str(case.path), "-o", str(case.out))
    timings = interleaved({"floor": python(READ_ONLY, file), "ours": python(COMMAND, *command)}, case.rounds, "floor")
    yield compared("G2", case.size, "cold cbam-xl recalculate ÷ cold calamine read", timings["ours"], timings["floor"],
                    "≤ 2.5")  # fmt: skip
    ours, floor = peak(COMMAND, *command), peak(READ_ONLY, file)
    yield Line("", _size(case.size), "… its peak memory", f"{ours:.0f} MiB", f"{floor:.0f} MiB",
               f"{ours / floor:.3g}", "")  # fmt: skip


def imports(rounds: int) -> Iterator[Line]:
    """G13: the import of the package beside an empty Python process."""
    timings = interleaved({"floor": python("pass"), "import": python("import cbam_xl")}, rounds, "floor")
    yield compared("G13", "–", "import cbam_xl ÷ python -c pass", timings["import"], timings["floor"], "≤ 2")


def conversion(rounds: int, count: int = 50_000) -> Iterator[Line]:
    """G7: a column of numbers with unit spellings to the canonical unit, beside bare look-ups and pint row by row."""
    r = random.Random(7)
    spellings = [s for s in units.table("MWh") if " " not in s][:10]
    values = [r.uniform(1, 1e5) for _ in range(count)]
    labels = [r.choice(spellings) for _ in range(count)]
    factors = units.table("MWh")
    some = count // 100

    def ours() -> None:
        table: Any = SimpleNamespace(columns={"quantity": values, "quantity_unit": labels})
        amounts.convert(table, "quantity", "quantity_unit", "MWh")

    def with_pint() -> None:
        for value, label in zip(values[:some], labels, strict=False):
            units.convert_with_pint(value, label, "MWh")

    def bare() -> list[float]:
        return [value * factors[label] for value, label in zip(values, labels, strict=True)]

    timings = interleaved({"ours": ours, "bare": bare, "pint": with_pint}, rounds, "bare")
    mine, pint = timings["ours"], timings["pint"].seconds * count / some
    rows = f"{count:,} rows"
    yield compared("G7", rows, "column checked and converted ÷ bare look-up", mine, timings["bare"], "≤ 2")
    yield compared("G7", rows, "pint row by row ÷ column checked and converted",
                    Timing(pint, pint / mine.seconds), mine, "≥ 200")  # fmt: skip


def exactness(count: int) -> Iterator[Line]:
    """G12: looped installations against the same system solved in fractions; loops without end must be reported."""
    wrong = figures = 0
    for seed in range(count):
        drawn = installations.draw(4 + seed % 9, seed, back=0.5)
        report = attribution.recalculate(records.read(installations.book(drawn)))
        for side, field in ((drawn.direct, "see_direct"), (drawn.indirect, "see_indirect")):
            for exact, b in zip(solve_exactly(drawn, side), report.processes, strict=True):
                figures += 1
                wrong += not abs(getattr(b, field) - float(exact)) <= 1e-9 * abs(float(exact))
    yield counted("G12", f"{count} looped", f"SEE off by more than 1e-9, of {figures:,}", wrong, "0")
    silent = 0
    endless = max(count // 10, 1)
    for seed in range(endless):
        report = attribution.recalculate(records.read(installations.book(installations.endless(3 + seed % 5, seed))))
        told = any(i.code == "loop-endless" for i in report.issues)
        silent += not told or any(b.see_direct == b.see_direct for b in report.processes)
    yield counted("G12", f"{endless} endless", "loops without end that give a figure or no finding", silent, "0")


def solve_exactly(drawn: installations.Synthetic, side: Sequence[float]) -> list[Fraction]:
    """Gaussian elimination of ``AL·SEE - M·SEE = side`` in fractions."""
    size = len(drawn.levels)
    rows = [[Fraction(0)] * size + [Fraction(value)] for value in side]
    for i, level in enumerate(drawn.levels):
        rows[i][i] = Fraction(level)
    for (user, maker), mass in drawn.links.items():
        rows[user][maker] -= Fraction(mass)
    for k in range(size):
        pivot = rows[k]
        for i in range(size):
            if i != k and rows[i][k]:
                ratio = rows[i][k] / pivot[k]
                rows[i] = [a - ratio * b for a, b in zip(rows[i], pivot, strict=True)]
    return [rows[k][size] / rows[k][k] for k in range(size)]
