"""Starting and stopping compute, clusters and SQL warehouses: who may, what will happen, the call, and the record of it.

`kinds` says what differs between them, `limits` where operators may act, `preview` what will happen; `desk` does it.
"""

from lib.clusters.acting.desk import MOST_AT_ONCE, REASON_LENGTH, Desk, Outcome, Result
from lib.clusters.acting.kinds import CLUSTERS, VERBS, WAREHOUSES, Activity, Compute, Kind
from lib.clusters.acting.limits import Limits, carries, tag_pairs
from lib.clusters.acting.preview import Preview

__all__ = [
    "CLUSTERS", "MOST_AT_ONCE", "REASON_LENGTH", "VERBS", "WAREHOUSES", "Activity", "Compute", "Desk", "Kind", "Limits",
    "Outcome", "Preview", "Result", "carries", "tag_pairs",
]  # fmt: skip
