"""``cbam-xl install``: the configuration that Excel's macros read, a workbook made on this machine, and what to click.

Per user, without administrator rights, with a Python that stays (:mod:`.environment`). The workbook is made here and
not downloaded, so that Windows doesn't block its macros for coming from the internet.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...locks import BookError, write_atomically

CONFIGURATION = ".cbam_xl/cbam_xl.conf"
"""Below the user's home folder; the macros look there."""
WORKBOOK = "cbam_installation.xlsm"

ELSEWHERE = """\
Live cells and the ribbon need Excel on Windows. What works on this machine:
  - the command line: cbam-xl new plant.xlsx, fill it in, cbam-xl recalculate plant.xlsx
    (where cbam-xl isn't found: {interpreter} -m cbam_xl new plant.xlsx)
  - Excel on a Mac or on the web: cbam-xl new plant.xlsx --live, with the add-in xlwings Lite
  - LibreOffice: the same file, with this project's extension
"cbam-xl doctor" says how this environment is."""

CLICKS = """\
Now, in Excel:
  1. Open {workbook}
  2. Click “Enable Content” in the yellow bar, once. There is no add-in to install and no option to change.
  3. Fill in the sheets from left to right; the figures on Results follow.
  4. Tab CBAM, “Recalculate installation”: fills Balances, Trace and Issues.
If a cell shows “#CBAM Python: …”, or no tab CBAM appears: run  cbam-xl doctor"""


def settings(interpreter: Path) -> dict[str, str]:
    """What the macros have to know; the keys are those of xlwings."""
    return {
        "INTERPRETER_WIN": str(interpreter),
        "USE UDF SERVER": "True",
        "SHOW CONSOLE": "False",
        "ADD_WORKBOOK_TO_PYTHONPATH": "false",
    }


def read_settings(home: Path) -> dict[str, str]:
    """The settings that are written for this user; none when there is no file."""
    import csv

    path = home / CONFIGURATION
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in csv.reader(file) if len(row) == 2}


def write_settings(home: Path, interpreter: Path) -> Path:
    """Write the settings for this user, as VBA's ``Write #`` would; returns the file. Raises BookError."""
    path = home / CONFIGURATION
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BookError(f"The folder {path.parent} can't be made ({error.strerror}).") from error
    text = "".join(f'"{key}","{value}"\r\n' for key, value in settings(interpreter).items())
    write_atomically(path, [text.encode()])
    return path


def install(folder: Path, home: Path, interpreter: Path, own: Path, windows: bool) -> Iterator[str]:
    """Set up this user's Excel; yields what was done and what to click.

    ``own``: where an environment is made when Excel can't count on the Python that runs; that one then does the rest.
    Raises:
        BookError: no environment can be made, or a folder can't be written.
    """
    from ... import __version__
    from ...road import templates
    from . import environment
    from .refresh import refreshed

    if why := environment.fault(interpreter, own):
        yield f"{interpreter} won't do: {why}."
        yield f"So Python gets a place of its own in {own}; that takes a minute or two …"
        python = environment.make(own)
        done = environment.run(python, "-m", "cbam_xl", "install", "--folder", str(folder))
        if done.returncode:
            raise BookError(f"{python} is there, but: {environment.last_line(done.stderr)}")
        yield from done.stdout.splitlines()
        return
    yield f"cbam_xl {__version__}, Python at {interpreter}"
    if not windows:
        yield ELSEWHERE.format(interpreter=interpreter)
        return
    yield f"Settings written: {write_settings(home, interpreter)}"
    workbook = folder / WORKBOOK
    if workbook.exists():
        yield f"Left alone, because it exists: {workbook} (renew its macros: cbam-xl refresh {workbook})"
    else:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(workbook, [refreshed(templates() / WORKBOOK)])
        yield f"Workbook written: {workbook}"
    yield ""
    yield CLICKS.format(workbook=workbook)
