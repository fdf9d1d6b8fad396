"""The plan that settled who is served, before satisfaction: it must be lawful, serve the same, and be the best in sum."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.chosen import check_counts, check_limits, check_pins, check_thresholds
from servicematch.check.codes import NOTICES, Code, Violation
from servicematch.check.decisions import read_decisions
from servicematch.check.stated import objective_of

if TYPE_CHECKING:
    from servicematch.base.claim import Claim
    from servicematch.check.book import Book
    from servicematch.check.decisions import Decisions
    from servicematch.check.prices import Tiers
    from servicematch.check.stated import Objective


def read_first_plan(
    claim: Claim, tables: tuple[Any, Any], book: Book, decisions: Decisions, tiers: Tiers
) -> tuple[Objective | None, list[Violation]]:
    """Return what the plan that settled who is served is worth, and what is wrong with it; None without one."""
    if claim.satisfaction is None:
        return None, []
    requests, teams = tables
    pairs = claim.satisfaction.first_requests, claim.satisfaction.first_teams
    listed = replace(claim, request_ids=pairs[0], team_ids=pairs[1], scores=np.zeros(len(pairs[0])))
    first, faults = read_decisions(listed, *tables)
    scores = book.scores(first.rows, first.cols)
    faults += [*check_pins(first, requests, teams), *check_counts(first, requests, teams)]
    faults += [*check_limits(first, book, requests, teams), *check_thresholds(first, book, scores, requests, teams)]
    if any(fault.code not in NOTICES for fault in faults):
        return None, [_malformed("is no lawful plan")]
    served, same = (np.bincount(one.rows, minlength=len(requests)) for one in (decisions, first))
    if (served != same).any():
        return None, [_malformed("serves other units")]
    return objective_of(first, scores, tiers), []


def _malformed(what: str) -> Violation:
    return Violation(Code.MALFORMED_CLAIM, rule=f"the plan that settled who is served {what}")
