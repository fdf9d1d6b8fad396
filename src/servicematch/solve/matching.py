"""A choice of pairs, indexed from both sides: what prices, proofs and ties are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True)
class Matching:
    """Chosen pairs of a problem without fixed pairs.

    Attributes
    ----------
    chosen, is_chosen
        Positions of the chosen pairs, rising, and the same as a mask over all pairs.
    row, col, gain
        Of the chosen pairs.
    served, load
        Units by row and by column.
    row_start
        Pairs of row r are ``row_start[r] : row_start[r + 1]``.
    member, member_start
        Chosen pairs (positions into ``chosen``) of column c are ``member[member_start[c] : member_start[c + 1]]``.
    """

    problem: Problem
    chosen: IntArray
    is_chosen: BoolArray
    row: Int32Array
    col: Int32Array
    gain: IntArray
    served: IntArray
    load: IntArray
    row_start: IntArray
    member: IntArray
    member_start: IntArray

    @property
    def open_rows(self) -> BoolArray:
        """Rows that have fewer units than they need."""
        return self.served < self.problem.need

    @property
    def full_cols(self) -> BoolArray:
        """Columns without a free place."""
        return self.load >= self.problem.capacity


def index_matching(problem: Problem, chosen: IntArray) -> Matching:
    """Index a choice of pairs from both sides."""
    row, col = problem.row[chosen], problem.col[chosen]
    is_chosen = np.zeros(problem.n_pairs, dtype=np.bool_)
    is_chosen[chosen] = True
    member = np.argsort(col, kind="stable")
    return Matching(
        problem=problem,
        chosen=chosen,
        is_chosen=is_chosen,
        row=row,
        col=col,
        gain=problem.gain[chosen],
        served=np.bincount(row, minlength=problem.n_rows),
        load=np.bincount(col, minlength=problem.n_cols),
        row_start=problem.row_start,
        member=member,
        member_start=starts(col[member], problem.n_cols),
    )


def checked(matching: Matching) -> Matching:
    """Return the matching if it keeps every need and capacity.

    Raises
    ------
    SolverError
        When it does not: then the flow solver's answer was wrong.
    """
    problem = matching.problem
    if (matching.served > problem.need).any() or (matching.load > problem.capacity).any():
        raise SolverError("the flow solver's answer breaks a need or a capacity")
    return matching


def starts(sorted_keys: Int32Array | IntArray, n_keys: int) -> IntArray:
    """Return where each key starts in a sorted array, one more entry at the end.

    Examples
    --------
    >>> starts(np.array([0, 0, 2]), 3)
    array([0, 2, 2, 3])
    """
    # Needles of another type would make a copy of the whole array.
    return np.searchsorted(sorted_keys, np.arange(n_keys + 1, dtype=sorted_keys.dtype)).astype(np.int64)


def spans(start: IntArray, keys: IntArray) -> IntArray:
    """Return the positions of all entries of the given keys, key by key.

    Examples
    --------
    >>> spans(np.array([0, 2, 2, 5]), np.array([2, 0]))
    array([2, 3, 4, 0, 1])
    """
    length = start[keys + 1] - start[keys]
    keys, length = keys[length > 0], length[length > 0]
    if len(keys) == 0:
        return np.empty(0, dtype=np.int64)
    step = np.ones(int(length.sum()), dtype=np.int64)
    step[0] = start[keys[0]]
    step[np.cumsum(length)[:-1]] = start[keys[1:]] - start[keys[:-1] + 1] + 1
    return np.cumsum(step)


def compress(keys: Int32Array, n_keys: int) -> tuple[IntArray, Int32Array]:
    """Give numbers to the keys that occur: return those keys, rising, and the number of each entry's key.

    Examples
    --------
    >>> compress(np.array([5, 2, 5], dtype=np.int32), 6)
    (array([2, 5]), array([1, 0, 1], dtype=int32))
    """
    occurs = np.zeros(n_keys, dtype=np.bool_)
    occurs[keys] = True
    number = np.cumsum(occurs, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(occurs), number[keys]
