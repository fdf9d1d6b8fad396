"""The names of the public face are a promise."""

import inspect
import subprocess
import sys

import servicematch as sm

FACE = {
    "assign": [
        "requests",
        "teams",
        "slots",
        "policy",
        "pins",
        "seed",
        "work_limit",
        "time_limit_s",
        "engine",
        "n_jobs",
        "progress",
    ],
    "score": ["requests", "teams", "policy", "n_jobs"],
    "solve_matrix": ["scores", "capacity", "units", "loads", "min_load", "tiers", "time_limit_s"],
    "Policy": ["limits", "terms", "reserve", "min_relevance", "tiers", "skip_value", "canonical"],
    "read_csv": ["path"],
    "evaluate": ["requests", "teams", "pairs", "slots", "policy"],
    "diff": ["plan_a", "plan_b"],
}
PLAN = [
    "assignments", "unassigned", "loads", "worklist", "summary", "status", "stopped_by", "objective", "bound", "gap",
    "manifest", "verify", "breakdown", "to_json", "from_json", "reasons", "describe",
    "show", "show_score", "to_csv", "to_html", "to_geojson", "why", "why_not", "explain_unassigned", "alternates",
    "worth_of", "shortage", "bottlenecks", "recruit", "repair", "what_if", "apply",
]  # fmt: skip
MATRIX = ["rows", "cols", "objective", "bound", "gap", "status", "prices", "solver", "runtime_s"]


def test_signatures_only_grow():
    """A caller's keyword must not vanish; new ones come last."""
    for name, parameters in FACE.items():
        given = [one for one in inspect.signature(getattr(sm, name)).parameters if one != "self"]
        assert given[: len(parameters)] == parameters, name


def test_a_plan_has_every_promised_part():
    """The parts of a plan are used by name in apps."""
    plan = sm.assign({"id": [1]}, {"id": [1]})
    assert [name for name in PLAN if not hasattr(plan, name)] == []


def test_a_matrix_solution_has_every_promised_part():
    """So are those of a matrix solution."""
    solution = sm.solve_matrix([[1.0]])
    assert [name for name in MATRIX if not hasattr(solution, name)] == []


def test_every_public_name_has_a_docstring_with_an_example():
    """A stranger learns from examples that run."""
    public = [getattr(sm, name) for name in dir(sm) if not name.startswith("_")]
    public += [getattr(sm.Plan, name) for name in PLAN if callable(getattr(sm.Plan, name))]
    missing = [one for one in public if callable(one) and ">>>" not in (inspect.getdoc(one) or "")]
    assert [one.__name__ for one in missing] == []


def test_importing_loads_no_solver_and_no_learner():
    """An app that only reads tables should not wait for OR-Tools or scikit-learn."""
    code = (
        "import sys, servicematch; "
        "print([name for name in ('ortools', 'sklearn', 'scipy', 'pandas', 'polars', 'pyarrow', 'joblib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
