"""Named tiny towns, small enough to see."""

from __future__ import annotations

import numpy as np
import pytest

from solve.towns import table


@pytest.fixture
def two_for_one_place():
    """Two rows that are worth the same at the only place."""
    return table([[5], [5]])


@pytest.fixture
def full_square():
    """Three rows, three columns, all nine pairs worth the same: six solutions, all as good."""
    return table([[7, 7, 7], [7, 7, 7], [7, 7, 7]])


@pytest.fixture
def must_step_aside():
    """Row 0 has its best at column 0, which is all that row 1 can use: served first moves row 0 to column 1."""
    return table([[1_000_000, 0], [0, None]])


@pytest.fixture
def high_class_goes_first():
    """One place: row 0 of class 1 is worth much there, row 1 of class 2 nothing."""
    return table([[1_000_000], [0]], tier=np.array([1, 2]))


@pytest.fixture
def partly_served():
    """Row 0 wants two units and can have one place of two that rows 1 wants as much."""
    return table([[5, 5], [5, 5]], need=np.array([2, 1]))
