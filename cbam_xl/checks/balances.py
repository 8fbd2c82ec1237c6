"""Balances that don't close, and loops in which they hardly do (III F, G, A.4(e))."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import fsum, isnan

from ..findings import amount, issue, sheet_for
from ..law import Law
from ..model import CO2_TRANSFER, MASS_BALANCE, WASTE_GAS, Installation, Issue
from ..report import Report
from ..solver import components
from .rows import TIGHT

MATERIAL = 0.05  # relative: what a verifier must find
NEAR, STEPS = 0.95, 64
"""Part of what a loop makes that it may use again; rounds after which that part is known."""
PARTS = ("fuel_cbam", "fuel_electricity", "fuel_non_cbam")


def closure(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Open balances: mass must close, emissions should (III F.2, A.4(e))."""
    origin = installation.origin
    at = {p.name: p.at for p in installation.precursors} | {p.name: p.at for p in installation.processes}
    for line in report.closure:
        rest = line.unexplained
        if isnan(rest) or abs(rest) <= TIGHT * line.scale:
            continue
        if line.balance == "mass":
            place = at.get(line.of)
            words = (
                f"“{line.of}”: {line.installation:,.10g} {line.unit} made or bought, {line.attributed:,.10g} handed on"
            )
            words += f"; {amount(-rest)} are open. Correct {sheet_for(place, 'Material flows')}"
            words += ", or add a row to Market with “remaining”." if origin == "workbook" else "."
            yield issue("mass-open", words, place, "quantity", origin)
        elif abs(rest) > MATERIAL * line.scale and line.balance in ("direct emissions", "indirect emissions"):
            see = " See Balances." if origin == "workbook" else " Check which streams belong to which process."
            yield issue("balance-open", f"{line.balance.capitalize()}: {amount(line.installation)} t of the "
                        f"installation, {amount(line.attributed)} t of its processes; {amount(rest)} t are "
                        f"unexplained.{see}", None, "", origin)  # fmt: skip


def carbon(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 12: a process from which more carbon leaves than its streams bring."""
    leaves = {s.process for s in installation.streams if s.method == MASS_BALANCE and (s.quantity or 0.0) < 0}
    leaves |= {f.source for f in installation.flows if f.material and f.carbon_content}
    leaves -= {s.process for s in installation.streams if s.method == CO2_TRANSFER}
    places = {p.name: p.at for p in installation.processes if p.direct_entered is None}
    for b in report.processes:
        if b.name in places and b.name in leaves and b.direct_emissions_tco2e < 0:
            yield issue("carbon-open", f"More carbon leaves “{b.name}” than comes in: its direct emissions are "
                        f"{amount(b.direct_emissions_tco2e)} t CO2. Enter all that brings carbon, and check the "
                        "carbon contents.", places[b.name], "name", installation.origin)  # fmt: skip


def gas(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """Eq. 54: what is taken off for exported waste gas must be part of DirEm*, with the factor of the gas itself."""
    given: dict[str, list[float]] = defaultdict(list)
    for t in installation.transfers:
        if t.kind == WASTE_GAS and t.quantity and t.ef and t.target != t.source:
            given[t.source].append(t.quantity * t.ef)
    places = {p.name: p.at for p in installation.processes}
    for b in report.processes:
        contained = fsum(given.get(b.name, ()))
        if b.name in given and contained > (b.direct_emissions_tco2e + b.heat_in_tco2e) * (1 + MATERIAL):
            yield issue("gas-left-out", f"“{b.name}” passes on waste gas with {amount(contained)} t CO2, but has "
                        f"direct emissions of {amount(b.direct_emissions_tco2e)} t only: these contain that of the "
                        "gas.", places[b.name], "name", installation.origin)  # fmt: skip


def fuel(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """IV 1: fuel for CBAM goods, electricity and other goods against the total, where they were entered."""
    site, total = installation.site, report.installation.energy_tj
    typed = [(field, value) for field in PARTS if (value := site.number(field)) is not None]
    parts = fsum(value for _, value in typed)
    less = len(typed) == len(PARTS) and parts < total * (1 - MATERIAL)
    if typed and (less or parts > total * (1 + MATERIAL)):
        yield issue("fuel-open", f"The fuel input of the parts sums to {amount(parts)} TJ, that of the installation "
                    f"is {amount(total)} TJ: correct one of them.", site.at, typed[0][0],
                    installation.origin)  # fmt: skip


def loops(installation: Installation, law: Law, report: Report) -> Iterator[Issue]:
    """III G: loops of precursors in which nearly all that is made is used again."""
    place = {p.name: i for i, p in enumerate(installation.processes)}
    shares: list[dict[int, float]] = [defaultdict(float) for _ in place]
    for f in installation.flows:
        made = installation.processes[place[f.source]].quantity if f.source in place else None
        if not f.material and f.target in place and f.source != f.target and f.quantity and made:
            shares[place[f.source]][place[f.target]] += f.quantity / made
    for members in components([list(row) for row in shares]):
        again = _used_again(shares, members) if len(members) > 1 else 0.0
        if NEAR < again < 1 - TIGHT:
            first = installation.processes[min(members)]
            names = ", ".join(f"“{installation.processes[i].name}”" for i in sorted(members)[:4])
            yield issue("loop-near", f"{names}: around this loop {100 * again:.4g} % of what is made is used again, "
                        "so that small errors grow large. Check the amounts of the loop.", first.at, "quantity",
                        installation.origin)  # fmt: skip


def _used_again(shares: Sequence[Mapping[int, float]], members: Sequence[int]) -> float:
    """The part of what a loop makes that comes round once more: the mean growth of a quantity sent round it.

    >>> round(_used_again([{1: 0.5}, {0: 0.5}], [0, 1]), 3)
    0.5
    """
    amounts = dict.fromkeys(members, 1.0)
    for _ in range(STEPS):
        amounts = {i: sum(part * amounts[j] for j, part in shares[i].items() if j in amounts) for i in members}
    return float((sum(amounts.values()) / len(members)) ** (1 / STEPS))


CHECKS = (closure, carbon, gas, fuel, loops)
