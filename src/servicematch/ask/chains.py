"""Chains: moves that need each other because one takes the place that another leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servicematch.ask.told import Told
from servicematch.base.moves import added
from servicematch.base.plain import plain
from servicematch.out.ask_words import Names
from servicematch.out.diff_words import DIFF_WORDS, chain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from servicematch.base.moves import Move
    from servicematch.out.words import Lang


@dataclass(frozen=True, slots=True, repr=False)
class Chain(Told):
    """Moves that belong together: each but the last takes the place that the next one leaves.

    A chain can be taken by itself, whatever becomes of the other chains.

    Attributes
    ----------
    moves
        In the order in which they push each other on.
    gain
        What they gain together, by tier, highest first: whole units, and micro-points for ``"score"``.
    metres
        For each move, how many metres more its team has to go; None where a place is not known.
    is_cycle
        Whether the last move takes the place that the first one leaves.

    Examples
    --------
    >>> from servicematch.base.moves import Move
    >>> Chain((Move("r3", "t5", "t7", {"score": 140_000}),), {"score": 140_000}, (-6_000,))
    request 'r3' moves from team 't5' to team 't7': 0.140000 score points more, 6 km less
    """

    moves: tuple[Move, ...]
    gain: Mapping[str, int]
    metres: tuple[int | None, ...]
    is_cycle: bool = False

    @property
    def metres_more(self) -> int | None:
        """Metres that the whole chain adds to all ways (negative: saves), None where a place is not known."""
        return total_metres(self.metres)

    def to_dict(self, *, redact: bool = False) -> dict[str, Any]:
        """Return plain data; scores in micro-points.

        Examples
        --------
        >>> from servicematch.base.moves import Move
        >>> Chain((Move(1, None, 2, {"served": 1}),), {"served": 1}, (None,)).to_dict()["moves"]
        [{'request_id': 1, 'from_team': None, 'to_team': 2, 'gain': {'served': 1}, 'metres_more': None}]
        """
        return plain(self.told(Names("en", redact=redact)))

    def told(self, names: Names) -> dict[str, Any]:
        """Return plain data with requests named as ``names`` does, so that several chains use the same letters."""
        moves = [
            {
                "request_id": names.plain_request(move.request_id),
                "from_team": move.from_team,
                "to_team": move.to_team,
                "gain": dict(move.gain),
                "metres_more": metres,
            }
            for move, metres in zip(self.moves, self.metres, strict=True)
        ]
        return {"moves": moves, "gain": dict(self.gain), "metres_more": self.metres_more, "is_cycle": self.is_cycle}

    def _title(self, lang: Lang, *, redact: bool) -> str:  # noqa: ARG002 - no request is named in it
        return DIFF_WORDS[lang]["chain_title"]

    def _lines(self, lang: Lang, *, redact: bool) -> list[str]:
        return [chain_text(self.moves, self.gain, self.metres_more, Names(lang, redact=redact), lang)]


def total_metres(metres: Collection[int | None]) -> int | None:
    """Add metres up; one that is not known leaves the sum unknown.

    Examples
    --------
    >>> total_metres([3, -5]), total_metres([3, None]), total_metres([])
    (-2, None, 0)
    """
    known = [one for one in metres if one is not None]
    return sum(known) if len(known) == len(metres) else None


def chains_of(
    moves: Sequence[Move],
    metres: Sequence[int | None],
    n_needed: Callable[[Any, int, int], int],
    tiers: Sequence[str],
) -> tuple[Chain, ...]:
    """Split moves into chains and cycles, as small as the free places allow.

    Parameters
    ----------
    moves
        In canonical order, which decides wherever there is a choice.
    metres
        One a move.
    n_needed
        For a team, and the numbers of moves to it and from it: how many of them must go together.
    tiers
        Their names, highest first.

    Examples
    --------
    >>> from servicematch.base.moves import Move
    >>> moves = [Move("r1", None, "t1", {"served": 1}), Move("r2", "t1", "t2", {"served": 0})]
    >>> [len(one.moves) for one in chains_of(moves, [0, 0], lambda team, n_to, n_from: 1, ["served"])]
    [2]
    >>> [len(one.moves) for one in chains_of(moves, [0, 0], lambda team, n_to, n_from: 0, ["served"])]
    [1, 1]
    """
    following = _coupled(moves, n_needed)
    found = []
    for at in _walks(len(moves), following):
        mine = tuple(moves[i] for i in at)
        gain = added((move.gain for move in mine), tiers)
        found.append(Chain(mine, gain, tuple(metres[i] for i in at), following.get(at[-1]) == at[0]))
    return tuple(found)


def _coupled(moves: Sequence[Move], n_needed: Callable[[Any, int, int], int]) -> dict[int, int]:
    """For each move that takes a place which another must leave: that other one."""
    arriving, leaving = _by_team(moves, "to_team"), _by_team(moves, "from_team")
    following: dict[int, int] = {}
    head, tail = list(range(len(moves))), list(range(len(moves)))  # of the chain that ends, or begins, with a move
    both = [(team, to_it, leaving[team]) for team, to_it in arriving.items() if team in leaving]
    both.sort(key=lambda one: len(one[1]) * len(one[2]))  # those with a choice last: then more cycles can be closed
    for team, to_it, from_it in both:
        for move, after in _joins(to_it, from_it, head, n_needed(team, len(to_it), len(from_it))):
            following[move] = after
            first, last = head[move], tail[after]
            head[last], tail[first] = first, last
    return following


def _joins(to_it: Sequence[int], from_it: Sequence[int], head: Sequence[int], needed: int) -> list[tuple[int, int]]:
    """Couple as many as needed at one team: first those that close a cycle, for they make no chain longer."""
    free = set(from_it)
    closing = {move: head[move] for move in to_it if head[move] in free}
    free.difference_update(closing.values())
    others = zip((m for m in to_it if m not in closing), (m for m in from_it if m in free), strict=False)
    return [*closing.items(), *others][:needed]


def _by_team(moves: Sequence[Move], end: str) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = {}
    for at, move in enumerate(moves):
        team = getattr(move, end)
        if team is not None:
            found.setdefault(team, []).append(at)
    return found


def _walks(n_moves: int, following: Mapping[int, int]) -> Iterator[list[int]]:
    """Follow each chain from its first move, each cycle from its lowest, in the order of their lowest moves."""
    before = {after: move for move, after in following.items()}
    seen: set[int] = set()
    for lowest in range(n_moves):
        if lowest in seen:
            continue
        start = lowest
        while start in before and before[start] != lowest:
            start = before[start]
        if start in before:  # came round
            start = lowest
        walk = [start]
        while (after := following.get(walk[-1])) is not None and after != start:
            walk.append(after)
        seen.update(walk)
        yield walk
