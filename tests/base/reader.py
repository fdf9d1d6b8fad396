"""Texts that try to get out of a page, and a reader that sees a page as a browser would."""

from html.parser import HTMLParser

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</style><svg onload=alert(1)>",
    "\"'><b onmouseover=alert(1)>",
    "${alert(1)}",
    "`${1}`",
    "\\u003cscript>",
    "{{7*7}}",
    "<!-- ]]> -->",
    "&lt;script&gt;",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\u202etpircs\u202c",
    "\u2066\u200f\u061c",
    "half \ud800 a character \udfff",
    "nul \0 bell \a escape \x1b[31m",
]

SHOWING = frozenset(
    "style div span p h3 h4 b bdi ul li table thead tbody tfoot tr th td svg title g path rect line text".split()  # noqa: SIM905
)
"""All elements that our views use."""


class Reader(HTMLParser):
    """The elements, attributes, texts and tables of a page."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.attributes, self.texts, self.tables = [], [], [], []
        self.in_cell = False
        self.feed(str(page))
        self.close()

    def handle_starttag(self, name, attributes):
        """Note an element, and where a table, a row, a cell begins."""
        self.elements.append(name)
        self.attributes += attributes
        if name == "table":
            self.tables.append([])
        elif name == "tr":
            self.tables[-1].append([])
        elif name in ("td", "th"):
            self.tables[-1][-1].append("")
            self.in_cell = True

    def handle_endtag(self, name):
        """Note where a cell ends."""
        self.in_cell = self.in_cell and name not in ("td", "th")

    def handle_data(self, data):
        """Note a text, and the cell in which it stands."""
        self.texts.append(data)
        if self.in_cell:
            self.tables[-1][-1][-1] += data

    def table(self, *headers):
        """Give the rows, head and foot, of the first table whose headers begin so."""
        return next(rows for rows in self.tables if rows[0][: len(headers)] == list(headers))


def number(cell):
    """Read a whole number with its commas."""
    return int(cell.replace(",", ""))


def assert_harmless(page):
    """Fail if anything on a page could run, load, or turn the text around it."""
    source, reader = str(page), Reader(page)
    assert set(reader.elements) <= SHOWING
    assert not [name for name, _ in reader.attributes if name.startswith("on") or name in ("href", "src")]
    body = source.rsplit("</style>", maxsplit=1)[-1]
    for text in ("`", "$", "\\", "{", "\0", "\x1b", "\u202e", "\u2066", "\u200f", "\u061c"):
        assert text not in body
    source.encode("utf-8")
