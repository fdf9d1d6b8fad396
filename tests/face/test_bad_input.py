"""Bad input through the public face: a clear error or a plan, never a loss, and never a resident's words on the way."""

from __future__ import annotations

import copy
import json
import logging
import sys
import uuid
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import servicematch as sm
from servicematch.assign.answer import claim_of
from servicematch.base.errors import (
    DefaultUsed,
    ManyClasses,
    MisspeltColumn,
    NullIsland,
    PinError,
    PolicyError,
    ServiceMatchError,
    TableError,
    TableWarning,
    TooManyPairsError,
    UnknownSkill,
    UnusedColumn,
    ZeroCapacity,
    ZeroRadius,
)

CANARY = "CANARY-13800000000"
SECRET_LAT, SECRET_LON = 39.123457, 109.765431
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table, "dict": dict}


def columns(frame):
    """Read any kind of frame as a dict of lists."""
    if isinstance(frame, dict):
        return {name: np.asarray(values).tolist() for name, values in frame.items()}
    if isinstance(frame, pa.Table):
        return frame.to_pydict()
    return frame.to_dict(as_series=False) if isinstance(frame, pl.DataFrame) else frame.to_dict("list")


def chosen(plan):
    """List the chosen pairs in their order."""
    frame = columns(plan.assignments)
    return list(zip(frame["request_id"], frame["team_id"], strict=True))


def reasons(plan):
    """List the open units with their reasons, in their order."""
    frame = columns(plan.unassigned)
    return list(zip(frame["request_id"], frame["units"], frame["reason"], strict=True))


def faults(requests, teams=None, **options):
    """Return the faults that `sm.assign` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        with pytest.raises(TableError) as caught:
            sm.assign(requests, {"id": ["t"]} if teams is None else teams, **options)
    return caught.value.faults


# --- sizes ---------------------------------------------------------------------------------------------------------

EMPTY = {
    "pandas": pd.DataFrame({"id": []}),
    "pandas, typed": pd.DataFrame({"id": pd.Series([], dtype="int64"), "need": pd.Series([], dtype="str")}),
    "polars": pl.DataFrame({"id": []}),
    "polars, typed": pl.DataFrame({"id": pl.Series([], dtype=pl.Int64), "need": pl.Series([], dtype=pl.String)}),
    "pyarrow": pa.table({"id": pa.array([], pa.string())}),
    "dict": {"id": []},
}


@pytest.mark.parametrize("tiers", [("priority", "score"), ("served", "score"), ("score",)], ids=str)
@pytest.mark.parametrize("empty", EMPTY.values(), ids=EMPTY)
def test_empty_tables_give_an_empty_plan(empty, tiers):
    """The first hour of a new desk is no error, whichever side is empty and whatever the tiers."""
    policy = sm.Policy(tiers=tiers)
    for requests, teams in [(empty, {"id": [1, 2]}), (empty, empty), ({"id": [1, 2]}, empty)]:
        plan = sm.assign(requests, teams, policy=policy)
        assert chosen(plan) == []
        n_open = 2 if isinstance(requests, dict) and len(requests["id"]) else 0
        assert plan.summary["units_asked"] == n_open
        assert sum(units for _, units, _ in reasons(plan)) == n_open
        assert all(reason == "NO_ELIGIBLE_TEAM" for _, _, reason in reasons(plan))
        assert plan.status == "PROVED"
        assert plan.gap == 0
        assert set(dict(plan.objective).values()) <= {0}
        assert plan.verify().proved
        assert len(columns(plan.loads)["team_id"]) == (0 if teams is empty else 2)
        assert repr(plan)


def test_table_without_its_id_column_says_so():
    """Only id is needed, but that is; a frame with neither rows nor columns is merely empty."""
    (fault,) = faults({"name": ["a"]})
    assert (fault.table, fault.column) == ("requests", "id")
    (fault,) = faults({"id": [1]}, {"name": ["a"]})
    assert (fault.table, fault.column) == ("teams", "id")
    for nothing in (pd.DataFrame(), pl.DataFrame(), {}, []):
        plan = sm.assign(nothing, {"id": [1]})
        assert chosen(plan) == []
        assert plan.verify().proved


def test_one_request_and_no_team_is_told_so():
    """Nobody is there, and the plan says it in words."""
    plan = sm.assign({"id": ["r"], "units": [3]}, {"id": []})
    assert reasons(plan) == [("r", 3, "NO_ELIGIBLE_TEAM")]
    assert columns(plan.unassigned)["text"][0]


def test_all_teams_full_leaves_everybody_open():
    """No place left is an answer, whether by capacity 0 or by places taken."""
    requests = {"id": ["a", "b"], "units": [1, 2]}
    with pytest.warns(ZeroCapacity):
        by_capacity = sm.assign(requests, {"id": ["t1", "t2"], "capacity": [0, 0]})
    by_used = sm.assign(requests, {"id": ["t1", "t2"], "capacity": [2, 1], "used": [2, 5]})
    for plan in (by_capacity, by_used):
        assert chosen(plan) == []
        assert sum(units for _, units, _ in reasons(plan)) == 3
        assert plan.verify().proved


def test_free_places_are_never_less_than_none():
    """A team that is overbooked has no place; minus four places is no help to a dispatcher."""
    plan = sm.assign({"id": ["a"]}, {"id": ["t"], "capacity": [1], "used": [5]})
    assert columns(plan.loads)["free"] == [0]


def test_request_ten_thousand_km_away_is_told_that_it_is_too_far():
    """Beyond any radius, and without a radius simply far."""
    requests = {"id": ["near", "far"], "lat": [39.6, -50.0], "lon": [109.8, 110.0]}
    teams = {"id": ["t"], "lat": [39.6], "lon": [109.8], "capacity": [2]}
    plan = sm.assign(requests, {**teams, "radius_km": [50.0]})
    assert chosen(plan) == [("near", "t")]
    assert reasons(plan) == [("far", 1, "NO_ELIGIBLE_TEAM")]
    assert "distance" in columns(plan.unassigned)["text"][0]
    assert plan.verify().proved
    plan = sm.assign(requests, teams)
    assert columns(plan.assignments)["distance_km"][1] == pytest.approx(9963, abs=1)
    assert plan.verify().proved


def test_priority_of_a_billion_is_a_class_like_any_other():
    """Classes are ranked, so no size of number can overflow or drown another."""
    requests = {"id": ["a", "b", "c"], "priority": [0, 10**9, -(10**9)], "units": [1, 1, 1]}
    plan = sm.assign(requests, {"id": ["t"], "capacity": [2]})
    assert {r for r, _ in chosen(plan)} == {"a", "b"}
    assert list(plan.objective) == ["priority=1000000000", "priority=0", "priority=-1000000000", "score"]
    assert plan.verify().proved


def test_more_than_sixteen_priorities_are_a_warning_and_still_exact():
    """Each one is a tier; somebody probably put a date there."""
    requests = {"id": list(range(20)), "priority": list(range(20))}
    with pytest.warns(ManyClasses):
        plan = sm.assign(requests, {"id": ["t"], "capacity": [5]})
    assert sorted(r for r, _ in chosen(plan)) == [15, 16, 17, 18, 19]
    assert plan.verify().proved
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sm.assign({"id": list(range(16)), "priority": list(range(16))}, {"id": ["t"]})


def test_a_million_units_are_asked_of_two_teams_without_a_fuss():
    """Each team comes once; the rest is more teams than there are."""
    plan = sm.assign({"id": ["a"], "units": [10**6]}, {"id": ["t1", "t2"], "capacity": [10**6, 5]})
    assert chosen(plan) == [("a", "t1"), ("a", "t2")]
    assert reasons(plan) == [("a", 10**6 - 2, "TOO_FEW_TEAMS")]
    assert plan.summary["units_asked"] == 10**6
    assert plan.verify().proved


def test_capacity_of_a_million_million_is_a_number():
    """A coordinator's way to say "no limit"."""
    plan = sm.assign({"id": ["a", "b"], "units": [1, 1]}, {"id": ["t"], "capacity": [10**12]})
    assert len(chosen(plan)) == 2
    assert plan.verify().proved


def test_too_many_pairs_are_refused_before_the_memory_is_taken():
    """A city without any limit, all against all: the message says what to tighten."""
    requests, teams = {"id": np.arange(3_000_000)}, {"id": np.arange(100_000)}
    with pytest.raises(TooManyPairsError, match=r"(?i)limit|radius|skill|categor"):
        sm.assign(requests, teams)


# --- numbers and places --------------------------------------------------------------------------------------------


def test_swapped_coordinates_are_refused_with_a_hint():
    """The commonest mistake of all; the hint says what to look at, and the row says where."""
    (fault,) = faults({"id": ["a", "b"], "lat": [39.6, 109.8], "lon": [109.8, 39.6]})
    assert (fault.table, fault.column, fault.row, fault.id, fault.count, fault.total) == (
        "requests",
        "lat",
        1,
        "b",
        1,
        2,
    )
    assert "swap" in str(fault)
    assert "[-90, 90]" in str(fault)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("requests", "lat", 412.5),
        ("requests", "lon", -181.0),
        ("requests", "lat", float("inf")),
        ("requests", "max_km", -1.0),
        ("requests", "max_km", float("inf")),
        ("requests", "units", 0),
        ("requests", "units", -2),
        ("requests", "units", 1.5),
        ("requests", "units", float("inf")),
        ("requests", "priority", 0.5),
        ("requests", "priority", float("inf")),
        ("requests", "priority", 2**70),
        ("requests", "hours", -1.0),
        ("teams", "capacity", -1),
        ("teams", "capacity", 2.5),
        ("teams", "capacity", float("inf")),
        ("teams", "used", -1),
        ("teams", "radius_km", -0.5),
        ("teams", "lat", -91.0),
        ("teams", "mean_rating", 7.5),
        ("teams", "mean_rating", -0.5),
        ("teams", "n_rated", -1),
    ],
)
def test_number_that_cannot_be_meant_names_row_column_value_and_rule(table, column, value):
    """The message alone lets a coordinator mend the spreadsheet."""
    good = {"lat": 39.6, "lon": 109.8}.get(column, 1)
    bad = {"id": ["a", "b", "c"], column: [good, value, value]}
    if column in {"lat", "lon"}:
        other = "lon" if column == "lat" else "lat"
        bad[other] = [50.0, 50.0, 50.0]
    tables = {"requests": {"id": ["x"]}, "teams": {"id": ["y"]}} | {table: bad}
    (fault,) = faults(tables["requests"], tables["teams"])
    assert (fault.table, fault.column, fault.row, fault.id, fault.count, fault.total) == (table, column, 1, "b", 2, 3)
    assert fault.rule
    assert fault.expected
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    assert shown in str(fault) or str(value) in str(fault)


def test_capacity_that_is_not_a_number():
    """Pandas cannot tell NaN from null, so there it is a null; polars can, so there it is a fault, as in a dict."""
    nan = float("nan")
    with pytest.warns(DefaultUsed, match=r"teams\.capacity: 1 of 2 rows"):
        plan = sm.assign({"id": [1, 2, 3]}, pd.DataFrame({"id": ["a", "b"], "capacity": [2, nan]}))
    assert len(chosen(plan)) == 3
    with pytest.warns(DefaultUsed, match=r"teams\.capacity: 1 of 2 rows"):
        sm.assign({"id": [1]}, pl.DataFrame({"id": ["a", "b"], "capacity": [2, None]}))
    for table in (pl.DataFrame({"id": ["a", "b"], "capacity": [2.0, nan]}), {"id": ["a", "b"], "capacity": [2, nan]}):
        (fault,) = faults({"id": [1]}, table)
        assert (fault.column, fault.row, fault.id) == ("capacity", 1, "b")


def test_all_faults_of_a_table_are_raised_at_once():
    """Whoever mends a spreadsheet wants the whole list."""
    requests = {
        "id": ["a", "a", "b"],
        "lat": [412.0, 1.0, 1.0],
        "lon": [1.0, 1.0, 1.0],
        "units": [1, -1, 1],
        "placed_at": ["2025-06-02T09:00:00", None, None],
    }
    found = faults(requests)
    assert {fault.column for fault in found} == {"id", "lat", "units", "placed_at"}
    assert len(found) == 4
    report = sm.Requests.check(requests)
    assert not report.ok
    assert report.faults == found
    assert all(str(fault) in str(report) for fault in found)


def test_all_faults_of_the_ids_are_raised_at_once():
    """Missing and doubled ids are two faults, and both are wanted in one pass."""
    found = faults({"id": ["a", "a", None]})
    assert len(found) == 2


def test_times_must_have_a_zone_and_run_forward():
    """Eight hours are the difference between a lesson at nine and one at five."""
    (fault,) = faults({"id": ["a"], "placed_at": ["2025-06-02T09:00:00"]})
    assert (fault.column, fault.row) == ("placed_at", 0)
    assert "tz" in str(fault)
    windows = {
        "id": ["a", "b"],
        "earliest": ["2025-06-02T09:00+08:00"] * 2,
        "latest": ["2025-06-02T10:00+08:00", "2025-06-02T08:00+08:00"],
    }
    (fault,) = faults(windows)
    assert (fault.column, fault.row, fault.id) == ("latest", 1, "b")


@pytest.mark.parametrize(
    ("column", "value"),
    [("need", 5), ("category", 2.5), ("skills", 7), ("skills", [1, 2]), ("lat", CANARY), ("units", CANARY)],
)
def test_column_of_the_wrong_type_is_refused_by_its_name(column, value):
    """A number in a text, a text in a number: somebody shifted a column."""
    table = {"id": ["a", "b"], column: [None, value]}
    if column == "lat":
        table["lon"] = [None, 100.0]
    (fault,) = faults(table)
    assert (fault.column, fault.row, fault.id) == (column, 1, "b")
    assert CANARY not in str(fault)


# --- ids -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ids",
    [["a", 1], [1, "a"], [1, 2.5], [uuid.UUID(int=1), "a"], [True, 1], [b"a", "b"], [None, "a"], [1.0, 2.5]],
    ids=str,
)
def test_ids_of_mixed_or_no_kind_are_refused(ids):
    """'1' and 1 would meet in one file and not in another."""
    for table in ("requests", "teams"):
        tables = {"requests": {"id": [1]}, "teams": {"id": [1]}} | {table: {"id": ids}}
        found = faults(tables["requests"], tables["teams"])
        assert {(fault.table, fault.column) for fault in found} == {(table, "id")}


def test_team_twice_with_one_id_is_refused_with_its_row():
    """Two teams or one? Only the coordinator knows."""
    for make in FRAMES.values():
        (fault,) = faults({"id": [1]}, make({"id": ["t1", "t2", "t1", "t1"]}))
        assert (fault.table, fault.column, fault.row, fault.id, fault.count) == ("teams", "id", 2, "t1", 2)


@pytest.mark.parametrize("kind", FRAMES)
def test_ids_keep_their_kind_and_their_text(kind):
    """'001' stays '001', in the kind of frame it came in."""
    make = FRAMES[kind]
    for requests, teams in [
        (["001", "1", " 1"], ["01", "1"]),
        ([3, 1, 2], [-5, 2**62]),
        (["甲", "乙", "🙂"], ["\u00e9", "e\u0301"]),
    ]:
        plan = sm.assign(make({"id": requests}), make({"id": teams, "capacity": [2, 2]}))
        assert isinstance(plan.assignments, type(make({"id": requests})))
        assert [r for r, _ in chosen(plan)] == requests
        assert {t for _, t in chosen(plan)} == set(teams)
        assert columns(plan.loads)["team_id"] == teams


def test_uuids_stay_uuids():
    """Databases hand them out as objects."""
    requests, teams = [uuid.UUID(int=k) for k in (5, 3)], [uuid.UUID(int=9)]
    for make in (dict, pd.DataFrame):
        plan = sm.assign(make({"id": requests}), make({"id": teams, "capacity": [2]}))
        assert chosen(plan) == [(r, teams[0]) for r in requests]
        assert plan.verify().proved


DTYPES = {
    "pandas int32": pd.DataFrame({"id": np.array([2, 1], dtype=np.int32)}),
    "pandas int64": pd.DataFrame({"id": np.array([2, 1])}),
    "pandas Int64": pd.DataFrame({"id": pd.array([2, 1], dtype="Int64")}),
    "pandas object": pd.DataFrame({"id": pd.Series(["2", "1"], dtype=object)}),
    "pandas string": pd.DataFrame({"id": pd.Series(["2", "1"], dtype="string")}),
    "pandas category": pd.DataFrame({"id": pd.Series(["2", "1"], dtype="category")}),
    "polars Int32": pl.DataFrame({"id": pl.Series([2, 1], dtype=pl.Int32)}),
    "polars UInt16": pl.DataFrame({"id": pl.Series([2, 1], dtype=pl.UInt16)}),
    "polars Int64": pl.DataFrame({"id": [2, 1]}),
    "polars String": pl.DataFrame({"id": ["2", "1"]}),
    "polars Categorical": pl.DataFrame({"id": pl.Series(["2", "1"], dtype=pl.Categorical)}),
    "pyarrow int32": pa.table({"id": pa.array([2, 1], pa.int32())}),
    "pyarrow string": pa.table({"id": pa.array(["2", "1"])}),
    "pyarrow large_string": pa.table({"id": pa.array(["2", "1"], pa.large_string())}),
}


def dtype_of(frame, column):
    """Give the dtype of a column."""
    if isinstance(frame, pa.Table):
        return frame.schema.field(column).type
    return frame.schema[column] if isinstance(frame, pl.DataFrame) else frame[column].dtype


@pytest.mark.parametrize("table", DTYPES.values(), ids=DTYPES)
def test_dtype_of_ids_is_kept(table):
    """A join of the plan with the caller's own table must not need a cast."""
    plan = sm.assign(table, {"id": ["t"]})
    assert dtype_of(plan.assignments, "request_id") == dtype_of(table, "id")
    assert dtype_of(plan.unassigned, "request_id") == dtype_of(table, "id")


# --- frames --------------------------------------------------------------------------------------------------------


def test_lazy_frame_is_refused_with_the_way_out():
    """Collecting somebody's query is their decision."""
    with pytest.raises(TableError, match=r"\.collect\(\)"):
        sm.assign(pl.LazyFrame({"id": [1]}), {"id": [1]})
    with pytest.raises(TableError, match=r"teams.*\.collect\(\)"):
        sm.assign({"id": [1]}, pl.LazyFrame({"id": [1]}))


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_come_out_in_the_kind_of_the_requests(kind):
    """Whatever the teams came in."""
    make = FRAMES[kind]
    for other in FRAMES.values():
        plan = sm.assign(make({"id": ["a", "b"], "phone": ["1", "2"]}), other({"id": ["t"]}))
        frames = [plan.assignments, plan.unassigned, plan.loads, plan.worklist("t"), plan.reasons("zh")]
        frames += [plan.breakdown("a", "t"), sm.score(make({"id": ["a"]}), other({"id": ["t"]}))]
        assert {type(frame) for frame in frames} == {type(make({"id": ["a"]}))}


def test_other_tables_are_read_too():
    """Lists of dicts and anything that speaks Arrow; a list gives dicts of arrays back."""
    plan = sm.assign([{"id": "a"}, {"id": "b", "phone": 1}], [{"id": "t", "capacity": 2}])
    assert isinstance(plan.assignments, dict)
    assert all(isinstance(values, np.ndarray) for values in plan.assignments.values())

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return pa.table({"id": ["a"]}).__arrow_c_stream__(requested_schema)

    assert chosen(sm.assign(Stream(), {"id": ["t"]})) == [("a", "t")]


@pytest.mark.parametrize("junk", [None, 5, "requests.csv", [1, 2], {"id": 5}, {"id": [1], "units": [1, 2]}, object()])
def test_what_is_no_table_is_refused(junk):
    """The message names the table and says what would do."""
    for tables in ((junk, {"id": [1]}), ({"id": [1]}, junk)):
        with pytest.raises(TableError, match=r"requests|teams"):
            sm.assign(*tables)


def test_input_is_never_touched():
    """A caller's frame is the caller's."""
    requests = {
        "id": ["b", "a"],
        "need": ["x", None],
        "skills": [["yoga"], None],
        "lat": [1.0, None],
        "lon": [1.0, None],
    }
    teams = {"id": ["t"], "skills": ["yoga"], "capacity": np.array([2])}
    before = copy.deepcopy((requests, teams))
    sm.assign(requests, teams)
    assert requests == before[0]
    np.testing.assert_equal(teams, before[1])
    frame = pd.DataFrame(requests, index=[7, 7])
    copied = frame.copy(deep=True)
    sm.assign(frame, teams)
    pd.testing.assert_frame_equal(frame, copied)


def test_plan_does_not_follow_a_frame_that_changes_later():
    """A plan is about the tables it was made from."""
    frame = pd.DataFrame({"id": ["a", "b"], "priority": [1, 0]})
    plan = sm.assign(frame, {"id": ["t"]})
    frame.loc[:, "priority"] = [0, 1]
    frame.loc[:, "id"] = ["x", "y"]
    assert chosen(plan) == [("a", "t")]
    assert plan.verify().proved


# --- texts ---------------------------------------------------------------------------------------------------------

HOSTILE = {
    "emoji": "想学跳舞🙂👩‍👩‍👧",
    "formula": '=HYPERLINK("http://x.example","click")',
    "script": "<script>alert(1)</script>",
    "null character": "a\x00b",
    "right to left": "\u202eabc\u202c",
    "lone surrogate": "a\ud800b",
    "combining": "e\u0301" * 50,
    "blank": " \t\n　",
    "empty": "",
    "null": None,
}


@pytest.mark.parametrize("need", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("category", ["sport", None])
def test_hostile_words_are_only_words(need, category):
    """They are compared and kept, never run, never lost, and never said again by the plan."""
    requests = {"id": ["a", "b"], "need": [need, "跳舞"], "category": [category, "sport"]}
    plan = sm.assign(
        requests, {"id": ["t"], "offers": ["跳舞 <script> HYPERLINK"], "categories": ["sport"], "capacity": [2]}
    )
    assert len(chosen(plan)) + len(reasons(plan)) == 2
    assert plan.verify().proved
    assert columns(plan.worklist("t"))["need"] == [need if r == "a" else "跳舞" for r, _ in chosen(plan)]
    for said in (repr(plan), plan.describe("zh"), str(plan.verify()), " ".join(columns(plan.unassigned)["text"])):
        assert not need or not need.strip() or need not in said


def test_a_megabyte_of_text_is_read():
    """Somebody pasted a novel."""
    novel = ("想要一名健身操教练。" * 120_000)[:1_000_000]
    plan = sm.assign({"id": ["a"], "need": [novel]}, {"id": ["t"], "offers": ["健身操教练"]})
    assert chosen(plan) == [("a", "t")]
    assert plan.verify().proved
    assert len(repr(plan)) < 5000


def leaks():
    """Tables in which every free text is the canary, and which break a rule each (or none)."""
    words = {"need": [CANARY, CANARY], "notes": [CANARY, CANARY], "category": [None, None]}
    place = {"lat": [SECRET_LAT, 39.5], "lon": [SECRET_LON, 109.5]}
    good = {"id": ["a", "b"], **words, **place}
    yield "nothing wrong", good, {}
    yield "text as a number", {**good, "units": [CANARY, 1]}, {}
    yield "text as a latitude", {**good, "lat": [CANARY, 39.5]}, {}
    yield "text as a time", {**good, "placed_at": [CANARY, None]}, {}
    yield "text as hours", {**good, "hours": [CANARY, 1.0]}, {}
    yield "text in bytes", {**good, "need": [CANARY.encode(), CANARY]}, {}
    yield "text in a list", {**good, "need": [[CANARY], CANARY]}, {}
    yield "text in a dict", {**good, "skills": [{CANARY: CANARY}, None]}, {}
    yield "one coordinate", {**good, "lon": [None, 109.5]}, {}
    yield "swapped", {**good, "lat": [SECRET_LON, 39.5], "lon": [SECRET_LAT, 109.5]}, {}
    yield "wrong units beside the words", {**good, "units": [-1, 1]}, {}
    yield "doubled id beside the words", {**good, "id": ["a", "a"]}, {}
    yield "far away", good, {"radius_km": [0.5]}
    yield "no words alike", good, {"offers": ["健身操"]}
    yield "team's own words", good, {"offers": [CANARY], "name": ["t"], "radius_km": [CANARY]}


@pytest.mark.parametrize(("requests", "extra"), [case[1:] for case in leaks()], ids=[case[0] for case in leaks()])
@pytest.mark.parametrize("kind", ["dict", "pandas"])
def test_words_and_places_of_residents_never_leave_by_the_side_doors(requests, extra, kind, caplog, tmp_path):
    """Errors, warnings, logs, reprs, sentences, manifests and saved plans hold ids and numbers that break a rule only."""
    caplog.set_level(logging.DEBUG)
    said = []
    teams = {"id": ["t"], "lat": [39.5], "lon": [109.5], "capacity": [1], **extra}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            table = FRAMES[kind](requests)
            said += [str(sm.Requests.check(table)), json.dumps(sm.Requests.check(table).to_dict(), default=str)]
            plan = sm.assign(table, teams, pins=[("a", "t")])
            plan.to_json(tmp_path / "plan.json")
            said += [repr(plan), str(plan), plan.describe("zh"), repr(plan.summary), repr(plan.manifest)]
            said += [repr(plan.objective), repr(plan.verify()), str(plan.verify()), repr(plan.answer)]
            said += [repr(sm.Requests(table)), repr(sm.Teams(teams)), repr(claim_of(plan.answer))]
            said += columns(plan.unassigned)["text"] + columns(plan.reasons("zh"))["text"]
            said += [(tmp_path / "plan.json").read_text(encoding="utf-8")]
        except ServiceMatchError as error:
            said += [str(error), repr(error), repr(getattr(error, "faults", ""))]
            said += [repr(error.__cause__), repr(error.__context__)]
    said += [str(w.message) for w in caught] + [record.getMessage() for record in caplog.records]
    for text in said:
        assert CANARY not in text
        assert "39.1234" not in text
        if requests["lat"][0] != SECRET_LON:
            assert "109.765" not in text


# --- columns and skills --------------------------------------------------------------------------------------------


def test_asked_skills_without_a_column_of_skills_are_refused():
    """Else nobody could be sent, and nobody would know why."""
    (fault,) = faults({"id": ["a", "b"], "skills": [None, "yoga"]}, {"id": ["t"]})
    assert (fault.table, fault.column, fault.row, fault.id) == ("requests", "skills", 1, "b")


def test_doubtful_input_is_a_named_warning_with_advice():
    """Legal, but probably not meant; a caller can filter by name."""
    one, team = {"id": [1]}, {"id": [1]}
    cases = [
        (one, {**team, "capacity": [0]}, ZeroCapacity),
        (one, {**team, "radius_km": [0.0], "lat": [1.0], "lon": [1.0]}, ZeroRadius),
        ({**one, "skills": ["yogga"]}, {**team, "skills": ["yoga"]}, UnknownSkill),
        ({**one, "lat": [0.0], "lon": [0.0]}, team, NullIsland),
        ({**one, "prioritty": [1]}, team, MisspeltColumn),
        ({**one, "hours": [2.0]}, team, UnusedColumn),
        ({**one, "units": [None]}, team, DefaultUsed),
    ]
    for requests, teams, kind in cases:
        with pytest.warns(kind) as caught:
            sm.assign(requests, teams)
        assert all(issubclass(w.category, TableWarning) for w in caught)


def test_warning_points_at_the_callers_line():
    """Python shows the line, and a filter may go by the module."""
    with pytest.warns(ZeroCapacity) as caught:
        sm.assign({"id": [1]}, {"id": [1], "capacity": [0]})
    assert caught[0].filename == __file__


def test_warning_about_a_table_points_at_the_line_that_makes_it():
    """The same for a table made first."""
    with pytest.warns(ZeroCapacity) as caught:
        sm.Teams({"id": [1], "capacity": [0]})
    assert caught[0].filename == __file__


# --- pins and policies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pins",
    [
        [("z", "t1")],
        [("a", "z")],
        [("a", "t1", None, "perhaps")],
        [("a",)],
        [("a", "t1"), ("a", "t2")],
        [("a", "t1"), ("a", "t1", None, "forbid")],
        [(1, "t1")],
        [("a", None)],
        ["at"],
        [{"request_id": "a"}],
        [None],
        5,
    ],
    ids=str,
)
def test_pin_that_cannot_be_meant_is_refused(pins):
    """An unknown id, a kind that does not exist, more pins than units, a pair both pinned and forbidden."""
    with pytest.raises(PinError):
        sm.assign({"id": ["a", "b"]}, {"id": ["t1", "t2"]}, pins=pins)


def test_pins_come_as_tuples_dicts_or_objects():
    """What a desk has at hand."""
    requests, teams = {"id": ["a", "b"]}, {"id": ["t1", "t2"]}
    row = {"request_id": "a", "team_id": "t2"}
    for pins in ([("a", "t2")], [row], [{**row, "kind": "pin", "slot_id": None}], [sm.Pin("a", "t2")]):
        plan = sm.assign(requests, teams, pins=pins)
        assert chosen(plan) == [("a", "t2"), ("b", "t1")]


@pytest.mark.parametrize(
    "options",
    [
        {"reserve": 1.5},
        {"reserve": float("nan")},
        {"reserve": -0.1},
        {"min_relevance": 2.0},
        {"tiers": ("score", "priority")},
        {"tiers": ()},
        {"tiers": ("happiness",)},
        {"skip_value": 0.3},
        {"skip_value": float("inf"), "tiers": ("score",)},
        {"limits": [sm.limits.Skills(), sm.limits.Skills()]},
        {"terms": [object()]},
        {"limits": ["skills"]},
        {"terms": sm.terms.Proximity()},
    ],
    ids=str,
)
def test_policy_that_cannot_be_meant_is_refused(options):
    """When it is made, not in the middle of a night's run."""
    with pytest.raises(PolicyError):
        sm.Policy(**options)


@pytest.mark.parametrize(
    "options", [{"engine": "magic"}, {"work_limit": -1}, {"time_limit_s": -1.0}, {"slots": {"id": [1]}}]
)
def test_option_that_cannot_be_meant_is_refused(options):
    """With one of the library's own errors, which are all ValueErrors."""
    with pytest.raises(ServiceMatchError):
        sm.assign({"id": [1]}, {"id": [1]}, **options)


def test_unknown_ids_in_questions_to_a_plan_are_named():
    """A slip of the pen gets a hint."""
    plan = sm.assign({"id": ["R-104", "R-105"]}, {"id": ["T-1"]})
    with pytest.raises(TableError, match="R-104"):
        plan.breakdown("R-1O4", "T-1")
    with pytest.raises(TableError, match="T-1"):
        plan.worklist("T1")


@pytest.mark.parametrize("n_jobs", ["two", 0, 1.5, True, np.array([1, 2])])
def test_workers_that_are_no_number_are_refused_by_name(n_jobs):
    """The caller's word comes back with the rule, not an error of the library beneath."""
    with pytest.raises(sm.errors.PolicyError, match="n_jobs: expected a whole number"):
        sm.assign({"id": [1]}, {"id": [1]}, n_jobs=n_jobs)


@pytest.mark.parametrize("engine", ["NEAR", "", None, ["near"], np.array(["near", "flow"])])
def test_engine_that_is_no_word_of_ours_is_refused_by_name(engine):
    """An array has no single truth, and still gets our own error."""
    with pytest.raises(sm.errors.PolicyError, match="engine: expected one of auto, flow, near, warm, got"):
        sm.assign({"id": [1]}, {"id": [1]}, engine=engine)


def test_engine_that_needs_compiled_loops_is_refused_before_any_work(monkeypatch):
    """Without the extra the answer comes at once and names it."""
    monkeypatch.setattr(sys.modules["servicematch.assign.run"], "has_kernels", lambda: False)
    with pytest.raises(sm.errors.PolicyError, match=r"servicematch\[fast\]"):
        sm.assign({"id": [1]}, {"id": [1]}, engine="warm")
