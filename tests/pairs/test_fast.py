"""Compiled loops as an extra: absent, broken, switched off, or not worth loading."""

import importlib.machinery
import logging
import subprocess
import sys

import numpy as np
import pytest

from servicematch.pairs import fast
from servicematch.pairs.limits import Categories, Distance
from servicematch.pairs.scores import build_pairs
from servicematch.pairs.terms import Proximity, Text
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

TOWN = """
import sys
import numpy as np
from servicematch.pairs import fast
from servicematch.pairs.limits import Categories, Distance
from servicematch.pairs.scores import build_pairs
from servicematch.pairs.terms import Proximity, Text
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

rng = np.random.default_rng(0)
spots = {name: rng.uniform(low, low + 0.05, 60) for name, low in (("lat", 39.8), ("lon", 110.0))}
words = ["书法教学", "广场舞", "yoga class", "法律咨询，健身操"]
requests = Requests({"id": range(60), "need": [words[i % 4] for i in range(60)], "category": ["a", "b"] * 30, **spots})
teams = Teams(
    {"id": range(60), "offers": words[::-1] * 15, "categories": ["a|c", "b"] * 30, "radius_km": [3.0] * 60, **spots}
)
policy = [Categories(), Distance()], [Text(), Proximity()]
"""

GAINS = (
    "_, pairs = build_pairs(requests, teams, *policy)\nprint(pairs.rows.sum(), pairs.cols.sum(), pairs.gains.sum())\n"
)

SMALL_PLAN = """
import sys
import servicematch as sm
here = {"lat": [39.8], "lon": [110.0]}
sm.assign({"id": [1], "need": ["yoga"], **here}, {"id": [1], "offers": ["yoga"], "radius_km": [5.0], **here})
print("numba" in sys.modules)
"""


def run(program, *before):
    """Run a program in a fresh Python, after some lines of preparation."""
    code = "\n".join([*before, program])
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_without_numba_everything_works_and_nothing_changes():
    """The extra is an extra."""
    without = run(TOWN + "fast.ENOUGH = 0\n" + GAINS, "import sys; sys.modules['numba'] = None")
    assert without == run(TOWN + GAINS)
    assert int(without[2]) > 0


def test_enough_work_takes_the_compiled_loops_and_nothing_changes():
    """The same program with them; it says that it loaded them."""
    pytest.importorskip("numba")
    shows = "print('servicematch.pairs._kernels' in sys.modules)"
    *gains, loaded = run(TOWN + "fast.ENOUGH = 0\n" + GAINS + shows)
    assert loaded == "True"
    assert gains == run(TOWN + GAINS)


def test_a_small_plan_does_not_load_numba():
    """It would take longer than the plan."""
    assert run(SMALL_PLAN) == ["False"]


def test_little_work_takes_no_compiled_loops(monkeypatch):
    """The choice hangs on the size of the work alone, on both sides of the boundary."""
    monkeypatch.setattr(fast, "_loaded", lambda: "loops")
    monkeypatch.setattr(fast, "find_spec", lambda _: importlib.machinery.ModuleSpec("numba", None))
    assert fast.kernels(fast.ENOUGH - 1) is None
    assert fast.kernels(fast.ENOUGH) == "loops"
    monkeypatch.setattr(fast, "find_spec", lambda _: None)
    assert fast.kernels(fast.ENOUGH) is None


def test_a_numba_that_cannot_be_imported_is_logged_and_left_alone(monkeypatch, caplog):
    """It refuses a numpy that is too new for it, and may be there for another library."""
    monkeypatch.setitem(sys.modules, "servicematch.pairs._kernels", None)
    monkeypatch.delattr("servicematch.pairs._kernels", raising=False)
    fast._loaded.cache_clear()
    with caplog.at_level(logging.WARNING, "servicematch.pairs.fast"):
        assert fast._loaded() is None
    fast._loaded.cache_clear()
    assert "without it" in caplog.text


def test_blocks_in_threads_use_the_loops_and_give_the_same(monkeypatch):
    """They let go of the interpreter, so threads may run them side by side."""
    pytest.importorskip("numba")
    joblib = pytest.importorskip("joblib")
    rng = np.random.default_rng(2)
    place = {"lat": rng.uniform(39.8, 39.9, 200), "lon": rng.uniform(110.0, 110.1, 200), "id": range(200)}
    requests, teams = Requests(place), Teams({**place, "radius_km": [4.0] * 200})
    policy = [Categories(), Distance()], [Text(), Proximity()]
    alone = build_pairs(requests, teams, *policy)[1]
    monkeypatch.setattr(fast, "ENOUGH", 0)
    monkeypatch.setattr("servicematch.pairs.candidates.MAX_BLOCK_ROWS", 50)
    with joblib.parallel_config("threading", n_jobs=2):
        together = build_pairs(requests, teams, *policy)[1]
    for name in ("rows", "cols", "gains"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(together, name))
