"""One linear system, exact: ordered by strongly connected components, sparse elimination inside each.

Rows are dicts ``{column: coefficient}``. A chain of processes costs one division each; only the processes of a loop
are eliminated against each other. Unknown figures are NaN in the right-hand sides and stay NaN in whatever depends
on them, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from math import isfinite, isnan
from typing import NamedTuple

from .report import NAN

SINGULAR = 1e-12
"""A pivot smaller than this part of its diagonal entry is no pivot."""


def components(uses: Sequence[Sequence[int]]) -> list[list[int]]:
    """Strongly connected components of a graph, users after what they use (Tarjan, without recursion).

    >>> components([[1], [0], [0]])
    [[1, 0], [2]]
    """
    size = len(uses)
    index, low, stacked = [-1] * size, [0] * size, [False] * size
    stack: list[int] = []
    found: list[list[int]] = []
    count = 0
    for root in range(size):
        if index[root] >= 0:
            continue
        work = [(root, 0)]
        while work:
            node, edge = work.pop()
            if edge == 0:
                index[node] = low[node] = count
                count += 1
                stack.append(node)
                stacked[node] = True
            edges = uses[node]
            while edge < len(edges):
                other = edges[edge]
                edge += 1
                if index[other] < 0:
                    work += [(node, edge), (other, 0)]
                    break
                if stacked[other]:
                    low[node] = min(low[node], index[other])
            else:
                if low[node] == index[node]:
                    members = []
                    while True:
                        other = stack.pop()
                        stacked[other] = False
                        members.append(other)
                        if other == node:
                            break
                    found.append(members)
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
    return found


class Factors(NamedTuple):
    """A system ``(diag(d) - M) x = side`` taken apart once, for any number of right-hand sides and adjoint solutions.

    Members of a loop stand in the order in which they were eliminated; those of an endless one have NaN as pivots.
    """

    order: Sequence[Sequence[int]]  # strongly connected components, users after what they use
    component: Sequence[int]  # of each row: the place of its component in that order
    outside: Sequence[Sequence[tuple[int, float]]]  # of each row: entries in the columns of earlier components
    pivots: Sequence[float]
    upper: Sequence[Mapping[int, float]]  # of each row: entries in columns of its loop that are eliminated later
    lower: Sequence[Sequence[tuple[int, float]]]  # of each row: the rows it was taken off, and how many times
    endless: Sequence[list[int]]  # loops without an end

    def solve(self, sides: Sequence[Sequence[float]]) -> list[list[float]]:
        """The solutions of each row for all right-hand sides at once; what grows beyond all bounds is unknown.

        >>> [round(x, 6) for x, in factorise([{0: 2.0}, {1: 4.0, 0: -1.0}]).solve([[6.0], [1.0]])]
        [3.0, 1.0]
        """
        x = [list(side) for side in sides]
        for members in self.order:
            for i in members:
                for j, value in self.outside[i]:
                    x[i] = [s - value * y for s, y in zip(x[i], x[j], strict=True)]
            for k in members:
                for i, ratio in self.lower[k]:
                    x[i] = [a - ratio * b for a, b in zip(x[i], x[k], strict=True)]
            for k in reversed(members):
                for j, value in self.upper[k].items():
                    x[k] = [s - value * y for s, y in zip(x[k], x[j], strict=True)]
                pivot = self.pivots[k]
                x[k] = [s / pivot for s in x[k]]
        return x if isfinite(sum(map(sum, x))) else [[s if isfinite(s) else NAN for s in row] for row in x]

    def adjoint(self, row: int) -> dict[int, float]:
        """How much the solution of one row grows with each right-hand side; rows that don't reach it are left out.

        >>> factorise([{0: 2.0}, {1: 4.0, 0: -1.0}]).adjoint(1)
        {1: 0.25, 0: 0.125}
        """
        y = {row: 1.0}
        for place in range(self.component[row], -1, -1):
            members = self.order[place]
            if len(members) == 1:
                i = members[0]
                if i in y:
                    y[i] = found = y[i] / self.pivots[i]
                    for j, value in self.outside[i]:
                        y[j] = y.get(j, 0.0) - value * found
            elif not y.keys().isdisjoint(members):
                self._adjoint_of_loop(members, y)
        return y if isfinite(sum(y.values())) else {i: s if isfinite(s) else NAN for i, s in y.items()}

    def _adjoint_of_loop(self, members: Sequence[int], y: dict[int, float]) -> None:
        """The adjoint solution inside one loop, and what it hands on to earlier components."""
        if isnan(self.pivots[members[0]]):  # nothing is known of the whole loop
            y.update(dict.fromkeys(members, NAN))
        for k in members:
            if k in y:
                y[k] = found = y[k] / self.pivots[k]
                for j, value in self.upper[k].items():
                    y[j] = y.get(j, 0.0) - value * found
        for k in reversed(members):
            for i, ratio in self.lower[k]:
                if i in y:
                    y[k] = y.get(k, 0.0) - ratio * y[i]
        for i in members:
            if i in y:
                for j, value in self.outside[i]:
                    y[j] = y.get(j, 0.0) - value * y[i]


def factorise(rows: Sequence[Mapping[int, float]]) -> Factors:
    """Take a system apart. ``rows[i]`` holds ``d[i]`` under ``i`` (its own use already taken off) and ``-M[i][j]``
    under ``j``."""
    order: list[Sequence[int]] = []
    endless: list[list[int]] = []
    outside: list[list[tuple[int, float]]] = [[] for _ in rows]
    pivots = [NAN] * len(rows)
    upper: list[Mapping[int, float]] = [{} for _ in rows]
    lower: list[list[tuple[int, float]]] = [[] for _ in rows]
    for members in components([[j for j in row if j != i] for i, row in enumerate(rows)]):
        if len(members) == 1:
            i = members[0]
            outside[i] = [(j, value) for j, value in rows[i].items() if j != i]
            pivot = rows[i][i]
            if pivot > 0:
                pivots[i] = pivot
            elif pivot <= 0:  # NaN (an unknown activity level) stays NaN
                endless.append(members)
            order.append(members)
            continue
        inside = set(members)
        block = {i: {j: value for j, value in rows[i].items() if j in inside} for i in members}
        for i in members:
            outside[i] = [(j, value) for j, value in rows[i].items() if j not in inside]
        eliminated = _eliminate(block, lower)
        if eliminated:
            for k in eliminated:
                row = block[k]
                pivots[k] = row.pop(k)
                upper[k] = row
        else:
            for i in members:
                lower[i] = []
            if eliminated is None:
                endless.append(sorted(members))
        order.append(eliminated or members)
    component = [0] * len(rows)
    for place, each in enumerate(order):
        for i in each:
            component[i] = place
    return Factors(order, component, outside, pivots, upper, lower, endless)


def solve(
    rows: Sequence[dict[int, float]], sides: Sequence[Sequence[float]]
) -> tuple[list[list[float]], Sequence[list[int]]]:
    """Solve ``(diag(d) - M) x = side`` for several right-hand sides at once.

    ``rows`` as :func:`factorise` takes them; ``sides[i]`` one number per right-hand side. Returns the solutions per
    row, and the loops that have none: there the shares around the loop reach 1, a process would consume more than it
    makes. Their members are NaN.

    >>> solve([{0: 10000.0, 1: -500.0}, {1: 8000.0, 0: -9000.0}], [[5000.0], [800.0]])[0][0][0]
    0.53509933774...
    """
    factors = factorise(rows)
    return factors.solve(sides), factors.endless


def _eliminate(block: dict[int, dict[int, float]], lower: list[list[tuple[int, float]]]) -> list[int] | None:
    """Gaussian elimination on the diagonal of one loop, shortest row first; the order of its rows.

    None when the loop has no end, [] when an activity level of it is unknown, which is no fault of the loop.
    All off-diagonal entries are <= 0, so the system has a meaning only if every pivot stays positive (M-matrix).
    """
    diagonal = {i: row[i] for i, row in block.items()}
    users: dict[int, set[int]] = {i: set() for i in block}
    for i, row in block.items():
        for j in row:
            if j != i:
                users[j].add(i)
    order: list[int] = []
    left = set(block)
    queue = [(len(row) * len(users[i]), i) for i, row in block.items()]
    heapify(queue)
    while left:
        cost, k = heappop(queue)
        if k not in left or cost != len(block[k]) * len(users[k]):
            continue  # done, or queued again since
        pivot = block[k][k]
        if not pivot > SINGULAR * diagonal[k]:
            return None if pivot == pivot else []
        order.append(k)
        left.discard(k)
        row = block[k]
        for i in users[k] & left:
            target = block[i]
            ratio = target.pop(k) / pivot
            for j, value in row.items():
                if j != k:
                    target[j] = target.get(j, 0.0) - ratio * value
                    if j != i:
                        users[j].add(i)
            lower[k].append((i, ratio))
        for j in row:
            if j != k:
                users[j].discard(k)
        for i in (users[k] | row.keys()) & left:
            heappush(queue, (len(block[i]) * len(users[i]), i))
    return order
