"""Texts: n-grams, weights, cosines; Chinese and English."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from pairs.towns import NEEDS, OFFERS
from servicematch.pairs import ngrams
from servicematch.pairs.cosine import DenseCosine, SparseCosine
from servicematch.pairs.ngrams import count_ngrams, key_text, normalise
from servicematch.pairs.terms import Text
from servicematch.pairs.text import FittedText, TextTable
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

TEXTS = st.lists(st.text(max_size=12), min_size=1, max_size=6)


def term_values(needs, offers, **options):
    """Value all pairs of some needs and some offers, as a matrix."""
    requests, teams = (
        Requests({"id": range(len(needs)), "need": needs}),
        Teams({"id": range(len(offers)), "offers": offers}),
    )
    rows, cols = np.divmod(np.arange(len(needs) * len(offers)), len(offers))
    return Text(**options).prepare(requests, teams).values(rows, cols).reshape(len(needs), -1)


@settings(deadline=None)
@given(TEXTS)
def test_counts_are_those_of_scikit_learn(texts):
    """A second, well-kept program must count the same characters and pairs."""
    clean = [normalise(text) for text in texts]
    counts = count_ngrams(clean)
    mine = {(int(t), key_text(int(k))): int(n) for t, k, n in zip(counts.text, counts.key, counts.count, strict=True)}
    theirs = {}
    if any(clean):
        vectorizer = CountVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False)
        matrix = vectorizer.fit_transform(clean).tocoo()
        names = vectorizer.get_feature_names_out()
        entries = zip(matrix.row, matrix.col, matrix.data, strict=True)
        theirs = {(int(t), names[g]): int(n) for t, g, n in entries}
    assert mine == theirs


def test_long_texts_are_counted_in_chunks_without_a_trace(monkeypatch):
    """A resident may paste a megabyte; nobody else's counts may change by it."""
    texts = ["想要一名健身操教练", "", "yoga" * 50, "🧘", "law"]
    whole = count_ngrams(texts)
    monkeypatch.setattr(ngrams, "CHARS_PER_CHUNK", 10)
    pieces = count_ngrams(texts)
    for name in ("text", "key", "count"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(pieces, name))


def test_a_megabyte_of_text_and_a_lone_surrogate_are_texts():
    """Hostile input is counted, not refused."""
    values = term_values(["a" * 1_000_000, "\ud800", "<script>=HYPERLINK(1)"], ["aa", "\ud800x"])
    assert np.isfinite(values).all()
    assert values[0, 0] > 0.5
    assert values[1, 1] > 0


def test_width_and_case_do_not_matter():
    """Phones write full-width letters."""
    assert term_values(["ＹＯＧＡ"], ["yoga"])[0, 0] == pytest.approx(1.0)


def test_chinese_and_english_both_find_their_like():
    """The trap is a word analyser, for which a Chinese clause is one word and nothing is alike."""
    chinese = term_values(["想要一名健身操教练"], ["健身操教练", "法律援助与咨询"])[0]
    english = term_values(["a yoga class for beginners"], ["yoga classes", "plumbing repairs"])[0]
    assert chinese[0] > 0.5
    assert chinese[1] < 0.05
    assert english[0] > 0.4 > english[1]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(OFFERS[2:]), min_size=1, max_size=5),
    st.sampled_from([n for n in NEEDS if n and n.strip()]),
)
def test_values_are_the_tf_idf_cosines_of_scikit_learn(offers, need):
    """The formula is scikit-learn's, with the need's unknown n-grams counted in its length."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), preprocessor=normalise).fit(offers)
    counter = CountVectorizer(analyzer="char", ngram_range=(1, 2), preprocessor=normalise)
    counts = counter.fit_transform([need]).toarray()[0]
    unknown = np.log(1 + len(offers)) + 1
    weights = {name: vectorizer.idf_[place] for name, place in vectorizer.vocabulary_.items()}
    vector = {g: n * weights.get(g, unknown) for g, n in zip(counter.get_feature_names_out(), counts, strict=True)}
    length = np.sqrt(sum(value**2 for value in vector.values()))
    rows, columns = vectorizer.transform(offers).toarray(), vectorizer.vocabulary_
    expected = [sum(value * row[columns[g]] for g, value in vector.items() if g in columns) / length for row in rows]
    np.testing.assert_allclose(term_values([need], offers)[0], expected, atol=1e-12)


def test_unknown_characters_make_a_text_less_alike():
    """They match nothing, but they are part of what was said."""
    values = term_values(["yoga", "yoga zzzz"], ["yoga"])
    assert values[0, 0] == pytest.approx(1.0)
    assert values[1, 0] < 0.9


def test_no_words_are_missing_on_the_left_and_nothing_on_the_right():
    """A null or blank need leaves the term out; a team without an offer has nothing to show."""
    values = term_values([None, "  ", "yoga"], [None, "", "yoga"])
    assert np.isnan(values[:2]).all()
    np.testing.assert_allclose(values[2], [0.0, 0.0, 1.0])


def test_a_team_without_an_offer_does_not_change_the_weights():
    """Only offers teach."""
    few, many = (FittedText.of(TextTable.of(["ab", "b", *more])) for more in ([], [None, " ", None]))
    assert few.n_offers == many.n_offers == 2
    np.testing.assert_array_equal(few.idf, many.idf)


@settings(deadline=None)
@given(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=6), st.sampled_from(["想学广场舞", "law?"]))
def test_a_value_does_not_depend_on_who_else_asks(others, need):
    """The weights come from the offers alone."""
    alone = term_values([need], OFFERS)[0]
    np.testing.assert_allclose(term_values([*others, need], OFFERS)[-1], alone, atol=1e-15)


def test_fitted_weights_are_kept_for_another_days_teams():
    """With the same weights a pair's value stays, whoever joins."""
    monday = Teams({"id": [1, 2], "offers": ["健身操教练", "法律援助"]})
    fitted = Text().fit(monday)
    requests = Requests({"id": [1], "need": ["想要一名健身操教练"]})
    tuesday = Teams({"id": [1, 2, 3], "offers": ["健身操教练", "健身操", "教练"]})
    pair = np.array([0]), np.array([0])
    before, after = (fitted.prepare(requests, teams).values(*pair) for teams in (monday, tuesday))
    np.testing.assert_array_equal(before, after)
    assert fitted.fit(tuesday) is fitted
    assert Text().prepare(requests, tuesday).values(*pair) != before


def test_fitted_weights_survive_pickling_and_say_no_text():
    """They travel with a plan."""
    fitted = Text().fit(Teams({"id": [1], "offers": ["秘密"]})).fitted
    again = pickle.loads(pickle.dumps(fitted))  # noqa: S301  our own bytes
    np.testing.assert_array_equal(again.idf, fitted.idf)
    assert "秘" not in repr(fitted)


def test_both_ways_of_multiplying_agree():
    """Which way is taken depends on the slice; what comes out must not."""
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("健身操教练法律咨询水管维修"), 8)) for _ in range(60)]
    vectors = FittedText.of(TextTable.of(texts)).vectors(texts)
    cosine = SparseCosine.between(vectors, vectors)
    rows, cols = (axis.ravel() for axis in np.indices((60, 60)))
    dense = cosine.of(rows, cols)  # all pairs: a block product
    single = np.concatenate([cosine.of(rows[i : i + 1], cols[i : i + 1]) for i in range(0, 3600, 7)])
    np.testing.assert_array_equal(dense[::7], single)
    np.testing.assert_allclose(dense.reshape(60, 60), (vectors @ vectors.T).toarray(), atol=1e-12)


def test_dense_cosines_do_not_depend_on_the_slice():
    """A matrix product would differ in its last bits with its size."""
    rng = np.random.default_rng(0)
    cosine = DenseCosine.between(rng.normal(size=(40, 33)).astype(np.float32), rng.normal(size=(30, 33)))
    rows, cols = rng.integers(0, 40, 500), rng.integers(0, 30, 500)
    single = np.concatenate([cosine.of(rows[i : i + 1], cols[i : i + 1]) for i in range(500)])
    np.testing.assert_array_equal(cosine.of(rows, cols), single)
    assert single.min() == 0.0  # a negative cosine is no likeness
