"""Parts of the page about one SQL warehouse: hours, what other settings would have meant, versions."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.clusters import states
from lib.clusters.acting import WAREHOUSES
from lib.errors import AppError
from lib.spend import formatting, palette
from lib.statements.warehouse import WarehouseView
from lib.statements.whatif.outcome import Outcome
from lib.statements.whatif.settings import DBU_PER_HOUR, Settings, wanted_settings
from lib.ui import cards, operating, session, theme, words
from lib.ui.charts import days, draw
from lib.ui.columns import Column
from lib.ui.query_parts import COLOURS, IDLE, REST, USED
from lib.ui.table import Table
from lib.workspace.warehouses import WarehouseInfo

SIZES = {
    size: size.replace("_", "-").title().replace("-Small", "-Small").replace("-Large", "-Large")
    for size in DBU_PER_HOUR
}


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
            f"{tables.max_clusters} clusters at most",
            _stop(tables.auto_stop_minutes),
            where,
        ]
        return " · ".join(part for part in said if part) + " · settings by the tables"
    most = live.max_clusters or tables.max_clusters
    said = [kind, live.size or SIZES[tables.size], f"{most} clusters at most", _stop(live.auto_stop_minutes), where]
    differs = [
        word
        for word, now, then in (
            (SIZES[tables.size], live.size or SIZES[tables.size], SIZES[tables.size]),
            (f"{tables.max_clusters} clusters at most", most, tables.max_clusters),
            (_stop(tables.auto_stop_minutes), live.auto_stop_minutes or 0, tables.auto_stop_minutes),
        )
        if now != then
    ]
    more = f" (the tables still have: {', '.join(differs)})" if differs and shown.versions else ""
    return " · ".join(part for part in said if part) + f" · settings as the workspace has them now{more}"


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
            "Queue", formatting.percent(shown.queue_share), about="Waiting for room, of the time of all statements"
        ),
        cards.Card(
            "Cold starts", formatting.percent(shown.cold_share), about="Statements that waited for compute to start"
        ),
        cards.count("Statements", shown.statements),
    ]


def costs(shown: WarehouseView) -> None:
    """Cost by day: statements, idle, not attributed."""
    hours = shown.hours.assign(usage_date=shown.hours["hour"].dt.date)
    parts = {"used_cost": USED, "idle_cost": IDLE, "unattributed_cost": REST}
    frame = pd.concat(
        [
            hours[["usage_date", column]].set_axis(["usage_date", "cost"], axis=1).assign(part=name)
            for column, name in parts.items()
        ]
    )
    frame = frame.groupby(["usage_date", "part"], as_index=False)["cost"].sum()
    spec = days.stacked_days(
        frame,
        by="part",
        value="cost",
        period=shown.filters.period,
        currency=shown.filters.currency,
        theme=theme.current(),
        colours=COLOURS,
        order=(USED, REST, IDLE),
    )
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
    spec: dict[str, Any] = {
        "grid": {"left": 30, "right": 8, "top": 36, "bottom": 22},
        "legend": {
            "data": ["On", "Busy"],
            "top": 0,
            "left": 0,
            "icon": "roundRect",
            "itemWidth": 10,
            "itemHeight": 10,
            "textStyle": {"color": colours.muted, "fontSize": 12},
        },
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "backgroundColor": colours.background,
            "borderColor": colours.grid,
            "textStyle": {"color": colours.text, "fontSize": 12},
            "formatter": "{@hour}:00 UTC<br>On {@on} min<br>Busy {@busy} min",
        },
        "dataset": {"source": source},
        "xAxis": {
            "type": "category",
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": colours.grid}},
            "axisLabel": {"color": colours.muted, "fontSize": 11},
        },
        "yAxis": {
            "type": "value",
            "max": 60,
            "interval": 20,
            "axisLabel": {"color": colours.muted, "fontSize": 11},
            "splitLine": {"lineStyle": {"color": colours.grid}},
        },
        "series": series,
    }
    with st.container(border=True, height="stretch"):
        st.markdown("**Minutes of an hour, by hour of the day (UTC)**")
        draw.echart(spec, key="chart-warehouse-hours", alt="Minutes on and busy by hour of the day", height=260)


WHAT_IF = (
    Column("words", "With", phone=True),
    Column(
        "cost_words",
        "Would have cost",
        phone=True,
        about="Low to high: how much longer work takes on a smaller size is not known",
    ),
    Column("saving_low", "Saves at least", "money", phone=True, about="In 30 days; negative: costs more"),
    Column("saving_high", "At most", "money"),
    Column("on_words", "On"),
    Column("starts", "Starts", "count"),
)


def what_if(shown: WarehouseView) -> None:
    """Settings chosen by the reader, and those worth a look, simulated on the statements that came."""
    now = shown.settings
    with st.container(border=True):
        if shown.what_if is None:
            st.markdown("**What other settings would have meant: not assessed**")
            st.caption(words.plain(misfit(shown)))
            return
        best = shown.best
        saved = best.saving(shown.cost, shown.days) if best else None
        title = "What other settings would have meant"
        if best and saved:
            least = formatting.money_short(saved[0], shown.filters.currency)
            title = f"{_words(best.then, now)} would save {least} or more in 30 days"
        st.markdown(words.strong(title))
        left, middle, fewest, right = st.columns(4)
        size = left.selectbox(
            "Size",
            list(DBU_PER_HOUR),
            index=list(DBU_PER_HOUR).index(now.size),
            format_func=SIZES.__getitem__,
            key="wh-size",
        )
        stop = middle.number_input("Auto stop, minutes (0: never)", 0, 1440, now.auto_stop_minutes, key="wh-stop")
        most = right.number_input("Most clusters", 1, 40, now.max_clusters, key="wh-most")
        few = fewest.number_input("Fewest clusters", 1, 40, now.min_clusters, key="wh-least")
        then = wanted_settings(
            now, size=size, auto_stop=int(stop), max_clusters=max(int(most), int(few)), min_clusters=int(few)
        )
        tried = [shown.what_if.outcome(then)] if then != now else []
        outcomes = [*tried, *(item for item in shown.outcomes if item.then != then)]
        from lib.ui import table

        table.draw(_outcomes(shown, outcomes))
        for warning in tried[0].warnings if tried else ():
            st.caption(f":material/warning: {words.plain(warning)}")
        st.caption(
            "The statements of the period, sent again to the rules of the system. With the settings it really had the "
            f"simulation is on for {formatting.duration(shown.fit.simulated_s)}, {shown.fit.off:.1%} off what was recorded."
        )


def misfit(shown: WarehouseView) -> str:
    """Why nothing is said about other settings."""
    if not shown.history.steps:
        return "No event says when it was on in this period."
    fit = shown.fit
    return (
        f"Its history does not fit: by its statements and its auto stop it would have been on for "
        f"{formatting.duration(fit.simulated_s)}, its events say {formatting.duration(fit.recorded_s)}. Somebody stopped "
        "or started it by hand, or something that leaves no statement kept it awake; then nobody can say what other "
        "settings would have meant."
    )


def _outcomes(shown: WarehouseView, outcomes: list[Outcome]) -> Table:
    rows = []
    for item in outcomes:
        saved = item.saving(shown.cost, shown.days) or (None, None)
        low, high = (formatting.money_short(cost, shown.filters.currency) for cost in (item.cost_low, item.cost_high))
        rows.append(
            {
                "words": _words(item.then, shown.settings),
                "cost_words": low if low == high else f"{low} to {high}",
                "saving_low": saved[0],
                "saving_high": saved[1],
                "starts": item.starts,
                "on_words": formatting.duration((item.on_s_low + item.on_s_high) / 2),
            }
        )
    return Table(
        pd.DataFrame(rows, columns=[column.name for column in WHAT_IF]),
        WHAT_IF,
        shown.filters.currency,
        "what-if",
        "What other settings would have cost",
        bare=True,
        empty="No other setting is worth a look.",
    )


def _words(then: Settings, now: Settings) -> str:
    said = []
    if then.size != now.size:
        said.append(f"size {SIZES[then.size]}")
    if then.auto_stop_minutes != now.auto_stop_minutes:
        said.append(f"auto stop {then.auto_stop_minutes} min" if then.auto_stop_minutes else "no auto stop")
    if then.max_clusters != now.max_clusters:
        said.append(f"{then.max_clusters} clusters at most")
    if then.min_clusters != now.min_clusters:
        said.append(f"{then.min_clusters} clusters at least")
    return (", ".join(said) or "these settings").capitalize()


VERSIONS = (
    Column("change_time", "From (UTC)", "moment", phone=True),
    Column("warehouse_name", "Name"),
    Column("warehouse_size", "Size", phone=True),
    Column("min_clusters", "Clusters from", "count"),
    Column("max_clusters", "To", "count"),
    Column("auto_stop_minutes", "Auto stop, min", "count", phone=True),
)


def versions(shown: WarehouseView) -> Table:
    """What it was set to, newest first."""
    frame = pd.DataFrame(shown.versions, columns=[column.name for column in VERSIONS])
    return Table(
        frame,
        VERSIONS,
        shown.filters.currency,
        "versions",
        "Settings of the warehouse over time",
        page_size=10,
        empty="No configuration is known.",
    )
