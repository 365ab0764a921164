"""All recommendations about clusters, pools and warehouses: reads what the rules look at, and runs them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from lib.clusters.acting import Limits, carries
from lib.clusters.advice import RULES
from lib.clusters.advice.facts import NEVER, Facts, NodeType
from lib.clusters.fleet import Fleet, Window, fleet, tags_of
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


def find(warehouse: Warehouse, over: Window, today: date, limits: Limits = Limits()) -> Found:
    """Everything the tables tell: eight statements, whatever the number of clusters."""
    missing = frozenset(warehouse.missing_tables())
    everything = replace(over, sources=("UI", "API"))
    found: list[Recommendation] = []
    clusters = unmeasured = 0
    try:
        known = fleet(warehouse, everything)
    except SourceError:
        known = None
    if known is not None:
        facts = list(cluster_facts(warehouse, known, today, limits, missing))
        found += apply("cluster", facts)
        clusters = len(facts)
        unmeasured = sum(not f.has("up_minutes") for f in facts)
    if not missing & frozenset(WAREHOUSE_TABLES):
        rows = warehouses(warehouse, over).rows.to_dict("records")
        found += apply("warehouse", [Facts(row, "warehouse", over.days, over.currency, today) for row in rows])
    if not missing & frozenset(POOL_TABLES) and over.currency == "USD":
        rows = pools(warehouse, over).rows.to_dict("records")
        found += apply(
            "pool", [Facts({**row, "total_cost": row["idle_cost"]}, "pool", over.days, "USD", today) for row in rows]
        )
    return Found(tuple(ordered(found)), clusters, unmeasured, tuple(sorted(missing)))


def apply(of: str, facts: Iterable[Facts]) -> list[Recommendation]:
    """What the rules of one kind say about these."""
    said = list(facts)
    return [found for rule in RULES if rule.of == of for f in said if (found := rule.find(f)) is not None]


def cluster_facts(
    warehouse: Warehouse, known: Fleet, today: date, limits: Limits, missing: frozenset[str]
) -> Iterable[Facts]:
    """Facts of every cluster of the fleet."""
    over = known.window
    span = {"start_date": over.start, "end_date": over.end}
    offered = () if "system.compute.node_types" in missing else _node_types(warehouse)
    shares: dict[tuple[str, str], dict[str, Any]] = {}
    if "system.lakeflow.job_task_run_timeline" not in missing:
        rows = warehouse.fetch("clusters/job_shares", span | {"currency": over.currency, "base": over.base}).to_pylist()
        shares = {(row["workspace_id"], row["cluster_id"]): row for row in rows}
    seen = {} if "system.access.audit" in missing else _seen(warehouse, over.end)
    records = known.clusters.to_dict("records")
    alike: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in records:
        alike[_likeness(row)].append(str(row["name"]))
    for row in records:
        names = alike[_likeness(row)]
        cloud = row.get("cloud")
        yield Facts(
            row,
            days=over.days,
            currency=over.currency,
            today=today,
            node_types=tuple(n for n in offered if not cloud or n.cloud == cloud),
            jobs=shares.get((row["workspace_id"], row["cluster_id"]), {}),
            owner_days=_owner_days(row.get("owner"), seen, today),
            alike=tuple(sorted(name for name in names if name != row["name"])),
            production=carries(tags_of(row), limits.production),
            up_hours=_up_hours(row, known.seen_until),
        )


def with_live(known: Fleet, live: Iterable[LiveCluster], workspace_id: str, now: datetime) -> list[Recommendation]:
    """What only the workspace can tell: settings of Spark, and how long each has been up."""
    rows = {r["cluster_id"]: r for r in known.clusters.to_dict("records") if r["workspace_id"] == workspace_id}
    facts = []
    for cluster in live:
        row = rows.get(cluster.cluster_id)
        if row is None or cluster.source not in ("UI", "API"):
            continue
        since = cluster.restarted_at or cluster.started_at
        up = (now - since).total_seconds() / 3600 if since and cluster.state == "RUNNING" else None
        facts.append(
            Facts(row, days=known.window.days, currency=known.window.currency, today=now.date(),
                  spark_conf=cluster.spark_conf, up_hours=up)
        )  # fmt: skip
    return [
        found
        for rule in RULES
        if rule.kind in ("spark_settings", "long_running")
        for f in facts
        if (found := rule.find(f))
    ]


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


def _seen(warehouse: Warehouse, end: date) -> dict[str, datetime]:
    span = {"start_date": end - timedelta(days=SEEN_DAYS), "end_date": end}
    return {row["person"]: row["last_seen"] for row in warehouse.fetch("clusters/people", span).to_pylist()}


def _owner_days(owner: Any, seen: Mapping[str, datetime], today: date) -> int | None:
    """None when the log says nothing about anybody; NEVER when it names others and not this one."""
    if not seen or not isinstance(owner, str):
        return None
    return (today - seen[owner].date()).days if owner in seen else NEVER


def _up_hours(row: Mapping[str, Any], seen_until: datetime | None) -> float | None:
    """By the tables: one that runs and was started at most once in the window has been up for all its minutes."""
    minutes = row.get("up_minutes")
    if row.get("state") != "RUNNING" or seen_until is None or row.get("starts") not in (0, 1) or not minutes:
        return None
    return float(minutes) / 60
