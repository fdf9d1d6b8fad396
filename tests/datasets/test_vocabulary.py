"""Residents and teams speak from two grammars; both languages are complete and in step."""

import re
from itertools import chain

import pytest

from servicematch.datasets.places import places
from servicematch.datasets.vocabulary import LANGUAGES, TALKED, TROUBLE, vocabulary

HAN = re.compile(r"[\u3400-\u9fff]")
LONG = {"zh": 5, "en": 3}
"""How many characters (words, in English) make a phrase; fewer are the name of a thing."""


def flat(words):
    """List all texts of a nest of lists and tables."""
    if isinstance(words, str):
        return [words]
    return list(chain.from_iterable(flat(one) for one in (words.values() if isinstance(words, dict) else words)))


def units(text, lang):
    """Cut a text at its blanks to fill, into characters or words."""
    return [
        tuple(piece.strip()) if lang == "zh" else tuple(re.findall(r"[\w'-]+", piece.lower()))
        for piece in re.split(r"\{\w+\}", text)
    ]


def runs(pieces, n):
    """List all runs of n units."""
    return {piece[i : i + n] for piece in pieces for i in range(len(piece) - n + 1)}


def both_sides(lang):
    """List what residents and what teams can say, in pieces."""
    words = vocabulary(lang)
    asks = flat(words.ask) + flat([service.asks for service in words.services]) + flat(words.wishes)
    offers = flat(words.offer) + flat([service.offers for service in words.services])
    return ([piece for text in side for piece in units(text, lang)] for side in (asks, offers))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_phrase_of_one_side_is_said_by_the_other(lang):
    """Matching must not be a lookup of sentences that stand on both sides."""
    asks, offers = both_sides(lang)
    for these, those in ((asks, offers), (offers, asks)):
        said = {n: runs(those, n) for n in {len(piece) for piece in these}}
        assert [piece for piece in these if len(piece) >= LONG[lang] and piece in said[len(piece)]] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sides_share_no_run_longer_than_the_name_of_a_thing(lang):
    """Parts of sentences would be as easy as sentences."""
    asks, offers = both_sides(lang)
    assert runs(asks, LONG[lang] + 1) & runs(offers, LONG[lang] + 1) == set()


def shares_a_word(service, phrase):
    """Tell whether two characters in a row of a phrase stand in what teams write of the service."""
    offered = runs([tuple(text) for text in (service.skill, *service.offers)], 2)
    return bool(runs([tuple(phrase)], 2) & offered)


def test_plain_talk_shares_a_word_with_the_offer_and_a_trouble_seldom_does():
    """The three styles must be what they are said to be: troubles are the hard ones, talk is not."""
    services = vocabulary("zh").services
    talked = [shares_a_word(service, phrase) for service in services for phrase in service.asks[TALKED]]
    troubles = [shares_a_word(service, phrase) for service in services for phrase in service.asks[TROUBLE]]
    assert sum(talked) > 0.9 * len(talked)
    assert sum(troubles) < 0.1 * len(troubles)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_service_is_offered_and_asked_for_in_several_ways(lang):
    """One sentence for each service would measure memory."""
    words = vocabulary(lang)
    assert 30 <= len(words.services) <= 50
    for service in words.services:
        assert len(set(service.offers)) >= 3
        assert all(len(set(phrases)) >= 4 for phrases in service.asks)
        assert service.crowd in words.ask["details"]
    assert len(words.wishes) >= 20
    assert all(len(set(told)) >= 3 for told in words.wishes.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_request_is_told_twice(lang):
    """The same words for two services, or for one and for none, would have no truth."""
    words = vocabulary(lang)
    said = flat([service.asks for service in words.services]) + flat(words.wishes)
    assert len(set(said)) == len(said)


def test_some_wishes_share_words_with_services():
    """A wish wall of foreign words alone would be easy to tell: refund of a gym card is not a lesson in fitness."""
    words = vocabulary("zh")
    offered = runs([tuple(text) for service in words.services for text in service.offers], 2)
    near = [told for told in flat(words.wishes) if runs([tuple(told)], 2) & offered]
    assert len(near) > 10


def test_languages_are_in_step():
    """The same draw must mean the same in both."""
    zh, en = (vocabulary(lang) for lang in ("zh", "en"))
    assert len(zh.services) == len(en.services)
    assert [zh.platforms.index(one.platform) for one in zh.services] == [
        en.platforms.index(one.platform) for one in en.services
    ]
    assert [one.crowd for one in zh.services] == [one.crowd for one in en.services]
    assert len(zh.wishes) == len(en.wishes)


def test_every_place_has_its_own_name_in_english():
    """Two places of one name would be one area."""
    where = places()
    names = [vocabulary("en").place(path) for path in where.area]
    assert len(set(names)) == len(names)
    assert not any(HAN.search(name) for name in names)


def test_unknown_language_is_refused():
    """Better than a file that is not found."""
    with pytest.raises(ValueError, match="lang must be one of zh, en, got 'mn'"):
        vocabulary("mn")
