"""The cold rival: the best plain ``SimpleMinCostFlow`` model of one assignment, and nothing around it.

Supplies on the requests, one arc from each request to the sink for staying open (it costs two score ranges, here twice
the largest gain, more than a pair of no gain, or as many as the caller says), costs shifted to be non-negative and
divided by their greatest common divisor. One class, no proof, no prices.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from ortools.graph.python import min_cost_flow

if TYPE_CHECKING:
    from collections.abc import Iterator

PAYMENT = 2


def higher_payments(payment: int, n_requests: int) -> Iterator[int]:
    """List payments above this one; at the last nobody stays open for anybody's gain."""
    return (more for more in chain((6, 24), (n_requests + 1,)) if more > payment)


def solve_cold(
    rows: np.ndarray,
    cols: np.ndarray,
    gains: np.ndarray,
    units: np.ndarray,
    capacity: np.ndarray,
    *,
    payment: int = PAYMENT,
) -> tuple[np.ndarray, int]:
    """Build, solve and read one flow; return the chosen pairs and their total gain (build included in its time).

    A unit served is paid this many times the largest gain: where twice is too little to serve as many units as can be,
    somebody who serves more has been asked another question, and the rival is given what makes it the same.
    """
    n, m, n_pairs = len(units), len(capacity), len(rows)
    top = (payment + 1) * int(gains.max(initial=1))
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
