"""Recognises the library's own limits and works them out anew; anybody else's limit speaks for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.held import asked_single, asked_tags, held, holders
from servicematch.check.ids import named_pairs, pair_keys, positions
from servicematch.check.limits import Listed, Missing, Reach, Rule, SameCode
from servicematch.check.roads import kilometres
from servicematch.check.sources import everything, keyed, near
from servicematch.tables.areas import area_codes

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.base.arrays import FloatArray, IntArray
    from servicematch.check.held import Asked
    from servicematch.check.limits import Measure
    from servicematch.check.sources import Source
    from servicematch.check.sphere import Sphere

    Found = tuple[Measure, Source | None] | None
    Reader = Callable[[Any, Any, Any, Sphere | None], Found]


@dataclass(frozen=True, slots=True)
class ReadLimit:
    """A limit that is on, and the list of pairs that it can give (or None)."""

    rule: Rule
    source: Source | None


def read_limit(limit: Any, requests: Any, teams: Any, sphere: Sphere | None) -> ReadLimit | None:
    """Make a limit ready; None where the tables lack its columns.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> class Odd:
    ...     name = "odd"
    ...     def prepare(self, requests, teams):
    ...         return None
    >>> read_limit(Odd(), Requests({"id": [1]}), Teams({"id": [2]}), None) is None
    True
    """
    reader = _READERS.get(type(limit).__name__) if is_ours(limit) else None
    if reader is None:
        prepared = limit.prepare(requests, teams)
        return None if prepared is None else ReadLimit(Rule(limit.name, prepared), None)
    found = reader(limit, requests, teams, sphere)
    return None if found is None else ReadLimit(Rule(limit.name, found[0]), found[1])


def is_ours(plug_in: Any) -> bool:
    """Tell whether a limit or a term is one of the library's own."""
    return type(plug_in).__module__.startswith("servicematch.")


def _skills(_limit: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Found:
    if requests.skills is None or teams.skills is None:
        return None
    asked = asked_tags(requests.skills)
    return Missing(held(asked, teams.skills), "skills"), _by_rarest_word(asked, teams.skills, len(teams))


def _categories(_limit: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Found:
    if requests.category is None or teams.categories is None:
        return None
    asked = asked_single(requests.category)
    return Missing(held(asked, teams.categories), "categories"), _by_rarest_word(asked, teams.categories, len(teams))


def _languages(_limit: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Found:
    if requests.languages is None or teams.languages is None:
        return None
    return Missing(held(asked_tags(requests.languages), teams.languages), "languages", any_of=True), None


def _distance(limit: Any, requests: Any, teams: Any, sphere: Sphere | None) -> Found:
    km = kilometres(limit.km, limit.detour, requests, teams, sphere)
    if km is None or (requests.max_km is None and teams.radius_km is None):
        return None
    max_km, radius_km = _radius(requests.max_km, len(requests)), _radius(teams.radius_km, len(teams))
    # A matrix or a list knows its ways whatever the places are: only lines between places can miss one.
    allow = limit.missing == "allow" and sphere is not None and (limit.km is None or callable(limit.km))
    source: Source | None = None
    if limit.km is None and sphere is not None:
        bounds = (radius / limit.detour for radius in (max_km, radius_km))
        source = near(sphere.requests, sphere.teams, *bounds, allow_missing=allow)
    return Reach(km, max_km, radius_km, sphere if allow else None), source


def _radius(column: FloatArray | None, n: int) -> FloatArray:
    return np.full(n, np.inf) if column is None else np.where(np.isnan(column), np.inf, column)


def _same_area(limit: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Found:
    if requests.area is None or teams.area is None:
        return None
    of_requests, of_teams = (
        codes[:, : limit.level].astype(np.int64) for codes in area_codes(requests.area, teams.area)
    )
    depth = (of_requests >= 0).sum(axis=1)  # a path that ends above the level is compared down to its own end
    # One number for a level and its code, so that a path can be compared with one look.
    stride = 1 + max(int(of_requests.max(initial=0)), int(of_teams.max(initial=0)))
    n_levels = of_teams.shape[1]
    has = np.where(of_teams >= 0, of_teams + stride * np.arange(n_levels), -1)
    last = np.maximum(depth - 1, 0)
    asked = np.full(len(requests), -1, dtype=np.int64)
    some = np.flatnonzero(depth > 0)
    asked[some] = of_requests[some, last[some]] + stride * last[some]
    team, level = np.nonzero(has >= 0)
    source = keyed(asked, team, has[team, level], stride * max(n_levels, 1), len(teams))
    return SameCode(asked, last, has, "areas"), source


def _allowed(limit: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Found:
    keys = _keys(limit.pairs, requests, teams)
    row, col = np.divmod(keys, max(1, len(teams)))
    source = keyed(np.arange(len(requests)), col, row, len(requests), len(teams))
    return Listed(keys, len(teams), wanted=True, unit="pairs"), source


def _forbidden(limit: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Found:
    return Listed(_keys(limit.pairs, requests, teams), len(teams), wanted=False, unit="pairs"), None


def _booked(_limit: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Found:
    if requests.booked_team is None:
        return None
    books = np.array([team is not None for team in requests.booked_team], dtype=bool)
    at = positions(teams.ids, requests.booked_team.tolist())
    asked = np.where(books, np.where(at < 0, len(teams), at), -1)  # an unknown team is nobody's position
    every = np.arange(len(teams))
    first = np.zeros(len(requests), dtype=np.int64)
    return SameCode(asked, first, every[:, None], "teams"), keyed(asked, every, every, len(teams) + 1, len(teams))


def _keys(pairs: Any, requests: Any, teams: Any) -> IntArray:
    keys = pair_keys(named_pairs(pairs), requests, teams)
    return np.unique(keys[keys >= 0])


def _by_rarest_word(asked: Asked, teams: Any, n_teams: int) -> Source:
    """List for each request the teams that hold the rarest word it asks for."""
    team, code = holders(asked, teams)
    if not len(asked.words):
        return everything(len(asked.indptr) - 1, n_teams)
    counts = np.bincount(code, minlength=len(asked.words))
    rows = np.repeat(np.arange(len(asked.indptr) - 1), asked.count())
    order = np.lexsort((asked.codes, counts[asked.codes], rows))
    first = np.unique(rows[order], return_index=True)
    key = np.full(len(asked.indptr) - 1, -1, dtype=np.int64)
    key[first[0]] = asked.codes[order][first[1]]
    return keyed(key, team, code, len(asked.words), n_teams)


_READERS: dict[str, Reader] = {
    "Skills": _skills,
    "Categories": _categories,
    "Languages": _languages,
    "Distance": _distance,
    "SameArea": _same_area,
    "Allowed": _allowed,
    "Forbidden": _forbidden,
    "Booked": _booked,
}
