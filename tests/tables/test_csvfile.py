"""CSV files in."""

import csv
import threading

import pytest

from servicematch.base.errors import TableError
from servicematch.tables.csvfile import read_csv
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

TEXT = (
    "id,need,skills,units,lat,lon,placed_at,phone\r\n"
    '001,"教练, ""健身操""\n两行",yoga|dance,2,39.5,110.25,2026-06-02T09:00:00+08:00,00138\r\n'
    "\r\n"
    "2,,,,,,,\r\n"
)


@pytest.fixture
def write(tmp_path):
    """Write bytes or text to a file and give its path."""

    def file(data, name="requests.csv"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_spreadsheets_of_the_region_are_read(write, encoding):
    """Excel in China writes gb18030, or utf-8 with a mark."""
    columns = read_csv(write(TEXT.encode(encoding)))
    assert columns == {
        "id": ["001", "2"],
        "need": ['教练, "健身操"\n两行', None],
        "skills": ["yoga|dance", None],
        "units": [2, None],
        "lat": [39.5, None],
        "lon": [110.25, None],
        "placed_at": ["2026-06-02T09:00:00+08:00", None],
        "phone": ["00138", None],
    }


@pytest.mark.filterwarnings("ignore::servicematch.base.errors.DefaultUsed")
def test_columns_are_accepted_as_requests(write):
    """The two functions are made for each other."""
    requests = Requests(read_csv(write(TEXT)))
    assert requests.ids.tolist() == ["001", "2"]
    assert requests.units.tolist() == [2, 1]
    assert requests.skills.of(0) == ("dance", "yoga")
    assert requests.extra["phone"].tolist() == ["00138", None]


@pytest.mark.parametrize("cell", ["two", "1_000", "２", "1,5", "nan", "inf", "1.5"])
def test_bad_number_stays_for_the_table_to_name_its_row(write, cell):
    """The check knows the id and collects all faults; the reader does not."""
    columns = read_csv(write(f'id,capacity\na,1\nb,"{cell}"\n'))
    (fault,) = Teams.check(columns).faults
    assert (fault.column, fault.row, fault.id) == ("capacity", 1, "b")


@pytest.mark.parametrize(
    ("cell", "value"), [("2", 2), (" 2 ", 2), ("2.0", 2.0), ("", None), ("  ", None), ("1e3", 1000.0)]
)
def test_numbers_are_read_as_a_spreadsheet_writes_them(write, cell, value):
    """Blank cells are null, not 0."""
    assert read_csv(write(f"id,capacity\na,{cell}\n"))["capacity"] == [value]


@pytest.mark.parametrize(("row", "n"), [("a,1,x", 3), ("a", 1)])
def test_line_of_another_length_is_named(write, row, n):
    """A comma in a text moves every cell after it."""
    with pytest.raises(TableError, match=rf"teams\.csv: expected 2 cells in each line, got {n} at line 3"):
        read_csv(write(f"id,capacity\nb,1\n{row}\n", "teams.csv"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfei\x00d\x00", "utf-8 or gb18030"),
        (b"id,id\n1,2\n", "'id' twice"),
        (b"id,\n1,2\n", "none for column 2"),
        (b'id\n"a', "a file cut by commas"),
    ],
)
def test_broken_file_is_refused_in_words(write, data, words):
    """Not with a UnicodeDecodeError."""
    with pytest.raises(TableError, match=words):
        read_csv(write(data))


@pytest.mark.parametrize("data", [b"", b"\n\n", b"id,need\n", b"\xef\xbb\xbfid\r\n"])
def test_file_without_rows_is_an_empty_table(write, data):
    """A day without orders."""
    assert len(Requests(read_csv(write(data)))) == 0


def test_very_long_text_is_read_and_the_limit_of_the_process_put_back(write):
    """The csv module stops at 131,072 characters by default, and its limit belongs to everybody."""
    before = csv.field_size_limit()
    assert len(read_csv(write("id,need\n1," + "x" * 10**6))["need"][0]) == 10**6
    assert csv.field_size_limit() == before


def test_missing_file_is_the_usual_error(tmp_path):
    """Nothing to explain about a file that is not there."""
    with pytest.raises(FileNotFoundError):
        read_csv(tmp_path / "none.csv")


def test_files_can_be_read_by_several_threads_at_once(write):
    """The limit of the process must not be lowered under another reader's feet."""
    path, lengths = write("id,need\n1," + "x" * 200_000), []
    readers = [threading.Thread(target=lambda: lengths.append(len(read_csv(path)["need"][0]))) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert lengths == [200_000] * 8


def test_headings_of_any_language_are_renamed(tmp_path):
    """A desk's spreadsheet is in Chinese; what the headings mean is said once."""
    path = tmp_path / "requests.csv"
    path.write_bytes("编号,需求,需要队数,备注\n001,学书法,2,急\n".encode("gb18030"))
    columns = read_csv(path, rename={"编号": "id", "需求": "need", "需要队数": "units"})
    assert columns == {"id": ["001"], "need": ["学书法"], "units": [2], "备注": ["急"]}


@pytest.mark.parametrize(
    ("rename", "says"),
    [
        ({"号": "id"}, "expected a column '号' to rename, got the columns 编号, 需求"),
        ({"编号": "需求"}, "'需求' twice after"),
    ],
)
def test_a_heading_that_cannot_be_renamed_is_named(tmp_path, rename, says):
    """Silence would leave the column out."""
    path = tmp_path / "requests.csv"
    path.write_text("编号,需求\n001,学书法\n", encoding="utf-8")
    with pytest.raises(TableError, match=says):
        read_csv(path, rename=rename)


def test_lines_of_empty_cells_are_no_rows(tmp_path):
    """Spreadsheets leave them below the table, and above its headings."""
    path = tmp_path / "teams.csv"
    path.write_text(",,\nid,capacity,name\n1,2,a\n,,\n2,,b\n, ,\n", encoding="utf-8")
    assert read_csv(path) == {"id": ["1", "2"], "capacity": [2, None], "name": ["a", "b"]}
