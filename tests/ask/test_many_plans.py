"""Plans of towns to 60 x 25: every answer is what assigning again gives with the change made in the tables or pins."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from face.towns import given, problem, random_town, rows_of, tier_by_tier
from servicematch.base.errors import TableWarning
from servicematch.solve.certificate import value_of

from .repair_oracle import at, cheapest_by_program
from .test_repair import check_plan, drawn_question, served_by

SLICE, N_SLICES = 20, 10
"""The long run: so many towns in each of so many parts."""

FORCED = ("COSTS", "IN_SOME_OPTIMUM", "INELIGIBLE", "FORBIDDEN")


class Planned:
    """A town with its plan; other tables and pins are assigned again."""

    def __init__(self, town):
        self.town, self.plan = town, town.assign()
        self.worth = worth(self.plan)

    def gain(self, other):
        """Say by tier what another plan has more."""
        after = worth(other)
        return {tier: after.get(tier, 0) - value for tier, value in self.worth.items()}

    def forcing(self, request, team, **tables):
        """Assign again with one pair more pinned."""
        pins = [pin for pin in tables.pop("pins", self.town.pins) if tuple(pin[:2]) != (request, team)]
        return self.town.assign(pins=[*pins, (request, team)], **tables)

    def with_places(self, team, change):
        """Write the teams with more or fewer places at one; None where it has fewer free than are taken."""
        if self.free(team) + change < 0:
            return None
        own = rows_of(self.town.teams)[at(self.town.teams, team)].get("capacity")
        capacity = list(self.town.teams.get("capacity", [None] * len(self.town.teams["id"])))
        capacity[at(self.town.teams, team)] = (int(own) if given(own) else 1) + change
        return self.town.teams | {"capacity": capacity}

    def free(self, team):
        """Count the places of a team that are neither used nor pinned."""
        one = rows_of(self.town.teams)[at(self.town.teams, team)]
        capacity, used = (one.get(name) for name in ("capacity", "used"))
        places = (int(capacity) if given(capacity) else 1) - (int(used) if given(used) else 0)
        return max(0, places - self.pinned(team))

    def pinned(self, team):
        """Count the pins on a team."""
        return sum(len(pin) == 2 and pin[1] == team for pin in self.town.pins)

    def without_a_unit(self, request):
        """Write the requests and pins where one asks for a unit less than it got."""
        table, row = self.town.requests, at(self.town.requests, request)
        units = int((self.plan.assignments["request_id"] == request).sum()) - 1
        if units:
            return {"requests": table | {"units": _with_cell(table, "units", row, units)}}
        kept = {name: cells[:row] + cells[row + 1 :] for name, cells in table.items()}
        return {"requests": kept, "pins": [pin for pin in self.town.pins if pin[0] != request]}


def worth(plan):
    """Add up all chosen pairs by tier, pinned ones too."""
    values = value_of(plan.answer.problem, plan.answer.solution.chosen)
    return dict(zip(plan.questions.tiers, values, strict=True))


def check_town(seed):
    """Ask everything of one town; return how many answers of each kind were held against assigning again."""
    town, rng = random_town(3 * seed + 2), np.random.default_rng([8, seed])
    asked = Planned(town)
    requests, teams = town.requests["id"], town.teams["id"]
    told = Counter(towns=1)
    for _ in range(6):
        status = check_why_not(asked, requests[rng.integers(len(requests))], teams[rng.integers(len(teams))])
        told[f"why_not {status}"] += 1
    told["alternates"] += check_alternates(asked, requests[rng.integers(len(requests))])
    told["worth"] += check_worth(asked, teams[rng.integers(len(teams))])
    told["reasons"] += check_reasons(asked)
    for request in rng.permutation(np.unique(asked.plan.unassigned["request_id"].tolist()))[:3].tolist():
        told[f"displacement {check_displacement(asked, request)}"] += 1
    told[f"repair {check_repair(asked, seed)}"] += 1
    return told


def check_why_not(asked, request, team):
    """Force a pair, eligible or not; at a team without a place, with one place more there."""
    found = asked.plan.why_not(request, team)
    assert (found.status == "NO_PLACE") <= (asked.free(team) == 0)
    if found.status in FORCED and found.gain is not None:
        assert dict(found.gain) == asked.gain(asked.forcing(request, team))
        assert asked.plan.questions.total(found.moves) == dict(found.gain)
        assert found.status != "COSTS" or min(found.gain.values()) < 0
        if found.status in FORCED[:2] and found.winning_score is not None and not asked.town.mixed:
            check_winning_score(asked, request, team, found.winning_score)
    elif found.status == "NO_PLACE" and found.gain is not None:
        assert dict(found.gain) == asked.gain(asked.forcing(request, team, teams=asked.with_places(team, 1)))
    elif found.status == "CHOSEN":
        assert not any(found.gain.values())
    else:
        assert found.status == "PINNED_ELSEWHERE" or asked.free(team) == 0
    return found.status.value


def check_winning_score(asked, request, team, score):
    """With the winning score the pair is in the plan, with a millionth less it does the plan no good."""
    for change, wins in ((0.0, True), (-1e-6, False)):
        scores = asked.town.scores | {(request, team): score + change}
        plan = replace(asked.town, scores=scores).assign()
        pairs = zip(plan.assignments["request_id"].tolist(), plan.assignments["team_id"].tolist(), strict=True)
        assert (request, team) in pairs or not wins
        assert (worth(plan) != asked.worth) == wins


def check_alternates(asked, request):
    """Force every next choice: the losses are exact and rise, and no eligible team with a place is left out."""
    choices = asked.plan.alternates(request, k=99).choices
    losses = [tuple(-value for value in one.gain.values()) for one in choices]
    assert losses == sorted(losses)
    for one in choices:
        assert dict(one.gain) == asked.gain(asked.forcing(request, one.team_id))
        assert one.is_tie == (not any(one.gain.values()))
    pairs = problem(asked.town)
    row = at(asked.town.requests, request)
    has = asked.plan.assignments["team_id"][asked.plan.assignments["request_id"] == request].tolist()
    could = {team for j, team in enumerate(asked.town.teams["id"]) if (row, j) in pairs.pairs and pairs.places[j]}
    assert {one.team_id for one in choices} == (could - set(has) if pairs.need[row] else set())
    return len(choices)


def check_worth(asked, team):
    """One place more, one place fewer: two exact answers."""
    told = asked.plan.worth_of(team)
    assert dict(told.gain_of_one_more) == asked.gain(asked.town.assign(teams=asked.with_places(team, 1)))
    fewer = asked.with_places(team, -1)
    assert (told.loss_of_one_fewer is None) == (fewer is None)
    if fewer is None:
        return 1
    lost = asked.gain(asked.town.assign(teams=fewer))
    assert {tier: -value for tier, value in told.loss_of_one_fewer.items()} == lost
    return 2


def check_reasons(asked):
    """Each missing unit of each request has exactly one reason, and the frame says the same as the explanations."""
    plan, frame = asked.plan, asked.plan.unassigned
    told = Counter()
    for one in rows_of(asked.town.requests):
        units = int(one["units"]) if given(one.get("units")) else 1
        found = plan.explain_unassigned(one["id"])
        assert found.units == units - int((plan.assignments["request_id"] == one["id"]).sum())
        assert len(set(found.codes)) == len(found.codes)
        assert all(reason.units > 0 for reason in found.reasons)
        told.update({(one["id"], reason.reason.value): reason.units for reason in found.reasons})
    rows = list(zip(frame["request_id"].tolist(), frame["reason"].tolist(), strict=True))
    assert len(set(rows)) == len(rows)
    assert told == dict(zip(rows, frame["units"].tolist(), strict=True))
    assert told.total() == plan.summary["units_asked"] - plan.summary["units_served"]
    return told.total()


def check_displacement(asked, request):
    """One unit more of a request costs what integer programs say, and nobody but who drops out loses a unit for it."""
    plan, pairs = asked.plan, problem(asked.town)
    row, found = at(asked.town.requests, request), plan.explain_unassigned(request).displacement
    served = served_by(asked.town, plan.answer)[row]
    codes = plan.explain_unassigned(request).codes
    if found is None:
        if served < pairs.need[row]:
            assert tier_by_tier(pairs, at_least=(row, served + 1)) is None
        return "none"
    forced = tier_by_tier(pairs, at_least=(row, served + 1))
    assert tuple(found.gain.values()) == tuple(a - b for a, b in zip(forced, tier_by_tier(pairs), strict=True))
    assert ("LOST_TIE" in codes) == (not any(found.gain.values()))
    if found.is_solved_again:
        assert served
        return "solved again"
    assert not served
    check_dropping(asked, request, found)
    return codes[-1]


def check_dropping(asked, request, found):
    """Take the request that drops out off the list: with the pair forced nothing else is lost above the score."""
    forced = asked.forcing(request, found.team_id)
    assert asked.gain(forced) == dict(found.gain)
    dropped = [move for move in found.moves if move.is_drop]
    assert len(dropped) <= 1
    tables = asked.without_a_unit(dropped[0].request_id) if dropped else {}
    again = worth(asked.forcing(request, found.team_id, **tables))
    assert {tier: again.get(tier, 0) for tier in asked.worth} == worth(forced)
    expected = dict(asked.worth)
    for move in [*dropped, found.moves[0]]:
        for tier, value in move.gain.items():
            expected[tier] += value
    assert [again.get(tier, 0) for tier in expected if tier != "score"] == [
        value for tier, value in expected.items() if tier != "score"
    ]


def check_repair(asked, seed):
    """Hold a repair against an integer program, and its plan against that of the tables and pins that it gives."""
    town, plan = asked.town, asked.plan
    ids, allowed = drawn_question(town, seed, once=seed % 2 == 1)
    found = plan.repair(ids, allowed)
    rows = {at(town.requests, one) for one in ids}
    least = cheapest_by_program(town, served_by(town, plan.answer), rows, allowed)
    if least is None:
        assert found.status == "IMPOSSIBLE"
        return found.status
    assert found.status == "OPTIMAL"
    assert (found.micro_cost, found.micro_bound) == (least, least)
    check_plan(town, plan.answer, SimpleNamespace(plan=found.plan.answer, actions=found.actions), ids)
    pins = [*town.pins, *((pin.request_id, pin.team_id) for pin in found.pins)]
    again = town.assign(teams=_with_actions(town, found.actions), pins=pins)
    assert worth(again) == worth(found.plan)
    return found.status


def _with_actions(town, actions):
    """Write the teams with what a repair gives them; waived pairs are pinned."""
    teams = {name: list(cells) for name, cells in town.teams.items()}
    for one in actions:
        col = None if one.team is None else at(town.teams, one.team)
        if one.kind == "place":
            teams |= {"capacity": list(teams.get("capacity", [None] * len(teams["id"])))}
            own = teams["capacity"][col]
            teams["capacity"][col] = (int(own) if given(own) else 1) + one.amount
        elif one.kind == "teach":
            skills = "|".join(filter(None, [teams["skills"][col], one.skill]))
            teams["skills"] = _with_cell(teams, "skills", col, skills)
        elif one.kind == "wider_radius":
            radius = max(teams["radius_km"][col], one.to_km)
            teams["radius_km"] = _with_cell(teams, "radius_km", col, radius)
    return teams


def _with_cell(table, name, row, value):
    """Return a column with one cell changed; one that is not there is empty."""
    cells = list(table.get(name, [None] * len(table["id"])))
    return [*cells[:row], value, *cells[row + 1 :]]


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", [1, 3, 10, 13])
def test_answers_are_what_assigning_again_gives(seed):
    """A few of the towns of the long run: with units to be had by solving again, repairs of every kind."""
    check_town(seed)


@pytest.mark.long
@pytest.mark.skipif("SERVICEMATCH_LONG" not in os.environ, reason="set SERVICEMATCH_LONG=1: runs for minutes")
@pytest.mark.parametrize("part", range(N_SLICES))
def test_answers_of_200_plans_are_what_assigning_again_gives(part, capsys):
    """Every question through the public face: not one integer off in any tier."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        told = sum((check_town(seed) for seed in range(part * SLICE, (part + 1) * SLICE)), Counter())
    assert told["towns"] == SLICE
    with capsys.disabled():
        print(f"\npart {part}: {dict(told)}")  # noqa: T201 - the numbers are the point of a long run
