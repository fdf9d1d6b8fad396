"""Requests and teams as a whole: frozen, in canonical order, quiet, with named warnings."""

import copy
import logging
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicematch.base.errors import MisspeltColumn, TableError, ZeroCapacity, ZeroRadius
from servicematch.tables.requests import Requests, as_requests
from servicematch.tables.teams import Teams, as_teams

CANARY = "CANARY-13800000000"
FULL = {
    "id": ["b", "a", "c"],
    "need": ["想要一名健身操教练", None, "x"],
    "category": ["sport", None, "talk"],
    "skills": ["yoga|dance", None, ""],
    "wanted_skills": [None, "piano", None],
    "languages": ["zh", "mn|zh", None],
    "lat": [39.5, np.nan, 38.0],
    "lon": [110.0, np.nan, 108.0],
    "area": ["旗/镇", None, "旗"],
    "units": [1, 2, 3],
    "hours": [1.5, np.nan, 2.0],
    "priority": [5, 0, -1],
    "max_km": [10.0, np.nan, 3.0],
    "placed_at": ["2026-06-02T09:00:00+08:00", None, "2026-06-03T00:00:00Z"],
    "earliest": ["2026-06-02T09:00:00+08:00", None, "2026-06-03T00:00:00Z"],
    "latest": ["2026-06-02T10:00:00+08:00", None, None],
    "booked_team": ["T1", None, "T2"],
}
TEAMS = {"id": [3, 1, 2], "name": ["x", None, "z"], "capacity": [3, 1, 2], "used": [1, 5, 0], "phone": ["3", "1", None]}


def shuffled(table, order):
    """Put the rows of a dict of lists into another order."""
    return {name: [values[i] for i in order] for name, values in table.items()}


@given(st.permutations(range(3)))
def test_order_of_rows_and_kind_of_frame_change_nothing_but_the_position(order):
    """Canonical order is the ground that every later promise stands on."""
    base = Requests(pd.DataFrame(FULL))
    table = pd.DataFrame(shuffled(FULL, order))
    for frame in (table, pl.from_pandas(table)):
        other = Requests(frame)
        assert other.fingerprint == base.fingerprint
        assert other.ids.tolist() == ["a", "b", "c"]
        assert [FULL["id"][order[i]] for i in other.position] == ["a", "b", "c"]
        np.testing.assert_array_equal(other.lat, base.lat)
        assert other.skills.codes.tolist() == base.skills.codes.tolist()


CHANGES = {
    "id": "d",
    "need": "y",
    "category": "y",
    "skills": "yoga",
    "wanted_skills": "piano",
    "languages": "mn",
    "lat": 39.6,
    "lon": 110.1,
    "area": "旗/村",
    "units": 2,
    "hours": 1.0,
    "priority": 6,
    "max_km": 11.0,
    "placed_at": "2026-06-02T09:00:01+08:00",
    "earliest": "2026-06-02T08:00:00+08:00",
    "latest": "2026-06-02T10:00:01+08:00",
    "booked_team": "T9",
}


@pytest.mark.parametrize("column", CHANGES)
def test_any_change_of_a_known_column_changes_the_fingerprint(column):
    """A plan must not be verified against tables that were changed since."""
    changed = {**FULL, column: [CHANGES[column], *FULL[column][1:]]}
    assert Requests(pd.DataFrame(changed)).fingerprint != Requests(pd.DataFrame(FULL)).fingerprint


def test_fingerprint_knows_where_one_text_ends():
    """'ab', 'c' and 'a', 'bc' are different needs, also with zeros in them."""
    pairs = [["ab", "c"], ["a", "bc"], ["a\0b", "c"], ["a", "b\0c"], ["", "abc"], [None, "abc"], ["abc", None]]
    prints = {Requests({"id": [1, 2], "need": pair}).fingerprint for pair in pairs}
    assert len(prints) == len(pairs)


def test_fingerprint_tells_ids_of_different_kinds_apart():
    """1 and '1' are different ids."""
    assert Teams({"id": [1]}).fingerprint != Teams({"id": ["1"]}).fingerprint
    assert Teams({"id": [1]}).fingerprint != Requests({"id": [1]}).fingerprint


def test_same_place_written_differently_has_one_fingerprint():
    """-0.0 is 0.0, and a float column of whole numbers is a column of counts."""
    one = {"id": [1], "lat": [0.0], "lon": [8.0], "units": [2]}
    two = {"id": [1], "lat": [-0.0], "lon": [8], "units": [2.0]}
    assert Requests(one).fingerprint == Requests(two).fingerprint


@pytest.mark.parametrize("table", [Requests(pd.DataFrame(FULL)), Teams(TEAMS)])
def test_tables_are_frozen(table):
    """No later layer can change what was checked."""
    assert not hasattr(table, "__dict__")
    with pytest.raises(AttributeError, match="is frozen"):
        table.ids = None
    with pytest.raises(AttributeError, match="is frozen"):
        del table.ids
    with pytest.raises(AttributeError):
        table.other = 1
    for array in (table.ids, table.position, *table.extra.values()):
        assert not array.flags.writeable
    with pytest.raises(TypeError):
        table.extra["x"] = 1


@pytest.mark.parametrize("table", [Requests(pd.DataFrame(FULL)), Teams(TEAMS)])
@pytest.mark.parametrize("twin", [lambda t: pickle.loads(pickle.dumps(t)), copy.copy, copy.deepcopy])  # noqa: S301  our own bytes
def test_tables_travel_to_workers_and_stay_frozen(table, twin):
    """A pickle opens arrays for writing; ours are closed again."""
    other = twin(table)
    assert other.fingerprint == table.fingerprint
    assert other.present == table.present
    assert not other.ids.flags.writeable
    assert not other.position.flags.writeable
    with pytest.raises(AttributeError):
        other.ids = None


def test_absent_columns_are_none():
    """Absent switches a limit off; null only asks nothing."""
    requests, teams = Requests({"id": [1]}), Teams({"id": [1]})
    for name in set(Requests.COLUMNS) - set(Requests.DEFAULTS):
        assert getattr(requests, name) is None
    for name in set(Teams.COLUMNS) - set(Teams.DEFAULTS):
        assert getattr(teams, name) is None
    assert requests.present == {"id"}


def test_free_places_are_never_negative():
    """A team over its capacity has no free place, and nothing is owed."""
    teams = Teams(TEAMS)
    assert teams.ids.tolist() == [1, 2, 3]
    assert teams.free.tolist() == [0, 2, 2]


@pytest.mark.parametrize(
    ("given", "held"),
    [([0.8, 1.0], [0.8, 1.0]), ([4.0, 5.0], [0.8, 1.0]), ([0.5, 5.0], [0.1, 1.0]), ([None, 4], [None, 0.8])],
)
def test_ratings_are_shares_or_stars_throughout(given, held):
    """One rating above 1 shows that the column counts stars."""
    expected = [np.nan if value is None else value for value in held]
    np.testing.assert_allclose(Teams({"id": [1, 2], "mean_rating": given}).mean_rating, expected)


def test_ratings_beyond_five_are_refused():
    """A scale of ten would be read as stars wrongly."""
    with pytest.raises(TableError, match=r"teams\.mean_rating: .*got 9\.0 at row 0"):
        Teams({"id": [1], "mean_rating": [9]})


@pytest.mark.parametrize(
    ("kind", "column", "category", "text"),
    [
        (Teams, "capacity", ZeroCapacity, "teams.capacity: 1 of 2 teams have 0"),
        (Teams, "radius_km", ZeroRadius, "teams.radius_km: 1 of 2 teams have 0"),
        (Requests, "max_km", ZeroRadius, "requests.max_km: 1 of 2 rows have 0"),
    ],
)
def test_zero_is_legal_with_a_warning_at_the_callers_line(kind, column, category, text):
    """It may be meant; it mostly is not."""
    with pytest.warns(category) as caught:
        kind({"id": [1, 2], column: [0, 5]})
    assert text in str(caught[0].message)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("column", "near"),
    [
        ("skill", "skills"),
        ("Lat", None),
        ("latitude", None),
        ("max km", "max_km"),
        ("prioriti", "priority"),
        ("unit", "units"),
    ],
)
def test_misspelt_column_is_asked_about_and_kept(column, near):
    """A column 'skill' would be silently ignored otherwise."""
    table = {"id": [1], "lat": [1.0], "lon": [2.0], column: ["x"]}
    if near is None:  # the right one is there too
        assert column in Requests(table).extra
        return
    with pytest.warns(MisspeltColumn, match=f"^requests.{column} is no known column .*did you mean '{near}'"):
        requests = Requests(table)
    assert requests.extra[column].tolist() == ["x"]


@pytest.mark.parametrize("column", ["phone", "contact", "notes", "address", "created_by", "电话"])
def test_other_columns_are_kept_without_a_word(column):
    """Contact columns are nobody's typing slips."""
    assert Requests({"id": [1], column: ["x"]}).extra[column].tolist() == ["x"]


def test_report_says_all_and_raises_nothing():
    """For apps that show a coordinator what to mend."""
    report = Teams.check({"id": [1, 2], "capacity": [0, None], "lat": [99, 1], "lon": [1, 1], "skils": ["a", "b"]})
    assert not report.ok
    assert [fault.column for fault in report.faults] == ["lat"]
    assert len(report.warnings) == 3
    assert report.n_rows == 2
    assert str(report).count("\n") == 3
    assert report.to_dict()["faults"][0]["rule"] == "range"
    assert str(Teams.check({"id": [1]})) == "ok, 1 rows"


@pytest.mark.parametrize("table", [5, pl.LazyFrame({"id": [1]}), {"id": [1], "name": [1, 2]}])
def test_report_of_what_is_no_table_is_a_report_too(table):
    """An app that checks an upload needs no second way to fail."""
    report = Requests.check(table)
    assert not report.ok
    assert report.faults[0].row == -1


def test_warnings_come_only_with_a_good_table():
    """A table that is refused is mended first."""
    with pytest.raises(TableError):  # a warning would be an error of its own here
        Teams({"id": [1, 1], "capacity": [None, 1]})


def test_tables_are_taken_as_they_are():
    """Whoever prepared a table does not pay twice."""
    requests, teams = Requests({"id": [1]}), Teams({"id": [1]})
    assert as_requests(requests) is requests
    assert as_teams(teams) is teams
    assert len(as_requests([{"id": 1}])) == len(as_teams([{"id": 1}])) == 1


def test_table_read_again_is_the_same_table():
    """Requests may be given wherever a table may."""
    requests = Requests(pd.DataFrame(FULL))
    again = Requests(requests)
    assert again.fingerprint == requests.fingerprint
    assert again.kind == "pandas"


def test_no_text_and_no_place_leaks(caplog):
    """Residents' words and homes stay out of reprs, messages and logs."""
    table = {"id": [1, 2], "need": [CANARY, CANARY], "category": [CANARY, CANARY], "skills": [CANARY, CANARY]}
    places = {"lat": [39.123456, 95.0], "lon": [110.654321, 110.654321], "phone": [CANARY, CANARY]}
    wrong = {"units": [CANARY, 1], "placed_at": [CANARY, None], "max_km": [CANARY, 1]}
    with caplog.at_level(logging.DEBUG):
        good = Requests({**table, **places, "lat": [39.123456, 5.0]})
        report = Requests.check({**table, **places, **wrong})
    assert len(report.faults) == 4
    for text in (repr(good), repr(good.skills), str(report), repr(report), str(report.to_dict()), caplog.text):
        for private in (CANARY, "39.12", "110.65"):
            assert private not in text


def test_repr_shows_counts_and_names_of_columns():
    """A notebook shows it on every line."""
    assert repr(Teams(TEAMS)) == "Teams(3 rows: id, name, capacity, used and 1 more)"
