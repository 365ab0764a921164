"""It has more workers than its load ever needed.

Measured on the workers alone: with the suggested number, the 95th percentile of CPU would be at 70 % and of memory at
80 % (high saving), or at 50 % and 60 % (low). The saving is the share of its cost that the spare workers are.
"""

from math import ceil

from lib.clusters.advice.facts import Facts, finding, worth
from lib.recommendations.model import Recommendation
from lib.spend.formatting import percent

TITLE = "More workers than needed"
ABOUT = "cluster"
CPU = 40
"""Points of CPU, 95th percentile, from which nobody says oversized."""


def suggested(workers: float, cpu: float, memory: float, cpu_target: float, memory_target: float) -> int:
    """Workers at which both would be at their targets; at least one."""
    return max(1, ceil(workers * max(cpu / cpu_target, memory / memory_target) - 1e-9))


def find(f: Facts) -> Recommendation | None:
    """From two workers on; needs measured load."""
    workers, share, cost = f.workers, f.worker_share, f.cost
    if not f.has("worker_cpu_p95", "worker_memory_p95") or workers is None or share is None or cost is None:
        return None
    cpu, memory = f.number("worker_cpu_p95"), f.number("worker_memory_p95")
    now = round(workers)
    few, more = suggested(now, cpu, memory, 70, 80), suggested(now, cpu, memory, 50, 60)
    high = cost * share * (1 - few / now) if now else 0.0
    if now < 2 or cpu >= CPU or few >= now or not worth(high):
        return None
    words = str(few) if few == more else f"{few} to {more}"
    return finding(
        f, "oversized_workers", f"{now} workers, {words} would do",
        [
            f"CPU of the workers: p50 {f.number('worker_cpu_p50'):.0f} %, p95 {cpu:.0f} %.",
            f"Memory of the workers: p50 {f.number('worker_memory_p50'):.0f} %, p95 {memory:.0f} %.",
            f"Workers are {percent(share)} of its cost.",
        ],
        f"Set it to {words} {'worker' if words == '1' else 'workers'}, or let it scale from {few}.",
        low=cost * share * max(1 - more / now, 0), high=high,
        method="Its cost × share of the workers × share of workers that could go, by p95 of CPU and memory.",
    )  # fmt: skip
