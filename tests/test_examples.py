"""Every example runs as it stands, without warnings, and says what a coordinator would understand."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "examples").glob("*.py")))
def test_the_example_ends_well(name):
    """Examples are the first thing that a stranger copies."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "examples" / name)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Proved" in done.stdout
    assert done.stderr == ""


def test_the_order_from_the_village_is_served():
    """The order that the library grew out of finds a coach, and its parts add up to its score."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "01_ordos_week.py")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    lines = done.stdout.splitlines()
    start = next(i for i, line in enumerate(lines) if "沙沙滩村: 想要一名健身操教练" in line)
    assert "健身操" in "".join(lines[start + 1 : start + 3])
    points = [float(line.split("=")[1]) for line in lines[start:] if " x " in line]
    total = next(float(line.split()[1]) for line in lines[start:] if line.split()[:1] == ["score"])
    assert sum(points) == pytest.approx(total, abs=0.003)
