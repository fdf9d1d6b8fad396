"""From positions back to ids: the columns of every frame that a plan shows."""

from __future__ import annotations

from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.answer import by_tier, for_people
from servicematch.assign.days import job_times
from servicematch.assign.hour_figures import MINUTES, hour_columns, hour_figures
from servicematch.assign.inputs import used_columns
from servicematch.assign.places import has_totals
from servicematch.assign.satisfaction import satisfactions
from servicematch.assign.travel import policy_km
from servicematch.base.claim import SCALE
from servicematch.base.errors import ServiceMatchError
from servicematch.solve.grouped.value import grouped_value
from servicematch.solve.regulars import cost_elsewhere, units_elsewhere
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

_CONTACT_OF_SLOTS = ("hours", "earliest", "latest")
"""The same where slots are given."""

_TIMES = ("placed_at", "earliest", "latest")


def assignment_columns(answer: Answer) -> dict[str, AnyArray]:
    """Return request_id, team_id, slot_id, score, distance_km of the chosen pairs, in the caller's order of requests.

    With slots also start and end of the slot, with travel also takes_hours.
    """
    order = _callers_order(answer)
    rows, cols = answer.rows[order], answer.cols[order]
    return {
        "request_id": answer.requests.ids[rows],
        "team_id": answer.teams.ids[cols],
        **slot_columns(answer, order, none={"slot_id": np.full(len(rows), None, dtype=object)}),
        "score": answer.scores()[order],
        "distance_km": distance_km(answer.requests, answer.teams, answer.policy, rows, cols),
        **_takes_hours(answer, rows, cols),
    }


def _takes_hours(answer: Answer, rows: AnyArray, cols: AnyArray) -> dict[str, AnyArray]:
    """Return what each pair takes of its team's hours, where that is more than the request's own."""
    if answer.hours is None or answer.hours.way is None:
        return {}
    return {"takes_hours": answer.hours.takes(rows, cols) / MINUTES}


def slot_columns(
    answer: Answer, chosen: IntArray, none: Mapping[str, AnyArray] = MappingProxyType({})
) -> dict[str, AnyArray]:
    """Return slot_id, start, end of some of the chosen pairs, or what ``none`` holds where there are no slots.

    Where teams need time on the way, also begin and finish of the job.
    """
    slots, slot_of = answer.slots, answer.slot_of
    if slots is None or slot_of is None:
        return dict(none)
    at, of_jobs = slot_of[chosen], job_times(answer)
    columns = {"slot_id": slots.ids[at], "start": _times(slots.start[at]), "end": _times(slots.end[at])}
    return columns if of_jobs is None else columns | {"begin": of_jobs[0][chosen], "finish": of_jobs[1][chosen]}


def _times(seconds: IntArray) -> AnyArray:
    return seconds.astype("datetime64[s]")


def distance_km(requests: Requests, teams: Teams, policy: Policy, rows: AnyArray, cols: AnyArray) -> FloatArray:
    """Measure pairs as the policy's distance limit does, else in a straight line; NaN where a place is missing."""
    kilometres = policy_km(policy.limits, requests, teams)
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
    for a team that was overbooked before or by a pin. With slots, capacity is the smaller of the team's own, where it
    is given, and the places of its slots together with those used. With hours, see `hour_columns`.
    """
    teams, order = answer.teams, np.argsort(answer.teams.position, kind="stable")
    columns = {"team_id": teams.ids[order]}
    if teams.name is not None:
        columns["name"] = teams.name[order]
    capacity, used, assigned = answer.capacity[order], teams.used[order], answer.load[order]
    left = capacity - used - assigned
    free, over = np.maximum(left, 0), np.maximum(-left, 0)
    columns |= {"capacity": capacity, "used": used, "assigned": assigned, "free": free, "over": over}
    if answer.hours is None:
        return columns
    if not has_totals(teams):  # nothing limits how many
        columns = {name: values for name, values in columns.items() if name not in ("capacity", "free", "over")}
    return columns | {
        name: values[order] for name, values in hour_columns(answer.hours, answer.rows, answer.cols).items()
    }


def slot_load_columns(answer: Answer) -> dict[str, AnyArray]:
    """Return slot_id, team_id, start, end, capacity, assigned, free, over in the caller's order of slots.

    Raises
    ------
    ServiceMatchError
        For a plan without slots.
    """
    slots, slot_of = answer.slots, answer.slot_of
    if slots is None or slot_of is None:
        raise ServiceMatchError("this plan has no slots. Hint: give them to assign(..., slots=...)")
    order = np.argsort(slots.position, kind="stable")
    assigned = np.bincount(slot_of, minlength=len(slots))[order]
    left = slots.capacity[order] - assigned
    return {
        "slot_id": slots.ids[order],
        "team_id": slots.team_id[order],
        "start": _times(slots.start[order]),
        "end": _times(slots.end[order]),
        "capacity": slots.capacity[order],
        "assigned": assigned,
        "free": np.maximum(left, 0),
        "over": np.maximum(-left, 0),
    }


def breakdown_columns(scorer: Scorer, requests: Requests, request: int, column: int) -> dict[str, AnyArray]:
    """Return term, value, weight, contribution, note of one pair; the contributions add up to its score."""
    columns = scorer.breakdown(request, column)
    notes = np.where(np.isnan(columns["value"]), "the request says nothing here", "").astype(object)
    if requests.place_from_area[request]:
        notes[columns["term"] == "proximity"] = "from the place of the request's area"
    return {**columns, "note": notes}


def worklist_columns(answer: Answer, team: int) -> dict[str, AnyArray]:
    """Return what one team is to do: request_id, distance_km, score, what was asked, and the caller's own columns.

    With slots it says when, and the first comes first.
    """
    order = _callers_order(answer)
    mine = order[answer.cols[order] == team]
    if answer.slots is not None and answer.slot_of is not None:
        mine = mine[np.argsort(answer.slots.start[answer.slot_of[mine]], kind="stable")]
    rows, cols = answer.rows[mine], answer.cols[mine]
    requests = answer.requests
    columns = {
        "request_id": requests.ids[rows],
        **slot_columns(answer, mine),
        "distance_km": distance_km(answer.requests, answer.teams, answer.policy, rows, cols),
        "score": answer.scores()[mine],
        **_takes_hours(answer, rows, cols),
    }
    contact = _CONTACT if answer.slots is None else (*_CONTACT, *_CONTACT_OF_SLOTS)
    contact = contact if answer.hours is None else (*contact, "hours")
    given = [name for name in contact if name in requests.present]
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
        "n_slots": None if answer.slots is None else len(answer.slots),
        "n_pairs": len(scored.rows),
        "units_asked": int(requests.units.sum()),
        "units_served": len(solution.chosen),
        "requests_served": int((answer.missing == 0).sum()),
        "by_reason": dict(reasons),
        "by_priority": _by_priority(answer),
        "n_pinned": int(answer.is_pinned.sum()),
        "n_forbidden": sum(pin.kind == "forbid" for pin in answer.pins.pins),
        "n_pinned_beyond_limits": _n_pinned_beyond_limits(answer),
        "mean_km": float(known.mean()) if len(known) else None,
        "longest_km": float(known.max()) if len(known) else None,
        "total_km": float(known.sum()) if len(known) else None,
        "limits_on": scored.limits_on,
        "limits_off": scored.limits_off,
        "terms_on": scored.terms_on,
        "terms_off": scored.terms_off,
        "n_without_terms": _n_without_terms(answer),
        "columns_without_effect": columns_without_effect(
            requests,
            answer.teams,
            used=used_columns(has_slots=answer.slots is not None, has_hours=answer.hours is not None),
        ),
        "status": solution.status.value,
        "stopped_by": solution.stopped_by,
        "objective": for_people(by_tier(answer, solution.objective)),
        "bound": for_people(by_tier(answer, solution.bound)),
        "score_total": float(answer.scores().sum()),
        "gap": gap_of(answer),
        **_of_rules(answer),
        **({} if answer.hours is None else {"hours": hour_figures(answer)}),
    }


def _of_rules(answer: Answer) -> dict[str, Any]:
    """Return the figures that only a plan with rules has: floors asked and met, what even work costs, what is fair."""
    problem, fairness = answer.problem, answer.policy.shares
    bound: dict[str, Any] = {"n_bound": bound_requests(answer)} if problem.has_conditions else {}
    if problem.days is not None and answer.policy.travel is not None:
        bound["between"] = asdict(answer.policy.travel)
    if answer.policy.satisfaction is not None:
        found = satisfactions(answer, answer.policy.satisfaction.steps)
        return {**bound, "fairness": {"kind": "satisfaction", **found.figures}}
    if not answer.policy.has_group_rules:
        return bound
    forests = [forest for _, forest in problem.forests]
    value = grouped_value(problem, answer.solution.chosen)
    figures: dict[str, Any] = {"n_rules": len(answer.policy.rules), **bound}
    if fairness is not None:
        column = fairness.by if isinstance(fairness.by, str) else f"{fairness.by[0]} (level {fairness.by[1]})"
        figures["fairness"] = {"kind": fairness.kind, "column": column, "above": fairness.above}
    if problem.has_floors:
        figures |= {"floors_asked": sum(int(forest.at_least.sum()) for forest in forests), "floors_met": value[0]}
    charge = int(problem.gain[answer.solution.chosen].sum()) - value[-1]
    if problem.regulars is not None:
        elsewhere, chosen = cost_elsewhere(problem, answer.solution.chosen), answer.solution.chosen
        charge -= elsewhere
        figures |= {
            "n_elsewhere": int(units_elsewhere(problem, chosen).sum()),
            "same_team_points": elsewhere / SCALE,
        }
    if any(forest.cost is not None for forest in forests):
        figures["even_work_points"] = charge / SCALE
    return figures


def bound_requests(answer: Answer) -> int:
    """Count the requests whose units are bound to each other.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> bound_requests(run({"id": [1, 2], "units": [2, 2], "min_units": [1, 2]}, {"id": [1, 2]}))
    1
    """
    problem, requests = answer.problem, answer.requests
    is_bound = requests.min_units > 1
    if problem.bundle is not None:
        is_bound |= (requests.together == 1) & (requests.units > 1)
    return int(np.count_nonzero(is_bound))


def _by_priority(answer: Answer) -> dict[int, tuple[int, int]]:
    """Count the units served and asked by priority, the highest first; nothing where priorities have no say."""
    if answer.policy.tiers[0] != "priority":
        return {}
    values, at = np.unique(answer.requests.priority, return_inverse=True)
    served, asked = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.int64)
    np.add.at(served, at, answer.served)
    np.add.at(asked, at, answer.requests.units)
    counts = zip(values.tolist(), served.tolist(), asked.tolist(), strict=True)
    return {value: (n_served, n_asked) for value, n_served, n_asked in reversed(list(counts))}


def _n_pinned_beyond_limits(answer: Answer) -> int:
    """Count the pinned pairs that the limits, the relevance rule or the reserve would not have let through."""
    return int((~np.isin(answer.pins.pinned, answer.scored.keys)).sum())


def _n_without_terms(answer: Answer) -> int:
    """Count the chosen pairs for which no term had anything to go by: their score of 0 means nothing."""
    terms, columns = answer.column_scorer.terms, answer.problem.col[answer.solution.chosen]
    if not terms:
        return 0
    silent = np.ones(len(answer.rows), dtype=np.bool_)
    for term in terms:
        silent &= np.isnan(term.values(answer.rows, columns))
    return int(silent.sum())


def gap_of(answer: Answer) -> int | float:
    """Return how much the first tier that is not proved may still gain: units, or score points; 0 when all are proved."""
    solution = answer.solution
    if solution.satisfied is not None:  # the bound of the score is that of the best plan without fairness
        return 0
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
    return column.astype("datetime64[s]") if name in _TIMES else column  # the missing time is NaT
