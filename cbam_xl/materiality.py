"""What a wrong figure would do to the SEE of each good: derivatives by every input, and so of every finding.

A verifier must find what moves the total SEE of a good by 5 % (Implementing Regulation (EU) 2025/2546). Listed is what
moves it so far when it is wrong by :data:`CHANGE`; all to first order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import fsum, isnan
from typing import NamedTuple

from .addresses import parted
from .checks import MATERIAL
from .energy_gradients import Input
from .gradients import inputs
from .model import Issue
from .network import SEE_DIRECT, SEE_INDIRECT, Network, build, gates, trail_of
from .report import NAN, Balance, Report

CHANGE = 0.10
"""Relative error against which inputs are judged: a convention, which no provision sets; ``--change`` sets another."""


class Effect(NamedTuple):
    """What one input does to the SEE of a process and its goods."""

    process: str
    input: Input
    direct: float  # derivative: t CO2e/t per unit of the input
    indirect: float
    relative: float  # relative change of the total SEE per relative change of the input; NaN is unknown

    @property
    def material_at(self) -> float:
        """The relative error of the input that moves the SEE by 5 %."""
        return MATERIAL / abs(self.relative) if self.relative else NAN


class FindingEffect(NamedTuple):
    """What hangs on a finding: its strongest input at the process that feels it most; None: no SEE does."""

    issue: Issue
    effect: Effect | None

    @property
    def rank(self) -> float:
        """Orders findings by their weight; no effect is less than any."""
        return _rank(self.effect) if self.effect else -1.0


class Sensitivity(NamedTuple):
    """The inputs of a Report and the network on which they act."""

    report: Report
    network: Network
    inputs: tuple[Input, ...]

    def weights(self, process: str) -> tuple[Mapping[int, float], Mapping[int, float]]:
        """What each t CO2e that comes in somewhere does to SEE direct and indirect of a process."""
        return self.network.weights((SEE_DIRECT, process)), self.network.weights((SEE_INDIRECT, process))

    def effect(self, i: Input, b: Balance, weights: tuple[Mapping[int, float], Mapping[int, float]]) -> Effect:
        """The derivatives of the SEE of a process by one input."""
        place = self.network.place
        found = [(place[node], slope) for node, slope in i.slopes if node in place]
        direct, indirect = (fsum(slope * w[n] for n, slope in found if n in w) for w in weights)
        relative = (direct + indirect) * i.value / b.see_total if b.see_total else NAN
        return Effect(b.name, i, direct, indirect, relative)

    def effects(self, process: str) -> list[Effect]:
        """What every input does to the SEE of a process (its name as in the Report), the strongest first."""
        b = next(b for b in self.report.processes if b.name == process)
        weights = self.weights(process)
        found = (self.effect(i, b, weights) for i in self.inputs)
        return sorted((e for e in found if e.direct or e.indirect), key=lambda e: -abs(e.relative))


class Materiality(NamedTuple):
    """What can move a good's SEE by 5 % or more, process by process, and what hangs on each finding."""

    change: float
    inputs: tuple[Effect, ...]
    findings: tuple[FindingEffect, ...]


def sensitivity(report: Report) -> Sensitivity:
    """All inputs of a Report, ready to be asked for any process."""
    trail = trail_of(report)
    found, edges = inputs(trail)
    return Sensitivity(report, build(trail, gates(trail), edges), tuple(found))


def materiality(report: Report, change: float = CHANGE) -> Materiality:
    """The inputs that move the SEE of a process with goods by 5 % when they change by so much, and all findings.

    ``change`` is a share: 0.1 for 10 %. One adjoint solution each for SEE direct and indirect of a process.
    """
    s = sensitivity(report)
    strongest = _by_node(s)
    behind = _behind(report.issues, s.inputs)
    worst: dict[int, Effect] = {}
    found: list[Effect] = []
    sold = {g.process for g in report.goods}
    for b in report.processes:
        if (sold and b.name not in sold) or not b.see_total:
            continue
        weights = s.weights(b.name)
        limit = MATERIAL * abs(b.see_total)
        moved = [s.effect(s.inputs[k], b, weights) for k in _candidates(strongest, weights, limit / change)]
        found += sorted((e for e in moved if abs(e.relative) * change >= MATERIAL), key=lambda e: -abs(e.relative))
        for k in behind:
            effect = s.effect(s.inputs[k], b, weights)
            if (effect.direct or effect.indirect) and (k not in worst or _rank(worst[k]) < _rank(effect)):
                worst[k] = effect
    rows: dict[Issue, list[Effect]] = {issue: [] for issue in report.issues}
    for k, issues in behind.items():
        for issue in issues:
            rows[issue] += [worst[k]] if k in worst else []
    told = (FindingEffect(issue, max(rows[issue], key=_rank, default=None)) for issue in report.issues)
    return Materiality(change, tuple(found), tuple(told))


def _rank(effect: Effect) -> float:
    """Unknown effects may be any; the others as strong as they are."""
    return float("inf") if isnan(effect.relative) else abs(effect.relative)


def _by_node(s: Sensitivity) -> dict[int, list[tuple[float, int]]]:
    """Inputs by the places on which they act, the strongest first: no effect is larger than its bound x weight."""
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for k, i in enumerate(s.inputs):
        for node, slope in i.slopes:
            if node in s.network.place:
                found[s.network.place[node]].append((abs(slope * i.value) * len(i.slopes), k))
    for rows in found.values():
        rows.sort(reverse=True)
    return found


def _candidates(
    strongest: Mapping[int, Sequence[tuple[float, int]]], weights: Iterable[Mapping[int, float]], limit: float
) -> list[int]:
    """The inputs that may move a SEE by ``limit`` or more when they double; at one of their places by its part."""
    found: dict[int, None] = {}
    for weight in weights:
        for place, each in weight.items():
            for bound, k in strongest.get(place, ()):
                if not 2 * bound * abs(each) >= limit:  # twice: SEE direct and indirect
                    break
                found[k] = None
    return list(found)


def _behind(issues: Iterable[Issue], found: Sequence[Input]) -> dict[int, list[Issue]]:
    """The inputs at the cell of each finding; where no figure stands there, those of its row."""
    cells: dict[tuple[str, str], list[int]] = defaultdict(list)
    rows: dict[tuple[str, int], list[int]] = defaultdict(list)
    for k, i in enumerate(found):
        address = i.at.address(i.field)
        cells[i.at.sheet, address].append(k)
        rows[i.at.sheet, parted(address)[1]].append(k)
    behind: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        for k in cells.get((issue.sheet, issue.cell)) or rows.get((issue.sheet, parted(issue.cell)[1])) or ():
            behind[k].append(issue)
    return behind
