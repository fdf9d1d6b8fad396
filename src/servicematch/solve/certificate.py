"""The bound that prices prove, tier by tier, in whole numbers.

A pair of row r (class k) at column c (price: class l, gain s) has the margin (e_k - e_l, gain - s), where e_k is one
unit of class k; margins are compared lexicographically. A row's utility is the sum of its ``need`` largest positive
margins. No choice of pairs is worth more than all utilities plus all places at their prices, whatever the prices are;
a choice that is worth exactly that is optimal in every tier at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.compiled import filled
from servicematch.solve.matching import starts

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, IntArray
    from servicematch.solve.matching import Matching
    from servicematch.solve.problem import Prices, Problem


@dataclass(frozen=True, slots=True)
class Margins:
    """Margins of all pairs as single numbers of the same order, and the threshold of each row.

    Attributes
    ----------
    key
        int64, one a pair: ``(class of row - class of price) * step + gain - price``, so 0 is a margin of nothing.
    step
        A power of two above twice any difference of gain and price, so that the class always decides.
    threshold
        int64, one a row: the ``need``-th largest positive key, 0 when the row has fewer.
    """

    key: IntArray
    step: int
    threshold: IntArray


@dataclass(frozen=True, slots=True)
class Proof:
    """What prices prove.

    Attributes
    ----------
    bound
        No choice of pairs is worth more: units by class from the highest, then the sum of gains.
    threshold
        int64, one a row, as in `Margins`.
    tied
        int64, rising positions of the pairs whose margin is exactly their row's threshold: only these can differ
        between one optimal choice and another.
    """

    bound: tuple[int, ...]
    threshold: IntArray
    tied: IntArray


def prove(problem: Problem, prices: Prices, matching: Matching | None = None, *, compiled: bool = False) -> Proof:
    """Return what prices prove, those of a matching or any (see `find_margins`)."""
    if compiled and matching is not None:
        return _prove_compiled(problem, prices, matching)
    margins = find_margins(problem, prices, matching)
    tied = np.flatnonzero(margins.key == margins.threshold[problem.row])
    return Proof(prove_bound(problem, prices, margins), margins.threshold, tied)


def _prove_compiled(problem: Problem, prices: Prices, matching: Matching) -> Proof:
    """Do the same without an array over all pairs."""
    from servicematch.solve._kernels.proof import add_up  # noqa: PLC0415 - only with the extra

    least, most = int(problem.gain.min(initial=0)), int(problem.gain.max(initial=0))
    reach = max(abs(most - int(prices.gain.min())), abs(least - int(prices.gain.max())))
    step = _step(problem, prices, reach)
    chosen = matching.chosen
    key = problem.gain[chosen] - prices.gain[matching.col]
    key += (problem.tier[matching.row] - prices.tier[matching.col]) * step
    threshold = _thresholds(matching, key)
    parts = (matching.row_start, problem.col, problem.gain, problem.need, problem.tier, prices.tier, prices.gain)
    n_tiers = max(problem.n_tiers, int(prices.tier.max(initial=0)))
    sums = partial(add_up, *parts, threshold, step, n_tiers)
    (units, halves, n_above), tied = filled(sums, 2 * problem.n_rows + 16)
    gain = (int(halves[0]) << 32) + int(halves[1])
    return Proof(
        _with_rest(problem, prices, Margins(key, step, threshold), units=units, gain=gain, n_above=n_above),
        threshold,
        tied,
    )


def find_margins(problem: Problem, prices: Prices, matching: Matching | None = None) -> Margins:
    """Return the margin of every pair at the given prices, and what each row must beat.

    Any threshold proves a bound. Without a matching it is the best one; with a matching it is read off the row's own
    pairs, which is faster, and is the best one exactly when matching and prices are optimal.
    """
    key = problem.gain - prices.gain[problem.col]
    step = _step(problem, prices, max(-int(key.min(initial=0)), int(key.max(initial=0))))
    if problem.n_tiers or prices.tier.any():
        key += (problem.tier[problem.row] - prices.tier[problem.col]) * step
    threshold = _best_thresholds(problem, key) if matching is None else _thresholds(matching, key[matching.chosen])
    return Margins(key, step, threshold)


def _step(problem: Problem, prices: Prices, reach: int) -> int:
    """Return a power of two above twice any difference of gain and price, if all classes then fit into 64 bits."""
    step = 1 << (2 * reach + 1).bit_length()
    highest = max(problem.n_tiers, int(prices.tier.max(initial=0)))
    if step * (highest + 1) >= 2**62:
        raise SolverError(
            f"{highest} classes with gains up to {step // 2} leave no room in 64 bits. Maybe use fewer priorities."
        )
    return step


def prove_bound(problem: Problem, prices: Prices, margins: Margins) -> tuple[int, ...]:
    """Add utilities and priced places: no choice of pairs is worth more, in lexicographic order."""
    n_tiers = max(problem.n_tiers, int(prices.tier.max(initial=0)))
    units = np.zeros(n_tiers + 1, dtype=np.int64)
    above = np.flatnonzero((margins.key > margins.threshold[problem.row]) & (problem.need[problem.row] > 0))
    rows, cols = problem.row[above], problem.col[above]
    units += np.bincount(problem.tier[rows], minlength=n_tiers + 1)
    units -= np.bincount(prices.tier[cols], minlength=n_tiers + 1)
    gain = exact_sum(problem.gain[above] - prices.gain[cols])
    return _with_rest(
        problem, prices, margins, units=units, gain=gain, n_above=np.bincount(rows, minlength=problem.n_rows)
    )


def _with_rest(
    problem: Problem, prices: Prices, margins: Margins, *, units: IntArray, gain: int, n_above: IntArray
) -> tuple[int, ...]:
    """Add what the threshold says of the units that no margin above it takes, and the priced places.

    The rest of each row's units is worth its threshold, a margin too: it is split into class and gain again.
    """
    rest = problem.need - n_above
    worth = np.flatnonzero((rest != 0) & (margins.threshold > 0))
    lift, rest_gain = _split(margins.threshold[worth], margins.step)
    np.add.at(units, problem.tier[worth], rest[worth])
    np.add.at(units, problem.tier[worth] - lift, -rest[worth])
    gain += exact_sum(rest_gain * rest[worth])
    np.add.at(units, prices.tier, problem.room)
    gain += exact_sum(prices.gain * problem.room)
    return (*(int(count) for count in units[:0:-1]), gain)


def value_of(problem: Problem, chosen: IntArray) -> tuple[int, ...]:
    """Return what a choice of pairs is worth: units by class from the highest, then the sum of gains."""
    units = np.bincount(problem.tier[problem.row[chosen]], minlength=problem.n_tiers + 1)
    return (*(int(count) for count in units[:0:-1]), exact_sum(problem.gain[chosen]))


def exact_sum(values: AnyArray) -> int:
    """Add 64-bit integers in two halves, so that no sum wraps.

    Examples
    --------
    >>> exact_sum(np.array([2**62, 2**62, 2**62, -1])) == 3 * 2**62 - 1
    True
    """
    high = values >> 32
    return (int(high.sum()) << 32) + int((values - (high << 32)).sum())


def _split(key: IntArray, step: int) -> tuple[IntArray, IntArray]:
    """Undo the packing of a key: difference of classes, difference of gains."""
    classes = (key + step // 2) // step
    return classes, key - classes * step


def _thresholds(matching: Matching, key: IntArray) -> IntArray:
    """Return the smallest key among each full row's chosen pairs (``key`` is theirs), 0 for rows that are open."""
    threshold = np.full(matching.problem.n_rows, np.iinfo(np.int64).max)
    np.minimum.at(threshold, matching.row, key)
    threshold[matching.open_rows | (matching.problem.need == 0)] = 0
    np.maximum(threshold, 0, out=threshold)
    return threshold


def _best_thresholds(problem: Problem, key: IntArray) -> IntArray:
    """Return the ``need``-th largest positive key of each row, 0 where there are fewer."""
    threshold = np.zeros(problem.n_rows, dtype=np.int64)
    start = problem.row_start
    one = (problem.need == 1) & (start[:-1] < start[1:])
    if one.any():
        some = start[:-1] < start[1:]
        best = np.maximum.reduceat(key, start[:-1][some])
        threshold[some] = np.where(problem.need[some] == 1, best, 0)
    several = (problem.need > 1) & (np.diff(start) >= problem.need)
    if several.any():
        pairs = np.flatnonzero(several[problem.row])
        pairs = pairs[np.lexsort((-key[pairs], problem.row[pairs]))]
        first = starts(problem.row[pairs], problem.n_rows)[:-1]
        threshold[several] = key[pairs[first[several] + problem.need[several] - 1]]
    return np.maximum(threshold, 0)
