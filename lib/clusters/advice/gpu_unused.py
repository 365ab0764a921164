"""It has GPUs and a runtime that cannot use them.

Only the runtimes for machine learning with GPU bring the drivers. How busy a GPU is no table says, so the saving is a
range: nothing, up to the difference to the cheapest machine without GPU that has as much CPU and memory as was used.
"""

from lib.clusters.advice.facts import Facts, finding
from lib.clusters.runtimes import runtime
from lib.recommendations.model import Recommendation

TITLE = "GPU without use"
ABOUT = "cluster"


def find(f: Facts) -> Recommendation | None:
    """GPU machines with another runtime than one for GPUs."""
    if not f.number("gpus") or runtime(f.get("runtime")).gpu:
        return None
    now = f.node(f.get("driver_node_type"))
    high = None
    evidence = [
        f"{f.get('driver_node_type')} has GPUs; runtime {runtime(f.get('runtime')).short} has no drivers for them."
    ]
    if now is not None and f.driver_hour is not None and f.has("driver_cpu_p95", "driver_memory_p95"):
        cores, memory = now.cores * f.number("driver_cpu_p95") / 70, now.memory_mb * f.number("driver_memory_p95") / 80
        plain = f.cheapest(cores, memory, than=now.name)
        if plain is not None and not plain.gpus:
            nodes = 1 + (f.workers or 0)
            high = f.hours * nodes * (f.driver_hour - (f.node_cost(plain.vm_price, plain.dbu_rate) or f.driver_hour))
            evidence.append(f"{plain.name} has as much CPU and memory as was used, and no GPU.")
    return finding(
        f, "gpu_unused", "GPUs that its runtime cannot use", evidence,
        "Use a GPU runtime if the work needs GPUs, else a machine without.", low=0.0 if high is not None else None, high=high,
        method="Hours × difference to the cheapest machine without GPU that fits; low is none." if high is not None else "",
        confidence="low",
    )  # fmt: skip
