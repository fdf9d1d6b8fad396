"""Two plans side by side: what differs, split into chains that can be judged, and taken, one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.chains import Chain, chains_of, total_metres
from servicematch.ask.ruled import has_costs, refuse_rules
from servicematch.ask.sides import METRES, Side, moves_between, tiers_to_compare
from servicematch.ask.told import Told
from servicematch.base.blocks import note, table
from servicematch.base.claim import SCALE
from servicematch.base.moves import added
from servicematch.base.plain import plain
from servicematch.out.ask_words import Names, same_text
from servicematch.out.diff_words import DIFF_WORDS, chain_text, effect_text, moves_text
from servicematch.tables.frames import build

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from servicematch.assign.answer import Answer
    from servicematch.base.html import Markup
    from servicematch.base.moves import Move
    from servicematch.out.words import Lang

LISTED = 20
"""Chains that are told one by one; `Diff.frame` and `Diff.to_dict` have all."""


@dataclass(frozen=True, eq=False, repr=False)
class Diff(Told):
    """What differs between two plans, in canonical order.

    Every number adds up: the gains of the chains and ``rescored`` are together exactly ``gain``, the difference
    between all that the plans are worth, pinned pairs counted too.

    Attributes
    ----------
    chains
        Moves that belong together; each chain can be taken without the others. Where both plans answer the same
        question and the second is proved optimal, none of them loses.
    rescored, n_rescored
        What pairs that both plans have are worth more to the second (another policy, other tables), and how many.
    before, after
        What all pairs of each plan are worth by tier: whole units, and micro-points for ``"score"``.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> teams = {"id": ["t1", "t2"], "capacity": [1, 1]}
    >>> found = diff(run({"id": ["r1"]}, teams), run({"id": ["r1", "r2"]}, teams))
    >>> found.gain, len(found.chains)
    ({'priority=0': 1, 'score': 0}, 1)
    """

    chains: tuple[Chain, ...]
    rescored: Mapping[str, int]
    n_rescored: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    _answers: tuple[Answer, Answer] = field(repr=False)

    @property
    def gain(self) -> dict[str, int]:
        """What the second plan is worth more than the first, by tier."""
        return added((*(chain.gain for chain in self.chains), self.rescored), self.before)

    @property
    def moves(self) -> tuple[Move, ...]:
        """All moves, chain by chain."""
        return tuple(move for chain in self.chains for move in chain.moves)

    @property
    def metres_more(self) -> int | None:
        """Metres that all moves add to the ways (negative: save), None where a place is not known."""
        return total_metres([chain.metres_more for chain in self.chains])

    @cached_property
    def frame(self) -> Any:
        """A row a move: chain (from 1), request_id, from_team, to_team, gain by tier (score points), km_change."""
        first, second = self._answers
        flat = [(i, move) for i, chain in enumerate(self.chains, start=1) for move in chain.moves]
        metres = [metres for chain in self.chains for metres in chain.metres]
        known = [np.nan if one is None else one / METRES for one in metres]
        columns = {
            "chain": np.array([i for i, _ in flat], dtype=np.int64),
            "request_id": _ids([move.request_id for _, move in flat]),
            "from_team": np.fromiter((move.from_team for _, move in flat), dtype=object, count=len(flat)),
            "to_team": np.fromiter((move.to_team for _, move in flat), dtype=object, count=len(flat)),
            **{f"gain_{tier}": _gains([move for _, move in flat], tier) for tier in self.before},
            "km_change": np.array(known, dtype=np.float64),
        }
        tables = first.requests, second.requests
        same = tables[0].kind == tables[1].kind and tables[0].id_dtype == tables[1].id_dtype
        dtypes = {"request_id": tables[1].id_dtype if same else None}
        return build(columns, tables[1].kind, tz=tables[1].tz, dtypes=dtypes)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data: gain by tier, chains with their moves, what counts otherwise; scores in micro-points.

        Examples
        --------
        >>> from servicematch.assign.run import run
        >>> answer = run({"id": [1]}, {"id": [1]})
        >>> diff(answer, answer).to_dict()["chains"]
        []
        """
        names = Names("en", redact=redact)
        return plain(
            {
                "before": dict(self.before),
                "after": dict(self.after),
                "gain": self.gain,
                "metres_more": self.metres_more,
                "chains": [chain.told(names) for chain in self.chains],
                "rescored": {"n": self.n_rescored, "gain": dict(self.rescored)},
            }
        )

    def _title(self, lang: Lang, *, redact: bool) -> str:  # noqa: ARG002 - no request is named in it
        return DIFF_WORDS[lang]["title"]

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        say, names = DIFF_WORDS[lang], Names(lang, redact=redact)
        lines = [self._first(lang)]
        for number, chain in enumerate(self.chains[:LISTED], start=1):
            told = chain_text(chain.moves, chain.gain, chain.metres_more, names, lang)
            lines.append(say["chain"].format(number=number, chain=told))
        if len(self.chains) > LISTED:
            n, change = self._others(lang)
            lines.append(say["one_more" if n == 1 else "more"].format(n=n, change=change))
        if self.n_rescored:
            change = effect_text(self.rescored, None, lang)
            lines.append(say["rescored"].format(n=self.n_rescored, change=change))
        return lines

    def _first(self, lang: Lang) -> str:
        say, n = DIFF_WORDS[lang], len(self.moves)
        if not n:
            return say["same"]
        gain = added((chain.gain for chain in self.chains), self.before)
        kind = "one" if n == 1 else "one_chain" if len(self.chains) == 1 else "all"
        change = effect_text(gain, self.metres_more, lang) + same_text(gain, lang)
        return say[kind].format(n=n, chains=len(self.chains), change=change)

    def _others(self, lang: Lang) -> tuple[int, str]:
        """Add up the chains that are not told one by one."""
        others = self.chains[LISTED:]
        gain = added((chain.gain for chain in others), self.before)
        return len(others), effect_text(gain, total_metres([chain.metres_more for chain in others]), lang)

    def _tables(self, lang: Lang, *, redact: bool) -> list[Markup]:
        if not self.chains:
            return []
        say, names = DIFF_WORDS[lang], Names(lang, redact=redact)
        rows = [
            [str(i), moves_text(chain.moves, names, lang), effect_text(chain.gain, chain.metres_more, lang)]
            for i, chain in enumerate(self.chains[:LISTED], start=1)
        ]
        return [table([say["number"], say["moves"], say["change"]], rows), note(self._first(lang))]


def diff(a: Answer, b: Answer) -> Diff:
    """Compare two plans: what differs, in chains of moves that do not touch each other, each with its gain.

    At a request a team that goes is coupled with one that comes. At a team a unit that comes is coupled with one that
    goes only where the free places do not suffice, so chains are as short as can be, and each of them alone can be
    taken from the one plan to the other. Requests and teams that only one of the plans knows are told as moves.

    Parameters
    ----------
    a, b
        The first and the second plan's answers; their tables and policies may differ. Where their policies count units
        otherwise (by priority, all alike, not at all), both are compared by units served in all, ``"served"``, and score.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> teams = {"id": ["t1", "t2"], "mean_rating": [1.0, 0.5], "n_rated": [5, 5]}
    >>> requests = {"id": ["r1"]}
    >>> a = run(requests, teams, pins=[("r1", "t2")])
    >>> diff(a, run(requests, teams))
    1 unit is decided otherwise by the second plan: 0.250000 score points more; as many units served as before.
    1. request 'r1' moves from team 't2' to team 't1': 0.250000 score points more.
    """
    for one in (a, b):
        if one.problem.has_floors or has_costs(one.problem):
            refuse_rules(one, "diff: with floors or even work, what a move is worth")
    tiers = tiers_to_compare(a, b)
    first, second = Side(a, tiers), Side(b, tiers)
    moves, metres = moves_between(first, second, tiers)
    rescored, n_rescored = _rescored(first, second, tiers)
    return Diff(
        chains=chains_of(moves, metres, _needed(a, b), tiers),
        rescored=rescored,
        n_rescored=n_rescored,
        before=first.total(tiers),
        after=second.total(tiers),
        _answers=(a, b),
    )


def _needed(a: Answer, b: Answer) -> Callable[[Any, int, int], int]:
    """Say how many units that come to a team need one that goes, in the first plan or, taken back, in the second."""
    free = [
        dict(zip(one.teams.ids.tolist(), np.maximum(one.teams.free - one.load, 0).tolist(), strict=True))
        for one in (a, b)
    ]

    def needed(team: Any, n_to: int, n_from: int) -> int:
        more = max(n_to - free[0].get(team, n_to), n_from - free[1].get(team, n_from), 0)
        return int(min(more, n_to, n_from))

    return needed


def _rescored(first: Side, second: Side, tiers: Sequence[str]) -> tuple[dict[str, int], int]:
    """Add up what pairs of both plans are worth more to the second, and count those that differ."""
    total, count = dict.fromkeys(tiers, 0), 0
    for pair in first.at.keys() & second.at.keys():
        gain, _ = second.counted(dict.fromkeys(tiers, 0), pair, 1)
        gain, _ = first.counted(gain, pair, -1)
        if any(gain.values()):
            total, count = added((total, gain), tiers), count + 1
    return total, count


def _gains(moves: Sequence[Move], tier: str) -> np.ndarray:
    values = [move.gain[tier] for move in moves]
    return np.array(values, dtype=np.float64) / SCALE if tier == "score" else np.array(values, dtype=np.int64)


def _ids(ids: Sequence[Any]) -> np.ndarray:
    if ids and all(isinstance(one, int) for one in ids):
        return np.array(ids, dtype=np.int64)
    return np.fromiter(ids, dtype=object, count=len(ids))
