"""LibreOffice with the extension: opening, one changed input, many live cells, each beside built-in formulas; and loops
in plain formulas under iterative calculation, beside ours (G12).
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from cbam_xl import attribution
from cbam_xl.sheets import records

from . import installations
from .goals import Line, compared, counted, solve_exactly
from .measure import Timing

sys.path[:0] = [str(Path(__file__).parents[1])]

from libreoffice import LibreOffice  # noqa: E402
from live_books import recalculated  # noqa: E402

SHEET, INPUT = "Processes", "Z1"
"""Cells for the formulas that are timed stand here, and the one that they depend on."""
TYPED = "Source streams", "E7"
"""An input of the example."""
STEPS, LEAST = 1000, 1e-9
"""Iterative calculation: steps, and the change at which it stops; the program's own are 100 and 0.001."""


def whole(soffice: str, folder: Path, quick: bool) -> Iterator[Line]:
    """All figures, from one running program."""
    book, _ = recalculated(folder / "live.xlsx", "cement")
    plain = folder / "plain.xlsx"
    plain.write_bytes((Path(__file__).parents[2] / "templates" / "examples" / "cement.xlsx").read_bytes())
    rounds = 3 if quick else 9
    with LibreOffice(soffice, folder / "user", recalculates=False) as office:
        yield opening(office, {"live": book, "plain": plain}, rounds)
        office.ask("open", str(book))
        yield from changes(office, rounds)
        for size in (1000,) if quick else (1000, 10_000):
            yield from many(office, size, 3)
    with LibreOffice(soffice, folder / "again") as office:
        yield from loops(office, folder, 10 if quick else 200)
        yield without_loops(office, folder, 3 if quick else 20)


def opening(office: LibreOffice, paths: dict[str, Path], rounds: int) -> Line:
    """Seconds to open the live edition and the one with values, after a first time."""
    taken: dict[str, list[float]] = {name: [] for name in paths}
    for turn in range(rounds + 1):
        for name, path in paths.items():
            office.ask("open", str(path))
            taken[name] += [office.seconds] * (turn > 0)
    return line("–", "open the live workbook ÷ the one with values", taken["live"], taken["plain"], "")


def changes(office: LibreOffice, rounds: int) -> Iterator[Line]:
    """One changed input until its figure is there."""
    office.ask("put", SHEET, INPUT, 1000.0)
    fill(office, 20)
    live, built_in = timed(office, ((SHEET, INPUT), "AA1:AA20"), ((SHEET, INPUT), "AB1:AB20"), rounds)
    yield line("20 cells", "one input until 20 live cells follow ÷ built-in formulas", live, built_in, "≤ 2")
    office.ask("put", SHEET, "AC1", f"='{TYPED[0]}'.{TYPED[1]}*2")
    office.ask("put", SHEET, "AC2", "=CBAM_SEE_DIRECT(B7;installation)")
    live, built_in = timed(office, (TYPED, "AC2"), (TYPED, "AC1"), rounds)
    yield line(
        "3 processes", "one stream until the SEE follows, all read and solved ÷ a built-in formula", live, built_in
    )
    more, live = timed(office, (TYPED, "AD1:AD20"), (TYPED, "AC2"), rounds)
    yield line("20 cells", "the same with 20 SEE cells ÷ one", more, live)


def many(office: LibreOffice, size: int, rounds: int) -> Iterator[Line]:
    """A changed input on which this many cells depend."""
    fill(office, size)
    cells, built, see = (f"{letters}1:{letters}{size}" for letters in ("AA", "AB", "AD"))
    live, built_in = timed(office, ((SHEET, INPUT), cells), ((SHEET, INPUT), built), rounds)
    yield line(f"{size:,} cells", "one input until all live cells follow ÷ built-in formulas", live, built_in)
    live, built_in = timed(office, (TYPED, see), ((SHEET, INPUT), built), rounds)
    yield line(f"{size:,} cells", "one stream until all SEE cells follow ÷ built-in formulas", live, built_in)


def fill(office: LibreOffice, size: int) -> None:
    """Columns of a function of figures, of the same as a built-in formula, and of a function of the installation."""
    for column, formula in (("AA", f"=CBAM_COMBUSTION(${INPUT};45;73;0.98)"), ("AB", f"=${INPUT}*45/1000*73*0.98"),
                            ("AD", "=CBAM_SEE_DIRECT(B$7;installation)")):  # fmt: skip
        office.ask("fill", SHEET, f"{column}1:{column}{size}", [[formula]] * size)


def timed(
    office: LibreOffice, case: tuple[tuple[str, str], str], floor: tuple[tuple[str, str], str], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of single changes, by turns: what is typed where, and the cells that must follow."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for seconds, (typed, shown) in zip(taken, (case, floor), strict=True):
            values = [1e5 + 10 * turn + k for k in range(4)]
            seconds += office.ask("timed", *typed, values, f"{SHEET}!{shown}")[1:]
    return taken


def line(size: str, what: str, taken: list[float], under: list[float], wanted: str = "") -> Line:
    """Medians beside each other."""
    one, other = statistics.median(taken), statistics.median(under)
    return compared("–", size, what, Timing(one, one / other), Timing(other, 1.0), wanted)


def loops(office: LibreOffice, folder: Path, count: int) -> Iterator[Line]:
    """Looped installations as somebody would write them into plain cells, calculated iteratively, and ours."""
    wrong = ours = figures = told = 0
    worst: list[float] = []
    for seed in range(count):
        drawn = installations.draw(4 + seed % 9, seed, back=0.5)
        report = attribution.recalculate(records.read(installations.book(drawn)))
        for (see, cell), balance in zip(in_formulas(office, folder, drawn), report.processes, strict=True):
            figures += 1
            ours += abs(balance.see_direct - see) > 1e-9 * abs(see)
            if isinstance(cell, str):
                told += 1
            else:
                off = abs(cell - see) / abs(see)
                wrong += off > 1e-6
                worst.append(off)
    size = f"{count} looped"
    yield counted("G12", size, f"plain formulas, {STEPS} steps: SEE off by more than 1e-6, of {figures:,}", wrong, "")
    yield counted("G12", size, "the same: cells that show an error", told, "")
    yield counted("G12", size, "the same: largest relative error of a figure", max(worst, default=0.0), "")
    yield counted("G12", size, "ours: SEE direct off by more than 1e-9", ours, "0")


def without_loops(office: LibreOffice, folder: Path, count: int) -> Line:
    """The same formulas where nothing loops, so that they are known to be right."""
    wrong = 0
    for seed in range(count):
        drawn = installations.draw(4 + seed % 9, seed, back=0.0)
        wrong += sum(
            isinstance(cell, str) or abs(cell - see) > 1e-9 * abs(see)
            for see, cell in in_formulas(office, folder, drawn)
        )
    return counted("G12", f"{count} without loop", "plain formulas: SEE off by more than 1e-9", wrong, "")


def in_formulas(
    office: LibreOffice, folder: Path, drawn: installations.Synthetic
) -> Iterator[tuple[float, float | str]]:
    """The direct SEE of each process, exactly, and what the cell with its formula shows."""
    path = folder / "plain.xlsx"
    write_plain(path, drawn)
    office.ask("open", str(path))
    exact = solve_exactly(drawn, drawn.direct)
    shown = office.ask("get", "Model", f"D2:D{len(exact) + 1}")
    return ((float(see), row[0]) for see, row in zip(exact, shown, strict=True))


def write_plain(path: Path, drawn: installations.Synthetic) -> None:
    """A workbook with the same system in formulas: a table of processes, and a table of precursor links."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Model"
    sheet.append(["Process", "Activity level", "Emissions", "SEE", "", "User", "Maker", "Mass", "Embedded"])
    last = len(drawn.links) + 1
    for number, (level, emissions) in enumerate(zip(drawn.levels, drawn.direct, strict=True), 1):
        row = number + 1
        see = f"=(C{row}+SUMIF($F$2:$F${last},A{row},$I$2:$I${last}))/B{row}"
        sheet.append([number, level, emissions, see])
    end = len(drawn.levels) + 1
    for row, ((user, maker), mass) in enumerate(drawn.links.items(), 2):
        embedded = f"=H{row}*INDEX($D$2:$D${end},G{row})"
        for letter, value in (("F", user + 1), ("G", maker + 1), ("H", mass), ("I", embedded)):
            sheet[f"{letter}{row}"] = value
    book.calculation.iterate, book.calculation.iterateCount, book.calculation.iterateDelta = True, STEPS, LEAST
    book.save(path)
