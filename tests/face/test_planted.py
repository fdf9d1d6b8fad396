"""Wrong plans, planted one by one: each is refused with its code, none is ever called proved; good ones are not refused.

A plan is tampered with in what it claims, and the claim is made consistent again where that is possible, so that only
the planted fault can be what the checker sees.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servicematch as sm
from servicematch.assign.answer import claim_of
from servicematch.base.claim import Pin
from servicematch.base.errors import PlanFileError
from servicematch.check.codes import Code
from servicematch.check.verify import verify

from .towns import FixedScores

KM = np.degrees(1 / 6371.0088)
"""Degrees of latitude in a kilometre."""


def by_score(scores, **options):
    """Score pairs as given and nothing else; the default limits stay."""
    return sm.Policy(terms=[FixedScores(scores)], **options)


def table_of(rows, cols, values):
    """Write a matrix of scores as a mapping by ids."""
    return {(r, c): v for r, line in zip(rows, values, strict=True) for c, v in zip(cols, line, strict=True)}


def codes(report):
    """Name what was found."""
    return {violation.code for violation in report.violations}


def refused(report, *expected):
    """Assert that a plan is refused with these codes at least, and not proved."""
    assert not report.ok
    assert not report.proved
    assert set(expected) <= codes(report), report


def restated(claim, pairs, scores, classes=None, tiers=("served", "score")):
    """Claim other pairs, with scores, objective and bound that fit them."""
    micro = sum(round(s * 1e6) for s in scores)
    if tiers == ("score",):
        objective = {"score": micro}
    elif classes is None:
        objective = {tiers[0]: len(pairs), "score": micro}
    else:
        objective = {name: sum(classes[r] == name for r, _ in pairs) for name in claim.objective if name != "score"}
        objective["score"] = micro
    return replace(
        claim,
        request_ids=tuple(r for r, _ in pairs),
        team_ids=tuple(t for _, t in pairs),
        scores=np.array(scores, dtype=float),
        pinned=np.zeros(len(pairs), dtype=bool),
        objective=objective,
        bound=objective,
        status="PROVED",
    )


def pairs_of(claim):
    """List the chosen pairs."""
    return list(zip(claim.request_ids, claim.team_ids, strict=True))


# --- faults of single decisions ------------------------------------------------------------------------------------

SQUARE = table_of(["r1", "r2", "r3"], ["t1", "t2"], [[0.9, 0.2], [0.6, 0.4], [0.5, 0.3]])
REQUESTS = {"id": ["r1", "r2", "r3"], "units": [1, 2, 1], "skills": [None, None, "yoga"]}
TEAMS = {"id": ["t1", "t2"], "capacity": [2, 2], "skills": ["yoga", "piano"]}


@pytest.fixture
def square():
    """Three requests, two teams of two places; r2 wants two teams, r3 wants yoga, which t2 cannot."""
    policy = by_score(SQUARE, tiers=("served", "score"))
    plan = sm.assign(REQUESTS, TEAMS, policy=policy)
    claim = claim_of(plan.answer)
    assert sorted(pairs_of(claim)) == [("r1", "t2"), ("r2", "t1"), ("r2", "t2"), ("r3", "t1")]
    assert verify(REQUESTS, TEAMS, policy, claim).proved
    return policy, claim


PLANTED = {
    "over capacity": ([("r1", "t1"), ("r2", "t1"), ("r2", "t2"), ("r3", "t1")], Code.OVER_CAPACITY),
    "missing skill": ([("r1", "t1"), ("r2", "t1"), ("r2", "t2"), ("r3", "t2")], Code.LIMIT_BROKEN),
    "doubled pair": ([("r1", "t2"), ("r1", "t2"), ("r2", "t1"), ("r3", "t1")], Code.DOUBLED_PAIR),
    "two units at one team": ([("r1", "t1"), ("r2", "t2"), ("r2", "t2"), ("r3", "t1")], Code.SAME_TEAM_TWICE),
    "more units than asked": ([("r1", "t1"), ("r1", "t2"), ("r2", "t2"), ("r3", "t1")], Code.OVER_UNITS),
    "unknown request": ([("r9", "t2"), ("r2", "t1"), ("r2", "t2"), ("r3", "t1")], Code.UNKNOWN_REQUEST),
    "unknown team": ([("r1", "t9"), ("r2", "t1"), ("r2", "t2"), ("r3", "t1")], Code.UNKNOWN_TEAM),
}


@pytest.mark.parametrize("proof", [True, False])
@pytest.mark.parametrize(("pairs", "code"), PLANTED.values(), ids=PLANTED)
def test_wrong_decision_is_refused(square, pairs, code, proof):
    """Whether or not a proof is asked for: these break a promise to a resident or to a team."""
    policy, claim = square
    planted = restated(claim, pairs, [SQUARE.get(pair, 0.5) for pair in pairs])
    refused(verify(REQUESTS, TEAMS, policy, planted, proof=proof), code)


@pytest.mark.parametrize("off", [1e-5, -1e-5])
def test_score_off_by_a_hundred_thousandth_is_refused(square, off):
    """A dispatcher reads the score, so it has to be the pair's."""
    policy, claim = square
    scores = claim.scores.copy()
    scores[0] += off
    refused(verify(REQUESTS, TEAMS, policy, replace(claim, scores=scores)), Code.SCORE_DIFFERS)
    refused(verify(REQUESTS, TEAMS, policy, restated(claim, pairs_of(claim), scores)), Code.SCORE_DIFFERS)


@pytest.mark.parametrize(
    ("km", "eligible"), [(5.01, False), (5.000002, False), (5.0000005, True), (5.0, True), (4.99, True)]
)
def test_ten_metres_beyond_the_radius_are_refused_and_the_radius_is_not(km, eligible):
    """The limit is inclusive, with a millimetre of tolerance."""
    requests = {"id": ["r1"], "lat": [39.6 + km * KM], "lon": [109.8]}
    teams = {"id": ["t1"], "lat": [39.6], "lon": [109.8], "radius_km": [5.0]}
    policy = sm.Policy(terms=[FixedScores({("r1", "t1"): 0.5})])
    plan = sm.assign(requests, teams, policy=policy)
    assert len(plan.assignments["request_id"]) == eligible
    assert plan.verify().proved
    wide = {**teams, "radius_km": [6.0]}
    claim = claim_of(sm.assign(requests, wide, policy=policy).answer)
    prints = claim_of(plan.answer).fingerprints
    report = verify(requests, teams, policy, replace(claim, fingerprints=prints))
    if eligible:
        assert report.proved
    else:
        refused(report, Code.LIMIT_BROKEN)


# --- plans that are lawful but not the best ------------------------------------------------------------------------

BETTER = {
    "by a cycle of three moves": (
        [[0.6, 0.5, 0.0], [0.0, 0.6, 0.5], [0.5, 0.0, 0.6]],
        [0, 0, 0],
        [("r0", "t1"), ("r1", "t2"), ("r2", "t0")],
    ),
    "only in the count": ([[0.9, 0.1], [0.1, None]], [0, 0], [("r0", "t0")]),
    "only in a class": ([[0.2], [0.9]], [5, 0], [("r1", "t0")]),
    "by serving anybody": ([[0.2]], [0], []),
    "by one micro-point": ([[0.500001], [0.5]], [0, 0], [("r1", "t0")]),
}


def better(name):
    """Build one of the towns above: tables, policy, the honest claim, and the planted one with its class names."""
    values, priority, pairs = BETTER[name]
    rows, cols = [f"r{i}" for i in range(len(values))], [f"t{j}" for j in range(len(values[0]))]
    scores = table_of(rows, cols, [[v or 0.0 for v in line] for line in values])
    closed = [(rows[i], cols[j]) for i, line in enumerate(values) for j, v in enumerate(line) if v is None]
    policy = by_score(scores, limits=[sm.limits.Forbidden(closed)])
    requests, teams = {"id": rows, "priority": priority}, {"id": cols}
    claim = claim_of(sm.assign(requests, teams, policy=policy).answer)
    classes = {r: f"priority={p}" for r, p in zip(rows, priority, strict=True)}
    planted = restated(claim, pairs, [scores[pair] for pair in pairs], classes)
    assert tuple(planted.objective.values()) < tuple(claim.objective.values())
    return requests, teams, policy, claim, planted


@pytest.mark.parametrize("name", BETTER)
def test_plan_that_could_be_better_is_refused(name):
    """With the prices of the true optimum, with none, and with its own bound or the true one."""
    requests, teams, policy, claim, planted = better(name)
    assert verify(requests, teams, policy, claim).proved
    refused(verify(requests, teams, policy, planted), Code.BOUND_DIFFERS, Code.NOT_PROVED_OPTIMAL)
    refused(verify(requests, teams, policy, replace(planted, bound=claim.bound)), Code.NOT_PROVED_OPTIMAL)
    none = {"price_teams": (), "price_class": np.zeros(0, dtype=np.int64), "price_score": np.zeros(0, dtype=np.int64)}
    refused(verify(requests, teams, policy, replace(planted, **none)), Code.NOT_PROVED_OPTIMAL)


@pytest.mark.parametrize("name", BETTER)
def test_plan_that_says_it_is_not_proved_is_lawful_and_not_proved(name):
    """A greedy plan is no lie, as long as it does not claim to be the best; its bound is the true one."""
    requests, teams, policy, claim, planted = better(name)
    report = verify(requests, teams, policy, replace(planted, bound=claim.bound, status="FEASIBLE"))
    assert report.ok, report
    assert not report.proved


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(BETTER)),
    st.lists(st.tuples(st.integers(0, 2), st.integers(-1_200_000, 1_200_000)), min_size=3, max_size=3),
    st.sampled_from(["PROVED", "FEASIBLE"]),
)
def test_no_prices_prove_a_plan_that_could_be_better(name, prices, status):
    """Whatever is written there: a bound that is worked out again cannot be talked down."""
    requests, teams, policy, claim, planted = better(name)
    prices = prices[: len(teams["id"])]
    tampered = replace(
        planted,
        price_teams=tuple(teams["id"]),
        price_class=np.array([k for k, _ in prices], dtype=np.int64),
        price_score=np.array([s for _, s in prices], dtype=np.int64),
        status=status,
    )
    assert not verify(requests, teams, policy, tampered).proved
    assert not verify(requests, teams, policy, replace(tampered, bound=claim.bound)).proved


# --- pairs that were hidden ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd():
    """Sixty requests for twenty teams of two places, all pairs possible, scores at random: 1,200 pairs."""
    rng = np.random.default_rng(7)
    rows, cols = [f"r{i:02}" for i in range(60)], [f"t{j:02}" for j in range(20)]
    policy = by_score(table_of(rows, cols, rng.random((60, 20)).tolist()), limits=[])
    requests = {"id": rows, "priority": rng.integers(0, 3, 60).tolist()}
    return requests, {"id": cols, "capacity": [2] * 20}, policy


def hiding(policy, pairs):
    """Make the same policy blind to some pairs."""
    return sm.Policy(limits=[sm.limits.Forbidden(pairs)], terms=policy.terms)


def test_one_per_cent_of_the_pairs_hidden_is_refused(crowd):
    """Twelve of the best pairs never reach the solver: its proof is right for what it saw, and worth nothing."""
    requests, teams, policy = crowd
    best = sm.assign(requests, teams, policy=policy)
    hidden = pairs_of(claim_of(best.answer))[::3][:12]
    assert len(hidden) == 12
    plan = sm.assign(requests, teams, policy=hiding(policy, hidden))
    assert plan.verify().proved
    claim = claim_of(plan.answer)
    assert claim.n_pairs == 1188
    refused(verify(requests, teams, policy, claim), Code.PAIRS_DIFFER)
    corrected = replace(claim, n_pairs=1200)
    refused(verify(requests, teams, policy, corrected), Code.NOT_PROVED_OPTIMAL)
    bound = verify(requests, teams, policy, corrected).bound
    refused(verify(requests, teams, policy, replace(corrected, bound=bound)), Code.NOT_PROVED_OPTIMAL)


def test_any_one_per_cent_of_the_pairs_hidden_is_refused(crowd):
    """Even where the optimum does not need them, the plan was not made from what the tables say."""
    requests, teams, policy = crowd
    rng = np.random.default_rng(3)
    for _ in range(5):
        drawn = rng.choice(1200, 12, replace=False)
        hidden = [(requests["id"][k // 20], teams["id"][k % 20]) for k in drawn.tolist()]
        claim = claim_of(sm.assign(requests, teams, policy=hiding(policy, hidden)).answer)
        refused(verify(requests, teams, policy, claim), Code.PAIRS_DIFFER)
        if verify(requests, teams, policy, replace(claim, n_pairs=1200)).proved:
            assert dict(claim.objective) == dict(claim_of(sm.assign(requests, teams, policy=policy).answer).objective)


# --- prices --------------------------------------------------------------------------------------------------------

ONE_PLACE = table_of(["r1", "r2"], ["t1", "t2"], [[0.9, 0.0], [0.5, 0.0]])


def one_place(tiers):
    """Two requests for the one place at t1, where a price between 0.5 and 0.9 proves the plan; t2 has room for all."""
    requests, teams = {"id": ["r1", "r2"]}, {"id": ["t1", "t2"], "capacity": [1, 2]}
    limits = [] if tiers == ("served", "score") else [sm.limits.Allowed({"r1": ["t1"], "r2": ["t1"]})]
    policy = by_score(ONE_PLACE, limits=limits, tiers=tiers)
    claim = claim_of(sm.assign(requests, teams, policy=policy).answer)
    assert verify(requests, teams, policy, claim).proved
    return requests, teams, policy, claim


def priced(claim, **prices):
    """Write other prices: ``t1=(class, micro-points)``."""
    return replace(
        claim,
        price_teams=tuple(prices),
        price_class=np.array([k for k, _ in prices.values()], dtype=np.int64),
        price_score=np.array([s for _, s in prices.values()], dtype=np.int64),
    )


TAMPERED = [{}, {"t1": (0, 499_999)}, {"t1": (0, 900_001)}, {"t1": (0, 700_000), "t2": (0, 1)}]


@pytest.mark.parametrize("prices", TAMPERED, ids=str)
@pytest.mark.parametrize("tiers", [("score",), ("served", "score")], ids=str)
def test_tampered_price_is_refused_with_the_plan_intact(tiers, prices):
    """The best plan with a proof that proves nothing is not proved."""
    requests, teams, policy, claim = one_place(tiers)
    if tiers == ("score",) and "t2" in prices:
        teams = {"id": ["t1", "t2"], "capacity": [1, 2]}
    planted = priced(claim, **prices)
    refused(verify(requests, teams, policy, planted), Code.BOUND_DIFFERS)
    bound = verify(requests, teams, policy, planted).bound
    assert tuple(bound.values()) > tuple(claim.objective.values())
    refused(verify(requests, teams, policy, replace(planted, bound=bound)), Code.NOT_PROVED_OPTIMAL)


@pytest.mark.parametrize("price", [500_000, 700_000, 900_000])
def test_any_price_that_proves_is_accepted(price):
    """Both ends of what one place is worth, and between them: the proof is judged, not where it came from."""
    requests, teams, policy, claim = one_place(("score",))
    assert verify(requests, teams, policy, priced(claim, t1=(0, price))).proved


@pytest.mark.parametrize("price", [(0, -1), (-1, 700_000), (-1, 0)])
def test_negative_price_is_refused(price):
    """A negative price would pay for places and so lower any bound."""
    requests, teams, policy, claim = one_place(("score",))
    refused(verify(requests, teams, policy, priced(claim, t1=price)), Code.NEGATIVE_PRICE)
    refused(verify(requests, teams, policy, priced(claim, t1=(0, 700_000), t2=price)), Code.NEGATIVE_PRICE)


def test_price_of_a_class_may_have_a_negative_score_part():
    """A place that is worth a served unit may be worth it at the cost of score."""
    scores = table_of(["r1", "r2"], ["t1", "t2"], [[0.2, 0.9], [0.0, 0.9]])
    policy = by_score(scores, limits=[sm.limits.Forbidden({"r2": ["t1"]})], tiers=("served", "score"))
    requests, teams = {"id": ["r1", "r2"]}, {"id": ["t1", "t2"]}
    claim = claim_of(sm.assign(requests, teams, policy=policy).answer)
    prices = priced(claim, t1=(1, 200_000), t2=(1, 900_000))
    assert verify(requests, teams, policy, prices).proved
    assert verify(requests, teams, policy, priced(claim, t1=(1, -500_000), t2=(1, 200_000))).proved


def test_price_of_an_unknown_team_is_refused():
    """A price that belongs to nobody is no price."""
    requests, teams, policy, claim = one_place(("score",))
    refused(verify(requests, teams, policy, priced(claim, t1=(0, 700_000), t9=(0, 0))), Code.UNKNOWN_PRICE_TEAM)


def test_prices_past_all_numbers_do_not_wrap_around():
    """Two places at 2^63 - 1 would come to -2 in machine integers, and -2 is below every objective."""
    requests, teams, policy, claim = one_place(("score",))
    teams = {"id": ["t1", "t2"], "capacity": [2, 2]}
    claim = claim_of(sm.assign(requests, teams, policy=policy).answer)
    report = verify(requests, teams, policy, priced(claim, t1=(0, 2**63 - 1)))
    refused(report, Code.BOUND_DIFFERS)
    assert report.bound["score"] > claim.objective["score"]
    refused(verify(requests, teams, policy, replace(priced(claim, t1=(0, 2**63 - 1)), bound=report.bound)))


# --- thresholds, pins and tables -----------------------------------------------------------------------------------


def test_reserve_ignored_is_refused():
    """A pair below the reserve was promised never to be used."""
    requests, teams = {"id": ["r1", "r2"]}, {"id": ["t1"], "capacity": [2]}
    scores = {("r1", "t1"): 0.8, ("r2", "t1"): 0.299999}
    claim = claim_of(sm.assign(requests, teams, policy=by_score(scores)).answer)
    refused(verify(requests, teams, by_score(scores, reserve=0.3), claim), Code.BELOW_RESERVE)
    refused(verify(requests, teams, by_score(scores, reserve=0.3), replace(claim, n_pairs=1)), Code.BELOW_RESERVE)
    at_it = {**scores, ("r2", "t1"): 0.3}
    claim = claim_of(sm.assign(requests, teams, policy=by_score(at_it)).answer)
    assert verify(requests, teams, by_score(at_it, reserve=0.3), claim).proved


def test_wish_wall_ignored_is_refused():
    """Free words without a category may only go where they mean something."""
    requests, teams = {"id": ["r1"], "need": ["下水道堵塞"]}, {"id": ["t1"], "offers": ["健身操教练"]}
    claim = claim_of(sm.assign(requests, teams, policy=sm.Policy(min_relevance=0.0)).answer)
    assert len(claim.request_ids) == 1
    refused(verify(requests, teams, sm.Policy(), claim), Code.RELEVANCE_BROKEN)


def test_pin_dropped_is_refused():
    """Whether the pair went to another team or to nobody."""
    requests, teams, policy, claim = one_place(("score",))
    pins = (Pin("r2", "t1"),)
    refused(verify(requests, teams, policy, replace(claim, pins=pins)), Code.PIN_DROPPED)
    kept = claim_of(sm.assign(requests, teams, policy=policy, pins=pins).answer)
    assert verify(requests, teams, policy, kept).ok
    gone = restated(kept, [], [], tiers=("score",))
    refused(verify(requests, teams, policy, gone), Code.PIN_DROPPED)


def test_forbid_ignored_is_refused():
    """A forbid is a promise too."""
    requests, teams, policy, claim = one_place(("score",))
    refused(verify(requests, teams, policy, replace(claim, pins=(Pin("r1", "t1", "forbid"),))), Code.FORBIDDEN_PAIR)


def test_pair_that_only_calls_itself_pinned_is_refused():
    """Else any pair could slip past the limits and out of the proof."""
    requests, teams, policy, claim = one_place(("score",))
    planted = replace(claim, pinned=np.ones(1, dtype=bool), objective={"score": 0}, bound={"score": 0})
    refused(verify(requests, teams, policy, planted))


CHANGES = {
    "a place fewer": {"capacity": [1, 2]},
    "a place more": {"capacity": [3, 2]},
    "a place taken": {"used": [1, 0]},
    "a skill more": {"skills": ["yoga", "piano|yoga"]},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_table_changed_afterwards_is_refused(change, tmp_path):
    """A plan is proved for its tables, not for those of tomorrow."""
    policy = by_score(SQUARE)
    plan = sm.assign(REQUESTS, TEAMS, policy=policy)
    changed = {**TEAMS, **change}
    refused(plan.verify(teams=changed), Code.TABLE_CHANGED)
    refused(verify(REQUESTS, changed, policy, claim_of(plan.answer)), Code.TABLE_CHANGED)
    plan.to_json(tmp_path / "plan.json")
    with pytest.raises(PlanFileError, match="teams"):
        sm.Plan.from_json(tmp_path / "plan.json", requests=REQUESTS, teams=changed, policy=policy)


def test_capacity_lowered_afterwards_names_the_team_too():
    """The coordinator learns what the change means, not only that there is one."""
    plan = sm.assign(REQUESTS, TEAMS, policy=by_score(SQUARE))
    report = plan.verify(teams={**TEAMS, "capacity": [1, 2]})
    refused(report, Code.TABLE_CHANGED, Code.OVER_CAPACITY)
    assert [v.team_id for v in report.violations if v.code == Code.OVER_CAPACITY] == ["t1"]


def test_changed_table_is_refused_even_with_its_own_fingerprint():
    """Whoever forges the checksum still has to prove the optimum of the new table."""
    policy = by_score(SQUARE, tiers=("served", "score"))
    claim = claim_of(sm.assign(REQUESTS, TEAMS, policy=policy).answer)
    more = {**TEAMS, "capacity": [3, 2]}
    prints = claim_of(sm.assign(REQUESTS, more, policy=policy).answer).fingerprints
    refused(verify(REQUESTS, more, policy, replace(claim, fingerprints=prints)), Code.NOT_PROVED_OPTIMAL)


# --- claims that make no sense -------------------------------------------------------------------------------------

STATED = {
    "objective a unit too high": {"objective": {"served": 5, "score": 1_800_000}},
    "objective a micro-point too high": {"objective": {"served": 4, "score": 1_100_001}},
    "bound too low": {"bound": {"served": 4, "score": 1}},
    "tiers of another policy": {"objective": {"score": 1}, "bound": {"score": 1}},
    "no objective": {"objective": {}, "bound": {}},
    "scores that are no numbers": {"scores": np.full(4, np.nan)},
    "scores that are missing": {"scores": np.zeros(0)},
    "scores of no kind": {"scores": None},
    "a team too few": {"team_ids": ("t1",)},
    "prices too few": {"price_score": np.zeros(0, dtype=np.int64)},
    "fractional prices": {"price_teams": ("t1",), "price_class": np.zeros(1), "price_score": np.array([0.5])},
    "a team priced twice": {
        "price_teams": ("t1", "t1"),
        "price_class": np.zeros(2, dtype=np.int64),
        "price_score": np.array([600_000, 1]),
    },
    "ids of no kind": {"request_ids": ([], {}, None, 1.5)},
    "a pin of no kind": {"pins": (Pin("r1", "t1", "perhaps"),)},
    "a pin of nobody": {"pins": (Pin("r9", "t9"),)},
    "no fingerprints": {"fingerprints": {"requests": "0" * 64, "teams": "0" * 64}},
    "pairs less than none": {"n_pairs": -1},
}


@pytest.mark.parametrize("change", STATED.values(), ids=STATED)
@pytest.mark.parametrize("proof", [True, False])
def test_claim_that_makes_no_sense_is_refused_and_raises_nothing(square, change, proof):
    """A file may hold anything; the checker says so and lives on."""
    policy, claim = square
    report = verify(REQUESTS, TEAMS, policy, replace(claim, **change), proof=proof)
    assert not report.proved
    if proof:
        assert not report.ok, report
    assert isinstance(str(report) + repr(report) + report.sentence("zh"), str)


# --- good plans ----------------------------------------------------------------------------------------------------


def test_good_plan_is_not_refused_for_the_order_or_kind_of_its_tables(square):
    """Another export of the same tables is the same tables."""
    policy, claim = square
    flipped = [{name: values[::-1] for name, values in table.items()} for table in (REQUESTS, TEAMS)]
    assert verify(*flipped, policy, claim).proved
    assert verify(pd.DataFrame(REQUESTS), pl.DataFrame(TEAMS), policy, claim).proved
    order = [2, 0, 3, 1]
    other = replace(
        claim,
        request_ids=tuple(claim.request_ids[i] for i in order),
        team_ids=tuple(claim.team_ids[i] for i in order),
        scores=claim.scores[order],
    )
    assert verify(REQUESTS, TEAMS, policy, other).proved


@pytest.mark.parametrize("options", [{}, {"reserve": 0.4}, {"tiers": ("score",), "skip_value": 0.3}], ids=str)
def test_good_plan_of_a_whole_city_is_not_refused(options):
    """All default limits and terms, texts too, under every order of tiers."""
    requests, teams = sm.datasets.ordos(n_requests=400, n_teams=120, rng=5)
    plan = sm.assign(requests, teams, policy=sm.Policy(**options))
    report = plan.verify()
    assert report.ok
    assert report.proved, report
    assert plan.verify(proof=False).ok


def test_greedy_plan_is_lawful_and_not_proved():
    """Too little work allowed gives a plan all the same, and no false promise."""
    requests, teams = sm.datasets.ordos(n_requests=200, n_teams=60, rng=1)
    plan = sm.assign(requests, teams, work_limit=10)
    assert (plan.status, plan.stopped_by) == ("FEASIBLE", "work")
    report = plan.verify()
    assert report.ok, report
    assert not report.proved
    assert tuple(plan.bound.values()) >= tuple(plan.objective.values())
