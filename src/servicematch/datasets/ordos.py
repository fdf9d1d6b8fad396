"""A week of volunteering in Ordos, drawn at random in the real shape of the city."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import numpy as np

from servicematch.datasets.places import places
from servicematch.datasets.requests import draw_requests
from servicematch.datasets.slots import draw_slots, draw_times
from servicematch.datasets.teams import draw_teams
from servicematch.datasets.vocabulary import vocabulary
from servicematch.tables.requests import Requests
from servicematch.tables.slots import Slots
from servicematch.tables.teams import Teams

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray

ZONE = "Asia/Shanghai"
TRUE_OF_TEAMS = {"services": "skills", "platforms": "categories"}
"""What a team truly does is what it says: the true columns repeat these."""


@overload
def ordos(
    n_requests: int = ...,
    n_teams: int = ...,
    *,
    lang: str = ...,
    truth: bool = ...,
    slots: Literal[False] = ...,
    rng: int | np.random.Generator | None = ...,
) -> tuple[Requests, Teams]: ...


@overload
def ordos(
    n_requests: int = ...,
    n_teams: int = ...,
    *,
    lang: str = ...,
    truth: bool = ...,
    slots: Literal[True],
    rng: int | np.random.Generator | None = ...,
) -> tuple[Requests, Teams, Slots]: ...


def ordos(
    n_requests: int = 5000,
    n_teams: int = 1923,
    *,
    lang: str = "zh",
    truth: bool = False,
    slots: bool = False,
    rng: int | np.random.Generator | None = 0,
) -> tuple[Requests, Teams] | tuple[Requests, Teams, Slots]:
    """Draw a week of requests and the teams of Ordos, to play with and to measure against.

    The shape is the city's: nine banners and districts with their towns, 29 institutes, 85 stations, five service
    platforms and employment support with 40 services, 1,923 teams of which 153 in one banner (so that its residents
    compete), villages 100 km and more from the seat of their banner, ratings crowded near five stars. People, texts
    and most places are made up; nothing is anybody's data. Most requests can be served, and some of every kind
    cannot: no place given, no team in reach, nothing like it on offer, everybody taken.

    Six in ten requests order from the menu, with a category and often skills. The others are free text alone: they
    name the service, speak of it in other words, or tell the trouble only; they say what is not wanted, ask for two
    things at once (either will do), are misspelt, in dialect or in traditional characters; and one in ten asks for
    what no team can do. Requests and offers are written from two grammars that share no phrase.

    The last request is always the order of 2 June 2025 from 沙沙滩村 in 乌审旗, id
    ``servicematch.datasets.SHASHATAN_ORDER``: "想要一名健身操教练". The first team can always serve it.

    Places of towns are from GeoNames (CC BY 4.0, to 0.01 degrees) where known, and made up elsewhere.

    Parameters
    ----------
    n_requests, n_teams
        How many of each, 0 or more.
    lang
        ``"zh"`` for Chinese, ``"en"`` for English: the same week in other words, with the names of places in
        Latin letters.
    truth
        Add the columns ``true_services`` and ``true_platforms`` to both tables: skills and categories as "a|b", those
        that would answer the need (any of them) or that the team has; "" for a need that no team can meet, whatever
        it offers. All else is the same with and without.
    slots
        Add times: when the teams can come in the week from 3 June (mornings, afternoons, evenings, the weekend), and
        ``hours``, ``earliest`` and ``latest`` of the requests. All else is the same with and without; the teams'
        ``capacity`` is then their total of the week.
    rng
        Seed or generator. The same seed and sizes give the same tables; a generator is advanced.

    Returns
    -------
    requests, teams
        And slots, where asked for: ready tables; ``.to("pandas")`` and the like turn them into frames.

    Raises
    ------
    ValueError
        If a size is negative, or the language has no words here.

    Examples
    --------
    >>> requests, teams = ordos(n_requests=100, n_teams=40)
    >>> len(requests), len(teams)
    (100, 40)
    >>> requests.need[requests.index("SHASHATAN-0602")]
    '想要一名健身操教练'
    >>> requests, teams = ordos(n_requests=100, n_teams=40, lang="en", truth=True)
    >>> teams.name[0], requests.extra["true_services"][-1]
    ('Galutu aerobics service squad (1)', 'aerobics')
    >>> requests, teams, slots = ordos(n_requests=100, n_teams=40, slots=True)
    >>> slots
    Slots(170 rows: id, team_id, start, end, capacity)
    """
    if n_requests < 0 or n_teams < 0:
        raise ValueError(f"n_requests and n_teams must be 0 or more, got {n_requests} and {n_teams}")
    words, where = vocabulary(lang), places()
    generator = np.random.default_rng(rng)
    pen = np.random.default_rng(generator.integers(0, 2**63))  # its own, so that words change nothing else
    drawn = draw_teams(n_teams, where, words, generator, pen=pen)
    requests = draw_requests(n_requests, where, drawn, words, generator, pen=pen)
    teams = drawn.columns | {f"true_{name}": drawn.columns[column] for name, column in TRUE_OF_TEAMS.items()}
    if not truth:
        requests, teams = (_without_truth(columns) for columns in (requests, teams))
    if not slots:
        return Requests(requests, tz=ZONE), Teams(teams)
    clock = np.random.default_rng(generator.integers(0, 2**63))  # drawn last, so that times change nothing else
    times = draw_slots(drawn, clock)
    return Requests(requests | draw_times(requests, clock), tz=ZONE), Teams(teams), Slots(times, tz=ZONE)


def _without_truth(columns: dict[str, AnyArray]) -> dict[str, AnyArray]:
    return {name: column for name, column in columns.items() if not name.startswith("true_")}
