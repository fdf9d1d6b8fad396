"""Kilometres that a caller gave: a matrix, a list or table of pairs, or a function of coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.ids import pair_keys
from servicematch.tables.frames import read_frame

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.check.sphere import Sphere

Kilometres = Callable[["Int32Array", "Int32Array"], "FloatArray"]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix in the caller's row order."""

    km: AnyArray
    request_position: IntArray
    team_position: IntArray

    def __call__(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Look the pairs up."""
        found: FloatArray = self.km[self.request_position[rows], self.team_position[cols]].astype(np.float64)
        return found


@dataclass(frozen=True, slots=True)
class Listing:
    """Kilometres of listed pairs; there is no way between all others."""

    keys: IntArray
    km: FloatArray
    n_teams: int

    def __call__(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Look the pairs up."""
        wanted = rows.astype(np.int64) * self.n_teams + cols
        at = np.searchsorted(self.keys, wanted)
        at[at == len(self.keys)] = 0
        if not len(self.keys):
            return np.full(len(wanted), np.nan)
        return np.where(self.keys[at] == wanted, self.km[at], np.nan)


@dataclass(frozen=True, slots=True)
class Called:
    """A function of (lat, lon, lat, lon) in degrees; pairs with a missing place are not asked."""

    function: Callable[..., Any]
    requests: tuple[FloatArray, FloatArray]
    teams: tuple[FloatArray, FloatArray]

    def __call__(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Ask the function."""
        places = [side[rows] for side in self.requests] + [side[cols] for side in self.teams]
        known: BoolArray = ~np.isnan(np.sum(places, axis=0))
        km = np.full(len(known), np.nan)
        if known.any():
            km[known] = self.function(*(side[known] for side in places))
        return km


def kilometres(given: Any, detour: float, requests: Any, teams: Any, sphere: Sphere | None) -> Kilometres | None:
    """Make kilometres ready; None where they need coordinates and a table has none.

    Straight lines are stretched by ``detour``; given roads are taken as they are.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> roads = kilometres([(1, 7, 3.5)], 1.3, Requests({"id": [1]}), Teams({"id": [7, 8]}), None)
    >>> roads(np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32)).tolist()
    [3.5, nan]
    """
    if isinstance(given, np.ndarray):
        return Matrix(given, requests.position, teams.position)
    if given is not None and not callable(given):
        return _listing(given, requests, teams)
    if sphere is None:
        return None
    if given is None:
        return lambda rows, cols: sphere.km(rows, cols) * detour
    return Called(given, (requests.lat, requests.lon), (teams.lat, teams.lon))


def _listing(given: Any, requests: Any, teams: Any) -> Listing:
    if isinstance(given, Sequence) and all(isinstance(entry, tuple) for entry in given):
        triples = [tuple(entry) for entry in given]
    else:
        frame = read_frame(given, "km")
        km = frame.column("km")
        values = np.where(km.null, np.nan, km.values).tolist()
        names = [frame.column(name).values.tolist() for name in ("request_id", "team_id")]
        triples = list(zip(*names, values, strict=True))
    keys = pair_keys([(request, team) for request, team, _ in triples], requests, teams)
    known = keys >= 0
    order = np.argsort(keys[known], kind="stable")
    values = np.array([km for _, _, km in triples], dtype=np.float64)
    return Listing(keys[known][order], values[known][order], len(teams))
