"""``cbam-xl explain``: the trace of one process, what its SEE is made of, or where emissions end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import CbamError
from ..findings import one_line
from .shared import DATA_ERRORS, DONE, file_option, law_option, solved

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ..report import Report


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    file_option(sub)
    law_option(sub)
    sub.add_argument("process", metavar="PROCESS", help="name of a production process or energy unit; with "
                     "--downstream also of a fuel or material")  # fmt: skip
    either = sub.add_mutually_exclusive_group()
    either.add_argument("--contributions", action="store_true",
                        help="what its SEE is made of, row by row through all that it uses")  # fmt: skip
    either.add_argument("--downstream", action="store_true", help="which goods carry what comes in there")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from .. import contributions, downstream, reporting
    from ..model import fold

    _, _, report = solved(options)
    name = _named(report, fold(options.process), options)
    try:
        if options.contributions:
            lines = contributions.table(report, name)
        elif options.downstream:
            lines = downstream.table(report, name)
        else:
            lines = reporting.explanation(report.terms_of(name))
        text = "\n".join(lines)
    except KeyError:
        kind = "goods, hence no SEE" if options.contributions else "emissions of its own"
        raise CbamError(f"“{one_line(name, 60)}” has no {kind}.") from None
    print(f"{one_line(name)}   (Implementing Regulation (EU) {report.law})")
    print(text)
    if report.failed:
        print(f"cbam-xl: the data has errors: cbam-xl check {options.file}", file=sys.stderr)
    return DATA_ERRORS if report.failed else DONE


def _named(report: Report, wanted: str, options: Namespace) -> str:
    """The process, energy unit, or with --downstream row of that name."""
    from ..model import fold
    from ..network import sources, trail_of

    owners = [*(b.name for b in report.processes), *(u.name for u in report.units)]
    rows = [s.name for s in sources(trail_of(report))] if options.downstream else []
    name = {fold(n): n for n in (*rows, *owners)}.get(wanted)
    if name is None:
        known = ", ".join(one_line(n, 40) for n in owners)
        raise CbamError(f"There is no process or energy unit “{options.process}”. There are: {known or 'none'}.")
    return name
