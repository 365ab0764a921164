"""The registry of workspaces: read-only, from the account's own tables."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib.explorer.by import spend
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.ui import address
from lib.ui.columns import Column
from lib.ui.table import Row, Table
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame

COLUMNS = (
    Column("name", "Workspace", phone=True),
    Column("total_cost", "Cost in the period", "money", phone=True, missing=formatting.NONE),
    Column("workspace_id", "Id", "id"),
    Column("status", "Status", "badge", missing="Unknown"),
    Column("cloud", "Cloud"),
    Column("first_usage", "First usage", "date"),
    Column("last_usage", "Last usage", "date", phone=True),
    Column("created_at", "Created (UTC)", "moment"),
    Column("workspace_url", "Address"),
)


def rows(warehouse: Warehouse, filters: Filters) -> pd.DataFrame:
    """One row a workspace, with its cost in the period."""
    known = frame(warehouse.fetch("names/workspaces", {}))
    costs = (
        spend(warehouse, filters, ("workspace",)).frame[["key1", "total_cost"]].rename(columns={"key1": "workspace_id"})
    )
    merged = known.merge(costs, on="workspace_id", how="outer")
    return merged.assign(name=merged["workspace_name"].fillna(merged["workspace_id"]).fillna("no workspace"))


def total(found: pd.DataFrame) -> float | None:
    """What all workspaces cost; None without a price."""
    return None if found["total_cost"].isna().all() else float(found["total_cost"].sum())


def registry(found: pd.DataFrame, filters: Filters, params: address.Params) -> Table:
    """The table; a row opens the workspace's jobs."""
    return Table(
        found,
        COLUMNS,
        filters.currency,
        "workspaces",
        "Workspaces of the account",
        sort="-total_cost",
        extra=_extra,
        link=lambda row: (
            address.link("jobs", params, workspace=row["workspace_id"])
            if not formatting.missing(row["workspace_id"])
            else ""
        ),
        total={"name": formatting.plural(len(found), "workspace"), "total_cost": total(found)},
        empty="No workspace is known.",
    )


def _extra(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name == "status" and not formatting.missing(row["status"]):
        running = str(row["status"]).upper() == "RUNNING"
        return {
            "text": str(row["status"]).replace("_", " ").capitalize(),
            "badge": "ok" if running else "plain",
        }
    if column.name == "status":
        return {"badge": "plain", "hover": "Only the bill knows this workspace; it may be deleted"}
    if column.name == "workspace_url" and not formatting.missing(row["workspace_url"]):
        url = str(row["workspace_url"])
        return {"text": formatting.middle(url.removeprefix("https://"), 32), "hover": url}
    if column.name == "cloud" and row["cloud"] == "AZURE":
        return {"text": "Azure"}
    return {}
