"""The pairs of some requests that are not eligible but could be opened: by a waiver, a wider radius, skills taught."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from servicematch.ask.obstacles import failing
from servicematch.ask.paid_pairs import paid_pairs
from servicematch.ask.relaxations import Teach, Waive, WiderRadius, micro_cost, teams_meant
from servicematch.base.protocols import passes
from servicematch.pairs.distance import PreparedDistance
from servicematch.pairs.limits import Skills

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servicematch.ask.paid_pairs import Lesson, Radius
    from servicematch.ask.relaxations import Relaxation
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray

Charge = tuple[int, int]
"""A relaxation that is paid once, and the team that it is paid for."""

Way = tuple[int, int, int, tuple[Charge, ...]]
"""The request, the team, the relaxation that waives what still fails (-1 for nothing), the charges asked for."""

_NOTHING = -1
_NO_WAY = -2


@dataclass(frozen=True, slots=True)
class Openings:
    """Ways to open pairs; a pair may stand here several times.

    Attributes
    ----------
    row, col
        int32, the pairs.
    waive
        int64, the relaxation that waives what the pair still fails, -1 where nothing is left to waive.
    charges
        All charges that some way asks for.
    ask_way, ask_charge
        int64, entries: way ``ask_way[i]`` asks for the charge at ``ask_charge[i]`` in ``charges``.
    """

    row: Int32Array
    col: Int32Array
    waive: IntArray
    charges: tuple[Charge, ...]
    ask_way: IntArray
    ask_charge: IntArray

    def asks(self, ways: IntArray) -> tuple[IntArray, IntArray]:
        """List which of these ways (counted among them) asks for which charge.

        Examples
        --------
        >>> one = np.array([0, 1], dtype=np.int32)
        >>> Openings(one, one, one, ((0, 0), (1, 0)), np.array([1, 1]), np.array([0, 1])).asks(np.array([1]))
        (array([0, 0]), array([0, 1]))
        """
        number = np.full(len(self.row), -1, dtype=np.int64)
        number[ways] = np.arange(len(ways))
        way = number[self.ask_way]
        return way[way >= 0], self.ask_charge[way >= 0]

    def open_with(self, paid: IntArray) -> IntArray:
        """List the ways that are free to take when these charges are paid.

        Examples
        --------
        >>> one = np.array([0, 1], dtype=np.int32)
        >>> Openings(one, one, one - 1, ((0, 0), (1, 0)), np.array([0, 0]), np.array([0, 1])).open_with(np.array([0, 1]))
        array([0])
        """
        unpaid = ~np.isin(self.ask_charge, paid)
        return np.flatnonzero((self.waive < 0) & (np.bincount(self.ask_way[unpaid], minlength=len(self.row)) == 0))


def find_openings(answer: Answer, rows: IntArray, relaxations: tuple[Relaxation, ...]) -> Openings:
    """Find the ways to open pairs of these requests; forbidden and pinned pairs stay as they are.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1], "skills": ["yoga"]}, {"id": [1, 2], "skills": ["dance", "yoga"]})
    >>> found = find_openings(answer, np.array([0]), (Waive("skills", 2), Teach("yoga", 1)))
    >>> found.col.tolist(), found.waive.tolist(), found.charges
    ([0, 0], [0, -1], ((1, 0),))
    """
    search = _Search(answer, relaxations)
    found = [way for row in rows.tolist() for way in search.ways(row)]
    table = np.array([way[:3] for way in found], dtype=np.int64).reshape(-1, 3)
    asks = np.array([(k, *charge) for k, way in enumerate(found) for charge in way[3]], dtype=np.int64).reshape(-1, 3)
    return _numbered(table, asks[:, 0], asks[:, 1:])


def paid_openings(
    answer: Answer, rows: IntArray, relaxations: tuple[Relaxation, ...], below: int, until: float = math.inf
) -> Openings | None:
    """Find the pairs of requests that charges alone open, each charge for less than ``below``; None when it gets late.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1], "skills": ["yoga"]}, {"id": [1, 2], "skills": ["dance", "yoga"]})
    >>> found = paid_openings(answer, np.array([0]), (Waive("skills", 2), Teach("yoga", 1)), 5_000_000)
    >>> found.col.tolist(), found.waive.tolist(), found.charges
    ([0], [-1], ((1, 0),))
    """
    ranked = [(at, one) for at, one in _ranked(relaxations) if micro_cost(one) < below]
    parts, n_ways = [], 0
    for part in paid_pairs(answer, rows, _radii(answer, ranked), _lessons(answer, ranked)):
        if perf_counter() > until:
            return None
        parts.append(part._replace(ask_way=part.ask_way + n_ways))
        n_ways += len(part.row)
    none = np.empty(0, dtype=np.int64)
    row, col, ask_way, ask_at = (
        (np.concatenate([none, *found]) for found in zip(*parts, strict=True)) if parts else 4 * [none]
    )
    table = np.stack([row, col, np.full(len(row), _NOTHING)], axis=1)
    return _numbered(table, ask_way, np.stack([ask_at, col[ask_way]], axis=1))


def joined(one: Openings, other: Openings) -> Openings:
    """Put the ways of others behind.

    Examples
    --------
    >>> one = np.array([0], dtype=np.int32)
    >>> both = joined(*(Openings(one, one, one, ((k, 0),), one, one) for k in (1, 0)))
    >>> both.charges, both.ask_way.tolist(), both.ask_charge.tolist()
    (((0, 0), (1, 0)), [0, 1], [1, 0])
    """
    table = np.concatenate([np.stack([part.row, part.col, part.waive], axis=1) for part in (one, other)])
    charges = [np.array(part.charges, dtype=np.int64).reshape(-1, 2)[part.ask_charge] for part in (one, other)]
    return _numbered(table, np.concatenate([one.ask_way, other.ask_way + len(one.row)]), np.concatenate(charges))


def _numbered(table: IntArray, ask_way: IntArray, asked: IntArray) -> Openings:
    """Give numbers to the charges that are asked for, by relaxation and team."""
    charges, number = np.unique(asked, axis=0, return_inverse=True)
    row, col, waive = table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), table[:, 2].astype(np.int64)
    listed = tuple((at, team) for at, team in charges.tolist())
    return Openings(row, col, waive, listed, ask_way.astype(np.int64), number.ravel().astype(np.int64))


def _ranked(relaxations: tuple[Relaxation, ...]) -> list[tuple[int, Relaxation]]:
    """List relaxations with their positions, the cheapest first."""
    return sorted(enumerate(relaxations), key=lambda pair: (micro_cost(pair[1]), pair[0]))


def _radii(answer: Answer, ranked: list[tuple[int, Relaxation]]) -> list[Radius]:
    return [(at, made) for at, one in ranked if isinstance(one, WiderRadius) for made in _widened(answer, one)]


def _lessons(answer: Answer, ranked: list[tuple[int, Relaxation]]) -> list[Lesson]:
    return [(at, one.skill, teams_meant(answer.teams, one)) for at, one in ranked if isinstance(one, Teach)]


@dataclass(frozen=True, slots=True)
class _Help:
    """A limit that charges take away: the teams where they do, the limit's bit, the relaxations (-1: none) by team."""

    able: BoolArray
    bit: int
    asked: IntArray

    def charges(self, col: int) -> tuple[Charge, ...]:
        """List what a team is charged with."""
        return tuple((at, col) for at in self.asked[:, col].tolist() if at >= 0)


class _Search:
    """Looks for ways request by request, at all teams at once; what concerns the teams alone is made ready once."""

    def __init__(self, answer: Answer, relaxations: tuple[Relaxation, ...]) -> None:
        self._answer = answer
        ranked = _ranked(relaxations)
        prices = [*(micro_cost(one) for one in relaxations), np.iinfo(np.int64).max, 0]
        self._prices = np.array(prices, dtype=np.int64)  # the last two stand for no way and for nothing
        self._waives = [(at, frozenset(one.limits)) for at, one in ranked if isinstance(one, Waive)]
        self._radii, self._lessons = _radii(answer, ranked), _lessons(answer, ranked)
        n_teams = len(answer.teams)
        self._none = _Help(np.ones(n_teams, dtype=np.bool_), 0, np.empty((0, n_teams), dtype=np.int64))

    def ways(self, row: int) -> Iterator[Way]:
        """Give the ways of a request, those without charges first; none that a cheaper waiver makes idle."""
        n_teams = len(self._answer.teams)
        rows, cols = np.full(n_teams, row, dtype=np.int32), np.arange(n_teams, dtype=np.int32)
        fails = failing(self._answer, rows, cols)
        names, pins = list(fails), self._answer.pins
        code = sum((fails[name].astype(np.int64) << k for k, name in enumerate(names)), np.zeros(n_teams, np.int64))
        keys = np.int64(row) * n_teams + cols
        shut = (code > 0) & ~np.isin(keys, pins.pinned) & ~np.isin(keys, pins.forbidden)
        dearest = np.full(n_teams, np.iinfo(np.int64).max)
        for nearer, taught in product(self._nearer(rows, cols, fails), self._taught(row, fails)):
            waive = self._waived(code & ~nearer.bit & ~taught.bit, names)
            found = shut & nearer.able & taught.able & (waive != _NO_WAY) & (self._prices[waive] < dearest)
            if nearer is self._none is taught:
                dearest[found] = self._prices[waive[found]]
            for col in np.flatnonzero(found).tolist():
                yield row, col, int(waive[col]), nearer.charges(col) + taught.charges(col)

    def _waived(self, code: IntArray, names: list[str]) -> IntArray:
        """Find for each team the cheapest waiver of all that is still failed."""
        codes, which = np.unique(code, return_inverse=True)
        found = np.full(len(codes), _NOTHING, dtype=np.int64)
        for k, one in enumerate(codes.tolist()):
            left = {name for i, name in enumerate(names) if one >> i & 1}
            if left:
                found[k] = next((at for at, limits in self._waives if left <= limits), _NO_WAY)
        return found[which]

    def _nearer(self, rows: Int32Array, cols: Int32Array, fails: dict[str, BoolArray]) -> list[_Help]:
        """List what wider radii bring into reach, after no help at all."""
        helps = [self._none]
        for at, (name, limit) in self._radii:
            able = fails[name] & np.asarray(passes(limit, rows, cols), dtype=np.bool_)
            helps.append(_Help(able, 1 << list(fails).index(name), np.full((1, len(cols)), at)))
        return helps

    def _taught(self, row: int, fails: dict[str, BoolArray]) -> list[_Help]:
        """List what lessons bring, after no help at all: each skill that a team lacks by the cheapest one."""
        requests, teams = self._answer.requests, self._answer.teams
        name = next((one.name for one in self._answer.policy.limits if isinstance(one, Skills)), None)
        if not self._lessons or name not in fails or requests.skills is None or teams.skills is None:
            return [self._none]
        words = requests.skills.of(row)
        has = teams.skills.matrix(words).toarray().T > 0
        asked = np.full(has.shape, -1, dtype=np.int64)
        for at, skill, meant in self._lessons:
            for k in [k for k, word in enumerate(words) if word == skill]:
                asked[k, ~has[k] & meant & (asked[k] < 0)] = at
        able = fails[name] & (has | (asked >= 0)).all(axis=0)
        return [self._none, _Help(able, 1 << list(fails).index(name), asked)]


def _widened(answer: Answer, wider: WiderRadius) -> Iterator[tuple[str, PreparedDistance]]:
    """Give the distance limit as it would be with wider radii; nothing where it is off."""
    for name, limit in answer.scorer.limits:
        if isinstance(limit, PreparedDistance):
            km = limit.teams.km
            reach = np.where(teams_meant(answer.teams, wider) & (km < wider.to_km), float(wider.to_km), km)
            yield name, replace(limit, teams=replace(limit.teams, km=reach))
