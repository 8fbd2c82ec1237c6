"""The linear system: against fractions, without an end, with unknown figures, and large."""

from __future__ import annotations

from fractions import Fraction
from math import isnan, nan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plants import gauss

from cbam_xl.solver import components, factorise, solve

Rows = list[dict[int, float]]


def random_system(r: Random, size: int, links: float = 0.4, share: float = 0.95) -> Rows:
    """Of every good at most the share ``share`` is used by the others: the system has an end."""
    levels = [r.uniform(1, 1e6) for _ in range(size)]
    rows: Rows = [{i: level} for i, level in enumerate(levels)]
    for j, level in enumerate(levels):
        users = [i for i in range(size) if i != j and r.random() < links]
        weights = [r.uniform(0.1, 1) for _ in users]
        for i, weight in zip(users, weights, strict=True):
            rows[i][j] = -share * level * weight / sum(weights)
    return rows


def exactly(rows: Rows, sides: list[list[float]]) -> list[list[Fraction]]:
    size = len(rows)
    return gauss([[Fraction(row.get(j, 0.0)) for j in range(size)] for row in rows],
                 [[Fraction(x) for x in side] for side in sides])  # fmt: skip


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_a_random_system_is_solved_exactly(r: Random, size: int) -> None:
    rows = random_system(r, size)
    sides = [[r.uniform(0, 1e6), r.uniform(0, 10)] for _ in range(size)]
    found, endless = solve(rows, sides)
    assert endless == []
    for got, want in zip(found, exactly(rows, sides), strict=True):
        assert got == pytest.approx([float(x) for x in want], rel=1e-9)


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_the_adjoint_says_what_each_side_does_to_a_solution(r: Random, size: int) -> None:
    factors = factorise(random_system(r, size, links=r.choice((0.1, 0.4))))
    for i in range(size):
        found = factors.adjoint(i)
        for j in range(size):
            unit = factors.solve([[float(k == j)] for k in range(size)])[i][0]
            assert found.get(j, 0.0) == pytest.approx(unit, rel=1e-9, abs=1e-18)


def test_the_adjoint_of_a_loop_without_an_end_is_unknown() -> None:
    factors = factorise([{0: 1.0, 1: -2.0}, {1: 1.0, 0: -2.0}, {2: 4.0}])
    assert factors.endless == [[0, 1]]
    assert isnan(factors.adjoint(0)[1])
    assert factors.adjoint(2) == {2: 0.25}


def test_the_input_is_left_as_it_was() -> None:
    rows, sides = [{0: 10.0, 1: -2.0}, {1: 8.0, 0: -3.0}], [[5.0], [1.0]]
    solve(rows, sides)
    assert (rows, sides) == ([{0: 10.0, 1: -2.0}, {1: 8.0, 0: -3.0}], [[5.0], [1.0]])


def test_nothing_is_solved_at_once() -> None:
    assert solve([], []) == ([], [])


@pytest.mark.parametrize("used", [1000.0, 1000.0 * (1 - 1e-14), 1001.0, 1e9])
def test_a_loop_that_uses_all_it_makes_is_reported_and_never_a_number(used: float) -> None:
    rows = [{0: 1000.0, 1: -1000.0}, {1: 1000.0, 0: -used}, {2: 5.0, 1: -1.0}, {3: 2.0}]
    found, endless = solve(rows, [[7.0]] * 4)
    assert endless == [[0, 1]]
    assert all(isnan(found[i][0]) for i in (0, 1, 2))
    assert found[3] == [3.5]


def test_a_loop_just_below_one_is_a_number() -> None:
    found, endless = solve([{0: 1000.0, 1: -1000.0}, {1: 1000.0, 0: -999.0}], [[1.0], [1.0]])
    assert endless == []
    assert found[0][0] == pytest.approx(2.0, rel=1e-9)


def test_more_own_use_than_production_is_reported() -> None:
    for level in (0.0, -1.0):
        found, endless = solve([{0: level}, {1: 2.0}], [[7.0], [2.0]])
        assert (isnan(found[0][0]), endless, found[1]) == (True, [[0]], [1.0])
        _, endless = solve([{0: level, 1: -1.0}, {1: 2.0, 0: -1.0}], [[7.0], [2.0]])
        assert endless == [[0, 1]]


def test_a_share_above_one_that_hides_behind_a_regular_matrix_is_reported() -> None:
    # the determinant is far from zero, but the "solution" would be negative
    _, endless = solve([{0: 1.0, 1: -3.0}, {1: 1.0, 0: -3.0}], [[1.0], [1.0]])
    assert endless == [[0, 1]]


def test_two_loops_are_told_apart() -> None:
    rows: Rows = [{0: 1.0, 1: -1.0}, {1: 1.0, 0: -1.0}, {2: 1.0, 3: -0.5}, {3: 1.0, 2: -0.5}, {4: 1.0, 5: -2.0},
                  {5: 1.0, 4: -2.0}]  # fmt: skip
    found, endless = solve(rows, [[1.0]] * 6)
    assert sorted(endless) == [[0, 1], [4, 5]]
    assert found[2] == pytest.approx([2.0])


def test_an_unknown_figure_stays_with_whatever_depends_on_it() -> None:
    # 0 uses 1; 1 and 2 use each other; 3 uses 0; 4 stands alone
    rows = [{0: 2.0, 1: -1.0}, {1: 2.0, 2: -1.0}, {2: 2.0, 1: -0.5}, {3: 1.0, 0: -1.0}, {4: 4.0}]
    found, _ = solve(rows, [[nan, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    assert [isnan(x[0]) for x in found] == [True, False, False, True, False]
    assert not any(isnan(x[1]) for x in found)
    found, _ = solve(rows, [[1.0, 1.0], [1.0, 1.0], [1.0, nan], [1.0, 1.0], [1.0, 1.0]])
    assert [isnan(x[1]) for x in found] == [True, True, True, True, False]
    assert not any(isnan(x[0]) for x in found)


@pytest.mark.parametrize(("i", "j"), [(1, 1), (1, 2), (2, 1), (2, 2)])
def test_an_unknown_amount_in_a_loop_is_no_fault_of_the_loop(i: int, j: int) -> None:
    rows = [{0: 2.0, 1: -1.0}, {1: 2.0, 2: -1.0}, {2: 2.0, 1: -0.5}, {3: 4.0}]
    rows[i][j] = nan
    found, endless = solve(rows, [[1.0]] * 4)
    assert endless == []
    assert [isnan(x[0]) for x in found] == [True, True, True, False]


def test_an_unknown_activity_level_alone() -> None:
    found, endless = solve([{0: nan}, {1: 1.0, 0: -1.0}, {2: 1.0}], [[1.0]] * 3)
    assert endless == []
    assert [isnan(x[0]) for x in found] == [True, True, False]


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=10, max_size=10))
def test_components_hold_every_node_once_and_come_after_what_they_use(uses: list[list[int]]) -> None:
    found = components(uses)
    assert sorted(node for members in found for node in members) == list(range(10))
    reach = [{i} for i in range(10)]
    for _ in range(10):
        reach = [set().union({i}, *(reach[j] for j in uses[i])) for i in range(10)]
    place = {node: k for k, members in enumerate(found) for node in members}
    for i in range(10):
        for j in range(10):
            assert (place[i] == place[j]) == (j in reach[i] and i in reach[j])
        assert all(place[j] <= place[i] for j in uses[i])


def test_a_long_chain_needs_no_recursion() -> None:
    size = 20_000
    found, endless = solve([{i: 2.0, **({i - 1: -1.0} if i else {})} for i in range(size)], [[1.0]] * size)
    assert endless == []
    assert found[-1] == pytest.approx([1.0])


def test_a_long_ring() -> None:
    size = 2_000
    found, _ = solve([{i: 2.0, (i - 1) % size: -1.0} for i in range(size)], [[1.0]] * size)
    assert all(x == pytest.approx([1.0], rel=1e-9) for x in found)


def test_the_residual_of_a_large_looped_system_is_small() -> None:
    r = Random(5)
    size = 300
    rows = random_system(r, size, 0.01)
    sides = [[r.uniform(0, 1e6)] for _ in range(size)]
    found, _ = solve(rows, sides)
    for i, row in enumerate(rows):
        parts = [value * found[j][0] for j, value in row.items()]
        assert sum(parts) == pytest.approx(sides[i][0], abs=1e-12 * sum(map(abs, parts)))
