"""Errors and faults."""

import copy
import pickle

import pytest

from servicematch.base import errors
from servicematch.base.errors import Fault, ServiceMatchError, TableError

LAT = Fault("requests", "lat", "range", "degrees in [-90, 90]", "412.0", 3, 120, 7, "R-104", "are lat and lon swapped?")


def test_fault_says_where_what_how_many_and_what_to_do():
    """The message alone must let a coordinator mend the spreadsheet."""
    assert str(LAT) == (
        "requests.lat: expected degrees in [-90, 90], got 412.0 at row 7 (id 'R-104'), 3 of 120 rows. "
        "Hint: are lat and lon swapped?"
    )


def test_fault_of_a_whole_table_names_no_row():
    """A lazy frame has no first bad row."""
    fault = Fault("teams", "", "lazy", "a table in memory", "a LazyFrame", 1, 1, -1, None, "call .collect() first")
    assert str(fault) == "teams: expected a table in memory, got a LazyFrame. Hint: call .collect() first"


def test_table_error_keeps_all_faults_in_pickles_and_copies():
    """Errors travel between processes."""
    error = TableError((LAT, LAT))
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301  our own bytes
        assert twin.faults == (LAT, LAT)
        assert str(twin) == str(error)
    assert str(error).count("\n") == 1


@pytest.mark.parametrize("name", [name for name in vars(errors) if name.endswith("Error")])
def test_every_error_is_a_value_error(name):
    """A caller who catches ValueError catches all of ours."""
    assert issubclass(getattr(errors, name), ValueError)
    assert issubclass(getattr(errors, name), ServiceMatchError)
