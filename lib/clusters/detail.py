"""One cluster: its days, hours, users and history, read at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lib.clusters.fleet import Fleet, Window, fleet
from lib.clusters.history import Change, changes
from lib.errors import NotFound
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame
from lib.warehouse.together import at_once


@dataclass(frozen=True)
class Detail:
    """Everything the tables know of one cluster."""

    window: Window
    row: Mapping[str, Any]
    """Its row of the fleet; empty when the tables do not know it yet."""
    days: pd.DataFrame
    """One row a `usage_date`, in order: `dbu_cost`, `vm_cost`, `total_cost`, `dbus`, `up_minutes`, `quiet_minutes`."""
    hours: pd.DataFrame
    """One row a (hour_at, node_role), in order."""
    jobs: pd.DataFrame
    """Jobs that ran on it, most work first: `key`, `name`, `times`, `work_minutes`, `last_time`."""
    people: pd.DataFrame
    """People who started it: `key`, `times`, `last_time`."""
    notebooks: pd.DataFrame
    """Notebooks that were attached to it: `key`, `times`, `last_time`."""
    changes: tuple[Change, ...]


def detail(warehouse: Warehouse, over: Window, workspace_id: str, cluster_id: str, *, with_row: bool = True) -> Detail:
    """Read one cluster: four queries at once, each bounded by its id and the window's days; `with_row`: its row of the fleet too,
    for those who do not have it."""
    one: dict[str, object] = {"workspace_id": workspace_id, "cluster_id": cluster_id}
    span: dict[str, object] = {"start_date": over.start, "end_date": over.end}
    own = replace(over, workspaces=(workspace_id,), sources=())
    row, versions, past, used = at_once(
        warehouse,
        lambda: row_of(fleet(warehouse, own, cluster_id)) if with_row else {},
        lambda: warehouse.fetch("clusters/versions", one).to_pylist(),
        lambda: past_of(warehouse, over, workspace_id, (cluster_id,)),
        lambda: frame(warehouse.fetch("clusters/used_by", span | {"cluster_id": cluster_id, "sources": None})),
    )
    used = used[used["workspace_id"] == workspace_id]
    jobs, people, notebooks = (
        used[used["kind"] == kind].sort_values(by, ascending=[False, True], ignore_index=True)
        for kind, by in (("job", ["work_minutes", "key"]), ("person", ["times", "key"]), ("notebook", ["times", "key"]))
    )
    return Detail(over, row, past.days, past.hours, jobs, people, notebooks, tuple(changes(versions)))


def row_of(known: Fleet, workspace_id: str = "", cluster_id: str = "") -> Mapping[str, Any]:
    """One cluster's row of a fleet, empty when it is not in it; without ids, the first row."""
    rows = known.clusters
    if cluster_id:
        rows = rows[(rows["workspace_id"] == workspace_id) & (rows["cluster_id"] == cluster_id)]
    found = rows.head(1).to_dict("records")
    return found[0] if found else {}


@dataclass(frozen=True)
class Past:
    """What some clusters did, day by day and hour by hour."""

    days: pd.DataFrame
    """One row a (cluster_id, usage_date), in order: `dbu_cost`, `vm_cost`, `total_cost`, `dbus`, `up_minutes`, `quiet_minutes`,
    `idle_after_30`, `starts`."""
    hours: pd.DataFrame
    """One row a (cluster_id, hour_at, node_role), in order: `up_minutes`, `quiet_minutes`, `nodes`, `cpu_mean`, …"""


DAILY = ("up_minutes", "quiet_minutes", "dbus", "dbu_cost", "vm_cost", "idle_after_30", "starts")
HOURLY = ("up_minutes", "quiet_minutes", "node_minutes", "nodes", "cpu_mean", "cpu_max", "memory_mean", "memory_max")


def past_of(warehouse: Warehouse, over: Window, workspace_id: str, cluster_ids: Sequence[str]) -> Past:
    """The past of some clusters of one workspace: one statement, however many there are."""
    params = {
        "start_date": over.start, "end_date": over.end, "currency": over.currency, "base": over.base,
        "workspace_id": workspace_id, "cluster_ids": list(cluster_ids),
    }  # fmt: skip
    rows = frame(warehouse.fetch("clusters/past", params))
    days = rows[rows["grain"] == "day"][["cluster_id", "at", *DAILY]]
    days = days.assign(usage_date=days["at"].dt.date, total_cost=days[["dbu_cost", "vm_cost"]].sum(axis=1, min_count=1))
    hours = rows[rows["grain"] == "hour"][["cluster_id", "at", "node_role", *HOURLY]].rename(columns={"at": "hour_at"})
    return Past(
        days.drop(columns="at").sort_values(["cluster_id", "usage_date"], ignore_index=True),
        hours.sort_values(["cluster_id", "hour_at", "node_role"], ignore_index=True),
    )


def known(detail: Detail, live: object | None) -> None:
    """NotFound when neither the tables nor the workspace know the cluster."""
    if not detail.row and live is None:
        raise NotFound("There is no such cluster.", remedy="It may have been deleted; the list has those there are.")
