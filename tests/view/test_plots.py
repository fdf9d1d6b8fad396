"""Plots say what the plan says, in both languages."""

import json

import pytest

import servicematch as sm
from servicematch.view import plots

REQUESTS = {
    "id": ["r1", "r2", "r3", "r4"],
    "area": ["a/x", "a/y", "b/x", None],
    "lat": [39.50, 39.55, 39.60, None],
    "lon": [109.80, 109.90, 109.85, None],
    "units": [1, 2, 1, 1],
}
TEAMS = {
    "id": ["t1", "t2"],
    "lat": [39.5, 39.6],
    "lon": [109.8, 109.9],
    "capacity": [2, 3],
    "radius_km": [50, 50],
    "used": [1, 0],
    "name": ["一队", "二队"],
}


@pytest.fixture(scope="module")
def plan():
    """Give a town of four requests in two areas and two teams; r4 has no place and stays open."""
    return sm.assign(REQUESTS, TEAMS, policy=sm.Policy(limits=[sm.limits.Distance()]))


def all_plots(plan, lang):
    """Make every plot once."""
    return {
        "served_by_area": plots.served_by_area(plan, lang=lang),
        "loads": plots.loads(plan, lang=lang),
        "waterfall": plots.waterfall(plan, "r1", "t1", lang=lang),
        "distances": plots.distances(plan, lang=lang),
        "places": plots.places(plan, lang=lang),
    }


def test_shares_by_area_add_up_to_the_plan(plan):
    """What the plot shows is what the summary says."""
    rows = plots.served_by_area(plan)["data"]["values"]
    assert sum(row["served"] for row in rows) == plan.summary["units_served"]
    assert sum(row["asked"] for row in rows) == plan.summary["units_asked"]
    assert [row["area"] for row in rows] == ["a", "(no area)", "b"]


def test_a_deeper_level_tells_more_areas_apart(plan):
    """A banner is made of towns."""
    assert {row["area"] for row in plots.served_by_area(plan, level=2)["data"]["values"]} >= {"a/x", "a/y", "b/x"}


def test_what_is_cut_off_is_said(plan):
    """A plot of the first two areas must not look like one of all."""
    spec = plots.served_by_area(plan, n=2)
    assert len(spec["data"]["values"]) == 2
    assert spec["title"]["subtitle"] == "2 of 3 shown"
    assert "subtitle" not in plots.served_by_area(plan)["title"]


def test_places_of_a_team_add_up_to_its_capacity(plan):
    """Used, assigned and free are all there is."""
    rows = plots.loads(plan)["data"]["values"]
    assert sum(row["count"] for row in rows if row["team"] == "t2") == 3
    assert sum(row["count"] for row in rows if row["part"] == "assigned") == plan.summary["units_served"]


def test_one_too_many_is_shown_as_such():
    """A pin may overbook a team, and the plot does not hide it."""
    pinned = sm.assign({"id": [1, 2]}, {"id": ["t"], "capacity": [1]}, pins=[(1, "t"), (2, "t")])
    rows = plots.loads(pinned)["data"]["values"]
    assert [(row["part"], row["count"]) for row in rows] == [("assigned", 1), ("too many", 1)]


def test_a_waterfall_ends_at_the_score(plan):
    """Each term begins where the one before ended."""
    rows = plots.waterfall(plan, "r1", "t1")["data"]["values"]
    assert [row["from"] for row in rows[1:-1]] == [row["to"] for row in rows[:-2]]
    assert rows[-1]["to"] == pytest.approx(sum(plan.breakdown("r1", "t1")["contribution"]))


def test_every_pair_is_in_the_histogram_or_counted():
    """Pairs without a place have no distance, and are not a distance of 0."""
    town = {"id": [1, 2, 3], "lat": [39.5, 39.6, None], "lon": [109.8, 109.8, None]}
    mixed = sm.assign(town, {**town, "radius_km": [5, 5, 5]}, policy=sm.Policy(limits=[]))
    spec = plots.distances(mixed)
    n_known = sum(row["pairs"] for row in spec["data"]["values"])
    assert n_known < 3
    assert spec["title"]["subtitle"] == f"{3 - n_known} pairs without a place are left out"


def test_a_map_shows_known_places_and_no_others(plan):
    """r4 has no place, so it has no point; a kilometre is as long to the east as to the north."""
    spec = plots.places(plan)
    lines, points = (layer["data"]["values"] for layer in spec["layer"])
    assert len(points) == 5
    assert len(lines) == plan.summary["units_served"]
    (west, east), (south, north) = (spec["layer"][0]["encoding"][axis]["scale"]["domain"] for axis in "xy")
    assert (west < 109.8, east > 109.9) == (True, True)
    assert (north - south) / spec["height"] == pytest.approx((east - west) * 0.7716 / spec["width"], rel=0.01)


@pytest.mark.parametrize("table", [{"id": [1]}, {"id": []}, {"id": [1], "lat": [39.5], "lon": [109.8]}])
def test_tiny_plans_have_plots_too(table):
    """One point has no extent, and nobody has no area; neither may divide by zero."""
    plan = sm.assign(table, {"id": [1], "lat": [39.5], "lon": [109.8]}, policy=sm.Policy(limits=[]))
    for make in (plots.served_by_area, plots.loads, plots.distances, plots.places):
        json.dumps(make(plan), allow_nan=False)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_plots_are_valid_for_altair(plan, lang):
    """Altair checks every word of a specification against the grammar."""
    alt = pytest.importorskip("altair")
    for name, spec in all_plots(plan, lang).items():
        assert isinstance(plots.chart(spec), (alt.Chart, alt.LayerChart)), name


def test_plots_speak_chinese_where_asked(plan):
    """Titles, axes and legends; the caller's words stay as they are."""
    text = json.dumps(all_plots(plan, "zh"), ensure_ascii=False)
    assert "各辖区派单率" in text
    for english in ("served", "places", "Score", "latitude"):
        assert f'"title": "{english}' not in text


def test_an_unknown_language_is_refused(plan):
    """As everywhere else."""
    with pytest.raises(ValueError, match="lang"):
        plots.loads(plan, lang="fr")


def test_equal_labels_stay_apart():
    """Two long ids that are cut alike are still two teams."""
    plan = sm.assign({"id": [1, 2]}, {"id": ["x" * 50 + "1", "x" * 50 + "2"]})
    assert len({row["team"] for row in plots.loads(plan)["data"]["values"]}) == 2
