"""A caller's own encoder, or ready vectors."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer

from servicematch.base.errors import PolicyError
from servicematch.pairs.terms import Text
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


def day():
    """Three needs, one of them null, and two offers, given in the reverse of their canonical order."""
    requests = Requests({"id": ["c", "b", "a"], "need": ["yoga class", None, "law advice"]})
    return requests, Teams({"id": [2, 1], "offers": ["yoga", "law"]})


def matrix(term):
    """Value all six pairs in canonical order."""
    rows, cols = np.divmod(np.arange(6), 2)
    return term.prepare(*day()).values(rows, cols).reshape(3, 2)


def by_letters(texts):
    """Count y and w."""
    return [[text.count("y"), text.count("w")] for text in texts]


@pytest.mark.parametrize("encoder", [TfidfVectorizer(), HashingVectorizer(n_features=64), by_letters])
def test_transformers_and_functions_take_the_place_of_the_n_grams(encoder):
    """Words, hashes or letters: yoga goes to yoga, law to law, and no words are missing."""
    values = matrix(Text(encoder=encoder))
    assert values[0, 0] > values[0, 1]  # a asks for law, team 1 offers it
    assert values[2, 1] > values[2, 0]  # c asks for yoga, team 2 offers it
    assert np.isnan(values[1]).all()


def test_the_callers_transformer_is_copied_before_it_is_fitted():
    """Inputs are never touched."""
    mine = TfidfVectorizer()
    fitted = Text(encoder=mine).fit(day()[1])
    assert not hasattr(mine, "vocabulary_")
    assert set(fitted.encoder.vocabulary_) == {"yoga", "law"}


def test_a_fitted_transformer_is_taken_as_it_is():
    """Somebody may have trained it on much more than today's offers."""
    mine = TfidfVectorizer().fit(["yoga law plumbing"])
    assert Text(encoder=mine).fit(day()[1]).encoder is mine


@pytest.mark.parametrize("kind", [np.array, csr_matrix])
def test_ready_vectors_follow_the_callers_rows(kind):
    """The tables are sorted inside; the vectors must go with them. A row of zeros is like nothing."""
    of_requests, of_teams = kind([[1.0, 0.0], [0.0, 0.0], [3.0, 4.0]]), kind([[1.0, 0.0], [0.0, 2.0]])
    np.testing.assert_allclose(matrix(Text(vectors=(of_requests, of_teams))), [[0.8, 0.6], [0, 0], [0, 1]])


def test_a_negative_cosine_is_zero():
    """A term lives in [0, 1]."""
    assert matrix(Text(vectors=(-np.ones((3, 2)), np.ones((2, 2))))).max() == 0.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"encoder": lambda texts: np.zeros((len(texts) + 1, 2))}, "shape"),
        ({"encoder": lambda texts: np.full((len(texts), 2), np.nan)}, "finite"),
        ({"encoder": lambda texts: [[text] for text in texts]}, "numbers"),
        ({"encoder": lambda texts: np.ones(len(texts))}, "shape"),
        ({"vectors": (np.ones((2, 2)), np.ones((2, 2)))}, "requests.*shape"),
        ({"vectors": (np.ones((3, 2)), np.ones((2, 5)))}, "as many dimensions"),
        ({"vectors": (np.ones((3, 2)), np.full((2, 2), np.inf))}, "teams.*finite"),
    ],
)
def test_wrong_vectors_are_refused_with_the_term_named(options, words):
    """The caller wrote the encoder; the message must lead there."""
    with pytest.raises(PolicyError, match=rf"terms\.text.*{words}"):
        matrix(Text(**options))


@pytest.mark.parametrize(
    "options", [{"encoder": 3}, {"encoder": TfidfVectorizer}, {"vectors": 3}, {"encoder": len, "vectors": ([], [])}]
)
def test_what_is_no_encoder_is_refused_at_once(options):
    """A class is not an object, a number no function."""
    with pytest.raises(PolicyError, match=r"terms\.text"):
        Text(**options)
