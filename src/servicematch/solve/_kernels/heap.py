"""A binary heap of (key, node) with the least key on top; a node may stand in it several times."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from servicematch.solve._kernels.jit import compiled

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray


class Heap(NamedTuple):
    """Keys, nodes, and how many there are (in an array of one, since it changes)."""

    key: IntArray
    node: IntArray
    size: IntArray


@compiled
def new_heap(room: int) -> Heap:
    """Return an empty heap for so many entries; `push` makes a larger one when it is full."""
    return Heap(np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64), np.zeros(1, dtype=np.int64))


@compiled
def push(heap: Heap, key: int, node: int) -> Heap:
    """Add an entry; return the heap, which is a new one where the old had no room."""
    at = heap.size[0]
    if at == len(heap.key):
        larger = new_heap(2 * at + 16)
        larger.key[:at], larger.node[:at] = heap.key, heap.node
        larger.size[0] = at
        heap = larger
    heap.size[0] = at + 1
    while at > 0:
        above = (at - 1) // 2
        if heap.key[above] <= key:
            break
        heap.key[at], heap.node[at] = heap.key[above], heap.node[above]
        at = above
    heap.key[at], heap.node[at] = key, node
    return heap


@compiled
def pop(heap: Heap) -> tuple[int, int]:
    """Take the entry with the least key."""
    top = heap.key[0], heap.node[0]
    heap.size[0] -= 1
    n = heap.size[0]
    key, node = heap.key[n], heap.node[n]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= n:
            break
        if below + 1 < n and heap.key[below + 1] < heap.key[below]:
            below += 1
        if heap.key[below] >= key:
            break
        heap.key[at], heap.node[at] = heap.key[below], heap.node[below]
        at = below
    heap.key[at], heap.node[at] = key, node
    return top
