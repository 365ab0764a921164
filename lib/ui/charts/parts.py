"""Parts of a whole: a donut with the total in its middle."""

from collections.abc import Mapping

import pandas as pd

from lib.spend import formatting, palette
from lib.ui.charts.axis import Spec, tooltip
from lib.ui.theme import Theme

MOST = 6
OTHER = "Other"


def folded(frame: pd.DataFrame, *, name: str, value: str) -> pd.DataFrame:
    """The largest parts and "Other": `name`, `value`, `share`; the shares of all parts add up to one.

    Missing values are left out, and so are negative ones (a correction has no slice): the table beside the chart
    lists them.
    """
    known = frame[[name, value]].copy()
    known[value] = pd.to_numeric(known[value]).astype(float)
    known = known[known[value] > 0].sort_values(value, ascending=False, kind="stable")
    kept, rest = known.head(MOST), known.iloc[MOST:]
    if len(rest):
        kept = pd.concat([kept, pd.DataFrame({name: [OTHER], value: [rest[value].sum()]})])
    total = kept[value].sum()
    return kept.assign(share=kept[value] / total if total else 0.0).reset_index(drop=True)


def donut(
    parts: pd.DataFrame,
    *,
    name: str,
    value: str,
    total: str,
    currency: str,
    theme: Theme,
    colours: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    caption: str = "total",
) -> Spec:
    """A ring of `parts` (see `folded`); a click selects a slice. `total` is the text in the middle."""
    keys = [str(key) for key in parts[name]]
    colours = colours or palette.series(keys, other=OTHER)
    source = pd.DataFrame(
        {
            "part": [(labels or {}).get(key, key) for key in keys],
            "amount": list(parts[value]),
            "text": [formatting.money(amount, currency) for amount in parts[value]],
            "percent": [formatting.percent(share) for share in parts["share"]],
        }
    )
    return {
        "color": [colours.get(key, palette.OTHER) for key in keys],
        "title": {
            "text": total,
            "subtext": caption,
            "left": "center",
            "top": "40%",
            "itemGap": 4,
            "textStyle": {"color": theme.text, "fontSize": 19, "fontWeight": 600},
            "subtextStyle": {"color": theme.muted, "fontSize": 12},
        },
        "tooltip": tooltip(theme, trigger="item", formatter="{b}<br><b>{@text}</b> · {@percent}"),
        "dataset": {"source": source},
        "series": [
            {
                "type": "pie",
                "radius": ["62%", "90%"],
                "encode": {"itemName": "part", "value": "amount"},
                "selectedMode": "single",
                "selectedOffset": 5,
                "label": {"show": False},
                "itemStyle": {"borderColor": theme.background, "borderWidth": 2},
                "emphasis": {"scaleSize": 3},
            }
        ],
        "animationDuration": 250,
    }
