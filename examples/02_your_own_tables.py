"""Your own tables: two CSV files in, the plan out. Only ``id`` is needed; every other column adds what it knows."""

from pathlib import Path

import servicematch as sm

DATA = Path(__file__).parent / "data"


def main() -> None:
    requests = sm.Requests(sm.read_csv(DATA / "requests.csv"), tz="Asia/Shanghai")
    teams = sm.Teams(sm.read_csv(DATA / "teams.csv"))
    plan = sm.assign(requests, teams)
    print(plan)

    print("\nWho goes where:")
    chosen = plan.assignments
    for request, team, score, km in zip(
        *(chosen[k] for k in ("request_id", "team_id", "score", "distance_km")), strict=True
    ):
        need = requests.need[requests.index(request)]
        print(f"  {request} {need or '(no words)'}: {teams.name[teams.index(team)]}, score {score:.2f}, {km:.1f} km")

    print("\nWho has to wait:")
    still_open = plan.unassigned
    for request, units, text in zip(*(still_open[k] for k in ("request_id", "units", "text")), strict=True):
        print(f"  {request} ({units} to find): {text}")


if __name__ == "__main__":
    main()
