"""One solution out of all optimal ones, whatever engine found which first.

Two optimal solutions differ along cycles of the residual graph of the optimal face, so everything that can differ lies
inside its strong components. There, first the rows of lowest rank are served (the units by row of all optimal solutions
form the bases of a polymatroid, so distinct ranks leave one answer), then a 40-bit hash of the positions of each pair
decides which column each row gets. Two hash sums are equal by chance with a probability of about (free pairs) / 2^40.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError
from servicematch.solve.face import Face, cheapest_on_face, move, narrow
from servicematch.solve.residual import movable, without_row_slack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from servicematch.base.arrays import IntArray
    from servicematch.solve.matching import Matching
    from servicematch.solve.problem import Problem

_HASH_BITS = (40, 30, 20)
"""Bits of the hash; fewer only where a long ring of ties is too much for the solver's own prices."""


def choose_canonical(face: Face) -> Matching:
    """Return the one optimal matching of a face that depends on nothing but the problem."""
    problem = face.matching.problem
    face = narrow(face, movable(face))
    if face.row_is_loose[problem.row[face.pairs]].any():
        no_cost = np.zeros(len(face.pairs), dtype=np.int64)
        face = move(face, cheapest_on_face(face, no_cost, _worth_of_early(problem)))
    face = without_row_slack(face)
    face = narrow(face, movable(face))
    return _decide_by_hash(face) if len(face.pairs) else face.matching


def _decide_by_hash(face: Face) -> Matching:
    """Decide by the longest hash that the solver can hold; a ring of ties too long for all of them stays as it is."""
    for bits in _HASH_BITS:
        try:
            return cheapest_on_face(face, _pair_hash(face, bits))
        except CostRangeError:
            continue  # the next hash is shorter
    return face.matching


def _worth_of_early(problem: Problem) -> IntArray:
    """Return n for the row of lowest rank, 1 for the last one: what leaving it open costs.

    Rows of one rank follow a hash of their positions, so that a low id is no privilege.
    """
    rows = np.arange(problem.n_rows)
    rank = np.zeros(problem.n_rows, dtype=np.int64) if problem.rank is None else problem.rank
    worth = np.empty(problem.n_rows, dtype=np.int64)
    worth[np.lexsort((rows, _hash(rows.astype(np.uint64)), rank))] = np.arange(problem.n_rows, 0, -1)
    return worth


def _pair_hash(face: Face, n_bits: int) -> IntArray:
    """Hash the position of each free pair."""
    problem = face.matching.problem
    row, col = problem.row[face.pairs], problem.col[face.pairs]
    bits = _hash(row.astype(np.uint64) * np.uint64(problem.n_cols) + col.astype(np.uint64))
    return (bits >> np.uint64(64 - n_bits)).astype(np.int64)


def _hash(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix 64 bits (splitmix64: Steele, Lea and Flood, 2014)."""
    bits = values + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
