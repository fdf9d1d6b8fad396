"""The best choice by levels: one level after the other, each on the face that those before left.

What a level leaves open are the pairs that its prices call neither better nor worse than the least of their row; what
they call better stays, what they call worse goes, and a column with a price stays full. So the prices of all levels
together, compared from the left, prove the whole.

Each level is solved on few pairs. Whatever open pair would better the choice at the prices found is added, until none is
left (column generation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError
from servicematch.solve.face import Face, cheapest_on_face, move, narrow
from servicematch.solve.matching import index_matching
from servicematch.solve.residual import movable
from servicematch.solve.satisfied.labels import find_prices

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.matching import Matching
    from servicematch.solve.problem import Prices, Problem

_FEW = 16
"""Pairs of each row that are tried first, and one more for each unit that it needs."""

_BITS = 28
"""Of what a pair at the next level costs behind the level at hand, so that one flow does most of the work of many."""

_MOST_COST = 2**62
"""What fits into the costs at all; the solver's own range is narrower, and it says so."""

_TRIED = 150
"""Rounds in which a choice is shown to be the best already, before a flow is asked for a better one."""


@dataclass(frozen=True, slots=True)
class Descent:
    """The best choice, what proves it, and how it was found.

    Attributes
    ----------
    matching
        The choice.
    prices
        By level, ``steps`` for that of the gains: int64, one a column; levels without a price are left out.
    tied
        Positions of the pairs that no level told from the least of their row: only these differ between best choices.
    must_fill
        bool, one a column: those with a price, which are full in every best choice.
    n_solves
        Flows that were needed.
    """

    matching: Matching
    prices: dict[int, IntArray]
    tied: IntArray
    must_fill: BoolArray
    n_solves: int


def descend(problem: Problem, levels: IntArray, steps: int, chosen: IntArray, guide: Prices) -> Descent:
    """Go from a choice that gives every row what it needs to the best one that does.

    ``guide`` only says which pairs are worth a try at first: the prices of the best choice by gains.

    Examples
    --------
    Two rows and two columns: 10 + 4 is more than 6 + 7, but leaves nobody at level 4.

    >>> from servicematch.solve.problem import Prices, Problem
    >>> row, col = np.array([0, 0, 1, 1], dtype=np.int32), np.array([0, 1, 0, 1], dtype=np.int32)
    >>> one = np.ones(2, dtype=np.int64)
    >>> problem = Problem(row, col, np.array([10, 6, 7, 4]), one, one, one)
    >>> descend(problem, np.array([10, 6, 7, 4]), 10, np.array([0, 3]), Prices(0 * one, 0 * one)).matching.chosen.tolist()
    [1, 2]
    """
    is_tried, must_fill = few_pairs(problem, chosen, guide), np.zeros(problem.n_cols, dtype=np.bool_)
    matching, prices, n_solves = index_matching(problem, chosen), dict[int, "IntArray"](), 0
    is_usable = (problem.need[problem.row] > 0) & (problem.capacity[problem.col] > 0)
    is_usable[chosen] = True
    is_open = np.flatnonzero(is_usable)
    for level in (*(one for one in np.unique(levels).tolist() if one < steps), steps):
        at_level = levels[is_open] == level
        if level < steps and not matching.is_chosen[is_open[at_level]].any():
            is_open = is_open[~at_level]  # nobody needs it, and without a price nobody may
            continue
        worth = problem.gain[is_open] if level == steps else -at_level.astype(np.int64)
        stage = _solve_stage(_Stage(matching, is_open, worth, _outlook(levels[is_open], level), must_fill), is_tried)
        matching, n_solves, is_open = stage.matching, n_solves + stage.n_solves, is_open[stage.is_tied]
        if stage.price.any():
            prices[level] = stage.price
            must_fill = must_fill | (stage.price != 0)
    return Descent(matching, prices, is_open, must_fill, n_solves)


def few_pairs(problem: Problem, chosen: IntArray, prices: Prices) -> BoolArray:
    """Mark the best pairs of each row, by gain and by what prices leave of it, and those chosen: what is tried first."""
    place = np.arange(problem.n_pairs) - problem.row_start[problem.row]
    is_first = place < _FEW + problem.need[problem.row]
    marks = np.zeros(problem.n_pairs, dtype=np.bool_)
    margin = problem.gain - prices.gain[problem.col]
    for order in ((-problem.gain, problem.row), (-margin, prices.tier[problem.col], problem.row)):
        marks[np.lexsort(order)[is_first]] = True
    marks[chosen] = True
    return marks


@dataclass(frozen=True, slots=True)
class _Stage:
    """One level: what is worth what among the open pairs (positions), what decides where that is equal, and which columns
    must stay full.
    """  # noqa: D205 - a list of parts

    matching: Matching
    is_open: IntArray
    worth: IntArray
    outlook: IntArray
    must_fill: BoolArray


def _outlook(levels: IntArray, level: int) -> IntArray:
    """Return what pairs at the levels behind this one cost: each some times what the next one does, the highest nothing.

    With it the choice at one level is a good one at those behind, many of which then need no flow of their own.
    """
    highest = int(levels.max(initial=level))
    share = np.minimum((highest - levels) / max(1, highest - level), 1.0)
    return np.where((levels > level) & (levels < highest), 2.0 ** (_BITS * share), 0.0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Done:
    """The best choice at a level, the prices that prove it, and which open pairs tie with the least of their row."""

    matching: Matching
    price: IntArray
    is_tied: BoolArray
    n_solves: int


def _solve_stage(stage: _Stage, is_tried: BoolArray) -> _Done:
    """Solve a level on the pairs that are tried, and mark those that it takes besides."""
    matching, problem, n_solves = stage.matching, stage.matching.problem, 0
    row, col = problem.row[stage.is_open], problem.col[stage.is_open]
    while True:
        at = np.flatnonzero(_to_decide(row, matching.is_chosen[stage.is_open], is_tried[stage.is_open]))
        pairs = stage.is_open[at]
        no_row = np.zeros(problem.n_rows, dtype=np.bool_)
        face = Face(matching, pairs, matching.is_chosen[pairs], no_row, ~stage.must_fill)
        matching, price, n = _best_on(face, stage.worth[at], stage.outlook[at])
        n_solves += n
        margin, is_chosen = stage.worth - price[col], matching.is_chosen[stage.is_open]
        least = np.full(problem.n_rows, np.iinfo(np.int64).max)
        np.minimum.at(least, row[is_chosen], margin[is_chosen])
        better = (margin > least[row]) & ~is_chosen
        if not better.any():
            return _Done(matching, price, margin == least[row], n_solves)
        is_tried[stage.is_open[better]] = True


def _to_decide(row: Int32Array, is_chosen: BoolArray, is_tried: BoolArray) -> BoolArray:
    """Leave out the rows that have all their pairs: they have nothing to decide, and hold no price down."""
    has_others = np.zeros(int(row.max(initial=-1)) + 1, dtype=np.bool_)
    has_others[row[is_tried & ~is_chosen]] = True
    return is_tried & has_others[row]


def _best_on(face: Face, worth: IntArray, outlook: IntArray) -> tuple[Matching, IntArray, int]:
    """Return the best choice of a face, the prices that prove it, and the number of flows."""
    price = find_prices(face, worth, _TRIED)
    if price is not None:
        return face.matching, price, 0
    moves = movable(face)
    if moves.any():
        face = move(face, _cheapest(narrow(face, moves), worth[moves].max() - worth[moves], outlook[moves]))
    price = find_prices(face, worth)
    assert price is not None
    return face.matching, price, 1


def _cheapest(face: Face, cost: IntArray, outlook: IntArray) -> Matching:
    """Choose at the least cost and, where the solver can hold both, among these at the least outlook."""
    unit = int(face.is_chosen.sum()) * int(outlook.max(initial=0)) + 1
    if unit > 1 and int(cost.max(initial=0)) * unit < _MOST_COST:
        try:
            return cheapest_on_face(face, cost * unit + outlook)
        except CostRangeError:
            pass  # then by the level alone
    return cheapest_on_face(face, cost)
