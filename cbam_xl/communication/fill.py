"""An installation as the cells of the Commission's template, with the list of what was changed on the way.

Linked rows become sums per process, units those of the template, names texts that its formulas don't mistake. What the
template has no place for is joined so that every SEE stays the same, or sending is refused; it is never left out
silently. Non-CBAM processes and energy units aren't written: their effect is in DirEm*, heat and electricity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, isfinite
from typing import NamedTuple

from .. import emissions
from ..emissions import Assigned, split
from ..law import Law, on
from ..model import CHP, POWER_PLANT, Installation, Issue
from ..report import Balance, Report
from . import cells as c
from . import fill_blocks, fill_goods, fill_streams, joining, names
from .draft import Draft, Value


class Expected(NamedTuple):
    """What a cell of the recalculated template must show; ``what`` says it in words."""

    sheet: str
    address: str
    value: float
    what: str
    defect: str = ""  # why that workbook shows another figure


class Filled(NamedTuple):
    """The cells by sheet, what was changed on the way, and the results that must come out."""

    cells: Mapping[str, Mapping[str, Value]]
    issues: tuple[Issue, ...]
    expected: tuple[Expected, ...]


def fill(installation: Installation, report: Report) -> Filled:
    """Every cell that the installation fills; none where an error among the issues says that it can't be sent."""
    draft = Draft(installation.origin)
    law = on(installation.site.day("period_end"))
    installation = joining.precursors(draft, joining.alloys(draft, installation, report))
    processes = [p for p in installation.processes if p.is_cbam]
    joining.refuse(draft, processes, report)
    if draft.refused:
        return Filled({}, tuple(draft.issues), ())
    named = names.written(processes, installation.precursors, draft)
    balances = {b.name: b for b in report.processes}
    steps = fill_blocks.by_step(report)
    assigned = _assigned(installation, law)
    _site(draft, installation, assigned, report)
    fill_blocks.tables(draft, processes, installation.precursors, named)
    written = fill_streams.emissions(draft, installation, law)
    if _own(installation, assigned):
        fill_streams.totals(draft, installation, written, report.installation)
    for slot, p in zip(named.processes, processes, strict=True):
        fill_blocks.process(draft, p, slot, balances[p.name], steps, installation, named)
    for slot, q in zip(named.precursors, installation.precursors, strict=True):
        fill_blocks.precursor(draft, q, slot, installation.flows, named)
    fill_streams.chp_tools(draft, installation, assigned)
    fill_goods.prices(draft, installation, named)
    sold = fill_goods.products(draft, installation, named, balances)
    expected = _expected(draft, installation, report, [balances[p.name] for p in processes], sold)
    return Filled({} if draft.refused else draft.cells, tuple(draft.issues), expected)


def _assigned(installation: Installation, law: Law) -> list[Assigned]:
    shares = emissions.by_stream(installation.shares)
    return [Assigned(e, name, part) for e in emissions.all_of(installation, law)
            for name, part in split(e.name, e.process, shares)]  # fmt: skip


def _own(installation: Installation, assigned: Sequence[Assigned]) -> bool:
    """Whether totals are ours to compute: an imported file whose rows belong to no process keeps those that it has."""
    return installation.origin == "workbook" or any(a.target for a in assigned)


def _site(draft: Draft, installation: Installation, assigned: Sequence[Assigned], report: Report) -> None:
    """The form. Totals by hand that were left blank are computed; those of fuels where the rows say whose they are."""
    for sheet, fields in c.SITE.items():
        for field, address in fields.items():
            draft.put(sheet, address, installation.site.values.get(field))
    computed: dict[str, float] = {}
    if _own(installation, assigned):
        computed["indirect_entered"] = report.installation.indirect_tco2e
    if any(a.target for a in assigned):
        ends = {
            "fuel_cbam": {p.name for p in installation.processes if p.is_cbam},
            "fuel_electricity": {u.name for u in installation.units if u.kind in (CHP, POWER_PLANT)},
            "fuel_non_cbam": {p.name for p in installation.processes if not p.is_cbam},
        }
        for field, owners in ends.items():
            computed[field] = fsum(a.emission.energy * a.part for a in assigned if a.target in owners)
    for field, value in computed.items():
        if installation.site.number(field) is None:
            draft.put(c.BALANCES, c.SITE[c.BALANCES][field], value)


def _expected(
    draft: Draft, installation: Installation, report: Report, balances: Sequence[Balance], sold: Sequence[str]
) -> tuple[Expected, ...]:
    """The results that the recalculated template must show; what is unknown, and what an idle process has, isn't."""
    entered = draft.cells[c.BALANCES]
    nitrous = any(m.gas == "N2O" and (m.energy_fossil or m.energy_biomass or m.biomass) for m in installation.measured)
    found = []
    for field, address in c.TOTAL_RESULTS.items():
        uncounted = nitrous and field in ("energy_tj", "biomass_tco2") and f"{address[0]}26" not in entered
        defect = "energy and biomass of N2O rows aren't counted" if uncounted and "H16" not in entered else ""
        found.append(
            Expected(c.BALANCES, address, getattr(report.installation, field), f"installation, {field}", defect)
        )
    loop = "the detail table takes the own share for 1 in a loop" if _loops(installation) else ""
    if loop:
        draft.say("sent-packed", "Goods come back to their process: section 3 of Summary_Processes and the shares of "
                  "default values are slightly off in that file; its SEE are right.",
                  installation.processes[0].at, "name")  # fmt: skip
    alloyed = any(q.name == joining.ALLOYS for q in installation.precursors)
    entered = draft.cells[c.PROCESS_DATA]
    for index, b in enumerate(balances):
        if not b.activity_level_t > 0:
            continue
        b = b._replace(direct_emissions_tco2e=_number(entered.get(c.PROCESS_BLOCKS.address("direct_entered", index))))
        for table in (c.EMISSION_RESULTS, c.SEE_RESULTS, c.SHARE_RESULTS):
            for field in table.columns:
                defect = loop if field == "default_share" else ""
                if alloyed and field == "embedded_electricity_mwh_per_t":
                    defect = "the default value of alloying elements stands there as MWh with factor 1"
                found.append(Expected(table.sheet, table.address(field, index), getattr(b, field),
                                      f"“{b.name}”, {field}", defect))  # fmt: skip
    by_name = {b.name: b for b in balances}
    for index, name in enumerate(sold):
        if by_name[name].activity_level_t > 0:
            found += [Expected(c.PRODUCT_SUMMARY, c.PRODUCT_RESULTS.address(field, index),
                               getattr(by_name[name], field), f"good {index + 1} of “{name}”, {field}")
                      for field in c.PRODUCT_RESULTS.columns]  # fmt: skip
    return tuple(e for e in found if isfinite(e.value))


def _number(value: object) -> float:
    return value if isinstance(value, float) else float("nan")


def _loops(installation: Installation) -> bool:
    """Whether goods of a process come back to it through others."""
    uses: dict[str, set[str]] = {p.name: set() for p in installation.processes}
    for f in installation.flows:
        if f.source in uses and f.target in uses and f.quantity and not f.material:
            uses[f.source].add(f.target)
    while True:
        ends = {name for name, targets in uses.items() if not targets & uses.keys()}
        if not ends:
            return bool(uses)
        uses = {name: targets for name, targets in uses.items() if name not in ends}
