"""``cbam-xl doctor``: says what works here, and what doesn't."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .shared import DATA_ERRORS, DONE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    sub.add_argument("file", metavar="FILE", nargs="?", help="workbook to look at (default: the template)")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from pathlib import Path

    from ..hosts.excel.doctor import examine

    status = DONE
    for line in examine(options.file, Path.home(), Path(sys.executable), sys.platform == "win32"):
        print(line)
        status = DATA_ERRORS if line.well is False else status
    return status
