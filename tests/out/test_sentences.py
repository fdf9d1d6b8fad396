"""Reasons read as sentences in both languages, with as many facts as are known."""

import pytest

from servicematch.out.sentences import SENTENCES, reason_text
from servicematch.out.words import LIMIT_WORDS, REASON_WORDS, TERM_WORDS

CODES = [
    "EXCLUDED",
    "PIN_FORBIDS",
    "BOOKED_TEAM_CANNOT",
    "NO_LOCATION",
    "NO_ELIGIBLE_TEAM",
    "NO_RELEVANT_TEAM",
    "TOO_FEW_TEAMS",
    "BELOW_RESERVE",
    "SLOT_FULL",
    "HOURS_FULL",
    "DAY_CAP",
    "QUOTA_FULL",
    "SAME_TEAM",
    "APART",
    "NO_TIME_BETWEEN",
    "FLOOR_DISPLACED",
    "LOST_TIE",
    "OUTCOMPETED",
    "NOT_WORTH_IT",
    "NOT_PROVED",
]
FACTS = {
    "limit": "distance",
    "n_teams": 7,
    "asked": 3,
    "best_score": 0.4321,
    "reserve": 0.5,
    "min_relevance": 0.05,
    "booked_team": "T{9}",
    "short_teams": 2,
    "hours": 2.5,
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("facts", [{}, FACTS, dict.fromkeys(FACTS), *({name: value} for name, value in FACTS.items())])
def test_every_code_is_a_sentence_whatever_is_known(code, facts, lang):
    """A missing fact must shorten a sentence, never break a plan."""
    text = reason_text(code, facts, lang)
    assert text.endswith("." if lang == "en" else "。")
    assert "None" not in text
    assert "  " not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_languages_know_the_same_words(lang):
    """A word missing in one language would show as a code to a resident."""
    assert tuple(SENTENCES[lang]) == tuple(CODES)
    assert tuple(REASON_WORDS[lang]) == tuple(CODES)
    assert LIMIT_WORDS[lang].keys() == LIMIT_WORDS["en"].keys()
    assert TERM_WORDS[lang].keys() == TERM_WORDS["en"].keys()


def test_the_limit_is_told_in_the_language_of_the_sentence():
    """A dispatcher reads 距离, not distance."""
    assert "距离" in reason_text("NO_ELIGIBLE_TEAM", {"limit": "distance"}, "zh")
    assert "distance" in reason_text("NO_ELIGIBLE_TEAM", {"limit": "distance"}, "en")


def test_a_callers_own_limit_keeps_its_name():
    """Limits that the library does not know are named by their authors."""
    assert "women_only" in reason_text("NO_ELIGIBLE_TEAM", {"limit": "women_only"}, "zh")


def test_braces_in_an_id_are_only_text():
    """Ids come from outside and must not be read as a format."""
    assert "T{9}" in reason_text("BOOKED_TEAM_CANNOT", FACTS)


def test_one_team_is_singular_and_thousands_are_grouped():
    """Sentences are for people."""
    assert reason_text("OUTCOMPETED", {"n_teams": 1}).startswith("1 team could")
    assert reason_text("OUTCOMPETED", {"n_teams": 1923}).startswith("1,923 teams could")


def test_a_score_short_of_the_reserve_never_reads_as_reaching_it():
    """Rounding 0.5999 to 0.60 would make the sentence contradict itself."""
    assert "0.59," in reason_text("BELOW_RESERVE", {"best_score": 0.5999, "reserve": 0.6})


def test_unknown_codes_and_languages_are_refused():
    """A misspelt code is a fault of the caller."""
    with pytest.raises(ValueError, match="unknown reason code 'LOST'"):
        reason_text("LOST", {})
    with pytest.raises(ValueError, match="lang must be one of"):
        reason_text("LOST_TIE", {}, "fr")  # type: ignore[arg-type]
