"""What forcing a unit costs: every answer from one path is held against solving again, to the last integer."""

from dataclasses import replace

import numpy as np
import pytest

from servicematch.base.errors import SolverError
from servicematch.solve.certificate import value_of
from servicematch.solve.displacement import Change, costs_at, force, losses
from servicematch.solve.exits import build_exits
from servicematch.solve.flow import solve_flow
from servicematch.solve.problem import Prices, Problem
from servicematch.solve.ways import cost_out, way_in, way_out, worth_in

SEEDS = range(120)


def town(seed):
    """Draw a small problem: ties on purpose, several units, zero capacities, up to three classes or none."""
    rng = np.random.default_rng([41, seed])
    n, m = int(rng.integers(1, 14)), int(rng.integers(1, 8))
    row, col = np.nonzero(rng.random((n, m)) < rng.choice([0.3, 0.6, 1.0]))
    top = int(rng.choice([2, 5, 1000]))
    least = 0 if rng.random() < 0.8 else -top
    n_tiers = int(rng.choice([0, 1, 1, 2, 3]))
    tier = rng.integers(1, n_tiers + 1, n) if n_tiers else np.zeros(n, dtype=np.int64)
    gain = rng.integers(least, top + 1, len(row))
    need = rng.integers(1, 4 if rng.random() < 0.5 else 2, n)
    capacity = rng.integers(0, 4, m)
    return Problem(row.astype(np.int32), col.astype(np.int32), gain, need, capacity, tier, n_tiers=n_tiers)


def asked(problem):
    """Solve, and build what questions need."""
    solution = solve_flow(problem)
    return solution, build_exits(problem, solution.chosen, solution.prices)


def vector(problem, change):
    """Write a change as what is lost by tier, highest class first."""
    lost = [0] * (problem.n_tiers + 1)
    if change.lost:
        lost[problem.n_tiers - change.lost] += 1
    if change.won:
        lost[problem.n_tiers - change.won] -= 1
    lost[-1] += change.gain_lost
    return tuple(lost)


def less(before, after):
    """Subtract tier by tier."""
    return tuple(a - b for a, b in zip(before, after, strict=True))


def after_steps(problem, chosen, steps):
    """Carry the steps out, refusing any that is not possible."""
    at = {pair: i for i, pair in enumerate(zip(problem.row.tolist(), problem.col.tolist(), strict=True))}
    held = set(chosen.tolist())
    for row, left, to in steps:
        if left >= 0:
            held.remove(at[row, left])
        if to >= 0:
            assert at[row, to] not in held
            held.add(at[row, to])
    pairs = np.array(sorted(held), dtype=np.int64)
    assert (np.bincount(problem.row[pairs], minlength=problem.n_rows) <= problem.need).all()
    assert (np.bincount(problem.col[pairs], minlength=problem.n_cols) <= problem.capacity).all()
    return pairs


@pytest.mark.parametrize("seed", SEEDS)
def test_forced_pair_costs_what_solving_again_costs(seed):
    """One shortest path is enough for one pair, whoever has to move, and its moves are a plan of that worth."""
    problem = town(seed)
    solution, exits = asked(problem)
    for row in range(problem.n_rows):
        found = losses(exits, row)
        for i, col in enumerate(found.cols.tolist()):
            change = force(exits, row, found, i)
            if problem.capacity[col] == 0:
                assert change is None
                continue
            forced = replace(problem, fixed=(problem.row == row) & (problem.col == col))
            worth = value_of(problem, solve_flow(forced).chosen)
            assert vector(problem, change) == less(solution.objective, worth)
            moved = after_steps(problem, solution.chosen, change.steps)
            assert change.steps[0][::2] == (row, col)
            assert value_of(problem, moved) == worth


@pytest.mark.parametrize("seed", SEEDS)
def test_one_place_more_or_fewer_is_worth_what_solving_again_says(seed):
    """Prices are degenerate: the two directions differ, and each has its own exact answer."""
    problem = town(seed)
    solution, exits = asked(problem)
    for col in range(problem.n_cols):
        for change, step, worth in ((1, way_in, worth_in), (-1, way_out, cost_out)):
            capacity = problem.capacity.copy()
            capacity[col] += change
            if capacity[col] < 0:
                continue
            steps, (unit, gain) = step(exits, col), worth(exits, col)
            told = Change(0, unit, -gain) if change == 1 else Change(unit, 0, gain)
            other = replace(problem, capacity=capacity)
            assert vector(problem, told) == less(solution.objective, solve_flow(other).objective)
            assert value_of(problem, after_steps(other, solution.chosen, steps)) == solve_flow(other).objective


@pytest.mark.parametrize("seed", range(60))
def test_tied_rows_are_those_that_could_have_a_unit_for_nothing(seed):
    """A row that lost a tie, and no other open row that has nothing yet, can be forced in at no loss."""
    problem = town(seed)
    solution, exits = asked(problem)
    served = np.bincount(problem.row[solution.chosen], minlength=problem.n_rows)
    for row in np.flatnonzero(served == 0).tolist():
        found = losses(exits, row)
        changes = [change for i in range(len(found.cols)) if (change := force(exits, row, found, i)) is not None]
        assert (row in solution.tied.tolist()) == any(change.is_nothing for change in changes)


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_at_a_column_are_those_of_its_rows(seed):
    """One search from the column finds what a search towards each row finds."""
    _, exits = asked(town(seed))
    problem = exits.matching.problem
    for col in range(problem.n_cols):
        rows, costs = costs_at(exits, col)
        assert rows.tolist() == problem.row[(problem.col == col) & ~exits.matching.is_chosen].tolist()
        for row, cost in zip(rows.tolist(), costs, strict=True):
            found = losses(exits, row)
            change = force(exits, row, found, found.cols.tolist().index(col))
            assert cost == (None if change is None else replace(change, steps=()))


@pytest.mark.parametrize("seed", SEEDS)
def test_losses_are_in_the_order_of_the_changes(seed):
    """Among the pairs of one row the packed loss sorts as the tiers do."""
    _, exits = asked(town(seed))
    for row in range(exits.matching.problem.n_rows):
        found = losses(exits, row)
        order = np.argsort(found.loss, kind="stable")
        changes = [force(exits, row, found, i) for i in order[np.isfinite(found.loss[order])].tolist()]
        assert [change.order for change in changes] == sorted(change.order for change in changes)


def test_a_pair_that_is_not_eligible_costs_what_it_would_with_its_gain():
    """A pair that a limit refuses can still be asked about: its gain is given."""
    pairs = np.array([0, 1], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([5, 7])
    problem = Problem(*pairs, need=np.array([1, 1]), capacity=np.array([1, 1]), tier=np.array([1, 1]))
    _, exits = asked(problem)
    found = losses(exits, 0, (np.array([1], dtype=np.int32), np.array([9])))
    assert vector(problem, force(exits, 0, found, 0)) == (1, 5 + 7 - 9)


def test_choice_that_is_not_optimal_is_refused():
    """Shortest paths lie where a cycle would still gain: better no answer than a wrong one."""
    pairs = np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([9, 3])
    problem = Problem(*pairs, need=np.array([1]), capacity=np.array([1, 1]), tier=np.array([1]))
    none = np.zeros(2, dtype=np.int64)
    with pytest.raises(SolverError, match="would rather be elsewhere"):
        build_exits(problem, np.array([1]), Prices(none, none))


def test_moves_looked_at_in_several_parts_are_the_same(monkeypatch):
    """A column whose members come in two parts keeps its shortest move, once."""
    problem = town(5)
    _, whole = asked(problem)
    monkeypatch.setattr("servicematch.solve.moves._AT_ONCE", 3)
    _, parts = asked(problem)
    assert (whole.graph != parts.graph).nnz == 0
    assert whole.exit.tolist() == parts.exit.tolist()
