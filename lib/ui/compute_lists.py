"""Instance pools, policies and the audit as tables."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from lib import operate
from lib.clusters import drift, states
from lib.clusters.warehouses import Listed
from lib.errors import AppError
from lib.spend import formatting
from lib.store import events
from lib.ui import address, cards, list_bar, session, words
from lib.ui.columns import Column
from lib.ui.table import Mark, Row, Table, address_now
from lib.workspace import compute, policies
from lib.workspace.policies import Policy

POOLS = (
    Column("name", "Pool", phone=True),
    Column(
        "idle_cost", "Cost of waiting", "money", "At the on-demand price; no DBUs", True, True, missing="not assessed"
    ),
    Column("workspace_name", "Workspace"),
    Column("node_type", "Machine"),
    Column("min_idle", "Kept ready", "count"),
    Column("idle_stop_minutes", "Kept, min", "count", "Minutes after which a machine that waits is given back"),
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


def pool_bar(found: Listed) -> Listed:
    """A search and saved views; the pools that are left."""
    now = (address_now().get("q") or [""])[-1]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="pools-bar"):
        text = st.text_input("Search", now, placeholder="Name, machine, workspace", key="pools-text", width=260).strip()
        list_bar.views("pools", ("q", "pools_sort"))
    list_bar.write({"q": [text] if text else []})
    texts = found.rows[["name", "pool_id", "node_type", "workspace_name"]].fillna("").agg(" ".join, axis=1)
    return replace(found, rows=found.rows[texts.str.casefold().str.contains(text.casefold(), regex=False)])


def pool_cards(found: Listed) -> list[cards.Card]:
    """The figures above the list of pools: its sums. Machines that wait are paid in dollars, whatever the view's currency."""
    rows = found.rows
    return [
        cards.count("Pools", len(rows)),
        cards.money("Cost of waiting", rows["idle_cost"].sum(min_count=1), "USD", none="not assessed", badge="estimated",
                    about="At the on-demand price, in 30 days; no DBUs are billed for machines that wait"),
        cards.count("Waiting", int(rows["ready_now"].fillna(0).sum()), about="Machines that waited at the newest event"),
        cards.count("In use", int(rows["placed_now"].fillna(0).sum())),
    ]  # fmt: skip


def pool_table(found: Listed) -> Table:
    """The pools, with what their waiting machines cost."""
    rows = found.rows
    return Table(
        rows, POOLS, "USD", "pools", "Instance pools with the machines that wait in them", sort="-idle_cost",
        total={"name": formatting.plural(len(rows), "pool"), "idle_cost": rows["idle_cost"].sum(min_count=1)},
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
        empty="No act matches. Starts, stops and decisions of people leave one here.",
    )  # fmt: skip


def not_connected(error: AppError) -> None:
    """Why there is nothing to show from the workspace."""
    st.info(f"**{words.plain(error.message)}**  \n{words.plain(error.remedy)}", icon=":material/link_off:")
