"""What is left of a repair case with one-off charges when a remedy is known, by the reduced costs of flows.

Each charge is shared out among the units that it could help: the flow with these prices is a bound on all remedies.
Whatever makes the flow dearer than the remedy known is left out, and so are charges that would have to help more units
than they can. Fewer units mean higher shares and a better bound, and so on until nothing changes.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.solve.repairs import Shortfall, cheapest_with

if TYPE_CHECKING:
    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, IntArray
    from servicematch.solve.repairs import Remedy, RepairCase


class Narrowed(NamedTuple):
    """The options that a cheaper remedy could use, a cost that no remedy is below, and charges that are worth a try."""

    kept: BoolArray
    bound: int
    charges: IntArray


def narrowed(case: RepairCase, known: int, until: float) -> Narrowed:
    """Leave out what no remedy that costs less than ``known`` uses; ``until``, by ``perf_counter``, no step begins.

    Examples
    --------
    >>> from servicematch.solve.repairs import RepairCase
    >>> none, rows = np.empty(0, dtype=np.int64), np.array([0, 1], dtype=np.int32)
    >>> case = RepairCase(  # two rows, no pair at the column's two places but through a charge of 5
    ...     np.array([1, 1]), np.array([2]), rows, 0 * rows, np.array([0, 0]), np.array([0, 0]),
    ...     none, none, none, np.array([5]), np.array([0, 1]), np.array([0, 0]))
    >>> narrowed(case, 10, np.inf).bound
    5
    """
    step, most, bound = grid(case), _most_units(case), 0
    below = (known - 1) // step * step  # the most that something cheaper can cost
    kept, charges = np.ones(len(case.row), dtype=np.bool_), np.empty(0, dtype=np.int64)
    while perf_counter() < until:
        share = case.charge_cost // most
        shared, flow = _priced(case, np.flatnonzero(kept), share)
        if flow is None or flow.cost > below:
            return Narrowed(kept, known, charges)
        bound, charges = max(bound, -(-flow.cost // step) * step), case.charges_of(flow.options)
        if bound >= known:
            break
        fewer, still = _still_useful(case, kept, (shared, flow), (share, most), below - flow.cost)
        still[case.held] = True
        if (still == kept).all() and (fewer == most).all():
            break
        kept, most = still, fewer
    return Narrowed(kept, min(bound, known), charges)


def grid(case: RepairCase) -> int:
    """Return what all costs are whole multiples of."""
    return max(1, int(np.gcd.reduce(np.concatenate([case.cost, case.place_cost, case.charge_cost]))))


def _own_col(case: RepairCase) -> IntArray:
    """Find the column at which all options of a charge are, -1 where they are at several or there are none."""
    col = case.col[case.asks_option].astype(np.int64)
    low = np.full(len(case.charge_cost), len(case.room), dtype=np.int64)
    high = np.full(len(case.charge_cost), -1, dtype=np.int64)
    np.minimum.at(low, case.asks_charge, col)
    np.maximum.at(high, case.asks_charge, col)
    return np.where(low == high, low, -1)


def _most_units(case: RepairCase) -> IntArray:
    """Bound for each charge how many units it could help: a way comes by a column once, and there is one for each unit."""
    own, places = _own_col(case), case.room.copy()
    np.add.at(places, case.place_col, case.place_most)
    n_new, n_all = max(1, int(case.missing.sum())), max(1, int(case.need.sum()))
    return np.where(own < 0, n_all, np.clip(places[own], 1, n_new)) if len(places) else np.full(len(own), n_all)


def _priced(case: RepairCase, options: IntArray, share: IntArray) -> tuple[RepairCase, Remedy | None]:
    """Put a share of each charge on all options that ask for it, and find the cheapest flow; it has the case's options."""
    none = np.empty(0, dtype=np.int64)
    cost = case.cost.copy()
    np.add.at(cost, case.asks_option, share[case.asks_charge])
    priced = replace(case, cost=cost, worth=0 * case.worth, charge_cost=none, asks_option=none, asks_charge=none)
    is_there = np.zeros(len(case.row), dtype=np.bool_)
    is_there[options] = True
    flow = cheapest_with(priced.part(is_there), none.astype(np.bool_))
    return priced, None if isinstance(flow, Shortfall) else replace(flow, options=options[flow.options])


def _still_useful(
    case: RepairCase,
    kept: BoolArray,
    found: tuple[RepairCase, Remedy],
    prices: tuple[IntArray, IntArray],
    room: int,
) -> tuple[IntArray, BoolArray]:
    """Return how many units each charge could help in a remedy that is better, and the options that one could use.

    Any flow costs as much as the cheapest one and, for all that it uses, the reduced costs; and whoever pays a charge
    pays besides what the units helped do not share out.
    """
    (shared, flow), (share, most) = found, prices
    used = np.zeros(len(case.row), dtype=np.bool_)
    used[flow.options] = True
    is_there = kept.copy()
    asks = is_there[case.asks_option]
    asks_option, asks_charge = case.asks_option[asks], case.asks_charge[asks]
    fewer, own = most.copy(), _own_col(case)
    for dearer, place in _reduced_costs(shared, np.flatnonzero(kept), flow, used):
        is_there &= used | (dearer <= room)
        order = np.lexsort((dearer[asks_option], asks_charge))
        option, charge = asks_option[order], asks_charge[order]
        start = np.searchsorted(charge, charge)
        n_units = np.arange(1, len(charge) + 1) - start
        total = np.cumsum(np.minimum(dearer[option], 2.0 * room + 1))
        total = total - np.concatenate([[0.0], total])[start]
        col = own[charge]
        beyond = np.where(col < 0, 0, np.maximum(n_units - case.room[col], 0))
        total += np.where(beyond > 0, place[col], 0.0) * beyond
        total += np.maximum(case.charge_cost[charge] - n_units * share[charge], 0)
        could = np.zeros(len(most), dtype=np.int64)
        fits = (total <= room) & (n_units <= most[charge])
        np.maximum.at(could, charge[fits], n_units[fits])
        fewer = np.minimum(fewer, could)
    is_there[asks_option[(fewer == 0)[asks_charge] & ~used[asks_option]]] = False
    return np.maximum(fewer, 1), is_there


def _reduced_costs(
    case: RepairCase, options: IntArray, flow: Remedy, used: BoolArray
) -> list[tuple[FloatArray, FloatArray]]:
    """Return by how much each option, and a place bought at each column, makes a flow dearer; by two sets of prices."""
    n_rows, n_cols = len(case.need), len(case.room)
    sink = n_rows + n_cols
    bought = np.zeros(n_cols, dtype=np.int64)
    np.add.at(bought, case.place_col, flow.places)
    own = np.bincount(case.col[used], minlength=n_cols) - bought  # places that are there, taken
    left, taken = np.flatnonzero(own < case.room), np.flatnonzero(own > 0)
    more, less = np.flatnonzero(flow.places < case.place_most), np.flatnonzero(flow.places > 0)
    row, col, cost = case.row.astype(np.int64), n_rows + case.col.astype(np.int64), case.cost
    key, old = row * n_cols + case.col, np.flatnonzero(used)
    order, at = np.argsort(key[old]), np.zeros(len(key), dtype=np.int64)
    if len(old):
        at = old[order[np.minimum(np.searchsorted(key[old], key, sorter=order), len(old) - 1)]]
    instead = (key[at] == key) & ~used if len(old) else used  # other options of pairs that are taken: not both at once
    new = options[~used[options] & ~instead[options]]
    sides: list[tuple[AnyArray, AnyArray, AnyArray]] = [
        (row[new], col[new], cost[new]),
        (col[old], row[old], -cost[old]),
        (n_rows + left, np.full(len(left), sink), 0 * left),
        (np.full(len(taken), sink), n_rows + taken, 0 * taken),
        (n_rows + case.place_col[more], np.full(len(more), sink), case.place_cost[more]),
        (np.full(len(less), sink), n_rows + case.place_col[less], -case.place_cost[less]),
    ]
    tail, head, arc = (np.concatenate([side[k] for side in sides]).astype(np.int64) for k in range(3))
    found = []
    for away in (-_distances(head, tail, arc, sink), _distances(tail, head, arc, sink)):
        place = np.full(n_cols, np.inf)
        with np.errstate(invalid="ignore"):
            dearer = np.where(used, 0.0, np.where(instead, cost - cost[at], _plain(cost + away[row] - away[col])))
            np.minimum.at(place, case.place_col, _plain(case.place_cost + away[n_rows + case.place_col] - away[sink]))
        found.append((np.maximum(dearer, 0), np.maximum(place, 0)))
    return found


def _plain(values: FloatArray) -> FloatArray:
    """Read what is not known, between two nodes that the sink does not reach, as nothing."""
    return np.nan_to_num(values, nan=0.0, posinf=np.inf, neginf=0.0)


def _distances(tail: IntArray, head: IntArray, cost: IntArray, start: int) -> FloatArray:
    """Return the shortest ways from one node, by relaxing all arcs until nothing changes; there is no negative round."""
    order = np.argsort(head, kind="stable")
    tail, cost = tail[order], cost[order]
    heads, first = np.unique(head[order], return_index=True)
    far = np.full(max(int(heads.max(initial=0)), start, int(tail.max(initial=0))) + 1, np.inf)
    far[start] = 0.0
    while len(first):
        nearer = np.minimum(far[heads], np.minimum.reduceat(far[tail] + cost, first))
        if (nearer == far[heads]).all():
            break
        far[heads] = nearer
    return far
