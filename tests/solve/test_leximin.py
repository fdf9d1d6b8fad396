"""Leximin of served shares equals enumeration on tiny towns: the vector of shares, and the best value inside it."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from oracles import random_problem
from servicematch.solve.flow import solve_flow
from servicematch.solve.forest import Forest
from servicematch.solve.leximin import (
    by_levels,
    by_ranks,
    fair_forest,
    is_bound_above,
    least_share,
    n_levels,
    up_to,
    with_worths,
)
from servicematch.solve.problem import Status
from solve.towns import problem_of, table


def choices(problem, quotas=()):
    """Yield every choice of pairs that keeps needs, capacities and quotas (rows, at most), fixed pairs in it."""
    fixed = np.zeros(problem.n_pairs, bool) if problem.fixed is None else problem.fixed
    used = np.bincount(problem.col[fixed], minlength=problem.n_cols)
    need, places = problem.need.tolist(), np.maximum(problem.capacity, used).tolist()

    def go(p, taken):
        if p == problem.n_pairs:
            if all(sum(int(problem.row[q]) in rows for q in taken) <= most for rows, most in quotas):
                yield tuple(taken)
            return
        r, t = int(problem.row[p]), int(problem.col[p])
        if need[r] and places[t]:
            need[r], places[t] = need[r] - 1, places[t] - 1
            yield from go(p + 1, [*taken, p])
            need[r], places[t] = need[r] + 1, places[t] + 1
        if not fixed[p]:
            yield from go(p + 1, taken)

    yield from go(0, [])


def shares_of(problem, group, chosen):
    """Return the shares of all groups, the least first, as exact fractions."""
    asked, served = {}, {}
    for row, g in enumerate(group.tolist()):
        if g >= 0:
            asked[g] = asked.get(g, 0) + int(problem.need[row])
    for p in chosen:
        g = int(group[problem.row[p]])
        served[g] = served.get(g, 0) + 1
    return tuple(sorted(Fraction(served.get(g, 0), d) for g, d in asked.items() if d))


def classes_of(problem, chosen):
    """Count the units of each class, the highest first."""
    return tuple(sum(int(problem.tier[problem.row[p]]) == k for p in chosen) for k in range(problem.n_tiers, 0, -1))


def points_of(problem, chosen):
    """Add up the gains."""
    return sum(int(problem.gain[p]) for p in chosen)


def tiny_town(seed):
    """Draw a town small enough to enumerate, its groups, and how often a class or a fixed pair is there."""
    rng = np.random.default_rng(seed)
    problem = problem_of(random_problem(rng, max_rows=6, max_cols=4))
    kept = np.sort(rng.permutation(problem.n_pairs)[:11])
    problem = replace(
        problem,
        row=problem.row[kept],
        col=problem.col[kept],
        gain=problem.gain[kept],
        fixed=None if problem.fixed is None or rng.random() < 0.5 else problem.fixed[kept],
        n_tiers=-1,
        tier=np.minimum(problem.tier, 1) if rng.random() < 0.5 else problem.tier,
    )
    if (problem.tier == 0).any():
        problem = replace(problem, tier=problem.tier + 1, n_tiers=-1)
    group = rng.integers(0, 3, problem.n_rows)
    _, group = np.unique(group, return_inverse=True)
    return problem, group.reshape(-1)


def asked_by(problem, group):
    """Add the units asked up by group."""
    return [int(problem.need[group == g].sum()) for g in range(int(group.max(initial=-1)) + 1)]


def check(problem, group, worths, *, first):
    """Hold one solution against all choices."""
    fair = replace(problem, row_groups=fair_forest(group, worths), fair_first=first)
    solution = solve_flow(fair)
    assert solution.status is Status.PROVED
    every = list(choices(problem))

    def order(chosen):
        shares, classes = shares_of(problem, group, chosen), classes_of(problem, chosen)
        return (shares, classes, points_of(problem, chosen)) if first else (classes, shares, points_of(problem, chosen))

    assert order(solution.chosen.tolist()) == max(map(order, every))
    return solution


def long_or_short():
    """Say which seeds are drawn in the suite and which in a long run."""
    return range(560 if os.environ.get("SERVICEMATCH_LONG") else 60)


@pytest.mark.parametrize("seed", long_or_short())
def test_ranks_equal_enumeration(seed):
    """The vector of shares, then the score; classes above the shares or below them; pinned pairs count as served."""
    problem, group = tiny_town(seed)
    check(problem, group, by_ranks(asked_by(problem, group)), first=seed % 2 == 0)


@pytest.mark.parametrize("seed", range(40))
def test_levels_equal_ranks_where_nothing_binds_the_groups(seed):
    """Both ways find a choice of the same shares, classes and gains."""
    problem, group = tiny_town(seed)
    asked = asked_by(problem, group)
    one = check(problem, group, by_ranks(asked), first=True)
    other = check(problem, group, by_levels(asked), first=True)
    assert one.chosen.tolist() == other.chosen.tolist()


@pytest.mark.parametrize("seed", long_or_short())
def test_levels_equal_enumeration_under_a_quota_above_the_groups(seed):
    """A quota that binds two groups together, where ranks may be wrong."""
    problem, group = tiny_town(1000 + seed)
    if int(group.max(initial=0)) < 1:
        return
    problem = replace(problem, fixed=None)
    asked = asked_by(problem, group)
    most = 1 + seed % 4
    n = len(asked)
    parent = np.array([n, n, *[-1] * (n - 1)], dtype=np.int32)[: n + 1]
    at_most = np.array([*asked, most], dtype=np.int64)
    forest = Forest(group.astype(np.int32), parent, np.zeros(n + 1, dtype=np.int64), at_most)
    assert is_bound_above(forest, np.arange(n), problem.need) == (most < sum(asked[:2]))
    fair = replace(problem, row_groups=with_worths(forest, np.arange(n), by_levels(asked)), fair_first=True)
    solution = solve_flow(fair)
    assert solution.status is Status.PROVED
    quota = {r for r, g in enumerate(group.tolist()) if g < 2}, most

    def order(chosen):
        return shares_of(problem, group, chosen), classes_of(problem, chosen), points_of(problem, chosen)

    assert order(solution.chosen.tolist()) == max(map(order, choices(problem, [quota])))


@pytest.mark.parametrize("seed", range(60))
def test_max_min_is_the_first_level_then_the_score(seed):
    """Every group reaches the greatest least share that all can reach, and nothing more is asked for."""
    problem, group = tiny_town(2000 + seed)
    asked = asked_by(problem, group)
    fair = replace(problem, row_groups=fair_forest(group, by_ranks(asked)), fair_first=True)
    share = least_share(fair, solve_flow(fair).chosen)
    level = replace(fair, row_groups=fair_forest(group, up_to(asked, share)))
    chosen = solve_flow(level).chosen.tolist()
    every = list(choices(problem))
    met = {int(group[problem.row[p]]) for some in every for p in some}  # those that can have anything at all

    def least(some):
        served = [sum(int(group[problem.row[p]]) == g for p in some) for g in range(len(asked))]
        return min((Fraction(served[g], asked[g]) for g in met), default=Fraction(1))

    assert share == max(map(least, every)) == least(chosen)
    best = max((classes_of(problem, c), points_of(problem, c)) for c in every if least(c) == share)
    assert (classes_of(problem, chosen), points_of(problem, chosen)) == best


def test_a_unit_that_leads_further_comes_first():
    """One place for a group of two and a group of ten: a half is more than a tenth, whatever the gains."""
    group = np.array([0, 0, *[1] * 10])
    gains = [[1], [1], *[[9]] * 10]
    problem = table(gains, tier=[1] * 12, row_groups=fair_forest(group, by_ranks([2, 10])))
    assert solve_flow(problem).chosen.tolist() in ([0], [1])
    assert n_levels([2, 10]) == 10


def test_the_score_decides_between_groups_that_are_alike():
    """Two groups of one ask for one place: leximin is served either way, so the better gain has it."""
    problem = table([[3], [8]], tier=[1, 1], row_groups=fair_forest(np.array([0, 1]), by_ranks([1, 1])))
    solution = solve_flow(problem)
    assert solution.chosen.tolist() == [1]
    assert solution.objective == solution.bound == (1, 1, 8)


def test_a_group_has_no_floor_beside_its_worths():
    """What is nested in another group may have one."""
    leaf, root = np.zeros(1, dtype=np.int32), np.array([-1], dtype=np.int32)
    with pytest.raises(ValueError, match="no floor"):
        with_worths(Forest(leaf, root, np.array([1]), np.array([1])), np.array([0]), by_ranks([1]))
