"""The Gini coefficient: its textbook formula, and what it must not depend on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicematch.ask.gini import gini

GROUPS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), min_size=1, max_size=8)


@given(GROUPS)
def test_gini_is_the_mean_difference_of_the_shares(groups):
    """The sum over all pairs, written out."""
    parts, wholes = zip(*groups, strict=True)
    across = [abs(p * w - q * v) for i, (p, v) in enumerate(groups) for q, w in groups[i + 1 :]]
    assert gini(parts, wholes) == pytest.approx(sum(across) / (sum(parts) * sum(wholes)) if sum(parts) else 0.0)
    assert 0 <= gini(parts, wholes) < 1


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.integers(0, 5))
def test_gini_is_exactly_zero_where_all_shares_are_alike(wholes, times):
    """Whole numbers: no rounding leaves a trace."""
    assert gini([times * whole for whole in wholes], wholes) == 0


@given(GROUPS, st.randoms())
def test_gini_knows_no_order_no_scale_and_no_border_within_a_group(groups, shuffled):
    """Order, all parts doubled, and a group cut into two of the same share change nothing."""
    parts, wholes = zip(*groups, strict=True)
    other = [(2 * p, 2 * w) for p, w in groups[1:]] + [groups[0], groups[0]]
    shuffled.shuffle(other)
    assert gini(*zip(*other, strict=True)) == pytest.approx(gini(parts, wholes))


def test_gini_of_a_few_towns_by_hand():
    """Shares 1/2 and 1/2, 0 and 1, and 1/2 of two against 1 of one: |1 x 1 - 1 x 2| / (3 x 2)."""
    assert gini([1, 2], [2, 4]) == 0
    assert gini([0, 1], [1, 1]) == 0.5
    assert gini([1, 1], [2, 1]) == pytest.approx(1 / 6)
