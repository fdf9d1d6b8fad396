"""A caller's own way from texts to vectors: a scikit-learn transformer, a function, or ready vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import PolicyError
from servicematch.pairs.cosine import DenseCosine, SparseCosine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servicematch.base.arrays import IntArray

OWNER = "terms.text"


def check_encoder(encoder: Any) -> None:
    """Refuse what is neither a transformer nor a function.

    Examples
    --------
    >>> check_encoder(lambda texts: [[len(text)] for text in texts])
    """
    if not (hasattr(encoder, "transform") or callable(encoder)) or isinstance(encoder, type):
        raise PolicyError(
            f"{OWNER}.encoder: expected a scikit-learn transformer or a function from a list of texts to an array "
            f"of shape (texts, dimensions), got {encoder!r}."
        )


def fit_encoder(encoder: Any, offers: Sequence[str]) -> Any:
    """Fit a copy of a transformer to the teams' offers; one that is fitted already, or a function, stays as it is.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> words = TfidfVectorizer()
    >>> fitted = fit_encoder(words, ["dance class", "yoga class"])
    >>> sorted(fitted.vocabulary_), hasattr(words, "vocabulary_")
    (['class', 'dance', 'yoga'], False)
    """
    if not (hasattr(encoder, "transform") and hasattr(encoder, "fit")):
        return encoder
    from sklearn.base import clone  # noqa: PLC0415  slow to import, and only a caller's own encoder needs it
    from sklearn.exceptions import NotFittedError  # noqa: PLC0415
    from sklearn.utils.validation import check_is_fitted  # noqa: PLC0415

    try:
        check_is_fitted(encoder)
    except NotFittedError:
        return clone(encoder).fit(list(offers))
    return encoder


def encode(encoder: Any, texts: Sequence[str], side: str) -> Any:
    """Turn texts into rows, dense or CSR, and check them; ``side`` is named in errors.

    Examples
    --------
    >>> encode(lambda texts: [[len(text)] for text in texts], ["ab", "c"], "requests")
    array([[2.],
           [1.]])
    """
    answer = (encoder.transform if hasattr(encoder, "transform") else encoder)(list(texts))
    return checked_vectors(answer, len(texts), f"{OWNER}.encoder ({side})")


def checked_vectors(vectors: Any, n: int, owner: str) -> Any:
    """Check that there is one row of finite numbers for each of n texts; give a float array or a CSR matrix.

    Examples
    --------
    >>> checked_vectors([[1, 2]], 1, "terms.text.vectors").shape
    (1, 2)
    """
    is_sparse = hasattr(vectors, "tocsr")
    try:
        rows = vectors.tocsr() if is_sparse else np.asarray(vectors)
        rows = rows if rows.dtype.kind == "f" else rows.astype(np.float64)
    except (TypeError, ValueError):
        raise PolicyError(f"{owner}: expected numbers of shape ({n}, dimensions).") from None
    if rows.ndim != 2 or rows.shape[0] != n:  # noqa: PLR2004  rows and columns
        raise PolicyError(f"{owner}: expected numbers of shape ({n}, dimensions), got shape {rows.shape}.")
    numbers = rows.data if is_sparse else rows
    if not np.isfinite(numbers).all():
        raise PolicyError(f"{owner}: expected finite numbers, got {int((~np.isfinite(numbers)).sum())} others.")
    return rows


def cosine_between(left: Any, right: Any) -> SparseCosine | DenseCosine:
    """Make the cosines of two sides ready.

    Examples
    --------
    >>> cosine_between(np.eye(2), np.eye(2)).of(np.array([0, 0]), np.array([0, 1]))
    array([1., 0.])
    """
    if left.shape[1] != right.shape[1]:
        raise PolicyError(
            f"{OWNER}: expected as many dimensions on both sides, got {left.shape[1]} for the requests and "
            f"{right.shape[1]} for the teams."
        )
    if hasattr(left, "tocsr") != hasattr(right, "tocsr"):
        left, right = (side.toarray() if hasattr(side, "tocsr") else side for side in (left, right))
    return (
        SparseCosine.between(_unit(left), _unit(right)) if hasattr(left, "tocsr") else DenseCosine.between(left, right)
    )


def in_order(vectors: Any, position: IntArray) -> Any:
    """Bring rows from the caller's order into the table's.

    Examples
    --------
    >>> in_order(np.array([[1.0], [2.0]]), np.array([1, 0]))
    array([[2.],
           [1.]])
    """
    return vectors[position]


def _unit(rows: Any) -> Any:
    """Scale sparse rows to length one; rows of zeros stay."""
    from scipy.sparse import diags  # noqa: PLC0415  slow to import

    rows = rows.astype(np.float64)
    rows.sum_duplicates()
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros(len(length)), where=length > 0)
    scaled = (diags(scale) @ rows).tocsr()
    scaled.sort_indices()
    return scaled
