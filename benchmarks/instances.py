"""Fixed instances: clustered towns with scores of 0.6 latent taste + 0.4 nearness, at 1e-6 resolution."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from pathlib import Path

SIZES = {
    "tiny": (60, 15),
    "100": (100, 20),
    "300": (300, 60),
    "1k": (1_000, 200),
    "5k": (5_000, 1_900),
    "20k": (20_000, 5_000),
    "100k": (100_000, 20_000),
}
SCALE = 1_000_000
KM_PER_DEGREE = 6371.0088 * np.pi / 180.0
PAIRS_PER_BLOCK = 1_000_000
CLASS_SHARES = {1: (1.0,), 3: (0.7, 0.2, 0.1)}


@dataclass(frozen=True)
class Ground:
    """Places in km on a plane of 200 x 200 km, and how far each team goes."""

    request_km: np.ndarray
    team_km: np.ndarray
    radius_km: np.ndarray


@dataclass(frozen=True)
class Town(Ground):
    """One instance: the ground, what is asked and free on it, and the scored pairs sorted by (row, col)."""

    capacity: np.ndarray
    units: np.ndarray
    priority: np.ndarray
    rows: np.ndarray
    cols: np.ndarray
    gains: np.ndarray


def town(size: str, *, degree: int = 65, slack: float = 1.5, units: int = 1, classes: int = 1, seed: int = 0) -> Town:
    """Build the instance of this size, mean number of pairs a request, places per unit asked, and seed.

    Towns that differ in slack, units or classes alone share their ground, their pairs and their gains.
    """
    n_requests, n_teams = SIZES[size]
    rng = np.random.default_rng([seed, n_requests, degree, 2])
    need = rng.integers(1, units + 1, n_requests)
    raw = rng.integers(1, 21, n_teams).astype(np.float64)
    priority = rng.choice(classes, n_requests, p=CLASS_SHARES[classes])
    where, pairs = _scored(size, degree, seed)
    return Town(**asdict(where), capacity=_scaled(raw, slack * need.sum()), units=need, priority=priority, **pairs)


def ground(size: str, *, degree: int = 65, seed: int = 0) -> Ground:
    """Draw the places, and radii that reach this many pairs a request on average."""
    n_requests, n_teams = SIZES[size]
    rng = np.random.default_rng([seed, n_requests, degree, 0])
    centres = rng.uniform(0, 200, (max(4, n_teams // 150), 2))
    request_km = centres[_zipf(rng, len(centres), n_requests)] + rng.normal(0, 6, (n_requests, 2))
    team_km = centres[_zipf(rng, len(centres), n_teams)] + rng.normal(0, 8, (n_teams, 2))
    return Ground(request_km, team_km, _radii(rng, request_km, team_km, degree))


def degrees(km: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place points of the plane on the globe: latitude and longitude in degrees."""
    lat = 38.7 + km[:, 1] / KM_PER_DEGREE
    return lat, 108.6 + km[:, 0] / (KM_PER_DEGREE * np.cos(np.radians(lat)))


def save(instance: Town, path: Path) -> None:
    np.savez(path, **asdict(instance))


def load(path: Path) -> Town:
    with np.load(path) as arrays:
        return Town(**arrays)


@lru_cache(maxsize=1)
def _scored(size: str, degree: int, seed: int) -> tuple[Ground, dict[str, np.ndarray]]:
    where = ground(size, degree=degree, seed=seed)
    rows, cols, km = _pairs(where)
    rng = np.random.default_rng([seed, len(where.request_km), degree, 1])
    taste = _directions(rng, len(where.request_km))
    offer = _directions(rng, len(where.team_km))
    gains = np.empty(len(rows), dtype=np.int64)
    for start in range(0, len(rows), PAIRS_PER_BLOCK):
        part = slice(start, start + PAIRS_PER_BLOCK)
        latent = (1 + np.einsum("ij,ij->i", taste[rows[part]], offer[cols[part]])) / 2
        gains[part] = np.rint((0.6 * latent + 0.4 * 10 / (10 + km[part])) * SCALE)
    return where, {"rows": rows, "cols": cols, "gains": gains}


def _zipf(rng: np.random.Generator, n_centres: int, size: int) -> np.ndarray:
    share = 1.0 / np.arange(1, n_centres + 1) ** 0.5
    return rng.choice(n_centres, size, p=share / share.sum())


def _radii(rng: np.random.Generator, request_km: np.ndarray, team_km: np.ndarray, degree: int) -> np.ndarray:
    shape = rng.uniform(0.7, 1.3, len(team_km))
    sample = cKDTree(request_km[rng.choice(len(request_km), max(1, len(request_km) // 5), replace=False)])
    low, high = 0.01, 200.0
    for _ in range(30):
        middle = (low + high) / 2
        mean = sample.query_ball_point(team_km, shape * middle, return_length=True).sum() / sample.n
        low, high = (middle, high) if mean < degree else (low, middle)
    return shape * low


def _pairs(where: Ground) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    near = cKDTree(where.request_km).query_ball_point(where.team_km, where.radius_km)
    cols = np.repeat(np.arange(len(near)), [len(found) for found in near])
    rows = np.concatenate([np.asarray(found, dtype=np.int64) for found in near])
    order = np.argsort(rows * len(near) + cols, kind="stable")
    rows, cols = rows[order], cols[order]
    km = np.hypot(*(where.request_km[rows] - where.team_km[cols]).T)
    return rows.astype(np.int32), cols.astype(np.int32), km


def _directions(rng: np.random.Generator, n: int) -> np.ndarray:
    vectors = rng.normal(size=(n, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _scaled(raw: np.ndarray, total: float) -> np.ndarray:
    """Round shares of ``total`` to whole places whose sum is ``total`` rounded."""
    exact = raw * (total / float(raw.sum()))
    capacity = np.floor(exact).astype(np.int64)
    short = round(total) - int(capacity.sum())
    capacity[np.argsort(capacity - exact, kind="stable")[:short]] += 1
    return capacity
