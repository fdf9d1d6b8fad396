"""What can still move at no loss: strong components of the residual graph of an optimal face.

Nodes are the rows and columns of the free pairs, and one more, outside, for units not served and places not used.
An arc from a row to a column adds the pair, an arc back drops it; every cycle is another optimal solution.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.matching import compress

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.face import Face


@dataclass(frozen=True, slots=True)
class Residual:
    """The residual graph of a face.

    Attributes
    ----------
    graph
        Sparse n x n, an entry for each arc: rows, then columns, then the outside.
    rows
        The rows of the problem that are its first nodes.
    row_at, col_at
        The nodes of each free pair.
    """

    graph: csr_matrix
    rows: IntArray
    row_at: Int32Array
    col_at: Int32Array

    @property
    def outside(self) -> int:
        """The node for everything that is not in the solution."""
        return int(self.graph.shape[0]) - 1


def build_residual(face: Face) -> Residual:
    """Build the residual graph of the free pairs."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import

    matching, problem = face.matching, face.matching.problem
    rows, row_at = compress(problem.row[face.pairs], problem.n_rows)
    cols, col_at = compress(problem.col[face.pairs], problem.n_cols)
    col_at = col_at + np.int32(len(rows))
    outside = len(rows) + len(cols)
    col_nodes = np.arange(len(rows), outside)
    arcs = [
        (np.where(face.is_chosen, col_at, row_at), np.where(face.is_chosen, row_at, col_at)),
        _to_outside(np.flatnonzero(face.row_is_loose[rows] & (matching.served[rows] > 0)), outside),
        _to_outside(np.flatnonzero(face.row_is_loose[rows] & matching.open_rows[rows]), outside)[::-1],
        _to_outside(col_nodes[face.col_is_loose[cols] & ~matching.full_cols[cols]], outside),
        _to_outside(col_nodes[face.col_is_loose[cols] & (matching.load[cols] > 0)], outside)[::-1],
    ]
    tail, head = (np.concatenate(ends) for ends in zip(*arcs, strict=True))
    graph = csr_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(outside + 1, outside + 1))
    return Residual(graph, rows, row_at, col_at)


def _to_outside(nodes: IntArray, outside: int) -> tuple[IntArray, IntArray]:
    return nodes, np.full(len(nodes), outside, dtype=np.int64)


def movable(face: Face) -> BoolArray:
    """Tell which free pairs lie on a cycle: the others are the same in every optimal solution.

    (A row with a unit to spare makes a cycle with the outside that changes nothing; the pairs kept for it do no harm.)
    """
    if len(face.pairs) == 0:
        return np.zeros(0, dtype=np.bool_)
    residual = build_residual(face)
    component = _components(residual.graph)
    same: BoolArray = component[residual.row_at] == component[residual.col_at]
    return same


def without_row_slack(face: Face) -> Face:
    """Return the face on which every row keeps its number of units."""
    return replace(face, row_is_loose=np.zeros_like(face.row_is_loose))


def tied_rows(face: Face) -> IntArray:
    """Return the rows that want a unit more and have one in some other optimal solution, rising."""
    if len(face.pairs) == 0:
        return np.empty(0, dtype=np.int64)
    residual = build_residual(face)
    component = _components(residual.graph)
    adds = ~face.is_chosen & (component[residual.row_at] == component[residual.outside])
    adds &= component[residual.col_at] == component[residual.outside]
    nodes = np.unique(residual.row_at[adds])
    rows = residual.rows[nodes]
    wants = face.matching.open_rows[rows] & face.row_is_loose[rows]
    nodes, rows = nodes[wants], rows[wants]
    gains_one = face.matching.served[rows] == 0
    if not gains_one.all():
        gains_one |= _has_way_around(residual, nodes, face)
    for at in np.flatnonzero(~gains_one):
        gains_one[at] = _reaches_outside(residual, int(nodes[at]))
    tied: IntArray = rows[gains_one]
    return tied


def _components(graph: csr_matrix) -> IntArray:
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - slow to import

    component: IntArray = connected_components(graph, connection="strong")[1].astype(np.int64)
    return component


def _has_way_around(residual: Residual, nodes: IntArray, face: Face) -> BoolArray:
    """Tell which nodes have a pair to add from which the shortest way out does not come back through them.

    A row with a unit has its own way straight out, so it is a first branch of the tree of shortest ways; it is come
    back to exactly by the columns of its own branch.
    """
    from scipy.sparse.csgraph import breadth_first_order  # noqa: PLC0415 - slow to import

    order, before = breadth_first_order(residual.graph.T.tocsr(), residual.outside)
    branch = np.full(residual.outside + 1, -1, dtype=np.int64)
    for node in order[1:].tolist():
        branch[node] = node if before[node] == residual.outside else branch[before[node]]
    adds = ~face.is_chosen
    free = (branch[residual.col_at] != branch[residual.row_at]) & (branch[residual.col_at] >= 0) & adds
    around: BoolArray = np.isin(nodes, residual.row_at[free])
    return around


def _reaches_outside(residual: Residual, node: int) -> bool:
    """Tell whether a partly served row can gain a unit: any way out that does not drop one of its own units."""
    from scipy.sparse.csgraph import breadth_first_order  # noqa: PLC0415 - slow to import

    graph = residual.graph.copy()
    arcs = slice(graph.indptr[node], graph.indptr[node + 1])
    graph.data[arcs][graph.indices[arcs] == residual.outside] = 0
    graph.eliminate_zeros()
    return bool(np.isin(residual.outside, breadth_first_order(graph, node, return_predecessors=False)))
