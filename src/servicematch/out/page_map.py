"""A small map without tiles: requests, teams and who goes where, drawn from their coordinates alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.blocks import COLOURS, key, note
from servicematch.base.html import Markup, join, tag
from servicematch.base.svg import drawing, frame, marks, stroke, threads, words
from servicematch.out.map_ground import EDGE, Ground, is_central
from servicematch.out.map_labels import area_labels
from servicematch.out.page_words import page_words

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, FloatArray, IntArray
    from servicematch.out.plan_parts import PlanParts
    from servicematch.out.words import Lang
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams

MOST_LINES = 400
MOST_MARKS = 5000
"""Of each kind: as many as the eye can use, and the page stays small."""

_FOOT = 30.0
_SCALE_PX = 160.0
_FEW, _MANY = 60, 600


def plan_map(parts: PlanParts, lang: Lang = "en") -> Markup:
    """Draw requests (served, open), teams, a line for each chosen pair, and the names of the areas.

    Places that are missing, or too far from all others to be drawn with them, are counted.

    Examples
    --------
    >>> from servicematch.out.plan_parts import PlanParts
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1]}), Teams({"id": [1, 2]})
    >>> str(plan_map(PlanParts(requests, teams, np.array([0]), np.array([1]), {})))
    '<p class="note">There are no places to draw: 1 requests and 2 teams have none.</p>'
    """
    say = page_words(lang)
    asked, teams = _places(parts.requests), _places(parts.teams)
    placed, home = ~np.isnan(asked[:, 0]), ~np.isnan(teams[:, 0])
    missing = {"requests": int((~placed).sum()), "teams": int((~home).sum())}
    if not placed.any() and not home.any():
        return note(say["no_map"].format(**missing) if any(missing.values()) else say["none"])
    everything = np.concatenate([asked[placed], teams[home]])
    ground = Ground.of(*everything[is_central(everything)].T)
    placed, home = (ground.holds(*side.T) & ~np.isnan(side[:, 0]) for side in (asked, teams))
    n_far = len(everything) - int(placed.sum()) - int(home.sum())
    spots, homes = ground.pixels(*asked.T), ground.pixels(*teams.T)
    both = placed[parts.rows] & home[parts.cols]
    lines = np.column_stack([spots[parts.rows[both]], homes[parts.cols[both]]])
    is_open = parts.is_open
    points = {"served": spots[placed & ~is_open], "open": spots[placed & is_open], "team": homes[home]}
    distinct = {kind: np.unique(at, axis=0) for kind, at in points.items()}
    areas = area_labels(
        [(spots[placed], _areas(parts.requests, placed)), (homes[home], _areas(parts.teams, home))], ground
    )
    label = say["map_label"].format(requests=int(placed.sum()), teams=int(home.sum()))
    return join(
        [
            _legend(points, say),
            drawing(
                ground.width, ground.height + _FOOT, *_shapes(distinct, lines, ground, say["km"]), *areas, label=label
            ),
            note(say["lines" if len(lines) > MOST_LINES else "all_lines"].format(drawn=MOST_LINES, n=len(lines))),
            note(say["points"]) if max(map(len, distinct.values())) > MOST_MARKS else None,
            note(say["one_outside" if n_far == 1 else "outside"].format(n=n_far)) if n_far else None,
            note(say["no_place"].format(**missing)) if any(missing.values()) else None,
        ]
    )


def _places(table: Requests | Teams) -> FloatArray:
    """Pair the coordinates, shape (n, 2), NaN where they are missing."""
    if table.lat is None or table.lon is None:
        return np.full((len(table), 2), np.nan)
    return np.column_stack([table.lat, table.lon])


def _areas(table: Requests | Teams, rows: BoolArray) -> list[str | None]:
    return [None] * int(rows.sum()) if table.area is None else table.area[rows].tolist()


def _thinned(rows: IntArray, most: int) -> IntArray:
    """Take at most so many rows, at even steps: the same every time."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def _shapes(spots: dict[str, IntArray], lines: IntArray, ground: Ground, unit: str) -> list[Markup]:
    at = {kind: map(tuple, _thinned(points, MOST_MARKS).tolist()) for kind, points in spots.items()}
    step, size = _scale_km(ground.px_a_km), _size(sum(map(len, spots.values())))
    y, end = ground.height + _FOOT - 10, EDGE + step * ground.px_a_km
    width, opacity = (1.6, 0.75) if len(lines) <= _FEW else (1.1, 0.6)
    return [
        frame(ground.width, ground.height),
        threads(map(tuple, _thinned(lines, MOST_LINES).tolist()), COLOURS["served"], width=width, opacity=opacity),
        marks(at["served"], size, COLOURS["served"], opacity=0.8),
        marks(at["team"], 0.75 * size, COLOURS["team"], square=True, opacity=0.6),
        marks(at["open"], size, COLOURS["open"]),
        *(stroke(x, y - 4, x, y + 4) for x in (EDGE, end)),
        stroke(EDGE, y, end, y),
        words(end + 6, y + 4, f"{step:g} {unit}", size=12),
    ]


def _size(n: int) -> float:
    """Choose the size of a mark: the more there are, the smaller."""
    return 8.0 if n <= _FEW else 5.0 if n <= _MANY else 3.0


def _scale_km(px_a_km: float) -> float:
    """Choose a round length that takes at most `_SCALE_PX`."""
    most = _SCALE_PX / px_a_km
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9)))


def _legend(points: dict[str, IntArray], say: dict[str, str]) -> Markup:
    keys = (key(kind, say[f"legend_{kind}"].format(n=len(at))) for kind, at in points.items())
    return tag("p", *(tag("span", one, style="margin-right:1.4em") for one in keys))
