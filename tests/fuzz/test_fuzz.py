"""A short run of the fuzzer with a fixed seed; and the judge itself: it has to see what it is there to see."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cbam_xl.road import example

from . import campaign, container, witness
from .campaign import KINDS, Campaign
from .sources import OFFICIAL, Source, everything

if sys.platform == "win32":
    pytest.skip("the child process is capped as POSIX systems do it", allow_module_level=True)

SEED = 1
FILES = {
    "bytes": 12,
    "container": 12,
    "XML": 25,
    "cells": 20,
    "numbers": 15,
    "units": 10,
    "names": 10,
    "sizes": 4,
    "rewritten": 12,
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_crashes_nothing_is_silently_wrong_and_nothing_is_lost(kind: str, tmp_path: Path) -> None:
    with Campaign(tmp_path, SEED, keep=tmp_path / "kept") as tried:
        bad = [outcome for outcome in tried.outcomes(range(FILES[kind]), (kind,)) if outcome.bad]
    assert not bad, f"python -m tests.fuzz --seed {SEED} --kind {kind} --only {bad[0].number}"


def test_the_commissions_files_are_among_them(shared: Path) -> None:
    assert shared.is_dir()
    assert [source for source in everything() if source.kind == OFFICIAL]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    with Campaign(tmp_path_factory.mktemp("judge"), SEED) as judge:
        yield judge


@pytest.fixture(scope="module")
def cement(tried: Campaign) -> Source:
    return next(source for source in tried.sources if source.name == "cement.xlsx")


def judged(tried: Campaign, cement: Source, kind: str, **changed: Any) -> str:
    return tried._silent(kind, cement, "", False, {**tried._of_sound(cement, False), **changed})


def test_the_judge_sees_silent_figures(tried: Campaign, cement: Source) -> None:
    assert judged(tried, cement, "XML") == ""
    assert judged(tried, cement, "XML", figures="other") == ""  # the file says so
    assert "nothing is said" in judged(tried, cement, "XML", figures="other", unread="B7 was read otherwise")
    assert judged(tried, cement, "XML", figures="other", unread="B7", findings=["error cell-error Goods!B7"]) == ""
    assert "nothing is said" in judged(tried, cement, "numbers")
    assert "something else" in judged(tried, cement, "rewritten", trace="other")


@pytest.mark.parametrize("answer", [
    {"crash": "the process died"}, {"err": "Traceback (most recent call last):"}, {"status": 3},
    {"err": "thread panicked at"},
    {"status": 2, "err": "No."}, {"status": 2, "err": "cbam-xl: There isn't enough memory for this workbook."},
])  # fmt: skip
def test_the_judge_sees_crashes(answer: dict[str, Any]) -> None:
    sound = {"crash": "", "err": "", "status": 0}
    assert campaign._crash(sound) == ""
    assert campaign._crash({**sound, **answer})


def test_the_judge_sees_losses(tried: Campaign, cement: Source, tmp_path: Path) -> None:
    written = tmp_path / "file.xlsx"
    written.write_bytes(container.built({**cement.parts, cement.inputs[0]: cement.parts[cement.inputs[1]]}))
    assert "other parts changed" in tried._lost(cement, container.built(cement.parts), written)
    written.write_bytes(cement.data[:-9])
    assert "refused" in tried._lost(cement, cement.data, written)


def test_a_job_that_takes_too_long_or_kills_the_child_is_told(
    tried: Campaign, cement: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fuzz.pool.SECONDS", 0.0)
    assert "longer" in tried.worker.run({"arguments": ["materiality", str(example("tutorial"))], "look": ""})["crash"]
    monkeypatch.undo()
    assert "died" in tried.worker.run(None)["crash"]  # type: ignore[arg-type]
    assert tried.worker.run({"arguments": ["convert", "1", "t", "kg"], "look": ""})["status"] == 0


@pytest.mark.parametrize("rows", [
    b'<row r="1"><c r="A1"><v>1</v></row>', b'<row r="1"><c r="A1"><v>x</v></c></row>',
    b'<row r="2"><c r="A1"><v>1</v></c></row>',
    b'<row r="1"><c r="A1" t="s"><v>7</v></c></row>', b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
])  # fmt: skip
def test_the_witness_takes_nothing_unsound(rows: bytes) -> None:
    xml = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    with pytest.raises(witness.Unsound):
        witness.cells_of({"a": xml}, "a")
