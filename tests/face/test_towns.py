"""Random towns: the plan equals an independent answer tier by tier, and keeps its other promises.

The number of towns is 150, or what ``SERVICEMATCH_TOWNS`` says.
"""

from __future__ import annotations

import os
import warnings
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from servicematch.assign.answer import claim_of
from servicematch.base.errors import TableWarning

from .towns import exhaustive, permuted, problem, random_town, tier_by_tier, tier_names

N_TOWNS = int(os.environ.get("SERVICEMATCH_TOWNS", "150"))
SMALL = 7 * 4
COMPETITION = {"LOST_TIE", "OUTCOMPETED", "NOT_WORTH_IT"}


@pytest.fixture(scope="module", params=range(N_TOWNS))
def solved(request):
    """Plan a random town; give it with its plan and with its problem as the oracle reads it."""
    town = random_town(request.param)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        plan = town.assign()
    return SimpleNamespace(seed=request.param, town=town, plan=plan, problem=problem(town))


def positions(town, plan):
    """Turn the chosen pairs into the caller's rows."""
    row = {r: i for i, r in enumerate(town.requests["id"])}
    col = {t: j for j, t in enumerate(town.teams["id"])}
    chosen = plan.assignments
    return [(row[r], col[t]) for r, t in zip(chosen["request_id"].tolist(), chosen["team_id"].tolist(), strict=True)]


def test_plan_is_worth_what_the_oracle_says(solved):
    """Tier by tier: by trying everything where that is possible, else by integer programs."""
    p = solved.problem
    best = exhaustive(p) if len(p.need) * len(p.places) <= SMALL else tier_by_tier(p)
    claimed = dict(claim_of(solved.plan.answer).objective)
    assert claimed == dict(zip(tier_names(solved.town), best, strict=True))
    shown = {**claimed, "score": pytest.approx(claimed["score"] / 1e6, abs=1e-9)}
    assert dict(solved.plan.objective) == shown
    assert list(solved.plan.objective) == list(tier_names(solved.town))
    assert solved.plan.status == "PROVED"
    assert solved.plan.gap == 0


def test_plan_keeps_the_limits_and_states_its_own_value(solved):
    """The value is that of the decisions shown, and each of them is allowed or pinned."""
    p = solved.problem
    chosen = positions(solved.town, solved.plan)
    assert len(set(chosen)) == len(chosen)
    assert set(p.pinned) <= set(chosen)
    free = [pair for pair in chosen if pair not in p.pinned]
    assert set(free) <= set(p.pairs)
    assert all(n <= p.need[r] for r, n in Counter(r for r, _ in free).items())
    assert all(n <= p.places[t] for t, n in Counter(t for _, t in free).items())
    assert p.value(free) == tuple(claim_of(solved.plan.answer).objective.values())


def test_stranger_finds_the_plan_in_order_and_proved(solved):
    """No good plan is ever refused."""
    report = solved.plan.verify()
    assert report.ok, report
    assert report.proved, report
    assert report.n_pairs == claim_of(solved.plan.answer).n_pairs == len(solved.problem.pairs)
    assert report.objective == claim_of(solved.plan.answer).objective
    assert solved.plan.summary["n_pairs"] == len(solved.problem.eligible)
    assert solved.plan.verify(proof=False).ok


def test_reasons_add_up_to_what_is_missing(solved):
    """Every missing unit has exactly one reason."""
    p, plan = solved.problem, solved.plan
    asked = {r: n + sum(q == r for q, _ in p.pinned) for r, n in enumerate(p.need)}
    served = Counter(r for r, _ in positions(solved.town, plan))
    open_units = Counter()
    for r, units in zip(plan.unassigned["request_id"].tolist(), plan.unassigned["units"].tolist(), strict=True):
        assert units > 0
        open_units[solved.town.requests["id"].index(r)] += units
    assert open_units == {r: n - served[r] for r, n in asked.items() if n > served[r]}
    assert plan.summary["units_asked"] == sum(asked.values())
    assert plan.summary["units_served"] == served.total()
    assert sum(plan.summary["by_reason"].values()) == open_units.total()
    by_reason = Counter()
    for reason, units in zip(plan.unassigned["reason"].tolist(), plan.unassigned["units"].tolist(), strict=True):
        by_reason[reason] += units
    assert plan.summary["by_reason"] == by_reason


def test_competition_is_named_only_where_there_is_one(solved):
    """LOST_TIE exactly where a plan just as good serves one unit more of the request; OUTCOMPETED where none does."""
    p, plan = solved.problem, solved.plan
    pairs = list(zip(plan.unassigned["request_id"].tolist(), plan.unassigned["reason"].tolist(), strict=True))
    free = Counter(r for r, t in positions(solved.town, plan) if (r, t) not in p.pinned)
    best = None
    for request_id, reason in pairs:
        r = solved.town.requests["id"].index(request_id)
        if reason not in COMPETITION:
            continue
        assert any((r, t) in p.pairs for t in range(len(p.places)))
        assert reason != "NOT_WORTH_IT" or solved.town.tiers == ("score",)
        if len(p.need) * len(p.places) > SMALL:
            continue
        best = best or exhaustive(p)
        is_tie = exhaustive(p, at_least=(r, free[r] + 1)) == best
        assert is_tie == ((request_id, "LOST_TIE") in pairs), (request_id, reason)


def test_order_of_rows_changes_no_decision(solved):
    """Who exports the spreadsheet in another order gets the same plan."""
    rng = np.random.default_rng(solved.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        other = solved.town.assign(requests=permuted(solved.town.requests, rng), teams=permuted(solved.town.teams, rng))
    assert decisions(other) == decisions(solved.plan)
    assert reasons(other) == reasons(solved.plan)
    assert dict(other.objective) == dict(solved.plan.objective)


def decisions(plan):
    """List the chosen pairs with their scores, in no order."""
    columns = (plan.assignments[c].tolist() for c in ("request_id", "team_id", "score"))
    return set(zip(*columns, strict=True))


def reasons(plan):
    """List the open units with their reasons, in no order."""
    columns = (plan.unassigned[c].tolist() for c in ("request_id", "units", "reason", "text"))
    return set(zip(*columns, strict=True))
