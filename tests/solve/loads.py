"""Problems with loads, small enough to try every choice, and larger ones by the published recipes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from servicematch.solve.problem import Problem
from solve.towns import table


def random_loads(rng, *, most_rows=6, most_cols=3):
    """Draw a tiny problem: several classes and units, pairs that never fit, loads of nothing, columns without room."""
    n_rows, n_cols = int(rng.integers(1, most_rows + 1)), int(rng.integers(1, most_cols + 1))
    steps = rng.integers(-3 if rng.random() < 0.5 else 0, 10, (n_rows, n_cols)) * int(rng.choice([1, 1_000]))
    gains = [[None if rng.random() < 0.25 else int(gain) for gain in line] for line in steps]
    lowest, highest = [(0, 0), (1, 1), (1, 3), (0, 2)][rng.integers(4)]
    problem = table(
        gains, rng.integers(0, 3, n_rows), rng.integers(0, 13, n_cols), rng.integers(lowest, highest + 1, n_rows)
    )
    fixed = rng.random(problem.n_pairs) < 0.1 if rng.random() < 0.3 else None
    if fixed is not None and (np.bincount(problem.row[fixed], minlength=n_rows) > problem.need).any():
        fixed = None
    return replace(problem, load=rng.integers(0, 9, problem.n_pairs), fixed=fixed)


def best_of_all(problem):
    """Try every choice of pairs that are not fixed; return what the best is worth."""
    fixed = np.zeros(problem.n_pairs, dtype=bool) if problem.fixed is None else problem.fixed
    free = np.flatnonzero(~fixed)
    need, room = problem.need.copy(), problem.capacity.copy()
    np.subtract.at(need, problem.row[fixed], 1)
    np.subtract.at(room, problem.col[fixed], problem.load[fixed])
    room, places = np.maximum(room, 0), places_left(problem, fixed)
    best = (0,) * (problem.n_tiers + 1)
    for taken in product((False, True), repeat=len(free)):
        chosen = free[np.array(taken, dtype=bool)]
        if not breaks(problem, chosen, need, room, places):
            best = max(best, worth(problem, chosen))
    return best


def places_left(problem, fixed):
    """Count the places of each column beside the fixed pairs; as many as there are pairs where nothing is said."""
    given = np.full(problem.n_cols, problem.n_pairs) if problem.places is None else problem.places
    return np.maximum(given - np.bincount(problem.col[fixed], minlength=problem.n_cols), 0)


def breaks(problem, chosen, need=None, room=None, places=None):
    """Tell whether a choice exceeds a need, a capacity or the places of a column."""
    need, room = (problem.need if need is None else need), (problem.capacity if room is None else room)
    places = places_left(problem, np.zeros(problem.n_pairs, dtype=bool)) if places is None else places
    units = np.bincount(problem.row[chosen], minlength=problem.n_rows)
    used = np.bincount(problem.col[chosen], weights=problem.load[chosen], minlength=problem.n_cols)
    held = np.bincount(problem.col[chosen], minlength=problem.n_cols)
    return bool((units > need).any() or (used > room).any() or (held > places).any())


def worth(problem, chosen):
    """Add up units by class, highest first, and gains."""
    units = np.bincount(problem.tier[problem.row[chosen]], minlength=problem.n_tiers + 1)
    return (*units[:0:-1].tolist(), int(problem.gain[chosen].sum()))


def published(kind, n_rows, n_cols, seed=0):
    """Draw a generalised assignment problem by the recipe of class C, D or E (Chu and Beasley; Yagiura)."""
    rng = np.random.default_rng([seed, ord(kind), n_rows, n_cols])
    shape = n_rows, n_cols
    if kind == "C":
        load, cost = rng.integers(5, 26, shape), rng.integers(10, 51, shape)
    elif kind == "D":
        load = rng.integers(1, 101, shape)
        cost = 111 - load + rng.integers(-10, 11, shape)
    else:
        load = np.floor(1 - 10 * np.log(1 - rng.random(shape))).astype(np.int64)
        cost = np.floor(1_000 / load - 10 * rng.random(shape)).astype(np.int64)
    capacity = np.floor(0.8 * load.sum(axis=0) / n_cols).astype(np.int64)
    return Problem(
        np.repeat(np.arange(n_rows, dtype=np.int32), n_cols),
        np.tile(np.arange(n_cols, dtype=np.int32), n_rows),
        -cost.ravel().astype(np.int64),
        need=np.ones(n_rows, dtype=np.int64),
        capacity=capacity,
        tier=np.ones(n_rows, dtype=np.int64),
        load=load.ravel().astype(np.int64),
    )
