"""One gate: every way in shows the same findings, and a warning goes out only with a reason, which is never lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from time import perf_counter
from typing import Any

import commission
import pytest
import xl_engine
import xlwings as xw
from cbam_udfs import ribbon
from cbam_udfs.open_book import OpenBook
from workbooks import edited

from cbam_xl import road
from cbam_xl.__main__ import main
from cbam_xl.acknowledgements import LAPSED, given, kept, waiting
from cbam_xl.attribution import recalculate
from cbam_xl.books import FileBook
from cbam_xl.errors import CbamError
from cbam_xl.model import ERROR, NOTE, WARNING, Issue
from cbam_xl.package import Package, set_cells
from cbam_xl.sheets import reasons
from cbam_xl.sheets.declare import FIRST_ROW

REASON = "Weighed twice; report 12/2025, page 3"
Found = tuple[str, str, str, str, str, str]
"""Level, code, place, message, provision and reason of a finding."""


def of(issue: Issue) -> Found:
    return issue.level, issue.code, issue.place, issue.message, issue.cites, issue.acknowledged


def on_sheet(rows: list[list[Any]]) -> list[Found]:
    """What sheet Issues shows."""
    return [(*map(str, row[1:6]), str(row[8]).removeprefix("None")) for row in rows[FIRST_ROW - 1 :] if row[1]]  # type: ignore[misc]


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """A worked example with one warning."""
    return Path(shutil.copy(road.example("aluminium"), tmp_path / "plant.xlsx"))


@pytest.fixture
def wrong(doubtful: Path) -> Path:
    """With an error, another warning and a note."""
    return edited(
        doubtful, {"Processes": {"F8": "a lot"}, "Source streams": {"E8": 1e9}, "Installation": {"C14": None}}
    )


def report_of(path: Path) -> list[Found]:
    return [of(i) for i in recalculate(road.read(path)).issues]


def shown_by_the_command(capsys: pytest.CaptureFixture[str], *arguments: object) -> set[str]:
    capsys.readouterr()
    main([str(a) for a in arguments])
    out = capsys.readouterr()
    return {line for line in (out.out + out.err).splitlines() if any(f" {level.upper()} " in line for level in
            (ERROR, WARNING, NOTE))}  # fmt: skip


@pytest.mark.parametrize("reason", ["", REASON])
def test_every_way_shows_the_same_list(
    wrong: Path, official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], reason: str
) -> None:
    """The list of Python, of --json, check, communicate, sheet Issues of the command line and of the button."""
    out = tmp_path / "sent.xlsx"
    arguments = ["--acknowledge", reason] if reason else []
    main(["check", str(wrong), "--write", *arguments])
    wanted = report_of(wrong)
    assert {level for level, *_ in wanted} == {ERROR, WARNING, NOTE}
    assert {found[-1] for found in wanted if found[0] == WARNING} == {reason}
    assert on_sheet(FileBook(wrong).rows("Issues")) == wanted
    lines = {str(i) for i in recalculate(road.read(wrong)).issues}
    assert shown_by_the_command(capsys, "check", wrong) == lines
    assert shown_by_the_command(capsys, "recalculate", wrong) == lines
    assert shown_by_the_command(capsys, "communicate", wrong, "--template", official, "-o", out) == lines
    capsys.readouterr()
    main(["check", str(wrong), "--json"])
    found = json.loads(capsys.readouterr().out)["issues"]
    assert [of(Issue(**i)) for i in found] == wanted
    xl_engine.started()
    for press in (ribbon.check_inputs, ribbon.recalculate_installation,
                  lambda book: ribbon.communicate(book, str(official), str(out))):  # fmt: skip
        book = xw.Book(str(wrong))
        press(book)
        assert on_sheet(OpenBook(book).rows("Issues")) == wanted
        book.close()
    assert not out.exists()


def test_a_warning_without_a_reason_stops_the_sending(
    doubtful: Path, official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sent.xlsx"
    sending = ["communicate", str(doubtful), "--template", str(official), "-o", str(out)]
    assert main(sending) == 1
    told = capsys.readouterr().out
    assert "Goods parameters!D12: alloying-elements" in told
    assert "column “Reason for leaving it”" in told
    assert "--acknowledge" in told
    assert not out.exists()
    assert main(["recalculate", str(doubtful)]) == 0  # results aren't held up by warnings
    row = FIRST_ROW + next(n for n, f in enumerate(on_sheet(FileBook(doubtful).rows("Issues"))) if f[0] == WARNING)
    edited(doubtful, {"Issues": {f"I{row}": REASON}})
    assert main(sending) == 0
    assert out.is_file()
    assert f"[acknowledged: {REASON}]" in capsys.readouterr().err
    assert [f[-1] for f in report_of(doubtful) if f[0] == WARNING] == [REASON]


def test_a_reason_on_the_command_line_is_kept_on_the_sheet(
    doubtful: Path, official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sent.xlsx"
    sending = ["communicate", str(doubtful), "--template", str(official), "-o", str(out)]
    assert main([*sending, "--acknowledge", f"floored={REASON}"]) == 1  # another code
    assert main([*sending, "--acknowledge", f"alloying-elements={REASON}"]) == 0
    assert [f[-1] for f in on_sheet(FileBook(doubtful).rows("Issues")) if f[0] == WARNING] == [REASON]
    out.unlink()
    assert main(sending) == 0
    before = doubtful.read_bytes()
    for text in ("aloying-elements=x", " ", "floored= "):
        assert main([*sending, "--acknowledge", text]) == 2
    assert main(["check", str(doubtful), "--acknowledge", REASON]) == 2
    assert "add --write" in capsys.readouterr().err
    assert doubtful.read_bytes() == before


def test_a_reason_that_can_not_be_kept_sends_nothing(
    doubtful: Path, official: Path, tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sent.xlsx"
    (tmp_path / "~$plant.xlsx").touch()
    assert main(["communicate", str(doubtful), "--template", str(official), "-o", str(out), "--acknowledge", "x"]) == 2
    assert "is open in Excel" in capsys.readouterr().err
    cells = commission.cells_of(shared, commission.case(shared, "t1_cems_and_override")["inputs"])
    filled = commission.saved(official, cells, tmp_path / "filled.xlsx")
    assert main(["communicate", str(filled), "--template", str(official), "-o", str(out), "--acknowledge", "x"]) == 2
    assert "has no sheet Issues to keep reasons on" in capsys.readouterr().err
    assert not out.exists()


def test_the_button_obeys_the_same_gate(doubtful: Path, official: Path, tmp_path: Path) -> None:
    out = tmp_path / "sent.xlsx"
    xl_engine.started()
    book = xw.Book(str(doubtful))
    message = ribbon.communicate(book, str(official), str(out))
    assert "Nothing was sent: warnings without a reason why they may stay: 1 (" in message
    assert not out.exists()
    (row,) = (n for n, r in enumerate(OpenBook(book).rows("Issues"), 1) if r[1] == WARNING)
    book.sheets["Issues"].range(f"I{row}").value = REASON
    ribbon.recalculate_installation(book)
    assert REASON in {f[-1] for f in on_sheet(OpenBook(book).rows("Issues"))}
    book.sheets["Issues"].range(f"I{row + 1}").value = "Read later"  # beside a note
    ribbon.undo(book)
    assert {REASON, "Read later"} <= {f[-1] for f in on_sheet(OpenBook(book).rows("Issues"))}
    assert "written" in ribbon.communicate(book, str(official), str(out))
    assert out.is_file()


def test_another_figure_asks_again_and_the_reason_stays(doubtful: Path) -> None:
    main(["check", str(doubtful), "--write", "--acknowledge", REASON])
    share = FileBook(doubtful).rows("Goods parameters")[11][3]
    edited(doubtful, {"Goods parameters": {"D12": float(str(share)) + 1}})
    issues = recalculate(road.read(doubtful)).issues
    assert [i.code for i in waiting(issues)] == ["alloying-elements"]
    (lapsed,) = (i for i in issues if i.code == LAPSED)
    assert (lapsed.level, lapsed.acknowledged) == (NOTE, REASON)
    assert "Goods parameters!D12: WARNING alloying-elements" in lapsed.message
    for _ in range(2):
        main(["recalculate", str(doubtful)])
        assert [f for f in on_sheet(FileBook(doubtful).rows("Issues")) if f[1] == LAPSED] == [of(lapsed)]
    (row,) = (n for n, r in enumerate(FileBook(doubtful).rows("Issues"), 1) if len(r) > 2 and r[2] == LAPSED)
    edited(doubtful, {"Issues": {f"I{row}": None}})  # deleted by hand
    assert not [i for i in recalculate(road.read(doubtful)).issues if i.code == LAPSED]


def test_a_workbook_from_before_gets_the_column(doubtful: Path) -> None:
    book = Package(doubtful)
    part = book.part("Issues")
    book.replace(part, set_cells(book.read(part), {reasons.HEADER_CELL: None}))
    book.save(doubtful)
    assert reasons.shown(FileBook(doubtful)) == ()
    main(["check", str(doubtful), "--write", "--acknowledge", REASON])
    assert [i.acknowledged for i in recalculate(road.read(doubtful)).issues if i.level == WARNING] == [REASON]


# which finding a reason belongs to


def at(row: int, words: str, code: str = "implausible", level: str = WARNING, reason: str = "") -> Issue:
    return Issue(code, level, words, "Source streams", f"H{row}", "III B.5", reason)


def test_a_row_that_was_moved_keeps_its_reason_if_its_name_tells() -> None:
    named, nameless = at(8, "“Coal”: 99 TJ/t."), at(9, "99 TJ/t is too much.")
    typed = [i._replace(acknowledged=REASON) for i in (named, nameless)]
    down = (named._replace(cell="H18"), nameless._replace(cell="H19"))
    first, second, lapsed = kept(down, typed)
    assert (first.acknowledged, second.acknowledged, lapsed.code) == (REASON, "", LAPSED)


def test_a_reason_serves_one_finding_only() -> None:
    typed = [at(8, "“Coal”: 99 TJ/t.", reason=REASON)]
    both = (at(8, "“Coal”: 99 TJ/t."), at(9, "“Coal”: 99 TJ/t."))
    assert [i.acknowledged for i in kept(both, typed)] == [REASON, ""]
    moved = (at(18, "“Coal”: 99 TJ/t."), at(19, "“Coal”: 99 TJ/t."))
    assert [(i.code, i.acknowledged) for i in kept(moved, typed)] == [
        ("implausible", ""), ("implausible", ""), (LAPSED, REASON)]  # fmt: skip
    assert kept((), []) == ()


def test_what_stands_below_the_list_is_kept_too() -> None:
    (lapsed,) = kept((), [Issue("", "", "", acknowledged="My own remark")])
    assert (lapsed.code, lapsed.level, lapsed.acknowledged) == (LAPSED, NOTE, "My own remark")
    assert kept((), [lapsed]) == (lapsed,)


def test_reasons_by_code_and_for_all() -> None:
    issues = (
        at(7, "a"),
        at(8, "b", "floored"),
        at(9, "c", level=NOTE),
        at(10, "d", level=ERROR),
        at(11, "e", reason="x"),
    )
    named = given(issues, ["floored=It is = 0", "All the others"])
    assert [i.acknowledged for i in named] == ["All the others", "It is = 0", "", "", "x"]
    assert waiting(given(issues, ["floored=y"])) == (issues[0],)
    assert given(issues, ["Q3 = 5 t"])[0].acknowledged == "Q3 = 5 t"
    with pytest.raises(CbamError, match="no finding “flored”"):
        given(issues, ["flored=y"])
    with pytest.raises(CbamError, match="Two reasons for all warnings"):
        given(issues, ["y", "z"])
    with pytest.raises(CbamError, match="Two reasons for floored"):
        given(issues, ["floored=y", "z", "floored=z"])


@pytest.mark.parametrize("text", ["\u200b", "\x01\x02", " \u2060\n", "floored=\ufeff"])
def test_what_nobody_can_see_is_no_reason(text: str, doubtful: Path) -> None:
    with pytest.raises(CbamError, match="Say why"):
        given([at(7, "a")], [text])
    main(["check", str(doubtful), "--write", "--acknowledge", REASON])
    edited(doubtful, {"Issues": {f"I{FIRST_ROW}": text.removeprefix("floored=")}})
    assert [i.acknowledged for i in recalculate(road.read(doubtful)).issues if i.level == WARNING] == [""]


def test_thousands_of_reasons_take_no_time() -> None:
    found = [at(n, f"“Coal {n}”: 99 TJ/t.") for n in range(20_000)]
    others = [at(n, f"“Coke {n}”: 99 TJ/t.", reason=REASON) for n in range(20_000)]
    start = perf_counter()
    assert len(kept(found, others)) == 40_000
    assert all(i.acknowledged for i in kept(found, [i._replace(acknowledged=REASON) for i in reversed(found)]))
    assert perf_counter() - start < 5
