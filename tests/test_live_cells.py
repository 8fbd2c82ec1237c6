"""Live cells calculated in this process: every one as the engine says, and after a change exactly what rests on it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from calculated import OWN, Calculated, Place, differing, formulas
from cbam_udfs import FUNCTIONS
from cbam_udfs.function import Function
from live_books import EDITIONS
from openpyxl.utils.cell import coordinate_to_tuple

from cbam_xl import attribution, road
from cbam_xl.__main__ import main
from cbam_xl.books import FileBook
from cbam_xl.package import Package, column_letters, set_cells
from cbam_xl.report import Report
from cbam_xl.sheets import inputs, live, outputs
from cbam_xl.sheets.declare import FIRST_ROW

FIELDS = [c.field for c in outputs.RESULTS.blocks[0][1]][1:]
CHANGES = {
    "an amount": ("Source streams", "E7", 405_000.0),
    "zero": ("Source streams", "E9", 0.0),
    "blank": ("Source streams", "K9", None),
    "a text for a number": ("Source streams", "E9", "much"),
    "a unit": ("Heat and waste gas", "F8", "GJ"),
    "where heat goes": ("Heat and waste gas", "D8", "NPK granulation"),
    "heat that a process doesn't know": ("Heat and waste gas", "C8", "Kettle"),
    "the SEE of a precursor": ("Precursors", "J7", 1.5),
    "the name of a process": ("Processes", "B10", "NPK plant"),
    "a further process": ("Processes", "B11", "Packing"),
    "the name of the installation": ("Installation", "C11", "Example Nitrogen Works"),
    "a note": ("Processes", "K7", "As NH3"),
}
HANDLE_OF = {s.name: f"{live.HANDLES[0]}{row}" for row, s in enumerate(inputs.SHEETS, outputs.START_ROWS)}
HANDLES = {f"{letter}{cell[1:]}" for letter in live.HANDLES for cell in HANDLE_OF.values()}


@pytest.fixture(scope="module")
def npk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A live workbook with heat links, an energy unit, bought precursors and processes in a chain."""
    path = tmp_path_factory.mktemp("live") / "npk.xlsm"
    assert main(["new", str(path), "--example", "fertiliser_npk"]) == 0
    return path


def solved(path: Path) -> Report:
    return attribution.recalculate(road.read(path))


def figures(report: Report) -> dict[Place, float | str]:
    """What the engine says for every cell of Results with a figure; of one that isn't known only that it isn't."""
    found: dict[Place, float | str] = {}
    for row, balance in enumerate(report.processes, FIRST_ROW):
        found["Results", f"B{row}"] = balance.name
        for letter, field in zip("CDEFGHIJKLMNOPQR", FIELDS, strict=True):
            value = getattr(balance, field) * (100 if field == "default_share" else 1)
            unknown = "" if field == "default_share" else "unknown"
            found["Results", f"{letter}{row}"] = value if value == value else unknown
    return found


def known(shown: float | str) -> float | str:
    """What a cell of Results with a figure shows; of a text only that the figure isn't known."""
    return shown if isinstance(shown, float) or shown == "" else "unknown"


def shown_figures(book: Calculated, report: Report) -> dict[Place, float | str]:
    """What the cells of Results with a figure show."""
    return {place: book.shown(*place) if place[1][0] == "B" else known(book.shown(*place)) for place in figures(report)}


def with_change(path: Path, out: Path, sheet: str, cell: str, value: object) -> Path:
    """A copy of a workbook with another value in a cell, and what its live cells show then by the command line."""
    book = Package(path)
    part = book.part(sheet)
    book.replace(part, set_cells(book.read(part), {cell: value}))  # type: ignore[dict-item]
    book.save(out)
    road.renew_live(out)
    return out


@pytest.mark.parametrize("edition", EDITIONS.values())
def test_the_shipped_template_shows_what_is_stored(edition: str) -> None:
    path = road.templates() / edition
    book = Calculated(path)
    assert len(book.formulas) > 24_000
    assert differing({place: formula.stored for place, formula in book.formulas.items()}, book.all()) == {}
    assert book.asked == Counter({f"CBAM_READ {s.name}": 1 for s in inputs.SHEETS} | {"CBAM_STATUS": 1})


@pytest.mark.parametrize("name", road.examples())
def test_every_live_cell_of_an_example_shows_what_is_stored_and_the_engines_figure(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plant.xlsx"
    assert main(["new", str(path), "--live", "--example", name]) == 0
    book = Calculated(path)
    assert differing({place: formula.stored for place, formula in book.formulas.items()}, book.all()) == {}
    report = solved(path)
    assert len(report.processes) > 0
    assert differing(figures(report), shown_figures(book, report)) == {}
    assert book.shown("Results", "B3") == live.STATE_WORDS[1]


@pytest.mark.parametrize("change", CHANGES)
def test_one_changed_input_changes_exactly_what_rests_on_it(npk: Path, tmp_path: Path, change: str) -> None:
    sheet, cell, value = CHANGES[change]
    made = with_change(npk, tmp_path / npk.name, sheet, cell, value)
    book, old, new = Calculated(npk), solved(npk), solved(made)
    before = book.all()
    book.type(sheet, cell, value)
    after = book.all()
    assert differing({place: formula.stored for place, formula in formulas(made).items()}, after) == {}
    assert differing(figures(new), shown_figures(book, new)) == {}
    changed = set(differing(before, after))
    assert {place for place in changed if place[0] == "Start" and place[1] in HANDLES} == {("Start", HANDLE_OF[sheet])}
    nothing: dict[Place, float | str] = dict.fromkeys((*figures(old), *figures(new)), "")
    was, now = nothing | figures(old), nothing | figures(new)
    assert {place for place in changed if place in now} == set(differing(was, now))
    asked = {f"CBAM_READ {sheet}": 1, "CBAM_STATUS": 1}
    assert book.asked == Counter(asked | {live.function_of(field): len(new.processes) for field in FIELDS})
    assert book.shown("Results", "B3") == live.STATE_WORDS[2]
    row, column = coordinate_to_tuple(cell)
    book.type(sheet, cell, typed(npk, sheet, row, column))
    assert differing(before, book.all()) == {}


def typed(path: Path, sheet: str, row: int, column: int) -> object:
    """What stands in a cell of a file; None where nothing does."""
    rows = FileBook(path).rows(sheet)
    return (rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else "") or None


def test_an_error_value_reaches_every_figure_that_rests_on_it_and_no_other(npk: Path) -> None:
    book = Calculated(npk)
    before = book.all()
    book.type("Source streams", "E11", "=1/0")
    report = solved(npk)
    rests = [b.name for b in report.processes].index("NPK granulation") + FIRST_ROW
    assert book.shown("Results", f"M{rests}").startswith("#CBAM cell-error: Source streams!E11")
    assert "shows #DIV/0!" in book.shown("Start", live.STATUS)
    for row in range(FIRST_ROW, FIRST_ROW + len(report.processes)):
        assert (row == rests) == (book.shown("Results", f"M{row}") != before["Results", f"M{row}"])


def test_cells_of_a_persons_own_follow_what_they_name_and_nothing_else(npk: Path) -> None:
    book, report = Calculated(npk), solved(npk)
    named = next(b for b in report.processes if b.name == "Urea plant")
    for cell, formula in {
        "A1": '=CBAM_SEE_DIRECT("urea  PLANT",installation)', "A2": "=2*CBAM_SEE_TOTAL(Processes!B8,installation)",
        "A3": "=CBAM_CONVERT('Source streams'!E9,\"t\",\"kg\")", "A4": "=CBAM_COMBUSTION(252000,45,73)",
        "A5": "=SUM(INDEX(CBAM_RESULTS(installation),0,2))", "A6": '=CBAM_SEE_DIRECT("Urea plant")',
    }.items():  # fmt: skip
        book.type(OWN, cell, formula)
    assert book.shown(OWN, "A1") == pytest.approx(named.see_direct, rel=1e-12)
    assert book.shown(OWN, "A2") == pytest.approx(2 * named.see_total, rel=1e-12)
    assert (book.shown(OWN, "A3"), book.shown(OWN, "A4")) == (900_000.0, 827_820.0)
    assert book.shown(OWN, "A5") == pytest.approx(sum(b.activity_level_t for b in report.processes))
    assert book.shown(OWN, "A6").startswith("#CBAM handle")
    book.type("Source streams", "E9", 910.0)
    assert book.shown(OWN, "A3") == 910_000.0
    assert (book.asked["CBAM_CONVERT"], book.asked["CBAM_COMBUSTION"]) == (1, 0)
    book.type("Source streams", "E7", 405_000.0)
    assert (book.asked["CBAM_CONVERT"], book.asked["CBAM_COMBUSTION"]) == (0, 0)
    assert book.asked["CBAM_SEE_TOTAL"] == len(report.processes) + 1
    assert book.shown(OWN, "A2") == 2 * book.shown("Results", "P8")


@pytest.fixture(scope="module")
def cement(tmp_path_factory: pytest.TempPathFactory) -> Calculated:
    """The workbook of the registry's examples, with figures for those that name cells."""
    path = tmp_path_factory.mktemp("live") / "cement.xlsx"
    assert main(["new", str(path), "--live", "--example", "cement"]) == 0
    book = Calculated(path)
    for row in range(2, 6):
        for column in "BCEFG":
            book.type(OWN, f"{column}{row}", float(100 * row + ord(column)))
    book.type(OWN, "B4", None)
    return book


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_the_example_of_every_function_gives_its_answer(cement: Calculated, function: Function) -> None:
    cement.type(OWN, "K10", function.example)
    answer = cement.answers[function.name]
    assert cement.asked[function.name] + cement.asked["CBAM_READ Processes"] == 1
    rows = answer if isinstance(answer, list) else [[answer]]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            assert cement.shown(OWN, f"{column_letters(11 + c)}{10 + r}") == ("" if value is None else value)
    assert not str(rows[0][0]).startswith("#CBAM") or function.name == "CBAM_READ"
    cement.type(OWN, "K10", None)
