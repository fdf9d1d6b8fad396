"""Recommendations by plan: both ways in the order of what the whole plan loses."""

import json

import pytest

import servicematch as sm
from face.towns import random_town


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", [seed for seed in range(30) if seed % 3 != 2])
def test_both_directions_follow_the_losses_of_why_not(seed):
    """What why_not says of each pair is the order of both lists; what the plan has comes first."""
    town = random_town(seed)
    plan = town.assign()
    tables = town.requests, town.teams
    for option, ids in (("for_requests", town.requests["id"]), ("for_teams", town.teams["id"])):
        frame = sm.recommend(*tables, plan=plan, by="plan", k=99, **{option: ids}).frame
        own = "request_id" if option == "for_requests" else "team_id"
        for one in ids:
            at = [i for i, id_ in enumerate(frame[own].tolist()) if id_ == one]
            told = [plan.why_not(frame["request_id"][i], frame["team_id"][i]) for i in at]
            ranks = [_rank(one) for one in told if one.gain is not None and one.status != "NO_PLACE"]
            assert ranks == sorted(ranks)
            assert frame["rank"][at].tolist() == list(range(1, len(at) + 1))


def _rank(told):
    """Order by chosen first, then by loss tier by tier."""
    return (told.status != "CHOSEN", tuple(-value for value in told.gain.values()))


def test_other_tables_than_the_plans_are_refused():
    """A pair that the plan does not know has no loss."""
    plan = sm.assign({"id": [1]}, {"id": [1]})
    with pytest.raises(sm.errors.PolicyError, match="not the requests of the plan"):
        sm.recommend({"id": [2]}, {"id": [1]}, plan=plan, by="plan")
    with pytest.raises(sm.errors.PolicyError, match="give the plan"):
        sm.recommend({"id": [1]}, {"id": [1]}, by="plan")


def crowded():
    """Give three requests, one of them pinned, two teams, and the plan."""
    requests = {"id": ["r1", "r2", "r3"], "priority": [1, 0, 0]}
    teams = {"id": ["t", "u"], "mean_rating": [0.9, 0.4], "n_rated": [9, 9]}
    return requests, teams, sm.assign(requests, teams, pins=[("r3", "u")])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
def test_each_choice_tells_what_alternates_tell(seed):
    """The same teams in the same order, each with the same loss by tier, moves and mark of a tie."""
    town = random_town(seed)
    plan = town.assign()
    frame = sm.recommend(town.requests, town.teams, plan=plan, by="plan", k=99).frame
    names = [name for name in frame if name.startswith("gain_")] + ["n_moves", "is_tie"]
    for one in town.requests["id"]:
        at = [i for i, id_ in enumerate(frame["request_id"].tolist()) if id_ == one and not frame["in_plan"][i]]
        told = plan.alternates(one, 99)
        assert [frame["team_id"][i] for i in at] == [choice.team_id for choice in told.choices]
        for name in names if at else []:
            assert [frame[name][i] for i in at] == told.columns()[name].tolist()


def test_only_pairs_with_a_place_are_listed_and_the_pinned_ones():
    """A team whose only place is pinned is no choice for others; what the plan has is one."""
    requests, teams, plan = crowded()
    frame = sm.recommend(requests, teams, plan=plan, by="plan").frame
    pairs = list(zip(frame["request_id"].tolist(), frame["team_id"].tolist(), frame["in_plan"].tolist(), strict=True))
    assert pairs == [("r1", "t", True), ("r2", "t", False), ("r3", "u", True)]
    assert frame["gain_priority=1"].tolist() == [0, -1, 0]
    assert frame["gain_priority=0"].tolist() == [0, 1, 0]
    assert frame["is_tie"].tolist() == [False, False, False]


def test_words_card_and_data_tell_the_order_and_hide_requests():
    """The loss by tier and the moves stand beside each choice; residents see letters."""
    requests, teams, plan = crowded()
    found = sm.recommend(requests, teams, plan=plan, by="plan", for_teams=["t"])
    line = "1 fewer served of priority 1, 1 more served of priority 0; 1 other move"
    assert line in found.describe()
    assert "For team t: 2 of 2 requests for which a place can be made" in found._repr_html_()
    assert all(header in found._repr_html_() for header in ("± priority 1", "± priority 0", "± score", "other moves"))
    assert "in the plan" in found.describe()
    assert "in the plan" in found._repr_html_()
    assert "计划已定" in found.describe("zh")
    assert "r2" not in found.describe(redact=True) + found.show(redact=True)._repr_html_()
    told = found.to_dict(redact=True)
    assert [one["id"] for one in told["choices"][0]["best"]] == ["A", "B"]
    assert told["choices"][0]["best"][1]["gain"] == {"priority=1": -1, "priority=0": 1, "score": 0}
    assert json.loads(json.dumps(told)) == told


def test_nobody_to_choose_is_said_to_lack_a_place():
    """Teams are eligible, so it would be false to say that none is."""
    requests, teams = {"id": ["r1", "r2"]}, {"id": ["t"]}
    plan = sm.assign(requests, teams, pins=[("r2", "t")])
    found = sm.recommend(requests, teams, plan=plan, by="plan", for_requests=["r1"])
    assert "no place can be made at any of 1 team" in found.describe()
    assert "腾不出名额" in found.describe("zh")
    assert "No place can be made" in found._repr_html_()
