"""Checks of both tables together."""

import pytest

from servicematch.base.errors import TableError, UnknownSkill, UnusedColumn
from servicematch.tables.cross import check_together
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams


def test_asked_skills_need_a_column_of_skills():
    """Otherwise nobody could ever serve, and nobody would know why."""
    requests = Requests({"id": ["b", "a", "c"], "skills": [None, "yoga", "yoga"]})
    with pytest.raises(TableError, match=r"requests\.skills: .*at row 1 \(id 'a'\), 2 of 3 rows"):
        check_together(requests, Teams({"id": [1]}))


@pytest.mark.parametrize(
    ("requests", "teams"),
    [
        ({"id": [1], "skills": [None]}, {"id": [1]}),
        ({"id": [1], "skills": ["yoga"]}, {"id": []}),
        ({"id": []}, {"id": [1], "skills": ["yoga"]}),
        ({"id": [1], "booked_team": ["T1"]}, {"id": []}),
        ({"id": [1, 2], "booked_team": [1, None]}, {"id": [1]}),
        ({"id": [1], "skills": ["yoga"]}, {"id": [1], "skills": ["yoga|dance"]}),
    ],
)
def test_tables_that_fit_pass_in_silence(requests, teams):
    """Empty sides and nulls ask nothing."""
    check_together(Requests(requests), Teams(teams))


def test_skill_that_no_team_has_is_a_warning():
    """It is mostly a spelling; the request itself gets its reason later."""
    requests = Requests({"id": [1, 2, 3], "skills": ["yogga|dance", "yogga", "dance"]})
    with pytest.warns(UnknownSkill, match="no team has 'yogga'; 2 of 3 requests ask for it"):
        check_together(requests, Teams({"id": [1], "skills": ["yoga|dance"]}))


def test_many_unknown_skills_are_not_all_listed():
    """A wrong column would fill the screen."""
    requests = Requests({"id": [1], "skills": ["|".join("abcdefgh")]})
    with pytest.warns(UnknownSkill, match="'a', 'b', 'c', 'd', 'e' and 3 more"):
        check_together(requests, Teams({"id": [1], "skills": ["yoga"]}))


def test_bookings_by_ids_of_another_kind_are_refused():
    """'7' and 7 would never meet."""
    requests = Requests({"id": [1, 2], "booked_team": [None, "7"]})
    with pytest.raises(
        TableError, match=r"requests\.booked_team: .*the teams have, int, got an id of kind str at row 1"
    ):
        check_together(requests, Teams({"id": [7]}))


@pytest.mark.parametrize(
    ("column", "value"), [("hours", 1.0), ("earliest", "2026-06-02T09:00Z"), ("latest", "2026-06-02T09:00Z")]
)
def test_column_without_effect_is_a_warning_unless_it_is_used(column, value):
    """Whoever fills in hours expects them to count."""
    requests, teams = Requests({"id": [1], column: [value]}), Teams({"id": [1]})
    with pytest.warns(UnusedColumn, match=f"requests.{column}: has no effect in this call"):
        check_together(requests, teams)
    check_together(requests, teams, used=[f"requests.{column}"])
