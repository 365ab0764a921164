"""All recommendations about clusters, pools and warehouses: reads what the rules look at, and runs them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from lib.clusters.acting import Limits, carries
from lib.clusters.advice import RULES
from lib.clusters.advice.facts import NEVER, Facts, NodeType
from lib.clusters.fleet import BY_PEOPLE, Fleet, Window, fleet, tags_of
from lib.clusters.warehouses import POOL_TABLES, WAREHOUSE_TABLES, pools, warehouses
from lib.errors import SourceError
from lib.recommendations.model import Recommendation, ordered
from lib.warehouse import Warehouse
from lib.workspace.compute import LiveCluster

SEEN_DAYS = 180
"""How far back a person is looked for in the audit log."""


@dataclass(frozen=True)
class Found:
    """What the rules say, and what they could not look at."""

    recommendations: tuple[Recommendation, ...]
    clusters: int
    unmeasured: int
    """Clusters without node minutes: whether they are oversized or idle is not assessed."""
    missing: tuple[str, ...]
    """Tables that were not loaded."""


@dataclass(frozen=True)
class Judged:
    """The fleet of people's clusters, and what the rules say about it: asked together, shown on several pages."""

    fleet: Fleet
    found: Found
    node_types: tuple[NodeType, ...] = ()
    """Machine sizes of the account, from which smaller ones are suggested."""


def judged(warehouse: Warehouse, over: Window, today: date, limits: Limits = Limits()) -> Judged:
    """The fleet and what the tables tell about it: two statements, and the node types. SourceError as `fleet`."""
    known = fleet(warehouse, replace(over, sources=BY_PEOPLE))
    missing = frozenset(warehouse.missing_tables())
    offered = () if "system.compute.node_types" in missing else _node_types(warehouse)
    said = tuple(ordered(apply("cluster", cluster_facts(warehouse, known, today, limits, offered))))
    unmeasured = int(known.clusters["up_minutes"].isna().sum())
    return Judged(known, Found(said, len(known.clusters), unmeasured, tuple(sorted(missing))), offered)


def others(warehouse: Warehouse, over: Window, today: date) -> Found:
    """What the tables tell about SQL warehouses and pools: two statements."""
    missing = frozenset(warehouse.missing_tables())
    found: list[Recommendation] = []
    if not missing & frozenset(WAREHOUSE_TABLES):
        rows = warehouses(warehouse, over).rows.to_dict("records")
        found += apply("warehouse", [Facts(row, "warehouse", over.days, over.currency, today) for row in rows])
    if not missing & frozenset(POOL_TABLES) and over.currency == "USD":
        rows = pools(warehouse, over).rows.to_dict("records")
        found += apply(
            "pool", [Facts({**row, "total_cost": row["idle_cost"]}, "pool", over.days, "USD", today) for row in rows]
        )
    return Found(tuple(found), 0, 0, tuple(sorted(missing)))


def together(parts: Iterable[Found]) -> Found:
    """Several findings as one, the most urgent first."""
    every = list(parts)
    return Found(
        tuple(ordered(item for part in every for item in part.recommendations)),
        sum(part.clusters for part in every),
        sum(part.unmeasured for part in every),
        tuple(sorted({table for part in every for table in part.missing})),
    )


def find(warehouse: Warehouse, over: Window, today: date, limits: Limits = Limits()) -> Found:
    """Everything the tables tell: four statements and the node types, whatever the number of clusters."""
    rest = others(warehouse, over, today)
    try:
        return together((judged(warehouse, over, today, limits).found, rest))
    except SourceError:
        return rest


def apply(of: str, facts: Iterable[Facts]) -> list[Recommendation]:
    """What the rules of one kind say about these, one thing after the other: thousands need not be held at once."""
    rules = [rule for rule in RULES if rule.of == of]
    return [found for f in facts for rule in rules if (found := rule.find(f)) is not None]


def cluster_facts(
    warehouse: Warehouse, known: Fleet, today: date, limits: Limits, offered: Iterable[NodeType]
) -> Iterable[Facts]:
    """Facts of every cluster of the fleet."""
    over = known.window
    params = {
        "start_date": over.start, "end_date": over.end, "seen_from": over.end - timedelta(days=SEEN_DAYS),
        "currency": over.currency, "base": over.base,
    }  # fmt: skip
    around = {
        (row["workspace_id"], row["cluster_id"]): row
        for row in warehouse.fetch("clusters/surroundings", params).to_pylist()
    }
    alike: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    columns = ["workspace_id", "owner", "worker_node_type", "driver_node_type", "name"]
    for row in known.clusters[columns].to_dict("records"):
        alike[_likeness(row)].append(str(row["name"]))
    for row in _records(known.clusters):
        names = alike[_likeness(row)]
        cloud = row.get("cloud")
        near = around.get((row["workspace_id"], row["cluster_id"]), {})
        yield Facts(
            row,
            days=over.days,
            currency=over.currency,
            today=today,
            node_types=tuple(n for n in offered if not cloud or n.cloud == cloud),
            jobs=near if near.get("jobs") else {},
            owner_days=_owner_days(near, today),
            alike=tuple(sorted(name for name in names if name != row["name"])),
            production=carries(tags_of(row), limits.production),
            up_hours=_up_hours(row, known.seen_until),
        )


AT_ONCE = 500


def _records(clusters: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as dictionaries, some hundred at a time: a row of a fleet is wide."""
    for start in range(0, len(clusters), AT_ONCE):
        yield from clusters.iloc[start : start + AT_ONCE].to_dict("records")  # type: ignore[misc]


LIVE = frozenset({"spark_settings", "long_running"})
"""Rules that the workspace can answer better than the tables: where it was asked, only its answer counts."""
SIZES = frozenset({"oversized_driver", "oversized_memory", "node_choice", "gpu_unused"})
"""Rules that look at machine sizes: where the workspace says which it offers, no other is suggested."""


def with_live(
    found: Iterable[Recommendation], seen: Judged, live: Iterable[LiveCluster], workspace_id: str, now: datetime,
    offered: frozenset[str] = frozenset(),
) -> tuple[Recommendation, ...]:  # fmt: skip
    """Findings with what only the workspace can tell: settings of Spark, how long each has been up, and, where `offered` names
    any, which machine sizes there are."""
    over = seen.fleet.window
    anew = LIVE | (SIZES if offered else frozenset())
    found = list(found)
    by_id = {cluster.cluster_id: cluster for cluster in live if cluster.source in BY_PEOPLE}
    told = {item.object_id for item in found if item.kind in anew and item.workspace_id == workspace_id}
    told |= {id_ for id_, cluster in by_id.items() if cluster.spark_conf or cluster.state == "RUNNING"}
    known = seen.fleet.clusters
    here = known[(known["workspace_id"] == workspace_id) & known["cluster_id"].isin(list(told))]
    facts = []
    for row in _records(here):
        cluster = by_id.get(row["cluster_id"])
        since = (cluster.restarted_at or cluster.started_at) if cluster else None
        up = (now - since).total_seconds() / 3600 if since and cluster and cluster.state == "RUNNING" else None
        own = (row.get("driver_node_type"), row.get("worker_node_type"))
        facts.append(
            Facts(row, days=over.days, currency=over.currency, today=now.date(),
                  node_types=tuple(n for n in seen.node_types if n.name in offered or n.name in own),
                  spark_conf=cluster.spark_conf if cluster else None, up_hours=up)
        )  # fmt: skip
    said = [item for rule in RULES if rule.kind in anew for f in facts if (item := rule.find(f)) is not None]
    kept = [item for item in found if item.kind not in anew or item.workspace_id != workspace_id]
    return tuple(ordered([*kept, *said]))


def _likeness(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["workspace_id"], row.get("owner"), row.get("worker_node_type") or row.get("driver_node_type"))


def _node_types(warehouse: Warehouse) -> tuple[NodeType, ...]:
    return tuple(
        NodeType(
            r["node_type"], float(r["cores"] or 0), float(r["memory_mb"] or 0), int(r["gpus"] or 0), r["vm_price"],
            r["dbu_rate"], r["cloud"] or "",
        )
        for r in warehouse.fetch("clusters/node_types", {}).to_pylist()
    )  # fmt: skip


def _owner_days(near: Mapping[str, Any], today: date) -> int | None:
    """None when the log says nothing about anybody; NEVER when it names others and not this one."""
    if not near.get("people_seen"):
        return None
    seen = near.get("owner_seen_at")
    return (today - seen.date()).days if seen is not None else NEVER


def _up_hours(row: Mapping[str, Any], seen_until: datetime | None) -> float | None:
    """By the tables: one that runs and was started at most once in the window has been up for all its minutes."""
    minutes = row.get("up_minutes")
    if row.get("state") != "RUNNING" or seen_until is None or row.get("starts") not in (0, 1) or not minutes:
        return None
    return float(minutes) / 60
