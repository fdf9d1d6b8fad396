"""Where to recruit the next team: bounds from the prices say what to try, planning again says what it brings."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from servicematch.ask.again import solve_again
from servicematch.ask.cells import find_cells, new_ids, suited_team
from servicematch.ask.changed import changed
from servicematch.ask.promise import promised
from servicematch.ask.recruitment import Recruit, Recruitment
from servicematch.ask.ruled import refuse_rules
from servicematch.assign.answer import by_tier
from servicematch.base.errors import ServiceMatchError, TableWarning
from servicematch.solve.problem import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.ask.cells import Cell
    from servicematch.assign.answer import Answer


def recruit(
    answer: Answer,
    at: Iterable[str] | None = None,
    *,
    k: int = 5,
    capacity: int = 1,
    radius_km: float | None = None,
    try_at_most: int = 40,
) -> Recruitment:
    """Say where one more team, and for what, would bring the plan most.

    For each area (every level of the requests' paths) and each category that is asked there in vain, a team in the
    middle of the requests there is tried, with that category and all skills and languages that the open requests ask.
    Without categories each set of skills is; requests without an area stand for themselves. What is asked in words alone
    suggests no team, and is counted as left out. What a team could bring at
    most is read off the plan's prices; from the most promising down, the plan is made again, until no bound can beat
    the ``k``-th best. Of those that would serve the very same open units only the best is kept.

    Parameters
    ----------
    answer
        A proved one.
    at
        Only these areas, as paths.
    k
        So many are kept.
    capacity
        Places of the new team.
    radius_km
        How far it goes; by default as the middle one of the teams.
    try_at_most
        So many plans are made at most; what is left then is told.

    Raises
    ------
    ServiceMatchError
        For a plan that is not proved, an unknown area, or a number out of range.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> requests = {"id": [1, 2, 3], "area": ["a", "a", "b"], "category": ["art", "art", "sport"]}
    >>> recruit(run(requests, {"id": ["t"], "categories": ["talk"]}), capacity=2)
    1. in a, category art: 2 more served of priority 0; units it would serve: 2; open there: 2.
    2. in b, category sport: 1 more served of priority 0; units it would serve: 1; open there: 1.
    2 places and services considered: 2 planned again exactly, 0 ruled out by a bound.
    Each is a team with 2 places, in the middle of the requests there (to about a kilometre), recruited alone: two of them together may bring less than the sum.
    """
    refuse_rules(answer, "recruit")
    _check(answer, k=k, capacity=capacity, try_at_most=try_at_most)
    if radius_km is not None and not _is_distance(radius_km):
        raise ServiceMatchError(f"radius_km: expected kilometres of at least 0, got {radius_km!r}")
    with warnings.catch_warnings():  # what the tables warn of was said when the plan was made
        warnings.simplefilter("ignore", TableWarning)
        cells = find_cells(answer, at)
        ids = new_ids(answer, len(cells))
        teams = [
            suited_team(answer, cell, id_, capacity=capacity, radius_km=radius_km)
            for cell, id_ in zip(cells, ids, strict=True)
        ]
        bounds = _bounds(answer, teams, capacity)
        found, n_solved, n_left, n_same = _search(answer, cells, teams, bounds, k=k, try_at_most=try_at_most)
    n_pruned = len(cells) - n_solved - n_left
    own_places = any(cell.area is None for cell in cells)
    return Recruitment(
        tuple(found),
        len(cells),
        n_solved,
        n_pruned,
        n_left,
        capacity,
        own_places,
        n_same,
        _n_words_only(answer),
        answer,
    )


def _check(answer: Answer, **numbers: int) -> None:
    if answer.solution.status is not Status.PROVED:
        raise ServiceMatchError("recruit: the plan is not proved. Hint: assign again without a limit of time or work")
    for name, value in numbers.items():
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
            raise ServiceMatchError(f"{name}: expected a whole number of at least 1, got {value!r}")


def _is_distance(value: Any) -> bool:
    is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return is_number and bool(np.isfinite(value)) and value >= 0


def _n_words_only(answer: Answer) -> int:
    """Count the open requests that only like words on offer could serve: nobody can tell which offers these would be."""
    rule, need = answer.scorer.relevance, answer.requests.need
    if rule is None or need is None:
        return 0
    rows = np.flatnonzero(rule.asks & (answer.missing > 0)).tolist()
    kinds, skills = answer.requests.category, answer.requests.skills
    has_kind = [kinds is not None and kinds[row] is not None for row in rows]
    has_skills = [skills is not None and len(skills.of(row)) > 0 for row in rows]
    asks = zip(rows, has_kind, has_skills, strict=True)
    return sum(bool(need[row]) and not kind and not skilled for row, kind, skilled in asks)


def _bounds(answer: Answer, teams: list[dict[str, Any]], capacity: int) -> list[tuple[int, ...]]:
    """Bound what each team alone could bring; all are measured as one table."""
    if not teams:
        return []
    alone = changed(answer.teams, add=teams, drop=answer.teams.ids.tolist())  # with all columns that the teams have
    return [
        bounds for _, bounds in sorted(zip(alone.position.tolist(), promised(answer, alone, capacity), strict=True))
    ]


def _search(
    answer: Answer,
    cells: list[Cell],
    teams: list[dict[str, Any]],
    bounds: list[tuple[int, ...]],
    *,
    k: int,
    try_at_most: int,
) -> tuple[list[Recruit], int, int, int]:
    """Plan again from the best bound down; return those kept, how many were planned, are left over, and serve the same."""
    order = sorted(range(len(cells)), key=lambda at: tuple(-part for part in bounds[at]))
    nothing = (0,) * len(answer.solution.objective)
    kept: list[_Kept] = []
    n_solved, n_left, n_same = len(order), 0, 0
    for n, at in enumerate(order):
        to_beat = kept[k - 1].gain if len(kept) >= k else nothing
        if bounds[at] <= to_beat or n >= try_at_most:
            n_solved, n_left = n, sum(bounds[other] > to_beat for other in order[n:])
            break
        gain, one = _solved(answer, cells[at], teams[at])
        if gain > nothing:
            n_same += any(other.serves_as(one) for other in kept)
            kept = _best([*kept, _Kept(gain, n, one)])[:k]
    return [one.recruit for one in kept], n_solved, n_left, n_same


class _Kept(NamedTuple):
    """A team that brings something, with its gain by tier and its turn."""

    gain: tuple[int, ...]
    turn: int
    recruit: Recruit

    def serves_as(self, other: Recruit) -> bool:
        """Tell whether the same open units are served."""
        return bool(other.newly) and other.newly == self.recruit.newly


def _best(found: list[_Kept]) -> list[_Kept]:
    """Order by gain, then by turn, and keep the first of those that serve the same open units."""
    kept: list[_Kept] = []
    for one in sorted(found, key=lambda one: (tuple(-part for part in one.gain), one.turn)):
        if not any(other.serves_as(one.recruit) for other in kept):
            kept.append(one)
    return kept


def _solved(answer: Answer, cell: Cell, team: dict[str, Any]) -> tuple[tuple[int, ...], Recruit]:
    new = solve_again(answer, teams=changed(answer.teams, add=[team]))
    pairs = zip(new.solution.objective, answer.solution.objective, strict=True)
    gain = tuple(after - before for after, before in pairs)
    more = np.maximum(new.served - answer.served, 0)
    return gain, Recruit(
        area=cell.area,
        near=None if cell.near < 0 else answer.requests.ids[[cell.near]].tolist()[0],
        category=cell.category,
        skills=cell.skills,
        languages=cell.languages,
        radius_km=team.get("radius_km"),
        capacity=int(team["capacity"]),
        gain=by_tier(answer, gain),
        serves=int(new.load[new.teams.index(team["id"])]),
        n_open=cell.n_open,
        newly=tuple(answer.requests.ids[np.repeat(np.arange(len(more)), more)].tolist()),
        team=team,
        is_tellable=cell.is_tellable,
    )
