"""Both notebooks run as scripts, without warnings and without Jupyter, and open as notebooks."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "examples" / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.py"))
MARKER = re.compile(r"^# %%(.*)$", re.MULTILINE)

SAID = {
    "analysts_quarter": (
        "8450 requests, ",
        "Proved: under these limits no plan serves more",
        "NO_RELEVANT_TEAM",
        "not understood",
        "no team does this",
        "of the teams had nothing to do in their week",
        "asked per place",
        "right service",
        "with synonyms",
        "min_relevance 0.05",
        "radius x 1.5",
        "keeps every rule and is proved optimal",
    ),
    "dispatchers_day": (
        "requests.id: expected different ids, got 'D11' again at row 11",
        "Hint: are lat and lon swapped?",
        "requests.units: expected a whole number of at least 1, got a text of 2 characters at row 3 (id 'D04')",
        "did you mean 'languages'?",
        "ok, 14 rows",
        "已派 12 / 15 队次",
        "Served: 12 of 15 units",
        "D05 下水道堵了，污水往外冒：可及范围内没有队伍提供类似服务",
        "都不符合“距离”要求",
        "已派 13 / 15 队次",
        "点单 'D01' 与队伍 'T11'",
        "1. T07 旗医院健康义诊队",
        "已派 14 / 16 队次",
        "0477-0000015",
        "keeps every rule and is proved optimal",
        "没有违规 / lawful: True",
        "一样 / the same: True",
        "any words of theirs in the file: False",
    ),
}
"""What each of them must say."""

WRITTEN = {
    "analysts_quarter": {"banners.csv", "last_week.geojson", "last_week.html", "open_last_week.csv", "settings.csv"},
    "dispatchers_day": {"T07.csv", "open.csv", "orders.csv", "plan.csv", "plan.html", "plan.json", "teams.csv"},
}
"""What each of them must leave in its folder."""


def cells(name):
    """Split a notebook into cells: (marker, text, first line)."""
    source = (NOTEBOOKS / f"{name}.py").read_text(encoding="utf-8")
    starts = list(MARKER.finditer(source))
    assert source[: starts[0].start()] == "", "nothing stands before the first cell"
    ends = [match.start() for match in starts[1:]] + [len(source)]
    return [
        (match.group(1).strip(), source[match.end() : end].strip("\n"), source.count("\n", 0, match.start()) + 1)
        for match, end in zip(starts, ends, strict=True)
    ]


def ends_of(block):
    """Find the statements that a block may end with."""
    last = block[-1]
    blocks = [last.body] if isinstance(last, ast.For | ast.With | ast.Try) else []
    blocks += [handler.body for handler in last.handlers] if isinstance(last, ast.Try) else []
    return [end for inner in blocks for end in ends_of(inner)] or [last]


def is_shown(statement):
    """Tell a call of ``print`` or ``show``."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"print", "show"}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Run each notebook once as a script, in a folder of its own; give its output and where it wrote."""
    found = {}
    for name in NAMES:
        here = tmp_path_factory.mktemp(name)
        found[name] = (
            subprocess.run(
                [sys.executable, "-W", "error", str(NOTEBOOKS / f"{name}.py")],
                cwd=here,
                env={**os.environ, "TMPDIR": str(here), "TEMP": str(here), "PYTHONIOENCODING": "utf-8"},
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            ),
            here,
        )
    return found


def test_every_notebook_is_known_here():
    """A notebook without its sentences would be run by nobody."""
    assert set(NAMES) == set(SAID) == set(WRITTEN)


@pytest.mark.parametrize("name", NAMES)
def test_the_notebook_runs_as_a_script(name, done):
    """Whoever has no Jupyter reads the same day in a terminal."""
    run, _ = done[name]
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""


@pytest.mark.parametrize(("name", "sentence"), [(name, sentence) for name in SAID for sentence in SAID[name]])
def test_the_notebook_says_what_its_text_tells(name, sentence, done):
    """The text around the cells speaks of what they show."""
    assert sentence in done[name][0].stdout


@pytest.mark.parametrize("name", NAMES)
def test_the_notebook_leaves_its_files_and_nothing_else(name, done):
    """Files go to the temporary folder that the notebook made, not to where it was started."""
    run, here = done[name]
    folders = [path for path in here.iterdir() if WRITTEN[name] <= {file.name for file in path.iterdir()}]
    assert len(folders) == 1
    assert [path.name for path in here.iterdir() if path.is_file()] == []
    assert all(file.stat().st_size for file in folders[0].iterdir())
    assert WRITTEN[name] <= set(run.stdout.splitlines()[-1].split())


def test_the_teams_of_the_day_are_in_gb18030(done):
    """The day begins with a file from an old system; in utf-8 it would show nothing."""
    data = next(done["dispatchers_day"][1].glob("*/teams.csv")).read_bytes()
    assert "健身操" in data.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")


def test_the_page_of_the_day_has_none_of_the_words(done):
    """The text beside it promises that."""
    page = next(done["dispatchers_day"][1].glob("*/plan.html")).read_text(encoding="utf-8")
    assert "旗医院健康义诊队" in page
    assert "腰腿疼" not in page


@pytest.mark.parametrize("name", NAMES)
def test_the_cells_are_text_or_python(name):
    """In the percent format a cell of text is comments only, and a cell of code can be read on its own."""
    found = cells(name)
    assert found[0][0] == "[markdown]"
    assert found[0][1].startswith("# # ")
    for marker, text, line in found:
        assert text.strip(), f"{name}.py:{line}: an empty cell"
        if marker == "[markdown]":
            assert all(row.startswith("#") for row in text.splitlines()), f"{name}.py:{line}: not all is a comment"
        else:
            assert marker == "", f"{name}.py:{line}: an unknown marker"
            assert ast.parse(text).body, f"{name}.py:{line}: nothing but comments"


@pytest.mark.parametrize("name", NAMES)
def test_each_cell_of_code_ends_with_something_shown(name):
    """A cell ends with a call that shows something in a script too, or with a name that later cells use."""
    for marker, text, line in cells(name):
        if marker:
            continue
        ends = ends_of(ast.parse(text).body)
        kept = isinstance(ends[0], ast.Assign | ast.FunctionDef)
        assert kept or any(map(is_shown, ends)), f"{name}.py:{line}: ends with nothing to see"


@pytest.mark.parametrize("name", NAMES)
def test_each_cell_of_code_has_words_somewhere_before_it(name):
    """Three cells of code in a row are a script, no story."""
    codes = "".join("m" if marker else "c" for marker, _, _ in cells(name))
    assert "ccc" not in codes


def test_the_day_is_told_in_chinese_first_and_in_english_below():
    """Each text of the day opens in Chinese and ends with a line in italics for other readers."""
    texts = [text for marker, text, _ in cells("dispatchers_day") if marker == "[markdown]"]
    for text in texts:
        rows = [row.removeprefix("#").strip() for row in text.splitlines()]
        said = [row for row in rows if row and not row.startswith("#")]
        assert said[-1].endswith("*"), said[-1]
        assert re.search("[\u4e00-\u9fff]", rows[0] + said[0])
