"""The pairs that rows and columns deal in, what each is worth in whole numbers, and what a row's units leave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.matching import spans, starts

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.solve.problem import Problem

    Float32Array: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Market:
    """Pairs of rows and columns, sorted by row: all that can be chosen, or a few of them.

    Attributes
    ----------
    pairs
        int64, their rising positions in the problem.
    row, col
        int32, of each pair.
    value
        int64, of each pair: gain and payment for serving; leaving a unit open is worth 0.
    need, room
        int64, units by row and places by column.
    scale
        The range of the gain, at least 1.
    """

    pairs: IntArray
    row: Int32Array
    col: Int32Array
    value: IntArray
    need: IntArray
    room: IntArray
    scale: int

    @property
    def n_units(self) -> int:
        """Number of units that all rows need."""
        return int(self.need.sum())

    @property
    def start(self) -> IntArray:
        """Pairs of row r are ``start[r] : start[r + 1]``."""
        return starts(self.row, len(self.need))

    def only(self, few: IntArray) -> Market:
        """Return the market with a few of its pairs, given by rising positions, and all its rows and columns."""
        picked = self.pairs[few], self.row[few], self.col[few], self.value[few]
        return Market(*picked, self.need, self.room, self.scale)


def open_market(problem: Problem, payment: IntArray) -> Market:
    """Return the pairs of rows with a need at columns with a place, serving a unit of class k paid ``payment[k]``.

    A row needs no more units than it has pairs.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([5, 7])
    >>> one_row = {"need": np.array([2]), "capacity": np.array([0, 4]), "tier": np.array([1])}
    >>> market = open_market(Problem(*pairs, **one_row), np.array([0, 10]))
    >>> market.pairs, market.value, market.need
    (array([1]), array([17]), array([1]))
    """
    pairs = np.flatnonzero((problem.room > 0)[problem.col] & (problem.need > 0)[problem.row])
    row, gain = problem.row[pairs], problem.gain[pairs]
    need = np.minimum(problem.need, np.bincount(row, minlength=problem.n_rows))
    scale = max(1, int(gain.max(initial=0)) - int(gain.min(initial=0)))
    return Market(pairs, row, problem.col[pairs], gain + payment[problem.tier[row]], need, problem.room, scale)


def nth_best(values: Float32Array, start: IntArray, nth: IntArray) -> Float32Array:
    """Return the ``nth``-largest value of each row, whose values are ``values[start[r] : start[r + 1]]``.

    ``nth`` is at most the number of values of its row; a row without values gets a 0.

    Examples
    --------
    >>> nth_best(np.array([5, 3, 3, 8, 1], dtype=np.float32), np.array([0, 3, 3, 5]), np.array([3, 0, 1]))
    array([3., 0., 8.], dtype=float32)
    """
    best = np.zeros(len(nth), dtype=np.float32)
    some = start[:-1] < start[1:]
    if some.any():
        best[some] = np.maximum.reduceat(values, start[:-1][some])
    several = np.flatnonzero(nth > 1)
    if len(several):
        best[several] = _nth_of_several(values[spans(start, several)], np.diff(start)[several], nth[several])
    return best


def _nth_of_several(values: Float32Array, length: IntArray, nth: IntArray) -> Float32Array:
    """Sort all rows at once: floats from 0 up are in the order of their bits, so row and bits make one key."""
    least = values.min()
    keys = np.repeat(np.arange(len(length)) << 32, length) | (values - least).view(np.int32)
    keys.sort()
    found = keys[np.cumsum(length) - nth].astype(np.int32)  # the lower half, where the bits are
    nth_value: Float32Array = found.view(np.float32) + least
    return nth_value
