"""The limits: hard rules on pairs. All of them live here by name; the longer ones are written next door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from servicematch.pairs.asked import AskedWords, one_word
from servicematch.pairs.distance import Distance
from servicematch.pairs.named import Allowed, Booked, Forbidden
from servicematch.pairs.same_area import SameArea
from servicematch.pairs.times import Time, Within

if TYPE_CHECKING:
    from types import ModuleType

    from servicematch.base.arrays import BoolArray, FloatArray, Int32Array
    from servicematch.pairs.listed import ListSource

__all__ = [
    "Allowed",
    "Booked",
    "Categories",
    "Distance",
    "Forbidden",
    "Languages",
    "SameArea",
    "Skills",
    "Time",
    "Within",
]


@dataclass(frozen=True, slots=True)
class Skills:
    """The team has every skill that the request asks for (``requests.skills``, ``teams.skills``).

    The measured value is the number of asked skills that the team lacks. A request without skills passes
    everywhere; a team without skills lacks all that is asked. Off when a table has no such column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1], "skills": ["dance|yoga"]}), Teams({"id": [1, 2], "skills": ["yoga", None]})
    >>> Skills().prepare(requests, teams).values(np.array([0, 0]), np.array([0, 1]))
    array([1., 2.])
    """

    @property
    def name(self) -> str:
        """The limit's name."""
        return "skills"

    def prepare(self, requests: Any, teams: Any) -> LackedWords | None:
        """Make the limit ready; None when a table has no skills column."""
        if requests.skills is None or teams.skills is None:
            return None
        return LackedWords(AskedWords.of(requests.skills, teams.skills))


@dataclass(frozen=True, slots=True)
class Categories:
    """The request's category is among the team's (``requests.category``, ``teams.categories``).

    The measured value is 1 where it is not. A request without category passes everywhere. Off when a table has no
    such column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1], "category": ["sport"]}), Teams({"id": [1, 2], "categories": ["art|sport", "art"]})
    >>> Categories().prepare(requests, teams).values(np.array([0, 0]), np.array([0, 1]))
    array([0., 1.])
    """

    @property
    def name(self) -> str:
        """The limit's name."""
        return "categories"

    def prepare(self, requests: Any, teams: Any) -> LackedWords | None:
        """Make the limit ready; None when a table has no such column."""
        if requests.category is None or teams.categories is None:
            return None
        return LackedWords(AskedWords.of(one_word(requests.category), teams.categories), unit="")


@dataclass(frozen=True, slots=True)
class Languages:
    """The team speaks one of the request's languages (``requests.languages``, ``teams.languages``).

    The measured value is 1 where they share none. A request without languages passes everywhere. Off when a table
    has no such column.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1], "languages": ["mn|zh"]}), Teams({"id": [1, 2], "languages": ["zh", "en"]})
    >>> Languages().prepare(requests, teams).values(np.array([0, 0]), np.array([0, 1]))
    array([0., 1.])
    """

    @property
    def name(self) -> str:
        """The limit's name."""
        return "languages"

    def prepare(self, requests: Any, teams: Any) -> NoneShared | None:
        """Make the limit ready; None when a table has no languages column."""
        if requests.languages is None or teams.languages is None:
            return None
        return NoneShared(AskedWords.of(requests.languages, teams.languages))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LackedWords:
    """Counts the asked words that a team lacks; none may be lacking."""

    words: AskedWords
    unit: str = "skills"
    cost: ClassVar[float] = 2.0

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Count the lacking words."""
        lacked: FloatArray = self.words.n_asked[rows] - self.words.n_had(rows, cols)
        return lacked

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:  # noqa: ARG002  the same for every pair
        """Allow none."""
        return np.zeros(len(rows))

    def compiled_passes(self, kernels: ModuleType, rows: Int32Array, cols: Int32Array) -> BoolArray:
        """Tell which pairs pass, in a compiled loop."""
        return self.words.compiled(kernels.has_all, rows, cols)

    def index(self) -> ListSource:
        """List the teams that have the rarest asked word."""
        return self.words.source()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NoneShared:
    """Tells where words are asked for and the team has none of them."""

    words: AskedWords
    unit: str = ""
    cost: ClassVar[float] = 2.0

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Give 1 where none is shared."""
        none_shared: BoolArray = (self.words.n_asked[rows] > 0) & (self.words.n_had(rows, cols) == 0)
        return none_shared.astype(np.float64)

    def bound(self, rows: Int32Array, cols: Int32Array) -> FloatArray:  # noqa: ARG002  the same for every pair
        """Allow none."""
        return np.zeros(len(rows))

    def compiled_passes(self, kernels: ModuleType, rows: Int32Array, cols: Int32Array) -> BoolArray:
        """Tell which pairs pass, in a compiled loop."""
        return self.words.compiled(kernels.has_any, rows, cols)
