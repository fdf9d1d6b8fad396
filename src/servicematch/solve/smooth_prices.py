"""Approximate prices by smoothing: rows spread their units, and prices rise where more is asked than there is.

At temperature T a row spreads its units over its pairs, and over staying open, which leaves a margin of 0, in
proportion to ``exp(margin / T)``. The prices at which no column is asked for more than its room, and one asked for
less costs nothing, are those of the assignment with an entropy added. Sinkhorn's scaling finds them: raise each price
by T times the logarithm of what is asked over the room (Cuturi, Sinkhorn Distances, 2013). While T is high this
settles in a few steps; cooled down, each time from the prices before, they come close to the true prices.

Sinkhorn's steps are short, so they are joined by Anderson acceleration: of all weighted means of the last few prices,
take the one whose step would be the smallest, and step from there (Anderson 1965; Walker and Ni, Anderson
Acceleration for Fixed-Point Iterations, 2011).

Everything is in ranges of the gain and 32-bit floats. Nothing rests on it: whatever the prices are, `smooth` solves
and proves in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from servicematch.solve.smooth_market import nth_best

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.smooth_market import Float32Array, Market

_TEMPERATURES = (0.3, 0.1, 0.04, 0.015, 0.006)
"""In ranges of the gain. Fewer and larger steps settle later or not at all; a colder end takes longer than it saves."""

_MOST_STEPS = 40
_WELL = 2e-3
"""Prices have settled when this part of all units is asked too much or, at a price, too little."""

_ILL = 5e-2
"""When so much is still amiss after the last step, they do not settle: cooler ones would not be near either."""

_REACH = 12
"""Pairs so many temperatures below their row's best are left out: they would get 6 units of a million."""

_MEMORY = 5
_FARTHEST = 25
"""At one temperature T no price moves further than so many T: the exponential of much more leaves 32 bits."""


def smooth_prices(market: Market) -> Float32Array | None:
    """Return prices in ranges of the gain, or None where they do not settle.

    Examples
    --------
    Two rows want the only place of the first column, which costs what the second row would give for it.

    >>> from servicematch.solve.smooth_market import Market
    >>> row, col = np.array([0, 0, 1, 1], dtype=np.int32), np.array([0, 1, 0, 1], dtype=np.int32)
    >>> one, value = np.array([1, 1]), np.array([27, 21, 26, 18])
    >>> price = smooth_prices(Market(np.arange(4), row, col, value, one, one, scale=9))
    >>> bool(6 / 9 < price[0] - price[1] < 8 / 9)
    True
    """
    value = market.value.astype(np.float32)
    value /= market.scale
    start = market.start
    price = np.zeros(len(market.room), dtype=np.float32)
    for temperature in _TEMPERATURES:
        demand = _demand(market, value, start, price, np.float32(temperature))
        price, amiss = _settle(demand, market.room)
        if amiss > _ILL:
            return None
        price *= np.float32(temperature)
    return price


@dataclass(frozen=True, slots=True)
class _Demand:
    """What is asked of each column at prices in temperatures.

    Attributes
    ----------
    price
        The prices at which wishes were taken.
    wishes
        A row by row and column by column: ``exp`` of margins less the row's best (its last unit's, of several).
    stay
        float32, one a row: the same for staying open.
    need
        float32, units by row.
    """

    price: Float32Array
    wishes: csr_array
    stay: Float32Array
    need: Float32Array

    def at(self, price: Float32Array) -> Float32Array:
        """Return the units asked of each column; a change of price is a factor to its column."""
        factor = np.exp(self.price - price)
        asked: Float32Array = factor * (self.wishes.T @ (self.need / (self.stay + self.wishes @ factor)))
        return asked


def _demand(
    market: Market, value: Float32Array, start: IntArray, price: Float32Array, temperature: np.float32
) -> _Demand:
    """Take wishes at these prices. Of several units, pairs better than the last one's count as equally good."""
    margin = value - price[market.col]
    last = nth_best(margin, start, market.need)
    margin -= np.repeat(last, np.diff(start))
    near = np.flatnonzero(margin >= -_REACH * temperature)
    wish = np.exp(np.minimum(margin[near], 0) / temperature)
    pointer = np.searchsorted(near, start).astype(np.int32)
    wishes = csr_array((wish, market.col[near], pointer), shape=(len(last), len(price)))
    stay = np.exp(np.minimum(-last / temperature, 2 * _FARTHEST))
    return _Demand(price / temperature, wishes, stay, market.need.astype(np.float32))


def _settle(demand: _Demand, room: IntArray) -> tuple[Float32Array, float]:
    """Return the best prices met, in temperatures, and the part of all units that is amiss there."""
    total = max(1, min(int(demand.need.sum()), int(room.sum())))
    places = np.maximum(room, 1).astype(np.float32)  # a column without room has no pair that asks
    floor, ceiling = np.maximum(demand.price - _FARTHEST, 0), demand.price + _FARTHEST
    price, best, least = demand.price, demand.price, np.inf
    prices: list[Float32Array] = []
    steps: list[Float32Array] = []
    for _ in range(_MOST_STEPS):
        asked = demand.at(price)
        too_much = asked - places
        amiss = float(np.where(price > 0, np.abs(too_much), np.maximum(too_much, 0)).sum()) / total
        if amiss < least:
            best, least = price, amiss
        if amiss < _WELL:
            break
        step = np.maximum(price + np.log(np.maximum(asked, np.float32(1e-30)) / places), 0) - price
        prices, steps = [*prices[-_MEMORY:], price], [*steps[-_MEMORY:], step]
        price = np.clip(_accelerated(prices, steps), floor, ceiling)
    return best, least


def _accelerated(prices: list[Float32Array], steps: list[Float32Array]) -> Float32Array:
    """Return the mean of the prices whose step is smallest, and that step taken; weights add up to 1 but may be < 0."""
    d_price, d_step = np.diff(prices, axis=0), np.diff(steps, axis=0)
    weight = np.linalg.lstsq(d_step @ d_step.T, d_step @ steps[-1], rcond=1e-7)[0]
    mean: Float32Array = prices[-1] + steps[-1] - weight @ (d_price + d_step)
    return mean
