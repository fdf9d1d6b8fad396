"""Slots in the place of teams: what the checks of teams are given where a plan has slots, and what they say of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.codes import Code, Violation
from servicematch.check.ids import positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from servicematch.base.arrays import AnyArray, Int32Array, IntArray
    from servicematch.base.claim import Claim
    from servicematch.check.decisions import Decisions

_OF_SLOTS = {
    Code.UNKNOWN_TEAM: Code.UNKNOWN_SLOT,
    Code.OVER_CAPACITY: Code.SLOT_OVER_CAPACITY,
}


@dataclass(frozen=True, slots=True)
class SlotColumns:
    """Slots, as the checks see teams: ids, free places, and how many there are.

    Attributes
    ----------
    ids, free
        Id and places of each slot.
    team
        Position of its team.
    first, by_team
        The slots of team t are ``by_team[first[t]:first[t + 1]]``.
    """

    ids: AnyArray
    free: IntArray
    team: IntArray
    first: IntArray
    by_team: IntArray

    @classmethod
    def of(cls, slots: Any, teams: Any) -> SlotColumns:
        """Find each slot's team.

        Examples
        --------
        >>> from servicematch.tables.slots import Slots
        >>> from servicematch.tables.teams import Teams
        >>> slots = Slots([{"id": 1, "team_id": 7, "start": "2026-06-06T09:00Z", "end": "2026-06-06T12:00Z"}])
        >>> SlotColumns.of(slots, Teams({"id": [7]})).spread(np.array([0]))
        (array([0]), array([0], dtype=int32))
        """
        team = positions(teams.ids, slots.team_id.tolist())
        order = np.lexsort((np.arange(len(team)), team))
        first = np.searchsorted(team[order], np.arange(len(teams) + 1))
        return cls(slots.ids, slots.capacity, team, first, order)

    def __len__(self) -> int:
        return len(self.ids)

    def spread(self, cols: Int32Array | IntArray) -> tuple[IntArray, Int32Array]:
        """Give every slot of every team listed: the place in the list, and the slot."""
        cols = np.asarray(cols, dtype=np.int64)
        count = self.first[cols + 1] - self.first[cols]
        at = np.repeat(np.arange(len(cols)), count)
        within = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
        return at, self.by_team[self.first[cols[at]] + within].astype(np.int32)

    def told(self, violations: Iterable[Violation], teams: Any) -> Iterator[Violation]:
        """Say of what was found at a slot whose it is."""
        for violation in violations:
            at = positions(self.ids, [violation.team_id])[0]
            code = _OF_SLOTS.get(violation.code, violation.code)
            if at < 0:
                yield replace(violation, code=code, slot_id=violation.team_id, team_id=None)
            else:
                team = teams.ids[int(self.team[at])]
                yield replace(violation, code=code, slot_id=violation.team_id, team_id=team)


def slot_claim(claim: Claim, columns: SlotColumns, teams: Any) -> tuple[Claim, list[Violation]]:
    """Write a claim with slots in the place of teams; what does not fit together becomes a violation."""
    faults: list[Violation] = []
    chosen = () if claim.slots is None else claim.slots.slot_ids
    if len(chosen) != len(claim.team_ids):
        faults.append(Violation(Code.MALFORMED_CLAIM, rule="as many slots as teams are needed"))
        chosen = (*chosen, *([None] * len(claim.team_ids)))[: len(claim.team_ids)]
    at, stated = positions(columns.ids, chosen), positions(teams.ids, claim.team_ids)
    whose = np.append(columns.team, -1)[at]  # of an unknown slot: nobody
    faults += [
        Violation(Code.SLOT_OF_ANOTHER_TEAM, claim.request_ids[i], claim.team_ids[i], slot_id=chosen[i])
        for i in np.flatnonzero((at >= 0) & (stated != whose)).tolist()
    ]
    pins = []
    for pin in claim.pins:
        if pin.slot_id is not None:
            pins.append(replace(pin, team_id=pin.slot_id))
            continue
        if pin.kind == "pin":
            faults.append(Violation(Code.MALFORMED_CLAIM, rule="a pin names no slot"))
        mine = np.flatnonzero(columns.team == positions(teams.ids, [pin.team_id])[0])
        pins += [replace(pin, team_id=slot) for slot in columns.ids[mine].tolist()]
    empty = np.empty(0, dtype=np.int64)
    changes: dict[str, Any] = {"price_teams": (), "price_class": empty, "price_score": empty}
    return replace(claim, team_ids=tuple(chosen), pins=tuple(pins), **changes), faults


def check_teams(decisions: Decisions, requests: Any, teams: Any, columns: SlotColumns) -> Iterator[Violation]:
    """Find requests that a team serves in two slots, and teams with more than their total over all slots."""
    team = columns.team[decisions.cols]
    keys, times = np.unique(decisions.rows.astype(np.int64) * len(teams) + team, return_counts=True)
    for key, count in zip(keys[times > 1].tolist(), times[times > 1].tolist(), strict=True):
        row, col = divmod(key, len(teams))
        yield Violation(Code.SAME_TEAM_TWICE, requests.ids[row], teams.ids[col], measured=count, limit=1)
    if "capacity" not in teams.present:
        return
    pinned, others = (
        np.bincount(team[which], decisions.times[which], minlength=len(teams)).astype(np.int64)
        for which in (decisions.is_pinned, ~decisions.is_pinned)
    )
    for code, over, load in (
        (Code.OVER_CAPACITY, others > np.maximum(teams.free - pinned, 0), pinned + others),
        (Code.PIN_OVER_CAPACITY, pinned > teams.free, pinned),
    ):
        for col in np.flatnonzero(over).tolist():
            yield Violation(
                code, team_id=teams.ids[col], measured=int(load[col]), limit=int(teams.free[col]), unit="places"
            )
