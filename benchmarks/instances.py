"""Fixed instances: towns with scores of 0.6 latent taste + 0.4 nearness, at 1e-6 resolution, and their odd relatives."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from ground import Ground, distances, draw_ground
from shapes import SCALE, SHAPES

if TYPE_CHECKING:
    from pathlib import Path

SIZES = {
    "tiny": (60, 15),
    "100": (100, 20),
    "300": (300, 60),
    "1k": (1_000, 200),
    "2k": (2_000, 500),
    "5k": (5_000, 1_900),
    "5kx2k": (5_000, 2_000),
    "20k": (20_000, 5_000),
    "100k": (100_000, 20_000),
    "500k": (500_000, 50_000),
    "1m": (1_000_000, 100_000),
}
PAIRS_PER_BLOCK = 1_000_000
CLASS_SHARES = {1: (1.0,), 3: (0.7, 0.2, 0.1)}


@dataclass(frozen=True)
class Town(Ground):
    """One instance: the ground, what is asked and free on it, and the scored pairs sorted by (row, col)."""

    capacity: np.ndarray
    units: np.ndarray
    priority: np.ndarray
    rows: np.ndarray
    cols: np.ndarray
    gains: np.ndarray


def town(
    size: str,
    *,
    degree: int = 65,
    slack: float = 1.5,
    units: int = 1,
    classes: int = 1,
    seed: int = 0,
    shape: str = "clustered",
    scored: bool = True,
) -> Town:
    """Build the instance of this size, mean number of pairs a request, places per unit asked, seed and shape.

    Towns that differ in slack, units or classes alone share their ground, their pairs and their gains. Without
    ``scored`` there are no pairs: for those who find their own.
    """
    n_requests, n_teams = SIZES[size]
    rng = np.random.default_rng([seed, n_requests, degree, 2])
    need = rng.integers(1, units + 1, n_requests)
    raw = rng.integers(1, 21, n_teams).astype(np.float64)
    priority = rng.choice(classes, n_requests, p=CLASS_SHARES[classes])
    where = ground(size, degree=degree, seed=seed, shape=shape)
    capacity = SHAPES[shape].places(raw, slack * need.sum(), int(need.sum()))
    pairs = _scored(size, degree, seed, shape) if scored else (np.empty(0, np.int32),) * 2 + (np.empty(0, np.int64),)
    return Town(where.request_km, where.team_km, where.radius_km, capacity, need, priority, *pairs)


@lru_cache(maxsize=1)
def ground(size: str, *, degree: int = 65, seed: int = 0, shape: str = "clustered") -> Ground:
    """Draw the ground of a town."""
    rng = np.random.default_rng([seed, SIZES[size][0], degree, 0])
    return draw_ground(rng, *SIZES[size], degree, uniform=SHAPES[shape].uniform)


def save(instance: Town, path: Path) -> None:
    np.savez(path, **vars(instance))


def load(path: Path) -> Town:
    with np.load(path) as arrays:
        return Town(**{field.name: arrays[field.name] for field in fields(Town)})


@lru_cache(maxsize=1)
def _scored(size: str, degree: int, seed: int, shape: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    where = ground(size, degree=degree, seed=seed, shape=shape)
    rows, cols = SHAPES[shape].pairs(where, degree)
    rng = np.random.default_rng([seed, len(where.request_km), degree, 1])
    taste = _directions(rng, len(where.request_km))
    offer = _directions(rng, len(where.team_km))
    gains = np.empty(len(rows), dtype=np.int64)
    for start in range(0, len(rows), PAIRS_PER_BLOCK):
        part = slice(start, start + PAIRS_PER_BLOCK)
        latent = (1 + np.einsum("ij,ij->i", taste[rows[part]], offer[cols[part]])) / 2
        gains[part] = np.rint((0.6 * latent + 0.4 * 10 / (10 + distances(where, rows[part], cols[part]))) * SCALE)
    return rows, cols, SHAPES[shape].gains(cols, gains, rng)


def _directions(rng: np.random.Generator, n: int) -> np.ndarray:
    vectors = rng.normal(size=(n, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
