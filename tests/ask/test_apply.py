"""Moves taken by a person: all or none, checked by a stranger, and proved only where they lose nothing."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

import servicematch as sm
from face.towns import exhaustive, problem, random_town
from servicematch.ask.apply import apply
from servicematch.ask.diff import diff
from servicematch.assign.reasons import find_reasons
from servicematch.base.errors import ServiceMatchError, TableWarning
from servicematch.base.moves import Move

from .test_diff import another, assign, pairs_of

N_TOWNS = 60
SMALL = 7 * 4


def quiet(call, *args):
    """Call without the warnings about a random town's tables."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        return call(*args)


@pytest.mark.parametrize("seed", range(N_TOWNS))
def test_changed_plan_passes_the_strangers_check(seed):
    """It is lawful, states its own value, and is proved exactly when it reaches the bound."""
    best = assign(random_town(seed))
    other = another(best, np.random.default_rng(seed))
    plan = apply(best, diff(best, other), wrap=sm.Plan)
    assert pairs_of(plan.answer) == pairs_of(other)
    report = quiet(plan.verify)
    assert report.ok, report
    solution = plan.answer.solution
    assert report.proved == (solution.objective == solution.bound) == (plan.status == "PROVED")
    assert report.proved == (solution.objective == best.solution.objective)
    assert plan.stopped_by is None
    assert sum(one.units for one in find_reasons(plan.answer)) == int(plan.answer.missing.sum())
    back = apply(plan.answer, diff(plan.answer, best))
    assert pairs_of(back) == pairs_of(best)
    assert back.solution.status == best.solution.status
    assert back.solution.tied.tolist() == best.solution.tied.tolist()


def ends(found):
    """Say where each unit goes, without what it is worth; which of two that go makes way for which is a convention."""
    gone = {(move.request_id, move.from_team) for move in found.moves}
    return gone, {(move.request_id, move.to_team) for move in found.moves}


@pytest.mark.parametrize("seed", range(N_TOWNS))
def test_dry_run_says_what_the_plan_then_does(seed):
    """Chain by chain: what it would change is what has changed, and what it costs."""
    best = assign(random_town(seed))
    other = another(best, np.random.default_rng(seed))
    for chain in diff(other, best).chains[:5]:
        told = apply(other, chain, dry_run=True)
        changed = apply(other, [chain])
        assert ends(told) == ends(chain)
        assert told.gain == chain.gain
        values = zip(changed.solution.objective, other.solution.objective, strict=True)
        assert tuple(chain.gain.values()) == tuple(new - old for new, old in values)


def test_ties_of_another_optimum_are_its_own():
    """A request that stays open in a plan as good as any lost a tie exactly where another such plan serves it more."""
    n_judged = 0
    for seed in range(0, 900, 3):
        town = random_town(seed)
        p = problem(town)
        if len(p.need) * len(p.places) > SMALL or not len(p.places):
            continue
        best = assign(town)
        for id_ in best.requests.ids[best.solution.tied].tolist():
            other = with_one_more(town, best, id_)
            if other is not None:
                n_judged += judge_ties(town, p, apply(best, diff(best, other)))
    assert n_judged >= 15


def judge_ties(town, p, changed):
    """Compare what is said of each open request with trying everything; return how many there were."""
    assert changed.solution.status.value == "PROVED"
    position = {r: i for i, r in enumerate(town.requests["id"])}
    open_rows = np.flatnonzero(changed.missing).tolist()
    for row in open_rows:
        at = position[changed.requests.ids[[row]].tolist()[0]]
        had = int((changed.rows[~changed.is_pinned] == row).sum())
        is_tied = exhaustive(p, at_least=(at, had + 1)) == changed.solution.objective
        assert (row in changed.solution.tied.tolist()) == is_tied
    return len(open_rows)


def with_one_more(town, best, id_):
    """Look for an optimum that serves a tied request more, by pinning all that it has and each other pair in turn."""
    own = [pair for pair in pairs_of(best) if pair[0] == id_]
    named = {(pin[0], pin[1]) for pin in town.pins}
    row = best.requests.index(id_)
    for team in town.teams["id"]:
        is_eligible = bool(((best.problem.row == row) & (best.problem.col == best.teams.index(team))).any())
        if (id_, team) in {*own, *named} or not is_eligible:
            continue
        other = assign(town, pins=[*town.pins, (id_, team), *(pair for pair in own if pair not in named)])
        if not any(diff(best, other).gain.values()):
            return other
    return None


TABLES = {"id": ["r1", "r2", "r3"], "skills": ["sing", None, None]}, {"id": ["t1", "t2"], "skills": ["sing", "dance"]}


def small(**changes):
    """Plan three requests for two teams of one place, one of which sings."""
    return sm.assign(*TABLES, **{"pins": [("r1", "t1"), ("r3", "t2", None, "forbid")]} | changes).answer


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        (("r1 ", None, "t1"), "request 'r1 ' is not in the table, did you mean 'r1'?"),
        (("r2", None, "t7"), "team 't7' is not in the table"),
        (("r1", "t1", None), "request 'r1' at team 't1': the pair is pinned. Hint: assign again without the pin"),
        (("r2", "t1", None), "request 'r2' at team 't1': the team does not serve it, it is served by 't2'"),
        (("r3", "t1", None), "request 'r3' at team 't1': the team does not serve it, it is open"),
        (("r2", None, "t2"), "request 'r2' at team 't2': the team serves it already"),
        (("r1", None, "t2"), "the pair is not eligible (limits: skills). Hint: assign again with pins="),
        (("r3", None, "t2"), "request 'r3' at team 't2': the pair is forbidden. Hint: assign again without the forbid"),
        (("r3", None, "t1"), "team 't1' has 1 free places and would get 2"),
        (
            ("r2", None, "t1"),
            "request 'r2' asks for 1 and would get 2. Hint: name the team that it leaves, it is served by 't2'",
        ),
        (("r3", None, None), "request 'r3': neither the team that it leaves nor the one that it goes to is named"),
        (("r2", "t2", "t2"), "request 'r2': it would leave team 't2' for the same team"),
    ],
)
def test_move_that_cannot_be_made_says_why(move, sentence):
    """Each refusal names the ids and what to do."""
    with pytest.raises(ServiceMatchError) as error:
        apply(small(), move)
    assert sentence in str(error.value)
    assert str(error.value).startswith("the move cannot be made, and nothing was changed:\n- ")


def test_all_that_is_wrong_is_said_at_once():
    """One error, a line each; the same move twice is one of them."""
    with pytest.raises(ServiceMatchError, match="the moves cannot be made") as error:
        apply(small(), [("r9", None, "t1"), Move("r1", "t1", "t2", {}), ("r2", "t2", None), ("r2", "t2", None)])
    lines = str(error.value).splitlines()
    assert len(lines) == 5
    assert "named 2 times" in str(error.value)


def test_places_are_counted_after_all_moves():
    """One leaves, another takes the place: the order in which they are named says nothing."""
    answer = sm.assign({"id": ["r1", "r2"]}, {"id": ["t2"]}).answer
    ((leaving, _),) = pairs_of(answer)
    open_one = "r2" if leaving == "r1" else "r1"
    moves = [(open_one, None, "t2"), (leaving, "t2", None)]
    for listed in (moves, moves[::-1], iter(moves)):
        changed = apply(answer, listed)
        assert pairs_of(changed) == {(open_one, "t2")}


@pytest.mark.parametrize("moves", ["r1", 7, [7], [("r1", "t1")], {"request_id": ["r1"]}, None, [None]])
def test_what_is_no_move_is_refused(moves):
    """Anything else than moves is an error that says what to write."""
    with pytest.raises(ServiceMatchError, match=r"moves: expected|the move"):
        apply(small(), moves)


def test_no_moves_change_nothing():
    """An empty list is the same plan, with its proof."""
    answer = small()
    changed = apply(answer, [])
    assert pairs_of(changed) == pairs_of(answer)
    assert changed.solution.status.value == "PROVED"
    assert not apply(answer, (), dry_run=True).chains


def test_old_plan_stays_as_it_was_and_the_new_one_can_be_saved(tmp_path):
    """The base is untouched; the changed plan survives a file."""
    plan = sm.assign(*TABLES)
    before = plan.assignments["request_id"].tolist()
    served = next(iter(pairs_of(plan.answer)))
    changed = apply(plan.answer, (*served, None), wrap=sm.Plan)
    changed.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=TABLES[0], teams=TABLES[1])
    assert plan.assignments["request_id"].tolist() == before
    assert again.status == "FEASIBLE"
    assert pairs_of(again.answer) == pairs_of(plan.answer) - {served}
    assert json.loads((tmp_path / "plan.json").read_text())["solution"]["solver"] == "applied"
    assert changed.verify().ok
    assert set(changed.unassigned["reason"]) == {"NOT_PROVED"}


def test_greedy_plan_that_is_mended_up_to_its_bound_is_proved():
    """A plan stopped early is proved once a person's moves reach what its prices allow."""
    plan = sm.assign({"id": [1, 2]}, {"id": [1], "capacity": [2]}, work_limit=0)
    worse = apply(plan.answer, [(1, 1, None)])
    assert worse.solution.status.value == "FEASIBLE"
    assert apply(worse, [(1, None, 1)], wrap=sm.Plan).verify().proved
