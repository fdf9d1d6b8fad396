"""Recognises the library's own terms and works them out anew; anybody else's term speaks for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.check.builtin_limits import is_ours
from servicematch.check.held import asked_tags, held
from servicematch.check.reading import phrases, reading
from servicematch.check.roads import kilometres
from servicematch.check.sphere import CHORD_DOUBT_KM
from servicematch.check.terms import Nearness, Part, Share, area_affinity, track_record
from servicematch.check.words import Vocabulary, compare_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.check.sphere import Sphere
    from servicematch.check.terms import Value

    Reader = Callable[[Any, Any, Any, Sphere | None], Value | None]


def read_term(term: Any, requests: Any, teams: Any, sphere: Sphere | None) -> Part | None:
    """Make a term ready; None where the tables lack its columns.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> class Odd:
    ...     name, weight = "odd", 0.5
    ...     def prepare(self, requests, teams):
    ...         return None
    >>> read_term(Odd(), Requests({"id": [1]}), Teams({"id": [2]}), None) is None
    True
    """
    reader = _READERS.get(type(term).__name__) if is_ours(term) and not _has_encoder(term) else None
    value = term.prepare(requests, teams) if reader is None else reader(term, requests, teams, sphere)
    return None if value is None else Part(term.name, float(term.weight), value)


def _has_encoder(term: Any) -> bool:
    """Tell whether a caller brought the way in which texts are compared."""
    return any(getattr(term, field, None) is not None for field in ("encoder", "vectors"))


def _text(term: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Value | None:
    if requests.need is None or teams.offers is None:
        return None
    read = reading(term)
    cut = {offer: phrases(read(offer)) for offer in dict.fromkeys(teams.offers) if offer is not None}
    offered = [cut.get(offer, []) for offer in teams.offers]
    skills = None if teams.skills is None else [teams.skills.of(team) for team in range(len(teams))]
    if skills is not None:
        offered = [[*found, *map(read, words)] for found, words in zip(offered, skills, strict=True)]
    fitted = getattr(term, "fitted", None)  # weights learnt from other offers are numbers of the policy
    weights = None if fitted is None else _vocabulary(fitted)
    return compare_texts(requests.need, offered, reading(term, of_needs=True), weights, skills)


def _vocabulary(fitted: Any) -> Vocabulary:
    """Read weights learnt before: the pieces are written as numbers there."""
    weights = {_piece(int(key)): float(weight) for key, weight in zip(fitted.keys, fitted.weight, strict=True)}
    return Vocabulary(weights, float(fitted.weight_unknown), float(fitted.length))


def _piece(key: int) -> str:
    """Read one: two code points plus one in 21 bits each; or, above 2^62, a run of letters in 14 bits each."""
    if key >> 62:
        letters = "".join(chr((key >> shift) % 2**14 or ord(" ")) for shift in (42, 28, 14, 0))
        return letters if key >> 61 & 1 else letters[:3]
    return "".join(chr(point - 1) for point in (key >> 21, key % 2**21) if point)


def _proximity(term: Any, requests: Any, teams: Any, sphere: Sphere | None) -> Value | None:
    km = kilometres(term.km, term.detour, requests, teams, sphere)
    if km is None:
        return None
    # Given roads are known or not whatever the places are: a request is then never without a place.
    no_place = np.zeros(len(requests))
    if sphere is not None and (term.km is None or callable(term.km)):
        no_place[np.isnan(sphere.requests[:, 0])] = np.nan
    doubt_km = CHORD_DOUBT_KM * term.detour if term.km is None else 0.0
    return Nearness(km, float(term.half_km), no_place, doubt_km)


def _skill_fit(_term: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Value | None:
    if requests.wanted_skills is None or teams.skills is None:
        return None
    return Share(held(asked_tags(requests.wanted_skills), teams.skills))


def _area_affinity(_term: Any, requests: Any, teams: Any, _sphere: Sphere | None) -> Value | None:
    if requests.area is None or teams.area is None:
        return None
    return area_affinity(requests.area, teams.area)


def _track_record(term: Any, _requests: Any, teams: Any, _sphere: Sphere | None) -> Value | None:
    if teams.mean_rating is None or teams.n_rated is None:
        return None
    return track_record(teams.mean_rating, teams.n_rated, float(term.prior), float(term.prior_weight))


_READERS: dict[str, Reader] = {
    "Text": _text,
    "Proximity": _proximity,
    "SkillFit": _skill_fit,
    "AreaAffinity": _area_affinity,
    "TrackRecord": _track_record,
}
