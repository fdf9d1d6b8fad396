"""Texts compared once more, piece by piece in plain strings: what a need and the phrases of an offer have in common."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.reading import FIRST_CHARACTER, FUNCTION_CHARACTERS, UNKNOWN_SHARE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from servicematch.base.arrays import FloatArray, Int32Array, IntArray, ObjectArray

_AT_ONCE = 200_000  # pairs multiplied at once
_DENSE = 8  # a product of all with all costs an eighth of a product of chosen rows, a cell
_RUN = 4  # letters


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces of the teams' offers and their weights; ``unseen`` weighs every other piece.

    A text shorter than ``length`` counts as if it were as long.
    """

    weights: Mapping[str, float]
    unseen: float
    length: float

    def vectors(self, texts: Sequence[str]) -> Any:
        """Turn texts into rows (sparse) of length one at most: unknown pieces lengthen a text without being a column."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415  heavy, and only towns with texts need it

        column = {piece: at for at, piece in enumerate(self.weights)}
        data: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            found = pieces(text)
            known = [piece for piece in found if piece in self.weights]
            mine = [self.weights[piece] for piece in known]
            others = [1.0 if _is_run(piece) else UNKNOWN_SHARE for piece in found if piece not in self.weights]
            squares = sum(weight * weight for weight in mine) + sum((share * self.unseen) ** 2 for share in others)
            length = max(squares**0.5, self.length)
            data += [weight / length for weight in mine]
            columns += [column[piece] for piece in known]
            ends.append(len(columns))
        return csr_matrix((data, columns, ends), shape=(len(texts), max(1, len(column))))


@dataclass(frozen=True, slots=True)
class Texts:
    """How well each need fits the phrases of each team; NaN where nothing is asked, 0 where nothing is offered.

    Team t offers the phrases ``offered[begins[t]:begins[t + 1]]``.
    """

    needs: ObjectArray
    read: Callable[[str], str]
    vocabulary: Vocabulary
    phrases: Any
    begins: IntArray
    offered: IntArray

    def values(self, rows: Int32Array, cols: Int32Array) -> FloatArray:
        """Compare each need with each phrase of the team, and add up the squares."""
        distinct, place = np.unique(rows, return_inverse=True)
        texts = [self.read(self.needs[row] or "") for row in distinct.tolist()]
        wanted = self.vocabulary.vectors(texts)
        values = np.zeros(len(rows))
        n_phrases = np.diff(self.begins)[cols]
        is_small = wanted.shape[0] * self.phrases.shape[0] <= _DENSE * (int(n_phrases.sum()) + 1)
        table: FloatArray | None = (wanted @ self.phrases.T).toarray() if is_small else None
        some, nth = np.flatnonzero(n_phrases > 0), 0
        while len(some):
            at, number = place[some], self.offered[self.begins[cols[some]] + nth]
            found = _products(wanted, self.phrases, at, number) if table is None else table[at, number]
            values[some] += np.clip(found, 0.0, 1.0) ** 2
            nth += 1
            some = some[n_phrases[some] > nth]
        values = np.sqrt(values)
        values[np.array([not text.strip() for text in texts], dtype=bool)[place]] = np.nan
        return np.clip(values, 0.0, 1.0)


def _products(wanted: Any, phrases: Any, at: IntArray, number: IntArray) -> FloatArray:
    """Multiply row by row."""
    values = np.empty(len(at))
    for start in range(0, len(at), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        values[part] = np.asarray(wanted[at[part]].multiply(phrases[number[part]]).sum(axis=1)).ravel()
    return values


def compare_texts(
    needs: ObjectArray,
    offered: Sequence[Iterable[str]],
    read: Callable[[str], str],
    weights: Vocabulary | None = None,
    skills: Sequence[Sequence[str]] | None = None,
) -> Texts:
    """Weigh the pieces of the phrases that each team offers, unless the weights are given; ``read`` reads a need.

    ``skills`` are those of each team, where the table has them.

    Examples
    --------
    >>> texts = compare_texts(np.array(["书法"], dtype=object), [["书法", "棋"], ["唱歌"], []], str)
    >>> texts.values(np.zeros(3, dtype=np.int32), np.arange(3, dtype=np.int32)).round(6).tolist()
    [1.0, 0.0, 0.0]
    """
    lists = [list(dict.fromkeys(phrases)) for phrases in offered]
    number = {phrase: at for at, phrase in enumerate(dict.fromkeys(phrase for one in lists for phrase in one))}
    begins = np.cumsum([0, *map(len, lists)])
    flat = np.array([number[phrase] for phrases in lists for phrase in phrases], dtype=np.int64)
    vocabulary = weigh(lists, skills) if weights is None else weights
    return Texts(needs, read, vocabulary, vocabulary.vectors(list(number)), begins, flat)


def weigh(offered: Sequence[Sequence[str]], skills: Sequence[Sequence[str]] | None = None) -> Vocabulary:
    """Weigh pieces by their rarity, ln((1 + offers) / (1 + offers that have it)) + 1, times (1 + what they tell) / 2.

    A team that offers nothing does not count.

    Examples
    --------
    >>> {piece: round(weight, 3) for piece, weight in sorted(weigh([["书法"], ["法"], []]).weights.items())}
    {'书': 1.405, '书法': 1.405, '法': 1.0}
    """
    of_phrase = {phrase: pieces(phrase) for phrases in offered for phrase in phrases}
    users: dict[str, list[int]] = {}
    for team, phrases in enumerate(offered):
        for piece in set().union(*(of_phrase[phrase] for phrase in phrases)):
            users.setdefault(piece, []).append(team)
    n_offers = sum(1 for phrases in offered if phrases)
    telling = _telling(users, skills)
    weights = {
        piece: float(np.log((1 + n_offers) / (1 + len(teams))) + 1) * (1 + telling.get(piece, 1.0)) / 2
        for piece, teams in users.items()
    }
    squares = {phrase: sum(weights[piece] ** 2 for piece in found) for phrase, found in of_phrase.items()}
    times = [squares[phrase] for phrases in offered for phrase in phrases]
    length = float(np.sqrt(np.mean(times))) if times else 0.0
    return Vocabulary(weights, float(np.log(1 + n_offers) + 1), length)


def _telling(users: Mapping[str, Sequence[int]], skills: Sequence[Sequence[str]] | None) -> dict[str, float]:
    """Tell what each piece says of a skill: how much oftener its users share one than the commonest is anybody's."""
    have = Counter(skill for of_team in skills or () for skill in of_team)
    if not have or not skills:
        return {}
    by_chance = max(have.values()) / len(skills)
    if by_chance >= 1:
        return {}
    told = {}
    for piece, teams in users.items():
        shared = Counter(skill for team in teams for skill in skills[team])
        share = max(shared.values(), default=0) / len(teams)
        told[piece] = min(1.0, max(0.0, (share - by_chance) / (1 - by_chance)))
    return told


def pieces(text: str) -> frozenset[str]:
    """List the pieces of a text: characters and neighbours; of spelt words, runs of four letters between blanks.

    Examples
    --------
    >>> sorted(pieces("书法 a class"))
    [' a ', ' cla', 'ass ', 'clas', 'lass', '书', '书法', '法']
    """
    found: set[str] = set()
    for kind, run in groupby(text, key=_kind):
        chars = "".join(run)
        if kind == "character":
            found.update(
                one for one in (*chars, *map("".join, pairwise(chars))) if not FUNCTION_CHARACTERS.issuperset(one)
            )
        elif kind == "letter":
            word = f" {chars} "
            found.update(word[at : at + _RUN] for at in range(max(1, len(word) - _RUN + 1)))
    return frozenset(found)


def _is_run(piece: str) -> bool:
    """Tell a run of letters from characters: it begins with a blank or a letter."""
    return ord(piece[0]) < FIRST_CHARACTER


def _kind(char: str) -> str:
    category = unicodedata.category(char)
    if not (category.startswith(("L", "M")) or category == "Nl"):
        return "nothing"
    return "letter" if ord(char) < FIRST_CHARACTER else "character"
