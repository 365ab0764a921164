"""The driver works and the workers watch.

Code that is not distributed (pandas, plain Python) runs on the driver alone, and workers cost the same as if they worked.
The saving is what the workers cost: all of them as a single node (high), all but one (low).
"""

from lib.clusters.advice.facts import Facts, finding, worth
from lib.recommendations.model import Recommendation

TITLE = "Only the driver works"
ABOUT = "cluster"
DRIVER, WORKERS = 60, 15


def find(f: Facts) -> Recommendation | None:
    """Driver hot, workers under 15 % CPU even at their busiest twentieth."""
    workers, share, cost = f.workers, f.worker_share, f.cost
    if not f.has("driver_cpu_p50", "worker_cpu_p95") or not workers or share is None or cost is None:
        return None
    if f.number("driver_cpu_p50") < DRIVER or f.number("worker_cpu_p95") >= WORKERS:
        return None
    high = cost * share
    if not worth(high):
        return None
    return finding(
        f, "driver_bound", "The driver works, its workers do not",
        [
            f"CPU of the driver: p50 {f.number('driver_cpu_p50'):.0f} %, p95 {f.number('driver_cpu_p95'):.0f} %.",
            f"CPU of the workers: p50 {f.number('worker_cpu_p50'):.0f} %, p95 {f.number('worker_cpu_p95'):.0f} %.",
        ],
        "Make it a single node, or distribute the work (pandas on Spark).",
        low=high * (workers - 1) / workers if workers > 1 else 0.0, high=high,
        method="Its cost × share of the workers: all of them (high), all but one (low).",
    )  # fmt: skip
