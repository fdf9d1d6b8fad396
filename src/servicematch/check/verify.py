"""The stranger's check of a plan: every promise looked at, and the optimum proved again from the tables alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servicematch.check.bound_units import check_bound_units, read_bound
from servicematch.check.cases import Case, rule_case, slot_case, team_case, times_case
from servicematch.check.chosen import check_counts, check_limits, check_pins, check_scores, check_thresholds
from servicematch.check.codes import NOTICES, Code, Violation
from servicematch.check.first_plan import read_first_plan
from servicematch.check.hours import check_tier_bounds, read_times
from servicematch.check.proof import survey
from servicematch.check.report import Proof, Verification
from servicematch.check.rule_bound import settled
from servicematch.check.satisfaction import asks_satisfaction, read_satisfaction, worse
from servicematch.check.stated import (
    changed_tables,
    check_bound,
    check_objective,
    check_optimal,
    check_pairs,
    objective_of,
    outcome_of,
    vector,
)
from servicematch.tables.requests import as_requests
from servicematch.tables.slots import as_slots
from servicematch.tables.teams import as_teams

if TYPE_CHECKING:
    from servicematch.base.claim import Claim
    from servicematch.base.protocols import PolicyLike


def verify(
    requests: Any, teams: Any, policy: PolicyLike, claim: Claim, *, proof: bool = True, slots: Any = None
) -> Verification:
    """Check a plan as a stranger would: from its tables, its policy and what it claims.

    It shares no code with what made the plan: distances, texts, scores and the list of eligible pairs are worked
    out by other methods. A wrong plan is reported, never raised.

    Parameters
    ----------
    requests, teams
        The tables that the plan was made from.
    policy
        Its limits, terms, thresholds and tiers.
    claim
        Its decisions and what it says of them.
    proof
        Also derive all eligible pairs again and prove, from the prices, that no plan is better. Without it only the
        chosen pairs are looked at.
    slots
        The slots that the plan was made with, None for a plan without.

    Returns
    -------
    Verification
        ``ok`` when every promise is kept, ``proved`` when moreover no better plan exists.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace
    >>> from servicematch.base.claim import Claim
    >>> policy = SimpleNamespace(limits=(), terms=(), reserve=None, min_relevance=0.0, tiers=("served", "score"), skip_value=0.0)
    >>> claim = Claim(
    ...     request_ids=(1,), team_ids=(7,), scores=np.zeros(1), pinned=np.zeros(1, dtype=bool),
    ...     objective={"served": 1, "score": 0}, bound={"served": 1, "score": 0}, status="PROVED",
    ...     price_teams=(), price_class=np.zeros(0, dtype=np.int64), price_score=np.zeros(0, dtype=np.int64), n_pairs=1,
    ... )
    >>> verify({"id": [1]}, {"id": [7]}, policy, claim)
    Verification: the plan keeps every rule and is proved optimal (1 assignment, 1 eligible pair; served 1; score 0.000000).
    """
    requests, teams = as_requests(requests), as_teams(teams)
    case = team_case(requests, teams, policy, claim)
    if slots is not None or claim.slots is not None:
        case = slot_case(case, requests, teams, policy, as_slots(_no_slots() if slots is None else slots))
    elif (times := read_times(requests, teams, policy)) is not None:
        case = times_case(case, requests, teams, times)
    asks = asks_satisfaction(policy)
    satisfying = (
        read_satisfaction(policy, claim, (requests, teams), case.decisions) if asks and not _is_more(case) else None
    )
    has_shares = getattr(policy, "fairness", None) is not None and not asks
    if getattr(policy, "rules", ()) or has_shares or claim.tier_weights:
        case = rule_case(case, requests, teams, policy, claim)
    tiers, decisions, book, columns = case.tiers, case.decisions, case.book, case.columns
    scores = book.scores(decisions.rows, decisions.cols)
    objective = objective_of(decisions, scores, tiers, case.of_groups)
    found = [*case.faults, *changed_tables(claim, (requests, teams, *case.more_tables))]
    of_columns = [
        *check_pins(decisions, requests, columns),
        *check_counts(decisions, requests, columns),
        *check_limits(decisions, book, requests, columns),
        *check_thresholds(decisions, book, scores, requests, columns),
        *check_scores(decisions, scores, requests, columns),
    ]
    found += [*case.told(of_columns), *case.more_checks]
    table_of_slots = case.more_tables[0] if case.more_tables else None
    found += check_bound_units(read_bound(requests, table_of_slots, decisions, len(columns)), decisions, requests)
    found += check_objective(claim, objective, tiers)
    best = (
        objective  # of the tiers, by the prices of the plan; with satisfaction the plan that settled who is served is
    )
    if asks and satisfying is None:
        found.append(Violation(Code.MALFORMED_CLAIM, rule="satisfaction is not planned with slots or hours of teams"))
    if satisfying is not None:
        first, faults = read_first_plan(claim, (requests, teams), book, decisions, tiers)
        best, found = first or objective, [*found, *faults]
    passed, outcome = None, Proof.NOT_ASKED
    if proof:
        if case.of_times is None:
            pairs = case.pairs() if satisfying is None else satisfying.through(case.pairs())
            passed = settled(survey(pairs, decisions, case.certificate), case.weights, objective.units)
            found += check_bound(claim, passed, tiers)
        else:
            passed = case.of_times.survey(case.pairs(), decisions)
            found += check_tier_bounds(claim, passed, tiers)
        outcome = outcome_of(best, passed)
        found += check_pairs(claim, passed)
        found += check_optimal(claim, passed, best, outcome, tiers)
        if satisfying is not None:
            found += [*satisfying.check(claim), *satisfying.check_optimal(claim)]
            outcome = worse(outcome, satisfying.outcome)
    violations = tuple(violation for violation in found if violation.code not in NOTICES)
    return Verification(
        proof=Proof.VIOLATIONS if violations and proof else outcome,
        violations=violations,
        notices=tuple(violation for violation in found if violation.code in NOTICES),
        objective=dict(zip(tiers.names, (*objective.units, objective.score), strict=True)),
        bound={} if passed is None else dict(zip(tiers.names, vector(passed.worst), strict=True)),
        n_assigned=len(claim.request_ids),
        n_pairs=None if passed is None else passed.n_pairs,
        n_ambiguous=0 if passed is None else passed.n_ambiguous,
        n_pinned=int(decisions.is_pinned.sum()),
    )


def _is_more(case: Case) -> bool:
    """Tell whether slots or hours of teams are in it."""
    return bool(case.more_tables) or case.of_times is not None


def _no_slots() -> dict[str, list[Any]]:
    """Give the table that a claim with slots is held against where none is given: all its slots are unknown."""
    return {"id": [], "team_id": [], "start": [], "end": []}
