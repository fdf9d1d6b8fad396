"""Saved plans: what comes back is the plan, and what was changed since is refused."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import servicematch as sm
from servicematch.assign.answer import claim_of
from servicematch.base.errors import PlanFileError, ServiceMatchError

from .towns import FixedScores, permuted

REQUESTS = {
    "id": ["r3", "r1", "r2", "r4"],
    "need": ["想要一名健身操教练", "健身操", None, "下水道堵塞"],
    "units": [1, 2, 1, 1],
    "priority": [0, 5, 0, 0],
    "lat": [39.60, 39.61, 39.62, 39.60],
    "lon": [109.80, 109.81, 109.80, 109.80],
    "placed_at": ["2025-06-02T09:00:00+08:00", None, "2025-06-01T09:00:00+08:00", None],
}
TEAMS = {
    "id": ["t2", "t1"],
    "offers": ["健身操教练", "健身操、广场舞"],
    "lat": [39.60, 39.61],
    "lon": [109.80, 109.80],
    "radius_km": [20.0, 20.0],
    "capacity": [1, 2],
}
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table, "dict": dict}


@pytest.fixture
def saved(tmp_path):
    """Save a plan with a pin and a forbid; give the plan and the path."""
    plan = sm.assign(REQUESTS, TEAMS, pins=[("r3", "t1"), ("r2", "t2", None, "forbid")])
    plan.to_json(tmp_path / "plan.json")
    return plan, tmp_path / "plan.json"


def same(a, b):
    """Assert that two plans say the same in everything but the seconds."""
    for name in ("assignments", "unassigned", "loads"):
        np.testing.assert_equal(plain(getattr(a, name)), plain(getattr(b, name)))
    for name in ("objective", "bound", "gap", "status", "stopped_by", "summary"):
        np.testing.assert_equal(getattr(a, name), getattr(b, name))
    assert repr(a) == repr(b)
    np.testing.assert_equal(plain(a.reasons("zh")), plain(b.reasons("zh")))
    first, second = claim_of(a.answer), claim_of(b.answer)
    assert replace(first, scores=None, pinned=None, price_class=None, price_score=None) == replace(
        second, scores=None, pinned=None, price_class=None, price_score=None
    )
    for name in ("scores", "pinned", "price_class", "price_score"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def plain(frame):
    """Turn a dict of arrays into a dict of lists."""
    return {name: np.asarray(values).tolist() for name, values in frame.items()}


def test_plan_comes_back_as_it_was(saved):
    """Decisions, reasons, sentences and proof."""
    plan, path = saved
    again = sm.Plan.from_json(path, requests=REQUESTS, teams=TEAMS)
    same(plan, again)
    assert again.verify().proved
    np.testing.assert_equal(plain(plan.breakdown("r1", "t2")), plain(again.breakdown("r1", "t2")))


def test_plan_that_was_read_can_be_saved_and_read_again(saved, tmp_path):
    """A desk saves every evening."""
    plan, path = saved
    again = sm.Plan.from_json(path, requests=REQUESTS, teams=TEAMS)
    again.to_json(tmp_path / "again.json")
    same(plan, sm.Plan.from_json(tmp_path / "again.json", requests=REQUESTS, teams=TEAMS))


@pytest.mark.parametrize("kind", FRAMES)
def test_tables_may_come_back_in_another_kind_and_order(saved, kind):
    """The checksum is of what the tables say, not of how they were exported."""
    _, path = saved
    rng = np.random.default_rng(0)
    make = FRAMES[kind]
    again = sm.Plan.from_json(path, requests=make(permuted(REQUESTS, rng)), teams=make(permuted(TEAMS, rng)))
    assert isinstance(again.assignments, type(make({"id": [1]})))
    assert again.verify().proved


@pytest.mark.parametrize("tiers", [("priority", "score"), ("served", "score"), ("score",)], ids=str)
def test_every_order_of_tiers_and_every_kind_of_id_survives(tiers, tmp_path):
    """Ids are numbers, texts or UUIDs; JSON knows only the first two."""
    for ids in ([3, 1, 2], ["3", "001", "é🙂"], [uuid.UUID(int=k) for k in (7, 9, 8)]):
        requests, teams = {"id": ids, "priority": [1, 0, 0]}, {"id": ids[:2], "capacity": [1, 1]}
        policy = sm.Policy(terms=[sm.terms.TrackRecord()], tiers=tiers, reserve=0.0)
        plan = sm.assign(requests, teams, policy=policy, pins=[(ids[0], ids[0])])
        plan.to_json(tmp_path / "plan.json")
        again = sm.Plan.from_json(str(tmp_path / "plan.json"), requests=requests, teams=teams)
        same(plan, again)
        assert again.verify().proved


def test_options_of_limits_and_terms_survive(tmp_path):
    """A plan under other rules is another plan."""
    policy = sm.Policy(
        limits=[
            sm.limits.Distance(detour=1.3, missing="allow"),
            sm.limits.SameArea(level=1),
            sm.limits.Forbidden([("r1", "t1")]),
        ],
        terms=[sm.terms.Proximity(weight=0.6, half_km=3.0), sm.terms.Text(weight=0.4)],
        reserve=0.1,
        min_relevance=0.0,
    )
    plan = sm.assign(REQUESTS, TEAMS, policy=policy)
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=REQUESTS, teams=TEAMS)
    same(plan, again)
    assert again.verify().proved


def test_callers_own_code_is_not_in_the_file_and_is_asked_for(tmp_path):
    """Loading never runs what a file names."""
    policy = sm.Policy(terms=[FixedScores({(r, t): 0.5 for r in REQUESTS["id"] for t in TEAMS["id"]})])
    plan = sm.assign(REQUESTS, TEAMS, policy=policy)
    plan.to_json(tmp_path / "plan.json")
    with pytest.raises(ServiceMatchError, match=r"FixedScores|fixed"):
        sm.Plan.from_json(tmp_path / "plan.json", requests=REQUESTS, teams=TEAMS)
    same(plan, sm.Plan.from_json(tmp_path / "plan.json", requests=REQUESTS, teams=TEAMS, policy=policy))


def test_plan_without_a_proof_comes_back_without_one(tmp_path):
    """FEASIBLE stays FEASIBLE, with its bound."""
    requests, teams = sm.datasets.ordos(n_requests=100, n_teams=40, rng=2)
    plan = sm.assign(requests, teams, work_limit=5)
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=requests, teams=teams)
    assert (again.status, again.stopped_by) == ("FEASIBLE", "work")
    same(plan, again)
    assert again.verify().ok


def test_file_holds_no_text_and_no_place(saved):
    """It may be mailed."""
    _, path = saved
    text = path.read_text(encoding="utf-8")
    text += json.dumps(json.loads(text), ensure_ascii=False)
    for secret in ("健身", "下水道", "39.6", "109.8", "2025-06"):
        assert secret not in text


# --- refused -------------------------------------------------------------------------------------------------------


def rewritten(path, change):
    """Change the data of a file in place."""
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize("version", [0, 2, 999, -1, "1", None, 1.5])
def test_another_schema_version_is_refused(saved, version):
    """A newer library may mean something else by the same words."""
    _, path = saved
    rewritten(path, lambda data: data.update(schema=version))
    with pytest.raises(PlanFileError, match=r"schema|version"):
        sm.Plan.from_json(path, requests=REQUESTS, teams=TEAMS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "5",
        '"plan"',
        "{}",
        "\x00\x01",
        "id,need\n1,a",
        '{"schema": 1, "schema',
        '{"schema": 1}',
    ],
)
def test_what_is_no_plan_is_refused(tmp_path, text):
    """Somebody picked the wrong file."""
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanFileError):
        sm.Plan.from_json(path, requests=REQUESTS, teams=TEAMS)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    """A spreadsheet, say."""
    path = tmp_path / "plan.json"
    path.write_bytes(b"PK\x03\x04\xff\xfe\x80")
    with pytest.raises(PlanFileError):
        sm.Plan.from_json(path, requests=REQUESTS, teams=TEAMS)


CHANGED = {
    "requests, a word": ("requests", {"need": ["想要一名健身操教练!", "健身操", None, "下水道堵塞"]}),
    "requests, a unit": ("requests", {"units": [1, 2, 1, 2]}),
    "requests, a place": ("requests", {"lat": [39.60, 39.61, 39.62, 39.61]}),
    "requests, a column": ("requests", {"max_km": [5.0, None, None, None]}),
    "requests, an id": ("requests", {"id": ["r3", "r1", "r2", "r5"]}),
    "teams, a place": ("teams", {"capacity": [1, 3]}),
    "teams, a radius": ("teams", {"radius_km": [20.0, 19.0]}),
    "teams, an id": ("teams", {"id": ["t2", "t9"]}),
}


@pytest.mark.parametrize(("table", "change"), CHANGED.values(), ids=CHANGED)
def test_tables_changed_since_are_refused_by_name(saved, table, change):
    """Explaining yesterday's plan with today's tables would be wrong in every sentence."""
    _, path = saved
    tables = {"requests": REQUESTS, "teams": TEAMS}
    tables[table] = {**tables[table], **change}
    with pytest.raises(PlanFileError, match=table):
        sm.Plan.from_json(path, **tables)


def test_column_that_the_library_does_not_know_may_change(saved):
    """A phone number is no part of the plan."""
    _, path = saved
    again = sm.Plan.from_json(path, requests={**REQUESTS, "phone": ["1", "2", "3", "4"]}, teams=TEAMS)
    assert again.verify().proved


TAMPERED = {
    "a decision dropped": lambda data: [column.pop() for column in data["assignments"].values()],
    "a decision doubled": lambda data: [column.append(column[0]) for column in data["assignments"].values()],
    "another team": lambda data: data["assignments"].update(team_id=["t1", "t1", "t2"]),
    "an unknown team": lambda data: data["assignments"]["team_id"].__setitem__(0, "t9"),
    "the pin": lambda data: data["pins"].clear(),
    "a price": lambda data: data["prices"].update({"class": [2], "score": [5_000_000]}),
    "a negative price": lambda data: data["prices"]["class"].__setitem__(0, -1),
    "all prices": lambda data: [column.clear() for column in data["prices"].values()],
    "the bound": lambda data: data["solution"]["bound"].__setitem__(0, 7),
    "the objective": lambda data: data["solution"]["objective"].__setitem__(-1, 1),
    "the reserve": lambda data: data["policy"].update(reserve=0.9),
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_tampered_file_is_refused_or_refuted(saved, change):
    """At the door, or by the checker: it is never proved."""
    _, path = saved
    rewritten(path, change)
    try:
        plan = sm.Plan.from_json(path, requests=REQUESTS, teams=TEAMS)
    except PlanFileError:
        return
    report = plan.verify()
    assert not report.ok
    assert not report.proved


def test_other_tiers_in_a_file_are_refused(saved):
    """Else every number would stand under another name."""
    _, path = saved
    rewritten(path, lambda data: data["policy"].update(tiers=["served", "score"]))
    with pytest.raises(PlanFileError):
        sm.Plan.from_json(path, requests=REQUESTS, teams=TEAMS)


JUNK = [
    None,
    -1,
    10**30,
    1.5,
    float("nan"),
    float("inf"),
    "x",
    "",
    [],
    {},
    True,
    [None],
    ["x"],
    [[1]],
    {"kind": "os.system"},
]


def leaves(data, path=()):
    """List the paths to everything in the data of a file, but for the manifest, which is a note."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        if (*path, key) != ("manifest",):
            yield (*path, key)
            yield from leaves(value, (*path, key))


def test_any_junk_in_a_file_is_refused_or_refuted_or_harmless(saved):
    """Never another exception than the library's own, and never a proof for another plan than the one saved."""
    plan, path = saved
    original = path.read_text(encoding="utf-8")
    surprises = []
    for where in leaves(json.loads(original)):
        for junk in JUNK:
            path.write_text(json.dumps(replaced(json.loads(original), where, junk)), encoding="utf-8")
            try:
                read = sm.Plan.from_json(path, requests=REQUESTS, teams=TEAMS)
                proved = read.verify().proved
                assert repr(read)
                if proved and plain(read.assignments) != plain(plan.assignments):
                    surprises.append((where, junk, "proved"))
            except ServiceMatchError:
                pass
            except Exception as error:  # noqa: BLE001 - any other exception is what is looked for
                surprises.append((where, junk, type(error).__name__))
    assert surprises == []


def replaced(data, where, junk):
    """Put junk somewhere in the data of a file."""
    *parents, last = where
    target = data
    for key in parents:
        target = target[key]
    target[last] = junk
    return data


def test_lists_of_other_lengths_are_refused(saved):
    """One price must not be spread over many teams, nor the rest of a longer list be dropped."""
    _, path = saved
    plan = sm.assign(REQUESTS, TEAMS, policy=sm.Policy(tiers=("score",)))
    plan.to_json(path)
    original = path.read_text(encoding="utf-8")
    for group, column in [("prices", "class"), ("prices", "score"), ("prices", "team_id")]:
        for change in (lambda values: values[:1], lambda values: [*values, values[-1]]):
            data = json.loads(original)
            assert len(data[group][column]) == 2
            data[group][column] = change(data[group][column])
            path.write_text(json.dumps(data), encoding="utf-8")
            with pytest.raises(ServiceMatchError):
                sm.Plan.from_json(path, requests=REQUESTS, teams=TEAMS).verify()
