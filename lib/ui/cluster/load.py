"""How busy one cluster was."""

import pandas as pd
import streamlit as st

from lib.clusters.detail import Detail
from lib.clusters.trend import FEWEST, MOST, smoothed
from lib.ui import theme
from lib.ui.charts.draw import echart
from lib.ui.charts.load import load, trend


def draw(found: Detail) -> None:
    """CPU and memory by role: by hour, or by day as a moving average."""
    with st.container(border=True):
        st.markdown("**Load**")
        if found.hours.empty:
            st.caption("Not assessed: no node reported a minute in the last 30 days.")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            measure = st.segmented_control(
                "Measure", ["CPU", "Memory"], default="CPU", key="load", label_visibility="collapsed", width="content"
            )
            days = st.selectbox(
                "Smoothing", [0, *range(FEWEST, MOST + 1)], key="load-days", label_visibility="collapsed", width=260,
                format_func=lambda n: f"Moving average of {n} days" if n else "By hour",
            )  # fmt: skip
        column = "cpu_mean" if measure != "Memory" else "memory_mean"
        _chart(found.hours, column, str(measure or "CPU"), days)


def _chart(hours: pd.DataFrame, column: str, measure: str, days: int) -> None:
    if not days:
        spec, busiest = load(hours, column, theme.current()), hours.groupby("node_role")[column].max()
        how = "by hour"
    else:
        shown = smoothed(hours, column, days)
        spec, busiest = trend(shown, theme.current()), shown.groupby("node_role")["value"].max()
        how = f"by day, averages of {days} days"
    said = ", ".join(f"{role} up to {value:.0f} %" for role, value in busiest.items())
    echart(spec, key=f"load-{column}-{days}", alt=f"{measure} {how}: {said}", height=240)
