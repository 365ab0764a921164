"""Its driver is larger than it ever needs to be.

Measured on the driver alone. The suggested machine is the cheapest the workspace offers at which the 95th percentile of
CPU would be at 70 % and of memory at 80 % (high saving), or at 50 % and 60 % (low).
"""

from lib.clusters.advice.facts import Facts, finding, worth
from lib.recommendations.model import Recommendation

TITLE = "Driver too large"
ABOUT = "cluster"
CPU = 40
MEMORY = 50


def find(f: Facts) -> Recommendation | None:
    """Needs measured load and prices of machines."""
    now = f.node(f.get("driver_node_type"))
    if not f.has("driver_memory_p95", "driver_cpu_p95") or now is None or f.driver_hour is None or now.gpus:
        return None
    cpu, memory = f.number("driver_cpu_p95"), f.number("driver_memory_p95")
    if cpu >= CPU or memory >= MEMORY:
        return None
    tight = f.cheapest(now.cores * cpu / 70, now.memory_mb * memory / 80, than=now.name)
    roomy = f.cheapest(now.cores * cpu / 50, now.memory_mb * memory / 60, than=now.name)
    if tight is None:
        return None
    high = f.hours * (f.driver_hour - (f.node_cost(tight.vm_price, tight.dbu_rate) or f.driver_hour))
    low = f.hours * (f.driver_hour - (f.node_cost(roomy.vm_price, roomy.dbu_rate) or f.driver_hour)) if roomy else 0.0
    if not worth(high):
        return None
    return finding(
        f, "oversized_driver", f"Driver at {cpu:.0f} % CPU and {memory:.0f} % memory at most",
        [
            f"{now.name}: p95 of CPU {cpu:.0f} %, of memory {memory:.0f} %.",
            f"{tight.name} has {tight.cores:.0f} cores and {tight.memory_mb / 1024:.0f} GB.",
        ],
        f"Use {tight.name}" + (f", or {roomy.name} with more room," if roomy and roomy != tight else "") + " for the driver.",
        low=low, high=high, method="Hours up × difference of what the machines and their DBUs cost.",
    )  # fmt: skip
