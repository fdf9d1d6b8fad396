"""From scored pairs to the solver's problem: the only place where domain words become integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.assign.days import read_days
from servicematch.assign.pair_rules import apart_groups, refuse_fairness, regulars_of
from servicematch.assign.places import has_totals, slot_places
from servicematch.assign.rule_forest import read_rules
from servicematch.assign.units_bound import units_bound
from servicematch.base.claim import SCALE
from servicematch.base.errors import ManyClasses, PolicyError
from servicematch.base.notices import notice
from servicematch.pairs.scores import quantise
from servicematch.solve.forest import Crossing, Forest
from servicematch.solve.problem import Problem
from servicematch.tables.times import MISSING_TIME

if TYPE_CHECKING:
    from servicematch.assign.hours import TeamHours
    from servicematch.assign.inputs import Timed
    from servicematch.assign.pins import PinIndex
    from servicematch.assign.policy import Policy
    from servicematch.assign.rule_forest import Nested
    from servicematch.base.arrays import Int32Array, IntArray
    from servicematch.pairs.scores import ScoredPairs, Scorer
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams

_MANY_CLASSES = 16


def encode(
    requests: Requests,
    teams: Teams,
    policy: Policy,
    *,
    pins: PinIndex,
    scorer: Scorer,
    scored: ScoredPairs,
    timed: Timed | None = None,
    hours: TeamHours | None = None,
) -> Problem:
    """Write the assignment as a problem of integers: pairs, gains in micro-points, classes, fixed pairs.

    Without slots a column is a team, with slots a slot; ``scorer`` scores requests and columns. With hours the capacity
    of a team is its minutes, and pairs are its load; places stand beside it where the teams have a capacity.
    """
    row, col, gain = scored.rows, scored.columns, scored.gains.astype(np.int64)
    fixed = None
    if pins.pins:
        row, col, gain, fixed = _with_pins(scored, pins, scorer)
    if policy.skip_value:
        gain = gain - round(policy.skip_value * SCALE)
    tier = _classes(policy, requests)
    least, bundle = units_bound(requests, timed, row, col)
    is_bound, days = least is not None or bundle is not None, read_days(policy, requests, timed, row, col)
    _refuse_bound(policy, is_bound=is_bound, has_hours=hours is not None)
    if days is not None and policy.fairness is not None:
        raise PolicyError("travel: not planned together with slots and fairness yet. Hint: leave one of them out")
    if timed is not None and policy.satisfaction is not None:
        raise PolicyError("fairness: Satisfaction is not planned together with slots yet. Hint: leave one of them out")
    pinned = pins.pinned % max(1, scored.n_columns)
    refuse_fairness(policy)
    rules = read_rules(policy, requests, teams, timed, pinned=pinned, always=is_bound or days is not None)
    regulars = regulars_of(policy, requests, teams)
    apart = apart_groups(policy, requests, teams, row, col if timed is None else timed.team[col])
    room = hours.free if hours is not None else teams.free if timed is None else timed.slots.capacity
    return Problem(
        row,
        col,
        gain,
        requests.units,
        room,
        tier,
        fixed=fixed,
        rank=_placed_rank(requests),
        owner=None if timed is None else timed.team if regulars or days else _owner(requests, timed, row, col),
        n_tiers=_n_tiers(policy, tier),
        row_groups=_forest(rules.rows),
        col_groups=_forest(rules.cols)
        if policy.has_group_rules or is_bound or days is not None
        else _totals(teams, timed, are_pins=fixed is not None),
        least=least,
        bundle=bundle,
        crossing=(
            *(Crossing("rows" if side == "requests" else "cols", one.forest) for side, one in rules.crossing),
            *(Crossing("pairs", one.forest) for one in apart),
        ),
        regulars=None if regulars is None else regulars[0],
        days=days,
        load=None if hours is None else hours.takes(row, col),
        places=teams.free if hours is not None and has_totals(teams) else None,
        fair_first=policy.shares is not None and policy.shares.above == "priority",
    )


def _with_pins(scored: ScoredPairs, pins: PinIndex, scorer: Scorer) -> tuple[np.ndarray, ...]:
    """Take the forbidden pairs out and the pinned ones in, wherever they stand."""
    key = scored.keys
    outside = np.setdiff1d(pins.pinned, key, assume_unique=True)
    kept = np.flatnonzero(~np.isin(key, pins.forbidden))
    row, col = np.divmod(outside, max(1, scored.n_columns))
    row, col = row.astype(np.int32), col.astype(np.int32)
    gain = np.concatenate([scored.gains[kept], quantise(scorer.score(row, col))]).astype(np.int64)
    key = np.concatenate([key[kept], outside])
    order = np.argsort(key, kind="stable")
    row = np.concatenate([scored.rows[kept], row])[order]
    col = np.concatenate([scored.columns[kept], col])[order]
    return row, col, gain[order], np.isin(key[order], pins.pinned)


def _owner(requests: Requests, timed: Timed, row: Int32Array, col: Int32Array) -> Int32Array | None:
    """Return the team of each slot where it matters: some request with several units reaches two slots of a team."""
    several = requests.units[row] > 1
    keys = np.sort(row[several].astype(np.int64) << 32 | timed.team[col[several]])
    return timed.team if (keys[1:] == keys[:-1]).any() else None


def _forest(nested: Nested | None) -> Forest | None:
    return None if nested is None else nested.forest


def _refuse_bound(policy: Policy, *, is_bound: bool, has_hours: bool) -> None:
    """Refuse what is not planned together with units bound to each other, rather than forget one of them."""
    for what, is_given in (("fairness", policy.fairness is not None), ("hours of teams", has_hours)):
        if is_bound and is_given:
            raise PolicyError(
                f"requests.min_units and together: not planned together with {what} yet. Hint: leave out these columns, "
                f"or the {what}"
            )


def _totals(teams: Teams, timed: Timed | None, *, are_pins: bool) -> Forest | None:
    """Return one group a team, for its capacity over all its slots: where one is given, and may be reached."""
    if timed is None or not has_totals(teams):
        return None
    if not are_pins and (teams.free >= slot_places(teams, timed)).all():
        return None
    n = len(teams)
    return Forest(timed.team, np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.int64), teams.free)


def _classes(policy: Policy, requests: Requests) -> IntArray:
    """Rank the priorities densely from 1; one class where only the number counts, class 0 where nothing does."""
    if policy.tiers[0] == "score":
        return np.zeros(len(requests), dtype=np.int64)
    if policy.tiers[0] == "served":
        return np.ones(len(requests), dtype=np.int64)
    values, rank = np.unique(requests.priority, return_inverse=True)
    if len(values) > _MANY_CLASSES:
        text = f"requests.priority: {len(values)} different values, each a tier of its own; maybe put them into fewer classes"
        notice(text, ManyClasses)
    return rank.astype(np.int64) + 1


def _n_tiers(policy: Policy, tier: IntArray) -> int:
    return 1 if policy.tiers[0] == "served" else int(tier.max(initial=0))


def _placed_rank(requests: Requests) -> IntArray | None:
    """Return when each request was placed, for ties: those without a time come last."""
    if requests.placed_at is None:
        return None
    return np.where(requests.placed_at == MISSING_TIME, np.iinfo(np.int64).max, requests.placed_at)
