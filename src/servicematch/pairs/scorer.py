"""The scorer: limits and terms made ready for two tables; it measures any slice of pairs, at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.errors import PolicyError
from servicematch.pairs import fast
from servicematch.pairs.candidates import checked_passes
from servicematch.pairs.relevance import PreparedRelevance, Relevance
from servicematch.pairs.slices import slices
from servicematch.pairs.weights import check_weight

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from servicematch.base.arrays import AnyArray, BoolArray, FloatArray, Int32Array
    from servicematch.base.protocols import Limit, PreparedLimit, PreparedTerm, Term


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NamedTerm:
    """A term made ready, with its name and weight."""

    name: str
    weight: float
    prepared: PreparedTerm

    def values(self, rows: Int32Array, cols: Int32Array, kernels: ModuleType | None = None) -> FloatArray:
        """Value each pair, and refuse a term that leaves [0, 1] (NaN is missing)."""
        if kernels is not None and hasattr(self.prepared, "compiled_values"):
            compiled: FloatArray = self.prepared.compiled_values(kernels, rows, cols)
            return compiled
        values = np.asarray(self.prepared.values(rows, cols), dtype=np.float64)
        if values.shape != rows.shape:
            raise PolicyError(f"terms.{self.name}: expected one value a pair, {rows.shape}, got {values.shape}.")
        if len(values) and not (np.fmin.reduce(values) >= 0 and np.fmax.reduce(values) <= 1):
            wrong = values[(values < 0) | (values > 1)]
            if len(wrong):  # else all are NaN
                raise PolicyError(
                    f"terms.{self.name}: expected values in [0, 1] or NaN for missing, got {float(wrong[0])!r}, "
                    f"{len(wrong)} of {len(values)} pairs."
                )
        return values


class WeightedMean:
    """The mean of terms by weight, pair by pair, without those that are missing (NaN).

    Examples
    --------
    >>> mean = WeightedMean(2)
    >>> mean.add(1.0, np.array([1.0, np.nan]))
    >>> mean.add(3.0, np.array([0.0, 0.5]))
    >>> mean.score()
    array([0.25, 0.5 ])
    """

    def __init__(self, n_pairs: int) -> None:
        self._total, self._weight = np.zeros(n_pairs), np.zeros(1)

    def add(self, weight: float, values: FloatArray) -> None:
        """Add a term."""
        missing = np.isnan(values)
        if missing.any():
            values = np.where(missing, 0.0, values)
            self._weight = self._weight + weight * ~missing
        else:
            self._weight = self._weight + weight
        self._total += weight * values

    def score(self) -> FloatArray:
        """Divide; 0 where every term is missing."""
        score = np.divide(self._total, self._weight, out=np.zeros(len(self._total)), where=self._weight > 0)
        return np.minimum(score, 1.0, out=score)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scorer:
    """Limits and terms made ready once; pure functions of a slice of pairs after that. Frozen and picklable.

    Attributes
    ----------
    n_requests, n_teams
        The sizes of the tables.
    limits
        Those that are on, as (name, prepared), in the policy's order.
    terms
        Those that are on, in the policy's order.
    limits_off, terms_off
        The names of those that are off because a table lacks their columns.
    fitted_terms
        All terms of the policy with what they learnt from the teams, for scoring other tables by the same measure.
    relevance
        The relevance rule, None when it is off.
    """

    n_requests: int
    n_teams: int
    limits: tuple[tuple[str, PreparedLimit], ...]
    terms: tuple[NamedTerm, ...]
    limits_off: tuple[str, ...]
    terms_off: tuple[str, ...]
    fitted_terms: tuple[Term, ...]
    relevance: PreparedRelevance | None

    def __repr__(self) -> str:
        return f"Scorer(limits {', '.join(self.limits_on) or 'none'}; terms {', '.join(self.terms_on) or 'none'})"

    @property
    def limits_on(self) -> tuple[str, ...]:
        """The names of the limits that are on."""
        return tuple(name for name, _ in self.limits)

    @property
    def terms_on(self) -> tuple[str, ...]:
        """The names of the terms that are on."""
        return tuple(term.name for term in self.terms)

    def passes(self, rows: Int32Array, cols: Int32Array) -> BoolArray:
        """Tell which pairs pass every limit.

        Examples
        --------
        >>> from servicematch.pairs.limits import Skills
        >>> from servicematch.tables.requests import Requests
        >>> from servicematch.tables.teams import Teams
        >>> requests, teams = Requests({"id": [1], "skills": ["yoga"]}), Teams({"id": [1, 2], "skills": ["yoga", None]})
        >>> prepare_scorer(requests, teams, [Skills()], []).passes(np.array([0, 0]), np.array([0, 1]))
        array([ True, False])
        """
        ok = np.ones(len(rows), dtype=np.bool_)
        for name, limit in self.limits:
            ok &= checked_passes(name, limit, rows, cols)
        return ok

    def score(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Score pairs in [0, 1]: the mean of the terms' values by weight, without those that are missing.

        Examples
        --------
        >>> from servicematch.pairs.terms import TrackRecord
        >>> from servicematch.tables.requests import Requests
        >>> from servicematch.tables.teams import Teams
        >>> teams = Teams({"id": [1, 2], "mean_rating": [1.0, None], "n_rated": [5, 0]})
        >>> prepare_scorer(Requests({"id": [1]}), teams, [], [TrackRecord()]).score(np.array([0, 0]), np.array([0, 1]))
        array([0.9, 0.8])
        """
        score = np.empty(len(rows))
        kernels = fast.kernels(len(rows))
        for part in slices(len(rows)):
            score[part], _ = self.score_and_relevance(rows[part], cols[part], kernels)
        return score

    def score_and_relevance(
        self, rows: Int32Array, cols: Int32Array, kernels: ModuleType | None = None
    ) -> tuple[FloatArray, BoolArray | None]:
        """Score one slice of pairs and tell which are relevant (None: all), from one look at the texts.

        With ``kernels``, by compiled loops where there are some: the answer is the same.
        """
        relevant, mean = None, WeightedMean(len(rows))
        for term in self.terms:
            values = term.values(rows, cols, kernels)
            if term.name == "text" and self.relevance is not None:
                relevant = self.relevance.keeps(rows, values)
            mean.add(term.weight, values)
        return mean.score(), relevant

    def breakdown(self, row: int, col: int) -> dict[str, AnyArray]:
        """Take a pair's score apart: a row a term, the contributions add up to the score.

        ``weight`` is the term's share after missing terms are left out; a missing term has value NaN, weight 0 and
        contribution 0.

        Examples
        --------
        >>> from servicematch.pairs.terms import SkillFit, TrackRecord
        >>> from servicematch.tables.requests import Requests
        >>> from servicematch.tables.teams import Teams
        >>> requests = Requests({"id": [1], "wanted_skills": ["yoga"]})
        >>> teams = Teams({"id": [1], "skills": ["yoga"], "mean_rating": [1.0], "n_rated": [5]})
        >>> scorer = prepare_scorer(requests, teams, [], [SkillFit(weight=3), TrackRecord(weight=1)])
        >>> {name: column.tolist() for name, column in scorer.breakdown(0, 0).items()}
        {'term': ['skill_fit', 'track_record'], 'value': [1.0, 0.9], 'weight': [0.75, 0.25], 'contribution': [0.75, 0.225]}
        """
        pair = np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)
        value = np.array([term.values(*pair)[0] for term in self.terms], dtype=np.float64)
        weight = np.where(np.isnan(value), 0.0, [term.weight for term in self.terms])
        whole = float(weight.sum())
        weight = weight / whole if whole > 0 else weight
        term = np.array(self.terms_on, dtype=object)
        return {"term": term, "value": value, "weight": weight, "contribution": weight * np.nan_to_num(value)}

    def measures(self, row: int, col: int) -> dict[str, AnyArray]:
        """Measure a pair against every limit: a row a limit, with its value, its bound and whether it passes.

        Examples
        --------
        >>> from servicematch.pairs.limits import Skills
        >>> from servicematch.tables.requests import Requests
        >>> from servicematch.tables.teams import Teams
        >>> requests, teams = Requests({"id": [1], "skills": ["yoga"]}), Teams({"id": [1], "skills": [None]})
        >>> scorer = prepare_scorer(requests, teams, [Skills()], [])
        >>> {name: column.tolist() for name, column in scorer.measures(0, 0).items()}
        {'limit': ['skills'], 'value': [1.0], 'bound': [0.0], 'unit': ['skills'], 'passes': [False]}
        """
        pair = np.array([row], dtype=np.int32), np.array([col], dtype=np.int32)
        return {
            "limit": np.array(self.limits_on, dtype=object),
            "value": np.array([limit.values(*pair)[0] for _, limit in self.limits], dtype=np.float64),
            "bound": np.array([limit.bound(*pair)[0] for _, limit in self.limits], dtype=np.float64),
            "unit": np.array([limit.unit for _, limit in self.limits], dtype=object),
            "passes": np.array([checked_passes(n, lim, *pair)[0] for n, lim in self.limits], dtype=np.bool_),
        }


def prepare_scorer(
    requests: Any, teams: Any, limits: Sequence[Limit], terms: Sequence[Term], min_relevance: float = 0.26
) -> Scorer:
    """Make limits and terms ready for two tables; what lacks its columns is off.

    A term that has ``fit(teams)`` is fitted first, and kept so in ``fitted_terms``.

    Raises
    ------
    PolicyError
        When two limits or two terms share a name, a class stands where an object is meant, or a weight is not a
        finite number of at least 0.

    Examples
    --------
    >>> from servicematch.pairs.limits import Distance, Skills
    >>> from servicematch.tables.requests import Requests
    >>> from servicematch.tables.teams import Teams
    >>> requests, teams = Requests({"id": [1], "skills": ["yoga"]}), Teams({"id": [1], "skills": [None]})
    >>> scorer = prepare_scorer(requests, teams, [Skills(), Distance()], [])
    >>> scorer.limits_on, scorer.limits_off
    (('skills',), ('distance',))
    """
    _check_names("limits", limits)
    _check_names("terms", terms)
    for term in terms:
        check_weight(term.name, term.weight)
    ready_limits = [(limit.name, limit.prepare(requests, teams)) for limit in limits]
    fitted = tuple(term.fit(teams) if hasattr(term, "fit") else term for term in terms)
    ready_terms = [(term, term.prepare(requests, teams)) for term in fitted]
    has_text = any(term.name == "text" and prepared is not None for term, prepared in ready_terms)
    rule = Relevance(min_relevance).prepare(requests, [name for name, ready in ready_limits if ready is not None])
    return Scorer(
        n_requests=len(requests),
        n_teams=len(teams),
        limits=tuple((name, prepared) for name, prepared in ready_limits if prepared is not None),
        terms=tuple(
            NamedTerm(t.name, float(t.weight), prepared) for t, prepared in ready_terms if prepared is not None
        ),
        limits_off=tuple(name for name, prepared in ready_limits if prepared is None),
        terms_off=tuple(term.name for term, prepared in ready_terms if prepared is None),
        fitted_terms=fitted,
        relevance=rule if has_text else None,
    )


def _check_names(kind: str, parts: Sequence[Any]) -> None:
    seen: set[str] = set()
    for part in parts:
        if isinstance(part, type):
            raise PolicyError(
                f"{kind}: expected an object, got the class {part.__name__}. Hint: write {part.__name__}()."
            )
        if not (hasattr(part, "name") and callable(getattr(part, "prepare", None))):
            raise PolicyError(
                f"{kind}: expected an object with a name and prepare(requests, teams), got {type(part).__name__}."
            )
        if part.name in seen:
            raise PolicyError(f"{kind}: {part.name!r} stands there twice. Hint: give one of them another name.")
        seen.add(part.name)
