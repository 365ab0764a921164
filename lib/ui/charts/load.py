"""How busy a cluster was, hour by hour: one line a role, in percent."""

from datetime import timedelta

import pandas as pd

from lib.spend import formatting
from lib.ui.charts.axis import Spec, legend, tooltip, value_axis
from lib.ui.theme import Theme

ROLES = {"driver": ("Driver", "#0072B2"), "worker": ("Workers", "#E69F00")}
HOUR = timedelta(hours=1)


def load(hours: pd.DataFrame, column: str, theme: Theme) -> Spec:
    """Lines by hour; hours in which it was not up are gaps. hours: `hour_at`, `node_role`, `column` in percent."""
    wide = hours.pivot_table(index="hour_at", columns="node_role", values=column, aggfunc="mean")
    every = pd.date_range(wide.index.min(), wide.index.max(), freq="h")
    wide = wide.reindex(every)
    source = pd.DataFrame({"hour": [f"{at:%d %b %H:00}" for at in wide.index]})
    shown = [role for role in ROLES if role in wide]
    for role in shown:
        source[role] = [None if pd.isna(value) else round(float(value), 1) for value in wide[role]]
    axis, lines = value_axis([100.0, 0.0], lambda value: f"{value:.0f}{formatting.NBSP}%", theme)
    series = [
        {
            "type": "line",
            "name": ROLES[role][0],
            "encode": {"x": "hour", "y": role},
            "showSymbol": False,
            "connectNulls": False,
            "lineStyle": {"width": 1.4, "color": ROLES[role][1]},
            "itemStyle": {"color": ROLES[role][1]},
        }
        for role in shown
    ]
    body = "".join(f"<div>{ROLES[role][0]}: {{@{role}}} %</div>" for role in shown)
    return {
        "grid": {"left": 48, "right": 8, "top": 32, "bottom": 22},
        "legend": legend([ROLES[role][0] for role in shown], theme),
        "tooltip": tooltip(theme, trigger="axis", formatter=f"<div>{{@hour}} UTC</div>{body}"),
        "dataset": {"source": source},
        "xAxis": {
            "type": "category",
            "axisLabel": {"color": theme.muted, "hideOverlap": True},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": theme.grid}},
        },
        "yAxis": axis,
        "series": [*series, lines],
        "animation": False,
    }
