"""The groups whose shares are to be even, read off the requests and nested among the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.assign.rule_groups import RuleGroups
from servicematch.base.errors import PolicyError
from servicematch.solve.leximin import by_ranks, with_worths
from servicematch.tables.groups import groups_by

if TYPE_CHECKING:
    from servicematch.assign.policy import Policy
    from servicematch.solve.forest import Forest
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams


def fair_groups(policy: Policy, requests: Requests, teams: Teams) -> RuleGroups | None:
    """Return the groups as those of one more rule behind the last, None for a policy without fair shares.

    Raises
    ------
    PolicyError
        When the requests have no such column, or a request has several values in it.

    Examples
    --------
    >>> from servicematch.assign.fairness import Leximin
    >>> from servicematch.assign.policy import Policy
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1, 2, 3], "category": ["art", "art", None]})
    >>> found = fair_groups(Policy(fairness=Leximin(by="category")), requests, Teams({"id": [1]}))
    >>> found.values, found.at_most.tolist()
    (('art', None), [2, 1])
    """
    if policy.shares is None:
        return None
    where = f"fairness ({type(policy.shares).__name__}.by)"
    try:
        groups = groups_by(requests, teams, policy.shares.by, "requests")
    except ValueError as error:
        raise PolicyError(f"{where}: {error}") from error
    if len(np.unique(groups.row)) < len(groups.row):
        raise PolicyError(
            f"{where}: {groups.column} holds several words in a row, so a request would be in several groups. "
            "Hint: add a column with one value a row and name that"
        )
    group, asked = np.full(len(requests), -1, dtype=np.int64), np.zeros(len(groups.values), dtype=np.int64)
    group[groups.row] = groups.group
    np.add.at(asked, groups.group, requests.units[groups.row])
    return RuleGroups(len(policy.rules), "requests", group, groups.values, np.zeros_like(asked), asked)


def with_ranks(forest: Forest, groups: np.ndarray) -> Forest:
    """Return the forest with worths of leximin, by rank, at some of its groups, which have what they asked as quota.

    Examples
    --------
    >>> from servicematch.solve.forest import Forest
    >>> leaf, root = np.array([0], dtype=np.int32), np.array([-1], dtype=np.int32)
    >>> with_ranks(Forest(leaf, root, np.array([0]), np.array([2])), np.array([0])).worth.ravel().tolist()
    [2, 1]
    """
    return with_worths(forest, groups, by_ranks(forest.at_most[groups].tolist()))
