"""A live cell reads again only what follows from a change: after any of them it says what a first reading says."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from cbam_udfs import call, handle, plant
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live import Range, ranges, replaced

import cbam_xl
from cbam_xl import road
from cbam_xl.attribution import recalculate
from cbam_xl.books import FileBook
from cbam_xl.model import Installation
from cbam_xl.report import Report
from cbam_xl.sheets import inputs, records
from cbam_xl.sheets.kept import Kept
from cbam_xl.sheets.read import Table

Change = tuple[str, int, int, object]


@cache
def cells_of(example: str) -> dict[str, Range]:
    return ranges(FileBook(cbam_xl.example(example)))


def words(cells: dict[str, Range]) -> list[str]:
    """What stands in the cells anyway: names, units and choices that fit somewhere else, too."""
    return sorted({v for rows in cells.values() for row in rows for v in row if isinstance(v, str) and v})


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, list[Change]]:
    """An example, and single cells of it that somebody changes one after the other; some are changed back."""
    example = draw(st.sampled_from(sorted(road.examples())))
    cells = cells_of(example)
    values = st.one_of(
        st.sampled_from([None, 0.0, -0.0, 1.0, True, False, "", "remaining", "about 5", "#DIV/0!", -3.0, 1e300]),
        st.floats(1e-3, 1e6), st.sampled_from(words(cells)),
    )  # fmt: skip
    made: list[Change] = []
    for _ in range(draw(st.integers(1, 5))):
        sheet = draw(st.sampled_from(list(cells)))
        row = draw(st.integers(0, min(len(cells[sheet]) - 1, 8)))
        column = draw(st.integers(0, len(cells[sheet][row]) - 1))
        made.append((sheet, row, column, draw(values)))
        if draw(st.booleans()):
            made.append((sheet, row, column, cells[sheet][row][column]))
    return example, made


def fresh(cells: dict[str, Range]) -> tuple[Installation, Report]:
    """As in a new session."""
    texts = [text for row in plant.handles(cells) for text in row]
    read = records.read(handle.HandleBook(handle.unpack(texts)))
    return read, recalculate(read)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changed())
def test_after_any_changes_figures_and_findings_are_those_of_a_first_reading(drawn: tuple[str, list[Change]]) -> None:
    example, changes = drawn
    cells = cells_of(example)
    plant.plant(plant.handles(cells))
    for sheet, row, column, value in changes:
        cells = replaced(cells, sheet, row, column, value)
        found = plant.plant(plant.handles(cells))
        read, report = fresh(cells)
        assert repr(found.installation) == repr(read)
        assert found.report.json() == report.json()
        assert found.report.issues == report.issues
        assert repr(found.report.terms) == repr(report.terms)
        assert repr(found.totals) == repr(report.installation)
        assert {b.name: repr(b) for b in found.balances.values()} == {b.name: repr(b) for b in report.processes}


@pytest.mark.parametrize(("sheet", "tables"), [("Source streams", 1), ("Processes", 1), ("Goods", 1)])
def test_only_the_changed_sheet_is_read_again(monkeypatch: pytest.MonkeyPatch, sheet: str, tables: int) -> None:
    read: list[str] = []
    real = Table.__init__

    def counted(self: Table, declared: Any, found: Any) -> None:
        read.append(declared.name)
        real(self, declared, found)

    kept, cells = Kept(), cells_of("cement")
    for turn, amount in enumerate((1234.0, 4321.0)):
        column = next(k for k, c in enumerate(inputs.BY_NAME[sheet].columns) if c.field == "quantity")
        cells = replaced(cells, sheet, 2, column, amount)
        texts = [text for row in plant.handles(cells) for text in row]
        if turn:
            monkeypatch.setattr(Table, "__init__", counted)
        records.read(handle.HandleBook(handle.unpack(texts)), kept)
    assert read == [sheet] * tables


def test_a_figure_is_given_without_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    from cbam_xl import checks

    cells = replaced(cells_of("cement"), "Source streams", 2, 3, 98_765.0)
    block = plant.handles(cells)
    with monkeypatch.context() as without:
        without.setattr(checks, "run", None)
        assert isinstance(call("CBAM_SEE_DIRECT", "Clinker kiln", block), float)
        assert isinstance(call("CBAM_TOTAL_DIRECT", block), float)
    assert call("CBAM_STATUS", block).startswith(("✔", "▲"))
