"""What this room may import."""

import subprocess
import sys

PROGRAM = """
import pkgutil, importlib, sys, servicematch.pairs as room
for module in pkgutil.iter_modules(room.__path__):
    if module.name != "_kernels":
        importlib.import_module("servicematch.pairs." + module.name)
print(sorted({"sklearn", "scipy", "ortools", "joblib", "numba"} & set(sys.modules)))
"""

TOWN = """
import sys
from servicematch.pairs.limits import Distance
from servicematch.pairs.scores import build_pairs
from servicematch.pairs.terms import Proximity, Text
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams
here = {"id": [1], "lat": [39.8], "lon": [110.0]}
build_pairs(Requests({**here, "need": ["yoga"]}), Teams({**here, "radius_km": [5.0], "offers": ["yoga"]}), [Distance()], [Text(), Proximity()])
print(sorted({"sklearn", "ortools", "joblib", "numba"} & set(sys.modules)))
"""


def run(program):
    """Run a program in a fresh Python."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_no_module_imports_a_slow_library():
    """They are imported where they are used, so that the library starts at once."""
    assert run(PROGRAM) == "[]"


def test_the_default_policy_needs_no_scikit_learn():
    """Its import alone takes more than a second; only a caller's own encoder needs it."""
    assert run(TOWN) == "[]"
