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

    from ..archive import check_unchanged, state
    from ..hosts.excel.refresh import refreshed
    from ..locks import check_new, check_unlocked, write_atomically

    read = state(options.file) if os.path.isfile(options.file) else None
    made = refreshed(options.file)
    out = options.output or f"{os.path.splitext(options.file)[0]}.xlsm"
    same_ending("the workbook.xlsm", out)
    own = os.path.realpath(out) == os.path.realpath(options.file)

    def check() -> None:
        check_unlocked(out)
        if own and read:
            check_unchanged(out, read)
        else:
            check_new(out)

    check()
    write_atomically(out, [made], check)
    print(f"{out} has the macros, the ribbon and the functions of this version; its values are as they were.")
    return DONE
