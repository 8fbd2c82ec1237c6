"""``cbam-xl materiality``: the inputs that can move a good's SEE by 5 %, and what hangs on each finding."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import CbamError
from ..findings import one_line
from .shared import DATA_ERRORS, DONE, file_option, law_option, print_json, solved

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from ..energy_gradients import Input
    from ..materiality import Effect, Materiality
    from ..report import Report


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    file_option(sub)
    law_option(sub)
    sub.add_argument("--change", type=float, default=10.0, metavar="PERCENT",
                     help="error of an input against which it is judged (default: %(default)g)")  # fmt: skip
    sub.add_argument("--json", action="store_true", help="print inputs and findings with their derivatives as JSON")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from ..materiality import materiality

    if not 0 < options.change <= 100:
        raise CbamError("--change is an error in per cent, above 0 and at most 100.")
    _, _, report = solved(options)
    found = materiality(report, options.change / 100)
    if options.json:
        print_json(_json(found))
    else:
        print("\n".join(_table(report, found)))
    if report.failed:
        print(f"cbam-xl: the data has errors: cbam-xl check {options.file}", file=sys.stderr)
    return DATA_ERRORS if report.failed else DONE


def _label(i: Input) -> str:
    """Name and column of an input, and its cell."""
    from ..sheets import inputs

    headers = {c.field: c.header for s in inputs.TABLES if s.name == i.at.sheet for c in s.columns}
    return f"{one_line(i.name)}, {headers.get(i.field, i.field)}   {i.at.sheet}!{i.at.address(i.field)}"


def _moves(effect: Effect, change: float) -> str:
    """By how much the SEE moves.

    >>> from ..materiality import Effect
    >>> _moves(Effect("Kiln", None, 0.0, 0.0, 0.5), 0.1)  # type: ignore[arg-type]
    '+5.00 %'
    """
    percent = 100 * effect.relative * change
    return "unknown" if percent != percent else f"{percent:+.2f} %"


def _table(report: Report, found: Materiality) -> Iterator[str]:
    """Inputs by process, then findings, the weightiest first."""
    from ..checks import MATERIAL

    see = {b.name: b.see_total for b in report.processes}
    change = f"{100 * found.change:+g} %"
    yield (f"Inputs that move the total SEE of a good by {100 * MATERIAL:g} % or more, the materiality of a verifier, "
           f"when they change by {change} (slope × change, exact for small ones):")  # fmt: skip
    process = ""
    for e in found.inputs:
        if e.process != process:
            process = e.process
            yield f"\n{one_line(process)}: SEE {see[process]:.5f} t CO2e/t"
        yield f"  {_moves(e, found.change):>11}   (5 % from ±{100 * e.material_at:.3g} %)   {_label(e.input)}"
    if not found.inputs:
        yield "\n  none"
    yield f"\nFindings, and how far the SEE moves that feels it most when the figure there changes by {change}:"
    for f in sorted(found.findings, key=lambda f: -f.rank):
        moves = f"{_moves(f.effect, found.change)} of {one_line(f.effect.process, 40)}" if f.effect else "–"
        yield f"  {moves:<30}   {f.issue}"
    yield "  none" if not found.findings else "–: there stands no known figure on which a SEE depends."


def _json(found: Materiality) -> dict[str, object]:
    """Shares of 1, derivatives in t CO2e/t per unit of the input in the law's units; unknown is None."""
    from ..checks import MATERIAL

    def number(value: float) -> float | None:
        return value if value == value else None

    def effect(e: Effect | None) -> dict[str, object]:
        if e is None:
            return {"process": None, "input": None}
        place = {"sheet": e.input.at.sheet, "cell": e.input.at.address(e.input.field), "name": e.input.name}
        return {
            "process": e.process,
            "input": {**place, "field": e.input.field, "value": e.input.value},
            "derivative_direct": number(e.direct),
            "derivative_indirect": number(e.indirect),
            "relative": number(e.relative),
            "material_at": number(e.material_at),
        }

    return {
        "material": MATERIAL,
        "change": found.change,
        "inputs": [effect(e) for e in found.inputs],
        "findings": [
            {"code": f.issue.code, "sheet": f.issue.sheet, "cell": f.issue.cell, **effect(f.effect)}
            for f in found.findings
        ],
    }
