"""A cluster: joblib hands the search for pairs to the workers of Dask. The plan is the same; only the time differs."""

import logging
import sys
from importlib.util import find_spec
from time import perf_counter

import joblib

import servicematch as sm

# Dask has its workers give every freed array back to the system at once: the search would take three times as long.
MEMORY = {
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 2**30,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 2**25,
}


def planned(requests: sm.Requests, teams: sm.Teams) -> sm.Plan:
    """Plan the week, and say how long it took."""
    began = perf_counter()
    plan = sm.assign(requests, teams)
    pairs = f"{plan.summary['n_pairs']:,} pairs"
    print(f"  {pairs} found, scored and solved in {perf_counter() - began:.1f} s")
    return plan


def on_cluster(requests: sm.Requests, teams: sm.Teams) -> sm.Plan:
    """Start two workers of one core each, as they would stand on other machines, and plan on them."""
    import dask  # noqa: PLC0415  optional
    from distributed import Client, LocalCluster  # noqa: PLC0415  optional

    dask.config.set(MEMORY)
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")
    with cluster, Client(cluster), joblib.parallel_config(backend="dask"):
        return planned(requests, teams)


def main() -> None:
    requests, teams = sm.datasets.ordos(n_requests=12_000, n_teams=4_000)
    print("A week in Ordos, planned here:")
    plan = planned(requests, teams)
    print(plan)
    if find_spec("distributed") is None:
        print("\nThe cluster is left out, for Dask is not installed. To see it: pip install 'servicematch[dask]'")
        return

    print("\nThe same week on a cluster of two workers (its start is not counted):")
    sent = logging.getLogger("servicematch.base.parallel")  # what goes to the workers: counts and sizes, no words
    sent.setLevel(logging.DEBUG)
    sent.addHandler(logging.StreamHandler(sys.stdout))
    again = on_cluster(requests, teams)
    columns = [(plan.assignments[name], again.assignments[name]) for name in ("request_id", "team_id", "score")]
    same = plan.objective == again.objective and all((here == there).all() for here, there in columns)
    print(f"The same plan, request by request: {'yes' if same else 'no'}")


if __name__ == "__main__":
    main()
