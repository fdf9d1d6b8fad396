"""Pairs of many requests that wider radii and lessons alone would make eligible, found for whole blocks at once."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.ask.obstacles import failing
from servicematch.base.protocols import passes
from servicematch.pairs.distance import PreparedDistance
from servicematch.pairs.limits import Skills

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray

Radius = tuple[int, tuple[str, PreparedDistance]]
"""A wider radius: its position among the relaxations, the limit's name, and the limit as it would be."""

Lesson = tuple[int, str, "BoolArray"]
"""A lesson: its position, the skill, and the teams that it is meant for."""

BLOCK = 500_000
"""Pairs that are looked at in one go."""


class PaidPairs(NamedTuple):
    """Ways to open pairs, and which way asks for which relaxation at its team."""

    row: IntArray
    col: IntArray
    ask_way: IntArray
    ask_at: IntArray


def paid_pairs(
    answer: Answer, rows: IntArray, radii: Sequence[Radius], lessons: Sequence[Lesson]
) -> Iterator[PaidPairs]:
    """Give the ways block by block; a pair that fails anything else, or is pinned or forbidden, has none."""
    n_rows = max(1, BLOCK // max(1, len(answer.teams)))
    taught = _Taught(answer, lessons)
    for start in range(0, len(rows), n_rows):
        yield from _block(answer, rows[start : start + n_rows], radii, taught)


def _block(answer: Answer, rows: IntArray, radii: Sequence[Radius], taught: _Taught) -> Iterator[PaidPairs]:
    n_teams = len(answer.teams)
    key = (rows[:, None] * n_teams + np.arange(n_teams)).ravel()
    key = key[~np.isin(key, answer.pins.pinned) & ~np.isin(key, answer.pins.forbidden)]
    near, knows = np.ones(len(key), dtype=np.bool_), np.ones(len(key), dtype=np.bool_)
    for name, limit in answer.scorer.limits:
        good = np.asarray(passes(limit, *_pair(key, n_teams)), dtype=np.bool_)
        if isinstance(limit, PreparedDistance) and radii:
            near = good
        elif name == taught.limit:
            knows = good
        else:
            key, near, knows = key[good], near[good], knows[good]
    shut = np.flatnonzero(~(near & knows))
    key, near, knows = key[shut], near[shut], knows[shut]
    good = ~np.any([*_thresholds(answer, key), np.zeros(len(key), dtype=np.bool_)], axis=0)
    key, near, knows = key[good], near[good], knows[good]
    knowing = [(False, knows), (True, ~knows & taught.able(key))] if taught.limit else [(False, knows)]
    nearer = [(-1, near)] + [(at, ~near & _reached(limit, key, n_teams)) for at, (_, limit) in radii]
    for (at, is_near), (is_taught, has_skill) in product(nearer, knowing):
        found = key[is_near & has_skill]
        if at < 0 and not is_taught:
            continue
        ways = np.arange(len(found) if at >= 0 else 0)
        lessons = taught.asked(found) if is_taught else (ways[:0], ways[:0])
        asks = np.concatenate([ways, lessons[0]]), np.concatenate([np.full(len(ways), at), lessons[1]])
        yield PaidPairs(found // n_teams, found % n_teams, *asks)


def _pair(key: IntArray, n_teams: int) -> tuple[Int32Array, Int32Array]:
    return (key // n_teams).astype(np.int32), (key % n_teams).astype(np.int32)


def _reached(limit: PreparedDistance, key: IntArray, n_teams: int) -> BoolArray:
    return np.asarray(passes(limit, *_pair(key, n_teams)), dtype=np.bool_)


def _thresholds(answer: Answer, key: IntArray) -> list[BoolArray]:
    """Tell which pairs are below the least relevance or the reserve, where the policy has them."""
    if not answer.policy.min_relevance and answer.policy.reserve is None:
        return []
    fails = failing(answer, *_pair(key, len(answer.teams)))
    return [fails[name] for name in ("relevance", "reserve") if name in fails]


class _Taught:
    """What lessons bring, once for each set of skills that requests ask for."""

    def __init__(self, answer: Answer, lessons: Sequence[Lesson]) -> None:
        self._requests, self._teams, self._lessons = answer.requests, answer.teams, lessons
        on = {name for name, _ in answer.scorer.limits}
        names = [one.name for one in answer.policy.limits if isinstance(one, Skills) and one.name in on]
        has_words = answer.requests.skills is not None and answer.teams.skills is not None
        self.limit = names[0] if names and lessons and has_words else None
        self._asked: dict[tuple[str, ...], IntArray] = {}
        self._able: dict[tuple[str, ...], BoolArray] = {}

    def able(self, key: IntArray) -> BoolArray:
        """Tell at which pairs the team would know all that is asked."""
        able = np.zeros(len(key), dtype=np.bool_)
        for words, mine in self._by_words(key):
            able[mine] = self._able[words][key[mine] % len(self._teams)]
        return able

    def asked(self, key: IntArray) -> tuple[IntArray, IntArray]:
        """List which of these pairs asks for which lesson."""
        ways, ats = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for words, mine in self._by_words(key):
            asked = self._asked[words][:, key[mine] % len(self._teams)]
            lesson, which = np.nonzero(asked >= 0)
            ways.append(mine[which])
            ats.append(asked[lesson, which])
        return np.concatenate(ways), np.concatenate(ats)

    def _by_words(self, key: IntArray) -> Iterator[tuple[tuple[str, ...], IntArray]]:
        """Share the pairs out by what their requests ask for."""
        assert self._requests.skills is not None
        rows, which = np.unique(key // len(self._teams), return_inverse=True)
        words = [self._requests.skills.of(row) for row in rows.tolist()]
        number = {one: k for k, one in enumerate(dict.fromkeys(words))}
        group = np.array([number[one] for one in words], dtype=np.int64)[which]
        for one, k in number.items():
            self._learn(one)
            yield one, np.flatnonzero(group == k)

    def _learn(self, words: tuple[str, ...]) -> None:
        """Find for each word that a team lacks the cheapest lesson."""
        if words in self._able:
            return
        assert self._teams.skills is not None
        has = self._teams.skills.matrix(words).toarray().T > 0
        asked = np.full(has.shape, -1, dtype=np.int64)
        for at, skill, meant in self._lessons:
            for k in [k for k, word in enumerate(words) if word == skill]:
                asked[k, ~has[k] & meant & (asked[k] < 0)] = at
        self._asked[words], self._able[words] = asked, np.logical_and.reduce(has | (asked >= 0), axis=0)
