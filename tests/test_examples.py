"""Every example runs as it stands, without warnings, and says what a coordinator would understand."""

import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@functools.cache
def run(name):
    """Run an example once, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "examples" / name)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def points(lines):
    """Read the contributions of a waterfall: what stands after the sign of equality."""
    return [float(line.split("=")[1]) for line in lines if " x " in line]


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "examples").glob("*.py")))
def test_the_example_ends_well(name):
    """Examples are the first thing that a stranger copies."""
    done = run(name)
    assert done.returncode == 0, done.stderr
    assert "Proved" in done.stdout
    assert done.stderr == ""


def test_the_order_from_the_village_is_served():
    """The order that the library grew out of finds a coach, and its parts add up to its score."""
    lines = run("01_ordos_week.py").stdout.splitlines()
    start = next(i for i, line in enumerate(lines) if "沙沙滩村: 想要一名健身操教练" in line)
    assert "健身操" in "".join(lines[start + 1 : start + 3])
    total = next(float(line.split()[1]) for line in lines[start:] if line.split()[:1] == ["score"])
    assert sum(points(lines[start:])) == pytest.approx(total, abs=0.003)


def test_the_call_finds_teams_that_do_what_is_asked():
    """Somebody asks for tai chi and is told of tai chi teams; the parts of the first score add up to it."""
    lines = run("04_recommend.py").stdout.splitlines()
    named = [line for line in lines if re.match(r"  \d\. T.*km", line)]
    assert named
    assert all("太极拳" in line for line in named)
    assert sum(points(lines)) == pytest.approx(float(re.search(r"score ([\d.]+)", named[0])[1]), abs=0.003)


def test_a_higher_minimum_sends_fewer_and_more_rightly():
    """The lesson of the example on encoders: the minimum is on the encoder's own scale."""
    rows = re.findall(r"^LSA +([\d.]+) +(\d+) +(\d+)% +(\d+)$", run("05_your_own_encoder.py").stdout, re.MULTILINE)
    least, sent, right, wall = zip(*((float(a), int(b), int(c), int(d)) for a, b, c, d in rows), strict=True)
    assert least == (0.2, 0.4, 0.6)
    assert list(sent) == sorted(sent, reverse=True)
    assert list(right) == sorted(right)
    assert list(wall) == sorted(wall)


def test_each_caller_of_the_web_app_gets_an_answer():
    """Tables, teams and answers cross between processes."""
    lines = run("06_web_app.py").stdout.splitlines()
    assert [line.split(" ", 1)[0] for line in lines[:2]] == ["R1", "R2"]
    assert "'T1'" in lines[0]
    assert "'T2'" in lines[1]


def test_the_fair_week_adds_up():
    """Banners add up to the line below them, what is short to its total, teams and units to theirs."""
    told = run("08_fair_week.py").stdout.split("\n2. ", 1)[1].replace(",", "")
    rows = re.findall(
        r"^  (\S.*): (\d+) asked (?:minimum (\d+)|no minimum); served (\d+) without .* (\d+) with", told, re.MULTILINE
    )
    total = re.search(r"^  all: (\d+) asked minimums (\d+); served (\d+) without (\d+) with it", told, re.MULTILINE)
    figures = [[int(figure or 0) for figure in row[1:]] for row in rows]
    assert len(rows) == 10
    assert [sum(column) for column in zip(*figures, strict=True)] == [int(figure) for figure in total.groups()]
    short = re.findall(r"short of the minimum: (.*); in all (\d+) of 915 units", told)
    for (named, of_all), at in zip(short, (2, 3), strict=True):
        missing = {row[0]: figure[1] - figure[at] for row, figure in zip(rows, figures, strict=True)}
        assert named == " ".join(f"{banner} {n}" for banner, n in missing.items() if n > 0)
        assert int(of_all) == sum(n for n in missing.values() if n > 0)
    for line in re.findall(r"^  (?:as it comes|even work): .*Gini", told, re.MULTILINE):
        counts = [(int(n), int(k)) for n, k in re.findall(r"(\d+) teams with (\d+)", line)]
        sums = sum(n for n, _ in counts), sum(n * k for n, k in counts)
        assert sums == tuple(int(figure) for figure in re.search(r"\((\d+) teams (\d+) units\)", line).groups())


def test_the_fair_week_says_why_and_what_it_costs():
    """The banner that stays short could have its minimum alone; what evenness costs is the difference of two scores."""
    told = run("08_fair_week.py").stdout
    alone, least = re.search(r"With a minimum for it alone it gets (\d+) of (\d+)\.", told).groups()
    assert alone == least
    assert "But no plan meets more than 914 of all 915" in told
    costs = re.findall(r"costs 0 units and ([\d.]+) score points \(([\d.]+) without, ([\d.]+) with it\)", told)
    assert len(costs) == 2
    assert all(float(without) - float(with_it) == pytest.approx(float(less)) for less, without, with_it in costs)
    before, after = re.findall(r"units\); Gini ([\d.]+)", told)
    assert float(after) < float(before)
    weighed = float(re.search(r"uneven work is charged: .* = ([\d.]+) is what", told)[1])
    proofs = re.findall(
        r"^  (.*): the plan keeps every rule and is proved optimal .* score ([\d.]+)\)", told, re.MULTILINE
    )
    assert [name for name, _ in proofs] == [
        "no minimum",
        "a minimum for every banner",
        "a minimum for 鄂托克前旗 alone",
        "even work",
    ]
    assert float(proofs[-1][1]) == pytest.approx(weighed, abs=0.006)
