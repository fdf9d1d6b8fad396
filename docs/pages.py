"""Run the Python blocks of the pages, and compare or renew what they print.

    python docs/pages.py            # say which pages are out of date
    python docs/pages.py --write    # put the new output there

A block ```` ```python ```` is run, all blocks of a page one after another as one script, in an empty folder. A block
```` ```text ```` right after it is what it prints. A comment before the block changes that:

- ``<!-- from examples/06_web_app.py -->``: a piece of that file, which is run by itself;
- ``<!-- needs opencc -->``: run only where this library is installed.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(
    r"(?:<!-- (?P<kind>from|needs) (?P<what>\S+) -->\n+)?```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<shown>.*?)```\n)?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One block of Python: its code, what the page says it prints (None for nothing), and the comment before it."""

    code: str
    shown: str | None
    kind: str | None
    what: str | None
    line: int
    span: tuple[int, int]


def all_pages() -> list[Path]:
    """List the pages, the README apart."""
    return sorted((ROOT / "docs").rglob("*.md"))


def blocks_of(text: str) -> list[Block]:
    """Find the blocks of a page."""
    return [
        Block(
            found["code"],
            found["shown"],
            found["kind"],
            found["what"],
            text.count("\n", 0, found.start("code")),
            found.span("shown"),
        )
        for found in _BLOCK.finditer(text)
    ]


def run_page(page: Path) -> list[tuple[Block, str]]:
    """Run the blocks of a page in an empty folder, and return what each printed."""
    printed: list[tuple[Block, str]] = []
    space: dict[str, object] = {"__name__": page.stem}
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for block in blocks_of(page.read_text(encoding="utf-8")):
                if block.kind == "from" or (block.kind == "needs" and find_spec(str(block.what)) is None):
                    continue
                out = io.StringIO()
                code = compile("\n" * block.line + block.code, str(page), "exec", dont_inherit=True)
                with contextlib.redirect_stdout(out):
                    exec(code, space)  # noqa: S102 - our own pages
                printed.append((block, out.getvalue()))
        finally:
            os.chdir(before)
    return printed


def renewed(page: Path) -> str:
    """Return the text of a page with the outputs that its blocks have today."""
    text = page.read_text(encoding="utf-8")
    for block, out in reversed(run_page(page)):
        if block.shown is not None:
            start, end = block.span
            text = text[:start] + out.rstrip() + "\n" + text[end:]
    return text


def main() -> int:
    """Go through all pages."""
    stale = 0
    for page in all_pages():
        new = renewed(page)
        if new != page.read_text(encoding="utf-8"):
            stale += 1
            print(page.relative_to(ROOT))
            if "--write" in sys.argv:
                page.write_text(new, encoding="utf-8")
    return 0 if "--write" in sys.argv else stale


if __name__ == "__main__":
    sys.exit(main())
