"""Conditions on the units of one row: so many or none, and all of one bundle of pairs.

They speak of one row each, so whatever the prices are, the best that a row can have under them is found by looking at
its own pairs: the bound needs no further multipliers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from servicematch.solve.crossed.binding import Binding, rows_of
from servicematch.solve.crossed.bound import margins

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, IntArray
    from servicematch.solve.crossed.bound import TierPrices
    from servicematch.solve.crossed.network import Crossed
    from servicematch.solve.problem import Problem


@dataclass(frozen=True, slots=True)
class Conditions:
    """The rows with conditions, and the bundles that each may choose one of.

    Attributes
    ----------
    row, least, most
        int64, one a bundle: whose it is, and how many units are chosen of it, if any are.
    pair, bundle, owner
        int64: the pairs of these rows, by bundle, and the bundle of each, and whose its column is.
    """

    row: IntArray
    least: IntArray
    most: IntArray
    pair: IntArray
    bundle: IntArray
    owner: IntArray

    @property
    def n_bundles(self) -> int:
        """Number of bundles."""
        return len(self.row)

    def are_kept(self, chosen: IntArray) -> bool:
        """Tell whether a choice of pairs keeps all conditions."""
        units = np.bincount(self.bundle[np.isin(self.pair, chosen)], minlength=self.n_bundles)
        used = np.flatnonzero(units)
        return bool((units[used] >= self.least[used]).all() and len(np.unique(self.row[used])) == len(used))


def conditions_of(problem: Problem) -> Conditions | None:
    """Read the conditions off a problem; None where there are none.

    Examples
    --------
    One row that takes two units or none:

    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.zeros(3, dtype=np.int32), np.arange(3, dtype=np.int32), np.array([5, 7, 6])
    >>> two, one = np.array([2]), np.ones(3, dtype=np.int64)
    >>> found = conditions_of(Problem(*pairs, need=two, capacity=one, tier=one[:1], least=two))
    >>> found.are_kept(np.array([0])), found.are_kept(np.array([0, 2])), found.are_kept(np.array([], dtype=int))
    (False, True, True)
    """
    if not problem.has_conditions:
        return None
    least = np.ones(problem.n_rows, dtype=np.int64) if problem.least is None else np.maximum(1, problem.least)
    bundle = np.full(problem.n_pairs, -1, dtype=np.int64) if problem.bundle is None else problem.bundle
    pair = np.flatnonzero((least[problem.row] > 1) | (bundle >= 0))
    pair = pair[np.lexsort((pair, bundle[pair], problem.row[pair]))]
    both = np.stack([problem.row[pair].astype(np.int64), bundle[pair]])
    new = np.append(True, (np.diff(both, axis=1) != 0).any(axis=0))[: len(pair)]
    row = both[0, new]
    return Conditions(row, least[row], problem.need[row], pair, np.cumsum(new) - 1, problem.owners(pair))


def without_useless(problem: Problem, kept: IntArray) -> tuple[Problem, IntArray]:
    """Leave out pairs of columns without a place, and bundles with fewer owners than are wanted at least.

    ``kept`` says where the pairs stand elsewhere; only of problems with conditions.

    Examples
    --------
    >>> from servicematch.solve.problem import Problem
    >>> pairs = np.zeros(2, dtype=np.int32), np.arange(2, dtype=np.int32), np.array([5, 7])
    >>> two, one = np.array([2]), np.ones(1, dtype=np.int64)
    >>> problem = Problem(*pairs, need=two, capacity=np.array([1, 0]), tier=one, least=two)
    >>> without_useless(problem, np.arange(2))[1].tolist()
    []
    """
    if not problem.has_conditions:
        return problem, kept
    is_useful = problem.capacity[problem.col] > 0
    conditions = conditions_of(problem.part(np.flatnonzero(is_useful)))
    if conditions is not None:
        places = np.flatnonzero(is_useful)[conditions.pair]
        both = np.unique(np.stack([conditions.bundle, conditions.owner]), axis=1)
        owners = np.bincount(both[0], minlength=conditions.n_bundles)
        is_useful[places[(owners < conditions.least)[conditions.bundle]]] = False
    pairs = np.flatnonzero(is_useful)
    return problem.part(pairs), kept[pairs]


def binding_of_conditions(conditions: Conditions, pairs: IntArray, _is_last: bool) -> Binding:  # noqa: FBT001
    """Say in a program: a bundle is chosen or not, with as many units as are wanted, and a row chooses one at most."""
    n = conditions.n_bundles
    place = np.searchsorted(pairs, conditions.pair)
    here = np.append(pairs, -1)[place] == conditions.pair
    units = rows_of(conditions.bundle[here], place[here], (n, len(pairs)))
    owners, at = np.unique(np.stack([conditions.bundle, conditions.owner])[:, here], axis=1, return_inverse=True)
    of_owners = rows_of(at.reshape(-1), place[here], (owners.shape[1], len(pairs)))
    row, whose = np.unique(conditions.row, return_inverse=True)
    every = np.arange(n)
    one = rows_of(whose.reshape(-1), every, (len(row), n))
    bundles = [
        sparse.csr_array((side, (every, every)), shape=(n, n))
        for side in (-conditions.most.astype(np.float64), conditions.least.astype(np.float64))
    ]
    chosen = rows_of(np.arange(owners.shape[1]), owners[0], (owners.shape[1], n), -1.0)
    return Binding(
        np.ones(n),
        np.ones(n, dtype=np.int64),
        np.zeros(n),
        sparse.csr_array(sparse.vstack([units, -units, of_owners, sparse.csr_array((len(row), len(pairs)))])),
        sparse.csr_array(sparse.vstack([*bundles, chosen, one])),
        np.concatenate([np.zeros(2 * n + owners.shape[1]), np.ones(len(row))]),
    )


def gained_by_conditions(net: Crossed, problem: Problem, conditions: Conditions, prices: TierPrices) -> int:
    """Return how much lower the weighted worth of all rows is, at these prices, once their conditions are looked at."""
    margin, built = margins(net, prices), net.built
    row_arc, rows = built.row_arcs + problem.row[conditions.pair], built.row_arcs + np.unique(conditions.row)
    unit = margin[conditions.pair] + margin[row_arc]
    freely = int((net.room[rows] * _positive(margin[rows])).sum()) + int(_positive(margin[conditions.pair]).sum())
    if built.row_arcs > built.n_pairs:  # a row that meets an owner at several columns goes through a bridge of its own
        first = int(built.head[built.n_pairs])
        crosses = built.tail[conditions.pair] >= first
        bridge = built.n_pairs + built.tail[conditions.pair[crosses]] - first
        unit[crosses] += margin[bridge]
        freely += int(_positive(margin[np.unique(bridge)]).sum())
    return freely - int(best_of_rows(conditions, unit).sum())


def best_of_rows(conditions: Conditions, unit: IntArray) -> IntArray:
    """Return what each bundle's row can have of it at most, the best bundle of each row alone; others 0.

    Parameters
    ----------
    unit
        int64, one a pair of the conditions: what its unit is worth; one unit of each owner counts.
    """
    order = np.lexsort((-unit, conditions.owner, conditions.bundle))
    bundle, whose = conditions.bundle[order], conditions.owner[order]
    first = np.append(True, (np.diff(bundle) != 0) | (np.diff(whose) != 0))[: len(order)]
    order = order[first]
    order = order[np.lexsort((-unit[order], conditions.bundle[order]))]
    bundle, worth = conditions.bundle[order], unit[order]
    start = np.searchsorted(bundle, np.arange(conditions.n_bundles + 1))
    place = np.arange(len(order)) - start[bundle]
    counts: BoolArray = (place < conditions.least[bundle]) | ((place < conditions.most[bundle]) & (worth > 0))
    total = np.zeros(conditions.n_bundles, dtype=np.int64)
    np.add.at(total, bundle[counts], worth[counts])
    total[(np.diff(start) < conditions.least) | (total < 0)] = 0
    best = np.zeros_like(total)
    rows, at = np.unique(conditions.row, return_inverse=True)
    most = np.zeros(len(rows), dtype=np.int64)
    np.maximum.at(most, at, total)
    best[np.unique(at, return_index=True)[1]] = most
    return best


def _positive(values: IntArray) -> IntArray:
    positive: IntArray = np.maximum(0, values)
    return positive
