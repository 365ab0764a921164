"""How a cluster's configuration changed, version by version. Pure."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LABELS = {
    "cluster_name": "Name", "owner": "Owner", "driver_node_type": "Driver", "worker_node_type": "Workers' type",
    "workers": "Workers", "min_workers": "Least workers", "max_workers": "Most workers",
    "auto_stop_minutes": "Stops after (minutes)", "elastic_disk": "Growing disk", "tags": "Tags", "runtime": "Runtime",
    "access_mode": "Access mode", "policy_id": "Policy", "driver_pool_id": "Driver's pool", "worker_pool_id": "Workers' pool",
    "availability": "Machines", "first_on_demand": "First on demand", "is_deleted": "Deleted",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One attribute that one version changed."""

    at: datetime
    who: str
    """Empty when the audit log does not say."""
    attribute: str
    before: str
    after: str


def changes(versions: Sequence[Mapping[str, Any]]) -> list[Change]:
    """What each version changed, newest first; rows of `clusters/versions` in any order."""
    ordered = sorted(versions, key=lambda row: row["change_time"])
    found: list[Change] = []
    for before, after in itertools.pairwise(ordered):
        for name, label in LABELS.items():
            old, new = _plain(before.get(name)), _plain(after.get(name))
            if old != new:
                found.append(Change(after["change_time"], after.get("changed_by") or "", label, old, new))
    return sorted(found, key=lambda change: change.at, reverse=True)


def _plain(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, Mapping):
        value = list(value.items())
    if isinstance(value, list | tuple):
        return ", ".join(sorted(f"{key}={text}" for key, text in value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
