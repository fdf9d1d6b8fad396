"""Areas level by level."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from servicematch.tables.areas import area_codes, area_path

paths = st.lists(st.sampled_from(["a", "b", " a ", "旗"]), min_size=1, max_size=4).map("/".join)
columns = st.lists(st.none() | paths, max_size=8)


def column(texts):
    """Make a column of texts."""
    return np.fromiter(texts, dtype=object, count=len(texts))


@given(columns, columns)
def test_equal_codes_mean_equal_paths_so_far(left, right):
    """Across both tables, at every level."""
    codes = np.vstack(area_codes(column(left), column(right)))
    split = [() if text is None else area_path(text) for text in left + right]
    for i, one in enumerate(split):
        for j, other in enumerate(split):
            for level in range(codes.shape[1]):
                inside = len(one) > level and len(other) > level
                same = inside and one[: level + 1] == other[: level + 1]
                assert (codes[i, level] == codes[j, level] and codes[i, level] >= 0) == same
        assert (codes[i, len(one) :] == -1).all()


def test_towns_of_one_name_in_two_banners_differ():
    """There is a 中心镇 in many banners."""
    (codes,) = area_codes(column(["x/中心镇", "y/中心镇"]))
    assert codes[0, 1] != codes[1, 1]


def test_absent_column_has_no_rows():
    """A table without areas still gets its array."""
    requests, teams = area_codes(None, column(["a/b"]))
    assert (requests.shape, teams.shape) == ((0, 2), (1, 2))


def test_nothing_known_has_no_levels():
    """Nulls and blanks are below no path."""
    (codes,) = area_codes(column([None, " / "]))
    assert codes.shape == (2, 0)
