"""Random towns whose scores are drawn by id, so that requests and teams may come and go; every change is solved anew."""

from __future__ import annotations

import warnings
import zlib
from dataclasses import replace

from face.towns import random_town, rows_of
from servicematch.assign.run import run
from servicematch.base.errors import TableWarning


class DrawnScores(dict):
    """Scores of pairs; one that is asked for the first time is drawn from the ids alone."""

    def __missing__(self, pair):
        """Draw a score on a grid, so that ties are common."""
        return zlib.crc32(repr(pair).encode()) % 11 / 10


def drawn_town(seed):
    """Draw a town that can grow."""
    town = random_town(seed)
    return replace(town, scores=DrawnScores(town.scores))


def answer_of(town, requests=None, teams=None, pins=None):
    """Plan a town from its raw tables, or from others in their place."""
    tables = (town.requests if requests is None else requests, town.teams if teams is None else teams)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        return run(*tables, town.policy(), (town.pins or None) if pins is None else pins)


def quietly(ask, *args, **options):
    """Ask without the warnings that the drawn tables give."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        return ask(*args, **options)


def with_rows(table, rows):
    """Add rows to a dict of columns; columns of one side only are None on the other."""
    names = list(dict.fromkeys([*table, *(name for row in rows for name in row)]))
    return {name: [*table.get(name, [None] * len(table["id"])), *(row.get(name) for row in rows)] for name in names}


def without(table, ids):
    """Take rows out of a dict of columns."""
    kept = [row for row in rows_of(table) if row["id"] not in ids]
    return {name: [row[name] for row in kept] for name in table}
