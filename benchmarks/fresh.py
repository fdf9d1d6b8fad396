"""One measured run, each in a process of its own, so that neither memory nor warm caches pass from one to the next."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS = Path(__file__).with_name("parts.py")
STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")


def run_fresh(part: str, *, clock: str = "wall", **config: Any) -> dict[str, Any]:
    """Run one part in a new interpreter, on the wall clock or in CPU seconds, and return what it measured."""
    command = [sys.executable, "-W", "ignore", str(PARTS), part, json.dumps(config), clock]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{part} {config} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Do the work; return its result, its seconds, and the peak of memory while it ran."""
    reset_peak()
    start, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, {"s": time.perf_counter() - start, "cpu_s": time.process_time() - cpu, "peak_mb": peak_mb()}


def count_cpu_seconds() -> None:
    """Let every clock of this process count its CPU seconds: for a machine that others use too.

    Call it before the measured code is imported: that asks ``time.perf_counter`` for the layers' seconds.
    """
    time.perf_counter = time.process_time


def peak_mb() -> float:
    """Return the largest resident memory since the last reset, in MiB.

    Not ``getrusage``: its figure for a new process begins with that of the process that started it.
    """
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def reset_peak() -> None:
    """Let the peak begin again at what is held now (Linux)."""
    CLEAR_REFS.write_text("5", encoding="ascii")
