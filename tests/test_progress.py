"""What is being done is shown on a terminal, for large files, and nowhere else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cbam_xl import progress
from cbam_xl.__main__ import main
from cbam_xl.road import example

pty = pytest.importorskip("pty", reason="pseudo-terminals are a matter of POSIX")


def seen(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> str:
    """What a person sees on a terminal that is the standard error of a command."""
    master, end = pty.openpty()
    with os.fdopen(end, "w", encoding="utf-8") as terminal:
        with monkeypatch.context() as patch:  # here, because pytest sets its own before each part of a test
            patch.setattr(sys, "stderr", terminal)
            main([str(a) for a in arguments])
        terminal.flush()
        os.set_blocking(master, False)
        found = b""
        with os.fdopen(master, "rb", buffering=0) as screen:
            while part := screen.read(1 << 16):
                found += part
        return found.decode()


def test_long_work_is_shown_and_gone_at_the_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(progress, "LARGE", 0)
    lines = seen(monkeypatch, "recalculate", example("cement"), "-o", tmp_path / "out.xlsx").split("\r")
    told = next(k for k, line in enumerate(lines) if "NOTE" in line)
    assert [line.split()[0] for line in lines[:told] if line.strip()] == ["Reading", "Solving", "Writing"]
    assert all(len(line) <= 78 for line in lines[:told])
    assert [line for line in lines[:told] if line][-1].isspace()  # the line is blank again when the findings are told


def test_a_small_file_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(monkeypatch, "check", example("cement_link_deleted")) == ""


def test_what_goes_wrong_stands_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LARGE", 0)
    assert "\rcbam-xl: There is no process" in seen(monkeypatch, "explain", example("cement"), "no such thing")


def test_standard_error_that_is_no_terminal_gets_findings_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LARGE", 0)
    assert main(["check", str(example("cement_link_deleted"))]) == 0
    assert "Reading" not in capsys.readouterr().err
