"""Tasks here or on workers: the same results, in order, and little to send."""

import os
import subprocess
import sys
from functools import partial

import joblib
import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor

from servicematch.base.errors import PolicyError
from servicematch.base.parallel import TASKS_PER_WORKER, Workers, each, effective_workers

BACKENDS = ["sequential", "threading", "loky"]


@pytest.fixture(scope="module", autouse=True)
def _no_workers_stay():
    """End the processes of loky with the module."""
    yield
    get_reusable_executor().shutdown(wait=True)


def where(task):
    """Tell which process does a task."""
    return task, os.getpid()


def refuse(task):
    """Fail as a term does that was given wrong values."""
    raise PolicyError(f"terms.own: {task}")


def spoil(array, task):
    """Do what no task may do."""
    array[task] = 1


class Counted:
    """Work that counts how often it is pickled."""

    def __init__(self):
        self.n_pickled = 0

    def __getstate__(self):
        self.n_pickled += 1
        return {"n_pickled": 0}

    def __call__(self, task):
        """Do a task."""
        return -task


@pytest.mark.parametrize("backend", BACKENDS)
def test_results_come_in_the_order_of_the_tasks(backend):
    """The pair axis is the order of the blocks."""
    with joblib.parallel_config(backend=backend, n_jobs=2):
        assert list(each(partial(pow, 2), range(23))) == [2**task for task in range(23)]


def test_without_a_config_all_is_done_here():
    """Who asks for no workers gets none."""
    assert {pid for _, pid in each(where, range(5))} == {os.getpid()}


def test_one_job_is_done_here_whatever_is_configured():
    """``n_jobs=1`` is the way to keep one call at home."""
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert {pid for _, pid in each(where, range(5), n_jobs=1)} == {os.getpid()}


def test_the_config_decides_when_no_number_is_given():
    """The caller's own config is the only setting; processes other than ours do the work."""
    with joblib.parallel_config(backend="loky", n_jobs=2):
        done = list(each(where, range(5)))
    assert [task for task, _ in done] == list(range(5))
    assert os.getpid() not in {pid for _, pid in done}


def test_a_number_of_jobs_needs_no_config():
    """``sm.assign(..., n_jobs=2)`` is enough on one machine."""
    assert os.getpid() not in {pid for _, pid in each(where, range(5), n_jobs=2)}


def test_joblib_is_not_imported_for_nothing():
    """A small plan should not wait for an import."""
    code = "import sys; from servicematch.base.parallel import each; list(each(abs, [1, 2])); print('joblib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_all_tasks_need_is_pickled_once():
    """A scorer of 30 MB that went with each of 60 tasks would be 2 GB."""
    work = Counted()
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert list(each(work, range(5 * TASKS_PER_WORKER))) == [-task for task in range(5 * TASKS_PER_WORKER)]
    assert work.n_pickled == 1


def test_threads_get_the_work_itself():
    """Who shares our memory needs no copy."""
    work = Counted()
    with joblib.parallel_config(backend="threading", n_jobs=2):
        list(each(work, range(5)))
    assert work.n_pickled == 0


@pytest.mark.parametrize("n", [10, 2_000_000])
def test_a_worker_cannot_write_into_what_all_share(n):
    """Small arrays and mapped ones alike: a task that writes fails, and does not change the result of the next."""
    with pytest.raises(ValueError, match="read-only"):
        list(each(partial(spoil, np.zeros(n)), range(5), n_jobs=2))


def test_no_file_of_what_was_shared_stays(tmp_path):
    """A worker that held on to a mapped array would make joblib wait a second, and leave the file in memory."""
    shared = partial(np.add, np.zeros(1_000_000))
    with joblib.parallel_config(backend="loky", n_jobs=2, temp_folder=tmp_path):
        assert sum(int(block.sum()) for block in each(shared, range(5))) == 10_000_000
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_error_of_a_task_reaches_the_caller(backend):
    """A policy that cannot work must say so, wherever it did not work."""
    with joblib.parallel_config(backend=backend, n_jobs=2), pytest.raises(PolicyError, match=r"terms\.own: \d"):
        list(each(refuse, range(5)))


def test_who_stops_early_stops_the_tasks():
    """When too many pairs are found, the rest is not searched: only the first handful is done."""
    done = []
    with joblib.parallel_config(backend="threading", n_jobs=2):
        results = each(done.append, range(100))
        next(results)
        results.close()
    assert len(done) == 2 * TASKS_PER_WORKER


@pytest.mark.parametrize(
    ("config", "n_jobs", "expected"),
    [
        ({"backend": "loky", "n_jobs": 2}, None, Workers("loky", 2, shares_memory=False)),
        ({"backend": "loky", "n_jobs": 2}, 3, Workers("loky", 3, shares_memory=False)),
        ({"backend": "threading", "n_jobs": 2}, None, Workers("threading", 2, shares_memory=True)),
        ({"backend": "loky"}, None, Workers("sequential", 1, shares_memory=True)),
        ({"backend": "loky", "n_jobs": 2}, 1, Workers("sequential", 1, shares_memory=True)),
        ({"backend": "sequential"}, None, Workers("sequential", 1, shares_memory=True)),
    ],
)
def test_the_workers_told_are_those_that_joblib_takes(config, n_jobs, expected):
    """A backend without a number of jobs runs here, in silence: the log must not claim otherwise."""
    with joblib.parallel_config(**config):
        assert effective_workers(n_jobs) == expected


def test_workers_say_who_they_are():
    """Their words are the line of the log."""
    assert str(effective_workers(1)) == "none, all is done here"
    assert str(effective_workers(2)) == "2 of loky"
