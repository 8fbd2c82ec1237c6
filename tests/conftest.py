"""Fixtures of all tests: material that isn't part of the project, and programs that may be missing.

Where something is missing a test is skipped with the reason; under CI=true it fails instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

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


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with the official workbooks, cases and raw tables: CBAM_XL_SHARED, or `shared` beside the checkout."""
    folder = Path(os.environ.get("CBAM_XL_SHARED") or CHECKOUT.parent / "shared")
    if not folder.is_dir():
        missing(f"There is no folder {folder}; set CBAM_XL_SHARED to the folder with the test material.")
    return folder


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
