"""Plots of a plan for reports and papers, as Vega-Lite specifications: plain dicts, made without any other library.

Each function takes a plan and returns a dict. `draw` shows it in a notebook, `save` writes it as SVG, PNG, JSON or HTML,
both without the network, and `chart` turns it into an Altair chart to work on; they need
``pip install 'servicematch[plots]'``. The dict itself may be changed first, or given to any program that draws Vega-Lite.

Chinese letters are taken from the fonts of the machine that draws: the reader's own for HTML and SVG, that of `save` for
PNG. Where boxes appear instead, install one (Noto Sans CJK) or name its folder:
``vl_convert.register_font_directory("fonts")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servicematch.assign.columns import column_of
from servicematch.assign.decode import assignment_columns
from servicematch.base.blocks import COLOURS
from servicematch.out.words import TERM_WORDS, check_lang, word
from servicematch.view.captions import CAPTIONS
from servicematch.view.figures import area_rows, km_rows, label, labels, load_rows
from servicematch.view.ground import ground
from servicematch.view.saving import chart, draw, save

if TYPE_CHECKING:
    from servicematch.out.words import Lang
    from servicematch.plan import Plan

__all__ = ["chart", "distances", "draw", "loads", "places", "save", "served_by_area", "waterfall"]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_FONT = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Noto Sans, sans-serif"
_QUIET, _SERVED, _OPEN, _BAD = (COLOURS[name] for name in ("quiet", "served", "open", "bad"))
_WIDTH = 560
_STEP = {"step": 20}


def served_by_area(plan: Plan, *, level: int = 1, n: int = 30, lang: Lang = "en") -> dict[str, Any]:
    """Draw the share of units served, area by area; those that ask most stand first.

    Parameters
    ----------
    plan
        The plan.
    level
        How deep areas are told apart: 1 for ``"banner"``, 2 for ``"banner/town"``.
    n
        At most so many areas; the subtitle says how many there are.
    lang
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> import servicematch as sm
    >>> plan = sm.assign({"id": [1, 2], "area": ["a", "a"]}, {"id": [1]})
    >>> served_by_area(plan)["data"]["values"]
    [{'area': 'a', 'asked': 2, 'served': 1, 'share': 0.5, 'text': '1 / 2'}]
    """
    say = _captions(lang)
    rows = area_rows(plan.answer, level, say["no_area"])
    shown = [{**row, "text": f"{row['served']:,} / {row['asked']:,}"} for row in rows[:n]]
    y = _field("area", say["area"], "nominal", sort=None)
    x = _field("share", say["share"], scale={"domain": [0, 1]}, axis={"format": "%"})
    shown_on_hover = [_field("area", say["area"], "nominal"), _text(say["of"])]
    bar = {"mark": {"type": "bar", "color": _SERVED}, "encoding": {"y": y, "x": x, "tooltip": shown_on_hover}}
    text = {"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"y": y, "x": x, "text": _text()}}
    subtitle = say["shown"].format(n=n, total=len(rows)) if len(rows) > n else ""
    return _spec(say["served_by_area"], subtitle, shown, height=_STEP, layer=[bar, text])


def loads(plan: Plan, *, n: int = 30, lang: Lang = "en") -> dict[str, Any]:
    """Draw the places of the ``n`` busiest teams: taken before, assigned now, still free, and one too many.

    Examples
    --------
    >>> import servicematch as sm
    >>> spec = loads(sm.assign({"id": [1]}, {"id": ["t"], "capacity": [3]}))
    >>> [(row["part"], row["count"]) for row in spec["data"]["values"]]
    [('assigned', 1), ('free', 2)]
    """
    say = _captions(lang)
    rows = [{**row, "part": say[row["part"]]} for row in load_rows(plan.answer, n)]
    colours = {"used": _QUIET, "assigned": _SERVED, "free": "#dfe3e8", "over": _BAD}
    scale = {"domain": [say[part] for part in colours], "range": list(colours.values())}
    encoding = {
        "y": _field("team", say["team"], "nominal", sort=None),
        "x": _field("count", say["count"], stack="zero", axis={"tickMinStep": 1}),
        "color": _field("part", "", "nominal", scale=scale, legend={"orient": "bottom"}),
        "order": {"field": "order", "type": "quantitative"},
        "tooltip": [_field(name, say[name], "nominal") for name in ("team", "name", "part", "count")],
    }
    total = len(plan.answer.teams)
    subtitle = say["shown"].format(n=n, total=total) if total > n else ""
    return _spec(say["loads"], subtitle, rows, height=_STEP, mark="bar", encoding=encoding)


def waterfall(plan: Plan, request_id: Any, team_id: Any, slot_id: Any = None, *, lang: Lang = "en") -> dict[str, Any]:
    """Draw how the score of any pair comes together, term by term; the parts add up to the score.

    Examples
    --------
    >>> import servicematch as sm
    >>> plan = sm.assign({"id": [1]}, {"id": ["t"], "mean_rating": [1.0], "n_rated": [5]})
    >>> [(row["term"], round(row["to"], 3)) for row in waterfall(plan, 1, "t")["data"]["values"]]
    [('track record', 0.9), ('score', 0.9)]
    """
    say, answer = _captions(lang), plan.answer
    row, col = answer.requests.index(request_id), answer.teams.index(team_id)
    columns = answer.column_scorer.breakdown(row, column_of(answer, row, col, slot_id))
    rows, reached = [], 0.0
    terms = labels(word(TERM_WORDS, str(name), lang) for name in columns["term"])
    for term, part in zip(terms, columns["contribution"].tolist(), strict=True):
        rows.append({"term": term, "from": reached, "to": reached + part, "text": f"+{part:.3f}", "kind": "term"})
        reached += part
    rows.append({"term": say["score"], "from": 0.0, "to": reached, "text": f"{reached:.3f}", "kind": "score"})
    y = _field("term", "", "nominal", sort=None)
    x = _field("from", say["contribution"], scale={"domain": [0, 1]})
    end = _field("to", say["contribution"])
    colour = _field("kind", "", "nominal", legend=None, scale={"domain": ["term", "score"], "range": [_SERVED, _QUIET]})
    bar = {"mark": "bar", "encoding": {"y": y, "x": x, "x2": {"field": "to"}, "color": colour}}
    text = {"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"y": y, "x": end, "text": _text()}}
    title = say["waterfall"].format(request=label(request_id), team=label(team_id))
    return _spec(title, "", rows, height=_STEP, layer=[bar, text])


def distances(plan: Plan, *, lang: Lang = "en") -> dict[str, Any]:
    """Draw how far the teams go: chosen pairs by kilometres.

    Examples
    --------
    >>> import servicematch as sm
    >>> plan = sm.assign({"id": [1], "lat": [39.6], "lon": [109.8]}, {"id": [1], "lat": [39.7], "lon": [109.8]})
    >>> distances(plan)["data"]["values"][-1]
    {'from': 11.0, 'to': 12.0, 'pairs': 1}
    """
    say = _captions(lang)
    kilometres = assignment_columns(plan.answer)["distance_km"]
    rows = km_rows(kilometres)
    encoding = {
        "x": _field("from", say["km"], bin="binned"),
        "x2": {"field": "to"},
        "y": _field("pairs", say["pairs"], axis={"tickMinStep": 1}),
    }
    n_unknown = len(kilometres) - sum(int(row["pairs"]) for row in rows)
    subtitle = say["no_place"].format(n=n_unknown) if n_unknown else ""
    mark = {"type": "bar", "color": _SERVED}
    return _spec(say["distances"], subtitle, rows, height=260, mark=mark, encoding=encoding)


def places(plan: Plan, *, lang: Lang = "en") -> dict[str, Any]:
    """Draw a map without a ground: requests, teams, and a line from each request to its teams.

    A kilometre is as long to the east as to the north. The plot holds residents' places, often their homes.

    Examples
    --------
    >>> import servicematch as sm
    >>> plan = sm.assign({"id": [1], "lat": [39.6], "lon": [109.8]}, {"id": [1], "lat": [39.7], "lon": [109.8]})
    >>> [len(layer["data"]["values"]) for layer in places(plan)["layer"]]
    [1, 2]
    """
    say = _captions(lang)
    made = ground(plan.answer, _WIDTH)
    x = _field("lon", say["lon"], scale={"domain": made.lon, "zero": False, "nice": False})
    y = _field("lat", say["lat"], scale={"domain": made.lat, "zero": False, "nice": False})
    kinds = {"team": ("square", _QUIET), "served": ("circle", _SERVED), "open": ("circle", _OPEN)}
    domain, shapes, colours = [say[kind] for kind in kinds], *map(list, zip(*kinds.values(), strict=True))
    legend = {"orient": "bottom", "title": None}
    points = [{**point, "kind": say[point["kind"]]} for point in made.points]
    lines = {
        "data": {"values": made.lines},
        "mark": {"type": "rule", "opacity": 0.35, "strokeWidth": 1, "color": _SERVED},
        "encoding": {"x": x, "y": y, "x2": {"field": "lon2"}, "y2": {"field": "lat2"}},
    }
    marks = {
        "data": {"values": points},
        "mark": {"type": "point", "filled": True, "size": 22, "opacity": 0.9},
        "encoding": {
            "x": x,
            "y": y,
            "color": _field("kind", "", "nominal", scale={"domain": domain, "range": colours}, legend=legend),
            "shape": _field("kind", "", "nominal", scale={"domain": domain, "range": shapes}, legend=legend),
        },
    }
    subtitle = say["no_place"].format(n=made.n_without_place) if made.n_without_place else ""
    return _spec(say["places"], subtitle, None, height=made.height, layer=[lines, marks])


def _spec(title: str, subtitle: str, rows: list[dict[str, Any]] | None, **rest: Any) -> dict[str, Any]:
    heading: dict[str, Any] = {"text": title, "anchor": "start"}
    if subtitle:
        heading["subtitle"] = subtitle
    made: dict[str, Any] = {"$schema": _SCHEMA, "title": heading, "width": _WIDTH, **rest}
    if rows is not None:
        made["data"] = {"values": rows}
    made["config"] = {"font": _FONT, "background": "white", "axis": {"labelLimit": 260, "labelOverlap": True}}
    return made


def _field(name: str, title: str, kind: str = "quantitative", **rest: Any) -> dict[str, Any]:
    return {"field": name, "type": kind, "title": title or None, **rest}


def _text(title: str = "") -> dict[str, Any]:
    return _field("text", title, "nominal")


def _captions(lang: str) -> dict[str, str]:
    check_lang(lang)
    return CAPTIONS[lang]
