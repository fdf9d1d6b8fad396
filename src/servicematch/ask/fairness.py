"""Fairness: who is served and how well, by any column of the requests, and how evenly the teams are loaded."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.columns import plain_value, value_column, value_for
from servicematch.ask.envy import justified_envy
from servicematch.ask.fairness_view import LISTED, fairness_lines, fairness_tables
from servicematch.ask.gini import gini
from servicematch.ask.group_shares import group_shares
from servicematch.ask.price import Price, without_fairness, worth_by_tier
from servicematch.ask.spread import load_spread
from servicematch.ask.told import Told
from servicematch.assign.satisfaction import satisfactions
from servicematch.base.blocks import card
from servicematch.base.plain import plain
from servicematch.out.ask_words import Names
from servicematch.out.bottleneck_words import column_text
from servicematch.out.fairness_words import fairness_words
from servicematch.solve.problem import Status
from servicematch.tables.frames import build
from servicematch.tables.groups import groups_by

if TYPE_CHECKING:
    from servicematch.ask.envy import Envy
    from servicematch.ask.group_shares import GroupShare
    from servicematch.ask.spread import LoadSpread
    from servicematch.assign.answer import Answer
    from servicematch.assign.satisfaction import Satisfactions
    from servicematch.base.html import Markup
    from servicematch.out.words import Lang

_COUNTS = ("n_requests", "demand", "servable", "served", "unassigned", "n_envious")
_MEANS = ("share", "mean_score", "mean_km", "mean_wait_days")
_SUMS = ("points", "metres", "n_known", "waited", "n_waited")


@dataclass(frozen=True, eq=False, repr=False)
class Fairness(Told):
    """Who is served, group by group: the least served share first, of equal ones that with the most open units.

    Attributes
    ----------
    by, column
        What was grouped by, and how it is told.
    rows
        One a group.
    total
        All requests, each once: where no request is in two groups, the rows add up to it.
    overlaps
        Whether some request is in several groups.
    envy
        The requests with justified envy: where a rule of the policy leaves one open that would count for more.
    loads
        How evenly the teams are loaded.
    steps
        Where the policy asks for `servicematch.fairness.Satisfaction`: its steps; None elsewhere.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> requests = {"id": [1, 2, 3], "category": ["art", "art", "talk"]}
    >>> fairness(run(requests, {"id": ["t1", "t2"], "categories": ["art", "talk"]}), "category")
    Who is served, by category of the requests, least served first:
    art: 2 asked, 1 served (50 %), 1 open, 1 servable at most; mean score 0.000, mean distance -.
    talk: 1 asked, 1 served (100 %), 0 open, 1 servable at most; mean score 0.000, mean distance -.
    all requests: 3 asked, 2 served (67 %), 1 open; mean score 0.000, mean distance -.
    Least served: art, 50 %; best served: talk, 100 %; worst over best: 0.500.
    Gini of the served shares, by units asked: 0.167 (0: all alike).
    Justified envy: none; no open request counts for more at a team than one that it serves.
    Teams: 2 with a place and a request that they may serve, 0 left out; 2 of 2 places taken, 0 of these before (100 %); \
by team 100 % to 100 %, median 100 %; 0 idle, 2 full; Gini 0.000.
    """

    by: Any
    column: str
    rows: tuple[GroupShare, ...]
    total: GroupShare
    overlaps: bool
    envy: tuple[Envy, ...]
    loads: LoadSpread
    _answer: Answer = field(repr=False)
    steps: int | None = None

    @cached_property
    def satisfaction(self) -> Satisfactions | None:
        """How satisfied each served unit is, pins apart, the least satisfied first; None where the policy does not ask."""
        return None if self.steps is None else satisfactions(self._answer, self.steps)

    @property
    def gini(self) -> float:
        """Gini coefficient of the groups' served shares, each weighing as much as the units that it asked.

        The sum over all pairs of groups of abs(served_i x asked_j - served_j x asked_i), over the sum of all units asked
        times that of all units served: 0 where all shares are equal (or nothing is served).
        """
        return gini([one.served for one in self.rows], [one.demand for one in self.rows])

    @property
    def worst(self) -> GroupShare | None:
        """The group with the least served share, None without any."""
        return self.rows[0] if self.rows else None

    @property
    def best(self) -> GroupShare | None:
        """The group with the greatest served share, None without any."""
        return self.rows[-1] if self.rows else None

    @property
    def ratio(self) -> float:
        """The least served share over the greatest, in [0, 1]; NaN where nothing is served."""
        if self.worst is None or self.best is None or not self.best.served:
            return math.nan
        return self.worst.served * self.best.demand / (self.worst.demand * self.best.served)

    @cached_property
    def price(self) -> Price | None:
        """What the best plan without fairness has more, tier by tier; None where the policy asks for none.

        It is solved again, exactly, on the same pairs.
        """
        if self._answer.policy.fairness is None:
            return None
        free = without_fairness(self._answer)
        is_exact = free.solution.status is Status.PROVED
        mine = worth_by_tier(self._answer)
        more = {name: value - mine[name] for name, value in worth_by_tier(free).items()}
        return Price(more, is_exact, fairness(free, self.by, self.steps))

    @cached_property
    def frame(self) -> Any:
        """A row a group: value, n_requests, demand, servable, served, unassigned, n_envious, share, mean_score,
        mean_km, mean_wait_days (with slots; else NaN).
        """  # noqa: D205 - a list of columns
        requests = self._answer.requests
        columns = {
            "value": value_column([one.value for one in self.rows]),
            **{name: np.array([getattr(one, name) for one in self.rows], dtype=np.int64) for name in _COUNTS},
            **{name: np.array([getattr(one, name) for one in self.rows], dtype=np.float64) for name in _MEANS},
        }
        return build(columns, requests.kind, tz=requests.tz)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data: sums in micro-points and metres, None for no number; ``redact`` hides ids of requests.

        Examples
        --------
        >>> from servicematch.assign.run import run
        >>> answer = run({"id": [1, 2], "category": ["art", "talk"]}, {"id": [1], "categories": ["art"]})
        >>> told = fairness(answer, "category").to_dict()
        >>> told["total"]["served"], told["gini"], told["ratio"]
        (1, 0.5, 0.0)
        """
        names = Names("en", redact=redact)
        spread = self.loads
        return plain(
            {
                "by": self.column,
                "rows": [{"value": plain_value(self._named(one.value, names)), **_data(one)} for one in self.rows],
                "total": _data(self.total),
                "overlaps": self.overlaps,
                "gini": self.gini,
                "ratio": _number(self.ratio),
                "envy": [
                    {
                        "request_id": names.plain_request(one.request_id),
                        "team_id": one.team_id,
                        "envied_id": names.plain_request(one.envied_id),
                        "is_above": one.is_above,
                        "points": one.points,
                    }
                    for one in self.envy
                ],
                **({} if self.satisfaction is None else {"satisfaction": self._satisfaction(names)}),
                "price": self._price(),
                "loads": {name: _number(getattr(spread, name)) for name in (*spread.__slots__, "share")},
            }
        )

    def _price(self) -> dict[str, Any] | None:
        if self.price is None:
            return None
        without = self.price.without
        told = {"by_tier": dict(self.price.by_tier), "is_exact": self.price.is_exact, "gini": without.gini}
        return {
            **told,
            "ratio": _number(without.ratio),
            "worst": None if without.worst is None else without.worst.share,
        }

    def _satisfaction(self, names: Names) -> dict[str, Any] | None:
        if self.satisfaction is None:
            return None
        listed = self.least_satisfied(LISTED)
        least = [{"request_id": names.plain_request(r), "team_id": t, "level": level} for r, t, level in listed]
        return {**self.satisfaction.figures, "least_satisfied": least}

    def least_satisfied(self, most: int) -> list[tuple[Any, Any, int]]:
        """Return request, team and level of the least satisfied units; empty where the policy does not ask."""
        found = self.satisfaction
        if found is None:
            return []
        rows, cols = found.row[:most], found.col[:most]
        ids = self._answer.requests.ids[rows].tolist(), self._answer.teams.ids[cols].tolist()
        return list(zip(*ids, found.level[:most].tolist(), strict=True))

    def _named(self, value: Any, names: Names) -> Any:
        return value_for(names, value, self.column)

    def _title(self, lang: Lang, *, redact: bool) -> str:  # noqa: ARG002 - no request is named in it
        return fairness_words(lang)["title"].format(column=column_text(self.column, lang))

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        return fairness_lines(self, Names(lang, redact=redact), lang)

    def _card(self, lang: Lang, *, redact: bool) -> Markup:
        return card(self._title(lang, redact=redact), *fairness_tables(self, Names(lang, redact=redact), lang))


def fairness(answer: Answer, by: Any, steps: int | None = None) -> Fairness:
    """Tell, for each value of a column of the requests, what was asked and served, how well and how far away.

    Parameters
    ----------
    answer
        The answer asked.
    by
        Any column of the requests, one of the caller's own too; a list (skills, languages) counts in each of its words.
        ``"area"`` takes whole paths, ``("area", 1)`` their first name, and so on.
    steps
        Tell satisfaction in so many steps; by default as the policy asks.

    Raises
    ------
    ServiceMatchError
        When the requests have no such column, or it holds free text or coordinates.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2, 3], "area": ["a/x", "a/y", "b"]}, {"id": ["t"], "area": ["a"]})
    >>> [(one.value, one.demand, one.served) for one in fairness(answer, ("area", 1)).rows]
    [('b', 1, 0), ('a', 2, 1)]
    """
    if steps is None and answer.policy.satisfaction is not None:
        steps = answer.policy.satisfaction.steps
    groups = groups_by(answer.requests, answer.teams, by, "requests")
    envious, envy = justified_envy(answer)
    shares, total = group_shares(answer, groups, envious)
    rows = tuple(sorted(shares, key=lambda one: (one.share, -one.unassigned, -one.demand)))
    overlaps = len(np.unique(groups.row)) < len(groups.row)
    return Fairness(by, groups.column, rows, total, overlaps, envy, load_spread(answer), answer, steps)


def _data(one: GroupShare) -> dict[str, int | float | None]:
    """Write the figures of a group as JSON can hold them."""
    return {name: _number(getattr(one, name)) for name in (*_COUNTS, *_SUMS, *_MEANS)}


def _number(value: float) -> int | float | None:
    return None if math.isnan(value) else value
