"""The sums of a certificate, in one pass over the pairs: see `solve.certificate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, IntArray


@compiled
def add_up(
    start: IntArray,
    col: Int32Array,
    gain: IntArray,
    need: IntArray,
    tier: IntArray,
    price_tier: IntArray,
    price: IntArray,
    threshold: IntArray,
    step: int,
    n_tiers: int,
    tied: IntArray,
) -> tuple[IntArray, IntArray, IntArray, int]:
    """Add the margins above their row's threshold.

    Return their units by class, the sum of their gains in two halves of 32 bits, their number by row, and how many
    pairs have exactly the threshold for their margin; these are written into ``tied`` as far as it has room.
    """
    units, halves = np.zeros(n_tiers + 1, dtype=np.int64), np.zeros(2, dtype=np.int64)
    n_above = np.zeros(len(need), dtype=np.int64)
    n_tied = 0
    for row in range(len(need)):
        least, own = threshold[row], tier[row] * step
        for pair in range(start[row], start[row + 1]):
            at = col[pair]
            value = gain[pair] - price[at]
            key = value + own - price_tier[at] * step
            if key < least:
                continue
            if key == least:
                if n_tied < len(tied):
                    tied[n_tied] = pair
                n_tied += 1
            elif need[row] > 0:
                units[tier[row]] += 1
                units[price_tier[at]] -= 1
                halves[0] += value >> 32
                halves[1] += value & 0xFFFFFFFF
                n_above[row] += 1
    return units, halves, n_above, n_tied
