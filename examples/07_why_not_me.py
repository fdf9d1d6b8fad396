"""A dispatcher's morning in Ordos: the worst-served banner, three refused requests, one override, where to recruit."""

import numpy as np

import servicematch as sm


def main() -> None:
    requests, teams = sm.datasets.ordos(n_requests=1500, n_teams=500)
    plan = sm.assign(requests, teams)
    print(plan)

    print("\nThe banners, by what is still open:")
    print(plan.bottlenecks(("area", 1), side="requests"))

    print("\nThree requests that lost, why, and what serving them would cost:")
    open_ = plan.unassigned
    lost = open_["request_id"][np.isin(open_["reason"].astype(str), ["OUTCOMPETED", "LOST_TIE"])][:3]
    for request in lost:
        print(plan.explain_unassigned(request))
        print(plan.shortage(request), "\n")

    request = lost[0]
    team = plan.alternates(request, k=1).choices[0].team_id
    print(f"One override, tried and not carried out: {team} goes to {request} all the same.")
    other = sm.assign(requests, teams, pins=[(request, team)])
    print(sm.diff(plan, other))

    print("\nThe two best places to recruit the next team (higher priorities first, then scores):")
    print(plan.recruit(k=2, try_at_most=10))

    print("\nThe same in Chinese, as a resident may read it:")
    print(plan.explain_unassigned(request).describe("zh", redact=True))


if __name__ == "__main__":
    main()
