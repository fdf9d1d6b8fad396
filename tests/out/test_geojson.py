"""A plan on the map: RFC 7946, strict JSON, and no word of a resident."""

import json
from uuid import UUID

import numpy as np
import pytest

from servicematch.base.errors import ServiceMatchError
from servicematch.out.geojson import feature_collection, safe_json, write_geojson
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

REQUESTS = Requests(
    {
        "id": ["r2", "r1", "r3"],
        "lat": [39.6, 39.5, None],
        "lon": [109.8, 109.7, None],
        "units": [2, 1, 1],
        "need": ["secret", "secret", "secret"],
    }
)
TEAMS = Teams({"id": ["t9", "t1"], "lat": [39.123456789, 39.7], "lon": [109.9, 110.0], "name": ["九队", None]})
ASSIGNMENTS = {
    "request_id": ["r2", "r3"],
    "team_id": ["t9", "t1"],
    "score": np.array([0.5, 0.25]),
    "distance_km": np.array([53.0, np.nan]),
}
UNASSIGNED = {"request_id": ["r2", "r1"], "units": [1, 1], "reason": ["LOST_TIE", "OUTCOMPETED"]}
LOADS = {
    "team_id": ["t9", "t1"],
    "name": ["九队", None],
    "capacity": np.array([2, 1]),
    "used": np.array([1, 0]),
    "assigned": np.array([1, 1]),
}


def town(**options):
    """Put a town of three requests and two teams on the map: one unit of r2 and all of r1 stay open."""
    return feature_collection(REQUESTS, TEAMS, ASSIGNMENTS, UNASSIGNED, LOADS, **options)


def of_kind(made, kind):
    """Pick the features of one kind."""
    return [feature for feature in made["features"] if feature["properties"]["kind"] == kind]


def test_a_pair_is_a_line_from_its_request_to_its_team():
    """Longitude comes first in GeoJSON, against all habit."""
    line = of_kind(town(pinned=[("r2", "t9")]), "pair")[0]
    assert line["type"] == "Feature"
    assert line["geometry"] == {"type": "LineString", "coordinates": [[109.8, 39.6], [109.9, 39.12346]]}
    assert line["properties"] == {
        "kind": "pair",
        "request_id": "r2",
        "team_id": "t9",
        "score": 0.5,
        "distance_km": 53.0,
        "pinned": True,
    }


def test_teams_and_requests_are_points_in_the_order_of_the_caller():
    """A map of one day is compared with that of the next: the order may not wander."""
    made = town()
    assert [f["properties"]["request_id"] for f in of_kind(made, "request")] == ["r2", "r1", "r3"]
    assert of_kind(made, "team")[0]["properties"] == {
        "kind": "team",
        "team_id": "t9",
        "name": "九队",
        "capacity": 2,
        "used": 1,
        "assigned": 1,
    }
    assert of_kind(made, "request")[0]["geometry"] == {"type": "Point", "coordinates": [109.8, 39.6]}


def test_a_request_says_what_it_got_and_why_not_more():
    """One of two units is served: both numbers and the reason are there."""
    facts = [tuple(f["properties"][k] for k in ("units", "served", "reason")) for f in of_kind(town(), "request")]
    assert facts == [(2, 1, "LOST_TIE"), (1, 0, "OUTCOMPETED"), (1, 1, None)]


def test_several_reasons_of_a_request_are_all_told():
    """Units of one request may stay open for different reasons."""
    unassigned = {"request_id": ["r2", "r2"], "units": [1, 1], "reason": ["LOST_TIE", "OUTCOMPETED"]}
    made = feature_collection(REQUESTS, TEAMS, ASSIGNMENTS, unassigned, LOADS, only="requests")
    assert made["features"][0]["properties"]["reason"] == "LOST_TIE|OUTCOMPETED"
    assert made["features"][0]["properties"]["served"] == 0


def test_a_feature_without_a_place_is_counted_and_has_no_geometry():
    """Left out in silence it would be missed by nobody; at (0, 0) it would be in the sea."""
    made = town()
    assert made["n_without_place"] == {"pairs": 1, "teams": 0, "requests": 1}
    assert of_kind(made, "request")[2]["geometry"] is None
    assert of_kind(made, "pair")[1]["geometry"] is None
    assert of_kind(made, "pair")[1]["properties"]["distance_km"] is None


def test_tables_without_coordinates_make_a_map_without_geometry():
    """A plan by area alone is a legal plan."""
    bare, teams = Requests({"id": ["r1", "r2", "r3"]}), Teams({"id": ["t1", "t9"]})
    made = feature_collection(bare, teams, ASSIGNMENTS, UNASSIGNED, LOADS)
    assert made["n_without_place"] == {"pairs": 2, "teams": 2, "requests": 3}


@pytest.mark.parametrize(("only", "kinds"), [("pairs", {"pair"}), ("teams", {"team"}), ("requests", {"request"})])
def test_one_kind_may_be_asked_for(only, kinds):
    """A map for the public shows teams, not homes."""
    made = town(only=only)
    assert {f["properties"]["kind"] for f in made["features"]} == kinds
    assert list(made["n_without_place"]) == [only]


@pytest.mark.parametrize(("decimals", "lat"), [(2, 39.12), (0, 39.0), (None, 39.123456789)])
def test_places_are_as_exact_as_asked(decimals, lat):
    """Two decimals blur a home to about a kilometre."""
    assert town(decimals=decimals, only="teams")["features"][0]["geometry"]["coordinates"] == [
        109.9 if decimals != 0 else 110.0,
        lat,
    ]


@pytest.mark.parametrize(("decimals", "km"), [(2, 53.0), (4, 53.46), (None, 53.4567)])
def test_kilometres_are_no_more_exact_than_places(decimals, km):
    """An exact distance from a known team would undo the blur."""
    exact = {**ASSIGNMENTS, "distance_km": np.array([53.4567, np.nan])}
    made = feature_collection(REQUESTS, TEAMS, exact, UNASSIGNED, LOADS, decimals=decimals)
    assert made["features"][0]["properties"]["distance_km"] == km


@pytest.mark.parametrize("options", [{"only": "all pairs"}, {"decimals": -1}, {"decimals": 1.5}, {"decimals": True}])
def test_options_that_mean_nothing_are_refused(options):
    """A misspelt option would write residents' homes where none were wanted."""
    with pytest.raises(ServiceMatchError, match=next(iter(options))):
        town(**options)


def test_no_word_of_a_resident_is_in_the_file():
    """The file leaves the house: ids and numbers do."""
    assert "secret" not in safe_json(town())


@pytest.mark.parametrize(
    ("ids", "written"),
    [
        ([1, 2**40], [1, 2**40]),
        (["001", "a\0"], ["001", "a\0"]),
        ([UUID(int=7), UUID(int=8)], [str(UUID(int=7)), str(UUID(int=8))]),
    ],
)
def test_ids_of_any_kind_are_kept(ids, written):
    """The map is joined with the caller's tables by them."""
    requests, teams = Requests({"id": ids}), Teams({"id": ids})
    assignments = {"request_id": requests.ids, "team_id": teams.ids, "score": [0, 1], "distance_km": [0, 1]}
    nothing = {"request_id": [], "units": [], "reason": []}
    loads = {"team_id": ids, "capacity": [1, 1], "used": [0, 0], "assigned": [1, 1]}
    made = feature_collection(requests, teams, assignments, nothing, loads)
    for kind, name in (("pair", "request_id"), ("team", "team_id"), ("request", "request_id")):
        assert [
            f["properties"][name] for f in json.loads(safe_json(made))["features"] if f["properties"]["kind"] == kind
        ] == written


def test_an_empty_plan_is_an_empty_map():
    """Nobody asked today."""
    nobody, nothing = Requests({"id": []}), {"request_id": [], "team_id": [], "score": [], "distance_km": []}
    loads = {"team_id": [], "capacity": [], "used": [], "assigned": []}
    made = feature_collection(nobody, Teams({"id": []}), nothing, {"request_id": [], "units": [], "reason": []}, loads)
    assert made["features"] == []


def test_the_file_is_strict_ascii_json_that_a_page_may_hold(tmp_path):
    """Line separators, halves of characters and ``</script>`` would break those who read or embed it."""
    path = tmp_path / "plan.geojson"
    hostile = {"name": "</script>\u2028\ud800<!--"}
    write_geojson(hostile, path)
    text = path.read_bytes().decode("ascii")
    assert "<" not in text
    assert json.loads(text) == hostile


def test_a_number_that_json_does_not_know_is_refused(tmp_path):
    """``NaN`` in a file stops every strict reader."""
    with pytest.raises(ValueError, match="JSON"):
        write_geojson({"score": float("nan")}, tmp_path / "plan.geojson")
