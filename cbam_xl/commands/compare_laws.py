"""``cbam-xl compare-laws``: both acts side by side, with the reason for each difference."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .shared import DATA_ERRORS, DONE, file_option, print_json

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    file_option(sub)
    sub.add_argument("--json", action="store_true", help="print both Reports and the differences as JSON")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from .. import compare_laws, road

    found = compare_laws.compare(road.read(options.file))
    if options.json:
        print_json(compare_laws.as_json(found))
    else:
        print("\n".join(compare_laws.table(found)))
    failed = [report.law for report in (found.transitional, found.definitive) if report.failed]
    for law in failed:
        print(f"cbam-xl: under {law} the data has errors: cbam-xl check {options.file} --law {law}", file=sys.stderr)
    return DATA_ERRORS if failed else DONE
