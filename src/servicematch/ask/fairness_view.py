"""A plan's fairness in sentences and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servicematch.ask.columns import value_for
from servicematch.base.blocks import note, table
from servicematch.base.claim import SCALE
from servicematch.out.ask_words import change_text
from servicematch.out.bottleneck_words import column_text, share_text, value_text
from servicematch.out.fairness_words import fairness_words, number_text, satisfaction_texts

if TYPE_CHECKING:
    from servicematch.ask.envy import Envy
    from servicematch.ask.fairness import Fairness
    from servicematch.ask.group_shares import GroupShare
    from servicematch.ask.spread import LoadSpread
    from servicematch.base.blocks import Cell
    from servicematch.base.html import Markup
    from servicematch.out.ask_words import Names
    from servicematch.out.words import Lang

LISTED = 10
"""Lines that are told; `Fairness.frame` and `Fairness.to_dict` have all."""

LEAST = 5
"""Least satisfied units that are told."""

_COLUMNS = ("n_requests", "demand", "served", "unassigned")


def fairness_lines(fair: Fairness, names: Names, lang: Lang) -> list[str]:
    """Say it in sentences: the groups, the least served first, all of them, and how far apart they are."""
    say = fairness_words(lang)
    if not fair.rows:
        return [say["none"]]
    told = [_row(one, _value(fair, one, names, lang), lang) for one in fair.rows[:LISTED]]
    more = [say["more"].format(n=len(fair.rows) - LISTED)] if len(fair.rows) > LISTED else []
    overlap = [say["overlap"]] if fair.overlaps else []
    return [
        say["head"].format(column=column_text(fair.column, lang)),
        *told,
        *more,
        _row(fair.total, say["all"], lang, is_total=True),
        *overlap,
        *_summary(fair, names, lang),
    ]


def fairness_tables(fair: Fairness, names: Names, lang: Lang) -> list[Markup]:
    """Set the groups one below the other, with all requests at the foot, and what there is to say about them."""
    say = fairness_words(lang)
    if not fair.rows:
        return [note(say["none"])]
    waits = ["mean_wait_days"] if fair.total.n_waited else []
    columns = ("mean_score", "mean_km", *waits, "n_envious")
    headers = [say[name] for name in ("value", *_COLUMNS, "servable_at_most", "share", *columns)]
    rows = [_cells(one, _value(fair, one, names, lang), columns) for one in fair.rows[: 2 * LISTED]]
    hidden = len(fair.rows) - len(rows)
    more = [note(say["more"].format(n=hidden))] if hidden else []
    overlap = [note(say["overlap"])] if fair.overlaps else []
    notes = [note(line.strip()) for line in _summary(fair, names, lang)]
    foot = _cells(fair.total, say["all"], columns, is_total=True)
    return [table(headers, rows, foot=foot, decimals={8: 1, 9: 1}), *more, *overlap, note(say["note"]), *notes]


def _cells(one: GroupShare, value: str, columns: tuple[str, ...], *, is_total: bool = False) -> list[Cell]:
    counts = [getattr(one, name) for name in _COLUMNS]
    servable = None if is_total else one.servable  # what does not add up has no sum below it
    share = share_text(one.served, one.demand)
    return [value, *counts, servable, share, *(getattr(one, name) for name in columns)]


def _row(one: GroupShare, value: str, lang: Lang, *, is_total: bool = False) -> str:
    say = fairness_words(lang)
    return say["row"].format(
        value=value,
        share=share_text(one.served, one.demand),
        score=number_text(one.mean_score),
        km=number_text(one.mean_km, say["km"]),
        wait=say["wait"].format(x=one.mean_wait_days) if one.n_waited else "",
        servable="" if is_total else say["servable"].format(n=one.servable),
        envy=say["envy"].format(n=one.n_envious) if one.n_envious else "",
        **{name: getattr(one, name) for name in _COLUMNS[1:]},
    )


def _value(fair: Fairness, one: GroupShare, names: Names, lang: Lang) -> str:
    return value_text(value_for(names, one.value, fair.column), lang)


def _summary(fair: Fairness, names: Names, lang: Lang) -> list[str]:
    """Say how far apart the groups are, who has reason to envy whom, and how the teams are loaded."""
    say = fairness_words(lang)
    assert fair.worst is not None
    assert fair.best is not None
    worst = say["worst"].format(
        worst=_value(fair, fair.worst, names, lang),
        worst_share=share_text(fair.worst.served, fair.worst.demand),
        best=_value(fair, fair.best, names, lang),
        best_share=share_text(fair.best.served, fair.best.demand),
        ratio=number_text(fair.ratio),
    )
    spread = [worst, say["gini"].format(gini=fair.gini)] if len(fair.rows) > 1 else []
    return [
        *spread,
        *_satisfaction(fair, names, lang),
        *_price(fair, lang),
        *_envy(fair.envy, names, lang),
        _loads(fair.loads, lang),
    ]


def _satisfaction(fair: Fairness, names: Names, lang: Lang) -> list[str]:
    """Say how satisfied the served units are, and who the least."""
    say, found = fairness_words(lang), fair.satisfaction
    if found is None or len(found.level) == 0:
        return []
    least = [
        say["satisfied_at"].format(
            request=names.request(request), team=names.team(team), share=share_text(level, found.steps)
        )
        for request, team, level in fair.least_satisfied(LEAST)
    ]
    return [
        say["satisfied"].format(**satisfaction_texts(found.figures)),
        say["least_satisfied"].format(listed=say["semicolon"].join(least)),
    ]


def _price(fair: Fairness, lang: Lang) -> list[str]:
    say = fairness_words(lang)
    if fair.price is None or fair.worst is None:
        return []
    without = fair.price.without
    assert without.worst is not None
    if without.satisfaction is not None:
        least = satisfaction_texts(without.satisfaction.figures).get("least", "-")
        change = change_text(fair.price.by_tier, lang)
        told = say["price_satisfied"].format(change=change, least=least)
        return [told, *([] if fair.price.is_exact else [say["price_unproved"]])]
    told = say["price"].format(
        change=change_text(fair.price.by_tier, lang),
        worst=share_text(without.worst.served, without.worst.demand),
        ratio=number_text(without.ratio),
        gini=without.gini,
    )
    return [told, *([] if fair.price.is_exact else [say["price_unproved"]])]


def _envy(envy: tuple[Envy, ...], names: Names, lang: Lang) -> list[str]:
    say = fairness_words(lang)
    if not envy:
        return [say["no_envy"]]
    told = [
        say["envies"].format(
            request=names.request(one.request_id),
            team=names.team(one.team_id),
            envied=names.request(one.envied_id),
            how=say["above"] if one.is_above else say["points"].format(x=one.points / SCALE),
        )
        for one in envy[:LISTED]
    ]
    more = ["  " + say["more"].format(n=len(envy) - LISTED)] if len(envy) > LISTED else []
    return [say["envied"].format(n=len(envy)), *told, *more]


def _loads(spread: LoadSpread, lang: Lang) -> str:
    say = fairness_words(lang)
    if not spread.n_teams:
        return say["no_teams"]
    return say["loads"].format(
        n=spread.n_teams,
        out=spread.n_left_out,
        taken=spread.used + spread.assigned,
        capacity=spread.capacity,
        used=spread.used,
        share=share_text(spread.used + spread.assigned, spread.capacity),
        idle=spread.n_idle,
        full=spread.n_full,
        gini=spread.gini,
        **{
            name: number_text(getattr(spread, name), "{x:.0%}").replace("%", " %")
            for name in ("least", "median", "most")
        },
    )
