"""A plan made by people: what it is worth, which rules it breaks, how far it is from the best; all by the oracle too."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

import servicematch as sm
from face.towns import exhaustive, micro, problem, random_town, score_table, tier_by_tier, tier_names
from servicematch.ask.evaluate import evaluate
from servicematch.ask.evaluation import LISTED
from servicematch.assign.answer import claim_of
from servicematch.base.errors import TableError, TableWarning

from .test_diff import pairs_of

N_TOWNS = 90
SMALL = 7 * 4


def judged(town, pairs):
    """Judge pairs in a random town, whatever the library finds doubtful in its tables."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        return evaluate(town.requests, town.teams, pairs, policy=town.policy())


def unpinned(seed):
    """Draw a town and take its pins away: people's plans have none."""
    return replace(random_town(seed), pins=[])


def best_of(p):
    """Ask the oracle: by trying everything where that is possible, else by integer programs."""
    return exhaustive(p) if len(p.need) * len(p.places) <= SMALL else tier_by_tier(p)


def drawn(town, rng):
    """Draw pairs by chance, lawful or not, each once."""
    pairs = [(i, j) for i in range(len(town.requests["id"])) for j in range(len(town.teams["id"]))]
    return [pair for pair in pairs if rng.random() < min(0.3, 20 / len(pairs))]


@pytest.mark.parametrize("seed", range(N_TOWNS))
def test_any_pairs_are_worth_what_the_oracle_says(seed):
    """As listed, as far as they can stand together, and the best plan: tier by tier, to the last integer."""
    town = unpinned(seed)
    p, pairs = problem(town), drawn(town, np.random.default_rng(seed))
    ids = [(town.requests["id"][i], town.teams["id"][j]) for i, j in pairs]
    found, names = judged(town, ids), tier_names(town)
    scores, skip = score_table(town), micro(town.skip_value) if town.tiers == ("score",) else 0
    everything = replace(p, pairs={pair: micro(scores[pair]) - skip for pair in pairs})
    assert found.value == dict(zip(names, everything.value(pairs), strict=True))
    part = replace(p, pairs={pair: p.pairs[pair] for pair in pairs if pair in p.pairs})
    if town.tiers == ("score",):  # as many as can stand, whatever they are worth
        counted = replace(part, classes=[1] * len(p.need), n_classes=1)
        units, score = best_of(counted)
        assert len(found.kept.rows) == units
        assert found.kept_value == {"score": score}
    else:
        assert found.kept_value == dict(zip(names, best_of(part), strict=True))
    assert found.optimum == dict(zip(names, best_of(p), strict=True))
    assert tuple(found.gap.values()) >= (0,) * len(names)
    assert found.diff.gain == found.gap
    assert pairs_of(found.kept) <= set(ids)
    loads = dict(zip(found.loads["team_id"].tolist(), found.loads["assigned"].tolist(), strict=True))
    assert loads == {t: sum(pair[1] == t for pair in ids) for t in town.teams["id"]}
    if found.ok:
        assert found.value == found.kept_value
        assert pairs_of(found.kept) == set(ids)
    else:
        assert len(found.kept.rows) < len(ids)


@pytest.mark.parametrize("seed", range(0, N_TOWNS, 3))
def test_best_plan_breaks_nothing_and_has_no_gap(seed):
    """The library's own plan, given back as a table of ids."""
    town = unpinned(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        plan = town.assign()
    found = judged(town, plan.assignments)
    assert found.ok
    assert found.value == found.kept_value == found.optimum == dict(claim_of(plan.answer).objective)
    assert not any(found.gap.values())
    assert not found.diff.chains
    assert "No plan is better than this one, in any tier." in found.describe()


TABLES = {
    "requests": {
        "id": ["r1", "r2", "r3", "r4"],
        "skills": ["sing", None, None, None],
        "units": [1, 2, 1, 1],
        "lat": [39.6, 39.6, 39.6, 39.9],
        "lon": [109.8] * 4,
        "need": ["", "", "", "geheim 138-0000"],
    },
    "teams": {
        "id": ["t1", "t2", "t3"],
        "skills": ["sing", "dance", None],
        "capacity": [1, 2, 3],
        "lat": [39.6] * 3,
        "lon": [109.8] * 3,
        "radius_km": [20, 20, 20],
    },
}


def codes(pairs, **policy):
    """Judge pairs in a literal town and name what they break."""
    found = evaluate(TABLES["requests"], TABLES["teams"], pairs, policy=sm.Policy(terms=[], **policy))
    return [one.code.value for one in found.violations]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("r1", "t1"), ("r2", "t2"), ("r2", "t3")], []),
        ([("r9", "t1")], ["UNKNOWN_REQUEST"]),
        ([("r1", "t9")], ["UNKNOWN_TEAM"]),
        ([("r3", "t3"), ("r3", "t3")], ["DOUBLED_PAIR", "OVER_UNITS"]),
        ([("r2", "t3"), ("r2", "t3")], ["SAME_TEAM_TWICE"]),
        ([("r3", "t3"), ("r3", "t2")], ["OVER_UNITS"]),
        ([("r1", "t1"), ("r3", "t1")], ["OVER_CAPACITY"]),
        ([("r1", "t2")], ["LIMIT_BROKEN"]),
        ([("r4", "t3")], ["LIMIT_BROKEN"]),
        ([("r9", "t1"), ("r1", "t2"), ("r4", "t3")], ["UNKNOWN_REQUEST", "LIMIT_BROKEN", "LIMIT_BROKEN"]),
    ],
)
def test_each_broken_rule_has_its_code(pairs, expected):
    """Nothing is said of what people do not state: scores, bounds, prices."""
    assert codes(pairs) == expected


def test_reserve_and_relevance_are_rules_too():
    """A pair below a threshold of the policy is no lawful one."""
    assert codes([("r3", "t3")], reserve=0.5) == ["BELOW_RESERVE"]
    found = evaluate({"id": [1], "need": ["piano"]}, {"id": [1], "offers": ["chess"]}, [(1, 1)])
    assert [one.code.value for one in found.violations] == ["RELEVANCE_BROKEN"]


def test_violation_gives_cause_amount_and_sentence():
    """The distance that was measured and the one allowed, in both languages and as a frame; nobody's words or places."""
    found = evaluate(TABLES["requests"], TABLES["teams"], [("r4", "t3")], policy=sm.Policy(terms=[]))
    (one,) = found.violations
    assert (one.rule, one.limit, one.unit) == ("distance", 20.0, "km")
    assert one.measured == pytest.approx(33.36, abs=0.01)
    assert "违反限制" in found.describe("zh")
    frame = found.violation_frame()
    assert frame["code"].tolist() == ["LIMIT_BROKEN"]
    assert frame["text"].tolist() == [one.sentence("en")]
    told = found.describe() + found.describe("zh") + str(found.to_dict()) + found.show("zh")._repr_html_()
    assert "geheim" not in told
    assert "39.9" not in told


def test_ids_of_requests_can_be_hidden():
    """In words, in data and in a notebook."""
    pairs = [("r4", "t3"), ("r1", "t2"), ("r9", "t1")]
    found = evaluate(TABLES["requests"], TABLES["teams"], pairs, policy=sm.Policy(terms=[]))
    told = found.describe("zh", redact=True) + str(found.to_dict(redact=True)) + found.show(redact=True)._repr_html_()
    assert not any(f"'{id_}'" in told for id_ in ("r1", "r4", "r9"))
    assert "'t3'" in told


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "dict"])
def test_any_table_of_pairs_is_read(kind):
    """Other columns are left alone, and a row without a team decides nothing."""
    table = {"id": [1, 2, 3], "request_id": [1, 2, 3], "team_id": [7, None, 8], "phone": ["a", "b", "c"]}
    pairs = sm.Requests(table).to(kind)
    found = evaluate({"id": [1, 2, 3]}, {"id": [7, 8]}, pairs)
    assert (found.ok, found.n_listed, found.n_blank) == (True, 2, 1)
    assert found.value["priority=0"] == 2
    assert "Rows without a team, left out: 1." in found.describe()


def test_csv_of_people_is_read(tmp_path):
    """As a spreadsheet gives it."""
    path = tmp_path / "ours.csv"
    path.write_text("request_id,team_id,note\nr1,t1,ok\nr3,t3,\n", encoding="utf-8-sig")
    found = evaluate(TABLES["requests"], TABLES["teams"], sm.read_csv(path), policy=sm.Policy(terms=[]))
    assert found.ok
    assert found.gap["priority=0"] == 2
    assert "Against this plan, the best one has: 2 more served of priority 0." in found.describe()


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ({"request_id": ["r1"]}, "pairs.team_id: expected a column team_id"),
        (
            {"request_id": [1], "team_id": ["t1"]},
            "pairs.request_id: expected texts, as in the requests, got whole numbers",
        ),
        ([("r1", "t1", "x")], "got 3 values in one of them"),
        ([("r1", "t1"), (None, "t2")], "pairs.request_id: expected a request for every team"),
        ({"request_id": ["r1", 2], "team_id": ["t1", "t1"]}, "pairs.request_id"),
        (7, "pairs"),
        ("r1", "pairs"),
    ],
)
def test_pairs_that_cannot_be_read_are_an_error(pairs, told):
    """The message says where and what was expected."""
    with pytest.raises(TableError) as error:
        evaluate(TABLES["requests"], TABLES["teams"], pairs)
    assert told in str(error.value)


@pytest.mark.parametrize("pairs", [[], {}, {"request_id": [], "team_id": []}])
def test_no_pairs_are_a_lawful_plan_of_nothing(pairs):
    """The gap is then the whole optimum."""
    found = evaluate(TABLES["requests"], TABLES["teams"], pairs, policy=sm.Policy(terms=[]))
    assert found.ok
    assert found.gap == found.optimum
    assert found.loads["assigned"].tolist() == [0, 0, 0]


def test_empty_tables_are_judged():
    """Nothing asked, nothing given."""
    found = evaluate({"id": []}, {"id": []}, [])
    assert found.ok
    assert found.value == {"score": 0}


def test_prepared_teams_bring_their_policy():
    """The desk's teams of the morning are taken as they are."""
    prepared = sm.prepare(TABLES["teams"], policy=sm.Policy(terms=[], tiers=("served", "score")))
    assert evaluate(TABLES["requests"], prepared, [("r1", "t1")]).value == {"served": 1, "score": 0}


def test_long_lists_of_violations_are_cut():
    """The first are told, the others counted; data has all."""
    ids = list(range(LISTED + 7))
    found = evaluate({"id": ids}, {"id": [1]}, [(id_, 99 + id_) for id_ in ids])
    assert found.describe().endswith("And 7 more.")
    assert len(found.to_dict()["violations"]) == len(ids)


def test_not_worth_pairs_of_a_lawful_plan_stay_in_it():
    """Where only the score counts, a plan keeps also what costs more than it brings."""
    policy = sm.Policy(terms=[], tiers=("score",), skip_value=0.3)
    found = evaluate({"id": [1, 2]}, {"id": [1], "capacity": [2]}, [(1, 1), (2, 1)], policy=policy)
    assert found.ok
    assert found.value == found.kept_value == {"score": -600_000}
    assert found.gap == {"score": 600_000}


def test_letters_of_hidden_requests_read_as_no_ids():
    """A letter stands in brackets, and no id in quotes is left."""
    found = sm.evaluate({"id": ["r1", "r2"]}, {"id": ["t1"]}, [("r1", "t1"), ("r1", "t1"), ("r9", "t1")])
    for lang in ("en", "zh"):
        told = found.describe(lang, redact=True)
        assert "(A)" in told
        assert "'A'" not in told
        assert "r1" not in told
    assert {one["request_id"] for one in found.to_dict(redact=True)["violations"]} >= {"A", "B"}


def test_rules_are_held_against_a_plan_of_people():
    """A quota broken by hand is named with its amount; floors count in the value, and the gap is told by tier."""
    requests = {"id": [1, 2, 3], "area": ["a", "a", "b"], "kind": ["k", "l", "l"]}
    teams = {"id": ["t", "u"], "capacity": [2, 1]}
    rules = [sm.rules.Quota("requests", "area", 1), sm.rules.Floor("requests", "kind", {"l": 1})]
    found = sm.evaluate(requests, teams, [(1, "t"), (2, "t")], policy=sm.Policy(rules=rules))
    assert [one.code.value for one in found.violations] == ["QUOTA_BROKEN"]
    assert found.value == {"floors": 1, "priority=0": 2, "score": 0}
    assert found.kept_value == {"floors": 1, "priority=0": 1, "score": 0}
    assert found.optimum == {"floors": 1, "priority=0": 2, "score": 0}
    assert found.gap == {"floors": 0, "priority=0": 1, "score": 0}
    assert "rules[0] 'a'" in str(found)
    lawful = sm.evaluate(requests, teams, [(1, "t"), (3, "t")], policy=sm.Policy(rules=rules))
    assert lawful.ok
    assert not any(lawful.gap.values())


def test_fairness_is_not_compared():
    """Shares that are even as can be are no number of points: said, not guessed."""
    policy = sm.Policy(fairness=sm.fairness.Leximin(by="area"))
    with pytest.raises(sm.errors.PolicyError, match="fairness"):
        sm.evaluate({"id": [1], "area": ["a"]}, {"id": ["t"]}, [], policy=policy)


@pytest.fixture
def evening():
    """Two requests, a team with a morning and an evening of one place each, another team with an evening."""
    requests = {"id": ["r1", "r2"], "latest": ["2026-06-07T00:00Z"] * 2}
    teams = {"id": ["t", "u"], "capacity": [1, 1], "mean_rating": [1.0, 0.5], "n_rated": [5, 5]}
    slots = {
        "id": ["am", "pm", "late"],
        "team_id": ["t", "t", "u"],
        "start": ["2026-06-06T08:00Z", "2026-06-06T18:00Z", "2026-06-07T18:00Z"],
        "end": ["2026-06-06T10:00Z", "2026-06-06T20:00Z", "2026-06-07T20:00Z"],
        "capacity": [1, 1, 1],
    }
    return requests, teams, slots


def test_slots_are_judged_too(evening):
    """Each pair names its slot: totals of teams, windows and slots of others are held against it."""
    requests, teams, slots = evening
    plan = sm.assign(requests, teams, slots=slots)
    own = list(
        zip(plan.assignments["request_id"], plan.assignments["team_id"], plan.assignments["slot_id"], strict=True)
    )
    found = sm.evaluate(requests, teams, own, slots=slots)
    assert found.ok, found
    assert not any(found.gap.values())
    both = sm.evaluate(requests, teams, [("r1", "t", "am"), ("r2", "t", "pm")], slots=slots)
    assert [one.code.value for one in both.violations] == ["OVER_CAPACITY"]
    assert both.value["priority=0"] == 2
    assert both.kept_value["priority=0"] == 1
    assert both.loads["over"].tolist() == [1, 0]
    late = sm.evaluate(requests, teams, [("r2", "u", "late")], slots=slots)
    assert [one.code.value for one in late.violations] == ["LIMIT_BROKEN"]
    strange = sm.evaluate(requests, teams, [("r2", "u", "am"), ("r1", "t", "noon")], slots=slots)
    assert {one.code.value for one in strange.violations} == {"SLOT_OF_ANOTHER_TEAM", "UNKNOWN_SLOT"}
    assert strange.value == {"priority=0": 0, "score": 0}


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("r1", "t")], "request_id, team_id, slot_id"),
        ({"request_id": ["r1"], "team_id": ["t"]}, "slot_id"),
        ({"request_id": ["r1"], "team_id": ["t"], "slot_id": [None]}, "a slot for every team"),
        ([("r1", "t", 3)], "texts, as in the slots"),
    ],
)
def test_pairs_without_their_slot_are_refused(evening, pairs, said):
    """With slots a pair that names none decides nothing."""
    requests, teams, slots = evening
    with pytest.raises(TableError, match=said):
        sm.evaluate(requests, teams, pairs, slots=slots)
