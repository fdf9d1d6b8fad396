"""Recruiting: every gain told is that of planning again, and what was ruled out never beats what was kept."""

from __future__ import annotations

import numpy as np
import pytest

from servicematch.ask.cells import find_cells, new_ids, suited_team
from servicematch.ask.promise import promised
from servicematch.ask.recruit import recruit
from servicematch.assign.run import RunOptions, run
from servicematch.base.errors import ServiceMatchError
from servicematch.tables.teams import Teams

from .drawn import answer_of, drawn_town, quietly, with_rows

ALL = 1000
MOST = 25
"""So many teams of a town are planned again; in all but the largest towns these are all."""


def brought(town, answer, team):
    """Plan the raw tables again with a team more."""
    return planned(town, answer, team)[0]


def planned(town, answer, team):
    """Plan the raw tables again with a team more: what it brings, and who gets a unit more, as often as he does."""
    teams = town.teams if "capacity" in town.teams else {**town.teams, "capacity": [1] * len(town.teams["id"])}
    new = answer_of(town, teams=with_rows(teams, [dict(team)]))
    gain = tuple(a - b for a, b in zip(new.solution.objective, answer.solution.objective, strict=True))
    return gain, tuple(np.repeat(new.requests.ids, np.maximum(new.served - answer.served, 0)).tolist())


def best_of_each(every):
    """Keep the largest gain of those that serve the same open units, and all that serve no more."""
    best = {}
    for number, (gain, newly) in enumerate(every):
        key = newly or number
        best[key] = max(best.get(key, gain), gain)
    return sorted(best.values(), reverse=True)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("capacity", [1, 3])
def test_gains_are_those_of_planning_again_and_nothing_better_was_pruned(seed, capacity):
    """All teams that could be are planned from the raw tables; the kept ones are the best of them."""
    town = drawn_town(seed)
    answer = answer_of(town)
    found = quietly(recruit, answer, k=2, capacity=capacity, try_at_most=ALL)
    cells = find_cells(answer)
    teams = [
        suited_team(answer, cell, id_, capacity=capacity, radius_km=None)
        for cell, id_ in zip(cells, new_ids(answer, len(cells)), strict=True)
    ]
    every = best_of_each([planned(town, answer, team) for team in teams[:MOST]])
    for one in found.rows:
        assert tuple(one.gain.values()) == brought(town, answer, one.team)
        assert tuple(one.gain.values()) > (0,) * len(one.gain)
    kept = [tuple(one.gain.values()) for one in found.rows]
    nothing = (0,) * len(answer.solution.objective)
    assert len(kept) == min(2, sum(gain > nothing for gain in every)) or len(cells) > MOST
    assert all(
        gain <= best
        for gain, best in zip(every, [*kept, *[kept[-1] if len(kept) == 2 else nothing] * len(every)], strict=False)
    )
    assert found.n_considered == found.n_solved + found.n_pruned
    assert found.n_left == 0


@pytest.mark.parametrize("seed", range(45))
def test_bound_holds_and_is_exact_for_a_single_place(seed):
    """Any team, with one place and with three: never more than promised, and with one exactly that."""
    town = drawn_town(seed)
    answer = answer_of(town)
    first = 90_001 if answer.teams.ids.dtype != object else "new"
    rng = np.random.default_rng(seed)
    team = {"id": first}
    for name in town.teams:
        if name not in ("id", "capacity", "used", "radius_km"):
            team[name] = town.teams[name][int(rng.integers(len(town.teams["id"])))] if town.teams["id"] else None
    if town.mixed and "mean_rating" in team:
        team["mean_rating"] = None
    if "lat" in team:
        team |= {"lat": 39.7, "lon": 110.0}
    if not town.teams["id"]:
        return
    newcomers = quietly(Teams, [team])
    for capacity in (1, 3):
        (bound,) = quietly(promised, answer, newcomers, capacity)
        gain = brought(town, answer, {**team, "capacity": capacity})
        assert gain <= bound
        if capacity == 1:
            assert gain == bound


def town_of_areas():
    """Two areas with different wants, and a request that lies alone."""
    return {
        "id": ["r1", "r2", "r3", "r4"],
        "area": ["a/x", "a/x", "a/y", "b"],
        "category": ["art", "art", "sport", "art"],
        "lat": [39.001, 39.023, 39.5, 38.0],
        "lon": [109.0, 109.0, 109.0, 108.0],
    }


def test_nodes_of_the_same_requests_are_tried_once_and_named_ones_only():
    """The deepest node stands for those above it; ``at`` keeps to the areas named."""
    answer = run(town_of_areas(), {"id": [], "categories": []})
    assert {(cell.area, cell.category) for cell in find_cells(answer)} == {
        ("a", "art"),
        ("a", "sport"),
        ("a/x", "art"),
        ("a/y", "sport"),
        ("b", "art"),
    }
    assert {one.area for one in recruit(answer, ["b"]).rows} == {"b"}


def test_of_those_that_serve_the_same_open_units_only_the_best_is_kept():
    """A wider area that brings nothing beyond the village in it is no second place to recruit."""
    found = recruit(run(town_of_areas(), {"id": [], "categories": []}), k=9)
    assert len({one.newly for one in found.rows}) == len(found.rows) < found.n_considered
    assert found.n_same == found.n_solved - len(found.rows)
    assert "1 of those planned is left out: it would serve the same open units" in found.describe()
    assert "未列出" in found.describe("zh")


def test_place_is_told_coarsely_and_not_where_one_home_is():
    """The middle of several is rounded to two decimals, and tried there; a single home is in no frame, text or data."""
    found = recruit(run(town_of_areas(), {"id": [], "categories": []}), k=9)
    by_cell = {(one.area, one.category): one for one in found.rows}
    assert by_cell["a/x", "art"].place == (39.01, 109.0)
    assert by_cell["b", "art"].place == (None, None)
    assert np.isnan(found.frame["lat"][[one.area == "b" for one in found.rows]]).all()
    assert "38" not in repr(found)
    assert "109" not in repr(found)
    assert "lat" not in str(found.to_dict())


def test_a_team_like_those_that_are_goes_as_far_as_the_middle_one():
    """The median radius, unless another one is given; columns that the teams have not are not brought in."""
    requests = {"id": [1], "area": ["a"], "category": ["art"], "lat": [39.0], "lon": [109.0]}
    teams = {"id": ["t", "u", "v"], "categories": ["x", "x", "x"], "radius_km": [1.0, 5.0, 50.0]}
    answer = run(requests, {**teams, "lat": [39.0] * 3, "lon": [109.0] * 3})
    (one,) = recruit(answer).rows
    assert one.radius_km == 5.0
    assert "skills" not in one.team
    assert recruit(answer, radius_km=2.5).rows[0].radius_km == 2.5


def test_without_areas_single_requests_stand_in_and_it_is_said():
    """Each open request's own place is tried; redaction hides whose."""
    found = recruit(_no_areas())
    assert found.own_places
    assert [one.near for one in found.rows] == ["r2"]
    assert "own place" in found.describe()
    assert "r2" not in found.describe("zh", redact=True)
    assert found.to_dict(redact=True)["rows"][0]["near_request"] == "A"


def _no_areas():
    return run({"id": ["r1", "r2"], "category": ["x", "y"]}, {"id": ["t"], "categories": ["x"]})


def test_nothing_open_needs_nobody():
    """No cell, no row, and a sentence that says so."""
    found = recruit(run({"id": [1]}, {"id": [1]}))
    assert (found.rows, found.n_considered) == ((), 0)
    assert found.describe() == "Nothing is open, so nobody needs to be recruited for it."
    assert len(found.frame["area"]) == 0


def test_what_was_not_tried_is_told():
    """With fewer plans allowed than could matter, the rest is left, not ruled out."""
    found = recruit(run(town_of_areas(), {"id": [], "categories": []}), k=9, try_at_most=2)
    assert (found.n_solved, found.n_left, found.n_pruned) == (2, 3, 0)
    assert "3 not tried" in found.describe()
    assert "未试" in found.describe("zh")
    assert "下一支队伍" in found.show("zh")._repr_html_()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "k: expected"),
        ({"capacity": 1.5}, "capacity: expected"),
        ({"try_at_most": True}, "try_at_most: expected"),
        ({"radius_km": -1.0}, "radius_km: expected"),
        ({"at": ["c"]}, "no request lies in 'c'"),
        ({"at": "a"}, "brackets"),
    ],
)
def test_numbers_and_areas_out_of_range_are_refused(options, message):
    """Each error names the value."""
    with pytest.raises(ServiceMatchError, match=message):
        recruit(run(town_of_areas(), {"id": [], "categories": []}), **options)


def test_a_plan_that_is_not_proved_promises_nothing():
    """Its prices prove no bound worth the name."""
    answer = run({"id": [1, 2]}, {"id": ["t"]}, options=RunOptions(work_limit=0))
    with pytest.raises(ServiceMatchError, match="not proved"):
        recruit(answer)


def test_languages_that_the_gain_depends_on_are_told():
    """A team with the category alone would serve nobody there."""
    requests = {"id": ["r"], "category": ["art"], "languages": ["mn"]}
    found = recruit(run(requests, {"id": ["t"], "categories": ["art"], "languages": ["zh"]}))
    assert "category art, languages mn: 1 more served" in found.describe()
    assert "服务类别“art”、语言“mn”" in found.describe("zh")
    assert "languages mn" in found._repr_html_()


def test_open_requests_in_words_alone_are_told_to_be_left_out():
    """Nobody can be thought of for them; those with a category or skills are not counted, nor those served."""
    requests = {
        "id": ["r1", "r2", "r3", "r4"],
        "need": ["piano lessons", "yoga class", "a talk", None],
        "category": [None, "sport", None, None],
    }
    answer = run(requests, {"id": ["t"], "offers": ["a talk"], "categories": ["talk"], "capacity": [1]})
    found = recruit(answer)
    assert found.n_words_only == found.to_dict()["n_words_only"] == 1
    assert "Left out: 1 open request that asks in words alone" in found.describe()
    assert "未计入：1 件" in found.describe("zh")
    assert "words alone" not in recruit(run({"id": [1, 2]}, {"id": [1]})).describe()
