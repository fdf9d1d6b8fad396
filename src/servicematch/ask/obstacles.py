"""The limits of one pair, and of one request over all teams: what was measured, what it had to keep to, who is nearest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.protocols import passes
from servicematch.pairs.micro import micro_reserve, quantise

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import BoolArray, Int32Array
    from servicematch.base.protocols import PreparedLimit

COLUMNS: dict[str, tuple[str, ...]] = {
    "skills": ("requests.skills", "teams.skills"),
    "categories": ("requests.category", "teams.categories"),
    "languages": ("requests.languages", "teams.languages"),
    "distance": ("requests.max_km", "teams.radius_km"),
    "same_area": ("requests.area", "teams.area"),
    "booked": ("requests.booked_team",),
    "relevance": ("requests.need", "teams.offers"),
}
"""The columns that set each limit; a caller's own limit has none that we know of."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One limit that a pair fails.

    Attributes
    ----------
    limit
        Its name; ``relevance`` and ``reserve`` ask for at least their bound, all others for at most.
    value, bound, margin
        What was measured (None where nothing could be), what it had to keep to, and by how much it fails.
    unit
        Of all three.
    columns
        The columns of the tables that set it.
    """

    limit: str
    value: float | None
    bound: float
    margin: float | None
    unit: str
    columns: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {**asdict(self), "columns": list(self.columns)}


@dataclass(frozen=True, slots=True)
class LimitStep:
    """One limit in the waterfall of a request: all teams held against it.

    Attributes
    ----------
    limit
        Its name, in the policy's order.
    n_failing, n_alone, n_left
        Teams that fail it; that fail it and no other limit; that are left after it and those before it.
    nearest_team, nearest
        The team that misses it by least among those that fail no other limit (else among all that fail it), and how.
    """

    limit: str
    n_failing: int
    n_alone: int
    n_left: int
    nearest_team: Any
    nearest: Obstacle | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {**asdict(self), "nearest": None if self.nearest is None else self.nearest.to_dict()}


def obstacles_of(answer: Answer, row: int, col: int) -> tuple[Obstacle, ...]:
    """Return all limits that a pair fails, in the policy's order, then relevance and the reserve."""
    pair = np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)
    found = []
    for name, limit in answer.scorer.limits:
        if not passes(limit, *pair)[0]:
            found.append(_obstacle(answer, name, limit, row, col))
    score, relevant = answer.scorer.score_and_relevance(*pair)
    if relevant is not None and not relevant[0]:
        text = next(term for term in answer.scorer.terms if term.name == "text")
        least = answer.policy.min_relevance
        value = float(text.values(*pair)[0])
        found.append(Obstacle("relevance", value, least, least - value, "points", COLUMNS["relevance"]))
    reserve = answer.policy.reserve
    if reserve is not None and int(quantise(score)[0]) < micro_reserve(reserve):
        found.append(Obstacle("reserve", float(score[0]), reserve, reserve - float(score[0]), "points", ()))
    return tuple(found)


def _obstacle(answer: Answer, name: str, limit: PreparedLimit, row: int, col: int) -> Obstacle:
    pair = np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)
    value, bound = float(limit.values(*pair)[0]), float(limit.bound(*pair)[0])
    known = None if np.isnan(value) else value
    columns = COLUMNS.get(name, ())
    if name == "distance" and known is None:
        columns = ("requests.lat", "teams.lat")
    elif name == "distance":
        sides = (("requests.max_km", answer.requests.max_km, row), ("teams.radius_km", answer.teams.radius_km, col))
        columns = tuple(column for column, values, at in sides if values is not None and values[at] == bound) or columns
    return Obstacle(name, known, bound, None if known is None else known - bound, limit.unit, columns)


def waterfall_of(answer: Answer, row: int) -> tuple[LimitStep, ...]:
    """Hold every limit against all teams for one request.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1], "skills": ["yoga"]}, {"id": ["a", "b"], "skills": ["yoga", None]})
    >>> [(step.limit, step.n_failing, step.n_left, step.nearest_team) for step in waterfall_of(answer, 0)]
    [('skills', 1, 1, 'b')]
    """
    n = len(answer.teams)
    rows, cols = np.full(n, row, dtype=np.int32), np.arange(n, dtype=np.int32)
    fails = np.array([~passes(limit, rows, cols) for _, limit in answer.scorer.limits], dtype=np.bool_).reshape(
        len(answer.scorer.limits), n
    )
    n_failed, left, steps = fails.sum(axis=0), np.ones(n, dtype=np.bool_), []
    for (name, limit), failing in zip(answer.scorer.limits, fails, strict=True):
        left &= ~failing
        alone = failing & (n_failed == 1)
        near = np.flatnonzero(alone if alone.any() else failing)
        nearest = None
        if len(near):
            gap = np.nan_to_num(limit.values(rows[near], cols[near]) - limit.bound(rows[near], cols[near]), nan=np.inf)
            col = int(near[np.argmin(gap)])
            nearest = answer.teams.ids[[col]].tolist()[0], _obstacle(answer, name, limit, row, col)
        team, miss = (None, None) if nearest is None else nearest
        steps.append(LimitStep(name, int(failing.sum()), int(alone.sum()), int(left.sum()), team, miss))
    return (*steps, *_relevance_step(answer, rows, cols, left))


def _relevance_step(answer: Answer, rows: Int32Array, cols: Int32Array, left: BoolArray) -> tuple[LimitStep, ...]:
    """Hold the relevance rule against all teams, where it says anything of this request."""
    _, relevant = answer.scorer.score_and_relevance(rows, cols)
    if relevant is None or relevant.all():
        return ()
    alone = int((left & ~relevant).sum())
    return (LimitStep("relevance", int((~relevant).sum()), alone, int((left & relevant).sum()), None, None),)
