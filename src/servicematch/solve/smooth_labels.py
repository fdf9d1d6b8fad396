"""Exact prices for a best choice among few pairs, as near to given ones as it takes little to find.

With the worth of a row for the margin of its last unit (0 while the row is open), a chosen pair asks for ``price +
worth <= value``, any other pair for ``price + worth >= value``, and a column with a free place costs nothing. Prices
fall from the given ones until the first kind is content, then rise until the second one is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.smooth_market import Market

_FAR = 1 << 61
_MOST_SWEEPS = 1000


def exact_prices(few: Market, is_chosen: BoolArray, price: IntArray) -> IntArray | None:
    """Return the prices, or None where too many rows wait for each other in a chain.

    Examples
    --------
    Row 0 brings 6 more at column 0 than where it is, and row 1, who is there, brings 8.

    >>> from servicematch.solve.smooth_market import Market
    >>> pairs = np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 0], dtype=np.int32), np.array([9, 3, 8])
    >>> one = np.array([1, 1])
    >>> exact_prices(Market(np.arange(3), *pairs, one, one, scale=9), np.array([False, True, True]), np.array([3, 1]))
    array([6, 0])
    """
    is_full = np.bincount(few.row[is_chosen], minlength=len(few.need)) >= few.need
    is_loose = np.bincount(few.col[is_chosen], minlength=len(few.room)) < few.room
    most = np.full(len(price), _FAR)
    np.minimum.at(most, few.col[is_chosen], few.value[is_chosen])
    most[is_loose] = 0
    least = np.zeros(len(price), dtype=np.int64)
    open_pairs = np.flatnonzero(~is_chosen & ~is_full[few.row])
    np.maximum.at(least, few.col[open_pairs], few.value[open_pairs])
    price = np.minimum(np.maximum(price, least), most)
    could = np.flatnonzero(~is_chosen & is_full[few.row])
    if len(could) == 0:
        return price
    can_change = np.zeros(len(few.need), dtype=np.bool_)
    can_change[few.row[could]] = True
    ours, others = _by_row(few, np.flatnonzero(is_chosen & can_change[few.row])), _by_row(few, could)
    if not _fall(price, ours, others):
        return None
    np.maximum(price, least, out=price)
    return price if _rise(price, ours, others) else None


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of rows that have one pair and could have another; both kinds have the same rows in the same order.

    Attributes
    ----------
    col, value
        Of each pair.
    first
        Position of the first pair of each row.
    row
        Number of each pair's row, counting only these rows.
    """

    col: Int32Array
    value: IntArray
    first: IntArray
    row: IntArray


def _by_row(few: Market, pairs: IntArray) -> _Pairs:
    is_first = np.diff(few.row[pairs], prepend=-1) > 0
    return _Pairs(few.col[pairs], few.value[pairs], np.flatnonzero(is_first), np.cumsum(is_first) - 1)


def _fall(price: IntArray, ours: _Pairs, others: _Pairs) -> bool:
    """Lower the prices of what rows have, in place, until none would rather have what it could; tell if that ends."""
    for _ in range(_MOST_SWEEPS):
        worth = np.maximum.reduceat(others.value - price[others.col], others.first)
        most = ours.value - worth[ours.row]
        if (price[ours.col] <= most).all():
            return True
        np.minimum.at(price, ours.col, most)
    return False


def _rise(price: IntArray, ours: _Pairs, others: _Pairs) -> bool:
    """Raise the prices of what rows could have, in place, until none would rather have it; tell if that ends."""
    for _ in range(_MOST_SWEEPS):
        worth = np.minimum.reduceat(ours.value - price[ours.col], ours.first)
        least = others.value - worth[others.row]
        if (price[others.col] >= least).all():
            return True
        np.maximum.at(price, others.col, least)
    return False
