"""Two plans compared: chains that add up, that stand alone, and that never lose on the way to an optimum."""

from __future__ import annotations

import warnings
from collections import Counter

import numpy as np
import pytest

import servicematch as sm
from face.towns import Town, problem, random_town, tier_names
from servicematch.ask.chains import chains_of
from servicematch.ask.diff import LISTED, diff
from servicematch.assign.decided import best_part, decided
from servicematch.base.errors import TableWarning
from servicematch.base.moves import Move

N_TOWNS = 90
RATED = {"mean_rating": [1.0, 0.5], "n_rated": [5, 5]}


def assign(town, **changes):
    """Plan a random town, whatever the library finds doubtful in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        return town.assign(**changes).answer


def another(answer, rng):
    """Choose some other lawful plan of the same problem: as much as can stand of a few pairs drawn by chance."""
    fixed = np.zeros(answer.problem.n_pairs, dtype=bool) if answer.problem.fixed is None else answer.problem.fixed
    drawn = np.flatnonzero((rng.random(len(fixed)) < 0.5) & ~fixed)
    room = np.maximum(0, answer.problem.capacity - np.bincount(answer.problem.col[fixed], minlength=len(answer.teams)))
    need = answer.problem.need - np.bincount(answer.problem.row[fixed], minlength=len(answer.requests))
    chosen = []
    for at in rng.permutation(drawn).tolist():
        row, col = int(answer.problem.row[at]), int(answer.problem.col[at])
        if room[col] and need[row]:
            room[col], need[row] = room[col] - 1, need[row] - 1
            chosen.append(at)
    return decided(answer, np.union1d(np.array(chosen, dtype=np.int64), np.flatnonzero(fixed)))


def pairs_of(answer):
    """Give the chosen pairs by id."""
    return set(zip(answer.requests.ids[answer.rows].tolist(), answer.teams.ids[answer.cols].tolist(), strict=True))


def after(pairs, chains, *, back=False):
    """Make moves, or take them back, on a set of pairs."""
    gone, come = set(), set()
    for move in (move for chain in chains for move in chain.moves):
        gone |= {(move.request_id, move.from_team)} - {(move.request_id, None)}
        come |= {(move.request_id, move.to_team)} - {(move.request_id, None)}
    gone, come = (come, gone) if back else (gone, come)
    assert gone <= pairs
    assert not come & pairs
    return (pairs - gone) | come


def worth(town, p, pairs):
    """Check by the oracle that pairs are a plan, pins aside, and add them up."""
    row = {r: i for i, r in enumerate(town.requests["id"])}
    col = {t: j for j, t in enumerate(town.teams["id"])}
    free = {(row[r], col[t]) for r, t in pairs} - set(p.pinned)
    assert free <= set(p.pairs)
    assert all(n <= p.need[r] for r, n in Counter(r for r, _ in free).items())
    assert all(n <= p.places[t] for t, n in Counter(t for _, t in free).items())
    return np.array(p.value(free), dtype=object)


@pytest.mark.parametrize("seed", range(N_TOWNS))
def test_every_chain_stands_alone_and_gains_what_it_says(seed):
    """On the oracle's numbers, to the last integer: forwards from the first plan, backwards from the second."""
    town, rng = random_town(seed), np.random.default_rng(seed)
    b = assign(town)
    a, p = another(b, rng), problem(town)
    found = diff(a, b)
    first, second = pairs_of(a), pairs_of(b)
    assert list(found.gain) == list(tier_names(town))
    assert after(first, found.chains) == second
    for chain in found.chains:
        gain = tuple(chain.gain.values())
        assert tuple(worth(town, p, after(first, [chain])) - worth(town, p, first)) == gain
        assert tuple(worth(town, p, second) - worth(town, p, after(second, [chain], back=True))) == gain
        assert gain >= (0,) * len(gain)
    some = [chain for chain in found.chains if rng.random() < 0.5]
    gains = sum((np.array(list(chain.gain.values()), dtype=object) for chain in some), 0)
    assert np.all(worth(town, p, after(first, some)) - worth(town, p, first) == gains)
    assert tuple(found.gain.values()) == tuple(worth(town, p, second) - worth(town, p, first))
    assert not found.n_rescored


@pytest.mark.parametrize("seed", range(0, N_TOWNS, 3))
def test_units_are_coupled_only_where_places_do_not_suffice(seed):
    """One coupling for each unit that comes to a team beyond the places that are free there."""
    b = assign(random_town(seed))
    a = another(b, np.random.default_rng(seed))
    found = diff(a, b)
    come = Counter(move.to_team for move in found.moves)
    free = dict(zip(a.teams.ids.tolist(), np.maximum(a.teams.free - a.load, 0).tolist(), strict=True))
    needed = sum(max(0, n - free[team]) for team, n in come.items() if team is not None)
    assert sum(len(chain.moves) - (not chain.is_cycle) for chain in found.chains) == needed
    open_ends = Counter((move.request_id, move.is_new) for move in found.moves if move.is_new or move.is_drop)
    assert not {r for r, is_new in open_ends if is_new} & {r for r, is_new in open_ends if not is_new}


@pytest.mark.parametrize("seed", range(0, N_TOWNS, 3))
def test_totals_add_up_between_different_questions(seed):
    """Other pins, fewer requests and teams, another order of tiers: the parts are still the whole."""
    town = random_town(seed)
    other = Town(
        requests={name: values[1:] for name, values in town.requests.items()},
        teams={name: values[:-1] for name, values in town.teams.items()},
        scores=town.scores,
        tiers=("served", "score"),
        mixed=town.mixed,
    )
    if other.mixed:
        other.requests.pop("skills", None)
    a, b = assign(town), assign(other)
    for one, two in ((a, b), (b, a)):
        found = diff(one, two)
        assert found.gain == {tier: found.after[tier] - found.before[tier] for tier in found.before}
        assert after(pairs_of(one), found.chains) == pairs_of(two)
        for total, side in ((found.before, one), (found.after, two)):
            units = sum(n for tier, n in total.items() if tier != "score")
            assert units == (0 if {one.policy.tiers, two.policy.tiers} == {("score",)} else len(side.rows))
            skipped = round(side.policy.skip_value * 1e6) * len(side.rows)
            assert total["score"] == int(np.rint(side.scores() * 1e6).sum()) - skipped


def swapped():
    """Give two plans that differ in a swap of two requests between two teams, and in a third one served."""
    requests = {
        "id": ["r1", "r2", "r3"],
        "lat": [39.6, 39.7, 39.6],
        "lon": [109.8] * 3,
        "booked_team": [None, None, "t3"],
    }
    teams = {"id": ["t1", "t2", "t3"], "lat": [39.6, 39.7, 39.6], "lon": [109.8] * 3}
    wrong = [("r1", "t2"), ("r2", "t1"), ("r3", "t3", None, "forbid")]
    policy = sm.Policy(terms=[sm.terms.Proximity()])
    plans = [sm.assign(requests, teams, policy=policy, pins=pins).answer for pins in (wrong, None)]
    return diff(*plans)


def test_swap_is_a_cycle_and_the_rest_a_chain():
    """What needs each other is together, what does not is apart."""
    found = swapped()
    assert [(chain.is_cycle, len(chain.moves)) for chain in found.chains] == [(True, 2), (False, 1)]
    assert found.describe() == (
        "3 units are decided otherwise by the second plan, in 2 chains that do not touch each other: "
        "1 more served of priority 0, 2.053008 score points more, 22.2 km less.\n"
        "1. request 'r1' moves from team 't2' to team 't1', request 'r2' moves from team 't1' to team 't2': "
        "1.053008 score points more, 22.2 km less.\n"
        "2. request 'r3', open until now, gets team 't3': 1 more served of priority 0, 1.000000 score points more."
    )
    assert "少走 22.2 公里" in found.describe("zh")
    assert "原未派" in found.describe("zh")


def test_hidden_requests_keep_one_letter_each():
    """No id of a resident's request in what is told, and the letters agree in words and data."""
    found = swapped()
    told = (
        found.describe(redact=True) + str(found.show("zh", redact=True)._repr_html_()) + str(found.to_dict(redact=True))
    )
    assert "r1" not in told
    assert "r3" not in told
    letters = [move["request_id"] for chain in found.to_dict(redact=True)["chains"] for move in chain["moves"]]
    assert letters == ["A", "B", "C"]
    assert found.chains[0].describe(redact=True).startswith("another request (A) moves")


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "dict"])
def test_frame_has_a_row_a_move_in_the_callers_kind(kind):
    """Ids keep their type, open ends are null, and the columns add up."""
    requests, teams = (sm.Requests({"id": [1, 2]}), sm.Teams({"id": [1, 2], **RATED}))
    tables = requests.to(kind), teams.to(kind)
    found = diff(
        sm.assign(*tables, pins=[(1, 2), (2, 1, None, "forbid"), (2, 2, None, "forbid")]).answer,
        sm.assign(*tables).answer,
    )
    frame = found.frame
    columns = {
        name: list(frame[name]) if kind != "pyarrow" else frame[name].to_pylist() for name in frame_columns(frame)
    }
    assert list(columns) == [
        "chain",
        "request_id",
        "from_team",
        "to_team",
        "gain_priority=0",
        "gain_score",
        "km_change",
    ]
    assert columns["request_id"] == [2, 1]  # the one that comes, then the one that makes way for it
    assert columns["chain"] == [1, 1]
    assert sum(columns["gain_priority=0"]) == found.gain["priority=0"] == 1
    assert round(sum(columns["gain_score"]) * 1e6) == found.gain["score"]


def frame_columns(frame):
    """Name the columns of any kind of frame."""
    return list(getattr(frame, "column_names", None) or getattr(frame, "columns", frame))


def test_same_plans_differ_in_nothing():
    """No chain, no gain, and a frame without rows."""
    answer = sm.assign({"id": [1]}, {"id": [1]}).answer
    found = diff(answer, answer)
    assert found.describe() == "Both plans decide the same."
    assert found.describe("zh") == "两份计划的派单完全相同。"
    assert len(found.frame["chain"]) == 0
    assert found.metres_more == 0


def test_pairs_counted_otherwise_are_a_line_of_their_own():
    """Another policy moves nothing here, but the same pair is worth less."""
    requests, teams = {"id": [1]}, {"id": [1], "mean_rating": [1.0], "n_rated": [5]}
    found = diff(sm.assign(requests, teams).answer, sm.assign(requests, teams, policy=sm.Policy(terms=[])).answer)
    assert not found.chains
    assert found.n_rescored == 1
    assert found.gain == found.rescored == {"priority=0": 0, "score": -900_000}
    assert "Kept, but counted otherwise by the second plan (1): 0.900000 score points fewer." in found.describe()


def test_long_lists_are_cut_and_still_add_up():
    """What is not told one by one is told as a sum."""
    ids = [f"r{i:03}" for i in range(LISTED + 5)]
    teams = {"id": ["t"], "capacity": [len(ids)]}
    found = diff(sm.assign({"id": ["x"]}, teams).answer, sm.assign({"id": ids}, teams).answer)
    lines = found.describe().splitlines()
    assert len(lines) == LISTED + 2
    others = sum(chain.gain["priority=0"] for chain in found.chains[LISTED:])
    assert lines[-1] == f"And 5 more chains, together: {others} more served of priority 0."
    assert len(found.to_dict()["chains"]) == len(found.chains) == len(ids)


def test_cycles_are_closed_before_chains_are_joined():
    """Two swaps through one team stay two swaps."""
    nothing = {"score": 0}
    moves = [
        Move("a", "t1", "t2", nothing),
        Move("b", "t2", "t3", nothing),
        Move("c", "t3", "t2", nothing),
        Move("d", "t2", "t1", nothing),
    ]
    found = chains_of(moves, [0] * 4, lambda _, n_to, n_from: min(n_to, n_from), ["score"])
    assert sorted(len(chain.moves) for chain in found) == [2, 2]
    assert all(chain.is_cycle for chain in found)


def test_best_part_keeps_as_many_as_it_can():
    """Two for one place: the one of higher priority stays, and who asks alone stays too."""
    answer = sm.assign({"id": [1, 2, 3], "priority": [0, 5, 0]}, {"id": [1, 2]}).answer
    kept = best_part(answer, np.array([0, 2, 5]))
    assert answer.problem.row[kept].tolist() == [1, 2]


def test_plans_that_count_units_otherwise_are_compared_by_units_served_and_score():
    """A unit served by both is no gain, whatever it is called by either."""
    requests, teams = {"id": ["x", "y"], "priority": [1, 0]}, {"id": ["t", "u"]}
    a = sm.assign(requests, teams)
    b, c = (sm.assign(requests, teams, policy=sm.Policy(tiers=tiers)) for tiers in (("served", "score"), ("score",)))
    for one, two in ((a, b), (b, a), (a, c), (c, b)):
        units = len(two.answer.rows) - len(one.answer.rows)
        assert sm.diff(one, two).gain == {"served": units, "score": 0}
    assert "served" not in sm.diff(a, b).describe()


def test_fair_plans_are_compared_without_their_ranks():
    """A tier of fairness is no amount that moves add up to: units and score are told."""
    requests, teams = {"id": ["r1", "r2"], "area": ["a", "b"]}, {"id": ["t", "u"]}
    fair = sm.assign(requests, teams, policy=sm.Policy(fairness=sm.fairness.Leximin(by="area")))
    less = fair.what_if(remove_teams=["t"])
    assert less.gain == {"priority=0": -1, "score": 0}
    assert sm.diff(fair, less.plan).gain == less.gain
