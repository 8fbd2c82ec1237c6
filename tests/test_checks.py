"""The checks: for each a case that triggers it and one that just doesn't; and the catalogue of findings."""

from __future__ import annotations

import ast
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from plants import (
    CRUDE,
    PIG,
    Record,
    at,
    bought,
    burns,
    codes,
    emits,
    flow,
    heat,
    plant,
    power,
    process,
    share,
    solved,
    unit,
    waste_gas,
)

import cbam_xl
from cbam_xl import checks
from cbam_xl import model as m
from cbam_xl.attribution import recalculate
from cbam_xl.errors import CbamError
from cbam_xl.findings import FINDINGS, issue

P, E = process("P"), emits("P", 100.0)
BOF, EAF = "Basic oxygen steelmaking", "Electric arc furnace"


def good(cn_code: str = "72081000", process: str = "P", quantity: float | None = None) -> m.Good:
    return m.Good(at(""), "G", process, cn_code, quantity)


def parameter(name: str, value: float | str | bool | None = 1.0, target: str = "G") -> m.Parameter:
    return m.Parameter(at(""), target, name, value)


def carbonaceous(content: float, unit: str = "t", quantity: float = 10.0) -> m.Stream:
    return m.Stream(at(""), "Coke", "P", m.MASS_BALANCE, quantity, unit, carbon_content=content)


def made(category: str, **more: Any) -> m.Process:
    return process("P", category=category, **more)


def period(start: date | None, end: date | None) -> dict[str, date | None]:
    return {"period_start": start, "period_end": end}


Case = tuple[tuple[Record, ...], dict[str, Any]]
CASES: dict[str, list[tuple[Case, Case]]] = {  # code: (what triggers it, what just doesn't)
    "period-order": [(((P, E), period(date(2024, 2, 1), date(2024, 1, 31))),
                      ((P, E), period(date(2024, 1, 31), date(2024, 1, 31))))],
    "period-short": [(((P, E), period(date(2024, 1, 1), date(2024, 3, 27))),
                      ((P, E), period(date(2024, 1, 1), date(2024, 3, 31)))),
                     (((P, E), period(date(2024, 1, 1), date(2025, 2, 4))),
                      ((P, E), period(date(2024, 1, 1), date(2025, 2, 3))))],
    "period-part": [(((P, E), period(date(2024, 1, 1), date(2024, 3, 31))),
                     ((P, E), period(date(2024, 7, 1), date(2025, 6, 29))))],
    "period-act": [(((P, E), period(date(2025, 1, 2), date(2026, 1, 1)) | {"law": "2023/1773"}),
                    ((P, E), period(date(2025, 1, 2), date(2026, 1, 1)))),
                   (((P, E), period(date(2025, 1, 1), date(2025, 12, 31)) | {"law": "definitive"}),
                    ((P, E), period(date(2025, 1, 1), date(2025, 12, 31))))],
    "period-calendar": [(((P, E), period(date(2025, 7, 1), date(2026, 6, 30))),
                         ((P, E), period(date(2026, 1, 1), date(2026, 12, 31))))],
    "no-process": [(((made(m.NOT_CBAM),), {}), ((P,), {})), (((), {}), ((P,), {}))],
    "production-missing": [(((process("P", None), E), {}), ((process("P", 0.0), E), {})),
                           (((process("P", None), E), {}), ((P, process("N", None, m.NOT_CBAM)), {}))],
    "idle-process": [(((process("P", 0.0), E), {}), ((P, process("N", 0.0, m.NOT_CBAM)), {}))],
    "emissions-missing": [(((P, emits("", 5.0)), {}), ((process("P", direct_entered=0.0), emits("", 5.0)), {})),
                          (((P, emits("", 5.0)), {}), ((P, E, emits("", 5.0)), {})),
                          (((P, emits("", 5.0)), {}), ((P, emits(m.SHARED, None, "S"), share("S", "P", None)), {})),
                          (((P, emits("", 5.0)), {}), ((made(m.NOT_CBAM), emits("", 5.0)), {})),
                          (((P, emits(m.SHARED, 5.0)), {}), ((P,), {}))],
    "stated-and-streams": [
        (((process("P", direct_entered=5.0), E), {}), ((process("P", direct_entered=5.0), emits("", 5.0)), {})),
        (((process("P", direct_entered=5.0), emits(m.SHARED, 5.0, "S"), share("S", "P", 1.0)), {}),
         ((process("P", direct_entered=5.0), power(m.GRID, m.SHARED, 5.0, 1.0), share(m.GRID, "P", 1.0)), {}))],
    "negative-see": [(((P, emits("P", -5.0)), {"floor": False}), ((P, emits("P", -5.0)), {}))],
    "floored": [(((P, E, heat("P", m.OUTSIDE, 2, 60.0)), {}), ((P, E, heat("P", m.OUTSIDE, 1, 60.0)), {}))],
    "route-free": [(((made(CRUDE, routes=("Crucible",)), E), {}), ((made(CRUDE, routes=(EAF,)), E), {})),
                   (((made(CRUDE, routes=("Crucible",)), E), {}),
                    ((made("Cement", routes=("all production routes",)), E), {})),
                   (((made(CRUDE, routes=("Crucible",)), E), {}),
                    ((P, process("N", 1.0, m.NOT_CBAM, routes=("x",))), {}))],
    "route-mixed": [(((made(CRUDE, routes=(BOF, EAF)), E), {}), ((made(CRUDE, routes=(BOF,)), E), {}))],
    "joint-not-allowed": [(((made("Cement", included=("Urea",)), E), {}),
                           ((made("Cement", included=("Cement clinker",)), E), {}))],
    "joint-sold": [
        (((made("Cement", included=("Cement clinker",)), E, good("25231000")), {}),
         ((made("Cement", included=("Cement clinker",)), E, good("25232900"), good("25231000", "Q")), {})),
        (((made(CRUDE, leaving=(PIG, CRUDE)), E), {}), ((made(CRUDE, included=(PIG,)), E), {}))],
    "bubble-indicative": [(((made("Cement", leaving=("Cement", "Urea")), E), {}),
                           ((made(CRUDE, leaving=(PIG, CRUDE)), E), {}))],
    "cn-unknown": [(((P, E, good("72042100")), {}), ((P, E, good("72081000")), {})),
                   (((P, E, good("7208")), {}), ((P, E, good("")), {}))],
    "cn-category": [(((P, E, good("25231000")), {}), ((P, E, good("73090030")), {})),
                    (((P, E, good("72061000")), {}), ((process("P", included=(CRUDE,)), E, good("72061000")), {}))],
    "parameter-missing": [
        (((made("Cement"), E, good("25232900")), {}),
         ((made("Cement"), E, good("25232900"), parameter("Clinker factor")), {})),
        (((made("Cement"), E, good("25232900")), {}),
         ((made("Cement"), E, good("25232900"), parameter("Clinker factor", target="p")), {})),
        (((made("Cement"), E, good("25232900")), {}), ((made("Cement clinker"), E, good("25231000")), {}))],
    "other-materials": [(((P, E, parameter("% other materials", 5.1, "P")), {}),
                         ((P, E, parameter("% other materials", 5.0, "P")), {})),
                        (((P, E, good(), parameter("% other materials", 6.0)), {}),
                         ((P, E, good(), parameter("% other materials", "6")), {}))],
    "alloying-elements": [
        (((made("Aluminium products"), E, parameter("% non-aluminium elements", 5.1, "P")), {}),
         ((made("Aluminium products"), E, parameter("% non-aluminium elements", 5.0, "P")), {})),
        (((made("Unwrought aluminium"), E, parameter("% non-aluminium elements", 6.0, "P")), {}),
         ((P, E, parameter("% non-aluminium elements", 6.0, "P")), {}))],
    "sold-open": [(((P, E, good(quantity=1002.0)), {}), ((P, E, good(quantity=1000.5)), {})),
                  (((P, E, good(quantity=600.0), flow("P", m.MARKET, 500.0)), {}),
                   ((P, E, good(quantity=500.0), flow("P", m.MARKET, 500.0)), {})),
                  (((P, E, good(quantity=600.0), good(quantity=600.0)), {}),
                   ((P, E, good(quantity=600.0), good(quantity=600.0, process="Q")), {}))],
    "carbon-share": [(((P, carbonaceous(1.1)), {}), ((P, carbonaceous(1.0)), {})),
                     (((P, carbonaceous(88.0)), {}), ((P, carbonaceous(88.0, "TJ")), {})),
                     (((P, E, flow("P", m.MARKET, 1.0, "Tar", 92.0)), {}),
                      ((P, E, flow("P", m.MARKET, 1.0, "Tar", 0.92)), {}))],
    "not-a-precursor": [
        (((P, E, bought("X", category="Cement"), flow("X", "P", 1.0)), {}),
         ((P, E, bought("X", category=CRUDE), flow("X", "P", 1.0)), {})),
        (((P, E, bought("X", category="Sintered Ore"), flow("X", "P", 1.0)), {}),
         ((process("P", included=(PIG,)), E, bought("X", category="Sintered Ore"), flow("X", "P", 1.0)), {})),
        (((P, E, process("Q", category="Urea"), flow("Q", "P", 1.0)), {}),
         ((P, E, process("Q", category="Urea"), flow("Q", "P", 0.0)), {})),
        (((P, E, process("Q", category="Urea"), flow("Q", "P", 1.0)), {}),
         ((P, E, process("Q", category="Urea"), flow("Q", "P", 1.0, "Dust", 0.1)), {})),
        (((P, E, bought("X", category="Cement"), flow("X", "P", 1.0)), {}),
         ((P, E, process("N", None, m.NOT_CBAM), bought("X", category="Cement"), flow("X", "N", 1.0)), {}))],
    "mass-open": [(((P, E, flow("P", m.MARKET, 999.0)), {}), ((P, E, flow("P", m.MARKET, 1000.0 + 1e-7)), {})),
                  (((P, E, bought("X", quantity=10.0), flow("X", "P", 9.0)), {}),
                   ((P, E, bought("X", quantity=10.0), flow("X", "P", 9.0), flow("X", m.OTHER_USE, 1.0)), {}))],
    "flow-to-self": [(((P, E, flow("P", "P", 1.0)), {}), ((P, E, flow("P", "P", 1.0, "Scrap")), {}))],
    "by-product-twice": [
        (((P, E, carbonaceous(0.1, quantity=-5.0), flow("P", m.MARKET, 5.0, " coke", 0.1)), {}),
         ((P, E, carbonaceous(0.1, quantity=5.0), flow("P", m.MARKET, 5.0, "Coke", 0.1)), {})),
        (((P, E, carbonaceous(0.1, quantity=-5.0), flow("P", m.MARKET, 5.0, "Coke", 0.1)), {}),
         ((P, E, carbonaceous(0.1, quantity=-5.0), flow("P", m.MARKET, 5.0, "Coke")), {})),
        (((P, E, carbonaceous(0.1, quantity=-5.0), flow("P", m.MARKET, 5.0, "Coke", 0.1)), {}),
         ((P, E, carbonaceous(0.1, quantity=-5.0), flow("P", m.MARKET, 5.0, "Slag", 0.1)), {}))],
    "by-product-carbon": [(((P, E, process("Q"), flow("P", "Q", 5.0, "Dust")), {}),
                           ((P, E, process("Q"), flow("P", "Q", 5.0, "Dust", 0.0)), {})),
                          (((P, E, process("Q"), flow("P", "Q", 5.0, "Dust")), {}),
                           ((P, E, flow("P", m.MARKET, 5.0, "Dust")), {}))],
    "precursor-unused": [(((P, E, bought("X")), {}), ((P, E, bought("X"), flow("X", m.OTHER_USE, 1.0)), {}))],
    "factor-missing": [
        (((P, heat(m.OUTSIDE, "P", 5.0)), {}), ((P, heat(m.OUTSIDE, "P", 0.0)), {})),
        (((P, heat(m.OUTSIDE, "P", 5.0)), {}), ((P, heat(m.OUTSIDE, "P", 5.0, fuel="Natural gas")), {})),
        (((P, E, process("Q"), heat("P", "Q", 5.0)), {}), ((made("Nitric acid"), E, heat("P", m.OUTSIDE, 5.0)), {})),
        (((P, heat(m.OUTSIDE, "P", 5.0)), {}), ((P, waste_gas(m.OUTSIDE, "P", 5.0)), {})),
        (((P, heat(m.OUTSIDE, "P", 5.0)), {}), ((P, unit("U"), burns("U", 9.0), heat("U", "P", 5.0)), {})),
        (((P, power(m.GRID, "P", 5.0)), {}), ((P, power(m.GRID, "P", 5.0), power(m.GRID, "P", 5.0, 0.4)), {})),
        (((P, power(m.GRID, "P", 5.0)), {}), ((P, power(m.GRID, "P", 0.0)), {})),
        (((P, power(m.GRID, "P", 5.0), power(m.DIRECT_LINE, "P", 5.0, 0.4)), {}),
         ((P, unit("U", m.RENEWABLE_POWER), power("U", "P", 5.0)), {}))],
    "nitric-heat": [(((made("Nitric acid"), E, heat("P", m.OUTSIDE, 1, 60.0)), {}),
                     ((made("Nitric acid"), E, heat("P", m.OUTSIDE, 1, 0.0)), {})),
                    (((made("Nitric acid"), E, heat("P", m.OUTSIDE, 1, fuel="Natural gas")), {}),
                     ((made("Ammonia"), E, heat("P", m.OUTSIDE, 1, fuel="Natural gas")), {}))],
    "unit-output": [(((P, E, unit("U"), burns("U", 9.0), heat("U", "P", 5.0), waste_gas("U", "P", 1)), {}),
                     ((P, E, unit("U"), burns("U", 9.0), heat("U", "P", 5.0), waste_gas("P", "U", 1)), {}))],
    "share-missing": [(((P, emits(m.SHARED, 5.0, "S")), {}),
                       ((P, emits(m.SHARED, 5.0, "S"), share("s", "P", 1.0)), {})),
                      (((P, E, power(m.GRID, m.SHARED, 5.0, 1.0)), {}),
                       ((P, E, power(m.GRID, m.SHARED, 5.0, 1.0), share(m.GRID, "P", 1.0)), {})),
                      (((P, E, m.Pfc(at(""), "CWPB", m.SHARED)), {}), ((P, E, m.Pfc(at(""), "CWPB", "P")), {}))],
    "not-shared": [(((P, E, share("S", "P", 1.0)), {}), ((P, emits(m.SHARED, 5.0, "S"), share("S", "P", 1.0)), {})),
                     (((P, emits("P", 5.0, "S"), share("S", "P", 1.0)), {}), ((P, E, share("", "P", 1.0)), {}))],
    "share-reason": [(((P, emits(m.SHARED, 5.0, "S"), share("S", "P", 1.0, "Operating hours")), {}),
                      ((P, emits(m.SHARED, 5.0, "S"), share("S", "P", 1.0, "Operating hours", "log book")), {})),
                     (((P, emits(m.SHARED, 5.0, "S"), share("S", "P", 1.0, "Operating hours")), {}),
                      ((P, emits(m.SHARED, 5.0, "S"), share("S", "P", 1.0)), {}))],
    "meters-apart": [
        (((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 95.0)), {}),
         ((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 96.0)), {})),
        (((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 300.0)), {}),
         ((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 1000.0)), {})),
    ],
    "reconciled": [
        (((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 97.0)), {}),
         ((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 100.0)), {})),
        (((P, E, power(m.GRID, m.SHARED, 100.0, 1.0), share(m.GRID, "P", 104.0)), {}),
         ((P, E, power(m.GRID, m.SHARED, 100.0, 1.0), share(m.GRID, "P", 104.0, "Mass of goods", "x")), {})),
        (((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 97.0)), {}),
         ((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 97_000.0)), {})),
        (((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 97.0)), {}),
         ((P, emits(m.SHARED, None, "S"), share("S", "P", 97.0)), {})),
        (((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 97.0)), {}),
         ((P, emits(m.SHARED, 100.0, "S"), share("S", "P", None), share("S", "P", 97.0)), {})),
        (((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 97.0)), {}),
         ((P, emits(m.SHARED, 100.0, "S"), share("S", "P", 0.0)), {}))],
    "stream-unassigned": [(((P, E, emits("", 5.0)), {}),
                           ((P, E, emits(m.SHARED, 5.0, "S"), share("S", "P", 1.0)), {})),
                          (((P, E, m.Measured(at(""), "Stack")), {}), ((P, E, m.Measured(at(""), "Stack", "P")), {})),
                          (((P, E, m.Pfc(at(""), "CWPB")), {}), ((P, emits("", 5.0)), {"origin": "communication"}))],
    "default-justification": [
        (((P, E, bought("X", source="Default"), flow("X", "P", 1.0)), {"default_justification": None}),
         ((P, E, bought("X", source="Default"), flow("X", "P", 1.0)), {"default_justification": "Other"})),
        (((P, E, bought("X", source="Default"), flow("X", "P", 1.0)), {"default_justification": None}),
         ((P, E, bought("X", source="Default")._replace(justification="Data gaps")), {"default_justification": None})),
        (((P, E, bought("X", source="Default"), flow("X", "P", 1.0)), {"default_justification": None}),
         ((P, E, bought("X"), flow("X", "P", 1.0)), {"default_justification": None}))],
    "balance-open": [(((process("P", direct_entered=106.0), emits("", 100.0)), {}),
                      ((process("P", direct_entered=104.0), emits("", 100.0)), {})),
                     (((P, E, power(m.GRID, "P", 10.0, 1.0)), {"indirect_entered": 20.0}),
                      ((P, E, power(m.GRID, "P", 10.0, 1.0)), {"indirect_entered": 10.0}))],
}  # fmt: skip


@pytest.mark.parametrize(("code", "case", "near_miss"), [(c, a, b) for c, pairs in CASES.items() for a, b in pairs])
def test_a_check_is_triggered_and_just_not(code: str, case: Case, near_miss: Case) -> None:
    report = solved(*case[0], **case[1])
    found = [i for i in report.issues if i.code == code]
    assert found
    assert code not in codes(solved(*near_miss[0], **near_miss[1]))
    for i in found:
        assert len(i.message) <= 200
        assert not i.message.endswith("…")
        assert i.cites == FINDINGS[code].cites
        assert bool(i.cell) or code in ("balance-open", "no-process")
        assert "@" not in i.cell


def test_a_finding_says_its_cell() -> None:
    report = solved(P, E, heat(m.OUTSIDE, "P", 5.0), bought("X"), process("Q", None))
    assert {(i.code, i.sheet, i.cell) for i in report.issues} == {
        ("electricity-missing", "Electricity", "A7"), ("precursor-none", "processes", "name7"),
        ("factor-missing", "transfers", "ef7"),
        ("precursor-unused", "precursors", "name7"),
        ("production-missing", "processes", "quantity8")}  # fmt: skip


def test_a_plant_without_a_fault_has_no_finding() -> None:
    clean = (process("P", 1000.0, "Cement"), E, good("25232900", quantity=1000.0), parameter("Clinker factor", 80.0),
             flow("P", m.MARKET, 1000.0), bought("K", category="Cement clinker", quantity=800.0), flow("K", "P", 800.0),
             power(m.GRID, "P", 5.0, 0.4))  # fmt: skip
    assert codes(solved(*clean)) == []


def test_findings_stand_by_level_each_once() -> None:
    report = solved(process("P", 0.0), E, emits("", 1.0), process("Q", None), heat(m.OUTSIDE, "P", 1.0))
    levels = [i.level for i in report.issues]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert set(levels) == {"error", "warning", "note"}
    assert report.failed
    assert not solved(P, E).failed
    twice = [issue("floored", "a"), issue("carbon-share", "b"), issue("floored", "a")]
    assert [i.code for i in checks.sort(twice)] == ["carbon-share", "floored"]


def test_a_cell_with_a_fault_is_not_called_missing_as_well() -> None:
    records = plant(process("P", None), E)
    fault = issue("number-expected", "“Total production” holds a text.", records.processes[0].at, "quantity")
    assert "production-missing" in codes(recalculate(records))
    assert codes(recalculate(records._replace(issues=(fault,)))) == ["number-expected"]
    note = fault._replace(level=m.WARNING)
    assert "production-missing" in codes(recalculate(records._replace(issues=(note,))))


# The catalogue of findings


@cache
def used_codes() -> set[str]:
    """Codes that the source hands to something: a function that makes an issue, or a name for such a code."""
    found = set()
    for path in Path(cbam_xl.__file__).parent.rglob("*.py"):
        if path.name == "findings.py" or "equations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call | ast.Assign):
                parts = node.args if isinstance(node, ast.Call) else [node.value]
                found |= {c.value for part in parts for c in ast.walk(part)
                          if isinstance(c, ast.Constant) and isinstance(c.value, str)}  # fmt: skip
    return found


@pytest.mark.parametrize("code", FINDINGS)
def test_every_code_is_used_and_documented(code: str) -> None:
    finding = FINDINGS[code]
    assert code in used_codes()
    assert finding.level in (m.ERROR, m.WARNING, m.NOTE)
    assert finding.in_communication in (m.ERROR, m.WARNING, m.NOTE)
    assert finding.reason.endswith(".")
    assert len(finding.reason) <= 200
    assert code == code.lower().replace(" ", "-")
    assert not finding.cites or finding.cites.split()[0] in (
        "I", "II", "III", "IV", "956", "2025/2547", "Art.", "E.3")  # fmt: skip


def test_in_a_commission_file_nothing_is_graver_and_what_that_workbook_accepts_is_a_warning() -> None:
    order = [m.NOTE, m.WARNING, m.ERROR]
    assert all(order.index(f.in_communication) <= order.index(f.level) for f in FINDINGS.values())
    accepted = ("name-twice", "cn-unknown", "not-a-precursor", "mass-open", "emissions-missing", "production-missing")
    assert all(FINDINGS[code][:2] == (m.ERROR, m.WARNING) for code in accepted)
    assert FINDINGS["factor-missing"][:2] == (m.ERROR, m.ERROR)


def test_the_level_follows_the_origin_of_the_installation() -> None:
    report = solved(P, E, bought("X", category="Cement"), flow("X", "P", 1.0))
    assert [i.level for i in report.issues if i.code == "not-a-precursor"] == ["error"]
    report = solved(process("P", direct_entered=5.0), bought("X", category="Cement"), flow("X", "P", 1.0),
                    origin="communication")  # fmt: skip
    assert [i.level for i in report.issues if i.code == "not-a-precursor"] == ["warning"]


def test_a_long_message_is_cut_at_two_hundred_characters() -> None:
    message = issue("floored", "x" * 500).message
    assert len(message) == 200
    assert message.endswith("…")
    assert issue("floored", "x" * 200).message == "x" * 200


def test_an_unknown_code_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        issue("no-such-code", "")


def test_a_finding_without_a_place_has_none() -> None:
    found = issue("floored", "a")
    assert (found.sheet, found.cell) == ("", "")
    assert str(found) == "WARNING floored a"
    assert str(issue("floored", "a", at("Processes", 9, ["name"]), "name")) == "Processes!name9: WARNING floored a"


def test_a_field_of_a_form_may_stand_on_a_sheet_of_its_own() -> None:
    place = m.Cell("A_InstData", 0, {"fuel_total": "C_Emissions&Energy!H16"})
    found = issue("total-overridden", "a", place, "fuel_total", "communication")
    assert (found.sheet, found.cell) == ("C_Emissions&Energy", "H16")


def test_a_forgotten_sheet_electricity_is_told() -> None:
    assert "electricity-missing" in codes(solved(P, E))
    assert "electricity-missing" not in codes(solved(P, E, power(m.GRID, "P", 5.0, 0.4)))


@pytest.mark.parametrize(("parts", "question"), [(60.0, "Is a user of this meter missing"), (160.0, "count twice")])
def test_sub_meters_far_from_their_main_meter_ask_why(parts: float, question: str) -> None:
    report = solved(P, emits(m.SHARED, 100.0, "S"), share("S", "P", parts))
    (found,) = (i for i in report.issues if i.code == "meters-apart")
    assert question in found.message
    assert found.level == m.WARNING


@pytest.mark.parametrize(("origin", "level"), [("workbook", "warning"), ("communication", "note")])
@pytest.mark.parametrize(("sheet", "place"), [("Goods", "Goods parameters"), ("Summary_Products", "Summary_Products")])
def test_a_parameter_that_lacks_is_told_in_both_kinds_of_file(origin: str, level: str, sheet: str, place: str) -> None:
    """A workbook that was imported keeps the levels of the Commission's file, but has our sheets."""
    records = plant(made("Cement"), E, good("25232900"), origin=origin)
    records = records._replace(goods=tuple(g._replace(at=at(sheet)) for g in records.goods))
    (found,) = (i for i in recalculate(records).issues if i.code == "parameter-missing")
    assert found.level == level
    assert place in found.message


@pytest.mark.parametrize("given", ["plant.xlsx", None, 5])
def test_recalculate_says_what_it_wants(given: Any) -> None:
    with pytest.raises(CbamError, match=r"recalculate\(cbam_xl\.read\(FILE\)\)"):
        recalculate(given)
