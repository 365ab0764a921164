"""What all charts share: a money axis with compact words, category labels, neutral colours."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import floor, log10
from typing import Any

from lib.ui.theme import Theme

Spec = dict[str, Any]
STEPS = (1, 2, 2.5, 5, 10)


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round values that cover `low`–`high`; zero is always one of them.

    >>> ticks(0, 870), ticks(-30, 95), ticks(0, 0)
    ([0, 250, 500, 750, 1000], [-50, 0, 50, 100], [0, 1])
    """
    low, high = min(low, 0), max(high, 0)
    if low == high:
        return [0, 1]
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(power * s for s in STEPS if power * s >= rough * 0.999)
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    values = [float(Decimal(str(index)) * Decimal(str(step))) for index in range(first, last + 1)]
    return [int(value) if value == int(value) else value for value in values]


def value_axis(values: Sequence[float], words: Callable[[float], str], theme: Theme) -> tuple[Spec, Spec]:
    """An axis that reads `$12k`, and the invisible series that carries its lines and labels.

    ECharts can only write compact numbers through a JavaScript function, which Streamlit does not take, so the
    gridlines are drawn as marks with ready-made labels.
    """
    at = ticks(min(values, default=0), max(values, default=0))
    axis = {
        "type": "value",
        "min": at[0],
        "max": at[-1],
        "axisLabel": {"show": False},
        "splitLine": {"show": False},
    }
    lines = {
        "type": "line",
        "data": [],
        "silent": True,
        "tooltip": {"show": False},
        "markLine": {
            "silent": True,
            "symbol": "none",
            "animation": False,
            "z": 0,
            "lineStyle": {"type": "solid", "color": theme.grid, "width": 1},
            "data": [
                {
                    "yAxis": tick,
                    "label": {
                        "position": "start",
                        "formatter": words(tick),
                        "color": theme.muted,
                        "fontSize": 11,
                    },
                }
                for tick in at
            ],
        },
    }
    return axis, lines


def plain_axis(theme: Theme, *, unit: str = "", **more: Any) -> Spec:
    """An axis of few, small numbers that need no compact words: ECharts writes them itself, `unit` behind each."""
    return {
        "type": "value",
        "axisLabel": {"color": theme.muted, "fontSize": 11, "formatter": f"{{value}}{unit}"},
        "splitLine": {"lineStyle": {"color": theme.grid}},
        **more,
    }


def category_axis(labels: Sequence[str], theme: Theme) -> Spec:
    """One category per day, hour or run, with as many labels as fit."""
    return {
        "type": "category",
        "data": list(labels),
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": theme.grid}},
        "axisLabel": {"color": theme.muted, "fontSize": 11, "hideOverlap": True},
    }


def tooltip(theme: Theme, **more: Any) -> Spec:
    """A tooltip in the theme's colours that stays inside the chart."""
    return {
        "confine": True,
        "backgroundColor": theme.background,
        "borderColor": theme.grid,
        "textStyle": {"color": theme.text, "fontSize": 12},
        **more,
    }


def legend(names: Sequence[str], theme: Theme) -> Spec:
    """A scrolling legend on top, small squares."""
    return {
        "data": list(names),
        "type": "scroll",
        "top": 0,
        "left": 0,
        "icon": "roundRect",
        "itemWidth": 10,
        "itemHeight": 10,
        "itemGap": 14,
        "textStyle": {"color": theme.muted, "fontSize": 12},
        "pageIconColor": theme.muted,
        "pageTextStyle": {"color": theme.muted},
    }


def hatch(theme: Theme) -> Spec:
    """The look of a day that is still filling up: paler, with a diagonal hatch."""
    return {
        "opacity": 0.55,
        "decal": {
            "symbol": "rect",
            "color": theme.background,
            "dashArrayX": [1, 0],
            "dashArrayY": [2, 4],
            "rotation": -0.785,
        },
    }
