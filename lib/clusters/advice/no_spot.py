"""All its workers are on demand, though nothing in production runs on it.

Spot machines cost a fraction and can be taken back; with fallback and the driver on demand, notebooks survive that. The
saving is for the machines only: for all workers (high), or only those above its least size (low).
"""

from lib.clusters.advice.facts import Facts, finding, worth
from lib.recommendations.model import Recommendation
from lib.spend.formatting import percent

TITLE = "No spot machines"
ABOUT = "cluster"


def find(f: Facts) -> Recommendation | None:
    """Not production, not from a pool, at least two workers, prices known."""
    workers = f.workers
    if f.production or f.get("availability") != "ON_DEMAND" or f.get("worker_pool_id") or not workers or workers < 2:
        return None
    if not f.has("spot_share", "worker_vm_price") or not f.hours:
        return None
    spared = f.number("worker_vm_price") * (1 - f.number("spot_share")) * f.hours
    above = max(workers - f.number("min_workers", workers), 0.0)
    if not worth(spared * workers):
        return None
    return finding(
        f, "no_spot", "Workers are all on demand",
        [
            f"{workers:.1f} workers on average, {f.hours:.0f} hours in 30 days, all on demand.",
            f"A spot {f.get('worker_node_type')} costs about {percent(f.number('spot_share'))} of that.",
            "It carries no tag of production.",
        ],
        "Use spot with fallback for the workers, the driver on demand.", low=spared * above, high=spared * workers,
        method="Hours × workers × price of the machine × (1 − spot share); low counts only workers above its least size.",
        confidence="low",
    )  # fmt: skip
