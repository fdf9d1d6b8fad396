"""The desk's table of synonyms: each word leads to one service, and each service is one that a team has."""

import unicodedata
from itertools import permutations

import pytest

import servicematch as sm
from servicematch.datasets.synonyms import ordos_synonyms

LANGS = ["zh", "en"]


@pytest.mark.parametrize("lang", LANGS)
def test_no_word_stands_at_two_services(lang):
    """A word that means two services would send half of its people to the wrong team."""
    words = [word for of_service in ordos_synonyms(lang).values() for word in of_service]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("lang", LANGS)
def test_no_word_is_part_of_another_services_word(lang):
    """A text with the longer word would be read as both services."""
    table = ordos_synonyms(lang)
    both = [
        (word, longer)
        for here, there in permutations(table, 2)
        for word in table[here]
        for longer in (there.casefold(), *table[there])
        if word in longer
    ]
    assert both == []


@pytest.mark.parametrize("lang", LANGS)
def test_each_service_has_a_small_list(lang):
    """A desk can read through the table before it trusts it."""
    counts = {key: len(words) for key, words in ordos_synonyms(lang).items()}
    assert {key: count for key, count in counts.items() if not 6 <= count <= 20} == {}


@pytest.mark.parametrize("lang", LANGS)
def test_words_are_written_as_texts_are_read(lang):
    """Texts are compared in NFKC and without capitals, so a word written otherwise would never be found."""
    words = [word for of_service in ordos_synonyms(lang).values() for word in of_service]
    assert words == [unicodedata.normalize("NFKC", word).casefold().strip() for word in words]


def test_both_languages_have_the_same_number_of_services():
    """The two tables are for the same desk."""
    assert len(ordos_synonyms("zh")) == len(ordos_synonyms("en"))


@pytest.mark.parametrize("lang", LANGS)
def test_every_key_is_a_skill_of_a_team(lang):
    """A key that no team offers would lead nowhere."""
    skills = sm.datasets.ordos(50, 200, lang=lang)[1].skills.words
    assert sorted(set(ordos_synonyms(lang)) - set(skills)) == []


def test_another_language_is_refused():
    """The message names the two that there are."""
    with pytest.raises(ValueError, match="expected 'zh' or 'en', got 'mn'"):
        ordos_synonyms("mn")


def test_the_table_cannot_be_changed():
    """It is shared by everyone who asks for it."""
    with pytest.raises(TypeError):
        ordos_synonyms()["书法"] = ()
