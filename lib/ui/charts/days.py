"""Spend over time: stacked columns by day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from html import escape
from typing import Literal

import pandas as pd

from lib.spend import formatting, palette
from lib.spend.period import Period
from lib.ui.charts.axis import Spec, category_axis, hatch, legend, tooltip, value_axis
from lib.ui.theme import Theme

Grain = Literal["day", "week", "month"]
MOST = 6
"""Series of their own; what is left is "Other"."""
OTHER = "Other"


def stacked_days(
    frame: pd.DataFrame,
    *,
    by: str,
    value: str,
    period: Period,
    currency: str,
    theme: Theme,
    day: str = "usage_date",
    colours: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    incomplete_from: date | None = None,
    previous: Sequence[float] | None = None,
    order: Sequence[str] = (),
    grain: Grain = "day",
) -> Spec:
    """Columns by day.

    frame:     one row per (`day`, `by`), `value` is money; days without rows are zero, missing values count as zero
    previous:  totals of the days of the period before, first day first: a thin dashed line
    order:     series that come first, lowest in the stack; the others follow by size
    grain:     the columns are days, weeks (from Monday) or months; the frame's days are put together
    Days from `incomplete_from` on are drawn paler and hatched.
    """
    wide = _put_together(_wide(frame, day, by, value, period), grain)
    wide = wide[[*(name for name in order if name in wide), *(name for name in wide if name not in order)]]
    colours = colours or palette.series(list(wide.columns), other=OTHER)
    names = {name: (labels or {}).get(name, name) for name in wide.columns}
    before = list(previous or [])[: period.days] if grain == "day" else []
    late = [incomplete_from is not None and _last_day(day, grain, period) >= incomplete_from for day in wide.index]
    source = _source(wide, names, currency, late, before, grain)
    words = partial(formatting.money_short, currency=currency)
    stacks = [wide.clip(lower=0).sum(axis=1).max(), *before]
    axis, lines = value_axis([*stacks, wide.clip(upper=0).sum(axis=1).min()], words, theme)
    series = [
        _columns(name, f"{part}{index}", colours.get(key, palette.OTHER), theme, pale=part == "w")
        for index, (key, name) in enumerate(names.items())
        for part in ("v", "w")
    ]
    shown = list(names.values())
    if before:
        label = f"Previous {period.days} days" if period.days > 1 else "Previous day"
        series.append(_line(label, "before", theme))
        shown.append(label)
    return {
        "grid": {"left": 52, "right": 8, "top": 36, "bottom": 2},
        "legend": legend(shown, theme),
        "tooltip": tooltip(
            theme,
            trigger="axis",
            axisPointer={"type": "shadow"},
            formatter=_template(names, colours, bool(before)),
        ),
        "dataset": {"source": source},
        "xAxis": category_axis([_label(day, grain) for day in wide.index], theme),
        "yAxis": axis,
        "series": [*series, lines],
        "animationDuration": 250,
    }


def _wide(frame: pd.DataFrame, day: str, by: str, value: str, period: Period) -> pd.DataFrame:
    """One row per day of the period, one column per series, largest first, "Other" last."""
    days = [period.start + timedelta(days=offset) for offset in range(period.days)]
    known = frame.assign(
        **{
            day: pd.to_datetime(frame[day]).dt.date,
            by: frame[by].fillna(OTHER).astype(str),
            value: pd.to_numeric(frame[value]).fillna(0.0).astype(float),
        }
    )
    wide = known.pivot_table(index=day, columns=by, values=value, aggfunc="sum", fill_value=0.0).reindex(
        days, fill_value=0.0
    )
    wide = wide.fillna(0.0)
    ranked = [str(name) for name in wide.abs().sum().sort_values(ascending=False, kind="stable").index if name != OTHER]
    kept, rest = ranked[:MOST], ranked[MOST:]
    if rest or OTHER in wide.columns:
        other = wide[[*rest, *([OTHER] if OTHER in wide.columns else [])]].sum(axis=1)
        wide = wide[kept].assign(**{OTHER: other})
    return wide[kept + ([OTHER] if OTHER in wide.columns else [])]


def _source(
    wide: pd.DataFrame,
    names: Mapping[str, str],
    currency: str,
    late: Sequence[bool],
    before: list[float],
    grain: Grain,
) -> pd.DataFrame:
    days = list(wide.index)
    source = pd.DataFrame({"day": range(len(days))})
    for index, key in enumerate(names):
        values = list(wide[key])
        source[f"v{index}"] = [None if pale else value for value, pale in zip(values, late, strict=True)]
        source[f"w{index}"] = [value if pale else None for value, pale in zip(values, late, strict=True)]
        source[f"t{index}"] = [formatting.money(round(value, 6), currency) for value in values]
    source["total"] = [formatting.money(round(value, 6), currency) for value in wide.sum(axis=1)]
    source["note"] = [
        _words(day, grain) + (" · not complete yet" if pale else "") for day, pale in zip(days, late, strict=True)
    ]
    if before:
        padded: list[float | None] = [float(value) for value in before]
        padded += [None] * (len(days) - len(padded))
        source["before"] = padded
        source["before_text"] = [formatting.NONE if v is None else formatting.money(v, currency) for v in padded]
    return source


def _put_together(wide: pd.DataFrame, grain: Grain) -> pd.DataFrame:
    return wide if grain == "day" else wide.groupby([_first_day(day, grain) for day in wide.index]).sum()


def _first_day(day: date, grain: Grain) -> date:
    if grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def _last_day(first: date, grain: Grain, period: Period) -> date:
    """The last day of the period that belongs to a column."""
    if grain == "day":
        return first
    following = first + timedelta(days=7 if grain == "week" else 32)
    return min(_first_day(following, grain) - timedelta(days=1), period.last)


def _label(day: date, grain: Grain) -> str:
    month = formatting.MONTHS[day.month - 1][:3]
    return f"{month} {day.year}" if grain == "month" else f"{day.day} {month}"


def _words(day: date, grain: Grain) -> str:
    if grain == "month":
        return f"{formatting.MONTHS[day.month - 1]} {day.year}"
    return f"Week of {formatting.day_words(day)}" if grain == "week" else f"{day:%A}, {formatting.day_words(day)}"


def _columns(name: str, column: str, colour: str, theme: Theme, *, pale: bool) -> Spec:
    style = {"color": colour, "borderColor": theme.background, "borderWidth": 0.5}
    return {
        "type": "bar",
        "stack": "spend",
        "name": name,
        "encode": {"x": "day", "y": column},
        "barCategoryGap": "22%",
        "barMaxWidth": 44,
        "itemStyle": style | (hatch(theme) if pale else {}),
        "emphasis": {"focus": "none"},
    }


def _line(name: str, column: str, theme: Theme) -> Spec:
    return {
        "type": "line",
        "name": name,
        "encode": {"x": "day", "y": column},
        "showSymbol": False,
        "lineStyle": {"color": theme.muted, "width": 1.2, "type": "dashed"},
        "itemStyle": {"color": theme.muted},
        "z": 5,
    }


def _template(names: Mapping[str, str], colours: Mapping[str, str], before: bool) -> str:
    """The tooltip's HTML; `{@column}` is filled in by Streamlit, escaped."""

    def line(label: str, column: str, mark: str, weight: int = 400) -> str:
        return (
            f'<tr><td style="padding-right:14px;font-weight:{weight}">{mark}{escape(label)}</td>'
            f'<td style="text-align:right;font-weight:{max(weight, 500)}">{{@{column}}}</td></tr>'
        )

    def square(colour: str) -> str:
        box = f"display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:6px;background:{colour}"
        return f'<span style="{box}"></span>'

    lines = [
        line(_safe(name), f"t{index}", square(colours.get(key, palette.OTHER)))
        for index, (key, name) in enumerate(names.items())
    ]
    lines.append(line("Total", "total", "", 650))
    if before:
        lines.append(line("Same day of the previous period", "before_text", ""))
    return f'<div style="margin-bottom:4px">{{@note}}</div><table style="border-spacing:0">{"".join(lines)}</table>'


def _safe(name: str) -> str:
    """A name without braces, which templates would read as placeholders."""
    return name.replace("{", "(").replace("}", ")")


def table_behind(spec: Spec) -> pd.DataFrame:
    """The frame a chart was drawn from."""
    source: pd.DataFrame = spec["dataset"]["source"]
    return source


def numbers_behind(spec: Spec) -> tuple[pd.DataFrame, list[str]]:
    """The amounts a chart was drawn from, one row per column of it (`note` says when, then `total` and what it is made of), and
    the names of the series from the third column on."""
    source = table_behind(spec)
    places = [column[1:] for column in source if column[0] == "v"]
    parts = {
        f"part{place}": source[f"v{place}"].astype(float).fillna(source[f"w{place}"].astype(float)) for place in places
    }
    numbers = pd.DataFrame({"note": source["note"], "total": sum(parts.values()), **parts})
    if "before" in source:
        numbers["before"] = source["before"]
    return numbers, list(spec["legend"]["data"])
