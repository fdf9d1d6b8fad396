"""Recommendations: the best teams for a request, or the best requests for a team; nothing is assigned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.questions import without_slots
from servicematch.assign.inputs import PreparedTeams, read_inputs
from servicematch.base.arrays import frozen
from servicematch.base.errors import PolicyError, ServiceMatchError
from servicematch.desk.options import check_by, check_k
from servicematch.desk.recommendations import Recommendations
from servicematch.pairs.micro import micro_reserve
from servicematch.pairs.ranking import rank_pairs
from servicematch.pairs.scorer import prepare_scorer

if TYPE_CHECKING:
    from servicematch.assign.inputs import Inputs
    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import IntArray
    from servicematch.plan import Plan
    from servicematch.tables.table import Table


def recommend(
    requests: Any,
    teams: Any,
    *,
    policy: Policy | None = None,
    for_requests: Iterable[Any] | None = None,
    for_teams: Iterable[Any] | None = None,
    k: int = 5,
    plan: Plan | None = None,
    by: str = "score",
) -> Recommendations:
    """Recommend the best teams for each request, or with ``for_teams`` the best requests for each team.

    Only eligible pairs are ranked: those that pass every limit. Nothing is assigned and nobody loses a place, so the
    same team may be the best for many requests; `assign` settles that.

    Parameters
    ----------
    requests, teams
        `Requests` and `Teams`, any table that they take, or what `prepare` returned for the teams.
    policy
        Limits and terms; that of the prepared teams, else that of the plan, else ``Policy()``.
    for_requests
        Ids of the requests to find teams for; all by default.
    for_teams
        Ids of the teams to find requests for. Give one of the two.
    k
        So many choices each, at least 1.
    plan
        A plan whose places count as taken: ``free`` is what it leaves. Its terms are used as they were fitted then.
    by
        ``"score"``, or ``"plan"``: by what the whole of ``plan`` loses when the pair is forced, those that it has
        already first, and only pairs for which a place can be made. Each is told with what the plan loses and how many
        other requests move. That is for the plan's own tables, and only for a plan that is proved optimal.

    Raises
    ------
    TableError
        With all faults of a table at once, or for an id that the table does not have.
    PolicyError
        When an option is out of range.

    Examples
    --------
    >>> requests = {"id": ["r1", "r2"], "need": ["a yoga class", "legal advice please"]}
    >>> teams = {"id": ["t1", "t2"], "offers": ["yoga and dance", "legal advice on land"]}
    >>> best = recommend(requests, teams, k=1)
    >>> list(zip(best.frame["request_id"].tolist(), best.frame["team_id"].tolist()))
    [('r1', 't1'), ('r2', 't2')]
    """
    check_k(k)
    check_by(by)
    if for_requests is not None and for_teams is not None:
        raise ServiceMatchError("for_requests and for_teams: give one of the two, it says for whom to choose")
    if plan is not None:
        without_slots(plan.answer)
    inputs, terms = _with_plan(requests, teams, policy, plan)
    if by == "plan":
        _check_own(inputs, policy, plan)
    settings = inputs.policy
    scorer = prepare_scorer(inputs.requests, inputs.teams, settings.limits, terms, settings.min_relevance)
    side, wanted = (inputs.teams, for_teams) if for_teams is not None else (inputs.requests, for_requests)
    asked = _asked(side, wanted, "for_teams" if for_teams is not None else "for_requests")
    costs = None
    if by == "plan" and plan is not None:
        from servicematch.ask.plan_order import rank_by_plan  # noqa: PLC0415 - only for those who ask

        ranking, costs = rank_by_plan(plan.questions, asked, k=k, for_teams=for_teams is not None)
    else:
        floor = micro_reserve(settings.reserve)
        ranking = rank_pairs(scorer, asked, k=k, for_teams=for_teams is not None, floor=floor)
    return Recommendations(inputs, scorer, ranking, _free(inputs, plan), for_teams is not None, plan, costs)


def _with_plan(requests: Any, teams: Any, policy: Policy | None, plan: Plan | None) -> tuple[Inputs, tuple[Any, ...]]:
    """Read the tables; a plan lends its policy and its fitted terms to those who bring none."""
    if plan is None or policy is not None or isinstance(teams, PreparedTeams):
        inputs = read_inputs(requests, teams, policy, with_hours=False)
        return inputs, inputs.terms
    return read_inputs(requests, teams, plan.answer.policy, with_hours=False), plan.answer.scorer.fitted_terms


def _check_own(inputs: Inputs, policy: Policy | None, plan: Plan | None) -> None:
    """Refuse another plan's tables: only its own pairs have a loss."""
    if plan is None or policy is not None:
        raise PolicyError('by="plan": give the plan, and no policy of its own')
    answer = plan.answer
    for mine, own in ((inputs.requests, answer.requests), (inputs.teams, answer.teams)):
        if mine.fingerprint != own.fingerprint:
            raise PolicyError(
                f'by="plan": these are not the {own.NAME} of the plan. Hint: plan.what_if(...) adds new ones'
            )


def _asked(side: Table, wanted: Iterable[Any] | None, option: str) -> IntArray:
    """Find those asked for, in the caller's order, each once."""
    if wanted is None:
        return np.argsort(side.position, kind="stable")
    if isinstance(wanted, str | bytes) or not isinstance(wanted, Iterable):
        raise ServiceMatchError(f"{option}: expected a list of ids. Hint: put it in brackets")
    return np.array(list(dict.fromkeys(map(side.index, wanted))), dtype=np.int64)


def _free(inputs: Inputs, plan: Plan | None) -> IntArray:
    """Count the places left at each team, after a plan where one is given; teams are known by their ids."""
    if plan is None:
        return inputs.teams.free
    answer = plan.answer
    load = dict(zip(answer.teams.ids.tolist(), answer.load.tolist(), strict=True))
    taken = np.array([load.get(team, 0) for team in inputs.teams.ids.tolist()], dtype=np.int64)
    return frozen(np.maximum(inputs.teams.free - taken, 0))
