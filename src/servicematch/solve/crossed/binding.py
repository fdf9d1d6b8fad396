"""What binds units to each other in a program: unknowns beside the arcs, and rows over the pairs and these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """Further unknowns, each from 0, and rows that are at most 0 or 1.

    Attributes
    ----------
    most, is_whole, gain
        One an unknown: how large it may be, whether it is 0 or 1, and what it is worth in the last tier, in points.
    of_pairs, of_unknowns
        The rows, over the pairs that are looked at and over the unknowns.
    high
        float64, one a row: its sum is no more than this.
    """

    most: FloatArray
    is_whole: IntArray
    gain: FloatArray
    of_pairs: sparse.csr_array
    of_unknowns: sparse.csr_array
    high: FloatArray

    @property
    def n_unknowns(self) -> int:
        """Number of unknowns."""
        return len(self.most)


def joined(bindings: Sequence[Binding], n_arcs: int) -> tuple[sparse.csr_array, FloatArray]:
    """Put the rows of all bindings under each other, over all arcs (the pairs come first) and all their unknowns.

    Examples
    --------
    >>> one = sparse.csr_array(np.ones((1, 1)))
    >>> binding = Binding(np.ones(1), np.ones(1, dtype=np.int64), np.zeros(1), one, -one, np.zeros(1))
    >>> rows, high = joined([binding, binding], 2)
    >>> rows.toarray().tolist(), high.tolist()
    ([[1.0, 0.0, -1.0, 0.0], [1.0, 0.0, 0.0, -1.0]], [0.0, 0.0])
    """
    n_unknowns, first = sum(one.n_unknowns for one in bindings), 0
    blocks = [sparse.csr_array((0, n_arcs + n_unknowns))]
    for one in bindings:
        n_rows, n_pairs = one.of_pairs.shape
        last = n_unknowns - first - one.n_unknowns
        parts = [one.of_pairs, _nothing(n_rows, n_arcs - n_pairs + first), one.of_unknowns, _nothing(n_rows, last)]
        blocks.append(sparse.csr_array(sparse.hstack(parts)))
        first += one.n_unknowns
    return sparse.csr_array(sparse.vstack(blocks)), np.concatenate([np.empty(0), *(one.high for one in bindings)])


def rows_of(at: IntArray, col: IntArray, shape: tuple[int, int], value: float = 1.0) -> sparse.csr_array:
    """Write rows down with one value wherever there is any."""
    return sparse.csr_array((np.full(len(at), value), (at, col)), shape=shape)


def _nothing(n_rows: int, n_cols: int) -> sparse.csr_array:
    return sparse.csr_array((n_rows, n_cols))
