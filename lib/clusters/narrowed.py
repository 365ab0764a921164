"""The lists of clusters and SQL warehouses, narrowed as the address of their page says: for pages and for reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from lib.clusters import states
from lib.clusters.fleet import Fleet, access_words, tags_of
from lib.clusters.warehouses import Listed
from lib.recommendations.lifecycle import Tracked

NO_POLICY = "none"
NO_NAMES: Mapping[str, str] = {}


@dataclass(frozen=True)
class Narrowed:
    """What the address narrows the fleet to."""

    states: tuple[str, ...] = ()
    policy: str = ""
    idle: bool = False
    text: str = ""
    found: bool = False
    """Only clusters with open recommendations."""


def narrowed(params: Mapping[str, list[str]]) -> Narrowed:
    """The page's own filters; unknown values narrow to nothing found, which the empty table says."""
    last = {name: (params.get(name) or [""])[-1] for name in ("policy", "idle", "q", "found")}
    return Narrowed(
        tuple(dict.fromkeys(params.get("state", []))),
        last["policy"],
        last["idle"] == "yes",
        last["q"],
        last["found"] == "yes",
    )


def rows(
    fleet: Fleet, by: Narrowed, findings: Mapping[tuple[str, str], int], policies: Mapping[str, str] = NO_NAMES
) -> pd.DataFrame:
    """The clusters that are left, running first, with what the table shows; `policies`: id → name, where known."""
    found = fleet.clusters
    if by.states:
        found = found[found["state"].isin(list(by.states))]
    if by.policy:
        found = found[found["policy_id"].isna() if by.policy == NO_POLICY else found["policy_id"] == by.policy]
    if by.idle:
        found = found[(found["idle_after_30"].fillna(0) > 0) & (found["idle_share"].fillna(0) >= 0.1)]
    if by.text:
        wanted = by.text.casefold()
        texts = found[["name", "owner", "cluster_id", "workspace_name", "runtime_short", "node_words"]].fillna("")
        tagged = found.apply(lambda row: " ".join(f"{k}={v}" for k, v in tags_of(row).items()), axis=1)
        everything = texts.agg(" ".join, axis=1) + " " + (tagged if len(found) else "")
        found = found[everything.str.casefold().str.contains(wanted, regex=False)]
    shown = _shown(fleet, found, findings, policies)
    return shown[shown["findings"] > 0].reset_index(drop=True) if by.found else shown


def _shown(
    fleet: Fleet, found: pd.DataFrame, findings: Mapping[tuple[str, str], int], names: Mapping[str, str]
) -> pd.DataFrame:
    at = pd.Timestamp(fleet.live_at) if fleet.live_at else None
    shown = found.assign(
        state_words=[states.words(state) for state in found["state"]],
        auto_stop=[f"{int(m)} min" if m and m == m else "never" for m in found["auto_stop_minutes"]],
        up_s=[
            (at - since).total_seconds() if at is not None and state == "RUNNING" and not pd.isna(since) else None
            for state, since in zip(found["state"], found["since"], strict=True)
        ],
        findings=[
            findings.get((workspace, cluster), 0)
            for workspace, cluster in zip(found["workspace_id"], found["cluster_id"], strict=True)
        ],
    )
    for measure in ("cpu", "memory"):
        shown[f"{measure}_words"] = _loads(found, measure)
    shown["support_words"] = [
        f"until {day:%Y-%m-%d}" if isinstance(day, date) else None for day in found["supported_until"]
    ]
    shown["policy_words"] = [names.get(id_, id_) if isinstance(id_, str) else None for id_ in found["policy_id"]]
    shown["access_words"] = [access_words(mode) if isinstance(mode, str) else None for mode in found["access_mode"]]
    shown["tag_words"] = [
        ", ".join(f"{k}={v}" for k, v in sorted(tags_of({"tags": t}).items())) or None for t in found["tags"]
    ]
    return shown.sort_values(
        ["state_rank", "total_cost", "name"], ascending=[True, False, True], na_position="last", ignore_index=True
    )


def _loads(found: pd.DataFrame, measure: str) -> list[str]:
    """Median and 95th percentile of driver and workers, in words, by row."""
    names = [f"{role}_{measure}_{point}" for role in ("driver", "worker") for point in ("p50", "p95")]
    said = []
    for d50, d95, w50, w95 in zip(*(found[name].to_numpy(float) for name in names), strict=True):
        parts = [f"{low:.0f} / {high:.0f}" for low, high in ((d50, d95), (w50, w95)) if high == high]
        said.append(" · ".join(parts) or "not assessed")
    return said


def findings_by_cluster(shown: Iterable[Tracked]) -> dict[tuple[str, str], int]:
    """How many open recommendations each cluster has, by (workspace_id, cluster_id)."""
    counts: dict[tuple[str, str], int] = {}
    for item in shown:
        if item.found and item.state in ("open", "accepted") and item.found.object_type == "cluster":
            key = (item.found.workspace_id, item.found.object_id)
            counts[key] = counts.get(key, 0) + 1
    return counts


@dataclass(frozen=True)
class NarrowedWarehouses:
    """What the address narrows the list to."""

    states: tuple[str, ...] = ()
    text: str = ""


def narrowed_warehouses(params: Mapping[str, list[str]]) -> NarrowedWarehouses:
    """The page's own filters."""
    return NarrowedWarehouses(tuple(dict.fromkeys(params.get("state", []))), (params.get("q") or [""])[-1])


def warehouses_left(found: Listed, by: NarrowedWarehouses) -> Listed:
    """The warehouses that are left."""
    rows = found.rows
    if by.states:
        rows = rows[rows["state"].isin(list(by.states))]
    if by.text:
        texts = rows[["name", "owner", "warehouse_id", "workspace_name", "size_words", "type"]].fillna("").astype(str)
        rows = rows[texts.agg(" ".join, axis=1).str.casefold().str.contains(by.text.casefold(), regex=False)]
    return replace(found, rows=rows.reset_index(drop=True))
