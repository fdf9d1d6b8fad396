"""Pairs of requests, teams and slots are those that the plainest loop finds, and their scores are its scores."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicematch.base.errors import PolicyError
from servicematch.base.protocols import passes
from servicematch.pairs import limits as limit_room
from servicematch.pairs import terms as term_room
from servicematch.pairs.slot_scores import build_slot_pairs, prepare_slot_scorer
from servicematch.pairs.waterfall import waterfall
from servicematch.tables.requests import Requests
from servicematch.tables.slot_teams import check_slots
from servicematch.tables.slots import Slots
from servicematch.tables.teams import Teams

MONDAY = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def hour(n):
    """Give the n-th hour of the week, None for None."""
    return None if n is None else MONDAY + dt.timedelta(hours=n)


def town(rng, n_requests=6, n_teams=4, n_slots=9):
    """Draw a small town with slots that overlap: hours, windows, skills, ratings, times of placing."""
    first, length = rng.integers(0, 60, n_requests), rng.integers(1, 30, n_requests)
    hours = np.minimum(rng.choice([0.5, 1.0, 2.0, 4.0], n_requests), length)
    requests = {
        "id": [f"r{i}" for i in range(n_requests)],
        "skills": rng.choice([None, "yoga", "dance"], n_requests).tolist(),
        "hours": [None if rng.random() < 0.2 else one for one in hours.tolist()],
        "earliest": [hour(None if rng.random() < 0.2 else int(at)) for at in first],
        "latest": [
            hour(None if rng.random() < 0.2 else int(at + more)) for at, more in zip(first, length, strict=True)
        ],
        "placed_at": [hour(None if rng.random() < 0.2 else int(at)) for at in rng.integers(-80, 20, n_requests)],
        "units": rng.integers(1, 3, n_requests).tolist(),
    }
    teams = {
        "id": [f"t{i}" for i in range(n_teams)],
        "skills": rng.choice([None, "yoga", "dance|yoga"], n_teams).tolist(),
        "mean_rating": rng.random(n_teams).round(2).tolist(),
        "n_rated": rng.integers(0, 9, n_teams).tolist(),
    }
    start = rng.integers(0, 60, n_slots)
    slots = {
        "id": [f"s{i}" for i in rng.permutation(n_slots)],
        "team_id": rng.choice(teams["id"][: max(1, n_teams - 1)], n_slots).tolist(),
        "start": [hour(int(at)) for at in start],
        "end": [hour(int(at + more)) for at, more in zip(start, rng.integers(1, 12, n_slots), strict=True)],
        "capacity": rng.integers(0, 3, n_slots).tolist(),
    }
    return requests, teams, slots


def read(requests, teams, slots):
    """Read the three tables, and find each slot's team."""
    tables = Requests(requests), Teams(teams), Slots(slots, parallel=True)
    return tables, check_slots(*tables)


def fits(request, slot):
    """Tell in the plainest words whether a slot holds a request."""
    start, end = slot["start"], slot["end"]
    if request["earliest"] is not None:
        start = max(start, request["earliest"])
    if request["latest"] is not None:
        end = min(end, request["latest"])
    return end - start >= max(dt.timedelta(seconds=1), dt.timedelta(hours=request["hours"] or 0))


def rows_of(table):
    """Turn a dict of columns into dicts, by id."""
    return {
        row["id"]: row
        for row in (dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True))
    }


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_pairs_are_those_of_the_plainest_loop(seed):
    """Every request, every slot: its team has the skills, the hours fit, and the wait is not too long."""
    given_tables = town(np.random.default_rng(seed))
    (requests, teams, slots), team = read(*given_tables)
    limits = [limit_room.Skills(), limit_room.Within(days=2)]
    scorer = prepare_slot_scorer(requests, teams, slots, team=team, limits=limits, terms=[term_room.Sooner()])
    found = build_slot_pairs(scorer, n_jobs=1)
    asked, coming, times = map(rows_of, given_tables)
    expected = []
    for r, request in sorted(asked.items()):
        for s, slot in sorted(times.items()):
            has = set((coming[slot["team_id"]]["skills"] or "").split("|"))
            placed = request["placed_at"]
            soon = placed is None or slot["start"] - placed <= dt.timedelta(days=2)
            if (request["skills"] is None or request["skills"] in has) and soon and fits(request, slot):
                days = None if placed is None else max(0.0, (slot["start"] - placed) / dt.timedelta(days=1))
                expected.append((r, slot["team_id"], s, 0 if days is None else round(3 / (3 + days) * 1e6)))
    pairs = zip(
        requests.ids[found.rows].tolist(), teams.ids[found.cols].tolist(), slots.ids[found.slots].tolist(),
        found.gains.tolist(), strict=True,
    )  # fmt: skip
    assert list(pairs) == expected
    teams_of = {r: {t for one, t, _, _ in expected if one == r} for r in asked}
    assert found.n_eligible_before_relevance.tolist() == [len(teams_of[r]) for r in requests.ids.tolist()]


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_team_passes_the_limits_where_one_of_its_slots_does(seed):
    """Two limits of time may each be kept by another slot: then the team still cannot come."""
    (requests, teams, slots), team = read(*town(np.random.default_rng(seed)))
    limits = [limit_room.Within(days=1), limit_room.Time(), limit_room.Skills()]
    scorer = prepare_slot_scorer(requests, teams, slots, team=team, limits=limits, terms=[])
    pairs = build_slot_pairs(scorer, n_jobs=1)
    rows, cols = np.divmod(np.arange(len(requests) * len(teams)), len(teams))
    passing = scorer.by_team.passes(rows.astype(np.int32), cols.astype(np.int32))
    eligible = np.unique(pairs.rows.astype(np.int64) * len(teams) + pairs.cols)
    assert np.flatnonzero(passing).tolist() == eligible.tolist()
    fall = waterfall(scorer.by_team, np.arange(len(requests)))
    assert fall.left[:, -1].tolist() == pairs.n_eligible_before_relevance.tolist()
    assert not np.isnan(fall.unmeasured).any()
    assert fall.limits == ("within", "time", "skills")


def test_a_slot_scores_as_its_team_does_and_terms_of_time_come_on_top():
    """What is valued once for a team and what is valued for each slot make one weighted mean."""
    tables, team = read(
        {"id": [1, 2], "placed_at": [hour(0), None]},
        {"id": ["t"], "mean_rating": [1.0], "n_rated": [5]},
        {"id": [1, 2], "team_id": ["t", "t"], "start": [hour(0), hour(72)], "end": [hour(2), hour(80)]},
    )
    terms = [term_room.TrackRecord(weight=1.0), term_room.Sooner(weight=3.0, half_days=3.0)]
    scorer = prepare_slot_scorer(*tables, team=team, limits=[], terms=terms)
    pairs = build_slot_pairs(scorer, n_jobs=1)
    assert pairs.gains.tolist() == [975_000, 600_000, 900_000, 900_000]
    np.testing.assert_array_equal(np.rint(scorer.by_slot.score(pairs.rows, pairs.slots) * 1e6), pairs.gains)
    assert scorer.by_slot.breakdown(0, 1)["value"].tolist() == [0.9, 0.5]


@pytest.mark.parametrize(
    ("latest", "fits"), [(12, True), (11, False), (None, True)], ids=["just long enough", "an hour short", "open"]
)
def test_a_window_and_a_slot_must_have_the_hours_in_common(latest, fits):
    """Both sides of the boundary: a slot of 9 to 12 and a service of three hours."""
    tables, team = read(
        {"id": [1], "hours": [3.0], "earliest": [hour(8)], "latest": [hour(latest)]},
        {"id": ["t"]},
        {"id": [1], "team_id": ["t"], "start": [hour(9)], "end": [hour(12)]},
    )
    pairs = build_slot_pairs(prepare_slot_scorer(*tables, team=team, limits=[], terms=[]), n_jobs=1)
    assert len(pairs) == fits


@pytest.mark.parametrize(("days", "n"), [(2.0, 1), (1.999, 0)])
def test_a_deadline_is_inclusive(days, n):
    """Seven days later is within seven days."""
    tables, team = read(
        {"id": [1], "placed_at": [hour(0)]},
        {"id": ["t"]},
        {"id": [1], "team_id": ["t"], "start": [hour(48)], "end": [hour(50)]},
    )
    scorer = prepare_slot_scorer(*tables, team=team, limits=[limit_room.Within(days=days)], terms=[])
    assert len(build_slot_pairs(scorer, n_jobs=1)) == n


def test_what_is_off_without_placed_at_is_said_to_be_off():
    """A limit that nobody can measure must not look as if it were kept."""
    tables, team = read({"id": [1]}, {"id": ["t"]}, {"id": [1], "team_id": ["t"], "start": [hour(0)], "end": [hour(1)]})
    scorer = prepare_slot_scorer(*tables, team=team, limits=[limit_room.Within()], terms=[term_room.Sooner()])
    assert scorer.by_slot.limits_on == scorer.by_team.limits_on == ("time",)
    assert (scorer.by_slot.limits_off, scorer.by_slot.terms_off) == (("within",), ("sooner",))


def test_a_team_without_slots_comes_never():
    """Its measure is beyond every bound, and not unknown: nobody's place is missing."""
    tables, team = read(
        {"id": [1]}, {"id": ["t", "u"]}, {"id": [1], "team_id": ["t"], "start": [hour(0)], "end": [hour(1)]}
    )
    scorer = prepare_slot_scorer(*tables, team=team, limits=[], terms=[])
    time = dict(scorer.by_team.limits)["time"]
    pair = np.zeros(2, dtype=np.int32), np.arange(2, dtype=np.int32)
    assert time.values(*pair).tolist() == [0.0, np.inf]
    assert passes(time, *pair).tolist() == [True, False]
    assert not waterfall(scorer.by_team, [0]).is_unlocated.any()


@pytest.mark.parametrize("days", [-1, np.nan, np.inf, "7", True])
def test_a_deadline_of_nonsense_is_refused(days):
    """The message names the limit and the field."""
    with pytest.raises(PolicyError, match=r"limits\.within\.days: expected days of at least 0"):
        limit_room.Within(days=days)
    with pytest.raises(PolicyError, match=r"terms\.sooner\.half_days: expected days above 0"):
        term_room.Sooner(half_days=days)


def test_a_limit_of_ones_own_may_speak_of_slots():
    """Whoever can write a limit of teams can write one of slots: it has ``prepare_slots``."""

    class Mornings:
        name = "mornings"

        def prepare(self, requests, teams):
            return None

        def prepare_slots(self, requests, teams, slots):
            class Prepared:
                unit = "h"

                def values(self, rows, cols):
                    return slots.start[cols] % 86_400 / 3600

                def bound(self, rows, cols):
                    return np.full(len(rows), 12.0)

            return Prepared()

    tables, team = read(
        {"id": [1]}, {"id": ["t"]},
        {"id": [1, 2], "team_id": ["t", "t"], "start": [hour(9), hour(13)], "end": [hour(10), hour(14)]},
    )  # fmt: skip
    scorer = prepare_slot_scorer(*tables, team=team, limits=[Mornings()], terms=[])
    assert build_slot_pairs(scorer, n_jobs=1).slots.tolist() == [0]
    assert scorer.by_team.limits_on == ("mornings", "time")
