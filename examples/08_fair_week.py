"""A fair week in Ordos: shares by banner, with a minimum and without, what that costs, and who works how much."""

from typing import Any

import numpy as np

import servicematch as sm

BANNER = ("area", 1)


def main() -> None:
    requests, teams, slots = sm.datasets.ordos(n_requests=1500, n_teams=500, slots=True)
    twice_a_week = sm.rules.Cap(2, per="week")
    once_a_day = sm.rules.Cap(1, per="day")

    def plan_week(*rules: sm.rules.Rule) -> sm.Plan:
        policy = sm.Policy(rules=[twice_a_week, once_a_day, *rules])
        return sm.assign(requests, teams, slots=slots, policy=policy)

    free = plan_week()
    print("Two calendar weeks, nobody more than twice a week (from Monday) and once a day:")
    print(free)
    print("\nWho is served, banner by banner:")
    print(free.fairness(BANNER))

    floor = plan_week(sm.rules.Floor("requests", BANNER, 0.55))
    print("\nWith a minimum of 55 % for every banner:")
    print(floor)
    shares = {one.value: (one.share, two.share) for one, two in zip(by_banner(free), by_banner(floor), strict=True)}
    for banner, (before, after) in shares.items():
        print(f"  {banner or '(nothing given)'}: {before:.1%} without, {after:.1%} with")
    served = [plan.summary["units_served"] for plan in (free, floor)]
    scores = [plan.summary["score_total"] for plan in (free, floor)]
    print(f"That serves {served[1] - served[0]:+d} units and changes the score by {scores[1] - scores[0]:+.2f}.")

    even = plan_week(sm.rules.Balance(0.05))
    print("\nWho works how much, without the minimum: as it comes, and with even work (in proportion to places):")
    for name, plan in (("as it comes", free), ("even", even)):
        work = plan.loads["assigned"]
        counts = ", ".join(f"{n} teams with {k}" for k, n in enumerate(np.bincount(work)) if n)
        print(f"  {name}: {counts}")

    for plan in (free, floor, even):
        print(plan.verify())


def by_banner(plan: sm.Plan) -> list[Any]:
    return sorted(plan.fairness(BANNER).rows, key=lambda group: group.value or "")


if __name__ == "__main__":
    main()
