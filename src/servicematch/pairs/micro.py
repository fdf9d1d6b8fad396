"""Micro-points: the one rounding of the library."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.claim import SCALE
from servicematch.base.errors import PolicyError

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, Int32Array


def quantise(score: FloatArray) -> Int32Array:
    """Round scores to micro-points, a million to the point.

    Raises
    ------
    PolicyError
        When a score is not finite or not in [0, 1].

    Examples
    --------
    >>> quantise(np.array([0.0, 0.1234567, 1.0]))
    array([      0,  123457, 1000000], dtype=int32)
    """
    if len(score) and not (score.min() >= 0 and score.max() <= 1):  # also false for NaN
        raise PolicyError(
            f"score: expected finite numbers in [0, 1], got {float(score.min())} to {float(score.max())}."
        )
    return np.rint(score * SCALE).astype(np.int32)


def micro_reserve(reserve: float | None) -> int:
    """Round a reserve as scores are rounded; None is 0.

    Examples
    --------
    >>> micro_reserve(0.3), micro_reserve(None)
    (300000, 0)
    """
    if reserve is None:
        return 0
    if not (math.isfinite(reserve) and 0 <= reserve <= 1):
        raise PolicyError(f"reserve: expected a score in [0, 1] or None, got {reserve!r}.")
    return int(np.rint(reserve * SCALE))
