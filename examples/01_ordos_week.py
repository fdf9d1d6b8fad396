"""A week in Ordos: 5,000 requests, 1,923 teams, one plan, and what became of the order of 2 June."""

import numpy as np

import servicematch as sm


def main() -> None:
    requests, teams = sm.datasets.ordos(n_requests=5000, n_teams=1923)
    plan = sm.assign(requests, teams)
    print(plan)

    order = sm.datasets.SHASHATAN_ORDER
    row = requests.index(order)
    print(f"\nThe order of 2 June from {requests.area[row]}: {requests.need[row]}")
    chosen = plan.assignments
    for i in np.flatnonzero(chosen["request_id"] == order):
        team = chosen["team_id"][i]
        at = teams.index(team)
        print(
            f"  goes to {teams.name[at]} ({team}), {chosen['distance_km'][i]:.1f} km away: {teams.offers[at]}. Its score:"
        )
        parts = plan.breakdown(order, team)
        for term, value, weight, points in zip(
            *(parts[name] for name in ("term", "value", "weight", "contribution")), strict=True
        ):
            if weight > 0:
                print(f"    {term:<14}{value:6.3f} x {weight:.2f} = {points:.3f}")
        print(f"    {'score':<14}{sum(parts['contribution']):22.3f}")

    print("\nThree requests that stay open, and why:")
    still_open = plan.unassigned
    _, first_of_each = np.unique(still_open["reason"].astype(str), return_index=True)
    for i in first_of_each[:3]:
        print(f"  {still_open['request_id'][i]}: {still_open['reason'][i]}. {still_open['text'][i]}")

    print("\nChecked by somebody who shares no code with the solver:")
    print(plan.verify())


if __name__ == "__main__":
    main()
