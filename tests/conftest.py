"""Fixtures of all tests: material that isn't part of the project, and programs that may be missing.

Where something is missing a test is skipped with the reason; under CI=true it fails instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import pytest

if TYPE_CHECKING:
    from libreoffice import LibreOffice

os.environ["OPENPYXL_LXML"] = "False"  # the same XML whether lxml is installed or not
CHECKOUT = Path(__file__).parents[1]


def missing(reason: str) -> NoReturn:
    """Skips the test; fails it under CI=true, where everything has to be there."""
    if os.environ.get("CI", "").casefold() in ("true", "1"):
        pytest.fail(reason)
    pytest.skip(reason)


def near(value: float) -> Any:
    """Equal to nine digits, as the figures of the cases are printed."""
    return pytest.approx(value, rel=1e-9)


class Ran(NamedTuple):
    """What a command did: its exit status and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command with arguments of any kind."""
    from cbam_xl.__main__ import main

    def run(*arguments: object) -> Ran:
        try:
            status = main([str(a) for a in arguments])
        except SystemExit as stop:
            status = int(stop.code or 0)
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with the official workbooks, cases and raw tables: CBAM_XL_SHARED, or `shared` beside the checkout."""
    folder = Path(os.environ.get("CBAM_XL_SHARED") or CHECKOUT.parent / "shared")
    if not folder.is_dir():
        missing(f"There is no folder {folder}; set CBAM_XL_SHARED to the folder with the test material.")
    return folder


@pytest.fixture(scope="session")
def official(shared: Path) -> Path:
    """The Commission's communication template v2.1.1, empty as downloaded."""
    from commission import EMPTY

    path = shared / "official" / EMPTY
    return path if path.is_file() else missing(f"There is no {path}.")


@pytest.fixture(scope="session")
def soffice() -> str:
    """Path of the LibreOffice program."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or missing("LibreOffice (soffice) isn't installed.")


@pytest.fixture(scope="session")
def office(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibreOffice]:
    """A running LibreOffice with the extension; each test opens its own workbook in it."""
    from libreoffice import LibreOffice, lacking

    if reason := lacking(soffice):
        missing(reason)
    with LibreOffice(soffice, tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A live workbook with heat links, precursors and chained processes; its stored values are spoiled."""
    from live_books import recalculated
    from live_office import spoiled

    return spoiled(recalculated(tmp_path_factory.mktemp("book") / "npk.xlsx", "fertiliser_npk")[0])
