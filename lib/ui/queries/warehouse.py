"""Parts of the page about one SQL warehouse: its settings, its hours, and what it was set to."""

import pandas as pd
import streamlit as st

from lib.clusters import states
from lib.clusters.acting import WAREHOUSES
from lib.errors import AppError
from lib.spend import formatting, palette
from lib.statements.warehouse import WarehouseView
from lib.ui import cards, operating, session, theme, words
from lib.ui.charts import draw
from lib.ui.charts.axis import Spec, category_axis, legend, plain_axis, tooltip
from lib.ui.columns import Column
from lib.ui.queries.bill import parts_by_day
from lib.ui.queries.what_if import SIZES
from lib.ui.table import Table
from lib.workspace.warehouses import WarehouseInfo


def name_of(shown: WarehouseView) -> str:
    """What the warehouse is called: its name, else its id."""
    return str(shown.facts.get("warehouse_name") or f"Warehouse {shown.facts['warehouse_id']}")


def place_of(shown: WarehouseView) -> str:
    """The workspace it is in; empty when no table says."""
    return str(shown.facts.get("workspace_id") or "")


def about(shown: WarehouseView) -> None:
    """The lines under the title: its state and settings as the workspace has them, else as the tables do; what can be done."""
    live, problem = operating.warehouse_now(place_of(shown), str(shown.facts["warehouse_id"]))
    _state_line(live, problem)
    if live is not None:
        possible = [act for act in states.WAREHOUSE.allowed if live.state in states.WAREHOUSE.allowed[act]]
        with st.container(horizontal=True, key="warehouse-acts"):
            operating.buttons(live, possible, WAREHOUSES)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.plain(_settings_words(shown, live)), width="content")
        if shown.facts.get("delete_time"):
            st.badge("Deleted", color="gray")
        url = str(shown.facts.get("workspace_url") or "")
        if url.startswith("https://"):
            target = f"{url.rstrip('/')}/sql/warehouses/{shown.facts['warehouse_id']}?o={place_of(shown)}"
            st.link_button("Open in Databricks", target, icon=":material/open_in_new:", type="tertiary")


def _state_line(live: WarehouseInfo | None, problem: AppError | None) -> None:
    if problem is not None:
        st.caption(f":material/link_off: {words.plain(problem.message)} {words.plain(problem.remedy)}")
        return
    if live is None:
        st.caption("Its state is not known here: this app is not connected to its workspace, or it is no longer there.")
        return
    colour = {"RUNNING": "green", "STOPPED": "gray"}.get(live.state, "blue")
    said = f":{colour}-badge[{words.plain(states.words(live.state))}]"
    if live.state == "RUNNING" and live.clusters is not None:
        said += f" on {formatting.plural(live.clusters, 'cluster')}"
    if live.sessions:
        said += f", {formatting.plural(live.sessions, 'open session')}"
    st.markdown(said)


def _settings_words(shown: WarehouseView, live: WarehouseInfo | None) -> str:
    """Type, size, clusters and auto-stop, with who says so; what the tables have otherwise is named."""
    facts, tables = shown.facts, shown.settings
    kind = str(facts.get("warehouse_type") or "").capitalize()
    where = f"in {facts.get('workspace_name') or place_of(shown)}"
    if live is None:
        said = [
            kind,
            SIZES[tables.size],
            _most(tables.max_clusters),
            _stop(tables.auto_stop_minutes),
            where,
        ]
        return " · ".join(part for part in said if part) + " · settings by the tables"
    most = live.max_clusters or tables.max_clusters
    said = [kind, live.size or SIZES[tables.size], _most(most), _stop(live.auto_stop_minutes), where]
    differs = [
        word
        for word, now, then in (
            (SIZES[tables.size], live.size or SIZES[tables.size], SIZES[tables.size]),
            (_most(tables.max_clusters), most, tables.max_clusters),
            (_stop(tables.auto_stop_minutes), live.auto_stop_minutes or 0, tables.auto_stop_minutes),
        )
        if now != then
    ]
    more = f" (the tables still have: {', '.join(differs)})" if differs and shown.versions else ""
    return " · ".join(part for part in said if part) + f" · settings as the workspace has them now{more}"


def _most(clusters: int) -> str:
    return f"{formatting.plural(clusters, 'cluster')} at most"


def _stop(minutes: int | None) -> str:
    return f"stops after {minutes} min" if minutes else "never stops"


def summary(shown: WarehouseView) -> list[cards.Card]:
    """The cards."""
    currency, share = shown.filters.currency, shown.busy_share
    idle = None if not shown.cost or shown.idle is None else shown.idle / shown.cost
    return [
        cards.money("Cost", shown.cost, currency, none="none"),
        cards.money(
            "Idle", shown.idle, currency, none="none", chip="" if idle is None else f"{formatting.percent(idle)} of it"
        ),
        cards.Card("On", formatting.duration(shown.up_s), chip=f"{formatting.count(shown.starts)} starts"),
        cards.Card(
            "Busy",
            formatting.NONE if share is None else formatting.percent(share),
            about="Time in which a statement worked, of the time it was on",
            chip="" if share is None else f"{session.context().query_thresholds.utilisation_class(share)} use",
        ),
        cards.Card(
            "Queue",
            formatting.percent(shown.waits.queue_share),
            about="Waiting for room, of the time of all statements",
        ),
        cards.Card(
            "Cold starts",
            formatting.percent(shown.waits.cold_share),
            about="Statements that waited for compute to start",
        ),
        cards.count("Statements", shown.waits.statements),
    ]


def costs(shown: WarehouseView) -> None:
    """Cost by day: statements, idle, not attributed."""
    hours = shown.hours.assign(usage_date=shown.hours["hour"].dt.date)
    spec = parts_by_day(hours, shown.filters)
    with st.container(border=True, height="stretch"):
        st.markdown("**Cost by day**")
        draw.echart(spec, key="chart-warehouse-days", alt="Cost of the warehouse by day", height=260)


def hours_of_day(shown: WarehouseView) -> None:
    """When it is on and when it is busy: mean minutes of each hour of the day."""
    hours = shown.hours.assign(at=shown.hours["hour"].dt.hour)
    spread = hours.groupby("at")[["up_s", "busy_s"]].sum().reindex(range(24), fill_value=0.0) / 60 / max(shown.days, 1)
    colours = theme.current()
    source = pd.DataFrame(
        {
            "hour": [f"{h:02d}" for h in range(24)],
            "on": spread["up_s"].round(1).tolist(),
            "busy": spread["busy_s"].round(1).tolist(),
        }
    )
    series = [
        {
            "type": "bar",
            "name": label,
            "encode": {"x": "hour", "y": column},
            "barGap": "-100%",
            "barMaxWidth": 18,
            "itemStyle": {"color": colour, "borderRadius": [2, 2, 0, 0]},
        }
        for column, label, colour in (("on", "On", palette.OTHER), ("busy", "Busy", palette.BLUE))
    ]
    spec: Spec = {
        "grid": {"left": 30, "right": 8, "top": 36, "bottom": 22},
        "legend": legend(["On", "Busy"], colours),
        "tooltip": tooltip(colours, trigger="axis", formatter="{@hour}:00 UTC<br>On {@on} min<br>Busy {@busy} min"),
        "dataset": {"source": source},
        "xAxis": category_axis(list(source["hour"]), colours),
        "yAxis": plain_axis(colours, max=60, interval=20),
        "series": series,
    }
    with st.container(border=True, height="stretch"):
        st.markdown("**Minutes of an hour, by hour of the day (UTC)**")
        draw.echart(spec, key="chart-warehouse-hours", alt="Minutes on and busy by hour of the day", height=260)


VERSIONS = (
    Column("change_time", "From (UTC)", "moment", phone=True),
    Column("warehouse_name", "Name"),
    Column("warehouse_size", "Size", phone=True),
    Column("min_clusters", "Fewest clusters", "count"),
    Column("max_clusters", "Most clusters", "count"),
    Column("auto_stop_minutes", "Auto stop, min", "count", phone=True),
)


def versions(shown: WarehouseView) -> Table:
    """What it was set to, newest first."""
    frame = pd.DataFrame(shown.versions, columns=[column.name for column in VERSIONS])
    frame["warehouse_size"] = frame["warehouse_size"].map(SIZES).fillna(frame["warehouse_size"])
    return Table(
        frame,
        VERSIONS,
        shown.filters.currency,
        "versions",
        "Settings of the warehouse over time",
        page_size=10,
        empty="No configuration is known.",
    )
