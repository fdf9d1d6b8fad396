"""One optimal choice among equals, and the rows that only lost a tie, read off what is tight in every tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError
from servicematch.solve.early import HASH_BITS, pair_hash, worth_of_early
from servicematch.solve.grouped.potentials import Residual, residual, shortest_ways
from servicematch.solve.grouped.search import largest_worth

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.grouped.circulation import Circulation
    from servicematch.solve.problem import Problem


def choose(problem: Problem, built: Circulation, flow: IntArray, tight: Residual) -> IntArray:
    """Return the one optimal flow that depends on nothing but the problem: rows of low rank first, then by a hash."""
    for worth in _wishes(problem, built):
        is_free = _moving(built, tight)
        if not is_free[: built.n_pairs].any():
            return flow
        try:
            flow = largest_worth(built, worth, is_free, flow)
        except CostRangeError:
            continue
        tight = _tight_in(built, flow, is_free, worth)
    return flow


def _wishes(problem: Problem, built: Circulation) -> list[IntArray]:
    """Return what decides among equals, one array of worths of all arcs after the other."""
    early = np.zeros(built.n_arcs, dtype=np.int64)
    early[built.row_arcs : built.row_arcs + problem.n_rows] = worth_of_early(problem)
    wishes = [early]
    for bits in HASH_BITS:
        by_hash = np.zeros(built.n_arcs, dtype=np.int64)
        by_hash[: built.n_pairs] = -pair_hash(problem, np.arange(built.n_pairs), bits)
        wishes.append(by_hash)
    return wishes


def _moving(built: Circulation, tight: Residual) -> BoolArray:
    """Mark the arcs that lie on a cycle of tight arcs: only their flow can differ at no loss."""
    component = components(tight, built.n_nodes)
    moves = np.zeros(built.n_arcs, dtype=np.bool_)
    moves[tight.arc[component[tight.tail] == component[tight.head]]] = True
    return moves


def _tight_in(built: Circulation, flow: IntArray, is_free: BoolArray, worth: IntArray) -> Residual:
    """Return what can still change among the free arcs at no loss of this worth either."""
    graph = residual(built, flow)
    graph = graph.kept(is_free[graph.arc])
    way = shortest_ways(graph, worth, built.n_nodes, from_anywhere=True)
    if way is None:
        return graph.kept(np.zeros(len(graph.arc), dtype=np.bool_))
    return graph.kept(graph.losses(worth) + way[graph.tail] - way[graph.head] == 0)


def components(graph: Residual, n_nodes: int) -> IntArray:
    """Return the strong component of every node."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - slow to import

    one = np.ones(len(graph.tail), dtype=np.int8)
    arcs = csr_matrix((one, (graph.tail, graph.head)), shape=(n_nodes, n_nodes))
    component: IntArray = connected_components(arcs, connection="strong")[1].astype(np.int64)
    return component


def tied_rows(problem: Problem, built: Circulation, flow: IntArray, tight: Residual) -> IntArray:
    """Return the rows that want a unit more and have one more in another optimal choice, rising.

    A row gains one when the arc into it lies on a cycle of tight arcs that does more than go there and back.
    """
    into = np.arange(built.row_arcs, built.row_arcs + problem.n_rows)
    component = components(tight, built.n_nodes)
    ahead = np.zeros(built.n_arcs, dtype=np.bool_)
    ahead[tight.arc[~tight.is_back]] = True
    same = component[built.tail[into]] == component[built.head[into]]
    rows = np.flatnonzero(ahead[into] & same & (flow[into] < problem.need))
    partly = flow[into[rows]] > 0
    around = [_leads_back(tight, built, int(into[row])) for row in rows[partly].tolist()]
    partly[partly] = ~np.array(around, dtype=np.bool_)
    tied: IntArray = rows[~partly]
    return tied


def _leads_back(tight: Residual, built: Circulation, arc: int) -> bool:
    """Tell whether a way of tight arcs leads from the row back to where its arc begins, without taking a unit back."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import breadth_first_order  # noqa: PLC0415 - slow to import

    other = tight.kept(tight.arc != arc)
    one = np.ones(len(other.tail), dtype=np.int8)
    graph = csr_matrix((one, (other.tail, other.head)), shape=(built.n_nodes, built.n_nodes))
    return bool(np.isin(built.tail[arc], breadth_first_order(graph, int(built.head[arc]), return_predecessors=False)))
