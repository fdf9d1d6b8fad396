"""The harness: every part runs on a tiny town, the turns are fair, and the tables say what the lines say."""

from __future__ import annotations

import json
import os

import claims
import pytest
import run
import turns
from fresh import CLEAR_REFS, run_fresh
from parts import measure
from report import report
from shapes import SHAPES

TINY = ["--sizes", "tiny", "--degrees", "10", "--slacks", "1.0", "--units", "3", "--seeds", "0", "--repetitions", "1"]

ABOUT = {
    "part": "about",
    "date": "2026-01-01",
    "commit": "abc",
    "clock": "wall",
    "machine": "m",
    "load": 0.0,
    "versions": {},
}
TOWN = {"size": "tiny", "classes": 1, "degree": 10, "slack": 1.0, "units": 1, "n_pairs": 9000}
COST = {"peak_mb": 50.0, "held_mb": 20.0}
SOLVED = {"solver": "way", "n_pairs_solved": 90, "n_solves": 2, "layers": {"auction": 0.25, "proof": 0.125}}


def line(part, seed, seconds, objective, **more):
    """Write one run of a part on the town of a seed."""
    ours = {"engine": "near", **SOLVED} if part == "solve" else {}
    cost = {**COST, "s": seconds, "wall_s": 2 * seconds}
    return {**TOWN, **cost, "part": part, "seed": seed, "objective": objective, **ours, **more}


def written(path, *lines):
    """Write the lines where the report reads them."""
    path.write_text("\n".join(map(json.dumps, (ABOUT, *lines))), encoding="utf-8")
    return path


@pytest.fixture
def here(monkeypatch):
    """Measure in this process instead of new ones, which start slowly."""
    for module in (run, turns):
        monkeypatch.setattr(module, "run_fresh", lambda part, clock, without=(), **config: measure(part, **config))


LINUX = pytest.mark.skipif(not os.access(CLEAR_REFS, os.W_OK), reason="peaks of memory are read from Linux")


@LINUX
@pytest.mark.usefixtures("here")
def test_every_part_on_towns_runs_and_is_proved(tmp_path, capsys):
    """What is broken shows here, not after an hour of measuring."""
    run.main([*TINY, "--engines", "auto", "flow", "--out", str(tmp_path / "results.jsonl")])
    lines = [json.loads(text) for text in (tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    engines = [(one["part"], one.get("engine")) for one in lines[1:]]
    ours = [(part, engine) for part in ("solve", "whole") for engine in ("auto", "flow")]
    assert engines == [("cold", None), *ours] * 2
    assert all(one["proved"] for one in lines if one["part"] == "whole")
    assert {one["status"] for one in lines if "status" in one} == {"PROVED"}
    assert "| clustered | tiny | 10 | 3 | flow | flow | 1 |" in capsys.readouterr().out


@LINUX
@pytest.mark.usefixtures("here")
def test_dense_towns_are_measured_against_scipy_too(tmp_path, capsys):
    """Where every pair is eligible scipy is the rival to fear."""
    options = ["--parts", "solve", "matrix", "lsa", "--shapes", "dense", "--classes", "1", "--units", "1"]
    run.main([*TINY, *options, "--slacks", "0.7", "--out", str(tmp_path / "results.jsonl")])
    out = capsys.readouterr().out
    assert "| tiny | 0.7 | scipy linear_sum_assignment | 1 |" in out
    assert "| tiny | 0.7 | ours, solve_matrix: auto | 1 |" in out


def test_scipy_and_the_matrix_want_every_pair():
    """On other towns their question would be another."""
    with pytest.raises(SystemExit):
        run.read_options(["--parts", "lsa", "--shapes", "clustered", "dense"])


@LINUX
def test_a_week_with_text_is_certified(monkeypatch, tmp_path, capsys):
    """The whole, text included, is a claim too: its proof is asked for."""
    monkeypatch.setattr("whole_parts.WEEK", (30, 10))
    monkeypatch.setitem(run.SINGLE_PARTS, "text", [{"n_requests": 60, "n_teams": 30, "max_km": 50.0}])
    monkeypatch.setattr(run, "run_fresh", lambda part, clock, **config: measure(part, **config))
    run.main(["--parts", "text", "--engines", "flow", "--repetitions", "2", "--out", str(tmp_path / "results.jsonl")])
    out = capsys.readouterr().out
    assert "| 60 | 30 | flow | 2 | flow |" in out
    assert "| 2 of 2, 2 again |" in out


def test_a_module_that_is_hidden_is_not_installed():
    """So the ways without the extra are measured where it is installed."""
    with pytest.raises(RuntimeError, match="import of servicematch halted"):
        run_fresh("ordos", without=["servicematch"])


def planted(monkeypatch, served_at):
    """Let ours serve ten and the rival what it serves at each payment; return the runs in their order."""
    asked = []

    def run_fresh(part, clock, **config):
        asked.append((part, config.get("payment")))
        return {"objective": [served_at(config["payment"]) if part == "cold" else 10, 5]}

    monkeypatch.setattr(turns, "run_fresh", run_fresh)
    options = run.read_options(["--engines", "near", "--repetitions", "2"])
    return asked, list(turns.take_turns(options, "town.npz", ["cold", "solve"], n_requests=60))


def test_a_rival_that_serves_fewer_is_paid_more(monkeypatch):
    """Otherwise it would have answered an easier question; what sufficed is kept for the next turn."""
    asked, lines = planted(monkeypatch, lambda payment: 10 if payment >= 24 else 9)
    assert asked == [("cold", 2), ("solve", None), ("cold", 6), ("cold", 24), ("cold", 24), ("solve", None)]
    assert [one.get("engine") for one in lines] == [None, "near", None, None, None, "near"]


def test_a_rival_that_serves_as_many_keeps_its_payment(monkeypatch):
    """Two ranges are its fastest."""
    asked, _ = planted(monkeypatch, lambda _: 10)
    assert asked == [("cold", 2), ("solve", None)] * 2


def test_the_last_payment_leaves_no_doubt(monkeypatch):
    """No chain of requests that move is longer than all requests."""
    asked, _ = planted(monkeypatch, lambda _: 9)
    assert [payment for part, payment in asked if part == "cold"] == [2, 6, 24, 61, 61]


def test_the_worst_town_is_the_claim(tmp_path):
    """A median over towns would hide the one that is slow."""
    quick = [line("cold", 0, 8.0, [9, 5]), line("solve", 0, 1.0, [9, 5])]
    slow = [line("cold", 1, 4.0, [9, 5]), line("solve", 1, 2.0, [9, 5])]
    text = report(written(tmp_path / "results.jsonl", *quick, *slow))
    assert "| near | way | 2 | 9k | 1.0 % | 2 | 6.000 (12.000) | 666.67 | 1.500 (3.000) | auction 0.250;" in text
    assert "| 5.00 | **2.00** (degree 10, slack 1.0, units 1, seed 1) | 30 / 30 | 2 |" in text


@pytest.mark.parametrize("ours", [[9, 4], [9, 6], [8, 7], [10, 5]])
def test_times_of_different_answers_are_not_compared(tmp_path, ours):
    """A solver that is wrong must not look fast, nor a rival that serves fewer."""
    lines = line("cold", 0, 1.0, [9, 5]), line("solve", 0, 0.1, ours)
    with pytest.raises(ValueError, match="the rival's plan is worth"):
        report(written(tmp_path / "results.jsonl", *lines))


def test_only_the_rival_that_answers_the_same_question_counts(tmp_path):
    """With two ranges it served fewer, and faster."""
    colds = line("cold", 0, 1.0, [9, 9], payment=2), line("cold", 0, 3.0, [10, 5], payment=6)
    text = report(written(tmp_path / "results.jsonl", *colds, line("solve", 0, 1.0, [10, 5])))
    assert "**3.00**" in text
    assert text.endswith("| 6 |")


def test_growth_is_the_slope_between_sizes(tmp_path):
    """Times that grow as the square have the exponent 2; the rival's stand beside them."""
    lines = []
    for size, pairs in (("1k", 10), ("5k", 100), ("20k", 1000)):
        lines += [
            {**line(part, 0, seconds, [9, 5]), "size": size, "n_pairs": pairs}
            for part, seconds in (("cold", pairs / 7), ("solve", pairs**2 / 9))
        ]
    text = report(written(tmp_path / "results.jsonl", *lines))
    assert "| clustered | 10 | 1.0 | near | 1k 5k 20k | 1.00 | 2.00 | **+1.00** |" in text


def test_a_claim_is_its_runs_in_one_file(monkeypatch, tmp_path):
    """The README's commands are these; together they look at every shape."""
    asked = []
    monkeypatch.setattr(claims, "measure", asked.append)
    monkeypatch.setattr(claims, "report", lambda path: path.name)
    out = tmp_path / "claims.jsonl"
    claims.main([*claims.CLAIMS, "--out", str(out), "--clock", "cpu"])
    assert len(asked) == sum(map(len, claims.CLAIMS.values()))
    assert all((one.out, one.append, one.clock) == (out, True, "cpu") for one in asked)
    names = {(config["shape"], config["slack"]) for one in asked for _, config in turns.towns(one)}
    assert {shape for shape, _ in names} == set(SHAPES)
    assert [slack for shape, slack in names if shape == "huge"] == [1.5]
