"""Its runtime is no longer supported, or soon will not be.

No fixes any more, no security updates, and slower engines. What an upgrade saves is not assessed.
"""

from datetime import timedelta

from lib.clusters.advice.facts import Facts, finding
from lib.clusters.runtimes import runtime
from lib.recommendations.model import Recommendation

TITLE = "Old runtime"
ABOUT = "cluster"
SOON = timedelta(days=60)
OLD = 13


def find(f: Facts) -> Recommendation | None:
    """Support over or ending within 60 days, or a version before 13."""
    said = runtime(f.get("runtime"))
    if said.version is None:
        return None
    end = said.end_of_support
    over = said.supported(f.today) is False
    soon = end is not None and f.today <= end < f.today + SOON
    if not over and not soon and said.version[0] >= OLD:
        return None
    if end is not None:
        when = f"Support {'ended' if over else 'ends'} on {end:%d %b %Y}."
    else:
        when = "Its support is over." if over else "Until when it is supported is not known here."
    return finding(
        f, "old_runtime", f"Runtime {said.short}", [f"It runs {said.short}.", when],
        "Move it to the newest long-term release, and try its work there first.", confidence="high",
    )  # fmt: skip
