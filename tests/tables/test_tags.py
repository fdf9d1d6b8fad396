"""Words as numbers."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicematch.tables.tags import read_bars, read_words

words = st.sampled_from(["yoga", "dance", " dance ", "文化", "", "a"])
rows = st.lists(st.lists(words, max_size=5), max_size=8)


def clean(row):
    """Say what a list of words means."""
    return tuple(sorted({word.strip() for word in row} - {""}))


@given(rows)
def test_rows_keep_their_words_sorted_and_once(table):
    """Whatever order and doubles came in."""
    lengths = np.array([len(row) for row in table], dtype=np.int64)
    flat = np.array([word for row in table for word in row], dtype=object)
    tags = read_words(lengths, flat)
    assert [tags.of(i) for i in range(len(table))] == [clean(row) for row in table]
    assert tags.words == tuple(sorted({word for row in table for word in clean(row)}))
    assert tags.codes.dtype == np.int32
    assert tags.indptr.dtype == np.int64


@given(rows)
def test_bars_mean_the_same_as_lists(table):
    """One way to write it in a spreadsheet, one in a program."""
    tags = read_bars(np.fromiter(("|".join(row) or None for row in table), dtype=object, count=len(table)))
    assert [tags.of(i) for i in range(len(table))] == [clean(row) for row in table]


@given(rows, st.randoms(use_true_random=False))
def test_rows_move_whole_into_another_order(table, random):
    """Canonical order permutes the rows."""
    tags = read_bars(np.fromiter(("|".join(row) for row in table), dtype=object, count=len(table)))
    order = list(range(len(table)))
    random.shuffle(order)
    moved = tags.take(np.array(order, dtype=np.int64))
    assert [moved.of(i) for i in range(len(table))] == [tags.of(i) for i in order]


def test_matrix_marks_the_words_of_another_vocabulary():
    """Requests and teams number their words apart; the matrix brings them together."""
    tags = read_bars(np.array(["b|a", None, "c", "a"], dtype=object))
    matrix = tags.matrix(("x", "c", "a"))
    assert matrix.toarray().tolist() == [[0, 0, 1], [0, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert matrix.dtype == np.float32
    assert matrix.has_sorted_indices


def test_matrix_without_words_has_no_columns():
    """A column of skills may be empty all over."""
    assert read_bars(np.array([None, ""], dtype=object)).matrix(()).shape == (2, 0)
    assert read_bars(np.array([], dtype=object)).matrix(("a",)).shape == (0, 1)


def test_arrays_are_protected_also_after_a_pickle():
    """Workers get copies, and may not write into them either."""
    tags = pickle.loads(pickle.dumps(read_bars(np.array(["a|b"], dtype=object))))  # noqa: S301  our own bytes
    assert tags.of(0) == ("a", "b")
    with pytest.raises(ValueError, match="read-only"):
        tags.codes[0] = 1


def test_row_outside_is_an_index_error_and_repr_shows_no_word():
    """A negative row would give the words of another."""
    tags = read_bars(np.array(["secret"], dtype=object))
    with pytest.raises(IndexError):
        tags.of(-1)
    assert repr(tags) == "Tags(1 rows, 1 words)"
