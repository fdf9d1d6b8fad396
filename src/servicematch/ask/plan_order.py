"""Choices ordered by what the whole plan loses: for requests their teams, for teams the requests that would do it most good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.claim import SCALE
from servicematch.pairs.ranking import Ranking
from servicematch.solve.displacement import Change, costs_at, force, losses

if TYPE_CHECKING:
    from servicematch.ask.questions import Questions
    from servicematch.base.arrays import AnyArray, BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PlanCosts:
    """What each choice of a ranking costs the whole plan.

    Attributes
    ----------
    gains
        One a choice: what the plan gains by tier, highest first, when the pair is forced in (what it loses is negative);
        nothing for pairs that it has.
    n_moves
        int64, one a choice: other requests that move.
    in_plan
        bool, one a choice: the plan has the pair already.
    """

    gains: tuple[dict[str, int], ...]
    n_moves: IntArray
    in_plan: BoolArray
    tiers: tuple[str, ...]

    @property
    def is_tie(self) -> BoolArray:
        """Which pairs the plan has not, but with which it would be just as good."""
        return np.array([not any(gain.values()) for gain in self.gains], dtype=np.bool_) & ~self.in_plan

    def columns(self) -> dict[str, AnyArray]:
        """Return a gain by tier (score in points), n_moves, is_tie."""
        gains = {tier: np.array([gain[tier] for gain in self.gains], dtype=np.int64) for tier in self.tiers}
        told: dict[str, AnyArray] = {f"gain_{tier}": _shown(tier, values) for tier, values in gains.items()}
        return {**told, "n_moves": self.n_moves, "is_tie": self.is_tie}

    def told(self, at: int) -> dict[str, Any]:
        """Return what is told of one choice."""
        n_moves, in_plan, is_tie = (side[at].item() for side in (self.n_moves, self.in_plan, self.is_tie))
        return {"gain": dict(self.gains[at]), "n_moves": n_moves, "is_tie": is_tie, "in_plan": in_plan}


def _shown(tier: str, values: IntArray) -> AnyArray:
    return values / SCALE if tier == "score" else values


def rank_by_plan(asked: Questions, wanted: IntArray, *, k: int, for_teams: bool) -> tuple[Ranking, PlanCosts]:
    """Rank for each of ``wanted`` the k choices that cost the whole plan least; what the plan has already comes first.

    Only pairs for which a place can be made are ranked, as by `alternates`.

    Examples
    --------
    >>> from servicematch.ask.questions import Questions
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": ["r"]}, {"id": ["a", "b"], "mean_rating": [0.9, 0.4], "n_rated": [9, 9]})
    >>> ranking, costs = rank_by_plan(Questions(answer), np.array([0]), k=2, for_teams=False)
    >>> ranking.cols, costs.gains[1]
    (array([0, 1], dtype=int32), {'priority=0': 0, 'score': -321429})
    """
    picked: list[_Choice] = []
    n_possible: list[int] = []
    ranks: list[int] = []
    for one in wanted.tolist():
        found = _of_team(asked, one) if for_teams else _of_request(asked, one)
        n_possible.append(len(found))
        picked += found[:k]
        ranks += range(1, len(found[:k]) + 1)
    rows, cols = (np.array([one[side] for one in picked], dtype=np.int32) for side in (0, 1))
    score = asked.answer.scorer.score(rows, cols)
    ranking = Ranking(rows, cols, score, np.array(ranks, dtype=np.int64), wanted, np.array(n_possible, dtype=np.int64))
    return ranking, _costs(asked, [_change(asked, *one) for one in picked])


_Choice = tuple[int, int, bool]
"""Request, team, and whether the plan has the pair."""


def _change(asked: Questions, row: int, col: int, in_plan: bool) -> Change | None:  # noqa: FBT001 - parts of a choice
    """Return the change that forces a choice in, with its moves; None for a pair that the plan has."""
    if in_plan:
        return None
    pair = np.array([col], dtype=np.int32), np.array([asked.gain_of(row, col)])
    return force(asked.exits, row, losses(asked.exits, row, pair), 0)


def _costs(asked: Questions, changes: list[Change | None]) -> PlanCosts:
    return PlanCosts(
        gains=tuple(dict.fromkeys(asked.tiers, 0) if one is None else asked.change(one) for one in changes),
        n_moves=np.array([0 if one is None else len(one.steps) - 1 for one in changes], dtype=np.int64),
        in_plan=np.array([one is None for one in changes], dtype=np.bool_),
        tiers=asked.tiers,
    )


def _of_request(asked: Questions, row: int) -> list[_Choice]:
    """List the teams of a request: those that it has, then by loss, then by position."""
    answer = asked.answer
    found = losses(asked.exits, row)
    order = np.lexsort((found.cols, found.loss))
    others = found.cols[order[np.isfinite(found.loss[order])]].tolist()
    has = sorted(answer.cols[answer.rows == row].tolist())
    return [*((row, col, True) for col in has), *((row, col, False) for col in others)]


def _of_team(asked: Questions, col: int) -> list[_Choice]:
    """List the requests of a team in the same way."""
    answer = asked.answer
    rows, costs = costs_at(asked.exits, col)
    order = [(cost.order, row) for row, cost in zip(rows.tolist(), costs, strict=True) if cost is not None]
    has = sorted(answer.rows[answer.cols == col].tolist())
    return [*((row, col, True) for row in has), *((row, col, False) for _, row in sorted(order))]
