"""Optima that others published, solved as problems of ours."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from servicematch.solve.flow import solve_flow
from servicematch.solve.network import Network, cheapest_flow
from solve.published import ASSIGNMENTS, FLOWS, LARGEST, REVIEWERS, TRANSPORTATION
from solve.towns import table

DATA = Path(os.environ.get("SERVICEMATCH_DATA", Path(__file__).parents[3] / "shared" / "data"))


def scaled(lines, factor):
    """Multiply what is there."""
    return [[None if value is None else round(value * factor) for value in line] for line in lines]


@pytest.mark.parametrize("case", ASSIGNMENTS)
def test_published_assignment(case):
    """Everybody is assigned, at the published cost."""
    cost, least = ASSIGNMENTS[case]
    assert solve_flow(table(scaled(cost, -1))).objective == (len(cost), -least)


def test_published_largest_assignment():
    """The largest total needs no turning of signs."""
    gains, largest = LARGEST
    assert solve_flow(table(gains)).objective == (4, largest)


@pytest.mark.parametrize("case", TRANSPORTATION)
def test_published_transportation(case):
    """A supplier of many units is as many rows of one unit."""
    supply, demand, cost, least = TRANSPORTATION[case]
    lines = np.repeat(-np.array(cost), supply, axis=0)
    assert solve_flow(table(lines.tolist(), capacity=demand)).objective == (sum(supply), -least)


@pytest.mark.parametrize("case", REVIEWERS)
def test_published_reviewers(case):
    """Papers that want several reviewers are rows of several units."""
    sense, scores, need, capacity, total = REVIEWERS[case]
    sign = 1 if sense == "max" else -1
    solution = solve_flow(table(scaled(scores, 10 * sign), need, capacity))
    assert solution.objective == (sum(need), round(10 * total) * sign)


def as_transportation(demands, arcs):
    """Turn any flow into a town (Wagner, 1959): a unit of an arc's capacity is a row that goes to its head or stays.

    A node has as many places as the arcs out of it may carry, and its demand; a unit that stays takes one at the tail.
    """
    at = {node: number for number, node in enumerate(demands)}
    places = np.array(list(demands.values()))
    total, lines = places[places > 0].sum(), []
    for tail, head, capacity, cost in arcs:
        units = total if capacity is None else min(capacity, max(total, 1))
        line = [None] * len(at)
        line[at[tail]], line[at[head]] = 0, -cost
        lines += [line] * units
        places[at[tail]] += units
    return lines, places


@pytest.mark.parametrize("case", FLOWS)
def test_published_flow_as_a_town(case):
    """Even a flow through many nodes is a choice of pairs."""
    demands, arcs, least = FLOWS[case]
    lines, places = as_transportation(demands, arcs)
    assert solve_flow(table(lines, capacity=places)).objective == (len(lines), -least)


def test_unit_of_a_flow_that_cannot_arrive_stays_open():
    """Of the five units of networkx's test_max_flow_min_cost only four fit through a narrower last arc."""
    demands, arcs, _ = FLOWS["max_flow_min_cost"]
    lines, places = as_transportation(demands, [*arcs[:-1], ("d", "t", 4, 5)])
    assert solve_flow(table(lines, capacity=places)).objective[0] == len(lines) - 1


@pytest.mark.parametrize("case", [case for case in FLOWS if min(arc[3] for arc in FLOWS[case][1]) >= 0])
def test_published_flow_through_the_door(case):
    """The same flows as they stand, straight through the network."""
    demands, arcs, least = FLOWS[case]
    at = {node: number for number, node in enumerate(demands)}
    tail, head = (np.array([at[arc[end]] for arc in arcs], dtype=np.int32) for end in (0, 1))
    room, cost = np.array([10**9 if arc[2] is None else arc[2] for arc in arcs]), np.array([arc[3] for arc in arcs])
    assert cheapest_flow(Network(tail, head, room, cost, -np.array(list(demands.values())))) @ cost == least


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder of measured data is not here")
def test_published_assign100():
    """OR-Library's assign100: 100 x 100, least cost 305."""
    numbers = np.array((DATA / "assign" / "assign100.txt").read_text().split(), dtype=np.int64)
    assert solve_flow(table((-numbers[1:].reshape(100, 100)).tolist())).objective == (100, -305)


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder of measured data is not here")
def test_published_preflib1():
    """PrefLib's bids of 31 reviewers on 54 papers: 3 reviewers a paper, 6 papers a reviewer, total 124.25."""
    lines = (DATA / "reviewers" / "preflib1.in").read_text().splitlines()
    n_papers, n_reviewers = map(int, lines[0].split())
    bids = np.array([line.split() for line in lines[1 : 1 + n_papers]], dtype=float)
    assert bids.shape == (n_papers, n_reviewers)
    gains = np.rint(bids * 100).astype(np.int64).tolist()
    assert solve_flow(table(gains, need=3, capacity=6)).objective == (162, 12_425)
