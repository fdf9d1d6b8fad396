"""The prices that prove a plan, as a frame: what one place more could bring at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.answer import by_tier, group_prices_of, slot_prices
from servicematch.assign.rule_forest import CAPACITY
from servicematch.assign.rule_reasons import column_of
from servicematch.base.claim import SCALE
from servicematch.base.errors import ServiceMatchError

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray

_TEAM, _SLOT, _GROUP = "team", "slot", "group"
_FLOORS = ("floor", "min_load")


def price_columns(answer: Answer) -> dict[str, AnyArray]:
    """Return of, id, rule, column, group, and the price in each tier, a row for whatever carries one.

    Raises
    ------
    ServiceMatchError
        With hours of teams: multipliers of requests prove such a plan, and no price of a place.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> columns = price_columns(run({"id": [1, 2]}, {"id": [7]}))
    >>> {name: values.tolist() for name, values in columns.items() if name in ("of", "id", "priority=0", "score")}
    {'of': ['team'], 'id': [7], 'priority=0': [1.0], 'score': [0.0]}
    """
    if answer.hours is not None:
        raise ServiceMatchError("prices: none prove a plan with hours of teams, but multipliers of its requests")
    prices = answer.solution.group_prices
    weights = None if prices is None else prices.weights
    of_columns, of_teams = slot_prices(answer)
    lines: list[tuple[str, Any, int, str, str, Any]] = []
    kind, ids = (_TEAM, answer.teams.ids) if answer.slots is None else (_SLOT, answer.slots.ids)
    for what, names, values in ((kind, ids, of_columns), (_TEAM, answer.teams.ids, of_teams)):
        lines += [
            (what, names[[at]].tolist()[0], -1, "", "", values[at])
            for at in np.flatnonzero(values.any(axis=1)).tolist()
        ]
    for rule, value, line in group_prices_of(answer):
        if rule == CAPACITY:
            lines.append((_TEAM, value, -1, "", "", line))
        elif rule < len(answer.policy.rules):  # fairness counts in ranks, which are no amounts
            lines.append((_GROUP, None, rule, column_of(answer.policy, rule), _named(value), line))
    rules = answer.policy.rules
    may_cost = np.array([line[2] >= 0 and rules[line[2]].kind in _FLOORS for line in lines], dtype=np.bool_)
    vectors = np.array([line[-1] for line in lines], dtype=np.float64).reshape(len(lines), of_columns.shape[1])
    vectors = _not_below_nothing(vectors, may_cost, by_tier=weights is not None)
    kept = np.flatnonzero(vectors.any(axis=1))
    lines, vectors = [lines[at] for at in kept.tolist()], vectors[kept]
    if weights is not None:
        vectors /= np.diag(weights)
    vectors[:, -1] /= SCALE
    tiers = by_tier(answer, tuple(range(vectors.shape[1])))
    return {
        "of": np.array([line[0] for line in lines], dtype=object),
        "id": _objects([line[1] for line in lines]),
        "rule": np.array([line[2] for line in lines], dtype=np.int64),
        "column": np.array([line[3] for line in lines], dtype=object),
        "group": np.array([line[4] for line in lines], dtype=object),
        **{name: vectors[:, at] for name, at in tiers.items()},
    }


def _not_below_nothing(vectors: FloatArray, may_cost: BoolArray, *, by_tier: bool) -> FloatArray:
    """Cut prices at nothing, from the left or tier by tier: one place more is never worth less, but for a floor."""
    if by_tier:
        return np.where(may_cost[:, None], vectors, np.maximum(vectors, 0.0))
    first = np.take_along_axis(vectors, np.argmax(vectors != 0, axis=1)[:, None], axis=1)
    return np.where((first < 0) & ~may_cost[:, None], 0.0, vectors)


def _named(value: Any) -> str:
    """Name a group as one text: a value, or a team with a period or with a value."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _objects(values: list[Any]) -> AnyArray:
    listed = np.empty(len(values), dtype=object)
    listed[:] = values
    return listed
