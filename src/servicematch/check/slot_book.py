"""The rule book of a plan with slots: limits and terms of teams asked about slots, and those of time worked out anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.builtin_limits import is_ours
from servicematch.check.eligible import judged
from servicematch.check.limits import Rule, is_listed
from servicematch.check.sources import blocks, cheapest, everything
from servicematch.check.terms import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.base.arrays import FloatArray, Int32Array, IntArray
    from servicematch.base.protocols import PolicyLike
    from servicematch.check.book import Book
    from servicematch.check.eligible import Pairs
    from servicematch.check.slot_columns import SlotColumns

_MISSING = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class OnSlots:
    """What is said of a team, said of its slots."""

    of_team: Any
    team: IntArray

    @property
    def unit(self) -> str:
        """The unit of a limit."""
        return str(self.of_team.unit)

    @property
    def tolerance(self) -> float:
        """The tolerance of a limit."""
        return float(getattr(self.of_team, "tolerance", 0.0))

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Ask about the slot's team."""
        found: FloatArray = self.of_team.values(rows, self._team(cols))
        return found

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Ask about the slot's team."""
        found: FloatArray = self.of_team.bound(rows, self._team(cols))
        return found

    def doubt(self, values: FloatArray) -> FloatArray:
        """Tell how far two honest ways to measure may lie apart."""
        asked = getattr(self.of_team, "doubt", None)
        return np.zeros(len(values)) if asked is None else np.asarray(asked(values))

    def _team(self, cols: Int32Array) -> Int32Array:
        return self.team[cols].astype(np.int32)


@dataclass(frozen=True, slots=True)
class Lacking:
    """Hours that the common part of a slot and a window lacks; none may be lacking."""

    requests: Any
    slots: Any
    unit: str = "h"

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Cut the slot to the window and compare its length with what the request takes."""
        start, end = self.slots.start[cols], self.slots.end[cols]
        if self.requests.earliest is not None:
            start = np.maximum(start, self.requests.earliest[rows])  # a missing one is before all times
        if self.requests.latest is not None:
            latest = self.requests.latest[rows]
            end = np.where(latest == _MISSING, end, np.minimum(end, latest))
        takes = np.ones(len(rows))
        if self.requests.hours is not None:
            hours = self.requests.hours[rows]
            takes = np.where(hours > 0, np.maximum(1.0, np.rint(hours * 3600.0)), 1.0)
        lacking: FloatArray = np.maximum(0.0, takes - np.maximum(0, end - start)) / 3600.0
        return lacking

    def bound(self, rows: Int32Array, _cols: Int32Array) -> FloatArray:
        """Nothing may be lacking."""
        return np.zeros(len(rows))


@dataclass(frozen=True, slots=True)
class Delay:
    """Days from when a request was placed to the start of a slot, against the most they may be."""

    placed_at: IntArray
    start: IntArray
    most: float
    unit: str = "days"

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Count the days, NaN where nobody knows when the request was placed."""
        placed = self.placed_at[rows]
        known = placed != _MISSING
        return np.where(known, (self.start[cols] - np.where(known, placed, 0)) / 86_400, np.nan)

    def bound(self, rows: Int32Array, _cols: Int32Array) -> FloatArray:
        """Give the most; any number where it cannot be counted."""
        return np.where(self.placed_at[rows] == _MISSING, np.inf, self.most)


@dataclass(frozen=True, slots=True)
class Soon:
    """Half a point after ``half_days`` of waiting; NaN where nobody knows when the request was placed."""

    delay: Delay
    half_days: float

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value the days."""
        days = self.delay.values(rows, cols)
        return self.half_days / (self.half_days + np.where(days < 0, 0.0, days))


def slot_book(book: Book, policy: PolicyLike, tables: tuple[Any, Any, Any], columns: SlotColumns) -> Book:
    """Make the book of teams one of slots; the limit of time always holds, whether the policy names it or not."""
    rules = [Rule(rule.name, OnSlots(rule.measure, columns.team)) for rule in book.rules]
    rules.append(Rule("time", Lacking(tables[0], tables[2])))
    parts = [Part(part.name, part.weight, OnSlots(part.value, columns.team)) for part in book.parts]
    for limit in policy.limits:
        measure = _of_slots(limit, tables)
        if measure is not None and limit.name != "time":
            rules.append(Rule(limit.name, measure))
    for term in policy.terms:
        value = _of_slots(term, tables)
        if value is not None:
            parts.append(Part(term.name, float(term.weight), value))
    return replace(book, rules=tuple(rules), parts=tuple(parts))


def _of_slots(part: Any, tables: tuple[Any, Any, Any]) -> Any:
    """Make a limit or a term of time ready: our own by the arithmetic here, a caller's through its protocol."""
    requests, _, slots = tables
    prepare = getattr(part, "prepare_slots", None)
    if prepare is None:
        return None
    kind = type(part).__name__ if is_ours(part) else ""
    if kind in ("Within", "Sooner") and requests.placed_at is None:
        return None
    if kind == "Within":
        return Delay(requests.placed_at, slots.start, float(part.days))
    if kind == "Sooner":
        return Soon(Delay(requests.placed_at, slots.start, np.inf), float(part.half_days))
    return prepare(*tables)


def eligible_slots(
    of_teams: Book, of_slots: Book, columns: SlotColumns, n_requests: int, apart: IntArray
) -> Iterator[Pairs]:
    """Give all eligible pairs of requests and slots, those of a request always together; those set apart are left out.

    Teams that fail a limit for certain are left out before their slots are looked at.
    """
    n_teams = len(columns.first) - 1
    source, length = cheapest([everything(n_requests, n_teams), *of_teams.sources], n_requests)
    for start, stop in blocks(source, length, n_requests):
        rows, cols = source.pairs(start, stop)
        for rule in of_teams.rules:
            passes, near_edge = rule.judge(rows, cols)
            stay = passes | near_edge
            rows, cols = rows[stay], cols[stay]
        at, slot = columns.spread(cols)
        rows = rows[at]
        others = ~is_listed(apart, rows, slot, len(columns))
        yield judged(of_slots, rows[others], slot[others])
