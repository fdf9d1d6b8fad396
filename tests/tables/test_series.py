"""Series written out, visit by visit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import servicematch as sm
from servicematch.base.errors import TableError

TABLE = {
    "id": [3, 1, 2],
    "times": [3, None, 1],
    "every_days": [14, None, 7],
    "earliest": ["2026-10-20T18:00", None, "2026-10-21"],
    "latest": ["2026-10-20T20:00", None, None],
    "skills": ["a|b", None, "b"],
    "street": ["x", "y", None],
    "units": [1, 2, 1],
}


def test_every_visit_is_a_row_and_keeps_what_the_request_says():
    """Order, lists, counts and own columns; the clock on the wall stays the same over the end of summer time."""
    visits = sm.series(TABLE, tz="Europe/Berlin").to("dict")
    assert visits["id"].tolist() == ["3#1", "3#2", "3#3", "1", "2"]
    assert visits["series"].tolist() == ["3", "3", "3", None, None]
    assert visits["visit"].tolist() == [1, 2, 3, 1, 1]
    assert [one and one.isoformat() for one in visits["earliest"]] == [
        "2026-10-20T18:00:00+02:00",
        "2026-11-03T18:00:00+01:00",
        "2026-11-17T18:00:00+01:00",
        None,
        "2026-10-21T00:00:00+02:00",
    ]
    assert visits["skills"].tolist() == [["a", "b"]] * 3 + [[], ["b"]]
    assert visits["street"].tolist() == ["x", "x", "x", "y", None]
    assert visits["units"].tolist() == [1, 1, 1, 2, 1]
    assert "times" not in visits
    assert "every_days" not in visits


def test_a_frame_with_nothing_in_a_row_means_once():
    """NaN in pandas is nothing."""
    frame = pd.DataFrame({"id": ["a", "b"], "times": [2, np.nan]})
    assert sm.series(frame).ids.tolist() == ["a#1", "a#2", "b"]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"times": [0, 1, 1]}, r"requests\.times: expected whole numbers from 1 to 1,000, got 0 at row 0"),
        ({"times": [1, 2.5, 1]}, "got 2.5 at row 1"),
        ({"times": ["often", 1, 1]}, r"a text of 5 characters at row 0 \(id 3\), 1 of 3 rows"),
        ({"every_days": [1, 1, -7]}, r"requests\.every_days"),
        ({"series": [1, 2, 3]}, r"requests\.series"),
        ({"units": [0, 1, 1]}, r"requests\.units"),
    ],
)
def test_what_is_no_number_is_named(change, part):
    """With its row; and what is wrong with the requests themselves as ever."""
    with pytest.raises(TableError, match=part):
        sm.series({**TABLE, **change}, tz="Europe/Berlin")
    with pytest.raises(TableError, match="a column times"):
        sm.series({"id": [1]})


def test_what_a_resident_wrote_into_a_number_is_not_told():
    """A text is told by its length; places of areas come along; a frame comes back as a frame."""
    with pytest.raises(TableError) as told:
        sm.series({"id": ["a"], "times": ["Mrs Wang, Elm St 7, every Tuesday"]})
    assert "Wang" not in str(told.value)
    requests = sm.Requests(pd.DataFrame({"id": ["a"], "times": [2], "area": ["x"]}), places={"x": (39.0, 110.0)})
    visits = sm.series(requests)
    assert visits.lat.tolist() == [39.0, 39.0]
    assert isinstance(visits.to(), pd.DataFrame)


def test_ids_that_collide_are_refused():
    """A request that is called as a visit of another."""
    with pytest.raises(TableError, match="a#1"):
        sm.series({"id": ["a", "a#1"], "times": [2, 1]})


def test_the_same_team_comes_every_tuesday():
    """Four weeks, two teams that are free on Tuesdays: one of them comes to all visits of a series."""
    requests = sm.series(
        {
            "id": ["choir", "talk"],
            "times": [4, 4],
            "hours": [1, 1],
            "earliest": ["2026-06-02T18:00"] * 2,
            "latest": ["2026-06-02T22:00"] * 2,
        },
        tz="Asia/Shanghai",
    )
    days = ["2026-06-02", "2026-06-09", "2026-06-16", "2026-06-23"]
    slots = {
        "id": [f"{team}-{day}" for day in days for team in ("a", "b")],
        "team_id": ["a", "b"] * 4,
        "start": [f"{day}T18:00" for day in days for _ in "ab"],
        "end": [f"{day}T20:00" for day in days for _ in "ab"],
    }
    teams = {"id": ["a", "b"]}
    policy = sm.Policy(rules=[sm.rules.SameTeam("series", points=0.2)])
    plan = sm.assign(requests, teams, slots=sm.Slots(slots, tz="Asia/Shanghai"), policy=policy)
    by_series = {}
    for request, team in zip(plan.assignments["request_id"], plan.assignments["team_id"], strict=True):
        by_series.setdefault(request.split("#")[0], set()).add(team)
    assert {len(teams) for teams in by_series.values()} == {1}
    assert len(plan.assignments["request_id"]) == 8
    assert plan.verify().proved
    assert "Every group that is to have one team has one." in str(plan)
