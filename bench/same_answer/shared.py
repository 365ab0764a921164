"""What runs used of shared clusters and warehouses."""

import numpy as np
import pandas as pd

from bench.same_answer.tables import CLUSTERS, DAY, HOUR, NODES, RUN, STATEMENTS, TASKS, WAREHOUSE_EVENTS, Tables
from lib.spend.period import Period

RESOURCE_HOUR = ["kind", "workspace_id", "resource_id", "hour"]


def shared_cost(tables: Tables, usage: pd.DataFrame, period: Period) -> pd.DataFrame:
    """What runs used of shared clusters and warehouses, each hour: cost times what was busy, by work."""
    billed = usage[
        ((usage["product"] == "ALL_PURPOSE") & usage["cluster_id"].notna())
        | ((usage["product"] == "SQL") & usage["warehouse_id"].notna())
    ]
    billed = billed.assign(
        kind=np.where(billed["product"] == "SQL", "warehouse", "cluster"),
        resource_id=billed["warehouse_id"].fillna(billed["cluster_id"]),
        hour=billed["usage_start_time"].dt.floor("h"),
    )
    costs = billed.groupby(RESOURCE_HOUR)["cost"].sum().reset_index()
    work = by_hour(pd.concat([_cluster_work(tables, period), _warehouse_work(tables, period)], ignore_index=True))
    work["work_s"] = (work["until"] - work["since"]).dt.total_seconds() * work["weight"]
    work = work.sort_values([*RESOURCE_HOUR, "since", "until"])
    reached = work.groupby(RESOURCE_HOUR)["until"].cummax().groupby([work[name] for name in RESOURCE_HOUR]).shift()
    begin = work["since"].where(reached.isna() | (reached < work["since"]), reached)
    work["busy_s"] = (work["until"] - begin).dt.total_seconds().clip(lower=0)
    hours = work.groupby(RESOURCE_HOUR)[["busy_s", "work_s"]].sum().reset_index()
    hours = hours.merge(_up(tables, period, hours), on=RESOURCE_HOUR, how="left")
    up = np.maximum(hours["up_s"].fillna(3600), hours["busy_s"]).clip(lower=1)
    hours["busy_share"] = (hours["busy_s"] / up).clip(upper=1)
    of_jobs = work[work["job_id"].notna()].groupby([*RESOURCE_HOUR, "job_id", "run_id"])["work_s"].sum().reset_index()
    shared = of_jobs.merge(hours[hours["work_s"] > 0], on=RESOURCE_HOUR, suffixes=("", "_all"))
    shared = shared.merge(costs, on=RESOURCE_HOUR)
    shared["shared_cost"] = shared["cost"] * shared["busy_share"] * shared["work_s"] / shared["work_s_all"]
    return shared


def _cluster_work(tables: Tables, period: Period) -> pd.DataFrame:
    """Slices of tasks on clusters that people made."""
    tasks = tables.rows(TASKS, "start_time", Period(period.start - DAY, period.end)).explode("compute_ids")
    tasks = tasks[tasks["end_time"] > tasks["start_time"]].rename(columns={"compute_ids": "resource_id"})
    newest = (
        tables.load(CLUSTERS).sort_values("change_time").drop_duplicates(["workspace_id", "cluster_id"], keep="last")
    )
    people = newest[newest["cluster_source"].isin(["UI", "API"])].rename(columns={"cluster_id": "resource_id"})
    work = tasks.merge(people[["workspace_id", "resource_id"]], on=["workspace_id", "resource_id"])
    work = work.rename(columns={"start_time": "since", "end_time": "until"})
    return work[["workspace_id", "resource_id", *RUN[1:], "since", "until"]].assign(kind="cluster", weight=1.0)


def _warehouse_work(tables: Tables, period: Period) -> pd.DataFrame:
    """Statements on warehouses and days on which a job used them, newest row of each."""
    rows = tables.rows(STATEMENTS, "start_time", Period(period.start - DAY, period.end)).sort_values("update_time")
    rows = rows.drop_duplicates(["workspace_id", "statement_id"], keep="last")
    rows["day"] = rows["start_time"].dt.normalize()
    place = ["workspace_id", "warehouse_id", "day"]
    work = rows.merge(rows.loc[rows["job_id"].notna(), place].drop_duplicates(), on=place)
    work["since"] = work["start_time"] + pd.to_timedelta(work["wait_ms"], unit="ms")
    work["until"] = work["end_time"] + pd.to_timedelta(work["fetch_ms"], unit="ms")
    work = work[work["until"] > work["since"]].rename(columns={"warehouse_id": "resource_id"})
    weight = work["work_ms"] / 1000 / (work["until"] - work["since"]).dt.total_seconds()
    columns = ["workspace_id", "resource_id", *RUN[1:], "since", "until"]
    return work[columns].assign(kind="warehouse", weight=weight)


def _up(tables: Tables, period: Period, hours: pd.DataFrame) -> pd.DataFrame:
    """Seconds that each shared cluster and warehouse was on, by hour."""
    nodes = tables.rows(NODES, "start_time", period)
    nodes = nodes[nodes["cluster_id"].isin(hours.loc[hours["kind"] == "cluster", "resource_id"])]
    minutes = nodes.assign(minute=nodes["start_time"].dt.floor("min"))
    minutes = minutes.drop_duplicates(["workspace_id", "cluster_id", "minute"])
    minutes = minutes.assign(hour=minutes["minute"].dt.floor("h"), kind="cluster", resource_id=minutes["cluster_id"])
    clusters = minutes.groupby(RESOURCE_HOUR).size().mul(60.0).rename("up_s").reset_index()
    events = tables.rows(WAREHOUSE_EVENTS, "event_time", Period(period.start - 31 * DAY, period.end))
    events = events.sort_values(["workspace_id", "warehouse_id", "event_time", "cluster_count"])
    following = events.groupby(["workspace_id", "warehouse_id"])["event_time"].shift(-1)
    events["until"] = following.fillna(pd.Timestamp(period.end))
    on = events[(events["cluster_count"] > 0) & (events["event_type"] != "STOPPED")]
    on = on.assign(
        kind="warehouse",
        resource_id=on["warehouse_id"],
        since=on["event_time"].clip(lower=pd.Timestamp(period.start)),
    )
    pieces = by_hour(on[on["until"] > on["since"]])
    pieces["up_s"] = (pieces["until"] - pieces["since"]).dt.total_seconds()
    return pd.concat([clusters, pieces.groupby(RESOURCE_HOUR)["up_s"].sum().reset_index()])


def by_hour(pieces: pd.DataFrame) -> pd.DataFrame:
    """Each piece (`since`, `until`) cut at the hours it touches."""
    first = pieces["since"].dt.floor("h")
    count = ((pieces["until"].dt.floor("h") - first) // HOUR + 1).to_numpy()
    repeated = pieces.loc[pieces.index.repeat(count)].copy()
    number = pd.Series(1, index=repeated.index).groupby(level=0).cumsum() - 1
    repeated["hour"] = first.loc[repeated.index] + number * HOUR
    repeated["since"] = np.maximum(repeated["since"], repeated["hour"])
    repeated["until"] = np.minimum(repeated["until"], repeated["hour"] + HOUR)
    return repeated[repeated["until"] > repeated["since"]]
