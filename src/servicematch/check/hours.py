"""Hours of teams as a stranger reads them: who is given too many, and the bound that the plan's multipliers prove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.certificate import Total
from servicematch.check.chosen import is_chosen
from servicematch.check.codes import Code, Violation
from servicematch.check.ids import positions
from servicematch.check.knapsacks import LoadedPairs, bound_by_multipliers
from servicematch.check.prices import whole
from servicematch.check.proof import Survey, unpinned
from servicematch.check.stated import vector
from servicematch.check.travel import read_trips

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from servicematch.base.arrays import AnyArray, FloatArray, IntArray
    from servicematch.base.claim import Claim, TierMultipliers
    from servicematch.base.protocols import PolicyLike
    from servicematch.check.decisions import Decisions
    from servicematch.check.eligible import Pairs
    from servicematch.check.prices import Tiers
    from servicematch.check.travel import Trips

_NO_LIMIT = 2**40
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes: what a unit of each request takes, and what each team has left before the plan.

    With ``trips`` a unit takes the way there and back besides. Everything that it takes is told twice: the fewest and
    the most minutes that it may honestly be rounded to.
    """

    effort: IntArray
    room: IntArray
    trips: Trips | None = None

    def loads(self, rows: AnyArray, cols: AnyArray) -> tuple[IntArray, IntArray]:
        """Give what a unit of each pair takes."""
        return (self.effort[rows],) * 2 if self.trips is None else self.trips.minutes(rows, cols)

    def taken(self, rows: AnyArray, cols: AnyArray, times: IntArray) -> tuple[IntArray, IntArray]:
        """Add up by team."""
        totals = np.zeros((2, len(self.room)), dtype=np.int64)
        for total, load in zip(totals, self.loads(rows, cols), strict=True):
            np.add.at(total, cols, load * times)
        return totals[0], totals[1]


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Teams that no capacity limits: only their hours do."""

    ids: AnyArray
    free: IntArray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Multipliers:
    """What a tier's bound is said to follow from, by position."""

    scale: int
    keep: tuple[int, ...]
    row: list[int]


def read_times(requests: Any, teams: Any, policy: PolicyLike) -> Times | None:
    """Read the hours of both tables, to the nearest minute and halves up; None where one side has none.

    Examples
    --------
    >>> from types import SimpleNamespace as Table
    >>> requests = Table(hours=np.array([0.5, np.nan]))
    >>> teams = Table(hours=np.array([3.0, np.nan]), used_hours=np.array([0.25, 9.0]))
    >>> times = read_times(requests, teams, Table(limits=()))
    >>> times.effort.tolist(), times.room[0].item(), times.room[1].item() == 2**40
    ([30, 0], 165, True)
    """
    if requests.hours is None or teams.hours is None:
        return None
    given = _minutes(teams.hours)
    used = np.zeros(len(given), dtype=np.int64) if teams.used_hours is None else _minutes(teams.used_hours)
    left = np.where(given > used, given - used, 0)
    room = np.where(np.isnan(teams.hours), _NO_LIMIT, left)
    return Times(_minutes(requests.hours), room, read_trips(requests, teams, policy))


def _minutes(hours: FloatArray) -> IntArray:
    """Round: a positive time is a minute at least, an empty cell none."""
    out = np.zeros(len(hours), dtype=np.int64)
    some = np.flatnonzero(hours > 0)
    out[some] = np.floor(hours[some] * _MINUTES + 0.5)
    out[some[out[some] < 1]] = 1
    return out


def counted_teams(teams: Any) -> Any:
    """Return the teams as their places are counted: without a column of capacities nothing limits their number."""
    return teams if "capacity" in teams.present else Uncounted(teams.ids, np.full(len(teams), _NO_LIMIT))


def check_times(times: Times, decisions: Decisions, teams: Any) -> Iterator[Violation]:
    """Find teams that are given more hours than they have; what pins take beyond them is theirs, and is told apart.

    Minutes on a rounding boundary are taken in the plan's favour: `is_sure_to_fit` says whether that mattered.
    """
    (pinned, _), (others, _) = _shares(times, decisions)
    over = others > np.maximum(times.room - pinned, 0)
    for code, which, load in (
        (Code.OVER_HOURS, over, pinned + others),
        (Code.PIN_OVER_HOURS, pinned > times.room, pinned),
    ):
        for col in np.flatnonzero(which).tolist():
            given, room = int(load[col]) / _MINUTES, int(times.room[col]) / _MINUTES
            yield Violation(code, team_id=teams.ids[col], measured=given, limit=room, unit="h")


def _shares(times: Times, decisions: Decisions) -> Iterator[tuple[IntArray, IntArray]]:
    """Give by team what the pinned pairs take, and then what all others do."""
    for which in (decisions.is_pinned, ~decisions.is_pinned):
        yield times.taken(decisions.rows[which], decisions.cols[which], decisions.times[which])


def is_sure_to_fit(times: Times, decisions: Decisions) -> bool:
    """Tell whether no team is given more than it has even with every minute in doubt taken against the plan."""
    (_, pinned), (_, others) = _shares(times, decisions)
    return not (others > np.maximum(times.room - pinned, 0)).any()


def read_multipliers(claim: Claim, requests: Any, tiers: Tiers) -> tuple[list[Multipliers], list[Violation]]:
    """Read what the bounds are said to follow from; what cannot be read proves nothing, and counts as no charge at all."""
    n_tiers = tiers.n_classes + 1
    nothing = Multipliers(1, (0,) * n_tiers, [0] * len(requests))
    if len(claim.multipliers) != n_tiers:
        rule = f"{len(claim.multipliers)} sets of multipliers for {n_tiers} tiers"
        return [nothing] * n_tiers, [Violation(Code.MALFORMED_CLAIM, rule=rule)]
    read = [_read(one, requests, tiers.n_classes - i, n_tiers) for i, one in enumerate(claim.multipliers)]
    unread = [name for name, one in zip(tiers.names, read, strict=True) if one is None]
    faults = [Violation(Code.MALFORMED_CLAIM, rule=f"the multipliers of {name!r} prove nothing") for name in unread]
    return [nothing if one is None else one for one in read], faults


def _read(stated: TierMultipliers, requests: Any, tier: int, n_tiers: int) -> Multipliers | None:
    """Read the multipliers of one tier: none negative, and nothing paid for classes that do not stand above it."""
    try:
        scale, keep = whole(stated.scale), [whole(one) for one in stated.keep]
        charge, at = [whole(one) for one in stated.charge], positions(requests.ids, stated.request_ids).tolist()
    except (AttributeError, TypeError, ValueError):
        return None
    paid, charged = [one for one in keep if one is not None], [one for one in charge if one is not None]
    is_read = len(paid) == len(keep) == n_tiers and len(charged) == len(charge) == len(at) == len(set(at))
    if not is_read or scale is None or scale < 1 or min((*paid, *charged, *at), default=0) < 0 or any(paid[: tier + 1]):
        return None
    row = [0] * len(requests)
    for where, value in zip(at, charged, strict=True):
        row[where] = value
    return Multipliers(scale, tuple(paid), row)


@dataclass(frozen=True, slots=True)
class TimesBound:
    """What no plan can exceed where hours of teams count.

    Attributes
    ----------
    times, need, places
        Minutes; units of requests and places of teams that pins left.
    rooms
        Minutes of teams that pins left, at most and at least.
    tiers
        The tiers and the classes of the requests.
    multipliers
        One a tier, in their order.
    counts
        Units of each class from 0 that the plan serves, pins apart: a bound speaks of plans that serve as many above it.
    """

    times: Times
    need: IntArray
    rooms: tuple[IntArray, IntArray]
    places: IntArray
    tiers: Tiers
    multipliers: Sequence[Multipliers]
    counts: IntArray

    def survey(self, all_pairs: Iterable[Pairs], decisions: Decisions) -> Survey:
        """Gather all eligible pairs and bound every tier, with pairs on an edge against the plan and in its favour.

        The fewer minutes all pairs take, and the more the pins left, the more could be served: that is against the plan.
        """
        parts = list(all_pairs)
        rows, cols, low, high, passing, unsure, ambiguous = (
            np.concatenate([getattr(part, name) for part in parts]) if parts else np.empty(0, dtype=np.int64)
            for name in ("rows", "cols", "low", "high", "passing", "unsure", "ambiguous")
        )
        chosen = is_chosen(decisions, rows.astype(np.int32), cols.astype(np.int32), len(self.places))
        fewest, most = self.times.loads(rows, cols)
        n_ambiguous = int((ambiguous.astype(np.bool_) | (fewest != most)).sum()) + self._n_pins_in_doubt(decisions)
        worst = self._total((rows, cols), np.where(chosen, low, high), fewest, self.rooms[0])
        kindest = worst
        if n_ambiguous:
            sure = np.flatnonzero(chosen | ~unsure.astype(np.bool_))
            gain = np.where(chosen, high, low)[sure]
            kindest = self._total((rows[sure], cols[sure]), gain, most[sure], self.rooms[1])
        n_pairs, n_unsure = (int(values.sum()) for values in (passing, unsure))
        is_sure = is_sure_to_fit(self.times, decisions)
        return Survey(worst, kindest, n_pairs, len(rows), n_unsure, n_ambiguous, is_sure)

    def _n_pins_in_doubt(self, decisions: Decisions) -> int:
        fewest, most = self.times.loads(*np.divmod(decisions.pinned, max(1, len(self.places))))
        return int((fewest != most).sum())

    def _total(self, at: tuple[IntArray, IntArray], gain: IntArray, load: IntArray, room: IntArray) -> Total:
        rows, cols = at
        fits = (load <= room[cols]) & (self.places[cols] > 0)
        open_to = np.bincount(rows[fits], minlength=len(self.need))
        pairs = LoadedPairs(
            row=rows[fits].astype(np.int64),
            col=cols[fits].astype(np.int64),
            gain=gain[fits].astype(np.int64) - self.tiers.skip_micro,
            load=load[fits],
            need=np.minimum(self.need, open_to),
            tier=self.tiers.classes,
            capacity=room,
            places=self.places,
        )
        highest = self.tiers.n_classes
        bounds = [
            bound_by_multipliers(
                pairs, highest - i, scale=one.scale, keep=one.keep, row=one.row, counts=self.counts.tolist()
            )
            for i, one in enumerate(self.multipliers)
        ]
        return Total([0, *bounds[-2::-1]], bounds[-1])


def times_bound(
    times: Times, requests: Any, teams: Any, *, decisions: Decisions, tiers: Tiers, multipliers: Sequence[Multipliers]
) -> TimesBound:
    """Take what pins use out of the tables, and make the bound ready."""
    need, places = unpinned(requests, teams, decisions)
    row, col = np.divmod(decisions.pinned, max(1, len(teams)))
    least, most = times.taken(row, col, np.ones(len(row), dtype=np.int64))
    rooms = np.maximum(times.room - least, 0), np.maximum(times.room - most, 0)
    classes = tiers.classes[decisions.rows[~decisions.is_pinned]]
    counts = np.bincount(classes, minlength=tiers.n_classes + 1)
    counts[0] = 0
    return TimesBound(times, need, rooms, places, tiers, multipliers, counts)


def check_tier_bounds(claim: Claim, passed: Survey, tiers: Tiers) -> Iterator[Violation]:
    """Find tiers whose stated bound is below what the multipliers give; a higher one promises less than it could."""
    stated = tiers.read(claim.bound)
    least = (min(pair) for pair in zip(vector(passed.worst), vector(passed.kindest), strict=True))
    for tier, lowest in zip(tiers.names, least, strict=True):
        value = stated[tier]
        if value is None or value < lowest - passed.n_ambiguous:
            yield Violation(Code.BOUND_DIFFERS, measured=value, limit=lowest, rule=tier)
    for tier, value in stated.items():
        if tier not in tiers.names and value != 0:
            yield Violation(Code.BOUND_DIFFERS, measured=value, limit=0, rule=tier)
