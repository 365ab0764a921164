"""It is up and does nothing for more than half an hour at a time.

Counted minute by minute: every node under 5 % CPU, from the 31st such minute in a row on. The saving is what those
minutes cost, with a start of a few minutes instead; the lower figure counts only from the 61st minute on.
"""

from lib.clusters.advice.facts import Facts, finding, hours_words, worth
from lib.recommendations.model import Recommendation
from lib.spend.formatting import percent

TITLE = "Idle cluster"
ABOUT = "cluster"
SHARE = 0.2


def find(f: Facts) -> Recommendation | None:
    """From a fifth of its time up."""
    if not f.has("idle_after_30", "up_minutes", "idle_cost") or not f.number("up_minutes"):
        return None
    share = f.number("idle_after_30") / f.number("up_minutes")
    high = f.number("idle_cost") * f.scale
    if share < SHARE or not worth(high):
        return None
    return finding(
        f, "cluster_idle", f"Idle {percent(share)} of the time it is up",
        [
            f"{hours_words(f.number('idle_after_30'))} of {hours_words(f.number('up_minutes'))} up in {f.days} days were idle.",
            f"The longest spell without work was {hours_words(f.number('longest_quiet'))}"
            + (" or more." if f.number("longest_quiet") >= 1440 else "."),
        ],
        "Stop it when it is not used, or let it stop by itself after 30 minutes without work.",
        low=f.number("idle_cost_60") * f.scale, high=high,
        method="Cost of each day × idle minutes ÷ minutes up; low from the 61st, high from the 31st minute without work.",
        confidence="high",
    )  # fmt: skip
