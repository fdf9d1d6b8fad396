"""The checks of what a plan decided: pins, doubles, units, places, limits, thresholds, scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.claim import SCALE
from servicematch.check.codes import Code, Violation
from servicematch.check.limits import is_listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.check.book import Book, Scores
    from servicematch.check.decisions import Decisions
    from servicematch.check.limits import Rule

SCORE_TOLERANCE = 1e-7


def check_pins(decisions: Decisions, requests: Any, teams: Any) -> Iterator[Violation]:
    """Find pins that were dropped and forbidden pairs that were used."""
    keys = decisions.keys(len(teams))
    dropped = np.setdiff1d(decisions.pinned, keys)
    used = np.intersect1d(decisions.forbidden, keys)
    for code, found in ((Code.PIN_DROPPED, dropped), (Code.FORBIDDEN_PAIR, used)):
        for key in found.tolist():
            row, col = divmod(key, len(teams))
            yield Violation(code, requests.ids[row], teams.ids[col])


def check_counts(decisions: Decisions, requests: Any, teams: Any) -> Iterator[Violation]:
    """Find doubled pairs, requests with too many teams, and teams with too many requests."""
    for i in np.flatnonzero(decisions.times > 1).tolist():
        row, col, times = int(decisions.rows[i]), int(decisions.cols[i]), int(decisions.times[i])
        code = Code.SAME_TEAM_TWICE if requests.units[row] > 1 else Code.DOUBLED_PAIR
        yield Violation(code, requests.ids[row], teams.ids[col], measured=times, limit=1)
    served = _sums(decisions.rows, decisions.times, len(requests))
    for row in np.flatnonzero(served > requests.units).tolist():
        yield Violation(
            Code.OVER_UNITS, requests.ids[row], measured=int(served[row]), limit=int(requests.units[row]), unit="units"
        )
    pinned, others = (
        _sums(decisions.cols[which], decisions.times[which], len(teams))
        for which in (decisions.is_pinned, ~decisions.is_pinned)
    )
    over_pinned = pinned > teams.free  # what pins take beyond the capacity is theirs; nobody else may come on top
    over = others > np.maximum(teams.free - pinned, 0)
    for code, which, load in (
        (Code.OVER_CAPACITY, over, pinned + others),
        (Code.PIN_OVER_CAPACITY, over_pinned, pinned),
    ):
        for col in np.flatnonzero(which).tolist():
            yield Violation(
                code, team_id=teams.ids[col], measured=int(load[col]), limit=int(teams.free[col]), unit="places"
            )


def _sums(positions: Int32Array, weights: IntArray, n: int) -> IntArray:
    return np.bincount(positions, weights, minlength=n).astype(np.int64)


def check_limits(decisions: Decisions, book: Book, requests: Any, teams: Any) -> Iterator[Violation]:
    """Find pairs that break a limit; a pin may, and is reported under its own code."""
    for rule in book.rules:
        passes, near_edge = rule.judge(decisions.rows, decisions.cols)
        broken = np.flatnonzero(~(passes | near_edge))
        yield from _broken(rule, broken, decisions, requests, teams)


def _broken(rule: Rule, broken: IntArray, decisions: Decisions, requests: Any, teams: Any) -> Iterator[Violation]:
    rows, cols = decisions.rows[broken], decisions.cols[broken]
    measured, bound = rule.measure.values(rows, cols), rule.measure.bound(rows, cols)
    for i, at in enumerate(broken.tolist()):
        yield Violation(
            Code.PIN_BREAKS_LIMIT if decisions.is_pinned[at] else Code.LIMIT_BROKEN,
            requests.ids[rows[i]],
            teams.ids[cols[i]],
            measured=float(measured[i]),
            limit=float(bound[i]),
            unit=rule.measure.unit,
            rule=rule.name,
        )


def check_thresholds(
    decisions: Decisions, book: Book, scores: Scores, requests: Any, teams: Any
) -> Iterator[Violation]:
    """Find pairs below the reserve or the least relevance; again a pin may."""
    reserve = (book.reserve_micro or 0) / SCALE
    for code, name, judged, measured, least in (
        (Code.RELEVANCE_BROKEN, "relevance", book.is_relevant(scores), scores.relevance, book.min_relevance),
        (Code.BELOW_RESERVE, "reserve", book.is_above_reserve(scores), scores.score, reserve),
    ):
        for i in np.flatnonzero(~(judged[0] | judged[1])).tolist():
            yield Violation(
                Code.PIN_BREAKS_LIMIT if decisions.is_pinned[i] else code,
                requests.ids[decisions.rows[i]],
                teams.ids[decisions.cols[i]],
                measured=float(measured[i]),
                limit=least,
                unit="points",
                rule=name,
            )


def check_scores(decisions: Decisions, scores: Scores, requests: Any, teams: Any) -> Iterator[Violation]:
    """Find stated scores that are not the right ones."""
    right: BoolArray = np.abs(decisions.stated - scores.score) <= SCORE_TOLERANCE
    for i in np.flatnonzero(~right).tolist():
        yield Violation(
            Code.SCORE_DIFFERS,
            requests.ids[decisions.rows[i]],
            teams.ids[decisions.cols[i]],
            measured=float(decisions.stated[i]),
            limit=float(scores.score[i]),
            unit="points",
        )


def pinned_units(decisions: Decisions, n_requests: int, n_teams: int) -> tuple[IntArray, IntArray]:
    """Count the pins of each request and of each team, kept or not."""
    row, col = np.divmod(decisions.pinned, max(1, n_teams))
    return np.bincount(row, minlength=n_requests), np.bincount(col, minlength=n_teams)


def is_chosen(decisions: Decisions, rows: Int32Array, cols: Int32Array, n_teams: int) -> BoolArray:
    """Tell which pairs the plan chose."""
    return is_listed(decisions.keys(n_teams), rows, cols, n_teams)
