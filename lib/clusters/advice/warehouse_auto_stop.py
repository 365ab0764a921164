"""The warehouse stays on long after its last statement, or never stops.

Each time it runs, it waits for its auto-stop before it goes. The saving is that wait beyond 10 minutes (high) or 30 (low),
as often as it was started, and never more than the time it was on without work. One that never stops is compared with the
hours in which it had statements.
"""

from lib.clusters.advice.facts import Facts, finding, hours_words, worth
from lib.recommendations.model import Recommendation

TITLE = "Warehouse that stops too late, or never"
ABOUT = "warehouse"
LONG = 45


def find(f: Facts) -> Recommendation | None:
    """From 45 minutes on, or never; needs its events."""
    minutes, on, cost = f.number("auto_stop_minutes"), f.number("on_minutes"), f.cost
    if 0 < minutes <= LONG or not on or cost is None:
        return None
    spare = max(on - f.number("busy_minutes"), 0.0)
    if minutes:
        starts = f.number("starts")
        high, low = (min(starts * max(minutes - target, 0), spare) for target in (10, 30))
        title = f"Stops after {minutes:.0f} minutes only"
    else:
        active = f.number("active_hours") * 60
        high, low = max(min(on - active, spare), 0.0), max(min(on - 2 * active, spare), 0.0)
        title = "Never stops by itself"
    rate = cost / (on * f.scale)
    if not worth(high * rate * f.scale):
        return None
    return finding(
        f, "warehouse_auto_stop", title,
        [
            f"On for {hours_words(on)} in {f.days} days, with statements at work for {hours_words(f.number('busy_minutes'))}.",
            f"Started {f.number('starts'):.0f} times; statements in {f.number('active_hours'):.0f} different hours.",
        ],
        "Let it stop after 10 minutes (serverless: 5).", low=low * rate * f.scale, high=high * rate * f.scale,
        method="Minutes on without need × what a minute on costs.", confidence="high" if minutes else "medium",
    )  # fmt: skip
