"""What machines cost: hours of instances, spot or not, split over the usage of their clusters."""

from typing import Any

import pandas as pd

from bench.same_answer.tables import CLUSTER_DAY, CLUSTERS, DAY, INSTANCES, NODES, PHOTON, VM_PRICES, Tables
from lib.spend.period import Period


def cluster_days(tables: Tables, usage: pd.DataFrame, period: Period, clusters: Any = None) -> pd.DataFrame:
    """Machines of each cluster and day: DBUs billed, and what the machines cost."""
    nodes = tables.rows(NODES, "start_time", period)
    if clusters is not None:
        nodes = nodes[nodes["cluster_id"].isin(clusters)]
    prices = tables.load(VM_PRICES)
    seen = _node_days(tables, nodes).merge(prices, on="node_type", how="left")
    seen["dbus"] = seen["hours"] * seen["dbu_per_hour"]
    seen["vm_cost"] = seen["hours"] * seen["usd_per_hour"] * seen["spot_share"].where(seen["is_spot"], 1.0)
    timeline = seen.groupby(CLUSTER_DAY)[["dbus", "vm_cost"]].sum(min_count=1).reset_index()
    classic = usage[(usage["usage_unit"] == "DBU") & usage["cluster_id"].notna()]
    billed = classic.groupby(CLUSTER_DAY).agg(
        dbus=("usage_quantity", "sum"), node_type=("node_type", "max"), is_photon=("is_photon", "max"),
        product=("product", "max"), cloud=("cloud", "max"),
    )  # fmt: skip
    days = billed.reset_index().merge(timeline, on=CLUSTER_DAY, how="outer", suffixes=("", "_seen"))
    days = days.merge(prices, on="node_type", how="left")
    days = days.merge(tables.load(PHOTON), on=["cloud", "product"], how="left")
    factor = days["photon_factor"].where(days["is_photon"].eq(True), 1.0)
    explained = days["dbus_seen"].fillna(0.0)
    missing = days["dbus"] / (days["dbu_per_hour"] * factor) - explained / days["dbu_per_hour"]
    few = (days["dbus"] > 0) & (days["dbu_per_hour"] > 0) & (explained * factor < 0.9 * days["dbus"])
    inferred = missing.where(few, 0.0)
    known = days["vm_cost"].notna() | (inferred != 0)
    cost = days["vm_cost"].fillna(0.0) + inferred * days["usd_per_hour"].fillna(0.0)
    return days[[*CLUSTER_DAY, "dbus"]].assign(machine_cost=cost.where(known))


def _node_days(tables: Tables, nodes: pd.DataFrame) -> pd.DataFrame:
    """Hours of each instance and day, and whether it was a spot instance."""
    instance = ["workspace_id", "cluster_id", "instance_id", "node_type", "driver"]
    nodes = nodes.assign(minute=nodes["start_time"].dt.floor("min")).drop_duplicates([*instance, "minute"])
    nodes["day"] = nodes["minute"].dt.normalize()
    days = nodes.groupby(["day", *instance], dropna=False).size().div(60).rename("hours").reset_index()
    events = tables.load(INSTANCES).groupby(["workspace_id", "instance_id"])["availability_type"].max()
    days = days.merge(events.reset_index(), on=["workspace_id", "instance_id"], how="left")
    versions = tables.load(CLUSTERS)
    versions = versions[versions["cluster_id"].isin(days["cluster_id"].unique())].sort_values("change_time")
    versions = versions.drop_duplicates(["workspace_id", "cluster_id", "change_time"])
    days["day_end"] = days["day"] + DAY - pd.Timedelta(microseconds=1)
    cluster = ["workspace_id", "cluster_id"]
    days = pd.merge_asof(days.sort_values("day_end"), versions, left_on="day_end", right_on="change_time", by=cluster)
    first = versions.drop_duplicates(cluster).set_index(cluster)
    late = days["change_time"].isna()
    days = days.join(first[["availability", "first_on_demand"]].add_suffix("_first"), on=cluster)
    availability = days["availability"].where(~late, days["availability_first"])
    on_demand = days["first_on_demand"].where(~late, days["first_on_demand_first"])
    ranked = days.sort_values(["driver", "hours", "instance_id"], ascending=[False, False, True])
    rank = ranked.groupby(CLUSTER_DAY).cumcount() + 1
    configured = availability.str.startswith(("SPOT", "PREEMPTIBLE"), na=False) & ~days["driver"] & rank.gt(on_demand)
    told = days["availability_type"]
    return days.assign(is_spot=told.isin(["SPOT", "PREEMPTIBLE"]).where(told.notna(), configured))


def with_machines(usage: pd.DataFrame, machines: pd.DataFrame) -> pd.DataFrame:
    """Usage rows with their part of the cluster's machines of that day, by DBUs."""
    usage = usage.merge(machines, on=CLUSTER_DAY, how="left")
    shared = (usage["usage_unit"] == "DBU") & (usage["dbus"] > 0)
    usage["vm_cost"] = (usage["machine_cost"] * usage["usage_quantity"] / usage["dbus"]).where(shared)
    usage["total_cost"] = usage[["cost", "vm_cost"]].sum(axis=1, min_count=1)
    return usage


def orphans(tables: Tables, machines: pd.DataFrame) -> pd.DataFrame:
    """Machines that no usage explains, by what made their cluster."""
    orphans = machines[machines["machine_cost"].notna() & ~(machines["dbus"] > 0)]
    versions = tables.load(CLUSTERS)
    versions = versions[versions["cluster_id"].isin(orphans["cluster_id"])].sort_values("change_time")
    newest = versions.drop_duplicates(["workspace_id", "cluster_id"], keep="last")
    orphans = orphans.merge(
        newest[["workspace_id", "cluster_id", "cluster_source"]], on=["workspace_id", "cluster_id"], how="left"
    )
    product = orphans["cluster_source"].map({"JOB": "JOBS", "PIPELINE": "DLT"}).fillna("ALL_PURPOSE")
    return orphans.assign(product=product, usage_unit=None, vm_cost=orphans["machine_cost"])
