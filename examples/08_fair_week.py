"""A fair week in Ordos: shares by banner, with a minimum and without, what that costs, and who works how much."""

import numpy as np

import servicematch as sm

BANNER, PERCENT = ("area", 1), 55  # a banner is a county or a district of the city
LEAST = PERCENT / 100

HOW_TO_READ = """\
How to read this: a request for three teams asks for 3 units.
(nothing given): requests whose table names no area. They lie in no banner, so no minimum speaks of them.
Servable at most: what a banner could have if all teams were there for it alone and came as often as they have places,
  not held to twice a week and once a day. It does not add up to a total, for banners share teams."""
PROOF = """\
Proved: the units met of minimums (floors), then the units served by priority, then the score (with even work the score
less the charge). Not proved: that no plan has a lower Gini coefficient; it is only measured."""


def main() -> None:
    requests, teams, slots = sm.datasets.ordos(n_requests=1500, n_teams=500, slots=True)
    often = [sm.rules.Cap(2, per="week"), sm.rules.Cap(1, per="day")]

    def plan_with(*rules: sm.rules.Rule) -> sm.Plan:
        return sm.assign(requests, teams, slots=slots, policy=sm.Policy(rules=[*often, *rules]))

    free = plan_with()
    print(
        "Seven days, Tuesday to Monday. No team goes out more than once a day, or more than twice in a calendar week:"
    )
    print("at most twice until Sunday, and once on the Monday after.")
    print(f"\n1. The best plan without a minimum\n{free}\n\n{HOW_TO_READ}\n{free.fairness(BANNER)}")

    print(f"\n2. A minimum for every banner: {PERCENT} % of the units that it asks, rounded up")
    floor = plan_with(sm.rules.Floor("requests", BANNER, LEAST))
    without, with_it = ({one.value: one for one in plan.fairness(BANNER).rows} for plan in (free, floor))
    least = {banner: -(-one.demand * PERCENT // 100) for banner, one in without.items() if banner}
    for banner, one in without.items():
        also = with_it[banner]
        print(
            f"  {banner or '(nothing given)'}: {one.demand} asked, {f'minimum {least[banner]}' if banner else 'no minimum'};",
            end=" ",
        )
        print(f"served {one.served} without ({one.share:.1%}), {also.served} with it ({also.share:.1%}),", end=" ")
        print(f"{also.served - one.served:+d}")
    served = [f"{plan.summary['units_served']:,}" for plan in (free, floor)]
    asked = sum(least.values())
    print(
        f"  all: {free.summary['units_asked']:,} asked, minimums {asked}; served {served[0]} without, {served[1]} with it"
    )
    for name, found in (("Without the rule", without), ("With the rule", with_it)):
        short = {banner: n - found[banner].served for banner, n in least.items() if found[banner].served < n}
        told = ", ".join(f"{banner} {n}" for banner, n in short.items())
        print(f"{name} short of the minimum: {told or 'nobody'}; in all {sum(short.values())} of {asked} units.")
    alone = {banner: plan_with(sm.rules.Floor("requests", BANNER, {banner: LEAST})) for banner in short}
    for banner, plan in alone.items():
        print(
            f"Why {banner}? With a minimum for it alone it gets {plan.objective['floors']} of {least[banner]}.", end=" "
        )
        print(f"But no plan meets more than {floor.objective['floors']} of all {asked}, for banners share teams.")
    moved = sum(max(0, with_it[banner].served - one.served) for banner, one in without.items())
    print(f"The minimum costs {difference(free, floor)}; {moved} units go to other banners than before.")

    print("\n3. Who works how much, without the minimum")
    even = plan_with(sm.rules.Balance(0.5, offset="used"))  # in proportion to places, with what was done before
    for name, plan in (("as it comes", free), ("even work", even)):
        work, loads = plan.loads["assigned"], plan.fairness(BANNER).loads
        counts = ", ".join(f"{n} teams with {k}" for k, n in enumerate(np.bincount(work)) if n)
        print(f"  {name}: {counts} ({len(work)} teams, {work.sum():,} units); Gini {loads.gini:.3f}")
    print(
        "Gini: 0 where every team has the same part of its places taken (earlier work counted), near 1 where few do all."
    )
    score, charge = even.summary["score_total"], even.summary["even_work_points"]
    print(f"Even work costs {difference(free, even)}.")
    print(
        f"(Within the plan uneven work is charged: {score:.2f} - {charge:.2f} = {score - charge:.2f} is what was made as"
    )
    print("large as can be, and what the check below tells. The charge itself is no loss: it stands for unevenness.)")

    print("\n4. Each plan checked, and proved again, by code that shares nothing with what made it")
    of_one = {f"a minimum for {banner} alone": plan for banner, plan in alone.items()}
    for name, plan in {"no minimum": free, "a minimum for every banner": floor, **of_one, "even work": even}.items():
        print(f"  {name}: {plan.verify()}")
    print(PROOF)


def difference(free: sm.Plan, other: sm.Plan) -> str:
    """Say how many units and score points a plan has fewer than the free one."""
    units, scores = ([plan.summary[name] for plan in (free, other)] for name in ("units_served", "score_total"))
    points = round(scores[0], 2) - round(scores[1], 2)
    return (
        f"{units[0] - units[1]} units and {points:.2f} score points ({scores[0]:.2f} without, {scores[1]:.2f} with it)"
    )


if __name__ == "__main__":
    main()
