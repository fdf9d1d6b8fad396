"""The towns that the tests of the checker share."""

from __future__ import annotations

import pytest

from check.towns import Town


@pytest.fixture
def village():
    """Four requests and three teams around a square; every pair is within reach, and t2 has one place for two.

    One degree of latitude is 111 km, so 0.01 is a bit more than a kilometre.
    """
    requests = [
        {"id": "r1", "need": "想要一名健身操教练", "category": "sport", "lat": 39.600, "lon": 109.800, "priority": 5},
        {"id": "r2", "need": "广场舞排练", "category": "sport", "lat": 39.610, "lon": 109.800, "units": 2},
        {"id": "r3", "need": "太极拳", "category": "sport", "lat": 39.620, "lon": 109.810, "skills": "taiji"},
        {"id": "r4", "need": "健身操", "category": "sport", "lat": 39.600, "lon": 109.820, "max_km": 5.0},
    ]
    teams = [
        {"id": "t1", "offers": "健身操教练", "categories": "sport", "lat": 39.605, "lon": 109.801, "capacity": 1, "radius_km": 20},
        {"id": "t2", "offers": "太极拳和广场舞", "categories": "sport|art", "skills": "taiji", "lat": 39.615, "lon": 109.805, "capacity": 2, "radius_km": 20},
        {"id": "t3", "offers": "体育服务", "categories": "sport", "lat": 39.590, "lon": 109.790, "capacity": 1, "used": 0, "radius_km": 20},
    ]  # fmt: skip
    return Town(requests, teams)
