"""It has been up for more than a day without a restart.

Long-lived clusters collect memory that nobody frees, miss security updates, and are often simply forgotten. What a restart
saves is not assessed.
"""

from lib.clusters.advice.facts import Facts, finding
from lib.recommendations.model import Recommendation

TITLE = "Up for more than a day"
ABOUT = "cluster"
HOURS = 24


def find(f: Facts) -> Recommendation | None:
    """While it runs, for clusters that people made."""
    if f.get("source") not in ("UI", "API") or f.up_hours is None or f.up_hours <= HOURS:
        return None
    days = f.up_hours / 24
    return finding(
        f, "long_running", f"Up for {days:.0f} days" if days >= 2 else f"Up for {f.up_hours:.0f} hours",
        [f"It was started {f.up_hours:.0f} hours ago and not restarted since."],
        "Look whether somebody needs it; if so, restart it at a quiet time.", confidence="high",
    )  # fmt: skip
