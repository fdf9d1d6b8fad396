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
    from servicematch.pairs.scorer import Scorer

COLUMNS: dict[str, tuple[str, ...]] = {
    "skills": ("requests.skills", "teams.skills"),
    "categories": ("requests.category", "teams.categories"),
    "languages": ("requests.languages", "teams.languages"),
    "distance": ("requests.max_km", "teams.radius_km"),
    "same_area": ("requests.area", "teams.area"),
    "booked": ("requests.booked_team",),
    "relevance": ("requests.need", "teams.offers"),
    "time": ("requests.earliest", "requests.latest", "requests.hours", "slots.start", "slots.end"),
    "within": ("requests.placed_at", "slots.start"),
}
"""The columns that set each limit; a caller's own limit has none that we know of."""

NO_SLOTS = ("slots.team_id",)
"""What sets a limit of time for a team that has no slots."""

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
    """Tell for each limit, the least relevance and the reserve which pairs of requests and teams fail it.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1], "skills": ["yoga"]}, {"id": [1, 2], "skills": ["dance", "yoga"]})
    >>> failing(answer, np.array([0, 0]), np.array([0, 1]))
    {'skills': array([ True, False])}
    """
    return _failed(answer, answer.scorer, rows, cols, scores_of(answer, rows, cols))


def _failing_at(answer: Answer, rows: Int32Array, slots: Int32Array) -> dict[str, BoolArray]:
    """Tell the same of pairs of requests and slots."""
    scorer = answer.column_scorer
    return _failed(answer, scorer, rows, slots, scorer.score(rows, slots))


def _failed(
    answer: Answer, scorer: Scorer, rows: Int32Array, cols: Int32Array, score: FloatArray
) -> dict[str, BoolArray]:
    reserve = answer.policy.reserve
    fails = {name: ~np.asarray(passes(limit, rows, cols), dtype=np.bool_) for name, limit in scorer.limits}
    relevant = scorer.score_and_relevance(rows, cols)[1]
    if relevant is not None:
        fails["relevance"] = ~relevant
    if reserve is not None:
        fails["reserve"] = quantise(score) < micro_reserve(reserve)
    return fails


def scores_of(answer: Answer, rows: Int32Array, cols: Int32Array) -> FloatArray:
    """Score pairs of requests and teams; with slots by the team's best one, of those in time where there are some.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> scores_of(run({"id": [1]}, {"id": [1], "mean_rating": [1.0], "n_rated": [5]}), np.array([0]), np.array([0]))
    array([0.9])
    """
    of_slots, score = answer.of_slots, answer.scorer.score(rows, cols)
    if of_slots is None:
        return score
    at, slot = of_slots.table.spread(cols)
    each, in_time = rows[at], np.ones(len(at), dtype=np.bool_)
    for _, limit in of_slots.timed:
        in_time &= passes(limit, each, slot)
    of_slot = of_slots.by_slot.score(each, slot)
    for some in (np.ones(len(at), dtype=np.bool_), in_time):
        best = np.full(len(rows), -1.0)
        np.maximum.at(best, at[some], of_slot[some])
        score = np.where(best >= 0, best, score)
    return score


def obstacles_of(answer: Answer, row: int, col: int, slot: int | None = None) -> tuple[Obstacle, ...]:
    """Return all limits that a pair fails, in the policy's order, then relevance and the reserve.

    With slots a limit of time speaks of the slot named, else of the team's best one.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> slots = {"id": [1], "team_id": [7], "start": ["2026-06-06T09:00Z"], "end": ["2026-06-06T12:00Z"]}
    >>> answer = run({"id": [1], "hours": [5.0]}, {"id": [7]}, slots=slots)
    >>> [(one.limit, one.value, one.unit) for one in obstacles_of(answer, 0, 0, 0)]
    [('time', 2.0, 'h')]
    """
    row_at, column = np.array([row], dtype=np.int32), np.array([col if slot is None else slot], dtype=np.int32)
    fails = failing(answer, row_at, column) if slot is None else _failing_at(answer, row_at, column)
    return tuple(_obstacle(answer, name, row, col, slot) for name, does in fails.items() if does[0])


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


def _measured(
    answer: Answer, name: str, row: int, cols: IntArray, slot: int | None = None
) -> tuple[FloatArray, FloatArray, str]:
    """Measure pairs of a request, or that of one slot, by a limit, relevance or the reserve: values, bounds, unit."""
    scorer = answer.scorer if slot is None else answer.column_scorer
    to = (cols if slot is None else np.array([slot])).astype(np.int32)
    pairs, policy = (np.full(len(to), row, dtype=np.int32), to), answer.policy
    if name == "relevance":
        text = next(term for term in scorer.terms if term.name == "text")
        return text.values(*pairs), np.full(len(to), policy.min_relevance), "points"
    if name == "reserve":
        score = scores_of(answer, *pairs) if slot is None else scorer.score(*pairs)
        return score, np.full(len(to), policy.reserve), "points"
    limit = dict(scorer.limits)[name]
    return limit.values(*pairs), limit.bound(*pairs), limit.unit


def _obstacle(answer: Answer, name: str, row: int, col: int, slot: int | None = None) -> Obstacle:
    values, bounds, unit = _measured(answer, name, row, np.array([col]), slot)
    value, bound = float(values[0]), float(bounds[0])
    if np.isposinf(value) and has_no_slots(answer, name, col):
        return Obstacle(name, None, bound, None, unit, NO_SLOTS)
    columns = _columns(answer, name, row, col, bound=None if np.isnan(value) else bound)
    if np.isnan(value):
        return Obstacle(name, None, bound, None, unit, columns)
    return Obstacle(name, value, bound, bound - value if name in _AT_LEAST else value - bound, unit, columns)


def _columns(answer: Answer, name: str, row: int, col: int, *, bound: float | None) -> tuple[str, ...]:
    """Name the columns that set a limit; of a distance the one that has the bound, the places where it is None."""
    columns = COLUMNS.get(name, ())
    if name == "time":
        given = {f"requests.{one}" for one in answer.requests.present}
        return tuple(one for one in columns if one in given or one.startswith("slots."))
    if name != "distance":
        return columns
    if bound is None:
        return ("requests.lat", "teams.lat")
    sides = (("requests.max_km", answer.requests.max_km, row), ("teams.radius_km", answer.teams.radius_km, col))
    return tuple(column for column, values, at in sides if values is not None and values[at] == bound) or columns


def has_no_slots(answer: Answer, name: str, col: int) -> bool:
    """Tell whether a limit is one of time, and the team has no slots to measure.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> slots = {"id": [1], "team_id": [7], "start": ["2026-06-06T09:00Z"], "end": ["2026-06-06T12:00Z"]}
    >>> answer = run({"id": [1]}, {"id": [7, 8]}, slots=slots)
    >>> has_no_slots(answer, "time", 0), has_no_slots(answer, "time", 1)
    (False, True)
    """
    of_slots = answer.of_slots
    return of_slots is not None and name in dict(of_slots.timed) and not (of_slots.table.team == col).any()
