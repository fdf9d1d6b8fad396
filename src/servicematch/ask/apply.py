"""Some moves taken: the plan that a person decided on instead, all moves or none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.ask.chains import Chain
from servicematch.ask.diff import Diff, diff
from servicematch.ask.refused import Refusals
from servicematch.ask.ruled import refuse_rules
from servicematch.assign.decided import decided
from servicematch.base.errors import ServiceMatchError
from servicematch.base.moves import Move

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servicematch.assign.answer import Answer
    from servicematch.base.arrays import IntArray

_PARTS = 3


def apply(answer: Answer, moves: Any, *, dry_run: bool = False, wrap: Callable[[Answer], Any] = lambda one: one) -> Any:
    """Take some moves, all or none, and return the plan that comes of it.

    The new plan keeps every limit; it is proved only if it is worth as much as the old bound. What no limit lets
    through is a matter of pins.

    Parameters
    ----------
    answer
        The plan's answer.
    moves
        A `Diff`, `Chain` or `Move`, a tuple ``(request_id, from_team, to_team)``, or any list of these. None stands
        for open: ``("r1", None, "t2")`` serves a unit more, ``("r1", "t2", None)`` leaves one open.
    dry_run
        Return what would change and what it is worth, as a `Diff`, and no plan.
    wrap
        What makes a plan of an answer.

    Raises
    ------
    ServiceMatchError
        When any of the moves cannot be made; the message lists all that stands against it.

    Examples
    --------
    >>> from servicematch.assign.run import run
    >>> answer = run({"id": ["r1"]}, {"id": ["t1", "t2"], "mean_rating": [1.0, 0.5], "n_rated": [5, 5]})
    >>> apply(answer, ("r1", "t1", "t2"), dry_run=True)
    1 unit is decided otherwise by the second plan: 0.250000 score points fewer; as many units served as before.
    1. request 'r1' moves from team 't1' to team 't2': 0.250000 score points fewer.
    >>> changed = apply(answer, ("r1", "t1", "t2"))
    >>> changed.teams.ids[changed.cols].tolist(), changed.solution.status.value
    (['t2'], 'FEASIBLE')
    """
    refuse_rules(answer, "apply")
    chosen = _chosen_after(answer, tuple(_each(moves)))
    changed = decided(answer, chosen)
    return diff(answer, changed) if dry_run else wrap(changed)


def _each(moves: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Give every move as (request_id, from_team, to_team), whatever it is wrapped in."""
    if isinstance(moves, Move):
        yield moves.request_id, moves.from_team, moves.to_team
    elif isinstance(moves, (Diff, Chain)):
        yield from _each(moves.moves)
    elif isinstance(moves, tuple) and len(moves) == _PARTS and not any(map(_is_move, moves)):
        yield moves
    elif isinstance(moves, Iterable) and not isinstance(moves, (str, bytes)) and not hasattr(moves, "columns"):
        for one in moves:
            if not _is_move(one):
                raise _no_move(one)
            yield from _each(one)
    else:
        raise _no_move(moves)


def _is_move(one: Any) -> bool:
    return isinstance(one, (Diff, Chain, Move, tuple, list))


def _no_move(one: Any) -> ServiceMatchError:
    return ServiceMatchError(
        f"moves: expected moves or (request_id, from_team, to_team), got a {type(one).__name__}. "
        "Hint: write [(request_id, from_team, to_team)], None for open"
    )


def _chosen_after(answer: Answer, moves: tuple[tuple[Any, Any, Any], ...]) -> IntArray:
    """Return the positions of the chosen pairs after the moves, rising; refuse them together where one cannot be made."""
    found = Refusals(answer)
    pairs = [_read(move, found) for move in moves]
    gone = [pair for pair in (ends[0] for ends in pairs) if pair is not None]
    come = [pair for pair in (ends[1] for ends in pairs) if pair is not None]
    found.twice(gone)
    found.twice(come)
    out = {pair: found.leaving(*pair) for pair in dict.fromkeys(gone)}
    into = {pair: found.arriving(*pair, is_left=pair in out) for pair in dict.fromkeys(come)}
    out, into = ({pair: at for pair, at in ends.items() if at >= 0} for ends in (out, into))
    found.too_many(tuple(out), tuple(into))
    found.settle(len(moves))
    kept = np.setdiff1d(answer.solution.chosen, np.array(list(out.values()), dtype=np.int64))
    return np.union1d(kept, np.array(list(into.values()), dtype=np.int64))


def _read(move: Any, found: Refusals) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Read a move as the pair that goes and the pair that comes, by position; None where there is none."""
    if len(move) != _PARTS:
        raise ServiceMatchError(f"moves: expected (request_id, from_team, to_team), got {len(move)} values")
    request, *teams = move
    row = found.request(request)
    cols = [None if team is None else found.team(team) for team in teams]
    if teams[0] is None and teams[1] is None:
        found.add(f"request {request!r}: neither the team that it leaves nor the one that it goes to is named")
    elif cols[0] == cols[1] and cols[0] is not None and cols[0] >= 0:
        found.add(f"request {request!r}: it would leave team {teams[0]!r} for the same team")
        return None, None
    gone, come = (None if row < 0 or col is None or col < 0 else (row, col) for col in cols)
    return gone, come
