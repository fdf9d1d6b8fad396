"""Columns that compete for the same rows, taken together in blocks that are small enough to be solved exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import BoolArray, FloatArray, IntArray
    from servicematch.solve.hours.packing import Packing

_NEAR_A_ROW = 6
_MOST_OPEN = 40


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Which pairs matter beside the chosen ones, and how much columns compete for their rows.

    Attributes
    ----------
    near
        bool, one a pair: among the best of its row at the prices of capacities.
    pull
        Sparse, n_cols x n_cols: the larger, the more rows would as soon be in the one as in the other.
    """

    near: BoolArray
    pull: csr_matrix


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A part of the problem: some columns, the rows that are in them or open, and the pairs between them.

    Attributes
    ----------
    cols, rows
        int64, rising.
    pairs
        int64: positions of its pairs, rising.
    need
        int64, one a row: units that it may have in these columns.
    must
        int64, one a row: units that it keeps.
    """

    cols: IntArray
    rows: IntArray
    pairs: IntArray
    need: IntArray
    must: IntArray


def find_neighbours(packing: Packing, margin: FloatArray) -> Neighbours:
    """Find the near pairs by their margins over rows' multipliers and capacities' prices (float64, one a pair)."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - it takes a while to import

    order = np.lexsort((-margin, packing.row))
    begins = np.searchsorted(packing.row[order], packing.row[order])
    n_near = _NEAR_A_ROW + packing.need[packing.row[order]] - 1
    near = order[np.arange(len(order)) - begins < n_near]
    lag = np.zeros(packing.n_rows)
    np.maximum.at(lag, packing.row[near], margin[near])
    behind = lag[packing.row[near]] - margin[near]
    unit = float(np.median(behind[behind > 0])) if (behind > 0).any() else 1.0
    shape = (packing.n_rows, packing.n_cols)
    matrix = csr_matrix((np.exp(-behind / unit), (packing.row[near], packing.col[near])), shape=shape)
    is_near = np.zeros(packing.n_pairs, dtype=np.bool_)
    is_near[near] = True
    return Neighbours(is_near, (matrix.T @ matrix).tocsr())


def grow(neighbours: Neighbours, first: int, n_wanted: int, rng: np.random.Generator) -> IntArray:
    """Add columns to a first one, always one that competes with those already in, by chance; return them rising."""
    pull = neighbours.pull
    total = np.zeros(pull.shape[0])
    cols = [first]
    while len(cols) < n_wanted:
        begin, end = pull.indptr[cols[-1]], pull.indptr[cols[-1] + 1]
        total[pull.indices[begin:end]] += pull.data[begin:end]
        total[cols] = 0.0
        some = np.flatnonzero(total)
        if len(some) == 0:
            break
        cols.append(int(some[np.argmax(total[some] * rng.random(len(some)))]))
    return np.sort(np.array(cols, dtype=np.int64))


def cut_out(packing: Packing, near: BoolArray, is_chosen: BoolArray, missing: IntArray, cols: IntArray) -> Block:
    """Return the block of these columns.

    ``near`` and ``is_chosen`` are one a pair, ``missing`` one a row. Where no row of the block whose serving counts by
    itself lacks anything, all of these keep what they have.
    """
    span = np.concatenate([np.arange(packing.start[c], packing.start[c + 1]) for c in cols.tolist()])
    mine = span[is_chosen[span]]
    have = np.bincount(packing.row[mine], minlength=packing.n_rows)
    is_open = (missing > 0) & (have == 0)
    candidates = span[(near[span] | is_chosen[span]) & ((have + missing)[packing.row[span]] > 0)]
    rows = packing.row[candidates]
    strange = np.unique(rows[is_open[rows]])
    if len(strange) > _MOST_OPEN:
        reach = np.bincount(rows, minlength=packing.n_rows)[strange]
        strange = strange[np.argsort(-reach, kind="stable")[:_MOST_OPEN]]
        is_in = ~is_open
        is_in[strange] = True
        candidates = candidates[is_in[rows]]
    rows = np.unique(packing.row[candidates])
    counts = packing.tier[rows] > 0
    must = np.where(counts, have[rows], 0) if not missing[rows[counts]].any() else np.zeros_like(rows)
    return Block(cols, rows, candidates, (have + missing)[rows], must)
