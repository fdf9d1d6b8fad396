"""Your own limit, in ten lines: some requests may only go to teams of women."""

from dataclasses import dataclass
from typing import Any

import numpy as np

import servicematch as sm


@dataclass(frozen=True, eq=False)
class WomenOnlyReady:
    """The limit made ready: 1 where a pair breaks it, and 0 is the most that passes."""

    asked: np.ndarray
    women: np.ndarray
    unit: str = "rule"

    def values(self, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        """Measure each pair (request ``rows[i]``, team ``cols[i]``)."""
        return (self.asked[rows] & ~self.women[cols]).astype(float)

    def bound(self, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:  # noqa: ARG002 - the same for every pair
        """Give the largest value that passes."""
        return np.zeros(len(rows))


@dataclass(frozen=True)
class WomenOnly:
    """Requests with ``women_only`` go to teams with ``all_women``: columns that the library keeps but does not know."""

    name: str = "women_only"

    def prepare(self, requests: Any, teams: Any) -> WomenOnlyReady:
        """Read the two columns once."""
        return WomenOnlyReady(requests.extra["women_only"].astype(bool), teams.extra["all_women"].astype(bool))


def main() -> None:
    needs = ["一名健身操教练", "学跳健身操", "请老师来带大家做健身操"]
    requests = {"id": ["R1", "R2", "R3"], "need": needs, "women_only": [True, False, True]}
    teams = {
        "id": ["T1", "T2"],
        "name": ["嘎鲁图镇健身操队", "姐妹健身操队"],
        "offers": ["健身操教练上门教学", "健身操教学"],
        "capacity": [2, 1],
        "all_women": [False, True],
    }
    policy = sm.Policy(limits=(*sm.Policy().limits, WomenOnly()))
    plan = sm.assign(requests, teams, policy=policy)
    print(plan)
    print("\nThe worklist of T2:", plan.worklist("T2")["request_id"])
    for request, text in zip(plan.unassigned["request_id"], plan.unassigned["text"], strict=True):
        print(f"Open: {request}. {text}")
    print(plan.verify())


if __name__ == "__main__":
    main()
