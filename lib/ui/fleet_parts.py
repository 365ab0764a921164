"""The fleet on screen: its filters in the address, its cards, its table."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib.clusters import states
from lib.clusters.fleet import Fleet, Sums
from lib.clusters.narrowed import NO_POLICY, narrowed
from lib.spend import formatting
from lib.ui import address, cards, list_bar, operating
from lib.ui.columns import Column
from lib.ui.table import Mark, Row, Table, address_now

OWN = ("state", "policy", "idle", "found", "q", "kind", "fleet_sort", "as")
"""Parameters of this page alone: what a saved view keeps, beside the shared ones."""
VIEWS = list_bar.key_of("clusters")
STATE_TONES = {"RUNNING": "ok", "ERROR": "critical", "TERMINATED": "plain", "UNKNOWN": "plain"}
COLUMNS = (
    Column("name", "Cluster", phone=True),
    Column(
        "state_words", "State", "badge",
        "As its workspace says it now; of workspaces nobody can ask, as the newest node minute says", phone=True,
    ),
    Column("size_words", "Size"),
    Column("up_s", "Up", "duration", "Since its last start", missing=formatting.NONE),
    Column("total_cost", "30 days", "money", "DBUs and machines", phone=True, missing=formatting.NONE),
    Column(
        "idle_cost", "Idle", "money",
        "Cost of the minutes after the 30th in which no node reached 5 % CPU, in 30 days",
        estimate=True, missing="not assessed",
    ),
    Column("idle_share", "Idle share", "percent", "Of the time it was up", missing="not assessed"),
    Column("cpu_words", "CPU p50 / p95", about="Driver · workers, in percent, 30 days"),
    Column("memory_words", "Memory p50 / p95", about="Driver · workers, in percent, 30 days"),
    Column("findings", "Findings", "count", "Open recommendations", missing=formatting.NONE),
    Column("day_cost", "Newest day", "money", "The newest day with data, which may still grow", missing=formatting.NONE),
    Column("week_cost", "7 days", "money", "DBUs and machines", missing=formatting.NONE),
    Column("dbu_cost", "DBUs, 30 days", "money", "What Databricks bills", missing=formatting.NONE),
    Column("vm_cost", "Machines, 30 days", "money", "What the cloud bills: billed or estimated", missing=formatting.NONE),
    Column("auto_stop", "Stops after", about="Minutes without work after which it stops by itself"),
    Column("node_words", "Machines"),
    Column("runtime_short", "Runtime"),
    Column("support_words", "Supported", about="Until when, where that is published", missing="not published"),
    Column("access_words", "Access mode", missing="none"),
    Column("owner", "Owner"),
    Column("policy_words", "Policy", missing="none"),
    Column("tag_words", "Tags", missing="none"),
    Column("workspace_name", "Workspace"),
    Column("last_active", "Last seen at work", "moment", "Newest minute that a node of it reported (UTC)"),
    Column(
        "dbu_per_hour", "DBU/h", "number", "While up: DBUs billed by hour; by node type where nobody measured",
        missing=formatting.NONE,
    ),
)  # fmt: skip
SPLIT = {"total_cost": "vm_cost", "week_cost": "week_vm_cost", "day_cost": "day_vm_cost"}
"""Cost → the part of it that is machines."""


def table(
    shown: pd.DataFrame, currency: str, params: address.Params, total: Sums, *, today: date, can_act: bool
) -> Table:
    """The fleet as a table; a row opens its cluster."""

    def extra(row: Row, column: Column) -> Mapping[str, Any]:
        return _extra(row, column, currency, today)

    return Table(
        shown,
        COLUMNS,
        currency,
        "fleet",
        "Clusters with their state, size, cost and load",
        link=lambda row: address.link(
            "cluster", params, workspace_id=row["workspace_id"], cluster_id=row["cluster_id"]
        ),
        mark=mark,
        extra=extra,
        pick=(lambda row: f"{row['workspace_id']}/{row['cluster_id']}" if row["state_live"] else "")
        if can_act
        else None,
        total={
            "name": formatting.plural(total.clusters, "cluster"),
            "day_cost": total.day_cost,
            "week_cost": total.week_cost,
            "total_cost": total.month_cost,
            "dbu_cost": _sum(shown["dbu_cost"]),
            "vm_cost": _sum(shown["vm_cost"]),
            "idle_cost": total.idle_cost,
            "findings": int(shown["findings"].sum()) if len(shown) else 0,
        },
        empty="No cluster matches these filters.",
    )


def _sum(values: pd.Series) -> float | None:
    return None if values.isna().all() else float(values.sum())


def mark(row: Row) -> Mark | None:
    """Why a cluster stands out."""
    if row["state"] == "RUNNING" and not row["auto_stop_minutes"]:
        return Mark("never stops", "It runs, and nothing stops it by itself")
    return None


def _extra(row: Row, column: Column, currency: str, today: date) -> Mapping[str, Any]:
    if column.name in SPLIT:
        return _split(row, column, currency)
    if column.name == "support_words":
        end = row.get("supported_until")
        return {"tone": "up"} if isinstance(end, date) and end < today else {}
    if column.name == "vm_cost" and row.get("vm_basis") == "estimated" and not formatting.missing(row["vm_cost"]):
        return {"estimate": True, "hover": "Estimated: no cloud bill was given for it"}
    if column.name == "state_words":
        tone = STATE_TONES.get(row["state"], "info")
        if row["state_live"]:
            return {"badge": tone, "hover": row["state_message"] or "As the workspace says it now"}
        seen = f"{row['state_words']} (tables)"
        return {"badge": tone, "text": seen, "short": row["state_words"],
                "hover": "By the tables: this app is not connected to its workspace"}  # fmt: skip
    if column.name == "name":
        return {"sub": "" if row["kind"] == "All-purpose" else row["kind"]}
    if column.name in ("cpu_words", "memory_words") and row[column.name] == "not assessed":
        return {"tone": "muted", "hover": "No node minutes in the last 30 days"}
    return {}


def _split(row: Row, column: Column, currency: str) -> Mapping[str, Any]:
    total, machines = row[column.name], row.get(SPLIT[column.name])
    if formatting.missing(total):
        return {}
    dbus = float(total) - (0.0 if formatting.missing(machines) else float(machines or 0))
    cloud = formatting.NONE if formatting.missing(machines) else formatting.money(machines, currency)
    return {"hover": f"DBUs {formatting.money(dbus, currency)}, machines {cloud}"}


def summary(total: Sums, currency: str, *, moving: bool) -> list[cards.Card]:
    """The cards: they equal the sums of the table."""
    chip = f"{formatting.plural(total.moving, 'cluster')} changing" if moving and total.moving else ""
    dbus = formatting.NONE if total.dbu_per_hour is None else formatting.number(total.dbu_per_hour)
    return [
        cards.count("Clusters", total.clusters),
        cards.count("Running", total.running, chip=chip),
        cards.count("Workers up", total.workers, about="Of the clusters that run, at their least size"),
        cards.Card(
            "DBU/h", dbus, badge="estimated",
            about="Of the clusters that run: what they billed by hour up; by node type where nobody measured",
        ),
        cards.money(
            "Cost/h", total.cost_per_hour, currency, none="not assessed", badge="estimated",
            about="Of the clusters that run, while up",
        ),
        cards.money("30 days", total.month_cost, currency, none="none"),
        cards.money(
            "Idle", total.idle_cost, currency, none="not assessed", badge="estimated",
            about="Cost of minutes after the 30th in which no node reached 5 % CPU",
            chip=f"{total.unmeasured} not measured" if total.unmeasured else "",
        ),
    ]  # fmt: skip


# ── the filter row and saved views ──────────────────────────────────────────────────────────────────────────────────


def bar(fleet: Fleet) -> None:
    """State, policy, idle and text; each change goes into the address."""
    params = address_now()
    now = narrowed(params)
    seen = set(fleet.clusters["state"]) | set(now.states)
    policies, names = sorted(set(fleet.clusters["policy_id"].dropna())), operating.policy_names()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="fleet-bar"):
        chosen = list_bar.states_chosen(
            [state for state in states.ORDER if state in seen], now.states, states.WORDS, "fleet"
        )
        options = ["", *policies, NO_POLICY]
        policy = st.selectbox(
            "Policy", options, index=options.index(now.policy) if now.policy in options else 0, key="fleet-policy",
            format_func=lambda p: {"": "All policies", NO_POLICY: "Without a policy"}.get(p, names.get(p, p)), width=200,
        )  # fmt: skip
        text = st.text_input("Search", now.text, placeholder="Name, owner, tag, machine", key="fleet-text", width=220)
        idle = st.toggle("Idle only", now.idle, key="fleet-idle", help="At least a tenth of its time up without work")
        only = st.toggle("With findings", now.found, key="fleet-found", help="Only clusters with open recommendations")
        list_bar.views("clusters", OWN)
    list_bar.write(
        {
            "state": chosen,
            "policy": [policy] if policy else [],
            "q": [text.strip()] if text.strip() else [],
            "idle": ["yes"] if idle else [],
            "found": ["yes"] if only else [],
        }
    )
