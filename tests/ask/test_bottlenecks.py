"""Bottlenecks: counts equal those of the raw tables, and the worth of a place is what one more place brings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import servicematch as sm
from face.towns import given, problem, rows_of, words
from servicematch.ask.bottlenecks import bottlenecks
from servicematch.assign.run import RunOptions, run
from servicematch.base.errors import ServiceMatchError

from .drawn import answer_of, drawn_town

COLUMNS = ("priority", "skills", "category", "languages", "id")


def values_in(row, column):
    """Read the groups of a raw row."""
    cell = row.get(column)
    if column in ("skills", "languages", "categories"):
        return words(cell) or {None}
    return {
        int(cell)
        if column == "priority" and given(cell)
        else cell
        if given(cell)
        else 0
        if column == "priority"
        else None
    }


@pytest.mark.parametrize("seed", range(40))
def test_counts_are_those_of_the_raw_tables(seed):
    """Demand, served, open, places and taken places by every column, worked out pair by pair."""
    town = drawn_town(seed)
    answer, p = answer_of(town), problem(town)
    requests, teams = rows_of(town.requests), rows_of(town.teams)
    pairs = set(p.pairs) | set(p.pinned)
    served = {id_: int(n) for id_, n in zip(answer.requests.ids.tolist(), answer.served.tolist(), strict=True)}
    load = {id_: int(n) for id_, n in zip(answer.teams.ids.tolist(), answer.load.tolist(), strict=True)}
    free = {id_: int(n) for id_, n in zip(answer.teams.ids.tolist(), answer.teams.free.tolist(), strict=True)}
    for column in COLUMNS:
        if column not in town.requests:
            continue
        for one in bottlenecks(answer, column, side="requests").rows:
            mine = {i for i, row in enumerate(requests) if one.value in values_in(row, column)}
            met = {teams[t]["id"] for r, t in pairs if r in mine}
            ids = [requests[i]["id"] for i in mine]
            assert one.n_requests == len(mine)
            assert one.demand == sum(int(requests[i].get("units") or 1) for i in mine)
            assert one.served == sum(served[id_] for id_ in ids) == one.demand - one.unassigned
            assert (one.eligible_capacity, one.used) == (sum(free[t] for t in met), sum(load[t] for t in met))


@pytest.mark.parametrize("seed", range(40))
def test_worth_is_what_one_more_place_at_the_best_team_brings(seed):
    """Each place is bought and the town planned again; no other team of the group would bring more."""
    town = drawn_town(seed)
    answer = answer_of(town)
    capacity = town.teams.get("capacity", [1] * len(town.teams["id"]))
    used = town.teams.get("used", [0] * len(town.teams["id"]))
    gains = {}
    for at, id_ in enumerate(town.teams["id"][:6]):
        pinned = sum(len(pin) == 2 and pin[1] == id_ for pin in town.pins)
        if (1 if capacity[at] is None else capacity[at]) < (used[at] or 0) + pinned:
            continue  # overbooked: one more place is not free yet
        more = [(1 if c is None else c) + (i == at) for i, c in enumerate(capacity)]
        new = answer_of(town, teams={**town.teams, "capacity": more})
        gains[id_] = tuple(a - b for a, b in zip(new.solution.objective, answer.solution.objective, strict=True))
    for one in bottlenecks(answer, "id", side="teams").rows:
        if one.value not in gains:
            continue
        units = [n for n in gains[one.value][:-1] if n]
        assert units == ([1] if one.worth_tier else [])
        assert one.worth_points == gains[one.value][-1]
        if one.worth_tier and one.worth_tier.startswith("priority="):
            ranks = sorted({int(x) if given(x) else 0 for x in town.requests.get("priority", [0])}, reverse=True)
            assert gains[one.value][ranks.index(int(one.worth_tier.removeprefix("priority=")))] == 1


def test_worth_is_that_of_the_dearest_team_of_the_group():
    """The classes decide, then the points; of equal teams the first."""
    requests = {
        "id": [1, 2, 3, 4, 5, 6],
        "category": ["a", "a", "b", "b", "c", "c"],
        "priority": [2, 1, 2, 2, 0, 0],
    }
    teams = {"id": ["t", "u", "v", "w"], "categories": ["a", "b", "c", "c"], "town": ["x", "x", "x", "y"]}
    rows = {one.value: one for one in bottlenecks(run(requests, teams), "town").rows}
    assert (rows["x"].best_team, rows["x"].worth_tier) == ("u", "priority=2")
    assert (rows["y"].best_team, rows["y"].worth_tier) == (None, None)


def test_worst_comes_first_then_the_dearest():
    """Open units decide, then what one more place brings."""
    requests = {"id": [1, 2, 3, 4], "category": ["a", "a", "b", "b"], "priority": [0, 0, 9, 0], "units": [3, 1, 2, 1]}
    found = bottlenecks(run(requests, {"id": ["t", "u"], "categories": ["a", "b"]}), "category")
    assert [(one.value, one.unassigned) for one in found.rows] == [("a", 3), ("b", 2)]
    assert found.rows[1].worth == {"priority=0": 1, "score": 0}


def test_areas_group_at_a_level_and_a_shorter_path_by_its_own_end():
    """The first names of the path, or all of them."""
    requests = {"id": [1, 2, 3, 4], "area": ["x/y/z", "x/y", "x", None]}
    answer = run(requests, {"id": []})
    assert {one.value for one in bottlenecks(answer, "area").rows} == {"x/y/z", "x/y", "x", None}
    level = {one.value: one.demand for one in bottlenecks(answer, ("area", 2)).rows}
    assert level == {"x/y": 2, "x": 1, None: 1}


def test_side_chooses_where_both_tables_have_the_column():
    """Requests by default; for the teams, demand is what their places could serve."""
    requests = {"id": [1, 2, 3], "skills": ["a", "a", "b"]}
    answer = run(requests, {"id": ["t", "u"], "skills": ["a", "a|b"]})
    assert bottlenecks(answer, "skills").side == "requests"
    teams = {one.value: one for one in bottlenecks(answer, "skills", side="teams").rows}
    assert (teams["a"].demand, teams["a"].eligible_capacity) == (3, 2)
    assert (teams["b"].demand, teams["b"].eligible_capacity) == (3, 1)
    assert "overlap" in bottlenecks(answer, "skills", side="teams").describe()


def test_the_lowest_share_has_a_line_of_its_own():
    """Most open units need not be the lowest share; nothing given is no place to look after."""
    requests = {"id": list(range(7)), "area": ["a"] * 4 + ["b"] * 2 + [None], "skills": ["x"] * 4 + ["y", "y", "z"]}
    teams = {"id": ["t", "u", "v"], "skills": ["x", "y", "y"], "capacity": [2, 1, 0]}
    with pytest.warns(UserWarning, match="."):
        found = bottlenecks(run(requests, teams), ("area", 1))
    assert [(one.value, one.unassigned) for one in found.rows] == [("a", 2), ("b", 1), (None, 1)]
    assert "Lowest share served: a, 50 % (2 of 4); where nothing is given is not compared." in found.describe()
    assert "by area (level 1 of the path) of the requests" in found.describe()
    assert "按点单的辖区（第 1 级）看" in found.describe("zh")
    assert "派出比例最低：a，50 %（2 / 4）；未填写的不参与比较。" in found.describe("zh")


def test_lines_that_share_teams_say_that_they_do_not_add_up():
    """Two areas, one team that may go to both: its place is in both lines."""
    requests = {"id": [1, 2], "area": ["a", "b"], "skills": ["x", "y"]}
    shared = bottlenecks(run(requests, {"id": ["t"], "skills": ["x|y"]}), "area")
    assert "the same one place more may be named in several lines" in shared.describe()
    assert "共用队伍" in shared.show("zh")._repr_html_()
    apart = bottlenecks(run(requests, {"id": ["t", "u"], "skills": ["x", "y"]}), "area")
    assert "Lines share" not in apart.describe()


def test_own_columns_group_too_and_frames_keep_their_kind():
    """A caller's own column, numbers with nothing in them, and a frame in his kind."""
    table = pd.DataFrame({"id": [1, 2, 3], "street": [4.0, None, 4.0]})
    frame = bottlenecks(run(table, {"id": ["t"]}), "street").frame
    assert isinstance(frame, pd.DataFrame)
    assert frame["demand"].tolist() == [2, 1]
    assert frame["value"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("by", "side", "message"),
    [
        ("need", None, "free text"),
        ("lat", None, "a place"),
        ("skils", None, "did you mean 'skills'"),
        ("need", "teams", "the teams have no column"),
        (("area", 0), None, "level"),
        (3, None, "name of a column"),
        ("skills", "both", "requests"),
    ],
)
def test_what_makes_no_groups_is_refused(by, side, message):
    """Residents' words and homes are no groups, and a slip is answered with the nearest name."""
    requests = {"id": [1], "need": ["x"], "lat": [39.0], "lon": [109.0], "skills": [None]}
    with pytest.raises(ServiceMatchError, match=message):
        bottlenecks(run(requests, {"id": [1]}), by, side=side)


def test_worth_is_not_told_of_a_plan_that_is_not_proved():
    """Without a proof the prices are no worth."""
    answer = run({"id": [1, 2]}, {"id": ["t"], "capacity": [1]}, options=RunOptions(work_limit=0))
    found = bottlenecks(answer, "id", side="teams")
    assert found.rows[0].worth_points is None
    assert "not proved" in found.describe()
    assert "尚未证明" in found.describe("zh")
    assert np.isnan(found.frame["worth_points"]).all()


def test_ids_of_requests_are_hidden_where_asked():
    """Grouped by the requests' own ids, redaction leaves letters."""
    found = bottlenecks(run({"id": ["r1"]}, {"id": ["t"]}), "id")
    assert "r1" not in found.describe(redact=True)
    assert "r1" not in str(found.to_dict(redact=True))
    assert "瓶颈" in found.show("zh")._repr_html_()


def test_redacted_values_of_the_callers_own_columns_are_letters():
    """A phone number tells who somebody is; an area or a category does not."""
    requests = {"id": ["r1", "r2"], "phone": ["139-1", "139-2"], "area": ["a/x", "a/y"]}
    teams = {"id": ["t"], "leader": ["Qiu"]}
    plan = sm.assign(requests, teams)
    for found in (plan.bottlenecks("phone"), plan.bottlenecks("leader"), plan.fairness("phone")):
        told = found.describe(redact=True) + found.show(redact=True)._repr_html_() + str(found.to_dict(redact=True))
        assert "139" not in told
        assert "Qiu" not in told
        assert "'A'" in told
    assert "139-1" in plan.bottlenecks("phone").describe()
    assert "a/x" in plan.bottlenecks("area").describe(redact=True)
    assert "a:" in plan.bottlenecks(("area", 1)).describe(redact=True)
