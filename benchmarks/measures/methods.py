"""The policies that are compared: the library's own, and what a desk without it would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

import servicematch as sm

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Method:
    """A policy under a name."""

    name: str
    policy: sm.Policy

    @property
    def words_alone(self) -> sm.Policy | None:
        """The same policy with its text term as the whole score; None when it reads no words."""
        words = [term for term in self.policy.terms if isinstance(term, sm.terms.Text)]
        return replace(self.policy, terms=words) if words else None


def library(synonyms: Any = None) -> Method:
    """Take the default policy; with synonyms, its text term knows them."""
    if synonyms is None:
        return Method("servicematch", sm.Policy())
    return Method("servicematch, synonyms", with_text(sm.terms.Text(synonyms=synonyms)))


def baselines() -> tuple[Method, ...]:
    """Take what is compared with: words by tf-idf, the nearest team, any team; all within the same limits."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  slow to import

    return (
        Method("servicematch, min_relevance 0.1", sm.Policy(min_relevance=0.1)),
        Method("TF-IDF words", replace(with_text(sm.terms.Text(encoder=TfidfVectorizer())), min_relevance=0.05)),
        Method("nearest team", sm.Policy(terms=[sm.terms.Proximity()], min_relevance=0)),
        Method("any team", sm.Policy(terms=[Chance()], min_relevance=0)),
    )


def with_text(text: sm.terms.Text) -> sm.Policy:
    """Return the default policy with another text term."""
    policy = sm.Policy()
    return replace(policy, terms=[text if isinstance(term, sm.terms.Text) else term for term in policy.terms])


@dataclass(frozen=True, slots=True)
class Chance:
    """A score that says nothing: a hash of the two positions."""

    weight: float = 1.0
    name: str = "chance"

    def prepare(self, requests: Any, teams: Any) -> Chance:  # noqa: ARG002  it looks at nothing
        """Need nothing."""
        return self

    def values(self, rows: NDArray[np.int32], cols: NDArray[np.int32]) -> NDArray[np.float64]:
        """Draw each pair's score."""
        mixed = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ cols.astype(np.uint64)
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
        scores: NDArray[np.float64] = (mixed >> np.uint64(11)).astype(np.float64) / 2**53
        return scores
