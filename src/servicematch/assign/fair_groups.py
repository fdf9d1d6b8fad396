"""The groups whose shares are to be even, read off the requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import PolicyError
from servicematch.solve.leximin import by_ranks, fair_forest
from servicematch.tables.groups import groups_by

if TYPE_CHECKING:
    from servicematch.assign.policy import Policy
    from servicematch.solve.problem import Forest
    from servicematch.tables.requests import Requests
    from servicematch.tables.teams import Teams


def fair_rows(policy: Policy, requests: Requests, teams: Teams) -> Forest | None:
    """Return the groups with what each further unit of them is worth, None for a policy without fairness.

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
    >>> fair_rows(Policy(fairness=Leximin(by="category")), requests, Teams({"id": [1]})).at_most.tolist()
    [2, 1]
    """
    if policy.fairness is None:
        return None
    where = f"fairness ({type(policy.fairness).__name__}.by)"
    try:
        groups = groups_by(requests, teams, policy.fairness.by, "requests")
    except ValueError as error:
        raise PolicyError(f"{where}: {error}") from error
    if len(np.unique(groups.row)) < len(groups.row):
        raise PolicyError(
            f"{where}: {groups.column} holds several words in a row, so a request would be in several groups. "
            "Hint: add a column with one value a row and name that"
        )
    group = np.full(len(requests), -1, dtype=np.int64)
    group[groups.row] = groups.group
    asked = np.bincount(group, weights=requests.units, minlength=len(groups.values)).astype(np.int64)
    return fair_forest(group, by_ranks(asked.tolist()))
