"""Ten or more workers of a fixed size, whether there is work or not.

With scaling, workers follow the load. The saving compares the workers it has with those its load needed: on average (high)
and at its busiest twentieth (low).
"""

from lib.clusters.advice.facts import Facts, finding
from lib.recommendations.model import Recommendation

TITLE = "Large and of fixed size"
ABOUT = "cluster"
WORKERS = 10


def find(f: Facts) -> Recommendation | None:
    """From ten fixed workers on."""
    if not f.has("workers") or f.has("max_workers") or f.number("workers") < WORKERS:
        return None
    workers, share, cost = f.number("workers"), f.worker_share, f.cost
    low = high = None
    evidence = [f"{workers:.0f} workers, always."]
    if f.has("worker_cpu_mean", "worker_cpu_p95") and share is not None and cost is not None:
        high = cost * share * max(1 - f.number("worker_cpu_mean") / 70, 0)
        low = cost * share * max(1 - f.number("worker_cpu_p95") / 70, 0)
        evidence.append(
            f"CPU of the workers: mean {f.number('worker_cpu_mean'):.0f} %, p95 {f.number('worker_cpu_p95'):.0f} %."
        )
    return finding(
        f, "no_autoscale", f"{workers:.0f} workers of a fixed size", evidence,
        f"Let it scale from {max(1, round(workers / 4))} to {workers:.0f} workers.", low=low, high=high,
        method="Its cost × share of the workers × what is spare at 70 % CPU, on average (high) and at p95 (low)."
        if high is not None else "",
    )  # fmt: skip
