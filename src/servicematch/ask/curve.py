"""The curve between the total and the least served group, as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.columns import plain_value, value_column
from servicematch.ask.told import Told
from servicematch.base.blocks import table
from servicematch.base.claim import SCALE
from servicematch.base.plain import plain
from servicematch.out.ask_words import Names, change_text
from servicematch.out.bottleneck_words import column_text, value_text
from servicematch.out.frontier_words import FRONTIER_WORDS, exact_share
from servicematch.tables.frames import build

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from servicematch.ask.fairness import Fairness
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import AnyArray
    from servicematch.base.html import Markup
    from servicematch.out.words import Lang


@dataclass(frozen=True, slots=True, eq=False)
class FrontierPoint:
    """The best plan that serves every group at least so far.

    Attributes
    ----------
    asked
        The share that every group is to reach, groups that no team may serve left out.
    served, points
        Units served, and the sum of scores in micro-points.
    by_tier
        What it has more than the best plan without fairness, tier by tier: units, and micro-points for ``"score"``.
    fairness
        Its shares by group, and all else about its fairness.
    is_proved
        Whether no better plan reaches these shares.
    """

    asked: float
    served: int
    points: int
    by_tier: Mapping[str, int]
    fairness: Fairness
    is_proved: bool
    _answer: Answer = field(repr=False)


@dataclass(frozen=True, eq=False, repr=False)
class Frontier(Told):
    """The curve between the total and the least served group, from no fairness to as much as there can be.

    Attributes
    ----------
    column
        What was grouped by.
    rows
        One a point, rising.

    Examples
    --------
    >>> from servicematch.ask.frontier import frontier
    >>> requests = {"id": [1, 2, 3], "town": ["a", "a", "b"], "lat": [39.6, 39.6, 39.7], "lon": [109.8] * 3}
    >>> teams = {"id": ["t"], "lat": [39.6], "lon": [109.8], "radius_km": [20], "capacity": [2]}
    >>> print(frontier(requests, teams, by="town", points=2).frame["worst_share"].tolist())
    [0.0, 0.5]
    """

    column: str
    rows: tuple[FrontierPoint, ...]
    _wrap: Callable[[Answer], Any] = field(repr=False)

    def plan(self, point: int) -> Any:
        """Return the plan of a point, counted from 0.

        Examples
        --------
        >>> from servicematch.ask.frontier import frontier
        >>> frontier({"id": [1], "town": ["a"]}, {"id": [1]}, by="town", points=2).plan(-1).solution.objective
        (1, 1, 0)
        """
        return self._wrap(self.rows[point]._answer)  # noqa: SLF001 - of a part of its own

    @cached_property
    def frame(self) -> Any:
        """A row a point: asked, served, score_points, worst, worst_share, ratio, gini, and what each tier has more
        than in the best plan without fairness.
        """  # noqa: D205 - a list of columns
        if not self.rows:
            return {}
        requests = self.rows[0]._answer.requests  # noqa: SLF001 - of a part of its own
        tiers = self.rows[0].by_tier
        worst = [one.fairness.worst for one in self.rows]
        columns = {
            "asked": np.array([one.asked for one in self.rows]),
            "served": np.array([one.served for one in self.rows], dtype=np.int64),
            "score_points": np.array([one.points / SCALE for one in self.rows]),
            "worst": value_column([None if one is None else one.value for one in worst]),
            "worst_share": np.array([np.nan if one is None else one.share for one in worst]),
            "ratio": np.array([one.fairness.ratio for one in self.rows]),
            "gini": np.array([one.fairness.gini for one in self.rows]),
            **{f"more_{name}": _more([one.by_tier[name] for one in self.rows], name) for name in tiers},
        }
        return build(columns, requests.kind, tz=requests.tz)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, scores in micro-points; ``redact`` hides ids of requests that were grouped by.

        Examples
        --------
        >>> from servicematch.ask.frontier import frontier
        >>> frontier({"id": [1], "town": ["a"]}, {"id": [1]}, by="town", points=2).to_dict()["rows"][0]["worst_share"]
        1.0
        """
        names = Names("en", redact=redact)
        rows = [
            {
                "asked": one.asked,
                "served": one.served,
                "points": one.points,
                "worst": plain_value(self._worst(one, names)),
                "worst_share": None if one.fairness.worst is None else one.fairness.worst.share,
                "gini": one.fairness.gini,
                "by_tier": dict(one.by_tier),
                "is_proved": one.is_proved,
            }
            for one in self.rows
        ]
        return plain({"by": self.column, "rows": rows})

    def _worst(self, one: FrontierPoint, names: Names) -> Any:
        worst = one.fairness.worst
        value = None if worst is None else worst.value
        return names.plain_request(value) if self.column == "id" else value

    def _title(self, lang: Lang, *, redact: bool) -> str:  # noqa: ARG002 - no request is named in it
        return FRONTIER_WORDS[lang]["title"].format(column=column_text(self.column, lang))

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = FRONTIER_WORDS[lang], Names(lang, redact=redact)
        if not self.rows:
            return [say["none"]]
        told = [
            say["row"].format(
                asked=exact_share(one.asked),
                served=one.served,
                demand=one.fairness.total.demand,
                group=value_text(self._worst(one, names), lang),
                worst=exact_share(one.fairness.worst.share) if one.fairness.worst else "-",
                gini=one.fairness.gini,
                points=one.points / SCALE,
                change=change_text(one.by_tier, lang),
            )
            for one in self.rows
        ]
        end = say["most"] if all(one.is_proved for one in self.rows) else say["unproved"]
        return [say["head"].format(column=column_text(self.column, lang)), *told, end]

    def _tables(self, lang: Lang, *, redact: bool) -> list[Markup]:
        say, names = FRONTIER_WORDS[lang], Names(lang, redact=redact)
        headers = ("asked", "served", "worst", "group", "gini", "points", "change")
        rows = [
            [
                exact_share(one.asked),
                one.served,
                exact_share(one.fairness.worst.share) if one.fairness.worst else None,
                value_text(self._worst(one, names), lang),
                one.fairness.gini,
                one.points / SCALE,
                change_text(one.by_tier, lang),
            ]
            for one in self.rows
        ]
        return [table([say[name] for name in headers], rows)]


def _more(values: list[int], tier: str) -> AnyArray:
    return np.array(values, dtype=np.float64) / SCALE if tier == "score" else np.array(values, dtype=np.int64)
