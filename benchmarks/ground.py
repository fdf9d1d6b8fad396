"""The ground under a town: where requests and teams are, how far each team goes, and which pairs that lets through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDE_KM = 200.0
KM_PER_DEGREE = 6371.0088 * np.pi / 180.0
PAIRS_PER_BLOCK = 2_000_000
TEAMS_PER_COUNT = 2_000
BANDS = 8


@dataclass(frozen=True)
class Ground:
    """Places in km on a plane of 200 x 200 km, and how far each team goes."""

    request_km: np.ndarray
    team_km: np.ndarray
    radius_km: np.ndarray


def draw_ground(rng: np.random.Generator, n_requests: int, n_teams: int, degree: int, *, uniform: bool) -> Ground:
    """Draw the places, and radii that reach this many pairs a request on average."""
    if uniform:
        request_km, team_km = (rng.uniform(0, SIDE_KM, (n, 2)) for n in (n_requests, n_teams))
    else:
        centres = rng.uniform(0, SIDE_KM, (max(4, n_teams // 150), 2))
        request_km = centres[_zipf(rng, len(centres), n_requests)] + rng.normal(0, 6, (n_requests, 2))
        team_km = centres[_zipf(rng, len(centres), n_teams)] + rng.normal(0, 8, (n_teams, 2))
    return Ground(request_km, team_km, _radii(rng, request_km, team_km, degree))


def degrees(km: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place points of the plane on the globe: latitude and longitude in degrees."""
    lat = 38.7 + km[:, 1] / KM_PER_DEGREE
    return lat, 108.6 + km[:, 0] / (KM_PER_DEGREE * np.cos(np.radians(lat)))


def pairs_within(where: Ground, degree: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs within the teams' radii, sorted by (row, col): int32, found by blocks of requests."""
    blocks = list(_blocks(where, max(1, PAIRS_PER_BLOCK // degree)))
    rows, cols = (np.concatenate(side) for side in zip(*blocks, strict=True))
    return rows, cols


def distances(where: Ground, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """Return the kilometres of these pairs."""
    return np.hypot(*(where.request_km[rows] - where.team_km[cols]).T)


def _blocks(where: Ground, n_rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Find the pairs of each block of requests; teams of like radius share a tree, so that few are found in vain."""
    bands = np.array_split(np.argsort(where.radius_km, kind="stable"), min(BANDS, len(where.radius_km)))
    trees = [(band, cKDTree(where.team_km[band]), where.radius_km[band]) for band in bands]
    for start in range(0, len(where.request_km), n_rows):
        tree = cKDTree(where.request_km[start : start + n_rows])
        parts = [_within(tree, *band) for band in trees]
        rows, cols = (np.concatenate(side) for side in zip(*parts, strict=True))
        order = np.argsort(rows * len(where.team_km) + cols)
        yield (rows[order] + start).astype(np.int32), cols[order].astype(np.int32)


def _within(
    requests: cKDTree, band: np.ndarray, teams: cKDTree, radius_km: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    found = requests.sparse_distance_matrix(teams, radius_km.max(), output_type="ndarray")
    near = found[found["v"] <= radius_km[found["j"]]]
    return near["i"], band[near["j"]]


def _zipf(rng: np.random.Generator, n_centres: int, size: int) -> np.ndarray:
    share = 1.0 / np.arange(1, n_centres + 1) ** 0.5
    return rng.choice(n_centres, size, p=share / share.sum())


def _radii(rng: np.random.Generator, request_km: np.ndarray, team_km: np.ndarray, degree: int) -> np.ndarray:
    shape = rng.uniform(0.7, 1.3, len(team_km))
    sample = cKDTree(request_km[rng.choice(len(request_km), max(1, len(request_km) // 5), replace=False)])
    low, high = 0.01, SIDE_KM
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if _reach(sample, team_km, shape * middle, degree) else (middle, high)
    return shape * low


def _reach(sample: cKDTree, team_km: np.ndarray, radius_km: np.ndarray, degree: int) -> bool:
    """Tell whether the mean number of teams that reach a request is at least this; count no further than needed."""
    total = 0
    for start in range(0, len(team_km), TEAMS_PER_COUNT):
        part = slice(start, start + TEAMS_PER_COUNT)
        total += sample.query_ball_point(team_km[part], radius_km[part], return_length=True).sum()
        if total / sample.n >= degree:
            return True
    return False
