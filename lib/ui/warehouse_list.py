"""SQL warehouses on screen: the filters in the address, the cards, the table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.clusters import states
from lib.clusters.narrowed import narrowed_warehouses
from lib.clusters.warehouses import Listed
from lib.spend import formatting
from lib.ui import address, cards, list_bar
from lib.ui.columns import Column
from lib.ui.table import Mark, Row, Table, address_now

OWN = ("state", "q", "sql-warehouses_sort")
"""Parameters of this page alone: what a saved view keeps, beside the shared ones."""
ORDER = ("RUNNING", "STARTING", "STOPPING", "STOPPED")
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


def bar(found: Listed) -> None:
    """State and text; each change goes into the address."""
    now = narrowed_warehouses(address_now())
    seen = {state for state in found.rows["state"] if isinstance(state, str)} | set(now.states)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="warehouses-bar"):
        chosen = list_bar.states_chosen([s for s in ORDER if s in seen], now.states, states.WORDS, "warehouses")
        text = st.text_input(
            "Search", now.text, placeholder="Name, owner, size, workspace", key="warehouses-text", width=260
        )
        list_bar.views("sql_warehouses", OWN)
    list_bar.write({"state": chosen, "q": [text.strip()] if text.strip() else []})


def summary(found: Listed) -> list[cards.Card]:
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


def table(found: Listed, params: address.Params, *, can_act: bool = False) -> Table:
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
        empty="No SQL warehouse matches.",
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
    said = states.words(row["state"])
    return {"badge": tone, "text": f"{said} (tables)", "short": said,
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
