"""Scores: the mean by weight, the breakdown, the one rounding, the reserve, the counts, and what they never depend on."""

import pickle

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pairs.towns import LIMITS, RANDOM_TOWNS, TERMS, every_pair, pair, permuted, steppe, tables, town_columns
from servicematch.base.errors import PolicyError
from servicematch.pairs import candidates
from servicematch.pairs.candidates import Search
from servicematch.pairs.limits import Distance, Skills
from servicematch.pairs.scores import build_pairs, prepare_scorer, quantise, score_block
from servicematch.pairs.terms import Proximity, SkillFit, Text, TrackRecord
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


class Given:
    """A caller's term: the value of each team."""

    def __init__(self, values, name="given", weight=1.0):
        self.values_by_team, self.name, self.weight = np.array(values, dtype=float), name, weight

    def prepare(self, requests, teams):
        """Take the tables."""
        return self

    def values(self, rows, cols):
        """Measure each pair."""
        return self.values_by_team[cols]


def three_teams():
    """One request, three teams, nothing known of them."""
    return Requests({"id": [1]}), Teams({"id": [1, 2, 3]})


def test_a_score_is_the_mean_of_its_terms_by_weight():
    """0.75 of one and 0.25 of the other, whatever the weights add up to."""
    terms = [Given([1.0, 0.0, 0.4], "a", 3), Given([0.0, 1.0, 0.8], "b", 1)]
    scorer, pairs = build_pairs(*three_teams(), [], terms)
    assert pairs.gains.tolist() == [750_000, 250_000, 500_000]
    np.testing.assert_allclose(scorer.score(pairs.rows, pairs.cols), [0.75, 0.25, 0.5])


def test_a_missing_value_is_left_out_and_is_not_zero():
    """The other terms take its weight."""
    terms = [Given([np.nan, 0.0, np.nan], "a", 3), Given([0.6, 0.6, np.nan], "b", 1)]
    assert build_pairs(*three_teams(), [], terms)[1].gains.tolist() == [600_000, 150_000, 0]


@pytest.mark.parametrize("terms", [[], [SkillFit(), Text()], [Given([1, 1, 1], weight=0)]])
def test_without_any_term_the_score_is_zero_and_the_pair_stays(terms):
    """Served all the same."""
    assert build_pairs(*three_teams(), [], terms)[1].gains.tolist() == [0, 0, 0]


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, 1.0001, -0.0001])
def test_a_term_that_leaves_its_range_is_named(wrong):
    """Infinite or outside [0, 1] is a mistake of whoever wrote it."""
    with pytest.raises(PolicyError, match=r"terms\.given: expected values in \[0, 1\]"):
        build_pairs(*three_teams(), [], [Given([0.5, np.nan, wrong])])


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_a_callers_weight_is_checked_too(weight):
    """By the same rule as ours."""
    with pytest.raises(PolicyError, match=r"terms\.given\.weight"):
        build_pairs(*three_teams(), [], [Given([0, 0, 0], weight=weight)])


@pytest.mark.parametrize(
    ("limits", "terms", "words"),
    [
        ([Skills(), Skills()], [], "twice"),
        ([], [Given([0] * 3), Given([0] * 3)], "twice"),
        ([Skills], [], r"write Skills\(\)"),
        ([], ["text"], "prepare"),
    ],
)
def test_mistakes_in_the_lists_are_told_apart(limits, terms, words):
    """A class, a name, or a name twice."""
    with pytest.raises(PolicyError, match=words):
        build_pairs(*three_teams(), limits, terms)


def test_quantise_rounds_to_the_nearest_micro_point():
    """Half a micro-point at most is lost."""
    assert quantise(np.array([0.0, 4.9e-7, 5.1e-7, 0.9999996, 1.0])).tolist() == [0, 0, 1, 1_000_000, 1_000_000]
    assert quantise(np.empty(0)).dtype == np.int32


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1e-9, 1.0000001])
def test_quantise_refuses_what_is_no_score(wrong):
    """A cast would turn it into some integer without a word."""
    with pytest.raises(PolicyError, match="score"):
        quantise(np.array([0.5, wrong]))


def test_the_reserve_keeps_what_equals_it():
    """It is compared in micro-points; what is dropped is remembered."""
    terms = [Given([0.3, 0.2999996, 0.2999994])]
    _, pairs = build_pairs(*three_teams(), [], terms, reserve=0.3)
    assert pairs.cols.tolist() == [0, 1]
    assert pairs.best_below_reserve.tolist() == [299_999]
    assert build_pairs(*three_teams(), [], terms, reserve=0.29)[1].best_below_reserve.tolist() == [-1]


@pytest.mark.parametrize("reserve", [-0.1, 1.1, np.nan])
def test_a_reserve_is_a_score(reserve):
    """Else it would keep all or none."""
    with pytest.raises(PolicyError, match="reserve"):
        build_pairs(*three_teams(), [], [], reserve=reserve)


def test_what_is_on_and_off_is_said():
    """An absent column switches off, and the plan can say so."""
    _, pairs = build_pairs(*steppe(), LIMITS, TERMS)
    assert (pairs.limits_on, pairs.limits_off) == (("skills", "categories", "distance"), ("languages", "booked"))
    assert (pairs.terms_on, pairs.terms_off) == (("text", "proximity"), ("skill_fit", "area_affinity", "track_record"))


def test_the_steppe_comes_out_as_reckoned_by_hand():
    """r1 to the near team with its skill; r2 by words to the legal team 5 km off; t3 has no place."""
    scorer, pairs = build_pairs(*steppe(), LIMITS, TERMS)
    assert list(zip(pairs.rows.tolist(), pairs.cols.tolist(), strict=True)) == [(0, 0), (1, 1)]
    assert pairs.n_eligible_before_relevance.tolist() == [1, 2]
    assert pairs.indptr.tolist() == [0, 1, 2]
    km = scorer.measures(1, 1)["value"][2]
    assert km == pytest.approx(5.0, abs=0.01)
    down = scorer.breakdown(1, 1)
    assert down["weight"].tolist() == pytest.approx([0.45 / 0.7, 0.25 / 0.7])
    assert down["value"][1] == pytest.approx(10 / (10 + km))


@RANDOM_TOWNS
@given(town_columns())
def test_contributions_add_up_to_the_score(columns):
    """A person can follow every score."""
    requests, teams = tables(columns)
    scorer = prepare_scorer(requests, teams, LIMITS, TERMS)
    rows, cols = every_pair(requests, teams)
    for r, c, score in zip(rows, cols, scorer.score(rows, cols), strict=True):
        down = scorer.breakdown(r, c)
        assert float(down["contribution"].sum()) == pytest.approx(score, abs=1e-9)
        assert down["weight"].sum() == pytest.approx(1.0 if (~np.isnan(down["value"])).any() else 0.0)
        assert (scorer.measures(r, c)["passes"].all()) == scorer.passes(*pair(r, c))[0]


@RANDOM_TOWNS
@given(town_columns(), st.sampled_from([1, 2, 5, 1000]), st.sampled_from([None, 0.3]))
def test_blocks_of_any_size_give_the_same_pairs_and_gains(columns, size, reserve):
    """How the work is cut is nobody's business."""
    requests, teams = tables(columns)
    scorer, pairs = build_pairs(requests, teams, LIMITS, TERMS, reserve=reserve)
    floor = 0 if reserve is None else 300_000
    search = Search.plan(scorer.limits, len(requests), len(teams))
    blocks = [score_block(scorer, search, floor, block) for block in search.blocks(size)]
    for name, whole in [
        ("rows", pairs.rows),
        ("cols", pairs.cols),
        ("gains", pairs.gains),
        ("n_eligible", pairs.n_eligible_before_relevance),
        ("n_relevant", pairs.n_after_relevance),
        ("best_below", pairs.best_below_reserve),
    ]:
        np.testing.assert_array_equal(np.concatenate([getattr(block, name) for block in blocks]), whole)
    assert scorer.passes(pairs.rows, pairs.cols).all()
    np.testing.assert_array_equal(quantise(scorer.score(pairs.rows, pairs.cols)), pairs.gains)
    kept = np.bincount(pairs.rows, minlength=len(requests))
    assert (kept + (pairs.best_below_reserve >= 0) <= pairs.n_after_relevance).all()
    assert (pairs.n_after_relevance <= pairs.n_eligible_before_relevance).all()


@RANDOM_TOWNS
@given(town_columns(), st.randoms(use_true_random=False))
def test_the_callers_row_order_changes_nothing(columns, random):
    """Rows of both tables shuffled: the same pairs, the same gains."""
    shuffled = [permuted(side, random.sample(range(len(side["id"])), len(side["id"]))) for side in columns]
    (_, first), (_, second) = (build_pairs(*tables(side), LIMITS, TERMS) for side in (columns, shuffled))
    for name in ("rows", "cols", "gains", "n_after_relevance"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


@RANDOM_TOWNS
@given(town_columns())
def test_a_score_does_not_depend_on_who_else_asks(columns):
    """One request alone has the scores that it has among the others."""
    requests, teams = tables(columns)
    scorer = prepare_scorer(requests, teams, LIMITS, TERMS)
    alone, _ = tables(({name: values[-1:] for name, values in columns[0].items()}, columns[1]))
    single = prepare_scorer(alone, teams, LIMITS, TERMS)
    cols = np.arange(len(teams), dtype=np.int32)
    last = np.full(len(teams), len(requests) - 1, dtype=np.int32)
    np.testing.assert_allclose(single.score(np.zeros_like(cols), cols), scorer.score(last, cols), atol=1e-12)


def many():
    """Sixty requests and forty teams: enough for several blocks."""
    rng = np.random.default_rng(0)
    requests = {
        "id": range(60),
        "lat": rng.uniform(39, 40, 60),
        "lon": rng.uniform(110, 111, 60),
        "need": ["yoga", "law", None] * 20,
    }
    teams = {
        "id": range(40),
        "lat": rng.uniform(39, 40, 40),
        "lon": rng.uniform(110, 111, 40),
        "radius_km": [30.0] * 40,
        "offers": ["yoga", "law"] * 20,
    }
    return Requests(requests), Teams(teams)


@pytest.mark.parametrize("config", [{"backend": "sequential"}, {"backend": "threading", "n_jobs": 2}])
def test_workers_change_nothing(monkeypatch, config):
    """The caller's joblib configuration decides who works, not what comes out."""
    _, alone = build_pairs(*many(), LIMITS, TERMS)
    monkeypatch.setattr(candidates.Search.blocks, "__defaults__", (100,))
    with joblib.parallel_config(**config):
        _, shared = build_pairs(*many(), LIMITS, TERMS)
    for name in ("rows", "cols", "gains", "best_below_reserve"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(shared, name))


def test_a_scorer_survives_pickling():
    """Workers and plans carry it."""
    scorer, pairs = build_pairs(*steppe(), LIMITS, TERMS)
    again = pickle.loads(pickle.dumps(scorer))  # noqa: S301  our own bytes
    np.testing.assert_array_equal(again.score(pairs.rows, pairs.cols), scorer.score(pairs.rows, pairs.cols))


def test_fitted_terms_score_another_day_by_the_same_measure():
    """A plan carries them, so that a what-if speaks of the same scores."""
    requests, teams = steppe()
    scorer, _ = build_pairs(requests, teams, [Distance()], [Text(), Proximity(), TrackRecord()])
    more = Teams(
        {
            "id": ["t1", "t2", "t9"],
            "offers": ["健身操教练", "法律援助与咨询", "健身操"],
            "lat": [39.861, 39.905, 39.8],
            "lon": [111.231, 111.23, 111.2],
        }
    )
    later = prepare_scorer(requests, more, [Distance()], scorer.fitted_terms)
    np.testing.assert_array_equal(later.score(*pair(0, 0)), scorer.score(*pair(0, 0)))
    assert prepare_scorer(requests, more, [], [Text()]).score(*pair(0, 0)) != prepare_scorer(
        requests, teams, [], [Text()]
    ).score(*pair(0, 0))


def test_arrays_are_write_protected():
    """The pair axis is fixed once."""
    _, pairs = build_pairs(*steppe(), LIMITS, TERMS)
    with pytest.raises(ValueError, match="read-only"):
        pairs.gains[0] = 1
