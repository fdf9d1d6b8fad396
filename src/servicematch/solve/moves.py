"""The moves from column to column that a matching allows, and what each costs at given prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.matching import spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.base.arrays import FloatArray, Int32Array, IntArray
    from servicematch.solve.matching import Matching

_AT_ONCE = 1 << 20
"""So many moves are looked at in one go."""


def shortest_moves(
    matching: Matching, margin: IntArray, leave: FloatArray
) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Return the moves no longer than leaving at once, by tail and head: tail, head, length.

    ``margin`` is packed, one a pair; ``leave`` one a column.
    """
    kept = list(_moves(matching, margin, np.arange(len(matching.chosen))[matching.member], leave))
    tail = np.concatenate([np.empty(0, dtype=np.int32), *(part[0] for part in kept)])
    head = np.concatenate([np.empty(0, dtype=np.int32), *(part[1] for part in kept)])
    length = np.concatenate([np.empty(0), *(part[2] for part in kept)])
    return _shortest(tail, head, length, matching.problem.n_cols)  # a column may have come in two parts


def _moves(
    matching: Matching, margin: IntArray, held: IntArray, limit: FloatArray
) -> Iterator[tuple[Int32Array, Int32Array, FloatArray]]:
    """Yield moves (tail, head, length) within the limit of their tail, the shortest of each pair of columns.

    ``held`` are positions into the chosen pairs, grouped by column; ``margin`` is packed, one a pair.
    """
    problem = matching.problem
    size = np.diff(matching.row_start)[matching.row[held]]
    ends = np.searchsorted(np.cumsum(size), np.arange(_AT_ONCE, int(size.sum()) + _AT_ONCE, _AT_ONCE), side="left") + 1
    for part in np.split(held, np.unique(np.minimum(ends, len(held)))):
        if len(part) == 0:
            continue
        rows, n = matching.row[part], np.diff(matching.row_start)[matching.row[part]]
        pairs = spans(matching.row_start, rows.astype(np.int64))
        tail = np.repeat(matching.col[part], n)
        length = np.repeat(margin[matching.chosen[part]], n) - margin[pairs]
        keep = np.flatnonzero((length <= limit[tail]) & ~matching.is_chosen[pairs])
        tail, head, short = tail[keep], problem.col[pairs[keep]], length[keep]
        if len(short) and int(short.min()) < 0:
            raise SolverError("the prices do not support this choice: a row would rather be elsewhere")
        yield _shortest(tail, head, short, problem.n_cols)


def _shortest(
    tail: Int32Array, head: Int32Array, length: IntArray | FloatArray, n_cols: int
) -> tuple[Int32Array, Int32Array, FloatArray]:
    if len(tail) == 0:
        return tail, head, length.astype(np.float64)
    key = tail.astype(np.int64) * n_cols + head
    order = np.argsort(key)
    key = key[order]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    shortest = np.minimum.reduceat(length[order], first)
    return tail[order[first]], head[order[first]], shortest.astype(np.float64)
