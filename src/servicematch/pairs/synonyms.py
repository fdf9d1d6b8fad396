"""Synonyms: a desk's own small table of words that mean one of the services on offer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from servicematch.base.errors import PolicyError
from servicematch.base.reading import FIRST_CHARACTER, LETTER
from servicematch.pairs.normal import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

Listed: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""What stands for what, as plain data: ``((word, (other words for it, ...)), ...)``."""

OWNER = "terms.text.synonyms"


def listed(synonyms: Any) -> Listed | None:
    """Read a table of synonyms: a mapping from a word on offer to the other words for it, or to them as "a|b".

    A table with the columns ``word`` and ``means`` (a dict of columns, a list of dicts, any dataframe) does as well:
    a row says that ``word`` means ``means``.

    Raises
    ------
    PolicyError
        When it is nothing of that kind, a word is blank, or a word means two things.

    Examples
    --------
    >>> listed({"健康义诊": "腰腿疼|量血压", "家电维修": ["冰箱"]})
    (('健康义诊', ('腰腿疼', '量血压')), ('家电维修', ('冰箱',)))
    >>> listed([{"word": "冰箱", "means": "家电维修"}, {"word": "电视", "means": "家电维修"}])
    (('家电维修', ('冰箱', '电视')),)
    """
    if synonyms is None:
        return None
    rows = _table_rows(synonyms) if _is_table(synonyms) else _plain(synonyms)
    means: dict[str, list[str]] = {}
    seen: dict[str, str] = {}
    for meaning, word in rows:
        if not all(isinstance(one, str) and normalise(one).strip() for one in (meaning, word)):
            raise PolicyError(f"{OWNER}: expected words, got a blank or something that is no text.")
        other = seen.setdefault(normalise(word).strip(), normalise(meaning).strip())
        if other != normalise(meaning).strip():
            raise PolicyError(f"{OWNER}: {word!r} stands for both {other!r} and {meaning!r}. Hint: keep one of them.")
        if word not in means.setdefault(meaning, []):
            means[meaning].append(word)
    return tuple((meaning, tuple(words)) for meaning, words in means.items())


def _is_table(synonyms: Any) -> bool:
    if isinstance(synonyms, Mapping):
        return set(synonyms) == {"word", "means"}
    return not (isinstance(synonyms, tuple | list) and all(isinstance(item, tuple | list) for item in synonyms))


def _plain(synonyms: Any) -> list[tuple[Any, Any]]:
    """Take a mapping, or what `listed` returned, as rows of (meaning, word)."""
    items = synonyms.items() if isinstance(synonyms, Mapping) else synonyms
    rows: list[tuple[Any, Any]] = []
    for item in items:
        if len(item) != 2:  # noqa: PLR2004  a word and its synonyms
            raise _no_table()
        words = item[1].split("|") if isinstance(item[1], str) else item[1]
        if not isinstance(words, Iterable):
            raise _no_table()
        rows += [(item[0], word) for word in words]
    return rows


def _table_rows(table: Any) -> list[tuple[Any, Any]]:
    from servicematch.tables.frames import read_frame  # noqa: PLC0415  only for a table

    frame = read_frame(table, "synonyms")
    if not {"word", "means"} <= set(frame.columns):
        raise _no_table()
    columns = (frame.column(name) for name in ("means", "word"))
    means, words = ([None if null else value for value, null in zip(c.values, c.null, strict=True)] for c in columns)
    return list(zip(means, words, strict=True))


def _no_table() -> PolicyError:
    return PolicyError(
        f"{OWNER}: expected a mapping from a word to the other words for it, or a table with the columns "
        "'word' and 'means'."
    )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reader:
    """Reads texts with the synonyms in mind: where one stands, the word that it means is read instead.

    The longest word wins, and after it the text goes on. A spelt word stands only as a whole, or with an "s".

    Attributes
    ----------
    begins
        The first characters of all words.
    words
        By their first character: (word, what it means), the longest first.
    """

    begins: re.Pattern[str]
    words: Mapping[str, Sequence[tuple[str, str]]]

    @classmethod
    def of(cls, synonyms: Listed) -> Reader:
        """Make the words ready to be found.

        Examples
        --------
        >>> Reader.of((("义诊", ("腰腿疼", "腰疼")),)).read("娘腰腿疼,想找人看看")
        '娘 义诊 ,想找人看看'
        """
        words: dict[str, list[tuple[str, str]]] = {}
        for meaning, others in synonyms:
            for other in others:
                word = normalise(other).strip()
                words.setdefault(word[0], []).append((word, normalise(meaning).strip()))
        for found in words.values():
            found.sort(key=lambda pair: (-len(pair[0]), pair[0]))
        spelt = "".join(sorted(char for char in words if _is_letter(char)))
        written = "".join(sorted(char for char in words if not _is_letter(char)))
        # A spelt word begins where no letter stands before; looking no further makes English ten times as fast.
        begins = [rf"(?<!{LETTER})[{re.escape(spelt)}]"] if spelt else []
        begins += [f"[{re.escape(written)}]"] if written else []
        return cls(re.compile("|".join(begins)), words)

    def read(self, text: str) -> str:
        """Read one normalised text."""
        parts, done = [], 0
        start = self.begins.search(text)
        while start is not None:
            at = start.start()
            end, meaning = next(
                ((end, meaning) for word, meaning in self.words[text[at]] if (end := _end(text, at, word))), (0, "")
            )
            if end:
                parts += [text[done:at], f" {meaning} "]
                done = end
            start = self.begins.search(text, max(end, at + 1))
        return "".join([*parts, text[done:]]) if parts else text


def _end(text: str, at: int, word: str) -> int:
    """Give the place at which a word that stands at ``at`` ends, 0 where it does not stand there."""
    end = at + len(word)
    if not text.startswith(word, at) or (_is_letter(word[0]) and at > 0 and _is_letter(text[at - 1])):
        return 0
    if _is_letter(word[-1]):
        end += text.startswith("s", end)
        if end < len(text) and _is_letter(text[end]):
            return 0
    return end


def _is_letter(char: str) -> bool:
    return char.isalpha() and ord(char) < FIRST_CHARACTER
