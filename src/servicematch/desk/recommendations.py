"""Recommendations as their users hold them: the choices as a frame, in words, and taken apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.decode import breakdown_columns, distance_km
from servicematch.base.shown import Shown
from servicematch.desk.ineligible import ineligible_columns
from servicematch.desk.options import check_k
from servicematch.out.ask_words import Names
from servicematch.out.choices import choices_text
from servicematch.tables.frames import build

if TYPE_CHECKING:
    from servicematch.ask.plan_order import PlanCosts
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
    costs: PlanCosts | None = None

    def __len__(self) -> int:
        return len(self.ranking.rows)

    @property
    def frame(self) -> Any:
        """The choices, a row each, by those asked for and then by rank.

        ``request_id``, ``team_id``, ``rank`` (1 is best), ``score`` in [0, 1], ``distance_km`` (NaN where a place is
        missing), ``free`` (places left at the team, after the plan where one was given), ``n_eligible`` (how many
        there were to choose from); with a plan also ``in_plan``. By plan also what the plan gains by tier when the pair is
        forced in (``gain_score`` in points; what it loses is negative), ``n_moves`` (other requests that move) and
        ``is_tie`` (the plan would be just as good).
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
        if self.costs is not None:
            columns |= self.costs.columns()
        return self._frame(columns)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON: for each of those asked for its choices, best first.

        Ordered by plan, each choice has its gain by tier, scores in micro-points. ``redact`` hides the ids of requests
        behind letters, but for that of the only request asked for.

        Examples
        --------
        >>> from servicematch.desk.recommend import recommend
        >>> told = recommend({"id": [1]}, {"id": [7]}, k=1).to_dict()
        >>> told["for"], told["choices"][0]["of"], told["choices"][0]["best"][0]["id"]
        ('requests', 1, 7)
        """
        rows = zip(self._groups(redact=redact), self.ranking.n_eligible.tolist(), strict=True)
        choices = [{"of": id_, "n_eligible": n, "best": [_plain(one) for one in told]} for (id_, told), n in rows]
        return {"for": "teams" if self.for_teams else "requests", "choices": choices}

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

    def describe(self, lang: Lang = "en", *, redact: bool = False) -> str:
        """Say the choices in words, in English (``"en"``) or Chinese (``"zh"``); ``redact`` hides ids of requests."""
        n_other = len(self.inputs.requests if self.for_teams else self.inputs.teams)
        n_eligible = self.ranking.n_eligible.tolist()
        options = {"for_teams": self.for_teams, "by_plan": self.costs is not None}
        return choices_text(self._groups(redact=redact), n_eligible, n_other, lang=lang, **options)

    def _groups(self, *, redact: bool) -> list[tuple[Any, list[dict[str, Any]]]]:
        """Gather the choices by those asked for, with what is told of each."""
        ranking, inputs = self.ranking, self.inputs
        requests, teams = inputs.requests.ids.tolist(), inputs.teams.ids.tolist()
        own = requests[ranking.asked[0]] if len(ranking.asked) == 1 and not self.for_teams else None
        request = Names("en", redact=redact, own=own).plain_request
        names = inputs.teams.name
        km = distance_km(inputs.requests, inputs.teams, inputs.policy, ranking.rows, ranking.cols)
        groups = []
        ends = np.searchsorted(self._place, np.arange(len(ranking.asked)), side="right")
        begins = np.searchsorted(self._place, np.arange(len(ranking.asked)))
        for at, begin, end in zip(ranking.asked.tolist(), begins.tolist(), ends.tolist(), strict=True):
            told = [
                {
                    "id": request(requests[ranking.rows[i]]) if self.for_teams else teams[ranking.cols[i]],
                    "name": None if self.for_teams or names is None else names[ranking.cols[i]],
                    "score": float(ranking.score[i]),
                    "km": float(km[i]),
                    "free": None if self.for_teams else int(self.free[ranking.cols[i]]),
                    **({} if self.costs is None else self.costs.told(i)),
                }
                for i in range(begin, end)
            ]
            groups.append((teams[at] if self.for_teams else request(requests[at]), told))
        return groups

    def __repr__(self) -> str:
        return self.describe()

    def _repr_html_(self) -> str:
        return str(self._card("en", redact=False))

    def show(self, lang: Lang = "en", *, redact: bool = False) -> Shown:
        """Show the choices in a notebook, in English (``"en"``) or Chinese (``"zh"``); elsewhere what `describe` says.

        Examples
        --------
        >>> from servicematch.desk.recommend import recommend
        >>> recommend({"id": [1]}, {"id": [7]}, k=1).show("zh")
        点单 1：1 支可承接队伍中的前 1 支：
          1. 7  评分 0.000，余 1 个名额
        """
        return Shown(self._card(lang, redact=redact), self.describe(lang, redact=redact))

    def _card(self, lang: Lang, *, redact: bool) -> Markup:
        from servicematch.desk.view import choices_card  # noqa: PLC0415  only for those who look

        n_other = len(self.inputs.requests if self.for_teams else self.inputs.teams)
        n_eligible = self.ranking.n_eligible.tolist()
        options = {"for_teams": self.for_teams, "by_plan": self.costs is not None}
        return choices_card(self._groups(redact=redact), n_eligible, n_other, lang=lang, **options)

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


def _plain(choice: dict[str, Any]) -> dict[str, Any]:
    """Write a way that is not known as None."""
    return {**choice, "km": None if math.isnan(choice["km"]) else choice["km"]}
