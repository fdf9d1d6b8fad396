"""What decides among equally good solutions: the row that asked first, then a hash of positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem

HASH_BITS = (40, 30, 20)
"""Bits of the hash; fewer only where a long ring of ties is too much for the solver's own prices."""


def worth_of_early(problem: Problem) -> IntArray:
    """Return n for the row of lowest rank, 1 for the last one: what leaving it open costs.

    Rows of one rank follow a hash of their positions, so that a low id is no privilege.
    """
    rows = np.arange(problem.n_rows)
    rank = np.zeros(problem.n_rows, dtype=np.int64) if problem.rank is None else problem.rank
    worth = np.empty(problem.n_rows, dtype=np.int64)
    worth[np.lexsort((rows, _hash(rows.astype(np.uint64)), rank))] = np.arange(problem.n_rows, 0, -1)
    return worth


def pair_hash(problem: Problem, pairs: IntArray, n_bits: int) -> IntArray:
    """Hash the positions of pairs, below ``2 ** n_bits``."""
    row, col = problem.row[pairs], problem.col[pairs]
    bits = _hash(row.astype(np.uint64) * np.uint64(problem.n_cols) + col.astype(np.uint64))
    return (bits >> np.uint64(64 - n_bits)).astype(np.int64)


def _hash(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix 64 bits (splitmix64: Steele, Lea and Flood, 2014)."""
    bits = values + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
