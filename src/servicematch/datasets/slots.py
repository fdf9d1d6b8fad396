"""When teams can come and residents want them: mornings, afternoons, evenings and the weekend after the week of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.datasets.draws import some
from servicematch.datasets.requests import SHASHATAN_ORDER
from servicematch.datasets.teams import COACH

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, FloatArray, IntArray
    from servicematch.datasets.teams import DrawnTeams

FIRST_DAY = np.datetime64("2025-06-03T00:00:00", "s")
"""A Tuesday; the week ends on Monday, 9 June."""

N_DAYS = 7
WEEKEND = (4, 5)
PARTS = ((9.0, 12.0), (14.5, 17.5), (19.0, 21.0))
"""Morning, afternoon, evening: from and to, in hours of the day."""

HABITS = ((0.36, 0.36, 0.04, 0.10), (0.02, 0.02, 0.45, 0.50), (0.20, 0.20, 0.20, 0.30))
"""How likely a team can come in the three parts of a weekday, and in any part of the weekend: retired people by day,
working people after hours, and those who take it as it comes."""

HABIT_SHARES = (0.45, 0.30, 0.25)
COACH_DAY = 2
"""On Thursday morning the coaches can always come, for the order of 2 June."""

HOURS, HOUR_SHARES = (1.0, 1.5, 2.0, 3.0), (0.45, 0.25, 0.25, 0.05)
WISHES = (0.40, 0.12, 0.13, 0.12, 0.13, 0.10)
"""Any time; one part of one day; one day; the weekend; up to some day; from some day on."""

DAY_HOURS = (8.0, 21.5)
PART_HOURS = ((8.0, 12.5), (14.0, 18.0), (18.5, 21.5))
_ANY = np.datetime64("NaT", "s")


def draw_slots(teams: DrawnTeams, rng: np.random.Generator) -> dict[str, AnyArray]:
    """Draw the slots of the teams in the week from 3 June; a few serve two requests at once.

    Examples
    --------
    >>> from servicematch.datasets.places import places
    >>> from servicematch.datasets.teams import draw_teams
    >>> from servicematch.datasets.vocabulary import vocabulary
    >>> rng = np.random.default_rng(0)
    >>> slots = draw_slots(draw_teams(3, places(), vocabulary("zh"), rng, pen=rng), rng)
    >>> slots["team_id"][0], str(slots["end"][0] - slots["start"][0])
    ('T00001', '10800 seconds')
    """
    ids = teams.columns["id"]
    habit = np.array(HABITS)[rng.choice(len(HABITS), len(ids), p=HABIT_SHARES)]
    likely = np.repeat(habit[:, np.newaxis, : len(PARTS)], N_DAYS, axis=1)
    likely[:, WEEKEND, :] = habit[:, np.newaxis, len(PARTS) :]
    comes = rng.random(likely.shape) < likely
    comes[COACH : COACH + 1, COACH_DAY, 0] = True
    team, day, part = np.nonzero(comes)
    start, end = (_at(day, np.array(PARTS)[part, side]) for side in (0, 1))
    names = [f"{ids[t]}-{d + 1}{'abc'[p]}" for t, d, p in zip(team.tolist(), day.tolist(), part.tolist(), strict=True)]
    return {
        "id": np.array(names, dtype=object),
        "team_id": ids[team],
        "start": start,
        "end": end,
        "capacity": 1 + some(len(team), 0.08, rng).astype(np.int64),
    }


def draw_times(requests: dict[str, AnyArray], rng: np.random.Generator) -> dict[str, AnyArray]:
    """Draw how long each request takes and when it may be: hours, earliest, latest; the order of 2 June within a week.

    Examples
    --------
    >>> times = draw_times({"id": np.array(["R1", SHASHATAN_ORDER], dtype=object)}, np.random.default_rng(0))
    >>> float(times["hours"][-1]), str(times["latest"][-1])
    (2.0, '2025-06-09T09:00:00')
    """
    n = len(requests["id"])
    hours: FloatArray = np.where(some(n, 0.05, rng), np.nan, rng.choice(HOURS, n, p=HOUR_SHARES))
    day, part, wish = rng.integers(0, N_DAYS, n), rng.integers(0, len(PARTS), n), rng.choice(len(WISHES), n, p=WISHES)
    begin, stop = (np.full(n, edge) for edge in DAY_HOURS)
    one_part = wish == 1
    begin[one_part], stop[one_part] = np.array(PART_HOURS)[part[one_part]].T
    first, last = day.copy(), day.copy()
    first[wish == 3], last[wish == 3] = WEEKEND  # noqa: PLR2004 - the order of WISHES
    earliest = np.where(np.isin(wish, (1, 2, 3, 5)), _at(first, begin), _ANY)
    latest = np.where(np.isin(wish, (1, 2, 3, 4)), _at(last, stop), _ANY)
    order = requests["id"] == SHASHATAN_ORDER
    hours[order], earliest[order], latest[order] = 2.0, _ANY, FIRST_DAY + np.timedelta64(6 * 24 + 9, "h")
    return {"hours": hours, "earliest": earliest, "latest": latest}


def _at(day: IntArray, hours: FloatArray) -> AnyArray:
    """Give the moment so many hours after the midnight of a day of the week."""
    seconds = day * 86_400 + np.rint(hours * 3600).astype(np.int64)
    moments: AnyArray = FIRST_DAY + seconds.astype("timedelta64[s]")
    return moments
