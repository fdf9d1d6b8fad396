"""The text term: how alike the resident's words and the team's offer are."""

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
from servicematch.pairs.text import FittedText, TextTable
from servicematch.pairs.weights import check_weight

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True)
class Text:
    """The cosine of ``requests.need`` and ``teams.offers``, as tf-idf vectors of characters and pairs of characters.

    Works for Chinese and for English, not between them. The weights are learnt from the teams' offers alone, so a
    pair's value does not depend on who else asks. A request without words leaves the term out, a team without an
    offer gets 0. Off when a table has no such column.

    Parameters
    ----------
    weight
        Its share of the score.
    encoder
        Another way to vectors: a scikit-learn transformer (a copy is fitted to the offers, unless it is fitted
        already) or a function from a list of texts to an array (texts, dimensions). It gets each different text
        once, normalised (NFKC, casefold). A negative cosine counts as 0, a row of zeros has cosine 0.
    vectors
        Ready vectors ``(for the requests, for the teams)``, a row each, in your row order. The texts are not read.
    fitted
        Weights learnt before (see `fit`), to score another day's tables by the same measure.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests = Requests({"id": [1], "need": ["想要一名健身操教练"]})
    >>> teams = Teams({"id": [1, 2], "offers": ["健身操、广场舞教练", "法律咨询"]})
    >>> Text().prepare(requests, teams).values(np.array([0, 0]), np.array([0, 1])).round(2)
    array([0.37, 0.  ])
    """

    weight: float = 0.45
    encoder: Any = None
    vectors: Any = field(default=None, compare=False, repr=False)
    fitted: FittedText | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        check_weight(self.name, self.weight)
        if self.encoder is not None and self.vectors is not None:
            raise PolicyError("terms.text: give an encoder or ready vectors, not both.")
        if self.encoder is not None:
            check_encoder(self.encoder)
        if self.vectors is not None and not (isinstance(self.vectors, tuple | list) and len(self.vectors) == 2):  # noqa: PLR2004  two sides
            raise PolicyError("terms.text.vectors: expected two arrays, (for the requests, for the teams).")

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
        FittedText(7 n-grams of 1 offers)
        """
        if teams.offers is None or self.vectors is not None or self.fitted is not None:
            return self
        offers = TextTable.of(teams.offers.tolist())
        if self.encoder is None:
            return replace(self, fitted=FittedText.of(offers))
        return replace(self, encoder=fit_encoder(self.encoder, offers.of_rows())) if offers.texts else self

    def prepare(self, requests: Any, teams: Any) -> PreparedText | None:
        """Make the term ready; None when a table has no such column."""
        if self.vectors is not None:
            return self._prepare_ready(requests, teams)
        if requests.need is None or teams.offers is None:
            return None
        fitted = self.fit(teams)
        needs, offers = TextTable.of(requests.need.tolist()), TextTable.of(teams.offers.tolist())
        if not needs.texts or not offers.texts:
            return PreparedText(
                DenseCosine.between(np.zeros((1, 1)), np.zeros((1, 1))), needs.row_text, offers.row_text
            )
        cosine: SparseCosine | DenseCosine
        if fitted.fitted is not None:
            vectors = fitted.fitted.vectors
            cosine = SparseCosine.between(vectors(needs.texts), vectors(offers.texts))
        else:
            sides = encode(fitted.encoder, needs.texts, "requests"), encode(fitted.encoder, offers.texts, "teams")
            cosine = cosine_between(*sides)
        return PreparedText(cosine, needs.row_text, offers.row_text)

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
