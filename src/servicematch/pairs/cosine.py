"""Cosines of chosen pairs of rows, by whichever of two ways is less work for the slice at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.pairs.slices import slices

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array, IntArray

MAX_BLOCK_CELLS = 8_000_000
"""The largest block of products held at once, in cells of eight bytes."""

# Nanoseconds, measured with scipy 1.17: a matching of two sparse rows costs by their entries, a product of sparse
# blocks by the multiplications and by the cells it fills.
NS_PER_MATCHED_ENTRY, NS_PER_PRODUCT, NS_PER_CELL = 6.0, 1.5, 3.0
DENSE_NUMBERS_PER_SLICE = 4_000_000
MATCHED_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SparseCosine:
    """Rows of length one (or less, or zero) as sparse matrices over the same columns."""

    left: csr_matrix
    right: csr_matrix

    @classmethod
    def between(cls, left: csr_matrix, right: csr_matrix) -> SparseCosine:
        """Take two sides; entries in columns that the other side never uses are dropped, for they match nothing.

        Examples
        --------
        >>> from scipy.sparse import csr_matrix
        >>> SparseCosine.between(csr_matrix([[0.6, 0.8]]), csr_matrix([[1.0, 0.0]])).left.nnz
        1
        """
        used = [np.bincount(side.indices, minlength=side.shape[1]) > 0 for side in (left, right)]
        return cls(_columns(left, used[1]), _columns(right, used[0]))

    def of(self, rows: IntArray, cols: IntArray) -> FloatArray:
        """Multiply row ``rows[i]`` on the left with row ``cols[i]`` on the right; within [0, 1].

        Both ways add the same products in the same order, so a pair's cosine does not depend on its neighbours.

        Examples
        --------
        >>> from scipy.sparse import csr_matrix
        >>> cosine = SparseCosine(csr_matrix([[0.6, 0.8]]), csr_matrix([[1.0, 0.0], [0.0, 1.0]]))
        >>> cosine.of(np.array([0, 0]), np.array([0, 1]))
        array([0.6, 0.8])
        """
        out = np.empty(len(rows))
        for part in slices(len(rows)):
            out[part] = self._slice(rows[part], cols[part])
        return np.clip(out, 0.0, 1.0, out=out)

    def block(self, left_rows: IntArray, right_rows: IntArray, n_wanted: int) -> FloatArray | None:
        """Multiply each of some rows with each of others, where that is less work than ``n_wanted`` single pairs.

        Examples
        --------
        >>> from scipy.sparse import csr_matrix
        >>> cosine = SparseCosine(csr_matrix([[0.6, 0.8]]), csr_matrix([[1.0, 0.0], [0.0, 1.0]]))
        >>> cosine.block(np.array([0]), np.array([0, 1]), n_wanted=2)
        array([[0.6, 0.8]])
        """
        n_cells = len(left_rows) * len(right_rows)
        if n_cells > MAX_BLOCK_CELLS:
            return None
        left, right = self.left[left_rows], self.right[right_rows]
        columns = (np.bincount(side.indices, minlength=side.shape[1]) for side in (left, right))
        n_products = int(np.dot(*columns))
        entries = np.diff(self.left.indptr).mean() + np.diff(self.right.indptr).mean()
        if n_products * NS_PER_PRODUCT + n_cells * NS_PER_CELL >= n_wanted * entries * NS_PER_MATCHED_ENTRY:
            return None
        block: FloatArray = (left @ right.T).toarray()
        return np.clip(block, 0.0, 1.0, out=block)

    def _slice(self, rows: IntArray, cols: IntArray) -> FloatArray:
        left_rows, at_row = compact(rows, self.left.shape[0])
        right_rows, at_col = compact(cols, self.right.shape[0])
        block = self.block(left_rows, right_rows, len(rows))
        if block is not None:
            return block[at_row, at_col]
        parts = [_matched(self.left[rows[part]], self.right[cols[part]]) for part in slices(len(rows), MATCHED_AT_ONCE)]
        return np.concatenate(parts)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DenseCosine:
    """Rows of any length as dense arrays; a row of zeros has cosine 0 with everything, a negative cosine is 0."""

    left: AnyArray
    right: AnyArray
    left_length: FloatArray
    right_length: FloatArray

    @classmethod
    def between(cls, left: AnyArray, right: AnyArray) -> DenseCosine:
        """Measure the lengths once.

        Examples
        --------
        >>> cosine = DenseCosine.between(np.array([[3.0, 4.0]]), np.array([[5.0, 0.0], [0.0, 0.0]]))
        >>> cosine.of(np.array([0, 0]), np.array([0, 1]))
        array([0.6, 0. ])
        """
        return cls(left, right, _lengths(left), _lengths(right))

    def of(self, rows: IntArray, cols: IntArray) -> FloatArray:
        """Give the cosine of row ``rows[i]`` on the left and row ``cols[i]`` on the right; within [0, 1]."""
        out = np.empty(len(rows))
        for part in slices(len(rows), max(1, DENSE_NUMBERS_PER_SLICE // max(1, self.left.shape[1]))):
            # Not a matrix product: its last bits would depend on which other rows are in the slice.
            left, right = self.left[rows[part]].astype(np.float64), self.right[cols[part]].astype(np.float64)
            out[part] = np.einsum("ij,ij->i", left, right)
        length = self.left_length[rows] * self.right_length[cols]
        cosine = np.divide(out, length, out=np.zeros(len(rows)), where=length > 0)
        return np.clip(cosine, 0.0, 1.0, out=cosine)


def _lengths(rows: AnyArray) -> FloatArray:
    lengths = np.empty(len(rows))
    for part in slices(len(rows), max(1, DENSE_NUMBERS_PER_SLICE // max(1, rows.shape[1]))):
        some = rows[part].astype(np.float64)
        lengths[part] = np.sqrt(np.einsum("ij,ij->i", some, some))
    return lengths


def compact(positions: IntArray | Int32Array, n: int) -> tuple[IntArray, IntArray]:
    """Give the different positions, ascending, and for each entry the place of its own among them.

    Examples
    --------
    >>> compact(np.array([7, 2, 7]), 9)
    (array([2, 7]), array([1, 0, 1]))
    """
    used = np.zeros(n, dtype=np.bool_)
    used[positions] = True
    different = np.flatnonzero(used)
    place = np.zeros(n, dtype=np.int64)
    place[different] = np.arange(len(different))
    return different, place[positions]


def _columns(rows: csr_matrix, kept: BoolArray) -> csr_matrix:
    """Drop the entries of all other columns; the columns keep their numbers."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  slow to import

    stays = kept[rows.indices]
    before = np.concatenate([[0], np.cumsum(stays)])
    return csr_matrix((rows.data[stays], rows.indices[stays], before[rows.indptr]), shape=rows.shape)


def _matched(left: Any, right: Any) -> FloatArray:
    """Multiply row with row of two sparse matrices of one shape."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  slow to import

    products = left.multiply(right).tocsr()
    # Summed as a product with a single one: in order, as in the block product (numpy's sums go by pairs).
    column = np.zeros(len(products.indices), dtype=products.indices.dtype)
    summed: FloatArray = csr_matrix((products.data, column, products.indptr), shape=(left.shape[0], 1)) @ np.ones(1)
    return summed
