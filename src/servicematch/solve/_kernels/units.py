"""As many units as possible, class by class: augmenting paths along breadth-first levels (Dinic, 1970).

The highest class goes first and may take places from lower ones; those are then open again and have their turn. What
is served of a class never falls while a lower class is served, so the counts are maximal from the highest class down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve._kernels.auction import Places

_UNSET = 1 << 29
FEW = 16
"""Open rows are few when they have less than one pair in so many."""


class Rows(NamedTuple):
    """Rows with their pairs: those of row r are ``start[r] : start[r + 1]``, ``row`` is the row of each."""

    start: IntArray
    row: Int32Array
    col: Int32Array
    need: IntArray
    tier: IntArray


@compiled
def serve_most(
    rows: Rows,
    places: Places,
    is_held: BoolArray,
    served: IntArray,
    by_col: Int32Array,
    col_start: IntArray,
    tier: int,
    budget: int,
) -> int:
    """Augment what is held, in place, until this class can have no more; return the number of looks at pairs.

    Levels are measured from the open rows where these are few, else from the places to be had: the larger crowd is
    never walked through. ``by_col`` (positions grouped by column) may be empty where open rows are few. More than ``budget`` looks end the search early.
    """
    start, _, _, need, tiers = rows
    n_rows, n_cols = len(need), len(places.n_taken)
    row_level, col_level = np.empty(n_rows, dtype=np.int32), np.empty(n_cols, dtype=np.int32)
    next_pair, next_place = np.empty(n_rows, dtype=np.int64), np.empty(n_cols, dtype=np.int64)
    queue = np.empty(n_rows, dtype=np.int64)
    path = np.empty((n_cols + 1, 2), dtype=np.int64)
    n_looks = 0
    while n_looks <= budget:
        row_level[:] = _UNSET
        col_level[:] = _UNSET
        n_open = n_open_pairs = 0
        for row in range(n_rows):
            if tiers[row] == tier and served[row] < need[row] and start[row] < start[row + 1]:
                queue[n_open] = row
                n_open += 1
                n_open_pairs += start[row + 1] - start[row]
        if len(by_col) == 0 or n_open_pairs * FEW < start[n_rows]:
            n_first, nearest, looks = _levels_from_rows(
                n_open, rows, places, is_held, row_level, col_level, next_pair, next_place, queue, tier
            )
        else:
            n_first, nearest, looks = _levels_from_places(
                n_open,
                rows,
                places,
                is_held,
                served,
                by_col,
                col_start,
                row_level,
                col_level,
                next_pair,
                next_place,
                queue,
                tier,
            )
        n_looks += looks
        if n_first == 0:
            break
        n_found, looks = _augment_all(
            queue[:n_first],
            rows,
            places,
            is_held,
            served,
            row_level,
            col_level,
            next_pair,
            next_place,
            tier,
            nearest,
            path,
        )
        n_looks += looks
    return n_looks


@compiled
def _levels_from_rows(
    n_open: int,
    rows: Rows,
    places: Places,
    is_held: BoolArray,
    row_level: Int32Array,
    col_level: Int32Array,
    next_pair: IntArray,
    next_place: IntArray,
    queue: IntArray,
    tier: int,
) -> tuple[int, int, int]:
    """Walk from the open rows in the queue to the nearest places to be had; return open rows to try, its level, looks."""
    start, row_of, cols, _, tiers = rows
    first, n_taken, _, holders = places
    n_queued, at, nearest, n_looks = n_open, 0, _UNSET, 0
    for i in range(n_open):
        row_level[queue[i]] = 0
        next_pair[queue[i]] = start[queue[i]]
    while at < n_queued:
        row = queue[at]
        at += 1
        level = row_level[row] + 1
        if level > nearest:
            break
        n_looks += start[row + 1] - start[row]
        for pair in range(start[row], start[row + 1]):
            col = cols[pair]
            if col_level[col] != _UNSET or is_held[pair] or first[col] == first[col + 1]:
                continue
            col_level[col] = level
            next_place[col] = first[col]
            end = first[col] + n_taken[col]
            if end < first[col + 1] or lowest(first[col], end, holders, row_of, tiers, tier) >= 0:
                nearest = level
            elif nearest > level:
                for place in range(first[col], end):
                    holder = row_of[holders[place]]
                    if row_level[holder] == _UNSET:
                        row_level[holder] = level
                        next_pair[holder] = start[holder]
                        queue[n_queued] = holder
                        n_queued += 1
    return n_open if nearest < _UNSET else 0, nearest, n_looks


@compiled
def _levels_from_places(
    n_open: int,
    rows: Rows,
    places: Places,
    is_held: BoolArray,
    served: IntArray,
    by_col: Int32Array,
    col_start: IntArray,
    row_level: Int32Array,
    col_level: Int32Array,
    next_pair: IntArray,
    next_place: IntArray,
    queue: IntArray,
    tier: int,
) -> tuple[int, int, int]:
    """Walk back from the places to be had until enough open rows are met; levels rise towards the places, to 1."""
    start, row_of, cols, need, tiers = rows
    first, n_taken, _, holders = places
    held_start, held = _held_by_row(rows, places)
    back = np.empty(len(n_taken), dtype=np.int64)
    n_back = at = n_looks = n_met = n_places = 0
    for col in range(len(n_taken)):
        end = first[col] + n_taken[col]
        if end < first[col + 1] or lowest(first[col], end, holders, row_of, tiers, tier) >= 0:
            col_level[col] = 1
            next_place[col] = first[col]
            back[n_back] = col
            n_back += 1
            n_places += max(1, first[col + 1] - end)
    enough, last_level = min(n_open, 2 * n_places), -_UNSET
    while at < n_back:
        col = back[at]
        at += 1
        level = col_level[col] - 1
        if level < last_level:
            break
        n_looks += col_start[col + 1] - col_start[col]
        for i in range(col_start[col], col_start[col + 1]):
            row = row_of[by_col[i]]
            if row_level[row] != _UNSET or is_held[by_col[i]]:
                continue
            row_level[row] = level
            next_pair[row] = start[row]
            if tiers[row] == tier and served[row] < need[row]:
                queue[n_met] = row
                n_met += 1
                if n_met >= enough:
                    last_level = level
            for j in range(held_start[row], held_start[row + 1]):
                other = cols[held[j]]
                if col_level[other] == _UNSET:
                    col_level[other] = level
                    next_place[other] = first[other]
                    back[n_back] = other
                    n_back += 1
    return n_met, 1, n_looks


@compiled
def _held_by_row(rows: Rows, places: Places) -> tuple[IntArray, IntArray]:
    """Return the pairs held, grouped by row, and where each row begins."""
    _, row_of, _, need, _ = rows
    first, n_taken, _, holders = places
    start = np.zeros(len(need) + 1, dtype=np.int64)
    for col in range(len(n_taken)):
        for place in range(first[col], first[col] + n_taken[col]):
            start[row_of[holders[place]] + 1] += 1
    for row in range(len(need)):
        start[row + 1] += start[row]
    fill = start[:-1].copy()
    held = np.empty(start[-1], dtype=np.int64)
    for col in range(len(n_taken)):
        for place in range(first[col], first[col] + n_taken[col]):
            row = row_of[holders[place]]
            held[fill[row]] = holders[place]
            fill[row] += 1
    return start, held


@compiled
def lowest(first: int, end: int, holders: IntArray, row_of: Int32Array, tiers: IntArray, tier: int) -> int:
    """Return a place that a row of a lower class holds, or -1."""
    for place in range(first, end):
        if tiers[row_of[holders[place]]] < tier:
            return place
    return -1


@compiled
def _augment_all(
    open_rows: IntArray,
    rows: Rows,
    places: Places,
    is_held: BoolArray,
    served: IntArray,
    row_level: Int32Array,
    col_level: Int32Array,
    next_pair: IntArray,
    next_place: IntArray,
    tier: int,
    nearest: int,
    path: IntArray,
) -> tuple[int, int]:
    """Find paths of rising levels, each to a place to be had, and move everyone along them; return paths and looks.

    ``path`` holds a pair a level, and the place whose holder goes on from there (or the place to be had at its end).
    """
    start, row_of, cols, need, tiers = rows
    first, n_taken, _, holders = places
    n_found = n_looks = 0
    for one in open_rows:
        row = one
        depth = 0
        while served[one] < need[one]:
            pair = next_pair[row]
            if pair >= start[row + 1]:  # nothing left to try here: go back
                if depth == 0:
                    break
                depth -= 1
                next_place[cols[path[depth, 0]]] += 1
                row = one if depth == 0 else row_of[holders[path[depth - 1, 1]]]
                continue
            n_looks += 1
            col = cols[pair]
            if col_level[col] != row_level[row] + 1 or is_held[pair]:
                next_pair[row] += 1
                continue
            end = first[col] + n_taken[col]
            if col_level[col] < nearest:
                while next_place[col] < end:
                    holder = row_of[holders[next_place[col]]]
                    if row_level[holder] == col_level[col] and next_pair[holder] < start[holder + 1]:
                        break
                    next_place[col] += 1
                if next_place[col] < end:
                    path[depth, 0], path[depth, 1] = pair, next_place[col]
                    row = row_of[holders[next_place[col]]]
                    depth += 1
                else:
                    next_pair[row] += 1
                continue
            place = end if end < first[col + 1] else lowest(first[col], end, holders, row_of, tiers, tier)
            if place < 0:
                next_pair[row] += 1
                continue
            path[depth, 0], path[depth, 1] = pair, place
            if place == end:
                n_taken[col] += 1
            else:
                is_held[holders[place]] = False
                served[row_of[holders[place]]] -= 1
            for back in range(depth, -1, -1):
                if back < depth:
                    is_held[holders[path[back, 1]]] = False
                holders[path[back, 1]] = path[back, 0]
                is_held[path[back, 0]] = True
            served[one] += 1
            n_found += 1
            row = one
            depth = 0
    return n_found, n_looks


@compiled
def find_tiers(
    rows: Rows, places: Places, is_held: BoolArray, served: IntArray, n_tiers: int
) -> tuple[IntArray, IntArray, int]:
    """Walk from the open rows, class by class; return the class that reached each row and column (0 for none).

    The third value is a class that could have more, 0 when the counts are maximal: see `solve.cut`.
    """
    start, row_of, cols, need, tiers = rows
    first, n_taken, _, holders = places
    row_tier, col_tier = np.zeros(len(need), dtype=np.int64), np.zeros(len(n_taken), dtype=np.int64)
    queue = np.empty(len(need), dtype=np.int64)
    for tier in range(n_tiers, 0, -1):
        n_queued = 0
        for row in range(len(need)):
            if tiers[row] == tier and served[row] < need[row] and row_tier[row] == 0:
                row_tier[row] = tier
                queue[n_queued] = row
                n_queued += 1
        at = 0
        while at < n_queued:
            row = queue[at]
            at += 1
            for pair in range(start[row], start[row + 1]):
                col = cols[pair]
                if col_tier[col] > 0 or is_held[pair]:
                    continue
                col_tier[col] = tier
                end = first[col] + n_taken[col]
                if end < first[col + 1] or lowest(first[col], end, holders, row_of, tiers, tier) >= 0:
                    return row_tier, col_tier, tier
                for place in range(first[col], end):
                    holder = row_of[holders[place]]
                    if row_tier[holder] == 0:
                        row_tier[holder] = tier
                        queue[n_queued] = holder
                        n_queued += 1
    return row_tier, col_tier, 0
