"""The harness: every part runs on a tiny town, and the tables say what the lines say."""

from __future__ import annotations

import json
import os

import pytest
import run
from fresh import CLEAR_REFS
from parts import PARTS
from report import report

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
TOWN = {"size": "tiny", "classes": 1, "degree": 10, "slack": 1.0, "units": 1, "n_pairs": 9000, "peak_mb": 50.0}


def line(part, seed, seconds, objective):
    """Write one run of a part on the town of a seed."""
    layers = {"flow": seconds, "proof": 0.0, "canonical": 0.0}
    return {**TOWN, "part": part, "seed": seed, "s": seconds, "objective": objective, "layers": layers, "n_solves": 1}


def written(path, *lines):
    """Write the lines where the report reads them."""
    path.write_text("\n".join(map(json.dumps, (ABOUT, *lines))), encoding="utf-8")
    return path


@pytest.mark.skipif(not os.access(CLEAR_REFS, os.W_OK), reason="peaks of memory are read from Linux")
def test_every_part_on_towns_runs_and_is_proved(tmp_path, monkeypatch, capsys):
    """What is broken shows here, not after an hour of measuring."""
    monkeypatch.setattr(run, "run_fresh", lambda part, clock, **config: PARTS[part](**config))
    run.main([*TINY, "--out", str(tmp_path / "results.jsonl")])
    lines = [json.loads(text) for text in (tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one["part"] for one in lines] == ["about", *["cold", "solve", "whole"] * 2]
    assert all(one["proved"] for one in lines if one["part"] == "whole")
    assert "| tiny | 3 | 1 |" in capsys.readouterr().out


def test_the_worst_town_is_the_claim(tmp_path):
    """A median over towns would hide the one that is slow."""
    quick = [line("cold", 0, 1.0, [9, 5]), line("solve", 0, 1.1, [9, 5])]
    slow = [line("cold", 1, 1.0, [9, 5]), line("solve", 1, 1.5, [9, 5])]
    text = report(written(tmp_path / "results.jsonl", *quick, *slow))
    assert "**1.50** (degree 10, slack 1.0, units 1, seed 1)" in text


@pytest.mark.parametrize("ours", [[9, 4], [9, 6], [8, 7]])
def test_times_of_different_answers_are_not_compared(tmp_path, ours):
    """A solver that is wrong must not look fast."""
    lines = line("cold", 0, 1.0, [9, 5]), line("solve", 0, 0.1, ours)
    with pytest.raises(ValueError, match="the rival's plan is worth"):
        report(written(tmp_path / "results.jsonl", *lines))


def test_serving_more_than_the_rival_is_no_fault(tmp_path):
    """The rival serves first only as far as two score ranges go."""
    lines = line("cold", 0, 1.0, [9, 9]), line("solve", 0, 1.0, [10, 5])
    assert "**1.00**" in report(written(tmp_path / "results.jsonl", *lines))
