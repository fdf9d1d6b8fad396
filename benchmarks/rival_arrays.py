"""A town as the rivals want it: a matrix of places, a list of places, the constraints of a linear program; and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from instances import Town


def objective(town: Town, chosen: np.ndarray | None) -> list[int] | None:
    """Return units served and their gain, or None where there is no answer or it breaks a limit."""
    if chosen is None or len(np.unique(chosen)) != len(chosen):
        return None
    served = np.bincount(town.rows[chosen], minlength=len(town.units))
    used = np.bincount(town.cols[chosen], minlength=len(town.capacity))
    if (served > town.units).any() or (used > town.capacity).any():
        return None
    return [len(chosen), int(town.gains[chosen].sum())]


def worth(town: Town) -> np.ndarray:
    """Return what each pair brings: its gain and the pay for serving."""
    return (town.gains + 2 * int(town.gains.max(initial=1))).astype(float)


def open_cost(town: Town) -> int:
    """Return what it costs to leave a request open, where a pair costs the range less its gain."""
    return 3 * int(town.gains.max(initial=1))


def useful_places(town: Town) -> np.ndarray:
    """Return the capacity of each team, but no more than requests it could serve."""
    return np.minimum(town.capacity, np.bincount(town.cols, minlength=len(town.capacity)))


def dense_costs(town: Town) -> tuple[np.ndarray, np.ndarray]:
    """Return a matrix of requests by places, and the team of each place; 0 means that the request stays open."""
    places = useful_places(town)
    costs = np.zeros((len(town.units), len(town.capacity)))
    costs[town.rows, town.cols] = -worth(town)
    return np.repeat(costs, places, axis=1), np.repeat(np.arange(len(places)), places)


def sparse_costs(town: Town) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return request, place and cost of each pair with each place of its team, and the team of each place."""
    places = useful_places(town)
    copies = places[town.cols]
    pair = np.repeat(np.arange(len(copies)), copies)
    nth = np.arange(len(pair)) - (copies.cumsum() - copies)[pair]
    first = places.cumsum() - places
    costs = int(town.gains.max(initial=1)) - town.gains[pair]
    return town.rows[pair], first[town.cols[pair]] + nth, costs, np.repeat(np.arange(len(places)), places)


def constraints(town: Town) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Return which pairs each request and each team has, and how many of them they can take."""
    n_pairs, n = len(town.rows), len(town.units)
    ends = np.append(town.rows, town.cols + n), np.tile(np.arange(n_pairs), 2)
    most = np.append(town.units, town.capacity).astype(float)
    return sparse.csr_matrix((np.ones(2 * n_pairs), ends), shape=(len(most), n_pairs)), most


def pairs_by(side: np.ndarray, size: int) -> list[list[int]]:
    """List the pairs of each request, or of each team."""
    order = np.argsort(side, kind="stable")
    return [part.tolist() for part in np.split(order, np.bincount(side, minlength=size).cumsum()[:-1])]


def find_pairs(town: Town, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """Return the positions of those (request, team) that are pairs: the pairs are sorted."""
    m = len(town.capacity)
    keys, wanted = town.rows.astype(np.int64) * m + town.cols, rows.astype(np.int64) * m + cols
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return found[keys[found] == wanted]
