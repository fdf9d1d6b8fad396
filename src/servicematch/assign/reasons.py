"""Why units stay open: for each missing unit exactly one reason, from a closed list, in a fixed order.

A request loses its units on the way from all teams to the plan: at the limits, at the relevance rule, to forbids, at the
reserve, at teams without a free place. How many teams are left after each step tells how many units it cost; what is
missing beyond that was lost in competition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.causes import Reason
from servicematch.assign.hour_figures import short_hours
from servicematch.assign.rule_reasons import rule_blocks
from servicematch.assign.slot_reasons import is_slot_full, teams_left
from servicematch.base.claim import SCALE
from servicematch.pairs.waterfall import waterfall
from servicematch.solve.problem import Status
from servicematch.tables.ids import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.answer import Answer
    from servicematch.assign.rule_reasons import RuleBlocks
    from servicematch.base.arrays import IntArray


@dataclass(frozen=True, slots=True)
class OpenUnits:
    """Units of one request that stay open for one reason, and what is known about it."""

    request: int
    units: int
    reason: Reason
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Steps:
    """Teams left for each request after each step; pinned pairs stand apart."""

    need: IntArray
    within_limits: IntArray
    relevant: IntArray
    not_forbidden: IntArray
    above_reserve: IntArray
    with_places: IntArray
    served: IntArray
    given: IntArray


def find_reasons(answer: Answer) -> tuple[OpenUnits, ...]:
    """Give every missing unit its reason, request by request in canonical order.

    The units of all reasons of a request add up to its missing units.
    """
    steps = _count_steps(answer)
    short = np.flatnonzero(answer.missing > 0)
    nowhere = short[(steps.within_limits[short] == 0) & (steps.need[short] == answer.requests.units[short])]
    blocked = _explain_nowhere(answer, nowhere)
    may_tell = answer.solution.status is Status.PROVED or not answer.problem.has_flow
    blocks = rule_blocks(answer) if len(short) and may_tell else None
    unlocated = _unlocated(answer, short[steps.relevant[short] < steps.within_limits[short]])
    found: list[OpenUnits] = []
    for request in short.tolist():
        one = _reasons_of(answer, steps, request, blocked.get(request), is_unlocated=request in unlocated)
        found.extend(one if blocks is None else [_by_rules(answer, blocks, open_units) for open_units in one])
    return tuple(found)


def _unlocated(answer: Answer, requests: IntArray) -> frozenset[int]:
    """Find the requests that lost teams because their own place is not known; what is left of these says little."""
    lat = answer.requests.lat
    if lat is None or not len(requests):
        return frozenset()
    nowhere = requests[np.isnan(lat[requests])]
    fall = waterfall(answer.scorer, nowhere)
    return frozenset(nowhere[fall.unmeasured.sum(axis=1) > 0].tolist())


def _count_steps(answer: Answer) -> _Steps:
    given = answer.served
    if answer.timed is not None:
        pinned = np.bincount(answer.rows[answer.is_pinned], minlength=len(answer.requests))
        return _Steps(
            need=answer.requests.units - pinned, served=given - pinned, given=given, **teams_left(answer, answer.timed)
        )
    scored, problem, n = answer.scored, answer.problem, len(answer.requests)
    free = np.ones(problem.n_pairs, dtype=np.bool_) if problem.fixed is None else ~problem.fixed
    pinned, taken = (
        np.bincount(side[~free], minlength=size) for side, size in ((problem.row, n), (problem.col, problem.n_cols))
    )
    has_place = (problem.capacity > taken)[problem.col] if answer.hours is None else answer.hours.fits(problem)
    pins, forbids = _StepsOfPins.of(answer, answer.pins.pinned), _StepsOfPins.of(answer, answer.pins.forbidden)
    return _Steps(
        need=answer.requests.units - pinned,
        within_limits=scored.n_eligible_before_relevance - pins.within_limits,
        relevant=scored.n_after_relevance - pins.relevant,
        not_forbidden=scored.n_after_relevance - pins.relevant - forbids.relevant,
        above_reserve=np.bincount(scored.rows, minlength=n) - pins.above_reserve - forbids.above_reserve,
        with_places=np.bincount(problem.row[free & has_place], minlength=n),
        served=given - pinned,
        given=given,
    )


@dataclass(frozen=True, slots=True)
class _StepsOfPins:
    """How many of some pinned or forbidden pairs would have come through each step by themselves, by request."""

    within_limits: IntArray
    relevant: IntArray
    above_reserve: IntArray

    @classmethod
    def of(cls, answer: Answer, keys: IntArray) -> _StepsOfPins:
        scored, n_teams = answer.scored, max(1, len(answer.teams))
        row, col = (side.astype(np.int32) for side in np.divmod(keys, n_teams))
        passing = answer.scorer.passes(row, col)
        relevant = answer.scorer.score_and_relevance(row, col)[1]
        passing_relevant = passing if relevant is None else passing & relevant
        above = np.isin(keys, scored.rows.astype(np.int64) * n_teams + scored.cols) if len(keys) else passing
        masks = (passing, passing_relevant, above)
        return cls(*(np.bincount(row[mask], minlength=len(answer.requests)) for mask in masks))


def _reasons_of(
    answer: Answer,
    steps: _Steps,
    request: int,
    nowhere: tuple[Reason, dict[str, Any]] | None,
    *,
    is_unlocated: bool,
) -> list[OpenUnits]:
    """Walk one request through the steps; what each step takes from its units gets that step's reason."""
    need, units_asked = int(steps.need[request]), int(answer.requests.units[request])
    counts = [
        int(step[request])
        for step in (steps.within_limits, steps.relevant, steps.not_forbidden, steps.above_reserve, steps.with_places)
    ]
    least = int(answer.requests.min_units[request]) if need == units_asked else 0  # what is pinned stands anyway
    if answer.problem.bundle is not None and need == units_asked:
        at_once = _most_at_once(answer, request)
        counts = [min(count, at_once) for count in counts]
    able = [count if count >= least else 0 for count in counts]
    left = [need, *(min(need, count) for count in able), int(steps.served[request])]
    wanted = {"least": least} if counts[0] < least < units_asked else {}
    few = (Reason.TOO_FEW_TEAMS, {"asked": units_asked, "n_teams": units_asked - need + counts[0], **wanted})
    given = int(steps.given[request])
    further = {"n_served": given} if given else {}
    irrelevant = (Reason.NO_RELEVANT_TEAM, {"min_relevance": answer.policy.min_relevance, **further})
    causes = (
        nowhere or few,
        (Reason.NO_LOCATION, further) if is_unlocated else irrelevant,
        (Reason.PIN_FORBIDS, {"n_teams": counts[1] - counts[2]}),
        (Reason.BELOW_RESERVE, _below_reserve(answer, request) | further),
        _full(answer, request, counts[3] - counts[4]),
        _lost(answer, request, counts[4] - int(steps.served[request])),
    )
    lost = [before - after for before, after in pairwise(left)]
    return [OpenUnits(request, units, *cause) for units, cause in zip(lost, causes, strict=True) if units]


def _most_at_once(answer: Answer, request: int) -> int:
    """Return how many different teams could come at the same time, to a request that wants all at once; else all."""
    problem = answer.problem
    start, stop = problem.row_start[request : request + 2].tolist()
    assert problem.bundle is not None
    times, teams = problem.bundle[start:stop], answer.team_of(problem.col[start:stop])
    if not (times >= 0).any():
        return len(answer.teams)
    pairs = np.unique(np.stack([times, teams]), axis=1)
    return int(np.bincount(pairs[0]).max())


def _below_reserve(answer: Answer, request: int) -> dict[str, Any]:
    best = int(answer.scored.best_below_reserve[request])
    return {"reserve": answer.policy.reserve, "best_score": best / SCALE if best >= 0 else None}


def _full(answer: Answer, request: int, n_full: int) -> tuple[Reason, dict[str, Any]]:
    """Give the reason where teams pass every limit, but had no free place, or too few hours, to begin with."""
    booked, short = _booked(answer, request), None if answer.hours is None else short_hours(answer, request)
    if booked is not None:
        return Reason.BOOKED_TEAM_CANNOT, {"booked_team": booked, "limit": "hours" if short else "capacity"}
    if short is not None:
        return Reason.NO_ELIGIBLE_TEAM, {"limit": "hours", **short, "short_teams": n_full}
    if answer.timed is not None and is_slot_full(answer, answer.timed, request):
        return Reason.SLOT_FULL, {"n_teams": n_full}
    facts = {"limit": "capacity", "full_teams": n_full}
    n_pinned = _n_pinned_full(answer, request)
    return Reason.NO_ELIGIBLE_TEAM, facts | ({"pinned_teams": n_pinned} if n_pinned else {})


def _n_pinned_full(answer: Answer, request: int) -> int:
    """Count the teams that could serve a request, had pins of other requests not taken all their places."""
    problem = answer.problem
    if problem.fixed is None or answer.timed is not None or answer.hours is not None:
        return 0
    start, stop = problem.row_start[request : request + 2].tolist()
    cols = problem.col[start:stop][~problem.fixed[start:stop]]
    taken = np.bincount(problem.col[problem.fixed], minlength=problem.n_cols)
    return int(np.count_nonzero((problem.capacity[cols] > 0) & (problem.capacity[cols] <= taken[cols])))


def _lost(answer: Answer, request: int, n_teams: int) -> tuple[Reason, dict[str, Any]]:
    """Give the reason where places were there, but went to others."""
    solution = answer.solution
    if answer.hours is not None:
        return _lost_hours(answer, request, n_teams)
    if (
        answer.timed is not None
        and not _is_not_worth_it(answer, request)
        and is_slot_full(answer, answer.timed, request)
    ):
        return Reason.SLOT_FULL, {"n_teams": n_teams}
    if solution.status is not Status.PROVED:  # a plan that nothing stopped is what somebody decided
        return Reason.NOT_PROVED, {"n_teams": n_teams} if solution.stopped_by is None else {}
    if _is_in(request, solution.tied):  # off the flow, prices only say that it may be a tie
        return (Reason.NOT_PROVED, {}) if not answer.problem.has_flow else (Reason.LOST_TIE, {"n_teams": n_teams})
    if _is_not_worth_it(answer, request):
        return Reason.NOT_WORTH_IT, {"best_score": _best_gain(answer, request) / SCALE + answer.policy.skip_value}
    return Reason.OUTCOMPETED, {"n_teams": n_teams}


def _by_rules(answer: Answer, blocks: RuleBlocks, lost: OpenUnits) -> OpenUnits:
    """Give units lost in competition the rule that kept them open, where one did."""
    if lost.reason not in (Reason.LOST_TIE, Reason.OUTCOMPETED, Reason.NOT_WORTH_IT, Reason.NOT_PROVED):
        return lost
    kept = blocks.blocked(answer, lost.request)
    if kept is not None:
        return replace(lost, reason=kept[0], facts=kept[1])
    if lost.reason is Reason.NOT_PROVED:
        return lost
    if blocks.without_floors()[lost.request] > answer.served[lost.request]:
        return replace(lost, reason=Reason.FLOOR_DISPLACED, facts={})
    return lost


def _lost_hours(answer: Answer, request: int, n_teams: int) -> tuple[Reason, dict[str, Any]]:
    """Give the reason where hours were there, but went to others; who would do more good with them nobody knows."""
    if _is_not_worth_it(answer, request):
        return Reason.NOT_WORTH_IT, {"best_score": _best_gain(answer, request) / SCALE + answer.policy.skip_value}
    if answer.solution.status is not Status.PROVED:
        return Reason.NOT_PROVED, {}
    return Reason.HOURS_FULL, {"n_teams": n_teams}


def _is_not_worth_it(answer: Answer, request: int) -> bool:
    return answer.policy.tiers == ("score",) and _best_gain(answer, request) <= 0


def _best_gain(answer: Answer, request: int) -> int:
    start, stop = answer.problem.row_start[request : request + 2].tolist()
    return int(answer.problem.gain[start:stop].max()) if start < stop else 0


def _is_in(value: int, rising: IntArray) -> bool:
    at = int(np.searchsorted(rising, value))
    return at < len(rising) and int(rising[at]) == value


def _booked(answer: Answer, request: int) -> Any:
    """Return the id of the team that a request has booked, where booking is a limit of the policy."""
    booked = answer.requests.booked_team
    return booked[request] if booked is not None and "booked" in answer.scored.limits_on else None


def _explain_nowhere(answer: Answer, requests: IntArray) -> dict[int, tuple[Reason, dict[str, Any]]]:
    """Find the reason of requests for which no team passes all limits."""
    booked = np.array([_booked(answer, request) is not None for request in requests.tolist()], dtype=np.bool_)
    found = {request: _why_booked_cannot(answer, request) for request in requests[booked].tolist()}
    others = requests[~booked]
    fall = waterfall(answer.scorer, others)
    for at, (request, unlocated) in enumerate(zip(others.tolist(), fall.is_unlocated.tolist(), strict=True)):
        before = int(fall.before_blocking[at])
        facts = {"limit": fall.blocking_limit(at), "n_teams": fall.n_teams}
        facts |= {} if before == fall.n_teams else {"n_before": before}
        found[request] = (Reason.NO_LOCATION if unlocated else Reason.NO_ELIGIBLE_TEAM, facts)
    return found


def _why_booked_cannot(answer: Answer, request: int) -> tuple[Reason, dict[str, Any]]:
    """Name the first limit that the booked team fails; a team that is not in the table has no limit to name."""
    booked = _booked(answer, request)
    facts = {"booked_team": booked}
    if find(answer.teams.ids, booked) >= 0:
        measures = answer.scorer.measures(request, answer.teams.index(booked))
        failing = measures["limit"][~measures["passes"]]
        facts |= {"limit": failing[0] if len(failing) else None}
    return Reason.BOOKED_TEAM_CANNOT, facts


def units_by_reason(reasons: tuple[OpenUnits, ...]) -> dict[str, int]:
    """Add the open units up by reason, in order of precedence."""
    totals = dict.fromkeys(Reason, 0)
    for open_units in reasons:
        totals[open_units.reason] += open_units.units
    return {reason.value: units for reason, units in totals.items() if units}
