"""Slots: whose time it is, checked before anything is planned with it."""

import pickle

import pandas as pd
import polars as pl
import pytest

from servicematch.base.errors import DefaultUsed, TableError, ZeroCapacity
from servicematch.tables.requests import Requests
from servicematch.tables.slot_teams import check_slots, durations, windows
from servicematch.tables.slots import Slots, as_slots
from servicematch.tables.teams import Teams

GOOD = {
    "id": ["s2", "s1", "s3"],
    "team_id": ["a", "a", "b"],
    "start": ["2026-06-06T14:00", "2026-06-06T09:00", "2026-06-06T09:00"],
    "end": ["2026-06-06T17:00", "2026-06-06T14:00", "2026-06-06T10:00"],
    "room": ["x", "y", None],
}
HOUR = 3600


def one(start, end, tz="Asia/Shanghai", **more):
    """Build a table of one slot."""
    return Slots([{"id": 1, "team_id": "a", "start": start, "end": end, **more}], tz=tz)


def changed(**columns):
    """Take the good table with other columns."""
    return {**GOOD, **columns}


def faults(table, **options):
    """List the faults of a table as (column, rule)."""
    return [(fault.column, fault.rule) for fault in Slots.check(table, **({"tz": "Asia/Shanghai"} | options)).faults]


def test_slots_stand_in_the_order_of_their_ids():
    """The pair axis is canonical only if its columns are."""
    slots = Slots(GOOD, tz="Asia/Shanghai")
    assert slots.ids.tolist() == ["s1", "s2", "s3"]
    assert slots.team_id.tolist() == ["a", "a", "b"]
    assert slots.position.tolist() == [1, 0, 2]
    assert slots.capacity.tolist() == [1, 1, 1]
    assert slots.extra["room"].tolist() == ["y", "x", None]


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_slots_come_back_in_the_kind_and_zone_they_came_in(frame):
    """A caller goes on with the table that he gave."""
    slots = Slots(frame(GOOD), tz="Asia/Shanghai")
    back = slots.to()
    assert isinstance(back, frame)
    assert [str(time)[:16] for time in back["start"].to_list()] == [time.replace("T", " ") for time in GOOD["start"]]
    assert Slots(slots).fingerprint == slots.fingerprint == Slots(GOOD, tz="Asia/Shanghai").fingerprint
    assert as_slots(slots) is slots
    assert pickle.loads(pickle.dumps(slots)).fingerprint == slots.fingerprint  # noqa: S301 - our own bytes


@pytest.mark.parametrize("name", ["team_id", "start", "end"])
def test_what_makes_a_slot_is_needed_in_every_row(name):
    """A slot without an owner or an end cannot be planned with, and a guess would be one."""
    table = dict(GOOD)
    del table[name]
    assert faults(table) == [(name, "missing")]
    empty = changed(**{name: [None, *GOOD[name][1:]]})
    assert faults(empty) == [(name, "missing")]
    assert f"slots.{name}: expected" in str(Slots.check(empty, tz="Asia/Shanghai"))
    assert "got nothing at row 0 (id 's2'), 1 of 3 rows" in str(Slots.check(empty, tz="Asia/Shanghai"))


def test_all_faults_are_told_at_once():
    """One look at the table, one list for whoever mends it."""
    table = changed(
        id=["s1", "s1", "s3"], team_id=[None, "a", "b"], capacity=[-1, 1, 1], start=["x", *GOOD["start"][1:]]
    )
    assert faults(table) == [("id", "duplicate"), ("start", "type"), ("capacity", "range"), ("team_id", "missing")]


def test_times_without_a_zone_are_refused_without_tz():
    """Eight hours off is a plan for the night."""
    assert faults(GOOD, tz=None) == [("start", "naive"), ("end", "naive")]


@pytest.mark.parametrize(
    ("start", "end", "got"),
    [
        ("2026-06-06T09:00", "2026-06-06T08:00", "got 3600 s before it at row 0 (id 1)"),
        ("2026-06-06T09:00", "2026-06-06T09:00", "got the same time at row 0 (id 1)"),
        ("2026-06-06", "2026-06-06", "Hint: a whole day ends at the midnight after it: write the next day"),
    ],
)
def test_a_slot_ends_after_it_starts(start, end, got):
    """A slot of no length holds nobody; the same day twice is meant as a whole day, and must be written so."""
    with pytest.raises(TableError, match="expected a time after start") as caught:
        one(start, end)
    assert got in str(caught.value)


def test_a_day_is_from_midnight_to_midnight_even_when_the_clock_is_changed():
    """A day of 25 hours holds a service of 25 hours, a day of 23 does not."""
    day = one("2026-10-25", "2026-10-26", tz="Europe/Berlin")
    assert (day.end - day.start).tolist() == [25 * HOUR]
    day = one("2026-03-29", "2026-03-30", tz="Europe/Berlin")
    assert (day.end - day.start).tolist() == [23 * HOUR]


def test_times_that_the_clock_skips_or_shows_twice_are_read_as_the_tables_say():
    """Two readings of one text would be two plans: the first showing counts, and a skipped time keeps the old offset."""
    twice = one("2026-10-25T02:30", "2026-10-25T03:30", tz="Europe/Berlin")  # the first 02:30, so two hours
    assert (twice.end - twice.start).tolist() == [2 * HOUR]
    skipped = one("2026-03-29T01:30", "2026-03-29T02:30", tz="Europe/Berlin")  # 02:30 is not shown: 03:30
    assert (skipped.end - skipped.start).tolist() == [HOUR]
    assert str(skipped.to("pandas")["end"][0]) == "2026-03-29 03:30:00+02:00"


def test_a_zone_in_the_text_needs_no_tz():
    """Whoever writes the offset has said all there is to say."""
    assert one("2026-03-29T00:30:00+01:00", "2026-03-29T01:30:00Z", tz=None).start.tolist() == [1774740600]


@pytest.mark.parametrize(
    ("second", "overlaps"),
    [(("14:00", "17:00"), False), (("13:59", "17:00"), True), (("08:00", "09:00"), False), (("10:00", "11:00"), True)],
)
def test_touching_ends_do_not_overlap(second, overlaps):
    """Half-open means that one leaves when the next one comes."""
    start, end = (f"2026-06-06T{time}" for time in second)
    table = {"id": [1, 2], "team_id": ["a", "a"], "start": [GOOD["start"][1], start], "end": [GOOD["end"][1], end]}
    assert faults(table) == ([("start", "overlap")] if overlaps else [])
    assert faults(table, parallel=True) == []
    assert faults({**table, "team_id": ["a", "b"]}) == []


def test_an_overlap_names_both_slots_and_how_long():
    """The message alone must do to mend the table."""
    with pytest.raises(TableError, match=r"slots\.start: expected slots of one team that do not overlap") as caught:
        Slots(changed(start=["2026-06-06T13:30", *GOOD["start"][1:]]), tz="Asia/Shanghai")
    assert "got 1800 s in common with slot 's1' at row 0 (id 's2'), 1 of 3 rows. Hint: give parallel=True" in str(
        caught.value
    )


def test_a_long_slot_hides_no_overlap_behind_a_short_one():
    """Each slot is held against the one that reaches furthest, not against its neighbour."""
    table = {
        "id": [1, 2, 3],
        "team_id": ["a"] * 3,
        "start": ["2026-06-06T08:00", "2026-06-06T09:00", "2026-06-06T11:00"],
        "end": ["2026-06-06T12:00", "2026-06-06T10:00", "2026-06-06T13:00"],
    }
    assert Slots.check(table, tz="Asia/Shanghai").faults[0].count == 2


def test_doubtful_capacities_are_warnings():
    """A slot for nobody is legal, and mostly a slip."""
    with pytest.warns(ZeroCapacity, match="1 of 3 slots have 0 and serve nobody"):
        Slots(changed(capacity=[0, 1, 2]), tz="Asia/Shanghai")
    with pytest.warns(DefaultUsed, match="1 of 3 rows are empty and were read as 1"):
        assert Slots(changed(capacity=[None, 1, 2]), tz="Asia/Shanghai").capacity.tolist() == [1, 1, 2]


def test_a_slot_of_a_team_that_is_not_there_is_refused():
    """The error says which slot, and which team may be meant."""
    requests, slots = Requests({"id": [1]}), Slots(GOOD, tz="Asia/Shanghai")
    assert check_slots(requests, Teams({"id": ["b", "a"]}), slots).tolist() == [0, 0, 1]
    with pytest.raises(
        TableError, match=r"slots\.team_id: expected an id of the 2 teams, got 'b' at row 2 \(id 's3'\)"
    ):
        check_slots(requests, Teams({"id": ["a", "c"]}), slots)
    with pytest.raises(TableError, match="Hint: write the ids of both tables alike"):
        check_slots(requests, Teams({"id": [1, 2]}), slots)


def window(hours, latest, earliest="2026-06-06T09:00"):
    """Build a request with a window."""
    return Requests([{"id": "r", "hours": hours, "earliest": earliest, "latest": latest}], tz="Asia/Shanghai")


def test_a_window_shorter_than_its_request_is_refused():
    """No slot could ever serve it: that is a slip of whoever wrote it, not a shortage."""
    slots, teams = Slots(GOOD, tz="Asia/Shanghai"), Teams({"id": ["a", "b"]})
    check_slots(window(2.0, "2026-06-06T11:00"), teams, slots)
    with pytest.raises(TableError, match=r"got a window of 1\.5 h for 2 h at row 0") as caught:
        check_slots(window(2.0, "2026-06-06T10:30"), teams, slots)
    assert "requests.latest: expected a window that holds the hours of its request" in str(caught.value)
    with pytest.raises(TableError, match="got a window of 0 h for a moment"):
        check_slots(window(None, "2026-06-06T09:00"), teams, slots)


def test_open_windows_have_no_end_and_unknown_hours_take_a_moment():
    """A null asks for nothing."""
    requests = Requests({"id": [1, 2], "hours": [None, 0.0], "latest": [None, "1970-01-01T00:00Z"]})
    early, late = windows(requests)
    assert early[0] == early[1] < -(2**59)
    assert late[0] > 2**59
    assert late[1] == 0
    assert durations(requests).tolist() == [1, 1]
