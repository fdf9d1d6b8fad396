"""What it costs to force one unit: exact, from one shortest path, with the moves that it takes.

Losses are pairs of classes and gains: ``lost`` is the class of a unit that is served no longer (0 for none), ``won``
that of a unit that is served instead. A forced pair either pushes somebody out of the column, who leaves by the
cheapest way (`exits`), while the place that the row gives up is filled by the best who wants it; or everybody moves in
a ring, from the column to the place given up, and nobody else is touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.ways import cost_out, walk, way_in, way_out, worth_in

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.solve.exits import Exits
    from servicematch.solve.ways import Step


@dataclass(frozen=True, slots=True)
class Change:
    """The best plan with something forced, against the plan as it is.

    Attributes
    ----------
    lost, won
        Classes of the unit that is no longer served and of the one that is served instead, 0 for none; never equal
        unless both are 0.
    gain_lost
        What the sum of gains loses; may be negative where a class is lost.
    steps
        The moves, as ``(row, from, to)``.
    """

    lost: int
    won: int
    gain_lost: int
    steps: tuple[Step, ...] = ()

    @property
    def order(self) -> tuple[int, int, int]:
        """Sort by this to have the smallest loss first, tier by tier."""
        return (self.lost, -self.won, self.gain_lost)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is lost in any tier."""
        return self.order == (0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """What each of some columns would cost one row, in the order of the columns.

    Attributes
    ----------
    cols, gains
        int32 and int64; those that the row has already are not among them.
    loss
        float64, packed like prices; infinite where no place can be made.
    ring
        bool: a ring of moves is the cheapest way.
    distance
        float64, one a column of the problem: the length of the cheapest ring's rest from there, margins included;
        infinite where leaving is cheaper.
    """

    cols: Int32Array
    gains: IntArray
    loss: FloatArray
    ring: BoolArray
    distance: FloatArray


def losses(exits: Exits, row: int, others: tuple[Int32Array, IntArray] | None = None) -> Losses:
    """Return what forcing each pair of a row costs; ``others`` are columns and gains of pairs that are not eligible."""
    problem = exits.matching.problem
    if others is None:
        cols, _, has = exits.margins(row)
        at = problem.row_start[row] + np.flatnonzero(~has)
        cols, gains = cols[~has], problem.gain[at]
    else:
        cols, gains = others
    margin = gains + int(problem.tier[row]) * exits.step - exits.price[cols]
    through = exits.exit[cols] + float(exits.threshold[row])
    distance = _rings(exits, row)
    ring = distance[cols] <= through
    loss = np.minimum(distance[cols], through) - margin
    if problem.need[row] == 0:
        loss = np.full(len(cols), np.inf)
    return Losses(cols, gains, loss, ring & np.isfinite(loss), distance)


def _rings(exits: Exits, row: int) -> FloatArray:
    """Return the length from every column to a place that the row has, nobody leaving; infinite where leaving is cheaper.

    Lengths in the graph are above the exits: the difference of the exits of both ends is put back.
    """
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - slow to import

    best = np.full(exits.matching.problem.n_cols, np.inf)
    own, margin, has = exits.margins(row)
    for col, start in zip(own[has].tolist(), margin[has].astype(np.float64).tolist(), strict=True):
        limit = exits.exit[col] + float(exits.threshold[row]) - start
        if limit >= 0:
            above = dijkstra(exits.graph, indices=col, limit=limit)
            best = np.minimum(best, above - exits.exit[col] + exits.exit + start)
    return best


def force(exits: Exits, row: int, found: Losses, i: int) -> Change | None:
    """Return the change that forces the i-th pair of `losses`, with its moves; None where no place can be made."""
    if not np.isfinite(found.loss[i]):
        return None
    col = int(found.cols[i])
    steps = _ring_steps(exits, row, col, found.distance) if found.ring[i] else None
    if steps is not None:
        return Change(0, 0, int(found.loss[i]), tuple(steps))
    given_up, change = _through(exits, row, col, int(found.gains[i]))
    return replace(change, steps=_through_steps(exits, row, col, given_up))


def costs_at(exits: Exits, col: int) -> tuple[IntArray, list[Change | None]]:
    """Return every row that could have a column and has it not, and what forcing each in costs; without the moves.

    One search from the column serves all rows.
    """
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - slow to import

    problem, (order, start) = exits.matching.problem, exits.by_col
    pairs = order[start[col] : start[col + 1]]
    pairs = pairs[~exits.matching.is_chosen[pairs]]
    rows = problem.row[pairs].astype(np.int64)
    if not np.isfinite(exits.exit[col]):
        return rows, [None] * len(rows)
    above = dijkstra(exits.graph_forth, indices=[col])[0]
    gains = problem.gain[pairs].tolist()
    return rows, [_cost(exits, row, col, gain, above) for row, gain in zip(rows.tolist(), gains, strict=True)]


def _cost(exits: Exits, row: int, col: int, gain: int, above: FloatArray) -> Change | None:
    """Return what a forced pair costs; ``above`` are the lengths in the graph from its column to all others."""
    if exits.matching.problem.need[row] == 0:
        return None
    own, margin, has = exits.margins(row)
    rings = above[own[has]] + exits.exit[col] - exits.exit[own[has]] + margin[has]
    ring = float(rings.min(initial=np.inf))
    if ring <= exits.exit[col] + float(exits.threshold[row]):
        return Change(0, 0, int(ring) - exits.margin(row, col, gain))
    return _through(exits, row, col, gain)[1]


def _through(exits: Exits, row: int, col: int, gain: int) -> tuple[int, Change]:
    """Push somebody out of the column, and let the best come in where the row was, -1 for an open row.

    Return that column, and what the change costs.
    """
    tier = int(exits.matching.problem.tier[row])
    lost, gain_lost = cost_out(exits, col)
    own, margin, has = exits.margins(row)
    if exits.matching.served[row] < exits.matching.problem.need[row]:
        given_up, won, gain_lost = -1, tier, gain_lost - gain
    else:
        given_up = int(own[has][np.argmin(margin[has])])
        own_gain = int(margin[has].min()) + int(exits.price[given_up]) - tier * exits.step
        won, worth = worth_in(exits, given_up)
        gain_lost += own_gain - gain - worth
    return given_up, Change(0, 0, gain_lost) if lost == won else Change(lost, won, gain_lost)


def _through_steps(exits: Exits, row: int, col: int, given_up: int) -> tuple[Step, ...]:
    out = [(row, given_up, col), *way_out(exits, col)]
    return _joined(out, way_in(exits, given_up) if given_up >= 0 else [])


def _joined(out: list[Step], in_: list[Step]) -> tuple[Step, ...]:
    """Close the chain where its halves meet, or meet the row itself: what lies between moves for nothing."""
    row, given_up, col = out[0]
    for i, (who, left, _) in enumerate(out[1:], start=1):
        if who == row:  # the row makes room itself: it gives this place up instead
            return ((row, left, col), *out[1:i])
    own = next((i for i, (who, left, _) in enumerate(in_) if who == row and left >= 0), None)
    if own is not None:
        in_, given_up = in_[:own], in_[own][1]
    after = {left: i for i, (_, left, _) in enumerate(in_) if left >= 0}
    after |= {to: i + 1 for i, (_, _, to) in enumerate(in_)}
    steps = [(row, given_up, col), *out[1:]]
    for i, (_, left, _) in enumerate(out[1:], start=1):
        if left in after:
            return (*steps[:i], *in_[after[left] :])
    return (*steps, *in_)


def _ring_steps(exits: Exits, row: int, col: int, distance: FloatArray) -> list[Step] | None:
    """Return the ring: the row comes to the column, everybody moves on, the last one to where the row was."""
    own, margin, has = exits.margins(row)
    stop = np.full(len(distance), -np.inf)
    stop[own[has]] = margin[has]
    steps = walk(exits, col, distance, stop)
    given_up = steps[-1][2] if steps else col
    for i, (who, left, _to) in enumerate(steps):
        if who == row:
            return [(row, left, col), *steps[:i]]
    return [(row, given_up, col), *steps]
