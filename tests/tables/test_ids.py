"""Ids: kinds, order, looking up."""

from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicematch.base.errors import TableError
from servicematch.tables.ids import canonical_order
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

UUIDS = [UUID(int=2**127), UUID(int=5)]


def faults(table):
    """Give the faults of a table of requests as (column, rule, row, count)."""
    return [(fault.column, fault.rule, fault.row, fault.count) for fault in Requests.check(table).faults]


def test_text_ids_stay_the_texts_they_are():
    """'001' and '1' are two different households."""
    assert Requests({"id": ["1", "001", "B", "a", "é", "中"]}).ids.tolist() == ["001", "1", "B", "a", "é", "中"]


def test_int_ids_sort_by_value():
    """10 comes after 9."""
    requests = Requests({"id": [10, 9, -1]})
    assert requests.ids.dtype == np.int64
    assert requests.ids.tolist() == [-1, 9, 10]


def test_uuid_ids_sort_by_their_number():
    """UUIDs of Python keep their type."""
    assert Requests({"id": UUIDS}).ids.tolist() == sorted(UUIDS)


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int32", "uint64", "Int64"])
def test_any_integer_type_is_an_int(dtype):
    """Databases differ in how they store a number."""
    assert Requests(pd.DataFrame({"id": pd.array([2, 1], dtype=dtype)})).ids.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        (["a", None, "b", None], ("id", "missing", 1, 2)),
        ([1.0, float("nan")], ("id", "missing", 1, 1)),
        (["a", 1, "b", 2], ("id", "mixed", 1, 2)),
        ([UUIDS[0], "a"], ("id", "mixed", 1, 1)),
        ([True, False], ("id", "type", 0, 2)),
        ([1, True], ("id", "type", 1, 1)),
        (np.array([True, False]), ("id", "type", 0, 2)),
        ([1.0, 2.0], ("id", "type", 0, 2)),
        (np.array([1.5, 2.0]), ("id", "type", 0, 2)),
        ([2**63, 1], ("id", "type", 0, 1)),
        (np.array([2**63, 1], dtype=np.uint64), ("id", "type", 0, 1)),
        ([b"a", b"b"], ("id", "type", 0, 2)),
        ([["a"], ["b"]], ("id", "type", 0, 2)),
        ([{}, {}], ("id", "type", 0, 2)),
        (["a", "b", "a", "a"], ("id", "duplicate", 2, 2)),
        ([5, 4, 5], ("id", "duplicate", 2, 1)),
        ([UUIDS[0], UUIDS[0]], ("id", "duplicate", 1, 1)),
        (["x" * 100, "é", "x" * 100], ("id", "duplicate", 2, 1)),
    ],
)
def test_bad_ids_are_refused_with_the_first_row_and_the_count(ids, found):
    """Without good ids no row can be spoken of."""
    assert faults({"id": ids}) == [found]


def test_ints_that_became_floats_beside_empty_cells_miss_an_id():
    """With pandas, 1 and null become 1.0, NaN: the empty cell is the fault, not the float."""
    report = Requests.check(pd.DataFrame({"id": [1, None, 3]}))
    assert [fault.rule for fault in report.faults] == ["missing"]
    assert "whole numbers beside empty cells come as floats" in str(report)


def test_duplicate_says_where_the_id_was_first():
    """Both rows are needed to mend a double."""
    with pytest.raises(TableError, match=r"got 'a' again at row 2 \(id 'a'\), 1 of 3 rows\. Hint: first at row 0"):
        Requests({"id": ["a", "b", "a"]})


def test_table_without_ids_is_told_which_column_may_be_meant():
    """Exports call it request_id."""
    with pytest.raises(TableError, match=r"requests\.id: expected a column of ids.*is 'request_id' the one"):
        Requests({"request_id": [1]})


def test_very_long_id_is_cut_in_messages():
    """A megabyte in the id column must not become a megabyte of message."""
    with pytest.raises(TableError) as caught:
        Requests({"id": ["x" * 10**6] * 2})
    assert len(str(caught.value)) < 500


ids_of_one_kind = st.one_of(
    st.lists(st.text(max_size=12), unique=True),
    st.lists(st.text(alphabet="ab\0", max_size=9), unique=True),
    st.lists(st.text(alphabet="R-0123456789", min_size=1, max_size=20), unique=True),
    st.lists(st.integers(-(2**63), 2**63 - 1), unique=True),
    st.lists(st.uuids(), unique=True),
)


@given(ids_of_one_kind)
def test_canonical_order_is_pythons_own_order(ids):
    """Code points, values, numbers: what sorted() says, by every road through the code."""
    requests = Requests({"id": ids})
    assert requests.ids.tolist() == sorted(ids)
    assert [ids[i] for i in requests.position] == sorted(ids)


@given(ids_of_one_kind)
def test_every_id_is_found_at_its_index(ids):
    """`index` is the door from ids to indices."""
    requests = Requests({"id": ids})
    assert [requests.index(id_) for id_ in requests.ids.tolist()] == list(range(len(ids)))


@given(st.lists(st.text(alphabet="ab", max_size=3), min_size=1))
def test_order_knows_whether_ids_are_unique(ids):
    """The sorted order shows doubles for nothing."""
    assert canonical_order(np.fromiter(ids, object))[1] == (len(set(ids)) == len(ids))


@pytest.mark.parametrize(
    ("ids", "asked", "near"),
    [(["R-104", "R-2"], "R-1O4", "'R-104'"), ([7, 104], "104", "104"), (["104"], 104, "'104'"), (["a"], " a ", "'a'")],
)
def test_unknown_id_is_answered_with_the_nearest_one(ids, asked, near):
    """A typing slip or a number read as a text is the common case."""
    with pytest.raises(TableError, match=f"did you mean {near}"):
        Teams({"id": ids}).index(asked)


@pytest.mark.parametrize("asked", [None, 1.0, True, "zzz", ["a"], 2**70])
def test_what_is_no_id_of_the_table_is_unknown(asked):
    """1.0 and True are equal to 1 in Python, and still not the id 1."""
    with pytest.raises(TableError, match="of the 1 teams"):
        Teams({"id": [1]}).index(asked)


def test_unknown_id_among_very_many_is_still_answered_at_once():
    """Spelling is compared around its place in the order only."""
    with pytest.raises(TableError, match="did you mean 'T-010001'"):
        Teams({"id": [f"T-{i:06d}" for i in range(20_000)]}).index("T-0100001")


@pytest.mark.parametrize(
    ("booked", "held"),
    [
        (["a", None, "b"], ["a", None, "b"]),
        ([1, None, 2], [1, None, 2]),
        (np.array([1.0, np.nan, 2.0]), [1, None, 2]),
        ([None, None, None], [None, None, None]),
        (np.array([1, 2, 3]), [1, 2, 3]),
    ],
)
def test_booked_team_keeps_ids_and_nulls(booked, held):
    """Whole numbers beside nulls come as floats from pandas, and are ids all the same."""
    got = Requests({"id": [1, 2, 3], "booked_team": booked}).booked_team.tolist()
    assert got == held
    assert [type(value) for value in got] == [type(value) for value in held]


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_booked_team_of_a_frame_with_nulls_holds_ints(frame):
    """The usual export: an int column with empty cells."""
    assert Requests(frame({"id": [1, 2], "booked_team": [7, None]})).booked_team.tolist() == [7, None]


@pytest.mark.parametrize("booked", [[1.5, None], np.array([1.5, 2.5]), [["a"], None], [True, None], ["a", 1]])
def test_booked_team_that_is_no_id_is_refused(booked):
    """A fraction is no team."""
    assert [fault[0] for fault in faults({"id": [1, 2], "booked_team": booked})] == ["booked_team"]
