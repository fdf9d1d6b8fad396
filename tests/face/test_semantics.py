"""The sentences of docs/semantics.md, one by one, each with a town small enough to see."""

from __future__ import annotations

import contextlib
import dataclasses
import warnings
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

import servicematch as sm
from servicematch.base.errors import DefaultUsed, MisspeltColumn, PolicyError, TableError, UnusedColumn
from servicematch.check.codes import Code

from .towns import RADIUS_KM, FixedScores

NAN = float("nan")
HERE = {"lat": [39.6], "lon": [109.8]}
KM = float(np.degrees(1 / RADIUS_KM))
"""Degrees of latitude in a kilometre."""


def chosen(plan):
    """List the chosen pairs in their order."""
    return list(zip(plan.assignments["request_id"].tolist(), plan.assignments["team_id"].tolist(), strict=True))


def why(plan):
    """List the open units with their reasons, in their order."""
    return list(zip(*(plan.unassigned[c].tolist() for c in ("request_id", "units", "reason")), strict=True))


def scores(plan):
    """Map each chosen pair to its score."""
    return dict(zip(chosen(plan), plan.assignments["score"].tolist(), strict=True))


def parts(plan, request_id, team_id):
    """Give a breakdown as a mapping from term to (value, weight, contribution)."""
    rows = zip(
        *(plan.breakdown(request_id, team_id)[c].tolist() for c in ("value", "weight", "contribution")), strict=True
    )
    return dict(zip(plan.breakdown(request_id, team_id)["term"].tolist(), rows, strict=True))


def by_score(table, **options):
    """Score pairs as given, by {request: [score at t0, t1, ...]}, and nothing else."""
    pairs = {(r, f"t{j}"): s for r, line in table.items() for j, s in enumerate(line)}
    return sm.Policy(terms=[FixedScores(pairs)], **options)


# --- tables --------------------------------------------------------------------------------------------------------


def test_ids_are_sorted_by_code_point():
    """Not by the rules of a language, which differ from machine to machine."""
    assert sm.Requests({"id": ["b", "é", "a", "Z", "10", "9"]}).ids.tolist() == ["10", "9", "Z", "a", "b", "é"]
    assert sm.Teams({"id": [10, -1, 9]}).ids.tolist() == [-1, 9, 10]


BOTH_SIDES = {
    "skills": ("skills", {"skills": ["yoga"]}, {"skills": ["yoga"]}, "limits"),
    "categories": ("categories", {"category": ["sport"]}, {"categories": ["sport"]}, "limits"),
    "languages": ("languages", {"languages": ["mn"]}, {"languages": ["mn"]}, "limits"),
    "distance": ("distance", HERE, {**HERE, "radius_km": [1.0]}, "limits"),
    "text": ("text", {"need": ["跳舞"]}, {"offers": ["跳舞"]}, "terms"),
    "proximity": ("proximity", HERE, HERE, "terms"),
    "skill_fit": ("skill_fit", {"wanted_skills": ["yoga"]}, {"skills": ["yoga"]}, "terms"),
    "area_affinity": ("area_affinity", {"area": ["旗"]}, {"area": ["旗"]}, "terms"),
}


@pytest.mark.parametrize(("name", "request_side", "team_side", "kind"), BOTH_SIDES.values(), ids=BOTH_SIDES)
def test_column_absent_on_either_side_switches_its_limit_or_term_off_and_the_summary_says_so(
    name, request_side, team_side, kind
):
    """A limit that cannot be held against anything must not empty the plan, nor be forgotten in silence."""
    requests, teams = {"id": ["r"]}, {"id": ["t"]}
    cases = [(request_side, team_side, True), ({}, team_side, False), ({}, {}, False)]
    if name != "skills":
        cases.append((request_side, {}, False))
    for left, right, is_on in cases:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnusedColumn)
            plan = sm.assign({**requests, **left}, {**teams, **right})
        assert chosen(plan) == [("r", "t")]
        assert (name in plan.summary[f"{kind}_on"]) == is_on
        assert (name in plan.summary[f"{kind}_off"]) == (not is_on)
    assert "Off" in repr(plan)


def test_booked_is_off_without_its_column_and_track_record_without_its_columns():
    """These two look at one side only."""
    plan = sm.assign({"id": ["r"]}, {"id": ["t"]})
    assert "booked" in plan.summary["limits_off"]
    assert "track_record" in plan.summary["terms_off"]
    plan = sm.assign({"id": ["r"], "booked_team": ["t"]}, {"id": ["t"], "n_rated": [1], "mean_rating": [1.0]})
    assert "booked" in plan.summary["limits_on"]
    assert "track_record" in plan.summary["terms_on"]


def test_skills_asked_while_teams_have_no_skills_column_are_an_error():
    """The one absent column that would make promises."""
    with pytest.raises(TableError, match=r"requests\.skills"):
        sm.assign({"id": ["r"], "skills": ["yoga"]}, {"id": ["t"]})


NULLS = {
    "skills": ({"skills": [None]}, {"skills": ["yoga"]}),
    "skills, empty": ({"skills": [""]}, {"skills": ["yoga"]}),
    "category": ({"category": [None]}, {"categories": ["sport"]}),
    "languages": ({"languages": [None]}, {"languages": ["mn"]}),
    "languages, empty": ({"languages": [[]]}, {"languages": ["mn"]}),
    "booked_team": ({"booked_team": [None]}, {}),
    "max_km": ({"max_km": [None], "lat": [0.1], "lon": [0.1]}, {"lat": [50.0], "lon": [100.0]}),
    "area": ({"area": [None]}, {"area": ["旗"]}),
}


@pytest.mark.parametrize(("request_side", "team_side"), NULLS.values(), ids=NULLS)
def test_null_in_a_request_asks_nothing_and_passes_the_limit(request_side, team_side):
    """Who does not say, does not mind."""
    policy = sm.Policy(limits=(*sm.Policy().limits, sm.limits.SameArea(level=1)))
    plan = sm.assign({"id": ["r"], **request_side}, {"id": ["t"], **team_side}, policy=policy)
    assert chosen(plan) == [("r", "t")]


LACKING = {
    "skills": ({"skills": ["yoga"] * 2}, {"skills": [None, "yoga|dance"]}),
    "category": ({"category": ["sport"] * 2}, {"categories": [None, "art|sport"]}),
    "languages": ({"languages": ["mn"] * 2}, {"languages": [None, "mn"]}),
    "area": ({"area": ["旗"] * 2}, {"area": [None, "旗/镇"]}),
}


@pytest.mark.parametrize(("request_side", "team_side"), LACKING.values(), ids=LACKING)
def test_null_in_a_team_has_none_and_fails_what_is_asked(request_side, team_side):
    """A team that does not say it can, cannot."""
    policy = sm.Policy(limits=(*sm.Policy().limits, sm.limits.SameArea(level=1)))
    plan = sm.assign({"id": ["a", "b"], **request_side}, {"id": ["none", "has"], **team_side}, policy=policy)
    assert {t for _, t in chosen(plan)} == {"has"}
    assert len(chosen(plan)) == 1


@pytest.mark.parametrize(
    ("radius_km", "max_km", "served"),
    [
        (None, None, True),
        (None, 9.0, False),
        (9.0, None, False),
        (11.0, 9.0, False),
        (9.0, 11.0, False),
        (11.0, 11.0, True),
    ],
)
def test_smaller_radius_of_the_two_counts_and_a_null_is_no_limit(radius_km, max_km, served):
    """Ten kilometres apart."""
    requests = {"id": ["r"], "lat": [39.6 + 10 * KM], "lon": [109.8], "max_km": [max_km]}
    plan = sm.assign(requests, {"id": ["t"], **HERE, "radius_km": [radius_km]})
    assert len(chosen(plan)) == served
    assert plan.verify().proved


MISSING = {
    "request's place": ([None], [39.6], 5.0, None),
    "team's place": ([39.6], [None], 5.0, None),
    "both places": ([None], [None], None, 5.0),
}


@pytest.mark.parametrize(("lat", "team_lat", "radius_km", "max_km"), MISSING.values(), ids=MISSING)
def test_missing_coordinates_while_a_radius_applies_are_not_eligible_unless_missing_is_allowed(
    lat, team_lat, radius_km, max_km
):
    """Reason NO_LOCATION; `Distance(missing="allow")` widens; without a radius nothing is asked."""
    requests = {"id": ["r"], "lat": lat, "lon": [109.8 if lat[0] else None], "max_km": [max_km]}
    teams = {"id": ["t"], "lat": team_lat, "lon": [109.8 if team_lat[0] else None], "radius_km": [radius_km]}
    plan = sm.assign(requests, teams)
    assert why(plan) == [("r", 1, "NO_LOCATION")]
    wide = sm.assign(requests, teams, policy=sm.Policy(limits=[sm.limits.Distance(missing="allow")]))
    assert chosen(wide) == [("r", "t")]
    assert np.isnan(wide.assignments["distance_km"][0])
    free = sm.assign({**requests, "max_km": [None]}, {**teams, "radius_km": [None]})
    assert chosen(free) == [("r", "t")]
    assert plan.verify().proved
    assert wide.verify().proved
    assert free.verify().proved


def test_request_without_coordinates_uses_the_known_place_of_its_area():
    """The station's place is better than none; one that is not known helps nobody."""
    table = {"id": ["a", "b"], "area": ["旗/镇", "旗/村"], "lat": [None, None], "lon": [None, None]}
    requests = sm.Requests(table, places={"旗/镇": (39.6, 109.8)})
    teams = {"id": ["t"], "lat": [39.6 + 3 * KM], "lon": [109.8], "radius_km": [5.0], "capacity": [2]}
    plan = sm.assign(requests, teams)
    assert chosen(plan) == [("a", "t")]
    assert plan.assignments["distance_km"][0] == pytest.approx(3.0)
    assert why(plan) == [("b", 1, "NO_LOCATION")]
    assert plan.verify().proved


def test_breakdown_says_that_the_place_is_that_of_the_area():
    """A distance from the station is not one from the door."""
    table = {"id": ["a"], "area": ["旗/镇"]}
    teams = {"id": ["t"], **HERE}
    by_area = sm.assign(sm.Requests(table, places={"旗/镇": (39.6, 109.8)}), teams).breakdown("a", "t")
    by_door = sm.assign(sm.Requests({**table, **HERE}), teams).breakdown("a", "t")
    assert {k: v.tolist() for k, v in by_area.items()} != {k: v.tolist() for k, v in by_door.items()}


@pytest.mark.parametrize(
    ("table", "column", "default"), [("requests", "units", 1), ("requests", "priority", 0), ("teams", "capacity", 1)]
)
def test_null_capacity_units_and_priority_are_the_default_and_counted_in_a_warning(table, column, default):
    """Two of three."""
    tables = {"requests": {"id": [1, 2, 3]}, "teams": {"id": [1, 2, 3]}}
    tables[table][column] = [2, None, None]
    with pytest.warns(DefaultUsed, match=rf"{table}\.{column}: 2 of 3 .*{default}"):
        plan = sm.assign(tables["requests"], tables["teams"])
    tables[table][column] = [2, default, default]
    assert chosen(plan) == chosen(sm.assign(tables["requests"], tables["teams"]))


UNUSED = [
    ("requests", "hours", 1.0),
    ("requests", "earliest", "2025-06-02T09:00+08:00"),
    ("requests", "latest", "2025-06-02T09:00+08:00"),
    ("teams", "hours", 1.0),
]


@pytest.mark.parametrize(("table", "column", "value"), UNUSED)
def test_known_column_without_effect_is_a_warning(table, column, value):
    """Hours without loads, earliest without slots."""
    tables = {"requests": {"id": [1]}, "teams": {"id": [1]}}
    tables[table][column] = [value]
    with pytest.warns(UnusedColumn, match=rf"{table}\.{column}"):
        sm.assign(tables["requests"], tables["teams"])


def test_known_column_without_effect_is_a_line_in_the_summary():
    """A warning scrolls away, the summary is read."""
    with pytest.warns(UnusedColumn):
        plan = sm.assign({"id": [1], "hours": [1.0]}, {"id": [1]})
    assert "hours" in repr(plan)
    assert "hours" in str(plan.summary)


def test_misspelt_column_is_a_warning_with_did_you_mean_and_is_kept():
    """Other columns are kept in silence and come back in worklists."""
    with pytest.warns(MisspeltColumn, match="did you mean 'skills'"):
        plan = sm.assign({"id": [1], "skils": ["yoga"], "phone": ["0477-1"]}, {"id": [1]})
    assert plan.worklist(1)["phone"].tolist() == ["0477-1"]
    assert plan.worklist(1)["skils"].tolist() == ["yoga"]


def test_times_are_stored_as_utc_seconds_and_shown_in_the_callers_zone():
    """Nine o'clock in Ordos is one o'clock UTC, and nine again in the worklist."""
    nine = datetime(2025, 6, 2, 1, tzinfo=UTC).timestamp()
    aware = sm.Requests({"id": [1], "placed_at": ["2025-06-02T09:00:00+08:00"]})
    naive = sm.Requests({"id": [1], "placed_at": ["2025-06-02T09:00:00"]}, tz="Asia/Shanghai")
    assert aware.placed_at.tolist() == naive.placed_at.tolist() == [nine]
    shown = sm.assign(naive, {"id": [1]}).worklist(1)["placed_at"][0]
    assert shown == datetime(2025, 6, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert shown.utcoffset().total_seconds() == 8 * 3600


def test_rows_come_in_the_callers_order_of_requests():
    """Whatever the order inside."""
    ids = ["r2", "r9", "r1", "r5"]
    plan = sm.assign({"id": ids, "units": [2, 1, 2, 1]}, {"id": ["tb", "ta"], "capacity": [2, 2]}, pins=[("r1", "ta")])
    for frame in (plan.assignments, plan.unassigned, plan.reasons("zh")):
        rows = [ids.index(r) for r in frame["request_id"]]
        assert rows == sorted(rows)
    assert plan.loads["team_id"].tolist() == ["tb", "ta"]
    assert list(plan.assignments) == ["request_id", "team_id", "slot_id", "score", "distance_km"]
    assert list(plan.unassigned) == ["request_id", "units", "reason", "text"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_files_are_read_in_the_encodings_that_offices_write(encoding, tmp_path):
    """Types of the known columns are found, ids keep their zeros."""
    path = tmp_path / "requests.csv"
    path.write_text("id,need,units,lat,lon,skills\n001,想学跳舞,2,39.6,109.8,yoga|dance\n1,,,,,\n", encoding=encoding)
    with pytest.warns(DefaultUsed):
        plan = sm.assign(sm.read_csv(path), {"id": ["t", "u"], "skills": ["dance|yoga"] * 2, "capacity": [2, 2]})
    assert [r for r, _ in chosen(plan)] == ["001", "001", "1"]


# --- limits and terms ----------------------------------------------------------------------------------------------


def test_order_of_limits_in_the_policy_is_the_order_of_the_waterfall():
    """Of two limits that each leave nobody, the reason names the one that stands first."""
    requests = {"id": ["r"], "skills": ["yoga"], "category": ["sport"]}
    teams = {"id": ["t"], "skills": ["piano"], "categories": ["art"]}
    for limits, named in [
        ([sm.limits.Skills(), sm.limits.Categories()], "skills"),
        ([sm.limits.Categories(), sm.limits.Skills()], "category"),
    ]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            plan = sm.assign(requests, teams, policy=sm.Policy(limits=limits))
        assert why(plan) == [("r", 1, "NO_ELIGIBLE_TEAM")]
        assert named in plan.unassigned["text"][0]
        assert plan.summary["limits_on"] == tuple(limit.name for limit in limits)


def test_defaults_of_the_policy_are_those_of_the_page():
    """Names, order, weights and thresholds."""
    policy = sm.Policy()
    assert [limit.name for limit in policy.limits] == ["skills", "categories", "languages", "distance", "booked"]
    weights = {term.name: term.weight for term in policy.terms}
    assert weights == {"text": 0.45, "proximity": 0.25, "skill_fit": 0.1, "area_affinity": 0.1, "track_record": 0.1}
    assert list(weights) == ["text", "proximity", "skill_fit", "area_affinity", "track_record"]
    assert sm.terms.Proximity().half_km == 10
    assert (sm.terms.TrackRecord().prior, sm.terms.TrackRecord().prior_weight) == (0.8, 5)
    assert (policy.tiers, policy.reserve, policy.min_relevance) == (("priority", "score"), None, 0.26)


def test_limits_and_terms_replace_and_never_merge():
    """What is not named is not held."""
    requests, teams = {"id": ["r"], "category": ["sport"], **HERE}, {"id": ["t"], "categories": ["art"], **HERE}
    assert chosen(sm.assign(requests, teams)) == []
    plan = sm.assign(requests, teams, policy=sm.Policy(limits=[sm.limits.Skills()]))
    assert chosen(plan) == [("r", "t")]
    assert plan.summary["limits_on"] == ()
    plan = sm.assign(requests, teams, policy=sm.Policy(limits=[], terms=[]))
    assert scores(plan) == {("r", "t"): 0.0}


def test_policy_limits_and_terms_are_frozen():
    """One policy serves many calls."""
    for thing, name in [(sm.Policy(), "reserve"), (sm.limits.Distance(), "km"), (sm.terms.Proximity(), "weight")]:
        with pytest.raises((AttributeError, dataclasses.FrozenInstanceError)):
            setattr(thing, name, 1)


def test_score_of_a_pair_does_not_depend_on_who_else_asks():
    """Weights of n-grams and the prior rating come from the teams and the policy, never from the batch."""
    requests, teams = sm.datasets.ordos(n_requests=80, n_teams=40, rng=3)
    table = requests.to("pandas")
    whole = sm.score(requests, teams)
    alone = sm.score(table.iloc[3:60:4], teams)
    both = {(r, t): s for r, t, s in zip(*(whole[c] for c in ("request_id", "team_id", "score")), strict=True)}
    assert len(alone) > 10
    for r, t, s in alone[["request_id", "team_id", "score"]].itertuples(index=False):
        assert both[r, t] == s


def test_term_missing_on_the_requests_side_is_left_out_and_the_rest_reweighted():
    """For all its teams: no request is punished for what it does not say."""
    requests = {"id": ["a", "b"], "wanted_skills": [None, "yoga"], "lat": [39.6, None], "lon": [109.8, None]}
    teams = {"id": ["t", "u"], "skills": ["yoga", "piano"], **{k: v * 2 for k, v in HERE.items()}, "capacity": [2, 2]}
    plan = sm.assign(requests, teams, policy=sm.Policy(terms=[sm.terms.Proximity(0.3), sm.terms.SkillFit(0.1)]))
    assert parts(plan, "a", "u") == {
        "proximity": pytest.approx((1.0, 1.0, 1.0)),
        "skill_fit": pytest.approx((NAN, 0.0, 0.0), nan_ok=True),
    }
    assert parts(plan, "b", "t") == {
        "proximity": pytest.approx((NAN, 0.0, 0.0), nan_ok=True),
        "skill_fit": pytest.approx((1.0, 1.0, 1.0)),
    }
    assert parts(plan, "b", "u")["skill_fit"] == (0.0, 1.0, 0.0)
    assert plan.verify().proved


def test_missing_on_the_teams_side_is_the_neutral_value_of_the_term():
    """Text, proximity, skill fit and area 0, track record its prior."""
    requests = {"id": ["r"], "need": ["跳舞"], "category": ["x"], "wanted_skills": ["yoga"], "area": ["旗"], **HERE}
    teams = {
        "id": ["blank", "known"],
        "offers": [None, "跳舞"],
        "categories": ["x", "x"],
        "skills": [None, "yoga"],
        "area": [None, "旗"],
        "lat": [None, 39.6],
        "lon": [None, 109.8],
        "n_rated": [None, 15],
        "mean_rating": [None, 1.0],
    }
    plan = sm.assign(requests, teams)
    assert {name: part[0] for name, part in parts(plan, "r", "blank").items()} == {
        "text": 0.0,
        "proximity": 0.0,
        "skill_fit": 0.0,
        "area_affinity": 0.0,
        "track_record": pytest.approx(0.8),
    }
    assert {name: part[0] for name, part in parts(plan, "r", "known").items()} == {
        "text": pytest.approx(1.0),
        "proximity": pytest.approx(1.0),
        "skill_fit": 1.0,
        "area_affinity": 1.0,
        "track_record": pytest.approx(0.95),
    }
    assert [part[1] for part in parts(plan, "r", "known").values()] == pytest.approx([0.45, 0.25, 0.1, 0.1, 0.1])


def test_request_with_no_term_left_scores_nothing_and_is_served():
    """Who says nothing still asked."""
    policy = sm.Policy(terms=[sm.terms.Text()])
    requests = {"id": ["a", "b"], "need": [None, "跳舞"], "category": ["x", "x"]}
    teams = {"id": ["t"], "offers": ["跳舞"], "categories": ["x"], "capacity": [2]}
    plan = sm.assign(requests, teams, policy=policy)
    assert scores(plan) == {("a", "t"): 0.0, ("b", "t"): pytest.approx(1.0)}
    assert plan.verify().proved


def test_request_with_no_term_left_is_said_once():
    """A score of 0 that means "nothing to go by" must not look like one that means "bad"."""
    policy = sm.Policy(terms=[sm.terms.Text()])
    teams = {"id": ["t"], "offers": ["跳舞"], "categories": ["x"], "capacity": [2]}
    told = {}
    for need in (None, "唱歌"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            plan = sm.assign({"id": ["a"], "need": [need], "category": ["x"]}, teams, policy=policy)
        assert scores(plan) == {("a", "t"): 0.0}
        told[need] = [str(w.message) for w in caught] + [repr(plan), str(plan.summary)]
    assert told[None] != told["唱歌"]


@pytest.mark.parametrize("value", [1.0000001, -0.0000001, float("inf"), -float("inf")])
def test_custom_term_outside_0_and_1_raises_with_its_name(value):
    """A mistake in somebody's ten lines, found at once."""
    with pytest.raises(PolicyError, match="fixed"):
        sm.assign({"id": ["r"]}, {"id": ["t0"]}, policy=by_score({"r": [value]}))


def test_custom_terms_nan_is_missing():
    """At the one team it is unknown, and the other terms speak."""
    policy = sm.Policy(
        terms=[FixedScores({("r", "t0"): NAN, ("r", "t1"): 0.4}, weight=3.0), sm.terms.TrackRecord(weight=1.0)]
    )
    teams = {"id": ["t0", "t1"], "n_rated": [5, 5], "mean_rating": [1.0, 1.0]}
    plan = sm.assign({"id": ["r"], "units": [2]}, teams, policy=policy)
    assert scores(plan) == {("r", "t0"): pytest.approx(0.9), ("r", "t1"): pytest.approx((3 * 0.4 + 0.9) / 4)}
    assert plan.verify().proved


def test_breakdown_sums_to_the_score_to_the_ninth_decimal():
    """For chosen pairs and for any other; weights of what counts add up to one."""
    requests, teams = sm.datasets.ordos(n_requests=60, n_teams=30, rng=4)
    plan = sm.assign(requests, teams)
    shown = sm.score(requests, teams)
    known = dict(
        zip(
            zip(shown["request_id"].tolist(), shown["team_id"].tolist(), strict=True),
            shown["score"].tolist(),
            strict=True,
        )
    )
    assert set(scores(plan).items()) <= set(known.items())
    for (r, t), score in known.items():
        rows = parts(plan, r, t).values()
        assert sum(part[2] for part in rows) == pytest.approx(score, abs=1e-9)
        assert sum(part[1] for part in rows) == pytest.approx(1.0)
        assert all(np.isnan(v) or v * w == pytest.approx(c, abs=1e-12) for v, w, c in rows)


def test_formulas_of_the_terms_are_those_of_the_page():
    """Half at 10 km; levels in common; the prior worth five ratings."""
    requests = {"id": ["r"], "area": ["旗/镇/村"], "wanted_skills": ["yoga|dance|piano"], **HERE}
    teams = {
        "id": ["t"], "lat": [39.6 + 10 * KM], "lon": [109.8], "area": ["旗/镇/另一个村"], "skills": ["piano|dance|tea"],
        "n_rated": [3], "mean_rating": [4.5],
    }  # fmt: skip
    values = {name: part[0] for name, part in parts(sm.assign(requests, teams), "r", "t").items()}
    assert values == {
        "proximity": pytest.approx(0.5),
        "area_affinity": pytest.approx(2 / 3),
        "skill_fit": pytest.approx(2 / 3),
        "track_record": pytest.approx((0.8 * 5 + 0.9 * 3) / 8),
    }


WALL = {
    "neither": ({}, False),
    "category": ({"category": ["sport"]}, True),
    "skills": ({"skills": ["yoga"]}, True),
    "null category": ({"category": [None], "skills": [None]}, False),
}


@pytest.mark.parametrize(("columns", "served"), WALL.values(), ids=WALL)
def test_wish_without_category_or_skills_goes_only_where_its_words_mean_something(columns, served):
    """The wish wall: served-first must never send an aerobics coach to a blocked drain with a proof."""
    requests = {"id": ["r"], "need": ["下水道堵塞"], **columns}
    teams = {"id": ["t"], "offers": ["健身操教练"], "categories": ["sport"], "skills": ["yoga"]}
    plan = sm.assign(requests, teams)
    assert len(chosen(plan)) == served
    assert why(plan) == ([] if served else [("r", 1, "NO_RELEVANT_TEAM")])
    assert plan.verify().proved


def test_relevance_that_reaches_the_threshold_is_enough():
    """The threshold itself passes; a hair above it does not."""
    requests, teams = {"id": ["r"], "need": ["跳舞健身"]}, {"id": ["t"], "offers": ["唱歌跳舞"]}
    value = parts(sm.assign(requests, teams), "r", "t")["text"][0]
    assert 0.05 < value < 1
    for least, served in [(value - 1e-6, True), (value + 1e-6, False)]:
        plan = sm.assign(requests, teams, policy=sm.Policy(min_relevance=least))
        assert len(chosen(plan)) == served
        assert plan.verify().proved


def test_reserve_is_a_mask_under_every_order_of_tiers_and_equal_stays():
    """Below it a request is better left open, even where served comes first."""
    for tiers in [("priority", "score"), ("served", "score"), ("score",)]:
        policy = by_score({"a": [0.3], "b": [0.299999], "c": [0.2999996]}, reserve=0.3, tiers=tiers)
        plan = sm.assign({"id": ["a", "b", "c"]}, {"id": ["t0"], "capacity": [3]}, policy=policy)
        assert chosen(plan) == [("a", "t0"), ("c", "t0")]
        assert why(plan) == [("b", 1, "BELOW_RESERVE")]
        assert plan.verify().proved


def test_only_a_pin_overrides_the_reserve_and_it_is_reported():
    """The dispatcher knows better, and says so."""
    policy = by_score({"a": [0.1]}, reserve=0.3)
    plan = sm.assign({"id": ["a"]}, {"id": ["t0"]}, policy=policy, pins=[("a", "t0")])
    assert chosen(plan) == [("a", "t0")]
    report = plan.verify()
    assert [(v.code, v.request_id, v.team_id) for v in report.notices] == [(Code.PIN_BREAKS_LIMIT, "a", "t0")]
    assert report.proved


def test_skip_value_is_the_price_of_leaving_open():
    """A pair at it is worth nothing more than leaving the request open; below it is left alone."""
    policy = by_score({"a": [0.5], "b": [0.29]}, tiers=("score",), skip_value=0.3)
    plan = sm.assign({"id": ["a", "b"]}, {"id": ["t0"], "capacity": [2]}, policy=policy)
    assert chosen(plan) == [("a", "t0")]
    assert why(plan) == [("b", 1, "NOT_WORTH_IT")]
    assert dict(plan.objective) == {"score": pytest.approx(0.2)}
    assert plan.verify().proved


def test_booked_team_is_a_limit():
    """Only that team, even where another scores higher; one that is full or unknown leaves it open."""
    policy = by_score({"a": [0.1, 0.9], "b": [0.1, 0.9], "c": [0.5, 0.5]}, limits=[sm.limits.Booked()])
    requests = {"id": ["a", "b", "c"], "booked_team": ["t0", None, "t9"]}
    plan = sm.assign(requests, {"id": ["t0", "t1"], "capacity": [2, 2]}, policy=policy)
    assert chosen(plan) == [("a", "t0"), ("b", "t1")]
    assert why(plan) == [("c", 1, "BOOKED_TEAM_CANNOT")]
    assert plan.verify().proved


def test_booked_team_that_cannot_is_told_with_the_limit_that_fails():
    """The resident hears why, and no other team is sent behind their back."""
    requests = {"id": ["a"], "booked_team": ["t"], "languages": ["mn"]}
    plan = sm.assign(requests, {"id": ["t", "u"], "languages": ["zh", "mn"]})
    assert why(plan) == [("a", 1, "BOOKED_TEAM_CANNOT")]
    assert "language" in plan.unassigned["text"][0]


def test_booking_stands_above_the_wish_wall():
    """Who booked a team meant it, whatever their words."""
    plan = sm.assign({"id": ["a"], "need": ["下水道堵塞"], "booked_team": ["t"]}, {"id": ["t"], "offers": ["健身操"]})
    assert chosen(plan) == [("a", "t")]
    assert plan.verify().proved


# --- pins ----------------------------------------------------------------------------------------------------------


def test_pin_enters_even_when_it_is_not_eligible_and_is_reported():
    """A dispatcher's word is kept, and its price is said."""
    requests = {"id": ["a", "b"], "skills": ["yoga", None], **{k: v * 2 for k, v in HERE.items()}}
    teams = {"id": ["t"], "skills": ["tea"], "lat": [39.6 + 10 * KM], "lon": [109.8], "radius_km": [5.0]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plan = sm.assign(requests, teams, pins=[("a", "t")])
    assert chosen(plan) == [("a", "t")]
    report = plan.verify()
    assert {(v.code, v.request_id, v.team_id, v.rule) for v in report.notices} == {
        (Code.PIN_BREAKS_LIMIT, "a", "t", "skills"),
        (Code.PIN_BREAKS_LIMIT, "a", "t", "distance"),
    }
    assert report.ok
    assert report.proved
    assert dict(plan.objective) == {"priority=0": 0, "score": 0.0}


def test_pins_take_their_places_first_and_what_remains_is_never_less_than_none():
    """Two pins at a team of one place leave nothing there, and nothing is taken elsewhere."""
    policy = by_score({"a": [0.1, 0.1], "b": [0.1, 0.1], "c": [0.9, 0.2]}, tiers=("served", "score"))
    pins = [("a", "t0"), ("b", "t0")]
    plan = sm.assign({"id": ["a", "b", "c"]}, {"id": ["t0", "t1"]}, policy=policy, pins=pins)
    assert chosen(plan) == [("a", "t0"), ("b", "t0"), ("c", "t1")]
    report = plan.verify()
    assert [(v.code, v.team_id, v.measured, v.limit) for v in report.notices] == [(Code.PIN_OVER_CAPACITY, "t0", 2, 1)]
    assert report.proved
    assert dict(plan.objective) == {"served": 1, "score": pytest.approx(0.2)}
    assert plan.summary["n_pinned"] == 2
    assert plan.summary["units_served"] == 3


def test_pin_takes_its_unit_first():
    """A request of two units with one pin looks for one more, at another team."""
    policy = by_score({"a": [0.9, 0.1, 0.5]})
    plan = sm.assign(
        {"id": ["a"], "units": [2]}, {"id": ["t0", "t1", "t2"], "capacity": [9] * 3}, policy=policy, pins=[("a", "t1")]
    )
    assert chosen(plan) == [("a", "t0"), ("a", "t1")]
    assert plan.verify().proved


def test_forbid_keeps_a_pair_out():
    """The other team is taken, or nobody."""
    policy = by_score({"a": [0.9, 0.1], "b": [0.5, 0.0]})
    pins = [("a", "t0", None, "forbid"), ("b", "t0", None, "forbid"), ("b", "t1", None, "forbid")]
    plan = sm.assign({"id": ["a", "b"]}, {"id": ["t0", "t1"], "capacity": [2, 2]}, policy=policy, pins=pins)
    assert chosen(plan) == [("a", "t1")]
    assert why(plan) == [("b", 1, "PIN_FORBIDS")]
    assert plan.verify().proved


# --- roads ---------------------------------------------------------------------------------------------------------

ROADS = {
    "matrix": np.array([[3.0, 30.0], [4.0, NAN]]),
    "table": {"request_id": ["b", "b", "a"], "team_id": ["u", "t", "u"], "km": [3.0, 30.0, 4.0]},
    "frame": pd.DataFrame({"request_id": ["b", "b", "a"], "team_id": ["u", "t", "u"], "km": [3.0, 30.0, 4.0]}),
}


@pytest.mark.parametrize("km", ROADS.values(), ids=ROADS)
def test_road_distances_take_a_matrix_or_a_table_of_ids(km):
    """A matrix is in the caller's order of rows; a pair without a way is not eligible."""
    requests, teams = {"id": ["b", "a"], "max_km": [5.0, 5.0]}, {"id": ["u", "t"], "capacity": [2, 2]}
    plan = sm.assign(requests, teams, policy=sm.Policy(limits=[sm.limits.Distance(km=km)]))
    assert chosen(plan) == [("b", "u"), ("a", "u")]
    assert plan.verify().proved


def test_road_distances_take_a_callable_and_straight_lines_a_detour_factor():
    """Degrees in, kilometres out, pair by pair."""

    def manhattan(lat1, lon1, lat2, lon2):
        return (np.abs(lat1 - lat2) + np.abs(lon1 - lon2)) * 100

    requests, teams = {"id": ["a"], "lat": [39.6], "lon": [109.8]}, {"id": ["t"], "lat": [39.63], "lon": [109.83]}
    straight = sm.assign(requests, teams).assignments["distance_km"][0]
    for limit, bound in [(sm.limits.Distance(km=manhattan), 6.0), (sm.limits.Distance(detour=2.0), 2 * straight)]:
        for radius, served in [(bound + 1e-4, True), (bound - 1e-4, False)]:
            plan = sm.assign(requests, {**teams, "radius_km": [radius]}, policy=sm.Policy(limits=[limit]))
            assert len(chosen(plan)) == served
            assert plan.verify().proved


# --- objective -----------------------------------------------------------------------------------------------------


def test_priority_is_a_tier_above_the_score_and_class_0_is_counted_too():
    """One place: the higher class has it, whatever the scores; three low ones never outweigh it."""
    policy = by_score({"lo": [1.0, 1.0], "hi": [0.0, 0.0], "mid": [0.9, 0.9]})
    requests = {"id": ["lo", "hi", "mid"], "priority": [0, 7, 2]}
    plan = sm.assign(requests, {"id": ["t0"]}, policy=policy)
    assert chosen(plan) == [("hi", "t0")]
    assert list(plan.objective.items()) == [("priority=7", 1), ("priority=2", 0), ("priority=0", 0), ("score", 0.0)]
    plan = sm.assign(requests, {"id": ["t0", "t1"]}, policy=policy)
    assert {r for r, _ in chosen(plan)} == {"hi", "mid"}


def test_more_units_served_come_before_a_higher_score():
    """Two at 0.1 rather than one at 1.0."""
    allowed = sm.limits.Allowed({"a": ["t0", "t1"], "b": ["t0"]})
    policy = by_score({"a": [1.0, 0.1], "b": [0.1, 0.0]}, limits=[allowed])
    plan = sm.assign({"id": ["a", "b"]}, {"id": ["t0", "t1"]}, policy=policy)
    assert chosen(plan) == [("a", "t1"), ("b", "t0")]
    alone = sm.assign(
        {"id": ["a", "b"]},
        {"id": ["t0", "t1"]},
        policy=by_score({"a": [1.0, 0.1], "b": [0.1, 0.0]}, limits=[allowed], tiers=("score",)),
    )
    assert chosen(alone) == [("a", "t0")]


def test_served_stands_alone_where_priorities_are_not_to_count():
    """With ("served", "score") the column of priorities has no say."""
    policy = by_score({"lo": [1.0], "hi": [0.0]}, tiers=("served", "score"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnusedColumn)
        plan = sm.assign({"id": ["lo", "hi"], "priority": [0, 7]}, {"id": ["t0"]}, policy=policy)
    assert chosen(plan) == [("lo", "t0")]
    assert list(plan.objective) == ["served", "score"]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_earlier_placed_at_decides_a_tie(order):
    """First come, first served, below everything else; a request without a time comes last."""
    times = ["2025-06-02T09:00+08:00", "2025-06-01T09:00+08:00", None]
    ids = np.array(["a", "b", "c"])[order].tolist()
    requests = {"id": ids, "placed_at": [times[i] for i in order]}
    for n, first in [(1, {"b"}), (2, {"a", "b"})]:
        plan = sm.assign(requests, {"id": ["t"], "capacity": [n]})
        assert {r for r, _ in chosen(plan)} == first
        assert {reason for _, _, reason in why(plan)} == {"LOST_TIE"}


def test_earlier_placed_at_decides_nothing_but_ties():
    """One micro-point of score outweighs any wait."""
    policy = by_score({"old": [0.5], "new": [0.500001]})
    requests = {"id": ["old", "new"], "placed_at": ["2024-01-01T09:00+08:00", "2025-06-02T09:00+08:00"]}
    assert chosen(sm.assign(requests, {"id": ["t0"]}, policy=policy)) == [("new", "t0")]
    policy = by_score({"old": [0.5], "new": [0.5000004]})
    assert chosen(sm.assign(requests, {"id": ["t0"]}, policy=policy)) == [("old", "t0")]


def test_units_go_to_different_teams():
    """Three units at two teams of any capacity are two."""
    plan = sm.assign({"id": ["a"], "units": [3]}, {"id": ["t", "u"], "capacity": [5, 5]})
    assert chosen(plan) == [("a", "t"), ("a", "u")]
    assert why(plan) == [("a", 1, "TOO_FEW_TEAMS")]


def test_score_in_frames_is_not_the_rounded_one():
    """Micro-points are the solver's; a person sees the score itself."""
    policy = by_score({"a": [0.123456789]})
    plan = sm.assign({"id": ["a"]}, {"id": ["t0"]}, policy=policy)
    assert scores(plan) == {("a", "t0"): 0.123456789}
    assert dict(plan.objective)["score"] == pytest.approx(0.123457, abs=1e-12)
    assert sm.score({"id": ["a"]}, {"id": ["t0"]}, policy=policy)["score"].tolist() == [0.123456789]


def test_score_of_zero_keeps_its_pair():
    """Zero is a real score; missing is not zero."""
    plan = sm.assign({"id": ["a"]}, {"id": ["t0"]}, policy=by_score({"a": [0.0]}))
    assert chosen(plan) == [("a", "t0")]


# --- answers -------------------------------------------------------------------------------------------------------


def test_reasons_are_a_row_for_each_reason_of_a_request_and_add_up():
    """Four units, three teams within the limits, one of them full of others: one too few, one outcompeted."""
    policy = by_score({"a": [0.5, 0.5, 0.5], "b": [0.9, 0.0, 0.0]}, limits=[sm.limits.Forbidden({"b": ["t1", "t2"]})])
    plan = sm.assign({"id": ["a", "b"], "units": [4, 1]}, {"id": ["t0", "t1", "t2"]}, policy=policy)
    assert chosen(plan) == [("a", "t1"), ("a", "t2"), ("b", "t0")]
    assert why(plan) == [("a", 1, "TOO_FEW_TEAMS"), ("a", 1, "OUTCOMPETED")]
    assert plan.summary["by_reason"] == {"TOO_FEW_TEAMS": 1, "OUTCOMPETED": 1}


def test_no_eligible_team_names_the_limit():
    """In words, in both languages."""
    plan = sm.assign({"id": ["a"], "languages": ["mn"]}, {"id": ["t"], "languages": ["zh"]})
    assert why(plan) == [("a", 1, "NO_ELIGIBLE_TEAM")]
    assert "language" in plan.unassigned["text"][0]
    assert "语言" in plan.reasons("zh")["text"][0]


def test_lost_tie_is_tested_before_outcompeted():
    """A loss of zero in every tier is a tie; a micro-point is not."""
    for score, reason in [(0.5, "LOST_TIE"), (0.499999, "OUTCOMPETED")]:
        policy = by_score({"a": [0.5], "b": [score]})
        plan = sm.assign({"id": ["a", "b"], "placed_at": ["2025-06-01T09:00Z", None]}, {"id": ["t0"]}, policy=policy)
        assert why(plan) == [("b", 1, reason)]


def test_precedence_of_reasons():
    """The first that applies, in the order of the page."""
    base = {"id": ["a"], "skills": ["yoga"], "booked_team": ["t"], "lat": [None], "lon": [None]}
    teams = {"id": ["t"], "skills": ["tea"], **HERE, "radius_km": [1.0]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        booked = sm.assign(base, teams)
        nowhere = sm.assign({**base, "booked_team": [None], "skills": [None]}, teams)
        forbidden = sm.assign(
            {**base, "booked_team": [None], "skills": [None], **HERE}, teams, pins=[("a", "t", None, "forbid")]
        )
    assert why(booked) == [("a", 1, "BOOKED_TEAM_CANNOT")]
    assert why(nowhere) == [("a", 1, "NO_LOCATION")]
    assert why(forbidden) == [("a", 1, "PIN_FORBIDS")]


def test_too_little_time_gives_the_greedy_plan_with_a_bound():
    """FEASIBLE, stopped by time, with the gap of the first tier that is not proved."""
    requests, teams = sm.datasets.ordos(n_requests=300, n_teams=60, rng=1)
    best = sm.assign(requests, teams)
    plan = sm.assign(requests, teams, time_limit_s=1e-9)
    assert (plan.status, plan.stopped_by) == ("FEASIBLE", "time")
    assert tuple(plan.objective.values()) <= tuple(best.objective.values()) <= tuple(plan.bound.values())
    open_tier = next((name for name in plan.objective if plan.bound[name] != plan.objective[name]), None)
    assert open_tier is not None
    assert plan.gap == pytest.approx(plan.bound[open_tier] - plan.objective[open_tier])
    report = plan.verify()
    assert report.ok
    assert not report.proved
    assert sum(plan.unassigned["units"]) == plan.summary["units_asked"] - plan.summary["units_served"]


def test_plan_not_proved_gives_no_reason_that_needs_the_proof():
    """Who lost to whom is only known of the best plan."""
    requests, teams = sm.datasets.ordos(n_requests=300, n_teams=60, rng=1)
    plan = sm.assign(requests, teams, work_limit=1)
    assert not {"LOST_TIE", "OUTCOMPETED", "NOT_WORTH_IT"} & set(plan.summary["by_reason"])
    assert "NOT_PROVED" in plan.summary["by_reason"]


@pytest.mark.parametrize(("backend", "n_jobs"), [("sequential", None), ("threading", 2), ("loky", 2)])
def test_every_backend_gives_the_same_plan(backend, n_jobs):
    """Workers share the work, not the decision."""
    requests, teams = sm.datasets.ordos(n_requests=150, n_teams=60, rng=8)
    one = sm.assign(requests, teams)
    with joblib.parallel_config(backend, n_jobs=n_jobs or 1):
        other = sm.assign(requests, teams)
    assert scores(one) == scores(other)
    assert sm.assign(requests, teams, n_jobs=2).assignments.keys() == one.assignments.keys()
    assert scores(sm.assign(requests, teams, n_jobs=2)) == scores(one)


def test_seed_and_repetition_change_nothing():
    """Same inputs, same plan."""
    requests, teams = sm.datasets.ordos(n_requests=150, n_teams=40, rng=8)
    assert (
        scores(sm.assign(requests, teams))
        == scores(sm.assign(requests, teams))
        == scores(sm.assign(requests, teams, seed=9))
    )


def test_verification_without_proof_says_so():
    """Chosen pairs are checked, and nothing is claimed of the others."""
    plan = sm.assign({"id": ["a"]}, {"id": ["t"]})
    report = plan.verify(proof=False)
    assert report.ok
    assert not report.proved
    assert report.proof == "NOT_ASKED"
    assert report.n_pairs is None


def test_plan_and_tables_are_frozen_and_frames_are_copies():
    """Nobody can change a proved plan by accident."""
    requests, teams = sm.Requests({"id": ["a"], "priority": [1]}), sm.Teams({"id": ["t"]})
    plan = sm.assign(requests, teams)
    with pytest.raises((AttributeError, dataclasses.FrozenInstanceError)):
        plan.answer = None
    with pytest.raises((AttributeError, dataclasses.FrozenInstanceError)):
        requests.priority = None
    for array in (requests.priority, teams.capacity, requests.ids):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    with contextlib.suppress(ValueError):
        plan.assignments["team_id"][:] = "u"
    assert chosen(plan) == [("a", "t")]
    assert plan.verify().proved


def test_prices_of_places_are_not_needed_where_nothing_is_scarce():
    """Room for all: the proof is the plan itself."""
    plan = sm.assign({"id": ["a", "b"]}, {"id": ["t0"], "capacity": [5]}, policy=by_score({"a": [0.5], "b": [0.7]}))
    assert dict(plan.bound) == dict(plan.objective) == {"priority=0": 2, "score": pytest.approx(1.2)}
    assert plan.gap == 0


# --- the waist -----------------------------------------------------------------------------------------------------


def test_solve_matrix_keeps_integers_as_they_are():
    """No rounding, no scaling, and the answer in the caller's numbers."""
    solution = sm.solve_matrix([[10**12, 3], [10**12 - 1, 5]])
    assert solution.objective == {"served": 2, "score": 10**12 + 5}
    assert isinstance(solution.objective["score"], int)
    assert (solution.scale, solution.most_lost, solution.gap) == (1, 0, 0)


def test_solve_matrix_says_what_was_lost_by_rounding():
    """Floats are scaled by a power of ten, and the total is this close to the truth."""
    solution = sm.solve_matrix([[1 / 3, 0.1], [0.2, 2 / 3]])
    assert solution.objective["score"] == pytest.approx(1.0, abs=solution.most_lost + 1e-15)
    assert 0 < solution.most_lost < 1e-9
    assert str(solution.scale).strip("0") == "1"


def test_solve_matrix_reads_nan_as_not_eligible_and_explicit_zeros_as_pairs():
    """A 0 is a score; NaN in a sparse matrix is a mistake."""
    assert sm.solve_matrix([[NAN, 1.0], [NAN, 2.0]]).objective == {"served": 1, "score": 2.0}
    sparse = csr_array((np.array([0.0, 2.0]), (np.array([0, 1]), np.array([0, 1]))), shape=(2, 2))
    assert sm.solve_matrix(sparse).objective == {"served": 2, "score": 2.0}
    assert sm.solve_matrix([[-5.0]]).objective == {"served": 1, "score": -5.0}
    assert sm.solve_matrix([[-5.0]], tiers=("score",)).objective == {"score": 0.0}
    for bad in ([[np.inf]], csr_array(np.array([[NAN]]))):
        with pytest.raises(sm.errors.SolverError):
            sm.solve_matrix(bad)


# --- found by users -----------------------------------------------------------------------------------------------


def test_a_category_without_a_limit_does_not_open_the_door():
    """Teams without categories cannot be kept away by one: then the words must fit, and a warning says so."""
    requests, teams = {"id": ["r"], "need": ["钢琴调音"], "category": ["音乐"]}, {"id": ["t"], "offers": ["家电维修"]}
    with pytest.warns(
        sm.errors.UnusedColumn, match="1 of 1 requests ask for it, and the teams have no column categories"
    ):
        plan = sm.assign(requests, teams)
    assert plan.unassigned["reason"].tolist() == ["NO_RELEVANT_TEAM"]
    assert plan.verify().proved


def test_two_limits_that_leave_nobody_together_are_told_together():
    """One team is near and speaks Chinese, the other speaks Mongolian and is far: no single limit is to blame."""
    requests = {"id": ["r"], "languages": ["mn"], **HERE}
    teams = {
        "id": ["near", "far"],
        "languages": ["zh", "mn"],
        "lat": [HERE["lat"][0], 45.0],
        "lon": [HERE["lon"][0]] * 2,
    }
    plan = sm.assign(requests, teams | {"radius_km": [9, 9]})
    assert plan.unassigned["text"].tolist() == [
        "Of 2 teams none can serve it: 1 team would do by the limits before this one, which leaves nobody: distance."
    ]


def test_a_place_that_is_not_known_is_the_reason_even_where_a_team_goes_anywhere():
    """The team without a radius offers something else: what is missing is the resident's address."""
    requests = {"id": ["r"], "need": ["学书法"], "lat": [None], "lon": [None]}
    teams = {"id": ["writer", "singer"], "offers": ["书法教学", "合唱"], "radius_km": [9, None]}
    plan = sm.assign(requests, teams | {name: HERE[name] * 2 for name in ("lat", "lon")})
    assert plan.unassigned["reason"].tolist() == ["NO_LOCATION"]
