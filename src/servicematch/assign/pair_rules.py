"""Rules about requests and teams together, read off the tables: whose requests want one team, and whose different ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.rule_forest import Nested
from servicematch.assign.rule_groups import labels_of
from servicematch.assign.rules import Apart, SameTeam
from servicematch.base.claim import SCALE
from servicematch.base.errors import PolicyError
from servicematch.solve.forest import Forest
from servicematch.solve.regulars import NEVER, Regulars

if TYPE_CHECKING:
    from servicematch.assign.policy import Policy
    from servicematch.base.arrays import Int32Array
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams


def apart_groups(
    policy: Policy, requests: Requests, teams: Teams, row: Int32Array, team: Int32Array
) -> tuple[Nested, ...]:
    """Group the pairs of each `Apart` by value and team; pairs that may all be chosen are in no group.

    Parameters
    ----------
    row, team
        One a pair.

    Returns
    -------
    One a rule; a value of it is the group's and the team's id.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1, 2], "family": ["a", "a"]}), Teams({"id": [7, 8]})
    >>> pairs = np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 1], dtype=np.int32)
    >>> found, = apart_groups(Policy(rules=[Apart("family")]), requests, teams, *pairs)
    >>> found.values, found.forest.leaf.tolist()
    ((('a', 8),), [-1, 0, 0])
    """
    found = []
    for number, rule in enumerate(policy.rules):
        if not isinstance(rule, Apart):
            continue
        label, values = labels_of(f"rules[{number}] (Apart)", requests, teams, rule.by, "requests")
        key = np.where(label[row] >= 0, label[row] * len(teams) + team, -1)
        named, at, n_pairs = np.unique(key, return_inverse=True, return_counts=True)
        binds = (named >= 0) & (n_pairs > rule.at_most)
        place = np.where(binds, np.cumsum(binds) - 1, -1)
        at_value, at_team = np.divmod(named[binds], max(1, len(teams)))
        ids, zero = teams.ids[at_team].tolist(), np.zeros(int(binds.sum()), dtype=np.int64)
        forest = Forest(place[at.reshape(-1)].astype(np.int32), (zero - 1).astype(np.int32), zero, zero + rule.at_most)
        names = zip((values[one] for one in at_value.tolist()), ids, strict=True)
        found.append(Nested(forest, zero + number, tuple(names)))
    return tuple(found)


def regulars_of(policy: Policy, requests: Requests, teams: Teams) -> tuple[Regulars, tuple[Any, ...]] | None:
    """Group the requests of the policy's `SameTeam`, None without one; and the values of the groups.

    Raises
    ------
    PolicyError
        When there are several such rules, or a request of a group asks for several units, or there is fairness.

    Examples
    --------
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> policy = Policy(rules=[SameTeam("series", points=0.25)])
    >>> regulars, values = regulars_of(policy, Requests({"id": [1, 2], "series": ["s", None]}), Teams({"id": [1]}))
    >>> regulars.group.tolist(), regulars.cost.tolist(), values
    ([0, -1], [250000], ('s',))
    """
    rules = [(number, rule) for number, rule in enumerate(policy.rules) if isinstance(rule, SameTeam)]
    if not rules:
        return None
    number, rule = rules[0]
    where = f"rules[{number}] (SameTeam)"
    if len(rules) > 1:
        raise PolicyError(f"rules[{rules[1][0]}] (SameTeam): there is one already, {where}. Hint: join their columns")
    group, values = labels_of(where, requests, teams, rule.by, "requests")
    several = np.flatnonzero((group >= 0) & (requests.units > 1))
    if len(several):
        one = requests.ids[several[:1]].tolist()[0]
        raise PolicyError(
            f"{where}: request {one!r} asks for {requests.units[several[0]]} units, which go to different teams. "
            "Hint: write one row for each visit"
        )
    cost = NEVER if rule.points is None else round(rule.points * SCALE)
    return Regulars.of(group, np.full(len(values), cost, dtype=np.int64)), values


def refuse_fairness(policy: Policy) -> None:
    """Refuse rules about requests and teams together with fairness, rather than forget one of them.

    Examples
    --------
    >>> from servicematch.assign.fairness import Leximin
    >>> from servicematch.assign.policy import Policy
    >>> refuse_fairness(Policy(rules=[Apart("family")], fairness=Leximin("area")))
    Traceback (most recent call last):
    servicematch.base.errors.PolicyError: rules[0] (Apart): not planned together with fairness yet. Hint: leave one out, or \
ask for a floor
    """
    for number, rule in enumerate(policy.rules):
        if isinstance(rule, SameTeam | Apart) and policy.fairness is not None:
            raise PolicyError(
                f"rules[{number}] ({type(rule).__name__}): not planned together with fairness yet. Hint: leave one out, "
                "or ask for a floor"
            )
