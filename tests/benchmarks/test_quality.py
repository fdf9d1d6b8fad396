"""The measures of quality: on towns that can be counted by hand they give exactly what was counted."""

from __future__ import annotations

import json

import numpy as np
import pytest
import quality
from measures import boston311, ordos, sweep, zh_civic
from measures.figures import percent, share, with_worst
from measures.labels import joined
from measures.methods import baselines, library
from measures.ranked import Hits, count_hits, first_right
from measures.served import Served, count_served
from measures.town import Sets, Town, is_free_text

import servicematch as sm

SMALL = 300

# id, need, category, priority, services that it is truly about, their platforms
REQUESTS = [
    ("R1", "瑜伽", None, 0, "yoga", "sport"),  # right
    ("R2", "法律", None, 1, "law", "talks"),  # right, and before R9
    ("R3", "瑜伽", "sport", 0, "yoga", "sport"),  # from the menu: not counted
    ("R4", "象棋", None, 0, "chess|piano", "culture"),  # gets one of two wishes
    ("R5", "钥匙", None, 0, "", ""),  # about nothing on offer: rightly on the wish wall
    ("R6", "瑜伽垫", None, 0, "", ""),  # about nothing on offer, but sounds like it
    ("R7", "腰疼", None, 0, "yoga", "sport"),  # not understood: wrongly on the wish wall
    ("R8", "听戏", None, 0, "opera", "culture"),  # the only such team is too far: rightly on the wish wall
    ("R9", "法律", None, 0, "law", "talks"),  # no place left
    ("R10", "瑜伽舞", None, 0, "dance", "sport"),  # right platform, wrong service
]
# id, offers, categories, capacity, km to the north, services, platforms
TEAMS = [
    ("T1", "瑜伽", "sport", 4, 3, "yoga", "sport"),
    ("T2", "法律", "talks", 1, 2, "law", "talks"),
    ("T3", "象棋", "culture", 2, 4, "chess", "culture"),
    ("T4", "舞蹈教学", "sport", 1, 1, "dance", "sport"),
    ("T5", "听戏", "culture", 1, 90, "opera", "culture"),
]


def hand_made_town(way=None):
    """Put ten needs in one village and five teams on the road to the north."""
    ids, need, category, priority, services, platforms = map(list, zip(*REQUESTS, strict=True))
    requests = {"id": ids, "need": need, "category": category, "priority": priority, "units": [1] * len(ids)}
    requests |= {"lat": [39.0] * len(ids), "lon": [109.0] * len(ids)}
    requests |= {"true_services": services, "true_platforms": platforms}
    if way is not None:
        requests["phrasing"] = way
    ids, offers, categories, capacity, km, services, platforms = map(list, zip(*TEAMS, strict=True))
    teams = {"id": ids, "offers": offers, "categories": categories, "capacity": capacity, "radius_km": [50] * len(ids)}
    teams |= {"lat": [39.0 + north / 111.2 for north in km], "lon": [109.0] * len(ids)}
    teams |= {"true_services": services, "true_platforms": platforms}
    return Town.of(sm.Requests(requests), sm.Teams(teams))


def adds_up(served):
    """Tell whether the counts of a plan are those of the requests and units that there are."""
    requests = served.n_served + served.n_wall + served.n_other == served.n_free
    units = served.n_every_service <= served.n_service <= served.n_units >= served.n_platform
    wall = served.n_wall_rightly + served.n_wall_wrongly == served.n_wall >= served.n_wall_unmeetable
    return requests and units and wall and served.n_found <= served.n_reachable


def test_free_text_is_a_need_and_nothing_else():
    """Whoever names a category, a skill or a team is not judged by words alone."""
    requests = {"id": [1, 2, 3, 4, 5], "need": ["a", "b", "c", "d", None]}
    requests |= {"category": [None, "x", None, None, None], "skills": [None, None, "y", None, None]}
    table = sm.Requests({**requests, "booked_team": [None, None, None, "T1", None]})
    assert is_free_text(table).tolist() == [True, False, False, False, False]


def test_words_in_common_are_counted_pair_by_pair():
    """The truth of a pair is whether its two sets meet; a need about nothing meets nobody."""
    asked, offered = Sets.of(["a|b", "", None]), Sets.of(["b|c", "a|b", ""])
    assert asked.n_common(offered).tolist() == [[1, 2, 0], [0, 0, 0], [0, 0, 0]]
    assert asked.sizes.tolist() == [2, 0, 0]


def test_the_plan_of_a_town_is_counted_as_by_hand():
    """Every figure of the table is a count that somebody made with a pencil."""
    town = hand_made_town()
    served = count_served(town, sm.assign(town.requests, town.teams))
    assert served == Served(
        n_free=9,
        n_unmeetable=2,
        n_reachable=6,  # all but R5, R6 and R8
        n_served=5,  # R1, R2, R4, R6, R10
        n_wall=3,  # R5, R7, R8
        n_other=1,  # R9
        n_found=3,  # R1, R2, R4
        n_units=5,
        n_platform=4,  # all but R6
        n_service=3,  # R1, R2, R4
        n_every_service=2,  # R1, R2
        n_unmeetable_units=1,  # R6
        n_wall_rightly=2,  # R5, R8
        n_wall_unmeetable=1,  # R5
    )
    assert (served.right_platform, served.right_service, served.no_common_service) == (0.8, 0.6, 0.4)
    assert (served.found, served.n_wall_wrongly, served.unmeetable_on_wall) == (0.5, 1, 0.5)


LENIENT = sm.Policy(min_relevance=0.05)


def test_the_ranking_of_a_town_is_counted_as_by_hand():
    """R1, R2, R4 and R9 find their team first, R10 second; R7 finds none."""
    town = hand_made_town()
    first = dict(zip(town.free.ids.tolist(), first_right(town, LENIENT).tolist(), strict=True))
    assert first == {"R1": 0, "R2": 0, "R4": 0, "R5": -1, "R6": -1, "R7": -1, "R8": -1, "R9": 0, "R10": 1}
    hits = count_hits(town, first_right(town, LENIENT))
    assert hits == Hits(n=6, n_at_1=4, n_at_5=5)
    assert (hits.at_1, hits.at_5) == (4 / 6, 5 / 6)


def test_a_need_about_nothing_meets_no_platform():
    """Whatever the column of platforms says: no service, so no right team."""
    requests = sm.Requests({"id": [1], "need": ["a"], "true_services": [""], "true_platforms": ["sport"]})
    teams = sm.Teams({"id": [1], "offers": ["a"], "true_services": ["yoga"], "true_platforms": ["sport"]})
    assert not Town.of(requests, teams).has_platform.any()


def test_the_order_of_the_callers_rows_changes_no_figure():
    """The truth stands in the caller's columns and must follow its request and its team."""
    town = hand_made_town()
    turned = Town.of(*(table(_reversed(one)) for table, one in ((sm.Requests, town.requests), (sm.Teams, town.teams))))
    assert count_served(turned, sm.assign(turned.requests, turned.teams)) == count_served(
        town, sm.assign(town.requests, town.teams)
    )
    assert count_hits(turned, first_right(turned, sm.Policy())) == count_hits(town, first_right(town, sm.Policy()))


def _reversed(table):
    return {name: column[::-1] for name, column in table.to("dict").items()}


def test_the_nearest_team_is_the_one_next_door():
    """The baseline looks at kilometres alone: the dancers are next door, so only who wants to dance is lucky."""
    town = hand_made_town()
    nearest = next(one for one in baselines() if one.name == "nearest team")
    assert count_hits(town, first_right(town, nearest.policy)) == Hits(n=6, n_at_1=1, n_at_5=6)
    assert nearest.words_alone is None


def test_every_method_serves_within_the_same_limits():
    """A baseline that may go farther would be no comparison."""
    town = hand_made_town()
    for method in (library(), *baselines()):
        for one in ordos.measure(town, method):
            assert adds_up(one.served)
            assert one.hits.n == 6
        plan = sm.assign(town.requests, town.teams, policy=method.policy)
        assert "T5" not in plan.assignments["team_id"]


def test_ways_of_putting_a_need_add_up_to_everything():
    """No request is counted twice or lost between the lines of the table."""
    way = ["plain", "plain", "plain", "plain", "trouble", "trouble", "trouble", "plain", "plain", None]
    everything, *parts = ordos.measure(hand_made_town(way), library())
    assert [one.phrasing for one in parts] == ["plain", "trouble"]
    assert sum(one.served.n_free for one in parts) == everything.served.n_free - 1  # R10 says nothing
    assert parts[1].served.n_wall == 2
    assert "| zh | trouble | 3 |" in ordos.report([everything, *parts])


def test_a_stricter_rule_serves_less_and_errs_less():
    """The sweep shows both sides of the bargain, on the same town."""
    steps = {step.min_relevance: step.served for step in sweep.sweep(hand_made_town(), library())}
    assert list(steps) == list(sweep.VALUES)
    assert steps[0.0].n_wall == 0
    assert steps[0.0].no_common_service >= steps[0.3].no_common_service
    assert [served.n_wall for served in steps.values()] == sorted(served.n_wall for served in steps.values())
    assert all(map(adds_up, steps.values()))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_small_city_adds_up(lang):
    """What is printed for the city are shares of what there is."""
    measured = list(ordos.run(SMALL, [lang], [0], [library(), *baselines()]))
    everything = [one for one in measured if one.phrasing == ordos.EVERYTHING]
    assert len(everything) == 1 + len(baselines())
    for one in measured:
        shares = [one.served.served, one.served.found, one.served.right_platform, one.served.right_service]
        shares += [one.served.unmeetable_on_wall, one.hits.at_1, one.hits.at_5]
        assert adds_up(one.served)
        assert all(np.isnan(value) or 0 <= value <= 1 for value in shares)
    assert len({one.served.n_free for one in everything}) == 1
    assert f"| {lang} | nearest team |" in ordos.report(measured)


def test_nothing_counted_is_no_share():
    """A method that serves nobody has no precision, neither 0 nor 1."""
    assert percent(share(0, 0)) == "–"
    assert with_worst([0.5, share(0, 0), 0.7]) == "60.0 % (50.0 %)"
    assert with_worst([0.1, 0.3], low_is_good=True) == "20.0 % (30.0 %)"


def test_classes_are_judged_as_by_hand():
    """Of four cases three are right, one of them at second sight, and one was told nothing."""
    judged = joined("m", [("x", ["a", "a"], [("a",), ("b", "a")]), ("y", ["b", "b"], [("b", "a"), ()])])
    assert (judged.top(1), judged.top(2)) == (0.5, 0.75)
    assert judged.by_rest() == {"x": 0.5, "y": 0.5}
    assert judged.macro_f1() == pytest.approx((2 / 3 + 1 / 2) / 2)
    classes, counts = judged.confusion()
    assert classes == ["a", "b"]
    assert counts.tolist() == [[1, 1], [0, 1]]


def written_civic(folder):
    """Write ten titles of each of three classes, with words that tell them apart, and one title twice."""
    words = {"交通": "公交车", "卫生": "医院", "教育": "老师"}
    titles = [f"{word}{k},{of}" for k in range(10) for of, word in words.items()]
    (folder / "titles_labelled.csv").write_text("\n".join(["title,category", *titles, titles[0]]), encoding="utf-8")
    taxonomy = "一级分类,二级分类,三级分类\n交通,公交车,其他\n卫生,医院,门诊\n教育,老师,其他\n政法,法院,其他\n"
    (folder / "taxonomy.csv").write_text(taxonomy, encoding="utf-8")
    return zh_civic.load(folder)


def test_titles_that_tell_their_class_are_all_told(tmp_path):
    """Every way but the largest class finds classes that share no character; each title is told once."""
    civic = written_civic(tmp_path)
    assert len(civic.titles) == 30
    assert civic.words == {"交通": ("交通", "公交车"), "卫生": ("卫生", "医院", "门诊"), "教育": ("教育", "老师")}
    *ways, largest = zh_civic.measure(civic)
    assert [one.top() for one in ways] == [1.0] * len(ways)
    assert largest.top() == pytest.approx(1 / 3)
    assert all(len(one.true) == 30 for one in (*ways, largest))


def test_a_title_is_never_told_by_itself(tmp_path):
    """A fold's own titles are no offers of its classes."""
    for (titles, _, asked), true in zh_civic.folds(written_civic(tmp_path)):
        assert not set(titles) & set(asked)
        assert len(asked) == len(true) == 6


COLUMNS = "CASE_ENQUIRY_ID,OPEN_DT,REASON,TYPE,QUEUE,neighborhood,LATITUDE,LONGITUDE"


def written_week(folder, *cases):
    """Write cases (day of January, type, queue, neighborhood, latitude) as the city does."""
    rows = [
        f"{k},01/{day} 06:53:37 PM,Roads,{kind},{queue},{hood},{lat},-71.0587"
        for k, (day, kind, queue, hood, lat) in enumerate(cases)
    ]
    (folder / "week_2015-01-12.csv").write_text("\n".join([COLUMNS, *rows]), encoding="utf-8")
    return boston311.load(folder)


def test_a_case_without_an_address_has_no_place(tmp_path):
    """The city puts it at the city hall, which would be a place for nothing."""
    without, at_home = written_week(
        tmp_path, ("12/2015", "Pothole", "Q", "", "42.3594"), ("13/2015", "Pothole", "Q", "Roxbury", "42.3")
    )
    assert np.isnan([without.lat, without.lon]).all()
    assert without.hood is None
    assert (at_home.day, at_home.hood, at_home.lat) == ("13 Tue", "Roxbury", 42.3)


def test_a_day_is_told_by_the_other_days_alone(tmp_path):
    """What the day itself shows must not help to tell it."""
    cases = written_week(
        tmp_path,
        *[("12/2015", "Pothole", "North", "Roxbury", "42.30")] * 2,
        *[("13/2015", "Pothole", "South", "Mattapan", "42.20")] * 3,
        *[("14/2015", "Graffiti", "Paint", "Roxbury", "42.30")] * 2,
    )
    frequent = next(one for one in boston311.measure(cases) if one.method.startswith("reference: most frequent"))
    assert frequent.true == ("North", "North", "South", "South", "South", "Paint", "Paint")
    assert [said[0] for said in frequent.said] == ["South"] * 2 + ["North"] * 3 + ["South"] * 2
    assert frequent.by_rest() == {"12 Mon": 0.0, "13 Tue": 0.0, "14 Wed": 0.0}


def test_place_tells_apart_what_the_type_cannot(tmp_path):
    """Two crews mend the same kind of hole, each on its own side of the town."""
    cases = written_week(
        tmp_path,
        *[
            (f"{day}/2015", "Pothole", queue, hood, lat)
            for day in (12, 13, 14)
            for queue, hood, lat in (("North", "Roxbury", "42.40"), ("South", "Mattapan", "42.20"))
        ],
    )
    top = {one.method: one.top() for one in boston311.measure(cases)}
    assert top["reference: most frequent queue of the type"] == 0.5
    assert top["servicematch, a team a queue: words"] == 0.5
    assert top["servicematch, a team a queue: words and place"] == 1.0
    assert top["servicematch, a team a queue and type: the same"] == 1.0


def test_a_type_never_seen_asks_by_its_words():
    """It would otherwise be open: no team has its category."""
    case = boston311.Case("12 Mon", "Big Pothole", "Roads", None, np.nan, np.nan, "Q")
    assert boston311.requests_of([case], [])["category"] == [None]
    assert boston311.requests_of([case], [case])["category"] == ["Big Pothole"]


def test_the_record_is_the_share_taken_of_the_type():
    """Three of four holes went to North, and that is what its record says."""
    cases = [
        boston311.Case("12 Mon", "Pothole", "Roads", hood, 42.3, -71.1, queue)
        for queue, hood in (("North", "A"), ("North", "A"), ("North", "B"), ("South", "B"))
    ]
    teams = boston311.teams_of({("North", "Pothole"): cases[:3], ("South", "Pothole"): cases[3:]}, cases)
    assert (teams["mean_rating"], teams["n_rated"], teams["area"]) == ([0.75, 0.25], [4, 4], ["A", "B"])
    by_hood = boston311.teams_of({("North", "Pothole", "B"): cases[2:3]}, cases)
    assert (by_hood["mean_rating"], by_hood["n_rated"]) == ([0.5], [2])


def test_the_command_prints_a_table(capsys, monkeypatch, tmp_path):
    """Somebody else gets the same tables with one line."""
    (tmp_path / "zh_civic").mkdir()
    written_civic(tmp_path / "zh_civic")
    monkeypatch.setattr(quality, "DATA", tmp_path)
    quality.main(["zh_civic", "boston311"])
    out = capsys.readouterr().out
    assert "| servicematch, offers = training titles | 100.0 % | 100.0 % | 100.0 % | 100.0 % |" in out
    assert "The data are not here." in out


def test_synonyms_are_read_as_they_stand(tmp_path):
    """The file is handed to the text term without a change."""
    path = tmp_path / "synonyms.json"
    path.write_text(json.dumps({"瑜伽": ["腰疼"]}), encoding="utf-8")
    assert quality.read_synonyms(path) == {"瑜伽": ["腰疼"]}
    assert quality.read_synonyms(None) is None
