"""Towns to ask about, and what solving them again says when something is forced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.certificate import value_of
from servicematch.solve.exits import build_exits
from servicematch.solve.fixed import without_fixed
from servicematch.solve.flow import solve_flow
from servicematch.solve.plain import solve_plain
from solve.engines import problem_of_pairs

if TYPE_CHECKING:
    from servicematch.solve.problem import Problem

SCALE = 10**6


def asked_town(rng, max_rows=60, max_cols=25):
    """Draw a town to 60 x 25 with ties on purpose.

    Slack or tight, units 1 to 3, classes 1 to 3 (or none, or class 0 beside them), a reserve, zero capacities, pins
    that may be more than a capacity, pairs that are worth less than nothing.
    """
    n, m = int(rng.integers(1, max_rows + 1)), int(rng.integers(1, max_cols + 1))
    row, col = np.nonzero(rng.random((n, m)) < rng.choice([0.1, 0.3, 0.6, 1.0]))
    grid = int(rng.choice([1, 2, 5, 10, 1000, SCALE]))
    gain = rng.integers(0, grid + 1, len(row)) * (SCALE // grid)
    if rng.random() < 0.3:
        above = gain >= rng.choice([0.3, 0.5]) * SCALE
        row, col, gain = row[above], col[above], gain[above]
    if rng.random() < 0.2:
        gain = gain - int(rng.choice([0.3, 1.0]) * SCALE)
    need = rng.integers(1, int(rng.choice([2, 4, 4])), n)
    places = round(float(rng.choice([0.4, 0.75, 1.0, 1.3, 2.0])) * int(need.sum()))
    capacity = np.bincount(rng.integers(0, m, places), minlength=m) * (rng.random(m) >= rng.choice([0.0, 0.0, 0.2]))
    highest = int(rng.choice([0, 1, 1, 2, 3, 3]))
    tier = rng.integers(0 if rng.random() < 0.1 else min(1, highest), highest + 1, n)
    problem = problem_of_pairs(row, col, gain, need, capacity, tier, n_tiers=highest)
    return replace(problem, fixed=_some_pins(rng, problem)) if rng.random() < 0.3 else problem


def _some_pins(rng, problem):
    """Fix a few pairs, at most the units of each row, whatever the capacities are."""
    fixed, left = np.zeros(problem.n_pairs, dtype=np.bool_), problem.need.copy()
    for pair in rng.permutation(problem.n_pairs)[: int(rng.integers(0, 5))].tolist():
        fixed[pair] = left[problem.row[pair]] > 0
        left[problem.row[pair]] -= fixed[pair]
    return fixed


@dataclass(frozen=True)
class Asked:
    """A town with its plan; what a question says is held against ``worth_with`` and the like."""

    problem: Problem

    @cached_property
    def solution(self):
        """The plan."""
        return solve_flow(self.problem)

    @cached_property
    def value(self):
        """What the plan is worth, pins too."""
        return value_of(self.problem, self.solution.chosen)

    @cached_property
    def pins(self):
        """Tell the pinned pairs."""
        return np.zeros(self.problem.n_pairs, dtype=np.bool_) if self.problem.fixed is None else self.problem.fixed

    @cached_property
    def loose(self):
        """The problem without the pins, their units and their places."""
        return without_fixed(self.problem)[0]

    @cached_property
    def chosen(self):
        """Positions of the plan's pairs among the loose ones."""
        return np.flatnonzero(np.isin(np.flatnonzero(~self.pins), self.solution.chosen))

    @cached_property
    def served(self):
        """Units of each row without the pinned ones."""
        return np.bincount(self.loose.row[self.chosen], minlength=self.loose.n_rows)

    @cached_property
    def exits(self):
        """What questions stand on."""
        return build_exits(self.loose, self.chosen, self.solution.prices)

    def vector(self, change):
        """Write a change as what is lost by tier, highest class first."""
        lost = [0] * (self.problem.n_tiers + 1)
        for unit, sign in ((change.lost, 1), (change.won, -1)):
            if unit:
                lost[self.problem.n_tiers - unit] += sign
        lost[-1] += change.gain_lost
        return tuple(lost)

    def lost(self, worth):
        """Say what a plan of this worth loses by tier."""
        return tuple(a - b for a, b in zip(self.value, worth, strict=True))

    def won(self, worth):
        """Say what a plan of this worth wins by tier."""
        return tuple(-value for value in self.lost(worth))

    def forced(self, row, col, gain=None, *, need=None):
        """Write the problem with one pair more pinned; with a gain for one that is not eligible."""
        problem = self.problem
        here = (problem.row == row) & (problem.col == col)
        if gain is None:
            return replace(problem, fixed=self.pins | here, need=problem.need if need is None else need)
        at = int(np.searchsorted(problem.row * problem.n_cols + problem.col, row * problem.n_cols + col))
        pairs = {"row": np.int32(row), "col": np.int32(col), "gain": gain}
        pairs = {name: np.insert(getattr(problem, name), at, new) for name, new in pairs.items()}
        return replace(problem, **pairs, fixed=np.insert(self.pins, at, True))

    def with_places(self, col, change):
        """Write the problem with more or fewer places at a column, beyond what the pins have taken."""
        places = np.bincount(self.problem.col[self.pins], minlength=self.problem.n_cols)
        capacity = np.maximum(self.problem.capacity, places)
        capacity[col] += change
        return replace(self.problem, capacity=capacity)

    def can_take(self, row, col):
        """Tell whether a pair could be pinned: the row has a unit and the column a place that no pin has taken."""
        return bool(self.loose.need[row] and self.loose.capacity[col])


def worth_of(problem):
    """Solve from scratch; without proof, for what questions say is a plan itself: a worse one here would be found out."""
    free, kept = without_fixed(problem)
    chosen = kept[solve_plain(free)[0].chosen]
    return value_of(problem, chosen if problem.fixed is None else np.union1d(chosen, np.flatnonzero(problem.fixed)))


def carried_out(asked, steps, loose=None):
    """Carry steps out one by one, refusing any that is not possible, and return the worth of the plan that comes of it."""
    loose = asked.loose if loose is None else loose
    at = {pair: i for i, pair in enumerate(zip(loose.row.tolist(), loose.col.tolist(), strict=True))}
    held = {(int(asked.loose.row[i]), int(asked.loose.col[i])) for i in asked.chosen}
    for row, left, to in steps:
        if left >= 0:
            held.remove((row, left))
        if to >= 0:
            assert (row, to) not in held
            assert (row, to) in at
            held.add((row, to))
    pairs = np.array(sorted(at[pair] for pair in held), dtype=np.int64)
    assert (np.bincount(loose.row[pairs], minlength=loose.n_rows) <= loose.need).all()
    assert (np.bincount(loose.col[pairs], minlength=loose.n_cols) <= loose.capacity).all()
    pinned = value_of(asked.problem, np.flatnonzero(asked.pins))
    return tuple(a + b for a, b in zip(value_of(loose, pairs), pinned, strict=True))
