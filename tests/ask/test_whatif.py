"""What if: the base stays, the new plan is that of the changed tables, the figures add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from face.towns import rows_of
from servicematch.ask.changed import changed
from servicematch.ask.diff import diff
from servicematch.ask.whatif import what_if
from servicematch.assign.policy import Policy
from servicematch.assign.run import run
from servicematch.base.errors import TableError
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

from .drawn import answer_of, drawn_town, quietly, with_rows, without

SEEDS = range(30)


def decisions(answer):
    """Name the chosen pairs."""
    return set(zip(answer.requests.ids[answer.rows].tolist(), answer.teams.ids[answer.cols].tolist(), strict=True))


def made_from(town):
    """Draw changes for a town: rows that come, go and change, in plain tables and as the question takes them."""
    rng = np.random.default_rng(len(town.requests["id"]))
    gone_requests = [one for one in town.requests["id"] if rng.random() < 0.2]
    gone_teams = [one for one in town.teams["id"] if rng.random() < 0.2]
    kept = [one for one in town.teams["id"] if one not in gone_teams]
    changes = {one: {"capacity": int(rng.integers(1, 4))} for one in kept if rng.random() < 0.4}
    new = 90_001 if kept and isinstance(kept[0], int) else "extra"
    return gone_requests, gone_teams, changes, [{"id": new, "capacity": 2}] if kept else []


@pytest.mark.parametrize("seed", SEEDS)
def test_new_plan_is_that_of_the_changed_raw_tables(seed):
    """Whatever comes, goes and changes, the answer equals one planned from tables written that way."""
    town = drawn_town(seed)
    base = answer_of(town)
    gone_requests, gone_teams, changes, new = made_from(town)
    found = quietly(
        what_if, base, drop_requests=gone_requests, remove_teams=gone_teams, change_teams=changes, add_teams=new or None
    )
    teams = [{**row, **changes.get(row["id"], {})} for row in rows_of(without(town.teams, gone_teams))]
    columns = [*town.teams, *([] if "capacity" in town.teams or not (changes or new) else ["capacity"])]
    table = {
        name: [1 if row.get(name) is None and name == "capacity" else row.get(name) for row in teams]
        for name in columns
    }
    pins = [pin for pin in town.pins if pin[0] not in gone_requests and pin[1] not in gone_teams]
    anew = answer_of(town, without(town.requests, gone_requests), with_rows(table, new) if new else table, pins)
    assert found.plan.solution.objective == anew.solution.objective
    assert decisions(found.plan) == decisions(anew)
    assert len(found.dropped_pins) == len(town.pins) - len(pins)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_changed_is_the_same_plan_also_when_the_tables_are_written_anew(seed):
    """All columns, defaults, ratings and pins survive the writing: adding a row and taking it out gives them back."""
    town = drawn_town(seed)
    base = answer_of(town)
    found = quietly(what_if, base)
    again = [
        quietly(changed, table, add=[{"id": 77_777 if _numbered(table) else "zz"}])
        for table in (base.requests, base.teams)
    ]
    back = [quietly(changed, table, drop=[77_777 if _numbered(table) else "zz"]) for table in again]
    assert decisions(found.plan) == decisions(base)
    assert all(one.change in {0, None} for one in found.figures)
    assert [one.fingerprint for one in back] == [base.requests.fingerprint, base.teams.fingerprint]


def _numbered(table):
    return len(table) > 0 and isinstance(table.ids.tolist()[0], int)


@pytest.mark.parametrize("seed", SEEDS[:12])
def test_figures_add_up_and_change_is_the_exact_difference(seed):
    """Served and open are what is asked, reasons are what is open, and change is new minus base."""
    town = drawn_town(seed)
    found = quietly(what_if, answer_of(town), drop_requests=town.requests["id"][:2])
    by_name = {one.name: one for one in found.figures}
    for side in ("base", "new"):
        value = {name: getattr(one, side) for name, one in by_name.items()}
        assert value["units_asked"] == value["units_served"] + value["units_open"]
        assert value["units_open"] == sum(n for name, n in value.items() if name.startswith("open:"))
    assert all(one.change == one.new - one.base for one in found.figures if one.change is not None)


def test_times_and_places_of_areas_survive():
    """Seconds, zone and the places that came from areas are those of the table, and a new row has its area's place."""
    table = pd.DataFrame({"id": ["a", "b"], "placed_at": ["2025-06-02T08:00", None], "area": ["x/y", "z"]})
    requests = Requests(table, tz="Asia/Shanghai", places={"x/y": (39.5, 109.5)})
    more = changed(requests, add=[{"id": "c", "placed_at": "2025-06-02T09:00", "area": "x/y"}])
    assert more.tz == "Asia/Shanghai"
    assert more.kind == "pandas"
    assert more.placed_at[:2].tolist() == requests.placed_at.tolist()
    assert more.placed_at[2] - more.placed_at[0] == 3600
    assert more.place_from_area.tolist() == [True, False, True]
    assert more.lat.tolist() == pytest.approx([39.5, np.nan, 39.5], nan_ok=True)
    assert changed(more, drop=["c"]).fingerprint == requests.fingerprint


def test_only_the_named_cells_change_and_the_base_is_not_touched():
    """Every other cell stays, the caller's own columns too, and the table asked is as it was."""
    teams = Teams({"id": ["t1", "t2"], "skills": ["a|b", "c"], "mean_rating": [4.5, 3.0], "phone": ["1", "2"]})
    before = teams.fingerprint
    new = changed(teams, change={"t2": {"skills": ["d"], "mean_rating": 5.0, "phone": "3"}})
    assert new.to()["skills"].tolist() == [["a", "b"], ["d"]]
    assert new.mean_rating.tolist() == [0.9, 1.0]
    assert new.extra["phone"].tolist() == ["1", "3"]
    assert teams.fingerprint == before


@pytest.mark.parametrize(
    "change",
    [
        {"t1": {"capacity": np.int64(3)}},
        [{"id": "t1", "capacity": 3}],
        {"id": ["t1"], "capacity": [3]},
        pd.DataFrame({"id": ["t1"], "capacity": [3]}),
    ],
)
def test_changes_come_in_every_form(change):
    """A mapping by id, records, columns and a frame say the same."""
    found = what_if(run({"id": [1, 2, 3]}, {"id": ["t1", "t2"]}), change_teams=change)
    assert found.plan.teams.capacity.tolist() == [3, 1]
    assert found.changes == {"change_teams": 1}
    assert found.gain["priority=0"] == 1


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"remove_teams": ["t9"]}, "got 't9'"),
        ({"remove_teams": "t1"}, "brackets"),
        ({"add_teams": [{"id": "t1"}]}, "there already"),
        ({"change_teams": {"t1": {"capcity": 2}}}, "did you mean 'capacity'"),
        ({"change_teams": {"t1": {"capacity": -1}}}, "at least 0, got -1"),
        ({"change_teams": {"t7": {"capacity": 2}}}, "got 't7'"),
        ({"change_teams": {"t1": {"capacity": 2}}, "remove_teams": ["t1"]}, "taken out as well"),
        ({"add_teams": [{"id": 5}]}, "ids of the kind"),
        ({"change_teams": {"id": ["t1", "t1"], "capacity": [1, 2]}}, "different ids"),
        ({"change_teams": [{"id": "t1", "capacity": 1}, {"id": "t1", "capacity": 2}]}, "'t1' again"),
        ({"change_requests": {1: {"lat": 99.0, "lon": 1.0}}}, "degrees"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_value(asked, message):
    """The error names the id, the column or the value."""
    with pytest.raises(TableError, match=message):
        what_if(run({"id": [1]}, {"id": ["t1"], "capacity": [1]}), **asked)


def test_pins_of_what_is_gone_are_dropped_and_said_so():
    """A pin that names a team taken out cannot hold; it is told, and hidden where ids are hidden."""
    base = run({"id": ["r1", "r2"]}, {"id": ["t1", "t2"]}, pins=[("r1", "t1"), ("r2", "t2")])
    found = what_if(base, remove_teams=["t1"])
    assert [pin.team_id for pin in found.dropped_pins] == ["t1"]
    assert "Without the pin of request 'r1' and team 't1'" in found.describe()
    assert "r1" not in found.describe("zh", redact=True)
    assert "r1" not in str(found.to_dict(redact=True))


def test_another_policy_is_told_tier_by_tier_where_both_have_the_tier():
    """A tier of one plan only has no change, and the frame shows a gap there."""
    base = run({"id": [1, 2], "priority": [5, 0]}, {"id": [1]})
    found = what_if(base, policy=Policy(tiers=("served", "score")))
    rows = {one.name: one for one in found.figures}
    assert rows["tier:served"].base is None
    assert rows["tier:priority=5"].new is None
    assert found.gain == {"score": 0}
    assert np.isnan(found.frame["change"]).sum() == 4  # served, two priorities, and kilometres that nobody knows


def test_a_priority_that_comes_anew_was_served_to_nobody():
    """Base 0, not unknown: so the gain of the new tier is whole."""
    found = what_if(run({"id": [1]}, {"id": [1, 2]}), add_requests=[{"id": 2, "priority": 9}])
    assert found.gain == {"priority=9": 1, "priority=0": 0, "score": 0}


def test_columns_that_only_new_teams_have_are_told():
    """Old teams have no skills once the column is there: that may change much, so it is said."""
    found = what_if(run({"id": [1]}, {"id": ["a"]}), add_teams=[{"id": "b", "skills": "yoga", "note": "new"}])
    assert found.new_columns == {"teams": ("skills", "note")}
    assert "New columns of the teams: skills, note" in found.describe()


def test_plan_comes_out_wrapped_and_all_views_speak_both_languages():
    """`plan` is what ``wrap`` makes; sentences and table come in English and Chinese."""
    found = what_if(run({"id": [1, 2]}, {"id": [1]}), add_teams=[{"id": 2}], wrap=lambda answer: ("wrapped", answer))
    assert found.plan[0] == "wrapped"
    assert "新增队伍 1 支" in found.describe("zh")
    assert "units served" in found._repr_html_()
    assert "已派队次" in found.show("zh")._repr_html_()


@pytest.mark.parametrize("seed", SEEDS[:12])
def test_pinned_units_count_on_both_sides_as_they_do_between_two_plans(seed):
    """What other pins and other teams bring, tier by tier, is what the two plans differ by."""
    town = drawn_town(seed)
    base = answer_of(town)
    for asked in ({"pins": []}, {"remove_teams": town.teams["id"][:1]}):
        found = quietly(what_if, base, **asked)
        told = diff(base, found.plan).gain
        assert {tier: found.gain[tier] for tier in told} == told


def test_what_pins_bring_does_not_contradict_who_is_served():
    """A unit that is served either way is not one more served, and one that is lost is one fewer."""
    base = run({"id": ["r1", "r2"]}, {"id": ["t", "u"]}, pins=[("r1", "t")])
    assert what_if(base, pins=[]).gain == {"priority=0": 0, "score": 0}
    assert what_if(base, remove_teams=["t"]).gain == {"priority=0": -1, "score": 0}


def test_words_that_the_plan_does_not_know_are_told_to_weigh_nothing():
    """Only where offers come in that were not there, and where words count."""
    requests = {"id": ["r1", "r2"], "need": ["piano lessons", "yoga class"]}
    base = run(requests, {"id": ["t"], "offers": ["yoga class"]})
    found = what_if(base, add_teams=[{"id": "n", "offers": "piano lessons"}])
    assert found.has_new_words
    assert found.to_dict()["has_new_words"]
    assert "words of new offers that none of them offers weigh nothing here" in found.describe()
    assert "不计分" in found.describe("zh")
    assert what_if(base, change_teams={"t": {"offers": "piano"}}).has_new_words
    for known in ({"add_teams": [{"id": "n", "offers": "yoga class"}]}, {"add_teams": [{"id": "n"}]}, {}):
        assert not what_if(base, **known).has_new_words
    wordless = run(requests, {"id": ["t"], "offers": ["yoga class"]}, Policy(terms=[]))
    assert not what_if(wordless, add_teams=[{"id": "n", "offers": "piano"}]).has_new_words
