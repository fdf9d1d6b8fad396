"""What each group of requests could have if all teams were its own: a greatest flow for every group, in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.loose import loose_matching
from servicematch.solve.matching import spans

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem
    from servicematch.tables.groups import Groups


def servable_units(answer: Answer, groups: Groups) -> IntArray:
    """Return the most units of each group that could be served, were no other group there; pins stand.

    Rules are not looked at, and with slots a request may have two of one team's, so it is at most so many.

    Every group gets a copy of the teams, so that nothing joins two groups, and one greatest flow answers for all.

    Examples
    --------
    >>> from servicematch.tables.groups import groups_by
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": [1, 2, 3], "street": ["a", "a", "b"]}, {"id": ["t"]})
    >>> servable_units(answer, groups_by(answer.requests, answer.teams, "street")).tolist()
    [1, 1]
    """
    n_groups = len(groups.values)
    row, group = groups.row, groups.group
    pinned = np.bincount(answer.rows[answer.is_pinned], minlength=groups.n_rows)
    total = _sums(pinned[row], group, n_groups)
    problem = loose_matching(answer).problem
    alone = np.bincount(group, minlength=n_groups)[group] == 1
    is_open = (problem.capacity > 0)[problem.col]
    teams = np.minimum(problem.need, np.bincount(problem.row[is_open], minlength=problem.n_rows))
    total += _sums(teams[row[alone]], group[alone], n_groups)  # a request alone in its group shares no team
    return total + _flows(problem, row[~alone], group[~alone], n_groups)


def _flows(problem: Problem, row: IntArray, group: IntArray, n_groups: int) -> IntArray:
    """Send the most units from the rows of each group through its own copy of the columns."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import maximum_flow  # noqa: PLC0415 - as above

    pairs = spans(problem.row_start, row)
    if not len(pairs):
        return np.zeros(n_groups, dtype=np.int64)
    n, count = len(row), np.diff(problem.row_start)[row]
    copies, copy = np.unique(np.repeat(group, count) * problem.n_cols + problem.col[pairs], return_inverse=True)
    source = n + len(copies)
    tail = np.concatenate((np.full(n, source), np.repeat(np.arange(n), count), n + np.arange(len(copies))))
    head = np.concatenate((np.arange(n), n + copy.ravel(), np.full(len(copies), source + 1)))
    most = np.concatenate((problem.need[row], np.ones(len(pairs), np.int64), problem.room[copies % problem.n_cols]))
    network: Any = csr_matrix((most.astype(np.int32), (tail, head)), shape=(source + 2, source + 2))
    flow = maximum_flow(network, source, source + 1).flow
    sent = flow[source].toarray().ravel()[:n].astype(np.int64)
    return _sums(sent, group, n_groups)


def _sums(values: IntArray, group: IntArray, n_groups: int) -> IntArray:
    summed = np.zeros(n_groups, dtype=np.int64)
    np.add.at(summed, group, values)
    return summed
