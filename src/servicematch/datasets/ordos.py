"""A week of volunteering in Ordos, drawn at random in the real shape of the city."""

from __future__ import annotations

import numpy as np

from servicematch.datasets.places import places
from servicematch.datasets.requests import draw_requests
from servicematch.datasets.teams import draw_teams
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


def ordos(
    n_requests: int = 5000,
    n_teams: int = 1923,
    *,
    rng: int | np.random.Generator | None = 0,
) -> tuple[Requests, Teams]:
    """Draw a week of requests and the teams of Ordos, to play with and to measure against.

    The shape is the city's: nine banners and districts with their towns, 29 institutes, 85 stations, five service
    platforms and employment support, 1,923 teams of which 153 in one banner (so that its residents compete),
    villages 100 km and more from the seat of their banner, ratings crowded near five stars. People, texts and most
    places are made up; nothing is anybody's data. Most requests can be served, and some of every kind cannot: no
    place given, no team in reach, nothing like it on offer, everybody taken.

    The last request is always the order of 2 June 2025 from 沙沙滩村 in 乌审旗, id
    ``servicematch.datasets.SHASHATAN_ORDER``: "想要一名健身操教练". The first team can always serve it.

    Parameters
    ----------
    n_requests, n_teams
        How many of each, 0 or more.
    rng
        Seed or generator. The same seed and sizes give the same tables; a generator is advanced.

    Returns
    -------
    requests, teams
        Ready tables; ``.to("pandas")`` and the like turn them into frames.

    Raises
    ------
    ValueError
        If a size is negative.

    Examples
    --------
    >>> requests, teams = ordos(n_requests=100, n_teams=40)
    >>> len(requests), len(teams)
    (100, 40)
    >>> requests.need[requests.index("SHASHATAN-0602")]
    '想要一名健身操教练'
    """
    if n_requests < 0 or n_teams < 0:
        raise ValueError(f"n_requests and n_teams must be 0 or more, got {n_requests} and {n_teams}")
    generator = np.random.default_rng(rng)
    where = places()
    teams = draw_teams(n_teams, where, generator)
    requests = draw_requests(n_requests, where, teams, generator)
    return Requests(requests, tz="Asia/Shanghai"), Teams(teams.columns)
