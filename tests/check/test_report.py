"""What the checker says: short, in two languages, and never a resident's words or place."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from check.towns import honest_claim, wrong_claim
from servicematch.check.codes import SENTENCES, Code, Violation
from servicematch.check.report import Proof, Verification


def test_a_good_plan_is_told_in_one_sentence(village):
    """A dispatcher sees at a glance that the plan holds, and what it brings."""
    verification = village.verify(honest_claim(village))
    assert repr(verification) == (
        "Verification: the plan keeps every rule and is proved optimal (4 assignments, 10 eligible pairs; "
        "priority=5 1; priority=0 3; score 2.327530)."
    )
    assert verification.sentence("zh") == (
        "计划符合全部规则，已证明最优（4 个派单，10 个可行配对；priority=5 1；priority=0 3；score 2.327530）。"
    )


def test_a_wrong_plan_is_told_with_its_first_fault(village):
    """What is wrong comes first, with the ids that it concerns."""
    verification = village.verify(wrong_claim(village, (("r1", "t1"), ("r4", "t1"))), proof=False)
    assert repr(verification).startswith(
        "Verification: the plan is REFUSED, 1 violation: OVER_CAPACITY 1 (2 assignments"
    )
    assert "Team 't1' has 1 free places and is given 2 requests." in str(verification)
    assert verification.sentence("zh").endswith("首条：队伍 't1' 有 1 个空位，却派了 2 个点单。")


def test_long_lists_are_cut():
    """Ten violations are shown, and the rest is counted."""
    violations = tuple(Violation(Code.UNKNOWN_TEAM, 1, i) for i in range(25))
    lines = str(Verification(Proof.VIOLATIONS, violations)).splitlines()
    assert len(lines) == 12
    assert lines[-1] == "... and 15 more"
    assert len(str(Verification(Proof.VIOLATIONS, violations[:10])).splitlines()) == 11


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_sentence_in_both_languages(code):
    """The codes are a closed list, and each can be said without its details."""
    assert len(SENTENCES[code]) == 2
    violation = Violation(code, "r", "t", 1, 2.5, "km", "distance")
    assert violation.text == str(violation)
    for lang in ("en", "zh"):
        assert "{" not in violation.sentence(lang)
        assert Violation(code).sentence(lang)


def test_unknown_languages_are_refused():
    """There is no third language to fall back to."""
    with pytest.raises(ValueError, match="'fr'"):
        Verification(Proof.PROVED).sentence("fr")


def test_no_text_and_no_place_is_ever_shown(village):
    """Reports go to logs: ids and measures only."""
    town = village.with_request("r4", need="电话 13800000000", lat=39.123456, lon=109.654321)
    town = town.with_request("r1", category="law")
    verification = town.verify(wrong_claim(town, (("r4", "t1"), ("r1", "t1"))))
    said = " ".join([repr(verification), str(verification), verification.sentence("zh"), repr(verification.violations)])
    for secret in ("13800000000", "电话", "39.123", "109.654", "健身操", "39.6"):
        assert secret not in said


def test_a_verification_cannot_be_changed():
    """What was found stays found."""
    verification = Verification(Proof.GAP, (Violation(Code.UNKNOWN_TEAM),))
    with pytest.raises(FrozenInstanceError):
        verification.violations = ()


def test_only_a_plan_without_fault_is_proved():
    """A proof beside a violation counts for nothing."""
    assert Verification(Proof.PROVED).proved
    assert not Verification(Proof.PROVED, (Violation(Code.UNKNOWN_TEAM),)).proved
    assert not Verification(Proof.NOT_ASKED).proved
