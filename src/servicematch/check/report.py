"""The report of the checker: is the plan lawful, is it proved, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from servicematch.base.shown import Shown
from servicematch.check.codes import Violation, language
from servicematch.check.view import NOTHING_TO_DECIDE, verification_view

if TYPE_CHECKING:
    from collections.abc import Mapping


class Proof(StrEnum):
    """What came of the proof."""

    PROVED = "PROVED"
    NOT_ASKED = "NOT_ASKED"
    VIOLATIONS = "VIOLATIONS"
    AMBIGUOUS = "AMBIGUOUS"
    GAP = "GAP"


_PROOFS = {
    Proof.PROVED: ("proved optimal", "已证明最优"),
    Proof.NOT_ASKED: ("optimality was not examined", "未检验最优性"),
    Proof.VIOLATIONS: ("nothing is proved", "未能证明最优"),
    Proof.AMBIGUOUS: (
        "not proved: values on a rounding boundary leave the optimum open",
        "未能证明最优：有数值恰在取整边界上",
    ),
    Proof.GAP: ("not proved: its bound is above its objective", "未能证明最优：上界高于目标值"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Verification:
    """What a stranger found when checking a plan against its tables and its policy.

    Attributes
    ----------
    proof
        What came of the proof of optimality.
    violations
        Everything that is wrong; empty for a lawful plan.
    notices
        Pins that break a limit or a capacity: allowed, but worth knowing.
    objective
        By tier, recomputed from the assignments (pins apart); score in micro-points.
    bound
        By tier, recomputed from the prices and all eligible pairs; empty without a proof.
    n_assigned
        Assignments in the plan.
    n_pairs
        Eligible pairs derived again (pinned and forbidden ones apart); ``None`` without a proof.
    n_pinned
        Assignments among them that are pinned.
    n_ambiguous
        Pairs so near a rounding or distance boundary that two honest computations may differ on them.

    Examples
    --------
    >>> Verification(Proof.PROVED, objective={"score": 1500000}, bound={"score": 1500000}, n_assigned=2, n_pairs=5)
    Verification: the plan keeps every rule and is proved optimal (2 assignments, 5 eligible pairs; score 1.500000).
    """

    proof: Proof
    violations: tuple[Violation, ...] = ()
    notices: tuple[Violation, ...] = ()
    objective: Mapping[str, int] = field(default_factory=dict)
    bound: Mapping[str, int] = field(default_factory=dict)
    n_assigned: int = 0
    n_pairs: int | None = None
    n_ambiguous: int = 0
    n_pinned: int = 0

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every rule and every number it states is right."""
        return not self.violations

    @property
    def proved(self) -> bool:
        """Whether no better plan exists: shown from all eligible pairs, and only for a plan that is ``ok``."""
        return self.ok and self.proof is Proof.PROVED

    @property
    def nothing_to_decide(self) -> bool:
        """Whether pins decide everything: all assignments are pinned, and no unit more could be served."""
        units = [value for tier, value in self.bound.items() if tier != "score"]
        return self.proved and 0 < self.n_pinned == self.n_assigned and bool(units) and not any(units)

    def sentence(self, lang: str = "en") -> str:
        """Say the result in one sentence, in English (``"en"``) or Chinese (``"zh"``).

        Examples
        --------
        >>> Verification(Proof.NOT_ASKED, n_assigned=2).sentence("zh")
        '计划符合全部规则，未检验最优性（2 个派单）。'
        """
        which = language(lang)
        verdict = (self._lawful(which), self._refused(which))[bool(self.violations)]
        return verdict + self._facts(which) + ".。"[which] + self._first(which)

    def _lawful(self, which: int) -> str:
        rules = ("the plan keeps every rule", "计划符合全部规则")[which]
        if self.notices:
            rules += (" except where a pin breaks one", "（固定派单另有提示）")[which]
        start = rules + ((" and is " if self.proof is Proof.PROVED else "; "), "，")[which]
        return start + _PROOFS[self.proof][which]

    def _refused(self, which: int) -> str:
        counts = Counter(violation.code for violation in self.violations)
        listed = ", ".join(f"{code} {count}" for code, count in sorted(counts.items()))
        if which == 0:
            return f"the plan is REFUSED, {_counted(len(self.violations), 'violation')}: {listed}"
        return f"计划被拒绝，共 {len(self.violations)} 处问题：{listed}"

    def _facts(self, which: int) -> str:
        facts = [(_counted(self.n_assigned, "assignment"), f"{self.n_assigned} 个派单")[which]]
        if self.n_pairs is not None:
            facts[0] += (f", {_counted(self.n_pairs, 'eligible pair')}", f"，{self.n_pairs} 个可行配对")[which]
        if self.nothing_to_decide:
            facts.append(NOTHING_TO_DECIDE[which])
        else:
            facts += [
                f"{tier} {value / 1e6:.6f}" if tier == "score" else f"{tier} {value}"
                for tier, value in self.objective.items()
            ]
        if self.notices:
            facts.append(
                (f"{_counted(len(self.notices), 'notice')} on pins", f"{len(self.notices)} 条固定派单提示")[which]
            )
        if self.n_ambiguous:
            facts.append(
                (f"{_counted(self.n_ambiguous, 'pair')} on a boundary", f"{self.n_ambiguous} 个配对在边界上")[which]
            )
        return (" (" + "; ".join(facts) + ")", "（" + "；".join(facts) + "）")[which]

    def _first(self, which: int) -> str:
        if not self.violations:
            return ""
        return (" First: ", "首条：")[which] + self.violations[0].sentence(("en", "zh")[which])

    def _repr_html_(self) -> str:
        return str(verification_view(self))

    def show(self, lang: str = "en") -> Shown:
        """Show the result in a notebook, in English (``"en"``) or Chinese (``"zh"``); elsewhere its sentence.

        Examples
        --------
        >>> Verification(Proof.NOT_ASKED, n_assigned=2).show("zh")
        计划符合全部规则，未检验最优性（2 个派单）。
        """
        return Shown(verification_view(self, lang), self.sentence(lang))

    def __repr__(self) -> str:
        return "Verification: " + self.sentence()

    def __str__(self) -> str:
        told = (*self.violations, *self.notices)
        lines = [self.sentence(), *(f"- {violation.text}" for violation in told[:10])]
        if len(told) > 10:  # noqa: PLR2004 - as many as above
            lines.append(f"... and {len(told) - 10} more")
        return "\n".join(lines)


def _counted(number: int, noun: str) -> str:
    """Write a number with its English noun, one or many."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
