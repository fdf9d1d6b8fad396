"""The bound that potentials prove, all arcs alike.

For any potentials (vectors, the root's is nothing) a turn through the circulation is worth the sum of its arcs' worths
with the potentials taken in: they cancel. So no flow is worth more than the sum over arcs of room times the positive
part, compared lexicographically. A flow worth exactly that is optimal in every tier at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.certificate import exact_sum

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.grouped.circulation import Circulation
    from servicematch.solve.problem import Problem


def prove_bound(built: Circulation, way: IntArray) -> tuple[int, ...]:
    """Return the most that any flow can be worth, tier by tier, by these ways from the root."""
    undecided = np.flatnonzero(built.room > 0)
    above = [np.empty(0, dtype=np.int64)]
    for tier in range(way.shape[1]):
        margin = _margins(built, way, tier, undecided)
        above.append(undecided[margin > 0])
        undecided = undecided[margin == 0]
    counted = np.concatenate(above)
    room = built.room[counted]
    return tuple(exact_sum(room * _margins(built, way, tier, counted)) for tier in range(way.shape[1]))


def loose_bound(problem: Problem, built: Circulation) -> tuple[int, ...]:
    """Return the most that can be had where nobody stands in another's way: floors, units and best gains of each row."""
    counts = [int((built.room * np.maximum(0, built.worth_in(tier))).sum()) for tier in range(built.n_counts)]
    order = np.lexsort((-problem.gain, problem.row))
    place = np.arange(problem.n_pairs) - problem.row_start[problem.row]
    best = np.where(place < problem.need[problem.row], np.maximum(0, problem.gain[order]), 0)
    saved = built.room[built.row_arcs :] * np.maximum(0, built.gain[built.row_arcs :])
    return (*counts, exact_sum(best) + exact_sum(saved))


def _margins(built: Circulation, way: IntArray, tier: int, arcs: IntArray) -> IntArray:
    margins: IntArray = built.worth_in(tier)[arcs] + way[built.head[arcs], tier] - way[built.tail[arcs], tier]
    return margins
