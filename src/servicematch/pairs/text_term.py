"""The text term: how well the resident's words fit what the team offers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import PolicyError
from servicematch.pairs.cosine import DenseCosine, SparseCosine
from servicematch.pairs.encoders import (
    check_encoder,
    checked_vectors,
    cosine_between,
    encode,
    fit_encoder,
    in_order,
)
from servicematch.pairs.phrase_values import PreparedPhrases
from servicematch.pairs.reading import reader
from servicematch.pairs.synonyms import listed
from servicematch.pairs.text import FittedText, PhraseTable, TextTable
from servicematch.pairs.weights import check_weight

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.sparse import csr_matrix

    from servicematch.base.arrays import FloatArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TeamsText:
    """What a term has read of one table of teams, kept with it so that it need not read them again."""

    teams: Any
    offers: PhraseTable
    vectors: csr_matrix


@dataclass(frozen=True, slots=True)
class Text:
    """How well ``requests.need`` fits what a team offers, phrase by phrase, from 0 (nothing in common) to 1.

    A team offers the phrases of its ``offers`` (cut at every comma, stop and so on) and each of its ``skills``. Need
    and phrase are compared by characters and pairs of neighbours (Chinese), and by runs of four letters (spelt words);
    not between languages. Pieces are weighed by how rare they are among the teams' offers alone, so a pair's value
    does not depend on who else asks. What a resident says not to want ("不要广场舞，想学太极", "rather than square
    dance") is left out. A request without words leaves the term out, a team that offers nothing gets 0. Off when the
    requests have no ``need`` or the teams no ``offers``.

    Parameters
    ----------
    weight
        Its share of the score.
    synonyms
        Other words for what is on offer, a desk's own small table: ``{"健康义诊": "腰腿疼|量血压", ...}``, or any table
        with the columns ``word`` and ``means``. Where such a word stands in a need or an offer, the word it means is
        read instead.
    simplify
        Read traditional Chinese as simplified, by the library opencc (``pip install 'servicematch[zh]'``).
    encoder
        Another way to vectors: a scikit-learn transformer (a copy is fitted to the offers, unless it is fitted
        already) or a function from a list of texts to an array (texts, dimensions). It gets each different need and
        each different offer once, whole, read as above (NFKC, casefold, synonyms); the value is the cosine. A negative
        cosine counts as 0, a row of zeros has cosine 0. Its values have their own scale: set ``min_relevance`` to it.
    vectors
        Ready vectors ``(for the requests, for the teams)``, a row each, in your row order. The texts are not read.
    fitted
        Weights learnt before (see `fit`), to score another day's tables by the same measure.

    Notes
    -----
    With the weights w of the pieces (see `servicematch.pairs.text.FittedText`: the rarer among the offers, and the more
    a piece tells of a skill, the more), the value of a need q and a phrase p is the sum of w² over their common pieces, divided by the lengths of both, where a length is the root of
    the sum of w² over all pieces, but at least that of the phrases offered on average: this is the cosine, with
    pivoted lengths (Singhal, Buckley, Mitra 1996) so that two short texts with one word in common are no match.
    A character that no offer has counts half in the length. The value of a pair is the root of the sum of the squares
    over the team's phrases, at most 1: the best phrase decides, and a second one that fits as well adds to it.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1], "need": ["想要一名健身操教练"]})
    >>> teams = Teams({"id": [1, 2], "offers": ["健身操、广场舞教练", "法律咨询"]})
    >>> Text().prepare(requests, teams).values(np.array([0, 0]), np.array([0, 1])).round(2)
    array([0.71, 0.  ])
    """

    weight: float = 0.45
    encoder: Any = None
    vectors: Any = field(default=None, compare=False, repr=False)
    fitted: FittedText | None = field(default=None, compare=False, repr=False)
    synonyms: Any = field(default=None, repr=False)
    simplify: bool = False
    _read: TeamsText | None = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        check_weight(self.name, self.weight)
        object.__setattr__(self, "synonyms", listed(self.synonyms))
        if self.encoder is not None and self.vectors is not None:
            raise PolicyError("terms.text: give an encoder or ready vectors, not both.")
        if self.encoder is not None:
            check_encoder(self.encoder)
        if self.vectors is not None and not (isinstance(self.vectors, tuple | list) and len(self.vectors) == 2):  # noqa: PLR2004  two sides
            raise PolicyError("terms.text.vectors: expected two arrays, (for the requests, for the teams).")
        if not isinstance(self.simplify, bool):
            raise PolicyError(f"terms.text.simplify: expected True or False, got {self.simplify!r}.")

    @property
    def name(self) -> str:
        """The term's name."""
        return "text"

    def fit(self, teams: Any) -> Text:
        """Return this term with its weights learnt from the teams' offers; itself where there is nothing to learn.

        Examples
        --------
        >>> from servicematch.tables.teams import Teams
        >>> Text().fit(Teams({"id": [1], "offers": ["yoga"]})).fitted
        FittedText(3 pieces of 1 offers)
        """
        if teams.offers is None or self.vectors is not None:
            return self
        if self.encoder is not None:
            offers = TextTable.of(teams.offers.tolist(), self._reader(whole=True))
            return replace(self, encoder=fit_encoder(self.encoder, offers.of_rows())) if offers.texts else self
        if self._read is not None and self._read.teams is teams:
            return self
        table = PhraseTable.of(teams.offers.tolist(), teams.skills, self._reader())
        weights = FittedText.of(table) if self.fitted is None else self.fitted
        fitted = replace(self, fitted=weights)
        object.__setattr__(fitted, "_read", TeamsText(teams, table, weights.vectors(table.phrases)))
        return fitted

    def prepare(self, requests: Any, teams: Any) -> PreparedText | PreparedPhrases | None:
        """Make the term ready; None when a table has no such column."""
        if self.vectors is not None:
            return self._prepare_ready(requests, teams)
        if requests.need is None or teams.offers is None:
            return None
        fitted = self.fit(teams)
        needs = TextTable.of(requests.need.tolist(), self._reader(is_need=True, whole=self.encoder is not None))
        if fitted.encoder is not None:
            return fitted._prepare_encoded(needs, teams)  # noqa: SLF001  its own kind
        read, weights = fitted._read, fitted.fitted  # noqa: SLF001  as above
        assert read is not None
        assert weights is not None
        cosine = SparseCosine.between(weights.vectors(needs.texts), read.vectors)
        return PreparedPhrases.of(cosine, needs.row_text, read.offers.indptr, read.offers.number)

    def _reader(self, *, is_need: bool = False, whole: bool = False) -> Callable[[str], str]:
        return reader(self.synonyms, simplify=self.simplify, is_need=is_need, whole=whole)

    def _prepare_encoded(self, needs: TextTable, teams: Any) -> PreparedText:
        offers = TextTable.of(teams.offers.tolist(), self._reader(whole=True))
        if not needs.texts or not offers.texts:
            nothing = DenseCosine.between(np.zeros((1, 1)), np.zeros((1, 1)))
            return PreparedText(nothing, needs.row_text, offers.row_text)
        sides = encode(self.encoder, needs.texts, "requests"), encode(self.encoder, offers.texts, "teams")
        return PreparedText(cosine_between(*sides), needs.row_text, offers.row_text)

    def _prepare_ready(self, requests: Any, teams: Any) -> PreparedText:
        sides = [
            in_order(checked_vectors(vectors, len(table), f"terms.text.vectors ({side})"), table.position)
            for vectors, table, side in zip(self.vectors, (requests, teams), ("requests", "teams"), strict=True)
        ]
        return PreparedText(cosine_between(*sides), np.arange(len(requests)), np.arange(len(teams)))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedText:
    """Vectors of the different texts, and which text each request and team has (-1 for none)."""

    cosine: SparseCosine | DenseCosine
    row_text: IntArray
    col_text: IntArray

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Value each pair; NaN where the request has no words."""
        need, offer = self.row_text[rows], self.col_text[cols]
        both = (need >= 0) & (offer >= 0)
        if both.all():
            return self.cosine.of(need, offer)
        values = np.where(need >= 0, 0.0, np.nan)
        values[both] = self.cosine.of(need[both], offer[both])
        return values
