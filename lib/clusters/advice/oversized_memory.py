"""Its workers pay for memory that is never filled.

When the 95th percentile of memory stays under 40 %, a machine with as many cores as are used and less memory does the
same work. The suggested machine is the cheapest the workspace offers that fits with room (70 % CPU and 80 % memory; for
the low saving 50 % and 60 %).
"""

from lib.clusters.advice.facts import Facts, finding, worth
from lib.recommendations.model import Recommendation

TITLE = "Workers with too much memory"
ABOUT = "cluster"
MEMORY = 40


def find(f: Facts) -> Recommendation | None:
    """Needs measured load and prices of machines."""
    workers, now = f.workers, f.node(f.get("worker_node_type"))
    if not f.has("worker_memory_p95", "worker_cpu_p95") or not workers or now is None or f.worker_hour is None:
        return None
    cpu, memory = f.number("worker_cpu_p95"), f.number("worker_memory_p95")
    if memory >= MEMORY or now.gpus:
        return None
    tight = f.cheapest(now.cores * cpu / 70, now.memory_mb * memory / 80, than=now.name)
    roomy = f.cheapest(now.cores * cpu / 50, now.memory_mb * memory / 60, than=now.name)
    if tight is None or tight.memory_mb >= now.memory_mb:
        return None
    spent = workers * f.hours
    high = spent * (f.worker_hour - (f.node_cost(tight.vm_price, tight.dbu_rate) or f.worker_hour))
    low = spent * (f.worker_hour - (f.node_cost(roomy.vm_price, roomy.dbu_rate) or f.worker_hour)) if roomy else 0.0
    if not worth(high):
        return None
    return finding(
        f, "oversized_memory", f"Memory of the workers is {memory:.0f} % used at most",
        [
            f"p95 of memory is {memory:.0f} % of {now.memory_mb / 1024:.0f} GB, of CPU {cpu:.0f} % of {now.cores:.0f} cores.",
            f"{tight.name} has {tight.cores:.0f} cores and {tight.memory_mb / 1024:.0f} GB.",
        ],
        f"Use {tight.name}{f', or {roomy.name} with more room,' if roomy and roomy != tight else ''} instead of {now.name}.",
        low=low, high=high, method="Hours of its workers × difference of what the machines and their DBUs cost.",
    )  # fmt: skip
