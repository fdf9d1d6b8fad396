"""Coordinates that belong together, and the places of areas."""

import numpy as np
import pytest

from servicematch.base.errors import NullIsland, TableError
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

NAN = float("nan")


@pytest.mark.parametrize("kind", [Requests, Teams])
def test_lone_coordinate_is_refused_without_showing_the_other(kind):
    """Half a place is a slip; the other half is private."""
    with pytest.raises(TableError) as caught:
        kind({"id": [1, 2], "lat": [39.123456, None], "lon": [None, 110.654321]})
    assert [(fault.column, fault.row) for fault in caught.value.faults] == [("lat", 1), ("lon", 0)]
    assert "39.12" not in str(caught.value)
    assert "110.65" not in str(caught.value)


@pytest.mark.parametrize("column", ["lat", "lon"])
def test_lone_column_of_coordinates_is_refused(column):
    """A column lat without lon places nobody."""
    with pytest.raises(TableError, match=f"teams.{column}: expected both lat and lon"):
        Teams({"id": [1], column: [1.0]})


def test_swapped_coordinates_get_a_hint_and_stay_private():
    """In China every swap shows: no latitude reaches 109."""
    report = Requests.check({"id": [1, 2], "lat": [109.8, 110.2], "lon": [39.123456, 39.6]})
    (fault,) = report.faults
    assert (fault.column, fault.count, fault.got) == ("lat", 2, "109.8")
    assert fault.hint == "are lat and lon swapped?"
    assert "39.12" not in str(report)


def test_no_hint_where_a_swap_would_not_mend_it():
    """Both out of range is another slip."""
    (lat,) = Requests.check({"id": [1], "lat": [412.0], "lon": [110.0]}).faults
    assert lat.hint == ""


def test_null_island_is_a_warning():
    """(0, 0) is a missing value nearly always, and legal all the same; (0, 8) is in Africa."""
    with pytest.warns(NullIsland, match=r"requests\.lat: 1 of 2 rows are at \(0, 0\)"):
        Requests({"id": [1, 2], "lat": [0.0, 0.0], "lon": [-0.0, 8.0]})


def test_request_without_coordinates_gets_the_place_of_its_area():
    """A village secretary knows the village, not its degrees."""
    table = {"id": [1, 2, 3, 4], "area": ["旗/村", " 旗 / 村 ", "旗/别处", None], "lat": [None, 1.0, None, None]}
    table["lon"] = [None, 2.0, None, None]
    requests = Requests(table, places={"旗/村": (38.5, 108.5)})
    np.testing.assert_array_equal(requests.lat, [38.5, 1.0, NAN, NAN])
    np.testing.assert_array_equal(requests.lon, [108.5, 2.0, NAN, NAN])
    assert requests.place_from_area.tolist() == [True, False, False, False]
    np.testing.assert_array_equal(requests.to("dict")["lat"], [NAN, 1.0, NAN, NAN])


def test_places_work_without_any_column_of_coordinates():
    """Orders by telephone have only the area."""
    requests = Requests({"id": [2, 1], "area": [None, "村"]}, places={"村": [38.5, 108.5]})
    np.testing.assert_array_equal(requests.lat, [38.5, NAN])
    assert "lat" not in requests.present
    assert list(requests.to("dict")) == ["id", "area"]


def test_places_can_be_given_to_requests_that_were_read_before():
    """Places may come from another department."""
    requests = Requests(Requests({"id": [1], "area": ["村"]}), places={"村": (38.5, 108.5)})
    assert requests.place_from_area.tolist() == [True]


@pytest.mark.parametrize(
    "places", [5, {"村": 5}, {"村": (1.0,)}, {"村": (91.0, 0.0)}, {"村": ("a", "b")}, {"村": (NAN, 1)}]
)
def test_places_that_are_none_are_refused(places):
    """A bad place would move a whole village."""
    with pytest.raises(TableError, match="requests: expected"):
        Requests({"id": [1], "area": ["村"]}, places=places)
    assert not Requests.check({"id": [1], "area": ["村"]}, places=places).ok
