"""A town whose truth is known: which services each need and each team are really about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import servicematch as sm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SERVICES, PLATFORMS = "true_services", "true_platforms"
PHRASING = ("phrasing", "true_phrasing", "style", "kind")
"""The caller's columns with the truth, as "a|b"; the first of these phrasings that is there is used."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Town:
    """The tables, and for each free-text request (row) and each team (column) whether they truly fit.

    A request is *free text* when it has a need, and neither category, skills nor a booked team. All arrays are in
    the order of ``free.ids`` and ``teams.ids``.

    Attributes
    ----------
    requests, teams
        The whole tables, for plans.
    free
        The free-text requests alone, for rankings.
    has_service
        The team offers at least one of the services that the need is about.
    has_every_service
        It offers all of them: a need may hold two wishes.
    has_platform
        One of its platforms is one of the need's; never for an unmeetable need.
    is_unmeetable
        The need is about no service that there is.
    within_limits
        The pair passes the hard limits, whether or not the team has a place left.
    phrasing
        The way each need is put; None where the data set does not say.
    """

    requests: sm.Requests
    teams: sm.Teams
    free: sm.Requests
    has_service: NDArray[np.bool_]
    has_every_service: NDArray[np.bool_]
    has_platform: NDArray[np.bool_]
    is_unmeetable: NDArray[np.bool_]
    within_limits: NDArray[np.bool_]
    phrasing: NDArray[np.object_] | None

    @classmethod
    def of(cls, requests: sm.Requests, teams: sm.Teams) -> Town:
        """Read the truth from the tables."""
        free = rows_of(requests, is_free_text(requests))
        asked, offered = Sets.of(free.extra[SERVICES]), Sets.of(teams.extra[SERVICES])
        n_common, n_asked = asked.n_common(offered), asked.sizes[:, np.newaxis]
        platforms = Sets.of(free.extra[PLATFORMS]).n_common(Sets.of(teams.extra[PLATFORMS]))
        named = next((name for name in PHRASING if name in free.extra), None)
        return cls(
            requests=requests,
            teams=teams,
            free=free,
            has_service=n_common > 0,
            has_every_service=(n_common == n_asked) & (n_asked > 0),
            has_platform=(platforms > 0) & (n_asked > 0),
            is_unmeetable=asked.sizes == 0,
            within_limits=pairs_within_limits(free, teams),
            phrasing=None if named is None else free.extra[named],
        )

    @property
    def is_reachable(self) -> NDArray[np.bool_]:
        """Which free-text requests have a team within the limits that offers one of their services."""
        reachable: NDArray[np.bool_] = (self.within_limits & self.has_service).any(axis=1)
        return reachable


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sets:
    """Sets of words, one a row."""

    rows: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, column: Sequence[Any]) -> Sets:
        """Read "a|b" strings; None and "" are empty sets."""
        return cls(tuple(frozenset(filter(None, (text or "").split("|"))) for text in column))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many words each set has."""
        return np.array([len(words) for words in self.rows], dtype=np.int64)

    def n_common(self, others: Sets) -> NDArray[np.int64]:
        """Count the common words of each of these sets with each of the others."""
        words = sorted(frozenset().union(*self.rows))
        mine, theirs = (
            np.array([[word in row for word in words] for row in sets.rows], dtype=np.float32).reshape(
                len(sets.rows), len(words)
            )
            for sets in (self, others)
        )
        return (mine @ theirs.T).astype(np.int64)


def is_free_text(requests: sm.Requests) -> NDArray[np.bool_]:
    """Tell which requests have a need, and neither category, skills nor a booked team: the words alone decide."""
    free = np.full(len(requests), requests.need is not None)
    for column, wanted in ((requests.need, True), (requests.category, False), (requests.booked_team, False)):
        if column is not None:
            free &= np.array([(value is not None) == wanted for value in column], dtype=np.bool_)
    return free if requests.skills is None else free & (np.diff(requests.skills.indptr) == 0)


def rows_of(requests: sm.Requests, mask: NDArray[np.bool_]) -> sm.Requests:
    """Return some rows, given as a mask in canonical order, as a table of their own."""
    back = mask[np.argsort(requests.position)]  # the columns come back in the caller's order
    columns = {name: column[back] for name, column in requests.to("dict").items()}
    return sm.Requests(columns, tz=requests.tz)


def pairs_within_limits(requests: sm.Requests, teams: sm.Teams) -> NDArray[np.bool_]:
    """Mark the pairs that pass the limits of the default policy, whatever their words say."""
    policy = sm.Policy(terms=[sm.terms.Proximity()], min_relevance=0)
    within = np.zeros((len(requests), len(teams)), dtype=np.bool_)
    within[places(sm.score(requests, teams, policy=policy), requests, teams)] = True
    return within


def places(frame: Any, requests: sm.Requests, teams: sm.Teams) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Turn the ids of a frame into rows of these requests and columns of these teams; -1 for other requests."""
    found = []
    for name, ids in (("request_id", requests.ids), ("team_id", teams.ids)):
        place = {one: k for k, one in enumerate(ids.tolist())}
        column = np.asarray(frame[name]).tolist()
        found.append(np.fromiter((place.get(one, -1) for one in column), dtype=np.int64, count=len(column)))
    return found[0], found[1]
