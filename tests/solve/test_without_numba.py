"""Without the extra: everything works, nothing of it is imported, and who asks for it is told its name."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from servicematch.base.errors import SolverError
from servicematch.solve import flow
from servicematch.solve.flow import FlowOptions
from solve.engines import chain

TOWN = """
import numpy as np
import servicematch as sm
from servicematch.solve.compiled import has_kernels
scores = np.random.default_rng(1).integers(0, 1_000, (40, 12))
"""


def run(script):
    """Run a script in a process of its own; return what it prints."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_small_town_imports_no_numba():
    """The extra is only loaded where the size pays for it."""
    script = TOWN + "sm.solve_matrix(scores, capacity=2)\nimport sys\nprint('numba' in sys.modules)"
    assert run(script) == ["False"]


def test_without_numba_small_towns_are_solved_by_flow():
    """Asked for or chosen by size, the plain way needs nothing."""
    script = (
        "import sys\nsys.modules['numba'] = None\n"
        + TOWN
        + "print(has_kernels())\n"
        + "for engine in ('auto', 'flow'):\n"
        + "    solution = sm.solve_matrix(scores, capacity=2, engine=engine)\n"
        + "    print(solution.solver, solution.status, solution.objective['score'])\n"
    )
    first, *rest = run(script)
    assert first == "False"
    assert rest[:3] == rest[3:]
    assert rest[:2] == ["flow", "PROVED"]


def test_without_numba_thin_towns_are_not_left_to_warm(monkeypatch):
    """What auto chooses can always be had."""
    monkeypatch.setattr(flow, "has_kernels", lambda: False)
    problem = chain(2_500, np.zeros(5_000), closed=True)
    assert FlowOptions().way(problem) == "flow"


def test_warm_without_numba_names_the_extra(monkeypatch):
    """Who asks for it learns what to install."""
    monkeypatch.setattr(flow, "has_kernels", lambda: False)
    with pytest.raises(SolverError, match=r"'warm' needs compiled loops: pip install 'servicematch\[fast\]'"):
        FlowOptions(engine="warm")
