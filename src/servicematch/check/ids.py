"""From the ids of a claim to positions in the tables; what is unknown becomes -1, never an error."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, IntArray


def positions(ids: AnyArray, wanted: Iterable[Any]) -> IntArray:
    """Find ids among those of a table, -1 where they are not there.

    Examples
    --------
    >>> positions(np.array(["a", "b"], dtype=object), ["b", "c", ["b"]]).tolist()
    [1, -1, -1]
    """
    place = {value: i for i, value in enumerate(ids.tolist())}
    found = [place.get(value, -1) if _is_id(value) else -1 for value in wanted]
    return np.array(found, dtype=np.int64)


def _is_id(value: Any) -> bool:
    """Refuse lists and the like, and truths and fractions that Python takes for the numbers 0 and 1."""
    return isinstance(value, Hashable) and not isinstance(value, bool | float | np.bool_)


def pair_keys(pairs: Iterable[tuple[Any, Any]], requests: Any, teams: Any) -> IntArray:
    """Turn pairs of ids into numbers ``row * n_teams + col``, -1 where an id is in no table.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> pair_keys([(1, 8), (1, 9)], Requests({"id": [0, 1]}), Teams({"id": [7, 8]})).tolist()
    [3, -1]
    """
    listed = list(pairs)
    rows = positions(requests.ids, (request for request, _ in listed))
    cols = positions(teams.ids, (team for _, team in listed))
    return np.where((rows < 0) | (cols < 0), -1, rows * len(teams) + cols)


def named_pairs(pairs: Any) -> list[tuple[Any, Any]]:
    """Read pairs of ids, or a mapping from a request to one or several teams.

    Examples
    --------
    >>> named_pairs({"r": ["s", "t"], "q": "s"})
    [('r', 's'), ('r', 't'), ('q', 's')]
    """
    if not isinstance(pairs, Mapping):
        return [(request, team) for request, team in pairs]
    many = {
        request: teams if isinstance(teams, Iterable) and not isinstance(teams, str | bytes) else (teams,)
        for request, teams in pairs.items()
    }
    return [(request, team) for request, teams in many.items() for team in teams]
