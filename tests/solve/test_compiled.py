"""Calling loops that fill a list of a guessed length."""

from __future__ import annotations

import numpy as np
import pytest

from servicematch.solve.compiled import filled


def counting(n_entries):
    """Return a loop that writes so many entries where there is room, and counts them all the same."""

    def fill(found):
        found[:n_entries] = np.arange(n_entries)[: len(found)]
        return n_entries, "rest"

    return fill


@pytest.mark.parametrize("n_guessed", [0, 1, 4, 5, 6, 100])
def test_list_is_whole_whatever_was_guessed(n_guessed):
    """Too short a list is made again, too long a one is cut."""
    (rest,), found = filled(counting(5), n_guessed)
    assert (rest, found.tolist()) == ("rest", [0, 1, 2, 3, 4])


def test_second_call_may_find_fewer():
    """Where there is room a loop may thin what it found: nothing that was not written is handed out."""

    def thinning(found):
        if len(found) < 10:
            return (10,)
        found[:] = -1
        found[:3] = [7, 8, 9]
        return (3,)

    assert filled(thinning, 2)[1].tolist() == [7, 8, 9]
