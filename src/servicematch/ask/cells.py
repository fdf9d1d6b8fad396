"""Where a new team could be: areas and what is open in them, each with the team that would suit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from servicematch.base.errors import ServiceMatchError
from servicematch.tables.areas import area_path
from servicematch.tables.report import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.tables.requests import Requests
    from servicematch.tables.tags import Tags
    from servicematch.tables.teams import Teams

Path = tuple[str, ...]
_DECIMALS = 2
"""Of degrees: a middle is told, and tried, to about a kilometre, so that it is nobody's home."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A node of the areas, or one request's own place, and something that is asked there in vain.

    Attributes
    ----------
    area
        The node's path, None for a request's own place.
    near
        Position of that request, -1 for a node.
    category
        What is asked, None for nothing in particular.
    skills, languages
        All that the open requests ask.
    place
        The middle of the requests there, None where no place is known.
    is_tellable
        Whether the place is the middle of several, and no single home.
    n_open
        Open units.
    """

    area: str | None
    near: int
    category: str | None
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    place: tuple[float, float] | None
    is_tellable: bool
    n_open: int


def find_cells(answer: Answer, at: Iterable[str] | None = None) -> list[Cell]:
    """List all nodes x all that is asked there in vain; without ``at``, nodes of the same requests only once, the deepest.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> requests = {"id": [1, 2, 3], "area": ["a/x", "a/y", None], "category": ["art", "art", "sport"]}
    >>> answer = run(requests, {"id": [], "categories": []})
    >>> [(cell.area, cell.category, cell.n_open) for cell in find_cells(answer)]
    [('a', 'art', 2), ('a/x', 'art', 1), ('a/y', 'art', 1), (None, 'sport', 1)]
    """
    requests, is_open = answer.requests, answer.missing > 0
    members = _members(requests, is_open)
    if at is not None:
        members = _restricted(members, at, requests)
    cells: list[Cell] = []
    seen: set[tuple[bytes, Any]] = set()
    for path, rows in sorted(members.items(), key=lambda item: (-len(item[0]), item[0])):
        asking = rows[is_open[rows]]
        for asked in sorted({_asked(requests, row) for row in asking.tolist()}, key=_order):
            key = rows.tobytes(), asked
            if at is None and key in seen:
                continue
            seen.add(key)
            mine = np.array([row for row in asking.tolist() if _asked(requests, row) == asked], dtype=np.int64)
            cells.append(_cell(answer, "/".join(path), rows, mine))
    cells.sort(key=lambda cell: (cell.area or "", _order((cell.category, cell.skills))))
    if at is None:
        homeless = [row for row in np.flatnonzero(is_open).tolist() if not _path(requests, row)]
        cells += [_cell(answer, None, np.array([row]), np.array([row])) for row in homeless]
    return cells


def _path(requests: Requests, row: int) -> Path:
    area = None if requests.area is None else requests.area[row]
    return () if area is None else area_path(area)


def _members(requests: Requests, is_open: BoolArray) -> dict[Path, IntArray]:
    """List the requests of every node in which something is open."""
    members: dict[Path, list[int]] = {}
    for row in range(len(requests)):
        path = _path(requests, row)
        for depth in range(1, len(path) + 1):
            members.setdefault(path[:depth], []).append(row)
    rows = {path: np.array(listed, dtype=np.int64) for path, listed in members.items()}
    return {path: listed for path, listed in rows.items() if is_open[listed].any()}


def _restricted(members: dict[Path, IntArray], at: Iterable[str], requests: Requests) -> dict[Path, IntArray]:
    if requests.area is None:
        raise ServiceMatchError("at: the requests have no column area. Hint: leave at out, or give them one")
    if isinstance(at, str | bytes):
        raise ServiceMatchError(f"at: expected a list of areas, got {shown(at)!r}. Hint: put it in brackets")
    paths = {_path(requests, row) for row in range(len(requests))}
    known = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    chosen = {}
    for area in at:
        path = area_path(str(area))
        if path not in known:
            raise ServiceMatchError(f"at: no request lies in {shown(area)!r}. Hint: write the path as the requests do")
        if path in members:
            chosen[path] = members[path]
    return chosen


def _asked(requests: Requests, row: int) -> tuple[str | None, tuple[str, ...]]:
    """Tell what parts the cells of a node: the category, or without any such column the set of skills."""
    if requests.category is not None:
        return requests.category[row], ()
    return None, () if requests.skills is None else requests.skills.of(row)


def _order(asked: tuple[str | None, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    return asked[0] or "", asked[1]


def _cell(answer: Answer, area: str | None, rows: IntArray, asking: IntArray) -> Cell:
    requests = answer.requests
    place, is_tellable = _middle(requests, rows)
    return Cell(
        area=area,
        near=-1 if area is not None else int(asking[0]),
        category=None if requests.category is None else requests.category[int(asking[0])],
        skills=_union(requests.skills, asking),
        languages=_union(requests.languages, asking),
        place=place,
        is_tellable=is_tellable,
        n_open=int(answer.missing[asking].sum()),
    )


def _union(tags: Tags | None, rows: IntArray) -> tuple[str, ...]:
    return () if tags is None else tuple(sorted({word for row in rows.tolist() for word in tags.of(row)}))


def _middle(requests: Requests, rows: IntArray) -> tuple[tuple[float, float] | None, bool]:
    """Return the median of the places, coarse where it is told; a single place as it is, and not to be told."""
    if requests.lat is None or requests.lon is None:
        return None, False
    places = np.stack([requests.lat[rows], requests.lon[rows]], axis=1)
    places = places[~np.isnan(places[:, 0])]
    if not len(places):
        return None, False
    lat, lon = np.median(places, axis=0).tolist()
    if len(np.unique(places, axis=0)) == 1:
        return (lat, lon), False
    return (round(lat, _DECIMALS), round(lon, _DECIMALS)), True


def suited_team(answer: Answer, cell: Cell, id_: Any, *, capacity: int, radius_km: float | None) -> dict[str, Any]:
    """Write the row of a team that would suit a cell, with the columns that the teams have, so that no limit goes on.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1], "category": ["art"]}, {"id": ["t"], "categories": ["sport"], "radius_km": [5.0]})
    >>> suited_team(answer, find_cells(answer)[0], "new", capacity=2, radius_km=None)
    {'id': 'new', 'capacity': 2, 'categories': ['art'], 'radius_km': 5.0}
    """
    teams = answer.teams
    lat, lon = cell.place or (None, None)
    suits = {
        "offers": cell.category,
        "categories": [] if cell.category is None else [cell.category],
        "skills": list(cell.skills),
        "languages": list(cell.languages),
        "lat": lat,
        "lon": lon,
        "area": cell.area,
        "radius_km": _usual_radius(teams) if radius_km is None else radius_km,
    }
    has = set(suits) if not len(teams) else set(teams.present)
    if radius_km is not None:
        has.add("radius_km")
    return {"id": id_, "capacity": capacity} | {name: value for name, value in suits.items() if name in has}


def _usual_radius(teams: Teams) -> float | None:
    if teams.radius_km is None or np.isnan(teams.radius_km).all():
        return None
    return float(np.nanmedian(teams.radius_km))


def new_ids(answer: Answer, n: int) -> list[Any]:
    """Make ids that no team has, of the kind that they have.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> new_ids(run({"id": [1]}, {"id": [3, 8]}), 2), new_ids(run({"id": [1]}, {"id": ["t"]}), 1)
    ([9, 10], ['new team 1'])
    """
    booked = answer.requests.booked_team
    known = [*answer.teams.ids.tolist(), *([] if booked is None else booked.tolist())]
    taken = {one for one in known if one is not None}
    kind = type(next(iter(taken), ""))
    if kind is int:
        first = max(taken) + 1
        return list(range(first, first + n))
    numbers = range(1, n + len(taken) + 1)
    made = (UUID(int=number) if issubclass(kind, UUID) else f"new team {number}" for number in numbers)
    return [one for one in made if one not in taken][:n]
