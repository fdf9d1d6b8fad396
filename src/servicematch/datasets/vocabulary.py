"""The words of one language: services, how teams offer them, how residents ask, what both say around it.

The words stand in the folders ``zh`` and ``en``, one TOML file each for ``services``, ``asks``, ``wishes`` (needs
beyond the menu), ``phrases`` and ``slips`` of the pen. Offers and asks are two grammars that share no phrase. The
services have the same order in every language, so that the same draw gives the same week in another language.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("zh", "en")
NAMED, TALKED, TROUBLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its platform and skill, how teams offer it, how residents ask for it.

    ``asks`` has the phrases that name it, the colloquial ones, and the troubles, at `NAMED`, `TALKED` and
    `TROUBLE`; ``word`` is how a resident names it in passing; ``crowd`` is who asks: a group, kids or a home.
    """

    platform: str
    skill: str
    offers: tuple[str, ...]
    word: str
    crowd: str
    asks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of one language.

    ``wishes`` maps kinds of needs that no team can meet to how they are told; ``ask`` and ``offer`` are the phrases
    around them; ``sounds`` are words and how they are misspelt; ``traditional`` maps characters to traditional ones.
    """

    services: tuple[Service, ...]
    wishes: Mapping[str, tuple[str, ...]]
    ask: Mapping[str, Any]
    offer: Mapping[str, Any]
    chinese: str
    mongolian: str
    sounds: Mapping[str, str]
    traditional: Mapping[int, int]
    places: Mapping[str, str]

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms, in their order."""
        return tuple(dict.fromkeys(service.platform for service in self.services))

    def place(self, path: str) -> str:
        """Write the path of a place as this language does.

        Examples
        --------
        >>> vocabulary("en").place("准格尔旗/薛家湾镇/薛家湾一站")
        'Jungar Banner/Xuejiawan/Xuejiawan station 1'
        >>> vocabulary("zh").place("准格尔旗/薛家湾镇")
        '准格尔旗/薛家湾镇'
        """
        if not self.places:
            return path
        banner_and_town, last = path.split("/")[:2], path.split("/")[2:]
        names = [self.places[part] for part in banner_and_town]
        known = [self.places.get(part) or f"{names[-1]} {self.places[part[-2:]]}" for part in last]
        return "/".join(names + known)


@cache
def vocabulary(lang: str) -> Vocabulary:
    """Read the words of a language, ``"zh"`` or ``"en"``.

    Raises
    ------
    ValueError
        If there are no words of that language.

    Examples
    --------
    >>> len(vocabulary("zh").services), vocabulary("en").platforms[0]
    (40, 'Fitness and sports')
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be one of {', '.join(LANGUAGES)}, got {lang!r}")
    phrases, slips = _read(lang, "phrases"), _read(lang, "slips")
    asks = {one["skill"]: one for one in _read(lang, "asks")["ask"]}
    return Vocabulary(
        services=tuple(_service(one, asks[one["skill"]]) for one in _read(lang, "services")["service"]),
        wishes={one["kind"]: tuple(one["asks"]) for one in _read(lang, "wishes")["wish"]},
        ask=phrases["ask"],
        offer=phrases["offer"],
        **phrases["languages"],
        sounds=slips["sounds"],
        traditional=str.maketrans(slips["traditional"]["simple"], slips["traditional"]["written"]),
        places=_read(lang, "places")["names"] if lang != "zh" else {},
    )


def _read(lang: str, name: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 # the package is imported faster without these two
    from importlib.resources import files  # noqa: PLC0415

    return tomllib.loads((files("servicematch.datasets") / lang / f"{name}.toml").read_text(encoding="utf-8"))


def _service(offered: Mapping[str, Any], asked: Mapping[str, Any]) -> Service:
    return Service(
        platform=offered["platform"],
        skill=offered["skill"],
        offers=tuple(offered["offers"]),
        word=asked["word"],
        crowd=asked["crowd"],
        asks=tuple(tuple(asked[kind]) for kind in ("named", "talked", "troubles")),
    )
