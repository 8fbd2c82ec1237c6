"""Fixtures of all tests: material that isn't part of the project, and programs that may be missing.

Where something is missing a test is skipped with the reason; under CI=true it fails instead.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

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
