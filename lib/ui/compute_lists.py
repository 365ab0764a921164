"""SQL warehouses, instance pools, policies and the audit as tables."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib import operate
from lib.clusters import drift, states
from lib.clusters.warehouses import Listed
from lib.errors import AppError
from lib.spend import formatting
from lib.store import events
from lib.ui import address, cards, session, words
from lib.ui.columns import Column
from lib.ui.table import Mark, Row, Table
from lib.workspace import compute, policies
from lib.workspace.policies import Policy

WAREHOUSES = (
    Column("name", "Warehouse", phone=True),
    Column(
        "state",
        "State",
        "badge",
        "As its workspace says it now; of workspaces nobody can ask, by its newest event",
        missing="not assessed",
        phone=True,
    ),
    Column("total_cost", "30 days", "money", phone=True, missing=formatting.NONE),
    Column("workspace_name", "Workspace"),
    Column("type", "Type", "state"),
    Column("size_words", "Size", about="As its workspace has it now; by the tables where nobody can ask"),
    Column("clusters_words", "Clusters", about="Now, and from least to most"),
    Column("stops_after", "Stops after", about="As its workspace has it now; by the tables where nobody can ask"),
    Column("on_minutes", "On, hours", "number", "In 30 days; hours with at least one cluster", missing=formatting.NONE),
    Column("busy_share", "Busy", "percent", "Share of the time on in which a statement worked", missing="not assessed"),
    Column("statements", "Statements", "count", missing=formatting.NONE),
    Column(
        "queued_share", "Queued", "percent", "Statements that waited over a second for room", missing=formatting.NONE
    ),
    Column("queue_p95_s", "Wait p95", "duration", "Waiting for room, 95th percentile", missing=formatting.NONE),
    Column("last_statement_at", "Last statement", "moment"),
)
POOLS = (
    Column("name", "Pool", phone=True),
    Column(
        "idle_cost", "Cost of waiting", "money", "At the on-demand price; no DBUs", True, True, missing="not assessed"
    ),
    Column("workspace_name", "Workspace"),
    Column("node_type", "Machine"),
    Column("min_idle", "Kept ready", "count"),
    Column("idle_stop_minutes", "Idle ones go after (minutes)", "count"),
    Column("ready_now", "Waiting", "count", "Machines that waited at the newest event"),
    Column("placed_now", "In use", "count"),
    Column("idle_hours", "Hours waiting", "number", "Machine hours in the pool, in 30 days", missing="not assessed"),
    Column("used_hours", "Hours in use", "number", missing="not assessed"),
    Column("idle_share", "Waiting", "percent", "Of all machine hours", missing="not assessed"),
)
POLICIES = (
    Column("name", "Policy", phone=True),
    Column("policy_id", "Id", "id"),
    Column("family", "Family", missing="own"),
    Column("creator", "Made by"),
    Column("most", "Clusters a person", about="How many clusters of it one person may have", missing="any"),
    Column("rules", "Rules", "count"),
    Column("clusters", "Clusters", "count", "That use it now, job clusters of the last weeks included", phone=True),
    Column("people", "People", "count", "That own one of them"),
    Column("drifting", "Out of step", "count", "Clusters that do not keep its current version", phone=True),
)
MEMBERS = (
    Column("name", "Cluster", phone=True),
    Column("state", "State", "badge", phone=True),
    Column("owner", "Owner"),
    Column("violations", "Out of step", "count", phone=True),
    Column("what", "What", wraps=True),
)
AUDIT = (
    Column("at", "When (UTC)", "moment", phone=True),
    Column("who", "Who", phone=True),
    Column("act", "Did", phone=True),
    Column("object_name", "To", phone=True),
    Column("result", "Result", "badge", phone=True),
    Column("reason", "Why"),
    Column("detail", "What came of it", wraps=True),
    Column("change", "From and to"),
    Column("workspace_id", "Workspace", "id"),
)
RESULT_TONES = {"done": "ok", "refused": "warn", "failed": "critical", "dry run": "info"}


def warehouse_cards(found: Listed) -> list[cards.Card]:
    """The figures above the list of warehouses: its sums."""
    rows, currency = found.rows, found.window.currency
    running, moving = int((rows["state"] == "RUNNING").sum()), int(rows["state"].isin(["STARTING", "STOPPING"]).sum())
    return [
        cards.count("Warehouses", len(rows)),
        cards.count("Running", running, chip=f"{formatting.plural(moving, 'warehouse')} changing" if moving else ""),
        cards.money("30 days", rows["total_cost"].sum(min_count=1), currency, none="none"),
        cards.count("Statements", int(rows["statements"].sum())),
        cards.count(
            "Queued", int(rows["queued_statements"].sum()), about="Statements that waited over a second for room"
        ),
    ]


def warehouse_table(found: Listed, params: address.Params, *, can_act: bool = False) -> Table:
    """The warehouses; the costliest first. Those whose workspace can be asked can be ticked."""
    rows = found.rows.assign(
        on_minutes=found.rows["on_minutes"] / 60,
        stops_after=[_stop_words(minutes) for minutes in found.rows["auto_stop_minutes"]],
        clusters_words=[
            _clusters_words(now, low, high)
            for now, low, high in zip(
                found.rows["clusters_now"], found.rows["min_clusters"], found.rows["max_clusters"], strict=True
            )
        ],
    )
    return Table(
        rows, WAREHOUSES, found.window.currency, "sql-warehouses", "SQL warehouses with their state, size, use and cost",
        sort="-total_cost", mark=_warehouse_mark,
        link=lambda row: address.link(
            "warehouse", params, workspace_id=row["workspace_id"] or "", warehouse_id=row["warehouse_id"]
        ),
        extra=_warehouse_extra,
        pick=(lambda row: f"{row['workspace_id']}/{row['warehouse_id']}" if row["state_live"] else "") if can_act else None,
        total={"name": formatting.plural(len(rows), "warehouse"), "total_cost": _sum(rows["total_cost"]),
               "statements": int(rows["statements"].sum())},
        empty="No SQL warehouse is known.",
    )  # fmt: skip


def _clusters_words(now: Any, low: Any, high: Any) -> str:
    if formatting.missing(high):
        return _whole(now)
    return f"{_whole(now)} of {_whole(high)}" if low == high else f"{_whole(now)} of {_whole(low)}–{_whole(high)}"


def _setting(row: Row, column: Column) -> Mapping[str, Any]:
    """A setting's source on hover, and what the tables still have where that is another one."""
    if not row["state_live"]:
        return {"hover": "By the tables: this app is not connected to its workspace"}
    name = {"size_words": "size_tables", "stops_after": "stop_tables"}[column.name]
    before = row.get(name)
    now = row["size_words"] if column.name == "size_words" else row["auto_stop_minutes"]
    said = "As the workspace has it now"
    if formatting.missing(before) or before == now:
        return {"hover": said}
    old = str(before) if column.name == "size_words" else _stop_words(before)
    return {"hover": f"{said}; the tables still have {old}", "sub": f"tables: {old}"}


def _stop_words(minutes: Any) -> str:
    return "never" if formatting.missing(minutes) or not minutes else f"{int(minutes)} min"


def _warehouse_extra(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name in ("size_words", "stops_after"):
        return _setting(row, column)
    if column.name != "state":
        return {}
    if formatting.missing(row["state"]):
        return {"badge": "plain"}
    tone = {"RUNNING": "ok", "STARTING": "info", "STOPPING": "info"}.get(row["state"], "plain")
    if row["state_live"]:
        return {"badge": tone, "text": states.words(row["state"]), "hover": "As the workspace says it now"}
    return {"badge": tone, "text": f"{states.words(row['state'])} (tables)",
            "hover": "By the tables: this app is not connected to its workspace"}  # fmt: skip


def _whole(value: Any) -> str:
    return "0" if formatting.missing(value) else str(int(value))


def _sum(values: pd.Series) -> float | None:
    return None if values.isna().all() else float(values.sum())


def _warehouse_mark(row: Row) -> Mark | None:
    if not formatting.missing(row["queued_share"]) and row["queued_share"] >= 0.1:
        return Mark("queues", "At least a tenth of its statements waited for room")
    if not row["auto_stop_minutes"] or row["auto_stop_minutes"] != row["auto_stop_minutes"]:
        return Mark("never stops", "Nothing stops it by itself")
    return None


def pool_table(found: Listed) -> Table:
    """The pools, with what their waiting machines cost."""
    rows = found.rows
    return Table(
        rows, POOLS, "USD", "pools", "Instance pools with the machines that wait in them", sort="-idle_cost",
        total={"name": formatting.plural(len(rows), "pool"), "idle_cost": _sum(rows["idle_cost"])},
        empty="There is no instance pool.",
    )  # fmt: skip


# ── policies ────────────────────────────────────────────────────────────────────────────────────────────────────────


@st.cache_resource(show_spinner=False, ttl="20s", max_entries=4)
def _policies_and_clusters(_: str) -> tuple[tuple[Policy, ...], tuple[compute.LiveCluster, ...]]:
    client = operate.connection(session.context()).client
    return tuple(policies.policies(client)), tuple(compute.clusters(client))


def policies_and_clusters() -> tuple[tuple[Policy, ...], tuple[compute.LiveCluster, ...]]:
    """All policies and clusters of the workspace: two calls, whatever the number of policies."""
    operate.connection(session.context())
    return _policies_and_clusters(session.context().settings.source)


def policy_table(found: tuple[Policy, ...], clusters: tuple[compute.LiveCluster, ...], params: address.Params) -> Table:
    """Every policy with how many use it and do not keep it."""
    rows = []
    for policy in found:
        using = [cluster for cluster in clusters if cluster.policy_id == policy.policy_id]
        rows.append(
            {
                "name": policy.name, "policy_id": policy.policy_id, "family": policy.family or None,
                "creator": policy.creator, "most": policy.max_clusters_per_user, "rules": len(policy.definition),
                "clusters": len(using), "people": len({cluster.owner for cluster in using}),
                "drifting": sum(bool(drift.violations(policy.definition, c.attributes)) for c in using),
                "is_default": policy.is_default, "unreadable": policy.unreadable,
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=[*(c.name for c in POLICIES), "is_default", "unreadable"])
    frame["most"] = [formatting.NONE if formatting.missing(m) else str(int(m)) for m in frame["most"]]
    return Table(
        frame, POLICIES, "USD", "policies", "Cluster policies with how many clusters use them", sort="-clusters",
        link=lambda row: address.link("policy", params, policy_id=row["policy_id"]),
        mark=lambda row: Mark("unreadable", row["unreadable"]) if row["unreadable"] else None,
        extra=lambda row, column: {"sub": "default" if row["is_default"] else ""} if column.name == "name" else {},
        empty="The workspace has no policy that this app may see.",
    )  # fmt: skip


def without_policy(clusters: tuple[compute.LiveCluster, ...], params: address.Params, workspace_id: str) -> Table:
    """Clusters that people made without a policy."""
    rows = [
        {"name": c.name, "state": c.state, "owner": c.owner, "cluster_id": c.cluster_id, "violations": 0, "what": ""}
        for c in clusters
        if not c.policy_id and c.source in ("UI", "API")
    ]
    frame = pd.DataFrame(rows, columns=["name", "state", "owner", "cluster_id", "violations", "what"])
    return Table(
        frame, MEMBERS[:3], "USD", "no-policy", "Clusters without a policy", extra=_state, bare=True,
        link=lambda row: address.link("cluster", params, workspace_id=workspace_id, cluster_id=row["cluster_id"]),
        empty="Every cluster that people made has one.",
    )  # fmt: skip


def members(
    policy: Policy, clusters: tuple[compute.LiveCluster, ...], params: address.Params, workspace_id: str
) -> Table:
    """Clusters of one policy with what they do not keep, and what enforcing would set."""
    rows = []
    for cluster in clusters:
        if cluster.policy_id != policy.policy_id:
            continue
        broken = drift.violations(policy.definition, cluster.attributes)
        what = "; ".join(f"{v.path} is {v.has}, {v.rule}" + (f" → {v.would_be}" if v.would_be else "") for v in broken)
        rows.append(
            {"name": cluster.name, "state": cluster.state, "owner": cluster.owner, "cluster_id": cluster.cluster_id,
             "violations": len(broken), "what": what or "keeps every rule"}
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=["name", "state", "owner", "cluster_id", "violations", "what"])
    return Table(
        frame, MEMBERS, "USD", "members", "Clusters that use the policy", sort="-violations", extra=_state,
        link=lambda row: address.link("cluster", params, workspace_id=workspace_id, cluster_id=row["cluster_id"]),
        empty="No cluster uses it.",
    )  # fmt: skip


def _state(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name != "state":
        return {}
    tone = {"RUNNING": "ok", "ERROR": "critical", "TERMINATED": "plain"}.get(row["state"], "info")
    return {"badge": tone, "text": states.words(row["state"])}


# ── audit ───────────────────────────────────────────────────────────────────────────────────────────────────────────

KEPT_ON_A_PAGE = 50


def audit_bar(params: address.Params) -> events.Search:
    """What to look for, in the address."""
    last = {name: (params.get(name) or [""])[-1] for name in ("who", "result", "q", "object_id")}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="audit-bar"):
        text = st.text_input("Search", last["q"], placeholder="Name, reason, person, what came of it", width=320)
        who = st.text_input("Who", last["who"], placeholder="somebody@example.com", width=240)
        options = ["", *RESULT_TONES]
        result = st.selectbox(
            "Result", options, index=options.index(last["result"]) if last["result"] in options else 0,
            format_func=lambda r: r.capitalize() or "All results", width=180,
        )  # fmt: skip
    wanted = {"q": text.strip(), "who": who.strip(), "result": result}
    if wanted != {name: last[name] for name in wanted}:
        kept = {n: v for n, v in params.items() if n not in wanted and not n.endswith("_page")}
        st.query_params.from_dict(kept | {n: [v] for n, v in wanted.items() if v})
    return events.Search(who=who.strip(), result=result, text=text.strip(), object_id=last["object_id"])


def audit_rows(found: list[events.Event]) -> pd.DataFrame:
    """Events as rows."""
    rows = [
        {
            "at": event.at, "who": event.who, "act": event.act, "object_name": event.object_name or event.object_id,
            "result": event.result, "reason": event.reason, "detail": event.detail,
            "change": _change(event.before, event.after), "workspace_id": event.workspace_id, "id": event.id,
        }
        for event in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[*(column.name for column in AUDIT), "id"])


def _change(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    names = sorted((before or {}).keys() | (after or {}).keys())
    parts = []
    for name in names:
        old, new = (before or {}).get(name, ""), (after or {}).get(name, "")
        parts.append(f"{name}: {old} → {new}" if old != new else f"{name}: {new}")
    return ", ".join(parts)


def audit_table(rows: pd.DataFrame, of: int | None = None) -> Table:
    """Events as a table, newest first."""
    return Table(
        rows, AUDIT, "USD", "audit", "Everything that was done through this app, newest first", of=of,
        page_size=KEPT_ON_A_PAGE,
        extra=lambda row, column: (
            {"badge": RESULT_TONES.get(row["result"], "plain"), "text": str(row["result"]).capitalize()}
            if column.name == "result" else {}
        ),
        empty="Nothing was done that matches.",
    )  # fmt: skip


def not_connected(error: AppError) -> None:
    """Why there is nothing to show from the workspace."""
    st.info(f"**{words.plain(error.message)}**  \n{words.plain(error.remedy)}", icon=":material/link_off:")
