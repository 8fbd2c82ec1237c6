"""The command line: what it prints and where, its exit status, what it writes, and what it imports on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import workbooks
from declared import example as declared
from declared import examples
from workbooks import raw_parts

from cbam_xl.__main__ import main
from cbam_xl.commands import COMMANDS
from cbam_xl.package import Package, set_cells
from cbam_xl.road import example, templates
from cbam_xl.sheets import inputs, outputs

KEYS = {
    "": "law period installation processes goods closure issues editions",
    "installation": "name direct_tco2e biomass_tco2 indirect_tco2e energy_tj pfc_tco2e",
    "processes": "name category activity_level_t direct_emissions_tco2e heat_in_tco2e heat_out_tco2e "
    "waste_gas_in_tco2e waste_gas_out_tco2e electricity_out_tco2e floored_tco2e attributed_direct_tco2e "
    "attributed_indirect_tco2e see_direct see_indirect see_total own_see_direct own_see_indirect "
    "embedded_electricity_mwh_per_t default_share",
    "goods": "cn_code name process category mass_t see_direct see_indirect see_total",
    "closure": "balance installation attributed difference explained",
    "issues": "code level message sheet cell cites",
    "editions": "parameters default_values",
}
"""The keys that others build on: more may be added, none renamed."""


def start(path: Path) -> list[list[Any]]:
    """The rows of sheet Start."""
    from cbam_xl.books import FileBook

    return [[*row, *[""] * 13] for row in FileBook(path).rows("Start")]


def edited(path: Path, changes: dict[str, dict[str, Any]], source: str = "cement") -> Path:
    """A worked example with some cells changed, by sheet and address."""
    path.write_bytes(example(source).read_bytes())
    return workbooks.edited(path, changes)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return edited(tmp_path / "plant.xlsx", {})


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A file with one error: a text where the production of the mill belongs."""
    return edited(tmp_path / "plant.xlsx", {"Processes": {"F8": "a lot"}})


ERROR = "Processes!F8: ERROR number-expected “Total production” holds the text “a lot”."
INPUTS = [s.name for s in inputs.SHEETS]


def changed(old: dict[str, bytes], path: Path) -> set[str]:
    """The parts that differ from before, sheets by their names."""
    new = raw_parts(path)
    names = {part: sheet for sheet, part in Package(path).sheets.items()}
    assert list(old) == list(new)
    return {names.get(part, part) for part in old if old[part] != new[part]}


# recalculate


def test_results_are_written_into_the_file_itself(run: Any, good: Path) -> None:
    before = raw_parts(good)
    status, out, err = run("recalculate", good)
    assert status == 0
    assert "ERROR" not in err
    assert out.rstrip().endswith(f"Results written to {good}.")
    written = changed(before, good)
    assert {"Results", "Balances", "Trace", "Issues"} & written
    assert not written & set(INPUTS)
    assert not any(part.startswith("xl/") for part in written - {"xl/workbook.xml"})


def test_results_go_to_another_file_when_told(run: Any, good: Path, tmp_path: Path) -> None:
    before, out = good.read_bytes(), tmp_path / "out.xlsx"
    assert run("recalculate", good, "-o", out).status == 0
    assert good.read_bytes() == before
    assert out.exists()
    assert "which was replaced" in run("recalculate", good, "-o", out).out
    again = tmp_path / "again.xlsx"
    assert run("recalculate", out, "--output", again).status == 0
    assert run("recalculate", out, "--json").out == run("recalculate", good, "--json").out


def test_only_results(run: Any, good: Path) -> None:
    before = raw_parts(good)
    assert run("recalculate", good, "--only", "results").status == 0
    assert changed(before, good) <= {"Results", outputs.START}
    assert run("recalculate", good, "--only", "trace").status == 2


def test_the_table_of_results(run: Any, good: Path, tmp_path: Path) -> None:
    out = run("recalculate", good, "-o", tmp_path / "out.xlsx").out
    report = json.loads(run("recalculate", good, "--json").out)
    lines = out.splitlines()
    assert lines[0].startswith("Example Cement, Seaside Works   2024-01-01 to 2024-12-31")
    assert "2023/1773" in lines[0]
    assert max(map(len, lines)) <= 130
    for process in report["processes"]:
        (line,) = [x for x in lines if x.startswith(process["name"])]
        assert [f"{process[f]:.5f}" in line for f in ("see_direct", "see_indirect", "see_total")] == [True] * 3
    for item in report["goods"]:
        assert any(item["name"] in line and item["cn_code"] in line for line in lines)
    assert "nan" not in out.casefold()


def test_findings_are_counted_where_their_row_belongs(run: Any, tmp_path: Path) -> None:
    wrong = {"Source streams": {"F7": "furlong"}, "Goods": {"D7": "12345678"}}  # of the kiln; of the mill
    lines = run("recalculate", edited(tmp_path / "plant.xlsx", wrong)).out.splitlines()
    for name in ("Clinker kiln", "Cement mill"):
        assert next(x for x in lines if x.startswith(name)).endswith("1 error")


def test_the_default_share_is_in_per_cent_wherever_people_read_it(run: Any, good: Path) -> None:
    assert "  2.1 %" in next(x for x in run("recalculate", good).out.splitlines() if x.startswith("Cement mill"))
    assert "default share: 2.087477857 % of SEE_Dir" in run("explain", good, "Cement mill").out


def test_nothing_is_written_when_the_data_has_errors(run: Any, bad: Path, tmp_path: Path) -> None:
    before, target = bad.read_bytes(), tmp_path / "out.xlsx"
    for options in ([], ["-o", target], ["--only", "results"], ["--json", "-o", target]):
        status, out, err = run("recalculate", bad, *options)
        assert status == 1
        assert err.startswith(ERROR)
        assert bad.read_bytes() == before
        assert not target.exists()
        if "--json" not in options:
            assert "unknown" in out
            assert "Nothing was written" in out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plant.xlsx"]


def test_every_line_of_standard_error_names_its_cell(run: Any, tmp_path: Path) -> None:
    path = edited(tmp_path / "plant.xlsx", {"Processes": {"F8": "a lot", "B7": "Kiln"}, "Installation": {"C6": None},
                                            "Source streams": {"F8": "tonn"}})  # fmt: skip
    status, _, err = run("recalculate", path)
    assert status == 1
    places = [line.partition(": ") for line in err.splitlines()]
    assert len(places) > 5
    for place, _, rest in places:
        sheet, _, cell = place.partition("!")
        assert sheet in INPUTS
        assert cell[0].isalpha()
        assert cell[-1].isdigit()
        assert rest.split()[0] in ("ERROR", "WARNING", "NOTE")
    levels = [("ERROR", "WARNING", "NOTE").index(rest.split()[0]) for *_, rest in places]
    assert levels == sorted(levels)


def test_json_has_the_agreed_keys(run: Any, good: Path) -> None:
    before = good.read_bytes()
    status, out, _ = run("recalculate", good, "--json")
    assert (status, good.read_bytes()) == (0, before)
    report = json.loads(out)
    for place, keys in KEYS.items():
        found = report[place] if place else report
        assert set(keys.split()) <= set(found[0] if isinstance(found, list) else found)
    assert report["law"] == "2023/1773"
    assert report["period"] == ["2024-01-01", "2024-12-31"]
    direct = next(line for line in report["closure"] if line["balance"] == "direct emissions")
    assert direct["difference"] == pytest.approx(sum(direct["explained"].values()), abs=1e-6)
    kiln = report["processes"][0]
    assert kiln["see_direct"] != round(kiln["see_direct"], 5)  # unrounded


def test_json_says_null_for_what_is_unknown_and_all_the_rest(run: Any, bad: Path) -> None:
    status, out, err = run("recalculate", bad, "--json")
    assert (status, err.startswith(ERROR)) == (1, True)
    report = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} isn't JSON"))
    kiln, mill = report["processes"][:2]
    assert kiln["see_direct"] == pytest.approx(0.792808557)
    assert mill["activity_level_t"] is mill["see_direct"] is mill["see_total"] is mill["default_share"] is None
    assert mill["attributed_direct_tco2e"] == pytest.approx(9360.0, rel=1)
    assert [g["see_total"] for g in report["goods"][:2]] == [None, None]
    issue = report["issues"][0]
    assert issue.pop("message").startswith("“Total production” holds the text “a lot”.")
    assert issue == {"code": "number-expected", "level": "error", "sheet": "Processes", "cell": "F8", "cites": "",
                     "acknowledged": ""}  # fmt: skip


def test_json_with_an_output_prints_and_writes(run: Any, good: Path, tmp_path: Path) -> None:
    status, out, _ = run("recalculate", good, "--json", "-o", tmp_path / "out.xlsx")
    assert (status, json.loads(out)["law"]) == (0, "2023/1773")
    assert (tmp_path / "out.xlsx").exists()


def test_as_template_switches_off_the_floor_and_nothing_else(run: Any, tmp_path: Path) -> None:
    transfer = {"B7": "Heat", "C7": "Cement mill", "D7": "Outside", "E7": 5000.0, "H7": 60.0}
    path = edited(tmp_path / "plant.xlsx", {"Heat and waste gas": transfer})
    floor, bare = (json.loads(run("recalculate", path, "--json", *o).out)["processes"] for o in ([], ["--as-template"]))
    assert floor[1]["attributed_direct_tco2e"] == 0
    assert bare[1]["attributed_direct_tco2e"] == pytest.approx(-floor[1]["floored_tco2e"])
    assert bare[1]["floored_tco2e"] == 0
    assert floor[0] == bare[0]


# check, explain, new, convert


def test_check_prints_findings_only(run: Any, good: Path, bad: Path) -> None:
    before = bad.read_bytes()
    status, out, err = run("check", bad)
    assert (status, err.startswith(ERROR), bad.read_bytes()) == (1, True, before)
    assert "Findings: 1 error," in out
    assert "SEE" not in out
    status, out, err = run("check", bad, "--json")
    assert (status, err.startswith(ERROR)) == (1, True)
    codes = [i["code"] for i in json.loads(out)["issues"] if i["level"] == "error"]
    assert codes == ["number-expected"]
    assert run("check", example("cement"))[::2] == (0, "")


def test_check_can_write_onto_the_sheet_issues(run: Any, bad: Path) -> None:
    from cbam_xl.books import FileBook

    before = raw_parts(bad)
    assert run("check", bad, "--write").status == 1
    assert changed(before, bad) == {"Issues", "Start"}  # Start: the mark that its results are of an earlier run
    assert ["error", "number-expected", "Processes!F8"] in [row[1:4] for row in FileBook(bad).rows("Issues")]
    assert "results are of an earlier run" in str(start(bad)[2][1])
    assert start(bad)[6][5:7] == [3.0, "✖ 1 error"]  # Processes


def test_a_check_of_a_workbook_that_was_never_calculated_says_so(run: Any, tmp_path: Path) -> None:
    run("new", tmp_path / "plant.xlsx")
    edit = Package(tmp_path / "plant.xlsx")
    part = edit.part("Goods")
    edit.replace(part, set_cells(edit.read(part), {"B7": "CEM I", "C7": "Mill", "D7": "25232900"}))
    edit.save(tmp_path / "plant.xlsx")
    assert run("check", tmp_path / "plant.xlsx", "--write").status == 1
    assert "not calculated yet" in str(start(tmp_path / "plant.xlsx")[2][1])
    states = {row[2]: row[5:7] for row in start(tmp_path / "plant.xlsx")[5:19]}
    assert states["Goods"] == [1.0, "✖ 1 error"]
    assert states["PFC"] == ["–", "not used"]


def test_a_sheet_that_is_asked_for_is_not_called_unused(run: Any, tmp_path: Path) -> None:
    path = edited(
        tmp_path / "plant.xlsx", {"Goods parameters": {f"{c}{r}": None for c in "BCDE" for r in range(7, 12)}}
    )
    assert run("recalculate", path).status == 0
    (state,) = (row[6] for row in start(path) if row[2] == "Goods parameters")
    assert str(state).startswith("▲")


def test_explain_shows_every_figure_of_one_process(run: Any, good: Path, bad: Path) -> None:
    status, out, _ = run("explain", example("cement"), " clinker  KILN ")
    assert status == 0
    assert out.startswith("Clinker kiln")
    assert "= SEE_Dir: 0.792808557" in out
    assert "Source streams!" in out
    assert "Eq. 5" in out
    status, out, err = run("explain", bad, "Cement mill")
    assert (status, "= SEE_Dir: unknown" in out) == (1, True)
    status, out, err = run("explain", bad, "Kiln 9")
    assert (status, out) == (2, "")
    assert "There are: Clinker kiln, Cement mill" in err


def test_new_writes_the_template_or_an_example(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "plant.xlsx"
    assert run("new", path).status == 0
    assert path.read_bytes() == (templates() / "cbam_installation.xlsx").read_bytes()
    status, out, err = run("new", path)
    assert (status, out) == (2, "")
    assert "exists already" in err
    assert run("new", tmp_path / "cement.xlsx", "--example", "cement").status == 0
    assert (tmp_path / "cement.xlsx").read_bytes() == example("cement").read_bytes()
    status, _, err = run("new", tmp_path / "x.xlsx", "--example", "concrete")
    assert (status, (tmp_path / "x.xlsx").exists()) == (2, False)
    assert err.endswith("cbam-xl: There is no example “concrete”: choose one of these.\n")
    assert run("new", tmp_path / "x.xlsx", "--example", "").status == 2
    assert not (tmp_path / "x.xlsx").exists()
    names = sorted({*examples(), "tutorial_mistakes"})
    lines = [f"{name:<19}  {declared(name)['title']}" for name in names]
    assert err.splitlines()[:-1] == lines
    for arguments in (["--example", "list"], [tmp_path / "x.xlsx", "--example", "list"], ["--example"]):
        assert run("new", *arguments).out.splitlines() == lines
    assert not (tmp_path / "x.xlsx").exists()
    assert run("new", tmp_path / "no such folder" / "x.xlsx").status == 2


def test_a_new_file_says_what_it_lacks(run: Any, tmp_path: Path) -> None:
    run("new", tmp_path / "plant.xlsx")
    status, _, err = run("check", tmp_path / "plant.xlsx")
    assert status == 1
    assert "Installation!C6: ERROR value-missing" in err
    assert "no-process" in err


@pytest.mark.parametrize(("arguments", "wanted"), [
    (["12", "Gcal", "GJ"], "12 Gcal = 50.2416 GJ"), (["1", "lb/MWh", "kg/GJ"], "1 lb/MWh = 0.125997880556 kg/GJ"),
    (["-2", "kcal/Nm3", "TJ/1000Nm3"], "-2 kcal/Nm3 = -8.3736e-06 TJ/1000Nm3"),
])  # fmt: skip
def test_convert(run: Any, arguments: list[str], wanted: str) -> None:
    assert run("convert", *arguments) == (0, wanted + "\n", "")


@pytest.mark.parametrize(("unit", "to", "words"), [
    ("kwhh", "GJ", "Unit 'kwhh' isn't known here. Did you mean 'kWh'?"), ("foo", "bar", "Unit 'foo' isn't known here"),
    ("GJ", "bar", "Unit 'bar' isn't known here"), ("lb/gal", "m", "measure different things"),
    ("(", "m", "isn't known"), ("m[0]", "m", "isn't known"), ("9**9**9**9", "m", "isn't known"), ("°C", "K", "isn't"),
])  # fmt: skip
def test_convert_says_in_our_words_what_is_no_unit(run: Any, unit: str, to: str, words: str) -> None:
    status, out, err = run("convert", "1", unit, to)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert "pint" not in err


# what goes wrong outside the data


@pytest.mark.parametrize("arguments", [
    [], ["frobnicate"], ["recalculate"], ["recalculate", "a.xlsx", "b.xlsx"], ["explain", "a.xlsx"], ["new"],
    ["convert", "1", "t", "Nm3"], ["convert", "1", "furlong", "t"], ["convert", "12,5", "t", "kg"],
    ["check", "a", "--x"],
])  # fmt: skip
def test_misuse(run: Any, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith(("usage: ", "cbam-xl: "))
    assert "Traceback" not in err


@pytest.mark.parametrize("command", [
    ["recalculate"], ["check"], ["explain", "Clinker kiln"], ["materiality"], ["compare-laws"], ["refresh"],
    ["update-defaults"], ["import", "-o", "x.xlsx"], ["communicate", "-o", "x.xlsx", "--template", "y.xlsx"],
], ids=lambda command: command[0])  # fmt: skip
def test_files_that_cannot_be_read(run: Any, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "empty.xlsx").touch()
    (tmp_path / "text.xlsx").write_text("no workbook")
    (tmp_path / "half.xlsx").write_bytes(example("cement").read_bytes()[:5000])
    (tmp_path / "folder.xlsx").mkdir()
    for name in ("missing.xlsx", "empty.xlsx", "text.xlsx", "half.xlsx", "folder.xlsx"):
        status, out, err = run(command[0], tmp_path / name, *command[1:])
        assert (name, status, out) == (name, 2, "")
        assert err.startswith("cbam-xl: ")
        assert name in err
        assert err.count("\n") == 1


@pytest.mark.parametrize(("name", "words"), [
    ("", "which file"), (".", "is a folder"), ("folder.xlsx", "folder.xlsx"), (".xlsx", "its name is missing"),
    ("plant.txt", "must end in .xlsx"), ("missing/plant.xlsx", "folder"),
])  # fmt: skip
def test_names_that_no_workbook_can_have(
    run: Any, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.xlsx").mkdir()
    before = sorted(tmp_path.iterdir())
    for arguments in (["new", name], ["recalculate", good, "-o", name]):
        status, _, err = run(*arguments)
        assert status == 2, arguments
        assert words in err.replace("FILE", "file")
        assert err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_workbook_of_another_kind(run: Any, tmp_path: Path) -> None:
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    status, out, err = run("recalculate", tmp_path / "other.xlsx")
    assert (status, out) == (2, "")
    assert "neither an installation workbook" in err


@pytest.mark.parametrize(("lock", "program"), [("~$plant.xlsx", "Excel"), (".~lock.plant.xlsx#", "LibreOffice")])
def test_an_open_file_is_read_but_not_written(run: Any, good: Path, tmp_path: Path, lock: str, program: str) -> None:
    (tmp_path / lock).touch()
    before = good.read_bytes()
    for command in (["recalculate", good], ["check", good, "--write"], ["recalculate", example("cement"), "-o", good]):
        status, _, err = run(*command)
        assert status == 2
        assert f"plant.xlsx is open in {program}: close it, or press Recalculate there." in err
    assert good.read_bytes() == before
    assert run("recalculate", good, "--json").status == 0
    assert run("recalculate", good, "-o", tmp_path / "out.xlsx").status == 0
    assert run("check", good).status == 0


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who may not write everywhere")
def test_a_file_that_is_write_protected(run: Any, good: Path) -> None:
    good.chmod(0o444)
    assert run("recalculate", good).status == 2


def test_a_file_of_the_commission_is_printed_not_written(run: Any, shared: Path, tmp_path: Path) -> None:
    source = shared / "official/examples/ec_example_1_cement_v2.1_FILLED.xlsx"
    path = tmp_path / "official.xlsx"
    path.write_bytes(source.read_bytes())
    status, out, _ = run("recalculate", path)
    assert status == 0
    assert "Cement Bubble" in out
    assert "written" not in out
    for command in (["recalculate", path, "-o", tmp_path / "out.xlsx"], ["check", path, "--write"]):
        assert run(*command).status == 2
    assert not (tmp_path / "out.xlsx").exists()
    assert path.read_bytes() == source.read_bytes()


# the two ways to start it, and what a start costs


@pytest.fixture(params=["module", "script"])
def command(request: pytest.FixtureRequest) -> list[str]:
    script = Path(sys.executable).with_name("cbam-xl.exe" if os.name == "nt" else "cbam-xl")
    if request.param == "script" and not script.exists():
        pytest.skip("cbam-xl isn't installed here")
    return [str(script)] if request.param == "script" else [sys.executable, "-m", "cbam_xl"]


def test_both_ways_to_start(command: list[str], bad: Path) -> None:
    found = subprocess.run([*command, "recalculate", bad, "--json"], capture_output=True, check=False)
    assert found.returncode == 1
    assert found.stderr.decode().startswith(ERROR)
    assert json.loads(found.stdout)["processes"][0]["name"] == "Clinker kiln"
    assert subprocess.run([*command, "convert", "1", "t", "kg"], check=True, capture_output=True).stdout
    assert subprocess.run([*command, "nothing"], check=False, capture_output=True).returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_terminal_that_knows_few_characters(bad: Path, encoding: str) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    found = subprocess.run([sys.executable, "-m", "cbam_xl", "recalculate", bad], capture_output=True, check=False,
                           env=environment)  # fmt: skip
    assert (found.returncode, b"Traceback" in found.stderr) == (1, False)


def test_a_reader_that_stops_reading() -> None:
    command = [sys.executable, "-m", "cbam_xl", "recalculate", str(example("cement")), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"BrokenPipe" not in process.stderr.read()


HEAVY = {"pandas", "numpy", "scipy", "pint", "openpyxl", "xlwings"}
ASIDE = {"argparse", "csv", "dataclasses", "difflib", "inspect", "json", "logging", "python_calamine", "tempfile",
         "zipfile"}  # fmt: skip


def modules(code: str) -> set[str]:
    """The top-level modules that are loaded after a piece of code, the interpreter's own left out."""
    script = f"import sys; before = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before), file=sys.stderr)"
    found = subprocess.run([sys.executable, "-X", "utf8", "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in found.stderr.split()}


def test_recalculate_imports_nothing_heavy(tmp_path: Path) -> None:
    path = edited(tmp_path / "plant.xlsx", {})
    for arguments in (["recalculate", str(path)], ["recalculate", str(path), "--json"], ["check", str(path)]):
        loaded = modules(f"sys.argv = ['cbam-xl', *{arguments}]\nfrom cbam_xl.__main__ import main\nassert main() == 0")
        assert "python_calamine" in loaded
        assert not loaded & HEAVY


def test_the_package_itself_imports_next_to_nothing() -> None:
    assert not modules("import cbam_xl") & (HEAVY | ASIDE)
    assert {m for m in modules("import cbam_xl") if m.startswith("cbam")} == {"cbam_xl"}


def test_the_road_from_rows_to_results_is_the_standard_library() -> None:
    loaded = modules("from cbam_xl.sheets.records import read\nfrom cbam_xl.attribution import recalculate\n"
                     "from cbam_xl.books import RowsBook\nrecalculate(read(RowsBook({'Processes': []})))")  # fmt: skip
    assert loaded - set(sys.stdlib_module_names) == {"cbam_xl"}


@pytest.mark.parametrize(("typed", "hint"), [
    ("1,5", ": 1.5, if that is meant"), ("1.234,5", ": 1234.5, if"), ("1 234", ": 1234, if"), ("1'000", ": 1000, if"),
    ("1,234", ": 1.234 or 1234, if"), ("twelve", "thousands separators."),
])  # fmt: skip
def test_convert_says_which_figure_a_text_means(run: Any, typed: str, hint: str) -> None:
    status, out, err = run("convert", typed, "t", "kg")
    assert (status, out) == (2, "")
    assert err.startswith(f"cbam-xl: “{typed}” is no number here")
    assert hint in err


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert all(f"  {name}" in shown for name in COMMANDS)
    assert "5 %" in shown
