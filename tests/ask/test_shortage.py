"""A shortage is a cut: its three numbers add up, and no plan could serve more of these requests."""

from __future__ import annotations

import numpy as np
import pytest

from face.towns import problem, tier_by_tier
from servicematch.ask.shortage import shortage
from servicematch.assign.run import run
from servicematch.base.errors import TableError, ZeroCapacity

from .drawn import answer_of, drawn_town


def waiting_for(answer, teams):
    """Name the open requests that could have one more of these teams and no other."""
    names = [answer.teams.ids[col] for col in answer.cols.tolist()]
    having = set(zip(answer.rows.tolist(), names, strict=True))
    free = np.flatnonzero(~answer.problem.fixed) if answer.problem.fixed is not None else range(answer.problem.n_pairs)
    ways = {}
    for k in free:
        row, team = int(answer.problem.row[k]), answer.teams.ids[answer.problem.col[k]]
        if answer.missing[row] and (row, team) not in having:
            ways.setdefault(row, set()).add(team)
    return {answer.requests.ids[row] for row, open_to in ways.items() if open_to <= teams}


@pytest.mark.parametrize("seed", range(60))
def test_no_plan_could_serve_more_of_these_requests(seed):
    """Alone with all teams, for the count only, the requests of a cut still lack exactly what it says."""
    town = drawn_town(seed)
    answer, p = answer_of(town), problem(town)
    row = {id_: i for i, id_ in enumerate(town.requests["id"])}
    kinds = {}
    for at in np.flatnonzero(answer.missing > 0).tolist():
        found = shortage(answer, answer.requests.ids[at])
        kinds[at] = found.kind
        if found.kind != "SHORTAGE":
            continue
        mine = {row[id_] for id_ in found.requests}
        asked = sum(p.need[r] for r in mine)
        alone = type(p)(
            pairs={pair: 0 for pair in p.pairs if pair[0] in mine},
            need=p.need,
            places=p.places,
            classes=[1] * len(p.need),
            n_classes=1,
            eligible=p.eligible,
            pinned=p.pinned,
        )
        assert found.asked == asked == found.places + found.others + found.shortage
        assert asked - tier_by_tier(alone)[0] == found.shortage > 0
        assert waiting_for(answer, set(found.teams)) <= set(found.requests)
    if town.tiers != ("score",):
        assert "CHOICE" not in kinds.values()


def test_three_numbers_are_told():
    """Two requests share a team that is full, and one of them has another team of its own."""
    requests = {"id": ["a", "b"], "units": [2, 2], "skills": ["x", "y"], "priority": [1, 0]}
    teams = {"id": ["t1", "t2"], "skills": ["x|y", "y"], "capacity": [1, 1]}
    found = shortage(run(requests, teams), "b")
    assert (found.asked, found.places, found.others, found.shortage) == (4, 1, 1, 2)
    assert "4 units asked, 1 place at team 't1', 1 other team open to them; 2 too few." in found.describe()
    assert "共需 4 队次，队伍“t1”只有 1 个名额，另有 1 支队伍可以承接；还缺 2 队次。" in found.describe("zh")


def test_all_who_wait_for_the_same_place_are_counted():
    """Three want one place: whoever of the two that lost is asked about, the numbers are the same."""
    requests = {
        "id": ["a", "b", "c", "d"],
        "skills": ["x", "x", "x", "y"],
        "priority": [2, 1, 0, 0],
        "units": [1, 1, 1, 2],
    }
    answer = run(requests, {"id": ["t", "u"], "skills": ["x", "y"]})
    for one in ("b", "c"):
        found = shortage(answer, one)
        assert found.requests == ("a", "b", "c")  # d waits for nobody: it has the one team that may come
        assert (found.asked, found.places, found.others, found.shortage) == (3, 1, 0, 2)
        assert "(request 'a', request 'b', request 'c'): 3 units asked, 1 place at team 't'" in found.describe()
        assert "另一点单（A）、" in found.describe("zh", redact=True)


def test_a_request_that_has_another_way_is_not_counted():
    """The cut is about those who have nowhere else to go."""
    requests = {"id": ["a", "b", "c"], "skills": ["x", "x", "z"], "priority": [1, 0, 0]}
    teams = {"id": ["t", "u"], "skills": ["x|z", "z"], "capacity": [1, 0]}
    with pytest.warns(ZeroCapacity):
        answer = run(requests, teams)
    found = shortage(answer, "b")
    assert found.requests == ("a", "b")
    assert set(shortage(answer, "c").requests) == {"a", "b", "c"}


def test_only_these_teams_is_said_where_no_other_is_open():
    """The third number is zero."""
    found = shortage(run({"id": [1, 2], "priority": [1, 0]}, {"id": ["t"]}), 2)
    assert found.others == 0
    assert "only this team is open to them" in found.describe()


def test_a_choice_by_score_is_no_shortage():
    """With the score alone, a pair below the value of leaving open leaves a place free."""
    from servicematch.assign.policy import Policy  # noqa: PLC0415 - only here

    answer = run({"id": [1]}, {"id": [1]}, Policy(tiers=("score",), skip_value=0.9))
    found = shortage(answer, 1)
    assert (found.kind, found.met, found.is_shortage) == ("CHOICE", "free", False)
    assert "No shortage: a team that request 1 leads to has a free place" in found.describe()


def test_a_served_request_and_one_without_any_team_are_no_shortage():
    """Nothing open, and nothing eligible, each have their own word."""
    answer = run({"id": [1, 2], "category": ["x", "z"]}, {"id": [1], "categories": ["x"]})
    assert [shortage(answer, one).kind for one in (1, 2)] == ["SERVED", "NO_TEAM"]


def test_pinned_units_and_places_do_not_count():
    """A pin takes its unit and its place out of the numbers, and that is said."""
    answer = run({"id": [1, 2, 3], "priority": [0, 1, 0]}, {"id": ["t"], "capacity": [2]}, pins=[(1, "t")])
    found = shortage(answer, 3)
    assert (found.asked, found.places, found.shortage, found.has_pins) == (2, 1, 1, True)
    assert "Pinned units" in found.describe()


def test_redacted_it_names_no_other_request():
    """Its own id stays, others become letters."""
    found = shortage(run({"id": ["mine", "theirs"], "priority": [0, 1]}, {"id": ["t"]}), "mine")
    assert found.to_dict(redact=True)["requests"] == ["mine", "A"]
    assert "theirs" not in found.describe(redact=True)
    assert "缺口" in found.show("zh")._repr_html_()


def test_an_unknown_request_is_refused():
    """The error names the id."""
    with pytest.raises(TableError, match="got 9"):
        shortage(run({"id": [1]}, {"id": [1]}), 9)
