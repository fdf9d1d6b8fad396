"""What a request and a team truly are is known, and the tables agree with it."""

import re

import numpy as np
import pytest

from servicematch.datasets import SHASHATAN_ORDER, asks, ordos
from servicematch.datasets.vocabulary import LANGUAGES, vocabulary

HAN = re.compile(r"[\u3400-\u9fff]")
N = 20_000


@pytest.fixture(scope="module", params=LANGUAGES)
def week(request):
    """Draw a week with its truth, in each language."""
    return (request.param, *ordos(5000, 400, lang=request.param, truth=True))


def rows(table):
    """Give the columns of a table as the caller sees them."""
    return table.to("dict")


def test_category_and_skills_of_a_menu_order_are_its_true_service(week):
    """Who orders from the menu has said what is wanted."""
    _, requests, _ = week
    table = rows(requests)
    columns = (table[name] for name in ("category", "skills", "wanted_skills", "true_services", "true_platforms"))
    for category, skills, wanted, services, platforms in zip(*columns, strict=True):
        if category is not None:
            assert platforms == category
            assert {*(skills or ()), *(wanted or ())} <= {services}
        else:
            assert not skills
            assert not wanted


def test_teams_truly_do_what_they_say(week):
    """Skills and categories are the truth of a team."""
    lang, _, teams = week
    table, words = rows(teams), vocabulary(lang)
    platform = {service.skill: service.platform for service in words.services}
    for skills, categories, services, platforms in zip(
        *(table[name] for name in ("skills", "categories", "true_services", "true_platforms")), strict=True
    ):
        assert set(services.split("|")) == set(skills)
        assert set(platforms.split("|")) == set(categories) == {platform[skill] for skill in skills}


def test_platforms_are_those_of_the_services(week):
    """Two services of one platform have one true platform."""
    lang, requests, _ = week
    table = rows(requests)
    platform = {service.skill: service.platform for service in vocabulary(lang).services}
    for services, platforms in zip(table["true_services"], table["true_platforms"], strict=True):
        expected = dict.fromkeys(platform[one] for one in services.split("|") if one)
        assert platforms == "|".join(expected)


def test_what_no_team_can_do_is_free_text_without_truth(week):
    """The wish wall is where these belong, and no team's truth is empty."""
    lang, requests, teams = week
    table, told = rows(requests), [one for kind in vocabulary(lang).wishes.values() for one in kind]
    hopeless = [i for i, services in enumerate(table["true_services"]) if services == ""]
    assert len(hopeless) > 100
    assert all(table["category"][i] is None for i in hopeless)
    plain = [i for i, need in enumerate(table["need"]) if need and any(one in need for one in told)]
    assert len(plain) > 50
    assert set(plain) <= set(hopeless)
    assert all(rows(teams)["true_services"])


def test_order_of_2_june_has_its_truth(week):
    """The order that everybody looks for counts as any other."""
    lang, requests, _ = week
    table = rows(requests)
    assert table["id"][-1] == SHASHATAN_ORDER
    assert table["true_services"][-1] == vocabulary(lang).services[0].skill
    assert table["true_platforms"][-1] == vocabulary(lang).services[0].platform


def test_truth_changes_nothing_else():
    """Measuring must not disturb what is measured."""
    for table, with_truth in zip(ordos(300, 60, rng=3), ordos(300, 60, truth=True, rng=3), strict=True):
        told, plain = rows(with_truth), rows(table)
        assert set(told) - set(plain) == {"true_services", "true_platforms"}
        assert {name: list(map(repr, told[name])) for name in plain} == {
            name: list(map(repr, column)) for name, column in plain.items()
        }


def test_english_week_is_the_same_week_in_other_words():
    """Only words may differ: results in the two languages can be compared pair by pair."""
    (requests, teams), (zh_requests, zh_teams) = (ordos(500, 80, lang=lang, truth=True) for lang in ("en", "zh"))
    for ours, theirs in ((requests, zh_requests), (teams, zh_teams)):
        assert np.array_equal(ours.lat, theirs.lat, equal_nan=True)
        assert ours.ids.tolist() == theirs.ids.tolist()
    name = dict(zip(*([one.skill for one in vocabulary(lang).services] for lang in ("zh", "en")), strict=True))
    for ours, theirs in zip(rows(requests)["true_services"], rows(zh_requests)["true_services"], strict=True):
        assert ours.split("|") == [name.get(one, one) for one in theirs.split("|")]
    assert np.array_equal(requests.booked_team, zh_requests.booked_team)


def test_english_tables_hold_no_chinese_character():
    """A reader of English reads all of it."""
    for table in ordos(3000, 300, lang="en", truth=True):
        for name, column in rows(table).items():
            assert not any(HAN.search(str(value)) for value in column), name


def test_shares_are_those_that_are_named():
    """What is said of the data set in its docstring is measured here."""
    wanted = asks.draw_wanted(N, np.random.default_rng(0))
    free = wanted.is_free
    assert free.mean() == pytest.approx(asks.FREE_SHARE, abs=0.015)
    assert wanted.is_wish[free].mean() == pytest.approx(asks.WISH_SHARE, abs=0.01)
    assert wanted.is_both[free].mean() == pytest.approx(asks.BOTH_SHARE * (1 - asks.WISH_SHARE), abs=0.01)
    assert wanted.is_no.mean() == pytest.approx(asks.NO_SHARE, abs=0.01)
    assert np.bincount(wanted.style) / N == pytest.approx(np.array(asks.STYLE_SHARES), abs=0.015)
    assert not (wanted.is_wish | wanted.is_both)[~free].any()
    assert not (wanted.is_both & wanted.is_wish).any()


def test_other_service_is_another_and_a_refused_one_stands_beside_it():
    """Telling one from the other is hard only among neighbours."""
    wanted = asks.draw_wanted(N, np.random.default_rng(1))
    platform = np.array([service.platform for service in vocabulary("zh").services])
    assert (wanted.service != wanted.other).all()
    assert (platform[wanted.service] == platform[wanted.other])[wanted.is_no].all()
    assert len(set(platform[wanted.other[wanted.is_both]])) == 6


def test_texts_are_of_every_kind():
    """Dialect, Mongolian script, traditional characters, misspelt words, refusals and double wishes all occur."""
    requests, _ = ordos(N, 10)
    needs = [need for need in requests.need if need]
    for kind in ("娃", "营生", "甚", "哇", "圪", "ᠰᠠᠢᠨ", "學", "建身操", "就不用了", "另外"):
        assert 3 < sum(kind in need for need in needs) < 0.5 * len(needs), kind
    assert len(set(needs)) > 0.8 * len(needs)
