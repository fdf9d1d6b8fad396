"""Units of a request that are bound to each other, read off the tables again: so many or none, all at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.codes import Code, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.check.decisions import Decisions


@dataclass(frozen=True, slots=True)
class BoundUnits:
    """What requests ask of their units.

    Attributes
    ----------
    least
        One a request: fewer units are none; 1 asks nothing, and so does a request with a pin.
    is_together
        One a request: whether all its units are wanted at the same time.
    time
        One a column: its time, for slots with the same start and end; all 0 without slots.
    pinned
        For each request with a pin, the times of its pins.
    """

    least: IntArray
    is_together: BoolArray
    time: IntArray
    pinned: dict[int, frozenset[int]]

    @property
    def is_bound(self) -> BoolArray:
        """Which requests ask anything."""
        bound: BoolArray = (self.least > 1) | self.is_together
        return bound

    def best(self, rows: Int32Array, cols: Int32Array, key: IntArray, margins: IntArray, need: IntArray) -> int:
        """Add up the most that the requests of these pairs can have, each with at most one unit of each key.

        ``margins`` are those of one tier; all pairs of a request must be given at once.
        """
        pairs: dict[int, dict[int, dict[int, int]]] = {}
        given = (side.tolist() for side in (rows, cols, key, margins))
        for row, col, whose, margin in zip(*given, strict=True):
            time = int(self.time[col]) if self.is_together[row] else -1
            if time >= 0 and row in self.pinned and time not in self.pinned[row]:
                continue
            of_time = pairs.setdefault(row, {}).setdefault(time, {})
            of_time[whose] = max(of_time.get(whose, margin), margin)
        total = 0
        for row, by_time in pairs.items():
            least, most, found = int(self.least[row]), int(need[row]), [0]
            for of_time in by_time.values():
                worths = sorted(of_time.values(), reverse=True)[:most]
                if len(worths) >= least:
                    found.append(sum(worths[:least]) + sum(one for one in worths[least:] if one > 0))
            total += max(found)
        return total


def read_bound(requests: Any, slots: Any, decisions: Decisions, n_columns: int) -> BoundUnits | None:
    """Read what requests ask of their units; None where none asks anything."""
    least = requests.min_units.copy()
    together = (requests.together == 1) & (requests.units > 1) & (slots is not None)
    if not ((least > 1) | together).any():
        return None
    time = np.zeros(n_columns, dtype=np.int64)
    if slots is not None:
        number: dict[tuple[int, int], int] = {}
        spans = zip(slots.start.tolist(), slots.end.tolist(), strict=True)
        time = np.array([number.setdefault(span, len(number)) for span in spans], dtype=np.int64)
    row, col = np.divmod(decisions.pinned, max(1, n_columns))
    least[row] = 1
    pinned: dict[int, set[int]] = {}
    for one, at in zip(row.tolist(), time[col].tolist(), strict=True):
        pinned.setdefault(one, set()).add(at)
    return BoundUnits(least, together, time, {one: frozenset(times) for one, times in pinned.items()})


def check_bound_units(bound: BoundUnits | None, decisions: Decisions, requests: Any) -> Iterator[Violation]:
    """Find requests with fewer units than are worth coming for, or with units at different times."""
    if bound is None:
        return
    times: dict[int, list[int]] = {}
    for row, col, is_pinned in zip(
        decisions.rows.tolist(), decisions.cols.tolist(), decisions.is_pinned.tolist(), strict=True
    ):
        times.setdefault(row, [])
        if not is_pinned:
            times[row].append(int(bound.time[col]))
    served = np.bincount(decisions.rows, minlength=len(requests))
    for row, at in times.items():
        if served[row] < bound.least[row]:
            yield Violation(
                Code.BELOW_MIN_UNITS, requests.ids[row], measured=int(served[row]), limit=int(bound.least[row])
            )
        allowed = bound.pinned.get(row)
        if bound.is_together[row] and (len(set(at)) > 1 if allowed is None else not set(at) <= allowed):
            yield Violation(Code.NOT_TOGETHER, requests.ids[row], measured=len(set(at)), limit=1)
