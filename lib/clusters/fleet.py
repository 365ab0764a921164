"""The fleet: every classic cluster with what it is, costs and does, from the tables and from the workspace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from lib.clusters import states
from lib.clusters.runtimes import runtime
from lib.errors import SourceError
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame
from lib.workspace.compute import LiveCluster

DAYS = 30
BY_PEOPLE = ("UI", "API")
"""Sources of clusters that people made; the rest comes and goes with jobs and pipelines."""
SEEN_RUNNING = timedelta(minutes=30)
SOURCES = {
    "UI": "All-purpose", "API": "All-purpose", "JOB": "Job", "PIPELINE": "Pipeline", "PIPELINE_MAINTENANCE": "Pipeline",
}  # fmt: skip


@dataclass(frozen=True)
class Window:
    """The days that a fleet is judged by: 30, 7 and 1 up to the newest day with data."""

    start: date
    end: date
    """Not included."""
    currency: str = "USD"
    base: str = "list"
    workspaces: tuple[str, ...] = ()
    """Empty: all."""
    sources: tuple[str, ...] = BY_PEOPLE
    """Empty: all."""

    @property
    def days(self) -> int:
        """How many."""
        return (self.end - self.start).days

    def params(self) -> dict[str, object]:
        """What the queries take."""
        return {
            "start_date": self.start,
            "end_date": self.end,
            "week_start": self.end - timedelta(days=7),
            "day_start": self.end - timedelta(days=1),
            "currency": self.currency,
            "base": self.base,
            "workspaces": list(self.workspaces) or None,
            "sources": list(self.sources) or None,
            "cluster_id": None,
        }


def window(filters: Filters, as_of: AsOf, sources: tuple[str, ...] = BY_PEOPLE) -> Window:
    """The last 30 days that have data, in the view's currency, prices and workspaces."""
    end = (as_of.last_day or as_of.today) + timedelta(days=1)
    return Window(end - timedelta(days=DAYS), end, filters.currency, filters.base, tuple(filters.workspaces), sources)


@dataclass(frozen=True)
class Fleet:
    """All clusters at once."""

    window: Window
    clusters: pd.DataFrame
    """One row a (workspace_id, cluster_id): the columns of `clusters/fleet` as floats; `kind`, `runtime_short`, `photon`,
    `supported_until`, `size_words`, `cost_per_hour` and `dbu_per_hour` while up, `idle_share`; `state`, `state_live`,
    `since`, `state_message`, `state_rank`."""
    seen_until: datetime | None
    """Newest node minute: how far states from the tables go."""
    live_at: datetime | None = None
    """When the workspace was asked; None when it was not."""
    missing: tuple[str, ...] = ()
    """Tables that were not loaded and what depends on them is not assessed."""

    def of(self, workspaces: tuple[str, ...]) -> "Fleet":
        """The part of it in some workspaces; all of it when none are named."""
        if not workspaces:
            return self
        mine = self.clusters["workspace_id"].isin(list(workspaces))
        return replace(self, window=replace(self.window, workspaces=workspaces),
                       clusters=self.clusters[mine].reset_index(drop=True))  # fmt: skip


NEEDED = ("system.compute.node_timeline", "system.compute.node_types", "system.billing.usage")


def fleet(warehouse: Warehouse, over: Window, cluster_id: str | None = None) -> Fleet:
    """Read the fleet from the tables: one statement. SourceError without system.compute.clusters."""
    missing = frozenset(warehouse.missing_tables())
    if "system.compute.clusters" in missing:
        raise SourceError(
            "The clusters' table was not loaded.",
            place="system.compute.clusters",
            remedy="Import an export of it, or grant SELECT on it.",
        )
    params = over.params() | {"cluster_id": cluster_id}
    found = _enriched(frame(warehouse.fetch("clusters/fleet", params)))
    seen = found["last_active"].max()
    seen_until = None if pd.isna(seen) else seen.to_pydatetime()
    return Fleet(over, _seen_states(found, seen_until), seen_until, missing=tuple(t for t in NEEDED if t in missing))


def _enriched(rows: pd.DataFrame) -> pd.DataFrame:
    said = {text: runtime(text) for text in rows["runtime"].dropna().unique()}
    rows["name"] = rows["cluster_name"].fillna(rows["cluster_id"])
    rows["kind"] = rows["source"].map(SOURCES).fillna("Other")
    rows["runtime_short"] = rows["runtime"].map(lambda text: said[text].short if text in said else "")
    rows["photon"] = rows["runtime"].map(lambda text: text in said and said[text].photon)
    rows["supported_until"] = rows["runtime"].map(lambda text: said[text].end_of_support if text in said else None)
    rows["size_words"] = [
        size_words(w, low, high)
        for w, low, high in zip(rows["workers"], rows["min_workers"], rows["max_workers"], strict=True)
    ]
    hours = rows["up_minutes"] / 60
    rows["cost_per_hour"] = (rows["measured_cost"] / hours).where(hours > 0)
    measured_dbus = (rows["dbus"] / hours).where(hours > 0)
    rows["dbu_per_hour"] = measured_dbus.fillna(_rated_dbus(rows))
    rows["idle_share"] = (rows["idle_after_30"] / rows["up_minutes"]).where(rows["up_minutes"] > 0)
    rows["node_words"] = [
        worker or driver if worker == driver or not worker else f"{worker}, driver {driver}"
        for driver, worker in zip(rows["driver_node_type"].fillna(""), rows["worker_node_type"].fillna(""), strict=True)
    ]
    return rows


def _rated_dbus(rows: pd.DataFrame) -> pd.Series:
    """DBUs an hour by node type, for clusters that nobody measured: its least size, twice with Photon."""
    workers = rows["workers"].fillna(rows["min_workers"]).fillna(0).astype(float)
    worker_rate = rows["worker_dbu_rate"].fillna(0).astype(float)
    factor = rows["photon"].map({True: 2.0, False: 1.0}).astype(float)
    return (rows["driver_dbu_rate"].astype(float) + workers * worker_rate) * factor


def size_words(workers: float | None, least: float | None, most: float | None) -> str:
    """How many workers, in words.

    >>> size_words(None, 2, 4), size_words(0, None, None), size_words(1, None, None)
    ('2–4 workers', 'single node', '1 worker')
    """
    if least is not None and least == least and most is not None and most == most:
        return f"{int(least)}–{int(most)} workers"
    if workers is None or workers != workers:
        return ""
    return {0: "single node", 1: "1 worker"}.get(int(workers), f"{int(workers)} workers")


def access_words(mode: str) -> str:
    """An access mode as people say it.

    >>> access_words("USER_ISOLATION"), access_words("LEGACY_TABLE_ACL"), access_words("")
    ('Shared', 'Legacy table acl', 'none')
    """
    known = {
        "USER_ISOLATION": "Shared", "DATA_SECURITY_MODE_STANDARD": "Shared", "SINGLE_USER": "Dedicated",
        "DATA_SECURITY_MODE_DEDICATED": "Dedicated", "NONE": "No isolation", "": "none",
    }  # fmt: skip
    return known.get(mode, mode.replace("_", " ").capitalize())


def _seen_states(rows: pd.DataFrame, seen_until: datetime | None) -> pd.DataFrame:
    """States as of the newest node minute, for workspaces that nobody can ask."""
    up = rows["last_active"] > (seen_until - SEEN_RUNNING) if seen_until else pd.Series(False, index=rows.index)
    return rows.assign(
        state=["RUNNING" if is_up else "TERMINATED" for is_up in up],
        state_live=False,
        since=pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]"),
        state_message="",
        state_rank=[states.rank("RUNNING" if is_up else "TERMINATED") for is_up in up],
    )


def with_live(known: Fleet, live: Iterable[LiveCluster], workspace_id: str, at: datetime) -> Fleet:
    """The same with the states that one workspace has now; clusters the tables do not know yet are added."""
    by_id = {cluster.cluster_id: cluster for cluster in live}
    rows = known.clusters
    here = (rows["workspace_id"] == workspace_id) & rows["cluster_id"].isin(list(by_id))
    ids = list(rows.loc[here, "cluster_id"])
    if ids:
        now = pd.DataFrame([_live_columns(by_id[id_]) for id_ in ids], index=rows.index[here])
        now["since"] = pd.to_datetime(now["since"], utc=True)
        rows = rows.assign(**{name: rows[name].where(~here, now[name].reindex(rows.index)) for name in now})
        rows = rows.astype({"state_live": bool, "state_rank": int})
    shown, wanted = known.window.sources, known.window.workspaces
    if not wanted or workspace_id in wanted:
        seen = set(ids)
        new = [c for c in by_id.values() if c.cluster_id not in seen and (not shown or c.source in shown)]
        if new:
            names = rows.loc[rows["workspace_id"] == workspace_id, "workspace_name"].dropna()
            name = str(names.iloc[0]) if len(names) else workspace_id
            added = pd.DataFrame([_new_row(cluster, workspace_id, name) for cluster in new])
            rows = pd.concat([rows, added.reindex(columns=rows.columns)], ignore_index=True)
    return replace(known, clusters=rows.assign(since=pd.to_datetime(rows["since"], utc=True)), live_at=at)


def _live_columns(cluster: LiveCluster) -> dict[str, Any]:
    return {
        "state": cluster.state,
        "state_live": True,
        "state_rank": states.rank(cluster.state),
        "since": cluster.restarted_at or cluster.started_at if cluster.active else cluster.terminated_at,
        "state_message": cluster.state_message,
        "policy_id": cluster.policy_id or None,
    }


def _new_row(cluster: LiveCluster, workspace_id: str, workspace_name: str) -> dict[str, Any]:
    said = runtime(cluster.runtime)
    fixed = cluster.max_workers is None
    return _live_columns(cluster) | {
        "workspace_id": workspace_id, "workspace_name": workspace_name, "cluster_id": cluster.cluster_id,
        "cluster_name": cluster.name, "name": cluster.name, "owner": cluster.owner or None, "source": cluster.source,
        "kind": SOURCES.get(cluster.source, "Other"), "driver_node_type": cluster.driver_node_type,
        "worker_node_type": cluster.node_type, "node_words": cluster.node_type, "workers": cluster.workers if fixed else None,
        "min_workers": cluster.min_workers, "max_workers": cluster.max_workers,
        "size_words": size_words(cluster.workers, cluster.min_workers, cluster.max_workers),
        "auto_stop_minutes": cluster.auto_stop_minutes, "runtime": cluster.runtime, "runtime_short": said.short,
        "photon": cluster.photon, "supported_until": said.end_of_support, "access_mode": cluster.access_mode,
        "tags": list(cluster.tags.items()),
    }  # fmt: skip


def tags_of(row: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a row, whatever the engine made of the map."""
    value = row.get("tags")
    if value is None or (isinstance(value, float) and value != value):
        return {}
    return {str(k): str(v) for k, v in (value.items() if isinstance(value, Mapping) else value)}


@dataclass(frozen=True)
class Sums:
    """The figures above the list: they equal the sums of its rows."""

    clusters: int
    running: int
    moving: int
    workers: int
    """Of clusters that run: at their least size when they scale."""
    dbu_per_hour: float | None
    """Of clusters that run; None when it is known for none of them."""
    cost_per_hour: float | None
    month_cost: float | None
    week_cost: float | None
    day_cost: float | None
    idle_cost: float | None
    unmeasured: int
    """Clusters with cost but without node minutes: their idle cost is not assessed."""


def sums(rows: pd.DataFrame) -> Sums:
    """Add up the rows in view."""
    up = rows[rows["state"] == "RUNNING"]
    return Sums(
        clusters=len(rows),
        running=len(up),
        moving=int(rows["state"].isin(list(states.MOVING)).sum()),
        workers=int(up["workers"].fillna(up["min_workers"]).fillna(0).sum()),
        dbu_per_hour=_sum(up["dbu_per_hour"]),
        cost_per_hour=_sum(up["cost_per_hour"]),
        month_cost=_sum(rows["total_cost"]),
        week_cost=_sum(rows["week_cost"]),
        day_cost=_sum(rows["day_cost"]),
        idle_cost=_sum(rows["idle_cost"]),
        unmeasured=int((rows["total_cost"].notna() & rows["up_minutes"].isna()).sum()),
    )


def _sum(values: pd.Series) -> float | None:
    return None if values.isna().all() else float(values.sum())
