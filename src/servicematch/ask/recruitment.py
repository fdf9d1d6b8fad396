"""Advice on recruiting, as it is told: the best places and services for one more team, and what was tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.columns import objects
from servicematch.ask.told import Told
from servicematch.base.blocks import table
from servicematch.base.claim import SCALE
from servicematch.base.plain import plain
from servicematch.base.printable import printable
from servicematch.base.shown import one_or_many
from servicematch.out.ask_words import Names, change_text
from servicematch.out.recruit_words import RECRUIT_WORDS
from servicematch.tables.frames import build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.answer import Answer
    from servicematch.base.blocks import Cell
    from servicematch.base.html import Markup
    from servicematch.out.words import Lang


@dataclass(frozen=True, slots=True)
class Recruit:
    """One team that could be recruited, and exactly what it would bring.

    Attributes
    ----------
    area, near
        The area, or without one the id of the request at whose place it would be.
    category, skills, languages
        What it would do.
    radius_km, capacity
        How far it would go, None without limit, and its places.
    gain
        By tier, highest first: units, micro-points for ``"score"``.
    serves
        Units that it would serve.
    n_open
        Open units of this kind there.
    newly
        Ids of the requests that get a unit more, as often as they do.
    team
        Its row, as it was tried; the place in it may be a resident's.
    is_tellable
        Whether the place is the middle of several.
    """

    area: str | None
    near: Any
    category: str | None
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    radius_km: float | None
    capacity: int
    gain: Mapping[str, int]
    serves: int
    n_open: int
    newly: tuple[Any, ...]
    team: Mapping[str, Any] = field(repr=False)
    is_tellable: bool

    @property
    def place(self) -> tuple[float | None, float | None]:
        """Latitude and longitude to about a kilometre, None where only one home is there."""
        return (self.team.get("lat"), self.team.get("lon")) if self.is_tellable else (None, None)


@dataclass(frozen=True, eq=False, repr=False)
class Recruitment(Told):
    """The best places and services for one more team, the best first.

    Attributes
    ----------
    rows
        One a team.
    n_considered, n_solved, n_pruned
        Places and services looked at; planned again; ruled out because not even their bound could beat the last kept.
    n_left
        Neither planned nor ruled out, because ``try_at_most`` was reached.
    capacity
        Places that each team was tried with.
    own_places
        Whether single requests stood in for areas.
    n_same
        Left out of those planned: the same open units would be served as by a row, and no more be brought.
    n_words_only
        Open requests that say what they need in words alone, without category and skills: no team was tried for them.
    """

    rows: tuple[Recruit, ...]
    n_considered: int
    n_solved: int
    n_pruned: int
    n_left: int
    capacity: int
    own_places: bool
    n_same: int
    n_words_only: int
    _answer: Answer = field(repr=False)

    @cached_property
    def frame(self) -> Any:
        """A row a team: area, near_request, category, skills, languages, lat, lon, radius_km, capacity, n_open,
        serves, gain by tier (score points).
        """  # noqa: D205 - a list of columns
        requests = self._answer.requests
        places = np.array([[np.nan if x is None else x for x in one.place] for one in self.rows], dtype=np.float64)
        tiers = self.rows[0].gain if self.rows else {}
        columns = {
            "area": objects([one.area for one in self.rows]),
            "near_request": objects([one.near for one in self.rows]),
            "category": objects([one.category for one in self.rows]),
            "skills": objects(["|".join(one.skills) for one in self.rows]),
            "languages": objects(["|".join(one.languages) for one in self.rows]),
            "lat": places.reshape(-1, 2)[:, 0],
            "lon": places.reshape(-1, 2)[:, 1],
            "radius_km": np.array(
                [np.nan if one.radius_km is None else one.radius_km for one in self.rows], dtype=np.float64
            ),
            **{name: _whole([getattr(one, name) for one in self.rows]) for name in ("capacity", "n_open", "serves")},
            **{f"gain_{tier}": _gains([one.gain[tier] for one in self.rows], tier) for tier in tiers},
        }
        return build(columns, requests.kind, tz=requests.tz)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, scores in micro-points, no coordinates; ``redact`` hides requests.

        Examples
        --------
        >>> from servicematch.ask.recruit import recruit
        >>> from servicematch.assign.run import run
        >>> recruit(run({"id": [1]}, {"id": [1]})).to_dict()["rows"]
        []
        """
        names = Names("en", redact=redact)
        rows = [
            {
                "area": one.area,
                "near_request": names.plain_request(one.near),
                "category": one.category,
                "skills": list(one.skills),
                "languages": list(one.languages),
                "radius_km": one.radius_km,
                "capacity": one.capacity,
                "n_open": one.n_open,
                "serves": one.serves,
                "gain": dict(one.gain),
                "newly": [names.plain_request(id_) for id_ in one.newly],
            }
            for one in self.rows
        ]
        counts = {**self._counts(), "n_words_only": self.n_words_only}
        return plain({"rows": rows, **counts, "own_places": self.own_places})

    def _counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("n_considered", "n_solved", "n_pruned", "n_left", "n_same")}

    def _title(self, lang: Lang, *, redact: bool) -> str:  # noqa: ARG002 - no request is named in it
        return RECRUIT_WORDS[lang]["title"]

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = RECRUIT_WORDS[lang], Names(lang, redact=redact)
        if not self.n_considered:
            return [say["nothing_open"]]
        told = [
            say["row"].format(
                number=number,
                where=_where(one, names, lang),
                what=_what(one, lang),
                gain=change_text(one.gain, lang),
                serves=one.serves,
                n_open=one.n_open,
            )
            for number, one in enumerate(self.rows, start=1)
        ]
        left = say["left"].format(n_left=self.n_left) if self.n_left else ""
        return [
            *(told or [say["none_found" if self.n_left else "none"]]),
            say["tried"].format(**self._counts(), left=left),
            *([one_or_many(say, "same", self.n_same).format(n=self.n_same)] if self.n_same else []),
            one_or_many(say, "team", self.capacity).format(capacity=self.capacity),
            *([say["own_places"]] if self.own_places else []),
            *(
                [one_or_many(say, "words_only", self.n_words_only).format(n=self.n_words_only)]
                if self.n_words_only
                else []
            ),
        ]

    def _tables(self, lang: Lang, *, redact: bool) -> list[Markup]:
        if not self.rows:
            return []
        say, names = RECRUIT_WORDS[lang], Names(lang, redact=redact)
        rows: list[list[Cell]] = [
            [number, _where(one, names, lang), _what(one, lang), change_text(one.gain, lang), one.n_open, one.serves]
            for number, one in enumerate(self.rows, start=1)
        ]
        return [table([say[name] for name in ("number", "where", "what", "gain", "n_open", "serves")], rows)]


def _where(one: Recruit, names: Names, lang: Lang) -> str:
    say = RECRUIT_WORDS[lang]
    if one.area is not None:
        return say["in"].format(area=printable(one.area))
    return say["near"].format(request=names.request(one.near))


def _what(one: Recruit, lang: Lang) -> str:
    say = RECRUIT_WORDS[lang]
    category = [] if one.category is None else [say["category"].format(category=printable(one.category))]
    skills = [say["skills"].format(skills=printable(say["and"].join(one.skills)))] if one.skills else []
    languages = [say["languages"].format(languages=printable(say["and"].join(one.languages)))] if one.languages else []
    service = [*category, *skills] or [say["anything"]]
    return say["and"].join([*service, *languages])


def _whole(values: list[int]) -> Any:
    return np.array(values, dtype=np.int64)


def _gains(values: list[int], tier: str) -> Any:
    return np.array(values, dtype=np.float64) / SCALE if tier == "score" else _whole(values)
