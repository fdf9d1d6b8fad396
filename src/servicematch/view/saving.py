"""Plots as charts and as files, without the network."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servicematch.base.errors import ServiceMatchError
from servicematch.base.html import escape
from servicematch.base.printable import printable
from servicematch.out.geojson import safe_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

_VERSION = "5.20"
# SVG knows none of these; a NUL would bring the drawing library down, and Python with it.
_UNDRAWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMATS = (".svg", ".png", ".json", ".html")
# Vega makes functions of its own expressions ('unsafe-eval'); nothing may be loaded or sent.
_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"


def chart(spec: Mapping[str, Any]) -> Any:
    """Turn a plot into an Altair chart, to work on or to see in a notebook.

    Raises
    ------
    ImportError
        Without altair.

    Examples
    --------
    >>> import servicematch as sm
    >>> from servicematch.view import plots
    >>> type(chart(plots.loads(sm.assign({"id": [1]}, {"id": [1]})))).__name__
    'Chart'
    """
    try:
        import altair as alt  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _missing("altair") from error
    return alt.Chart.from_dict(drawable(spec))


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Drawing:
    """A plot that shows itself in a notebook; made by `draw`.

    Attributes
    ----------
    title
        Of the plot.
    svg
        The drawing, as a text.
    """

    title: str
    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        """Show it as a picture, in which nothing can run or load, whatever the labels say."""
        picture = b64encode(self.svg.encode("utf-8")).decode("ascii")
        return f'<img alt="{escape(self.title)}" src="data:image/svg+xml;base64,{picture}" style="max-width:100%">'

    def __repr__(self) -> str:
        return f"Drawing({printable(self.title)}; {len(self.svg):,} characters of SVG)"


def draw(spec: Any) -> Drawing:
    """Draw a plot at once, to see it in a notebook; no network is asked.

    Parameters
    ----------
    spec
        A dict of one of the functions of `servicematch.view.plots`, or an Altair chart.

    Raises
    ------
    ImportError
        Without vl-convert-python.

    Examples
    --------
    >>> import servicematch as sm
    >>> from servicematch.view import plots
    >>> picture = draw(plots.loads(sm.assign({"id": [1]}, {"id": ["t"]})))
    >>> repr(picture)[:29], picture.svg[:4]
    ('Drawing(Places of the teams; ', '<svg')
    """
    data = _plain(spec)
    return Drawing(_title(data), _svg(data))


def save(spec: Any, path: str | Path, *, scale: float = 2.0) -> None:
    """Write a plot as ``.svg``, ``.png``, ``.html`` or ``.json``, whatever the path ends in.

    The HTML page stands alone (about 0.9 MB, with all that draws it) and asks nobody for anything.

    Parameters
    ----------
    spec
        A dict of one of the functions of `servicematch.view.plots`, or an Altair chart.
    path
        Where to write; an existing file is replaced.
    scale
        Pixels of a PNG for each one of the plot.

    Raises
    ------
    ServiceMatchError
        For another ending.
    ImportError
        Without vl-convert-python; ``.json`` does without it.

    Examples
    --------
    >>> import tempfile
    >>> import servicematch as sm
    >>> from servicematch.view import plots
    >>> path = Path(tempfile.mkdtemp()) / "loads.json"
    >>> save(plots.loads(sm.assign({"id": [1]}, {"id": ["t"]})), path)
    >>> path.read_text(encoding="ascii")[:12]
    '{"$schema": '
    """
    path, data = Path(path), _plain(spec)
    if path.suffix == ".json":
        path.write_text(safe_json(data), encoding="ascii")
    elif path.suffix == ".svg":
        path.write_text(_svg(data), encoding="utf-8")
    elif path.suffix == ".png":
        path.write_bytes(_drawer().vegalite_to_png(data, _VERSION, scale=scale, allowed_base_urls=[]))
    elif path.suffix == ".html":
        path.write_text(_page(data, _drawer().javascript_bundle(vl_version=_VERSION)), encoding="utf-8")
    else:
        raise ServiceMatchError(f"path: expected a name in {', '.join(_FORMATS)}, got {path.suffix!r}")


def drawable(data: Any) -> Any:
    r"""Copy plain data; characters that no drawing can hold become U+FFFD.

    Examples
    --------
    >>> drawable({"values": ["a\x00b", 1]}) == {"values": ["a\ufffdb", 1]}
    True
    """
    if isinstance(data, str):
        return _UNDRAWABLE.sub("\ufffd", data)
    if isinstance(data, dict):
        return {drawable(key): drawable(value) for key, value in data.items()}
    return [drawable(value) for value in data] if isinstance(data, (list, tuple)) else data


def _page(data: Mapping[str, Any], library: str) -> str:
    """Write a page in which the data are JSON for a script to read, never a script themselves."""
    options = json.dumps({"actions": False, "renderer": "svg", "mode": "vega-lite"})
    return "\n".join(
        (
            "<!DOCTYPE html>",
            "<html><head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            f"<title>{escape(_title(data))}</title>",
            f"<script>{library}</script>",
            "</head><body>",
            '<div id="plot"></div>',
            f'<script type="application/json" id="spec">{safe_json(data)}</script>',
            "<script>",
            'const spec = JSON.parse(document.getElementById("spec").textContent);',
            f'vegaEmbed("#plot", spec, {options});',
            "</script>",
            "</body></html>\n",
        )
    )


def _plain(spec: Any) -> Any:
    return drawable(spec.to_dict() if hasattr(spec, "to_dict") else spec)


def _title(data: Mapping[str, Any]) -> str:
    title = data.get("title", "")
    return str(title.get("text", "") if isinstance(title, dict) else title)


def _svg(data: Mapping[str, Any]) -> str:
    drawn: str = _drawer().vegalite_to_svg(data, _VERSION, allowed_base_urls=[])
    return drawn


def _drawer() -> ModuleType:
    try:
        import vl_convert  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _missing("vl-convert-python") from error
    return vl_convert


def _missing(library: str) -> ImportError:
    return ImportError(f"plots need {library}: pip install 'servicematch[plots]'")
