"""What the pages in docs/ promise is what happens."""

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

import servicematch as sm
from servicematch.assign.causes import Reason

ROOT = Path(__file__).parents[1]


def load(name):
    """Load one of the scripts beside the pages."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


pages, make_api = load("pages"), load("make_api")
PAGES = {str(page.relative_to(ROOT)): page for page in pages.all_pages()}
WITH_CODE = [name for name, page in PAGES.items() if pages.blocks_of(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("name", WITH_CODE)
def test_the_blocks_of_a_page_print_what_stands_below_them(name):
    """A reader compares the page with his screen; a block that prints without a word below it hides something."""
    for block, printed in pages.run_page(PAGES[name]):
        assert printed.rstrip() == (block.shown or "").rstrip(), f"{name}, line {block.line + 1}"


@pytest.mark.parametrize("name", WITH_CODE)
def test_a_quoted_piece_stands_in_its_file(name):
    """Code that is shown here and run elsewhere must be the same code."""
    for block in pages.blocks_of(PAGES[name].read_text(encoding="utf-8")):
        if block.kind == "from":
            assert block.code in (ROOT / block.what).read_text(encoding="utf-8"), f"{name}, line {block.line + 1}"


@pytest.mark.parametrize("name", PAGES)
def test_every_block_of_python_is_seen(name):
    """A fence that the reader of pages does not know would go untested."""
    text = PAGES[name].read_text(encoding="utf-8")
    assert text.count("```python") == len(pages.blocks_of(text))
    assert text.count("```") % 2 == 0


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_every_file_named_exists(name):
    """A page that points at nothing is worse than none."""
    page, text = PAGES[name], PAGES[name].read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (page.parent / link).exists()] == []
    named = re.findall(r"`((?:examples|docs|benchmarks|tests)/[\w./]+\.(?:py|md|csv))`", text)
    assert [file for file in named if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_anchor_is_a_heading(name):
    """A link into the middle of a page that has no such heading ends at its top."""
    page, text = PAGES[name], PAGES[name].read_text(encoding="utf-8")
    for file, anchor in re.findall(r"\]\(([\w./-]*)#([^)\s]+)\)", text):
        target = (page.parent / file).read_text(encoding="utf-8") if file else text
        headings = re.findall(r"^#+ (.*)$", target, re.MULTILINE)
        slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert anchor in slugs, f"{name}: {file}#{anchor}"


@pytest.mark.parametrize("name", PAGES)
def test_every_name_a_page_uses_exists(name):
    """``sm.`` names in a page are promises."""
    for dotted in set(re.findall(r"\bsm\.(\w+(?:\.\w+)*)", PAGES[name].read_text(encoding="utf-8"))):
        thing = sm
        for part in dotted.split("."):
            thing = getattr(thing, part)


def test_every_page_is_on_the_map():
    """A page that no other page leads to is not read."""
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    missing = [name for name in PAGES if name != "docs/index.md" and f"]({name.removeprefix('docs/')})" not in index]
    assert missing == []


def test_the_api_page_is_what_the_code_says():
    """Names, signatures and first lines go stale unless a machine writes them: ``python docs/make_api.py``."""
    assert (ROOT / "docs" / "api.md").read_text(encoding="utf-8") == make_api.page()


def test_the_api_page_has_every_public_name():
    """What the face re-exports is promised, so it is listed."""
    tree = ast.parse(Path(sm.__file__).read_text(encoding="utf-8"))
    names = {alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [name for name in names - {None} if not name.startswith("_") and f"sm.{name}" not in text] == []


@pytest.mark.parametrize(("table", "heading"), [(sm.Requests, "Requests"), (sm.Teams, "Teams"), (sm.Slots, "Slots")])
def test_the_page_of_tables_has_every_column(table, heading):
    """Column by column means every column, in the order of the code."""
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    part = re.search(rf"^## {heading}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL).group(1)
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == ["id", *table.COLUMNS]


def test_the_page_of_tables_tells_the_default_of_each_count():
    """A default that the page has wrong fills cells behind the reader's back."""
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    for table in (sm.Requests, sm.Teams, sm.Slots):
        for name, default in table.DEFAULTS.items():
            row = re.search(rf"^\| `{name}` \|([^\n]*)$", text, re.MULTILINE).group(1)
            assert re.search(rf"\| {default}\b", row), name


@pytest.mark.parametrize(("table", "heading"), [(sm.Requests, "Requests"), (sm.Teams, "Teams"), (sm.Slots, "Slots")])
def test_the_examples_of_the_columns_are_good(table, heading):
    """An example that the library refuses would be copied first."""
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    part = re.search(rf"^## {heading}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL).group(1)
    rows = [re.split(r"(?<!\\)\|", line) for line in part.splitlines() if line.startswith("| `")]
    examples = {row[1].strip(" `"): row[5].strip(" `").replace("\\|", "|") for row in rows}
    values = {name: ast.literal_eval(value) for name, value in examples.items() if value != "as above"}
    report = table.check([values])
    assert report.ok, str(report)
    assert report.warnings == ()


def test_the_page_of_words_has_every_reason():
    """A dispatcher looks the code up there."""
    text = (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)) == {reason.value for reason in Reason}
