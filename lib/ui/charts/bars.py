"""Rankings: horizontal bars with the value at the end."""

from collections.abc import Sequence

import pandas as pd

from lib.spend import formatting, palette
from lib.ui.charts.axis import Spec, tooltip
from lib.ui.theme import Theme

ROW = 30
"""Pixels a bar takes."""


def ranking(
    frame: pd.DataFrame,
    *,
    name: str,
    value: str,
    currency: str,
    theme: Theme,
    colours: Sequence[str] | None = None,
) -> Spec:
    """One bar per row of `frame`, first row on top; a click selects it. Missing values have no bar."""
    amounts = [None if formatting.missing(amount) else float(amount) for amount in frame[value]]
    known = [amount for amount in amounts if amount is not None]
    names = [str(text) for text in frame[name]]
    source = pd.DataFrame(
        {
            "row": range(len(names)),
            "amount": amounts,
            "name": names,
            "text": [formatting.money(amount, currency) for amount in frame[value]],
        }
    )
    labels = [formatting.middle(text, 26) for text in names]
    return {
        "grid": {"left": 4, "right": 84, "top": 4, "bottom": 4, "containLabel": True},
        "tooltip": tooltip(theme, trigger="item", formatter="{@name}<br><b>{@text}</b>"),
        "dataset": {"source": source},
        "xAxis": {"type": "value", "show": False, "min": min([0.0, *known]), "max": max([0.0, *known]) or 1.0},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": labels,
            "axisTick": {"show": False},
            "axisLine": {"show": False},
            "axisLabel": {"color": theme.text, "fontSize": 12, "interval": 0},
        },
        "series": [
            {
                "type": "bar",
                "encode": {"x": "amount", "y": "row"},
                "barMaxWidth": 16,
                "selectedMode": "single",
                "select": {"itemStyle": {"borderWidth": 0}},
                "itemStyle": {"color": palette.BLUE, "borderRadius": [0, 3, 3, 0]},
                "label": {
                    "show": True,
                    "position": "right",
                    "formatter": "{@text}",
                    "color": theme.text,
                    "fontSize": 12,
                },
            }
        ],
        "animationDuration": 250,
    } | ({"color": list(colours)} if colours else {})
