"""Numbers, counts, texts and words: what a column may hold."""

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from servicematch.base.errors import DefaultUsed, TableError
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

CANARY = "my phone is 13800000000"


def fault(kind, **columns):
    """Give the only fault of a table with these columns."""
    n_rows = len(next(iter(columns.values())))
    (found,) = kind.check({"id": list(range(n_rows)), **columns}).faults
    return found


def rule(kind, **columns):
    """Give column, rule, row and count of the only fault."""
    found = fault(kind, **columns)
    return found.column, found.rule, found.row, found.count


@pytest.mark.parametrize("column", ["units", "priority"])
def test_null_count_of_a_request_is_the_default_and_counted_in_a_warning(column):
    """A null is a legal way to say nothing, but the reader should know how often."""
    default = {"units": 1, "priority": 0}[column]
    for table in (
        {"id": [1, 2, 3], column: [4, None, None]},
        pd.DataFrame({"id": [1, 2, 3], column: [4, None, None]}),
        pl.DataFrame({"id": [1, 2, 3], column: [4, None, None]}),
        pa.table({"id": [1, 2, 3], column: [4, None, None]}),
        {"id": [1, 2, 3], column: np.array([4, np.nan, np.nan])},
    ):
        with pytest.warns(DefaultUsed, match=f"requests.{column}: 2 of 3 rows are empty and were read as {default}"):
            requests = Requests(table)
        assert getattr(requests, column).tolist() == [4, default, default]
        assert getattr(requests, column).dtype == np.int64


@pytest.mark.parametrize(("column", "default"), [("capacity", 1), ("used", 0)])
def test_null_count_of_a_team_is_the_default_and_counted_in_a_warning(column, default):
    """The same for teams."""
    with pytest.warns(DefaultUsed, match="1 of 2 rows"):
        teams = Teams({"id": [1, 2], column: [None, 3]})
    assert getattr(teams, column).tolist() == [default, 3]


def test_absent_counts_are_their_defaults_without_a_warning():
    """Only id is needed."""
    requests, teams = Requests({"id": [1]}), Teams({"id": [1]})
    assert (requests.units.tolist(), requests.priority.tolist()) == ([1], [0])
    assert (teams.capacity.tolist(), teams.used.tolist(), teams.free.tolist()) == ([1], [0], [1])


@pytest.mark.parametrize("column", ["units", "capacity", "used", "priority"])
@pytest.mark.parametrize(
    ("bad", "broken"),
    [
        (1.5, "fraction"),
        (float("inf"), "finite"),
        (float("-inf"), "finite"),
        (float("nan"), "finite"),
        ("2", "type"),
        (True, "type"),
        ([1], "type"),
        (10**30, "range"),
        (10**400, "finite"),
        (Decimal("0.5"), "fraction"),
    ],
)
def test_count_that_is_no_whole_number_is_refused(column, bad, broken):
    """A team cannot have one and a half places."""
    kind = Requests if column in ("units", "priority") else Teams
    assert rule(kind, **{column: [1, bad, 1]}) == (column, broken, 1, 1)


@pytest.mark.parametrize(
    ("kind", "column", "bad", "good"),
    [
        (Requests, "units", 0, 1),
        (Requests, "units", 10**12 + 1, 10**6),
        (Requests, "priority", 2**53 + 1, 10**9),
        (Requests, "priority", -(2**53) - 1, -5),
        (Teams, "capacity", -1, 0),
        (Teams, "used", -1, 0),
    ],
)
@pytest.mark.filterwarnings("ignore::servicematch.base.errors.ZeroCapacity")
def test_count_out_of_range_is_refused_and_the_last_good_one_kept(kind, column, bad, good):
    """Boundaries on both sides."""
    assert rule(kind, **{column: [good, bad]}) == (column, "range", 1, 1)
    assert getattr(kind({"id": [1], column: [good]}), column).tolist() == [good]


@pytest.mark.parametrize("values", [np.array([2.0, 3.0]), [2.0, 3.0], [Decimal(2), 3], np.array([2, 3], dtype="uint8")])
def test_whole_numbers_of_any_type_are_counts(values):
    """Spreadsheets know no integers."""
    assert Requests({"id": [1, 2], "units": values}).units.tolist() == [2, 3]


def test_unsigned_counts_too_big_do_not_wrap():
    """2**64 - 1 must not become -1."""
    found = fault(Teams, capacity=np.array([1, 2**64 - 1], dtype=np.uint64))
    assert (found.rule, found.row) == ("range", 1)


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame({"id": [1, 2], "capacity": [1.0, float("nan")]}),
        pa.table({"id": [1, 2], "capacity": [1.0, float("nan")]}),
        {"id": [1, 2], "capacity": [1.0, float("nan")]},
    ],
)
def test_nan_that_is_no_null_is_refused(table):
    """Where a null exists, a NaN came out of arithmetic."""
    with pytest.raises(TableError, match=r"got NaN at row 1.*write None, not NaN"):
        Teams(table)


@pytest.mark.parametrize(
    ("column", "bad", "broken"),
    [
        ("lat", 90.01, "range"),
        ("lat", -90.01, "range"),
        ("lon", 180.01, "range"),
        ("lat", float("inf"), "finite"),
        ("lon", "110 E", "type"),
        ("max_km", -0.001, "range"),
        ("max_km", float("inf"), "finite"),
        ("hours", -1, "range"),
        ("hours", True, "type"),
    ],
)
def test_measure_out_of_its_range_is_refused(column, bad, broken):
    """Distances and degrees have bounds that no slip may cross."""
    columns = {"lat": [0.5, 0.5], "lon": [0.5, 0.5], column: [0.5, bad]}
    assert rule(Requests, **columns) == (column, broken, 1, 1)


def test_degrees_at_their_bounds_are_legal():
    """Poles and the date line are places."""
    assert Requests({"id": [1, 2], "lat": [90, -90.0], "lon": [180, -180]}).lat.tolist() == [90.0, -90.0]


@pytest.mark.parametrize("column", ["radius_km", "n_rated", "n_accepted", "n_declined", "mean_rating", "hours"])
def test_negative_measure_of_a_team_is_refused(column):
    """A radius or a number of ratings below zero means nothing."""
    assert rule(Teams, **{column: [-1, 1]}) == (column, "range", 0, 1)


@pytest.mark.parametrize("column", ["n_rated", "n_accepted", "n_declined"])
def test_half_a_rating_is_refused(column):
    """What is counted is whole."""
    assert rule(Teams, **{column: [0.5, 1]}) == (column, "fraction", 0, 1)


def test_null_measures_are_nan():
    """Null radius means no such limit; it must never become 0."""
    np.testing.assert_array_equal(Teams({"id": [1, 2], "radius_km": [None, 5]}).radius_km, [np.nan, 5.0])
    np.testing.assert_array_equal(Teams({"id": [1, 2], "radius_km": [None, None]}).radius_km, [np.nan, np.nan])


def test_wrong_text_in_a_number_column_is_not_shown():
    """Somebody may have typed a phone number into the wrong column."""
    found = fault(Teams, capacity=[1, CANARY])
    assert found.got == "a text of 23 characters"
    assert CANARY not in str(Teams.check({"id": [1, 2], "capacity": [1, CANARY]}))


@pytest.mark.parametrize("column", ["need", "category", "area"])
@pytest.mark.parametrize("bad", [5, 2.5, True, b"x", ["a"], {}])
def test_text_columns_hold_texts(column, bad):
    """A number in the category column is a slip of columns."""
    assert rule(Requests, **{column: ["a", bad, None]})[:2] == (column, "type")


def test_column_of_numbers_is_no_text_column():
    """The whole column counts as wrong, nulls apart."""
    assert rule(Requests, category=np.array([1.0, np.nan, 2.0])) == ("category", "type", 0, 2)


@pytest.mark.parametrize("empty", [[None, None], [float("nan"), None], np.array([np.nan, np.nan]), [pd.NA, pd.NaT]])
def test_column_of_nothing_but_nulls_is_legal_everywhere(empty):
    """An empty column of an export has no type."""
    requests = Requests({"id": [1, 2], "need": empty, "skills": empty, "booked_team": empty, "latest": empty}, tz="UTC")
    assert requests.need.tolist() == [None, None]
    assert requests.skills.words == ()
    assert requests.booked_team.tolist() == [None, None]


def test_labels_are_compared_without_the_spaces_around_them():
    """A cell ' 文化 ' is the category 文化; an empty cell asks nothing."""
    assert Requests({"id": [1, 2, 3], "category": [" 文化 ", "", None]}).category.tolist() == ["文化", None, None]


HOSTILE = ["=HYPERLINK(1)", "<script>", "😀 \u202e", "\ud800", "x" * 10**6, " spaces ", "", "a\0b"]


def test_hostile_text_passes_through_unchanged():
    """It is the outputs that make text safe, not the tables."""
    requests = Requests({"id": list(range(len(HOSTILE))), "need": HOSTILE})
    assert requests.need.tolist() == HOSTILE
    assert len(requests.fingerprint) == 64


@pytest.mark.parametrize(
    "words",
    [
        ["b|a", "a", "", None],
        [["b", "a"], ["a"], [], None],
        [("b", "a"), {"a"}, frozenset(), None],
        [["b", "a", "b"], [" a "], ["", None], None],
        [" b | a |", "a|a", "|", " "],
        [["b", "a"], "a", "", None],
        [np.array(["b", "a"]), np.array(["a"]), np.array([], dtype=str), None],
    ],
)
def test_words_read_alike_from_lists_and_bars(words):
    """Order, spaces and doubles in a list of skills mean nothing."""
    skills = Requests({"id": [1, 2, 3, 4], "skills": words}).skills
    assert skills.words == ("a", "b")
    assert [skills.of(i) for i in range(4)] == [("a", "b"), ("a",), (), ()]


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table])
def test_words_read_alike_from_every_frame(frame):
    """Frames with real lists have their own road, which must end at the same place."""
    table = frame({"id": [4, 2, 3, 1, 0], "skills": [["b", "a"], None, [], ["c", None], ["a", "a"]]})
    skills = Requests(table).skills
    assert [skills.of(i) for i in range(5)] == [("a",), ("c",), (), (), ("a", "b")]


@pytest.mark.parametrize("bad", [5, 2.5, [5], ["a", 5], {"a": 1}, True, b"a", [["a"]]])
def test_words_that_are_no_texts_are_refused(bad):
    """Codes of skills must be written as texts, or '1' and 1 would never meet."""
    assert rule(Requests, skills=[["a"], bad])[:3] == ("skills", "type", 1)


@pytest.mark.parametrize("frame", [pl.DataFrame, pa.table])
def test_lists_of_numbers_in_a_frame_are_refused(frame):
    """The same for typed frames."""
    with pytest.raises(TableError, match=r"requests\.skills: .*got 5 in a list at row 1"):
        Requests(frame({"id": [1, 2], "skills": [None, [5]]}))


def test_all_faults_of_a_table_are_raised_once():
    """Nobody wants to mend a table one error at a time."""
    with pytest.raises(TableError) as caught:
        Teams(
            {
                "id": [1, 1],
                "lat": [91, 0.5],
                "lon": [0.5, None],
                "capacity": [-1, 1.5],
                "radius_km": [-1, 1],
                "name": [1, 2],
            }
        )
    found = [(fault.column, fault.rule) for fault in caught.value.faults]
    assert found == [
        ("id", "duplicate"),
        ("name", "type"),
        ("lat", "range"),
        ("radius_km", "range"),
        ("capacity", "fraction"),
        ("capacity", "range"),
        ("lon", "pair"),
    ]
    assert all(fault.id == 1 for fault in caught.value.faults)
