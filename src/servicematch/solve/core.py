"""The contested part of a near choice, solved by OR-Tools: rows with one near pair and nothing else keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.matching import compress
from servicematch.solve.network import Network, cheapest_flow

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve._kernels.pricing import Play


@dataclass(frozen=True, slots=True)
class Near:
    """Near pairs by row, and what is left to decide among them.

    Attributes
    ----------
    pairs
        int64, rising positions among all pairs.
    row, col, gain
        Of these pairs.
    is_held
        bool, one a near pair: a choice that keeps all needs and rooms.
    may_leave
        bool, one a row: staying out is near for this row.
    """

    pairs: IntArray
    row: Int32Array
    col: Int32Array
    gain: IntArray
    is_held: BoolArray
    may_leave: BoolArray


def solve_core(play: Play, near: Near, price: IntArray) -> tuple[BoolArray, int]:
    """Return the best choice among the near pairs, one truth a near pair, and how many pairs the solver was given."""
    n_near = np.bincount(near.row, minlength=len(play.need))
    n_held = np.bincount(near.row[near.is_held], minlength=len(play.need))
    is_contested = (play.need > 0) & ((n_near != play.need) | (n_held != play.need) | near.may_leave)
    in_core = is_contested[near.row]
    left = play.room - np.bincount(near.col[~in_core], minlength=len(play.room))
    core = np.flatnonzero(in_core & (left > 0)[near.col])
    chosen = ~in_core
    if len(core):
        flow = cheapest_flow(_network(play, near, core, left, price))
        chosen[core] = flow[: len(core)] > 0
    _check(play, near, chosen)
    return chosen, len(core)


def _network(play: Play, near: Near, core: IntArray, left: IntArray, price: IntArray) -> Network:
    """Build rows -> columns -> sink; columns of higher tiers must be full, the others have an arc to the sink.

    Costs are gains less the prices of the columns that must be full, taken from the best of the row: only such
    differences decide, and small costs are solved faster.
    """
    rows, row_at = compress(near.row[core], len(play.need))
    cols, col_at = compress(near.col[core], len(play.room))
    must_fill = play.col_tier[cols] > 0
    value = near.gain[core] - np.where(must_fill, price[cols], 0)[col_at]
    top = np.where(near.may_leave[rows], 0, value.min(initial=0))
    np.maximum.at(top, row_at, value)
    leave, loose = np.flatnonzero(near.may_leave[rows]), np.flatnonzero(~must_fill)
    sink = len(rows) + len(cols)
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[: len(rows)] = play.need[rows]
    supply[len(rows) : sink] = np.where(must_fill, -left[cols], 0)
    supply[sink] = -supply.sum()
    to_sink = np.full(len(leave) + len(loose), sink)
    return Network(
        np.concatenate([row_at, leave, len(rows) + loose]).astype(np.int32),
        np.concatenate([len(rows) + col_at, to_sink]).astype(np.int32),
        np.concatenate([np.ones(len(core), dtype=np.int64), play.need[rows[leave]], left[cols[loose]]]),
        np.concatenate([top[row_at] - value, top[leave], np.zeros(len(loose), dtype=np.int64)]),
        supply,
    )


def _check(play: Play, near: Near, chosen: BoolArray) -> None:
    """Refuse an answer that breaks a need or a room."""
    units = np.bincount(near.row[chosen], minlength=len(play.need))
    load = np.bincount(near.col[chosen], minlength=len(play.room))
    must = ~play.may_stay_out & (play.need > 0)
    if (units > play.need).any() or (units[must] < play.need[must]).any() or (load > play.room).any():
        raise SolverError("the flow solver's answer on the near pairs breaks a need or a capacity")
