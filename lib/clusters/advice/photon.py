"""Photon is on and the CPU hardly works, or off where it would help.

Photon bills about twice the DBUs and pays by being faster; a cluster that mostly waits only pays. The high saving is the
half of its DBUs that Photon adds, the low one nothing: its work may take longer without.
"""

from lib.clusters.advice.facts import Facts, finding, worth
from lib.recommendations.model import Recommendation

TITLE = "Photon that does not pay, or is missing"
ABOUT = "cluster"
QUIET, BUSY = 25, 85


def find(f: Facts) -> Recommendation | None:
    """By the 95th percentile of the workers' CPU, the driver's on a single node."""
    role = "worker" if f.has("worker_cpu_p95") else "driver"
    if not f.has(f"{role}_cpu_p95"):
        return None
    cpu = f.number(f"{role}_cpu_p95")
    if f.get("photon"):
        high = f.number("dbu_cost") * f.scale * (1 - 1 / f.photon_factor)
        if cpu >= QUIET or not worth(high):
            return None
        return finding(
            f, "photon", "Photon on a cluster that mostly waits", [f"p95 of CPU is {cpu:.0f} % with Photon on."],
            "Turn Photon off and look whether its work takes longer.", low=0.0, high=high,
            method="DBUs that Photon adds (half of them); low is none, as work may take longer.", confidence="low",
        )  # fmt: skip
    if cpu < BUSY or f.number("gpus") or f.number(f"{role}_cpu_p50") < 60:
        return None
    return finding(
        f, "photon", "Busy, and without Photon", [f"p50 of CPU is {f.number(f'{role}_cpu_p50'):.0f} %, p95 {cpu:.0f} %."],
        "Try Photon for SQL and DataFrames; it pays when work gets more than twice as fast.", confidence="low",
    )  # fmt: skip
