"""Losses, next choices and the worth of places on towns up to 60 x 25, each against solving again with the change."""

import os
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from servicematch.solve.certificate import value_of
from servicematch.solve.displacement import Change, force, losses, way_in, way_out
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.problem import Problem

from .test_displacement import after_steps, asked, less, vector

N_LONG, N_SHORT = 2_000, 40
QUESTIONS = 4
ANY_CHOICE = FlowOptions(canonical=False)


def larger_town(seed):
    """Draw up to 60 x 25: slack or tight, coarse gains that tie, 1 to 3 units and classes, some columns without places."""
    rng = np.random.default_rng([43, seed])
    n, m = int(rng.integers(1, 61)), int(rng.integers(1, 26))
    row, col = np.nonzero(rng.random((n, m)) < rng.choice([0.1, 0.3, 0.6, 1.0]))
    top = int(rng.choice([1, 3, 10, 1000]))
    gain = rng.integers(0 if rng.random() < 0.8 else -top, top + 1, len(row))
    need = rng.integers(1, rng.choice([2, 3, 4]), n)
    share = rng.choice([0.3, 0.7, 1.0, 2.0])  # places for each unit asked: tight to slack
    capacity = np.bincount(rng.integers(0, m, max(1, int(share * need.sum()))), minlength=m)
    capacity[rng.random(m) < rng.choice([0.0, 0.2])] = 0
    n_tiers = int(rng.integers(1, 4))
    tier = rng.integers(1, n_tiers + 1, n)
    return rng, Problem(row.astype(np.int32), col.astype(np.int32), gain, need, capacity, tier, n_tiers=n_tiers)


def forced_worth(problem, row, col):
    """Solve again with one pair in."""
    forced = replace(problem, fixed=(problem.row == row) & (problem.col == col))
    return value_of(problem, solve_flow(forced, ANY_CHOICE).chosen)


def with_pair(problem, row, col, gain):
    """Let a pair through that was not eligible."""
    at = int(np.searchsorted(problem.row * problem.n_cols + problem.col, row * problem.n_cols + col))
    pairs = [np.insert(side, at, value) for side, value in ((problem.row, row), (problem.col, col))]
    return at, replace(problem, row=pairs[0], col=pairs[1], gain=np.insert(problem.gain, at, gain))


def same_as_solving_again(problem, chosen, change, row, col):
    """Tell whether a forced pair costs what solving again costs, and nothing only then; its moves give that plan."""
    if problem.capacity[col] == 0:
        return change is None
    worth = forced_worth(problem, row, col)
    loss = less(value_of(problem, chosen), worth)
    return (
        vector(problem, change) == loss
        and change.is_nothing == (not any(loss))
        and change.steps[0][::2] == (row, col)
        and value_of(problem, after_steps(problem, chosen, change.steps)) == worth
    )


def check_forced_pairs(rng, problem, solution, exits):
    """Force eligible pairs that are not in the plan."""
    apart = np.setdiff1d(np.arange(problem.n_pairs), solution.chosen)
    picked = rng.permutation(apart)[:QUESTIONS].tolist()
    for pair in picked:
        row, col = int(problem.row[pair]), int(problem.col[pair])
        found = losses(exits, row)
        change = force(exits, row, found, found.cols.tolist().index(col))
        assert same_as_solving_again(problem, solution.chosen, change, row, col), (row, col)
    return len(picked)


def check_waived_pairs(rng, problem, solution, exits):
    """Force pairs that are not eligible, with a gain of their own."""
    is_pair = np.zeros((problem.n_rows, problem.n_cols), dtype=np.bool_)
    is_pair[problem.row, problem.col] = True
    picked = rng.permutation(np.argwhere(~is_pair))[:QUESTIONS].tolist()
    for row, col in picked:
        gain = int(rng.integers(problem.gain.min(initial=0), problem.gain.max(initial=0) + 1))
        found = losses(exits, row, (np.array([col], dtype=np.int32), np.array([gain])))
        at, waived = with_pair(problem, row, col, gain)
        chosen = solution.chosen + (solution.chosen >= at)
        assert same_as_solving_again(waived, chosen, force(exits, row, found, 0), row, col), (row, col, gain)
    return len(picked)


def check_next_choices(rng, problem, solution, exits):
    """Put all candidates of some rows in order: the packed order is that of the exact losses, tier by tier."""
    n = 0
    for row in rng.permutation(problem.n_rows)[: QUESTIONS // 2].tolist():
        found = losses(exits, row)
        order = np.lexsort((found.cols, found.loss)).tolist()
        possible = [i for i in order if np.isfinite(found.loss[i])]
        assert {int(found.cols[i]) for i in order[len(possible) :]} == set(
            found.cols[problem.capacity[found.cols] == 0]
        )
        known = [less(solution.objective, forced_worth(problem, row, int(found.cols[i]))) for i in possible]
        assert [vector(problem, force(exits, row, found, i)) for i in possible] == known, row
        assert known == sorted(known), row
        n += len(known)
    return n


def check_places(rng, problem, solution, exits):
    """One place more, one fewer: what the prices and the ways out say, with moves of that worth."""
    n = 0
    for col in rng.permutation(problem.n_cols)[:QUESTIONS].tolist():
        for step, way in ((1, way_in), (-1, way_out)):
            if problem.capacity[col] + step < 0:
                continue
            other = replace(problem, capacity=problem.capacity + step * (np.arange(problem.n_cols) == col))
            steps, unit, gain = way(exits, col)
            told = Change(0, unit, -gain) if step == 1 else Change(unit, 0, gain)
            worth = solve_flow(other, ANY_CHOICE).objective
            assert vector(problem, told) == less(solution.objective, worth), (col, step)
            assert value_of(problem, after_steps(other, solution.chosen, steps)) == worth, (col, step)
            n += 1
    return n


def check(seed):
    """Ask one town questions of each kind; return how many were answered."""
    rng, problem = larger_town(seed)
    solution, exits = asked(problem)
    kinds = (check_forced_pairs, check_waived_pairs, check_next_choices, check_places)
    return Counter({kind.__name__: kind(rng, problem, solution, exits) for kind in kinds})


@pytest.mark.parametrize("seed", range(N_SHORT))
def test_answers_about_larger_towns_are_those_of_solving_again(seed):
    """Forced pairs, eligible or not, next choices and places: the same to the last integer of every tier."""
    assert sum(check(seed).values())


@pytest.mark.long
@pytest.mark.skipif("SERVICEMATCH_LONG" not in os.environ, reason="set SERVICEMATCH_LONG=1: runs for minutes")
@pytest.mark.parametrize("part", range(20))
def test_many_more_towns_are_answered_like_solving_again(part):
    """The same on two thousand towns."""
    n_each = N_LONG // 20
    told = sum((check(seed) for seed in range(part * n_each, (part + 1) * n_each)), Counter())
    assert len(told) == 4
    assert min(told.values()) > n_each
