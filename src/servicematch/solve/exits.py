"""What giving up a place costs at each column, and the graph of moves that it stands on; built once for many questions.

Lengths are reduced by the least prices, so none is negative. From column t a unit may move to column u: the member of
t that loses least by it sets the length. Or it leaves at t: onto a free place at no cost, or by dropping a member.
``exit[t]`` is the cheapest way out, over any number of moves: with the price of t it is what one place fewer there
costs. A move that costs more than leaving at once is on no cheapest way and is not looked at. Once all exits are known,
a move that costs more than the exit of its column is not kept: whoever comes by on the way to some place would do
better to leave. That drops most of the moves, and questions search in what is left.

Classes and gains are packed into one number, ``class * step + gain``. On a path the class of every row that only moves
cancels, so at most one class is lost at its end and one is won at its beginning: the packed order is the lexicographic
one. All numbers stay below 2^53 and are exact as floats, which is what scipy's Dijkstra wants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.matching import index_matching
from servicematch.solve.moves import shortest_moves

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from servicematch.solve.matching import Matching
    from servicematch.solve.problem import Prices, Problem

_MOST = 2**52


@dataclass(frozen=True, eq=False)
class Exits:
    """An optimal matching with its prices, and the cheapest way out of every column.

    Attributes
    ----------
    matching
        Of the problem without fixed pairs.
    step
        A power of two: one class in packed numbers.
    price, price_tier
        int64, one a column: least price, packed; and its class alone.
    threshold
        int64, one a row: the packed margin of its last unit, 0 while the row is open.
    leave
        float64, one a column: what leaving at once costs above the price; infinite where nobody is and no place is.
    exit
        float64, one a column: what the cheapest way out costs above the price.
    graph
        Sparse, n x n: entry (u, t) is what a move from t to u and the exit of u cost above the exit of t, for moves that
        cost less than leaving t at once. A way that adds up to more than the exit of its end is no cheaper than leaving,
        so with these lengths a search stops early.
    ahead
        Sparse, n x n: entry (t, u) is the length of a move from t to u, with the moves that cost as much as leaving t.
    waits
        int64, one a column: the first open row that would take a place there at its price, -1 for none.
    """

    matching: Matching
    step: int
    price: IntArray
    price_tier: IntArray
    threshold: IntArray
    leave: FloatArray
    exit: FloatArray
    graph: csr_matrix
    ahead: csr_matrix
    waits: IntArray

    def margins(self, row: int) -> tuple[Int32Array, IntArray, BoolArray]:
        """Return the columns that a row may use, its packed margins there, and which of them it has."""
        start, stop = self.matching.row_start[row : row + 2].tolist()
        problem = self.matching.problem
        cols = problem.col[start:stop]
        value = problem.gain[start:stop] + int(problem.tier[row]) * self.step
        return cols, value - self.price[cols], self.matching.is_chosen[start:stop]

    def margin(self, row: int, col: int, gain: int) -> int:
        """Return the packed margin of any pair, eligible or not."""
        return gain + int(self.matching.problem.tier[row]) * self.step - int(self.price[col])

    @cached_property
    def by_col(self) -> tuple[Int32Array, IntArray]:
        """All pairs grouped by column, and where each column's begin; made at the first question that needs it."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import

        problem, start = self.matching.problem, self.matching.row_start
        pairs = np.arange(problem.n_pairs, dtype=np.int32)
        # Counts instead of sorting: several times faster.
        found = csr_matrix((pairs, problem.col, start), shape=(problem.n_rows, problem.n_cols)).tocsc()
        return found.data, found.indptr.astype(np.int64)

    def moves_from(self, col: int) -> tuple[Int32Array, FloatArray]:
        """Return where a unit may move from a column, rising, and the lengths of these moves."""
        start, stop = self.ahead.indptr[col : col + 2].tolist()
        return self.ahead.indices[start:stop], self.ahead.data[start:stop]

    def idle_moves_to(self, col: int) -> Int32Array:
        """Return from where a unit may move to a column at no loss, rising."""
        start, stop = self._idle.indptr[col : col + 2].tolist()
        idle: Int32Array = self._idle.indices[start:stop]
        return idle

    @cached_property
    def graph_forth(self) -> csr_matrix:
        """The graph the other way round: entry (t, u)."""
        forth: csr_matrix = self.graph.T.tocsr()
        return forth

    @cached_property
    def _idle(self) -> csr_matrix:
        moves = self.ahead.tocoo()
        idle = moves.data == 0
        return _sparse(moves.col[idle], moves.row[idle], moves.data[idle], len(self.exit))

    def members(self, col: int) -> Int32Array:
        """Return the rows that a column serves, rising."""
        at = self.matching
        return np.sort(at.row[at.member[at.member_start[col] : at.member_start[col + 1]]])


def build_exits(problem: Problem, chosen: IntArray, prices: Prices) -> Exits:
    """Build the graph of moves and find all ways out, for an optimal choice without fixed pairs and its least prices.

    Raises
    ------
    SolverError
        When the choice is not optimal for these prices, or classes and gains do not fit into one number.

    Examples
    --------
    Row 0 sits at column 0; it could go to column 1, which is free, and lose 6.

    >>> from servicematch.solve.problem import Prices, Problem
    >>> pairs = np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32), np.array([9, 3])
    >>> problem = Problem(*pairs, need=np.array([1]), capacity=np.array([1, 1]), tier=np.array([1]))
    >>> none = np.zeros(2, dtype=np.int64)
    >>> build_exits(problem, np.array([0]), Prices(none, none)).exit
    array([6., 0.])
    """
    matching = index_matching(problem, chosen)
    step = _step(problem)
    price = prices.tier * step + prices.gain
    margin = problem.gain - price[problem.col]
    margin += problem.tier[problem.row] * step
    threshold = np.full(problem.n_rows, np.iinfo(np.int64).max)
    np.minimum.at(threshold, matching.row, margin[chosen])
    threshold[matching.open_rows | (problem.need == 0)] = 0
    leave = _leave(matching, margin[chosen])
    tail, head, length = shortest_moves(matching, margin, leave)
    exit_ = _exit(tail, head, length, leave)
    kept = length <= exit_[tail]
    tail, head, length = tail[kept], head[kept], length[kept]
    ahead = _sparse(tail, head, length, problem.n_cols)
    kept = (length < leave[tail]) & np.isfinite(exit_[head])
    tail, head, length = tail[kept], head[kept], length[kept]
    graph = _sparse(head, tail, length + exit_[head] - exit_[tail], problem.n_cols)
    waits = _waits(matching, margin)
    return Exits(matching, step, price, prices.tier, threshold, leave, exit_, graph, ahead, waits)


def _step(problem: Problem) -> int:
    """Return a power of two above twice what any simple path can gain or lose."""
    reach = max(-int(problem.gain.min(initial=0)), int(problem.gain.max(initial=0))) + 1
    step = 1 << (4 * (min(problem.n_rows, problem.n_cols) + 2) * reach).bit_length()
    if step * (problem.n_tiers + 2) >= _MOST:
        raise SolverError(
            f"{problem.n_tiers} classes with gains up to {reach:,} on {problem.n_cols:,} columns do not fit into one "
            "number. Maybe use fewer priorities."
        )
    return step


def _leave(matching: Matching, margin: IntArray) -> FloatArray:
    """Return what leaving at once costs: nothing where a place is free, else the least margin of the members."""
    leave = np.full(matching.problem.n_cols, np.inf)
    np.minimum.at(leave, matching.col, margin.astype(np.float64))
    leave[~matching.full_cols] = 0.0
    if (leave < 0).any():
        raise SolverError("the prices do not support this choice: a row would rather stay open")
    return leave


def _waits(matching: Matching, margin: IntArray) -> IntArray:
    """Return for each column the first open row that is as well off there as open, -1 for none."""
    problem = matching.problem
    pairs = np.flatnonzero(margin == 0)
    pairs = pairs[matching.open_rows[problem.row[pairs]] & ~matching.is_chosen[pairs]][::-1]
    waits = np.full(problem.n_cols, -1, dtype=np.int64)
    waits[problem.col[pairs]] = problem.row[pairs]  # the last one written is the first row
    return waits


def _exit(tail: Int32Array, head: Int32Array, length: FloatArray, leave: FloatArray) -> FloatArray:
    """Return the cheapest way out of every column: backwards from outside, which all leave to."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - slow to import

    n_cols = len(leave)
    out = np.flatnonzero(np.isfinite(leave)).astype(np.int32)
    rows = np.concatenate([head, np.full(len(out), n_cols, dtype=np.int32)])
    graph = _sparse(rows, np.concatenate([tail, out]), np.concatenate([length, leave[out]]), n_cols + 1)
    exit_: FloatArray = dijkstra(graph, indices=[n_cols])[0, :n_cols]
    return exit_


def _sparse(row: Int32Array, col: Int32Array, value: FloatArray, n: int) -> csr_matrix:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import

    return csr_matrix((value, (row, col)), shape=(n, n))
