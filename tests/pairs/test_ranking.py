"""Rankings: the best of each side, however they were found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pairs.towns import LIMITS, RANDOM_TOWNS, TERMS, every_pair, steppe, tables, town_columns
from servicematch.pairs import ranking
from servicematch.pairs.micro import quantise
from servicematch.pairs.ranking import rank_pairs
from servicematch.pairs.scorer import prepare_scorer


def plainly(scorer, asked, k, floor, *, for_teams):
    """Rank pair by pair, with lists and loops: the pairs kept in order, and how many there were for each."""
    rows, cols = every_pair(range(scorer.n_requests), range(scorer.n_teams))
    ok = scorer.passes(rows, cols)
    score, relevant = scorer.score_and_relevance(rows, cols)
    ok &= (True if relevant is None else relevant) & (quantise(score) >= floor)
    kept, counts = [], []
    for one in asked.tolist():
        mine = [i for i in np.flatnonzero(ok).tolist() if (cols if for_teams else rows)[i] == one]
        mine.sort(key=lambda i: (-score[i], (rows if for_teams else cols)[i]))
        counts.append(len(mine))
        kept += [(int(rows[i]), int(cols[i]), rank) for rank, i in enumerate(mine[:k], start=1)]
    return kept, counts


@RANDOM_TOWNS
@given(town_columns(), st.integers(1, 4), st.sampled_from([0, 300_000]), st.booleans(), st.randoms())
def test_the_ranking_is_that_of_a_plain_loop(town, k, floor, for_teams, random):
    """Both ways of finding the pairs, for some of the asked in any order."""
    requests, teams = tables(town)
    scorer = prepare_scorer(requests, teams, LIMITS, TERMS)
    everybody = list(range(len(teams) if for_teams else len(requests)))
    asked = np.array(random.sample(everybody, random.randint(1, len(everybody))), dtype=np.int64)
    found = rank_pairs(scorer, asked, k=k, for_teams=for_teams, floor=floor)
    kept, counts = plainly(scorer, asked, k, floor, for_teams=for_teams)
    assert list(zip(found.rows.tolist(), found.cols.tolist(), found.rank.tolist(), strict=True)) == kept
    assert found.n_eligible.tolist() == counts


@pytest.mark.parametrize("for_teams", [False, True])
def test_few_and_many_are_ranked_alike(monkeypatch, for_teams):
    """Trying everybody and asking the index give the same answer, in pieces of any size."""
    requests, teams = steppe()
    scorer = prepare_scorer(requests, teams, LIMITS, TERMS)
    asked = np.arange(len(teams) if for_teams else len(requests))
    by_index = rank_pairs(scorer, asked, k=2, for_teams=for_teams)
    monkeypatch.setattr(ranking, "PAIRS_PER_BLOCK", 1)
    one_by_one = [rank_pairs(scorer, asked[i : i + 1], k=2, for_teams=for_teams) for i in range(len(asked))]
    for name in ("rows", "cols", "score", "rank", "n_eligible"):
        assert getattr(by_index, name).tolist() == [x for one in one_by_one for x in getattr(one, name).tolist()], name


def test_nobody_asked_is_nobody_ranked():
    """Empty in, empty out."""
    scorer = prepare_scorer(*steppe(), LIMITS, TERMS)
    found = rank_pairs(scorer, np.empty(0, dtype=np.int64), k=3)
    assert len(found.rows) == len(found.n_eligible) == 0


def test_a_ranking_cannot_be_changed():
    """Whoever holds it may trust it."""
    found = rank_pairs(prepare_scorer(*steppe(), LIMITS, TERMS), np.array([0]), k=1)
    with pytest.raises(ValueError, match="read-only"):
        found.score[0] = 1.0
