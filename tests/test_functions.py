"""The worksheet functions: the registry, the same figures as the command line, equations, look-ups, faults, help."""

from __future__ import annotations

import keyword
import os
import re
import subprocess
import sys
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

import cbam_udfs
import pytest
from cbam_udfs import BY_NAME, FUNCTIONS, call, help
from live import block, ranges, replaced

import cbam_xl
from cbam_xl import attribution, law, reporting, road, units
from cbam_xl.__main__ import main
from cbam_xl.books import FileBook
from cbam_xl.report import BALANCE_TERMS
from cbam_xl.sheets import inputs

ROOT = Path(__file__).parents[1]
CELLS = ranges(FileBook(cbam_xl.example("cement")))
BLOCK = block(CELLS)
README = (ROOT / "udfs/README.md").read_text(encoding="utf-8")
REPORT = attribution.recalculate(cbam_xl.read(cbam_xl.example("cement")))
VBA_WORDS = {"and", "as", "call", "case", "const", "date", "dim", "do", "each", "else", "end", "error", "exit", "for",
             "from", "function", "get", "if", "in", "is", "let", "like", "loop", "me", "mod", "new", "next", "not",
             "on", "option", "optional", "or", "print", "rem", "set", "step", "stop", "string", "sub", "then", "to",
             "type", "until", "wend", "while", "with", "xor"}  # fmt: skip


# ── the registry ──


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_every_function_is_described_for_every_program(function: Any) -> None:
    assert re.fullmatch(r"CBAM(_[A-Z0-9]+)+", function.name)
    assert 0 < len(function.description) <= 255
    assert function.description.endswith(".")
    assert function.example.startswith(f"={function.name}(")
    assert all(a.help and len(a.help) <= 255 and a.help.endswith(".") for a in function.arguments)
    names = [a.name for a in function.arguments]
    assert len(set(names)) == len(names)
    assert all(n.isidentifier() and not keyword.iskeyword(n) and n not in VBA_WORDS for n in names)
    optional = [a.optional for a in function.arguments]
    assert optional == sorted(optional), "no program allows one that must be given after one that needn't"


def test_names_are_nobody_elses() -> None:
    assert len(BY_NAME) == len(FUNCTIONS)
    names = {name.casefold() for name in BY_NAME}
    taken = {"installation", *(s.range_name for s in inputs.SHEETS)}
    assert not names & {name.casefold() for name in taken}


def test_every_term_of_the_balance_has_its_function() -> None:
    provided = {f.call.args[0] for f in FUNCTIONS if hasattr(f.call, "args")}
    assert set(BALANCE_TERMS) <= provided


SAMPLE = {
    "B2:B5": ((2.0,), (0.0,), (3.0,), (None,)), "C2:C5": ((50_000.0,), (50_000.0,), (100_000.0,), (None,)),
    "E2:E3": ((120_000.0,), (69_750.0,)), "F2:F3": ((0.719,), (1.9,)), "G2:G4": ((420.0,), (310.0,), (240.0,)),
    "installation": BLOCK, "in_processes": CELLS["Processes"],
}  # fmt: skip


def entered(formula: str) -> Any:
    """What a cell with this formula shows."""
    name, texts = re.fullmatch(r"=(\w+)\((.*)\)", formula).groups()  # type: ignore[union-attr]
    arguments: list[Any] = []
    for text in map(str.strip, texts.split(",")):
        value = None if not text else text[1:-1] if text[0] == '"' else SAMPLE.get(text)
        arguments.append(float(text) if value is None and text else value)
    return call(name, *arguments)


FIGURES = {
    "CBAM_SEE_DIRECT": REPORT.processes[0].see_direct, "CBAM_REMAINING": 145_000.0,
    "CBAM_ENERGY": 11_340.0, "CBAM_COMBUSTION": 827_820.0, "CBAM_COMBUSTION_AMOUNT": 2450.0,
    "CBAM_PROCESS_EMISSIONS": 658_875.0, "CBAM_MASS_BALANCE": -25_693.068768192, "CBAM_EF_FROM_CARBON": 57.25,
    "CBAM_OXIDATION_FACTOR": 0.975, "CBAM_CEMS": 18_059.76325, "CBAM_CEMS_MEAN": 2.0, "CBAM_CEMS_HOURS": 3.0,
    "CBAM_CEMS_MASS": 0.4, "CBAM_CEMS_SUBSTITUTE": 5 / 3 + 2 * (7 / 3) ** 0.5, "CBAM_PFC_SLOPE": 68_409.198,
    "CBAM_PFC_OVERVOLTAGE": 97_355.747368421, "CBAM_HEAT": 280.49985, "CBAM_HEAT_FLOW": 691.2,
    "CBAM_HEAT_EMISSIONS": 5610.0,
    "CBAM_HEAT_FROM_FUEL": 90.3, "CBAM_LOAD_FACTOR": 0.75, "CBAM_STANDARD_HEAT_EF": 62.3333333333333,
    "CBAM_CHP_HEAT_EF": 55.01304329, "CBAM_CHP_ELECTRICITY_EF": 0.3943016315, "CBAM_WASTE_GAS_IMPORT": 56_100.0,
    "CBAM_WASTE_GAS_EXPORT": 37_418.7, "CBAM_ELECTRICITY": 4504.5, "CBAM_ATTRIBUTED": 7_387_085.5,
    "CBAM_EMBEDDED": 218_805.0, "CBAM_SEE": 2.00693823529412, "CBAM_RECONCILED": 432.989690721649,
    "CBAM_CLINKER": 774_100.0, "CBAM_DUST_EF": 0.2079207921, "CBAM_FLUE_GAS_FLOW": 81_494.84536,
    "CBAM_FUEL_EF": 56.1, "CBAM_FUEL_NCV": 48.0, "CBAM_GWP": 265.0, "CBAM_PARAMETER": 3.664,
    "CBAM_CATEGORY": "Crude steel", "CBAM_CN_NAME": "Cement clinkers", "CBAM_IS_PRECURSOR": "yes",
    "CBAM_DEFAULT_VALUE": 0.83, "CBAM_CONVERT": 8.3736,
}  # fmt: skip
"""What the examples of the registry give; the figures of the acts' and the guidance's own examples where there are."""


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_its_example_gives_a_result(function: Any) -> None:
    shown = entered(function.example)
    assert not str(shown).startswith("#")
    assert isinstance(shown, list) == function.spills
    if function.spills:
        widths = {len(row) for row in shown}
        assert len(widths) == 1
        assert all(isinstance(cell, str) or (isinstance(cell, float) and not isnan(cell))
                   for row in shown for cell in row)  # fmt: skip
    if function.name in FIGURES:
        wanted = FIGURES[function.name]
        assert shown == (pytest.approx(wanted, rel=1e-9) if isinstance(wanted, float) else wanted)


# ── the same road as the command line ──


@pytest.mark.parametrize("name", road.examples())
def test_every_figure_is_that_of_the_report(name: str) -> None:
    report = attribution.recalculate(cbam_xl.read(cbam_xl.example(name)))
    cells = block(ranges(FileBook(cbam_xl.example(name))))
    of = {f.name: f.call.args[0] for f in FUNCTIONS if hasattr(f.call, "args")}
    for function, field in of.items():
        for owner in report.processes if field in BALANCE_TERMS else (report.installation,):
            wanted = getattr(owner, field)
            shown = call(function, owner.name, cells) if field in BALANCE_TERMS else call(function, cells)
            assert shown == wanted if not isnan(wanted) else str(shown).startswith("#CBAM ")
    issues = call("CBAM_ISSUES", cells)
    assert [row[3] for row in issues[1:]] == [i.message for i in report.issues]
    trace = call("CBAM_TRACE", "", cells)
    assert [row[3] for row in trace[1:]] == ["" if isnan(t.value) else t.value for t in report.terms]


@pytest.mark.parametrize("name", road.examples())
def test_contributions_sum_to_the_see(name: str) -> None:
    report = attribution.recalculate(cbam_xl.read(cbam_xl.example(name)))
    cells = block(ranges(FileBook(cbam_xl.example(name))))
    for b in report.processes:
        if not b.activity_level_t > 0 or isnan(b.see_total):
            continue
        _, *lines, last = call("CBAM_CONTRIBUTIONS", b.name, cells)
        for column, wanted in ((1, b.see_direct), (2, b.see_indirect), (3, b.see_total)):
            assert sum(line[column] for line in lines) == pytest.approx(wanted, rel=1e-9, abs=1e-12)
            assert last[column] == wanted


@pytest.mark.parametrize("process", ["Clinker kiln", " cement   MILL "])
def test_explain_prints_what_the_command_prints(process: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", str(cbam_xl.example("cement")), process])
    lines = [row[0] for row in call("CBAM_EXPLAIN", "", process, BLOCK)]
    assert lines == capsys.readouterr().out.splitlines()


def test_explain_of_one_term_is_part_of_it() -> None:
    whole = [row[0] for row in call("CBAM_EXPLAIN", None, "Cement mill", BLOCK)]
    part = [row[0] for row in call("CBAM_EXPLAIN", "SEE_DIRECT", "Cement mill", BLOCK)]
    assert 1 < len(part) < len(whole)
    assert [line for line in whole if "SEE_Dir:" in line] == [line for line in part if "SEE_Dir:" in line] != []
    told = call("CBAM_EXPLAIN", "soup", "Cement mill", BLOCK)
    assert told.startswith("#CBAM name-unknown: Nothing in the trace is “soup”. Its steps: DirEm*, ")


def test_energy_units_are_explained_and_traced_too() -> None:
    name = next(n for n in road.examples() if attribution.recalculate(cbam_xl.read(cbam_xl.example(n))).units)
    report = attribution.recalculate(cbam_xl.read(cbam_xl.example(name)))
    cells = block(ranges(FileBook(cbam_xl.example(name))))
    unit = report.units[0].name
    assert [r[0] for r in call("CBAM_EXPLAIN", "", unit, cells)][1:] == [
        line for text in reporting.explanation(report.terms_of(unit)) for line in text.split("\n")]  # fmt: skip
    assert len(call("CBAM_TRACE", unit, cells)) > 1


def test_the_ranges_of_the_workbook_stand_in_for_the_handle() -> None:
    assert call("CBAM_SEE_DIRECT", "Clinker kiln", book=CELLS) == REPORT.processes[0].see_direct
    assert call("CBAM_SEE_DIRECT", "Clinker kiln", None, book=CELLS) == REPORT.processes[0].see_direct
    changed = replaced(CELLS, "Source streams", 2, 3, 1.0)
    assert call("CBAM_SEE_DIRECT", "Clinker kiln", book=changed) != REPORT.processes[0].see_direct


def test_without_it_the_cell_shows_the_long_form() -> None:
    answer = call("CBAM_SEE_DIRECT", "Clinker kiln")
    assert answer == "#CBAM handle: Name the cells with the handle too: =CBAM_SEE_DIRECT(process, installation)."


def test_remaining_is_what_the_word_stands_for() -> None:
    """The cement example has typed amounts beside one “remaining” of the clinker."""
    flows = CELLS["Material flows"]
    row = next(r for r, cells in enumerate(flows) if "remaining" in cells)
    source = flows[row][0]
    amount = call("CBAM_REMAINING", source, BLOCK)
    assert amount > 0
    column = flows[row].index("remaining")
    typed = block(replaced(CELLS, "Material flows", row, column, amount))
    assert call("CBAM_SEE_DIRECT", "Cement mill", typed) == pytest.approx(call("CBAM_SEE_DIRECT", "Cement mill", BLOCK))
    assert call("CBAM_REMAINING", source, typed) == 0.0
    assert call("CBAM_REMAINING", "Coal", BLOCK).startswith("#CBAM name-unknown")


def test_an_unknown_figure_says_why_and_others_stay() -> None:
    streams = CELLS["Source streams"]
    header = [str(cell).rstrip(" *") for cell in streams[0]]
    row = next(r for r, cells in enumerate(streams[2:], 2) if cells[1] == "Cement mill")
    harmed = block(replaced(CELLS, "Source streams", row, header.index("Activity data (AD)"), None))
    told = call("CBAM_SEE_DIRECT", "Cement mill", harmed)
    assert re.match(rf"#CBAM value-missing: Source streams!E{row + 5}: “Activity data \(AD\)” is missing", told)
    assert call("CBAM_SEE_INDIRECT", "Cement mill", harmed) == REPORT.processes[1].see_indirect
    assert call("CBAM_SEE_DIRECT", "Clinker kiln", harmed) == REPORT.processes[0].see_direct
    assert call("CBAM_TOTAL_DIRECT", harmed).startswith("#CBAM value-missing: Source streams!E")
    assert [r[11] for r in call("CBAM_RESULTS", harmed)[1:]] == [REPORT.processes[0].see_direct, "", ""]


def test_status_says_how_the_inputs_are() -> None:
    assert call("CBAM_STATUS", BLOCK).startswith("✔ 3 processes, 1 note. First: ")
    lost = block({name: rows for name, rows in CELLS.items() if name != "PFC"})
    assert call("CBAM_STATUS", lost).startswith("✖ 3 processes, 1 error")


# ── faults of the arguments ──


@pytest.mark.parametrize(("arguments", "told"), [
    (("CBAM_COMBUSTION", 1.0, None, 73.0), "value-missing: ncv is missing. 0 counts as missing here. Net calorific"),
    (("CBAM_COMBUSTION", 1.0, 0.0, 73.0), "value-missing: ncv is missing."),
    (("CBAM_COMBUSTION", 1.0, 45.0, 73.0, 98.0), "number-range: oxidation is 98: it is a share from 0 to 1; type 98 %"),
    (("CBAM_COMBUSTION", "1,5", 45.0, 73.0), "number-expected: ad is “1,5”, not a number."),
    (("CBAM_COMBUSTION", True, 45.0, 73.0), "number-expected: ad is “yes”, not a number."),
    (("CBAM_COMBUSTION", -2146826281, 45.0, 73.0), "cell-error: ad shows #DIV/0!"),
    (("CBAM_COMBUSTION", "#N/A", 45.0, 73.0), "cell-error: ad shows #N/A"),
    (("CBAM_COMBUSTION", 1.0, 45.0, 73.0, 1.0, 0.0, 9.0), "arguments: It takes 5 arguments: =CBAM_COMBUSTION(ad, "),
    (("CBAM_COMBUSTION", ((1.0,), (2.0,)), 45.0, 73.0), "one-cell: ad takes one cell, not a range of 2 rows."),
    (("CBAM_COMBUSTION", 1e307, 1e307, 73.0), "number-range: The result is beyond all bounds"),
    (("CBAM_SEE", 1.0, 0.0), "value-missing: activity_level is missing."),
    (("CBAM_PFC_OVERVOLTAGE", 1.0, 10.0, 0.95, 1.16, 0.121), "refused: The current efficiency is 0.95: Eq. 24"),
    (("CBAM_GWP", "SF6"), "refused: Reference sheet 'gwp' has no row 'SF6'."),
    (("CBAM_FUEL_EF", "Natural gass"), "name-unknown: Annex VIII has no fuel “Natural gass”. Did you mean “Natural g"),
    (("CBAM_CN_NAME", "123"), "name-unknown: "), (("CBAM_DEFAULT_VALUE", "123"), "name-unknown: "),
    (("CBAM_DEFAULT", "Chna", "72083800", 2026.0), "refused: “Chna” is no country code known here"),
    (("CBAM_DEFAULT_VALUE", "25231000", "both"), "choice-unknown: kind is “both”"),
    (("CBAM_IS_PRECURSOR", "Cement", "Clinker"), "name-unknown: There is no aggregated goods category “Clinker”."),
    (("CBAM_FIND_GOODS", "sausage"), "name-unknown: No CBAM good has “sausage”"),
    (("CBAM_CONVERT", 1.0, "t", "GJ"), "units: 't' measures mass, but energy is needed here."),
    (("CBAM_CEMS_MEAN", (("g/Nm3",), (2.0,)), ((1.0,), (1.0,))), "number-expected: concentrations has “g/Nm3” in row"),
    (("CBAM_CEMS_MEAN", None, ((1.0,),)), "value-missing: concentrations is missing."),
    (("CBAM_EMBEDDED", ((1.0,), (2.0,)), ((1.0,),)), "arguments: masses and see are ranges of different size"),
    (("CBAM_EMBEDDED", ((1.0,),), ((None,),)), "value-missing: A precursor has a mass without SEE"),
    (("CBAM_READ", "Proceses", ()), "name-unknown: There is no input sheet “Proceses”. Did you mean “Processes”?"),
    (("CBAM_READ", "Processes", (), 0.0), "number-range: part is 0"),
    (("CBAM_SEE_DIRECT", "", BLOCK), "value-missing: process is missing."),
    (("CBAM_SEE_DIRECT", "Kiln", BLOCK), "name-unknown: There is no process “Kiln”. Did you mean “Clinker kiln”?"),
    (("CBAM_SEE_DIRECT", "Furnace", BLOCK), "name-unknown: There is no process “Furnace”. There are: Clinker kiln, "),
    (("CBAM_TRACE", "Kiln", BLOCK), "name-unknown: There is no process “Kiln”."),
])  # fmt: skip
def test_a_fault_is_a_short_text_with_a_code(arguments: tuple[Any, ...], told: str) -> None:
    answer = call(*arguments)
    assert answer.startswith(f"#CBAM {told}")
    assert len(answer) <= 230
    assert call(*arguments, errors="#N/A") == "#N/A"


def test_what_is_missing_is_told_in_few_words() -> None:
    for function in FUNCTIONS:
        told = call(function.name)
        if function.arguments and not function.arguments[0].optional:
            assert told.startswith("#CBAM value-missing: ")
        assert len(told) <= 200 + len("#CBAM value-missing: ")


def test_a_function_that_isnt_there_is_the_programs_fault() -> None:
    with pytest.raises(KeyError):
        call("CBAM_NOTHING")


def test_one_cell_in_any_shape_is_one_value() -> None:
    assert call("CBAM_ENERGY", [[252_000]], ((45,),)) == 11_340.0
    assert call("CBAM_CN_NAME", 25231000.0) == "Cement clinkers"


def test_a_search_finds_codes_and_words() -> None:
    assert {row[0][:4] for row in call("CBAM_FIND_GOODS", "7601")[1:]} == {"7601"}
    assert call("CBAM_FIND_GOODS", "cement CLINKERS")[1][0] == "25231000"


def test_conversion_knows_the_list_and_nothing_else() -> None:
    assert call("CBAM_CONVERT", 1.0, "lb/MWh", "kg/MJ").startswith("#CBAM units: ")
    for row in list(units.table("TJ"))[:20]:
        assert call("CBAM_CONVERT", 3.0, row, "TJ") == units.convert(3.0, row, "TJ")


# ── the reference ──


def test_the_command_prints_every_function_and_each_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["functions"]) == 0
    text = capsys.readouterr().out
    assert all(f.form.removeprefix("=") in text for f in FUNCTIONS)
    assert main(["functions", "combustion"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("=CBAM_COMBUSTION(ad, ncv, ef, [oxidation], [biomass])\n")
    assert "Provision        III B.3.1.1, Eq. 6" in shown
    assert main(["functions", "CBAM_COMBUSTON"]) == 2
    assert "Did you mean “CBAM_COMBUSTION”?" in capsys.readouterr().err


def test_the_readme_is_up_to_date() -> None:
    """Else: python -m cbam_udfs.help prints what belongs below “All functions”."""
    _, _, tables = README.partition("## All functions\n")
    assert tables.strip() == "\n".join(help.markdown()).strip()


@pytest.mark.parametrize(("formula", "result"), re.findall(r"`(=CBAM_[^`]+)` → `([^`]+)`", README))
def test_the_readmes_examples_give_what_it_says(formula: str, result: str) -> None:
    shown = entered(formula)
    assert (f"{shown:.10g}" if isinstance(shown, float) else shown) == result


def test_a_live_cell_imports_no_heavy_library() -> None:
    code = ("import sys; from ast import literal_eval; from cbam_udfs import call; from live import block\n"
            "cells = block(literal_eval(sys.stdin.read())); print(call('CBAM_SEE_DIRECT', 'Clinker kiln', cells))\n"
            "print(*sys.modules)")  # fmt: skip
    cells = {sheet: tuple(tuple(v.isoformat() if isinstance(v, date) else v for v in row) for row in rows)
             for sheet, rows in CELLS.items()}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], input=repr(cells), capture_output=True, check=True, text=True,
                          env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"})  # fmt: skip
    value, modules = done.stdout.splitlines()
    assert float(value) == REPORT.processes[0].see_direct
    heavy = {"pandas", "numpy", "scipy", "pint", "openpyxl", "xlwings", "python_calamine", "zipfile", "inspect",
             "dataclasses", "argparse", "logging"}  # fmt: skip
    assert not heavy & set(modules.split())


def test_the_package_is_one_and_the_same() -> None:
    assert cbam_udfs.__name__ == "cbam_udfs"
    assert cbam_udfs.call.__module__ == "cbam_udfs.call"


def test_equations_give_the_same_under_both_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The later act changes rules, not the figures of an equation: no function of an equation needs to know the act."""
    from cbam_udfs import equations

    def found() -> list[float]:
        return [
            equations.mass_balance(100.0, 0.8, 0.1), equations.ef_from_carbon(0.75, 48.0),
            equations.pfc_slope(1e5, 0.3, 2.0, 0.143, 0.121, 0.9),
            equations.pfc_overvoltage(1e5, 10.0, 95.0, 1.16, 0.121, 1.0), equations.standard_heat_ef(56.1),
            equations.waste_gas_import(1000.0), equations.waste_gas_export(1000.0),
        ]  # fmt: skip

    before = found()
    monkeypatch.setattr(equations, "transitional", law.definitive)
    assert found() == before
