"""The page of a plan: proof, totals, areas, loads, a small map, the first assignments; for notebooks and for printing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from servicematch.base.blocks import Cell, badge, bar, card, figures, key, note, section, table
from servicematch.base.html import Markup, document, join, tag
from servicematch.base.shares import percent
from servicematch.out.page_map import plan_map
from servicematch.out.page_shares import area_table, load_table
from servicematch.out.page_words import page_words
from servicematch.out.summary import LINES, charge_lines, hours_line, rule_lines
from servicematch.out.words import REASON_WORDS, Lang, word
from servicematch.tables.times import read_zone, zone_datetimes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servicematch.out.plan_parts import PlanParts

FIRST = 10
"""How many assignments a notebook shows; all of them are in the frames and files."""

LISTED = 300
"""How many assignments, and how many open requests, a saved page lists: a dispatcher works from it."""


def plan_page(
    summary: Mapping[str, Any],
    parts: PlanParts,
    lang: Lang = "en",
    *,
    texts: bool = True,
    unassigned: Mapping[str, Any] | None = None,
    most: int = FIRST,
) -> Markup:
    """Build the page of a plan, less than 200 kB for a plan of any size.

    Parameters
    ----------
    summary
        The figures of the plan, as `Plan.summary` has them.
    parts
        Its tables and chosen pairs.
    lang
        ``"en"`` or ``"zh"``.
    texts
        Whether the first words of what the residents wrote stand beside their requests.
    unassigned
        Columns ``request_id``, ``units`` and ``text`` of what stays open.
    most
        So many assignments and open requests are listed.

    Examples
    --------
    >>> from servicematch.planning import assign
    >>> "PROVED" in assign({"id": [1]}, {"id": [1]})._repr_html_()
    True
    """
    say = page_words(lang)
    areas = area_table(parts, lang)
    return card(
        say["plan"],
        _proof_line(summary, say),
        _figures(summary, parts, say),
        note(LINES[lang]["silent"].format(**summary)) if summary.get("n_without_terms") else None,
        _totals(summary, say, lang),
        note(hours_line(summary, lang)) if "hours" in summary else None,
        *(note(line) for line in charge_lines(summary, lang)),
        None if areas is None else section(say["areas"], areas),
        section(say["loads"], load_table(parts, lang)),
        section(say["map"], plan_map(parts, lang)),
        section(say["assignments"], _first_rows(parts, say, most, texts=texts)),
        None if unassigned is None or not len(unassigned["units"]) else _open_rows(unassigned, say, most),
        *(note(line) for line in rule_lines(summary, lang)),
    )


def write_page(page: Markup, path: str | Path, title: str, lang: Lang = "en") -> None:
    """Save a view as a page of its own, which loads nothing and runs nothing.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "plan.html"
    >>> write_page(card("Plan"), path, "Plan")
    >>> path.read_text(encoding="utf-8")[:15]
    '<!DOCTYPE html>'
    """
    Path(path).write_text(document(page, title, lang), encoding="utf-8")


def _proof_line(summary: Mapping[str, Any], say: dict[str, str]) -> Markup:
    proved = summary["status"] == "PROVED"
    pinned = summary.get("n_pinned") or summary.get("n_forbidden")
    gap, stopped = summary.get("gap"), summary.get("stopped_by")
    if proved:
        told = say["proved"].format(rules=say["limits_and_pins" if pinned else "limits"])
    else:
        told = say["feasible"] if gap is None else say["gap"].format(gap=gap)
    why = say["bound"] if stopped == "bound" else say["stopped"].format(by=stopped)
    more = f" {why}" if stopped else ""
    return tag("p", badge(say[summary["status"]], "good" if proved else "open"), told, more)


def _figures(summary: Mapping[str, Any], parts: PlanParts, say: dict[str, str]) -> Markup:
    asked, served = summary["units_asked"], summary["units_served"]
    shown = [
        (
            f"{served:,}",
            say["units_served"].format(asked=asked, share=f"{percent(served, asked):.1f} %" if asked else "–"),
        ),
        (f"{summary['requests_served']:,}", say["requests_served"].format(n=summary["n_requests"])),
        (f"{int((parts.load > 0).sum()):,}", say["teams_busy"].format(n=summary["n_teams"])),
    ]
    if served:
        shown.append((f"{summary['score_total'] / served:.3f}", say["mean_score"]))
    if summary["mean_km"] is not None:
        shown += [(f"{summary[name]:,.1f}", say[name]) for name in ("mean_km", "longest_km")]
    return figures(shown)


def _totals(summary: Mapping[str, Any], say: dict[str, str], lang: Lang) -> Markup:
    """Show asked = served + open, and the open units by reason, which add up again."""
    asked, served = summary["units_asked"], summary["units_served"]
    if not asked:
        return note(say["nothing_asked"])
    legend = tag("p", key("served", say["served"]), " \u2003 ", key("open", say["open"]))
    head = say["totals"].format(asked=asked, served=served, open=asked - served)
    whole = section(head, bar([(served, "served"), (asked - served, "open")], asked, wide=True), legend)
    reasons = sorted(((n, code) for code, n in summary["by_reason"].items() if n), key=lambda one: (-one[0], one[1]))
    if not reasons:
        return join([whole, note(say["nothing_open"])])
    n_open = sum(n for n, _ in reasons)
    rows = [(join([word(REASON_WORDS, code, lang)]), n, bar([(n, "open")], n_open)) for n, code in reasons]
    listed = table((say["reason"], say["units"], ""), rows, foot=(say["in_all"], n_open, ""))
    return join([whole, section(say["why_open"], listed)])


def _first_rows(parts: PlanParts, say: dict[str, str], most: int, *, texts: bool) -> Markup:
    columns = parts.assignments
    n = len(parts.rows)
    if not n:
        return note(say["none"])
    needs = parts.requests.need if texts else None
    names = parts.teams.name
    headers = ["request", *(["need"] if needs is not None else []), "team", *(["name"] if names is not None else [])]
    rows: list[list[Cell]] = []
    times = _times(parts, most)
    for at, (request, team, score, km) in enumerate(
        zip(*(columns[name][:most].tolist() for name in ("request_id", "team_id", "score", "distance_km")), strict=True)
    ):
        row: list[Cell] = [str(request)]
        if needs is not None:
            row.append(needs[parts.requests.index(request)])
        row.append(str(team))
        if names is not None:
            row.append(names[parts.teams.index(team)])
        rows.append([*row, *times[at : at + 1], score, km])
    headers += ["when"] * bool(times)
    decimals = {len(headers): 3, len(headers) + 1: 1}
    shown = [say[name] for name in (*headers, "score", "distance")]
    return join([table(shown, rows, decimals=decimals), note(say["shown"].format(shown=len(rows), n=n))])


def _times(parts: PlanParts, most: int) -> list[str]:
    """Write the begin of each visit, or else of its slot, in the zone of the plan; nothing without slots."""
    columns = parts.assignments
    if "start" not in columns:
        return []
    seconds = columns.get("begin", columns["start"])[:most].astype("datetime64[s]").view(np.int64)
    return [f"{one:%Y-%m-%d %H:%M}" for one in zone_datetimes(seconds, read_zone(parts.zone))]


def _open_rows(unassigned: Mapping[str, Any], say: dict[str, str], most: int) -> Markup:
    """List what stays open, each with its reason in a sentence."""
    n = len(unassigned["units"])
    shown = [unassigned[name][:most] for name in ("request_id", "units", "text")]
    rows: list[list[Cell]] = [
        [str(request), int(units), tag("span", str(text))] for request, units, text in zip(*shown, strict=True)
    ]
    headers = [say[name] for name in ("request", "units", "reason")]
    return section(say["open_requests"], table(headers, rows), note(say["shown"].format(shown=len(rows), n=n)))
