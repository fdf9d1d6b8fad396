"""The bound that multipliers prove where pairs have loads, worked out again by knapsacks of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import IntArray

_MOST_STATES = 20_000


@dataclass(frozen=True, slots=True)
class LoadedPairs:
    """What the bound speaks of: whole numbers, one a pair but for need and tier (one a row) and capacity (one a column).

    ``tier`` is the class of a row: 0 where serving it counts for nothing by itself.
    """

    row: IntArray
    col: IntArray
    gain: IntArray
    load: IntArray
    need: IntArray
    tier: IntArray
    capacity: IntArray


def bound_by_multipliers(
    pairs: LoadedPairs, tier: int, *, scale: int, keep: Sequence[int], row: Sequence[int], counts: Sequence[int]
) -> int:
    """Return what no choice of pairs can exceed in one tier, given any multipliers of at least 0.

    Parameters
    ----------
    pairs
        The problem, fixed pairs taken out with their units and loads.
    tier
        The class whose units are bounded, or 0 for the sum of gains.
    scale
        Of the multipliers: they are whole multiples of ``1 / scale``.
    keep
        One a class from 0: what a unit of it is paid besides.
    row
        One a row: what a unit of it is charged.
    counts
        One a class from 0: units that the choices spoken of serve at least, wherever ``keep`` is not 0.

    Raises
    ------
    ValueError
        For a scale below 1, or multipliers below 0: these prove nothing.

    Notes
    -----
    Each column takes its best knapsack of ``scale * value + keep - row``; a row pays ``row`` for each unit that it
    needs. Whole numbers of any size are added exactly. A knapsack of too many states is bounded by the fractional one.

    Examples
    --------
    >>> import numpy as np
    >>> zero, one = np.zeros(3, dtype=np.int64), np.ones(3, dtype=np.int64)
    >>> gain, load = np.array([9, 5, 5]), np.array([3, 2, 2])
    >>> pairs = LoadedPairs(np.arange(3), zero, gain, load, one, zero, np.array([4]))
    >>> bound_by_multipliers(pairs, 0, scale=1, keep=[0], row=[0, 0, 0], counts=[0])
    10
    """
    if scale < 1 or min(keep, default=0) < 0 or min(row, default=0) < 0:
        raise ValueError("multipliers prove a bound only when none is below 0 and their scale is at least 1")
    of_row = [int(one) for one in row]
    total = sum(int(need) * charge for need, charge in zip(pairs.need.tolist(), of_row, strict=True))
    total -= sum(int(one) * int(count) for one, count in zip(keep, counts, strict=True))
    columns: dict[int, list[tuple[int, int]]] = {}
    for r, c, gain, load in zip(*(one.tolist() for one in (pairs.row, pairs.col, pairs.gain, pairs.load)), strict=True):
        kind = int(pairs.tier[r])
        value = gain if tier == 0 else int(kind == tier)
        weight = scale * value + int(keep[kind]) - of_row[r]
        if weight > 0 and pairs.need[r] > 0:
            columns.setdefault(c, []).append((load, weight))
    return (total + sum(_knapsack(items, int(pairs.capacity[c])) for c, items in columns.items())) // scale


def _knapsack(items: list[tuple[int, int]], capacity: int) -> int:
    """Return the most that fits: the choices that no other beats in both load and worth, one item after the other."""
    front = [(0, 0)]
    fitting = [item for item in items if item[0] <= capacity]
    for load, worth in fitting:
        longer = [(used + load, total + worth) for used, total in front if used + load <= capacity]
        front = _undominated(front, longer)
        if len(front) > _MOST_STATES:
            return _fractional(fitting, capacity)
    return front[-1][1]


def _undominated(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    best: list[tuple[int, int]] = []
    for used, total in sorted([*some, *others], key=lambda state: (state[0], -state[1])):
        if not best or total > best[-1][1]:
            best.append((used, total))
    return best


def _fractional(items: list[tuple[int, int]], capacity: int) -> int:
    """Return Dantzig's bound, rounded up: by worth a unit of load, the last item in part."""
    left, total = capacity, 0
    for load, worth in sorted(items, key=lambda item: -item[1] / max(item[0], 1e-9)):
        if load > left:
            return total + -(-worth * left // load)
        left, total = left - load, total + worth
    return total
