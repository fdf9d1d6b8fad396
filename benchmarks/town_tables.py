"""Real tables for the benchmarks: a town as two frames of columns, and a million requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from ground import degrees

if TYPE_CHECKING:
    from ground import Ground
    from instances import Town

WORDS = tuple(f"skill-{i:02d}" for i in range(30))
CELLS_KM = (60, 20, 5)


def town_columns(town: Town, seed: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """Dress a town as a request table and a team table, with work for every term except text."""
    rng = np.random.default_rng([seed, len(town.units)])
    requests, teams = ground_columns(town)
    n_requests, n_teams = len(town.units), len(town.capacity)
    return (
        {
            **requests,
            "area": _areas(town.request_km),
            "wanted_skills": _word_lists(rng, n_requests, 0, 2),
            "units": town.units,
            "priority": town.priority,
        },
        {
            **teams,
            "name": [f"Team {i}" for i in range(n_teams)],
            "area": _areas(town.team_km),
            "skills": _word_lists(rng, n_teams, 1, 5),
            "capacity": town.capacity,
            "mean_rating": np.round(rng.beta(18, 2, n_teams), 3),
            "n_rated": rng.integers(0, 60, n_teams),
        },
    )


def ground_columns(ground: Ground) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return ids and places alone, and the teams' radii: what a search by distance needs."""
    (request_lat, request_lon), (team_lat, team_lon) = degrees(ground.request_km), degrees(ground.team_km)
    requests = {"id": _ids("R", len(request_lat)), "lat": request_lat, "lon": request_lon}
    teams = {"id": _ids("T", len(team_lat)), "lat": team_lat, "lon": team_lon, "radius_km": ground.radius_km}
    return requests, teams


def many_requests(n: int, seed: int = 0) -> dict[str, Any]:
    """Return ten columns of requests, two of them lists."""
    rng = np.random.default_rng(seed)
    return {
        "id": _ids("R", n),
        "need": [f"想要一名教练 {i % 5000}" for i in range(n)],
        "category": rng.choice(["文化", "教育", "医疗", "科技", "就业"], n).tolist(),
        "skills": _word_lists(rng, n, 0, 2),
        "languages": _lists(rng, ("zh", "mn", "en"), n, 1, 2),
        "lat": rng.uniform(37.6, 40.9, n),
        "lon": rng.uniform(106.7, 111.5, n),
        "area": _areas(rng.uniform(0, 200, (n, 2))),
        "units": rng.integers(1, 4, n),
        "priority": rng.integers(0, 3, n),
    }


def as_frame(columns: dict[str, Any], kind: str) -> Any:
    """Make a frame of this kind of the columns; lists stay lists."""
    if kind == "pandas":
        import pandas as pd  # noqa: PLC0415  only where it is measured

        return pd.DataFrame(columns)
    if kind == "polars":
        import polars as pl  # noqa: PLC0415  as above

        return pl.DataFrame(columns)
    if kind == "pyarrow":
        import pyarrow as pa  # noqa: PLC0415  as above

        return pa.table(columns)
    return columns


def _ids(letter: str, n: int) -> list[str]:
    return [f"{letter}{i:07d}" for i in range(n)]


def _areas(km: np.ndarray) -> list[str]:
    """Name nested cells of the plane, as banner, town and village are nested."""
    levels = [np.floor(km / cell).astype(int).tolist() for cell in CELLS_KM]
    return ["/".join(f"{x}:{y}" for x, y in path) for path in zip(*levels, strict=True)]


def _word_lists(rng: np.random.Generator, n: int, low: int, high: int) -> list[list[str]]:
    return _lists(rng, WORDS, n, low, high)


def _lists(rng: np.random.Generator, words: tuple[str, ...], n: int, low: int, high: int) -> list[list[str]]:
    """Draw between ``low`` and ``high`` neighbouring words a row."""
    first = rng.integers(0, len(words), n).tolist()
    counts = rng.integers(low, high + 1, n).tolist()
    ring = words * 2
    return [list(ring[start : start + count]) for start, count in zip(first, counts, strict=True)]
