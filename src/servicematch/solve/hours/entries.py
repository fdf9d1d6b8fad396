"""Loads and capacities as a caller brings them, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import SolverError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from servicematch.base.arrays import AnyArray, IntArray

_MOST = 2**40
_DIGITS = 6
_NEAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Loads:
    """What pairs take and columns have, as whole multiples of ``1 / scale``.

    Attributes
    ----------
    load
        int64, one a pair.
    capacity
        int64, one a column.
    scale
        A power of ten.
    is_exact
        Whether nothing was rounded; else loads were rounded up and capacities down, so that whatever fits fits truly.
    """

    load: IntArray
    capacity: IntArray
    scale: int
    is_exact: bool


def read_loads(loads: Any, capacity: ArrayLike, shape: tuple[int, int], row: AnyArray, col: AnyArray) -> Loads:
    """Read the loads of the eligible pairs, and the capacities in the same unit.

    Raises
    ------
    SolverError
        For another shape; for loads that are negative, infinite, missing or too large at an eligible pair; and for such
        capacities.

    Examples
    --------
    >>> found = read_loads([[1.5, 2.0]], 3.25, (1, 2), np.array([0, 0]), np.array([0, 1]))
    >>> found.load.tolist(), found.capacity.tolist(), found.scale, found.is_exact
    ([150, 200], [325, 325], 100, True)
    """
    of_pair = _at_pairs(loads, shape, row, col)
    wrong = np.flatnonzero(~(np.isfinite(of_pair) & (of_pair >= 0)))
    if len(wrong):
        at = wrong[0]
        raise SolverError(
            f"loads: expected finite numbers of at least 0, got {of_pair[at]} at ({row[at]}, {col[at]}), "
            f"{len(wrong)} in all"
        )
    of_col = _capacities(capacity, shape[1])
    both = np.concatenate([of_pair, of_col])
    scale, is_exact = _scale(both)
    most = float(both.max(initial=0)) * scale
    if most > _MOST:
        raise SolverError(f"loads and capacities: must lie within {_MOST // scale:,}, got {most / scale:g}")
    if is_exact:
        load, room = (np.rint(part * scale).astype(np.int64) for part in (of_pair, of_col))
        return Loads(load, room, scale, is_exact)
    load = np.ceil(of_pair * scale - _NEAR).astype(np.int64)
    return Loads(load, np.floor(of_col * scale + _NEAR).astype(np.int64), scale, is_exact)


def _at_pairs(loads: Any, shape: tuple[int, int], row: AnyArray, col: AnyArray) -> AnyArray:
    """Pick the loads of the eligible pairs out of a matrix."""
    is_sparse = hasattr(loads, "tocoo")
    matrix: Any = loads.tocoo() if is_sparse else _dense(loads)
    if matrix.shape != shape:
        raise SolverError(f"loads: expected the shape of the scores, {shape}, got {matrix.shape}")
    if matrix.dtype.kind not in "iufb":
        raise SolverError(f"loads: expected numbers, got {matrix.dtype}")
    if not is_sparse:
        picked: AnyArray = matrix[row, col]
        return picked
    key = matrix.row.astype(np.int64) * shape[1] + matrix.col
    order = np.argsort(key, kind="stable")
    key, wanted = key[order], row.astype(np.int64) * shape[1] + col
    if (np.diff(key) == 0).any():
        at = order[np.flatnonzero(np.diff(key) == 0)[0]]
        raise SolverError(f"loads: entry ({matrix.row[at]}, {matrix.col[at]}) stands there twice")
    place = np.minimum(np.searchsorted(key, wanted), max(0, len(key) - 1))
    lost = np.flatnonzero(key[place] != wanted) if len(key) else np.arange(len(wanted))
    if len(lost):
        at = lost[0]
        raise SolverError(
            f"loads: expected one for every eligible pair, got none at ({row[at]}, {col[at]}), {len(lost)} in all. "
            "Hint: where a pair takes nothing, store the zero."
        )
    found: AnyArray = matrix.data[order][place]
    return found


def _dense(loads: Any) -> AnyArray:
    """Return a plain array, NaN where a masked one hides its value."""
    if np.ma.isMaskedArray(loads) and np.ma.getmaskarray(loads).any():
        return np.ma.filled(loads.astype(np.float64), np.nan)
    return np.asarray(loads)


def _capacities(capacity: ArrayLike, length: int) -> AnyArray:
    array = np.asarray(capacity)
    if array.shape not in ((), (length,)) or array.dtype.kind not in "iuf":
        raise SolverError(f"capacity: expected one number or {length} of them, got shape {array.shape}, {array.dtype}")
    array = np.broadcast_to(array, (length,))
    wrong = np.flatnonzero(~(np.isfinite(array) & (array >= 0)))
    if len(wrong):
        raise SolverError(
            f"capacity: expected finite numbers of at least 0, got {array[wrong[0]]} at column {wrong[0]}, "
            f"{len(wrong)} in all"
        )
    return array


def _scale(values: AnyArray) -> tuple[int, bool]:
    """Return the least power of ten that makes all values whole, or the largest tried and False."""
    if values.dtype.kind != "f":
        return 1, True
    for digits in range(_DIGITS + 1):
        scaled = values * 10.0**digits
        if (np.abs(scaled - np.rint(scaled)) <= _NEAR * np.maximum(1.0, np.abs(scaled))).all():
            return 10**digits, True
    digits = _DIGITS
    while digits > 0 and float(values.max()) * 10**digits > _MOST:
        digits -= 1
    return 10**digits, False
