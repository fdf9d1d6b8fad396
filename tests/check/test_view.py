"""A verification in a notebook says by words what it says by colours, and cuts long lists."""

import pytest

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
