"""The warehouse is large for what it does.

Never more than one cluster, hardly any waiting, no spilling, and busy less than a tenth of its time. One size down costs
half; statements may take twice as long, which the low saving counts as time it is on longer.
"""

from lib.clusters.advice.facts import Facts, finding, worth
from lib.clusters.warehouses import SIZES
from lib.recommendations.model import Recommendation
from lib.spend.formatting import percent

TITLE = "Warehouse too large"
ABOUT = "warehouse"
BUSY, QUEUED, SPILLED = 0.1, 0.02, 0.01


def find(f: Facts) -> Recommendation | None:
    """From MEDIUM on."""
    size, on, cost, statements = str(f.get("size") or ""), f.number("on_minutes"), f.cost, f.number("statements")
    if size not in SIZES or SIZES.index(size) < SIZES.index("MEDIUM") or not on or cost is None or statements < 50:
        return None
    busy = f.number("busy_minutes") / on
    queued, spilled = f.number("queued_statements") / statements, f.number("spilled_statements") / statements
    if busy >= BUSY or queued >= QUEUED or spilled >= SPILLED or f.number("most_clusters") > 1:
        return None
    smaller = SIZES[SIZES.index(size) - 1].replace("_", "-").title()
    high = cost / 2
    if not worth(high):
        return None
    return finding(
        f, "warehouse_too_large", f"Busy {percent(busy)} of the time it is on",
        [
            f"{statements:,.0f} statements; {percent(queued)} waited for room, {percent(spilled)} spilled.",
            "It never needed a second cluster.",
        ],
        f"Try the size {smaller}.", low=max(high - cost * busy / 2, 0.0), high=high,
        method="One size down costs half; low adds as much time again as statements worked.", confidence="medium",
    )  # fmt: skip
