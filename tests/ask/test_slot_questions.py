"""Questions to plans with slots: every gain is what planning again through the public face gives."""

from __future__ import annotations

import warnings
from itertools import combinations

import numpy as np
import pytest

import servicematch as sm
from servicematch.ask import forced, one_more, served_first
from servicematch.base.errors import PinError, ServiceMatchError, TableWarning

from .slot_question_towns import Town, chosen, draw, gained

KINDS = ["plain", "plain", "rules", "bound", "travel"]
TOLD = ("COSTS", "IN_SOME_OPTIMUM")


def quietly(ask, *args, **options):
    """Ask without the warnings that the drawn tables give."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        return ask(*args, **options)


def towns(first, count):
    """Draw towns whose plan is proved."""
    for seed in range(first, first + count):
        rng = np.random.default_rng([77, seed])
        town = draw(rng, KINDS[seed % len(KINDS)])
        if town.triples:
            plan = town.plan()
            if plan.status == "PROVED":
                yield rng, town, plan


def _by_pin(town, triple):
    """Plan with a pair pinned; None where nobody can mean such pins."""
    try:
        return town.plan(pins=(*town.pins, (*triple, "pin")))
    except PinError:
        return None


def _keeps(town, plan):
    """Tell whether a plan keeps every rule, pins or not; whoever pins a request need not send so many or none."""
    judged = quietly(sm.evaluate, town.requests, town.teams, chosen(plan), slots=town.slots, policy=town.policy)
    return not {one.code for one in judged.violations} - {"BELOW_MIN_UNITS"}


def _is_bound(town, request):
    least = town.requests.get("min_units", [1] * len(town.requests["id"]))
    has_pin = any(pin[0] == request and pin[3] == "pin" for pin in town.pins)
    return least[town.requests["id"].index(request)] > 1 and not has_pin


def _is_forbidden(town, triple):
    return any(pin[3] == "forbid" and pin[:2] == triple[:2] and pin[2] in (None, triple[2]) for pin in town.pins)


def _asked(plan, triple):
    """Ask why not; None where a request wants several teams or none, or the plan with the pair is not proved."""
    try:
        return plan.why_not(*triple)
    except ServiceMatchError:
        return None


def check_pair(town, plan, triple):
    """Hold the answer about one pair against a plan with it as a pin; return its gain, None where there is none."""
    if triple in chosen(plan):
        assert plan.why_not(*triple).status == "CHOSEN"
        return None
    told = _asked(plan, triple)
    if told is None:
        assert _is_bound(town, triple[0]) or _by_pin(town, triple).status == "FEASIBLE"
        return None
    assert told.slot_id == triple[2]
    other = _by_pin(town, triple)
    if told.status == "INELIGIBLE":
        assert told.obstacles
        assert other is None or other.verify(proof=False).notices
    elif _is_forbidden(town, triple):
        assert told.status == "FORBIDDEN"
    elif told.status in TOLD:
        assert not other.verify(proof=False).notices
        assert other.status == "PROVED"
        assert told.gain == gained(town, other, plan), (triple, town)
        assert (told.status == "COSTS") == any(told.gain.values())
        return told.gain
    else:
        assert told.status == ("PINNED_ELSEWHERE" if other is None else "NO_PLACE") or (
            told.status == "PINNED_ELSEWHERE" and "together" in town.requests
        )
        assert other is None or not _keeps(town, other)
    return None


@pytest.mark.parametrize("first", range(0, 32, 8))
def test_forcing_a_pair_costs_what_a_plan_with_it_as_a_pin_costs(first):
    """Pair by pair, team by team (its best slot), and as the order of alternates."""
    assert sum(check_town(*drawn) for drawn in towns(first, 8)) > 8


def check_town(rng, town, plan):
    """Ask all about one request; return how many pairs can be forced in."""
    request = town.requests["id"][int(rng.integers(len(town.requests["id"])))]
    own = [one for one in town.triples if one[0] == request]
    gains = {one: gain for one in own if (gain := check_pair(town, plan, one)) is not None}
    if _is_bound(town, request):
        return len(gains)
    serving = {team for r, team, _ in chosen(plan) if r == request}
    best = {team: _best(town, gains, team) for team in town.teams["id"] if team not in serving}
    order = [one for one in best.values() if one is not None]
    order.sort(key=lambda one: ([-value for value in gains[one].values()], one[1]))
    try:
        alternates = plan.alternates(request, 9)
    except ServiceMatchError:  # a plan on the way is not proved: pairs by themselves say so above
        return len(gains)
    for team, one in best.items():
        check_team(town, plan, (request, team), one, gains)
    assert [(request, one.team_id, one.slot_id) for one in alternates.choices] == order
    assert [one.gain for one in alternates.choices] == [gains[one] for one in order]
    assert alternates.n_possible == len(order)
    assert [one.slot_id for one in plan.alternates(request, 1).choices] == [one[2] for one in order[:1]]
    check_explained(town, plan, request, order, gains)
    return len(gains)


def _best(town, gains, team):
    """Find the best pair of a team: tier by tier, then the earlier slot."""
    start = dict(zip(town.slots["id"], town.slots["start"], strict=True))
    own = [one for one in gains if one[1] == team]
    return min(own, key=lambda one: ([-value for value in gains[one].values()], start[one[2]]), default=None)


def check_team(town, plan, asked, best, gains):
    """Without a slot the best one is told; where none can be, why."""
    told = plan.why_not(*asked)
    if best is not None:
        assert (told.slot_id, told.gain) == (best[2], gains[best])
        assert f"in slot '{best[2]}'" in repr(told)
        return
    each = {plan.why_not(*one).status for one in town.triples if one[:2] == asked}
    assert told.status in (each or {"INELIGIBLE"})
    assert told.status != "INELIGIBLE" or each <= {"INELIGIBLE"}


def check_explained(town, plan, request, order, gains):
    """One unit more at its best pair; of a request that has some, the best of all ways to have one more."""
    told = plan.explain_unassigned(request)
    if told.displacement is None:
        assert not order or told.untold in ("untold_tiers", "no_displacement") or not _lost(told)
        return
    n_served = sum(one[0] == request for one in chosen(plan))
    if not n_served:
        assert (told.displacement.team_id, told.displacement.slot_id) == order[0][1:]
        assert told.displacement.gain == gains[order[0]]
        return
    free = [one for one in town.triples if one[0] == request and (*one, "pin") not in town.pins]
    held = sum(pin[0] == request and pin[3] == "pin" for pin in town.pins)
    best = None
    for some in combinations(free, n_served + 1 - held):
        try:
            other = town.plan(pins=(*town.pins, *((*one, "pin") for one in some)))
        except PinError:
            continue
        if _keeps(town, other):
            best = max(best or (), tuple(gained(town, other, plan).values()))
    assert tuple(told.displacement.gain.values()) == best


def _lost(told):
    return {one.reason for one in told.reasons} & one_more._LOST


@pytest.mark.parametrize("first", range(100, 112, 6))
def test_a_place_is_worth_what_another_table_gives(first):
    """One more and one fewer in a slot, and of a team's total."""
    for rng, town, plan in towns(first, 6):
        at = int(rng.integers(len(town.slots["id"])))
        team, slot = town.slots["team_id"][at], town.slots["id"][at]
        check_worth(town, plan, "slots", at, lambda plan=plan, team=team, slot=slot: plan.worth_of(team, slot))
        if "capacity" in town.teams:
            at = town.teams["id"].index(team)
            check_worth(town, plan, "teams", at, lambda plan=plan, team=team: plan.worth_of(team))
        else:
            with pytest.raises(ServiceMatchError, match="name one of its slots"):
                plan.worth_of(team)


def check_worth(town, plan, name, at, ask):
    """Change one capacity in a table, and plan anew; pins may leave none to lose."""
    try:
        told = ask()
    except ServiceMatchError:
        told = None
    found = []
    for change in (1, -1):
        table = getattr(town, name)
        capacity = [n + change * (i == at) for i, n in enumerate(table["capacity"])]
        if (change == 1 and name == "slots" and town.policy.travel is not None) or (
            change == -1 and told is not None and told.loss_of_one_fewer is None
        ):
            found.append(None)
        else:
            changed = Town(**{**town.__dict__, name: {**table, "capacity": capacity}})
            other = changed.plan()
            found.append(gained(town, other, plan, changed) if other.status == "PROVED" else other.status)
    if told is None:
        assert "FEASIBLE" in found
        return
    assert told.gain_of_one_more == found[0], town
    if told.loss_of_one_fewer is None:
        assert any(pin[3] == "pin" for pin in town.pins)
    else:
        assert {name: -value for name, value in told.loss_of_one_fewer.items()} == found[1], town


def test_what_if_keeps_slots_and_takes_others():
    """A team taken out takes its slots along; a table of slots may stand in place of the present one."""
    for rng, town, plan in towns(200, 6):
        gone = town.teams["id"][int(rng.integers(len(town.teams["id"])))]
        kept = {
            name: [v for v, t in zip(values, town.slots["team_id"], strict=True) if t != gone]
            for name, values in town.slots.items()
        }
        fewer = {
            name: [v for v, t in zip(values, town.teams["id"], strict=True) if t != gone]
            for name, values in town.teams.items()
        }
        told = quietly(plan.what_if, remove_teams=[gone])
        pins = tuple(pin for pin in town.pins if pin[1] != gone)
        other = town.plan(teams=fewer, slots=kept, pins=pins)
        assert chosen(told.plan) == chosen(other)
        assert told.changes.get("slots_gone", 0) == len(town.slots["id"]) - len(kept["id"])
        assert len(told.dropped_pins) == len(town.pins) - len(pins)
        one = {name: values[1:] for name, values in town.slots.items()}
        first = town.slots["id"][0]
        told = quietly(plan.what_if, slots=one)
        pins = tuple(pin for pin in town.pins if pin[2] != first)
        assert chosen(told.plan) == chosen(town.plan(slots=one, pins=pins))
        assert told.changes["slots"] == 1
        assert [pin.slot_id for pin in told.dropped_pins] == [pin[2] for pin in town.pins if pin[2] == first]


def _second(answer, row, pairs):
    found = served_first.served_first(answer, row, pairs)
    return found and served_first.ServedFirst(int(pairs[-1]), found.gain, found.is_exact)


@pytest.mark.parametrize(
    ("name", "planted", "seed"),
    [
        ("served_first", _second, 11),
        ("in_order", lambda _, pairs: pairs[::-1], 11),
        ("forced_pair", lambda answer, _: dict.fromkeys(("priority=1", "priority=0", "score"), -len(answer.teams)), 7),
        ("_has_place", lambda _, row, at: at + row >= 0, 3),
    ],
)
def test_a_planted_error_is_caught(monkeypatch, name, planted, seed):
    """Another pair than the best, an order upside down, a gain that forgets the others, a place that pins have taken."""
    ((rng, town, plan),) = towns(seed, 1)
    monkeypatch.setattr(forced, name, planted)
    with pytest.raises(AssertionError):
        check_town(rng, town, plan)
