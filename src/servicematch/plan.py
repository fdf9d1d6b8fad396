"""The plan as its users hold it: frames, figures, sentences and files over the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from servicematch.assign.answer import by_tier, claim_of, fingerprints_of, for_people
from servicematch.assign.columns import column_of
from servicematch.assign.decode import (
    assignment_columns,
    breakdown_columns,
    gap_of,
    load_columns,
    slot_load_columns,
    summary_of,
    unassigned_columns,
    worklist_columns,
)
from servicematch.assign.inputs import PreparedTeams
from servicematch.assign.policy_file import policy_checksum
from servicematch.assign.price_columns import price_columns
from servicematch.assign.reasons import units_by_reason
from servicematch.assign.saved import from_data, to_data
from servicematch.base.errors import PlanFileError, ServiceMatchError
from servicematch.base.manifest import versions
from servicematch.base.shown import Shown
from servicematch.out.files import write_csv
from servicematch.out.sentences import reason_text
from servicematch.out.summary import summary_text
from servicematch.plan_questions import PlanQuestions
from servicematch.tables.frames import build
from servicematch.tables.times import read_zone, zone_datetimes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.assign.answer import Answer
    from servicematch.assign.policy import Policy
    from servicematch.base.html import Markup
    from servicematch.check.report import Verification
    from servicematch.out.score_view import ScoreView
    from servicematch.out.words import Lang

_DECIMALS = {"score": 6, "distance_km": 3}  # in a spreadsheet: micro-points and metres
_TABLES = ("assignments", "unassigned", "loads", "slot_loads", "worklist")
_MADE_BY = {"assignments": assignment_columns, "loads": load_columns, "slot_loads": slot_load_columns}


@dataclass(frozen=True, eq=False, repr=False)
class Plan(PlanQuestions):
    """Who serves whom, what it is worth, and the proof; frozen.

    Frames come in the kind of the requests table (a dict of arrays for anything that was no dataframe), with rows in
    the caller's order. Printing a plan says in words what it does.

    Examples
    --------
    >>> from servicematch.planning import assign
    >>> plan = assign({"id": ["r1", "r2"]}, {"id": ["t1"], "capacity": [1]})
    >>> plan.status, plan.objective["priority=0"], plan.verify().proved
    ('PROVED', 1, True)
    """

    answer: Answer

    @property
    def assignments(self) -> Any:
        """The chosen pairs: request_id, team_id, slot_id, score in [0, 1], distance_km (NaN where a place is missing).

        With slots also start and end of the slot, in the caller's zone, and with `Travel` begin and finish of the visit;
        with `Travel` and hours of teams takes_hours, what each pair takes of them, the way there and back with it.
        """
        return self._frame(assignment_columns(self.answer))

    @property
    def unassigned(self) -> Any:
        """What stays open: request_id, units, reason (a code), text (English; `reasons` gives other languages)."""
        return self.reasons()

    @property
    def loads(self) -> Any:
        """Each team's places: team_id, name, capacity, used before, assigned now, free, over (more than there are).

        Where hours of teams count, also hours, used_hours, assigned_hours, free_hours and over_hours, whole minutes each;
        without a column of capacities nothing limits how many, and capacity, free and over are left out. With `Travel`
        also travel_hours, what of the assigned ones goes beyond the requests' own.
        """
        return self._frame(load_columns(self.answer))

    @property
    def slot_loads(self) -> Any:
        """Each slot's places: slot_id, team_id, start, end, capacity, assigned, free, over; only with slots."""
        return self._frame(slot_load_columns(self.answer))

    @property
    def prices(self) -> Any:
        """What proves the plan: a price for each team, slot and group of a rule that is scarce, tier by tier.

        One place more there cannot bring more than its price, compared from the highest tier down (where rules cross:
        tier by tier, with those above kept); what is not listed would bring nothing. Floors have prices below 0: one
        unit less to be met. Columns: of (``"team"``, ``"slot"`` or ``"group"``), id, rule (its number, -1 for none),
        column, group, and one for each tier, units and score points. `worth_of` says exactly what a place brings.
        """
        return self._frame(price_columns(self.answer))

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The figures: units asked, served and open by reason, kilometres, limits and terms, status, objective, gap."""
        return summary_of(self.answer, units_by_reason(self._open_units))

    @property
    def status(self) -> str:
        """``"PROVED"`` when no plan is better by its policy, else ``"FEASIBLE"``."""
        return self.answer.solution.status.value

    @property
    def stopped_by(self) -> str | None:
        """What kept the search from a proof: ``"time"``, ``"work"``, ``"bound"`` (rules cross or units are bound), or None."""
        return self.answer.solution.stopped_by

    @property
    def objective(self) -> Mapping[str, int | float]:
        """What the plan is worth by tier, highest first: units, and score points last.

        Pinned pairs are not counted, for there was nothing to decide: what a pin costs shows in
        ``summary["units_served"]`` and ``summary["score_total"]``, which count all.
        """
        return for_people(by_tier(self.answer, self.answer.solution.objective))

    @property
    def bound(self) -> Mapping[str, int | float]:
        """What no plan can exceed, in the order of the tiers; equal to `objective` when proved.

        But with `servicematch.fairness.Satisfaction` it is that of the best plan without it, and the score lies below it
        by what that fairness costs.
        """
        return for_people(by_tier(self.answer, self.answer.solution.bound))

    @property
    def gap(self) -> int | float:
        """How much the first tier that is not proved may still gain, 0 when all are."""
        return gap_of(self.answer)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """With what the plan was made: versions, sizes, checksums, seed, solver, seconds by layer."""
        answer = self.answer
        return {
            "versions": versions(),
            "n_requests": len(answer.requests),
            "n_teams": len(answer.teams),
            **({} if answer.slots is None else {"n_slots": len(answer.slots)}),
            "n_pairs": len(answer.scored.rows),
            "fingerprints": fingerprints_of(answer),
            "policy": policy_checksum(answer.policy),
            "seed": answer.seed,
            "solver": answer.solution.solver,
            "n_solves": answer.solution.n_solves,
            "n_pairs_solved": answer.solution.n_pairs_solved,
            "seconds": {**answer.seconds, **answer.solution.seconds},
        }

    def reasons(self, lang: Lang = "en") -> Any:
        """Return the frame of `unassigned` with its sentences in English (``"en"``) or Chinese (``"zh"``).

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": [1, 2]}, {"id": [1]})
        >>> plan.reasons("zh")["text"].tolist()
        ['同等条件的另一点单占了最后的名额；改派给本单，计划同样好。']
        """
        return self._frame(self._reason_columns(lang))

    def _reason_columns(self, lang: Lang) -> dict[str, Any]:
        columns, ordered = unassigned_columns(self.answer, self._open_units)
        texts = [reason_text(one.reason.value, one.facts, lang) for one in ordered]
        return {**columns, "text": np.array(texts, dtype=object)}

    def describe(self, lang: Lang = "en") -> str:
        """Say in words what the plan does; ``print(plan)`` does so in English.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> print(assign({"id": [1]}, {"id": [1]}).describe("zh").splitlines()[0])
        点单 1 件，共需 1 队次（一支队伍承接一件为一队次）；队伍 1 支；可行配对 1 个。
        """
        return summary_text({**self.summary, "objective": by_tier(self.answer, self.answer.solution.objective)}, lang)

    def breakdown(self, request_id: Any, team_id: Any, slot_id: Any = None) -> Any:
        """Take the score of any pair apart: term, value, weight, contribution, note; contributions add up to the score.

        With slots, that of one slot of the team: the one named, else the one chosen, else the best one.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": [1]}, {"id": [1], "mean_rating": [1.0], "n_rated": [5]})
        >>> plan.breakdown(1, 1)["contribution"].sum().round(9)
        np.float64(0.9)
        """
        answer = self.answer
        row, col = answer.requests.index(request_id), answer.teams.index(team_id)
        column = column_of(answer, row, col, slot_id)
        return self._frame(breakdown_columns(answer.column_scorer, answer.requests, row, column))

    def show_score(self, request_id: Any, team_id: Any, slot_id: Any = None, *, lang: Lang = "en") -> ScoreView:
        """Show the score of any pair as a waterfall, with its limits: a drawing in a notebook, aligned text elsewhere.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": [1]}, {"id": [1], "mean_rating": [1.0], "n_rated": [5]})
        >>> plan.show_score(1, 1)
        Score 0.900 of request 1 at team 1
          track record  0.900 x 1.000 = 0.900  |███████████████████████████   |
          score                         0.900
        """
        from servicematch.out.limit_table import asks  # noqa: PLC0415 - only for those who look
        from servicematch.out.score_view import ScoreView  # noqa: PLC0415 - as above

        answer = self.answer
        row, col = answer.requests.index(request_id), answer.teams.index(team_id)
        column, scorer = column_of(answer, row, col, slot_id), answer.column_scorer
        limits = scorer.measures(row, column)
        asked = asks(answer.requests, row, limits["limit"].tolist())
        name = None if answer.teams.name is None else answer.teams.name[col]
        terms = scorer.breakdown(row, column)
        return ScoreView(request_id, team_id, terms, {**limits, "asked": asked}, lang, name)

    def worklist(self, team_id: Any) -> Any:
        """Return what a team is to do: its requests, how far, what was asked, and the caller's own columns (contacts).

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": [1], "phone": ["0477-1"]}, {"id": ["t"]})
        >>> plan.worklist("t")["phone"].tolist()
        ['0477-1']
        """
        return self._frame(worklist_columns(self.answer, self.answer.teams.index(team_id)))

    def verify(self, *, proof: bool = True, requests: Any = None, teams: Any = None, slots: Any = None) -> Verification:
        """Have the plan checked by code that shares nothing with what made it; raises nothing for a wrong plan.

        Parameters
        ----------
        proof
            Derive all eligible pairs again and prove the optimum; False checks the chosen pairs only.
        requests, teams, slots
            Other tables to check against, such as today's; those of the plan by default.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> assign({"id": [1]}, {"id": [1]}).verify().proved
        True
        """
        from servicematch.check.verify import verify  # noqa: PLC0415 - most callers plan every day and verify at night

        answer = self.answer
        teams = teams.teams if isinstance(teams, PreparedTeams) else teams
        tables = (answer.requests if requests is None else requests, answer.teams if teams is None else teams)
        slots = answer.slots if slots is None else slots
        return verify(*tables, answer.policy, claim_of(answer), proof=proof, slots=slots)

    def to_json(self, path: str | Path) -> None:
        """Save ids, decisions, prices, policy and checksums; no text of a resident and no place.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "plan.json"
        >>> requests, teams = {"id": [1]}, {"id": [1]}
        >>> assign(requests, teams).to_json(path)
        >>> Plan.from_json(path, requests=requests, teams=teams).status
        'PROVED'
        """
        text = json.dumps(to_data(self.answer, self.manifest), indent=1)
        Path(path).write_text(text, encoding="utf-8")

    def to_csv(self, path: str | Path, table: str = "assignments", *, team_id: Any = None, lang: Lang = "en") -> None:
        """Save a table of the plan as CSV for a spreadsheet: utf-8 with a mark, and no cell can run as a formula.

        Scores are written to a millionth, distances to the metre.

        Parameters
        ----------
        path
            Where to.
        table
            ``"assignments"``, ``"unassigned"`` (with its sentences in ``lang``), ``"loads"``, ``"slot_loads"`` (with
            slots), or ``"worklist"`` of the team ``team_id``, which holds what residents wrote and your own columns.

        Raises
        ------
        ServiceMatchError
            For another table, or a worklist without a team.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "plan.csv"
        >>> assign({"id": ["=1+1"]}, {"id": ["t"]}).to_csv(path)
        >>> path.read_text(encoding="utf-8-sig").splitlines()[1]
        "'=1+1,t,,0.0,"
        """
        columns = self._columns(table, team_id, lang)
        rounded = {name: np.round(columns[name], places) for name, places in _DECIMALS.items() if name in columns}
        write_csv({**columns, **rounded, **self._local_times(columns)}, path)

    def _local_times(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Write times out with their zone, for a spreadsheet knows none."""
        zone = read_zone(self._zone)
        return {
            name: zone_datetimes(values.astype("datetime64[s]").view(np.int64), zone)
            for name, values in columns.items()
            if values.dtype.kind == "M"
        }

    @property
    def _zone(self) -> str | None:
        """The caller's zone: that of the requests, else that of the slots."""
        slots = self.answer.slots
        return self.answer.requests.tz or (None if slots is None else slots.tz)

    def _columns(self, table: str, team_id: Any, lang: Lang) -> Mapping[str, Any]:
        if table not in _TABLES:
            raise ServiceMatchError(f"table: expected one of {', '.join(_TABLES)}, got {table!r}")
        if (table == "worklist") != (team_id is not None):
            raise ServiceMatchError('team_id: give it with table="worklist", and only there')
        if table == "worklist":
            return worklist_columns(self.answer, self.answer.teams.index(team_id))
        if table == "unassigned":
            return self._reason_columns(lang)
        return _MADE_BY[table](self.answer)

    def to_geojson(
        self, path: str | Path, *, only: Literal["all", "pairs", "requests", "teams"] = "all", decimals: int | None = 5
    ) -> None:
        """Save the plan for a map: a line for each chosen pair, a point for each request and each team.

        No word of a resident is in the file, but their places are, often their homes: blur them with ``decimals=2``
        (about a kilometre), or take ``only="teams"``.

        Parameters
        ----------
        path
            Where to.
        only
            ``"all"``, ``"pairs"``, ``"requests"`` or ``"teams"``.
        decimals
            Of degrees (5 are about a metre) and of kilometres; None for all.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "plan.geojson"
        >>> place = {"id": [1], "lat": [39.6], "lon": [109.8]}
        >>> assign(place, place).to_geojson(path)
        >>> [feature["geometry"]["type"] for feature in json.loads(path.read_text())["features"]]
        ['LineString', 'Point', 'Point']
        """
        from servicematch.out.geojson import feature_collection, write_geojson  # noqa: PLC0415 - only for maps

        answer = self.answer
        columns = assignment_columns(answer), unassigned_columns(answer, self._open_units)[0], load_columns(answer)
        pinned = [(pin.request_id, pin.team_id) for pin in answer.pins.pins if pin.kind == "pin"]
        made = feature_collection(answer.requests, answer.teams, *columns, pinned=pinned, only=only, decimals=decimals)
        write_geojson(made, path)

    def to_html(self, path: str | Path, *, lang: Lang = "en", texts: bool = False) -> None:
        """Save the page that a notebook shows of the plan; nothing in the file runs, and it loads nothing.

        Its map shows where residents live. Their words are left out; ``texts=True`` puts the first of them beside the
        first assignments, as the notebook does.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "plan.html"
        >>> assign({"id": [1]}, {"id": [1]}).to_html(path, lang="zh")
        >>> "已证明最优" in path.read_text(encoding="utf-8")
        True
        """
        from servicematch.out.pages import LISTED, write_page  # noqa: PLC0415 - only for those who look

        write_page(self._page(lang, texts=texts, most=LISTED), path, "servicematch", lang)

    @classmethod
    def from_json(
        cls, path: str | Path, *, requests: Any, teams: Any, slots: Any = None, policy: Policy | None = None
    ) -> Plan:
        """Take a saved plan up again with the tables it was made from.

        ``policy`` is only needed when it holds code (your own limit, an encoder), which no file keeps.

        Raises
        ------
        PlanFileError
            When the file is no plan, is of another schema version, or the tables were changed since.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "plan.json"
        >>> assign({"id": [1]}, {"id": [1]}).to_json(path)
        >>> Plan.from_json(path, requests={"id": [1]}, teams={"id": [2]})
        Traceback (most recent call last):
        servicematch.base.errors.PlanFileError: the teams are not those that this plan was made from: a value has changed \
since. Hint: load the tables of that day, or assign again.
        """
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:
            raise PlanFileError(f"this is no saved plan: {type(error).__name__}") from error
        return cls(from_data(data, requests, teams, policy, slots))

    def __repr__(self) -> str:
        return self.describe()

    def _repr_html_(self) -> str:
        return str(self._page("en", texts=True))

    def show(self, lang: Lang = "en") -> Shown:
        """Show the plan in a notebook, in English (``"en"``) or Chinese (``"zh"``); elsewhere what `describe` says.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> view = assign({"id": [1]}, {"id": [1]}).show("zh")
        >>> print(str(view).splitlines()[1])
        已派 1 / 1 队次（100.0 %），点单 1 / 1 件。
        >>> "已证明最优" in view._repr_html_()
        True
        """
        return Shown(self._page(lang, texts=True), self.describe(lang))

    def _page(self, lang: Lang, *, texts: bool, most: int | None = None) -> Markup:
        from servicematch.out.pages import FIRST, plan_page  # noqa: PLC0415 - only for those who look
        from servicematch.out.plan_parts import PlanParts  # noqa: PLC0415 - as above

        answer = self.answer
        columns = assignment_columns(answer)
        parts = PlanParts(answer.requests, answer.teams, answer.rows, answer.cols, columns, answer.capacity, self._zone)
        unassigned = self._reason_columns(lang)
        return plan_page(self.summary, parts, lang, texts=texts, unassigned=unassigned, most=most or FIRST)

    def _frame(self, columns: Mapping[str, Any]) -> Any:
        requests, slots = self.answer.requests, self.answer.slots
        tables = {"request_id": requests, "team_id": self.answer.teams, "slot_id": slots}
        dtypes = {
            name: table.id_dtype for name, table in tables.items() if table is not None and table.kind == requests.kind
        }
        return build(columns, requests.kind, tz=self._zone, dtypes=dtypes)
