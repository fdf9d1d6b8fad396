"""The way from one visit to the next: the best plan by trying all, its times, its reasons, and what the stranger says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from math import asin, cos, floor, radians, sin, sqrt

import numpy as np
import pytest

import servicematch as sm
from servicematch.assign.answer import claim_of
from servicematch.base.errors import PolicyError
from servicematch.check.verify import verify

from .claims import without

TIMES = [("08", 0), ("09", 30), ("11", 0)]


def _town(rng):
    n, m = int(rng.integers(3, 6)), int(rng.integers(1, 3))
    requests = {
        "id": [f"r{i}" for i in range(n)],
        "priority": rng.integers(0, 2, n).tolist(),
        "hours": [[0.5, 1.0, 1.5, None][i] for i in rng.integers(0, 4, n)],
        "lat": [None if rng.random() < 0.1 else 39.0 + float(x) for x in rng.random(n) * 0.6],
        "earliest": ["2026-06-06T08:20Z" if rng.random() < 0.2 else None for _ in range(n)],
        "area": [["东", "西"][i] for i in rng.integers(0, 2, n)],
    }
    requests["lon"] = [None if lat is None else 110.0 for lat in requests["lat"]]
    teams = {
        "id": [f"t{i}" for i in range(m)],
        "mean_rating": rng.integers(0, 5, m) / 4,
        "n_rated": [50] * m,
        "lat": [39.3] * m,
        "lon": [110.1] * m,
    }
    if rng.random() < 0.3:
        teams["capacity"] = rng.integers(1, 4, m).tolist()
    rows = [(i, at) for i in range(m) for at in range(len(TIMES)) if rng.random() < 0.8] or [(0, 0)]
    starts = [TIMES[at] for _, at in rows]
    slots = {
        "id": [f"s{i}-{TIMES[at][0]}" for i, at in rows],
        "team_id": [f"t{i}" for i, _ in rows],
        "start": [f"2026-06-06T{hour}:{minute:02}Z" for hour, minute in starts],
        "end": [f"2026-06-06T{int(hour) + 1:02}:{minute + 25:02}Z" for hour, minute in starts],
    }
    rules = [sm.rules.Quota("requests", "area", 2), sm.rules.Apart("area", 2)][: rng.integers(0, 3)]
    travel = sm.Travel(kmh=float(rng.choice([20.0, 40.0, 90.0])), setup_minutes=float(rng.choice([0, 7.5])))
    limits = [*sm.Policy().limits[:3], sm.limits.Distance(detour=float(rng.choice([1.0, 1.4])))]
    return requests, teams, slots, sm.Policy(rules=rules, travel=travel, limits=limits)


def _seconds(text):
    return int(datetime.fromisoformat(text).timestamp())


def _way(policy, requests, one, other):
    """Whole seconds of the way between two requests, by the haversine formula."""
    if requests["lat"][one] is None or requests["lat"][other] is None:
        return 0
    (a, x), (b, y) = ((radians(requests["lat"][i]), radians(requests["lon"][i])) for i in (one, other))
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin((y - x) / 2) ** 2
    km = 2 * 6371.0088 * asin(sqrt(half)) * policy.limits[-1].detour
    return floor(km / policy.travel.kmh * 3600 + 0.5)


def _begins(policy, requests, slots, jobs):
    """Say when each (request, slot) of a team begins, in order; None where one is late."""
    found, free, before = [], None, None
    for one, slot in sorted(jobs, key=lambda job: _seconds(slots["start"][job[1]])):
        begin, end = _seconds(slots["start"][slot]), _seconds(slots["end"][slot])
        if requests["earliest"][one] is not None:
            begin = max(begin, _seconds(requests["earliest"][one]))
        hours = requests["hours"][one]
        takes = end - begin if hours is None else round(hours * 3600)
        late = max(begin, end - takes)
        if free is not None:
            begin = max(begin, free + (0 if before is None else _way(policy, requests, before, one)))
        if begin > late:
            return None
        found.append((one, begin, begin + takes))
        free = begin + takes + round(policy.travel.setup_minutes * 60)
        before = before if requests["lat"][one] is None else one
    return found


def _best(plan, requests, slots, policy):
    """Try every choice of free pairs that keeps slots, totals, rules and ways."""
    problem = plan.answer.problem
    team = plan.answer.timed.team
    slot_at = {one: at for at, one in enumerate(slots["id"])}
    slot_of = [slot_at[one] for one in plan.answer.slots.ids.tolist()]
    fixed = [] if problem.fixed is None else np.flatnonzero(problem.fixed).tolist()
    totals = plan.answer.teams.free if "capacity" in plan.answer.teams.present else None
    options = []
    for row in range(problem.n_rows):
        pairs = range(*problem.row_start[row : row + 2].tolist())
        own = [p for p in pairs if p in fixed]
        options.append(own or [-1, *pairs])
    best = None
    for choice in product(*options):
        taken = [p for p in choice if p >= 0]
        free = [p for p in taken if p not in fixed]
        if len(set(problem.col[taken].tolist())) < len(taken):
            continue
        load = np.bincount(team[problem.col[taken]], minlength=len(plan.answer.teams))
        own = np.bincount(team[problem.col[fixed]], minlength=len(load)) if fixed else load * 0
        if totals is not None and (load > np.maximum(totals, own)).any():
            continue
        groups = {}
        for p in taken:
            groups.setdefault(requests["area"][problem.row[p]], []).append(int(team[problem.col[p]]))
        if policy.rules and max(map(len, groups.values()), default=0) > 2:
            continue
        jobs = {}
        for p in taken:
            jobs.setdefault(int(team[problem.col[p]]), []).append((int(problem.row[p]), slot_of[problem.col[p]]))
        if any(
            _begins(policy, requests, slots, own) is None
            for one, own in jobs.items()
            if any(team[problem.col[p]] == one for p in free)
        ):
            continue
        classes = [sum(int(problem.tier[problem.row[p]]) == k for p in free) for k in range(problem.n_tiers, 0, -1)]
        value = (*classes, sum(int(problem.gain[p]) for p in free))
        best = value if best is None else max(best, value)
    return best


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(40))
def test_the_plan_is_the_best_and_the_stranger_finds_its_bound(seed, tmp_path):
    """Equal to trying all, with pins; the times told are those of the way; the checker's bound is no looser."""
    rng = np.random.default_rng([41, seed])
    requests, teams, slots, policy = _town(rng)
    pins = [("r0", slots["team_id"][0], slots["id"][0], "pin")] if rng.random() < 0.3 else None
    plan = sm.assign(requests, teams, slots=slots, policy=policy, pins=pins)
    check, solution = plan.verify(), plan.answer.solution
    assert check.ok, check
    assert check.proved == (plan.status == "PROVED")
    assert solution.objective == _best(plan, requests, slots, policy)
    assert all(mine <= stated for mine, stated in zip(check.bound.values(), solution.bound, strict=True))
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams, slots=slots)
    assert again.verify() == check
    rows = [requests["id"].index(one) for one in plan.assignments["request_id"]]
    at = [slots["id"].index(one) for one in plan.assignments["slot_id"]]
    told = {
        one: (begin, finish)
        for one, begin, finish in zip(rows, plan.assignments["begin"], plan.assignments["finish"], strict=True)
    }
    for team in set(plan.assignments["team_id"]):
        jobs = [(one, slot) for one, slot in zip(rows, at, strict=True) if slots["team_id"][slot] == team]
        for one, begin, finish in _begins(policy, requests, slots, jobs) or []:
            assert told[one] == (datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(finish, UTC))


def _two():
    requests = {"id": ["near", "far"], "hours": [1.0, 1.0], "lat": [39.0, 39.3], "lon": [110.0, 110.0]}
    slots = {
        "id": ["s1", "s2"],
        "team_id": ["t", "t"],
        "start": ["2026-06-06T09:00Z", "2026-06-06T10:10Z"],
        "end": ["2026-06-06T10:00Z", "2026-06-06T11:30Z"],
    }
    return requests, {"id": ["t"]}, slots


def test_a_plan_that_is_too_late_is_refused_and_cuts_are_looked_at():
    """Half an hour for 33 km: one of the two visits stays open; a claim that has both is refused, and so are false cuts."""
    requests, teams, slots = _two()
    slow, fast = (sm.Policy(travel=sm.Travel(kmh=kmh)) for kmh in (60, 90))
    plan = sm.assign(requests, teams, slots=slots, policy=slow)
    assert plan.unassigned["reason"].tolist() == ["NO_TIME_BETWEEN"]
    assert "could not be there in time" in plan.unassigned["text"][0]
    assert plan.status == "PROVED"
    both = sm.assign(requests, teams, slots=slots, policy=fast)
    assert len(both.assignments["request_id"]) == 2
    claim = claim_of(both.answer)
    report = verify(requests, teams, slow, claim, slots=slots)
    late = next(one for one in report.violations if one.code.value == "TOO_LATE")
    assert late.request_id == both.assignments["request_id"][both.assignments["slot_id"].tolist().index("s2")]
    assert 3 < late.measured < 4
    assert "赶不及" in late.sentence("zh")
    cut = ((("near", "s1"), ("far", "s2")), (-1,) * len(claim.objective))
    assert verify(requests, teams, fast, replace(claim, cuts=(cut,)), slots=slots).violations[0].code.value == (
        "MALFORMED_CLAIM"
    )
    assert not verify(requests, teams, slow, without(claim_of(plan.answer), 0), slots=slots).ok
    judged = sm.evaluate(
        requests,
        teams,
        list(zip(*(both.assignments[k] for k in ("request_id", "team_id", "slot_id")), strict=True)),
        slots=slots,
        policy=slow,
    )
    assert [one.code.value for one in judged.violations] == ["TOO_LATE"]


def _morning(lat, hours=(1, 1, 1)):
    """Three visits of an hour each, in three slots of an hour, back to back, each in its own."""
    at = ["09", "10", "11"][: len(lat)]
    return (
        {
            "id": ["A", "U", "B"][: len(lat)],
            "hours": list(hours[: len(lat)]),
            "lat": lat,
            "lon": [None if one is None else 110.0 for one in lat],
            "earliest": [f"2026-06-06T{hour}:00Z" for hour in at],
            "latest": [f"2026-06-06T{int(hour) + 1:02}:00Z" for hour in at],
        },
        {"id": ["t"]},
        {
            "id": at,
            "team_id": ["t"] * len(at),
            "start": [f"2026-06-06T{hour}:00Z" for hour in at],
            "end": [f"2026-06-06T{int(hour) + 1:02}:00Z" for hour in at],
        },
    )


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
def test_a_visit_at_an_unknown_place_is_no_short_cut():
    """A and B are two hours apart; a visit in between whose place nobody knows does not bring them nearer."""
    tables = _morning([39.0, None, 40.0])
    policy = sm.Policy(travel=sm.Travel(kmh=30))
    plan = sm.assign(*tables, policy=policy)
    assert len(plan.assignments["request_id"]) == 2
    assert plan.verify().proved
    pins = [("A", "t", "09", "pin"), ("U", "t", "10", "pin"), ("B", "t", "11", "pin")]
    assert [one.code.value for one in sm.assign(*tables, policy=policy, pins=pins).verify().notices] == ["PIN_TOO_LATE"]


def test_visits_that_fit_exactly_are_no_cut_and_a_second_is_a_second():
    """Back to back at one place both are served, and a claim that says otherwise proves nothing; ten metres are late."""
    requests, teams, slots = _morning([39.0, 39.0])
    policy = sm.Policy(travel=sm.Travel(kmh=30))
    plan = sm.assign(requests, teams, slots=slots, policy=policy)
    assert plan.objective["priority=0"] == 2
    claim = without(claim_of(plan.answer), 0)
    one = replace(
        claim,
        objective={"priority=0": 1, "score": 0},
        bound={"priority=0": 1, "score": 0},
        tier_weights=((1_000_000, 0), (0, 12)),
        cuts=(((("A", "09"), ("U", "10")), (1_000_000, 0)),),
    )
    assert not verify(requests, teams, policy, one, slots=slots).ok
    near = {**requests, "lat": [39.0, 39.00009], "earliest": [None, None], "latest": [None, None]}
    pinned = sm.assign(near, teams, slots=slots, policy=policy, pins=[("A", "t", "09", "pin")])
    assert len(pinned.assignments["request_id"]) == 1
    assert pinned.verify().ok


@pytest.mark.parametrize(
    "cuts",
    [None, 5, ((None, (1, 0)),), (((("A",), ("U", "10")), (1, 0)),), (((("A", "09"), ("U", "10")), 5),), ((1, 2, 3),)],
)
def test_cuts_that_cannot_be_read_are_reported(cuts):
    """Never raised."""
    requests, teams, slots = _morning([39.0, 40.0])
    policy = sm.Policy(travel=sm.Travel(kmh=30))
    claim = claim_of(sm.assign(requests, teams, slots=slots, policy=policy).answer)
    report = verify(requests, teams, policy, replace(claim, cuts=cuts), slots=slots)
    assert "MALFORMED_CLAIM" in {one.code.value for one in report.violations}


def test_prices_of_many_cuts_never_wrap():
    """Thousands of true cuts at a huge price below nothing do not make an empty plan the best one."""
    requests, teams, slots = _morning([39.0, 40.0])
    policy = sm.Policy(travel=sm.Travel(kmh=30))
    plan = sm.assign(requests, teams, slots=slots, policy=policy)
    claim = without(claim_of(plan.answer), 0)
    cut = ((("A", "09"), ("U", "10")), (-(2**52),) * 2)
    empty = replace(
        claim, objective={"priority=0": 0, "score": 0}, bound={"priority=0": 0, "score": 0}, cuts=(cut,) * 4100
    )
    assert not verify(requests, teams, policy, empty, slots=slots).ok


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
def test_nothing_served_is_no_error():
    """Nobody to send, nobody asking, no slot: frames are empty."""
    requests, teams, slots = _morning([39.0, 40.0])
    policy = sm.Policy(travel=sm.Travel(kmh=30), limits=[sm.limits.Skills()])
    plan = sm.assign({**requests, "skills": ["a", "a"]}, {**teams, "skills": ["b"]}, slots=slots, policy=policy)
    assert len(plan.assignments["begin"]) == len(plan.worklist("t")["finish"]) == 0
    assert plan.verify().ok


@pytest.mark.parametrize("seed", range(10))
def test_prices_of_cuts_that_are_too_high_prove_nothing(seed):
    """Multiplied, or of other pairs: the bound stays above the truth, or the claim is refused."""
    requests, teams, slots, policy = _town(np.random.default_rng([42, seed]))
    plan = sm.assign(requests, teams, slots=slots, policy=policy)
    claim = claim_of(plan.answer)
    truth = _best(plan, requests, slots, policy)
    for factor in (-3, 0, 7):
        cuts = tuple((pairs, tuple(factor * one for one in line)) for pairs, line in claim.cuts)
        check = verify(requests, teams, policy, replace(claim, cuts=cuts), slots=slots)
        for stated, best in zip(check.bound.values(), truth, strict=True):
            assert stated >= best
            if stated > best:
                break


def test_pinned_visits_that_are_too_late_are_told():
    """They stand, nothing comes beside them, and the check says so."""
    requests, teams, slots = _two()
    pins = [("near", "t", "s1", "pin"), ("far", "t", "s2", "pin")]
    plan = sm.assign(requests, teams, slots=slots, policy=sm.Policy(travel=sm.Travel(kmh=60)), pins=pins)
    check = plan.verify()
    assert check.ok
    assert [one.code.value for one in check.notices] == ["PIN_TOO_LATE"]


def test_a_team_is_at_one_place_at_a_time():
    """Slots of several places, or that overlap, are refused with their ids; unknown places are told."""
    requests, teams, slots = _two()
    policy = sm.Policy(travel=sm.Travel())
    with pytest.raises(PolicyError, match="slot 's1' has 2 places"):
        sm.assign(requests, teams, slots={**slots, "capacity": [2, 1]}, policy=policy)
    over = sm.Slots({**slots, "end": ["2026-06-06T10:30Z", "2026-06-06T11:30Z"]}, parallel=True)
    with pytest.raises(PolicyError, match="'s1' and 's2' overlap"):
        sm.assign(requests, teams, slots=over, policy=policy)
    fair = sm.Policy(travel=sm.Travel(), fairness=sm.fairness.Leximin("id"))
    with pytest.raises(PolicyError, match="fairness"):
        sm.assign(requests, teams, slots=slots, policy=fair)
    with pytest.warns(sm.errors.TableWarning, match="place of 1 of 2 requests is not known"):
        sm.assign({**requests, "lat": [39.0, None], "lon": [110.0, None]}, teams, slots=slots, policy=policy)


def test_exports_say_when():
    """The page in the plan's zone, the map in UTC, and the summary what lies between visits."""
    requests, teams, slots = _morning([39.0, 39.0])
    table = sm.Slots(
        {**slots, "start": [one[:-1] for one in slots["start"]], "end": [one[:-1] for one in slots["end"]]},
        tz="Asia/Shanghai",
    )
    requests = {**requests, "earliest": [None, None], "latest": [None, None]}
    plan = sm.assign(
        requests, {**teams, "lat": [39.0], "lon": [110.0]}, slots=table, policy=sm.Policy(travel=sm.Travel(kmh=30))
    )
    assert "Between two visits of a team: 0 minutes, and the straight way at 30 km/h." in str(plan)
    assert "时速 30 公里" in plan.describe("zh")
    page = plan._repr_html_()
    assert "2026-06-06 09:00" in page
    assert "2026-06-06 10:00" in page
    assert "Between two visits" in page


def test_the_map_has_the_times(tmp_path):
    """Slot, start, end, begin and finish of each pair."""
    requests, teams, slots = _morning([39.0, 39.0])
    plan = sm.assign(
        requests, {**teams, "lat": [39.0], "lon": [110.0]}, slots=slots, policy=sm.Policy(travel=sm.Travel())
    )
    plan.to_geojson(tmp_path / "plan.geojson", only="pairs")
    pairs = [one["properties"] for one in json.loads((tmp_path / "plan.geojson").read_text())["features"]]
    assert {one["begin"] for one in pairs} == {"2026-06-06T09:00:00Z", "2026-06-06T10:00:00Z"}
    assert {one["slot_id"] for one in pairs} == {"09", "10"}
