"""The cheapest that has to be given up so that some requests are served, checked by solving again, or a proof."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.obstacles import failing
from servicematch.ask.relaxations import Place, Teach, Waive, WiderRadius, micro_cost, read_relaxations
from servicematch.ask.repair_case import open_for_others, read_question
from servicematch.ask.repair_plan import all_places, changed_teams, planned_again, served_again
from servicematch.ask.repaired import Action, Cut, Repair
from servicematch.ask.ruled import refuse_rules
from servicematch.base.errors import PolicyError, ServiceMatchError
from servicematch.solve.fixed_charge import Effort, Found, solve_repairs
from servicematch.solve.repairs import Shortfall
from servicematch.tables.report import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.ask.relaxations import Relaxation
    from servicematch.ask.repair_case import Question
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.solve.repairs import Remedy

TIME_LIMIT_S = 60.0
"""Seconds for a repair, where nothing else is said."""

_KINDS: dict[type, str] = {Place: "place", Waive: "waive", WiderRadius: "wider_radius", Teach: "teach"}


def repair(
    answer: Answer,
    request_ids: Any,
    relaxations: Relaxation | Iterable[Relaxation] | None = None,
    *,
    time_limit_s: float | None = TIME_LIMIT_S,
    wrap: Callable[[Answer], Any] = lambda answer: answer,
) -> Repair:
    """Find the cheapest set of relaxations that serves all units of some requests while nobody else loses one.

    Others keep as many units as they have, maybe at other teams. Places and waived pairs are paid one by one: the
    answer is one flow, and exact. Wider radii and lessons are paid once and may help many: flows price them again and
    again, then CP-SAT chooses, within a limit of work and one of time; where that is not enough, or more than 40,000
    pairs are left to choose from, the status is ``"FEASIBLE"`` and the cost has a proved bound. Among equally cheap sets the one whose pairs score best is taken, as finely as the solver's range allows.

    Waivers are for pairs of the given requests only; wider radii and lessons help all, so that others can step aside.
    Pinned and forbidden pairs stay what they are.

    Parameters
    ----------
    answer
        A solved assignment; it is not touched.
    request_ids
        The requests that are to get all their units: a list of ids, or a single one.
    relaxations
        What may be given up: `Place`, `Waive`, `WiderRadius`, `Teach`. By default places for 1 each, and for each pair
        its distance for 2 or its skills for 3, as far as these limits are on.
    time_limit_s
        Seconds for the whole call, 60 by default; None leaves it to a limit of work, which is the same on every
        machine. A step under way is finished, and a first answer is always found, or the proof that there is none.
    wrap
        Makes the plan of the new answer.

    Raises
    ------
    TableError
        For an id that is not there.
    ServiceMatchError
        Where no request is given.
    PolicyError
        For what is no relaxation, and for a limit that is no number of at least 0.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> requests = {"id": ["r1", "r2"], "skills": ["yoga", "yoga"]}
    >>> answer = run(requests, {"id": ["t1", "t2"], "skills": ["yoga", "dance"]})
    >>> found = repair(answer, ["r1", "r2"], [Place(5.0), Teach("yoga", 3.0)])
    >>> [(one.kind, one.team, one.cost) for one in found.actions], found.status, found.verified
    ([('teach', 't2', 3.0)], 'OPTIMAL', True)
    """
    refuse_rules(answer, "repair")
    until = _until(answer, time_limit_s)
    rows = _rows(answer, request_ids)
    limits = [limit.name for limit in answer.policy.limits]
    allowed = read_relaxations(relaxations, answer.scorer.limits_on, limits)
    ids = tuple(answer.requests.ids[rows].tolist())
    n_missing = int(answer.missing[rows].sum())
    question, found = _solved(answer, rows, allowed, until)
    kind = answer.requests.kind
    if isinstance(found, Shortfall):
        return Repair(ids, "IMPOSSIBLE", cut=_cut(answer, found), n_missing=n_missing, _kind=kind)
    pairs = served_again(answer, question, found.remedy)
    teams = changed_teams(answer, question, found.remedy, allowed)
    plan, pins = planned_again(answer, teams, pairs, rows)
    return Repair(
        ids,
        status="OPTIMAL" if found.remedy.cost == found.bound else "FEASIBLE",
        actions=_actions(answer, question, found.remedy, allowed),
        micro_cost=found.remedy.cost,
        micro_bound=found.bound,
        verified=True,
        plan=wrap(plan),
        pins=pins,
        n_missing=n_missing,
        _kind=kind,
    )


def _until(answer: Answer, time_limit_s: Any) -> float:
    """Tell when the search must end, so that the plan of it, which takes as long as the first, is made in time."""
    if time_limit_s is None:
        return math.inf
    is_number = isinstance(time_limit_s, int | float | np.number) and not isinstance(time_limit_s, bool)
    if not is_number or not time_limit_s >= 0:
        raise PolicyError(f"time_limit_s: expected seconds of at least 0 or None, got {shown(time_limit_s)!r}")
    limit_s = float(time_limit_s)
    return perf_counter() + limit_s - min(limit_s / 2, sum(answer.seconds.values()))


def _solved(
    answer: Answer, rows: IntArray, relaxations: tuple[Relaxation, ...], until: float
) -> tuple[Question, Found | Shortfall]:
    """Solve with pairs of the given requests alone, then with those of others too, where these could be cheaper."""
    prices = [micro_cost(one) for one in relaxations if isinstance(one, WiderRadius | Teach)]
    question = read_question(answer, rows, relaxations)
    found = solve_repairs(question.case, Effort(work=0.0, until=until))
    if isinstance(found, Shortfall):
        if not prices or np.isin(found.rows, rows).all():  # others step aside, or have no part in it
            return question, found
        wider = open_for_others(answer, rows, question, relaxations, (math.inf, math.inf))
        assert wider is not None
        return wider, solve_repairs(wider.case, Effort(until=until))
    if found.remedy.cost <= found.bound and found.remedy.cost <= min(prices, default=math.inf):
        return question, found
    wider = open_for_others(answer, rows, question, relaxations, (found.remedy.cost, until))
    if wider is None:
        return question, Found(found.remedy, min([found.bound, *prices]))
    paid = {question.charges[k] for k in found.remedy.charges.tolist()}
    start = np.array([one in paid for one in wider.charges], dtype=np.bool_)
    return wider, solve_repairs(wider.case, Effort(until=until), start)


def _rows(answer: Answer, request_ids: Any) -> IntArray:
    listed_ids = isinstance(request_ids, Iterable) and not isinstance(request_ids, str | bytes)
    given: Sequence[Any] = list(request_ids) if listed_ids else [request_ids]
    if not given:
        raise ServiceMatchError("request_ids: expected at least one id, got none")
    return np.unique(np.array([answer.requests.index(id_) for id_ in given], dtype=np.int64))


def _cut(answer: Answer, found: Shortfall) -> Cut:
    requests, teams = answer.requests.ids[found.rows], answer.teams.ids[found.cols]
    numbers = (found.asked, found.places, found.others, found.n_other_cols, found.missing)
    return Cut(tuple(requests.tolist()), tuple(teams.tolist()), *numbers)


def _actions(
    answer: Answer, question: Question, remedy: Remedy, relaxations: tuple[Relaxation, ...]
) -> tuple[Action, ...]:
    """Say what a remedy takes: places, then charges, then waivers, each in the order of the teams."""
    ids, case = answer.teams.ids.tolist(), question.case
    places = all_places(question, remedy)
    found = [
        (int(case.place_col[k]), _place(ids, question, int(places[k]), k)) for k in np.flatnonzero(places).tolist()
    ]
    for charge in remedy.charges.tolist():
        at, col = question.charges[charge]
        if at >= 0:
            found.append((col, _charge(ids[col], relaxations[at])))
    waived = remedy.options[question.waive[remedy.options] >= 0].tolist()
    found += [(int(case.col[option]), _waiver(answer, question, option, relaxations)) for option in waived]
    order = list(_KINDS.values())
    ranked = sorted(enumerate(found), key=lambda item: (order.index(item[1][1].kind), item[1][0], item[0]))
    return tuple(action for _, (_, action) in ranked)


def _place(ids: list[Any], question: Question, n: int, offer: int) -> Action:
    price = int(question.case.place_cost[offer])
    return Action("place", ids[question.case.place_col[offer]], amount=n, micro_cost=n * price)


def _charge(team: Any, one: Relaxation) -> Action:
    if isinstance(one, WiderRadius):
        return Action("wider_radius", team, micro_cost=micro_cost(one), to_km=float(one.to_km))
    assert isinstance(one, Teach)
    return Action("teach", team, micro_cost=micro_cost(one), skill=one.skill)


def _waiver(answer: Answer, question: Question, option: int, relaxations: tuple[Relaxation, ...]) -> Action:
    """Name the limits that the pair fails of those that are waived."""
    one, pair = relaxations[question.waive[option]], (question.case.row[[option]], question.case.col[[option]])
    assert isinstance(one, Waive)
    limits = tuple(name for name, fails in failing(answer, *pair).items() if fails[0] and name in one.limits)
    (request,), (team,) = answer.requests.ids[pair[0]].tolist(), answer.teams.ids[pair[1]].tolist()
    return Action("waive", team, request, micro_cost=micro_cost(one), limits=limits)
