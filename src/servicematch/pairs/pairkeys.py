"""Pairs named by the caller, by id, as sorted numbers that can be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.base.errors import PolicyError
from servicematch.tables.ids import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import AnyArray, BoolArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PairKeys:
    """Pairs as ``row * n_cols + col``, ascending, each once."""

    keys: IntArray
    n_cols: int

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def of(cls, rows: IntArray, cols: IntArray, n_cols: int) -> PairKeys:
        """Collect pairs of positions.

        Examples
        --------
        >>> PairKeys.of(np.array([1, 0]), np.array([0, 1]), n_cols=2).keys
        array([1, 2])
        """
        return cls(frozen(np.unique(rows * n_cols + cols)), n_cols)

    def find(self, rows: Int32Array, cols: Int32Array) -> IntArray:
        """Find each pair's place among the keys, -1 where it is not there.

        Examples
        --------
        >>> pairs = PairKeys.of(np.array([1]), np.array([0]), n_cols=2)
        >>> pairs.find(np.array([1, 0]), np.array([0, 1]))
        array([ 0, -1])
        """
        wanted = rows.astype(np.int64) * self.n_cols + cols
        at = np.searchsorted(self.keys, wanted)
        inside = at < len(self.keys)
        at[~inside] = 0
        same: BoolArray = inside & (self.keys[at] == wanted) if len(self.keys) else inside
        return np.where(same, at, -1)


def read_pairs(pairs: tuple[tuple[Any, Any], ...], requests: Any, teams: Any, owner: str) -> PairKeys:
    """Find pairs of ids, as `standing` wrote them down, in two tables.

    Ids that are in neither table today are left out, so that one standing list serves every day.

    Raises
    ------
    PolicyError
        When an id is of another kind than the table's (``1`` for ``"1"``).

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": ["a", "b"]}), Teams({"id": [7, 8]})
    >>> read_pairs((("b", 7), ("b", 8), ("gone", 7)), requests, teams, "limits.allowed").keys
    array([2, 3])
    """
    rows = positions(requests.ids, [request for request, _ in pairs], owner)
    cols = positions(teams.ids, [team for _, team in pairs], owner)
    known = (rows >= 0) & (cols >= 0)
    return PairKeys.of(rows[known], cols[known], len(teams))


def standing(pairs: Any, owner: str) -> tuple[tuple[Any, Any], ...]:
    """Write pairs of ids down as tuples, once, so that they can be read for many tables.

    Examples
    --------
    >>> standing({"b": [7, 8]}, "limits.allowed")
    (('b', 7), ('b', 8))
    """
    if isinstance(pairs, Mapping):
        return tuple((request, team) for request, many in pairs.items() for team in _many(many))
    if isinstance(pairs, str | bytes) or not isinstance(pairs, Iterable):
        raise PolicyError(f"{owner}: expected pairs (request_id, team_id), got a {type(pairs).__name__}.")
    entries = [tuple(entry) if isinstance(entry, tuple | list) else (entry,) for entry in pairs]
    wrong = [i for i, entry in enumerate(entries) if len(entry) != 2]  # noqa: PLR2004  a pair
    if wrong:
        raise PolicyError(
            f"{owner}: expected pairs (request_id, team_id), got something else at entry {wrong[0]}, "
            f"{len(wrong)} of {len(entries)} entries."
        )
    return tuple((request, team) for request, team in entries)


def _many(teams: Any) -> Iterable[Any]:
    is_many = isinstance(teams, Iterable) and not isinstance(teams, str | bytes)
    return teams if is_many else (teams,)


def positions(ids: AnyArray, wanted: Sequence[Any], owner: str) -> IntArray:
    """Find ids in a table, -1 where they are not in it.

    Examples
    --------
    >>> positions(np.array([3, 5]), [5, 9], "limits.allowed")
    array([ 1, -1])
    """
    if not len(ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    kind = kind_of(ids[0])
    for value in wanted:
        if kind_of(value) != kind:
            raise PolicyError(f"{owner}: expected ids of kind {kind} as in the table, got a {type(value).__name__}.")
    place = {value: i for i, value in enumerate(ids.tolist())}
    return np.fromiter((place.get(value, -1) for value in wanted), dtype=np.int64, count=len(wanted))
