"""``cbam-xl import``: makes an installation workbook of a filled communication template."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .shared import DATA_ERRORS, DONE, same_ending

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    sub.add_argument("file", metavar="OFFICIAL", help="filled communication template of the Commission")
    sub.add_argument("-o", "--output", metavar="PLANT", required=True, help="installation workbook to write")
    sub.add_argument("--as-precursors", action="store_true",
                     help="OFFICIAL is a supplier's: add its goods to sheet Precursors of PLANT")  # fmt: skip


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from .. import exchange
    from ..model import ERROR

    if not options.as_precursors:
        same_ending("the workbook.xlsx", options.output)
    make = exchange.import_precursors if options.as_precursors else exchange.import_communication
    found = make(options.file, options.output)
    for issue in found.issues:
        print(issue, file=sys.stderr if issue.level == ERROR else sys.stdout)
    if options.as_precursors:
        for q in found.installation.precursors:
            print(exchange.bought(q))
        if not found.installation.precursors:
            print(f"Nothing was added: what is named above stands in {options.file}.")
        return DONE if found.installation.precursors else DATA_ERRORS
    print(exchange.made(found, options.output))
    failed = not found.installation.processes or any(issue.level == ERROR for issue in found.issues)
    return DATA_ERRORS if failed else DONE
