"""Recommendations: who would be best, among whom, and what stands in the way of the others."""

import pytest

import servicematch as sm
from servicematch.base.errors import PolicyError, ServiceMatchError, TableError
from servicematch.pairs import text_term

REQUESTS = {
    "id": ["r2", "r1", "r3"],
    "need": ["学书法", "想要一名健身操教练", "学马头琴"],
    "lat": [39.86, 39.86, None],
    "lon": [111.23, 111.23, None],
}
TEAMS = {
    "id": ["coach", "far coach", "writer", "nowhere"],
    "name": ["健身队", None, "书法社", "无址队"],
    "offers": ["健身操教练上门", "健身操教练上门", "书法、毛笔字教学", "健身操教练上门"],
    "lat": [39.86, 39.90, 39.87, None],
    "lon": [111.23, 111.23, 111.23, None],
    "radius_km": [10.0, 2.0, 10.0, 10.0],
    "capacity": [2, 1, 1, 1],
    "used": [1, 0, 1, 0],
}


def columns(frame, *names):
    """Take columns of a dict frame as rows."""
    return list(zip(*(frame[name].tolist() for name in names), strict=True))


def test_each_request_gets_its_best_teams_in_the_callers_order():
    """Ranked among those that may come; the order of the rows is the caller's."""
    best = sm.recommend(REQUESTS, TEAMS, k=2)
    assert columns(best.frame, "request_id", "team_id", "rank") == [("r2", "writer", 1), ("r1", "coach", 1)]
    assert best.frame["n_eligible"].tolist() == [1, 1]
    assert best.frame["free"].tolist() == [0, 1]


def test_each_team_gets_its_best_requests():
    """The other direction, for those asked for, in the order asked."""
    best = sm.recommend(REQUESTS, TEAMS, for_teams=["writer", "coach"])
    assert columns(best.frame, "team_id", "request_id", "rank") == [("writer", "r2", 1), ("coach", "r1", 1)]


def test_the_scores_are_those_of_score_and_of_the_plan():
    """One score, wherever it is asked for."""
    scored = {pair[:2]: pair[2] for pair in columns(sm.score(REQUESTS, TEAMS), "request_id", "team_id", "score")}
    best = sm.recommend(REQUESTS, TEAMS, k=9)
    assert {pair[:2]: pair[2] for pair in columns(best.frame, "request_id", "team_id", "score")} == scored
    assert best.breakdown("r1", "coach")["contribution"].sum() == pytest.approx(scored["r1", "coach"], abs=1e-12)


def test_what_stands_in_the_way_is_told_with_its_numbers():
    """Every failing limit, the nearest miss first."""
    frame = sm.recommend(REQUESTS, TEAMS).ineligible("r1")
    told = columns(frame, "team_id", "limit", "bound", "unit")
    assert ("far coach", "distance", 2.0, "km") in told
    assert {team for team, *_ in told} == {"far coach", "writer", "nowhere"}
    assert ("writer", "relevance") in [one[:2] for one in told]


def test_ineligible_and_eligible_are_everybody():
    """Nobody is both, nobody is neither."""
    best = sm.recommend(REQUESTS, TEAMS, k=9)
    for request in REQUESTS["id"]:
        chosen = {t for r, t in columns(best.frame, "request_id", "team_id") if r == request}
        others = set(best.ineligible(request, k=9)["team_id"].tolist())
        assert chosen | others == set(TEAMS["id"])
        assert not chosen & others


def test_a_team_may_ask_who_cannot_be_chosen_for_it():
    """In this direction the id is a team's."""
    frame = sm.recommend(REQUESTS, TEAMS, for_teams=["writer"]).ineligible("writer")
    assert "r1" in frame["request_id"].tolist()
    assert set(frame["team_id"].tolist()) == {"writer"}


def test_reserve_counts_as_what_stands_in_the_way():
    """Below the reserve is not eligible, and the score is told against it."""
    best = sm.recommend(REQUESTS, TEAMS, policy=sm.Policy(reserve=0.99))
    assert len(best) == 0
    told = columns(best.ineligible("r1", k=9), "team_id", "limit", "bound")
    assert ("coach", "reserve", 0.99) in told


def test_a_plan_takes_its_places_first():
    """What it leaves is what is free, and what it chose is marked."""
    plan = sm.assign(REQUESTS, TEAMS)
    best = sm.recommend(REQUESTS, TEAMS, plan=plan)
    assert columns(best.frame, "team_id", "free", "in_plan") == [("writer", 0, False), ("coach", 0, True)]
    newcomer = {"id": ["new"], "need": ["健身操"], "lat": [39.86], "lon": [111.23]}
    after = sm.recommend(newcomer, TEAMS, plan=plan).frame
    assert columns(after, "team_id", "free", "in_plan") == [("coach", 0, False)]


def test_a_plan_lends_its_policy_to_those_who_bring_none():
    """The same limits as in the morning."""
    plan = sm.assign(REQUESTS, TEAMS, policy=sm.Policy(limits=[], min_relevance=0))
    assert sm.recommend(REQUESTS, TEAMS, plan=plan).frame["n_eligible"].tolist()[0] == len(TEAMS["id"])
    strict = sm.recommend(REQUESTS, TEAMS, plan=plan, policy=sm.Policy())
    assert strict.frame["n_eligible"].tolist()[0] == 1


def test_it_reads_like_a_sentence():
    """In the terminal, in both languages, without a word of a resident."""
    best = sm.recommend(REQUESTS, TEAMS, for_requests=["r1", "r3"])
    told = repr(best)
    assert told.splitlines()[0] == "For request r1, 1 of 1 eligible team:"
    assert "1. coach 健身队  score 0." in told
    assert "1 place free" in told
    assert "For request r3, none of 4 teams is eligible; `ineligible('r3')` says why." in told
    assert "点单 r1：1 支可承接队伍中的前 1 支：" in best.describe("zh")
    assert "马头琴" not in told + best.describe("zh")


def test_many_are_cut_short():
    """Ten are told, the rest counted."""
    requests = {"id": list(range(14))}
    assert repr(sm.recommend(requests, {"id": [1]})).splitlines()[-1] == "... and 4 more"
    assert repr(sm.recommend({"id": []}, {"id": [1]})) == "Nobody was asked for."


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"k": 0}, PolicyError, "k: expected a whole number of at least 1, got 0"),
        ({"k": True}, PolicyError, "k: expected"),
        ({"by": "km"}, PolicyError, "by: expected one of 'score', 'plan', got 'km'"),
        ({"for_requests": "r1"}, ServiceMatchError, "expected a list of ids"),
        ({"for_requests": ["r9"]}, TableError, "r9"),
        ({"for_teams": ["coahc"]}, TableError, "coach"),
        ({"for_teams": ["coach"], "for_requests": ["r1"]}, ServiceMatchError, "give one of the two"),
        ({"policy": "strict"}, PolicyError, "expected a Policy"),
    ],
)
def test_what_cannot_be_meant_is_refused(options, error, says):
    """With a sentence that says what to do."""
    with pytest.raises(error, match=says):
        sm.recommend(REQUESTS, TEAMS, **options)


def test_frames_come_in_the_callers_kind():
    """A pandas table in, a pandas table out, ids of the same dtype."""
    pd = pytest.importorskip("pandas")
    requests = pd.DataFrame({"id": pd.array([1, 2], dtype="Int32")})
    frame = sm.recommend(requests, pd.DataFrame({"id": ["t"]})).frame
    assert frame["request_id"].dtype == "Int32"
    assert frame["rank"].tolist() == [1, 1]


# --- prepared teams ------------------------------------------------------------------------------------------------


def test_prepared_teams_give_the_same_answers():
    """Faster, not otherwise: recommend, score, assign."""
    policy = sm.Policy(min_relevance=0.1)
    ready = sm.prepare(TEAMS, policy=policy)
    told = ("request_id", "team_id", "rank", "score", "n_eligible")
    plainly = sm.recommend(REQUESTS, TEAMS, policy=policy)
    assert columns(sm.recommend(REQUESTS, ready).frame, *told) == columns(plainly.frame, *told)
    assert columns(sm.score(REQUESTS, ready), "team_id", "score") == columns(
        sm.score(REQUESTS, TEAMS, policy=policy), "team_id", "score"
    )
    plan = sm.assign(REQUESTS, ready)
    assert plan.answer.policy is policy
    assert plan.verify().proved
    assert plan.objective == sm.assign(REQUESTS, TEAMS, policy=policy).objective


def test_a_plan_of_prepared_teams_can_be_saved(tmp_path):
    """What was learnt is not part of the file; the policy is the one given."""
    plan = sm.assign(REQUESTS, sm.prepare(TEAMS))
    plan.to_json(tmp_path / "plan.json")
    again = sm.Plan.from_json(tmp_path / "plan.json", requests=REQUESTS, teams=sm.prepare(TEAMS))
    assert again.objective == plan.objective
    assert again.verify().proved


def test_another_policy_overrules_the_prepared_one():
    """The call decides."""
    ready = sm.prepare(TEAMS, policy=sm.Policy(reserve=0.99))
    assert len(sm.recommend(REQUESTS, ready)) == 0
    assert len(sm.recommend(REQUESTS, ready, policy=sm.Policy())) == 2


def test_prepared_teams_can_be_prepared_again():
    """With another policy, from the same table."""
    ready = sm.prepare(sm.prepare(TEAMS), policy=sm.Policy(reserve=0.5))
    assert (len(ready), ready.policy.reserve) == (4, 0.5)
    assert repr(ready).startswith("PreparedTeams(4 teams; terms text,")
    assert repr(sm.prepare({"id": [1]})).startswith("PreparedTeams(1 team; terms text,")


def test_the_text_side_of_the_teams_is_read_once(monkeypatch):
    """That is what preparing is for: nothing of the 20,000 offers is read again for one new request."""
    ready = sm.prepare(TEAMS)
    read = []
    real = text_term.TextTable.of.__func__
    monkeypatch.setattr(
        text_term.TextTable,
        "of",
        classmethod(lambda cls, values, how: (read.append(len(values)), real(cls, values, how))[1]),
    )
    sm.recommend({"id": [1], "need": ["健身操"]}, ready)
    assert read == [1]


def test_preparing_again_keeps_the_policy_unless_told():
    """And a plan is checked against prepared teams as against the table."""
    ready = sm.prepare(TEAMS, policy=sm.Policy(reserve=0.5))
    assert sm.prepare(ready).policy.reserve == 0.5
    assert sm.assign(REQUESTS, ready).verify(teams=ready).proved


def test_numbers_as_ids_are_told_as_one_types_them():
    """No types of arrays."""
    with pytest.warns(sm.errors.UnknownSkill):
        told = repr(sm.recommend({"id": [3], "skills": ["dance|sing"]}, {"id": [1], "skills": ["dance"]}))
    assert "int64" not in told


# --- what a careless change would break ----------------------------------------------------------------------------


def test_nobody_has_fewer_than_no_places_left():
    """A pin may overbook a team; what is left is none, not less."""
    plan = sm.assign(REQUESTS, TEAMS, pins=[("r1", "writer"), ("r2", "coach"), ("r3", "coach")])
    best = sm.recommend(REQUESTS, TEAMS, plan=plan, k=9)
    assert best.frame["free"].min() == 0


def test_who_is_asked_for_twice_is_answered_once():
    """In the order of the first time."""
    best = sm.recommend(REQUESTS, TEAMS, for_requests=["r1", "r2", "r1"])
    assert best.frame["request_id"].tolist() == ["r1", "r2"]


def test_the_nearest_miss_is_told_first():
    """Fewer failing limits before a better score: who is only too far, before who is too far and cannot."""
    requests = {"id": ["r"], "skills": ["yoga"], "lat": [39.6], "lon": [109.8]}
    teams = {"id": ["good", "close"], "skills": ["dance", "yoga"], "mean_rating": [1.0, 0.1], "n_rated": [99, 99]}
    teams |= {"lat": [40.6, 40.6], "lon": [109.8, 109.8], "radius_km": [5, 5]}
    told = sm.recommend(requests, teams).ineligible("r", k=1)
    assert columns(told, "team_id", "limit") == [("close", "distance")]


def test_a_plan_lends_the_weights_that_it_was_made_with():
    """Today's teams do not change what a word weighs in yesterday's plan."""
    plan = sm.assign(REQUESTS, TEAMS)
    others = {name: [*values, *values[:1]] for name, values in TEAMS.items()}
    others |= {"id": [*TEAMS["id"], "newcomer"], "offers": [*TEAMS["offers"], "书法、健身操"]}

    def score(**options):
        found = sm.recommend(REQUESTS, others, for_requests=["r1"], k=9, **options)
        return dict(columns(found.frame, "team_id", "score"))["coach"]

    lent = dict(columns(plan.assignments, "request_id", "score"))["r1"]
    assert score(plan=plan) == pytest.approx(lent, abs=1e-12)
    assert score() != pytest.approx(lent, abs=1e-6)


def test_another_policy_brings_its_own_terms_to_prepared_teams():
    """What was fitted for one table of synonyms says nothing for another."""
    ready = sm.prepare(TEAMS)
    call = {"id": ["c"], "need": ["蹦跶"]}
    wiser = sm.Policy(terms=[sm.terms.Text(synonyms={"健身操": "蹦跶"})], limits=[])
    assert len(sm.recommend(call, ready, policy=sm.Policy(limits=[]))) == 0
    assert len(sm.recommend(call, ready, policy=wiser)) > 0
