"""Nothing stops it by itself, or only after hours.

A cluster that is forgotten runs until somebody sees the bill. The saving is what its own minutes without work cost, from
the 31st (high) or the 61st (low) on; without node minutes it is not assessed.
"""

from lib.clusters.advice.facts import Facts, finding, hours_words
from lib.recommendations.model import Recommendation

TITLE = "Stops too late, or never"
ABOUT = "cluster"
LONG = 120


def find(f: Facts) -> Recommendation | None:
    """Never, or after more than two hours; for clusters that people made."""
    if f.get("source") not in ("UI", "API"):
        return None
    minutes = int(f.number("auto_stop_minutes"))
    if 0 < minutes <= LONG:
        return None
    measured = f.has("idle_cost")
    evidence = ["It never stops by itself." if not minutes else f"It stops only after {minutes} minutes without work."]
    if f.has("idle_after_30", "up_minutes"):
        evidence.append(
            f"{hours_words(f.number('idle_after_30'))} of {hours_words(f.number('up_minutes'))} up were idle in {f.days} days."
        )
    return finding(
        f, "auto_stop", "Never stops by itself" if not minutes else f"Stops after {minutes} minutes only", evidence,
        "Set it to stop after 30 minutes without work, 60 for long pauses between commands.",
        low=f.number("idle_cost_60") * f.scale if measured else None, high=f.number("idle_cost") * f.scale if measured else None,
        method="Cost of its minutes without work beyond 60 (low) and 30 (high)." if measured else "Nobody measured.",
        confidence="high" if measured else "low",
    )  # fmt: skip
