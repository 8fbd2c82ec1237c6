"""``cbam-xl explain``: the trace of one process, what its SEE is made of, or where emissions end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import CbamError
from ..findings import one_line
from .shared import DATA_ERRORS, DONE, file_option, law_option, solved

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from ..report import Report

SHOWN = 8
"""So many names are listed."""


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

    _, _, report = solved(options)
    name = _named(report, options)
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


def _named(report: Report, options: Namespace) -> str:
    """The process, energy unit, or with --downstream row of that name; CbamError says which may be meant."""
    from ..model import fold
    from ..network import sources, trail_of
    from ..sheets.cells import nearest

    wanted = fold(options.process)
    owners = [*(b.name for b in report.processes), *(u.name for u in report.units)]
    rows = list(dict.fromkeys(s.name for s in sources(trail_of(report))))
    known = {fold(n): n for n in ((*rows, *owners) if options.downstream else owners)}
    if wanted in known:
        return known[wanted]
    asked = one_line(options.process, 60)
    if makers := [g.process for g in report.goods if fold(g.name) == wanted]:
        raise CbamError(f"“{asked}” is a good of the process “{one_line(makers[0], 60)}”: name that process.")
    if wanted in map(fold, rows):
        raise CbamError(f"“{asked}” is a fuel, material or other row: with --downstream it is followed to the goods.")
    parts = [n for n in known.values() if wanted and wanted in fold(n)]
    if len(parts) > 1:
        raise CbamError(f"Several names hold “{asked}”: {_listed(parts)}. Type one of them in full.")
    hint = f" Did you mean “{parts[0]}”?" if parts else nearest(options.process, known.values())
    what = "process, energy unit, fuel or other row" if options.downstream else "process or energy unit"
    raise CbamError(f"There is no {what} “{asked}”.{hint or f' There are: {_listed(owners)}.'}")


def _listed(names: Sequence[str]) -> str:
    """The first of some names."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(one_line(n, 40) for n in names[:SHOWN]) + more or "none"
