"""The auction: agents bid for places at objects until each has what it needs, at prices within epsilon of the best.

Bertsekas and Castañon (1989), for objects of several places: the price of an object is its lowest bid once all its
places are taken. Prices only rise, so the best few pairs of an agent, kept from the last look at all of them, stay
the best few until the second of them falls below the best one left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray

NONE = -(1 << 61)
"""A value below every other."""


class Side(NamedTuple):
    """Pairs grouped by agent: those of agent a are ``start[a] : start[a + 1]``."""

    start: IntArray
    agent: Int32Array
    thing: Int32Array
    gain: IntArray


class Places(NamedTuple):
    """The places of each object, those taken first, as a heap with the lowest bid on top: ``start[o] : start[o + 1]``."""

    start: IntArray
    n_taken: IntArray
    bid: IntArray
    pair: IntArray


class Hands(NamedTuple):
    """What agents have and remember: places held, bids made, best pairs, value of the best pair left out."""

    need: IntArray
    n_held: IntArray
    n_bids: IntArray
    best: IntArray
    left_out: IntArray
    is_held: BoolArray


@compiled
def hold_auction(
    queue: IntArray,
    side: Side,
    places: Places,
    hands: Hands,
    price: IntArray,
    is_open: BoolArray,
    outside: IntArray,
    epsilon: int,
    jump: int,
    most_bids: int,
    budget: int,
) -> tuple[bool, int]:
    """Let the agents of the queue bid, in place; tell whether all came to rest, and how many pairs were looked at.

    Each bids until it has its need, or nothing is worth more than its ``outside``, or it has bid ``most_bids`` times.
       ``jump`` is what an agent without a second choice adds to its bid.
    """
    # Arrays are taken out of their tuples once: each time costs more than what is done with them.
    start, owner, thing, gain = side
    first, n_taken, bids, holders = places.start, places.n_taken, places.bid, places.pair
    need, n_held, n_bids, best, left_out, is_held = hands
    width = best.shape[1]
    stack = np.empty(len(need) + 1, dtype=np.int64)
    waits = np.zeros(len(need), dtype=np.bool_)
    n_waiting = len(queue)
    stack[:n_waiting] = queue
    waits[queue] = True
    worth = np.empty(width, dtype=np.int64)
    looked_at = 0
    while n_waiting > 0:
        n_waiting -= 1
        agent = stack[n_waiting]
        waits[agent] = False
        while n_held[agent] < need[agent] and n_bids[agent] < most_bids:
            pair, value, second = _best_two(agent, best, is_held, gain, thing, price)
            looked_at += width
            out = left_out[agent]
            if pair < 0 or not (second >= out or (value >= out and outside[agent] >= out)):
                _look_at_all(agent, start, thing, gain, is_held, price, is_open, best, left_out, worth)
                looked_at += start[agent + 1] - start[agent]
                pair, value, second = _best_two(agent, best, is_held, gain, thing, price)
                second = max(second, left_out[agent])
            second = max(second, outside[agent])
            if pair < 0 or value < outside[agent]:
                break
            at = thing[pair]
            bid = price[at] + (jump if second == NONE else value - second + epsilon)
            n_bids[agent] += 1
            is_held[pair] = True
            n_held[agent] += 1
            n_places = first[at + 1] - first[at]
            if n_taken[at] < n_places:
                _sift_up(bids, holders, first[at], n_taken[at], bid, pair)
                n_taken[at] += 1
                if n_taken[at] == n_places:
                    price[at] = max(price[at], bids[first[at]])
                continue
            lost = holders[first[at]]
            _sift_down(bids, holders, first[at], n_places, bid, pair)
            price[at] = bids[first[at]]
            loser = owner[lost]
            is_held[lost] = False
            n_held[loser] -= 1
            if need[loser] > 1:
                _remember(loser, lost, best, left_out, is_held, gain, thing, price)
            if not waits[loser]:
                waits[loser] = True
                stack[n_waiting] = loser
                n_waiting += 1
        if looked_at > budget:
            return False, looked_at
    return True, looked_at


@compiled
def _best_two(
    agent: int, best: IntArray, is_held: BoolArray, gain: IntArray, thing: Int32Array, price: IntArray
) -> tuple[int, int, int]:
    """Return the best remembered pair that is not held, its value, and the second value."""
    found, value, second = -1, NONE, NONE
    for i in range(best.shape[1]):
        pair = best[agent, i]
        if pair < 0:
            break
        if is_held[pair]:
            continue
        worth = gain[pair] - price[thing[pair]]
        if worth > value:
            found, value, second = pair, worth, value
        elif worth > second:
            second = worth
    return found, value, second


@compiled
def _look_at_all(
    agent: int,
    start: IntArray,
    thing: Int32Array,
    gain: IntArray,
    is_held: BoolArray,
    price: IntArray,
    is_open: BoolArray,
    best: IntArray,
    left_out: IntArray,
    worth: IntArray,
) -> None:
    """Remember the best pairs that are not held, best first, and the value of the best one left out; ``worth`` is scratch."""
    width = len(worth)
    n = 0
    out = NONE
    for pair in range(start[agent], start[agent + 1]):
        at = thing[pair]
        if is_held[pair] or not is_open[at]:
            continue
        value = gain[pair] - price[at]
        if n < width:
            i = n
            n += 1
        elif value > worth[width - 1]:
            out = max(out, worth[width - 1])
            i = width - 1
        else:
            out = max(out, value)
            continue
        while i > 0 and worth[i - 1] < value:
            worth[i] = worth[i - 1]
            best[agent, i] = best[agent, i - 1]
            i -= 1
        worth[i] = value
        best[agent, i] = pair
    best[agent, n:] = -1
    left_out[agent] = out


@compiled
def _remember(
    agent: int,
    lost: int,
    best: IntArray,
    left_out: IntArray,
    is_held: BoolArray,
    gain: IntArray,
    thing: Int32Array,
    price: IntArray,
) -> None:
    """Put a pair that was lost back among the best ones: it was not looked at while it was held."""
    width = best.shape[1]
    worst, least = -1, gain[lost] - price[thing[lost]]
    for i in range(width):
        pair = best[agent, i]
        if pair == lost:
            return
        if pair < 0:
            best[agent, i] = lost
            if i + 1 < width:
                best[agent, i + 1] = -1
            return
        value = NONE if is_held[pair] else gain[pair] - price[thing[pair]]
        if value < least:
            worst, least = i, value
    out = lost if worst < 0 else best[agent, worst]
    if worst >= 0:
        best[agent, worst] = lost
    if not is_held[out]:
        left_out[agent] = max(left_out[agent], gain[out] - price[thing[out]])


@compiled
def _sift_up(bids: IntArray, holders: IntArray, first: int, at: int, bid: int, pair: int) -> None:
    while at > 0:
        above = (at - 1) // 2
        if bids[first + above] <= bid:
            break
        bids[first + at] = bids[first + above]
        holders[first + at] = holders[first + above]
        at = above
    bids[first + at] = bid
    holders[first + at] = pair


@compiled
def _sift_down(bids: IntArray, holders: IntArray, first: int, n: int, bid: int, pair: int) -> None:
    at = 0
    while True:
        below = 2 * at + 1
        if below >= n:
            break
        if below + 1 < n and bids[first + below + 1] < bids[first + below]:
            below += 1
        if bids[first + below] >= bid:
            break
        bids[first + at] = bids[first + below]
        holders[first + at] = holders[first + below]
        at = below
    bids[first + at] = bid
    holders[first + at] = pair
