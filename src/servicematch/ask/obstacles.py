"""The limits of one pair, and of one request over all teams: what was measured, what it had to keep to, who is nearest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.plain import plain
from servicematch.base.protocols import passes
from servicematch.pairs.micro import micro_reserve, quantise

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray

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

_AT_LEAST = ("relevance", "reserve")


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
        return plain({**asdict(self), "columns": list(self.columns)})


@dataclass(frozen=True, slots=True)
class LimitStep:
    """One limit in the waterfall of a request: all teams held against it.

    Attributes
    ----------
    limit
        Its name, in the policy's order; relevance and the reserve, which count like limits, come last.
    n_failing, n_alone, n_left
        Teams that fail it; that fail it and nothing else; that are left after it and those before it.
    nearest_team, nearest
        The team that misses it by least among those that fail nothing else, and how; where ``n_alone`` is 0, among
        all that fail it: then to loosen this limit alone does not win that team.
    """

    limit: str
    n_failing: int
    n_alone: int
    n_left: int
    nearest_team: Any
    nearest: Obstacle | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return plain({**asdict(self), "nearest": None if self.nearest is None else self.nearest.to_dict()})


def failing(answer: Answer, rows: Int32Array, cols: Int32Array) -> dict[str, BoolArray]:
    """Tell for each limit, the least relevance and the reserve which pairs fail it.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1], "skills": ["yoga"]}, {"id": [1, 2], "skills": ["dance", "yoga"]})
    >>> failing(answer, np.array([0, 0]), np.array([0, 1]))
    {'skills': array([ True, False])}
    """
    scorer, reserve = answer.scorer, answer.policy.reserve
    fails = {name: ~np.asarray(passes(limit, rows, cols), dtype=np.bool_) for name, limit in scorer.limits}
    score, relevant = scorer.score_and_relevance(rows, cols)
    if relevant is not None:
        fails["relevance"] = ~relevant
    if reserve is not None:
        fails["reserve"] = quantise(score) < micro_reserve(reserve)
    return fails


def obstacles_of(answer: Answer, row: int, col: int) -> tuple[Obstacle, ...]:
    """Return all limits that a pair fails, in the policy's order, then relevance and the reserve."""
    pair = np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)
    return tuple(_obstacle(answer, name, row, col) for name, fails in failing(answer, *pair).items() if fails[0])


def waterfall_of(answer: Answer, row: int) -> tuple[LimitStep, ...]:
    """Hold every limit against all teams for one request, then relevance and the reserve where somebody fails them.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1], "skills": ["yoga"]}, {"id": ["a", "b"], "skills": ["yoga", None]})
    >>> [(step.limit, step.n_failing, step.n_left, step.nearest_team) for step in waterfall_of(answer, 0)]
    [('skills', 1, 1, 'b')]
    """
    n = len(answer.teams)
    rows, cols = np.full(n, row, dtype=np.int32), np.arange(n, dtype=np.int32)
    by_limit = failing(answer, rows, cols)
    n_failed = sum(by_limit.values(), start=np.zeros(n, dtype=np.int64))
    left, steps = np.ones(n, dtype=np.bool_), []
    for name, fails in by_limit.items():
        if name in _AT_LEAST and not fails.any():
            continue
        left &= ~fails
        alone = fails & (n_failed == 1)
        team, miss = _nearest(answer, name, row, np.flatnonzero(alone if alone.any() else fails))
        steps.append(LimitStep(name, int(fails.sum()), int(alone.sum()), int(left.sum()), team, miss))
    return tuple(steps)


def _nearest(answer: Answer, name: str, row: int, cols: IntArray) -> tuple[Any, Obstacle | None]:
    """Find the team that misses a limit by least, one that cannot be measured last."""
    if not len(cols):
        return None, None
    value, bound, _ = _measured(answer, name, row, cols)
    gap = bound - value if name in _AT_LEAST else value - bound
    col = int(cols[np.argmin(np.nan_to_num(gap, nan=np.inf))])
    return answer.teams.ids[[col]].tolist()[0], _obstacle(answer, name, row, col)


def _measured(answer: Answer, name: str, row: int, cols: IntArray) -> tuple[FloatArray, FloatArray, str]:
    """Measure pairs of a request by a limit, relevance or the reserve: values, bounds, unit."""
    to = cols.astype(np.int32)
    pairs, policy = (np.full(len(to), row, dtype=np.int32), to), answer.policy
    if name == "relevance":
        text = next(term for term in answer.scorer.terms if term.name == "text")
        return text.values(*pairs), np.full(len(to), policy.min_relevance), "points"
    if name == "reserve":
        return answer.scorer.score(*pairs), np.full(len(to), policy.reserve), "points"
    limit = dict(answer.scorer.limits)[name]
    return limit.values(*pairs), limit.bound(*pairs), limit.unit


def _obstacle(answer: Answer, name: str, row: int, col: int) -> Obstacle:
    values, bounds, unit = _measured(answer, name, row, np.array([col]))
    value, bound = float(values[0]), float(bounds[0])
    columns = _columns(answer, name, row, col, bound=None if np.isnan(value) else bound)
    if np.isnan(value):
        return Obstacle(name, None, bound, None, unit, columns)
    return Obstacle(name, value, bound, bound - value if name in _AT_LEAST else value - bound, unit, columns)


def _columns(answer: Answer, name: str, row: int, col: int, *, bound: float | None) -> tuple[str, ...]:
    """Name the columns that set a limit; of a distance the one that has the bound, the places where it is None."""
    columns = COLUMNS.get(name, ())
    if name != "distance":
        return columns
    if bound is None:
        return ("requests.lat", "teams.lat")
    sides = (("requests.max_km", answer.requests.max_km, row), ("teams.radius_km", answer.teams.radius_km, col))
    return tuple(column for column, values, at in sides if values is not None and values[at] == bound) or columns
