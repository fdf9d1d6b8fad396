"""The shapes of a town: the usual one, places spread evenly, every pair eligible, and those that are hard on an auction.

A shape may find its pairs, change the gains, and share out the places in a way of its own; all else is the usual town.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ground import Ground, pairs_within

if TYPE_CHECKING:
    from collections.abc import Callable

    Pairs = tuple[np.ndarray, np.ndarray]

SCALE = 1_000_000


def every_pair(where: Ground, degree: int) -> Pairs:  # noqa: ARG001  one signature for all
    """Let every team serve every request."""
    n, m = (np.arange(len(side), dtype=np.int32) for side in (where.request_km, where.team_km))
    return np.repeat(n, len(m)), np.tile(m, len(n))


def chain(where: Ground, degree: int) -> Pairs:  # noqa: ARG001  as above
    """Put the requests evenly between neighbouring teams of a line: each reaches two."""
    n, m = len(where.request_km), len(where.team_km)
    left = np.arange(n) * (m - 1) // n
    cols = np.column_stack([left, left + 1]).ravel()
    return np.repeat(np.arange(n, dtype=np.int32), 2), cols.astype(np.int32)


def one_for_all(where: Ground, degree: int) -> Pairs:
    """Let the first team serve every request, besides the usual pairs."""
    rows, cols = pairs_within(where, degree)
    rows, cols = rows[cols > 0], cols[cols > 0]
    n = len(where.request_km)
    begins = np.searchsorted(rows, np.arange(n))
    return np.insert(rows, begins, np.arange(n, dtype=np.int32)), np.insert(cols, begins, 0)


def usual(cols: np.ndarray, gains: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001  as above
    """Leave the gains as they are: 0.6 latent taste + 0.4 nearness."""
    return gains


def equal(cols: np.ndarray, gains: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001  as above
    """Let all pairs be worth the same."""
    return np.full_like(gains, SCALE // 2)


def binary(cols: np.ndarray, gains: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001  as above
    """Let the better half of the pairs be worth everything, the others nothing."""
    return SCALE * (gains > np.median(gains))


def grid(cols: np.ndarray, gains: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001  as above
    """Round the gains to tenths."""
    return SCALE // 10 * np.rint(gains * (10 / SCALE)).astype(np.int64)


def no_taste(cols: np.ndarray, gains: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001  as above
    """Let every request rank the teams alike."""
    return rng.integers(0, SCALE + 1, cols.max(initial=0) + 1)[cols]


def hot(cols: np.ndarray, gains: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001  as above
    """Let one team in 50 be the best for all that it can reach."""
    return np.where(cols % 50 == 0, SCALE * 4 // 5 + gains // 5, gains)


def hot_first(cols: np.ndarray, gains: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Let the first team be nearly as good as can be for everybody."""
    return np.where(cols == 0, SCALE - rng.integers(0, SCALE // 10, len(gains)), gains)


def close(cols: np.ndarray, gains: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001  as above
    """Let all pairs be worth nearly the same, so that each bid raises a price by little."""
    return SCALE // 2 + rng.integers(0, SCALE // 1000, len(gains))


def shared(raw: np.ndarray, total: float, asked: int = 0) -> np.ndarray:  # noqa: ARG001  as above
    """Round shares of ``total`` to whole places whose sum is ``total`` rounded."""
    exact = raw * (total / float(raw.sum()))
    capacity = np.floor(exact).astype(np.int64)
    short = round(total) - int(capacity.sum())
    capacity[np.argsort(capacity - exact, kind="stable")[:short]] += 1
    return capacity


def pushed(raw: np.ndarray, total: float, asked: int) -> np.ndarray:
    """Give each team of the line what is asked beside it, the first one half of that, and what is left to the last.

    Then few places are short, but whoever goes without pushes all the others along, again and again. With fewer places
    than are asked, the line ends early.
    """
    capacity = shared(np.ones(len(raw)), asked)
    capacity[0] //= 2
    capacity = np.diff(np.minimum(capacity.cumsum(), round(total)), prepend=0)
    capacity[-1] += round(total) - capacity.sum()
    return capacity


def few(raw: np.ndarray, total: float, asked: int) -> np.ndarray:
    """Give one team in 100 everything."""
    return shared(raw * (np.arange(len(raw)) % 100 == 0), total, asked)


def huge(raw: np.ndarray, total: float, asked: int) -> np.ndarray:  # noqa: ARG001  as above
    """Give every team a million places."""
    return np.full(len(raw), 1_000_000)


@dataclass(frozen=True)
class Shape:
    """How a town departs from the usual one."""

    uniform: bool = False
    pairs: Callable[[Ground, int], Pairs] = pairs_within
    gains: Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray] = usual
    places: Callable[[np.ndarray, float, int], np.ndarray] = shared


SHAPES = {
    "clustered": Shape(),
    "uniform": Shape(uniform=True),
    "dense": Shape(pairs=every_pair),
    "equal": Shape(gains=equal),
    "binary": Shape(gains=binary),
    "grid": Shape(gains=grid),
    "no-taste": Shape(gains=no_taste),
    "one-for-all": Shape(pairs=one_for_all, gains=hot_first),
    "hot": Shape(gains=hot),
    "chain": Shape(pairs=chain, gains=close, places=pushed),
    "huge": Shape(places=huge),
    "few": Shape(places=few),
}
ADVERSARIAL = tuple(name for name in SHAPES if name not in {"clustered", "uniform", "dense"})
