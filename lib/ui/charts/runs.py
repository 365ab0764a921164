"""The history of a job: cost of each run as a bar, its duration as a line, failures marked."""

from functools import partial

import pandas as pd

from lib.spend import formatting, palette
from lib.ui.charts.axis import Spec, category_axis, legend, tooltip, value_axis
from lib.ui.theme import Theme

FAILED = frozenset({"FAILED", "ERROR", "TIMED_OUT", "CANCELLED", "BLOCKED"})
COST, FAILURE, DURATION = "Cost", "Cost of a failed run", "Duration"


def run_history(
    frame: pd.DataFrame, *, start: str, cost: str, seconds: str, result: str, currency: str, theme: Theme
) -> Spec:
    """One bar per run in the frame's order (oldest first): cost, duration in seconds, final state."""
    failed = [str(state) in FAILED for state in frame[result]]
    amounts = [0.0 if formatting.missing(value) else float(value) for value in frame[cost]]
    lengths = [None if formatting.missing(value) else float(value) for value in frame[seconds]]
    source = pd.DataFrame(
        {
            "run": range(len(frame)),
            "when": [f"{formatting.moment(value)} UTC" for value in frame[start]],
            "good": [None if bad else amount for amount, bad in zip(amounts, failed, strict=True)],
            "bad": [amount if bad else None for amount, bad in zip(amounts, failed, strict=True)],
            "length": lengths,
            "cost_text": [formatting.money(value, currency) for value in frame[cost]],
            "length_text": [formatting.duration(value) for value in frame[seconds]],
            "state": [str(value).replace("_", " ").lower() for value in frame[result]],
        }
    )
    money, money_lines = value_axis(amounts, partial(formatting.money_short, currency=currency), theme)
    most = max([length for length in lengths if length is not None], default=0.0)
    return {
        "grid": {"left": 52, "right": 62, "top": 36, "bottom": 2},
        "legend": legend([COST, *([FAILURE] if any(failed) else []), DURATION], theme),
        "tooltip": tooltip(theme, trigger="axis", axisPointer={"type": "shadow"}, formatter=TEMPLATE),
        "dataset": {"source": source},
        "xAxis": category_axis([f"{value:%d %b %H:%M}".lstrip("0") for value in frame[start]], theme),
        "yAxis": [money, {"type": "value", "show": False, "min": 0, "max": most * 1.15 or 1}],
        "series": [
            _bars(COST, "good", palette.BLUE),
            _bars(FAILURE, "bad", palette.STATUS["CRITICAL"]),
            _crosses(),
            _duration(lengths, most, theme),
            money_lines,
        ],
        "animationDuration": 250,
    }


TEMPLATE = "{@when} · {@state}<br>Cost <b>{@cost_text}</b><br>Duration <b>{@length_text}</b>"


def _bars(name: str, column: str, colour: str) -> Spec:
    return {
        "type": "bar",
        "name": name,
        "stack": "cost",
        "encode": {"x": "run", "y": column},
        "barMaxWidth": 22,
        "itemStyle": {"color": colour, "borderRadius": [2, 2, 0, 0]},
        "selectedMode": "single",
        "select": {"itemStyle": {"borderWidth": 0}},
    }


def _crosses() -> Spec:
    """A cross over each failed run, so that colour is not the only sign."""
    return {
        "type": "scatter",
        "encode": {"x": "run", "y": "bad"},
        "symbol": "path://M0,0L2,0L5,3L8,0L10,0L6,5L10,10L8,10L5,7L2,10L0,10L4,5Z",
        "symbolSize": 8,
        "symbolOffset": [0, -8],
        "itemStyle": {"color": palette.STATUS["CRITICAL"]},
        "silent": True,
        "tooltip": {"show": False},
        "z": 6,
    }


def _duration(lengths: list[float | None], most: float, theme: Theme) -> Spec:
    return {
        "type": "line",
        "name": DURATION,
        "yAxisIndex": 1,
        "encode": {"x": "run", "y": "length"},
        "showSymbol": len(lengths) < 40,
        "symbolSize": 4,
        "connectNulls": True,
        "lineStyle": {"color": theme.muted, "width": 1.4},
        "itemStyle": {"color": theme.muted},
        "endLabel": {"show": False},
        "markLine": {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"width": 0},
            "data": [
                {
                    "yAxis": most * part,
                    "label": {
                        "position": "end",
                        "formatter": formatting.duration(most * part),
                        "color": theme.muted,
                        "fontSize": 11,
                    },
                }
                for part in (0.5, 1.0)
                if most
            ],
        },
        "z": 4,
    }
