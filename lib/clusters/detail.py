"""One cluster: its days, hours, users and history, read at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.clusters.fleet import Fleet, Window, fleet
from lib.clusters.history import Change, changes
from lib.errors import NotFound
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame


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
    changes: tuple[Change, ...]
    fleet: Fleet


def detail(warehouse: Warehouse, over: Window, workspace_id: str, cluster_id: str) -> Detail:
    """Read one cluster: six statements, each bounded by its id and the window's days."""
    found = fleet(warehouse, Window(over.start, over.end, over.currency, over.base, (workspace_id,), ()), cluster_id)
    one: dict[str, object] = {"workspace_id": workspace_id, "cluster_id": cluster_id}
    span: dict[str, object] = {"start_date": over.start, "end_date": over.end}
    money: dict[str, object] = {"currency": over.currency, "base": over.base}
    rows = found.clusters.to_dict("records")
    versions = warehouse.fetch("clusters/versions", one).to_pylist()
    days = frame(warehouse.fetch("clusters/days", span | money | one)).sort_values("usage_date", ignore_index=True)
    days["total_cost"] = days[["dbu_cost", "vm_cost"]].sum(axis=1, min_count=1)
    hours = frame(warehouse.fetch("clusters/hours", span | one)).sort_values(
        ["hour_at", "node_role"], ignore_index=True
    )
    used = frame(warehouse.fetch("clusters/used_by", span | {"cluster_id": cluster_id, "sources": None}))
    used = used[used["workspace_id"] == workspace_id]
    jobs = used[used["kind"] == "job"].sort_values(["work_minutes", "key"], ascending=[False, True], ignore_index=True)
    people = used[used["kind"] == "person"].sort_values(["times", "key"], ascending=[False, True], ignore_index=True)
    return Detail(over, rows[0] if rows else {}, days, hours, jobs, people, tuple(changes(versions)), found)


def known(detail: Detail, live: object | None) -> None:
    """NotFound when neither the tables nor the workspace know the cluster."""
    if not detail.row and live is None:
        raise NotFound("There is no such cluster.", remedy="It may have been deleted; the list has those there are.")
