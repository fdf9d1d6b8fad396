"""A plan in a few lines that a dispatcher understands; every number in them adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servicematch.base.shares import percent
from servicematch.out.bottleneck_words import column_text
from servicematch.out.fairness_words import satisfaction_texts
from servicematch.out.words import LIMIT_WORDS, REASON_WORDS, TERM_WORDS, Lang, check_lang, word

if TYPE_CHECKING:
    from collections.abc import Mapping

LINES: dict[str, dict[str, str]] = {
    "en": {
        "size": "{requests} asking for {units}, {teams}, {pairs} possible.",
        "size_slots": "{requests} asking for {units}, {teams} with {slots}, {pairs} possible.",
        "served": "Served: {units_served:,} of {units_asked:,} units ({share}), {requests_served:,} of {n_requests:,} requests.",
        "open": "Open: {open:,} of {units_asked:,} units: {reasons}.",
        "nothing_open": "Nothing stays open.",
        "reason": "{word} ({units:,})",
        "priority": "{word} ({served:,} of {asked:,})",
        "priorities": "Units served by priority, higher numbers first: {tiers}.",
        "km": "Distance: {mean_km:,.1f} km on average, {longest_km:,.1f} km at most{limits}, {total_km:,.1f} km in all.",
        "km_limits": " (each team has its own limit, or none)",
        "hours": "Hours: {given} of {asked} asked are given{hours_travel}; {left} of the {had} that teams had are left{more}.",
        "hours_travel": ", with {travel} more of travel",
        "hours_unlimited": ", beside {n_unlimited} without a limit, which give {given_by_others}{others_travel}",
        "others_travel": " and {travel_by_others} of travel",
        "hours_over": "; pins take {over} more than there were",
        "score": "Score: {score_total:,.2f} in all, {mean:.3f} a served unit.",
        "silent": "{n_without_terms:,} of the served units had nothing to go by: their score of 0 says nothing.",
        "bound": "Requests that want so many teams or none, or all at the same time: {n_bound:,}.",
        "pins": "Pins: {n_pinned:,} pinned, {n_pinned_beyond_limits:,} of them against a limit; {n_forbidden:,} forbidden.",
        "floors": "Minimums of groups: {floors_met:,} of {floors_asked:,} units met{most}.",
        "no_more": "; no plan meets more",
        "between": "Between two visits of a team: {setup_minutes:g} minutes, and the straight way at {kmh:g} km/h.",
        "one_team": "Every group that is to have one team has one.",
        "same_team": "Units of another team than that with most of their group: {n_elsewhere:,}, charged {same_team_points:,.2f} points; the score less all charges is {weighed:,.2f}.",
        "even_work": "Uneven work is charged {even_work_points:,.2f} points beside it; the score less this charge is {weighed:,.2f}.",
        "limits": "limits",
        "pins_too": "{rules} and pins",
        "group_rules": "limits and rules",
        "floors_first": " (minimums of groups come first)",
        "fair_first": " (fair shares come before scores)",
        "leximin": "Fairness: the least served share by {column} as great as can be, then the next, and so on; {above}.",
        "maxmin": "Fairness: every group by {column} up to the share that all can reach, and no more; {above}.",
        "satisfaction": "Satisfaction, the score over the best that a request could have: least {least}, a tenth of the served units at {tenth} or less, {mean} on average.",
        "satisfied": "Proved: under these {rules} no plan serves more{first}; of those that serve the same requests none leaves the least satisfied better off, then the next, and so on; and none as fair scores more.",
        "above_score": "priorities come before it, scores after it",
        "above_priority": "it comes before priorities and scores",
        "PROVED": "Proved: under these {rules} no plan serves more{first}, and none that serves as many scores more{charge}.",
        "score_proved": "Proved: under these {rules} no plan scores more{charge}.",
        "high_first": " (higher priorities first)",
        "less_charge": " less that charge",
        "and_told": "Proved as well: the costs, shortages and recruits told of this plan. {not_proved}",
        "not_proved": "Not proved: that the tables and the scores are right, and that a team accepts.",
        "FEASIBLE": "Not proved to be the best plan.",
        "gap": "Not proved to be the best plan; the first tier not proved is at most {gap:,g} short.",
        "rules": "Limits: {limits_on}. Terms: {terms_on}.",
        "off": "Off, for want of their columns: {off}.",
        "unused": "Columns without effect here: {unused}.",
        "lower": "{n} lower ones",
        "comma": ", ",
        "semicolon": "; ",
        "none": "none",
    },
    "zh": {
        "size": "点单 {n_requests:,} 件，共需 {units_asked:,} 队次（一支队伍承接一件为一队次）；队伍 {n_teams:,} 支；可行配对 {n_pairs:,} 个。",
        "size_slots": "点单 {n_requests:,} 件，共需 {units_asked:,} 队次（一支队伍承接一件为一队次）；队伍 {n_teams:,} 支，时段 {n_slots:,} 个；可行配对 {n_pairs:,} 个。",
        "served": "已派 {units_served:,} / {units_asked:,} 队次（{share}），点单 {requests_served:,} / {n_requests:,} 件。",
        "open": "未派 {open:,} / {units_asked:,} 队次：{reasons}。",
        "nothing_open": "全部派出，无一遗留。",
        "reason": "{word}（{units:,}）",
        "priority": "{word}（{served:,} / {asked:,}）",
        "priorities": "各优先级已派 / 所需队次（数字大的优先）：{tiers}。",
        "km": "路程平均 {mean_km:,.1f} 公里，最远 {longest_km:,.1f} 公里{limits}，合计 {total_km:,.1f} 公里。",
        "km_limits": "（各队半径不同，空着为不限）",
        "hours": "工时：所需 {asked} 小时已派 {given} 小时{hours_travel}；各队原有 {had} 小时，尚余 {left} 小时{more}。",
        "hours_travel": "，路上另需 {travel} 小时",
        "hours_unlimited": "，另有 {n_unlimited} 支队伍不限工时，承担 {given_by_others} 小时{others_travel}",
        "others_travel": "、路上 {travel_by_others} 小时",
        "hours_over": "；人工指定超出 {over} 小时",
        "score": "总评分 {score_total:,.2f}，每队次平均 {mean:.3f}。",
        "silent": "其中 {n_without_terms:,} 队次没有可供评分的内容，评分 0 不代表差。",
        "bound": "要求至少若干队否则不派、或各队同时到的点单：{n_bound:,} 件。",
        "pins": "人工指定：固定 {n_pinned:,} 个，其中 {n_pinned_beyond_limits:,} 个不符合限制；禁止 {n_forbidden:,} 个。",
        "floors": "各组最低数：{floors_asked:,} 队次中已满足 {floors_met:,}{most}。",
        "no_more": "；已证明没有计划能满足更多",
        "between": "同一队伍两次服务之间：留 {setup_minutes:g} 分钟，路程按直线、时速 {kmh:g} 公里计。",
        "one_team": "要求同一队伍的各组，均由同一队伍承接。",
        "same_team": "未由本组主要队伍承接的：{n_elsewhere:,} 队次，另计 {same_team_points:,.2f} 分；总评分减去各项另计后为 {weighed:,.2f}。",
        "even_work": "工作量不均另计 {even_work_points:,.2f} 分；总评分减去此数为 {weighed:,.2f}。",
        "limits": "限制",
        "pins_too": "{rules}和人工指定",
        "group_rules": "限制和规则",
        "floors_first": "（先保证各组最低数）",
        "fair_first": "（公平先于评分）",
        "leximin": "公平：按{column}使最低的满足率尽量高，再使次低的尽量高，依此类推；{above}。",
        "maxmin": "公平：按{column}使每组都达到各组共同能达到的满足率，不求更多；{above}。",
        "satisfaction": "满意度（得分与该点单最好可得之比）：最低 {least}，最低的一成队次不超过 {tenth}，平均 {mean}。",
        "satisfied": "已证明最优：在这些{rules}下，没有计划能派出更多{first}；派给同样点单的计划中，没有哪个能使最不满意的更好，再看次之的，依此类推；同样公平的，评分也不会更高。",
        "above_score": "先看优先级，再求公平，后看评分",
        "above_priority": "先求公平，再看优先级和评分",
        "PROVED": "已证明最优：在这些{rules}下，没有计划能派出更多{first}；派出同样多的，评分{charge}也不会更高。",
        "score_proved": "已证明最优：在这些{rules}下，没有计划的总评分{charge}更高。",
        "high_first": "（先比高优先级）",
        "less_charge": "减去此数",
        "and_told": "据此所说的代价、缺口和招募效果同样已证明。{not_proved}",
        "not_proved": "未证明的是：表格和评分是否合乎实际，队伍是否答应。",
        "FEASIBLE": "尚未证明最优。",
        "gap": "尚未证明最优；首个未证明的层级至多还差 {gap:,g}。",
        "rules": "启用的限制：{limits_on}。评分项：{terms_on}。",
        "off": "因缺少相应列而停用：{off}。",
        "unused": "本次未起作用的列：{unused}。",
        "lower": "更低的 {n} 级",
        "comma": "、",
        "semicolon": "；",
        "none": "无",
    },
}


_MOST_TIERS = 8
_SATISFACTION = "satisfaction"


def summary_text(summary: Mapping[str, Any], lang: Lang = "en") -> str:
    """Tell the summary of a plan in words.

    Parameters
    ----------
    summary
        ``n_requests``, ``n_teams``, ``n_pairs``, ``units_asked``, ``units_served``, ``requests_served``,
        ``by_reason`` (units by reason code), ``by_priority`` (units served and asked by priority, the highest first;
        may be absent), ``mean_km``, ``longest_km`` and ``total_km`` (None without distances), ``limits_on``,
        ``limits_off``, ``terms_on``, ``terms_off``, ``columns_without_effect`` (may be absent), ``status``, ``objective`` (by tier), ``score_total``, ``gap``; ``hours`` where they count.
        The share served is rounded to a tenth of a per cent; 100 % means all, and 0 % none.
    lang
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> print(summary_text({
    ...     "n_requests": 3, "n_teams": 2, "n_pairs": 4, "units_asked": 4, "units_served": 3, "requests_served": 2,
    ...     "by_reason": {"OUTCOMPETED": 1}, "mean_km": 2.5, "longest_km": 4.0, "total_km": 7.5, "limits_on": ("distance",),
    ...     "limits_off": ("skills",), "terms_on": ("proximity",), "terms_off": (), "status": "PROVED",
    ...     "objective": {"served": 3, "score": 2_400_000}, "score_total": 2.4, "gap": 0,
    ... }))
    3 requests asking for 4 units, 2 teams, 4 pairs possible.
    Served: 3 of 4 units (75.0 %), 2 of 3 requests.
    Open: 1 of 4 units: all places of its teams taken (1).
    Distance: 2.5 km on average, 4.0 km at most (each team has its own limit, or none), 7.5 km in all.
    Score: 2.40 in all, 0.800 a served unit.
    Proved: under these limits no plan serves more, and none that serves as many scores more.
    Proved as well: the costs, shortages and recruits told of this plan. Not proved: that the tables and the scores are right, and that a team accepts.
    Limits: distance. Terms: proximity.
    Off, for want of their columns: skills.
    """
    check_lang(lang)
    say = LINES[lang]
    asked, served = summary["units_asked"], summary["units_served"]
    lines = [
        say["size" if summary.get("n_slots") is None else "size_slots"].format(**summary, **_counted(summary)),
        say["served"].format(**summary, share=f"{percent(served, asked):.1f} %") if asked else "",
        _open_line(summary, lang),
        _priority_line(summary, lang),
        _km_line(summary, lang),
        hours_line(summary, lang),
        say["score"].format(**summary, mean=summary["score_total"] / served) if served else "",
        say["silent"].format(**summary) if summary.get("n_without_terms") else "",
        say["bound"].format(**summary) if summary.get("n_bound") else "",
        *charge_lines(summary, lang),
        _fair_line(summary, lang),
        _proof_line(summary, lang),
        _not_proved_line(summary, lang),
        say["pins"].format(**summary) if _has_pins(summary) else "",
        *rule_lines(summary, lang),
    ]
    return "\n".join(line for line in lines if line)


def charge_lines(summary: Mapping[str, Any], lang: Lang) -> list[str]:
    """Say what rules charge beside the score, how far floors are met, and what lies between visits: a line each.

    Examples
    --------
    >>> charge_lines({"between": {"kmh": 30.0, "setup_minutes": 5.0}}, "en")
    ['Between two visits of a team: 5 minutes, and the straight way at 30 km/h.']
    """
    between = LINES[lang]["between"].format(**summary["between"]) if "between" in summary else ""
    lines = [_even_work_line(summary, lang), _same_team_line(summary, lang), _floors_line(summary, lang), between]
    return [line for line in lines if line]


def _floors_line(summary: Mapping[str, Any], lang: Lang) -> str:
    if "floors_asked" not in summary:
        return ""
    is_short = summary["floors_met"] < summary["floors_asked"]
    most = LINES[lang]["no_more"] if is_short and summary["status"] == "PROVED" else ""
    return LINES[lang]["floors"].format(**summary, most=most)


def _even_work_line(summary: Mapping[str, Any], lang: Lang) -> str:
    charge = summary.get("even_work_points")
    return LINES[lang]["even_work"].format(**summary, weighed=_left(summary, charge)) if charge else ""


def _same_team_line(summary: Mapping[str, Any], lang: Lang) -> str:
    """Tell who was not of the one team of a group, and what all charges leave of the score; "" where nobody asked."""
    if "n_elsewhere" not in summary:
        return ""
    if summary["n_elsewhere"] == 0:
        return LINES[lang]["one_team"]
    charges = summary["same_team_points"], summary.get("even_work_points", 0.0)
    return LINES[lang]["same_team"].format(**summary, weighed=_left(summary, *charges))


def _left(summary: Mapping[str, Any], *charges: float) -> float:
    """Take charges off the score as both are shown, to two decimals, so that what is read adds up."""
    return float(round(summary["score_total"], 2) - sum(round(charge, 2) for charge in charges))


def _counted(summary: Mapping[str, Any]) -> dict[str, str]:
    """Write the sizes as English nouns, one or many."""
    sizes = {"request": "n_requests", "unit": "units_asked", "team": "n_teams", "slot": "n_slots", "pair": "n_pairs"}
    known = {noun: summary[key] for noun, key in sizes.items() if summary.get(key) is not None}
    return {f"{noun}s": f"{n:,} {noun}{'' if n == 1 else 's'}" for noun, n in known.items()}


def _open_line(summary: Mapping[str, Any], lang: Lang) -> str:
    say, by_reason = LINES[lang], {code: units for code, units in summary["by_reason"].items() if units}
    if not by_reason:
        return say["nothing_open"] if summary["units_asked"] else ""
    ordered = sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))
    reasons = [say["reason"].format(word=word(REASON_WORDS, code, lang), units=units) for code, units in ordered]
    return say["open"].format(**summary, open=sum(by_reason.values()), reasons=say["semicolon"].join(reasons))


def _priority_line(summary: Mapping[str, Any], lang: Lang) -> str:
    """List the priorities, when there are several; they add up to what is served and to what is asked."""
    say, listed = LINES[lang], [(str(name), *units) for name, units in summary.get("by_priority", {}).items()]
    if len(listed) < 2:  # noqa: PLR2004 - one tells nothing new
        return ""
    if len(listed) > _MOST_TIERS:  # what is left is told together, so that the line still adds up
        rest = listed[_MOST_TIERS - 1 :]
        others = say["lower"].format(n=len(rest)), sum(one[1] for one in rest), sum(one[2] for one in rest)
        listed = [*listed[: _MOST_TIERS - 1], others]
    told = [say["priority"].format(word=name, served=served, asked=asked) for name, served, asked in listed]
    return say["priorities"].format(tiers=say["comma"].join(told))


def _km_line(summary: Mapping[str, Any], lang: Lang) -> str:
    if summary.get("mean_km") is None:
        return ""
    say = LINES[lang]
    return say["km"].format(**summary, limits=say["km_limits"] if "distance" in summary["limits_on"] else "")


def hours_line(summary: Mapping[str, Any], lang: Lang) -> str:
    """Tell the hours: had + over = left + what is given but by teams without a limit, to the minute; "" without any.

    With travel, given are the requests' own hours, and what the travel takes stands beside them.

    Examples
    --------
    >>> hours = {"asked": 7.0, "given": 5.0, "given_by_limited": 5.0, "had": 4.0, "left": 0.0, "over": 1.0}
    >>> hours_line({"hours": {**hours, "n_unlimited": 0}}, "en")
    'Hours: 5 of 7 asked are given; 0 of the 4 that teams had are left; pins take 1 more than there were.'
    """
    say, hours = LINES[lang], summary.get("hours")
    if not hours:
        return ""
    beside = {
        f"{name}_by_others": hours[name] - hours[f"{name}_by_limited"] for name in ("given", "travel") if name in hours
    }
    figures = {name: _two(value) for name, value in {**hours, **beside}.items()}
    for part in ("hours_travel", "others_travel"):
        figures[part] = say[part].format(**figures) if "travel" in hours else ""
    parts = [say["hours_unlimited"]] if hours["n_unlimited"] else []
    parts += [say["hours_over"]] if hours["over"] else []
    return say["hours"].format(**figures, more="".join(part.format(**figures) for part in parts))


def _two(value: float) -> str:
    """Write hours to two decimals, and none that say nothing."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _has_pins(summary: Mapping[str, Any]) -> bool:
    return bool(summary.get("n_pinned") or summary.get("n_forbidden"))


def _fair_line(summary: Mapping[str, Any], lang: Lang) -> str:
    say, fair = LINES[lang], summary.get("fairness")
    if fair and fair["kind"] == _SATISFACTION:
        shares = satisfaction_texts(fair)
        return say[_SATISFACTION].format(**shares) if shares else ""
    return (
        say[fair["kind"]].format(column=column_text(fair["column"], lang), above=say[f"above_{fair['above']}"])
        if fair
        else ""
    )


def _proof_line(summary: Mapping[str, Any], lang: Lang) -> str:
    say, gap = LINES[lang], summary.get("gap")
    if summary["status"] == "PROVED":
        rules = say["group_rules" if summary.get("n_rules") or summary.get("n_bound") else "limits"]
        rules = say["pins_too"].format(rules=rules) if _has_pins(summary) else rules
        rules += say["floors_first"] if "floors_asked" in summary else ""
        is_satisfied = summary.get("fairness", {}).get("kind") == _SATISFACTION
        rules += say["fair_first"] if "fairness" in summary and not is_satisfied else ""
        is_charged = summary.get("even_work_points") or summary.get("same_team_points")
        charge = say["less_charge"] if is_charged else ""
        if set(summary["objective"]) == {"score"}:
            return say["score_proved"].format(rules=rules, charge=charge)
        first = say["high_first"] if len(summary.get("by_priority", ())) > 1 else ""
        return say["satisfied" if is_satisfied else "PROVED"].format(rules=rules, first=first, charge=charge)
    return say["FEASIBLE"] if gap is None else say["gap"].format(gap=gap)


def _not_proved_line(summary: Mapping[str, Any], lang: Lang) -> str:
    """Say what a proof leaves out; with slots, rules or fairness, questions are refused or planned again."""
    if summary["status"] != "PROVED":
        return ""
    say, has_slots = LINES[lang], summary.get("n_slots") is not None
    asks_more = (
        summary.get("n_rules") or summary.get("n_bound") or "fairness" in summary or "hours" in summary or has_slots
    )
    return say["not_proved"] if asks_more else say["and_told"].format(not_proved=say["not_proved"])


def rule_lines(summary: Mapping[str, Any], lang: Lang) -> list[str]:
    """Say which limits and terms were on, which were off, and which columns had no effect: a line each.

    Examples
    --------
    >>> rule_lines({"limits_on": ["distance"], "limits_off": [], "terms_on": [], "terms_off": ["text"]}, "en")
    ['Limits: distance. Terms: none.', 'Off, for want of their columns: text.']
    """
    say = LINES[lang]

    def listed(words: dict[str, dict[str, str]], key: str) -> list[str]:
        return [word(words, name, lang) for name in summary[key]]

    limits, terms = listed(LIMIT_WORDS, "limits_on"), listed(TERM_WORDS, "terms_on")
    off = listed(LIMIT_WORDS, "limits_off") + listed(TERM_WORDS, "terms_off")
    comma, none = say["comma"], say["none"]
    lines = [say["rules"].format(limits_on=comma.join(limits) or none, terms_on=comma.join(terms) or none)]
    unused = summary.get("columns_without_effect", ())
    return [
        *lines,
        *([say["off"].format(off=comma.join(off))] if off else []),
        *([say["unused"].format(unused=comma.join(unused))] if unused else []),
    ]
