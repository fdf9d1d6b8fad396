"""The stranger's check of a plan: every promise looked at, and the optimum proved again from the tables alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servicematch.check.book import open_book
from servicematch.check.chosen import check_counts, check_limits, check_pins, check_scores, check_thresholds
from servicematch.check.codes import NOTICES
from servicematch.check.decisions import read_decisions, read_prices
from servicematch.check.prices import tiers_of
from servicematch.check.proof import certificate_of, survey, unpinned
from servicematch.check.report import Proof, Verification
from servicematch.check.rule_bound import read_rule_prices, rule_certificate
from servicematch.check.rules import check_fair, check_rules, left_over, open_rules, worth_of_groups
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
from servicematch.tables.teams import as_teams

if TYPE_CHECKING:
    from servicematch.base.claim import Claim
    from servicematch.base.protocols import PolicyLike
    from servicematch.check.certificate import Certificate
    from servicematch.check.codes import Violation
    from servicematch.check.decisions import Decisions
    from servicematch.check.prices import Tiers
    from servicematch.check.rule_bound import RuleCertificate
    from servicematch.check.rules import Left, RuleBook


def verify(requests: Any, teams: Any, policy: PolicyLike, claim: Claim, *, proof: bool = True) -> Verification:
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
    book, rules = open_book(requests, teams, policy), open_rules(policy, requests, teams, claim)
    tiers = tiers_of(policy, requests.priority, has_floors=rules.has_floors)
    decisions, found = read_decisions(claim, requests, teams)
    scores = book.scores(decisions.rows, decisions.cols)
    left = left_over(rules, decisions, *unpinned(requests, teams, decisions))
    free = ~decisions.is_pinned
    units = rules.units(decisions.rows[free], decisions.cols[free])
    objective = objective_of(decisions, scores, tiers, worth_of_groups(left, units))
    certificate, faults = _certificate(claim, (requests, teams), decisions, tiers, (rules, left))
    found += changed_tables(claim, requests, teams)
    found += check_pins(decisions, requests, teams)
    found += check_counts(decisions, requests, teams)
    found += check_rules(rules, decisions)
    found += check_fair(claim, rules, decisions)
    found += check_limits(decisions, book, requests, teams)
    found += check_thresholds(decisions, book, scores, requests, teams)
    found += check_scores(decisions, scores, requests, teams)
    found += check_objective(claim, objective, tiers)
    found += faults
    passed, outcome = None, Proof.NOT_ASKED
    if proof:
        passed = survey(book, decisions, certificate)
        outcome = outcome_of(objective, passed)
        found += check_pairs(claim, passed)
        found += check_bound(claim, passed, tiers)
        found += check_optimal(claim, passed, objective, outcome, tiers)
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


def _certificate(
    claim: Claim, tables: tuple[Any, Any], decisions: Decisions, tiers: Tiers, rules: tuple[RuleBook, list[Left]]
) -> tuple[Certificate | RuleCertificate, list[Violation]]:
    """Read the prices: one a team, or vectors of teams and groups where there are rules."""
    requests, teams = tables
    if not rules[0].groups:
        classes, points, faults = read_prices(claim, teams)
        return certificate_of(requests, teams, decisions, tiers, (classes, points)), faults
    prices, faults = read_rule_prices(claim, teams, rules[0], tiers)
    return rule_certificate(rules, prices, tiers, unpinned(requests, teams, decisions)), faults
