"""The cold rival: the best plain ``SimpleMinCostFlow`` model of one assignment, and nothing around it.

Supplies on the requests, one arc from each request to the sink for staying open (it costs two score ranges more than
the worst pair), costs shifted to be non-negative and divided by their greatest common divisor. One class, no proof,
no prices.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow


def solve_cold(
    rows: np.ndarray, cols: np.ndarray, gains: np.ndarray, units: np.ndarray, capacity: np.ndarray
) -> tuple[np.ndarray, int]:
    """Build, solve and read one flow; return the chosen pairs and their total gain (build included in its time)."""
    n, m, n_pairs = len(units), len(capacity), len(rows)
    top = 3 * int(gains.max(initial=1))
    tails = np.empty(n_pairs + n + m, dtype=np.int32)
    heads = np.empty_like(tails)
    caps = np.ones(len(tails), dtype=np.int64)
    costs = np.zeros(len(tails), dtype=np.int64)
    tails[:n_pairs], heads[:n_pairs] = rows, cols + n
    costs[:n_pairs] = int(gains.max(initial=1)) - gains.astype(np.int64)
    tails[n_pairs : n_pairs + n], heads[n_pairs : n_pairs + n] = np.arange(n), n + m
    caps[n_pairs : n_pairs + n], costs[n_pairs : n_pairs + n] = units, top
    tails[n_pairs + n :], heads[n_pairs + n :] = np.arange(n, n + m), n + m
    caps[n_pairs + n :] = capacity
    costs //= max(1, int(np.gcd.reduce(costs)))
    supplies = np.zeros(n + m + 1, dtype=np.int64)
    supplies[:n], supplies[-1] = units, -int(units.sum())
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, caps, costs)
    solver.set_nodes_supplies(np.arange(n + m + 1, dtype=np.int32), supplies)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"cold solve ended with {status}")
    chosen = np.flatnonzero(solver.flows(arcs[:n_pairs]))
    return chosen, int(gains[chosen].astype(np.int64).sum())
