"""The trace: every figure with its formula worked out again, and every cell that it comes from, named and linked."""

from __future__ import annotations

from math import isclose, isnan
from pathlib import Path

import pytest
from plants import at, bought, burns, flow, heat, plant, power, process, share, unit

import cbam_xl
from cbam_xl import model as m
from cbam_xl import road
from cbam_xl.attribution import recalculate
from cbam_xl.books import FileBook
from cbam_xl.package import Package
from cbam_xl.report import Term
from cbam_xl.reporting import place, rows_behind
from cbam_xl.sheets.declare import FIRST_ROW
from cbam_xl.sheets.results import trace_columns


def cell(book: FileBook, sheet: str, address: str) -> object:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    rows = book.rows(sheet)
    return rows[int(address[len(letters) :]) - 1][column - 1]


def worked_out(term: Term) -> float:
    """The formula of a term, by Python."""
    units = ("tCO2e/t", "tCO2/TJ", "tCO2/MWh", "t CO2e", "TJ", "MWh", " t ", "of precursors")
    text = f"{term.formula} ".format(*(f"({n!r})" for n in term.numbers))
    for words in units:
        text = text.replace(words, " ")
    return float(eval(text.replace("−", "-").replace("÷", "/").replace("×", "*")))


@pytest.mark.parametrize("name", road.examples())
def test_every_cell_it_names_holds_something(name: str) -> None:
    book = FileBook(cbam_xl.example(name))
    terms = recalculate(cbam_xl.read(cbam_xl.example(name))).terms
    named = {(sheet, address) for t in terms if t.sources for sheet, found in rows_behind(t) for address in found}
    assert len(named) > 5
    assert [where for where in named if cell(book, *where) == ""] == []


@pytest.mark.parametrize("name", road.examples())
def test_formulas_of_transfers_precursors_and_see_give_their_figures(name: str) -> None:
    steps = ("Heat in", "Electricity", "Bought precursors", "Own precursors", "Result")
    terms = [t for t in recalculate(cbam_xl.read(cbam_xl.example(name))).terms
             if t.step in steps and t.formula and not {"(floor)", "(outside)"} & {*t.formula.split()}]  # fmt: skip
    assert {"SEE_Dir", "SEE"} <= {t.quantity for t in terms}
    for t in terms:
        if not isnan(t.value):
            assert isclose(worked_out(t), t.value, rel_tol=1e-9, abs_tol=1e-9), t


def test_cells_of_another_row_stand_in_a_column_of_their_own() -> None:
    report = recalculate(plant(
        process("Kiln", 100.0), unit("Boiler"), burns(m.SHARED, 10.0, 60.0, "Gas", biomass=0.1),
        burns("Kiln", 5.0, 60.0, "Coal"), share("Gas", "Kiln", 1.0), share("Gas", "Boiler", 3.0),
        heat("Boiler", "Kiln", 2.0), heat("Kiln", m.OUTSIDE, 1.0, 50.0), power(m.GRID, "Kiln", 10.0, 0.4),
        bought("Slag"), flow("Slag", "Kiln", 10.0)))  # fmt: skip
    places = {(t.owner, t.quantity): place(t) for t in report.terms}
    assert places["Kiln", "Gas"] == "streams!quantity7, ef7, biomass7; shares!weight7"
    assert places["Boiler", "Gas"] == "streams!quantity7, ef7, biomass7; shares!weight8"
    assert places["Kiln", "Coal"] == "streams!quantity8, ef8"
    assert places["Kiln", "From Boiler"] == "transfers!quantity7"  # the factor is worked out
    assert places["Kiln", "To Outside"] == "transfers!quantity8, ef8"
    assert places["Kiln", "From Grid"] == "electricity!quantity7, ef7"
    assert places["Kiln", "Slag, SEE indirect"] == "flows!quantity7; precursors!electricity7, electricity_ef7"


def test_both_rows_are_linked(tmp_path: Path) -> None:
    report = recalculate(cbam_xl.read(cbam_xl.example("cement")))
    columns, links = trace_columns(report)
    row = next(n for n, t in enumerate(report.terms, FIRST_ROW) if t.quantity == "Clinker from Suez, SEE indirect")
    assert [(c, s, a) for c, s, a in links if c[1:] == str(row)] == [
        (f"I{row}", "Material flows", "E12"), (f"L{row}", "Precursors", "L7:N7")]  # fmt: skip
    assert [columns[k][row - FIRST_ROW] for k in (7, 10)] == ["Material flows!E12", "Precursors!L7, N7"]
    path = tmp_path / "cement.xlsx"
    road.write(cbam_xl.example("cement"), path, cbam_xl.read(cbam_xl.example("cement")), report)
    xml = Package(path).read(Package(path).part("Trace")).decode()
    assert f'ref="L{row}"' in xml
    assert "'Precursors'!L7:N7" in xml.replace("&apos;", "'").replace("&#39;", "'")


def test_a_process_without_a_place_has_none() -> None:
    assert rows_behind(Term("", "", "", 0.0, "")) == []
    assert place(Term("", "", "", 0.0, "", at=at("Goods", 9, ("name",)), sources=((at("Goods"), "mass"),))) == (
        "Goods!name9")  # fmt: skip
