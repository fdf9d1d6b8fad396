"""Prices that show a choice to be the best in one number of the vector, given what the numbers before have settled.

They rise from nothing: where a row had rather a pair that it has not, the column of that pair becomes as dear as it takes.
That ends exactly where no exchange of pairs gains anything. Columns that must stay full may have a price below nothing,
for an earlier number has priced them; the others are compared with the outside, to which a free place leads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.base.errors import SolverError
from servicematch.solve.matching import compress, spans, starts

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray
    from servicematch.solve.face import Face

_MOST_ROUNDS = 1_000_000


def find_prices(face: Face, worth: IntArray, rounds: int | None = None) -> IntArray | None:
    """Return prices, one a column, that prove the choice of a face to be the best by ``worth``, one a free pair.

    None where it is not, as far as so many rounds tell.

    Raises
    ------
    SolverError
        When without a limit of rounds none are found.
    """
    matching, problem = face.matching, face.matching.problem
    row, col = problem.row[face.pairs], problem.col[face.pairs]
    start = starts(row, problem.n_rows)
    own = np.flatnonzero(face.is_chosen)
    by_col = own[np.argsort(col[own], kind="stable")]
    col_start = starts(col[by_col], problem.n_cols)
    free, loose = np.flatnonzero(face.col_is_loose & ~matching.full_cols), np.flatnonzero(face.col_is_loose)
    price, least = np.zeros(problem.n_cols, dtype=np.int64), np.full(problem.n_rows, np.iinfo(np.int64).max)
    np.minimum.at(least, row[own], worth[own])
    asked, outside = compress(row, problem.n_rows)[0], 0
    for _ in range(_MOST_ROUNDS if rounds is None else rounds):
        pairs = spans(start, asked)
        pairs = pairs[~face.is_chosen[pairs]]
        at, wanted = col[pairs], worth[pairs] - least[row[pairs]]
        dearer = np.flatnonzero(wanted > price[at])
        has_risen = np.zeros(problem.n_cols, dtype=np.bool_)
        has_risen[at[dearer]] = True
        np.maximum.at(price, at[dearer], wanted[dearer])
        out = int(price[free].max(initial=outside))
        if out > outside:
            outside = out
            lifted = loose[price[loose] < outside]
            price[lifted] = outside
            has_risen[lifted] = True
        risen = np.flatnonzero(has_risen)
        if len(risen) == 0:
            return price - outside
        held = by_col[spans(col_start, risen)]
        margin = worth[held] - price[col[held]]
        falls = margin < least[row[held]]
        np.minimum.at(least, row[held[falls]], margin[falls])
        has_fallen = np.zeros(problem.n_rows, dtype=np.bool_)
        has_fallen[row[held[falls]]] = True
        asked = np.flatnonzero(has_fallen)
    if rounds is None:
        raise SolverError("the flow solver's answer is not the best: exchanges still gain")
    return None
