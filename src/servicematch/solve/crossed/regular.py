"""Groups that want one owner for all, in programs and in bounds: the best that a group can have is found by trying each owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from servicematch.base.claim import SCALE
from servicematch.solve.crossed.binding import Binding, rows_of
from servicematch.solve.crossed.bound import margins
from servicematch.solve.regulars import NEVER

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.crossed.bound import TierPrices
    from servicematch.solve.crossed.network import Crossed
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Regular:
    """Groups, the owners that each may have as its regular, and for each row the pairs with each owner (a cell).

    Attributes
    ----------
    pair, cell
        int64: the pairs of rows in groups, and the cell of each, rising.
    cell_row, cell_team
        int64, one a cell: its row, and its owner as one of those of the group.
    team_group, team_before, team_room
        int64, one an owner of a group: the group, its units before, and how many more units it has places for at all.
    may
        bool, one an owner of a group: whether it may be the regular.
    group_of, cost
        int64: the group of each row, -1 for none, and the cost of each group.
    """

    pair: IntArray
    cell: IntArray
    cell_row: IntArray
    cell_team: IntArray
    team_group: IntArray
    team_before: IntArray
    team_room: IntArray
    may: BoolArray
    group_of: IntArray
    cost: IntArray

    @property
    def is_strict(self) -> BoolArray:
        """For which groups units of others cannot be."""
        strict: BoolArray = self.cost == NEVER
        return strict


def regular_of(problem: Problem) -> Regular | None:
    """Read the groups off a problem without fixed pairs; None where there are none.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> from servicematch.solve.regulars import Regulars
    >>> pairs = np.array([0, 0, 1], dtype=np.int32), np.array([0, 1, 1], dtype=np.int32), np.array([5, 7, 9])
    >>> one = np.ones(2, dtype=np.int64)
    >>> problem = Problem(*pairs, need=one, capacity=one, tier=one, regulars=Regulars.of(0 * one, one[:1]))
    >>> regular = regular_of(problem)
    >>> regular.pair.tolist(), regular.cell_team.tolist(), regular.team_group.tolist()
    ([0, 1, 2], [0, 1, 1], [0, 0])
    """
    regulars = problem.regulars
    if regulars is None:
        return None
    pair = np.flatnonzero(regulars.group[problem.row] >= 0)
    row, owner = problem.row[pair].astype(np.int64), problem.owners(pair)
    order = np.lexsort((row, owner, regulars.group[row]))
    pair, row, owner = pair[order], row[order], owner[order]
    begins = np.append(True, (np.diff(row) != 0) | (np.diff(owner) != 0))[: len(pair)]
    cell_row, cell_owner = row[begins], owner[begins]
    named = np.stack([regulars.group[cell_row], cell_owner], axis=1)
    teams, at = np.unique(np.concatenate([named, regulars.before[:, :2]]), axis=0, return_inverse=True)
    at = at.reshape(-1)
    before = np.bincount(at[len(named) :], regulars.before[:, 2], minlength=len(teams)).astype(np.int64)
    decided = np.zeros(len(regulars.cost), dtype=np.bool_)
    decided[regulars.before[:, 0]] = True
    may = (regulars.cost != NEVER)[teams[:, 0]] | ~decided[teams[:, 0]] | (before > 0)
    whose = np.arange(problem.n_cols) if problem.owner is None else problem.owner
    room = np.zeros(int(max(whose.max(initial=-1), teams[:, 1].max(initial=-1))) + 1, dtype=np.int64)
    np.add.at(room, whose, problem.capacity)
    return Regular(
        pair,
        np.cumsum(begins) - 1,
        cell_row,
        at[: len(named)],
        teams[:, 0],
        before,
        np.minimum(room[teams[:, 1]], problem.n_rows),
        may,
        regulars.group,
        regulars.cost,
    )


def binding_of_regulars(regular: Regular, pairs: IntArray, is_last: bool) -> Binding:  # noqa: FBT001
    """Say in a program: a unit is of its group's regular, or elsewhere; a group has one regular, which has so many places.

    Above the last tier nothing is charged, so only groups count that can have nothing elsewhere. The unknowns are
    whether an owner is the regular, then for each cell its unit elsewhere.
    """
    place = np.searchsorted(pairs, regular.pair)
    here = np.append(pairs, -1)[place] == regular.pair
    if not is_last:
        here &= regular.is_strict[regular.group_of[regular.cell_row[regular.cell]]]
    n_teams, n_cells, n_groups = len(regular.team_group), len(regular.cell_row), len(regular.cost)
    n = n_teams + n_cells
    cells, teams = np.arange(n_cells), np.arange(n_teams)
    of_cells = rows_of(regular.cell[here], place[here], (n_cells, len(pairs)))
    kept = np.flatnonzero(np.diff(of_cells.indptr))
    bound = rows_of(np.tile(cells, 2), np.concatenate([regular.cell_team, n_teams + cells]), (n_cells, n), -1.0)
    one = rows_of(regular.team_group, teams, (n_groups, n))
    of_teams = rows_of(regular.cell_team[regular.cell[here]], place[here], (n_teams, len(pairs)))
    full = np.flatnonzero(np.diff(of_teams.indptr) > regular.team_room)  # who has not enough places for all of a group
    places = sparse.csr_array((-regular.team_room.astype(np.float64), (teams, teams)), shape=(n_teams, n))
    places = places + rows_of(regular.cell_team, n_teams + cells, (n_teams, n), -1.0)
    points = np.maximum(0, regular.cost) / SCALE
    elsewhere = points[regular.group_of[regular.cell_row]]
    return Binding(
        np.concatenate([regular.may, ~regular.is_strict[regular.group_of[regular.cell_row]]]).astype(np.float64),
        np.repeat(np.array([1, 0]), [n_teams, n_cells]),
        np.concatenate([points[regular.team_group] * regular.team_before, -elsewhere]),
        sparse.csr_array(sparse.vstack([of_cells[kept], of_teams[full], sparse.csr_array((n_groups, len(pairs)))])),
        sparse.csr_array(sparse.vstack([bound[kept], places[full], one])),
        np.concatenate([np.zeros(len(kept) + len(full)), np.ones(n_groups)]),
    )


def gained_by_regulars(net: Crossed, regular: Regular, prices: TierPrices) -> int:
    """Return how much lower the weighted worth of all rows in groups is, at these prices, once each has one regular."""
    margin, built = margins(net, prices), net.built
    rows = np.unique(regular.cell_row)
    arcs = built.row_arcs + rows
    freely = int((net.room[arcs] * np.maximum(0, margin[arcs])).sum()) + int(np.maximum(0, margin[regular.pair]).sum())
    unit = margin[regular.pair] + margin[built.row_arcs + regular.cell_row[regular.cell]]
    unit[net.room[built.row_arcs + regular.cell_row[regular.cell]] == 0] = 0
    cost = prices.weights[-1] * np.maximum(0, regular.cost)
    return freely - best_of_groups(regular, unit, cost)


def best_of_groups(regular: Regular, unit: IntArray, cost: IntArray) -> int:
    """Return what all groups can have at most, with the best regular of each.

    Parameters
    ----------
    unit
        int64, one a pair of the groups: what its unit is worth.
    cost
        int64, one a group: what a unit elsewhere costs, in the same measure.
    """
    if len(regular.cell_row) == 0:
        of_cell = np.empty(0, dtype=np.int64)
    else:
        of_cell = np.maximum(
            0, np.maximum.reduceat(unit, np.searchsorted(regular.cell, np.arange(len(regular.cell_row))))
        )
    best = np.zeros(len(regular.group_of), dtype=np.int64)
    np.maximum.at(best, regular.cell_row, of_cell)
    inside = np.unique(regular.cell_row)
    group = regular.group_of[inside]
    elsewhere = np.zeros_like(best)
    elsewhere[inside] = np.where(regular.is_strict[group], 0, np.maximum(0, best[inside] - cost[group]))
    of_team = cost[regular.team_group] * regular.team_before
    lift = np.maximum(0, of_cell - elsewhere[regular.cell_row])
    order = np.lexsort((-lift, regular.cell_team))
    team = regular.cell_team[order]
    fits = np.arange(len(order)) - np.searchsorted(team, team) < regular.team_room[team]
    np.add.at(of_team, team[fits], lift[order[fits]])
    of_team[~regular.may] = 0
    of_group = np.zeros(len(cost), dtype=np.int64)
    np.maximum.at(of_group, regular.team_group, of_team)
    before = np.bincount(regular.team_group, regular.team_before, minlength=len(cost)).astype(np.int64)
    return int(of_group.sum()) + int(elsewhere.sum()) - int((cost * before).sum())
