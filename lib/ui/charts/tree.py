"""Many parts in two levels: a treemap or sunburst whose clicks reach Python (every node has an id)."""

from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd
import plotly.graph_objects as go

from lib.spend import formatting, palette
from lib.ui.theme import Theme

Shape = Literal["treemap", "sunburst"]
ROOT = "all"
OTHER = "\x1eother"
"""Key of what was too small to be drawn; no real key looks like it."""
SEPARATOR = "\x1f"
"""Between the levels of a node's id; no name holds it."""


def nodes(frame: pd.DataFrame, *, levels: Sequence[tuple[str, str]], value: str, all_label: str) -> pd.DataFrame:
    """One row per node: `id`, `label`, `parent`, `value`, `depth`, `top` (key of its first level).

    frame:   one row per combination of keys; `value` is a number
    levels:  (column of the key, column of its label), outermost first
    Rows that are missing or not positive have no area and are left out; the caller says so.
    """
    known = frame.assign(**{value: pd.to_numeric(frame[value]).astype(float)})
    known = known[known[value] > 0]
    rows = [{"id": ROOT, "label": all_label, "parent": "", "value": known[value].sum(), "depth": 0, "top": ""}]
    for depth in range(1, len(levels) + 1):
        keys = [key for key, _ in levels[:depth]]
        summed = known.groupby(keys, sort=False).agg({value: "sum", levels[depth - 1][1]: "first"})
        for names, amount, label in zip(summed.index, summed[value], summed[levels[depth - 1][1]], strict=True):
            path = [str(name) for name in (names if isinstance(names, tuple) else (names,))]
            rows.append(
                {
                    "id": SEPARATOR.join(path),
                    "label": str(label),
                    "parent": SEPARATOR.join(path[:-1]) or ROOT,
                    "value": amount,
                    "depth": depth,
                    "top": path[0],
                }
            )
    tree = pd.DataFrame(rows)
    return tree.sort_values(["depth", "value"], ascending=[True, False], kind="stable", ignore_index=True)


def folded(frame: pd.DataFrame, *, levels: Sequence[tuple[str, str]], value: str, most: int = 24) -> pd.DataFrame:
    """The frame with all but the largest `most` keys under each parent put together as "Other (n)"."""
    shown = frame.assign(**{value: pd.to_numeric(frame[value]).astype(float)})
    parents: list[str] = []
    for key, label in levels:
        sums = shown.groupby([*parents, key], dropna=False, sort=False)[value].sum()
        place = (sums.groupby(level=list(range(len(parents)))) if parents else sums).rank(
            ascending=False, method="first"
        )
        small = place[place > most].index
        index = pd.MultiIndex.from_frame(shown[[*parents, key]]) if parents else pd.Index(shown[key])
        is_small = index.isin(small)
        counts = pd.Series(is_small).groupby([shown[p].to_numpy() for p in parents] or (lambda _: 0)).transform("sum")
        shown.loc[is_small, label] = [f"Other ({int(n)})" for n in counts[is_small]]
        shown.loc[is_small, key] = OTHER
        parents.append(key)
    return shown


def figure(
    tree: pd.DataFrame,
    *,
    shape: Shape,
    words: Mapping[str, str],
    theme: Theme,
    colours: Mapping[str, str] | None = None,
) -> go.Figure:
    """The picture of `tree` (see `nodes`); `words` is the text of each node's value, by id."""
    tops = list(tree.loc[tree["depth"] == 1, "id"])
    colours = colours or palette.series(tops, other=OTHER)
    total = tree.loc[tree["depth"] == 0, "value"].sum() or 1.0
    text_colours = [theme.text if depth == 0 else "#ffffff" for depth in tree["depth"]]
    trace = (go.Treemap if shape == "treemap" else go.Sunburst)(
        ids=tree["id"],
        labels=[formatting.middle(label, 36) for label in tree["label"]],
        parents=tree["parent"],
        values=tree["value"],
        branchvalues="total",
        text=[words[key] for key in tree["id"]],
        customdata=[
            [label, formatting.percent(value / total)]
            for label, value in zip(tree["label"], tree["value"], strict=True)
        ],
        texttemplate="%{label}<br>%{text}" if shape == "treemap" else "%{label}",
        hovertemplate="%{customdata[0]}<br><b>%{text}</b> · %{customdata[1]} of all<extra></extra>",
        marker={
            "colors": [
                _shade(colours.get(top, palette.OTHER), depth, theme)
                for top, depth in zip(tree["top"], tree["depth"], strict=True)
            ],
            "line": {"color": theme.background, "width": 1.5},
        },
        textfont={"color": text_colours, "size": 13},
        **(
            {
                "pathbar": {"visible": True, "thickness": 26, "textfont": {"color": text_colours, "size": 13}},
                "tiling": {"pad": 2},
            }
            if shape == "treemap"
            else {"insidetextorientation": "auto", "leaf": {"opacity": 1}}
        ),
    )
    chart = go.Figure(trace)
    chart.update_layout(
        margin={"l": 0, "r": 0, "t": 30 if shape == "treemap" else 0, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        uniformtext={"minsize": 10, "mode": "hide"},
    )
    return chart


def _shade(colour: str, depth: int, theme: Theme) -> str:
    """The first level in full colour on the map's frame, the second a little darker so that white text reads."""
    if depth == 0:
        return theme.grid
    strength = 0.82 if depth == 1 else 0.74
    red, green, blue = (round(int(colour[at : at + 2], 16) * strength) for at in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"


def path_of(points: Sequence[Mapping[str, object]]) -> list[str]:
    """The levels of the clicked node, from a Plotly selection; empty for the root or no click."""
    picked = str(points[0].get("id") or "") if points else ""
    return [] if picked in ("", ROOT) else picked.split(SEPARATOR)
