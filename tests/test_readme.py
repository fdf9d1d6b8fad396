"""What the README promises is what happens."""

import contextlib
import io
import re
from pathlib import Path

import pytest

import servicematch as sm

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def printed():
    """Run the README's example and return what it prints."""
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own README
    return out.getvalue()


def test_the_example_prints_what_the_readme_shows(printed):
    """A stranger compares the page with his screen."""
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL).group(1)
    assert printed.startswith(shown)


def test_the_example_ends_with_a_proof(printed):
    """The last line of the example is the check."""
    assert "proved optimal" in printed.splitlines()[-1]


def test_there_are_exactly_two_commands():
    """Each is complete in itself; more would be steps somebody forgets."""
    commands = re.findall(r"^    (pip .*)$", README, re.MULTILINE)
    assert commands == ["pip install . && python examples/01_ordos_week.py", "pip install '.[test]' && pytest"]


def test_every_file_the_readme_names_exists():
    """A page that points at nothing is worse than none."""
    named = re.findall(r"\]\(([\w./]+)\)", README) + re.findall(r"`(examples/\w+\.py)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_name_the_readme_uses_exists():
    """``sm.`` names in the text are promises."""
    names = set(re.findall(r"\bsm\.(\w+(?:\.\w+)*)", README)) - {"Plan.from_json"}
    for dotted in names:
        thing = sm
        for part in dotted.split("."):
            thing = getattr(thing, part)
        assert thing is not None
