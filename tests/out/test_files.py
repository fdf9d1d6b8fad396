"""Files open in a spreadsheet with their Chinese intact, and nothing in them runs."""

import csv
import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicematch.base.errors import ServiceMatchError, TableError
from servicematch.out.files import csv_cell, write_csv


@pytest.mark.parametrize("start", list("=+-@\t\r\n\0＝＋－＠"))
def test_text_that_could_be_a_formula_is_disarmed(start):
    """A resident's text must not run in the dispatcher's spreadsheet."""
    assert csv_cell(start + "HYPERLINK(1)") == "'" + start + "HYPERLINK(1)"
    assert csv_cell(np.str_(start + "1")) == "'" + start + "1"
    assert csv_cell([start + "a", "b"]) == "'" + start + "a|b"


@pytest.mark.parametrize("start", list("﹦﹢﹣﹫"))
def test_small_forms_count_like_the_wide_ones(start):
    """A Chinese input method writes them, and a spreadsheet reads them as the plain sign."""
    assert csv_cell(start + "1") == "'" + start + "1"


@pytest.mark.parametrize(
    "unseen", [" ", "\u3000", "\xa0", "\ufeff", "\u200b", "\u202e", "\u2066", "\x1f", "\xad", " \u200d "]
)
def test_what_nobody_sees_does_not_hide_a_formula(unseen):
    """Some spreadsheets drop leading spaces and marks without a width, and then read a formula."""
    assert csv_cell(unseen + "=1+1") == "'" + unseen + "=1+1"
    assert csv_cell(unseen + "健身操") == unseen + "健身操"


@pytest.mark.parametrize("text", ["", "健身操", "a=b", " 1-2", "<script>", "'x", '"=1+1"', "'=1+1", "%0d=1"])
def test_harmless_text_is_left_alone(text):
    """Only the first character makes a formula."""
    assert csv_cell(text) == text


@pytest.mark.parametrize("number", [-3, -0.5, np.int64(-3), np.float64(-0.5), True, Decimal("-1.50")])
def test_numbers_stay_numbers(number):
    """A quoted minus would turn a column of numbers into text."""
    assert csv_cell(number) == number
    assert not isinstance(csv_cell(number), (str, np.generic))


@pytest.mark.parametrize("missing", [None, float("nan"), np.float64("nan"), np.datetime64("NaT", "s"), Decimal("nan")])
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


def test_a_lone_surrogate_does_not_stop_the_file(tmp_path):
    """Half a character comes out of broken exports, and utf-8 cannot hold it; all else stays as it was."""
    path = tmp_path / "plan.csv"
    write_csv({"need\udfff": ["a\ud800b", "😀", "\u2028\u200d"]}, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["need\ufffd"], ["a\ufffdb"], ["😀"], ["\u2028\u200d"]]


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_every_text_comes_back_but_for_its_guard(tmp_path_factory, rows):
    """A file that a spreadsheet reads otherwise than it was written would move words into other cells."""
    path = tmp_path_factory.mktemp("csv") / "plan.csv"
    write_csv({"a": [a for a, _ in rows], "b": [b for _, b in rows]}, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        back = list(csv.reader(file))[1:]
    for given_row, row in zip(rows, back, strict=True):
        assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in given_row]


@pytest.mark.parametrize("text", ["a;=1+1", "a\t=1+1", "a\n=1+1", "a\r=1+1", " a", "a\x0b=1"])
def test_what_other_programs_cut_at_is_quoted(tmp_path, text):
    """Programs that also cut at semicolons and tabs would find a formula at the start of the next cell."""
    path = tmp_path / "plan.csv"
    write_csv({"a": [text], "b": [1]}, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert file.read() == f'a,b\r\n"{text}",1\r\n'


def test_a_lone_empty_cell_is_still_a_row(tmp_path):
    """Readers skip blank lines, and the rows below would move up."""
    path = tmp_path / "plan.csv"
    write_csv({"a": [None, "x"]}, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["a"], [""], ["x"]]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames_of_any_library_are_written(tmp_path, library):
    """A worklist that was sorted or joined outside of the plan deserves the same care."""
    module = pytest.importorskip(library)
    data = {"id": ["=1", "b"], "need": [["-x", "y"], ["z"]], "n": [-1, 2]}
    frame = module.table(data) if library == "pyarrow" else module.DataFrame(data)
    path = tmp_path / "list.csv"
    write_csv(frame, path)
    assert path.read_text(encoding="utf-8-sig") == "id,need,n\n'=1,'-x|y,-1\nb,z,2\n"


def test_what_is_no_table_is_refused(tmp_path):
    """The error says what may be given."""
    with pytest.raises(TableError, match="expected a pandas"):
        write_csv(42, tmp_path / "plan.csv")
