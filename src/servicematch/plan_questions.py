"""The questions that a plan answers: thin methods over the room `ask`, with what they share built once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.assign.reasons import find_reasons
from servicematch.base.errors import ServiceMatchError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from servicematch.ask.alternates import Alternates
    from servicematch.ask.bottlenecks import Bottlenecks
    from servicematch.ask.explain import Explanation
    from servicematch.ask.fairness import Fairness
    from servicematch.ask.questions import Questions
    from servicematch.ask.recruitment import Recruitment
    from servicematch.ask.repaired import Repair
    from servicematch.ask.shortage import Shortage
    from servicematch.ask.whatif import WhatIf
    from servicematch.ask.why import Why
    from servicematch.ask.whynot import WhyNot
    from servicematch.ask.worth import Worth
    from servicematch.assign.answer import Answer
    from servicematch.assign.policy import Policy
    from servicematch.assign.reasons import OpenUnits


class PlanQuestions:
    """What can be asked of a plan.

    Every answer is an object, reads as sentences (``describe("zh")``), and hides the ids of other residents' requests
    where asked (``redact=True``). Losses are exact, tier by tier: what solving again gives.
    """

    answer: Answer

    @cached_property
    def _open_units(self) -> tuple[OpenUnits, ...]:
        return find_reasons(self.answer)

    @cached_property
    def questions(self) -> Questions:
        """What all questions to this plan share, built at the first one."""
        from servicematch.ask.questions import Questions, without_hours  # noqa: PLC0415 - only for those who ask

        return Questions(without_hours(self.answer))

    @property
    def _plain(self) -> Answer:
        """The answer, for questions that only know teams and their places.

        Raises
        ------
        ServiceMatchError
            For a plan with slots, or with hours of teams.
        """
        from servicematch.ask.questions import without_slots  # noqa: PLC0415 - as above

        return without_slots(self.answer)

    def explain_unassigned(self, request_id: Any) -> Explanation:
        """Say why units of a request stay open, the limits one by one, and who would have to move to serve one more.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": ["r1", "r2"], "priority": [1, 0]}, {"id": ["t1"]})
        >>> plan.explain_unassigned("r2")
        Why request 'r2' stays open:
        1 unit: all places of its teams taken (OUTCOMPETED). 1 team could serve it, but does more good for other requests.
        The place that it could have, at team 't1', goes to request 'r1'.
        Forcing one unit in, at team 't1', changes the plan by: 1 fewer served of priority 1, 1 more served of priority 0.
        This loss is exact: it is proved that no way to serve it costs less.
        Who moves:
          request 'r2', open until now, gets team 't1'
          request 'r1' loses team 't1' and stays open
        """
        from servicematch.ask.explain import explain_unassigned  # noqa: PLC0415 - only for those who ask

        return explain_unassigned(self.questions, self._open_units, request_id)

    def why(self, request_id: Any) -> Why:
        """Say why a request is served as it is: its score by terms, and its next choices by score and by plan.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": ["r"]}, {"id": ["a", "b"], "mean_rating": [0.9, 0.4], "n_rated": [9, 9]})
        >>> plan.why("r")
        team 'a' serves request 'r' with score 0.864286: track record 0.864286.
        Next best by score: team 'b' (0.542857).
        Next best for the whole plan: team 'b' (0.321429 score points fewer, 0 other moves).
        """
        from servicematch.ask.why import why  # noqa: PLC0415 - only for those who ask

        return why(self.questions, request_id)

    def why_not(self, request_id: Any, team_id: Any, slot_id: Any = None) -> WhyNot:
        """Say why a request does not go to a team: every limit that fails, or exactly what forcing the pair costs.

        With slots that of one slot of the team: the one named, else the one that costs least.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> teams = {"id": ["a", "b"], "mean_rating": [0.9, 0.4], "n_rated": [9, 9]}
        >>> plan = assign({"id": ["r"]}, teams)
        >>> plan.why_not("r", "b").winning_score
        0.864287
        """
        from servicematch.ask.whynot import why_not  # noqa: PLC0415 - only for those who ask
        from servicematch.ask.whynot_slots import why_not_in_slot  # noqa: PLC0415 - as above

        questions = self.questions
        if self.answer.timed is not None:
            return why_not_in_slot(questions, request_id, team_id, slot_id)
        _refuse_slot(slot_id)
        return why_not(questions, request_id, team_id)

    def alternates(self, request_id: Any, k: int = 3) -> Alternates:
        """Return the next choices for a request, the least loss of the whole plan first, with the moves each takes.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": ["r"]}, {"id": ["a", "b"]})
        >>> plan.alternates("r").choices[0].is_tie
        True
        """
        from servicematch.ask.alternates import alternates  # noqa: PLC0415 - only for those who ask

        if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
            raise ServiceMatchError(f"k: expected a whole number of at least 1, got {k!r}")
        return alternates(self.questions, request_id, k)

    def worth_of(self, team_id: Any, slot_id: Any = None) -> Worth:
        """Say what one place more at a team brings, and what one fewer costs: two exact answers.

        With slots that of the slot named, else of the team's total over all of them, where teams have a ``capacity``.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": ["r1", "r2"]}, {"id": ["t1"]})
        >>> plan.worth_of("t1").gain_of_one_more["priority=0"]
        1
        """
        from servicematch.ask.worth import worth_of  # noqa: PLC0415 - only for those who ask
        from servicematch.ask.worth_slots import worth_in_slot  # noqa: PLC0415 - as above

        questions = self.questions
        if self.answer.timed is not None:
            return worth_in_slot(questions, team_id, slot_id)
        _refuse_slot(slot_id)
        return worth_of(questions, team_id)

    def shortage(self, request_id: Any) -> Shortage:
        """Say whether places are short for a request: units asked, places at which teams, other teams open to them.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> assign({"id": ["a"], "units": [3]}, {"id": ["t1", "t2"]}).shortage("a").shortage
        1
        """
        from servicematch.ask.shortage import shortage  # noqa: PLC0415 - only for those who ask

        return shortage(self._plain, request_id)

    def bottlenecks(self, by: Any, *, side: str | None = None) -> Bottlenecks:
        """Say where it is short, by any column of the requests or teams: demand, places, open units, worth of one more.

        Parameters
        ----------
        by
            A column; ``("area", 2)`` for the first two names of an area path.
        side
            ``"requests"`` or ``"teams"`` where both have the column; the requests by default.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": [1, 2]}, {"id": ["t"]})
        >>> plan.bottlenecks("id", side="teams").rows[0].unassigned
        1
        """
        from servicematch.ask.bottlenecks import bottlenecks  # noqa: PLC0415 - only for those who ask

        return bottlenecks(self._plain, by, side=side)

    def fairness(self, by: Any) -> Fairness:
        """Say who is served, by any column of the requests: shares, scores, distances, envy; and how teams are loaded.

        Parameters
        ----------
        by
            A column; ``("area", 1)`` for the first name of an area path.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": [1, 2], "category": ["art", "talk"]}, {"id": ["t"], "categories": ["art"]})
        >>> plan.fairness("category").worst.value
        'talk'
        """
        from servicematch.ask.fairness import fairness  # noqa: PLC0415 - only for those who ask
        from servicematch.ask.questions import without_hours  # noqa: PLC0415 - as above

        return fairness(without_hours(self.answer), by)

    def recruit(
        self,
        at: Iterable[str] | None = None,
        *,
        k: int = 5,
        capacity: int = 1,
        radius_km: float | None = None,
        try_at_most: int = 40,
    ) -> Recruitment:
        """Say where one team more would bring most: areas by what is asked there, each kept one solved exactly.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> assign({"id": [1]}, {"id": [1]}).recruit().n_considered
        0
        """
        from servicematch.ask.recruit import recruit  # noqa: PLC0415 - only for those who ask

        return recruit(self._plain, at, k=k, capacity=capacity, radius_km=radius_km, try_at_most=try_at_most)

    def what_if(
        self,
        *,
        add_teams: Any = None,
        remove_teams: Any = None,
        change_teams: Any = None,
        add_requests: Any = None,
        drop_requests: Any = None,
        change_requests: Any = None,
        policy: Policy | None = None,
        pins: Any = None,
        slots: Any = None,
    ) -> WhatIf:
        """Plan again with something changed, and set the figures side by side; this plan stays as it is.

        Parameters
        ----------
        add_teams, add_requests
            Any table.
        remove_teams, drop_requests
            Ids.
        change_teams, change_requests
            ``{id: {column: value}}``, or a table with the ids and the columns to change.
        policy, pins, slots
            In place of those of this plan. Its slots stay, but for those of teams that are taken out.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> assign({"id": [1, 2]}, {"id": [1]}).what_if(add_teams=[{"id": 2}]).gain["priority=0"]
        1
        """
        from servicematch.ask.whatif import what_if  # noqa: PLC0415 - only for those who ask

        return what_if(
            self.answer,
            add_teams=add_teams,
            remove_teams=remove_teams,
            change_teams=change_teams,
            add_requests=add_requests,
            drop_requests=drop_requests,
            change_requests=change_requests,
            policy=policy,
            pins=pins,
            slots=slots,
            wrap=type(self),
        )

    def repair(self, request_ids: Any, relaxations: Any = None, *, time_limit_s: float | None = 60.0) -> Repair:
        """Find the cheapest set of relaxations that serves some requests while nobody else loses a unit, or a proof.

        Parameters
        ----------
        request_ids
            A list of ids, or a single one: all their units are to be served.
        relaxations
            Of `servicematch.relaxations`: ``Place``, ``Waive``, ``WiderRadius``, ``Teach``, each with its cost. Places
            and waived pairs by default. The first two are one flow and exact; the others are chosen by CP-SAT.
        time_limit_s
            For the whole call, 60 by default; where that is too short the answer is ``"FEASIBLE"``, with a proved bound.
            None leaves it to a limit of work that is the same on every machine.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> assign({"id": ["a", "b"]}, {"id": ["t"]}).repair(["a", "b"]).status
        'OPTIMAL'
        """
        from servicematch.ask.repair import repair  # noqa: PLC0415 - only for those who ask

        return repair(self._plain, request_ids, relaxations, time_limit_s=time_limit_s, wrap=type(self))

    def apply(self, moves: Any, *, dry_run: bool = False) -> Any:
        """Take some moves, all or none, and return the plan that comes of it; ``dry_run=True`` only tells the difference.

        What disagreeing with the plan costs is the new plan's ``gap``: it keeps the bound of this one.

        Parameters
        ----------
        moves
            A `Diff`, its chains, moves, or ``(request_id, from_team, to_team)`` with None for open.
        dry_run
            Return the difference that the moves would make, and no plan.

        Raises
        ------
        ServiceMatchError
            With everything that stands against the moves at once.

        Examples
        --------
        >>> from servicematch.planning import assign
        >>> plan = assign({"id": [1]}, {"id": [1, 2]})
        >>> here = plan.assignments["team_id"][0]
        >>> plan.apply([(1, here, 3 - here)]).status
        'PROVED'
        """
        from servicematch.ask.apply import apply  # noqa: PLC0415 - only for those who disagree

        return apply(self._plain, moves, dry_run=dry_run, wrap=type(self))


def _refuse_slot(slot_id: Any) -> None:
    if slot_id is not None:
        raise ServiceMatchError(f"slot_id: this plan has no slots, got {slot_id!r}")
