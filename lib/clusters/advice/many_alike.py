"""One person has several clusters of the same kind.

Work that could share one cluster starts and idles on several. What sharing saves is not assessed: it depends on when they
are used.
"""

from lib.clusters.advice.facts import Facts, finding
from lib.recommendations.model import Recommendation

TITLE = "Several clusters alike"
ABOUT = "cluster"
ALIKE = 2
"""Others beside it."""


def find(f: Facts) -> Recommendation | None:
    """Three or more of one owner, machine and workspace; told once, on the first by name."""
    if len(f.alike) < ALIKE or any(other < f.name for other in f.alike):
        return None
    return finding(
        f, "many_alike", f"{len(f.alike) + 1} clusters alike, of one owner",
        [f"{f.get('owner')} also has {', '.join(f.alike[:5])}, on the same machines."],
        "See whether one of them is enough.", confidence="low",
    )  # fmt: skip
