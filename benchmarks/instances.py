"""Fixed instances: clustered towns with scores of 0.6 latent taste + 0.4 nearness, at 1e-6 resolution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

SIZES = {"1k": (1_000, 200), "5k": (5_000, 1_900), "20k": (20_000, 5_000), "100k": (100_000, 20_000)}
SCALE = 1_000_000
KM_PER_DEGREE = 6371.0088 * np.pi / 180.0


@dataclass(frozen=True)
class Town:
    """One instance: places in km on a plane around (39.6 N, 109.8 E), and the scored pairs sorted by (row, col)."""

    name: str
    request_km: np.ndarray
    team_km: np.ndarray
    radius_km: np.ndarray
    capacity: np.ndarray
    units: np.ndarray
    priority: np.ndarray
    rows: np.ndarray
    cols: np.ndarray
    gains: np.ndarray


def town(size: str, *, degree: int = 65, slack: float = 1.5, units: int = 1, classes: int = 1, seed: int = 0) -> Town:
    """Build the instance of this size, mean number of pairs a request, places per unit asked, and seed."""
    n_requests, n_teams = SIZES[size]
    rng = np.random.default_rng([seed, n_requests, degree])
    centres = rng.uniform(0, 200, (max(4, n_teams // 150), 2))
    request_km = centres[_zipf(rng, len(centres), n_requests)] + rng.normal(0, 6, (n_requests, 2))
    team_km = centres[_zipf(rng, len(centres), n_teams)] + rng.normal(0, 8, (n_teams, 2))
    radius_km = _radii(rng, request_km, team_km, degree)
    rows, cols, km = _pairs(request_km, team_km, radius_km)
    gains = _gains(rng, rows, cols, km, n_requests, n_teams)
    need = rng.integers(1, units + 1, n_requests)
    raw = rng.integers(1, 21, n_teams).astype(np.float64)
    capacity = _scaled(raw, slack * need.sum())
    priority = rng.choice(classes, n_requests, p=_class_shares(classes))
    name = f"{size} degree {degree} slack {slack} units {units} classes {classes} seed {seed}"
    return Town(name, request_km, team_km, radius_km, capacity, need, priority, rows, cols, gains)


def degrees(km: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place points of the plane on the globe: latitude and longitude in degrees."""
    lat = 38.7 + km[:, 1] / KM_PER_DEGREE
    return lat, 108.6 + km[:, 0] / (KM_PER_DEGREE * np.cos(np.radians(lat)))


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


def _pairs(request_km: np.ndarray, team_km: np.ndarray, radius_km: np.ndarray) -> tuple[np.ndarray, ...]:
    near = cKDTree(request_km).query_ball_point(team_km, radius_km)
    cols = np.repeat(np.arange(len(team_km)), [len(found) for found in near])
    rows = np.concatenate([np.asarray(found, dtype=np.int64) for found in near])
    order = np.argsort(rows * len(team_km) + cols, kind="stable")
    rows, cols = rows[order], cols[order]
    km = np.hypot(*(request_km[rows] - team_km[cols]).T)
    return rows.astype(np.int32), cols.astype(np.int32), km


def _gains(rng: np.random.Generator, rows: np.ndarray, cols: np.ndarray, km: np.ndarray, n: int, m: int) -> np.ndarray:
    taste, offer = (vector / np.linalg.norm(vector, axis=1, keepdims=True) for vector in (rng.normal(size=(n, 8)), rng.normal(size=(m, 8))))
    gains = np.empty(len(rows), dtype=np.int32)
    for start in range(0, len(rows), 1_000_000):
        part = slice(start, start + 1_000_000)
        latent = (1 + np.einsum("ij,ij->i", taste[rows[part]], offer[cols[part]])) / 2
        gains[part] = np.rint((0.6 * latent + 0.4 * 10 / (10 + km[part])) * SCALE)
    return gains


def _scaled(raw: np.ndarray, total: float) -> np.ndarray:
    exact = raw * total / raw.sum()
    capacity = np.floor(exact).astype(np.int64)
    short = round(total) - int(capacity.sum())
    capacity[np.argsort(capacity - exact, kind="stable")[:short]] += 1
    return capacity


def _class_shares(classes: int) -> np.ndarray:
    return np.array({1: [1.0], 3: [0.7, 0.2, 0.1]}[classes])
