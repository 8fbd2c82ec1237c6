"""What an installation has more than the template: joined so that every SEE stays the same, or refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import fsum

from ..findings import one_line
from ..model import DEFAULT_VALUE, SMELTING, Flow, Installation, Precursor, Process
from ..report import Report, or_nan
from . import cells as c
from .draft import Draft
from .supplier import country

ALLOYS, IN_TRACE = "Alloying elements", "Alloying elements as primary aluminium"
"""The name of the precursor that stands for them, and how the trace calls them."""


def refuse(draft: Draft, processes: Sequence[Process], report: Report) -> None:
    """Processes can't be joined: each has a SEE of its own; and what the act doesn't allow isn't sent."""
    if len(processes) > c.PROCESSES.size:
        draft.say("no-room", f"There are {len(processes)} processes of CBAM goods; the Commission's file holds "
                  f"{c.PROCESSES.size}. Join some where the act allows it (III A.4), or send two files.",
                  processes[c.PROCESSES.size].at, "name")  # fmt: skip
    indicative = {b.name for b in report.processes if b.indicative}
    for p in processes:
        if p.name in indicative:
            draft.say("no-room", f"“{p.name}” shares its emissions out over several goods: indicative, not for "
                      "communication (III A.4). Make a process of each.", p.at, "category")  # fmt: skip


def alloys(draft: Draft, installation: Installation, report: Report) -> Installation:
    """Alloying elements that count as primary aluminium, as a precursor with its default value (II 3.17, 3.18)."""
    found: dict[str, tuple[float, list[float]]] = {}
    for term in report.terms:
        if term.quantity.startswith(IN_TRACE) and term.numbers[0] > 0:
            found.setdefault(term.owner, (term.numbers[0], []))[1].append(term.numbers[1])
    if not found:
        return installation
    at = {p.name: p.at for p in installation.processes}
    flows = [Flow(at[name], ALLOYS, "", name, mass) for name, (mass, _) in found.items()]
    direct, indirect = next(iter(found.values()))[1]
    total = fsum(mass for mass, _ in found.values())
    first = at[flows[0].target]
    draft.say("sent-packed", f"{total:,.6g} t of alloying elements are written as a precursor with the default value "
              "of primary aluminium; its indirect emissions as MWh with factor 1.", first, "name")  # fmt: skip
    precursor = Precursor(first, ALLOYS, "Unwrought aluminium", country(installation), quantity=total,
                          see_direct=direct, see_direct_source=DEFAULT_VALUE, electricity=indirect,
                          electricity_source=DEFAULT_VALUE, electricity_ef=1.0, justification="Other",
                          routes=(SMELTING,))  # fmt: skip
    return installation._replace(precursors=(*installation.precursors, precursor), flows=(*installation.flows, *flows))


def precursors(draft: Draft, installation: Installation) -> Installation:
    """At most as many bought precursors as there are blocks.

    Precursors of one category, country and kind of data that one and the same process uses become their weighted
    mean: that process gets the same emissions, and so does everything made of its goods.
    """
    found = list(installation.precursors)
    flows = list(installation.flows)
    for target, members in _joinable(installation):
        if len(found) <= c.PRECURSORS.size:
            break
        names = {q.name for q in members}
        own = [f for f in flows if f.source in names]
        joined = _mean(members, target, own)
        draft.say("sent-packed", f"{len(members)} precursors ({members[0].category}) are joined with their weighted "
                  f"mean, as “{one_line(target, 40)}” alone uses them: "
                  f"{one_line(', '.join(q.name for q in members), 40)}.", members[0].at, "name")  # fmt: skip
        place = found.index(members[0])
        found = [q for q in found if q.name not in names]
        found.insert(place, joined)
        flows = [f._replace(source=joined.name) if f.source in names else f for f in flows]
    if len(found) > c.PRECURSORS.size:
        draft.say("no-room", f"There are {len(found)} bought precursors that can't be joined without changing a SEE; "
                  f"the Commission's file holds {c.PRECURSORS.size}. Send two files, each with some of the processes.",
                  found[c.PRECURSORS.size].at, "name")  # fmt: skip
    return installation._replace(precursors=tuple(found), flows=tuple(flows))


def _joinable(installation: Installation) -> list[tuple[str, list[Precursor]]]:
    """Groups that may become one precursor, with the process that uses them, the largest first."""
    processes = {p.name for p in installation.processes}
    users: dict[str, set[str]] = defaultdict(set)
    for f in installation.flows:
        if f.target in processes and f.quantity:
            users[f.source].add(f.target)
    groups: dict[tuple[str, ...], list[Precursor]] = defaultdict(list)
    for q in installation.precursors:
        if len(users[q.name]) == 1:
            groups[(*users[q.name], q.category, q.country, q.see_direct_source, q.electricity_source,
                    q.electricity_ef_source, q.justification)].append(q)  # fmt: skip
    found = [(key[0], members) for key, members in groups.items() if len(members) > 1]
    return sorted(found, key=lambda group: len(group[1]), reverse=True)


def _mean(members: Sequence[Precursor], target: str, flows: Sequence[Flow]) -> Precursor:
    """One precursor with the mean figures of several, weighted by what the process uses of each."""
    used = {q.name: fsum(or_nan(f.quantity) for f in flows if f.source == q.name and f.target == target)
            for q in members}  # fmt: skip
    mass = fsum(used.values())
    power = fsum(used[q.name] * or_nan(q.electricity) for q in members)
    indirect = fsum(used[q.name] * or_nan(q.electricity) * (q.electricity_ef or 0.0) for q in members)
    first = members[0]
    name = f"{first.category}, {len(members)} suppliers for {target}"
    return first._replace(
        name=name,
        alias="",
        quantity=fsum(or_nan(q.quantity) for q in members),
        rows=tuple(row for q in members for row in q.rows),
        see_direct=fsum(used[q.name] * or_nan(q.see_direct) for q in members) / mass,
        electricity=power / mass,
        electricity_ef=indirect / power if power else first.electricity_ef,
    )
