"""The page of a plan: its numbers add up to its totals, it stays small, and nothing on it runs."""

import re
import warnings
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import servicematch as sm
from base.reader import HOSTILE, Reader, assert_harmless, number
from servicematch.base.blocks import COLOURS
from servicematch.base.errors import TableWarning
from servicematch.out.map_ground import Ground, is_central
from servicematch.out.map_labels import MOST as MOST_LABELS
from servicematch.out.page_map import MOST_LINES, plan_map
from servicematch.out.page_shares import MOST_AREAS, area_table, load_table
from servicematch.out.page_words import PAGE_WORDS
from servicematch.out.plan_parts import PlanParts


@pytest.fixture(scope="module")
def county():
    """Plan for a county: some requests lack an area or a place, some are out of reach, and places are short."""
    draw = np.random.default_rng(3)
    n, n_teams = 600, 150
    lat, lon = draw.uniform(39, 40, n), draw.uniform(109, 110, n)
    lat[::17] = lon[::17] = np.nan
    areas = np.array([f"旗{k}/镇" for k in draw.integers(0, 6, n)], dtype=object)
    areas[::13] = None
    requests = {
        "id": [f"R{k}" for k in range(n)],
        "area": areas,
        "units": draw.integers(1, 4, n),
        "lat": lat,
        "lon": lon,
    }
    teams = {
        "id": [f"T{k}" for k in range(n_teams)],
        "lat": draw.uniform(39, 40, n_teams),
        "lon": draw.uniform(109, 110, n_teams),
        "radius_km": draw.uniform(1, 40, n_teams),
        "capacity": draw.integers(0, 9, n_teams),
        "used": draw.integers(0, 3, n_teams),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)  # teams of capacity 0 are meant
        return sm.assign(requests, teams)


def parts_of(requests, teams, pairs=()):
    """Build the parts of a page by hand: ``pairs`` are positions."""
    rows, cols = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return PlanParts(sm.Requests(requests), sm.Teams(teams), rows, cols, {})


def drawings(page):
    """Parse all drawings of a page as XML."""
    pieces = str(page).split("<svg")[1:]
    return [ET.fromstring("<svg" + piece.split("</svg>")[0] + "</svg>") for piece in pieces]  # noqa: S314 - our own


def test_areas_add_up_to_the_totals(county):
    """A dispatcher adds the banners up, and must get what stands at the top."""
    _, *rows, foot = Reader(county._repr_html_()).table("area")
    for column, total in ((1, "units_asked"), (2, "units_served")):
        assert sum(number(row[column]) for row in rows) == number(foot[column]) == county.summary[total]
    assert all(number(row[1]) == number(row[2]) + number(row[3]) for row in [*rows, foot])
    assert "(no area given)" in [row[0] for row in rows]


def test_reasons_add_up_to_what_is_open(county):
    """Every open unit has one reason."""
    _, *rows, foot = Reader(county._repr_html_()).table("reason")
    still_open = county.summary["units_asked"] - county.summary["units_served"]
    assert sum(number(row[1]) for row in rows) == number(foot[1]) == still_open
    asked, served = county.summary["units_asked"], county.summary["units_served"]
    assert f"Units asked: {asked:,} = {served:,} served + {still_open:,} open" in "".join(
        Reader(county._repr_html_()).texts
    )


def test_loads_count_every_team_once(county):
    """A team is in one class of loads, and full or not."""
    _, *rows, foot = Reader(county._repr_html_()).table("places taken")
    assert sum(number(row[1]) for row in rows) == number(foot[1]) == 150
    full = int((np.asarray(county.loads["free"]) == 0).sum())
    assert sum(number(row[2]) for row in rows) == number(foot[2]) == full


def test_loads_are_told_as_they_are():
    """One idle team, one full, one with a place left, one with many."""
    teams = {"id": [1, 2, 3, 4], "capacity": [1, 1, 5, 9000], "used": [0, 1, 1, 7000]}
    _, *rows, _foot = Reader(load_table(parts_of({"id": [1]}, teams, [(0, 2)]))).table("places taken")
    assert [row[:3] for row in rows if row[1] != "0"] == [
        ["0", "1", "0"],
        ["1", "1", "1"],
        ["2", "1", "0"],
        ["1,000+", "1", "0"],
    ]


@pytest.mark.parametrize("n", [MOST_AREAS, MOST_AREAS + 1, 200])
def test_many_areas_are_put_together_and_still_add_up(n):
    """A page has room for some rows; what is left is one row, not lost."""
    requests = {"id": list(range(n)), "area": [f"area {k}/town" for k in range(n)]}
    _, *rows, foot = Reader(area_table(parts_of(requests, {"id": [1]}, [(0, 0)]))).table("area")
    assert len(rows) == min(n, MOST_AREAS)
    assert sum(number(row[1]) for row in rows) == number(foot[1]) == n
    assert sum(number(row[2]) for row in rows) == number(foot[2]) == 1


def test_the_map_counts_what_it_cannot_show(county):
    """Points on the map and points without a place are all points."""
    requests = county.answer.requests
    n_without = int(np.isnan(requests.lat).sum())
    assert n_without > 0
    page = "".join(Reader(county._repr_html_()).texts)
    assert f"without a place: {n_without:,} requests" in page
    told = [text for text in Reader(county._repr_html_()).texts if "requests (" in text]
    assert sum(number(text.split("(")[1].rstrip(")")) for text in told) == len(requests) - n_without


def test_the_map_draws_at_most_so_many_lines():
    """The lines are a sample, taken at even steps, and the page says so."""
    parts = parts_of(
        {"id": list(range(900)), "lat": [39.0] * 900, "lon": np.linspace(109, 111, 900)},
        {"id": [1], "lat": [40.0], "lon": [110.0], "capacity": [900]},
        [(k, 0) for k in range(900)],
    )
    made = str(plan_map(parts))
    (picture,) = drawings(made)
    lines = next(shape.get("d") for shape in picture if "L" in shape.get("d", ""))
    assert lines.count("L") == MOST_LINES
    assert f"Lines: {MOST_LINES} of 900 assignments, taken at even steps." in Reader(made).texts


def test_the_map_keeps_proportions_and_directions():
    """North is up, east is right, and a kilometre is as long in both directions."""
    lat, lon = np.array([40.0, 40.0, 41.0]), np.array([109.0, 110.0, 109.0])
    ground = Ground.of(lat, lon)
    west, east, north = ground.pixels(lat, lon)
    assert east[0] > west[0]
    assert north[1] < west[1]
    ratio = (east[0] - west[0]) / (west[1] - north[1])
    assert ratio == pytest.approx(np.cos(np.radians(40.5)), abs=0.01)
    at = ground.pixels(lat, lon)
    assert (at >= 0).all()
    assert (at <= [ground.width, ground.height]).all()


@pytest.mark.parametrize(
    ("lat", "lon"), [([39.0], [109.0]), ([10.0, 10.0], [179.9, -179.9]), ([90.0, -90.0], [0.0, 180.0])]
)
def test_odd_grounds_are_drawn(lat, lon):
    """One village alone, both sides of the date line, both poles: small numbers, no division by nothing."""
    ground = Ground.of(np.array(lat), np.array(lon))
    assert 100 < ground.width <= 720
    assert 100 < ground.height <= 460
    assert (ground.pixels(np.array(lat), np.array(lon)) <= 720).all()


HALL = {"id": [1], "lat": [39.65], "lon": [109.85]}


def town_with(*guests):
    """Give the coordinates of thirty places within ten kilometres, and of some guests after them."""
    draw = np.random.default_rng(5)
    town = np.column_stack([draw.uniform(39.6, 39.7, 30), draw.uniform(109.8, 109.9, 30)])
    return np.vstack([town, *guests])


@pytest.mark.parametrize(("n", "told"), [(1, "1 place lies outside the map"), (2, "2 places lie outside the map")])
def test_one_slip_does_not_squeeze_the_town_into_a_dot(n, told):
    """Somebody far away is counted below the map; the town fills it as if he were not there."""
    places = town_with(*[[10.0, 100.0 + k] for k in range(n)])
    lat, lon = places.T
    parts = parts_of({"id": list(range(len(lat))), "lat": lat, "lon": lon}, HALL, [(0, 0), (30, 0)])
    page = str(plan_map(parts))
    assert told in page
    assert "served requests (1)" in page
    alone = parts_of({"id": list(range(30)), "lat": lat[:30], "lon": lon[:30]}, HALL, [(0, 0)])
    size = [
        (picture.get("width"), picture.get("height")) for made in (page, plan_map(alone)) for picture in drawings(made)
    ]
    assert size[0] == size[1]
    for shape in drawings(page)[0]:
        for mark in re.findall(r"[ML](\d+) (\d+)", shape.get("d", "")):
            assert all(0 <= int(at) <= 720 for at in mark)


@pytest.mark.parametrize("guests", [[], [[39.9, 109.85]], [[20.0 + k, 100.0] for k in range(5)]])
def test_all_others_are_on_the_map(guests):
    """A village beyond the town is not far off, and five far ones of thirty-five are no slip."""
    places = town_with(*guests)
    assert is_central(places).all()
    ground = Ground.of(*places.T)
    assert ground.holds(*places.T).all()


def test_a_few_places_need_no_large_map():
    """Four dots on a page of their own tell no more than on a third of it."""
    draw = np.random.default_rng(1)
    heights = [Ground.of(draw.uniform(39, 40, n), draw.uniform(109, 110, n)).height for n in (4, 40, 400)]
    assert heights == sorted(heights)
    assert heights[0] <= 240 < heights[2]


def labels_on(made):
    """Read the names on a map, without the caption of the scale."""
    return [text.text for text in drawings(made)[0].iter("{http://www.w3.org/2000/svg}text")][1:]


def test_areas_are_named_amid_their_places():
    """By their first level, requests and teams alike; those without an area have no name."""
    requests = {"id": [1, 2, 3], "lat": [39.0, 39.1, 40.0], "lon": [109.0, 109.1, 111.0], "area": ["a/x", "a/y", None]}
    teams = {"id": [1], "lat": [40.0], "lon": [111.0], "area": ["<b>/z"]}
    made = plan_map(parts_of(requests, teams))
    assert sorted(labels_on(made)) == ["<b>", "a"]
    assert "<b>" not in str(made)
    assert labels_on(plan_map(parts_of({**requests, "area": [None] * 3}, {**teams, "area": [None]}))) == []


def test_names_never_touch_and_are_few():
    """The areas with the most places go first; the others are in the table above."""
    n = 40
    lon = np.repeat(np.linspace(105, 112, n), 2)
    spread = {"id": list(range(2 * n)), "lat": np.tile([38.0, 41.0], n), "lon": lon}
    many = labels_on(plan_map(parts_of({**spread, "area": [f"{k // 2}" for k in range(2 * n)]}, {"id": [1]})))
    assert 1 < len(many) <= MOST_LABELS
    same = {"id": [1, 2, 3], "lat": [39.0] * 3, "lon": [109.0] * 3, "area": ["few", "most", "most"]}
    assert labels_on(plan_map(parts_of(same, {"id": [1]}))) == ["most"]


def test_a_colour_means_one_thing():
    """Blue is served; a full team is dark, and a legend beside the chart says so."""
    made = Reader(load_table(parts_of({"id": [1]}, {"id": [1, 2]}, [(0, 0)])))
    assert {"full: no place free", "with free places"} <= {text.strip() for text in made.texts}
    assert len(set(COLOURS.values())) == len(COLOURS)
    assert COLOURS["served"] not in str(made.attributes)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_plan_has_a_page(lang):
    """No requests, no teams: no numbers that mean nothing."""
    page = str(sm.assign({"id": []}, {"id": []})._page(lang, texts=True))
    assert "nan" not in page
    assert PAGE_WORDS[lang]["nothing_asked"] in page


def test_a_plan_without_places_says_so():
    """An empty frame would look like a fault."""
    page = sm.assign({"id": [1, 2]}, {"id": [1]})._repr_html_()
    assert "There are no places to draw: 2 requests and 1 teams have none." in page
    assert "<svg" not in page


def test_both_languages_know_the_same_words():
    """A word that is missing would be a KeyError on the desk."""
    assert PAGE_WORDS["en"].keys() == PAGE_WORDS["zh"].keys()


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_table_says_runs_on_the_page(text, tmp_path):
    """Every text that a page shows may come from anybody: ids, needs, names, areas, categories."""
    place = {"lat": [39.0], "lon": [109.0]}
    requests = {"id": [text], "need": [text], "area": [f"{text}/{text}"], "category": [text], **place}
    teams = {"id": [text], "name": [text], "offers": [text], "categories": [[text]], "area": [text], **place}
    plan = sm.assign(requests, teams, policy=sm.Policy(min_relevance=0))
    assert_harmless(plan._repr_html_())
    assert_harmless(plan.show_score(text, text)._repr_html_())
    plan.to_html(tmp_path / "plan.html", lang="zh", texts=True)
    assert "<script" not in (tmp_path / "plan.html").read_text(encoding="utf-8")
    for picture in drawings(plan._repr_html_()):
        assert picture.tag.endswith("svg")


def test_a_text_of_a_megabyte_is_cut():
    """One careless paste must not make the notebook heavy."""
    text = "<need>" * 170_000
    plan = sm.assign({"id": [1], "need": [text], "area": [text]}, {"id": [1], "name": [text], "offers": [text]})
    assert len(plan._repr_html_()) < 20_000


def test_residents_words_are_in_a_file_only_when_asked_for(tmp_path):
    """A notebook is the dispatcher's own screen, a file goes further."""
    plan = sm.assign({"id": [1], "need": ["CANARY words"]}, {"id": [1], "offers": ["CANARY words"]})
    path = tmp_path / "plan.html"
    assert "CANARY" in plan._repr_html_()
    assert "CANARY" not in repr(plan)
    plan.to_html(path)
    assert "CANARY" not in path.read_text(encoding="utf-8")
    plan.to_html(path, texts=True)
    assert "CANARY" in path.read_text(encoding="utf-8")


def test_the_page_stays_small_and_the_same(county):
    """Two looks at one plan are equal, and a page is a page whatever the size of the plan."""
    assert county._repr_html_() == county._repr_html_()
    n = 20_000
    draw = np.random.default_rng(0)
    places = {"lat": draw.uniform(38, 41, n), "lon": draw.uniform(106, 112, n)}
    ids = np.arange(n)
    parts = parts_of({"id": ids, **places}, {"id": ids, **places}, np.column_stack([ids, ids[::-1]]))
    assert len(str(plan_map(parts))) < 150_000


def test_pins_and_early_stops_are_said():
    """The verdict must not claim more than was proved."""
    plan = sm.assign({"id": [1, 2]}, {"id": [1, 2]}, pins=[(1, 2)])
    assert "No better plan exists under these limits and pins." in plan._repr_html_()
    n = 40
    tables = {"id": list(range(n))}, {"id": list(range(n)), "mean_rating": np.linspace(0, 1, n), "n_rated": [9] * n}
    stopped = sm.assign(*tables, work_limit=1)
    assert stopped.status == "FEASIBLE"
    assert "NOT PROVED" in stopped._repr_html_()
    assert "stopped early (work)" in stopped._repr_html_()


def test_a_plan_shows_itself_in_chinese():
    """The desk reads Chinese, in the notebook and in the terminal."""
    plan = sm.assign({"id": [1], "need": ["CANARY"]}, {"id": [1]})
    view = plan.show("zh")
    assert repr(view) == plan.describe("zh")
    assert "已证明最优" in view._repr_html_()
    assert plan.show()._repr_html_() == plan._repr_html_()
    assert "CANARY" not in repr(view)
    with pytest.raises(ValueError, match="lang"):
        plan.show("fr")
