"""How busy a cluster was, by hour, or by day as a moving average: one line a role, in percent."""

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd

from lib.spend import formatting
from lib.ui.charts.axis import Spec, category_axis, legend, tooltip, value_axis
from lib.ui.theme import Theme

ROLES = {"driver": ("Driver", "#0072B2"), "worker": ("Workers", "#E69F00")}
HOUR = timedelta(hours=1)


def load(hours: pd.DataFrame, column: str, theme: Theme) -> Spec:
    """Lines by hour; hours in which it was not up are gaps. hours: `hour_at`, `node_role`, `column` in percent."""
    wide = hours.pivot_table(index="hour_at", columns="node_role", values=column, aggfunc="mean")
    every = pd.date_range(wide.index.min(), wide.index.max(), freq="h")
    return _lines(wide.reindex(every), [f"{at.day} {at:%b %H:00}" for at in every], " UTC", theme)


def trend(smoothed: pd.DataFrame, theme: Theme) -> Spec:
    """Lines by day; days on which it was not up are gaps. smoothed: `usage_date`, `node_role`, `value` in percent."""
    wide = smoothed.pivot_table(index="usage_date", columns="node_role", values="value", aggfunc="mean")
    wide.index = pd.to_datetime(wide.index)
    every = pd.date_range(wide.index.min(), wide.index.max(), freq="D")
    return _lines(wide.reindex(every), [f"{at.day} {at:%b}" for at in every], "", theme, symbols=True)


def _lines(wide: pd.DataFrame, labels: Sequence[str], zone: str, theme: Theme, *, symbols: bool = False) -> Spec:
    source = pd.DataFrame({"at": labels})
    shown = [role for role in ROLES if role in wide]
    for role in shown:
        source[role] = [None if pd.isna(value) else round(float(value), 1) for value in wide[role]]
    axis, lines = value_axis([100.0, 0.0], lambda value: f"{value:.0f}{formatting.NBSP}%", theme)
    series = [
        {
            "type": "line",
            "name": ROLES[role][0],
            "encode": {"x": "at", "y": role},
            "showSymbol": symbols,
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
        "tooltip": tooltip(theme, trigger="axis", formatter=f"<div>{{@at}}{zone}</div>{body}"),
        "dataset": {"source": source},
        "xAxis": category_axis(labels, theme),
        "yAxis": axis,
        "series": [*series, lines],
        "animation": False,
    }
