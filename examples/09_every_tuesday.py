"""Every Tuesday, four times: visits in series, the same team as far as possible, and time for the way between them."""

import servicematch as sm

ZONE, WEEKS = "Asia/Shanghai", 4


def main() -> None:
    visits = sm.series(
        {
            "id": ["合唱团", "太极班", "手机课堂", "理发上门", "英语角"],
            "skills": ["音乐", "太极", "手机", "理发", "英语"],
            "times": [WEEKS, WEEKS, WEEKS, 2, 1],
            "every_days": [7, 7, 7, 14, None],
            "hours": [1.5, 1, 1, 0.5, 1],
            "lat": [39.815, 39.822, 39.790, 39.845, 39.700],
            "lon": [110.010, 109.985, 110.020, 110.060, 109.880],
            "earliest": ["2026-06-02T08:00"] * 5,
            "latest": ["2026-06-02T18:00"] * 4 + ["2026-06-23T18:00"],
        },
        tz=ZONE,
    )
    teams = {
        "id": ["文艺队", "银龄队", "青年队"],
        "skills": ["音乐|太极|理发", "音乐|太极|手机|理发|英语", "手机|太极|英语"],
        "lat": [39.812, 39.836, 39.800],
        "lon": [110.004, 109.990, 110.030],
    }
    times = [("上午", "09:00", "10:40"), ("晌午", "10:40", "12:00"), ("午后", "15:00", "16:00")]
    days = [f"2026-06-{2 + 7 * week:02}" for week in range(WEEKS)]
    away = {("文艺队", days[1]), ("文艺队", days[3]), ("青年队", days[2])}
    rows = [(team, day, *time) for team in teams["id"] for day in days if (team, day) not in away for time in times]
    slots = sm.Slots(
        {
            "id": [f"{team} {day} {name}" for team, day, name, *_ in rows],
            "team_id": [team for team, *_ in rows],
            "start": [f"{day}T{start}" for _, day, _, start, _ in rows],
            "end": [f"{day}T{end}" for _, day, *_, end in rows],
        },
        tz=ZONE,
    )
    travel = sm.Travel(kmh=25, setup_minutes=10)
    free = sm.assign(visits, teams, slots, policy=sm.Policy(travel=travel))
    policy = sm.Policy(travel=travel, rules=[sm.rules.SameTeam("series", points=0.2)])
    plan = sm.assign(visits, teams, slots, policy=policy)
    print(plan)

    print("\nWho comes to each series, without the rule and with it")
    for one in dict.fromkeys(name.split("#")[0] for name in visits.ids.tolist()):
        print(f"  {one}: {came(free, one)}  |  {came(plan, one)}")
    gone = free.summary["score_total"] - plan.summary["score_total"]
    print(f"The same faces cost {gone:.2f} points of score.")

    print("\n银龄队's first Tuesday, each visit with the way from the one before")
    worklist = plan.worklist("银龄队")
    for request, begin, finish in zip(*(worklist[name] for name in ("request_id", "begin", "finish")), strict=True):
        if f"{begin:%Y-%m-%d}" == days[0]:
            print(f"  {begin:%H:%M} to {finish:%H:%M}  {request}")
    print(f"\n{plan.verify()}")


def came(plan: sm.Plan, series: str) -> str:
    """Count the visits of a series by team."""
    teams = [
        team
        for request, team in zip(plan.assignments["request_id"], plan.assignments["team_id"], strict=True)
        if request.split("#")[0] == series
    ]
    return ", ".join(f"{team} {teams.count(team)}" for team in sorted(set(teams))) or "nobody"


if __name__ == "__main__":
    main()
