"""Plots become files without the network, and without a way for a text to run."""

import json
import subprocess
import sys
from base64 import b64decode
from xml.etree import ElementTree as ET

import pytest

import servicematch as sm
from base.reader import Reader
from servicematch.base.errors import ServiceMatchError
from servicematch.view import plots
from servicematch.view.saving import drawable

HOSTILE = "</script><script>alert(1)</script>"


def spec(team_id="t"):
    """Make a plot with one team."""
    return plots.loads(sm.assign({"id": [1]}, {"id": [team_id]}))


def test_a_plot_becomes_svg_and_png(tmp_path):
    """The two forms that papers and reports take, with their Chinese intact."""
    pytest.importorskip("vl_convert")
    plots.save(spec("健身操一队"), tmp_path / "loads.svg")
    plots.save(spec("健身操一队"), tmp_path / "loads.png", scale=1)
    drawn = ET.parse(tmp_path / "loads.svg")  # noqa: S314 - our own file
    assert "健身操一队" in "".join(drawn.getroot().itertext())
    assert (tmp_path / "loads.png").read_bytes().startswith(b"\x89PNG")


def test_a_page_holds_its_data_as_data(tmp_path):
    """A plain dump of a text with </script> ends the script, and the next one is the resident's."""
    pytest.importorskip("vl_convert")
    plots.save(spec(HOSTILE), tmp_path / "loads.html")
    page = (tmp_path / "loads.html").read_text(encoding="utf-8")
    assert HOSTILE not in page
    assert page.count("</script>") == 3
    assert "default-src 'none'" in page


def test_json_is_written_without_any_other_library(tmp_path, monkeypatch):
    """Whoever draws elsewhere needs no extra."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    plots.save(spec(HOSTILE), tmp_path / "loads.json")
    text = (tmp_path / "loads.json").read_text(encoding="ascii")
    assert "<" not in text
    assert json.loads(text)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")


def test_an_altair_chart_is_saved_too(tmp_path):
    """What was worked on in Altair goes out by the same safe door."""
    pytest.importorskip("altair")
    plots.save(plots.chart(spec()).properties(width=100), tmp_path / "loads.json")
    assert json.loads((tmp_path / "loads.json").read_text(encoding="ascii"))["width"] == 100


@pytest.mark.parametrize("name", ["plot.pdf", "plot", "plot.SVG.gz"])
def test_another_ending_is_refused_with_those_there_are(tmp_path, name):
    """Better than a file that nothing opens."""
    with pytest.raises(ServiceMatchError, match=r"\.svg, \.png, \.json, \.html"):
        plots.save(spec(), tmp_path / name)


@pytest.mark.parametrize(
    ("library", "use"),
    [("altair", plots.chart), ("vl_convert", plots.draw), ("vl_convert", lambda s: plots.save(s, "x.svg"))],
)
def test_a_missing_library_names_the_extra(monkeypatch, library, use):
    """The sentence is the command that mends it."""
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=r"pip install 'servicematch\[plots\]'"):
        use(spec())


def test_characters_that_no_drawing_holds_are_replaced():
    """A NUL aborts the drawing library, and a lone surrogate stops it; keys count as well as values."""
    assert drawable({"a\0": ["\ud800", ("\x1f", 1.5, None)]}) == {"a\ufffd": ["\ufffd", ["\ufffd", 1.5, None]]}
    assert drawable("两\n\t😀") == "两\n\t😀"


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\x1b[0m", "\ufffe", "\u202e\u2028", HOSTILE])
def test_no_text_brings_the_drawing_library_down(tmp_path, text):
    """In a process of its own: an abort there would take the whole test run with it."""
    pytest.importorskip("vl_convert")
    code = (
        "import sys, servicematch as sm\nfrom servicematch.view import plots\n"
        f"plan = sm.assign({{'id': [1], 'area': [{text!r}]}}, {{'id': [{text!r}]}})\n"
        "for spec in (plots.loads(plan), plots.served_by_area(plan)):\n"
        "    plots.save(spec, sys.argv[1] + '.svg'), plots.save(spec, sys.argv[1] + '.png', scale=1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "x")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ET.parse(tmp_path / "x.svg")  # noqa: S314 - our own file


def test_importing_the_plots_loads_no_drawing_library():
    """``sm.plots`` is reached by everybody, drawn with by few."""
    code = "import sys, servicematch.view.plots; print([m for m in ('altair', 'vl_convert', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_plot_draws_itself_in_a_notebook():
    """A plain dict is printed as text; this is seen."""
    pytest.importorskip("vl_convert")
    picture = plots.draw(spec("健身操一队"))
    assert "健身操一队" in "".join(ET.fromstring(picture._repr_svg_()).itertext())  # noqa: S314 - our own drawing
    assert repr(picture).startswith("Drawing(Places of the teams; ")
    assert len(repr(picture)) < 100
    shown = picture._repr_html_().split("base64,")[1].split('"')[0]
    assert b64decode(shown).decode("utf-8") == picture.svg


def test_no_label_gets_out_of_a_drawing():
    """The picture is one element whose source is letters and digits; the drawing itself is well-formed."""
    pytest.importorskip("vl_convert")
    plan = sm.assign({"id": [HOSTILE], "need": ["x"]}, {"id": [HOSTILE], "offers": ["x"]})
    picture = plots.draw(plots.waterfall(plan, HOSTILE, HOSTILE))
    ET.fromstring(picture.svg)  # noqa: S314 - our own drawing
    assert "<script" not in picture.svg
    assert Reader(picture._repr_html_()).elements == ["img"]
    assert "<" not in picture._repr_html_()[1:]


def test_an_altair_chart_is_drawn_too():
    """What was worked on is seen by the same door."""
    pytest.importorskip("vl_convert")
    pytest.importorskip("altair")
    assert plots.draw(plots.chart(spec()).properties(title="Mine")).title == "Mine"
