"""One side of a comparison: the chosen pairs of a plan by id, with what each is worth and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.chains import total_metres
from servicematch.ask.loose import class_names
from servicematch.assign.answer import FAIRNESS, tier_names
from servicematch.assign.decode import distance_km
from servicematch.base.moves import Move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import FloatArray

METRES = 1_000
"""Metres in a kilometre: ways are compared in whole metres, so that they add up."""


class Side:
    """The chosen pairs of one plan, by id, with what each is worth and how far it is.

    Parameters
    ----------
    answer
        The plan's.
    tiers
        The tiers of the comparison, as `tiers_to_compare` gives them: with ``"served"`` every pair is one unit of it.
    """

    def __init__(self, answer: Answer, tiers: Sequence[str]) -> None:
        rows, cols, problem = answer.rows, answer.cols, answer.problem
        pairs = zip(answer.requests.ids[rows].tolist(), answer.teams.ids[cols].tolist(), strict=True)
        self.at = {pair: k for k, pair in enumerate(pairs)}
        names = class_names(answer)  # class 0 counts for nothing
        self.tier = ["served"] * len(rows) if "served" in tiers else [names[k] for k in problem.tier[rows].tolist()]
        self.points: list[int] = problem.gain[answer.solution.chosen].tolist()
        km = distance_km(answer.requests, answer.teams, answer.policy, rows, cols)
        self.metres = _metres(km)

    def counted(self, gain: dict[str, int], pair: tuple[Any, Any], sign: int) -> tuple[dict[str, int], int | None]:
        """Add what a pair is worth to a gain; return it with the pair's way."""
        k = self.at[pair]
        tier, metres = self.tier[k], self.metres[k]
        if tier is not None:
            gain[tier] += sign
        gain["score"] += sign * self.points[k]
        return gain, None if metres is None else sign * metres

    def total(self, tiers: Sequence[str]) -> dict[str, int]:
        """Add all pairs up."""
        total = dict.fromkeys(tiers, 0)
        for pair in self.at:
            total, _ = self.counted(total, pair, 1)
        return total


def metres_of(answer: Answer, moves: Sequence[Move]) -> int | None:
    """Add up the metres that moves of a plan add to the ways (negative: save), None where a place is not known.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> table = {"id": [1], "lat": [39.6], "lon": [109.8]}
    >>> metres_of(run(table, table), [Move(1, 1, None, {})])
    0
    """
    ends = [
        (answer.requests.index(move.request_id), answer.teams.index(team), sign)
        for move in moves
        for team, sign in ((move.from_team, -1), (move.to_team, 1))
        if team is not None
    ]
    rows, cols, signs = np.array(ends, dtype=np.int32).reshape(-1, 3).T
    km = distance_km(answer.requests, answer.teams, answer.policy, rows, cols)
    ways = zip(_metres(km), signs.tolist(), strict=True)
    return total_metres([None if way is None else sign * way for way, sign in ways])


def _metres(km: FloatArray) -> list[int | None]:
    """Count whole metres, None for a way that is not known."""
    return [None if one != one else round(one * METRES) for one in km.tolist()]  # noqa: PLR0124 - NaN


def tiers_of_both(a: Answer, b: Answer) -> tuple[str, ...]:
    """Name the tiers of both: served, the priorities from the highest, score; not fairness, whose ranks are no amount."""
    names = {name for one in (a, b) for name in tier_names(one.policy, one.requests)} - {FAIRNESS}
    counted = sorted(names - {"served", "score"}, key=lambda name: -int(name.removeprefix("priority=")))
    return (*(("served",) if "served" in names else ()), *counted, "score")


def tiers_to_compare(a: Answer, b: Answer) -> tuple[str, ...]:
    """Name the tiers in which two plans can be compared: their own, or served and score where they count units otherwise.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.assign.run import run
    >>> by_priority = run({"id": [1]}, {"id": [1]})
    >>> by_score = run({"id": [1]}, {"id": [1]}, Policy(tiers=("score",)))
    >>> tiers_to_compare(by_priority, by_priority), tiers_to_compare(by_priority, by_score)
    (('priority=0', 'score'), ('served', 'score'))
    """
    return tiers_of_both(a, b) if a.policy.tiers == b.policy.tiers else ("served", "score")


def moves_between(first: Side, second: Side, tiers: Sequence[str]) -> tuple[list[Move], list[int | None]]:
    """List the moves from one plan to another in canonical order, with the metres that each adds."""
    gone = sorted(first.at.keys() - second.at.keys(), key=_canonical)
    come = sorted(second.at.keys() - first.at.keys(), key=_canonical)
    moves, metres = [], []
    for request, from_team, to_team in _coupled(gone, come):
        gain = dict.fromkeys(tiers, 0)
        ways: list[int | None] = []
        for side, team, sign in ((first, from_team, -1), (second, to_team, 1)):
            if team is not None:
                gain, way = side.counted(gain, (request, team), sign)
                ways.append(way)
        moves.append(Move(request, from_team, to_team, gain))
        metres.append(total_metres(ways))
    return moves, metres


def _canonical(pair: tuple[Any, Any]) -> tuple[tuple[str, Any], ...]:
    """Order pairs by their ids; two plans may have ids of two kinds."""
    return tuple((type(one).__name__, one) for one in pair)


def _coupled(gone: Sequence[tuple[Any, Any]], come: Sequence[tuple[Any, Any]]) -> list[tuple[Any, Any, Any]]:
    """Let a pair that goes make way for one of the same request that comes: (request, from_team, to_team)."""
    teams: dict[Any, tuple[list[Any], list[Any]]] = {}
    for side, pairs in enumerate((gone, come)):
        for request, team in pairs:
            teams.setdefault(request, ([], []))[side].append(team)
    moves = []
    for request in sorted(teams, key=lambda one: (type(one).__name__, one)):
        left, taken = teams[request]
        n = max(len(left), len(taken))
        ends = zip([*left, *[None] * (n - len(left))], [*taken, *[None] * (n - len(taken))], strict=True)
        moves += [(request, *end) for end in ends]
    return moves
