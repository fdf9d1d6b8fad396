"""How satisfied the served requests are, and what proves that nobody's lot can be bettered: in figures, ids and as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from servicematch.base.claim import SatisfactionClaim
from servicematch.base.errors import PlanFileError
from servicematch.solve.fixed import without_fixed
from servicematch.solve.problem import Satisfied
from servicematch.solve.satisfied.levels import levels_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray


@dataclass(frozen=True, slots=True)
class Satisfactions:
    """The level of each served unit, pins apart, the least satisfied first.

    Attributes
    ----------
    steps
        The highest level: the best that the request could have.
    row, col, level
        int64, one a unit: request, team and level; among equals in canonical order.
    """

    steps: int
    row: IntArray
    col: IntArray
    level: IntArray

    @property
    def counts(self) -> tuple[int, ...]:
        """Units by level, from 0 to ``steps``."""
        return tuple(np.bincount(self.level, minlength=self.steps + 1).tolist())

    @property
    def figures(self) -> dict[str, Any]:
        """What a plan's summary tells: counts by level, and as shares of the best the least level, that which a tenth of
        the units do not pass, and the mean; None where nobody is served (pins apart).
        """  # noqa: D205 - a list of figures
        level, n = self.level, len(self.level)
        return {
            "steps": self.steps,
            "counts": self.counts,
            "least": int(level[0]) / self.steps if n else None,
            "tenth": int(level[(n + 9) // 10 - 1]) / self.steps if n else None,
            "mean": int(level.sum()) / (self.steps * n) if n else None,
        }


def satisfactions(answer: Answer, steps: int) -> Satisfactions:
    """Return how satisfied each served unit of an answer is, in steps; pinned units are left out.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> teams = {"id": ["a", "b"], "mean_rating": [1.0, 0.5], "n_rated": [5, 5]}
    >>> satisfactions(run({"id": [1, 2]}, teams), 10).level.tolist()
    [7, 10]
    """
    free, kept = without_fixed(answer.problem)
    chosen = np.flatnonzero(np.isin(kept, answer.solution.chosen))
    level = levels_of(free, steps)[chosen]
    row, col = free.row[chosen].astype(np.int64), free.col[chosen].astype(np.int64)
    order = np.lexsort((col, row, level))
    return Satisfactions(steps, row[order], col[order], level[order])


def satisfaction_claim(answer: Answer) -> SatisfactionClaim | None:
    """Write down what a plan claims of satisfaction, in ids; None where it claims nothing."""
    proof = answer.solution.satisfied
    if proof is None:
        return None
    priced = np.flatnonzero(proof.prices.any(axis=1))
    return SatisfactionClaim(
        counts=satisfactions(answer, proof.steps).counts,
        levels=proof.levels,
        price_teams=tuple(answer.teams.ids[priced].tolist()),
        prices=proof.prices[priced],
        first_requests=tuple(answer.requests.ids[answer.problem.row[proof.first]].tolist()),
        first_teams=tuple(answer.teams.ids[answer.problem.col[proof.first]].tolist()),
    )


@dataclass(frozen=True, slots=True)
class SavedSatisfaction:
    """What a plan file holds of it: the levels with a price, plain ids of teams with a line of prices each, and the pairs
    of the plan that settled who is served.
    """  # noqa: D205 - a list of parts

    levels: list[int]
    team_ids: list[Any]
    prices: list[list[int]]
    first_requests: list[Any]
    first_teams: list[Any]


def satisfaction_data(answer: Answer) -> dict[str, Any]:
    """Write the proof as plain data."""
    proof = answer.solution.satisfied
    assert proof is not None
    priced = np.flatnonzero(proof.prices.any(axis=1))
    requests, teams = answer.requests.ids[answer.problem.row[proof.first]], answer.teams.ids
    return {
        "levels": list(proof.levels),
        "team_id": _plain_ids(teams[priced]),
        "price": proof.prices[priced].tolist(),
        "first": {"request_id": _plain_ids(requests), "team_id": _plain_ids(teams[answer.problem.col[proof.first]])},
    }


def _plain_ids(ids: Any) -> list[Any]:
    return [str(id_) if isinstance(id_, UUID) else id_ for id_ in ids.tolist()]


def satisfied_of(
    saved: SavedSatisfaction | None, where: Mapping[Any, int], steps: int | None, first: IntArray
) -> Satisfied | None:
    """Read the proof back; ``where`` has the position of every team's plain id, ``steps`` are those of the policy.

    ``first`` are the positions of the pairs of the plan that settled who is served.

    Raises
    ------
    PlanFileError
        Where it does not fit the policy, or prices are not one line a team.
    """
    if saved is None:
        return None
    rising = all(low < high for low, high in zip(saved.levels, saved.levels[1:], strict=False))
    fits = steps is not None and rising and all(0 <= level <= steps for level in saved.levels)
    if steps is None or not fits or any(len(line) != len(saved.levels) for line in saved.prices):
        raise PlanFileError(
            "this plan file is damaged: satisfaction does not fit the policy, or is not one line a team"
        )
    prices = np.zeros((len(where), len(saved.levels)), dtype=np.int64)
    at = [where[id_] for id_ in saved.team_ids]
    prices[at] = np.array(saved.prices, dtype=np.int64).reshape(len(at), len(saved.levels))
    return Satisfied(steps, tuple(saved.levels), prices, first)
