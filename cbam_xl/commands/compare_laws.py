"""``cbam-xl compare-laws``: both acts side by side, with the reason for each difference."""

from __future__ import annotations

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
    return DATA_ERRORS if found.transitional.failed or found.definitive.failed else DONE
