"""Satisfaction level by level: against all choices that serve the same units, in every order of rows, and its proof."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from servicematch.base.errors import SolverError
from servicematch.solve.flow import FlowOptions, solve_flow
from servicematch.solve.problem import Satisfied, Status
from servicematch.solve.satisfied import descent
from servicematch.solve.satisfied import solve as room
from servicematch.solve.satisfied.levels import better_pairs, levels_of
from servicematch.solve.satisfied.solve import satisfy

from .towns import table


def drawn(seed):
    """Draw a tiny problem: up to 6 x 4, one or two units, ties, pins, two classes; and steps."""
    rng = np.random.default_rng(seed)
    n_rows, n_cols = (6, 4) if seed % 2 else (int(rng.integers(1, 7)), int(rng.integers(1, 5)))
    top = int(rng.choice([3, 12, 1_000_000]))
    large = rng.choice([1, 3, 9], (n_rows, 1))  # one row's third is another's best
    gains = (rng.integers(0, top + 1, (n_rows, n_cols)) * large).tolist()
    gains = [[one if seed % 2 or rng.random() < 0.8 else None for one in line] for line in gains]
    problem = table(
        gains,
        need=rng.choice([1, 1, 1, 2], n_rows),
        capacity=rng.integers(seed % 2, 3, n_cols),
        tier=rng.integers(1, 3, n_rows),
    )
    if seed % 3 == 0 and problem.n_pairs:
        fixed = np.zeros(problem.n_pairs, dtype=np.bool_)
        fixed[rng.integers(problem.n_pairs)] = True
        problem = replace(problem, fixed=fixed)
    return problem, int(rng.choice([2, 5, 100]))


def best_of(problem, steps, chosen):
    """Look at all choices with the same units of each row: return the best sorted levels, and the best gain with them."""
    fixed = np.zeros(problem.n_pairs, dtype=np.bool_) if problem.fixed is None else problem.fixed
    room_left = (problem.capacity - np.bincount(problem.col[fixed], minlength=problem.n_cols)).tolist()
    cols, gains = problem.col.tolist(), problem.gain.tolist()
    level = {pair: levels_by_hand(problem, steps, [pair])[0] for pair in np.flatnonzero(~fixed).tolist()}
    options = []
    for row in range(problem.n_rows):
        pairs = np.flatnonzero((problem.row == row) & ~fixed).tolist()
        options.append(list(combinations(pairs, sum(one in pairs for one in chosen))))
    best = None
    for choice in product(*options):
        pairs = [pair for some in choice for pair in some]
        load = Counter(cols[pair] for pair in pairs)
        if any(n > room_left[col] for col, n in load.items()):
            continue
        value = sorted(level[pair] for pair in pairs), sum(gains[pair] for pair in pairs)
        best = value if best is None else max(best, value)
    return best


def levels_by_hand(problem, steps, pairs):
    """Return the sorted levels of some pairs, in Python's whole numbers."""
    found = []
    for pair in pairs:
        own = problem.row == problem.row[pair]
        if problem.fixed is not None:
            own &= ~problem.fixed
        best = int(problem.gain[own].max())
        found.append(int(problem.gain[pair]) * steps // best if best else steps)
    return sorted(found)


def free(problem, chosen):
    """Leave the fixed pairs out."""
    return [one for one in chosen.tolist() if problem.fixed is None or not problem.fixed[one]]


@pytest.mark.parametrize("block", range(8))
def test_no_choice_with_the_same_units_is_better(block):
    """Level by level and then in score, whatever ties, is pinned or takes several units."""
    n_moved = 0
    for seed in range(40 * block, 40 * block + 40):
        problem, steps = drawn(seed)
        before = solve_flow(problem)
        after = satisfy(problem, before, steps)
        units = [np.bincount(problem.row[one.chosen], minlength=problem.n_rows).tolist() for one in (before, after)]
        assert units[0] == units[1]
        pairs = free(problem, after.chosen)
        mine = levels_by_hand(problem, steps, pairs), sum(int(problem.gain[pair]) for pair in pairs)
        assert mine == best_of(problem, steps, before.chosen.tolist()), seed
        assert after.objective == (*before.objective[:-1], mine[1])
        assert after.status is Status.PROVED
        n_moved += before.chosen.tolist() != after.chosen.tolist()
    assert n_moved >= 3  # else little was tried


@pytest.mark.parametrize("seed", range(4))
def test_few_pairs_at_first_and_all_pairs_find_the_same(seed, monkeypatch):
    """Which pairs are tried first, and how soon a flow is asked, changes nothing, not even under ties."""
    rng = np.random.default_rng(seed)
    problem = table(rng.integers(0, 9, (40, 15)).tolist(), need=rng.integers(1, 3, 40), capacity=3)
    before = solve_flow(problem)
    usual = satisfy(problem, before, 10)
    for few, tried in ((0, 0), (1, 100), (50, 1)):
        monkeypatch.setattr(descent, "_FEW", few)
        monkeypatch.setattr(descent, "_TRIED", tried)
        assert satisfy(problem, before, 10).chosen.tolist() == usual.chosen.tolist()


def test_without_the_canonical_stage_the_value_is_the_same():
    """Ties apart, for those who need no one answer."""
    problem = table(np.random.default_rng(3).integers(0, 4, (30, 12)).tolist(), capacity=2)
    before = solve_flow(problem, FlowOptions(canonical=False))
    one, other = (satisfy(problem, before, 4, canonical=canonical) for canonical in (True, False))
    assert one.objective == other.objective
    levels = levels_of(problem, 4)
    assert sorted(levels[one.chosen].tolist()) == sorted(levels[other.chosen].tolist())


def test_a_solution_without_a_proof_is_left_as_it_is():
    """Who was stopped gets no plan that claims more."""
    problem = table([[10, 5], [8, 4]])
    greedy = solve_flow(problem, FlowOptions(work_limit=0))
    hurried = replace(greedy, status=Status.FEASIBLE)
    assert satisfy(problem, hurried, 100) is hurried


def test_a_choice_that_its_prices_do_not_prove_is_refused(monkeypatch):
    """Whatever went wrong on the way: nothing is handed out without its proof."""
    problem = table([[10, 6], [8, 4]])
    right = descent.descend

    def lazy(*given):
        found = right(*given)
        return replace(found, prices={})

    monkeypatch.setattr(room, "descend", lazy)
    with pytest.raises(SolverError, match="do not prove"):
        satisfy(problem, solve_flow(problem), 100)


def test_better_pairs_are_told_by_the_first_number_that_differs():
    """A level below outweighs any gain, and a price at a level outweighs any gain too."""
    problem = table([[10, 9]])
    matching = descent.index_matching(problem, np.array([0]))
    levels = np.array([1, 2])
    free, dear = np.zeros((2, 0), dtype=np.int64), np.array([[0, 0], [1, -(10**9)]])
    for at, prices, better in (((), free, [1]), ((1, 2), dear, [1]), ((0, 2), dear, [])):
        assert better_pairs(matching, levels, Satisfied(2, at, prices, matching.chosen)).tolist() == better
