"""A call in the morning: the day is planned, somebody rings, and the desk wants a few names at once."""

import servicematch as sm


def main() -> None:
    requests, teams = sm.datasets.ordos(n_requests=400, n_teams=300)
    ready = sm.prepare(teams)  # once in the morning; each call is then answered in milliseconds
    plan = sm.assign(requests, ready)
    print(plan)

    call = sm.Requests({"id": ["call-1"], "need": ["村里想请人教教太极拳"], "lat": [39.6], "lon": [109.78]})
    best = sm.recommend(call, ready, plan=plan, k=3)
    print(f"\nA call: {call.need[0]}")
    print(best)

    first = best.frame["team_id"][0]
    print(f"\nWhy {first} is first:")
    parts = best.breakdown("call-1", first)
    for term, value, weight, points in zip(
        *(parts[k] for k in ("term", "value", "weight", "contribution")), strict=True
    ):
        if weight > 0:
            print(f"  {term:<14}{value:6.3f} x {weight:.2f} = {points:.3f}")

    print("\nThe next ones, and what stands in their way:")
    out = best.ineligible("call-1", k=3)
    for team, limit, value, bound, unit in zip(
        *(out[k] for k in ("team_id", "limit", "value", "bound", "unit")), strict=True
    ):
        print(f"  {team} {teams.name[teams.index(team)]}: {limit}, {value:.2f} against {bound:.2f} {unit}")

    open_teams = plan.loads["team_id"][plan.loads["free"] > 0][:1]
    print("\nThe other way round, a team with a place left asks what it could take:")
    print(sm.recommend(requests, ready, for_teams=open_teams, k=3))


if __name__ == "__main__":
    main()
