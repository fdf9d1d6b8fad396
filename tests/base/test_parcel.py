"""Parcels: what is packed once and opened by every worker."""

import numpy as np
import pytest

from servicematch.base.parcel import opened, packed


def test_what_is_packed_comes_out():
    """Arrays of every kind, and what lies between them, must cross over bit by bit."""
    things = {
        "floats": np.array([1.5, np.nan, -0.0]),
        "bits": np.array([True, False, True]),
        "none": np.empty(0, dtype=np.int32),
        "columns first": np.asfortranarray(np.arange(6).reshape(2, 3)),
        "words": ("点单", "派单"),
        "objects": np.array(["a", None], dtype=object),
    }
    again = opened(*packed(things))
    assert again.keys() == things.keys()
    for name in ("floats", "bits", "none", "columns first"):
        assert again[name].dtype == things[name].dtype, name
        assert again[name].tobytes("A") == things[name].tobytes("A"), name
        assert again[name].shape == things[name].shape, name
    assert again["words"] == things["words"]
    assert again["objects"].tolist() == ["a", None]


def test_an_array_is_not_copied_when_a_parcel_is_opened():
    """Sixty workers of one machine share the memory of the body instead of holding it sixty times."""
    body, places = packed([np.arange(1000.0)])
    assert np.shares_memory(opened(body, places)[0], body)


def test_nobody_writes_into_a_parcel():
    """What one task wrote there, the next would read."""
    body, places = packed(np.zeros(3))
    for array in (body, opened(body, places)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_arrays_lie_where_the_processor_likes_them():
    """Compiled loops may refuse, or slow down on, numbers at odd addresses."""
    body, places = packed([np.zeros(3, dtype=np.int8), np.zeros(3)])
    assert [start % 64 for start, _ in places] == [0, 0, 0]
    assert opened(body, places)[1].flags.aligned


def test_a_class_of_a_notebook_and_a_lambda_can_be_sent():
    """A limit that was written in a notebook has no module that a worker could import."""

    class Own:
        def twice(self, x):
            return 2 * x

    assert opened(*packed(Own())).twice(21) == 42
    assert opened(*packed(lambda x: x + 1))(1) == 2
