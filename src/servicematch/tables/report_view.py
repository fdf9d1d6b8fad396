"""How the report on a table shows itself in a notebook: what to mend, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servicematch.base.blocks import Cell, badge, card, note, section, table
from servicematch.base.html import Markup, cut, said, tag
from servicematch.base.shown import words_in

if TYPE_CHECKING:
    from servicematch.base.errors import Fault
    from servicematch.tables.report import Report

FIRST = 20
"""Faults, and warnings, that are shown."""

_LONGEST = 200

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Report on a table of {n:,} rows",
        "ok": "OK",
        "refused": "REFUSED",
        "told": "{faults:,} faults, {warnings:,} warnings.",
        "faults": "Faults",
        "warnings": "Warnings",
        "headers": "column|expected|got|rows|first row|id|hint",
        "shown": "{shown:,} of {n:,} shown.",
    },
    "zh": {
        "title": "{n:,} 行的表格检查结果",
        "ok": "通过",
        "refused": "未通过",
        "told": "错误 {faults:,} 处，警告 {warnings:,} 条。",
        "faults": "错误",
        "warnings": "警告",
        "headers": "列|应为|实为|行数|首行|编号|提示",
        "shown": "显示 {shown:,} / {n:,} 条。",
    },
}


def report_view(report: Report, lang: str = "en") -> Markup:
    """Build the view of a report: the verdict, then what is broken and where, then what is doubtful.

    Examples
    --------
    >>> from servicematch.tables.requests import Requests
    >>> view = str(report_view(Requests.check({"id": ["a", "a"]})))
    >>> "REFUSED" in view, "different ids" in view
    (True, True)
    """
    say = words_in(lang, WORDS)
    verdict = badge(say["ok"], "good") if report.ok else badge(say["refused"], "bad")
    told = say["told"].format(faults=len(report.faults), warnings=len(report.warnings))
    return card(
        say["title"].format(n=report.n_rows),
        tag("p", verdict, told),
        section(say["faults"], _faults(report.faults, say), _left_out(report.faults, say)) if report.faults else None,
        section(say["warnings"], _warnings(report.warnings), _left_out(report.warnings, say))
        if report.warnings
        else None,
    )


def _faults(faults: tuple[Fault, ...], say: dict[str, str]) -> Markup:
    rows: list[list[Cell]] = []
    for fault in faults[:FIRST]:
        whole = fault.row < 0
        where: list[Cell] = [None, None] if whole else [fault.count, fault.row]
        shown = "" if fault.id is None else str(fault.id)
        rows.append(
            [fault.column or fault.table, _long(fault.expected), _long(fault.got), *where, shown, _long(fault.hint)]
        )
    return table(say["headers"].split("|"), rows)


def _warnings(warnings: tuple[str, ...]) -> Markup:
    return tag("ul", *(tag("li", said(text, _LONGEST)) for text in warnings[:FIRST]))


def _left_out(listed: tuple[object, ...], say: dict[str, str]) -> Markup | None:
    return note(say["shown"].format(shown=FIRST, n=len(listed))) if len(listed) > FIRST else None


def _long(text: str) -> Markup:
    """Leave a sentence of ours longer than a cell of a resident's."""
    return tag("bdi", cut(text, _LONGEST))
