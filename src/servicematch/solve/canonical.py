"""One solution out of all optimal ones, whatever engine found which first.

Two optimal solutions differ along cycles of the residual graph of the optimal face, so everything that can differ lies
inside its strong components. There, first the rows of lowest rank are served (the units by row of all optimal solutions
form the bases of a polymatroid, so distinct ranks leave one answer), then a 40-bit hash of the positions of each pair
decides which column each row gets. Two hash sums are equal by chance with a probability of about (free pairs) / 2^40.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import CostRangeError, SolverError
from servicematch.solve.certificate import prove, value_of
from servicematch.solve.compiled import has_kernels
from servicematch.solve.early import HASH_BITS, pair_hash, worth_of_early
from servicematch.solve.face import Face, cheapest_on_face, move, narrow
from servicematch.solve.matching import checked, compress, index_matching, starts
from servicematch.solve.near import solve_near
from servicematch.solve.network import largest_cost
from servicematch.solve.problem import Problem
from servicematch.solve.residual import movable, without_row_slack

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.matching import Matching

_MANY, _LOOKS_PER_PAIR = 50_000, 100
"""From so many free pairs on rows are served one by one, unless that takes more than so many looks at each pair."""

_AMPLE = 1.2
"""Places abound with so many for each unit, where none must be full."""

_HELD_PRICE = 0.25
"""Prices up to this share of the largest cost are far from what the flow solver cannot hold."""


def choose_canonical(face: Face) -> Matching:
    """Return the one optimal matching of a face that depends on nothing but the problem."""
    problem = face.matching.problem
    face = narrow(face, movable(face))
    if face.row_is_loose[problem.row[face.pairs]].any():
        face = move(face, _serve_early(face))
    face = without_row_slack(face)
    face = narrow(face, movable(face))
    return _decide_by_hash(face) if len(face.pairs) else face.matching


def _serve_early(face: Face) -> Matching:
    """Serve loose rows in the order of their ranks: one by one where loops are compiled, else by a flow."""
    worth = worth_of_early(face.matching.problem)
    matching = _one_by_one(face, worth) if len(face.pairs) >= _MANY and has_kernels() else None
    return matching or cheapest_on_face(face, np.zeros(len(face.pairs), dtype=np.int64), worth)


def _one_by_one(face: Face, worth: IntArray) -> Matching | None:
    """Do it without a flow; None where the search is too long.

    Whatever rows are served best and whatever columns must be full, one matching does both (Mendelsohn and Dulmage,
    1958): the columns are filled as the matching at hand has them.
    """
    from servicematch.solve._kernels.early import fill_columns, serve_in_order  # noqa: PLC0415 - only with the extra

    matching, problem = face.matching, face.matching.problem
    rows, row_at = compress(problem.row[face.pairs], problem.n_rows)
    cols, col_at = compress(problem.col[face.pairs], problem.n_cols)
    units = np.bincount(row_at[face.is_chosen], minlength=len(rows))
    load = np.bincount(col_at[face.is_chosen], minlength=len(cols))
    is_loose = face.row_is_loose[rows]
    need = units + np.where(is_loose, (problem.need - matching.served)[rows], 0)
    room = load + (problem.capacity - matching.load)[cols]
    order = np.lexsort((-worth[rows], is_loose))  # rows that must be served come first
    start = starts(row_at, len(rows))
    done, held = serve_in_order(order, start, row_at, col_at, need, room, _LOOKS_PER_PAIR * len(row_at))
    if not done or not fill_columns(start, row_at, col_at, held, face.is_chosen, load, ~face.col_is_loose[cols]):
        return None
    chosen = matching.is_chosen.copy()
    chosen[face.pairs] = held
    return checked(index_matching(problem, np.flatnonzero(chosen)))


def _decide_by_hash(face: Face) -> Matching:
    """Decide by the longest hash that the solver can hold; a ring of ties too long for all of them stays as it is."""
    matching = _by_paths(face) if len(face.pairs) >= _MANY and has_kernels() else None
    if matching is not None:
        return matching
    for bits in HASH_BITS:
        try:
            return cheapest_on_face(face, pair_hash(face.matching.problem, face.pairs, bits))
        except CostRangeError:
            continue  # the next hash is shorter
    return face.matching


def _by_paths(face: Face) -> Matching | None:
    """Decide by the longest hash without the flow where places abound, for there auctions are short; else None.

    Nor where the prices are such that the flow solver might refuse so long a hash: then it decides how long it is.
    """
    matching, problem = face.matching, face.matching.problem
    rows, row_at = compress(problem.row[face.pairs], problem.n_rows)
    cols, col_at = compress(problem.col[face.pairs], problem.n_cols)
    need = np.bincount(row_at[face.is_chosen], minlength=len(rows))
    room = np.bincount(col_at[face.is_chosen], minlength=len(cols)) + (problem.capacity - matching.load)[cols]
    n_nodes, longest = len(rows) + len(cols) + 1, 1 << HASH_BITS[0]
    is_ample = np.minimum(room, np.bincount(col_at)).sum() > _AMPLE * need.sum()
    if not (face.col_is_loose[cols].all() and is_ample and largest_cost(n_nodes) >= longest):
        return None
    gain = longest - pair_hash(problem, face.pairs, HASH_BITS[0])
    least = Problem(row_at, col_at, gain, need, room, np.ones(len(rows), dtype=np.int64))
    answer = solve_near(least, warm=True)
    if answer is None or int(answer.prices.gain.max()) > _HELD_PRICE * largest_cost(n_nodes):
        return None
    found = checked(index_matching(least, answer.chosen))
    worth = value_of(least, found.chosen)
    if worth[0] != need.sum() or prove(least, answer.prices, found, compiled=True).bound != worth:
        raise SolverError("the choice of the least hash is not the best one")
    chosen = matching.is_chosen.copy()
    chosen[face.pairs] = found.is_chosen
    return checked(index_matching(problem, np.flatnonzero(chosen)))
