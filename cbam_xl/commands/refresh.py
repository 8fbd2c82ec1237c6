"""``cbam-xl refresh``: renews macros, ribbon and functions of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .shared import DONE, same_ending

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    sub.add_argument("file", metavar="FILE", help="installation workbook (.xlsm or .xlsx)")
    sub.add_argument("-o", "--output", metavar="OUT", help="workbook to write (default: FILE, as .xlsm)")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    import os

    from ..hosts.excel.refresh import refreshed
    from ..locks import check_free, check_unlocked, write_atomically

    made = refreshed(options.file)
    out = options.output or f"{os.path.splitext(options.file)[0]}.xlsm"
    same_ending("the workbook.xlsm", out)
    if os.path.realpath(out) != os.path.realpath(options.file):
        check_free(out)
    check_unlocked(out)
    write_atomically(out, [made])
    print(f"{out} has the macros, the ribbon and the functions of this version; its values are as they were.")
    return DONE
