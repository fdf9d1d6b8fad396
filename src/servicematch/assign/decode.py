"""From positions back to ids: the columns of every frame that a plan shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.answer import by_tier, for_people
from servicematch.base.claim import SCALE
from servicematch.pairs.limits import Distance
from servicematch.pairs.roads import prepare_km
from servicematch.solve.grouped.value import grouped_value
from servicematch.tables.cross import columns_without_effect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.answer import Answer
    from servicematch.assign.policy import Policy
    from servicematch.assign.reasons import OpenUnits
    from servicematch.base.arrays import AnyArray, FloatArray, IntArray
    from servicematch.pairs.scores import ScoredPairs, Scorer
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams

_CONTACT = ("need", "category", "skills", "area", "placed_at")
"""Known columns of a request that its team wants to read, besides the caller's own."""


def assignment_columns(answer: Answer) -> dict[str, AnyArray]:
    """Return request_id, team_id, slot_id, score, distance_km of the chosen pairs, in the caller's order of requests."""
    order = _callers_order(answer)
    rows, cols = answer.rows[order], answer.cols[order]
    return {
        "request_id": answer.requests.ids[rows],
        "team_id": answer.teams.ids[cols],
        "slot_id": np.full(len(rows), None, dtype=object),
        "score": answer.scorer.score(rows, cols),
        "distance_km": distance_km(answer.requests, answer.teams, answer.policy, rows, cols),
    }


def distance_km(requests: Requests, teams: Teams, policy: Policy, rows: AnyArray, cols: AnyArray) -> FloatArray:
    """Measure pairs as the policy's distance limit does, else in a straight line; NaN where a place is missing."""
    limit = next((limit for limit in policy.limits if isinstance(limit, Distance)), Distance())
    kilometres = prepare_km(limit.km, limit.detour, requests, teams, "limits.distance.km")
    return np.full(len(rows), np.nan) if kilometres is None else kilometres.km(rows, cols)


def unassigned_columns(
    answer: Answer, reasons: tuple[OpenUnits, ...]
) -> tuple[dict[str, AnyArray], tuple[OpenUnits, ...]]:
    """Return request_id, units, reason in the caller's order of requests, and the reasons in that order."""
    ordered = tuple(sorted(reasons, key=lambda one: int(answer.requests.position[one.request])))
    rows = np.array([one.request for one in ordered], dtype=np.int64)
    columns = {
        "request_id": answer.requests.ids[rows],
        "units": np.array([one.units for one in ordered], dtype=np.int64),
        "reason": np.array([one.reason.value for one in ordered], dtype=object),
    }
    return columns, ordered


def load_columns(answer: Answer) -> dict[str, AnyArray]:
    """Return team_id, name, capacity, used, assigned, free, over in the caller's order of teams.

    ``used`` are the places taken before. capacity + over = used + assigned + free, where ``over`` is more than 0 only
    for a team that was overbooked before or by a pin.
    """
    teams, order = answer.teams, np.argsort(answer.teams.position, kind="stable")
    columns = {"team_id": teams.ids[order]}
    if teams.name is not None:
        columns["name"] = teams.name[order]
    capacity, used, assigned = teams.capacity[order], teams.used[order], answer.load[order]
    left = capacity - used - assigned
    free, over = np.maximum(left, 0), np.maximum(-left, 0)
    return columns | {"capacity": capacity, "used": used, "assigned": assigned, "free": free, "over": over}


def breakdown_columns(scorer: Scorer, requests: Requests, request: int, team: int) -> dict[str, AnyArray]:
    """Return term, value, weight, contribution, note of one pair; the contributions add up to its score."""
    columns = scorer.breakdown(request, team)
    notes = np.where(np.isnan(columns["value"]), "the request says nothing here", "").astype(object)
    if requests.place_from_area[request]:
        notes[columns["term"] == "proximity"] = "from the place of the request's area"
    return {**columns, "note": notes}


def worklist_columns(answer: Answer, team: int) -> dict[str, AnyArray]:
    """Return what one team is to do: request_id, distance_km, score, what was asked, and the caller's own columns."""
    order = _callers_order(answer)
    mine = order[answer.cols[order] == team]
    rows, cols = answer.rows[mine], answer.cols[mine]
    requests = answer.requests
    columns = {
        "request_id": requests.ids[rows],
        "distance_km": distance_km(answer.requests, answer.teams, answer.policy, rows, cols),
        "score": answer.scorer.score(rows, cols),
    }
    given = [name for name in _CONTACT if name in requests.present]
    for name in (*given, *(name for name in requests.extra if name not in columns)):
        columns[name] = _request_column(requests, name, rows)
    return columns


def summary_of(answer: Answer, reasons: Mapping[str, int]) -> dict[str, Any]:
    """Return the figures of a plan; served and open units add up to those asked."""
    requests, scored, solution = answer.requests, answer.scored, answer.solution
    km = distance_km(requests, answer.teams, answer.policy, answer.rows, answer.cols)
    known = km[~np.isnan(km)]
    return {
        "n_requests": len(requests),
        "n_teams": len(answer.teams),
        "n_pairs": len(scored.rows),
        "units_asked": int(requests.units.sum()),
        "units_served": len(solution.chosen),
        "requests_served": int((answer.missing == 0).sum()),
        "by_reason": dict(reasons),
        "n_pinned": int(answer.is_pinned.sum()),
        "n_forbidden": len(answer.pins.forbidden),
        "n_pinned_beyond_limits": _n_pinned_beyond_limits(answer),
        "mean_km": float(known.mean()) if len(known) else None,
        "longest_km": float(known.max()) if len(known) else None,
        "total_km": float(known.sum()) if len(known) else None,
        "limits_on": scored.limits_on,
        "limits_off": scored.limits_off,
        "terms_on": scored.terms_on,
        "terms_off": scored.terms_off,
        "n_without_terms": _n_without_terms(answer),
        "columns_without_effect": columns_without_effect(requests, answer.teams),
        "status": solution.status.value,
        "stopped_by": solution.stopped_by,
        "objective": for_people(by_tier(answer, solution.objective)),
        "bound": for_people(by_tier(answer, solution.bound)),
        "score_total": float(answer.scores().sum()),
        "gap": gap_of(answer),
        **_of_rules(answer),
    }


def _of_rules(answer: Answer) -> dict[str, Any]:
    """Return the figures that only a plan with rules has: floors asked and met, what even work costs, what is fair."""
    problem, fairness = answer.problem, answer.policy.fairness
    if not answer.policy.has_group_rules:
        return {}
    forests = [forest for forest in (problem.row_groups, problem.col_groups) if forest is not None]
    value = grouped_value(problem, answer.solution.chosen)
    figures: dict[str, Any] = {"n_rules": len(answer.policy.rules)}
    if fairness is not None:
        column = fairness.by if isinstance(fairness.by, str) else f"{fairness.by[0]} (level {fairness.by[1]})"
        figures["fairness"] = {"kind": fairness.kind, "column": column, "above": fairness.above}
    if problem.has_floors:
        figures |= {"floors_asked": sum(int(forest.at_least.sum()) for forest in forests), "floors_met": value[0]}
    if any(forest.cost is not None for forest in forests):
        figures["even_work_points"] = (int(problem.gain[answer.solution.chosen].sum()) - value[-1]) / SCALE
    return figures


def _n_pinned_beyond_limits(answer: Answer) -> int:
    """Count the pinned pairs that the limits, the relevance rule or the reserve would not have let through."""
    scored, n_teams = answer.scored, max(1, len(answer.teams))
    eligible = scored.rows.astype(np.int64) * n_teams + scored.cols
    return int((~np.isin(answer.pins.pinned, eligible)).sum())


def _n_without_terms(answer: Answer) -> int:
    """Count the chosen pairs for which no term had anything to go by: their score of 0 means nothing."""
    if not answer.scorer.terms:
        return 0
    silent = np.ones(len(answer.rows), dtype=np.bool_)
    for term in answer.scorer.terms:
        silent &= np.isnan(term.values(answer.rows, answer.cols))
    return int(silent.sum())


def gap_of(answer: Answer) -> int | float:
    """Return how much the first tier that is not proved may still gain: units, or score points; 0 when all are proved."""
    solution = answer.solution
    for name, value, bound in zip(by_tier(answer, solution.objective), solution.objective, solution.bound, strict=True):
        if bound != value:
            return (bound - value) / SCALE if name == "score" else bound - value
    return 0


def score_columns(scorer: Scorer, scored: ScoredPairs, requests: Requests, teams: Teams) -> dict[str, AnyArray]:
    """Return request_id, team_id, score of all eligible pairs: the caller's order of requests, the best team first."""
    score = scorer.score(scored.rows, scored.cols)
    order = np.lexsort((scored.cols, -score, requests.position[scored.rows]))
    return {
        "request_id": requests.ids[scored.rows[order]],
        "team_id": teams.ids[scored.cols[order]],
        "score": score[order],
    }


def _callers_order(answer: Answer) -> IntArray:
    return np.lexsort((answer.teams.position[answer.cols], answer.requests.position[answer.rows]))


def _request_column(requests: Any, name: str, rows: AnyArray) -> AnyArray:
    values = requests.extra[name] if name in requests.extra else getattr(requests, name)
    if name == "skills":
        return np.array(["|".join(values.of(int(row))) for row in rows], dtype=object)
    column: AnyArray = values[rows]
    return column.astype("datetime64[s]") if name == "placed_at" else column  # the missing time is NaT
