"""Independent answers to compare with: exhaustive search, a mixed-integer solver, and a stranger's certificate.

Nothing here knows the library. Every function reads the plain arrays ``row, col, gain, need, capacity, tier, fixed,
rank`` and the number ``n_tiers`` from whatever object has them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Town:
    """The arrays of a problem: pairs (row, col, gain), rows (need, tier, rank), columns (capacity)."""

    row: np.ndarray
    col: np.ndarray
    gain: np.ndarray
    need: np.ndarray
    capacity: np.ndarray
    tier: np.ndarray
    fixed: np.ndarray | None = None
    rank: np.ndarray | None = None
    n_tiers: int = -1


def as_town(problem):
    """Copy the arrays of any object that has them."""
    names = ("row", "col", "gain", "need", "capacity", "tier", "fixed", "rank", "n_tiers")
    return Town(**{name: getattr(problem, name) for name in names})


def without_fixed(problem):
    """Give the fixed pairs their units and places, one by one, and return what remains."""
    town = as_town(problem)
    if town.fixed is None:
        return town
    need, capacity = town.need.copy(), town.capacity.copy()
    for pair in np.flatnonzero(town.fixed):
        need[town.row[pair]] -= 1
        capacity[town.col[pair]] = max(0, capacity[town.col[pair]] - 1)
    kept = ~town.fixed
    pairs = {"row": town.row[kept], "col": town.col[kept], "gain": town.gain[kept]}
    return replace(town, **pairs, need=need, capacity=capacity, fixed=None)


def value(problem, chosen):
    """Add up what the free pairs among the chosen are worth: units by class from the highest, then gains."""
    total = [0] * (_highest(problem) + 1)
    for pair in chosen:
        if problem.fixed is None or not problem.fixed[pair]:
            tier = int(problem.tier[problem.row[pair]])
            total[-1] += int(problem.gain[pair])
            if tier:
                total[-1 - tier] += 1
    return tuple(total)


def breaks(problem, chosen):
    """Name the rules that a choice of pairs breaks; fixed pairs may exceed a capacity, nothing else may."""
    chosen = np.asarray(chosen)
    rules = []
    if len(np.unique(chosen)) != len(chosen):
        rules.append("a pair twice")
    if problem.fixed is not None and not np.isin(np.flatnonzero(problem.fixed), chosen).all():
        rules.append("a fixed pair dropped")
    if (np.bincount(problem.row[chosen], minlength=len(problem.need)) > problem.need).any():
        rules.append("a need exceeded")
    free = chosen if problem.fixed is None else chosen[~problem.fixed[chosen]]
    taken = None if problem.fixed is None else problem.col[problem.fixed]
    used = (
        np.zeros(len(problem.capacity), dtype=np.int64)
        if taken is None
        else np.bincount(taken, minlength=len(problem.capacity))
    )
    room = np.maximum(0, problem.capacity - used)
    if (np.bincount(problem.col[free], minlength=len(problem.capacity)) > room).any():
        rules.append("a capacity exceeded")
    return rules


def brute_force(problem, then_units_of=()):
    """Return the best vector of all choices of pairs, trying every set of columns for every row.

    ``then_units_of`` lists rows whose units are compared after the gains, in this order, and stand at the vector's end.
    """
    town = without_fixed(problem)
    pairs_at = np.bincount(town.col, minlength=len(town.capacity))
    best = {tuple(np.minimum(town.capacity, pairs_at).tolist()): (0,) * (_highest(town) + 1 + len(then_units_of))}
    for row in range(len(town.need)):
        after = {}
        for cols, worth in _choices(town, row, then_units_of):
            for room, so_far in best.items():
                if all(room[col] for col in cols):
                    left = tuple(places - (col in cols) for col, places in enumerate(room))
                    total = tuple(map(sum, zip(so_far, worth, strict=True)))
                    after[left] = max(total, after.get(left, total))
        best = after
    return max(best.values())


def _choices(town, row, then_units_of):
    pairs = np.flatnonzero(town.row == row).tolist()
    for units in range(min(len(pairs), int(town.need[row])) + 1):
        for chosen in combinations(pairs, units):
            last = tuple(units if other == row else 0 for other in then_units_of)
            yield {int(town.col[pair]) for pair in chosen}, value(town, chosen) + last


def milp_best(problem):
    """Return the best vector by one mixed-integer program a tier, each keeping the tiers before."""
    town = without_fixed(problem)
    n_pairs, highest = len(town.row), _highest(town)
    if n_pairs == 0:
        return (0,) * (highest + 1)
    sides = [
        LinearConstraint(_incidence(town.row, len(town.need)), ub=town.need),
        LinearConstraint(_incidence(town.col, len(town.capacity)), ub=town.capacity),
    ]
    worths = [(town.tier[town.row] == tier).astype(float) for tier in range(highest, 0, -1)]
    for worth in [*worths, town.gain.astype(float)]:
        answer = milp(
            -worth, integrality=np.ones(n_pairs), bounds=Bounds(0, 1), constraints=sides, options={"mip_rel_gap": 0}
        )
        assert answer.status == 0, answer.message
        sides.append(LinearConstraint(csr_matrix(worth), lb=round(-answer.fun)))
    chosen = np.flatnonzero(answer.x > 0.5)
    assert not breaks(town, chosen)
    return value(town, chosen)


def _incidence(of_pair, n_nodes):
    return csr_matrix((np.ones(len(of_pair)), (of_pair, np.arange(len(of_pair)))), shape=(n_nodes, len(of_pair)))


def cheapest_repair(case):
    """Return the least cost of a repair by one mixed-integer program, None where there is none.

    It reads the arrays ``need, room, row, col, cost, place_col, place_most, place_cost, charge_cost, asks_option,
    asks_charge`` from whatever object has them.
    """
    sizes = len(case.row), len(case.place_col), len(case.charge_cost)
    if not sum(sizes):
        return None if case.need.any() else 0
    pairs, pair = np.unique(np.stack([case.row, case.col]), axis=1, return_inverse=True)
    taken, bought, paid = (np.cumsum([0, *sizes])[k] + np.arange(sizes[k]) for k in range(3))
    each = np.arange(len(case.asks_option))
    laws = [
        (_terms(len(case.need), sum(sizes), (case.row, taken, 1)), case.need, case.need),
        (
            _terms(len(case.room), sum(sizes), (case.col, taken, 1), (case.place_col, bought, -1)),
            np.full(len(case.room), -np.inf),
            case.room,
        ),
        (
            _terms(pairs.shape[1], sum(sizes), (pair.ravel(), taken, 1)),
            np.zeros(pairs.shape[1]),
            np.ones(pairs.shape[1]),
        ),
        (
            _terms(len(each), sum(sizes), (each, taken[case.asks_option], 1), (each, paid[case.asks_charge], -1)),
            np.full(len(each), -np.inf),
            np.zeros(len(each)),
        ),
    ]
    cost = np.concatenate([case.cost, case.place_cost, case.charge_cost]).astype(float)
    answer = milp(
        cost,
        integrality=np.ones(sum(sizes)),
        bounds=Bounds(0, np.concatenate([np.ones(sizes[0]), case.place_most, np.ones(sizes[2])])),
        constraints=[LinearConstraint(*law) for law in laws if law[0].shape[0]],
        options={"mip_rel_gap": 0},
    )
    assert answer.status in (0, 2), answer.message
    return None if answer.status == 2 else round(answer.fun)


def _terms(n_laws, n_values, *entries):
    """Lay entries (law, value, factor) out as a matrix."""
    law, value = (np.concatenate([entry[k] for entry in entries]) for k in range(2))
    factor = np.concatenate([np.full(len(entry[0]), float(entry[2])) for entry in entries])
    return csr_matrix((factor, (law, value)), shape=(n_laws, n_values))


def stranger_bound(problem, price_tier, price_gain):
    """Recompute the bound that prices prove, in plain whole numbers and in the most literal way."""
    town = without_fixed(problem)
    highest = max(_highest(town), int(max(price_tier, default=0)))

    def worth(tier, gain):
        return (*(int(tier == k) for k in range(highest, 0, -1)), int(gain))

    total = [0] * (highest + 1)
    for row in range(len(town.need)):
        margins = []
        for pair in np.flatnonzero(town.row == row):
            mine = worth(town.tier[row], town.gain[pair])
            asked = worth(price_tier[town.col[pair]], price_gain[town.col[pair]])
            margins.append(tuple(a - b for a, b in zip(mine, asked, strict=True)))
        positive = sorted((margin for margin in margins if margin > (0,) * len(margin)), reverse=True)
        for margin in positive[: int(town.need[row])]:
            total = [a + b for a, b in zip(total, margin, strict=True)]
    for places, tier, gain in zip(town.capacity.tolist(), price_tier, price_gain, strict=True):
        total = [a + places * b for a, b in zip(total, worth(tier, gain), strict=True)]
    return tuple(total)


def random_problem(rng, max_rows=7, max_cols=4):
    """Draw a town of any kind: dense or sparse, tied or not, scarce or rich, with or without classes and fixed pairs."""
    n_rows = int(rng.integers(1, max_rows + 1, 2).max())
    n_cols = int(rng.integers(1, max_cols + 1, 2).max())
    row, col = np.nonzero(rng.random((n_rows, n_cols)) < rng.choice([0.15, 0.4, 0.8, 1.0]))
    need = rng.integers(1, rng.choice([2, 3, 4]), n_rows) * (rng.random(n_rows) > rng.choice([0, 0, 0.1]))
    capacity = rng.integers(0, rng.choice([2, 3, 6]), n_cols)
    if rng.random() < 0.3:  # critical load: as many places as units
        capacity = np.bincount(rng.integers(0, n_cols, need.sum()), minlength=n_cols)
    lowest, highest = [(0, 0), (1, 1), (1, 1), (1, 2), (1, 3), (1, 3), (0, 2)][rng.integers(7)]
    town = Town(
        row=row.astype(np.int32),
        col=col.astype(np.int32),
        gain=_random_gains(rng, len(row)),
        need=need,
        capacity=capacity,
        tier=rng.integers(lowest, highest + 1, n_rows),
        rank=[None, rng.permutation(n_rows), rng.integers(0, 3, n_rows)][rng.integers(3)],
        n_tiers=int(rng.choice([-1, highest])),
    )
    return replace(town, fixed=_random_fixed(rng, town) if rng.random() < 0.4 else None)


def _random_gains(rng, n_pairs):
    kind = rng.integers(6)
    if kind == 0:
        return np.full(n_pairs, rng.choice([0, 300_000, -7]), dtype=np.int64)
    if kind == 1:
        return rng.integers(-1_000_000, 1_000_001, n_pairs)
    if kind == 2:
        return rng.integers(-2, 3, n_pairs) * 100_000
    return (
        rng.integers(0, 1_000_001, n_pairs) if kind == 3 else rng.integers(0, 11 if kind == 4 else 3, n_pairs) * 100_000
    )


def _random_fixed(rng, town):
    """Fix some pairs, at most the need of each row, but without regard to capacities."""
    fixed = np.zeros(len(town.row), dtype=np.bool_)
    left = town.need.copy()
    for pair in rng.permutation(len(town.row))[: rng.integers(0, 4)]:
        fixed[pair] = left[town.row[pair]] > 0
        left[town.row[pair]] -= fixed[pair]
    return fixed


def _highest(problem):
    """Return the number of classes: those that occur, or more where the problem says so."""
    return max(int(problem.tier.max(initial=0)), problem.n_tiers)
