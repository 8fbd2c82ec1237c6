"""``cbam-xl explain``: the trace of one process, what its SEE is made of, or where emissions end."""

from __future__ import annotations

import sys
from math import fsum, isnan
from typing import TYPE_CHECKING

from ..errors import CbamError
from ..findings import one_line
from .shared import DATA_ERRORS, DONE, file_option, law_option, solved

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from ..report import Report

NAMES, SHOWN = 8, 40
"""So many names are listed, and so many contributions printed one by one."""


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    file_option(sub)
    law_option(sub)
    sub.add_argument("process", metavar="PROCESS", help="name of a production process, of a good (its process "
                     "is explained) or of an energy unit; with --downstream also of a fuel or material")  # fmt: skip
    either = sub.add_mutually_exclusive_group()
    either.add_argument("--contributions", action="store_true",
                        help="what its SEE is made of, row by row through all that it uses")  # fmt: skip
    either.add_argument("--downstream", action="store_true", help="which goods carry what comes in there")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from ..reporting import explanation

    _, _, report = solved(options)
    name, good = _named(report, options)
    try:
        if options.contributions:
            lines = made_of(report, name)
        elif options.downstream:
            lines = ending(report, name)
        else:
            lines = explanation(report.terms_of(name))
        text = "\n".join(lines)
    except KeyError:
        kind = "goods, hence no SEE" if options.contributions else "emissions of its own"
        raise CbamError(f"“{one_line(name, 60)}” has no {kind}.") from None
    which = f", which makes “{one_line(good)}”" if good else ""
    print(f"{one_line(name)}{which}   (Implementing Regulation (EU) {report.law})")
    print(text)
    if report.failed:
        print(f"cbam-xl: the data has errors: cbam-xl check {options.file}", file=sys.stderr)
    return DATA_ERRORS if report.failed else DONE


def _named(report: Report, options: Namespace) -> tuple[str, str]:
    """The process, energy unit, or with --downstream row of that name; the process of a good, and the good, else "".

    CbamError says which may be meant.
    """
    from ..entries import nearest
    from ..model import fold
    from ..network import sources, trail_of

    wanted = fold(options.process)
    owners = [*(b.name for b in report.processes), *(u.name for u in report.units)]
    rows = list(dict.fromkeys(s.name for s in sources(trail_of(report))))
    known = {fold(n): n for n in ((*rows, *owners) if options.downstream else owners)}
    if wanted in known:
        return known[wanted], ""
    asked = one_line(options.process, 60)
    if good := next((g for g in report.goods if fold(g.name) == wanted), None):
        return good.process, good.name
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
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return ", ".join(one_line(n, 40) for n in names[:NAMES]) + more or "none"


def made_of(report: Report, process: str) -> Iterator[str]:
    """What the SEE of a process is made of, as lines to read; beyond the :data:`SHOWN` strongest as one sum.

    Raises KeyError when there is no such process.
    """
    from ..contributions import contributions

    found = contributions(report, process)
    b = next(b for b in report.processes if b.name == process)
    yield "t CO2e/t:   direct    indirect       total      share   contribution"
    for c in found[:SHOWN]:
        about = " · ".join(filter(None, (c.way, c.place)))
        yield f"{_see(c.direct, c.indirect, b.see_total)}   {c.step}: {one_line(c.name)}   {one_line(about)}"
    if rest := found[SHOWN:]:
        direct, indirect = fsum(c.direct for c in rest), fsum(c.indirect for c in rest)
        yield f"{_see(direct, indirect, b.see_total)}   {len(rest):,} smaller ones"
    yield f"{_see(b.see_direct, b.see_indirect, b.see_total)}   = SEE"


def ending(report: Report, name: str) -> Iterator[str]:
    """Where what comes in under a name ends, as lines to read. Raises KeyError when nothing comes in under it."""
    from ..downstream import End, downstream

    found = downstream(report, name)
    whole = fsum(e.total for e in found)
    yield "t CO2e:          direct          indirect             total      share   ends in"
    for e in (*found, End("", "", False, fsum(e.direct for e in found), fsum(e.indirect for e in found))):
        figures = "".join(f"{_known(v, ',.2f'):>18}" for v in (e.direct, e.indirect, e.total))
        words = f"{one_line(e.owner)}: {'good ' * e.good}{one_line(e.name)}" if e.owner else "= what came in"
        yield f"{figures}{_share(e.total, whole)}   {words}"


def _see(direct: float, indirect: float, whole: float) -> str:
    """Direct, indirect, total in t CO2e/t, and the share of the whole, in columns."""
    figures = [_known(value, ".5f") for value in (direct, indirect, direct + indirect)]
    return f"{figures[0]:>18}{figures[1]:>12}{figures[2]:>12}{_share(direct + indirect, whole)}"


def _known(value: float, digits: str) -> str:
    return "unknown" if isnan(value) else format(value, digits)


def _share(part: float, whole: float) -> str:
    """A share of a whole in per cent; a dash where either isn't known or the whole is 0.

    >>> _share(1.0, 8.0), _share(float("nan"), 8.0)
    ('     12.5 %', '          –')
    """
    return f"{f'{100 * part / whole:.1f} %' if whole and not isnan(part / whole) else '–':>11}"
