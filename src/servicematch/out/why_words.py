"""The sentences of why, why not, alternates and worth, in the languages of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servicematch.base.shown import one_or_many, words_in
from servicematch.out.measured import measured
from servicematch.out.words import LIMIT_WORDS, word

if TYPE_CHECKING:
    from servicematch.out.words import Lang

WHY_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "chosen": "{team} is what {request} gets.",
        "pinned": "All units of {request} are pinned elsewhere: nothing is left to decide. Take a pin back to ask.",
        "forbidden": "A pin forbids {team} for {request}.",
        "ineligible": "{request} cannot go to {team}: {n:,} limits stand in the way.",
        "ineligible_one": "{request} cannot go to {team}: 1 limit stands in the way.",
        "obstacle": "  {limit}: {miss} ({margin} too much){columns}",
        "obstacle_least": "  {limit}: {miss} ({margin} too little){columns}",
        "obstacle_lacks": "  {limit}: the team {miss}{columns}",
        "obstacle_flat": "  {limit}: not met{columns}",
        "obstacle_unknown": "  {limit}: could not be measured{columns}",
        "obstacle_short": "  {limit}: {miss}{columns}",
        "obstacle_no_slots": "  {limit}: the team has no slots",
        "miss_short": "{value} h lacking",
        "miss": "{value} {unit}, at most {bound}",
        "miss_least": "{what} {value}, at least {bound}",
        "miss_lacks": "lacks {value} of the skills asked",
        "columns": "; set by {columns}",
        "in_columns": " ({columns})",
        "relevance": "likeness of words",
        "reserve": "score",
        "no_place": "{team} has no place to give, so nothing can be moved to make room.",
        "one_place": "With one place more at {team}, {request} could go there; the plan would change by: {change}.",
        "waived": "If the limits were waived for this pair and it were forced, the plan would change by: {change}.",
        "forced": "Forcing {request} to {team} changes the plan by: {change}{same}.",
        "free": "Forcing {request} to {team} costs nothing in any tier: another plan just as good has it.",
        "moved": "Moving {request} to {team}, from {from_place}, changes the plan by: {change}{same}.",
        "moved_free": "Moving {request} to {team}, from {from_place}, costs nothing in any tier: another plan just as good has it so.",
        "best_slot": "Of the {n_slots:,} slots of this team that could be, none costs less.",
        "no_place_beside": "At {team} the pins leave no place to {request}: no place in a slot, in the team's total or in a group of a rule, or no time on the way.",
        "pinned_slots": "Pins have decided {request}: all its units, this team in another slot, or the time of all teams. Take a pin back to ask.",
        "not_proved": "The plan is not proved optimal, so what forcing this pair costs is not known.",
        "would_win": "At a score of {score:.6f} instead of {own:.6f} the pair would have been chosen.",
        "no_score": "No score would have done: {why}.",
        "higher_tier": "a higher tier decides",
        "above_one": "it would have to be above 1",
        "moves": "Who moves:",
        "why_title": "Why {request} is served as it is",
        "why_not_title": "Why {request} does not go to {team}",
        "serves": "{team} serves {request} with score {score:.6f}: {terms}.",
        "pinned_pair": " It is pinned.",
        "top_taken": "Its best team by score, {team} ({score:.6f}), is not the one: {change}.",
        "second_by_score": "Next best by score: {team} ({score:.6f}).",
        "second_by_plan": "Next best for the whole plan: {team} ({change}, {moves}).",
        "others_forbidden": "Pins forbid the {n:,} other teams that could serve it.",
        "others_forbidden_one": "A pin forbids the 1 other team that could serve it.",
        "no_other": "No other team could serve it.",
        "unserved": "{request} is not served; `explain_unassigned` says why.",
        "alternates_title": "Alternates of {request}",
        "alternate": "  {rank}. {team}, score {score:.6f}: {change}; {moves}{tie}",
        "n_moved": "{n:,} other moves",
        "n_moved_one": "1 other move",
        "n_moved_untold": "who else moves is not told",
        "tie": " (just as good)",
        "drops": "; {request} drops out",
        "none": "No alternate: no other team could serve {request}.",
        "none_without_place": "No alternate: {n:,} other teams could serve {request}, but no place can be made at any of them.",
        "none_without_place_one": "No alternate: 1 other team could serve {request}, but no place can be made there.",
        "none_forbidden": "No alternate: {n:,} other teams could serve {request}, but pins forbid them.",
        "none_forbidden_one": "No alternate: 1 other team could serve {request}, but a pin forbids it.",
        "worth_title": "What a place at {team} is worth",
        "one_more": "One place more at {team}: {change}.",
        "more_refused": "One place more at {team} is not told: with time on the way a team is at one place at a time.",
        "one_fewer": "One place fewer at {team}: {change}.",
        "nothing_fewer": "{team} has no place to lose.",
        "explain_title": "Why {request} stays open",
        "served": "{request} has all that it asked for.",
        "units": "{n:,} units: {word} ({code}). {text}",
        "units_one": "1 unit: {word} ({code}). {text}",
        "blocking": "Held by {held}.",
        "held_by": "{request} ({team})",
        "held_by_more": "{n} more",
        "held_comma": ", ",
        "holder": "The place that it could have, at {team}, goes to {request}.",
        "displacement": "Forcing one unit in, at {team}, changes the plan by: {change}{same}.",
        "cheapest": "Forcing one unit in costs least at {team}, of {n:,} teams that could serve it; it changes the plan by: {change}{same}.",
        "solved_again": "Forcing one unit more in (solved again) changes the plan by: {change}{same}.",
        "exact": "This loss is exact: it is proved that no way to serve it costs less.",
        "exact_again": "This loss is exact: the plan with this unit forced is proved as well.",
        "exact_of_tried": "Only the {tried:,} best by score of its {n:,} pairs of a team and a slot were tried; each loss is exact, but another pair may cost less.",
        "untold_unproved": "What forcing one unit in costs is not told: the plan with it is not proved to be the best, for no flow holds it. `what_if` with a pin tells both plans, each with its gap.",
        "untold_several": "What one unit costs is not told of a request that wants several teams or none.",
        "untold_tiers": "What one unit more costs is not told here, for floors or fairness come before it; `alternates` tells each team.",
        "no_displacement": "No place can be made for it by any moves.",
        "limit_step": "  {limit}: {failing:,} fail it, {alone}; {left:,} left after this and those above{nearest}",
        "alone": "{n:,} of them nothing else",
        "alone_none": "all of them something else too",
        "alone_none_one": "and it fails something else too",
        "nearest": "; nearest that fails nothing else: {team}, {miss}{columns}",
        "nearest_flat": "; one that fails nothing else: {team}",
        "nearest_not_alone": "; nearest: {team}, {miss}{columns}",
        "waterfall": "Of {n:,} teams, limit by limit (how many fail it, and how many of these fail nothing else):",
        "team": "team",
        "score": "score",
        "change": "change of the plan",
        "n_moves": "moves",
        "km": "km",
    },
    "zh": {
        "chosen": "{request}就是派给{team}的。",
        "pinned": "{request}的全部名额已被人工固定在别处，无可再定；要问请先取消固定。",
        "forbidden": "人工指定禁止{request}派给{team}。",
        "ineligible": "{request}不能派给{team}：有 {n} 项限制不符。",
        "obstacle": "  {limit}：{miss}（超出 {margin}）{columns}",
        "obstacle_least": "  {limit}：{miss}（差 {margin}）{columns}",
        "obstacle_lacks": "  {limit}：该队{miss}{columns}",
        "obstacle_flat": "  {limit}：不符合{columns}",
        "obstacle_unknown": "  {limit}：无法测量{columns}",
        "obstacle_short": "  {limit}：{miss}{columns}",
        "obstacle_no_slots": "  {limit}：该队没有时段",
        "miss_short": "缺 {value} 小时",
        "miss": "{value} {unit}，上限 {bound}",
        "miss_least": "{what} {value}，至少 {bound}",
        "miss_lacks": "缺所需技能中的 {value} 项",
        "columns": "；由 {columns} 决定",
        "in_columns": "（{columns}）",
        "relevance": "文字相似",
        "reserve": "评分",
        "no_place": "{team}没有名额，无法腾挪。",
        "one_place": "若{team}多一个名额，{request}可以去；计划变化：{change}。",
        "waived": "若对这一配对放宽限制并强制派单，计划变化：{change}。",
        "forced": "强制把{request}派给{team}，计划变化：{change}{same}。",
        "free": "强制把{request}派给{team}毫无损失：另有同样好的计划如此安排。",
        "moved": "把{request}从{from_place}改到{team}，计划变化：{change}{same}。",
        "moved_free": "把{request}从{from_place}改到{team}毫无损失：另有同样好的计划如此安排。",
        "best_slot": "该队可用的 {n_slots:,} 个时段中，没有代价更小的。",
        "no_place_beside": "人工固定之外，{team}已没有{request}的名额：时段、队伍总量或规则的分组已满，或路上来不及。",
        "pinned_slots": "{request}已由人工固定：全部名额、该队的另一时段或共同时间已定。要问请先取消固定。",
        "not_proved": "计划未证明最优，无法得知强制此配对的代价。",
        "would_win": "若评分为 {score:.6f}（现为 {own:.6f}），此配对就会入选。",
        "no_score": "任何评分都不够：{why}。",
        "higher_tier": "由更高一层目标决定",
        "above_one": "需超过 1",
        "moves": "变动：",
        "why_title": "{request}为何如此安排",
        "why_not_title": "{request}为何不派给{team}",
        "serves": "{request}由{team}承接，评分 {score:.6f}：{terms}。",
        "pinned_pair": "（人工固定）",
        "top_taken": "按评分最好的{team}（{score:.6f}）未派，因为：{change}。",
        "second_by_score": "评分次优：{team}（{score:.6f}）。",
        "second_by_plan": "整体次优：{team}（{change}，{moves}）。",
        "others_forbidden": "能承接的其他 {n:,} 支队伍均被人工指定禁止。",
        "no_other": "没有其他队伍能承接。",
        "unserved": "{request}未派；原因见 `explain_unassigned`。",
        "alternates_title": "{request}的备选",
        "alternate": "  {rank}. {team}，评分 {score:.6f}：{change}；{moves}{tie}",
        "n_moved": "另有 {n:,} 次变动",
        "n_moved_untold": "其余变动未列",
        "tie": "（同样好）",
        "drops": "；{request}转为未派",
        "none": "没有备选：没有其他队伍能承接{request}。",
        "none_without_place": "没有备选：另有 {n:,} 支队伍能承接{request}，但腾不出名额。",
        "none_forbidden": "没有备选：另有 {n:,} 支队伍能承接{request}，但被人工指定禁止。",
        "worth_title": "{team}一个名额的价值",
        "one_more": "{team}多一个名额：{change}。",
        "more_refused": "{team}多一个名额无从谈起：计入路程时，一支队伍同一时间只能在一处。",
        "one_fewer": "{team}少一个名额：{change}。",
        "nothing_fewer": "{team}没有可减的名额。",
        "explain_title": "{request}为何未派",
        "served": "{request}所需已全部派出。",
        "units": "{n:,} 队次：{word}（{code}）。{text}",
        "blocking": "名额现由以下占用：{held}。",
        "held_by": "{request}（{team}）",
        "held_by_more": "另有 {n} 个",
        "held_comma": "、",
        "holder": "它本可用的名额（{team}）给了{request}。",
        "displacement": "强制由{team}承接一队次，计划变化：{change}{same}。",
        "cheapest": "若强制派一队次，可承接的 {n:,} 支队伍中由{team}承接代价最小，计划变化：{change}{same}。",
        "solved_again": "强制再派一队次（重新求解），计划变化：{change}{same}。",
        "exact": "这一代价是精确的：已证明没有代价更小的办法。",
        "exact_again": "这一代价是精确的：强制这一队次后的计划同样已证明最优。",
        "exact_of_tried": "它的 {n:,} 个队伍与时段的配对中，只试了评分最好的 {tried:,} 个；各代价均精确，但别的配对可能代价更小。",
        "untold_unproved": "强制派一队次的代价无法说明：流装不下这份计划，改后的计划未证明最优。可用 `what_if` 加人工固定，看两份计划及各自的差距。",
        "untold_several": "要求多支队伍同来、否则不派的点单，无法说明一队次的代价。",
        "untold_tiers": "再派一队次的代价在此无法说明，因为最低数或公平在先；`alternates` 逐队说明。",
        "no_displacement": "无论怎样腾挪都没有名额。",
        "limit_step": "  {limit}：{failing:,} 支不符，{alone}；经此项及以上各项后，余 {left:,} 支{nearest}",
        "alone": "其中 {n:,} 支只差这一项",
        "alone_none": "都还有别项不符",
        "nearest": "；只差这一项的队伍中，最接近的是{team}：{miss}{columns}",
        "nearest_flat": "；只差这一项的如{team}",
        "nearest_not_alone": "；最接近的是{team}：{miss}{columns}",
        "waterfall": "共 {n:,} 支队伍，逐项限制（多少支不符，其中多少支只差这一项）：",
        "team": "队伍",
        "score": "评分",
        "change": "计划变化",
        "n_moves": "变动数",
        "km": "公里",
    },
}


def obstacle_text(obstacle: Any, lang: Lang) -> str:
    """Say one limit that a pair fails: what was measured, what it had to keep to, and which columns set it."""
    say = words_in(lang, WHY_WORDS)
    columns = say["columns"].format(columns=", ".join(obstacle.columns)) if obstacle.columns else ""
    told = {"limit": word(LIMIT_WORDS, obstacle.limit, lang), "columns": columns}
    if obstacle.value is None:
        key = "obstacle_no_slots" if obstacle.columns == ("slots.team_id",) else "obstacle_unknown"
        return say[key].format(**told)
    kind = _kind(obstacle)
    if kind == "_flat":
        return say["obstacle_flat"].format(**told)
    margin = measured(obstacle.margin, 0.0, obstacle.unit)[0]
    return say["obstacle" + kind].format(**told, miss=_miss(obstacle, lang), margin=margin)


def step_text(step: Any, lang: Lang, team: str) -> str:
    """Say one limit of a request's waterfall; ``team`` names the nearest one."""
    say = words_in(lang, WHY_WORDS)
    alone = say["alone"] if step.n_alone else one_or_many(say, "alone_none", step.n_failing)
    return say["limit_step"].format(
        limit=word(LIMIT_WORDS, step.limit, lang),
        failing=step.n_failing,
        alone=alone.format(n=step.n_alone),
        left=step.n_left,
        nearest=_nearest(step, lang, team),
    )


def _nearest(step: Any, lang: Lang, team: str) -> str:
    """Name the nearest team with what it lacks; one without a number only where this limit alone keeps it away."""
    say, miss = words_in(lang, WHY_WORDS), step.nearest
    if miss is None or miss.value is None or _kind(miss) == "_flat":
        return say["nearest_flat"].format(team=team) if miss is not None and step.n_alone else ""
    columns = say["in_columns"].format(columns=", ".join(miss.columns)) if miss.unit == "km" else ""
    key = "nearest" if step.n_alone else "nearest_not_alone"
    return say[key].format(team=team, miss=_miss(miss, lang), columns=columns)


def _kind(obstacle: Any) -> str:
    """Tell in which words a miss is said: those of a number too high or too low, of things lacking, or of none."""
    if obstacle.limit in ("relevance", "reserve"):
        return "_least"
    if obstacle.limit == "time" and obstacle.unit == "h":
        return "_short"
    return "_flat" if not obstacle.unit else "_lacks" if obstacle.unit == "skills" else ""


def _miss(obstacle: Any, lang: Lang) -> str:
    say = words_in(lang, WHY_WORDS)
    value, bound = measured(obstacle.value, obstacle.bound, obstacle.unit)
    unit = say["km"] if obstacle.unit == "km" else obstacle.unit
    return say["miss" + _kind(obstacle)].format(value=value, bound=bound, unit=unit, what=say.get(obstacle.limit))
