"""Times and memory: compared things take turns in one process, each process is fresh, medians are told."""

import multiprocessing
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

Work = Callable[[], object]
QUICK_S, LONG_S, SLOW_S = 0.2, 2, 15
"""Work below the first is called five times a turn; above the second it has one turn, above the third none."""


def seconds(work: Work, times: int = 1) -> float:
    """How long one call takes, as the median of `times`."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def processor_s(work: Work, times: int = 3) -> float:
    """Seconds of processor of one call, all threads together, the least of `times`: on a machine that others use too, what
    its time would be made of without them."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def in_turns(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """Seconds of each work, the median over rounds in which all take their turn: noise of the machine hits all alike.

    Each is called once beforehand, which does not count (but for slow work, which has no turn).
    """
    taken = {name: [seconds(work)] for name, work in works.items()}
    times = {name: 5 if first < QUICK_S else 1 for name, (first,) in taken.items()}
    turns = {name: 0 if first >= SLOW_S else 1 if first >= LONG_S else rounds for name, (first,) in taken.items()}
    for turn in range(rounds):
        for name, work in works.items():
            if turn < turns[name]:
                taken[name].append(seconds(work, times[name]))
    return {name: median(values[1:] or values) for name, values in taken.items()}


@dataclass(frozen=True)
class Child:
    """What a process of its own gave back."""

    value: Any
    peak_mb: float
    """Most memory it ever had resident."""
    cpu_s: float
    """Seconds of processor its threads took: what a time would be made of on a machine of one's own."""


def in_child(work: Callable[..., Any], *arguments: Any) -> Child:
    """`work(*arguments)` in a fresh process; `work` is a function of a module."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_child, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    try:
        failed, value, peak, cpu = ours.recv()
        process.join()
    except EOFError:
        process.join()
        failed, value, peak, cpu = True, f"the process ended with {process.exitcode}", 0.0, 0.0
    if failed:
        raise RuntimeError(f"{work.__module__}.{work.__name__}: {value}")
    return Child(value, peak, cpu)


def _child(out: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    import traceback

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # DuckDB takes a spawned process for a terminal, and draws progress
    try:
        value = work(*arguments)
        out.send((False, value, peak_mb(), time.process_time()))
    except BaseException:
        out.send((True, traceback.format_exc(), 0.0, 0.0))


def peak_mb(process: str = "self") -> float:
    """Most memory a process ever had resident. `ru_maxrss` would count what its parent had before it was started."""
    return _status_mb(process, "VmHWM:")


def resident_mb(process: str = "self") -> float:
    """Memory a process has resident now."""
    return _status_mb(process, "VmRSS:")


def _status_mb(process: str, name: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise OSError("this system does not tell the memory of a process")
