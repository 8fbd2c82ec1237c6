"""``cbam-xl install``: sets up live cells and buttons for this user's Excel or LibreOffice."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .shared import DONE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    sub.add_argument("--folder", metavar="FOLDER", default="~/Documents/CBAM",
                     help="where the workbook goes (default: %(default)s)")  # fmt: skip
    sub.add_argument("--libreoffice", action="store_true", help="for LibreOffice: extension with functions and menu")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from pathlib import Path

    from ..hosts.excel.install import install
    from ..hosts.libreoffice import install as libreoffice

    folder = Path(options.folder).expanduser()
    windows = sys.platform == "win32"
    lines = libreoffice.install(folder) if options.libreoffice else install(
        folder, Path.home(), Path(sys.executable), windows)  # fmt: skip
    for line in lines:
        print(line)
    return DONE
