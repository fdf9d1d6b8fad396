"""What it costs to force one unit: exact, from one shortest path, with the moves that it takes.

Losses are pairs of classes and gains: ``lost`` is the class of a unit that is served no longer (0 for none), ``won``
that of a unit that is served instead. A forced pair either pushes somebody out of the column, who leaves by the
cheapest way (`exits`), while the place that the row gives up is filled by the best who wants it; or everybody moves in
a ring, from the column to the place given up, and nobody else is touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.solve.exits import Exits

Step = tuple[int, int, int]
"""One unit moves: row, column that it leaves, column that it goes to; -1 for none."""


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
        infinite where it is longer than any of the columns asked about needs.
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
    distance = _rings(exits, row, through[np.isfinite(through)].max(initial=-1.0))
    ring = distance[cols] <= through
    loss = np.minimum(distance[cols], through) - margin
    if problem.need[row] == 0:
        loss = np.full(len(cols), np.inf)
    return Losses(cols, gains, loss, ring & np.isfinite(loss), distance)


def _rings(exits: Exits, row: int, limit: float) -> FloatArray:
    """Return the length from every column to a place that the row has, nobody leaving; infinite above the limit.

    Where no way out is, neither is a ring: from a place that the row has it could leave.
    """
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - slow to import

    best = np.full(exits.matching.problem.n_cols, np.inf)
    own, margin, has = exits.margins(row)
    for col, start in zip(own[has].tolist(), margin[has].astype(np.float64).tolist(), strict=True):
        if start <= limit:
            best = np.minimum(best, dijkstra(exits.graph, indices=col, limit=limit - start) + start)
    return best


def force(exits: Exits, row: int, found: Losses, i: int) -> Change | None:
    """Return the change that forces the i-th pair of `losses`, with its moves; None where no place can be made."""
    if not np.isfinite(found.loss[i]):
        return None
    col = int(found.cols[i])
    steps = _ring_steps(exits, row, col, found.distance) if found.ring[i] else None
    if steps is not None:
        return Change(0, 0, int(found.loss[i]), tuple(steps))
    return _through(exits, row, col, int(found.gains[i]))


def _through(exits: Exits, row: int, col: int, gain: int) -> Change:
    """Push somebody out of the column, and let the best come in where the row was."""
    problem = exits.matching.problem
    own, margin, has = exits.margins(row)
    is_open = int(exits.matching.served[row]) < int(problem.need[row])
    given_up = -1 if is_open else int(own[has][np.argmin(margin[has])])
    out, lost, cost = way_out(exits, col)
    steps: list[Step] = [(row, given_up, col), *out]
    if is_open:
        return _joined(steps, [], (lost, int(problem.tier[row])), cost - gain)
    in_, won, worth = way_in(exits, given_up)
    own_gain = int(margin[has].min()) + int(exits.price[given_up]) - int(problem.tier[row]) * exits.step
    return _joined(steps, in_, (lost, won), cost - gain + own_gain - worth)


def _joined(out: list[Step], in_: list[Step], classes: tuple[int, int], gain_lost: int) -> Change:
    """Close the chain where its halves meet, or meet the row itself: what lies between moves for nothing."""
    lost, won = (0, 0) if classes[0] == classes[1] else classes
    row, given_up, col = out[0]
    for i, (who, left, _) in enumerate(out[1:], start=1):
        if who == row:  # the row makes room itself: it gives this place up instead
            return Change(lost, won, gain_lost, ((row, left, col), *out[1:i]))
    own = next((i for i, (who, left, _) in enumerate(in_) if who == row and left >= 0), None)
    if own is not None:
        in_, given_up = in_[:own], in_[own][1]
    after = {left: i for i, (_, left, _) in enumerate(in_) if left >= 0}
    after |= {to: i + 1 for i, (_, _, to) in enumerate(in_)}
    steps = [(row, given_up, col), *out[1:]]
    for i, (_, left, _) in enumerate(out[1:], start=1):
        if left in after:
            return Change(lost, won, gain_lost, (*steps[:i], *in_[after[left] :]))
    return Change(lost, won, gain_lost, (*steps, *in_))


def way_out(exits: Exits, col: int) -> tuple[list[Step], int, int]:
    """Return the cheapest way to give up one place: its steps, the class of who drops out (0: nobody), the gain lost."""
    steps = _walk(exits, col, exits.exit, exits.leave)
    last = steps[-1][2] if steps else col
    if exits.matching.load[last] >= exits.matching.problem.capacity[last]:
        row = _who_leaves(exits, last)
        steps.append((row, last, -1))
    packed = int(exits.exit[col]) + int(exits.price[col])
    lost = (packed + exits.step // 2) // exits.step
    return steps, lost, packed - lost * exits.step


def _who_leaves(exits: Exits, col: int) -> int:
    """Return the member that loses least by staying open, the first of them."""
    for row in exits.members(col).tolist():
        cols, margin, _ = exits.margins(row)
        if margin[np.searchsorted(cols, col)] == exits.leave[col]:
            return int(row)
    raise AssertionError("somebody has the least margin")


def way_in(exits: Exits, col: int) -> tuple[list[Step], int, int]:
    """Return who would use one place more: the steps, the class of who is served anew (0: nobody), the gain won."""
    price, won = int(exits.price[col]), int(exits.price_tier[col])
    return (_walk_in(exits, col) if price > 0 else []), won, price - won * exits.step


def _walk(exits: Exits, col: int, distance: FloatArray, stop: FloatArray) -> list[Step]:
    """Follow a cheapest way from a column to the first one where it may stop, with the fewest moves."""
    came: dict[int, tuple[int, Step]] = {}
    front, seen = [col], {col}
    while front:
        for at in sorted(front):
            if stop[at] == distance[at]:
                return _back(came, at)
        ahead = []
        for at in sorted(front):
            for row, to in _moves_on(exits, at, distance):
                if to not in seen:
                    seen.add(to)
                    came[to] = (at, (row, at, to))
                    ahead.append(to)
        front = ahead
    raise AssertionError("a cheapest way ends somewhere")


def _back(came: dict[int, tuple[int, Step]], at: int) -> list[Step]:
    steps = []
    while at in came:
        at, step = came[at]
        steps.append(step)
    return steps[::-1]


def _moves_on(exits: Exits, col: int, distance: FloatArray) -> list[tuple[int, int]]:
    """List the moves out of a column that are on a cheapest way: (row, to), by columns, then rows."""
    found: list[tuple[int, int]] = []
    for row in exits.members(col).tolist():
        cols, margin, has = exits.margins(row)
        length = margin[np.searchsorted(cols, col)] - margin
        ahead = cols[(length + distance[cols] == distance[col]) & ~has]
        found += [(row, to) for to in ahead.tolist()]
    return sorted(found, key=lambda move: move[::-1])


def _ring_steps(exits: Exits, row: int, col: int, distance: FloatArray) -> list[Step] | None:
    """Return the ring: the row comes to the column, everybody moves on, the last one to where the row was."""
    own, margin, has = exits.margins(row)
    stop = np.full(len(distance), -np.inf)
    stop[own[has]] = margin[has]
    steps = _walk(exits, col, distance, stop)
    given_up = steps[-1][2] if steps else col
    for i, (who, left, _to) in enumerate(steps):
        if who == row:
            return [(row, left, col), *steps[:i]]
    return [(row, given_up, col), *steps]


def _walk_in(exits: Exits, col: int) -> list[Step]:
    """Follow, backwards from a column, who would move up into it at no loss: down to an open row or an idle place."""
    came: dict[int, tuple[int, Step]] = {}
    front, seen = [col], {col}
    while front:
        for at in sorted(front):
            if exits.price[at] == 0 and exits.matching.load[at] > 0:
                return _forth(came, at)
            row = _who_waits(exits, at)
            if row >= 0:
                return [(row, -1, at), *_forth(came, at)]
        ahead = []
        for at in sorted(front):
            for row, left in _who_moves_up(exits, at):
                if left not in seen:
                    seen.add(left)
                    came[left] = (at, (row, left, at))
                    ahead.append(left)
        front = ahead
    raise AssertionError("a price is somebody's wish")


def _forth(came: dict[int, tuple[int, Step]], at: int) -> list[Step]:
    steps = []
    while at in came:
        at, step = came[at]
        steps.append(step)
    return steps


def _rows_at(exits: Exits, col: int) -> tuple[IntArray, IntArray]:
    """Return the rows that could have a column and have it not, with their packed margins there."""
    order, start = exits.by_col
    pairs = order[start[col] : start[col + 1]]
    pairs = pairs[~exits.matching.is_chosen[pairs]]
    problem = exits.matching.problem
    rows = problem.row[pairs].astype(np.int64)
    return rows, problem.gain[pairs] + problem.tier[rows] * exits.step - exits.price[col]


def _who_waits(exits: Exits, col: int) -> int:
    """Return the first open row that would take a place here at its price, -1 for none."""
    rows, margin = _rows_at(exits, col)
    waiting = rows[(margin == 0) & exits.matching.open_rows[rows]]
    return int(waiting.min()) if len(waiting) else -1


def _who_moves_up(exits: Exits, col: int) -> list[tuple[int, int]]:
    """List who is just as well off here as elsewhere: (row, column that it would leave)."""
    rows, margin = _rows_at(exits, col)
    found = []
    for row, here in sorted(zip(rows.tolist(), margin.tolist(), strict=True)):
        if exits.threshold[row] > here:
            continue
        cols, margins, has = exits.margins(row)
        found += [(row, int(left)) for left in cols[has & (margins == here)]]
    return found
