"""The limits of a policy by the checker's own arithmetic; a caller's own limit through its protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.base.protocols import PreparedLimit
    from servicematch.check.held import Held
    from servicematch.check.roads import Kilometres
    from servicematch.check.sphere import Sphere

KM_TOLERANCE = 1e-6
_EDGE = 1e-9


class Measure(Protocol):
    """What a limit measures on pairs, in ``unit``, and the largest value that passes."""

    @property
    def unit(self) -> str:
        """The unit, for sentences."""

    def values(self, rows: Int32Array, cols: Int32Array, /) -> FloatArray:
        """Measure each pair."""

    def bound(self, rows: Int32Array, cols: Int32Array, /) -> FloatArray:
        """Give the largest value that passes, pair by pair."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit of the policy, ready to measure."""

    name: str
    measure: Measure | PreparedLimit

    def judge(self, rows: Int32Array, cols: Int32Array) -> tuple[BoolArray, BoolArray]:
        """Tell which pairs pass, and which stand so near the edge that another computation may differ."""
        tolerance = float(getattr(self.measure, "tolerance", 0.0))
        bound = self.measure.bound(rows, cols)
        with np.errstate(invalid="ignore"):
            over = self.measure.values(rows, cols) - (bound + tolerance)
            passing = (over <= 0.0) | np.isposinf(bound)
            unsure = (np.abs(over) < _EDGE) & (tolerance > 0.0)
        return passing, unsure


@dataclass(frozen=True, slots=True)
class Missing:
    """How many of the asked words a team lacks; with ``any_of`` whether it lacks them all."""

    pairs: Held
    unit: str
    any_of: bool = False

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Count what is missing."""
        n_asked, n_held = self.pairs.found(rows, cols)
        missing: IntArray = (n_asked > 0) & (n_held == 0) if self.any_of else n_asked - n_held
        return missing.astype(np.float64)

    def bound(self, rows: Int32Array, _cols: Int32Array) -> FloatArray:
        """Nothing may be missing."""
        return np.zeros(len(rows))


@dataclass(frozen=True, slots=True)
class Reach:
    """Kilometres against the smaller of both radii; with ``missing_passes`` pairs without a place have no bound."""

    km: Kilometres
    max_km: FloatArray
    radius_km: FloatArray
    missing_passes: Sphere | None
    unit: str = "km"
    tolerance: float = KM_TOLERANCE

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Measure the way."""
        return self.km(rows, cols)

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Take the smaller radius."""
        bound: FloatArray = np.minimum(self.max_km[rows], self.radius_km[cols])
        if self.missing_passes is not None:
            both = self.missing_passes.requests[rows, 0] + self.missing_passes.teams[cols, 0]
            bound = np.where(np.isnan(both), np.inf, bound)
        return bound


@dataclass(frozen=True, slots=True)
class Listed:
    """Whether a pair is missing from a list (``wanted``) or stands on it (not ``wanted``): 1 breaks, 0 passes."""

    keys: IntArray
    n_teams: int
    wanted: bool
    unit: str

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Look the pairs up."""
        breaks: BoolArray = is_listed(self.keys, rows, cols, self.n_teams) != self.wanted
        return breaks.astype(np.float64)

    def bound(self, rows: Int32Array, _cols: Int32Array) -> FloatArray:
        """Nothing may break."""
        return np.zeros(len(rows))


@dataclass(frozen=True, slots=True)
class SameCode:
    """Whether the code that a request asks for (-1: none) differs from the team's in the same column."""

    asked: IntArray
    column: IntArray
    has: IntArray
    unit: str

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Compare the codes."""
        differs = np.zeros(len(rows))
        some = np.flatnonzero(self.asked[rows] >= 0)
        asking = rows[some]
        differs[some] = self.has[cols[some], self.column[asking]] != self.asked[asking]
        return differs

    def bound(self, rows: Int32Array, _cols: Int32Array) -> FloatArray:
        """Nothing may differ."""
        return np.zeros(len(rows))


def is_listed(keys: IntArray, rows: Int32Array, cols: Int32Array, n_teams: int) -> BoolArray:
    """Tell which pairs stand in a sorted list of keys ``row * n_teams + col``.

    Examples
    --------
    >>> is_listed(np.array([1, 5]), np.array([0, 1], dtype=np.int32), np.array([1, 0], dtype=np.int32), 4).tolist()
    [True, False]
    """
    if not len(keys):
        return np.zeros(len(rows), dtype=bool)
    wanted = rows.astype(np.int64) * n_teams + cols
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: BoolArray = keys[at] == wanted
    return found
