"""Plots as charts and as files, without the network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servicematch.base.errors import ServiceMatchError
from servicematch.base.html import escape
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
    path, data = Path(path), drawable(spec.to_dict() if hasattr(spec, "to_dict") else spec)
    if path.suffix == ".json":
        path.write_text(safe_json(data), encoding="ascii")
    elif path.suffix == ".svg":
        path.write_text(_drawer().vegalite_to_svg(data, _VERSION, allowed_base_urls=[]), encoding="utf-8")
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
    title = data.get("title", "")
    heading = title.get("text", "") if isinstance(title, dict) else title
    options = json.dumps({"actions": False, "renderer": "svg", "mode": "vega-lite"})
    return "\n".join(
        (
            "<!DOCTYPE html>",
            "<html><head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            f"<title>{escape(str(heading))}</title>",
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


def _drawer() -> ModuleType:
    try:
        import vl_convert  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _missing("vl-convert-python") from error
    return vl_convert


def _missing(library: str) -> ImportError:
    return ImportError(f"plots need {library}: pip install 'servicematch[plots]'")
