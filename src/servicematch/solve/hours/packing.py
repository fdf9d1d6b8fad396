"""The pairs of a problem with loads that can be chosen at all, by column: what every step of this package works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """Pairs sorted by column, then row; each of them fits into its column when it is alone there.

    Attributes
    ----------
    kept
        int64, one a pair: its position in the problem.
    row, col, gain, load
        int64, one a pair. Loads and capacities of a column are divided by ``unit``.
    need
        int64, one a row: units, at most as many as it has pairs.
    tier
        int64, one a row: its class; 0 where serving is worth nothing by itself.
    capacity, unit
        int64, one a column: its capacity, and the greatest common divisor of its loads.
    n_tiers
        Number of classes that are counted.
    start
        int64: the pairs of column c are ``start[c] : start[c + 1]``.
    places
        int64, one a column: how many of its pairs may be chosen; as many as it has where its capacity alone decides.
    """

    kept: IntArray
    row: IntArray
    col: IntArray
    gain: IntArray
    load: IntArray
    need: IntArray
    tier: IntArray
    capacity: IntArray
    unit: IntArray
    n_tiers: int
    start: IntArray
    places: IntArray

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.need)

    @property
    def n_cols(self) -> int:
        """Number of columns."""
        return len(self.capacity)

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.row)

    @property
    def counted(self) -> IntArray:
        """The columns in which not only loads decide, but also how many pairs are chosen."""
        return np.flatnonzero(self.places < np.diff(self.start))

    def places_left(self, chosen: IntArray) -> IntArray:
        """Return how many pairs of each column may be chosen beside the chosen ones."""
        return self.places - np.bincount(self.col[chosen], minlength=self.n_cols)

    def room(self, chosen: IntArray) -> IntArray:
        """Return what is left of each column's capacity beside the chosen pairs."""
        used = np.zeros(self.n_cols, dtype=np.int64)
        np.add.at(used, self.col[chosen], self.load[chosen])
        return self.capacity - used

    def missing(self, chosen: IntArray) -> IntArray:
        """Return how many units each row still wants beside the chosen pairs."""
        return self.need - np.bincount(self.row[chosen], minlength=self.n_rows)


def pack(problem: Problem) -> Packing:
    """Take fixed pairs out with their units and loads, drop the pairs that can never be chosen, and sort by column.

    Raises
    ------
    SolverError
        When the problem has no loads, or parts that this way cannot hold; when a load is negative; or when more pairs
        are fixed for a row than it needs.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 0], dtype=np.int32), np.array([9, 3, 8])
    >>> one = np.array([1, 1])
    >>> packing = pack(Problem(*pairs, need=one, capacity=np.array([6, 6]), tier=one, load=np.array([4, 7, 2])))
    >>> packing.kept.tolist(), packing.load.tolist(), packing.capacity.tolist()
    ([0, 2], [2, 1], [3, 0])
    """
    load = _checked_load(problem)
    need, capacity = problem.need.copy(), problem.capacity.copy()
    places = np.full(problem.n_cols, problem.n_pairs) if problem.places is None else problem.places.copy()
    can = np.ones(problem.n_pairs, dtype=np.bool_)
    if problem.fixed is not None:
        fixed = np.flatnonzero(problem.fixed)
        need -= np.bincount(problem.row[fixed], minlength=problem.n_rows)
        if (need < 0).any():
            raise SolverError("more pairs are fixed for a row than it needs")
        np.subtract.at(capacity, problem.col[fixed], load[fixed])
        np.maximum(capacity, 0, out=capacity)
        places = np.maximum(places - np.bincount(problem.col[fixed], minlength=problem.n_cols), 0)
        can[fixed] = False
    can &= (load <= capacity[problem.col]) & (places[problem.col] > 0) & (need[problem.row] > 0)
    kept = np.flatnonzero(can)
    kept = kept[np.argsort(problem.col[kept], kind="stable")]
    row, col = problem.row[kept].astype(np.int64), problem.col[kept].astype(np.int64)
    start = np.searchsorted(col, np.arange(len(capacity) + 1))
    load, capacity, unit = _reduced(load[kept], capacity, start)
    need = np.minimum(need, np.bincount(row, minlength=problem.n_rows))
    gain, places = problem.gain[kept], deciding_places(col, load, capacity, places)
    return Packing(kept, row, col, gain, load, need, problem.tier, capacity, unit, problem.n_tiers, start, places)


def deciding_places(col: IntArray, load: IntArray, capacity: IntArray, places: IntArray) -> IntArray:
    """Return the places of the columns in which they decide: where more of the smallest loads fit than there are.

    Examples
    --------
    >>> col, load = np.array([0, 0, 0, 1, 1, 1]), np.array([1, 1, 1, 2, 2, 2])
    >>> deciding_places(col, load, np.array([3, 4]), np.array([2, 2])).tolist()
    [2, 3]
    """
    counts = np.bincount(col, minlength=len(places))
    order = np.lexsort((load, col))
    used = np.cumsum(np.minimum(load[order], 2**40))
    begins = np.cumsum(counts) - counts
    used -= np.repeat(np.concatenate([[0], used])[begins], counts)
    most = np.bincount(col[order][used <= capacity[col[order]]], minlength=len(places))
    return np.where(places < most, places, counts)


def _checked_load(problem: Problem) -> IntArray:
    if problem.load is None:
        raise SolverError("a problem without loads is a flow")
    parts = {"row_groups": problem.row_groups, "col_groups": problem.col_groups, "owner": problem.owner}
    given = [name for name, part in parts.items() if part is not None] + ["crossing"] * bool(problem.crossing)
    given += ["least or bundle"] * problem.has_conditions + ["regulars"] * (problem.regulars is not None)
    given += ["days"] * (problem.days is not None)
    if given:
        raise SolverError(f"with loads there is no {', '.join(given)}: only needs, capacities, classes and fixed pairs")
    if len(problem.load) and int(problem.load.min()) < 0:
        at = int(np.argmin(problem.load))
        raise SolverError(
            f"load: expected at least 0, got {problem.load[at]} at ({problem.row[at]}, {problem.col[at]})"
        )
    return problem.load


def _reduced(load: IntArray, capacity: IntArray, start: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Divide the loads of each column by their greatest common divisor; a capacity is never more than its loads."""
    some = np.flatnonzero(np.diff(start))
    unit, total = np.ones(len(capacity), dtype=np.int64), np.zeros(len(capacity), dtype=np.int64)
    if len(some):
        unit[some] = np.maximum(1, np.gcd.reduceat(load, start[some]))
        load = load // np.repeat(unit, np.diff(start))
        total[some] = np.add.reduceat(np.minimum(load, 2**40), start[some])
    return load, np.where(np.diff(start) > 0, np.minimum(capacity // unit, total), 0), unit
