"""The terms: the columns of the score, each in [0, 1]. `Text` and `Sooner` are written next door."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.arrays import frozen
from servicematch.base.errors import PolicyError
from servicematch.pairs.asked import AskedWords
from servicematch.pairs.distance import check_detour
from servicematch.pairs.roads import Kilometres, StraightKm, prepare_km
from servicematch.pairs.text_term import Text
from servicematch.pairs.times import Sooner
from servicematch.pairs.weights import check_weight
from servicematch.tables.areas import area_codes

if TYPE_CHECKING:
    from types import ModuleType

    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array

__all__ = ["AreaAffinity", "Proximity", "SkillFit", "Sooner", "Text", "TrackRecord"]


@dataclass(frozen=True, slots=True)
class Proximity:
    """How near: ``half_km / (half_km + km)``, so 1 on the spot and one half at ``half_km``.

    A request without a place leaves the term out; a team without a place, or without a way, gets 0. ``km`` and
    ``detour`` are as for the distance limit: give roads to both where both should follow them. Off when a table
    has no coordinates (and no road kilometres are given).

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1]}), Teams({"id": [1, 2]})
    >>> near = Proximity(km=np.array([[0.0, 30.0]])).prepare(requests, teams)
    >>> near.values(np.array([0, 0]), np.array([0, 1]))
    array([1.  , 0.25])
    """

    weight: float = 0.25
    half_km: float = 10.0
    km: Any = field(default=None, compare=False, repr=False)
    detour: float = 1.0

    def __post_init__(self) -> None:
        check_weight(self.name, self.weight)
        if not (math.isfinite(self.half_km) and self.half_km > 0):
            raise PolicyError(f"terms.proximity.half_km: expected kilometres above 0, got {self.half_km!r}.")
        check_detour(self.km, self.detour, "terms.proximity")

    @property
    def name(self) -> str:
        """The term's name."""
        return "proximity"

    def prepare(self, requests: Any, teams: Any) -> PreparedProximity | None:
        """Make the term ready; None when there is nothing to measure with."""
        kilometres = prepare_km(self.km, self.detour, requests, teams, "terms.proximity.km")
        if kilometres is None:
            return None
        has_place = np.ones(len(requests), dtype=np.bool_)
        if self.km is None or callable(self.km):
            has_place = ~(np.isnan(requests.lat) | np.isnan(requests.lon))
        return PreparedProximity(kilometres, has_place, float(self.half_km))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedProximity:
    """Kilometres as a share of nearness."""

    kilometres: Kilometres
    has_place: BoolArray
    half_km: float

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value each pair; NaN where the request has no place."""
        return self._nearness(self.kilometres.km(rows, cols), rows)

    def compiled_values(self, kernels: ModuleType, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value each pair, straight lines in a compiled loop."""
        if not isinstance(self.kilometres, StraightKm):
            return self.values(rows, cols)
        return self._nearness(self.kilometres.compiled_km(kernels, rows, cols), rows)

    def _nearness(self, km: FloatArray, rows: Int32Array) -> FloatArray:
        """Turn kilometres, in their place, into values."""
        km += self.half_km
        near: FloatArray = np.divide(self.half_km, km, out=km)
        unknown = np.flatnonzero(np.isnan(near))
        near[unknown] = np.where(self.has_place[rows[unknown]], 0.0, np.nan)
        return near


@dataclass(frozen=True, slots=True)
class SkillFit:
    """The share of the request's ``wanted_skills`` that the team has in its ``skills``.

    A request that wants none leaves the term out; a team without skills gets 0. Off when a table has no such column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1], "wanted_skills": ["dance|yoga"]})
    >>> teams = Teams({"id": [1, 2], "skills": ["yoga", None]})
    >>> SkillFit().prepare(requests, teams).values(np.array([0, 0]), np.array([0, 1]))
    array([0.5, 0. ])
    """

    weight: float = 0.10

    def __post_init__(self) -> None:
        check_weight(self.name, self.weight)

    @property
    def name(self) -> str:
        """The term's name."""
        return "skill_fit"

    def prepare(self, requests: Any, teams: Any) -> PreparedSkillFit | None:
        """Make the term ready; None when a table has no such column."""
        if requests.wanted_skills is None or teams.skills is None:
            return None
        return PreparedSkillFit(AskedWords.of(requests.wanted_skills, teams.skills))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedSkillFit:
    """Counts the wanted skills that a team has."""

    words: AskedWords

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value each pair; NaN where nothing is wanted."""
        return self._share(self.words.n_had(rows, cols), rows)

    def compiled_values(self, kernels: ModuleType, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value each pair, counting in a compiled loop."""
        return self._share(self.words.compiled(kernels.n_had, rows, cols), rows)

    def _share(self, n_had: FloatArray, rows: Int32Array) -> FloatArray:
        n_asked = self.words.n_asked[rows]
        share = np.full(len(rows), np.nan)
        np.divide(n_had, n_asked, out=share, where=n_asked > 0)
        return share


@dataclass(frozen=True, slots=True)
class AreaAffinity:
    """How far down the two areas agree: common levels over the levels of the request's path.

    A request without area leaves the term out; a team without area gets 0. Off when a table has no area column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1], "area": ["准格尔旗/薛家湾镇"]})
    >>> teams = Teams({"id": [1, 2], "area": ["准格尔旗/沙圪堵镇", None]})
    >>> AreaAffinity().prepare(requests, teams).values(np.array([0, 0]), np.array([0, 1]))
    array([0.5, 0. ])
    """

    weight: float = 0.10

    def __post_init__(self) -> None:
        check_weight(self.name, self.weight)

    @property
    def name(self) -> str:
        """The term's name."""
        return "area_affinity"

    def prepare(self, requests: Any, teams: Any) -> PreparedAreaAffinity | None:
        """Make the term ready; None when a table has no area column."""
        if requests.area is None or teams.area is None:
            return None
        asked, had = area_codes(requests.area, teams.area)
        depth = (asked >= 0).sum(axis=1).astype(np.float64)
        asked = np.where(asked >= 0, asked, -2).astype(np.int32)  # the end of a path equals no team's code
        return PreparedAreaAffinity(
            tuple(np.ascontiguousarray(level) for level in asked.T),
            tuple(np.ascontiguousarray(level) for level in had.T),
            np.where(depth > 0, depth, np.nan),
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedAreaAffinity:
    """Codes of areas, one array a level, and the depth of each request's path (NaN without area)."""

    asked: tuple[Int32Array, ...]
    had: tuple[Int32Array, ...]
    depth: FloatArray

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value each pair; NaN where the request has no area."""
        at_rows, at_cols = rows.astype(np.intp), cols.astype(np.intp)
        common: AnyArray = np.zeros(len(rows), dtype=np.int8 if len(self.asked) <= np.iinfo(np.int8).max else np.int64)
        for asked, had in zip(self.asked, self.had, strict=True):
            common += (asked.take(at_rows) == had.take(at_cols)).view(np.int8)
        share: FloatArray = common / self.depth.take(at_rows)
        return share


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """The team's mean rating, drawn towards a prior while it has few ratings.

    ``(prior * prior_weight + mean_rating * n_rated) / (prior_weight + n_rated)``: the mean with ``prior_weight``
    more ratings that say ``prior``. A team without ratings gets the prior. Off when the teams lack one of the columns.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1]})
    >>> teams = Teams({"id": [1, 2], "mean_rating": [1.0, None], "n_rated": [5, None]})
    >>> TrackRecord().prepare(requests, teams).values(np.array([0, 0]), np.array([0, 1]))
    array([0.9, 0.8])
    """

    weight: float = 0.10
    prior: float = 0.8
    prior_weight: float = 5.0

    def __post_init__(self) -> None:
        check_weight(self.name, self.weight)
        if not 0 <= self.prior <= 1:
            raise PolicyError(f"terms.track_record.prior: expected a rating in [0, 1], got {self.prior!r}.")
        if not (math.isfinite(self.prior_weight) and self.prior_weight > 0):
            raise PolicyError(f"terms.track_record.prior_weight: expected a number above 0, got {self.prior_weight!r}.")

    @property
    def name(self) -> str:
        """The term's name."""
        return "track_record"

    def prepare(self, requests: Any, teams: Any) -> PreparedTrackRecord | None:  # noqa: ARG002  the teams' alone
        """Make the term ready; None when the teams lack one of the columns."""
        if teams.mean_rating is None or teams.n_rated is None:
            return None
        rated = ~(np.isnan(teams.mean_rating) | np.isnan(teams.n_rated))
        n_rated = np.where(rated, teams.n_rated, 0.0)
        rating = np.where(rated, teams.mean_rating, 0.0)
        record = (self.prior * self.prior_weight + rating * n_rated) / (self.prior_weight + n_rated)
        return PreparedTrackRecord(frozen(np.clip(record, 0.0, 1.0)))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedTrackRecord:
    """The record of each team."""

    record: FloatArray

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:  # noqa: ARG002  the teams' alone
        """Value each pair."""
        return self.record.take(cols)
