"""The bound that prices prove tier by tier, in whole numbers, whether anything crosses or not.

A tier has prices of its own, and weights: what a unit in each tier above counts beside its own units. For any prices,
and weights of at least nothing, no flow's weighted worth exceeds the sum over arcs of room times the positive part of
what the arc is worth with the prices taken in. Of a plan at least as good in the tiers above, their weighted values
come off again: what is left bounds the tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.claim import SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import FloatArray, IntArray
    from servicematch.solve.crossed.network import Crossed

_FINE = 12
"""Parts of a micro-point in which prices of the last tier are told: a third, a quarter and a half are whole."""


@dataclass(frozen=True, slots=True)
class TierPrices:
    """Prices of one tier.

    Attributes
    ----------
    weights
        A whole number for each tier: this one's own units count so much, those above beside them, those below nothing.
    way
        int64, one a node of the circulation; the root's is 0.
    group
        int64, one a crossing group.
    """

    weights: tuple[int, ...]
    way: IntArray
    group: IntArray


def whole_prices(net: Crossed, tier: int, way: FloatArray, group: FloatArray, beside: Sequence[float]) -> TierPrices:
    """Round the duals of a linear program; counts are told in millionths, points in twelfths of a micro-point."""
    own = SCALE if tier < net.n_tiers - 1 else _FINE
    unit = SCALE if tier < net.n_tiers - 1 else SCALE * _FINE
    weights = [round(max(0.0, one) * unit) for one in beside]
    rest = [0] * (net.n_tiers - tier - 1)
    return TierPrices(
        (*weights, own, *rest), np.rint(way * unit).astype(np.int64), np.rint(group * unit).astype(np.int64)
    )


def bound_of(net: Crossed, tier: int, prices: TierPrices, reached: Sequence[int], less: int = 0) -> int:
    """Return the most that a plan can have in a tier, if it has in the tiers above at least what was reached there.

    ``less`` is what conditions on the units of single rows take off the weighted worth.

    Examples
    --------
    One row that two columns want: at prices of nothing each of the pairs counts, at 7 for the row only the better one.

    >>> from servicematch.solve.crossed.network import crossed
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([5, 7])
    >>> one = np.array([1])
    >>> net = crossed(Problem(*pairs, need=one, capacity=np.array([1, 1]), tier=0 * one))
    >>> free = whole_prices(net, 0, np.zeros(4), np.zeros(0), ())
    >>> dear = whole_prices(net, 0, np.array([0, 7e-6, 0, 0]), np.zeros(0), ())
    >>> bound_of(net, 0, free, ()), bound_of(net, 0, dear, ())
    (12, 7)
    """
    margin = margins(net, prices)
    good = np.flatnonzero((margin > 0) & (net.room > 0))
    most = int((net.room[good].astype(object) * margin[good]).sum()) if len(good) else 0
    above = sum(weight * value for weight, value in zip(prices.weights[:tier], reached[:tier], strict=True))
    return (most - less - above) // prices.weights[tier]


def margins(net: Crossed, prices: TierPrices) -> IntArray:
    """Return what a unit on each arc is worth in the weighted tiers, with prices taken in."""
    worth = np.zeros(net.n_arcs, dtype=np.int64)
    for tier, weight in enumerate(prices.weights):
        if weight:
            worth += weight * net.worth_in(tier)
    built, first, at = net.built, 0, net.built.n_arcs
    worth[: built.n_arcs] += prices.way[built.head] - prices.way[built.tail]
    for part in net.parts:
        price = prices.group[first : first + part.n_groups]
        np.subtract.at(worth, part.member, price[part.of])
        worth[at : at + len(part.arc_group)] += price[part.arc_group]
        first, at = first + part.n_groups, at + len(part.arc_group)
    return worth
