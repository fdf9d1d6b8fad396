"""What counts: the limits, the terms, and the order of what matters."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from servicematch.assign.fairness import FAIR, Fair, Satisfaction, Shares
from servicematch.assign.rules import RULES, Rule
from servicematch.assign.travel import Travel
from servicematch.base.errors import PolicyError
from servicematch.base.protocols import Limit, Term
from servicematch.pairs.limits import Booked, Categories, Distance, Languages, Skills
from servicematch.pairs.terms import AreaAffinity, Proximity, SkillFit, Text, TrackRecord

TIERS = (("priority", "score"), ("served", "score"), ("score",))
"""The objectives that there are, each from its highest tier down."""


def default_limits() -> tuple[Limit, ...]:
    """Return the limits of the default policy, in the order of every waterfall.

    Examples
    --------
    >>> [limit.name for limit in default_limits()]
    ['skills', 'categories', 'languages', 'distance', 'booked']
    """
    return Skills(), Categories(), Languages(), Distance(), Booked()


def default_terms() -> tuple[Term, ...]:
    """Return the terms of the default policy; their weights add up to 1.

    Examples
    --------
    >>> round(sum(term.weight for term in default_terms()), 9)
    1.0
    """
    return Text(), Proximity(), SkillFit(), AreaAffinity(), TrackRecord()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Limits, terms and tiers of an assignment; frozen, and checked when it is made.

    Parameters
    ----------
    limits
        Hard rules; they replace the default ones. Their order is the order of every waterfall.
    terms
        Columns of the score; they replace the default ones.
    reserve
        Score in [0, 1] below which it is better to leave a request open; None serves at any score.
    min_relevance
        In [0, 1]: a request with neither category nor skills nor a booked team may only go to a team whose Text value
        reaches this. 0 switches the rule off.
    tiers
        ``("priority", "score")``: units served class by class from the highest priority, then the score.
        ``("served", "score")``: units served, whatever their priority, then the score. ``("score",)``: the score alone.
    skip_value
        Only with ``("score",)``: the score that an open unit is worth; pairs below it are not used.
    rules
        Quotas, floors, caps, minimum loads and even work about groups (see `servicematch.rules`). Floors are the highest
        tier, met as far as possible.
    fairness
        Whose served shares are to be even: `servicematch.fairness.Leximin` or `MaxMin`; or how well each request itself is
        served: `servicematch.fairness.Satisfaction`, which is refused together with rules. None for neither.
    travel
        With hours of teams: what a visit takes besides the request's hours, the way there and back above all
        (`servicematch.Travel`); None for nothing.
    canonical
        Whether ties are decided so that every engine gives the same plan; False is faster on data full of ties.

    Raises
    ------
    PolicyError
        When a value is out of range, two limits or terms share a name, or something is no limit or term.

    Examples
    --------
    >>> Policy(reserve=0.3).tiers
    ('priority', 'score')
    """

    limits: tuple[Limit, ...] = ()
    terms: tuple[Term, ...] = ()
    reserve: float | None = None
    min_relevance: float = 0.26
    tiers: tuple[str, ...] = TIERS[0]
    skip_value: float = 0.0
    canonical: bool = True
    rules: tuple[Rule, ...] = ()
    fairness: Fair | None = None
    travel: Travel | None = None

    def __init__(
        self,
        *,
        limits: Iterable[Limit] | None = None,
        terms: Iterable[Term] | None = None,
        reserve: float | None = None,
        min_relevance: float = 0.26,
        tiers: Iterable[str] = TIERS[0],
        skip_value: float = 0.0,
        canonical: bool = True,
        rules: Iterable[Rule] = (),
        fairness: Fair | None = None,
        travel: Travel | None = None,
    ) -> None:
        values = {
            "limits": default_limits() if limits is None else _listed("limits", limits),
            "terms": default_terms() if terms is None else _listed("terms", terms),
            "reserve": reserve,
            "min_relevance": min_relevance,
            "tiers": _listed("tiers", tiers),
            "skip_value": skip_value,
            "canonical": canonical,
            "rules": _listed("rules", rules),
            "fairness": fairness,
            "travel": travel,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        self._check()

    @property
    def has_group_rules(self) -> bool:
        """Whether anything is asked about groups: rules, or fair shares."""
        return bool(self.rules) or self.shares is not None

    @property
    def shares(self) -> Shares | None:
        """The fairness of served shares, None for another one and for none."""
        return None if isinstance(self.fairness, Satisfaction) else self.fairness

    @property
    def satisfaction(self) -> Satisfaction | None:
        """The fairness of satisfaction, None for another one and for none."""
        return self.fairness if isinstance(self.fairness, Satisfaction) else None

    def _check(self) -> None:
        _check_parts("limit", self.limits, Limit)
        _check_parts("term", self.terms, Term)
        _check_rules(self.rules)
        for term in self.terms:
            _check_number(f"weight of term {term.name!r}", term.weight, math.inf)
        if self.reserve is not None:
            _check_number("reserve", self.reserve, 1.0)
        _check_number("min_relevance", self.min_relevance, 1.0)
        _check_number("skip_value", self.skip_value, 1.0)
        if self.tiers not in TIERS:
            raise PolicyError(f"tiers: expected one of {', '.join(map(repr, TIERS))}, got {self.tiers!r}")
        if self.skip_value and self.tiers != ("score",):
            raise PolicyError(
                'skip_value: only means something with tiers=("score",), where serving is worth nothing by itself'
            )
        if not isinstance(self.canonical, bool):
            raise PolicyError(f"canonical: expected True or False, got {self.canonical!r}")
        _check_fairness(self.fairness, self.tiers)
        _check_travel(self.travel)
        if self.rules and self.satisfaction is not None:
            raise PolicyError(
                "fairness: Satisfaction is not planned together with rules yet. Hint: leave out the rules, or the fairness"
            )


def _check_fairness(fairness: object, tiers: tuple[str, ...]) -> None:
    if fairness is None:
        return
    if not isinstance(fairness, FAIR):
        hint = ' Hint: call it, as in Leximin(by="area").' if isinstance(fairness, type) else ""
        raise PolicyError(f"fairness: expected an object of sm.fairness or None, got {fairness!r}.{hint}")
    if tiers == ("score",):
        what = "Satisfaction keeps the units served" if isinstance(fairness, Satisfaction) else "shares count units"
        raise PolicyError(
            f'fairness: {what}, so a tier must count them: tiers=("priority", "score") or ("served", "score")'
        )


def _check_travel(travel: object) -> None:
    if travel is not None and type(travel) is not Travel:
        hint = " Hint: call it, as in Travel(kmh=30)." if travel is Travel else ""
        raise PolicyError(f"travel: expected an sm.Travel or None, got {travel!r}.{hint}")


def _listed(name: str, parts: Iterable[Any]) -> tuple[Any, ...]:
    if isinstance(parts, str) or not isinstance(parts, Iterable):
        raise PolicyError(f"{name}: expected a list, got {parts!r}. Hint: put it in brackets.")
    return tuple(parts)


def _check_rules(rules: tuple[object, ...]) -> None:
    for rule in rules:
        if not isinstance(rule, RULES):
            hint = f" Hint: call it, as in {rule.__name__}(...)." if isinstance(rule, type) else ""
            raise PolicyError(f"rules: expected objects of sm.rules, got {rule!r}.{hint}")


def _check_parts(noun: str, parts: tuple[object, ...], protocol: type) -> None:
    names = []
    for part in parts:
        if isinstance(part, type) or not isinstance(part, protocol):
            hint = " Hint: call it, as in Skills()." if isinstance(part, type) else ""
            raise PolicyError(
                f"{noun}s: expected objects with a name and prepare(requests, teams), got {part!r}.{hint}"
            )
        names.append(part.name)  # type: ignore[attr-defined]  # the protocol was checked above
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise PolicyError(f"{noun}s: two share the name {doubled[0]!r}")


def _check_number(what: str, value: object, top: float) -> None:
    fits = (
        isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value <= top
    )
    if not fits:
        above = f"in [0, {top:g}]" if math.isfinite(top) else "of at least 0"
        raise PolicyError(f"{what}: expected a number {above}, got {value!r}")
