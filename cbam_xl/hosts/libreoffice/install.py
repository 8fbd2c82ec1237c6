"""``cbam-xl install --libreoffice``: the extension into this user's LibreOffice, a workbook, and what to click."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ...libreoffice import program
from ...locks import BookError, write_atomically
from .extension import IDENTIFIER, OLDEST, build

EXTENSION, WORKBOOK = "cbam_xl.oxt", "cbam_installation.xlsx"
WAIT = 120
"""Seconds after which a program of LibreOffice has failed."""

CLICKS = """\
Now, in LibreOffice (close it first if it is open):
  1. Open {workbook}
  2. Fill in the sheets from left to right; the figures on Results follow.
  3. Menu CBAM, “Recalculate installation”: fills Balances, Trace and Issues.
Save as .xlsx. To remove the extension: Tools > Extensions."""


def version(text: str) -> tuple[int, ...]:
    """The version in what ``soffice --version`` prints; () when there is none.

    >>> version("LibreOffice 25.2.3.2 520(Build:2)"), version("")
    ((25, 2, 3, 2), ())
    """
    found = re.search(r"(\d+(?:\.\d+)+)", text)
    return tuple(map(int, found[1].split("."))) if found else ()


def install(folder: Path) -> Iterator[str]:
    """Write extension and workbook into the folder and add the extension; yields what was done and what to click.

    Raises:
        BookError: LibreOffice is too old or refuses the extension, or the folder can't be written.
    """
    from ... import __version__
    from ...road import templates

    folder.mkdir(parents=True, exist_ok=True)
    extension, workbook = folder / EXTENSION, folder / WORKBOOK
    write_atomically(extension, [build()])
    yield f"cbam_xl {__version__}: extension written: {extension}"
    if workbook.exists():
        yield f"Left alone, because it exists: {workbook}"
    else:
        write_atomically(workbook, [(templates() / "cbam_installation_live.xlsx").read_bytes()])
        yield f"Workbook written: {workbook}"
    adder = program("unopkg")
    found = office_version()
    if adder is None or found is None:
        yield f"LibreOffice wasn't found here. In LibreOffice {OLDEST} or newer: Tools > Extensions > Add, {extension}"
        return
    if found and found < version(OLDEST):
        raise BookError(f"LibreOffice {'.'.join(map(str, found))} doesn't find the functions of a workbook: install "
                        f"{OLDEST} or newer.")  # fmt: skip
    add(extension, adder)
    yield f"Added to LibreOffice: {IDENTIFIER}"
    yield ""
    yield CLICKS.format(workbook=workbook)


def office_version() -> tuple[int, ...] | None:
    """The version of the LibreOffice that is here: None without one, () when it doesn't say. Raises BookError."""
    office = program("soffice")
    return None if office is None else version(_run([office, "--version"]))


def add(extension: Path, adder: str, *options: str) -> None:
    """Add the extension, in place of an older one. Raises BookError with what LibreOffice says."""
    _run([adder, "add", "--force", "--suppress-license", *_everyone(), *options, str(extension)])


def added(adder: str, *options: str) -> str:
    """The version of the extension that LibreOffice has; "" without it. Raises BookError with what LibreOffice says."""
    listed = _run([adder, "list", *_everyone(), *options])
    found = re.search(rf"^Identifier: {re.escape(IDENTIFIER)}\s+Version: (\S+)", listed, re.MULTILINE)
    return found[1] if found else ""


def _everyone() -> list[str]:
    """Root may add extensions for all users only."""
    return ["--shared"] if sys.platform != "win32" and os.geteuid() == 0 else []


def _run(command: list[str]) -> str:
    """What a program of LibreOffice prints. Raises BookError when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BookError(f"{command[0]} can't be run ({error}).") from error
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())[:200]
        raise BookError(f"LibreOffice refused: {said or 'no reason given'}. Close LibreOffice and try again, or see "
                        "Tools > Extensions.")  # fmt: skip
    return done.stdout
