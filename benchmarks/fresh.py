"""One measured run, each in a process of its own, so that neither memory nor warm caches pass from one to the next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PARTS = Path(__file__).with_name("parts.py")
STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")


def run_fresh(
    part: str, *, clock: str = "wall", limit_s: float | None = None, without: Iterable[str] = (), **config: Any
) -> dict[str, Any]:
    """Run one part in a new interpreter, on the wall clock or in CPU seconds, and return what it measured.

    After ``limit_s`` on its clock it is ended with all that it started, and ``subprocess.TimeoutExpired`` is raised.
    To its process the modules ``without`` are not installed.
    """
    command = [sys.executable, "-W", "ignore", str(PARTS), part, json.dumps(config), clock, *without]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as process:
        try:
            out, err = finish(process, clock, limit_s)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise RuntimeError(f"{part} {config} ended with {process.returncode}:\n{err[-2000:]}")
    measured: dict[str, Any] = json.loads(out.splitlines()[-1])
    return measured


def finish(process: subprocess.Popen[str], clock: str, limit_s: float | None) -> tuple[str, str]:
    """Wait for what a process says until its time is over; CPU seconds are looked up every second, a tenth of waiting counts."""
    start = time.perf_counter()
    while True:
        try:
            return process.communicate(timeout=limit_s if limit_s is None or clock == "wall" else min(limit_s, 1.0))
        except subprocess.TimeoutExpired:
            spent = max((time.perf_counter() - start) / 10, session_cpu_s(process.pid))
            if clock == "wall" or spent >= (limit_s or 0.0):
                raise


def session_cpu_s(session: int) -> float:
    """Add up the CPU seconds of all processes of a session (Linux)."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # one that has just ended
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15])) if int(fields[3]) == session else 0  # its own, its ended children's
    return ticks / os.sysconf("SC_CLK_TCK")


def timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Do the work; return its result, its seconds on every clock, the peak of memory while it ran, and what was held before."""
    reset_peak()
    held = peak_mb()
    start, cpu, wall = time.perf_counter(), time.process_time(), time.monotonic()
    result = work()
    spent = {
        "s": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "wall_s": time.monotonic() - wall,
    }
    return result, {**spent, "peak_mb": peak_mb(), "held_mb": held}


def hide(modules: Iterable[str]) -> None:
    """Let these modules be as if they were not installed, in this process."""
    sys.modules.update(dict.fromkeys(modules))


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
