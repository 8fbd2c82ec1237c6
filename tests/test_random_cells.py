"""Worked examples with blank cells, lost rows and mixed up entries: told in plain words, never an exception."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import date
from itertools import pairwise
from math import isinf, isnan

import pytest
from declared import Rows, book_of, example, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kiln_and_mill import PLANT, Data, changed, plant, solved

from cbam_xl import materiality
from cbam_xl.attribution import recalculate
from cbam_xl.checks.balances import STEPS, _used_again
from cbam_xl.commands import explain
from cbam_xl.findings import FINDINGS, LONGEST
from cbam_xl.model import ERROR
from cbam_xl.report import Report
from cbam_xl.sheets import inputs, records
from cbam_xl.sheets.declare import UNIT_ROW

NO_FIGURE = re.compile(r"\b(nan|inf)\b")
"""What no sentence says where a figure should stand."""
ODD = (
    None,
    "",
    0.0,
    -1.0,
    1.0,
    1e300,
    1e-300,
    1e17,
    "zzz",
    "remaining",
    "#DIV/0!",
    True,
    "Outside",
    "Market",
    "Grid",
    "Shared",
)


@st.composite
def mixed_up(draw: st.DrawFn) -> Rows:
    """An example with a few of its cells blank, odd or from another row, and rows that lack or stand twice."""
    book = book_of(example(draw(st.sampled_from(examples()))))
    for _ in range(draw(st.integers(1, 12))):
        name = draw(st.sampled_from(list(book)))
        first = UNIT_ROW - 2 if inputs.BY_NAME[name].sections else UNIT_ROW
        rows = book[name]
        if len(rows) <= first:
            continue
        k = draw(st.integers(first, len(rows) - 1))
        what = draw(st.sampled_from(["blank", "blank", "odd", "other", "drop", "twice"]))
        if what == "drop":
            del rows[k]
        elif what == "twice":
            rows.append(list(rows[k]))
        elif filled := [c for c, value in enumerate(rows[k]) if c and value not in ("", None)]:
            column = draw(st.sampled_from(filled))
            other = rows[draw(st.integers(first, len(rows) - 1))]
            rows[k][column] = (None if what == "blank" else draw(st.sampled_from(ODD)) if what == "odd"
                               else other[column] if column < len(other) else None)  # fmt: skip
    return book


def told_in_words(report: Report) -> None:
    """Every finding is one of the catalogue and a sentence that fits, in which each figure is a figure."""
    for i in report.issues:
        said = re.sub("“.*?”", "", i.message)
        assert i.code in FINDINGS
        assert len(i.message) <= LONGEST
        assert not NO_FIGURE.search(said), i
        assert i.message[-1] in ".?…", i


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mixed_up(), st.sampled_from(["", "transitional", "definitive"]))
def test_whatever_lacks_is_told_in_words(book: Rows, law: str) -> None:
    installation = records.read(book)
    report = recalculate(installation, law=law)
    told_in_words(report)
    assert report.failed == any(i.level == ERROR for i in report.issues)
    whole = json.loads(json.dumps(report.json(), allow_nan=False))  # no figure that JSON doesn't know
    assert len(whole["processes"]) == len(installation.processes)
    for b in report.processes[:2]:
        assert list(explain.made_of(report, b.name))
        with suppress(KeyError):  # nothing comes in there
            assert list(explain.ending(report, b.name))
    assert materiality.materiality(report)


DEFINITIVE = {"period_start": date(2026, 1, 1), "period_end": date(2026, 12, 31)}
HALF = {"source": "Kiln", "target": "Mill", "quantity": 400000.0}
NO_UNIT = {"quantity": 600.0, "quantity_unit": "zzz"}
UNKNOWN_HERE: dict[str, Data] = {
    "power": changed("Electricity", 0, quantity=5e9, quantity_unit="zzz"),
    "a part of the clinker": plant(Material_flows=[HALF, {**HALF, **NO_UNIT}]),
    "a part of the metal": plant(
        Processes=[{"name": "Steel", "category": "Crude steel", "quantity": 1e6},
                   {"name": "Mill", "category": "Iron or steel products", "quantity": 1e6}],
        Goods=[{"name": "Bars", "process": "Mill", "cn_code": "72142000", "quantity": 1e6}],
        Material_flows=[{**HALF, "source": "Steel"}, {**HALF, **NO_UNIT, "source": "Steel"}]),
    "a part of what is sold": plant(
        Material_flows=[PLANT["Material flows"][0], {"source": "Mill", "target": "Market", "quantity": 1e6},
                        {**NO_UNIT, "source": "Mill", "target": "Market"}]),
    "two processes of one code": plant(
        Installation=PLANT["Installation"] | DEFINITIVE,
        Processes=[{**PLANT["Processes"][0], "quantity": "zzz"}, PLANT["Processes"][1]],
        Goods=[*PLANT["Goods"], {"name": "CEM II", "process": "Kiln", "cn_code": "25232900", "quantity": 1.0}]),
}  # fmt: skip


@pytest.mark.parametrize("what", UNKNOWN_HERE)
def test_an_unknown_figure_is_outside_of_no_limits(what: str) -> None:
    report = solved(UNKNOWN_HERE[what])
    told_in_words(report)
    assert not {"energy-use", "clinker-used", "yield", "sold-open", "see-default"} & {i.code for i in report.issues}


@pytest.mark.parametrize("back", [False, True])
def test_a_figure_that_grows_along_a_chain_of_slips_is_unknown_in_the_end(back: bool) -> None:
    """A mill that makes 1e-14 t of 9e17 t of the last one: what no float can hold is no figure."""
    names = [f"Mill {n}" for n in range(14)]
    flows = [{"source": a, "target": b, "quantity": 9e17} for a, b in pairwise(names)]
    again = [{**HALF, "source": names[-1], "target": names[0]}] if back else []
    gas = {"name": "Gas", "method": "Combustion", "quantity": 9e17, "quantity_unit": "TJ", "ef": 56.1}
    iron = {"name": "Iron", "process": names[1], "method": "Mass balance", "quantity": -9e17, "carbon_content": 1.0}
    report = solved(plant(
        Processes=[{"name": n, "category": "Iron or steel products", "quantity": 1e-14} for n in names],
        Goods=[{"name": f"Bars {n}", "process": n, "cn_code": "72142000", "quantity": 1e-14} for n in names],
        Goods_parameters=[], Electricity=[], Material_flows=[*flows, *again],
        Source_streams=[{**gas, "process": names[0]}, iron],
    ))  # fmt: skip
    told_in_words(report)
    assert isnan(report.processes[-1].see_direct)
    assert not any(isinf(see) for b in report.processes for see in (b.see_direct, b.see_indirect, b.see_total))
    for name in (names[0], names[-1]):
        assert list(explain.made_of(report, name))
    assert list(explain.ending(report, names[0]))
    assert materiality.materiality(report)


def test_a_loop_in_which_amounts_grow_without_end_is_measured() -> None:
    one = (2.16 ** (1 / STEPS)) * 10 ** (308 / STEPS) / 2  # what comes round is just beyond the largest float
    assert _used_again([{1: one, 2: one}, {0: one, 2: one}, {0: one, 1: one}], [0, 1, 2]) > 1
