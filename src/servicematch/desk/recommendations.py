"""Recommendations as their users hold them: the choices as a frame, in words, and taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.decode import breakdown_columns, distance_km
from servicematch.base.shown import Shown
from servicematch.desk.ineligible import ineligible_columns
from servicematch.desk.options import check_k
from servicematch.out.choices import choices_text
from servicematch.tables.frames import build

if TYPE_CHECKING:
    from servicematch.assign.inputs import Inputs
    from servicematch.base.arrays import AnyArray, IntArray
    from servicematch.base.html import Markup
    from servicematch.out.words import Lang
    from servicematch.pairs.ranking import Ranking
    from servicematch.pairs.scorer import Scorer
    from servicematch.plan import Plan
    from servicematch.tables.table import Table


@dataclass(frozen=True, eq=False, repr=False)
class Recommendations:
    """The best choices for each of those asked for, best first; frozen.

    Printing them says them in words; `frame` has them all, in the kind of the requests table.

    Examples
    --------
    >>> teams = {"id": ["t1", "t2"], "mean_rating": [0.9, 0.4], "n_rated": [9, 9]}
    >>> from servicematch.desk.recommend import recommend
    >>> recommend({"id": ["r1"]}, teams, k=1)
    For request r1, 1 of 2 eligible teams:
      1. t1  score 0.864, 1 place free
    """

    inputs: Inputs
    scorer: Scorer
    ranking: Ranking
    free: IntArray
    for_teams: bool
    plan: Plan | None = None

    def __len__(self) -> int:
        return len(self.ranking.rows)

    @property
    def frame(self) -> Any:
        """The choices, a row each, by those asked for and then by rank.

        ``request_id``, ``team_id``, ``rank`` (1 is best), ``score`` in [0, 1], ``distance_km`` (NaN where a place is
        missing), ``free`` (places left at the team, after the plan where one was given), ``n_eligible`` (how many
        there were to choose from); with a plan also ``in_plan``.
        """
        requests, teams, ranking = self.inputs.requests, self.inputs.teams, self.ranking
        rows, cols = ranking.rows, ranking.cols
        columns: dict[str, AnyArray] = {
            "request_id": requests.ids[rows],
            "team_id": teams.ids[cols],
            "rank": ranking.rank,
            "score": ranking.score,
            "distance_km": distance_km(requests, teams, self.inputs.policy, rows, cols),
            "free": self.free[cols],
            "n_eligible": self._n_eligible,
        }
        if self.plan is not None:
            columns["in_plan"] = self._in_plan
        return self._frame(columns)

    def breakdown(self, request_id: Any, team_id: Any) -> Any:
        """Take the score of any pair apart: term, value, weight, contribution, note; contributions add up to the score.

        Examples
        --------
        >>> from servicematch.desk.recommend import recommend
        >>> best = recommend({"id": [1]}, {"id": [7], "mean_rating": [1.0], "n_rated": [5]})
        >>> best.breakdown(1, 7)["contribution"].sum().round(9)
        np.float64(0.9)
        """
        row, col = self.inputs.requests.index(request_id), self.inputs.teams.index(team_id)
        return self._frame(breakdown_columns(self.scorer, self.inputs.requests, row, col))

    def ineligible(self, id: Any, k: int = 5) -> Any:  # noqa: A002  it is an id
        """Return who cannot be chosen for one of those asked for, and every limit that stands in the way.

        A row for each limit that fails, those pairs first that fail the fewest limits, then the better score:
        ``request_id``, ``team_id``, ``limit``, ``value`` (measured), ``bound`` (what it may be at most, or for
        ``relevance`` and ``reserve`` must be at least), ``unit``.

        Parameters
        ----------
        id
            Of a request, or of a team where the recommendations are for teams.
        k
            So many pairs are told.

        Examples
        --------
        >>> teams = {"id": ["t1"], "lat": [39.6], "lon": [109.8], "radius_km": [5]}
        >>> from servicematch.desk.recommend import recommend
        >>> far = recommend({"id": ["r1"], "lat": [39.7], "lon": [109.8]}, teams).ineligible("r1")
        >>> far["limit"].tolist(), far["value"].round(1).tolist(), far["bound"].tolist()
        (['distance'], [11.1], [5.0])
        """
        check_k(k)
        at = self._side.index(id)
        others = np.arange(len(self.inputs.requests if self.for_teams else self.inputs.teams), dtype=np.int32)
        own = np.full(len(others), at, dtype=np.int32)
        pairs = (others, own) if self.for_teams else (own, others)
        rows, cols, columns = ineligible_columns(self.scorer, *pairs, self.inputs.policy, k)
        ids = {"request_id": self.inputs.requests.ids[rows], "team_id": self.inputs.teams.ids[cols]}
        return self._frame({**ids, **columns})

    def describe(self, lang: Lang = "en") -> str:
        """Say the choices in words, in English (``"en"``) or Chinese (``"zh"``)."""
        n_other = len(self.inputs.requests if self.for_teams else self.inputs.teams)
        n_eligible = self.ranking.n_eligible.tolist()
        return choices_text(self._groups(), n_eligible, n_other, for_teams=self.for_teams, lang=lang)

    def _groups(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """Gather the choices by those asked for, with what is told of each."""
        ranking, inputs = self.ranking, self.inputs
        names = inputs.teams.name
        km = distance_km(inputs.requests, inputs.teams, inputs.policy, ranking.rows, ranking.cols)
        groups = []
        ends = np.searchsorted(self._place, np.arange(len(ranking.asked)), side="right")
        begins = np.searchsorted(self._place, np.arange(len(ranking.asked)))
        for at, begin, end in zip(ranking.asked.tolist(), begins.tolist(), ends.tolist(), strict=True):
            told = [
                {
                    "id": inputs.requests.ids[ranking.rows[i]] if self.for_teams else inputs.teams.ids[ranking.cols[i]],
                    "name": None if self.for_teams or names is None else names[ranking.cols[i]],
                    "score": float(ranking.score[i]),
                    "km": float(km[i]),
                    "free": None if self.for_teams else int(self.free[ranking.cols[i]]),
                }
                for i in range(begin, end)
            ]
            groups.append((self._side.ids[at], told))
        return groups

    def __repr__(self) -> str:
        return self.describe()

    def _repr_html_(self) -> str:
        return str(self._card("en"))

    def show(self, lang: Lang = "en") -> Shown:
        """Show the choices in a notebook, in English (``"en"``) or Chinese (``"zh"``); elsewhere what `describe` says.

        Examples
        --------
        >>> from servicematch.desk.recommend import recommend
        >>> recommend({"id": [1]}, {"id": [7]}, k=1).show("zh")
        点单 1：1 支可承接队伍中的前 1 支：
          1. 7  评分 0.000，余 1 个名额
        """
        return Shown(self._card(lang), self.describe(lang))

    def _card(self, lang: Lang) -> Markup:
        from servicematch.desk.view import choices_card  # noqa: PLC0415  only for those who look

        n_other = len(self.inputs.requests if self.for_teams else self.inputs.teams)
        n_eligible = self.ranking.n_eligible.tolist()
        return choices_card(self._groups(), n_eligible, n_other, for_teams=self.for_teams, lang=lang)

    @property
    def _side(self) -> Table:
        return self.inputs.teams if self.for_teams else self.inputs.requests

    @property
    def _place(self) -> IntArray:
        """For each choice, which of the asked it is for."""
        place = np.zeros(len(self._side), dtype=np.int64)
        place[self.ranking.asked] = np.arange(len(self.ranking.asked))
        return place[self.ranking.cols if self.for_teams else self.ranking.rows]

    @property
    def _n_eligible(self) -> IntArray:
        return self.ranking.n_eligible[self._place]

    @property
    def _in_plan(self) -> AnyArray:
        assert self.plan is not None
        answer = self.plan.answer
        chosen = set(
            zip(answer.requests.ids[answer.rows].tolist(), answer.teams.ids[answer.cols].tolist(), strict=True)
        )
        requests, teams = self.inputs.requests.ids[self.ranking.rows], self.inputs.teams.ids[self.ranking.cols]
        return np.array(
            [pair in chosen for pair in zip(requests.tolist(), teams.tolist(), strict=True)], dtype=np.bool_
        )

    def _frame(self, columns: dict[str, AnyArray]) -> Any:
        requests, teams = self.inputs.requests, self.inputs.teams
        dtypes = {"request_id": requests.id_dtype, "team_id": teams.id_dtype if teams.kind == requests.kind else None}
        return build(columns, requests.kind, tz=requests.tz, dtypes=dtypes)
