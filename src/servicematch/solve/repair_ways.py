"""What is left of a repair case when a remedy is known: only the options that a cheaper one could take.

A cheaper remedy differs from what is held by one way for each missing unit: from its row over options to columns, back
over what is held there to other rows, in the end to a place that is free or bought. No way comes to a column twice, so a
charge of ``c`` at a column costs each of the at most ``n`` ways there ``c / n`` or more. Shortest ways at these prices
bound the cost of all remedies, and of all those that take a certain option.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, IntArray
    from servicematch.solve.repairs import RepairCase


class Ways(NamedTuple):
    """The options that a remedy cheaper than the one known could take, and what no remedy is below."""

    kept: BoolArray
    bound: int


def charge_cols(case: RepairCase) -> IntArray:
    """Find the column of each charge; -1 for one that no option asks for."""
    cols = np.full(len(case.charge_cost), -1, dtype=np.int64)
    cols[case.asks_charge] = case.col[case.asks_option]
    return cols


def shares(case: RepairCase) -> IntArray:
    """Return what each option costs at least: its price, and of each charge what falls to one of all ways there.

    Charges whose options lie at several columns fall to all missing units.

    Examples
    --------
    >>> from servicematch.solve.repairs import RepairCase
    >>> none, rows = np.empty(0, dtype=np.int64), np.array([0, 1], dtype=np.int32)
    >>> one, asks = np.array([1, 1]), np.array([0, 1])
    >>> shares(RepairCase(one, np.array([2]), rows, 0 * rows, 0 * one, 0 * one, none, none, none, [5], asks, 0 * asks))
    array([2, 2])
    """
    most = np.asarray(case.room).copy()
    np.add.at(most, case.place_col, np.minimum(case.place_most, case.need.sum()))
    cols = charge_cols(case)
    n_ways = np.minimum(most[cols], case.missing.sum())
    apart = cols[case.asks_charge] != case.col[case.asks_option]
    n_ways[case.asks_charge[apart]] = case.missing.sum()
    share = np.asarray(case.charge_cost) // np.maximum(1, n_ways)
    cost = case.cost.copy()
    np.add.at(cost, case.asks_option, share[case.asks_charge])
    return cost


def cheaper_ways(case: RepairCase, known: int) -> Ways:
    """Keep what a remedy that costs less than ``known`` could take; what is held is kept.

    Examples
    --------
    >>> from servicematch.solve.repairs import RepairCase
    >>> none, pair = np.empty(0, dtype=np.int64), np.array([0, 0], dtype=np.int32)
    >>> case = RepairCase(  # one row, two columns with a place, pairs for 3 and 7
    ...     np.array([1]), np.array([1, 1]), pair, np.array([0, 1], dtype=np.int32), np.array([3, 7]), np.array([0, 0]),
    ...     none, none, none, none, none, none)
    >>> cheaper_ways(case, 5)
    Ways(kept=array([ True, False]), bound=3)
    """
    cost = np.minimum(shares(case), known)
    held = np.zeros(len(cost), dtype=np.bool_)
    held[case.held] = True
    reach, leave = _distances(case, cost, held, known)
    missing = case.missing
    starts = np.flatnonzero(missing)
    ways = leave[starts]
    bound = int(np.minimum((missing[starts] * np.minimum(ways, known)).sum(), known))
    rest = bound - int(min(ways.max(initial=0), known))
    through = reach[case.row] + cost + leave[len(case.need) + case.col]
    return Ways(held | ((through + rest < known) & (cost < known)), bound)


def _distances(case: RepairCase, cost: IntArray, held: BoolArray, known: int) -> tuple[AnyArray, AnyArray]:
    """Measure all nodes from the rows that miss units, and to the places that are free or for sale."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - slow to import

    n_rows, n_cols = len(case.need), len(case.room)
    start, end = n_rows + n_cols, n_rows + n_cols + 1
    free = np.flatnonzero(case.room > np.bincount(case.col[held], minlength=n_cols))
    sold, needy = np.flatnonzero(case.place_most), np.flatnonzero(case.missing)
    tails = (case.row[~held], n_rows + case.col[held], n_rows + free, n_rows + case.place_col[sold])
    heads = (n_rows + case.col[~held], case.row[held], np.full(len(free) + len(sold), end))
    costs = (cost[~held], np.zeros(held.sum() + len(free)), np.minimum(case.place_cost[sold], known))
    tail, head = np.concatenate([*tails, np.full(len(needy), start)]), np.concatenate([*heads, needy])
    graph = _graph(tail, head, np.concatenate([*costs, np.zeros(len(needy))]), end + 1)
    sources: Any = (start, end)  # its stubs know lists of nodes only
    return dijkstra(graph, indices=sources[0]), dijkstra(graph.T.tocsr(), indices=sources[1])


def _graph(tail: AnyArray, head: AnyArray, cost: AnyArray, n_nodes: int) -> Any:
    """Lay the cheapest arc between any two nodes; arcs that cost nothing are arcs."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import

    key = tail.astype(np.int64) * n_nodes + head
    order = np.lexsort((cost, key))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = np.diff(key[order]) != 0
    at = order[first]
    return csr_matrix((cost[at].astype(np.float64), (tail[at], head[at])), shape=(n_nodes, n_nodes))
