"""The one rule that says which pairs pass a limit."""

from types import SimpleNamespace

import numpy as np
import pytest

from servicematch.base.protocols import passes

PAIRS = np.zeros(1, dtype=np.int32)


def prepared(value, bound, **more):
    """Make a limit that measures one value against one bound."""
    return SimpleNamespace(
        unit="km", values=lambda r, c: np.array([value]), bound=lambda r, c: np.array([bound]), **more
    )


@pytest.mark.parametrize(
    ("value", "bound", "ok"),
    [
        (5.0, 5.0, True),
        (5.1, 5.0, False),
        (np.nan, 5.0, False),
        (np.nan, np.inf, True),
        (1e9, np.inf, True),
        (0.0, np.nan, False),
    ],
)
def test_limit_is_inclusive_and_what_cannot_be_measured_fails_unless_nothing_is_limited(value, bound, ok):
    """Every layer and the checker rely on these boundaries."""
    assert passes(prepared(value, bound), PAIRS, PAIRS).tolist() == [ok]


def test_tolerance_widens_the_bound_a_little():
    """A team 10 km away with a radius of 10 km must not fail by a rounding."""
    limit = prepared(10.0000005, 10.0, tolerance=1e-6)
    assert passes(limit, PAIRS, PAIRS).all()
    assert not passes(prepared(10.00001, 10.0, tolerance=1e-6), PAIRS, PAIRS).any()
