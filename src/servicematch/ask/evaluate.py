"""Judge a plan made by people: what it is worth, which rules it breaks, and how far it is from the best one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.evaluation import Evaluation
from servicematch.ask.own_pairs import read_own_pairs
from servicematch.assign.answer import by_tier
from servicematch.assign.decided import best_part, decided, position_of
from servicematch.assign.decode import load_columns
from servicematch.assign.encode import encode
from servicematch.assign.inputs import read_inputs
from servicematch.assign.pins import PinIndex
from servicematch.assign.run import run_inputs
from servicematch.base.claim import Claim, Pin, SlotClaim
from servicematch.base.errors import PolicyError, ServiceMatchError
from servicematch.check.codes import Code
from servicematch.check.verify import verify
from servicematch.solve.grouped.value import grouped_value
from servicematch.solve.problem import Status
from servicematch.tables.ids import find

if TYPE_CHECKING:
    from servicematch.ask.own_pairs import OwnPairs
    from servicematch.assign.answer import Answer
    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import IntArray

_OF_PEOPLE = frozenset(
    {
        Code.UNKNOWN_REQUEST,
        Code.UNKNOWN_TEAM,
        Code.DOUBLED_PAIR,
        Code.SAME_TEAM_TWICE,
        Code.OVER_UNITS,
        Code.OVER_CAPACITY,
        Code.LIMIT_BROKEN,
        Code.RELEVANCE_BROKEN,
        Code.BELOW_RESERVE,
        Code.QUOTA_BROKEN,
        Code.BELOW_MIN_UNITS,
        Code.NOT_TOGETHER,
        Code.NOT_ONE_TEAM,
        Code.TOO_LATE,
        Code.UNKNOWN_SLOT,
        Code.SLOT_OF_ANOTHER_TEAM,
        Code.SLOT_OVER_CAPACITY,
    }
)
"""What a plan made by people can break; it states no scores, no bound and no prices."""


def evaluate(requests: Any, teams: Any, pairs: Any, slots: Any = None, *, policy: Policy | None = None) -> Evaluation:
    """Judge a plan made by people: what it is worth, which rules it breaks, and how far it is from the best one.

    Examples
    --------
    >>> teams = {"id": ["t1", "t2"], "mean_rating": [1.0, 0.5], "n_rated": [5, 5]}
    >>> evaluate({"id": ["r1"]}, teams, [("r1", "t2")])
    Pairs listed: 1. The plan keeps every rule.
    As listed it is worth: 1 served of priority 0, 0.650000 score points.
    The best plan is worth: 1 served of priority 0, 0.900000 score points (proved).
    Against this plan, the best one has: 0.250000 score points more.
    """
    if policy is not None and policy.fairness is not None:
        raise PolicyError("fairness: evaluate does not compare fair plans yet; leave it out of the policy")
    inputs = read_inputs(requests, teams, policy, slots)
    if inputs.hours is not None:
        raise ServiceMatchError(
            "evaluate: not supported yet where requests and teams have hours. "
            "Hint: assign(..., pins=[...]).verify() tells what these pairs break"
        )
    best = run_inputs(inputs)
    own = read_own_pairs(pairs, best.requests, best.teams, best.slots)
    found = verify(
        best.requests,
        best.teams,
        best.policy,
        _claim_of(own, has_slots=slots is not None),
        proof=False,
        slots=best.slots,
    )
    keys = _keys(own, best)
    listed = _as_listed(best, keys)
    return Evaluation(
        violations=tuple(one for one in found.violations if one.code in _OF_PEOPLE),
        value=by_tier(listed, listed.solution.objective),
        n_listed=len(own.request_ids),
        n_blank=own.n_blank,
        kept=_kept(best, keys),
        best=best,
        loads_columns=load_columns(listed),
    )


def _claim_of(own: OwnPairs, *, has_slots: bool) -> Claim:
    """Write the pairs down for the checker: a plan that states nothing of itself."""
    n, nothing = len(own.request_ids), np.zeros(0, dtype=np.int64)
    no_prices = np.zeros((0, 0), dtype=np.int64)
    return Claim(
        request_ids=own.request_ids,
        team_ids=own.team_ids,
        scores=np.zeros(n),
        pinned=np.zeros(n, dtype=np.bool_),
        objective={},
        bound={},
        status=Status.FEASIBLE.value,
        price_teams=(),
        price_class=nothing,
        price_score=nothing,
        n_pairs=0,
        slots=SlotClaim(own.slot_ids, (), no_prices, (), no_prices) if has_slots else None,
    )


def _keys(own: OwnPairs, best: Answer) -> IntArray:
    """Give ``request * n_columns + column`` of the pairs whose ids are known, each once, rising.

    A column is a team, or with slots one of the team that is named.
    """
    rows, cols = (
        np.array([find(table.ids, one) for one in ids], dtype=np.int64)
        for table, ids in ((best.requests, own.request_ids), (best.teams, own.team_ids))
    )
    known = (rows >= 0) & (cols >= 0)
    if best.timed is not None:
        teams, cols = cols, np.array([find(best.timed.slots.ids, one) for one in own.slot_ids], dtype=np.int64)
        known &= (cols >= 0) & (np.append(best.timed.team, -1)[cols] == teams)
    return np.unique(rows[known] * max(1, best.problem.n_cols) + cols[known])


def _as_listed(best: Answer, keys: IntArray) -> Answer:
    """Give the answer that has just these pairs, lawful or not: they stand in its problem as pins do."""
    rows, cols = np.divmod(keys, max(1, best.problem.n_cols))
    slots = [None] * len(keys) if best.slots is None else best.slots.ids[cols].tolist()
    ids = best.requests.ids[rows].tolist(), best.teams.ids[best.team_of(cols.astype(np.int32))].tolist(), slots
    pins = tuple(Pin(request, team, slot_id=slot) for request, team, slot in zip(*ids, strict=True))
    index = PinIndex(pins, keys, np.empty(0, dtype=np.int64))
    tables = best.requests, best.teams, best.policy
    problem = encode(*tables, pins=index, scorer=best.column_scorer, scored=best.scored, timed=best.timed)
    chosen = np.empty(0, dtype=np.int64) if problem.fixed is None else np.flatnonzero(problem.fixed)
    solution = replace(best.solution, chosen=chosen, objective=grouped_value(problem, chosen))
    return replace(best, problem=problem, solution=solution)


def _kept(best: Answer, keys: IntArray) -> Answer:
    """Give the answer that has as many of the pairs as the rules let stand together."""
    problem, (rows, cols) = best.problem, np.divmod(keys, max(1, best.problem.n_cols))
    places = [position_of(problem, *pair) for pair in zip(rows.tolist(), cols.tolist(), strict=True)]
    lawful = np.array([at for at in places if at >= 0], dtype=np.int64)
    return decided(best, best_part(best, lawful))
