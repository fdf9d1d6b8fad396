"""Which rows and columns hang together, by union and find (Tarjan and van Leeuwen, 1984: path halving)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import Int32Array, IntArray


@compiled
def find_components(start: IntArray, cols: Int32Array, n_cols: int) -> IntArray:
    """Return a number for each row, then each column: the same for all that hang together by pairs."""
    n_rows = len(start) - 1
    above = np.arange(n_rows + n_cols)
    for row in range(n_rows):
        root = _root(above, row)
        for pair in range(start[row], start[row + 1]):
            other = n_rows + cols[pair]
            if above[other] == root:
                continue
            other = _root(above, other)
            if other < root:
                above[root] = other
                root = other
            elif root < other:
                above[other] = root
    for node in range(n_rows + n_cols):
        above[node] = above[above[node]]
    return above


@compiled
def _root(above: IntArray, node: int) -> int:
    while above[node] != node:
        above[node] = above[above[node]]
        node = above[node]
    return node
