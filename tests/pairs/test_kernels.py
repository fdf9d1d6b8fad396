"""The compiled loops: the bits of numpy, on whatever places, words and texts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.towns import LIMITS, NEEDS, OFFERS, RANDOM_TOWNS, TERMS, WORDS, every_pair, tables, town_columns
from servicematch.pairs import fast, phrase_values
from servicematch.pairs.asked import AskedWords
from servicematch.pairs.candidates import Search, passing
from servicematch.pairs.distance import TOLERANCE_KM
from servicematch.pairs.geo import Spots, haversine_km
from servicematch.pairs.limits import Distance
from servicematch.pairs.near import NearSource, Reach
from servicematch.pairs.ranking import rank_pairs
from servicematch.pairs.scores import build_pairs
from servicematch.pairs.terms import Text
from servicematch.tables.requests import Requests
from servicematch.tables.tags import read_bars
from servicematch.tables.teams import Teams

pytest.importorskip("numba")

from servicematch.pairs import _kernels

LATS = st.sampled_from([-90.0, 90.0, 0.0, 39.8, 39.80001, 39.81, -39.8, 89.999, 1e-300]) | st.floats(-90, 90)
LONS = st.sampled_from([-180.0, 180.0, 179.9999, -179.9999, 0.0, 110.0, 110.01, -70.0]) | st.floats(-180, 180)
PLACES = st.lists(st.just((np.nan, np.nan)) | st.tuples(LATS, LONS), min_size=1, max_size=12)
RADII = st.sampled_from([None, 0.0, 1e-9, 1.0, 2.0, 5000.0, 20015.0, 1e9])
TEXTS = st.text(alphabet=st.sampled_from("书法健身舞，, 。\nabéßжᠮ한🧘7") | st.characters(), max_size=14)


def assert_same_bits(left, right):
    """Compare floats as they are stored; NaN equals itself."""
    assert left.dtype == right.dtype
    np.testing.assert_array_equal(left.view(np.int64), right.view(np.int64))


def side(places, radii, name):
    """Make the columns of a table of places, None where there is none."""
    lat, lon = zip(*places, strict=True)
    known = [None if np.isnan(x) else x for x in lat], [None if np.isnan(x) else x for x in lon]
    return {"id": list(range(len(places))), "lat": known[0], "lon": known[1], name: radii}


@settings(deadline=None)
@given(PLACES, PLACES)
def test_distances_have_the_bits_of_numpy(here, there):
    """Poles, the 180th meridian, opposite points, one spot, unknown places."""
    mine, theirs = (Spots.from_degrees(*zip(*places, strict=True)) for places in (here, there))
    rows, cols = every_pair(here, there)
    assert_same_bits(mine.compiled_km(_kernels, theirs, rows, cols), mine.km(theirs, rows, cols))


def test_a_million_distances_have_the_bits_of_numpy():
    """From metres to half way round; a fused product would show in some of them."""
    rng = np.random.default_rng(0)
    n = 250_000
    for spread in (1e-4, 0.1, 10.0, 90.0):
        lat, lon = (rng.uniform(-spread, spread, (2, n)) for _ in range(2))
        mine, theirs = Spots.from_degrees(lat[0], 2 * lon[0]), Spots.from_degrees(lat[1], 2 * lon[1])
        pairs = np.arange(n, dtype=np.int32), rng.permutation(n).astype(np.int32)
        assert_same_bits(mine.compiled_km(_kernels, theirs, *pairs), mine.km(theirs, *pairs))


@st.composite
def reaching(draw):
    """Draw two tables of places with radii, and a distance limit."""
    here, there = draw(PLACES), draw(PLACES)
    radii = [draw(st.lists(RADII, min_size=len(places), max_size=len(places))) for places in (here, there)]
    limit = Distance(missing=draw(st.sampled_from(["exclude", "allow"])), detour=draw(st.sampled_from([1.0, 1.3])))
    return limit, tables((side(here, radii[0], "max_km"), side(there, radii[1], "radius_km")))


def joined(limit, n_requests, n_teams, *, by_team, kernels):
    """List what passes a distance limit, in two blocks, from one side."""
    search = Search.plan([("distance", limit)], n_requests, n_teams)
    join = limit.index()
    near = NearSource(join.near.requests, join.near.teams, join.near.widen, by_team)
    search = Search(
        type(join)(near, join.straight, join.requests, join.teams, join.tolerance),
        *("distance", 0, search.limits, n_requests, n_teams),
    )
    half = n_requests // 2
    blocks = [search.eligible(start, stop, kernels) for start, stop in ((0, half), (half, n_requests))]
    return [np.concatenate(columns).tolist() for columns in zip(*blocks, strict=True)]


@settings(deadline=None, max_examples=300)
@given(reaching(), st.booleans())
def test_the_radius_join_lists_what_passes_in_order(reach, by_team):
    """From either side: radii of 0 and without limit, missing places, detours."""
    limit, (requests, teams) = reach
    prepared = limit.prepare(requests, teams)
    if prepared is None:
        return
    rows, cols = passing([("distance", prepared)], *every_pair(requests, teams))
    found = joined(prepared, len(requests), len(teams), by_team=by_team, kernels=_kernels)
    assert found == [rows.tolist(), cols.tolist()]
    assert found == joined(prepared, len(requests), len(teams), by_team=by_team, kernels=None)


@pytest.mark.parametrize("spread", [0.1, 60.0])
def test_the_join_and_the_limit_agree_to_the_last_bit_of_a_radius(spread):
    """A radius that ends a bit before, at, or behind a place: near by, and far round the globe."""
    rng = np.random.default_rng(4)
    here, there = (
        np.column_stack([rng.uniform(-spread, spread, 400), rng.uniform(-spread, spread, 400)]) for _ in "ab"
    )
    radius = haversine_km(*here.T, *there.T) - TOLERANCE_KM
    for radii in (radius, np.nextafter(radius, 0), np.nextafter(radius, np.inf)):
        columns = side(here.tolist(), radii.tolist(), "max_km"), side(there.tolist(), [None] * 400, "radius_km")
        requests, teams = tables(columns)
        limit = Distance().prepare(requests, teams)
        rows, cols = passing([("distance", limit)], *every_pair(requests, teams))
        assert joined(limit, 400, 400, by_team=False, kernels=_kernels) == [rows.tolist(), cols.tolist()]


@pytest.mark.parametrize("by_team", [True, False])
def test_a_crowd_longer_than_a_piece_of_a_span_is_joined_whole(by_team):
    """Points are taken some hundred at a time."""
    rng = np.random.default_rng(1)
    crowd = np.column_stack([39.8 + rng.normal(0, 1e-3, 900), 110 + rng.normal(0, 1e-3, 900)]).tolist()
    few = [(39.8, 110.0), (39.8005, 110.0), (0.0, -70.0)]
    town = (side(crowd, [1.0] * 900, "max_km"), side(few, [0.2, 0.05, 1e9], "radius_km"))
    requests, teams = tables(town)
    limit = Distance().prepare(requests, teams)
    rows, cols = passing([("distance", limit)], *every_pair(requests, teams))
    assert len(rows) > _kernels.AT_ONCE
    assert joined(limit, 900, 3, by_team=by_team, kernels=_kernels) == [rows.tolist(), cols.tolist()]


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 2), (2, 0)])
def test_empty_tables_join_to_nothing(n, m):
    """They are legal."""
    here = [(39.8, 110.0)]
    whole = side(here * 2, [1.0] * 2, "max_km"), side(here * 2, [1.0] * 2, "radius_km")
    requests, teams = tables(
        [{name: values[:k] for name, values in half.items()} for half, k in zip(whole, (n, m), strict=True)]
    )
    limit = Distance().prepare(requests, teams)
    assert joined(limit, n, m, by_team=True, kernels=_kernels) == [[], []]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1), st.lists(st.sampled_from(WORDS), min_size=1))
def test_words_are_counted_as_by_numpy(asked, had):
    """All of them, one of them, how many."""
    words = AskedWords.of(*(read_bars(np.array(column, dtype=object)) for column in (asked, had)))
    rows, cols = every_pair(asked, had)
    n_had = words.n_had(rows, cols)
    assert_same_bits(words.compiled(_kernels.n_had, rows, cols), n_had)
    n_asked = words.n_asked[rows]
    np.testing.assert_array_equal(words.compiled(_kernels.has_all, rows, cols), n_had == n_asked)
    np.testing.assert_array_equal(words.compiled(_kernels.has_any, rows, cols), (n_had > 0) | (n_asked == 0))


def texts(needs, offers, skills=None):
    """Make the text term ready for some needs and offers, and list all pairs."""
    requests = Requests({"id": range(len(needs)), "need": needs})
    teams = Teams({"id": range(len(offers)), "offers": offers, "skills": skills or [None] * len(offers)})
    return Text().prepare(requests, teams), every_pair(requests, teams)


NEED_TEXTS = st.lists(st.none() | st.sampled_from(NEEDS) | TEXTS, min_size=1, max_size=6)
OFFER_TEXTS = st.lists(st.none() | st.sampled_from(OFFERS) | TEXTS, min_size=1, max_size=6)


@settings(deadline=None, max_examples=200)
@given(NEED_TEXTS, OFFER_TEXTS, st.sampled_from([0.0, np.inf, None]), st.randoms())
def test_texts_are_valued_as_by_numpy(needs, offers, products_per_pair, random):
    """Both ways of the loop, on hostile texts, in any order of the pairs."""
    term, (rows, cols) = texts(needs, offers)
    order = random.sample(range(len(rows)), len(rows))
    for r, c in ((rows, cols), (rows[order], cols[order])):
        assert_same_bits(term.compiled_values(_kernels, r, c, products_per_pair), term.values(r, c))


@pytest.mark.parametrize("products_per_pair", [0.0, np.inf])
def test_a_need_leaves_nothing_behind_for_the_next(products_per_pair):
    """Both ways of the loop note a need's pieces, and must forget them."""
    term, pairs = texts(["书法教学", "法律咨询", None, "水电维修", "书法教学"], ["书法教学", "法律咨询，水电", "维修"])
    assert_same_bits(term.compiled_values(_kernels, *pairs, products_per_pair), term.values(*pairs))


@pytest.mark.parametrize("few", [0, 3, 1000])
@pytest.mark.parametrize("at_once", [1, 7, 1 << 19])
def test_long_offers_are_summed_in_one_order_everywhere(few, at_once, monkeypatch):
    """A sum of many phrases depends on its order; numpy's own goes by pairs."""
    monkeypatch.setattr(phrase_values, "FEW_PHRASES", few)
    monkeypatch.setattr(phrase_values, "PHRASES_AT_ONCE", at_once)
    characters = "健身操广场舞书法绘画法律咨询家电维修太极拳"
    phrases = [characters[i : i + 2] + characters[j : j + 3] for i in range(0, 18, 2) for j in range(0, 18, 3)]
    term, pairs = texts(phrases[:20], ["，".join(phrases[:k]) for k in (1, 2, 9, 54)])
    assert_same_bits(term.compiled_values(_kernels, *pairs), term.values(*pairs))


PAIRS = ("rows", "cols", "gains", "n_eligible_before_relevance", "n_after_relevance", "best_below_reserve")


def same_arrays(one, other, names):
    """Compare arrays of two results."""
    for name in names:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@RANDOM_TOWNS
@given(town_columns(), st.sampled_from([None, 0.4]))
def test_with_and_without_numba_the_pairs_are_the_same(columns, reserve):
    """A plan must not depend on what is installed."""
    town = tables(columns)
    built = []
    for enough in (0, 1 << 60):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fast, "ENOUGH", enough)
            scorer, pairs = build_pairs(*town, LIMITS, TERMS, reserve=reserve)
            ranking = rank_pairs(scorer, np.arange(len(town[1])), k=2, for_teams=True)
            built.append((pairs, ranking, scorer.score(*every_pair(*town))))
    same_arrays(*(pairs for pairs, _, _ in built), PAIRS)
    same_arrays(*(ranking for _, ranking, _ in built), ("rows", "cols", "rank", "n_eligible"))
    assert_same_bits(built[0][2], built[1][2])


class Witness:
    """The compiled loops, and which of them were asked for."""

    def __init__(self):
        self.asked = set()

    def __getattr__(self, name):
        self.asked.add(name)
        return getattr(_kernels, name)


def test_enough_work_is_done_by_all_the_loops(monkeypatch):
    """What is not asked for saves nothing."""
    place = {"id": [1, 2], "lat": [39.8, 41.0], "lon": [110.0] * 2, "skills": ["a"] * 2, "languages": ["zh"] * 2}
    requests = Requests({**place, "need": ["yoga"] * 2, "category": ["b"] * 2, "wanted_skills": ["a"] * 2})
    teams = Teams({**place, "offers": ["yoga"] * 2, "categories": ["b"] * 2, "radius_km": [1.0] * 2})
    witness = Witness()
    monkeypatch.setattr(fast, "kernels", lambda _: witness)
    build_pairs(requests, teams, LIMITS, TERMS)
    assert witness.asked == {"within", "ordered", "pair_km", "has_all", "has_any", "n_had", "phrase_values"}


def test_an_array_of_another_kind_is_refused():
    """Compiling for it would take seconds in the middle of a call."""
    spots = Spots.from_degrees([39.8], [110.0])
    with pytest.raises(TypeError, match="No matching definition"):
        spots.compiled_km(_kernels, spots, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))


def test_unlocated_reach_is_no_reach():
    """Where nobody has a place, there is nothing to join."""
    nowhere = Reach(np.array([np.nan]), np.array([np.nan]), np.array([5.0]))
    assert NearSource(nowhere, nowhere, widen=False).cheaper_side().estimate() == 0


def test_without_a_folder_for_its_cache_a_loop_is_compiled_all_the_same(monkeypatch):
    """In a container nothing may be writable; numba then refuses to cache."""
    asked = []

    def njit(*_, **options):
        asked.append(options)
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(_kernels, "njit", njit)
    assert _kernels._compiled("signature")(len) is len
    assert asked == [{"cache": True, "nogil": True}, {"nogil": True}]
