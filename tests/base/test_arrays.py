"""Array helpers."""

import numpy as np
import pytest

from servicematch.base.arrays import frozen


def test_frozen_view_cannot_be_written():
    """No later layer may change what an earlier one made."""
    view = frozen(np.arange(3))
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1


def test_freezing_leaves_the_given_array_open():
    """Only the view is protected: the caller's own array stays his."""
    array = np.arange(3)
    frozen(array)
    array[0] = 7
    assert array[0] == 7
