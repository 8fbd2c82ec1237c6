"""``cbam-xl communicate``: fills the Commission's communication template."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..findings import one_line
from .shared import DATA_ERRORS, DONE, acknowledge_option, file_option, same_ending, tell

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    file_option(sub)
    sub.add_argument("--template", metavar="OFFICIAL", required=True,
                     help="communication template v2.1 or v2.1.1, as downloaded from the Commission")  # fmt: skip
    sub.add_argument(
        "-o", "--output", metavar="OUT", required=True, help="filled template to write; one of that name is replaced"
    )
    sub.add_argument("--prove", action="store_true",
                     help="recalculate it with LibreOffice first; write it only if every result is ours")  # fmt: skip
    sub.add_argument("--accept-version", action="store_true",
                     help="take another version of the template if its input cells are the known ones")  # fmt: skip
    acknowledge_option(sub)


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from .. import exchange

    same_ending("the template.xlsx", options.output)
    sent = exchange.communicate(options.file, options.template, options.output, prove=options.prove,
                                accept_version=options.accept_version,
                                acknowledge=options.acknowledge)  # fmt: skip
    tell(sent.report)
    for change in sent.changed:
        print(change)
    if sent.untold:
        print(f"cbam-xl: this list isn't on sheet Issues: {one_line(sent.untold)}", file=sys.stderr)
    for difference in sent.differences:
        print(difference, file=sys.stdout if difference.expected.defect else sys.stderr)
    if sent.compared:
        known = sum(bool(d.expected.defect) for d in sent.differences)
        print(f"LibreOffice recalculated the file: {sent.compared} results compared, "
              f"{len(sent.differences) - known} differ{f', {known} by known defects' if known else ''}.")  # fmt: skip
    print(exchange.outcome(sent, options.output))
    if sent.waiting:
        print("Or give it here, and it is kept there: --acknowledge REASON, or CODE=REASON for those of one code.")
    return DONE if sent.written else DATA_ERRORS
