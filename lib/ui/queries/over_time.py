"""A SQL warehouse day by day: on, busy, queue and scaling."""

import pandas as pd
import streamlit as st

from lib.spend import palette
from lib.statements.warehouse import WarehouseView
from lib.ui import export, theme
from lib.ui.charts import draw
from lib.ui.charts.axis import Spec, category_axis, legend, plain_axis, tooltip
from lib.ui.columns import Column
from lib.ui.table import Table

COLUMNS = (
    Column("day", "Day", "date", phone=True),
    Column("on_h", "On, h", "number", phone=True, about="Hours in which at least one cluster was on"),
    Column("busy_h", "Busy, h", "number", phone=True, about="Hours in which a statement worked"),
    Column("idle_h", "Idle, h", "number"),
    Column("queue_h", "Queue, h", "number", phone=True, about="Time that statements waited for room, all together"),
    Column("clusters", "Clusters", "number", about="At the same time, on average while it was on"),
    Column("statements", "Statements", "count"),
)
LINES = (("on_h", "On", palette.OTHER), ("busy_h", "Busy", palette.BLUE), ("queue_h", "Queue", "#E69F00"))
CLUSTERS, GREEN = "Clusters", "#009E73"


def by_day(shown: WarehouseView) -> pd.DataFrame:
    """One row a day of the period; hours, and the mean number of clusters."""
    days = pd.Index(pd.date_range(shown.filters.period.start, shown.filters.period.last).date)
    hours = shown.hours.assign(day=shown.hours["hour"].dt.date)
    sums = hours.groupby("day")[["up_s", "busy_s", "cluster_s", "statements"]].sum().reindex(days)
    queued = pd.Series(shown.waits.queued_s, dtype=float).reindex(sums.index)
    frame = pd.DataFrame(
        {
            "on_h": sums["up_s"] / 3600,
            "busy_h": sums["busy_s"] / 3600,
            "idle_h": (sums["up_s"] - sums["busy_s"]).clip(lower=0) / 3600,
            "queue_h": queued / 3600,
            "statements": sums["statements"],
        }
    ).fillna(0)
    frame["clusters"] = sums["cluster_s"] / sums["up_s"].where(sums["up_s"] > 0)
    return frame.round(2).reset_index(names="day")


def card(shown: WarehouseView) -> None:
    """The chart, and the numbers behind it with their files."""
    frame = by_day(shown)
    with st.container(border=True):
        st.markdown("**Hours on, busy and queued, and clusters at the same time, by day**")
        draw.echart(
            _spec(frame), key="chart-warehouse-over-time", alt="On, busy, queue and clusters by day", height=240
        )
        behind = st.expander("The numbers behind this chart", key="behind-over-time", type="compact", on_change="rerun")
        if behind.open:
            with behind:
                table = Table(
                    frame,
                    COLUMNS,
                    shown.filters.currency,
                    "over-time",
                    "The warehouse day by day",
                    bare=True,
                    page_size=400,
                )
                export.listed(table, name=f"warehouse-days-{shown.facts['warehouse_id']}")


TOLD = "{@day}<br>On {@on_h} h<br>Busy {@busy_h} h<br>Queue {@queue_h} h<br>Clusters {@clusters}"


def _spec(frame: pd.DataFrame) -> Spec:
    colours = theme.current()
    source = frame.assign(day=[f"{day.day} {day:%b}" for day in frame["day"]])
    lines = [
        {
            "type": "line",
            "name": name,
            "encode": {"x": "day", "y": column},
            "showSymbol": False,
            "lineStyle": {"width": 2, "color": colour},
            "itemStyle": {"color": colour},
        }
        for column, name, colour in LINES
    ]
    steps = {
        "type": "line",
        "name": CLUSTERS,
        "step": "middle",
        "yAxisIndex": 1,
        "encode": {"x": "day", "y": "clusters"},
        "showSymbol": False,
        "lineStyle": {"width": 1.5, "type": "dashed", "color": GREEN},
        "itemStyle": {"color": GREEN},
    }
    return {
        "grid": {"left": 36, "right": 36, "top": 36, "bottom": 22},
        "legend": legend([*(name for _, name, _ in LINES), CLUSTERS], colours),
        "tooltip": tooltip(colours, trigger="axis", formatter=TOLD),
        "dataset": {"source": source},
        "xAxis": category_axis(list(source["day"]), colours),
        "yAxis": [
            plain_axis(colours, unit=" h"),
            plain_axis(colours, min=0, minInterval=1, splitLine={"show": False}),
        ],
        "series": [*lines, steps],
    }
