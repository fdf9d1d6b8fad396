"""A choice of pairs, indexed from both sides."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from servicematch.solve.matching import compress, index_matching, spans, starts
from solve.towns import table


def test_units_loads_and_members_are_counted():
    """Row 0 has two units, column 1 holds rows 0 and 2."""
    problem = table([[1, 2], [3, 4], [None, 5]], need=[2, 1, 1], capacity=[2, 2])
    matching = index_matching(problem, np.array([0, 1, 4]))
    assert (matching.served.tolist(), matching.load.tolist()) == ([2, 0, 1], [1, 2])
    assert (matching.open_rows.tolist(), matching.full_cols.tolist()) == ([False, True, False], [False, True])
    members = matching.member[matching.member_start[1] : matching.member_start[2]]
    assert matching.row[members].tolist() == [0, 2]
    assert matching.is_chosen.tolist() == [True, True, False, False, True]


def test_column_over_capacity_counts_as_full():
    """A column filled beyond its places has none free."""
    assert index_matching(table([[1], [1]], capacity=1), np.array([0, 1])).full_cols.tolist() == [True]


@given(keys=st.lists(st.integers(0, 5), max_size=12).map(sorted), wanted=st.lists(st.integers(0, 5), max_size=6))
def test_spans_list_the_entries_of_each_key(keys, wanted):
    """The same as a plain loop, empty keys and repeats included."""
    start = starts(np.array(keys, dtype=np.int64), 6)
    literal = [position for key in wanted for position, other in enumerate(keys) if other == key]
    assert spans(start, np.array(wanted, dtype=np.int64)).tolist() == literal


@given(keys=st.lists(st.integers(0, 9), max_size=12))
def test_compressed_keys_are_the_unique_ones(keys):
    """The same as numpy's unique with its inverse."""
    kept, number = compress(np.array(keys, dtype=np.int32), 10)
    literal, inverse = np.unique(np.array(keys, dtype=np.int32), return_inverse=True)
    assert (kept.tolist(), number.tolist()) == (literal.tolist(), inverse.tolist())
    assert number.dtype == np.int32
