"""Recommendations by plan: both ways in the order of what the whole plan loses."""

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
