"""Its owner has not been seen for two months.

The audit log names its owner nowhere in that time, sign-ins included. When nobody needs it, all it costs is saved; at
least what it costs while idle.
"""

from lib.clusters.advice.facts import NEVER, Facts, finding
from lib.recommendations.model import Recommendation

TITLE = "Owner has left"
ABOUT = "cluster"
DAYS = 60


def find(f: Facts) -> Recommendation | None:
    """Clusters that people made, whose owner is a person."""
    owner = str(f.get("owner") or "")
    if f.get("source") not in ("UI", "API") or "@" not in owner or f.owner_days is None or f.owner_days < DAYS:
        return None
    seen = f"was last seen {f.owner_days} days ago" if f.owner_days < NEVER else "is nowhere in the audit log"
    return finding(
        f, "orphaned", "Its owner was not seen for two months", [f"{owner} {seen}."],
        "Give it a new owner, or stop it and see who asks.",
        low=f.number("idle_cost") * f.scale if f.cost is not None else None, high=f.cost,
        method="All it costs (high), what it costs while idle (low)." if f.cost is not None else "",
        confidence="low",
    )  # fmt: skip
