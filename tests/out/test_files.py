"""Files open in a spreadsheet with their Chinese intact, and nothing in them runs."""

import csv
import datetime as dt

import numpy as np
import pytest

from servicematch.base.errors import ServiceMatchError
from servicematch.out.files import csv_cell, write_csv


@pytest.mark.parametrize("start", list("=+-@\t\r\n\0＝＋－＠"))
def test_text_that_could_be_a_formula_is_disarmed(start):
    """A resident's text must not run in the dispatcher's spreadsheet."""
    assert csv_cell(start + "HYPERLINK(1)") == "'" + start + "HYPERLINK(1)"
    assert csv_cell(np.str_(start + "1")) == "'" + start + "1"
    assert csv_cell([start + "a", "b"]) == "'" + start + "a|b"


@pytest.mark.parametrize("text", ["", "健身操", "a=b", " 1-2", "<script>", "'x"])
def test_harmless_text_is_left_alone(text):
    """Only the first character makes a formula."""
    assert csv_cell(text) == text


@pytest.mark.parametrize("number", [-3, -0.5, np.int64(-3), np.float64(-0.5), True])
def test_numbers_stay_numbers(number):
    """A quoted minus would turn a column of numbers into text."""
    assert csv_cell(number) == number
    assert not isinstance(csv_cell(number), (str, np.generic))


@pytest.mark.parametrize("missing", [None, float("nan"), np.float64("nan"), np.datetime64("NaT", "s")])
def test_missing_values_are_empty_cells(missing):
    """The word nan in a cell is read as a name."""
    assert csv_cell(missing) == ""


def test_pandas_missing_values_are_empty_cells():
    """Frames of pandas have two more ways to say that nothing is there."""
    pandas = pytest.importorskip("pandas")
    assert csv_cell(pandas.NaT) == ""
    assert csv_cell(pandas.NA) == ""


def test_times_are_iso_8601():
    """One way to write a time, with its zone where there is one."""
    zone = dt.timezone(dt.timedelta(hours=8))
    assert csv_cell(dt.datetime(2025, 6, 2, 9, tzinfo=zone)) == "2025-06-02T09:00:00+08:00"
    assert csv_cell(np.datetime64("2025-06-02T09:00:00", "s")) == "2025-06-02T09:00:00"
    assert csv_cell(np.datetime64("2025-06-02T09:00:00", "ns")).startswith("2025-06-02T09:00:00")


def test_file_carries_the_mark_that_spreadsheets_look_for(tmp_path):
    """Without the byte order mark Excel shows Chinese as noise."""
    path = tmp_path / "plan.csv"
    write_csv({"need": ["健身操", '一"二,三\n四']}, path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["need"], ["健身操"], ['一"二,三\n四']]


def test_headings_are_disarmed_too(tmp_path):
    """A caller's own column may be called anything."""
    path = tmp_path / "plan.csv"
    write_csv({"=1+1": np.array([1.5])}, path)
    assert path.read_text(encoding="utf-8-sig") == "'=1+1\n1.5\n"


def test_columns_of_different_length_are_refused(tmp_path):
    """Cutting the longer one would lose rows in silence."""
    with pytest.raises(ServiceMatchError, match="differ in length"):
        write_csv({"a": [1, 2], "b": [1]}, tmp_path / "plan.csv")


def test_empty_columns_give_headings_only(tmp_path):
    """An empty plan is a legal plan."""
    write_csv({"a": [], "b": []}, tmp_path / "plan.csv")
    assert (tmp_path / "plan.csv").read_text(encoding="utf-8-sig") == "a,b\n"
