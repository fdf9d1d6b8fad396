"""Lines of prices as a claim states them: whole numbers, one a tier, or nothing that can be read; and who pays them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, IntArray


def read_line(stated: Any, n_tiers: int, most: int) -> list[int] | None:
    """Read a line, its numbers pulled within ``most``; None for anything else.

    Any price gives a true bound, one that is out of all range only a looser one; so is one that adds up to too much.

    Examples
    --------
    >>> read_line((1, 2**70), 2, 9), read_line((1, "2"), 2, 9), read_line(5, 1, 9)
    ([1, 9], None, None)
    """
    if not isinstance(stated, tuple | list | np.ndarray) or len(stated) != n_tiers:
        return None
    if not all(isinstance(one, int | np.integer) and not isinstance(one, bool) for one in stated):
        return None
    return [max(-most, min(most, int(one))) for one in stated]


@dataclass(frozen=True, slots=True)
class PairPrices:
    """Sets of pairs that carry a price: how many of each a plan may have, and what each of them pays.

    Attributes
    ----------
    width
        A pair of a row and a column has the key ``row * width + column``.
    key, line
        Sorted keys of the pairs that pay anything, and what each pays in all, a line each.
    room, price
        One a set: units that may come, and the line that each of them pays.
    """

    width: int
    key: IntArray
    line: IntArray
    room: tuple[int, ...]
    price: IntArray

    @classmethod
    def of(cls, width: int, keys: list[IntArray], lines: list[list[int]], room: list[int]) -> PairPrices:
        """Add up what pairs of several sets pay; there must be some set.

        Examples
        --------
        >>> prices = PairPrices.of(10, [np.array([11, 12]), np.array([12])], [[1], [5]], [1, 1])
        >>> prices.paid(np.array([1, 1, 0]), np.array([1, 2, 0])).tolist()
        [[1], [6], [0]]
        """
        price = np.array(lines, dtype=np.int64)
        key, at = np.unique(np.concatenate(keys), return_inverse=True)
        line = np.zeros((len(key), price.shape[1]), dtype=np.int64)
        np.add.at(line, at.reshape(-1), np.repeat(price, [len(one) for one in keys], axis=0))
        return cls(width, key, line, tuple(room), price)

    def paid(self, rows: AnyArray, cols: AnyArray) -> IntArray:
        """Return what pairs pay, a line each."""
        key = rows.astype(np.int64) * self.width + cols
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        lines: IntArray = np.where((self.key[at] == key)[:, None], self.line[at], 0)
        return lines


def is_name(value: Any) -> bool:
    """Tell whether something may name a group: a value that can be looked up.

    Examples
    --------
    >>> is_name(("a", 1)), is_name(("a", [1]))
    (True, False)
    """
    try:
        hash(value)
    except TypeError:
        return False
    return True
