"""What each group of requests could have if all teams were its own: a greatest flow for every group, in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.solve.fixed import without_fixed
from servicematch.solve.matching import spans

if TYPE_CHECKING:
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray
    from servicematch.solve.problem import Problem
    from servicematch.tables.groups import Groups


def servable_units(answer: Answer, groups: Groups) -> IntArray:
    """Return the most units of each group that could be served, were no other group there; pins stand, rules do not.

    Every group gets a copy of the teams, so that nothing joins two groups, and one greatest flow answers for all. With
    slots a unit goes through its team twice: to the slot, at most one of the team, and from the slot to the team's places.

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
    problem, _ = without_fixed(answer.problem)
    if answer.timed is not None:
        pinned_load = np.bincount(answer.cols[answer.is_pinned], minlength=len(answer.teams))
        left = np.maximum(0, answer.capacity - answer.teams.used - pinned_load)
        return total + _flows(problem, row, group, n_groups, (answer.timed.team.astype(np.int64), left))
    alone = np.bincount(group, minlength=n_groups)[group] == 1
    is_open = (problem.capacity > 0)[problem.col]
    teams = np.minimum(problem.need, np.bincount(problem.row[is_open], minlength=problem.n_rows))
    total += _sums(teams[row[alone]], group[alone], n_groups)  # a request alone in its group shares no team
    return total + _flows(problem, row[~alone], group[~alone], n_groups)


def _flows(
    problem: Problem, row: IntArray, group: IntArray, n_groups: int, slots: tuple[IntArray, IntArray] | None = None
) -> IntArray:
    """Send the most units from the rows of each group through its own copy of the columns.

    ``slots`` are the team of each column and the places of each team.
    """
    pairs = spans(problem.row_start, row)
    if not len(pairs):
        return np.zeros(n_groups, dtype=np.int64)
    n, count = len(row), np.diff(problem.row_start)[row]
    entry, col = np.repeat(np.arange(n), count), problem.col[pairs]
    copies, copy = np.unique(np.repeat(group, count) * problem.n_cols + col, return_inverse=True)
    at, room = n + np.arange(len(copies)), problem.room[copies % problem.n_cols]
    sink, source, one = n + len(copies), n + len(copies) + 1, np.ones(len(pairs), dtype=np.int64)
    arcs = [(np.full(n, source), np.arange(n), problem.need[row])]
    if slots is None:
        arcs += [(entry, at[copy.ravel()], one), (at, np.full(len(at), sink), room)]
    else:
        team, places = slots
        meets, meet = np.unique(entry * len(places) + team[col], return_inverse=True)
        key = copies // problem.n_cols * len(places) + team[copies % problem.n_cols]
        own, whose = np.unique(key, return_inverse=True)
        meet_at = source + 1 + np.arange(len(meets))
        own_at = source + 1 + len(meets) + np.arange(len(own))
        arcs += [
            (meets // len(places), meet_at, np.ones(len(meets), dtype=np.int64)),
            (meet_at[meet.ravel()], at[copy.ravel()], one),
            (at, own_at[whose.ravel()], room),
            (own_at, np.full(len(own), sink), places[own % len(places)]),
        ]
    return _sums(_sent(arcs, source, sink)[:n], group, n_groups)


def _sent(arcs: list[tuple[IntArray, IntArray, IntArray]], source: int, sink: int) -> IntArray:
    """Return what a greatest flow sends from the source to each node."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import maximum_flow  # noqa: PLC0415 - as above

    tail, head, most = (np.concatenate(parts) for parts in zip(*arcs, strict=True))
    n_nodes = int(max(tail.max(), head.max())) + 1
    network: Any = csr_matrix((most.astype(np.int32), (tail, head)), shape=(n_nodes, n_nodes))
    sent: IntArray = maximum_flow(network, source, sink).flow[source].toarray().ravel().astype(np.int64)
    return sent


def _sums(values: IntArray, group: IntArray, n_groups: int) -> IntArray:
    summed = np.zeros(n_groups, dtype=np.int64)
    np.add.at(summed, group, values)
    return summed
