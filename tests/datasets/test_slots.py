"""The week of Ordos with times: the same week, with slots that a city could have."""

import numpy as np
import pytest

import servicematch as sm
from servicematch.datasets import SHASHATAN_ORDER, ordos
from servicematch.tables.slot_teams import check_slots, durations, windows

DAY = 86_400
MONDAY = int(np.datetime64("2025-06-01T16:00:00", "s").astype(np.int64))  # midnight in Asia/Shanghai


@pytest.fixture(scope="module", name="town")
def _town():
    return ordos(1500, 500, slots=True)


def test_times_change_nothing_else(town):
    """A measurement with and one without slots are of the same week."""
    requests, teams, _ = town
    plain_requests, plain_teams = ordos(1500, 500)
    assert teams.fingerprint == plain_teams.fingerprint
    kept = {name: values for name, values in requests.to("dict").items() if name not in ("hours", "earliest", "latest")}
    assert sm.Requests(kept, tz="Asia/Shanghai").fingerprint == plain_requests.fingerprint


def test_times_are_the_same_every_time_and_in_both_languages(town):
    """A seed is a promise, and words change no time."""
    again, english = ordos(1500, 500, slots=True), ordos(1500, 500, slots=True, lang="en")
    assert [table.fingerprint for table in again] == [table.fingerprint for table in town]
    assert english[2].fingerprint == town[2].fingerprint
    for name in ("earliest", "latest", "hours"):
        np.testing.assert_array_equal(getattr(english[0], name), getattr(town[0], name))
    assert ordos(1500, 500, slots=True, rng=1)[2].fingerprint != town[2].fingerprint


def test_slots_lie_in_the_week_with_evenings_and_a_weekend(town):
    """Some teams come by day, some after work, some at the weekend."""
    requests, teams, slots = town
    check_slots(requests, teams, slots)
    day, hour = np.divmod(slots.start - MONDAY, DAY)
    assert day.min() == 1
    assert day.max() == 7
    assert np.mean(hour >= 19 * 3600) > 0.15
    assert 0.15 < np.mean(np.isin(day, (5, 6))) < 0.6
    assert 3 < len(slots) / len(teams) < 7
    assert set(slots.capacity.tolist()) == {1, 2}


def test_windows_hold_what_is_asked_and_many_ask_nothing(town):
    """A window that is too short would be refused; most residents are home whenever somebody comes."""
    requests = town[0]
    early, late = windows(requests)
    assert (late - early >= durations(requests)).all()
    free = (np.abs(early) > 2**59) & (np.abs(late) > 2**59)
    assert 0.3 < free.mean() < 0.5


def test_a_coach_stands_in_the_village_square_within_a_week(town):
    """The order of 2 June is served, whatever the size of the town."""
    for tables in (town, ordos(1, 1, slots=True)):
        plan = sm.assign(*tables)
        assert SHASHATAN_ORDER in plan.assignments["request_id"].tolist()
        assert plan.verify().proved


def test_an_empty_town_has_no_slots():
    """Nobody there, nothing to plan."""
    requests, teams, slots = ordos(0, 0, slots=True)
    assert (len(requests), len(teams), len(slots)) == (0, 0, 0)
    assert sm.assign(requests, teams, slots).summary["units_asked"] == 0


def test_a_city_of_500_teams_is_planned_and_proved(town):
    """The size at which a desk works: proved, and most of what can be served is."""
    plan = sm.assign(*town)
    assert plan.status == "PROVED"
    assert plan.verify().proved
    assert plan.summary["units_served"] > 1000
    assert plan.summary["by_reason"]["SLOT_FULL"] > 0
