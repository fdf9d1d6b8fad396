"""Bars and lines: how far a call has come, only where it was asked, and nothing but counts."""

import logging
import sys

import pytest

import servicematch as sm
from servicematch.base.progress import QUIET, LoggedBar, shown
from servicematch.pairs.candidates import Search

REQUESTS = {"id": [f"R{k}" for k in range(12)], "need": ["想学太极拳"] * 12, "lat": [39.6] * 12, "lon": [109.8] * 12}
TEAMS = {
    "id": ["T1", "T2"],
    "offers": ["太极拳", "法律咨询"],
    "lat": [39.61] * 2,
    "lon": [109.8] * 2,
    "capacity": [4, 4],
}


@pytest.fixture
def with_tqdm():
    """Skip where tqdm is not installed."""
    return pytest.importorskip("tqdm")


@pytest.fixture
def without_tqdm(monkeypatch):
    """Hide tqdm."""
    monkeypatch.setitem(sys.modules, "tqdm", None)


@pytest.fixture
def lines(caplog):
    """Read the log of the library as it is told at level INFO."""
    caplog.set_level(logging.INFO, logger="servicematch")
    return lambda: [record.getMessage() for record in caplog.records]


def fail_in_the_middle():
    """Begin a layer that does not come to its end."""
    with shown("pairs", is_asked=True) as bar:
        bar.expect(4, "requests")
        bar.advance()
        raise ValueError("broken")


@pytest.mark.usefixtures("with_tqdm")
def test_nothing_is_shown_unless_asked(capsys, lines):
    """A server's output is its own."""
    sm.assign(REQUESTS, TEAMS)
    assert capsys.readouterr() == ("", "")
    assert lines() == []


@pytest.mark.usefixtures("with_tqdm")
def test_each_layer_has_a_bar_that_ends_full(capsys):
    """A bar that stops short of its end looks like a call that failed."""
    sm.assign(REQUESTS, TEAMS, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    last = {line.split()[0]: line for line in err.replace("\r", "\n").splitlines() if line.strip()}
    assert list(last) == ["tables", "pairs", "encode", "solve"]
    assert all("100%" in line for line in last.values())
    assert "12 of 12 requests" in last["pairs"]


@pytest.mark.usefixtures("without_tqdm")
def test_without_tqdm_each_layer_is_a_line_with_its_seconds(capsys, lines):
    """The library asks for no extra package to say how far it is."""
    sm.assign(REQUESTS, TEAMS, progress=True)
    assert capsys.readouterr() == ("", "")
    timed = [line.split(":")[0] for line in lines() if line.endswith(" s")]
    assert timed == ["tables", "pairs", "encode", "solve"]


@pytest.mark.parametrize("tqdm", ["with_tqdm", "without_tqdm"])
def test_the_log_tells_once_who_works(tqdm, request, lines):
    """A cluster that is not used is the trap of every backend, so it must show."""
    request.getfixturevalue(tqdm)
    sm.assign(REQUESTS, TEAMS, progress=True, n_jobs=1)
    sm.assign(REQUESTS, TEAMS, progress=True, n_jobs=2)
    told = [line for line in lines() if line.startswith("workers")]
    assert told == ["workers: none, all is done here", "workers: 2 of loky"]


@pytest.mark.parametrize("tqdm", ["with_tqdm", "without_tqdm"])
def test_progress_tells_nothing_of_residents(tqdm, request, capsys, lines):
    """Bars end up in the logs of servers."""
    request.getfixturevalue(tqdm)
    sm.assign(REQUESTS, TEAMS, progress=True)
    told = "".join(capsys.readouterr()) + "".join(lines())
    assert told
    assert [word for word in ("太极", "法律", "R1", "T1", "39.6", "109.8") if word in told] == []


@pytest.mark.parametrize("tqdm", ["with_tqdm", "without_tqdm"])
def test_the_plan_does_not_depend_on_being_watched(tqdm, request):
    """Telling of the work must not change it."""
    request.getfixturevalue(tqdm)
    quiet, watched = (sm.assign(REQUESTS, TEAMS, progress=asked) for asked in (False, True))
    assert watched.assignments["team_id"].tolist() == quiet.assignments["team_id"].tolist()
    assert watched.objective == quiet.objective


@pytest.mark.usefixtures("with_tqdm")
def test_a_layer_that_fails_leaves_its_bar_where_it_stood(capsys):
    """A full bar above an error would say that the layer had ended well."""
    with pytest.raises(ValueError, match="broken"):
        fail_in_the_middle()
    err = capsys.readouterr().err
    assert "1 of 4 requests" in err.replace("\r", "\n").splitlines()[-1]
    assert "100%" not in err


@pytest.mark.usefixtures("without_tqdm")
def test_a_layer_that_fails_tells_no_seconds(lines):
    """The same in lines."""
    with pytest.raises(ValueError, match="broken"):
        fail_in_the_middle()
    assert lines() == ["pairs: 1 of 4 requests"]


@pytest.mark.usefixtures("with_tqdm")
def test_a_step_stands_behind_the_bar_while_it_lasts(capsys):
    """The solver cannot count its steps beforehand, but can name them."""
    with shown("solve", is_asked=True) as bar:
        bar.step("auction")
        bar.expect(2, "pieces")
        bar.advance(2)
    shown_bars = capsys.readouterr().err.replace("\r", "\n").split("\n")
    assert any("auction" in one for one in shown_bars)
    assert "auction" not in shown_bars[-2]
    assert "2 of 2 pieces" in shown_bars[-2]


def test_lines_come_at_each_tenth_and_each_step(lines):
    """A thousand blocks should not be a thousand lines."""
    bar = LoggedBar("pairs")
    bar.step("search")
    bar.expect(1000, "requests")
    for _ in range(1000):
        bar.advance()
    told = lines()
    assert told[0] == "pairs: search"
    assert told[1:] == [f"pairs: {n:,} of 1,000 requests" for n in range(100, 1001, 100)]


def test_a_layer_with_nothing_to_do_ends_well(lines):
    """An empty table is no error, and no division by zero."""
    for name in ("tqdm", "lines"):
        with shown(name, is_asked=True) as bar:
            bar.expect(0, "requests")
            bar.advance(0)
    bar = LoggedBar("pairs")
    bar.expect(0, "requests")
    bar.advance(0)
    bar.finish()
    assert lines()[-1].startswith("pairs: 0.0")


def test_the_silent_bar_holds_nothing():
    """It is one object for all calls, so it must not remember any."""
    with shown("pairs", is_asked=False) as bar:
        assert bar is QUIET
    assert not hasattr(bar, "__dict__")


@pytest.mark.usefixtures("without_tqdm")
def test_pairs_advance_block_by_block(monkeypatch, lines):
    """The search is the long part of a large call, and its blocks are what is known of how far it is."""
    monkeypatch.setattr(Search, "blocks", lambda search: [(0, 5), (5, 12)])
    sm.assign(REQUESTS, TEAMS, progress=True)
    assert [line for line in lines() if "requests" in line] == [
        "pairs: 5 of 12 requests",
        "pairs: 12 of 12 requests",
    ]
