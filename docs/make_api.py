"""Write docs/api.md from the code: every public name with its signature and the first lines of its docstring.

python docs/make_api.py
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import servicematch as sm
from servicematch.check.codes import Violation
from servicematch.check.report import Verification
from servicematch.out.score_view import ScoreView
from servicematch.tables.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).with_name("api.md")

HEAD = """# Every public name

Written by `python docs/make_api.py` from the code; a test compares them. Types that say nothing (`Any`) are left out.
A table may be a pandas, polars or pyarrow table, a dict of columns, or a list of dicts or dataclasses: see
[tables.md](tables.md). `sm` is `import servicematch as sm`.
"""

PLUG_IN = "Each has a `name` and `prepare(requests, teams)`; see [howto/your_own_limit.md](howto/your_own_limit.md)."
PLOTS = "Each takes a plan and returns a dict; see [howto/files_and_views.md](howto/files_and_views.md)."
WARN = (
    "Errors derive from `ValueError` through `ServiceMatchError`, warnings from `UserWarning` through `TableWarning`."
)

SECTIONS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    (
        "Doing",
        "",
        (
            "assign",
            "diff",
            "evaluate",
            "frontier",
            "prepare",
            "read_csv",
            "recommend",
            "score",
            "series",
            "solve_matrix",
        ),
    ),
    ("Tables", "", ("Requests", "Teams", "Slots", "PreparedTeams", Report)),
    ("Policy", "", ("Policy", "Travel", "Pin")),
    ("Answers", "", ("Plan", "Recommendations", "MatrixSolution")),
    ("What a plan returns", "", (Verification, Violation, ScoreView)),
    ("Relaxations", "For `plan.repair`.", ("relaxations",)),
    ("Rules", "For `sm.Policy(rules=...)`; see [howto/rules.md](howto/rules.md).", ("rules",)),
    ("Fair service", "For `sm.Policy(fairness=...)`; see [howto/fairness.md](howto/fairness.md).", ("fairness",)),
    ("Limits", PLUG_IN, ("limits",)),
    ("Terms", PLUG_IN, ("terms",)),
    ("Towns to play with", "", ("datasets",)),
    ("Plots", PLOTS, ("plots",)),
    ("Errors and warnings", WARN, ("errors",)),
)

MADE_HERE = {"Plan", "Recommendations", "MatrixSolution", "PreparedTeams"}
"""Classes that nobody makes by hand: how they are built is no promise."""


def page() -> str:
    """Return the text of the page."""
    parts, told = [HEAD], set()
    for title, text, names in SECTIONS:
        entries = [entry for name in names for entry in _entries(name, told)]
        if entries:
            parts += [f"## {title}\n", *([text + "\n"] if text else []), *entries]
    missing = set(_exported(sm)) - told
    if missing:
        raise SystemExit(f"not on the page: {', '.join(sorted(missing))}; add them to SECTIONS")
    return "\n".join(parts)


def _entries(name: Any, told: set[str]) -> Iterator[str]:
    """Give the entries of one name of the face, or of a class that stands elsewhere."""
    if not isinstance(name, str):
        yield _entry(name.__name__, name, made_here=True)
        return
    thing = getattr(sm, name, None)
    if thing is None:
        return
    told.add(name)
    if isinstance(thing, ModuleType):
        for inner in _exported(thing):
            yield _line(f"sm.{name}.{inner}", getattr(thing, inner))
        yield ""
    else:
        yield _entry(f"sm.{name}", thing, made_here=name in MADE_HERE)


def _exported(module: ModuleType) -> list[str]:
    """Name what a module offers: its ``__all__``, else what it re-exports as ``X as X``, else its own classes."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__)
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    aliases = [a for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names]
    names = [a.asname for a in aliases if a.asname == a.name]
    return sorted(names) or [n for n, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__]


def _line(name: str, thing: Any) -> str:
    """Tell one name of a namespace in a line."""
    if not callable(thing):
        return f"- `{name}`: `{thing!r}`"
    is_plain = inspect.isclass(thing) and (issubclass(thing, Exception) or thing.__name__ == "Fault")
    return f"- `{name}{'' if is_plain else _signature(thing)}`: {_first_lines(thing)}"


def _entry(name: str, thing: Any, *, made_here: bool = False) -> str:
    """Tell one name with its members."""
    shown = name if made_here else name + _signature(thing)
    lines = [f"### `{name}`\n"]
    if shown != name:
        lines.append(f"```text\n{_folded(shown)}\n```\n")
    lines.append(_first_lines(thing) + "\n")
    if inspect.isclass(thing):
        listed = [*_attributes(thing), *_members(thing)]
        lines += ["\n".join(listed) + "\n"] if listed else []
    return "\n".join(lines)


def _members(kind: type) -> Iterator[str]:
    """List the properties and methods of a class, those of its bases in the library included."""
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("servicematch"):
            found |= vars(base)
    for name, member in found.items():
        if name.startswith("_"):
            continue
        if isinstance(member, (property, cached_property)):
            yield f"- `.{name}`: {_first_lines(member)}"
        elif isinstance(member, (classmethod, staticmethod)):
            yield f"- `{kind.__name__}.{name}{_signature(member.__func__, skip=1)}`: {_first_lines(member.__func__)}"
        elif inspect.isfunction(member):
            yield f"- `.{name}{_signature(member, skip=1)}`: {_first_lines(member)}"


def _attributes(kind: type) -> Iterator[str]:
    """List the attributes that the docstring tells of."""
    told = re.search(
        r"^Attributes\n-+\n(.*?)(?=^\w[^\n]*\n---|\Z)", inspect.getdoc(kind) or "", re.MULTILINE | re.DOTALL
    )
    if told is None:
        return
    for found in re.finditer(r"^(\w[^\n]*)\n((?:[ \t]+[^\n]*\n?)+)", told[1], re.MULTILINE):
        names = ", ".join(f"`.{name}`" for name in found[1].split(", "))
        yield f"- {names}: {_prose(found[2])}"


def _signature(thing: Any, skip: int = 0) -> str:
    target = thing.__init__ if inspect.isclass(thing) and not dataclasses.is_dataclass(thing) else thing
    skip = 1 if target is not thing else skip
    if inspect.isclass(thing) and "__init__" in vars(thing):
        target, skip = thing.__init__, 1
    signature = inspect.signature(target)
    parts, has_star = [], False
    for parameter in list(signature.parameters.values())[skip:]:
        if parameter.name.startswith("_"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not has_star:
            parts, has_star = [*parts, "*"], True
        parts.append(_parameter(parameter))
    returns = signature.return_annotation
    arrow = (
        f" -> {returns}"
        if isinstance(returns, str) and returns not in ("None", "Any") and not inspect.isclass(thing)
        else ""
    )
    return f"({', '.join(parts)}){arrow}"


def _parameter(parameter: inspect.Parameter) -> str:
    text = parameter.name
    if isinstance(parameter.annotation, str) and parameter.annotation not in ("Any", "object"):
        text += f": {parameter.annotation}"
    if parameter.default is not parameter.empty:
        equals = " = " if ":" in text else "="
        text += equals + (
            "..."
            if "object at" in repr(parameter.default) or "<" in repr(parameter.default)
            else repr(parameter.default)
        )
    return text


def _folded(text: str) -> str:
    """Break a signature over lines where it is longer than a page is wide."""
    if len(text) <= 110:  # noqa: PLR2004 - what fits a page
        return text
    head, rest = text.split("(", 1)
    inner, tail = rest.rsplit(")", 1)
    return f"{head}(\n" + "".join(f"    {part},\n" for part in _split(inner)) + f"){tail}"


def _split(inner: str) -> list[str]:
    parts, depth = [""], 0
    for char in inner:
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def _first_lines(thing: Any) -> str:
    doc = inspect.getdoc(thing)
    if not doc:
        raise SystemExit(f"{thing!r} has no docstring")
    return _prose(doc.split("\n\n")[0])


def _prose(text: str) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
