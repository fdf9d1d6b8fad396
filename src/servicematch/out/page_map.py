"""A small map without tiles: requests, teams and who goes where, drawn from their coordinates alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.blocks import COLOURS, key, note
from servicematch.base.html import Markup, join, tag
from servicematch.base.svg import drawing, marks, stroke, threads, words
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

_WIDTH, _HEIGHT, _EDGE, _FOOT = 720.0, 460.0, 12.0, 30.0
_KM_A_DEGREE = 111.195  # of a great circle, radius 6371.0 km
_LEAST_KM = 2.0  # a single village is not blown up to the whole width
_SCALE_PX = 160.0
_FAR = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A local map: where a place falls on the drawing, in whole pixels, and how large the drawing is."""

    lat: float
    lon: float
    west_km: float
    north_km: float
    px_a_km: float
    width: float
    height: float

    @classmethod
    def of(cls, lat: FloatArray, lon: FloatArray) -> Ground:
        """Choose the ground on which all these places lie (equirectangular around their middle).

        Examples
        --------
        >>> Ground.of(np.array([39.0, 40.0]), np.array([109.0, 109.0])).pixels(np.array([40.0]), np.array([109.0]))
        array([[130,  12]])
        """
        turns = np.radians(lon)  # a mean on the circle, so that a date line amid the places does no harm
        middle = float(np.degrees(np.arctan2(np.sin(turns).mean(), np.cos(turns).mean())))
        ground = cls(float(lat.min() + lat.max()) / 2, middle, 0.0, 0.0, 1.0, 0.0, 0.0)
        x, y = ground._km(lat, lon)
        wide, high = (max(float(np.ptp(part)), _LEAST_KM) for part in (x, y))
        px = min((_WIDTH - 2 * _EDGE) / wide, (_HEIGHT - 2 * _EDGE) / high)
        width, height = max(260.0, wide * px + 2 * _EDGE), max(120.0, high * px + 2 * _EDGE)
        west = float(x.min() + x.max()) / 2 - width / 2 / px
        north = float(y.min() + y.max()) / 2 + height / 2 / px
        return cls(ground.lat, middle, west, north, px, width, height)

    def pixels(self, lat: FloatArray, lon: FloatArray) -> IntArray:
        """Put places on the drawing: whole x and y, shape (n, 2); (0, 0) for a place that is missing."""
        x, y = self._km(lat, lon)
        return np.rint(np.nan_to_num(np.column_stack([x - self.west_km, self.north_km - y]) * self.px_a_km)).astype(
            np.int64
        )

    def holds(self, lat: FloatArray, lon: FloatArray) -> BoolArray:
        """Tell which places fall on the drawing."""
        x, y = self.pixels(lat, lon).T
        held: BoolArray = (x >= 0) & (x <= self.width) & (y >= 0) & (y <= self.height)
        return held

    def _km(self, lat: FloatArray, lon: FloatArray) -> tuple[FloatArray, FloatArray]:
        east = (lon - self.lon + 180) % 360 - 180
        return east * _KM_A_DEGREE * max(np.cos(np.radians(self.lat)), 0.01), (lat - self.lat) * _KM_A_DEGREE


def plan_map(parts: PlanParts, lang: Lang = "en") -> Markup:
    """Draw requests (served, open), teams and thin lines for the chosen pairs; places that are missing are counted.

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
    ground = Ground.of(*everything[_is_central(everything)].T)
    placed, home = (ground.holds(*side.T) & ~np.isnan(side[:, 0]) for side in (asked, teams))
    n_far = len(everything) - int(placed.sum()) - int(home.sum())
    spots, homes = ground.pixels(*asked.T), ground.pixels(*teams.T)
    both = placed[parts.rows] & home[parts.cols]
    lines = np.column_stack([spots[parts.rows[both]], homes[parts.cols[both]]])
    is_open = parts.is_open
    points = {"served": spots[placed & ~is_open], "open": spots[placed & is_open], "team": homes[home]}
    distinct = {kind: np.unique(at, axis=0) for kind, at in points.items()}
    label = say["map_label"].format(requests=int(placed.sum()), teams=int(home.sum()))
    return join(
        [
            _legend(points, say),
            drawing(ground.width, ground.height + _FOOT, *_shapes(distinct, lines, ground, say["km"]), label=label),
            note(say["lines" if len(lines) > MOST_LINES else "all_lines"].format(drawn=MOST_LINES, n=len(lines))),
            note(say["points"]) if max(map(len, distinct.values())) > MOST_MARKS else None,
            note(say["far_off"].format(n=n_far)) if n_far else None,
            note(say["no_place"].format(**missing)) if any(missing.values()) else None,
        ]
    )


def _is_central(places: FloatArray) -> BoolArray:
    """Tell which places are no farther from the middle of all than ten times the usual distance; a far one is no map."""
    middle = np.median(places, axis=0)
    away = np.hypot(*((places - middle) * [1.0, np.cos(np.radians(middle[0]))]).T)
    usual = float(np.median(away))
    central: BoolArray = away <= max(_FAR * usual, _LEAST_KM / _KM_A_DEGREE) if usual > 0 else away >= 0
    return central


def _places(table: Requests | Teams) -> FloatArray:
    """Pair the coordinates, shape (n, 2), NaN where they are missing."""
    if table.lat is None or table.lon is None:
        return np.full((len(table), 2), np.nan)
    return np.column_stack([table.lat, table.lon])


def _thinned(rows: IntArray, most: int) -> IntArray:
    """Take at most so many rows, at even steps: the same every time."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def _shapes(spots: dict[str, IntArray], lines: IntArray, ground: Ground, unit: str) -> list[Markup]:
    at = {kind: map(tuple, _thinned(points, MOST_MARKS).tolist()) for kind, points in spots.items()}
    step, size = _scale_km(ground.px_a_km), _size(sum(map(len, spots.values())))
    y, end = ground.height + _FOOT - 10, _EDGE + step * ground.px_a_km
    frame = [(0.0, 0.0, ground.width, 0.0), (0.0, ground.height, ground.width, ground.height)]
    frame += [(0.0, 0.0, 0.0, ground.height), (ground.width, 0.0, ground.width, ground.height)]
    return [
        *(stroke(*side, opacity=0.25) for side in frame),
        threads(map(tuple, _thinned(lines, MOST_LINES).tolist()), COLOURS["served"], width=1.0, opacity=0.6),
        marks(at["served"], size, COLOURS["served"], opacity=0.8),
        marks(at["team"], 0.75 * size, COLOURS["team"], square=True, opacity=0.6),
        marks(at["open"], size, COLOURS["open"]),
        *(stroke(x, y - 4, x, y + 4) for x in (_EDGE, end)),
        stroke(_EDGE, y, end, y),
        words(end + 6, y + 4, f"{step:g} {unit}", size=12),
    ]


def _size(n: int) -> float:
    """Choose the size of a mark: the more there are, the smaller."""
    return 8.0 if n <= 60 else 5.0 if n <= 600 else 3.0  # noqa: PLR2004 - three sizes to the eye


def _scale_km(px_a_km: float) -> float:
    """Choose a round length that takes at most `_SCALE_PX`."""
    most = _SCALE_PX / px_a_km
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9)))


def _legend(points: dict[str, IntArray], say: dict[str, str]) -> Markup:
    keys = (key(kind, say[f"legend_{kind}"].format(n=len(at))) for kind, at in points.items())
    return tag("p", *(tag("span", one, style="margin-right:1.4em") for one in keys))
