"""``cbam-xl recalculate``: reads, checks, solves, and fills the result sheets."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import CbamError
from .shared import DATA_ERRORS, DONE, file_option, law_option, print_json, same_ending, solved, tell

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    file_option(sub)
    law_option(sub)
    sub.add_argument(
        "-o", "--output", metavar="OUT", help="workbook to write; one of that name is replaced (default: FILE itself)"
    )
    sub.add_argument("--json", action="store_true", help="print the Report as JSON; writes nothing without -o")
    sub.add_argument("--as-template", action="store_true",
                     help="without the floor at zero, as the Commission's workbook computes")  # fmt: skip
    sub.add_argument("--only", choices=("results",), help="write sheets Start and Results only")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    import os

    from .. import reporting, road
    from ..locks import check_unlocked
    from ..progress import progress
    from ..sheets import records

    if options.output is not None:
        same_ending(options.file, options.output)
    elif not options.json:
        check_unlocked(options.file)
    book, installation, report = solved(options)
    foreign = not records.recognised(book)
    if foreign and options.output is not None:
        raise CbamError("The results of a Commission template are printed, not written into it: leave out -o, or use "
                        "--json.")  # fmt: skip
    writes = not foreign and not report.failed and (options.output is not None or not options.json)
    if writes:
        out = options.file if options.output is None else options.output
        replaced = os.path.lexists(out) and os.path.realpath(out) != os.path.realpath(options.file)
        with progress(len(book.package.data)) as show:
            show(f"Writing {out} …")
            waiting = road.write(book.package, out, installation, report, only_results=options.only == "results")
    tell(report)
    if options.json:
        print_json(report.json())
    else:
        sys.stderr.flush()
        print("\n".join(reporting.table(report)))
        if report.failed and not foreign:
            print("Nothing was written: correct the errors first (cbam-xl check FILE --write lists them in the "
                  "workbook).")  # fmt: skip
        elif writes:
            print(f"Results written to {out}{', which was replaced' * replaced}.")
            if waiting:
                more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
                print(f"Your formulas in {', '.join(waiting[:3])}{more} are calculated when Excel opens it: press F9.")
    return DATA_ERRORS if report.failed else DONE
