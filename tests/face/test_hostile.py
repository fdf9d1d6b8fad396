"""Texts from strangers: nothing of theirs runs in a browser or a spreadsheet, and nothing of theirs is told on."""

import csv
import functools
import json
import logging
import shutil
import subprocess
import traceback
import unicodedata
import warnings
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import servicematch as sm
from servicematch.base.errors import TableWarning
from servicematch.out.files import write_csv
from servicematch.out.geojson import feature_collection, write_geojson
from servicematch.view import plots

DEED = "document.documentElement.hidden=1"
"""What a payload does when it runs: the page shows it afterwards."""

PAYLOADS = (
    f"<script>{DEED}</script>",
    f'"><img src=x onerror={DEED}>',
    f"' onload='{DEED}' onerror='{DEED}",
    f"${{{DEED}}}",
    f"`+({DEED})+`",
    f"</script><script>{DEED}</script>",
    f"</title></style></textarea><svg onload={DEED}>",
    f"<!--<script>{DEED}//-->",
    f"javascript:{DEED}",
    f"]]><script>{DEED}</script>",
    f"\\'-{DEED}//\\u003cscript>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+1",
    "-1",
    "\t=1+1",
    " \u200b=1+1",
    "＝1+1",
    "\r\n=1+1",
    "\u202egnp.exe",
    "\u200b\ufeff\u2060",
    "\u2028\u2029",
    "\ud800",
    "a\0b",
    "\x1b[31m\x1b]0;ran\x07",
    "😀👩‍👩‍👧",
    "{{7*7}}",
    "%0d%0a=1+1",
    "&lt;script&gt;",
    "{0.__class__}%s%n",
)
CLEAN = tuple(f"word{i}" for i in range(len(PAYLOADS)))
FORMULA = "=+-@"


def towns(payloads):
    """Cut the payloads into towns of at most nine requests, as many as a page shows."""
    return [payloads[start : start + 9] for start in range(0, len(payloads), 9)]


def tables(words):
    """Put one word into every text column of a request and of the team that alone can serve it; one request is open."""
    n = len(words)
    asked = [f"{word} {i}" for i, word in enumerate(words)] + ["open"]
    held = [f"{word} {i}" for i, word in enumerate(words)]
    common = {"lat": [39.5 + i / 100 for i in range(n)], "lon": [109.8] * n}
    tags, areas = [[text] for text in held], [text.replace("/", "-") for text in held]
    requests = {
        "id": asked,
        "need": asked,
        "category": [*held, "open"],
        **{name: [*tags, None] for name in ("skills", "wanted_skills", "languages")},
        "area": [*areas, None],
        "lat": [*common["lat"], 39.5],
        "lon": [*common["lon"], 109.8],
        "booked_team": [None] * n + [held[0]],
        "phone": asked,
        **dict.fromkeys(words, asked),
    }
    teams = {
        "id": held,
        **dict.fromkeys(("name", "offers", "contact"), held),
        **dict.fromkeys(("categories", "skills", "languages"), tags),
        "area": areas,
        **common,
        "capacity": [2] * n,
        **dict.fromkeys(words, held),
    }
    return requests, teams


@functools.cache
def planned(words):
    """Plan a town: every request but the last goes to its own team."""
    plan = sm.assign(*tables(words))
    assert plan.summary["units_served"] == len(words)
    return plan


def recommended(plan, **options):
    """Recommend among the tables of a plan, whatever the words."""
    tables = plan.answer.requests, plan.answer.teams
    return sm.recommend(*tables, policy=plan.answer.policy, plan=plan, **options)


def fragments(plan):
    """Give all that a notebook would show of a plan and what belongs to it."""
    first = plan.assignments["request_id"][0], plan.assignments["team_id"][0]
    shown = {
        "plan": plan,
        "score": plan.show_score(*first),
        "score in Chinese": plan.show_score(*first, lang="zh"),
        "plan in Chinese": plan.show("zh"),
        "teams in Chinese": plan.answer.teams.show("zh"),
        "recommended in Chinese": recommended(plan).show("zh"),
        "requests": plan.answer.requests,
        "teams": plan.answer.teams,
        "verification": plan.verify(),
        "recommended teams": recommended(plan),
        "recommended requests": recommended(plan, for_teams=[first[1]]),
        "report": sm.Requests.check(
            {**plan.answer.requests.to("dict"), "lat": list(plan.answer.requests.to("dict")["need"])}
        ),
    }
    return {name: one._repr_html_() for name, one in shown.items()}


def plots_of(plan):
    """Make every plot that shows a text."""
    first = plan.assignments["request_id"][0], plan.assignments["team_id"][0]
    return {
        "loads": plots.loads(plan),
        "areas": plots.served_by_area(plan),
        "waterfall": plots.waterfall(plan, *first),
        "places": plots.places(plan),
    }


def map_of(plan):
    """Put a plan on the map."""
    answer = plan.answer
    columns = ({name: list(frame[name]) for name in frame} for frame in (plan.assignments, plan.unassigned, plan.loads))
    return feature_collection(answer.requests, answer.teams, *columns)


class Elements(HTMLParser):
    """Counts the elements of a page with the names of their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found, self.root = Counter(), {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Count one element; keep the attributes of the root."""
        self.found[tag, tuple(sorted(name for name, _ in attrs))] += 1
        if tag == "html":
            self.root = dict(attrs)


def elements(page):
    """Count the elements of a page."""
    return Elements(page).found


def test_the_counter_of_elements_sees_an_injected_one():
    """Or the trials below would pass whatever happens."""
    clean, hostile = (elements(f"<p>{word}</p>") for word in ("word", PAYLOADS[1]))
    assert hostile - clean == Counter({("img", ("onerror", "src")): 1})


@pytest.mark.parametrize("which", range(len(towns(PAYLOADS))))
def test_no_view_has_an_element_that_a_clean_town_has_not(which, tmp_path):
    """Whatever residents write is text in the page, never a part of it."""
    clean, hostile = planned(towns(CLEAN)[which]), planned(towns(PAYLOADS)[which])
    for name, page in fragments(hostile).items():
        assert elements(page) == elements(fragments(clean)[name]), name
        assert not set(page) & set("\0\x1b\u202e\u2028\ud800`$")
    for lang in ("en", "zh"):
        clean.to_html(tmp_path / "clean.html", lang=lang, texts=True)
        hostile.to_html(tmp_path / "hostile.html", lang=lang, texts=True)
        pages = [(tmp_path / name).read_text(encoding="utf-8") for name in ("clean.html", "hostile.html")]
        assert elements(pages[0]) == elements(pages[1])


@pytest.mark.parametrize("which", range(len(towns(PAYLOADS))))
def test_no_plot_has_an_element_that_a_clean_town_has_not(which, tmp_path):
    """The page of a plot carries its data in a script element, which ``</script>`` must not end."""
    pytest.importorskip("vl_convert")
    clean, hostile = planned(towns(CLEAN)[which]), planned(towns(PAYLOADS)[which])
    for name, spec in plots_of(hostile).items():
        pages = []
        for one in (spec, plots_of(clean)[name]):
            plots.save(one, tmp_path / "plot.html")
            pages.append(elements((tmp_path / "plot.html").read_text(encoding="utf-8")))
        assert pages[0] == pages[1], name
        plots.save(spec, tmp_path / "plot.json")
        assert "<" not in (tmp_path / "plot.json").read_text(encoding="ascii")


@pytest.mark.parametrize("words", towns(PAYLOADS), ids=range(len(towns(PAYLOADS))))
def test_no_cell_of_a_file_begins_a_formula(words, tmp_path):
    """Every table that can leave the plan: headings, texts, ids, sentences."""
    plan = planned(words)
    team = plan.assignments["team_id"][0]
    frames = [plan.assignments, plan.unassigned, plan.loads, plan.worklist(team), plan.answer.requests.to("dict")]
    for k, frame in enumerate([*frames, plan.answer.teams.to("dict")]):
        write_csv(frame, tmp_path / f"{k}.csv")
    plan.to_csv(tmp_path / "plan.csv")
    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cell in (cell for row in csv.reader(file) for cell in row):
                assert not begins_formula(cell), (path.name, cell)


def begins_formula(cell):
    """Look for a formula as a lenient spreadsheet might: past spaces, controls and unseen marks, in any width."""
    seen = "".join(c for c in cell if unicodedata.category(c) not in ("Cc", "Cf", "Zs", "Zl", "Zp"))
    if not unicodedata.normalize("NFKC", seen[:1]).startswith(tuple(FORMULA)):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


def test_the_look_for_formulas_finds_every_formula_among_the_payloads():
    """A negative number is none, a guarded text is none."""
    found = [text for text in PAYLOADS if begins_formula(f"{text} 0")]
    assert len(found) == 8  # of all payloads
    assert not begins_formula("-1.5")
    assert not begins_formula("'=1+1")


@pytest.mark.parametrize("words", towns(PAYLOADS), ids=range(len(towns(PAYLOADS))))
def test_a_map_keeps_every_id_and_no_markup(words, tmp_path):
    """A map reader finds its ids again; a page that holds the file finds no element in it."""
    plan = planned(words)
    write_geojson(map_of(plan), tmp_path / "plan.geojson")
    text = (tmp_path / "plan.geojson").read_bytes().decode("ascii")
    assert "<" not in text
    ids = {f["properties"].get("request_id") for f in json.loads(text)["features"]} - {None}
    assert ids == set(tables(words)[0]["id"])


@pytest.mark.parametrize("words", towns(PAYLOADS), ids=range(len(towns(PAYLOADS))))
def test_a_saved_plan_comes_back_from_hostile_ids(words, tmp_path):
    """What an order is called must not stop tomorrow's work."""
    planned(words).to_json(tmp_path / "plan.json")
    requests, teams = tables(words)
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams)
    assert again.verify().proved


def test_a_megabyte_of_text_does_not_swell_views_and_messages(tmp_path):
    """One pasted document in every column: pages stay small, messages stay short, files keep the whole."""
    words = ("A" * 1_000_000,)
    plan = planned(words)
    pages = [*fragments(plan).values()]
    assert max(map(len, pages)) < 100_000
    assert len(json.dumps(plots_of(plan))) < 100_000
    told = [plan, plan.verify(), plan.answer.requests, plan.answer.teams, plan.summary]
    assert max(len(f"{one!r}{one!s}") for one in told) < 20_000
    write_csv(plan.answer.requests.to("dict"), tmp_path / "requests.csv")
    assert (tmp_path / "requests.csv").stat().st_size > 8_000_000
    requests, teams = tables(words)
    for wrong in ({**requests, "id": [words[0]] * 2}, {**requests, "lat": [words[0]] * 2}, {words[0]: [1]}):
        with pytest.raises(ValueError, match="expected") as caught:
            sm.assign(wrong, teams)
        assert len(str(caught.value)) < 2_000


# What is told on: a mark in every word and every place of a resident

MARK = "K7-" + "canary"
LAT, LON = 39.123457, 109.765432
TOLD = (MARK, "39.1234", "109.7654")
REQUESTS = {
    "id": ["r1", "r2", "r3"],
    "need": [f"yoga {MARK}", MARK, None],
    "area": [f"{MARK}/1", MARK, None],
    "lat": [LAT, LAT, None],
    "lon": [LON, LON, None],
    "skills": ["yoga", "yoga", "yoga"],
    "phone": [MARK, MARK, MARK],
}
TEAMS = {
    "id": ["t1", "t2"],
    "offers": [f"yoga {MARK}", "dance"],
    "skills": ["yoga", "dance"],
    "lat": [LAT, LAT],
    "lon": [LON, LON],
    "radius_km": [10, 10],
    "contact": [MARK, MARK],
}


class Odd:
    """A cell of a kind that nobody expects, which tells on the resident when it is printed."""

    def __repr__(self):
        return MARK


def told(text):
    """List the marks that a text gives away."""
    return [mark for mark in TOLD if mark in text]


def test_the_look_for_marks_finds_them():
    """Or the trials below would pass whatever happens."""
    assert told(repr(REQUESTS)) == list(TOLD)


def test_no_object_tells_on_a_resident_when_printed():
    """A repr goes into logs, tracebacks and screenshots."""
    plan = sm.assign(REQUESTS, TEAMS)
    moved = {**TEAMS, "lat": [10.0, 10.0], "skills": ["dance", "dance"]}
    wrong = plan.verify(teams=moved)
    assert not wrong.ok
    best = sm.recommend(REQUESTS, TEAMS)
    shown = [plan, plan.verify(), wrong, plan.answer.requests, plan.answer.teams, best, sm.prepare(TEAMS)]
    texts = [f"{one!r}\n{one!s}" for one in shown]
    texts += [str(plan.summary), str(plan.manifest), plan.describe("zh"), best.describe("zh"), wrong.sentence("zh")]
    texts += [str(violation) + repr(violation) for violation in wrong.violations]
    texts += [str(list(plan.reasons(lang)["text"])) for lang in ("en", "zh")]
    assert [found for found in map(told, texts) if found] == []


@pytest.mark.parametrize("words", towns(PAYLOADS), ids=range(len(towns(PAYLOADS))))
def test_no_text_steers_the_terminal(words):
    """An escape sequence in a name could clear the screen or write to it; half a character could stop the printing."""
    plan = planned(words)
    first = plan.assignments["request_id"][0], plan.assignments["team_id"][0]
    shown = [
        recommended(plan),
        plan.show_score(*first),
        plan.show("zh"),
        plan,
        plan.verify(),
        plan.answer.requests,
        plan.answer.teams,
        plan.verify(teams=tables(words[:1])[1]),
    ]
    requests, teams = tables(words)
    with pytest.raises(ValueError, match="expected") as caught:
        sm.assign({**requests, "id": requests["id"][:1] * len(requests["id"])}, teams)
    for text in (*map(str, shown), *map(repr, shown), str(caught.value)):
        assert {unicodedata.category(letter) for letter in text.replace("\n", " ")} & {"Cc", "Cf", "Cs"} == set()


def test_no_saved_plan_tells_on_a_resident(tmp_path):
    """It holds ids, decisions and prices; a map of teams alone holds no home."""
    plan = sm.assign(REQUESTS, {**TEAMS, "lat": [10.0, 10.0], "lon": [20.0, 20.0]})
    plan.to_json(tmp_path / "plan.json")
    plan.to_csv(tmp_path / "plan.csv")
    write_geojson(
        {"features": [f for f in map_of(plan)["features"] if f["properties"]["kind"] == "team"]},
        tmp_path / "teams.geojson",
    )
    for path in tmp_path.iterdir():
        assert told(path.read_text(encoding="utf-8-sig")) == [], path.name
    plan.to_html(tmp_path / "plan.html")
    page = (tmp_path / "plan.html").read_text(encoding="utf-8")
    for area in (f"<bdi>{MARK}</bdi>", f">{MARK}</text>"):  # named in the table of areas and on the map
        page = page.replace(area, "")
    assert MARK not in page


def test_no_log_tells_on_a_resident(caplog):
    """Counts and times only, at the finest level."""
    with caplog.at_level(logging.DEBUG, logger="servicematch"):
        plan = sm.assign(REQUESTS, TEAMS, progress=True)
        plan.verify()
        sm.recommend(REQUESTS, TEAMS, plan=plan)
        str(plan.unassigned)
    assert caplog.records
    assert told(caplog.text) == []


BAD_REQUESTS = {
    "lat out of range": {"lat": [412.0, LAT, None]},
    "lat and lon swapped": {"lat": [100.5, LAT, None], "lon": [LAT, LON, None]},
    "lat without lon": {"lon": [LON, None, None]},
    "lat as text": {"lat": [f"{LAT}N", LAT, None]},
    "lat as list": {"lat": [[LAT], LAT, None]},
    "lat infinite": {"lat": [float("inf"), LAT, None]},
    "ids twice": {"id": ["r1", "r1", "r3"]},
    "ids of two kinds": {"id": ["r1", 2, "r3"]},
    "ids missing": {"id": ["r1", None, "r3"]},
    "need as list": {"need": [[MARK], MARK, None]},
    "need as mapping": {"need": [{MARK: MARK}, MARK, None]},
    "need as odd thing": {"need": [Odd(), MARK, None]},
    "need as bytes": {"need": [MARK.encode(), MARK, None]},
    "area as list": {"area": [[MARK], MARK, None]},
    "skills of numbers": {"skills": [[1, MARK], MARK, None]},
    "skills as odd thing": {"skills": [Odd(), MARK, None]},
    "units as text": {"units": [MARK, 1, 1]},
    "units as odd thing": {"units": [Odd(), 1, 1]},
    "hours as text": {"hours": [MARK, 1, 1]},
    "time as text": {"placed_at": [MARK, None, None]},
    "time without a zone": {"placed_at": ["2026-06-02T09:00", None, None]},
    "time as odd thing": {"latest": [Odd(), None, None]},
    "booked as list": {"booked_team": [[MARK], None, None]},
    "booked as odd thing": {"booked_team": [Odd(), None, None]},
    "priority as text": {"priority": [MARK, 1, 1]},
    "too short": {"need": [MARK]},
    "a lone text": {"need": MARK},
    "an odd column": {"need": Odd()},
}


UNFRAMED = ("too short", "a lone text", "an odd column")
"""What only a dict of columns can be."""


def rows_of(table):
    """Turn columns into records."""
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


@pytest.mark.parametrize(
    ("fault", "make"),
    [
        *((fault, dict) for fault in BAD_REQUESTS),
        *((fault, make) for fault in BAD_REQUESTS if fault not in UNFRAMED for make in (pd.DataFrame, rows_of)),
    ],
)
def test_no_refused_table_tells_on_a_resident(fault, make, caplog):
    """Errors are pasted into chats: ids and the numbers that break a rule, no legal place, no word."""
    table = make({**REQUESTS, **BAD_REQUESTS[fault]})
    with caplog.at_level(logging.DEBUG, logger="servicematch"), pytest.raises(ValueError, match="expected") as caught:
        sm.assign(table, TEAMS)
    report = sm.Requests.check(table)
    assert told("".join(traceback.format_exception(caught.value))) == []
    assert told(f"{report}{report!r}{report.to_dict()}{caplog.text}") == []


def raises_from_a_bad_call(tmp_path):
    """List calls that fail, each with marks within its reach."""
    plan = sm.assign(REQUESTS, TEAMS)
    plan.to_json(tmp_path / "plan.json")
    (tmp_path / "broken.json").write_text('{"need": "' + MARK)
    files = {
        "other bytes": b"id,need\nr1," + MARK.encode() + b"\xff\xff\xfe\x80\n",
        "too many cells": f"id,need\nr1,{MARK},{LAT}\n".encode(),
        "open quotes": f'id,need\nr1,"{MARK}\n'.encode(),
        "semicolons": f"id;need\nr1;{MARK}\n".encode(),
        "words after quotes": f'id,need\nr1,"a"{MARK}\n'.encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    other = {**REQUESTS, "need": [f"{MARK} 2", MARK, None]}

    class Term:
        name = "odd"

        def prepare(self, requests, teams):
            return self

        def values(self, rows, cols):
            return np.full(len(rows), LAT)

    policies = {
        "policy: no limit": lambda: sm.Policy(limits=[MARK[:2]]),
        "policy: term out of range": lambda: sm.assign(REQUESTS, TEAMS, policy=sm.Policy(terms=[Term()])),
        "policy: no such tier": lambda: sm.Policy(tiers=("odd",)),
        "policy: table as policy": lambda: sm.assign(REQUESTS, TEAMS, policy=REQUESTS),
    }
    return {
        **{f"file: {name}": lambda name=name: sm.assign(sm.read_csv(tmp_path / name), TEAMS) for name in files},
        **policies,
        "pin: unknown id": lambda: sm.assign(REQUESTS, TEAMS, pins=[("r1", "t9")]),
        "pin: twice": lambda: sm.assign(REQUESTS, TEAMS, pins=[("r1", "t1"), ("r1", "t1")]),
        "pin: too many": lambda: sm.assign(REQUESTS, TEAMS, pins=[("r1", "t1"), ("r1", "t2")]),
        "pin: table": lambda: sm.assign(REQUESTS, TEAMS, pins=REQUESTS),
        "pin: odd thing": lambda: sm.assign(REQUESTS, TEAMS, pins=[Odd()]),
        "id: unknown": lambda: plan.breakdown("r9", "t1"),
        "id: of another kind": lambda: plan.worklist(7),
        "plan: other tables": lambda: sm.Plan.from_json(tmp_path / "plan.json", requests=other, teams=TEAMS),
        "plan: broken file": lambda: sm.Plan.from_json(tmp_path / "broken.json", requests=REQUESTS, teams=TEAMS),
        "table: lazy": lambda: sm.assign(pl.LazyFrame(REQUESTS), TEAMS),
        "table: a text": lambda: sm.assign(MARK, TEAMS),
        "table: list of texts": lambda: sm.assign([MARK, MARK], TEAMS),
        "table: no id": lambda: sm.assign({"need": [MARK]}, TEAMS),
        "table: odd thing": lambda: sm.assign(Odd(), TEAMS),
        "table: skills without those of teams": lambda: sm.assign(REQUESTS, {"id": ["t"], "offers": [MARK]}),
        "places: odd": lambda: sm.Requests(REQUESTS, places={"x": (LAT, MARK)}),
        "places: out of range": lambda: sm.Requests(REQUESTS, places={"x": (412.0, LON)}),
        "zone: odd": lambda: sm.Requests(REQUESTS, tz="Nowhere"),
        "roads: matrix of another shape": lambda: sm.assign(
            REQUESTS, TEAMS, policy=sm.Policy(limits=[sm.limits.Distance(km=np.full((1, 1), LAT))])
        ),
        "recommend: unknown id": lambda: sm.recommend(REQUESTS, TEAMS, for_requests=["r9"]),
        "recommend: a lone text": lambda: sm.recommend(REQUESTS, TEAMS, for_requests=MARK),
    }


CALLS = (
    *(f"file: {name}" for name in ("other bytes", "too many cells", "open quotes", "semicolons", "words after quotes")),
    *(f"policy: {name}" for name in ("no limit", "term out of range", "no such tier", "table as policy")),
    *(f"pin: {name}" for name in ("unknown id", "twice", "too many", "table", "odd thing")),
    *(f"id: {name}" for name in ("unknown", "of another kind")),
    *(f"plan: {name}" for name in ("other tables", "broken file")),
    *("table: lazy", "table: a text", "table: list of texts", "table: no id", "table: odd thing"),
    *("table: skills without those of teams", "places: odd", "places: out of range", "zone: odd"),
    *("roads: matrix of another shape", "recommend: unknown id", "recommend: a lone text"),
)


@pytest.mark.parametrize("name", CALLS)
def test_no_failing_call_tells_on_a_resident(name, tmp_path, caplog):
    """The whole traceback, causes included, as a bug report would carry it."""
    calls = raises_from_a_bad_call(tmp_path)
    assert set(calls) == set(CALLS)
    with caplog.at_level(logging.DEBUG, logger="servicematch"), pytest.raises((ValueError, TypeError)) as caught:
        calls[name]()
    assert told("".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text) == []


def test_no_warning_tells_on_a_resident():
    """Doubtful but legal: a misspelt column, a default, a zero radius, an unknown skill, (0, 0)."""
    doubtful = {
        **REQUESTS,
        "lat": [LAT, 0.0, None],
        "lon": [LON, 0.0, None],
        "units": [1, None, 1],
        "skill": [MARK] * 3,
        "max_km": [0.0, 1.0, 1.0],
        "hours": [1.0, 1.0, 1.0],
        "skills": ["yoga", "chess", None],
    }
    with warnings.catch_warnings(record=True, action="always") as caught:
        sm.assign(doubtful, {**TEAMS, "capacity": [0, None]})
    given = [str(one.message) for one in caught if issubclass(one.category, TableWarning)]
    assert len(given) >= 5
    assert [text for text in given if told(text)] == []


# In a browser: what runs shows itself

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
in_browser = pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome on the path to load the pages with")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--virtual-time-budget=4000", "--dump-dom"),
)


def loaded(page, tmp_path):
    """Load a page in a headless browser; give it as it is after its scripts ran."""
    path = Path(tmp_path) / "page.html"
    path.write_text(page, encoding="utf-8", errors="replace")
    command = [BROWSER, *QUIET, f"--user-data-dir={tmp_path}/profile", path.as_uri()]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return done.stdout.decode("utf-8")


def ran(dom):
    """Tell whether a payload did its deed."""
    return "hidden" in Elements(dom).root


def bare(body):
    """Wrap a body as a notebook would: without any policy that would hold a script back."""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'


def in_template(body):
    """Wrap a body as map libraries do: inside a template literal of JavaScript."""
    return bare(f"<div id='x'></div><script>document.getElementById('x').innerHTML = `{body}`;</script>")


@in_browser
@pytest.mark.parametrize(
    "page",
    [
        *(bare(f"<p>{payload}</p>") for payload in PAYLOADS[:2]),
        bare(f"<img src=x title='{PAYLOADS[2]}'>"),
        in_template(PAYLOADS[3]),
        in_template(PAYLOADS[4]),
        bare(f"<script>const data = {json.dumps(PAYLOADS[5])};</script>"),
        bare(f"<p>{PAYLOADS[6]}</p>"),
    ],
    ids=["script", "img", "attribute", "template", "back-tick", "json", "svg"],
)
def test_an_unescaped_payload_does_run(page, tmp_path):
    """The trial can fail: the same texts, put into a page without care, do their deed."""
    assert ran(loaded(page, tmp_path))


@in_browser
@pytest.mark.parametrize("words", towns(PAYLOADS), ids=range(len(towns(PAYLOADS))))
@pytest.mark.parametrize("wrap", [bare, in_template])
def test_no_view_runs_in_a_browser(words, wrap, tmp_path):
    """All views of a hostile town in one page without any policy, then inside a template literal."""
    shown = fragments(planned(words))
    dom = loaded(wrap("".join(shown.values())), tmp_path)
    assert not ran(dom)
    assert sum(count for (tag, _), count in elements(dom).items() if tag == "h3") == len(shown)


@in_browser
@pytest.mark.parametrize("words", towns(PAYLOADS), ids=range(len(towns(PAYLOADS))))
def test_no_saved_page_runs_in_a_browser(words, tmp_path):
    """The page that goes to the office by mail: what is loaded is what was written."""
    planned(words).to_html(tmp_path / "plan.html", texts=True)
    page = (tmp_path / "plan.html").read_text(encoding="utf-8")
    dom = loaded(page, tmp_path)
    assert not ran(dom)
    assert not {tag for tag, _ in elements(dom)} & {"script", "img", "iframe", "object", "link", "a"}


@in_browser
@pytest.mark.parametrize("words", towns(PAYLOADS), ids=range(len(towns(PAYLOADS))))
def test_no_plot_runs_what_it_shows(words, tmp_path):
    """The page of a plot has scripts of its own, draws, and runs none of its data."""
    pytest.importorskip("vl_convert")
    shown = plots_of(planned(words))
    for name in ("loads", "waterfall"):
        plots.save(shown[name], tmp_path / "plot.html")
        dom = loaded((tmp_path / "plot.html").read_text(encoding="utf-8"), tmp_path)
        assert not ran(dom), name
        assert "<svg" in dom, name
