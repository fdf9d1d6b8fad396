"""Who moves: the cheapest way out of a column, or into it, step by step, with the fewest moves.

A way is found column by column in the graph of moves (`exits`); who makes each move is looked up at the end, the first
row that can. Ties are settled by the smallest column and row, so the same question has the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.matching import spans, starts

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.base.arrays import FloatArray
    from servicematch.solve.exits import Exits

Step = tuple[int, int, int]
"""One unit moves: row, column that it leaves, column that it goes to; -1 for none."""


def cost_out(exits: Exits, col: int) -> tuple[int, int]:
    """Return what giving up one place costs: the class of who drops out (0: nobody), and the gain lost."""
    packed = int(exits.exit[col]) + int(exits.price[col])
    lost = (packed + exits.step // 2) // exits.step
    return lost, packed - lost * exits.step


def way_out(exits: Exits, col: int) -> list[Step]:
    """Return the steps of the cheapest way to give up one place."""
    steps = walk(exits, col, exits.exit, exits.leave)
    last = steps[-1][2] if steps else col
    if exits.matching.load[last] >= exits.matching.problem.capacity[last]:
        steps.append((_who_leaves(exits, last), last, -1))
    return steps


def worth_in(exits: Exits, col: int) -> tuple[int, int]:
    """Return what one place more brings: the class of who is served anew (0: nobody), and the gain won."""
    won = int(exits.price_tier[col])
    return won, int(exits.price[col]) - won * exits.step


def way_in(exits: Exits, col: int) -> list[Step]:
    """Return the steps of those who would use one place more."""
    return _walk_in(exits, col) if exits.price[col] > 0 else []


def walk(exits: Exits, col: int, distance: FloatArray, stop: FloatArray) -> list[Step]:
    """Follow a cheapest way from a column to the first one where it may stop: where ``stop`` equals ``distance``."""

    def ahead(at: int) -> list[int]:
        cols, length = exits.moves_from(at)
        near: list[int] = cols[length + distance[cols] == distance[at]].tolist()
        return near

    cols = _search(col, lambda at: bool(stop[at] == distance[at]), ahead)
    return _steps(exits, cols)


def _walk_in(exits: Exits, col: int) -> list[Step]:
    """Follow, backwards from a column, who would move up into it at no loss: down to an open row or an idle place."""
    waits, is_idle = exits.waits, (exits.price == 0) & (exits.matching.load > 0)
    cols = _search(col, lambda at: bool(is_idle[at] or waits[at] >= 0), lambda at: exits.idle_moves_to(at).tolist())
    steps = _steps(exits, cols[::-1])
    last = cols[-1]
    return steps if is_idle[last] else [(int(waits[last]), -1, last), *steps]


def _search(col: int, may_stop: Callable[[int], bool], ahead: Callable[[int], list[int]]) -> list[int]:
    """Return the columns on a way with the fewest moves, from the first one to where it may stop."""
    came: dict[int, int] = {col: -1}
    front = [col]
    while front:
        for at in front:
            if may_stop(at):
                return _back(came, at)
        reached: list[int] = []
        for at in front:
            for to in ahead(at):
                if to not in came:
                    came[to] = at
                    reached.append(to)
        front = sorted(reached)
    raise AssertionError("a cheapest way ends somewhere")


def _back(came: dict[int, int], at: int) -> list[int]:
    cols = []
    while at >= 0:
        cols.append(at)
        at = came[at]
    return cols[::-1]


def _steps(exits: Exits, cols: list[int]) -> list[Step]:
    """Name who moves from each column to the next: the first of those who lose least by it."""
    at, problem = exits.matching, exits.matching.problem
    tail, head = np.array(cols[:-1], dtype=np.int64), np.array(cols[1:], dtype=np.int64)
    held, n = at.member[spans(at.member_start, tail)], at.load[tail]
    rows = at.row[held].astype(np.int64)
    n_pairs = at.row_start[rows + 1] - at.row_start[rows]
    pairs = spans(at.row_start, rows)
    of = np.repeat(np.arange(len(held)), n_pairs)
    there = (problem.col[pairs] == np.repeat(head, n)[of]) & ~at.is_chosen[pairs]
    pairs, of = pairs[there], of[there]
    # Both at the prices of the same two columns, so what each loses differs by the gains alone.
    loses = at.gain[held[of]] - problem.gain[pairs]
    step = np.repeat(np.arange(len(tail)), n)[of]
    order = np.lexsort((rows[of], loses, step))
    first = order[starts(step[order], len(tail))[:-1]]
    return list(zip(rows[of[first]].tolist(), cols[:-1], cols[1:], strict=True))


def _who_leaves(exits: Exits, col: int) -> int:
    """Return the member that loses least by staying open, the first of them."""
    for row in exits.members(col).tolist():
        cols, margin, _ = exits.margins(row)
        if margin[np.searchsorted(cols, col)] == exits.leave[col]:
            return int(row)
    raise AssertionError("somebody has the least margin")
