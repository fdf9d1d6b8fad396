"""The rivals: each finds the optimum it is timed for, and what is wrong, too slow or too large gets no time."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

import fresh
import numpy as np
import pytest
import rivals
from instances import Town, save, town
from report import report
from rival_arrays import objective
from rival_solvers import RIVALS

from oracles import brute_force
from servicematch.solve.problem import Problem

OPTIONS = ["--sizes", "tiny", "--degrees", "10", "--slacks", "1.0", "--repetitions", "2"]
GOOD = {"s": 0.5, "peak_mb": 50.0, "n_pairs": 7, "objective": [9, 5]}
SOLVED = {**GOOD, "layers": {"flow": 0.5, "proof": 0.0, "canonical": 0.0}, "n_solves": 1, "classes": 1, "units": 1}


def tiny(gains, capacity):
    """Build a town from a table of gains, -1 where a pair is not eligible."""
    table = np.array(gains)
    rows, cols = np.nonzero(table >= 0)
    nowhere = np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0)
    units, priority = np.ones(len(table), dtype=int), np.zeros(len(table), dtype=int)
    return Town(
        *nowhere, np.array(capacity), units, priority, rows.astype(np.int32), cols.astype(np.int32), table[rows, cols]
    )


TOWNS = {
    "scarce places": tiny([[9, 8, -1], [9, -1, 3], [7, -1, -1], [9, 1, 2], [6, 6, 6]], [1, 1, 1]),
    "a request and a team alone": tiny([[5, 4, -1], [5, -1, -1], [-1, -1, -1], [2, 3, -1]], [1, 9, 2]),
    "no gain and ties": tiny([[0, 0, 4], [4, 0, -1], [4, 4, 4], [0, -1, -1]], [2, 0, 2]),
}


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD:DeprecationWarning")
@pytest.mark.parametrize("name", RIVALS)
@pytest.mark.parametrize("kind", TOWNS)
def test_every_rival_finds_the_best_plan(name, kind):
    """A rival that is modelled wrongly would be no rival."""
    pytest.importorskip(RIVALS[name].module)
    one = TOWNS[kind]
    best = brute_force(Problem(one.rows, one.cols, one.gains, one.units, one.capacity, one.priority + 1))
    assert objective(one, RIVALS[name].solve(one)) == list(best)


def test_a_plan_that_breaks_a_limit_is_worth_nothing():
    """A solver that ignores the places would serve more than anybody."""
    one = TOWNS["scarce places"]
    assert objective(one, np.array([0, 2])) is None
    assert objective(replace(one, capacity=np.array([2, 1, 1])), np.array([0, 2])) == [2, 18]
    assert objective(one, np.array([0, 1])) is None
    assert objective(one, np.array([0, 0])) is None
    assert objective(one, None) is None


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """Let every measured process be a script of ours; return what the runner wrote and the tables it printed."""

    def run(script, *arguments):
        parts, out = tmp_path / "parts.py", tmp_path / "rivals.jsonl"
        parts.write_text(f"import json, subprocess, sys\npart, solved = sys.argv[1], {SOLVED!r}\n{script}", "utf-8")
        monkeypatch.setattr(fresh, "PARTS", parts)
        rivals.main([*OPTIONS, "--rivals", "scipy linprog (HiGHS)", *arguments, "--out", str(out)])
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if line["part"] == "rival"], report(out)

    return run


def test_the_runner_takes_turns_and_reports_ratios(planted):
    """Every figure stands beside the cold solve of the same minute."""
    lines, text = planted("print(json.dumps({**solved, 's': 2.0 if part == 'rival' else 0.5}))")
    assert [line["outcome"] for line in lines] == ["solved", "solved"]
    assert "| scipy linprog (HiGHS) | 4 / 0.25 | tiny: 2 s, 50 MiB |" in text


def test_a_wrong_answer_gets_no_time(planted):
    """A solver that is wrong must not look fast."""
    lines, text = planted("print(json.dumps({**solved, 'objective': [9, 6 if part == 'rival' else 5]}))")
    assert [line["outcome"] for line in lines] == ["wrong answer"]
    assert "s" not in lines[0]
    assert "| scipy linprog (HiGHS) | wrong answer | none |" in text


def test_a_rival_that_is_too_slow_is_ended_with_all_it_started(planted):
    """A solver behind a solver would go on and slow down those that follow; its open pipe would hold the runner."""
    sleeper = "subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)']) if part == 'rival' else None"
    lines, text = planted(f"{sleeper}\nprint(json.dumps(solved))", "--limit-s", "1")
    assert [line["outcome"] for line in lines] == ["> 1 s"]
    assert "| scipy linprog (HiGHS) | > 1 s | none |" in text


def test_on_the_cpu_clock_others_on_the_machine_do_not_shorten_the_limit(planted):
    """What is counted is the work of a rival and of the solver that it starts, not the waiting for a core."""
    busy = "subprocess.run([sys.executable, '-c', 'while True: pass']) if part == 'rival' else None"
    lines, _ = planted(f"{busy}\nprint(json.dumps(solved))", "--limit-s", "1", "--clock", "cpu")
    assert [line["outcome"] for line in lines] == ["> 1 s"]


def test_a_later_run_remembers_how_the_rivals_fared(planted):
    """Large sizes are added by hand, when the small ones are known."""
    planted("print(json.dumps({**solved, 's': 20.0 if part == 'rival' else 0.5}))", "--repeat-below-s", "1")
    lines, _ = planted("print(json.dumps({**solved, 'n_pairs': 70}))", "--append", "--sizes", "100")
    assert [line["outcome"] for line in lines] == ["solved", "(> 120 s)"]


@pytest.mark.parametrize(("trouble", "outcome"), [("MemoryError", "memory"), ("ArithmeticError('no pivot')", "failed")])
def test_a_rival_that_breaks_down_is_reported(planted, trouble, outcome):
    """One rival's trouble must not end the measuring of the others, and must not be hidden."""
    lines, _ = planted(f"if part == 'rival': raise {trouble}\nprint(json.dumps(solved))")
    assert [(line["outcome"], line["error"]) for line in lines] == [(outcome, trouble.replace("('", ": ").rstrip("')"))]


def test_a_rival_that_is_not_installed_is_named(planted, monkeypatch):
    """A row that is missing without a word looks like a rival that was avoided."""
    monkeypatch.setattr(rivals, "find_spec", lambda module: None if module == "scipy" else object())
    monkeypatch.setattr(rivals, "version", lambda package: "1")
    lines, text = planted("print(json.dumps(solved))")
    assert [line["outcome"] for line in lines] == ["not installed: pip install scipy"]
    assert "scipy linprog (HiGHS): not installed: pip install scipy." in text


@pytest.mark.parametrize(
    ("before", "outcome"),
    [
        ({"outcome": "solved", "s": 29.0, "n_pairs": 100}, None),
        ({"outcome": "solved", "s": 31.0, "n_pairs": 100}, "(> 120 s)"),
        ({"outcome": "memory"}, "(memory)"),
        ({"outcome": "(> 120 s)"}, "(> 120 s)"),
        (None, None),
    ],
)
def test_a_hopeless_size_is_not_started(before, outcome):
    """No rival here grows slower than the pairs: what cannot finish is said in brackets, not waited for."""
    assert rivals.foretold(before, 400, 120.0) == outcome


def test_a_real_rival_runs_in_a_process_of_its_own(tmp_path):
    """What the planted scripts stand for is the real thing."""
    save(town("tiny", degree=10), tmp_path / "town.npz")
    name = "scipy linear_sum_assignment (dense)"
    asked = {"path": str(tmp_path / "town.npz"), "name": name, "memory_gib": 8.0}
    measured = fresh.run_fresh("rival", limit_s=100.0, **asked)
    assert measured["objective"] == fresh.run_fresh("cold", path=asked["path"])["objective"]
    with pytest.raises(subprocess.TimeoutExpired):
        fresh.run_fresh("rival", limit_s=0.01, **asked)
