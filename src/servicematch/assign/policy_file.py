"""Policies as plain data: everything but code, so that loading one never runs or imports anything."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from servicematch.assign import fairness as fairness_room
from servicematch.assign import rules as rule_room
from servicematch.assign import travel as travel_room
from servicematch.assign.policy import Policy
from servicematch.base.errors import PolicyError
from servicematch.pairs import limits as limit_room
from servicematch.pairs import terms as term_room

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LIMITS = (
    "Skills",
    "Categories",
    "Languages",
    "Distance",
    "SameArea",
    "Allowed",
    "Forbidden",
    "Booked",
    "Time",
    "Within",
)
_TERMS = ("Text", "Proximity", "SkillFit", "AreaAffinity", "TrackRecord", "Sooner")
_RULES = ("Quota", "Floor", "Cap", "MinLoad", "Balance", "SameTeam", "Apart")
_FAIR = ("Leximin", "MaxMin", "Satisfaction")
_TRAVEL = ("Travel",)
_PARTS = ("limits", "terms", "tiers", "rules", "fairness", "travel")
_PLAIN = (str, int, float, bool, type(None))
_NUMBERS = ("reserve", "min_relevance", "skip_value", "canonical")


def policy_to_dict(policy: Policy) -> dict[str, Any]:
    """Write a policy as plain data.

    Raises
    ------
    PolicyError
        When a limit or a term is the caller's own class, or holds code or arrays; the message names it.

    Examples
    --------
    >>> policy_to_dict(Policy(reserve=0.2))["limits"][0]
    {'kind': 'Skills'}
    """
    return {
        "limits": [_part_to_dict(part, _LIMITS, limit_room) for part in policy.limits],
        "terms": [_part_to_dict(part, _TERMS, term_room) for part in policy.terms],
        "tiers": list(policy.tiers),
        "rules": [_part_to_dict(part, _RULES, rule_room) for part in policy.rules],
        "fairness": [] if policy.fairness is None else [_part_to_dict(policy.fairness, _FAIR, fairness_room)],
        # Only where it is given, so that policies of before keep their checksums.
        **({} if policy.travel is None else {"travel": [_part_to_dict(policy.travel, _TRAVEL, travel_room)]}),
        **{name: getattr(policy, name) for name in _NUMBERS},
    }


def policy_from_dict(data: Mapping[str, Any]) -> Policy:
    """Read a policy back from plain data.

    Raises
    ------
    PolicyError
        When a kind or an option is not known.

    Examples
    --------
    >>> policy_from_dict(policy_to_dict(Policy(reserve=0.2))) == Policy(reserve=0.2)
    True
    """
    expected = {*_PARTS, *_NUMBERS}
    data = {"rules": [], "fairness": [], "travel": [], **data}  # files from before there were such
    if set(data) != expected:
        raise PolicyError(
            f"a policy has the parts {', '.join(sorted(expected))}; got {', '.join(sorted(map(str, data)))}"
        )
    for name in _PARTS:
        if not isinstance(data[name], list):
            raise PolicyError(f"{name}: expected a list, got {type(data[name]).__name__}")
    return Policy(
        limits=_parts_from_dicts(data["limits"], _LIMITS, limit_room),
        terms=_parts_from_dicts(data["terms"], _TERMS, term_room),
        tiers=tuple(map(str, data["tiers"])),
        rules=_parts_from_dicts(data["rules"], _RULES, rule_room),
        fairness=next(iter(_parts_from_dicts(data["fairness"], _FAIR, fairness_room)), None),
        travel=next(iter(_parts_from_dicts(data["travel"], _TRAVEL, travel_room)), None),
        **{name: data[name] for name in _NUMBERS},
    )


def policy_checksum(policy: Policy) -> str | None:
    """Return a sha256 of the policy as data, None for a policy with code in it."""
    try:
        text = json.dumps(policy_to_dict(policy), sort_keys=True)
    except PolicyError:
        return None
    return hashlib.sha256(text.encode()).hexdigest()


def _part_to_dict(part: Any, known: tuple[str, ...], room: Any) -> dict[str, Any]:
    kind = type(part).__name__
    if kind not in known or type(part) is not getattr(room, kind):
        raise PolicyError(f"{kind} ({part.name!r}) is not of this library: a policy file holds no code")
    data: dict[str, Any] = {"kind": kind}
    for field in fields(part):
        if field.init:  # defaults too: they may change one day, this file must not
            data[field.name] = _plain(getattr(part, field.name), f"{kind}.{field.name}")
    return data


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(one, where) for one in value]
    if not isinstance(value, _PLAIN):
        raise PolicyError(f"{where} holds a {type(value).__name__}: a policy file holds no code and no arrays")
    return value


def _parts_from_dicts(data: Iterable[Mapping[str, Any]], known: tuple[str, ...], room: Any) -> list[Any]:
    parts = []
    for one in data:
        if not isinstance(one, dict):
            raise PolicyError(f"expected a limit or a term, got {type(one).__name__}")
        options = {name: _tuples(value) for name, value in one.items() if name != "kind"}
        if one.get("kind") not in known:
            raise PolicyError(f"unknown kind {one.get('kind')!r}; known are {', '.join(known)}")
        try:
            parts.append(getattr(room, one["kind"])(**options))
        except (TypeError, AttributeError, OverflowError) as error:
            raise PolicyError(f"{one['kind']}: {error}") from error
    return parts


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
