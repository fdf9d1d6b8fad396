"""The bound that multipliers prove where pairs have loads, worked out again by knapsacks of its own."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.prices import exact_sum

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servicematch.base.arrays import AnyArray, IntArray

_MOST_STATES = 20_000
_WIDEST = 2**18
_MOST_CELLS = 200_000
_SAFE = 2**62


@dataclass(frozen=True, slots=True)
class LoadedPairs:
    """What the bound speaks of: whole numbers, one a pair but for need and tier (one a row) and capacity (one a column).

    ``tier`` is the class of a row: 0 where serving it counts for nothing by itself. ``places`` is one a column: how many
    pairs may be chosen there, None where only capacities decide.
    """

    row: IntArray
    col: IntArray
    gain: IntArray
    load: IntArray
    need: IntArray
    tier: IntArray
    capacity: IntArray
    places: IntArray | None = None


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
    needs. Whole numbers of any size are added exactly. A knapsack of too many states is bounded by the fractional one,
    and one whose places would make its table too large by that without them.

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
    total = sum(int(need) * int(charge) for need, charge in zip(pairs.need.tolist(), row, strict=True))
    total -= sum(int(one) * int(count) for one, count in zip(keep, counts, strict=True))
    worth = _worths(pairs, tier, scale, keep, row)
    places = np.full(len(pairs.capacity), len(pairs.row)) if pairs.places is None else pairs.places
    for col, mine in _by_column(pairs, worth):
        total += _knapsack(pairs.load[mine], worth[mine], int(pairs.capacity[col]), int(places[col]))
    return total // scale


def _worths(pairs: LoadedPairs, tier: int, scale: int, keep: Sequence[int], row: Sequence[int]) -> AnyArray:
    """Weigh the pairs: whole numbers of 64 bits where they are sure to fit, else Python's own."""
    value = pairs.gain if tier == 0 else (pairs.tier[pairs.row] == tier).astype(np.int64)
    largest = scale * (1 + int(np.abs(value).max(initial=0))) + max(map(int, keep), default=0) + max(row, default=0)
    kind: Any = np.int64 if largest * max(1, len(value)) < _SAFE else np.object_
    paid, charged = np.array(list(keep), dtype=kind), np.array(list(row), dtype=kind)
    worth: AnyArray = value.astype(kind) * scale + paid[pairs.tier[pairs.row]] - charged[pairs.row]
    return worth


def _by_column(pairs: LoadedPairs, worth: AnyArray) -> Iterator[tuple[int, IntArray]]:
    """Give the pairs of each column that are worth anything and fit in alone."""
    useful = (worth > 0).astype(np.bool_) & (pairs.load <= pairs.capacity[pairs.col]) & (pairs.need[pairs.row] > 0)
    kept = np.flatnonzero(useful)
    kept = kept[np.argsort(pairs.col[kept], kind="stable")]
    begins = np.flatnonzero(np.diff(pairs.col[kept], prepend=-1))
    for mine in np.split(kept, begins)[1:]:
        yield int(pairs.col[mine[0]]), mine


def _knapsack(load: IntArray, worth: AnyArray, capacity: int, places: int) -> int:
    """Return the most that fits, in number and in load."""
    if places <= 0:
        return 0
    unit = max(1, gcd(*load.tolist()))
    load, capacity = load // unit, min(capacity, int(load.sum())) // unit
    if places < len(load) and places * (capacity + 1) <= _MOST_CELLS:
        return _counted(load, worth, capacity, places)
    if worth.dtype == np.object_ or capacity > _WIDEST:
        return _listed(list(zip(load.tolist(), worth.tolist(), strict=True)), capacity)
    if int(load.sum()) <= capacity:
        return exact_sum(worth)
    best = np.zeros(capacity + 1, dtype=np.int64)
    for size, gain in zip(load.tolist(), worth.tolist(), strict=True):
        best[size:] = np.maximum(best[size:], best[: capacity + 1 - size] + gain)
    return int(best[-1])


def _counted(load: IntArray, worth: AnyArray, capacity: int, places: int) -> int:
    """Do the same by number and load; of equal loads only the best few can be of use."""
    order = np.lexsort((-worth, load)) if worth.dtype != np.object_ else np.argsort(-worth, kind="stable")
    best = np.zeros((places + 1, capacity + 1), dtype=worth.dtype)
    seen: dict[int, int] = {}
    for size, gain in zip(load[order].tolist(), worth[order].tolist(), strict=True):
        seen[size] = seen.get(size, 0) + 1
        if seen[size] <= places:
            best[1:, size:] = np.maximum(best[1:, size:], best[:-1, : capacity + 1 - size] + gain)
    return int(best[-1, -1])


def _listed(items: list[tuple[int, int]], capacity: int) -> int:
    """Return the most that fits: the choices that no other beats in both load and worth, one item after the other."""
    front = [(0, 0)]
    for load, worth in items:
        longer = [(used + load, total + worth) for used, total in front if used + load <= capacity]
        front = _undominated(front, longer)
        if len(front) > _MOST_STATES:
            return _fractional(items, capacity)
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
