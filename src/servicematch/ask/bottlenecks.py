"""Bottlenecks: demand, places and the worth of one more place, by any column of the requests or the teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.columns import objects, plain_value, value_column, value_for
from servicematch.ask.loose import class_names
from servicematch.ask.overfull import swallowed_places
from servicematch.ask.ruled import refuse_rules
from servicematch.ask.told import Told
from servicematch.base.blocks import card, note, table
from servicematch.base.claim import SCALE
from servicematch.base.plain import plain
from servicematch.out.ask_words import Names, change_text
from servicematch.out.bottleneck_words import BOTTLENECK_WORDS, column_text, share_text, value_text
from servicematch.solve.problem import Status
from servicematch.tables.frames import build
from servicematch.tables.groups import groups_by

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.base.html import Markup
    from servicematch.out.words import Lang
    from servicematch.tables.groups import Groups

LISTED = 10
"""Lines that are told; `Bottlenecks.frame` and `Bottlenecks.to_dict` have all."""

_COUNTS = ("n_requests", "demand", "eligible_capacity", "used", "served", "unassigned")


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One group: whole units and places, micro-points.

    Attributes
    ----------
    value
        What its rows have in common, None for nothing given.
    n_requests, demand, served, unassigned
        Its requests (for a column of the teams: those that its teams may serve), their units asked, served and open.
    eligible_capacity, used
        Free places, before this plan, of its teams (for a column of the requests: of those that may serve them, each
        once), and how many of these the plan takes.
    worth_tier, worth_points
        What one more place at the best of these teams brings: one unit of this tier (None for none), and so many
        micro-points. None for both where nothing is proved.
    best_team
        Where that is, None where one more place brings nothing.
    """

    value: Any
    n_requests: int
    demand: int
    eligible_capacity: int
    used: int
    served: int
    unassigned: int
    worth_tier: str | None
    worth_points: int | None
    best_team: Any

    @property
    def worth(self) -> dict[str, int]:
        """The worth of one more place by tier: units, and micro-points for ``"score"``."""
        units = {} if self.worth_tier is None else {self.worth_tier: 1}
        return {**units, "score": self.worth_points or 0}


@dataclass(frozen=True, eq=False, repr=False)
class Bottlenecks(Told):
    """Where it is short: most open units first, then the dearest place.

    Attributes
    ----------
    column, side
        What was grouped by, and whose column it is: ``"requests"`` or ``"teams"``.
    rows
        One a value.
    overlaps, shares
        Whether a row counts in several lines; whether several lines have the same rows of the other table.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> requests = {"id": [1, 2, 3], "skills": ["yoga", "yoga", "piano"], "priority": [1, 0, 0]}
    >>> bottlenecks(run(requests, {"id": ["t1", "t2"], "skills": ["yoga", "piano"]}), "skills")
    Where it is short, by skills of the requests, most open first:
    yoga: 2 asked, 1 served (50 %), 1 open; places at eligible teams: 1, taken by anybody: 1; \
one more place, best at team 't1', brings 1 more served of priority 0.
    piano: 1 asked, 1 served (100 %), 0 open; places at eligible teams: 1, taken by anybody: 1; one more place at these teams brings nothing.
    Lowest share served: yoga, 50 % (1 of 2).
    """

    column: str
    side: str
    rows: tuple[Bottleneck, ...]
    overlaps: bool
    shares: bool
    _answer: Answer = field(repr=False)

    @cached_property
    def frame(self) -> Any:
        """A row a value: value, n_requests, demand, eligible_capacity, used, served, unassigned, worth_units,
        worth_tier, worth_points (score points), best_team.
        """  # noqa: D205 - a list of columns
        requests = self._answer.requests
        columns = {
            "value": value_column([one.value for one in self.rows]),
            **{name: np.array([getattr(one, name) for one in self.rows], dtype=np.int64) for name in _COUNTS},
            "worth_units": np.array([int(one.worth_tier is not None) for one in self.rows], dtype=np.int64),
            "worth_tier": objects([one.worth_tier for one in self.rows]),
            "worth_points": np.array([_points(one.worth_points) for one in self.rows], dtype=np.float64),
            "best_team": objects([one.best_team for one in self.rows]),
        }
        return build(columns, requests.kind, tz=requests.tz)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, scores in micro-points.

        ``redact`` puts letters for ids of requests and for values of the caller's own columns.

        Examples
        --------
        >>> from servicematch.assign.run import run
        >>> answer = run({"id": [1], "category": ["art"]}, {"id": []})
        >>> bottlenecks(answer, "category").to_dict()["rows"][0]["unassigned"]
        1
        """
        names = Names("en", redact=redact)
        rows = [
            {
                "value": plain_value(self._named(one.value, names)),
                **{name: getattr(one, name) for name in _COUNTS},
                "worth_tier": one.worth_tier,
                "worth_points": one.worth_points,
                "best_team": one.best_team,
            }
            for one in self.rows
        ]
        return plain({"by": self.column, "side": self.side, "rows": rows})

    def _named(self, value: Any, names: Names) -> Any:
        return value_for(names, value, self.column, self.side)

    def _title(self, lang: Lang, *, redact: bool) -> str:  # noqa: ARG002 - no request is named in it
        return BOTTLENECK_WORDS[lang]["title"].format(column=column_text(self.column, lang))

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = BOTTLENECK_WORDS[lang], Names(lang, redact=redact)
        if not self.rows:
            return [say["none"]]
        line = say["row" if self.side == "requests" else "row_teams"]
        told = [
            line.format(
                value=value_text(self._named(one.value, names), lang),
                capacity=one.eligible_capacity,
                worth=self._worth(one, lang),
                share=share_text(one.served, one.demand),
                **{name: getattr(one, name) for name in ("demand", "served", "unassigned", "used")},
            )
            for one in self.rows[:LISTED]
        ]
        more = [say["more"].format(n=len(self.rows) - LISTED)] if len(self.rows) > LISTED else []
        first = say[self.side].format(column=column_text(self.column, lang))
        return [first, *told, *more, *self._lowest(names, lang), *self._notes(lang)]

    def _lowest(self, names: Names, lang: Lang) -> list[str]:
        """Name the value with the lowest share served, where there are several and anything is open."""
        named = [one for one in self.rows if one.demand and one.value is not None]
        if self.side != "requests" or len(named) < 2 or not any(one.unassigned for one in named):  # noqa: PLR2004
            return []
        one = min(named, key=lambda one: one.served / one.demand)
        told = {"value": value_text(self._named(one.value, names), lang), "share": share_text(one.served, one.demand)}
        say, has_nameless = BOTTLENECK_WORDS[lang], any(one.demand and one.value is None for one in self.rows)
        told["rest"] = say["nameless"] if has_nameless else ""
        return [say["lowest"].format(**told, served=one.served, demand=one.demand)]

    def _notes(self, lang: Lang) -> list[str]:
        say = BOTTLENECK_WORDS[lang]
        shared = say["shared" if self.side == "requests" else "shared_teams"]
        return [*([say["overlap"]] if self.overlaps else []), *([shared] if self.shares else [])]

    def _worth(self, one: Bottleneck, lang: Lang) -> str:
        say = BOTTLENECK_WORDS[lang]
        if one.worth_points is None:
            return say["worth_unknown"]
        if one.best_team is None:
            return say["worth_nothing"]
        return say["worth"].format(team=Names(lang).team(one.best_team), gain=change_text(one.worth, lang))

    def _card(self, lang: Lang, *, redact: bool) -> Markup:
        return card(self._title(lang, redact=redact), *self._tables(lang, redact=redact))

    def _tables(self, lang: Lang, *, redact: bool) -> list[Markup]:
        say, names = BOTTLENECK_WORDS[lang], Names(lang, redact=redact)
        headers = ("value", "n_requests", "demand", "served", "unassigned", "capacity", "used", "gain", "best_team")
        rows = [
            [
                value_text(self._named(one.value, names), lang),
                *(one.n_requests, one.demand, one.served, one.unassigned, one.eligible_capacity, one.used),
                None if one.best_team is None else change_text(one.worth, lang),
                None if one.best_team is None else str(one.best_team),
            ]
            for one in self.rows[: 2 * LISTED]
        ]
        return [table([say[name] for name in headers], rows), *map(note, self._notes(lang))]


def bottlenecks(answer: Answer, by: Any, *, side: str | None = None) -> Bottlenecks:
    """Tell, for each value of a column, what is asked, what could be given, and what one more place would bring.

    The worth of a place is its least price, which in a proved plan is exactly what one more would bring.

    Parameters
    ----------
    answer
        The answer asked.
    by
        Any column of the requests or the teams, one of the caller's own too; a list (skills, categories, languages)
        counts in each of its words. ``"area"`` takes whole paths, ``("area", 1)`` their first name, and so on.
    side
        ``"requests"`` or ``"teams"``, where both have the column; the requests by default.

    Raises
    ------
    ServiceMatchError
        When there is no such column, or it holds free text or coordinates.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2], "area": ["a/x", "a/y"]}, {"id": ["t1"], "area": ["a"]})
    >>> [(row.value, row.demand, row.unassigned) for row in bottlenecks(answer, ("area", 1)).rows]
    [('a', 2, 1)]
    """
    refuse_rules(answer, "bottlenecks")
    groups = groups_by(answer.requests, answer.teams, by, side)
    requests, teams = (groups.matrix(), _met(groups, answer))[:: 1 if groups.side == "requests" else -1]
    counts = {
        "n_requests": _sums(requests, np.ones(len(answer.requests), dtype=np.int64)),
        "demand": _sums(requests, answer.requests.units),
        "served": _sums(requests, answer.served),
        "unassigned": _sums(requests, answer.missing),
        "eligible_capacity": _sums(teams, answer.teams.free),
        "used": _sums(teams, answer.load),
    }
    best = _dearest(teams, answer)
    prices = answer.solution.prices
    key = [(-int(prices.tier[col]), -int(prices.gain[col])) if col >= 0 else (0, 0) for col in best.tolist()]
    order = sorted(range(len(groups.values)), key=lambda g: (-int(counts["unassigned"][g]), key[g], g))
    rows = tuple(_row(answer, groups, counts, g, int(best[g])) for g in order)
    overlaps = len(np.unique(groups.row)) < len(groups.row)
    others = teams if groups.side == "requests" else requests
    shares = len(np.unique(others.indices)) < len(others.indices)
    return Bottlenecks(groups.column, groups.side, rows, overlaps, shares, answer)


def _met(groups: Groups, answer: Answer) -> csr_matrix:
    """Mark which rows of the other table have an eligible pair with a group: groups x those rows, each once."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import

    problem = answer.problem
    ones = np.ones(problem.n_pairs, dtype=np.int64)
    pairs = csr_matrix((ones, problem.col, problem.row_start), shape=(problem.n_rows, problem.n_cols))
    met = groups.matrix() @ (pairs if groups.side == "requests" else pairs.T.tocsr())
    met.data[:] = 1
    return met


def _sums(groups: csr_matrix, values: IntArray) -> IntArray:
    summed: IntArray = groups @ values
    return summed


def _dearest(teams: csr_matrix, answer: Answer) -> IntArray:
    """Return the team of each group with the highest price, the first of equal ones; -1 where all prices are nothing."""
    prices, cols = answer.solution.prices, teams.indices
    idle = swallowed_places(answer) > 0  # one place more only makes up for what is held already
    tier, gain = np.where(idle, 0, prices.tier), np.where(idle, 0, prices.gain)
    group = np.repeat(np.arange(teams.shape[0]), np.diff(teams.indptr))
    order = np.lexsort((cols, -gain[cols], -tier[cols], group))
    best = np.full(teams.shape[0], -1, dtype=np.int64)
    groups, first = np.unique(group[order], return_index=True)
    best[groups] = cols[order[first]]
    dear = (tier[best] != 0) | (gain[best] != 0) if len(tier) else np.zeros(len(best), dtype=bool)
    return np.where((best >= 0) & dear, best, -1)


def _row(answer: Answer, groups: Groups, counts: dict[str, IntArray], g: int, best: int) -> Bottleneck:
    prices, is_proved = answer.solution.prices, answer.solution.status is Status.PROVED
    known = is_proved and best >= 0
    return Bottleneck(
        value=groups.values[g],
        **{name: int(values[g]) for name, values in counts.items()},
        worth_tier=class_names(answer)[int(prices.tier[best])] if known else None,
        worth_points=(int(prices.gain[best]) if known else 0) if is_proved else None,
        best_team=answer.teams.ids[[best]].tolist()[0] if known else None,
    )


def _points(points: int | None) -> float:
    return float("nan") if points is None else points / SCALE
