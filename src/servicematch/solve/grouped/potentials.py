"""Potentials that prove a flow optimal tier by tier: shortest ways through what the flow could still change.

The residual graph has an arc forward where the flow leaves room and one back where there is flow to take away; its
length is what a unit there loses. A flow is optimal in the highest tier when no cycle gains in it: then shortest ways
from the root exist, and arcs on which nothing is lost are *tight*. Only tight arcs can be on a way that is shortest in
this tier, so the next tier looks at them alone, and so on down to the gains. Where a cycle gains, its tier is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from servicematch.solve.matching import spans, starts

if TYPE_CHECKING:
    from servicematch.base.arrays import BoolArray, Int32Array, IntArray
    from servicematch.solve.grouped.circulation import Circulation

_FAR = 1 << 60
"""No way found yet."""

_THIN = 25
"""The first pairs followed lose at most this fraction of the gain's range against the best of their row."""


@dataclass(frozen=True, slots=True)
class Residual:
    """What a flow could still change.

    Attributes
    ----------
    tail, head
        int32, one a residual arc, grouped by tail.
    arc
        int64: the arc of the circulation behind it.
    is_back
        bool: whether it takes a unit away.
    """

    tail: Int32Array
    head: Int32Array
    arc: IntArray
    is_back: BoolArray

    def kept(self, keep: BoolArray) -> Residual:
        """Return the graph with some of its arcs."""
        return Residual(self.tail[keep], self.head[keep], self.arc[keep], self.is_back[keep])

    def losses(self, worth: IntArray) -> IntArray:
        """Return the length of every residual arc where a unit on each arc of the circulation has this worth."""
        worth = worth[self.arc]
        return np.where(self.is_back, worth, -worth)


@dataclass(frozen=True, slots=True)
class Potentials:
    """Shortest ways from the root, one line a node and one column a tier, and the graph of what is tight in all tiers.

    ``improvable`` is the tier in which a cycle gains (then nothing else holds), -1 where the flow is optimal.
    """

    way: IntArray
    tight: Residual
    improvable: int = -1

    def free_arcs(self, n_arcs: int) -> BoolArray:
        """Mark the arcs whose flow can differ between one optimal flow and another."""
        is_free = np.zeros(n_arcs, dtype=np.bool_)
        is_free[self.tight.arc] = True
        return is_free


def residual(built: Circulation, flow: IntArray) -> Residual:
    """Return the residual graph of a flow."""
    more, less = np.flatnonzero(flow < built.room), np.flatnonzero(flow > 0)
    tail = np.concatenate([built.tail[more], built.head[less]])
    order = np.argsort(tail, kind="stable")
    head = np.concatenate([built.head[more], built.tail[less]])
    arc = np.concatenate([more, less])
    return Residual(tail[order], head[order], arc[order], (np.arange(len(tail)) >= len(more))[order])


def potentials(built: Circulation, flow: IntArray, n_tiers: int | None = None) -> Potentials:
    """Return what proves a flow optimal in all tiers (or the first few), or the highest in which it is not."""
    graph = residual(built, flow)
    n_tiers = built.n_counts + 1 if n_tiers is None else n_tiers
    way = np.zeros((built.n_nodes, n_tiers), dtype=np.int64)
    for tier in range(n_tiers):
        worth = built.worth_in(tier)
        shortest = shortest_ways(graph, worth, built.n_nodes)
        if shortest is None:
            return Potentials(way, graph, tier)
        way[:, tier] = shortest
        lost = graph.losses(worth) + shortest[graph.tail] - shortest[graph.head]
        graph = graph.kept(lost == 0)
    return Potentials(way, graph)


def shortest_ways(graph: Residual, worth: IntArray, n_nodes: int, *, from_anywhere: bool = False) -> IntArray | None:
    """Return the shortest way from the root (or from the best node) to every node, or None where a cycle gains.

    Nodes that no way leads to can have no flow at all: their ways begin at a far place, the same for all of them.
    """
    length = graph.losses(worth)
    label = np.full(n_nodes, 0 if from_anywhere else _FAR, dtype=np.int64)
    label[0] = 0
    active = _near(graph, length, n_nodes)
    while True:
        sub = np.flatnonzero(active)
        part = graph.tail[sub], graph.head[sub], length[sub]
        if not _settle(label, *part, np.flatnonzero(label < _FAR)):
            return None
        known = label[graph.tail]
        shorter = (known < _FAR) & (known + length < label[graph.head])
        if not shorter.any():
            break
        active |= shorter
    far = np.flatnonzero(label == _FAR)
    if len(far):
        reach = 2 * (int(np.abs(label[label < _FAR]).max(initial=0)) + int(np.abs(length).max(initial=0)) + 1)
        label[far] = reach
        inside = (label[graph.tail] == reach) & (label[graph.head] == reach)
        if not _settle(label, graph.tail[inside], graph.head[inside], length[inside], far):
            return None
        label[far] += reach - int(label[far].min())
    return label


def _near(graph: Residual, length: IntArray, n_nodes: int) -> BoolArray:
    """Pick the arcs to start with: those among the shortest of their tail, and all back."""
    if len(length) == 0:
        return np.zeros(0, dtype=np.bool_)
    start = starts(graph.tail, n_nodes)
    some = np.flatnonzero(start[:-1] < start[1:])
    least = np.full(n_nodes, _FAR, dtype=np.int64)
    forward = np.where(graph.is_back, _FAR, length)
    least[some] = np.minimum.reduceat(forward, start[some])
    span = (int(length.max()) - int(length.min())) // _THIN
    return graph.is_back | (length <= least[graph.tail] + span)


def _settle(label: IntArray, tail: Int32Array, head: Int32Array, length: IntArray, waiting: IntArray) -> bool:
    """Shorten labels in place until no arc shortens any; False where they never settle, for a cycle gains."""
    n_nodes = len(label)
    start = starts(tail, n_nodes)
    waits = np.zeros(n_nodes, dtype=np.bool_)
    waits[waiting] = True
    sweeps = 0
    while True:
        nodes = np.flatnonzero(waits)
        if len(nodes) == 0:
            return True
        sweeps += 1
        if sweeps % 64 == 0 and _has_cycle(label, tail, head, length):
            return False
        nodes = _nearest(nodes, label)
        waits[nodes] = False
        arcs = spans(start, nodes)
        to = np.repeat(label[nodes], start[nodes + 1] - start[nodes]) + length[arcs]
        at = head[arcs]
        shorter = to < label[at]
        at = at[shorter]
        np.minimum.at(label, at, to[shorter])
        waits[at] = True


def _nearest(nodes: IntArray, label: IntArray) -> IntArray:
    """Return the tenth of the nodes with the shortest ways, but at least two hundred of them."""
    n = max(200, len(nodes) // 10)
    if n >= len(nodes):
        return nodes
    values = label[nodes]
    near: IntArray = nodes[values <= np.partition(values, n - 1)[n - 1]]
    return near


def _has_cycle(label: IntArray, tail: Int32Array, head: Int32Array, length: IntArray) -> bool:
    """Tell whether the arcs that gave the labels close a cycle: then it gains, and labels fall for ever.

    An arc from which a label was (or is to be) taken is one that still fits it or shortens it.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - slow to import

    known = (label[tail] < _FAR) & (label[head] < _FAR)
    gives = np.flatnonzero(known & (label[tail] + length <= label[head]))
    n_nodes = len(label)
    graph = csr_matrix((np.ones(len(gives), dtype=np.int8), (tail[gives], head[gives])), shape=(n_nodes, n_nodes))
    component = connected_components(graph, connection="strong")[1]
    inside = component[tail[gives]] == component[head[gives]]
    short = label[tail[gives]] + length[gives] < label[head[gives]]
    return bool((inside & short).any())
