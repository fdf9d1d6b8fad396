"""Slips of the pen are small, and always slips."""

import numpy as np
import pytest

from servicematch.datasets.slips import misspell, traditional
from servicematch.datasets.vocabulary import LANGUAGES, vocabulary


def texts(*words):
    """Make a column."""
    return np.array(words, dtype=object)


def test_traditional_map_changes_every_character_it_names():
    """An entry that maps to itself is a slip of ours."""
    table = vocabulary("zh").traditional
    assert len(table) > 200
    assert all(simple != written for simple, written in table.items())
    assert not set(table) & set(table.values()) - {ord("后")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_misheard_word_is_written_otherwise(lang):
    """A homophone that is the word itself is no typo."""
    assert all(word != heard for word, heard in vocabulary(lang).sounds.items())


def test_only_marked_texts_slip():
    """Shares are drawn elsewhere."""
    given = texts("想学健身操", "想学健身操")
    assert misspell(given, np.array([False, True]), vocabulary("zh"), np.random.default_rng(0)).tolist() == [
        "想学健身操",
        "想学建身操",
    ]
    assert traditional(given, np.array([True, False]), vocabulary("zh")).tolist() == ["想學健身操", "想学健身操"]
    assert given.tolist() == ["想学健身操", "想学健身操"]


def test_without_a_word_that_sounds_alike_one_letter_is_lost_or_doubled():
    """And never the last that is left."""
    words, mask = vocabulary("zh"), np.ones(400, dtype=bool)
    given = texts(*(["地里长虫了"] * 200 + ["义务"] * 199 + ["！！"]))
    slipped = misspell(given, mask, words, np.random.default_rng(0))
    assert {len(text) for text in slipped[:200]} == {4, 6}
    assert {len(text) for text in slipped[200:399]} == {3}
    assert slipped[399] == "！！"


def test_english_has_no_traditional_characters():
    """The same switch does nothing there."""
    assert traditional(texts("a coach"), np.array([True]), vocabulary("en")).tolist() == ["a coach"]
