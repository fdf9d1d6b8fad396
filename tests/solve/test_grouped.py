"""Groups on both sides, owners and costs of further units: every answer equals a mixed-integer program, tier by tier."""

from __future__ import annotations

import os

import numpy as np
import pytest

from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.forest import Forest
from servicematch.solve.problem import Status
from solve.forests import above, grouped_value, milp_grouped, random_grouped
from solve.towns import table


def _towns(seed, n, **sizes):
    for child in np.random.default_rng(seed).spawn(n):
        yield random_grouped(child, **sizes)


def _same_as_milp(problem):
    solution = solve_flow(problem)
    floors, rest, has_floor = grouped_value(problem, solution.chosen.tolist())
    objective = solution.objective[-len(rest) :]
    assert solution.status is Status.PROVED
    assert solution.objective == solution.bound
    assert objective == rest
    if len(solution.objective) > len(rest):
        assert solution.objective[0] == floors
    else:
        assert floors == 0 or not has_floor
    assert milp_grouped(problem) == (floors, rest)
    return solution


@pytest.mark.parametrize("seed", range(30))
def test_equals_a_mixed_integer_program_tier_by_tier(seed):
    """Forests up to depth 4 on both sides, floors, quotas, costs, owners, units, classes, fixed pairs, ties."""
    for problem in _towns(seed, 1):
        _same_as_milp(problem)


@pytest.mark.long
@pytest.mark.skipif("SERVICEMATCH_LONG" not in os.environ, reason="set SERVICEMATCH_LONG to run it")
def test_a_thousand_more_towns():
    """The same on towns up to 24 x 12."""
    for problem in _towns(77, 1000, n_rows=24, n_cols=12):
        _same_as_milp(problem)


@pytest.mark.parametrize("seed", range(25))
def test_the_hurried_choice_keeps_every_bound(seed):
    """A greedy choice breaks no quota (the oracle's sum asserts it) and is never worth more than the bound."""
    for problem in _towns(1000 + seed, 1):
        solution = solve_flow(problem, FlowOptions(work_limit=0))
        floors, rest, _ = grouped_value(problem, solution.chosen.tolist())
        assert solution.objective[-len(rest) :] == rest
        assert solution.objective <= solution.bound
        assert (floors, rest) <= milp_grouped(problem)


@pytest.mark.parametrize("seed", range(40))
def test_prices_prove_the_bound_in_the_most_literal_way(seed):
    """Utilities of rows, places and groups at their prices, added up pair by pair, give the bound of every tier."""
    for problem in _towns(2000 + seed, 1):
        if problem.fixed is not None:
            continue
        solution = solve_flow(problem)
        assert _literal_bound(problem, solution) == solution.bound


def _literal_bound(problem, solution):
    """Add up the bound with plain lists; vectors are compared lexicographically."""
    n = len(solution.objective)
    parts = [*_utilities(problem, solution), *_places(problem, solution, has_floor=n > problem.n_tiers + 1)]
    return tuple(sum(column) for column in zip([0] * n, *[part for part in parts if part > [0] * n], strict=True))


def _utilities(problem, solution):
    """Return the best margins of every row, each at another owner."""
    prices, n = solution.group_prices, len(solution.objective)
    owner = np.arange(problem.n_cols) if problem.owner is None else problem.owner
    ways = above(problem.row_groups, problem.n_rows), above(problem.col_groups, problem.n_cols)
    for row in range(problem.n_rows):
        best = {}
        for p in range(*problem.row_start[row : row + 2]):
            col = int(problem.col[p])
            margin = [int(bool(problem.tier[row]) and k == n - 1 - problem.tier[row]) for k in range(n)]
            margin[-1] += int(problem.gain[p])
            groups = [*prices.row_groups[ways[0][row]], *prices.col_groups[ways[1][col]]]
            margin = [int(value) for value in np.array(margin) - prices.col[col] - sum(groups)]
            best[owner[col]] = max(best.get(owner[col], margin), margin)
        yield from sorted(best.values(), reverse=True)[: int(problem.need[row])]


def _places(problem, solution, *, has_floor):
    """Return what every place of every column and group is paid."""
    prices = solution.group_prices
    for col in range(problem.n_cols):
        yield [int(value) * int(problem.capacity[col]) for value in prices.col[col]]
    for forest, lines in ((problem.row_groups, prices.row_groups), (problem.col_groups, prices.col_groups)):
        if forest is not None:
            comes = _beneath(forest, problem, forest is problem.row_groups)
            for group in range(forest.n_groups):
                costs = forest.costs(group)
                for unit in range(min(int(forest.at_most[group]), comes[group])):
                    worth = [int(value) for value in lines[group]]
                    worth[0] += int(has_floor and unit < forest.at_least[group])
                    worth[-1] -= int(costs[unit]) if len(costs) else 0
                    yield worth


def _beneath(forest, problem, is_row_side):
    units = problem.need if is_row_side else problem.capacity
    comes = np.zeros(forest.n_groups, dtype=int)
    for node, group in enumerate(forest.leaf.tolist()):
        if group >= 0:
            comes[group] += units[node]
    for group, parent in enumerate(forest.parent.tolist()):
        if parent >= 0:
            comes[parent] += comes[group]
    return comes


def test_a_floor_comes_before_priority():
    """One place, a row of class 2 and a row of class 1 whose group has a floor: the floor is met first."""
    forest = Forest(np.array([-1, 0], dtype=np.int32), np.array([-1], dtype=np.int32), np.array([1]), np.array([9]))
    solution = solve_flow(table([[5], [5]], tier=[2, 1], row_groups=forest))
    assert solution.chosen.tolist() == [1]
    assert solution.objective == (1, 0, 1, 5)
