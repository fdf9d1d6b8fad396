"""Values of limits and terms that the random towns do not reach: roads, encoders, a caller's own, boundaries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from check.towns import Town, honest_claim, policy, wrong_claim
from servicematch.base.claim import SCALE, Claim, Pin
from servicematch.check.book import open_book
from servicematch.check.certificate import largest
from servicematch.check.codes import Code
from servicematch.check.prices import exact_sum
from servicematch.check.report import Proof
from servicematch.check.verify import verify
from servicematch.check.words import compare_texts, pieces
from servicematch.pairs.limits import Distance
from servicematch.pairs.terms import Proximity, Text

ROWS, COLS = np.repeat(np.arange(2, dtype=np.int32), 2), np.tile(np.arange(2, dtype=np.int32), 2)
REQUESTS = [
    {"id": "r2", "lat": 39.0, "lon": 109.0, "max_km": 10.0},
    {"id": "r1", "lat": 39.1, "lon": 109.0, "max_km": 10.0},
]
TEAMS = [{"id": "t2", "lat": 39.0, "lon": 109.0}, {"id": "t1", "lat": 39.1, "lon": 109.1}]
KM = {("r1", "t1"): 1.0, ("r1", "t2"): 11.0, ("r2", "t1"): np.nan, ("r2", "t2"): 10.0}


def by_latitude(lat1, _lon1, lat2, _lon2):
    """Measure a hundred kilometres a degree, north or south only."""
    return 100 * np.abs(lat1 - lat2)


@pytest.mark.parametrize(
    "km",
    [
        np.array([[KM[r["id"], t["id"]] for t in TEAMS] for r in REQUESTS]),
        [(r, t, km) for (r, t), km in KM.items()] + [("r1", "gone", 1.0)],
        [(r, t, km) for (r, t), km in KM.items() if km == km],  # noqa: PLR0124  not NaN
        {"request_id": [r for r, _ in KM], "team_id": [t for _, t in KM], "km": list(KM.values())},
    ],
    ids=["matrix", "triples", "fewer triples", "table"],
)
def test_given_roads_are_read_by_id(km):
    """A matrix is in the caller's row order, a list goes by ids; where there is no way, there is none."""
    book = open_book(*Town(REQUESTS, TEAMS).tables, policy(limits=(Distance(km=km),), terms=(Proximity(km=km),)))
    (rule,) = book.rules
    np.testing.assert_array_equal(rule.measure.values(ROWS, COLS), [1.0, 11.0, np.nan, 10.0])
    assert rule.judge(ROWS, COLS)[0].tolist() == [True, False, False, True]
    near = book.scores(ROWS, COLS).score
    np.testing.assert_allclose(near, [10 / 11, 10 / 21, 0.0, 0.5])


def test_a_function_of_places_is_asked():
    """Pairs with a missing place are not asked, and a request without a place leaves nearness out."""
    requests = [REQUESTS[0], REQUESTS[1] | {"lat": None, "lon": None}]
    limits, terms = (Distance(km=by_latitude, missing="allow"),), (Proximity(km=by_latitude),)
    book = open_book(*Town(requests, TEAMS).tables, policy(limits=limits, terms=terms))
    np.testing.assert_allclose(book.rules[0].measure.values(ROWS, COLS), [np.nan, np.nan, 10.0, 0.0], atol=1e-9)
    assert book.rules[0].judge(ROWS, COLS)[0].all()
    np.testing.assert_allclose(book.scores(ROWS, COLS).score, [0.0, 0.0, 0.5, 1.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("书法课", ["书", "法", "课", "书法", "法课"]),
        ("我要学书法", ["学", "书", "法", "要学", "学书", "书法"]),
        ("a class", [" a ", " cla", "clas", "lass", "ass "]),
        ("书法 2 go!", ["书", "法", "书法", " go "]),
        ("😀 12:30", []),
    ],
)
def test_pieces_are_characters_pairs_and_runs_of_letters(text, expected):
    """Characters that stand in every sentence are none, nor are digits and signs."""
    assert pieces(text) == set(expected)


def test_both_ways_to_multiply_texts_agree():
    """A few chosen pairs and a whole block have the same values."""
    rng = np.random.default_rng(0)
    texts = np.array(["".join(rng.choice(list("健身操广场舞太极拳"), 5)) for _ in range(40)], dtype=object)
    compared = compare_texts(texts, [[text] for text in texts], str)
    rows, cols = (side.ravel().astype(np.int32) for side in np.indices((40, 40)))
    block = compared.values(rows, cols)
    one_by_one = [compared.values(rows[i : i + 1], cols[i : i + 1])[0] for i in range(0, 1600, 7)]
    np.testing.assert_allclose(block[::7], one_by_one, atol=1e-12)
    assert (block.reshape(40, 40).argmax(axis=1) == np.arange(40)).mean() > 0.9


def test_a_longer_text_of_unknown_words_is_less_alike():
    """Pieces that no offer has count in the length of a need."""
    compared = compare_texts(np.array(["书法", "书法摔跤"], dtype=object), [["书法"]], str)
    short, long = compared.values(np.array([0, 1], dtype=np.int32), np.zeros(2, dtype=np.int32))
    assert short == pytest.approx(1.0)
    assert long < 0.9


def test_phrases_that_fit_add_up_to_one_at_most():
    """The root of the sum of the squares."""
    compared = compare_texts(np.array(["书法班", "书法"], dtype=object), [["书法", "法书"], ["书法"]], str)
    one = compare_texts(np.array(["书法班"], dtype=object), [["书法"], ["法书"]], str)
    rows, cols = np.array([0, 1], dtype=np.int32), np.zeros(2, dtype=np.int32)
    both = compared.values(rows, cols)
    assert both[1] == 1.0
    assert 0 < one.values(np.zeros(2, dtype=np.int32), np.array([0, 1], dtype=np.int32)).min() < both[0] <= 1.0


def test_an_encoder_speaks_for_itself(village):
    """Texts that a caller compares in his own way are taken from his term."""
    lengths = Text(encoder=lambda texts: [[len(text), 1.0] for text in texts])
    book = open_book(*village.tables, policy(terms=(lengths,)))
    assert (book.scores(ROWS, COLS).score > 0.9).all()


def test_weights_learnt_before_are_numbers_of_the_policy(village):
    """A text term that carries its weights is valued by them, not by the offers of the day."""
    _, teams = village.tables
    fitted = Text().fit(teams)
    changed = village.with_team("t3", offers="健身健身健身")
    old, new = (open_book(*changed.tables, policy(terms=(term,))).scores(ROWS, COLS).score for term in (fitted, Text()))
    theirs = fitted.prepare(*changed.tables).values(ROWS, COLS)
    np.testing.assert_allclose(old, theirs, atol=1e-12)
    assert not np.allclose(old, new)


class Even:
    """A caller's limit: only teams at even positions."""

    name = "even"

    def prepare(self, _requests, _teams):
        """Need nothing of the tables."""
        return self

    unit = "steps"

    def values(self, _rows, cols):
        """Measure the position."""
        return (cols % 2).astype(np.float64)

    def bound(self, rows, _cols):
        """Allow no step."""
        return np.zeros(len(rows))


class Half:
    """A caller's term: the same for all, and for request 0 nothing."""

    name, weight = "half", 1.0

    def __init__(self, value=0.5):
        self.value = value

    def prepare(self, _requests, _teams):
        """Need nothing of the tables."""
        return self

    def values(self, rows, _cols):
        """Value all alike."""
        return np.where(rows == 0, np.nan, self.value)


def test_a_callers_own_limit_and_term_are_asked():
    """What the library does not know is measured through its protocol."""
    town = Town([{"id": 1}, {"id": 2}], [{"id": 1}, {"id": 2}])
    own = policy(limits=(Even(),), terms=(Half(),), tiers=("served", "score"))
    nothing = np.zeros(0, dtype=np.int64)
    claim = Claim(
        (2,), (1,), np.array([0.5]), np.zeros(1, dtype=bool), {"served": 1, "score": 500_000},
        {"served": 1, "score": 500_000}, "PROVED", (1,), np.array([1]), np.array([0]), 2,
    )  # fmt: skip
    assert verify(*town.tables, own, claim).proved
    # The request without a term scores 0 and can still be served, but not instead of the other.
    worse = replace(
        claim,
        request_ids=(1,),
        scores=np.zeros(1),
        objective={"served": 1, "score": 0},
        bound={"served": 1, "score": 0},
    )
    assert {v.code for v in verify(*town.tables, own, worse).violations} == {
        Code.NOT_PROVED_OPTIMAL,
        Code.BOUND_DIFFERS,
    }
    odd = replace(claim, team_ids=(2,), price_teams=(), price_class=nothing, price_score=nothing)
    found = verify(*town.tables, own, odd, proof=False).violations
    assert [(v.code, v.rule, v.unit) for v in found] == [(Code.LIMIT_BROKEN, "even", "steps")]


@pytest.mark.parametrize("rounded", [0, 1])
def test_a_score_on_a_rounding_boundary_is_taken_at_its_worse(rounded):
    """Half a micro-point may honestly be rounded either way: neither is refused, and it is counted."""
    town = Town([{"id": 0}, {"id": 1}], [{"id": 1, "capacity": 1}])
    value = (300_000 + 0.5) / SCALE
    own = policy(limits=(), terms=(Half(value),), tiers=("served", "score"))
    gain = 300_000 + rounded
    totals = {"served": 1, "score": gain}
    claim = Claim(
        (1,),
        (1,),
        np.array([value]),
        np.zeros(1, dtype=bool),
        totals,
        totals,
        "PROVED",
        (1,),
        np.array([1]),
        np.array([0]),
        2,
    )
    verification = verify(*town.tables, own, claim)
    assert verification.ok, verification
    assert verification.n_ambiguous == 1
    assert verification.proved  # the other request scores 0, whichever way this one is rounded


def test_a_tie_on_a_rounding_boundary_is_not_proved_and_said_so():
    """Where the worse rounding would make another plan better, nothing is proved, and nothing is refused."""
    town = Town([{"id": 0}, {"id": 1}, {"id": 2}], [{"id": 1, "capacity": 1}])
    value = (300_000 + 0.5) / SCALE
    own = policy(limits=(), terms=(Half(value),), tiers=("served", "score"))
    totals = {"served": 1, "score": 300_000}
    claim = Claim(
        (1,),
        (1,),
        np.array([value]),
        np.zeros(1, dtype=bool),
        totals,
        totals,
        "PROVED",
        (1,),
        np.array([1]),
        np.array([300_000]),
        3,
    )
    verification = verify(*town.tables, own, claim)
    assert verification.ok, verification
    assert not verification.proved
    assert verification.proof is Proof.AMBIGUOUS
    assert "rounding" in str(verification)


def test_the_largest_margins_are_those_of_a_sort():
    """Units before points, as many as a request needs, with one unit and with several."""
    rng = np.random.default_rng(0)
    for _ in range(100):
        rows = rng.integers(0, 5, 30).astype(np.int32)
        units, points = rng.integers(0, 3, 30), rng.integers(-4, 5, 30)
        need = rng.integers(0, 4, 5)
        chosen = largest(rows, units, points, need)
        for row in range(5):
            margins = sorted(zip(units[rows == row].tolist(), points[rows == row].tolist(), strict=True), reverse=True)
            mine = [(int(units[i]), int(points[i])) for i in chosen if rows[i] == row]
            assert sorted(mine, reverse=True) == margins[: need[row]]


def test_sums_are_exact():
    """Numbers near the ends of 64 bits add up without wrapping."""
    rng = np.random.default_rng(0)
    values = rng.integers(-(2**63), 2**63 - 1, 1000)
    assert exact_sum(values) == sum(values.tolist())
    assert exact_sum(np.zeros(0, dtype=np.int64)) == 0


def test_raw_tables_of_any_kind_are_accepted(village):
    """A stranger may bring the frames themselves."""
    town = replace(village, requests=[row | {"units": row.get("units", 1), "priority": 0} for row in village.requests])
    town = replace(town, teams=[row | {"used": 0} for row in town.teams])
    claim = honest_claim(town)
    assert verify(town.requests, town.teams, town.policy, claim).proved


def test_pins_beyond_limits_and_capacity_are_noticed_not_refused(village):
    """A pin overrides limits, reserve and capacity; it is reported, takes its place first, and the rest is proved."""
    town = replace(village.with_request("r3", max_km=0.1), policy=policy(reserve=0.5))
    town = replace(town, pins=(Pin("r3", "t1"), Pin("r1", "t1"), Pin("r2", "t3"), Pin("r2", "t1", "forbid")))
    claim = honest_claim(town)
    verification = town.verify(claim)
    assert verification.proved, verification
    found = {(v.code, v.request_id, v.team_id, v.rule) for v in verification.notices}
    assert found == {
        (Code.PIN_BREAKS_LIMIT, "r3", "t1", "skills"),
        (Code.PIN_BREAKS_LIMIT, "r3", "t1", "distance"),
        (Code.PIN_BREAKS_LIMIT, "r3", "t1", "reserve"),
        (Code.PIN_BREAKS_LIMIT, "r2", "t3", "reserve"),
        (Code.PIN_OVER_CAPACITY, None, "t1", ""),
    }
    # Nobody else may come on top of the pins.
    crowded = replace(town, pins=town.pins[:3])
    assert Code.OVER_CAPACITY in {v.code for v in crowded.verify(wrong_claim(crowded, (("r4", "t1"),))).violations}


def test_a_team_without_places_needs_no_price(village):
    """Nobody can be sent there, so what it would be worth to them does not count."""
    town = village.with_team("t3", capacity=0)
    claim = honest_claim(town)
    kept = [i for i, team in enumerate(claim.price_teams) if team != "t3"]
    assert len(kept) < len(claim.price_teams)
    teams = tuple(claim.price_teams[i] for i in kept)
    without = replace(
        claim, price_teams=teams, price_class=claim.price_class[kept], price_score=claim.price_score[kept]
    )
    assert town.verify(without).proved


def test_whoever_books_a_team_need_not_be_relevant(village):
    """A resident who names a team knows what for."""
    town = village.with_request("r1", category=None, need="法律咨询")
    town = replace(town, requests=[row | {"booked_team": "t3" if row["id"] == "r1" else None} for row in town.requests])
    claim = honest_claim(town)
    assert ("r1", "t3") in set(zip(claim.request_ids, claim.team_ids, strict=True))
    assert town.verify(claim).proved
