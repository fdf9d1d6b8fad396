"""All optimal solutions at once: which pairs are in every one, in none, or free to differ.

Read off any exact prices: a margin above the row's threshold is in, below it is out, equal to it is free. Rows with a
positive threshold and columns with a positive price must stay full. Among the free pairs another flow may decide by
any cost, and every answer is optimal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from servicematch.solve.matching import checked, compress, index_matching
from servicematch.solve.network import Network, cheapest_flow

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.certificate import Proof
    from servicematch.solve.matching import Matching
    from servicematch.solve.problem import Prices


@dataclass(frozen=True, slots=True)
class Face:
    """The free pairs and what they must respect.

    Attributes
    ----------
    matching
        An optimal matching; what is not free stays as it has it.
    pairs
        Positions of the free pairs, rising.
    is_chosen
        Which of them the matching at hand has.
    row_is_loose, col_is_loose
        Rows that may have fewer units, columns that may have a free place, without any loss.
    """

    matching: Matching
    pairs: IntArray
    is_chosen: BoolArray
    row_is_loose: BoolArray
    col_is_loose: BoolArray


def find_face(matching: Matching, prices: Prices, proof: Proof) -> Face:
    """Return the optimal face of a proved matching.

    A row whose only free pair is the one it has, and which may not have less, cannot move: it is left out.
    """
    problem = matching.problem
    row = problem.row[proof.tied]
    is_loose = proof.threshold == 0
    n_free = np.bincount(row, minlength=problem.n_rows)
    pairs = proof.tied[((n_free > 1) | is_loose)[row] & (problem.need[row] > 0)]
    return Face(
        matching=matching,
        pairs=pairs,
        is_chosen=matching.is_chosen[pairs],
        row_is_loose=is_loose,
        col_is_loose=(prices.tier == 0) & (prices.gain == 0),
    )


def narrow(face: Face, keep: BoolArray) -> Face:
    """Return the face with only some of its free pairs; the others stay as they are."""
    return replace(face, pairs=face.pairs[keep], is_chosen=face.is_chosen[keep])


def move(face: Face, matching: Matching) -> Face:
    """Return the same face seen from another of its matchings."""
    return replace(face, matching=matching, is_chosen=matching.is_chosen[face.pairs])


def cheapest_on_face(face: Face, cost: IntArray, open_cost: IntArray | None = None) -> Matching:
    """Choose among the free pairs at the least total cost.

    ``cost`` is int64, one a free pair; ``open_cost`` int64, one a row of the problem: what each unit costs that a loose
    row could have and does not get. Neither is negative.
    """
    problem = face.matching.problem
    rows = compress(problem.row[face.pairs], problem.n_rows)
    cols = compress(problem.col[face.pairs], problem.n_cols)
    left_open = np.zeros(len(rows[0]), dtype=np.int64) if open_cost is None else open_cost[rows[0]]
    flow = cheapest_flow(_network(face, rows, cols, cost, left_open))
    chosen = face.matching.is_chosen.copy()
    chosen[face.pairs] = flow[: len(face.pairs)] > 0
    return checked(index_matching(problem, np.flatnonzero(chosen)))


_Side: TypeAlias = "tuple[IntArray, Int32Array]"
"""The nodes of one side, and where each free pair has its own."""


def _network(face: Face, rows: _Side, cols: _Side, cost: IntArray, open_cost: IntArray) -> Network:
    """Build rows -> columns -> sink: what must stay full is a supply or a demand, what is loose has an arc to the sink."""
    matching, n_rows, n_cols = face.matching, len(rows[0]), len(cols[0])
    sink = n_rows + n_cols
    units = np.bincount(rows[1][face.is_chosen], minlength=n_rows)
    load = np.bincount(cols[1][face.is_chosen], minlength=n_cols)
    loose_rows = np.flatnonzero(face.row_is_loose[rows[0]])
    loose_cols = np.flatnonzero(face.col_is_loose[cols[0]])
    more_units = (matching.problem.need - matching.served)[rows[0][loose_rows]]
    more_room = (matching.problem.capacity - matching.load)[cols[0][loose_cols]]
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:n_rows] = units
    supply[loose_rows] += more_units
    supply[n_rows:sink] = -load
    supply[n_rows + loose_cols] = 0
    supply[sink] = -supply[:sink].sum()
    tail = np.concatenate([rows[1], loose_rows, n_rows + loose_cols])
    head = np.concatenate([n_rows + cols[1], np.full(len(loose_rows) + len(loose_cols), sink)])
    room = np.concatenate([np.ones(len(cost), dtype=np.int64), supply[loose_rows], load[loose_cols] + more_room])
    all_costs = np.concatenate([cost, open_cost[loose_rows], np.zeros(len(loose_cols), dtype=np.int64)])
    return Network(tail.astype(np.int32), head.astype(np.int32), room, all_costs, supply)
