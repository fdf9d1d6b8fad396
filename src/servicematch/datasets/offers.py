"""What teams write of themselves: one to three services, then whom, where and when they serve, and small talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from servicematch.datasets.draws import aside, by_crowd, filled, pick, pick_of

if TYPE_CHECKING:
    from servicematch.base.arrays import IntArray, ObjectArray
    from servicematch.datasets.vocabulary import Vocabulary

INTRO_SHARE = 0.5
AUDIENCE_SHARE = 0.5
PLACE_SHARE = 0.4
TIME_SHARE = 0.5
TALK_SHARE = 0.6
"""How many teams write each part of an offer beside the services themselves."""


def write_offers(services: IntArray, words: Vocabulary, rng: np.random.Generator) -> ObjectArray:
    """Write the offer of each team; ``services`` has shape (n, 3), with -1 for none.

    Examples
    --------
    >>> from servicematch.datasets.vocabulary import vocabulary
    >>> offers = write_offers(np.array([[0, 1, -1]]), vocabulary("zh"), np.random.default_rng(0))
    >>> "健身操" in offers[0] or "集体领操" in offers[0]
    True
    """
    n, phrases = len(services), words.offer
    text = aside(phrases["intros"], n, INTRO_SHARE, rng)
    for k in range(services.shape[1]):
        rows = np.flatnonzero(services[:, k] >= 0)
        if k > 0:
            text[rows] += pick(phrases["joints"], len(rows), rng)
        text[rows] += pick_of([service.offers for service in words.services], services[rows, k], rng)
    crowd = [words.services[k].crowd for k in services[:, 0]]
    text = text + by_crowd(phrases["audiences"], crowd, AUDIENCE_SHARE, rng)
    text = text + aside(phrases["places"], n, PLACE_SHARE, rng) + aside(phrases["times"], n, TIME_SHARE, rng)
    talk = aside(phrases["talk"], n, TALK_SHARE, rng)
    numbers = {"year": rng.integers(2014, 2025, n), "people": rng.integers(5, 60, n), "hours": rng.integers(2, 90, n)}
    text = text + filled(talk, **numbers | {"hours": numbers["hours"] * 100})
    offers: ObjectArray = np.array([one[:1].upper() + one[1:] for one in text], dtype=object)
    return offers


def write_names(area: ObjectArray, services: IntArray, words: Vocabulary, rng: np.random.Generator) -> ObjectArray:
    """Name each team by its town, its first service and a number.

    Examples
    --------
    >>> from servicematch.datasets.vocabulary import vocabulary
    >>> area = np.array(["Uxin Banner/Galutu"], dtype=object)
    >>> "Galutu" in write_names(area, np.array([[0, 1, -1]]), vocabulary("en"), np.random.default_rng(0))[0]
    True
    """
    n = len(area)
    town = [path.split("/")[1] for path in area]
    skill = [words.services[k].skill for k in services[:, 0]]
    templates = pick(words.offer["names"], n, rng)
    return filled(templates, town=np.array(town, object), skill=np.array(skill, object), n=np.arange(1, n + 1))
