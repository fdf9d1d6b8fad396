"""Kilometres between requests and teams: straight lines, or roads given as a matrix, a table or a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.base.errors import PolicyError
from servicematch.pairs.geo import Spots
from servicematch.pairs.pairkeys import PairKeys, positions
from servicematch.tables.frames import read_frame

if TYPE_CHECKING:
    from types import ModuleType

    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array, IntArray

_NEED = "a matrix (requests x teams), a table (request_id, team_id, km), or a function of lat1, lon1, lat2, lon2"


class Kilometres(Protocol):
    """Kilometres made ready for two tables."""

    def km(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the km of each pair, NaN where it is not known or there is no way."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StraightKm:
    """Great circles times a detour factor."""

    requests: Spots
    teams: Spots
    detour: float

    def km(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the km of each pair."""
        return self._way(self.requests.km(self.teams, rows, cols))

    def compiled_km(self, kernels: ModuleType, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the km of each pair, worked out in a compiled loop."""
        return self._way(self.requests.compiled_km(kernels, self.teams, rows, cols))

    def _way(self, straight: FloatArray) -> FloatArray:
        return straight if self.detour == 1.0 else straight * self.detour


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MatrixKm:
    """A matrix in the caller's row order; it is not copied."""

    matrix: AnyArray
    row_position: IntArray
    col_position: IntArray

    def km(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the km of each pair."""
        return self.matrix[self.row_position[rows], self.col_position[cols]].astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TableKm:
    """Listed pairs; all others have no way."""

    pairs: PairKeys
    listed_km: FloatArray

    def km(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the km of each pair."""
        found = self.pairs.find(rows, cols)
        km = np.full(len(rows), np.nan)
        km[found >= 0] = self.listed_km[found[found >= 0]]
        return km


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CalledKm:
    """A caller's function of coordinates in degrees; it is asked only for pairs with both places known."""

    call: Callable[..., Any]
    lat1: FloatArray
    lon1: FloatArray
    lat2: FloatArray
    lon2: FloatArray
    owner: str

    def km(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give the km of each pair."""
        places = self.lat1[rows], self.lon1[rows], self.lat2[cols], self.lon2[cols]
        known = ~np.isnan(np.sum(places, axis=0))
        km = np.full(len(rows), np.nan)
        if known.any():
            answer = np.asarray(self.call(*(side[known] for side in places)), dtype=np.float64)
            if answer.shape != (int(known.sum()),):
                raise PolicyError(
                    f"{self.owner}: expected one km a pair from the function, {int(known.sum())} numbers, "
                    f"got shape {answer.shape}."
                )
            km[known] = _not_negative(answer, self.owner)
        return km


def prepare_km(km: Any, detour: float, requests: Any, teams: Any, owner: str) -> Kilometres | None:
    """Make kilometres ready; None where they come from coordinates and a table has none.

    ``owner`` is named in errors (``"limits.distance.km"``).

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1]}), Teams({"id": [7, 8]})
    >>> roads = prepare_km([(1, 7, 3.5)], 1.0, requests, teams, "limits.distance.km")
    >>> roads.km(np.array([0, 0]), np.array([0, 1]))
    array([3.5, nan])
    """
    is_placed = all(side is not None for side in (requests.lat, requests.lon, teams.lat, teams.lon))
    if km is None:
        if not is_placed:
            return None
        spots = Spots.from_degrees(requests.lat, requests.lon), Spots.from_degrees(teams.lat, teams.lon)
        return StraightKm(*spots, detour)
    if callable(km):
        return CalledKm(km, requests.lat, requests.lon, teams.lat, teams.lon, owner) if is_placed else None
    if isinstance(km, np.ndarray):
        return _matrix(km, requests, teams, owner)
    return _table(km, requests, teams, owner)


def _matrix(matrix: AnyArray, requests: Any, teams: Any, owner: str) -> MatrixKm:
    shape = (len(requests), len(teams))
    if matrix.shape != shape or matrix.dtype.kind not in "fiu":
        raise PolicyError(
            f"{owner}: expected numbers of shape {shape} (requests x teams, in your row order), "
            f"got {matrix.dtype} of shape {matrix.shape}."
        )
    for row in matrix:  # row by row, so that a large matrix is not doubled
        _not_negative(row, owner)
    return MatrixKm(frozen(matrix), requests.position, teams.position)


def _table(table: Any, requests: Any, teams: Any, owner: str) -> TableKm:
    request_ids, team_ids, km = _columns(table, owner)
    rows, cols = positions(requests.ids, request_ids, owner), positions(teams.ids, team_ids, owner)
    known = (rows >= 0) & (cols >= 0)
    keys = PairKeys.of(rows[known], cols[known], len(teams))
    if len(keys) < int(known.sum()):
        raise PolicyError(
            f"{owner}: {int(known.sum()) - len(keys)} pairs are listed twice. Hint: keep one km for each."
        )
    order = np.argsort(rows[known] * len(teams) + cols[known], kind="stable")
    return TableKm(keys, frozen(_not_negative(km[known], owner)[order]))


def _columns(table: Any, owner: str) -> tuple[Sequence[Any], Sequence[Any], FloatArray]:
    """Read (request_id, team_id, km) from a list of triples or from any table with these columns."""
    if isinstance(table, Sequence) and all(isinstance(entry, tuple) and len(entry) == 3 for entry in table):  # noqa: PLR2004  triples
        request_ids, team_ids, km = ([entry[k] for entry in table] for k in range(3))
        return request_ids, team_ids, _numbers(km, owner)
    frame = read_frame(table, owner)
    missing = sorted({"request_id", "team_id", "km"} - set(frame.columns))
    if missing:
        raise PolicyError(f"{owner}: expected {_NEED}, got a table without {', '.join(missing)}.")
    column = frame.column("km")
    km_values = _numbers(np.where(column.null, np.nan, column.values), owner)
    return frame.column("request_id").values.tolist(), frame.column("team_id").values.tolist(), km_values


def _numbers(values: Any, owner: str) -> FloatArray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise PolicyError(f"{owner}: expected kilometres as numbers.") from None


def _not_negative(km: AnyArray, owner: str) -> AnyArray:
    wrong: BoolArray = km < 0
    if wrong.any():
        raise PolicyError(f"{owner}: expected kilometres of at least 0 (NaN: no way), got {int(wrong.sum())} negative.")
    return km
