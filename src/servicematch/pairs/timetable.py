"""From teams to their slots and back: which slots a team has, and limits and terms of teams asked about slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.base.protocols import passes
from servicematch.pairs.slices import ramp

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, Int32Array, IntArray
    from servicematch.base.protocols import PreparedLimit, PreparedTerm


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Timetable:
    """Which slots each team has.

    Attributes
    ----------
    team
        int32, one a slot: its team.
    first, by_team
        The slots of team t are ``by_team[first[t]:first[t + 1]]``, rising.
    """

    team: Int32Array
    first: IntArray
    by_team: Int32Array

    @classmethod
    def of(cls, team: Int32Array, n_teams: int) -> Timetable:
        """List the slots by team.

        Examples
        --------
        >>> Timetable.of(np.array([1, 0, 1], dtype=np.int32), 2).by_team
        array([1, 0, 2], dtype=int32)
        """
        order = np.argsort(team, kind="stable")
        first = np.searchsorted(team[order], np.arange(n_teams + 1)).astype(np.int64)
        return cls(frozen(team), frozen(first), frozen(order.astype(np.int32)))

    def __len__(self) -> int:
        return len(self.team)

    def spread(self, cols: Int32Array | IntArray) -> tuple[IntArray, Int32Array]:
        """Give every slot of every team listed: the place in the list, and the slot.

        Examples
        --------
        >>> table = Timetable.of(np.array([1, 0, 1], dtype=np.int32), 3)
        >>> table.spread(np.array([1, 2, 0]))
        (array([0, 0, 2]), array([0, 2, 1], dtype=int32))
        """
        count = self.first[1:][cols] - self.first[:-1][cols]
        at = np.repeat(np.arange(len(cols)), count)
        return at, self.by_team[self.first[cols][at] + ramp(count)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LimitOnSlots:
    """A limit of requests and teams, asked about requests and slots."""

    limit: PreparedLimit
    table: Timetable

    @property
    def unit(self) -> str:
        """The limit's unit."""
        return self.limit.unit

    @property
    def tolerance(self) -> float:
        """The limit's tolerance."""
        return float(getattr(self.limit, "tolerance", 0.0))

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Measure the slot's team."""
        return self.limit.values(rows, self.table.team[cols])

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the bound of the slot's team."""
        return self.limit.bound(rows, self.table.team[cols])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TermOnSlots:
    """A term of requests and teams, asked about requests and slots."""

    term: PreparedTerm
    table: Timetable

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value the slot's team."""
        return self.term.values(rows, self.table.team[cols])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LimitOfBestSlot:
    """A limit of requests and slots, asked about requests and teams: it speaks of the team's best slot.

    The best one is that with the most to spare, among the slots that pass the limits of time ``before`` this one,
    where there are any. So a team passes this limit and those before it exactly where one of its slots passes them all.
    """

    limit: PreparedLimit
    before: tuple[PreparedLimit, ...]
    table: Timetable

    @property
    def unit(self) -> str:
        """The limit's unit."""
        return self.limit.unit

    @property
    def tolerance(self) -> float:
        """The limit's tolerance."""
        return float(getattr(self.limit, "tolerance", 0.0))

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Measure the best slot; a team without slots is beyond every bound."""
        at, slot = self.best(rows, cols)
        found = np.full(len(rows), np.inf)
        found[at] = self.limit.values(rows[at], slot)
        return found

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the bound of the best slot, 0 for a team without slots."""
        at, slot = self.best(rows, cols)
        found = np.zeros(len(rows))
        found[at] = self.limit.bound(rows[at], slot)
        return found

    def best(self, rows: Int32Array, cols: Int32Array) -> tuple[IntArray, Int32Array]:
        """Find the best slot of each pair whose team has slots: the place of the pair, and the slot."""
        at, slot = self.table.spread(cols)
        if not len(at):
            return at, slot
        each = rows[at]
        spare = self._spare(each, slot)
        starts = np.flatnonzero(np.diff(at, prepend=-1))
        run = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(at))))
        may = np.ones(len(at), dtype=np.bool_)
        for limit in self.before:
            may &= passes(limit, each, slot)
        spare[~may & np.logical_or.reduceat(may, starts)[run]] = -np.inf
        most = np.flatnonzero(spare == np.maximum.reduceat(spare, starts)[run])
        first = most[np.flatnonzero(np.diff(run[most], prepend=-1))]
        return at[first], slot[first]

    def _spare(self, rows: Int32Array, slots: Int32Array) -> FloatArray:
        """Tell how far within its bound each slot is; a measure that is missing is worst but for what may not be."""
        bound = self.limit.bound(rows, slots)
        with np.errstate(invalid="ignore"):
            spare = bound - self.limit.values(rows, slots)
        lowest = np.finfo(np.float64).min
        return np.where(np.isposinf(bound), np.inf, np.where(np.isnan(spare), lowest, np.maximum(spare, lowest)))
