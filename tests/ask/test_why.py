"""Why, why not, alternates, worth and explanations: held against assigning again with the change forced."""

import json

import numpy as np
import pytest

import servicematch as sm
from face.towns import random_town
from servicematch.ask.obstacles import obstacles_of
from servicematch.base.errors import ServiceMatchError
from servicematch.solve.certificate import value_of

SEEDS = [seed for seed in range(60) if seed % 3 != 2]


def worth(plan):
    """Add up all chosen pairs, pinned ones too: units by tier, micro-points."""
    return value_of(plan.answer.problem, plan.answer.solution.chosen)


def gain(plan, other):
    """Say by tier what another plan has more."""
    return tuple(b - a for a, b in zip(worth(plan), worth(other), strict=True))


def two_yoga_towns(**columns):
    """Two requests of different priority, one team that both may have, one that neither may."""
    requests = {
        "id": ["r1", "r2"],
        "priority": [5, 0],
        "skills": ["yoga", "yoga"],
        "need": ["secret one", "secret two"],
    }
    teams = {"id": ["t1", "t2"], "skills": ["yoga", "piano"]} | columns
    return sm.assign(requests, teams, policy=sm.Policy(min_relevance=0))


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", SEEDS)
def test_why_not_says_what_pinning_the_pair_gives(seed):
    """Whatever the pair is, what it costs is what the plan with this pin is worth less; the moves add up to it."""
    town = random_town(seed)
    plan = town.assign()
    free = plan.answer.teams.free - plan.answer.load + 0
    for request in town.requests["id"]:
        for team in town.teams["id"]:
            told = plan.why_not(request, team)
            col = plan.answer.teams.index(team)
            if told.status == "CHOSEN":
                assert not any(told.gain.values())
                continue
            if told.gain is None or told.status == "NO_PLACE":
                continue
            pins = [pin for pin in town.pins if tuple(pin[:2]) != (request, team)]
            forced = town.assign(pins=[*pins, (request, team)])
            assert tuple(told.gain.values()) == gain(plan, forced), (request, team, free[col])
            assert plan.questions.total(told.moves) == dict(told.gain)
            assert (told.status == "INELIGIBLE") == bool(told.obstacles)
            json.dumps(told.to_dict(redact=True), default=str)


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", SEEDS)
def test_reasons_add_up_and_a_displacement_is_what_serving_one_more_gives(seed):
    """Each missing unit has one reason; one unit more costs what the explanation says, or nobody can make room."""
    town = random_town(seed)
    plan = town.assign()
    total = 0
    for request in town.requests["id"]:
        told = plan.explain_unassigned(request)
        total += told.units
        found = told.displacement
        if found is None:
            continue
        best = max(
            gain(plan, town.assign(pins=[*town.pins, (request, team)]))
            for team, status in ((team, plan.why_not(request, team)) for team in town.teams["id"])
            if status.status in ("COSTS", "IN_SOME_OPTIMUM")
        )
        if not found.is_solved_again:
            assert tuple(found.gain.values()) == best
        assert ("LOST_TIE" in told.codes) == (not any(found.gain.values()))
        assert told.describe("zh")
    assert total == plan.summary["units_asked"] - plan.summary["units_served"]


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", SEEDS)
def test_alternates_are_ordered_by_what_the_whole_plan_loses(seed):
    """The list is that of why_not for every other eligible team, the least loss first."""
    town = random_town(seed)
    plan = town.assign()
    for request in town.requests["id"]:
        told = plan.alternates(request, k=99)
        losses = [tuple(-value for value in one.gain.values()) for one in told.choices]
        assert losses == sorted(losses)
        known = [plan.why_not(request, team) for team in town.teams["id"]]
        expected = [tuple(-v for v in one.gain.values()) for one in known if one.status in ("COSTS", "IN_SOME_OPTIMUM")]
        assert losses == sorted(expected)


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", SEEDS)
def test_worth_of_a_place_is_what_one_more_or_fewer_gives(seed):
    """Both directions are exact; the places are those after what is used and pinned."""
    town = random_town(seed)
    plan = town.assign()
    if "capacity" not in town.teams or any(c is None for c in town.teams["capacity"]):
        return
    used = town.teams.get("used", [0] * len(town.teams["id"]))
    for at, team in enumerate(town.teams["id"]):
        told = plan.worth_of(team)
        pinned = sum(1 for pin in town.pins if len(pin) == 2 and pin[1] == team)
        for change, expected in ((1, told.gain_of_one_more), (-1, told.loss_of_one_fewer)):
            left = town.teams["capacity"][at] - used[at] - pinned
            if left + min(change, 0) < 0 or expected is None:
                continue
            capacity = [c + change * (i == at) for i, c in enumerate(town.teams["capacity"])]
            other = town.assign(teams=town.teams | {"capacity": capacity})
            assert tuple(change * value for value in expected.values()) == gain(plan, other)


def test_explanation_names_who_would_drop_out_and_redacts_him():
    """A dispatcher sees the id, a resident sees a letter."""
    told = two_yoga_towns().explain_unassigned("r2")
    assert told.codes == ("OUTCOMPETED",)
    assert dict(told.displacement.gain) == {"priority=5": -1, "priority=0": 1, "score": 0}
    assert "request 'r1' loses team 't1'" in told.describe()
    hidden = told.describe(redact=True) + told.describe("zh", redact=True) + str(told.to_dict(redact=True))
    assert "r1" not in hidden
    assert "另一点单（A）" in hidden


def test_no_answer_holds_what_residents_wrote():
    """Words of residents are private: no sentence, no data, no view has them."""
    plan = two_yoga_towns()
    answers = [plan.why("r1"), plan.why_not("r2", "t1"), plan.why_not("r2", "t2"), plan.alternates("r2")]
    answers += [plan.explain_unassigned("r2"), plan.worth_of("t1")]
    for told in answers:
        assert "secret" not in repr(told) + told.describe("zh") + told._repr_html_() + str(told.to_dict())


def test_ids_are_escaped_where_an_answer_is_shown():
    """An id may be hostile."""
    plan = sm.assign({"id": ["<script>x</script>", "b"]}, {"id": ["<img>"]})
    for told in (
        plan.why_not("b", "<img>"),
        plan.explain_unassigned("b"),
        plan.worth_of("<img>"),
        plan.alternates("b"),
    ):
        page = told._repr_html_()
        assert "<script>x" not in page
        assert "<img" not in page


def test_why_not_lists_every_limit_with_the_column_that_sets_it():
    """All limits that fail are told, not only the first: a coordinator mends the table once."""
    requests = {"id": ["r"], "skills": ["yoga"], "lat": [39.6], "lon": [109.8], "max_km": [50.0]}
    teams = {
        "id": ["t", "u"],
        "skills": ["piano", "yoga"],
        "lat": [39.7, 39.9],
        "lon": [109.8, 109.8],
        "radius_km": [5.0, 9.0],
    }
    told = sm.assign(requests, teams).why_not("r", "t")
    assert [one.limit for one in told.obstacles] == ["skills", "distance"]
    distance = told.obstacles[1]
    assert distance.columns == ("teams.radius_km",)
    assert distance.margin == pytest.approx(distance.value - 5.0)
    assert "teams.radius_km" in told.describe()
    assert dict(told.gain) == {"priority=0": 1, "score": told.gain["score"]}


def test_winning_score_wins_and_a_millionth_less_does_not():
    """The smallest score is exact: with it the pair is in every best plan."""
    scores = np.array([[0.9, 0.5]])
    plan = sm.assign({"id": ["r"]}, {"id": ["a", "b"]}, policy=sm.Policy(terms=[Given(scores)]))
    told = plan.why_not("r", "b")
    assert told.winning_score == 0.900001
    for change, team in ((0.0, "b"), (-2e-6, "a")):
        other = np.array([[0.9, told.winning_score + change]])
        again = sm.assign({"id": ["r"]}, {"id": ["a", "b"]}, policy=sm.Policy(terms=[Given(other)]))
        assert again.assignments["team_id"].tolist() == [team]


def test_no_score_wins_where_a_higher_tier_decides():
    """A unit of a higher priority is not outweighed by any score."""
    told = two_yoga_towns().why_not("r2", "t1")
    assert told.winning_score is None
    assert "a higher tier decides" in told.describe()
    assert "更高一层" in told.describe("zh")


def test_team_without_places_says_what_one_place_would_bring():
    """Nothing can be moved where no place is; the answer says what one would be worth to this request."""
    with pytest.warns(sm.errors.ZeroCapacity):
        plan = sm.assign({"id": ["r"]}, {"id": ["t"], "capacity": [0]})
    told = plan.why_not("r", "t")
    assert (told.status, dict(told.gain)) == ("NO_PLACE", {"priority=0": 1, "score": 0})


def test_unproved_plan_says_so_instead_of_guessing():
    """Losses are only known where the plan is proved."""
    plan = sm.assign({"id": ["a", "b"], "priority": [0, 1]}, {"id": ["t"]}, work_limit=0)
    assert plan.status == "FEASIBLE"
    assert plan.explain_unassigned("a").codes == ("NOT_PROVED",)
    assert plan.why_not("a", "t").status == "NOT_PROVED"
    with pytest.raises(ServiceMatchError, match="not proved optimal"):
        plan.worth_of("t")


def test_partly_served_request_is_solved_again():
    """What it has already is no way out for the unit more: one path would be wrong, so the whole is solved again."""
    requests = {"id": ["big", "r1", "r2"], "units": [3, 1, 1], "skills": ["a", "b", "c"], "priority": [0, 1, 1]}
    teams = {"id": ["t1", "t2", "t3"], "skills": ["a", "a|b", "a|c"]}
    told = sm.assign(requests, teams).explain_unassigned("big")
    assert told.displacement.is_solved_again
    assert dict(told.displacement.gain) == {"priority=1": -1, "priority=0": 1, "score": 0}


def test_why_names_the_next_choices():
    """The runner-up by score need not be the runner-up for the plan."""
    plan = two_yoga_towns(capacity=[2, 1])
    told = plan.why("r1")
    assert [one.team_id for one in told.services] == ["t1"]
    assert told.next_by_score is None
    assert "No other team" in told.describe()


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
@pytest.mark.parametrize("seed", SEEDS)
def test_waterfall_counts_the_obstacles_of_each_team(seed):
    """A team fails a limit alone when this is its one obstacle, relevance and the reserve counted."""
    town = random_town(seed)
    plan = town.assign()
    for request in town.requests["id"]:
        steps = plan.explain_unassigned(request).waterfall
        row = plan.answer.requests.index(request)
        failed = [[one.limit for one in obstacles_of(plan.answer, row, col)] for col in range(len(town.teams["id"]))]
        for k, step in enumerate(steps):
            above = {one.limit for one in steps[: k + 1]}
            assert step.n_failing == sum(step.limit in limits for limits in failed)
            assert step.n_alone == sum(limits == [step.limit] for limits in failed)
            assert step.n_left == sum(above.isdisjoint(limits) for limits in failed)
            if step.nearest is not None and step.n_alone:
                assert failed[plan.answer.teams.index(step.nearest_team)] == [step.limit]


def test_an_explanation_says_who_has_the_place_and_what_stays_the_same():
    """One place, one who has it: with the way that the change adds, and that nobody more or fewer is served."""
    requests = {"id": ["a", "b"], "lat": [39.6, 39.6], "lon": [109.8, 109.81]}
    told = sm.assign(requests, {"id": ["t"], "lat": [39.6], "lon": [109.8]}).explain_unassigned("b")
    lines = told.describe().splitlines()
    assert lines[1].startswith("1 unit: all places of its teams taken (OUTCOMPETED). 1 team could serve it, but does")
    assert lines[2] == "The place that it could have, at team 't', goes to request 'a'."
    assert lines[3].startswith("Forcing one unit in, at team 't', changes the plan by: ")
    assert lines[3].endswith(" score points fewer, 0.9 km more; as many units served as before.")
    assert lines[4].startswith("This loss is exact")
    assert told.displacement.metres_more == pytest.approx(857, abs=5)
    assert "可承接队伍名额已满（OUTCOMPETED）" in told.describe("zh")
    assert "；派出队次不变。" in told.describe("zh")


def test_the_cheapest_of_several_teams_is_said_to_be_so():
    """Three want two places: the one that is left open is told of how many teams the named one costs least."""
    requests = {"id": ["a", "b", "c"], "priority": [1, 1, 0]}
    told = sm.assign(requests, {"id": ["t", "u"]}).explain_unassigned("c")
    assert told.displacement.n_teams == 2
    assert "Forcing one unit in costs least at team 't', of 2 teams that could serve it; it changes" in told.describe()
    assert "1 fewer served of priority 1, 1 more served of priority 0." in told.describe()


def on_a_road(**changes):
    """One request for yoga at kilometre 0; teams along a road north, each 10 km away at most, one place in all."""
    requests = {"id": ["r", "s"], "need": ["yoga"] * 2, "lat": [39.6, 39.6], "lon": [109.8] * 2, "priority": [0, 1]}
    teams = {
        "id": ["here", "near", "far"],
        "offers": ["yoga", "piano", "yoga"],
        "lat": [39.6, 39.7, 39.8],
        "lon": [109.8] * 3,
        "radius_km": [10.0] * 3,
    }
    return sm.assign(requests, teams | changes).explain_unassigned("r")


def test_a_team_that_also_offers_nothing_like_it_is_not_the_nearest_miss():
    """The nearer team plays the piano: to let it come from farther away would win nobody."""
    told = on_a_road()
    distance, relevance = told.waterfall
    assert (distance.n_failing, distance.n_alone, distance.nearest_team) == (2, 1, "far")
    assert (relevance.limit, relevance.n_failing, relevance.n_alone) == ("relevance", 1, 0)
    assert "nearest that fails nothing else: team 'far', 22.2 km, at most 10.0 (teams.radius_km)" in told.describe()
    assert "1 fail it, and it fails something else too" in told.describe()


def test_where_every_team_fails_more_the_nearest_is_not_said_to_fail_nothing_else():
    """Nobody shall be told that this limit alone is in the way."""
    told = on_a_road(offers=["yoga", "piano", "piano"])
    assert (told.waterfall[0].n_alone, told.waterfall[0].nearest_team) == (0, "near")
    assert "all of them something else too" in told.describe()
    assert "; nearest: team 'near', 11.1 km" in told.describe()


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.UnknownSkill")
def test_a_nearest_team_without_a_number_is_named_only_where_it_fails_nothing_else():
    """A category has no nearest miss; what a skill lacks is said in words."""
    requests = {"id": ["r"], "category": ["art"], "skills": ["ink|oil"]}
    teams = {"id": ["a", "b", "c"], "categories": ["art", "sport", "sport"], "skills": ["ink", "ink|oil", "ink"]}
    told = sm.assign(requests, teams).explain_unassigned("r").describe()
    assert "skills: 2 fail it, 1 of them nothing else; 1 left after this and those above" in told
    assert "team 'a', lacks 1 of the skills asked" in told
    assert "category: 2 fail it, 1 of them nothing else; 0 left after this and those above" in told
    assert "one that fails nothing else: team 'b'" in told
    teams["skills"] = ["ink", "ink", "ink"]
    told = sm.assign(requests, teams).explain_unassigned("r").describe()
    assert (
        "category: 2 fail it, all of them something else too; 0 left after this and those above"
        in told.splitlines()[-1]
    )
    assert told.endswith("above")


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.UnknownSkill")
def test_why_not_says_in_words_what_a_team_lacks():
    """Nobody understands "1 skills, at most 0"."""
    told = sm.assign({"id": ["r"], "skills": ["ink|oil"]}, {"id": ["a"], "skills": ["ink"]}).why_not("r", "a")
    assert "skills: the team lacks 1 of the skills asked" in told.describe()
    assert "缺所需技能中的 1 项" in told.describe("zh")


class Given:
    """A term that reads the scores of all pairs from a matrix."""

    name, weight = "given", 1.0

    def __init__(self, scores):
        self.scores = scores

    def prepare(self, requests, teams):
        """Need nothing of the tables."""
        return self

    def values(self, rows, cols):
        """Look the pairs up."""
        return self.scores[rows, cols]
