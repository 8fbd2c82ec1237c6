"""``cbam-xl explain``: the trace of one process, equation by equation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import CbamError
from ..findings import one_line
from .shared import DATA_ERRORS, DONE, file_option, law_option, solved

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    file_option(sub)
    law_option(sub)
    sub.add_argument("process", metavar="PROCESS", help="name of a production process or energy unit")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from .. import reporting
    from ..model import fold

    _, _, report = solved(options)
    names = {fold(n): n for n in (*(b.name for b in report.processes), *(u.name for u in report.units))}
    name = names.get(fold(options.process))
    if name is None:
        known = ", ".join(one_line(n, 40) for n in names.values())
        raise CbamError(f"There is no process or energy unit “{options.process}”. There are: {known or 'none'}.")
    print(f"{one_line(name)}   (Implementing Regulation (EU) {report.law})")
    print("\n".join(reporting.explanation(report.terms_of(name))))
    if report.failed:
        print(f"cbam-xl: the data has errors: cbam-xl check {options.file}", file=sys.stderr)
    return DATA_ERRORS if report.failed else DONE
