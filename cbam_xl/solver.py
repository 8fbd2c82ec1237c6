"""One linear system, exact: ordered by strongly connected components, sparse elimination inside each.

Rows are dicts ``{column: coefficient}``. A chain of processes costs one division each; only the processes of a loop
are eliminated against each other. Unknown figures are NaN in the right-hand sides and stay NaN in whatever depends
on them, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

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


def solve(
    rows: Sequence[dict[int, float]], sides: Sequence[Sequence[float]]
) -> tuple[list[list[float]], list[list[int]]]:
    """Solve ``(diag(d) - M) x = side`` for several right-hand sides at once.

    ``rows[i]`` holds ``d[i]`` under ``i`` (its own use already taken off) and ``-M[i][j]`` under ``j``; ``sides[i]``
    one number per right-hand side. Returns the solutions per row, and the loops that have none: there the shares
    around the loop reach 1, a process would consume more than it makes. Their members are NaN.

    >>> solve([{0: 10000.0, 1: -500.0}, {1: 8000.0, 0: -9000.0}], [[5000.0], [800.0]])[0][0][0]
    0.53509933774...
    """
    nan = float("nan")
    count = len(sides[0]) if sides else 0
    x: list[list[float]] = [[nan] * count for _ in rows]
    endless: list[list[int]] = []
    for members in components([[j for j in row if j != i] for i, row in enumerate(rows)]):
        inside = set(members)
        block: dict[int, dict[int, float]] = {}
        right: dict[int, list[float]] = {}
        for i in members:
            side = list(sides[i])
            own: dict[int, float] = {}
            for j, value in rows[i].items():
                if j in inside:
                    own[j] = value
                else:
                    side = [s - value * y for s, y in zip(side, x[j], strict=True)]
            block[i], right[i] = own, side
        if len(members) == 1:
            i = members[0]
            pivot = block[i][i]
            if pivot > 0:
                x[i] = [s / pivot for s in right[i]]
            elif pivot <= 0:  # NaN (an unknown activity level) stays NaN
                endless.append(members)
        elif not _eliminate(block, right, x):
            endless.append(sorted(members))
    return x, endless


def _eliminate(block: dict[int, dict[int, float]], right: dict[int, list[float]], x: list[list[float]]) -> bool:
    """Gaussian elimination on the diagonal of one loop, shortest row first; False when the loop has no end.

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
            return False if pivot == pivot else _unknown(block, x)
        order.append(k)
        left.discard(k)
        row, side = block[k], right[k]
        for i in users[k] & left:
            target = block[i]
            ratio = target.pop(k) / pivot
            for j, value in row.items():
                if j != k:
                    target[j] = target.get(j, 0.0) - ratio * value
                    if j != i:
                        users[j].add(i)
            right[i] = [a - ratio * b for a, b in zip(right[i], side, strict=True)]
        for j in row:
            if j != k:
                users[j].discard(k)
        for i in (users[k] | row.keys()) & left:
            heappush(queue, (len(block[i]) * len(users[i]), i))
    for k in reversed(order):
        side = right[k]
        for j, value in block[k].items():
            if j != k:
                side = [s - value * y for s, y in zip(side, x[j], strict=True)]
        x[k] = [s / block[k][k] for s in side]
    return True


def _unknown(block: dict[int, dict[int, float]], x: list[list[float]]) -> bool:
    """An activity level of the loop is unknown, hence all its figures: they stay NaN, which is no fault of the loop."""
    for i in block:
        x[i] = [float("nan")] * len(x[i])
    return True
