"""Requests that were outcompeted: what is said of each open unit is what planning again with it forced in gives.

Worth is worked out from the raw tables and the pairs shown, pinned ones too; nothing here reads the library's own sums.
"""

import os
from dataclasses import replace

import pytest

from face.towns import given, micro, problem, random_town, rows_of, score_table, tier_by_tier

from .drawn import without

N_TOWNS = 900 if os.environ.get("SERVICEMATCH_LONG") else 10

pytestmark = pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")


class Outcompeted:
    """A town with its plan, and what any plan of its people and teams is worth to it."""

    def __init__(self, seed):
        self.town = random_town(seed)
        self.plan = self.town.assign()
        self.problem = problem(self.town)
        self.row = {r: i for i, r in enumerate(self.town.requests["id"])}
        self.col = {t: j for j, t in enumerate(self.town.teams["id"])}
        self.scores = score_table(self.town)
        self.base = self.worth(self.plan)

    def worth(self, plan):
        """Add up all pairs shown by the classes of this town: units from the highest class, then micro-points."""
        total = [0] * (self.problem.n_classes + 1)
        floor = micro(self.town.skip_value) if self.town.tiers == ("score",) else 0
        for r, t in pairs_of(plan):
            total[-1] += micro(self.scores[self.row[r], self.col[t]]) - floor
            self.count(total, r, 1)
        return total

    def count(self, total, request, units):
        """Add units of a request to its class."""
        one = self.problem.classes[self.row[request]]
        if one:
            total[-1 - one] += units

    def told(self):
        """Give the outcompeted requests with what is said of forcing one unit more in."""
        reasons = self.plan.unassigned
        for request, reason in zip(reasons["request_id"].tolist(), reasons["reason"].tolist(), strict=True):
            if reason == "OUTCOMPETED":
                yield request, self.plan.explain_unassigned(request).displacement

    def served(self, request):
        """Count the units that a request has, pinned ones too."""
        return sum(r == request for r, _ in pairs_of(self.plan))

    def free_pairs(self):
        """List the pairs that were not pinned, by positions."""
        pairs = [(self.row[r], self.col[t]) for r, t in pairs_of(self.plan)]
        return [pair for pair in pairs if pair not in self.problem.pinned]

    def pinned(self, request, team, requests=None):
        """Plan again with a pair in, and with other requests if given."""
        requests = self.town.requests if requests is None else requests
        pins = [pin for pin in self.town.pins if pin[0] in requests["id"]]
        return self.town.assign(requests=requests, pins=[*pins, (request, team)])

    def with_units(self, request, units):
        """Return the table with a request that asks for so many, taken out where that is none."""
        if not units:
            return without(self.town.requests, {request})
        asks = [units if row["id"] == request else row["units"] for row in rows_of(self.town.requests)]
        return self.town.requests | {"units": asks}

    def best_with_one_more(self, request):
        """Work out the best plan that gives a request one unit more, by integer programs: it goes above all others."""
        p, at = self.problem, self.row[request]
        asks = self.served(request) - sum(r == at for r, _ in p.pinned) + 1
        need, classes = [*p.need], [*p.classes]
        need[at], classes[at] = asks, p.n_classes + 1
        got, *total = tier_by_tier(replace(p, need=need, classes=classes, n_classes=p.n_classes + 1))
        assert got == asks
        self.count(total, request, asks)
        return total


def pairs_of(plan):
    """List the pairs shown."""
    shown = plan.assignments
    return list(zip(shown["request_id"].tolist(), shown["team_id"].tolist(), strict=True))


def less(after, before):
    """Subtract tier by tier."""
    return [a - b for a, b in zip(after, before, strict=True)]


@pytest.fixture(scope="module", params=range(N_TOWNS))
def case(request):
    """Plan a town, once for all tests."""
    return Outcompeted(request.param)


def test_pinning_the_unit_changes_the_plan_by_the_stated_vector(case):
    """Pin it where it would go: every tier changes by what was said, that is a loss, and no other place costs less.

    A request that has some units already is only told what the best plan with one unit more is worth, not where.
    """
    for request, found in case.told():
        gain = list(found.gain.values())
        assert gain < [0] * len(gain)
        assert gain == less(case.best_with_one_more(request), case.problem.value(case.free_pairs()))
        assert found.is_solved_again == (found.team_id is None)
        if not found.is_solved_again:
            assert gain == less(case.worth(case.pinned(request, found.team_id)), case.base)


def test_nobody_but_the_one_named_loses_a_unit(case):
    """The plan with the pin can do without the unit of r', the request that drops out.

    Let r' ask only for what it keeps (most have one unit: then it is taken out of the table). With r pinned, this plan
    is worth exactly the base plan and the stated vector; and class by class it serves what the base plan served, less
    one unit in the class of r', one more in the class of r. So in the tiers above score nothing is lost but that unit,
    and where both are of one class, or nobody drops out, nothing at all.
    """
    for request, found in case.told():
        if found.is_solved_again:
            continue
        dropped = [move.request_id for move in found.moves if move.is_drop]
        assert len(dropped) <= 1
        requests, served = case.town.requests, [*case.base[:-1], 0]
        for one in dropped:
            requests = case.with_units(one, case.served(one) - 1)
            case.count(served, one, -1)
        case.count(served, request, 1)
        worth = case.worth(case.pinned(request, found.team_id, requests))
        assert worth[:-1] == served[:-1]
        assert less(worth, case.base) == list(found.gain.values())


def test_reasons_of_a_request_add_up_to_what_it_misses(case):
    """Units asked are units shown and units with a reason; who has all has no reason."""
    missing = {r["id"]: int(r["units"]) if given(r.get("units")) else 1 for r in rows_of(case.town.requests)}
    for request, _ in pairs_of(case.plan):
        missing[request] -= 1
    reasons, said = case.plan.unassigned, dict.fromkeys(missing, 0)
    for request, units in zip(reasons["request_id"].tolist(), reasons["units"].tolist(), strict=True):
        assert units > 0
        said[request] += units
    assert said == missing
    assert all(case.plan.explain_unassigned(request).units == units for request, units in missing.items())
