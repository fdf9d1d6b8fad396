"""A verification in a notebook says by words what it says by colours, and cuts long lists."""

import pytest

import servicematch as sm
from base.reader import HOSTILE, Reader, assert_harmless
from servicematch.check.codes import Code, Violation
from servicematch.check.report import Proof, Verification
from servicematch.check.view import FIRST, verification_view

OBJECTIVE = {"priority=0": 1200, "score": 1_500_000}
PROVED = Verification(Proof.PROVED, objective=OBJECTIVE, bound=OBJECTIVE, n_assigned=2, n_pairs=5)
FULL = Violation(Code.OVER_CAPACITY, team_id="T1", measured=3, limit=2, unit="places")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (PROVED, "LAWFUL AND PROVED"),
        (Verification(Proof.NOT_ASKED, objective=OBJECTIVE), "LAWFUL, NOT PROVED"),
        (Verification(Proof.VIOLATIONS, (FULL,)), "REFUSED"),
        (Verification(Proof.PROVED, (FULL,)), "REFUSED"),
    ],
)
def test_the_verdict_is_a_word(found, verdict):
    """Colours are not seen by everybody, and a refused plan is never called proved."""
    assert verdict in Reader(found._repr_html_()).texts


def test_objective_stands_beside_bound_tier_by_tier():
    """Units are whole; points show all their millionths, since that is what was compared."""
    better = Verification(Proof.GAP, objective=OBJECTIVE, bound={"priority=0": 1200, "score": 1_500_001})
    assert Reader(better._repr_html_()).table("tier")[1:] == [
        ["priority=0", "1,200", "1,200", "0"],
        ["score", "1.500000", "1.500001", "0.000001"],
    ]


def test_without_a_proof_there_is_no_bound():
    """A dash is no 0."""
    found = Verification(Proof.NOT_ASKED, objective=OBJECTIVE)
    assert Reader(found._repr_html_()).table("tier")[1] == ["priority=0", "1,200", "–", "–"]


def test_long_lists_are_cut_and_counted():
    """Ten examples are enough to see what is wrong; the number says how much."""
    page = Reader(Verification(Proof.VIOLATIONS, (FULL,) * 25, notices=(FULL,) * 3)._repr_html_())
    first, second = (len(rows) - 1 for rows in page.tables)
    assert (first, second) == (FIRST, 3)
    assert "Violations (25)" in page.texts
    assert f"{FIRST} of 25 shown." in page.texts


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("text", [*HOSTILE, "x" * 1_000_000])
def test_ids_and_rules_are_shown_as_text(text, lang):
    """Ids come from outside, and so may the plan."""
    wrong = Violation(Code.LIMIT_BROKEN, text, text, 3.0, 2.0, text, text)
    page = str(verification_view(Verification(Proof.VIOLATIONS, (wrong,) * 20, objective={text: 1}), lang))
    assert_harmless(page)
    assert len(page) < 20_000


PINNED = {"n_assigned": 14, "n_pinned": 14, "n_pairs": 4, "objective": {"priority=1": 0, "score": 0}}


def test_a_plan_of_pins_says_that_nothing_was_left_to_decide():
    """An objective of nothing beside fourteen assignments looks like a fault."""
    found = Verification(Proof.PROVED, bound=PINNED["objective"], **PINNED)
    told = "(14 assignments, 4 eligible pairs; all assignments are pinned, nothing was left to decide)."
    assert found.sentence().endswith(told)
    assert "派单全部由人工固定，无可再派" in found.sentence("zh")
    assert Reader(found._repr_html_()).tables == []
    assert "LAWFUL AND PROVED" in found._repr_html_()


@pytest.mark.parametrize(
    "change",
    [
        {"n_pinned": 13},
        {"bound": {"priority=1": 1, "score": 0}},
        {"bound": {}},
        {"bound": {"score": 0}},
        {"proof": Proof.GAP},
        {"violations": (FULL,)},
        {"n_assigned": 0, "n_pinned": 0},
    ],
)
def test_it_is_said_only_when_it_is_so(change):
    """One that was free, a unit more within reach, no proof, nothing assigned: then the numbers stand."""
    found = Verification(**{"proof": Proof.PROVED, "bound": PINNED["objective"], **PINNED, **change})
    assert "priority=1 0" in found.sentence()
    assert "nothing was left" not in found._repr_html_()


def test_a_pinned_town_is_told_so_by_the_checker():
    """From the plan itself, with pairs that remain eligible but have no place."""
    plan = sm.assign({"id": [1, 2, 3]}, {"id": ["a", "b"]}, pins=[(1, "a"), (2, "b")])
    assert "2 assignments" in plan.verify().sentence()
    assert plan.verify().nothing_to_decide
    assert not sm.assign({"id": [1, 2, 3]}, {"id": ["a", "b"]}, pins=[(1, "a")]).verify().nothing_to_decide


def test_it_shows_in_chinese():
    """The desk reads Chinese; printed, it is the sentence."""
    view = PROVED.show("zh")
    assert repr(view) == PROVED.sentence("zh")
    assert "合规且已证明最优" in view._repr_html_()
    assert PROVED.show()._repr_html_() == PROVED._repr_html_()
