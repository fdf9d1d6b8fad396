"""What is checked against what: a plan of teams, and a plan of slots, each with its columns, its book and its bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.book import open_book
from servicematch.check.bound_units import read_bound
from servicematch.check.codes import Code, Violation
from servicematch.check.days import check_days, read_cuts, read_days
from servicematch.check.decisions import read_decisions, read_prices
from servicematch.check.eligible import eligible_pairs
from servicematch.check.hours import check_times, counted_teams, read_multipliers, times_bound
from servicematch.check.pair_rules import OneTeamBound, check_pair_rules, read_pair_rules
from servicematch.check.prices import tiers_of
from servicematch.check.proof import certificate_of, unpinned
from servicematch.check.rule_bound import MOST_PRICE, read_rule_prices, rule_certificate
from servicematch.check.rules import check_fair, check_rules, left_over, open_rules, worth_of_groups
from servicematch.check.slot_book import eligible_slots, slot_book
from servicematch.check.slot_certificate import read_slot_prices, slot_certificate
from servicematch.check.slot_columns import SlotColumns, check_teams, slot_claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from servicematch.base.arrays import IntArray
    from servicematch.base.claim import Claim
    from servicematch.base.protocols import PolicyLike
    from servicematch.check.book import Book
    from servicematch.check.days import Days
    from servicematch.check.decisions import Decisions
    from servicematch.check.eligible import Pairs
    from servicematch.check.hours import Times, TimesBound
    from servicematch.check.prices import Tiers
    from servicematch.check.proof import Bounding


@dataclass(frozen=True, slots=True)
class Case:
    """A claim read, and what it is held against.

    Attributes
    ----------
    claim, tiers, decisions
        What the plan says, the tiers, and its decisions in positions.
    columns
        What takes a place: the teams, or the slots.
    book
        Limits and terms of requests and columns.
    certificate
        The bound of the claimed prices.
    pairs
        Gives all eligible pairs again.
    told
        Says of what was found at a column what it means for a team.
    faults, more_checks
        What could not be read, and what is wrong besides.
    more_tables
        Tables besides requests and teams.
    of_groups
        With rules: units of floors met, micro-points that further units cost, and the tier of fairness.
    weights
        Where rules cross: what units count for each tier, which is then proved by itself.
    days
        Where teams need time on the way between slots.
    of_times
        With hours of teams: the bound of the claimed multipliers, in place of the certificate.
    """

    claim: Claim
    tiers: Tiers
    decisions: Decisions
    columns: Any
    book: Book
    certificate: Bounding
    pairs: Callable[[], Iterator[Pairs]]
    told: Callable[[Iterable[Violation]], Iterable[Violation]]
    faults: tuple[Violation, ...] = ()
    more_checks: tuple[Violation, ...] = ()
    more_tables: tuple[Any, ...] = ()
    of_groups: tuple[int, int, int] = (0, 0, 0)
    weights: IntArray | None = None
    of_times: TimesBound | None = None
    days: Days | None = None


def team_case(requests: Any, teams: Any, policy: PolicyLike, claim: Claim) -> Case:
    """Read a claim of requests and teams."""
    book, tiers = open_book(requests, teams, policy), tiers_of(policy, requests.priority)
    decisions, faults = read_decisions(claim, requests, teams)
    classes, points, more = read_prices(claim, teams)
    return Case(
        claim=claim,
        tiers=tiers,
        decisions=decisions,
        columns=teams,
        book=book,
        certificate=certificate_of(requests, teams, decisions, tiers, (classes, points)),
        pairs=partial(eligible_pairs, book, len(requests), len(teams), decisions.apart),
        told=list,
        faults=(*faults, *more),
    )


def times_case(case: Case, requests: Any, teams: Any, times: Times) -> Case:
    """Hold a claim against the hours of teams too; ``case`` is the same claim read without them."""
    columns, decisions, tiers = counted_teams(teams), case.decisions, case.tiers
    multipliers, faults = read_multipliers(case.claim, requests, tiers)
    bound = times_bound(times, requests, columns, decisions=decisions, tiers=tiers, multipliers=multipliers)
    found = tuple(check_times(times, decisions, teams))
    return replace(case, columns=columns, faults=(*case.faults, *faults), more_checks=found, of_times=bound)


def slot_case(case: Case, requests: Any, teams: Any, policy: PolicyLike, slots: Any) -> Case:
    """Read a claim of requests, teams and slots; ``case`` is the same claim read without slots."""
    columns = SlotColumns.of(slots, teams)
    orphans = tuple(
        Violation(Code.UNKNOWN_TEAM, team_id=slots.team_id[at]) for at in np.flatnonzero(columns.team < 0)[:1].tolist()
    )
    if orphans:  # nothing can be said of slots that are nobody's
        return replace(case, faults=(*case.faults, *orphans))
    claim, faults = slot_claim(case.claim, columns, teams)
    decisions, unread = read_decisions(claim, requests, columns)
    prices, unpriced = read_slot_prices(case.claim, columns, teams, case.tiers.n_classes + 1)
    book = slot_book(case.book, policy, (requests, teams, slots), columns)
    of_teams = tuple(one for one in case.faults if one.code is Code.UNKNOWN_TEAM)
    days = read_days(policy, requests, slots, columns.team, decisions)
    return Case(
        claim=claim,
        tiers=case.tiers,
        decisions=decisions,
        columns=columns,
        book=book,
        certificate=slot_certificate(requests, teams, columns, decisions=decisions, tiers=case.tiers, prices=prices),
        pairs=partial(eligible_slots, case.book, book, columns, len(requests), decisions.apart),
        told=partial(columns.told, teams=teams),
        faults=(*of_teams, *faults, *columns.told(unread, teams), *unpriced),
        more_checks=(
            *check_teams(decisions, requests, teams, columns),
            *check_days(days, decisions, requests, teams),
        ),
        more_tables=(slots,),
        days=days,
    )


def rule_case(case: Case, requests: Any, teams: Any, policy: PolicyLike, claim: Claim) -> Case:
    """Hold a claim against the rules too; ``case`` is the same claim read without them, with slots or not."""
    columns, decisions = case.columns, case.decisions
    rules = open_rules(policy, requests, teams, case.more_tables[0] if case.more_tables else None, claim)
    tiers = tiers_of(policy, requests.priority, has_floors=rules.has_floors)
    need, places = unpinned(requests, columns, decisions)
    places = np.minimum(places, int(need.sum()) + 1)  # more can nobody use
    left, free = left_over(rules, decisions, need, places), ~decisions.is_pinned
    pair_rules = read_pair_rules(policy, requests, teams, rules.team, decisions)
    prices, faults = read_rule_prices(claim, columns, rules, pair_rules, tiers)
    cuts, no_cuts = read_cuts(claim, case.days, len(tiers.names), MOST_PRICE)
    certificate = rule_certificate((rules, left), prices, tiers, (need, places), decisions.pinned)
    bound = read_bound(requests, case.more_tables[0] if case.more_tables else None, decisions, len(places))
    of_prices = (Code.NEGATIVE_PRICE, Code.UNKNOWN_PRICE_TEAM)
    same, of_teams = pair_rules.same, np.zeros(len(teams), dtype=np.int64)
    np.add.at(of_teams, rules.team, places)
    one_team = None if same is None else OneTeamBound(same, of_teams, pair_rules.pins)
    floors, costs, fair = worth_of_groups(left, rules.units(decisions.rows[free], decisions.cols[free]))
    return replace(
        case,
        tiers=tiers,
        certificate=replace(certificate, bound=bound, one_team=one_team, cuts=cuts, days=case.days),
        faults=(
            *(fault for fault in case.faults if fault.code not in of_prices and not _is_of_prices(fault)),
            *faults,
            *no_cuts,
        ),
        more_checks=(
            *case.more_checks,
            *check_rules(rules, decisions),
            *check_pair_rules(pair_rules),
            *check_fair(claim, rules, decisions),
        ),
        weights=prices.weights,
        of_groups=(floors, costs + pair_rules.charge(), fair),
    )


def _is_of_prices(fault: Violation) -> bool:
    """Prices are read again with the rules, for they are vectors then."""
    return fault.code is Code.MALFORMED_CLAIM and "prices" in fault.rule
