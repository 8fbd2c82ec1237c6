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
    import os
    from pathlib import Path

    from ..hosts.excel import environment, install
    from ..hosts.libreoffice import install as libreoffice

    folder, home, windows = Path(options.folder).expanduser(), Path.home(), sys.platform == "win32"
    own = environment.user_folder(sys.platform, os.environ, home)
    lines = libreoffice.install(folder) if options.libreoffice else install.install(
        folder, home, Path(sys.executable), own, windows)  # fmt: skip
    for line in lines:
        print(line, flush=True)
    return DONE
