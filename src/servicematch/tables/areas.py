"""Areas: paths such as "banner/town/station" become codes level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, ObjectArray


def area_path(area: str) -> tuple[str, ...]:
    """Cut an area into its levels, outermost first; spaces and empty levels are dropped.

    Examples
    --------
    >>> area_path("准格尔旗 / 薛家湾镇/")
    ('准格尔旗', '薛家湾镇')
    """
    return tuple(part for part in map(str.strip, area.split("/")) if part)


def area_codes(*areas: ObjectArray | None) -> list[Int32Array]:
    """Code areas level by level, with numbers shared by all the given columns.

    Parameters
    ----------
    *areas
        Columns of area texts, None for no area; an absent column may be given as None.

    Returns
    -------
    list of int32 arrays of shape (rows, depth)
        Two rows have the same code at level k exactly when their paths are equal down to level k;
        -1 below the end of a path. ``depth`` is the length of the longest path of all columns.

    Examples
    --------
    >>> requests, teams = np.array(["a/x", "b/x", None], dtype=object), np.array(["a"], dtype=object)
    >>> of_requests, of_teams = area_codes(requests, teams)
    >>> of_requests.tolist(), of_teams.tolist()
    ([[0, 0], [1, 1], [-1, -1]], [[0, -1]])
    """
    listed = [[] if column is None else column.tolist() for column in areas]
    texts = list(dict.fromkeys(text for column in listed for text in column))
    paths = [() if text is None else area_path(text) for text in texts]
    table = _prefix_codes(paths)
    row = {text: i for i, text in enumerate(texts)}
    at = (np.fromiter(map(row.__getitem__, column), dtype=np.int64, count=len(column)) for column in listed)
    return [table[rows] for rows in at]


def _prefix_codes(paths: list[tuple[str, ...]]) -> Int32Array:
    depth = max(map(len, paths), default=0)
    codes = np.full((len(paths), depth), -1, dtype=np.int32)
    for level in range(depth):
        prefixes = sorted({path[: level + 1] for path in paths if len(path) > level})
        number = {prefix: i for i, prefix in enumerate(prefixes)}
        codes[:, level] = [number.get(path[: level + 1], -1) if len(path) > level else -1 for path in paths]
    return codes
