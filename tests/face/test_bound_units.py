"""Units bound to each other: so many teams or none, and all at the same time; kept, best, bounded, and read again."""

from __future__ import annotations

import numpy as np
import pytest

import servicematch as sm
from servicematch.assign.answer import claim_of
from servicematch.base.errors import PolicyError, ServiceMatchError, TableError, UnusedColumn
from servicematch.check.verify import verify
from solve.forests import milp_grouped

from .claims import without

HOURS = ["08", "10", "14"]


def _town(rng, *, has_slots):
    n, m = int(rng.integers(3, 9)), int(rng.integers(2, 6))
    units = rng.integers(1, 4, n)
    requests = {
        "id": [f"r{i}" for i in range(n)],
        "units": units.tolist(),
        "min_units": rng.integers(1, units + 1).tolist(),
        "together": (rng.random(n) < 0.5).tolist(),
        "priority": rng.integers(0, 2, n).tolist(),
        "area": [["东", "西", None][i] for i in rng.integers(0, 3, n)],
        "skills": [[None, "a", "b"][i] for i in rng.integers(0, 3, n)],
    }
    teams = {
        "id": [f"t{i}" for i in range(m)],
        "capacity": rng.integers(1, 4, m).tolist(),
        "skills": [["a", "b", "a|b"][i] for i in rng.integers(0, 3, m)],
        "mean_rating": rng.integers(0, 5, m) / 4,
        "n_rated": [50] * m,
    }
    rows = [(i, hour) for i in range(m) for hour in HOURS if rng.random() < 0.7]
    slots = {
        "id": [f"s{i}-{hour}" for i, hour in rows],
        "team_id": [f"t{i}" for i, _ in rows],
        "start": [f"2026-06-06T{hour}:00Z" for _, hour in rows],
        "end": [f"2026-06-06T{int(hour) + 2:02}:00Z" for _, hour in rows],
        "capacity": rng.integers(1, 3, len(rows)).tolist(),
    }
    rules = [sm.rules.Quota("requests", "area", 0.6), sm.rules.Floor("requests", "area", 1)]
    tiers = [("priority", "score"), ("served", "score"), ("score",)][rng.integers(0, 3)]
    policy = sm.Policy(rules=rules[: rng.integers(0, 3)], tiers=tiers)
    return requests, teams, slots if has_slots and rows else None, policy


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("has_slots", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_the_plan_is_the_best_and_the_stranger_finds_its_bound(seed, has_slots):
    """Equal to a mixed-integer program; the checker reads the conditions off the tables and derives the same bound."""
    rng = np.random.default_rng([13, seed])
    requests, teams, slots, policy = _town(rng, has_slots=has_slots)
    pins = None if slots is not None or rng.random() < 0.7 else [("r0", "t0")]
    plan = sm.assign(requests, teams, slots=slots, policy=policy, pins=pins)
    problem, solution = plan.answer.problem, plan.answer.solution
    check = plan.verify()
    assert check.ok, check
    assert check.proved == (plan.status == "PROVED")
    floors, rest = milp_grouped(problem)
    assert solution.objective == ((floors, *rest) if problem.has_floors else rest)
    assert tuple(check.bound.values()) == solution.bound
    asked = plan.unassigned["units"].sum() + len(plan.assignments["request_id"])
    assert asked == sum(requests["units"])
    served = dict(zip(requests["id"], plan.answer.served.tolist(), strict=True)) if not pins else {}
    for one, least in zip(requests["id"], requests["min_units"], strict=True):
        assert served.get(one, 0) in {0, *range(least, 9)}


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", range(15))
def test_a_plan_with_a_decision_dropped_is_refused(seed):
    """It has too few units somewhere, or it is not the best one."""
    requests, teams, slots, policy = _town(np.random.default_rng([14, seed]), has_slots=True)
    plan = sm.assign(requests, teams, slots=slots, policy=policy)
    claim = claim_of(plan.answer)
    for drop in range(min(4, len(claim.request_ids))):
        assert not verify(requests, teams, policy, without(claim, drop), slots=slots).ok


def test_all_or_nothing_needs_enough_teams():
    """Two teams or none: with one eligible team both units have the same reason."""
    requests = {"id": ["dance", "help"], "units": [2, 1], "min_units": [2, 1], "priority": [1, 0]}
    plan = sm.assign(requests, {"id": ["t"]})
    assert plan.assignments["request_id"].tolist() == ["help"]
    assert plan.unassigned["reason"].tolist() == ["TOO_FEW_TEAMS"]
    assert plan.unassigned["units"].tolist() == [2]
    assert plan.verify().proved


def test_half_a_request_is_not_served_for_the_sake_of_numbers():
    """Three places: two requests of two units or none, and one of one unit."""
    requests = {"id": ["a", "b", "c"], "units": [2, 2, 1], "min_units": [2, 2, 1]}
    plan = sm.assign(requests, {"id": ["x", "y", "z"]})
    assert sorted(plan.answer.served.tolist()) == [0, 1, 2]
    assert "want so many teams or none" in str(plan)
    assert "recruits" not in str(plan)


def test_teams_come_at_the_same_time():
    """One team is free morning and evening, the other in the evening: together means the evening for both."""
    slots = {
        "id": ["x-am", "x-pm", "y-pm"],
        "team_id": ["x", "x", "y"],
        "start": ["2026-06-06T08:00Z", "2026-06-06T18:00Z", "2026-06-06T18:00Z"],
        "end": ["2026-06-06T10:00Z", "2026-06-06T20:00Z", "2026-06-06T20:00Z"],
    }
    requests = {"id": ["a"], "units": [2], "together": [True]}
    plan = sm.assign(requests, {"id": ["x", "y"]}, slots=slots)
    assert plan.assignments["slot_id"].tolist() == ["x-pm", "y-pm"]
    own = sm.evaluate(requests, {"id": ["x", "y"]}, [("a", "x", "x-am"), ("a", "y", "y-pm")], slots=slots)
    assert [one.code.value for one in own.violations] == ["NOT_TOGETHER"]
    pinned = sm.assign(requests, {"id": ["x", "y"]}, slots=slots, pins=[("a", "x", "x-am", "pin")])
    assert pinned.assignments["slot_id"].tolist() == ["x-am"]  # nobody else can be there in the morning
    assert pinned.verify().ok


def test_too_few_by_hand_is_named():
    """A list of people that sends one of two."""
    requests = {"id": ["a"], "units": [2], "min_units": [2]}
    found = sm.evaluate(requests, {"id": ["x", "y"]}, [("a", "x")])
    assert [one.code.value for one in found.violations] == ["BELOW_MIN_UNITS"]
    assert "at least 2 teams or none" in str(found)
    assert found.kept_value["priority=0"] == 0


def test_a_saved_plan_keeps_its_proof(tmp_path):
    """Weights and prices come back without any rule."""
    requests = {"id": ["a", "b"], "units": [2, 1], "min_units": [2, 1]}
    teams = {"id": ["x", "y"], "mean_rating": [1.0, 0.5], "n_rated": [9, 9]}
    plan = sm.assign(requests, teams)
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams)
    assert (again.status, again.bound, str(again)) == (plan.status, plan.bound, str(plan))
    assert again.verify().ok


def test_what_is_not_planned_together_is_refused():
    """Fairness, hours of teams, and questions that stand on the flow."""
    requests = {"id": ["a", "b"], "units": [2, 1], "min_units": [2, 1], "area": ["e", "w"]}
    with pytest.raises(PolicyError, match="fairness"):
        sm.assign(requests, {"id": ["x"]}, policy=sm.Policy(fairness=sm.fairness.Leximin(by="area")))
    with pytest.raises(PolicyError, match="hours of teams"):
        sm.assign({**requests, "hours": [1, 1]}, {"id": ["x"], "hours": [3]})
    plan = sm.assign(requests, {"id": ["x", "y"]})
    with pytest.raises(ServiceMatchError, match="units bound to each other"):
        plan.repair(["b"])


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("min_units", [3, 1], "at most units, got 3 of 2"),
        ("min_units", [0, 1], "at least 1, got 0"),
        ("min_units", [1.5, 1], "got 1.5"),
        ("together", ["yes", None], "True or False, got a text"),
        ("together", [2, 0], "True or False, got 2"),
        ("together", [[True], None], "True or False, got a list"),
    ],
)
def test_bad_columns_are_named(column, values, said):
    """Row, column, value and rule."""
    with pytest.raises(TableError, match=said):
        sm.Requests({"id": [1, 2], "units": [2, 1], column: values})


@pytest.mark.parametrize("values", [[True, False], [1, 0], [1.0, None], np.array([True, False]), [np.bool_(1), None]])
def test_truths_are_read_in_every_form(values):
    """As bools, numbers, objects; nothing is no."""
    requests = sm.Requests({"id": [1, 2], "together": values})
    assert requests.together.tolist() == [1, 0]


def test_together_without_slots_has_no_effect():
    """And the caller hears of it."""
    with pytest.warns(UnusedColumn, match="together"):
        sm.assign({"id": [1], "units": [2], "together": [True]}, {"id": [1, 2]})


SLOTS = {
    "id": [1, 2],
    "team_id": ["x", "x"],
    "start": ["2026-06-06T08:00Z", "2026-06-06T10:00Z"],
    "end": ["2026-06-06T10:00Z", "2026-06-06T12:00Z"],
}


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize(
    ("requests", "teams"),
    [
        ({"id": ["a", "b"], "together": [True, False]}, {"id": ["x"], "capacity": [1]}),
        (
            {"id": ["a", "b", "c"], "units": [2, 1, 1], "together": [True, False, False], "skills": ["z", None, None]},
            {"id": ["x"], "capacity": [1], "skills": ["q"]},
        ),
    ],
)
def test_conditions_without_effect_leave_the_plan_a_flow(requests, teams):
    """One unit is always together, and so are none: the prices are those of a flow, and are read as such."""
    plan = sm.assign(requests, teams, slots=SLOTS)
    assert plan.status == "PROVED"
    assert plan.verify().proved


def test_what_if_may_raise_the_minimum():
    """The table of changes alone does not know how many units are asked."""
    plan = sm.assign({"id": ["a", "b"], "units": [3, 1], "min_units": [2, 1]}, {"id": ["x", "y", "z"]})
    assert plan.what_if(change_requests={"a": {"min_units": 3}}).plan.summary["units_served"] == 3
    assert plan.what_if(change_requests={"a": {"units": 4, "min_units": 4}}).plan.summary["units_served"] == 1
    with pytest.raises(TableError, match="at most units, got 5 of 3"):
        plan.what_if(change_requests={"a": {"min_units": 5}})
    with pytest.raises(TableError, match="at most units, got 2 of 1"):
        sm.assign({"id": ["a"], "min_units": [2]}, {"id": ["x"]})


def test_one_unit_of_all_or_none_has_no_price():
    """Forcing one team in would break what the request asks: said, where it was answered as if pins were free."""
    plan = sm.assign({"id": ["a", "b"], "units": [2, 1], "min_units": [2, 1]}, {"id": ["x", "y", "z"]})
    with pytest.raises(ServiceMatchError, match="min_units"):
        plan.alternates("a")
    assert "serves request 'a'" in str(plan.why("a"))
    assert plan.why("a").next_by_plan is None


def test_a_file_says_truths_in_words(tmp_path):
    """As spreadsheets write them."""
    path = tmp_path / "r.csv"
    path.write_text("id,units,together\na,2,True\nb,2,是\nc,2,0\nd,2,\n", encoding="utf-8")
    assert sm.Requests(sm.read_csv(path)).together.tolist() == [1, 1, 0, 0]


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
def test_what_can_never_be_served_does_not_spoil_the_proof():
    """Too few teams for one request: the plan is proved, and its reason names the minimum."""
    plan = sm.assign({"id": ["a"], "units": [2], "min_units": [2]}, {"id": ["x", "y"], "capacity": [1, 0]})
    assert (plan.status, plan.verify().proved) == ("PROVED", True)
    requests = {"id": ["a", "b"], "units": [2, 1], "min_units": [2, 1], "skills": ["s", None]}
    plan = sm.assign(requests, {"id": ["x", "y", "z"], "skills": ["s", "q", "q"]})
    assert (plan.status, plan.verify().proved) == ("PROVED", True)
    plan = sm.assign({"id": ["a"], "units": [5], "min_units": [3]}, {"id": ["x", "y"]})
    assert (
        plan.unassigned["text"][0] == "It wants at least 3 of 5 different teams or none, and only 2 teams could come."
    )
    assert "至少 3 支" in plan.reasons("zh")["text"][0]


def test_teams_that_never_share_a_time_are_too_few():
    """Each could come, but not both at once."""
    slots = SLOTS | {"team_id": ["x", "y"]}
    requests = {"id": ["a"], "units": [2], "min_units": [2], "together": [True]}
    plan = sm.assign(requests, {"id": ["x", "y"]}, slots=slots)
    assert plan.unassigned["reason"].tolist() == ["TOO_FEW_TEAMS"]
    assert plan.verify().proved
