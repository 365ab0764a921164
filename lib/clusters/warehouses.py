"""SQL warehouses and instance pools as the tables know them, in the shape of lists."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from lib.clusters.fleet import Window
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame
from lib.workspace.warehouses import WarehouseInfo

SIZES = ("2X_SMALL", "X_SMALL", "SMALL", "MEDIUM", "LARGE", "X_LARGE", "2X_LARGE", "3X_LARGE", "4X_LARGE", "5X_LARGE")
"""From small to large; each costs about twice the one before."""
WAREHOUSE_TABLES = ("system.compute.warehouses", "system.compute.warehouse_events", "system.query.history")
POOL_TABLES = ("system.compute.instance_pools", "system.compute.instance_events")


@dataclass(frozen=True)
class Listed:
    """A list, and the tables without which parts of it are not assessed."""

    rows: pd.DataFrame
    window: Window
    missing: tuple[str, ...]
    live_at: datetime | None = None
    """When the workspace was asked for states; None when it was not."""


def _params(over: Window) -> dict[str, object]:
    names = ("start_date", "end_date", "currency", "base", "workspaces")
    return {name: over.params()[name] for name in names}


def warehouses(warehouse: Warehouse, over: Window) -> Listed:
    """One row a warehouse: the columns of `clusters/warehouses` as floats, and `name`, `state`, `state_live`, `busy_share`,
    `queued_share`, `size_words`, `cost_per_hour`."""
    missing = frozenset(warehouse.missing_tables())
    rows = frame(warehouse.fetch("clusters/warehouses", _params(over)))
    rows["name"] = rows["warehouse_name"].fillna(rows["warehouse_id"])
    rows["size_words"] = rows["size"].fillna("").map(lambda size: size.replace("_", "-").title())
    rows["state"] = [
        None
        if event is None
        else "STOPPED"
        if event in ("STOPPED", "STOPPING")
        else "STARTING"
        if event == "STARTING"
        else "RUNNING"
        for event in rows["last_event"].where(rows["last_event"].notna(), None)
    ]
    rows["state_live"] = False
    rows["busy_share"] = (
        (rows["busy_minutes"].fillna(0) / rows["on_minutes"]).clip(upper=1).where(rows["on_minutes"] > 0)
    )
    rows["queued_share"] = (rows["queued_statements"] / rows["statements"]).where(rows["statements"] > 0)
    rows["cost_per_hour"] = (rows["total_cost"] / (rows["on_minutes"] / 60)).where(rows["on_minutes"] > 0)
    return Listed(rows, over, tuple(t for t in WAREHOUSE_TABLES if t in missing))


def with_live(known: Listed, live: Iterable[WarehouseInfo], workspace_id: str, at: datetime) -> Listed:
    """The same with the states and settings that one workspace has now; those the tables do not know are added.

    `size_tables` and `stop_tables` keep what the tables had.
    """
    by_id = {found.id: found for found in live}
    rows = known.rows.assign(size_tables=known.rows["size_words"], stop_tables=known.rows["auto_stop_minutes"])
    rows["state"] = rows["state"].astype(object)
    here = (rows["workspace_id"] == workspace_id) & rows["warehouse_id"].isin(list(by_id))
    for index in rows.index[here]:
        found = by_id[rows.at[index, "warehouse_id"]]
        for name, value in _live_columns(found).items():
            rows.at[index, name] = value
    wanted = known.window.workspaces
    new = [w for id_, w in by_id.items() if id_ not in set(rows.loc[here, "warehouse_id"])]
    if new and (not wanted or workspace_id in wanted):
        names = rows.loc[rows["workspace_id"] == workspace_id, "workspace_name"].dropna()
        name = str(names.iloc[0]) if len(names) else workspace_id
        added = pd.DataFrame([_new_row(found, workspace_id, name) for found in new])
        rows = pd.concat([rows, added.reindex(columns=rows.columns)], ignore_index=True)
    return replace(known, rows=rows.astype({"state_live": bool}), live_at=at)


def _live_columns(found: WarehouseInfo) -> dict[str, object]:
    """What the workspace says of one; what it leaves out stays as the tables have it."""
    said: dict[str, object] = {
        "state": found.state, "state_live": True, "size_words": found.size or None, "clusters_now": found.clusters,
        "min_clusters": found.min_clusters, "max_clusters": found.max_clusters,
    }  # fmt: skip
    never = {"auto_stop_minutes": float(found.auto_stop_minutes or 0)}
    return {name: value for name, value in said.items() if value is not None} | never


def _new_row(found: WarehouseInfo, workspace_id: str, workspace_name: str) -> dict[str, object]:
    return {
        "workspace_id": workspace_id, "workspace_name": workspace_name, "warehouse_id": found.id, "name": found.name,
        "warehouse_name": found.name, "type": "SERVERLESS" if found.serverless else None, "owner": found.owner or None,
    } | _live_columns(found)  # fmt: skip


def pools(warehouse: Warehouse, over: Window) -> Listed:
    """One row a pool: the columns of `clusters/pools` as floats, and `name`, `idle_share`."""
    missing = frozenset(warehouse.missing_tables())
    rows = frame(
        warehouse.fetch("clusters/pools", {n: over.params()[n] for n in ("start_date", "end_date", "workspaces")})
    )
    rows["name"] = rows["pool_name"].fillna(rows["pool_id"])
    hours = rows["idle_hours"].fillna(0) + rows["used_hours"].fillna(0)
    rows["idle_share"] = (rows["idle_hours"].fillna(0) / hours).where(hours > 0)
    return Listed(rows, over, tuple(t for t in POOL_TABLES if t in missing))
