"""Repairs: never dearer than needed, never impossible where it can be, and true when planned."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from face.towns import SKILLS, Town, given, random_town, rows_of, score_table, words
from servicematch.ask.relaxations import Place, Teach, Waive, WiderRadius
from servicematch.ask.repair import repair
from servicematch.assign import run as planning
from servicematch.assign.policy import Policy
from servicematch.base.errors import PolicyError, ServiceMatchError, TableError
from servicematch.solve import fixed_charge
from servicematch.tables.frames import build

from .drawn import answer_of, quietly
from .repair_oracle import at, cheapest, failed


def run(*tables, **options):
    """Plan tables in which skills are asked that nobody has."""
    return quietly(planning.run, *tables, **options)


SMALL = [seed for seed in range(240) if seed % 3 != 2]
LARGE = [seed for seed in range(60) if seed % 3 == 2]


def drawn_question(town, seed, *, once):
    """Draw requests to be served and relaxations to serve them by."""
    rng = np.random.default_rng([7, seed])
    ids, teams = town.requests["id"], town.teams["id"]
    asked = [one for one in ids if rng.random() < 0.5] or ids[:1]
    some = [one for one in teams if rng.random() < 0.6]
    cost = lambda: float(rng.integers(0, 9)) / 2  # noqa: E731 - drawn anew each time
    allowed = [
        Place(cost()),
        Place(cost(), teams=some, at_most=int(rng.integers(0, 3))),
        Waive("distance", cost()),
        Waive("skills", cost()),
        Waive(("skills", "categories", "languages"), cost()),
        Waive(("distance", "booked", "reserve", "languages"), cost()),
    ]
    if once:
        allowed += [
            WiderRadius(float(rng.integers(5, 60)), cost()),
            WiderRadius(float(rng.integers(20, 90)), cost(), teams=some),
            Teach("dance", cost()),
            Teach("piano", cost(), teams=some),
        ]
    has = set(failed_names(town))
    kept = [
        one for one in allowed if rng.random() < 0.55 and not (isinstance(one, Waive) and not set(one.limits) <= has)
    ]
    return asked, kept


def failed_names(town):
    """Name what may be waived under a town's policy."""
    return [limit.name for limit in town.policy().limits] + ["relevance", "reserve"]


def served_by(town, answer):
    """Count the free units of each request in the order of the raw table."""
    counts = Counter(answer.requests.ids[answer.rows[~answer.is_pinned]].tolist())
    return [counts[one] for one in town.requests["id"]]


def check_plan(town, answer, found, asked):
    """Hold the plan of a repair against the raw tables with its actions written in, and against the plan before."""
    plan = found.plan
    before, after = (Counter(one.requests.ids[one.rows].tolist()) for one in (answer, plan))
    units = {r["id"]: int(r["units"]) if given(r.get("units")) else 1 for r in rows_of(town.requests)}
    assert all(after[one] == units[one] for one in asked)
    assert all(after[one] >= before[one] for one in town.requests["id"])
    places, waived, radius, taught = Counter(), set(), {}, {}
    for one in found.actions:
        if one.kind == "place":
            places[one.team] += one.amount
        elif one.kind == "waive":
            waived.add((one.request, one.team))
        elif one.kind == "teach":
            taught.setdefault(one.team, set()).add(one.skill)
        else:
            radius[one.team] = max(radius.get(one.team, 0), one.to_km)
    pinned = Counter(pin[1] for pin in town.pins if len(pin) == 2)
    loads = Counter(plan.teams.ids[plan.cols].tolist())
    for team in rows_of(town.teams):
        capacity, used = (team.get(name) for name in ("capacity", "used"))
        free = max(0, (int(capacity) if given(capacity) else 1) - (int(used) if given(used) else 0))
        whole = (int(capacity) if given(capacity) else 1) + places[team["id"]] - (int(used) if given(used) else 0)
        assert loads[team["id"]] <= max(free, pinned[team["id"]], whole)
    scores, requests, teams = score_table(town), rows_of(town.requests), rows_of(town.teams)
    fixed = {pin[:2] for pin in town.pins if len(pin) == 2}
    barred = {pin[:2] for pin in town.pins if len(pin) == 4}
    pairs = set(zip(plan.requests.ids[plan.rows].tolist(), plan.teams.ids[plan.cols].tolist(), strict=True))
    assert not pairs & barred
    for r, t in pairs - fixed - waived:
        i, j = at(town.requests, r), at(town.teams, t)
        skills = words(teams[j].get("skills")) | taught.get(t, set())
        assert not failed(town, requests[i], teams[j], scores[i, j], radius=radius.get(t), skills=skills)


@pytest.mark.parametrize("once", [False, True], ids=["each", "once"])
@pytest.mark.parametrize("seed", SMALL)
def test_cost_is_that_of_trying_everything(seed, once):
    """The cost equals the least over all sharings out and all sets of charges, and nothing is called impossible that is not."""
    town = random_town(seed)
    asked, allowed = drawn_question(town, seed, once=once)
    check_against_everything(town, asked, allowed)


@pytest.mark.parametrize("seed", range(80))
def test_charges_are_worth_what_they_help(seed):
    """Where most pairs want a skill or are far, the set of lessons and radii is the cheapest of all sets."""
    rng = np.random.default_rng([11, seed])
    n, m = int(rng.integers(2, 6)), int(rng.integers(1, 4))
    some = lambda share: "|".join(word for word in SKILLS if rng.random() < share)  # noqa: E731 - drawn anew each time
    requests = {"id": list(range(n)), "skills": [some(0.5) for _ in range(n)], "units": rng.integers(1, 3, n).tolist()}
    teams = {"id": list(range(m)), "skills": [some(0.3) for _ in range(m)], "capacity": rng.integers(0, 5, m).tolist()}
    if rng.random() < 0.6:
        for table, size in ((requests, n), (teams, m)):
            table |= {"lat": (39.5 + 0.4 * rng.random(size)).tolist(), "lon": (109.8 + 0.5 * rng.random(size)).tolist()}
        teams["radius_km"] = rng.integers(2, 40, m).astype(float).tolist()
    scores = {(i, j): int(rng.integers(0, 11)) / 10 for i in range(n) for j in range(m)}
    cost = lambda high: float(rng.integers(1, 2 * high)) / 2  # noqa: E731 - as above
    allowed = [Teach(word, cost(5)) for word in SKILLS]
    allowed += [WiderRadius(25.0, cost(4)), WiderRadius(80.0, cost(6)), Place(cost(4))]
    allowed += [Waive("skills", cost(5)), Waive("distance", cost(5))]
    kept = [one for one in allowed if rng.random() < 0.8]
    asked = [one for one in range(n) if rng.random() < 0.8] or [0]
    check_against_everything(Town(requests=requests, teams=teams, scores=scores), asked, kept)


def check_against_everything(town, asked, allowed):
    """Compare a repair with the least cost of all, or with there being none."""
    if not asked:
        return
    answer = answer_of(town)
    found = quietly(repair, answer, asked, allowed)
    rows = {at(town.requests, one) for one in asked}
    least = cheapest(town, served_by(town, answer), rows, allowed)
    if least is None:
        assert found.status == "IMPOSSIBLE"
        assert found.plan is None
        assert found.cut.asked == found.cut.places + found.cut.others + found.cut.shortage
        assert found.cut.shortage > 0
    else:
        assert (found.status, found.micro_cost, found.micro_bound) == ("OPTIMAL", least, least)
        assert sum(one.micro_cost for one in found.actions) == least
        assert found.verified
        check_plan(town, answer, found, asked)


@pytest.mark.parametrize("once", [False, True], ids=["each", "once"])
@pytest.mark.parametrize("seed", LARGE)
def test_larger_towns_keep_their_promise(seed, once):
    """In towns to 60 x 25 the plan of a repair serves what was asked, takes from nobody, and breaks nothing unpaid."""
    town = random_town(seed)
    asked, allowed = drawn_question(town, seed, once=once)
    answer = answer_of(town)
    found = quietly(repair, answer, asked, allowed)
    if found.status == "IMPOSSIBLE":
        assert found.cut.asked == found.cut.places + found.cut.others + found.cut.shortage
    else:
        assert found.bound <= found.cost
        check_plan(town, answer, found, asked)


# --- small towns that can be seen ----------------------------------------------------------------------------------


@pytest.fixture
def one_place():
    """Two requests for one place; the first has the higher priority."""
    return run({"id": ["r1", "r7"], "priority": [1, 0]}, {"id": ["t3"]})


@pytest.fixture
def chain():
    """r1 sits at t1 but could go to t2, which is full with r2; r3 can only go to t1."""
    requests = {"id": ["r1", "r2", "r3"], "skills": ["a", "b", "c"], "priority": [2, 2, 1]}
    return run(requests, {"id": ["t1", "t2"], "skills": ["a|c", "a|b"]})


def test_place_is_found_at_the_end_of_a_chain(chain):
    """A place may be bought where no given request can go, if others make room by moving there."""
    found = repair(chain, ["r3"], [Place(1.0, teams=["t2"])])
    assert [(one.kind, one.team, one.amount) for one in found.actions] == [("place", "t2", 1)]
    plan = found.plan
    pairs = zip(plan.requests.ids[plan.rows].tolist(), plan.teams.ids[plan.cols].tolist(), strict=True)
    assert sorted(pairs) == [("r1", "t2"), ("r2", "t2"), ("r3", "t1")]


def test_units_go_to_different_teams(one_place):
    """Places at one team do not serve a request for two teams: the cut says so."""
    answer = run({"id": ["r1"], "units": [2]}, {"id": ["t1"], "capacity": [5]})
    found = repair(answer, "r1", Place(1.0))
    assert found.status == "IMPOSSIBLE"
    assert (found.cut.asked, found.cut.places, found.cut.others, found.cut.shortage) == (2, 0, 1, 1)
    assert "2 units asked" in found.describe()


def test_lesson_that_helps_two_is_paid_once():
    """One lesson for 5 beats two waivers for 3 each, and loses against two for 2 each."""
    answer = run({"id": [1, 2], "skills": ["yoga", "yoga"]}, {"id": [1], "skills": ["dance"], "capacity": [2]})
    dear = repair(answer, [1, 2], [Waive("skills", 3.0), Teach("yoga", 5.0)])
    assert [(one.kind, one.cost) for one in dear.actions] == [("teach", 5.0)]
    cheap = repair(answer, [1, 2], [Waive("skills", 2.0), Teach("yoga", 5.0)])
    assert [(one.kind, one.cost) for one in cheap.actions] == [("waive", 2.0), ("waive", 2.0)]


def test_plan_of_a_lesson_breaks_no_limit():
    """A team that has learnt the skill serves within its limits, so that nothing is left to be waived."""
    answer = run({"id": [1], "skills": ["yoga"]}, {"id": [1], "skills": ["dance"]})
    plan = repair(answer, [1], [Teach("yoga")]).plan
    assert plan.teams.skills.of(0) == ("dance", "yoga")
    assert plan.scorer.passes(plan.rows, plan.cols).all()


@pytest.mark.parametrize("way", [WiderRadius(15, 1), Teach("b", 1)])
def test_another_steps_aside_by_what_is_paid_once(way):
    """The new request can only go to t1; what is paid for t2 lets the old one move there, and nothing cheaper does."""
    place = {"lat": [39.0, 39.0], "lon": [109.0, 109.0]}
    requests = {"id": ["old", "new"], "skills": ["b", "a"], "priority": [1, 0], **place}
    skills = ["a|b", "b"] if isinstance(way, WiderRadius) else ["a|b", None]
    lat = [39.0, 39.09] if isinstance(way, WiderRadius) else [39.0, 39.0]
    answer = run(requests, {"id": ["t1", "t2"], "skills": skills, "radius_km": [5, 5], **place, "lat": lat})
    found = repair(answer, "new", [way, Place(3.0)])
    assert [(one.team, one.cost) for one in found.actions] == [("t2", 1.0)]
    assert found.status == "OPTIMAL"
    assert found.plan.served.tolist() == [1, 1]
    assert repair(answer, "new", way).cost == 1.0


def test_waiver_names_only_what_the_pair_fails():
    """A waiver of two limits at a pair that fails one of them names that one."""
    place = {"lat": [39.8], "lon": [110.0]}
    answer = run({"id": [1], "skills": ["a"], **place}, {"id": [1], "skills": ["b"], "radius_km": [5.0], **place})
    (action,) = repair(answer, [1], [Waive(("distance", "skills"), 2.5)]).actions
    assert (action.request, action.limits, action.cost) == (1, ("skills",), 2.5)


def test_better_scored_of_equally_cheap_sets_is_taken():
    """Where a place at either team serves, it is bought at the team that suits better."""
    teams = {"id": [1, 2], "mean_rating": [0.2, 0.9], "n_rated": [50, 50]}
    answer = run({"id": [1, 2, 3], "priority": [1, 1, 0]}, teams)
    (action,) = repair(answer, [3]).actions
    assert action.team == 2


def test_nothing_is_given_up_for_what_is_served(one_place):
    """A request that has its units needs nothing, and the plan stays as good."""
    found = repair(one_place, ["r1"])
    assert (found.actions, found.cost, found.status) == ((), 0.0, "OPTIMAL")
    assert found.describe() == "Nothing has to be given up: all units of request 'r1' are served already."
    assert found.show("zh")._repr_html_()


def test_forbidden_pairs_stay_out_and_pinned_ones_in():
    """A forbid is no limit that could be waived, and a pin keeps its place."""
    requests, teams = {"id": [1, 2]}, {"id": [1, 2]}
    answer = run(requests, teams, pins=[(1, 1), (2, 1, None, "forbid"), (2, 2, None, "forbid")])
    assert repair(answer, [2], [Place(), Waive("distance")]).status == "IMPOSSIBLE"
    pinned = run({"id": [1, 2]}, {"id": [1]}, pins=[(1, 1)])
    plan = repair(pinned, [2]).plan
    assert plan.served.tolist() == [1, 1]
    assert plan.teams.capacity.tolist() == [2]


def test_places_are_counted_beyond_what_pins_overbook():
    """Two pins on a team with one place: the first place more makes up for that, and only the second is free."""
    answer = run({"id": [1, 2, 3]}, {"id": [1]}, pins=[(1, 1), (2, 1)])
    found = repair(answer, [3])
    assert [(one.amount, one.cost) for one in found.actions] == [(2, 2.0)]
    assert found.plan.teams.capacity.tolist() == [3]
    assert found.plan.served.tolist() == [1, 1, 1]
    assert repair(answer, [3], Place(at_most=1)).status == "IMPOSSIBLE"
    several = repair(answer, [3], [Place(5.0), Place(1.0, at_most=1)])
    assert [(one.amount, one.cost) for one in several.actions] == [(1, 5.0), (1, 1.0)]


def test_nobody_loses_although_another_plan_scores_better():
    """Here "g" drives "a" out of t1 to the new place at t2, where "b", open so far, would score better: "a" keeps its unit."""
    table = {"id": ["g", "a", "b"], "skills": ["x", "", "y"], "priority": [0, 1, 1]}
    scores = {(r, t): score for r, score in (("g", 0.5), ("a", 0.1), ("b", 0.9)) for t in ("t1", "t2")}
    town = Town(table, {"id": ["t1", "t2"], "skills": ["x", "y"], "capacity": [1, 0]}, scores)
    answer = answer_of(town)
    assert answer.served.tolist() == [1, 0, 0]
    found = quietly(repair, answer, ["g"], [Place(1.0, teams=["t2"])])
    assert found.plan.served.tolist() == [1, 0, 1]
    assert [(pin.request_id, pin.team_id) for pin in found.pins] == [("a", "t2"), ("g", "t1")]


def test_nothing_allowed_repairs_nothing():
    """Without any relaxation a pair that fails a limit stays shut, and the answer says so."""
    answer = run({"id": ["r1"], "skills": ["yoga"]}, {"id": ["t1"], "skills": ["dance"]})
    assert repair(answer, "r1", []).status == "IMPOSSIBLE"


def test_reserve_is_waived_only_by_name():
    """A pair below the reserve is no matter of distance or skills."""
    teams = {"id": [1], "mean_rating": [0.1], "n_rated": [100]}
    answer = run({"id": [1]}, teams, Policy(reserve=0.5))
    assert repair(answer, [1]).status == "IMPOSSIBLE"
    assert repair(answer, [1], Waive("reserve", 1.5)).cost == 1.5


def test_bound_is_told_where_the_search_is_cut_short(monkeypatch):
    """Without any work for CP-SAT the remedy at hand comes with the bound of the flow."""
    answer = run({"id": [1, 2], "skills": ["yoga", "yoga"]}, {"id": [1], "skills": ["dance"], "capacity": [2]})
    monkeypatch.setattr(fixed_charge, "_search", lambda _case, best, bound, _effort: (best, bound))
    found = repair(answer, [1, 2], [Teach("yoga", 5.0)])
    assert (found.status, found.cost, found.bound) == ("FEASIBLE", 5.0, 0.0)
    assert "none that costs less than 0" in found.describe()
    assert "不会低于 0" in found.describe("zh")


def test_sentences_tell_all_in_both_languages(chain):
    """Every action has its sentence, with its cost; several are listed with their sum."""
    place = {"lat": [39.8, 39.8], "lon": [110.0, 110.0]}
    teams = {
        "id": ["t1", "t2"],
        "skills": ["a", "b"],
        "radius_km": [5.0, 5.0],
        "lat": [39.9, 39.8],
        "lon": [110.0, 110.0],
    }
    answer = run({"id": ["r1", "r2"], "skills": ["a", "c"], **place}, teams)
    found = repair(answer, ["r1", "r2"], [WiderRadius(20, 1.5), Teach("c", 0.25)])
    assert found.describe().splitlines()[:3] == [
        "To serve request 'r1' and request 'r2', 2 things at a cost of 1.75 together:",
        "- team 't1' goes as far as 20 km (cost 1.5)",
        "- team 't2' learns c (cost 0.25)",
    ]
    assert found.describe("zh").splitlines()[1] == "- 队伍“t1”的服务半径放宽到 20 公里（代价 1.5）"
    assert "1.75" in found._repr_html_()
    assert repair(chain, ["r3"]).describe("zh").splitlines()[0] == "要派出点单“r3”：队伍“t1”增加 1 个名额（代价 1）。"


def test_redacted_cut_hides_the_others():
    """The cut of an impossible repair names those asked about, and others by letters."""
    answer = run({"id": ["r1", "r2"], "priority": [1, 0]}, {"id": ["t"]})
    found = repair(answer, ["r2"], [])
    assert found.to_dict(redact=True)["cut"]["requests"] == ["A", "r2"]
    assert found.to_dict()["cut"]["requests"] == ["r1", "r2"]
    assert "r1" not in found.describe()
    assert found.describe("zh").endswith("还缺 1 队次。\n允许增加的名额已计算在内。")


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "dict"])
def test_frame_comes_in_the_callers_kind(kind):
    """A row an action, whole numbers whole, nulls where an action has nothing to say."""
    table = {"id": np.array([1, 2]), "skills": np.array(["a", "b"], dtype=object)}
    teams = {"id": np.array([1]), "skills": np.array(["a"], dtype=object)}
    answer = run(build(table, kind), build(teams, kind))
    frame = repair(answer, [1, 2]).frame
    names = frame.column_names if kind == "pyarrow" else getattr(frame, "columns", frame)
    assert list(names) == ["kind", "team_id", "request_id", "amount", "cost", "limits", "to_km", "skill"]
    kinds = frame["kind"].to_pylist() if kind == "pyarrow" else list(frame["kind"])
    assert kinds == ["place", "waive"]
    empty = repair(answer, [1]).frame
    assert len(empty["kind"]) == 0


@pytest.mark.parametrize(
    ("make", "error", "part"),
    [
        (lambda: Place(-1.0), PolicyError, "Place.cost"),
        (lambda: Place(float("nan")), PolicyError, "Place.cost"),
        (lambda: Place(at_most=1.5), PolicyError, "Place.at_most"),
        (lambda: Place(teams="t1"), PolicyError, "put the id in brackets"),
        (lambda: Waive(()), PolicyError, "Waive.limit"),
        (lambda: WiderRadius(float("inf")), PolicyError, "WiderRadius.to_km"),
        (lambda: Teach("a|b"), PolicyError, "Teach.skill"),
    ],
)
def test_relaxation_refuses_nonsense(make, error, part):
    """A relaxation that means nothing is refused when it is written."""
    with pytest.raises(error, match=part):
        make()


@pytest.mark.parametrize(
    ("ids", "allowed", "error", "part"),
    [
        ([], None, ServiceMatchError, "at least one id"),
        (["r8"], None, TableError, "got 'r8'"),
        (["r7"], [Place], PolicyError, "the class Place"),
        (["r7"], Waive("distanse"), PolicyError, "no limit 'distanse'"),
        (["r7"], Place(teams=["t9"]), TableError, "t9"),
    ],
)
def test_question_refuses_what_is_not_there(one_place, ids, allowed, error, part):
    """An unknown request, team or limit is named in the error."""
    with pytest.raises(error, match=part):
        repair(one_place, ids, allowed)


@pytest.mark.parametrize("limit", [-1, float("nan"), "x", True])
def test_time_limit_that_is_none_is_refused(one_place, limit):
    """Seconds are a number of at least 0."""
    with pytest.raises(PolicyError, match="time_limit_s: expected seconds"):
        repair(one_place, "r7", time_limit_s=limit)


@pytest.mark.parametrize("seed", range(40))
def test_no_time_leaves_a_bound_that_holds(seed):
    """With no time at all there is still an answer, and its bound is at most what a full search finds."""
    town = random_town(seed)
    asked, allowed = drawn_question(town, seed, once=True)
    if not asked:
        return
    answer = answer_of(town)
    hasty, found = (quietly(repair, answer, asked, allowed, time_limit_s=limit) for limit in (0, None))
    assert (hasty.status == "IMPOSSIBLE") == (found.status == "IMPOSSIBLE")
    assert hasty.micro_bound <= found.micro_cost <= hasty.micro_cost
    assert (hasty.status == "FEASIBLE") == (hasty.micro_bound < hasty.micro_cost)


def test_order_of_rows_does_not_matter(chain):
    """The same set is found whatever the order of the caller's rows."""
    requests = {"id": ["r3", "r2", "r1"], "skills": ["c", "b", "a"], "priority": [1, 2, 2]}
    other = run(requests, {"id": ["t2", "t1"], "skills": ["a|b", "a|c"]})
    assert repair(other, ["r3"]).to_dict() == repair(chain, ["r3"]).to_dict()
