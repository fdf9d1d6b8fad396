"""The waist checks its laws at the door, so that no solver is ever given nonsense."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from servicematch.base.errors import SolverError
from servicematch.solve.forest import Forest
from servicematch.solve.problem import Status
from solve.towns import table


@pytest.fixture
def square():
    """Two rows, two columns, four pairs."""
    return table([[1, 2], [3, 4]])


WRONG = {
    "float gains": {"gain": np.array([1.0, 2.0, 3.0, 4.0])},
    "uint64 gains": {"gain": np.array([1, 2, 3, 4], dtype=np.uint64)},
    "int64 rows": {"row": np.array([0, 0, 1, 1])},
    "a list": {"need": [1, 1]},
    "a table of gains": {"gain": np.array([[1, 2], [3, 4]])},
    "a number of needs": {"need": np.int64(1)},
    "too few gains": {"gain": np.array([1, 2, 3])},
    "too few classes": {"tier": np.array([1])},
    "too few ranks": {"rank": np.array([1])},
    "float ranks": {"rank": np.array([1.0, 2.0])},
    "too few fixed": {"fixed": np.array([True])},
    "int fixed": {"fixed": np.array([1, 0, 0, 0])},
    "a row too far": {"row": np.array([0, 0, 1, 2], dtype=np.int32)},
    "a negative row": {"row": np.array([-1, 0, 1, 1], dtype=np.int32)},
    "a column too far": {"col": np.array([0, 1, 0, 2], dtype=np.int32)},
    "a negative column": {"col": np.array([-1, 1, 0, 1], dtype=np.int32)},
    "rows out of order": {"row": np.array([1, 1, 0, 0], dtype=np.int32)},
    "columns out of order": {"col": np.array([1, 0, 0, 1], dtype=np.int32)},
    "a pair twice": {"col": np.array([0, 0, 0, 1], dtype=np.int32)},
    "a negative need": {"need": np.array([1, -1])},
    "a negative capacity": {"capacity": np.array([1, -1])},
    "a negative class": {"tier": np.array([1, -1])},
    "a class above n_tiers": {"n_tiers": 0},
    "a gain above 2^40": {"gain": np.array([1, 2, 3, 2**40 + 1])},
    "a gain below -2^40": {"gain": np.array([1, 2, 3, -(2**40) - 1])},
    "the lowest integer": {"gain": np.array([1, 2, 3, -(2**63)])},
    "too few owners": {"owner": np.array([0], dtype=np.int32)},
    "too few loads": {"load": np.array([1])},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_arrays_are_refused(square, wrong):
    """Each law of the problem is broken once, and each time there is a sentence instead of a solve."""
    with pytest.raises(SolverError, match="Problem: "):
        replace(square, **WRONG[wrong])


def test_widest_gains_are_taken(square):
    """The boundary itself is inside."""
    assert replace(square, gain=np.array([2**40, -(2**40), 0, 0])).n_pairs == 4


def test_arrays_are_write_protected(square):
    """No later layer can change a problem in place."""
    with pytest.raises(ValueError, match="read-only"):
        square.gain[0] = 9
    with pytest.raises(FrozenInstanceError):
        square.gain = np.zeros(4)


def test_sizes_are_read_off_the_arrays(square):
    """Rows, columns, pairs and classes are counted, not told."""
    assert (square.n_rows, square.n_cols, square.n_pairs, square.n_tiers) == (2, 2, 4, 1)


def test_parent_before_its_children_is_refused():
    """Groups whose parents stand after them can never loop."""
    with pytest.raises(SolverError, match="never loop"):
        Forest(np.array([0, 1], dtype=np.int32), np.array([-1, 0], dtype=np.int32), np.array([0, 0]), np.array([1, 1]))


@pytest.mark.parametrize(
    ("leaf", "at_least", "at_most"),
    [([2, 0], [0, 0], [1, 1]), ([-2, 0], [0, 0], [1, 1]), ([0, 1], [0], [1, 1]), ([0, 1], [0, -1], [1, 1])],
)
def test_wrong_forest_is_refused(leaf, at_least, at_most):
    """A leaf names a group or none, bounds are complete and not negative."""
    with pytest.raises(SolverError):
        Forest(np.array(leaf), np.array([1, -1]), np.array(at_least), np.array(at_most))


def test_status_reads_as_its_word():
    """A status compares and prints as a plain word."""
    assert [str(status) for status in Status] == ["PROVED", "FEASIBLE"]
