"""``cbam-xl install``: sets up live cells and ribbon for this user's Excel."""

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


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from pathlib import Path

    from ..hosts.excel.install import install

    windows = sys.platform == "win32"
    print("\n".join(install(Path(options.folder).expanduser(), Path.home(), Path(sys.executable), windows)))
    return DONE
