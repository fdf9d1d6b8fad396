"""Tables and reports show themselves in a notebook: counts that are right, and nothing that should stay unseen."""

import pytest

from base.reader import HOSTILE, Reader, assert_harmless
from servicematch.tables.report_view import FIRST as FIRST_FAULTS
from servicematch.tables.report_view import WORDS as REPORT_WORDS
from servicematch.tables.report_view import report_view
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams
from servicematch.tables.view import FIRST, WORDS, table_view


def columns(table):
    """Read what the view says of each column: its kind, what is missing, what it holds."""
    return {row[0]: row[1:] for row in Reader(table._repr_html_()).tables[0][1:]}


def test_missing_values_are_counted_in_every_kind_of_column():
    """What is missing decides which limits mean something."""
    requests = Requests(
        {
            "id": [1, 2, 3],
            "need": ["a", None, "a"],
            "skills": ["x|y", None, None],
            "lat": [39.0, None, None],
            "lon": [109.0, None, None],
            "units": [1, 2, 4],
            "max_km": [None, 5.0, 20.0],
            "placed_at": ["2025-06-02T09:00:00+08:00", None, None],
            "phone": ["0477-1", None, "0477-2"],
        }
    )
    found = columns(requests)
    assert found["id"] == ["known", "0", "3 different"]
    assert found["need"] == ["known", "1", "1 different"]
    assert found["skills"] == ["known", "2", "2 different"]
    assert found["lat"] == ["known", "2", ""]
    assert found["units"] == ["known", "–", "1 – 4, a default where nothing was given"]
    assert found["max_km"] == ["known", "1", "5 – 20"]
    assert found["placed_at"] == ["known", "2", ""]
    assert found["phone"] == ["your own", "1", ""]


def test_first_rows_are_the_callers_first_rows():
    """A table is held sorted, and shown as it came."""
    teams = Teams({"id": [f"T{k}" for k in range(9, 0, -1)]})
    rows = Reader(teams._repr_html_()).tables[1][1:]
    assert [row[0] for row in rows] == ["T9", "T8", "T7", "T6", "T5"][:FIRST]


def test_times_are_shown_in_the_callers_zone():
    """Nine in the morning is nine in the morning."""
    requests = Requests({"id": [1], "placed_at": ["2025-06-02T09:00:00"]}, tz="Asia/Shanghai")
    assert "2025-06-02 09:00" in requests._repr_html_()


def test_coordinates_and_own_columns_are_not_shown():
    """Where somebody lives and his phone number are not needed to see what a table is like."""
    page = Requests({"id": [1], "lat": [39.123], "lon": [109.456], "phone": ["0477-1"]})._repr_html_()
    for secret in ("39.123", "109.456", "0477"):
        assert secret not in page


def test_empty_tables_have_a_view():
    """Nothing to show is no fault."""
    assert "Requests: 0 rows" in Requests({"id": []})._repr_html_()
    assert "队伍：0 支" in str(table_view(Teams({"id": [], "radius_km": []}), "zh"))


def test_words_stand_in_the_view_and_not_in_the_repr():
    """The view is the dispatcher's own screen; a repr goes into logs."""
    requests = Requests({"id": [1], "need": ["CANARY"]})
    assert "CANARY" in requests._repr_html_()
    assert "CANARY" not in repr(requests)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.filterwarnings("ignore::servicematch.base.errors.TableWarning")
def test_no_cell_and_no_heading_runs(text):
    """Whatever stands in a spreadsheet is shown as text."""
    table = {"id": [text], "need": [text], "area": [text], "skills": [[text]], text: [text], "booked_team": [text]}
    assert_harmless(Requests(table)._repr_html_())
    assert_harmless(Teams({"id": [text], "name": [text], "offers": [text], "categories": [[text]]})._repr_html_())
    assert_harmless(Requests.check({"id": [text, text], "units": [text, 1], text: [1, 2]})._repr_html_())


def test_the_view_stays_small():
    """Wide tables and long texts are cut, and what is left out is counted."""
    wide = {f"own_{k}": [1] for k in range(500)}
    page = Requests({"id": [1], "need": ["<" * 1_000_000], **wide})._repr_html_()
    assert len(page) < 20_000
    assert "and 480 more columns of your own" in page


def test_a_report_says_what_to_mend_and_where():
    """Each fault is one row: the column, what was expected, how many rows, the first of them."""
    report = Requests.check({"id": ["a", "b"], "lat": [412.0, 1.0], "lon": [8.0, 9.0], "units": [1, 0.5]})
    page = Reader(report._repr_html_())
    assert [row[0] for row in page.tables[0][1:]] == [fault.column for fault in report.faults]
    assert "REFUSED" in page.texts


def test_a_long_report_is_cut_and_says_so():
    """Faults of the same table can be many."""
    names = ["lat", *[f"x{k}" for k in range(3)]]
    report = Requests.check({name: [1] for name in names})
    many = type(report)(report.faults * 60, (), 1)
    assert f"{FIRST_FAULTS} of {len(many.faults)} shown." in many._repr_html_()
    assert "通过" in str(report_view(type(report)((), (), 3), "zh"))


def test_both_languages_know_the_same_words():
    """A word that is missing would be a KeyError on the desk."""
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    assert REPORT_WORDS["en"].keys() == REPORT_WORDS["zh"].keys()


def test_places_from_areas_are_told_apart_from_given_ones():
    """A distance to the middle of a town is not one to a door; the caller gave none."""
    given = {"id": [1, 2, 3], "area": ["a", "a", "b"], "lat": [39.0, None, None], "lon": [109.0, None, None]}
    found = columns(Requests(given, places={"a": (39.5, 109.5)}))
    assert found["lat"] == found["lon"] == ["known", "2", "1 from the place of its area"]
    without = columns(Requests({"id": [1, 2], "area": ["a", "a"]}, places={"a": (39.5, 109.5)}))
    assert without["lat"] == ["known", "2", "2 from the places of their areas"]
    assert columns(Requests(given))["lat"] == ["known", "2", ""]


def test_tables_and_reports_show_themselves_in_chinese():
    """The view is in the language asked for, the text is what prints."""
    teams = Teams({"id": ["T1"]})
    assert "队伍：1 支" in teams.show("zh")._repr_html_()
    assert repr(teams.show("zh")) == repr(teams)
    assert teams.show()._repr_html_() == teams._repr_html_()
    report = Requests.check({"id": ["a", "a"]})
    assert "未通过" in report.show("zh")._repr_html_()
    assert repr(report.show()) == str(report)
    for one in (teams, report):
        with pytest.raises(ValueError, match="lang must be one of"):
            one.show("fr")
