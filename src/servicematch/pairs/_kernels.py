"""Compiled loops over pairs: distances, the radius join, words, texts. The only module of this room with numba.

Each does the floating-point steps of the numpy code that it stands in for, in the same order, so that both come to the
same bits: no fast maths, no fused products, and sines are taken by numpy beforehand.

Signatures are written out, so that an array of another kind is refused instead of compiled for; arrays are contiguous
and need not be writable. What is compiled is kept in numba's cache, which notices a change of this file and of no
other: from elsewhere come only constants that stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numba import boolean, float64, int32, int64, njit, uint8
from numba import types as numba_types

from servicematch.pairs.arcs import DIAMETER_KM, FAR, P0, P1, P2, P3, P4, P5, Q1, Q2, Q3, Q4, QUARTER_TURN

if TYPE_CHECKING:
    from collections.abc import Callable

    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array, IntArray

    Pairs: TypeAlias = tuple[Int32Array, Int32Array]
    Spans: TypeAlias = tuple[IntArray, IntArray, IntArray]  # the centre of each, its first point, its stop
    Side: TypeAlias = tuple[FloatArray, FloatArray, Int32Array]  # `Spots.half`, how far each goes, its number
    Sparse: TypeAlias = tuple[IntArray, Int32Array, FloatArray]  # where each row begins, columns, values
    Lists: TypeAlias = tuple[IntArray, IntArray]  # where each list begins, items

types: Any = numba_types  # it has no types of its own
_I32, _I64, _F64 = (types.Array(kind, 1, "C", readonly=True) for kind in (int32, int64, float64))
_HALVES = types.Array(float64, 2, "C", readonly=True)
_BITS = types.Array(uint8, 2, "C", readonly=True)
_PAIRS, _FOUND = types.UniTuple(_I32, 2), types.UniTuple(int32[::1], 2)
_SPANS = types.UniTuple(_I64, 3)
_SIDE = types.Tuple((_HALVES, _F64, _I32))
_SPARSE = types.Tuple((_I64, _I32, _F64))
_LISTS = types.UniTuple(_I64, 2)

AT_ONCE = 256  # points of a span: what is known of them stays in the fastest cache


def _compiled(signature: Any) -> Callable[[Any], Any]:
    """Compile for this signature, or take it from the cache."""

    def compile_one(function: Any) -> Any:
        try:
            return njit(signature, cache=True, nogil=True)(function)
        except RuntimeError:  # numba finds no folder that it may write a cache to, so it goes without
            return njit(signature, nogil=True)(function)

    return compile_one


_part = njit(nogil=True)  # of a loop below, compiled with it


@_part
def _quotient(t: float) -> float:
    top = (((((t * P5 + P4) * t + P3) * t + P2) * t + P1) * t + P0) * t
    bottom = (((t * Q4 + Q3) * t + Q2) * t + Q1) * t + 1.0
    return top / bottom


@_part
def _near_km(haversine: float) -> float:
    root = np.sqrt(haversine)
    km: float = DIAMETER_KM * (root + root * _quotient(haversine))
    return km


@_part
def _far_km(haversine: float) -> float:
    left = 0.5 * (1.0 - min(np.sqrt(haversine), 1.0))
    root = np.sqrt(left)
    km: float = DIAMETER_KM * (QUARTER_TURN - 2.0 * (root + root * _quotient(left)))
    return km


@_compiled(float64[::1](_HALVES, _HALVES, _I32, _I32))
def pair_km(here: FloatArray, there: FloatArray, rows: Int32Array, cols: Int32Array) -> FloatArray:
    """Measure pair by pair, from `Spots.half` of both sides, as `Spots.km`."""
    km = np.empty(len(rows))
    for i in range(len(rows)):
        r, c = rows[i], cols[i]
        up = here[0, r] * there[1, c] - here[1, r] * there[0, c]
        across = here[2, r] * there[3, c] - here[3, r] * there[2, c]
        haversine = up * up + here[4, r] * there[4, c] * (across * across)
        km[i] = _far_km(haversine) if haversine > FAR else _near_km(haversine)
    return km


@_part
def _near_kms(
    points: FloatArray, span: tuple[int, int], half: tuple[float, ...], haversine: FloatArray, km: FloatArray
) -> None:
    """Measure from consecutive points to one other: two loops without a branch, so that several are done at once."""
    start, stop = span
    for i in range(stop - start):
        p = start + i
        up = points[0, p] * half[1] - points[1, p] * half[0]
        across = points[2, p] * half[3] - points[3, p] * half[2]
        haversine[i] = up * up + points[4, p] * half[4] * (across * across)
    for i in range(stop - start):
        km[i] = _near_km(haversine[i])


@_compiled(_FOUND(_SPANS, _SIDE, _SIDE, float64, float64))
def within(spans: Spans, points: Side, centres: Side, detour: float, tolerance: float) -> Pairs:
    """List the pairs (point, centre) of some spans that pass the distance limit, span by span.

    Points stand in the order of their index, centres as spans count them; both are listed by their numbers.
    """
    centre_of, first, stop = spans
    places, limits, numbers = points
    n_candidates = np.sum(stop - first)
    of_points, of_centres = np.empty(n_candidates, dtype=np.int32), np.empty(n_candidates, dtype=np.int32)
    haversine, km = np.empty(AT_ONCE), np.empty(AT_ONCE)
    n = 0
    for s in range(len(first)):
        c = centre_of[s]
        limit, number = centres[1][c], centres[2][c]
        half = (centres[0][0, c], centres[0][1, c], centres[0][2, c], centres[0][3, c], centres[0][4, c])
        for start in range(first[s], stop[s], AT_ONCE):
            end = min(start + AT_ONCE, stop[s])
            _near_kms(places, (start, end), half, haversine, km)
            for p in range(start, end):
                way = km[p - start] if haversine[p - start] <= FAR else _far_km(haversine[p - start])
                of_points[n], of_centres[n] = numbers[p], number
                n += way * detour <= min(limits[p], limit) + tolerance  # else the next one takes its place
    return of_points[:n], of_centres[:n]


@_compiled(_FOUND(_I32, _I32, int64))
def ordered(keys: Int32Array, others: Int32Array, n_keys: int) -> Pairs:
    """Sort pairs by their keys, all below ``n_keys``; those of one key stay in their order."""
    place = np.zeros(n_keys + 1, dtype=np.int64)
    for key in keys:
        place[key + 1] += 1
    place = np.cumsum(place)
    sorted_keys, sorted_others = np.empty(len(keys), dtype=np.int32), np.empty(len(keys), dtype=np.int32)
    for key in range(n_keys):
        sorted_keys[place[key] : place[key + 1]] = key
    for i in range(len(keys)):
        sorted_others[place[keys[i]]] = others[i]
        place[keys[i]] += 1
    return sorted_keys, sorted_others


@_part
def _has(bits: AnyArray, team: int, word: int) -> int:
    return int((bits[team, word >> 3] >> (word & 7)) & 1)


@_compiled(float64[::1](_I64, _I32, _BITS, _I32, _I32))
def n_had(indptr: IntArray, codes: Int32Array, bits: AnyArray, rows: Int32Array, cols: Int32Array) -> FloatArray:
    """Count the asked words that the team has, as `AskedWords.n_had`."""
    total = np.empty(len(rows))
    for i in range(len(rows)):
        count = 0
        for k in range(indptr[rows[i]], indptr[rows[i] + 1]):
            count += _has(bits, cols[i], codes[k])
        total[i] = count
    return total


@_compiled(boolean[::1](_I64, _I32, _BITS, _I32, _I32))
def has_all(indptr: IntArray, codes: Int32Array, bits: AnyArray, rows: Int32Array, cols: Int32Array) -> BoolArray:
    """Tell where the team has every asked word."""
    ok = np.ones(len(rows), dtype=np.bool_)
    for i in range(len(rows)):
        for k in range(indptr[rows[i]], indptr[rows[i] + 1]):
            ok[i] &= _has(bits, cols[i], codes[k]) == 1
    return ok


@_compiled(boolean[::1](_I64, _I32, _BITS, _I32, _I32))
def has_any(indptr: IntArray, codes: Int32Array, bits: AnyArray, rows: Int32Array, cols: Int32Array) -> BoolArray:
    """Tell where the team has one of the asked words at least, or none is asked for."""
    ok = np.empty(len(rows), dtype=np.bool_)
    for i in range(len(rows)):
        ok[i] = indptr[rows[i]] == indptr[rows[i] + 1]
        for k in range(indptr[rows[i]], indptr[rows[i] + 1]):
            ok[i] |= _has(bits, cols[i], codes[k]) == 1
    return ok


@_part
def _add_cosines(cosines: FloatArray, need: int, needs: Sparse, by_piece: Sparse) -> None:
    """Add up a need's cosines with all phrases, piece by piece."""
    for i in range(needs[0][need], needs[0][need + 1]):
        piece, value = needs[1][i], needs[2][i]
        for k in range(by_piece[0][piece], by_piece[0][piece + 1]):
            cosines[by_piece[1][k]] += value * by_piece[2][k]


@_part
def _forget_cosines(cosines: FloatArray, need: int, needs: Sparse, by_piece: Sparse) -> None:
    for i in range(needs[0][need], needs[0][need + 1]):
        for k in range(by_piece[0][needs[1][i]], by_piece[0][needs[1][i] + 1]):
            cosines[by_piece[1][k]] = 0.0


@_part
def _n_products(need: int, needs: Sparse, by_piece: Sparse) -> int:
    n = 0
    for i in range(needs[0][need], needs[0][need + 1]):
        n += by_piece[0][needs[1][i] + 1] - by_piece[0][needs[1][i]]
    return n


@_part
def _cosine(pieces: FloatArray, phrase: int, phrases: Sparse) -> float:
    """Multiply a need, spread over all pieces, with one phrase."""
    cosine = 0.0
    for i in range(phrases[0][phrase], phrases[0][phrase + 1]):
        cosine += pieces[phrases[1][i]] * phrases[2][i]
    return cosine


@_compiled(float64[::1](_I64, types.UniTuple(_SPARSE, 3), _LISTS, float64, _PAIRS))
def phrase_values(
    need_of: IntArray, texts: tuple[Sparse, Sparse, Sparse], teams: Lists, products_per_pair: float, pairs: Pairs
) -> FloatArray:
    """Value pairs by the phrases of their teams, as `PreparedPhrases.values`.

    For each run of pairs with one need, its cosines are taken with all phrases at once, by the phrases of each of its
    pieces, or with the phrases of these pairs alone: whichever is less work. Both add the same products in one order.
    """
    needs, phrases, by_piece = texts
    rows, cols = pairs
    values = np.full(len(rows), np.nan)
    cosines, pieces = np.zeros(len(phrases[0]) - 1), np.zeros(len(by_piece[0]) - 1)
    stop = 0
    while stop < len(rows):
        start, need = stop, need_of[rows[stop]]
        while stop < len(rows) and need_of[rows[stop]] == need:
            stop += 1
        if need < 0:
            continue
        first, last = needs[0][need], needs[0][need + 1]
        at_once = _n_products(need, needs, by_piece) <= (stop - start) * products_per_pair
        if at_once:
            _add_cosines(cosines, need, needs, by_piece)
        else:
            pieces[needs[1][first:last]] = needs[2][first:last]
        for p in range(start, stop):
            squares = 0.0
            for k in range(teams[0][cols[p]], teams[0][cols[p] + 1]):
                phrase = teams[1][k]
                cosine = cosines[phrase] if at_once else _cosine(pieces, phrase, phrases)
                squares += cosine * cosine
            values[p] = min(np.sqrt(squares), 1.0)
        if at_once:
            _forget_cosines(cosines, need, needs, by_piece)
        else:
            pieces[needs[1][first:last]] = 0.0
    return values
