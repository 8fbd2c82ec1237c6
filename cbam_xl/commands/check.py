"""``cbam-xl check``: findings only."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import CbamError
from .shared import DATA_ERRORS, DONE, acknowledge_option, file_option, law_option, print_json, solved

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    file_option(sub)
    law_option(sub)
    sub.add_argument("--json", action="store_true", help="print the Report as JSON, findings included")
    sub.add_argument("--write", action="store_true", help="write the findings onto sheets Issues and Start of FILE")
    acknowledge_option(sub)


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from .. import acknowledgements, road
    from ..model import ERROR
    from ..reporting import counts
    from ..sheets import records

    if options.acknowledge and not options.write:
        raise CbamError("A reason is kept on sheet Issues: add --write.")
    book, installation, report = solved(options)
    report = report._replace(issues=acknowledgements.given(report.issues, options.acknowledge))
    if options.write:
        if not records.recognised(book):
            raise CbamError("A Commission template has no sheet Issues: leave out --write.")
        road.write_check(book.package, installation, report)
    for issue in report.issues:
        if issue.level == ERROR:
            print(issue, file=sys.stderr)
        elif not options.json:
            print(issue)
    if options.json:
        print_json(report.json())
    else:
        print(f"Findings: {counts(report.issues)}.")
        if left := len(acknowledgements.waiting(report.issues)):
            which = "1 warning needs correcting" if left == 1 else f"{left} warnings need correcting"
            print(f"{which}, or a reason on sheet Issues, before anything is sent.")
    return DATA_ERRORS if report.failed else DONE
