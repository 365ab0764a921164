"""Machines wait in the pool most of the time, and the cloud is paid for them.

A pool that keeps machines ready bills no DBUs for them, so no Databricks bill shows it. The high saving is what all
waiting cost; the low one keeps the machines ready for as many hours as were used.
"""

from lib.clusters.advice.facts import Facts, finding, worth
from lib.recommendations.model import Recommendation
from lib.spend.formatting import percent

TITLE = "Pool that keeps machines waiting"
ABOUT = "pool"
SHARE = 0.5


def find(f: Facts) -> Recommendation | None:
    """At least half of the machine hours waited."""
    idle, used = f.number("idle_hours"), f.number("used_hours")
    if not idle or idle / (idle + used) < SHARE or not f.has("idle_cost"):
        return None
    high = f.number("idle_cost") * f.scale
    if not worth(high):
        return None
    price = f.number("vm_price")
    return finding(
        f, "pool_idle", f"Machines wait {percent(idle / (idle + used))} of the time",
        [
            f"{idle:,.0f} machine hours waiting and {used:,.0f} in use in {f.days} days.",
            f"It keeps {f.number('min_idle'):.0f} ready; idle ones go after {f.number('idle_stop_minutes'):.0f} minutes.",
        ],
        "Keep none ready outside of working hours, or let idle machines go sooner.",
        low=max(high - used * price * f.scale, 0.0), high=high,
        method="Hours waiting × on-demand price (high); less as many hours as were used (low).",
    )  # fmt: skip
