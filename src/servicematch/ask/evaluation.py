"""The judgement of a plan made by people: its value, what is wrong with it, and what the best plan has more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from servicematch.ask.diff import diff
from servicematch.ask.told import Told
from servicematch.assign.answer import by_tier, for_people
from servicematch.base.blocks import Cell, table
from servicematch.base.plain import plain
from servicematch.out.ask_words import Names, change_text
from servicematch.out.evaluate_words import EVALUATE_WORDS, value_text
from servicematch.out.words import check_lang
from servicematch.solve.problem import Status
from servicematch.tables.frames import build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.ask.diff import Diff
    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import AnyArray
    from servicematch.base.html import Markup
    from servicematch.check.codes import Violation
    from servicematch.out.words import Lang

LISTED = 20
"""Violations that are told one by one; `Evaluation.violations` has all."""


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation(Told):
    """What a plan made by people is worth, what is wrong with it, and what the best plan has more.

    Values are by tier, highest first: whole units, and micro-points for ``"score"``.

    Attributes
    ----------
    violations
        Every rule that it breaks, each with code, ids, what was measured, what is allowed, and a sentence.
    value
        What it is worth as listed: every pair of known ids counts once, lawful or not.
    n_listed, n_blank
        Pairs that it lists, and rows without a team, which were left out.
    kept, best
        Answers: as many of its pairs as can stand together (all of a lawful plan), and the best plan.
    loads_columns
        What each team is given, as listed.

    Examples
    --------
    >>> from servicematch.ask.evaluate import evaluate
    >>> evaluate({"id": ["r1", "r2"]}, {"id": ["t1"]}, [("r1", "t1"), ("r2", "t1")])
    Pairs listed: 2. The plan breaks a rule; 1 of its pairs can stand together.
    As listed it is worth: 2 served of priority 0, 0.000000 score points.
    What can stand of it is worth: 1 served of priority 0, 0.000000 score points.
    The best plan is worth: 1 served of priority 0, 0.000000 score points (proved).
    No plan is better, in any tier, than what can stand of this one.
    - Team 't1' has 1 free places and is given 2 requests.
    """

    violations: tuple[Violation, ...]
    value: Mapping[str, int]
    n_listed: int
    n_blank: int
    kept: Answer
    best: Answer
    loads_columns: Mapping[str, AnyArray]

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every rule."""
        return not self.violations

    @property
    def kept_value(self) -> dict[str, int]:
        """What those pairs are worth that can stand together: `value` for a lawful plan."""
        return by_tier(self.kept, self.kept.solution.objective)

    @property
    def optimum(self) -> dict[str, int]:
        """What the best plan is worth."""
        return by_tier(self.best, self.best.solution.objective)

    @property
    def gap(self) -> dict[str, int]:
        """What the best plan has more than what can stand of this one; never below nothing, highest tier first."""
        return {tier: value - self.kept_value[tier] for tier, value in self.optimum.items()}

    @cached_property
    def diff(self) -> Diff:
        """From what can stand of this plan to the best one, in chains of moves."""
        return diff(self.kept, self.best)

    @cached_property
    def loads(self) -> Any:
        """Each team's places as listed: team_id, name, capacity, used before, assigned, free, over."""
        return self._frame(self.loads_columns)

    def violation_frame(self, lang: Lang = "en") -> Any:
        """Return a row a violation: code, request_id, team_id, rule, measured, limit, unit, text.

        Examples
        --------
        >>> from servicematch.ask.evaluate import evaluate
        >>> found = evaluate({"id": ["r1", "r2"]}, {"id": ["t1"]}, [("r1", "t1"), ("r2", "t1")])
        >>> found.violation_frame("zh")["text"].tolist()
        ["队伍 't1' 有 1 个空位，却派了 2 个点单。"]
        """
        check_lang(lang)
        told = [violation_data(one, lang) for one in self.violations]
        numbers = ("measured", "limit")
        columns: dict[str, AnyArray] = {}
        for name in ("code", "request_id", "team_id", "rule", *numbers, "unit", "text"):
            values = [one[name] for one in told]
            columns[name] = np.fromiter(values, dtype=object, count=len(values))
            if name in numbers:
                columns[name] = np.array([np.nan if one is None else one for one in values], dtype=np.float64)
        return build(columns, self.best.requests.kind, tz=self.best.requests.tz)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data; scores in micro-points.

        Examples
        --------
        >>> from servicematch.ask.evaluate import evaluate
        >>> evaluate({"id": ["r1"]}, {"id": ["t1"]}, []).to_dict()["gap"]
        {'priority=0': 1, 'score': 0}
        """
        return plain(
            {
                "ok": self.ok,
                "n_listed": self.n_listed,
                "n_blank": self.n_blank,
                "n_kept": len(self.kept.solution.chosen),
                "value": dict(self.value),
                "kept_value": self.kept_value,
                "optimum": self.optimum,
                "proved": self.best.solution.status is Status.PROVED,
                "gap": self.gap,
                "violations": [violation_data(one, "en") for one in self._told(Names("en", redact=redact))],
            }
        )

    def _told(self, names: Names) -> list[Violation]:
        """Give the violations with their requests named as ``names`` does, those that are hidden by a letter."""
        told = [(one, names.plain_request(one.request_id)) for one in self.violations]
        return [
            _as_text(replace(one, request_id=name if name == one.request_id else _Letter(name))) for one, name in told
        ]

    def _title(self, lang: Lang, *, redact: bool) -> str:  # noqa: ARG002 - no request is named in it
        return EVALUATE_WORDS[lang]["title"]

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        told = self._told(Names(lang, redact=redact))
        lines = [*self._verdict(lang), *(f"- {one.sentence(lang)}" for one in told[:LISTED])]
        if len(told) > LISTED:
            lines.append(EVALUATE_WORDS[lang]["more"].format(n=len(told) - LISTED))
        return lines

    def _verdict(self, lang: Lang) -> list[str]:
        say, faults = EVALUATE_WORDS[lang], len(self.violations)
        verdict = "lawful" if self.ok else "broken_once" if faults == 1 else "broken"
        lines = [say[verdict].format(n=self.n_listed, faults=faults, kept=len(self.kept.solution.chosen))]
        if self.n_blank:
            lines.append(say["blank"].format(n=self.n_blank))
        lines.append(say["value"].format(value=value_text(self.value, lang)))
        if not self.ok:
            lines.append(say["kept"].format(value=value_text(self.kept_value, lang)))
        proof = say["proof"] if self.best.solution.status is Status.PROVED else ""
        lines.append(say["best"].format(value=value_text(self.optimum, lang), proof=proof))
        same = say["none" if self.ok else "none_kept"]
        if self.best.solution.status is not Status.PROVED:
            same = say["none_found"]
        against = say["gap" if self.ok else "gap_kept"].format(change=change_text(self.gap, lang))
        return [*lines, against if any(self.gap.values()) else same]

    def _tables(self, lang: Lang, *, redact: bool) -> list[Markup]:  # noqa: ARG002 - no request is named in it
        say = EVALUATE_WORDS[lang]
        sides = [for_people(one) for one in (self.value, self.kept_value, self.optimum, self.gap)]
        rows: list[list[Cell]] = [[tier, *(side[tier] for side in sides)] for tier in self.optimum]
        headers = [say[name] for name in ("tier", "listed", "standing", "optimum", "difference")]
        return [table(headers, rows, decimals=dict.fromkeys(range(1, 5), 6))]

    def _frame(self, columns: Mapping[str, AnyArray]) -> Any:
        requests, teams = self.best.requests, self.best.teams
        dtypes = {"team_id": teams.id_dtype if teams.kind == requests.kind else None}
        return build(columns, requests.kind, tz=requests.tz, dtypes=dtypes)


class _Letter(str):
    """A letter that stands for a request; in brackets within a sentence, so that nobody takes it for an id."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"({self})"


def _as_text(violation: Violation) -> Violation:
    """Write ids that are UUIDs as texts."""
    request, team = violation.request_id, violation.team_id
    return replace(
        violation,
        request_id=str(request) if isinstance(request, UUID) else request,
        team_id=str(team) if isinstance(team, UUID) else team,
    )


def violation_data(violation: Violation, lang: str) -> dict[str, Any]:
    """Give a violation as plain data, with its sentence.

    Examples
    --------
    >>> from servicematch.check.codes import Code, Violation
    >>> violation_data(Violation(Code.UNKNOWN_TEAM, team_id=7), "en")["text"]
    'The plan names a team 7 that is not in the table.'
    """
    return {
        "code": violation.code.value,
        "request_id": violation.request_id,
        "team_id": violation.team_id,
        "rule": violation.rule,
        "measured": violation.measured,
        "limit": violation.limit,
        "unit": violation.unit,
        "text": violation.sentence(lang),
    }
