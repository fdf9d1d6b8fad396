"""Reading texts fast: every short cut says what the plain way says."""

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicematch.base.reading import FUNCTION_WORDS, INNOCENT, LETTER, REFUSALS, TAKEN_BACK
from servicematch.pairs import ngrams, normal, phrases
from servicematch.pairs.ngrams import count_ngrams
from servicematch.pairs.normal import normalise
from servicematch.pairs.phrases import without_refused
from servicematch.pairs.reading import reader, without_function_words

HOSTILE = st.text(alphabet=st.sampled_from("，！？：；（）,.aé ̸́\u3000\n書ｇ한") | st.characters(), max_size=12)
SPOKEN = st.lists(
    st.sampled_from([*REFUSALS, *TAKEN_BACK, *INNOCENT, "舞", "，", ",", " ", "not", "don", "of"]), max_size=6
)
WRITTEN = st.lists(
    st.sampled_from([*sorted(FUNCTION_WORDS)[::9], "yoga", "the", "é", "_", "7", "-", "'", " ", "书", "ж"]), max_size=8
)


@settings(deadline=None, max_examples=300)
@given(HOSTILE)
def test_making_signs_half_width_first_leaves_the_normal_form(text):
    """They are what NFKC makes of them, whatever stands beside them."""
    expected = re.sub(r"\s\s+", " ", unicodedata.normalize("NFKC", text).casefold())
    assert normalise(text) == expected


@settings(deadline=None)
@given(WRITTEN.map("".join))
def test_function_words_are_left_out_as_one_pattern_of_all_would(text):
    """Whole words only: "then" goes, "thene" and "the7" are told apart as before."""
    pattern = rf"(?<!{LETTER})(?:{'|'.join(sorted(FUNCTION_WORDS, reverse=True))})(?!{LETTER})"
    assert without_function_words(text) == re.sub(pattern, " ", text)


@settings(deadline=None)
@given(SPOKEN.map("".join))
def test_looking_for_refusals_first_skips_none(text):
    """The quick look must see every text that the careful one would change."""
    quick = without_refused(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phrases, "_SPELT_AT_ALL", ("",))
        assert without_refused(text) == quick


@settings(deadline=None)
@given(
    st.lists(
        HOSTILE | SPOKEN.map("".join) | WRITTEN.map("".join) | st.sampled_from(["\0", "a\0 the", " "]), max_size=7
    ),
    st.booleans(),
    st.sampled_from([1, 3, 100]),
)
def test_a_column_is_read_as_its_texts_one_by_one(texts, is_need, at_once):
    """Whoever writes beside somebody must not change how he is read."""
    read = reader((("广场舞", ("舞", "yoga")),), is_need=is_need)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normal, "TEXTS_AT_ONCE", at_once)
        assert read.column(texts) == [read(text) for text in texts]


@settings(deadline=None)
@given(st.lists(HOSTILE, max_size=5), st.sampled_from([8, 30, 48]))
def test_pieces_that_do_not_fit_beside_their_text_are_counted_alike(texts, bits):
    """Thousands of different letters in thousands of texts need more bits than there are."""
    plain = count_ngrams(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ngrams, "BITS", bits)
        numbered = count_ngrams(texts)
    for name in ("text", "key", "count"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(numbered, name))


def test_pieces_stand_by_text_then_key():
    """Vectors are cut from them by text, and looked up by key."""
    counts = count_ngrams(["", "a书法 dance b", "书", "one two", "", "法 a"])
    order = np.lexsort((counts.key, counts.text))
    np.testing.assert_array_equal(order, np.arange(len(order)))
    assert np.unique(counts.text).tolist() == [1, 2, 3, 5]
