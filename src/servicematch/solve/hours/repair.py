"""A choice that breaks no limit, made out of any list of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, IntArray
    from servicematch.solve.hours.packing import Packing


def repair(packing: Packing, order: FloatArray, wanted: IntArray, guess: IntArray) -> IntArray:
    """Keep what can be kept of a guess, then add pairs in rounds while any fits; return them rising.

    In a round each row asks its best column that has room, and columns take the largest loads first: they hardly fit
    later.

    Parameters
    ----------
    packing
        The pairs.
    order
        float64, one a pair: which is rather chosen, the higher the sooner.
    wanted
        int64, one a pair: pairs with nothing to win here are not added.
    guess
        Positions of pairs, none twice. A row with too many keeps its best, and so does a column.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> from servicematch.solve.hours.packing import pack
    >>> row, col, one = np.arange(3, dtype=np.int32), np.zeros(3, dtype=np.int32), np.ones(3, dtype=np.int64)
    >>> load = np.array([2, 3, 4])
    >>> packing = pack(Problem(row, col, load, need=one, capacity=np.array([7]), tier=one, load=load))
    >>> repair(packing, np.array([3.0, 2.0, 1.0]), load, np.array([1, 2])).tolist()
    [1, 2]
    >>> repair(packing, np.array([3.0, 2.0, 1.0]), load, np.array([], dtype=np.int64)).tolist()
    [1, 2]
    """
    kept = guess[np.lexsort((-order[guess], packing.row[guess]))]
    kept = kept[_turn(packing.row[kept]) < packing.need[packing.row[kept]]]
    kept = kept[np.lexsort((-order[kept], packing.col[kept]))]
    kept = kept[_used(packing.col[kept], packing.load[kept]) <= packing.capacity[packing.col[kept]]]
    kept = kept[_turn(packing.col[kept]) < packing.places[packing.col[kept]]]
    room, missing, places = packing.room(kept), packing.missing(kept), packing.places_left(kept)
    open_ = wanted > 0
    open_[kept] = False
    left = np.flatnonzero(open_)
    left = left[np.lexsort((-order[left], packing.row[left]))]
    parts = [kept]
    while True:
        col = packing.col[left]
        left = left[(missing[packing.row[left]] > 0) & (packing.load[left] <= room[col]) & (places[col] > 0)]
        if len(left) == 0:
            return np.sort(np.concatenate(parts))
        first = np.diff(packing.row[left], prepend=-1) > 0
        asking = left[first]
        asking = asking[np.lexsort((-order[asking], -packing.load[asking], packing.col[asking]))]
        col = packing.col[asking]
        taken = asking[(_used(col, packing.load[asking]) <= room[col]) & (_turn(col) < places[col])]
        np.subtract.at(room, packing.col[taken], packing.load[taken])
        np.subtract.at(places, packing.col[taken], 1)
        missing[packing.row[taken]] -= 1
        parts.append(taken)
        left = left[~np.isin(left, taken)]


def _turn(groups: IntArray) -> IntArray:
    """Count the entries before each in its group; equal groups stand together."""
    begins = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.arange(len(groups)) - np.repeat(begins, np.diff(begins, append=len(groups)))


def _used(groups: IntArray, load: IntArray) -> IntArray:
    """Add up the load of each entry and those before it in its group."""
    begins = np.flatnonzero(np.diff(groups, prepend=-1))
    total = np.cumsum(load)
    before = np.concatenate([[0], total])[begins]
    used: IntArray = total - np.repeat(before, np.diff(begins, append=len(groups)))
    return used
