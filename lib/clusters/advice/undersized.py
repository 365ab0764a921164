"""Memory is full, or the CPU never rests: work waits, spills or fails.

A machine that swaps takes many times as long, so a larger one is often cheaper in the end. How much it saves is not
assessed: what faster work is worth nobody measured.
"""

from lib.clusters.advice.facts import Facts, finding
from lib.recommendations.model import Recommendation
from lib.spend.formatting import percent

TITLE = "Too small"
ABOUT = "cluster"
MEMORY, CPU, BUSY = 92, 95, 80
SWAP = 0.05


def find(f: Facts) -> Recommendation | None:
    """Memory p95 from 92 %, swapping a twentieth of the time, or CPU p95 from 95 % with p50 from 80 %."""
    evidence = []
    for role in ("driver", "worker"):
        who = "Driver" if role == "driver" else "Workers"
        minutes, swap = f.number(f"{role}_node_minutes"), f.number(f"{role}_swap_minutes")
        if f.number(f"{role}_memory_p95") >= MEMORY:
            evidence.append(f"{who}: p95 of memory is {f.number(f'{role}_memory_p95'):.0f} %.")
        if minutes and swap / minutes >= SWAP:
            evidence.append(f"{who}: swapped in {percent(swap / minutes)} of the minutes.")
        if f.number(f"{role}_cpu_p95") >= CPU and f.number(f"{role}_cpu_p50") >= BUSY:
            evidence.append(
                f"{who}: CPU p50 {f.number(f'{role}_cpu_p50'):.0f} %, p95 {f.number(f'{role}_cpu_p95'):.0f} %."
            )
    if not evidence:
        return None
    memory = any("memory" in line or "swapped" in line for line in evidence)
    return finding(
        f, "undersized", "Short of memory" if memory else "Short of CPU", evidence,
        "Use machines with more memory for each core." if memory else "Use more workers, or larger ones.",
        confidence="high",
    )  # fmt: skip
