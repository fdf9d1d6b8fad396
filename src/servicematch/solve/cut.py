"""The proof of the counts: an alternating search from the open rows that must find neither a place nor a swap.

Class by class from the highest: from every row of the class that is still open, walk to the columns it may use, from
there to the rows they serve, and on. A column with a free place would serve one unit more; a row of a lower class
could give its place up. If neither is met, no choice of pairs serves more of this class and those above: the columns
met form a cut. The class that first reached a column is the count part of its price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.matching import spans

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.matching import Matching


@dataclass(frozen=True, slots=True)
class Cut:
    """The class that reaches each column (0 for none), or the class whose count can still grow."""

    tier: IntArray
    can_grow: int

    @property
    def holds(self) -> bool:
        """Whether no class can be served more without taking from a higher one."""
        return self.can_grow == 0


def find_cut(matching: Matching) -> Cut:
    """Search class by class; every row is walked through once, so the time is one pass over the pairs."""
    problem = matching.problem
    reached = np.zeros(problem.n_cols, dtype=np.int64)
    walked = np.zeros(problem.n_rows, dtype=np.bool_)
    for tier in range(problem.n_tiers, 0, -1):
        front = np.flatnonzero((problem.tier == tier) & matching.open_rows & ~walked)
        while len(front):
            walked[front] = True
            cols = _new_cols(matching, front, reached)
            reached[cols] = tier
            rows = np.unique(matching.row[matching.member[spans(matching.member_start, cols)]])
            if not matching.full_cols[cols].all() or (problem.tier[rows] < tier).any():
                return Cut(reached, tier)
            front = _not_yet(rows, walked)
    return Cut(reached, 0)


def _new_cols(matching: Matching, rows: IntArray, reached: IntArray) -> IntArray:
    pairs = spans(matching.row_start, rows)
    pairs = pairs[~matching.is_chosen[pairs]]
    cols = matching.problem.col[pairs]
    return np.unique(cols[reached[cols] == 0]).astype(np.int64)


def _not_yet(rows: Int32Array, walked: BoolArray) -> IntArray:
    return rows[~walked[rows]].astype(np.int64)
