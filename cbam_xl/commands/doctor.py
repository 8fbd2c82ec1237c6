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
    import os
    from itertools import chain
    from pathlib import Path

    from ..hosts.excel import doctor, environment
    from ..hosts.libreoffice.doctor import examine as examine_libreoffice

    status, home = DONE, Path.home()
    own = environment.user_folder(sys.platform, os.environ, home)
    excel = doctor.examine(options.file, home, Path(sys.executable), own, sys.platform == "win32")
    for line in chain(excel, examine_libreoffice()):
        print(line)
        status = DATA_ERRORS if line.well is False else status
    return status
