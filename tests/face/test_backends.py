"""The same plan, bit by bit, on every backend of joblib and for any number of workers.

Blocks are cut where the call is made, so a smaller size set here holds for workers in other processes too.
"""

from __future__ import annotations

import logging
import os
from functools import cache

import joblib
import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

import servicematch as sm
from servicematch.base import parallel
from servicematch.base.parallel import each
from servicematch.pairs.candidates import Search

BACKENDS = ["sequential", "threading", "loky", "dask", "ray"]
ELSEWHERE = ["loky", "dask", "ray"]
PAIRS_PER_BLOCK = 1500
N_DISTRICTS = 6


@pytest.fixture(scope="module")
def loky():
    """Take two processes of joblib's own."""
    yield {"backend": "loky", "n_jobs": 2}
    get_reusable_executor().shutdown(wait=True)


@pytest.fixture(scope="module")
def dask():
    """Start a cluster of two processes, as one would have on many machines."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        distributed.Client(cluster),
    ):
        yield {"backend": "dask"}


@pytest.fixture(scope="module")
def ray():
    """Start two processes of Ray; without ``n_jobs`` it would do everything here, in silence."""
    ray = pytest.importorskip("ray")
    joblib_of_ray = pytest.importorskip("ray.util.joblib")
    joblib_of_ray.register_ray()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    yield {"backend": "ray", "n_jobs": -1}
    ray.shutdown()


@pytest.fixture
def config(request):
    """Give what the caller would write into ``joblib.parallel_config``."""
    if request.param in ELSEWHERE:
        return request.getfixturevalue(request.param)
    return {"backend": request.param, "n_jobs": 2 if request.param == "threading" else 1}


@pytest.fixture
def blocks(monkeypatch):
    """Cut the requests into ten blocks or so, and remember how many there were."""
    cut, counts = Search.blocks, []

    def small(search):
        parts = cut(search, max(PAIRS_PER_BLOCK, search.n_looked_at // 10))
        counts.append(len(parts))
        return parts

    monkeypatch.setattr(Search, "blocks", small)
    return counts


@cache
def week():
    """Draw a week of Ordos, with texts, and one piece that holds nearly everything."""
    return sm.datasets.ordos(n_requests=600, n_teams=160, rng=7)


@cache
def districts():
    """Draw six districts 200 km apart, with scores that tie and too few places in half of them."""
    rng = np.random.default_rng(11)
    n_requests, n_teams = 100 * N_DISTRICTS, 20 * N_DISTRICTS
    of_request, of_team = np.arange(n_requests) % N_DISTRICTS, np.arange(n_teams) % N_DISTRICTS

    def places(district):
        return {
            "lat": (36 + 2 * district + rng.integers(-3, 4, len(district)) / 100).tolist(),
            "lon": (110 + rng.integers(-3, 4, len(district)) / 100).tolist(),
        }

    requests = {
        "id": [f"R{k}" for k in rng.permutation(n_requests)],
        "priority": rng.integers(0, 2, n_requests).tolist(),
        "units": rng.integers(1, 3, n_requests).tolist(),
        **places(of_request),
    }
    teams = {
        "id": [f"T{k}" for k in rng.permutation(n_teams)],
        "capacity": np.where(of_team % 2, 4, 12).tolist(),
        "radius_km": [6.0] * n_teams,
        **places(of_team),
    }
    return requests, teams


TOWNS = {"week": week, "districts": districts}


def told(plan):
    """Write down all that a plan says but for the seconds that it took; floats by their bits, for NaN is not NaN."""
    solution = plan.answer.solution
    frames = {"assignments": plan.assignments, "unassigned": plan.unassigned, "loads": plan.loads}
    return {
        "frames": {
            name: {
                column: [v.hex() if isinstance(v, float) else v for v in values.tolist()]
                for column, values in frame.items()
            }
            for name, frame in frames.items()
        },
        "prices": (solution.prices.tier.tolist(), solution.prices.gain.tolist()),
        "objective": (solution.objective, solution.bound, solution.status.value),
        "tied": solution.tied.tolist(),
        "pairs": [getattr(plan.answer.scored, name).tolist() for name in ("rows", "cols", "gains")],
    }


@pytest.fixture(scope="module")
def here():
    """Plan each town without any workers, in one block."""
    plans = {town: sm.assign(*draw()) for town, draw in TOWNS.items()}
    assert {plan.status for plan in plans.values()} == {"PROVED"}
    return {town: told(plan) for town, plan in plans.items()}


@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize("n_jobs", [None, 1, 2])
@pytest.mark.parametrize("config", BACKENDS, indirect=True)
def test_every_backend_gives_the_same_plan(config, n_jobs, town, here, blocks):
    """A dispatcher who moves to a cluster must not get other decisions, prices or reasons."""
    with joblib.parallel_config(**config):
        plan = sm.assign(*TOWNS[town](), n_jobs=n_jobs)
    assert blocks[0] >= 6
    assert told(plan) == here[town]


@pytest.mark.parametrize("config", ELSEWHERE, indirect=True)
def test_compiled_loops_read_what_a_worker_cannot_write(config, blocks):
    """Loops compiled for arrays that may be written refuse others, and only towns of this size use them."""
    pytest.importorskip("numba")
    town = sm.datasets.ordos(n_requests=3000, n_teams=1600, rng=7)
    plan = sm.assign(*town)
    assert plan.answer.scored.n_looked_at > 1_000_000
    with joblib.parallel_config(**config):
        assert told(sm.assign(*town)) == told(plan)


def test_the_districts_fall_apart():
    """Otherwise the towns above would not show that pieces can be solved side by side."""
    scored = sm.assign(*districts()).answer.scored
    n = scored.n_requests + scored.n_teams
    graph = coo_matrix((np.ones(len(scored)), (scored.rows, scored.cols + scored.n_requests)), shape=(n, n))
    _, piece = connected_components(graph, directed=False)
    sizes = np.sort(np.bincount(piece))[::-1]
    assert (sizes[:N_DISTRICTS] == 120).all()
    assert len(sizes) == N_DISTRICTS


@pytest.mark.parametrize("config", ELSEWHERE, indirect=True)
def test_the_work_is_done_elsewhere(config):
    """A backend that works here in silence gives the same plan, too."""
    with joblib.parallel_config(**config):
        done = list(each(lambda task: (task, os.getpid()), range(12)))
    assert [task for task, _ in done] == list(range(12))
    assert os.getpid() not in {pid for _, pid in done}


@pytest.mark.parametrize("config", ELSEWHERE, indirect=True)
def test_the_log_tells_who_works(config, caplog):
    """The caller of a cluster sees in one line whether it is used."""
    with joblib.parallel_config(**config), caplog.at_level(logging.INFO, logger="servicematch"):
        sm.assign({"id": [1]}, {"id": [1]}, progress=True)
    assert f"workers: 2 of {config['backend']}" in caplog.messages


@pytest.mark.parametrize("config", BACKENDS, indirect=True)
def test_a_wrong_term_of_ones_own_is_named(config, blocks):
    """An error on a worker is the caller's to mend, so it must arrive as it is; a class of no module can be sent."""

    class Wrong:
        name, weight = "own", 1.0

        def prepare(self, requests, teams):
            return self

        def values(self, rows, cols):
            return np.full(len(rows), 2.0)

    policy = sm.Policy(terms=[Wrong()])
    with joblib.parallel_config(**config), pytest.raises(sm.errors.PolicyError, match=r"terms\.own: expected values"):
        sm.assign(*districts(), policy=policy)


def test_no_words_and_no_names_are_sent(monkeypatch):
    """A cluster may stand elsewhere: it gets numbers, and what a team's contact column says stays here."""
    sent = []
    pack = parallel.packed
    monkeypatch.setattr(parallel, "packed", lambda work: sent.append(pack(work)) or sent[-1])
    monkeypatch.setattr(Search, "blocks", lambda search: [(row, row + 1) for row in range(search.n_requests)])
    requests = {"id": ["R-one", "R-two"], "need": ["想学太极拳", "legal advice"], "phone": ["0477-1", "0477-2"]}
    teams = {"id": ["T-one"], "name": ["夕阳红"], "offers": ["太极拳, legal advice"], "phone": ["0477-3"]}
    sm.assign(requests, teams, n_jobs=2)
    assert len(sent) == 1
    body = sent[0][0].tobytes()
    words = [word for table in (requests, teams) for column in table.values() for word in column]
    assert [word for word in (*words, "太极", "legal") if word.encode() in body] == []
