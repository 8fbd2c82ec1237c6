"""Both acts side by side: the same where they agree, and every difference explained by one change."""

from __future__ import annotations

import json
from math import fsum, isnan
from pathlib import Path

import pytest
from plants import bought, emits, flow, heat, plant, power, process, waste_gas
from test_definitive import CHLORINE, CRUDE_STEEL, PIG_IRON, good, of

from cbam_xl import compare_laws, law, road
from cbam_xl import equations as eq
from cbam_xl import model as m
from cbam_xl.__main__ import main

MIXED = (
    *PIG_IRON, *CRUDE_STEEL, *CHLORINE, flow("P", m.WASTE, 300.0, "Hydrogen"),
    good("72071210", "Steel", benchmark_route="C"), flow("Steel", m.MARKET, 20.0, m.OFF_SPEC),
    waste_gas("Pig", "Steel", 100.0), heat("Pig", "P", 10.0, 60.0),
    process("Mill", 1000.0, finishing="Cutting"), emits("Mill", 5.0), flow("Steel", "Mill", 1100.0),
    bought("EU", 1.0, 0.2, 1.0)._replace(country="DE"), flow("EU", "Mill", 10.0),
    process("Al", 100.0, "Unwrought aluminium"), emits("Al", 50.0), power(m.GRID, "Al", 500.0, 0.5),
    m.Parameter(m.Cell(""), "Al", m.NON_ALUMINIUM, 8.0),
)  # fmt: skip


def test_the_changes_sum_to_the_whole_difference() -> None:
    found = compare_laws.compare(plant(*MIXED, **of(2026)))
    assert (found.transitional.law, found.definitive.law) == (eq.TRANSITIONAL, eq.DEFINITIVE)
    for before, after in zip(found.transitional.processes, found.definitive.processes, strict=True):
        for figure in ("see_direct", "see_indirect"):
            steps = [d for d in found.differences if (d.kind, d.name, d.figure) == ("process", before.name, figure)]
            whole = getattr(after, figure) - getattr(before, figure)
            assert sum(d.after - d.before for d in steps) == pytest.approx(whole, abs=1e-9)
    reasons = {d.cites for d in found.differences}
    unseen = {"verified_precursors", "listed_precursors", "functional_units", "default_share_of_total"}
    assert {change.cites for change in law.CHANGES if change.fields[0] not in unseen} <= reasons
    assert all(d.before != d.after for d in found.differences)


def test_where_the_acts_agree_nothing_differs() -> None:
    found = compare_laws.compare(plant(process("P", 1000.0, "Cement clinker"), emits("P", 800.0),
                                       power(m.GRID, "P", 50.0, 0.5), **of(2026)))  # fmt: skip
    assert found.differences == ()
    assert found.transitional.processes[0].see_total == found.definitive.processes[0].see_total


LISTED, PRECURSORS, EVIDENCE = "956 Annex II; 2025/2547 I 3.1", "2025/2547 I 3.1", "2025/2547 III A.2.3, Eq. 54"


@pytest.mark.parametrize(("name", "why"), [
    ("cement", {}), ("fertiliser", {}),
    # steel has no indirect emissions of its own; the example says nothing of evidence for the waste gas it exports
    ("blast_furnace", {"see_direct": [EVIDENCE], "see_indirect": [LISTED]}),
    # bought precursors of steel bring no indirect emissions, nor has the good its own
    ("screws", {"see_indirect": [PRECURSORS, LISTED]}),
])  # fmt: skip
def test_the_examples_of_the_commission_differ_only_where_the_acts_do(
    shared: Path, name: str, why: dict[str, list[str]]
) -> None:
    """Every process and good, line by line: the changes that move a figure are these, and sum to its difference."""
    path = next((p for p in sorted((shared / "official" / "examples").glob("*.xlsx"))
                 if name.casefold() in p.name.casefold()), None)  # fmt: skip
    if path is None:
        names = ", ".join(p.name for p in (shared / "official" / "examples").glob("*.xlsx"))
        pytest.fail(f"no example {name} among {names}")
    found = compare_laws.compare(road.read(path), floor=False)
    compared = 0
    for kind, who, before, after in compare_laws._pairs(found.transitional, found.definitive):
        for figure in ("see_direct", "see_indirect"):
            was, now = getattr(before, figure), getattr(after, figure)
            assert not isnan(was)
            steps = [d for d in found.differences if (d.kind, d.name, d.figure) == (kind, who, figure)]
            assert [d.cites for d in steps] == why.get(figure, [])
            assert fsum(d.after - d.before for d in steps) == pytest.approx(now - was, rel=1e-9, abs=1e-12)
            compared += 1
    assert compared >= 4


def test_the_command_prints_both_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    example = str(road.example("hydrogen"))
    main(["compare-laws", example])
    out = capsys.readouterr().out
    assert "2023/1773" in out
    assert "2025/2547" in out
    assert "956 Annex II" in out
    main(["compare-laws", example, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found.keys() == {"transitional", "definitive", "differences"}
    assert found["transitional"]["law"] == "2023/1773"
    assert {"kind", "name", "figure", "before", "after", "why", "cites"} == found["differences"][0].keys()


def test_an_act_can_be_forced(capsys: pytest.CaptureFixture[str]) -> None:
    example = str(road.example("steel_screws_nuts"))
    for name, act in (("transitional", "2023/1773"), ("2025/2547", "2025/2547")):
        main(["recalculate", example, "--json", "--law", name])
        assert json.loads(capsys.readouterr().out)["law"] == act
    assert main(["check", example, "--law", "roman"]) == 2
    assert "say transitional (2023/1773) or definitive" in capsys.readouterr().err


def test_an_act_under_which_the_data_has_errors_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare-laws", str(road.example("cement"))]) == 1
    err = capsys.readouterr().err
    assert "cbam-xl: under 2025/2547 the data has errors: cbam-xl check" in err
    assert "2023/1773" not in err
