"""How its machines are paid for costs more than it must.

Most workers on demand although spot is set up, or single machines so large that one lost spot machine takes most of the
work with it.
"""

from lib.clusters.advice.facts import Facts, finding
from lib.recommendations.model import Recommendation

TITLE = "Machines paid for dearly"
ABOUT = "cluster"
HUGE = 64


def find(f: Facts) -> Recommendation | None:
    """Spot set up for few of many workers; machines from 64 cores."""
    evidence = []
    workers = f.workers or 0
    first = f.number("first_on_demand")
    if str(f.get("availability") or "").startswith("SPOT") and workers >= 2 and first - 1 > workers / 2:
        evidence.append(f"Spot is on, but {min(first - 1, workers):.0f} of {workers:.0f} workers are on demand.")
    if f.number("worker_cores") >= HUGE and workers:
        evidence.append(f"Its workers have {f.number('worker_cores'):.0f} cores each.")
    if not evidence:
        return None
    return finding(
        f, "machine_cost", "Machines paid for dearly", evidence,
        "Keep only the driver on demand, and use more, smaller workers.",
    )  # fmt: skip
