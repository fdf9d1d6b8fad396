"""One number a pair that puts classes before gains, for the search; the proof has its own (`hours.bound`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.hours.packing import Packing

_MOST = 2**50
_FINE = 2**36


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What choosing a pair is worth to the search.

    Attributes
    ----------
    pair
        int64, one a pair: its gain and the weight of its class.
    of_class
        int64, one a class from 0: four times the largest difference of gains for class 1, and more for each above.
    scale
        Multipliers are whole multiples of ``1 / scale`` of a gain.
    reach
        The largest difference of two gains, or of a gain and nothing.
    """

    pair: IntArray
    of_class: IntArray
    scale: int
    reach: int


def weigh(packing: Packing) -> Weights:
    """Choose the weights of the classes.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> from servicematch.solve.hours.packing import pack
    >>> pair, one = np.array([0], dtype=np.int32), np.array([1])
    >>> packing = pack(Problem(pair, pair, np.array([-7]), need=one, capacity=one, tier=one, load=one))
    >>> weigh(packing).of_class.tolist(), weigh(packing).pair.tolist()
    ([0, 28], [21])
    """
    reach = max(1, int(packing.gain.max(initial=0)) - int(packing.gain.min(initial=0)))
    first = 4 * reach
    radix = 1
    for larger in range(2, 9):
        if first * larger ** max(0, packing.n_tiers - 1) <= _MOST:
            radix = larger
    of_class = np.zeros(packing.n_tiers + 1, dtype=np.int64)
    for tier in range(1, packing.n_tiers + 1):
        of_class[tier] = first * radix ** (tier - 1) if radix > 1 else first * tier
    top = max(reach, int(of_class.max()))
    scale = 1 << max(0, (_FINE // top).bit_length() - 1)
    return Weights(packing.gain + of_class[packing.tier[packing.row]], of_class, scale, reach)
